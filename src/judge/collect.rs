//! What goes into the evidence store for a release, planned as a whole before anything is written: files, digests, the record or the
//! amendment, and the verdict as it will be once all that is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::audit::intake::{self, Intake, Offered, Refusal, Wishes};
use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::context::{Context, Subject};
use crate::judge::declared::Declarer;
use crate::judge::dossier::{Known, dossier, named, no_product, of_product};
use crate::judge::place::Place;
use crate::load::discovery::runbook_paths;
use crate::load::edition::Cache;
use crate::load::releases::Releases;
use crate::load::unread::hex;
use crate::load::version::take_apart;
use crate::load::vouch::Source;
use crate::model::dossier::Dossier;
use crate::model::evidence::Artifact;
use crate::model::gate::{Gate, Outcome};
use crate::model::history::CommitId;
use crate::model::release::{self, Record, Release, Vouching};
use crate::model::tree::EntryKind;
use crate::parse::release_log::write::{NewAmendment, NewEvent, NewFile, NewRecord, NewRunbook};
use crate::parse::{recognise, release_log};
use crate::source::disk::named_bytes;
use crate::source::tags::tags;
use crate::source::tree::Tree;
use crate::source::tree::overlay::OverlayTree;

/// The largest file that is collected, in bytes.
const LIMIT: u64 = 256 << 20;

/// What the user wants to be collected.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// The version.
    pub(crate) version: &'a str,
    /// The product, where there are several.
    pub(crate) product: Option<&'a str>,
    /// The folder that CI left behind; none to record what lies in the store already.
    pub(crate) from: Option<&'a Path>,
    /// The run that made it, as `gh run view --json` printed it.
    pub(crate) run: Option<&'a Path>,
    /// Gates that may stay open, by id.
    pub(crate) open: &'a [String],
    /// What goes where, and what stays out.
    pub(crate) wishes: &'a Wishes,
    /// How the release ended.
    pub(crate) outcome: Option<release::Outcome>,
    /// The moment that counts as now.
    pub(crate) now: DateTime<Utc>,
}

/// What only a record has.
#[derive(Clone, Debug)]
pub(crate) struct Head<'a> {
    /// The commit, where the user names it.
    pub(crate) commit: Option<&'a str>,
    /// When the release went out, where the user says so.
    pub(crate) released: Option<DateTime<Utc>>,
    /// Words for the reader.
    pub(crate) note: Option<&'a str>,
}

/// What only an amendment has.
#[derive(Clone, Debug)]
pub(crate) struct Reason<'a> {
    /// Why.
    pub(crate) reason: &'a str,
    /// Who, by role.
    pub(crate) by: &'a str,
    /// Files that no longer count.
    pub(crate) withdraws: &'a [String],
}

/// A file that goes into the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Collected {
    /// Where it came from, from the folder of CI; none where it lies in the store already.
    pub(crate) from: Option<String>,
    /// The path from the folder of the release.
    pub(crate) path: String,
    /// The gate; none for a file of the release as a whole.
    pub(crate) gate: Option<String>,
    /// The format that it was read as.
    pub(crate) format: Option<&'static str>,
    /// The length.
    pub(crate) bytes: u64,
}

/// What is to be written, and what will come of it.
pub(crate) struct Collection {
    /// Files by their path from the root of the repository, in the order in which they must be written: the record comes last.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Files of an earlier try that are no longer wanted.
    pub(crate) gone: Vec<String>,
    /// The files of the record.
    pub(crate) collected: Vec<Collected>,
    /// What was left out, and why.
    pub(crate) left_out: Vec<(String, String)>,
    /// What cannot be decided; where there is any, nothing must be written.
    pub(crate) refused: Vec<Refusal>,
    /// What is worth knowing.
    pub(crate) notes: Vec<String>,
    /// The record or the amendment.
    pub(crate) record: String,
    /// The release as it will be.
    pub(crate) dossier: Dossier,
}

/// A file that CI left behind, read.
struct Left {
    path: String,
    bytes: Vec<u8>,
    sha256: String,
    artifact: Artifact,
}

/// A run of CI.
struct Run {
    path: String,
    url: Option<String>,
}

/// Where a release lies, and what it is a release of.
struct Target {
    plan: ProductPlan,
    /// The folder of the release, with `/` behind it.
    base: String,
    subject: Subject,
}

/// Plans the record of a release.
pub(crate) fn collect(context: &Context, request: &Request<'_>, head: &Head<'_>) -> Result<Collection> {
    let repository = context.repository.as_ref().ok_or_else(|| {
        Error::unjudged("there is no repository, and a record is of a commit")
            .with_help("run it in a clone, or name one with `--repo`")
    })?;
    let target = target(context, request)?;
    let tags = tags(repository)?;
    let tree = target.subject.tree.as_ref();
    let in_tree = Source::in_tree(tree);
    let before = crate::load::releases::releases(Some(repository), &tags, in_tree, &target.plan);
    let known = find(&before, request.version);
    let commit = commit(context, request, head, known)?;
    let record_path = format!("{}record.json", target.base);
    let committed = committed(context, &target)?;
    if committed.contains(&record_path) {
        let error = Error::usage(format!("{} has a record, and it is committed", request.version));
        return Err(error.with_help(format!(
            "what comes later is added with `runproof amend {} --from FOLDER --by ROLE --reason TEXT`; a record is never written anew",
            request.version
        )));
    }
    let gates = gates(context, &target.plan, &commit)?;
    let released = head
        .released
        .or_else(|| known?.tag.as_ref()?.date.map(|date| date.to_utc()))
        .unwrap_or(request.now);
    let (prev, mut notes) = previous(&before, &record_path, released)?;
    let mut left = left_behind(context, request, &gates)?;
    let run = run(request, &commit, &mut left)?;
    let offered = offered(&left);
    let mut intake = intake::assign(&offered, &gates, request.wishes);
    claim_run(&left, run.as_ref(), &mut intake);
    let mut plan = place(&left, &intake, run.as_ref());
    let old = tree.listing().entry(&record_path).and_then(|entry| tree.read(entry).ok());
    let gone = of_earlier_try(&target, old.as_deref(), &committed, &left, &plan);
    plan.refused.extend(already_there(&target, &committed, &left, &plan)?);
    let kept = kept(&target, &plan, &gone)?;
    let mut files = records(&plan, &left, run.as_ref(), request.now);
    files.extend(kept.iter().map(|(file, sha256)| new_file(file, sha256, None, request.now)));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let record = NewRecord {
        product: Some(target.plan.id.clone()).filter(|id| !id.is_empty()),
        version: request.version.to_owned(),
        commit: commit.clone(),
        released: written(released),
        outcome: request.outcome,
        runbook: runbook(context, &target.plan, &gates, &commit)?,
        gates: gates.iter().map(|gate| gate.id.clone()).collect(),
        prev,
        timeline: timeline(known),
        files,
        note: head.note.map(str::to_owned),
        ..NewRecord::default()
    };
    if gates.is_empty() && request.wishes.gates.is_empty() {
        plan.refused.push(Refusal {
            message: format!("no gate is declared at {}", commit.get(..7).unwrap_or(&commit)),
            help: "declare what a release must pass, in a table of the runbook or with `[[gates]]` in runproof.toml (`runproof gates --as toml` prints it), or name gates here with `--gate GATE=FILE`".to_owned(),
        });
    }
    if known.is_none_or(|release| release.tag.is_none()) {
        notes.push(format!(
            "there is no tag `{}` yet; when it is made it must lead to {}",
            request.version,
            commit.get(..7).unwrap_or(&commit)
        ));
    }
    if old.is_some() {
        notes.push("a record of an earlier try, which is not committed, is replaced".to_owned());
    }
    plan.collected.extend(kept.into_iter().map(|(file, _)| file));
    plan.notes = notes;
    finish(
        context,
        request,
        target,
        plan,
        (&left, &intake, &gates),
        (record_path, release_log::write::record(&record)),
        gone,
    )
}

/// Plans an amendment of the record of a release.
pub(crate) fn amend(context: &Context, request: &Request<'_>, reason: &Reason<'_>) -> Result<Collection> {
    let repository = context
        .repository
        .as_ref()
        .ok_or_else(|| Error::unjudged("there is no repository, and a record is of a commit"))?;
    let target = target(context, request)?;
    let tags = tags(repository)?;
    let tree = target.subject.tree.as_ref();
    let in_tree = Source::in_tree(tree);
    let before = crate::load::releases::releases(Some(repository), &tags, in_tree, &target.plan);
    let known = find(&before, request.version)
        .filter(|release| release.record.is_some())
        .ok_or_else(|| {
            let error = Error::usage(format!("{} has no record to amend", request.version));
            error.with_help(format!("`runproof collect {} --from FOLDER` writes it", request.version))
        })?;
    let record_path = format!("{}record.json", target.base);
    let committed = committed(context, &target)?;
    if !committed.contains(&record_path) {
        let error = Error::usage(format!("the record of {} is not committed yet", request.version));
        return Err(error.with_help("commit it first, or collect again: until then nothing needs to be amended"));
    }
    if let Some(contradiction) = known.contradictions.first() {
        let error = Error::usage(format!("{} is contradicted: {}", request.version, contradiction.message));
        return Err(error.with_help("restore it from history first; an amendment cannot make up for it"));
    }
    let commit = known.commit.clone().unwrap_or_default();
    let gates = audit_gates(context, &target.plan, known);
    let recorded = tree
        .listing()
        .entry(&record_path)
        .map(|entry| tree.read(entry))
        .transpose()?
        .unwrap_or_default();
    let prev = known
        .amendments
        .last()
        .map_or_else(|| hex(&Sha256::digest(&recorded)), |last| last.digest.clone());
    let mut left = left_behind(context, request, &gates)?;
    let run = run(request, &commit, &mut left)?;
    let offered = offered(&left);
    let mut intake = intake::assign(&offered, &gates, request.wishes);
    claim_run(&left, run.as_ref(), &mut intake);
    let mut plan = place(&left, &intake, run.as_ref());
    own_names(&mut plan, known, &left);
    let record = known.record.as_ref();
    for path in reason.withdraws {
        if !record.is_some_and(|record| record.files.iter().any(|file| file.path == *path)) {
            plan.refused.push(Refusal {
                message: format!("`{path}` is not recorded for {}, so it cannot be withdrawn", request.version),
                help: format!("`runproof release {}` lists its files", request.version),
            });
        }
    }
    if plan.collected.is_empty() && request.outcome.is_none() && reason.withdraws.is_empty() {
        plan.refused.push(Refusal {
            message: "nothing would be amended".to_owned(),
            help: "name what is new: a folder with `--from`, how it ended with `--outcome`, a file that does not count with `--withdraw`".to_owned(),
        });
    }
    let number = known.amendments.len() + 1;
    let path = format!("{}amendments/{number:03}.json", target.base);
    let mut files = records(&plan, &left, run.as_ref(), request.now);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let amendment = NewAmendment {
        version: record.map(|record| record.version.clone()).unwrap_or_default(),
        prev,
        at: written(request.now),
        by: reason.by.to_owned(),
        reason: reason.reason.to_owned(),
        outcome: request.outcome,
        withdraws: reason.withdraws.to_vec(),
        files,
        ..NewAmendment::default()
    };
    finish(
        context,
        request,
        target,
        plan,
        (&left, &intake, &[]),
        (path, release_log::write::amendment(&amendment)),
        Vec::new(),
    )
}

/// The product that is meant, and the folder of the release in its store.
fn target(context: &Context, request: &Request<'_>) -> Result<Target> {
    if context.evidence != Place::Tree {
        return Err(Error::usage("evidence is collected into the worktree").with_help(
            "check the branch of the evidence out, or add a worktree for it with `git worktree add`, and name that with `--repo`",
        ));
    }
    if take_apart(request.version).is_none() || request.version.contains('/') {
        let error = Error::usage(format!("`{}` is no version", request.version));
        return Err(error.with_help("write it as the tag or the folder of the release has it: `v1.4.0`, `2026.11.1`"));
    }
    let plans = plans(&context.config, &context.name());
    let plan = match request.product {
        Some(product) => plans
            .iter()
            .find(|plan| plan.id == product)
            .ok_or_else(|| no_product(product, plans.iter().map(|plan| plan.id.as_str())))?,
        None if plans.len() == 1 => &plans[0],
        None => {
            let ids: Vec<&str> = plans.iter().map(|plan| plan.id.as_str()).collect();
            let error = Error::usage(format!("{} products keep evidence here", plans.len()));
            return Err(error.with_help(format!("say which, with `--product`: `{}`", ids.join("`, `"))));
        }
    };
    let subject = context.subject(None, true)?;
    // A folder of another spelling of the version is the one of the release.
    let plain = |text: &str| text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    let prefix = format!("{}/", plan.releases);
    let folders = subject.tree.listing().below(&plan.releases).iter();
    let mut folders = folders.filter_map(|entry| entry.path.strip_prefix(&prefix)?.split_once('/').map(|(folder, _)| folder));
    let folder = folders
        .find(|folder| plain(folder) == plain(request.version))
        .unwrap_or(request.version)
        .to_owned();
    Ok(Target {
        base: format!("{prefix}{folder}/"),
        plan: plan.clone(),
        subject,
    })
}

/// The paths of the folder of the release that the head of the branch holds.
fn committed(context: &Context, target: &Target) -> Result<BTreeSet<String>> {
    let Some((repository, head)) = context.repository.as_ref().zip(target.subject.head.as_ref()) else {
        return Ok(BTreeSet::new());
    };
    let tree = repository.tree(&head.id)?;
    let below = tree.listing().below(target.base.trim_end_matches('/'));
    Ok(below.iter().map(|entry| entry.path.clone()).collect())
}

/// The release of a version, in whatever spelling.
fn find<'found>(found: &'found Releases, version: &str) -> Option<&'found Release> {
    let plain = |text: &str| text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    found
        .releases
        .iter()
        .find(|release| plain(&release.version) == plain(version))
}

/// The commit of the release: that of its tag, tag objects on the way passed, or the one that the user names. The two must agree.
fn commit(context: &Context, request: &Request<'_>, head: &Head<'_>, known: Option<&Release>) -> Result<CommitId> {
    let repository = context
        .repository
        .as_ref()
        .ok_or_else(|| Error::unjudged("there is no repository"))?;
    let tagged = known
        .filter(|release| release.tag.is_some())
        .and_then(|release| release.commit.clone())
        .or_else(|| repository.resolve(&format!("refs/tags/{}", request.version)).ok());
    let said = head.commit.map(|revision| repository.resolve(revision)).transpose()?;
    match (tagged, said) {
        (Some(tagged), Some(said)) if tagged != said => {
            let error = Error::usage(format!(
                "the tag of {} leads to {}, and you named {}",
                request.version,
                tagged.get(..7).unwrap_or(&tagged),
                said.get(..7).unwrap_or(&said)
            ));
            Err(error.with_help("leave `--commit` out, or look at the tag: a release is of one commit"))
        }
        (Some(commit), _) | (None, Some(commit)) => Ok(commit),
        (None, None) => {
            let error = Error::usage(format!(
                "there is no tag `{}`, so the commit of the release is not known",
                request.version
            ));
            Err(error.with_help("make the tag, or name the commit: `--commit HEAD`"))
        }
    }
}

/// The gates that are declared at the released commit; today's where it declares none.
fn gates(context: &Context, plan: &ProductPlan, commit: &str) -> Result<Vec<Gate>> {
    let Some(repository) = &context.repository else {
        return Ok(plan.gates.clone());
    };
    let release = Release {
        commit: Some(commit.to_owned()),
        commit_is_present: repository.commit(commit).is_some(),
        ..Release::default()
    };
    Ok(audit_gates(context, plan, &release))
}

/// The gates that a release is judged by.
fn audit_gates(context: &Context, plan: &ProductPlan, release: &Release) -> Vec<Gate> {
    let declared = Declarer::new(context, plan, &Cache::default()).declared_for(release);
    crate::audit::verdict::gates(&declared.gates, std::slice::from_ref(release))
}

/// The digest of the record that comes before one that is released at a moment, and what is worth knowing about it.
fn previous(found: &Releases, record_path: &str, released: DateTime<Utc>) -> Result<(Option<String>, Vec<String>)> {
    let mut records: Vec<(&Release, &Record)> = found
        .releases
        .iter()
        .filter_map(|release| Some((release, release.record.as_ref()?)))
        .filter(|(_, record)| record.path != record_path)
        .collect();
    records.sort_by_key(|(_, record)| record.released);
    let Some((last, record)) = records.last() else {
        return Ok((None, Vec::new()));
    };
    if let Some(at) = record.released.filter(|at| at.to_utc() > released) {
        let error = Error::usage(format!(
            "the chain of records grows at its end: {} was released at {}, after this release ({})",
            last.version,
            written(at.to_utc()),
            written(released)
        ));
        return Err(error.with_help("say when this release went out, `--released TIME`; one that is older than the newest record cannot be chained any more"));
    }
    if records.len() > 1 && records.iter().all(|(_, record)| record.prev.is_none()) {
        let note = format!(
            "the {} records before it are not chained, so this one is not chained to them either",
            records.len()
        );
        return Ok((None, vec![note]));
    }
    Ok((last.record_digest.clone(), Vec::new()))
}

/// Reads what CI left behind. A run that was named apart is the last one.
fn left_behind(context: &Context, request: &Request<'_>, gates: &[Gate]) -> Result<Vec<Left>> {
    let mut left = Vec::new();
    if let Some(from) = request.from {
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
    if let Some(run) = request.run {
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

fn read(path: &str, bytes: Vec<u8>, gates: &[Gate]) -> Left {
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

fn offered(left: &[Left]) -> Vec<Offered<'_>> {
    left.iter()
        .map(|file| Offered {
            path: &file.path,
            artifact: &file.artifact,
        })
        .collect()
}

/// The run that made the files: the one that was named, else the only one among them. It must be of the released commit.
fn run(request: &Request<'_>, commit: &str, left: &mut [Left]) -> Result<Option<Run>> {
    let runs: Vec<&Left> = left
        .iter()
        .filter(|file| file.artifact.format == Some("github-run"))
        .collect();
    let run = match (request.run, runs.as_slice()) {
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
                run.path, request.version
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
fn claim_run(left: &[Left], run: Option<&Run>, intake: &mut Intake) {
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

/// What goes where in the folder of the release.
#[derive(Default)]
struct Plan {
    /// The files, and the number of each among those that CI left behind.
    collected: Vec<Collected>,
    numbers: Vec<usize>,
    left_out: Vec<(String, String)>,
    refused: Vec<Refusal>,
    notes: Vec<String>,
}

fn place(left: &[Left], intake: &Intake, run: Option<&Run>) -> Plan {
    let mut plan = Plan {
        left_out: intake
            .left_out
            .iter()
            .map(|(at, why)| (left[*at].path.clone(), why.clone()))
            .collect(),
        refused: intake.refused.clone(),
        ..Plan::default()
    };
    let mut names: BTreeMap<&str, Vec<(usize, String)>> = BTreeMap::new();
    for (at, gate) in &intake.taken {
        let file = &left[*at];
        let is_run = run.is_some_and(|run| run.path == file.path);
        match gate {
            Some(gate) => names.entry(gate).or_default().push((*at, short_name(&file.path, gate))),
            None => {
                let name = if is_run {
                    "run.json"
                } else {
                    file.path.rsplit('/').next().unwrap_or(&file.path)
                };
                plan.collected.push(collected(file, name.to_owned(), None));
                plan.numbers.push(*at);
            }
        }
    }
    for (gate, files) in names {
        let mut short: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, name) in &files {
            *short.entry(name).or_default() += 1;
        }
        // What belongs to a document must stay where the document says.
        let has_attachments = files.iter().any(|(at, _)| !left[*at].artifact.about.attachments.is_empty());
        let keeps_paths = has_attachments || short.values().any(|count| *count > 1);
        let prefix = common_folder(files.iter().map(|(at, _)| left[*at].path.as_str()));
        for (at, name) in &files {
            let path = &left[*at].path;
            let name = if keeps_paths {
                path.get(prefix..).unwrap_or(path)
            } else {
                name
            };
            plan.collected.push(collected(
                &left[*at],
                format!("evidence/{gate}/{name}"),
                Some(gate.to_owned()),
            ));
            plan.numbers.push(*at);
        }
    }
    for twice in twice(&plan.collected) {
        plan.refused.push(Refusal {
            message: format!("two files would be kept as `{twice}`"),
            help: "rename one of them, or leave it out with `--leave-out`".to_owned(),
        });
    }
    plan
}

/// The paths that two files have, in whatever case of their letters: many systems cannot keep both.
fn twice(collected: &[Collected]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let twice = collected.iter().filter(|file| !seen.insert(file.path.to_lowercase()));
    twice.map(|file| file.path.clone()).collect()
}

fn collected(file: &Left, path: String, gate: Option<String>) -> Collected {
    Collected {
        from: Some(file.path.clone()),
        path,
        gate,
        format: file.artifact.format,
        bytes: file.bytes.len() as u64,
    }
}

/// What a file is called in the folder of its gate: what stands below a folder that is called like the gate, else its name.
fn short_name(path: &str, gate: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    let below = parts[..parts.len() - 1]
        .iter()
        .rposition(|part| part.eq_ignore_ascii_case(gate));
    parts.drain(..below.map_or(parts.len() - 1, |at| at + 1));
    parts.join("/")
}

/// The length of the folder that all paths have before them, its `/` included.
fn common_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> usize {
    let first = paths.next().unwrap_or_default();
    let mut end = first.rfind('/').map_or(0, |at| at + 1);
    for path in paths {
        while !path.starts_with(&first[..end]) {
            end = first[..end].trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
        }
    }
    end
}

/// What a record of an earlier try, which nobody committed, brought into the store: it goes where CI left the same bytes, so that nothing
/// is lost, and it is not wanted at its old place.
fn of_earlier_try(target: &Target, old: Option<&[u8]>, committed: &BTreeSet<String>, left: &[Left], plan: &Plan) -> Vec<String> {
    let Some(old) = old else { return Vec::new() };
    let (record, _) = release_log::record("record.json", old);
    let is_wanted = |path: &str| plan.collected.iter().any(|file| file.path == path);
    let files = record.files.iter().filter(|file| !is_wanted(&file.path));
    let files = files.filter(|file| left.iter().any(|other| other.sha256 == file.sha256));
    files
        .map(|file| format!("{}{}", target.base, file.path))
        .filter(|path| !committed.contains(path))
        .collect()
}

/// Files that stand in the store with other bytes, and that somebody committed.
fn already_there(target: &Target, committed: &BTreeSet<String>, left: &[Left], plan: &Plan) -> Result<Vec<Refusal>> {
    let tree = target.subject.tree.as_ref();
    let mut refused = Vec::new();
    for (file, at) in plan.collected.iter().zip(&plan.numbers) {
        let path = format!("{}{}", target.base, file.path);
        let Some(entry) = tree.listing().entry(&path).filter(|_| committed.contains(&path)) else {
            continue;
        };
        if tree.read(entry)? != left[*at].bytes {
            refused.push(Refusal {
                message: format!("`{path}` is committed, with other bytes"),
                help: "remove it in a commit of its own if it is wrong; nothing that is committed is written over".to_owned(),
            });
        }
    }
    Ok(refused)
}

/// Files that lie in the folder of the release already and are recorded with it: notes, sign-offs, step records.
fn kept(target: &Target, plan: &Plan, gone: &[String]) -> Result<Vec<(Collected, String)>> {
    let tree = target.subject.tree.as_ref();
    let mut kept = Vec::new();
    for entry in tree.listing().below(target.base.trim_end_matches('/')) {
        let Some(path) = entry.path.strip_prefix(&target.base) else {
            continue;
        };
        let is_new = plan.collected.iter().any(|file| file.path == path);
        let is_of_store = path == "record.json" || path.starts_with("amendments/");
        let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
        if is_new || is_of_store || !is_file || gone.contains(&entry.path) || !release_log::is_inside(path) {
            continue;
        }
        let bytes = tree.read(entry)?;
        let gate = path
            .strip_prefix("evidence/")
            .and_then(|path| path.split_once('/'))
            .map(|(gate, _)| gate.to_owned());
        kept.push((
            Collected {
                from: None,
                path: path.to_owned(),
                format: gate.as_ref().and_then(|_| recognise::read(&bytes, None).format),
                gate,
                bytes: bytes.len() as u64,
            },
            hex(&Sha256::digest(&bytes)),
        ));
    }
    Ok(kept)
}

/// Files of an amendment that are called like recorded ones get a name of their own: nothing that is recorded is written over.
fn own_names(plan: &mut Plan, known: &Release, left: &[Left]) {
    let mut known_paths: BTreeMap<String, &str> = known
        .evidence
        .iter()
        .map(|file| (file.path.clone(), file.sha256.as_str()))
        .collect();
    let mut same = Vec::new();
    for (place, file) in plan.collected.iter_mut().enumerate() {
        let digest = left[plan.numbers[place]].sha256.as_str();
        if known_paths.values().any(|known| *known == digest) {
            same.push(place);
            continue;
        }
        let (stem, ending) = match file.path.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => (stem.to_owned(), format!(".{ending}")),
            _ => (file.path.clone(), String::new()),
        };
        let mut number = 2;
        while known_paths.contains_key(&file.path) {
            file.path = format!("{stem}-{number}{ending}");
            number += 1;
        }
        known_paths.insert(file.path.clone(), digest);
    }
    for place in same.into_iter().rev() {
        let file = plan.collected.remove(place);
        plan.numbers.remove(place);
        plan.left_out
            .push((file.from.unwrap_or(file.path), "its bytes are recorded already".to_owned()));
    }
}

fn records(plan: &Plan, left: &[Left], run: Option<&Run>, now: DateTime<Utc>) -> Vec<NewFile> {
    let url = run.and_then(|run| run.url.clone());
    let files = plan.collected.iter().zip(&plan.numbers);
    files
        .map(|(file, at)| new_file(file, &left[*at].sha256, url.clone(), now))
        .collect()
}

fn new_file(file: &Collected, sha256: &str, source_url: Option<String>, now: DateTime<Utc>) -> NewFile {
    NewFile {
        path: file.path.clone(),
        sha256: sha256.to_owned(),
        bytes: file.bytes,
        format: file.format.map(str::to_owned),
        gate: file.gate.clone(),
        source_url,
        collected_at: written(now),
    }
}

/// The text that the release followed: the one that declares its gates, else the only release runbook at its commit.
fn runbook(context: &Context, plan: &ProductPlan, gates: &[Gate], commit: &str) -> Result<Option<NewRunbook>> {
    let Some(repository) = &context.repository else {
        return Ok(None);
    };
    let tree = repository.tree(commit)?;
    let paths = runbook_paths(&tree, plan);
    let declaring: BTreeSet<&str> = gates
        .iter()
        .flat_map(|gate| &gate.declared_at)
        .map(|at| at.path.as_str())
        .filter(|path| paths.iter().any(|known| known == path))
        .collect();
    let is_of_releases = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.to_ascii_lowercase().starts_with("releas")
    };
    let by_name: Vec<&str> = paths.iter().filter(is_of_releases).map(String::as_str).collect();
    let path = match (declaring.iter().collect::<Vec<_>>().as_slice(), by_name.as_slice()) {
        ([path], _) => **path,
        ([], [path]) => path,
        _ => return Ok(None),
    };
    let root = format!("{}/", plan.root);
    Ok(tree.listing().entry(path).map(|entry| NewRunbook {
        path: path.strip_prefix(&root).unwrap_or(path).to_owned(),
        blob: entry.id.to_string(),
    }))
}

/// What git knows of the release.
fn timeline(known: Option<&Release>) -> Vec<NewEvent> {
    let tag = known.and_then(|release| release.tag.as_ref());
    let event = tag.and_then(|tag| {
        Some(NewEvent {
            at: written(tag.date?.to_utc()),
            event: "tagged".to_owned(),
            by: None,
            note: Some(tag.name.clone()),
        })
    });
    event.into_iter().collect()
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Judges the release as it will be, and refuses what the judgement shows to be missing.
fn finish(
    context: &Context,
    request: &Request<'_>,
    target: Target,
    plan: Plan,
    (left, intake, gates): (&[Left], &Intake, &[Gate]),
    (record, record_bytes): (String, Vec<u8>),
    gone: Vec<String>,
) -> Result<Collection> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (file, at) in plan.collected.iter().zip(&plan.numbers) {
        files.push((format!("{}{}", target.base, file.path), left[*at].bytes.clone()));
    }
    files.push((record.clone(), record_bytes));
    let tags = context.repository.as_ref().map(tags).transpose()?.unwrap_or_default();
    let tree = OverlayTree::with_files(target.subject.tree.as_ref(), &files, &gone);
    let source = Source::in_tree(&tree);
    let known: Known = of_product(context, &tags, source, target.plan.clone(), |found| {
        let base = &target.base;
        for release in &mut found.releases {
            let is_it = release
                .record
                .as_ref()
                .is_some_and(|record| record.path.starts_with(base.as_str()));
            // What is written now is judged as it will be once it is committed.
            if is_it && matches!(release.vouching, Vouching::Unchecked(_)) {
                release.vouching = Vouching::Commit(String::new());
            }
        }
    });
    let known = [known];
    let (of_release, at) = named(&known, None, Some(request.version))?;
    let mut dossier = dossier(context, of_release, at);
    dossier.is_preview = true;
    let mut refused = plan.refused;
    let is_open = |id: &str| request.open.iter().any(|open| open == id);
    let offered = offered(left);
    for verdict in &dossier.judged.verdict.gates {
        let has_none = verdict.outcome == Outcome::Missing && verdict.evidence.is_empty() && !is_open(&verdict.gate);
        if let Some(gate) = gates.iter().find(|gate| has_none && gate.id == verdict.gate) {
            refused.push(intake::nothing_for(gate, &offered, intake));
        }
    }
    for open in request.open {
        if !dossier.gates.iter().any(|gate| gate.id == *open) {
            refused.push(Refusal {
                message: format!("`--open {open}` names no gate of {}", request.version),
                help: "`runproof gates` shows which are declared".to_owned(),
            });
        }
    }
    Ok(Collection {
        files,
        gone,
        collected: plan.collected,
        left_out: plan.left_out,
        refused,
        notes: plan.notes,
        record,
        dossier,
    })
}

#[cfg(test)]
mod tests {
    use super::{common_folder, short_name};

    #[test]
    fn files_keep_the_part_of_their_path_that_says_something() {
        assert_eq!(short_name("out/unit/a/junit.xml", "unit"), "a/junit.xml");
        assert_eq!(short_name("out/junit.xml", "unit"), "junit.xml");
        assert_eq!(short_name("unit", "unit"), "unit");
        let common = |paths: &[&str]| common_folder(paths.iter().copied());
        assert_eq!(common(&["a/b/c.xml", "a/b/d.xml"]), 4);
        assert_eq!(common(&["a/b/c.xml", "a/x/d.xml"]), 2);
        assert_eq!(common(&["a/b/c.xml", "z.xml"]), 0);
        assert_eq!(common(&["c.xml"]), 0);
    }
}
