//! Options of shell scripts: those that their `case`, their comparisons and `getopts` know.

use std::collections::BTreeSet;

use crate::code::found::{ELSEWHERE, FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::scan::{fingerprint, is_word};
use crate::code::tree::{Node, Source, cut};
use crate::model::definition::Definition;
use crate::model::kind::Kind;

/// The arguments of a shell script.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "shell",
    uses: |_, _| true,
    words: &["case", "esac", ";;", "--", "getopts", "$@"],
    defines: &[FLAG],
    read,
};

/// Words of a branch that refuse what it matched.
const REFUSING: &[&str] = &[
    "exit", "die", "fail", "usage", "error", "abort", "return 1", "return 2", "fatal",
];

/// Commands that take the arguments and hand them to nobody.
const OWN: &[&str] = &[
    ":", "[", "declare", "echo", "getopt", "getopts", "local", "log", "printf", "set", "shift", "test",
];

/// Names of files that are read in for their variables and know no options.
const SILENT: &[&str] = &["activate", ".bashrc", ".env", ".profile", "nvm.sh", "os-release"];

fn read(source: &Source<'_>, found: &mut Found) {
    let functions: Vec<(&str, Node<'_>)> = source
        .of_kind("function_definition")
        .filter_map(|node| Some((node.field("name")?.text(), node)))
        .collect();
    let mut refuses = false;
    let mut parsing: BTreeSet<&str> = BTreeSet::new();
    for case in source.of_kind("case_statement") {
        let (has_flags, is_refusing) = branches(case, found);
        refuses |= has_flags && is_refusing;
        if has_flags && let Some(name) = function_of(case) {
            parsing.insert(name);
        }
    }
    compared(source, found);
    for command in source.of_kind("command") {
        getopts(command, found);
    }
    for (name, node) in &functions {
        found.file.definitions.push(Definition {
            kind: Kind::ShellFunction,
            name: (*name).to_owned(),
            line: found.lines.line(node.start() as u32),
            ..Definition::default()
        });
    }
    let handed = Handed::new(source, &functions, parsing);
    found.file.includes = handed.sourced.iter().flatten().cloned().collect();
    if refuses {
        return;
    }
    found.file.binaries = handed.elsewhere.iter().map(|name| (*name).to_owned()).collect();
    let is_elsewhere = !handed.elsewhere.is_empty() && found.file.includes.is_empty();
    if handed.is_open || is_elsewhere || handed.sourced.iter().any(Option::is_none) {
        found.open(FLAG);
    }
    if !found.file.includes.is_empty() {
        found.open(ELSEWHERE);
    }
}

/// The flags of the branches of a `case`; whether it has any, and whether everything else is refused.
fn branches(case: Node<'_>, found: &mut Found) -> (bool, bool) {
    let (mut has_flags, mut is_refusing, mut hands_on) = (false, false, false);
    for item in case.children().filter(|child| child.kind() == "case_item") {
        let Some(close) = item.tokens().find(|token| token.kind() == ")") else {
            continue;
        };
        let body = &item.text()[close.end() - item.start()..];
        let takes_value = has_any(body, &["$2", "${2", "#*="]);
        // A branch for a word that gives the arguments behind it to a program: what that one refuses is its own affair.
        let is_word_branch = item
            .fields("value")
            .all(|pattern| !pattern.text().trim_matches(['"', '\'']).starts_with(['-', '*']));
        hands_on |= is_word_branch
            && item
                .below()
                .any(|node| is_all(node) && taker(node).is_some_and(|taker| runs(taker)));
        for pattern in item.fields("value") {
            let text = pattern.text().trim_matches(['"', '\'']);
            if matches!(text, "*" | "-*" | "--*" | "-?*" | "--?*") {
                let refuses = item
                    .below()
                    .filter(|node| node.kind() == "command")
                    .any(|command| has_any(command.text(), REFUSING));
                is_refusing |= refuses;
                has_flags |= refuses && text != "*";
                continue;
            }
            let flag = flag_of(text);
            if text.starts_with('-') && flag.trim_matches('-').bytes().any(is_word) {
                // `help|-h|--help)` stands among subcommands as well.
                has_flags |= !matches!(flag, "-h" | "--help" | "-V" | "--version");
                push(found, flag, pattern.start(), fingerprint(cut(body)), takes_value);
            }
        }
    }
    // What the grammar lost of a `case` may be a branch.
    if case.below().any(|node| node.kind() == "ERROR") {
        found.open(FLAG);
    }
    (has_flags, is_refusing && !hands_on)
}

/// Whether what takes the arguments is a command that does something with them.
fn runs(taker: Node<'_>) -> bool {
    taker.kind() == "command" && !OWN.contains(&name_of(taker))
}

fn push(found: &mut Found, name: &str, offset: usize, fingerprint: u128, takes_value: bool) {
    let line = found.lines.line(offset as u32);
    found.file.definitions.push(Definition {
        kind: FLAG,
        name: name.to_owned(),
        line,
        interface: u128::from(takes_value) + 1,
        fingerprint,
        ..Definition::default()
    });
}

/// Flags that are compared one by one: `[[ "$1" == "--dry-run" ]]`, `[ "${1:-}" = --check ]`, `test "$1" = --check`.
fn compared(source: &Source<'_>, found: &mut Found) {
    let mut offer = |node: Node<'_>| {
        let text = node.text().trim_matches(['"', '\'']);
        let flag = flag_of(text);
        if text.starts_with("--") && flag.len() > 2 && !found.has_flag(flag) {
            push(found, flag, node.start(), 0, false);
        }
    };
    for test in source.of_kind("binary_expression") {
        let is_comparison = test
            .field("operator")
            .is_some_and(|sign| matches!(sign.text(), "=" | "==" | "!=" | "=~"));
        if is_comparison {
            test.field("left").into_iter().chain(test.field("right")).for_each(&mut offer);
        }
    }
    for command in source.of_kind("command").filter(|command| name_of(*command) == "test") {
        let arguments: Vec<Node<'_>> = command.fields("argument").collect();
        for pair in arguments
            .windows(2)
            .filter(|pair| matches!(pair[0].text(), "=" | "==" | "!="))
        {
            offer(pair[1]);
        }
    }
}

/// The flag of a pattern such as `--env=*`.
fn flag_of(pattern: &str) -> &str {
    let length = pattern.bytes().take_while(|byte| is_word(*byte) || *byte == b'-').count();
    &pattern[..length]
}

/// `getopts "hv:" option`, and `getopt --long help,env: ...`.
fn getopts(command: Node<'_>, found: &mut Found) {
    let words: Vec<&str> = command
        .fields("argument")
        .map(|argument| argument.text().trim_matches(['"', '\'']))
        .collect();
    match name_of(command) {
        "getopts" => {
            let options = words.first().copied().unwrap_or_default();
            for char in options.chars().filter(char::is_ascii_alphanumeric) {
                push(
                    found,
                    &format!("-{char}"),
                    command.start(),
                    0,
                    options.contains(&format!("{char}:")),
                );
            }
        }
        "getopt" => {
            let mut words = words.into_iter();
            while let Some(word) = words.next() {
                let list = match word {
                    "-l" | "--long" | "--longoptions" => words.next(),
                    word => word.strip_prefix("--long=").or_else(|| word.strip_prefix("--longoptions=")),
                };
                for option in list.into_iter().flat_map(|list| list.trim_matches(['"', '\'']).split(',')) {
                    let name = option.trim_end_matches(':');
                    if !name.is_empty() {
                        push(found, &format!("--{name}"), command.start(), 0, option.ends_with(':'));
                    }
                }
            }
        }
        _ => {}
    }
}

fn name_of(command: Node<'_>) -> &str {
    command.field("name").map_or("", Node::text)
}

/// The function that a node stands in.
fn function_of(node: Node<'_>) -> Option<&str> {
    node.ancestors()
        .find(|node| node.kind() == "function_definition")
        .and_then(|node| node.field("name"))
        .map(Node::text)
}

/// What becomes of the arguments of a script.
#[derive(Default)]
struct Handed<'source> {
    /// Whether they are given to a program, which may know any flag, or to computed code.
    is_open: bool,
    /// Functions that they are given to and that stand in no place of this file.
    elsewhere: BTreeSet<&'source str>,
    /// The scripts that are read in; none for one whose name is computed.
    sourced: Vec<Option<String>>,
}

impl<'source> Handed<'source> {
    fn new(source: &'source Source<'_>, functions: &[(&'source str, Node<'source>)], parsing: BTreeSet<&'source str>) -> Self {
        let mut handed = Self::default();
        // The arguments of the script are those of a function only when it is given all of them.
        let uses: Vec<(Option<&str>, Node<'_>)> = source
            .nodes()
            .filter(|node| is_all(*node) || is_kept(*node))
            .map(|node| (function_of(node), node))
            .collect();
        let mut reached = parsing;
        let mut is_growing = true;
        while is_growing {
            is_growing = false;
            for (function, node) in &uses {
                if function.is_some_and(|name| !reached.contains(name)) {
                    continue;
                }
                let callee = taker(*node).filter(|taker| taker.kind() == "command").map(name_of);
                let own = functions.iter().find(|(name, _)| Some(*name) == callee);
                if let Some((name, _)) = own {
                    is_growing |= reached.insert(name);
                }
            }
        }
        for (_, node) in uses
            .iter()
            .filter(|(function, _)| function.is_none_or(|name| reached.contains(name)))
        {
            handed.take(*node, functions);
        }
        for command in source.of_kind("command") {
            handed.read_code(command);
        }
        handed
    }

    fn take(&mut self, node: Node<'source>, functions: &[(&str, Node<'_>)]) {
        let Some(taker) = taker(node) else { return };
        if taker.kind() != "command" {
            // What is kept in a variable is given to somebody later; a loop looks at each word itself.
            self.is_open |= matches!(taker.kind(), "variable_assignment" | "array");
            return;
        }
        let name = name_of(taker);
        if functions.iter().any(|(function, _)| *function == name) || OWN.contains(&name) {
            // `args="$(printf '%q ' "$@")"` keeps what is printed for somebody else.
            let substitution = taker.ancestors().find(|node| node.kind() == "command_substitution");
            if matches!(name, "echo" | "printf")
                && let Some(substitution) = substitution
            {
                self.take(substitution, functions);
            }
            return;
        }
        let is_function = !name.is_empty() && name.bytes().all(is_word) && !matches!(name, "exec" | "eval" | "command");
        if is_function {
            self.elsewhere.insert(name);
        } else {
            self.is_open = true;
        }
    }

    /// `source lib.sh`, `. "$(dirname "$0")/lib.sh"`, `eval "$code"`.
    fn read_code(&mut self, command: Node<'_>) {
        let Some(first) = command.fields("argument").next() else {
            return;
        };
        match name_of(command) {
            "eval" => self.is_open |= first.text() != "set",
            "source" | "." => {
                let name = first.text().trim_matches(['"', '\'']);
                if !SILENT.iter().any(|silent| name.ends_with(silent)) && !name.starts_with("/etc/") {
                    self.sourced.push(sourced(name));
                }
            }
            _ => {}
        }
    }
}

/// The path of a script that is read in, without the folder of this one: `lib.sh` of `"$(dirname "$0")/lib.sh"`.
fn sourced(name: &str) -> Option<String> {
    let tail = if let Some(rest) = name.strip_prefix("$(").or_else(|| name.strip_prefix("${")) {
        let close = if name.starts_with("$(") { ')' } else { '}' };
        rest.rsplit_once(close)?.1
    } else if let Some(rest) = name.strip_prefix('$') {
        rest.trim_start_matches(|char: char| char.is_alphanumeric() || char == '_')
    } else {
        name
    };
    let tail = tail.trim_start_matches('/').trim_start_matches("./");
    let is_plain = !tail.is_empty() && !tail.contains(['$', '`', '*', '~', '<', '(', '"']);
    is_plain.then(|| tail.to_owned())
}

/// Whether a node stands for all arguments: `$@`, `${*}`, `${@:2}`.
fn is_all(node: Node<'_>) -> bool {
    match node.kind() {
        "simple_expansion" => matches!(node.text(), "$@" | "$*"),
        "expansion" => node.text().starts_with("${@") || node.text().starts_with("${*"),
        _ => false,
    }
}

/// Whether a node is an argument that a list keeps: `ARGS+=("$1")`.
fn is_kept(node: Node<'_>) -> bool {
    let is_one = match node.kind() {
        "simple_expansion" => node.text() == "$1",
        "expansion" => node.text().starts_with("${1"),
        _ => false,
    };
    is_one && taker(node).is_some_and(|taker| taker.kind() == "array")
}

/// What takes the arguments of a node.
fn taker(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|node| {
        node.is_any(&[
            "array", "case_statement", "command", "declaration_command", "for_statement", "function_definition", "heredoc_body",
            "herestring_redirect", "test_command", "variable_assignment",
        ])
    })
}

#[cfg(test)]
mod tests {
    use crate::code::testing::read;
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn of(file: &DefinitionFile) -> Vec<String> {
        let flags = file.of_kind(Kind::ScriptFlag);
        flags.map(|one| format!("{}:{}", one.name, one.line)).collect()
    }

    fn flags(text: &str) -> (Vec<String>, bool) {
        let file = read("x.sh", text);
        (of(&file), file.knows_all(Kind::ScriptFlag))
    }

    #[test]
    fn branches_of_case_are_flags() {
        let text = "#!/bin/bash\nwhile [[ $# -gt 0 ]]; do\n  case \"$1\" in\n    -h|--help)\n      usage; exit 0 ;;\n    --env=*) ENV=\"${1#*=}\"; shift ;;\n    --dry-run) DRY=1; shift ;;\n    *) echo \"unknown $1\"; exit 1 ;;\n  esac\ndone\nrun_it \"$@\"\n";
        let (found, is_complete) = flags(text);
        assert_eq!(found, ["-h:4", "--help:4", "--env:6", "--dry-run:7"]);
        assert!(is_complete, "unknown flags are refused");
    }

    #[test]
    fn what_only_looks_like_a_branch_hides_none() {
        let text = "FILES=\"$(git ls-files |\n  sort)\"\nx=(a\n  b)\ncase $1 in\n  --all) x ;;\n  *) exit 1 ;;\nesac\n";
        let (found, is_complete) = flags(text);
        assert_eq!(found, ["--all:6"]);
        assert!(is_complete);
    }

    #[test]
    fn what_is_only_said_is_not_there() {
        let text = "usage() {\n  cat <<EOF\n  case x in\n  --old) gone ;;\n  --env X   it's the (environment\nEOF\n}\n# --removed) x ;;\necho \"\n  --said) x ;;\n\"\ncase $1 in\n  --here) x ;; # --there) y ;;\n  *) usage; exit 1 ;;\nesac\n";
        let (found, is_complete) = flags(text);
        assert_eq!(found, ["--here:13"]);
        assert!(is_complete);
    }

    #[test]
    fn getopts_and_comparisons_are_flags() {
        let (found, is_complete) = flags(
            "while getopts \"hv:\" opt; do :; done\nif [[ \"${1:-}\" == \"--check\" ]]; then :; fi\n[ \"$1\" = --plain ] || test \"$1\" = --tested\n",
        );
        assert_eq!(found, ["-h:1", "-v:1", "--check:2", "--plain:3", "--tested:3"]);
        assert!(is_complete);
        assert_eq!(
            flags("O=$(getopt -o h --long help,env: -- \"$@\")\neval set -- \"$O\"\n"),
            (vec!["--help:1".to_owned(), "--env:1".to_owned()], true)
        );
    }

    #[test]
    fn arguments_that_are_handed_on_may_be_anything() {
        for text in [
            "exec python x.py \"$@\"\n",
            "docker run x \"${@:2}\"\n",
            "case $1 in\n --a) x;;\n *) ARGS+=(\"$1\");;\nesac\n",
            "args=(\"$@\")\nx \"${args[@]}\"\n",
            "run() { \"$@\"; }\nrun \"$@\"\n",
            "source \"$LIB\"\n",
            "args=\"$(printf '%q ' \"$@\")\"\n./gradlew run --args=\"$args\"\n",
            "./gradlew run --args=\"$(printf '%q ' \"$@\")\"\n",
            "eval \"$code\"\n",
            "case $1 in\n up) shift; docker compose up \"$@\";;\n -h|--help) usage;;\n *) exit 1;;\nesac\n",
            "in_box() { docker run x \"$@\"; }\ncase $1 in\n up) in_box app \"$@\";;\n --all) x;;\n *) exit 1;;\nesac\n",
        ] {
            assert!(!flags(text).1, "{text}");
        }
        for text in [
            "main() {\n  echo\n}\nmain \"$@\"\n",
            "run() { \"$@\"; }\nrun make check\n",
            "for x in \"$@\"; do echo \"$x\"; done\n",
            "echo \"called with $(printf '%q ' \"$@\")\"\n",
            ". ./.env\nsource venv/bin/activate\n",
        ] {
            assert!(flags(text).1, "{text}");
        }
    }

    #[test]
    fn scripts_that_are_read_in_are_named() {
        let file = read(
            "a/x.sh",
            "source \"$(dirname \"$0\")/lib/args.sh\"\n. \"${HERE}/../log.sh\"\nsource ./x.sh\nparse \"$@\"\n",
        );
        assert_eq!(file.includes, ["lib/args.sh", "../log.sh", "x.sh"]);
        assert_eq!(file.binaries, ["parse"]);
        assert!(file.knows_all(Kind::ScriptFlag) && !file.knows_all(Kind::Parser));
    }

    #[test]
    fn an_error_opens_only_what_it_lies_in() {
        assert!(flags("case $1 in\n --a) x;;\n *) exit 1;;\nesac\nx=(\n").1);
        assert!(!flags("case $1 in\n --a) echo esac (;;\n --b) y;;\nesac\n").1);
    }

    #[test]
    fn a_change_of_a_branch_shows_and_a_comment_does_not() {
        let of = |text: &str| read("x.sh", text).definitions[0].fingerprint;
        let before = of("case $1 in\n --a) x 1;;\nesac\n");
        assert_eq!(before, of("case $1 in\n  # why\n  --a)\n    x 1\n    ;;\nesac\n"));
        assert_ne!(before, of("case $1 in\n --a) x 2;;\nesac\n"));
    }
}
