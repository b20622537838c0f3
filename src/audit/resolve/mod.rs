//! Looking references up: is what a runbook names there?
//!
//! Everything that is asked often is put in order once per source tree, in an [`Index`]; a look-up is then a few questions to hash
//! maps. Nothing is read and nothing is run. What cannot be told is unverifiable with its reason, never broken and never fine.

mod absent;
pub(crate) mod again;
mod anchor;
mod belonging;
mod cited;
mod cli_command;
pub(crate) mod elsewhere;
mod endpoint;
pub(crate) mod env_var;
mod fileless;
mod foreign;
mod glob;
mod hosted;
mod hugo;
mod ignored;
mod index;
mod link;
mod nearby;
mod needed;
mod object;
mod operand;
mod path;
mod placeholder;
mod port;
mod resolver;
mod routes;
mod script_flag;
mod sibling;
mod terraform;
mod test_name;
#[cfg(test)]
mod tests;
pub(crate) mod threshold;
mod version;
mod web_address;
mod wiki;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::audit::resolve::hugo::is_shortcode;
use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::directory::Directory;
use crate::model::edition::{Edition, EditionRunbook, Source};
use crate::model::kind::Kind;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::{self, folder, site_address};

/// Looks up the references of all runbooks of an edition, in the order of the runbooks.
pub(crate) fn resolve_all(edition: &Edition) -> Vec<Vec<Resolution>> {
    let mut index = Index::new(&edition.source);
    index.pages = wiki::pages(&index, &edition.runbooks);
    edition.runbooks.par_iter().map(|runbook| index.resolve(runbook)).collect()
}

impl Index<'_> {
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
        if let Some(Directory::Host(folder)) = reference.kind.directory() {
            return self.hosted(document, reference, folder);
        }
        self.resolve_here(document, reference)
    }

    fn resolve_here(&self, document: &Document<'_>, reference: &Reference) -> Resolution {
        if let Some(resolution) = tools::resolve(&self.lookup, document, reference) {
            return resolution;
        }
        match &reference.kind {
            ReferenceKind::Path { path, directory } => self.path(document, reference, path, directory),
            ReferenceKind::Glob { pattern, directory } => self.glob(document, reference, pattern, directory),
            ReferenceKind::Link { path, anchor, .. } => {
                if is_shortcode(document.line_before(reference.span.start)) {
                    return self.shortcode(document, path, anchor.as_deref());
                }
                if document.line_before(reference.span.start).trim_start().starts_with("--8<--") {
                    return self.snippet(path);
                }
                let outcome = self.link(document, path, anchor.as_deref());
                // A role of Sphinx leads to a text; nothing else makes a page for it.
                let is_role = || {
                    let before = document.line_before(reference.span.start);
                    before.rsplit_once("{doc}`").is_some_and(|(_, title)| !title.contains('`'))
                };
                if outcome.reason == Reason::PageMadeForAddress && is_role() {
                    return Resolution {
                        expected: outcome.expected,
                        ..broken(Reason::Missing(path.clone()), None)
                    };
                }
                outcome
            }
            ReferenceKind::Named(named) => self.named(document, reference, named),
            ReferenceKind::MakeTarget { .. } | ReferenceKind::PackageScript { .. } | ReferenceKind::Workflow { .. } => {
                unverifiable(Reason::NoTask)
            }
        }
    }
}

/// Everything that looks up things with a name. A kind that nobody looks up is unverifiable.
const RESOLVERS: &[Resolver] = &[
    cited::RESOLVER,
    cli_command::MODULE,
    cli_command::RESOLVER,
    endpoint::RESOLVER,
    env_var::RESOLVER,
    needed::RESOLVER,
    object::RESOLVER,
    operand::RESOLVER,
    placeholder::LABEL,
    placeholder::RESOLVER,
    port::RESOLVER,
    script_flag::RESOLVER,
    terraform::RESOLVER,
    test_name::RESOLVER,
    threshold::RESOLVER,
    version::RESOLVER,
    web_address::RESOLVER,
    wiki::RESOLVER,
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
        if named.kind == Kind::Folder {
            return self.entered(document, named);
        }
        let resolver = RESOLVERS.iter().find(|resolver| (resolver.looks_up)(named.kind));
        match resolver {
            Some(resolver) => (resolver.resolve)(self, document, reference, named),
            None => other(named.kind),
        }
    }

    /// A text that a site puts in: its settings tell the folders that its path counts from, so any file that ends so is meant.
    fn snippet(&self, path: &str) -> Resolution {
        let (_, name) = folder::split(path);
        let ending = format!("/{}", path.trim_start_matches("./"));
        let mut same = self
            .source
            .listing
            .named(name)
            .filter(|entry| format!("/{}", entry.path).ends_with(&ending));
        match same.next() {
            Some(entry) => resolved(&entry.path, None, Reason::FileThere(SeenFrom::Here)),
            None => broken(Reason::Missing(path.to_owned()), None),
        }
    }

    /// A folder that a command enters. A bare name that is not here may be that of a clone, or of a folder on another machine.
    fn entered(&self, document: &Document<'_>, named: &Named) -> Resolution {
        let Directory::Known(outer) = &named.directory else {
            return unverifiable(Reason::FolderUnknown);
        };
        let inner = Directory::Known(
            format!("{outer}/{}", named.name.trim_matches('/'))
                .trim_matches('/')
                .to_owned(),
        );
        if document.folders(self.source, &inner).is_empty() {
            return unverifiable(Reason::FolderNotInTree);
        }
        Resolution {
            target: None,
            ..resolved("", None, Reason::FolderThere(SeenFrom::Here))
        }
    }
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
        ReferenceKind::Link { path, .. } if site_address::place(&source.listing, document, path).is_some() => {
            site_address::written_as(&source.listing, document, path, to)
        }
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
