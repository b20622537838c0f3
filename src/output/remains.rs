//! What builds that were killed left behind: known as ours by names that nobody can guess, and cleared by the next build.

use std::io;
use std::path::Path;

use crate::folder::Folder;
use crate::folder::kind::Kind;
use crate::output::marker::{MARKER, Marked, is_fresh, marked};

/// The file that is moved to see whether two folders are on one disk.
pub(super) const PROBE: &str = "probe";

/// Clears what the build before left in the folder of the site, which is locked and ours, and the staging folder that its mark names.
pub(super) fn clear(
    parent: &Folder,
    out: &Folder,
    place: &Path,
    listed: &Marked,
    is_tracked: &dyn Fn(&Path) -> bool,
) -> io::Result<()> {
    for (name, kind) in out.names().unwrap_or_default() {
        // A mark or a list that did not come to its place.
        if matches!(kind, Kind::File(_)) && is_fresh(&name) && !is_tracked(&place.join(&name)) {
            out.remove_file(&name)?;
        }
    }
    let Some(name) = &listed.staging else { return Ok(()) };
    if out.kind(name)? == Some(Kind::Folder) {
        remove(out, name)?;
    }
    if parent.kind(name)? == Some(Kind::Folder) {
        let folder = parent.below(name)?;
        if folder.kind(MARKER)?.is_some() || holds_nothing(&folder)? {
            remove(parent, name)?;
        }
    }
    Ok(())
}

/// Removes staging folders beside the site that no site names any more: each carries its own name in its own mark, git does not track
/// that, and nobody works in it. What cannot be looked at stays; nothing depends on it.
pub(super) fn sweep(parent: &Folder, place: &Path, is_tracked: &dyn Fn(&Path) -> bool) {
    for (name, _) in parent
        .names()
        .unwrap_or_default()
        .into_iter()
        .filter(|(name, kind)| *kind == Kind::Folder && is_fresh(name))
    {
        let Ok(folder) = parent.below(&name) else { continue };
        let names_itself =
            marked(&folder).is_ok_and(|marked| marked.is_some_and(|marked| marked.staging.as_ref() == Some(&name)));
        if !names_itself || is_tracked(&place.join(&name).join(MARKER)) {
            continue;
        }
        // As long as a build works in it, it is locked. Where folders cannot be locked, nobody knows.
        if let Ok(Some(_lock)) = folder.lock()
            && folder.stands_at(parent, &name)
        {
            let _ = remove(parent, &name);
        }
    }
}

/// Removes a staging folder. Its mark goes last, so that what a kill leaves of it is known as ours.
pub(super) fn remove(home: &Folder, name: &str) -> io::Result<()> {
    for (entry, _) in home.below(name)?.names()? {
        if entry != MARKER {
            home.remove_all(&format!("{name}/{entry}"))?;
        }
    }
    let marker = format!("{name}/{MARKER}");
    if home.kind(&marker)?.is_some() {
        home.remove_file(&marker)?;
    }
    home.remove_folder(name)
}

/// Whether a folder holds no file but the probe of a build and a mark that did not come to its place.
fn holds_nothing(folder: &Folder) -> io::Result<bool> {
    for (name, kind) in folder.names()? {
        let is_nothing = match kind {
            Kind::Folder => holds_nothing(&folder.below(&name)?)?,
            _ => name == PROBE || is_fresh(&name),
        };
        if !is_nothing {
            return Ok(false);
        }
    }
    Ok(true)
}
