//! What goes where in the folder of a release: the names of its files, what lies there already, and what must not be written over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::audit::intake::{Intake, Refusal};
use crate::config::product::ProductPlan;
use crate::error::Result;
use crate::judge::context::Subject;
use crate::judge::left::{Left, Run};
use crate::model::digest::hex;
use crate::model::release::Release;
use crate::model::tree::EntryKind;
use crate::parse::release_log::write::NewFile;
use crate::parse::{recognise, release_log};

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

/// Where a release lies, and what it is a release of.
pub(super) struct Target {
    /// The product.
    pub(super) plan: ProductPlan,
    /// The folder of the release, with `/` behind it.
    pub(super) base: String,
    /// The worktree.
    pub(super) subject: Subject,
}

/// What goes where in the folder of the release.
#[derive(Default)]
pub(super) struct Plan {
    /// The files, and the number of each among those that CI left behind.
    pub(super) collected: Vec<Collected>,
    /// Their numbers.
    pub(super) numbers: Vec<usize>,
    /// What was left out, and why.
    pub(super) left_out: Vec<(String, String)>,
    /// What cannot be decided.
    pub(super) refused: Vec<Refusal>,
    /// What is worth knowing.
    pub(super) notes: Vec<String>,
}

/// Gives every file its path in the folder of the release.
pub(super) fn place(left: &[Left], intake: &Intake, run: Option<&Run>) -> Plan {
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
        if let Some(gate) = gate {
            names.entry(gate).or_default().push((*at, short_name(&file.path, gate)));
            continue;
        }
        let name = if is_run {
            "run.json"
        } else {
            file.path.rsplit('/').next().unwrap_or(&file.path)
        };
        plan.collected.push(collected(file, name.to_owned(), None));
        plan.numbers.push(*at);
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
pub(super) fn twice(collected: &[Collected]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let twice = collected.iter().filter(|file| !seen.insert(file.path.to_lowercase()));
    twice.map(|file| file.path.clone()).collect()
}

/// A file as it is collected.
pub(super) fn collected(file: &Left, path: String, gate: Option<String>) -> Collected {
    Collected {
        from: Some(file.path.clone()),
        path,
        gate,
        format: file.artifact.format,
        bytes: file.bytes.len() as u64,
    }
}

/// What a file is called in the folder of its gate: what stands below a folder that is called like the gate, else its name.
pub(super) fn short_name(path: &str, gate: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    let below = parts[..parts.len() - 1]
        .iter()
        .rposition(|part| part.eq_ignore_ascii_case(gate));
    parts.drain(..below.map_or(parts.len() - 1, |at| at + 1));
    parts.join("/")
}

/// The length of the folder that all paths have before them, its `/` included.
pub(super) fn common_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> usize {
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
pub(super) fn of_earlier_try(
    target: &Target,
    old: Option<&[u8]>,
    committed: &BTreeSet<String>,
    left: &[Left],
    plan: &Plan,
) -> Vec<String> {
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
pub(super) fn already_there(target: &Target, committed: &BTreeSet<String>, left: &[Left], plan: &Plan) -> Result<Vec<Refusal>> {
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
pub(super) fn kept(target: &Target, plan: &Plan, gone: &[String]) -> Result<Vec<(Collected, String)>> {
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
pub(super) fn own_names(plan: &mut Plan, known: &Release, left: &[Left]) {
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

/// The files as the record names them.
pub(super) fn records(plan: &Plan, left: &[Left], run: Option<&Run>, now: DateTime<Utc>) -> Vec<NewFile> {
    let url = run.and_then(|run| run.url.clone());
    let files = plan.collected.iter().zip(&plan.numbers);
    files
        .map(|(file, at)| new_file(file, &left[*at].sha256, url.clone(), now))
        .collect()
}

/// A file as the record names it.
pub(super) fn new_file(file: &Collected, sha256: &str, source_url: Option<String>, now: DateTime<Utc>) -> NewFile {
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

/// A moment as records have it.
pub(super) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
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
