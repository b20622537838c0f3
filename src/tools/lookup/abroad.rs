//! Where commands run in another repository: in a clone that they made, or where the words over them send the reader.

use std::collections::HashSet;

use crate::model::edition::Source;
use crate::model::place::Span;
use crate::model::runbook::{CodeBlock, Runbook, Section};

/// The words in front of the name of a repository that the reader is sent to.
const LEADING: &[&str] = &["from", "in", "inside", "into", "to", "within"];

/// The words that the name of another repository does not hold: what people call the one that they are in, and repositories of another kind.
const OWN: &[&str] = &[
    "app", "application", "apt", "artifact", "artifacts", "backup", "base", "borg", "chart", "charts", "clean", "cloned", "code",
    "container", "current", "docker", "ecr", "entire", "fork", "forked", "fresh", "git", "github", "gitlab", "helm", "image",
    "local", "maven", "monorepo", "npm", "nuget", "own", "package", "packages", "private", "project", "public", "pypi",
    "release", "remote", "restic", "root", "runbook", "runbooks", "same", "source", "this", "top", "whole", "working", "yum",
];

/// Words that say of a repository that it is not this one.
const OTHER: &[&str] = &["another", "different", "other", "separate"];

/// Words in front of the name that say nothing about it.
const SMALL: &[&str] = &["a", "an", "in", "main", "our", "the", "your"];

/// Words of a comment in front of the place that it sends the reader to.
const REACH: usize = 4;

/// Where commands run in another repository.
pub(super) fn abroad(source: &Source, runbook: &Runbook, clones: &HashSet<String>) -> Vec<Span> {
    let mut spans = in_clones(runbook, clones);
    for block in &runbook.code_blocks {
        sent_away(source, runbook, block, &mut spans);
    }
    spans
}

/// The commands of a block that the sentence over it or a comment in it sends to another repository: "In the `acme/infra` repository:",
/// `# in the infra repo`. A comment holds until the next one that names a repository.
fn sent_away(source: &Source, runbook: &Runbook, block: &CodeBlock, spans: &mut Vec<Span>) {
    let before = runbook.text.get(..block.span.start as usize).unwrap_or_default().trim_end();
    let paragraph = before.rsplit("\n\n").next().unwrap_or_default();
    let sentence = paragraph.rsplit(". ").next().unwrap_or_default().replace('\n', " ");
    if sentence.ends_with(':') && names_other(source, &sentence, usize::MAX) == Some(true) {
        spans.push(block.span);
        return;
    }
    let text = block.span.of(&runbook.text);
    let mut from = None;
    let mut at = block.span.start;
    for line in text.split_inclusive('\n') {
        if let Some(comment) = line.trim_start().strip_prefix('#') {
            match names_other(source, comment, REACH) {
                Some(true) => from = from.or(Some(at)),
                Some(false) => spans.extend(from.take().map(|start| Span { start, end: at })),
                None => {}
            }
        }
        at += line.len() as u32;
    }
    spans.extend(from.map(|start| Span { start, end: at }));
}

/// Whether words send the reader to another repository, or to this one; none when they speak of none. The place that they speak of begins
/// so many words from their start, at most.
fn names_other(source: &Source, words: &str, reach: usize) -> Option<bool> {
    let lower = words.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.')))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|word| matches!(*word, "repo" | "repository"))?;
    let start = words[..at].iter().rposition(|word| LEADING.contains(word))?;
    // "from the root of the repository", "in X to the repository of": only what stands right in front is its name.
    let named: Vec<&str> = words[start + 1..at]
        .iter()
        .copied()
        .filter(|word| !SMALL.contains(word))
        .collect();
    if start >= reach || named.len() > 3 {
        return None;
    }
    if named.iter().any(|word| OTHER.contains(word)) {
        return Some(true);
    }
    if named.is_empty() || named.iter().any(|word| OWN.contains(word)) {
        return Some(false);
    }
    let own = source.repository_name.to_lowercase();
    let is_own = |word: &&str| {
        word.rsplit('/')
            .next()
            .is_some_and(|name| own.contains(name) || name.contains(&own))
    };
    let is_here = |word: &&str| source.listing.has_folder(word) || source.listing.named(word).next().is_some();
    // Where nobody knows what this one is called, a name may be its own. People call a folder of a big one so as well.
    let is_other = !own.is_empty() && !named.iter().any(|word| is_own(word) || is_here(word));
    Some(is_other)
}

/// Where the work of a section ends. Steps that stand as small sections of one procedure follow each other in the same folder: what
/// the first of them enters, the next ones run in.
fn reach(runbook: &Runbook, section: &Section) -> u32 {
    const STEP_LEVEL: u8 = 4;
    if section.level < STEP_LEVEL {
        return section.body.end;
    }
    let around = runbook
        .sections
        .iter()
        .filter(|around| around.level < section.level && around.body.contains(section.span));
    around
        .max_by_key(|around| around.level)
        .map_or(section.body.end, |around| around.body.end)
}

/// Where commands run in a clone: from behind the command that goes there to the end of its section, or until a command goes back.
fn in_clones(runbook: &Runbook, clones: &HashSet<String>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    if clones.is_empty() {
        return spans;
    }
    for block in &runbook.code_blocks {
        for command in &block.commands {
            let parts = command.text.split(['&', ';']).map(str::trim);
            for target in parts.filter_map(|part| part.strip_prefix("cd ")) {
                let target = target.trim().trim_start_matches("./").trim_end_matches('/');
                if clones.contains(target.split('/').next().unwrap_or(target)) {
                    let section = block.section.and_then(|section| runbook.sections.get(section as usize));
                    let end = section.map_or(runbook.text.len() as u32, |section| reach(runbook, section));
                    spans.push(Span {
                        start: command.span.start,
                        end: end.max(command.span.end),
                    });
                } else if let Some(last) = spans.last_mut().filter(|last| last.end > command.span.start) {
                    // Wherever it goes, that is not in the clone as far as anybody can tell.
                    if target.starts_with("..") || target == "-" {
                        last.end = command.span.start;
                    }
                }
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{REACH, names_other};
    use crate::model::edition::Source;
    use crate::model::tree::Listing;

    #[test]
    fn words_send_the_reader_to_another_repository() {
        let mut source = Source {
            listing: Arc::new(Listing::of_paths(&["services/api/x.py", "web/y.js"])),
            repository_name: "app".to_owned(),
            ..Source::default()
        };
        let of = |words: &str| names_other(&source, words, REACH);
        for words in [
            " In the infra repo",
            " in main grpc repo",
            " from the `acme/infra` repository:",
            " Switch to the other repository",
            " (in the website repo)",
            " run in another repository",
        ] {
            assert_eq!(of(words), Some(true), "{words}");
        }
        for words in [
            " in this repo",
            " in the repository",
            " from the root of the repository",
            " in the app repo",
            " in the `acme/app` repository",
            " in the web repo",
            " in the GitHub repository",
            " from the backup repository",
            " in the Helm chart repository",
        ] {
            assert_ne!(of(words), Some(true), "{words}");
        }
        assert_eq!(of(" build the images that we then push to the infra repository"), None);
        assert_eq!(of(" restore the database"), None);
        source.repository_name = String::new();
        assert_eq!(names_other(&source, " in the infra repo", REACH), Some(false));
    }
}
