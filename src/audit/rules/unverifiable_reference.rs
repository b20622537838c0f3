//! References that could not be looked up, counted.

use std::collections::BTreeMap;

use crate::audit::due::counted;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::reference::Status;

/// What is not known.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "unverifiable-reference",
        summary: "Some references of the runbook could not be looked up",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "Counts the references of a runbook for which it cannot be told whether they are there: the source is not available, a file \
                 that defines names cannot be read or computes them, the folder of a command is not known, or nothing looks up this kind \
                 of reference yet. `runproof refs` lists each with its reason.",
        matters: "A runbook without findings is not proven when half of what it names was never looked up. Quiet must not mean blind.",
        example: "`make deploy` in a repository whose Makefile includes a file that it computes.",
        fix: "Nothing is wrong with the runbook. Where it is worth it, write the name so that it can be looked up.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut kinds: BTreeMap<&str, i64> = BTreeMap::new();
    for (reference, _) in context.references_with(Status::Unverifiable) {
        *kinds.entry(reference.kind.word()).or_default() += 1;
    }
    let all: i64 = kinds.values().sum();
    if all == 0 {
        return;
    }
    // The most frequent kinds first.
    let mut kinds: Vec<(&str, i64)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, number)| (-number, *kind));
    let kinds: Vec<String> = kinds.iter().map(|(kind, number)| several(*number, kind)).collect();
    // What makes no claim about the repository counts nowhere else either.
    let claims = context
        .resolutions
        .iter()
        .filter(|resolution| resolution.status != Status::Ignored);
    let of = counted(i64::try_from(claims.count()).unwrap_or(i64::MAX), "reference");
    findings.push(Finding {
        message: format!("{all} of {of} could not be looked up: {}", kinds.join(", ")),
        help: Some("`runproof refs` lists each with its reason".to_owned()),
        ..context.finding(&RULE.text, None)
    });
}

/// So many of a kind, in words: `2 make targets`, `3 addresses`.
fn several(number: i64, kind: &str) -> String {
    let word = match kind {
        "url" => "address".to_owned(),
        kind => kind.replace('-', " "),
    };
    match (number, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ if word.ends_with('s') => format!("{number} {word}es"),
        _ => format!("{number} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::several;
    use crate::audit::testing::{inline, make, tree, workflow};

    #[test]
    fn unverifiable_references_are_counted_once_per_runbook() {
        let fixture = tree(&["src/x.py", "web/Makefile"])
            .naming(make("check", ""))
            .naming(make("test", ""))
            .naming(workflow("release.yml"))
            .naming(inline("src/x.py"));
        assert_eq!(
            fixture.findings("unverifiable-reference"),
            ["info docs/runbook.md:0: 3 of 4 references could not be looked up: 2 make targets, 1 workflow"]
        );
    }

    #[test]
    fn kinds_are_told_in_words() {
        let told = [(1, "url"), (3, "url"), (2, "env-var"), (2, "registry")].map(|(number, kind)| several(number, kind));
        assert_eq!(told, ["1 address", "3 addresses", "2 env vars", "2 registries"]);
    }

    #[test]
    fn nothing_is_said_when_everything_is_known() {
        assert!(
            tree(&["src/x.py"])
                .naming(inline("src/x.py"))
                .findings("unverifiable-reference")
                .is_empty()
        );
    }
}
