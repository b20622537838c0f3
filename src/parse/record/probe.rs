//! Probes, schema `runproof-probe/1`: what an address answered, as one document or one line each.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Shape, Sniff, broken, json};
use crate::parse::record::head::{Head, words};
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "probe",
    title: "probe record",
    recognizes,
    parse,
};

/// Probes of one record at most.
const MAX_PROBES: usize = 100_000;

/// Probes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The probes.
    probes: Vec<Probe>,
}

/// One answer.
#[derive(Debug, Deserialize, JsonSchema)]
struct Probe {
    /// The address.
    url: String,
    /// When it was asked.
    at: String,
    /// The status of the answer.
    status: Option<u64>,
    /// What must have been seen, by key. Without it a status from 200 to 299.
    #[serde(default)]
    expected: Map<String, Value>,
    /// Everything else that was seen.
    #[serde(flatten)]
    seen: Map<String, Value>,
}

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_line = matches!(sniff.shape, Shape::JsonObject(_)) && ["url", "at"].iter().all(|key| sniff.has_key(key));
    document::is_of(sniff, "probe", Some(("probes", "url"))) || is_line && (sniff.has_key("status") || sniff.has_key("expected"))
}

fn parse(text: &str) -> Artifact {
    let is_lines = !json_has_list(text);
    let (head, probes) = if is_lines {
        match lines(text) {
            Ok(probes) => (Head::default(), probes),
            Err(problem) => return broken(problem),
        }
    } else {
        match document::read::<Record>(text, "probe") {
            Ok(record) => (record.head, record.probes),
            Err(problem) => return broken(problem),
        }
    };
    let mut about = head.about();
    let mut facts = cases::of(CaseKind::Probe);
    for probe in &probes {
        About::add(&mut about.urls, &probe.url);
        about.looks.push(probe.at.clone());
        let (result, message) = judged(probe);
        cases::add(&mut facts, &probe.url, result, &message);
    }
    let times = probes.iter().map(|probe| probe.at.as_str());
    for at in [times.clone().min(), times.max()].into_iter().flatten() {
        About::add(&mut about.times, at);
    }
    Artifact {
        content: Content::Tests(facts),
        about,
        ..Artifact::default()
    }
}

/// Whether a text is a whole document, and not one probe a line.
fn json_has_list(text: &str) -> bool {
    if !text.trim_start().starts_with('{') {
        return true;
    }
    json::read::<Map<String, Value>>(text).is_ok_and(|members| !members.contains_key("url"))
}

fn lines(text: &str) -> Result<Vec<Probe>, Problem> {
    let mut probes = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if probes.len() >= MAX_PROBES {
            return Err(Problem::of_file("it holds more probes than are read"));
        }
        let probe = json::read(line).map_err(|problem| Problem::at(at as u32 + 1, problem.message))?;
        probes.push(probe);
    }
    Ok(probes)
}

/// How a probe went, and why.
fn judged(probe: &Probe) -> (CaseResult, String) {
    if probe.expected.is_empty() {
        return match probe.status {
            Some(200..=299) => (CaseResult::Passed, String::new()),
            Some(status) => (CaseResult::Failed, format!("it answered {status}")),
            None => (CaseResult::Unknown, String::new()),
        };
    }
    for (key, wanted) in &probe.expected {
        let seen = if key == "status" {
            probe.status.map(Value::from)
        } else {
            probe.seen.get(key).cloned()
        };
        match seen {
            None => return (CaseResult::Unknown, format!("`{key}` was not seen")),
            Some(seen) if words(&seen) != words(wanted) => {
                return (
                    CaseResult::Failed,
                    format!("`{key}` is `{}` and must be `{}`", words(&seen), words(wanted)),
                );
            }
            Some(_) => {}
        }
    }
    (CaseResult::Passed, String::new())
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{CaseKind, Content};
    use crate::parse::recognise::read;

    /// Probes, failures, unknown.
    fn counts(text: &str) -> (u64, u64, u64) {
        let artifact = read(text.as_bytes(), None);
        match artifact.content {
            Content::Tests(facts) if facts.kind == CaseKind::Probe => (facts.tests, facts.failures, facts.unknown),
            other => panic!("{other:?} {:?}", artifact.problems),
        }
    }

    fn one(inside: &str) -> (u64, u64, u64) {
        counts(&format!(
            "{{\"schema\": \"runproof-probe/1\", \"probes\": [{{\"url\": \"https://a\", \"at\": \"2026-01-02T10:00:00Z\"{inside}}}]}}"
        ))
    }

    #[test]
    fn an_answer_passes_by_its_status_or_by_what_was_expected() {
        assert_eq!(one(", \"status\": 204"), (1, 0, 0));
        assert_eq!(one(", \"status\": 302"), (1, 1, 0));
        assert_eq!(one(", \"status\": 500"), (1, 1, 0));
        assert_eq!(one(""), (1, 0, 1), "nothing was seen");
        assert_eq!(
            one(", \"origin\": \"https://a\", \"expected\": {\"origin\": \"https://a\"}"),
            (1, 0, 0)
        );
        assert_eq!(
            one(", \"origin\": \"*\", \"expected\": {\"origin\": \"https://a\"}"),
            (1, 1, 0)
        );
        assert_eq!(one(", \"expected\": {\"origin\": \"https://a\"}"), (1, 0, 1));
        assert_eq!(one(", \"status\": 301, \"expected\": {\"status\": 301}"), (1, 0, 0));
    }

    #[test]
    fn lines_are_probes_too() {
        let line = "{\"at\": \"2026-01-02T10:00:00Z\", \"mark\": \"T+0\", \"url\": \"https://a\", \"status\": 200, \"ms\": 7}\n";
        assert_eq!(counts(&line.repeat(3)), (3, 0, 0));
        assert_eq!(counts(line), (1, 0, 0));
        let cut = format!("{line}{{\"at\": \"2026-");
        assert!(matches!(read(cut.as_bytes(), None).content, Content::Unread));
    }
}
