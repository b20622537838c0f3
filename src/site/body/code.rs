//! Code blocks: a figure with what the block is, where it runs, and a button that copies exactly what is seen.

use std::ops::Range;

use crate::model::directory::Directory;
use crate::model::runbook::{CodeBlock, CodeKind, Command, Runbook};
use crate::site::body::highlight::{Painted, painted};
use crate::site::escape::{self, Reading};

/// What a code block came out as.
pub(super) struct Figure {
    /// The caption in words.
    pub(super) caption: String,
    /// The inside of the `code` element.
    pub(super) html: String,
    /// What the copy button says it copies; none when the block must not be copied.
    pub(super) copies: Option<String>,
    /// Whether something in it cannot be seen. Its numbers are shown instead, and are what a copy has.
    pub(super) has_hidden: bool,
}

/// Reads a code block into a figure. `tells_root` is set when some block of the text runs in a folder of its own, so that it is worth
/// saying that this one runs at the root.
pub(super) fn figure(runbook: &Runbook, block: &CodeBlock, tells_root: bool) -> Figure {
    let mut html = String::with_capacity(block.text.len() + 64);
    let (has_hidden, is_copied) = match block.kind {
        CodeKind::Console => console(&mut html, runbook, block),
        CodeKind::Shell => (command_text(&mut html, &block.text, &painted("sh", &block.text)), true),
        CodeKind::OtherShell => (command_text(&mut html, &block.text, &[]), true),
        CodeKind::Text => {
            let text = &block.text;
            let painted = painted(&block.language, text);
            (paint(&mut html, text, 0..text.len(), &painted, Reading::Code), true)
        }
    };
    let mut caption = language(block).to_owned();
    match block.commands.first().map(|command| &command.directory) {
        Some(Directory::Known(folder)) if !folder.is_empty() => {
            caption.push_str(", in ");
            caption.push_str(folder);
        }
        Some(Directory::Known(_)) if tells_root => caption.push_str(", from the repository root"),
        _ => {}
    }
    if has_hidden {
        caption.push_str(". Holds characters that cannot be seen; a copy has their numbers, as shown");
    }
    let copies = (is_copied && !block.text.trim().is_empty()).then(|| summary(block));
    Figure {
        caption,
        html,
        copies,
        has_hidden,
    }
}

/// The folder of the first command of some block is not the root.
pub(super) fn tells_root(runbook: &Runbook) -> bool {
    runbook
        .code_blocks
        .iter()
        .flat_map(|block| &block.commands)
        .any(|command| matches!(&command.directory, Directory::Known(folder) if !folder.is_empty()))
}

fn language(block: &CodeBlock) -> &str {
    match (block.kind, block.language.as_str()) {
        (CodeKind::Console, _) => "Console, with output",
        (_, "powershell" | "ps1" | "pwsh") => "PowerShell",
        (_, "cmd" | "bat" | "batch") => "Windows command prompt",
        (CodeKind::Shell, _) => "Shell",
        (CodeKind::OtherShell, _) => "Commands",
        (_, "" | "text" | "txt" | "plain" | "plaintext") => "Text",
        (_, "yaml" | "yml") => "YAML",
        (_, "json" | "jsonc" | "json5") => "JSON",
        (_, "toml") => "TOML",
        (_, "ini" | "cfg" | "properties") => "Settings",
        (_, "env" | "dotenv") => "Environment",
        (_, "sql" | "psql" | "pgsql") => "SQL",
        (_, "py" | "python" | "python3") => "Python",
        (_, "js" | "javascript") => "JavaScript",
        (_, "ts" | "typescript") => "TypeScript",
        (_, "rs" | "rust") => "Rust",
        (_, "go") => "Go",
        (_, "md" | "markdown") => "Markdown",
        (_, "mermaid") => "Diagram, as written in Mermaid",
        (_, "plantuml" | "puml") => "Diagram, as written in PlantUML",
        (_, "dot" | "graphviz") => "Diagram, as written in Graphviz",
        (_, "math" | "tex" | "latex") => "Formula, as written in TeX",
        (_, "dockerfile" | "docker") => "Dockerfile",
        (_, "diff" | "patch") => "Diff",
        (_, "html") => "HTML",
        (_, "xml") => "XML",
        (_, "http") => "HTTP",
        (_, "promql") => "PromQL",
        (_, "hcl" | "tf" | "terraform") => "Terraform",
        // `MyST` writes boxes and more as blocks of code.
        (_, other) => other
            .strip_prefix('{')
            .and_then(|name| name.split('}').next())
            .unwrap_or(other),
    }
}

/// The first line, short enough to tell one button from another.
fn summary(block: &CodeBlock) -> String {
    let first = block.commands.first().map(|command| command.text.as_str());
    let line = first
        .or_else(|| block.text.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or_default()
        .trim();
    match line.char_indices().nth(48) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None => line.to_owned(),
    }
}

/// Commands, with everything that must be filled in first set apart. Tells whether there were hidden characters.
fn command_text(html: &mut String, text: &str, painted: &[Painted]) -> bool {
    let mut has_hidden = false;
    let mut at = 0;
    while let Some((start, end)) = next_placeholder(&text[at..]) {
        has_hidden |= paint(html, text, at..at + start, painted, Reading::Command);
        html.push_str("<var>");
        has_hidden |= escape::code(html, &text[at + start..at + end], Reading::Command);
        html.push_str("</var>");
        at += end;
    }
    has_hidden | paint(html, text, at..text.len(), painted, Reading::Command)
}

/// A part of a text with the classes of its words.
fn paint(html: &mut String, text: &str, part: Range<usize>, painted: &[Painted], reading: Reading) -> bool {
    let mut has_hidden = false;
    let mut at = part.start;
    let from = painted.partition_point(|(range, _)| range.end <= part.start);
    for (range, class) in &painted[from..] {
        let (start, end) = (range.start.max(at), range.end.min(part.end));
        if start >= part.end {
            break;
        }
        has_hidden |= escape::code(html, &text[at..start], reading);
        html.push_str("<span class=\"");
        html.push_str(class);
        html.push_str("\">");
        has_hidden |= escape::code(html, &text[start..end], reading);
        html.push_str("</span>");
        at = end;
    }
    has_hidden | escape::code(html, &text[at..part.end], reading)
}

/// Words that stand for something that must be filled in. They match as whole words.
const PLACEHOLDER_WORDS: &[&str] = &["vX.Y.Z", "X.Y.Z", "YYYY-MM-DD", "YYYYMMDD", "CHANGEME"];

/// The first placeholder of a text: `<good-tag>`, or a word such as `vX.Y.Z`.
fn next_placeholder(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(offset) = text[at..].find(['<', 'v', 'X', 'Y', 'C']) {
        let start = at + offset;
        let rest = &text[start..];
        if rest.starts_with('<') {
            if let Some(length) = angle_placeholder(rest) {
                return Some((start, start + length));
            }
        } else if !text[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$') {
            let length = PLACEHOLDER_WORDS.iter().find_map(|word| {
                let after = rest.strip_prefix(*word)?;
                (!after.starts_with(|next: char| next.is_alphanumeric() || next == '_')).then_some(word.len())
            });
            if let Some(length) = length {
                return Some((start, start + length));
            }
        }
        at = start + 1;
    }
    None
}

/// The length of `<words that name something>` at the start of a text. A redirection (`< file`, `<<EOF`, `<(…)`) is none.
fn angle_placeholder(text: &str) -> Option<usize> {
    let inside = text.get(1..)?;
    if !inside.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    // A placeholder is short; what is longer is something else.
    let end = inside.char_indices().take(48).find(|(_, character)| *character == '>')?.0;
    let is_name = inside[..end]
        .chars()
        .all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | ' ' | '.' | '/' | ':' | '|' | '@'));
    let is_closed = !inside[..end].ends_with(' ');
    (is_name && is_closed).then_some(end + 2)
}

/// Prompts, commands and output told apart. Tells whether a command holds hidden characters, and whether every command was found so
/// that the block can be copied.
fn console(html: &mut String, runbook: &Runbook, block: &CodeBlock) -> (bool, bool) {
    let first_line = runbook.lines.line(block.content.start);
    let line_of = |offset: u32| (runbook.lines.line(offset) - first_line.min(runbook.lines.line(offset))) as usize;
    let mut commands = block.commands.iter().peekable();
    let mut has_hidden = false;
    let mut is_complete = !block.commands.is_empty();
    let mut lines = block.text.split_inclusive('\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let command = commands.next_if(|command| line_of(command.span.start) <= index);
        let Some(command) = command else {
            html.push_str("<samp>");
            escape::code(html, line, Reading::Code);
            html.push_str("</samp>");
            continue;
        };
        let Some(prompt) = prompt_of(runbook, command, line) else {
            is_complete = false;
            escape::code(html, line, Reading::Code);
            continue;
        };
        html.push_str("<span class=\"prompt\">");
        escape::code(html, &line[..prompt], Reading::Code);
        html.push_str("</span><kbd>");
        let mut text = line[prompt..].to_owned();
        let last = line_of(command.span.end.saturating_sub(1).max(command.span.start));
        while let Some((_, line)) = lines.next_if(|(index, _)| *index <= last) {
            text.push_str(line);
        }
        let ends_line = text.ends_with('\n');
        has_hidden |= command_text(html, text.trim_end_matches('\n'), &[]);
        html.push_str("</kbd>");
        if ends_line {
            html.push('\n');
        }
    }
    (has_hidden, is_complete && commands.next().is_none())
}

/// How many bytes of a line stand before its command.
fn prompt_of(runbook: &Runbook, command: &Command, line: &str) -> Option<usize> {
    let first = command.span.of(&runbook.text).lines().next()?.trim_end();
    if first.is_empty() {
        return None;
    }
    line.find(first)
}

#[cfg(test)]
mod tests {
    use super::next_placeholder;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some((start, end)) = next_placeholder(rest) {
            found.push(&rest[start..end]);
            rest = &rest[end..];
        }
        found
    }

    #[test]
    fn placeholders_are_told_from_redirections() {
        assert_eq!(
            placeholders("git checkout <good-tag-or-commit> && git tag vX.Y.Z"),
            ["<good-tag-or-commit>", "vX.Y.Z"]
        );
        assert_eq!(placeholders("sort < file > out; cat <<EOF; diff <(a) <(b); x <y> z"), ["<y>"]);
        assert_eq!(placeholders("export MAX.Y.Z=1 invX.Y.Z $YYYY-MM-DD vX.Y.Zed"), [""; 0]);
        assert_eq!(placeholders("touch log-YYYY-MM-DD.md"), ["YYYY-MM-DD"]);
    }
}
