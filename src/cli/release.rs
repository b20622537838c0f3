//! `runproof release`: the dossier of a release in the terminal.

use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::{Format, Reading};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::dossier::{dossier, known, named};
use crate::model::gate::ReleaseState;
use crate::report;

/// Show a release: the verdict, what is open and who closes it, gates with value, demand, file and time
///
/// The exit code is 1 unless the release is proven, or accepted by exceptions.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof release\n  runproof release v1.4.0\n  runproof release v1.4.0 --product api --format json\n  runproof release v1.4.0 --evidence-ref origin/evidence"
)]
pub(crate) struct Arguments {
    /// The version [default: the newest release]
    version: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open_with(arguments.reading.evidence.place())?;
    let known = known(&context, arguments.reading.worktree)?;
    let (of, at) = named(&known, arguments.reading.product.as_deref(), arguments.version.as_deref())?;
    let dossier = dossier(&context, of, at);
    terminal.print(&match arguments.reading.format {
        Format::Text => report::dossier::text(&dossier),
        Format::Json => report::dossier::json(&dossier),
    });
    let is_good = matches!(dossier.judged.verdict.state, ReleaseState::Proven | ReleaseState::Accepted);
    Ok(if is_good { Outcome::Clean } else { Outcome::Findings })
}
