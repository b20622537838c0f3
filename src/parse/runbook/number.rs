//! Numbers among the words of a text, and the units of time behind them.

/// Units of time, as people write them behind a number.
pub(crate) const TIMES: &[&str] = &[
    "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours", "d",
    "day", "days", "week", "weeks", "month", "months",
];

/// The number that words begin with, as written: `10`, `0.5`, `1,000`.
pub(crate) fn leading(words: &str) -> Option<&str> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let length = words.bytes().take_while(is_part).count();
    let number = words[..length].trim_end_matches(['.', ',']);
    number.starts_with(|char: char| char.is_ascii_digit()).then_some(number)
}
