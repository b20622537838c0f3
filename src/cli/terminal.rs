//! What is printed and how: results to stdout, everything else to stderr. Only this file and `progress` print.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use crate::error::Error;
use crate::report::format::Style;
use crate::report::visible::{escaped, visible_lines};

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams of the program.
#[derive(Debug)]
pub(crate) struct Terminal {
    color: Color,
    quiet: bool,
}

impl Terminal {
    /// The streams with the choices of the user.
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        Self { color, quiet }
    }

    /// Prints a result. Whatever comes from a repository or the command line cannot steer the terminal or the log of a pipeline.
    pub(crate) fn print(&self, text: &str) {
        self.print_report(&visible_lines(text));
    }

    /// Prints JSON, in which hidden characters stand as escapes.
    pub(crate) fn print_json(&self, json: &str) {
        self.print_report(&escaped(json));
    }

    /// Prints what a form of `report` wrote, or what is made of the program alone: it is harmless already, and may have colours and
    /// commands of its own. A closed pipe ends the printing, not the program.
    pub(crate) fn print_report(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stdout().lock(), self.choice());
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Passes on what a command of the user prints, as it is.
    pub(crate) fn pass(is_stderr: bool, bytes: &[u8]) {
        let _ = if is_stderr {
            let mut stream = std::io::stderr().lock();
            stream.write_all(bytes).and_then(|()| stream.flush())
        } else {
            let mut stream = std::io::stdout().lock();
            stream.write_all(bytes).and_then(|()| stream.flush())
        };
    }

    /// Prints a word about the work itself, unless `--quiet` is given.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.eprint(&visible_lines(text));
        }
    }

    /// Prints an error with its remedy.
    pub(crate) fn error(&self, error: &Error) {
        let (red, bold, reset) = ("\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[0m");
        let mut text = format!("{red}error{reset}{bold}:{reset} {}\n", visible(&error.message));
        if let Some(help) = &error.help {
            text.push_str(&format!("{bold}help{reset}: {}\n", visible(help)));
        }
        self.eprint(&text);
    }

    /// Whether results are printed in colour.
    pub(crate) fn has_color(&self) -> bool {
        match self.choice() {
            ColorChoice::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
            ColorChoice::Never => false,
            _ => true,
        }
    }

    /// How results look: links and a width only where somebody looks.
    pub(crate) fn style(&self) -> Style {
        let is_terminal = std::io::stdout().is_terminal();
        let has_color = self.has_color();
        Style {
            has_color,
            has_links: is_terminal && has_color && follows_links(|name| std::env::var(name).ok()),
            width: is_terminal.then(columns),
        }
    }

    /// Whether progress is to be shown: somebody looks at stderr and did not ask for quiet.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Asks a question and returns whether the answer is yes; none when nobody is there to answer.
    pub(crate) fn ask(&self, question: &str) -> Option<bool> {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return None;
        }
        self.eprint(&format!("{} [y/N] ", visible(question)));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    fn eprint(&self, text: &str) {
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.choice());
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    fn choice(&self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// How wide stdout is, in columns: what it says itself, else `COLUMNS`, else 80.
fn columns() -> u16 {
    let told = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
    terminal_size::terminal_size_of(std::io::stdout())
        .map(|(width, _)| width.0)
        .or_else(told)
        .filter(|width| *width > 0)
        .unwrap_or(80)
}

/// Whether a terminal with this environment follows links (OSC 8). Others show them as noise, so only those that are known count;
/// `FORCE_HYPERLINK` decides where it is set.
fn follows_links(variable: impl Fn(&str) -> Option<String>) -> bool {
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let is_any = |name: &str, values: &[&str]| variable(name).is_some_and(|value| values.contains(&value.as_str()));
    let number = |name: &str| variable(name).and_then(|value| value.parse::<u32>().ok()).unwrap_or_default();
    if is_any("TERM", &["dumb", "linux", ""]) || variable("CI").is_some() {
        return false;
    }
    number("VTE_VERSION") >= 5000
        || number("KONSOLE_VERSION") >= 200_400
        || ["WT_SESSION", "KITTY_WINDOW_ID", "DOMTERM", "ALACRITTY_WINDOW_ID"]
            .iter()
            .any(|name| variable(name).is_some())
        || is_any(
            "TERM_PROGRAM",
            &["iTerm.app", "WezTerm", "vscode", "Hyper", "ghostty", "Tabby"],
        )
        || is_any("TERM", &["xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour"])
}

/// A text with hidden characters made visible, so that file content cannot steer the terminal.
pub(crate) fn visible(text: &str) -> String {
    visible_lines(text)
}

#[cfg(test)]
mod tests {
    use super::follows_links;

    #[test]
    fn links_are_for_terminals_that_are_known_to_follow_them() {
        let follows = |variables: &[(&str, &str)]| {
            follows_links(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(follows(&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")]));
        assert!(follows(&[("TERM_PROGRAM", "vscode")]));
        assert!(!follows(&[("TERM", "xterm-256color")]));
        assert!(!follows(&[("TERM", "dumb"), ("WT_SESSION", "x")]));
        assert!(!follows(&[("TERM_PROGRAM", "vscode"), ("CI", "true")]));
        assert!(!follows(&[("TERM_PROGRAM", "vscode"), ("FORCE_HYPERLINK", "0")]));
        assert!(follows(&[("FORCE_HYPERLINK", "1"), ("TERM", "screen")]));
    }
}
