//! What CI left behind: the files of a folder, and the run that made them.

use std::path::Path;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::audit::intake::{self, Intake, Offered};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::model::digest::hex;
use crate::model::evidence::Artifact;
use crate::model::gate::Gate;
use crate::model::tree::EntryKind;
use crate::parse::{recognise, release_log};
use crate::source::disk::named_bytes;
use crate::source::tree::Tree;

/// The largest file that is collected, in bytes.
const LIMIT: u64 = 256 << 20;

/// Where CI left its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftAt<'a> {
    /// The version that they are evidence of.
    pub(super) version: &'a str,
    /// The folder; none to take nothing.
    pub(super) from: Option<&'a Path>,
    /// The run that made them, as `gh run view --json` printed it.
    pub(super) run: Option<&'a Path>,
}

/// A file that CI left behind, read.
pub(super) struct Left {
    /// The path from the folder.
    pub(super) path: String,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Their digest, 64 hex digits.
    pub(super) sha256: String,
    /// What was read from them.
    pub(super) artifact: Artifact,
}

/// A run of CI.
pub(super) struct Run {
    /// The path of its file.
    pub(super) path: String,
    /// Where it can be seen.
    pub(super) url: Option<String>,
}

/// Reads what CI left behind. A run that was named apart is the last one.
pub(super) fn left_behind(context: &Context, asked: &LeftAt<'_>, gates: &[Gate]) -> Result<Vec<Left>> {
    let mut left = Vec::new();
    if let Some(from) = asked.from {
        if !from.is_dir() {
            let error = Error::usage(format!("there is no folder `{}`", from.display()));
            return Err(error.with_help("name the folder that holds what CI left behind, such as where `gh run download` put it"));
        }
        let tree = context.worktree(from)?;
        if let Some(skipped) = tree.skipped().first() {
            return Err(Error::usage(format!(
                "`{}` in `{}`: {}",
                skipped.path,
                from.display(),
                skipped.reason
            )));
        }
        let entries = &tree.listing().entries;
        if let Some(link) = entries
            .iter()
            .find(|entry| !matches!(entry.kind, EntryKind::File | EntryKind::Executable))
        {
            let error = Error::usage(format!(
                "`{}` in `{}` is a link, and no link is followed",
                link.path,
                from.display()
            ));
            return Err(error.with_help("put the file itself there"));
        }
        if let Some(odd) = entries.iter().find(|entry| !release_log::is_inside(&entry.path)) {
            let error = Error::usage(format!("the name `{}` cannot stand in a record", odd.path.escape_debug()));
            return Err(error.with_help("rename it: no `\\`, no `:`, no control characters"));
        }
        let read: Vec<Result<Left>> = entries
            .into_par_iter()
            .map(|entry| Ok(read(&entry.path, tree.read(entry)?, gates)))
            .collect();
        for file in read {
            left.push(file?);
        }
    }
    if let Some(run) = asked.run {
        let failed = |error: std::io::Error| Error::usage(format!("failed to read `{}`", run.display())).caused_by(&error);
        let bytes = named_bytes(run, &[], LIMIT).map_err(failed)?;
        let sha256 = hex(&Sha256::digest(&bytes));
        if let Some(same) = left.iter().position(|file: &Left| file.sha256 == sha256) {
            let same = left.remove(same);
            left.push(same);
        } else {
            left.push(read("run.json", bytes, gates));
        }
    }
    Ok(left)
}

/// Reads one file.
pub(super) fn read(path: &str, bytes: Vec<u8>, gates: &[Gate]) -> Left {
    // An empty list is a report of whatever tool was declared, where one gate names the file and a format.
    let is_ambiguous = matches!(bytes.trim_ascii(), b"[]" | b"null");
    let declared = gates
        .iter()
        .filter(|_| is_ambiguous)
        .find(|gate| gate.demand.format.is_some() && intake::names(gate, path))
        .and_then(|gate| gate.demand.format.as_deref());
    Left {
        path: path.to_owned(),
        sha256: hex(&Sha256::digest(&bytes)),
        artifact: recognise::read(&bytes, declared.filter(|format| recognise::format(format).is_some())),
        bytes,
    }
}

/// The files as the judgement on where they go takes them.
pub(super) fn offered(left: &[Left]) -> Vec<Offered<'_>> {
    left.iter()
        .map(|file| Offered {
            path: &file.path,
            artifact: &file.artifact,
        })
        .collect()
}

/// The run that made the files: the one that was named, else the only one among them. It must be of the released commit.
pub(super) fn run(asked: &LeftAt<'_>, commit: &str, left: &mut [Left]) -> Result<Option<Run>> {
    let runs: Vec<&Left> = left
        .iter()
        .filter(|file| file.artifact.format == Some("github-run"))
        .collect();
    let run = match (asked.run, runs.as_slice()) {
        (Some(path), _) => {
            let file = left.last().filter(|file| file.artifact.format == Some("github-run"));
            file.ok_or_else(|| {
                let error = Error::usage(format!("`{}` is no run as `gh run view --json` prints it", path.display()));
                error.with_help(
                    "write it with `gh run view ID --json attempt,conclusion,createdAt,databaseId,event,headBranch,headSha,jobs,name,number,startedAt,status,updatedAt,url,workflowName`",
                )
            })?
        }
        (None, [run]) => run,
        (None, _) => return Ok(None),
    };
    for named in &run.artifact.about.commits {
        if !named.eq_ignore_ascii_case(commit) {
            let error = Error::usage(format!(
                "the run `{}` is of the commit {named}, and {} is {commit}",
                run.path, asked.version
            ));
            return Err(error.with_help("name the run of the released commit, or look at the tag"));
        }
    }
    let value: Option<Value> = serde_json::from_slice(&run.bytes).ok();
    let url = value.as_ref().and_then(|value| value.get("url")).and_then(Value::as_str);
    Ok(Some(Run {
        path: run.path.clone(),
        url: url
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .map(str::to_owned),
    }))
}

/// A run that was named by the user is no file that nobody knows where to put.
pub(super) fn claim_run(left: &[Left], run: Option<&Run>, intake: &mut Intake) {
    let Some(at) = run.and_then(|run| left.iter().position(|file| file.path == run.path)) else {
        return;
    };
    let is_placed = intake.taken.iter().any(|(taken, _)| *taken == at);
    let path = &left[at].path;
    if !is_placed && !intake.left_out.iter().any(|(out, _)| *out == at) {
        intake
            .refused
            .retain(|refusal| !refusal.message.starts_with(&format!("`{path}` ")));
        intake.taken.push((at, None));
    }
}
