//! What goes into the evidence store for a release, planned as a whole before anything is written: files, digests, the record or the
//! amendment, and the verdict as it will be once all that is committed.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::audit::intake::{self, Intake, Refusal, Wishes};
use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::declared::Declarer;
use crate::judge::dossier::{Known, dossier, named, no_product, of_product};
use crate::judge::layout::{
    Collected, Plan, Target, already_there, kept, new_file, of_earlier_try, own_names, place, records, written,
};
use crate::judge::left::{Left, LeftAt, claim_run, left_behind, offered, run};
use crate::judge::place::Place;
use crate::load::chain::{self, Link};
use crate::load::confirm::Source;
use crate::load::discovery::runbook_paths;
use crate::load::edition::Cache;
use crate::load::releases::Releases;
use crate::load::version::take_apart;
use crate::model::digest::hex;
use crate::model::dossier::Dossier;
use crate::model::form;
use crate::model::gate::{Gate, Outcome};
use crate::model::history::CommitId;
use crate::model::release::{self, Confirmation, Record, Release};
use crate::model::version::is_same;
use crate::parse::release_log;
use crate::parse::release_log::write::{NewAmendment, NewEvent, NewRecord, NewRunbook};
use crate::source::tags::tags;
use crate::source::tree::Tree;
use crate::source::tree::overlay::OverlayTree;

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
    pub(crate) wishes: Wishes,
    /// How the release ended.
    pub(crate) outcome: Option<release::Outcome>,
    /// The moment that counts as now.
    pub(crate) now: DateTime<Utc>,
}

impl<'a> Request<'a> {
    fn left_at(&self) -> LeftAt<'a> {
        LeftAt {
            version: self.version,
            from: self.from,
            run: self.run,
        }
    }
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
    pub(crate) why: &'a str,
    /// Who, by role.
    pub(crate) by: &'a str,
    /// Files that no longer count.
    pub(crate) withdraws: &'a [String],
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
    let gates = gates(context, &target.plan, &commit);
    let released = head
        .released
        .or_else(|| known?.tag.as_ref()?.date.map(|date| date.to_utc()))
        .unwrap_or(request.now);
    let (prev, mut notes) = previous(&before, &record_path, released)?;
    if let (None, Some(tag)) = (head.released, known.and_then(|release| release.tag.as_ref()))
        && tag.date.is_none()
    {
        let made = known.and_then(|release| release.commit_date);
        notes.push(format!(
            "the tag `{}` does not tell when it was made{}, so that the record says that the release went out now, {}; `--released` says another moment",
            tag.name,
            made.map_or_else(String::new, |made| format!(", and its commit is of {}", made.date_naive())),
            written(released)
        ));
    }
    let mut left = left_behind(context, &request.left_at(), &gates)?;
    let run = run(&request.left_at(), &commit, &mut left)?;
    let offered = offered(&left);
    let mut intake = intake::assign(&offered, &gates, &request.wishes);
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
        &target,
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
    if known.record.as_ref().is_some_and(|record| record.is_newer) {
        let error = Error::usage(format!("the record of {} is of a newer Runproof", request.version));
        return Err(error.with_help(form::REMEDY));
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
    let mut left = left_behind(context, &request.left_at(), &gates)?;
    let run = run(&request.left_at(), &commit, &mut left)?;
    let offered = offered(&left);
    let mut intake = intake::assign(&offered, &gates, &request.wishes);
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
        reason: reason.why.to_owned(),
        outcome: request.outcome,
        withdraws: reason.withdraws.to_vec(),
        files,
        ..NewAmendment::default()
    };
    finish(
        context,
        request,
        &target,
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
    let prefix = format!("{}/", plan.releases);
    let folders = subject.tree.listing().below(&plan.releases).iter();
    let mut folders = folders.filter_map(|entry| entry.path.strip_prefix(&prefix)?.split_once('/').map(|(folder, _)| folder));
    let folder = folders
        .find(|folder| {
            is_same(folder, request.version) || take_apart(folder).is_some_and(|name| is_same(&name.version, request.version))
        })
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
    found.releases.iter().find(|release| is_same(&release.version, version))
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
fn gates(context: &Context, plan: &ProductPlan, commit: &str) -> Vec<Gate> {
    let Some(repository) = &context.repository else {
        return plan.gates.clone();
    };
    let release = Release {
        commit: Some(commit.to_owned()),
        commit_is_present: repository.commit(commit).is_some(),
        ..Release::default()
    };
    audit_gates(context, plan, &release)
}

/// The gates that a release is judged by.
fn audit_gates(context: &Context, plan: &ProductPlan, release: &Release) -> Vec<Gate> {
    let declared = Declarer::new(context, plan, &Cache::default()).declared_for(release);
    crate::audit::verdict::gates(&declared.gates, std::slice::from_ref(release))
}

/// The digest of the record that comes before one that is released at a moment, and what is worth knowing about it.
fn previous(found: &Releases, record_path: &str, released: DateTime<Utc>) -> Result<(Option<String>, Vec<String>)> {
    // Newest last.
    let records: Vec<(&Release, &Record)> = found
        .releases
        .iter()
        .rev()
        .filter_map(|release| Some((release, release.record.as_ref()?)))
        .filter(|(_, record)| record.path != record_path)
        .collect();
    // Where it stands in the chain cannot be told, so whatever is chained now would fork it.
    if let Some((release, _)) = records.iter().find(|(_, record)| record.is_newer) {
        let error = Error::usage(format!("the record of {} is of a newer Runproof", release.version));
        return Err(error.with_help(form::REMEDY));
    }
    let links: Vec<Link> = records
        .iter()
        .map(|(release, record)| Link {
            version: release.version.clone(),
            path: record.path.clone(),
            digest: release.record_digest.clone().unwrap_or_default(),
            prev: record.prev.clone(),
            released: record.released,
        })
        .collect();
    let Some((last, record)) = chain::end(&links).map(|at| records[at]) else {
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

/// Judges the release as it will be, and refuses what the judgement shows to be missing.
fn finish(
    context: &Context,
    request: &Request<'_>,
    target: &Target,
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
            if is_it && matches!(release.confirmation, Confirmation::Unchecked(_)) {
                release.confirmation = Confirmation::Commit(String::new());
            }
        }
    });
    let known = [known];
    let (of_release, at) = named(&known, None, Some(request.version))?;
    let mut dossier = dossier(of_release, at);
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
