//! The files of the search, and what is known of them for the next time: a page that says what it said, at its old number, is not read
//! again, and a file of words is written again only when the pages of one of its words are others.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::model::bytes::{Packed, put_number, put_part};
use crate::site::assets;
use crate::site::body::written::hex;
use crate::site::file::File;
use crate::site::search::index::{DIGITS, Edition, Page, Terms, describe, digits, numbers, runs, shard};
use crate::site::search::tokens::words;

/// Pages in one file.
const PAGES: usize = 16;
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

/// What is known of the files of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::site) struct Index {
    pages: Vec<Known>,
    /// The words in order.
    terms: Vec<Term>,
    /// The number that the next new word gets.
    next: u32,
    /// The digests of the files that are named by what they hold.
    chunks: Vec<String>,
    shards: Vec<Shard>,
    lexicon: Vec<String>,
}

/// What is kept of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    key: u128,
    kind: char,
    /// Words of its title.
    length: usize,
    /// The editions that have it.
    set: String,
    product: String,
    /// Its words: the number of each with its list, packed.
    words: Box<[u8]>,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    number: u32,
    word: Box<str>,
    /// Its lists of pages, as they are written.
    lists: Box<str>,
}

/// A file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shard {
    /// Its first word.
    first: String,
    digest: String,
    /// How many words it has.
    count: usize,
}

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

fn url(name: char, digest: &str) -> String {
    format!("search/{name}-{digest}.js")
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
    /// The paths of all files but the one that names the others.
    pub(in crate::site) fn urls(&self) -> impl Iterator<Item = String> {
        let chunks = self.chunks.iter().map(|digest| url('d', digest));
        let shards = self.shards.iter().map(|shard| url('t', &shard.digest));
        chunks.chain(shards).chain(self.lexicon.iter().map(|digest| url('l', digest)))
    }

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
        let mut edits: BTreeMap<Box<str>, Vec<(u32, Option<u8>, Option<u8>)>> = BTreeMap::new();
        let mut told: Vec<(usize, Known, Vec<(Box<str>, u8)>)> = Vec::new();
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
            match place {
                Ok(place) => {
                    has_other_words |= lists.is_empty();
                    is_clean[place] = false;
                    self.terms[place].lists = lists;
                }
                Err(_) => {
                    has_other_words = true;
                    let number = self.next;
                    self.next = number.checked_add(1)?;
                    fresh.push(Term { number, word, lists });
                }
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
            list.iter().for_each(|digest| text(&mut bytes, digest));
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
    fn of(key: u128, page: &Page<'_>, words_of_page: Box<[u8]>) -> Self {
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
fn edited(lists: &str, edits: &[(u32, Option<u8>, Option<u8>)]) -> Option<String> {
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

/// The words of a page in few bytes.
fn packed(words: impl Iterator<Item = (u32, u8)>) -> Box<[u8]> {
    let mut bytes = Vec::new();
    for (word, list) in words {
        put_number(&mut bytes, u64::from(word) << 3 | u64::from(list));
    }
    bytes.into()
}

fn unpacked(bytes: &[u8]) -> Option<Vec<(u32, u8)>> {
    let mut packed = Packed { rest: bytes };
    let mut words = Vec::new();
    while !packed.rest.is_empty() {
        let number = packed.number()?;
        words.push((u32::try_from(number >> 3).ok()?, (number & 7) as u8));
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::{any, prop, proptest};

    use super::{Asked, Found, Index};
    use crate::site::file::File;
    use crate::site::search::index::{Edition, Page, Part, key};

    /// The files of an index, those that are kept from the files before.
    fn files_beside(
        pages: &[Page<'_>],
        editions: &[Edition],
        before: Option<(Index, &BTreeMap<String, Vec<u8>>)>,
    ) -> (BTreeMap<String, Vec<u8>>, usize, Index) {
        let look = |state: &str| (state.to_owned(), "pass".to_owned());
        let asked = |page: &Page<'static>| {
            let page = page.clone();
            Asked {
                key: key(&page),
                state: page.state.clone(),
                make: Box::new(move || page.clone()),
            }
        };
        let pages: Vec<Page<'static>> = pages.iter().map(owned).collect();
        let asked: Vec<Asked<'_>> = pages.iter().map(asked).collect();
        let old = before.as_ref().map(|(_, files)| *files);
        let (mut made, mut kept) = (BTreeMap::new(), 0);
        let index = super::files(&asked, editions, &look, before.map(|(index, _)| index), &mut |found| {
            let file = match found {
                Found::Made(file) => file,
                Found::Kept(url) => {
                    kept += 1;
                    let bytes = old.and_then(|old| old.get(&url)).expect("what is kept stood there").clone();
                    File { url, bytes }
                }
            };
            assert!(made.insert(file.url, file.bytes).is_none(), "each file is given once");
        });
        (made, kept, index)
    }

    fn owned(page: &Page<'_>) -> Page<'static> {
        let parts = page.parts.iter().map(|part| Part {
            kind: part.kind,
            anchor: part.anchor.clone().into_owned().into(),
            text: part.text.clone().into_owned().into(),
            old: part.old.clone(),
            texts: part.texts.clone(),
        });
        Page {
            kind: page.kind,
            url: page.url.clone(),
            slug: page.slug.clone(),
            title: page.title.clone(),
            product: page.product.clone(),
            state: page.state.clone(),
            is_old: page.is_old,
            texts: page.texts.clone(),
            parts: parts.collect(),
        }
    }

    fn files(pages: &[Page<'_>], editions: &[Edition]) -> BTreeMap<String, Vec<u8>> {
        files_beside(pages, editions, None).0
    }

    fn page(title: &str, text: &str) -> Page<'static> {
        Page {
            kind: 'r',
            url: format!("latest/runbooks/{}/", title.to_lowercase()),
            slug: title.to_lowercase(),
            title: title.to_owned(),
            state: "fresh".to_owned(),
            parts: vec![Part {
                kind: 'c',
                anchor: "step-1".into(),
                text: text.to_owned().into(),
                ..Part::default()
            }],
            ..Page::default()
        }
    }

    fn of(files: &BTreeMap<String, Vec<u8>>, begin: &str) -> String {
        let file = files
            .iter()
            .find(|(url, _)| url.starts_with(begin))
            .expect("the file is made");
        String::from_utf8(file.1.clone()).expect("files are text")
    }

    #[test]
    fn files_are_scripts_that_hold_no_markup() {
        let files = files(&[page("Undo", "make undo </script>"), page("Redo", "make redo")], &[]);
        assert_eq!(files.len(), 6);
        let is_plain = |bytes: &Vec<u8>| !bytes.contains(&b'<') && bytes.starts_with(b"rp(\"") && bytes.ends_with(b")\n");
        assert!(files.values().all(is_plain));
        // `make` stands in a command of both pages, `redo` in the title of the second.
        assert!(
            of(&files, "search/t-").contains("0make  01|0redo 1"),
            "{}",
            of(&files, "search/t-")
        );
        assert!(of(&files, "search/d-").contains("latest/runbooks/undo/\\tUndo\\t\\t\\nc\\tstep-1\\t\\t\\t\\tmake undo"));
        assert!(of(&files, "search/root.js").contains("\"k\":\"rr\""));
    }

    #[test]
    fn editions_are_told_of_each_page_and_each_part() {
        let edition = |version: &str| Edition {
            version: version.to_owned(),
            address: format!("{version}/"),
            ..Edition::default()
        };
        let mut undo = page("Undo", "make undo");
        undo.texts = vec![Some(0), Some(0), None, Some(1)];
        undo.parts[0].texts = [0].into();
        undo.parts.push(Part {
            kind: 'c',
            text: "make revert".into(),
            old: Some(("v1".to_owned(), "v1/runbooks/undo/".to_owned())),
            texts: [1].into(),
            ..Part::default()
        });
        let editions = ["next", "v3", "v2", "v1"].map(edition);
        let files = files(&[undo, page("Redo", "make redo")], &editions);
        let root = of(&files, "search/root.js");
        assert!(
            root.contains("\"g\":[\"\",\"0-1 3-3\"]") && root.contains("\"f\":[1,0]"),
            "{root}"
        );
        assert!(
            root.contains("[\"\",\"v1\",\"v1/\"]") && root.contains("\"p\":[[\"\",0]]"),
            "{root}"
        );
        let shown = of(&files, "search/d-");
        assert!(shown.contains("Undo\\t\\t00.1\\nc\\tstep-1\\t\\t\\t0\\tmake undo"), "{shown}");
        assert!(
            shown.contains("\\nc\\t\\tv1\\tv1/runbooks/undo/\\t1\\tmake revert"),
            "{shown}"
        );
    }

    fn many() -> Vec<Page<'static>> {
        (0..200)
            .map(|at| page(&format!("Page{at}"), &format!("run word{at}x{} and word{}", at * 7, at % 9)))
            .collect()
    }

    #[test]
    fn a_change_of_one_page_leaves_most_files_alone() {
        let mut pages = many();
        let before = files(&pages, &[]);
        pages[100].parts[0].text = "run something".into();
        let after = files(&pages, &[]);
        let changed = after.iter().filter(|(url, bytes)| before.get(*url) != Some(*bytes)).count();
        assert!(changed <= 10, "{changed} of {}", after.len());
    }

    #[test]
    fn what_is_known_comes_back_and_nothing_is_read_again_for_it() {
        let pages = many();
        let (before, _, index) = files_beside(&pages, &[], None);
        let back = Index::get(&index.put()).expect("it comes back");
        assert_eq!(back, index);
        assert!(index.urls().all(|url| before.contains_key(&url)));
        let (after, kept, again) = files_beside(&pages, &[], Some((back, &before)));
        assert_eq!((after == before, kept, again == index), (true, before.len() - 1, true));
        let urls: BTreeSet<String> = index.urls().collect();
        assert_eq!(urls.len() + 1, before.len());
    }

    proptest! {
        #[test]
        fn an_index_beside_the_one_before_is_the_one_that_is_made_anew(
            changes in prop::collection::vec((0_usize..200, "[a-c ]{0,9}( word[0-9]{1,3}| run| zz)?"), 0..12),
            title in any::<bool>(),
            state in any::<bool>(),
        ) {
            let mut pages = many();
            let (mut old, _, mut index) = files_beside(&pages, &[], None);
            for changes in changes.chunks(4) {
                for (at, text) in changes {
                    pages[*at].parts[0].text = text.clone().into();
                    if title {
                        pages[*at].title = format!("Other {text}");
                        pages[*at].is_old = true;
                    }
                    if state {
                        "stale".clone_into(&mut pages[*at].state);
                    }
                }
                let (cold, _, fresh) = files_beside(&pages, &[], None);
                let (warm, _, again) = files_beside(&pages, &[], Some((index, &old)));
                assert!(warm == cold, "{:?}", cold.keys().filter(|url| cold.get(*url) != warm.get(*url)).collect::<Vec<_>>());
                assert_eq!(Index::get(&again.put()).as_ref(), Some(&again));
                assert_eq!(fresh.urls().collect::<Vec<_>>(), again.urls().collect::<Vec<_>>());
                (old, index) = (warm, again);
            }
        }

        #[test]
        fn any_bytes_are_read_without_harm(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let pages = many();
            let (files, _, index) = files_beside(&pages, &[], None);
            let mut bytes = index.put();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(index) = Index::get(&bytes) {
                // Whatever it says of the files, nothing panics; the checksum of the cache is what guards them.
                let look = |state: &str| (state.to_owned(), String::new());
                let asked: Vec<Asked<'_>> = pages
                    .iter()
                    .map(|page| Asked {
                        key: 0,
                        state: String::new(),
                        make: Box::new(|| page.clone()),
                    })
                    .collect();
                super::files(&asked[..asked.len().min(files.len())], &[], &look, Some(index), &mut |_| {});
            }
        }
    }
}
