//! The files at the root that belong to this program: the settings, waivers and the baseline.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::source::disk::named_text;
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The text of a file that the user named. Below the root no link is followed.
pub(crate) fn text_of(path: &Path, root: &Path) -> Result<String> {
    named_text(path, &[root])
        .and_then(|text| text.ok_or_else(|| ErrorKind::NotFound.into()))
        .map_err(|error| Error::not_read(&path.display().to_string(), &error))
}

/// The text of a file of the root, as it is on disk; in a repository without files on disk as it is in the head. None when it is not
/// there. A link is not followed, and what is no plain file is not opened.
pub(crate) fn file(repository: Option<&Repository>, root: &Path, name: &str) -> Result<Option<String>> {
    let Some(repository) = repository.filter(|repository| repository.is_bare() || is_not_checked_out(root)) else {
        return named_text(&root.join(name), &[root]).map_err(|error| Error::not_read(name, &error));
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
