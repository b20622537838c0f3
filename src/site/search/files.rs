//! The files of the search, and what is known of them for the next time: a page that says what it said, at its old number, is not read
//! again, and a file of words is written again only when the pages of one of its words are others.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::site::assets;
use crate::site::body::written::hex;
use crate::site::file::File;
use crate::site::search::index::{DIGITS, Edition, Page, Terms, describe, digits, numbers, shard};
use crate::site::search::known::{Index, Known, PAGES, Shard, Term, packed, unpacked, url};

/// One page in so many may say something else; with more of them everything is read anew.
const CHANGED: usize = 8;

/// A page that is asked for.
pub(super) struct Asked<'site> {
    /// The digest of everything that it says, but for its state.
    pub(super) key: u128,
    /// The state today, by the word of the model; empty for none.
    pub(super) state: String,
    /// Makes it.
    pub(super) make: Box<dyn Fn() -> Page<'site> + 'site>,
}

/// A file of the search.
pub(in crate::site) enum Found {
    /// A file that is made.
    Made(File),
    /// One that was made before, by its path.
    Kept(String),
}

/// That a page leaves a list of a word for another one; none where it comes or goes.
type Edit = (u32, Option<u8>, Option<u8>);

/// The words of a page, each with its list.
type Words = Vec<(Box<str>, u8)>;

/// Gives files away, each once.
struct Giver<'sink> {
    given: HashSet<String>,
    sink: &'sink mut dyn FnMut(Found),
}

impl Giver<'_> {
    fn give(&mut self, name: char, body: &str) -> String {
        let digest = hex(&Sha256::digest(body.as_bytes()))[..12].to_owned();
        let url = url(name, &digest);
        if self.given.insert(url.clone()) {
            let bytes = call(&format!("{name}-{digest}"), body).into_bytes();
            (self.sink)(Found::Made(File { url, bytes }));
        }
        digest
    }

    fn keep(&mut self, name: char, digest: &str) {
        let url = url(name, digest);
        if self.given.insert(url.clone()) {
            (self.sink)(Found::Kept(url));
        }
    }
}

fn call(name: &str, value: &(impl Serialize + ?Sized)) -> String {
    let json = serde_json::to_string(value).expect("strings and lists of them are always JSON");
    format!("rp(\"{name}\",{})\n", assets::value(json))
}

/// Gives the files for pages, which are numbered in their order; those of a product stand together. So do the editions. `before` is what is
/// known of files that stand already.
pub(super) fn files(
    asked: &[Asked<'_>],
    editions: &[Edition],
    states: &dyn Fn(&str) -> (String, String),
    before: Option<Index>,
    sink: &mut dyn FnMut(Found),
) -> Index {
    let mut giver = Giver {
        given: HashSet::new(),
        sink,
    };
    let index = match before.and_then(|before| before.changed(asked)) {
        Some(again) => again.give(asked, &mut giver),
        None => Index::of(asked, &mut giver),
    };
    let root = index.root(asked, editions, states);
    (giver.sink)(Found::Made(root));
    index
}

impl Index {
    /// Reads all pages. A page is needed no longer than it takes to read it.
    fn of(asked: &[Asked<'_>], giver: &mut Giver<'_>) -> Self {
        let mut terms = Terms::default();
        let mut index = Self::default();
        let mut chunk = String::new();
        for (at, asked) in asked.iter().enumerate() {
            let page = (asked.make)();
            let words = terms.add(&page);
            if at > 0 && at.is_multiple_of(PAGES) {
                index.chunks.push(giver.give('d', &chunk));
                chunk.clear();
            } else if at > 0 {
                chunk.push_str("\n\n");
            }
            describe(&mut chunk, &page);
            index.pages.push(Known::of(asked.key, &page, packed(words.into_iter())));
        }
        if !asked.is_empty() {
            index.chunks.push(giver.give('d', &chunk));
        }
        for (number, word, lists) in terms.sorted() {
            index.next = index.next.max(number + 1);
            index.terms.push(Term {
                number,
                word,
                lists: lists.into(),
            });
        }
        index.shards = index.shards_beside(&[], &[], giver);
        index.lexicon = index.lexicon(giver);
        index
    }

    /// The words in files, with the first word of each. `origins` tells for each word where it stood before, if it is the same.
    fn shards_beside(&self, origins: &[Option<usize>], before: &[Shard], giver: &mut Giver<'_>) -> Vec<Shard> {
        let mut starts: HashMap<usize, &Shard> = HashMap::new();
        let mut start = 0;
        for shard in before {
            starts.insert(start, shard);
            start += shard.count;
        }
        let last = before.last();
        let same = |at: usize| {
            let origin = (*origins.get(at)?)?;
            let shard = *starts.get(&origin)?;
            let own = origins.get(at..at + shard.count)?;
            let is_same = own.iter().zip(origin..).all(|(own, before)| *own == Some(before));
            // The last one ends where the words end, and not where they are cut.
            let is_end = !last.is_some_and(|last| std::ptr::eq(last, shard)) || at + shard.count == self.terms.len();
            (is_same && is_end).then_some(shard)
        };
        let mut shards = Vec::new();
        let mut at = 0;
        while at < self.terms.len() {
            let known = same(at);
            let made = if let Some(known) = known {
                giver.keep('t', &known.digest);
                known.clone()
            } else {
                let rest = self.terms[at..].iter().map(|term| (&*term.word, &*term.lists));
                let (body, count) = shard(rest);
                Shard {
                    first: self.terms[at].word.to_string(),
                    digest: giver.give('t', &body),
                    count,
                }
            };
            at += made.count;
            shards.push(made);
        }
        shards
    }

    /// The words alone, in three files by their length.
    fn lexicon(&self, giver: &mut Giver<'_>) -> Vec<String> {
        let of_length = |(least, most): (usize, usize)| {
            let mut body = String::from(" ");
            for term in &self.terms {
                let term = &*term.word;
                // Digests say nothing to somebody who types.
                let is_digest = term.len() >= 12 && term.bytes().all(|byte| byte.is_ascii_hexdigit());
                if (least..=most).contains(&term.chars().count()) && !is_digest {
                    body.push_str(term);
                    body.push(' ');
                }
            }
            giver.give('l', &body)
        };
        [(3, 6), (7, 10), (11, 64)].into_iter().map(of_length).collect()
    }

    /// The file that names the others.
    fn root(&self, asked: &[Asked<'_>], editions: &[Edition], states: &dyn Fn(&str) -> (String, String)) -> File {
        let mut all: Vec<&str> = asked.iter().map(|page| page.state.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        let looks: Vec<(String, String)> = all.iter().map(|state| states(state)).collect();
        let digit = |number: usize| DIGITS[number.min(63)] as char;
        let state = |page: &Asked<'_>| digit(all.binary_search(&page.state.as_str()).unwrap_or_default());
        let sets: BTreeSet<&str> = self.pages.iter().map(|page| page.set.as_str()).collect();
        let places: HashMap<&str, usize> = sets.iter().enumerate().map(|(place, set)| (*set, place)).collect();
        let mut products: Vec<(&str, usize)> = Vec::new();
        for (at, page) in self.pages.iter().enumerate() {
            if products.last().is_none_or(|(product, _)| *product != page.product) {
                products.push((&page.product, at));
            }
        }
        let editions: Vec<[&str; 3]> = editions
            .iter()
            .map(|edition| [edition.product.as_str(), &edition.version, &edition.address])
            .collect();
        let shards = self.shards.iter().map(|shard| format!("{} {}", shard.first, shard.digest));
        let root = json!({
            "e": editions,
            "f": self.pages.iter().map(|page| places[page.set.as_str()]).collect::<Vec<_>>(),
            "g": sets,
            "p": products,
            "t": shards.collect::<Vec<_>>(),
            "l": self.lexicon,
            "d": self.chunks.concat(),
            "k": self.pages.iter().map(|page| page.kind).collect::<String>(),
            "s": asked.iter().map(state).collect::<String>(),
            "n": self.pages.iter().map(|page| digit(page.length)).collect::<String>(),
            "w": looks,
        });
        File {
            url: "search/root.js".to_owned(),
            bytes: call("root", &root).into_bytes(),
        }
    }

    /// What has to be read again for pages; none when that is much, or when anything is not as it should be.
    fn changed(mut self, asked: &[Asked<'_>]) -> Option<Again> {
        if self.pages.len() != asked.len() {
            return None;
        }
        let pairs = self.pages.iter().zip(asked).enumerate();
        let changed: Vec<usize> = pairs
            .filter(|(_, (known, asked))| known.key != asked.key)
            .map(|(at, _)| at)
            .collect();
        if changed.len() * CHANGED > asked.len() {
            return None;
        }
        let mut places: Vec<Option<usize>> = vec![None; self.next as usize];
        for (place, term) in self.terms.iter().enumerate() {
            *places.get_mut(term.number as usize)? = Some(place);
        }
        // Of each word the pages that it leaves and those that it comes to, with their lists.
        let mut edits: BTreeMap<Box<str>, Vec<Edit>> = BTreeMap::new();
        let mut told: Vec<(usize, Known, Words)> = Vec::new();
        for at in changed {
            let page = (asked[at].make)();
            let mut terms = Terms::default();
            let met = terms.add(&page);
            let words = terms.words();
            let mut new: BTreeMap<Box<str>, u8> = BTreeMap::new();
            for (number, list) in met {
                new.insert(words.get(number as usize)?.clone(), list);
            }
            let number = u32::try_from(at).ok()?;
            let mut old: BTreeMap<Box<str>, u8> = BTreeMap::new();
            for (word, list) in unpacked(&self.pages[at].words)? {
                let place = (*places.get(word as usize)?)?;
                old.insert(self.terms[place].word.clone(), list);
            }
            for (word, from) in &old {
                let to = new.get(word).copied();
                if to != Some(*from) {
                    edits.entry(word.clone()).or_default().push((number, Some(*from), to));
                }
            }
            for (word, to) in new.iter().filter(|(word, _)| !old.contains_key(*word)) {
                edits.entry(word.clone()).or_default().push((number, None, Some(*to)));
            }
            told.push((at, Known::of(asked[at].key, &page, Box::default()), new.into_iter().collect()));
        }
        let mut fresh: Vec<Term> = Vec::new();
        let mut is_clean = vec![true; self.terms.len()];
        let mut has_other_words = false;
        for (word, edits) in edits {
            let place = self.terms.binary_search_by(|term| term.word.cmp(&word));
            let before = place.map_or("", |place| &*self.terms[place].lists);
            let lists: Box<str> = edited(before, &edits)?.into();
            if let Ok(place) = place {
                has_other_words |= lists.is_empty();
                is_clean[place] = false;
                self.terms[place].lists = lists;
            } else {
                has_other_words = true;
                let number = self.next;
                self.next = number.checked_add(1)?;
                fresh.push(Term { number, word, lists });
            }
        }
        let mut fresh = fresh.into_iter().peekable();
        let mut terms = Vec::with_capacity(self.terms.len());
        let mut origins = Vec::with_capacity(self.terms.len());
        for ((place, term), is_clean) in std::mem::take(&mut self.terms).into_iter().enumerate().zip(is_clean) {
            while let Some(new) = fresh.next_if(|new| new.word < term.word) {
                terms.push(new);
                origins.push(None);
            }
            if !term.lists.is_empty() {
                terms.push(term);
                origins.push(is_clean.then_some(place));
            }
        }
        origins.extend(fresh.map(|new| {
            terms.push(new);
            None
        }));
        self.terms = terms;
        let mut chunks = BTreeSet::new();
        for (at, known, words) in told {
            let number = |word: &str| {
                let place = self.terms.binary_search_by(|term| (*term.word).cmp(word)).ok()?;
                Some(self.terms[place].number)
            };
            let words = words.iter().map(|(word, list)| Some((number(word)?, *list)));
            let words = words.collect::<Option<Vec<_>>>()?;
            self.pages[at] = Known {
                words: packed(words.into_iter()),
                ..known
            };
            chunks.insert(at / PAGES);
        }
        Some(Again {
            index: self,
            origins,
            chunks,
            has_other_words,
        })
    }
}

/// An index of which a few pages were read again.
struct Again {
    index: Index,
    /// For each word where it stood before, if its pages are the same.
    origins: Vec<Option<usize>>,
    /// The groups of pages of which one says something else.
    chunks: BTreeSet<usize>,
    has_other_words: bool,
}

impl Again {
    fn give(self, asked: &[Asked<'_>], giver: &mut Giver<'_>) -> Index {
        let Self {
            mut index,
            origins,
            chunks,
            has_other_words,
        } = self;
        for (number, pages) in asked.chunks(PAGES).enumerate() {
            if !chunks.contains(&number) {
                giver.keep('d', &index.chunks[number]);
                continue;
            }
            let mut chunk = String::new();
            for (at, page) in pages.iter().enumerate() {
                if at > 0 {
                    chunk.push_str("\n\n");
                }
                describe(&mut chunk, &(page.make)());
            }
            index.chunks[number] = giver.give('d', &chunk);
        }
        let before = std::mem::take(&mut index.shards);
        index.shards = index.shards_beside(&origins, &before, giver);
        if has_other_words {
            index.lexicon = index.lexicon(giver);
        } else {
            index.lexicon.iter().for_each(|digest| giver.keep('l', digest));
        }
        index
    }
}

/// The lists of a word after pages left and came; none where a page that leaves was not there.
fn edited(lists: &str, edits: &[Edit]) -> Option<String> {
    let mut pages: Vec<Vec<u32>> = lists.split(' ').skip(1).map(numbers).collect::<Option<_>>()?;
    for (page, from, to) in edits {
        if let Some(from) = from {
            let list = pages.get_mut(usize::from(*from))?;
            list.remove(list.binary_search(page).ok()?);
        }
        if let Some(to) = to {
            let to = usize::from(*to);
            if pages.len() <= to {
                pages.resize(to + 1, Vec::new());
            }
            let place = pages[to].binary_search(page).err()?;
            pages[to].insert(place, *page);
        }
    }
    let length = pages.iter().rposition(|list| !list.is_empty()).map_or(0, |last| last + 1);
    Some(pages[..length].iter().map(|list| format!(" {}", digits(list))).collect())
}

#[cfg(test)]
mod tests;
