//! Cucumber in JSON: features that hold scenarios, which are as good as the worst of their steps and hooks.
//!
//! Only `passed` passes. A step that is undefined, pending or ambiguous was not carried out, whatever the exit code of a run that is
//! not strict.

use serde_json::json;

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::results::Results;
use crate::parse::gate::worst::Worst;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cucumber",
    title: "Cucumber JSON",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_first_keys(&["keyword", "elements"])
        || sniff.has_first_keys(&["keyword", "uri", "name"])
        || sniff.is_empty_list_of("cucumber")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    let mut moments = Moments::default();
    let (mut steps, mut hollow) = (0_u64, 0_u64);
    for feature in report.items() {
        results.facts.suites += 1;
        let title = feature.at("name").words();
        let mut background: Vec<&Node<'_>> = Vec::new();
        let before = results.facts.tests;
        for element in feature.at("elements").items() {
            moments.see(&element.at("start_timestamp").words());
            steps += element.at("steps").items().len() as u64;
            // What stands in front of each scenario belongs to the next one.
            if element.at("type").text() == Some("background") {
                background.push(element);
                continue;
            }
            let mut worst = Worst::default();
            for part in background.drain(..).chain([element]) {
                look(part, &mut worst);
            }
            let name = format!("{title}: {}", element.at("name").words());
            worst.add(&mut results, name.trim_start_matches(": "), false);
        }
        // A background that nothing follows still ran.
        if !background.is_empty() {
            let mut worst = Worst::default();
            for part in background {
                look(part, &mut worst);
            }
            worst.add(&mut results, &format!("{title}: background"), false);
        }
        hollow += u64::from(results.facts.tests == before);
    }
    if hollow > 0 && results.facts.tests > 0 {
        results.note(match hollow {
            1 => "1 feature holds no scenario".to_owned(),
            count => format!("{count} features hold no scenario"),
        });
    }
    moments.tell(&mut results.about);
    let (scenarios, features) = (results.facts.tests, results.facts.suites);
    results.count("features", features);
    results.count("scenarios", scenarios);
    results.count("steps", json!(steps));
    results.finish()
}

/// Looks at the steps and hooks of a scenario, and at what it says of itself, as Behave does.
fn look(element: &Node<'_>, worst: &mut Worst) {
    let own = element.at("status");
    let says_skipped = own.text() == Some("skipped");
    let parts = ["before", "steps", "after"].iter().flat_map(|key| element.at(key).items());
    for part in parts {
        let hooks = ["before", "after"].iter().flat_map(|key| part.at(key).items());
        for part in hooks.chain([part]) {
            let result = part.at("result");
            let message = result.at("error_message");
            let message = if message.items().is_empty() {
                message
            } else {
                &message.items()[0]
            };
            match result.at("status").text() {
                Some(word) => worst.see(word, &message.words()),
                // Behave writes no result for a step that was not run.
                None if says_skipped => worst.see("skipped", ""),
                None => worst.see("no result", ""),
            }
        }
    }
    if let Some(word) = own.text() {
        worst.see(word, "");
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    fn step(status: &str) -> String {
        format!(r#"{{"keyword": "Given ", "name": "x", "result": {{"status": "{status}", "error_message": "boom"}}}}"#)
    }

    fn feature(elements: &str) -> String {
        format!(r#"[{{"uri": "a.feature", "keyword": "Feature", "name": "A", "elements": [{elements}]}}]"#)
    }

    fn scenario(steps: &[&str]) -> String {
        let steps: Vec<String> = steps.iter().map(|status| step(status)).collect();
        format!(
            r#"{{"type": "scenario", "name": "s", "start_timestamp": "2026-01-02T00:00:00Z", "steps": [{}]}}"#,
            steps.join(",")
        )
    }

    #[test]
    fn a_scenario_is_as_good_as_its_worst_step() {
        for (steps, expected) in [
            (&["passed", "passed"][..], "1 tests, 0 failed, 0 errors, 0 skipped"),
            (&["passed", "skipped"], "1 tests, 0 failed, 0 errors, 1 skipped"),
            (&["passed", "failed", "skipped"], "1 tests, 1 failed, 0 errors"),
            (&["ambiguous"], "1 tests, 1 failed, 0 errors"),
            (&["passed", "undefined", "skipped"], "1 tests, 0 failed, 1 errors"),
            (&["pending"], "1 tests, 0 failed, 1 errors"),
            (&["untested"], "1 tests, 0 failed, 1 errors"),
            (&[], "1 tests, 0 failed, 1 errors"),
        ] {
            let shown = shown(&feature(&scenario(steps)), Some("cucumber"));
            assert!(
                shown.starts_with("cucumber; ") && shown.contains(expected),
                "{steps:?}: {shown}"
            );
        }
        assert_eq!(
            read(feature(&scenario(&["passed"])).as_bytes(), None).about.times,
            ["2026-01-02T00:00:00Z"]
        );
    }

    #[test]
    fn hooks_and_backgrounds_count() {
        let passed = step("passed");
        for (elements, expected) in [
            (
                format!(
                    r#"{{"type": "scenario", "name": "s", "steps": [{passed}], "after": [{{"result": {{"status": "failed"}}}}]}}"#
                ),
                "1 tests, 1 failed",
            ),
            (
                r#"{"type": "scenario", "name": "s", "steps": [{"result": {"status": "passed"}, "after": [{"result": {"status": "failed"}}]}]}"#.to_owned(),
                "1 tests, 1 failed",
            ),
            (
                format!(
                    r#"{{"type": "background", "steps": [{}]}}, {}"#,
                    step("failed"),
                    scenario(&["skipped"])
                ),
                "1 tests, 1 failed",
            ),
            (
                format!(
                    r#"{{"type": "background", "steps": [{}]}}, {}, {{"type": "background", "steps": [{}]}}, {}"#,
                    passed,
                    scenario(&["passed"]),
                    passed,
                    scenario(&["passed"])
                ),
                "2 tests, 0 failed, 0 errors, 0 skipped",
            ),
            (
                format!(r#"{{"type": "background", "steps": [{}]}}"#, step("failed")),
                "1 tests, 1 failed",
            ),
        ] {
            let shown = shown(&feature(&elements), None);
            assert!(shown.contains(expected), "{elements}: {shown}");
        }
    }

    #[test]
    fn what_behave_says_of_a_scenario_counts() {
        for (element, expected) in [
            (
                r#"{"name": "s", "status": "skipped", "steps": [{"name": "x"}]}"#,
                "1 tests, 0 failed, 0 errors, 1 skipped",
            ),
            (
                r#"{"name": "s", "status": "failed", "steps": [{"result": {"status": "passed"}}]}"#,
                "1 tests, 1 failed",
            ),
            (
                r#"{"name": "s", "status": "passed", "steps": [{"result": {"status": "passed"}}]}"#,
                "1 tests, 0 failed, 0 errors",
            ),
            (
                r#"{"name": "s", "status": "untested", "steps": [{"name": "x"}]}"#,
                "1 tests, 0 failed, 1 errors",
            ),
            (
                r#"{"name": "s", "status": "failed", "steps": [{"result": {"status": "failed", "error_message": ["boom", "at x"]}}]}"#,
                "1 tests, 1 failed",
            ),
        ] {
            let shown = shown(&feature(element), None);
            assert!(shown.contains(expected), "{element}: {shown}");
        }
    }

    #[test]
    fn nothing_is_no_pass_and_half_is_refused() {
        assert_eq!(
            shown("[]", Some("cucumber")),
            "cucumber; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky"
        );
        assert!(!shown("[]", None).starts_with("cucumber"));
        assert_eq!(
            shown(r#"[{"uri": "a", "keyword": "Feature", "name": "A"}]"#, None),
            "cucumber; 0 tests, 0 failed, 0 errors, 0 skipped, 0 flaky"
        );
        let text = feature(&scenario(&["passed"]));
        assert!(shown(&text[..text.len() - 20], Some("cucumber")).contains("unread"));
    }
}
