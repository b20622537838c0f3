//! The first parts of files of evidence, for their pages: in a book of their own, since most commands do not show them.

use std::collections::{BTreeMap, BTreeSet};

use crate::load::book::Book;
use crate::source::repository::Repository;

/// The excerpts that earlier runs kept of a store, and those of this run.
pub(super) struct Excerpts<'a> {
    book: Book<'a>,
    asked: BTreeSet<String>,
    added: BTreeMap<String, Vec<u8>>,
}

impl<'a> Excerpts<'a> {
    /// What earlier runs kept of a store.
    pub(super) fn of(repository: Option<&'a Repository>, store: &str) -> Self {
        Self {
            book: Book::open(repository, "excerpts 1", store),
            asked: BTreeSet::new(),
            added: BTreeMap::new(),
        }
    }

    /// The excerpt of a file by its key, made where none was kept; none where the file is no text.
    pub(super) fn find(&self, key: &str, make: impl FnOnce() -> Option<String>) -> Option<String> {
        match self.book.find(key).and_then(<[u8]>::split_first) {
            None => make(),
            Some((0, _)) => None,
            Some((_, text)) => String::from_utf8(text.to_vec()).ok(),
        }
    }

    /// Keeps an excerpt.
    pub(super) fn keep(&mut self, key: &str, excerpt: Option<&str>) {
        if self.book.find(key).is_some() {
            self.asked.insert(key.to_owned());
        } else if self.book.is_kept() {
            let bytes = excerpt.map_or_else(|| vec![0], |text| [&[1], text.as_bytes()].concat());
            self.added.insert(key.to_owned(), bytes);
        }
    }

    /// Keeps what was asked for in place of what earlier runs kept.
    pub(super) fn close(&self) {
        if self.added.is_empty() && self.asked.len() == self.book.len() {
            return;
        }
        let known = self.asked.iter().filter_map(|key| Some((key.as_str(), self.book.find(key)?)));
        let added = self.added.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice()));
        self.book.write(&[], known.chain(added));
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpts;
    use crate::source::testing::TestRepository;

    #[test]
    fn excerpts_come_back_and_what_is_gone_is_forgotten() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let mut first = Excerpts::of(Some(&repository), "releases");
        first.keep("text", Some("a\tb\n"));
        first.keep("binary", None);
        first.keep("gone", Some("x"));
        first.close();
        let mut second = Excerpts::of(Some(&repository), "releases");
        let make = || Some("made".to_owned());
        assert_eq!(second.find("text", make).as_deref(), Some("a\tb\n"));
        assert_eq!(second.find("binary", make), None);
        assert_eq!(second.find("other", make).as_deref(), Some("made"));
        second.keep("text", Some("a\tb\n"));
        second.keep("binary", None);
        second.close();
        let third = Excerpts::of(Some(&repository), "releases");
        assert_eq!(third.find("gone", make).as_deref(), Some("made"));
        assert_eq!(third.find("binary", make), None);
    }
}
