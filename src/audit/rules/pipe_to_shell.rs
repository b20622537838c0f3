//! A command that runs what it fetches.

use std::sync::LazyLock;

use regex::Regex;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// What is fetched is run.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "pipe-to-shell",
        summary: "A command runs what it fetches without anybody having seen it",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "Commands in which the output of `curl` or `wget` goes to a shell or an interpreter. Many installers are made to be called like \
                 that, so it is a mark and no error.",
        matters: "Whoever holds the address decides what runs on the machine, today and at the next release.",
        example: "curl https://example.org/install.sh | sudo sh",
        fix: "Fetch the file, compare its digest with one that stands in the runbook, then run it.",
    },
    check: Check::Always(check),
};

static PIPE: LazyLock<Regex> = LazyLock::new(|| {
    let shell = r"(?:sudo(?:\s+-\S+)*\s+)?(?:env\s+(?:\w+=\S*\s+)*)?(?:/\S*/)?(?:(?:ba|z|da|k|fi)?sh|python3?|perl|ruby|node)\b";
    Regex::new(&format!(
        r#"\b(?:curl|wget)\s[^|;&]*\|\s*{shell}|(?:(?:ba|z|da|k)?sh|source|\.|eval)\s+(?:-c\s+)?["']?(?:<\(|\$\()\s*(?:curl|wget)\s"#
    ))
    .expect("the pattern is well formed")
});

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let commands = runbook.code_blocks.iter().flat_map(|block| &block.commands);
    for command in commands.filter(|command| runs_what_it_fetches(&command.text)) {
        findings.push(Finding {
            message: "this command runs what it fetches without anybody having seen it".to_owned(),
            help: Some("fetch it, compare its digest, then run it".to_owned()),
            reference: Some(command.text.clone()),
            ..context.finding(&RULE.text, Some(command.span))
        });
    }
}

fn runs_what_it_fetches(command: &str) -> bool {
    PIPE.is_match(command)
}

#[cfg(test)]
mod tests {
    use super::runs_what_it_fetches;

    #[test]
    fn what_runs_the_fetched_is_found() {
        for command in [
            "curl https://example.org/x | sh",
            "curl -fsSL https://example.org/x.sh | sudo -E bash -s -- --yes",
            "wget -qO- https://example.org/x | /bin/bash",
            "bash <(curl -s https://example.org/x)",
            "sh -c \"$(curl -fsSL https://example.org/x)\"",
            "curl https://example.org/x | python3 -",
        ] {
            assert!(runs_what_it_fetches(command), "{command}");
        }
    }

    #[test]
    fn what_only_looks_at_it_is_not() {
        for command in [
            "curl https://example.org/x | jq .",
            "curl -o x.sh https://example.org/x && sha256sum -c x.sum && sh x.sh",
            "curl https://example.org/x | tee install.sh",
            "cat x | sh",
            "curl https://example.org/x | shasum -a 256",
            "VERSION=$(curl -s https://example.org/version)",
        ] {
            assert!(!runs_what_it_fetches(command), "{command}");
        }
    }
}
