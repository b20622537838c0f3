//! Two releases compared, for the terminal and as JSON.

use crate::model::change::{ChangeKind, ComponentChanges};
use crate::model::dossier::{Comparison, FileChangeKind};
use crate::report::dossier::state;
use crate::report::visible::{escaped, visible};
use crate::report::words::counted;

/// Changed components that are listed; the JSON has all of them.
const MOST: usize = 100;

fn word(kind: FileChangeKind) -> &'static str {
    match kind {
        FileChangeKind::Added => "added",
        FileChangeKind::Changed => "changed",
        FileChangeKind::Removed => "removed",
    }
}

fn component_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Licence => "licence",
        ChangeKind::Hash => "hash",
        ChangeKind::Scope => "scope",
        ChangeKind::Downgraded => "older",
        ChangeKind::Major => "major",
        ChangeKind::Added => "added",
        ChangeKind::Updated => "updated",
        ChangeKind::Removed => "removed",
    }
}

fn differ(number: usize) -> String {
    format!("{number} {}", if number == 1 { "differs" } else { "differ" })
}

fn same(number: u64) -> String {
    format!("{number} {} the same", if number == 1 { "is" } else { "are" })
}

/// A comparison for people.
pub(crate) fn text(comparison: &Comparison) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (before, after) = (&comparison.before, &comparison.after);
    let product = if comparison.product.is_empty() {
        String::new()
    } else {
        format!("{} ", comparison.product)
    };
    lines.push(format!(
        "{product}{} ({}) -> {} ({})",
        before.version,
        state(before.state),
        after.version,
        state(after.state)
    ));
    lines.push(format!(
        "Gates: {}, {}",
        differ(comparison.gates.len()),
        same(comparison.gates_unchanged as u64)
    ));
    for gate in &comparison.gates {
        let told = |word: &str, value: &str| match (word, value) {
            ("", _) => "not there".to_owned(),
            (word, "") => word.to_lowercase(),
            (word, value) => format!("{} ({value})", word.to_lowercase()),
        };
        let then = told(gate.word_before, &gate.value_before);
        let now = told(gate.word_after, &gate.value_after);
        lines.push(format!("  {}: {then} -> {now}", gate.gate));
    }
    lines.push(format!(
        "Evidence: {} differ{}, {}",
        counted(comparison.evidence.len(), "file"),
        if comparison.evidence.len() == 1 { "s" } else { "" },
        same(comparison.evidence_unchanged as u64)
    ));
    for file in &comparison.evidence {
        lines.push(format!("  {:<8} {}", word(file.kind), file.path));
    }
    components_into(&mut lines, comparison.components.as_ref(), MOST);
    match &comparison.runbooks {
        None => lines.push("Runbooks: this clone does not have the commits of both".to_owned()),
        Some(runbooks) => {
            lines.push(format!("Runbooks: {}", differ(runbooks.len())));
            for runbook in runbooks {
                lines.push(format!(
                    "  {:<8} {}  +{} -{}",
                    word(runbook.kind),
                    runbook.path,
                    runbook.added,
                    runbook.removed
                ));
                if runbook.kind == FileChangeKind::Changed {
                    lines.extend(runbook.diff.lines().map(|line| format!("    {line}")));
                }
            }
        }
    }
    written(&lines)
}

/// The components of a comparison for people, every one of them.
pub(crate) fn components(comparison: &Comparison) -> String {
    let mut lines = Vec::new();
    components_into(&mut lines, comparison.components.as_ref(), usize::MAX);
    written(&lines)
}

fn components_into(lines: &mut Vec<String>, components: Option<&ComponentChanges>, most: usize) {
    match components {
        None => lines.push("Components: not both have a bill of materials".to_owned()),
        Some(components) => {
            lines.push(format!(
                "Components: {} changed, {}{}",
                components.changes.len(),
                same(components.unchanged),
                if components.generator_changed {
                    "; another program wrote the bill of materials"
                } else {
                    ""
                }
            ));
            if components.unknown > 0 {
                lines.push(format!("  {} not known", components.unknown));
            }
            lines.extend(components.lacks.iter().map(|lack| format!("  {lack}")));
            for change in components.changes.iter().take(most) {
                let versions = match (change.before.join(", "), change.after.join(", ")) {
                    (before, after) if before.is_empty() => after,
                    (before, after) if after.is_empty() => before,
                    (before, after) => format!("{before} -> {after}"),
                };
                let licence = if change.kind == ChangeKind::Licence {
                    format!("  ({} -> {})", change.licence_before, change.licence_after)
                } else {
                    String::new()
                };
                let other = change.other.as_ref();
                let other = other
                    .map(|(before, after)| format!("  ({before} -> {after})"))
                    .unwrap_or_default();
                let through = if change.through.is_empty() {
                    String::new()
                } else {
                    format!("  through {}", change.through.join(" > "))
                };
                lines.push(format!(
                    "  {:<8} {} {versions}{licence}{other}{through}",
                    component_word(change.kind),
                    change.name
                ));
            }
            if components.changes.len() > most {
                lines.push(format!(
                    "  and {} more; `--format json` has them",
                    components.changes.len() - most
                ));
            }
        }
    }
}

fn written(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", visible(line).trim_end())).collect()
}

/// A comparison for programs, schema `runproof-diff/1`.
pub(crate) fn json(comparison: &Comparison) -> String {
    let value = serde_json::json!({
        "schema": "runproof-diff/1",
        "product": comparison.product,
        "before": comparison.before,
        "after": comparison.after,
        "gates": comparison.gates,
        "gates_unchanged": comparison.gates_unchanged,
        "evidence": comparison.evidence,
        "evidence_unchanged": comparison.evidence_unchanged,
        "components": comparison.components,
        "runbooks": comparison.runbooks,
    });
    escaped(&format!("{value:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::{json, text};
    use crate::model::change::{ChangeKind, ComponentChange, ComponentChanges};
    use crate::model::dossier::{Comparison, FileChange, FileChangeKind, GateChange, Side, TextChange};
    use crate::model::gate::{Outcome, ReleaseState};

    fn comparison() -> Comparison {
        let side = |version: &str, state| Side {
            version: version.to_owned(),
            state,
            commit: None,
        };
        Comparison {
            product: String::new(),
            before: side("v1", ReleaseState::Proven),
            after: side("v2", ReleaseState::Failed),
            gates: vec![GateChange {
                gate: "unit".to_owned(),
                before: Some(Outcome::Passed),
                after: None,
                word_before: Outcome::Passed.word(),
                word_after: "",
                value_before: "2 passed".to_owned(),
                value_after: String::new(),
            }],
            gates_unchanged: 3,
            evidence: vec![FileChange {
                path: "evidence/unit/a\u{1b}.xml".to_owned(),
                kind: FileChangeKind::Removed,
                before: Some("ab".to_owned()),
                after: None,
            }],
            evidence_unchanged: 0,
            components: Some(ComponentChanges {
                unknown: 0,
                lacks: Vec::new(),
                changes: vec![ComponentChange {
                    kind: ChangeKind::Licence,
                    identity: "pkg:npm/a".to_owned(),
                    name: "a".to_owned(),
                    before: vec!["1".to_owned()],
                    after: vec!["2".to_owned()],
                    licence_before: "MIT".to_owned(),
                    licence_after: "BUSL-1.1".to_owned(),
                    other: None,
                    through: Vec::new(),
                }],
                ..ComponentChanges::default()
            }),
            runbooks: Some(vec![TextChange {
                path: "release.md".to_owned(),
                kind: FileChangeKind::Changed,
                added: 1,
                removed: 1,
                diff: "-old\n+new\n".to_owned(),
            }]),
        }
    }

    #[test]
    fn what_differs_is_told_part_by_part() {
        let text = text(&comparison());
        for part in [
            "v1 (proven) -> v2 (failed)",
            "Gates: 1 differs, 3 are the same",
            "Evidence: 1 file differs, 0 are the same",
            "Runbooks: 1 differs",
            "unit: passed (2 passed) -> not there",
            "removed  evidence/unit/a␛.xml",
            "licence  a 1 -> 2  (MIT -> BUSL-1.1)",
            "changed  release.md  +1 -1",
            "    +new",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let json: serde_json::Value = serde_json::from_str(&json(&comparison())).expect("it is JSON");
        assert_eq!(json["gates"][0]["before"], "passed");
    }
}
