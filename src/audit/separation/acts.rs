//! Everything that somebody did for a release, gathered once: git, sign-offs, exceptions, events of the record, deployments, changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::agreed::{approves, deploys};
use crate::audit::deployments::deployments;
use crate::model::attest::Signoff;
use crate::model::evidence::{Content, Evidence};
use crate::model::population::Change;
use crate::model::register::AppliedException;
use crate::model::release::{Outcome, Release};
use crate::model::separation::{Act, Seat};

/// What people did for a release, in the order of the work. The authors and reviewers of `changes` are each told once.
pub(super) fn acts(release: &Release, exceptions: &[AppliedException], changes: &[&Change]) -> Vec<Act> {
    let mut acts = of_git(release);
    of_changes(changes, &mut acts);
    let signoffs = signoffs(release);
    // Who stands behind a role, where the sign-offs say it of one person.
    let mut persons: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (_, signoff) in signoffs.iter().filter(|(_, signoff)| !signoff.identity.trim().is_empty()) {
        persons.entry(key(&signoff.role)).or_default().insert(&signoff.identity);
    }
    let person = |role: &str| {
        let known = persons.get(&key(role)).filter(|known| known.len() == 1);
        known.and_then(|known| known.first()).copied().unwrap_or_default().to_owned()
    };
    let first_signed = acts.len();
    for (file, signoff) in &signoffs {
        let word = signoff.decision.to_lowercase();
        let who = match signoff.identity.trim() {
            "" => person(&signoff.role),
            _ => signoff.identity.clone(),
        };
        // One word may stand in two files.
        let is_known = acts[first_signed..]
            .iter()
            .any(|other| (&other.act, &other.role, &other.who) == (&word, &signoff.role, &who));
        if !is_known {
            acts.push(Act {
                seat: seat_of(&word),
                act: word,
                role: signoff.role.clone(),
                who,
                at: signoff.at.clone(),
                from: place(file),
            });
        }
    }
    let first_event = acts.len();
    for applied in exceptions {
        for (act, role) in [
            ("accepted a failure", &applied.approved_by),
            ("must mend what was accepted", &applied.owner),
        ] {
            acts.push(Act {
                seat: Seat::Other,
                act: format!("{act}, as {}", applied.id),
                role: role.clone(),
                who: person(role),
                at: String::new(),
                from: applied.path.clone(),
            });
        }
    }
    let record = release.record.as_ref();
    for event in record.iter().flat_map(|record| &record.timeline) {
        let word = event.event.to_lowercase();
        let seat = seat_of(&word);
        let Some(by) = event.by.as_deref().filter(|by| !by.trim().is_empty() && seat != Seat::Other) else {
            continue;
        };
        // What a sign-off says is told by it, and an event only repeats it.
        let is_signed = acts[first_signed..first_event]
            .iter()
            .any(|act| act.seat == seat && key(&act.role) == key(by));
        let is_told = acts[first_event..]
            .iter()
            .any(|act| act.act == word && key(&act.role) == key(by));
        if !is_signed && !is_told {
            acts.push(Act {
                seat,
                act: word,
                role: by.to_owned(),
                who: person(by),
                at: event.at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                from: record.map(|record| record.path.clone()).unwrap_or_default(),
            });
        }
    }
    for amendment in &release.amendments {
        let Some(by) = amendment.by.as_deref().filter(|by| !by.trim().is_empty()) else {
            continue;
        };
        acts.push(Act {
            seat: Seat::Other,
            act: match amendment.outcome {
                Some(Outcome::RolledBack) => "amended to rolled back",
                Some(Outcome::Withdrawn) => "amended to withdrawn",
                Some(Outcome::Abandoned) => "amended to never shipped",
                Some(Outcome::Shipped) => "amended to shipped",
                None => "amended the record",
            }
            .to_owned(),
            role: by.to_owned(),
            who: person(by),
            at: amendment
                .at
                .map(|at| at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string())
                .unwrap_or_default(),
            from: amendment.path.clone(),
        });
    }
    for deployment in deployments(release) {
        let by = deployment.by.trim();
        let is_known = acts
            .iter()
            .any(|act| act.seat == Seat::Deployer && (key(&act.role) == key(by) || key(&act.who) == key(by)));
        if !by.is_empty() && !is_known {
            acts.push(Act {
                seat: Seat::Deployer,
                act: deployment.what.to_lowercase(),
                role: by.to_owned(),
                who: person(by),
                at: deployment.at,
                from: deployment.source,
            });
        }
    }
    acts.sort_by_key(|act| act.seat);
    acts
}

/// Who agreed to a release.
pub(super) fn approvals(release: &Release) -> Vec<Act> {
    let mut acts = acts(release, &[], &[]);
    acts.retain(|act| act.seat == Seat::Approver);
    acts
}

/// What git says of the released commit and its tag.
fn of_git(release: &Release) -> Vec<Act> {
    let act = |seat, act: &str, who: &str, at: String| Act {
        seat,
        act: act.to_owned(),
        role: String::new(),
        who: who.to_owned(),
        at,
        from: "git".to_owned(),
    };
    let mut acts = Vec::new();
    if let Some(author) = release.author.as_deref().filter(|author| !author.trim().is_empty()) {
        let at = release
            .commit_date
            .map(|at| at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string());
        acts.push(act(Seat::Author, WROTE, author, at.unwrap_or_default()));
    }
    if let Some(tagger) = release.tag.as_ref().and_then(|tag| tag.tagger.as_deref()) {
        acts.push(act(Seat::Tagger, "made the tag", tagger, String::new()));
    }
    acts
}

/// How the act of whoever wrote the released commit is called.
pub(super) const WROTE: &str = "wrote the released commit";

/// Who wrote and who approved changes of a release, each once.
fn of_changes(changes: &[&Change], acts: &mut Vec<Act>) {
    let mut known: BTreeSet<(Seat, String)> = acts.iter().map(|act| (act.seat, key(&act.who))).collect();
    let mut sit = |seat: Seat, what: &str, who: &str, from: String| {
        if !who.trim().is_empty() && known.insert((seat, key(who))) {
            acts.push(Act {
                seat,
                act: what.to_owned(),
                role: String::new(),
                who: who.to_owned(),
                at: String::new(),
                from,
            });
        }
    };
    for change in changes {
        let commit = || format!("commit {}", change.short_id());
        match &change.pull_request {
            Some(request) if !request.author.is_empty() => {
                sit(Seat::Author, "wrote a change of it", &request.author, request.path.clone());
            }
            _ => sit(Seat::Author, "wrote a change of it", &change.author.name, commit()),
        }
        for review in change.reviews.iter().filter(|review| review.decision == "approved") {
            sit(Seat::Reviewer, "reviewed a change of it", &review.by, commit());
        }
    }
}

/// The sign-offs of a release with their files.
fn signoffs(release: &Release) -> Vec<(&Evidence, &Signoff)> {
    let mut found = Vec::new();
    for file in &release.evidence {
        if let Content::Signoffs(signoffs) = &file.artifact.content {
            found.extend(signoffs.iter().map(|signoff| (file, signoff)));
        }
    }
    found
}

/// Where a file lies.
fn place(file: &Evidence) -> String {
    if file.repository_path.is_empty() {
        file.path.clone()
    } else {
        file.repository_path.clone()
    }
}

fn seat_of(word: &str) -> Seat {
    if approves(word) {
        Seat::Approver
    } else if deploys(word) || matches!(word, "promoted" | "widened") {
        Seat::Deployer
    } else if word == "tagged" {
        Seat::Tagger
    } else {
        Seat::Other
    }
}

/// What two names are compared by.
pub(super) fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
