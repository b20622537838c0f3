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
    let declared = context.runbook.runbook.declarations.iter();
    let all: Vec<&Declaration> = declared.filter(|found| found.strength == Strength::Declared).collect();
    for found in &all {
        let others = || all.iter().filter(|other| other.group == found.group);
        let is_understood = others().any(|other| other.kind == DeclarationKind::Threshold && !other.comparison.is_empty());
        let is_gate = others().any(|other| other.kind == DeclarationKind::Gate);
        if is_understood
            || found.kind == DeclarationKind::Threshold && !is_gate
            || says_outcome(cell(&context.runbook.runbook.text, found))
            || is_output(&context.runbook.runbook.text, found)
        {
            continue;
        }
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

/// The cell of a table that a demand stands in; without one, its line.
fn cell<'text>(text: &'text str, found: &Declaration) -> &'text str {
    let before = text.get(..found.span.start as usize).unwrap_or_default();
    let behind = text.get(found.span.start as usize..).unwrap_or_default();
    let start = before.rfind(['|', '\n']).map_or(0, |at| at + 1);
    let end = behind
        .find(['|', '\n'])
        .map_or(text.len(), |at| found.span.start as usize + at);
    text.get(start..end).unwrap_or_default().trim()
}

/// Whether a cell says what a step of a check gives back ("200, the id is returned"): words that compare nothing.
fn says_outcome(cell: &str) -> bool {
    let is_status = |word: &str| {
        let number = word.trim_end_matches([',', ';', ':']);
        number.len() == 3 && number.parse().is_ok_and(|number: u16| (100..600).contains(&number))
    };
    let count = cell.split_whitespace().count();
    let gives_back = count > 1 && cell.split_whitespace().any(is_status);
    (count > 3 || gives_back) && !cell.contains(['<', '>', '=', '≤', '≥', '%'])
}

/// Whether a demand is what the command in another cell of its row prints: a cell that is code and compares nothing, beside one that is
/// code of several words.
fn is_output(text: &str, found: &Declaration) -> bool {
    let code = |cell: &str| cell.trim().strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    let own = cell(text, found);
    let at = found.span.start as usize;
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let row = text.get(start..).and_then(|row| row.lines().next()).unwrap_or_default();
    code(own).is_some_and(|own| !own.contains(['<', '>', '=', '≤', '≥', '%']))
        && row
            .split('|')
            .filter(|other| other.trim() != own)
            .filter_map(code)
            .any(|other| other.contains(' '))
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::testing::tree;
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};
    use crate::model::place::Span;

    fn found(declarations: Vec<Declaration>) -> Vec<String> {
        let mut fixture = tree(&[]);
        fixture.runbook.declarations = declarations;
        fixture.findings("gate-cell-unread")
    }

    #[test]
    fn what_a_check_gives_back_is_no_demand() {
        let told = |text: &str, words: &str| {
            let mut fixture = tree(&[]).says(text);
            let start = text.find(words).expect("the words are in the text");
            let unread = Declaration {
                text: words.to_owned(),
                span: Span::new(start, start + words.len()),
                ..Declaration::named(DeclarationKind::Unread, 1, "Orders")
            };
            fixture.runbook.declarations = [gate(1, "Orders", ""), vec![unread]].concat();
            fixture.findings("gate-cell-unread").len()
        };
        assert_eq!(told("| Orders | 202, the id is returned |\n", "202"), 0);
        assert_eq!(told("| Orders | 200, `id` returned |\n", "200"), 0);
        assert_eq!(told("| Orders | 200 OK |\n", "200"), 0);
        assert_eq!(told("| Orders | `kubectl get deploy orders` | `1/1 Available` |\n", "1"), 0);
        assert_eq!(told("| Orders | `curl -sf $URL` | `200` |\n", "200"), 0);
        assert_eq!(told("| Orders | `coverage` | `80ish` |\n", "80ish"), 1);
        assert_eq!(told("| Orders | `make coverage` | 80ish |\n", "80ish"), 1);
        assert_eq!(told("| Orders | 80ish |\n", "80ish"), 1);
        assert_eq!(told("| Orders | 700 orders |\n", "700"), 1);
        assert_eq!(told("| Orders | 0 gaps > 30s |\n", "30s"), 1);
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
        let understood = [gate(1, "Health", "time < 500"), vec![unread.clone()]].concat();
        assert!(found(understood).is_empty(), "what counts of the cell is understood");
        let mut limit = gate(2, "Writers", "writers ? 1");
        limit.remove(0);
        assert!(found(limit).is_empty(), "nobody declares a gate");
        let said = Declaration {
            strength: Strength::Read,
            ..unread
        };
        assert!(found(vec![said]).is_empty(), "what is only said judges nothing");
    }
}
