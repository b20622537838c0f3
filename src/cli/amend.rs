//! `runproof amend`: late evidence and corrections.

use std::path::PathBuf;

use clap::Args;

use crate::audit::intake::Wishes;
use crate::cli::common::Common;
use crate::cli::evidence::{self, Ended, Format};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::collect::{Reason, Request, amend};

/// Add late evidence and corrections to a release, as an amendment that stays visible
///
/// The record is never written anew: an amendment is a file of its own that names the digest of what it amends, who amended, and why. The
/// dossier shows the verdict with it and without it. The exit code is 1 when a gate is still open.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof amend v1.4.0 --from watch --by operator --reason 'The watch of the first 24 hours is over'\n  runproof amend v1.4.0 --outcome rolled-back --by 'release driver' --reason 'Checkout failed for one customer in ten'\n  runproof amend v1.4.0 --from again --withdraw evidence/unit/junit.xml --by reviewer --reason 'The report was that of another commit'"
)]
pub(crate) struct Arguments {
    /// The version
    version: String,
    /// Why, in at least 20 letters
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who amends, by role
    #[arg(long, value_name = "ROLE", value_parser = role)]
    by: String,
    /// The folder with the files that came later
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// The run that made the files, as `gh run view --json` prints it
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// How the release ended, where that changed
    #[arg(long, value_enum, value_name = "HOW")]
    outcome: Option<Ended>,
    /// Files of a gate, by a glob that counts from the folder; may be given several times
    #[arg(long = "gate", value_name = "GATE=FILE", value_parser = evidence::gate_and_files)]
    gates: Vec<(String, String)>,
    /// Files that are no evidence, by a glob; may be given several times
    #[arg(long, value_name = "GLOB")]
    leave_out: Vec<String>,
    /// A recorded file that does not show what it should and no longer counts, by its path in the record; a measured failure stays one
    #[arg(long = "withdraw", value_name = "PATH")]
    withdraws: Vec<String>,
    /// Decide and judge, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn reason(text: &str) -> Result<String, String> {
    let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
    let least = crate::parse::release_log::LEAST_REASON;
    if letters < least {
        return Err(format!(
            "it has {letters} letters, and {least} are the least; say what happened"
        ));
    }
    Ok(text.trim().to_owned())
}

fn role(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("name a role, such as `release driver`".to_owned()),
        role => Ok(role.to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let wishes = Wishes {
        gates: arguments.gates.clone(),
        leave_out: arguments.leave_out.clone(),
    };
    let request = Request {
        version: &arguments.version,
        product: arguments.product.as_deref(),
        from: arguments.from.as_deref(),
        run: arguments.run.as_deref(),
        open: &[],
        wishes: &wishes,
        outcome: arguments.outcome.map(Into::into),
        now: evidence::now(common)?,
    };
    let reason = Reason {
        why: &arguments.reason,
        by: &arguments.by,
        withdraws: &arguments.withdraws,
    };
    let collection = amend(&context, &request, &reason)?;
    evidence::finish(&context, &collection, arguments.dry_run, arguments.format, terminal)
}
