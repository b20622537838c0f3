//! Tasks of runners: which file a runner would read, and whether it defines the task.
//!
//! Each runner has a file of its own that collects the names it would know in a folder; what follows from them is the same for all.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::audit::resolve::document::Document;
use crate::audit::resolve::{
    Index, Resolver, broken, cargo, claim, composer, folder, ignored, just, mise, nx, python, resolved, ruby, taskfile,
    unverifiable,
};
use crate::config::nearest::nearest;
use crate::model::definition::DefinitionFile;
use crate::model::kind::{Kind, Runner};
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::model::runbook::Directory;
use crate::tools::runner::RAKE;

/// The most files that one file may include.
pub(super) const INCLUDE_LIMIT: usize = 200;

/// Tasks of every runner.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Task(_)),
    resolve,
};

/// Where the tasks of a runner stand.
#[derive(Clone, Copy)]
pub(super) struct TaskFiles {
    /// The runner.
    pub(super) runner: Runner,
    /// What its users call a task.
    pub(super) noun: &'static str,
    /// The names that it knows in a folder, or with the files that a command gives; none when it would find no file.
    pub(super) collect: fn(&Index<'_>, &str, &[String]) -> Option<Names>,
    /// Whether a name that is nowhere is certainly missing: some runners take a program for a task.
    pub(super) is_exact: fn(&str) -> bool,
}

/// Every runner. The tasks of another one are unverifiable.
const RUNNERS: &[TaskFiles] = &[
    cargo::RUNNER,
    composer::COMPOSER,
    composer::DENO,
    nx::LERNA,
    nx::NX,
    nx::TURBO,
    just::RUNNER,
    mise::RUNNER,
    python::HATCH,
    python::INVOKE,
    python::NOX,
    python::PDM,
    python::POE,
    python::TOX,
    ruby::FASTLANE,
    ruby::RAKE,
    taskfile::RUNNER,
];

/// The names that a runner knows where it is called.
pub(super) struct Names {
    /// The file that it reads first.
    pub(super) file: String,
    /// File and line of each name.
    pub(super) by_name: BTreeMap<String, (String, u32)>,
    /// Names with `*`, with their file and line.
    pub(super) patterns: Vec<(String, String, u32)>,
    /// Names that others stand behind: the modules of just.
    pub(super) groups: Vec<String>,
    /// Words that may be names, put together in a way that is not followed.
    pub(super) likely: HashSet<String>,
    /// Why further names cannot be excluded, and the file that is to blame when it could not be read.
    pub(super) gap: Option<(String, Option<String>)>,
}

impl Names {
    /// No names yet, of a runner that reads a file first.
    pub(super) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            by_name: BTreeMap::new(),
            patterns: Vec::new(),
            groups: Vec::new(),
            likely: HashSet::new(),
            gap: None,
        }
    }

    /// Adds a name; the first file that defines it counts.
    pub(super) fn add(&mut self, name: &str, path: &str, line: u32) {
        if name.contains('*') {
            self.patterns.push((name.to_owned(), path.to_owned(), line));
        } else {
            self.by_name.entry(name.to_owned()).or_insert_with(|| (path.to_owned(), line));
        }
    }

    /// Says why further names cannot be excluded; the first reason counts.
    pub(super) fn hide(&mut self, reason: impl Into<String>) {
        if self.gap.is_none() {
            self.gap = Some((reason.into(), None));
        }
    }

    /// Takes in what a file says about its own state: whether it could be read, and whether it names everything.
    pub(super) fn admit(&mut self, file: &DefinitionFile) {
        if self.gap.is_none() && !file.problems.is_empty() {
            self.gap = Some((format!("`{}` could not be read", file.path), Some(file.path.clone())));
        } else if !file.is_complete {
            self.hide(format!("`{}` computes names", file.path));
        }
    }

    /// Adds the definitions of a kind.
    pub(super) fn add_all(&mut self, file: &DefinitionFile, kind: Kind) {
        for definition in file.of_kind(kind) {
            self.add(&definition.name, &file.path, definition.line);
        }
    }

    /// Where a name is defined.
    pub(super) fn find(&self, name: &str) -> Option<(&str, u32)> {
        if let Some((path, line)) = self.by_name.get(name) {
            return Some((path, *line));
        }
        let pattern = self.patterns.iter().find(|(pattern, _, _)| matches(pattern, name));
        pattern.map(|(_, path, line)| (path.as_str(), *line))
    }
}

/// What the names were collected for: the runner or kind, the folder, and the files that a command gives.
type Place = (Kind, String, Vec<String>);

/// The names that were collected, which takes a walk over many files; none where a runner finds no file.
pub(super) type Collected = Mutex<HashMap<Place, Option<Arc<Names>>>>;

/// Whether a name fits a pattern with `*`, each of which stands for at least one character.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.len() > part.len() && rest.ends_with(part);
        }
        // One character at least stands for the `*`.
        let Some(begin) = rest.char_indices().nth(1).map(|(at, _)| at) else {
            return false;
        };
        let Some(at) = rest[begin..].find(part) else {
            return false;
        };
        rest = &rest[begin + at + part.len()..];
    }
    rest.is_empty()
}

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let Kind::Task(runner) = named.kind else {
        return unverifiable("no task of a runner");
    };
    let name = named.name.as_str();
    // `rake seed[prod]` gives the task an argument.
    let name = if runner == RAKE {
        name.split('[').next().unwrap_or(name)
    } else {
        name
    };
    let Some(files) = RUNNERS.iter().find(|files| files.runner == runner) else {
        return unverifiable(format!("the tasks of {} are not looked up", runner.word()));
    };
    if claim::has_placeholder(name) || named.within.iter().any(|file| claim::has_placeholder(file)) {
        return ignored("a placeholder");
    }
    if named.directory == Directory::Unknown {
        return unverifiable("the folder that the command runs in is not known");
    }
    let folders = document.task_folders(index.source, &named.directory);
    if folders.is_empty() {
        return unverifiable("the command runs in a folder that is not in the tree");
    }
    let mut missing: Option<Arc<Names>> = None;
    let mut gap = None;
    for folder in &folders {
        let collect = || (files.collect)(index, folder, &named.within);
        let Some(names) = index.names(named.kind, folder, &named.within, collect) else {
            continue;
        };
        if let Some((path, line)) = find(document, reference, &names, name) {
            return resolved(path, (line > 0).then_some(line), format!("a {}", files.noun));
        }
        gap = gap.or_else(|| names.gap.clone());
        missing = missing.or(Some(names));
    }
    match (missing, gap) {
        (_, Some((reason, target))) => Resolution {
            target,
            ..unverifiable(reason)
        },
        (Some(names), None) => absent(index, document, reference, named, (files, &names), name),
        (None, None) => index
            .spoken_of(document, reference, named.kind, &named.name)
            .unwrap_or_else(|| nowhere(index, named, runner)),
    }
}

/// Where a name is defined; the recipe of a module may stand behind the name of the module.
fn find<'names>(document: &Document<'_>, reference: &Reference, names: &'names Names, name: &str) -> Option<(&'names str, u32)> {
    if let Some(found) = names.find(name) {
        return Some(found);
    }
    // `just dev-*` means all of them.
    if name.contains('*') {
        let mut of_pattern = names.by_name.iter().filter(|(one, _)| matches(name, one));
        return of_pattern.next().map(|(_, (path, line))| (path.as_str(), *line));
    }
    if !names.groups.iter().any(|group| group == name) {
        return None;
    }
    let rest = document.behind(reference.span.end);
    let line = rest.lines().next().unwrap_or_default();
    let next = line.split(['`', ' ', ')', '"', '\'']).find(|word| !word.is_empty());
    let inner = next.filter(|_| line.starts_with(' '));
    inner
        .and_then(|inner| names.find(&format!("{name}::{inner}")))
        .or(Some((names.file.as_str(), 0)))
}

/// The outcome for a task that the file of its runner does not have.
fn absent(
    index: &Index<'_>,
    document: &Document<'_>,
    reference: &Reference,
    named: &Named,
    (files, names): (&TaskFiles, &Names),
    name: &str,
) -> Resolution {
    if let Some(resolution) = index.spoken_of(document, reference, named.kind, &named.name) {
        return resolution;
    }
    let mut reason = format!("`{name}` is no {} of `{}`", files.noun, names.file);
    let elsewhere = index.defining(named.kind, &named.name).find(|path| *path != names.file);
    if let Some(path) = elsewhere {
        reason = format!("{reason}; `{path}` has it");
    }
    let suggestion = nearest(name, names.by_name.keys().map(String::as_str)).map(str::to_owned);
    let mut resolution = if names.likely.contains(name) {
        unverifiable(format!(
            "`{name}` is a word of `{}`, which may make it a {}",
            names.file, files.noun
        ))
    } else if name.contains('*') {
        unverifiable(format!("`{name}` is a pattern"))
    } else if !(files.is_exact)(name) {
        unverifiable(format!("{reason}, but it may come from elsewhere"))
    } else if elsewhere.is_some() && reference.context != ReferenceContext::Command {
        unverifiable(reason)
    } else {
        broken(reason, None)
    };
    resolution.suggestion = suggestion;
    resolution.target = Some(names.file.clone());
    resolution
}

/// The outcome where the runner would find no file at all.
fn nowhere(index: &Index<'_>, named: &Named, runner: Runner) -> Resolution {
    let elsewhere = index.defining(named.kind, &named.name).next();
    let place = match named.within.as_slice() {
        [] => "where the command runs".to_owned(),
        files => format!("at `{}`", files.join("`, `")),
    };
    unverifiable(match elsewhere {
        Some(path) => format!("there is no file of {} {place}; `{path}` has it", runner.word()),
        None => format!("there is no file of {} {place}", runner.word()),
    })
}

impl<'source> Index<'source> {
    /// The names of a runner where it is called, collected when they are first asked for.
    pub(super) fn names(
        &self,
        kind: Kind,
        folder: &str,
        within: &[String],
        collect: impl FnOnce() -> Option<Names>,
    ) -> Option<Arc<Names>> {
        let place = (kind, folder.to_owned(), within.to_vec());
        let lock = || self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = lock().get(&place) {
            return names.clone();
        }
        let names = collect().map(Arc::new);
        lock().insert(place, names.clone());
        names
    }

    /// The files that define a name, by their path.
    pub(super) fn defining<'name>(
        &self,
        kind: Kind,
        name: &'name str,
    ) -> impl Iterator<Item = &'source str> + use<'source, 'name> {
        let files = self.source.definitions.values();
        files
            .filter(move |file| file.definition(kind, name).is_some())
            .map(|file| file.path.as_str())
    }

    /// The definition of a name in a folder that the words in front of a reference speak of.
    pub(super) fn spoken_of(&self, document: &Document<'_>, reference: &Reference, kind: Kind, name: &str) -> Option<Resolution> {
        let path = self
            .defining(kind, name)
            .find(|path| document.speaks_of(reference.span.start, folder::split(path).0))?;
        let line = self.source.definitions[path]
            .definition(kind, name)
            .map(|definition| definition.line);
        Some(resolved(path, line, "it is defined in a folder that the text speaks of"))
    }

    /// The file of a format at one of some names in a folder, the first of them that is there.
    pub(super) fn file_in(&self, folder: &str, names: &[&str], format: &str) -> Option<&'source DefinitionFile> {
        names
            .iter()
            .filter_map(|name| folder::join(folder, name))
            .find_map(|path| self.file_of(&path, format))
    }

    /// The file of a format at one of some names in a folder or in the nearest folder above it.
    pub(super) fn file_above(&self, folder: &str, names: &[&str], format: &str) -> Option<&'source DefinitionFile> {
        folder::upward(folder).find_map(|above| self.file_in(above, names, format))
    }

    /// The file of a format at a path.
    pub(super) fn file_of(&self, path: &str, format: &str) -> Option<&'source DefinitionFile> {
        let file = self.source.definitions.get(path)?;
        (file.format == format).then_some(file.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_something() {
        assert!(matches("start:*", "start:api") && matches("a:*:c", "a:b:c") && matches("*", "x"));
        assert!(!matches("start:*", "start:") && !matches("a:*:c", "a::c") && !matches("a", "ab"));
        assert!(matches("a*b*c", "axbyc") && !matches("a*b*c", "abyc"));
        assert!(!matches("*é*", "é"), "characters and not bytes are counted");
    }
}
