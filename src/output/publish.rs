//! How a finished site comes to its place.
//!
//! Where the folder holds nothing but files of ours, and the system can exchange two folders in one step, that is what is done: the
//! staging folder gets a second name of each unchanged file, everything is written out to the disk, and the two change places. A process
//! that is killed leaves the old site or the new one, never both.
//!
//! Else (somebody keeps files of their own in the folder, such as the `.git` of a checkout, or it is a disk of its own) the files are moved
//! to their places, each by one rename, in an order in which no link leads nowhere for a reader in between: new files, changed assets and
//! data, changed pages, the front page, `manifest.json`; then what is no longer made is removed. As long as that lasts, the manifest of the
//! new site stands beside as `.runproof-manifest`, from which `verify` tells which file is of which build; the next build sets it right.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::error::Result;
use crate::folder::Folder;
use crate::folder::door::unguessable;
use crate::folder::kind::{Kind, Sort};
use crate::output::marker::{FRESH, MARKER, mark};
use crate::output::seal::Standing;
use crate::output::site::{Change, Site, State, failed_write};

/// The manifest of a site that is being published, next to the one of the site before.
pub(super) const COMING: &str = ".runproof-manifest";

/// The manifest of a site.
pub(super) const MANIFEST: &str = "manifest.json";

/// Brings everything that is made to its place; tells whether that was done by one exchange, so that the staging folder is the site. A site
/// that is known to hold nothing but files of ours is not looked over once more.
pub(super) fn publish(site: &Site, state: &State, made: &BTreeSet<String>) -> Result<bool> {
    if site.stage.is_beside && exchanged(site, state, made)? {
        return Ok(true);
    }
    // From here to the end the marker lists the files of both sites: after a crash all of them are known as ours.
    let both: BTreeSet<String> = site.old.union(made).cloned().collect();
    site.note(&both, Some(&site.stage.name))?;
    let _ = site.stage.folder.sync();
    announce(site, state)?;
    let mut moved = 0;
    let result = moved_in_place(site, state, &mut moved);
    let result = result.and_then(|()| site.old.difference(made).try_for_each(|url| remove(site, url, state)));
    result.map_err(|error| {
        error.with_help(format!(
            "the site now holds {moved} new files beside those of the build before, each of them whole; `runproof verify` tells which is of which build, and the next build sets it right"
        ))
    })?;
    let ended = match site.out.kind(COMING) {
        Ok(Some(_)) => site.out.remove_file(COMING),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    ended.map_err(|error| failed_write(COMING, &error))?;
    Ok(false)
}

/// Publishes by one exchange of two folders; tells whether that could be done.
fn exchanged(site: &Site, state: &State, made: &BTreeSet<String>) -> Result<bool> {
    let Site { out, parent, stage, .. } = site;
    if !out.stands_at(parent, &site.name) {
        return Ok(false);
    }
    if let Some(known) = &site.known {
        if fill(&wanted(state, known), 0, &Way::Open(out), &stage.folder, false).is_err() {
            return Ok(false);
        }
    } else {
        let unchanged = state.made.iter().filter(|(_, change)| **change == Change::Unchanged);
        let unchanged: Vec<&str> = unchanged.map(|(url, _)| url.as_str()).collect();
        if !is_mirrored(site, state, &unchanged) {
            return Ok(false);
        }
    }
    let prepared = mark(&stage.folder, made, Some(&stage.name))
        .and_then(|()| stage.folder.take_permissions_of(out))
        .and_then(|()| stage.folder.sync());
    prepared.map_err(|error| failed_write(MARKER, &error))?;
    if parent.exchange(&stage.name, parent, &site.name).is_err() {
        return Ok(false);
    }
    // The old site stands under the staging name now. It waits to be filled for a later one, or what is ours in it goes.
    if let Some(spare) = &site.spare
        && parent.rename_new(&stage.name, &spare.home, &spare.name).is_ok()
    {
        mark(&stage.folder, made, None).map_err(|error| failed_write(MARKER, &error))?;
        return Ok(true);
    }
    // What somebody put there since stays and is told.
    let known = Branch::of(site.old.iter().map(String::as_str)).remove(out);
    // Where anything is otherwise than it is known to be, somebody looks.
    let removed = known.or_else(|_| remove_ours(out, "", &site.old));
    let removed = removed.and_then(|()| match out.remove_file(MARKER) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => parent.remove_folder(&stage.name),
    });
    removed.map_err(|error| {
        failed_write(&stage.name, &error)
            .with_help("the new site is published; what is left of the old one lies beside it under this name")
    })?;
    mark(&stage.folder, made, None).map_err(|error| failed_write(MARKER, &error))?;
    Ok(true)
}

/// Files of a folder that are known, and those of the folders in it.
#[derive(Default)]
struct Branch<'urls> {
    files: Vec<&'urls str>,
    folders: BTreeMap<&'urls str, Branch<'urls>>,
}

impl<'urls> Branch<'urls> {
    fn of(urls: impl Iterator<Item = &'urls str>) -> Self {
        let mut root = Self::default();
        for url in urls {
            let (folder, name) = url.rsplit_once('/').unwrap_or(("", url));
            let parts = folder.split('/').filter(|part| !part.is_empty());
            let branch = parts.fold(&mut root, |branch, part| branch.folders.entry(part).or_default());
            branch.files.push(name);
        }
        root
    }

    /// Removes all of them, and the folders.
    fn remove(&self, from: &Folder) -> io::Result<()> {
        self.files.iter().try_for_each(|name| from.remove_file(name))?;
        self.folders.iter().try_for_each(|(name, below)| {
            below.remove(&from.below(name)?)?;
            from.remove_folder(name)
        })
    }
}

/// What a file of the new site is.
#[derive(Clone, Copy)]
enum Wanted {
    /// The file of this number, which stands in the old site.
    Kept(u64),
    /// One that was written, with its number where that is known.
    Staged(Option<u64>),
}

/// Every file of the new site, in order.
fn wanted<'state>(state: &'state State, known: &Standing) -> Vec<(&'state str, Wanted)> {
    let mut old = known.files().iter().peekable();
    let wanted = state.made.iter().map(|(url, change)| {
        while old.next_if(|(known, _)| known < url).is_some() {}
        let kept = old.peek().filter(|(known, _)| known == url);
        let wanted = match (change, kept) {
            (Change::Unchanged, Some((_, print))) => Wanted::Kept(print.inode),
            _ => Wanted::Staged(state.prints.get(url).map(|print| print.inode)),
        };
        (url.as_str(), wanted)
    });
    wanted.collect()
}

/// A folder of the old site, opened when something is needed from it.
enum Way<'way> {
    Open(&'way Folder),
    Below(&'way Way<'way>, &'way str, OnceLock<Folder>),
}

impl Way<'_> {
    fn open(&self) -> io::Result<&Folder> {
        match self {
            Self::Open(folder) => Ok(folder),
            Self::Below(above, name, opened) => {
                if let Some(folder) = opened.get() {
                    return Ok(folder);
                }
                let folder = above.open()?.below(name)?;
                Ok(opened.get_or_init(|| folder))
            }
        }
    }
}

/// Makes a folder hold what is wanted, and nothing else but its mark: what is kept and is not there gets a second name in it. The paths
/// are in order and have the first `start` bytes in common.
fn fill(wanted: &[(&str, Wanted)], start: usize, from: &Way<'_>, to: &Folder, is_new: bool) -> io::Result<()> {
    let listed = if is_new { Vec::new() } else { to.numbered()? };
    let mut is_met: Vec<bool> = listed.iter().map(|(name, _)| start == 0 && name == MARKER).collect();
    let mut meet = |name: &str| {
        let place = listed.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        is_met[place] = true;
        Some(listed[place].1)
    };
    let mut below = Vec::new();
    let mut at = 0;
    while let Some((url, file)) = wanted.get(at) {
        let rest = &url[start..];
        if let Some((name, _)) = rest.split_once('/') {
            let folder = &url[..=start + name.len()];
            let end = at + wanted[at..].partition_point(|(url, _)| url.starts_with(folder));
            let is_there = match meet(name) {
                Some((Sort::Folder, _)) => true,
                Some(_) => {
                    to.remove_file(name)?;
                    false
                }
                None => false,
            };
            below.push((name, folder.len(), &wanted[at..end], is_there));
            at = end;
            continue;
        }
        at += 1;
        match (meet(rest), *file) {
            (Some((Sort::File, found)), Wanted::Kept(number) | Wanted::Staged(Some(number))) if found == number => {}
            (Some((Sort::File, _)), Wanted::Staged(None)) => {}
            (_, Wanted::Staged(_)) => return Err(io::Error::other("what was written is not there")),
            (found, Wanted::Kept(_)) => {
                if found.is_some() {
                    to.remove_all(rest)?;
                }
                from.open()?.link(rest, to)?;
            }
        }
    }
    for ((name, _), is_met) in listed.iter().zip(&is_met) {
        if !is_met {
            to.remove_all(name)?;
        }
    }
    let filled = below.into_par_iter().map(|(name, start, wanted, is_there)| {
        let to = if is_there { to.below(name)? } else { to.made(name)? };
        fill(wanted, start, &Way::Below(from, name, OnceLock::new()), &to, !is_there)
    });
    filled.collect()
}

/// Whether the site holds nothing but files of ours, of which each that does not change has got a second name in the staging folder.
fn is_mirrored(site: &Site, state: &State, unchanged: &[&str]) -> bool {
    let mut folders: HashSet<&str> = HashSet::new();
    for url in unchanged {
        let mut rest = *url;
        while let Some((folder, _)) = rest.rsplit_once('/')
            && folders.insert(folder)
        {
            rest = folder;
        }
    }
    let mirror = Mirror { site, state, folders };
    let linked = mirror.fill(&site.out, Some(&site.stage.folder), "");
    linked.ok().flatten() == Some(unchanged.len())
}

/// Gives the unchanged files of a site a second name in the staging folder, in one walk over the site, in which each folder is opened once.
struct Mirror<'site> {
    site: &'site Site,
    state: &'site State,
    /// The folders with something in them that does not change.
    folders: HashSet<&'site str>,
}

impl Mirror<'_> {
    /// How many files got a second name; none where the folder holds what we did not write.
    fn fill(&self, from: &Folder, to: Option<&Folder>, prefix: &str) -> io::Result<Option<usize>> {
        let mut below = Vec::new();
        let mut linked = 0;
        for (name, sort) in from.listed()? {
            let url = format!("{prefix}{name}");
            match sort {
                Sort::Folder => below.push((name, url)),
                Sort::File if url == MARKER => {}
                Sort::File if self.site.old.contains(&url) => {
                    if let Some(to) = to.filter(|_| self.state.made.get(&url) == Some(&Change::Unchanged)) {
                        from.link(&name, to)?;
                        linked += 1;
                    }
                }
                Sort::File | Sort::Other => return Ok(None),
            }
        }
        let filled = below.into_par_iter().map(|(name, url)| {
            let to = to.filter(|_| self.folders.contains(url.as_str()));
            let to = to.map(|to| to.made(&name)).transpose()?;
            self.fill(&from.below(&name)?, to.as_ref(), &format!("{url}/"))
        });
        let below = filled.try_reduce(|| Some(0), |one, other| Ok(one.zip(other).map(|(one, other)| one + other)))?;
        Ok(below.map(|below| below + linked))
    }
}

/// Removes what we wrote from a folder, and the folders in it, but not the mark. What is not ours stays, and its folders cannot be removed.
fn remove_ours(folder: &Folder, prefix: &str, old: &BTreeSet<String>) -> io::Result<()> {
    let mut result = Ok(());
    for (name, sort) in folder.listed()? {
        let url = format!("{prefix}{name}");
        let removed = match sort {
            Sort::Folder => folder
                .below(&name)
                .and_then(|below| remove_ours(&below, &format!("{url}/"), old))
                .and_then(|()| folder.remove_folder(&name)),
            _ if old.contains(&url) => folder.remove_file(&name),
            _ => Ok(()),
        };
        result = result.and(removed);
    }
    result
}

/// Puts the manifest of the coming site beside that of the old one.
fn announce(site: &Site, state: &State) -> Result<()> {
    if !matches!(state.made.get(MANIFEST), Some(Change::New | Change::Changed)) {
        return Ok(());
    }
    let fresh = unguessable(FRESH);
    let written = site
        .stage
        .folder
        .read(MANIFEST, u64::MAX - 1)
        .and_then(|bytes| site.out.create(&fresh, &bytes, None))
        .and_then(|()| site.out.rename(&fresh, &site.out, COMING))
        .inspect_err(|_| {
            let _ = site.out.remove_file(&fresh);
        });
    written.map_err(|error| failed_write(COMING, &error))
}

/// Moves everything that is staged to its place.
fn moved_in_place(site: &Site, state: &State, moved: &mut usize) -> Result<()> {
    let Site { out, stage, .. } = site;
    // Deepest first, so that folders are empty when their turn comes.
    for url in state.displaced.iter().rev() {
        let removed = match out.kind(url) {
            Ok(Some(Kind::Folder)) => out.remove_folder(url),
            Ok(_) => out.remove_file(url),
            Err(error) => Err(error),
        };
        removed.map_err(|error| failed_write(url, &error))?;
    }
    for (url, _) in state.made.iter().filter(|(_, change)| **change == Change::New) {
        let folder = url.rsplit_once('/').map_or("", |(folder, _)| folder);
        out.make(folder)
            .and_then(|_| stage.folder.rename_new(url, out, url))
            .map_err(|error| failed_write(url, &error))?;
        *moved += 1;
    }
    let mut changed: Vec<&String> = state
        .made
        .iter()
        .filter(|(_, change)| **change == Change::Changed)
        .map(|(url, _)| url)
        .collect();
    changed.sort_by_key(|url| turn(url));
    for url in changed {
        replace(&stage.folder, out, url).map_err(|error| failed_write(url, &error))?;
        *moved += 1;
    }
    Ok(())
}

/// Puts a fresh file in the place of an old one, in one step for every reader. The old one may be left in the place of the fresh one.
///
/// A plain rename would do, but when it replaces a file, ext4 first writes the fresh one out to the disk, which costs a hundred times as
/// much as the rename itself; an exchange does not.
fn replace(fresh: &Folder, old: &Folder, url: &str) -> io::Result<()> {
    if !matches!(old.kind(url)?, Some(Kind::File(_))) {
        return Err(io::Error::other("something that Runproof did not write stands in its place"));
    }
    fresh.exchange(url, old, url).or_else(|_| fresh.rename(url, old, url))
}

/// Removes a file that is no longer made, and the folders that are empty then.
fn remove(site: &Site, url: &str, state: &State) -> Result<()> {
    let out = &site.out;
    if let Some(other) = state.folded.get(&url.to_lowercase())
        && out.is_same_file(url, other)
    {
        // The same file under a name of other case, on a disk that does not tell them apart.
        return Ok(());
    }
    // Behind a link or a file nothing is ours.
    match out.kind(url) {
        Ok(Some(Kind::Folder)) | Err(_) => return Ok(()),
        Ok(Some(_)) => out.remove_file(url).map_err(|error| failed_write(url, &error))?,
        Ok(None) => {}
    }
    let mut rest = url;
    while let Some((folder, _)) = rest.rsplit_once('/') {
        if out.remove_folder(folder).is_err() {
            break;
        }
        rest = folder;
    }
    Ok(())
}

/// The turn of a changed file: assets and data, pages, the front page, the manifest that names all of them.
pub(super) fn turn(url: &str) -> u8 {
    match url {
        MANIFEST => 3,
        "index.html" => 2,
        _ if Path::new(url).extension().is_some_and(|extension| extension == "html") => 1,
        _ => 0,
    }
}
