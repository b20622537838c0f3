//! A line that a runbook cites is not there, or no longer holds what the text says stands there.

use crate::audit::due::counted;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::place::Place;
use crate::model::reference::{Reference, ReferenceKind, Status};
use crate::tools::folder;

/// Lines on either side of the cited ones that count as the same place.
const NEAR: usize = 3;
/// The longest words between a name and the place that is cited for it.
const BETWEEN: usize = 14;

/// Words that begin something of a name that has a body.
const HEADS: [&str; 12] = [
    "class", "def", "enum", "fn", "func", "function", "impl", "interface", "module", "namespace", "struct", "trait",
];

/// Cited lines that moved on.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "cited-line-stale",
        summary: "A cited line is not in the file, or no longer holds the name beside it",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Places such as `src/db.py:42`, `src/db.py#L10-L20` links to lines, and words such as \"`src/db.py` lines 10-20\" or \"(l.42)\" are compared with the file as it is. A line behind the \
                 end of the file is reported. Where a name in code stands right beside the place, as in `` `restore()` (`src/db.py:42`) ``, \
                 and the file holds that name on other lines only, the citation is out of date. A name that the file does not hold at all \
                 may be anything and is not judged. Without a name, a line that held something else when the runbook was last edited is out of \
                 date where what it held stands in one other place now.",
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
        let text = &context.runbook.runbook.text;
        let names = match &reference.kind {
            ReferenceKind::Named(named) if named.kind == Kind::CitedLine => names_around(text, reference, path),
            _ => name_beside(text, reference).into_iter().collect(),
        };
        let is_near = |line: &usize| *line + NEAR >= first && *line <= last + NEAR;
        let held: Vec<(&str, Vec<usize>)> = names.into_iter().map(|name| (name, holding(&lines, name))).collect();
        // Lines behind the head of a class or a function may be those of its body.
        let is_around = |name: &str, at: usize| {
            at < first && lines.get(at - 1).is_some_and(|line| is_head(line, name)) && !ends_between(&lines, at, first)
        };
        let is_held = |(name, lines): &(&str, Vec<usize>)| lines.iter().any(|line| is_near(line) || is_around(name, *line));
        if held.iter().any(is_held) {
            continue;
        }
        let found = held
            .iter()
            .find_map(|(name, lines)| Some((*name, lines.iter().min_by_key(|line| line.abs_diff(first))?)));
        let place = (context.runbook.path.clone(), reference.span.start);
        if let (None, Some(to)) = (&found, context.past.moved_lines.get(&place)) {
            findings.push(Finding {
                message: format!("what stood on line {first} of `{path}` when the text was written stands on line {to} now"),
                help: Some("write the line of today, or name what stands there".to_owned()),
                related: vec![Related {
                    path: path.clone(),
                    place: Some(Place::of_line(*to)),
                    message: "it stands here".to_owned(),
                }],
                ..context.about(&RULE.text, reference)
            });
        }
        if let Some((name, nearest)) = found {
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

/// Whether a line begins something of a name that has a body: `export class NAME {`, `def NAME(`.
fn is_head(line: &str, name: &str) -> bool {
    let before = line.split(name).next().unwrap_or_default();
    before
        .split(|char: char| !char.is_alphanumeric())
        .any(|word| HEADS.contains(&word))
}

/// Whether what begins on a line ends before another: a line as little indented between them, or the other one itself, begins something
/// else of the same kind.
fn ends_between(lines: &[&str], head: usize, cited: usize) -> bool {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let Some(depth) = lines.get(head - 1).map(|line| indentation(line)) else {
        return false;
    };
    let between = lines.get(head..cited.min(lines.len())).unwrap_or_default();
    between.iter().any(|line| {
        let words: Vec<&str> = line
            .split(|char: char| !char.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let is_other = words.len() > 1 && words.iter().take(words.len() - 1).any(|word| HEADS.contains(word));
        !line.trim().is_empty() && indentation(line) <= depth && is_other
    })
}

/// The lines of a file that hold a name, from 1.
fn holding(lines: &[&str], name: &str) -> Vec<usize> {
    let numbered = lines.iter().enumerate();
    numbered.filter(|(_, line)| holds(line, name)).map(|(at, _)| at + 1).collect()
}

/// The code that a sentence says stands on lines that it cites in words: in front of them with at most a few words and the file between,
/// or right behind, as in "line 86 sets `x`".
fn names_around<'text>(text: &'text str, reference: &Reference, path: &str) -> Vec<&'text str> {
    let (start, end) = (reference.span.start as usize, reference.span.end as usize);
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut names = Vec::new();
    // The pieces outside and inside of code take turns, from the end.
    let mut pieces = line.rsplit('`');
    let mut between = vec![pieces.next().unwrap_or_default()];
    for _ in 0..3 {
        let (Some(code), Some(outside)) = (pieces.next(), pieces.next()) else {
            break;
        };
        let is_file =
            code.contains('.') && (path.ends_with(code.trim_start_matches("../")) || code.ends_with(folder::split(path).1));
        if !is_file {
            if is_joined(&between, path) {
                names.extend(code_name(code));
            }
            // "`a` or `b` (line 3)" says it of both.
            if !matches!(outside.trim(), "or" | "and" | "," | "/") {
                break;
            }
            continue;
        }
        between.push(outside);
    }
    let behind = text.get(end..).unwrap_or_default().split('\n').next().unwrap_or_default();
    // "`a`, `b` and `c` (lines 3, 7 and 9)": which of them stands on which line is for the reader to see.
    let is_list = [", ", " and ", " & ", "/"].iter().any(|joint| {
        let next = behind.strip_prefix(joint);
        next.is_some_and(|next| next.starts_with(|char: char| char.is_ascii_digit()))
    });
    if is_list {
        return Vec::new();
    }
    if let Some((words, rest)) = behind.split_once('`')
        && words.split_whitespace().count() <= 1
        && !words.contains(['.', ';', ')', ','])
        && let Some((code, _)) = rest.split_once('`')
    {
        names.extend(code_name(code));
    }
    names
}

/// Words by which a line is a place to look from, not the place where something stands: "add `x` (after line 12)".
const BESIDE: [&str; 6] = ["above", "after", "before", "behind", "below", "following"];

/// Whether the words between a name and the lines that are cited for it only join them: no sentence ends in them, none says that the lines
/// are beside it, and apart from the file they are few.
fn is_joined(between: &[&str], path: &str) -> bool {
    let name = folder::split(path).1;
    let words = between.iter().flat_map(|words| words.split_whitespace()).filter(|word| {
        let word = word.trim_matches(['(', ')', '[', ']', ',', ':', '*', '-', '–', '—']);
        !word.is_empty() && !word.ends_with(name)
    });
    let words: Vec<&str> = words.collect();
    let is_beside = words
        .iter()
        .any(|word| BESIDE.contains(&word.trim_matches(['(', '[', ',']).to_ascii_lowercase().as_str()));
    let is_ended = between.iter().any(|words| words.contains(". ") || words.contains(['|', ';']));
    !is_ended && !is_beside && words.len() <= 4
}

/// Code of a sentence as it would stand in the file: up to what is to be filled in or is a comparison of the author.
fn code_name(code: &str) -> Option<&str> {
    let end = ["${", "<", "{{", " ==", " =", "…", "..."]
        .iter()
        .filter_map(|mark| code.find(mark))
        .min();
    let name = code[..end.unwrap_or(code.len())]
        .trim()
        .trim_end_matches("()")
        .trim_matches(['"', '\'']);
    let is_own = |char: char| matches!(char, '_' | '-' | '.' | ':' | '(' | '$' | '/' | '=');
    let has_parts = name.contains(is_own)
        || name.chars().skip(1).any(|char| char.is_ascii_uppercase()) && name.chars().any(|char| char.is_ascii_lowercase());
    (name.len() >= 6 && has_parts && !name.starts_with('-')).then_some(name)
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

/// Whether a name stands in a line, and not as a part of a longer one where it begins or ends with a letter.
fn holds(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let begins = !name.starts_with(is_part) || !line[..at].ends_with(is_part);
        begins && (!name.ends_with(is_part) || !line[at + name.len()..].starts_with(is_part))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::audit::testing::{inline, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::{ReferenceContext, ReferenceKind};

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

    fn in_words(text: &str, words: &str, file: &str) -> Vec<String> {
        let lines: String = words.chars().filter(|char| char.is_ascii_digit() || *char == '-').collect();
        let mut reference = named_in(ReferenceContext::Prose, words, Kind::CitedLine, &lines);
        if let ReferenceKind::Named(named) = &mut reference.kind {
            named.within = vec!["src/db.py".to_owned()];
        }
        let mut fixture = tree(&["src/db.py"]).says(text).naming(reference);
        fixture.source.cited.insert("src/db.py".to_owned(), Arc::from(file));
        fixture.findings("cited-line-stale")
    }

    #[test]
    fn lines_in_words_are_held_against_the_code_beside_them() {
        let file = format!(
            "import x\n{}def restore_all(): pass\nkey = 'app-stack-one'\n",
            "\n".repeat(20)
        );
        assert_eq!(
            in_words("From `restore_all()` (db.py lines 2-5).\n", "lines 2-5", &file),
            ["warning docs/runbook.md:1 `lines 2-5`: line 2 of `src/db.py` no longer holds `restore_all`"]
        );
        for text in [
            "The stack `app-stack-${env}` (defined `src/db.py` line 2) is it.\n",
            "In `src/db.py` line 2 sets `restore_all`.\n",
            "`app-stack-one` or `gone_one` handler (src/db.py line 2)\n",
        ] {
            assert_eq!(in_words(text, "line 2", &file).len(), 1, "{text}");
        }
        assert_eq!(in_words("See `src/db.py` line 99.\n", "line 99", &file).len(), 1);
        for text in [
            "`restore_none()` (src/db.py line 2)\n",
            "`restore_all` is what the third step of the list calls, see `src/db.py` line 2\n",
            "Call `restore_all`. It is near `src/db.py` line 2\n",
            "`import` (src/db.py line 2)\n",
            "Add `restore_all` to src/db.py (after line 2).\n",
            "`x` and `restore_all` are in src/db.py (line 2, 21).\n",
        ] {
            assert!(in_words(text, "line 2", &file).is_empty(), "{text}");
        }
        assert!(in_words("`restore_all` (src/db.py line 21)\n", "line 21", &file).is_empty());
        let class = format!("class RestoreAll:\n{}", "    pass\n".repeat(30));
        assert!(
            in_words("`RestoreAll` (src/db.py line 20)\n", "line 20", &class).is_empty(),
            "it stands in the body"
        );
    }
}
