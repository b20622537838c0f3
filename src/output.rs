//! Writes a site to disk: changed files only, atomically; removes what is no longer made.
//!
//! What is made goes to a staging folder inside the site first, and only what differs from the old site goes there. As long as files are
//! made, the old site is whole, whatever happens: an error, a panic, a killed process. When everything is made, the files are moved to
//! their places, each by one rename, in an order in which no link leads nowhere for a reader in between: new files, changed assets and
//! data, changed pages, the front page, `manifest.json`; then what is no longer made is removed. A new folder, such as that of a new
//! release, is moved as a whole. A process that is killed during these last milliseconds leaves files of both sites, each of them whole;
//! the next build sets it right.
//!
//! A file named `.runproof-site` marks a folder as ours and lists the files that we wrote. Nothing else in the folder is ever touched.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use walkdir::WalkDir;

use crate::error::{Error, Result};

pub(crate) mod file;
mod url;

#[cfg(test)]
mod tests;

/// The file that marks a folder as ours and lists what we wrote.
pub(crate) const MARKER: &str = ".runproof-site";

/// The folder inside the site where files wait until all are made.
const STAGING: &str = ".runproof-staging";

/// The first line of the marker.
const MARKER_HEAD: &str =
    "# Written by Runproof. The files listed here are replaced or removed by the next build; all others are left alone.\n";

/// What was done to the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Files that are new or have new bytes.
    pub(crate) written: usize,
    /// Files that are as they were; they are not touched.
    pub(crate) unchanged: usize,
    /// Files that are no longer made.
    pub(crate) removed: usize,
    /// The size of the whole site in bytes.
    pub(crate) bytes: u64,
}

/// Takes the files of a site from any number of threads. Without [`Writer::finish`] the old site stays as it is.
pub(crate) struct Writer {
    /// The folder, with all links in its path resolved.
    out: PathBuf,
    /// The files that we wrote before, as the marker lists them.
    old: BTreeSet<String>,
    /// Keeps other builds away as long as it is open.
    _lock: Option<File>,
    /// Whether the folder was empty or missing before, and whether it was missing.
    before: Before,
    is_finished: bool,
    state: Mutex<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Missing,
    Empty,
    Ours,
}

/// What is known while files are made.
#[derive(Default)]
struct State {
    /// What is made, by its path.
    made: BTreeMap<String, Change>,
    /// The same paths in lower case: two that differ in case only are one file on many systems.
    folded: HashMap<String, String>,
    /// The folders of what is made, in lower case.
    folders: HashMap<String, Folder>,
    /// Files and folders of ours that are in the way: a file where a folder must be, or the other way round.
    displaced: BTreeSet<String>,
    bytes: u64,
}

/// A folder of what is made.
struct Folder {
    /// Whether it stands in the old site.
    is_old: bool,
    /// The path that it was first met in.
    first: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Unchanged,
    Changed,
    New,
}

impl Writer {
    /// Opens a folder for a new site. It must be missing, empty or ours, and may not hold one of the `protected` folders, such as the root
    /// of the repository.
    pub(crate) fn begin(out: &Path, protected: &[&Path]) -> Result<Self> {
        let refused = |reason: &dyn Display| Error::usage(format!("will not write to `{}`", out.display())).caused_by(reason);
        let place = resolved(out).map_err(|error| refused(&error))?;
        if place.parent().is_none() {
            return Err(refused(&"it is the root of the disk").with_help("choose a folder of its own with `--out`"));
        }
        if place.components().any(|part| part == Component::Normal(".git".as_ref())) {
            return Err(refused(&"it belongs to git").with_help("choose a folder of its own with `--out`"));
        }
        for folder in protected {
            let folder = folder.canonicalize().map_err(|error| refused(&error))?;
            if folder.starts_with(&place) {
                let reason = format!("it holds `{}`", folder.display());
                return Err(refused(&reason).with_help("choose a folder of its own with `--out`"));
            }
        }
        let before = owner(&place).map_err(|error| refused(&error))?.ok_or_else(|| {
            refused(&"it is not empty and was not written by Runproof")
                .with_help("choose another folder with `--out`, or empty this one yourself")
        })?;
        fs::create_dir_all(&place).map_err(|error| refused(&error))?;
        let lock = locked(&place).map_err(|error| refused(&error))?;
        let writer = Self {
            old: marked(&place).map_err(|error| refused(&error))?,
            out: place,
            _lock: lock,
            before,
            is_finished: false,
            state: Mutex::default(),
        };
        // The mark comes first, so that a folder with the remains of a killed build is known as ours.
        if before != Before::Ours {
            writer.mark(&BTreeSet::new())?;
        }
        writer.clear_staging()?;
        fs::create_dir(writer.staging()).map_err(|error| refused(&error))?;
        Ok(writer)
    }

    /// Takes one file. The path counts from the folder of the site, with `/` between its parts.
    pub(crate) fn put(&self, url: &str, bytes: &[u8]) -> Result<()> {
        let failed = |reason: &dyn Display| failed_write(url, reason);
        if let Some(objection) = url::objection(url) {
            return Err(failed(&objection));
        }
        let is_in_old_folder = self.enter(url, bytes.len() as u64)?;
        let target = self.out.join(url);
        let change = if is_in_old_folder {
            self.compare(url, &target, bytes)?
        } else {
            Change::New
        };
        if change != Change::Unchanged {
            let staged = self.staging().join(url);
            write_new(&staged, bytes).map_err(|error| failed(&error))?;
        }
        self.state().made.insert(url.to_owned(), change);
        Ok(())
    }

    /// Moves everything to its place and removes what is no longer made.
    pub(crate) fn finish(mut self) -> Result<Summary> {
        let state = std::mem::take(&mut *self.state());
        let made: BTreeSet<String> = state.made.keys().cloned().collect();
        let gone: Vec<&String> = self.old.difference(&made).collect();
        let count = |change| state.made.values().filter(|made| **made == change).count();
        let summary = Summary {
            written: count(Change::New) + count(Change::Changed),
            unchanged: count(Change::Unchanged),
            removed: gone.len(),
            bytes: state.bytes,
        };
        // From here to the end the marker lists the files of both sites: after a crash all of them are known as ours.
        let both: BTreeSet<String> = self.old.union(&made).cloned().collect();
        if both != self.old {
            self.mark(&both)?;
        }
        self.publish(&state)?;
        for url in &gone {
            self.remove(url, &state)?;
        }
        if made != both || self.before != Before::Ours {
            self.mark(&made)?;
        }
        self.is_finished = true;
        self.clear_staging()?;
        Ok(summary)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn staging(&self) -> PathBuf {
        self.out.join(STAGING)
    }

    /// Notes that a path is made, unless it clashes with another one. Returns whether the folder of the file stands in the old site.
    fn enter(&self, url: &str, length: u64) -> Result<bool> {
        let mut state = self.state();
        let folded = url.to_lowercase();
        let clash = |other: &str| failed_write(url, &format!("`{other}` is made, too, and many systems cannot keep both"));
        if let Some(other) = state.folded.get(&folded) {
            return Err(clash(other));
        }
        if let Some(folder) = state.folders.get(&folded) {
            return Err(clash(&folder.first));
        }
        let mut is_in_old_folder = true;
        for (end, _) in folded.match_indices('/') {
            let folder = &folded[..end];
            if let Some(other) = state.folded.get(folder) {
                return Err(clash(other));
            }
            if let Some(folder) = state.folders.get(folder) {
                is_in_old_folder = folder.is_old;
                continue;
            }
            if is_in_old_folder {
                // Lower case may be shorter or longer, so the parts are counted.
                let parts = folder.split('/').count();
                let exact: Vec<&str> = url.split('/').take(parts).collect();
                is_in_old_folder = self.old_folder(&exact.join("/"), &mut state.displaced)?;
            }
            let met = Folder {
                is_old: is_in_old_folder,
                first: url.to_owned(),
            };
            state.folders.insert(folder.to_owned(), met);
        }
        state.folded.insert(folded, url.to_owned());
        state.bytes += length;
        Ok(is_in_old_folder)
    }

    /// Whether a folder stands in the old site. A file of ours in its place will be removed; anything else there is an error, above all a
    /// link, since it may lead out of the site.
    fn old_folder(&self, folder: &str, displaced: &mut BTreeSet<String>) -> Result<bool> {
        match fs::symlink_metadata(self.out.join(folder)) {
            Ok(metadata) if metadata.is_dir() => Ok(true),
            Ok(metadata) if metadata.is_file() && self.old.contains(folder) => {
                displaced.insert(folder.to_owned());
                Ok(false)
            }
            Ok(_) => Err(in_the_way(folder)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed_write(folder, &error)),
        }
    }

    /// How a file differs from the one in the old site.
    fn compare(&self, url: &str, target: &Path, bytes: &[u8]) -> Result<Change> {
        let metadata = match fs::symlink_metadata(target) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Change::New),
            Err(error) => return Err(failed_write(url, &error)),
        };
        if metadata.is_file() {
            let is_same = metadata.len() == bytes.len() as u64 && fs::read(target).is_ok_and(|old| old == bytes);
            return Ok(if is_same { Change::Unchanged } else { Change::Changed });
        }
        if !metadata.is_dir() {
            return Err(in_the_way(url));
        }
        // A folder stands where the file must be. It goes when all that is in it is ours.
        let mut displaced = BTreeSet::from([url.to_owned()]);
        for entry in WalkDir::new(target).follow_links(false).min_depth(1) {
            let entry = entry.map_err(|error| failed_write(url, &error))?;
            let below = entry.path().strip_prefix(&self.out).ok().and_then(Path::to_str);
            let below = below.ok_or_else(|| in_the_way(url))?.replace('\\', "/");
            if !entry.file_type().is_dir() && !self.old.contains(&below) {
                return Err(in_the_way(&below));
            }
            displaced.insert(below);
        }
        self.state().displaced.extend(displaced);
        Ok(Change::New)
    }

    /// Moves everything that is staged to its place.
    fn publish(&self, state: &State) -> Result<()> {
        // Deepest first, so that folders are empty when their turn comes.
        for url in state.displaced.iter().rev() {
            let place = self.out.join(url);
            let removed = match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_dir() => fs::remove_dir(&place),
                Ok(_) => fs::remove_file(&place),
                Err(error) => Err(error),
            };
            removed.map_err(|error| failed_write(url, &error))?;
        }
        let mut moved: Option<&str> = None;
        for (url, _) in state.made.iter().filter(|(_, change)| **change == Change::New) {
            let is_moved = moved.is_some_and(|folder| url.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
            if is_moved {
                continue;
            }
            let new_folder = url
                .match_indices('/')
                .map(|(end, _)| &url[..end])
                .find(|folder| !self.out.join(folder).exists());
            moved = new_folder;
            self.place(new_folder.unwrap_or(url))?;
        }
        let mut changed: Vec<&String> = state
            .made
            .iter()
            .filter(|(_, change)| **change == Change::Changed)
            .map(|(url, _)| url)
            .collect();
        changed.sort_by_key(|url| turn(url));
        changed.into_iter().try_for_each(|url| {
            let (staged, target) = (self.staging().join(url), self.out.join(url));
            replace(&staged, &target).map_err(|error| failed_write(url, &error))
        })
    }

    /// Moves one staged file or folder to its place.
    fn place(&self, url: &str) -> Result<()> {
        fs::rename(self.staging().join(url), self.out.join(url)).map_err(|error| failed_write(url, &error))
    }

    /// Removes a file that is no longer made, and the folders that are empty then.
    fn remove(&self, url: &str, state: &State) -> Result<()> {
        let place = self.out.join(url);
        if let Some(other) = state.folded.get(&url.to_lowercase())
            && is_same_file(&place, &self.out.join(other))
        {
            // The same file under a name of other case, on a disk that does not tell them apart.
            return Ok(());
        }
        let mut folder = place.parent();
        let has_links = place
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.out)
            .any(|folder| fs::symlink_metadata(folder).is_ok_and(|metadata| !metadata.is_dir()));
        if has_links {
            return Ok(());
        }
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => fs::remove_file(&place).map_err(|error| failed_write(url, &error))?,
            Err(_) => {}
        }
        while let Some(empty) = folder
            && empty != self.out
            && fs::remove_dir(empty).is_ok()
        {
            folder = empty.parent();
        }
        Ok(())
    }

    /// Writes the marker with a list of files.
    fn mark(&self, files: &BTreeSet<String>) -> Result<()> {
        let mut text = MARKER_HEAD.to_owned();
        for url in files {
            text.push_str(url);
            text.push('\n');
        }
        let fresh = self.out.join(format!("{MARKER}-new"));
        fs::write(&fresh, text)
            .and_then(|()| fs::rename(&fresh, self.out.join(MARKER)))
            .map_err(|error| failed_write(MARKER, &error))
    }

    /// Removes the staging folder, be it ours or what a killed build left.
    fn clear_staging(&self) -> Result<()> {
        let staging = self.staging();
        let removed = match fs::symlink_metadata(&staging) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&staging),
            Ok(_) => fs::remove_file(&staging),
            Err(_) => Ok(()),
        };
        removed.map_err(|error| failed_write(STAGING, &error))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        // Nobody is left to tell about a failure here, and the next build clears up in any case.
        let _ = self.clear_staging();
        let is_untouched = self.old.is_empty() && marked(&self.out).is_ok_and(|files| files.is_empty());
        if self.before != Before::Ours && is_untouched {
            let _ = fs::remove_file(self.out.join(MARKER));
        }
        if self.before == Before::Missing {
            let _ = fs::remove_dir(&self.out);
        }
    }
}

/// The turn of a changed file: assets and data, pages, the front page, the manifest that vouches for all of them.
fn turn(url: &str) -> u8 {
    match url {
        "manifest.json" => 3,
        "index.html" => 2,
        _ if Path::new(url).extension().is_some_and(|extension| extension == "html") => 1,
        _ => 0,
    }
}

/// A path with all links resolved; its last parts may be missing.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut there = path.as_path();
    while fs::symlink_metadata(there).is_err() {
        let (Some(name), Some(parent)) = (there.file_name(), there.parent()) else {
            return Err(io::Error::other("it leads through a folder that does not exist"));
        };
        missing.push(name);
        there = parent;
    }
    let mut place = there.canonicalize()?;
    place.extend(missing.into_iter().rev());
    Ok(place)
}

/// Whose folder it is; none when it holds what we did not write. A checkout of an empty branch (`.git` and nothing else) counts as empty.
fn owner(place: &Path) -> io::Result<Option<Before>> {
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(Before::Missing)),
        Err(error) => return Err(error),
    };
    if fs::symlink_metadata(place.join(MARKER)).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(Some(Before::Ours));
    }
    for entry in entries {
        if entry?.file_name() != ".git" {
            return Ok(None);
        }
    }
    Ok(Some(Before::Empty))
}

/// The files that the marker of a folder lists. A line that is no path of ours is passed over: somebody else wrote it.
fn marked(place: &Path) -> io::Result<BTreeSet<String>> {
    match fs::read_to_string(place.join(MARKER)) {
        Ok(text) => Ok(text
            .lines()
            .skip(1)
            .filter(|url| url::objection(url).is_none())
            .map(str::to_owned)
            .collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// Locks a folder against other builds, where the system can lock folders.
fn locked(place: &Path) -> io::Result<Option<File>> {
    let Ok(folder) = File::open(place) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another build is writing to it")),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Writes a file that must not be there yet, and makes its folder when it has none.
fn write_new(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let create = || File::options().write(true).create_new(true).open(place);
    let mut file = match create() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = place.parent() {
                fs::create_dir_all(folder)?;
            }
            create()?
        }
        created => created?,
    };
    file.write_all(bytes)
}

/// Puts a fresh file in the place of an old one, in one step for every reader. The old one may be left in the place of the fresh one.
///
/// A plain rename would do, but when it replaces a file, ext4 first writes the fresh one out to the disk, which costs a hundred times as
/// much as the rename itself; an exchange does not.
fn replace(fresh: &Path, old: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, old, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    fs::rename(fresh, old)
}

#[cfg(unix)]
fn is_same_file(left: &Path, right: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |place: &Path| {
        fs::symlink_metadata(place)
            .ok()
            .map(|metadata| (metadata.dev(), metadata.ino()))
    };
    identity(left).is_some() && identity(left) == identity(right)
}

#[cfg(not(unix))]
fn is_same_file(left: &Path, right: &Path) -> bool {
    left.exists() && right.exists()
}

fn failed_write(url: &str, reason: &dyn Display) -> Error {
    Error::usage(format!("failed to write `{}` of the site", url.escape_debug())).caused_by(reason)
}

fn in_the_way(url: &str) -> Error {
    failed_write(url, &"something that Runproof did not write stands in its place")
        .with_help("move it away, or choose another folder with `--out`")
}
