//! The way from a path that somebody named to the folder that holds it.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{Error, Result};
use std::path::{Component, Path, PathBuf};

use crate::folder::Folder;

/// A name that nobody can guess, so that nothing can wait under it.
pub(crate) fn unguessable(prefix: &str) -> String {
    let draw = || RandomState::new().build_hasher().finish();
    format!("{prefix}{:016x}{:016x}", draw(), draw())
}

/// The door to one path: the folder that holds it, opened, and its name there. Below each `guard` that the path lies in (such as the root
/// of a repository, whose content others wrote) no link is followed; above it links are the user's own. Missing folders are made when
/// `make` says so.
pub(crate) fn door(path: &Path, guards: &[&Path], make: Missing) -> Result<(Folder, Vec<u8>)> {
    let absolute = std::path::absolute(path)?;
    let name = absolute
        .file_name()
        .ok_or_else(|| Error::other("it has no name that a file can have"))?
        .as_encoded_bytes()
        .to_vec();
    let parent = absolute.parent().ok_or_else(|| Error::other("it has no folder"))?;
    let mut guard: Option<(PathBuf, PathBuf)> = None;
    for candidate in guards {
        for form in [std::path::absolute(candidate)?, candidate.canonicalize()?] {
            let is_below = parent
                .strip_prefix(&form)
                .is_ok_and(|below| below.components().next() != Some(Component::ParentDir));
            if is_below && guard.as_ref().is_none_or(|(known, _)| !form.starts_with(known)) {
                guard = Some((form, candidate.canonicalize()?));
            }
        }
    }
    let folder = if let Some((guard, real)) = guard {
        let below = parent.strip_prefix(&guard).map_err(Error::other)?;
        let steps = steps(below)?;
        let folder = Folder::open(&real)?;
        match make {
            Missing::Make => folder.walk(&steps, true)?,
            Missing::Fail => folder.walk(&steps, false)?,
        }
    } else {
        if make == Missing::Make {
            std::fs::create_dir_all(parent)?;
        }
        Folder::open(&parent.canonicalize()?)?
    };
    Ok((folder, name))
}

/// What to do about a folder that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Make it.
    Make,
    /// That is an error.
    Fail,
}

/// The parts of a path as one, with `/` between them; one that leads upwards is refused.
fn steps(path: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => {
                if !text.is_empty() {
                    text.push(b'/');
                }
                text.extend_from_slice(part.as_encoded_bytes());
            }
            Component::CurDir => {}
            _ => return Err(Error::other("it leads upwards, and what is there is not known")),
        }
    }
    Ok(text)
}
