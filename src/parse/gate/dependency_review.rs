//! What a dependency review lists: changed dependencies, with the vulnerabilities that the added ones bring.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "dependency-review",
    title: "Dependency review",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("dependency-review") || sniff.has_first_keys(&["change_type", "manifest", "vulnerabilities"])
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of_packages("dependency review");
    let mut vulnerabilities = 0_u64;
    for change in report
        .items()
        .iter()
        .filter(|change| change.at("change_type").text() != Some("removed"))
    {
        if !change.is_object() {
            scan.doubt("an entry of the review is no object");
        }
        for found in change.at("vulnerabilities").items() {
            vulnerabilities += 1;
            scan.advise(AdvisoryHit {
                id: found.at("advisory_ghsa_id").words(),
                package: change.at("name").words(),
                version: change.at("version").words(),
                severity: found.at("severity").words(),
                ..AdvisoryHit::default()
            });
            scan.add(
                &found.at("severity").words(),
                Hit {
                    rule: found.at("advisory_ghsa_id").words(),
                    message: found.at("advisory_summary").words(),
                    path: format!("{} {}", change.at("name").words(), change.at("version").words())
                        .trim()
                        .to_owned(),
                    line: None,
                },
            );
        }
    }
    scan.count("total", report.items().len());
    scan.count("vulns", vulnerabilities);
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn what_is_removed_brings_nothing() {
        let one = |kind: &str| {
            format!(
                r#"{{"change_type": "{kind}", "manifest": "m", "name": "a", "vulnerabilities": [{{"severity": "high"}}, {{"severity": "odd"}}]}}"#
            )
        };
        assert_eq!(shown(&format!("[{}]", one("removed")), None), "dependency-review; conclusive");
        assert!(
            shown(&format!("[{}]", one("added")), Some("dependency-review"))
                .starts_with("dependency-review; error 2; conclusive; !")
        );
        assert!(shown(&one("added")[..50], None).starts_with("none"));
        assert!(shown(&format!("[{}, ", one("added")), None).contains("unread"));
    }
}
