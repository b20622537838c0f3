//! What confirms a release: whether its record is whole, in the chain, of its time, and as it was committed.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use crate::audit::agreed::{brings_out, ends, takes_back};
use crate::model::evidence::{Evidence, Integrity};
use crate::model::release::{Confirmation, Outcome, Record, Release, TimelineEvent, Undone};

/// How far clocks of machines may be apart.
const SKEW: TimeDelta = TimeDelta::minutes(15);

/// What stands against a release apart from its gates, one sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The record, its files, the tag or git disagree.
    pub(crate) contradictions: Vec<String>,
    /// What keeps it from being proven without anything being wrong: the record is not whole, or nothing confirms it.
    pub(crate) doubts: Vec<String>,
}

/// What stands against a release as known on a day.
pub(crate) fn standing(release: &Release, today: NaiveDate) -> Standing {
    let mut standing = Standing {
        contradictions: release
            .contradictions
            .iter()
            .map(|problem| sentence(&problem.message))
            .collect(),
        doubts: Vec::new(),
    };
    let unlike: Vec<&Evidence> = release.evidence.iter().filter(|file| is_unlike_record(file)).collect();
    if let Some(first) = unlike.first() {
        standing.contradictions.push(match unlike.len() {
            1 => format!("`{}` is not as it was recorded.", first.path),
            count => format!("{count} files are not as they were recorded, `{}` first.", first.path),
        });
    }
    let Some(record) = &release.record else {
        standing.doubts.push(if release.is_recorded() {
            "It has no record, so nothing confirms its evidence.".to_owned()
        } else {
            "There is neither a record nor evidence of it, so no gate judged it.".to_owned()
        });
        return standing;
    };
    if let Some(undone) = release.undone.as_ref().filter(|undone| !is_out_again(release, undone))
        && record.outcome == Some(Outcome::Shipped)
    {
        standing.contradictions.push(format!(
            "`{}`, line {}, tells that it was rolled back on {}, and the record says that it shipped.",
            undone.path, undone.line, undone.day
        ));
    }
    standing.contradictions.extend(impossible(release, record, today));
    for flaw in &record.flaws {
        standing
            .doubts
            .push(format!("The record is not whole: {}.", flaw.message.trim_end_matches('.')));
    }
    if record.gates.is_empty() {
        standing.doubts.push("The record declares no gates.".to_owned());
    }
    if release.commit.is_none() {
        standing
            .doubts
            .push("Neither the record nor a tag names the commit.".to_owned());
    } else if !release.commit_is_present {
        standing
            .doubts
            .push("This clone does not have the commit, so nothing can be compared with it.".to_owned());
    }
    if !release.is_chained && !release.is_chain_start {
        standing
            .doubts
            .push("The record names no record before it, and there is an older one.".to_owned());
    }
    match &release.confirmation {
        Confirmation::Unchecked(reason) => standing
            .doubts
            .push(format!("Whether the record is as it was committed is not checked: {reason}.")),
        Confirmation::Changed { commit, later } => standing.contradictions.push(format!(
            "The record is not the one that {} added: {}, and no amendment says why.",
            short(commit),
            match later {
                Some(later) => format!("{} changed it", short(later)),
                None => "it was changed and not committed".to_owned(),
            }
        )),
        Confirmation::Next | Confirmation::Commit(_) | Confirmation::Amended { .. } => {}
    }
    standing
}

/// Whether a file is not as it was recorded. Files of no gate count, too: notes and sign-offs are evidence.
fn is_unlike_record(file: &Evidence) -> bool {
    matches!(file.integrity, Integrity::Altered | Integrity::Absent)
}

/// Moments of the record that cannot be, one sentence each.
pub(crate) fn impossible(release: &Release, record: &Record, today: NaiveDate) -> Vec<String> {
    let mut told = Vec::new();
    let is_future = |at: &DateTime<FixedOffset>| at.date_naive() > today;
    let mut tell = |sentence: String| told.push(sentence);
    if let Some(released) = &record.released {
        if is_future(released) {
            tell(format!(
                "The record says that it was released on {}, which is after today, {today}.",
                released.date_naive()
            ));
        }
        if let Some(commit) = release
            .commit_made
            .or(release.commit_date)
            .filter(|commit| *released + SKEW < *commit)
        {
            tell(format!(
                "The record says that it was released at {released}, before its commit existed ({commit})."
            ));
        }
    }
    if let Some(event) = record.timeline.iter().find(|event| is_future(&event.at)) {
        tell(format!(
            "The record tells of `{}` on {}, which is after today, {today}.",
            event.event,
            event.at.date_naive()
        ));
    }
    let taken_back = record
        .timeline
        .iter()
        .rfind(|event| takes_back(&event.event) || is_end(event, record));
    if let Some(event) = taken_back.filter(|_| record.outcome.is_none_or(|outcome| outcome == Outcome::Shipped)) {
        let is_out_again = |other: &TimelineEvent| other.at >= event.at && brings_out(&other.event.to_lowercase());
        if !record.timeline.iter().any(is_out_again) {
            tell(format!(
                "The record tells of `{}` on {}, and its outcome is that it shipped.",
                event.event,
                event.at.date_naive()
            ));
        }
    }
    let collected = record
        .files
        .iter()
        .find(|file| file.collected_at.as_ref().is_some_and(is_future));
    if let Some(file) = collected {
        tell(format!(
            "The record says that `{}` was collected after today, {today}.",
            file.path
        ));
    }
    told
}

/// Whether an event tells that the release as a whole came to nothing after it went out: one of a gate, or before, is of an attempt.
fn is_end(event: &TimelineEvent, record: &Record) -> bool {
    let is_after = record.released.is_some_and(|released| event.at > released);
    event.gate.is_none() && is_after && ends(&event.event)
}

/// Whether the record tells that a release was brought out again after the day on which a log says that it was undone.
pub(crate) fn is_out_again(release: &Release, undone: &Undone) -> bool {
    let events = release.record.iter().flat_map(|record| &record.timeline);
    let mut later = events.filter(|event| event.at.to_utc().date_naive() > undone.day);
    later.any(|event| brings_out(&event.event.to_lowercase()))
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// A message as a sentence: it begins with a capital and ends with a full stop.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(characters).collect();
    format!("{}.", text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset, NaiveDate};

    use super::standing;
    use crate::model::finding::Problem;
    use crate::model::release::{Confirmation, Outcome, Record, Release, TimelineEvent, Undone};

    fn at(text: &str) -> DateTime<FixedOffset> {
        text.parse().expect("a moment")
    }

    fn whole() -> Release {
        Release {
            commit: Some("a".repeat(40)),
            commit_is_present: true,
            commit_date: Some(at("2026-11-20T09:00:00Z")),
            is_chain_start: true,
            confirmation: Confirmation::Commit("b".repeat(40)),
            record: Some(Record {
                gates: vec!["unit".to_owned()],
                released: Some(at("2026-11-20T11:00:00Z")),
                ..Record::default()
            }),
            ..Release::default()
        }
    }

    fn told(release: &Release) -> (Vec<String>, Vec<String>) {
        let standing = standing(release, NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day"));
        (standing.contradictions, standing.doubts)
    }

    #[test]
    fn nothing_stands_against_a_whole_record() {
        assert_eq!(told(&whole()), (Vec::new(), Vec::new()));
        let amended = Release {
            confirmation: Confirmation::Amended { commit: "b".repeat(40) },
            ..whole()
        };
        assert_eq!(told(&amended), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_is_not_whole_chained_or_confirmed_is_not_proven() {
        let doubts = |change: &dyn Fn(&mut Release)| {
            let mut release = whole();
            change(&mut release);
            told(&release).1.len()
        };
        assert_eq!(doubts(&|release| release.record = None), 1);
        assert_eq!(doubts(&|release| release.commit = None), 1);
        assert_eq!(doubts(&|release| release.commit_is_present = false), 1);
        assert_eq!(doubts(&|release| release.is_chain_start = false), 1);
        assert_eq!(
            doubts(&|release| release.confirmation = Confirmation::Unchecked("why".to_owned())),
            1
        );
        let in_record = |change: &dyn Fn(&mut Record)| doubts(&|release| release.record.as_mut().into_iter().for_each(change));
        assert_eq!(in_record(&|record| record.gates.clear()), 1);
        assert_eq!(in_record(&|record| record.flaws.push(Problem::of_file("x"))), 1);
    }

    #[test]
    fn a_release_that_was_taken_back_did_not_ship() {
        let contradictions = |events: &[(&str, &str)], outcome: Outcome| {
            let mut release = whole();
            let record = release.record.as_mut().expect("it is there");
            record.outcome = Some(outcome);
            record.timeline = events
                .iter()
                .map(|(event, time)| TimelineEvent {
                    at: at(time),
                    event: (*event).to_owned(),
                    by: None,
                    note: None,
                    gate: None,
                })
                .collect();
            told(&release).0.len()
        };
        let back = ("rolled-back", "2026-11-20T12:00:00Z");
        assert_eq!(
            contradictions(&[("deployed", "2026-11-20T11:00:00Z"), back], Outcome::Shipped),
            1
        );
        assert_eq!(
            contradictions(&[back, ("deployed", "2026-11-20T13:00:00Z")], Outcome::Shipped),
            0
        );
        assert_eq!(contradictions(&[back], Outcome::RolledBack), 0);
        for (event, time, expected) in [
            ("reverted", "2026-11-20T12:00:00Z", 1),
            ("Rollback", "2026-11-20T12:00:00Z", 1),
            ("failed", "2026-11-20T12:00:00Z", 1),
            ("failed", "2026-11-20T10:00:00Z", 0),
            ("rollback rehearsed", "2026-11-20T12:00:00Z", 0),
        ] {
            assert_eq!(contradictions(&[(event, time)], Outcome::Shipped), expected, "{event} {time}");
        }
    }

    #[test]
    fn a_log_of_rollbacks_and_the_record_must_agree() {
        let contradictions = |outcome: Option<Outcome>, again: Option<&str>| {
            let mut release = whole();
            release.undone = Some(Undone {
                path: "logs/rollback-log.md".to_owned(),
                line: 8,
                day: NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day"),
                back_to: None,
                why: String::new(),
            });
            let record = release.record.as_mut().expect("it is there");
            record.outcome = outcome;
            record.timeline = again
                .map(|text| TimelineEvent {
                    at: at(text),
                    event: "deployed".to_owned(),
                    by: None,
                    note: None,
                    gate: None,
                })
                .into_iter()
                .collect();
            told(&release).0
        };
        assert_eq!(
            contradictions(Some(Outcome::Shipped), None),
            ["`logs/rollback-log.md`, line 8, tells that it was rolled back on 2026-11-20, and the record says that it shipped."]
        );
        let same_day = contradictions(Some(Outcome::Shipped), Some("2026-11-20T11:00:00Z"));
        assert_eq!(same_day.len(), 1, "it went out before it was undone");
        assert!(contradictions(Some(Outcome::Shipped), Some("2026-11-21T08:00:00Z")).is_empty());
        assert!(contradictions(Some(Outcome::RolledBack), None).is_empty());
        assert!(contradictions(None, None).is_empty());
    }

    #[test]
    fn what_cannot_be_is_a_contradiction() {
        let released = |text: &str| {
            let mut release = whole();
            release.record.as_mut().expect("it is there").released = Some(at(text));
            told(&release).0.len()
        };
        assert_eq!(released("2026-11-21T23:00:00Z"), 0);
        assert_eq!(released("2099-01-01T00:00:00Z"), 1);
        assert_eq!(released("2026-11-20T08:00:00Z"), 1);
        assert_eq!(released("2026-11-20T08:50:00Z"), 0, "clocks of machines differ");
        let changed = Release {
            confirmation: Confirmation::Changed {
                commit: "b".repeat(40),
                later: Some("c".repeat(40)),
            },
            ..whole()
        };
        assert_eq!(
            told(&changed).0,
            ["The record is not the one that bbbbbbb added: ccccccc changed it, and no amendment says why."]
        );
    }
}
