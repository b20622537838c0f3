//! Whether anybody touched a site since it was written, without reading it: the lengths and times of all that is in its folder, in one
//! digest. The time of a change of a file cannot be set back by those who only write files, so a seal that holds says that the bytes are
//! those that we left.

use std::path::Path;
use std::thread;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::folder::Folder;
use crate::folder::kind::Kind;
use crate::output::digest::hex;
use crate::output::marker::MARKER;

/// Longer than any system keeps one time for its clock of changes.
const TICK: Duration = Duration::from_millis(20);

/// The seals of a site that stands as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seals {
    /// Of everything in its folder.
    pub(crate) whole: String,
    /// Of its files alone: the mark of the folder, which a build changes as soon as it begins, does not count.
    pub(crate) files: String,
    /// How many files there are, without the mark.
    pub(crate) count: usize,
}

/// The seals of a site; none on systems that do not tell when a file was changed, or when something in it cannot be looked at.
pub(crate) fn seals(out: &Path) -> Option<Seals> {
    let folder = Folder::open(out).ok()?;
    let (mut whole, mut files) = (Sha256::new(), Sha256::new());
    let mut count = 0;
    for (name, (kind, stamp)) in folder.stamps().ok()? {
        let mut entry = Sha256::new();
        let mut met = 0;
        add(&folder, &name, kind, &stamp, &mut entry, &mut met)?;
        let entry = entry.finalize();
        whole.update(entry);
        if name != MARKER {
            files.update(entry);
            count += met;
        }
    }
    Some(Seals {
        whole: hex(whole),
        files: hex(files),
        count,
    })
}

/// Lets the clock of changes go on after a site was written, so that what is changed afterwards is changed at a later time.
pub(crate) fn settle() {
    thread::sleep(TICK);
}

/// Adds what stands under a name in a folder, and counts the files.
fn add(folder: &Folder, name: &str, kind: Kind, stamp: &[i64], digest: &mut Sha256, count: &mut usize) -> Option<()> {
    digest.update((name.len() as u64).to_le_bytes());
    digest.update(name.as_bytes());
    for number in stamp {
        digest.update(number.to_le_bytes());
    }
    match kind {
        Kind::File(length) => {
            digest.update(length.to_le_bytes());
            *count += 1;
        }
        Kind::Folder => {
            digest.update(b"(");
            let below = folder.below(name).ok()?;
            for (name, (kind, stamp)) in below.stamps().ok()? {
                add(&below, &name, kind, &stamp, digest, count)?;
            }
            digest.update(b")");
        }
        Kind::Link | Kind::Other => return None,
    }
    Some(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use std::path::Path;

    use super::{MARKER, seals, settle};

    fn seal(out: &Path) -> Option<String> {
        seals(out).map(|seals| seals.whole)
    }

    fn seal_of_files(out: &Path) -> Option<String> {
        seals(out).map(|seals| seals.files)
    }

    fn seal_new(out: &Path) -> Option<String> {
        settle();
        seal(out)
    }

    #[test]
    fn the_mark_of_a_site_is_none_of_its_files() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("it has a real path");
        fs::create_dir(root.join("a")).expect("a folder can be made");
        fs::write(root.join("a/b"), "text").expect("a file can be written");
        fs::write(root.join(MARKER), "mark").expect("a file can be written");
        settle();
        let (whole, files) = (seal(&root), seal_of_files(&root));
        fs::write(root.join(MARKER), "other").expect("a file can be written");
        assert!(files.is_some() && seal(&root) != whole);
        assert_eq!(seal_of_files(&root), files);
        assert_eq!(seals(&root).map(|seals| seals.count), Some(1));
        fs::write(root.join("a").join(MARKER), "").expect("a file can be written");
        assert_ne!(seal_of_files(&root), files, "a file of this name in another folder counts");
    }

    #[test]
    fn a_seal_holds_until_anything_is_touched() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("it has a real path");
        fs::create_dir(root.join("a")).expect("a folder can be made");
        fs::write(root.join("a/b"), "text").expect("a file can be written");
        let file = || root.join("a/b");
        let mut before = seal_new(&root).expect("it can be sealed");
        assert_eq!(seal(&root).as_ref(), Some(&before));
        let times = fs::metadata(file()).and_then(|data| data.modified()).expect("it has a time");
        let mut check = |what: &str| {
            let after = seal_new(&root).expect("it can be sealed");
            assert_ne!(before, after, "{what}");
            before = after;
        };
        fs::write(file(), "TEXT").expect("a file can be written");
        check("other bytes of the same length");
        let opened = fs::File::options().write(true).open(file()).expect("it opens");
        opened.set_modified(times).expect("its time can be set");
        check("the old time beside other bytes");
        fs::write(root.join("new"), "").expect("a file can be written");
        check("another file");
        fs::remove_file(root.join("new")).expect("it can be removed");
        check("a file that is gone");
        std::os::unix::fs::symlink("b", root.join("a/link")).expect("a link can be made");
        assert_eq!(seal(&root), None, "no link is ours");
    }
}
