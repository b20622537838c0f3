//! A source tree, put in order for those who look up what tools define.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::resolved;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::packages::Packages;
use crate::tools::lookup::workflows::Workflows;
use crate::tools::tasks::{Files, Names};

/// What names were collected for: the kind, the folder, and the files that a command gives.
type Place = (Kind, String, Vec<String>);

/// A source tree.
pub(crate) struct Lookup<'source> {
    /// The tree.
    pub(crate) source: &'source Source,
    /// The names that were collected, which takes a walk over many files; none where a tool finds no file.
    collected: Mutex<HashMap<Place, Option<Arc<Names>>>>,
    packages: OnceLock<Packages<'source>>,
    workflows: OnceLock<Workflows<'source>>,
}

impl<'source> Lookup<'source> {
    /// A tree that nobody asked anything yet.
    pub(crate) fn new(source: &'source Source) -> Self {
        Self {
            source,
            collected: Mutex::default(),
            packages: OnceLock::new(),
            workflows: OnceLock::new(),
        }
    }

    /// The files of the tree, as tools look for them.
    pub(crate) fn files(&self) -> Files<'source> {
        Files { source: self.source }
    }

    /// The packages of npm and its relatives.
    pub(crate) fn packages(&self) -> &Packages<'source> {
        self.packages.get_or_init(|| Packages::new(self.source))
    }

    /// The workflows of the forge.
    pub(crate) fn workflows(&self) -> &Workflows<'source> {
        self.workflows.get_or_init(|| Workflows::new(self.source))
    }

    /// The names of a tool where it is called, collected when they are first asked for.
    pub(crate) fn names(
        &self,
        kind: Kind,
        folder: &str,
        within: &[String],
        collect: impl FnOnce() -> Option<Names>,
    ) -> Option<Arc<Names>> {
        let place = (kind, folder.to_owned(), within.to_vec());
        let lock = || self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = lock().get(&place) {
            return names.clone();
        }
        let names = collect().map(Arc::new);
        lock().insert(place, names.clone());
        names
    }

    /// The files that define a name, by their path.
    pub(crate) fn defining<'name>(
        &self,
        kind: Kind,
        name: &'name str,
    ) -> impl Iterator<Item = &'source str> + use<'source, 'name> {
        let files = self.source.definitions.values();
        files
            .filter(move |file| file.definition(kind, name).is_some())
            .map(|file| file.path.as_str())
    }

    /// The definition of a name in a folder that the words in front of a reference speak of.
    pub(crate) fn spoken_of(&self, document: &Document<'_>, reference: &Reference, kind: Kind, name: &str) -> Option<Resolution> {
        let path = self
            .defining(kind, name)
            .find(|path| document.speaks_of(reference.span.start, folder::split(path).0))?;
        let line = self.source.definitions[path]
            .definition(kind, name)
            .map(|definition| definition.line);
        Some(resolved(path, line, Reason::DefinedWhereTextSpeaks))
    }
}
