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

/// Whether a file is a record of a kind: its `schema` says so, or it has no schema, and has a list of the name of this kind whose first entry
/// has the key that every entry of it has. Others have a `phases` or `items` as well, of another make.
pub(super) fn is_of(sniff: &Sniff<'_>, kind: &str, list: Option<(&str, &str)>) -> bool {
    let prefix = format!("runproof-{kind}/");
    match &sniff.shape {
        Shape::JsonObject(_) => sniff.text_at("schema").is_some_and(|schema| schema.starts_with(&prefix)),
        Shape::Text => {
            let keys = top_keys(&sniff.text);
            match keys.iter().find(|(key, _)| *key == "schema") {
                Some((_, schema)) => schema.starts_with(&prefix),
                None => list.is_some_and(|(list, entry)| first_entry(&sniff.text, list).any(|key| key == entry)),
            }
        }
        _ => false,
    }
}

/// The keys of the first entry of a list at the top of a YAML text; none where there is no such list.
fn first_entry<'text>(text: &'text str, list: &'text str) -> impl Iterator<Item = &'text str> {
    let is_list = move |line: &&str| line.strip_prefix(list).is_some_and(|rest| rest.trim_start().starts_with(':'));
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text
        .lines()
        .take(HEAD_LINES)
        .skip_while(move |line| !is_list(line))
        .skip(1)
        .filter(is_said);
    let first = lines.next().filter(|line| line.trim_start().starts_with('-'));
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depth = first.map_or(usize::MAX, indent);
    let rest = lines.take_while(move |line| indent(line) > depth);
    let parts = first.into_iter().chain(rest).flat_map(|line| line.split([',', '{']));
    parts.filter_map(|part| {
        let (key, _) = part.trim_start().trim_start_matches('-').split_once(':')?;
        Some(key.trim().trim_matches(['"', '\'']))
    })
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

#[cfg(test)]
mod tests {
    use crate::parse::recognise::read;

    #[test]
    fn a_record_without_a_schema_is_known_by_the_keys_of_its_entries() {
        for (text, expected) in [
            ("phases:\n  - id: canary\n    state: done\n", Some("phases")),
            ("phases:\n- state: done\n  id: canary\n", Some("phases")),
            (
                "at: 2026-01-01T00:00:00Z\nphases:\n  # the first\n\n  - {id: canary, \"state\": done}\n",
                Some("phases"),
            ),
            ("items:\n  - id: a\n    text: words\n    state: done\n", Some("checklist")),
            (
                "signoffs:\n  - role: reviewer\n    decision: approved\n    at: 2026-01-01T00:00:00Z\n",
                Some("signoffs"),
            ),
            (
                "probes:\n  - url: https://example.org\n    at: 2026-01-01T00:00:00Z\n",
                Some("probe"),
            ),
            // A build specification, a workflow of something else, a list of a cluster.
            (
                "version: 0.2\nphases:\n  install:\n    commands:\n      - npm ci\n  build:\n    state: x\n",
                None,
            ),
            ("phases:\n  - phase_0: Collect\n  - phase_1: Report\n", None),
            ("phases:\n  - id: one\n    name: One\n  - id: two\n    state: done\n", None),
            (
                "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n",
                None,
            ),
            ("phases:\n", None),
            ("phases: []\n", None),
            ("x:\n  phases:\n    - state: done\n", None),
        ] {
            assert_eq!(read(text.as_bytes(), None).format, expected, "{text}");
        }
    }
}
