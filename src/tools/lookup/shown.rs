//! Files of which a runbook shows what the reader is to put into them.

use std::collections::HashSet;

use crate::model::runbook::{CodeBlock, CodeKind, Runbook};
use crate::tools::lookup::claim;

/// Marks that begin a comment, and marks that end one.
const BEGIN: &[&str] = &["#", "//", "--", "<!--", ";", "/*"];
const END: &[&str] = &["-->", "*/"];

/// Words with which the line over a block tells the reader to make the file that it shows.
const MAKING: &[&str] = &["add", "create", "place", "put", "save", "write"];

/// The files that the blocks of a runbook show, without `./`: those that a block names in a comment on its first line, and those that the
/// line over it names or tells the reader to make. A program, which other texts only quote, is one that the reader makes when a command
/// marks it as executable.
pub(crate) fn shown_files(runbook: &Runbook) -> HashSet<&str> {
    let mut files = HashSet::new();
    for block in &runbook.code_blocks {
        let is_program = block.text.lines().take(2).any(|line| line.starts_with("#!"));
        if !is_program && (block.kind != CodeKind::Text || block.language.is_empty()) {
            continue;
        }
        for path in [named_inside(block), named_above(runbook, block, is_program)]
            .into_iter()
            .flatten()
        {
            let path = path.trim_start_matches("./");
            if !is_program || is_marked(&runbook.text, path) {
                files.insert(path);
            }
        }
    }
    files
}

/// Whether a text marks a file as executable: `chmod +x scripts/x.sh`.
fn is_marked(text: &str, path: &str) -> bool {
    text.match_indices("chmod ").any(|(at, _)| {
        let line = text[at..].lines().next().unwrap_or_default();
        line.split_whitespace()
            .any(|word| word.trim_end_matches(['`', '.', ',', ';']).trim_start_matches("./") == path)
    })
}

/// The path that a comment on the first line is, behind the line that names the program.
fn named_inside(block: &CodeBlock) -> Option<&str> {
    let mut lines = block.text.lines().map(str::trim);
    let first = lines.by_ref().find(|line| !line.is_empty() && !line.starts_with("#!"))?;
    let comment = BEGIN.iter().find_map(|mark| first.strip_prefix(mark))?;
    let comment = END
        .iter()
        .find_map(|mark| comment.strip_suffix(mark))
        .unwrap_or(comment)
        .trim();
    let path = ["file:", "File:", "filename:", "Filename:", "path:"]
        .iter()
        .find_map(|label| comment.strip_prefix(label))
        .unwrap_or(comment)
        .trim();
    (is_path(path) && lines.next().is_some()).then_some(path)
}

/// The only path in code on the line over a block, when that line tells the reader to make it ("Create `config/prod.yaml`:"), or is its
/// title over a program ("**Script: `scripts/x.sh`**").
fn named_above<'text>(runbook: &'text Runbook, block: &CodeBlock, is_program: bool) -> Option<&'text str> {
    let before = runbook.text.get(..block.span.start as usize)?;
    let line = before.trim_end().rsplit('\n').next()?.trim();
    let words = line.trim_start_matches(|char: char| !char.is_alphabetic()).to_lowercase();
    let is_order = MAKING
        .iter()
        .any(|verb| words.strip_prefix(verb).is_some_and(|rest| rest.starts_with([' ', ':', '*'])));
    let mut codes = line.split('`').skip(1).step_by(2);
    let path = codes.next().filter(|_| codes.next().is_none())?;
    let is_title =
        is_program && words.split_whitespace().count() <= 3 && line.trim_end_matches(['*', ':', '`', ' ']).ends_with(path);
    ((is_order || is_title) && is_path(path)).then_some(path)
}

fn is_path(words: &str) -> bool {
    claim::extension(words).is_some()
        && !claim::is_host_path(words)
        && words
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '/'))
}

#[cfg(test)]
mod tests {
    use super::shown_files;
    use crate::model::place::Span;
    use crate::model::runbook::{CodeBlock, CodeKind, Runbook};

    /// The files that a text with one block shows.
    fn shown(text: &str) -> Vec<String> {
        let open = text.find("```").expect("there is a block");
        let (language, rest) = text[open + 3..].split_once('\n').expect("it has a label");
        let body = rest.split("```").next().unwrap_or_default();
        let block = CodeBlock {
            language: language.to_owned(),
            kind: if language == "bash" { CodeKind::Shell } else { CodeKind::Text },
            span: Span::new(open, text.len()),
            content: Span::new(open, text.len()),
            text: body.lines().map(|line| format!("{}\n", line.trim_start())).collect(),
            commands: Vec::new(),
            blanks: Vec::new(),
            section: None,
        };
        let runbook = Runbook {
            text: text.into(),
            code_blocks: vec![block],
            ..Runbook::default()
        };
        let mut files: Vec<String> = shown_files(&runbook).into_iter().map(str::to_owned).collect();
        files.sort();
        files
    }

    #[test]
    fn a_comment_on_the_first_line_names_the_file() {
        assert_eq!(shown("```yaml\n# k8s/app.yaml\na: 1\n```\n"), ["k8s/app.yaml"]);
        let marks = "```\n\nRun `chmod +x ./scripts/x.sh`.\n";
        assert_eq!(
            shown(&format!("```bash\n#!/bin/bash\n# scripts/x.sh\necho\n{marks}")),
            ["scripts/x.sh"]
        );
        assert_eq!(
            shown(&format!("```bash\n# ./scripts/x.sh\n#!/bin/bash\necho\n{marks}")),
            ["scripts/x.sh"]
        );
        assert_eq!(
            shown(&format!("**Script: `scripts/x.sh`**\n\n```bash\n#!/bin/bash\necho\n{marks}")),
            ["scripts/x.sh"]
        );
        assert_eq!(shown("```ts\n// file: src/x.ts\nexport {}\n```\n"), ["src/x.ts"]);
        for text in [
            "```bash\n# scripts/x.sh\nls\n```\n",
            "```bash\n#!/bin/bash\n# scripts/x.sh\necho\n```\n",
            "```yaml\n# k8s/app.yaml\n```\n",
            "```yaml\n# see k8s/app.yaml\na: 1\n```\n",
            "```\n# k8s/app.yaml\na: 1\n```\n",
            "```yaml\n# /etc/app.yaml\na: 1\n```\n",
        ] {
            assert!(shown(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_line_above_tells_to_make_the_file() {
        assert_eq!(
            shown("Create `config/prod.yaml`:\n\n```yaml\na: 1\nb: 2\n```\n"),
            ["config/prod.yaml"]
        );
        assert_eq!(
            shown("1. **Add** `a/b.json`\n\n   ```json\n   {\n   }\n   ```\n"),
            ["a/b.json"]
        );
        for text in [
            "In `config/prod.yaml` there is:\n\n```yaml\na: 1\nb: 2\n```\n",
            "Create `a.yaml` from `b.yaml`:\n\n```yaml\na: 1\nb: 2\n```\n",
            "Create `config/prod.sh`:\n\n```bash\nls\npwd\n```\n",
        ] {
            assert!(shown(text).is_empty(), "{text}");
        }
    }
}
