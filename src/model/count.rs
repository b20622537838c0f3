//! Numbers with their nouns, the same on a page, in the terminal and in a message.

/// A number with a comma behind each thousand.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its word: `1 step`, `2 steps`. The word takes an `s` unless another plural is given after a slash (`entry/entries`).
pub(crate) fn counted(number: u64, word: &str) -> String {
    let (one, many) = match word.split_once('/') {
        Some((one, many)) => (one, many.to_owned()),
        None => (word, format!("{word}s")),
    };
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", grouped(number))
    }
}

/// Numbers that people write as words, by what they count.
const WORDS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// The number of a word, in lower case: `three`.
pub(crate) fn of_word(word: &str) -> Option<u32> {
    WORDS.iter().position(|known| *known == word).map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::{counted, of_word};

    #[test]
    fn a_number_may_be_a_word() {
        assert_eq!(
            (of_word("zero"), of_word("twelve"), of_word("hundred")),
            (Some(0), Some(12), None)
        );
    }

    #[test]
    fn one_thing_has_no_plural() {
        assert_eq!(counted(0, "file"), "0 files");
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(2_000, "entry/entries"), "2,000 entries");
        assert_eq!(counted(1, "file differs/files differ"), "1 file differs");
    }
}
