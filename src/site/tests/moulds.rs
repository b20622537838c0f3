//! Pages that are filled in must be what rendering them one by one would give.

use std::sync::Arc;

use crate::model::handbook::{Handbook, JudgedEdition};
use crate::model::history::Commit;
use crate::site::address::file_of;
use crate::site::tests::site;
use crate::site::{groups, page, plan, prepared, sample, templates};

/// The sample with many older editions of the same texts; their versions need escaping.
pub(super) fn with_many_editions() -> Handbook {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    let (editions, releases) = (&mut product.editions, &mut product.releases);
    let last = editions.last().expect("the sample has editions").clone();
    editions.extend((0..20_u32).map(|number| {
        let commit = last.commit.as_deref().expect("the edition has a commit");
        let id = format!("v0.{number} <&\"'>");
        let mut release = releases.last().expect("the sample has releases").clone();
        release.release.slug.clone_from(&id);
        release.edition = Some(5 + number as usize);
        releases.push(release);
        JudgedEdition {
            id,
            release: Some(releases.len() - 1),
            version: format!("v0.{number} <b>&\"'\\"),
            commit: Some(Arc::new(Commit {
                id: format!("{number:040x}"),
                ..commit.clone()
            })),
            ..last.clone()
        }
    }));
    // A text that is judged for another reason in one of them.
    let odd = &mut editions[18].runbooks[0];
    odd.freshness.reason.push_str(", and more");
    handbook
}

#[test]
fn a_page_that_is_filled_in_is_as_if_it_had_been_rendered() {
    let handbook = with_many_editions();
    let files = site(&handbook);
    let site = prepared(&handbook);
    let tera = templates::engine(&site).expect("there is no theme");
    let pages = plan(&site, &[]).unwrap_or_else(|failure| panic!("{failure}"));
    for (kind, target) in &pages {
        let page = page(&site, &tera, kind, target, (kind.make)(&site, target)).unwrap_or_else(|failure| panic!("{failure}"));
        let given = |url: &str| String::from_utf8_lossy(&files[url]);
        assert_eq!(
            given(&file_of(&target.address)),
            String::from_utf8_lossy(&page.html),
            "{}",
            target.address
        );
        if let Some(twin) = page.twin {
            assert_eq!(
                given(&format!("{}index.json", target.address)),
                String::from_utf8_lossy(&twin)
            );
        }
    }
}

#[test]
fn editions_with_the_same_text_and_judgement_are_filled_in_from_one_page() {
    let handbook = with_many_editions();
    let site = prepared(&handbook);
    let pages = plan(&site, &[]).unwrap_or_else(|failure| panic!("{failure}"));
    let mut sizes: Vec<usize> = groups(&site, &pages)
        .into_iter()
        .map(<[_]>::len)
        .filter(|size| *size > 1)
        .collect();
    sizes.sort_unstable();
    // The 20 oldest editions are alike: in each of them but the first the three runbooks are small pages, whatever reason one gives.
    assert_eq!(sizes, [19, 19, 19]);
}

#[test]
fn editions_in_which_nothing_differs_are_one_row_of_a_history() {
    let handbook = with_many_editions();
    let files = site(&handbook);
    let number = handbook.products[0].editions.len() as u64;
    for (slug, rows) in [("release-process", 8), ("restore", 6)] {
        let twin: serde_json::Value =
            serde_json::from_slice(&files[&format!("runbooks/{slug}/index.json")]).expect("the twin is JSON");
        let versions = twin["facts"]["versions"].as_array().expect("it lists versions");
        assert!(
            versions.len() <= rows,
            "{slug}: {} rows for {number} editions",
            versions.len()
        );
        let editions: Option<u64> = versions.iter().map(|run| run["editions"].as_u64()).sum();
        assert_eq!(editions, Some(number), "{slug}: every edition is in one of them");
        assert_eq!(versions[0]["version"], "next", "the main branch stands alone");
        assert_eq!(versions[0]["editions"], 1);
        assert!(versions.iter().any(|run| run["since"]["version"].is_string()));
    }
}

#[test]
fn a_list_of_many_runbooks_has_parts() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    product.editions.truncate(1);
    for release in &mut product.releases {
        release.edition = None;
    }
    product.today.clear();
    let runbooks = &mut product.editions[0].runbooks;
    let small = runbooks.last().expect("the sample has runbooks").clone();
    runbooks.truncate(0);
    runbooks.extend((0..501_u32).map(|number| {
        let mut runbook = small.clone();
        runbook.runbook.slug = format!("r{number:03}");
        runbook.runbook.path = format!("runbooks/r{number:03}.md");
        runbook
    }));
    let files = site(&handbook);
    let page = |url: &str| String::from_utf8_lossy(&files[url]).into_owned();
    let rows = |url: &str| page(url).matches("<tr><td class=\"key-cell\">").count();
    for list in ["next/", "runbooks/"] {
        assert_eq!(rows(&format!("{list}index.html")), 500, "{list}");
        assert_eq!(rows(&format!("{list}~page-2/index.html")), 1, "{list}");
        assert!(page(&format!("{list}index.html")).contains(&format!("{list}~page-2/index.html")));
    }
}
