//! How to read a handbook: one page that a stranger can be sent. What its states mean, which clock speaks, what each thing proves and what
//! it does not.

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "how_to_read",
    template: include_str!("../../../templates/how_to_read.html"),
    pages,
    make,
    is_dated: true,
    reserves: &["how-to-read"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    products: Vec<Link<'site>>,
    outcomes: Vec<Meaning>,
    releases: Vec<Meaning>,
    runbooks: Vec<Meaning>,
    references: Vec<Meaning>,
    files: Vec<Meaning>,
    exceptions: Vec<Meaning>,
    duties: Vec<Meaning>,
    proofs: &'static [Proof],
}

#[derive(Serialize)]
struct Link<'site> {
    name: &'site str,
    audit: String,
    releases: String,
}

#[derive(Serialize)]
struct Meaning {
    id: &'static str,
    text: &'static str,
}

/// What a thing proves, and what it does not.
#[derive(Serialize)]
struct Proof {
    thing: &'static str,
    proves: &'static str,
    does_not: &'static str,
}

const PROOFS: &[Proof] = &[
    Proof {
        thing: "A gate that passed",
        proves: "A recorded file that names no other commit, version or tool, and that is not more than a day older than the released commit, was counted again and meets what the gate asks for. The headline counts the gates that ask for nothing.",
        does_not: "That the tool which wrote the file told the truth, that a file which names no commit is about this one, or that what the runbook asks for is enough. The page of each file says what it names.",
    },
    Proof {
        thing: "A record and its digests",
        proves: "The files are those that were recorded. Each record names the digest of the one before it, and git holds the newest.",
        does_not: "Where a file came from. Nobody signed it unless an attestation says so and was verified.",
    },
    Proof {
        thing: "A sign-off",
        proves: "A file or an event says that a role agreed, and when.",
        does_not: "Who the person is, that they were entitled to agree, or that two names are two people.",
    },
    Proof {
        thing: "A commit and its review",
        proves: "Git names an author and a committer; a message or an export of the forge may name reviewers. The page says which.",
        does_not: "Who was allowed to merge. Names and dates in git are free text. No review visible in git is not the same as not reviewed.",
    },
    Proof {
        thing: "A fresh runbook",
        proves: "Somebody confirmed it, the review is not due, and everything that it names and that can be looked up is there.",
        does_not: "That the steps work. Nothing was run.",
    },
    Proof {
        thing: "An exception",
        proves: "A failure was accepted by another role than its owner, for a reason, until a day.",
        does_not: "That the risk was small. An exception can never close a gap where nothing was measured.",
    },
    Proof {
        thing: "A list of a period",
        proves: "Everything that git, records, changelogs, logs and exports know of the period, held against each other.",
        does_not: "What left no trace in the repository: changes in a console, deployments that nobody recorded.",
    },
];

fn pages(_: &Site) -> Vec<Target> {
    vec![Target {
        address: "how-to-read/".to_owned(),
        owner: "the page on how to read the handbook".to_owned(),
        ..Target::default()
    }]
}

fn make(site: &Site, target: &Target) -> Made {
    let meanings = |list: &[(&'static str, &'static str)]| list.iter().map(|(id, text)| Meaning { id, text }).collect();
    let facts = Facts {
        products: site
            .products
            .iter()
            .map(|product| Link {
                name: &product.product.name,
                audit: format!("{}audit/", product.base),
                releases: format!("{}releases/", product.base),
            })
            .collect(),
        outcomes: meanings(&[
            ("passed", "measured, and it is what the runbook asks for"),
            (
                "accepted",
                "failed, and a role other than its owner accepted that until a day",
            ),
            (
                "not-applicable",
                "a declared condition, or a role with a reason, says that the release did not need it",
            ),
            ("failed", "measured, and it is not what the runbook asks for"),
            (
                "missing",
                "nothing was measured; where there is evidence that answers only some of what is asked, the word is “A part is missing”",
            ),
            ("empty", "the report holds nothing: no test, no line"),
            (
                "skipped",
                "the job did not run; of a list that people tick, where something was not done, the word is “Left open”",
            ),
            ("stale", "the file was made before what it should show"),
            ("wrong-subject", "the file is about another commit, tool or release"),
            ("altered", "the bytes are not those that were recorded"),
            ("unreadable", "the file cannot be read as a whole"),
            ("unrecorded", "no record names the file"),
            (
                "inconclusive",
                "measured, and nobody agreed on a number to compare with, or files contradict each other",
            ),
            (
                "accepted-expired",
                "it was accepted until a day that is past, so that it counts as failed",
            ),
        ]),
        releases: meanings(&[
            (
                "proven",
                "the record is whole and confirmed, and every gate let the release through, some perhaps only by an amendment, as its dossier says",
            ),
            ("accepted", "the same, with at least one exception"),
            (
                "open-gates",
                "at least one gate has not let it through; of a gate that an amendment closed after it had gone out, its dossier and the pack tell that",
            ),
            ("failed", "it went out although a gate failed"),
            ("rolled-back", "it was undone, as its record or a log of rollbacks says"),
            ("withdrawn", "it must not be used"),
            ("contradicted", "record, files, tag or git do not agree"),
            (
                "unproven",
                "there is no record, no gate, or nothing that confirms the record; without record and evidence no gate judges it",
            ),
        ]),
        runbooks: meanings(&[
            ("fresh", "reviewed, not due, and what it names is there"),
            ("due", "the review is due soon"),
            ("stale", "the review is overdue, or what it rests on has changed since"),
            ("broken", "something that it names is gone"),
            (
                "not-reviewed",
                "nobody has confirmed it: all that is known is when it was last edited",
            ),
            (
                "not-checked",
                "it names nothing that could be looked up in the repository, so nothing was held against it",
            ),
            ("unknown", "nobody can tell, and the page says why"),
        ]),
        references: meanings(&[
            ("resolved", "it is there"),
            ("broken", "it is not there, or not as the runbook has it"),
            (
                "unverifiable",
                "nothing in the repository can tell: it is counted neither as found nor as broken",
            ),
            ("ignored", "it claims nothing about the repository"),
        ]),
        files: meanings(&[
            ("recorded", "the bytes are those that the record of the release names"),
            ("altered", "they are other bytes"),
            ("absent", "the record names it, and it is not there"),
            ("unrecorded", "it is there, and no record names it"),
        ]),
        exceptions: meanings(&[
            ("running", "a failure is accepted until its last day"),
            ("ends-soon", "the same, and the last day is within two weeks"),
            ("ended", "the last day is past: what failed counts as failed again"),
            (
                "invalid",
                "something that it needs is missing or wrong, so that it accepts nothing",
            ),
        ]),
        duties: meanings(&[
            ("done", "it was done when it was due"),
            ("due-soon", "it is due within two weeks"),
            (
                "overdue",
                "it should have been done already, or nothing says that it ever was",
            ),
            ("cannot-be-told", "its log is not there, or its interval is not understood"),
        ]),
        proofs: PROOFS,
    };
    Frame::new(KIND.name, target, "How to read this handbook")
        .described("What the words and shapes of this handbook mean, what each thing proves, and what it does not.")
        .with(&facts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Serialize;
    use serde_json::Value;

    use crate::model::evidence::Integrity;
    use crate::model::freshness::State;
    use crate::model::gate::{Outcome, ReleaseState};
    use crate::model::reference::Status;
    use crate::model::register::{DutyState, ExceptionState};
    use crate::site::sample;
    use crate::site::tests::site;
    use crate::site::words::of_value;

    /// Every value that follows from the first by a function that names each of them.
    fn every<T: Copy + Serialize>(first: T, next: fn(T) -> Option<T>) -> BTreeSet<String> {
        std::iter::successors(Some(first), |one| next(*one))
            .map(|one| of_value(&one))
            .collect()
    }

    fn outcomes() -> BTreeSet<String> {
        every(Outcome::Passed, |one| {
            Some(match one {
                Outcome::Passed => Outcome::Accepted,
                Outcome::Accepted => Outcome::NotApplicable,
                Outcome::NotApplicable => Outcome::Skipped,
                Outcome::Skipped => Outcome::Inconclusive,
                Outcome::Inconclusive => Outcome::Unrecorded,
                Outcome::Unrecorded => Outcome::Empty,
                Outcome::Empty => Outcome::Missing,
                Outcome::Missing => Outcome::Stale,
                Outcome::Stale => Outcome::WrongSubject,
                Outcome::WrongSubject => Outcome::Altered,
                Outcome::Altered => Outcome::Unreadable,
                Outcome::Unreadable => Outcome::AcceptedExpired,
                Outcome::AcceptedExpired => Outcome::Failed,
                Outcome::Failed => return None,
            })
        })
    }

    fn releases() -> BTreeSet<String> {
        every(ReleaseState::Proven, |one| {
            Some(match one {
                ReleaseState::Proven => ReleaseState::Accepted,
                ReleaseState::Accepted => ReleaseState::OpenGates,
                ReleaseState::OpenGates => ReleaseState::Failed,
                ReleaseState::Failed => ReleaseState::RolledBack,
                ReleaseState::RolledBack => ReleaseState::Withdrawn,
                ReleaseState::Withdrawn => ReleaseState::Contradicted,
                ReleaseState::Contradicted => ReleaseState::Unproven,
                ReleaseState::Unproven => return None,
            })
        })
    }

    fn registers() -> [BTreeSet<String>; 4] {
        [
            every(Status::Resolved, |one| match one {
                Status::Resolved => Some(Status::Broken),
                Status::Broken => Some(Status::Unverifiable),
                Status::Unverifiable => Some(Status::Ignored),
                Status::Ignored => None,
            }),
            every(Integrity::Recorded, |one| match one {
                Integrity::Recorded => Some(Integrity::Altered),
                Integrity::Altered => Some(Integrity::Unrecorded),
                Integrity::Unrecorded => Some(Integrity::Absent),
                Integrity::Absent => None,
            }),
            every(ExceptionState::Running, |one| match one {
                ExceptionState::Running => Some(ExceptionState::EndsSoon),
                ExceptionState::EndsSoon => Some(ExceptionState::Ended),
                ExceptionState::Ended => Some(ExceptionState::Invalid),
                ExceptionState::Invalid => None,
            }),
            every(DutyState::Done, |one| match one {
                DutyState::Done => Some(DutyState::DueSoon),
                DutyState::DueSoon => Some(DutyState::Overdue),
                DutyState::Overdue => Some(DutyState::CannotBeTold),
                DutyState::CannotBeTold => None,
            }),
        ]
    }

    #[test]
    fn every_state_that_pages_use_is_explained() {
        let files = site(&sample::empty());
        let twin: Value = serde_json::from_slice(&files["how-to-read/index.json"]).expect("a twin is JSON");
        let explained = |list: &str| -> BTreeSet<String> {
            let all = twin["facts"][list].as_array().into_iter().flatten();
            all.filter_map(|one| Some(one["id"].as_str()?.to_owned())).collect()
        };
        let runbooks: BTreeSet<String> = State::WORST_FIRST.iter().map(of_value).collect();
        let [references, kept, exceptions, duties] = registers();
        assert_eq!(explained("runbooks"), runbooks);
        assert_eq!(explained("outcomes"), outcomes());
        assert_eq!(explained("releases"), releases());
        assert_eq!(explained("references"), references);
        assert_eq!(explained("files"), kept);
        assert_eq!(explained("exceptions"), exceptions);
        assert_eq!(explained("duties"), duties);
    }
}
