//! What was read from evidence, kept between runs by the digest of its bytes, so that a run reads only what is new. Without a folder for it
//! everything works the same, only slower. What is kept is of one build of the program: another one reads everything anew.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::model::about::About;
use crate::model::attest::Course;
use crate::model::evidence::{Anomaly, Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::recognise;
use crate::source::cache;
use crate::source::history::cache::HistoryCache;
use crate::source::repository::Repository;

/// The version of what is kept.
const VERSION: u32 = 2;

/// What was read from one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The SHA-256 digest, 64 hex digits.
    pub(crate) sha256: String,
    /// The length in bytes.
    pub(crate) bytes: u64,
    /// What it holds.
    pub(crate) artifact: Artifact,
    /// Its first part as text; none when it is binary.
    pub(crate) excerpt: Option<String>,
}

/// What earlier runs read of the files of one folder.
pub(crate) struct Shelf<'a> {
    cache: Option<HistoryCache<'a>>,
    part: String,
    /// By key; the values are decoded when they are asked for.
    known: HashMap<String, String>,
}

impl<'a> Shelf<'a> {
    /// What earlier runs kept for a folder; nothing where nothing is to be kept.
    pub(crate) fn of(repository: Option<&'a Repository>, folder: &str) -> Self {
        let cache = repository.and_then(HistoryCache::of);
        let root = repository
            .map(|repository| repository.root().display().to_string())
            .unwrap_or_default();
        let part = format!("evidence {VERSION} {} {root} {folder}", cache::program());
        let bytes = cache.as_ref().and_then(|cache| cache.part(&part)).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let known = text.lines().filter_map(|line| line.split_once('\t'));
        Self {
            cache,
            known: known.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            part,
        }
    }

    /// What was kept under a key; none when nothing was, or nothing that can be understood.
    pub(crate) fn find(&self, key: &str) -> Option<Reading> {
        decoded(self.known.get(key)?)
    }

    /// Keeps the readings of the folder in place of those of earlier runs. What was found is kept as it was.
    pub(crate) fn close(&self, readings: &[(String, &Reading)]) {
        let Some(cache) = &self.cache else { return };
        let is_same = readings.len() == self.known.len() && readings.iter().all(|(key, _)| self.known.contains_key(key));
        if is_same {
            return;
        }
        let mut lines: BTreeMap<&str, String> = BTreeMap::new();
        for (key, reading) in readings {
            let line = self.known.get(key).cloned().or_else(|| encoded(reading));
            lines.extend(line.map(|line| (key.as_str(), line)));
        }
        let text: String = lines.iter().map(|(key, line)| format!("{key}\t{line}\n")).collect();
        cache.keep_part(&self.part, text.as_bytes());
    }
}

/// A reading as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    sha256: String,
    bytes: u64,
    excerpt: Option<String>,
    format: Option<String>,
    content: Content,
    anomalies: Vec<Anomaly>,
    problems: Vec<Problem>,
    about: About,
    counts: serde_json::Map<String, serde_json::Value>,
    course: Option<Box<Course>>,
}

/// A reading as one line of text; none for one that cannot be kept.
fn encoded(reading: &Reading) -> Option<String> {
    // Every part is named, so that none is ever forgotten.
    let Artifact {
        format,
        content,
        anomalies,
        problems,
        about,
        counts,
        course,
    } = reading.artifact.clone();
    let kept = Kept {
        sha256: reading.sha256.clone(),
        bytes: reading.bytes,
        excerpt: reading.excerpt.clone(),
        format: format.map(str::to_owned),
        content,
        anomalies,
        problems,
        about,
        counts,
        course,
    };
    serde_json::to_string(&kept).ok()
}

fn decoded(line: &str) -> Option<Reading> {
    let kept: Kept = serde_json::from_str(line).ok()?;
    let format = match kept.format {
        None => None,
        // A format that is not known any more is no reading.
        Some(name) => Some(recognise::format(&name)?.name),
    };
    Some(Reading {
        sha256: kept.sha256,
        bytes: kept.bytes,
        excerpt: kept.excerpt,
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Reading, Shelf, decoded, encoded};
    use crate::parse::recognise;
    use crate::source::testing::TestRepository;

    #[test]
    fn what_every_format_reads_is_kept_as_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/artifacts");
        let mut count = 0;
        for entry in fs::read_dir(folder).expect("the fixtures are there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                continue;
            }
            let bytes = fs::read(&path).expect("it can be read");
            let reading = Reading {
                sha256: "ab".repeat(32),
                bytes: bytes.len() as u64,
                artifact: recognise::read(&bytes, None),
                excerpt: Some("a\tb\n".to_owned()),
            };
            let line = encoded(&reading).expect("it is kept");
            assert!(!line.contains(['\n', '\t']), "{}", path.display());
            let back = decoded(&line).unwrap_or_else(|| panic!("{} is read back", path.display()));
            assert_eq!(format!("{back:?}"), format!("{reading:?}"), "{}", path.display());
            count += 1;
        }
        assert!(count > 40);
        assert!(decoded("{}").is_none() && decoded("").is_none());
    }

    #[test]
    fn a_shelf_gives_what_was_kept_and_is_empty_without_a_folder() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let reading = Reading {
            bytes: 7,
            ..Reading::default()
        };
        let shelf = Shelf::of(Some(&repository), "releases/v1/");
        assert!(shelf.find("a").is_none());
        shelf.close(&[("a".to_owned(), &reading)]);
        let again = Shelf::of(Some(&repository), "releases/v1/");
        assert_eq!(again.find("a").map(|reading| reading.bytes), Some(7));
        assert!(Shelf::of(Some(&repository), "releases/v2/").find("a").is_none());
        again.close(&[("b".to_owned(), &reading)]);
        let third = Shelf::of(Some(&repository), "releases/v1/");
        assert!(
            third.find("a").is_none() && third.find("b").is_some(),
            "what is gone is not kept"
        );
        let bare = test.open();
        let none = Shelf::of(Some(&bare), "releases/v1/");
        none.close(&[("a".to_owned(), &reading)]);
        assert!(Shelf::of(Some(&bare), "releases/v1/").find("a").is_none());
    }
}
