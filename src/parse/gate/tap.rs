//! TAP, the Test Anything Protocol, versions 12 to 14: node, pgTAP, Perl, Vitest, bats.
//!
//! Only lines at the margin are counted. Nested tests are indented and summed up by the line of their parent, so counting both
//! would count them twice. A parent that is `ok` above a child that is not contradicts itself.

use std::collections::{BTreeMap, HashSet};

use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, CaseResult, Content, FailedCase, NamedResult, TestFacts};
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Sniff, anomaly, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "tap",
    title: "TAP",
    recognizes,
    parse,
};

/// Failed tests that are listed.
const MAX_FAILED: usize = 50;

/// A version or a plan stands first, or a result does and a plan stands somewhere: `ok` alone may begin any text. Where the output of a
/// run stands before both, one plan and a result with its number are asked for, each on a line of its own: with several plans it is the
/// log of several runs, and no document of one.
fn recognizes(sniff: &Sniff<'_>) -> bool {
    let Some(first) = sniff.first_line() else {
        return false;
    };
    let is_at_start = |line: &str| line.starts_with("TAP version ") || plan(line).is_some();
    let first = if first.starts_with('#') {
        let lines = sniff.text.lines().map(str::trim);
        lines
            .clone()
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .unwrap_or_default()
    } else {
        first
    };
    let plans = || sniff.text.lines().filter(|line| plan(line).is_some());
    is_at_start(first) || result(first).is_some() && plans().next().is_some() || plans().count() == 1 && has_numbered(sniff)
}

/// Whether the file has a result with its number at the margin.
fn has_numbered(sniff: &Sniff<'_>) -> bool {
    sniff
        .text
        .lines()
        .any(|line| result(line).is_some_and(|result| result.number.is_some()))
}

/// A line with a result.
struct ResultLine<'text> {
    is_ok: bool,
    number: Option<u64>,
    description: &'text str,
    /// The word after `#`, in upper case: `SKIP`, `TODO`.
    directive: String,
}

fn parse(text: &str) -> Artifact {
    let mut facts = TestFacts {
        suites: 1,
        ..TestFacts::default()
    };
    let mut problems = Vec::new();
    let mut anomalies = Vec::new();
    let mut planned = None;
    let mut skips_all = None;
    let mut has_yaml = None;
    let mut numbers = HashSet::new();
    let (mut ok, mut not_ok) = (0_u64, 0_u64);
    // The nested results that failed since the last result at the margin.
    let mut failed_below = None;
    let mut nested = Nested::default();
    let mut closing = Closing::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end();
        // A block of YAML below a result is indented, but its lines may stand anywhere.
        match line.trim() {
            "---" if line.starts_with(' ') => has_yaml = Some(number),
            "..." => has_yaml = None,
            _ => {}
        }
        if has_yaml.is_some() {
            continue;
        }
        if let Some(count) = plan(line) {
            if planned.is_some() {
                note(&mut problems, Problem::at(number, "a second plan; the first one counts"));
                let message = "a second plan stands in it, so nobody knows how many tests there are";
                anomaly(&mut anomalies, AnomalyKind::FewerThanDeclared, Some(number), message);
            } else {
                planned = Some(count);
                let directive = line.split_once('#').map(|(_, words)| words.trim_start().to_ascii_uppercase());
                skips_all = directive.filter(|words| words.starts_with("SKIP")).map(|_| number);
            }
        } else if let Some(result) = result(line) {
            nested.end(0, &mut anomalies);
            if let Some(child) = failed_below.take().filter(|_| result.is_ok && result.directive.is_empty()) {
                let message = format!(
                    "the test `{}` is ok, and a test below it is not",
                    first_line(result.description)
                );
                anomaly(&mut anomalies, AnomalyKind::WorseThanListed, Some(child), message);
            }
            if let Some(twice) = result.number.filter(|number| !numbers.insert(*number)) {
                let message = format!("the number {twice} stands twice");
                anomaly(&mut anomalies, AnomalyKind::FewerThanDeclared, Some(number), message);
            }
            *if result.is_ok { &mut ok } else { &mut not_ok } += 1;
            closing.listed += 1;
            count(&result, &mut facts);
        } else if let Some(reason) = bail_out(line) {
            fail(&mut facts, "Bail out!", reason);
        } else if line.starts_with('#') {
            closing.see(line, number);
        } else if line.starts_with([' ', '\t']) {
            nested.see(line, number, &mut anomalies);
            closing.listed += u64::from(result(line.trim_start()).is_some());
            if result(line.trim_start()).is_some_and(|result| !result.is_ok && result.directive.is_empty()) {
                failed_below = failed_below.or(Some(number));
            }
        }
    }
    nested.end(0, &mut anomalies);
    if let Some(child) = failed_below {
        let message = "a nested test failed, and no result of its parent follows";
        anomaly(&mut anomalies, AnomalyKind::WorseThanListed, Some(child), message);
    }
    if let Some(open) = has_yaml {
        let message = "a block of YAML is not closed, so what follows it is not read";
        anomaly(&mut anomalies, AnomalyKind::CutOff, Some(open), message);
    }
    if let Some(at) = skips_all.filter(|_| facts.tests > facts.skipped) {
        let message = "the plan says that everything was skipped, and results follow";
        anomaly(&mut anomalies, AnomalyKind::WorseThanListed, Some(at), message);
        note(&mut problems, Problem::at(at, message));
    }
    if let Some(beyond) = planned.and_then(|planned| numbers.iter().copied().filter(|number| *number > planned).max()) {
        let message = format!("the number {beyond} stands outside of the plan");
        anomaly(&mut anomalies, AnomalyKind::FewerThanDeclared, None, message.clone());
        note(&mut problems, Problem::of_file(message));
    }
    closing.tell(not_ok, &mut anomalies);
    facts.declared.tests = planned;
    match planned {
        Some(planned) if planned != facts.tests => {
            let message = format!("{planned} tests were planned and {} are listed", facts.tests);
            fail(&mut facts, "the plan", &message);
            note(&mut problems, Problem::of_file(message));
        }
        Some(_) => {}
        None => {
            let message = "there is no plan, so the file may be cut off";
            fail(&mut facts, "the plan", message);
            note(&mut problems, Problem::of_file(message));
        }
    }
    let mut artifact = Artifact {
        content: Content::Tests(facts),
        anomalies,
        problems,
        ..Artifact::default()
    };
    for (name, count) in [("ok", ok), ("not_ok", not_ok)] {
        artifact.counts.insert(name.to_owned(), count.into());
    }
    artifact
}

/// What producers write of the whole run behind its results, as comments at the margin: `# tests 12`, `# fail 1` (node, tape),
/// `# Looks like you failed 1 test of 12` (Perl). It is nothing to count by, but may not say worse than the results do.
#[derive(Default)]
struct Closing {
    /// Results at any indent.
    listed: u64,
    tests: Option<(u64, u32)>,
    bad: Option<(u64, u32)>,
    ends_badly: Option<(String, u32)>,
}

impl Closing {
    /// Looks at a comment.
    fn see(&mut self, line: &str, number: u32) {
        let words = line.trim_start_matches('#').trim();
        if let Some(rest) = words.strip_prefix("Looks like you") {
            let is_bad = ["r test exited", "r test died", " failed", " planned", " ended"]
                .iter()
                .any(|start| rest.starts_with(start));
            self.ends_badly = self.ends_badly.take().or(is_bad.then(|| (first_line(words), number)));
            return;
        }
        let mut words = words.split_whitespace();
        let (Some(word), Some(count), None) = (words.next(), words.next(), words.next()) else {
            return;
        };
        let Ok(count) = count.parse::<u64>() else {
            return;
        };
        match word {
            "tests" => self.tests = Some((count, number)),
            "fail" | "cancelled" => {
                let before = self.bad.map_or(0, |(count, _)| count);
                self.bad = Some((before.saturating_add(count), number));
            }
            _ => {}
        }
    }

    /// Tells what is worse than the results.
    fn tell(self, not_ok: u64, anomalies: &mut Vec<Anomaly>) {
        if let Some((bad, at)) = self.bad.filter(|(bad, _)| *bad > 0 && not_ok == 0) {
            let message = format!("its last lines say that {bad} failed or were cancelled, and no result says so");
            anomaly(anomalies, AnomalyKind::WorseThanListed, Some(at), message);
        }
        if let Some((tests, at)) = self.tests.filter(|(tests, _)| *tests > self.listed) {
            let message = format!("its last lines say {tests} tests, and {} results are listed", self.listed);
            anomaly(anomalies, AnomalyKind::FewerThanDeclared, Some(at), message);
        }
        if let Some((words, at)) = self.ends_badly {
            let message = format!("its last lines say: {words}");
            anomaly(anomalies, AnomalyKind::WorseThanListed, Some(at), message);
        }
    }
}

/// Plans and results below the margin, by their indent.
#[derive(Default)]
struct Nested {
    open: BTreeMap<usize, (Option<(u64, u32)>, u64)>,
}

impl Nested {
    /// Looks at an indented line.
    fn see(&mut self, line: &str, number: u32, anomalies: &mut Vec<Anomaly>) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some(count) = plan(text) {
            self.open.entry(indent).or_default().0 = Some((count, number));
        } else if result(text).is_some() {
            self.end(indent, anomalies);
            self.open.entry(indent).or_default().1 += 1;
        }
    }

    /// What stands deeper than an indent is over: as many results as were planned must be there.
    fn end(&mut self, indent: usize, anomalies: &mut Vec<Anomaly>) {
        let over = self.open.split_off(&(indent + 1));
        for (planned, count) in over.into_values() {
            if let Some((planned, line)) = planned.filter(|(planned, _)| *planned > count) {
                let message = format!("{planned} nested tests were planned and {count} are listed");
                anomaly(anomalies, AnomalyKind::FewerThanDeclared, Some(line), message);
            }
        }
    }
}

/// The reason behind `Bail out!`, in any case of letters and at any indent.
fn bail_out(line: &str) -> Option<&str> {
    const WORDS: &str = "Bail out!";
    let line = line.trim_start();
    let start = line.get(..WORDS.len())?;
    start.eq_ignore_ascii_case(WORDS).then(|| &line[WORDS.len()..])
}

/// `1..5`, also with a directive behind it.
fn plan(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("1..")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let is_plan = rest[end..].trim_start().is_empty() || rest[end..].trim_start().starts_with('#');
    is_plan.then(|| rest[..end].parse().ok())?
}

/// `ok 1 - description # SKIP reason`.
fn result(line: &str) -> Option<ResultLine<'_>> {
    let (is_ok, rest) = match line.strip_prefix("not ok") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok")?),
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t', '-', '#']) {
        return None;
    }
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest[..end].parse().ok();
    let rest = rest[end..].trim_start();
    let rest = rest.strip_prefix("- ").unwrap_or(rest);
    // A `#` in the description is escaped.
    let directive_at = rest
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| !rest[..*at].ends_with('\\'));
    let (description, directive) = match directive_at {
        Some(at) => (&rest[..at], rest[at + 1..].trim_start()),
        None => (rest, ""),
    };
    let end = directive.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(directive.len());
    Some(ResultLine {
        is_ok,
        number,
        description: description.trim(),
        directive: directive[..end].to_ascii_uppercase(),
    })
}

/// Counts a result. What is still to do may fail; what is skipped did not run, whatever it says.
fn count(result: &ResultLine<'_>, facts: &mut TestFacts) {
    facts.tests += 1;
    let is_skipped = result.directive.starts_with("SKIP") || (result.directive == "TODO" && !result.is_ok);
    let kept = if is_skipped {
        facts.skipped += 1;
        CaseResult::Skipped
    } else if result.is_ok {
        CaseResult::Passed
    } else {
        facts.failures += 1;
        list(facts, result.description, "");
        CaseResult::Failed
    };
    facts.named.push(NamedResult {
        group: String::new(),
        name: first_line(result.description),
        result: kept,
    });
}

/// An error of the run itself.
fn fail(facts: &mut TestFacts, name: &str, reason: &str) {
    facts.errors += 1;
    list(facts, name, reason);
}

fn list(facts: &mut TestFacts, name: &str, message: &str) {
    if facts.failed.len() < MAX_FAILED {
        facts.failed.push(FailedCase {
            name: first_line(name),
            message: first_line(message),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// Tests, failures, errors, skipped, then what failed.
    fn check(text: &str, expected: &str) {
        let Content::Tests(facts) = parse(text).content else {
            panic!("it is read");
        };
        let mut got = format!("{} {} {} {}", facts.tests, facts.failures, facts.errors, facts.skipped);
        got.extend(
            facts
                .failed
                .iter()
                .map(|failed| format!("; {}: {}", failed.name, failed.message)),
        );
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn results_after_the_output_of_a_run_are_found_and_counted() {
        let artifact = read(
            b"> app@1.0.0 test\nbuilding\n1..3\nok 1 - a\nok - b\nnot ok 3-c # TODO\n",
            None,
        );
        assert_eq!(artifact.format, Some("tap"));
        assert_eq!((&artifact.counts["ok"], &artifact.counts["not_ok"]), (&2.into(), &1.into()));
        for text in [
            "== web\nTAP version 13\nok 1\n1..1\n== admin\nTAP version 13\nok 1\n1..1\n",
            "all is\nok 1 of us\n",
            "chapters\n1..3\n",
            "1 2 3\nok\n1..1\n",
        ] {
            assert_eq!(read(text.as_bytes(), None).format, None, "{text}");
        }
        assert_eq!(parse("1..2\nok 1\nok 3\n").anomalies.len(), 1);
        assert!(parse("1..2\nok 1\nok 2\n").anomalies.is_empty());
        let skipped = parse("1..1 # skip no database\nok 1 - a\n");
        assert_eq!(skipped.anomalies.len(), 1);
        assert!(parse("1..1 # skip no database\nok 1 - a # SKIP\n").anomalies.is_empty());
    }

    #[test]
    fn results_directives_and_yaml_are_told_apart() {
        check(
            "TAP version 13\n# Subtest: a\nok 1 - a\n  ---\n  not ok 9 - in yaml\n  ...\nnot ok 2 - b \\# 3\nok 3 - c # SKIP why\nnot ok 4 - d # TODO later\nok\n1..5\n",
            "5 1 0 2; b \\# 3: ",
        );
    }

    #[test]
    fn nested_tests_are_summed_up_by_their_parent() {
        check(
            "TAP version 14\n1..2\nok 1 - a {\n    1..1\n    not ok 1 - inner # TODO\n}\nnot ok 2 - b {\n    1..2\n    ok 1 - x\n    not ok 2 - y\n}\n",
            "2 1 0 0; b {: ",
        );
    }

    #[test]
    fn parents_that_hide_their_children_and_open_blocks_are_anomalies() {
        use crate::model::evidence::AnomalyKind as Kind;
        for (text, expected) in [
            ("1..1\n    not ok 1 - inner\nok 1 - outer\n", vec![Kind::WorseThanListed]),
            ("1..1\n    not ok 1 - inner\nnot ok 1 - outer\n", vec![]),
            ("1..1\n    not ok 1 - inner # TODO\nok 1 - outer\n", vec![]),
            ("1..1\n    ok 1 - inner\nok 1 - outer\n", vec![]),
            ("1..1\nok 1\n    not ok 1 - inner\n", vec![Kind::WorseThanListed]),
            ("1..1\nok 1\n  ---\n  a: 1\nnot ok 2\n", vec![Kind::CutOff]),
            ("1..1\nok 1\n  ---\n  a: 1\n  ...\n", vec![]),
            ("1..2\nok 1\nok 1\n", vec![Kind::FewerThanDeclared]),
            ("1..2\nok\nok\n", vec![]),
        ] {
            let kinds: Vec<_> = parse(text).anomalies.into_iter().map(|anomaly| anomaly.kind).collect();
            assert_eq!(kinds, expected, "{text}");
        }
        check("1..1\nok 1\n    Bail out! inside\n", "1 0 1 0; Bail out!: inside");
    }

    #[test]
    fn a_run_that_stops_early_or_has_no_plan_is_an_error() {
        check(
            "1..3\nok 1\nok 2\n",
            "2 0 1 0; the plan: 3 tests were planned and 2 are listed",
        );
        check(
            "1..1\nok 1\nok 2\n",
            "2 0 1 0; the plan: 1 tests were planned and 2 are listed",
        );
        check(
            "TAP version 13\nok 1\n",
            "1 0 1 0; the plan: there is no plan, so the file may be cut off",
        );
        check("1..1\nok 1\nBail out! no database\n", "1 0 1 0; Bail out!: no database");
        check("1..0 # SKIP no tests here\n", "0 0 0 0");
    }

    #[test]
    fn a_text_that_begins_with_ok_is_not_taken_for_tap() {
        assert_eq!(read(b"ok then, this is a note\n", None).format, None);
        assert_eq!(read(b"ok 1 - a\n1..1\n", None).format, Some("tap"));
        assert_eq!(read(b"# comment\nTAP version 13\n1..0\n", None).format, Some("tap"));
    }

    proptest! {
        #[test]
        fn any_lines_are_read(text in "((not )?ok|1\\.\\.|Bail out!|TAP version 13|  ---|  \\.\\.\\.|[#\\\\ é0-9\\-]|\n){0,20}") {
            let _ = parse(&text);
        }
    }
}
