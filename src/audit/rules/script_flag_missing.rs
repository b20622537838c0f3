//! A runbook gives a script an option that the script does not have.

use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::known_names;
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reference::{Reference, ReferenceKind, Status};

/// Options that scripts do not have.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "script-flag-missing",
        summary: "The runbook gives a script an option that it does not have",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Options of scripts and programs of the repository are looked up in their code: branches of `case` and `getopts` in shell scripts, \
                 argparse, click and typer in Python, commander, yargs and `parseArgs` in JavaScript, clap in Rust, flags of Go.\n\n\
                 A script that hands its arguments on, reads further code or computes its options makes them unverifiable. In a shell \
                 script whose `case` refuses what it does not know, the option is certainly wrong.",
        matters: "The step stops with a message about usage, or runs without the option that made it safe, such as a dry run.",
        example: "`./scripts/restore.sh --dryrun`, while the script knows `--dry-run`.",
        fix: "Write the option as the script has it today. The finding offers the nearest one.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind != Kind::ScriptFlag {
            continue;
        }
        if is_of_unknown_command(context, reference) {
            continue;
        }
        let file = resolution
            .target
            .as_ref()
            .and_then(|path| context.edition.source.code.files.get(path));
        // The branches of a shell script are all that there is.
        let is_exact = file.is_some_and(|file| file.format == format::SHELL && file.of_kind(Kind::ScriptFlag).next().is_some());
        let owner = named.within.first().map_or("", String::as_str);
        let missing = context.missing(
            &RULE.text,
            reference,
            resolution,
            format!("`{owner}` has no option `{}`", named.name),
        );
        let help = missing.help.clone();
        findings.push(Finding {
            help: help.or_else(|| known_names(context, reference, resolution, &named.name)),
            severity: if is_exact { Severity::Error } else { RULE.text.severity },
            confidence: if is_exact { Confidence::High } else { RULE.text.confidence },
            related: file
                .iter()
                .map(|file| Related {
                    path: file.path.clone(),
                    place: None,
                    message: "the options are defined here".to_owned(),
                })
                .collect(),
            ..missing
        });
    }
}

/// Whether the command that an option is given to is not there itself, which another rule says.
fn is_of_unknown_command(context: &Context<'_>, reference: &Reference) -> bool {
    let runbook = &context.runbook.runbook;
    let line = runbook.place(reference.span).line;
    context.references_with(Status::Broken).any(|(other, _)| {
        let is_command = matches!(&other.kind, ReferenceKind::Named(named) if named.kind == Kind::CliCommand);
        is_command && other.span.start <= reference.span.start && runbook.place(other.span).line == line
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code, tree};
    use crate::model::kind::Kind;

    #[test]
    fn an_option_that_is_gone_is_reported() {
        let fixture = tree(&[])
            .with_code(code("shell", "scripts/x.sh", Kind::ScriptFlag, &["--dry-run"]))
            .with_code(code("python", "x.py", Kind::ScriptFlag, &["--limit"]))
            .naming(called(Kind::ScriptFlag, "--dryrun", &["scripts/x.sh"]))
            .naming(called(Kind::ScriptFlag, "--all", &["x.py"]));
        assert_eq!(
            fixture.findings("script-flag-missing"),
            [
                "error docs/runbook.md:1 `--dryrun`: `scripts/x.sh` has no option `--dryrun` -> --dry-run",
                "warning docs/runbook.md:2 `--all`: `x.py` has no option `--all`"
            ]
        );
    }

    #[test]
    fn options_that_are_there_and_scripts_of_others_are_fine() {
        let fixture = tree(&[])
            .with_code(code("shell", "x.sh", Kind::ScriptFlag, &["--dry-run"]))
            .naming(called(Kind::ScriptFlag, "--dry-run", &["x.sh"]))
            .naming(called(Kind::ScriptFlag, "--gone", &["other-tool"]))
            .naming(called(Kind::ScriptFlag, "--gone2", &["not/here.sh"]));
        assert!(fixture.findings("script-flag-missing").is_empty());
    }
}
