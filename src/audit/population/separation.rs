//! Who did what for a release: author, reviewer, approver, deployer. One name in two seats is shown; what a runbook says about that is quoted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::audit::agreed::approves;
use crate::audit::population::known::Known;
use crate::audit::population::reconcile;
use crate::model::evidence::Content;
use crate::model::handbook::JudgedRunbook;
use crate::model::population::{Period, Quote, Seat, Separation};
use crate::model::release::Release;

/// Somebody who agreed to a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Who: a seat, an account, or the role.
    pub(super) who: String,
    /// The role.
    pub(super) role: String,
    /// When.
    pub(super) at: Option<DateTime<Utc>>,
    /// Where it is written.
    pub(super) source: String,
}

/// Everybody who agreed to a release: sign-off files, then events of the record that no file tells of.
pub(super) fn agreements(release: &Release) -> Vec<Agreement> {
    let mut found = Vec::new();
    for file in &release.evidence {
        let Content::Signoffs(signoffs) = &file.artifact.content else {
            continue;
        };
        for signoff in signoffs {
            if !approves(&signoff.decision.to_lowercase()) {
                continue;
            }
            let at = DateTime::parse_from_rfc3339(signoff.at.trim()).ok().map(|at| at.to_utc());
            found.push(Agreement {
                who: if signoff.identity.is_empty() {
                    signoff.role.clone()
                } else {
                    signoff.identity.clone()
                },
                role: signoff.role.clone(),
                at,
                source: file.repository_path.clone(),
            });
        }
    }
    let persons = persons(release);
    if let Some(record) = &release.record {
        for event in record
            .timeline
            .iter()
            .filter(|event| matches!(event.event.as_str(), "approved" | "signed-off" | "accepted"))
        {
            let role = event.by.clone().unwrap_or_default();
            if role.is_empty() || found.iter().any(|agreed| agreed.role.eq_ignore_ascii_case(&role)) {
                continue;
            }
            found.push(Agreement {
                who: persons.get(&role.to_lowercase()).cloned().unwrap_or_else(|| role.clone()),
                role,
                at: Some(event.at.to_utc()),
                source: format!("{}, event `{}`", record.path, event.event),
            });
        }
    }
    found
}

/// The person of each role, where sign-offs name both.
fn persons(release: &Release) -> BTreeMap<String, String> {
    let signoffs = release.evidence.iter().filter_map(|file| match &file.artifact.content {
        Content::Signoffs(signoffs) => Some(signoffs),
        _ => None,
    });
    signoffs
        .flatten()
        .filter(|signoff| !signoff.identity.is_empty())
        .map(|signoff| (signoff.role.to_lowercase(), signoff.identity.clone()))
        .collect()
}

/// Who did what for each release of a period.
pub(super) fn separation(known: &Known<'_>, period: &Period, changes: &[usize]) -> Vec<Separation> {
    let in_period = known.releases.iter().enumerate();
    let in_period = in_period.filter(|(_, release)| release.date.as_ref().is_some_and(|date| period.holds(date.day)));
    in_period
        .map(|(at, release)| of_release(known, release, known.runbooks.get(at).copied().unwrap_or_default(), changes))
        .collect()
}

fn of_release(known: &Known<'_>, release: &Release, runbooks: &[JudgedRunbook], changes: &[usize]) -> Separation {
    let persons = persons(release);
    let person = |role: &str| persons.get(&role.to_lowercase()).cloned().unwrap_or_else(|| role.to_owned());
    let mut seats: Vec<Seat> = Vec::new();
    let mut sit = |seat: &'static str, who: String, source: String| {
        let is_new = !who.trim().is_empty()
            && !seats
                .iter()
                .any(|known| known.seat == seat && known.who.eq_ignore_ascii_case(&who));
        if is_new && seats.len() < 200 {
            seats.push(Seat { seat, who, source });
        }
    };
    let of_release = changes.iter().map(|at| &known.trail.changes[*at]);
    for change in of_release.filter(|change| change.release.as_deref() == Some(release.version.as_str())) {
        let of = format!("commit {}", change.short_id());
        match &change.pull_request {
            Some(request) if !request.author.is_empty() => sit("author", request.author.clone(), request.path.clone()),
            _ => sit("author", change.author.name.clone(), of.clone()),
        }
        for review in change.reviews.iter().filter(|review| review.decision == "approved") {
            sit("reviewer", review.by.clone(), of.clone());
        }
    }
    for agreed in agreements(release) {
        sit("approver", agreed.who, format!("{} as {}", agreed.source, agreed.role));
    }
    if let Some(tagger) = release.tag.as_ref().and_then(|tag| tag.tagger.clone()) {
        sit("tagger", tagger, "the tag".to_owned());
    }
    for deployment in reconcile::deployments(release) {
        sit("deployer", person(&deployment.by), deployment.source);
    }
    if let Some(record) = &release.record {
        for event in record.timeline.iter().filter(|event| event.event == "tagged") {
            sit(
                "tagger",
                person(event.by.as_deref().unwrap_or_default()),
                format!("{}, event `tagged`", record.path),
            );
        }
    }
    let mut of_person: BTreeMap<String, (String, BTreeSet<&'static str>)> = BTreeMap::new();
    for seat in &seats {
        let entry = of_person.entry(seat.who.trim().to_lowercase());
        entry
            .or_insert_with(|| (seat.who.clone(), BTreeSet::new()))
            .1
            .insert(seat.seat);
    }
    let shared: Vec<String> = of_person
        .into_values()
        // Who writes one change reviews another: that is how reviews are meant to be.
        .filter(|(_, seats)| seats.len() > 1 && seats.iter().any(|seat| !matches!(*seat, "author" | "reviewer")))
        .map(|(who, seats)| format!("{who} is {}.", seats.into_iter().collect::<Vec<_>>().join(" and ")))
        .collect();
    let taken: BTreeSet<&str> = seats.iter().map(|seat| seat.seat).collect();
    let empty = ["author", "reviewer", "approver", "deployer"]
        .into_iter()
        .filter(|seat| !taken.contains(seat))
        .collect();
    let allowed = if shared.is_empty() { Vec::new() } else { quotes(runbooks) };
    seats.sort();
    Separation {
        version: release.version.clone(),
        seats,
        shared,
        empty,
        allowed,
    }
}

/// What runbooks say about one person in two seats: every sentence that speaks of it, quoted with the line that it begins on.
fn quotes(runbooks: &[JudgedRunbook]) -> Vec<Quote> {
    let mut found = Vec::new();
    for judged in runbooks {
        for (line, text) in sentences_on_one_person(&judged.runbook.runbook.text) {
            if found.len() < 5 {
                found.push(Quote {
                    path: judged.runbook.path.clone(),
                    line,
                    text,
                });
            }
        }
    }
    found
}

/// The passages of a text that speak of one person in several seats: from the line that does to the end of its sentence.
fn sentences_on_one_person(text: &str) -> Vec<(u32, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !speaks_of_one_person(&lines[at].to_lowercase()) {
            at += 1;
            continue;
        }
        let begin = at;
        let mut words = lines[at].trim().trim_start_matches(['-', '*', '>', '#', ' ']).to_owned();
        at += 1;
        while at < lines.len() && words.len() < 300 && !words.ends_with(['.', ':', '|']) && !lines[at].trim().is_empty() {
            words.push(' ');
            words.push_str(lines[at].trim());
            at += 1;
        }
        found.push((
            u32::try_from(begin + 1).unwrap_or(u32::MAX),
            words.chars().take(300).collect(),
        ));
    }
    found
}

/// Whether a line in lower case speaks of one person in several seats, be it to allow or to forbid it.
fn speaks_of_one_person(line: &str) -> bool {
    [
        "one person may", "one person can", "one person must not", "same person", "two people", "two persons", "second person",
        "more than one role", "several roles", "both roles", "two roles", "all roles", "other than the author", "not the author",
        "four eyes", "four-eyes",
    ]
    .iter()
    .any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{sentences_on_one_person, speaks_of_one_person};

    #[test]
    fn lines_about_one_person_in_two_seats_are_told() {
        assert!(speaks_of_one_person("- in an emergency one person may hold all roles."));
        assert!(speaks_of_one_person("the reviewer must be somebody other than the author"));
        assert!(!speaks_of_one_person("a person restarts the worker"));
        let text = "# Roles\n\n- One person may hold two roles, so that\n  a release is possible at night.\n\nOther words.\n";
        assert_eq!(
            sentences_on_one_person(text),
            [(
                3,
                "One person may hold two roles, so that a release is possible at night.".to_owned()
            )]
        );
    }
}
