//! A runbook calls a command that a program of the repository does not have.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Status};

/// Commands that programs do not have.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "cli-command-missing",
        summary: "The runbook calls a command that the program of the repository does not have",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Only programs that the repository itself defines are judged: scripts of `pyproject.toml` and `setup.cfg`, binaries of Cargo and \
                 of `package.json`, `cmd/` folders of Go, and modules that are run with `python -m` or loaded by a server such as uvicorn, gunicorn, celery or flask. Their commands are the literals that \
                 argparse, click, typer, clap, cobra and commander are given anywhere in the package.\n\n\
                 Commands that are registered by computation make the rest unverifiable; a program without known commands is not judged.",
        matters: "The step stops with a message about usage, and the reader has to guess which command took its place.",
        example: "`ops-cli backups list`, while the command is called `backup`.",
        fix: "Write the command as the program has it today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if !matches!(named.kind, Kind::CliCommand | Kind::PythonModule) {
            continue;
        }
        let wrong = match named.within.first() {
            Some(_) => named.name.split(' ').next().unwrap_or_default(),
            None => named.name.as_str(),
        };
        let suggestion = resolution.suggestion.as_ref();
        findings.push(Finding {
            message: resolution.reason.to_string(),
            help: suggestion.map(|suggestion| format!("there is `{suggestion}`")),
            suggestion: suggestion.and_then(|right| {
                let at = reference.text.rfind(wrong)?;
                Some(format!(
                    "{}{right}{}",
                    &reference.text[..at],
                    &reference.text[at + wrong.len()..]
                ))
            }),
            ..context.about(&RULE.text, reference)
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{code, named, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::Reference;

    fn called(text: &str, name: &str) -> Reference {
        Reference {
            text: text.to_owned(),
            ..named(Kind::CliCommand, name, &["ops"], "")
        }
    }

    #[test]
    fn a_command_that_is_gone_is_reported() {
        let fixture = tree(&[])
            .with_code(code("python", "ops/cli.py", Kind::CliCommand, &["backup", "restore"]))
            .with_program("ops", &["ops/cli.py"])
            .naming(called("ops backups list", "backups list"))
            .naming(called("ops restore x", "restore x"));
        assert_eq!(
            fixture.findings("cli-command-missing"),
            ["error docs/runbook.md:1 `ops backups list`: `ops` has no command `backups` -> ops backup list"]
        );
    }

    #[test]
    fn programs_of_others_are_not_judged() {
        let fixture = tree(&[]).naming(called("ops gone", "gone"));
        assert!(fixture.findings("cli-command-missing").is_empty());
    }
}
