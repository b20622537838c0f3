//! `record.json` of a release, schema `runproof-record/1`, read strictly: what is not as the schema has it is told, each with its line.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};

use crate::model::finding::Problem;
use crate::model::form;
use crate::model::release::{Outcome, Record, RecordFile, TimelineEvent};
use crate::parse::artifact::decode::decode;
use crate::parse::artifact::{MAX_BYTES, json};
use crate::parse::release_log::positions::Positions;

/// The schema that is read.
pub(super) const SCHEMA: &str = "runproof-record/1";

/// The keys of a record.
const KEYS: &[&str] = &[
    "commit", "files", "gates", "note", "outcome", "prev", "product", "released", "runbook", "schema", "timeline", "version",
];

/// The keys of a file of a record.
const FILE_KEYS: &[&str] = &["bytes", "collected_at", "format", "gate", "path", "sha256", "source_url"];

/// The keys of an event of the timeline.
const EVENT_KEYS: &[&str] = &["at", "by", "event", "gate", "note"];

/// The keys of the runbook that a release followed.
const RUNBOOK_KEYS: &[&str] = &["blob", "path"];

pub(super) fn read(path: &str, bytes: &[u8]) -> (Record, Vec<Problem>) {
    let mut record = Record {
        path: path.to_owned(),
        ..Record::default()
    };
    if bytes.len() > MAX_BYTES {
        return (record, vec![Problem::of_file("the record is larger than any record can be")]);
    }
    let (mut reader, value) = Reader::of(bytes);
    match &value {
        Some(Value::Object(object)) => reader.record(object, &mut record),
        Some(_) => reader.tell("", "the record is no JSON object"),
        None => {}
    }
    record.flaws.append(&mut reader.flaws);
    reader.problems.sort_by_key(|problem| problem.line);
    (record, reader.problems)
}

/// Reads the members of a JSON text strictly: what is wrong is told with its line.
pub(super) struct Reader {
    positions: Positions,
    /// The problems after which the record is not whole: something is missing, wrong or was left out.
    pub(super) flaws: Vec<Problem>,
    /// Everything that is worth telling.
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    /// Takes a text apart; no value, and why, when it is no JSON.
    pub(super) fn of(bytes: &[u8]) -> (Self, Option<Value>) {
        let (text, problems) = decode(bytes);
        let mut reader = Self {
            positions: Positions::default(),
            flaws: Vec::new(),
            problems,
        };
        let value: Value = match json::read(&text) {
            Ok(value) => value,
            Err(problem) => {
                reader.flaws.push(problem.clone());
                reader.problems.push(problem);
                return (reader, None);
            }
        };
        reader.positions = Positions::of(&text);
        for (path, line) in std::mem::take(&mut reader.positions.repeated) {
            let problem = Problem::at(line, format!("the key `{path}` stands twice; the later one counts"));
            reader.flaws.push(problem.clone());
            reader.problems.push(problem);
        }
        (reader, Some(value))
    }

    fn record(&mut self, object: &Map<String, Value>, record: &mut Record) {
        match object.get("schema").and_then(Value::as_str) {
            Some(written) => {
                if let Some(objection) = form::objection(written, SCHEMA) {
                    record.is_newer = form::is_newer(written, SCHEMA);
                    self.tell("schema", &objection);
                    return;
                }
            }
            None => self.tell("schema", &format!("the key `schema` is missing; write `{SCHEMA}`")),
        }
        self.known(object, "", KEYS);
        match self.text(object, "", "version") {
            Some(version) => record.version = version,
            None => self.tell("version", "the key `version` is missing or empty"),
        }
        for key in ["commit", "released", "gates"] {
            if object.get(key).is_none_or(Value::is_null) {
                self.flaws.push(Problem::of_file(format!("the key `{key}` is missing")));
            }
        }
        record.product = self.text(object, "", "product");
        record.commit = self.digest(object, "", "commit", 40);
        record.released = self.time(object, "", "released");
        record.outcome = self.outcome(object);
        record.prev = self.digest(object, "", "prev", 64);
        record.note = self.text(object, "", "note");
        if let Some(runbook) = self.object(object, "runbook") {
            self.known(runbook, "runbook.", RUNBOOK_KEYS);
            self.text(runbook, "runbook.", "path");
            self.digest(runbook, "runbook.", "blob", 40);
        }
        record.gates = self.gates(object);
        for at in 0..object.get("gates").and_then(Value::as_array).map_or(0, Vec::len) {
            let gate = object["gates"][at].as_str().map(str::trim).unwrap_or_default();
            if let Some(line) = self.positions.line(&format!("gates[{at}]")) {
                record.gate_lines.entry(gate.to_owned()).or_insert(line);
            }
        }
        record.commit_line = self.positions.line("commit");
        record.timeline = self.timeline(object);
        record.files = self.files(object, &mut record.file_lines);
        for (at, file) in record.files.iter().enumerate() {
            let Some(gate) = file
                .gate
                .as_ref()
                .filter(|gate| !record.gates.is_empty() && !record.gates.contains(gate))
            else {
                continue;
            };
            let gates: Vec<&str> = record.gates.iter().map(String::as_str).collect();
            let hint = near(gate, &gates).map_or_else(
                || "add it to `gates`, or name one of them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!(
                "the gate `{gate}` of `{}` is not among the `gates` of the record; {hint}",
                file.path
            );
            self.mention(&format!("files[{at}].gate"), &message);
        }
    }

    /// The events of a timeline in the order of time.
    pub(super) fn timeline(&mut self, object: &Map<String, Value>) -> Vec<TimelineEvent> {
        let mut timeline = Vec::new();
        for (at, event) in self.objects(object, "timeline") {
            timeline.extend(self.event(event, &format!("timeline[{at}].")));
        }
        if !timeline.is_sorted_by_key(|event: &TimelineEvent| event.at) {
            self.mention("timeline", "the events of the timeline do not stand in the order of time");
            timeline.sort_by_key(|event| event.at);
        }
        timeline
    }

    /// The files of a list, each path once, and the line of each.
    pub(super) fn files(&mut self, object: &Map<String, Value>, lines: &mut BTreeMap<String, u32>) -> Vec<RecordFile> {
        let mut files = Vec::new();
        for (at, file) in self.objects(object, "files") {
            let prefix = format!("files[{at}].");
            let Some(file) = self.file(file, &prefix) else { continue };
            let line = self.line(&format!("{prefix}sha256"));
            if lines.contains_key(&file.path) {
                self.tell(
                    &format!("{prefix}path"),
                    &format!("the file `{}` stands twice; the first one counts", file.path),
                );
            } else {
                lines.insert(file.path.clone(), line.unwrap_or_default());
                files.push(file);
            }
        }
        files
    }

    fn event(&mut self, event: &Map<String, Value>, prefix: &str) -> Option<TimelineEvent> {
        self.known(event, prefix, EVENT_KEYS);
        let at = self.time(event, prefix, "at");
        let name = self.text(event, prefix, "event");
        for (key, is_missing) in [("at", !event.contains_key("at")), ("event", name.is_none())] {
            if is_missing {
                self.tell(prefix, &format!("the key `{prefix}{key}` is missing or empty"));
            }
        }
        Some(TimelineEvent {
            by: self.text(event, prefix, "by"),
            note: self.text(event, prefix, "note"),
            gate: self.text(event, prefix, "gate"),
            at: at?,
            event: name?,
        })
    }

    /// A file of the record. Its path must be usable; a digest or a length that is none is kept so that no file can match it.
    fn file(&mut self, file: &Map<String, Value>, prefix: &str) -> Option<RecordFile> {
        self.known(file, prefix, FILE_KEYS);
        let sha256 = match self.digest(file, prefix, "sha256", 64) {
            Some(digest) => digest,
            None => file.get("sha256").and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        if !file.contains_key("sha256") {
            self.tell(prefix, &format!("the key `{prefix}sha256` is missing"));
        }
        let bytes = file.get("bytes").and_then(Value::as_u64);
        if bytes.is_none() {
            self.tell(
                &format!("{prefix}bytes"),
                &format!("`{prefix}bytes` is no length; write the number of bytes of the file"),
            );
        }
        let collected_at = self.time(file, prefix, "collected_at");
        if let Some(url) = self.text(file, prefix, "source_url")
            && !(url.starts_with("https://") || url.starts_with("http://"))
        {
            self.mention(
                &format!("{prefix}source_url"),
                &format!("`{prefix}source_url` is no address on the web"),
            );
        }
        let format = self.text(file, prefix, "format");
        let gate = self.text(file, prefix, "gate");
        let path = self.text(file, prefix, "path").unwrap_or_default();
        if !is_inside(&path) {
            let plain = path.trim_start_matches("./");
            let remedy = if plain.len() < path.len() && is_inside(plain) {
                format!("; write `{plain}`")
            } else {
                "; write it from the folder of the release, with `/` between its parts".to_owned()
            };
            let message = format!("`{path}` is no path inside of the folder of the release{remedy}");
            self.tell(&format!("{prefix}path"), &message);
            return None;
        }
        Some(RecordFile {
            path,
            sha256,
            bytes: bytes.unwrap_or_default(),
            collected_at,
            format,
            gate,
        })
    }

    fn gates(&mut self, object: &Map<String, Value>) -> Vec<String> {
        let mut gates = Vec::new();
        match object.get("gates") {
            None => {}
            Some(Value::Array(list)) => {
                for (at, gate) in list.iter().enumerate() {
                    match gate.as_str().map(str::trim) {
                        Some(gate) if !gate.is_empty() && !gates.contains(&gate.to_owned()) => gates.push(gate.to_owned()),
                        Some(gate) if !gate.is_empty() => {
                            self.tell(&format!("gates[{at}]"), &format!("the gate `{gate}` stands twice"));
                        }
                        _ => self.tell(&format!("gates[{at}]"), &format!("`gates[{at}]` is no id of a gate")),
                    }
                }
            }
            Some(_) => self.tell("gates", "`gates` is no list"),
        }
        gates
    }

    pub(super) fn outcome(&mut self, object: &Map<String, Value>) -> Option<Outcome> {
        let Some(text) = self.text(object, "", "outcome") else {
            // Nobody writes the key to say nothing: whoever emptied it hid how the release ended.
            if matches!(object.get("outcome"), Some(Value::Null | Value::String(_))) {
                self.tell(
                    "outcome",
                    "the outcome is empty; known are shipped, rolled-back, withdrawn, abandoned",
                );
            }
            return None;
        };
        let outcome = match text.as_str() {
            "shipped" => Some(Outcome::Shipped),
            "rolled-back" => Some(Outcome::RolledBack),
            "withdrawn" => Some(Outcome::Withdrawn),
            "abandoned" => Some(Outcome::Abandoned),
            _ => None,
        };
        if outcome.is_none() {
            let message = format!("the outcome `{text}` is unknown; known are shipped, rolled-back, withdrawn, abandoned");
            self.tell("outcome", &message);
        }
        outcome
    }

    /// A text that is not empty. `null` and an absent key are none without a word.
    pub(super) fn text(&mut self, object: &Map<String, Value>, prefix: &str, key: &str) -> Option<String> {
        match object.get(key)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().to_owned()),
            _ => {
                self.tell(&format!("{prefix}{key}"), &format!("`{prefix}{key}` is no text"));
                None
            }
        }
    }

    /// So many hex digits, in lower case. Commits may have 64 as well, in repositories that hash with SHA-256.
    pub(super) fn digest(&mut self, object: &Map<String, Value>, prefix: &str, key: &str, digits: usize) -> Option<String> {
        let text = self.text(object, prefix, key)?;
        let is_long = text.len() == digits || (digits == 40 && text.len() == 64);
        if is_long && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some(text.to_ascii_lowercase());
        }
        let remedy = match (digits, text.as_str()) {
            (40, _) if key == "commit" => "; write the whole id, as `git rev-parse TAG^{commit}` prints it",
            (40, _) => "; write the whole id",
            (_, text) if text.starts_with("sha256:") => "; write it without `sha256:`",
            _ => "; write the digest as `sha256sum` prints it",
        };
        self.tell(
            &format!("{prefix}{key}"),
            &format!("`{prefix}{key}` is not {digits} hex digits{remedy}"),
        );
        None
    }

    pub(super) fn time(&mut self, object: &Map<String, Value>, prefix: &str, key: &str) -> Option<DateTime<FixedOffset>> {
        let Some(text) = self.text(object, prefix, key) else {
            // Nobody writes the key to say nothing: something that should have told the moment did not.
            if matches!(object.get(key), Some(Value::String(_))) {
                let message = format!("`{prefix}{key}` is empty; write the moment as 2026-01-02T10:00:00Z");
                self.tell(&format!("{prefix}{key}"), &message);
            }
            return None;
        };
        let time = DateTime::parse_from_rfc3339(&text).ok();
        if time.is_none() {
            let message = format!("`{prefix}{key}` is no time with a zone; write it as 2026-01-02T10:00:00Z");
            self.tell(&format!("{prefix}{key}"), &message);
        }
        time
    }

    fn object<'value>(&mut self, object: &'value Map<String, Value>, key: &str) -> Option<&'value Map<String, Value>> {
        match object.get(key)? {
            Value::Null => None,
            Value::Object(inner) => Some(inner),
            _ => {
                self.tell(key, &format!("`{key}` is no object"));
                None
            }
        }
    }

    /// The objects of a list with their numbers.
    fn objects<'value>(&mut self, object: &'value Map<String, Value>, key: &str) -> Vec<(usize, &'value Map<String, Value>)> {
        let list = match object.get(key) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.tell(key, &format!("`{key}` is no list"));
                return Vec::new();
            }
        };
        let mut objects = Vec::new();
        for (at, value) in list.iter().enumerate() {
            match value {
                Value::Object(inner) => objects.push((at, inner)),
                _ => self.tell(&format!("{key}[{at}]"), &format!("`{key}[{at}]` is no object")),
            }
        }
        objects
    }

    pub(super) fn known(&mut self, object: &Map<String, Value>, prefix: &str, keys: &[&str]) {
        for key in object.keys().filter(|key| !keys.contains(&key.as_str())) {
            let hint = near(key, keys)
                .map(|known| format!("; did you mean `{known}`?"))
                .unwrap_or_default();
            let (path, message) = (format!("{prefix}{key}"), format!("the key `{prefix}{key}` is unknown{hint}"));
            // What a misspelt key says is said of nothing, so that the record is not whole without it.
            let is_missed = near(key, keys).is_some_and(|known| !object.contains_key(known));
            if is_missed {
                self.tell(&path, &message);
            } else {
                self.mention(&path, &message);
            }
        }
    }

    /// Adds a problem after which the record is not whole.
    pub(super) fn tell(&mut self, path: &str, message: &str) {
        self.mention(path, message);
        self.flaws.extend(self.problems.last().cloned());
    }

    /// Adds a problem at the line of a path, or of the value around it.
    fn mention(&mut self, path: &str, message: &str) {
        self.problems.push(Problem {
            line: self.line(path),
            message: message.to_owned(),
        });
    }

    /// The line of a path, or of the value around it.
    fn line(&self, path: &str) -> Option<u32> {
        let mut around = path.trim_end_matches('.');
        loop {
            if let Some(line) = self.positions.line(around) {
                return Some(line);
            }
            around = &around[..around.rfind(['.', '['])?];
        }
    }
}

/// The word of a list that another one is a slip of.
fn near<'word>(word: &str, known: &[&'word str]) -> Option<&'word str> {
    let near = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, word), *known))
        .min();
    near.filter(|(distance, _)| *distance <= 2).map(|(_, known)| known)
}

/// Whether a path stays inside of the folder that it counts from.
pub(super) fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{Outcome, Record, read};

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn record(text: &str) -> (Record, Vec<String>) {
        let (record, problems) = read("releases/v1.4.0/record.json", text.as_bytes());
        let problems = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.line.unwrap_or_default(), problem.message));
        (record, problems.collect())
    }

    #[test]
    fn a_whole_record_is_read() {
        let digest = "AB".repeat(32);
        let text = format!(
            r#"{{"schema": "runproof-record/1", "product": "homeai", "version": "v1.4.0", "commit": "{COMMIT}",
            "released": "2026-01-02T10:00:00+01:00", "outcome": "rolled-back", "runbook": {{"path": "runbooks/release.md", "blob": "{COMMIT}"}},
            "gates": ["unit-tests", "sbom"], "prev": null,
            "timeline": [{{"at": "2026-01-02T09:00:00Z", "event": "approved", "by": "reviewer"}}, {{"at": "2026-01-02T10:30:00+01:00", "event": "deployed", "gate": "sbom", "note": "n"}}],
            "files": [{{"path": "evidence/unit-tests/junit.xml", "sha256": "{digest}", "bytes": 12, "format": "junit", "gate": "unit-tests",
              "source_url": "https://example.org/run/1", "collected_at": "2026-01-02T08:00:00Z"}}], "note": "Undone after an hour."}}"#
        );
        let (record, problems) = record(&text);
        assert_eq!((problems, record.flaws.len()), (Vec::new(), 0));
        assert_eq!((record.product.as_deref(), record.gate_lines.len()), (Some("homeai"), 2));
        assert!(record.files[0].collected_at.is_some());
        assert_eq!((record.version.as_str(), record.commit.as_deref()), ("v1.4.0", Some(COMMIT)));
        assert_eq!((record.outcome, record.prev), (Some(Outcome::RolledBack), None));
        assert_eq!(
            record.released.map(|time| time.to_rfc3339()).as_deref(),
            Some("2026-01-02T10:00:00+01:00")
        );
        assert_eq!(record.gates, ["unit-tests", "sbom"]);
        assert_eq!(record.timeline[1].event, "deployed");
        assert_eq!(record.files[0].sha256, "ab".repeat(32));
        assert_eq!(record.note.as_deref(), Some("Undone after an hour."));
    }

    #[test]
    fn a_moment_that_is_empty_is_told_and_one_that_is_not_given_is_none() {
        let text = |moment: &str| {
            format!(
                r#"{{"schema": "runproof-record/1", "version": "v1.4.0", "commit": "{COMMIT}", "released": "2026-01-02T10:00:00Z", "gates": ["a"],
                "files": [{{"path": "a", "sha256": "{}", "bytes": 1{moment}}}]}}"#,
                "ab".repeat(32)
            )
        };
        let flaws = |moment: &str| record(&text(moment)).0.flaws.len();
        assert_eq!(flaws(""), 0);
        assert_eq!(flaws(r#", "collected_at": null"#), 0);
        assert_eq!(
            record(&text(r#", "collected_at": " ""#)).1,
            ["2: `files[0].collected_at` is empty; write the moment as 2026-01-02T10:00:00Z"]
        );
        assert_eq!(flaws(r#", "collected_at": " ""#), 1);
    }

    #[test]
    fn what_is_not_as_the_schema_has_it_is_told_with_its_line() {
        let text = r#"{
"schema": "runproof-record/1",
"version": 14,
"comit": "x",
"commit": "12345",
"released": "2026-01-02",
"outcome": "great",
"prev": "none",
"gates": ["a", "a", 7],
"timeline": [{"at": "2026-01-03T00:00:00Z", "event": "b"},
  {"at": "2026-01-02T00:00:00Z", "event": "a", "who": "x"},
  {"event": "c"}, "d"],
"files": [{"path": "../secret", "sha256": "zz", "bytes": -1},
  {"path": "a", "bytes": 1, "source_url": "javascript:x"},
  {"path": "a", "sha256": "", "bytes": "1"}],
"note": []
}"#;
        let (record, problems) = record(text);
        assert_eq!(
            problems,
            [
                "3: `version` is no text",
                "3: the key `version` is missing or empty",
                "4: the key `comit` is unknown; did you mean `commit`?",
                "5: `commit` is not 40 hex digits; write the whole id, as `git rev-parse TAG^{commit}` prints it",
                "6: `released` is no time with a zone; write it as 2026-01-02T10:00:00Z",
                "7: the outcome `great` is unknown; known are shipped, rolled-back, withdrawn, abandoned",
                "8: `prev` is not 64 hex digits; write the digest as `sha256sum` prints it",
                "9: the gate `a` stands twice",
                "9: `gates[2]` is no id of a gate",
                "10: the events of the timeline do not stand in the order of time",
                "11: the key `timeline[1].who` is unknown",
                "12: `timeline[3]` is no object",
                "12: the key `timeline[2].at` is missing or empty",
                "13: `files[0].sha256` is not 64 hex digits; write the digest as `sha256sum` prints it",
                "13: `files[0].bytes` is no length; write the number of bytes of the file",
                "13: `../secret` is no path inside of the folder of the release; write it from the folder of the release, with `/` between its parts",
                "14: the key `files[1].sha256` is missing",
                "14: `files[1].source_url` is no address on the web",
                "15: `files[2].bytes` is no length; write the number of bytes of the file",
                "15: the file `a` stands twice; the first one counts",
                "16: `note` is no text",
            ]
        );
        assert_eq!((record.commit, record.files.len()), (None, 1));
        // Unknown keys, an address and the order of events take nothing away.
        assert_eq!(record.flaws.len(), problems.len() - 4);
        let events: Vec<_> = record.timeline.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(events, ["a", "b"]);
    }

    #[test]
    fn other_schemas_and_broken_texts_give_an_empty_record() {
        let (empty, problems) = record("{\n\"schema\": \"runproof-record/2\", \"version\": \"v1\"}");
        assert_eq!((empty.version.as_str(), problems.len()), ("", 1));
        assert_eq!(
            problems[0],
            "2: the schema `runproof-record/2` is of a newer Runproof, and this one reads up to `runproof-record/1`"
        );
        assert_eq!(record("{\n\"schema\": ").1, ["2: not valid JSON: EOF while parsing a value"]);
        assert_eq!(record("[]").1, ["0: the record is no JSON object"]);
        assert_eq!(
            (record("[]").0.flaws.len(), record("{").0.flaws.len(), empty.flaws.len()),
            (1, 1, 1)
        );
        let (bare, problems) = record(r#"{"schema": "runproof-record/1", "version": "v1"}"#);
        assert_eq!(
            (bare.flaws.len(), problems.len()),
            (3, 0),
            "what need not be there for reading"
        );
        assert_eq!(
            record(r#"{"version": "a", "version": "b"}"#).1[0],
            "0: the key `schema` is missing; write `runproof-record/1`"
        );
        assert_eq!(
            record(r#"{"version": "a", "version": "b"}"#).1[1],
            "1: the key `version` stands twice; the later one counts"
        );
        assert_eq!(
            record(&"[".repeat(1_000_000)).1,
            ["1: not valid JSON: recursion limit exceeded"]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read("a", &bytes);
        }

        #[test]
        fn any_members_are_read(text in "\\{\"schema\": \"runproof-record/1\"(, ?\"(version|files|timeline|gates|prev)\": ?(null|1|\"a\"|\\[\\{\\}\\]|\\[1\\])){0,4}\\}") {
            let _ = read("a", text.as_bytes());
        }
    }

    #[test]
    fn an_outcome_that_was_emptied_is_no_outcome() {
        for value in ["null", "\"\"", "\" \""] {
            let text = format!("{{\n\"schema\": \"runproof-record/1\", \"version\": \"v1\",\n\"outcome\": {value}}}");
            let (record, problems) = record(&text);
            assert_eq!(record.outcome, None, "{value}");
            assert!(
                problems.iter().any(|problem| problem.starts_with("3: the outcome is empty")),
                "{problems:?}"
            );
            assert!(
                record
                    .flaws
                    .iter()
                    .any(|flaw| flaw.message.starts_with("the outcome is empty")),
                "{value}"
            );
        }
        let (_, problems) = record("{\n\"schema\": \"runproof-record/1\", \"version\": \"v1\"}");
        assert!(!problems.iter().any(|problem| problem.contains("outcome is empty")));
    }
}
