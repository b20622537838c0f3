//! What holds for the pages for auditors: they judge nothing, and every answer is near.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex::Regex;

use crate::model::evidence::Integrity;
use crate::model::gate::{AsReleased, Outcome, ReleaseState};
use crate::model::register::AppliedException;
use crate::model::release::{Amendment, TimelineEvent};
use crate::site::sample;
use crate::site::sample::markup::{Token, read};
use crate::site::tests::{pages, site};

/// Words that say what only an auditor may say.
fn judging() -> Regex {
    let words =
        r"compliant|compliance|certified|certification|audit-ready|satisf(?:y|ies|ied)|effective(?:ly|ness)?|scored?|scores";
    Regex::new(&format!(r"(?i)\b(?:{words})\b|passes (?:CC|A\.)\d")).expect("the pattern is well formed")
}

#[test]
fn no_page_says_what_only_an_auditor_may_say() {
    let judging = judging();
    assert!(judging.is_match("It is compliant.") && judging.is_match("passes CC8.1") && !judging.is_match("a certificate"));
    for (url, html) in pages(&site(&sample::single())) {
        // What users wrote stands on runbooks and evidence; rules and gates name what tools measure.
        if !(url.starts_with("audit/") || url.starts_with("how-to-read/")) {
            continue;
        }
        for token in read(html) {
            if let Token::Text(text) = token {
                assert!(!judging.is_match(&text), "{url}: {text}");
            }
        }
    }
    let templates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let catalogs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audit/controls");
    for folder in [templates, catalogs] {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_file() && path.extension().is_some_and(|ending| ending == "html" || ending == "toml") {
                let text = std::fs::read_to_string(&path).expect("the file can be read");
                let found = judging.find(&text).map(|found| found.as_str().to_owned());
                assert_eq!(found, None, "{}", path.display());
            }
        }
    }
}

/// The pages that a page links to, and how many answers of questions it has.
fn links(url: &str, html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in read(html) {
        let Token::Open(name, attributes) = token else { continue };
        let Some(link) = attributes.get("href").filter(|link| name == "a" && !link.contains("://")) else {
            continue;
        };
        let path = link.split('#').next().unwrap_or_default();
        let mut parts: Vec<&str> = url.split('/').collect();
        if !path.is_empty() {
            parts.pop();
            for part in path.split('/') {
                match part {
                    ".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
        }
        found.push(parts.join("/"));
    }
    found
}

#[test]
fn every_question_has_an_answer_or_a_reason_within_three_clicks() {
    let files = site(&sample::handbook());
    let html: BTreeMap<&str, &str> = pages(&files).collect();
    let mut far: BTreeMap<String, usize> = BTreeMap::from([("index.html".to_owned(), 0)]);
    let mut waiting = VecDeque::from(["index.html".to_owned()]);
    while let Some(url) = waiting.pop_front() {
        let clicks = far[&url];
        for link in html.get(url.as_str()).map(|html| links(&url, html)).unwrap_or_default() {
            if !far.contains_key(&link) {
                far.insert(link.clone(), clicks + 1);
                waiting.push_back(link);
            }
        }
    }
    for product in ["harbor", "dispatch"] {
        let page = format!("{product}/audit/index.html");
        assert!(far[&page] <= 2, "{page} is {} clicks away", far[&page]);
        let twin: serde_json::Value =
            serde_json::from_slice(&files[&format!("{product}/audit/index.json")]).expect("a twin is JSON");
        let questions = twin["facts"]["questions"].as_array().expect("there are questions");
        assert_eq!(questions.len(), 25);
        let mut asked = BTreeSet::new();
        for question in questions {
            let words = question["question"].as_str().expect("a question is text");
            assert!(asked.insert(words), "{words} is asked twice");
            let because = question["because"].as_str().expect("a reason is text");
            match question["link"].as_array() {
                Some(link) => {
                    let target = link[1]
                        .as_str()
                        .and_then(|link| link.split('#').next())
                        .expect("a link is text");
                    assert!(because.is_empty() && question["answer"] != "", "{words}");
                    assert!(far[target] <= 3, "{words}: {target} is {} clicks away", far[target]);
                }
                None => assert!(because.len() > 10, "{words}"),
            }
        }
    }
}

/// The sample, whose newest release went out with its first gate open, which an amendment closed, or which nothing closed.
fn closed_by_an_amendment(is_closed: bool) -> BTreeMap<String, Vec<u8>> {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    let judged = product.releases.iter_mut().find(|judged| judged.release.version == "v1.8.2");
    let judged = judged.expect("the sample has it");
    for gate in &mut judged.verdict.gates {
        gate.outcome = Outcome::Passed;
    }
    judged.verdict.state = ReleaseState::Proven;
    let gate = judged.verdict.gates[0].gate.clone();
    judged.release.amendments = vec![Amendment {
        at: Some(sample::moment("2026-11-29T10:00:00+00:00")),
        timeline: vec![TimelineEvent {
            at: sample::moment("2026-11-29T10:00:00+00:00"),
            event: "approved".to_owned(),
            by: None,
            note: None,
            gate: Some(gate.clone()),
        }],
        ..Amendment::default()
    }];
    judged.at_release = Some(AsReleased {
        state: if is_closed {
            ReleaseState::OpenGates
        } else {
            ReleaseState::Proven
        },
        open: if is_closed { vec![gate] } else { Vec::new() },
    });
    site(&handbook)
}

#[test]
fn a_gate_that_was_closed_after_the_release_is_told_wherever_an_auditor_looks() {
    let says = |is_closed: bool| {
        let files = closed_by_an_amendment(is_closed);
        let twin = |url: &str| -> String { String::from_utf8(files[url].clone()).expect("a page is text") };
        let is_pack = |url: &&String| url.starts_with("audit/20") && url.matches('/').count() == 2 && url.ends_with("index.html");
        let closed = "1 gate open when it went out, closed on 29 Nov 2026 by amendment 1";
        (
            twin("audit/index.html").contains(closed),
            files
                .keys()
                .filter(is_pack)
                .map(|url| twin(url).matches(closed).count())
                .sum::<usize>(),
            twin("releases/v1.8.2/index.html").contains("When it went out, 1 gate was open: "),
        )
    };
    assert_eq!(says(true), (true, 1, true));
    assert_eq!(says(false), (false, 0, false), "an amendment that closed nothing is no news");
}

#[test]
fn what_was_changed_is_a_file_and_no_record_and_what_had_ended_accepted_nothing() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    let judged = product.releases.iter_mut().find(|judged| judged.release.version == "v1.8.2");
    let judged = judged.expect("the sample has it");
    let gate = &mut judged.verdict.gates[0];
    gate.outcome = Outcome::AcceptedExpired;
    judged.exceptions = vec![AppliedException {
        gate: gate.gate.clone(),
        id: "EX-1".to_owned(),
        path: "exceptions/1.yaml".to_owned(),
        owner: "driver".to_owned(),
        approved_by: "reviewer".to_owned(),
        rationale: "No fix is out.".to_owned(),
        compensating_control: String::new(),
        expires: Some(sample::day("2026-11-01")),
        is_over_today: true,
    }];
    for judged in &mut product.releases {
        judged.release.contradictions.clear();
        for file in &mut judged.release.evidence {
            file.integrity = Integrity::Recorded;
        }
    }
    product.releases[1].release.evidence[0].integrity = Integrity::Altered;
    let files = site(&handbook);
    let text = |url: &str| String::from_utf8(files[url].clone()).expect("a page is text");
    assert!(text("audit/index.html").contains("By them 1 file is not as recorded."));
    assert!(!text("audit/index.html").contains("Contradicted: "));
    let packs: String = files
        .keys()
        .filter(|url| url.starts_with("audit/20") && url.ends_with("/index.html"))
        .map(|url| text(url))
        .collect();
    assert!(packs.contains("it had ended when the release went out"));
    assert!(!packs.contains("v1.8.2: what failed and was accepted</"));
}
