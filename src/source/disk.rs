//! The few things that are asked of a disk that others write to: nothing here follows a link or opens what could block.

use std::fs::{self, Metadata};
use std::io::{Error, Result};
use std::path::{Component, Path, PathBuf};

use crate::folder::door::{Missing, door};
use crate::folder::kind::is_missing;
use crate::source::objects::SIZE_LIMIT;
use crate::source::path;

/// The most bytes that are read of a file that people write for this program: settings, waivers, a baseline, an event of a pipeline.
pub(crate) const TEXT_LIMIT: u64 = 64 << 20;

/// The bytes of a regular file, read through one handle; the limit keeps sparse giants out. Links on the way to its folder are followed.
pub(crate) fn file_bytes(place: &Path) -> Result<Vec<u8>> {
    named_bytes(place, &[], SIZE_LIMIT as u64)
}

/// The bytes of a regular file that somebody named. Below the guards no link is followed.
pub(crate) fn named_bytes(place: &Path, guards: &[&Path], limit: u64) -> Result<Vec<u8>> {
    let (folder, name) = door(place, guards, Missing::Fail)?;
    folder.read_bytes_path(&name, limit)
}

/// The text of a file that somebody named; what is not UTF-8 is an error. None when nothing stands there.
pub(crate) fn named_text(place: &Path, guards: &[&Path]) -> Result<Option<String>> {
    match named_bytes(place, guards, TEXT_LIMIT) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(Error::other),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The real folder that a path from the root leads to, also out of the root. Links of the user are followed, those of the repository are
/// not: nothing in the root is one on the way.
pub(crate) fn folder_from(root: &Path, path: &Path) -> Result<PathBuf> {
    let root = root.canonicalize()?;
    let mut place = root.clone();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                place.pop();
            }
            Component::Normal(name) => {
                place.push(name);
                if place.starts_with(&root) && fs::symlink_metadata(&place)?.is_symlink() {
                    return Err(Error::other("a link of the repository is in the way"));
                }
                place = place.canonicalize()?;
            }
            Component::RootDir | Component::Prefix(_) => place = PathBuf::from(part.as_os_str()),
        }
    }
    if fs::symlink_metadata(&place)?.is_dir() {
        Ok(place)
    } else {
        Err(Error::other("it is no folder"))
    }
}

/// Whether anything stands at a place, a dangling link included.
pub(crate) fn exists(place: &Path) -> bool {
    fs::symlink_metadata(place).is_ok()
}

/// The path from the root as text.
pub(crate) fn relative(root: &Path, place: &Path) -> String {
    let below = place.strip_prefix(root).unwrap_or(place);
    let text = path::to_text(below.as_os_str().as_encoded_bytes());
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// The place of a path from the root; none for a path that leads elsewhere.
pub(crate) fn place_of(root: &Path, path: &str) -> Option<PathBuf> {
    let bytes = path::to_bytes(path);
    let is_plain = |part: &[u8]| {
        let is_special = part.is_empty() || part == b"." || part == b".." || part == b".git";
        !(is_special || cfg!(windows) && part.iter().any(|byte| b":\\".contains(byte)))
    };
    bytes
        .split(|byte| *byte == b'/')
        .all(is_plain)
        .then(|| root.join(os_path(&bytes)))
}

#[cfg(unix)]
fn os_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The target of a link, as git stores it.
pub(crate) fn link_target(place: &Path) -> Result<Vec<u8>> {
    Ok(fs::read_link(place)?.into_os_string().into_encoded_bytes())
}

/// Whether its owner may run a file.
#[cfg(unix)]
pub(crate) fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

/// Whether its owner may run a file; this system does not know.
#[cfg(not(unix))]
pub(crate) fn is_executable(_: &Metadata) -> bool {
    false
}
