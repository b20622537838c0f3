//! What keeps a file from counting as good, and what it is held against.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::audit::verdict::table::{Cause, Question};
use crate::model::evidence::{Evidence, Integrity};
use crate::model::release::{RecordFile, Release};

/// What keeps a file from counting as good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Why, as the table has it.
    pub(crate) cause: Cause,
    /// The sentence for the reader.
    pub(crate) sentence: String,
}

impl Flaw {
    /// A flaw with its sentence.
    pub(crate) fn new(cause: Cause, sentence: impl Into<String>) -> Self {
        Self {
            cause,
            sentence: sentence.into(),
        }
    }

    /// The question that it fails.
    pub(crate) fn question(&self) -> Question {
        self.cause.row().question
    }
}

/// The releases of a product by the digests of their evidence, to see bytes that are evidence of two of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digests<'releases> {
    releases: BTreeMap<&'releases str, Vec<&'releases Release>>,
}

impl<'releases> Digests<'releases> {
    /// The digests of all evidence of these releases.
    pub(crate) fn of(releases: &'releases [Release]) -> Self {
        let mut found = Self::default();
        for release in releases {
            for file in release.evidence.iter().filter(|file| file.integrity != Integrity::Absent) {
                found.releases.entry(&file.sha256).or_default().push(release);
            }
        }
        found
    }

    /// An older release of another commit that has the same bytes as its evidence.
    pub(crate) fn older(&self, digest: &str, release: &Release) -> Option<&'releases Release> {
        self.others(digest, release).find(|other| moment(other) < moment(release))
    }

    /// A newer release of another commit that has the same bytes as its evidence.
    pub(crate) fn newer(&self, digest: &str, release: &Release) -> Option<&'releases Release> {
        self.others(digest, release).find(|other| moment(other) > moment(release))
    }

    fn others(&self, digest: &str, release: &Release) -> impl Iterator<Item = &'releases Release> {
        let others = self.releases.get(digest).into_iter().flatten().copied();
        others.filter(|other| other.version != release.version && other.commit != release.commit)
    }
}

/// When a release went out, as far as it is known.
fn moment(release: &Release) -> Option<(NaiveDate, Option<DateTime<Utc>>)> {
    release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())))
}

/// What a file is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    /// The release that it is evidence of.
    pub(crate) release: &'a Release,
    /// The evidence of all releases.
    pub(crate) digests: &'a Digests<'a>,
    /// The day of the judgement.
    pub(crate) today: NaiveDate,
}

impl Surroundings<'_> {
    /// What the record says of a file.
    pub(crate) fn recorded(&self, file: &Evidence) -> Option<&RecordFile> {
        let record = self.release.record.as_ref()?;
        record.files.iter().find(|recorded| recorded.path == file.path)
    }

    /// When a file was collected.
    pub(crate) fn collected_at(&self, file: &Evidence) -> Option<DateTime<Utc>> {
        self.recorded(file)?.collected_at.map(|at| at.to_utc())
    }

    /// When a file was there at the latest: by the amendment that added it, by the history of the record, and where no history holds that, by the
    /// moment of the release that the record tells.
    pub(crate) fn kept_at(&self, file: &Evidence) -> Option<DateTime<Utc>> {
        let mut amendments = self.release.amendments.iter();
        let amendment = amendments.find(|amendment| amendment.files.iter().any(|added| added.path == file.path));
        let at = if let Some(amendment) = amendment {
            amendment.at
        } else {
            let told = || self.release.record.as_ref().and_then(|record| record.released);
            self.release.recorded_at.or_else(told)
        };
        at.map(|at| at.to_utc())
    }

    /// When the release went out.
    pub(crate) fn released(&self) -> Option<DateTime<Utc>> {
        self.release.date.as_ref()?.at.map(|at| at.to_utc())
    }
}
