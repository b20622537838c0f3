//! pnpm audit and npm audit of npm 6 in JSON: advisories by id. What `--audit-level` left out is in the file all the same.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan, failed};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "pnpm-audit",
    title: "pnpm or npm 6 audit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("advisories") && sniff.has_key("metadata")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    if report.has("error") {
        return failed("the audit", &report.path(&["error", "summary"]).words());
    }
    let mut scan = Scan::of_packages("pnpm or npm audit");
    let (advisories, declared) = (report.at("advisories"), report.path(&["metadata", "vulnerabilities"]));
    if !advisories.is_object() || !declared.is_object() {
        scan.doubt("the report has no list of advisories, or no counts of vulnerabilities");
    }
    let mut listed = std::collections::BTreeMap::new();
    for (_, advisory) in advisories.members() {
        let severity = advisory.at("severity").words();
        *listed.entry(severity.clone()).or_insert(0_u64) += 1;
        let id = [advisory.at("github_advisory_id"), advisory.at("url")];
        let cves = advisory.at("cves").items();
        for version in versions(advisory) {
            scan.advise(AdvisoryHit {
                id: id.iter().find_map(|id| id.text()).unwrap_or_default().to_owned(),
                aliases: cves.iter().map(Node::words).collect(),
                package: advisory.at("module_name").words(),
                version,
                severity: severity.clone(),
                fixed: advisory.at("patched_versions").words(),
            });
        }
        scan.add(
            &severity,
            Hit {
                rule: advisory
                    .at("github_advisory_id")
                    .text()
                    .map_or_else(|| advisory.at("url").words(), str::to_owned),
                message: advisory.at("title").words(),
                path: advisory.at("module_name").words(),
                line: None,
            },
        );
    }
    // The counts are those of paths to vulnerable packages, so that they may well be larger than the list; they may not be there
    // when the list is empty.
    for (severity, count) in declared.members().iter().filter(|(severity, _)| severity != "total") {
        let count = count.count().unwrap_or_default();
        if count > 0 && !listed.contains_key(&**severity) {
            scan.note(format!(
                "the report counts {count} of severity `{severity}` and lists none; the worse counts"
            ));
            scan.add_counted(severity, count, "not listed");
        }
    }
    let figure = |name: &str| report.path(&["metadata", name]).count();
    if figure("totalDependencies").or(figure("dependencies")) == Some(0) {
        scan.doubt("no dependency was looked at");
    }
    scan.suppress(report.at("muted").items().len() as u64);
    scan.count_members("vulns", declared);
    scan.count("advisories", advisories.members().len());
    scan.finish()
}

/// The versions that were found of what an advisory is about; one empty one where the report does not tell.
fn versions(advisory: &Node<'_>) -> Vec<String> {
    let found = advisory
        .at("findings")
        .items()
        .iter()
        .map(|found| found.at("version").words());
    let mut versions: Vec<String> = found.filter(|version| !version.is_empty()).collect();
    if versions.is_empty() {
        versions.push(String::new());
    }
    versions
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn advisories_are_counted_by_severity() {
        let text = r#"{"advisories": {"1": {"severity": "critical", "module_name": "a"}, "2": {"severity": "low"}}, "muted": [{}],
            "metadata": {"vulnerabilities": {"low": 4, "critical": 1}}}"#;
        assert_eq!(
            shown(text, Some("pnpm-audit")),
            "pnpm-audit; error 1; note 1; suppressed 1; conclusive"
        );
        assert_eq!(count(text, None, "advisories"), "2");
        let clean = r#"{"advisories": {}, "metadata": {"vulnerabilities": {"low": 0}}}"#;
        assert_eq!(shown(clean, None), "pnpm-audit; conclusive");
        let hidden = r#"{"advisories": {}, "metadata": {"vulnerabilities": {"high": 2}}}"#;
        assert!(shown(hidden, None).starts_with("pnpm-audit; error 2; conclusive; ! the report counts 2 of severity `high`"));
    }

    #[test]
    fn failed_or_hollow_reports_are_not_clean() {
        for (text, expected) in [
            (
                r#"{"advisories": {}, "metadata": {}}"#,
                "pnpm-audit; inconclusive; ! the report has no list of advisories, or no counts of vulnerabilities",
            ),
            (
                r#"{"advisories": {}, "metadata": {}, "error": {"summary": "x"}}"#,
                "pnpm-audit; unread; ! the audit says that it failed: x",
            ),
            (
                r#"{"advisories": {}, "metadata": "#,
                "pnpm-audit; unread; ! not valid JSON: EOF while parsing a value (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }

    #[test]
    fn an_audit_of_nothing_is_not_clean() {
        let text =
            r#"{"advisories": {}, "metadata": {"vulnerabilities": {"high": 0}, "dependencies": 0, "totalDependencies": 0}}"#;
        assert_eq!(shown(text, None), "pnpm-audit; inconclusive; ! no dependency was looked at");
        let dev = text.replace(r#""totalDependencies": 0"#, r#""totalDependencies": 7"#);
        assert_eq!(shown(&dev, None), "pnpm-audit; conclusive");
    }
}
