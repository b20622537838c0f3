use super::{BEFORE, FACTS, THINGS, environments, open};
use crate::audit::testing::evidence_file;
use crate::audit::verdict::material::{IMAGES, is_image};
use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseResult, Content, Evidence, FindingFacts, NamedResult, TestFacts};
use crate::model::gate::{Demand, Gate, Outcome};
use crate::model::measure::{Metric, MetricFacts};
use crate::model::sbom::Sbom;

fn file(content: Content, about: About) -> Evidence {
    evidence_file(
        "evidence/g/a",
        Artifact {
            content,
            about,
            ..Artifact::default()
        },
    )
}

fn told(title: &str, said: &str, files: &[Evidence]) -> Vec<Outcome> {
    let gate = Gate {
        id: "g".to_owned(),
        title: title.to_owned(),
        demand: Demand {
            said: vec![said.to_owned()],
            ..Demand::default()
        },
        ..Gate::default()
    };
    let sound: Vec<&Evidence> = files.iter().collect();
    let mut found = Vec::new();
    open(&sound, &gate, &mut found);
    found.into_iter().map(|(outcome, _)| outcome).collect()
}

fn facts(name: &str, value: &str) -> About {
    About {
        facts: vec![(name.to_owned(), value.to_owned())],
        ..About::default()
    }
}

fn of_image(names: &[&str]) -> About {
    About {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..About::default()
    }
}

fn findings(about: About) -> Evidence {
    file(Content::Findings(FindingFacts::default()), about)
}

#[test]
fn lists_are_sorted() {
    assert!(BEFORE.is_sorted() && FACTS.is_sorted() && IMAGES.is_sorted() && THINGS.is_sorted());
}

#[test]
fn what_passed_elsewhere_did_not_pass_here() {
    let of = |title: &str, said: &str, fact: &str, own: &str| {
        let file = file(Content::Tests(TestFacts::default()), facts(fact, own));
        told(title, said, &[file])
    };
    for (said, own) in [
        ("passes on staging", "dev"),
        ("green in production", "staging"),
        ("against the staging environment", "production"),
    ] {
        assert_eq!(
            of("Smoke", said, "environment", own),
            [Outcome::WrongSubject],
            "{said}, {own}"
        );
    }
    assert_eq!(of("Staging smoke", "passes", "env", "dev"), [Outcome::WrongSubject]);
    for (said, own) in [
        ("passes on staging", "stage"),
        ("passes on staging", "staging-eu"),
        ("on staging and production", "prod"),
        ("deployed to staging, then production", "production"),
        ("passes", "dev"),
        ("restored from the production backup into staging", "staging"),
        ("restore the production backup", "sandbox"),
        ("in a production-like setup", "staging"),
        ("passes on staging", "blue"),
    ] {
        assert_eq!(of("Smoke", said, "environment", own), [], "{said}, {own}");
    }
    assert_eq!(of("Production backup restore", "passes", "environment", "sandbox"), []);
    assert_eq!(of("Smoke", "passes on staging", "region", "dev"), []);
    assert_eq!(environments("into prod", ""), [0]);
}

#[test]
fn another_image_is_none_of_what_was_asked_for() {
    let one = "no critical in `registry.example.org/web`";
    assert_eq!(
        told("Image scan", one, &[findings(of_image(&["registry.example.org/worker:v1"]))]),
        [Outcome::WrongSubject]
    );
    assert_eq!(
        told("Image scan", one, &[findings(of_image(&["registry.example.org/web:v1"]))]),
        []
    );
    assert_eq!(
        told("Image scan", one, &[findings(About::default())]),
        [],
        "it says nothing of what it is about"
    );
    assert_eq!(
        told("Image scan", "no critical, by digest", &[findings(of_image(&["web:latest"]))]),
        [Outcome::Inconclusive]
    );
    let digest = format!("web@sha256:{}", "a".repeat(64));
    assert_eq!(
        told("Image scan", "no critical, by digest", &[findings(of_image(&[&digest]))]),
        []
    );
    let other = format!("no critical in `web@sha256:{}`", "b".repeat(64));
    assert_eq!(
        told("Image scan", &other, &[findings(of_image(&[&digest]))]),
        [Outcome::WrongSubject]
    );
    assert_eq!(
        told("Image scan", "clean", &[findings(facts("scanned", "filesystem"))]),
        [Outcome::WrongSubject]
    );
    assert_eq!(told("Dependencies", "clean", &[findings(facts("scanned", "filesystem"))]), []);
    for (code, expected) in [
        ("ghcr.io/a/b", true),
        ("ghcr.io/a/b:v1", true),
        ("docs/a.md", false),
        ("example.org/report.json", false),
        ("./a/b", false),
        ("web", false),
        ("sha256:abc", false),
    ] {
        assert_eq!(is_image(code), expected, "{code}");
    }
}

#[test]
fn another_address_and_another_device_are_told() {
    let measured = |of: &str, url: &str| {
        let metric = Metric {
            name: "performance".to_owned(),
            of: of.to_owned(),
            ..Metric::default()
        };
        let about = About {
            urls: vec![url.to_owned()],
            ..About::default()
        };
        let facts = MetricFacts {
            metrics: vec![metric],
            ..MetricFacts::default()
        };
        file(Content::Metrics(facts), about)
    };
    let mobile = || measured("https://example.org/ mobile", "https://example.org/");
    assert_eq!(told("Lighthouse", "≥ 90 on desktop", &[mobile()]), [Outcome::Missing]);
    assert_eq!(told("Lighthouse", "≥ 90 on mobile", &[mobile()]), []);
    assert_eq!(told("Lighthouse", "≥ 90", &[mobile()]), []);
    assert_eq!(
        told("Lighthouse", "≥ 90 on https://example.org/checkout", &[mobile()]),
        [Outcome::WrongSubject]
    );
    assert_eq!(told("Lighthouse", "≥ 90 on `https://example.org/`.", &[mobile()]), []);
    assert_eq!(told("Lighthouse", "≥ 90 (see https://example.org/scores)", &[mobile()]), []);
}

#[test]
fn each_part_has_its_bill_in_the_version_that_is_asked_for() {
    let bill = |subject: &str, version: &str| {
        let sbom = Sbom {
            standard: "CycloneDX",
            standard_version: version.to_owned(),
            subject: Some(subject.to_owned()).filter(|subject| !subject.is_empty()),
            tools: vec!["syft 1.0".to_owned()],
            ..Sbom::default()
        };
        file(Content::Sbom(Box::new(sbom)), About::default())
    };
    let each = "one per image: `api`, `web`";
    assert_eq!(told("SBOM", each, &[bill("web 1.0.0", "1.5")]), [Outcome::Missing]);
    assert_eq!(
        told("SBOM", each, &[bill("web 1.0.0", "1.5"), bill("example/api 1.0.0", "1.5")]),
        []
    );
    assert_eq!(told("SBOM", "for `api`", &[bill("", "1.5")]), [Outcome::Missing]);
    for said in [
        "made by `syft` for each image",
        "for `api` or `web`",
        "`cyclonedx-npm` output",
        "of `package-lock.json`",
    ] {
        assert_eq!(told("SBOM", said, &[bill("web 1.0.0", "1.5")]), [], "{said}");
    }
    for (said, own, expected) in [
        ("CycloneDX 1.6", "1.5", &[Outcome::Inconclusive][..]),
        ("CycloneDX 1.5", "1.5", &[]),
        ("CycloneDX 1.5", "1.6", &[]),
        ("CycloneDX 1.5", "2.0", &[Outcome::Inconclusive]),
        ("CycloneDX 1.5 or later", "1.6", &[]),
        ("CycloneDX 1.5 or later", "1.4", &[Outcome::Inconclusive]),
        ("CycloneDX", "1.4", &[]),
        ("CycloneDX for 2 images", "1.4", &[]),
    ] {
        assert_eq!(told("SBOM", said, &[bill("app 1.0.0", own)]), expected, "{said}, {own}");
    }
}

#[test]
fn tags_reviewers_and_scanners_of_the_words_must_be_told_of() {
    let cases = |names: &[&str]| {
        let named = names.iter().map(|name| NamedResult {
            group: String::new(),
            name: (*name).to_owned(),
            result: CaseResult::Passed,
        });
        let facts = TestFacts {
            named: named.collect(),
            ..TestFacts::default()
        };
        file(Content::Tests(facts), About::default())
    };
    for (said, names, count) in [
        ("`@smoke` tests pass", &["pays"][..], 1),
        ("tests tagged @critical pass", &["pays @critical"], 0),
        ("tests of `@example/web` pass", &["pays"], 0),
        ("all pass", &["pays"], 0),
        ("all pass, reviewed by the QA lead", &["pays"], 1),
    ] {
        assert_eq!(told("E2E", said, &[cases(names)]).len(), count, "{said}");
    }
    let scan = |tool: &str| {
        let facts = FindingFacts {
            tools: vec![tool.to_owned()],
            ..FindingFacts::default()
        };
        file(Content::Findings(facts), About::default())
    };
    for (said, tools, count) in [
        ("CodeQL reports no errors", &["CodeQL 2.1"][..], 0),
        ("CodeQL reports no errors", &["ruff"], 1),
        ("no errors by CodeQL and Semgrep", &["CodeQL"], 1),
        ("no errors by CodeQL or Semgrep", &["CodeQL"], 0),
        ("no errors by CodeQL and Semgrep", &["CodeQL", "Semgrep OSS"], 0),
        ("no errors", &["ruff"], 0),
    ] {
        let files: Vec<Evidence> = tools.iter().map(|tool| scan(tool)).collect();
        assert_eq!(told("SAST", said, &files).len(), count, "{said}");
    }
}
