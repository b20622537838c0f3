//! Where the evidence is, as options of the commands that judge it; and how what is to be written into the store is told.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use clap::{Args, ValueEnum};

use crate::audit::intake::Wishes;
use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::collect::{Collection, Request};
use crate::judge::context::Context;
use crate::judge::meant::{Meant, meant};
use crate::judge::place::Place;
use crate::model::count::counted;
use crate::model::gate::ReleaseState;
use crate::output::store;
use crate::report::dossier;

/// Where the evidence is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct EvidenceAt {
    /// Read releases and their evidence from another branch, with the same layout
    #[arg(long, value_name = "REVISION", conflicts_with = "artifacts")]
    evidence_ref: Option<String>,
    /// Read releases and their evidence from a folder, with the same layout; no history confirms it
    #[arg(long, value_name = "FOLDER")]
    artifacts: Option<PathBuf>,
}

impl EvidenceAt {
    /// As the judgement takes it.
    pub(crate) fn place(&self) -> Place {
        match (&self.evidence_ref, &self.artifacts) {
            (Some(revision), _) => Place::Revision(revision.clone()),
            (None, Some(folder)) => Place::Folder(folder.clone()),
            (None, None) => Place::Tree,
        }
    }
}

/// Where releases are read, and how they are told.
#[derive(Clone, Debug, Args)]
pub(crate) struct Reading {
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// Read the files of the worktree in place of the head of the branch
    #[arg(long)]
    pub(crate) worktree: bool,
    #[command(flatten)]
    pub(crate) evidence: EvidenceAt,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Which files become evidence of what.
#[derive(Clone, Debug, Args)]
pub(crate) struct Intake {
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// The run that made the files, as `gh run view --json` prints it; it must be of the released commit
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// How the release ended
    #[arg(long, value_enum, value_name = "HOW")]
    outcome: Option<Ended>,
    /// Files of a gate, by a glob that counts from the folder; may be given several times
    #[arg(long = "gate", value_name = "GATE=FILE", value_parser = gate_and_files)]
    gates: Vec<(String, String)>,
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

impl Intake {
    /// The version and the product that are meant by a version or by a whole tag.
    pub(crate) fn meant(&self, context: &Context, name: &str) -> Result<Meant> {
        meant(context, name, self.product.as_deref())
    }

    /// What is asked of the store: a version, the folder with the files, and the gates whose evidence comes later.
    pub(crate) fn request<'given>(
        &'given self,
        meant: &'given Meant,
        from: Option<&'given Path>,
        open: &'given [String],
        common: &Common,
    ) -> Result<Request<'given>> {
        Ok(Request {
            version: &meant.version,
            product: meant.product.as_deref(),
            from,
            run: self.run.as_deref(),
            open,
            wishes: Wishes {
                gates: self.gates.clone(),
                leave_out: self.leave_out.clone(),
            },
            outcome: self.outcome.map(Into::into),
            now: now(common)?,
        })
    }
}

/// A form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How a release ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ended {
    /// It runs
    Shipped,
    /// It was undone
    RolledBack,
    /// It must not be used
    Withdrawn,
    /// It was never shipped
    Abandoned,
}

impl From<Ended> for crate::model::release::Outcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Shipped => Self::Shipped,
            Ended::RolledBack => Self::RolledBack,
            Ended::Withdrawn => Self::Withdrawn,
            Ended::Abandoned => Self::Abandoned,
        }
    }
}

/// The moment that counts as now: `SOURCE_DATE_EPOCH`, else the clock; the end of the day that `--today` names, where that is another one.
fn now(common: &Common) -> Result<DateTime<Utc>> {
    if let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") {
        let at = seconds
            .trim()
            .parse()
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        return at.ok_or_else(|| Error::usage(format!("SOURCE_DATE_EPOCH is no number of seconds: `{seconds}`")));
    }
    let now = Utc::now();
    Ok(match common.today.filter(|today| *today != now.date_naive()) {
        Some(today) => today.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1) - TimeDelta::seconds(1),
        None => now,
    })
}

/// Reads a moment of the command line.
pub(crate) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    at.map_err(|_| "it is no time with a zone; write it as 2026-01-02T10:00:00Z".to_owned())
}

/// Reads `GATE=GLOB` of the command line.
fn gate_and_files(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((gate, files)) if !gate.trim().is_empty() && !files.trim().is_empty() => {
            Ok((gate.trim().to_owned(), files.trim().to_owned()))
        }
        _ => Err("write it as GATE=FILE".to_owned()),
    }
}

/// Tells what was planned, writes it unless that is only tried, and says what came of it.
pub(crate) fn finish(context: &Context, collection: &Collection, intake: &Intake, terminal: &Terminal) -> Result<Outcome> {
    refuse(collection)?;
    if !intake.dry_run {
        store::write(&context.root, &collection.files, &collection.gone)?;
    }
    for note in &collection.notes {
        terminal.note(&format!("note: {}\n", visible(note)));
    }
    match intake.format {
        Format::Json => terminal.print(&dossier::json(&collection.dossier)),
        Format::Text => {
            terminal.print(&files(collection));
            terminal.print(&dossier::text(&collection.dossier));
        }
    }
    if intake.dry_run {
        terminal.note("nothing was written\n");
    } else {
        let folder = collection.record.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = folder.trim_end_matches("/amendments");
        terminal.note(&format!(
            "wrote {} below {}; commit {}: git add {folder} && git commit\n",
            counted(collection.files.len() as u64, "file"),
            visible(folder),
            if collection.files.len() == 1 { "it" } else { "them" }
        ));
    }
    let state = collection.dossier.judged.verdict.state;
    let is_good = matches!(state, ReleaseState::Proven | ReleaseState::Accepted);
    Ok(if is_good { Outcome::Clean } else { Outcome::Findings })
}

/// Nothing is written as long as something cannot be decided.
fn refuse(collection: &Collection) -> Result<()> {
    let mut refused = collection.refused.iter();
    let Some(first) = refused.next() else { return Ok(()) };
    let mut message = first.message.clone();
    let mut help = first.help.clone();
    for other in refused {
        message.push_str(&format!("\n       {}", other.message));
        if !help.contains(&other.help) {
            help.push_str(&format!("\n      {}", other.help));
        }
    }
    Err(Error::usage(message).with_help(help))
}

/// Which file went where.
fn files(collection: &Collection) -> String {
    let mut text = String::new();
    let width = collection
        .collected
        .iter()
        .map(|file| file.path.chars().count())
        .max()
        .unwrap_or_default()
        .min(60);
    for file in &collection.collected {
        let from = file
            .from
            .as_deref()
            .map_or_else(|| "already there".to_owned(), |from| format!("from {from}"));
        text.push_str(&format!(
            "{:<width$}  {}  {from}\n",
            visible(&file.path),
            file.format.unwrap_or("not read"),
            from = visible(&from)
        ));
    }
    for (path, why) in &collection.left_out {
        text.push_str(&format!("left out: {}: {}\n", visible(path), visible(why)));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
