//! npm audit of npm 7 and later in JSON. It counts packages, not advisories. A failed audit is valid JSON, too: it is refused.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan, failed};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "npm-audit",
    title: "npm audit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("auditReportVersion")
        || (sniff.has_key("statusCode") && sniff.has_key("error") && sniff.has_key("uri"))
        || (sniff.has_key("error") && sniff.text.contains("\"ENOAUDIT\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    if report.has("error") || report.has("statusCode") {
        let words = [
            report.at("message"),
            report.path(&["error", "summary"]),
            report.path(&["error", "code"]),
        ];
        return failed("npm audit", words.iter().find_map(|words| words.text()).unwrap_or_default());
    }
    let mut scan = Scan::of_packages("npm audit");
    let version = report.at("auditReportVersion");
    if version.count() != Some(2) {
        scan.note(format!("version {} of the report is read as version 2", version.words()));
    }
    let (packages, declared) = (report.at("vulnerabilities"), report.path(&["metadata", "vulnerabilities"]));
    if !packages.is_object() {
        scan.doubt("the report has no list of vulnerable packages");
    }
    let mut listed = std::collections::BTreeMap::new();
    for (name, package) in packages.members() {
        let severity = package.at("severity").words();
        *listed.entry(severity.clone()).or_insert(0_u64) += 1;
        let mut advisories = package.at("via").items().iter().filter(|via| via.is_object());
        for advisory in advisories.clone() {
            scan.advise(AdvisoryHit {
                id: advisory.at("url").words(),
                package: advisory.at("name").text().unwrap_or(name).to_owned(),
                severity: advisory.at("severity").words(),
                ..AdvisoryHit::default()
            });
        }
        let advisory = advisories.next();
        scan.add(
            &severity,
            Hit {
                rule: advisory.map(|advisory| advisory.at("url").words()).unwrap_or_default(),
                message: advisory.map(|advisory| advisory.at("title").words()).unwrap_or_default(),
                path: name.to_string(),
                line: None,
            },
        );
    }
    for (severity, count) in declared.members().iter().filter(|(severity, _)| severity != "total") {
        let more = count
            .count()
            .unwrap_or_default()
            .saturating_sub(listed.get(&**severity).copied().unwrap_or_default());
        if more > 0 {
            scan.note(format!(
                "the report says that it has {more} more of severity `{severity}` than it lists; the worse counts"
            ));
            scan.add_counted(severity, more, "not listed");
        }
    }
    if report.path(&["metadata", "dependencies", "total"]).count() == Some(0) {
        scan.doubt("no dependency was looked at");
    }
    scan.count_members("vulns", declared);
    scan.count("packages", packages.members().len());
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn packages_are_recounted_and_the_worse_counts() {
        let report = |high: u64, total: u64| {
            format!(
                r#"{{"auditReportVersion": 2, "vulnerabilities": {{"a": {{"severity": "high", "via": [{{"title": "t", "url": "u"}}]}}, "b": {{"severity": "moderate", "via": ["a"]}}}},
                "metadata": {{"vulnerabilities": {{"low": 0, "moderate": 1, "high": {high}, "total": 2}}, "dependencies": {{"total": {total}}}}}}}"#
            )
        };
        assert_eq!(
            shown(&report(1, 9), Some("npm-audit")),
            "npm-audit; error 1; warning 1; conclusive"
        );
        assert_eq!(
            count(&report(1, 9), None, "vulns"),
            r#"{"high":1,"low":0,"moderate":1,"total":2}"#
        );
        assert!(
            shown(&report(3, 9), None)
                .starts_with("npm-audit; error 3; warning 1; conclusive; ! the report says that it has 2 more")
        );
        assert_eq!(
            shown(&report(1, 0), None),
            "npm-audit; error 1; warning 1; inconclusive; ! no dependency was looked at"
        );
    }

    #[test]
    fn a_failed_audit_is_refused() {
        for (text, expected) in [
            (
                r#"{"message": "405", "statusCode": 405, "uri": "x", "error": {"summary": ""}}"#,
                "npm-audit; unread; ! npm audit says that it failed: 405",
            ),
            (
                r#"{"error": {"code": "ENOAUDIT", "summary": "no lockfile"}}"#,
                "npm-audit; unread; ! npm audit says that it failed: no lockfile",
            ),
            (
                r#"{"auditReportVersion": 2, "error": {}}"#,
                "npm-audit; unread; ! npm audit says that it failed",
            ),
            (
                r#"{"auditReportVersion": 2}"#,
                "npm-audit; inconclusive; ! the report has no list of vulnerable packages",
            ),
            (
                r#"{"auditReportVersion": 2, "vulnerabilities": {"#,
                "npm-audit; unread; ! not valid JSON: EOF while parsing an object (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }
}
