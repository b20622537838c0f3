//! A script that a runbook runs directly may not be run.

use std::collections::BTreeSet;

use crate::audit::resolve;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Status};
use crate::model::tree::EntryKind;

/// Scripts without the bit.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "script-not-executable",
        summary: "A script that the runbook runs directly is not marked as executable",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "A command that begins with the path of a tracked file (`./deploy.sh`) needs the executable bit in git. `bash deploy.sh` does \
                 not, and neither does a script that the runbook makes executable with `chmod` first.",
        matters: "The step fails with `Permission denied` on every fresh clone, though not on the machine of its author.",
        example: "`./scripts/deploy.sh`, while git has the file with mode 100644.",
        fix: "Run `git update-index --chmod=+x scripts/deploy.sh` and commit, or write `bash scripts/deploy.sh`.",
    },
    check: Check::Current(check),
};

/// Endings of files that a shell may run.
const SCRIPTS: &[&str] = &[".sh", ".bash", ".zsh", ".py", ".rb", ".pl", ".js", ".mjs"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let text = context.runbook.runbook.text.as_ref();
    let mut seen = BTreeSet::new();
    for (reference, resolution) in context.references_with(Status::Resolved) {
        let (ReferenceKind::Path { path, .. }, Some(target)) = (&reference.kind, &resolution.target) else {
            continue;
        };
        let is_script = SCRIPTS.iter().any(|ending| path.ends_with(ending));
        let entry = context.edition.source.listing.entry(target);
        let is_plain = entry.is_some_and(|entry| entry.kind == EntryKind::File);
        if !is_script || !is_plain || !is_run(text, reference, path) || makes_executable(text, path) || !seen.insert(target) {
            continue;
        }
        findings.push(Finding {
            message: format!("`{target}` is run directly, and git does not mark it as executable"),
            help: Some(format!("run `git update-index --chmod=+x {target}` and commit")),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// Whether a path is the command itself and no operand of another one.
fn is_run(text: &str, reference: &Reference, path: &str) -> bool {
    let start = reference.span.start as usize;
    if reference.context != ReferenceContext::Command || !resolve::file_words(path).contains('/') {
        return false;
    }
    let Some(before) = text.get(..start) else { return false };
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .trim_start_matches(['>', ' ', '\t']);
    let last = line.split_whitespace().next_back().unwrap_or_default();
    let is_assignment = is_assignment(last) && {
        // `k6 run -e URL=x script.js` gives the variable to a program that reads the script.
        // ``X=`python3 script.py` `` runs an interpreter.
        let command = line.rsplit(['&', ';', '|', '(', '`']).next().unwrap_or(line);
        let mut words = command.split_whitespace();
        words.all(|word| is_assignment(word) || matches!(word, "$" | "#" | "%" | "sudo" | "time" | "env" | "exec"))
    };
    // The line goes on from the one above: its first word is an operand.
    let above = before[..before.len() - before.rsplit('\n').next().unwrap_or_default().len()].trim_end_matches(['\n', '\r']);
    if last.is_empty() && above.trim_end().ends_with('\\') {
        return false;
    }
    is_assignment
        || last.ends_with([';', '(', '`'])
        || matches!(last, "" | "$" | "#" | "%" | "&&" | "||" | "|" | "sudo" | "time" | "exec")
}

/// Whether a word gives a variable a value for the command behind it.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

/// Whether the runbook gives the bit itself.
fn makes_executable(text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    text.lines()
        .any(|line| line.contains("chmod") && (line.contains(name) || line.contains('*')))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, in_command, tree};
    use crate::model::tree::EntryKind;

    fn running(command: &str) -> Fixture {
        tree(&["scripts/x.sh", "docs/x.md"])
            .says(&format!("{command}\n"))
            .naming(in_command("scripts/x.sh", ""))
    }

    #[test]
    fn a_script_that_is_run_directly_needs_the_bit() {
        for command in [
            "scripts/x.sh --all",
            "$ sudo scripts/x.sh",
            "A=1 scripts/x.sh",
            "make build && scripts/x.sh",
            "X=`scripts/x.sh --all`",
            "X=$(scripts/x.sh --all)",
            "echo `scripts/x.sh --all`",
        ] {
            assert_eq!(
                running(command).findings("script-not-executable"),
                [
                    "error docs/runbook.md:1 `scripts/x.sh`: `scripts/x.sh` is run directly, and git does not mark it as executable"
                ],
                "{command}"
            );
        }
    }

    #[test]
    fn a_script_that_another_program_reads_does_not() {
        for command in [
            "bash scripts/x.sh",
            "source scripts/x.sh",
            "k6 run -e URL=http://x scripts/x.sh",
            "cat scripts/x.sh",
            "chmod +x scripts/x.sh",
            "vim -p docs/x.md scripts/x.sh",
            "X=`python3 scripts/x.sh --all`",
            "X=$(python3 scripts/x.sh --all)",
            "echo `cat scripts/x.sh`",
            "X=`A=1 bash scripts/x.sh`",
        ] {
            assert!(running(command).findings("script-not-executable").is_empty(), "{command}");
        }
    }

    #[test]
    fn a_script_with_the_bit_is_fine() {
        let fixture = tree(&[])
            .with_entry("scripts/x.sh", EntryKind::Executable)
            .naming(in_command("scripts/x.sh", ""));
        assert!(fixture.findings("script-not-executable").is_empty());
    }
}
