//! Of what something was measured: images, parts and standards that the words of a gate name, compared with what its evidence says of itself.

use crate::audit::verdict::reference::Said;
use crate::audit::verdict::subject::{is_named_by, said as said_of};
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Gate, Outcome};

/// Words of gates that ask for a look at an image. Sorted.
pub(super) const IMAGES: [&str; 5] = ["container", "containers", "docker", "image", "images"];

/// What the sound files of a gate are of and its words do not ask for, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    for file in sound {
        image(file, gate, words, open);
    }
    parts(sound, words, open);
    standards(sound, words, open);
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
pub(super) fn is_image(code: &str) -> bool {
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
