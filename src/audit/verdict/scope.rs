//! Where something was measured: what the words of a gate say about places, compared with what its evidence says of itself.
//!
//! Evidence that says nothing of its place is taken as before. What it says is held against the words: a check in another environment, on
//! another device, at another address or of another image is none of what was asked for.

use crate::audit::verdict::subject::said as said_of;
use crate::audit::verdict::{bill, denial, material, platform, runs, subject};
use crate::model::evidence::{CaseKind, Content, Evidence, NamedResult};
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

/// What the sound files of a gate say of their places that the words of the gate do not ask for, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let words = gate.demand.said.join(" ");
    for file in sound {
        environment(file, gate, &words, open);
        address(file, &words, open);
    }
    device(sound, &words, open);
    bill::open(sound, &words, open);
    platform::open(sound, gate, &words, open);
    tags(sound, &words, open);
    reviewed(sound, gate, &words, open);
    scanners(sound, &words, open);
    material::open(sound, gate, &words, open);
    runs::open(sound, gate, &words, open);
    denial::open(sound, &words, open);
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
            any_placed |= is_placed(at) || words.to_lowercase().contains(&format!("({word})"));
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
    let mut pages: Vec<&str> = Vec::new();
    for word in words.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | '<' | '>' | '"')) {
        let is_address = (word.starts_with("https://") || word.starts_with("http://")) && !word.contains('*');
        // "(see https://…)" is where somebody may read on.
        let is_placed = before == "of" || before == "for" || BEFORE.binary_search(&before).is_ok();
        if is_address && is_placed {
            wanted.push(word.trim_end_matches(['.', '/', ')']));
        }
        // "performance ≥ 90 for `/checkout`"
        if is_placed && is_page(word) && words.contains(&format!("`{word}`")) {
            pages.push(word);
        }
        if !word.is_empty() {
            before = word;
        }
    }
    let urls = &file.artifact.about.urls;
    let is_of_page = |page: &&str| urls.iter().any(|url| path_of(url) == page.trim_end_matches('/'));
    if matches!(file.artifact.content, Content::Metrics(_)) && !pages.is_empty() && !pages.iter().any(is_of_page) {
        let sentence = format!(
            "`{}` is about {}, and the gate asks for {}.",
            file.path,
            urls.join(", "),
            pages.join(" or ")
        );
        open.push((Outcome::WrongSubject, sentence));
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

/// Whether a word is the path of a page of a site, and no file of a disk.
fn is_page(word: &str) -> bool {
    word.strip_prefix('/').is_some_and(|rest| {
        !rest.starts_with('/')
            && rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && !rest.contains(['.', '*', '{', '<', '$', ':'])
    })
}

/// The path of an address, without a slash at its end.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
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

/// Cases that words name by a tag, such as `@smoke`: where no name of a case holds it, nobody can tell that they ran.
fn tags(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let results = sound.iter().filter_map(|file| match &file.artifact.content {
        Content::Tests(facts) if facts.kind == CaseKind::Test => Some(&facts.named),
        _ => None,
    });
    let results: Vec<&NamedResult> = results.flatten().collect();
    if results.is_empty() {
        return;
    }
    let pieces = words.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | ';' | '(' | ')'));
    for tag in pieces.map(|piece| piece.trim_end_matches('.')) {
        let is_tag = tag.strip_prefix('@').is_some_and(|name| {
            name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        });
        let is_there = || {
            results
                .iter()
                .any(|result| result.name.contains(tag) || result.group.contains(tag))
        };
        if is_tag && !is_there() {
            let sentence = format!("The gate asks for the tests with the tag `{tag}`, and no name of a test holds it.");
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// Scanners that words name: a report of findings of each must be there, or of any where they leave a choice.
fn scanners(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let are_findings = sound.iter().all(|file| matches!(file.artifact.content, Content::Findings(_)));
    let asked = subject::tools_in(words);
    if asked.is_empty() || !are_findings {
        return;
    }
    let is_there = |wanted: &&str| {
        sound.iter().any(|file| {
            let tools = subject::tools(&file.artifact);
            // A format of one tool needs no name of it.
            tools.iter().any(|own| subject::is_tool(own, wanted))
                || file.artifact.format.is_some_and(|format| format.starts_with(*wanted))
        })
    };
    let missing: Vec<&str> = asked.iter().copied().filter(|wanted| !is_there(wanted)).collect();
    let is_choice = words.to_lowercase().split_whitespace().any(|word| word == "or");
    let is_met = missing.is_empty() || is_choice && missing.len() < asked.len();
    if !is_met {
        let sentence = format!(
            "The gate asks for what {} reports, and none of its evidence is of that.",
            missing.join(" and ")
        );
        open.push((Outcome::WrongSubject, sentence));
    }
}

/// The word of somebody that is asked for beside what a tool reports.
fn reviewed(sound: &[&Evidence], gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    let lower = words.to_lowercase();
    let phrase = ["reviewed by", "approved by", "confirmed by", "accepted by", "signed off by"]
        .into_iter()
        .find(|phrase| lower.contains(phrase));
    let is_report = |file: &&Evidence| match &file.artifact.content {
        Content::Tests(facts) => matches!(facts.kind, CaseKind::Test | CaseKind::Job),
        Content::Coverage(_) | Content::Findings(_) | Content::Sbom(_) | Content::Metrics(_) => true,
        _ => false,
    };
    if let Some(phrase) = phrase.filter(|_| gate.demand.roles.is_empty() && sound.iter().all(is_report)) {
        let sentence = format!("The gate asks for something to be {phrase} somebody, and its evidence is what a tool reports.");
        open.push((Outcome::Inconclusive, sentence));
    }
}

#[cfg(test)]
mod tests;
