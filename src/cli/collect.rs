//! `runproof collect`: put what CI left behind into the evidence store.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::audit::intake::Wishes;
use crate::cli::common::Common;
use crate::cli::evidence::{self, Ended, Format};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::judge::collect::{Head, Request, collect};

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
    /// The version, as its tag has it
    version: String,
    /// The folder that CI left behind
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// The run that made the files, as `gh run view --json` prints it; it must be of the released commit
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// The commit of a release that has no tag yet
    #[arg(long, value_name = "REVISION")]
    commit: Option<String>,
    /// When it went out [default: when the tag was made, else now]
    #[arg(long, value_name = "TIME", value_parser = evidence::moment)]
    released: Option<DateTime<Utc>>,
    /// How it ended
    #[arg(long, value_enum, value_name = "HOW")]
    outcome: Option<Ended>,
    /// Words for the reader of the record
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Files of a gate, by a glob that counts from the folder; may be given several times
    #[arg(long = "gate", value_name = "GATE=FILE", value_parser = evidence::gate_and_files)]
    gates: Vec<(String, String)>,
    /// A gate whose evidence comes later; may be given several times
    #[arg(long, value_name = "GATE")]
    open: Vec<String>,
    /// Files that are no evidence, by a glob; may be given several times
    #[arg(long, value_name = "GLOB")]
    leave_out: Vec<String>,
    /// Decide and judge, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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
        open: &arguments.open,
        wishes: &wishes,
        outcome: arguments.outcome.map(Into::into),
        now: evidence::now(common)?,
    };
    let head = Head {
        commit: arguments.commit.as_deref(),
        released: arguments.released,
        note: arguments.note.as_deref(),
    };
    let collection = collect(&context, &request, &head)?;
    evidence::finish(&context, &collection, arguments.dry_run, arguments.format, terminal)
}
