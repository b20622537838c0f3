//! Shell scripts: the options that their `case` and `getopts` know.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;
use crate::parse::code::Language;
use crate::parse::code::scan::{fingerprint, is_word};

/// Shell scripts, by their ending.
pub(super) const LANGUAGE: Language = Language {
    name: "shell",
    recognizes: |path| [".sh", ".bash", ".zsh", ".ksh"].iter().any(|ending| path.ends_with(ending)),
    parse,
};

/// Words of a branch that refuse what it matched.
const REFUSING: [&str; 9] = [
    "exit", "die", "fail", "usage", "error", "abort", "return 1", "return 2", "fatal",
];

/// A branch of `case` whose end was not seen yet.
struct Branch {
    /// The flags that it matches, with their places.
    flags: Vec<(String, usize)>,
    /// Where its body begins.
    from: usize,
    /// Whether it matches everything that no other branch does.
    is_default: bool,
}

pub(super) fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let mut refuses = false;
    let mut at = 0;
    let mut branch: Option<Branch> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let code = line.trim();
        if code.starts_with('#') {
            continue;
        }
        if let Some((patterns, body)) = pattern_head(code) {
            let offset = start + (line.len() - line.trim_start().len());
            let is_default = patterns
                .iter()
                .any(|pattern| matches!(*pattern, "*" | "-*" | "--*" | "-?*" | "--?*"));
            let flags: Vec<(String, usize)> = patterns
                .iter()
                .filter(|pattern| pattern.starts_with('-') && pattern.len() > 1)
                .map(|pattern| (flag_of(pattern).to_owned(), offset))
                .filter(|(flag, _)| flag.trim_matches('-').bytes().any(is_word))
                .collect();
            // What looked like a branch and has no end was none; a flag is one wherever it stands.
            if branch.is_none() || !flags.is_empty() {
                if let Some(before) = branch.take() {
                    refuses |= end(before, text, start, &lines, &mut file);
                }
                branch = Some(Branch {
                    flags,
                    from: start + line.rfind(body).unwrap_or(0),
                    is_default,
                });
            }
        }
        let is_end = code.contains(";;") || code == "esac" || code.ends_with(";&");
        if is_end && let Some(before) = branch.take() {
            refuses |= end(before, text, at, &lines, &mut file);
        }
        getopts(code, start, &lines, &mut file);
    }
    // Flags that are compared one by one: `[[ "$1" == "--dry-run" ]]`, `[ "${1:-}" = --check ]`.
    for (offset, _) in text.match_indices("--") {
        let before = text[..offset].trim_end_matches(['"', '\'']);
        if before.trim_end().ends_with('=') && before.ends_with([' ', '=']) {
            let flag = flag_of(&text[offset..]);
            if flag.len() > 2 && file.definition(Kind::ScriptFlag, flag).is_none() {
                push(&mut file, &lines, flag.to_owned(), offset, 0, false);
            }
        }
    }
    if !refuses && hands_on(text) {
        file.open_kinds.push(Kind::ScriptFlag);
    }
    file
}

/// Adds the flags of a branch that ends at an offset. Whether it is the one for everything else, and refuses that.
fn end(branch: Branch, text: &str, at: usize, lines: &Lines, file: &mut DefinitionFile) -> bool {
    let body = text.get(branch.from..at).unwrap_or_default();
    let takes_value = body.contains("$2") || body.contains("${2") || body.contains("#*=");
    for (flag, offset) in branch.flags {
        push(file, lines, flag, offset, fingerprint(body), takes_value);
    }
    branch.is_default && REFUSING.iter().any(|word| body.contains(word))
}

fn push(file: &mut DefinitionFile, lines: &Lines, name: String, offset: usize, fingerprint: u64, takes_value: bool) {
    file.definitions.push(Definition {
        kind: Kind::ScriptFlag,
        name,
        line: lines.line(offset as u32),
        interface: u64::from(takes_value) + 1,
        fingerprint,
        ..Definition::default()
    });
}

/// The patterns of a branch such as `-h|--help)`, and what follows them on the line.
fn pattern_head(code: &str) -> Option<(Vec<&str>, &str)> {
    let code = code.strip_prefix('(').unwrap_or(code);
    // `case "$1" in --x) ...` may stand on one line.
    let code = code
        .strip_prefix("case ")
        .and_then(|rest| rest.split_once(" in "))
        .map_or(code, |(_, rest)| rest.trim_start());
    let (head, body) = code.split_once(')')?;
    let is_one = |pattern: &str| {
        let is_sign = |byte: u8| {
            is_word(byte)
                || matches!(
                    byte,
                    b'-' | b'*' | b'?' | b'=' | b'"' | b'\'' | b'[' | b']' | b'.' | b':' | b'/' | b'+' | b'@'
                )
        };
        !pattern.is_empty() && pattern.bytes().all(is_sign)
    };
    let is_pattern = head.len() < 200 && head.split('|').all(|pattern| is_one(pattern.trim()));
    is_pattern.then(|| {
        let patterns = head
            .split('|')
            .map(|pattern| pattern.trim().trim_matches(['"', '\'']))
            .collect();
        (patterns, body)
    })
}

/// The flag of a pattern such as `--env=*`.
fn flag_of(pattern: &str) -> &str {
    let length = pattern.bytes().take_while(|byte| is_word(*byte) || *byte == b'-').count();
    &pattern[..length]
}

/// `getopts "hv:" option`, and `getopt --long help,env: ...`.
fn getopts(code: &str, start: usize, lines: &Lines, file: &mut DefinitionFile) {
    let words = || code.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    if let Some(options) = words().skip_while(|word| *word != "getopts").nth(1) {
        for char in options.chars().filter(char::is_ascii_alphanumeric) {
            push(
                file,
                lines,
                format!("-{char}"),
                start,
                0,
                options.contains(&format!("{char}:")),
            );
        }
    }
    if code.contains("getopt ") {
        let mut words = words();
        while let Some(word) = words.next() {
            let list = match word {
                "-l" | "--long" | "--longoptions" => words.next(),
                word => word.strip_prefix("--long=").or_else(|| word.strip_prefix("--longoptions=")),
            };
            for option in list.into_iter().flat_map(|list| list.trim_matches(['"', '\'']).split(',')) {
                let name = option.trim_end_matches(':');
                if !name.is_empty() {
                    push(file, lines, format!("--{name}"), start, 0, option.ends_with(':'));
                }
            }
        }
    }
}

/// Whether a script gives its arguments to another program, which may know any flag, or reads further code.
fn hands_on(text: &str) -> bool {
    let functions: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            let name = line
                .strip_prefix("function ")
                .map(|rest| rest.split([' ', '(', '{']).next().unwrap_or_default());
            name.or_else(|| line.split_once("()").map(|(name, _)| name.trim()))
        })
        .filter(|name| !name.is_empty() && !name.contains(' '))
        .collect();
    text.lines().map(str::trim).filter(|line| !line.starts_with('#')).any(|line| {
        let reads_code = line.starts_with("source ") || line.starts_with(". ") || line.starts_with("eval ");
        let all = ["$@", "${@", "$*", "${*"].iter().any(|all| line.contains(all));
        // What is kept in an array is given to somebody later.
        let keeps = line.contains("+=(") && line.contains("$1");
        if reads_code || keeps {
            return true;
        }
        if !all {
            return false;
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        let is_own = functions.contains(&first)
            || matches!(
                first,
                "for" | "set" | "while" | "echo" | "printf" | "log" | "case" | "if" | "[[" | "["
            )
            || line.contains("getopt");
        !is_own
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn flags(text: &str) -> (Vec<String>, bool) {
        let file = parse("x.sh", text);
        let flags = file
            .definitions
            .iter()
            .map(|one| format!("{}:{}", one.name, one.line))
            .collect();
        (flags, file.knows_all(Kind::ScriptFlag))
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
    fn getopts_and_comparisons_are_flags() {
        let (found, is_complete) =
            flags("while getopts \"hv:\" opt; do :; done\nif [[ \"${1:-}\" == \"--check\" ]]; then :; fi\n");
        assert_eq!(found, ["-h:1", "-v:1", "--check:2"]);
        assert!(is_complete);
        assert_eq!(
            flags("O=$(getopt -o h --long help,env: -- \"$@\")").0,
            ["--help:1", "--env:1"]
        );
    }

    #[test]
    fn arguments_that_are_handed_on_may_be_anything() {
        for text in [
            "exec python x.py \"$@\"\n",
            "source lib.sh\n",
            "case $1 in\n --a) x;;\n *) ARGS+=(\"$1\");;\nesac\n",
        ] {
            assert!(!flags(text).1, "{text}");
        }
        assert!(flags("main() {\n  echo\n}\nmain \"$@\"\n").1);
    }

    #[test]
    fn a_change_of_a_branch_shows_and_a_comment_does_not() {
        let of = |text: &str| parse("x.sh", text).definitions[0].fingerprint;
        let before = of("case $1 in\n --a) x 1;;\nesac\n");
        assert_eq!(before, of("case $1 in\n  # why\n  --a)\n    x 1\n    ;;\nesac\n"));
        assert_ne!(before, of("case $1 in\n --a) x 2;;\nesac\n"));
    }
}
