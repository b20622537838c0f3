//! One file of a gate and the five questions that it must pass before anything that it measures counts.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::audit::verdict::table::{Cause, Question};
use crate::audit::verdict::{subject, time};
use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
use crate::model::gate::Gate;
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
        let day = |release: &Release| release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())));
        let others = self.releases.get(digest)?.iter();
        let mut others = others.filter(|other| other.version != release.version && other.commit != release.commit);
        others.find(|other| day(other) < day(release)).copied()
    }
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

    /// When the release went out.
    pub(crate) fn released(&self) -> Option<DateTime<Utc>> {
        self.release.date.as_ref()?.at.map(|at| at.to_utc())
    }
}

/// The flaws of a file under the first question that it fails; none when it passes all of them.
pub(crate) fn flaws(file: &Evidence, gate: &Gate, wanted: Option<&str>, around: &Surroundings<'_>) -> Vec<Flaw> {
    let questions: [&dyn Fn() -> Vec<Flaw>; 5] = [
        &|| recorded(file, around).into_iter().collect(),
        &|| readable(file, wanted, around),
        &|| subject::flaws(file, gate, around),
        &|| {
            time::flaws(file, gate, around)
                .into_iter()
                .chain(of_document(file, Question::Time))
                .collect()
        },
        &|| contradictions(file, around),
    ];
    questions
        .iter()
        .map(|question| question())
        .find(|flaws| !flaws.is_empty())
        .unwrap_or_default()
}

fn recorded(file: &Evidence, around: &Surroundings<'_>) -> Option<Flaw> {
    let path = &file.path;
    let (cause, sentence) = match file.integrity {
        Integrity::Recorded => return None,
        Integrity::Altered => {
            let is_length = around
                .recorded(file)
                .is_some_and(|recorded| recorded.sha256.eq_ignore_ascii_case(&file.sha256));
            let what = if is_length { "length" } else { "digest" };
            (
                Cause::Altered,
                format!("`{path}` is not as it was recorded: its {what} is another one."),
            )
        }
        Integrity::Absent => (Cause::Removed, format!("`{path}` is named by the record and is not there.")),
        Integrity::Unrecorded if around.release.record.is_none() => (
            Cause::Unrecorded,
            format!("`{path}` is vouched for by no digest, because the release has no record."),
        ),
        Integrity::Unrecorded => (
            Cause::Unrecorded,
            format!("`{path}` is not in the record, so no digest vouches for it."),
        ),
    };
    Some(Flaw::new(cause, sentence))
}

fn readable(file: &Evidence, wanted: Option<&str>, around: &Surroundings<'_>) -> Vec<Flaw> {
    let path = &file.path;
    let is_blank = |text: &str| text.len() as u64 == file.bytes && text.trim().is_empty();
    if file.bytes == 0 || file.excerpt.as_deref().is_some_and(is_blank) {
        return vec![Flaw::new(Cause::Empty, format!("`{path}` is an empty file."))];
    }
    let artifact = &file.artifact;
    let recorded = around.recorded(file).and_then(|recorded| recorded.format.as_deref());
    for (wanted, who) in [(wanted, "the gate"), (recorded, "the record")] {
        let Some(wanted) = wanted else { continue };
        if artifact.format.is_none_or(|format| !format.eq_ignore_ascii_case(wanted)) {
            let found = artifact
                .format
                .map_or_else(|| first_problem(artifact), |format| format!("it is `{format}`"));
            let sentence = format!("`{path}` is not `{wanted}`, as {who} declares it: {found}.");
            return vec![Flaw::new(Cause::OtherFormat, sentence)];
        }
    }
    match (&artifact.content, artifact.format) {
        (Content::Unread, Some(format)) => {
            let reason = first_problem(artifact);
            let sentence = format!("`{path}` is `{format}` and cannot be read: {reason}.");
            vec![Flaw::new(Cause::Unreadable, sentence)]
        }
        (Content::Unread, None) => {
            let reason = first_problem(artifact);
            let sentence = format!("`{path}` is stored, not read, so it measures nothing: {reason}.");
            vec![Flaw::new(Cause::NotRead, sentence)]
        }
        _ => of_document(file, Question::Readable),
    }
}

/// What the reader saw, as far as it belongs to a question.
fn of_document(file: &Evidence, question: Question) -> Vec<Flaw> {
    let flaws = file.artifact.anomalies.iter().map(|anomaly| {
        let place = anomaly.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        Flaw::new(
            Cause::Document(anomaly.kind),
            format!("`{}`: {}{place}.", file.path, anomaly.message),
        )
    });
    flaws.filter(|flaw| flaw.question() == question).collect()
}

fn contradictions(file: &Evidence, around: &Surroundings<'_>) -> Vec<Flaw> {
    let mut flaws = of_document(file, Question::Contradiction);
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for attachment in &file.artifact.about.attachments {
        let wanted = attachment.path.trim_start_matches("./");
        let beside = format!("{folder}/{wanted}");
        let found = around
            .release
            .evidence
            .iter()
            .find(|other| other.path == beside || other.path == wanted);
        let reason = match (found, &attachment.sha256) {
            (None, _) => "is not there",
            (Some(other), _) if other.integrity == Integrity::Absent => "is not there",
            (Some(other), Some(digest)) if !is_digest(digest, &other.sha256) => "is another one than it names",
            (Some(other), _) if other.integrity != Integrity::Recorded => "is not recorded",
            _ => continue,
        };
        let sentence = format!("`{}` needs the file `{wanted}`, which {reason}.", file.path);
        flaws.push(Flaw::new(Cause::AttachmentAbsent, sentence));
    }
    flaws
}

/// Whether a text names a digest, also with the name of its algorithm before it.
fn is_digest(text: &str, digest: &str) -> bool {
    text.trim().trim_start_matches("sha256:").eq_ignore_ascii_case(digest)
}

fn first_problem(artifact: &Artifact) -> String {
    match artifact.problems.first() {
        Some(problem) => match problem.line {
            Some(line) => format!("{} (line {line})", problem.message),
            None => problem.message.clone(),
        },
        None => "no format knows it".to_owned(),
    }
}
