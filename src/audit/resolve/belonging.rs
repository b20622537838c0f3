//! Whether a runbook is about this tree at all. Handbooks for many repositories name the files of others, and a missing file of
//! another repository is no finding. What is certain stays; what is only likely needs something else that speaks for this tree.

use std::collections::HashSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::audit::resolve::elsewhere::{is_saved, other_clone, repository_beside, says_all_elsewhere, says_elsewhere};
use crate::audit::resolve::index::Index;
use crate::audit::resolve::sibling::Around;
use crate::config::product::is_collection;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::model::tree::EntryKind;
use crate::tools::folder;
use crate::tools::lookup::answer::{ignored, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::{is_rooted, names_other_repository};

/// So many missing paths, and none that is there, say that a runbook is about another repository.
const FOREIGN: usize = 3;
/// The most folders of one name that are looked at.
const SAME_NAME_LIMIT: usize = 200;

impl Index<'_> {
    /// Whether a path begins with a folder that is here: what is missing there may well have been here once.
    fn is_below_known(&self, reference: &Reference) -> bool {
        let claimed = reference.kind.claimed_path();
        claimed.is_some_and(|(path, directory)| is_rooted(self.source, path, directory) && !self.is_of_a_book(path))
    }

    /// Whether a path begins with the folder of chapters of a book at the root, and is no chapter: source code of that name is that of the
    /// program that the book is about.
    fn is_of_a_book(&self, path: &str) -> bool {
        let listing = &self.source.listing;
        let is_chapter = || matches!(claim::extension(path), Some("md" | "png" | "svg" | "jpg"));
        path.trim_start_matches("./").starts_with("src/")
            && listing.has_file("book.toml")
            && !listing.has_folder("src/bin")
            && !listing.has_file("Cargo.toml")
            && !is_chapter()
    }

    /// Takes back what cannot be said of a runbook that names nothing of this tree.
    pub(super) fn take_back(&self, document: &Document<'_>, resolutions: &mut [Resolution]) {
        let references = document.runbook.references.as_slice();
        let is_home = references
            .iter()
            .zip(&*resolutions)
            .any(|(reference, resolution)| resolution.status == Status::Resolved && speaks_for_tree(&reference.kind));
        let missing: HashSet<&str> = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| resolution.status == Status::Broken && is_place(&reference.kind))
            .map(|(reference, _)| reference.text.as_str())
            .collect();
        let is_foreign = !is_home && missing.len() >= FOREIGN;
        let points_elsewhere = !is_home && references.iter().any(|reference| self.is_other_repository(reference));
        // A repository that collects runbooks, or a runbook that names much and of which little is here.
        let absent = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| is_absent_path(reference, resolution) && !self.is_below_known(reference));
        let absent: HashSet<&str> = absent.map(|(reference, _)| reference.text.as_str()).collect();
        let present = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| resolution.status == Status::Resolved && speaks_for_tree(&reference.kind));
        let present: HashSet<&str> = present.map(|(reference, _)| reference.text.as_str()).collect();
        let is_mostly_elsewhere =
            is_collection(&self.source.repository_name) || absent.len() >= FOREIGN && absent.len() > 2 * present.len();
        let named: HashSet<String> = references
            .iter()
            .zip(&*resolutions)
            .filter(|(_, resolution)| resolution.status == Status::Resolved)
            .filter_map(|(_, resolution)| resolution.target.as_deref())
            .filter(|target| target.contains('/'))
            .map(|target| folder::split(target).1.to_owned())
            .collect();
        // Where nobody knows the address of this repository, it is the only one that the text clones when something of it is there.
        let is_own_clone = self.source.web_url.is_none() && is_home && document.clones_one();
        let cloned = other_clone(&document.runbook.text, &self.source.repository_name).filter(|_| !is_own_clone);
        let away = self.kept_away(document);
        let submodules = self.submodules_named(references, resolutions);
        for (reference, resolution) in references.iter().zip(resolutions) {
            // The link itself is of this tree, whatever the text is about.
            if matches!(resolution.reason, Reason::LinkDangling(..)) {
                continue;
            }
            let is_of_program = || !is_foreign && !points_elsewhere && self.holds_program();
            let is_step_here = || !is_mostly_elsewhere && cloned.is_none() && (is_home || is_of_program());
            if let Some(broken) = self.without_file(document, reference, resolution).filter(|_| is_step_here()) {
                *resolution = broken;
            }
            let is_settled = matches!(resolution.status, Status::Resolved) || !is_place(&reference.kind);
            let is_told = matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Prose);
            let is_broken = resolution.status == Status::Broken;
            let is_no_link = !matches!(reference.kind, ReferenceKind::Link { .. });
            if is_broken && is_no_link && (document.is_advised_against(reference.span) || document.shows_form(reference)) {
                *resolution = unverifiable(Reason::Example);
                continue;
            }
            let is_file_or_workflow = is_file(&reference.kind) || matches!(reference.kind, ReferenceKind::Workflow { .. });
            let is_said_elsewhere = || document.says_elsewhere(reference) || is_told && self.is_of_named(document, reference);
            if is_broken && is_file_or_workflow && is_said_elsewhere() || is_broken && away.holds(reference) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::SaidElsewhere)
                };
                continue;
            }
            let there = document
                .runs_in(reference)
                .filter(|_| is_broken && is_from_elsewhere(&reference.kind));
            if let Some(folder) = there
                && let listing = &self.source.listing
                && (listing.entry(folder).is_some() || !folder.is_empty() && listing.has_folder(folder))
            {
                *resolution = unverifiable(if listing.entry(folder).is_some() {
                    Reason::InSubmodule(folder.to_owned())
                } else {
                    Reason::FolderNamedElsewhere
                });
                continue;
            }
            if is_broken
                && is_from_elsewhere(&reference.kind)
                && let Some(submodule) = named_beside(document, &submodules, reference)
            {
                *resolution = unverifiable(Reason::InSubmodule(submodule.to_owned()));
                continue;
            }
            if !is_settled && is_file(&reference.kind) && is_told {
                let is_made = document.says_made(reference);
                let is_shown = !is_made && document.is_shown_below(reference);
                // History has a word to say of a file that the text shows a piece of.
                let expected = resolution
                    .expected
                    .take_if(|expected| is_made || is_shown && !expected.contains('/'));
                if is_broken && (is_made || is_shown) {
                    *resolution = Resolution {
                        expected: if expected.is_some() {
                            None
                        } else {
                            resolution.expected.take()
                        },
                        ..unverifiable(if is_made {
                            Reason::ReaderMakesIt
                        } else {
                            Reason::InRunbookSaved
                        })
                    };
                    continue;
                }
            }
            let is_variable = matches!(&reference.kind, ReferenceKind::Named(named) if named.kind == Kind::EnvVar);
            if is_broken && is_variable && document.says_gone(reference) {
                *resolution = unverifiable(Reason::SaidNotThere);
                continue;
            }
            let is_refuted = reference.context == ReferenceContext::Command;
            if !is_settled && (is_told || is_refuted) && document.says_gone(reference) {
                *resolution = unverifiable(Reason::SaidNotThere);
                continue;
            }
            if resolution.status != Status::Broken {
                continue;
            }
            if name_of(&reference.kind).is_some_and(|name| is_capitals(name) || is_numbered(name)) {
                *resolution = ignored(Reason::Placeholder);
                continue;
            }
            if cloned.is_some_and(|at| at < reference.span.start) && is_from_elsewhere(&reference.kind) {
                *resolution = unverifiable(Reason::CloneEarlier);
                continue;
            }
            if is_from_elsewhere(&reference.kind) || matches!(reference.kind, ReferenceKind::Workflow { .. }) {
                if is_mostly_elsewhere {
                    *resolution = unverifiable(Reason::RunbookElsewhere);
                    continue;
                }
                if document.says_gone(reference) {
                    *resolution = unverifiable(Reason::Gone);
                    continue;
                }
            }
            if reference
                .kind
                .claimed_path()
                .is_some_and(|(path, _)| is_saved(document.runbook, path))
            {
                *resolution = unverifiable(Reason::InRunbookSaved);
                continue;
            }
            let is_file_shown = |(path, _): (&str, _)| document.shows_file(path);
            if resolution.suggestion.is_none() && reference.kind.claimed_path().is_some_and(is_file_shown) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::InRunbookShown)
                };
                continue;
            }
            if is_shown(document, &reference.kind) {
                *resolution = unverifiable(Reason::InRunbookShown);
                continue;
            }
            if script_beside(reference).is_some_and(|name| named.contains(name)) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::FolderNamedElsewhere)
                };
                continue;
            }
            if self.counts_from_above(reference, resolution) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::SeenFromAbove)
                };
                continue;
            }
            if is_file(&reference.kind)
                && reference.context == ReferenceContext::Command
                && says_elsewhere(document.lead(reference.span.start), &self.source.repository_name, |name| {
                    self.source.listing.has_folder(name)
                })
            {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::SaidElsewhere)
                };
                continue;
            }
            // Of what is missing without a trace nobody knows the repository; history takes this back for what was here once. What lies
            // below a folder of this tree is about this tree.
            let is_loose = resolution.suggestion.is_none() && !self.is_below_known(reference);
            if is_mostly_elsewhere && is_file(&reference.kind) && is_loose {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::RunbookElsewhere)
                };
                continue;
            }
            if points_elsewhere && is_from_elsewhere(&reference.kind) {
                *resolution = unverifiable(Reason::NothingHereAndLinks);
                continue;
            }
            // Where the file is there, only the heading is in question.
            if !is_place(&reference.kind) || matches!(resolution.reason, Reason::HeadingMissing(..)) {
                continue;
            }
            if (is_foreign || is_mostly_elsewhere)
                && self.is_below_known(reference)
                && let (ReferenceKind::Path { path, .. }, None) = (&reference.kind, &resolution.suggestion)
            {
                // Below a folder of this tree it is about this tree, but as likely as not the whole text is of another time or place.
                resolution.reason = Reason::MissingAndElse(path.clone());
                continue;
            }
            if is_foreign && !self.is_below_known(reference) {
                let reason = Reason::NothingHere;
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(reason)
                };
            } else if !self.is_certain(reference, resolution, is_home) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::NoClaim)
                };
            }
        }
    }

    /// Whether the words beside a reference name another repository that it stands in.
    fn is_of_named(&self, document: &Document<'_>, reference: &Reference) -> bool {
        let address = self.source.web_url.as_deref().and_then(|url| url.split_once("://"));
        let owner = address.and_then(|(_, own)| own.split('/').nth(1));
        let (before, behind) = (document.before(reference.span.start), document.behind(reference.span.end));
        repository_beside(before, behind, owner).is_some_and(|name| {
            let (folder, last) = folder::split(name);
            !self.source.listing.has_folder(folder) && !last.eq_ignore_ascii_case(&self.source.repository_name)
        }) || self.is_of_sibling(document, before, behind)
    }

    /// Whether these words name another repository without its owner.
    fn is_of_sibling(&self, document: &Document<'_>, before: &str, behind: &str) -> bool {
        let defines = |name: &str| {
            let mut files = self.source.definitions.values();
            files.any(|file| file.definitions.iter().any(|definition| definition.name == name))
        };
        let around = Around {
            text: &document.runbook.text,
            before,
            behind,
            own: &self.source.repository_name,
            is_here: |name: &str| self.folders_by_name.contains_key(name) || defines(name),
        };
        around.names_another()
    }

    /// What the text says that it stands in another repository: the paths and patterns of the sentences that say so, or everything.
    fn kept_away(&self, document: &Document<'_>) -> Away {
        let mut patterns = GlobSetBuilder::new();
        let mut has_pattern = false;
        for reference in &document.runbook.references {
            let words = match &reference.kind {
                ReferenceKind::Glob { pattern, .. } => pattern,
                ReferenceKind::Path { path, .. } => path,
                _ => continue,
            };
            let glob = GlobBuilder::new(words.trim_start_matches("./"))
                .literal_separator(true)
                .build();
            if let Ok(glob) = glob
                && document.says_elsewhere(reference)
            {
                patterns.add(glob);
                has_pattern = true;
            }
        }
        Away {
            patterns: patterns.build().unwrap_or_default(),
            is_all: !has_pattern
                && says_all_elsewhere(
                    &document.runbook.text,
                    &self.source.repository_name,
                    self.source.web_url.as_deref(),
                ),
        }
    }

    /// The submodules that references lead to or into, with the place of each reference.
    fn submodules_named(&self, references: &[Reference], resolutions: &[Resolution]) -> Vec<(Span, String)> {
        let listing = &self.source.listing;
        let pairs = references.iter().zip(resolutions);
        let named = pairs.filter_map(|(reference, resolution)| match (&resolution.reason, &resolution.target) {
            (Reason::InSubmodule(name), _) => Some((reference.span, name.clone())),
            (_, Some(target)) => {
                let entry = listing.entry(target)?;
                (entry.kind == EntryKind::Submodule).then(|| (reference.span, target.clone()))
            }
            _ => None,
        });
        named.collect()
    }

    /// Whether a reference is the address of another repository of a forge.
    fn is_other_repository(&self, reference: &Reference) -> bool {
        let ReferenceKind::Named(named) = &reference.kind else {
            return false;
        };
        named.kind == Kind::Url && names_other_repository(&named.name, &self.source.repository_name)
    }

    /// Whether a path is there without its first part, and that part is no folder here but likely that of the checkout, or of another
    /// repository beside it: `service/scripts/x.sh`.
    fn counts_from_above(&self, reference: &Reference, resolution: &Resolution) -> bool {
        let (ReferenceKind::Path { path, .. }, Some(_)) = (&reference.kind, &resolution.suggestion) else {
            return false;
        };
        let path = path.split(':').next().unwrap_or(path);
        let Some((first, rest)) = path.split_once('/').filter(|(first, _)| !first.starts_with('.')) else {
            return false;
        };
        let is_of_name = self
            .source
            .repository_name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case(first));
        let is_named = is_of_name || first.eq_ignore_ascii_case(&self.source.repository_name);
        let is_here = |path: &str| path.contains('/') && self.source.listing.has_file(path);
        let inner = rest.split_once('/').map_or("", |(_, inner)| inner);
        let listing = &self.source.listing;
        (is_named || !listing.has_folder(first)) && (is_here(rest) || is_named && is_here(inner))
    }

    /// Whether a missing path certainly belongs to this tree: its first folder is there, or a file of its name or its folder is
    /// there elsewhere, or a command of a runbook about this tree uses it.
    fn is_certain(&self, reference: &Reference, resolution: &Resolution, is_home: bool) -> bool {
        let (path, directory) = match (reference.kind.claimed_path(), &reference.kind) {
            (Some(claimed), _) => claimed,
            (None, ReferenceKind::Glob { pattern, directory }) => (pattern.as_str(), directory),
            _ => return true,
        };
        // It was looked for beside files of the same kind.
        if matches!(resolution.reason, Reason::MissingWhereRun(_)) {
            return true;
        }
        let is_used = is_home && reference.context == ReferenceContext::Command;
        // `cd packages`, `sh ../scripts/x.sh`: up from a folder of this tree, and down into another one.
        let goes_over = matches!(directory, Directory::Known(written) if !written.is_empty())
            && path.starts_with("../")
            && reference.context == ReferenceContext::Command
            && resolution.expected.as_deref().is_some_and(|expected| {
                let inside = expected.strip_prefix(self.source.root.as_str()).unwrap_or(expected);
                is_rooted(self.source, inside.trim_start_matches('/'), &Directory::Known(String::new()))
            });
        is_used
            || goes_over
            || is_rooted(self.source, path, directory)
            || resolution.suggestion.is_some()
            || self.has_folder_like(path)
    }

    /// Whether the folder of a path, of at least two parts, stands somewhere in the tree.
    fn has_folder_like(&self, path: &str) -> bool {
        let (parent, _) = folder::split(path.trim_start_matches("./").trim_start_matches("../"));
        let (above, name) = folder::split(parent);
        let ending = format!("/{parent}");
        let same = self.folders_by_name.get(name).into_iter().flatten().take(SAME_NAME_LIMIT);
        !above.is_empty() && same.into_iter().any(|folder| folder.ends_with(&ending))
    }
}

/// What stands in another repository by the word of the text.
struct Away {
    patterns: GlobSet,
    is_all: bool,
}

impl Away {
    fn holds(&self, reference: &Reference) -> bool {
        match &reference.kind {
            ReferenceKind::Path { path, .. } => self.is_all || self.patterns.is_match(path.trim_start_matches("./")),
            kind => self.is_all && (is_from_elsewhere(kind) || is_file(kind)),
        }
    }
}

/// The submodule that is named in the innermost section of a reference: what runs there is defined there.
fn named_beside<'name>(
    document: &Document<'_>,
    submodules: &'name [(Span, String)],
    reference: &Reference,
) -> Option<&'name str> {
    if submodules.is_empty() {
        return None;
    }
    let sections = document.runbook.sections.iter();
    let holding = sections.filter(|section| section.body.contains(reference.span));
    let body = holding.map(|section| section.body).min_by_key(|body| body.end - body.start)?;
    let beside = submodules.iter().find(|(span, _)| body.contains(*span));
    beside.map(|(_, name)| name.as_str())
}

/// Whether a reference is a path with a folder that is not here, whether or not it was judged.
fn is_absent_path(reference: &Reference, resolution: &Resolution) -> bool {
    let is_path = reference.kind.claimed_path().is_some_and(|(path, _)| {
        let path = path.trim_start_matches("./");
        path.contains('/') && !path.starts_with(['/', '~', '$', '.']) && !path.contains(['<', '$', '{', '*'])
    });
    is_path && resolution.target.is_none() && resolution.status != Status::Resolved && resolution.reason != Reason::Placeholder
}

/// Whether a block of the runbook that holds no commands shows something of the name: the reader is to write a Compose file, or a
/// `package.json`, and then uses what it defines.
fn is_shown(document: &Document<'_>, kind: &ReferenceKind) -> bool {
    let name = match kind {
        ReferenceKind::MakeTarget { target, .. } => target.as_str(),
        ReferenceKind::PackageScript { script, .. } => script.as_str(),
        ReferenceKind::Named(Named {
            kind: Kind::Task(_),
            name,
            ..
        }) => name.rsplit(' ').next().unwrap_or_default(),
        ReferenceKind::Named(named) if is_from_elsewhere(kind) => named.name.as_str(),
        _ => return false,
    };
    document.shows(name)
}

/// The name of a task, a service, a workflow or a part of one; none for what is a path.
fn name_of(kind: &ReferenceKind) -> Option<&str> {
    match kind {
        ReferenceKind::MakeTarget { target, .. } => Some(target),
        ReferenceKind::PackageScript { script, .. } => Some(script),
        ReferenceKind::Workflow { name } => Some(name),
        ReferenceKind::Named(named) if is_from_elsewhere(kind) => named.name.rsplit(' ').next(),
        _ => None,
    }
}

/// Whether a name is all capitals, as a word that stands for any name: `TARGET`, `SERVICE_NAME`.
fn is_capitals(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_uppercase).count();
    letters >= 3
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
}

/// Whether a name in small letters ends in a capital that stands for a number or a letter: `zone-X`, `worker_N`.
fn is_numbered(name: &str) -> bool {
    let open = name
        .strip_suffix(['N', 'X', 'Y'])
        .and_then(|rest| rest.strip_suffix(['-', '_']));
    open.is_some_and(|rest| !rest.is_empty() && !rest.contains(|char: char| char.is_ascii_uppercase()))
}

/// Whether a reference of this kind names something that each repository has its own of: a task, a service, a workflow by its name.
fn is_from_elsewhere(kind: &ReferenceKind) -> bool {
    match kind {
        ReferenceKind::MakeTarget { .. } | ReferenceKind::PackageScript { .. } => true,
        ReferenceKind::Workflow { name } => !name.contains('/'),
        ReferenceKind::Named(named) => matches!(
            named.kind,
            Kind::Task(_) | Kind::ComposeService | Kind::ComposeProfile | Kind::WorkflowJob | Kind::WorkflowInput
        ),
        _ => false,
    }
}

/// Whether a reference of this kind, when it is there, shows that the runbook is about this tree. Links are about the documents.
fn speaks_for_tree(kind: &ReferenceKind) -> bool {
    if let Some((path, _)) = kind.claimed_path() {
        return path.trim_start_matches("./").contains('/') || path.starts_with("./");
    }
    match kind {
        ReferenceKind::Glob { .. }
        | ReferenceKind::MakeTarget { .. }
        | ReferenceKind::PackageScript { .. }
        | ReferenceKind::Workflow { .. } => true,
        // A task has a name that its repository gave it; a service is called `api` everywhere.
        ReferenceKind::Named(named) => matches!(named.kind, Kind::Task(_)),
        ReferenceKind::Path { .. } | ReferenceKind::Link { .. } => false,
    }
}

/// Whether a reference of this kind is a path or a pattern of paths, and no link: where a link leads is certain.
fn is_file(kind: &ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::Path { .. } | ReferenceKind::Glob { .. })
}

/// The name of a script that a command runs from the folder where the reader is: `./restore.sh`.
fn script_beside(reference: &Reference) -> Option<&str> {
    let ReferenceKind::Path { path, .. } = &reference.kind else {
        return None;
    };
    let name = path.strip_prefix("./").filter(|name| !name.contains('/'))?;
    (reference.context == ReferenceContext::Command).then_some(name)
}

/// Whether a reference of this kind names a place in a tree.
fn is_place(kind: &ReferenceKind) -> bool {
    let is_open = matches!(kind, ReferenceKind::Named(named) if named.kind == Kind::Placeholder);
    is_open || kind.claimed_path().is_some() || matches!(kind, ReferenceKind::Glob { .. } | ReferenceKind::Workflow { .. })
}

#[cfg(test)]
mod tests;
