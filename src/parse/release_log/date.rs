//! Dates as people write them. What may be read in two ways is no date.

use chrono::NaiveDate;

/// A day in a text and the bytes that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// The day; none where the words look like a date and are none, such as `2026-13-01`, or may be two, such as `03/04/2026`.
    pub(crate) day: Option<NaiveDate>,
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last one.
    pub(crate) end: usize,
}

/// Numbers that are written like a date and name no day, or may name two.
struct NoDay;

const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
];

/// The first date of a text.
pub(crate) fn find(text: &str) -> Option<FoundDate> {
    let words = words(text);
    (0..words.len()).find_map(|at| date_at(text, &words[at..]))
}

/// The date that a text consists of, or begins with.
pub(crate) fn leading(text: &str) -> Option<FoundDate> {
    let words = words(text);
    date_at(text, &words)
}

/// A word and where it stands. Words are runs of characters that may belong to a date.
#[derive(Clone, Copy)]
struct Word<'text> {
    text: &'text str,
    start: usize,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut begin = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let belongs = c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | ':' | '+');
        match (belongs, begin) {
            (true, None) => begin = Some(at),
            (false, Some(start)) => {
                words.push(Word {
                    text: text[start..at].trim_end_matches(['-', '/', '.', ':']),
                    start,
                });
                begin = None;
            }
            _ => {}
        }
    }
    words.retain(|word| !word.text.is_empty());
    words
}

fn date_at(text: &str, words: &[Word<'_>]) -> Option<FoundDate> {
    let first = words.first()?;
    if let Some(day) = numeric(first.text) {
        let end = first.start + first.text.len();
        return Some(FoundDate {
            day: day.ok(),
            start: first.start,
            end,
        });
    }
    // `January 2, 2026`, `2 January 2026`, `Jan 2nd 2026`; nothing but blanks and commas between the words.
    let (second, third) = (words.get(1)?, words.get(2)?);
    let gap = |one: &Word<'_>, other: &Word<'_>| {
        let between = text.get(one.start + one.text.len()..other.start).unwrap_or_default();
        between.chars().all(|c| matches!(c, ' ' | ',' | '.'))
    };
    if !gap(first, second) || !gap(second, third) {
        return None;
    }
    let year = third.text;
    let (month, day) = match (month(first.text), month(second.text)) {
        (Some(month), _) => (month, ordinal(second.text)?),
        (None, Some(month)) => (month, ordinal(first.text)?),
        (None, None) => return None,
    };
    (year.len() == 4).then_some(())?;
    Some(FoundDate {
        day: NaiveDate::from_ymd_opt(year.parse().ok()?, month, day),
        start: first.start,
        end: third.start + year.len(),
    })
}

/// `2026-01-02`, `2026/01/02`, `2.1.2026`, each also with a time behind it. None where it is no date at all.
fn numeric(word: &str) -> Option<Result<NaiveDate, NoDay>> {
    let word = match word.find('T') {
        Some(at) if word[at + 1..].starts_with(|c: char| c.is_ascii_digit()) => &word[..at],
        _ => word,
    };
    for separator in ['-', '/', '.'] {
        let parts: Vec<&str> = word.split(separator).collect();
        let [one, two, three] = parts[..] else { continue };
        let number = |part: &str| -> Option<u32> {
            let is_number = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().ok())?
        };
        let (first, month, last) = (number(one)?, number(two)?, number(three)?);
        return match (one.len(), two.len(), three.len(), separator) {
            (4, 1..=2, 1..=2, '-' | '/') => Some(calendar(first, month, last)),
            (1..=2, 1..=2, 4, '.') => Some(calendar(last, month, first)),
            (1..=2, 1..=2, 4, '/' | '-') => Some(Err(NoDay)),
            _ => None,
        };
    }
    None
}

fn calendar(year: u32, month: u32, day: u32) -> Result<NaiveDate, NoDay> {
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or(NoDay)
}

fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_lowercase();
    let is_short = word.len() >= 3;
    let at = MONTHS.iter().position(|month| {
        is_short && (*month == word || month.get(..3) == Some(word.as_str()) || word == "sept" && *month == "september")
    })?;
    Some(at as u32 + 1)
}

fn ordinal(word: &str) -> Option<u32> {
    let digits = word
        .strip_suffix("st")
        .or_else(|| word.strip_suffix("nd"))
        .or_else(|| word.strip_suffix("rd"))
        .or_else(|| word.strip_suffix("th"))
        .unwrap_or(word);
    (digits.len() <= 2).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{find, leading};

    #[test]
    fn dates_are_found_in_every_usual_form() {
        for (text, expected) in [
            ("1.2.0 - 2026-01-02", "2026-01-02 8..18"),
            ("v1 (2026/1/2)", "2026-01-02 4..12"),
            ("on January 2, 2026.", "2026-01-02 3..18"),
            ("2 Jan 2026", "2026-01-02 0..10"),
            ("Sept. 3rd 2026", "2026-09-03 0..14"),
            ("02.01.2026", "2026-01-02 0..10"),
            ("at 2026-01-02T10:00:00Z sharp", "2026-01-02 3..23"),
            ("03/04/2026", "no day 0..10"),
            ("2026-13-01", "no day 0..10"),
        ] {
            let found = find(text).map(|found| {
                let day = found.day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
                format!("{day} {}..{}", found.start, found.end)
            });
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for text in ["1.2.3", "2026.1.2", "v2026-01", "May the 4th", "12:30", "2-2026", "", "1/2/3"] {
            assert_eq!(find(text), None, "{text}");
        }
        assert!(leading("2026-01-02: restored").is_some());
        assert_eq!(leading("restored 2026-01-02"), None);
    }
}
