//! A line that a runbook cites is not there, or no longer holds what the text says stands there.

use crate::audit::freshness::counted;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::place::Place;
use crate::model::reference::{Reference, Status};

/// Lines on either side of the cited ones that count as the same place.
const NEAR: usize = 3;
/// The longest words between a name and the place that is cited for it.
const BETWEEN: usize = 14;

/// Cited lines that moved on.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "cited-line-stale",
        summary: "A cited line is not in the file, or no longer holds the name beside it",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Places such as `src/db.py:42`, `src/db.py#L10-L20` and links to lines are compared with the file as it is. A line behind the \
                 end of the file is reported. Where a name in code stands right beside the place, as in `` `restore()` (`src/db.py:42`) ``, \
                 and the file holds that name on other lines only, the citation is out of date. A name that the file does not hold at all \
                 may be anything and is not judged.",
        matters: "Line numbers move with every edit above them. The reader ends up in other code and has to find out that it is other code.",
        example: "`src/db.py:900`, while the file has 320 lines.",
        fix: "Write the line of today, or name the function and leave the number out.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Resolved) {
        let (Some((first, last)), Some(path)) = (reference.cited_lines(), &resolution.target) else {
            continue;
        };
        let Some(text) = context.edition.source.cited.get(path) else {
            continue;
        };
        let lines: Vec<&str> = text.lines().collect();
        let (first, last) = (first as usize, last as usize);
        if last > lines.len() {
            findings.push(Finding {
                message: format!(
                    "the text cites line {last} of `{path}`, which has {}",
                    counted(i64::try_from(lines.len()).unwrap_or(i64::MAX), "line")
                ),
                help: Some("write the line of today, or name what stands there".to_owned()),
                ..context.about(&RULE.text, reference)
            });
            continue;
        }
        let Some(name) = name_beside(&context.runbook.runbook.text, reference) else {
            continue;
        };
        let holding: Vec<usize> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| holds(line, name))
            .map(|(at, _)| at + 1)
            .collect();
        let is_near = |line: &usize| *line + NEAR >= first && *line <= last + NEAR;
        let Some(nearest) = holding.iter().min_by_key(|line| line.abs_diff(first)) else {
            continue;
        };
        if !holding.iter().any(is_near) {
            findings.push(Finding {
                message: format!("line {first} of `{path}` no longer holds `{name}`"),
                help: Some(format!("`{name}` stands on line {nearest}")),
                related: vec![Related {
                    path: path.clone(),
                    place: Some(Place::of_line(*nearest as u32)),
                    message: format!("`{name}` stands here"),
                }],
                ..context.about(&RULE.text, reference)
            });
        }
    }
}

/// The name in code that the text says stands at a cited place: right in front of it, or right behind it in brackets.
fn name_beside<'text>(text: &'text str, reference: &Reference) -> Option<&'text str> {
    let before = text.get(..reference.span.start as usize)?;
    let line = before.rsplit('\n').next()?;
    let mut pieces = line.rsplit('`');
    // The code that holds the place itself, what stands between, the name.
    let (_, between, name) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let words = between.trim().trim_matches(['(', '[', '*', ':', '-', ' ']).trim();
    let is_joined = between.len() <= BETWEEN && matches!(words, "" | "in" | "at" | "lives in" | "see" | "is in" | "defined in");
    plain_name(name).filter(|_| is_joined)
}

/// A word that only code has: a call, or a name of several parts. Without brackets, and without what it belongs to.
fn plain_name(words: &str) -> Option<&str> {
    let is_call = words.ends_with("()");
    let name = words.trim_end_matches("()");
    let name = name.rsplit(['.', ':']).next().unwrap_or(name);
    let is_name = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let has_parts = name.contains('_')
        || name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) && name.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_name && (is_call || has_parts)).then_some(name)
}

fn holds(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::audit::testing::{inline, tree};

    fn findings(text: &str, cited: &str, file: &str) -> Vec<String> {
        let mut reference = inline(cited.split(':').next().unwrap_or(cited));
        cited.clone_into(&mut reference.text);
        let mut fixture = tree(&["src/db.py"]).says(text).naming(reference);
        fixture.source.cited.insert("src/db.py".to_owned(), Arc::from(file));
        fixture.findings("cited-line-stale")
    }

    #[test]
    fn a_line_behind_the_end_is_told() {
        assert_eq!(
            findings("See `src/db.py:9` now.\n", "src/db.py:9", "a\nb\nc\n"),
            ["warning docs/runbook.md:1 `src/db.py:9`: the text cites line 9 of `src/db.py`, which has 3 lines"]
        );
        assert!(findings("See `src/db.py:3` now.\n", "src/db.py:3", "a\nb\nc\n").is_empty());
    }

    #[test]
    fn a_name_that_stands_elsewhere_in_the_file_is_told() {
        let file = format!("import x\n{}def restore_all():\n    pass\n", "\n".repeat(20));
        assert_eq!(
            findings("`restore_all()` (`src/db.py:2`) does it.\n", "src/db.py:2", &file),
            ["warning docs/runbook.md:1 `src/db.py:2`: line 2 of `src/db.py` no longer holds `restore_all`"]
        );
        for text in [
            "`restore_all()` (`src/db.py:21`) does it.\n",
            "`restore_some()` (`src/db.py:2`) does it.\n",
            "`restore_all()` is called before the set-up in `src/db.py:2`.\n",
            "`import` (`src/db.py:2`)\n",
        ] {
            let cited = if text.contains(":21") { "src/db.py:21" } else { "src/db.py:2" };
            assert!(findings(text, cited, &file).is_empty(), "{text}");
        }
    }
}
