//! A source tree, put in order once for everything that is looked up in it.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use crate::audit::resolve::ignored::Ignored;
use crate::audit::resolve::routes::Endpoints;
use crate::model::edition::Source;
use crate::model::tree::EntryKind;
use crate::tools::folder;
use crate::tools::lookup::pages::Pages;
use crate::tools::lookup::tree::Lookup;

/// A source tree, put in order for looking things up.
pub(crate) struct Index<'source> {
    /// What tools look up in it.
    pub(super) lookup: Lookup<'source>,
    /// The tree.
    pub(super) source: &'source Source,
    /// The names of what lies directly in each folder, sorted.
    pub(super) children: HashMap<&'source str, Vec<&'source str>>,
    /// The folders of the source by their last part, sorted.
    pub(super) folders_by_name: HashMap<&'source str, Vec<&'source str>>,
    /// Whether the tree has symbolic links or submodules at all; most have none.
    pub(super) has_opaque: bool,
    /// What git ignores.
    pub(super) ignored: Ignored,
    /// The paths by their names in small letters, made when a path is missing.
    pub(super) cases: OnceLock<HashMap<String, Option<String>>>,
    /// Whether the tree holds a program, as far as somebody asked.
    pub(super) has_program: OnceLock<bool>,
    /// The routes in its code.
    pub(super) endpoints: Endpoints<'source>,
    /// How many files each pattern matches, as far as it was asked: evaluating one looks at many files.
    pub(super) globs: Mutex<HashMap<String, Option<String>>>,
    /// The pages by their names, where runbooks link them so.
    pub(super) pages: Option<Pages<'source>>,
}

impl<'source> Index<'source> {
    /// Puts a source tree in order.
    pub(crate) fn new(source: &'source Source) -> Self {
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut folders_by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut before = "";
        for entry in &source.listing.entries {
            let path = entry.path.as_str();
            // The entries are sorted, so a folder is new exactly when the path before does not begin with it.
            for (at, _) in path.match_indices('/') {
                let folder = &path[..at];
                if before.get(..=at) != path.get(..=at) {
                    let (parent, name) = folder::split(folder);
                    children.entry(parent).or_default().push(name);
                    folders_by_name.entry(name).or_default().push(folder);
                }
            }
            let (parent, name) = folder::split(path);
            children.entry(parent).or_default().push(name);
            before = path;
        }
        let is_opaque = |kind| matches!(kind, EntryKind::Symlink | EntryKind::Submodule);
        Self {
            lookup: Lookup::new(source),
            source,
            children,
            folders_by_name,
            has_opaque: source.listing.entries.iter().any(|entry| is_opaque(entry.kind)),
            ignored: Ignored::new(&source.ignores),
            cases: OnceLock::new(),
            has_program: OnceLock::new(),
            endpoints: Endpoints::new(source),
            globs: Mutex::default(),
            pages: None,
        }
    }
}
