//! Step records, schema `runproof-step/1`: what was carried out, with its exit code. For everything that has no format of its own.

use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind, Content, FailedCase, TestFacts};
use crate::model::finding::Problem;
use crate::parse::artifact::json::{self, Items, One, Text};
use crate::parse::artifact::{Format, Sniff, broken, note};
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record<'text> {
    #[serde(borrow)]
    schema: Text<'text>,
    #[serde(borrow)]
    subject: One<Subject<'text>>,
    #[serde(borrow)]
    command: Text<'text>,
    #[serde(borrow)]
    exit_code: Text<'text>,
    #[serde(borrow)]
    started: Text<'text>,
    #[serde(borrow)]
    facts: One<Facts<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Subject<'text> {
    #[serde(borrow)]
    commit: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Facts<'text> {
    #[serde(borrow)]
    steps: Items<Step<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Step<'text> {
    #[serde(borrow)]
    command: Text<'text>,
    #[serde(borrow)]
    exit_code: Text<'text>,
}

fn parse(text: &str) -> Artifact {
    let record: Record<'_> = match json::read(text) {
        Ok(record) => record,
        Err(problem) => return broken(problem),
    };
    if record.schema.as_str() != SCHEMA {
        let message = format!(
            "the schema `{}` is not read, only `{SCHEMA}` is",
            first_line(record.schema.as_str())
        );
        return broken(Problem::of_file(message));
    }
    let mut facts = TestFacts {
        kind: CaseKind::Step,
        suites: 1,
        ..TestFacts::default()
    };
    let subject = record.subject.0.as_ref();
    let about = About {
        commits: subject
            .and_then(|subject| subject.commit.words())
            .map(first_line)
            .into_iter()
            .collect(),
        times: record.started.words().map(first_line).into_iter().collect(),
        ..About::default()
    };
    let mut problems = Vec::new();
    let inner = record.facts.0.as_ref().map_or(&[][..], |facts| &facts.steps.list);
    let inner: Vec<_> = inner.iter().filter(|step| step.exit_code.words().is_some()).collect();
    for step in &inner {
        count(&step.command, &step.exit_code, &mut facts);
    }
    // A record that lists its steps is the sum of them; its own exit code still counts when it says worse.
    let failed = facts.failures + facts.errors;
    let mut own = TestFacts::default();
    count(&record.command, &record.exit_code, &mut own);
    if inner.is_empty() {
        facts.tests += own.tests;
    }
    if inner.is_empty() || failed == 0 {
        facts.failures += own.failures;
        facts.errors += own.errors;
        facts.failed.extend(own.failed);
    }
    if failed > 0 && own.failures + own.errors == 0 {
        note(
            &mut problems,
            Problem::of_file("the record has the exit code 0 and lists a step that failed"),
        );
    }
    facts.tests = facts.tests.max(facts.failures + facts.errors);
    Artifact {
        content: Content::Tests(facts),
        about,
        problems,
        ..Artifact::default()
    }
}

/// Counts a step. Without an exit code nobody knows how it went, so that is an error.
fn count(command: &Text<'_>, exit_code: &Text<'_>, facts: &mut TestFacts) {
    facts.tests += 1;
    let message = match exit_code.words().map(str::parse::<i64>) {
        Some(Ok(0)) => return,
        Some(Ok(code)) => {
            facts.failures += 1;
            format!("exit code {code}")
        }
        Some(Err(_)) | None => {
            facts.errors += 1;
            "no exit code".to_owned()
        }
    };
    if facts.failed.len() < MAX_FAILED {
        facts.failed.push(FailedCase {
            name: first_line(command.as_str()),
            message,
        });
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
        check(r#""command": "make db", "exit_code": "0""#, "1 0 0");
        check(r#""command": "make db", "exit_code": 2"#, "1 1 0; make db: exit code 2");
        check(r#""command": "make db", "exit_code": -9"#, "1 1 0; make db: exit code -9");
        check(r#""command": "make db""#, "1 0 1; make db: no exit code");
        check(r#""command": "make db", "exit_code": null"#, "1 0 1; make db: no exit code");
        check(r#""command": "make db", "exit_code": "ok""#, "1 0 1; make db: no exit code");
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
            "the schema `runproof-step/2` is not read, only `runproof-step/1` is"
        );
    }

    proptest! {
        #[test]
        fn any_members_are_read(members in "(, ?\"(subject|command|exit_code|facts)\": ?(null|1|\"a\"|\\[\\]|\\{\"(commit|steps)\": ?(1|\\[\\{\\}\\])\\})){0,3}") {
            let _ = parse(&format!("{{\"schema\": \"runproof-step/1\"{members}}}"));
        }
    }
}
