//! What holds for every page: it is well formed, its links lead somewhere, it is the same every time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::blessed::holds;
use crate::model::handbook::Handbook;
use crate::site::body::written::hex;
use crate::site::file::File;
use crate::site::pages::KINDS;
use crate::site::reserved;
use crate::site::sample::markup::{Token, read};
use crate::site::tests::{pages, site};
use crate::site::{Failure, render, sample};

/// Every broken link of a site: page, link and why.
fn broken_links(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut links: Vec<(&str, String)> = Vec::new();
    let mut broken = Vec::new();
    for (url, html) in pages(files) {
        let mut seen = BTreeSet::new();
        let mut headings = 0;
        for token in read(html) {
            let Token::Open(name, mut attributes) = token else { continue };
            headings += usize::from(name == "h1");
            if let Some(id) = attributes.remove("id")
                && !seen.insert(id.clone())
            {
                broken.push(format!("{url}: id {id} stands twice"));
            }
            let is_canonical = attributes.get("rel").is_some_and(|rel| rel == "canonical");
            for key in ["href", "src"] {
                if let Some(link) = attributes.remove(key) {
                    links.push((url, if is_canonical { format!("{link}index.html") } else { link }));
                }
            }
        }
        if headings != 1 {
            broken.push(format!("{url}: {headings} headings of the first level"));
        }
        ids.insert(url, seen);
    }
    for (url, link) in links {
        if ["https://", "mailto:", "data:image/svg+xml,"]
            .iter()
            .any(|start| link.starts_with(start))
        {
            continue;
        }
        let (path, anchor) = link
            .split_once('#')
            .map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let mut parts: Vec<&str> = url.split('/').collect();
        if !path.is_empty() {
            parts.pop();
            for part in path.split('/') {
                if part == ".." {
                    assert!(parts.pop().is_some(), "{url}: {link} leads out of the site");
                } else {
                    parts.push(part);
                }
            }
        }
        let target = parts.join("/");
        if !files.contains_key(&target) {
            broken.push(format!("{url}: {link} leads nowhere"));
        } else if let (Some(anchor), Some(ids)) = (anchor, ids.get(target.as_str())) {
            let anchor = percent_decode_str(anchor).decode_utf8_lossy();
            if !ids.contains(anchor.as_ref()) {
                broken.push(format!("{url}: {link} has no such place"));
            }
        }
    }
    broken
}

#[test]
fn every_page_is_well_formed_and_every_link_leads_somewhere() {
    for handbook in [sample::handbook(), sample::single(), sample::empty()] {
        let broken = broken_links(&site(&handbook));
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}

#[test]
fn one_product_stands_at_the_root_and_several_below_their_prefix() {
    let files = site(&sample::single());
    for url in [
        "index.html",
        "next/index.html",
        "latest/index.html",
        "v1.8.2/runbooks/release-process/index.html",
        "latest/runbooks/release-process/index.html",
        "runbooks/release-process/index.html",
        "releases/v1.8.2/index.html",
        "releases/v1.8.2/evidence/unit-tests/junit.xml/index.html",
        "releases/v1.8.2/evidence/integration-tests/junit.xml/index.html",
        "releases/v1.8.2/evidence/integration-tests/junit.xml~2/index.html",
        "gates/index.html",
        "gates/unit-tests/index.html",
        "components/index.html",
        "components/2/index.html",
        "freshness/index.html",
        "rules/path-missing/index.html",
        "editions/index.html",
        "v1.8.2/runbooks/old-way/index.html",
        "404.html",
        "_headers",
        "robots.txt",
        "manifest.json",
    ] {
        assert!(files.contains_key(url), "{url} is missing");
    }
    let files = site(&sample::handbook());
    assert!(files.contains_key("harbor/v1.8.2/runbooks/release-process/index.html"));
    assert!(files.contains_key("dispatch/index.html") && !files.contains_key("next/index.html"));
}

#[test]
fn every_kind_reserves_the_first_part_of_its_addresses() {
    let reserved = reserved();
    for handbook in [sample::handbook(), sample::single(), sample::empty()] {
        let editions = handbook.products.iter().flat_map(|product| &product.editions);
        let versions: BTreeSet<&str> = editions.map(|edition| edition.version.as_str()).collect();
        for url in site(&handbook).keys() {
            let of_product = |prefix: &str| url.strip_prefix(prefix)?.strip_prefix('/');
            let prefixes = handbook.products.iter().map(|product| product.prefix.trim_end_matches('/'));
            let inner = prefixes.clone().find_map(of_product).unwrap_or(url);
            let Some((folder, _)) = inner.split_once('/') else { continue };
            assert!(
                reserved.contains(&folder) || versions.contains(folder),
                "{url}: name `{folder}` in `reserves` of its kind"
            );
        }
    }
}

#[test]
fn what_a_kind_names_as_its_section_has_an_entry() {
    let entries: Vec<&str> = KINDS
        .iter()
        .filter(|kind| kind.entry.is_some())
        .map(|kind| kind.name)
        .collect();
    for kind in KINDS.iter().filter(|kind| !kind.section.is_empty()) {
        assert!(
            entries.contains(&kind.section),
            "{} stands in the section `{}`",
            kind.name,
            kind.section
        );
    }
}

#[test]
fn every_page_has_a_twin_with_the_same_facts() {
    let files = site(&sample::single());
    for (url, _) in pages(&files).filter(|(url, _)| *url != "404.html") {
        let twin = url.replace("index.html", "index.json");
        let bytes = files.get(&twin).unwrap_or_else(|| panic!("{url} has no twin"));
        let value: Value = serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{twin}: {error}"));
        assert_eq!(value["schema"], "runproof-page/1");
        assert_eq!(
            value["url"].as_str().map(|url| format!("{url}index.html")).as_deref(),
            Some(url)
        );
    }
    let twin: Value = serde_json::from_slice(&files["next/runbooks/release-process/index.json"]).expect("it is JSON");
    assert_eq!(twin["facts"]["steps"][4]["number"], "4.1");
    assert_eq!(twin["facts"]["steps"][4]["id"], "step-4-1");
    assert_eq!(twin["facts"]["findings"][0]["step"]["id"], "step-3");
    assert_eq!(twin["facts"]["freshness"]["state"], "broken");
    assert!(
        twin["facts"]["references"]
            .as_array()
            .is_some_and(|references| references.iter().any(|reference| reference["status"] == "broken"))
    );
    assert!(!twin.to_string().contains("<p>"), "the rendered text is no fact");
}

#[test]
fn the_manifest_has_every_file_with_its_digest() {
    let files = site(&sample::single());
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("it is JSON");
    let entries = manifest["files"].as_array().expect("it lists files");
    assert_eq!(entries.len(), files.len() - 1);
    let urls: Vec<&str> = entries.iter().filter_map(|entry| entry["url"].as_str()).collect();
    assert!(urls.is_sorted());
    for entry in entries {
        let url = entry["url"].as_str().expect("it has an address");
        assert_eq!(entry["sha256"], hex(&Sha256::digest(&files[url])), "{url}");
    }
    let text_of = |url: &str| {
        let entry = entries
            .iter()
            .find(|entry| entry["url"] == url)
            .unwrap_or_else(|| panic!("{url} is listed"));
        entry["body_sha256"].clone()
    };
    let next = text_of("next/runbooks/release-process/index.html");
    assert_eq!(
        next,
        text_of("v1.8.2/runbooks/release-process/index.html"),
        "the same text in another frame"
    );
    assert_ne!(next, text_of("v1.8.1/runbooks/release-process/index.html"));
    assert!(text_of("index.html").is_null());
}

#[test]
fn the_same_handbook_gives_the_same_bytes_with_any_number_of_threads() {
    let build = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads can be had");
        pool.install(|| site(&sample::handbook()))
    };
    let one = build(1);
    assert_eq!(one, build(4));
    assert_eq!(one, site(&sample::handbook()));
}

#[test]
fn links_between_runbooks_stay_in_their_edition() {
    let files = site(&sample::single());
    let page = |url: &str| String::from_utf8_lossy(&files[url]).into_owned();
    let next = page("next/runbooks/release-process/index.html");
    assert!(next.contains("<a href=\"../../../next/runbooks/incident/index.html#who-decides\">Handle an incident</a>"));
    assert!(page("v1.8.2/runbooks/release-process/index.html").contains("\"../../../v1.8.2/runbooks/restore/index.html\""));
    assert!(page("latest/runbooks/release-process/index.html").contains("\"../../../latest/runbooks/restore/index.html\""));
    // v1.8.0 had no incident runbook; the file is still there to be read.
    assert!(
        page("v1.8.0/runbooks/release-process/index.html")
            .contains("/runbooks/incident.md#who-decides\" rel=\"noopener noreferrer\">Handle")
    );
    assert!(
        next.contains("<span class=\"ref\" title=\"docs/DEPLOYMENT.md\">the deployment notes</span>"),
        "a broken link is no link"
    );
}

#[test]
fn older_editions_say_how_they_differ() {
    let files = site(&sample::single());
    let page = |url: &str| String::from_utf8_lossy(&files[url]).into_owned();
    let older = page("v1.8.1/runbooks/release-process/index.html");
    assert!(
        older.contains("as it was for v1.8.1.</span> <a href=\"../../../latest/runbooks/release-process/index.html\">"),
        "{}",
        &older[..4_000]
    );
    assert!(page("v1.8.0/runbooks/restore/index.html").contains("v1.8.0 was rolled back."));
    assert!(!page("latest/runbooks/restore/index.html").contains("Version notice"));
    assert!(page("next/runbooks/old-way/index.html").contains("It is gone. It was last in"));
    assert!(
        !files.contains_key("v1.8.0/runbooks/incident/index.html"),
        "an old edition knows nothing of what came later"
    );
}

#[test]
fn the_address_that_counts_is_told_where_the_site_has_one() {
    let url = "v1.8.2/runbooks/restore/index.html";
    let says = |handbook, url: &str| String::from_utf8_lossy(&site(&handbook)[url]).contains("rel=\"canonical\"");
    let with = || Handbook {
        base_url: Some("https://example.org/".to_owned()),
        ..sample::single()
    };
    assert!(
        String::from_utf8_lossy(&site(&with())[url])
            .contains("<link rel=\"canonical\" href=\"https://example.org/latest/runbooks/restore/\">")
    );
    assert!(!says(with(), "latest/runbooks/restore/index.html"));
    // A relative one says nothing to a search engine.
    assert!(!says(sample::single(), url));
}

/// What a script beside the pages of old editions says.
fn later(files: &BTreeMap<String, Vec<u8>>, url: &str) -> Value {
    let text = String::from_utf8_lossy(&files[url]).into_owned();
    let facts = text.strip_prefix("rpLater(").and_then(|text| text.strip_suffix(");\n"));
    serde_json::from_str(facts.expect("it is one call")).expect("it is JSON")
}

#[test]
fn what_came_later_stands_beside_the_pages_of_old_editions() {
    let files = site(&sample::single());
    let about = later(&files, "runbooks/release-process/later.js");
    assert_eq!(about["latest"]["version"], "v1.8.2");
    assert_eq!(about["latest"]["has"], true);
    let page = String::from_utf8_lossy(&files["v1.8.1/runbooks/release-process/index.html"]).into_owned();
    let text = page.split("data-text=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(about["texts"][text.expect("the page names its text")], 2, "two steps changed");
    let restore = later(&files, "runbooks/restore/later.js");
    assert!(
        restore["texts"]
            .as_object()
            .is_some_and(|texts| texts.values().all(Value::is_null))
    );
    assert_eq!(later(&files, "runbooks/old-way/later.js")["latest"]["has"], false);
    for list in [&about["list"], &later(&files, "editions/later.js")["list"]] {
        for one in list.as_array().expect("it lists editions") {
            let page = format!("{}index.html", one["address"].as_str().expect("each has an address"));
            assert!(files.contains_key(&page), "{page}");
        }
    }
}

#[test]
fn pages_of_old_editions_say_nothing_of_the_present() {
    let mut handbook = sample::single();
    let old = |files: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let of_a_release = |url: &str| url.starts_with("v1.") || url.contains("/evidence/") || url.starts_with("compare/v1.");
        let old = files.iter().filter(|(url, _)| of_a_release(url));
        old.map(|(url, bytes)| (url.clone(), bytes.clone())).collect()
    };
    let before = old(&site(&handbook));
    assert!(before.len() > 40, "there are pages of old editions");
    handbook.today = handbook.today.succ_opt().expect("there is another day");
    let commit = handbook.commit.as_deref().cloned().expect("the sample has a commit");
    let commit = std::sync::Arc::new(crate::model::history::Commit {
        id: "f".repeat(40),
        ..commit
    });
    handbook.commit = Some(std::sync::Arc::clone(&commit));
    let product = &mut handbook.products[0];
    product.editions[0].commit = Some(std::sync::Arc::clone(&commit));
    // Another release of what is on the main branch.
    let mut release = product.releases[0].clone();
    for other in &mut product.editions {
        other.release = other.release.map(|index| index + 1);
    }
    for other in &mut product.releases {
        other.edition = other.edition.map(|index| index + 1);
    }
    release.release.version = "v1.9.0".to_owned();
    release.release.slug = "v1.9.0".to_owned();
    release.edition = Some(1);
    let mut edition = product.editions[0].clone();
    edition.id = "v1.9.0".to_owned();
    edition.version = "v1.9.0".to_owned();
    edition.release = Some(0);
    product.editions.insert(1, edition);
    product.releases.insert(0, release);
    let after = old(&site(&handbook));
    for (url, bytes) in &before {
        assert!(
            after.get(url) == Some(bytes),
            "{url} is another page since there is a newer release:\n{}\n{}",
            String::from_utf8_lossy(bytes),
            after
                .get(url)
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default()
        );
    }
    let new: Vec<&String> = after.keys().filter(|url| !before.contains_key(*url)).collect();
    assert!(
        new.iter().all(|url| url.contains("v1.9.0")),
        "nothing is added to old editions: {new:?}"
    );
}

#[test]
fn what_is_not_there_is_said() {
    let files = site(&sample::empty());
    let page = |url: &str| String::from_utf8_lossy(&files[url]).into_owned();
    assert!(page("index.html").contains("No runbooks were found."));
    assert!(page("index.html").contains("No release is known. A tag such as <code>v1.0.0</code> makes the first."));
    assert!(page("gates/index.html").contains("There are no releases yet."));
    assert!(page("components/index.html").contains("No release has a bill of materials."));
    assert!(page("about/index.html").contains("a folder without commits"));
    let files = site(&sample::single());
    let page = |url: &str| String::from_utf8_lossy(&files[url]).into_owned();
    assert!(page("next/runbooks/restore/index.html").contains("This runbook has no list of roles."));
    assert!(page("next/runbooks/release-process/index.html").contains("No threshold is declared for 1 criterion:"));
    assert!(page("releases/v1.7.3/index.html").contains("its commit is not in this clone"));
}

#[test]
fn two_things_at_one_address_stop_the_build_and_are_named() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    product.editions[2].id = "releases".to_owned();
    product.editions[0].runbooks[0].runbook.slug = "Incident".to_owned();
    let given = Mutex::new(0);
    let result = render(&handbook, &|_: File| *given.lock().expect("nothing panics with it") += 1);
    let failure = result.expect_err("two clashes were made");
    assert!(matches!(failure, Failure::Clashes(_)));
    let words = failure.to_string();
    assert!(
        words.contains("the edition v1.8.2 and the list of releases would both be published at `releases/index.html`"),
        "{words}"
    );
    assert!(
        words.contains("runbook `runbooks/handover.md` of next and runbook `runbooks/incident.md` of next"),
        "{words}"
    );
    assert_eq!(*given.lock().expect("nothing panicked with it"), 0, "nothing was published");
}

#[test]
fn many_releases_are_told_apart_by_year() {
    let mut handbook = sample::single();
    let product = &mut handbook.products[0];
    for number in 0..14_u32 {
        let mut release = product.releases[4].clone();
        release.release.version = format!("v1.6.{}", 20 - number);
        release.release.slug = release.release.version.clone();
        release.release.date = (number < 12).then(|| crate::model::release::ReleaseDate {
            day: sample::day(&format!("{}-03-0{}", 2026 - number / 5, 9 - number % 5)),
            at: None,
            source: crate::model::release::ReleaseSource::Tag,
        });
        product.releases.push(release);
    }
    let files = site(&handbook);
    for url in [
        "gates/index.html", "gates/2026/index.html", "gates/2024/index.html", "gates/undated/index.html",
    ] {
        assert!(files.contains_key(url), "{url}");
    }
    let columns = |url: &str| String::from_utf8_lossy(&files[url]).matches("<th scope=\"col\"").count() - 3;
    assert_eq!(columns("gates/index.html"), 12);
    assert_eq!(columns("gates/undated/index.html"), 2);
    assert_eq!(broken_links(&files), Vec::<String>::new());
}

/// A page with a line for each element, so that a change of it can be read.
fn golden(handbook: &Handbook, url: &str) -> String {
    let files = site(handbook);
    let text = String::from_utf8(files[url].clone()).expect("pages are UTF-8");
    text.replace("><", ">\n<")
}

#[test]
fn pages_stay_as_they_are() {
    let handbook = sample::single();
    for (name, url) in [
        ("runbook.html", "next/runbooks/release-process/index.html"),
        ("runbook.json", "next/runbooks/release-process/index.json"),
        ("runbook-absent.html", "v1.8.2/runbooks/old-way/index.html"),
        ("product.html", "index.html"),
        ("release.html", "releases/v1.8.2/index.html"),
    ] {
        let page = golden(&handbook, url);
        let page = if name.ends_with(".json") {
            page.replace(",\"", ",\n\"")
        } else {
            page
        };
        holds(&format!("tests/golden/{name}"), &format!("{}\n", page.trim_end()));
    }
}
