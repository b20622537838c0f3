//! `runproof lint`: which runbooks no longer tell the truth.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use crate::cli::Outcome;
use crate::cli::context::{Common, Context};
use crate::cli::judge::Judge;
use crate::cli::terminal::Terminal;
use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::load::edition::{Cache, Revision, edition, runbook_paths};
use crate::model::finding::Severity;
use crate::model::handbook::JudgedRunbook;
use crate::report;

/// Tell which runbooks no longer tell the truth
///
/// Judges the runbooks of the head of the branch, or of another revision. Files that are named are judged whether or not the settings
/// call them runbooks.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof lint\n  runproof lint docs/runbooks/restore.md --worktree\n  runproof lint --rev v1.8.2 --format json\n  runproof lint --fail-on warning"
)]
pub(crate) struct Arguments {
    /// Files or folders, from the root of the repository [default: every runbook]
    files: Vec<String>,
    /// The revision to judge [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Judge the files of the worktree, to see what a commit would bring
    #[arg(long)]
    worktree: bool,
    /// The form of the output
    #[arg(long, value_parser = format_names(), default_value = "text")]
    format: String,
    /// Exit with 1 when there are findings of this level or over
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

/// From which level findings make the program fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Info,
    /// Nothing: the exit code is 0 whatever is found.
    Never,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    report::FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().into()
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = Context::open(common)?;
    context.warn_of_unknown_rules(terminal);
    let runbooks = judged(&context, &Scope::of(&arguments.files, arguments.rev.as_deref(), arguments.worktree))?;
    let report = report_of(&context, &runbooks);
    let fails = arguments.fail_on != FailOn::Never
        && report.findings.iter().any(|finding| finding.severity >= arguments.fail_on.severity());
    terminal.print(&report::write(&arguments.format, &report, terminal.has_color()));
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}
