//! How findings are mended by machine: which rule's suggestion may be written in place of the words, and the text that comes out.

use crate::model::edition::EditionRunbook;
use crate::model::finding::{Edit, Finding, Fix, Safety};

/// Rules whose suggestion cannot make the text say something else than its author meant.
const SAFE: &[&str] = &["mojibake"];

/// Rules whose suggestion is what the readers of code made of a program. It helps a person to look, but nothing but the reader vouches
/// for it, so it is never written.
const READ_FROM_CODE: &[&str] = &[
    "cli-command-missing", "endpoint-unserved", "env-var-unread", "script-flag-missing",
];

/// Gives a fix to every finding of a runbook that knows the words to write and stands exactly on those to replace. A fix that its rule
/// gave stays.
pub(crate) fn derive(runbook: &EditionRunbook, findings: &mut [Finding]) {
    let text = runbook.runbook.text.as_ref();
    let is_open = |finding: &&mut Finding| finding.fix.is_none() && !READ_FROM_CODE.contains(&finding.rule);
    for finding in findings.iter_mut().filter(is_open) {
        let (Some(suggestion), Some(span), Some(reference)) = (&finding.suggestion, finding.span, &finding.reference) else {
            continue;
        };
        // Words that are written with entities, or over several lines, are not replaced blindly.
        if span.of(text) != reference || suggestion == reference || suggestion.contains(['\n', '\r']) {
            continue;
        }
        finding.fix = Some(Fix {
            safety: if SAFE.contains(&finding.rule) {
                Safety::Safe
            } else {
                Safety::Unsafe
            },
            message: format!("write `{suggestion}`"),
            edits: vec![Edit {
                path: runbook.path.clone(),
                span,
                place: runbook.runbook.place(span),
                replacement: suggestion.clone(),
            }],
        });
    }
}

/// The text of a file with the fixes of its findings, and how many were made; none when there is nothing to do. Of fixes that meet, the
/// first one is made: the others are found again in the text that comes out.
pub(crate) fn fixed(path: &str, text: &str, findings: &[Finding], most: Safety) -> Option<(String, usize)> {
    let mut fixes: Vec<&Fix> = findings
        .iter()
        .filter(|finding| finding.suppression.is_none())
        .filter_map(|finding| finding.fix.as_ref())
        .filter(|fix| fix.safety <= most && is_sound(fix, path, text))
        .collect();
    fixes.sort_by_key(|fix| fix.edits.iter().map(|edit| edit.span).min());
    let mut taken: Vec<&Edit> = Vec::new();
    let mut made = 0;
    for fix in fixes {
        let is_free = |edit: &Edit| taken.iter().all(|other| !meets(edit, other));
        if fix.edits.iter().all(is_free) {
            taken.extend(&fix.edits);
            made += 1;
        }
    }
    if made == 0 {
        return None;
    }
    taken.sort_by_key(|edit| edit.span);
    let mut output = String::with_capacity(text.len());
    let mut at = 0;
    for edit in taken {
        output.push_str(&text[at..edit.span.start as usize]);
        output.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    output.push_str(&text[at..]);
    (output != text).then_some((output, made))
}

/// Whether two edits touch the same bytes or the same place.
fn meets(one: &Edit, other: &Edit) -> bool {
    one.span.start <= other.span.end && other.span.start <= one.span.end
}

/// Whether a fix changes this file only, at places that its text has, and none of its edits meet.
fn is_sound(fix: &Fix, path: &str, text: &str) -> bool {
    let fits = |edit: &Edit| edit.path == path && text.get(edit.span.start as usize..edit.span.end as usize).is_some();
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    !edits.is_empty() && fix.edits.iter().all(fits) && edits.windows(2).all(|pair| !meets(pair[0], pair[1]))
}

#[cfg(test)]
mod tests {
    use super::fixed;
    use crate::audit::testing::{called, code, link, tree};
    use crate::model::finding::{Finding, Safety};
    use crate::model::kind::Kind;

    fn findings(text: &str) -> Vec<Finding> {
        tree(&["docs/rollback.md"])
            .says(text)
            .naming(link("rolback.md"))
            .judged()
            .findings
    }

    #[test]
    fn a_suggestion_becomes_a_fix_where_it_stands_on_its_words() {
        let text = "Flows 1â€“5 are in [the plan](rolback.md).\n";
        let findings = findings(text);
        let (safe, made) = fixed("docs/runbook.md", text, &findings, Safety::Safe).expect("there is something to do");
        assert_eq!((safe.as_str(), made), ("Flows 1–5 are in [the plan](rolback.md).\n", 1));
        let (all, made) = fixed("docs/runbook.md", text, &findings, Safety::Unsafe).expect("there is something to do");
        assert_eq!((all.as_str(), made), ("Flows 1–5 are in [the plan](rollback.md).\n", 2));
        assert_eq!(fixed("docs/other.md", text, &findings, Safety::Unsafe), None);
    }

    #[test]
    fn names_that_only_a_reader_of_code_found_are_not_written() {
        let text = "Run `x.sh --dryrun`.\n";
        let findings = tree(&[])
            .with_code(code("shell", "x.sh", Kind::ScriptFlag, &["--dry-run"]))
            .says(text)
            .naming(called(Kind::ScriptFlag, "--dryrun", &["x.sh"]))
            .judged()
            .findings;
        let missing = findings
            .iter()
            .find(|finding| finding.rule == "script-flag-missing")
            .expect("it is found");
        assert_eq!(missing.suggestion.as_deref(), Some("--dry-run"));
        assert_eq!(fixed("docs/runbook.md", text, &findings, Safety::Unsafe), None);
    }

    #[test]
    fn accepted_findings_are_left_alone_and_so_are_edits_that_meet() {
        let text = "Flows 1â€“5 are in [the plan](rolback.md).\n";
        let mut twice = findings(text);
        twice.extend(findings(text));
        let made = fixed("docs/runbook.md", text, &twice, Safety::Unsafe).map(|(_, made)| made);
        assert_eq!(made, Some(2), "each is made once");
        for finding in &mut twice {
            finding.suppression = Some(crate::model::finding::Suppression {
                kind: crate::model::finding::SuppressionKind::Baseline,
                reason: String::new(),
                owner: None,
                until: None,
            });
        }
        assert_eq!(fixed("docs/runbook.md", text, &twice, Safety::Unsafe), None);
    }

    #[test]
    fn a_fix_that_does_not_fit_the_text_is_not_made() {
        let text = "Flows 1â€“5\n";
        let findings = findings(text);
        assert_eq!(fixed("docs/runbook.md", "short", &findings, Safety::Unsafe), None);
    }
}
