//! The files of the search, made anew and beside those before.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::{any, prop, proptest};

use super::{Asked, Found};
use crate::site::file::File;
use crate::site::search::index::{Edition, Page, Part, key};
use crate::site::search::known::Index;

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
