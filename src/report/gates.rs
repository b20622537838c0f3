//! What release texts ask for, as text, JSON, a table for a runbook, and settings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::place::Lines;
use crate::report::visible::visible;

/// One text and what it asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    /// The path from the root of the repository.
    pub(crate) path: &'a str,
    /// What it asks for, in writing order.
    pub(crate) declarations: &'a [Declaration],
    /// The line starts of the text.
    pub(crate) lines: &'a Lines,
    /// Boxes of task lists that name no tool, code or number: a person attests them.
    pub(crate) attested: usize,
}

/// One gate with what belongs to it.
#[derive(Clone, Debug, Default)]
struct Row<'a> {
    name: String,
    demands: Vec<String>,
    bounds: Vec<&'a Declaration>,
    evidence: Vec<String>,
    when: Vec<String>,
    roles: Vec<String>,
}

/// The word of a kind.
pub(crate) fn kind_word(kind: DeclarationKind) -> &'static str {
    match kind {
        DeclarationKind::Gate => "gate",
        DeclarationKind::Threshold => "threshold",
        DeclarationKind::Condition => "condition",
        DeclarationKind::Signoff => "signoff",
        DeclarationKind::Window => "window",
        DeclarationKind::Duty => "duty",
        DeclarationKind::Criterion => "criterion",
        DeclarationKind::Archive => "archive",
        DeclarationKind::Unread => "unread",
    }
}

/// Everything as one JSON object.
pub(crate) fn json(texts: &[Asked<'_>]) -> String {
    let gates: Vec<Value> = texts
        .iter()
        .flat_map(|text| {
            text.declarations.iter().map(|found| {
                json!({
                    "file": text.path,
                    "line": text.lines.line(found.span.start),
                    "kind": found.kind,
                    "strength": found.strength,
                    "group": found.group,
                    "name": found.name,
                    "metric": found.metric,
                    "op": found.comparison,
                    "value": found.value,
                    "unit": found.unit,
                    "condition": found.condition,
                    "evidence": found.evidence,
                    "text": found.text,
                })
            })
        })
        .collect();
    let checklists: Vec<Value> = texts
        .iter()
        .filter(|text| text.attested > 0)
        .map(|text| json!({ "file": text.path, "items": text.attested }))
        .collect();
    let value = json!({ "schema": "runproof-gates/1", "gates": gates, "checklists": checklists });
    format!("{value:#}\n")
}

/// Everything as lines of text: what was understood, and how sure that is.
pub(crate) fn text(texts: &[Asked<'_>]) -> String {
    let mut out = String::new();
    for text in texts {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", plain(text.path));
        for found in text.declarations {
            let line = text.lines.line(found.span.start);
            let how = match found.strength {
                Strength::Declared => "declared".to_owned(),
                Strength::Read => format!("read from the text, line {line}"),
            };
            let _ = writeln!(
                out,
                "  {line:>4}  {:<9}  {}  ({how})",
                kind_word(found.kind),
                plain(&summary(found))
            );
        }
        if text.attested > 0 {
            let _ = writeln!(
                out,
                "        checklist  {} that a person attests, as one record",
                counted(text.attested, "box", "boxes")
            );
        }
        if text.declarations.is_empty() {
            let _ = writeln!(out, "        asks for nothing that was understood");
        }
    }
    out
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a declaration says in one line.
pub(crate) fn summary(found: &Declaration) -> String {
    let bound = bound(found);
    match found.kind {
        DeclarationKind::Threshold | DeclarationKind::Criterion if found.value.is_empty() => {
            let metric = if found.metric.is_empty() { &found.name } else { &found.metric };
            format!("{metric}: no threshold declared")
        }
        DeclarationKind::Threshold | DeclarationKind::Criterion if found.comparison.is_empty() => {
            format!("{bound}: direction not declared")
        }
        DeclarationKind::Threshold | DeclarationKind::Criterion => bound,
        DeclarationKind::Condition => found.condition.clone(),
        DeclarationKind::Window | DeclarationKind::Unread => found.text.clone(),
        DeclarationKind::Duty if found.name.is_empty() => found.text.clone(),
        DeclarationKind::Archive => {
            if found.evidence.is_empty() {
                found.text.clone()
            } else {
                found.evidence.join(", ")
            }
        }
        DeclarationKind::Gate | DeclarationKind::Signoff | DeclarationKind::Duty => found.name.clone(),
    }
}

/// `lines >= 80 %`.
pub(crate) fn bound(found: &Declaration) -> String {
    let parts = [
        found.metric.as_str(),
        found.comparison,
        found.value.as_str(),
        found.unit.as_str(),
    ];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The gates of the texts, each with what belongs to it.
fn rows<'a>(texts: &'a [Asked<'a>]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for text in texts {
        let mut groups: BTreeMap<u32, Row<'a>> = BTreeMap::new();
        let mut order: Vec<u32> = Vec::new();
        for found in text.declarations {
            let row = groups.entry(found.group).or_insert_with(|| {
                order.push(found.group);
                Row::default()
            });
            match found.kind {
                DeclarationKind::Gate => {
                    row.name.clone_from(&found.name);
                    row.evidence.extend(found.evidence.iter().cloned());
                }
                DeclarationKind::Threshold => {
                    let words = if found.value.is_empty() { String::new() } else { bound(found) };
                    row.demands.extend((!words.is_empty()).then_some(words));
                    row.bounds.push(found);
                }
                DeclarationKind::Condition => row.when.push(found.condition.clone()),
                DeclarationKind::Signoff => row.roles.push(found.name.clone()),
                DeclarationKind::Archive => {
                    for file in &found.evidence {
                        if !row.evidence.contains(file) {
                            row.evidence.push(file.clone());
                        }
                    }
                }
                DeclarationKind::Unread => row.demands.push(found.text.clone()),
                DeclarationKind::Window | DeclarationKind::Duty | DeclarationKind::Criterion => {}
            }
        }
        for group in order {
            let Some(mut row) = groups.remove(&group) else { continue };
            if row.name.is_empty() && !row.roles.is_empty() {
                "Approval".clone_into(&mut row.name);
            }
            if !row.name.is_empty() {
                rows.push(row);
            }
        }
    }
    rows
}

/// The table that declares every gate of the texts.
pub(crate) fn table(texts: &[Asked<'_>]) -> String {
    let mut out = "| Gate | Demand | Evidence | When |\n|---|---|---|---|\n".to_owned();
    for row in rows(texts) {
        let mut demands = row.demands.clone();
        if !row.roles.is_empty() {
            demands.push(format!("approved by {}", row.roles.join(" and ")));
        }
        let evidence: Vec<String> = row
            .evidence
            .iter()
            .map(|file| format!("`{}`", file.replace('`', "")))
            .collect();
        let cells = [row.name.clone(), demands.join(", "), evidence.join(", "), row.when.join("; ")];
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell).replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

/// The settings that declare every gate of the texts.
pub(crate) fn toml(texts: &[Asked<'_>]) -> String {
    let mut out = String::new();
    let mut ids: BTreeMap<String, u32> = BTreeMap::new();
    for row in rows(texts) {
        let base = id_of(&row.name);
        let count = ids.entry(base.clone()).and_modify(|count| *count += 1).or_insert(1);
        let id = if *count > 1 { format!("{base}-{count}") } else { base };
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "[[gates]]\nid = {}\ntitle = {}", quoted(&id), quoted(&row.name));
        let files: Vec<String> = row
            .evidence
            .iter()
            .filter(|file| is_file(file))
            .map(|file| quoted(file))
            .collect();
        if !files.is_empty() {
            let _ = writeln!(out, "files = [{}]", files.join(", "));
        }
        for (key, is_least) in [("at-least", true), ("at-most", false)] {
            let mut bounds: BTreeMap<String, String> = BTreeMap::new();
            for found in &row.bounds {
                let value = found.value.replace(',', "");
                let is_one = if is_least {
                    found.comparison.starts_with('>')
                } else {
                    found.comparison.starts_with('<')
                };
                if is_one && value.parse::<f64>().is_ok() && !found.metric.is_empty() {
                    bounds.insert(found.metric.clone(), value);
                }
            }
            if !bounds.is_empty() {
                let pairs: Vec<String> = bounds
                    .iter()
                    .map(|(metric, value)| format!("{} = {value}", quoted(metric)))
                    .collect();
                let _ = writeln!(out, "{key} = {{ {} }}", pairs.join(", "));
            }
        }
        for found in row
            .bounds
            .iter()
            .filter(|found| found.value.is_empty() || found.comparison.is_empty())
        {
            let _ = writeln!(out, "# {}", plain(&summary(found)));
        }
        if !row.roles.is_empty() {
            let _ = writeln!(out, "# approved by {}", plain(&row.roles.join(" and ")));
        }
        for when in &row.when {
            let _ = writeln!(out, "# applies: {}", plain(when));
        }
    }
    out
}

/// An id for the folder of evidence: lower-case letters, digits and hyphens.
fn id_of(name: &str) -> String {
    let mut id = String::new();
    for char in name.chars() {
        if char.is_ascii_alphanumeric() {
            id.push(char.to_ascii_lowercase());
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
        if id.len() >= 48 {
            break;
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() { "gate".to_owned() } else { id.to_owned() }
}

fn is_file(evidence: &str) -> bool {
    !evidence.contains(char::is_whitespace) && evidence.contains(['/', '.']) && !evidence.starts_with(['/', '-'])
}

fn quoted(words: &str) -> String {
    let mut out = String::from("\"");
    for char in plain(words).chars() {
        if matches!(char, '"' | '\\') {
            out.push('\\');
        }
        out.push(char);
    }
    out.push('"');
    out
}

/// Words without what a terminal would act on.
fn plain(words: &str) -> String {
    visible(words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Asked, json, table, text, toml};
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};
    use crate::model::place::Lines;

    fn sample() -> Vec<Declaration> {
        let mut gate = Declaration::named(DeclarationKind::Gate, 1, "Unit \"coverage\" | all");
        gate.evidence = vec!["cov/lcov.info".to_owned(), "npm run x".to_owned()];
        let mut threshold = Declaration::named(DeclarationKind::Threshold, 1, "c");
        threshold.metric = "lines".to_owned();
        threshold.comparison = ">=";
        threshold.value = "80".to_owned();
        threshold.unit = "%".to_owned();
        let mut vague = Declaration::named(DeclarationKind::Threshold, 2, "");
        vague.metric = "latency".to_owned();
        let mut gate2 = Declaration::named(DeclarationKind::Gate, 2, "Unit coverage all\u{1b}[31m");
        gate2.strength = Strength::Read;
        let lead = Declaration::named(DeclarationKind::Signoff, 3, "Lead");
        vec![gate, threshold, gate2, vague, lead]
    }

    #[test]
    fn the_forms_say_the_same() {
        let declarations = sample();
        let lines = Lines::of("x\n");
        let texts = [Asked {
            path: "a.md",
            declarations: &declarations,
            lines: &lines,
            attested: 2,
        }];
        assert_eq!(
            text(&texts),
            "a.md\n     1  gate       Unit \"coverage\" | all  (declared)\n     1  threshold  lines >= 80 %  (declared)\n     1  gate       Unit coverage all␛[31m  (read from the text, line 1)\n     1  threshold  latency: no threshold declared  (declared)\n     1  signoff    Lead  (declared)\n        checklist  2 boxes that a person attests, as one record\n"
        );
        assert_eq!(
            table(&texts),
            "| Gate | Demand | Evidence | When |\n|---|---|---|---|\n| Unit \"coverage\" \\| all | lines >= 80 % | `cov/lcov.info`, `npm run x` |  |\n| Unit coverage all␛[31m |  |  |  |\n| Approval | approved by Lead |  |  |\n"
        );
        let settings = toml(&texts);
        let parsed: toml::Table = settings.parse().expect("the settings are sound");
        let gates = parsed["gates"].as_array().expect("gates are a list");
        assert_eq!(gates.len(), 3);
        assert_eq!(gates[0]["id"].as_str(), Some("unit-coverage-all"));
        assert_eq!(gates[0]["at-least"]["lines"].as_integer(), Some(80));
        assert_eq!(gates[0]["files"].as_array().map(Vec::len), Some(1));
        assert!(settings.contains("# latency: no threshold declared"));
        let parsed: serde_json::Value = serde_json::from_str(&json(&texts)).expect("the JSON is sound");
        assert_eq!(parsed["gates"].as_array().map(Vec::len), Some(5));
        assert_eq!(parsed["gates"][0]["line"], 1);
    }
}
