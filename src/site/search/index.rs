//! Pages -> the files of the search: small scripts that each call one function, so that they load from disk as well as over http.
//!
//! `root.js` names the others, which are named by what they hold: `t-…` the words with the pages that hold them, `l-…` the same words to
//! be looked through for middles and for typing errors, `d-…` what is shown of sixteen pages. Numbers are written in 64 digits, five
//! bits each, low ones first, a sixth bit when more follow.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::site::assets;
use crate::site::body::written::hex;
use crate::site::file::File;
use crate::site::search::tokens::{folded, parts, words};

/// Pages in one file.
const PAGES: usize = 16;
/// The least and the most bytes of a file of words.
const WORDS: (usize, usize) = (6_000, 40_000);
/// The digits of numbers.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// A page that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
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
    pub(super) parts: Vec<Part>,
}

/// Something that a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// `c` command, `s` step, `h` heading, `e` evidence, `w` row, `b` body.
    pub(super) kind: char,
    /// The place in the page.
    pub(super) anchor: String,
    /// The words.
    pub(super) text: String,
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

/// The lists of a word: title, command or step, heading and row, body; then old versions.
type Lists = [BTreeSet<u32>; 5];

/// The files for pages, which are numbered in their order; those of a product stand together. So do the editions.
pub(super) fn files(pages: &[Page], editions: &[Edition], states: &dyn Fn(&str) -> (String, String)) -> Vec<File> {
    let terms = terms(pages);
    let mut files = Vec::new();
    let mut give = |name: char, body: &str| {
        let digest = hex(&Sha256::digest(body.as_bytes()))[..12].to_owned();
        files.push(File {
            url: format!("search/{name}-{digest}.js"),
            bytes: call(&format!("{name}-{digest}"), &json!(body)).into_bytes(),
        });
        digest
    };
    let shards: Vec<String> = shards(&terms)
        .into_iter()
        .map(|(first, body)| format!("{first} {}", give('t', &body)))
        .collect();
    let lexicon: Vec<String> = [(3, 6), (7, 10), (11, 64)]
        .into_iter()
        .map(|(least, most)| {
            let mut body = String::from(" ");
            for term in terms.keys().filter(|term| (least..=most).contains(&term.chars().count())) {
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
    let described: Vec<String> = pages
        .chunks(PAGES)
        .map(|chunk| {
            let all: Vec<String> = chunk.iter().map(described).collect();
            give('d', &all.join("\n\n"))
        })
        .collect();
    let mut known: Vec<&str> = pages.iter().map(|page| page.state.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let looks: Vec<(String, String)> = known.iter().map(|state| states(state)).collect();
    let digit = |number: usize| DIGITS[number.min(63)] as char;
    let state = |page: &Page| digit(known.binary_search(&page.state.as_str()).unwrap_or_default());
    let held: Vec<String> = pages.iter().map(|page| runs(&page.texts)).collect();
    let mut sets: Vec<&str> = held.iter().map(String::as_str).collect();
    sets.sort_unstable();
    sets.dedup();
    let mut products: Vec<(&str, usize)> = pages.iter().map(|page| page.product.as_str()).zip(0..).collect();
    products.dedup_by_key(|(product, _)| *product);
    let editions: Vec<[&str; 3]> = editions
        .iter()
        .map(|edition| [edition.product.as_str(), &edition.version, &edition.address])
        .collect();
    let root = json!({
        "e": editions,
        "f": held.iter().map(|set| sets.binary_search(&set.as_str()).unwrap_or_default()).collect::<Vec<_>>(),
        "g": sets,
        "p": products,
        "t": shards,
        "l": lexicon,
        "d": described.concat(),
        "k": pages.iter().map(|page| if page.is_old { page.kind.to_ascii_uppercase() } else { page.kind }).collect::<String>(),
        "s": pages.iter().map(state).collect::<String>(),
        "n": pages.iter().map(|page| digit(words(&page.title).len())).collect::<String>(),
        "w": looks,
    });
    files.push(File {
        url: "search/root.js".to_owned(),
        bytes: call("root", &root).into_bytes(),
    });
    files.sort_by(|left, right| left.url.cmp(&right.url));
    files.dedup_by(|left, right| left.url == right.url);
    files
}

fn call(name: &str, value: &serde_json::Value) -> String {
    format!("rp(\"{name}\",{})\n", assets::value(&value.to_string()))
}

/// Every word with the pages that hold it, each page in its best list only.
fn terms(pages: &[Page]) -> BTreeMap<String, Lists> {
    let mut terms: BTreeMap<String, Lists> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let mut best: HashMap<String, usize> = HashMap::new();
        let mut note = |text: &str, list: usize| {
            for word in words(text) {
                for term in parts(&word).into_iter().chain([word]) {
                    let known = best.entry(term).or_insert(list);
                    *known = list.min(*known);
                }
            }
        };
        note(&page.title, 0);
        note(&page.slug, 0);
        // "fail over" is found as "failover", too.
        let title = words(&page.title);
        for pair in title.windows(2) {
            note(&pair.concat(), 1);
        }
        for part in &page.parts {
            let list = match (part.kind, part.old.is_some()) {
                (_, true) => 4,
                ('c' | 's', _) => 1,
                ('b', _) => 3,
                _ => 2,
            };
            note(&part.text, list);
        }
        for (term, list) in best {
            terms.entry(term).or_default()[list].insert(number as u32);
        }
    }
    terms
}

/// The words in files, with the first word of each. Where a file ends depends on the words alone, so that a new one moves only one cut.
fn shards(terms: &BTreeMap<String, Lists>) -> Vec<(String, String)> {
    let mut shards: Vec<(String, String)> = Vec::new();
    let mut body = String::new();
    let mut first = "";
    let mut before: Vec<char> = Vec::new();
    for (term, lists) in terms {
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
        let mut written: Vec<String> = lists.iter().map(gaps).collect();
        while written.last().is_some_and(String::is_empty) {
            written.pop();
        }
        for list in written {
            body.push(' ');
            body.push_str(&list);
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

/// Page numbers as the gaps between them.
fn gaps(pages: &BTreeSet<u32>) -> String {
    let mut text = String::new();
    let mut last = 0;
    for page in pages {
        let mut gap = page - last;
        last = *page;
        loop {
            let low = (gap & 31) as usize;
            gap >>= 5;
            text.push(DIGITS[if gap > 0 { low + 32 } else { low }] as char);
            if gap == 0 {
                break;
            }
        }
    }
    text
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
fn described(page: &Page) -> String {
    let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let texts: String = page.texts.iter().map(|text| text.map_or('.', sign)).collect();
    let mut text = format!(
        "{}\t{}\t{}\t{texts}",
        on_one_line(&page.url),
        on_one_line(&page.title),
        on_one_line(&page.product)
    );
    for part in page.parts.iter().filter(|part| part.kind != 'b') {
        let (versions, url) = part.old.as_ref().map_or(("", ""), |(versions, url)| (versions, url));
        let words = on_one_line(&part.text);
        let words: String = words.chars().take(240).collect();
        let _ = write!(
            text,
            "\n{}\t{}\t{}\t{}\t{}\t{words}",
            part.kind,
            part.anchor,
            on_one_line(versions),
            on_one_line(url),
            part.texts.iter().map(|text| sign(*text)).collect::<String>()
        );
    }
    text
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
    use super::{Edition, Page, Part, files};

    fn page(title: &str, text: &str) -> Page {
        Page {
            kind: 'r',
            url: format!("latest/runbooks/{}/", title.to_lowercase()),
            slug: title.to_lowercase(),
            title: title.to_owned(),
            state: "fresh".to_owned(),
            parts: vec![Part {
                kind: 'c',
                anchor: "step-1".to_owned(),
                text: text.to_owned(),
                ..Part::default()
            }],
            ..Page::default()
        }
    }

    fn of(files: &[super::File], begin: &str) -> String {
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
            text: "make revert".to_owned(),
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
        pages[100].parts[0].text = "run something".to_owned();
        let after = files(&pages, &[], &look);
        let changed = after.iter().filter(|file| !before.contains(file)).count();
        assert!(changed <= 10, "{changed} of {}", after.len());
    }
}
