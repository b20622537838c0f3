//! When a runbook was reviewed, how long that holds, and until which day.

use chrono::{Days, Months, NaiveDate};

use crate::audit::evidence;
use crate::audit::reviewed::{commits_of, credible, is_future};
use crate::config::Config;
use crate::model::edition::{Edit, EditionRunbook, Past};
use crate::model::freshness::{Review, ReviewSource};
use crate::model::history::Completeness;
use crate::model::runbook::{ReviewInterval, Runbook};

/// Beginnings of words in a title or file name that make a runbook critical.
const CRITICAL_WORDS: &[&str] = &["incident", "releas", "restor", "rollback", "rotat"];
/// Words of a status that say that the text is kept for the record only.
const ARCHIVED: &[&str] = &["archived", "deprecated", "historical", "obsolete", "retired", "superseded"];

/// When a runbook was reviewed, and until when that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The last review; none when neither the text nor history tells.
    pub(crate) review: Option<Review>,
    /// How long a review lasts.
    pub(crate) interval: ReviewInterval,
    /// The last day on which the review holds.
    pub(crate) due: Option<NaiveDate>,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
    /// Days before the due day from which it is due soon.
    pub(crate) notice: u32,
}

impl Clock {
    /// How many days ago the review should have been; none while it holds. The due day itself is in time.
    pub(crate) fn overdue_days(&self) -> Option<i64> {
        let days = (self.today - self.due?).num_days();
        (days > 0).then_some(days)
    }

    /// In how many days the review is due, when that is soon.
    pub(crate) fn days_left(&self) -> Option<i64> {
        let days = (self.due? - self.today).num_days();
        (0..=i64::from(self.notice)).contains(&days).then_some(days)
    }
}

/// Whether the runbook says that it is kept for the record only, so that nothing in it is expected to be true today.
pub(crate) fn is_archived(runbook: &Runbook) -> bool {
    let status = runbook.metadata.status.as_ref();
    status.is_some_and(|status| {
        let mut words = status.value.split(|c: char| !c.is_alphanumeric());
        words.any(|word| ARCHIVED.contains(&word.to_lowercase().as_str()))
    })
}

/// What the clock says about a runbook.
pub(crate) fn clock(runbook: &EditionRunbook, past: &Past, config: &Config) -> Clock {
    let metadata = &runbook.runbook.metadata;
    let today = past.today;
    let last_commit = last_commit_day(past, &runbook.path);
    let review = |on, source| Review { on, source };
    let stamped = metadata
        .stamp
        .as_ref()
        .and_then(|stamp| stamp.on)
        .filter(|on| !is_future(*on, today));
    let stamped = stamped.map(|on| review(on, ReviewSource::Stamp));
    let declared = credible(metadata.reviewed.as_ref(), today).map(|on| review(on, ReviewSource::Declared));
    let trailer = past.trailers.get(&runbook.path);
    let trailer = trailer.map(|commit| review(evidence::day(commit).min(today), ReviewSource::Trailer));
    // The latest review counts; of several on one day the strongest.
    let claims = [stamped, declared, trailer].into_iter().flatten();
    let claimed = claims.min_by_key(|claim| (std::cmp::Reverse(claim.on), claim.source));
    let claimed_on = claimed.as_ref().map(|review| review.on);
    let updated = credible(metadata.updated.as_ref(), today)
        .map(|on| review(last_commit.map_or(on, |commit| on.min(commit)), ReviewSource::Updated));
    let committed = last_commit.map(|on| review(on, ReviewSource::Commit));
    let last_review = claimed.or(updated).or(committed);
    let interval = interval(runbook, config);
    let next = metadata.next_review.as_ref().and_then(|field| field.date.ok());
    // A next review that was before the last one is over. An edit is no review, and leaves it due.
    let next = next.filter(|next| claimed_on.is_none_or(|review| *next > review));
    Clock {
        due: next.or_else(|| after(last_review.as_ref()?.on, interval)),
        review: last_review,
        interval,
        today,
        notice: config.freshness.notice_days,
    }
}

/// The day of the last commit of a runbook, capped at today. In a shallow clone the oldest commit that can be reached seems to have
/// touched every file, so a single commit tells nothing.
fn last_commit_day(past: &Past, path: &str) -> Option<NaiveDate> {
    let commits = commits_of(past, path);
    let is_known = match past.history.completeness {
        Completeness::Full | Completeness::Partial => true,
        Completeness::Shallow => commits.len() > 1,
        Completeness::None => false,
    };
    let first = commits.first().filter(|_| is_known)?;
    // A commit that changed form and dates only did not edit the text.
    let edits = past.edits.get(path).map_or(&[][..], Vec::as_slice);
    let is_edit = |edit: &&Edit| !edit.sections.is_empty() && !past.history.ignored.contains(&edit.commit.id);
    let edited = edits.iter().find(is_edit).map_or(first, |edit| &edit.commit);
    Some(edited.date.date_naive().min(past.today))
}

fn after(day: NaiveDate, interval: ReviewInterval) -> Option<NaiveDate> {
    match interval {
        ReviewInterval::Days(days) => day.checked_add_days(Days::new(u64::from(days))),
        ReviewInterval::Months(months) => day.checked_add_months(Months::new(months)),
    }
}

/// How long a review of a runbook lasts: its own word, else by its criticality, else by what its title and file name announce.
fn interval(runbook: &EditionRunbook, config: &Config) -> ReviewInterval {
    let metadata = &runbook.runbook.metadata;
    if let Some(interval) = &metadata.interval {
        return interval.value;
    }
    let freshness = &config.freshness;
    let days = match metadata.criticality.as_ref().map(|criticality| criticality.value.as_str()) {
        Some("critical") => freshness.critical_days,
        Some("high") => freshness.high_days,
        Some(_) => freshness.normal_days,
        None if sounds_critical(runbook) => freshness.critical_days,
        None => freshness.normal_days,
    };
    ReviewInterval::Days(days)
}

/// Whether much depends on a runbook: by its own word, else by what its title and file name announce.
pub(crate) fn is_critical(runbook: &EditionRunbook) -> bool {
    match &runbook.runbook.metadata.criticality {
        Some(criticality) => matches!(criticality.value.as_str(), "critical" | "high"),
        None => sounds_critical(runbook),
    }
}

fn sounds_critical(runbook: &EditionRunbook) -> bool {
    let name = runbook.path.rsplit('/').next().unwrap_or_default();
    let title = runbook.runbook.title.as_deref().unwrap_or_default();
    let is_critical = |text: &str| {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|word| CRITICAL_WORDS.iter().any(|critical| word.starts_with(critical)))
    };
    is_critical(name) || is_critical(title)
}

/// The interval in words: `90 days`, `12 months`.
pub(crate) fn interval_in_words(interval: ReviewInterval) -> String {
    match interval {
        ReviewInterval::Days(days) => counted(i64::from(days), "day"),
        ReviewInterval::Months(months) => counted(i64::from(months), "month"),
    }
}

/// A number with its noun: `1 day`, `2 days`.
pub(crate) fn counted(number: i64, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
