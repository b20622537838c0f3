//! The door for the benches in `benches/`: what they measure, as plain values. Nobody else is meant to come in here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::audit::components;
use crate::error::Error;
use crate::model::change::ChangeKind;
use crate::model::evidence::Content;
use crate::model::history::{CommitId, History};
use crate::model::sbom::Sbom;
use crate::model::tree::{ContentId, EntryKind};
use crate::parse::recognise;
use crate::source::history::gone::gone;
use crate::source::history::renames::renames;
use crate::source::history::{last_touches, touches};
use crate::source::repository::{Repository, Trust};
use crate::source::tags::tags;
use crate::source::tree::Tree;

/// An outcome, or why there is none, in words.
pub type Outcome<T> = Result<T, String>;

/// A repository that is measured.
pub struct Measured(Repository);

/// Which commits changed which paths.
pub struct Touches(History);

/// What became of a path that is gone.
#[derive(Clone, Debug)]
pub struct Fate {
    /// The commit that took it away.
    pub commit: String,
    /// Whether it was moved.
    pub is_moved: bool,
}

/// A file that was moved.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The path before.
    pub from: String,
    /// The path after.
    pub to: String,
    /// How much of the content stayed, in percent.
    pub similarity: u32,
}

/// A file of a tree.
pub struct File {
    /// The path.
    pub path: String,
    /// The id of its content.
    pub content: [u8; 20],
    /// Whether it is a plain file: no link and no submodule.
    pub is_plain: bool,
}

fn words(error: Error) -> String {
    error.message
}

impl Measured {
    /// Opens a repository.
    pub fn open(path: &Path) -> Outcome<Self> {
        let repository = Repository::open(path, Trust::Anyone).map_err(words)?;
        repository.map(Self).ok_or_else(|| "there is no repository".to_owned())
    }

    /// The same repository with a folder that keeps what history told.
    #[must_use]
    pub fn with_cache(self, folder: PathBuf) -> Self {
        Self(self.0.with_cache(Some(folder)))
    }

    /// The name of the repository.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// The commit that is checked out.
    pub fn head(&self) -> Outcome<String> {
        let head = self.0.head().map_err(words)?;
        head.map(|head| head.id).ok_or_else(|| "there is no commit".to_owned())
    }

    /// The commit of a revision.
    pub fn resolve(&self, revision: &str) -> Outcome<CommitId> {
        self.0.resolve(revision).map_err(words)
    }

    /// The files at a commit.
    pub fn files(&self, commit: &str) -> Outcome<Vec<File>> {
        let tree = self.0.tree(commit).map_err(words)?;
        let entries = tree.listing().entries.iter();
        Ok(entries
            .map(|entry| File {
                path: entry.path.clone(),
                content: entry.id.0,
                is_plain: matches!(entry.kind, EntryKind::File | EntryKind::Executable),
            })
            .collect())
    }

    /// The bytes of a content.
    pub fn content(&self, content: [u8; 20]) -> Outcome<Vec<u8>> {
        self.0.content(ContentId(content)).map_err(words)
    }

    /// The commits of the tags.
    pub fn tags(&self) -> Outcome<Vec<CommitId>> {
        let tags = tags(&self.0).map_err(words)?;
        Ok(tags.into_iter().filter_map(|tag| tag.commit.ok()).collect())
    }

    /// Every commit that changed each path.
    pub fn touches(&self, start: &str, paths: &[String]) -> Outcome<Touches> {
        touches(&self.0, start, paths).map(Touches).map_err(words)
    }

    /// The last commit that changed each path.
    pub fn last_touches(&self, start: &str, paths: &[String]) -> Outcome<Touches> {
        last_touches(&self.0, start, paths).map(Touches).map_err(words)
    }

    /// The files that were moved between two commits.
    pub fn renames(&self, older: &str, newer: &str) -> Outcome<Vec<Moved>> {
        let renames = renames(&self.0, older, newer, None).map_err(words)?;
        Ok(renames
            .into_iter()
            .map(|rename| Moved {
                from: rename.from,
                to: rename.to,
                similarity: rename.similarity.into(),
            })
            .collect())
    }

    /// What became of paths that are gone.
    pub fn gone(&self, start: &str, paths: &[String]) -> Outcome<BTreeMap<String, Fate>> {
        let gone = gone(&self.0, start, paths).map_err(words)?;
        Ok(gone
            .into_iter()
            .map(|(path, gone)| {
                let fate = Fate {
                    commit: gone.commit.id.clone(),
                    is_moved: gone.renamed_to.is_some(),
                };
                (path, fate)
            })
            .collect())
    }
}

impl Touches {
    /// The commits that changed a path, newest first.
    pub fn commits(&self, path: &str) -> Vec<&str> {
        let commits = self.0.touches.get(path).into_iter().flatten();
        commits.map(|commit| commit.id.as_str()).collect()
    }

    /// How many paths are known.
    pub fn len(&self) -> usize {
        self.0.touches.len()
    }

    /// Whether no path is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A bill of materials as it was read.
pub struct Bill(Box<Sbom>);

impl Bill {
    /// Reads a bill of materials.
    pub fn read(bytes: &[u8]) -> Outcome<Self> {
        match recognise::read(bytes, None).content {
            Content::Sbom(sbom) => Ok(Self(sbom)),
            _ => Err("it is no bill of materials".to_owned()),
        }
    }

    /// How many components it lists.
    pub fn components(&self) -> usize {
        self.0.components.len()
    }

    /// How many components are new, are gone, changed otherwise and are the same in a later one.
    pub fn changes(&self, later: &Self) -> [u64; 4] {
        let changes = components::changes(&[&self.0], &[&later.0], "");
        let of = |kind: ChangeKind| changes.changes.iter().filter(|change| change.kind == kind).count() as u64;
        let (added, removed) = (of(ChangeKind::Added), of(ChangeKind::Removed));
        [
            added,
            removed,
            changes.changes.len() as u64 - added - removed,
            changes.unchanged,
        ]
    }
}
