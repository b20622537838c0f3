//! When evidence was made, compared with the commit, the collection, the release and today.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::table::Cause;
use crate::model::evidence::Evidence;
use crate::model::gate::{Gate, Period};

/// How far clocks of machines may be apart.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// How long before a commit its evidence may have been made: a commit that is only moved keeps the day of its author, and a moment
/// without a zone may be that of any zone.
const TOLERANCE: TimeDelta = TimeDelta::days(1);

/// How far a moment without a zone may be from the one that it names.
const ZONES: TimeDelta = TimeDelta::hours(14);

/// A moment as a document wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The moment; that of a text without a zone is taken as UTC.
    pub(crate) at: DateTime<Utc>,
    /// Whether the text has a zone.
    pub(crate) is_exact: bool,
}

/// Reads what tools write: RFC 3339, the same without a zone, a day, seconds or milliseconds since 1970.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z")) {
        return Some(Moment {
            at: at.to_utc(),
            is_exact: true,
        });
    }
    let bare = text.strip_suffix('Z').unwrap_or(text);
    for pattern in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(bare, pattern) {
            return Some(Moment {
                at: at.and_utc(),
                is_exact: bare.len() < text.len(),
            });
        }
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(Moment {
            at: day.and_time(NaiveTime::MIN).and_utc(),
            is_exact: false,
        });
    }
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 1e8)?;
    let millis = if number >= 1e11 { number } else { number * 1_000.0 };
    let at = DateTime::from_timestamp_millis(millis as i64)?;
    Some(Moment { at, is_exact: true })
}

/// What is wrong with the times of a file. A file that names no time is of the time of its collection.
pub(crate) fn flaws(file: &Evidence, gate: &Gate, around: &Surroundings<'_>) -> Vec<Flaw> {
    let path = &file.path;
    let mut flaws = Vec::new();
    let collected = around.collected_at(file);
    let mut moments = Vec::new();
    let about = &file.artifact.about;
    for text in about.times.iter().chain(&about.made) {
        match moment(text) {
            Some(read) => moments.push((text.as_str(), read)),
            None => flaws.push(Flaw::new(
                Cause::UnreadTime,
                format!("`{path}` names the time `{text}`, which is none."),
            )),
        }
    }
    let written = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    // The end of today, anywhere on earth.
    let end_of_today = around.today.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1) + ZONES;
    let latest = moments.iter().max_by_key(|(_, moment)| moment.at);
    if let Some((text, latest)) = latest {
        let slack = if latest.is_exact { SKEW } else { ZONES };
        if latest.at >= end_of_today {
            flaws.push(Flaw::new(
                Cause::InFuture,
                format!(
                    "`{path}` was made at {text}, which is after today, {}: that is impossible.",
                    around.today
                ),
            ));
        } else if let Some(collected) = collected.filter(|collected| latest.at > *collected + slack) {
            flaws.push(Flaw::new(
                Cause::AfterCollection,
                format!(
                    "`{path}` was made at {text} and collected before that, at {}: that is impossible.",
                    written(collected)
                ),
            ));
        }
    }
    let earliest = moments.iter().min_by_key(|(_, moment)| moment.at);
    let earliest = earliest
        .map(|(text, moment)| ((*text).to_owned(), moment.at))
        .or_else(|| collected.map(|collected| (written(collected), collected)));
    let Some((text, made)) = earliest else {
        if let Some(age) = gate.demand.max_age {
            flaws.push(Flaw::new(
                Cause::UnreadTime,
                format!("`{path}` does not say when it was made, and the gate asks for evidence that is not older than {age}."),
            ));
        }
        return flaws;
    };
    if let Some(commit) = around
        .release
        .commit_made
        .or(around.release.commit_date)
        .map(|date| date.to_utc())
        && gate.demand.max_age.is_none()
        && made + TOLERANCE < commit
    {
        flaws.push(Flaw::new(
            Cause::BeforeCommit,
            format!(
                "`{path}` was made at {text}, before the released commit existed ({}), so it cannot be about it.",
                written(commit)
            ),
        ));
    }
    if let Some(Period(seconds)) = gate.demand.max_age
        && let Some(released) = around.released()
    {
        let age = (released - made).num_seconds();
        if age > i64::try_from(seconds).unwrap_or(i64::MAX) {
            flaws.push(Flaw::new(
                Cause::TooOld,
                format!(
                    "`{path}` was made at {text}, {} days before the release, and may be {} old.",
                    age / 86_400,
                    Period(seconds)
                ),
            ));
        }
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_of_tools_are_read() {
        let read = |text: &str| moment(text).map(|moment| (moment.at.format("%Y-%m-%d %H:%M").to_string(), moment.is_exact));
        let at = |text: &str, is_exact| Some((text.to_owned(), is_exact));
        for (text, expected) in [
            ("2026-11-20T10:00:00Z", at("2026-11-20 10:00", true)),
            ("2026-11-20T10:00:00.123456+02:00", at("2026-11-20 08:00", true)),
            ("2026-11-20T10:00:00+0200", at("2026-11-20 08:00", true)),
            ("2026-11-20T10:00:00", at("2026-11-20 10:00", false)),
            ("2026-11-20 10:00:00.5", at("2026-11-20 10:00", false)),
            ("2026-11-20", at("2026-11-20 00:00", false)),
            ("1795168800", at("2026-11-20 10:00", true)),
            ("1795168800000", at("2026-11-20 10:00", true)),
            ("0", None),
            ("-1", None),
            ("NaN", None),
            ("1e300", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
