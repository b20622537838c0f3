//! `runproof amend`: late evidence and corrections.

use std::path::PathBuf;

use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::{self, Intake};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::collect::{Reason, amend};
use crate::model::count::counted;

/// Add late evidence and corrections to a release, as an amendment that stays visible
///
/// The record is never written anew: an amendment is a file of its own that names the digest of what it amends, who amended, and why. The
/// dossier shows the verdict with it and without it. The exit code is 1 when a gate is still open.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof amend v1.4.0 --from watch --by operator --reason 'The watch of the first 24 hours is over'\n  runproof amend v1.4.0 --outcome rolled-back --by 'release driver' --reason 'Checkout failed for one customer in ten'\n  runproof amend v1.4.0 --from again --withdraw evidence/unit/junit.xml --by reviewer --reason 'The report was that of another commit'"
)]
pub(crate) struct Arguments {
    /// The version, or its whole tag
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
    /// A recorded file that does not show what it should and no longer counts, by its path in the record; a measured failure stays one
    #[arg(long = "withdraw", value_name = "PATH")]
    withdraws: Vec<String>,
    #[command(flatten)]
    intake: Intake,
}

fn reason(text: &str) -> Result<String, String> {
    let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
    let least = crate::parse::release_log::LEAST_REASON;
    if letters < least {
        return Err(format!(
            "it has {}, and {least} are the least; say what happened",
            counted(letters as u64, "letter")
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
    let meant = arguments.intake.meant(&context, &arguments.version)?;
    let from = arguments.from.as_deref();
    let request = arguments.intake.request(&meant, from, &[], common)?;
    let reason = Reason {
        why: &arguments.reason,
        by: &arguments.by,
        withdraws: &arguments.withdraws,
    };
    let collection = amend(&context, &request, &reason)?;
    evidence::finish(&context, &collection, &arguments.intake, terminal)
}
