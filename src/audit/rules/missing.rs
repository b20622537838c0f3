//! What the rules about missing names share: one finding for each reference that is broken, with the nearest name.

use std::collections::BTreeSet;

use crate::audit::fate::{self, Fate};
use crate::audit::rule::Context;
use crate::model::finding::{Confidence, Edit, Finding, Fix, Related, RuleText, Safety, Severity};
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution, Status};

/// Reports every broken reference of a kind. `noun` is what stands in the file that a reader is sent to, such as `recipes`; `sure`
/// tells severity and confidence of one.
pub(super) fn report(
    context: &Context<'_>,
    rule: &RuleText,
    is_of_kind: fn(Kind) -> bool,
    noun: &str,
    sure: fn(&Reference, &Named, &Resolution) -> (Severity, Confidence),
    findings: &mut Vec<Finding>,
) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if !is_of_kind(named.kind) {
            continue;
        }
        let (severity, confidence) = sure(reference, named, resolution);
        let severity = severity.min(severity_of(context, resolution));
        // The runner in front of a task is no part of what is wrong.
        findings.push(Finding {
            severity,
            confidence,
            related: related(resolution, noun),
            ..missing(context, rule, reference, resolution, &named.name)
        });
    }
}

/// A finding about a name that is not there, with the nearest one.
pub(super) fn missing(
    context: &Context<'_>,
    rule: &RuleText,
    reference: &Reference,
    resolution: &Resolution,
    wrong: &str,
) -> Finding {
    let right = resolution.suggestion.as_deref();
    Finding {
        message: resolution.reason.to_string(),
        help: right
            .map(|right| format!("there is `{right}`"))
            .or_else(|| known_names(context, reference, resolution, wrong)),
        suggestion: right.map(|right| replaced(&reference.text, wrong, right)),
        fix: right.and_then(|right| renaming(context, reference, wrong, right)),
        ..context.about(rule, reference)
    }
}

/// What the file defines instead, those that begin alike first: "`package.json` has `test:e2e`, `test:load` and 4 more".
pub(super) fn known_names(context: &Context<'_>, reference: &Reference, resolution: &Resolution, wrong: &str) -> Option<String> {
    const SHOWN: usize = 5;
    let (kind, _) = fate::defined_as(&reference.kind)?;
    let path = resolution.target.as_ref()?;
    let source = &context.edition.source;
    let file = source.definitions.get(path).or_else(|| source.code.files.get(path))?;
    let begins = |name: &str| {
        let word = |name: &str| {
            name.trim_start_matches('-')
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default()
                .to_lowercase()
        };
        word(name) == word(wrong)
    };
    let mut names: Vec<&str> = file.of_kind(kind).map(|definition| definition.name.as_str()).collect();
    names.retain(|name| !name.is_empty() && !name.starts_with('.') && !name.contains(['%', '*', '$', '`']));
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names.sort_by_key(|name| !begins(name));
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let listed = match (shown.as_slice(), names.len().saturating_sub(SHOWN)) {
        ([], _) => return None,
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (all, more) => format!("{} and {more} more", all.join(", ")),
    };
    Some(format!("`{path}` has {listed}"))
}

/// How bad a missing name is: a file that never was may be one of another place, however much the text is about this one.
pub(super) fn severity_of(context: &Context<'_>, resolution: &Resolution) -> Severity {
    let is_fileless = matches!(resolution.reason, Reason::NoFileInTree(_));
    if is_fileless && matches!(fate::of(context.past, resolution), Fate::Never) {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// The file where such names are defined.
pub(super) fn related(resolution: &Resolution, noun: &str) -> Vec<Related> {
    let file = resolution.target.iter();
    file.map(|path| Related {
        path: path.clone(),
        place: None,
        message: format!("the {noun} are defined here"),
    })
    .collect()
}

/// Every broken reference of a kind is an error without doubt.
pub(super) fn always(_: &Reference, _: &Named, _: &Resolution) -> (Severity, Confidence) {
    (Severity::Error, Confidence::High)
}

/// The words with the last occurrence of a name replaced: in `npm run run-tests` the script is the second `run`.
fn replaced(words: &str, wrong: &str, right: &str) -> String {
    match words.rfind(wrong) {
        Some(at) => format!("{}{right}{}", &words[..at], &words[at + wrong.len()..]),
        None => right.to_owned(),
    }
}

/// How to write the right name by machine. Somebody should look: the nearest name is only likely to be the one that was meant.
pub(super) fn renaming(context: &Context<'_>, reference: &Reference, wrong: &str, right: &str) -> Option<Fix> {
    let runbook = &context.runbook.runbook;
    let words = reference.span.of(&runbook.text);
    let at = reference.span.start as usize + words.rfind(wrong)?;
    let span = Span::new(at, at + wrong.len());
    Some(Fix {
        safety: Safety::Unsafe,
        message: format!("write `{right}`"),
        edits: vec![Edit {
            path: context.runbook.path.clone(),
            span,
            place: runbook.place(span),
            replacement: right.to_owned(),
        }],
    })
}

/// Sure next to a workflow, likely in a sentence about workflows.
pub(super) fn workflow_sure(_: &Reference, named: &Named, _: &Resolution) -> (Severity, Confidence) {
    if named.within.is_empty() {
        (Severity::Warning, Confidence::Medium)
    } else {
        (Severity::Error, Confidence::High)
    }
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::kind::Kind;
    use crate::tools::runner::JUST;

    #[test]
    fn the_last_occurrence_of_a_name_is_replaced() {
        assert_eq!(replaced("npm run run", "run", "start"), "npm run start");
    }

    #[test]
    fn the_fix_writes_the_nearest_name_in_place_of_the_wrong_one() {
        let mut reference = named(Kind::Task(JUST), "biuld", &[], "");
        "just biuld".clone_into(&mut reference.text);
        let fixture = tree(&[])
            .with(tasks("just", "justfile", &["build"]))
            .says("Now run `just biuld`.\n")
            .naming(reference);
        let judged = fixture.judged();
        let found = judged.findings.iter().find_map(|finding| finding.fix.as_ref());
        let fix = found.expect("the nearest name is known");
        assert_eq!(fix.edits[0].span.of(&fixture.runbook.text), "biuld");
        assert_eq!(fix.edits[0].replacement, "build");
        assert_eq!((fix.edits[0].place.line, fix.edits[0].place.column), (1, 15));
    }
}
