//! Times and intervals: `T+15m`, "every 15-30 minutes", "first 24 h", "monthly", "1 week before".

use std::ops::Range;

use crate::model::runbook::{Schedule, ScheduleKind};
use crate::parse::runbook::outline::Outline;
use crate::parse::runbook::pairs::{Pairs, has_digit};
use crate::parse::runbook::structure::duty;

/// Words that say how often something recurs, with the days between.
const RECURRING: &[(&str, u32)] = &[
    ("annual", 365),
    ("annually", 365),
    ("biweekly", 14),
    ("daily", 1),
    ("fortnightly", 14),
    ("hourly", 0),
    ("monthly", 30),
    ("nightly", 1),
    ("quarterly", 91),
    ("semiannually", 182),
    ("weekly", 7),
    ("yearly", 365),
    ("bi-weekly", 14),
    ("semi-annually", 182),
];

/// Words in front of a length that make it a window: "first 24 h", "for 12 hours", "stable ≥12h".
const WINDOWS: &[&str] = &["first", "for", "within", "over", "next", "last", "stable", "during", "wait"];

/// The schedules in the words of a text, in writing order.
pub(crate) fn schedules(outline: &Outline) -> Vec<Schedule> {
    let mut schedules = Vec::new();
    let mut blocks = Vec::new();
    for (index, block) in outline.blocks.iter().enumerate() {
        in_words(outline, block.plain.clone(), &mut schedules);
        blocks.resize(schedules.len(), index);
    }
    duty::complete(outline, &blocks, &mut schedules);
    schedules
}

/// A word with the signs around it taken off, and where it stands.
#[derive(Clone, Debug)]
struct Token<'text> {
    /// In lower case, if it has to be looked up.
    word: &'text str,
    range: Range<usize>,
    /// Whether a sign behind it ends the phrase.
    is_last: bool,
}

fn in_words(outline: &Outline, range: Range<usize>, schedules: &mut Vec<Schedule>) {
    let text = &outline.plain.text;
    let words = text.get(range.clone()).unwrap_or_default();
    if !may_hold_schedule(words) {
        return;
    }
    let tokens = tokens(words);
    let mut at = 0;
    while at < tokens.len() {
        match phrase(&tokens, at) {
            Some((length, kind)) => {
                let start = range.start + tokens[at].range.start;
                let end = range.start + tokens[at + length - 1].range.end;
                schedules.push(Schedule {
                    text: text[start..end].split_whitespace().collect::<Vec<_>>().join(" "),
                    kind,
                    span: outline.plain.span(start..end),
                    what: String::new(),
                    last: None,
                    next: None,
                });
                at += length;
            }
            None => at += 1,
        }
    }
}

/// Whether words hold a digit or one of the few words of a schedule; most blocks hold neither.
fn may_hold_schedule(words: &str) -> bool {
    if has_digit(words) {
        return true;
    }
    let pairs = Pairs::of_any_case(words);
    let mut known = RECURRING.iter().map(|(word, _)| *word).chain(["every", "each"]);
    known.any(|word| pairs.may_hold(word))
        && words.split_whitespace().any(|word| {
            let word = word.trim_matches(|char: char| !char.is_alphanumeric());
            word.eq_ignore_ascii_case("every") || word.eq_ignore_ascii_case("each") || recurring(word).is_some()
        })
}

fn tokens(words: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    for part in words.split_inclusive(char::is_whitespace) {
        let trimmed = part.trim_end();
        let start = trimmed.trim_start_matches(['(', '"', '\'', '*', '[', '~', '“']);
        let lead = trimmed.len() - start.len();
        let word = start.trim_end_matches([',', '.', ';', ':', ')', '"', '\'', '*', ']', '!', '?', '”']);
        if !word.is_empty() {
            tokens.push(Token {
                word,
                range: at + lead..at + lead + word.len(),
                is_last: word.len() < start.len(),
            });
        }
        at += part.len();
    }
    tokens
}

/// The phrase that begins at a token: how many tokens it has, and what it means.
fn phrase(tokens: &[Token<'_>], at: usize) -> Option<(usize, ScheduleKind)> {
    let token = tokens.get(at)?;
    if let Some(minutes) = after_release(token.word) {
        // "T+6 h": the unit is a word of its own.
        let is_bare = token.word.ends_with(|c: char| c.is_ascii_digit()) && !token.is_last;
        let spaced = tokens.get(at + 1).filter(|_| is_bare).and_then(|next| {
            let unit = match next.word {
                "m" | "min" | "mins" | "minute" | "minutes" => 1,
                "h" | "hr" | "hrs" | "hour" | "hours" => 60,
                "d" | "day" | "days" => 1_440,
                _ => return None,
            };
            minutes.checked_mul(unit)
        });
        return Some(match spaced {
            Some(minutes) => (2, ScheduleKind::After(minutes)),
            None => (1, ScheduleKind::After(minutes)),
        });
    }
    if token.word.eq_ignore_ascii_case("every") || token.word.eq_ignore_ascii_case("each") {
        return every(tokens, at);
    }
    if let Some(days) = recurring(token.word) {
        return (days > 0).then_some((1, ScheduleKind::Recurring(days)));
    }
    let is_window = WINDOWS.iter().any(|word| token.word.eq_ignore_ascii_case(word)) && !token.is_last;
    let is_bound =
        token.word.eq_ignore_ascii_case("at") && tokens.get(at + 1).is_some_and(|next| matches!(next.word, "least" | "most"));
    let is_window = is_window || is_bound;
    let skip = if is_bound { 2 } else { usize::from(is_window) };
    // "for more than 5 minutes", "for at least 12h"
    let skip = match (
        skip,
        tokens.get(at + 1).map(|token| token.word),
        tokens.get(at + 2).map(|token| token.word),
    ) {
        (1, Some("more"), Some("than")) | (1, Some("at"), Some("least" | "most")) => 3,
        (1, Some("the"), Some("first" | "next" | "last")) => 3,
        (1, Some("the" | "about" | "around"), _) => 2,
        _ => skip,
    };
    let first = tokens.get(at + skip)?;
    let bare = first.word.trim_start_matches(['≥', '>', '=', '≤', '<']);
    let has_sign = bare.len() < first.word.len();
    let (length, minutes) = duration(tokens, at + skip, bare)?;
    let last = tokens.get(at + skip + length - 1)?;
    let next = tokens.get(at + skip + length).map(|token| token.word.to_ascii_lowercase());
    let next = next.as_deref();
    if skip == 0 && !last.is_last && matches!(next, Some("before" | "prior")) {
        return Some((length + 1, ScheduleKind::Before(minutes)));
    }
    if skip == 0 && !last.is_last && matches!(next, Some("after" | "post-deploy" | "post-release")) {
        return Some((length, ScheduleKind::After(minutes)));
    }
    // "canary stable ≥12h" is a window; "latency >350ms" and a bare "5 minutes" are none.
    let is_long = minutes >= 60;
    if is_window || (has_sign && is_long) {
        return Some((skip + length, ScheduleKind::Window(minutes)));
    }
    None
}

/// `T+15m`, `T+0`, `T+2h`, `T+30`: minutes where nothing else is said.
fn after_release(word: &str) -> Option<u32> {
    let rest = word.strip_prefix("T+").or_else(|| word.strip_prefix("t+"))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let count: u32 = rest.get(..digits)?.parse().ok()?;
    let unit = match &rest[digits..] {
        "" | "m" | "min" | "mins" => 1,
        "h" | "hr" | "hrs" => 60,
        "d" => 1_440,
        _ => return None,
    };
    count.checked_mul(unit)
}

/// "every 15-30 minutes", "every 90 days", "every month".
fn every(tokens: &[Token<'_>], at: usize) -> Option<(usize, ScheduleKind)> {
    let token = tokens.get(at + 1)?;
    if tokens[at].is_last {
        return None;
    }
    if let Some(minutes) = unit(token.word) {
        // "every day" recurs, "each minute" is a distance; "every release" is neither.
        return token
            .word
            .eq_ignore_ascii_case(token.word.trim_end_matches('s'))
            .then(|| (2, spaced(minutes, minutes)));
    }
    let (low, high) = token
        .word
        .split_once(['-', '–', '—'])
        .map_or((token.word, None), |(low, high)| (low, Some(high)));
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let low_digits = digits(low);
    let low_count: u32 = low.get(..low_digits)?.parse().ok()?;
    let (high_count, attached) = match high {
        Some(high) => (high.get(..digits(high))?.parse().ok()?, &high[digits(high)..]),
        None => (low_count, &low[low_digits..]),
    };
    let (length, minutes) = if attached.is_empty() {
        let word = tokens.get(at + 2)?.word;
        (3, unit(word)?)
    } else {
        (2, unit(attached)?)
    };
    let shortest = low_count.checked_mul(minutes)?;
    let longest = minutes.checked_mul(high_count)?;
    (shortest > 0 && longest >= shortest).then(|| (length, spaced(shortest, longest)))
}

/// A distance of a day and more recurs for good.
fn spaced(shortest: u32, longest: u32) -> ScheduleKind {
    if shortest >= 1_440 {
        ScheduleKind::Recurring(shortest / 1_440)
    } else {
        ScheduleKind::Every(shortest, longest)
    }
}

/// "24h", "24 h", "12 hours", "one week": how many tokens, how many minutes.
fn duration(tokens: &[Token<'_>], at: usize, word: &str) -> Option<(usize, u32)> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        let count = match word {
            "one" | "a" | "an" => 1,
            "two" => 2,
            "three" => 3,
            _ => return None,
        };
        let next = tokens.get(at + 1)?;
        return Some((2, unit(next.word)?.checked_mul(count)?));
    }
    let count: u32 = word.get(..digits)?.parse().ok()?;
    let attached = word[digits..].trim_start_matches(['-', '\u{A0}']);
    if attached.is_empty() {
        let next = tokens.get(at + 1)?;
        if tokens.get(at)?.is_last {
            return None;
        }
        return Some((2, unit(next.word)?.checked_mul(count)?));
    }
    Some((1, unit(attached)?.checked_mul(count)?))
}

/// The minutes of a unit of time.
fn unit(word: &str) -> Option<u32> {
    let unit = match word.to_ascii_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => 1,
        "h" | "hr" | "hrs" | "hour" | "hours" => 60,
        "d" | "day" | "days" => 1_440,
        "w" | "week" | "weeks" => 10_080,
        "month" | "months" => 43_200,
        "quarter" | "quarters" => 131_040,
        "year" | "years" => 525_600,
        _ => return None,
    };
    Some(unit)
}

fn recurring(word: &str) -> Option<u32> {
    // All of them end alike.
    if word.len() < 5 || !word.ends_with(['y', 'l', 'Y', 'L']) {
        return None;
    }
    RECURRING
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word))
        .map(|(_, days)| *days)
}

#[cfg(test)]
mod tests {
    use super::schedules;
    use crate::model::runbook::ScheduleKind::{self, After, Before, Every, Recurring, Window};
    use crate::parse::runbook::document::outline;

    fn read(text: &str) -> Vec<(String, ScheduleKind)> {
        schedules(&outline(text, 0))
            .into_iter()
            .map(|schedule| {
                assert_eq!(schedule.span.of(text), schedule.text);
                (schedule.text, schedule.kind)
            })
            .collect()
    }

    fn one(text: &str) -> Option<(String, ScheduleKind)> {
        let all = read(text);
        assert!(all.len() <= 1, "{all:?}");
        all.into_iter().next()
    }

    #[test]
    fn moments_after_the_release_are_read_one_by_one() {
        let spaced: Vec<_> = read("Look at T+30 min, T+6 h and T+2 hours, then T+1 d; T+5 lines.")
            .into_iter()
            .map(|(_, kind)| kind)
            .collect();
        assert_eq!(spaced, [30, 360, 120, 1_440, 5].map(After), "a unit may be a word of its own");
        let kinds: Vec<_> = read("Check at T+0, T+15m, T+2h.").into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [After(0), After(15), After(120)]);
    }

    #[test]
    fn phrases_are_read_with_their_places() {
        for (text, words, kind) in [
            ("Monitor every 15-30 minutes:", "every 15-30 minutes", Every(15, 30)),
            ("poll every 5m", "every 5m", Every(5, 5)),
            ("window (first 24h)", "first 24h", Window(1440)),
            ("Monitor metrics for 12h, then go", "for 12h", Window(720)),
            ("stays down for more than 5 minutes.", "for more than 5 minutes", Window(5)),
            ("Monitor alerts for 24 hours (SLO)", "for 24 hours", Window(1440)),
            ("metrics stable ≥12h, go", "stable ≥12h", Window(720)),
            ("Monthly restore drill", "Monthly", Recurring(30)),
            ("Daily automation", "Daily", Recurring(1)),
            ("rotate every 90 days", "every 90 days", Recurring(90)),
            ("every month", "every month", Recurring(30)),
            ("Pre-Release (1 Week Before)", "1 Week Before", Before(10_080)),
            ("freeze 2 days before it", "2 days before", Before(2880)),
            ("at least 14 days retention", "at least 14 days", Window(20_160)),
        ] {
            assert_eq!(one(text), Some((words.to_owned(), kind)), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_schedule() {
        for text in [
            "latency >350ms P95", "every release", "each step", "5 minutes", "Flow 1 and Flow 5", "for 2 consecutive checks",
            "hourly", "T+x", "every 0 minutes", "every 99999999999 days", "for the first time",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }
}
