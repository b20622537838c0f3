//! The unit that a reference names: a definition in a file, a workflow, a file as a whole, the names in a folder. Two readings of a unit
//! are compared by their fingerprints.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::edition::{Edition, EditionRunbook, FileText, Past};
use crate::model::freshness::Fingerprint;
use crate::model::reference::{Reference, ReferenceKind, Resolution, Status};
use crate::model::stable::stable;
use crate::model::tree::ContentId;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit<'a> {
    /// Stands for the reference in stamps: its kind and its words, with the file behind them where the same words name several things.
    pub(crate) key: String,
    /// The words of the reference.
    pub(crate) words: &'a str,
    /// The file or folder, from the root of the repository.
    pub(crate) target: &'a str,
    /// What it is.
    pub(crate) kind: UnitKind<'a>,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UnitKind<'a> {
    /// A definition in a file, by its kind and name.
    Definition(&'a str, &'a str),
    /// A workflow as a whole.
    Workflow,
    /// A file as a whole.
    File,
    /// The names below a folder.
    Folder,
}

/// The units of a runbook, one for each reference that is there; none for the others, and for the runbook itself.
pub(crate) fn units<'a>(
    edition: &'a Edition,
    runbook: &'a EditionRunbook,
    resolutions: &'a [Resolution],
) -> Vec<Option<Unit<'a>>> {
    let references = &runbook.runbook.references;
    let mut units: Vec<Option<Unit<'a>>> = references
        .iter()
        .zip(resolutions)
        .map(|(reference, resolution)| {
            let is_there = resolution.status == Status::Resolved;
            let target = resolution
                .target
                .as_deref()
                .filter(|target| is_there && *target != runbook.path)?;
            Some(Unit {
                key: key(reference),
                words: &reference.text,
                target,
                kind: kind(edition, reference, target)?,
            })
        })
        .collect();
    let mut targets: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for unit in units.iter().flatten() {
        targets.entry(unit.key.clone()).or_default().insert(unit.target);
    }
    for unit in units.iter_mut().flatten() {
        if targets.get(&unit.key).is_some_and(|targets| targets.len() > 1) {
            unit.key = format!("{} in {}", unit.key, unit.target);
        }
    }
    units
}

fn key(reference: &Reference) -> String {
    let mut key = reference.kind.word().to_owned();
    for word in reference.text.split_whitespace() {
        key.push(' ');
        key.push_str(word);
    }
    key
}

fn kind<'a>(edition: &Edition, reference: &'a Reference, target: &str) -> Option<UnitKind<'a>> {
    let source = &edition.source;
    let whole = || {
        if is_workflow(edition, target) {
            Some(UnitKind::Workflow)
        } else if source.listing.has_file(target) {
            Some(UnitKind::File)
        } else {
            source.listing.has_folder(target).then_some(UnitKind::Folder)
        }
    };
    match &reference.kind {
        ReferenceKind::MakeTarget { target, .. } => Some(UnitKind::Definition("make-target", target)),
        ReferenceKind::PackageScript { script, .. } => Some(UnitKind::Definition("package-script", script)),
        ReferenceKind::Workflow { .. } => whole(),
        ReferenceKind::Path { .. } | ReferenceKind::Link { .. } => whole(),
        // Which files a pattern matches is what it says, and that is asked every time it is resolved.
        ReferenceKind::Glob { .. } => None,
        ReferenceKind::Named(named) => {
            let is_defined = file_now(edition, target).is_some_and(|file| definition(file, named.word, &named.name).is_some());
            let name = named.name.trim_start_matches("./").trim_end_matches('/');
            let is_path = !name.is_empty()
                && target
                    .strip_suffix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
            if !is_defined && is_path {
                // A manifest, the file of an image: what is named is the file.
                whole()
            } else {
                Some(UnitKind::Definition(named.word, &named.name))
            }
        }
    }
}

fn is_workflow(edition: &Edition, target: &str) -> bool {
    edition
        .source
        .definitions
        .get(target)
        .is_some_and(|file| file.format == "workflow")
}

/// The file that defines names at a path, as it is now.
pub(crate) fn file_now<'a>(edition: &'a Edition, path: &str) -> Option<&'a DefinitionFile> {
    let source = &edition.source;
    let file = source.definitions.get(path).or_else(|| source.code.files.get(path));
    file.map(AsRef::as_ref).filter(|file| file.problems.is_empty())
}

/// What stands for a unit now; none when it cannot be told.
pub(crate) fn now(edition: &Edition, past: &Past, unit: &Unit<'_>) -> Option<Fingerprint> {
    if unit.kind == UnitKind::Folder {
        let names = edition
            .source
            .listing
            .below(unit.target)
            .iter()
            .map(|entry| entry.path.as_str());
        return Some(of_number(stable(names.collect::<Vec<_>>().join("\n"))));
    }
    let entry = edition.source.listing.entry(unit.target)?;
    let text = past.texts.get(&(unit.target.to_owned(), entry.id)).copied();
    reading(unit, file_now(edition, unit.target), text)
}

/// What stood for a unit when its file held some content; none when it cannot be told.
pub(crate) fn then(past: &Past, unit: &Unit<'_>, content: ContentId) -> Option<Fingerprint> {
    let file = past.definitions.get(&content).map(AsRef::as_ref);
    let text = past.texts.get(&(unit.target.to_owned(), content)).copied();
    reading(unit, file.filter(|file| file.problems.is_empty()), text)
}

/// What stands for a unit in one reading of its file.
pub(crate) fn reading(unit: &Unit<'_>, file: Option<&DefinitionFile>, text: Option<FileText>) -> Option<Fingerprint> {
    match unit.kind {
        UnitKind::Definition(kind, name) => definition(file?, kind, name).map(of_definition),
        UnitKind::Workflow => file.filter(|file| file.fingerprint != 0).map(of_workflow),
        UnitKind::File => match file.filter(|file| file.fingerprint != 0) {
            Some(file) => Some(of_number(file.fingerprint)),
            None => text.map(|text| of_number(text.fingerprint)),
        },
        UnitKind::Folder => None,
    }
}

/// The definition of a name, which a pattern may give; none when the file does not have it.
pub(crate) fn definition<'file>(file: &'file DefinitionFile, kind: &str, name: &str) -> Option<&'file Definition> {
    let matches = |pattern: &str| {
        let (before, after) = pattern.split_once('%').unwrap_or((pattern, ""));
        name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
    };
    let by_pattern = || {
        let mut patterns = file.definitions.iter().filter(|one| one.kind == kind && one.is_pattern);
        patterns.find(|one| matches(&one.name))
    };
    file.definition(kind, name).or_else(by_pattern)
}

fn of_definition(definition: &Definition) -> Fingerprint {
    let is_seen = definition.interface != 0 || definition.value.is_some();
    Fingerprint {
        interface: if is_seen {
            folded(stable((definition.interface, &definition.value))).max(1)
        } else {
            0
        },
        body: folded(definition.fingerprint),
    }
}

/// Whoever starts a workflow sees its inputs.
fn of_workflow(file: &DefinitionFile) -> Fingerprint {
    let mut inputs: Vec<_> = file
        .of_kind("workflow-input")
        .map(|input| (&input.name, input.interface, &input.value))
        .collect();
    inputs.sort();
    Fingerprint {
        interface: folded(stable(inputs)).max(1),
        body: folded(file.fingerprint),
    }
}

fn of_number(number: u64) -> Fingerprint {
    Fingerprint {
        interface: 0,
        body: folded(number),
    }
}

fn folded(number: u64) -> u32 {
    (number >> 32) as u32 ^ number as u32
}
