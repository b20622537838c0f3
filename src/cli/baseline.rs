//! `runproof baseline`: draw a line under what is wrong today, and move it down as things are mended.

use std::path::Path;

use clap::{Args, Subcommand};

use crate::audit::suppress::baseline as in_baseline;
use crate::cli::common::{self, Common};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::config::baseline::{self, Baseline};
use crate::error::{Error, Result};
use crate::judge::accept::{self, Choice, Extent, count};
use crate::judge::context::Context;
use crate::judge::scope::{Scope, judged};
use crate::model::finding::Finding;
use crate::model::history::Completeness;
use crate::output::file;
use crate::source::repository::Repository;

/// Accept what is wrong today, so that only what is new counts
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the errors and warnings of today into the baseline
    ///
    /// What ignores and waivers accept already does not belong to it. An existing baseline only shrinks, unless --grow is given.
    #[command(after_help = "Examples:\n  runproof baseline write\n  runproof baseline write --grow")]
    Write {
        #[command(flatten)]
        place: Place,
        /// Let an existing baseline take up findings that are new
        #[arg(long)]
        grow: bool,
    },
    /// Remove from the baseline what no longer occurs; nothing is ever added
    #[command(after_help = "Examples:\n  runproof baseline prune")]
    Prune {
        #[command(flatten)]
        place: Place,
    },
}

/// Where the baseline stands, and what it is made from.
#[derive(Debug, Args)]
struct Place {
    /// The baseline, from the root of the repository [default: runproof-baseline.json]
    #[arg(long, value_name = "FILE", default_value = baseline::FILE, hide_default_value = true)]
    baseline: String,
    /// Judge the files of the worktree in place of the head of the branch
    #[arg(long)]
    worktree: bool,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    common::warn_of_settings(&context, terminal);
    if context.repository.as_ref().is_some_and(Repository::is_bare) {
        return Err(Error::usage(
            "a bare repository has no files that a baseline could be written to",
        ));
    }
    if context.completeness() == Completeness::Shallow {
        let error = Error::unjudged("this clone is cut short, so what rests on history would be missing from the baseline");
        return Err(error.with_help("fetch the history first, such as with `git fetch --unshallow`"));
    }
    match &arguments.command {
        Command::Write { place, grow } => {
            let now = today(&context, place)?;
            let name = &place.baseline;
            let known = context.root_file(name)?;
            if let Some(text) = &known {
                refuse_growth(text, name, &now, *grow)?;
            }
            write(&context, name, known.as_deref(), &now)?;
            terminal.note(&format!("wrote {} to {name}\n", count(now.findings.len(), "finding")));
        }
        Command::Prune { place } => {
            let name = &place.baseline;
            let Some(known) = accept::baseline(&context, Choice::File(name))? else {
                return Ok(Outcome::Clean);
            };
            let text = context.root_file(name)?;
            let gone = gone(&context, place, &known)?;
            let left: Vec<_> = known
                .findings
                .iter()
                .filter(|entry| !gone.contains(&entry.fingerprint))
                .cloned()
                .collect();
            let removed = known.findings.len() - left.len();
            let left = Baseline::new(left);
            if removed > 0 {
                write(&context, name, text.as_deref(), &left)?;
            }
            terminal.note(&format!("removed {removed} of {}\n", count(known.findings.len(), "finding")));
        }
    }
    Ok(Outcome::Clean)
}

/// Refuses to accept findings that an existing baseline does not hold, unless that is what was asked for. One that cannot be read holds
/// nothing that could be lost by growing.
fn refuse_growth(text: &str, name: &str, now: &Baseline, grow: bool) -> Result<()> {
    if grow {
        return Ok(());
    }
    let known = baseline::read(text, name)?;
    let new = now.beyond(&known);
    let Some(first) = new.first() else { return Ok(()) };
    let message = format!(
        "the baseline would grow by {}, the first being {} in `{}`",
        count(new.len(), "finding"),
        first.rule,
        first.path
    );
    let help = "mend them, or accept them with `--grow`; `runproof baseline prune` removes what was mended and adds nothing";
    Err(Error::usage(message).with_help(help))
}

/// The baseline that would be written today.
fn today(context: &Context, place: &Place) -> Result<Baseline> {
    Ok(in_baseline::of(&findings(context, place)?))
}

/// The fingerprints of the entries that no longer occur.
fn gone(context: &Context, place: &Place, known: &Baseline) -> Result<Vec<String>> {
    let mut findings = findings(context, place)?;
    let mut all: Vec<&mut Finding> = findings.iter_mut().collect();
    let gone = in_baseline::accept(known, &mut all);
    Ok(gone.into_iter().map(|entry| entry.fingerprint.clone()).collect())
}

/// Everything that is found today, in the order of `lint`.
fn findings(context: &Context, place: &Place) -> Result<Vec<Finding>> {
    let scope = Scope {
        files: &[],
        revision: None,
        worktree: place.worktree,
    };
    let mut judged = judged(context, scope)?;
    if judged.runbooks.is_empty() && judged.findings.is_empty() {
        let error = Error::unjudged("no runbook was found, so there is nothing that a baseline could hold");
        return Err(error.with_help("`runproof lint --explain-choice` shows which files are runbooks, and why"));
    }
    accept::accept(context, &mut judged, Extent::Whole, None);
    Ok(accept::all(&judged).cloned().collect())
}

fn write(context: &Context, name: &str, known: Option<&str>, baseline: &Baseline) -> Result<()> {
    let text = baseline.text();
    let path = context.root.join(Path::new(name));
    match known {
        Some(known) if known == text => Ok(()),
        Some(known) => file::replace(&path, &[&context.root], known.as_bytes(), text.as_bytes()),
        None => file::create(&path, &[&context.root], text.as_bytes()),
    }
}
