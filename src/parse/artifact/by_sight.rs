//! What a file looks like that no format reads, in words for its author.
//!
//! Nothing is read here: a file that is named is as unread as one that is not, only the remedy is nearer.

use crate::parse::artifact::json::Member;
use crate::parse::artifact::{Shape, Sniff, XmlRoot};

/// First bytes of files that are no text.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"BZh", "a bzip2 archive"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\xff\xd8\xff", "a JPEG image"),
];

/// Root elements of XML files.
const XML: &[(&str, &str)] = &[
    ("SoftwareIdentity", "a SWID tag"),
    (
        "failsafe-summary",
        "a summary of Maven Failsafe, beside which its reports stand",
    ),
    ("testExecutions", "SonarQube test executions"),
    ("assemblies", "xUnit.net test results"),
    ("assembly", "xUnit.net test results"),
    ("html", "an HTML page"),
    ("report", "a report in XML"),
    ("test-results", "NUnit 2 test results"),
    ("test-run", "NUnit 3 test results"),
    ("testng-results", "TestNG results"),
];

/// Keys that stand together at the top of JSON objects; the first row that fits is taken.
const OBJECTS: &[(&[&str], &str)] = &[
    (&["ClusterName"], "a Trivy report on a cluster"),
    (&["examples", "summary"], "an RSpec report"),
    (&["linesCovered", "linesTotal"], "a covdir coverage report"),
    (&["source", "diagnostics"], "a Reviewdog (rdjson) report"),
    (&["$schema", "properties"], "a JSON Schema"),
    (&["Action", "Package"], "events of `go test -json`"),
    (&["event", "type"], "events of a Rust test run"),
    (&["protocolVersion", "runnerVersion"], "events of a Dart test run"),
    (&["numTotalTests"], "a Jest or Vitest report without its results"),
    (&["error"], "an error message of a tool"),
];

/// Keys of the first object of JSON arrays.
const ARRAYS: &[(&[&str], &str)] = &[
    (&["rule", "offender"], "a gitleaks 7 report"),
    (&["check_name", "fingerprint"], "a GitLab code quality report"),
    (&["Target"], "a Trivy report of before schema 2"),
];

/// What the first line of a text begins with.
const LINES: &[(&str, &str)] = &[];

/// Lines that are JSON texts of their own.
const JSON_LINES: &str = "JSON lines, one value in each";

/// What bytes are that begin as no text does.
pub(crate) fn binary(bytes: &[u8]) -> Option<&'static str> {
    let (_, kind) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    Some(kind)
}

/// Why no format reads a file, in one line.
pub(crate) fn words(sniff: &Sniff<'_>) -> String {
    let kind = match &sniff.shape {
        Shape::Empty => return "the file is empty".to_owned(),
        Shape::Binary(kind) => return format!("the file is {kind}, which is not read"),
        Shape::Xml(root) => xml(root),
        Shape::JsonObject(members) => object(sniff, members),
        Shape::JsonArray(members) => array(sniff, members),
        Shape::Text => text(sniff),
    };
    let flaw = sniff.flaw.as_ref().map(|flaw| match flaw.line {
        Some(line) => format!("{} (line {line})", flaw.message),
        None => flaw.message.clone(),
    });
    match (kind, flaw) {
        (Some(kind), None) => format!("the file looks like {kind}, which is not read"),
        // Each line is JSON, so that the whole is not is no flaw.
        (Some(kind), Some(_)) if is_json_lines(sniff) => format!("the file looks like {kind}, which is not read"),
        (Some(kind), Some(flaw)) => format!("the file looks like {kind}, which is not read: {flaw}"),
        (None, None) => "no known format".to_owned(),
        (None, Some(flaw)) => format!("no known format: {flaw}"),
    }
}

fn xml(root: &XmlRoot) -> Option<String> {
    if root.name == "RDF" {
        return Some("RDF, such as SPDX RDF".to_owned());
    }
    let (_, kind) = XML.iter().find(|(name, _)| *name == root.name)?;
    Some((*kind).to_owned())
}

fn object(sniff: &Sniff<'_>, members: &[Member]) -> Option<String> {
    if sniff.flaw.is_some() && is_json_lines(sniff) {
        return keyed(OBJECTS, members).or(Some(JSON_LINES.to_owned()));
    }
    keyed(OBJECTS, members)
}

fn array(sniff: &Sniff<'_>, members: &[Member]) -> Option<String> {
    let is_empty = sniff.flaw.is_none() && sniff.text.trim().trim_matches(['[', ']']).trim().is_empty();
    if is_empty {
        return Some("an empty JSON array, which many scanners write and none can be told by".to_owned());
    }
    keyed(ARRAYS, members)
}

fn keyed(table: &[(&[&str], &str)], members: &[Member]) -> Option<String> {
    let has = |key: &&str| members.iter().any(|member| member.key == *key);
    let (_, kind) = table.iter().find(|(keys, _)| keys.iter().all(has))?;
    Some((*kind).to_owned())
}

/// Whether every one of the first lines is an object of its own.
fn is_json_lines(sniff: &Sniff<'_>) -> bool {
    let mut lines = sniff.text.lines().map(str::trim).filter(|line| !line.is_empty()).take(5);
    lines.clone().count() > 1 && lines.all(|line| line.starts_with('{') && line.ends_with('}'))
}

fn text(sniff: &Sniff<'_>) -> Option<String> {
    if sniff.text.contains("test result: ") && sniff.text.contains("\nrunning ") {
        return Some("the output of `cargo test` for people".to_owned());
    }
    let line = sniff.first_line()?;
    let (_, kind) = LINES.iter().find(|(start, _)| line.starts_with(start))?;
    Some((*kind).to_owned())
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::parse::recognise::sniff;

    #[test]
    fn files_that_no_format_reads_are_named() {
        for (text, expected) in [
            ("<test-run/>", "the file looks like NUnit 3 test results, which is not read"),
            (
                "[]",
                "the file looks like an empty JSON array, which many scanners write and none can be told by, which is not read",
            ),
            (
                "{\"a\": 1}\n{\"a\": 2}\n",
                "the file looks like JSON lines, one value in each, which is not read",
            ),
            (
                "\nrunning 2 tests\ntest a ... ok\ntest result: ok. 2 passed",
                "the file looks like the output of `cargo test` for people, which is not read",
            ),
            (
                "{\"numTotalTests\": 3",
                "the file looks like a Jest or Vitest report without its results, which is not read: not valid JSON: EOF while parsing an object (line 1)",
            ),
            (
                "{\"Action\": \"run\", \"Package\": \"a\"}\n{\"Action\": \"pass\", \"Package\": \"a\"}\n",
                "the file looks like events of `go test -json`, which is not read",
            ),
            (
                "<failsafe-summary/>",
                "the file looks like a summary of Maven Failsafe, beside which its reports stand, which is not read",
            ),
            ("all good", "no known format"),
        ] {
            assert_eq!(words(&sniff(text.as_bytes())), expected);
        }
    }
}
