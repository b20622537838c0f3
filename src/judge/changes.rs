//! What earlier runs found of the commits that changed single things: as seen from one commit the answer never changes, and finding it
//! means to read every version of every file again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{FixedOffset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::audit::unit::{Unit, UnitKind};
use crate::model::freshness::Fingerprint;
use crate::model::history::Commit;

/// The name under which answers are kept between runs. The number changes with what is read of a version: the formats of definitions and
/// the normal form of texts.
pub(crate) const PART: &str = concat!("changes 2 ", env!("CARGO_PKG_VERSION"));

/// What was asked: a thing, and the version that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Question {
    /// The file, from the root of the repository.
    target: String,
    /// What the thing is: the kind of a definition, `workflow`, `file` or `folder`, and how many words name it.
    kind: (String, u8),
    /// The name of a definition; empty for other things.
    name: String,
    /// The commit or tag of the version, if there is one.
    then: Option<String>,
}

impl Question {
    /// The question for a thing.
    pub(crate) fn of(unit: &Unit<'_>, then: Option<Fingerprint>) -> Self {
        let (kind, words, name) = match unit.kind {
            UnitKind::Definition(kind, name) => (kind.word(), 2, kind.called(name)),
            UnitKind::Workflow => ("workflow", 1, String::new()),
            UnitKind::File => ("file", 1, String::new()),
            UnitKind::Folder => ("folder", 1, String::new()),
        };
        Self {
            target: unit.target.to_owned(),
            kind: (kind.to_owned(), words),
            name,
            then: then.map(|then| then.to_string()),
        }
    }
}

/// Answers as seen from one commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answers {
    /// The commit.
    pub(crate) start: String,
    /// The commits that changed each thing, newest first.
    pub(crate) changes: BTreeMap<Question, Vec<Arc<Commit>>>,
    /// The files that were looked at, and whether each of them changes all the time.
    pub(crate) churning: BTreeMap<String, bool>,
}

/// A commit as it is kept: its id, its date as seconds since 1970 and seconds east of UTC, its subject and its author.
type KeptCommit = (String, i64, i32, String, String);

/// Answers as they are kept: each commit once, and the places of commits in that list.
#[derive(Serialize, Deserialize)]
struct Kept {
    start: String,
    commits: Vec<KeptCommit>,
    changes: Vec<(Question, Vec<usize>)>,
    churning: BTreeMap<String, bool>,
}

impl Answers {
    /// The bytes that are kept; none when they cannot be written.
    pub(crate) fn encoded(&self) -> Option<Vec<u8>> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut commits = Vec::new();
        let mut changes = Vec::with_capacity(self.changes.len());
        for (question, list) in &self.changes {
            let list = list.iter().map(|commit| {
                *places.entry(&commit.id).or_insert_with(|| {
                    commits.push((
                        commit.id.clone(),
                        commit.date.timestamp(),
                        commit.date.offset().local_minus_utc(),
                        commit.subject.clone(),
                        commit.author.clone(),
                    ));
                    commits.len() - 1
                })
            });
            changes.push((question.clone(), list.collect()));
        }
        let kept = Kept {
            start: self.start.clone(),
            commits,
            changes,
            churning: self.churning.clone(),
        };
        serde_json::to_vec(&kept).ok()
    }

    /// The answers of some bytes; none when they are not sound, or count from another commit than `start`.
    pub(crate) fn decoded(bytes: &[u8], start: &str) -> Option<Self> {
        let kept: Kept = serde_json::from_slice(bytes).ok()?;
        if kept.start != start {
            return None;
        }
        let commits = kept.commits.into_iter().map(|(id, seconds, offset, subject, author)| {
            let date = FixedOffset::east_opt(offset)?.timestamp_opt(seconds, 0).single()?;
            Some(Arc::new(Commit {
                id,
                date,
                subject,
                author,
            }))
        });
        let commits: Vec<Arc<Commit>> = commits.collect::<Option<_>>()?;
        let changes = kept.changes.into_iter().map(|(question, places)| {
            let list = places.into_iter().map(|place| commits.get(place).map(Arc::clone));
            Some((question, list.collect::<Option<_>>()?))
        });
        Some(Self {
            start: kept.start,
            changes: changes.collect::<Option<_>>()?,
            churning: kept.churning,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::kind::Kind;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use chrono::DateTime;

    use super::{Answers, Question};
    use crate::audit::unit::{Unit, UnitKind};
    use crate::model::freshness::Fingerprint;
    use crate::model::history::Commit;

    fn answers() -> Answers {
        let commit = |id: &str, date: &str| {
            Arc::new(Commit {
                id: id.repeat(40),
                date: DateTime::parse_from_rfc3339(date).unwrap(),
                subject: "Write \"it\" \u{1f600}".to_owned(),
                author: String::new(),
            })
        };
        let (one, other) = (
            commit("a", "1970-01-01T00:00:00-12:00"),
            commit("b", "9999-12-31T23:59:59+05:45"),
        );
        let unit = |kind| Unit {
            key: "path src/a.py".to_owned(),
            words: "src/a.py",
            target: "src/a.py",
            kind,
        };
        let then = Some(Fingerprint { interface: 0, body: 7 });
        Answers {
            start: "c".repeat(40),
            changes: BTreeMap::from([
                (
                    Question::of(&unit(UnitKind::File), then),
                    vec![Arc::clone(&one), Arc::clone(&other)],
                ),
                (Question::of(&unit(UnitKind::File), None), Vec::new()),
                (Question::of(&unit(UnitKind::Workflow), then), vec![other]),
                (Question::of(&unit(UnitKind::Definition(Kind::Folder, "")), then), vec![one]),
            ]),
            churning: BTreeMap::from([("src/a.py".to_owned(), true), ("b".to_owned(), false)]),
        }
    }

    #[test]
    fn answers_are_kept_as_they_are() {
        let answers = answers();
        assert_eq!(answers.changes.len(), 4, "a definition of the kind `file` is not the file");
        let bytes = answers.encoded().unwrap();
        assert_eq!(Answers::decoded(&bytes, &answers.start), Some(answers));
    }

    #[test]
    fn answers_of_another_commit_and_damaged_ones_count_as_absent() {
        let answers = answers();
        let bytes = answers.encoded().unwrap();
        assert_eq!(Answers::decoded(&bytes, &"d".repeat(40)), None);
        for length in 0..bytes.len() {
            assert_eq!(Answers::decoded(&bytes[..length], &answers.start), None, "cut at {length}");
        }
    }
}
