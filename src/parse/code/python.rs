//! Python: flags and sub-commands of argparse, click and typer; routes stand in `python_routes`.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;
use crate::parse::code::Language;
use crate::parse::code::python_routes::routes;
use crate::parse::code::scan::{Argument, arguments, bracketed, calls, fingerprint, kebab, literal, named, strings};

/// Python.
pub(super) const LANGUAGE: Language = Language {
    name: "python",
    recognizes: |path| path.ends_with(".py"),
    parse,
};

/// Says of a file that its parser is given to functions of other files, or that some arguments are handed on. For a script that hides options, for a program of which all
/// files are read it hides nothing.
const ELSEWHERE: Kind = Kind::Parser;

/// What the flags and commands of a file are gathered in.
struct Reader<'text> {
    text: &'text str,
    lines: Lines,
    file: DefinitionFile,
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut reader = Reader {
        text,
        lines: Lines::of(text),
        file: DefinitionFile::complete(path, LANGUAGE.name),
    };
    let has_argparse = text.contains("add_argument") || text.contains("ArgumentParser");
    let has_click = text.contains("click") || text.contains("typer") || text.contains("Typer");
    if has_argparse {
        reader.argparse();
    }
    if has_click {
        reader.click();
        reader.typer();
    }
    if text.contains("sys.argv") {
        reader.plain_arguments();
        if !has_argparse && !has_click {
            reader.open(Kind::ScriptFlag);
        }
    }
    let Reader { mut file, lines, .. } = reader;
    routes(text, &lines, &mut file);
    file.open_kinds.sort_unstable();
    file.open_kinds.dedup();
    file
}

impl Reader<'_> {
    fn open(&mut self, kind: Kind) {
        if !self.file.open_kinds.contains(&kind) {
            self.file.open_kinds.push(kind);
        }
    }

    fn add(&mut self, kind: Kind, name: String, at: usize, code: &str, value: Option<&str>) {
        let interface = value.map_or_else(|| fingerprint(code), fingerprint);
        self.file.definitions.push(Definition {
            kind,
            name,
            value: value.map(str::to_owned),
            line: self.lines.line(at as u32),
            interface,
            fingerprint: fingerprint(code),
            ..Definition::default()
        });
    }

    fn argparse(&mut self) {
        for call in calls(self.text, "add_argument") {
            let found = arguments(call.arguments);
            let mut is_known = false;
            let is_boolean = named(&found, "action").is_some_and(|action| action.ends_with("BooleanOptionalAction"));
            let default = named(&found, "default").and_then(plain);
            for argument in found.iter().filter(|argument| argument.name.is_empty()) {
                let Some(name) = literal(argument.value) else { continue };
                is_known = true;
                if name.starts_with('-') {
                    self.add(Kind::ScriptFlag, name.to_owned(), call.at, call.arguments, default);
                    if is_boolean && let Some(bare) = name.strip_prefix("--") {
                        self.add(Kind::ScriptFlag, format!("--no-{bare}"), call.at, call.arguments, None);
                    }
                }
            }
            if !is_known {
                self.open(Kind::ScriptFlag);
            }
        }
        for call in calls(self.text, "add_parser") {
            let found = arguments(call.arguments);
            match found.first().and_then(|argument| literal(argument.value)) {
                Some(name) => {
                    self.add(Kind::CliCommand, name.to_owned(), call.at, call.arguments, None);
                    let aliases = named(&found, "aliases").unwrap_or_default();
                    for (_, alias) in strings(aliases) {
                        self.add(Kind::CliCommand, alias.to_owned(), call.at, call.arguments, None);
                    }
                }
                None => self.open(Kind::CliCommand),
            }
        }
        let hands_on = ["parse_known_args", "parents=[", "entry_points("];
        if hands_on.iter().any(|word| self.text.contains(word)) {
            self.open(Kind::ScriptFlag);
        }
        if self.text.contains("REMAINDER") {
            // One command hands on what stands behind it; of a script that may be all.
            self.open(ELSEWHERE);
        }
        if self.text.contains("entry_points(") || self.text.contains("iter_modules(") {
            self.open(Kind::CliCommand);
        }
        // A parser that is given away may get flags elsewhere.
        for word in [
            "(parser)",
            "(parser,",
            "(subparsers)",
            "(subparsers,",
            "(sub)",
            "(self.parser)",
        ] {
            for (at, _) in self.text.match_indices(word) {
                let before = &self.text[..at];
                let length = before
                    .bytes()
                    .rev()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                let name = &before[at - length..];
                let is_own = name.is_empty() || self.text.contains(&format!("def {name}("));
                if !is_own {
                    self.open(ELSEWHERE);
                }
            }
        }
    }

    fn click(&mut self) {
        for call in calls(self.text, "option") {
            let found = arguments(call.arguments);
            let default = named(&found, "default").and_then(plain);
            for argument in found.iter().filter(|argument| argument.name.is_empty()) {
                self.flag_words(argument, call.at, call.arguments, default);
            }
        }
        for call in calls(self.text, "Option") {
            let found = arguments(call.arguments);
            for argument in found.iter().filter(|argument| argument.name.is_empty()) {
                self.flag_words(argument, call.at, call.arguments, None);
            }
        }
        let opens = [
            "ignore_unknown_options",
            "allow_extra_args",
            "MultiCommand",
            "get_command(self",
            "LazyGroup",
            "LazyCommand",
        ];
        for word in opens {
            if self.text.contains(word) {
                self.open(Kind::ScriptFlag);
                self.open(Kind::CliCommand);
            }
        }
        for name in [".command", ".group", "click.command", "click.group"] {
            let is_top = name.starts_with("click");
            let decorators = self.text.match_indices(name).filter(|(at, _)| {
                let line = &self.text[self.text[..*at].rfind('\n').map_or(0, |start| start + 1)..*at];
                line.trim_start().starts_with('@')
            });
            for (at, _) in decorators {
                let rest = &self.text[at + name.len()..];
                let length = if rest.starts_with('(') {
                    bracketed(rest).unwrap_or(0)
                } else {
                    0
                };
                if !rest.starts_with(['(', '\n', '\r', ' ']) || (!is_top && self.text[..at].ends_with("click")) {
                    continue;
                }
                let inner = rest.get(1..length.max(1) - usize::from(length > 1)).unwrap_or_default();
                let inner = inner.strip_suffix(')').unwrap_or(inner);
                let found = arguments(inner);
                let given = named(&found, "name").or_else(|| {
                    found
                        .first()
                        .filter(|argument| argument.name.is_empty())
                        .map(|argument| argument.value)
                });
                let function = function_behind(&rest[length..]);
                let Some((function, code)) = function else { continue };
                let name = match given {
                    Some(value) => literal(value).map(str::to_owned),
                    None => Some(kebab(function)),
                };
                match name {
                    Some(name) => {
                        self.add(Kind::CliCommand, name.clone(), at, code, None);
                        // Older versions of click leave the suffix on; newer ones take it off.
                        for suffix in ["-command", "-cmd", "-group", "-grp"] {
                            if let Some(short) = name.strip_suffix(suffix).filter(|_| given.is_none()) {
                                self.add(Kind::CliCommand, short.to_owned(), at, code, None);
                            }
                        }
                    }
                    None => self.open(Kind::CliCommand),
                }
            }
        }
        for call in calls(self.text, "add_command") {
            let found = arguments(call.arguments);
            let name = named(&found, "name").or_else(|| found.get(1).map(|argument| argument.value));
            if let Some(name) = name.and_then(literal) {
                self.add(Kind::CliCommand, name.to_owned(), call.at, call.arguments, None);
            }
        }
    }

    fn typer(&mut self) {
        for call in calls(self.text, "add_typer") {
            if let Some(name) = named(&arguments(call.arguments), "name").and_then(literal) {
                self.add(Kind::CliCommand, name.to_owned(), call.at, call.arguments, None);
            }
        }
        for call in calls(self.text, "Typer") {
            if let Some(name) = named(&arguments(call.arguments), "name").and_then(literal) {
                self.add(Kind::CliCommand, name.to_owned(), call.at, call.arguments, None);
            }
        }
        if !(self.text.contains("typer") || self.text.contains("Typer")) {
            return;
        }
        // The parameters of a command are its options; more functions than the commands are read, which only makes the check milder.
        for (at, _) in self.text.match_indices("def ") {
            let rest = &self.text[at..];
            let Some(open) = rest.find('(').filter(|open| *open < 120) else {
                continue;
            };
            let Some(length) = bracketed(&rest[open..]) else { continue };
            let inner = rest.get(open + 1..open + length - 1).unwrap_or_default();
            for parameter in arguments(inner) {
                if parameter.name.is_empty() || parameter.value.contains("Argument(") {
                    continue;
                }
                let name = kebab(parameter.name);
                self.add(Kind::ScriptFlag, format!("--{name}"), at + open, parameter.value, None);
                if parameter.value.contains("bool") {
                    self.add(Kind::ScriptFlag, format!("--no-{name}"), at + open, parameter.value, None);
                }
            }
        }
    }

    /// The words of one literal of an option: `--force/--no-force`, `-f`.
    fn flag_words(&mut self, argument: &Argument<'_>, at: usize, code: &str, default: Option<&str>) {
        for flag in literal(argument.value)
            .into_iter()
            .flat_map(|words| words.split(['/', ' ', ';']))
        {
            if flag.starts_with('-') && flag.len() > 1 {
                self.add(Kind::ScriptFlag, flag.to_owned(), at, code, default);
            }
        }
    }

    /// `if "--check" in sys.argv`: what is compared is known, what else is read is not.
    fn plain_arguments(&mut self) {
        let found: Vec<(usize, &str)> = strings(self.text)
            .filter(|(_, words)| {
                words.strip_prefix("--").is_some_and(|name| {
                    !name.is_empty()
                        && name
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                })
            })
            .collect();
        for (at, flag) in found {
            if self.file.definition(Kind::ScriptFlag, flag).is_none() {
                self.add(Kind::ScriptFlag, flag.to_owned(), at, flag, None);
            }
        }
    }
}

/// A literal of a default: a string without its quotes, a number, `True`.
pub(super) fn plain(value: &str) -> Option<&str> {
    if let Some(words) = literal(value) {
        return Some(words);
    }
    let value = value.trim();
    let is_plain = !value.is_empty()
        && value != "None"
        && (value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'))
            || matches!(value, "True" | "False" | "true" | "false"));
    is_plain.then_some(value)
}

/// The function that a decorator stands in front of, with its code as far as the next one.
fn function_behind(text: &str) -> Option<(&str, &str)> {
    let at = text.find("def ").filter(|at| *at < 6_000)?;
    let rest = &text[at + 4..];
    let length = rest.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_'))?;
    // Up to the next line that begins at the margin with a decorator or a definition.
    let end = ["\n@", "\ndef ", "\nasync def ", "\nclass "]
        .iter()
        .filter_map(|word| text[at..].find(word))
        .min();
    let code = end.map_or(text, |end| &text[..at + end]);
    Some((&rest[..length], code))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn of_kind(file: &DefinitionFile, kind: Kind) -> Vec<String> {
        file.of_kind(kind).map(|one| format!("{}:{}", one.name, one.line)).collect()
    }

    #[test]
    fn flags_and_commands_of_argparse_are_read() {
        let file = parse(
            "x.py",
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--dry-run', '-n', action='store_true')\np.add_argument(\n    \"--limit\", type=int, default=30,\n)\np.add_argument('path')\np.add_argument('--cache', action=argparse.BooleanOptionalAction)\nsub = p.add_subparsers()\nsub.add_parser('sync', aliases=['s'])\n",
        );
        assert_eq!(
            of_kind(&file, Kind::ScriptFlag),
            ["--dry-run:3", "-n:3", "--limit:4", "--cache:8", "--no-cache:8"]
        );
        assert_eq!(
            file.definition(Kind::ScriptFlag, "--limit")
                .and_then(|one| one.value.as_deref()),
            Some("30")
        );
        assert_eq!(of_kind(&file, Kind::CliCommand), ["sync:10", "s:10"]);
        assert!(file.knows_all(Kind::ScriptFlag) && file.knows_all(Kind::CliCommand));
    }

    #[test]
    fn options_and_commands_of_click_are_read() {
        let file = parse(
            "x.py",
            "import click\n@click.group()\ndef cli(): ...\n\n@cli.command()\n@click.option('--force/--no-force', '-f')\ndef load_data(force):\n    pass\n\n@cli.command('send')\ndef x(): ...\n",
        );
        assert_eq!(of_kind(&file, Kind::ScriptFlag), ["--force:6", "--no-force:6", "-f:6"]);
        assert_eq!(of_kind(&file, Kind::CliCommand), ["load-data:5", "send:10", "cli:2"]);
        assert!(file.knows_all(Kind::CliCommand));
    }

    #[test]
    fn parameters_of_typer_are_options() {
        let file = parse(
            "x.py",
            "import typer\napp = typer.Typer(name='ops')\napp.add_typer(db_app, name=\"db\")\n@app.command()\ndef run_it(name: str, force_all: bool = False, n: int = typer.Option(3, '--number')):\n    pass\n",
        );
        let flags = of_kind(&file, Kind::ScriptFlag);
        for flag in ["--force-all:5", "--no-force-all:5", "--number:5"] {
            assert!(flags.iter().any(|known| known == flag), "{flag} in {flags:?}");
        }
        assert_eq!(of_kind(&file, Kind::CliCommand), ["run-it:4", "db:3", "ops:2"]);
    }

    #[test]
    fn what_is_read_elsewhere_is_not_known() {
        for text in [
            "import argparse\np = argparse.ArgumentParser()\na, rest = p.parse_known_args()\n",
            "import argparse\nparser = argparse.ArgumentParser()\nadd_common(parser)\n",
            "import argparse\nfor name in names:\n    p.add_argument(f'--{name}')\n",
            "import sys\nif '--x' in sys.argv: pass\n",
        ] {
            let file = parse("x.py", text);
            assert!(!file.knows_all(Kind::ScriptFlag) || !file.knows_all(Kind::Parser), "{text}");
        }
        let own = "import argparse\ndef add_common(parser):\n  parser.add_argument('--x')\nadd_common(parser)\n";
        assert!(parse("x.py", own).knows_all(Kind::ScriptFlag) && parse("x.py", own).knows_all(Kind::Parser));
    }

    #[test]
    fn comments_and_form_are_silent() {
        let of = |text: &str| parse("x.py", text).definitions[0].fingerprint;
        let before = of("import argparse\np.add_argument('--a', default=1)\n");
        assert_eq!(
            before,
            of("import argparse\n# more\np.add_argument(\n    \"--a\",  # first\n    default=1,\n)\n")
        );
        assert_ne!(before, of("import argparse\np.add_argument('--a', default=2)\n"));
    }
}
