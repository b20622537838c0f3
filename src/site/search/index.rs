//! What pages say -> the words of the search, and how they are written: small scripts that each call one function, so that they load from
//! disk as well as over http.
//!
//! `root.js` names the others, which are named by what they hold: `t-…` the words with the pages that hold them, `l-…` the same words to
//! be looked through for middles and for typing errors, `d-…` what is shown of sixteen pages. Numbers are written in 64 digits, five
//! bits each, low ones first, a sixth bit when more follow.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hash::Hash as _;

use foldhash::fast::RandomState;

use crate::model::digest::Values;
use crate::site::search::tokens::{each_word, folded, parts, words};

/// The least and the most bytes of a file of words.
const WORDS: (usize, usize) = (6_000, 40_000);
/// Characters that are shown of a thing that a page says.
const LONGEST: usize = 240;
/// The digits of numbers.
pub(super) const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// A page that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page<'site> {
    /// What it is: `r` runbook, `l` release, `c` component, `a` advisory, `g` gate, `x` exception, `d` duty, `o` log.
    pub(super) kind: char,
    /// The address.
    pub(super) url: String,
    /// The name in addresses, which is found as well.
    pub(super) slug: String,
    /// The title.
    pub(super) title: String,
    /// The product; empty where there is one only.
    pub(super) product: String,
    /// The state today, by the word of the model; empty for none.
    pub(super) state: String,
    /// Whether only old versions have it.
    pub(super) is_old: bool,
    /// For each edition of the product which text of the page it holds, 0 for the one that is shown; none where it has no such page.
    pub(super) texts: Vec<Option<usize>>,
    /// What it says.
    pub(super) parts: Vec<Part<'site>>,
}

/// Something that a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Part<'site> {
    /// `c` command, `s` step, `h` heading, `e` evidence, `w` row, `b` body.
    pub(super) kind: char,
    /// The place in the page.
    pub(super) anchor: Cow<'site, str>,
    /// The words.
    pub(super) text: Cow<'site, str>,
    /// Where it is read when the page says so no more: words for the versions, and the address.
    pub(super) old: Option<(String, String)>,
    /// The texts of the page that say it; empty for all of them.
    pub(super) texts: BTreeSet<usize>,
}

/// An edition that a search can be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edition {
    /// The product; empty where there is one only.
    pub(super) product: String,
    /// The version as people say it.
    pub(super) version: String,
    /// The address of its first page.
    pub(super) address: String,
}

/// The digest of everything that a page says, but for its state.
pub(super) fn key(page: &Page<'_>) -> u128 {
    let Page {
        kind,
        url,
        slug,
        title,
        product,
        state: _,
        is_old,
        texts,
        parts,
    } = page;
    let mut values = Values::default();
    (kind, url, slug, title, product, is_old, texts, parts).hash(&mut values);
    values.short()
}

/// The pages of a word in one list, as the gaps between their numbers.
#[derive(Clone, Debug, Default)]
struct Pages {
    gaps: String,
    last: u32,
}

/// The lists of a word: title, command or step, heading and row, body; then old versions.
type Lists = [Pages; 5];

/// No list: the word is not on the page.
const ABSENT: u8 = u8::MAX;

/// Every word with the pages that hold it, each page in its best list only.
#[derive(Default)]
pub(super) struct Terms {
    /// The number of each word.
    numbers: HashMap<Box<str>, u32, RandomState>,
    /// The lists of each word.
    lists: Vec<Lists>,
    /// The numbers of the parts of each word that was met as one; none before.
    parts: Vec<Option<Box<[u32]>>>,
    /// The best list of each word on the page in hand.
    best: Vec<u8>,
    /// The words on the page in hand.
    met: Vec<u32>,
    /// Pages so far.
    pages: u32,
    /// Room for the small letters of a text.
    room: String,
}

impl Terms {
    /// Adds the next page. Tells its words by their numbers, each with its list.
    pub(super) fn add(&mut self, page: &Page<'_>) -> Vec<(u32, u8)> {
        self.note(&page.title, 0);
        self.note(&page.slug, 0);
        // "fail over" is found as "failover", too.
        let title = words(&page.title);
        for pair in title.windows(2) {
            self.note(&pair.concat(), 1);
        }
        for part in &page.parts {
            let list = match (part.kind, part.old.is_some()) {
                (_, true) => 4,
                ('c' | 's', _) => 1,
                ('b', _) => 3,
                _ => 2,
            };
            self.note(&part.text, list);
        }
        let mut words = Vec::with_capacity(self.met.len());
        for term in self.met.drain(..) {
            let best = std::mem::replace(&mut self.best[term as usize], ABSENT);
            self.lists[term as usize][usize::from(best)].push(self.pages);
            words.push((term, best));
        }
        self.pages += 1;
        words
    }

    /// The words by their numbers.
    pub(super) fn words(&self) -> Vec<Box<str>> {
        let mut words = vec![Box::default(); self.numbers.len()];
        for (word, number) in &self.numbers {
            words[*number as usize] = word.clone();
        }
        words
    }

    /// Notes the words of a text.
    fn note(&mut self, text: &str, list: u8) {
        let mut room = std::mem::take(&mut self.room);
        each_word(text, &mut room, |word| {
            let number = self.number(word);
            self.meet(number, list);
            if self.parts[number as usize].is_none() {
                let parts = parts(word).iter().map(|part| self.number(part)).collect();
                self.parts[number as usize] = Some(parts);
            }
            let parts = self.parts[number as usize].take();
            for part in parts.iter().flatten() {
                self.meet(*part, list);
            }
            self.parts[number as usize] = parts;
        });
        self.room = room;
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let number = self.lists.len() as u32;
        self.numbers.insert(term.into(), number);
        self.lists.push(Lists::default());
        self.parts.push(None);
        self.best.push(ABSENT);
        number
    }

    fn meet(&mut self, term: u32, list: u8) {
        let best = &mut self.best[term as usize];
        if *best == ABSENT {
            self.met.push(term);
        }
        *best = list.min(*best);
    }

    /// The words that stand on any page in order, each with its number and its lists as they are written.
    pub(super) fn sorted(mut self) -> Vec<(u32, Box<str>, String)> {
        let lists = &self.lists;
        let words = self.numbers.drain().map(|(word, number)| {
            let lists = &lists[number as usize];
            let length = lists
                .iter()
                .rposition(|list| !list.gaps.is_empty())
                .map_or(0, |last| last + 1);
            let mut told = String::new();
            for list in &lists[..length] {
                told.push(' ');
                told.push_str(&list.gaps);
            }
            (number, word, told)
        });
        let mut sorted: Vec<(u32, Box<str>, String)> = words.collect();
        sorted.sort_unstable_by(|left, right| left.1.cmp(&right.1));
        sorted
    }
}

/// A list of pages as it is written.
pub(super) fn digits(list: &[u32]) -> String {
    let mut pages = Pages::default();
    for page in list {
        pages.push(*page);
    }
    pages.gaps
}

/// A list of pages from what was written; none where that is something else.
pub(super) fn numbers(digits: &str) -> Option<Vec<u32>> {
    let (mut list, mut page, mut gap, mut shift) = (Vec::new(), 0_u32, 0_u32, 0);
    for digit in digits.bytes() {
        let digit = u32::try_from(DIGITS.iter().position(|known| *known == digit)?).ok()?;
        if shift > 30 {
            return None;
        }
        gap |= (digit & 31) << shift;
        shift += 5;
        if digit & 32 == 0 {
            page = page.checked_add(gap)?;
            list.push(page);
            (gap, shift) = (0, 0);
        }
    }
    Some(list)
}

impl Pages {
    /// Adds a page behind those that are there.
    fn push(&mut self, page: u32) {
        let mut gap = page - self.last;
        self.last = page;
        loop {
            let low = (gap & 31) as usize;
            gap >>= 5;
            self.gaps.push(DIGITS[if gap > 0 { low + 32 } else { low }] as char);
            if gap == 0 {
                break;
            }
        }
    }
}

/// The first file of words with their lists, and how many there are in it. Where it ends depends on the words alone, so that a new one moves
/// only one cut.
pub(super) fn shard<'terms>(terms: impl Iterator<Item = (&'terms str, &'terms str)>) -> (String, usize) {
    let mut body = String::new();
    let mut before = "";
    let mut count = 0;
    for (term, lists) in terms {
        let mut rest = term;
        if body.is_empty() {
            body.push(DIGITS[0] as char);
        } else {
            let pairs = before.chars().zip(term.char_indices());
            let shared = pairs.take_while(|(left, (_, right))| left == right).take(63).count();
            rest = term.char_indices().nth(shared).map_or("", |(at, _)| &term[at..]);
            body.push('|');
            body.push(DIGITS[shared] as char);
        }
        body.push_str(rest);
        body.push_str(lists);
        before = term;
        count += 1;
        let is_end = fingerprint(term).is_multiple_of(128) && body.len() > WORDS.0;
        if is_end || body.len() > WORDS.1 {
            break;
        }
    }
    (body, count)
}

/// The editions that have a page, as runs: `0-3 7-7`.
pub(super) fn runs(texts: &[Option<usize>]) -> String {
    let mut runs = String::new();
    let mut at = 0;
    for run in texts.chunk_by(|left, right| left.is_some() == right.is_some()) {
        if run.first().is_some_and(Option::is_some) {
            let blank = if runs.is_empty() { "" } else { " " };
            let _ = write!(runs, "{blank}{at}-{}", at + run.len() - 1);
        }
        at += run.len();
    }
    runs
}

/// One character for a text of a page, which is only ever compared.
fn sign(text: usize) -> char {
    let beyond = || char::from_u32(0x100 + text as u32).unwrap_or('.');
    DIGITS.get(text).map_or_else(beyond, |digit| *digit as char)
}

/// What is shown of a page: its address, title, product and the text of each edition, then a line for each thing that it says, the body left out.
pub(super) fn describe(text: &mut String, page: &Page<'_>) {
    on_one_line(text, &page.url, usize::MAX);
    text.push('\t');
    on_one_line(text, &page.title, usize::MAX);
    text.push('\t');
    on_one_line(text, &page.product, usize::MAX);
    text.push('\t');
    text.extend(page.texts.iter().map(|text| text.map_or('.', sign)));
    for part in page.parts.iter().filter(|part| part.kind != 'b') {
        let (versions, url) = part.old.as_ref().map_or(("", ""), |(versions, url)| (versions, url));
        text.push('\n');
        text.push(part.kind);
        text.push('\t');
        text.push_str(&part.anchor);
        text.push('\t');
        on_one_line(text, versions, usize::MAX);
        text.push('\t');
        on_one_line(text, url, usize::MAX);
        text.push('\t');
        text.extend(part.texts.iter().map(|text| sign(*text)));
        text.push('\t');
        on_one_line(text, &part.text, LONGEST);
    }
}

/// Appends words with one blank between two of them, up to so many characters.
fn on_one_line(text: &mut String, words: &str, most: usize) {
    let start = text.len();
    for word in words.split_whitespace() {
        if text.len() > start {
            text.push(' ');
        }
        text.push_str(word);
    }
    // So many bytes hold no more characters than that.
    if text.len() - start > most
        && let Some((cut, _)) = text[start..].char_indices().nth(most)
    {
        text.truncate(start + cut);
    }
}

/// A small number for a word (FNV-1a).
fn fingerprint(word: &str) -> u32 {
    word.bytes()
        .fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A text as a search sees it: two that are equal in this say the same.
pub(super) fn plain(text: &str) -> String {
    folded(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{digits, numbers};

    proptest! {
        #[test]
        fn a_list_of_pages_comes_back(mut list in prop::collection::vec(any::<u32>(), 0..20)) {
            list.sort_unstable();
            list.dedup();
            assert_eq!(numbers(&digits(&list)), Some(list));
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,40}") {
            let _ = numbers(&text);
        }
    }
}
