//! Words for the search: one way of cutting, the same here and in the script of the search (`templates/assets/search.js`).

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is not looked for.
const LONGEST: usize = 64;

/// Small letters without accents.
pub(super) fn folded(text: &str) -> String {
    // Nothing else can happen to the letters that most texts are written in.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase()
        .replace('ß', "ss")
        .nfd()
        .filter(|character| !is_combining_mark(*character))
        .nfc()
        .collect()
}

/// The words of a text as a reader would type them.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, &mut String::new(), |word| words.push(word.to_owned()));
    words
}

/// The words of a text one after the other; `room` is for its small letters.
pub(super) fn each_word(text: &str, room: &mut String, mut give: impl FnMut(&str)) {
    room.clear();
    if text.is_ascii() {
        room.push_str(text);
        room.make_ascii_lowercase();
    } else {
        room.push_str(&folded(text));
    }
    let give_piece = |give: &mut dyn FnMut(&str), piece: &str| {
        let word = piece
            .trim_end_matches(['.', ':', '!', '?', '*', '…'])
            .trim_start_matches(['*', '#']);
        if !word.is_empty() && word.len() <= LONGEST && word.chars().any(char::is_alphanumeric) {
            give(word);
        }
    };
    if room.is_ascii() {
        let is_between = &*IS_BETWEEN;
        // Nothing but bytes has to be looked at, and words of letters and digits are words as they are.
        let mut start = 0;
        for piece in room.as_bytes().split(|byte| is_between[usize::from(*byte)]) {
            let place = start..start + piece.len();
            start = place.end + 1;
            let Some(piece) = room.get(place) else { continue };
            match piece.as_bytes() {
                [] => {}
                [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
                    if piece.len() <= LONGEST {
                        give(piece);
                    }
                }
                _ => give_piece(&mut give, piece),
            }
        }
    } else {
        room.split(is_between).for_each(|piece| give_piece(&mut give, piece));
    }
}

/// The same of bytes, which nearly all characters are.
static IS_BETWEEN: LazyLock<[bool; 256]> =
    LazyLock::new(|| std::array::from_fn(|byte| byte < 128 && is_between(char::from(byte as u8))));

/// Whether a character stands between words.
fn is_between(character: char) -> bool {
    match character {
        '|' | '"' | '\'' | '<' | '>' | '(' | ')' | '{' | '}' | '[' | ']' | ',' | ';' | '=' | '$' | '\\' | '`' => true,
        _ => character.is_whitespace(),
    }
}

/// The parts of a word that are found as well: between slashes, dots and the like, and between anything that is no letter and no digit.
pub(super) fn parts(word: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return parts;
    }
    let mut add = |part: &str| {
        if part.chars().nth(1).is_some() && part != word && !parts.iter().any(|known| known == part) {
            parts.push(part.to_owned());
        }
    };
    for segment in word.split(|character: char| "/.:@~+&%".contains(character)) {
        add(segment.trim_matches(['-', '_']));
        for part in segment.split(|character: char| !character.is_alphanumeric()) {
            add(part);
        }
    }
    for run in word.split(|character: char| !is_wide(character)) {
        let characters: Vec<char> = run.chars().collect();
        for pair in characters.windows(2) {
            add(&pair.iter().collect::<String>());
        }
    }
    parts
}

/// Whether a character belongs to a script that is written without blanks.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::{parts, words};

    #[test]
    fn words_are_cut_as_people_type_them() {
        for (text, expected) in [
            ("Roll back: the `API`!", &["roll", "back", "the", "api"][..]),
            ("--no-cache FOO=bar", &["--no-cache", "foo", "bar"]),
            ("Störung, Café, Straße", &["storung", "cafe", "strasse"]),
            ("**bold** #3 — …", &["bold", "3"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_of_words_are_found() {
        assert_eq!(
            parts("scripts/dlq-replay.sh"),
            ["scripts", "dlq-replay", "dlq", "replay", "sh"]
        );
        assert_eq!(parts("cve-2021-44228"), ["cve", "2021", "44228"]);
        assert_eq!(parts("a.flood_stage"), ["flood_stage", "flood", "stage"]);
        assert_eq!(parts("--no-cache"), ["no-cache", "no", "cache"]);
        assert_eq!(parts("回滚流程"), ["回滚", "滚流", "流程"]);
        assert_eq!(parts("plain"), [""; 0]);
    }
}
