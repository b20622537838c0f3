//! Writes one file of the user, whole or not at all, and through no link.
//!
//! Each function takes the guards: folders below which no link is followed, such as the root of the repository.

use std::fmt::Display;
use std::io;
use std::path::Path;

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::folder::door::{Missing, door, unguessable};
use crate::folder::kind::Kind;

/// The largest file that is replaced, in bytes.
const LIMIT: u64 = 64 << 20;

/// Puts new bytes in place of a file that still holds the expected ones: written beside it first, then moved by one rename, with the
/// permissions of the old one.
pub(crate) fn replace(place: &Path, guards: &[&Path], expected: &[u8], bytes: &[u8]) -> Result<()> {
    let failed = failed(place);
    let (folder, name) = opened(place, guards, Missing::Fail).map_err(|error| failed(&error))?;
    match folder.kind(&name).map_err(|error| failed(&error))? {
        Some(Kind::File(_)) => {}
        Some(Kind::Link) => return Err(failed(&"it is a link")),
        _ => return Err(failed(&"it is not a file")),
    }
    let permissions = folder.permissions(&name).map_err(|error| failed(&error))?;
    let fresh = staged(&folder, bytes, Some(permissions)).map_err(|error| failed(&error))?;
    // As late as possible: an editor may have written in the meantime.
    let result = match folder.read(&name, LIMIT) {
        Ok(current) if current == expected => folder.rename(&fresh, &folder, &name).map_err(|error| failed(&error)),
        Ok(_) => Err(failed(&"it was changed in the meantime").with_help("look at it again")),
        Err(error) => Err(failed(&error)),
    };
    cleared(result, &folder, &fresh)
}

/// Makes a file that is not there yet, whole or not at all; missing folders are made. One that somebody made in the meantime stays.
pub(crate) fn create(place: &Path, guards: &[&Path], bytes: &[u8]) -> Result<()> {
    let failed = failed(place);
    let (folder, name) = opened(place, guards, Missing::Make).map_err(|error| failed(&error))?;
    let fresh = staged(&folder, bytes, None).map_err(|error| failed(&error))?;
    let result = folder.rename_new(&fresh, &folder, &name).map_err(|error| failed(&error));
    cleared(result, &folder, &fresh)
}

/// Puts a file that the user named in its place, whatever file was there; missing folders are made. A link is not followed, and not
/// replaced either: nobody meant that.
pub(crate) fn put(place: &Path, guards: &[&Path], bytes: &[u8]) -> Result<()> {
    let failed = failed(place);
    let (folder, name) = opened(place, guards, Missing::Make).map_err(|error| failed(&error))?;
    match folder.kind(&name).map_err(|error| failed(&error))? {
        None | Some(Kind::File(_)) => {}
        Some(Kind::Link) => {
            return Err(failed(&"it is a link").with_help("name the file that it leads to, or remove the link"));
        }
        Some(Kind::Folder | Kind::Other) => return Err(failed(&"it is not a file")),
    }
    let fresh = staged(&folder, bytes, None).map_err(|error| failed(&error))?;
    let result = folder.rename(&fresh, &folder, &name).map_err(|error| failed(&error));
    cleared(result, &folder, &fresh)
}

/// The door to a place whose name is text.
fn opened(place: &Path, guards: &[&Path], missing: Missing) -> io::Result<(Folder, String)> {
    let (folder, name) = door(place, guards, missing)?;
    let name = String::from_utf8(name).map_err(|_| io::Error::other("its name is no text"))?;
    Ok((folder, name))
}

/// Writes the bytes beside their place, under a name that nobody can guess.
fn staged(folder: &Folder, bytes: &[u8], permissions: Option<u32>) -> io::Result<String> {
    let fresh = unguessable(".runproof-");
    match folder.create_synced(&fresh, bytes, permissions) {
        Ok(()) => Ok(fresh),
        Err(error) => {
            let _ = folder.remove_file(&fresh);
            Err(error)
        }
    }
}

/// Removes what was staged when it did not come to its place.
fn cleared(result: Result<()>, folder: &Folder, fresh: &str) -> Result<()> {
    result.inspect_err(|_| {
        let _ = folder.remove_file(fresh);
    })
}

fn failed(place: &Path) -> impl Fn(&dyn Display) -> Error + '_ {
    move |reason| Error::usage(format!("failed to write `{}`", place.display())).caused_by(reason)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{create, put, replace};

    #[test]
    fn a_file_is_replaced_only_as_long_as_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.md");
        fs::write(&place, "one").unwrap();
        replace(&place, &[], b"one", b"two").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"two");
        assert!(replace(&place, &[], b"one", b"three").is_err());
        assert!(create(&place, &[], b"three").is_err());
        assert_eq!(fs::read(&place).unwrap(), b"two");
        put(&place, &[], b"four").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"four");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.md");
        fs::write(&place, "one").unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&place, &[], b"one", b"two").unwrap();
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
        let link = folder.path().join("link.md");
        symlink(&place, &link).unwrap();
        assert!(replace(&link, &[], b"two", b"three").is_err());
        assert!(put(&link, &[], b"three").is_err());
        assert!(create(&link, &[], b"three").is_err());
        fs::create_dir_all(folder.path().join("root/real")).unwrap();
        symlink("real", folder.path().join("root/way")).unwrap();
        let root = folder.path().join("root");
        assert!(put(&root.join("way/x"), &[&root], b"x").is_err());
        assert!(
            put(&root.join("way/x"), &[], b"x").is_ok(),
            "without a guard it is the word of the user"
        );
        assert_eq!(fs::read(&place).unwrap(), b"two");
    }
}
