//! What became of what is not there, by the word of history, and what that proves.

use crate::audit::alike::is_for_another;
use crate::audit::resolve;
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::Related;
use crate::model::history::{Commit, Gone};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::lookup::claim::{self, is_set_aside};

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
        Some(gone) => match new_place(gone, expected) {
            Some(to) => Fate::Moved(gone, to),
            None => Fate::Deleted(gone),
        },
        None if past.never.contains(expected) => Fate::Never,
        None => Fate::Unknown,
    }
}

/// Where a path lies now, when that is what a reader of the old one wants: not where it was set aside, and not the like of another
/// version, which came when the old one went (`data/v1.7` and `data/v1.13`).
fn new_place<'past>(gone: &'past Gone, old: &str) -> Option<&'past str> {
    let to = gone.renamed_to.as_deref()?;
    (!is_set_aside(to) && !is_of_other_version(old, to) && !is_for_another(old, to)).then_some(to)
}

/// Whether two paths differ in nothing but a version.
fn is_of_other_version(old: &str, new: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let bare = |path: &str| {
        path.split(is_part)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let versions = |path: &str| -> Vec<String> {
        let mut found = Vec::new();
        let mut rest = path;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let end = rest[start..]
                .find(|c: char| !is_part(c))
                .map_or(rest.len(), |end| start + end);
            let number = rest[start..end].trim_end_matches('.');
            let is_version = number.contains('.') || rest[..start].ends_with(['v', 'V']);
            if is_version {
                found.push(number.to_owned());
            }
            rest = &rest[end..];
        }
        found
    };
    old != new && bare(old) == bare(new) && versions(old) != versions(new)
}

/// What became of a path, to be put behind a message: ``, deleted in `abc1234` of 2026-05-02``. Empty where history cannot tell.
pub(crate) fn told(past: &Past, resolution: &Resolution) -> String {
    match of(past, resolution) {
        Fate::Moved(gone, to) => format!(", renamed to `{to}` in {}", commit_in_words(&gone.commit)),
        Fate::Deleted(gone) => match gone.renamed_to.as_ref().filter(|to| is_set_aside(to)) {
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
        // "The `main.go` files" are those that are there, not the one that was at the root.
        if resolution.reason == Reason::SeveralOfName && reference.context != ReferenceContext::Command {
            continue;
        }
        if matches!(resolution.status, Status::Unverifiable | Status::Ignored) {
            let is_older = born.is_some_and(|born| born <= gone.commit.date);
            if born.is_none() || !is_older && !is_meant_all_the_same(reference, resolution) {
                continue;
            }
            resolution.status = Status::Broken;
            resolution.reason = Reason::UntilCommit(commit_in_words(&gone.commit));
        }
        let expected = resolution.expected.as_deref().unwrap_or_default();
        if let (Status::Broken, Some(to)) = (resolution.status, new_place(gone, expected)) {
            let written = resolve::written_as(&edition.source, &runbook.path, reference, expected, to);
            resolution.suggestion = written.or(resolution.suggestion.take());
        }
    }
}

/// Endings of files that people write. What a build or a tool makes may have been committed once, and named ever since.
const WRITTEN: &[&str] = &[
    "bash", "cfg", "conf", "go", "ini", "java", "kt", "md", "ps1", "py", "rb", "rs", "sh", "tf", "toml", "ts", "tsx", "yaml",
    "yml",
];

/// Names that are those of some file of every project, so that a text may well mean another one.
const COMMON: &[&str] = &[
    "docker-compose.yml", "docker-compose.yaml", "pnpm-lock.yaml", "pnpm-workspace.yaml",
];

/// Whether a path that was gone before the runbook was written is meant nevertheless: the very path of a file that people write, with a
/// folder in front, or at the root by a name of several parts that hardly anything else is called.
fn is_meant_all_the_same(reference: &Reference, resolution: &Resolution) -> bool {
    let is_told = matches!(reference.context, ReferenceContext::Command | ReferenceContext::Inline);
    let (Some((path, _)), Some(expected)) = (reference.kind.claimed_path(), &resolution.expected) else {
        return false;
    };
    let path = claim::without_line(path).trim_start_matches("./");
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_written = claim::extension(name).is_some_and(|ending| WRITTEN.contains(&ending));
    // The whole place is written out: nothing was added in front to find it.
    if !is_told || !is_written || path != expected && !expected.ends_with(&format!("/{path}")) {
        return false;
    }
    match resolution.reason {
        Reason::NoClaim => path.contains('/'),
        // Below the sources nothing is built, and what was committed there was written.
        Reason::BuildOutput => {
            let built = claim::built_folder(path).unwrap_or_default();
            built.contains('/') && path == expected
        }
        Reason::NoPathOfRepository => {
            let stem = name.split('.').next().unwrap_or_default();
            let is_of_parts = stem.contains(['-', '_']) || name.matches('.').count() > 1;
            path == expected && !path.contains('/') && is_of_parts && stem.len() > 4 && !COMMON.contains(&name)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_other_version;
    use crate::audit::testing::{in_command, inline, tree};

    #[test]
    fn what_came_for_another_version_is_no_new_place() {
        assert!(is_of_other_version("data/v1.7", "data/v1.13"));
        assert!(is_of_other_version("data/v1.10/metadata.yaml", "data/v1.13/metadata.yaml"));
        assert!(is_of_other_version("releases/release-1.30.md", "releases/release-1.31.md"));
        for (old, new) in [
            ("docs/adr/0007-queue.md", "docs/adr/0008-queue.md"),
            ("data/v1.7", "fixtures/v1.7"),
            ("scripts/a.sh", "ops/a.sh"),
        ] {
            assert!(!is_of_other_version(old, new), "{old} {new}");
        }
    }

    #[test]
    fn such_a_path_is_missing_and_nothing_is_offered() {
        let fixture = tree(&["infra/prod/main.tf"])
            .touched("a", "2026-01-01")
            .gone("infra/staging/main.tf", Some("infra/prod/main.tf"), "2026-05-02")
            .naming(inline("infra/staging/main.tf"));
        assert!(fixture.findings("path-moved").is_empty());
        assert_eq!(
            fixture.findings("path-missing"),
            [
                "error docs/runbook.md:1 `infra/staging/main.tf`: `infra/staging/main.tf` is not in the repository, deleted in `gone` of 2026-05-02"
            ]
        );
    }

    /// The findings about a path that was deleted before the runbook was written.
    fn late(files: &[&str], reference: crate::model::reference::Reference, path: &str) -> Vec<String> {
        let fixture = tree(files)
            .touched("a", "2026-06-01")
            .gone(path, None, "2026-05-02")
            .naming(reference);
        fixture.findings("path-missing")
    }

    #[test]
    fn what_was_gone_before_the_runbook_was_written_is_missing_all_the_same() {
        assert_eq!(late(&["kept.yml"], inline("gone-root.yml"), "gone-root.yml").len(), 1);
        assert_eq!(late(&["src/a.ts"], inline("src/out/gone.ts"), "src/out/gone.ts").len(), 1);
        assert_eq!(late(&["scripts/a.sh"], in_command("old/gone.sh", ""), "old/gone.sh").len(), 1);
    }

    #[test]
    fn a_name_that_others_have_is_not_that_of_what_was_gone_before() {
        for path in [
            "config.yml", "docker-compose.yml", "frontend-sbom.json", "dist/app.ts", ".env.prod",
        ] {
            assert!(late(&["src/a.ts"], inline(path), path).is_empty(), "{path}");
        }
        let mut prose = inline("old/gone.sh");
        prose.context = crate::model::reference::ReferenceContext::Prose;
        assert!(late(&["scripts/a.sh"], prose, "old/gone.sh").is_empty());
    }
}
