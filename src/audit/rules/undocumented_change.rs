//! A change brings a new way to release or deploy, and no runbook names it.

use crate::audit::change::pair::ChangeContext;
use crate::audit::rule::{Check, Rule};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::difference::FileChange;
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::place::Place;
use crate::model::reference::ReferenceKind;

/// Beginnings of words that say that something is operated.
const OPERATIONS: &[&str] = &[
    "deploy", "migrat", "promot", "publish", "releas", "restor", "rollback", "rollout", "rotat",
];

/// New ways to operate that are not written down.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "undocumented-change",
        summary: "The change adds a way to release or deploy that no runbook names",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "With `--base` or `--staged`: workflows, make targets and services that the change adds and that no runbook names. Workflows and targets \
                 count when their name says that they release, deploy, publish, migrate, roll back, restore or rotate something. What \
                 only moved is not new, and a repository without runbooks is left alone.",
        matters: "Operators follow what is written down. A second way to deploy that only its author knows is used wrongly or not at all.",
        example: "A change that adds `.github/workflows/deploy-fly.yml`, while the runbooks speak of another platform.",
        fix: "Name it in the runbook that it belongs to, with when to use it, or write one.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    if context.head.runbooks.is_empty() {
        return;
    }
    for (path, now) in &context.head.source.definitions {
        let before = match context.difference.changed.get(path) {
            Some(FileChange::Added) => None,
            Some(FileChange::Modified) => context.base.source.definitions.get(path),
            Some(FileChange::Removed) | None => continue,
        };
        // A file that could not be read, or that moved, had all of it before.
        if before.is_some_and(|before| !before.problems.is_empty()) || context.difference.moved_from(path).is_some() {
            continue;
        }
        if now.format == format::WORKFLOW {
            workflow(context, path, now, before.is_none(), findings);
        } else {
            definitions(context, path, now, before.map(AsRef::as_ref), findings);
        }
    }
}

fn workflow(context: &ChangeContext<'_>, path: &str, file: &DefinitionFile, is_new: bool, findings: &mut Vec<Finding>) {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let title = file.name.as_deref().unwrap_or_default();
    if !is_new || !(operates(stem) || operates(title)) {
        return;
    }
    let is_named = |kind: &ReferenceKind| matches!(kind, ReferenceKind::Workflow { name: known } if known.ends_with(name) || known.eq_ignore_ascii_case(title));
    if named(context, path, is_named) || mentioned(context, name) {
        return;
    }
    findings.push(Finding {
        reference: Some(name.to_owned()),
        message: format!("this change adds the workflow `{name}`, and no runbook names it"),
        help: Some("name it in the runbook that it belongs to, with when to use it".to_owned()),
        ..Finding::of(&RULE.text, path)
    });
}

fn definitions(
    context: &ChangeContext<'_>,
    path: &str,
    now: &DefinitionFile,
    before: Option<&DefinitionFile>,
    findings: &mut Vec<Finding>,
) {
    for one in &now.definitions {
        let is_new = before.is_none_or(|before| before.definition(one.kind, &one.name).is_none());
        if !is_new || !is_operational(one) || one.is_pattern || is_renamed(before, now, one) {
            continue;
        }
        let is_named = |kind: &ReferenceKind| match kind {
            ReferenceKind::MakeTarget { target, .. } => one.kind == Kind::MakeTarget && *target == one.name,
            ReferenceKind::Named(named) => named.kind == one.kind && named.name == one.name,
            _ => false,
        };
        if named(context, "", is_named) || mentioned(context, &one.kind.called(&one.name)) {
            continue;
        }
        let (kind, name) = (one.kind.noun(), one.kind.called(&one.name));
        findings.push(Finding {
            place: Some(Place::of_line(one.line)),
            reference: Some(name.clone()),
            message: format!("this change adds the {kind} `{name}`, and no runbook names it"),
            help: Some("name it in the runbook that it belongs to, with when to use it".to_owned()),
            ..Finding::of(&RULE.text, path)
        });
    }
}

/// Whether a definition is something that operators use.
fn is_operational(one: &Definition) -> bool {
    match one.kind {
        Kind::ComposeService => true,
        Kind::MakeTarget | Kind::Task(_) => operates(&one.name) && !one.name.starts_with(['_', '.']),
        _ => false,
    }
}

/// Whether the same thing stood there under another name.
fn is_renamed(before: Option<&DefinitionFile>, now: &DefinitionFile, one: &Definition) -> bool {
    let mut earlier = before.into_iter().flat_map(|before| &before.definitions);
    earlier.any(|other| {
        other.kind == one.kind
            && other.fingerprint == one.fingerprint
            && one.fingerprint != 0
            && now.definition(one.kind, &other.name).is_none()
    })
}

/// Whether a word of a name says that something is operated.
fn operates(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| OPERATIONS.iter().any(|start| word.starts_with(start)))
}

/// Whether a runbook has a reference of this kind, or one to this file.
fn named(context: &ChangeContext<'_>, path: &str, is_named: impl Fn(&ReferenceKind) -> bool) -> bool {
    let mut references = context.pairs.iter().flat_map(|pair| {
        let references = &pair.judged.runbook.runbook.references;
        references.iter().zip(&pair.judged.resolutions)
    });
    references.any(|(reference, resolution)| {
        is_named(&reference.kind) || (!path.is_empty() && resolution.target.as_deref() == Some(path))
    })
}

/// Whether the text of a runbook has a word, whatever it was taken for.
fn mentioned(context: &ChangeContext<'_>, word: &str) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    context.head.runbooks.iter().any(|runbook| {
        let text = &runbook.runbook.text;
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            !before.is_some_and(belongs) && !after.is_some_and(belongs)
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::change;
    use crate::audit::testing::{Fixture, make, makefile, tasks, tree};

    fn messages(before: &Fixture, now: &Fixture) -> Vec<String> {
        let findings = change(before, now).of("undocumented-change");
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_new_workflow_that_deploys_is_told() {
        let before = tree(&[]);
        let mut now = before.clone();
        now.define(tasks("workflow", ".github/workflows/deploy-fly.yml", &["ship"]), 2);
        assert_eq!(
            messages(&before, &now),
            ["this change adds the workflow `deploy-fly.yml`, and no runbook names it"]
        );
        let mut ordinary = before.clone();
        ordinary.define(tasks("workflow", ".github/workflows/lint.yml", &["lint"]), 2);
        assert!(messages(&before, &ordinary).is_empty());
        let named = now.says("Dispatch deploy-fly.yml.");
        assert!(messages(&before, &named).is_empty());
    }

    #[test]
    fn a_new_target_that_releases_is_told_unless_a_runbook_calls_it() {
        let before = tree(&[]).with(makefile("Makefile", &["build"]));
        let mut now = before.clone();
        now.define(makefile("Makefile", &["build", "release-web", "test"]), 2);
        assert_eq!(messages(&before, &now).len(), 1);
        let called = now.naming(make("release-web", ""));
        assert!(messages(&before, &called).is_empty());
    }
}
