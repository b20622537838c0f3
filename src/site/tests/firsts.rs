//! What first pages say first: releases that something is wrong with, gates that failed, and which version is counted.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::gate::{Gate, GateVerdict, Outcome, ReleaseState};
use crate::model::handbook::Handbook;
use crate::model::register::AppliedException;
use crate::site::sample;
use crate::site::tests::site;

fn facts(files: &BTreeMap<String, Vec<u8>>, url: &str) -> Value {
    let twin: Value = serde_json::from_slice(&files[url]).expect("a twin is JSON");
    twin["facts"].clone()
}

fn html<'files>(files: &'files BTreeMap<String, Vec<u8>>, url: &str) -> &'files str {
    std::str::from_utf8(&files[url]).expect("pages are UTF-8")
}

fn words(list: &Value, key: &str) -> Vec<String> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one[key].as_str()?.to_owned())).collect()
}

/// The sample with an old release that contradicts its record and one that failed.
fn troubled(mut handbook: Handbook) -> Handbook {
    let releases = &mut handbook.products[0].releases;
    releases[1].verdict.state = ReleaseState::Failed;
    releases[4].verdict.state = ReleaseState::Contradicted;
    releases[4].verdict.contradictions = vec!["`lint.sarif` is not as it was recorded.".to_owned(), "more".to_owned()];
    handbook
}

#[test]
fn what_contradicts_its_record_comes_first_on_home_and_on_its_product() {
    let files = site(&troubled(sample::handbook()));
    for page in ["", "harbor/"] {
        let facts = facts(&files, &format!("{page}index.json"));
        assert_eq!(words(&facts["troubles"], "state"), ["contradicted", "failed", "open-gates"]);
        assert_eq!(words(&facts["troubles"], "version"), ["v1.7.3", "v1.8.2", "v1.8.1"]);
        let says = words(&facts["troubles"], "says");
        assert_eq!(says[0], "`lint.sarif` is not as it was recorded. And 1 more.");
        assert!(says[1].starts_with("It went out although 1 gate failed: "), "{says:?}");
        assert!(says[2].starts_with("It went out while 4 gates were open: "), "{says:?}");
        let html = html(&files, &format!("{page}index.html"));
        let needs = html.split("id=\"rp-needs\"").nth(1).expect("the section is there");
        let place = |words: &str| needs.find(words).expect("it is told");
        assert!(place("Contradicted") < place("Failed") && place("Failed") < place("Broken"));
    }
    let tile = &facts(&files, "index.json")["products"][0];
    assert_eq!(words(&tile["release_states"], "state")[0], "contradicted");
    let all = tile["release_states"].as_array().expect("they are counted").iter();
    let all: u64 = all.filter_map(|one| one["count"].as_u64()).sum();
    assert_eq!(all, 5, "the tile of the product counts every release");
    assert!(html(&files, "index.html").contains("1 contradicted"));
}

/// The sample in which all is well, but for what became of one release.
fn ended(release: usize, state: ReleaseState) -> Handbook {
    use crate::model::freshness::State;
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    for release in &mut product.releases {
        release.verdict.state = ReleaseState::Proven;
    }
    product.releases[release].verdict.state = state;
    let editions = product.editions.iter_mut().flat_map(|edition| &mut edition.runbooks);
    for runbook in editions.chain(&mut product.today) {
        runbook.freshness.state = State::Fresh;
        runbook.findings.clear();
    }
    handbook
}

#[test]
fn the_release_in_use_that_was_rolled_back_comes_first_and_nothing_beside_it_is_green() {
    let files = site(&ended(1, ReleaseState::RolledBack));
    let told = facts(&files, "index.json");
    assert_eq!(words(&told["troubles"], "version"), ["v1.8.2"]);
    assert_eq!(
        words(&told["troubles"], "says"),
        ["It was rolled back, and nothing newer is in use: the runbooks here are still those of v1.8.2."]
    );
    assert_eq!(told["troubles"][0]["goes_back_to"]["version"], "v1.8.1");
    let page = html(&files, "index.html");
    let links = page.matches("v1.8.2 was rolled back</span>").count();
    assert!(links > 0 && page.contains(", which was rolled back, judged today"), "{links}");
    assert!(page.contains("Every runbook is fresh as a text.") && !page.contains("Every runbook is fresh</span>"));
}

#[test]
fn a_newest_release_that_was_withdrawn_is_told_with_the_version_that_people_follow() {
    let files = site(&ended(1, ReleaseState::Withdrawn));
    let told = facts(&files, "index.json");
    assert_eq!(words(&told["troubles"], "says"), ["It was withdrawn. People follow v1.8.1."]);
    assert_eq!(told["troubles"][0]["goes_back_to"], Value::Null);
    assert!(
        html(&files, "index.html").contains("Every runbook is fresh</span>"),
        "those of the version in use are"
    );
}

#[test]
fn an_older_release_that_was_rolled_back_needs_no_attention() {
    let files = site(&ended(2, ReleaseState::RolledBack));
    assert_eq!(facts(&files, "index.json")["troubles"], Value::Array(Vec::new()));
    assert!(!html(&files, "index.html").contains("was rolled back</span>"));
}

#[test]
fn a_good_release_needs_no_attention() {
    let mut handbook = sample::single();
    for release in &mut handbook.products[0].releases {
        release.verdict.state = ReleaseState::Proven;
    }
    assert_eq!(facts(&site(&handbook), "index.json")["troubles"], Value::Array(Vec::new()));
}

#[test]
fn a_release_that_no_gate_judged_is_not_judged_and_hides_nothing() {
    let files = site(&sample::single());
    let matrix = &facts(&files, "index.json")["matrix"];
    assert_eq!(matrix["unjudged"], serde_json::json!(["v1.9.0-rc.1", "v1.7.3"]));
    let rows = matrix["rows"].as_array().expect("some did not pass");
    let outcomes = |row: &Value| -> Vec<Option<String>> {
        let cells = row["cells"].as_array().expect("each release has one").iter();
        cells.map(|cell| cell["outcome"].as_str().map(ToOwned::to_owned)).collect()
    };
    for row in rows {
        let outcomes = outcomes(row);
        assert_eq!((&outcomes[0], &outcomes[4]), (&None, &None), "not judged");
        assert_eq!(row["cells"][0]["word"], "Not judged");
        let quiet = ["passed", "not-applicable"];
        assert!(
            outcomes.iter().flatten().any(|outcome| !quiet.contains(&outcome.as_str())),
            "{outcomes:?}"
        );
    }
    assert!(
        outcomes(&rows[0]).contains(&Some("failed".to_owned())),
        "what failed comes first"
    );
    assert!(html(&files, "index.html").contains("Not judged, since there is neither record nor evidence: v1.9.0-rc.1, v1.7.3."));
}

#[test]
fn where_nothing_was_recorded_no_gate_passed() {
    let mut handbook = sample::single();
    for release in &mut handbook.products[0].releases {
        release.release.record = None;
        release.release.evidence.clear();
        for gate in &mut release.verdict.gates {
            gate.outcome = Outcome::Missing;
        }
    }
    assert_eq!(facts(&site(&handbook), "index.json")["matrix"], Value::Null);
}

#[test]
fn a_gate_that_failed_is_never_behind_more() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    for (number, outcome) in (0..30).map(|number| (number, if number < 15 { Outcome::Inconclusive } else { Outcome::Failed })) {
        let id = format!("extra-{number}");
        product.gates.push(Gate {
            id: id.clone(),
            is_declared: true,
            ..Gate::default()
        });
        product.releases[1].verdict.gates.push(GateVerdict {
            gate: id,
            outcome,
            value: String::new(),
            reasons: Vec::new(),
            evidence: Vec::new(),
        });
    }
    let matrix = &facts(&site(&handbook), "index.json")["matrix"];
    let titles = words(&matrix["rows"], "title");
    for number in 15..30 {
        assert!(titles.contains(&format!("Extra {number}")), "{titles:?}");
    }
    assert!(matrix["more"].as_u64() > Some(14), "what is open stands behind the link");
}

#[test]
fn pages_say_which_version_they_count() {
    let files = site(&sample::handbook());
    let home = facts(&files, "index.json");
    assert_eq!(words(&home["products"], "of_version"), ["v1.8.2", "next"]);
    let text = html(&files, "index.html");
    assert!(text.contains("in v1.8.2") && text.contains(">on main"), "the tiles say it");
    assert!(html(&files, "harbor/index.html").contains("In v1.8.2, judged today"));
}

#[test]
fn the_digests_of_a_release_are_whole_on_paper() {
    let handbook = sample::single();
    let files = site(&handbook);
    let page = html(&files, "releases/v1.8.2/index.html");
    for file in &handbook.products[0].releases[1].release.evidence {
        let line = format!("<code>{}</code> <code>{}</code>", file.sha256, file.path);
        assert!(page.contains(&line), "{line}");
    }
    // Two reports of one name are told apart by their folders.
    assert!(page.contains("<code>unit-tests/junit.xml</code>") && page.contains("<code>integration-tests/junit.xml</code>"));
}

#[test]
fn an_exception_that_had_ended_accepted_nothing() {
    let mut handbook = sample::single();
    let release = &mut handbook.products[0].releases[1];
    let accepted = release.verdict.gates.iter().find(|gate| gate.outcome == Outcome::Accepted);
    let gate = accepted.expect("the sample has one").gate.clone();
    release.exceptions = vec![AppliedException {
        gate: gate.clone(),
        id: "EX-1".to_owned(),
        path: "exceptions/EX-1.yaml".to_owned(),
        owner: "Operator".to_owned(),
        approved_by: "Reviewer".to_owned(),
        rationale: "No fix is out yet.".to_owned(),
        compensating_control: String::new(),
        expires: Some(sample::day("2026-11-15")),
        is_over_today: true,
    }];
    let before = site(&handbook);
    let page = html(&before, "releases/v1.8.2/index.html");
    assert!(page.contains(">Accepted for a time</h2>"));
    let open = |outcomes: &Handbook| {
        let gates = &outcomes.products[0].releases[1].verdict.gates;
        gates.iter().filter(|gate| !gate.outcome.lets_through()).count()
    };
    let counted = |count: usize| format!("{count} gate{}", if count == 1 { "" } else { "s" });
    assert!(
        page.contains(&format!("Open: {}", counted(open(&handbook) + 1))),
        "it counts as failed today"
    );
    for verdict in &mut handbook.products[0].releases[1].verdict.gates {
        if verdict.gate == gate {
            verdict.outcome = Outcome::AcceptedExpired;
        }
    }
    let files = site(&handbook);
    let page = html(&files, "releases/v1.8.2/index.html");
    assert!(page.contains("Accepted until a day that was over</h2>") && page.contains("so it accepted nothing"));
    let still = format!("Still open: {}", counted(open(&handbook)));
    assert!(page.contains(&still), "a gate that was open then is counted once");
}

#[test]
fn a_gate_with_evidence_is_not_told_to_have_none() {
    let mut handbook = sample::single();
    let release = &mut handbook.products[0].releases[1];
    let with_files = release.verdict.gates.iter_mut().filter(|gate| !gate.evidence.is_empty());
    for gate in with_files {
        gate.outcome = Outcome::Missing;
    }
    let files = site(&handbook);
    let facts = facts(&files, "releases/v1.8.2/index.json");
    let gates = facts["gates"].as_array().expect("there are gates").iter();
    for gate in gates.filter(|gate| gate["outcome"] == "missing") {
        let has_files = gate["evidence"].as_array().is_some_and(|files| !files.is_empty());
        let (word, act) = (gate["word"].as_str(), gate["act"].as_str().expect("it is open"));
        assert_eq!(word, Some(if has_files { "A part is missing" } else { "No evidence" }));
        assert_eq!(act.contains("nothing was measured"), !has_files, "{act}");
    }
}

#[test]
fn a_run_sheet_keeps_its_address() {
    let handbook = sample::single();
    let files = site(&handbook);
    let slugs = handbook.products[0].editions.iter().flat_map(|edition| &edition.runbooks);
    for slug in slugs.map(|runbook| &runbook.runbook.slug) {
        for index in ["next", "latest"] {
            let page = format!("{index}/runbooks/{slug}/run/index.html");
            assert!(files.contains_key(&page), "{page}");
        }
    }
    let sheets = |kind: &str| {
        files
            .iter()
            .filter(|(url, bytes)| url.ends_with("/run/index.json") && has_kind(bytes, kind))
            .count()
    };
    assert!(sheets("run-sheet") > 0 && sheets("run-sheet-moved") > 0);
}

fn has_kind(bytes: &[u8], kind: &str) -> bool {
    let twin: Value = serde_json::from_slice(bytes).expect("a twin is JSON");
    twin["kind"] == kind
}

#[test]
fn where_there_are_no_gates_no_page_links_to_them() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    product.gates.clear();
    for release in &mut product.releases {
        release.verdict.gates.clear();
    }
    let files = site(&handbook);
    for page in [
        "index.html",
        "releases/v1.8.2/index.html",
        "v1.8.2/runbooks/release-process/index.html",
    ] {
        let html = html(&files, page);
        let main = html
            .split("<nav aria-label=\"Main\">")
            .nth(1)
            .and_then(|rest| rest.split("</nav>").next());
        let main = main.expect("every page has a navigation");
        assert!(main.contains(">Releases</a>"), "{page}: {main}");
        assert!(!main.contains(">Gates</a>"), "{page}: {main}");
    }
}

#[test]
fn a_pack_says_when_its_period_is_not_over() {
    let files = site(&sample::single());
    let packs = files
        .iter()
        .filter(|(url, bytes)| url.ends_with("/index.json") && has_kind(bytes, "audit_pack"));
    let mut ends = Vec::new();
    for (url, _) in packs {
        let end = facts(&files, url)["period"]["to"].as_str().map(ToOwned::to_owned);
        let page = html(&files, &url.replace("index.json", "index.html"));
        let is_over = end.as_deref() < Some("2026-11-20");
        assert_eq!(page.contains("The period is not over."), !is_over, "{url}");
        assert_eq!(page.contains("the period ends on 31 Dec 2026"), !is_over, "{url}");
        ends.push(is_over);
    }
    ends.sort_unstable();
    assert_eq!(ends, [false, true], "one is over, one is not");
}

#[test]
fn the_banner_names_the_step_that_fails_and_leads_to_it() {
    use crate::model::freshness::State;
    let handbook = sample::single();
    let files = site(&handbook);
    let broken = handbook.products[0].editions[0]
        .runbooks
        .iter()
        .filter(|runbook| runbook.freshness.state == State::Broken);
    let mut told = 0;
    for runbook in broken {
        let page = html(&files, &format!("next/runbooks/{}/index.html", runbook.runbook.slug));
        let banner = page
            .split("<p class=\"says\">")
            .nth(1)
            .and_then(|rest| rest.split("</p>").next());
        let banner = banner.expect("every page has a banner");
        if let Some(anchor) = banner.split("<a href=\"#").nth(1).and_then(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!(" id=\"{anchor}\"")), "{anchor}");
            assert!(banner.contains(" today: "), "{banner}");
            told += 1;
        }
    }
    assert!(told > 0, "one of them fails in a step");
}
