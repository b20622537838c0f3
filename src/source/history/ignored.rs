//! Commits that changed nothing but form, by the word of the repository: the list that `git blame` is told to look past.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{Config, ConfigLevel};

use crate::error::Result;
use crate::model::history::CommitId;
use crate::source::disk::file_bytes;
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The name that forges and people agree on.
const FILE: &str = ".git-blame-ignore-revs";

/// The setting that names further files.
const SETTING: &str = "blame.ignoreRevsFile";

/// The commits that count as no edit: those of `.git-blame-ignore-revs` at the root of a tree, and of the files that
/// `blame.ignoreRevsFile` names in the configuration of the repository itself. The settings of the user or of the machine are not read,
/// so that everybody sees the same dates. A file that cannot be read names no commit.
pub(crate) fn ignored_revisions(repository: &Repository, tree: &dyn Tree) -> BTreeSet<CommitId> {
    let mut revisions = BTreeSet::new();
    let entry = tree.listing().entry(FILE);
    if let Some(bytes) = entry.and_then(|entry| tree.read(entry).ok()) {
        revisions.extend(listed(&bytes));
    }
    revisions.extend(configured_revisions(repository));
    revisions
}

/// Those of the files that the configuration of the repository names.
pub(crate) fn configured_revisions(repository: &Repository) -> BTreeSet<CommitId> {
    let mut revisions = BTreeSet::new();
    for name in configured(repository).unwrap_or_default() {
        // A name is relative to the folder that people work in.
        if let Ok(bytes) = file_bytes(&repository.root().join(Path::new(&name))) {
            revisions.extend(listed(&bytes));
        }
    }
    revisions
}

/// The files that the configuration of the repository names.
fn configured(repository: &Repository) -> Result<Vec<String>, git2::Error> {
    let config: Config = repository.git().config()?.open_level(ConfigLevel::Local)?;
    let mut names = Vec::new();
    let mut entries = config.multivar(SETTING, None)?;
    while let Some(entry) = entries.next() {
        match entry?.value() {
            // An empty name takes back all names before it.
            Ok("") => names.clear(),
            Ok(name) => names.push(name.to_owned()),
            Err(_) => {}
        }
    }
    Ok(names)
}

/// The commits of a list: one id of 40 hex digits in a line, comments from `#` on.
fn listed(bytes: &[u8]) -> Vec<CommitId> {
    let text = String::from_utf8_lossy(bytes);
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|word| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ignored_revisions, listed};
    use crate::model::history::History;
    use crate::source::history::touches;
    use crate::source::testing::TestRepository;

    #[test]
    fn a_listed_commit_is_no_edit_unless_it_made_the_file() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a.md", "a")], "first");
        let formatted = test.commit(&[("a.md", "a\n"), ("new.md", "n")], "format");
        let configured = test.commit(&[("a.md", "a\n\n")], "format again");
        test.write("revisions.txt", &format!("{configured}\n"));
        test.git(&["config", "--add", "blame.ignoreRevsFile", "revisions.txt"]);
        test.git(&["config", "--add", "blame.ignoreRevsFile", "no-such-file"]);
        let head = test.commit(
            &[(".git-blame-ignore-revs", &format!("# Format the text.\n{formatted}\n"))],
            "list",
        );
        let repository = test.open();
        let tree = repository.tree(&head).unwrap();
        let ignored = ignored_revisions(&repository, &tree);
        assert_eq!(ignored, [configured, formatted.clone()].into_iter().collect());
        let paths = ["a.md".to_owned(), "new.md".to_owned()];
        let history = History {
            ignored,
            ..touches(&repository, &head, &paths).unwrap()
        };
        assert_eq!(history.touches["a.md"].len(), 3, "what changed the bytes is still known");
        let edits = |path| history.edits(path).map(|commit| commit.id.clone()).collect::<Vec<_>>();
        assert_eq!(edits("a.md"), [first]);
        assert_eq!(edits("new.md"), [formatted]);
        assert!(edits("never.md").is_empty());
    }

    #[test]
    fn an_empty_setting_takes_back_the_names_before_it() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a.md", "a")], "first");
        test.write("revisions.txt", &format!("{first}\n"));
        test.git(&["config", "--add", "blame.ignoreRevsFile", "revisions.txt"]);
        let count = || ignored_revisions(&test.open(), &test.open().tree(&first).unwrap()).len();
        assert_eq!(count(), 1);
        test.git(&["config", "--add", "blame.ignoreRevsFile", ""]);
        assert_eq!(count(), 0);
    }

    #[test]
    fn ids_are_read_and_everything_else_is_passed_over() {
        let id = "0123456789abcdef".repeat(3)[..40].to_owned();
        let text = format!(
            "\u{feff}# format the code\n{id}\n\n  {} # again\nabc123\nmain\n{id}0\n",
            id.to_uppercase()
        );
        assert_eq!(listed(text.as_bytes()), [id.clone(), id]);
        assert!(listed(b"\xff\xfe#").is_empty());
    }
}
