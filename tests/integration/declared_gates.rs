//! Gates that runbooks declare judge the releases of their own commit; what is asked today never moves a verdict of the past.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Folder, run_with};

const TABLE: &str = "# Release\n\n## Release gates\n\n| Gate | Demand | Evidence |\n|---|---|---|\n| Coverage | lines ≥ 80 % | `lcov.info` |\n\n1. Ship it\n";

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// LCOV with so many of ten lines covered.
fn lcov(covered: usize) -> String {
    let lines: String = (1..=10)
        .map(|line| format!("DA:{line},{}\n", u8::from(line <= covered)))
        .collect();
    format!("TN:\nSF:a.rs\n{lines}LF:10\nLH:{covered}\nend_of_record\n")
}

/// A release of the runbook with one file of coverage in a folder of evidence; then what happened on main.
fn released(runbook: &str, covered: usize, folder_name: &str, later: &[(&str, &str)]) -> Folder {
    let folder = Folder::repository();
    let commit = folder.commit("Write it", &[("RELEASING.md", runbook)]);
    let report = lcov(covered);
    let path = format!("evidence/{folder_name}/lcov.info");
    let record = format!(
        "{{\"schema\":\"runproof-record/1\",\"version\":\"v1.0.0\",\"commit\":\"{commit}\",\"released\":\"2026-01-02T10:00:00Z\",\"outcome\":\"shipped\",\
         \"gates\":[\"{folder_name}\"],\"files\":[{{\"path\":\"{path}\",\"sha256\":\"{}\",\"bytes\":{},\"gate\":\"{folder_name}\"}}]}}",
        digest(&report),
        report.len()
    );
    folder.write("releases/v1.0.0/record.json", record);
    folder.write(&format!("releases/v1.0.0/{path}"), report);
    folder.commit("Record it", &[]);
    if !later.is_empty() {
        folder.commit("Go on", later);
    }
    folder
}

fn facts(folder: &Folder) -> Value {
    let built = folder.run(&["build"]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    let twin: Value = serde_json::from_str(&folder.read("site/releases/v1.0.0/index.json")).expect("the twin is JSON");
    twin["facts"].clone()
}

fn outcome(folder: &Folder) -> (String, Vec<String>) {
    let facts = facts(folder);
    let gates = facts["gates"].as_array().expect("there are gates");
    let told = gates.iter().map(|gate| {
        format!(
            "{} {}",
            gate["id"].as_str().unwrap_or_default(),
            gate["outcome"].as_str().unwrap_or_default()
        )
    });
    (facts["state"].as_str().unwrap_or_default().to_owned(), told.collect())
}

#[test]
fn the_table_of_a_runbook_judges_its_release() {
    let of = |covered, name: &str| outcome(&released(TABLE, covered, name, &[]));
    assert_eq!(of(8, "coverage"), ("proven".to_owned(), vec!["coverage passed".to_owned()]));
    assert_eq!(of(7, "coverage"), ("failed".to_owned(), vec!["coverage failed".to_owned()]));
    // The folder has another name, and holds the file that the table names.
    assert_eq!(of(8, "cov"), ("proven".to_owned(), vec!["cov passed".to_owned()]));
    let facts = facts(&released(TABLE, 8, "coverage", &[]));
    assert_eq!(facts["gates"][0]["declared"][0]["path"], "RELEASING.md");
    assert_eq!(facts["gates"][0]["declared"][0]["line"], 7);
}

#[test]
fn every_cell_of_a_table_becomes_a_demand() {
    let table = "# Release\n\n## Release gates\n\n| Gate | Demand | Evidence | When |\n|---|---|---|---|\n\
        | Coverage | lines ≥ 80 % | `coverage/lcov.info` | |\n\
        | Image scan | critical = 0, high = 0 | Trivy `trivy-api.sarif` | |\n\
        | Model evaluation | accuracy ≥ 0.92 | `eval.json` | `prompts/**` changed |\n\
        | Watch | error rate ≤ 1 %, every 15 min for 2 h, 2 in a row | `watch.jsonl` | |\n\
        | Approval | Product lead and Engineering lead | `approval.json` | |\n\
        | Unit tests | at least 200 tests, 0 skipped | `junit.xml` | |\n\
        | Latency | p95 < 250 ms | `k6.json` | |\n\
        | Odd | 80ish | `x.json` | |\n\
        | Lint | no warnings | `eslint.json` | |\n\
        | Restore drill | within the last 90 days | `drill.json` | |\n\
        | Checks | at T+0, T+15m, T+60m | `probes.jsonl` | |\n\
        | Canary | performance acceptable | `c.json` | always |\n\n1. Ship it\n";
    let facts = facts(&released(table, 9, "other", &[]));
    let told: Vec<String> = facts["gates"]
        .as_array()
        .expect("there are gates")
        .iter()
        .map(|gate| {
            let needs: Vec<&str> = gate["needs"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            format!("{}: {}", gate["id"].as_str().unwrap_or_default(), needs.join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "image-scan: at most 0 findings of critical severity, at most 0 findings of high severity, trivy-api.sarif is written by trivy",
            "model-evaluation: accuracy at least 0.92, only when prompts/** changed",
            "watch: error rate at most 1 %, watched for 2 hours, looked at every 15 minutes, 2 breaches in a row fail",
            "approval: product lead agrees, engineering lead agrees",
            "unit-tests: at least 200 tests run, at most 0 skipped cases",
            "latency: p95 under 250 ms",
            "odd: It asks for `80ish`, and nobody can tell how to compare that",
            "lint: at most 0 warnings",
            "restore-drill: not older than 90 days",
            "checks: looked at T+0, T+15m, T+60m",
            "canary: No threshold is declared for canary",
            "other: lines at least 80",
        ]
    );
}

#[test]
fn headings_and_front_matter_declare() {
    let text = "---\ngates:\n  Coverage: { demand: \"lines >= 80 %\", evidence: coverage/lcov.info }\n---\n# T\n\n## Gate 2: Smoke tests\n\n- [ ] Playwright smoke passes\n\n1. Ship it\n";
    let (_, gates) = outcome(&released(text, 9, "coverage", &[]));
    assert_eq!(gates, ["smoke-tests missing", "coverage passed"]);
}

#[test]
fn a_declared_gate_without_evidence_is_missing_and_prose_judges_nothing() {
    let table = TABLE.replace("\n1. Ship it", "| Image scan | critical = 0 | `trivy.json` |\n\n1. Ship it");
    let (state, gates) = outcome(&released(&table, 9, "coverage", &[]));
    assert_eq!(
        (state.as_str(), gates.concat().as_str()),
        ("open-gates", "image-scan missingcoverage passed")
    );
    let prose = "# Release\n\n## Gates\n\n- [ ] `make lint` passes\n- [ ] The team is told\n\n1. Ship it\n";
    let facts = facts(&released(prose, 9, "coverage", &[]));
    assert_eq!(
        facts["gates"].as_array().map(Vec::len),
        Some(1),
        "only the evidence makes a gate"
    );
    assert_eq!(facts["gates"][0]["outcome"], "inconclusive", "and that has no threshold");
    assert_eq!(facts["read"][0]["line"], 5);
    assert_eq!(facts["boxes"], 1);
}

#[test]
fn what_nobody_can_compare_is_never_green() {
    let odd = TABLE.replace("lines ≥ 80 %", "80ish");
    let (state, gates) = outcome(&released(&odd, 10, "coverage", &[]));
    assert_eq!(
        (state.as_str(), gates.concat().as_str()),
        ("open-gates", "coverage inconclusive")
    );
}

#[test]
fn loosening_the_text_later_moves_no_verdict() {
    let looser = TABLE.replace("80 %", "10 %");
    let folder = released(TABLE, 7, "coverage", &[("RELEASING.md", &looser)]);
    let facts = facts(&folder);
    assert_eq!(facts["gates"][0]["outcome"], "failed");
    assert_eq!(facts["gates"][0]["today"], "passed", "what today would say stands beside it");
}

#[test]
fn of_text_and_settings_the_stricter_judges() {
    let settings = |least: u32| format!("[[gates]]\nid = \"coverage\"\nat-least = {{ lines = {least} }}\n");
    for least in [60, 80, 90] {
        let folder = released(TABLE, 7, "coverage", &[("runproof.toml", &settings(least))]);
        let (state, _) = outcome(&folder);
        assert_eq!(state, "failed", "{least}");
        let differences = facts(&folder)["differences"].as_array().map_or(0, Vec::len);
        assert_eq!(differences, usize::from(least != 80), "{least}");
        let from = facts(&folder)["gates_from"].as_str().unwrap_or_default().to_owned();
        assert!(from.contains("the oldest"), "{from}");
    }
}

/// The states of all releases of a site and of their gates.
fn states(site: &Path) -> BTreeMap<String, Vec<String>> {
    let mut states = BTreeMap::new();
    let products = fs::read_dir(site).expect("the site can be read");
    for product in products.flatten().filter(|entry| entry.path().join("releases").is_dir()) {
        for release in fs::read_dir(product.path().join("releases"))
            .expect("it can be read")
            .flatten()
        {
            let Ok(text) = fs::read_to_string(release.path().join("index.json")) else {
                continue;
            };
            let twin: Value = serde_json::from_str(&text).expect("the twin is JSON");
            let gates = twin["facts"]["gates"].as_array().cloned().unwrap_or_default();
            let mut told = vec![twin["facts"]["state"].to_string()];
            told.extend(
                gates
                    .iter()
                    .map(|gate| format!("{} {} {}", gate["id"], gate["outcome"], gate["value"])),
            );
            states.insert(
                release.path().strip_prefix(site).expect("it is inside").display().to_string(),
                told,
            );
        }
    }
    states
}

/// The settings with another number at every threshold.
fn other_thresholds(settings: &str) -> String {
    let mut changed = String::new();
    let mut is_gate = false;
    for line in settings.lines() {
        if line.starts_with('[') {
            is_gate = line.ends_with("gates]]");
        }
        let is_text = line.contains('"') || line.starts_with('#');
        let number = |word: &str| -> String {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            if digits.is_empty() || word.chars().any(char::is_alphabetic) {
                return word.to_owned();
            }
            word.replace(&digits, if digits == "1" { "2" } else { "1" })
        };
        if is_gate && !is_text {
            let words: Vec<String> = line.split(' ').map(number).collect();
            changed.push_str(&words.join(" "));
        } else {
            changed.push_str(line);
        }
        changed.push('\n');
    }
    changed
}

#[test]
fn todays_settings_move_no_released_verdict_of_this_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        return;
    }
    let folder = Folder::empty();
    let settings = fs::read_to_string(root.join("runproof.toml")).expect("the settings are there");
    let changed = other_thresholds(&settings);
    assert!(
        changed
            .lines()
            .zip(settings.lines())
            .filter(|(one, other)| one != other)
            .count()
            > 20
    );
    folder.write("other.toml", &changed);
    let build = |out: &str, config: &Path| {
        let out = folder.join(out);
        let ran = run_with(
            &[
                "build",
                "--repo",
                &root.to_string_lossy(),
                "--out",
                &out.to_string_lossy(),
                "--config",
                &config.to_string_lossy(),
                "--no-cache",
                "--today",
                "2027-01-01",
            ],
            &[],
        );
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        states(&out)
    };
    let (now, other) = (
        build("now", &root.join("runproof.toml")),
        build("other", &folder.join("other.toml")),
    );
    assert!(!now.is_empty());
    assert_eq!(now, other);
}
