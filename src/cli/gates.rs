//! `runproof gates`: what release texts ask of a release.

use clap::{Args, ValueEnum};

use crate::audit::asked::boxes;
use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::gates::texts;
use crate::report::gates::{self, Asked};

/// Show what release texts ask of a release: gates, thresholds, sign-offs, windows, duties
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof gates\n  runproof gates RELEASING.md --as table\n  runproof gates docs/go-no-go.md --rev v1.8.2 --format json"
)]
pub(crate) struct Arguments {
    /// Texts, from the root of the repository; any Markdown file will do [default: every runbook]
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The revision to read [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Read the files of the worktree
    #[arg(long)]
    worktree: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, conflicts_with = "declare")]
    format: Format,
    /// Print what would declare every gate: a table for a runbook, or settings
    #[arg(long = "as", value_enum, value_name = "FORM")]
    declare: Option<Declare>,
}

/// A form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Where gates can be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Declare {
    /// A Markdown table
    Table,
    /// Settings
    Toml,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let read = texts(&context, &arguments.files, arguments.rev.as_deref(), arguments.worktree)?;
    if read.is_empty() {
        return Err(Error::unjudged(
            "found no runbook; name a file, or say in the settings which files are runbooks",
        ));
    }
    let asked: Vec<Asked<'_>> = read
        .iter()
        .map(|text| Asked {
            path: &text.path,
            declarations: &text.runbook.declarations,
            lines: &text.runbook.lines,
            attested: boxes(&text.runbook),
        })
        .collect();
    terminal.print(&match (arguments.declare, arguments.format) {
        (Some(Declare::Table), _) => gates::table(&asked),
        (Some(Declare::Toml), _) => gates::toml(&asked),
        (None, Format::Json) => gates::json(&asked),
        (None, Format::Text) => gates::text(&asked),
    });
    Ok(Outcome::Clean)
}
