//! Nobody answers for a runbook.

use crate::audit::owners::Owners;
use crate::audit::rule::{Check, EditionContext, Rule};
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Confidence, Edit, Finding, Fix, RuleText, Safety, Severity};
use crate::model::place::Span;
use crate::model::runbook::Field;

/// Runbooks without an owner.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "owner-missing",
        summary: "Nobody answers for the runbook",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "The owner stands in the front matter (`owner`, `team`, `maintainer`) or in a line such as `**Owner:** @org/platform`; \
                 else the last line of `CODEOWNERS` that matches the path decides. A label without a name is reported at its place.\n\n\
                 Where less than half of the runbooks have an owner, owners are not in use, and only empty labels are reported.",
        matters: "When a step fails at night, nobody knows whom to ask; and nobody is told when the next review is due.",
        example: "`**Owner:** TBD`",
        fix: "Name the team that answers for it, in the text or in `CODEOWNERS`. Where a label is empty and `CODEOWNERS` knows the owner, \
              `--fix --unsafe-fixes` writes it.",
    },
    check: Check::Edition(check),
};

fn check(context: &EditionContext<'_>, findings: &mut Vec<Finding>) {
    let runbooks = &context.edition.runbooks;
    if runbooks.iter().all(|runbook| !runbook.runbook.metadata.owners.is_empty()) {
        return;
    }
    let owners = context.edition.source.code_owners.as_deref().map(Owners::of);
    let by_path = |path: &str| {
        let rule = owners.as_ref().and_then(|owners| owners.rule_of(path));
        rule.map_or(&[][..], |rule| &rule.owners)
    };
    let has_owner = |runbook: &&EditionRunbook| !runbook.runbook.metadata.owners.is_empty() || !by_path(&runbook.path).is_empty();
    // Where most runbooks have no owner, owners are not in use, and a finding for each of them would help nobody.
    let uses_owners = runbooks.iter().filter(has_owner).count() * 2 >= runbooks.len();
    for runbook in runbooks {
        let metadata = &runbook.runbook.metadata;
        if !metadata.owners.is_empty() {
            continue;
        }
        let by_path = by_path(&runbook.path);
        if let Some(field) = metadata.fields.iter().find(|field| is_owner(&field.key)) {
            findings.push(unnamed(runbook, field, by_path));
        } else if uses_owners && by_path.is_empty() {
            findings.push(Finding {
                message: "nobody is named as the owner".to_owned(),
                help: Some("add a line such as `**Owner:** @org/team`, or a line to `CODEOWNERS`".to_owned()),
                ..Finding::of(&RULE.text, &runbook.path)
            });
        }
    }
}

/// A label without a name; the code owners of the path are offered.
fn unnamed(runbook: &EditionRunbook, field: &Field, by_path: &[String]) -> Finding {
    let text = &runbook.runbook;
    let names = by_path.join(", ");
    let fix = || {
        let value = field.value.trim();
        let at = field.span.start as usize + field.span.of(&text.text).rfind(value)?;
        let span = Span::new(at, at + value.len());
        Some(Fix {
            safety: Safety::Unsafe,
            message: format!("write `{names}`"),
            edits: vec![Edit {
                path: runbook.path.clone(),
                span,
                place: text.place(span),
                replacement: names.clone(),
            }],
        })
    };
    let is_known = !by_path.is_empty();
    Finding {
        message: format!("`{}` names nobody", field.key),
        help: Some(if is_known {
            format!("by `CODEOWNERS` it is {names}")
        } else {
            "name the team that answers for the runbook".to_owned()
        }),
        place: Some(text.place(field.span)),
        span: Some(field.span),
        reference: Some(field.key.clone()),
        fix: if is_known && !field.value.trim().is_empty() {
            fix()
        } else {
            None
        },
        ..Finding::of(&RULE.text, &runbook.path)
    }
}

/// Whether a key names whoever answers for the text.
fn is_owner(key: &str) -> bool {
    matches!(
        key.trim().to_lowercase().as_str(),
        "owner" | "owners" | "owned by" | "document owner" | "runbook owner"
    )
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;

    #[test]
    fn nothing_is_said_where_no_owners_are_in_use() {
        assert!(tree(&[]).findings("owner-missing").is_empty());
    }

    #[test]
    fn a_runbook_that_no_line_of_the_code_owners_matches_is_reported() {
        let found = |rules: &[(&str, &str)]| {
            let fixture = tree(&[]).owned_by(rules);
            let mut edition = fixture.edition();
            let mut other = edition.runbooks[0].clone();
            other.path = "ops/restore.md".to_owned();
            edition.runbooks.push(other);
            let findings = crate::audit::judge_edition(&edition, &[], &fixture.past, &fixture.config);
            let of_rule = findings.into_iter().filter(|finding| finding.rule == "owner-missing");
            of_rule.map(|finding| finding.path).collect::<Vec<_>>()
        };
        assert_eq!(found(&[("/ops/", "@org/ops")]), ["docs/runbook.md"]);
        assert_eq!(
            found(&[("*", "@org/all"), ("/docs/", "")]),
            ["docs/runbook.md"],
            "a line without owners takes the ownership away"
        );
        assert!(found(&[("/src/", "@org/code")]).is_empty(), "owners are not in use");
    }

    #[test]
    fn the_text_and_the_code_owners_both_count() {
        assert!(tree(&[]).owned_by(&[("*", "@org/all")]).findings("owner-missing").is_empty());
        assert!(
            tree(&[])
                .owned_by(&[("/src/", "@org/code")])
                .declaring("Owner", "@org/platform")
                .findings("owner-missing")
                .is_empty()
        );
    }

    #[test]
    fn a_label_without_a_name_is_reported_and_filled_in() {
        let fixture = tree(&[]).declaring("Owner", "TBD");
        assert_eq!(
            fixture.findings("owner-missing"),
            ["warning docs/runbook.md:1 `Owner`: `Owner` names nobody"]
        );
        let fixture = fixture.owned_by(&[("docs/", "@org/docs")]);
        assert_eq!(fixture.fixed("owner-missing"), "**Owner:** @org/docs\n");
    }
}
