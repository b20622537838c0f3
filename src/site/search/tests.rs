//! The search over a large made-up handbook: 2,000 runbooks, 20 editions. The queries and their targets lie in a folder that
//! `RUNPROOF_SEARCH` names (`gen.py`, `queries.tsv`); without it, or without node and python, the test says so and passes.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::site::assets;
use crate::site::search::files::{Asked, Found, files};
use crate::site::search::index::{Edition, Page, Part, key};

/// The editions of the made-up handbook.
const EDITIONS: usize = 20;

/// Reads the made-up handbook: a line for each page, each followed by its parts. Editions are counted from the newest here, and so are texts.
fn corpus(text: &str) -> Vec<Page<'static>> {
    let mut pages: Vec<Page> = Vec::new();
    let mut versions: usize = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            ["P", kind, slug, state, count] => {
                versions = count.parse().unwrap_or(1);
                pages.push(Page {
                    kind: kind.chars().next().unwrap_or('r'),
                    url: format!("{slug}/"),
                    slug: (*slug).to_owned(),
                    state: (*state).to_owned(),
                    ..Page::default()
                });
            }
            ["V", starts @ ..] => {
                let starts: Vec<usize> = starts.iter().filter_map(|start| start.parse().ok()).collect();
                if let Some(page) = pages.last_mut() {
                    let text = |edition: usize| {
                        let since = starts.iter().filter(|start| **start <= edition).count();
                        since.checked_sub(1).map(|version| starts.len() - 1 - version)
                    };
                    page.texts = (0..EDITIONS).rev().map(text).collect();
                }
            }
            ["t", _, _, _, title] => {
                if let Some(page) = pages.last_mut() {
                    (*title).clone_into(&mut page.title);
                }
            }
            [kind, from, to, anchor, text] => {
                let from: usize = from.parse().unwrap_or_default();
                let to = to.parse().unwrap_or(versions);
                let is_old = to < versions;
                if let Some(page) = pages.last_mut() {
                    page.parts.push(Part {
                        kind: kind.chars().next().unwrap_or('b'),
                        anchor: (*anchor).to_owned().into(),
                        text: (*text).to_owned().into(),
                        texts: (from..to).map(|version| versions - 1 - version).collect(),
                        old: is_old.then(|| ("an older version".to_owned(), page.url.clone())),
                    });
                }
            }
            _ => {}
        }
    }
    pages
}

#[test]
fn what_is_looked_for_comes_first() {
    let Some(folder) = env::var_os("RUNPROOF_SEARCH") else {
        println!("skipped: RUNPROOF_SEARCH names no folder");
        return;
    };
    let folder = Path::new(&folder);
    let made = Command::new("python3")
        .arg(folder.join("gen.py"))
        .args(["2000".to_owned(), EDITIONS.to_string()])
        .output();
    let Some(text) = made.ok().filter(|made| made.status.success()).map(|made| made.stdout) else {
        println!("skipped: python3 cannot make the pages");
        return;
    };
    let pages = corpus(&String::from_utf8_lossy(&text));
    let site = tempfile::tempdir().expect("a temporary folder can be made");
    fs::create_dir_all(site.path().join("search")).expect("a folder can be made");
    fs::create_dir_all(site.path().join("assets")).expect("a folder can be made");
    let look = |state: &str| (state.to_owned(), "none".to_owned());
    let editions: Vec<Edition> = (0..EDITIONS)
        .rev()
        .map(|edition| Edition {
            version: format!("v{edition}"),
            address: format!("v{edition}/"),
            ..Edition::default()
        })
        .collect();
    let mut made = assets::files().to_vec();
    let asked = |page: Page<'static>| Asked {
        key: key(&page),
        state: page.state.clone(),
        make: Box::new(move || page.clone()),
    };
    let pages: Vec<Asked<'_>> = pages.into_iter().map(asked).collect();
    files(&pages, &editions, &look, None, &mut |found| {
        if let Found::Made(file) = found {
            made.push(file);
        }
    });
    for file in made {
        if file.url.starts_with("search/") || file.url.starts_with("assets/") {
            fs::write(site.path().join(&file.url), file.bytes).expect("a file can be written");
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/search.mjs");
    let asked = Command::new("node")
        .arg(script)
        .arg(site.path())
        .arg(folder.join("queries.tsv"))
        .arg("40")
        .output();
    let Ok(asked) = asked else {
        println!("skipped: there is no node");
        return;
    };
    let said = String::from_utf8_lossy(&asked.stdout);
    println!("{said}");
    assert!(asked.status.success(), "{said}{}", String::from_utf8_lossy(&asked.stderr));
}
