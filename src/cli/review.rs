//! `runproof review`: shows what changed since the last review of a runbook, and stamps it.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use crate::audit::freshness::breaks;
use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::scope::{Scope, judged_with};
use crate::model::count;
use crate::model::finding::{Finding, Severity};
use crate::model::form::REMEDY;
use crate::model::freshness::{Fingerprint, ReviewSource, Signal, Stamp};
use crate::model::handbook::JudgedRunbook;
use crate::model::place::Span;
use crate::model::reference::Status;
use crate::output::file;
use crate::parse::runbook::{encode, stamping};
use crate::source::disk;
use crate::source::repository::Repository;
use crate::source::tree::content_id;

/// Show what changed since the last review of a runbook, and stamp it as reviewed
///
/// Shows unit by unit what the runbook names and what changed in it, with the commits. Then writes the day, the reviewer and a
/// fingerprint of each thing that is named into the runbook in the worktree: into its front matter, or into a comment at its end where it
/// has none; a date of review that stands there is moved as well. Nothing else in the file changes, and no other file does. A runbook with
/// broken references is not stamped.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof review docs/runbooks/restore.md\n  runproof review RELEASING.md --by \"Release driver\" --yes\n  runproof review RELEASING.md --diff\n  runproof review docs/runbooks --today 2026-03-01 --yes\n\nExit codes: 0 stamped, or shown with --diff; 1 not stamped; 2 wrong usage."
)]
pub(crate) struct Arguments {
    /// Runbooks, or folders of them, from the root of the repository
    #[arg(required = true, value_name = "RUNBOOK")]
    files: Vec<String>,
    /// Who reviewed it: a role or a name [default: `user.name` of git]
    #[arg(long, value_name = "ROLE")]
    by: Option<String>,
    /// Show the change of the file and write nothing
    #[arg(long, visible_alias = "dry-run")]
    diff: bool,
    /// Stamp without asking
    #[arg(long, short, conflicts_with = "diff")]
    yes: bool,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let by = reviewer(arguments, &context)?;
    let scope = Scope {
        files: &arguments.files,
        revision: None,
        worktree: true,
    };
    let mut fingerprints: BTreeMap<String, BTreeMap<String, Fingerprint>> = BTreeMap::new();
    let judged = judged_with(&context, scope, |edition, judge| {
        let paths = edition.runbooks.iter().map(|runbook| runbook.path.clone());
        fingerprints.extend(paths.zip(judge.fingerprints(edition)));
        Ok(())
    })?;
    if judged.runbooks.is_empty() {
        return Err(Error::usage("no runbook was named").with_help("a folder must hold Markdown files"));
    }
    terminal.note(&format!("reviewer: {}\n", visible(&by.words)));
    let mut is_done = true;
    for runbook in &judged.runbooks {
        let stamp = Stamp {
            on: Some(context.today),
            by: Some(by.name.clone()),
            refs: fingerprints.remove(&runbook.runbook.path).unwrap_or_default(),
            outdated: BTreeSet::new(),
            span: Span::default(),
        };
        is_done &= review(arguments, &context, terminal, runbook, &stamp)?;
    }
    Ok(if is_done { Outcome::Clean } else { Outcome::Findings })
}

/// Who reviews, and how that is known.
struct Reviewer {
    name: String,
    words: String,
}

fn reviewer(arguments: &Arguments, context: &Context) -> Result<Reviewer> {
    if let Some(by) = &arguments.by {
        let name = by.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(Error::usage("`--by` names nobody").with_help("name a role or a person"));
        }
        return Ok(Reviewer {
            words: name.clone(),
            name,
        });
    }
    let name = context.repository.as_ref().and_then(Repository::user_name);
    let name = name.ok_or_else(|| {
        Error::usage("nobody is known to have reviewed it").with_help("say who with `--by`, or set `user.name` of git")
    })?;
    Ok(Reviewer {
        words: format!("{name} (`user.name` of git; `--by` names another one)"),
        name,
    })
}

/// Shows one runbook and stamps it; tells whether it is stamped, or was only to be shown.
fn review(arguments: &Arguments, context: &Context, terminal: &Terminal, runbook: &JudgedRunbook, stamp: &Stamp) -> Result<bool> {
    let path = &runbook.runbook.path;
    terminal.print(&visible(&shown(runbook, stamp)));
    let broken = broken(runbook);
    if !broken.is_empty() {
        terminal.print(&visible(&refusal(&broken)));
        return Ok(false);
    }
    if runbook.runbook.runbook.metadata.has_newer_stamp {
        terminal.print(&format!(
            "  not stamped, since a newer Runproof stamped it and this one would undo that; {REMEDY}\n"
        ));
        return Ok(false);
    }
    let place = disk::place_of(&context.root, path).ok_or_else(|| Error::usage(format!("`{path}` is no path of a file")))?;
    let failed = || Error::usage(format!("failed to stamp `{path}`"));
    let bytes = disk::file_bytes(&place).map_err(|error| failed().caused_by(&error))?;
    let text = stamping::stamped(path, &runbook.runbook.runbook, stamp).ok_or_else(|| {
        failed()
            .caused_by(&"no place in it would keep the stamp readable")
            .with_help("close its last code block, or give it front matter")
    })?;
    let fresh = encode::encoded_like(&bytes, &text).ok_or_else(|| {
        failed()
            .caused_by(&"its bytes could not be kept as they are")
            .with_help("save it as UTF-8 first")
    })?;
    if content_id(&bytes) != runbook.runbook.content {
        return Err(failed()
            .caused_by(&"it was changed in the meantime")
            .with_help("run the review again"));
    }
    if arguments.diff {
        terminal.print(&visible(&diff(path, &runbook.runbook.runbook.text, &text)));
        return Ok(true);
    }
    if !arguments.yes {
        match terminal.ask(&format!("Stamp `{path}` as reviewed?")) {
            Some(true) => {}
            Some(false) => {
                terminal.note("not stamped\n");
                return Ok(false);
            }
            None => {
                terminal.note("not stamped: nobody was there to ask; look at it, then pass `--yes`\n");
                return Ok(false);
            }
        }
    }
    file::replace(&place, &[&context.root], &bytes, &fresh)?;
    let count = stamp.refs.len();
    let things = if count == 1 { "thing" } else { "things" };
    terminal.print(&visible(&format!("stamped `{path}`: {count} {things} that it names\n")));
    Ok(true)
}

/// What there is to know before a runbook is stamped.
fn shown(runbook: &JudgedRunbook, stamp: &Stamp) -> String {
    let freshness = &runbook.freshness;
    let by = runbook
        .runbook
        .runbook
        .metadata
        .stamp
        .as_ref()
        .and_then(|stamp| stamp.by.as_deref());
    let last = match &freshness.reviewed {
        Some(review) => match (review.source, by) {
            (ReviewSource::Stamp, Some(by)) => format!("reviewed on {} by {by}", review.on),
            (ReviewSource::Stamp | ReviewSource::Declared, _) => format!("reviewed on {}", review.on),
            (ReviewSource::Trailer, _) => format!("reviewed on {}, by the word of a commit", review.on),
            (ReviewSource::Updated, _) => format!("updated on {} by its own word, never reviewed", review.on),
            (ReviewSource::Commit, _) => format!("last edited on {}, never reviewed", review.on),
        },
        None => "never reviewed".to_owned(),
    };
    let mut text = format!(
        "\n{}: {}; {last}\n",
        runbook.runbook.path,
        freshness.state.word().to_lowercase()
    );
    let evidence = || freshness.reasons.iter().filter(|reason| reason.signal == Signal::Evidence);
    let counted: Vec<_> = evidence().filter(|reason| reason.weight > 0).collect();
    if counted.is_empty() {
        text.push_str("  nothing that it names changed in a way that matters\n");
    } else {
        text.push_str("  changed since then:\n");
        for reason in counted {
            let line = reason.place.map_or(0, |place| place.line);
            text.push_str(&format!("    line {line}: {} (weighs {})\n", reason.words, reason.weight));
        }
    }
    for finding in runbook.findings.iter().filter(|finding| finding.rule == "source-drifted") {
        for related in &finding.related {
            text.push_str(&format!("      {}\n", related.message));
        }
    }
    let silent = evidence().filter(|reason| reason.weight == 0).count();
    if silent > 0 {
        text.push_str(&format!("  changed without counting: {silent}\n"));
    }
    let earlier = runbook.runbook.runbook.metadata.stamp.as_ref();
    if earlier.is_some_and(|earlier| !earlier.outdated.is_empty()) {
        text.push_str("  the stamp was written by an older version of the program; this review renews it\n");
    }
    let counts = freshness.counts;
    text.push_str(&format!(
        "  {}: {} there, {} not there, {} cannot be told; the stamp covers {}\n",
        count::counted(u64::from(counts.resolved + counts.broken + counts.unverifiable), "reference"),
        counts.resolved,
        counts.broken,
        counts.unverifiable,
        stamp.refs.len()
    ));
    text
}

/// What is wrong with references that are not there, and what makes the runbook broken, apart from what was accepted.
fn broken(runbook: &JudgedRunbook) -> Vec<&Finding> {
    let pairs = runbook.runbook.runbook.references.iter().zip(&runbook.resolutions);
    let spans: Vec<Span> = pairs
        .filter(|(_, resolution)| resolution.status == Status::Broken)
        .map(|(reference, _)| reference.span)
        .collect();
    let counts = |finding: &&Finding| {
        let is_about = finding.span.is_some_and(|span| spans.contains(&span));
        let is_open = finding.suppression.is_none();
        is_open && (is_about && finding.severity >= Severity::Warning || breaks(finding))
    };
    runbook.findings.iter().filter(counts).collect()
}

fn refusal(broken: &[&Finding]) -> String {
    let mut text = "  not stamped, since it cannot be followed as written:\n".to_owned();
    for finding in broken {
        let line = finding.place.map_or(0, |place| place.line);
        text.push_str(&format!("    line {line}: {} [{}]\n", finding.message, finding.rule));
    }
    text.push_str("  mend it, or accept it by name with a reason: an ignore comment in the runbook, or a waiver\n");
    text
}

/// The lines that differ, as a unified diff with one line around them.
fn diff(path: &str, before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut text = format!("--- a/{path}\n+++ b/{path}\n");
    let (mut old, mut new) = (0, 0);
    while old < before.len() || new < after.len() {
        if old < before.len() && before.get(old) == after.get(new) {
            old += 1;
            new += 1;
            continue;
        }
        let (removed, added) = apart(&before[old..], &after[new..]);
        let (first_old, first_new) = (old.saturating_sub(1), new.saturating_sub(1));
        let context = before
            .get(old.wrapping_sub(1))
            .map(|line| format!(" {line}\n"))
            .unwrap_or_default();
        let lead = usize::from(!context.is_empty());
        text.push_str(&format!(
            "@@ -{},{} +{},{} @@\n{context}",
            first_old + 1,
            removed + lead,
            first_new + 1,
            added + lead
        ));
        before[old..old + removed]
            .iter()
            .for_each(|line| text.push_str(&format!("-{line}\n")));
        after[new..new + added]
            .iter()
            .for_each(|line| text.push_str(&format!("+{line}\n")));
        old += removed;
        new += added;
    }
    text
}

/// How many lines must be left out on either side until both go on alike.
fn apart(before: &[&str], after: &[&str]) -> (usize, usize) {
    for distance in 1..=before.len() + after.len() {
        for removed in 0..=distance.min(before.len()) {
            let added = distance - removed;
            if added <= after.len() && removed < before.len() && before.get(removed) == after.get(added) {
                return (removed, added);
            }
        }
        // A stamp is short; what differs for longer is told as one piece.
        if distance > 400 {
            break;
        }
    }
    (before.len(), after.len())
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn the_lines_that_differ_are_shown() {
        assert_eq!(
            diff("a.md", "one\ntwo\nthree\n", "one\n2\nthree\nfour\n"),
            "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n@@ -3,1 +3,2 @@\n three\n+four\n"
        );
    }
}
