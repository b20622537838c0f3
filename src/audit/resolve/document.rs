//! Where a runbook stands in the tree, and from which folders its names may count.

use std::collections::HashSet;

use crate::audit::resolve::{folder, output};
use crate::model::edition::{EditionRunbook, Source};
use crate::model::reference::Reference;
use crate::model::runbook::{Directory, Runbook};

/// Bytes in front of a reference that may call it an example.
const EXAMPLE_REACH: usize = 60;

/// A runbook at its place, put in order for looking up its references.
pub(super) struct Document<'edition> {
    /// The path of the runbook.
    pub(super) path: &'edition str,
    /// The folder of the runbook.
    pub(super) folder: &'edition str,
    /// What it says.
    pub(super) runbook: &'edition Runbook,
    /// The folders that paths may count from, the likeliest first: source, product, the folder of the document, folders above it.
    pub(super) roots: Vec<String>,
    /// What its own commands write.
    pub(super) written: HashSet<String>,
}

impl<'edition> Document<'edition> {
    pub(super) fn new(source: &Source, runbook: &'edition EditionRunbook) -> Self {
        let (folder, _) = folder::split(&runbook.path);
        let mut roots = vec![source.root.clone(), source.product_root.clone()];
        let inside = folder::upward(folder).take_while(|above| folder::is_within(above, &source.product_root));
        roots.extend(inside.map(str::to_owned));
        let mut seen = HashSet::new();
        roots.retain(|root| seen.insert(root.clone()));
        Self {
            path: &runbook.path,
            folder,
            runbook: &runbook.runbook,
            roots,
            written: output::written_paths(&runbook.runbook),
        }
    }

    /// The folders of the tree that a command may run in, the likeliest first; empty when `cd` went somewhere that is not in the
    /// tree. The first `cd` into a fresh clone of this repository is its root.
    pub(super) fn folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let Directory::Known(written) = directory else {
            return Vec::new();
        };
        let existing = |written: &str| {
            let joined = self.roots.iter().filter_map(|root| folder::join(root, written));
            joined.filter(|folder| source.listing.has_folder(folder)).collect::<Vec<_>>()
        };
        let mut folders = existing(written);
        if folders.is_empty() && !source.repository_name.is_empty() {
            let (first, rest) = written.split_once('/').unwrap_or((written, ""));
            if first.eq_ignore_ascii_case(&source.repository_name) {
                folders = existing(rest);
            }
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        folders
    }

    /// Whether a reference is only an example: the words right in front say so.
    pub(super) fn is_example(&self, reference: &Reference) -> bool {
        let text: &str = &self.runbook.text;
        let end = reference.span.start as usize;
        let Some(before) = text.get(..end) else { return false };
        let mut start = end.saturating_sub(EXAMPLE_REACH);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let before = before[start..].to_lowercase();
        let last = before.rfind(['\n', '.']).map_or(before.as_str(), |at| &before[at + 1..]);
        before.contains("example:")
            || last.contains("for example")
            || before.contains("e.g.")
            || last.contains("for instance")
            || last.contains("given ")
    }

    /// The folders that tasks (make targets, scripts) may count from. A documentation folder often has a Makefile or a package for
    /// its own site, which is not what a runbook means.
    pub(super) fn task_folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let mut folders = self.folders(source, directory);
        let is_site = |folder: &str| {
            let (_, name) = folder::split(folder);
            matches!(name, "docs" | "doc" | "documentation" | "website" | "site")
        };
        let is_home = |folder: &str| folder == source.root || folder == source.product_root;
        if *directory == Directory::Known(String::new()) {
            folders.retain(|folder| is_home(folder) || !is_site(folder));
        }
        folders
    }
}
