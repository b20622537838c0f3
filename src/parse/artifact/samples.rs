//! Every sample with figures that somebody counted apart from us, compared by kind and by count.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::gate::testing::shown;
use crate::parse::recognise::{names, read};

/// Our format for a kind of the expectations. A kind that is only named, or that nothing can be told by, has none.
const KINDS: &[(&str, &str)] = &[
    ("bandit", "bandit"),
    ("cargo-audit", "cargo-audit"),
    ("checkstyle", "checkstyle"),
    ("clover", "clover"),
    ("cobertura", "cobertura"),
    ("coverage.py-json", "coverage-py"),
    ("csaf", "csaf"),
    ("ctrf", "ctrf"),
    ("cyclonedx-json", "cyclonedx-json"),
    ("cyclonedx-xml", "cyclonedx-xml"),
    ("dsse", "dsse"),
    ("eslint", "eslint"),
    ("gitleaks", "gitleaks"),
    ("grype-json", "grype"),
    ("hadolint", "hadolint"),
    ("intoto-statement", "intoto-statement"),
    ("istanbul-summary", "istanbul-summary"),
    ("jest-json", "jest"),
    ("junit", "junit"),
    ("lcov", "lcov"),
    ("lhci-assertions", "lhci-assertions"),
    ("lhci-manifest", "lhci-manifest"),
    ("lighthouse", "lighthouse"),
    ("llvm-cov-json", "llvm-cov"),
    ("mocha-json", "mocha"),
    ("npm-audit-6/pnpm", "pnpm-audit"),
    ("npm-audit-7", "npm-audit"),
    ("openvex", "openvex"),
    ("osv", "osv"),
    ("pip-audit", "pip-audit"),
    ("playwright-json", "playwright"),
    ("ruff", "ruff"),
    ("sarif", "sarif"),
    ("semgrep", "semgrep"),
    ("sigstore-bundle", "sigstore-bundle"),
    ("spdx2-json", "spdx-json"),
    ("spdx2-tag", "spdx-tag-value"),
    ("spdx2-yaml", "spdx-yaml"),
    ("spdx3-jsonld", "spdx3-json"),
    ("syft-json", "syft"),
    ("tap", "tap"),
    ("trivy", "trivy"),
    ("trivy-json", "trivy"),
    ("trx", "trx"),
];

/// Right and all, by kind; what differs, in words.
#[derive(Default)]
struct Score {
    kinds: BTreeMap<String, (u64, u64)>,
    differences: Vec<String>,
}

impl Score {
    fn add(&mut self, kind: &str, file: &str, differences: &[String]) {
        let score = self.kinds.entry(kind.to_owned()).or_default();
        score.1 += 1;
        score.0 += u64::from(differences.is_empty());
        self.differences
            .extend(differences.iter().map(|difference| format!("{kind}: {file}: {difference}")));
    }

    /// Prints the table and gives back how many are right of how many.
    fn print(&self) -> (u64, u64) {
        for (kind, (right, all)) in &self.kinds {
            println!("{kind:<20} {right:>4} of {all:>4}");
        }
        for difference in &self.differences {
            println!("differs: {difference}");
        }
        let right = self.kinds.values().map(|(right, _)| right).sum();
        let all = self.kinds.values().map(|(_, all)| all).sum();
        println!("{:<20} {right:>4} of {all:>4}", "all");
        (right, all)
    }
}

fn samples(folder: &str) -> Option<PathBuf> {
    let samples = std::env::var_os("RUNPROOF_SAMPLES").map(|samples| Path::new(&samples).join(folder));
    if samples.is_none() {
        println!("skipped: RUNPROOF_SAMPLES is not set");
    }
    samples
}

fn ours(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, ours)| *ours)
}

/// What of an expected value is not in ours. Objects may hold more than is expected; counts of zero need not be there.
fn missing(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => expected
            .iter()
            .any(|(key, value)| !is_nothing(value) && missing(value, got.get(key).unwrap_or(&Value::Null))),
        (Value::Number(one), Value::Number(other)) => one.as_f64() != other.as_f64(),
        (expected, got) if is_nothing(expected) && is_nothing(got) => false,
        (expected, got) => expected != got,
    }
}

fn is_nothing(value: &Value) -> bool {
    let is_empty =
        value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(|list| list.iter().all(is_nothing));
    value.is_null() || value == &json!(0) || value == &json!("") || is_empty
}

fn compare(expected: &Map<String, Value>, artifact: &Artifact, format: &str) -> Vec<String> {
    if artifact.format != Some(format) {
        return vec![format!("is {:?}: {:?}", artifact.format, artifact.problems.first())];
    }
    if matches!(artifact.content, Content::Unread) {
        return vec![format!("is not read: {:?}", artifact.problems.first())];
    }
    let differs = |(key, value): &(&String, &Value)| missing(value, artifact.counts.get(*key).unwrap_or(&Value::Null));
    let words = |(key, value): (&String, &Value)| {
        format!(
            "{key}: expected {value}, got {:?}",
            artifact.counts.get(key).map(ToString::to_string)
        )
    };
    expected.iter().filter(differs).map(words).collect()
}

#[test]
fn samples_of_gates_have_the_expected_kind_and_counts() {
    let Some(samples) = samples("gates") else { return };
    let expected = fs::read_to_string(samples.join("expected.jsonl")).expect("the expectations can be read");
    let mut score = Score::default();
    for line in expected.lines() {
        let Ok(Value::Object(mut row)) = serde_json::from_str(line) else {
            panic!("a line is an object");
        };
        let file = row
            .remove("file")
            .and_then(|file| file.as_str().map(str::to_owned))
            .expect("a row names its file");
        let bytes = fs::read(samples.join(&file)).expect("the sample can be read");
        let kind = row.remove("format").and_then(|format| format.as_str().map(str::to_owned));
        let artifact = read(&bytes, None);
        match kind.as_deref() {
            None => {
                let is_refused = matches!(artifact.content, Content::Unread) && !artifact.problems.is_empty();
                let difference = (!is_refused).then(|| format!("is read as {:?}", artifact.format));
                score.add("(refused)", &file, difference.as_slice());
            }
            Some(kind) => {
                let differences = match ours(kind) {
                    Some(format) => {
                        // Shares of a hundred are ours to compute, and words of the tool are no counts.
                        row.retain(|key, _| !key.ends_with("_pct") && (format != "coverage-py" || key != "totals"));
                        compare(&row, &artifact, format)
                    }
                    None => {
                        row.retain(|key, _| key == "types");
                        row.iter()
                            .filter(|(key, value)| artifact.counts.get(*key) != Some(*value))
                            .map(|(key, value)| format!("{key}: expected {value}"))
                            .collect()
                    }
                };
                score.add(kind, &file, &differences);
            }
        }
    }
    let (right, all) = score.print();
    assert!(right * 100 >= all * 98, "{right} of {all} are right");
}

#[test]
fn samples_of_bills_of_materials_have_the_expected_kind_and_counts() {
    let Some(samples) = samples("sbom") else { return };
    let table = fs::read_to_string(samples.join("expected-open.tsv")).expect("the expectations can be read");
    let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = rows.next().expect("the table has a head");
    let (mut score, mut notes) = (Score::default(), BTreeMap::new());
    for row in rows {
        let text = |name: &str| {
            head.iter()
                .position(|key| *key == name)
                .and_then(|at| row.get(at))
                .copied()
                .unwrap_or_default()
        };
        let file = format!("{}/{}", text("repo").replace('/', "+"), text("path"));
        let bytes = fs::read(samples.join(&file)).expect("the sample can be read");
        let artifact = read(&bytes, None);
        let kind = text("kind");
        // That extensions are not read is no reproach.
        let is_reproach = |problem: &Problem| !problem.message.contains("stand in extensions");
        let has_problems = artifact.problems.iter().any(is_reproach);
        let differences = match ours(kind) {
            None if matches!(artifact.content, Content::Unread) && !artifact.problems.is_empty() => Vec::new(),
            None => vec![format!("is read as {:?}", artifact.format)],
            Some(format) => {
                let mut expected = Map::new();
                for key in ["comps", "top", "files", "edges", "deps", "vulns", "purls", "subjects"] {
                    let count: Option<u64> = text(key).parse().ok();
                    if let Some(count) = count {
                        expected.insert(key.to_owned(), count.into());
                    }
                }
                for key in ["pred", "stype"] {
                    if !text(key).is_empty() {
                        expected.insert(key.to_owned(), text(key).into());
                    }
                }
                let mut artifact = artifact;
                if let Some(Value::Object(by_severity)) = artifact.counts.get("vulns") {
                    let sum: u64 = by_severity.values().filter_map(Value::as_u64).sum();
                    artifact.counts.insert("vulns".to_owned(), sum.into());
                }
                compare(&expected, &artifact, format)
            }
        };
        score.add(kind, &file, &differences);
        if kind.starts_with("cyclonedx") {
            let count = notes.entry(text("expect").to_owned()).or_insert((0_u64, 0_u64));
            count.0 += u64::from(has_problems);
            count.1 += 1;
        }
    }
    println!("CycloneDX files with notes, by what their suite expects of them: {notes:?}");
    assert_eq!(
        notes.get("valid").map(|(noted, _)| *noted),
        Some(0),
        "valid files have no note"
    );
    let (right, all) = score.print();
    assert!(right * 100 >= all * 99, "{right} of {all} are right");
}

/// The files that stand in the repository, each named for the format that reads it.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/artifacts");
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut fixtures: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read(&path).expect("the fixture can be read"))
        })
        .collect();
    fixtures.sort();
    fixtures
}

#[test]
fn what_real_tools_wrote_has_the_figures_that_they_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/artifacts/tools");
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the table can be read");
    let rows = table.lines().map(|line| line.split_once('\t').expect("a row has two cells"));
    let expected: BTreeMap<&str, &str> = rows.collect();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder can be read") {
        let name = entry
            .expect("the entry can be read")
            .file_name()
            .to_string_lossy()
            .into_owned();
        if matches!(name.as_str(), "README.md" | "expected.tsv") {
            continue;
        }
        let text = fs::read_to_string(folder.join(&name)).expect("the file can be read");
        let got = shown(&text, None);
        match expected.get(name.as_str()) {
            Some(row) if got.starts_with(row) => {}
            row => wrong.push(format!("{name}: expected {row:?}, got `{got}`")),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_format_has_a_file_that_it_reads_and_half_of_it_is_refused() {
    let fixtures = fixtures();
    for name in names() {
        let Some((_, bytes)) = fixtures.iter().find(|(fixture, _)| fixture == name) else {
            panic!("tests/fixtures/artifacts has no file for {name}");
        };
        let artifact = read(bytes, Some(name));
        assert_eq!(artifact.format, Some(name));
        assert!(
            !matches!(artifact.content, Content::Unread),
            "{name}: {:?}",
            artifact.problems
        );
        assert!(!artifact.counts.is_empty(), "{name} has counts");
        if bytes.starts_with(b"{") || bytes.starts_with(b"<") || bytes.starts_with(b"[") {
            let half = read(&bytes[..bytes.len() * 2 / 5], Some(name));
            assert!(matches!(half.content, Content::Unread), "half of {name} is refused");
        }
    }
    let failed = fixtures
        .iter()
        .find(|(name, _)| name == "npm-audit-failed")
        .expect("it is there");
    assert!(
        matches!(read(&failed.1, None).content, Content::Unread),
        "a failed audit is refused"
    );
    for (name, bytes) in &fixtures {
        let shown = format!("{:?}", read(bytes, None));
        assert!(!shown.contains("not kept"), "{name} keeps a secret");
    }
}

#[test]
fn mutated_files_of_every_format_are_read_without_a_panic() {
    for (name, bytes) in fixtures() {
        // A plain generator of numbers: the same places in every run.
        let mut seed = bytes.len() as u64;
        for _ in 0..60 {
            let mut altered = bytes.clone();
            for _ in 0..3 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % altered.len().max(1);
                if let Some(byte) = altered.get_mut(at) {
                    *byte = if seed & 1 == 0 {
                        *byte ^ (seed >> 20) as u8
                    } else {
                        b"0\"[{:,-"[(seed >> 40) as usize % 7]
                    };
                }
            }
            let cut = (seed >> 35) as usize % altered.len().max(1);
            let _ = read(&altered, Some(&name));
            let _ = read(&altered[..cut], None);
        }
    }
}
