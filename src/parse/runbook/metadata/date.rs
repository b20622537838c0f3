//! Dates and intervals as people write them.
//!
//! Of 119 dated fields outside front matter in 2,450 real files, 105 were `YYYY-MM-DD`; the others were `Month D, YYYY`, `Month YYYY`,
//! ISO times and one `DD/MM/YYYY`.

use chrono::NaiveDate;

use crate::model::count::of_word;
use crate::model::runbook::{DateProblem, ReviewInterval};
use crate::parse::month::month;

const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Words that stand where a date will stand one day.
const PENDING: &[&str] = &[
    "tbd", "tba", "todo", "n/a", "na", "none", "never", "pending", "unknown", "not", "yyyy", "date",
];

/// Characters of a value that are read; a date stands at its beginning.
const MAX_VALUE: usize = 200;

/// The date that a value says, or why there is none. A month without a day counts as its first day: the review is at least as old.
pub(crate) fn date(value: &str) -> Result<NaiveDate, DateProblem> {
    let end = value.char_indices().nth(MAX_VALUE).map_or(value.len(), |(at, _)| at);
    let value = value[..end]
        .trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '*' | '_' | '`' | '(' | ')' | '~'))
        .to_lowercase();
    if is_pending(&value) {
        return Err(DateProblem::Empty);
    }
    match at_start(&value) {
        Err(DateProblem::Unreadable) => iso_inside(&value).ok_or(DateProblem::Unreadable),
        result => result,
    }
}

fn is_pending(value: &str) -> bool {
    if value.is_empty() || value.starts_with('<') || value.starts_with("xx") || value.contains("yyyy") {
        return true;
    }
    if value.chars().all(|char| !char.is_alphanumeric()) {
        return true;
    }
    let first = value
        .split(|char: char| !char.is_alphanumeric() && char != '/')
        .next()
        .unwrap_or_default();
    PENDING.contains(&first)
}

/// A date in the words that a value begins with.
fn at_start(value: &str) -> Result<NaiveDate, DateProblem> {
    let mut tokens = Tokens { rest: value };
    let mut token = tokens.next();
    while matches!(token, Some(Token::Word(word)) if word == "on" || word == "since" || is_weekday(word)) {
        token = tokens.next();
    }
    match token {
        Some(Token::Number(digits)) => from_number(digits, &mut tokens),
        Some(Token::Word(word)) => {
            let month = month(word).ok_or(DateProblem::Unreadable)?;
            match tokens.next() {
                Some(Token::Number(year)) if year.len() == 4 => day(year, month, "1"),
                Some(Token::Number(number)) => {
                    tokens.skip_ordinal();
                    match tokens.next() {
                        Some(Token::Number(year)) => day(year, month, number),
                        _ => Err(DateProblem::Unreadable),
                    }
                }
                _ => Err(DateProblem::Unreadable),
            }
        }
        None => Err(DateProblem::Unreadable),
    }
}

fn from_number(first: &str, tokens: &mut Tokens<'_>) -> Result<NaiveDate, DateProblem> {
    if first.len() == 8 {
        return day(&first[..4], number(&first[4..6])?, &first[6..]);
    }
    let is_year_first = first.len() == 4;
    tokens.skip_ordinal();
    let separator = tokens.separator();
    match tokens.next() {
        Some(Token::Word(word)) => {
            if word == "of" {
                return from_number(first, tokens);
            }
            let month = month(word).ok_or(DateProblem::Unreadable)?;
            let Some(Token::Number(last)) = tokens.next() else {
                return Err(DateProblem::Unreadable);
            };
            if is_year_first {
                day(first, month, last)
            } else {
                day(last, month, first)
            }
        }
        Some(Token::Number(second)) if is_year_first => {
            let month = number(second)?;
            match tokens.separator() {
                Some(after) if Some(after) == separator => match tokens.next() {
                    Some(Token::Number(last)) => day(first, month, last),
                    _ => Err(DateProblem::Unreadable),
                },
                _ if separator == Some('-') && second.len() == 2 => day(first, month, "1"),
                _ => Err(DateProblem::Unreadable),
            }
        }
        Some(Token::Number(second)) => {
            let Some(Token::Number(year)) = tokens.next() else {
                return Err(DateProblem::Unreadable);
            };
            if year.len() != 4 {
                return Err(DateProblem::Unreadable);
            }
            let (one, two) = (number(first)?, number(second)?);
            // Dots are only used where the day comes first.
            if separator == Some('.') || one > 12 || one == two {
                day(year, two, first)
            } else if two > 12 {
                day(year, one, second)
            } else {
                Err(DateProblem::Ambiguous)
            }
        }
        None => Err(DateProblem::Unreadable),
    }
}

/// The first `YYYY-MM-DD` inside a value: "by the platform team on 2026-03-01".
fn iso_inside(value: &str) -> Option<NaiveDate> {
    let bytes = value.as_bytes();
    bytes.windows(10).enumerate().find_map(|(at, window)| {
        let is_free = !at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric())
            && !bytes.get(at + 10).is_some_and(u8::is_ascii_digit);
        let is_iso = window.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if !is_free || !is_iso {
            return None;
        }
        let text = value.get(at..at + 10)?;
        day(&text[..4], number(&text[5..7]).ok()?, &text[8..]).ok()
    })
}

fn number(digits: &str) -> Result<u32, DateProblem> {
    digits.parse().map_err(|_| DateProblem::Unreadable)
}

fn day(year: &str, month: u32, day: &str) -> Result<NaiveDate, DateProblem> {
    if year.len() != 4 {
        return Err(DateProblem::Unreadable);
    }
    let year = year.parse().map_err(|_| DateProblem::Unreadable)?;
    NaiveDate::from_ymd_opt(year, month, number(day)?)
        .filter(|_| year >= 1970)
        .ok_or(DateProblem::Unreadable)
}

fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && WEEKDAYS.iter().any(|day| day.starts_with(word))
}

/// The numbers and words of a value.
struct Tokens<'value> {
    rest: &'value str,
}

enum Token<'value> {
    Number(&'value str),
    Word(&'value str),
}

impl<'value> Tokens<'value> {
    fn next(&mut self) -> Option<Token<'value>> {
        self.rest = self.rest.trim_start_matches(|char: char| !char.is_alphanumeric());
        let first = self.rest.chars().next()?;
        let is_number = first.is_ascii_digit();
        let end = self
            .rest
            .find(|char: char| {
                if is_number {
                    !char.is_ascii_digit()
                } else {
                    !char.is_alphabetic()
                }
            })
            .unwrap_or(self.rest.len());
        if end == 0 {
            return None;
        }
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(if is_number { Token::Number(token) } else { Token::Word(token) })
    }

    /// The character that stands next.
    fn separator(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Skips the `st` of `1st`.
    fn skip_ordinal(&mut self) {
        for ordinal in ["st", "nd", "rd", "th"] {
            if let Some(rest) = self.rest.strip_prefix(ordinal)
                && !rest.starts_with(char::is_alphanumeric)
            {
                self.rest = rest;
                return;
            }
        }
    }
}

/// How long a review lasts: `12 months`, `every 90 days`, `quarterly`, `P6M`; a bare number counts days.
pub(crate) fn interval(value: &str) -> Option<ReviewInterval> {
    let value = value
        .trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '*' | '_' | '`' | '~'))
        .to_lowercase();
    if let Some(duration) = value.strip_prefix('p')
        && let Some((count, unit)) = count_and_unit(duration)
        && matches!(unit, "d" | "w" | "m" | "y")
    {
        return length(count, unit);
    }
    let mut words = value.as_str();
    for prefix in [
        "every ", "each ", "once per ", "once a ", "once every ", "within ", "in ", "after ",
    ] {
        words = words.strip_prefix(prefix).unwrap_or(words);
    }
    let words = words.trim_start();
    if words.starts_with(|char: char| char.is_ascii_digit()) {
        let (count, unit) = count_and_unit(words)?;
        return if unit.is_empty() {
            length(count, "d")
        } else {
            length(count, unit)
        };
    }
    let mut split = words.split(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | '.' | '('));
    let first = split.next()?;
    let second = split.next().unwrap_or_default();
    match first {
        "daily" => Some(ReviewInterval::Days(1)),
        "weekly" => Some(ReviewInterval::Days(7)),
        "biweekly" | "bi-weekly" | "fortnightly" => Some(ReviewInterval::Days(14)),
        "monthly" => Some(ReviewInterval::Months(1)),
        "quarterly" => Some(ReviewInterval::Months(3)),
        "semiannually" | "semi-annually" | "semiannual" | "biannually" | "bi-annually" | "half-yearly" | "twice" => {
            Some(ReviewInterval::Months(6))
        }
        "annually" | "annual" | "yearly" => Some(ReviewInterval::Months(12)),
        "other" => length(2, second),
        _ => match small_number(first) {
            Some(count) => length(count, second),
            None => length(1, first),
        },
    }
}

fn small_number(word: &str) -> Option<u32> {
    if word == "a" || word == "an" {
        return Some(1);
    }
    of_word(word).filter(|count| *count > 0)
}

fn count_and_unit(words: &str) -> Option<(u32, &str)> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let count = words.get(..digits)?.parse().ok().filter(|count| *count <= 36_500)?;
    let unit = words[digits..].trim_start_matches([' ', '\t', '-', '\u{A0}']);
    let end = unit.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(unit.len());
    Some((count, &unit[..end]))
}

fn length(count: u32, unit: &str) -> Option<ReviewInterval> {
    if count == 0 {
        return None;
    }
    match unit {
        "d" | "day" | "days" => Some(ReviewInterval::Days(count)),
        "w" | "week" | "weeks" => Some(ReviewInterval::Days(count * 7)),
        "m" | "mo" | "mon" | "mth" | "mths" | "month" | "months" => Some(ReviewInterval::Months(count)),
        "q" | "quarter" | "quarters" => Some(ReviewInterval::Months(count * 3)),
        "y" | "yr" | "yrs" | "year" | "years" => Some(ReviewInterval::Months(count * 12)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{date, interval};
    use crate::model::runbook::{DateProblem, ReviewInterval};

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (value, expected) in [
            ("2025-11-01", "2025-11-01"),
            ("'2025-11-01'", "2025-11-01"),
            ("2025-04-8", "2025-04-08"),
            ("2025/11/01", "2025-11-01"),
            ("2025.11.01", "2025-11-01"),
            ("20251101", "2025-11-01"),
            ("2025-11-01T08:30:00Z", "2025-11-01"),
            ("2025-11-01 08:30 UTC", "2025-11-01"),
            ("2025-11-01 (after the drill)", "2025-11-01"),
            ("2025-11", "2025-11-01"),
            ("November 1, 2025", "2025-11-01"),
            ("Nov. 1st 2025", "2025-11-01"),
            ("Sept 30, 2025", "2025-09-30"),
            ("1 November 2025", "2025-11-01"),
            ("1st of November 2025", "2025-11-01"),
            ("Saturday, 1 November 2025", "2025-11-01"),
            ("November 2025", "2025-11-01"),
            ("2020-sep-21", "2020-09-21"),
            ("21-Sep-2020", "2020-09-21"),
            ("25/12/2025", "2025-12-25"),
            ("12/25/2025", "2025-12-25"),
            ("03/03/2026", "2026-03-03"),
            ("03.04.2026", "2026-04-03"),
            ("on 2025-11-01", "2025-11-01"),
            ("by the platform team on 2025-11-01", "2025-11-01"),
        ] {
            let expected: NaiveDate = expected.parse().expect("the expected date is ISO");
            assert_eq!(date(value), Ok(expected), "{value}");
        }
    }

    #[test]
    fn a_missing_date_is_empty() {
        for value in [
            "",
            "  ",
            "TBD",
            "_pending - after the first drill_",
            "YYYY-MM-DD",
            "<date>",
            "—",
            "n/a",
            "not yet",
        ] {
            assert_eq!(date(value), Err(DateProblem::Empty), "{value}");
        }
    }

    #[test]
    fn day_or_month_first_is_not_guessed() {
        assert_eq!(date("03/04/2026"), Err(DateProblem::Ambiguous));
        assert_eq!(date("3-4-2026"), Err(DateProblem::Ambiguous));
    }

    #[test]
    fn what_is_no_date_is_unreadable() {
        for value in [
            "last week", "2025-13-01", "2025-02-30", "31 November 2025", "0001-01-01", "01/02/26", "v1.2.3", "maybe 3",
        ] {
            assert_eq!(date(value), Err(DateProblem::Unreadable), "{value}");
        }
    }

    #[test]
    fn intervals_are_read_as_people_write_them() {
        use ReviewInterval::{Days, Months};
        for (value, expected) in [
            ("12 months", Some(Months(12))),
            ("12 months\r", Some(Months(12))),
            ("6 month ", Some(Months(6))),
            ("1 year", Some(Months(12))),
            ("every 90 days", Some(Days(90))),
            ("90d", Some(Days(90))),
            ("2 weeks", Some(Days(14))),
            ("every six months", Some(Months(6))),
            ("every month", Some(Months(1))),
            ("every other week", Some(Days(14))),
            ("quarterly", Some(Months(3))),
            ("Annually, in May", Some(Months(12))),
            ("P6M", Some(Months(6))),
            ("365", Some(Days(365))),
            ("0 days", None),
            ("when it changes", None),
            ("99999999999 days", None),
            ("", None),
        ] {
            assert_eq!(interval(value), expected, "{value:?}");
        }
    }
}
