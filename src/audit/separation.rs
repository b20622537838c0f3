//! Separation of duties in one release: who wrote it, who agreed, who accepted what failed, who deployed it; and whether one person sat in
//! two of these seats. It is told and never refused: a small team may allow it, and a reader must see it.

mod acts;
mod allowed;

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::separation::acts::{WROTE, key};
use crate::model::handbook::JudgedRunbook;
use crate::model::population::Change;
use crate::model::register::AppliedException;
use crate::model::release::Release;
use crate::model::separation::{Act, Apart, Said, Seat, Separation};

/// Acts of one release that are kept at most.
const MOST_ACTS: usize = 200;

/// What else is known of a release whose seats are asked for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    /// The exceptions that it needed.
    pub(crate) exceptions: &'a [AppliedException],
    /// Its changes; none where nobody asked for them.
    pub(crate) changes: Option<&'a [&'a Change]>,
    /// Its runbooks as of its day.
    pub(crate) runbooks: &'a [JudgedRunbook],
}

/// Who did what for a release.
pub(crate) fn of(release: &Release, around: Around<'_>) -> Separation {
    let mut acts = acts::acts(release, around.exceptions, around.changes.unwrap_or_default());
    let said = said(&acts, release, around);
    let is_shared = said.iter().any(|said| said.standing == Apart::Same);
    acts.truncate(MOST_ACTS);
    Separation {
        version: release.version.clone(),
        acts,
        said,
        allowed: if is_shared {
            allowed::quotes(around.runbooks)
        } else {
            Vec::new()
        },
    }
}

/// Who agreed to a release, when, and where that is written.
pub(crate) fn approvals(release: &Release) -> Vec<Act> {
    acts::approvals(release)
}

/// Whoever acted, in words.
fn named(act: &Act) -> String {
    match (act.role.trim(), act.who.trim()) {
        (role, "") => role.to_owned(),
        ("", who) => who.to_owned(),
        (role, who) => format!("{role} ({who})"),
    }
}

fn said(acts: &[Act], release: &Release, around: Around<'_>) -> Vec<Said> {
    let is_recorded = release.record.is_some() || !release.evidence.is_empty();
    let mut said = Vec::new();
    if !is_recorded && around.changes.is_none() {
        return said;
    }
    let mut say = |standing, sentence: String| said.push(Said { standing, sentence });
    let of = |seat: Seat| -> Vec<&Act> { acts.iter().filter(|act| act.seat == seat).collect() };
    let (approvers, deployers) = (of(Seat::Approver), of(Seat::Deployer));
    if approvers.is_empty() && is_recorded {
        say(
            Apart::Unknown,
            "Nobody's approval is recorded, so that a second pair of eyes cannot be shown.".to_owned(),
        );
    }
    let several = in_several_seats(acts);
    let is_same = |seats: [Seat; 2]| several.iter().any(|(held, _)| seats.iter().all(|seat| held.contains(seat)));
    for (_, sentence) in &several {
        say(Apart::Same, sentence.clone());
    }
    if let (Some(approver), Some(deployer)) = (approvers.first(), deployers.first())
        && !is_same([Seat::Approver, Seat::Deployer])
    {
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
    let author = acts.iter().find(|act| act.act == WROTE);
    if let (Some(author), Some(approver)) = (author, approvers.first())
        && !is_same([Seat::Author, Seat::Approver])
    {
        say(
            Apart::Unknown,
            format!(
                "Git names {} as the author of the released commit, and {} approved it; nothing here ties the name of the one to the \
                 other.",
                author.who,
                named(approver)
            ),
        );
    }
    let mut roles: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for act in acts
        .iter()
        .filter(|act| !act.who.trim().is_empty() && !act.role.trim().is_empty())
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
    for applied in around.exceptions {
        let people = [&applied.approved_by, &applied.owner].map(|role| {
            let mut own = acts
                .iter()
                .filter(|act| key(&act.role) == key(role) && !act.who.trim().is_empty());
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

/// Whoever sat in several seats of which two must be apart, with their seats and a sentence.
fn in_several_seats(acts: &[Act]) -> Vec<(BTreeSet<Seat>, String)> {
    let mut held: BTreeMap<String, Vec<&Act>> = BTreeMap::new();
    for act in acts.iter().filter(|act| act.seat != Seat::Other && !act.holder().is_empty()) {
        held.entry(key(act.holder())).or_default().push(act);
    }
    let mut several = Vec::new();
    for acts in held.into_values() {
        let seats: BTreeSet<Seat> = acts.iter().map(|act| act.seat).collect();
        // Who writes one change reviews another: that is how reviews are meant to be.
        let is_usual = seats.iter().all(|seat| matches!(seat, Seat::Author | Seat::Reviewer));
        let Some(last) = acts.last().filter(|_| seats.len() > 1 && !is_usual) else {
            continue;
        };
        let did: Vec<&str> = seats
            .iter()
            .map(|seat| match seat {
                Seat::Author if acts.iter().any(|act| act.act == WROTE) => WROTE,
                Seat::Author => "wrote a change of it",
                Seat::Reviewer => "reviewed a change of it",
                Seat::Approver => "approved the release",
                Seat::Tagger => "made the tag",
                Seat::Deployer | Seat::Other => "brought it out",
            })
            .collect();
        let number = ["", "", "two", "three", "four", "five"].get(did.len()).unwrap_or(&"several");
        let (end, begin) = did.split_last().unwrap_or((&"", &[]));
        several.push((
            seats.clone(),
            format!(
                "One person sat in {number} seats: {} {} and {end}.",
                named(last),
                begin.join(", ")
            ),
        ));
    }
    several
}

#[cfg(test)]
mod tests {
    use super::{Around, of};
    use crate::audit::testing::evidence_file;
    use crate::model::attest::Signoff;
    use crate::model::evidence::{Artifact, Content};
    use crate::model::register::AppliedException;
    use crate::model::release::{Amendment, Outcome, Record, Release, TimelineEvent};

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
            evidence: vec![evidence_file(
                "signoffs.yaml",
                Artifact {
                    content: Content::Signoffs(signoffs.collect()),
                    ..Artifact::default()
                },
            )],
            ..Release::default()
        }
    }

    fn told(release: &Release) -> Vec<String> {
        let said = of(release, Around::default()).said.into_iter();
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
    fn an_amendment_is_an_act_of_whoever_amended() {
        let mut amended = release(&[], &[]);
        let none = of(&amended, Around::default()).acts.len();
        amended.amendments = vec![
            Amendment {
                by: Some("release driver".to_owned()),
                outcome: Some(Outcome::RolledBack),
                ..Amendment::default()
            },
            Amendment::default(),
        ];
        let acts = of(&amended, Around::default()).acts;
        assert_eq!(acts.len(), none + 1, "what nobody did is no act");
        let act = acts.iter().find(|act| act.role == "release driver").expect("it is told");
        assert_eq!(act.act, "amended to rolled back");
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
        let around = Around {
            exceptions: &[applied],
            ..Around::default()
        };
        let said = of(&release, around).said;
        assert!(
            said.iter()
                .any(|said| said.sentence.contains("accepted EX-1 and must mend it")),
            "{said:?}"
        );
    }
}
