//! `runproof release`: the dossier of a release in the terminal.

use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::{Format, Reading};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::dossier::{dossier, known, named};
use crate::judge::population::backwards;
use crate::model::gate::ReleaseState;
use crate::report;

/// Show a release: the verdict, what is open and who closes it, gates with value, demand, file and time
///
/// With a deployment it is followed back: which release it was of, what let that through, who agreed, which changes it brought, and the way back.
///
/// The exit code is 1 unless the release is proven, or accepted by exceptions.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof release\n  runproof release v1.4.0\n  runproof release v1.4.0 --product api --format json\n  runproof release v1.4.0 --evidence-ref origin/evidence\n  runproof release --deployment v1.4.0/1\n  runproof release --deployment sha256:4f53cda18c2b"
)]
pub(crate) struct Arguments {
    /// The version [default: the newest release that is no pre-release]
    version: Option<String>,
    /// Begin at a deployment: its id, or a commit or a digest that was deployed
    #[arg(long, value_name = "ID", conflicts_with = "version")]
    deployment: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open_with(arguments.reading.evidence.place())?;
    if let Some(deployment) = &arguments.deployment {
        return follow_back(arguments, &context, deployment, terminal);
    }
    let known = known(&context, arguments.reading.worktree)?;
    let (of, at) = named(&known, arguments.reading.product.as_deref(), arguments.version.as_deref())?;
    let dossier = dossier(of, at);
    terminal.print(&match arguments.reading.format {
        Format::Text => report::dossier::text(&dossier),
        Format::Json => report::dossier::json(&dossier),
    });
    Ok(outcome(Some(dossier.judged.verdict.state)))
}

fn follow_back(arguments: &Arguments, context: &Context, deployment: &str, terminal: &Terminal) -> Result<Outcome> {
    let reading = &arguments.reading;
    let found = backwards(context, reading.worktree, reading.product.as_deref(), deployment)?;
    terminal.print(&match reading.format {
        Format::Text => report::deployment::text(&found),
        Format::Json => report::deployment::json(&found),
    });
    Ok(outcome(found.release.state))
}

fn outcome(state: Option<ReleaseState>) -> Outcome {
    match state {
        Some(ReleaseState::Proven | ReleaseState::Accepted) => Outcome::Clean,
        _ => Outcome::Findings,
    }
}
