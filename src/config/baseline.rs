//! The text of `runproof-baseline.json` <-> the findings that stood when somebody drew a line: one line each, sorted.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::schema::closed_schema;
use crate::error::{Error, Result};
use crate::model::form;

/// The name of the file at the root of a repository.
pub(crate) const FILE: &str = "runproof-baseline.json";

/// The version of the form.
const SCHEMA: &str = "runproof-baseline/1";

/// The findings that stood when somebody drew a line. Written by `runproof baseline write`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "runproof-baseline.json")]
pub(crate) struct Baseline {
    /// The version of the form: `runproof-baseline/1`.
    schema: String,
    /// The findings, by path, rule and words.
    pub(crate) findings: Vec<Entry>,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The file.
    pub(crate) path: String,
    /// The id of the rule.
    pub(crate) rule: String,
    /// The words in question, to be read; empty where the file as a whole is concerned.
    pub(crate) words: String,
    /// What the finding is known by, whatever moves around it.
    pub(crate) fingerprint: String,
}

impl Baseline {
    /// A baseline of entries in any order.
    pub(crate) fn new(mut findings: Vec<Entry>) -> Self {
        findings.sort();
        findings.dedup();
        Self {
            schema: SCHEMA.to_owned(),
            findings,
        }
    }

    /// The text of the file: one line for each entry, so that two branches rarely touch the same lines.
    pub(crate) fn text(&self) -> String {
        let lines: Vec<String> = self
            .findings
            .iter()
            .map(|entry| format!("    {}", serde_json::to_string(entry).expect("strings are always JSON")))
            .collect();
        let findings = if lines.is_empty() {
            "[]".to_owned()
        } else {
            format!("[\n{}\n  ]", lines.join(",\n"))
        };
        format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": {findings}\n}}\n")
    }

    /// The entries that another baseline does not have.
    pub(crate) fn beyond<'baseline>(&'baseline self, other: &Self) -> Vec<&'baseline Entry> {
        let known: HashSet<&str> = other.findings.iter().map(|entry| entry.fingerprint.as_str()).collect();
        let entries = self.findings.iter();
        entries.filter(|entry| !known.contains(entry.fingerprint.as_str())).collect()
    }
}

/// Reads a baseline. `path` is named in errors.
pub(crate) fn read(text: &str, path: &str) -> Result<Baseline> {
    let help = "restore it from the history of the repository, or write it anew with `runproof baseline write --grow`";
    let failed = |error: &dyn std::fmt::Display| {
        Error::usage(format!("failed to read the baseline `{path}`"))
            .caused_by(error)
            .with_help(help)
    };
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|error| failed(&error))?;
    // What it is is asked first: a newer form may have other keys.
    let written = value.get("schema").and_then(Value::as_str).unwrap_or_default();
    if let Some(objection) = form::objection(written, SCHEMA) {
        let error = failed(&objection);
        return Err(if form::is_newer(written, SCHEMA) {
            error.with_help(form::REMEDY)
        } else {
            error
        });
    }
    let baseline: Baseline = serde_json::from_value(value).map_err(|error| failed(&error))?;
    let is_fingerprint = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(entry) = baseline.findings.iter().find(|entry| !is_fingerprint(&entry.fingerprint)) {
        return Err(failed(&format!("`{}` is no fingerprint", entry.fingerprint)));
    }
    Ok(baseline)
}

/// The JSON Schema of the file.
pub(crate) fn schema() -> Value {
    closed_schema::<Baseline>()
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Entry, read};
    use crate::model::form;

    fn entry(path: &str, digit: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            rule: "path-missing".to_owned(),
            words: "a \"b\"".to_owned(),
            fingerprint: digit.repeat(32),
        }
    }

    #[test]
    fn a_baseline_is_one_sorted_line_for_each_finding() {
        let baseline = Baseline::new(vec![entry("b.md", "b"), entry("a.md", "a"), entry("a.md", "a")]);
        let text = baseline.text();
        assert_eq!(text.lines().count(), 7, "{text}");
        assert!(
            text.contains("    {\"path\":\"a.md\",\"rule\":\"path-missing\",\"words\":\"a \\\"b\\\"\",\"fingerprint\":\"aaaa")
        );
        assert_eq!(read(&text, "x").expect("it reads"), baseline);
        let empty = Baseline::new(Vec::new());
        assert_eq!(read(&empty.text(), "x").expect("it reads"), empty);
        assert_eq!(baseline.beyond(&empty).len(), 2);
        assert!(empty.beyond(&baseline).is_empty());
    }

    #[test]
    fn a_newer_form_is_refused_with_a_word_whatever_its_keys_are() {
        for text in [
            "{\"schema\": \"runproof-baseline/2\", \"findings\": []}",
            "{\"schema\": \"runproof-baseline/2\", \"accepted\": {\"a\": 1}}",
        ] {
            let error = read(text, "x.json").expect_err("it is newer");
            let said = format!("{error:?}");
            assert!(
                said.contains("of a newer Runproof") && said.contains(form::REMEDY) && !said.contains("write it anew"),
                "{said}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let good = Baseline::new(vec![entry("a.md", "a")]).text();
        for bad in [
            String::new(),
            "<<<<<<< ours\n".to_owned(),
            good.replace("/1", "/9"),
            good.replace("\"rule\"", "\"rul\""),
            good.replace("aaaaaaaa", "zz"),
        ] {
            let error = read(&bad, "x.json").expect_err("it is damaged");
            assert!(
                error.message.contains("failed to read the baseline `x.json`"),
                "{}",
                error.message
            );
        }
    }
}
