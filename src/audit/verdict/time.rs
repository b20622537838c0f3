//! When evidence was made, compared with the commit, the collection, the release and today.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::table::Cause;
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Gate, Period};

/// How far clocks of machines may be apart.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// How long before a commit its evidence may have been made: a commit that is only moved keeps the day of its author, and a moment
/// without a zone may be that of any zone.
const TOLERANCE: TimeDelta = TimeDelta::days(1);

/// How far a moment without a zone may be from the one that it names.
const ZONES: TimeDelta = TimeDelta::hours(14);

/// How old the data of a scanner may be where the gate does not say it: lists of advisories change every day, and the slowest of them that
/// is kept up is renewed within weeks.
const DATA_AGE: TimeDelta = TimeDelta::days(30);

/// How old the data of a scanner may be at least, however new the gate wants the scan: no list is renewed by the hour.
const LEAST_DATA_AGE: TimeDelta = TimeDelta::days(7);

/// Notations of moments with their zone, besides RFC 3339 and RFC 2822: those of Ruby, git and `date`.
const ZONED: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f%z", "%a %b %d %H:%M:%S %Y %z",
];

/// Notations of moments without a zone, or with the word `UTC` or the letter `Z` taken away.
const BARE: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%a %b %d %H:%M:%S %Y",
];

/// A moment as a document wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The moment; that of a text without a zone is taken as UTC.
    pub(crate) at: DateTime<Utc>,
    /// Whether the text has a zone.
    pub(crate) is_exact: bool,
}

/// Reads what tools write: RFC 3339 and 2822, what Ruby, git and `date` write, each without a zone, a day, seconds or milliseconds since 1970.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()
        .or_else(|| ZONED.iter().find_map(|pattern| DateTime::parse_from_str(text, pattern).ok()));
    if let Some(at) = zoned {
        return Some(Moment {
            at: at.to_utc(),
            is_exact: true,
        });
    }
    let (bare, is_exact) = match ["Z", " UTC", " GMT"].iter().find_map(|end| text.strip_suffix(end)) {
        Some(bare) => (bare, true),
        None => (text, false),
    };
    if let Some(at) = BARE
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(bare, pattern).ok())
    {
        return Some(Moment {
            at: at.and_utc(),
            is_exact,
        });
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

/// What is wrong with the times of a file. A file that names no time is of the time of its collection. Where the record does not tell that
/// either, as one that was written by hand, history does: the file was there when its record was added. What nothing places has no time.
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
    flaws.extend(of_data(file, gate, around));
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
        } else if flaws.is_empty() && around.recorded(file).is_some() && around.kept_at(file).is_none() {
            flaws.push(Flaw::new(
                Cause::UnreadTime,
                format!("`{path}` does not say when it was made, and neither the record nor history says when it was collected."),
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

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What is wrong with the time of the data that a scanner compared with: a scan of today with the list of years ago finds what was known
/// years ago.
fn of_data(file: &Evidence, gate: &Gate, around: &Surroundings<'_>) -> Option<Flaw> {
    let path = &file.path;
    let text = file.artifact.about.data_made.as_deref()?;
    if !matches!(file.artifact.content, Content::Findings(_)) {
        return None;
    }
    let Some(made) = moment(text) else {
        let sentence = format!("`{path}` names the time `{text}` of the data that it compared with, which is none.");
        return Some(Flaw::new(Cause::UnreadTime, sentence));
    };
    let then = around.collected_at(file).or(around.released())?;
    let asked = gate.demand.max_age.map(|Period(seconds)| {
        let seconds = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
        seconds.unwrap_or(TimeDelta::MAX).max(LEAST_DATA_AGE)
    });
    let most = asked.unwrap_or(DATA_AGE);
    let age = then - made.at;
    (age > most).then(|| {
        let sentence = format!(
            "`{path}` compared with data of {text}, {} days old when it was collected, and such data may be {} days old.",
            age.num_days(),
            most.num_days()
        );
        Flaw::new(Cause::OldData, sentence)
    })
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
            ("2026-11-20 10:00:00 +0000", at("2026-11-20 10:00", true)),
            ("2026-11-20 10:00:00.25 +0200", at("2026-11-20 08:00", true)),
            ("2026-11-20 10:00:00 UTC", at("2026-11-20 10:00", true)),
            ("2026-11-20 10:00:00+02:00", at("2026-11-20 08:00", true)),
            ("Fri, 20 Nov 2026 10:00:00 GMT", at("2026-11-20 10:00", true)),
            ("Fri, 20 Nov 2026 10:00:00 +0200", at("2026-11-20 08:00", true)),
            ("Fri Nov 20 10:00:00 2026 +0200", at("2026-11-20 08:00", true)),
            ("Fri Nov 20 10:00:00 2026", at("2026-11-20 10:00", false)),
            ("20.11.2026 10:00", None),
            ("2026-11-20 10:00:00 +00", None),
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
