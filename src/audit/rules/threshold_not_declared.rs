//! A gate or a rollback criterion measures something and names no number.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Thresholds without a number.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "threshold-not-declared",
        summary: "A gate or a rollback criterion measures something and names no number",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "Gates and criteria that measure, such as coverage, latency, an error rate or a score, and words such as \"within SLA\", \
                 \"acceptable\" and \"the agreed threshold\" need a number on their line or in their row. Gates that only pass or fail need none. \
                 In a table of gates it is a warning, because such a gate stays inconclusive.",
        matters: "At night two people read \"acceptable\" in two ways; and no evidence can be held against it.",
        example: "`Roll back when the error rate exceeds the agreed threshold.`",
        fix: "Write the number down: `error rate > 1 % for 5 minutes`.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for found in &context.runbook.runbook.declarations {
        let what = match found.kind {
            DeclarationKind::Threshold => "gate",
            DeclarationKind::Criterion => "criterion",
            _ => continue,
        };
        if !found.value.is_empty() {
            continue;
        }
        let metric = if found.metric.is_empty() { &found.name } else { &found.metric };
        let named = without_join(metric);
        findings.push(Finding {
            severity: if found.strength == Strength::Declared && found.kind == DeclarationKind::Threshold {
                Severity::Warning
            } else {
                Severity::Info
            },
            message: format!("no threshold is declared for {named}: the {what} measures and names no number"),
            help: Some("write what is measured, a sign, a number and its unit, such as `error rate ≤ 1 %`".to_owned()),
            reference: Some(metric.clone()),
            ..context.finding(&RULE.text, Some(found.span))
        });
    }
}

/// The words of an item of a list without what joins it to the next: `the health check fails; or`.
fn without_join(words: &str) -> &str {
    let joins = [";", ":", ",", ".", " or", " and"];
    let mut rest = words.trim_end();
    while let Some(shorter) = joins.iter().find_map(|join| rest.strip_suffix(join)) {
        rest = shorter.trim_end();
    }
    if rest.is_empty() { words } else { rest }
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::testing::tree;
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};

    fn found(declarations: Vec<Declaration>) -> Vec<String> {
        let mut fixture = tree(&[]);
        fixture.runbook.declarations = declarations;
        fixture.findings("threshold-not-declared")
    }

    #[test]
    fn what_joins_an_item_to_the_next_is_not_told() {
        let of = |name: &str| {
            let criterion = Declaration {
                strength: Strength::Read,
                ..Declaration::named(DeclarationKind::Criterion, 1, name)
            };
            found(vec![criterion]).remove(0)
        };
        assert!(of("the path broke; or:").contains("for the path broke: the criterion"));
        assert!(of("latency of the mirror").contains("for latency of the mirror: the"));
    }

    #[test]
    fn words_instead_of_a_number_are_reported() {
        let table = found(gate(1, "Latency", "latency"));
        assert_eq!(table.len(), 1, "{table:?}");
        assert!(
            table[0].starts_with("warning") && table[0].contains("no threshold is declared for latency"),
            "{table:?}"
        );
        let criterion = Declaration {
            strength: Strength::Read,
            ..Declaration::named(DeclarationKind::Criterion, 1, "error rate")
        };
        let criterion = found(vec![criterion]);
        assert!(criterion[0].starts_with("info"), "{criterion:?}");
    }

    #[test]
    fn a_number_and_what_only_passes_are_fine() {
        assert!(found(gate(1, "Latency", "p95 < 250 ms")).is_empty());
        assert!(found(gate(1, "Lint", "")).is_empty());
    }
}
