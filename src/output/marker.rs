//! The file that marks a folder as a site of ours.
//!
//! It lists the files that we wrote: the next build replaces or removes these and no others. What a repository brings with it proves
//! nothing, so a marker that git tracks, or that is a link, is none.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::folder::Folder;
use crate::folder::door::unguessable;
use crate::folder::kind::Kind;
use crate::output::url;

/// The name of the file.
pub(crate) const MARKER: &str = ".runproof-site";

/// Its first line.
const HEAD: &str =
    "# Written by Runproof. The files listed here are replaced or removed by the next build; all others are left alone.\n";

/// How the line begins that names the staging folder of a build that has not ended.
const STAGING: &str = "# staging ";

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
    let owner = match names.iter().find(|(name, _)| name == MARKER) {
        Some((_, Kind::File(_))) if is_tracked(&place.join(MARKER)) => Err(Objection::Tracked),
        Some((_, Kind::File(_))) => Ok(Before::Ours),
        Some(_) => Err(Objection::Link),
        None if names.iter().all(|(name, _)| name == ".git") => Ok(Before::Empty),
        None => Err(Objection::Foreign),
    };
    Ok(owner)
}

/// What the marker of a folder says. A line that is no path of ours is passed over: somebody else wrote it.
pub(super) fn marked(folder: &Folder) -> io::Result<Marked> {
    let bytes = match folder.kind(MARKER)? {
        Some(_) => folder.read(MARKER, LIMIT)?,
        None => return Ok(Marked::default()),
    };
    let text = String::from_utf8_lossy(&bytes);
    let staging = text.lines().filter_map(|line| line.strip_prefix(STAGING));
    let is_name = |name: &&str| {
        let rest = name.strip_prefix(".runproof-");
        rest.is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    Ok(Marked {
        staging: staging.filter(is_name).map(str::to_owned).next(),
        files: text
            .lines()
            .skip(1)
            .filter(|url| url::objection(url).is_none() && !url.starts_with("# "))
            .map(str::to_owned)
            .collect(),
    })
}

/// Writes the marker of a folder, whole or not at all.
pub(super) fn mark(folder: &Folder, files: &BTreeSet<String>, staging: Option<&str>) -> io::Result<()> {
    let mut text = HEAD.to_owned();
    if let Some(staging) = staging {
        text.push_str(&format!("{STAGING}{staging}\n"));
    }
    for url in files {
        text.push_str(url);
        text.push('\n');
    }
    if folder.kind(MARKER)?.is_some() && folder.read(MARKER, LIMIT)? == text.as_bytes() {
        return Ok(());
    }
    let fresh = unguessable(".runproof-");
    folder.create(&fresh, text.as_bytes(), None)?;
    folder.rename(&fresh, folder, MARKER).inspect_err(|_| {
        let _ = folder.remove_file(&fresh);
    })
}
