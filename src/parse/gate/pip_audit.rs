//! pip-audit in JSON, as an object and as the list of before version 2. A dependency that was skipped was not audited. No finding has a severity.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Shape, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "pip-audit",
    title: "pip-audit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_list = sniff.has_first_keys(&["name", "vulns"]) || sniff.has_first_keys(&["name", "skip_reason"]);
    let is_object = sniff.has_key("dependencies")
        && matches!(&sniff.shape, Shape::JsonObject(members) if members.iter().all(|member| matches!(member.key.as_str(), "dependencies" | "fixes")));
    is_list || is_object
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of_packages("pip-audit");
    let dependencies = if report.is_list() {
        &report
    } else {
        report.at("dependencies")
    };
    if dependencies.items().is_empty() {
        scan.doubt("the report lists no dependency, so nothing was audited");
    }
    let (mut vulns, mut skipped) = (0_u64, 0_u64);
    for dependency in dependencies.items() {
        let package = format!("{} {}", dependency.at("name").words(), dependency.at("version").words());
        if dependency.has("skip_reason") || !dependency.at("vulns").is_list() {
            skipped += 1;
            continue;
        }
        for found in dependency.at("vulns").items() {
            vulns += 1;
            let fixes: Vec<String> = found
                .at("fix_versions")
                .items()
                .iter()
                .map(crate::parse::artifact::tree::Node::words)
                .collect();
            let fixed = if fixes.is_empty() {
                String::new()
            } else {
                format!(", fixed in {}", fixes.join(", "))
            };
            scan.advise(AdvisoryHit {
                id: found.at("id").words(),
                aliases: found
                    .at("aliases")
                    .items()
                    .iter()
                    .map(crate::parse::artifact::tree::Node::words)
                    .collect(),
                package: dependency.at("name").words(),
                version: dependency.at("version").words(),
                severity: String::new(),
                fixed: fixes.join(", "),
            });
            scan.add_error(Hit {
                rule: found.at("id").words(),
                message: format!("{}{fixed}", package.trim()),
                path: String::new(),
                line: None,
            });
        }
    }
    if skipped > 0 {
        let audited = dependencies.items().len() as u64 - skipped;
        scan.doubt(format!(
            "{audited} of {} dependencies were audited, the others were skipped",
            dependencies.items().len()
        ));
    }
    scan.count("packages", dependencies.items().len());
    scan.count("vulns", vulns);
    scan.count("skipped", skipped);
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn what_was_skipped_was_not_audited() {
        for (text, expected) in [
            (
                r#"{"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []}"#,
                "pip-audit; conclusive",
            ),
            (
                r#"{"dependencies": [{"name": "a", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}"#,
                "pip-audit; error 1; conclusive",
            ),
            (
                r#"[{"name": "a", "version": "1", "vulns": [{"id": "X"}, {"id": "Y"}]}]"#,
                "pip-audit; error 2; conclusive",
            ),
            (
                r#"{"dependencies": [{"name": "a", "skip_reason": "no"}, {"name": "b", "vulns": []}], "fixes": []}"#,
                "pip-audit; inconclusive; ! 1 of 2 dependencies were audited, the others were skipped",
            ),
            (
                r#"[{"name": "a", "skip_reason": "no"}]"#,
                "pip-audit; inconclusive; ! 0 of 1 dependencies were audited, the others were skipped",
            ),
            (
                r#"{"dependencies": [], "fixes": []}"#,
                "pip-audit; inconclusive; ! the report lists no dependency, so nothing was audited",
            ),
            (
                r#"{"dependencies": [{"name": "a", "vulns": []}"#,
                "pip-audit; unread; ! not valid JSON: EOF while parsing a list (line 1)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
        assert_eq!(count(r#"[{"name": "a", "vulns": []}]"#, None, "packages"), "1");
        assert!(
            shown(r#"{"dependencies": [], "name": "x"}"#, None).starts_with("none;"),
            "a package.json is no report"
        );
    }
}
