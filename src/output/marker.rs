//! The file that marks a folder as a site of ours.
//!
//! It lists the files that we wrote: the next build replaces or removes these and no others. What a repository brings with it proves
//! nothing, so a marker that git tracks, or that is a link, is none. It holds the digest of its list, so a list that somebody changed, by
//! hand or by a merge, is none either.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::folder::Folder;
use crate::folder::door::unguessable;
use crate::folder::kind::Kind;
use crate::output::digest::sha256;
use crate::output::url;

/// The name of the file.
pub(crate) const MARKER: &str = ".runproof-site";

/// Its first line.
const HEAD: &str =
    "# Written by Runproof. The files listed here are replaced or removed by the next build; all others are left alone.\n";

/// How the line begins that holds the SHA-256 of everything below it.
const DIGEST: &str = "# sha256 ";

/// How the line begins that names the staging folder of a build that has not ended.
const STAGING: &str = "# staging ";

/// How the names begin that are drawn for what waits for its place.
pub(super) const FRESH: &str = ".runproof-";

/// The most bytes that are read.
const LIMIT: u64 = 256 << 20;

/// What a folder was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing was there.
    Missing,
    /// A folder without anything, or with the `.git` of an empty checkout only.
    Empty,
    /// A site that we wrote.
    Ours,
}

/// Why a folder is not written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Objection {
    /// It holds what we did not write.
    Foreign,
    /// Its marker came with the repository.
    Tracked,
    /// Its marker is a link or no file.
    Link,
    /// Its marker does not hold the digest of its list.
    Altered,
}

impl Objection {
    /// In words.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Foreign => "it is not empty and was not written by Runproof",
            Self::Tracked => {
                "it is not empty, and its `.runproof-site` is tracked by git, so it came with the repository and proves nothing"
            }
            Self::Link => "it is not empty, and its `.runproof-site` is not a plain file, so it proves nothing",
            Self::Altered => {
                "it is not empty, and its `.runproof-site` does not have the digest of its list: somebody changed it, or another version wrote it"
            }
        }
    }

    /// What to do about it.
    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Tracked => {
                "take the built site out of git (`git rm -r --cached` on this folder, and a line for it in `.gitignore`), or choose another folder with `--out`"
            }
            Self::Altered => "remove the folder if it holds nothing but a built site, or choose another one with `--out`",
            Self::Foreign | Self::Link => "choose another folder with `--out`, or empty this one yourself",
        }
    }
}

/// What a marker says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// The files that we wrote.
    pub(super) files: BTreeSet<String>,
    /// The staging folder of a build that did not end.
    pub(super) staging: Option<String>,
}

/// Whose folder it is.
pub(super) fn owner(
    parent: &Folder,
    name: &str,
    place: &Path,
    is_tracked: &dyn Fn(&Path) -> bool,
) -> io::Result<Result<Before, Objection>> {
    if parent.kind(name)?.is_none() {
        return Ok(Ok(Before::Missing));
    }
    let folder = parent.below(name)?;
    let names = folder.names()?;
    // A mark that a killed build did not bring to its place.
    let is_left = |name: &str, kind: Kind| matches!(kind, Kind::File(_)) && is_fresh(name) && !is_tracked(&place.join(name));
    let owner = match names.iter().find(|(name, _)| name == MARKER) {
        Some((_, Kind::File(_))) if is_tracked(&place.join(MARKER)) => Err(Objection::Tracked),
        Some((_, Kind::File(_))) if marked(&folder)?.is_none() => Err(Objection::Altered),
        Some((_, Kind::File(_))) => Ok(Before::Ours),
        Some(_) => Err(Objection::Link),
        None if names.iter().all(|(name, kind)| name == ".git" || is_left(name, *kind)) => Ok(Before::Empty),
        None => Err(Objection::Foreign),
    };
    Ok(owner)
}

/// What the marker of a folder says; none when there is no marker, or one without the digest of its list. A line that is no path of
/// ours is passed over.
pub(super) fn marked(folder: &Folder) -> io::Result<Option<Marked>> {
    let Some(Kind::File(_)) = folder.kind(MARKER)? else {
        return Ok(None);
    };
    let bytes = folder.read(MARKER, LIMIT)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = text
        .strip_prefix(HEAD)
        .and_then(|text| text.strip_prefix(DIGEST))
        .and_then(|text| text.split_once('\n'))
        .filter(|(known, list)| *known == sha256(list));
    let Some((_, list)) = whole else { return Ok(None) };
    Ok(Some(Marked {
        staging: list
            .lines()
            .find_map(|line| line.strip_prefix(STAGING))
            .filter(|name| is_fresh(name))
            .map(str::to_owned),
        files: list
            .lines()
            .filter(|url| url::objection(url).is_none() && !url.starts_with("# "))
            .map(str::to_owned)
            .collect(),
    }))
}

/// Whether a name is one of those that we draw for files and folders that wait for their place.
pub(super) fn is_fresh(name: &str) -> bool {
    let rest = name.strip_prefix(FRESH);
    rest.is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Writes the marker of a folder, whole or not at all.
pub(super) fn mark(folder: &Folder, files: &BTreeSet<String>, staging: Option<&str>) -> io::Result<()> {
    let mut list = String::new();
    if let Some(staging) = staging {
        list.push_str(&format!("{STAGING}{staging}\n"));
    }
    for url in files {
        list.push_str(url);
        list.push('\n');
    }
    let text = format!("{HEAD}{DIGEST}{}\n{list}", sha256(&list));
    if folder.kind(MARKER)?.is_some() && folder.read(MARKER, LIMIT)? == text.as_bytes() {
        return Ok(());
    }
    let fresh = unguessable(FRESH);
    let written = folder.create(&fresh, text.as_bytes(), None);
    written.and_then(|()| folder.rename(&fresh, folder, MARKER)).inspect_err(|_| {
        let _ = folder.remove_file(&fresh);
    })
}
