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
    /// The folders that its commands clone other repositories into.
    clones: HashSet<String>,
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
            clones: clones(source, &runbook.runbook),
        }
    }

    /// The folders of the tree that a command may run in, the likeliest first; empty when `cd` went somewhere that is not in the
    /// tree. The first `cd` into a fresh clone of this repository is its root.
    pub(super) fn folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let Directory::Known(written) = directory else {
            return Vec::new();
        };
        let (first, rest) = written.split_once('/').unwrap_or((written, ""));
        // A folder of the same name here is another one.
        if self.clones.contains(first) {
            return Vec::new();
        }
        let existing = |written: &str| {
            let joined = self.roots.iter().filter_map(|root| folder::join(root, written));
            joined.filter(|folder| source.listing.has_folder(folder)).collect::<Vec<_>>()
        };
        let mut folders = existing(written);
        if folders.is_empty() && !source.repository_name.is_empty() {
            if first.eq_ignore_ascii_case(&source.repository_name) {
                folders = existing(rest);
            }
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        folders
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

/// The folders that commands clone other repositories into: the name of the repository, or the folder that is given.
fn clones(source: &Source, runbook: &Runbook) -> HashSet<String> {
    let own = source.web_url.as_deref().unwrap_or_default().to_lowercase();
    let mut folders = HashSet::new();
    for command in runbook.code_blocks.iter().flat_map(|block| &block.commands) {
        let Some((_, arguments)) = command.text.split_once("git clone ") else {
            continue;
        };
        let mut words = arguments.split_whitespace().filter(|word| !word.starts_with('-'));
        let Some(address) = words.find(|word| word.contains(['/', ':'])) else {
            continue;
        };
        let address = address
            .trim_matches(['"', '\''])
            .trim_end_matches('/')
            .trim_end_matches(".git");
        let name = address.rsplit(['/', ':']).next().unwrap_or_default();
        let plain = address.to_lowercase().replace(':', "/");
        let is_own = name.eq_ignore_ascii_case(&source.repository_name)
            || own.split_once("://").is_some_and(|(_, own)| plain.ends_with(own));
        let folder = words
            .next()
            .filter(|word| !word.starts_with(['&', ';', '|', '#']))
            .unwrap_or(name);
        if !is_own && !folder.is_empty() && !folder.contains(['$', '<']) && folder != "." {
            folders.insert(folder.trim_start_matches("./").to_owned());
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, in_command, tree};
    use crate::model::place::Span;
    use crate::model::runbook::{CodeBlock, CodeKind, Command, Directory};

    fn cloning(address: &str) -> Fixture {
        let mut fixture = tree(&["server/Makefile", "server/x.sh"]);
        fixture.source.repository_name = "app".to_owned();
        fixture.runbook.code_blocks.push(CodeBlock {
            language: "bash".to_owned(),
            kind: CodeKind::Shell,
            span: Span::default(),
            content: Span::default(),
            text: String::new(),
            commands: vec![Command {
                text: format!("git clone {address}"),
                span: Span::default(),
                directory: Directory::Known(String::new()),
                has_placeholder: false,
            }],
            section: None,
        });
        fixture
    }

    #[test]
    fn the_clone_of_another_repository_is_not_the_folder_of_the_same_name() {
        let outcome = |address| cloning(address).look_up(in_command("gone.sh", "server"));
        assert!(outcome("https://github.com/org/server.git").starts_with("unverifiable "));
        assert!(outcome("--depth 1 git@github.com:org/other server").starts_with("unverifiable "));
        assert!(outcome("https://github.com/org/app").starts_with("ignored "));
    }
}
