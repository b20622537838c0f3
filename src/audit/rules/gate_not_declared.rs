//! A runbook speaks of gates in words that declare none.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Gates that are only read from a text.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "gate-not-declared",
        summary: "The runbook asks for gates in words that judge no release",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "A table of gates, front matter, the settings and a heading `Gate N` declare gates: their absent evidence keeps a release from \
                 being proven. What lists and sentences ask for is read as well, and judges nothing. One note for each runbook counts them, at \
                 the first one. Runbooks that declare gates get none.",
        matters: "A reader of the text takes the line for a gate; a release that never met it looks no worse.",
        example: "`- [ ] CodeQL is green on main`",
        fix: "Run `runproof gates FILE --as table` and put the table into the runbook, or `--as toml` and put the gates into the settings.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let declarations = &context.runbook.runbook.declarations;
    let is_gate = |kind| matches!(kind, DeclarationKind::Gate | DeclarationKind::Signoff);
    if declarations
        .iter()
        .any(|found| found.strength == Strength::Declared && is_gate(found.kind))
    {
        return;
    }
    let read: Vec<_> = declarations
        .iter()
        .filter(|found| found.strength == Strength::Read && is_gate(found.kind))
        .collect();
    let Some(first) = read.first() else { return };
    let count = if read.len() == 1 {
        "1 gate".to_owned()
    } else {
        format!("{} gates", read.len())
    };
    let path = &context.runbook.path;
    findings.push(Finding {
        message: format!(
            "the text asks for {count} in words that judge no release; the first is \"{}\"",
            first.text
        ),
        help: Some(format!(
            "`runproof gates {path} --as table` prints a table that declares them"
        )),
        ..context.finding(&RULE.text, Some(first.span))
    });
}

#[cfg(test)]
mod tests {
    use crate::audit::change::gates::tests::gate;
    use crate::audit::testing::tree;
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};

    fn found(declarations: Vec<Declaration>) -> Vec<String> {
        let mut fixture = tree(&[]);
        fixture.runbook.declarations = declarations;
        fixture.findings("gate-not-declared")
    }

    fn said(group: u32, name: &str) -> Declaration {
        Declaration {
            strength: Strength::Read,
            ..Declaration::named(DeclarationKind::Gate, group, name)
        }
    }

    #[test]
    fn one_note_counts_what_is_only_said() {
        let both = found(vec![said(1, "CodeQL is green"), said(2, "lint passes")]);
        assert_eq!(both.len(), 1, "{both:?}");
        assert!(both[0].contains("2 gates") && both[0].contains("CodeQL is green"), "{both:?}");
    }

    #[test]
    fn runbooks_that_declare_or_ask_for_nothing_get_none() {
        assert!(found([gate(1, "Coverage", "lines >= 80 %"), vec![said(2, "CodeQL is green")]].concat()).is_empty());
        assert!(found(Vec::new()).is_empty());
        let kept = Declaration {
            strength: Strength::Read,
            ..Declaration::named(DeclarationKind::Archive, 1, "artifacts/")
        };
        assert!(found(vec![kept]).is_empty(), "what is kept is no gate");
    }
}
