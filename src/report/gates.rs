//! What release texts ask for, as text, JSON, a table for a runbook, and settings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::gate::{Demand, Gate, Limit, Period, Sign};
use crate::model::place::Lines;
use crate::report::visible::visible;
use crate::report::words::counted;

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
struct Row {
    name: String,
    demands: Vec<String>,
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
                counted(text.attested, "box/boxes")
            );
        }
        if text.declarations.is_empty() {
            let _ = writeln!(out, "        asks for nothing that was understood");
        }
    }
    out
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
        DeclarationKind::Signoff if found.name.is_empty() => format!("by whom is not said: {}", found.text),
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
fn rows(texts: &[Asked<'_>]) -> Vec<Row> {
    let mut rows = Vec::new();
    for text in texts {
        let mut groups: BTreeMap<u32, Row> = BTreeMap::new();
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
                    let format = Some(&found.format).filter(|format| !format.is_empty());
                    row.evidence.extend(format.filter(|_| found.evidence.is_empty()).cloned());
                }
                DeclarationKind::Threshold => {
                    let words = if found.value.is_empty() { String::new() } else { bound(found) };
                    row.demands.extend((!words.is_empty()).then_some(words));
                }
                DeclarationKind::Condition => row.when.push(found.condition.clone()),
                DeclarationKind::Signoff if found.name.is_empty() => row.roles.push("somebody (no role is named)".to_owned()),
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

/// The settings that declare gates, with everything that they ask for.
pub(crate) fn toml(gates: &[Gate]) -> String {
    let mut out = String::new();
    for gate in gates {
        if !out.is_empty() {
            out.push('\n');
        }
        if gate.demand.asks_nothing() {
            out.push_str("# Asks for nothing yet, so that anything which reports no failure passes: add a format, a number, names or roles.\n");
        }
        let _ = writeln!(out, "[[gates]]\nid = {}\ntitle = {}", quoted(&gate.id), quoted(&gate.title));
        // What a text says and no key stands for is not lost unseen.
        let formats = gate.demand.formats.iter().map(|format| format!("evidence as {format}"));
        let workflows = gate
            .demand
            .workflows
            .iter()
            .map(|workflow| format!("a run of `{}`", workflow.file));
        for more in formats.chain(workflows) {
            let _ = writeln!(
                out,
                "# The text asks for {}, and no key does.",
                more.replace(['\n', '\r'], " ")
            );
        }
        demand(&mut out, &gate.demand);
    }
    out
}

/// The keys of a demand, in the order of the settings.
fn demand(out: &mut String, demand: &Demand) {
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {value}");
        }
    };
    let texts = |texts: &[String]| {
        let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
    };
    let pairs = |pairs: Vec<(String, String)>| {
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(name, value)| format!("{} = {value}", quoted(&name)))
            .collect();
        (!pairs.is_empty()).then(|| format!("{{ {} }}", pairs.join(", ")))
    };
    let count = |count: Option<u64>| count.map(|count| count.to_string());
    let period = |period: Option<Period>| period.map(|period| quoted(&period.to_string()));
    let files: Vec<String> = demand.files.iter().filter(|file| is_file(file)).cloned().collect();
    put("files", texts(&files));
    put("format", demand.format.as_deref().map(quoted));
    put("tool", demand.tool.as_deref().map(quoted));
    put("subject", demand.subject.as_deref().map(quoted));
    // The settings know names and globs only.
    let spoken = demand.spoken.iter().map(|name| format!("*{name}*"));
    let required: Vec<String> = demand.required.iter().cloned().chain(spoken).collect();
    put("required", texts(&required));
    put("min-tests", count(demand.min_tests));
    put("max-skipped", count(demand.max_skipped));
    put("max-flaky", count(demand.max_flaky));
    put("max-errors", count(demand.max_errors));
    put("max-warnings", count(demand.max_warnings));
    let findings = demand.max_findings.iter();
    put(
        "max-findings",
        pairs(
            findings
                .map(|(severity, most)| (severity.clone(), most.to_string()))
                .collect(),
        ),
    );
    put(
        "security-severity-below",
        demand.security_severity_below.map(|below| below.to_string()),
    );
    let mut left: Vec<&Limit> = Vec::new();
    for (key, is_least, own) in [("at-least", true, &demand.at_least), ("at-most", false, &demand.at_most)] {
        let mut bounds: Vec<(String, String)> = own
            .iter()
            .map(|(metric, value)| (metric.clone(), value.to_string()))
            .collect();
        for limit in demand.limits.iter().filter(|limit| limit.sign.is_upward() == is_least) {
            if bounds.iter().any(|(metric, _)| *metric == limit.metric) {
                left.push(limit);
            } else {
                bounds.push((limit.metric.clone(), quoted(&bound_of(limit))));
            }
        }
        put(key, pairs(bounds));
    }
    let expect = demand.expect.iter();
    put(
        "expect",
        pairs(expect.map(|(fact, wanted)| (fact.clone(), quoted(wanted))).collect()),
    );
    put("max-age", period(demand.max_age));
    put("window", period(demand.window));
    put("every", period(demand.every));
    put("breaches", count(demand.breaches));
    let check = |seconds: &u64| match seconds {
        0 => "0".to_owned(),
        seconds => format!("{seconds}s"),
    };
    let checks: Vec<String> = demand.checks.iter().map(check).collect();
    put("checks", texts(&checks));
    put("tolerance", period(demand.tolerance));
    put("roles", texts(&demand.roles));
    put("when", texts(&demand.when));
    for limit in left {
        let _ = writeln!(
            out,
            "# also {} {}, of which the settings hold one bound each way",
            plain(&limit.metric),
            bound_of(limit)
        );
    }
    for named in demand
        .named
        .iter()
        .filter(|named| demand.named.len() > 1 || named.tool.is_some())
    {
        let tool = named
            .tool
            .as_deref()
            .map(|tool| format!(", written by {tool}"))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "# the text asks for the file {}{tool}, which the settings cannot say",
            plain(&named.path)
        );
    }
    for unread in &demand.unread {
        let _ = writeln!(out, "# {}", plain(unread));
    }
}

/// A bound with its sign and its unit: `< 1 %`.
fn bound_of(limit: &Limit) -> String {
    let sign = match limit.sign {
        Sign::AtLeast => ">=",
        Sign::Over => ">",
        Sign::AtMost => "<=",
        Sign::Under => "<",
    };
    format!("{sign} {} {}", limit.value, limit.unit).trim_end().to_owned()
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
    use crate::model::gate::{Demand, Gate};
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
        let parsed: serde_json::Value = serde_json::from_str(&json(&texts)).expect("the JSON is sound");
        assert_eq!(parsed["gates"].as_array().map(Vec::len), Some(5));
        assert_eq!(parsed["gates"][0]["line"], 1);
    }

    #[test]
    fn settings_of_strange_names_are_sound_and_a_gate_that_asks_for_nothing_says_so() {
        let gate = |id: &str, title: &str, demand| Gate {
            id: id.to_owned(),
            title: title.to_owned(),
            demand,
            ..Gate::default()
        };
        let demand = Demand {
            roles: vec!["product \"lead\"".to_owned()],
            files: vec!["cov/lcov.info".to_owned(), "npm run x".to_owned()],
            ..Demand::default()
        };
        let text = toml(&[gate("a", "x\u{1b}[31m\n[rules]", Demand::default()), gate("b", "B", demand)]);
        let parsed: toml::Table = text.parse().expect("the settings are sound");
        assert_eq!(parsed.keys().collect::<Vec<_>>(), ["gates"]);
        assert_eq!(parsed["gates"][1]["roles"][0].as_str(), Some("product \"lead\""));
        assert_eq!(parsed["gates"][1]["files"].as_array().map(Vec::len), Some(1));
        assert_eq!(text.matches("# Asks for nothing yet").count(), 1, "{text}");
    }
}
