//! The words, shapes and tones of every status, and how numbers and days are written. A status is told by shape, word and weight;
//! colour only repeats it.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

use crate::model::count;

/// How a status looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The word of the model for it, as in the JSON twins.
    pub(crate) id: &'static str,
    /// The word for readers.
    pub(crate) word: &'static str,
    /// The symbol of the sprite.
    pub(crate) icon: &'static str,
    /// The class: `pass`, `info`, `none` are tinted, `warn` and `wave` outlined, `stale` and `fail` solid.
    pub(crate) tone: &'static str,
}

const fn look(id: &'static str, word: &'static str, icon: &'static str, tone: &'static str) -> Look {
    Look { id, word, icon, tone }
}

/// Every status of freshness, gates, releases, evidence, references, findings and component changes. Sorted by id.
pub(crate) const LOOKS: &[Look] = &[
    look("abandoned", "Never shipped", "none", "none"),
    look("absent", "Not there", "fail", "fail"),
    look("accepted", "Accepted", "wave", "wave"),
    look("accepted-expired", "Exception ended", "fail", "fail"),
    look("added", "Added", "plus", "info"),
    look("allowed", "Allowed", "pass", "pass"),
    look("altered", "Altered", "altered", "fail"),
    look("broken", "Broken", "fail", "fail"),
    look("cannot-be-told", "Cannot be told", "unsure", "warn"),
    look("contradicted", "Contradicted", "fail", "fail"),
    look("denied", "Denied", "fail", "fail"),
    look("digest-differs", "Digest differs", "fail", "fail"),
    look("digest-matches", "Digest matches", "pass", "pass"),
    look("done", "Done in time", "pass", "pass"),
    look("downgraded", "Downgraded", "delta", "warn"),
    look("due", "Due soon", "due", "warn"),
    look("due-soon", "Due soon", "due", "warn"),
    look("empty", "Empty", "empty", "warn"),
    look("ended", "Ended", "fail", "fail"),
    look("ends-soon", "Ends soon", "due", "warn"),
    look("error", "Error", "fail", "fail"),
    look("failed", "Failed", "fail", "fail"),
    look("file-absent", "File not kept here", "none", "none"),
    look("fresh", "Fresh", "pass", "pass"),
    look("hash", "Hash changed", "altered", "warn"),
    look("ignored", "Not judged", "minus", "none"),
    look("inconclusive", "Inconclusive", "unsure", "warn"),
    look("info", "Note", "dot", "info"),
    look("invalid", "Accepts nothing", "fail", "fail"),
    look("licence", "Licence changed", "warn", "warn"),
    look("major", "Major update", "delta", "warn"),
    look("missing", "No evidence", "none", "none"),
    look("next", "Not released", "dot", "info"),
    look("not-applicable", "Not applicable", "minus", "none"),
    look("not-checked", "Not checked", "unsure", "none"),
    look("not-comparable", "No digest to compare", "unsure", "none"),
    look("not-reviewed", "Not reviewed", "empty", "none"),
    look("open", "Open", "warn", "warn"),
    look("open-gates", "Shipped with open gates", "warn", "warn"),
    look("overdue", "Overdue", "due", "stale"),
    look("passed", "Passed", "pass", "pass"),
    look("proven", "Proven", "pass", "pass"),
    look("recorded", "As recorded", "pass", "pass"),
    look("removed", "Removed", "minus", "none"),
    look("resolved", "Found", "pass", "pass"),
    look("review", "Needs a review", "warn", "warn"),
    look("rolled-back", "Rolled back", "fail", "fail"),
    look("running", "Accepted", "wave", "wave"),
    look("scope", "Scope changed", "delta", "info"),
    look("shipped", "Shipped", "dot", "info"),
    look("signature-failed", "Signature failed", "fail", "fail"),
    look("signer-not-judged", "Signature good, signer not judged", "unsure", "info"),
    look("skipped", "Skipped", "minus", "warn"),
    look("stale", "Stale", "warn", "stale"),
    look("stated", "Does not apply, as stated", "wave", "wave"),
    look("unknown", "Unknown", "none", "none"),
    look("unlisted", "Not listed", "warn", "warn"),
    look("unproven", "Not proven", "none", "none"),
    look("unreadable", "Unreadable", "unsure", "warn"),
    look("unrecorded", "Not recorded", "unsure", "warn"),
    look("unsigned", "Not signed", "none", "none"),
    look("unverifiable", "Cannot be told", "unsure", "none"),
    look("updated", "Updated", "delta", "info"),
    look("verified", "Signature verified", "pass", "pass"),
    look("warning", "Warning", "warn", "warn"),
    look("withdrawn", "Withdrawn", "fail", "fail"),
    look("wrong-subject", "About something else", "altered", "fail"),
];

/// The look of a status; what has none is shown by its own word and as unknown.
pub(crate) fn look_of(id: &str) -> Option<&'static Look> {
    LOOKS.binary_search_by(|look| look.id.cmp(id)).ok().map(|index| &LOOKS[index])
}

/// The word of the twins for a value.
pub(crate) fn of_value(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// The symbol and the tone of an event in the timeline of a release.
pub(crate) fn event(event: &str) -> (&'static str, &'static str) {
    match event {
        "approved" | "signed-off" => ("sign", "info"),
        "closed" | "observed" | "passed" => ("pass", "pass"),
        "waived" | "accepted" => ("wave", "wave"),
        "failed" => ("fail", "fail"),
        "rolled-back" | "reverted" => ("undo", "fail"),
        "withdrawn" => ("fail", "fail"),
        "tagged" => ("tag", "plain"),
        _ => ("dot", "plain"),
    }
}

const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day as people write it: `17 Nov 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), MONTHS[day.month0() as usize], day.year())
}

/// A day as markup: as people write it, and as programs read it.
pub(crate) fn time(on: NaiveDate) -> String {
    format!("<time datetime=\"{on}\">{}</time>", day(on))
}

/// Words with a capital letter first, and all others as they are.
pub(crate) fn begun(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Words as a sentence: a capital letter first, unless a name of code begins it, a full stop last, and days as people write them.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    let first = words.split(char::is_whitespace).next().unwrap_or_default();
    let is_name = first.contains(['_', '/', '=', '.']) && !first.ends_with('.')
        || first.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    let mut characters = words.chars();
    let Some(letter) = characters.next() else {
        return String::new();
    };
    let mut text = String::with_capacity(words.len() + 4);
    if is_name {
        text.push(letter);
    } else {
        text.extend(letter.to_uppercase());
    }
    text.push_str(characters.as_str());
    if !text.ends_with(['.', '!', '?', ':']) {
        text.push('.');
    }
    with_days(&text)
}

/// A text whose ISO days and moments outside of code are written as people write them: `17 Nov 2026`, `17 Nov 2026, 09:02 UTC`.
pub(crate) fn with_days(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        if at % 2 == 1 {
            out.push_str(part);
            continue;
        }
        let mut rest = part;
        while let Some(found) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, tail) = rest.split_at(found);
            out.push_str(before);
            let length = tail
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '/' | '_' | '+' | '.')))
                .unwrap_or(tail.len());
            let (word, after) = tail.split_at(length);
            let trimmed = word.trim_end_matches(['.', ':']);
            let is_alone = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '_' | '.' | '='));
            match said(trimmed).filter(|_| is_alone) {
                Some(words) => {
                    out.push_str(&words);
                    out.push_str(&word[trimmed.len()..]);
                }
                None => out.push_str(word),
            }
            rest = after;
        }
        out.push_str(rest);
    }
    out
}

/// An ISO day or a moment in UTC in words; none for anything else.
fn said(word: &str) -> Option<String> {
    let date: NaiveDate = word.get(..10)?.parse().ok()?;
    match word.get(10..)? {
        "" => Some(day(date)),
        clock => {
            let clock = clock.strip_prefix('T')?.strip_suffix('Z')?;
            let clock = if clock.len() > 5 {
                clock.strip_suffix(":00").unwrap_or(clock)
            } else {
                clock
            };
            let is_clock = clock.len() >= 5 && clock.chars().all(|c| c.is_ascii_digit() || c == ':');
            is_clock.then(|| format!("{}, {clock} UTC", day(date)))
        }
    }
}

/// The month of a day in words: `November 2026`.
pub(crate) fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

/// A day of an ISO date or moment as people write it; anything else as it is.
pub(crate) fn day_of_iso(text: &str) -> String {
    text.get(..10)
        .and_then(|date| date.parse::<NaiveDate>().ok())
        .map_or_else(|| text.to_owned(), day)
}

/// A moment in UTC, as in a `datetime` attribute, with its seconds, so that the twin is as exact as the record: `2026-11-17T09:02:40Z`.
pub(crate) fn moment(at: DateTime<FixedOffset>) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment as people write it, in UTC: `17 Nov 2026, 09:02 UTC`.
pub(crate) fn moment_in_words(at: DateTime<FixedOffset>) -> String {
    let at = at.to_utc();
    format!("{}, {} UTC", day(at.date_naive()), at.format("%H:%M"))
}

/// A number with its thousands told apart: `2,184`.
pub(crate) fn count(number: u64) -> String {
    count::grouped(number)
}

/// A number and its word: `1 step`, `2 steps`. The word takes an `s` unless another plural is given after a slash (`entry/entries`).
pub(crate) fn counted(number: u64, word: &str) -> String {
    count::counted(number, word)
}

/// A length in bytes as people say it: `812 bytes`, `1.4 MB`.
pub(crate) fn bytes(length: u64) -> String {
    match length {
        0..=9_999 => counted(length, "byte"),
        10_000..=999_999 => format!("{} kB", count((length + 500) / 1_000)),
        _ => format!("{}.{} MB", count(length / 1_000_000), length % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOKS, bytes, count, counted, day_of_iso, look_of, sentence};
    use crate::model::gate::{Outcome, ReleaseState};

    #[test]
    fn a_sentence_begins_as_its_first_word_is_written() {
        assert_eq!(sentence("the file is gone"), "The file is gone.");
        assert_eq!(sentence("error_rate kept its limit"), "error_rate kept its limit.");
        assert_eq!(sentence("docs/a.md is gone"), "docs/a.md is gone.");
        assert_eq!(sentence("late. It came after"), "Late. It came after.");
        assert_eq!(sentence("v1.1.0."), "v1.1.0.");
        assert_eq!(sentence("v2, v1"), "v2, v1.");
        assert_eq!(sentence("e2e: no evidence"), "e2e: no evidence.");
        assert_eq!(sentence("valid until v2"), "Valid until v2.");
        assert_eq!(sentence("  "), "");
    }

    #[test]
    fn days_and_moments_in_a_sentence_are_as_people_write_them() {
        assert_eq!(
            sentence("deleted in `0936a8e` of 2026-11-21"),
            "Deleted in `0936a8e` of 21 Nov 2026."
        );
        assert_eq!(
            sentence("from 2026-11-21T05:58:00Z to 2026-11-21T05:58:12Z, at most."),
            "From 21 Nov 2026, 05:58 UTC to 21 Nov 2026, 05:58:12 UTC, at most."
        );
        assert_eq!(sentence("2 of 3, due 2026-02-03."), "2 of 3, due 3 Feb 2026.");
    }

    #[test]
    fn what_only_looks_like_a_day_stays() {
        for words in [
            "Write `2026-11-21` in it.",
            "See logs/2026-11-21.md.",
            "Version 2026-11-21-rc1 is out.",
            "Day 2026-13-41 is none.",
            "At 2026-11-21T05:58:00+02:00.",
        ] {
            assert_eq!(sentence(words), words);
        }
    }

    #[test]
    fn looks_are_sorted_and_unique() {
        assert!(LOOKS.is_sorted_by(|left, right| left.id < right.id));
        assert_eq!(look_of("no-such-thing"), None);
    }

    #[test]
    fn pages_and_the_terminal_have_one_word_for_each_state() {
        let word = |value: serde_json::Value| look_of(value.as_str().unwrap_or_default()).map_or("none", |look| look.word);
        for outcome in [
            Outcome::Passed,
            Outcome::Accepted,
            Outcome::NotApplicable,
            Outcome::Skipped,
            Outcome::Inconclusive,
            Outcome::Unrecorded,
            Outcome::Empty,
            Outcome::Missing,
            Outcome::Stale,
            Outcome::WrongSubject,
            Outcome::Altered,
            Outcome::Unreadable,
            Outcome::AcceptedExpired,
            Outcome::Failed,
        ] {
            assert_eq!(word(serde_json::json!(outcome)), outcome.word());
        }
        for state in [
            ReleaseState::Proven,
            ReleaseState::Accepted,
            ReleaseState::OpenGates,
            ReleaseState::Failed,
            ReleaseState::RolledBack,
            ReleaseState::Withdrawn,
            ReleaseState::Contradicted,
            ReleaseState::Unproven,
        ] {
            assert_eq!(word(serde_json::json!(state)), state.word());
        }
    }

    #[test]
    fn what_does_not_let_a_release_through_is_never_green() {
        let outcomes = [
            Outcome::Passed,
            Outcome::Accepted,
            Outcome::NotApplicable,
            Outcome::Inconclusive,
            Outcome::Empty,
            Outcome::Missing,
            Outcome::Altered,
            Outcome::Unreadable,
            Outcome::Failed,
        ];
        for outcome in outcomes {
            let id = serde_json::to_value(outcome).expect("an outcome is a word");
            let look = look_of(id.as_str().expect("an outcome is a word")).expect("every outcome has a look");
            assert_eq!(look.tone == "pass", outcome == Outcome::Passed, "{look:?}");
        }
    }

    #[test]
    fn numbers_and_days_are_written_for_people() {
        assert_eq!(count(2_184), "2,184");
        assert_eq!(counted(1, "step"), "1 step");
        assert_eq!(counted(2_000, "entry/entries"), "2,000 entries");
        assert_eq!(day_of_iso("2026-11-07T09:02Z"), "7 Nov 2026");
        assert_eq!(day_of_iso("soon"), "soon");
        assert_eq!(bytes(812), "812 bytes");
        assert_eq!(bytes(1_449_999), "1.4 MB");
    }
}
