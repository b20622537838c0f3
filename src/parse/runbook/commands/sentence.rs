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
    is_known(first) && !is_sentence(line)
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
    use super::{SQL, begins_as_command, is_other_code};

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
