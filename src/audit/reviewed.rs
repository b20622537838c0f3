//! When somebody last stood for a runbook: the day that it declares, and the commit of that day.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use crate::model::edition::Past;
use crate::model::history::Commit;
use crate::model::runbook::{DateField, Runbook};

/// The commits that changed a runbook, the newest first; empty when history cannot tell.
pub(crate) fn commits_of<'past>(past: &'past Past, path: &str) -> &'past [Arc<Commit>] {
    past.history.touches.get(path).map_or(&[], Vec::as_slice)
}

/// The day that a date field declares, unless it is unreadable or in the future. A day of grace covers the time zones.
pub(crate) fn credible(field: Option<&DateField>, today: NaiveDate) -> Option<NaiveDate> {
    let date = field?.date.ok()?;
    (!is_future(date, today)).then_some(date)
}

/// Whether a day lies in the future of every time zone.
pub(crate) fn is_future(date: NaiveDate, today: NaiveDate) -> bool {
    today.checked_add_days(Days::new(1)).is_some_and(|limit| date > limit)
}

/// The day of the last review or edit by the word of the text.
pub(crate) fn declared_day(runbook: &Runbook, today: NaiveDate) -> Option<NaiveDate> {
    let metadata = &runbook.metadata;
    credible(metadata.reviewed.as_ref(), today).or_else(|| credible(metadata.updated.as_ref(), today))
}

/// The commit of the review of a runbook: its newest commit not later than the declared day (and one day of grace for
/// time zones), else its last commit. `commits` are those of the runbook, newest first.
pub(crate) fn confirm_commit<'past>(
    runbook: &Runbook,
    commits: &'past [Arc<Commit>],
    today: NaiveDate,
) -> Option<&'past Arc<Commit>> {
    let Some(day) = declared_day(runbook, today) else {
        return commits.first();
    };
    let limit = day.checked_add_days(Days::new(1)).unwrap_or(day);
    let confirmed = commits.iter().find(|commit| commit.date.naive_utc().date() <= limit);
    // A text that came with its date from elsewhere was first seen here at its oldest commit.
    confirmed.or_else(|| commits.last())
}
