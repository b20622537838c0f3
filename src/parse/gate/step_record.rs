//! Step records, schema `runproof-step/1`: what was carried out, with its exit code. For everything that has no format of its own.

use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::command::exit;
use crate::model::about::{About, Attachment};
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, CaseKind, CaseResult, Content, FailedCase, NamedResult, TestFacts};
use crate::model::finding::Problem;
use crate::model::form;
use crate::parse::artifact::json::{self, Text};
use crate::parse::artifact::unique::twice;
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "step-record",
    title: "step record",
    recognizes,
    parse,
};

/// The schema that is read.
const SCHEMA: &str = "runproof-step/1";

/// Failed steps that are listed.
const MAX_FAILED: usize = 50;

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .text_at("schema")
        .is_some_and(|schema| schema.starts_with("runproof-step/"))
}

/// Facts that are kept.
const MAX_FACTS: usize = 500;

/// How deep facts may stand.
const MAX_DEPTH: usize = 8;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record<'text> {
    #[serde(borrow)]
    schema: Text<'text>,
}

fn parse(text: &str) -> Artifact {
    let record: Record<'_> = match json::read(text) {
        Ok(record) => record,
        Err(problem) => return broken(problem),
    };
    if let Some(objection) = form::objection(&first_line(record.schema.as_str()), SCHEMA) {
        return broken(Problem::of_file(objection));
    }
    let members: Map<String, Value> = match json::read(text) {
        Ok(members) => members,
        Err(problem) => return broken(problem),
    };
    if let Some(problem) = twice(text) {
        return broken(problem);
    }
    let mut anomalies = Vec::new();
    let about = about(&members, &mut anomalies);
    if text_of(&members, "command").is_none() {
        let message = "the record does not name the command that was run";
        anomaly(&mut anomalies, AnomalyKind::NotWhole, None, message);
    }
    // The line ends count here: what stands in the last line decides the exit code.
    let command = members.get("command").and_then(Value::as_str).unwrap_or_default();
    let lists_steps = members.get("facts").is_some_and(|facts| facts.get("steps").is_some());
    if exit::is_always_zero(command) {
        if !lists_steps {
            let message = "its command does nothing that can fail, so its exit code measures nothing";
            anomaly(&mut anomalies, AnomalyKind::MeasuresNothing, None, message);
        }
    } else if exit::is_hidden(command) {
        let message = "its command ends in one that succeeds whatever happened before, so its exit code says nothing";
        anomaly(&mut anomalies, AnomalyKind::Undecided, None, message);
    }
    for key in ["signal", "killed", "timed_out", "timeout"] {
        let is_told = match members.get(key) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::Number(number)) => number.as_u64() != Some(0),
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        };
        if is_told {
            let message = format!("the command did not run to its end, as `{key}` says");
            anomaly(&mut anomalies, AnomalyKind::NotEnded, None, message);
        }
    }
    let mut facts = TestFacts {
        kind: CaseKind::Step,
        suites: 1,
        ..TestFacts::default()
    };
    let mut problems = Vec::new();
    let inner = members
        .get("facts")
        .and_then(|facts| facts.get("steps"))
        .and_then(Value::as_array);
    let inner: Vec<&Map<String, Value>> = inner
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .filter(|step| step.get("exit_code").is_some_and(|code| !code.is_null()))
        .collect();
    for step in &inner {
        count(step, &mut facts);
    }
    // A record that lists its steps is the sum of them; its own exit code still counts when it says worse.
    let failed = facts.failures + facts.errors;
    let mut own = TestFacts::default();
    count(&members, &mut own);
    if inner.is_empty() {
        facts.tests += own.tests;
        facts.named.append(&mut own.named);
    }
    if inner.is_empty() || failed == 0 {
        facts.failures += own.failures;
        facts.errors += own.errors;
        facts.failed.extend(own.failed);
    }
    if failed > 0 && own.failures + own.errors == 0 {
        let message = "the record has the exit code 0 and lists a step that failed";
        note(&mut problems, Problem::of_file(message));
    }
    facts.tests = facts.tests.max(facts.failures + facts.errors);
    Artifact {
        content: Content::Tests(facts),
        about,
        anomalies,
        problems,
        ..Artifact::default()
    }
}

/// A text or a number of an object as one line.
fn text_of(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = match object.get(key)? {
        Value::String(text) => first_line(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// What a record says about itself.
fn about(members: &Map<String, Value>, anomalies: &mut Vec<Anomaly>) -> About {
    let empty = Map::new();
    let object = |key: &str| members.get(key).and_then(Value::as_object).unwrap_or(&empty);
    let (subject, ci) = (object("subject"), object("ci"));
    let named = |keys: &[&str]| keys.iter().filter_map(|key| text_of(subject, key)).collect();
    let times = ["started", "finished"].map(|key| text_of(members, key));
    if let [Some(started), Some(finished)] = &times
        && let (Ok(begin), Ok(end)) = (DateTime::parse_from_rfc3339(started), DateTime::parse_from_rfc3339(finished))
        && end < begin
    {
        let message = format!("the step ended at {finished}, before it began at {started}");
        anomaly(anomalies, AnomalyKind::TimesReversed, None, message);
    }
    let mut about = About {
        commits: named(&["commit"]),
        digests: named(&["digest"]),
        names: named(&["name", "component", "image", "url", "artifact"]),
        versions: named(&["version"]),
        gate: text_of(members, "gate"),
        run: text_of(ci, "run"),
        attempt: ci.get("attempt").and_then(Value::as_u64),
        times: times.into_iter().flatten().collect(),
        ..About::default()
    };
    let facts = object("facts");
    for (name, value) in facts.iter().filter(|(name, _)| !matches!(name.as_str(), "steps" | "skips")) {
        flatten(name, value, 0, &mut about.facts);
    }
    for skips in [members.get("skips"), facts.get("skips")].into_iter().flatten() {
        let mut words = Vec::new();
        flatten("skips", skips, 0, &mut words);
        let is_none = |text: &str| matches!(text.to_ascii_lowercase().as_str(), "" | "0" | "false" | "none" | "no");
        about
            .skips
            .extend(words.into_iter().map(|(_, text)| text).filter(|text| !is_none(text)));
    }
    let command = text_of(members, "command").unwrap_or_default();
    about
        .skips
        .extend(command.split_whitespace().filter(|word| is_skip(word)).map(str::to_owned));
    let attachments = members.get("attachments").and_then(Value::as_array);
    for attachment in attachments.into_iter().flatten() {
        let object = attachment.as_object().unwrap_or(&empty);
        about.attachments.push(Attachment {
            path: text_of(object, "path")
                .or_else(|| attachment.as_str().map(first_line))
                .unwrap_or_default(),
            sha256: text_of(object, "sha256"),
        });
    }
    about
}

/// Facts with the names of the objects around them, as text.
fn flatten(name: &str, value: &Value, depth: usize, facts: &mut Vec<(String, String)>) {
    if facts.len() >= MAX_FACTS || depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Null => {}
        Value::Bool(flag) => facts.push((name.to_owned(), flag.to_string())),
        Value::Number(number) => facts.push((name.to_owned(), number.to_string())),
        Value::String(text) => facts.push((name.to_owned(), first_line(text))),
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                flatten(&format!("{name}.{at}"), value, depth + 1, facts);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                flatten(&format!("{name}.{key}"), value, depth + 1, facts);
            }
        }
    }
}

/// Whether a word of a command leaves something out: `SKIP_IOS=1`, `--skip-tests`.
fn is_skip(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    if let Some((name, value)) = word.split_once('=') {
        let is_on = !matches!(value.trim_matches(['"', '\'']), "" | "0" | "false" | "no" | "off");
        let name = name.trim_start_matches('-');
        let of_maven = matches!(name, "dskiptests" | "dskipits" | "dmaven.test.skip");
        return is_on && (of_maven || name == "skip" || name.starts_with("skip_") || name.starts_with("skip-"));
    }
    word == "--skip" || word.starts_with("--skip-") || word == "-dskiptests" || word == "-dskipits"
}

/// Counts a step. An exit code is a whole number; without one nobody knows how it went, so that is an error.
fn count(step: &Map<String, Value>, facts: &mut TestFacts) {
    facts.tests += 1;
    let command = text_of(step, "command").unwrap_or_default();
    let code = step.get("exit_code").filter(|code| !code.is_null());
    let message = match (code, code.and_then(Value::as_i64)) {
        (_, Some(0)) => None,
        (_, Some(code)) => {
            facts.failures += 1;
            Some(format!("exit code {code}"))
        }
        (Some(code), None) => {
            facts.errors += 1;
            Some(format!("the exit code is no whole number: {}", first_line(&code.to_string())))
        }
        (None, None) => {
            facts.errors += 1;
            Some("no exit code".to_owned())
        }
    };
    facts.named.push(NamedResult {
        group: String::new(),
        name: command.clone(),
        result: if message.is_some() {
            CaseResult::Failed
        } else {
            CaseResult::Passed
        },
    });
    if let Some(message) = message
        && facts.failed.len() < MAX_FAILED
    {
        facts.failed.push(FailedCase { name: command, message });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::{CaseKind, Content};
    use crate::parse::recognise::read;

    /// Steps, failures, errors, then what failed and the problems.
    fn check(inside: &str, expected: &str) {
        let text = format!(r#"{{"schema": "runproof-step/1", "gate": "g", {inside}}}"#);
        let artifact = read(text.as_bytes(), Some("step-record"));
        let Content::Tests(facts) = artifact.content else {
            panic!("{:?}", artifact.problems);
        };
        assert_eq!(facts.kind, CaseKind::Step);
        let mut got = format!("{} {} {}", facts.tests, facts.failures, facts.errors);
        got.extend(
            facts
                .failed
                .iter()
                .map(|failed| format!("; {}: {}", failed.name, failed.message)),
        );
        got.extend(artifact.problems.iter().map(|problem| format!("; {}", problem.message)));
        assert_eq!(got, expected, "{inside}");
    }

    #[test]
    fn the_exit_code_tells_how_a_step_went() {
        check(r#""command": "make db", "exit_code": 0"#, "1 0 0");
        let text = "1 0 1; make db: the exit code is no whole number: \"0\"";
        check(r#""command": "make db", "exit_code": "0""#, text);
        let half = "1 0 1; make db: the exit code is no whole number: 0.5";
        check(r#""command": "make db", "exit_code": 0.5"#, half);
        check(r#""command": "make db", "exit_code": 2"#, "1 1 0; make db: exit code 2");
        check(r#""command": "make db", "exit_code": -9"#, "1 1 0; make db: exit code -9");
        check(r#""command": "make db""#, "1 0 1; make db: no exit code");
        check(r#""command": "make db", "exit_code": null"#, "1 0 1; make db: no exit code");
        let word = "1 0 1; make db: the exit code is no whole number: \"ok\"";
        check(r#""command": "make db", "exit_code": "ok""#, word);
    }

    #[test]
    fn a_command_whose_exit_code_says_nothing_is_told() {
        use crate::model::evidence::AnomalyKind as Kind;
        let kinds = |command: &str, more: &str| -> Vec<Kind> {
            let text = format!(r#"{{"schema": "runproof-step/1", "command": "{command}", "exit_code": 0{more}}}"#);
            parse(&text).anomalies.iter().map(|anomaly| anomaly.kind).collect()
        };
        assert_eq!(kinds("make x", ""), []);
        assert_eq!(kinds("true", ""), [Kind::MeasuresNothing]);
        assert_eq!(kinds("echo deployed", ""), [Kind::MeasuresNothing]);
        assert_eq!(kinds(r"make x\ntrue", ""), [Kind::Undecided]);
        assert_eq!(kinds(r"echo start\nmake x", ""), []);
        let steps = r#", "facts": {"steps": [{"command": "make x", "exit_code": 0}]}"#;
        assert_eq!(kinds("true", steps), [], "its steps are what was run");
    }

    #[test]
    fn listed_steps_are_counted_and_the_worse_of_both_counts() {
        let steps = |first: u8| {
            format!(
                r#""facts": {{"steps": [{{"command": "a", "exit_code": {first}}}, {{"command": "b", "exit_code": 0}}, {{"note": "c"}}]}}"#
            )
        };
        check(&format!(r#""command": "all", "exit_code": 0, {}"#, steps(0)), "2 0 0");
        check(
            &format!(r#""command": "all", "exit_code": 1, {}"#, steps(1)),
            "2 1 0; a: exit code 1",
        );
        check(
            &format!(r#""command": "all", "exit_code": 1, {}"#, steps(0)),
            "2 1 0; all: exit code 1",
        );
        check(
            &format!(r#""command": "all", "exit_code": 0, {}"#, steps(1)),
            "2 1 0; a: exit code 1; the record has the exit code 0 and lists a step that failed",
        );
    }

    #[test]
    fn the_commit_and_the_time_are_kept_and_other_schemas_refused() {
        let artifact = parse(
            r#"{"schema": "runproof-step/1", "subject": {"commit": "abc"}, "exit_code": 0, "started": "2026-01-02T10:00:00Z"}"#,
        );
        assert_eq!(artifact.about.commits, ["abc"]);
        assert_eq!(artifact.about.times, ["2026-01-02T10:00:00Z"]);
        let other = read(br#"{"schema": "runproof-step/2", "exit_code": 0}"#, None);
        assert!(matches!(other.content, Content::Unread));
        assert_eq!(
            other.problems[0].message,
            "the schema `runproof-step/2` is of a newer Runproof, and this one reads up to `runproof-step/1`"
        );
    }

    #[test]
    fn what_a_record_says_of_itself_is_kept() {
        use crate::model::evidence::AnomalyKind as Kind;
        let text = r#"{"schema": "runproof-step/1", "gate": "g", "subject": {"commit": "abc", "digest": "sha256:0", "image": "i"},
            "command": "SKIP_IOS=1 SKIP_WEB=0 make preflight --skip-lint", "exit_code": 0,
            "started": "2026-01-02T10:00:00Z", "finished": "2026-01-02T09:00:00Z", "signal": "SIGKILL", "skips": ["ios", false],
            "ci": {"run": "https://example.org/1", "attempt": 2}, "attachments": [{"path": "a.log", "sha256": "00"}, "b.log"],
            "facts": {"decision": "approved", "watch": {"pending": 3}, "checks": [{"state": "open"}], "skips": 0}}"#;
        let artifact = parse(text);
        let about = artifact.about;
        assert_eq!(
            (about.commits, about.digests, about.names),
            (vec!["abc".into()], vec!["sha256:0".into()], vec!["i".into()])
        );
        assert_eq!(
            (about.gate.as_deref(), about.run.as_deref(), about.attempt),
            (Some("g"), Some("https://example.org/1"), Some(2))
        );
        assert_eq!(about.skips, ["ios", "SKIP_IOS=1", "--skip-lint"]);
        let facts: Vec<_> = about.facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(facts, ["checks.0.state=open", "decision=approved", "watch.pending=3"]);
        let paths: Vec<_> = about.attachments.iter().map(|attachment| attachment.path.as_str()).collect();
        assert_eq!(paths, ["a.log", "b.log"]);
        let kinds: Vec<_> = artifact.anomalies.iter().map(|anomaly| anomaly.kind).collect();
        assert_eq!(kinds, [Kind::TimesReversed, Kind::NotEnded]);
    }

    proptest! {
        #[test]
        fn any_members_are_read(members in "(, ?\"(subject|command|exit_code|facts)\": ?(null|1|\"a\"|\\[\\]|\\{\"(commit|steps)\": ?(1|\\[\\{\\}\\])\\})){0,3}") {
            let _ = parse(&format!("{{\"schema\": \"runproof-step/1\"{members}}}"));
        }
    }
}
