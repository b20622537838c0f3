//! Whether anybody touched a site since it was written, without reading it: the lengths and times of all that is in its folder, in one
//! digest, and the time after which nothing of it was changed. The time of a change of a file cannot be set back by those who only write
//! files, so a seal that holds says that the bytes are those that we left.

use std::path::Path;
use std::thread;
use std::time::Duration;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::folder::Folder;
use crate::folder::kind::{Kind, Stamp};
use crate::output::digest::hex;
use crate::output::marker::MARKER;

/// Longer than any system keeps one time for its clock of changes.
const TICK: Duration = Duration::from_millis(20);

/// A time in seconds and their billionths.
type Time = (i64, i64);

/// What a file is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Print {
    pub(super) inode: u64,
    length: u64,
    written: Time,
}

impl Print {
    pub(super) fn of(stamp: &Stamp, length: u64) -> Self {
        Self {
            inode: stamp.inode,
            length,
            written: stamp.written,
        }
    }
}

/// Everything in the folder of a site, as one walk found it or as a build left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The files by their paths, without the mark of the folder, which a build changes as soon as it begins. Sorted.
    files: Vec<(String, Print)>,
    /// The folders. Sorted.
    folders: Vec<String>,
    mark: Option<Print>,
    /// When any of it was last changed.
    changed: Time,
    /// Whether all of it is on one disk, and the list of a folder gives each file its own number.
    is_numbered: bool,
}

/// The seal of a site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Seal {
    files: String,
    mark: Option<Print>,
    until: Time,
}

impl Seal {
    /// Whether the files of a site are as they were when it was sealed.
    pub(crate) fn holds(&self, standing: &Standing) -> bool {
        standing.changed <= self.until && standing.digest() == self.files
    }

    /// Whether its mark is, too.
    pub(crate) fn holds_whole(&self, standing: &Standing) -> bool {
        self.mark.is_some() && self.mark == standing.mark && self.holds(standing)
    }
}

impl Standing {
    /// A site as it stands; none on systems that do not tell when a file was changed, or when something in it cannot be looked at.
    pub(crate) fn of(out: &Path) -> Option<Self> {
        let folder = Folder::open(out).ok()?;
        // The times of the folder itself and of the mark are those of a build.
        let (own, _) = folder.own_stamps(MARKER).ok()?;
        let mut walked = walked(&folder, "", own.device)?;
        walked.files.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        walked.folders.sort_unstable();
        Some(walked)
    }

    /// A site as a build left it that knows each of its files: what it was made of in order, and its folder, of which the mark was written last.
    pub(super) fn left(files: Vec<(String, Print)>, out: &Folder) -> Option<Self> {
        let (own, mark) = out.own_stamps(MARKER).ok()?;
        let mark = mark?;
        let mut folders: Vec<String> = Vec::new();
        for (url, _) in &files {
            for (at, _) in url.match_indices('/') {
                // Those of one folder stand together, so one that was met is found among the last.
                if !folders.iter().rev().take(16).any(|folder| folder == &url[..at]) {
                    folders.push(url[..at].to_owned());
                }
            }
        }
        folders.sort_unstable();
        folders.dedup();
        let length = out.kind(MARKER).ok()?;
        let Some(Kind::File(length)) = length else { return None };
        Some(Self {
            files,
            folders,
            mark: Some(Print::of(&mark, length)),
            changed: mark.changed.max(own.changed),
            is_numbered: true,
        })
    }

    /// The seal of it.
    pub(crate) fn seal(&self) -> Seal {
        Seal {
            files: self.digest(),
            mark: self.mark,
            until: self.changed,
        }
    }

    /// The files by their paths, without the mark. Sorted.
    pub(super) fn files(&self) -> &[(String, Print)] {
        &self.files
    }

    /// Whether all of it is on one disk, and the list of a folder gives each file its own number.
    pub(super) fn is_numbered(&self) -> bool {
        self.is_numbered
    }

    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        let mut room: Vec<u8> = Vec::with_capacity(1 << 16);
        for (url, print) in &self.files {
            let (seconds, rest) = print.written;
            let numbers = [print.inode, print.length, seconds as u64, rest as u64];
            room.extend_from_slice(url.as_bytes());
            room.push(0);
            room.extend(numbers.into_iter().flat_map(u64::to_le_bytes));
            if room.len() > 60_000 {
                digest.update(&room);
                room.clear();
            }
        }
        for folder in &self.folders {
            room.extend_from_slice(folder.as_bytes());
            room.extend_from_slice(b"/\0");
        }
        digest.update(&room);
        hex(digest)
    }
}

/// Lets the clock of changes go on after a site was written, so that what is changed afterwards is changed at a later time.
pub(crate) fn settle() {
    thread::sleep(TICK);
}

/// What is in a folder, in any order.
fn walked(folder: &Folder, prefix: &str, device: u64) -> Option<Standing> {
    let mut found = Standing {
        files: Vec::new(),
        folders: Vec::new(),
        mark: None,
        changed: (0, 0),
        is_numbered: true,
    };
    let mut below = Vec::new();
    for (name, (kind, stamp)) in folder.stamps().ok()? {
        let is_mark = prefix.is_empty() && name == MARKER;
        if !is_mark {
            found.changed = found.changed.max(stamp.changed);
        }
        found.is_numbered &= stamp.listed == stamp.inode && stamp.device == device;
        match kind {
            Kind::File(length) if is_mark => found.mark = Some(Print::of(&stamp, length)),
            Kind::File(length) => found.files.push((format!("{prefix}{name}"), Print::of(&stamp, length))),
            Kind::Folder => {
                found.folders.push(format!("{prefix}{name}"));
                below.push(name);
            }
            Kind::Link | Kind::Other => return None,
        }
    }
    let below = below
        .into_par_iter()
        .map(|name| walked(&folder.below(&name).ok()?, &format!("{prefix}{name}/"), device))
        .collect::<Option<Vec<Standing>>>()?;
    for mut other in below {
        found.files.append(&mut other.files);
        found.folders.append(&mut other.folders);
        found.changed = found.changed.max(other.changed);
        found.is_numbered &= other.is_numbered;
    }
    Some(found)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use std::path::Path;

    use super::{MARKER, Seal, Standing, settle};

    fn seal(out: &Path) -> Option<Seal> {
        settle();
        Standing::of(out).map(|standing| standing.seal())
    }

    fn holds(seal: &Seal, out: &Path) -> bool {
        Standing::of(out).is_some_and(|standing| seal.holds(&standing))
    }

    fn holds_whole(seal: &Seal, out: &Path) -> bool {
        Standing::of(out).is_some_and(|standing| seal.holds_whole(&standing))
    }

    #[test]
    fn the_mark_of_a_site_is_none_of_its_files() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("it has a real path");
        fs::create_dir(root.join("a")).expect("a folder can be made");
        fs::write(root.join("a/b"), "text").expect("a file can be written");
        fs::write(root.join(MARKER), "mark").expect("a file can be written");
        let before = seal(&root).expect("it can be sealed");
        assert!(holds(&before, &root) && holds_whole(&before, &root));
        settle();
        fs::write(root.join(MARKER), "other").expect("a file can be written");
        assert!(holds(&before, &root) && !holds_whole(&before, &root));
        assert_eq!(Standing::of(&root).map(|standing| standing.files().len()), Some(1));
        fs::write(root.join("a").join(MARKER), "").expect("a file can be written");
        assert!(!holds(&before, &root), "a file of this name in another folder counts");
    }

    #[test]
    fn a_seal_holds_until_anything_is_touched() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("it has a real path");
        fs::create_dir(root.join("a")).expect("a folder can be made");
        fs::write(root.join("a/b"), "text").expect("a file can be written");
        let file = || root.join("a/b");
        let mut before = seal(&root).expect("it can be sealed");
        assert!(holds(&before, &root));
        let times = fs::metadata(file()).and_then(|data| data.modified()).expect("it has a time");
        let mut check = |what: &str| {
            assert!(!holds(&before, &root), "{what}");
            before = seal(&root).expect("it can be sealed");
            assert!(holds(&before, &root), "{what}");
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
        fs::create_dir(root.join("empty")).expect("a folder can be made");
        check("a folder with nothing in it");
        // The same bytes, length and times, by somebody who sets the time back, and only the time of the change tells.
        let opened = fs::File::options().write(true).open(file()).expect("it opens");
        std::io::Write::write_all(&mut (&opened), b"Text").expect("it can be written");
        opened.set_modified(times).expect("its time can be set");
        check("other bytes of the same length with the old time");
        std::os::unix::fs::symlink("b", root.join("a/link")).expect("a link can be made");
        assert!(Standing::of(&root).is_none(), "no link is ours");
    }
}
