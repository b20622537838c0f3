//! OSV-Scanner in JSON. Aliases of one vulnerability stand in one group: groups are counted, not ids.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "osv-scanner",
    title: "OSV-Scanner report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_like = ["packages", "package", "source"].iter().all(|key| is_named(sniff, key));
    // A package that stands in no registry has no ecosystem, one without a vulnerability no group.
    let is_like = is_like && ["ecosystem", "groups"].iter().any(|key| is_named(sniff, key));
    sniff.has_key("results") && !sniff.has_key("errors") && (sniff.has_key("experimental_config") || is_like)
}

fn is_named(sniff: &Sniff<'_>, key: &str) -> bool {
    sniff.text.contains(&format!("\"{key}\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of_packages("OSV-Scanner");
    let (mut packages, mut groups) = (0_u64, 0_u64);
    for result in report.at("results").items() {
        for package in result.at("packages").items() {
            packages += 1;
            groups += add(&mut scan, package);
        }
    }
    if packages == 0 {
        scan.doubt("the report names no package, so nothing says that any was looked at");
    }
    scan.count("packages", packages);
    scan.count("vulns", groups);
    scan.finish()
}

fn add(scan: &mut Scan, package: &Node<'_>) -> u64 {
    // A package that stands in no registry has the commit of its source.
    let name = package.path(&["package", "name"]);
    let name = name
        .text()
        .map_or_else(|| package.path(&["package", "commit"]).words(), str::to_owned);
    let name = format!("{name} {}", package.path(&["package", "version"]).words());
    let hit = |rule: String| Hit {
        rule,
        message: name.trim().to_owned(),
        ..Hit::default()
    };
    let groups = package.at("groups").items();
    let advise = |scan: &mut Scan, ids: Vec<String>, severity: &str| {
        let mut ids = ids.into_iter();
        scan.advise(AdvisoryHit {
            id: ids.next().unwrap_or_default(),
            aliases: ids.collect(),
            package: package.path(&["package", "name"]).words(),
            version: package.path(&["package", "version"]).words(),
            severity: severity.to_owned(),
            fixed: String::new(),
        });
    };
    for group in groups {
        let id = group.at("ids").items().first().map(Node::words).unwrap_or_default();
        let ids = group
            .at("ids")
            .items()
            .iter()
            .chain(group.at("aliases").items())
            .map(Node::words);
        advise(
            scan,
            ids.collect(),
            severity(&group.at("max_severity").words()).unwrap_or_default(),
        );
        match severity(&group.at("max_severity").words()) {
            Some(severity) => scan.add(severity, hit(id)),
            None => scan.add_error(hit(id)),
        }
    }
    let vulnerabilities = package.at("vulnerabilities").items();
    if groups.is_empty() {
        for found in vulnerabilities {
            let aliases = found.at("aliases").items().iter().map(Node::words);
            advise(scan, std::iter::once(found.at("id").words()).chain(aliases).collect(), "");
            scan.add_error(hit(found.at("id").words()));
        }
        return vulnerabilities.len() as u64;
    }
    groups.len() as u64
}

/// The word for a score of CVSS.
fn severity(score: &str) -> Option<&'static str> {
    let score: f64 = score.parse().ok()?;
    Some(match score {
        9.0..=10.0 => "critical",
        7.0..9.0 => "high",
        4.0..7.0 => "medium",
        0.1..4.0 => "low",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn groups_count_and_a_score_gives_the_level() {
        let package = |groups: &str| {
            format!(
                r#"{{"results": [{{"source": {{"path": "p"}}, "packages": [{{"package": {{"name": "a", "version": "1", "ecosystem": "npm"}}, "vulnerabilities": [{{"id": "G"}}, {{"id": "C"}}], "groups": [{groups}]}}]}}]}}"#
            )
        };
        let text = package(
            r#"{"ids": ["G", "C"], "max_severity": "9.8"}, {"ids": ["X"], "max_severity": "5"}, {"ids": ["Y"], "max_severity": ""}"#,
        );
        assert_eq!(
            shown(&text, Some("osv-scanner")),
            "osv-scanner; error 2; warning 1; conclusive"
        );
        assert_eq!(count(&text, None, "vulns"), "3");
        assert_eq!(shown(&package(""), None), "osv-scanner; error 2; conclusive");
    }

    #[test]
    fn a_report_that_names_no_package_is_not_clean() {
        let empty = r#"{"results": [], "experimental_config": {}}"#;
        assert_eq!(
            shown(empty, None),
            "osv-scanner; inconclusive; ! the report names no package, so nothing says that any was looked at"
        );
        assert!(shown(r#"{"experimental_config": {}, "results": ["#, None).starts_with("osv-scanner; unread"));
    }

    #[test]
    fn a_package_without_a_registry_is_known_by_its_commit() {
        let text = r#"{"results": [{"source": {"path": "p"}, "packages": [{"package": {"commit": "abc"}, "vulnerabilities": [], "groups": []}]}]}"#;
        assert_eq!(shown(text, None), "osv-scanner; conclusive");
        assert!(shown(r#"{"results": [{"source": 1, "package": 2}]}"#, None).starts_with("none"));
    }
}
