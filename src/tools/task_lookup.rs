//! Tasks of runners: which file a runner would read, and whether it defines the task.
//!
//! Each runner has a file of its own that collects the names it would know in a folder; what follows from them is the same for all.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::directory::Directory;
use crate::model::kind::Runner;
use crate::model::nearest::nearest;
use crate::model::reason::{Doubt, Reason};
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::tree::Lookup;
use crate::tools::runner::RAKE;
use crate::tools::tasks::{Names, TaskFiles, matches};

/// Looks up a task of a runner.
pub(crate) fn resolve(
    lookup: &Lookup<'_>,
    document: &Document<'_>,
    reference: &Reference,
    named: &Named,
    files: &TaskFiles,
) -> Resolution {
    let runner = files.runner;
    let name = named.name.as_str();
    // `rake seed[prod]` gives the task an argument.
    let name = if runner == RAKE {
        name.split('[').next().unwrap_or(name)
    } else {
        name
    };
    if claim::has_placeholder(name) || named.within.iter().any(|file| claim::has_placeholder(file)) {
        return ignored(Reason::Placeholder);
    }
    if named.directory == Directory::Unknown {
        return unverifiable(Reason::FolderUnknown);
    }
    let folders = document.task_folders(lookup.source, &named.directory);
    if folders.is_empty() {
        return unverifiable(Reason::FolderNotInTree);
    }
    let mut missing: Option<Arc<Names>> = None;
    let mut gap = None;
    let mut called: Option<String> = None;
    for folder in &folders {
        let collect = || (files.collect)(lookup.files(), folder, &named.within);
        let Some(names) = lookup.names(named.kind, folder, &named.within, collect) else {
            continue;
        };
        let full = in_module(document, reference, &names, name);
        if let Some((path, line)) = find(&names, &full) {
            return resolved(path, (line > 0).then_some(line), Reason::A(files.noun));
        }
        gap = gap.or_else(|| names.gap_of(&full).cloned());
        called = called.or_else(|| Some(full.into_owned()));
        missing = missing.or(Some(names));
    }
    match (missing, gap) {
        (_, Some((reason, target))) => Resolution {
            target,
            ..unverifiable(reason)
        },
        (Some(names), None) => {
            let name = called.as_deref().unwrap_or(name);
            absent(lookup, document, reference, named, (files, &names), name)
        }
        (None, None) => lookup
            .spoken_of(document, reference, named.kind, &named.name)
            .unwrap_or_else(|| nowhere(lookup, named, runner)),
    }
}

/// Where a name is defined.
fn find<'names>(names: &'names Names, name: &str) -> Option<(&'names str, u32)> {
    if let Some(found) = names.find(name) {
        return Some(found);
    }
    // `just dev-*` means all of them.
    if name.contains('*') {
        let mut of_pattern = names.by_name.iter().filter(|(one, _)| matches(name, one));
        return of_pattern.next().map(|(_, (path, line))| (path.as_str(), *line));
    }
    // The name of a module alone runs its first recipe, or shows what it has.
    names
        .groups
        .iter()
        .any(|group| group == name)
        .then_some((names.file.as_str(), 0))
}

/// The recipe of a module, which may stand behind the name of the module as a word of its own: `just db migrate`.
fn in_module<'name>(document: &Document<'_>, reference: &Reference, names: &Names, name: &'name str) -> Cow<'name, str> {
    if !names.groups.iter().any(|group| group == name) {
        return Cow::Borrowed(name);
    }
    let rest = document.behind(reference.span.end);
    let line = rest.lines().next().unwrap_or_default();
    let next = line
        .split(['`', ' ', ')', '"', '\'', ';', '&', '|'])
        .find(|word| !word.is_empty());
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
    };
    match next.filter(|_| line.starts_with(' ')).filter(is_word) {
        Some(inner) => Cow::Owned(format!("{name}::{inner}")),
        None => Cow::Borrowed(name),
    }
}

/// The outcome for a task that the file of its runner does not have.
fn absent(
    lookup: &Lookup<'_>,
    document: &Document<'_>,
    reference: &Reference,
    named: &Named,
    (files, names): (&TaskFiles, &Names),
    name: &str,
) -> Resolution {
    if let Some(resolution) = lookup.spoken_of(document, reference, named.kind, &named.name) {
        return resolution;
    }
    let elsewhere = lookup.defining(named.kind, &named.name).find(|path| *path != names.file);
    let reason = |doubt| Reason::NoSuch {
        name: name.to_owned(),
        noun: files.noun,
        file: names.file.clone(),
        elsewhere: elsewhere.map(str::to_owned),
        doubt,
    };
    let suggestion = nearest(name, names.by_name.keys().map(String::as_str)).map(str::to_owned);
    let mut resolution = if names.is_likely(name) {
        unverifiable(Reason::LikelyName(name.to_owned(), names.file.clone(), files.noun))
    } else if name.contains('*') {
        unverifiable(Reason::Pattern(name.to_owned()))
    } else if !(files.is_exact)(names, name) {
        unverifiable(reason(Some(Doubt::Elsewhere)))
    } else if elsewhere.is_some() && reference.context != ReferenceContext::Command {
        unverifiable(reason(None))
    } else {
        broken(reason(None), None)
    };
    // The recipe of a module stands in two words of the text, which one new name cannot take the place of.
    resolution.suggestion = suggestion.filter(|_| !name.contains("::") || named.name.contains("::"));
    resolution.target = Some(names.file.clone());
    resolution
}

/// The outcome where the runner would find no file at all.
fn nowhere(lookup: &Lookup<'_>, named: &Named, runner: Runner) -> Resolution {
    let elsewhere = lookup.defining(named.kind, &named.name).next();
    unverifiable(Reason::NoFileOf {
        runner: runner.word(),
        given: named.within.clone(),
        elsewhere: elsewhere.map(str::to_owned),
    })
}
