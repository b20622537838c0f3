//! `runproof collect`: put what CI left behind into the evidence store.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::{self, Intake};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::collect::{Head, collect};

/// Put what CI left behind into the evidence store, with digests and the chain, and print the verdict
///
/// Every file is recognised by its content and goes to the gate that asks for it: by what a step record says, by `files` of the gate, by a
/// folder that is called like the gate, or by the format and the tool. What could be two things is refused, with both names. The tag is
/// followed to its commit; before there is one, `--commit` names it. What lies in the folder of the release already, such as notes and
/// sign-offs, is recorded as well.
///
/// Everything is decided before anything is written. The exit code is 1 when a gate is open.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof collect v1.4.0 --from artifacts\n  runproof collect v1.4.0 --from artifacts --run run.json --dry-run\n  runproof collect v1.5.0 --from artifacts --commit HEAD --open first-day\n  runproof collect v1.4.0 --from artifacts --gate unit-tests='reports/**/*.xml' --leave-out '**/*.html'\n  gh run download 4127 --dir artifacts && gh run view 4127 --json attempt,conclusion,createdAt,databaseId,headSha,jobs,startedAt,status,updatedAt,url,workflowName > run.json"
)]
pub(crate) struct Arguments {
    /// The version, or its whole tag
    version: String,
    /// The folder that CI left behind
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// The commit of a release that has no tag yet
    #[arg(long, value_name = "REVISION")]
    commit: Option<String>,
    /// When it went out [default: when the tag was made, else now]
    #[arg(long, value_name = "TIME", value_parser = evidence::moment)]
    released: Option<DateTime<Utc>>,
    /// Words for the reader of the record
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// A gate whose evidence comes later; may be given several times
    #[arg(long, value_name = "GATE")]
    open: Vec<String>,
    #[command(flatten)]
    intake: Intake,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let meant = arguments.intake.meant(&context, &arguments.version)?;
    let from = arguments.from.as_deref();
    let request = arguments.intake.request(&meant, from, &arguments.open, common)?;
    let head = Head {
        commit: arguments.commit.as_deref(),
        released: arguments.released,
        note: arguments.note.as_deref(),
    };
    let collection = collect(&context, &request, &head)?;
    evidence::finish(&context, &collection, &arguments.intake, terminal)
}
