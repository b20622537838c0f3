//! The unit that a reference names: a definition in a file, a workflow, a file as a whole, the names in a folder. Two readings of a unit
//! are compared by their fingerprints.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::edition::{Edition, EditionRunbook, FileText, Past};
use crate::model::format;
use crate::model::freshness::Fingerprint;
use crate::model::kind::Kind;
use crate::model::reference::{Reference, ReferenceKind, Resolution, Status};
use crate::model::stable::stable;
use crate::model::tree::ContentId;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit<'a> {
    /// The name of the reference in stamps: its kind and its words, with the file behind them where the same words name several things.
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
    Definition(Kind, &'a str),
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
                kind: kind(edition, reference, target, resolution.target_line)?,
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

fn kind<'a>(edition: &'a Edition, reference: &'a Reference, target: &str, line: Option<u32>) -> Option<UnitKind<'a>> {
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
        ReferenceKind::MakeTarget { target, .. } => Some(UnitKind::Definition(Kind::MakeTarget, target)),
        ReferenceKind::PackageScript { script, .. } => Some(UnitKind::Definition(Kind::PackageScript, script)),
        ReferenceKind::Workflow { .. } => whole(),
        ReferenceKind::Path { .. } | ReferenceKind::Link { .. } => whole(),
        // Which files a pattern matches is what it says, and that is asked every time it is resolved.
        ReferenceKind::Glob { .. } => None,
        ReferenceKind::Named(named) => {
            let file = file_now(edition, target);
            if file.is_some_and(|file| definition(file, named.kind, &named.name).is_some()) {
                return Some(UnitKind::Definition(named.kind, &named.name));
            }
            // An included file knows the name without its namespace, a workflow the job without what it shows.
            if let Some(definition) = file.zip(line).and_then(|(file, line)| defined_at(file, named.kind, line)) {
                return Some(UnitKind::Definition(definition.kind, &definition.name));
            }
            let name = named.name.trim_start_matches("./").trim_end_matches('/');
            let is_end = |rest: &str| rest.is_empty() || rest.ends_with('/');
            let is_path = !name.is_empty() && target.strip_suffix(name).is_some_and(is_end);
            // A manifest, the file of an image: what is named is the file.
            is_path.then(whole).flatten()
        }
    }
}

/// The definition of a kind that begins at a line.
fn defined_at(file: &DefinitionFile, kind: Kind, line: u32) -> Option<&Definition> {
    let mut definitions = file.definitions.iter();
    definitions.find(|definition| definition.kind == kind && definition.line == line)
}

fn is_workflow(edition: &Edition, target: &str) -> bool {
    edition
        .source
        .definitions
        .get(target)
        .is_some_and(|file| file.format == format::WORKFLOW)
}

/// The file that defines names at a path, as it is now.
pub(crate) fn file_now<'a>(edition: &'a Edition, path: &str) -> Option<&'a DefinitionFile> {
    let source = &edition.source;
    let file = source.definitions.get(path).or_else(|| source.code.files.get(path));
    file.map(AsRef::as_ref).filter(|file| file.problems.is_empty())
}

/// The fingerprint of a unit now; none when it cannot be told.
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

/// The fingerprint of a unit in one reading of its file.
pub(crate) fn reading(unit: &Unit<'_>, file: Option<&DefinitionFile>, text: Option<FileText>) -> Option<Fingerprint> {
    match unit.kind {
        UnitKind::Definition(kind, name) => definition(file?, kind, name).map(of_definition),
        UnitKind::Workflow => file.filter(|file| file.fingerprint != 0).map(of_workflow),
        // Whether a file was read for its definitions depends on who asks; its text is always the same.
        UnitKind::File => text.map(|text| of_number(text.fingerprint)),
        UnitKind::Folder => None,
    }
}

/// The definition of a name, which a pattern may give; none when the file does not have it.
pub(crate) fn definition<'file>(file: &'file DefinitionFile, kind: Kind, name: &str) -> Option<&'file Definition> {
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
            stable((definition.interface, &definition.value))
        } else {
            0
        },
        body: definition.fingerprint,
    }
}

/// Whoever starts a workflow sees its inputs.
fn of_workflow(file: &DefinitionFile) -> Fingerprint {
    let mut inputs: Vec<_> = file
        .of_kind(Kind::WorkflowInput)
        .map(|input| (&input.name, input.interface, &input.value))
        .collect();
    inputs.sort();
    Fingerprint {
        interface: stable(inputs),
        body: file.fingerprint,
    }
}

fn of_number(number: u128) -> Fingerprint {
    Fingerprint {
        interface: 0,
        body: number,
    }
}

#[cfg(test)]
mod tests {
    use super::{UnitKind, units};
    use crate::audit::testing::{Fixture, inline, link, make, makefile, pattern, reference, root, tree, workflow};
    use crate::model::definition::{Definition, DefinitionFile};
    use crate::model::freshness::Fingerprint;
    use crate::model::kind::Kind;
    use crate::model::reason::Reason;
    use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};

    /// The key, the target and the kind of each unit.
    fn named(fixture: &Fixture) -> Vec<String> {
        let edition = fixture.edition();
        let resolutions = fixture.resolutions();
        let units = units(&edition, &edition.runbooks[0], &resolutions);
        units
            .into_iter()
            .map(|unit| {
                unit.map_or_else(
                    || "-".to_owned(),
                    |unit| format!("{} | {} | {:?}", unit.key, unit.target, unit.kind),
                )
            })
            .collect()
    }

    #[test]
    fn each_reference_names_a_unit() {
        let mut file = makefile(".github/workflows/ci.yml", &["verify"]);
        file.format = "workflow";
        let fixture = tree(&["src/a.py", "src/b/c.py"])
            .with(makefile("Makefile", &["check"]))
            .with(file)
            .naming(inline("src/a.py"))
            .naming(inline("src/b"))
            .naming(make("check", ""))
            .naming(workflow("ci.yml"))
            .naming(inline(".github/workflows/ci.yml"))
            .naming(inline("src/gone.py"))
            .naming(pattern("src/*.py"))
            .naming(link("../src/a.py"));
        assert_eq!(
            named(&fixture),
            [
                "path src/a.py | src/a.py | File",
                "path src/b | src/b | Folder",
                "make-target make check | Makefile | Definition(MakeTarget, \"check\")",
                "workflow ci.yml | .github/workflows/ci.yml | Workflow",
                "path .github/workflows/ci.yml | .github/workflows/ci.yml | Workflow",
                "-",
                "-",
                "link ../src/a.py | src/a.py | File",
            ]
        );
    }

    #[test]
    fn the_same_words_for_two_things_are_told_apart() {
        let fixture = tree(&[])
            .with(makefile("api/Makefile", &["check"]))
            .with(makefile("web/Makefile", &["check"]))
            .naming(make("check", "api"))
            .naming(make("check", "web"));
        let keys: Vec<String> = named(&fixture)
            .into_iter()
            .map(|unit| unit.split(" | ").next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(
            keys,
            [
                "make-target make check in api/Makefile",
                "make-target make check in web/Makefile"
            ]
        );
    }

    #[test]
    fn a_definition_is_its_interface_and_its_body() {
        let unit = super::Unit {
            key: String::new(),
            words: "",
            target: "Makefile",
            kind: UnitKind::Definition(Kind::MakeTarget, "check"),
        };
        let of = |interface: u128, value: Option<&str>, fingerprint: u128| {
            let definition = Definition {
                kind: Kind::MakeTarget,
                name: "check".to_owned(),
                value: value.map(str::to_owned),
                interface,
                fingerprint,
                ..Definition::default()
            };
            let file = DefinitionFile {
                definitions: vec![definition],
                ..DefinitionFile::default()
            };
            super::reading(&unit, Some(&file), None).unwrap_or_default()
        };
        assert_eq!(of(0, None, 7), Fingerprint { interface: 0, body: 7 });
        assert_ne!(of(1, None, 7).interface, 0);
        assert_ne!(of(1, None, 7).interface, of(2, None, 7).interface);
        assert_ne!(of(0, Some("a"), 7).interface, of(0, Some("b"), 7).interface);
    }

    #[test]
    fn a_thing_without_a_definition_is_no_unit_unless_it_is_a_file() {
        let named_thing = |word: Kind, name: &str| -> Reference {
            let named = Named {
                kind: word,
                name: name.to_owned(),
                within: Vec::new(),
                directory: root(),
            };
            reference(name, ReferenceKind::Named(named), ReferenceContext::Inline)
        };
        let fixture = tree(&["k8s/app.yaml"])
            .naming(named_thing(Kind::Manifest, "k8s/app.yaml"))
            .naming(named_thing(Kind::EnvVar, "APP"));
        let edition = fixture.edition();
        let resolutions: Vec<_> = ["k8s/app.yaml", "k8s/app.yaml"]
            .into_iter()
            .map(|target| crate::model::reference::Resolution {
                status: crate::model::reference::Status::Resolved,
                target: Some(target.to_owned()),
                target_line: None,
                expected: None,
                reason: Reason::PathThere,
                suggestion: None,
                changed_since_review: None,
            })
            .collect();
        let kinds: Vec<_> = units(&edition, &edition.runbooks[0], &resolutions)
            .into_iter()
            .map(|unit| unit.map(|unit| unit.kind))
            .collect();
        assert_eq!(kinds, [Some(UnitKind::File), None]);
    }
}
