//! `amendments/001.json` and so on of a release, schema `runproof-amendment/1`: what was added to its record later, and why.

use serde_json::{Map, Value};

use crate::model::count::counted;
use crate::model::finding::Problem;
use crate::model::form;
use crate::model::release::Amendment;
use crate::parse::artifact::MAX_BYTES;
use crate::parse::release_log::record::{Reader, is_inside};

/// The schema that is read.
pub(super) const SCHEMA: &str = "runproof-amendment/1";

/// The keys of an amendment.
const KEYS: &[&str] = &[
    "at", "by", "files", "outcome", "prev", "reason", "schema", "timeline", "version", "withdraws",
];

/// Letters that a reason must at least have.
pub(crate) const LEAST_REASON: usize = 20;

pub(super) fn read(path: &str, bytes: &[u8]) -> (Amendment, Vec<Problem>) {
    let mut amendment = Amendment {
        path: path.to_owned(),
        ..Amendment::default()
    };
    if bytes.len() > MAX_BYTES {
        let problem = Problem::of_file("the amendment is larger than any amendment can be");
        amendment.flaws.push(problem.clone());
        return (amendment, vec![problem]);
    }
    let (mut reader, value) = Reader::of(bytes);
    match &value {
        Some(Value::Object(object)) => members(&mut reader, object, &mut amendment),
        Some(_) => reader.tell("", "the amendment is no JSON object"),
        None => {}
    }
    amendment.flaws.append(&mut reader.flaws);
    reader.problems.sort_by_key(|problem| problem.line);
    (amendment, reader.problems)
}

fn members(reader: &mut Reader, object: &Map<String, Value>, amendment: &mut Amendment) {
    match object.get("schema").and_then(Value::as_str) {
        Some(written) => {
            if let Some(objection) = form::objection(written, SCHEMA) {
                reader.tell("schema", &objection);
                return;
            }
        }
        None => reader.tell("schema", &format!("the key `schema` is missing; write `{SCHEMA}`")),
    }
    reader.known(object, "", KEYS);
    amendment.version = reader.text(object, "", "version").unwrap_or_default();
    amendment.prev = reader.digest(object, "", "prev", 64);
    amendment.at = reader.time(object, "", "at");
    amendment.by = reader.text(object, "", "by");
    amendment.reason = reader.text(object, "", "reason");
    amendment.outcome = reader.outcome(object);
    for key in ["version", "prev", "at", "by", "reason"] {
        if !object.contains_key(key) {
            reader.tell("", &format!("the key `{key}` is missing"));
        }
    }
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
    if let Some(count) = amendment.reason.as_deref().map(letters).filter(|count| *count < LEAST_REASON) {
        let message = format!(
            "the reason has {}, and {LEAST_REASON} are the least; say what happened",
            counted(count as u64, "letter")
        );
        reader.tell("reason", &message);
    }
    amendment.timeline = reader.timeline(object);
    amendment.files = reader.files(object, &mut amendment.file_lines);
    match object.get("withdraws") {
        None => {}
        Some(Value::Array(paths)) => {
            for (at, path) in paths.iter().enumerate() {
                match path.as_str().filter(|path| is_inside(path)) {
                    Some(path) => amendment.withdraws.push(path.to_owned()),
                    None => reader.tell(
                        &format!("withdraws[{at}]"),
                        &format!("`withdraws[{at}]` is no path of a file"),
                    ),
                }
            }
        }
        Some(_) => reader.tell("withdraws", "`withdraws` is no list"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::read;

    #[test]
    fn a_whole_amendment_is_read() {
        let digest = "ab".repeat(32);
        let text = format!(
            r#"{{"schema": "runproof-amendment/1", "version": "v1.4.0", "prev": "{digest}", "at": "2026-01-03T10:00:00Z", "by": "release driver",
            "reason": "The 24 hours of monitoring are over", "outcome": "shipped", "timeline": [{{"at": "2026-01-03T09:00:00Z", "event": "closed"}}],
            "files": [{{"path": "evidence/day/o.jsonl", "sha256": "{digest}", "bytes": 3, "gate": "day"}}], "withdraws": ["evidence/day/old.jsonl"]}}"#
        );
        let (amendment, problems) = read("releases/v1.4.0/amendments/001.json", text.as_bytes());
        assert_eq!((problems.len(), amendment.flaws.len()), (0, 0), "{problems:?}");
        assert_eq!((amendment.version.as_str(), amendment.prev), ("v1.4.0", Some(digest)));
        assert_eq!(
            (amendment.files.len(), amendment.timeline.len(), amendment.withdraws.len()),
            (1, 1, 1)
        );
        assert!(amendment.by.is_some() && amendment.at.is_some() && amendment.outcome.is_some());
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        let text = "{\"schema\": \"runproof-amendment/1\",\n\"version\": \"v1\", \"prev\": \"1\",\n\"at\": \"2026-01-03\",\n\"reason\": \"late\",\n\"withdraws\": [\"../x\", \"./y\"], \"fils\": []}";
        let (amendment, problems) = read("a", text.as_bytes());
        let told: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.line.unwrap_or_default(), problem.message))
            .collect();
        assert_eq!(
            told,
            [
                "0: the key `by` is missing",
                "2: `prev` is not 64 hex digits; write the digest as `sha256sum` prints it",
                "3: `at` is no time with a zone; write it as 2026-01-02T10:00:00Z",
                "4: the reason has 4 letters, and 20 are the least; say what happened",
                "5: the key `fils` is unknown; did you mean `files`?",
                "5: `withdraws[0]` is no path of a file",
                "5: `withdraws[1]` is no path of a file",
            ]
        );
        assert_eq!(amendment.flaws.len(), 7);
        for other in ["[]", "{", "{\"schema\": \"runproof-amendment/2\"}"] {
            assert_eq!(read("a", other.as_bytes()).0.flaws.len(), 1, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read("a", &bytes);
        }
    }
}
