//! The few things that are asked of a disk that others write to: nothing here follows a link or opens what could block.

use std::fs::{self, File, Metadata};
use std::io::{Error, Read, Result};
use std::path::{Path, PathBuf};

use crate::source::objects::SIZE_LIMIT;
use crate::source::path;

/// The bytes of a regular file, read through one handle; the limit keeps sparse giants out.
pub(crate) fn file_bytes(place: &Path) -> Result<Vec<u8>> {
    // Opening a named pipe would block, so what is not a file is never opened.
    let before = fs::symlink_metadata(place)?;
    if !before.is_file() {
        return Err(Error::other("it is not a file"));
    }
    if before.len() > SIZE_LIMIT as u64 {
        return Err(Error::other(format!("it is too large: {} bytes", before.len())));
    }
    let file = File::open(place)?;
    if !is_same_file(&before, &file.metadata()?) {
        return Err(Error::other("it was replaced while it was read"));
    }
    let mut bytes = Vec::with_capacity(before.len() as usize);
    file.take(SIZE_LIMIT as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
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

#[cfg(unix)]
fn is_same_file(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same_file(left: &Metadata, right: &Metadata) -> bool {
    left.is_file() == right.is_file()
}
