//! A site that is being made: where it stands, where its files wait, and what is known of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::fs::File;

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::output::marker::{MARKER, mark};
use crate::output::seal::{Print, Standing};

/// The folders of a site.
pub(super) struct Site {
    /// The folder of the site, held open.
    pub(super) out: Folder,
    /// The folder that holds it.
    pub(super) parent: Folder,
    /// Its name there.
    pub(super) name: String,
    /// Where files wait until all are made.
    pub(super) stage: Stage,
    /// The files that we wrote before, as the marker lists them.
    pub(super) old: BTreeSet<String>,
    /// The site as it stands, where a seal says that it is as we left it, and that it holds nothing but our files.
    pub(super) known: Option<Standing>,
    /// Where the folder of a site that was replaced waits to be filled for a later one, if anywhere.
    pub(super) spare: Option<Spare>,
}

/// A place for the folder of a site that was replaced: its files are mostly those of the next one.
pub(super) struct Spare {
    /// The folder that holds it, held open.
    pub(super) home: Folder,
    /// Its name there.
    pub(super) name: String,
}

impl Site {
    /// Writes the marker of the site.
    pub(super) fn note(&self, files: &BTreeSet<String>, staging: Option<&str>) -> Result<()> {
        mark(&self.out, files, staging).map_err(|error| failed_write(MARKER, &error))
    }
}

/// The folder where files wait.
pub(super) struct Stage {
    pub(super) folder: Folder,
    pub(super) name: String,
    /// Whether it stands beside the site; else it stands in it.
    pub(super) is_beside: bool,
    /// Tells other builds that somebody works in it, as long as it is open.
    #[allow(dead_code, reason = "held for what it does to others")]
    pub(super) lock: Option<File>,
}

/// What is known while files are made.
#[derive(Default)]
pub(super) struct State {
    /// What is made, by its path.
    pub(super) made: BTreeMap<String, Change>,
    /// What those are known by that were written.
    pub(super) prints: HashMap<String, Print>,
    /// The same paths in lower case: two that differ in case only are one file on many systems.
    pub(super) folded: HashMap<String, String>,
    /// The folders of what is made, in lower case.
    pub(super) folders: HashMap<String, Entered>,
    /// Files and folders of ours that are in the way: a file where a folder must be, or the other way round.
    pub(super) displaced: BTreeSet<String>,
    pub(super) bytes: u64,
}

/// A folder of what is made.
pub(super) struct Entered {
    /// Whether it stands in the old site.
    pub(super) is_old: bool,
    /// The path that it was first met in.
    pub(super) first: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Unchanged,
    Changed,
    New,
}

/// The error of a file that cannot be written.
pub(super) fn failed_write(url: &str, reason: &dyn Display) -> Error {
    Error::usage(format!("failed to write `{}` of the site", url.escape_debug())).caused_by(reason)
}
