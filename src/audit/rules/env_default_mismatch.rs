//! A runbook names a default of a variable that the code does not have.

use crate::audit::resolve::env_var::{best, is_in_test, is_of_a_tool};
use crate::audit::rule::{Check, Context, Rule};
use crate::model::edition::Mention;
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::place::{Place, Span};
use crate::model::reference::{ReferenceKind, Status};

/// Defaults that differ from the code.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "env-default-mismatch",
        summary: "The runbook names a default of a variable that the code does not have",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "In a table of variables with a column \"Default\", a literal is compared with the literals that the repository has for the \
                 variable: what code falls back to, fields of settings, `${NAME:-value}`, examples of `.env`. One place that agrees is \
                 enough, and anything that is not a plain literal on both sides is not compared.",
        matters: "Somebody leaves a variable unset because the default looks right, and the service runs with another value.",
        example: "The table says that `POOL_SIZE` is 10 by default, while the code has `os.getenv(\"POOL_SIZE\", \"5\")`.",
        fix: "Write the default that the code has.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let text = &context.runbook.runbook.text;
    for (reference, _) in context.references_with(Status::Resolved) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::EnvVar || named.within.is_empty() || is_of_a_tool(&named.name) {
            continue;
        }
        let Some((start, said)) = default_of_row(text, reference.span, &named.name) else {
            continue;
        };
        let Some(mentions) = context.edition.source.code.mentions.get(&named.name) else {
            continue;
        };
        let known: Vec<Mention> = mentions
            .iter()
            .filter(|mention| mention.default.is_some() && !is_in_test(&mention.path))
            .cloned()
            .collect();
        let is_same = |mention: &Mention| mention.default.as_deref().is_some_and(|value| same(value, said));
        let Some(nearest) = best(&known).filter(|_| !known.iter().any(is_same)) else {
            continue;
        };
        // An example of `.env` shows a value, which need not be the default; code says what happens without it.
        if nearest.path.contains(".env") {
            continue;
        }
        let value = nearest.default.as_deref().unwrap_or_default();
        if !is_plain(value) || value.is_empty() {
            continue;
        }
        let span = Span::new(start, start + said.len());
        findings.push(Finding {
            reference: Some(said.to_owned()),
            message: format!(
                "the default of `{}` is `{value}` in `{}`, not `{said}`",
                named.name, nearest.path
            ),
            suggestion: Some(value.to_owned()),
            related: vec![Related {
                path: nearest.path.clone(),
                place: Some(Place {
                    line: nearest.line,
                    column: 1,
                    end_line: nearest.line,
                    end_column: 1,
                }),
                message: "the default is here".to_owned(),
            }],
            ..context.finding(&RULE.text, Some(span))
        });
    }
}

/// The literal in the column "Default" of the row that a variable begins, and where it stands.
fn default_of_row<'text>(text: &'text str, span: Span, name: &str) -> Option<(usize, &'text str)> {
    let at = span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |start| start + 1);
    let row = text[start..].lines().next()?;
    if !row.trim_start().starts_with('|') {
        return None;
    }
    let row = cells(row);
    // The variable is the row's own: it stands alone in its cell.
    let is_own = row.iter().any(|(_, cell)| cell.trim_matches(['`', '*', ' ']) == name);
    let head = text[..start]
        .lines()
        .rev()
        .take_while(|line| line.trim_start().starts_with('|'))
        .last()?;
    let column = cells(head).iter().position(|(_, cell)| {
        cell.to_lowercase().trim_matches(['*', '`', ' ']).eq("default") || cell.to_lowercase().starts_with("default value")
    })?;
    let (offset, cell) = row.get(column)?;
    // A word among values in code tells of the variable: "required", "obligatorio".
    let is_word = cell.chars().all(char::is_alphabetic);
    let is_among_code = || {
        let above = text[..start]
            .lines()
            .rev()
            .take_while(|line| line.trim_start().starts_with('|'));
        let below = text[start..]
            .lines()
            .skip(1)
            .take_while(|line| line.trim_start().starts_with('|'));
        let others = above.chain(below);
        others
            .filter_map(|row| cells(row).get(column).copied())
            .any(|(_, cell)| cell.starts_with('`'))
    };
    if is_word && is_among_code() {
        return None;
    }
    let said = cell.trim_matches(['`', '"', '\'']);
    (is_own && is_plain(said)).then(|| (start + offset + cell.find(said).unwrap_or(0), said))
}

/// The cells of a row with their offsets, trimmed.
fn cells(row: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = row.find('|').map_or(0, |bar| bar + 1);
    for cell in row[at..].split('|') {
        let lead = cell.len() - cell.trim_start().len();
        found.push((at + lead, cell.trim()));
        at += cell.len() + 1;
    }
    found
}

/// Whether words are one literal: a number, a truth value, an address, one word. Remarks and dashes are none.
fn is_plain(said: &str) -> bool {
    !said.is_empty()
        && said.len() <= 100
        && said.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && said
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/' | b'@'))
        && ![
            "none", "unset", "required", "empty", "n/a", "na", "null", "auto", "random", "generated", "optional", "yes", "no",
            "undefined", "default", "varies", "computed", "tbd",
        ]
        .contains(&said.to_ascii_lowercase().as_str())
}

fn same(left: &str, right: &str) -> bool {
    let truth = |value: &str| match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Some(true),
        "false" | "0" | "off" | "no" => Some(false),
        _ => None,
    };
    let number = |value: &str| value.replace('_', "").parse::<f64>().ok();
    left.eq_ignore_ascii_case(right)
        || left.trim_end_matches('/') == right.trim_end_matches('/')
        || truth(left).is_some_and(|left| truth(right) == Some(left))
        || number(left).zip(number(right)).is_some_and(|(left, right)| (left - right).abs() < 1e-9)
        // `30s` against `30` is the same number in another form.
        || left.trim_end_matches(char::is_alphabetic) == right.trim_end_matches(char::is_alphabetic) && left.starts_with(|char: char| char.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::model::kind::Kind;
    use std::sync::Arc;

    use super::same;
    use crate::audit::testing::{Fixture, called, tree};

    fn fixture(rows: &str, default: &str) -> Fixture {
        let text = format!("| Variable | Default |\n|---|---|\n{rows}");
        let mut fixture = tree(&[]).mentioning("POOL_SIZE", &["app.py"]).says(&text);
        let code = Arc::make_mut(&mut fixture.source.code);
        if let Some(mention) = code.mentions.get_mut("POOL_SIZE").and_then(|mentions| mentions.first_mut()) {
            mention.default = Some(default.to_owned());
        }
        fixture.naming(called(Kind::EnvVar, "POOL_SIZE", &["Variable"]))
    }

    #[test]
    fn another_literal_is_reported() {
        assert_eq!(
            fixture("| `POOL_SIZE` | `10` |\n", "5").findings("env-default-mismatch"),
            ["warning docs/runbook.md:3 `10`: the default of `POOL_SIZE` is `5` in `app.py`, not `10` -> 5"]
        );
    }

    #[test]
    fn a_word_among_values_in_code_is_a_remark() {
        let found = |rows: &str| fixture(rows, "5").findings("env-default-mismatch").len();
        assert_eq!(found("| `POOL_SIZE` | obligatorio |\n| `X` | `3` |\n"), 0);
        assert_eq!(found("| `X` | `3` |\n| `POOL_SIZE` | obligatorio |\n"), 0);
        assert_eq!(found("| `POOL_SIZE` | many |\n| `X` | few |\n"), 1);
        assert_eq!(found("| `POOL_SIZE` | 10 |\n| `X` | `3` |\n"), 1);
    }

    #[test]
    fn the_same_value_in_another_form_and_words_are_fine() {
        for (row, default) in [
            ("| `POOL_SIZE` | 5 |\n", "5"),
            ("| `POOL_SIZE` | none |\n", "5"),
            ("| `POOL_SIZE` | see below |\n", "5"),
            ("| use `POOL_SIZE` | 7 |\n", "5"),
        ] {
            assert!(fixture(row, default).findings("env-default-mismatch").is_empty(), "{row}");
        }
        assert!(same("True", "true") && same("30s", "30") && same("1_000", "1000") && !same("30", "60"));
    }
}
