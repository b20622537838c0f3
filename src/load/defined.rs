//! What files defined when they held something else than today, read once over all runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::code::{Asked, parse_script};
use crate::load::learned::{Key, Learned, key_of};
use crate::load::memory::{lock, remember};
use crate::model::definition::DefinitionFile;
use crate::model::tree::ContentId;
use crate::source::repository::Repository;
use crate::tools;

/// What files defined, by path and content.
#[derive(Default)]
pub(crate) struct Defined {
    files: Mutex<HashMap<(String, ContentId), Arc<DefinitionFile>>>,
    known: Learned,
}

impl Defined {
    /// What earlier runs read of a repository; nothing where nothing was kept.
    pub(crate) fn of(repository: &Repository) -> Self {
        Self {
            known: Learned::of(repository, "defined"),
            ..Self::default()
        }
    }

    /// What a file defines that holds a content; none when it is of no format that defines anything, or when there are no bytes of it.
    pub(crate) fn file(&self, path: &str, id: ContentId, read: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<DefinitionFile>> {
        let key = (path.to_owned(), id);
        remember(&self.files, &key, || {
            let parse = || {
                let bytes = read()?;
                let text = String::from_utf8_lossy(&bytes);
                match tools::format_of(path) {
                    Some(format) => Some((format.parse)(path, &text)),
                    None => parse_script(path, &text, Asked::Everything),
                }
            };
            self.known.find(&key_of_file(&key)).or_else(parse).map(Arc::new)
        })
    }

    /// Keeps what was read for later runs.
    pub(crate) fn keep(&self) {
        let files = lock(&self.files);
        let files = files.iter().map(|(place, file)| (key_of_file(place), &**file));
        self.known.keep(files, PartialEq::eq);
    }
}

fn key_of_file((path, id): &(String, ContentId)) -> Key {
    key_of(&[path.as_bytes(), &id.0])
}

#[cfg(test)]
mod tests {
    use super::Defined;
    use crate::source::testing::TestRepository;
    use crate::source::tree::content_id;

    #[test]
    fn a_file_is_read_once_over_all_runs() {
        let Some(test) = TestRepository::new() else { return };
        let folder = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(folder.path().to_path_buf()));
        let text = b"deploy:\n\t./deploy.sh\n";
        let id = content_id(text);
        let first = Defined::of(&repository);
        let read = first.file("Makefile", id, || Some(text.to_vec())).expect("it is a Makefile");
        assert!(first.file("notes.txt", id, || Some(text.to_vec())).is_none());
        assert!(
            first.file("Makefile", content_id(b""), || None).is_none(),
            "there are no bytes"
        );
        first.keep();
        let second = Defined::of(&repository);
        assert_eq!(second.file("Makefile", id, || None).as_deref(), Some(&*read));
        assert!(
            second.file("GNUmakefile", id, || None).is_none(),
            "another place is another file"
        );
    }
}
