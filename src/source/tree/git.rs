//! The tree of one commit, read from objects without checkout.

use std::sync::Arc;

use git2::Oid;

use crate::error::{Error, Result};
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::source::objects::Objects;
use crate::source::path;
use crate::source::tree::{Tree, raw, to_content_id};

/// The most entries that a tree may have. A few kilobytes of trees that hold each other many times over can stand for billions of files.
const ENTRY_LIMIT: usize = 2_000_000;

/// The most bytes that all paths of a tree may have together, for the same reason.
const PATH_LIMIT: usize = 1 << 30;

/// The tree of one commit.
pub(crate) struct GitTree {
    objects: Arc<Objects>,
    listing: Arc<Listing>,
}

impl GitTree {
    /// A tree from its listing and where its files are.
    pub(crate) fn new(objects: Arc<Objects>, listing: Arc<Listing>) -> Self {
        Self { objects, listing }
    }
}

impl Tree for GitTree {
    fn listing(&self) -> &Arc<Listing> {
        &self.listing
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        let failed = || format!("failed to read `{}`", entry.path);
        if entry.kind == EntryKind::Submodule {
            return Err(Error::usage(failed()).caused_by(&"it is a submodule"));
        }
        let id = Oid::from_bytes(&entry.id.0).expect("a content id has 20 bytes");
        self.objects.blob(id).map_err(|error| Error {
            message: format!("{}: {}", failed(), error.message),
            ..error
        })
    }
}

/// The names below a root tree.
pub(crate) fn listing(objects: &Objects, root: Oid) -> Result<Listing> {
    let mut entries = Vec::new();
    let mut path_bytes = 0;
    // The folders on the way down, each with its path and how far it was read. A folder is read where it stands among the files, which is
    // the order of whole paths, so that there is next to nothing to sort.
    let mut folders = vec![(String::new(), root, objects.tree(root)?, 0)];
    while let Some((prefix, id, tree, at)) = folders.last_mut() {
        let mut below = None;
        while below.is_none() && *at < tree.len() {
            let Some((entry, length)) = raw::first_entry(&tree[*at..]) else {
                return Err(Error::unjudged(format!("tree `{id}` is damaged")).with_help("run `git fsck`"));
            };
            *at += length;
            let name = path::to_text(entry.name);
            let mut path = String::with_capacity(prefix.len() + 1 + name.len());
            path.push_str(prefix);
            path.push_str(&name);
            path_bytes += path.len();
            if entry.is_folder() {
                path.push('/');
                below = Some((path, entry.oid()));
            } else {
                entries.push(Entry {
                    path,
                    kind: entry.kind(),
                    id: to_content_id(entry.oid()),
                });
            }
        }
        match below {
            Some((path, id)) => {
                let tree = objects.tree(id)?;
                folders.push((path, id, tree, 0));
            }
            None => {
                folders.pop();
            }
        }
        if entries.len() + folders.len() > ENTRY_LIMIT || path_bytes > PATH_LIMIT {
            return Err(Error::usage(format!(
                "tree `{root}` is too large: it has more than {ENTRY_LIMIT} entries"
            )));
        }
    }
    Ok(Listing::new(entries))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use rayon::prelude::*;

    use crate::model::tree::EntryKind;
    use crate::source::testing::{TestRepository, open};
    use crate::source::tree::{Tree, content_id};

    #[test]
    fn files_links_and_submodules_are_listed_and_links_are_not_followed() {
        let Some(test) = TestRepository::new() else { return };
        test.write("a.md", "hello\n");
        test.write("bin/run.sh", "#!/bin/sh\n");
        std::os::unix::fs::symlink("/etc/passwd", test.join("link")).unwrap();
        std::os::unix::fs::symlink("loop", test.join("loop")).unwrap();
        let first = test.commit(&[], "first");
        test.git(&["update-index", "--add", "--chmod=+x", "bin/run.sh"]);
        test.git(&[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("160000,{first},vendor/other"),
        ]);
        test.git(&["commit", "--quiet", "-m", "second"]);
        let tree = test.open().tree(&test.head()).unwrap();
        let kinds: Vec<(&str, EntryKind)> = tree
            .listing()
            .entries
            .iter()
            .map(|entry| (entry.path.as_str(), entry.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("a.md", EntryKind::File),
                ("bin/run.sh", EntryKind::Executable),
                ("link", EntryKind::Symlink),
                ("loop", EntryKind::Symlink),
                ("vendor/other", EntryKind::Submodule),
            ]
        );
        let read = |path: &str| tree.read(tree.listing().entry(path).unwrap());
        assert_eq!(read("a.md").unwrap(), b"hello\n");
        assert_eq!(read("link").unwrap(), b"/etc/passwd");
        assert_eq!(read("loop").unwrap(), b"loop");
        assert!(read("vendor/other").unwrap_err().message.contains("submodule"));
    }

    #[test]
    fn names_that_are_not_utf_8_are_escaped_and_can_be_read() {
        let Some(test) = TestRepository::new() else { return };
        let blob = test.commit(&[("plain", "x")], "first") + ":plain";
        let id = test.git(&["rev-parse", &blob]);
        let mut bytes = b"100644 caf\xe9.md\0".to_vec();
        bytes.extend_from_slice(git2::Oid::from_str(&id).unwrap().as_bytes());
        test.write("tree", "");
        std::fs::write(test.join("tree"), bytes).unwrap();
        let tree = test.git(&["hash-object", "-t", "tree", "-w", "tree"]);
        let commit = test.git(&["commit-tree", &tree, "-m", "odd"]);
        let repository = test.open();
        let tree = repository.tree(&commit).unwrap();
        let entry = tree.listing().entry("caf\\xe9.md").unwrap();
        assert_eq!(tree.read(entry).unwrap(), b"x");
        let paths = ["caf\\xe9.md".to_owned()];
        let history = crate::source::history::last_touches(&repository, &commit, &paths).unwrap();
        assert_eq!(history.last_commit("caf\\xe9.md").unwrap().id, commit);
        let contents = crate::source::history::contents_at(&repository, &commit, &paths).unwrap();
        assert_eq!(contents["caf\\xe9.md"], Some(entry.id));
    }

    #[test]
    fn several_threads_read_at_once() {
        let Some(test) = TestRepository::new() else { return };
        let texts: Vec<(String, String)> = (0..64)
            .map(|number| (format!("f{number}"), format!("text {number}")))
            .collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let commit = test.commit(&files, "many");
        let tree = test.open().tree(&commit).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
        pool.install(|| {
            tree.listing().entries.par_iter().for_each(|entry| {
                assert_eq!(content_id(&tree.read(entry).unwrap()), entry.id);
            });
        });
    }

    #[test]
    fn a_file_that_is_not_in_the_clone_is_said_to_be_missing() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "hello\n")], "first");
        let id = test.git(&["rev-parse", "HEAD:a.md"]);
        std::fs::remove_file(test.join(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
        let tree = test.open().tree(&test.head()).unwrap();
        let error = tree.read(tree.listing().entry("a.md").unwrap()).unwrap_err();
        assert!(error.message.starts_with("failed to read `a.md`: blob"), "{error}");
        assert_eq!(error.kind, crate::error::ErrorKind::Unjudged);
    }

    #[test]
    fn a_clone_that_borrows_its_objects_is_read() {
        let Some(test) = TestRepository::new() else { return };
        let commit = test.commit(&[("a.md", "hello\n")], "first");
        test.git(&["clone", "--quiet", "--shared", ".", "clone"]);
        let tree = open(&test.join("clone")).tree(&commit).unwrap();
        assert_eq!(tree.read(tree.listing().entry("a.md").unwrap()).unwrap(), b"hello\n");
    }

    #[test]
    fn a_partial_clone_has_its_history_and_names_the_missing_file() {
        let Some(test) = TestRepository::new() else { return };
        test.git(&["config", "uploadpack.allowFilter", "true"]);
        let commit = test.commit(&[("a.md", "hello\n")], "first");
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "clone"]);
        let repository = open(&test.join("clone"));
        let history = crate::source::history::touches(&repository, &commit, &["a.md".to_owned()]).unwrap();
        assert_eq!(history.touches["a.md"].len(), 1);
        let tree = repository.tree(&commit).unwrap();
        let error = tree.read(tree.listing().entry("a.md").unwrap()).unwrap_err();
        assert_eq!(error.kind, crate::error::ErrorKind::Unjudged);
        assert!(error.help.unwrap().contains("git fetch --refetch"));
    }

    #[test]
    fn a_few_trees_that_stand_for_billions_of_files_are_refused() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("plain", "x")], "first");
        let blob = test.git(&["rev-parse", "HEAD:plain"]);
        let lines = |entry: &str| ('a'..='z').fold(String::new(), |lines, name| lines + entry + "\t" + &name.to_string() + "\n");
        let mut level = lines(&format!("100644 blob {blob}"));
        for _ in 0..8 {
            test.write("level", &level);
            let output = std::process::Command::new("git")
                .current_dir(test.path())
                .arg("mktree")
                .stdin(std::fs::File::open(test.join("level")).unwrap())
                .output()
                .unwrap();
            level = lines(&format!("040000 tree {}", String::from_utf8(output.stdout).unwrap().trim()));
        }
        let top = level.split_whitespace().nth(2).unwrap().to_owned();
        let commit = test.git(&["commit-tree", &top, "-m", "bomb"]);
        let error = test.open().tree(&commit).err().unwrap();
        assert!(error.message.contains("too large"), "{error}");
    }
}
