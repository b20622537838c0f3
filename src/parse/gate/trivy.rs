//! Trivy reports in JSON, of schema 2 and of what comes after; the list form of before is named, not read.
//!
//! A report without results may be of a scan that found nothing to look at: it says nothing. Secrets are counted by rule, and what was
//! matched is not kept.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::about::About;
use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "trivy",
    title: "Trivy report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("SchemaVersion") && (sniff.has_key("ArtifactName") || sniff.has_key("Results"))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let version = report.path(&["Trivy", "Version"]).words();
    let mut scan = Scan::of_packages(format!("Trivy {version}").trim());
    let schema = report.at("SchemaVersion");
    if schema.count() != Some(2) {
        scan.note(format!("schema {} of Trivy is read as schema 2", schema.words()));
    }
    name_subject(&report, &mut scan.about);
    if report.at("ArtifactName").text().is_none() {
        scan.doubt("the report does not say what was scanned");
    }
    if report.path(&["Metadata", "OS", "EOSL"]).flag() == Some(true) {
        scan.note("the system that was scanned is out of support, so that little is found in it any more");
    }
    let results = report.at("Results");
    if !results.is_list() {
        scan.doubt("the report has no list of results, so nothing was scanned or nothing was told");
    } else if results.items().is_empty() {
        scan.doubt("the list of results is empty, so nothing was scanned");
    }
    let mut vulnerabilities = BTreeMap::new();
    let mut failures = BTreeMap::new();
    let mut secrets = BTreeMap::new();
    let (mut packages, mut unlisted) = (0, 0);
    for result in results.items() {
        if !result.is_object() {
            scan.doubt("a result is no object");
        }
        packages += result.at("Packages").items().len();
        scan.suppress(result.at("ExperimentalModifiedFindings").items().len() as u64);
        let target = result.at("Target").words();
        for found in result.at("Vulnerabilities").items() {
            let severity = severity(found);
            *vulnerabilities.entry(severity.clone()).or_insert(0_u64) += 1;
            let package = format!("{} {}", found.at("PkgName").words(), found.at("InstalledVersion").words());
            let fixed = found.at("FixedVersion").text().map(|fixed| format!(", fixed in {fixed}"));
            scan.advise(AdvisoryHit {
                id: found.at("VulnerabilityID").words(),
                aliases: Vec::new(),
                package: found.at("PkgName").words(),
                version: found.at("InstalledVersion").words(),
                severity: severity.clone(),
                fixed: found.at("FixedVersion").words(),
            });
            scan.add(
                &severity,
                Hit {
                    rule: found.at("VulnerabilityID").words(),
                    message: format!(
                        "{}{}: {}",
                        package.trim(),
                        fixed.unwrap_or_default(),
                        found.at("Title").words()
                    ),
                    path: target.clone(),
                    line: None,
                },
            );
        }
        let failures_before: u64 = failures.values().sum();
        for found in result.at("Misconfigurations").items() {
            let status = found.at("Status").words();
            if matches!(status.as_str(), "PASS" | "EXCEPTION") {
                continue;
            }
            let severity = severity(found);
            *failures.entry(severity.clone()).or_insert(0_u64) += 1;
            let id = ["ID", "AVDID"].iter().find_map(|key| found.at(key).text());
            scan.add(
                &severity,
                Hit {
                    rule: id.unwrap_or_default().to_owned(),
                    message: found.at("Title").words(),
                    path: target.clone(),
                    line: found.path(&["CauseMetadata", "StartLine"]).count(),
                },
            );
        }
        let says = result.path(&["MisconfSummary", "Failures"]).count().unwrap_or_default();
        let listed = failures.values().sum::<u64>() - failures_before;
        unlisted += says.saturating_sub(listed);
        for found in result.at("Secrets").items() {
            let severity = severity(found);
            *secrets.entry(severity.clone()).or_insert(0_u64) += 1;
            scan.add(
                &severity,
                Hit {
                    rule: found.at("RuleID").words(),
                    message: found.at("Category").words(),
                    path: target.clone(),
                    line: found.at("StartLine").count(),
                },
            );
        }
        for found in result.at("Licenses").items() {
            scan.add(
                &severity(found),
                Hit {
                    rule: found.at("Name").words(),
                    message: format!(
                        "the licence of {} is {}",
                        found.at("PkgName").words(),
                        found.at("Category").words()
                    ),
                    path: target.clone(),
                    line: None,
                },
            );
        }
    }
    if unlisted > 0 {
        scan.doubt(format!(
            "the report says that it has {unlisted} more failed checks than it lists"
        ));
    }
    scan.count("schema", schema.count());
    scan.count("ver", schema.words());
    scan.count("artifact", report.at("ArtifactName").words());
    scan.count("comps", packages);
    scan.count("vulns", json!(vulnerabilities));
    scan.count("misconfig_fail", json!(failures));
    scan.count("secrets", json!(secrets));
    scan.finish()
}

/// Trivy says `UNKNOWN` where nobody has judged a vulnerability; that is not none.
fn severity(found: &Node<'_>) -> String {
    found.at("Severity").words()
}

fn name_subject(report: &Node<'_>, about: &mut About) {
    About::add(&mut about.names, &report.at("ArtifactName").words());
    let kind = report.at("ArtifactType").words();
    if matches!(kind.as_str(), "filesystem" | "repository") {
        about.facts.push(("scanned".to_owned(), kind));
    }
    about.made = report.at("CreatedAt").text().map(str::to_owned);
    let metadata = report.at("Metadata");
    About::add(&mut about.digests, &metadata.at("ImageID").words());
    for digest in metadata.at("RepoDigests").items() {
        let words = digest.words();
        About::add(
            &mut about.digests,
            words.rsplit_once('@').map_or(words.as_str(), |(_, digest)| digest),
        );
    }
    for tag in metadata.at("RepoTags").items() {
        About::add(&mut about.names, &tag.words());
    }
    About::add(&mut about.commits, &metadata.at("Commit").words());
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{Content, FindingFacts};
    use crate::parse::recognise::read;

    fn facts(text: &str) -> (FindingFacts, Vec<String>) {
        let artifact = read(text.as_bytes(), Some("trivy"));
        let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
        match artifact.content {
            Content::Findings(facts) => (facts, problems),
            other => panic!("{other:?}: {problems:?}"),
        }
    }

    #[test]
    fn what_was_found_is_counted_and_secrets_are_not_kept() {
        let text = r#"{"SchemaVersion": 2, "ArtifactName": "app:1", "Metadata": {"ImageID": "sha256:aa", "RepoDigests": ["app@sha256:bb"]}, "Results": [
            {"Target": "app", "Vulnerabilities": [{"VulnerabilityID": "CVE-1", "PkgName": "zlib", "InstalledVersion": "1", "FixedVersion": "2", "Severity": "CRITICAL"},
               {"VulnerabilityID": "CVE-2", "Severity": "LOW"}], "Packages": [{}, {}], "ExperimentalModifiedFindings": [{}]},
            {"Target": "Dockerfile", "Misconfigurations": [{"ID": "DS1", "Status": "FAIL", "Severity": "MEDIUM"}, {"ID": "DS2", "Status": "PASS", "Severity": "HIGH"}]},
            {"Target": "key.pem", "Secrets": [{"RuleID": "private-key", "Severity": "HIGH", "StartLine": 3, "Match": "hunter2"}]}]}"#;
        let artifact = read(text.as_bytes(), None);
        assert!(!format!("{artifact:?}").contains("hunter2"), "what was matched is not kept");
        assert_eq!(artifact.about.digests, ["sha256:aa", "sha256:bb"]);
        assert_eq!(
            (&artifact.counts["vulns"]["CRITICAL"], &artifact.counts["comps"]),
            (&1.into(), &2.into())
        );
        assert_eq!(artifact.counts["misconfig_fail"]["MEDIUM"], 1);
        let (facts, problems) = facts(text);
        assert_eq!(problems, Vec::<String>::new());
        let levels: Vec<_> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
        assert_eq!(levels, ["error 2", "warning 1", "note 1"]);
        assert_eq!((facts.suppressed, facts.is_conclusive), (1, true));
    }

    #[test]
    fn a_scan_of_nothing_is_not_clean() {
        for (text, is_conclusive) in [
            (
                r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": "a"}]}"#,
                true,
            ),
            (r#"{"SchemaVersion": 2, "ArtifactName": "a"}"#, false),
            (r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": []}"#, false),
            (r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": null}"#, false),
            (r#"{"SchemaVersion": 2, "Results": [{"Target": "a"}]}"#, false),
            (r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": [null]}"#, false),
        ] {
            assert_eq!(facts(text).0.is_conclusive, is_conclusive, "{text}");
        }
        let (unknown, problems) =
            facts(r#"{"SchemaVersion": 3, "ArtifactName": "a", "Results": [{"Vulnerabilities": [{"Severity": "UNKNOWN"}]}]}"#);
        assert_eq!(unknown.levels, [("error".to_owned(), 1)]);
        assert_eq!(problems[0], "schema 3 of Trivy is read as schema 2");
        assert!(matches!(
            read(br#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": ["#, None).content,
            Content::Unread
        ));
    }

    #[test]
    fn failed_checks_that_are_counted_and_not_listed_leave_it_open() {
        let text = r#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": "Dockerfile", "MisconfSummary": {"Successes": 20, "Failures": 2},
            "Misconfigurations": [{"ID": "DS002", "Severity": "HIGH", "Status": "FAIL"}]}]}"#;
        let got = crate::parse::gate::testing::shown(text, None);
        assert!(
            got.contains("inconclusive; ! the report says that it has 1 more failed checks than it lists"),
            "{got}"
        );
        let whole = crate::parse::gate::testing::shown(&text.replace(r#""Failures": 2"#, r#""Failures": 1"#), None);
        assert!(whole.contains("; conclusive"), "{whole}");
    }
}
