//! Comparisons with a number: "> 1 %", "at least 14 days", "minimum 80%".

use crate::model::runbook::Threshold;
use crate::parse::runbook::number::{TIMES, leading};

/// Words that compare.
const COMPARISONS: &[(&str, &str)] = &[
    (">=", ">="),
    ("≥", ">="),
    ("<=", "<="),
    ("≤", "<="),
    (">", ">"),
    ("<", "<"),
    ("at least", ">="),
    ("minimum of", ">="),
    ("minimum", ">="),
    ("min.", ">="),
    ("no less than", ">="),
    ("not less than", ">="),
    ("no fewer than", ">="),
    ("not fewer than", ">="),
    ("no lower than", ">="),
    ("not lower than", ">="),
    ("not below", ">="),
    ("never below", ">="),
    ("not under", ">="),
    ("not drop below", ">="),
    ("never drop below", ">="),
    ("never drops below", ">="),
    ("not fall below", ">="),
    ("never fall below", ">="),
    ("never falls below", ">="),
    ("not go below", ">="),
    ("not drop under", ">="),
    ("not fall under", ">="),
    ("at most", "<="),
    ("maximum of", "<="),
    ("maximum", "<="),
    ("max.", "<="),
    ("no more than", "<="),
    ("not more than", "<="),
    ("no higher than", "<="),
    ("not higher than", "<="),
    ("no greater than", "<="),
    ("not greater than", "<="),
    ("not exceed", "<="),
    ("not exceeding", "<="),
    ("never exceed", "<="),
    ("never exceeds", "<="),
    ("cannot exceed", "<="),
    ("without exceeding", "<="),
    ("not above", "<="),
    ("never above", "<="),
    ("not go above", "<="),
    ("not rise above", "<="),
    ("not over", "<="),
    ("never over", "<="),
    ("up to", "<="),
    ("more than", ">"),
    ("greater than", ">"),
    ("higher than", ">"),
    ("longer than", ">"),
    ("persists for", ">="),
    ("persist for", ">="),
    ("exceeds", ">"),
    ("exceeding", ">"),
    ("exceed", ">"),
    ("above", ">"),
    ("over", ">"),
    ("not older than", "<="),
    ("no older than", "<="),
    ("younger than", "<"),
    ("less than", "<"),
    ("fewer than", "<"),
    ("lower than", "<"),
    ("below", "<"),
    ("under", "<"),
];

/// Comparisons of one block that are read; nobody judges a release by more in one sentence.
const MAX_COMPARISONS: usize = 50;

/// Every comparison with a number: where it begins, and what it says. Numbers are rare; from each one the words in front are looked at.
pub(crate) fn compared(words: &str) -> Vec<(usize, Threshold)> {
    let mut found: Vec<(usize, Threshold)> = Vec::new();
    let bytes = words.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < MAX_COMPARISONS {
        let is_number = bytes[at].is_ascii_digit()
            && !at
                .checked_sub(1)
                .is_some_and(|before| bytes[before].is_ascii_alphanumeric() || bytes[before] == b'.');
        if !is_number {
            at += 1;
            continue;
        }
        let before = words[..at].trim_end_matches(['$', '€', '£']);
        let before = before.strip_suffix(' ').unwrap_or(before);
        let before = before.strip_suffix(' ').unwrap_or(before);
        if let Some((start, comparison)) = comparison(before)
            && let Some((value, unit, end)) = quantity(words, before.len())
        {
            found.push((start, Threshold { comparison, value, unit }));
            at = end.max(at + 1);
        } else {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
    }
    found
}

/// The comparison that words end with: where it begins, and its sign. The longest spelling wins.
pub(crate) fn comparison(words: &str) -> Option<(usize, &'static str)> {
    let mut best: Option<(usize, &'static str)> = None;
    for (spelling, sign) in COMPARISONS {
        let Some(start) = words.len().checked_sub(spelling.len()) else {
            continue;
        };
        let Some(end) = words.get(start..) else { continue };
        if !end.eq_ignore_ascii_case(spelling) || best.is_some_and(|(longest, _)| longest <= start) {
            continue;
        }
        let before = words[..start].chars().next_back();
        let is_word = spelling.starts_with(|char: char| char.is_ascii_alphabetic());
        // "discover" ends like "over"; an arrow or a tag is no comparison.
        let is_free = if is_word {
            !before.is_some_and(char::is_alphanumeric)
        } else {
            !matches!(before, Some('-' | '=' | '<' | '>'))
        };
        if is_free {
            best = Some((start, sign));
        }
    }
    best
}

/// A number with its unit at an offset, a blank or two away: the number as written, the unit, and where it ends.
fn quantity(words: &str, at: usize) -> Option<(String, String, usize)> {
    let rest = words.get(at..)?;
    let lead = rest.len() - rest.trim_start_matches(' ').len();
    let rest = &rest[lead..];
    if lead > 2 {
        return None;
    }
    let currency = rest.starts_with(['$', '€', '£']).then(|| rest.chars().next()).flatten();
    let number = currency.map_or(rest, |sign| &rest[sign.len_utf8()..]);
    let value = leading(number)?;
    let offset = at + lead + currency.map_or(0, char::len_utf8) + value.len();
    let behind = &words[offset..];
    let blank = behind.len() - behind.trim_start_matches([' ', '\u{A0}']).len();
    let unit = &behind[blank..];
    let unit_length = if unit.starts_with('%') {
        1
    } else {
        unit.find(|char: char| !(char.is_alphabetic() || char == '/'))
            .unwrap_or(unit.len())
    };
    let unit = &unit[..unit_length];
    if let Some(sign) = currency {
        return Some((value.to_owned(), sign.to_string(), offset));
    }
    if is_unit(unit) {
        return Some((value.to_owned(), unit.to_owned(), offset + blank + unit.len()));
    }
    // `>2x` and `v1.2` are something else, a bare number is one.
    let is_free = blank > 0 || unit.is_empty();
    is_free.then(|| (value.to_owned(), String::new(), offset))
}

/// Units that are none of time.
const UNITS: &[&str] = &[
    "%", "ms", "percent", "consecutive", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "rps", "req/s", "qps", "/s", "/min", "x",
];

fn is_unit(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    TIMES.iter().chain(UNITS).any(|unit| *unit == word)
}

#[cfg(test)]
mod tests {
    use super::compared;

    fn read(words: &str) -> Vec<String> {
        compared(words)
            .into_iter()
            .map(|(at, threshold)| format!("{at}: {} {} {}", threshold.comparison, threshold.value, threshold.unit))
            .collect()
    }

    #[test]
    fn signs_and_words_compare() {
        for (words, expected) in [
            ("rate >1%", "5: > 1 %"),
            ("rate > 0.5 %", "5: > 0.5 %"),
            ("stays ≥12h", "6: >= 12 h"),
            ("No more than 3 restarts", "0: <= 3 "),
            ("more than 5 minutes", "0: > 5 minutes"),
            ("cost under $1,000 a day", "5: < 1,000 $"),
            ("Minimum of 80 percent.", "0: >= 80 percent"),
            ("persists for 2 consecutive checks", "0: >= 2 consecutive"),
        ] {
            assert_eq!(read(words), [expected], "{words}");
        }
        assert_eq!(read("a >1%, b <2"), ["2: > 1 %", "9: < 2 "]);
    }

    #[test]
    fn other_numbers_compare_nothing() {
        for words in [
            "a -> 3", "a => 2", "discover 2", "at 5", "over the 2", "at least once", "12 > x",
        ] {
            assert_eq!(read(words), Vec::<String>::new(), "{words}");
        }
    }
}
