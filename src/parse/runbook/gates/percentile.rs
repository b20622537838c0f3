//! Percentiles in all their spellings: `p(95)`, "95th percentile latency", `p95`.

use std::borrow::Cow;

/// A text in which `p(95)` is `p95`, at the same places: brackets around other words end what is measured.
pub(super) fn without_brackets(text: &str) -> Cow<'_, str> {
    let mut flat = Cow::Borrowed(text);
    for (at, _) in text.match_indices("p(") {
        let digits = text[at + 2..]
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        let is_percentile =
            digits > 0 && text[at + 2 + digits..].starts_with(')') && !text[..at].ends_with(char::is_alphanumeric);
        if is_percentile {
            let number = &text[at + 2..at + 2 + digits];
            flat.to_mut().replace_range(at..at + digits + 3, &format!("p{number}  "));
        }
    }
    flat
}

/// A metric whose percentile is written in another way: `http_req_duration p(95)` and `95th percentile latency` have a `p95`.
pub(super) fn with_percentile(metric: &str) -> String {
    let mut metric = metric.to_owned();
    if let Some((before, rest)) = metric.split_once("p(")
        && let Some((digits, behind)) = rest.split_once(')')
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && !before.ends_with(char::is_alphanumeric)
    {
        metric = format!("{before}p{digits}{behind}");
    }
    let words: Vec<&str> = metric.split_whitespace().collect();
    let at = words.windows(2).position(|pair| {
        let digits = pair[0].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        is_ordinal(pair[0]) && !digits.is_empty() && matches!(pair[1], "percentile" | "percentile,")
    });
    let Some(at) = at else {
        return metric;
    };
    let digits = words[at].trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mut kept = vec![format!("p{digits}")];
    let others = words.iter().enumerate().filter(|(other, _)| *other != at && *other != at + 1);
    kept.extend(
        others
            .map(|(_, word)| (*word).to_owned())
            .filter(|word| word != "of" && word != "the"),
    );
    kept.join(" ")
}

/// Whether a word counts a place: `95th`.
pub(super) fn is_ordinal(word: &str) -> bool {
    let digits = word.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    digits > 0 && matches!(&word[digits..], "st" | "nd" | "rd" | "th")
}
