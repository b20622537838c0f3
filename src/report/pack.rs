//! What an audit pack says about itself: how to read it, what made it, and the digest of each of its files.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::digest::sha256;
use crate::model::population::{Input, Period};

/// What made a pack.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct About {
    /// The name of the handbook.
    pub(crate) title: String,
    /// The product; empty where the repository is one.
    pub(crate) product: String,
    /// The period.
    pub(crate) period: Period,
    /// The program with its version.
    pub(crate) program: String,
    /// The commit that it was made from.
    pub(crate) commit: Option<String>,
    /// The day that counted as today.
    pub(crate) today: String,
    /// The settings file and its SHA-256 digest.
    pub(crate) settings: Option<(String, String)>,
    /// The SHA-256 digest of what the population was counted from.
    pub(crate) population: String,
    /// What it was counted from.
    pub(crate) inputs: Vec<Input>,
    /// Files of the store that are not in the pack, and why.
    pub(crate) left_out: Vec<String>,
    /// The pages to begin with.
    pub(crate) start: String,
}

impl About {
    /// The folder that everything is unpacked into.
    pub(crate) fn folder(&self) -> String {
        let of = if self.product.is_empty() { &self.title } else { &self.product };
        let name: String = format!("audit-pack-{of}-{}", self.period.id)
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
            .take(120)
            .collect();
        name.trim_end_matches(['.', '-']).to_owned()
    }
}

#[derive(Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    #[serde(flatten)]
    about: &'a About,
    files: Vec<FileLine<'a>>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    path: &'a str,
    bytes: usize,
    sha256: String,
}

/// Adds to the files of a pack what it says about itself. `SHA256SUMS` comes last and names all the others.
pub(crate) fn finish(about: &About, files: &mut BTreeMap<String, Vec<u8>>) {
    files.insert("README.txt".to_owned(), readme(about).into_bytes());
    let lines = files.iter().map(|(path, bytes)| FileLine {
        path,
        bytes: bytes.len(),
        sha256: sha256(bytes),
    });
    let manifest = Manifest {
        schema: "runproof-pack/1",
        about,
        files: lines.collect(),
    };
    let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest has text keys only");
    text.push('\n');
    files.insert("MANIFEST.json".to_owned(), text.into_bytes());
    let statement = format!("{:#}\n", statement(about, files));
    files.insert(STATEMENT.to_owned(), statement.into_bytes());
    let sums: String = files
        .iter()
        .map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes)))
        .collect();
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
}

/// The name of the statement.
const STATEMENT: &str = "STATEMENT.intoto.json";

/// What the pack is, as an in-toto statement about each of its files but itself and `SHA256SUMS`. It is not signed, and says so.
///
/// <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>
fn statement(about: &About, files: &BTreeMap<String, Vec<u8>>) -> Value {
    let subjects = files
        .iter()
        .map(|(path, bytes)| json!({ "name": path, "digest": { "sha256": sha256(bytes) } }));
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects.collect::<Vec<_>>(),
        "predicateType": "urn:x-runproof:audit-pack:1",
        "predicate": {
            "program": about.program,
            "product": about.product,
            "period": about.period,
            "commit": about.commit,
            "judgedAsOf": about.today,
            "settings": about.settings.as_ref().map(|(path, digest)| json!({ "path": path, "sha256": digest })),
            "population": { "inputs": about.inputs.len(), "sha256": about.population },
            "leftOut": about.left_out,
            "signed": false,
        },
    })
}

fn readme(about: &About) -> String {
    let of = if about.product.is_empty() {
        &about.title
    } else {
        &about.product
    };
    let commit = about.commit.as_deref().unwrap_or("no commit");
    let left_out = if about.left_out.is_empty() {
        String::new()
    } else {
        format!(
            "\nNot in the pack:\n{}",
            about.left_out.iter().map(|line| format!("  {line}\n")).collect::<String>()
        )
    };
    format!(
        "Audit pack of {of}, {} to {} (both days in UTC)\n\
         Made by {} from {commit}, judged as of {}.\n\
         \n\
         Begin with {}, in any browser.\n\
         \n\
         handbook/     the pages, each with the same facts as index.json beside it, and tables as CSV\n\
         repository/   the records, evidence, exceptions, logs and exports of the period, byte for byte as in the repository\n\
         MANIFEST.json what made the pack, what its counts rest on, and every file\n\
         assessment-results.oscal.json\n\
         \x20             the same as observations of OSCAL, for programs; it holds no conclusion\n\
         STATEMENT.intoto.json\n\
         \x20             what the pack is, as an in-toto statement about its files, not signed: whoever hands the pack out can sign it as it is\n\
         SHA256SUMS    the digest of every other file\n\
         \n\
         To check that nothing was changed since it was packed, without any program of ours:\n\
         \n\
         \x20   sha256sum -c SHA256SUMS\n\
         \n\
         To check a file against the repository: its digest stands in the record.json of its release, and\n\
         `git log -- FILE` shows the commit that added it. The same commit, settings and day make the same bytes again.\n\
         \n\
         This pack lists evidence found in the repository. Whether a control is suitably designed and worked is judged by an auditor.\n{left_out}",
        about.period.from, about.period.to, about.program, about.today, about.start
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::{About, finish};
    use crate::model::population::Period;

    #[test]
    fn every_file_is_named_with_its_digest() {
        let day = |text: &str| text.parse().expect("a day");
        let about = About {
            title: "Handbook".to_owned(),
            product: "Harbor".to_owned(),
            period: Period::between(day("2026-07-01"), day("2026-09-30")),
            program: "Runproof 0".to_owned(),
            commit: None,
            today: "2026-11-28".to_owned(),
            settings: None,
            population: "0".repeat(64),
            inputs: Vec::new(),
            left_out: vec!["releases/v1/link: it is no plain file".to_owned()],
            start: "handbook/audit/2026-q3/index.html".to_owned(),
        };
        let mut files = BTreeMap::from([("handbook/a b.html".to_owned(), b"x".to_vec())]);
        finish(&about, &mut files);
        let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("text");
        let named: Vec<&str> = sums.lines().filter_map(|line| line.get(66..)).collect();
        assert_eq!(
            named,
            ["MANIFEST.json", "README.txt", "STATEMENT.intoto.json", "handbook/a b.html"]
        );
        assert!(sums.contains("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  handbook/a b.html"));
        let readme = String::from_utf8(files["README.txt"].clone()).expect("text");
        assert!(readme.contains("Audit pack of Harbor, 2026-07-01 to 2026-09-30") && readme.contains("it is no plain file"));
        let statement: Value = serde_json::from_slice(&files["STATEMENT.intoto.json"]).expect("JSON");
        let names: Vec<&str> = statement["subject"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|subject| subject["name"].as_str())
            .collect();
        assert_eq!(names, ["MANIFEST.json", "README.txt", "handbook/a b.html"]);
        assert_eq!(statement["predicate"]["signed"], false);
        let manifest: Value = serde_json::from_slice(&files["MANIFEST.json"]).expect("JSON");
        assert_eq!(manifest["files"].as_array().map(Vec::len), Some(2));
    }
}
