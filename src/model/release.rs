//! Releases: versions that were shipped, and everything that is known about them.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::model::evidence::{Content, Evidence, Integrity};
use crate::model::finding::Problem;
use crate::model::history::CommitId;
use crate::model::sbom::Sbom;

/// A version that was shipped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Release {
    /// The version as people say it: `v1.8.2`, without the prefix of its product. A release of another line than the leading one keeps
    /// the whole name of its tag.
    pub(crate) version: String,
    /// The line that it belongs to, as the prefix of its tags: `app-`; empty for the leading line. Each line has its own order.
    pub(crate) line: String,
    /// Its part of a URL, unique in its product.
    pub(crate) slug: String,
    /// The semantic version, where the version is one.
    pub(crate) semver: Option<semver::Version>,
    /// The commit that was shipped, where it is known.
    pub(crate) commit: Option<CommitId>,
    /// Whether the commit is in this clone.
    pub(crate) commit_is_present: bool,
    /// When the commit was written, where it is in this clone.
    pub(crate) commit_date: Option<DateTime<FixedOffset>>,
    /// When the commit came to be as it is: a commit that is moved keeps the moment at which it was written.
    pub(crate) commit_made: Option<DateTime<FixedOffset>>,
    /// Who wrote the commit.
    pub(crate) author: Option<String>,
    /// The mail address of whoever wrote it: it tells persons apart and is shown nowhere.
    pub(crate) author_mail: Option<String>,
    /// What changed since the release before; none where nobody asked or it cannot be told.
    pub(crate) changed: Option<Changed>,
    /// Whether the head of the branch contains the commit; none when it cannot be told.
    pub(crate) is_reachable: Option<bool>,
    /// When it was released, and by which source.
    pub(crate) date: Option<ReleaseDate>,
    /// The tag, where there is one.
    pub(crate) tag: Option<Tag>,
    /// The record, where there is one.
    pub(crate) record: Option<Record>,
    /// What a log of rollbacks says, where it was undone.
    pub(crate) undone: Option<Undone>,
    /// The path of the record that history held and that is gone.
    pub(crate) lost: Option<String>,
    /// Everything that somebody wrote about it: changelog entry, tag message, `notes.md`.
    pub(crate) notes: Vec<Notes>,
    /// The files of its evidence store.
    pub(crate) evidence: Vec<Evidence>,
    /// Further digests of its files by path, as `algorithm:value`: those that a statement about an artifact needs which gives no SHA-256.
    pub(crate) other_digests: BTreeMap<String, Vec<String>>,
    /// Where the release is known from, in order of weight.
    pub(crate) sources: Vec<ReleaseSource>,
    /// What is wrong with it.
    pub(crate) problems: Vec<Problem>,
    /// What contradicts its record: the tag, its folder, a second record, the chain of records, git. Files that differ from the record
    /// are told by their integrity.
    pub(crate) contradictions: Vec<Problem>,
    /// The record names the record before it, and that one is there, as it was.
    pub(crate) is_chained: bool,
    /// No record is older than this one, so that it need not name any.
    pub(crate) is_chain_start: bool,
    /// Another record names this one as it is.
    pub(crate) is_followed: bool,
    /// The commit that added the record, where history tells.
    pub(crate) recorded_by: Option<CommitId>,
    /// The moment at which history held the record, as far as this clone tells: that of the commit that added it, or of the oldest one that is here.
    pub(crate) recorded_at: Option<DateTime<FixedOffset>>,
    /// What confirms the record.
    pub(crate) confirmation: Confirmation,
    /// The SHA-256 digest of the record, 64 hex digits.
    pub(crate) record_digest: Option<String>,
    /// What was added to the record later, in its order. Files, events and the outcome of amendments stand in the record as well.
    pub(crate) amendments: Vec<Amendment>,
}

impl Release {
    /// Whether it is a pre-release by semantic versioning.
    pub(crate) fn is_prerelease(&self) -> bool {
        self.semver.as_ref().is_some_and(|version| !version.pre.is_empty())
    }

    /// Whether its record tells that a tag was made and this repository has none.
    pub(crate) fn lacks_told_tag(&self) -> bool {
        let mut events = self.record.iter().flat_map(|record| &record.timeline);
        self.tag.is_none() && events.any(|event| event.event.eq_ignore_ascii_case("tagged"))
    }

    /// Its bills of materials with their files, as far as they are as they were recorded.
    pub(crate) fn bills(&self) -> impl Iterator<Item = (&Evidence, &Sbom)> {
        let usable = self
            .evidence
            .iter()
            .filter(|file| !matches!(file.integrity, Integrity::Altered | Integrity::Absent));
        usable.filter_map(|file| match &file.artifact.content {
            Content::Sbom(sbom) => Some((file, sbom.as_ref())),
            _ => None,
        })
    }

    /// How many components its bills of materials list; none without one. What two of them list, such as two formats of one list, counts
    /// once; two versions of a package are two components.
    pub(crate) fn components(&self) -> Option<u64> {
        self.bills().next()?;
        let components = self.bills().flat_map(|(_, sbom)| &sbom.components);
        let identities: HashSet<(&str, &str)> = components
            .map(|component| {
                let name = match component.identity.as_str() {
                    "" => &component.name,
                    identity => identity,
                };
                (name, component.version.as_str())
            })
            .collect();
        Some(identities.len() as u64)
    }

    /// Whether there is anything that a gate could judge: a record, one that is gone, or evidence. A release without is not judged, whatever
    /// is asked of it.
    pub(crate) fn is_recorded(&self) -> bool {
        self.record.is_some() || self.lost.is_some() || !self.evidence.is_empty()
    }
}

/// What changed from one release to the next, for gates that are asked for only then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// The paths that are in one of the two, or not the same in both.
    pub(crate) paths: Vec<String>,
    /// The conditions of gates that name nothing in either of the two.
    pub(crate) unnamed: Vec<String>,
}

/// What a log of rollbacks says of a release that was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Undone {
    /// The log, relative to the repository root.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The day.
    pub(crate) day: NaiveDate,
    /// The version that was gone back to, where the log tells it.
    pub(crate) back_to: Option<String>,
    /// Why, in the words of the log; may be empty.
    pub(crate) why: String,
}

impl std::fmt::Display for Undone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "on {}", self.day)?;
        if let Some(back_to) = &self.back_to {
            write!(formatter, ", back to {back_to}")?;
        }
        if !self.why.is_empty() {
            write!(formatter, ": {}", self.why.trim_end_matches('.'))?;
        }
        write!(formatter, " (`{}`, line {})", self.path, self.line)
    }
}

/// What confirms that a record is as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Confirmation {
    /// The record after it names its digest.
    Next,
    /// It is as the commit that added it has it.
    Commit(CommitId),
    /// It was changed after that, and an event of it says by whom and why.
    Amended {
        /// The commit that added it.
        commit: CommitId,
    },
    /// It was changed after that, and nothing says why.
    Changed {
        /// The commit that added it.
        commit: CommitId,
        /// The commit that changed it; none when the change is not committed.
        later: Option<CommitId>,
    },
    /// Nobody could look, and why.
    Unchecked(String),
}

impl Default for Confirmation {
    fn default() -> Self {
        Self::Unchecked("nobody looked".to_owned())
    }
}

/// The day or the moment of a release and where it is known from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReleaseDate {
    /// The day, in the zone of its source.
    pub(crate) day: NaiveDate,
    /// The moment, where the source tells it.
    pub(crate) at: Option<DateTime<FixedOffset>>,
    /// Where it is known from.
    pub(crate) source: ReleaseSource,
}

/// Where a release or one of its facts is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReleaseSource {
    /// `record.json` of the evidence store.
    Record,
    /// A git tag.
    Tag,
    /// The commit that a tag or a record names.
    Commit,
    /// An entry of the changelog.
    Changelog,
    /// A folder of the evidence store without a record.
    Folder,
}

/// A git tag that names a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Tag {
    /// The name without `refs/tags/`.
    pub(crate) name: String,
    /// Annotated, with a tag object of its own.
    pub(crate) is_annotated: bool,
    /// When it was made; none for a lightweight tag.
    pub(crate) date: Option<DateTime<FixedOffset>>,
    /// Who made it; none for a lightweight tag.
    pub(crate) tagger: Option<String>,
    /// The message, without a signature block; empty for a lightweight tag.
    pub(crate) message: String,
    /// Whether a signature block is present. It is not checked.
    pub(crate) has_signature: bool,
}

/// A tag that is no release, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOutTag {
    /// The name.
    pub(crate) name: String,
    /// Why, in words: `not a version`, `names a file, not a commit`.
    pub(crate) reason: String,
}

/// What somebody wrote about a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Notes {
    /// The version as written in the heading; empty for notes of a file that stands for one release.
    pub(crate) version: String,
    /// The day in the heading, where there is one.
    pub(crate) date: Option<NaiveDate>,
    /// `[YANKED]` stands in the heading.
    pub(crate) is_yanked: bool,
    /// The groups: `Added`, `Fixed`, ...; the first may have no title.
    pub(crate) groups: Vec<NoteGroup>,
    /// The file, relative to the repository root; empty for a tag message.
    pub(crate) path: String,
    /// The line of the heading, from 1; 0 for a tag message.
    pub(crate) line: u32,
}

/// A file that says what a change means for the release that comes next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changeset {
    /// The packages that it names, as written.
    pub(crate) packages: Vec<String>,
    /// What it says; none for one that names no package and says nothing.
    pub(crate) notes: Option<Notes>,
    /// What could not be understood.
    pub(crate) problems: Vec<Problem>,
}

/// A group of notes under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct NoteGroup {
    /// The heading as plain text, or empty.
    pub(crate) title: String,
    /// The items or paragraphs as plain text.
    pub(crate) items: Vec<String>,
}

/// `record.json`: what was collected for a release. Unknown keys are kept out and reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Record {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The version that it records.
    pub(crate) version: String,
    /// The product that it records, where it says so.
    pub(crate) product: Option<String>,
    /// The commit that it pins.
    pub(crate) commit: Option<CommitId>,
    /// When the release went out.
    pub(crate) released: Option<DateTime<FixedOffset>>,
    /// How it ended.
    pub(crate) outcome: Option<Outcome>,
    /// Whether a newer version of the program wrote it, so that nobody here knows what it says.
    pub(crate) is_newer: bool,
    /// The gates that the release declared, by id.
    pub(crate) gates: Vec<String>,
    /// The line of each of these gates.
    pub(crate) gate_lines: BTreeMap<String, u32>,
    /// The line of the commit.
    pub(crate) commit_line: Option<u32>,
    /// The line of the digest of each file, by its path.
    pub(crate) file_lines: BTreeMap<String, u32>,
    /// What is missing or was left out, so that the record is not whole.
    pub(crate) flaws: Vec<Problem>,
    /// The digest of the record before it, as 64 hex digits.
    pub(crate) prev: Option<String>,
    /// What happened, in order of time.
    pub(crate) timeline: Vec<TimelineEvent>,
    /// The files with their digests.
    pub(crate) files: Vec<RecordFile>,
    /// Words for the reader.
    pub(crate) note: Option<String>,
}

/// Something that was added to the record of a release after it was written, in a file of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Amendment {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The digest of the file, 64 hex digits.
    pub(crate) digest: String,
    /// The version that it amends.
    pub(crate) version: String,
    /// The digest of what it amends: the record, or the amendment before it.
    pub(crate) prev: Option<String>,
    /// When it was written.
    pub(crate) at: Option<DateTime<FixedOffset>>,
    /// Who amended, by role.
    pub(crate) by: Option<String>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// How the release ended, where that changed.
    pub(crate) outcome: Option<Outcome>,
    /// The events that it tells of.
    pub(crate) timeline: Vec<TimelineEvent>,
    /// The files that it adds.
    pub(crate) files: Vec<RecordFile>,
    /// The line of the digest of each file, by its path.
    pub(crate) file_lines: BTreeMap<String, u32>,
    /// Files that were recorded and no longer count, because they show something else than they should. They stay in the store.
    pub(crate) withdraws: Vec<String>,
    /// What is missing or was left out, so that it is not whole.
    pub(crate) flaws: Vec<Problem>,
}

/// How a release ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// It runs.
    Shipped,
    /// It was undone.
    RolledBack,
    /// It must not be used.
    Withdrawn,
    /// It was never shipped.
    Abandoned,
}

/// One event of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TimelineEvent {
    /// When.
    pub(crate) at: DateTime<FixedOffset>,
    /// What: `tagged`, `approved`, `deployed`, `observed`, `waived`, `not-applicable`, `closed`, `rolled-back`.
    pub(crate) event: String,
    /// Who, by role.
    pub(crate) by: Option<String>,
    /// Words for the reader.
    pub(crate) note: Option<String>,
    /// The gate that it concerns, if any.
    pub(crate) gate: Option<String>,
}

/// A file of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RecordFile {
    /// The path from the folder of the record.
    pub(crate) path: String,
    /// The SHA-256 digest, 64 hex digits.
    pub(crate) sha256: String,
    /// The length in bytes.
    pub(crate) bytes: u64,
    /// When it was collected.
    pub(crate) collected_at: Option<DateTime<FixedOffset>>,
    /// The format that it was collected as, if declared.
    pub(crate) format: Option<String>,
    /// The gate that it shows, by id.
    pub(crate) gate: Option<String>,
}

/// A log that is kept over many releases: rollbacks, rotations, drills.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct OperationsLog {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The title of the file.
    pub(crate) title: String,
    /// The column names as written.
    pub(crate) columns: Vec<String>,
    /// The rows in the order of the file.
    pub(crate) rows: Vec<LogRow>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// A row of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LogRow {
    /// The line, from 1.
    pub(crate) line: u32,
    /// The day, where a column tells it.
    pub(crate) date: Option<NaiveDate>,
    /// The version that it names, where a column tells it.
    pub(crate) version: Option<String>,
    /// The version that it went back to, where a column tells it.
    pub(crate) back_to: Option<String>,
    /// The cells as plain text, one per column.
    pub(crate) cells: Vec<String>,
}
