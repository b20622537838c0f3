//! Looking references up: is what a runbook names there?
//!
//! Everything that is asked often is put in order once per source tree, in an [`Index`]; a look-up is then a few questions to hash
//! maps. Nothing is read and nothing is run. What cannot be told is unverifiable with its reason, never broken and never fine.

mod absent;
mod belonging;
#[cfg(test)]
mod cargo;
mod cargo_package;
mod claim;
mod cli_command;
mod compose;
#[cfg(test)]
mod composer;
mod document;
pub(crate) mod elsewhere;
mod endpoint;
pub(crate) mod env_var;
mod glob;
mod ignored;
#[cfg(test)]
mod just;
mod link;
mod make;
#[cfg(test)]
mod mise;
mod nearby;
#[cfg(test)]
mod nx;
mod operand;
mod output;
mod package;
mod package_filter;
mod path;
mod placeholder;
mod port;
#[cfg(test)]
mod python;
#[cfg(test)]
mod ruby;
mod script_flag;
mod task;
#[cfg(test)]
mod taskfile;
pub(crate) mod threshold;
mod version;
mod web_address;
mod workflow;
mod workflow_part;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::audit::resolve::document::Document;
use crate::audit::resolve::endpoint::Endpoints;
use crate::audit::resolve::ignored::Ignored;
use crate::audit::resolve::make::Makefiles;
use crate::audit::resolve::package::Packages;
use crate::audit::resolve::task::Collected;
use crate::audit::resolve::workflow::Workflows;
use crate::model::directory::Directory;
use crate::model::edition::{Edition, EditionRunbook, Source};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::model::tree::EntryKind;
use crate::tools::folder;
use crate::tools::tasks::Files;

/// A source tree, put in order for looking things up.
pub(crate) struct Index<'source> {
    source: &'source Source,
    /// The names of what lies directly in each folder, sorted.
    children: HashMap<&'source str, Vec<&'source str>>,
    /// The folders of the source by their last part, sorted.
    folders_by_name: HashMap<&'source str, Vec<&'source str>>,
    /// Whether the tree has symbolic links or submodules at all; most have none.
    has_opaque: bool,
    ignored: Ignored,
    makefiles: Makefiles<'source>,
    packages: Packages<'source>,
    workflows: Workflows<'source>,
    /// The paths by their names in small letters, made when a path is missing.
    cases: OnceLock<HashMap<String, Option<String>>>,
    endpoints: Endpoints<'source>,
    /// How many files each pattern matches, as far as it was asked: evaluating one looks at many files.
    globs: Mutex<HashMap<String, Option<String>>>,
    /// The names of tasks and services, as far as they were asked for.
    collected: Collected,
}

/// Looks up the references of all runbooks of an edition, in the order of the runbooks.
pub(crate) fn resolve_all(edition: &Edition) -> Vec<Vec<Resolution>> {
    let index = Index::new(&edition.source);
    edition.runbooks.par_iter().map(|runbook| index.resolve(runbook)).collect()
}

impl<'source> Index<'source> {
    /// The files of the tree, as the runners of tasks look for them.
    fn files(&self) -> Files<'source> {
        Files { source: self.source }
    }

    /// Puts a source tree in order.
    pub(crate) fn new(source: &'source Source) -> Self {
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut folders_by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut before = "";
        for entry in &source.listing.entries {
            let path = entry.path.as_str();
            // The entries are sorted, so a folder is new exactly when the path before does not begin with it.
            for (at, _) in path.match_indices('/') {
                let folder = &path[..at];
                if before.get(..=at) != path.get(..=at) {
                    let (parent, name) = folder::split(folder);
                    children.entry(parent).or_default().push(name);
                    folders_by_name.entry(name).or_default().push(folder);
                }
            }
            let (parent, name) = folder::split(path);
            children.entry(parent).or_default().push(name);
            before = path;
        }
        let is_opaque = |kind| matches!(kind, EntryKind::Symlink | EntryKind::Submodule);
        Self {
            source,
            children,
            folders_by_name,
            has_opaque: source.listing.entries.iter().any(|entry| is_opaque(entry.kind)),
            ignored: Ignored::new(&source.ignores),
            makefiles: Makefiles::new(source),
            packages: Packages::new(source),
            workflows: Workflows::new(source),
            cases: OnceLock::new(),
            endpoints: Endpoints::new(source),
            globs: Mutex::default(),
            collected: Collected::default(),
        }
    }

    /// Looks up the references of one runbook, in their order.
    pub(crate) fn resolve(&self, runbook: &EditionRunbook) -> Vec<Resolution> {
        if let Some(reason) = &self.source.unavailable {
            return runbook
                .runbook
                .references
                .iter()
                .map(|_| unverifiable(Reason::Unavailable(reason.clone())))
                .collect();
        }
        let document = Document::new(self.source, runbook);
        let references = &runbook.runbook.references;
        let mut resolutions: Vec<Resolution> = references
            .iter()
            .map(|reference| self.resolve_one(&document, reference))
            .collect();
        self.take_back(&document, &mut resolutions);
        resolutions
    }

    fn resolve_one(&self, document: &Document<'_>, reference: &Reference) -> Resolution {
        if reference.context == ReferenceContext::Command && document.is_abroad(reference.span) {
            return unverifiable(Reason::InCloneOfAnother);
        }
        match &reference.kind {
            ReferenceKind::Path { path, directory } => self.path(document, reference, path, directory),
            ReferenceKind::Glob { pattern, directory } => self.glob(document, reference, pattern, directory),
            ReferenceKind::Link { path, anchor, .. } => self.link(document, path, anchor.as_deref()),
            ReferenceKind::MakeTarget { target, directory, file } => {
                self.make(document, reference, target, directory, file.as_deref())
            }
            ReferenceKind::PackageScript { .. } => self.package_script(document, reference),
            ReferenceKind::Workflow { name } => self.workflow(document, reference, name),
            ReferenceKind::Named(named) => self.named(document, reference, named),
        }
    }
}

/// Who looks up things with a name.
#[derive(Clone, Copy)]
struct Resolver {
    /// Whether it looks up a kind.
    looks_up: fn(Kind) -> bool,
    /// Looks one up.
    resolve: fn(&Index<'_>, &Document<'_>, &Reference, &Named) -> Resolution,
}

/// Everything that looks up things with a name. A kind that nobody looks up is unverifiable.
const RESOLVERS: &[Resolver] = &[
    cargo_package::MARKERS,
    cargo_package::RESOLVER,
    cli_command::RESOLVER,
    compose::RESOLVER,
    endpoint::RESOLVER,
    env_var::RESOLVER,
    operand::RESOLVER,
    placeholder::LABEL,
    placeholder::RESOLVER,
    port::RESOLVER,
    script_flag::RESOLVER,
    task::RESOLVER,
    threshold::RESOLVER,
    version::RESOLVER,
    web_address::RESOLVER,
    workflow_part::INPUT,
    workflow_part::JOB,
    workflow_part::SECRET,
    workflow_part::TRIGGER,
];

/// The outcome for a kind that nothing looks up. Some kinds claim nothing about the repository in the first place.
fn other(kind: Kind) -> Resolution {
    match kind {
        Kind::Output => ignored(Reason::MadeByStep),
        kind => unverifiable(Reason::KindNotLookedUp(kind)),
    }
}

impl Index<'_> {
    fn named(&self, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
        if named.kind == Kind::Output {
            return self.made(document, reference, named);
        }
        let resolver = RESOLVERS.iter().find(|resolver| (resolver.looks_up)(named.kind));
        match resolver {
            Some(resolver) => (resolver.resolve)(self, document, reference, named),
            None => other(named.kind),
        }
    }
}

/// Whether the first part of a path is a folder at the top of the source or of the product, or of the folder that it counts from.
pub(crate) fn is_rooted(source: &Source, path: &str, directory: &Directory) -> bool {
    let path = path.trim_start_matches("./");
    let Some((first, _)) = path.split_once('/') else {
        return false;
    };
    let written = match directory {
        Directory::Known(written) => written.as_str(),
        Directory::Unknown => "",
    };
    // Behind a `cd`, a path may count from the root all the same.
    let is_folder = |root: &&String| {
        let inside = folder::join(root, written).and_then(|folder| folder::join(&folder, first));
        let tops = [inside, folder::join(root, first)];
        tops.into_iter().flatten().any(|top| source.listing.has_folder(&top))
    };
    !matches!(first, ".." | "") && [&source.root, &source.product_root].iter().any(is_folder)
}

/// How a place in the tree is written where a reference stands that was looked for at `expected`, counted from where the reference
/// counts from; none when that cannot be told.
pub(crate) fn written_as(source: &Source, document: &str, reference: &Reference, expected: &str, to: &str) -> Option<String> {
    let (beside, _) = folder::split(document);
    let dotted = |path: &str, written: String| match path.strip_prefix("./") {
        Some(_) if !written.starts_with("../") => format!("./{written}"),
        _ => written,
    };
    match &reference.kind {
        ReferenceKind::Link { path, .. } if path.starts_with('/') => Some(format!("/{to}")).filter(|_| path[1..] == *expected),
        ReferenceKind::Link { path, .. } => Some(dotted(path, folder::relative(beside, to))),
        ReferenceKind::Path { path, .. } if path.starts_with("../") => {
            (folder::join(beside, path).as_deref() == Some(expected)).then(|| folder::relative(beside, to))
        }
        ReferenceKind::Path { path, .. } => {
            let written = claim::without_line(path).trim_start_matches("./").trim_end_matches('/');
            let base = expected.strip_suffix(written)?.trim_end_matches('/');
            let shown = folder::relative(base, to);
            // A sentence names a place from the root rather than by going up.
            let is_sentence = reference.context != ReferenceContext::Command;
            if is_sentence && shown.starts_with("../") {
                return Some(folder::relative(&source.root, to));
            }
            Some(dotted(path, shown))
        }
        ReferenceKind::Workflow { name } if name.contains('/') => Some(to.to_owned()),
        ReferenceKind::Workflow { .. } => {
            let (place, name) = folder::split(to);
            place.ends_with(".github/workflows").then(|| name.to_owned())
        }
        ReferenceKind::Named(named) if named.kind == Kind::Url => Some(to.to_owned()),
        _ => None,
    }
}

/// The words of a path that name the file: without a line number and without a slash at the end.
pub(crate) fn file_words(path: &str) -> &str {
    claim::without_line(path.trim()).trim_end_matches('/')
}

/// Whether a missing path is there in another case of letters.
pub(crate) fn is_in_another_case(resolution: &Resolution) -> bool {
    resolution.status == Status::Broken && resolution.reason == Reason::InAnotherCase
}

/// The reference is there.
fn resolved(target: &str, line: Option<u32>, reason: Reason) -> Resolution {
    Resolution {
        status: Status::Resolved,
        target: Some(target.to_owned()),
        target_line: line,
        reason,
        suggestion: None,
        expected: None,
        changed_since_review: None,
    }
}

/// The reference is not there.
fn broken(reason: Reason, suggestion: Option<String>) -> Resolution {
    Resolution {
        suggestion,
        ..without_target(Status::Broken, reason)
    }
}

/// It cannot be told whether the reference is there.
fn unverifiable(reason: Reason) -> Resolution {
    without_target(Status::Unverifiable, reason)
}

/// The reference is no claim about the repository.
fn ignored(reason: Reason) -> Resolution {
    without_target(Status::Ignored, reason)
}

fn without_target(status: Status, reason: Reason) -> Resolution {
    Resolution {
        status,
        target: None,
        target_line: None,
        reason,
        suggestion: None,
        expected: None,
        changed_since_review: None,
    }
}
