//! `runproof verify`: whether a site is what its manifest says.

use std::path::PathBuf;

use clap::Args;

use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::output::verify::verify;

/// Check a site against its manifest, file by file
///
/// Computes the digest of every file anew and names those that are missing, extra or changed. Where a build did not end while it was
/// publishing, it tells which files are newer than the manifest. The exit code is 1 when anything differs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runproof verify site")]
pub(crate) struct Arguments {
    /// The folder of the site
    site: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome> {
    let verified = verify(&arguments.site)?;
    let mut text = String::new();
    for (url, wrong) in &verified.wrong {
        text.push_str(&format!("{:8}{}\n", wrong.word(), url.escape_debug()));
    }
    if verified.is_unfinished {
        text.push_str("a build did not end while it was publishing: `newer` files are of that one, the others of the one before; build again\n");
    }
    text.push_str(&format!(
        "{} of {} files are as the manifest says\n",
        verified.good,
        verified.good + verified.wrong.len()
    ));
    terminal.print(&text);
    let is_clean = verified.wrong.is_empty() && !verified.is_unfinished;
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}
