//! What the runbooks of the five example systems name, and where the handbook declares, proves and shows it: `docs/coverage.md` is made from
//! the built site. `RUNPROOF_BLESS=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::blessed::holds;

/// The day that counts as today, so that duties and reviews stand still.
const TODAY: &str = "2026-11-28";

/// Files of evidence that a row names; the page has them all.
const MAX_FILES: usize = 3;

/// How many rows each system has.
const SYSTEMS: [(&str, &str, usize); 5] = [
    ("homeai", "HomeAI", 18),
    ("horadus", "Horadus", 18),
    ("saas-starter", "Agent SaaS starter", 22),
    ("valentine", "Valentine", 15),
    ("icupa", "ICUPA", 29),
];

/// States that the examples show on purpose.
const SHOWN: [&str; 14] = [
    "homeai v1.4.0: open-gates",
    "homeai v1.5.0: rolled-back",
    "homeai v1.5.1: proven",
    "horadus v0.8.0: accepted",
    "horadus v0.9.0: proven",
    "icupa v1.0.0: accepted",
    "icupa v1.1.0: rolled-back",
    "icupa v1.1.1: proven",
    "saas-starter v2.3.0: failed",
    "saas-starter v2.3.0 \"trivy-api\": \"accepted-expired\"",
    "saas-starter v2.4.0: withdrawn",
    "saas-starter v2.4.1: proven",
    "valentine v2.3.0: contradicted",
    "valentine v2.4.0: proven",
];

/// One row of the table.
#[derive(Default)]
struct Row {
    declared: Vec<String>,
    evidence: Vec<String>,
    states: Vec<String>,
    pages: Vec<String>,
}

/// The repository and the handbook that was built from it.
struct Handbook {
    root: PathBuf,
    site: PathBuf,
}

impl Handbook {
    fn json(&self, page: &str) -> Value {
        let path = self.site.join(page).join("index.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{}` can be read: {error}", path.display()));
        let page: Value = serde_json::from_str(&text).expect("the twin of a page is JSON");
        page["facts"].clone()
    }

    /// A page with an anchor, which must be there.
    fn anchor(&self, page: &str, anchor: &str) -> String {
        let html = fs::read_to_string(self.site.join(page).join("index.html")).expect("the page is there");
        let id = format!("id=\"{anchor}\"");
        assert!(html.contains(&id), "`{page}` has the anchor `{anchor}`");
        format!("`{page}#{anchor}`")
    }

    /// A file of the repository and the line that holds some words.
    fn place(&self, path: &str, words: &str) -> String {
        let text = fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("`{path}` can be read: {error}"));
        let line = text.lines().position(|line| line.contains(words));
        let line = line.unwrap_or_else(|| panic!("`{path}` says `{words}`"));
        format!("`{path}:{}`", line + 1)
    }

    /// The line of the settings that declares a gate of a product.
    fn setting(&self, system: &str, gate: &str) -> Option<String> {
        let text = fs::read_to_string(self.root.join("runproof.toml")).expect("the settings are there");
        let start = text.find(&format!("id = \"{system}\""))?;
        let end = text[start..].find("[[products]]").map_or(text.len(), |end| start + end);
        let at = text[start..end].find(&format!("id = \"{gate}\"\n"))?;
        Some(format!("`runproof.toml:{}`", text[..start + at].lines().count() + 1))
    }

    fn gate(&self, system: &str, release: &str, id: &str, row: &mut Row) {
        let page = format!("{system}/releases/{release}/");
        let facts = self.json(&page);
        let gates = facts["gates"].as_array().expect("a release lists its gates");
        let gate = gates.iter().find(|gate| gate["id"] == id);
        let gate = gate.unwrap_or_else(|| panic!("{system} {release} knows the gate `{id}`"));
        row.declared.extend(self.setting(system, id));
        for place in gate["declared"].as_array().into_iter().flatten() {
            if let (Some(path), Some(line)) = (place["path"].as_str(), place["line"].as_u64()) {
                let of = if path.ends_with(".toml") {
                    String::new()
                } else {
                    format!(" of {release}")
                };
                row.declared.push(format!("`{path}:{line}`{of}"));
            }
        }
        let record = facts["record"]["path"].as_str().expect("the release has a record");
        let text = fs::read_to_string(self.root.join(record)).expect("the record can be read");
        let record_json: Value = serde_json::from_str(&text).expect("the record is JSON");
        let folder = record.trim_end_matches("record.json");
        let files: Vec<&str> = record_json["files"]
            .as_array()
            .expect("the record lists its files")
            .iter()
            .filter(|file| file["gate"] == id)
            .filter_map(|file| file["path"].as_str())
            .collect();
        let shown: Vec<String> = files.iter().take(MAX_FILES).map(|file| format!("`{folder}{file}`")).collect();
        row.evidence.extend(shown);
        if files.len() > MAX_FILES {
            row.evidence.push(format!("{} more", files.len() - MAX_FILES));
        }
        if files.is_empty() {
            row.evidence.push(format!("none for `{id}`, on purpose"));
        }
        let text = |key: &str| gate[key].as_str().unwrap_or_default().to_owned();
        let value = text("value");
        let value = if value.is_empty() { value } else { format!(" ({value})") };
        row.states.push(format!("`{id}` {release}: {}{value}", text("outcome")));
        row.pages.push(self.anchor(&page, "rp-gates"));
    }

    fn duty(&self, system: &str, id: &str, row: &mut Row) {
        let path = format!("runbooks/{system}/duties.yaml");
        let text = fs::read_to_string(self.root.join(&path)).expect("the duties can be read");
        let start = text
            .find(&format!("id: {id}\n"))
            .unwrap_or_else(|| panic!("`{path}` names `{id}`"));
        let field = |key: &str| {
            let lines = text[start..]
                .lines()
                .skip(1)
                .take_while(|line| !line.trim_start().starts_with("- id:"));
            let mut values = lines.filter_map(|line| line.trim().strip_prefix(key).map(str::trim));
            values.next().unwrap_or_default().to_owned()
        };
        row.declared.push(self.place(&path, &format!("id: {id}")));
        row.evidence.push(format!("`runbooks/{system}/{}`", field("log:")));
        let page = format!("{system}/duties/");
        let facts = self.json(&page);
        let title = field("title:");
        let duty = facts["duties"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|duty| duty["title"] == title.as_str());
        let duty = duty.unwrap_or_else(|| panic!("`{page}` shows `{title}`"));
        let text = |key: &str| duty[key].as_str().unwrap_or_default().to_owned();
        row.states.push(format!("`{id}`: {} ({})", text("state"), text("reason")));
        row.pages.push(self.anchor(&page, "rp-duties"));
    }

    fn log(&self, system: &str, path: &str, row: &mut Row) {
        let path = format!("runbooks/{system}/{path}");
        let page = format!("{system}/logs/");
        let facts = self.json(&page);
        let logs: Vec<&Value> = facts["logs"].as_array().into_iter().flatten().collect();
        let own: Vec<usize> = (0..logs.len()).filter(|at| logs[*at]["path"] == path.as_str()).collect();
        let first = *own.first().unwrap_or_else(|| panic!("`{page}` shows `{path}`"));
        let rows: usize = own.iter().map(|at| logs[*at]["rows"].as_array().map_or(0, Vec::len)).sum();
        let newest = own.iter().flat_map(|at| logs[*at]["rows"].as_array().into_iter().flatten());
        let newest = newest
            .filter_map(|row| row["day"].as_str())
            .max()
            .unwrap_or_default()
            .to_owned();
        assert!(rows > 0, "`{path}` has rows");
        row.declared.push("`runproof.toml` (`logs`)".to_owned());
        row.evidence.push(format!("`{path}`"));
        row.states.push(format!("{rows} rows, the newest of {newest}"));
        row.pages.push(self.anchor(&page, &format!("rp-log-{}", first + 1)));
    }

    fn finding(&self, system: &str, rule: &str, path: &str, words: &str, row: &mut Row) {
        let slug = path.trim_end_matches(".md").replace('/', "-");
        let page = format!("{system}/next/runbooks/{slug}/");
        let facts = self.json(&page);
        let is_it = |finding: &&Value| {
            finding["rule"] == rule && finding["message"].as_str().is_some_and(|message| message.contains(words))
        };
        let found: Vec<&Value> = facts["findings"].as_array().into_iter().flatten().filter(is_it).collect();
        let first = found
            .first()
            .unwrap_or_else(|| panic!("`{page}` shows the finding `{rule}` `{words}`"));
        row.declared
            .push(format!("`runbooks/{system}/{path}:{}`", first["line"].as_u64().unwrap_or(1)));
        row.evidence.push(format!("`runbooks/{system}/{path}`"));
        let times = if found.len() == 1 {
            String::new()
        } else {
            format!(", {} times", found.len())
        };
        row.states.push(format!("finding `{rule}`{times}"));
        let anchor = facts["title_anchor"].as_str().expect("a runbook has a title").to_owned();
        row.pages.push(self.anchor(&page, &anchor));
    }

    fn exception(&self, system: &str, id: &str, row: &mut Row) {
        let page = format!("{system}/exceptions/");
        let facts = self.json(&page);
        let found = facts["exceptions"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|exception| exception["id"] == id);
        let found = found.unwrap_or_else(|| panic!("`{page}` shows `{id}`"));
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        let used: Vec<&str> = found["used_by"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let used = if used.is_empty() {
            "used by no release".to_owned()
        } else {
            format!("used by {}", used.join(", "))
        };
        row.declared.push(self.place(&text("path"), &format!("id: {id}")));
        row.evidence.push(format!("`{}`", text("path")));
        row.states.push(format!("{id}: {}, {used}", text("state")));
        row.pages.push(self.anchor(&page, &text("anchor")));
    }

    fn text(&self, system: &str, path: &str, words: &str, row: &mut Row) {
        row.declared.push(self.place(&format!("runbooks/{system}/{path}"), words));
        if row.pages.is_empty() && path.ends_with(".md") && !path.starts_with("CHANGELOG") {
            let page = format!("{system}/next/runbooks/{}/", path.trim_end_matches(".md"));
            let anchor = self.json(&page)["title_anchor"]
                .as_str()
                .expect("a runbook has a title")
                .to_owned();
            row.pages.push(self.anchor(&page, &anchor));
            row.evidence.push(format!("`runbooks/{system}/{path}`"));
        }
    }

    fn row(&self, entry: &Value) -> Row {
        let system = entry["system"].as_str().expect("a row names its system");
        let release = entry["release"].as_str().unwrap_or_default();
        let mut row = Row::default();
        let mut texts = Vec::new();
        for proof in entry["proof"].as_array().expect("a row lists its proofs") {
            let proof = proof.as_str().expect("a proof is text");
            let (kind, rest) = proof.split_once(' ').expect("a proof has a kind and a name");
            let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
            match kind {
                "gate" => self.gate(system, release, rest, &mut row),
                "duty" => self.duty(system, rest, &mut row),
                "log" => self.log(system, rest, &mut row),
                "exception" => self.exception(system, rest, &mut row),
                "finding" => {
                    let (path, words) = more.split_once(' ').unwrap_or((more, ""));
                    self.finding(system, first, path, words, &mut row);
                }
                "text" => texts.push((first, more)),
                other => panic!("`{other}` is no kind of proof"),
            }
        }
        for (path, words) in texts {
            self.text(system, path, words, &mut row);
        }
        if let Some(why) = entry["why"].as_str() {
            row.states.push(why.to_owned());
        }
        for list in [&mut row.declared, &mut row.evidence, &mut row.pages] {
            let mut seen = Vec::new();
            list.retain(|text| {
                !seen.contains(text) && {
                    seen.push(text.clone());
                    true
                }
            });
        }
        row
    }
}

/// Whether the repository has all of its history: records are compared with it.
fn has_history(root: &Path) -> bool {
    let git = Command::new("git")
        .args(["-C", &root.to_string_lossy(), "rev-parse", "--is-shallow-repository"])
        .output();
    git.is_ok_and(|output| output.status.success() && output.stdout.starts_with(b"false"))
}

/// Builds the handbook of the worktree, with other settings where they are given.
fn built(root: &Path, site: &Path, settings: Option<&Path>) -> Handbook {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runproof"));
    command.args(["build", "--worktree", "--no-cache", "--quiet", "--today", TODAY, "--repo"]);
    command.arg(root).arg("--out").arg(site);
    if let Some(settings) = settings {
        command.arg("--config").arg(settings);
    }
    let built = command.output().expect("the program runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Handbook {
        root: root.to_owned(),
        site: site.to_owned(),
    }
}

/// Every release of the five systems that has a record, with its state and the outcome of each gate.
fn verdicts(handbook: &Handbook) -> Vec<String> {
    let mut verdicts = Vec::new();
    for (system, _, _) in SYSTEMS {
        let folder = handbook.root.join("runbooks").join(system).join("records");
        let entries = fs::read_dir(folder).expect("the system has records");
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        for name in names {
            let facts = handbook.json(&format!("{system}/releases/{name}/"));
            verdicts.push(format!("{system} {name}: {}", facts["state"].as_str().unwrap_or_default()));
            for gate in facts["gates"].as_array().into_iter().flatten() {
                verdicts.push(format!("{system} {name} {}: {}", gate["id"], gate["outcome"]));
            }
        }
    }
    verdicts
}

/// Settings that ask for more in every number.
fn stricter(settings: &str) -> String {
    let mut lines = Vec::new();
    for line in settings.lines() {
        let (key, _) = line.split_once(" = ").unwrap_or((line, ""));
        lines.push(match key {
            "min-tests" => "min-tests = 9999".to_owned(),
            "max-warnings" | "max-errors" => format!("{key} = 0"),
            "max-age" => "max-age = \"1 minute\"".to_owned(),
            "at-least" => "at-least = { lines = 100, performance = 1, accessibility = 1 }".to_owned(),
            "at-most" => "at-most = { error_rate = 0 }".to_owned(),
            "required" => "required = [\"nothing is called so\"]".to_owned(),
            "expect" => "expect = { nothing = \"is so\" }".to_owned(),
            _ => line.to_owned(),
        });
    }
    lines.join("\n")
}

#[test]
fn every_row_of_the_five_systems_is_declared_proved_and_visible() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if !has_history(&root) {
        eprintln!("skipped: the history of the repository is not here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the test can be made");
    let handbook = built(&root, &folder.path().join("site"), None);
    let found = verdicts(&handbook);
    for wanted in SHOWN {
        assert!(found.iter().any(|verdict| verdict == wanted), "{wanted}");
    }
    // A verdict of the past does not move with the settings of today.
    let settings = fs::read_to_string(root.join("runproof.toml")).expect("the settings can be read");
    let changed = folder.path().join("stricter.toml");
    fs::write(&changed, stricter(&settings)).expect("the settings can be written");
    assert_eq!(found, verdicts(&built(&root, &folder.path().join("then"), Some(&changed))));
    table(&root, &handbook);
}

/// Compares the table of the repository with the one that the handbook gives, or writes it.
fn table(root: &Path, handbook: &Handbook) {
    let rows = fs::read_to_string(root.join("tests/coverage/rows.jsonl")).expect("the rows can be read");
    let rows: Vec<Value> = rows
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect();
    let mut text = String::from(
        "# What the runbooks of the five example systems name\n\nMade from the built handbook by `tests/integration/coverage.rs`; the rows stand in \
         `tests/coverage/rows.jsonl`. Of each thing that a\nrunbook names: where it is declared, which file proves it, what the handbook says of it \
         today, and where. What a file cannot prove says why.\n",
    );
    for (system, name, count) in SYSTEMS {
        let own: Vec<&Value> = rows.iter().filter(|row| row["system"] == system).collect();
        assert_eq!(own.len(), count, "{name}");
        write!(
            text,
            "\n## {name}\n\n| # | Named | Declared | Evidence | State | Page |\n|---|---|---|---|---|---|\n"
        )
        .expect("text grows");
        for (at, entry) in own.iter().enumerate() {
            assert_eq!(
                entry["row"].as_u64(),
                Some(at as u64 + 1),
                "the rows of {name} stand in order"
            );
            let row = handbook.row(entry);
            let lists = [&row.declared, &row.evidence, &row.states, &row.pages];
            assert!(
                lists.iter().all(|list| !list.is_empty()),
                "{name} {}: no cell is empty",
                at + 1
            );
            let cells: Vec<String> = lists.iter().map(|list| list.join("<br>").replace('|', "\\|")).collect();
            let item = entry["item"].as_str().expect("a row says what it is");
            writeln!(text, "| {} | {item} | {} |", at + 1, cells.join(" | ")).expect("text grows");
        }
    }
    holds("docs/coverage.md", &text);
}
