//! Bandit in JSON. A file that does not parse is left out of the results, and Bandit exits with 0: it is an error of the run.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "bandit",
    title: "Bandit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("results")
        && sniff.has_key("metrics")
        && (sniff.has_key("generated_at") || sniff.text.contains("\"CONFIDENCE.HIGH\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of("Bandit");
    let results = report.at("results");
    if !results.is_list() {
        scan.doubt("the report has no list of results");
    }
    for found in results.items() {
        scan.add(
            &found.at("issue_severity").words(),
            Hit {
                rule: found.at("test_id").words(),
                message: found.at("issue_text").words(),
                path: found.at("filename").words(),
                line: found.at("line_number").count(),
            },
        );
    }
    // The totals count everything that was found, also what `-l` or a baseline left out of the results.
    let totals = report.path(&["metrics", "_totals"]);
    for severity in ["HIGH", "MEDIUM", "LOW", "UNDEFINED"] {
        let says = totals.at(&format!("SEVERITY.{severity}")).count().unwrap_or_default();
        let is_it = |found: &&Node<'_>| found.at("issue_severity").words().eq_ignore_ascii_case(severity);
        let listed = results.items().iter().filter(is_it).count() as u64;
        if says > listed {
            scan.add_counted(severity, says - listed, "counted in the totals of the report, and not listed");
            scan.note(format!(
                "the totals count {says} findings of the severity {severity}, and {listed} are listed"
            ));
        }
    }
    for error in report.at("errors").items() {
        scan.doubt(format!(
            "a file was not read: {}: {}",
            error.at("filename").words(),
            error.at("reason").words()
        ));
    }
    let files = report
        .at("metrics")
        .members()
        .iter()
        .filter(|(name, _)| name != "_totals")
        .count();
    if files == 0 {
        scan.doubt("the report names no file, so nothing was looked at");
    }
    scan.suppress(totals.at("nosec").count().unwrap_or_default());
    scan.about.made = report.at("generated_at").text().map(str::to_owned);
    scan.count("results", results.items().len());
    let by_severity = scan.by_severity();
    scan.count("by_severity", by_severity);
    scan.count("errors", report.at("errors").items().len());
    scan.count("files", files);
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn a_file_that_was_not_read_is_not_clean() {
        let report = |results: &str, errors: &str, metrics: &str| {
            format!(
                r#"{{"errors": [{errors}], "generated_at": "2026-01-01T00:00:00Z", "metrics": {{"_totals": {{"nosec": 1}}{metrics}}}, "results": {results}}}"#
            )
        };
        let file = r#", "a.py": {"loc": 3}"#;
        let found =
            r#"[{"issue_severity": "HIGH", "test_id": "B1"}, {"issue_severity": "LOW"}, {"issue_severity": "UNDEFINED"}]"#;
        assert!(
            shown(&report(found, "", file), Some("bandit"))
                .starts_with("bandit; error 2; note 1; suppressed 1; conclusive; ! 1 finding has the severity `UNDEFINED`")
        );
        assert_eq!(
            count(&report(found, "", file), None, "by_severity"),
            r#"{"HIGH":1,"LOW":1,"UNDEFINED":1}"#
        );
        assert_eq!(shown(&report("[]", "", file), None), "bandit; suppressed 1; conclusive");
        assert_eq!(
            shown(&report("[]", r#"{"filename": "b.py", "reason": "syntax"}"#, file), None),
            "bandit; suppressed 1; inconclusive; ! a file was not read: b.py: syntax"
        );
        assert!(shown(&report("[]", "", ""), None).contains("inconclusive; ! the report names no file"));
        assert!(shown(&report("null", "", file), None).contains("inconclusive; ! the report has no list of results"));
        assert!(shown(r#"{"generated_at": "", "metrics": {}, "results": ["#, None).starts_with("bandit; unread"));
    }
}
