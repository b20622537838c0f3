//! What earlier runs learned of contents, by what it follows from: a text is parsed once, a file of code read once, however many runs ask.
//! Without a folder for it everything works the same, only slower; what another build of the program learned is not read.

pub(super) mod form;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest as _, Sha256};

use crate::load::learned::form::Kept;
use crate::model::bytes::{Packed, put_part};
use crate::source::cache;
use crate::source::repository::Repository;

/// Files of the folder for caches for each kind: a run that learns one thing writes one of them anew.
const FILES: usize = 16;

/// The most bytes of one of them.
const LIMIT: usize = 12 << 20;

/// What a run did not ask for stays as long as a file has no more bytes than this, or than twice what was asked for.
const ROOM: usize = 1 << 20;

/// What tells one thing from all others: the id of a text, or a digest of everything that an answer follows from.
pub(super) type Key = [u8; 20];

/// The key of an answer that follows from these parts.
pub(super) fn key_of(parts: &[&[u8]]) -> Key {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    let mut key = Key::default();
    key.copy_from_slice(&digest.finalize()[..20]);
    key
}

/// What earlier runs learned of one kind. Each of its files is read when something in it is asked for.
#[derive(Default)]
pub(super) struct Learned {
    kind: &'static str,
    /// The folder for caches, and the root of the repository.
    folders: Option<(PathBuf, PathBuf)>,
    files: [OnceLock<File>; FILES],
}

/// A part of it, in one file.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    places: HashMap<Key, Range<usize>>,
}

impl Learned {
    /// What earlier runs kept; nothing where nothing is to be kept.
    pub(super) fn of(repository: &Repository, kind: &'static str) -> Self {
        let folders = repository
            .cache()
            .map(|folder| (folder.to_path_buf(), repository.root().to_path_buf()));
        Self {
            kind,
            folders,
            ..Self::default()
        }
    }

    /// What was kept under a key.
    pub(super) fn find<T: Kept>(&self, key: &Key) -> Option<T> {
        let file = self.file(number(key))?;
        let mut packed = Packed {
            rest: file.bytes.get(file.places.get(key)?.clone())?,
        };
        T::get(&mut packed).filter(|_| packed.rest.is_empty())
    }

    fn file(&self, number: usize) -> Option<&File> {
        let (folder, root) = self.folders.as_ref()?;
        let file = self.files.get(number)?;
        Some(file.get_or_init(|| {
            let bytes = cache::load(folder, root, &self.name(root, number)).unwrap_or_default();
            let places = places(&bytes).unwrap_or_default();
            File { bytes, places }
        }))
    }

    /// The name of a file, for one clone: another one may lack contents that this one has, and must not know more for it.
    fn name(&self, root: &Path, number: usize) -> Vec<u8> {
        format!("learned 1 {} {} {number} {}", self.kind, cache::program(), root.display()).into_bytes()
    }

    /// Keeps what a run asked for, and of what earlier runs kept as much as there is room for. What does not come back the same is not kept.
    pub(super) fn keep<'value, T: Kept + Sync + 'value>(
        &self,
        values: impl IntoIterator<Item = (Key, &'value T)>,
        is_same: fn(&T, &T) -> bool,
    ) {
        let Some((folder, root)) = &self.folders else { return };
        let mut files: Vec<BTreeMap<Key, &T>> = vec![BTreeMap::new(); FILES];
        for (key, value) in values {
            files[number(&key)].insert(key, value);
        }
        let renewed = files.par_iter().enumerate().filter_map(|(number, asked)| {
            let known = if asked.is_empty() { None } else { self.file(number) };
            Some((self.name(root, number), known?.renewed(asked, is_same, ROOM)?))
        });
        cache::store_each(folder, root, renewed);
    }
}

impl File {
    /// The bytes of the file with what was asked for; none when it stays as it is.
    fn renewed<T: Kept>(&self, asked: &BTreeMap<Key, &T>, is_same: fn(&T, &T) -> bool, room: usize) -> Option<Vec<u8>> {
        let kept = |key: &Key| self.places.get(key).and_then(|place| self.bytes.get(place.clone()));
        let length: usize = asked.keys().filter_map(kept).map(<[u8]>::len).sum();
        let is_known = asked.keys().all(|key| self.places.contains_key(key));
        if is_known && self.bytes.len() <= room.max(2 * length) {
            return None;
        }
        let mut parts: BTreeMap<Key, Cow<'_, [u8]>> = BTreeMap::new();
        for (key, value) in asked {
            let part = kept(key)
                .map(Cow::Borrowed)
                .or_else(|| written(*value, is_same).map(Cow::Owned));
            parts.extend(part.map(|part| (*key, part)));
        }
        let mut length: usize = parts.values().map(|part| part.len()).sum();
        let most = room.max(2 * length);
        let mut others: Vec<(&Key, &Range<usize>)> = self.places.iter().filter(|(key, _)| !asked.contains_key(*key)).collect();
        others.sort_by_key(|(key, _)| *key);
        for (key, place) in others {
            length += place.len();
            if length <= most {
                parts.extend(self.bytes.get(place.clone()).map(|part| (*key, Cow::Borrowed(part))));
            }
        }
        let mut bytes = Vec::new();
        for (key, part) in parts {
            if bytes.len() + part.len() < LIMIT {
                bytes.extend_from_slice(&key);
                put_part(&mut bytes, &part);
            }
        }
        Some(bytes)
    }
}

/// A value as bytes, when it comes back from them as it was.
fn written<T: Kept>(value: &T, is_same: fn(&T, &T) -> bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    value.put(&mut bytes);
    let mut packed = Packed { rest: &bytes };
    let back = T::get(&mut packed)?;
    (packed.rest.is_empty() && is_same(value, &back)).then_some(bytes)
}

/// The file of a key.
fn number(key: &Key) -> usize {
    usize::from(key[0]) % FILES
}

/// Where the bytes of each key stand.
fn places(bytes: &[u8]) -> Option<HashMap<Key, Range<usize>>> {
    let mut packed = Packed { rest: bytes };
    let mut places = HashMap::new();
    while !packed.rest.is_empty() {
        let key: Key = packed.bytes(20)?.try_into().ok()?;
        let part = packed.part()?;
        let end = bytes.len() - packed.rest.len();
        places.insert(key, end - part.len()..end);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop, proptest};

    use super::form::Kept as _;
    use super::{File, Learned, key_of, places};
    use crate::model::bytes::Packed;
    use crate::model::definition::Definition;
    use crate::model::runbook::Runbook;
    use crate::parse::runbook::parse;
    use crate::source::testing::TestRepository;

    /// Texts with something of everything that a parser makes.
    const TEXTS: [&str; 4] = [
        "---\nlast_reviewed_on: 2026-01-01\nreview_in: 3 months\nowner: Platform\n---\n\n# Release\n\nUse `make deploy`, [the way back](rollback.md#steps) \
         and ![a picture](flow.svg \"Flow\").\n\n## Before you start\n\n- [ ] Ask\n- [x] Wait\n\n## Steps\n\n1. Run:\n\n   ```sh\n   cd service && make \
         build VERSION=<version>\n   npm run deploy --workspace api\n   just ship; mise run x\n   ./deploy.sh --wait\n   ```\n\n   1. Watch at T+15m\n2. Look \
         every 5 minutes\n\n## Rollback\n\nRoll back when the error rate is over 2 % for 10 minutes.\n",
        "# Tables\n\n| gate | asks for | evidence |\n|:--|:-:|--:|\n| unit tests | 0 failures | `junit.xml` |\n| coverage | at least 80 % | \
         `cov.xml` |\n\n> [!WARNING]\n> Look[^1]\n\n[^1]: A note with <kbd>Ctrl</kbd> and $x^2$.\n\n<details open><summary>More</summary>\n\nWords <sub>2</sub>\n\n</details>\n\n\
         !!! note \"Title\"\n    Words\n\n***\n\n~~gone~~ **strong** *other*  \nnext\n",
        "**Owner:** Platform team\n**Last reviewed:** 03/04/2026\n\n<!-- runproof-ignore path-missing: not there yet until 2027-01-01 -->\n`src/missing.py`\n\n\
         - `KEY_ID` and `src/*.py`, [[Other page#Part]], line 12 of `src/main.py`\n- `POST /api/v1/deploys`, `terraform apply -target module.db`\n",
        "",
    ];

    fn bytes_of(runbook: &Runbook) -> Vec<u8> {
        let mut bytes = Vec::new();
        runbook.put(&mut bytes);
        bytes
    }

    #[test]
    fn a_text_comes_back_as_it_was_parsed() {
        for text in TEXTS {
            let parsed = parse(text.as_bytes());
            let bytes = bytes_of(&parsed);
            let mut packed = Packed { rest: &bytes };
            let found = Runbook::get(&mut packed).expect("it comes back");
            assert!(packed.rest.is_empty());
            assert_eq!(format!("{parsed:?}"), format!("{found:?}"));
        }
    }

    fn is_equal(one: &Definition, other: &Definition) -> bool {
        one == other
    }

    fn definition(name: &str) -> Definition {
        Definition {
            name: name.to_owned(),
            ..Definition::default()
        }
    }

    #[test]
    fn texts_are_kept_by_what_they_hold() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let texts: Vec<Runbook> = TEXTS.map(|text| parse(text.as_bytes())).into();
        let keyed = || (1..).map(|number| [number; 20]).zip(&texts);
        Learned::of(&repository, "texts").keep(keyed(), |_, _| true);
        let kept = Learned::of(&repository, "texts");
        for (key, runbook) in keyed() {
            let found: Option<Runbook> = kept.find(&key);
            assert_eq!(found.map(|found| format!("{found:?}")), Some(format!("{runbook:?}")));
        }
        // A run that asks for less leaves the rest to others.
        kept.keep(keyed().skip(3), |_, _| true);
        let is_there = |learned: &Learned| learned.find::<Runbook>(&[1; 20]).is_some();
        assert!(is_there(&Learned::of(&repository, "texts")));
        assert!(!is_there(&Learned::of(&repository, "others")), "each kind is kept for itself");
        assert!(
            !is_there(&Learned::of(&test.open(), "texts")),
            "nothing is kept without a folder"
        );
    }

    #[test]
    fn what_nobody_asks_for_goes_when_there_is_no_room() {
        let (one, two, three) = (definition("one"), definition("two"), definition("three"));
        let file_of = |bytes: Vec<u8>| File {
            places: places(&bytes).expect("they are sound"),
            bytes,
        };
        let first = BTreeMap::from([([1; 20], &one), ([2; 20], &two)]);
        let file = file_of(File::default().renewed(&first, is_equal, 10_000).expect("it is new"));
        let second = BTreeMap::from([([3; 20], &three)]);
        let roomy = file_of(file.renewed(&second, is_equal, 10_000).expect("one is new"));
        assert_eq!(roomy.places.len(), 3);
        assert!(roomy.renewed(&second, is_equal, 10_000).is_none(), "nothing is new");
        let narrow = file_of(roomy.renewed(&second, is_equal, 0).expect("it has too much"));
        assert!(narrow.places.contains_key(&[3; 20]) && narrow.places.len() == 2);
    }

    #[test]
    fn what_does_not_come_back_the_same_is_not_kept() {
        let one = definition("one");
        let asked = BTreeMap::from([([1; 20], &one)]);
        let bytes = File::default().renewed(&asked, |_, _| false, 10_000);
        assert_eq!(bytes.as_deref(), Some(&[][..]));
    }

    #[test]
    fn parts_make_different_keys_whichever_way_they_are_cut() {
        assert_ne!(key_of(&[b"ab", b"c"]), key_of(&[b"a", b"bc"]));
        assert_ne!(key_of(&[b"a"]), key_of(&[b"a", b""]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (Runbook::get(&mut Packed { rest: &bytes }), places(&bytes));
        }

        #[test]
        fn damaged_bytes_are_read_without_harm(at in 0_usize..4_000, byte in any::<u8>()) {
            let mut bytes = bytes_of(&parse(TEXTS[0].as_bytes()));
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = Runbook::get(&mut Packed { rest: &bytes });
        }
    }
}
