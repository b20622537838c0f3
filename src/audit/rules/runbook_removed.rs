//! A change takes a runbook out of the handbook.

use crate::audit::rule::{Check, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Runbooks that a change removes. They are found where two trees are compared.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "runbook-removed",
        summary: "The change takes a runbook out of the handbook",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`, the runbooks are compared with those before the change. One whose file is gone is a note. It is a \
                 warning where the file was moved to where no glob of the settings takes it for a runbook, and an error where gates go with it \
                 that no other runbook declares.",
        matters: "What is no longer in the handbook is no longer judged. A runbook that goes because its check was red leaves the on-call \
                  engineer with nothing, and the gates that it declared pass for ever.",
        example: "A change that deletes `docs/runbooks/restore.md`.",
        fix: "Say in the change what takes its place; move its gates into another runbook, and where it was moved let `runbooks` in the \
              settings name its new place.",
    },
    check: Check::Elsewhere,
};

/// The finding about a runbook that is gone. `to` is where its file stands now, `gates` are those that went with it.
pub(crate) fn finding(path: &str, title: Option<&str>, to: Option<&str>, gates: &[&str]) -> Finding {
    let title = title.map(|title| format!(" \"{title}\"")).unwrap_or_default();
    let what = match to {
        Some(to) => format!("this change moves the runbook{title} to `{to}`, where nothing takes it for a runbook"),
        None => format!("this change removes the runbook{title}"),
    };
    let with = match gates {
        [] => String::new(),
        [one] => format!(", and with it the gate `{one}`"),
        many => format!(", and with it the gates `{}`", many.join("`, `")),
    };
    let help = match (to, gates) {
        (_, [_, ..]) => {
            "declare the gates where the release is described now, or say why it no longer needs them and waive the finding"
        }
        (Some(_), []) => "let `runbooks` in the settings name it there",
        (None, []) => "say in the change what takes its place",
    };
    Finding {
        severity: match (to, gates) {
            (_, [_, ..]) => Severity::Error,
            (Some(_), []) => Severity::Warning,
            (None, []) => Severity::Info,
        },
        message: format!("{what}{with}"),
        help: Some(help.to_owned()),
        ..Finding::of(&RULE.text, path)
    }
}

#[cfg(test)]
mod tests {
    use super::finding;
    use crate::model::finding::Severity;

    #[test]
    fn what_goes_with_a_runbook_decides_how_loud_it_is_told() {
        let gone = finding("docs/a.md", Some("Restore"), None, &[]);
        assert_eq!(gone.message, "this change removes the runbook \"Restore\"");
        assert_eq!(gone.severity, Severity::Info);
        let moved = finding("docs/a.md", Some("Restore"), Some("old/a.md"), &[]);
        assert_eq!(moved.severity, Severity::Warning);
        let gates = finding("docs/a.md", Some("Release"), None, &["Coverage", "Smoke"]);
        assert_eq!(
            gates.message,
            "this change removes the runbook \"Release\", and with it the gates `Coverage`, `Smoke`"
        );
        assert_eq!(gates.severity, Severity::Error);
    }
}
