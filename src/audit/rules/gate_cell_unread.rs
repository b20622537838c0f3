//! A cell of a table of gates says something that nobody can compare with evidence.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Demands that are not understood.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-cell-unread",
        summary: "A declared gate asks for something that is not understood",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The rows of a table of gates, and the gates of front matter, are read as demands: `lines ≥ 80 %`, `critical = 0`, `every 15 min \
                 for 2 h`. A number that is part of no comparison, and a comparison that does not say whether more or less is better, are \
                 reported at their words.",
        matters: "A demand that nobody understands can be met by nothing, so the gate stays inconclusive for every release, and is never guessed.",
        example: "`| Coverage | 80ish |`",
        fix: "Write the demand as a comparison: what is measured, a sign, a number and its unit.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let declared = || {
        let declarations = context.runbook.runbook.declarations.iter();
        declarations.filter(|found| found.strength == Strength::Declared)
    };
    if is_list_of_outcomes(declared()) {
        return;
    }
    for found in declared() {
        let message = match found.kind {
            DeclarationKind::Unread => format!("`{}` of the gate `{}` is not understood", found.text, found.name),
            DeclarationKind::Threshold if !found.value.is_empty() && found.comparison.is_empty() => format!(
                "`{}` of the gate `{}` does not say whether more or less is better",
                found.text, found.name
            ),
            _ => continue,
        };
        findings.push(Finding {
            message,
            help: Some("write what is measured, a sign, a number and its unit, such as `lines ≥ 80 %`".to_owned()),
            reference: Some(found.name.clone()),
            ..context.finding(&RULE.text, Some(found.span))
        });
    }
}

/// Whether what looks like demands are the outcomes that steps of a check have ("200, the id is returned"): three or more, and not one of
/// them compares anything.
fn is_list_of_outcomes<'found>(declared: impl Iterator<Item = &'found Declaration>) -> bool {
    let (mut compared, mut odd) = (0, 0);
    for found in declared {
        let is_threshold = found.kind == DeclarationKind::Threshold && !found.value.is_empty();
        compared += usize::from(is_threshold && !found.comparison.is_empty());
        odd += usize::from(found.kind == DeclarationKind::Unread || is_threshold && found.comparison.is_empty());
    }
    odd >= 3 && compared == 0
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::testing::tree;
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};

    fn found(declarations: Vec<Declaration>) -> Vec<String> {
        let mut fixture = tree(&[]);
        fixture.runbook.declarations = declarations;
        fixture.findings("gate-cell-unread")
    }

    #[test]
    fn what_is_no_comparison_is_reported() {
        let unread = Declaration {
            text: "80ish".to_owned(),
            ..Declaration::named(DeclarationKind::Unread, 1, "Coverage")
        };
        let odd = found([gate(1, "Coverage", ""), vec![unread.clone()]].concat());
        assert_eq!(odd.len(), 1, "{odd:?}");
        assert!(odd[0].contains("`80ish` of the gate `Coverage` is not understood"), "{odd:?}");
        let sideways = found(gate(1, "Queue", "queue ? 80"));
        assert!(sideways[0].contains("whether more or less is better"), "{sideways:?}");
        assert!(found(gate(1, "Coverage", "lines >= 80 %")).is_empty());
        assert!(
            found(gate(1, "Latency", "latency")).is_empty(),
            "another rule tells that the number is missing"
        );
        let outcomes = (1..=3).flat_map(|group| gate(group, "Queue", "queue ? 200")).collect();
        assert!(found(outcomes).is_empty(), "a check says what comes back");
        let said = Declaration {
            strength: Strength::Read,
            ..unread
        };
        assert!(found(vec![said]).is_empty(), "what is only said judges nothing");
    }
}
