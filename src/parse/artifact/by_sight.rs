//! What a file looks like that no format reads, in words for its author.
//!
//! Nothing is read here: a file that is named is as unread as one that is not, only the remedy is nearer.

mod known;

use known::{ARRAYS, LINES, MAGIC, OBJECTS, XML};

use crate::parse::artifact::json::top::Member;
use crate::parse::artifact::{Shape, Sniff, XmlRoot};

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
        Shape::Xml(root) => xml(root, &sniff.text),
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

fn xml(root: &XmlRoot, text: &str) -> Option<String> {
    if root.name == "RDF" {
        let is_spdx = text.contains("spdx.org/rdf");
        return Some(if is_spdx { "SPDX RDF" } else { "RDF" }.to_owned());
    }
    let fits = |(name, child, _): &&(&str, &str, &str)| *name == root.name && (child.is_empty() || *child == root.child);
    let (_, _, kind) = XML.iter().find(fits)?;
    Some((*kind).to_owned())
}

fn object(sniff: &Sniff<'_>, members: &[Member]) -> Option<String> {
    // Objects behind each other, each over several lines.
    let is_stream = matches!(members, [member] if member.key == "config") && sniff.text.contains("\"scanner_name\"");
    if is_stream {
        return Some("a govulncheck report".to_owned());
    }
    let kind = keyed(OBJECTS, members).or_else(|| {
        // An object that says hardly anything else.
        let is_error = members.len() < 5 && members.iter().any(|member| member.key == "error");
        is_error.then(|| "an error message of a tool".to_owned())
    });
    if sniff.flaw.is_some() && is_json_lines(sniff) {
        return kind.or(Some(JSON_LINES.to_owned()));
    }
    kind
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
    let is_result = |line: &&str| line.starts_with("ok ") || line.starts_with("not ok ");
    if sniff.text.lines().filter(is_result).count() > 1 {
        return Some("TAP without a plan".to_owned());
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
            ("<testng-results/>", "the file looks like TestNG results, which is not read"),
            (
                "<coverage version='1'><file path='a'><lineToCover lineNumber='1' covered='true'/></file></coverage>",
                "the file looks like the generic coverage of SonarQube, which is not read",
            ),
            (
                "<coverage profilerVersion='1'><module/></coverage>",
                "the file looks like an NCover report, which is not read",
            ),
            (
                "<rdf:RDF xmlns:rdf='r' xmlns='http://spdx.org/rdf/terms#'/>",
                "the file looks like SPDX RDF, which is not read",
            ),
            (
                "{\"error\": \"no such host\"}",
                "the file looks like an error message of a tool, which is not read",
            ),
            (
                "{\"issues\": [], \"error\": null, \"a\": 1, \"b\": 2, \"c\": 3}",
                "no known format",
            ),
            (
                "{\"version\": \"15.0.0\", \"vulnerabilities\": [], \"scan\": {}}",
                "the file looks like a security report of GitLab, which is not read",
            ),
            (
                "{\n \"config\": {\"scanner_name\": \"govulncheck\"}\n}\n{\n \"osv\": {}\n}\n",
                "the file looks like a govulncheck report, which is not read: not valid JSON: trailing characters (line 4)",
            ),
            (
                "[{\"object_name\": \"x\", \"checks\": []}]",
                "the file looks like a kube-score report, which is not read",
            ),
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
