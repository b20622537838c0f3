//! What became of what is not there, by the word of history, and what that proves.

use crate::audit::resolve;
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::Related;
use crate::model::history::{Commit, Gone};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceKind, Resolution, Status};

/// What became of a path that is not there.
pub(crate) enum Fate<'past> {
    /// What it held stands at another path now.
    Moved(&'past Gone, &'past str),
    /// It was deleted, or went several ways.
    Deleted(&'past Gone),
    /// The whole history does not know it.
    Never,
    /// History cannot tell.
    Unknown,
}

/// What became of the path at which a reference was looked for.
pub(crate) fn of<'past>(past: &'past Past, resolution: &Resolution) -> Fate<'past> {
    let Some(expected) = &resolution.expected else {
        return Fate::Unknown;
    };
    match past.gone.get(expected) {
        Some(gone) => match &gone.renamed_to {
            Some(to) if !is_set_aside(to) => Fate::Moved(gone, to),
            _ => Fate::Deleted(gone),
        },
        None if past.never.contains(expected) => Fate::Never,
        None => Fate::Unknown,
    }
}

/// Whether a path is one that retires what it holds: nobody is to be sent there.
fn is_set_aside(path: &str) -> bool {
    const ENDINGS: &[&str] = &[".bak", ".backup", ".deprecated", ".disabled", ".old", ".orig"];
    const FOLDERS: &[&str] = &[
        "archive", "archived", "archives", "attic", "deprecated", "legacy", "old", "obsolete", "retired",
    ];
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/');
    let name = parts.next_back().unwrap_or_default();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        || parts.any(|part| {
            FOLDERS
                .iter()
                .any(|folder| part == *folder || part.strip_suffix(folder).is_some_and(|rest| rest.ends_with(['_', '-'])))
        })
}

/// What became of a path, to be put behind a message: ``, deleted in `abc1234` of 2026-05-02``. Empty where history cannot tell.
pub(crate) fn told(past: &Past, resolution: &Resolution) -> String {
    match of(past, resolution) {
        Fate::Moved(gone, to) => format!(", renamed to `{to}` in {}", commit_in_words(&gone.commit)),
        Fate::Deleted(gone) => match &gone.renamed_to {
            Some(aside) => format!(", set aside as `{aside}` in {}", commit_in_words(&gone.commit)),
            None => format!(", deleted in {}", commit_in_words(&gone.commit)),
        },
        Fate::Never => ", and never was in its history".to_owned(),
        Fate::Unknown => String::new(),
    }
}

/// The commit that took the definition of a missing name out of its file, where history tells.
pub(crate) fn undefined<'past>(past: &'past Past, reference: &Reference, resolution: &Resolution) -> Option<&'past Commit> {
    let (kind, name) = defined_as(&reference.kind)?;
    let key = (resolution.target.clone()?, kind, name.to_owned());
    past.undefined.get(&key).map(AsRef::as_ref)
}

/// What took the definition of a missing name away, to be put behind a message. Empty where history cannot tell.
pub(crate) fn undefined_told(past: &Past, reference: &Reference, resolution: &Resolution) -> String {
    undefined(past, reference, resolution).map_or_else(String::new, |commit| format!(", removed in {}", commit_in_words(commit)))
}

/// The kind and the name of the definition that a reference asks for, by the words of definition files.
pub(crate) fn defined_as(kind: &ReferenceKind) -> Option<(Kind, &str)> {
    match kind {
        ReferenceKind::MakeTarget { target, .. } => Some((Kind::MakeTarget, target)),
        ReferenceKind::PackageScript { script, .. } => Some((Kind::PackageScript, script)),
        ReferenceKind::Named(named) => Some((named.kind, &named.name)),
        ReferenceKind::Path { .. } | ReferenceKind::Glob { .. } | ReferenceKind::Link { .. } | ReferenceKind::Workflow { .. } => {
            None
        }
    }
}

/// The commit that removed something, as a place that explains a finding.
pub(crate) fn related(past: &Past, resolution: &Resolution) -> Vec<Related> {
    let (Fate::Moved(gone, _) | Fate::Deleted(gone)) = of(past, resolution) else {
        return Vec::new();
    };
    vec![Related {
        path: resolution.expected.clone().unwrap_or_default(),
        place: None,
        message: format!("`{}`: {}", gone.commit.short_id(), gone.commit.subject),
    }]
}

/// A commit in words: its short id and its day.
fn commit_in_words(commit: &Commit) -> String {
    format!("`{}` of {}", commit.short_id(), commit.date.date_naive())
}

/// Lets history decide what the tree alone cannot: what was at the very place when the runbook was already there, and is gone now, was
/// meant, and is not there.
pub(crate) fn settle(edition: &Edition, runbook: &EditionRunbook, resolutions: &mut [Resolution], past: &Past) {
    if past.gone.is_empty() {
        return;
    }
    let touches = past.history.touches.get(&runbook.path).map(Vec::as_slice).unwrap_or_default();
    let born = touches.last().map(|commit| commit.date);
    for (reference, resolution) in runbook.runbook.references.iter().zip(resolutions) {
        let Some(gone) = resolution.expected.as_ref().and_then(|expected| past.gone.get(expected)) else {
            continue;
        };
        if matches!(resolution.status, Status::Unverifiable | Status::Ignored) {
            if born.is_none_or(|born| born > gone.commit.date) {
                continue;
            }
            resolution.status = Status::Broken;
            resolution.reason = Reason::UntilCommit(commit_in_words(&gone.commit));
        }
        if let (Status::Broken, Some(to)) = (resolution.status, gone.renamed_to.as_ref().filter(|to| !is_set_aside(to))) {
            let expected = resolution.expected.as_deref().unwrap_or_default();
            let written = resolve::written_as(&edition.source, &runbook.path, reference, expected, to);
            resolution.suggestion = written.or(resolution.suggestion.take());
        }
    }
}
