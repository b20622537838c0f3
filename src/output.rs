//! Writes a site to disk: changed files only, atomically; removes what is no longer made.
//!
//! What is made goes to a staging folder with a name that nobody can guess, beside the site where its parent can be written to, and only
//! what differs from the old site goes there. As long as files are made, the old site is whole, whatever happens: an error, a panic, a
//! killed process. How the whole comes to its place stands in `output/publish.rs`.
//!
//! Nothing here follows a link: the folder is held open, and everything is reached from there step by step (`folder/`). A file named
//! `.runproof-site` marks a folder as ours and lists the files that we wrote; one that git tracks came with the repository, and proves
//! nothing. Nothing else in the folder is ever touched.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::folder::door::{Missing, door, unguessable};
use crate::folder::kind::Kind;
use crate::output::marker::{Before, FRESH, MARKER, mark, marked, owner};
use crate::output::seal::{Print, Standing};
use crate::output::site::{Change, Entered, Site, Spare, Stage, State, failed_write};

pub(crate) mod archive;
mod digest;
pub(crate) mod file;
pub(crate) mod marker;
pub(crate) mod preview;
mod publish;
mod remains;
pub(crate) mod seal;
mod site;
pub(crate) mod store;
mod url;
pub(crate) mod verify;

#[cfg(all(test, unix))]
mod killed;
#[cfg(test)]
mod tests;

/// The largest file of an old site that is compared with a new one, in bytes.
const COMPARED: u64 = 1 << 30;

/// Where a site may be written to.
pub(crate) struct Rules<'rules> {
    /// Folders that the site may not hold, such as the root of the repository.
    pub(crate) protected: &'rules [&'rules Path],
    /// A folder that the site may not leave, because its place was named by the settings of a repository and not by the user.
    pub(crate) within: Option<&'rules Path>,
    /// Whether git tracks a file: what it tracks came with the repository.
    pub(crate) is_tracked: &'rules (dyn Fn(&Path) -> bool + Sync),
}

/// What was done to the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Files that are new or have new bytes.
    pub(crate) written: usize,
    /// Files that are as they were; they are not touched.
    pub(crate) unchanged: usize,
    /// Files that are no longer made, sorted.
    pub(crate) removed: Vec<String>,
    /// The size of the whole site in bytes.
    pub(crate) bytes: u64,
    /// What stands there afterwards, as far as that is known without a look at every file.
    pub(crate) standing: Option<Standing>,
}

/// Takes the files of a site from any number of threads. Without [`Writer::finish`] the old site stays as it is.
pub(crate) struct Writer {
    site: Site,
    /// Keeps other builds away as long as it is open.
    #[allow(dead_code, reason = "held for what it does to others")]
    lock: Option<File>,
    /// Whether the folder was empty or missing before, and whether it was missing.
    before: Before,
    /// Whether a seal says that the files of the old site are as we left them.
    is_sealed: bool,
    is_finished: bool,
    state: Mutex<State>,
}

/// What is known of the folder of a file.
#[derive(Clone, Copy)]
struct Met {
    /// Whether it stands in the old site.
    is_old: bool,
    /// Whether this is the first file in it.
    is_new: bool,
}

impl Writer {
    /// Opens a folder for a new site. It must be missing, empty or ours, and keep to the rules.
    pub(crate) fn begin(out: &Path, rules: &Rules<'_>) -> Result<Self> {
        let refused = |reason: &dyn Display| Error::usage(format!("will not write to `{}`", out.display())).caused_by(reason);
        let place = resolved(out).map_err(|error| refused(&error))?;
        let elsewhere = "choose a folder of its own with `--out`";
        let (Some(parent), Some(name)) = (place.parent(), place.file_name()) else {
            return Err(refused(&"it is the root of the disk").with_help(elsewhere));
        };
        let name = name.to_str().ok_or_else(|| refused(&"its name is no text"))?.to_owned();
        if place.components().any(|part| part == Component::Normal(".git".as_ref())) {
            return Err(refused(&"it belongs to git").with_help(elsewhere));
        }
        for folder in rules.protected {
            let folder = folder.canonicalize().map_err(|error| refused(&error))?;
            if folder.starts_with(&place) {
                let reason = format!("it holds `{}`", folder.display());
                return Err(refused(&reason).with_help(elsewhere));
            }
        }
        if let Some(root) = rules.within {
            let root = root.canonicalize().map_err(|error| refused(&error))?;
            if !place.starts_with(&root) {
                let reason = format!("a link leads it out of the repository, to `{}`", place.display());
                return Err(refused(&reason).with_help("remove the link, or name the folder yourself with `--out`"));
            }
        }
        let place_of_parent = parent;
        let parent = made(parent).map_err(|error| refused(&error))?;
        let before = owner(&parent, &name, &place, rules.is_tracked).map_err(|error| refused(&error))?;
        let before = before.map_err(|objection| refused(&objection.reason()).with_help(objection.help()))?;
        let out = parent.make(&name).map_err(|error| refused(&error))?;
        let lock = out.lock().map_err(|error| refused(&error))?;
        let listed = if before == Before::Ours {
            marked(&out).map_err(|error| refused(&error))?.unwrap_or_default()
        } else {
            marker::Marked::default()
        };
        if before != Before::Missing {
            remains::clear(&parent, &out, &place, &listed, rules.is_tracked).map_err(|error| refused(&error))?;
        }
        remains::sweep(&parent, place_of_parent, rules.is_tracked);
        // The mark comes first and names the staging folder, so that whatever a killed build leaves is known as ours.
        let staging = unguessable(FRESH);
        let stage = mark(&out, &listed.files, Some(&staging)).and_then(|()| staged(&parent, &out, staging.clone()));
        let stage = stage.map_err(|error| {
            put_back(&parent, &out, &name, &staging, before, &listed.files);
            refused(&error)
        })?;
        Ok(Self {
            site: Site {
                out,
                parent,
                name,
                stage,
                old: listed.files,
                known: None,
                spare: None,
            },
            lock,
            before,
            is_sealed: false,
            is_finished: false,
            state: Mutex::default(),
        })
    }

    /// Takes the word of a seal that the files of the site are as we left them: those that are kept are not looked at. Where there are no
    /// others, nobody looks for them, and the folder of a site that was replaced earlier is filled again, if it waits at `spare`.
    pub(crate) fn trust(&mut self, standing: Standing, spare: Option<&Path>, guards: &[&Path]) -> Result<()> {
        self.is_sealed = true;
        if standing.files().len() != self.site.old.len() {
            return Ok(());
        }
        let has_numbers = standing.is_numbered();
        self.site.known = Some(standing);
        let spare = spare.filter(|_| has_numbers && self.site.stage.is_beside);
        self.site.spare = spare.and_then(|place| {
            let (home, name) = door(place, guards, Missing::Make).ok()?;
            Some(Spare {
                home,
                name: String::from_utf8(name).ok()?,
            })
        });
        self.refill().map_err(|error| failed_write(&self.site.stage.name, &error))
    }

    /// Exchanges the staging folder, in which nothing is yet, for that of a site that was replaced earlier.
    fn refill(&mut self) -> io::Result<()> {
        let Site {
            parent, stage, spare, ..
        } = &mut self.site;
        let Some(Spare { home, name }) = spare else { return Ok(()) };
        // Only what carries a mark is cleared up when the build is killed.
        let waiting = home
            .below(name)
            .ok()
            .filter(|folder| matches!(folder.kind(MARKER), Ok(Some(Kind::File(_)))));
        let Some(folder) = waiting else { return Ok(()) };
        if home.exchange(name, parent, &stage.name).is_err() {
            return Ok(());
        }
        let lock = folder.lock()?;
        mark(&folder, &BTreeSet::new(), Some(&stage.name))?;
        let fresh = std::mem::replace(&mut stage.folder, folder);
        stage.lock = lock;
        drop(fresh);
        // What cannot be removed is filled by the next build.
        let _ = home.remove_all(name);
        Ok(())
    }

    /// Takes one file. The path counts from the folder of the site, with `/` between its parts.
    pub(crate) fn put(&self, url: &str, bytes: &[u8]) -> Result<()> {
        let failed = |reason: &dyn Display| failed_write(url, reason);
        if let Some(objection) = url::objection(url) {
            return Err(failed(&objection));
        }
        let entered = self.enter(url, bytes.len() as u64, false)?;
        let change = if entered.is_old {
            self.compare(url, bytes)?
        } else {
            Change::New
        };
        let print = if change == Change::Unchanged {
            None
        } else {
            self.written(url, bytes, entered.is_new).map_err(|error| failed(&error))?
        };
        let mut state = self.state();
        if let Some(print) = print {
            state.prints.insert(url.to_owned(), print);
        }
        state.made.insert(url.to_owned(), change);
        Ok(())
    }

    /// Writes a file into the staging folder; tells what it is known by, where the system does.
    fn written(&self, url: &str, bytes: &[u8], is_first: bool) -> io::Result<Option<Print>> {
        let stage = &self.site.stage.folder;
        let written = match stage.put(url, bytes, is_first) {
            Err(error) if self.site.spare.is_some() && error.kind() != io::ErrorKind::StorageFull => {
                make_way(stage, url)?;
                stage.put(url, bytes, is_first)
            }
            written => written,
        };
        Ok(written?.map(|stamp| Print::of(&stamp, bytes.len() as u64)))
    }

    /// Takes a file of the site before as it stands, where its length and bytes are known and nobody touched it since: it is not read.
    ///
    /// # Errors
    ///
    /// When no such file of ours stands there: somebody is changing the site at this very moment.
    pub(crate) fn keep(&self, url: &str, length: u64) -> Result<()> {
        let failed = |reason: &dyn Display| failed_write(url, reason);
        if let Some(objection) = url::objection(url) {
            return Err(failed(&objection));
        }
        let is_listed = self.site.old.contains(url);
        let entered = self.enter(url, length, self.is_sealed && is_listed)?;
        let stands = || {
            if self.is_sealed {
                return Ok(true);
            }
            self.site.out.kind(url).map(|kind| kind == Some(Kind::File(length)))
        };
        if !entered.is_old || !is_listed || !stands().map_err(|error| failed(&error))? {
            let error = failed(&"it was changed while the site was being built");
            return Err(error.with_help("build again; `--no-cache` makes every file anew"));
        }
        self.state().made.insert(url.to_owned(), Change::Unchanged);
        Ok(())
    }

    /// Moves everything to its place and removes what is no longer made.
    pub(crate) fn finish(mut self) -> Result<Summary> {
        let state = std::mem::take(&mut *self.state());
        let made: BTreeSet<String> = state.made.keys().cloned().collect();
        let count = |change| state.made.values().filter(|made| **made == change).count();
        let mut summary = Summary {
            written: count(Change::New) + count(Change::Changed),
            unchanged: count(Change::Unchanged),
            removed: self.site.old.difference(&made).cloned().collect(),
            bytes: state.bytes,
            standing: None,
        };
        let mut place = None;
        if summary.written + summary.removed.len() > 0 || self.before != Before::Ours {
            if publish::publish(&self.site, &state, &made)? {
                place = Some(&self.site.stage.folder);
            }
        } else {
            place = Some(&self.site.out);
            if let Some(Spare { home, name }) = &self.site.spare {
                // It is filled again another time; where it cannot wait it goes.
                let _ = self.site.parent.rename_new(&self.site.stage.name, home, name);
            }
        }
        self.is_finished = true;
        // The mark names the staging folder until that is gone. After an exchange nothing stands under its name any more.
        self.clear_stage()
            .map_err(|error| failed_write(&self.site.stage.name, &error))?;
        if self.site.out.stands_at(&self.site.parent, &self.site.name) {
            self.site.note(&made, None)?;
        }
        summary.standing = place.and_then(|place| Standing::left(self.prints(state)?, place));
        Ok(summary)
    }

    /// What each file is known by, in order; none where one of them is not known.
    fn prints(&self, state: State) -> Option<Vec<(String, Print)>> {
        let mut old = self.site.known.iter().flat_map(Standing::files).peekable();
        let mut prints = state.prints;
        let known = state.made.into_iter().map(|(url, change)| {
            let print = if change == Change::Unchanged {
                while old.next_if(|(known, _)| *known < url).is_some() {}
                old.peek().filter(|(known, _)| *known == url).map(|(_, print)| *print)?
            } else {
                prints.remove(&url)?
            };
            Some((url, print))
        });
        known.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the staging folder with what is left in it.
    fn clear_stage(&self) -> io::Result<()> {
        let home = if self.site.stage.is_beside {
            &self.site.parent
        } else {
            &self.site.out
        };
        if self.site.stage.folder.stands_at(home, &self.site.stage.name) {
            remains::remove(home, &self.site.stage.name)
        } else {
            Ok(())
        }
    }

    /// Notes that a path is made, unless it clashes with another one. Tells of the folder of the file; of one that is known to stand in
    /// the old site nobody asks the disk.
    fn enter(&self, url: &str, length: u64, is_known: bool) -> Result<Met> {
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
        let mut is_new = false;
        for (end, _) in folded.match_indices('/') {
            let folder = &folded[..end];
            if let Some(other) = state.folded.get(folder) {
                return Err(clash(other));
            }
            if let Some(folder) = state.folders.get(folder) {
                is_in_old_folder = folder.is_old;
                is_new = false;
                continue;
            }
            if is_in_old_folder && !is_known {
                // Lower case may be shorter or longer, so the parts are counted.
                let parts = folder.split('/').count();
                let exact: Vec<&str> = url.split('/').take(parts).collect();
                is_in_old_folder = self.old_folder(&exact.join("/"), &mut state.displaced)?;
            }
            let met = Entered {
                is_old: is_in_old_folder,
                first: url.to_owned(),
            };
            state.folders.insert(folder.to_owned(), met);
            is_new = true;
        }
        state.folded.insert(folded, url.to_owned());
        state.bytes += length;
        Ok(Met {
            is_old: is_in_old_folder,
            is_new,
        })
    }

    /// Whether a folder stands in the old site. A file of ours in its place will be removed; anything else there is an error, above all a
    /// link, since it may lead out of the site.
    fn old_folder(&self, folder: &str, displaced: &mut BTreeSet<String>) -> Result<bool> {
        match self.site.out.kind(folder) {
            Ok(Some(Kind::Folder)) => Ok(true),
            Ok(Some(Kind::File(_))) if self.site.old.contains(folder) => {
                displaced.insert(folder.to_owned());
                Ok(false)
            }
            Ok(Some(_)) => Err(in_the_way(folder)),
            Ok(None) => Ok(false),
            Err(error) => Err(failed_write(folder, &error)),
        }
    }

    /// How a file differs from the one in the old site.
    fn compare(&self, url: &str, bytes: &[u8]) -> Result<Change> {
        match self.site.out.kind(url).map_err(|error| failed_write(url, &error))? {
            None => Ok(Change::New),
            Some(Kind::File(length)) => {
                let is_same = length == bytes.len() as u64 && self.site.out.read(url, COMPARED).is_ok_and(|old| old == bytes);
                if !is_same && !self.site.old.contains(url) {
                    return Err(in_the_way(url));
                }
                Ok(if is_same { Change::Unchanged } else { Change::Changed })
            }
            Some(Kind::Folder) => {
                // A folder stands where the file must be. It goes when all that is in it is ours.
                let mut displaced = BTreeSet::from([url.to_owned()]);
                self.ours_below(url, &mut displaced)?;
                self.state().displaced.extend(displaced);
                Ok(Change::New)
            }
            Some(Kind::Link | Kind::Other) => Err(in_the_way(url)),
        }
    }

    /// Adds everything below a folder; what we did not write is an error.
    fn ours_below(&self, url: &str, displaced: &mut BTreeSet<String>) -> Result<()> {
        let names = self.site.out.below(url).and_then(|folder| folder.names());
        for (name, kind) in names.map_err(|error| failed_write(url, &error))? {
            let below = format!("{url}/{name}");
            match kind {
                Kind::Folder => self.ours_below(&below, displaced)?,
                _ if self.site.old.contains(&below) => {}
                _ => return Err(in_the_way(&below)),
            }
            displaced.insert(below);
        }
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        // Nobody is left to tell about a failure here, and the next build clears up in any case.
        let _ = self.clear_stage();
        if !self.site.out.stands_at(&self.site.parent, &self.site.name) {
            return;
        }
        put_back(
            &self.site.parent, &self.site.out, &self.site.name, &self.site.stage.name, self.before, &self.site.old,
        );
    }
}

/// Removes the folder of a site that was replaced, where it waits in vain: the site is not as it was left.
pub(crate) fn forget(spare: &Path, guards: &[&Path]) {
    let Ok((home, name)) = door(spare, guards, Missing::Fail) else {
        return;
    };
    let Ok(name) = String::from_utf8(name) else { return };
    let is_ours = home
        .below(&name)
        .is_ok_and(|folder| matches!(folder.kind(MARKER), Ok(Some(Kind::File(_)))));
    if is_ours {
        // What cannot be removed waits on.
        let _ = home.remove_all(&name);
    }
}

/// Removes what stands in the way of a file in a folder that is filled again.
fn make_way(stage: &Folder, url: &str) -> io::Result<()> {
    for (at, _) in url.match_indices('/') {
        match stage.kind(&url[..at])? {
            Some(Kind::Folder) => {}
            Some(_) => return stage.remove_file(&url[..at]),
            None => return Ok(()),
        }
    }
    stage.remove_all(url)
}

/// Takes back what was done to the folder of a site before its files come to their places; afterwards nothing.
fn put_back(parent: &Folder, out: &Folder, name: &str, staging: &str, before: Before, old: &BTreeSet<String>) {
    // As long as something waits under that name, the mark names it for the next build.
    let is_gone = |folder: &Folder| matches!(folder.kind(staging), Ok(None));
    if !is_gone(parent) || !is_gone(out) {
        return;
    }
    let is_untouched = marked(out).is_ok_and(|listed| listed.unwrap_or_default().files == *old);
    if is_untouched && before == Before::Ours {
        let _ = mark(out, old, None);
    } else if is_untouched {
        let _ = out.remove_file(MARKER);
    }
    if before == Before::Missing {
        let _ = parent.remove_folder(name);
    }
}

/// A folder by its real path, made where it is missing.
fn made(place: &Path) -> io::Result<Folder> {
    let mut there = place;
    while !there.is_dir() {
        there = there
            .parent()
            .ok_or_else(|| io::Error::other("it leads through what is no folder"))?;
    }
    let below = place.strip_prefix(there).map_err(io::Error::other)?;
    let below = below.to_str().ok_or_else(|| io::Error::other("its name is no text"))?;
    Folder::open(there)?.make(&below.replace('\\', "/"))
}

/// Makes a staging folder: beside the site where that can be written to and is the same disk, else in it.
fn staged(parent: &Folder, out: &Folder, name: String) -> io::Result<Stage> {
    if let Ok(folder) = parent.create_folder(&name) {
        let lock = folder.lock()?;
        // A folder moves between the two only on one disk.
        let probe = format!("{name}/{}", remains::PROBE);
        let moves = folder
            .create(remains::PROBE, b"", None)
            .and_then(|()| parent.rename_new(&probe, out, &name))
            .and_then(|()| out.remove_file(&name))
            // Its own mark names it, so that it is known as ours also when the site is gone.
            .and_then(|()| mark(&folder, &BTreeSet::new(), Some(&name)));
        if moves.is_ok() {
            return Ok(Stage {
                folder,
                name,
                is_beside: true,
                lock,
            });
        }
        parent.remove_all(&name)?;
        if out.kind(&name)?.is_some() {
            out.remove_file(&name)?;
        }
    }
    let folder = out.create_folder(&name)?;
    Ok(Stage {
        folder,
        name,
        is_beside: false,
        lock: None,
    })
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

fn in_the_way(url: &str) -> Error {
    failed_write(url, &"something that Runproof did not write stands in its place")
        .with_help("move it away, or choose another folder with `--out`")
}
