//! Pages -> the files of the search: small scripts that each call one function, so that they load from disk as well as over http.
//!
//! `root.js` names the others, which are named by what they hold: `t-…` the words with the pages that hold them, `l-…` the same words to
//! be looked through for middles and for typing errors, `d-…` what is shown of sixteen pages. Numbers are written in 64 digits, five
//! bits each, low ones first, a sixth bit when more follow.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use foldhash::fast::RandomState;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::site::assets;
use crate::site::body::written::hex;
use crate::site::file::File;
use crate::site::search::tokens::{each_word, folded, parts, words};

/// Pages in one file.
const PAGES: usize = 16;
/// The least and the most bytes of a file of words.
const WORDS: (usize, usize) = (6_000, 40_000);
/// Characters that are shown of a thing that a page says.
const LONGEST: usize = 240;
/// The digits of numbers.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// A page that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page<'site> {
    /// What it is: `r` runbook, `l` release, `c` component, `a` advisory, `g` gate.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// What is kept of a page until all are known.
struct Known {
    kind: char,
    state: String,
    /// Words of its title.
    length: usize,
    /// The number of the set of editions that have it.
    set: usize,
}

/// Gives the files for pages, which are numbered in their order; those of a product stand together. So do the editions. A page is needed
/// no longer than it takes to read it.
pub(super) fn files<'site>(
    pages: impl Iterator<Item = Page<'site>>,
    editions: &[Edition],
    states: &dyn Fn(&str) -> (String, String),
    sink: &mut dyn FnMut(File),
) {
    let mut given: HashSet<String> = HashSet::new();
    let mut give = |name: char, body: &str| {
        let digest = hex(&Sha256::digest(body.as_bytes()))[..12].to_owned();
        let url = format!("search/{name}-{digest}.js");
        if given.insert(url.clone()) {
            let bytes = call(&format!("{name}-{digest}"), body).into_bytes();
            sink(File { url, bytes });
        }
        digest
    };
    let mut terms = Terms::default();
    let mut known: Vec<Known> = Vec::new();
    let mut digests = String::new();
    let mut chunk = String::new();
    let mut held: HashMap<String, usize> = HashMap::new();
    let mut products: Vec<(String, usize)> = Vec::new();
    for page in pages {
        terms.add(&page);
        if !known.is_empty() && known.len().is_multiple_of(PAGES) {
            digests.push_str(&give('d', &chunk));
            chunk.clear();
        } else if !chunk.is_empty() {
            chunk.push_str("\n\n");
        }
        describe(&mut chunk, &page);
        if products.last().is_none_or(|(product, _)| *product != page.product) {
            products.push((page.product, known.len()));
        }
        let number = held.len();
        known.push(Known {
            kind: if page.is_old {
                page.kind.to_ascii_uppercase()
            } else {
                page.kind
            },
            length: words(&page.title).len(),
            set: *held.entry(runs(&page.texts)).or_insert(number),
            state: page.state,
        });
    }
    if !known.is_empty() {
        digests.push_str(&give('d', &chunk));
    }
    let terms = terms.sorted();
    let shards: Vec<String> = shards(&terms)
        .into_iter()
        .map(|(first, body)| format!("{first} {}", give('t', &body)))
        .collect();
    let lexicon: Vec<String> = [(3, 6), (7, 10), (11, 64)]
        .into_iter()
        .map(|(least, most)| {
            let mut body = String::from(" ");
            for (term, _) in terms
                .iter()
                .filter(|(term, _)| (least..=most).contains(&term.chars().count()))
            {
                // Digests say nothing to somebody who types.
                let is_digest = term.len() >= 12 && term.bytes().all(|byte| byte.is_ascii_hexdigit());
                if !is_digest {
                    body.push_str(term);
                    body.push(' ');
                }
            }
            give('l', &body)
        })
        .collect();
    let mut all: Vec<&str> = known.iter().map(|page| page.state.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    let looks: Vec<(String, String)> = all.iter().map(|state| states(state)).collect();
    let digit = |number: usize| DIGITS[number.min(63)] as char;
    let state = |page: &Known| digit(all.binary_search(&page.state.as_str()).unwrap_or_default());
    let mut sets: Vec<(String, usize)> = held.into_iter().collect();
    sets.sort_unstable();
    let mut places = vec![0; sets.len()];
    for (place, (_, number)) in sets.iter().enumerate() {
        places[*number] = place;
    }
    let editions: Vec<[&str; 3]> = editions
        .iter()
        .map(|edition| [edition.product.as_str(), &edition.version, &edition.address])
        .collect();
    let root = json!({
        "e": editions,
        "f": known.iter().map(|page| places[page.set]).collect::<Vec<_>>(),
        "g": sets.iter().map(|(set, _)| set).collect::<Vec<_>>(),
        "p": products,
        "t": shards,
        "l": lexicon,
        "d": digests,
        "k": known.iter().map(|page| page.kind).collect::<String>(),
        "s": known.iter().map(state).collect::<String>(),
        "n": known.iter().map(|page| digit(page.length)).collect::<String>(),
        "w": looks,
    });
    sink(File {
        url: "search/root.js".to_owned(),
        bytes: call("root", &root).into_bytes(),
    });
}

fn call(name: &str, value: &(impl Serialize + ?Sized)) -> String {
    let json = serde_json::to_string(value).expect("strings and lists of them are always JSON");
    format!("rp(\"{name}\",{})\n", assets::value(json))
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
struct Terms {
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
    /// Adds the next page.
    fn add(&mut self, page: &Page<'_>) {
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
        for term in self.met.drain(..) {
            let best = std::mem::replace(&mut self.best[term as usize], ABSENT);
            self.lists[term as usize][usize::from(best)].push(self.pages);
        }
        self.pages += 1;
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

    /// The words in order.
    fn sorted(mut self) -> Vec<(Box<str>, Lists)> {
        let lists = &mut self.lists;
        let mut sorted: Vec<(Box<str>, Lists)> = self
            .numbers
            .drain()
            .map(|(term, number)| (term, std::mem::take(&mut lists[number as usize])))
            .collect();
        sorted.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        sorted
    }
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

/// The words in files, with the first word of each. Where a file ends depends on the words alone, so that a new one moves only one cut.
fn shards(terms: &[(Box<str>, Lists)]) -> Vec<(String, String)> {
    let mut shards: Vec<(String, String)> = Vec::new();
    let mut body = String::new();
    let mut first = "";
    let mut before: Vec<char> = Vec::new();
    for (term, lists) in terms {
        let term: &str = term;
        let characters: Vec<char> = term.chars().collect();
        let shared = if body.is_empty() {
            first = term;
            0
        } else {
            body.push('|');
            let shared = before
                .iter()
                .zip(&characters)
                .take_while(|(left, right)| left == right)
                .count();
            shared.min(63)
        };
        body.push(DIGITS[shared] as char);
        body.extend(&characters[shared..]);
        let length = lists
            .iter()
            .rposition(|list| !list.gaps.is_empty())
            .map_or(0, |last| last + 1);
        for list in &lists[..length] {
            body.push(' ');
            body.push_str(&list.gaps);
        }
        before = characters;
        let is_end = fingerprint(term).is_multiple_of(128) && body.len() > WORDS.0;
        if is_end || body.len() > WORDS.1 {
            shards.push((first.to_owned(), std::mem::take(&mut body)));
        }
    }
    if !body.is_empty() {
        shards.push((first.to_owned(), body));
    }
    shards
}

/// The editions that have a page, as runs: `0-3 7-7`.
fn runs(texts: &[Option<usize>]) -> String {
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
fn describe(text: &mut String, page: &Page<'_>) {
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
    use super::{Edition, File, Page, Part};

    fn files(pages: &[Page<'_>], editions: &[Edition], states: &dyn Fn(&str) -> (String, String)) -> Vec<File> {
        let mut files = Vec::new();
        super::files(pages.iter().cloned(), editions, states, &mut |file| files.push(file));
        files
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

    fn of(files: &[File], begin: &str) -> String {
        let file = files
            .iter()
            .find(|file| file.url.starts_with(begin))
            .expect("the file is made");
        String::from_utf8(file.bytes.clone()).expect("files are text")
    }

    #[test]
    fn files_are_scripts_that_hold_no_markup() {
        let look = |state: &str| (state.to_owned(), "pass".to_owned());
        let files = files(&[page("Undo", "make undo </script>"), page("Redo", "make redo")], &[], &look);
        assert_eq!(files.len(), 6);
        assert!(
            files
                .iter()
                .all(|file| !file.bytes.contains(&b'<') && file.bytes.starts_with(b"rp(\"") && file.bytes.ends_with(b")\n"))
        );
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
        let look = |state: &str| (state.to_owned(), "pass".to_owned());
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
        let files = files(&[undo, page("Redo", "make redo")], &editions, &look);
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

    #[test]
    fn a_change_of_one_page_leaves_most_files_alone() {
        let look = |state: &str| (state.to_owned(), "pass".to_owned());
        let mut pages: Vec<Page> = (0..200)
            .map(|at| page(&format!("Page{at}"), &format!("run word{at}x{}", at * 7)))
            .collect();
        let before = files(&pages, &[], &look);
        pages[100].parts[0].text = "run something".into();
        let after = files(&pages, &[], &look);
        let changed = after.iter().filter(|file| !before.contains(file)).count();
        assert!(changed <= 10, "{changed} of {}", after.len());
    }
}
