//! Grype in JSON. The date of its database decides what a count can be compared with.

use crate::model::about::{About, LEFT_OUT};
use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{tree, words_of};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "grype",
    title: "Grype report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("matches") && (sniff.has_key("descriptor") || sniff.has_key("source"))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let descriptor = report.at("descriptor");
    let mut scan = Scan::of_packages(format!("Grype {}", descriptor.at("version").words()).trim());
    let matches = report.at("matches");
    if !matches.is_list() {
        scan.doubt("the report has no list of matches");
    }
    if !report.at("source").is_object() {
        let words = "the report does not say what was scanned";
        if matches.items().is_empty() {
            scan.doubt(words);
        } else {
            scan.note(words);
        }
    }
    for found in matches.items() {
        let (vulnerability, package) = (found.at("vulnerability"), found.at("artifact"));
        let fixed = vulnerability
            .path(&["fix", "versions"])
            .items()
            .first()
            .map(|version| format!(", fixed in {}", version.words()));
        let related = found.at("relatedVulnerabilities").items();
        scan.advise(AdvisoryHit {
            id: vulnerability.at("id").words(),
            aliases: related.iter().map(|related| related.at("id").words()).collect(),
            package: package.at("name").words(),
            version: package.at("version").words(),
            severity: vulnerability.at("severity").words(),
            fixed: words_of(vulnerability.path(&["fix", "versions"])),
        });
        scan.add(
            &vulnerability.at("severity").words(),
            Hit {
                rule: vulnerability.at("id").words(),
                message: format!(
                    "{} {}{}",
                    package.at("name").words(),
                    package.at("version").words(),
                    fixed.unwrap_or_default()
                ),
                path: package
                    .at("locations")
                    .items()
                    .first()
                    .map(|place| place.at("path").words())
                    .unwrap_or_default(),
                line: None,
            },
        );
    }
    if descriptor.path(&["configuration", "only-fixed"]).flag() == Some(true) {
        scan.about.facts.push((LEFT_OUT.to_owned(), "only-fixed".to_owned()));
    }
    scan.suppress(report.at("ignoredMatches").items().len() as u64);
    let database = descriptor.at("db");
    if [database.at("valid"), database.path(&["status", "valid"])]
        .iter()
        .any(|valid| valid.flag() == Some(false))
    {
        scan.doubt("its list of vulnerabilities was not valid, by its own word");
    }
    let errors = [database.at("error"), database.path(&["status", "error"])];
    if let Some(error) = errors.iter().find_map(|error| error.text()).filter(|error| !error.is_empty()) {
        scan.doubt(format!("its list of vulnerabilities could not be used: {error}"));
    }
    let built = [database.at("built"), database.path(&["status", "built"])];
    scan.about.data_made = built.iter().find_map(|built| built.text()).map(str::to_owned);
    scan.about.made = descriptor.at("timestamp").text().map(str::to_owned);
    let target = report.path(&["source", "target"]);
    for name in [target, target.at("userInput")] {
        About::add(&mut scan.about.names, name.text().unwrap_or_default());
    }
    target
        .at("tags")
        .items()
        .iter()
        .for_each(|tag| About::add(&mut scan.about.names, &tag.words()));
    About::add(&mut scan.about.digests, &target.at("imageID").words());
    About::add(&mut scan.about.digests, &target.at("manifestDigest").words());
    scan.count("ver", descriptor.at("version").words());
    scan.count("vulns", matches.items().len());
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    #[test]
    fn matches_count_by_severity() {
        let text = r#"{"matches": [{"vulnerability": {"id": "CVE-1", "severity": "Critical"}, "artifact": {"name": "a"}}, {"vulnerability": {"severity": "Negligible"}},
            {"vulnerability": {"severity": "Unknown"}}], "ignoredMatches": [{}], "source": {"target": {"userInput": "img", "imageID": "sha256:aa"}},
            "descriptor": {"version": "0.66", "db": {"built": "2026-01-01T00:00:00Z"}}}"#;
        assert!(
            shown(text, Some("grype"))
                .starts_with("grype; error 2; note 1; suppressed 1; conclusive; ! 1 finding has the severity `Unknown`")
        );
        let about = read(text.as_bytes(), None).about;
        assert_eq!(
            (about.data_made.as_deref(), about.digests),
            (Some("2026-01-01T00:00:00Z"), vec!["sha256:aa".to_owned()])
        );
        assert!(
            shown(r#"{"matches": null, "descriptor": {}}"#, None)
                .starts_with("grype; inconclusive; ! the report has no list of matches")
        );
        assert!(shown(r#"{"descriptor": {}, "matches": ["#, None).starts_with("grype; unread"));
    }

    #[test]
    fn a_scan_without_a_subject_or_a_database_is_not_clean() {
        let text = r#"{"matches": [], "source": {"type": "image"}, "descriptor": {"name": "grype", "version": "0.90.0", "db": {"status": {"error": "no such file"}}}}"#;
        let got = shown(text, None);
        assert!(
            got.contains("inconclusive; ! its list of vulnerabilities could not be used: no such file"),
            "{got}"
        );
        let lost = shown(r#"{"matches": [], "descriptor": {"version": "0.90.0"}}"#, None);
        assert!(
            lost.contains("inconclusive; ! the report does not say what was scanned"),
            "{lost}"
        );
    }
}
