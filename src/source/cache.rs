//! What one run learns and the next one can use again, as files in a folder that the caller names. Without the folder everything works
//! the same, only slower.
//!
//! A file is magic, version, the key, the content and a checksum of all that. One that is damaged, of another version or of
//! another key counts as absent. Whoever can write to the folder can put words into the mouth of the next run, so it must not be shared
//! with anybody whose changes are judged. Below the root of the repository no link is followed on the way to it.

use std::hash::BuildHasher as _;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use foldhash::quality::FixedState;
use rayon::iter::ParallelIterator;
use sha2::{Digest as _, Sha256};

use crate::folder::Folder;
use crate::folder::door::{Missing, door, unguessable};
use crate::folder::kind::Kind;
use crate::model::digest::hex;
use crate::source::disk::named_bytes;
use crate::source::objects::SIZE_LIMIT as FILE_LIMIT;

/// The first bytes of a file.
const MAGIC: &[u8; 8] = b"runproof";

/// The version of the format of a file.
const VERSION: u32 = 3;

/// The ending of the files.
const ENDING: &str = "cache";

/// The length of the checksum at the end, in bytes.
const CHECKSUM: usize = 8;

/// The most bytes that all files together may have. When they have more, the oldest go.
const SIZE_LIMIT: u64 = 256 << 20;

/// What was stored under a key; none when nothing was, or nothing that can be trusted.
pub(crate) fn load(folder: &Path, root: &Path, key: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = named_bytes(&place(folder, key), &[root], FILE_LIMIT as u64).ok()?;
    let (rest, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
    if checksum_of(rest) != checksum {
        return None;
    }
    let head = head(key);
    if !rest.starts_with(&head) {
        return None;
    }
    bytes.truncate(bytes.len() - CHECKSUM);
    Some(bytes.split_off(head.len()))
}

/// Stores a content under a key. A folder that cannot be written to is no reason to stop, so nothing is said of it.
pub(crate) fn store(folder: &Path, root: &Path, key: &[u8], content: &[u8]) {
    if let Ok(opened) = write(folder, root, key, content) {
        make_room(&opened, SIZE_LIMIT);
    }
}

/// Stores contents under their keys, and looks once whether there is room for them.
pub(crate) fn store_each(folder: &Path, root: &Path, contents: impl ParallelIterator<Item = (Vec<u8>, Vec<u8>)>) {
    let opened = contents.filter_map(|(key, content)| write(folder, root, &key, &content).ok());
    if let Some(opened) = opened.reduce_with(|one, _| one) {
        make_room(&opened, SIZE_LIMIT);
    }
}

/// The fingerprint of this build of the program: what another build understood of a file is nothing that this one understood.
pub(crate) fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let metadata = std::env::current_exe().and_then(std::fs::metadata);
        let made = metadata.as_ref().ok().and_then(|metadata| {
            let made = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            Some(made.as_nanos())
        });
        let length = metadata.map(|metadata| metadata.len()).unwrap_or_default();
        format!("{} {length} {}", env!("CARGO_PKG_VERSION"), made.unwrap_or_default())
    })
}

fn write(folder: &Path, root: &Path, key: &[u8], content: &[u8]) -> Result<Folder> {
    let mut bytes = head(key);
    bytes.extend_from_slice(content);
    let checksum = checksum_of(&bytes);
    bytes.extend_from_slice(&checksum);
    let (opened, _) = door(&place(folder, key), &[root], Missing::Make)?;
    // A reader sees the old file or the new one. One that is cut short by a loss of power has a wrong checksum; one that a killed run
    // left has the ending of the others, and goes when room is made.
    let fresh = format!("{}.{ENDING}", unguessable("new-"));
    let written = opened
        .create(&fresh, &bytes, None)
        .and_then(|()| opened.rename(&fresh, &opened, &name(key)));
    if let Err(error) = written {
        let _ = opened.remove_file(&fresh);
        return Err(error);
    }
    Ok(opened)
}

/// Tells damage, quickly and no more than that: whoever can write to the folder can write any checksum as well.
fn checksum_of(bytes: &[u8]) -> [u8; CHECKSUM] {
    FixedState::with_seed(0x7275_6e70_726f_6f66).hash_one(bytes).to_le_bytes()
}

/// What stands before the content.
fn head(key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MAGIC.len() + 8 + key.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(key.len() as u32).to_le_bytes());
    bytes.extend_from_slice(key);
    bytes
}

/// The file of a key.
fn place(folder: &Path, key: &[u8]) -> PathBuf {
    folder.join(name(key))
}

/// Its name.
fn name(key: &[u8]) -> String {
    format!("{}.{ENDING}", hex(&Sha256::digest(key)[..16]))
}

/// Removes the oldest files until all together have no more than a limit. Files of others in the folder are left alone.
fn make_room(folder: &Folder, limit: u64) {
    let ending = format!(".{ENDING}");
    let names = folder.names().unwrap_or_default().into_iter();
    let mut files: Vec<(SystemTime, String, u64)> = names
        .filter_map(|(name, kind)| match kind {
            Kind::File(length) if name.ends_with(&ending) => Some((folder.modified(&name).ok()?, name, length)),
            _ => None,
        })
        .collect();
    files.sort();
    let mut size: u64 = files.iter().map(|(_, _, size)| size).sum();
    for (_, name, length) in files {
        if size <= limit {
            break;
        }
        if folder.remove_file(&name).is_ok() {
            size -= length;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use tempfile::TempDir;

    use super::{make_room, place};
    use crate::folder::Folder;

    fn load(folder: &Path, key: &[u8]) -> Option<Vec<u8>> {
        super::load(folder, folder.parent().unwrap(), key)
    }

    fn store(folder: &Path, key: &[u8], content: &[u8]) {
        super::store(folder, folder.parent().unwrap(), key, content);
    }

    /// The files in a folder.
    fn files(folder: &TempDir) -> Vec<PathBuf> {
        std::fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect()
    }

    #[test]
    fn what_is_stored_can_be_loaded_by_its_key_alone() {
        let folder = TempDir::new().unwrap();
        let below = folder.path().join("b");
        assert_eq!(load(&below, b"key"), None);
        store(&below, b"key", b"content");
        store(&below, b"other", b"");
        assert_eq!(load(&below, b"key").as_deref(), Some(b"content".as_slice()));
        assert_eq!(load(&below, b"other").as_deref(), Some(b"".as_slice()));
        assert_eq!(load(&below, b"ke"), None);
        store(&below, b"key", b"new");
        assert_eq!(load(&below, b"key").as_deref(), Some(b"new".as_slice()));
    }

    #[test]
    fn a_damaged_file_counts_as_absent_and_is_replaced() {
        let folder = TempDir::new().unwrap();
        store(folder.path(), b"key", b"content");
        let file = place(folder.path(), b"key");
        let good = std::fs::read(&file).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&file, &bad).unwrap();
            assert_eq!(load(folder.path(), b"key"), None, "byte {at}");
            std::fs::write(&file, &good[..at]).unwrap();
            assert_eq!(load(folder.path(), b"key"), None, "cut at {at}");
        }
        // The file of another key, whatever its name.
        store(folder.path(), b"other", b"content");
        std::fs::copy(place(folder.path(), b"other"), &file).unwrap();
        assert_eq!(load(folder.path(), b"key"), None);
        store(folder.path(), b"key", b"content");
        assert!(load(folder.path(), b"key").is_some());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_error() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        store(&file, b"key", b"content");
        assert_eq!(load(&file, b"key"), None);
    }

    #[test]
    fn the_oldest_files_make_room_and_those_of_others_stay() {
        let folder = TempDir::new().unwrap();
        let foreign = folder.path().join("notes.txt");
        std::fs::write(&foreign, [0; 1000]).unwrap();
        for (index, key) in [b"1", b"2", b"3"].into_iter().enumerate() {
            store(folder.path(), key, &[7; 100]);
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000 + index as u64);
            let file = std::fs::File::options().write(true).open(place(folder.path(), key)).unwrap();
            file.set_modified(time).unwrap();
        }
        make_room(&Folder::open(&folder.path().canonicalize().unwrap()).unwrap(), 300);
        assert_eq!(load(folder.path(), b"1"), None);
        assert!(load(folder.path(), b"2").is_some() && load(folder.path(), b"3").is_some());
        assert!(foreign.exists());
        assert_eq!(files(&folder).len(), 3, "no file is left over from writing");
    }

    #[cfg(unix)]
    #[test]
    fn no_link_below_the_root_is_followed() {
        let (root, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        std::os::unix::fs::symlink(outside.path(), root.path().join("way")).unwrap();
        for folder in ["way", "way/deep"] {
            let folder = root.path().join(folder);
            super::store(&folder, root.path(), b"key", b"content");
            assert_eq!(super::load(&folder, root.path(), b"key"), None);
        }
        assert!(files(&outside).is_empty());
        // A file that is a link is replaced itself.
        std::fs::create_dir(root.path().join("own")).unwrap();
        let own = root.path().join("own");
        let target = outside.path().join("theirs");
        std::fs::write(&target, "theirs").unwrap();
        std::os::unix::fs::symlink(&target, place(&own, b"key")).unwrap();
        super::store(&own, root.path(), b"key", b"content");
        assert_eq!(std::fs::read(&target).unwrap(), b"theirs");
        assert_eq!(super::load(&own, root.path(), b"key").as_deref(), Some(b"content".as_slice()));
    }
}
