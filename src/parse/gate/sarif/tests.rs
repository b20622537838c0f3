//! SARIF logs as tools write them, and their malformed twins.

use proptest::prelude::proptest;

use super::parse;
use crate::model::evidence::{AnomalyKind, Content, FindingFacts};

fn facts(text: &str) -> (FindingFacts, Vec<String>) {
    let artifact = parse(text);
    let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
    match artifact.content {
        Content::Findings(facts) => (facts, problems),
        other => panic!("{other:?}: {problems:?}"),
    }
}

fn run(inside: &str) -> String {
    format!(
        r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "scan", "version": "1.2", "rules": [
            {{"id": "A", "defaultConfiguration": {{"level": "note"}}, "shortDescription": {{"text": "about A"}}}},
            {{"id": "B", "defaultConfiguration": {{"level": "error"}}}}]}},
          "extensions": [{{"name": "x", "rules": [{{"id": "C", "defaultConfiguration": {{"level": "none"}}}}]}}]}}, {inside}}}]}}"#
    )
}

fn levels(results: &str) -> String {
    let (facts, _) = facts(&run(&format!("\"results\": [{results}]")));
    let mut levels: Vec<_> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
    if facts.suppressed > 0 {
        levels.push(format!("suppressed {}", facts.suppressed));
    }
    levels.join(", ")
}

#[test]
fn levels_come_from_the_result_then_from_its_rule() {
    for (result, expected) in [
        (r"{}", "warning 1"),
        (r#"{"level": "note"}"#, "note 1"),
        (r#"{"ruleId": "B"}"#, "error 1"),
        (r#"{"ruleId": "B/sub"}"#, "error 1"),
        (r#"{"ruleIndex": 0}"#, "note 1"),
        (r#"{"ruleIndex": -1, "ruleId": "B"}"#, "error 1"),
        (r#"{"rule": {"index": 0, "toolComponent": {"index": 0}}}"#, "none 1"),
        (r#"{"ruleId": "B", "level": "warning"}"#, "warning 1"),
        (r#"{"ruleId": "B", "kind": "pass"}"#, "none 1"),
        (r#"{"ruleId": "B", "kind": "fail"}"#, "error 1"),
        (r#"{"level": "critical"}"#, "error 1"),
        (r#"{"baselineState": "absent"}"#, ""),
        (r#"{"suppressions": [{"kind": "inSource"}]}"#, "suppressed 1"),
        (
            r#"{"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}"#,
            "warning 1",
        ),
        (r#"{"suppressions": []}"#, "warning 1"),
        (r#"{"suppressions": [null]}"#, "warning 1"),
    ] {
        assert_eq!(levels(result), expected, "{result}");
    }
}

#[test]
fn a_run_without_an_end_or_without_results_is_not_conclusive() {
    for (inside, is_conclusive) in [
        (r#""results": []"#, true),
        (r#""results": null"#, false),
        (r#""artifacts": []"#, false),
        (r#""results": {}"#, false),
        (r#""results": [3]"#, false),
        (r#""results": [], "invocations": [{"executionSuccessful": true}]"#, true),
        (r#""results": [], "invocations": [{"executionSuccessful": false}]"#, false),
        (
            r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "note"}]}]"#,
            true,
        ),
        (
            r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error"}]}]"#,
            false,
        ),
        (
            r#""results": [], "invocations": [{"toolConfigurationNotifications": [{"level": "error"}]}]"#,
            false,
        ),
    ] {
        let (facts, problems) = facts(&run(inside));
        assert_eq!(facts.is_conclusive, is_conclusive, "{inside}");
        assert_eq!(problems.is_empty(), is_conclusive, "{inside}: {problems:?}");
    }
    assert!(!facts(r#"{"version": "2.1.0", "runs": []}"#).0.is_conclusive);
}

#[test]
fn each_run_is_counted_as_the_log_has_it() {
    let artifact = parse(&run(r#""invocations": [{"executionSuccessful": false}], "results": [
          {"ruleId": "A", "baselineState": "new"}, {"ruleId": "B", "baselineState": "absent"},
          {"level": "note", "properties": {"security-severity": "9.8"}}, {"suppressions": [{}]}]"#));
    assert_eq!(
        serde_json::Value::Object(artifact.counts),
        serde_json::json!({
            "version": "2.1.0", "results": 4, "active_by_level": {"note": 2}, "suppressed": 1, "absent": 1,
            "runs": [{"tool": "scan", "results": 4, "active_by_level": {"note": 2}, "suppressed": 1,
                "executionSuccessful": [false], "baselineState": {"absent": 1, "new": 1}}],
        })
    );
    // What is critical is judged as an error all the same.
    let Content::Findings(facts) = artifact.content else {
        panic!("it is read")
    };
    assert_eq!(facts.levels, [("error".to_owned(), 1), ("note".to_owned(), 1)]);
}

#[test]
fn later_versions_and_logs_without_one_are_read_with_a_note() {
    let driver = r#"{"tool": {"driver": {"name": "scan"}}, "results": [{}]}"#;
    for (head, expected) in [
        (
            r#""version": "2.2","#,
            "SARIF 2.2 is newer than what is known, and is read as 2.1.0",
        ),
        ("", "the file names no version of SARIF, and is read as 2.1.0"),
    ] {
        let (facts, problems) = facts(&format!("{{{head} \"runs\": [{driver}]}}"));
        assert_eq!((facts.levels.len(), problems), (1, vec![expected.to_owned()]), "{head}");
    }
    for text in [
        r#"{"version": "3.1.0", "runs": []}"#,
        r#"{"version": "1.0.0", "runs": [{"tool": {"name": "scan"}, "results": []}]}"#,
        r#"{"runs": [{"tool": {"name": "scan"}, "results": []}]}"#,
    ] {
        assert!(matches!(parse(text).content, Content::Unread), "{text}");
    }
}

#[test]
fn an_older_log_is_read_where_it_has_things() {
    let log = |results: &str| {
        format!(
            r#"{{"version": "2.0.0", "runs": [{{"tool": {{"name": "scan", "semanticVersion": "3.1"}},
                "resources": {{"rules": {{"A": {{"configuration": {{"defaultLevel": "error"}}}}, "B": {{"id": "B", "defaultConfiguration": {{"level": "note"}}}}, "C": 7}}}},
                "results": [{results}]}}]}}"#
        )
    };
    for (result, expected) in [
        (r"{}", "warning 1"),
        (r#"{"ruleId": "A"}"#, "error 1"),
        (r#"{"ruleId": "B"}"#, "note 1"),
        (r#"{"ruleId": "C"}"#, "warning 1"),
        (r#"{"ruleId": "A", "level": "pass"}"#, "none 1"),
        (r#"{"ruleId": "A", "level": "notApplicable"}"#, "none 1"),
        (
            r#"{"ruleId": "A", "suppressionStates": ["suppressedInSource"]}"#,
            "suppressed 1",
        ),
        (r#"{"ruleId": "A", "suppressionStates": []}"#, "error 1"),
        (r#"{"ruleId": "A", "level": "worst"}"#, "error 1"),
    ] {
        let (facts, problems) = facts(&log(result));
        let mut levels: Vec<String> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
        if facts.suppressed > 0 {
            levels.push(format!("suppressed {}", facts.suppressed));
        }
        assert_eq!(levels, [expected], "{result}");
        assert_eq!(facts.tools, ["scan 3.1"]);
        assert!(facts.is_conclusive, "{problems:?}");
        assert_eq!(
            problems[0],
            "SARIF 2.0.0 is older than 2.1.0, and is read as far as it is like it"
        );
    }
    let (found, _) = facts(&log(
        r#"{"ruleId": "A", "locations": [{"physicalLocation": {"fileLocation": {"uri": "a.rs"}, "region": {"startLine": 3}}}]}"#,
    ));
    assert_eq!((found.findings[0].path.as_str(), found.findings[0].line), ("a.rs", Some(3)));
    for (rules, expected) in [
        (r#"[{"id": "A", "configuration": {"defaultLevel": "note"}}]"#, "note"),
        ("7", "warning"),
        ("null", "warning"),
        (r#""A""#, "warning"),
        ("[1, null]", "warning"),
    ] {
        let text = format!(
            r#"{{"version": "2.0.0", "runs": [{{"tool": {{"name": "s"}}, "resources": {{"rules": {rules}}}, "results": [{{"ruleId": "A"}}]}}]}}"#
        );
        assert_eq!(facts(&text).0.levels, [(expected.to_owned(), 1_u64)], "{rules}");
    }
    let noted = r#"{"version": "2.0.0", "runs": [{"tool": {"name": "s"}, "results": [],
        "invocations": [{"toolNotifications": [{"level": "error", "message": {"text": "no"}}]}]}]}"#;
    assert!(!facts(noted).0.is_conclusive, "it met an error of its own");
    let undecided = parse(&log(r#"{"ruleId": "A", "level": "open"}"#));
    assert!(
        undecided
            .anomalies
            .iter()
            .any(|anomaly| anomaly.kind == AnomalyKind::Undecided)
    );
    let unfinished = parse(r#"{"version": "2.0.0", "runs": [{"tool": {"name": "s"}}]}"#);
    assert!(matches!(unfinished.content, Content::Findings(facts) if !facts.is_conclusive));
}

#[test]
fn findings_are_listed_with_their_place() {
    let (facts, _) = facts(&run(r#""artifacts": [{"location": {"uri": "src/b.rs"}}], "results": [
          {"ruleId": "A", "message": {"text": "\u001b[31mfirst\u001b[0m line\nsecond"}, "locations": [{"physicalLocation":
            {"artifactLocation": {"uri": "src/a.rs"}, "region": {"startLine": 7}}}]},
          {"ruleId": "A", "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]}]"#));
    assert_eq!(facts.tools, ["scan 1.2"]);
    let shown: Vec<_> = facts
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}:{:?} {}",
                finding.rule, finding.level, finding.path, finding.line, finding.message
            )
        })
        .collect();
    assert_eq!(shown, ["A note src/a.rs:Some(7) first line", "A note src/b.rs:None about A"]);
}

#[test]
fn other_versions_and_other_json_are_refused() {
    for (text, expected) in [
        (
            r#"{"version": "1.0.0", "runs": []}"#,
            "SARIF 1.0.0 is not read, only version 2 is",
        ),
        (r#"{"runs": []}"#, "the file names no version of SARIF; version 2 is read"),
        (r#"{"version": "2.1.0", "runs": [],}"#, "not valid JSON: trailing comma"),
        (
            r#"{"version": "2.1.0", "runs": [], "runs": []}"#,
            "not as the format has it: duplicate field `runs`",
        ),
    ] {
        let artifact = parse(text);
        assert!(matches!(artifact.content, Content::Unread), "{text}");
        assert_eq!(artifact.problems[0].message, expected);
    }
}

/// The kinds of anomalies of a run with these members.
fn kinds(members: &str) -> Vec<AnomalyKind> {
    let text = format!(r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "t"}}}}, {members}}}]}}"#);
    parse(&text).anomalies.into_iter().map(|anomaly| anomaly.kind).collect()
}

#[test]
fn runs_that_did_not_end_and_results_that_are_open_are_anomalies() {
    use AnomalyKind as Kind;
    for (members, expected) in [
        (r#""results": []"#, vec![]),
        (
            r#""results": [], "invocations": [{"executionSuccessful": true, "exitCode": 0}]"#,
            vec![],
        ),
        (r#""results": null"#, vec![Kind::NotEnded]),
        (
            r#""results": [], "invocations": [{"executionSuccessful": false}]"#,
            vec![Kind::NotEnded],
        ),
        (r#""results": [], "invocations": [{"exitCode": 2}]"#, vec![Kind::NotEnded]),
        (r#""results": [{"ruleId": "a"}], "invocations": [{"exitCode": 1}]"#, vec![]),
        (
            r#""results": [], "invocations": [{"executionSuccessful": true, "exitSignalName": "SIGKILL"}]"#,
            vec![Kind::NotEnded],
        ),
        (
            r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error"}]}]"#,
            vec![Kind::NotEnded],
        ),
        (
            r#""results": [], "invocations": [{"startTimeUtc": "2026-01-02T00:00:00Z", "endTimeUtc": "2026-01-01T00:00:00Z"}]"#,
            vec![Kind::TimesReversed],
        ),
        (
            r#""results": [], "externalPropertyFileReferences": {"results": [{"itemCount": 3}]}"#,
            vec![Kind::ResultsElsewhere],
        ),
        (
            r#""results": [{"kind": "open"}, {"kind": "review"}]"#,
            vec![Kind::Undecided; 2],
        ),
        (r#""results": [{"kind": "odd"}, {"kind": "pass"}]"#, vec![Kind::UnknownWord]),
        (r#""results": [3]"#, vec![Kind::UnreadPart]),
    ] {
        assert_eq!(kinds(members), expected, "{members}");
    }
}

#[test]
fn a_security_severity_wins_over_a_milder_level() {
    let text = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": [
        {"id": "a", "defaultConfiguration": {"level": "note"}, "properties": {"security-severity": "9.8"}},
        {"id": "b", "defaultConfiguration": {"level": "note"}, "properties": {"security-severity": 5}},
        {"id": "c", "defaultConfiguration": {"level": "error"}, "properties": {"security-severity": "2"}},
        {"id": "d", "defaultConfiguration": {"level": "note"}, "properties": {"security-severity": "11"}}]}},
        "versionControlProvenance": [{"revisionId": "abc"}],
        "results": [{"ruleId": "a"}, {"ruleId": "b"}, {"ruleId": "c"}, {"ruleId": "d"}, {"ruleId": "a", "kind": "pass"}]}]}"#;
    let artifact = parse(text);
    assert_eq!(artifact.about.commits, ["abc"]);
    let Content::Findings(facts) = artifact.content else {
        panic!("it is read")
    };
    let shown = |counts: &[(String, u64)]| {
        counts
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(shown(&facts.levels), "error 2, warning 1, note 1, none 1");
    assert_eq!(shown(&facts.severities), "critical 1, medium 1, low 1");
    assert_eq!(facts.security_severity, Some(980));
}

proptest! {
    #[test]
    fn any_members_are_read(
        members in "(\"(results|invocations|tool|artifacts)\": ?(null|1|\"a\"|\\[\\]|\\{\\}|\\[(\\{\"(level|ruleIndex|suppressions|locations)\": ?(1e9|\"x\"|\\[null\\])\\}|null)\\]),? ?){0,3}"
    ) {
        let _ = parse(&format!("{{\"version\": \"2.1.0\", \"runs\": [{{{members}}}]}}"));
    }
}
