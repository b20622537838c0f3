//! Reading a record from JSON or YAML, and seeing which kind it is.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::model::form;
use crate::parse::artifact::unique::twice;
use crate::parse::artifact::{Shape, Sniff, broken, json};
use crate::parse::gate::plain::first_line;
use crate::tools::yaml;

/// Lines of a YAML text in which its keys are looked for.
const HEAD_LINES: usize = 200;

/// Whether a file is a record of a kind: its `schema` says so, or it has no schema and its list has the name that only this kind has.
pub(super) fn is_of(sniff: &Sniff<'_>, kind: &str, list: Option<&str>) -> bool {
    let prefix = format!("runproof-{kind}/");
    match &sniff.shape {
        Shape::JsonObject(_) => sniff.text_at("schema").is_some_and(|schema| schema.starts_with(&prefix)),
        Shape::Text => {
            let keys = top_keys(&sniff.text);
            match keys.iter().find(|(key, _)| *key == "schema") {
                Some((_, schema)) => schema.starts_with(&prefix),
                None => list.is_some_and(|list| keys.iter().any(|(key, value)| *key == list && value.is_empty())),
            }
        }
        _ => false,
    }
}

/// The keys at the top of a YAML text with the rest of their lines.
fn top_keys(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().take(HEAD_LINES);
    let keys = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    keys.filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.split(" #").next().unwrap_or_default();
        Some((key.trim(), value.trim().trim_matches(['"', '\''])))
    })
    .collect()
}

/// The artifact that a record of a kind is.
pub(super) fn artifact<T: DeserializeOwned>(text: &str, kind: &str, make: fn(T) -> Artifact) -> Artifact {
    read(text, kind).map_or_else(broken, make)
}

/// Reads a record of a kind.
pub(super) fn read<T: DeserializeOwned>(text: &str, kind: &str) -> Result<T, Problem> {
    let is_json = text.trim_start().starts_with('{');
    if let Some(problem) = twice(text).filter(|_| is_json) {
        return Err(problem);
    }
    let value: Value = if is_json { json::read(text)? } else { yaml::read(text)? };
    let wanted = format!("runproof-{kind}/1");
    let schema = value.get("schema").and_then(Value::as_str);
    if let Some(objection) = schema.and_then(|schema| form::objection(&first_line(schema), &wanted)) {
        return Err(Problem::of_file(objection));
    }
    if is_json {
        // Read once more, so that a problem has its line.
        return json::read(text);
    }
    serde_json::from_value(value).map_err(|error| Problem::of_file(format!("not as the schema has it: {error}")))
}
