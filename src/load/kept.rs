//! What was read from evidence, kept between runs by the id of its bytes, so that a run reads only what is new.
//!
//! Components are kept once for all releases, and held once in memory: most of what a release is made of is what the release before it
//! was made of.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::load::book::Book;
use crate::load::excerpts::Excerpts;
use crate::model::about::About;
use crate::model::attest::Course;
use crate::model::bytes::{Packed, put_number, put_part, put_signed};
use crate::model::evidence::{Anomaly, Artifact, Content};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, ComponentHash, HashAlgorithm, Scope};
use crate::parse::recognise;
use crate::source::repository::Repository;

/// The name of what is kept, with its version.
const NAME: &str = "evidence 4";

/// What was read from one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The SHA-256 digest, 64 hex digits.
    pub(crate) sha256: String,
    /// The length in bytes.
    pub(crate) bytes: u64,
    /// What it holds.
    pub(crate) artifact: Artifact,
    /// Its first part as text; none when it is binary, or nobody asks for it.
    pub(crate) excerpt: Option<String>,
}

/// How much of each file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// What it says.
    Facts,
    /// That, and its first part as it stands there.
    Excerpts,
}

/// What earlier runs read of the files of a store, and what this one reads.
pub(crate) struct Shelf<'a> {
    book: Book<'a>,
    excerpts: Option<Excerpts<'a>>,
    /// Every component that was met, once.
    components: Vec<Arc<Component>>,
    /// The place of each among them; empty until something new is read.
    numbers: HashMap<Arc<Component>, u32>,
    /// Keys of earlier readings that were asked for.
    asked: BTreeSet<String>,
    /// New readings.
    added: BTreeMap<String, Vec<u8>>,
}

impl<'a> Shelf<'a> {
    /// What earlier runs kept of a store; nothing where nothing is to be kept.
    pub(crate) fn of(repository: Option<&'a Repository>, store: &str, depth: Depth) -> Self {
        let mut book = Book::open(repository, NAME, store);
        let components = components(book.preface());
        if components.is_none() {
            book = book.emptied();
        }
        Self {
            excerpts: (depth == Depth::Excerpts).then(|| Excerpts::of(repository, store)),
            components: components.unwrap_or_default(),
            book,
            ..Self::empty()
        }
    }

    fn empty() -> Self {
        Self {
            book: Book::default(),
            excerpts: None,
            components: Vec::new(),
            numbers: HashMap::new(),
            asked: BTreeSet::new(),
            added: BTreeMap::new(),
        }
    }

    /// What was kept under a key, without its excerpt; none when nothing was, or nothing that can be understood.
    pub(crate) fn find(&self, key: &str) -> Option<Reading> {
        decoded(self.book.find(key)?, &self.components)
    }

    /// The excerpt that was kept under a key, or made of the bytes where none was; none where nobody asks for it.
    pub(crate) fn excerpt(&self, key: &str, make: impl FnOnce() -> Option<String>) -> Option<String> {
        self.excerpts.as_ref()?.find(key, make)
    }

    /// Keeps a reading. Its components are those that were met already, where they are equal.
    pub(crate) fn keep(&mut self, key: &str, reading: &mut Reading) {
        if let Some(excerpts) = &mut self.excerpts {
            excerpts.keep(key, reading.excerpt.as_deref());
        }
        if self.book.find(key).is_some() {
            self.asked.insert(key.to_owned());
            return;
        }
        let numbers = self.share(&mut reading.artifact);
        if self.book.is_kept() {
            self.added
                .extend(encoded(reading, &numbers).map(|bytes| (key.to_owned(), bytes)));
        }
    }

    /// Puts components that were met already in place of equal ones. Their numbers.
    fn share(&mut self, artifact: &mut Artifact) -> Vec<u32> {
        let Content::Sbom(sbom) = &mut artifact.content else {
            return Vec::new();
        };
        if self.numbers.is_empty() {
            self.numbers = self.components.iter().cloned().zip(0..).collect();
        }
        let mut numbers = Vec::with_capacity(sbom.components.len());
        for component in &mut sbom.components {
            let number = if let Some(number) = self.numbers.get(component) {
                *component = Arc::clone(&self.components[*number as usize]);
                *number
            } else {
                let number = self.components.len() as u32;
                self.components.push(Arc::clone(component));
                self.numbers.insert(Arc::clone(component), number);
                number
            };
            numbers.push(number);
        }
        numbers
    }

    /// Keeps the readings of this run in place of those of earlier runs. What was found is kept as it was.
    pub(crate) fn close(&self) {
        if let Some(excerpts) = &self.excerpts {
            excerpts.close();
        }
        let is_same = self.added.is_empty() && self.asked.len() == self.book.len();
        if is_same || !self.book.is_kept() {
            return;
        }
        let known = self.asked.iter().filter_map(|key| Some((key.as_str(), self.book.find(key)?)));
        let added = self.added.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice()));
        let all = known.chain(added);
        if self.asked.len() == self.book.len() {
            self.book.write(&put_components(&self.components), all);
            return;
        }
        // What is gone may have had components of its own, so the numbers are given anew.
        let mut fresh = Self::empty();
        for (key, bytes) in all {
            let Some(mut reading) = decoded(bytes, &self.components) else {
                continue;
            };
            let numbers = fresh.share(&mut reading.artifact);
            fresh
                .added
                .extend(encoded(&reading, &numbers).map(|bytes| (key.to_owned(), bytes)));
        }
        let all = fresh.added.iter().map(|(key, bytes)| (key.as_str(), bytes.as_slice()));
        self.book.write(&put_components(&fresh.components), all);
    }
}

/// A reading as it is kept, without components and excerpt.
#[derive(Serialize, Deserialize)]
struct Kept {
    sha256: String,
    bytes: u64,
    format: Option<String>,
    content: Content,
    anomalies: Vec<Anomaly>,
    problems: Vec<Problem>,
    about: About,
    counts: serde_json::Map<String, serde_json::Value>,
    course: Option<Box<Course>>,
}

/// A reading as bytes, its components by their numbers; none for one that cannot be kept.
fn encoded(reading: &Reading, numbers: &[u32]) -> Option<Vec<u8>> {
    // Every part is named, so that none is ever forgotten.
    let Artifact {
        format,
        mut content,
        anomalies,
        problems,
        about,
        counts,
        course,
    } = reading.artifact.clone();
    let mut brought_by = Vec::new();
    if let Content::Sbom(sbom) = &mut content {
        sbom.components = Vec::new();
        brought_by = std::mem::take(&mut sbom.brought_by);
    }
    let kept = Kept {
        sha256: reading.sha256.clone(),
        bytes: reading.bytes,
        format: format.map(str::to_owned),
        content,
        anomalies,
        problems,
        about,
        counts,
        course,
    };
    let mut bytes = Vec::new();
    put_part(&mut bytes, &serde_json::to_vec(&kept).ok()?);
    // Neighbours in one bill are neighbours in the next.
    put_number(&mut bytes, numbers.len() as u64);
    let mut expected = 0;
    for number in numbers {
        put_signed(&mut bytes, i64::from(*number) - expected);
        expected = i64::from(*number) + 1;
    }
    put_number(&mut bytes, brought_by.len() as u64);
    for bringer in brought_by {
        put_number(&mut bytes, bringer.map_or(0, |bringer| u64::from(bringer) + 1));
    }
    Some(bytes)
}

fn decoded(bytes: &[u8], components: &[Arc<Component>]) -> Option<Reading> {
    let mut packed = Packed { rest: bytes };
    let mut kept: Kept = serde_json::from_slice(packed.part()?).ok()?;
    let format = match kept.format {
        None => None,
        // A format that is not known any more is no reading.
        Some(name) => Some(recognise::format(&name)?.name),
    };
    let count = packed.count(1)?;
    let mut listed = Vec::with_capacity(count);
    let mut expected = 0_i64;
    for _ in 0..count {
        let number = expected.checked_add(packed.signed()?)?;
        listed.push(Arc::clone(components.get(usize::try_from(number).ok()?)?));
        expected = number + 1;
    }
    let count = packed.count(1)?;
    let mut brought_by = Vec::with_capacity(count);
    for _ in 0..count {
        let bringer = packed.number()?.checked_sub(1);
        brought_by.push(bringer.map(u32::try_from).transpose().ok()?);
    }
    if let Content::Sbom(sbom) = &mut kept.content {
        sbom.components = listed;
        sbom.brought_by = brought_by;
    }
    packed.rest.is_empty().then_some(Reading {
        sha256: kept.sha256,
        bytes: kept.bytes,
        excerpt: None,
        artifact: Artifact {
            format,
            content: kept.content,
            anomalies: kept.anomalies,
            problems: kept.problems,
            about: kept.about,
            counts: kept.counts,
            course: kept.course,
        },
    })
}

/// All components as bytes.
fn put_components(components: &[Arc<Component>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for component in components {
        // Every part is named, so that none is ever forgotten.
        let Component {
            purl,
            identity,
            name,
            version,
            licence,
            kind,
            supplier,
            has_hash,
            hash,
            scope,
            is_direct,
        } = component.as_ref();
        for text in [purl, identity, name, version, licence, kind, supplier] {
            put_part(&mut bytes, text.as_bytes());
        }
        bytes.push(u8::from(*has_hash));
        match hash {
            None => bytes.push(0),
            Some(ComponentHash { algorithm, start }) => {
                bytes.push(place(&HashAlgorithm::ALL, algorithm) + 1);
                bytes.extend_from_slice(&start.to_le_bytes());
            }
        }
        bytes.push(place(&Scope::ALL, scope));
        bytes.push(is_direct.map_or(0, |is_direct| 1 + u8::from(is_direct)));
    }
    bytes
}

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|known| known == one).unwrap_or_default() as u8
}

/// Reads them back; none where they cannot be understood.
fn components(bytes: &[u8]) -> Option<Vec<Arc<Component>>> {
    let mut packed = Packed { rest: bytes };
    let mut components = Vec::new();
    while !packed.rest.is_empty() {
        let mut text = || packed.text().map(str::to_owned);
        let mut component = Component {
            purl: text()?,
            identity: text()?,
            name: text()?,
            version: text()?,
            licence: text()?,
            kind: text()?,
            supplier: text()?,
            ..Component::default()
        };
        let [has_hash, algorithm] = packed.bytes(2)?.try_into().ok()?;
        component.has_hash = has_hash != 0;
        if let Some(algorithm) = algorithm.checked_sub(1) {
            component.hash = Some(ComponentHash {
                algorithm: *HashAlgorithm::ALL.get(usize::from(algorithm))?,
                start: u64::from_le_bytes(packed.bytes(8)?.try_into().ok()?),
            });
        }
        let [scope, is_direct] = packed.bytes(2)?.try_into().ok()?;
        component.scope = *Scope::ALL.get(usize::from(scope))?;
        component.is_direct = is_direct.checked_sub(1).map(|is_direct| is_direct != 0);
        components.push(Arc::new(component));
    }
    Some(components)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use super::{Depth, Reading, Shelf, components, decoded, encoded, put_components};
    use crate::model::evidence::{Artifact, Content};
    use crate::model::sbom::{Component, ComponentHash, HashAlgorithm, Sbom, Scope};
    use crate::parse::recognise;
    use crate::source::testing::TestRepository;

    #[test]
    fn what_every_format_reads_is_kept_as_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/artifacts");
        let mut count = 0;
        let mut shelf = Shelf::of(None, "", Depth::Facts);
        for entry in fs::read_dir(folder).expect("the fixtures are there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                continue;
            }
            let bytes = fs::read(&path).expect("it can be read");
            let mut reading = Reading {
                sha256: "ab".repeat(32),
                bytes: bytes.len() as u64,
                artifact: recognise::read(&bytes, None),
                excerpt: None,
            };
            let numbers = shelf.share(&mut reading.artifact);
            let bytes = encoded(&reading, &numbers).expect("it is kept");
            let kept = components(&put_components(&shelf.components)).expect("they are read back");
            let back = decoded(&bytes, &kept).unwrap_or_else(|| panic!("{} is read back", path.display()));
            assert_eq!(format!("{back:?}"), format!("{reading:?}"), "{}", path.display());
            for cut in 0..bytes.len() {
                assert!(decoded(&bytes[..cut], &kept).is_none());
            }
            count += 1;
        }
        assert!(count > 40);
    }

    #[test]
    fn components_survive_the_way_to_bytes_and_back() {
        let all: Vec<Arc<Component>> = HashAlgorithm::ALL
            .into_iter()
            .map(Some)
            .chain([None])
            .zip(Scope::ALL.into_iter().cycle())
            .zip([None, Some(false), Some(true)].into_iter().cycle())
            .map(|((algorithm, scope), is_direct)| {
                Arc::new(Component {
                    name: "ä".to_owned(),
                    has_hash: algorithm.is_some(),
                    hash: algorithm.map(|algorithm| ComponentHash {
                        algorithm,
                        start: u64::MAX - 1,
                    }),
                    scope,
                    is_direct,
                    ..Component::default()
                })
            })
            .collect();
        let bytes = put_components(&all);
        assert_eq!(components(&bytes), Some(all));
        assert_eq!(components(&bytes[..bytes.len() - 1]), None);
    }

    fn bill(version: &str) -> Reading {
        let component = |name: &str, version: &str| {
            Arc::new(Component {
                name: name.to_owned(),
                version: version.to_owned(),
                ..Component::default()
            })
        };
        let sbom = Sbom {
            components: vec![component("same", "1"), component("other", version)],
            ..Sbom::default()
        };
        Reading {
            artifact: Artifact {
                content: Content::Sbom(Box::new(sbom)),
                ..Artifact::default()
            },
            ..Reading::default()
        }
    }

    fn listed(reading: &Reading) -> &[Arc<Component>] {
        match &reading.artifact.content {
            Content::Sbom(sbom) => &sbom.components,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn equal_components_are_held_once_in_this_run_and_the_next() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let open = || Shelf::of(Some(&repository), "releases", Depth::Facts);
        let (mut one, mut other) = (bill("1"), bill("2"));
        let mut shelf = open();
        shelf.keep("one", &mut one);
        shelf.keep("other", &mut other);
        assert!(Arc::ptr_eq(&listed(&one)[0], &listed(&other)[0]));
        assert_eq!(listed(&other)[1].version, "2");
        shelf.close();
        // The next run finds both and reads a third; the one after that finds the first gone.
        let mut shelf = open();
        let (found, mut third) = (shelf.find("one").expect("it is kept"), bill("3"));
        assert_eq!(listed(&found), listed(&one));
        shelf.keep("one", &mut found.clone());
        shelf.keep("other", &mut other);
        shelf.keep("third", &mut third);
        assert!(Arc::ptr_eq(&listed(&found)[0], &listed(&third)[0]));
        shelf.close();
        let mut shelf = open();
        assert_eq!((shelf.book.len(), shelf.components.len()), (3, 4));
        shelf.keep("other", &mut other);
        shelf.keep("third", &mut third);
        shelf.close();
        let shelf = open();
        assert_eq!(
            (shelf.book.len(), shelf.components.len()),
            (2, 3),
            "what is gone is forgotten"
        );
        let back = shelf.find("third").expect("it is kept");
        assert_eq!(listed(&back), listed(&third));
    }

    #[test]
    fn a_shelf_gives_what_was_kept_and_is_empty_without_a_folder() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let mut reading = Reading {
            bytes: 7,
            excerpt: Some("text".to_owned()),
            ..Reading::default()
        };
        let mut shelf = Shelf::of(Some(&repository), "releases", Depth::Excerpts);
        assert!(shelf.find("a").is_none());
        shelf.keep("a", &mut reading);
        shelf.close();
        let again = Shelf::of(Some(&repository), "releases", Depth::Excerpts);
        assert_eq!(again.find("a").map(|reading| reading.bytes), Some(7));
        assert_eq!(again.excerpt("a", || None).as_deref(), Some("text"));
        assert_eq!(again.excerpt("b", || Some("made".to_owned())).as_deref(), Some("made"));
        let facts = Shelf::of(Some(&repository), "releases", Depth::Facts);
        assert_eq!(facts.excerpt("a", || Some("made".to_owned())), None, "nobody asks for it");
        assert!(Shelf::of(Some(&repository), "other", Depth::Facts).find("a").is_none());
        let bare = test.open();
        let mut none = Shelf::of(Some(&bare), "releases", Depth::Facts);
        none.keep("a", &mut reading);
        none.close();
        assert!(Shelf::of(Some(&bare), "releases", Depth::Facts).find("a").is_none());
    }
}
