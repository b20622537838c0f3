//! Files of code, each read once for everything that is asked of it, over all editions and runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::code::mention::{Mentions, Search};
use crate::code::{Asked, parse_script};
use crate::load::learned::{Key, Learned, key_of};
use crate::load::memory::{lock, remember};
use crate::model::definition::DefinitionFile;
use crate::model::tree::{ContentId, Entry};
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// Largest file that is read, in bytes; what is larger is data or was made by a machine.
const MAX_BYTES: usize = 1 << 20;

/// What was read of code already.
#[derive(Default)]
pub(crate) struct CodeCache {
    /// By content, path and what was asked.
    files: Mutex<HashMap<(ContentId, String, Asked), Arc<DefinitionFile>>>,
    /// By content, path and the names that were searched for.
    mentions: Mutex<HashMap<(ContentId, String, Key), Arc<Mentions>>>,
    /// What earlier runs read.
    known: RwLock<Known>,
}

/// What earlier runs read of code, and of the other files that define something.
#[derive(Default)]
struct Known {
    definitions: Learned,
    mentions: Learned,
}

/// What one file defines, and what it says of the names of variables.
pub(super) type Reading = (Option<Arc<DefinitionFile>>, Option<Arc<Mentions>>);

/// What is asked of one file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Task {
    /// Which of its definitions are read, if any.
    pub(super) asked: Option<Asked>,
    /// Whether names of variables are searched for.
    pub(super) is_searched: bool,
}

impl CodeCache {
    /// Takes what earlier runs read.
    pub(in crate::load) fn recall(&self, repository: &Repository) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known {
            definitions: Learned::of(repository, "definitions"),
            mentions: Learned::of(repository, "mentions"),
        };
    }

    /// Keeps what was read for later runs, and what other files define.
    pub(in crate::load) fn keep(&self, others: Vec<(Key, Arc<DefinitionFile>)>) {
        let known = std::mem::take(&mut *self.known.write().unwrap_or_else(PoisonError::into_inner));
        let mut files = others;
        files.extend(
            lock(&self.files)
                .iter()
                .map(|(asked, file)| (file_key(asked), Arc::clone(file))),
        );
        let files = files.iter().map(|(key, file)| (*key, &**file));
        known.definitions.keep(files, PartialEq::eq);
        let mentions = lock(&self.mentions);
        let mentions = mentions.iter().map(|(asked, mentions)| (mentions_key(asked), &**mentions));
        known.mentions.keep(mentions, PartialEq::eq);
    }

    /// What an earlier run read under a key.
    pub(in crate::load) fn known(&self, key: &Key) -> Option<DefinitionFile> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .definitions
            .find(key)
    }

    /// What a file says to a task.
    pub(super) fn read(&self, tree: &dyn Tree, entry: &Entry, task: Task, search: Option<(&Search, Key)>) -> Reading {
        let mut text: Option<Option<String>> = None;
        let mut text = || text.get_or_insert_with(|| read_text(tree, entry)).clone();
        let file = task.asked.and_then(|asked| {
            let key = (entry.id, entry.path.clone(), asked);
            remember(&self.files, &key, || {
                let known = self.known(&file_key(&key));
                known.or_else(|| parse_script(&entry.path, &text()?, asked)).map(Arc::new)
            })
        });
        let mentions = search.filter(|_| task.is_searched).and_then(|(search, searched)| {
            let key = (entry.id, entry.path.clone(), searched);
            remember(&self.mentions, &key, || {
                let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                let known = known.mentions.find(&mentions_key(&key));
                known.or_else(|| Some(search.of(&entry.path, &text()?))).map(Arc::new)
            })
        });
        (file, mentions)
    }
}

fn file_key((content, path, asked): &(ContentId, String, Asked)) -> Key {
    let asked: &[u8] = match asked {
        Asked::Everything => b"everything",
        Asked::Routes => b"routes",
    };
    key_of(&[b"code", &content.0, path.as_bytes(), asked])
}

fn mentions_key((content, path, searched): &(ContentId, String, Key)) -> Key {
    key_of(&[&content.0, path.as_bytes(), searched])
}

/// What tells a search from another one.
pub(super) fn key_of_search(search: &Search) -> Key {
    let (names, parts) = search.key();
    let names: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    key_of(&[&key_of(&names), &parts.to_le_bytes()])
}

/// The text of a file; none when it is binary, too large or not in this clone.
pub(super) fn read_text(tree: &dyn Tree, entry: &Entry) -> Option<String> {
    let bytes = tree.read(entry).ok()?;
    if bytes.len() > MAX_BYTES || bytes.iter().take(8_000).any(|byte| *byte == 0) {
        return None;
    }
    Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
