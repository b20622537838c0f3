//! Lines that begin as commands, and those that are sentences or statements of SQL.

use crate::tools::is_known;

/// Words of SQL that begin a statement; such lines stand in blocks that are labelled `bash`.
const SQL: &[&str] = &[
    "ALTER", "ANALYZE", "BEGIN", "BEGIN;", "COMMIT;", "CREATE", "DELETE", "DROP", "EXPLAIN", "FROM", "GRANT", "INSERT", "SELECT",
    "SHOW", "UPDATE", "WHERE",
];

/// Words that a sentence has and a command has not.
const SENTENCE_WORDS: &[&str] = &[
    "a", "an", "and", "are", "be", "been", "has", "have", "if", "is", "it", "of", "or", "should", "sure", "that", "the", "this",
    "was", "when", "which", "will", "with", "your",
];

/// Whether a line begins a statement of SQL.
pub(crate) fn is_sql(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| SQL.contains(&word))
}

/// Whether a line is one of another language that stands in a block of a shell: `const x = require('y');`, `client.send('z')`.
pub(crate) fn is_other_code(line: &str) -> bool {
    let line = line.trim_start();
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '.');
    let end = line.find(|char| !is_name(char)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let starts_as_name = name.starts_with(|char: char| char.is_ascii_alphabetic());
    // No shell calls anything with a parenthesis right behind its name; `x() {` defines a function of a shell.
    let is_call = starts_as_name && rest.starts_with('(') && !rest.starts_with("()");
    let is_declared = matches!(name, "const" | "let" | "var") && rest.contains(" = ");
    let is_import = name == "import" && rest.contains(" from ");
    is_call || is_declared || is_import
}

/// Whether a line without a label begins as a command: with a known program, `./`, or a variable in front of one of them.
pub(crate) fn begins_as_command(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let Some(first) = words.find(|word| !(word.contains('=') && word.starts_with(|char: char| char.is_ascii_uppercase()))) else {
        return false;
    };
    let is_script = first.starts_with("./") && first.len() > 2;
    if is_script {
        return true;
    }
    // `VERSION=$(tools/version.sh)`
    if let Some((_, inner)) = line.trim().split_once("=$(").filter(|(name, _)| is_variable(name)) {
        return begins_as_command(inner) || runs_script(inner);
    }
    is_known(first) && !is_sentence(line)
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a line without a label runs a script by its folder, with arguments: `hack/set-version 1.22.0`. A path alone may be an item of
/// a list of files, and so may one with words about it behind it.
pub(crate) fn runs_script(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_call = words.next().is_some_and(is_script_path);
    let Some(second) = words.next().map(|word| word.trim_end_matches(')')) else {
        return is_call && line.trim_end().ends_with(')');
    };
    let starts_sentence =
        second.starts_with(|c: char| c.is_ascii_uppercase()) && second.chars().skip(1).any(|c| c.is_ascii_lowercase());
    let is_mark = !second.is_empty() && second.bytes().all(|byte| !byte.is_ascii_alphanumeric()) && second != "|";
    let is_spoken = line
        .split_whitespace()
        .any(|word| SENTENCE_WORDS.contains(&word.trim_end_matches([',', '.'])));
    let is_diffstat = second == "|" && words.next().is_none_or(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let is_verdict = matches!(second, "PASSED" | "FAILED" | "SKIPPED" | "OK" | "ERROR");
    is_call
        && !starts_sentence
        && !is_mark
        && !is_spoken
        && !is_diffstat
        && !is_verdict
        && !second.starts_with('#')
        && !is_sentence(line)
}

/// Whether a word is the path of a script in a folder of scripts.
pub(crate) fn is_script_path(word: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "bin", "ci", "contrib", "dev", "devel", "hack", "script", "scripts", "tool", "tools", "util", "utils",
    ];
    const ENDINGS: &[&str] = &["bash", "js", "mjs", "pl", "py", "rb", "sh", "ts"];
    let Some((folders, name)) = word.rsplit_once('/') else {
        return false;
    };
    let is_name = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    folders.split('/').all(is_name)
        && is_name(name)
        && folders.split('/').any(|folder| FOLDERS.contains(&folder))
        && ending.is_none_or(|ending| ENDINGS.contains(&ending))
}

/// Whether a line is a sentence: "make sure the service is up".
fn is_sentence(line: &str) -> bool {
    let line = line.trim_end();
    let end = line.strip_suffix(['.', ':', '!']);
    let is_spoken = end.is_some_and(|line| line.ends_with(char::is_alphanumeric));
    let spoken = line
        .split_whitespace()
        .skip(1)
        .filter(|word| SENTENCE_WORDS.contains(&word.trim_end_matches([',', '.'])))
        .count();
    spoken >= 2 || (is_spoken && (spoken >= 1 || line.contains(' '))) || line.starts_with("make sure")
}

#[cfg(test)]
mod tests {
    use super::{SQL, begins_as_command, is_other_code, is_script_path, runs_script};

    #[test]
    fn code_of_other_languages_is_no_command() {
        for line in [
            "const worker = new Worker('./cpu-worker.js');",
            "let rows = await db.query(sql)",
            "import { Worker } from 'worker_threads';",
            "heapdump.writeSnapshot('./heap-' + Date.now());",
            "print(open('x.txt').read())",
        ] {
            assert!(is_other_code(line), "{line}");
        }
        for line in [
            "restore() {", "x=$(./a.sh)", "(cd web && make)", "let x=1", "make check", "import x.png y.png", "files=(a b)", "",
        ] {
            assert!(!is_other_code(line), "{line}");
        }
    }

    #[test]
    fn scripts_by_their_folder_are_told_from_lists_of_files() {
        for line in [
            "hack/set-version 1.22.0", "scripts/x.py --dry", "tools/ci/run.sh $A", "bin/x deploy", "hack/v.sh | grep x",
        ] {
            assert!(runs_script(line), "{line}");
        }
        for line in [
            "scripts/x.sh",
            "scripts/x.sh # deploys",
            "scripts/x.sh - deploys",
            "scripts/x.sh Deploys it",
            "scripts/x.sh | 12 ++--",
            "tests/x.py PASSED",
            "scripts/x.py PASSED",
            "src/x.rs 12",
            "scripts/x.sh runs the tests",
            "docs/scripts 1",
            "a/b c",
            "",
        ] {
            assert!(!runs_script(line), "{line}");
        }
        assert!(is_script_path("hack/update.sh") && !is_script_path("src/a.go") && !is_script_path("scripts/a.md"));
        assert!(begins_as_command("VERSION=$(tools/get_version.sh | grep x)") && begins_as_command("V=$(git describe)"));
        assert!(!begins_as_command("V=$(something)"));
    }

    #[test]
    fn the_list_holds_each_word_once() {
        assert!(SQL.is_sorted_by(|one, two| one < two));
    }

    #[test]
    fn commands_are_told_from_sentences() {
        for line in [
            "make check", "./deploy.sh --dry", "SKIP_IOS=1 ./x.sh", "docker build -t x .", "go test ./...",
        ] {
            assert!(begins_as_command(line), "{line}");
        }
        for line in [
            "make sure it works",
            "test that the page is there",
            "find the cause.",
            "registry: ghcr.io",
            "go live:",
            "KEY=value",
            "./",
            "",
        ] {
            assert!(!begins_as_command(line), "{line}");
        }
    }
}
