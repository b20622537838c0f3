//! References in plain words: URLs, paths with folder and extension, names of workflows.

use std::ops::Range;

use crate::command::mapped::Mapped;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Site, Value};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceContext, ReferenceKind};
use crate::parse::runbook::outline::{Block, BlockKind, Outline};
use crate::tools::curl::own_endpoint;

/// Signs around a word that are no part of it.
const SIGNS: &[char] = &[
    '.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '"', '\'', '*', '<', '>', '“', '”', '’', '‘', '|',
];

/// Words in front of "workflow" that say nothing about which one.
const NO_NAMES: &[&str] = &[
    "A", "Actions", "Add", "An", "Any", "CI", "Check", "Each", "Every", "GitHub", "In", "Our", "Run", "That", "The", "These",
    "This", "Trigger", "Use", "Using", "View", "When", "Which", "Your",
];

/// Comments of a block that are read.
const MAX_COMMENTS: usize = 100;

/// What the words of a text hold anywhere, so that not every block is searched for what none has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holds {
    slash: bool,
    workflow: bool,
    ci: bool,
}

impl Holds {
    /// Of a text.
    pub(crate) fn of(outline: &Outline) -> Self {
        let words = outline.plain.text.as_str();
        Self {
            slash: words.contains('/'),
            workflow: words.contains("workflow"),
            ci: words.contains("CI"),
        }
    }
}

/// The references in the words of a block. `skipped` are the places of code and links in it, sorted.
pub(crate) fn prose(outline: &Outline, holds: Holds, block: &Block, skipped: &[Range<usize>], sink: &mut Sink) {
    let words = outline.words(block);
    let site = Site {
        text: &outline.plain,
        base: 0,
        context: ReferenceContext::Prose,
    };
    // The name behind a snippet of a site is a title.
    let is_snippet = words.trim_start().starts_with("<<< ");
    if holds.slash && words.contains('/') && !is_snippet {
        paths(words, block.plain.start, skipped, &site, sink);
    }
    if holds.workflow && words.contains("workflow") {
        named_workflows(outline, block, &site, sink);
    }
    if holds.ci && block.kind == BlockKind::Item && words.contains("CI") {
        listed_workflows(outline, block, &site, sink);
    }
}

/// The paths in the comments of a block of commands, apart from those that its commands name themselves. The lines of a heredoc are none.
pub(crate) fn comments(body: &Mapped, sink: &mut Sink) {
    let text = body.text.as_str();
    if !text.contains('#') || !text.contains('/') || text.contains("<<") {
        return;
    }
    let site = Site {
        text: body,
        base: 0,
        context: ReferenceContext::Prose,
    };
    let is_comment = |line: &str| line.trim_start().starts_with("# ");
    let mut start = 0;
    let mut looked_at = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if !is_comment(line) || !line.contains('/') || looked_at >= MAX_COMMENTS {
            continue;
        }
        looked_at += 1;
        // A path alone in front of all commands is the title of what the block shows.
        let is_alone = line.split_whitespace().count() == 2;
        if is_alone && text[..at].lines().all(|line| line.starts_with('#') || line.trim().is_empty()) {
            continue;
        }
        let mut word_at = at;
        for part in line.split_inclusive(char::is_whitespace) {
            let begin = word_at;
            word_at += part.len();
            let word = part.trim().trim_end_matches(SIGNS);
            let is_run = || {
                text.lines()
                    .any(|line| !is_comment(line) && line.contains(word.trim_start_matches("./")))
            };
            if !word.contains('/') || word.starts_with(&SIGNS[1..]) || word.contains("://") || is_run() {
                continue;
            }
            let value = Value {
                text: word,
                range: begin..begin + word.len(),
            };
            sink.path(&site, &value, Evidence::Prose, &root());
        }
    }
}

fn root() -> Directory {
    Directory::Known(String::new())
}

fn paths(words: &str, start: usize, skipped: &[Range<usize>], site: &Site<'_>, sink: &mut Sink) {
    let mut skip = 0;
    let mut at = start;
    for part in words.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        let word_start = at;
        at += part.len();
        if !word.contains('/') {
            continue;
        }
        while skipped.get(skip).is_some_and(|range| range.end <= word_start) {
            skip += 1;
        }
        if skipped.get(skip).is_some_and(|range| range.start < word_start + word.len()) {
            continue;
        }
        if let Some(scheme) = word.find("http://").or_else(|| word.find("https://")) {
            let url = word[scheme..].trim_end_matches(SIGNS);
            let range = word_start + scheme..word_start + scheme + url.len();
            match own_endpoint(url) {
                Some(path) => sink.other(site, &range, Kind::Endpoint, path, &root()),
                None if url.len() > "https://".len() => sink.other(site, &range, Kind::Url, url, &root()),
                None => {}
            }
            continue;
        }
        let trimmed = word.trim_start_matches(&SIGNS[1..]);
        let lead = word.len() - trimmed.len();
        let trimmed = trimmed.trim_end_matches(SIGNS);
        let value = Value {
            text: trimmed,
            range: word_start + lead..word_start + lead + trimmed.len(),
        };
        sink.path(site, &value, Evidence::Prose, &root());
    }
}

/// "the **Nightly** workflow", "the \"Nightly build\" workflow": a quoted name is one; a capitalised word may be anything, and so is
/// left to a later judge.
fn named_workflows(outline: &Outline, block: &Block, site: &Site<'_>, sink: &mut Sink) {
    let text = &outline.plain.text;
    let words = outline.words(block);
    for (at, marker) in words.match_indices(" workflow").take(20) {
        let end = block.plain.start + at;
        let behind = &words[at + marker.len()..];
        if behind.starts_with(|char: char| char.is_alphanumeric() || char == '_') && !behind.starts_with("s ") {
            continue;
        }
        // "**Rollback** workflow: `/rollback`" is a command of an assistant.
        if behind.trim_start_matches([':', ' ', '—', '-']).starts_with('/') {
            continue;
        }
        if let Some(strong) = outline.strong_of(block).iter().find(|range| range.end == end)
            && strong.len() <= 80
            && !outline.codes_of(block).iter().any(|code| strong.contains(&code.plain.start))
        {
            let name = text[strong.clone()].trim();
            if name.starts_with(|char: char| char.is_ascii_uppercase()) {
                sink.add(site, strong, ReferenceKind::Workflow { name: name.to_owned() });
            }
            continue;
        }
        let before = &words[..at];
        if let Some(name) = quoted_behind(behind) {
            let start =
                end + marker.len() + (behind.len() - behind.trim_start().len()) + behind.trim_start().find(name).unwrap_or(0);
            let kind = ReferenceKind::Workflow { name: name.to_owned() };
            sink.add(site, &(start..start + name.len()), kind);
            continue;
        }
        if let Some(quoted) = before.strip_suffix(['"', '”'])
            && let Some(open) = quoted.rfind(['"', '“'])
            && let Some(name) = quoted.get(open..).map(|name| name.trim_start_matches(['"', '“']))
            && (2..=80).contains(&name.len())
            && name.starts_with(|char: char| char.is_ascii_uppercase())
        {
            let start = block.plain.start + quoted.len() - name.len();
            sink.add(
                site,
                &(start..start + name.len()),
                ReferenceKind::Workflow { name: name.to_owned() },
            );
            continue;
        }
        capitalised(outline, block, before, site, sink);
    }
}

/// The name in quotes right behind the word: "the workflow "Release train"".
fn quoted_behind(behind: &str) -> Option<&str> {
    let quoted = behind.strip_prefix([' ', '\n'])?.strip_prefix(['"', '“'])?;
    let name = quoted.split(['"', '”', '\n']).next()?;
    let is_closed = quoted[name.len()..].starts_with(['"', '”']);
    ((2..=80).contains(&name.len()) && is_closed && name.starts_with(|char: char| char.is_ascii_uppercase())).then_some(name)
}

/// "the Release workflow".
fn capitalised(outline: &Outline, block: &Block, before: &str, site: &Site<'_>, sink: &mut Sink) {
    let mut start = before.len();
    for word in before.rsplit(' ').take(4) {
        let is_name = word.starts_with(|char: char| char.is_ascii_uppercase())
            && word.chars().all(|char| char.is_alphanumeric() || char == '-');
        if !is_name || NO_NAMES.contains(&word) {
            break;
        }
        start = start.saturating_sub(word.len() + usize::from(start < before.len()));
    }
    let name = before[start..].trim();
    let name_start = block.plain.start + before.len() - before[start..].trim_start().len();
    let range = name_start..name_start + name.len();
    // "the Release workflow" names one; a sentence may begin with any word.
    let in_front = before[..start].trim_end();
    let is_named = in_front.ends_with("the") || is_inside(in_front, name);
    let is_code = outline
        .codes_of(block)
        .iter()
        .any(|code| code.plain.end > range.start && code.plain.start < range.end);
    if is_named && !name.is_empty() && !is_code {
        sink.other(site, &range, Kind::WorkflowName, name, &root());
    }
}

/// Whether a name stands inside of a sentence, where only names have a capital: "check Preview workflow", "Actions > Preview workflow".
fn is_inside(in_front: &str, name: &str) -> bool {
    name.len() >= 4 && !in_front.is_empty() && !in_front.ends_with(['.', '!', '?', '\n'])
}

/// "- Backend CI (lint, tests).", "- Contracts CI + Providers CI." under a heading about CI: names of workflows.
fn listed_workflows(outline: &Outline, block: &Block, site: &Site<'_>, sink: &mut Sink) {
    let is_about_ci = block.section.is_some_and(|section| {
        let title = &outline.headings[section].title;
        title.split(|char: char| !char.is_alphanumeric()).any(|word| word == "CI")
            || title.to_lowercase().contains("workflow")
            || title.to_lowercase().contains("pipeline")
    });
    let words = outline.words(block);
    if !is_about_ci {
        return;
    }
    let mut at = 0;
    for part in words.split_inclusive(['+', ',', '(', '&', ';', '.']) {
        let name = part.trim_end_matches(['+', ',', '(', '&', ';', '.']).trim();
        let start = at + (part.len() - part.trim_start().len());
        at += part.len();
        let is_name = name.ends_with(" CI")
            && name.split(' ').count() <= 5
            && name
                .split(' ')
                .all(|word| word.starts_with(|char: char| char.is_ascii_uppercase()) && word.chars().all(char::is_alphanumeric));
        if !is_name {
            // Only the names at the head of the item count; what follows is a description.
            return;
        }
        let range = block.plain.start + start..block.plain.start + start + name.len();
        sink.add(site, &range, ReferenceKind::Workflow { name: name.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn paths_and_urls_in_words_are_read() {
        assert_eq!(
            of("See docs/DEPLOYMENT.md, (src/a/b.py) and https://example.org/x. Try http://localhost:1/ready!\n"),
            [
                "path docs/DEPLOYMENT.md",
                "path src/a/b.py",
                "url https://example.org/x",
                "endpoint /ready"
            ]
        );
    }

    #[test]
    fn comments_of_commands_name_paths() {
        assert_eq!(
            of("```bash\n# see scripts/gone.sh and docs/x.md first.\nls\n```\n"),
            ["path scripts/gone.sh", "path docs/x.md"]
        );
        for text in [
            "```bash\n# scripts/x.sh\nls\n```\n",
            "```bash\n#!/bin/bash\n# scripts/x.sh\nls\n```\n",
            "```bash\n# first scripts/x.sh\n./scripts/x.sh\n```\n",
            "```bash\ncat <<EOF\n# see scripts/x.sh\nEOF\n```\n",
            "```yaml\n# see scripts/x.sh\na: 1\n```\n",
            "```bash\n# see https://example.org/scripts/x.sh\nls\n```\n",
        ] {
            let found = of(text);
            assert!(found.iter().all(|line| line == "path ./scripts/x.sh"), "{text}: {found:?}");
        }
    }

    #[test]
    fn other_words_are_left_alone() {
        assert!(
            of("Use and/or README.md, CI/CD, src/ or apps/web, http:// and w/o 24/7. API/worker paths; provider/plan.\n")
                .is_empty()
        );
    }

    #[test]
    fn quoted_workflows_are_certain_and_capitalised_ones_are_not() {
        assert_eq!(
            of(
                "Watch the **Nightly** workflow, the \"Deploy all\" workflow and the Release workflow. This workflow is a workflow.\n"
            ),
            ["workflow Nightly", "workflow Deploy all", "workflow-name Release"]
        );
    }

    #[test]
    fn a_name_in_quotes_behind_the_word_is_that_of_a_workflow() {
        assert_eq!(
            of("Run the workflow \"Release train\". Then the workflow “Ship it” runs.\n"),
            ["workflow Release train", "workflow Ship it"]
        );
        assert!(of("Our workflow \"as usual\" holds. The workflow says \"Ship it\". No workflow \"Open\n").is_empty());
    }

    #[test]
    fn workflows_are_listed_under_a_heading_about_them() {
        assert_eq!(
            of(
                "## CI gates\n- Backend CI (lint).\n- Contracts CI + Providers CI.\n- CI is green\n- Dependency Review.\n\n## Other\n- Backend CI\n"
            ),
            ["workflow Backend CI", "workflow Contracts CI", "workflow Providers CI"]
        );
    }
}
