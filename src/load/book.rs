//! What one run keeps for the next one in one file: a preface, and bytes by key. Without a folder for it everything works the same, only
//! slower. What is kept is of one build of the program: another one makes everything anew.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::bytes::{Packed, put_part};
use crate::source::cache;
use crate::source::history::cache::HistoryCache;
use crate::source::repository::Repository;

/// The most bytes of a book. Entries beyond it are not kept.
const LIMIT: usize = 96 << 20;

/// A book as an earlier run left it.
#[derive(Default)]
pub(super) struct Book<'a> {
    cache: Option<HistoryCache<'a>>,
    part: String,
    bytes: Vec<u8>,
    preface: Range<usize>,
    /// Where the bytes of each key stand.
    entries: Places,
}

/// Where the bytes of each key stand.
type Places = HashMap<String, Range<usize>>;

impl<'a> Book<'a> {
    /// The book of this name about a folder; an empty one where nothing was kept, or nothing that can be understood.
    pub(super) fn open(repository: Option<&'a Repository>, name: &str, folder: &str) -> Self {
        let cache = repository.and_then(HistoryCache::of);
        let root = repository
            .map(|repository| repository.root().display().to_string())
            .unwrap_or_default();
        let part = format!("{name} {} {root} {folder}", cache::program());
        let bytes = cache.as_ref().and_then(|cache| cache.part(&part)).unwrap_or_default();
        let (preface, entries) = places(&bytes).unwrap_or_default();
        Self {
            cache,
            part,
            bytes,
            preface,
            entries,
        }
    }

    /// The same book without anything in it.
    pub(super) fn emptied(self) -> Self {
        Self {
            bytes: Vec::new(),
            preface: 0..0,
            entries: HashMap::new(),
            ..self
        }
    }

    /// Whether anything can be kept.
    pub(super) fn is_kept(&self) -> bool {
        self.cache.is_some()
    }

    /// The preface.
    pub(super) fn preface(&self) -> &[u8] {
        &self.bytes[self.preface.clone()]
    }

    /// What stands under a key.
    pub(super) fn find(&self, key: &str) -> Option<&[u8]> {
        self.bytes.get(self.entries.get(key)?.clone())
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Keeps a preface and entries in place of what was kept.
    pub(super) fn write<'entry>(&self, preface: &[u8], entries: impl Iterator<Item = (&'entry str, &'entry [u8])>) {
        let Some(cache) = &self.cache else { return };
        let mut bytes = Vec::new();
        put_part(&mut bytes, preface);
        for (key, entry) in entries {
            if bytes.len() + entry.len() < LIMIT {
                put_part(&mut bytes, key.as_bytes());
                put_part(&mut bytes, entry);
            }
        }
        cache.keep_part(&self.part, &bytes);
    }
}

/// Where the preface and the bytes of each key stand.
fn places(bytes: &[u8]) -> Option<(Range<usize>, Places)> {
    let mut packed = Packed { rest: bytes };
    let mut part = || {
        let length = packed.count(1)?;
        let start = bytes.len() - packed.rest.len();
        packed.bytes(length)?;
        Some((start..start + length, packed.rest.is_empty()))
    };
    let (preface, mut is_end) = part()?;
    let mut entries = HashMap::new();
    while !is_end {
        let (key, _) = part()?;
        let (entry, end) = part()?;
        entries.insert(String::from_utf8(bytes.get(key)?.to_vec()).ok()?, entry);
        is_end = end;
    }
    Some((preface, entries))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};

    use super::{Book, places};
    use crate::source::testing::TestRepository;

    #[test]
    fn a_book_gives_what_was_kept_and_is_empty_without_a_folder() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let book = Book::open(Some(&repository), "texts", "releases");
        assert!(book.is_kept() && book.len() == 0 && book.find("a").is_none());
        book.write(b"before", [("a", b"1".as_slice()), ("b", b"")].into_iter());
        let again = Book::open(Some(&repository), "texts", "releases");
        assert_eq!((again.preface(), again.len()), (b"before".as_slice(), 2));
        assert_eq!(
            (again.find("a"), again.find("b")),
            (Some(b"1".as_slice()), Some(b"".as_slice()))
        );
        assert_eq!(Book::open(Some(&repository), "texts", "elsewhere").len(), 0);
        assert_eq!(Book::open(Some(&repository), "others", "releases").len(), 0);
        let bare = test.open();
        let none = Book::open(Some(&bare), "texts", "releases");
        none.write(b"", std::iter::empty());
        assert!(!none.is_kept() && none.find("a").is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_book_or_none(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = places(&bytes);
        }
    }
}
