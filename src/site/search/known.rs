//! What is known of the files of a search for the next time, and its form in bytes: whatever bytes are given, nothing panics.

use crate::model::bytes::{Packed, put_number, put_part};
use crate::site::search::index::{Page, runs};
use crate::site::search::tokens::words;

/// Pages in one file.
pub(super) const PAGES: usize = 16;

/// What is known of the files of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::site) struct Index {
    pub(super) pages: Vec<Known>,
    /// The words in order.
    pub(super) terms: Vec<Term>,
    /// The number that the next new word gets.
    pub(super) next: u32,
    /// The digests of the files that are named by what they hold.
    pub(super) chunks: Vec<String>,
    pub(super) shards: Vec<Shard>,
    pub(super) lexicon: Vec<String>,
}

/// What is kept of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) key: u128,
    pub(super) kind: char,
    /// Words of its title.
    pub(super) length: usize,
    /// The editions that have it.
    pub(super) set: String,
    pub(super) product: String,
    /// Its words: the number of each with its list, packed.
    pub(super) words: Box<[u8]>,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) number: u32,
    pub(super) word: Box<str>,
    /// Its lists of pages, as they are written.
    pub(super) lists: Box<str>,
}

/// A file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    /// Its first word.
    pub(super) first: String,
    pub(super) digest: String,
    /// How many words it has.
    pub(super) count: usize,
}

/// The path of a file that is named by what it holds.
pub(super) fn url(name: char, digest: &str) -> String {
    format!("search/{name}-{digest}.js")
}

impl Index {
    /// The paths of all files but the one that names the others.
    pub(in crate::site) fn urls(&self) -> impl Iterator<Item = String> {
        let chunks = self.chunks.iter().map(|digest| url('d', digest));
        let shards = self.shards.iter().map(|shard| url('t', &shard.digest));
        chunks.chain(shards).chain(self.lexicon.iter().map(|digest| url('l', digest)))
    }

    /// Everything as bytes.
    pub(in crate::site) fn put(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let text = |bytes: &mut Vec<u8>, text: &str| put_part(bytes, text.as_bytes());
        put_number(&mut bytes, self.pages.len() as u64);
        for page in &self.pages {
            bytes.extend_from_slice(&page.key.to_le_bytes());
            put_number(&mut bytes, u64::from(page.kind));
            put_number(&mut bytes, page.length as u64);
            text(&mut bytes, &page.set);
            text(&mut bytes, &page.product);
            put_part(&mut bytes, &page.words);
        }
        put_number(&mut bytes, self.terms.len() as u64);
        for term in &self.terms {
            put_number(&mut bytes, u64::from(term.number));
            text(&mut bytes, &term.word);
            text(&mut bytes, &term.lists);
        }
        put_number(&mut bytes, u64::from(self.next));
        put_number(&mut bytes, self.shards.len() as u64);
        for shard in &self.shards {
            text(&mut bytes, &shard.first);
            text(&mut bytes, &shard.digest);
            put_number(&mut bytes, shard.count as u64);
        }
        for list in [&self.chunks, &self.lexicon] {
            put_number(&mut bytes, list.len() as u64);
            for digest in list {
                text(&mut bytes, digest);
            }
        }
        bytes
    }

    /// Everything from bytes; none when they are of something else.
    pub(in crate::site) fn get(bytes: &[u8]) -> Option<Self> {
        fn text(packed: &mut Packed<'_>) -> Option<String> {
            String::from_utf8(packed.part()?.to_vec()).ok()
        }
        fn list<T>(packed: &mut Packed<'_>, one: impl Fn(&mut Packed<'_>) -> Option<T>) -> Option<Vec<T>> {
            let count = packed.count(1)?;
            (0..count).map(|_| one(packed)).collect()
        }
        let mut packed = Packed { rest: bytes };
        let pages = list(&mut packed, |packed| {
            Some(Known {
                key: u128::from_le_bytes(packed.bytes(16)?.try_into().ok()?),
                kind: char::from_u32(packed.number()?.try_into().ok()?)?,
                length: packed.number()?.try_into().ok()?,
                set: text(packed)?,
                product: text(packed)?,
                words: packed.part()?.into(),
            })
        })?;
        let terms = list(&mut packed, |packed| {
            Some(Term {
                number: packed.number()?.try_into().ok()?,
                word: text(packed)?.into(),
                lists: text(packed)?.into(),
            })
        })?;
        let next = packed.number()?.try_into().ok()?;
        let shards = list(&mut packed, |packed| {
            Some(Shard {
                first: text(packed)?,
                digest: text(packed)?,
                count: packed.number()?.try_into().ok().filter(|count| *count > 0)?,
            })
        })?;
        let index = Self {
            pages,
            terms,
            next,
            shards,
            chunks: list(&mut packed, text)?,
            lexicon: list(&mut packed, text)?,
        };
        let is_sound = index
            .shards
            .iter()
            .try_fold(0_usize, |sum, shard| sum.checked_add(shard.count))
            == Some(index.terms.len())
            && index.chunks.len() == index.pages.len().div_ceil(PAGES);
        (packed.rest.is_empty() && is_sound).then_some(index)
    }
}

impl Known {
    pub(super) fn of(key: u128, page: &Page<'_>, words_of_page: Box<[u8]>) -> Self {
        Self {
            key,
            kind: if page.is_old {
                page.kind.to_ascii_uppercase()
            } else {
                page.kind
            },
            length: words(&page.title).len(),
            set: runs(&page.texts),
            product: page.product.clone(),
            words: words_of_page,
        }
    }
}

/// The words of a page in few bytes.
pub(super) fn packed(words: impl Iterator<Item = (u32, u8)>) -> Box<[u8]> {
    let mut bytes = Vec::new();
    for (word, list) in words {
        put_number(&mut bytes, u64::from(word) << 3 | u64::from(list));
    }
    bytes.into()
}

pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<(u32, u8)>> {
    let mut packed = Packed { rest: bytes };
    let mut words = Vec::new();
    while !packed.rest.is_empty() {
        let number = packed.number()?;
        words.push((u32::try_from(number >> 3).ok()?, (number & 7) as u8));
    }
    Some(words)
}
