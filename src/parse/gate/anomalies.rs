//! What readers see in documents that look fine, text by text, and the nearest text in which they see nothing.

use crate::model::evidence::AnomalyKind as Kind;
use crate::parse::recognise::read;

/// The kinds of anomalies that are seen in a text, which some format must read.
fn kinds(text: &str) -> Vec<Kind> {
    let artifact = read(text.as_bytes(), None);
    assert!(artifact.format.is_some(), "{text}: {:?}", artifact.problems);
    artifact.anomalies.into_iter().map(|anomaly| anomaly.kind).collect()
}

fn check(rows: &[(&str, &[Kind])]) {
    for (text, expected) in rows {
        assert_eq!(kinds(text), *expected, "{text}");
    }
}

#[test]
fn junit_tells_disabled_cases_and_suites_that_failed_as_a_whole() {
    let of = |attributes: &str| {
        format!("<testsuites><testsuite name=\"s\" tests=\"1\" {attributes}><testcase name=\"a\"/></testsuite></testsuites>")
    };
    for (attributes, expected) in [
        ("disabled=\"1\"", &[Kind::WorseThanListed][..]),
        ("disabled=\"0\" status=\"passed\"", &[]),
        ("status=\"failed\"", &[Kind::WorseThanListed]),
        ("result=\"ABORTED\"", &[Kind::NotEnded]),
        ("aborted=\"true\"", &[Kind::NotEnded]),
        ("success=\"false\"", &[Kind::WorseThanListed]),
        ("success=\"true\" aborted=\"false\"", &[]),
        ("completed=\"false\"", &[Kind::NotEnded]),
    ] {
        assert_eq!(kinds(&of(attributes)), expected, "{attributes}");
    }
}

#[test]
fn junit_cases_and_runs_may_tell_in_words_of_their_own_that_they_did_not_pass() {
    use crate::model::evidence::Content;
    let of = |properties: &str, case: &str| {
        let text = format!("<testsuite>{properties}<testcase name=\"a\"/><testcase name=\"b\"{case}</testsuite>");
        let artifact = read(text.as_bytes(), None);
        let Content::Tests(facts) = artifact.content else {
            panic!("{text}")
        };
        (
            facts.failures + facts.errors + facts.unknown,
            facts.skipped,
            artifact.anomalies.len(),
        )
    };
    for (properties, case, expected) in [
        ("", " outcome=\"failed\"/>", (1, 0, 0)),
        ("", " outcome=\"passed\" success=\"true\"/>", (0, 0, 0)),
        ("", " success=\"False\"/>", (1, 0, 0)),
        ("", " passed=\"false\"/>", (1, 0, 0)),
        ("", " executed=\"False\"/>", (0, 1, 0)),
        ("", "><incomplete/></testcase>", (1, 0, 0)),
        ("", "><system-out>incomplete</system-out></testcase>", (0, 0, 0)),
        (
            "<properties><property name=\"exit_code\" value=\"1\"/></properties>",
            "/>",
            (0, 0, 1),
        ),
        (
            "<properties><property name=\"exit_code\" value=\"0\"/></properties>",
            "/>",
            (0, 0, 0),
        ),
        (
            "<properties><property name=\"exit.code.expected\" value=\"1\"/></properties>",
            "/>",
            (0, 0, 0),
        ),
    ] {
        assert_eq!(of(properties, case), expected, "{properties}{case}");
    }
}

#[test]
fn junit_keeps_the_moments_of_cases_and_the_scanner_that_wrote_it() {
    let about = |text: &str| read(text.as_bytes(), None).about;
    let cases = r#"<testsuite><testcase name="a" timestamp="2026-01-02T10:00:00Z"/><testcase name="b" timestamp="2019-01-01T00:00:00Z"/></testsuite>"#;
    assert_eq!(about(cases).times, ["2019-01-01T00:00:00Z", "2026-01-02T10:00:00Z"]);
    for (text, expected) in [
        (
            r#"<testsuites name="ruff"><testsuite name="org.ruff"><testcase name="x"/></testsuite></testsuites>"#,
            &["ruff"][..],
        ),
        (
            r#"<testsuites><testsuite package="org.eslint" name="a.js"><testcase name="x"/></testsuite></testsuites>"#,
            &["eslint"],
        ),
        (
            r#"<testsuites name="nextest-run"><testsuite name="ruff"><testcase name="x"/></testsuite></testsuites>"#,
            &[],
        ),
        (r#"<testsuite name="pytest"><testcase name="x"/></testsuite>"#, &[]),
    ] {
        assert_eq!(about(text).tools, expected, "{text}");
    }
}

#[test]
fn junit_knows_the_usual_names_of_the_commit() {
    let commits = |name: &str, value: &str| {
        let text = format!(
            "<testsuite><properties><property name=\"{name}\" value=\"{value}\"/></properties><testcase name=\"a\"/></testsuite>"
        );
        read(text.as_bytes(), None).about.commits
    };
    let commit = "a".repeat(40);
    for name in [
        "commit", "git.commit", "GITHUB_SHA", "revision", "CI_COMMIT_SHA", "git_commit_id", "SHA", "vcs.revision",
        "Build.SourceVersion",
    ] {
        assert_eq!(commits(name, &commit), [commit.as_str()], "{name}");
    }
    for (name, value) in [
        ("revision", "4711"),
        ("sha", "sha256:aa"),
        ("base.commit", &commit),
        ("previous_commit", &commit),
        ("commit", ""),
    ] {
        assert!(commits(name, value).is_empty(), "{name} {value}");
    }
}

#[test]
fn tap_tells_plans_that_do_not_add_up() {
    check(&[
        ("1..2\nok 1\nok 7\n", &[Kind::FewerThanDeclared]),
        ("1..2\nok 1\nok 2\n1..5\n", &[Kind::FewerThanDeclared]),
        (
            "TAP version 14\n1..1\n    1..3\n    ok 1 - a\nok 1 - outer\n",
            &[Kind::FewerThanDeclared],
        ),
        ("TAP version 14\n1..1\n    ok 1 - a\n    1..1\nok 1 - outer\n", &[]),
        ("1..1\nok 1 - a {\n    1..2\n    ok 1\n    ok 2\n}\n", &[]),
        ("1..2\nok 1\n    1..0 # skip\nok 2\n", &[]),
    ]);
}

#[test]
fn runs_and_jobs_do_not_end_before_they_begin() {
    let run = |run: &str, job: &str| {
        format!(
            r#"{{"headSha": "{}", "status": "completed", "conclusion": "success"{run}, "jobs": [{{"name": "a", "status": "completed"{job}}}]}}"#,
            "a".repeat(40)
        )
    };
    let good = r#", "conclusion": "success""#;
    let times = |start: &str, end: &str| format!(r#", "startedAt": "2026-01-02T{start}Z", "completedAt": "2026-01-02T{end}Z""#);
    let late = r#", "startedAt": "2026-01-02T10:00:00Z", "updatedAt": "2026-01-02T09:00:00Z""#;
    assert_eq!(kinds(&run(late, good)), [Kind::TimesReversed]);
    assert_eq!(
        kinds(&run("", &format!("{good}{}", times("10:00:00", "09:59:00")))),
        [Kind::TimesReversed]
    );
    assert_eq!(kinds(&run("", &format!("{good}{}", times("10:00:00", "10:00:00")))), []);
    let skipped = format!(r#", "conclusion": "skipped"{}"#, times("10:00:00", "09:59:00"));
    assert_eq!(kinds(&run("", &skipped)), [], "GitHub gives any times to what was skipped");
    let never = r#", "conclusion": "success", "startedAt": "2026-01-02T10:00:00Z", "completedAt": "0001-01-01T00:00:00Z""#;
    assert_eq!(kinds(&run("", never)), []);
}

#[test]
fn sarif_says_in_any_form_that_a_run_did_not_end() {
    let of = |word: &str| {
        format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "t"}}}}, "invocations": [{{{word}}}], "results": []}}]}}"#
        )
    };
    assert_eq!(kinds(&of(r#""executionSuccessful": "false""#)), [Kind::NotEnded]);
    assert_eq!(kinds(&of(r#""executionSuccessful": false"#)), [Kind::NotEnded]);
    assert_eq!(kinds(&of(r#""executionSuccessful": true"#)), []);
    assert_eq!(kinds(&of("")), []);
}

#[test]
fn a_step_whose_command_cannot_fail_proves_nothing() {
    let of = |command: &str| {
        kinds(&format!(
            r#"{{"schema": "runproof-step/1", "command": "{command}", "exit_code": 0}}"#
        ))
    };
    for command in [
        "npm test || true", "make check; exit 0", "sh -c 'npm test || :'", "npm test || echo failed",
    ] {
        assert_eq!(of(command), [Kind::Undecided], "{command}");
    }
    for command in ["npm test", "a || b", "cd x; make check", "true && make check", "echo a; make"] {
        assert_eq!(of(command), [], "{command}");
    }
    let twice = read(
        br#"{"schema": "runproof-step/1", "command": "a", "exit_code": 1, "exit_code": 0}"#,
        None,
    );
    assert!(
        twice.problems[0].message.contains("a key stands twice, `exit_code`"),
        "{:?}",
        twice.problems
    );
    let fact = read(
        br#"{"schema": "runproof-probe/1", "facts": {"a": 1, "a": 2}, "probes": []}"#,
        None,
    );
    assert!(fact.problems[0].message.contains("a key stands twice"), "{:?}", fact.problems);
}

#[test]
fn records_tell_whom_they_are_by_and_that_something_was_done() {
    let decision = |by: &str| format!("schema: runproof-decision/1\ndecision: go\nby: \"{by}\"\nat: 2026-01-02T10:00:00Z\n");
    check(&[
        (&decision("operator"), &[]),
        (&decision("TBD"), &[Kind::NotWhole]),
        (&decision("ci"), &[]),
    ]);
    let na = "{id: b, state: not_applicable, by: driver, reason: the templates did not change at all}";
    let done = "{id: a, state: done, by: driver, at: 2026-01-02T10:00:00Z}";
    check(&[
        (&format!("schema: runproof-checklist/1\nitems:\n- {done}\n- {na}\n"), &[]),
        (
            &format!("schema: runproof-checklist/1\nitems:\n- {na}\n"),
            &[Kind::NothingOfNothing],
        ),
    ]);
}

#[test]
fn bills_of_materials_name_what_they_list() {
    check(&[
        (
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "library", "name": "a"}]}"#,
            &[],
        ),
        (
            r#"{"bomFormat": "CycloneDX", "components": [{"type": "library", "name": "a"}]}"#,
            &[Kind::NotWhole],
        ),
        (
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "library"}]}"#,
            &[Kind::NotWhole],
        ),
        (
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"name": "a"}, null, "x"]}"#,
            &[Kind::UnreadPart],
        ),
        (
            r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [{"name": "a"}, {}]}"#,
            &[Kind::NotWhole],
        ),
        (
            r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [{"name": "a"}, null]}"#,
            &[Kind::UnreadPart],
        ),
    ]);
}

#[test]
fn a_nul_is_part_of_no_text() {
    let text = "<testsuite><testcase name=\"a\0b\"/></testsuite>";
    assert_eq!(kinds(text), [Kind::UnreadPart]);
}

#[test]
fn junit_knows_words_of_its_dialects_for_what_did_not_pass() {
    let of = |inner: &str| {
        format!(
            "<testsuites disabled=\"0\"><testsuite name=\"s\"><testcase name=\"a\">{inner}</testcase></testsuite></testsuites>"
        )
    };
    for (inner, expected) in [
        ("<ignored/>", "1 tests, 0 failed, 0 errors, 1 skipped"),
        ("<aborted/>", "1 tests, 0 failed, 1 errors, 0 skipped"),
        (
            "<system-out>aborted</system-out><attachments/>",
            "1 tests, 0 failed, 0 errors, 0 skipped",
        ),
    ] {
        let shown = crate::parse::gate::testing::shown(&of(inner), None);
        assert!(shown.contains(expected), "{inner}: {shown}");
    }
    let disabled = of("").replace("disabled=\"0\"", "disabled=\"1\"");
    assert_eq!(kinds(&disabled), [Kind::WorseThanListed]);
    assert_eq!(kinds(&of("")), []);
    let of_property = |property: &str| {
        let text = format!("<testsuite><properties>{property}</properties><testcase name=\"a\"/></testsuite>");
        read(text.as_bytes(), None).about.commits
    };
    let commit = "a".repeat(40);
    assert_eq!(
        of_property(&format!("<property name=\"git.commit\">{commit}</property>")),
        [commit.as_str()]
    );
    assert!(of_property(&format!("<property name=\"note\">{commit}</property>")).is_empty());
}

#[test]
fn tap_may_not_close_with_worse_than_it_lists() {
    check(&[
        ("1..2\nok 1\nok 2\n# tests 2\n# pass 2\n# fail 0\n", &[]),
        (
            "1..2\nok 1\nok 2\n# tests 2\n# pass  1\n# fail  1\n",
            &[Kind::WorseThanListed],
        ),
        ("1..1\nok 1\n# cancelled 3\n", &[Kind::WorseThanListed]),
        ("1..1\nok 1\n# tests 20\n", &[Kind::FewerThanDeclared]),
        ("1..1\n    ok 1 - x\n    ok 2 - y\n    1..2\nok 1 - a\n# tests 3\n", &[]),
        ("1..1\nok 1\n# Looks like you failed 1 test of 2.\n", &[Kind::WorseThanListed]),
        (
            "1..1\nok 1\n# Looks like your test exited with 255 just after 1.\n",
            &[Kind::WorseThanListed],
        ),
        ("1..1\nok 1\n# fail 3 times to see the retry\n# Looks like you passed\n", &[]),
        ("1..2\nok 1\nnot ok 2\n# fail 1\n", &[]),
    ]);
}

#[test]
fn reports_of_tests_do_not_hide_what_failed_beside_the_list() {
    let trx = |outcome: &str, info: &str| {
        format!(
            "<TestRun><Results><UnitTestResult testName='a' outcome='Passed'/><UnitTestResult testName='b' outcome='{outcome}'/></Results><ResultSummary outcome='Completed'>{info}</ResultSummary></TestRun>"
        )
    };
    let shown = |text: &str| crate::parse::gate::testing::shown(text, None);
    assert!(shown(&trx("Passed", "<RunInfos><RunInfo outcome='Warning'/></RunInfos>")).contains("0 errors"));
    assert!(shown(&trx("Passed", "<RunInfos><RunInfo outcome='Error'/></RunInfos>")).contains("1 errors"));
    assert!(shown(&trx("Failed", "<RunInfos><RunInfo outcome='Error'/></RunInfos>")).contains("1 failed, 0 errors"));
    assert!(shown(&trx("NotExecuted", "")).contains("0 errors, 1 skipped"));
    for outcome in ["NotRunnable", "Pending"] {
        assert!(shown(&trx(outcome, "")).contains("1 errors, 0 skipped"), "{outcome}");
    }
    let mocha = |err: &str| {
        format!(
            r#"{{"stats": {{"tests": 1, "passes": 1, "failures": 0}}, "tests": [{{"fullTitle": "a", "err": {err}}}], "passes": [{{"fullTitle": "a", "err": {{}}}}], "failures": []}}"#
        )
    };
    assert!(shown(&mocha("{}")).contains("0 errors"));
    assert!(shown(&mocha(r#"{"message": "boom"}"#)).contains("1 errors"));
    let playwright = |of_test: &str| {
        format!(
            r#"{{"config": {{}}, "errors": [], "stats": {{}}, "suites": [{{"specs": [{{"title": "t", "tests": [{{"status": "expected", {of_test}}}]}}]}}]}}"#
        )
    };
    assert!(
        shown(&playwright(
            r#""expectedStatus": "passed", "results": [{"status": "passed"}]"#
        ))
        .contains("0 errors")
    );
    assert!(
        shown(&playwright(
            r#""expectedStatus": "failed", "results": [{"status": "failed"}]"#
        ))
        .contains("0 errors")
    );
    assert!(
        shown(&playwright(
            r#""expectedStatus": "passed", "results": [{"status": "failed"}]"#
        ))
        .contains("1 errors")
    );
    assert!(shown(&playwright(r#""expectedStatus": "passed", "results": []"#)).contains("1 errors"));
    let go = |end: &str| {
        format!(
            "{{\"Action\":\"run\",\"Package\":\"x\",\"Test\":\"A\"}}\n{{\"Action\":\"pass\",\"Package\":\"x\",\"Test\":\"A\"}}\n{end}"
        )
    };
    assert!(shown(&go("{\"Action\":\"pass\",\"Package\":\"x\"}\n")).contains("0 errors"));
    assert!(shown(&go("")).contains("1 errors"));
}

#[test]
fn coverage_may_not_say_less_of_itself_than_it_counts() {
    let istanbul = |pct: &str| {
        format!(
            r#"{{"total": {{"lines": {{"total": 3, "covered": 2, "pct": {pct}}}, "statements": {{"total": 3, "covered": 2, "pct": 66.66}}}}}}"#
        )
    };
    let python = |totals: &str| {
        format!(
            r#"{{"meta": {{}}, "files": {{"a.py": {{"summary": {{"covered_lines": 4, "num_statements": 4}}}}}}, "totals": {{{totals}}}}}"#
        )
    };
    let cobertura = |rate: &str| {
        format!(
            "<coverage line-rate='1'><packages><package name='p' line-rate='{rate}'><classes><class name='a' filename='a'><lines><line number='1' hits='1'/></lines></class></classes></package></packages></coverage>"
        )
    };
    check(&[
        (&istanbul("66.66"), &[]),
        (&istanbul("\"Unknown\""), &[]),
        (&istanbul("20"), &[Kind::RateBelowLines]),
        (
            &python(
                r#""covered_lines": 4, "num_statements": 4, "covered_branches": 1, "num_branches": 6, "percent_covered": 50.0, "missing_lines": 0"#,
            ),
            &[],
        ),
        (
            &python(r#""covered_lines": 4, "num_statements": 4, "percent_covered": 10.0"#),
            &[Kind::RateBelowLines],
        ),
        (
            &python(r#""covered_lines": 4, "num_statements": 4, "missing_lines": 9"#),
            &[Kind::RateBelowLines],
        ),
        (
            &python(r#""covered_lines": 0, "num_statements": 0"#),
            &[Kind::NothingOfNothing],
        ),
        (&cobertura("0.97"), &[]),
        (&cobertura("0.2"), &[Kind::RateBelowLines]),
        (
            r#"{"type": "llvm.coverage.json.export", "data": [{"totals": {"lines": {"count": 10, "covered": 9, "percent": 9}}}]}"#,
            &[Kind::RateBelowLines],
        ),
    ]);
}

#[test]
fn scanners_do_not_hide_what_they_found_beside_the_list() {
    let driver = r#""tool": {"driver": {"name": "t"}}"#;
    check(&[
        (
            &format!(
                r#"{{"version": "2.1.0", "runs": [{{{driver}, "results": []}}], "inlineExternalProperties": [{{"results": []}}]}}"#
            ),
            &[],
        ),
        (
            &format!(
                r#"{{"version": "2.1.0", "runs": [{{{driver}, "results": []}}], "inlineExternalProperties": [{{"results": [{{"ruleId": "x"}}]}}]}}"#
            ),
            &[Kind::ResultsElsewhere],
        ),
        (r#"{"version": "2.1.0", "runs": [{"results": []}]}"#, &[Kind::NotWhole]),
    ]);
    let shown = crate::parse::gate::testing::shown;
    for format in ["ruff", "hadolint"] {
        assert!(shown("null", Some(format)).contains("inconclusive"), "{format}");
        assert!(!shown("[]", Some(format)).contains("inconclusive"), "{format}");
    }
    let bandit = |high: u64| {
        format!(
            r#"{{"errors": [], "generated_at": "2026-01-01T00:00:00Z", "metrics": {{"_totals": {{"SEVERITY.HIGH": {high}, "SEVERITY.LOW": 0}}, "a.py": {{}}}}, "results": [{{"issue_severity": "HIGH", "test_id": "B1"}}]}}"#
        )
    };
    assert!(
        shown(&bandit(1), None).starts_with("bandit; error 1; conclusive"),
        "{}",
        shown(&bandit(1), None)
    );
    assert!(
        shown(&bandit(3), None).starts_with("bandit; error 3; conclusive"),
        "{}",
        shown(&bandit(3), None)
    );
}
