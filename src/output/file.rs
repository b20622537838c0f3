//! Replaces one file of the user, whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, Result};

/// Puts new bytes in place of a file that still holds the expected ones: written beside it first, then moved by one rename, with the
/// permissions of the old one. A link is not followed.
pub(crate) fn replace(place: &Path, expected: &[u8], bytes: &[u8]) -> Result<()> {
    let failed =
        |reason: &dyn std::fmt::Display| Error::usage(format!("failed to write `{}`", place.display())).caused_by(reason);
    let metadata = fs::symlink_metadata(place).map_err(|error| failed(&error))?;
    if !metadata.is_file() {
        return Err(failed(&"it is not a file"));
    }
    let folder = place.parent().ok_or_else(|| failed(&"it has no folder"))?;
    let mut fresh = tempfile::Builder::new()
        .prefix(".runproof-")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    fresh
        .write_all(bytes)
        .and_then(|()| fresh.as_file().set_permissions(metadata.permissions()))
        .and_then(|()| fresh.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    // As late as possible: an editor may have written in the meantime.
    if fs::read(place).map_err(|error| failed(&error))? != expected {
        return Err(failed(&"it was changed in the meantime").with_help("look at it again"));
    }
    fresh.persist(place).map(drop).map_err(|error| failed(&error.error))
}

/// Makes a file that is not there yet, whole or not at all. One that somebody made in the meantime stays.
pub(crate) fn create(place: &Path, bytes: &[u8]) -> Result<()> {
    let failed =
        |reason: &dyn std::fmt::Display| Error::usage(format!("failed to write `{}`", place.display())).caused_by(reason);
    let folder = place.parent().ok_or_else(|| failed(&"it has no folder"))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any program would make it; the umask takes away from it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut fresh = builder
        .prefix(".runproof-")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    fresh
        .write_all(bytes)
        .and_then(|()| fresh.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    fresh.persist_noclobber(place).map(drop).map_err(|error| failed(&error.error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::replace;

    #[test]
    fn a_file_is_replaced_only_as_long_as_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.md");
        fs::write(&place, "one").unwrap();
        replace(&place, b"one", b"two").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"two");
        assert!(replace(&place, b"one", b"three").is_err());
        assert_eq!(fs::read(&place).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.md");
        fs::write(&place, "one").unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&place, b"one", b"two").unwrap();
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
        let link = folder.path().join("link.md");
        std::os::unix::fs::symlink(&place, &link).unwrap();
        assert!(replace(&link, b"two", b"three").is_err());
    }
}
