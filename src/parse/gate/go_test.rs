//! `go test -json`: one event a line. A package whose run has no end was cut off, and so is a test that began and never ended.

use std::collections::BTreeMap;

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::trees;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::plain::first_line;
use crate::parse::gate::results::{Results, Status};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "go-test",
    title: "go test -json",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("Action") && (sniff.has_key("Package") || sniff.has_key("ImportPath"))
}

/// What is known of a test that began, or of a package (which has an empty name of a test).
#[derive(Default)]
struct Open {
    /// The first line that it printed which names a place, as failures do.
    says: String,
    /// Whether one of its tests failed.
    has_failed: bool,
}

fn parse(text: &str) -> Artifact {
    let events = match trees(text) {
        Ok(events) => events,
        Err(problem) => return broken(problem),
    };
    let mut results = Results::default();
    About::add(&mut results.about.tools, "go test");
    let mut open: BTreeMap<(String, String), Open> = BTreeMap::new();
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for event in &events {
        *types.entry(first_line(event.at("Action").text().unwrap_or("?"))).or_default() += 1;
        let package = event.at("Package").words();
        let test = event.at("Test").words();
        let key = (package.clone(), test.clone());
        // Older releases of Go tell of no start: where there are events of tests, the end of their package must follow.
        if !test.is_empty() && !package.is_empty() {
            open.entry((package.clone(), String::new())).or_default();
        }
        if let Some(time) = event.at("Time").text() {
            results.about.made = Some(time.to_owned());
        }
        let status = match event.at("Action").text() {
            Some("run" | "start") => {
                open.insert(key, Open::default());
                continue;
            }
            Some("output") => {
                let words = event.at("Output").words();
                let is_place = words.contains(".go:") || words.trim_start().starts_with("panic:");
                if let Some(open) = open.get_mut(&key).filter(|open| is_place && open.says.is_empty()) {
                    words.trim().clone_into(&mut open.says);
                }
                continue;
            }
            Some("pass") => Status::Passed,
            Some("fail") => Status::Failed,
            Some("skip") => Status::Skipped,
            Some("build-fail") => {
                results.add_error(&event.at("ImportPath").words(), "it could not be built");
                continue;
            }
            _ => continue,
        };
        let ended = open.remove(&key).unwrap_or_default();
        if test.is_empty() {
            results.facts.suites += 1;
            if status == Status::Failed && !ended.has_failed {
                results.add_error(&package, "the package failed, and none of its tests did");
            }
            continue;
        }
        if status == Status::Failed {
            open.entry((package.clone(), String::new())).or_default().has_failed = true;
        }
        results.add(Some(status), "", &format!("{package}: {test}"), &ended.says);
    }
    results.count("types", serde_json::json!(types));
    for ((package, test), open) in open {
        if test.is_empty() {
            results.add_error(&package, "the run of the package has no end");
        } else {
            results.add(None, "no end", &format!("{package}: {test}"), &open.says);
        }
    }
    results.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    fn events(lines: &[(&str, &str, &str)]) -> String {
        let line = |(action, test, output): &(&str, &str, &str)| {
            let test = if test.is_empty() {
                String::new()
            } else {
                format!(r#","Test":"{test}""#)
            };
            let output = if output.is_empty() {
                String::new()
            } else {
                format!(r#","Output":"{output}\n""#)
            };
            format!(
                "{{\"Time\":\"2026-01-02T10:00:00Z\",\"Action\":\"{action}\",\"Package\":\"example.org/shop\"{test}{output}}}\n"
            )
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn ended_tests_are_counted() {
        let text = events(&[
            ("start", "", ""),
            ("run", "TestTotal", ""),
            ("output", "TestTotal", "=== RUN   TestTotal"),
            ("pass", "TestTotal", ""),
            ("run", "TestCut", ""),
            ("output", "TestCut", "    basket_test.go:9: 90 is not 91"),
            ("fail", "TestCut", ""),
            ("run", "TestLater", ""),
            ("skip", "TestLater", ""),
            ("fail", "", ""),
        ]);
        assert_eq!(shown(&text, None), "go-test; 3 tests, 1 failed, 0 errors, 1 skipped, 0 flaky");
        assert_eq!(shown(&text, Some("go-test")), shown(&text, None));
    }

    #[test]
    fn what_has_no_end_is_no_pass() {
        let cut = events(&[
            ("start", "", ""),
            ("run", "TestTotal", ""),
            ("output", "TestTotal", "panic: nil"),
        ]);
        assert!(
            shown(&cut, None).starts_with("go-test; 1 tests, 0 failed, 2 errors, 0 skipped"),
            "{}",
            shown(&cut, None)
        );
        let built = "{\"ImportPath\":\"example.org/shop\",\"Action\":\"build-fail\"}\n".to_owned()
            + &events(&[("start", "", ""), ("fail", "", "")]);
        assert!(
            shown(&built, None).starts_with("go-test; 0 tests, 0 failed, 2 errors"),
            "{}",
            shown(&built, None)
        );
        assert!(shown(&cut[..cut.len() - 9], Some("go-test")).contains("unread"));
        assert!(shown("{\"Action\":\"x\"}", None).starts_with("none"));
    }
}
