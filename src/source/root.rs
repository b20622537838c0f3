//! The files at the root that belong to this program: the settings, waivers and the baseline.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The text of a file that the user named.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Error::usage(format!("failed to read `{}`", path.display())).caused_by(&error))
}

/// The text of a file of the root, as it is on disk; in a repository without files on disk as it is in the head. None when it is not
/// there.
pub(crate) fn file(repository: Option<&Repository>, root: &Path, name: &str) -> Result<Option<String>> {
    let Some(repository) = repository.filter(|repository| repository.is_bare() || is_not_checked_out(root)) else {
        return match fs::read_to_string(root.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::usage(format!("failed to read `{name}`")).caused_by(&error)),
        };
    };
    let Some(head) = repository.head()? else { return Ok(None) };
    let tree = repository.tree(&head.id)?;
    match tree.listing().entry(name) {
        Some(entry) => Ok(Some(String::from_utf8_lossy(&tree.read(entry)?).into_owned())),
        None => Ok(None),
    }
}

/// Whether a worktree holds nothing, as after `git clone --no-checkout`: then the settings are those of the head, too.
fn is_not_checked_out(root: &Path) -> bool {
    fs::read_dir(root).is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == ".git"))
}
