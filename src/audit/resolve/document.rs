//! Where a runbook stands in the tree, and from which folders its names may count.

use std::collections::HashSet;

use crate::audit::resolve::{folder, output};
use crate::model::edition::{EditionRunbook, Source};
use crate::model::runbook::{Directory, Runbook};

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

    /// Whether the words in front of a place, back to the last heading of the first or second level, speak of a folder: by its path,
    /// or by its name in code or with a slash. "Build the frontend from the `frontend` directory" is how people say where to run
    /// what follows.
    pub(super) fn speaks_of(&self, at: u32, folder: &str) -> bool {
        if folder.is_empty() {
            return false;
        }
        let before = self.runbook.text.get(..at as usize).unwrap_or_default();
        let section = ["\n# ", "\n## "]
            .iter()
            .filter_map(|mark| before.rfind(mark))
            .max()
            .unwrap_or(0);
        let words = &before[section..];
        let (_, name) = folder::split(folder);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        words.match_indices(name).any(|(at, _)| {
            let before = &words[..at];
            let after = &words[at + name.len()..];
            let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
            let parent = &folder[..folder.len() - name.len()];
            let is_marked = before.ends_with('`') && after.starts_with('`') || after.starts_with('/');
            is_whole && (is_marked || !parent.is_empty() && before.ends_with(parent))
        })
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
