//! A text has one page for all editions in a row that did not change it, and every address of it answers.

use serde_json::Value;

use crate::model::finding::{Confidence, Finding, Severity, Suppression, SuppressionKind};
use crate::model::freshness::State;
use crate::model::gate::ReleaseState;
use crate::model::handbook::{Handbook, JudgedRunbook};
use crate::site::tests::moulds::with_many_editions;
use crate::site::tests::site;
use crate::site::{prepared, sample};

/// The edition that tests change: one in the midst of many that are alike.
const CHANGED: usize = 15;

type Change = fn(&mut Handbook);

/// A runbook of the edition that is changed.
fn of_changed<'handbook>(handbook: &'handbook mut Handbook, slug: &str) -> &'handbook mut JudgedRunbook {
    let runbooks = handbook.products[0].editions[CHANGED].runbooks.iter_mut();
    let mut found = runbooks.filter(|judged| judged.runbook.slug == slug);
    found.next().expect("the edition has it")
}

fn finding(rule: &'static str) -> Finding {
    Finding {
        rule,
        severity: Severity::Warning,
        confidence: Confidence::High,
        path: "runbooks/release.md".to_owned(),
        place: None,
        span: None,
        reference: None,
        message: "something".to_owned(),
        help: None,
        suggestion: None,
        fix: None,
        related: Vec::new(),
        suppression: None,
        fingerprint: String::new(),
    }
}

/// The editions whose page of the release process holds a text, of those that are alike.
fn standing(handbook: &Handbook) -> Vec<usize> {
    let site = prepared(handbook);
    let product = &site.products[0];
    (5..product.editions.len())
        .filter(|edition| product.stands(*edition, "release-process") == *edition)
        .collect()
}

#[test]
fn only_days_may_differ_between_editions_with_one_page() {
    let last = with_many_editions().products[0].editions.len() - 1;
    assert_eq!(standing(&with_many_editions()), [last]);
    let alone: [(&str, Change); 8] = [
        ("a finding", |handbook| {
            let judged = of_changed(handbook, "release-process");
            judged.findings.push(finding("path-missing"));
        }),
        ("an accepted word of the clock", |handbook| {
            let mut accepted = finding("review-overdue");
            accepted.suppression = Some(Suppression {
                kind: SuppressionKind::Baseline,
                reason: String::new(),
                owner: None,
                until: None,
            });
            of_changed(handbook, "release-process").findings.push(accepted);
        }),
        ("an outcome", |handbook| {
            of_changed(handbook, "release-process").resolutions.pop();
        }),
        ("a day of review", |handbook| {
            of_changed(handbook, "release-process").freshness.due = chrono::NaiveDate::from_ymd_opt(2031, 1, 1);
        }),
        ("the last commit", |handbook| {
            of_changed(handbook, "release-process").commits.clear();
        }),
        ("the text", |handbook| {
            let other = handbook.products[0].editions[0].runbooks[2].runbook.clone();
            of_changed(handbook, "release-process").runbook = other;
        }),
        ("the text that it leads to", |handbook| {
            let other = handbook.products[0].editions[0].runbooks[4].runbook.clone();
            let restore = &mut of_changed(handbook, "restore").runbook;
            restore.content = other.content;
            restore.runbook = other.runbook;
        }),
        ("a release that was withdrawn", |handbook| {
            let release = handbook.products[0].editions[CHANGED].release.expect("it has one");
            handbook.products[0].releases[release].verdict.state = ReleaseState::Withdrawn;
        }),
    ];
    for (what, change) in alone {
        let mut handbook = with_many_editions();
        change(&mut handbook);
        assert_eq!(standing(&handbook), [CHANGED - 1, CHANGED, last], "{what}");
    }
    let together: [(&str, Change); 2] = [
        ("how long ago the review was", |handbook| {
            let judged = of_changed(handbook, "release-process");
            judged.findings.push(finding("review-overdue"));
            judged.freshness.state = State::Stale;
            "the review was due on 2026-01-01, 3 days ago".clone_into(&mut judged.freshness.reason);
        }),
        ("how the release came out", |handbook| {
            let release = handbook.products[0].editions[CHANGED].release.expect("it has one");
            handbook.products[0].releases[release].verdict.state = ReleaseState::OpenGates;
        }),
    ];
    for (what, change) in together {
        let mut handbook = with_many_editions();
        change(&mut handbook);
        assert_eq!(standing(&handbook), [last], "{what}");
    }
}

#[test]
fn a_fix_of_an_old_version_changes_nothing_in_newer_ones() {
    let mut handbook = with_many_editions();
    let last = handbook.products[0].editions.len() - 1;
    let other = handbook.products[0].editions[0].runbooks[2].runbook.clone();
    of_changed(&mut handbook, "release-process").runbook = other;
    let release = handbook.products[0].editions[CHANGED].release.expect("it has one");
    let date = handbook.products[0].releases[release].release.date.as_mut();
    let date = date.expect("it has a day");
    date.day = date.day.succ_opt().expect("there is another day");
    assert_eq!(standing(&handbook), [CHANGED, last]);
}

#[test]
fn every_address_says_how_it_was_judged_and_leads_to_the_text() {
    let mut handbook = with_many_editions();
    let judged = of_changed(&mut handbook, "release-process");
    judged.freshness.state = State::Stale;
    "the review of `x` was due on 2026-01-01, 3 days ago".clone_into(&mut judged.freshness.reason);
    let files = site(&handbook);
    let twin = |url: &str| -> Value { serde_json::from_slice(&files[url]).expect("it is JSON") };
    let mut small = 0;
    for url in files.keys().filter(|url| url.ends_with("/index.json")) {
        let here = twin(url);
        if here["kind"] != "runbook-unchanged" {
            continue;
        }
        small += 1;
        let text = here["facts"]["text"]["url"].as_str().expect("it leads somewhere");
        let there = twin(&format!("{text}index.json"));
        assert_eq!(there["kind"], "runbook", "{url}: one step is enough");
        for fact in ["path", "slug", "content"] {
            assert_eq!(here["facts"][fact], there["facts"][fact], "{url}");
        }
        assert_eq!(here["facts"]["text"]["id"], there["facts"]["edition"]["id"]);
    }
    assert!(small > 50, "{small}");
    let edition = &prepared(&handbook).products[0].editions[CHANGED];
    let page = String::from_utf8_lossy(&files[&format!("{}runbooks/release-process/index.html", edition.address)]).into_owned();
    assert!(page.contains("The review of <code>x</code> was due on 1 Jan 2026, 3 days ago."));
    assert!(page.contains("Stale") && page.len() < 6_000, "{}", page.len());
}

#[test]
fn what_stands_for_newer_editions_is_told_beside_it() {
    let handbook = with_many_editions();
    let files = site(&handbook);
    let script = String::from_utf8_lossy(&files["runbooks/release-process/later.js"]).into_owned();
    let first = handbook.products[0].editions.last().expect("there are some");
    let newest = &handbook.products[0].editions[5].version;
    let facts = script.strip_prefix("rpLater(").and_then(|text| text.strip_suffix(");\n"));
    let facts: Value = serde_json::from_str(facts.expect("it is one call")).expect("it is JSON");
    assert_eq!(facts["until"][&first.id], newest.as_str());
}

#[test]
fn the_main_branch_always_has_its_text() {
    let handbook = sample::handbook();
    let site = prepared(&handbook);
    for product in &site.products {
        for (slug, runbook) in &product.runbooks {
            let first = &product.editions[0].edition;
            if first.release.is_none() && runbook.places[0].is_some() {
                assert_eq!(product.stands(0, slug), 0, "the main branch goes on");
            }
        }
    }
}
