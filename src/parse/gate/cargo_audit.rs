//! cargo-audit in JSON. Warnings (unmaintained, yanked, unsound) are no vulnerabilities, and are not nothing either.

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::{tree, words_of};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cargo-audit",
    title: "cargo-audit report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("vulnerabilities") && sniff.has_key("lockfile")
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of_packages("cargo-audit");
    let vulnerabilities = report.at("vulnerabilities");
    let list = vulnerabilities.at("list");
    if !list.is_list() {
        scan.doubt("the report has no list of vulnerabilities");
    }
    if report
        .path(&["lockfile", "dependency-count"])
        .count()
        .is_none_or(|count| count == 0)
    {
        scan.doubt("no dependency was looked at");
    }
    if report.path(&["database", "advisory-count"]).count() == Some(0) {
        scan.doubt("the list of advisories was empty, so that nothing could be found");
    }
    let ignored = words_of(report.path(&["settings", "ignore"]));
    if !ignored.is_empty() {
        scan.note(format!("its settings ignore {ignored}"));
        scan.about.facts.push(("ignored".to_owned(), ignored));
    }
    for found in list.items() {
        scan.advise(advisory(found, ""));
        scan.add_error(Hit {
            rule: found.path(&["advisory", "id"]).words(),
            message: found.path(&["advisory", "title"]).words(),
            path: package(found.at("package")),
            line: None,
        });
    }
    let declared = vulnerabilities.at("count").count().unwrap_or_default();
    let listed = list.items().len() as u64;
    if declared > listed || (listed == 0 && vulnerabilities.at("found").flag() == Some(true)) {
        scan.note(format!(
            "the report says that it found {declared} and lists {listed}; the worse counts"
        ));
        scan.add_counted("error", declared.saturating_sub(listed).max(1), "not listed");
    }
    let mut warnings = serde_json::Map::new();
    for (kind, list) in report.at("warnings").members() {
        warnings.insert(kind.to_string(), list.items().len().into());
        for found in list.items() {
            let id = found.path(&["advisory", "id"]).words();
            scan.advise(advisory(found, kind));
            scan.add(
                "warning",
                Hit {
                    rule: if id.is_empty() { kind.to_string() } else { id },
                    message: kind.to_string(),
                    path: package(found.at("package")),
                    line: None,
                },
            );
        }
    }
    scan.about.data_made = report.path(&["database", "last-updated"]).text().map(str::to_owned);
    scan.count("found", vulnerabilities.at("found").flag());
    scan.count("count", declared);
    scan.count("warnings", warnings);
    scan.finish()
}

/// What one entry of the report says of a package; `kind` is the word for a warning.
fn advisory(found: &crate::parse::artifact::tree::Node<'_>, kind: &str) -> AdvisoryHit {
    let (advisory, package) = (found.at("advisory"), found.at("package"));
    AdvisoryHit {
        id: advisory.at("id").words(),
        aliases: advisory
            .at("aliases")
            .items()
            .iter()
            .map(crate::parse::artifact::tree::Node::words)
            .collect(),
        package: package.at("name").words(),
        version: package.at("version").words(),
        severity: kind.to_owned(),
        fixed: words_of(found.path(&["versions", "patched"])),
    }
}

fn package(package: &crate::parse::artifact::tree::Node<'_>) -> String {
    format!("{} {}", package.at("name").words(), package.at("version").words())
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn vulnerabilities_are_errors_and_the_rest_warnings() {
        let report = |found: &str, count: u64, list: &str, dependencies: u64| {
            format!(
                r#"{{"database": {{"last-updated": "2026-01-01T00:00:00Z"}}, "lockfile": {{"dependency-count": {dependencies}}},
                "vulnerabilities": {{"found": {found}, "count": {count}, "list": {list}}}, "warnings": {{"yanked": [{{"package": {{"name": "a", "version": "1"}}}}]}}}}"#
            )
        };
        let one = r#"[{"advisory": {"id": "RUSTSEC-1", "title": "t"}, "package": {"name": "b"}}]"#;
        assert_eq!(
            shown(&report("true", 1, one, 9), Some("cargo-audit")),
            "cargo-audit; error 1; warning 1; conclusive"
        );
        assert_eq!(count(&report("true", 1, one, 9), None, "warnings"), r#"{"yanked":1}"#);
        assert_eq!(
            shown(&report("false", 0, "[]", 9), None),
            "cargo-audit; warning 1; conclusive"
        );
        assert!(shown(&report("true", 3, one, 9), None).starts_with("cargo-audit; error 3;"));
        assert!(shown(&report("true", 0, "[]", 9), None).starts_with("cargo-audit; error 1;"));
        assert_eq!(
            shown(&report("false", 0, "[]", 0), None),
            "cargo-audit; warning 1; inconclusive; ! no dependency was looked at"
        );
        assert!(
            shown(&report("false", 0, "null", 9), None).contains("inconclusive; ! the report has no list of vulnerabilities")
        );
        assert!(shown(r#"{"lockfile": {}, "vulnerabilities": "#, None).starts_with("cargo-audit; unread"));
    }

    #[test]
    fn what_the_settings_ignore_is_told() {
        let text = r#"{"database": {"advisory-count": 9}, "lockfile": {"dependency-count": 3}, "settings": {"ignore": ["RUSTSEC-2020-0001"]},
            "vulnerabilities": {"found": false, "count": 0, "list": []}, "warnings": {}}"#;
        assert_eq!(
            shown(text, None),
            "cargo-audit; conclusive; ! its settings ignore RUSTSEC-2020-0001"
        );
    }
}
