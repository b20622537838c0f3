//! A page that is the same in many editions is rendered once, with gaps, and filled in for each of them.
//!
//! Most runbooks do not change from one release to the next, and neither does what can be said about them. Their pages then differ in
//! nothing but a few words of the edition: its version, its address, its commit. Rendering such a page costs fifty times as much as
//! copying it, so it goes this way:
//!
//! 1. A kind of page puts the pages that differ only in those words next to each other, and says so with `Kind::is_same`.
//! 2. The first of them is made as any page is, by the same template and into the same JSON, but with gaps in place of the words
//!    ([`Gaps::word`]).
//! 3. [`Mould::of`] cuts the result at the gaps, and [`Mould::fill`] puts the words of each edition in, escaped as the sort of file asks.
//!
//! A gap is written in letters and digits only, so that it comes unchanged through every escaping there is: HTML, JSON, the percent
//! signs of addresses. It cannot be mistaken for words of a runbook, because it holds a digest of the texts of all of them, and no text
//! can hold a digest of itself.

use std::fmt::Write as _;

use chrono::NaiveDate;
use memchr::memmem::Finder;
use sha2::{Digest, Sha256};

use crate::model::tree::ContentId;
use crate::site::body::written::hex;
use crate::site::escape;
use crate::site::markup::push_words;
use crate::site::words;

/// A word of an edition that its pages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Its id.
    Id,
    /// The version as people say it.
    Version,
    /// Its part of addresses; that of its release is the same.
    Part,
    /// The day.
    Day,
    /// The commit, 40 digits.
    Commit,
    /// The commit as people read it.
    ShortCommit,
    /// The sentence that is the page's own.
    Said,
}

/// All words, in the order in which they are kept.
const WORDS: [Word; 7] = [
    Word::Id,
    Word::Version,
    Word::Part,
    Word::Day,
    Word::Commit,
    Word::ShortCommit,
    Word::Said,
];

/// How a file is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A page.
    Html,
    /// Its twin.
    Json,
}

/// The gap in place of words in a page that is going to be filled in.
#[derive(Clone, Debug)]
pub(crate) struct Gaps {
    /// What every gap begins with.
    key: String,
}

impl Gaps {
    /// The gaps of a handbook with these texts.
    pub(crate) fn of<'texts>(texts: impl Iterator<Item = &'texts ContentId>) -> Self {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update(text.to_string());
        }
        Self {
            key: format!("gap{}", &hex(&digest.finalize())[..24]),
        }
    }

    /// The gap for a word.
    pub(crate) fn word(&self, word: Word) -> String {
        let mut gap = self.key.clone();
        let _ = write!(gap, "{}", word as usize);
        gap
    }
}

/// The words of an edition, ready to be put into files of each sort.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    html: [String; WORDS.len()],
    json: [String; WORDS.len()],
}

impl Words {
    /// The words of an edition. Without a day or a commit no page has a gap for them.
    pub(crate) fn of(id: &str, version: &str, part: &str, day: Option<NaiveDate>, commit: Option<&str>) -> Self {
        let commit = commit.unwrap_or_default();
        let word = |word| match word {
            Word::Id => id.to_owned(),
            Word::Version => version.to_owned(),
            Word::Part => part.to_owned(),
            Word::Day => day.map(|day| day.to_string()).unwrap_or_default(),
            Word::Commit => commit.to_owned(),
            Word::ShortCommit => short(commit).to_owned(),
            Word::Said => String::new(),
        };
        let html = |at: Word| {
            let mut html = String::new();
            escape::text(&mut html, &word(at));
            html
        };
        let json = |at: Word| {
            let quoted = serde_json::Value::from(word(at)).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        };
        Self {
            html: WORDS.map(html),
            json: WORDS.map(json),
        }
    }

    /// The same words with the sentence that is a page's own.
    pub(crate) fn say(&mut self, sentence: &str) {
        let at = Word::Said as usize;
        self.html[at].clear();
        push_words(&mut self.html[at], &words::sentence(sentence));
        let quoted = serde_json::Value::from(sentence).to_string();
        quoted[1..quoted.len() - 1].clone_into(&mut self.json[at]);
    }

    fn escaped(&self, sort: Sort) -> &[String; WORDS.len()] {
        match sort {
            Sort::Html => &self.html,
            Sort::Json => &self.json,
        }
    }
}

/// The first digits of a commit or digest, as pages show them.
pub(crate) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// A file with gaps.
#[derive(Debug)]
pub(crate) struct Mould {
    sort: Sort,
    /// Everything but the gaps.
    text: Vec<u8>,
    /// Where in the text which word goes, in order.
    gaps: Vec<(usize, Word)>,
}

impl Mould {
    /// Cuts a file at its gaps.
    pub(crate) fn of(file: &[u8], gaps: &Gaps, sort: Sort) -> Self {
        let mut mould = Self {
            sort,
            text: Vec::with_capacity(file.len()),
            gaps: Vec::new(),
        };
        let key = gaps.key.as_bytes();
        let mut rest = file;
        let finder = Finder::new(key);
        while let Some(start) = finder.find(rest) {
            let end = start + key.len();
            let word = rest
                .get(end)
                .and_then(|digit| WORDS.get(usize::from(digit.wrapping_sub(b'0'))));
            let word = *word.expect("a gap ends with the number of its word");
            mould.text.extend_from_slice(&rest[..start]);
            mould.gaps.push((mould.text.len(), word));
            rest = &rest[end + 1..];
        }
        mould.text.extend_from_slice(rest);
        mould
    }

    /// The file of an edition.
    pub(crate) fn fill(&self, words: &Words) -> Vec<u8> {
        let words = words.escaped(self.sort);
        let length = self.gaps.iter().map(|(_, word)| words[*word as usize].len()).sum::<usize>();
        let mut file = Vec::with_capacity(self.text.len() + length);
        let mut done = 0;
        for (at, word) in &self.gaps {
            file.extend_from_slice(&self.text[done..*at]);
            file.extend_from_slice(words[*word as usize].as_bytes());
            done = *at;
        }
        file.extend_from_slice(&self.text[done..]);
        file
    }
}

#[cfg(test)]
mod tests {
    use super::{Gaps, Mould, Sort, WORDS, Word, Words, short};
    use crate::model::tree::ContentId;

    fn gaps() -> Gaps {
        Gaps::of([ContentId([7; 20])].iter())
    }

    #[test]
    fn words_are_kept_in_the_order_of_their_numbers() {
        for (number, word) in WORDS.into_iter().enumerate() {
            assert_eq!(word as usize, number);
        }
        assert!(WORDS.len() < 10, "the number of a word is one digit");
    }

    #[test]
    fn words_are_escaped_for_the_file_that_they_go_into() {
        let gaps = gaps();
        let words = Words::of("next", "<\"v1\">", "next", None, Some("0123456789abcdef"));
        let page = format!("<b>{}</b> {}", gaps.word(Word::Version), gaps.word(Word::ShortCommit));
        assert_eq!(
            Mould::of(page.as_bytes(), &gaps, Sort::Html).fill(&words),
            b"<b>&lt;&quot;v1&quot;&gt;</b> 0123456789ab"
        );
        let twin = format!("{{\"version\":\"{}\"}}", gaps.word(Word::Version));
        assert_eq!(
            Mould::of(twin.as_bytes(), &gaps, Sort::Json).fill(&words),
            br#"{"version":"<\"v1\">"}"#
        );
    }

    #[test]
    fn gaps_pass_every_escaping() {
        let gap = gaps().word(Word::Part);
        assert!(gap.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        assert_eq!(crate::site::address::part(&gap), gap);
    }

    #[test]
    fn a_short_word_stays_whole() {
        assert_eq!(short("abc"), "abc");
    }
}
