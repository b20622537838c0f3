//! yarn audit: one JSON value a line. Yarn 1 ends with a summary; without it the audit did not end. Later versions write advisories only.

use serde_json::{Map, Value};

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, trees};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan, failed};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "yarn-audit",
    title: "yarn audit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_first = sniff.has_key("type") && sniff.has_key("data");
    (is_first && (sniff.text.contains("\"auditAdvisory\"") || sniff.text.contains("\"auditSummary\"")))
        || (sniff.has_key("value") && sniff.has_key("children") && sniff.text.contains("\"Vulnerable Versions\""))
}

fn parse(text: &str) -> Artifact {
    let lines = match trees(text) {
        Ok(lines) => lines,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of_packages("yarn audit");
    let (mut has_summary, mut is_first_version, mut advisories) = (false, false, 0_u64);
    let mut seen = std::collections::BTreeSet::new();
    for line in &lines {
        let data = line.at("data");
        match line.at("type").text() {
            Some("auditAdvisory") => {
                is_first_version = true;
                let advisory = data.at("advisory");
                advisories += 1;
                // The same advisory is listed once for each way to the package.
                if seen.insert((advisory.at("id").words(), advisory.at("module_name").words())) {
                    scan.advise(AdvisoryHit {
                        id: advisory
                            .at("github_advisory_id")
                            .text()
                            .map_or_else(|| advisory.at("url").words(), str::to_owned),
                        package: advisory.at("module_name").words(),
                        version: advisory
                            .at("findings")
                            .items()
                            .first()
                            .map(|found| found.at("version").words())
                            .unwrap_or_default(),
                        severity: advisory.at("severity").words(),
                        fixed: advisory.at("patched_versions").words(),
                        ..AdvisoryHit::default()
                    });
                    scan.add(
                        &advisory.at("severity").words(),
                        Hit {
                            rule: advisory.at("url").words(),
                            message: advisory.at("title").words(),
                            path: advisory.at("module_name").words(),
                            line: None,
                        },
                    );
                }
            }
            Some("auditSummary") => {
                has_summary = true;
                read_summary(&mut scan, data, seen.is_empty());
            }
            Some("error") => return failed("yarn audit", &data.words()),
            Some(_) => {}
            None => {
                advisories += 1;
                let children = line.at("children");
                scan.advise(AdvisoryHit {
                    id: children.at("URL").words(),
                    package: line.at("value").words(),
                    severity: children.at("Severity").words(),
                    ..AdvisoryHit::default()
                });
                scan.add(
                    &children.at("Severity").words(),
                    Hit {
                        rule: children.at("URL").words(),
                        message: children.at("Issue").words(),
                        path: line.at("value").words(),
                        line: None,
                    },
                );
            }
        }
    }
    if !has_summary && (is_first_version || lines.iter().any(|line| line.has("type"))) {
        scan.doubt("the report ends without a summary, so the audit did not end");
    }
    scan.count("advisories", advisories);
    scan.count("lines", lines.len());
    scan.finish()
}

fn read_summary(scan: &mut Scan, data: &Node<'_>, is_list_empty: bool) {
    let counts = data.at("vulnerabilities");
    for (severity, count) in counts.members() {
        let count = count.count().unwrap_or_default();
        if is_list_empty && count > 0 {
            scan.note(format!(
                "the summary counts {count} of severity `{severity}` and none is listed; the worse counts"
            ));
            scan.add_counted(severity, count, "not listed");
        }
    }
    let total = ["totalDependencies", "dependencies"]
        .iter()
        .find_map(|key| data.at(key).count());
    if !counts.is_object() || total == Some(0) {
        scan.doubt("the summary has no counts, or no dependency was looked at");
    }
    let vulns: Map<String, Value> = counts
        .members()
        .iter()
        .filter_map(|(severity, count)| Some((severity.to_string(), count.count()?.into())))
        .collect();
    scan.count("vulns", vulns);
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    const ADVISORY: &str = r#"{"type":"auditAdvisory","data":{"resolution":{},"advisory":{"id":1,"module_name":"a","severity":"high","title":"t"}}}"#;
    const SUMMARY: &str = r#"{"type":"auditSummary","data":{"vulnerabilities":{"high":2},"totalDependencies":9}}"#;

    #[test]
    fn an_advisory_counts_once_and_the_summary_must_be_there() {
        let whole = format!("{ADVISORY}\n{ADVISORY}\n{SUMMARY}\n");
        assert_eq!(shown(&whole, Some("yarn-audit")), "yarn-audit; error 1; conclusive");
        let cut = format!("{ADVISORY}\n{ADVISORY}\n");
        assert_eq!(
            shown(&cut, None),
            "yarn-audit; error 1; inconclusive; ! the report ends without a summary, so the audit did not end"
        );
        assert!(shown(SUMMARY, None).starts_with("yarn-audit; error 2; conclusive; ! the summary counts 2"));
        let clean = r#"{"type":"auditSummary","data":{"vulnerabilities":{"high":0},"totalDependencies":9}}"#;
        assert_eq!(shown(clean, None), "yarn-audit; conclusive");
    }

    #[test]
    fn later_versions_are_read_and_errors_refused() {
        let berry = r#"{"value":"a","children":{"ID":1,"Issue":"t","URL":"u","Severity":"moderate","Vulnerable Versions":"<2"}}"#;
        assert_eq!(shown(berry, None), "yarn-audit; warning 1; conclusive");
        let error = format!("{ADVISORY}\n{}", r#"{"type":"error","data":"no network"}"#);
        assert_eq!(
            shown(&error, None),
            "yarn-audit; unread; ! yarn audit says that it failed: no network"
        );
        let broken = format!("{ADVISORY}\n{{\"type\":");
        assert_eq!(
            shown(&broken, None),
            "yarn-audit; unread; ! not valid JSON: EOF while parsing a value (line 2)"
        );
    }
}
