//! What badges, tables, calendars, feeds and the pages of freshness say: the runbooks that people follow, as they stand today.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::freshness::State;
use crate::model::handbook::{Handbook, JudgedRunbook};
use crate::model::inventory::Inventory;
use crate::site::sample;
use crate::site::shared::title;
use crate::site::tests::site;

/// The runbook of the version in use that broke since its release.
fn broken(handbook: &Handbook) -> &JudgedRunbook {
    let followed = handbook.products[0].today.iter();
    let mut broken = followed.filter(|judged| judged.freshness.state == State::Broken);
    broken.next().expect("one of the sample is broken today")
}

fn text(files: &BTreeMap<String, Vec<u8>>, url: &str) -> String {
    String::from_utf8(files[url].clone()).expect("it is text")
}

#[test]
fn a_runbook_that_is_broken_in_the_version_in_use_is_called_so_everywhere() {
    let handbook = sample::single();
    let files = site(&handbook);
    let broken = broken(&handbook);
    let (name, path) = (title(broken), &broken.runbook.path);
    let rows = text(&files, "freshness/runbooks.csv");
    let row = rows.lines().find(|row| row.contains(path.as_str())).expect("it has a row");
    assert!(row.contains(",v1.8.2,broken,"), "{row}");
    let feed = text(&files, "freshness/feed.atom");
    assert!(feed.contains(&format!("{name} is broken in v1.8.2")), "{feed}");
    let twin: Value = serde_json::from_str(&text(&files, "freshness/index.json")).expect("a twin is JSON");
    let groups = twin["facts"]["groups"].as_array().expect("there are groups");
    let of_state = groups.iter().find(|group| group["state"] == "broken").expect("one is broken");
    let listed = of_state["runbooks"].as_array().into_iter().flatten();
    let urls: Vec<&str> = listed
        .filter(|row| row["path"] == path.as_str())
        .filter_map(|row| row["url"].as_str())
        .collect();
    assert_eq!(urls, [format!("latest/runbooks/{}/", broken.runbook.slug)]);
}

#[test]
fn without_a_release_the_main_branch_is_what_people_follow() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    product.releases.clear();
    product.today.clear();
    product.editions.truncate(1);
    product.populations.clear();
    product.inventory = Inventory::default();
    product.licences.clear();
    product.controls.clear();
    let files = site(&handbook);
    let rows = text(&files, "freshness/runbooks.csv");
    assert!(rows.lines().skip(1).all(|row| row.contains(",next,")), "{rows}");
    assert!(rows.lines().count() > 1);
}
