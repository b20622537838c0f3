//! Where something was measured, and of what: what the words of a gate say about places, compared with what its evidence says of itself.
//!
//! Evidence that says nothing of its place is taken as before. What it says is held against the words: a check in another environment, on
//! another device, at another address or of another image is none of what was asked for.

use crate::audit::verdict::reference::Said;
use crate::audit::verdict::subject::{is_named_by, said as said_of};
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Gate, Outcome};

/// Environments by their usual names, the first of which is told. A name is compared as a word of its own.
const ENVIRONMENTS: [&[&str]; 8] = [
    &["production", "prod"],
    &["staging", "stage", "stg"],
    &["pre-production", "preproduction", "preprod", "pre-prod"],
    &["development", "dev"],
    &["qa"],
    &["uat"],
    &["sandbox"],
    &["preview"],
];

/// Words before the name of an environment in which something is measured. Sorted.
const BEFORE: [&str; 7] = ["against", "at", "in", "into", "on", "onto", "to"];

/// Words behind the name of an environment with which it names something that was there: a backup of production is restored elsewhere.
/// Sorted.
const THINGS: [&str; 13] = [
    "backup", "backups", "copy", "data", "database", "db", "dump", "incident", "readiness", "release", "schema", "snapshot",
    "snapshots",
];

/// Names of facts that hold an environment. Sorted.
const FACTS: [&str; 7] = [
    "deployment_environment", "env", "environment", "environment_name", "stage", "target", "target_environment",
];

/// Words of gates that ask for a look at an image. Sorted.
const IMAGES: [&str; 5] = ["container", "containers", "docker", "image", "images"];

/// What the sound files of a gate say of their places that the words of the gate do not ask for, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let words = gate.demand.said.join(" ");
    for file in sound {
        environment(file, gate, &words, open);
        address(file, &words, open);
        image(file, gate, &words, open);
    }
    device(sound, &words, open);
    parts(sound, &words, open);
    standards(sound, &words, open);
}

/// Another environment than the one in which something must pass.
fn environment(file: &Evidence, gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    let facts = &file.artifact.about.facts;
    let Some((_, own)) = facts.iter().find(|(name, _)| FACTS.binary_search(&name.as_str()).is_ok()) else {
        return;
    };
    let asked = environments(words, &gate.title);
    let own_words = names(own);
    let is = |kind: &usize| {
        ENVIRONMENTS[*kind]
            .iter()
            .any(|name| own_words.iter().any(|word| word == name))
    };
    // A name that nobody knows may be any of them.
    let is_known = (0..ENVIRONMENTS.len()).any(|kind| is(&kind));
    if asked.is_empty() || !is_known || asked.iter().any(is) {
        return;
    }
    let wanted: Vec<&str> = asked.iter().map(|kind| ENVIRONMENTS[*kind][0]).collect();
    open.push((
        Outcome::WrongSubject,
        format!(
            "`{}` is of the environment {own}, and the gate asks for {}.",
            file.path,
            wanted.join(" or ")
        ),
    ));
}

/// The environments that words ask for: where one stands behind a word that says where, each that they name; else those in the title of the
/// gate.
fn environments(words: &str, title: &str) -> Vec<usize> {
    let said = names(words);
    let is_where = |word: &str| BEFORE.binary_search(&word).is_ok();
    let is_placed = |at: usize| {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| said[at].as_str());
        is_where(before(1)) || before(1) == "the" && is_where(before(2))
    };
    let mut asked = Vec::new();
    let mut any_placed = false;
    for (at, word) in said.iter().enumerate() {
        if let Some(kind) = kind_of(word).filter(|_| !is_of_thing(&said, at)) {
            any_placed |= is_placed(at);
            asked.push(kind);
        }
    }
    if any_placed {
        return asked;
    }
    let titled = names(title);
    let named = titled.iter().enumerate().filter(|(at, _)| !is_of_thing(&titled, *at));
    named.filter_map(|(_, word)| kind_of(word)).collect()
}

fn kind_of(word: &str) -> Option<usize> {
    ENVIRONMENTS.iter().position(|list| list.contains(&word))
}

fn is_of_thing(words: &[String], at: usize) -> bool {
    words
        .get(at + 1)
        .is_some_and(|behind| THINGS.binary_search(&behind.as_str()).is_ok())
}

/// The words of a text in lower case; a hyphen is part of a word.
fn names(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    let mut names: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    // `staging-eu` is a staging.
    let parts: Vec<String> = names
        .iter()
        .filter(|word| {
            word.contains('-') && !word.ends_with("-like") && !ENVIRONMENTS.iter().any(|list| list.contains(&word.as_str()))
        })
        .flat_map(|word| word.split('-').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    names.extend(parts);
    names
}

/// Another address than the one that the words name.
fn address(file: &Evidence, words: &str, open: &mut Vec<(Outcome, String)>) {
    if file.artifact.about.urls.is_empty() {
        return;
    }
    let mut before = "";
    let mut wanted: Vec<&str> = Vec::new();
    for word in words.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | '<' | '>' | '"')) {
        let is_address = (word.starts_with("https://") || word.starts_with("http://")) && !word.contains('*');
        // "(see https://…)" is where somebody may read on.
        if is_address && (before == "of" || before == "for" || BEFORE.binary_search(&before).is_ok()) {
            wanted.push(word.trim_end_matches(['.', '/', ')']));
        }
        if !word.is_empty() {
            before = word;
        }
    }
    let said = said_of(&file.artifact);
    if wanted.is_empty() || wanted.iter().any(|address| said.is_about(address)) {
        return;
    }
    open.push((
        Outcome::WrongSubject,
        format!(
            "`{}` is about {}, and the gate asks for {}.",
            file.path,
            file.artifact.about.urls.join(", "),
            wanted.join(" or ")
        ),
    ));
}

/// Another image than the one that the words name, one that is told by a tag where a digest is asked for, and no image where one is.
fn image(file: &Evidence, gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    if !matches!(file.artifact.content, Content::Findings(_) | Content::Sbom(_)) {
        return;
    }
    let said = said_of(&file.artifact);
    let names = said.names.iter().chain(&said.digests).copied().collect::<Vec<_>>().join(", ");
    for wanted in codes(words).filter(|code| is_image(code)) {
        // An image is scanned where it was built, before it has the name of its registry.
        let short = wanted
            .rsplit('/')
            .next()
            .unwrap_or(wanted)
            .split(':')
            .next()
            .unwrap_or(wanted);
        let is_that = said.is_about(wanted) || !wanted.contains("sha") && is_of_part(&said, short);
        if !names.is_empty() && !is_that {
            let sentence = format!("`{}` is about {names}, and the gate asks for `{wanted}`.", file.path);
            open.push((Outcome::WrongSubject, sentence));
        }
    }
    let lower = words.to_lowercase();
    let asks_for_digest = ["by digest", "image digest", "the digest", "pinned digest"]
        .iter()
        .any(|phrase| lower.contains(phrase));
    if asks_for_digest && !names.is_empty() && !says_digest(&said) {
        let sentence = format!(
            "`{}` is about {names} and names no digest, and the gate asks for one: a tag may be moved.",
            file.path
        );
        open.push((Outcome::Inconclusive, sentence));
    }
    let is_of_image = is_named_by(gate, &IMAGES);
    let kind = file
        .artifact
        .about
        .facts
        .iter()
        .find(|(name, _)| name == "scanned")
        .map(|(_, kind)| kind);
    if let Some(kind) = kind.filter(|_| is_of_image) {
        let sentence = format!("`{}` is of a {kind}, and the gate asks for an image.", file.path);
        open.push((Outcome::WrongSubject, sentence));
    }
}

fn says_digest(said: &Said<'_>) -> bool {
    !said.digests.is_empty() || said.names.iter().any(|name| name.contains("@sha"))
}

/// Whether code names an image: with a digest, or in a registry.
fn is_image(code: &str) -> bool {
    let has_digest = ["sha256:", "sha512:"]
        .iter()
        .any(|algorithm| code.split_once(algorithm).is_some_and(|(_, digits)| digits.len() >= 12));
    let Some((registry, rest)) = code.split_once('/') else {
        return has_digest;
    };
    let is_registry =
        registry.contains('.') && !registry.starts_with('.') && !rest.is_empty() && !code.contains(char::is_whitespace);
    let is_host = is_registry
        && registry
            .rsplit('.')
            .next()
            .is_some_and(|last| last.chars().all(char::is_alphabetic));
    let is_file = rest.rsplit('/').next().is_some_and(|name| {
        name.rsplit_once('.')
            .is_some_and(|(_, ending)| ending.chars().all(|c| c.is_ascii_alphabetic()))
    });
    has_digest || is_host && !is_file && !code.contains(['*', '<', '{', '$'])
}

fn codes(words: &str) -> impl Iterator<Item = &str> {
    words
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::trim)
        .filter(|code| !code.is_empty())
}

/// Figures of another device than the one that the words name.
fn device(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let lower = names(words);
    for device in ["desktop", "mobile"] {
        if !lower.iter().any(|word| word == device) {
            continue;
        }
        let of: Vec<&str> = sound
            .iter()
            .filter_map(|file| match &file.artifact.content {
                Content::Metrics(facts) => Some(&facts.metrics),
                _ => None,
            })
            .flatten()
            .map(|metric| metric.of.as_str())
            .collect();
        let is_told = of.iter().any(|of| of.ends_with(" desktop") || of.ends_with(" mobile"));
        if is_told && !of.iter().any(|of| of.ends_with(device)) {
            let sentence = format!("The gate asks for {device}, and its evidence measured another device.");
            open.push((Outcome::Missing, sentence));
        }
    }
}

/// Parts of which each must have a bill of materials of its own: "one per image: `api`, `web`".
fn parts(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let bills: Vec<&&Evidence> = sound
        .iter()
        .filter(|file| matches!(file.artifact.content, Content::Sbom(_)))
        .collect();
    if bills.is_empty() || bills.len() < sound.len() {
        return;
    }
    let says_nothing = bills.iter().all(|file| said_of(&file.artifact).names.is_empty());
    for wanted in part_names(words) {
        let is_there = bills.iter().any(|file| is_of_part(&said_of(&file.artifact), wanted));
        if !is_there {
            let why = if says_nothing {
                "no bill of materials says what it is of"
            } else {
                "no bill of materials is of that"
            };
            open.push((Outcome::Missing, format!("The gate asks for `{wanted}`, and {why}.")));
        }
    }
}

/// Words behind which parts are named. Sorted.
const OF_PARTS: [&str; 15] = [
    "app", "apps", "component", "components", "each", "for", "image", "images", "of", "package", "packages", "parts", "service",
    "services", "the",
];

/// The parts that words name in code, one after the other: "for `api` and `web`". What made a bill ("by `syft`") is none, and a choice names
/// nothing that must be there.
fn part_names(words: &str) -> Vec<&str> {
    let mut named = Vec::new();
    let pieces: Vec<&str> = words.split('`').collect();
    let mut is_listed = false;
    for pair in pieces.chunks(2) {
        let [before, code] = pair else { break };
        let before = before.trim().to_lowercase();
        let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let goes_on = matches!(before.as_str(), "," | "and" | "&" | ", and" | "/" | "+");
        is_listed = OF_PARTS.binary_search(&last).is_ok() || before.ends_with(':') || goes_on && is_listed;
        if before == "or" || before.ends_with(" or") {
            return Vec::new();
        }
        let code = code.trim();
        let is_name = code.len() > 1
            && code.starts_with(|c: char| c.is_ascii_alphabetic())
            && code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if is_listed && is_name {
            named.push(code);
        }
    }
    named
}

/// Whether a document is about a part, also where it names it with what it belongs to: `example/web`, `registry.example.org/web`.
fn is_of_part(said: &Said<'_>, wanted: &str) -> bool {
    said.is_about(wanted)
        || said.names.iter().any(|name| {
            let name = name.rsplit('/').next().unwrap_or(name);
            let name = name.split(['@', ':', ' ']).next().unwrap_or(name);
            name.eq_ignore_ascii_case(wanted)
        })
}

/// A standard whose version the words name: "CycloneDX 1.5", "SPDX 2.3 or later". An older one is not that.
fn standards(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let lower = words.to_lowercase();
    for file in sound {
        let Content::Sbom(bill) = &file.artifact.content else {
            continue;
        };
        let standard = bill.standard.to_lowercase();
        let Some((_, behind)) = lower.split_once(&standard).filter(|_| !standard.is_empty()) else {
            continue;
        };
        let behind = behind.trim_start_matches([' ', '-', '_', 'v', '≥', '>', '=']);
        let end = behind.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(behind.len());
        let wanted = behind[..end].trim_end_matches('.');
        let (Some(asked), Some(own)) = (numbers(wanted), numbers(&bill.standard_version)) else {
            continue;
        };
        // What is newer holds what the older one asks for, as long as it is of the same form.
        if own.first() != asked.first() || own < asked {
            let sentence = format!(
                "`{}` is {} {}, and the gate asks for {wanted}.",
                file.path, bill.standard, bill.standard_version
            );
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// The numbers of a version; none where it has none.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let parts: Option<Vec<u64>> = digits.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| !parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{BEFORE, FACTS, IMAGES, THINGS, environments, is_image, open};
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, Content, Evidence, FindingFacts, Integrity, TestFacts};
    use crate::model::gate::{Demand, Gate, Outcome};
    use crate::model::measure::{Metric, MetricFacts};
    use crate::model::sbom::Sbom;

    fn file(content: Content, about: About) -> Evidence {
        Evidence {
            path: "evidence/g/a".to_owned(),
            repository_path: String::new(),
            gate: Some("g".to_owned()),
            sha256: String::new(),
            bytes: 9,
            integrity: Integrity::Recorded,
            artifact: Artifact {
                content,
                about,
                ..Artifact::default()
            },
            excerpt: None,
        }
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
}
