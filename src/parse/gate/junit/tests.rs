//! JUnit reports as tools write them, and their malformed twins.

use proptest::prelude::proptest;

use super::parse;
use crate::model::evidence::{AnomalyKind, Content, TestFacts};

fn facts(text: &str) -> (TestFacts, Vec<String>) {
    let artifact = parse(text);
    let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
    match artifact.content {
        Content::Tests(facts) => (facts, problems),
        other => panic!("{other:?}: {problems:?}"),
    }
}

/// Tests, failures, errors, skipped, flaky.
fn counts(text: &str) -> [u64; 5] {
    let (facts, _) = facts(text);
    [facts.tests, facts.failures, facts.errors, facts.skipped, facts.flaky]
}

#[test]
fn the_worst_of_several_results_is_the_status_of_a_case() {
    for (inside, expected) in [
        ("", [1, 0, 0, 0, 0]),
        ("<failure/>", [1, 1, 0, 0, 0]),
        ("<failure/><error/><skipped/>", [1, 0, 1, 0, 0]),
        ("<skipped/><failure/>", [1, 1, 0, 0, 0]),
        ("<FAILURE/>", [1, 1, 0, 0, 0]),
        ("<skipped/>", [1, 0, 0, 1, 0]),
        ("<flakyFailure/><flakyError/>", [1, 0, 0, 0, 1]),
        ("<failure/><rerunFailure/>", [1, 1, 0, 0, 0]),
        ("<rerunError/>", [1, 1, 0, 0, 0]),
        ("<system-out><failure/></system-out>", [1, 0, 0, 0, 0]),
    ] {
        let text = format!("<testsuite><testcase name='a'>{inside}</testcase></testsuite>");
        assert_eq!(counts(&text), expected, "{inside}");
    }
}

#[test]
fn the_status_attribute_counts_where_no_element_tells() {
    for (attributes, expected) in [
        ("status='run'", [1, 0, 0, 0, 0]),
        ("status='PASS '", [1, 0, 0, 0, 0]),
        ("status='notrun'", [1, 0, 0, 1, 0]),
        ("status='run' result='skipped'", [1, 0, 0, 1, 0]),
        ("status='failed'", [1, 1, 0, 0, 0]),
        ("status='p\u{430}ssed'", [1, 0, 0, 0, 0]),
        ("status='passed\u{200b}'", [1, 0, 0, 0, 0]),
        ("status='blocked'", [1, 0, 0, 0, 0]),
        ("status='blocked' result='failed'", [1, 1, 0, 0, 0]),
    ] {
        let text = format!("<testsuite><testcase name='a' {attributes}/></testsuite>");
        assert_eq!(counts(&text), expected, "{attributes}");
        let is_passed = expected == [1, 0, 0, 0, 0] && (attributes.contains("'run'") || attributes.contains("PASS"));
        assert_eq!(
            facts(&text).0.unknown,
            u64::from(!is_passed && expected == [1, 0, 0, 0, 0]),
            "{attributes}"
        );
    }
}

#[test]
fn nested_suites_are_counted_once_from_their_leaves() {
    let text = "<testsuites><testsuite tests='3' failures='9' timestamp='2026-01-02T10:00:00'><testsuite tests='2'>\
        <testcase name='a'/><testcase name='b'><failure message='no'/></testcase></testsuite><testcase name='c'/></testsuite>\
        <testcase name='d'/></testsuites>";
    let (facts, problems) = facts(text);
    assert_eq!((facts.tests, facts.failures, facts.suites), (4, 1, 2));
    assert_eq!((facts.declared.tests, facts.declared.failures), (Some(3), Some(9)));
    assert_eq!(
        problems,
        [
            "the file says 3 tests of itself and lists 4",
            "the file says 9 failures of itself and lists 1"
        ]
    );
}

/// The kinds of anomalies.
fn kinds(text: &str) -> Vec<AnomalyKind> {
    parse(text).anomalies.into_iter().map(|anomaly| anomaly.kind).collect()
}

#[test]
fn what_a_part_says_of_itself_is_held_against_its_leaves() {
    let case = "<testcase name='a'/>";
    for (text, expected) in [
        (format!("<testsuite tests='1' failures='0'>{case}</testsuite>"), vec![]),
        (format!("<testsuite tests='0'>{case}</testsuite>"), vec![]),
        (
            format!("<testsuites tests='1'><testsuite tests='1'>{case}</testsuite><testsuite tests='0'/></testsuites>"),
            vec![],
        ),
        (
            format!("<testsuites><testsuite tests='9'>{case}</testsuite></testsuites>"),
            vec![AnomalyKind::FewerThanDeclared; 2],
        ),
        (
            format!("<testsuites tests='1' failures='0'><testsuite tests='1' failures='2'>{case}</testsuite></testsuites>"),
            vec![AnomalyKind::WorseThanListed],
        ),
        (
            format!("<testsuites skipped='1'><testsuite>{case}</testsuite></testsuites>"),
            vec![AnomalyKind::WorseThanListed],
        ),
        (
            format!("<testsuite errors='-1'>{case}</testsuite>"),
            vec![AnomalyKind::NoCount],
        ),
        (
            format!("<testsuite tests='' failures='1e3'>{case}</testsuite>"),
            vec![AnomalyKind::NoCount],
        ),
        (
            "<testsuite><testcase name='a' status='aborted'/></testsuite>".to_owned(),
            vec![AnomalyKind::UnknownWord],
        ),
    ] {
        assert_eq!(kinds(&text), expected, "{text}");
    }
}

#[test]
fn a_suite_without_tests_beside_others_is_told() {
    let case = "<testcase name='a'/>";
    for (text, expected) in [
        (
            format!("<testsuites><testsuite>{case}</testsuite><testsuite/></testsuites>"),
            vec!["1 suite holds no test"],
        ),
        (
            format!("<testsuite><testsuite><testsuite/><testsuite/></testsuite>{case}</testsuite>"),
            vec!["2 suites hold no test"],
        ),
        (
            format!("<testsuites><testsuite><testsuite>{case}</testsuite></testsuite></testsuites>"),
            vec![],
        ),
        ("<testsuites><testsuite/></testsuites>".to_owned(), vec![]),
    ] {
        assert_eq!(facts(&text).1, expected, "{text}");
    }
    let retried = parse("<testsuite><testcase name='a'><failure/><rerunFailure/><rerunError/></testcase></testsuite>");
    assert_eq!(retried.counts["rerun_failures"], 1);
}

#[test]
fn an_error_directly_under_the_root_is_one() {
    let (facts, _) = facts("<testsuites><error message='no'/><testsuite><testcase name='a'/></testsuite></testsuites>");
    assert_eq!((facts.tests, facts.errors), (2, 1));
    assert_eq!(facts.failed[0].name, "(the run itself)");
}

#[test]
fn cases_and_suites_are_kept_by_name_and_the_commit_from_the_properties() {
    let artifact = parse(
        "<testsuite name='s'><properties><property name='git.commit' value='abc'/></properties>\
         <testcase classname='c' name='a'/><testcase name='b'><skipped/></testcase></testsuite>",
    );
    assert_eq!(artifact.about.commits, ["abc"]);
    let Content::Tests(facts) = artifact.content else {
        panic!("it is read")
    };
    let named: Vec<_> = facts
        .named
        .iter()
        .map(|named| format!("{}/{} {:?}", named.group, named.name, named.result))
        .collect();
    assert_eq!(named, ["c/a Passed", "/b Skipped", "/s Passed"]);
}

#[test]
fn a_suite_that_fails_outside_of_its_cases_is_an_error() {
    let (facts, _) = facts("<testsuite name='pkg' errors='1'><error message='does not compile'/></testsuite>");
    assert_eq!((facts.tests, facts.errors), (1, 1));
    assert_eq!(facts.failed[0].name, "pkg (the suite itself)");
    assert_eq!(facts.failed[0].message, "does not compile");
}

#[test]
fn failed_cases_are_listed_with_one_plain_line_and_not_without_bound() {
    let (first, _) = facts(
        "<testsuite><testcase classname='a.B' name='c'><failure message='#x1B[31mno#x1B[0m'>more</failure></testcase>\
         <testcase classname='d' name='d'><error><![CDATA[\n  \u{1b}[1mfirst <b>\n second]]></error></testcase></testsuite>",
    );
    let shown: Vec<_> = first
        .failed
        .iter()
        .map(|case| format!("{} = {}", case.name, case.message))
        .collect();
    assert_eq!(shown, ["a.B: c = no", "d = first <b>"]);
    let many = format!(
        "<testsuite>{}</testsuite>",
        "<testcase name='a'><failure/></testcase>".repeat(60)
    );
    let (many, _) = facts(&many);
    assert_eq!((many.failures, many.failed.len()), (60, 50));
}

#[test]
fn half_a_report_gives_no_figures() {
    let text = "<testsuite>\n<testcase name='a'/>\n<testcase name='b'>";
    let artifact = parse(text);
    assert!(matches!(artifact.content, Content::Unread));
    assert_eq!(artifact.problems[0].line, Some(3));
}

proptest! {
    #[test]
    fn any_mixture_of_elements_is_read(
        text in "(<(testsuites|testsuite|testcase|failure|error|skipped)( (tests|status|name|errors)=\"[a1é&;]{0,3}\")?/?>|</(testsuite|testcase)>|x){0,12}"
    ) {
        let _ = parse(&text);
    }
}

#[test]
fn a_report_says_its_branch_and_which_part_of_a_run_it_is() {
    let of = |text: &str| {
        let about = crate::parse::recognise::read(text.as_bytes(), None).about;
        (about.part, about.facts)
    };
    let case = "<testcase name='a'/>";
    let named = |name: &str| format!("<testsuites name='{name}'><testsuite name='s'>{case}</testsuite></testsuites>");
    for (name, expected) in [
        ("shard 2 of 4", Some((2, 4))),
        ("Shard 2/4", Some((2, 4))),
        ("e2e (part 1/3)", Some((1, 3))),
        ("shard-1-of-2", Some((1, 2))),
        ("shard 5 of 4", None),
        ("sharding", None),
        ("unit 1/4", None),
        ("part of it", None),
    ] {
        assert_eq!(of(&named(name)).0, expected, "{name}");
    }
    let property = |name: &str, value: &str| {
        format!("<testsuite name='s'><properties><property name='{name}' value='{value}'/></properties>{case}</testsuite>")
    };
    assert_eq!(of(&property("shard", "1/4")).0, Some((1, 4)));
    assert_eq!(of(&property("version", "1/4")).0, None);
    assert_eq!(of(&property("git.branch", "x")).1, [("branch".to_owned(), "x".to_owned())]);
    assert!(of(&property("git.dirty", "x")).1.is_empty());
}
