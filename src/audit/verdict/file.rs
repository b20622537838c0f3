//! One file of a gate and the five questions that it must pass before anything that it measures counts.

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::table::{Cause, Question};
use crate::audit::verdict::{subject, time};
use crate::model::evidence::{AnomalyKind, Artifact, Content, Evidence, Integrity};
use crate::model::gate::Gate;
use crate::tools::family;

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
        &|| contradictions(file, gate, around),
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
            format!("`{path}` has no digest, because the release has no record."),
        ),
        Integrity::Unrecorded => (
            Cause::Unrecorded,
            format!("`{path}` is not in the record, so it has no digest."),
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
        if artifact.format.is_none_or(|format| !family::is_of(format, wanted)) {
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

fn contradictions(file: &Evidence, gate: &Gate, around: &Surroundings<'_>) -> Vec<Flaw> {
    let mut flaws = of_document(file, Question::Contradiction);
    // Facts that must hold are a measurement, whatever the command was.
    if !gate.demand.expect.is_empty() {
        flaws.retain(|flaw| flaw.cause != Cause::Document(AnomalyKind::MeasuresNothing));
    }
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
