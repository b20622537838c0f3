//! A command of a runbook reads what git ignores.

use std::collections::BTreeSet;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reason::Reason;
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

/// Commands that need files which no clone has.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "path-untracked-output",
        summary: "Commands of the runbook need files that git ignores",
        severity: Severity::Info,
        confidence: Confidence::Medium,
        checks: "Paths of commands that `.gitignore` covers: outputs of earlier steps, local settings, virtual environments. They are not \
                 judged; one notice per runbook names them. What a step of the runbook writes itself is not named.",
        matters: "The step works where the file was made before, and not in a fresh clone.",
        example: "`psql -f var/dump.sql`, while `/var` stands in `.gitignore` and no step makes the file.",
        fix: "Add the step that makes the file, or say where it comes from. Nothing needs to be done where that is clear.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    let mut first = None;
    for (reference, resolution) in context.references_with(Status::Ignored) {
        let ReferenceKind::Path { path, .. } = &reference.kind else {
            continue;
        };
        let is_needed = reference.context == ReferenceContext::Command && resolution.reason == Reason::OutputIgnored;
        if is_needed && !is_environment(path) && paths.insert(path) {
            first.get_or_insert(reference.span);
        }
    }
    if paths.is_empty() {
        return;
    }
    let names: Vec<String> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
    let more = if paths.len() > names.len() { " and others" } else { "" };
    findings.push(Finding {
        message: format!("commands need {}{more}, which git ignores", names.join(", ")),
        help: Some("say where they come from, if the steps do not make them".to_owned()),
        ..context.finding(&RULE.text, first)
    });
}

/// Whether a path lies in what every setup makes: virtual environments, installed packages, local settings.
fn is_environment(path: &str) -> bool {
    path.split('/')
        .any(|part| part.starts_with(".env") || matches!(part, ".venv" | "venv" | "node_modules" | "target" | "dist" | "build"))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{in_command, inline, tree};

    #[test]
    fn commands_that_need_ignored_files_are_named_once() {
        let fixture = tree(&["x"])
            .ignoring("/var\n.venv\n")
            .naming(in_command("var/dump.sql", ""))
            .naming(in_command("var/other.sql", ""))
            .naming(in_command(".venv/bin/python", ""));
        assert_eq!(
            fixture.findings("path-untracked-output"),
            ["info docs/runbook.md:1: commands need `var/dump.sql`, `var/other.sql`, which git ignores"]
        );
    }

    #[test]
    fn words_of_sentences_are_not() {
        let fixture = tree(&["x"]).ignoring("/var\n").naming(inline("var/dump.sql"));
        assert!(fixture.findings("path-untracked-output").is_empty());
    }
}
