//! Separation of duties in one release: who wrote it, who agreed, who accepted what failed, who deployed it; and whether one person sat in
//! two of these seats. It is told and never refused: a small team may allow it, and a reader must see it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::agreed::{approves, deploys};
use crate::model::evidence::Content;
use crate::model::register::AppliedException;
use crate::model::release::Release;
use crate::model::separation::{Act, Apart, Said, Separation};

/// Acts of one page at most.
const MOST_ACTS: usize = 60;

/// Who did what for a release.
pub(crate) fn of(release: &Release, exceptions: &[AppliedException]) -> Separation {
    let acts = acts(release, exceptions);
    let said = said(&acts, release, exceptions);
    let mut acts: Vec<Act> = acts.into_iter().map(|(_, act)| act).collect();
    acts.truncate(MOST_ACTS);
    Separation { acts, said }
}

/// The seats that must be apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seat {
    Author,
    Approver,
    Deployer,
    Other,
}

fn acts(release: &Release, exceptions: &[AppliedException]) -> Vec<(Seat, Act)> {
    let mut acts = Vec::new();
    let git = |act: &str, who: &str| Act {
        act: act.to_owned(),
        role: String::new(),
        who: who.to_owned(),
        at: String::new(),
        from: "git".to_owned(),
    };
    if let Some(author) = release.author.as_deref().filter(|author| !author.trim().is_empty()) {
        let mut act = git("wrote the released commit", author);
        act.at = release
            .commit_date
            .map(|at| at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string())
            .unwrap_or_default();
        acts.push((Seat::Author, act));
    }
    if let Some(tagger) = release.tag.as_ref().and_then(|tag| tag.tagger.as_deref()) {
        acts.push((Seat::Other, git("made the tag", tagger)));
    }
    let mut signed: Vec<(Seat, Act)> = Vec::new();
    for file in &release.evidence {
        let Content::Signoffs(signoffs) = &file.artifact.content else {
            continue;
        };
        for signoff in signoffs {
            let word = signoff.decision.to_lowercase();
            let act = Act {
                act: word.clone(),
                role: signoff.role.clone(),
                who: signoff.identity.clone(),
                at: signoff.at.clone(),
                from: file.path.clone(),
            };
            // One word may stand in two files.
            let is_known = signed
                .iter()
                .any(|(_, other)| (&other.act, &other.role, &other.who) == (&act.act, &act.role, &act.who));
            if !is_known {
                signed.push((seat_of(&word), act));
            }
        }
    }
    // Who stands behind a role, where the sign-offs say it of one person.
    let mut persons: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, act) in signed.iter().filter(|(_, act)| !act.who.trim().is_empty()) {
        persons.entry(key(&act.role)).or_default().insert(act.who.clone());
    }
    let person = |role: &str| {
        let known = persons.get(&key(role)).filter(|known| known.len() == 1);
        known.and_then(|known| known.first().cloned()).unwrap_or_default()
    };
    for (seat, act) in &mut signed {
        if act.who.trim().is_empty() {
            act.who = person(&act.role);
        }
        acts.push((*seat, act.clone()));
    }
    for applied in exceptions {
        for (act, role) in [
            ("accepted a failure", &applied.approved_by),
            ("must mend what was accepted", &applied.owner),
        ] {
            acts.push((
                Seat::Other,
                Act {
                    act: format!("{act}, as {}", applied.id),
                    role: role.clone(),
                    who: person(role),
                    at: String::new(),
                    from: applied.path.clone(),
                },
            ));
        }
    }
    let record = release.record.as_ref();
    for event in record.iter().flat_map(|record| &record.timeline) {
        let word = event.event.to_lowercase();
        let seat = seat_of(&word);
        let Some(by) = event.by.as_deref().filter(|by| !by.trim().is_empty() && seat != Seat::Other) else {
            continue;
        };
        let is_known = acts.iter().any(|(_, act)| act.act == word && key(&act.role) == key(by));
        if !is_known {
            let act = Act {
                act: word,
                role: by.to_owned(),
                who: person(by),
                at: event.at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                from: record.map(|record| record.path.clone()).unwrap_or_default(),
            };
            acts.push((seat, act));
        }
    }
    acts.sort_by_key(|(seat, _)| *seat);
    acts
}

fn seat_of(word: &str) -> Seat {
    if approves(word) {
        Seat::Approver
    } else if deploys(word) || matches!(word, "promoted" | "widened") {
        Seat::Deployer
    } else {
        Seat::Other
    }
}

/// What two names are compared by.
fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whoever acted: the person where one is named, else the role.
fn holder(act: &Act) -> String {
    key(if act.who.trim().is_empty() { &act.role } else { &act.who })
}

/// Whoever acted, in words.
fn named(act: &Act) -> String {
    match (act.role.trim(), act.who.trim()) {
        (role, "") => role.to_owned(),
        ("", who) => who.to_owned(),
        (role, who) => format!("{role} ({who})"),
    }
}

fn said(acts: &[(Seat, Act)], release: &Release, exceptions: &[AppliedException]) -> Vec<Said> {
    let mut said = Vec::new();
    let mut say = |standing, sentence: String| said.push(Said { standing, sentence });
    let of = |seat: Seat| -> Vec<&Act> { acts.iter().filter(|(other, _)| *other == seat).map(|(_, act)| act).collect() };
    let (authors, approvers, deployers) = (of(Seat::Author), of(Seat::Approver), of(Seat::Deployer));
    let is_recorded = release.record.is_some() || !release.evidence.is_empty();
    if approvers.is_empty() && is_recorded {
        say(
            Apart::Unknown,
            "Nobody's approval is recorded, so that a second pair of eyes cannot be shown.".to_owned(),
        );
    }
    if let Some(act) = deployers
        .iter()
        .find(|act| approvers.iter().any(|other| holder(other) == holder(act)))
    {
        say(
            Apart::Same,
            format!(
                "One person sat in two seats: {} approved the release and brought it out.",
                named(act)
            ),
        );
    } else if let (Some(approver), Some(deployer)) = (approvers.first(), deployers.first()) {
        // A role may be held by anybody; two roles without names are two seats and perhaps one person.
        let are_named = approvers.iter().chain(&deployers).all(|act| !act.who.trim().is_empty());
        let (standing, rest) = if are_named {
            (Apart::Apart, "")
        } else {
            (Apart::Unknown, "; the files name roles, so that they may still be one person")
        };
        say(
            standing,
            format!(
                "{} approved the release, and {} brought it out{rest}.",
                named(approver),
                named(deployer)
            ),
        );
    }
    if let (Some(author), Some(approver)) = (authors.first(), approvers.first()) {
        let same = approvers
            .iter()
            .find(|act| [&act.who, &act.role].into_iter().any(|name| key(name) == key(&author.who)));
        match same {
            Some(act) => say(
                Apart::Same,
                format!(
                    "One person sat in two seats: {} wrote the released commit and approved the release.",
                    named(act)
                ),
            ),
            None => say(
                Apart::Unknown,
                format!(
                    "Git names {} as the author of the released commit, and {} approved it; nothing here ties the name of the one to the \
                     other.",
                    author.who,
                    named(approver)
                ),
            ),
        }
    }
    let mut roles: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (_, act) in acts
        .iter()
        .filter(|(_, act)| !act.who.trim().is_empty() && !act.role.trim().is_empty())
    {
        roles.entry(key(&act.who)).or_default().insert(act.role.trim());
    }
    for (who, roles) in roles.into_iter().filter(|(_, roles)| roles.len() > 1) {
        let roles: Vec<&str> = roles.into_iter().collect();
        say(
            Apart::Same,
            format!("One person held several roles: {who} acted as {}.", roles.join(" and as ")),
        );
    }
    for applied in exceptions {
        let people = [&applied.approved_by, &applied.owner].map(|role| {
            let acts = acts.iter().map(|(_, act)| act);
            let mut own = acts.filter(|act| key(&act.role) == key(role) && !act.who.trim().is_empty());
            own.next().map(|act| key(&act.who))
        });
        if let [Some(approver), Some(owner)] = &people
            && approver == owner
        {
            say(
                Apart::Same,
                format!(
                    "One person sat in two seats: {approver} accepted {} and must mend it.",
                    applied.id
                ),
            );
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::model::attest::Signoff;
    use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
    use crate::model::register::AppliedException;
    use crate::model::release::{Record, Release, TimelineEvent};

    fn release(signoffs: &[(&str, &str, &str)], events: &[(&str, &str)]) -> Release {
        let signoffs = signoffs.iter().map(|(role, decision, identity)| Signoff {
            role: (*role).to_owned(),
            decision: (*decision).to_owned(),
            identity: (*identity).to_owned(),
            ..Signoff::default()
        });
        let timeline = events.iter().map(|(event, by)| TimelineEvent {
            at: "2026-01-02T10:00:00Z".parse().expect("a moment"),
            event: (*event).to_owned(),
            by: Some((*by).to_owned()),
            note: None,
            gate: None,
        });
        Release {
            author: Some("Author".to_owned()),
            record: Some(Record {
                timeline: timeline.collect(),
                ..Record::default()
            }),
            evidence: vec![Evidence {
                path: "signoffs.yaml".to_owned(),
                repository_path: String::new(),
                gate: None,
                sha256: String::new(),
                bytes: 1,
                integrity: Integrity::Recorded,
                artifact: Artifact {
                    content: Content::Signoffs(signoffs.collect()),
                    ..Artifact::default()
                },
                excerpt: None,
            }],
            ..Release::default()
        }
    }

    fn told(release: &Release) -> Vec<String> {
        let said = of(release, &[]).said.into_iter();
        said.map(|said| format!("{:?}: {}", said.standing, said.sentence)).collect()
    }

    #[test]
    fn two_people_are_apart() {
        let told = told(&release(
            &[("reviewer", "approved", "seat-2"), ("driver", "deployed", "seat-1")],
            &[("approved", "reviewer"), ("deployed", "driver")],
        ));
        assert_eq!(
            told[0],
            "Apart: reviewer (seat-2) approved the release, and driver (seat-1) brought it out."
        );
        assert!(told[1].starts_with("Unknown: Git names Author"), "{told:?}");
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn one_person_in_two_seats_is_said() {
        let told = told(&release(
            &[("Reviewer", "approved", "seat-1"), ("Driver", "shipped", "Seat-1")],
            &[],
        ));
        assert!(
            told[0].starts_with("Same: One person sat in two seats: Driver (Seat-1)"),
            "{told:?}"
        );
        assert!(
            told.iter().any(|said| said.contains("acted as Driver and as Reviewer")),
            "{told:?}"
        );
        // The role of the event stands for the person who signed in it.
        let told = self::told(&release(&[("lead", "approved", "seat-1")], &[("deployed", "lead")]));
        assert!(told[0].starts_with("Same: "), "{told:?}");
        let told = self::told(&release(&[("lead", "approved", "author")], &[]));
        assert!(
            told.iter()
                .any(|said| said.contains("wrote the released commit and approved")),
            "{told:?}"
        );
    }

    #[test]
    fn roles_without_names_and_silence_are_no_proof() {
        let told = told(&release(&[], &[("approved", "reviewer"), ("deployed", "driver")]));
        assert!(
            told[0].starts_with("Unknown: reviewer approved the release, and driver"),
            "{told:?}"
        );
        let told = self::told(&release(&[("reviewer", "rejected", "seat-2")], &[]));
        assert_eq!(
            told,
            ["Unknown: Nobody's approval is recorded, so that a second pair of eyes cannot be shown."]
        );
        assert!(
            self::told(&Release::default()).is_empty(),
            "of what nobody recorded nothing is said"
        );
    }

    #[test]
    fn an_exception_that_its_owner_accepted_under_another_role_is_said() {
        let release = release(&[("lead", "approved", "seat-1"), ("owner", "signed", "seat-1")], &[]);
        let applied = AppliedException {
            gate: "scan".to_owned(),
            id: "EX-1".to_owned(),
            path: "exceptions/EX-1.yaml".to_owned(),
            owner: "owner".to_owned(),
            approved_by: "lead".to_owned(),
            rationale: String::new(),
            compensating_control: String::new(),
            expires: None,
            is_over_today: false,
        };
        let said = of(&release, &[applied]).said;
        assert!(
            said.iter()
                .any(|said| said.sentence.contains("accepted EX-1 and must mend it")),
            "{said:?}"
        );
    }
}
