//! Semgrep in JSON. A run that scanned no file, or met an error, found nothing for that reason.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "semgrep",
    title: "Semgrep report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_shape = sniff.has_key("results") && sniff.has_key("errors") && !sniff.has_key("generated_at");
    is_shape && (sniff.has_key("paths") || sniff.has_key("interfile_languages_used") || sniff.text.contains("\"check_id\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of(format!("Semgrep {}", report.at("version").words()).trim());
    let (results, errors) = (report.at("results"), report.at("errors"));
    if !results.is_list() {
        scan.doubt("the report has no list of results");
    }
    for found in results.items() {
        let extra = found.at("extra");
        if extra.at("is_ignored").flag() == Some(true) {
            scan.suppress(1);
            continue;
        }
        scan.add(
            &extra.at("severity").words(),
            Hit {
                rule: found.at("check_id").words(),
                message: extra.at("message").words(),
                path: found.at("path").words(),
                line: found.path(&["start", "line"]).count(),
            },
        );
    }
    for error in errors.items() {
        let words = [error.at("message"), error.at("type")]
            .iter()
            .find_map(|words| words.text())
            .unwrap_or_default()
            .to_owned();
        if error.at("level").text() == Some("warn") {
            scan.note(format!("the run warns: {words}"));
        } else {
            scan.doubt(format!("the run met an error: {words}"));
        }
    }
    let scanned = report.path(&["paths", "scanned"]);
    if scanned.is_list() && scanned.items().is_empty() {
        scan.doubt("no file was scanned");
    } else if !scanned.is_list() && results.items().is_empty() {
        scan.doubt("nothing says that any file was scanned");
    }
    scan.count("results", results.items().len());
    let by_severity = scan.by_severity();
    scan.count("by_severity", by_severity);
    scan.count("errors", errors.items().len());
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn results_count_by_severity() {
        let text = r#"{"version": "1.2", "results": [{"check_id": "a", "path": "x", "start": {"line": 2}, "extra": {"severity": "ERROR"}},
            {"check_id": "b", "extra": {"severity": "INFO"}}, {"check_id": "c", "extra": {"severity": "ERROR", "is_ignored": true}}], "errors": [], "paths": {"scanned": ["x"]}}"#;
        assert_eq!(
            shown(text, Some("semgrep")),
            "semgrep; error 1; note 1; suppressed 1; conclusive"
        );
        assert_eq!(count(text, None, "by_severity"), r#"{"ERROR":1,"INFO":1}"#);
    }

    #[test]
    fn a_run_that_saw_nothing_is_not_clean() {
        for (text, expected) in [
            (
                r#"{"results": [], "errors": [], "paths": {"scanned": ["a"]}}"#,
                "semgrep; conclusive",
            ),
            (
                r#"{"results": [], "errors": [], "paths": {"scanned": []}}"#,
                "semgrep; inconclusive; ! no file was scanned",
            ),
            (
                r#"{"results": [], "errors": [{"level": "error", "message": "m"}], "paths": {}}"#,
                "semgrep; inconclusive; ! the run met an error: m",
            ),
            (
                r#"{"results": [], "errors": [{"level": "warn", "type": "t"}], "paths": {"scanned": ["a"]}}"#,
                "semgrep; conclusive; ! the run warns: t",
            ),
            (
                r#"{"results": null, "errors": [], "paths": {}}"#,
                "semgrep; inconclusive; ! the report has no list of results",
            ),
            (
                r#"{"errors": [], "paths": {}, "results": ["#,
                "semgrep; unread; ! not valid JSON: EOF while parsing a list (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }

    #[test]
    fn a_report_that_names_no_file_is_not_clean() {
        let text = r#"{"version": "1.2.0", "results": [], "errors": [], "paths": {}}"#;
        let got = shown(text, None);
        assert!(
            got.contains("inconclusive; ! nothing says that any file was scanned"),
            "{got}"
        );
    }
}
