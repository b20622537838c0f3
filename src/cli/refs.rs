//! `runproof refs`: what was understood of a runbook, reference by reference.

use clap::Args;

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::scope::{Scope, judged};
use crate::report;

/// Show what was understood of a runbook, reference by reference
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof refs RELEASING.md\n  runproof refs docs/runbooks/restore.md --rev v1.8.2 --format json"
)]
pub(crate) struct Arguments {
    /// Runbooks, from the root of the repository; any Markdown file will do
    #[arg(required = true, value_name = "RUNBOOK")]
    files: Vec<String>,
    /// The revision to read [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Read the files of the worktree
    #[arg(long)]
    worktree: bool,
    /// The form of the output
    #[arg(long, value_parser = format_names(), default_value = "text")]
    format: String,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    report::REFERENCE_FORMATS
        .iter()
        .map(|format| format.name)
        .collect::<Vec<_>>()
        .into()
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let scope = Scope {
        files: &arguments.files,
        revision: arguments.rev.as_deref(),
        worktree: arguments.worktree,
    };
    let judged = judged(&context, scope)?;
    let report = report::references_of(&judged.runbooks, context.completeness());
    terminal.print_report(&report::write_references(&arguments.format, &report, terminal.style()));
    Ok(Outcome::Clean)
}
