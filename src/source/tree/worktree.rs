//! The files of a folder as they are on disk, whether or not a repository stands behind it.
//!
//! What git would not add is not listed: `.git`, files that `.gitignore` names, and anything that is neither file, folder nor link. Links
//! are never followed, and nothing is opened that could block.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use git2::Oid;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, Result};
use crate::model::tree::{ContentId, Entry, EntryKind, Listing};
use crate::source::disk::{exists, file_bytes, is_executable, link_target, named_bytes, place_of, relative};
use crate::source::objects::{Objects, SIZE_LIMIT};
use crate::source::path;
use crate::source::repository::Repository;
use crate::source::tree::{Tree, content_id, to_content_id};

/// The most bytes of a `.gitignore` that are read.
const IGNORE_LIMIT: u64 = 4 << 20;

/// The files of a folder as they are on disk.
pub(crate) struct WorktreeTree {
    root: PathBuf,
    listing: Arc<Listing>,
    /// Where the files are whose names are not UTF-8.
    places: HashMap<String, PathBuf>,
    /// Tracked files that a sparse checkout left out; they are read from the objects.
    absent: HashSet<String>,
    objects: Option<Arc<Objects>>,
    skipped: Vec<Skipped>,
}

/// Something in the folder that is not listed although no ignore file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// The path from the root.
    pub(crate) path: String,
    /// Why, in words.
    pub(crate) reason: String,
}

/// A file that git tracks, by its index.
struct Tracked {
    id: Oid,
    is_submodule: bool,
    is_link: bool,
    is_executable: bool,
    /// A sparse checkout left it out.
    is_absent: bool,
    /// Length and time when git last looked; none when the file may have changed in the same moment.
    stamp: Option<(u32, i32, u32)>,
}

/// Something that the walk found.
struct Found {
    place: PathBuf,
    path: String,
    kind: FoundKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FoundKind {
    File,
    Link,
    Repository,
}

impl WorktreeTree {
    /// Reads the names below a folder. With its repository, tracked files are listed even when an ignore file names them. Folders that hold
    /// a file named `marker` are left out: they are output of ours.
    pub(crate) fn read(root: &Path, repository: Option<&Repository>, marker: &str) -> Result<Self> {
        let failed = || format!("failed to read `{}`", root.display());
        let root = root
            .canonicalize()
            .map_err(|error| Error::usage(failed()).caused_by(&error))?;
        if !root.is_dir() {
            return Err(Error::usage(failed()).caused_by(&"it is not a folder"));
        }
        let tracked = repository.map(tracked_files).unwrap_or_default();
        let exclude = repository.and_then(|repository| {
            let file = repository.git().commondir().join("info/exclude");
            ignore_file(&root, &file)
        });
        let mut walk = Walk {
            found: Vec::new(),
            skipped: Vec::new(),
            ignores: exclude.map(|ignores| (0, ignores)).into_iter().collect(),
        };
        walk.folder(&root, marker);
        walk.tracked_although_ignored(&root, &tracked);
        let Walk { found, mut skipped, .. } = walk;

        let read: Vec<Result<Entry, Skipped>> = found.par_iter().map(|found| found.entry(tracked.get(&found.path))).collect();
        let mut entries = Vec::with_capacity(read.len());
        for entry in read {
            match entry {
                Ok(entry) => entries.push(entry),
                Err(reason) => skipped.push(reason),
            }
        }
        // A file that came back although the checkout is sparse is read from disk like any other.
        let on_disk: HashSet<&str> = found.iter().map(|found| found.path.as_str()).collect();
        let absent: HashSet<String> = tracked
            .iter()
            .filter(|(path, tracked)| tracked.is_absent && !on_disk.contains(path.as_str()))
            .map(|(path, _)| path.clone())
            .collect();
        entries.extend(absent.iter().map(|path| Entry {
            path: path.clone(),
            kind: tracked[path].kind(),
            id: to_content_id(tracked[path].id),
        }));
        skipped.sort_by(|left, right| left.path.cmp(&right.path));
        let places = found
            .into_iter()
            .filter(|found| found.path.contains("\\x"))
            .map(|found| (found.path, found.place))
            .collect();
        Ok(Self {
            listing: Arc::new(Listing::new(entries)),
            objects: repository.map(|repository| Arc::clone(repository.objects())),
            root,
            places,
            absent,
            skipped,
        })
    }

    /// What is not listed although no ignore file names it, sorted by path.
    pub(crate) fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

impl Tree for WorktreeTree {
    fn listing(&self) -> &Arc<Listing> {
        &self.listing
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        let failed = |reason: &dyn std::fmt::Display| Error::usage(format!("failed to read `{}`", entry.path)).caused_by(reason);
        if !self.listing.has_file(&entry.path) {
            return Err(failed(&"it is not there"));
        }
        if entry.kind == EntryKind::Submodule {
            return Err(failed(&"it is a submodule"));
        }
        if self.absent.contains(&entry.path)
            && let Some(objects) = &self.objects
        {
            return objects.blob(Oid::from_bytes(&entry.id.0).expect("a content id has 20 bytes"));
        }
        let place = self
            .places
            .get(&entry.path)
            .cloned()
            .unwrap_or_else(|| self.root.join(&entry.path));
        let read = if entry.kind == EntryKind::Symlink {
            // A folder on the way that became a link since the walk would lead out of the root.
            let folders = place.ancestors().skip(1).take_while(|folder| *folder != self.root);
            for folder in folders {
                if !fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir()) {
                    return Err(failed(&"it is no longer there"));
                }
            }
            link_target(&place)
        } else {
            named_bytes(&place, &[&self.root], SIZE_LIMIT as u64)
        };
        read.map_err(|error| failed(&error))
    }
}

/// The state of the walk through the folder.
struct Walk {
    found: Vec<Found>,
    skipped: Vec<Skipped>,
    /// The ignore files that hold here, the outermost first, each with the depth of its folder.
    ignores: Vec<(usize, Gitignore)>,
}

impl Walk {
    fn folder(&mut self, root: &Path, marker: &str) {
        let mut entries = WalkDir::new(root).follow_links(false).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let place = error.path().unwrap_or(root);
                    self.skip(root, place, &"it cannot be read");
                    continue;
                }
            };
            let is_folder = entry.file_type().is_dir();
            if entry.depth() > 0 {
                self.ignores
                    .truncate(self.ignores.partition_point(|(depth, _)| *depth < entry.depth()));
                if entry.file_name() == ".git" || self.is_ignored(entry.path(), is_folder) {
                    if is_folder {
                        entries.skip_current_dir();
                    }
                    continue;
                }
                if is_folder && exists(&entry.path().join(marker)) {
                    entries.skip_current_dir();
                    continue;
                }
                if is_folder && exists(&entry.path().join(".git")) {
                    entries.skip_current_dir();
                    self.find(root, entry.path(), FoundKind::Repository);
                    continue;
                }
            }
            if is_folder {
                if let Some(ignores) = ignore_file(entry.path(), &entry.path().join(".gitignore")) {
                    self.ignores.push((entry.depth(), ignores));
                }
            } else {
                self.leaf(root, &entry);
            }
        }
    }

    fn leaf(&mut self, root: &Path, entry: &DirEntry) {
        let kind = entry.file_type();
        if kind.is_symlink() {
            self.find(root, entry.path(), FoundKind::Link);
        } else if kind.is_file() {
            self.find(root, entry.path(), FoundKind::File);
        } else {
            self.skip(root, entry.path(), &"it is neither a file nor a folder");
        }
    }

    fn find(&mut self, root: &Path, place: &Path, kind: FoundKind) {
        self.found.push(Found {
            path: relative(root, place),
            place: place.to_path_buf(),
            kind,
        });
    }

    fn skip(&mut self, root: &Path, place: &Path, reason: &dyn std::fmt::Display) {
        self.skipped.push(Skipped {
            path: relative(root, place),
            reason: reason.to_string(),
        });
    }

    /// Whether the innermost ignore file that says anything about a path says that it is ignored.
    fn is_ignored(&self, place: &Path, is_folder: bool) -> bool {
        self.ignores
            .iter()
            .rev()
            .map(|(_, ignores)| ignores.matched(place, is_folder))
            .find(|matched| !matched.is_none())
            .is_some_and(|matched| matched.is_ignore())
    }

    /// Adds the tracked files that the walk did not find because an ignore file names them or a folder above.
    fn tracked_although_ignored(&mut self, root: &Path, tracked: &HashMap<String, Tracked>) {
        let found: HashSet<&str> = self.found.iter().map(|found| found.path.as_str()).collect();
        let mut missing: Vec<&String> = tracked.keys().filter(|path| !found.contains(path.as_str())).collect();
        missing.sort();
        let mut more = Vec::new();
        for path in missing {
            let Some(place) = place_of(root, path) else { continue };
            let folders = place.ancestors().skip(1).take_while(|folder| *folder != root);
            let is_below = folders.clone().all(|folder| {
                fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir()) && !exists(&folder.join(".git"))
            });
            let Ok(metadata) = fs::symlink_metadata(&place) else {
                continue;
            };
            let kind = if metadata.is_symlink() {
                FoundKind::Link
            } else if metadata.is_file() {
                FoundKind::File
            } else if metadata.is_dir() && tracked[path].is_submodule {
                FoundKind::Repository
            } else {
                continue;
            };
            if is_below {
                more.push(Found {
                    path: path.clone(),
                    place,
                    kind,
                });
            }
        }
        self.found.extend(more);
    }
}

impl Found {
    /// The entry in the listing.
    fn entry(&self, tracked: Option<&Tracked>) -> Result<Entry, Skipped> {
        let skipped = |reason: &dyn std::fmt::Display| Skipped {
            path: self.path.clone(),
            reason: reason.to_string(),
        };
        let (kind, id) = match self.kind {
            FoundKind::Repository => {
                // What another repository holds is known to its own git only; without a record of ours the id says nothing.
                let id = tracked.filter(|tracked| tracked.is_submodule).map(|tracked| tracked.id);
                (EntryKind::Submodule, id.map_or_else(ContentId::default, to_content_id))
            }
            FoundKind::Link => {
                let target = link_target(&self.place).map_err(|error| skipped(&error))?;
                (EntryKind::Symlink, content_id(&target))
            }
            FoundKind::File => {
                let metadata = fs::symlink_metadata(&self.place).map_err(|error| skipped(&error))?;
                let kind = if is_executable(&metadata) {
                    EntryKind::Executable
                } else {
                    EntryKind::File
                };
                let noted = tracked.filter(|tracked| tracked.stamp.is_some() && tracked.stamp == stamp(&metadata));
                let id = match noted {
                    Some(tracked) => to_content_id(tracked.id),
                    None => content_id(&file_bytes(&self.place).map_err(|error| skipped(&error))?),
                };
                (kind, id)
            }
        };
        Ok(Entry {
            path: self.path.clone(),
            kind,
            id,
        })
    }
}

impl Tracked {
    fn kind(&self) -> EntryKind {
        match self {
            Self { is_submodule: true, .. } => EntryKind::Submodule,
            Self { is_link: true, .. } => EntryKind::Symlink,
            Self { is_executable: true, .. } => EntryKind::Executable,
            Self { .. } => EntryKind::File,
        }
    }
}

/// The tracked files by path.
fn tracked_files(repository: &Repository) -> HashMap<String, Tracked> {
    /// Set in the extended flags of an entry that a sparse checkout left out.
    const SKIP_WORKTREE: u16 = 1 << 14;
    let git = repository.git();
    let Ok(index) = git.index() else { return HashMap::new() };
    // A file that changed in the second in which git wrote its index may look unchanged (git calls such an entry racily clean).
    let written = index
        .path()
        .and_then(|path| fs::metadata(path).ok())
        .and_then(|metadata| stamp(&metadata));
    index
        .iter()
        .map(|entry| {
            let is_settled = written.is_some_and(|(_, seconds, _)| entry.mtime.seconds() < seconds);
            let tracked = Tracked {
                id: entry.id,
                is_submodule: entry.mode == 0o160_000,
                is_link: entry.mode == 0o120_000,
                is_executable: entry.mode == 0o100_755,
                is_absent: entry.flags_extended & SKIP_WORKTREE != 0,
                stamp: is_settled.then(|| (entry.file_size, entry.mtime.seconds(), entry.mtime.nanoseconds())),
            };
            (path::to_text(&entry.path), tracked)
        })
        .collect()
}

/// Length and time of a file as an index notes them: both cut to 32 bits.
fn stamp(metadata: &Metadata) -> Option<(u32, i32, u32)> {
    let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len() as u32, time.as_secs() as i32, time.subsec_nanos()))
}

/// The patterns of an ignore file. Like git, a link is not followed; a pattern that cannot be read is left out.
fn ignore_file(folder: &Path, file: &Path) -> Option<Gitignore> {
    let metadata = fs::symlink_metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > IGNORE_LIMIT {
        return None;
    }
    let bytes = file_bytes(file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut patterns = GitignoreBuilder::new(folder);
    for line in text.trim_start_matches('\u{feff}').lines() {
        let _ = patterns.add_line(None, line);
    }
    patterns.build().ok()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use tempfile::TempDir;

    use super::WorktreeTree;
    use crate::model::tree::EntryKind;
    use crate::source::testing::TestRepository;
    use crate::source::tree::Tree;

    fn paths(tree: &WorktreeTree) -> Vec<&str> {
        tree.listing().entries.iter().map(|entry| entry.path.as_str()).collect()
    }

    fn read(folder: &std::path::Path) -> WorktreeTree {
        WorktreeTree::read(folder, None, ".marker").unwrap()
    }

    /// A folder with these files.
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            let place = folder.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_plain_folder_is_read_without_a_repository() {
        let folder = folder(&[("a.md", "hello\n"), ("d/b.md", "b"), (".github/x.yml", "x")]);
        let tree = read(folder.path());
        assert_eq!(paths(&tree), [".github/x.yml", "a.md", "d/b.md"]);
        let entry = tree.listing().entry("a.md").unwrap();
        assert_eq!(entry.id.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(tree.read(entry).unwrap(), b"hello\n");
        assert!(WorktreeTree::read(&folder.path().join("none"), None, ".marker").is_err());
    }

    #[test]
    fn ignored_files_git_folders_and_our_output_are_not_listed() {
        let folder = folder(&[
            (".gitignore", "\u{feff}*.log\nbuild/\n!keep.log\n[\n"),
            ("a.log", ""),
            ("keep.log", ""),
            ("build/x", ""),
            ("d/.gitignore", "!a.log\n/x\n"),
            ("d/a.log", ""),
            ("d/b.log", ""),
            ("d/x", ""),
            ("d/e/x", ""),
            ("site/.marker", ""),
            ("site/index.html", ""),
            (".git/config", ""),
            ("vendor/other/.git/HEAD", ""),
            ("vendor/other/x", ""),
        ]);
        let tree = read(folder.path());
        let expected = [".gitignore", "d/.gitignore", "d/a.log", "d/e/x", "keep.log", "vendor/other"];
        assert_eq!(paths(&tree), expected);
        let other = tree.listing().entry("vendor/other").unwrap();
        assert_eq!(other.kind, EntryKind::Submodule);
        assert!(tree.read(other).is_err());
    }

    #[test]
    fn links_are_listed_and_never_followed() {
        let outside = folder(&[("secret", "x")]);
        let folder = folder(&[("a", "")]);
        symlink(outside.path(), folder.path().join("out")).unwrap();
        symlink("loop", folder.path().join("loop")).unwrap();
        symlink("/dev/zero", folder.path().join(".gitignore")).unwrap();
        let tree = read(folder.path());
        assert_eq!(paths(&tree), [".gitignore", "a", "loop", "out"]);
        let entry = tree.listing().entry("loop").unwrap();
        assert_eq!(
            (entry.kind, tree.read(entry).unwrap()),
            (EntryKind::Symlink, b"loop".to_vec())
        );
    }

    #[test]
    fn a_file_that_became_a_link_after_the_walk_is_refused() {
        let outside = folder(&[("x", "secret")]);
        let folder = folder(&[("a", "a"), ("d/x", "x")]);
        let tree = read(folder.path());
        std::fs::remove_file(folder.path().join("a")).unwrap();
        symlink(outside.path().join("x"), folder.path().join("a")).unwrap();
        std::fs::remove_dir_all(folder.path().join("d")).unwrap();
        symlink(outside.path(), folder.path().join("d")).unwrap();
        for path in ["a", "d/x"] {
            assert!(tree.read(tree.listing().entry(path).unwrap()).is_err(), "{path}");
        }
    }

    #[test]
    fn pipes_and_sparse_giants_are_passed_over_with_a_word() {
        let folder = folder(&[("a", "")]);
        if !Command::new("mkfifo")
            .arg(folder.path().join("pipe.md"))
            .status()
            .is_ok_and(|status| status.success())
        {
            println!("skipped: there is no `mkfifo` program");
            return;
        }
        let giant = std::fs::File::create(folder.path().join("giant.md")).unwrap();
        giant.set_len(1 << 40).unwrap();
        let tree = read(folder.path());
        assert_eq!(paths(&tree), ["a"]);
        let skipped: Vec<(&str, &str)> = tree
            .skipped()
            .iter()
            .map(|skipped| (skipped.path.as_str(), skipped.reason.as_str()))
            .collect();
        assert_eq!(
            skipped,
            [
                ("giant.md", "it is too large: 1099511627776 bytes, and the limit is 268435456"),
                ("pipe.md", "it is neither a file nor a folder"),
            ]
        );
    }

    #[test]
    fn names_that_are_not_utf_8_can_be_read() {
        let folder = folder(&[]);
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
        if std::fs::write(folder.path().join(name), "x").is_err() {
            println!("skipped: this disk wants UTF-8 names");
            return;
        }
        let tree = read(folder.path());
        assert_eq!(paths(&tree), ["caf\\xe9.md"]);
        assert_eq!(tree.read(&tree.listing().entries[0]).unwrap(), b"x");
    }

    #[test]
    fn a_worktree_has_the_ids_of_its_commit() {
        let Some(test) = TestRepository::new() else { return };
        test.write("tool.log", "kept");
        test.git(&["add", "tool.log"]);
        symlink("a.md", test.join("link")).unwrap();
        let commit = test.commit(&[(".gitignore", "*.log\n"), ("a.md", "a"), ("d/b.md", "b")], "first");
        test.write("untracked.log", "not listed");
        let repository = test.open();
        let tree = WorktreeTree::read(test.path(), Some(&repository), ".marker").unwrap();
        assert_eq!(tree.listing().entries, repository.tree(&commit).unwrap().listing().entries);
        test.write("a.md", "A");
        let tree = WorktreeTree::read(test.path(), Some(&repository), ".marker").unwrap();
        assert_ne!(tree.listing().entries, repository.tree(&commit).unwrap().listing().entries);
    }

    #[test]
    fn files_that_a_sparse_checkout_left_out_are_read_from_objects() {
        let Some(test) = TestRepository::new() else { return };
        let commit = test.commit(&[("a/x", "x"), ("b/y", "y")], "first");
        test.git(&["sparse-checkout", "set", "--no-cone", "/a/"]);
        assert!(!test.join("b/y").exists());
        let repository = test.open();
        let tree = WorktreeTree::read(test.path(), Some(&repository), ".marker").unwrap();
        assert_eq!(tree.listing().entries, repository.tree(&commit).unwrap().listing().entries);
        assert_eq!(tree.read(tree.listing().entry("b/y").unwrap()).unwrap(), b"y");
    }
}
