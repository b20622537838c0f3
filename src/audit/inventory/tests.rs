//! Components over releases, and advisories that come and go.

use crate::audit::testing::evidence_file;
use chrono::NaiveDate;

use super::{inventory, package_of};
use crate::model::advisory::{Advisories, AdvisoryHit, AdvisoryStatement};
use crate::model::evidence::{Artifact, Content, Evidence, FindingFacts};
use crate::model::inventory::{Cause, Inventory, Standing};
use crate::model::register::{Exception, ExceptionMatch};
use crate::model::release::Release;
use crate::model::sbom::{Component, Sbom};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("it is a day")
}

fn file(path: &str, content: Content) -> Evidence {
    evidence_file(
        path,
        Artifact {
            content,
            ..Artifact::default()
        },
    )
}

fn bill(components: &[(&str, &str, &str)]) -> Evidence {
    let components = components.iter().map(|(name, version, licence)| Component {
        identity: format!("pkg:npm/{name}"),
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        licence: (*licence).to_owned(),
        ..Component::default()
    });
    let sbom = Sbom {
        components: components.map(std::sync::Arc::new).collect(),
        ..Sbom::default()
    };
    file("evidence/sbom/a.cdx.json", Content::Sbom(Box::new(sbom)))
}

fn scan(hits: &[(&str, &[&str], &str, &str)]) -> Evidence {
    let advisories = hits.iter().map(|(id, aliases, package, version)| AdvisoryHit {
        id: (*id).to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        package: (*package).to_owned(),
        version: (*version).to_owned(),
        ..AdvisoryHit::default()
    });
    let facts = FindingFacts {
        audits_packages: true,
        is_conclusive: true,
        advisories: advisories.collect(),
        ..FindingFacts::default()
    };
    file("evidence/scan/trivy.json", Content::Findings(facts))
}

fn release(version: &str, evidence: Vec<Evidence>) -> Release {
    Release {
        version: version.to_owned(),
        evidence,
        ..Release::default()
    }
}

fn joined(releases: &[Release]) -> Inventory {
    inventory(releases, &[], day("2026-11-01"))
}

#[test]
fn a_component_has_a_span_for_every_run_of_the_same_versions_and_licences() {
    let releases = [
        release("v5", vec![bill(&[("a", "2.0", "MIT"), ("b", "1", "MIT")])]),
        release("v4", Vec::new()),
        release("v3", vec![bill(&[("a", "2.0", "MIT")])]),
        release("v2", vec![bill(&[("a", "1.0", "MIT"), ("b", "1", "MIT")])]),
        release("v1", vec![bill(&[("a", "1.0", "BSD-3-Clause"), ("b", "1", "MIT")])]),
    ];
    let joined = joined(&releases);
    assert_eq!(
        joined.bills,
        [0, 2, 3, 4],
        "a release without a bill of materials says nothing"
    );
    let spans = |name: &str| -> Vec<(usize, usize, String, String)> {
        let life = joined.components.iter().find(|life| life.name == name).expect("it is there");
        let span =
            |span: &crate::model::inventory::Span| (span.newest, span.oldest, span.versions.join(" "), span.licences.join(" "));
        life.spans.iter().map(span).collect()
    };
    let owned = |newest, oldest, versions: &str, licences: &str| (newest, oldest, versions.to_owned(), licences.to_owned());
    assert_eq!(
        spans("a"),
        [
            owned(0, 1, "2.0", "MIT"),
            owned(2, 2, "1.0", "MIT"),
            owned(3, 3, "1.0", "BSD-3-Clause")
        ]
    );
    assert_eq!(
        spans("b"),
        [owned(0, 0, "1", "MIT"), owned(2, 3, "1", "MIT")],
        "it was gone in between"
    );
}

#[test]
fn what_two_bills_of_one_release_list_counts_once_and_versions_are_a_multiset() {
    let one = bill(&[("a", "1.10", ""), ("a", "1.9", ""), ("a", "1.9", "")]);
    let other = bill(&[("a", "1.9", ""), ("a", "1.11", "")]);
    let joined = joined(&[release("v1", vec![one, other])]);
    assert_eq!(joined.components[0].spans[0].versions, ["1.9", "1.9", "1.10", "1.11"]);
}

#[test]
fn an_advisory_comes_and_goes_with_its_cause() {
    let releases = [
        release("v4", vec![bill(&[("a", "3", "")]), scan(&[("CVE-2", &[], "a", "3")])]),
        release("v3", vec![bill(&[("a", "3", "")]), scan(&[])]),
        release("v2", vec![bill(&[("a", "2", "")]), scan(&[("CVE-1", &[], "a", "2")])]),
        release("v1", vec![bill(&[("b", "1", "")]), scan(&[])]),
    ];
    let joined = joined(&releases);
    let turns = |id: &str| -> Vec<(usize, bool, Cause)> {
        let life = joined.advisories.iter().find(|life| life.id == id).expect("it is there");
        life.turns
            .iter()
            .map(|turn| (turn.release, turn.is_entry, turn.cause.clone()))
            .collect()
    };
    assert_eq!(
        turns("CVE-1"),
        [
            (
                1,
                false,
                Cause::ComponentChanged {
                    before: vec!["2".to_owned()],
                    after: vec!["3".to_owned()]
                }
            ),
            (2, true, Cause::ComponentAdded)
        ]
    );
    assert_eq!(
        turns("CVE-2"),
        [(0, true, Cause::ScanData)],
        "the component is the same in both"
    );
}

#[test]
fn an_advisory_about_the_subject_itself_comes_and_goes_with_its_versions() {
    let bill_of = |subject: &str| {
        let sbom = Sbom {
            subject: Some(subject.to_owned()),
            ..Sbom::default()
        };
        file("evidence/sbom/a.cdx.json", Content::Sbom(Box::new(sbom)))
    };
    let causes = |package: &str| -> Vec<Cause> {
        let releases = [
            release("v3", vec![bill_of("@s/service 1.1.1"), scan(&[])]),
            release("v2", vec![bill_of("@s/service 1.1.0"), scan(&[("OWN-1", &[], package, "")])]),
            release("v1", vec![bill_of("@s/service 1.0.0"), scan(&[])]),
        ];
        let turns = joined(&releases).advisories.remove(0).turns;
        turns.into_iter().map(|turn| turn.cause).collect()
    };
    let changed = |before: &str, after: &str| Cause::ComponentChanged {
        before: vec![before.to_owned()],
        after: vec![after.to_owned()],
    };
    assert_eq!(causes("@s/service"), [changed("1.1.0", "1.1.1"), changed("1.0.0", "1.1.0")]);
    assert_eq!(causes("service"), [Cause::Unknown, Cause::Unknown], "another name");
    assert_eq!(causes(""), [Cause::Unknown, Cause::Unknown], "no name at all");
}

#[test]
fn a_failed_scan_makes_nothing_go() {
    let failed = file(
        "evidence/scan/trivy.json",
        Content::Findings(FindingFacts {
            audits_packages: true,
            ..FindingFacts::default()
        }),
    );
    let releases = [
        release("v2", vec![bill(&[("a", "2", "")]), failed]),
        release("v1", vec![bill(&[("a", "2", "")]), scan(&[("CVE-1", &[], "a", "2")])]),
    ];
    let joined = joined(&releases);
    assert_eq!(joined.scans, [1]);
    assert_eq!(joined.advisories[0].turns.len(), 1);
    assert_eq!(joined.advisories[0].turns[0].cause, Cause::FirstScan);
}

#[test]
fn names_that_one_report_joins_are_one_advisory() {
    let releases = [
        release(
            "v2",
            vec![scan(&[("GHSA-a", &["CVE-1"], "a", "1"), ("CVE-9", &[], "b", "1")])],
        ),
        release("v1", vec![scan(&[("CVE-1", &[], "a", "1")])]),
    ];
    let joined = joined(&releases);
    let names: Vec<(&str, usize)> = joined
        .advisories
        .iter()
        .map(|life| (life.id.as_str(), life.sightings.len()))
        .collect();
    assert_eq!(names, [("CVE-9", 1), ("GHSA-a", 2)]);
    assert_eq!(joined.advisories[1].aliases, ["CVE-1"]);
}

#[test]
fn the_newest_statement_about_the_very_package_stands_against_it() {
    let vex = |statements: &[(&str, &str, &str)]| {
        let statements = statements.iter().map(|(product, status, at)| AdvisoryStatement {
            vulnerability: "CVE-1".to_owned(),
            products: vec![(*product).to_owned()],
            status: (*status).to_owned(),
            at: Some((*at).to_owned()),
            ..AdvisoryStatement::default()
        });
        let advisories = Advisories {
            statements: statements.collect(),
            ..Advisories::default()
        };
        file("evidence/vex/a.openvex.json", Content::Advisories(Box::new(advisories)))
    };
    let standing = |statements: &[(&str, &str, &str)]| {
        let evidence = vec![scan(&[("CVE-1", &[], "@s/a", "1")]), vex(statements)];
        joined(&[release("v1", evidence)]).advisories[0].sightings[0].standing.clone()
    };
    let is_stated = |standing: Standing| matches!(standing, Standing::Stated { status, .. } if status == "not_affected");
    assert!(is_stated(standing(&[("pkg:npm/%40s/a@1", "not_affected", "2026-01-01")])));
    assert_eq!(
        standing(&[("pkg:npm/%40s/a@2", "not_affected", "2026-01-01")]),
        Standing::Open,
        "another version"
    );
    assert_eq!(
        standing(&[("pkg:npm/b@1", "not_affected", "2026-01-01")]),
        Standing::Open,
        "another package"
    );
    let overtaken = [
        ("pkg:npm/%40s/a", "not_affected", "2026-01-01"),
        ("pkg:npm/%40s/a", "affected", "2026-02-01"),
    ];
    assert_eq!(standing(&overtaken), Standing::Open);
}

#[test]
fn an_exception_that_names_it_accepts_it_and_says_when_it_is_over() {
    let exception = |expires: &str| Exception {
        id: "EX-1".to_owned(),
        gate: "scan".to_owned(),
        matches: ExceptionMatch {
            rules: vec!["cve-1".to_owned()],
            ..ExceptionMatch::default()
        },
        rationale: "Not reachable from any request that we answer.".to_owned(),
        owner: "platform team".to_owned(),
        approved_by: "security officer".to_owned(),
        created: Some(day("2026-01-01")),
        expires: Some(day(expires)),
        ..Exception::default()
    };
    let mut releases = [release("v1", vec![scan(&[("CVE-1", &[], "a", "1")])])];
    releases[0].date = Some(crate::model::release::ReleaseDate {
        day: day("2026-02-01"),
        at: None,
        source: crate::model::release::ReleaseSource::Tag,
    });
    let standing = |expires: &str| {
        let joined = inventory(&releases, &[exception(expires)], day("2026-06-01"));
        joined.advisories[0].sightings[0].standing.clone()
    };
    let accepted = |is_over: bool| Standing::Accepted {
        exception: "EX-1".to_owned(),
        is_over,
    };
    assert_eq!(standing("2026-06-20"), accepted(false));
    assert_eq!(standing("2026-03-01"), accepted(true));
    let ended = standing("2026-01-31");
    assert_eq!(
        ended,
        Standing::AcceptedExpired {
            exception: "EX-1".to_owned()
        }
    );
    assert!(ended.was_open() && accepted(true).is_open() && !accepted(true).was_open() && !accepted(false).is_open());
}

#[test]
fn a_package_url_has_a_name_and_a_version() {
    assert_eq!(package_of("pkg:npm/%40s/a@1?x=y"), ("%40s/a", "1"));
    assert_eq!(package_of("pkg:npm/@s/a"), ("@s/a", ""));
    assert_eq!(package_of("a"), ("a", ""));
}
