//! What changed since somebody vouched for a runbook: the very thing that a reference names, as far as its definition is known.

use crate::audit::freshness::{commits_of, vouch_commit};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::reference::{ReferenceKind, Resolution, Status};
use crate::model::tree::ContentId;

/// Says for every resolution whether its target changed since the runbook was vouched for.
pub(crate) fn mark_changes(edition: &Edition, runbook: &EditionRunbook, resolutions: &mut [Resolution], past: &Past) {
    let vouched = vouch_commit(&runbook.runbook, commits_of(past, &runbook.path), past.today);
    let then = vouched.and_then(|commit| past.contents.get(&commit.id));
    for (reference, resolution) in runbook.runbook.references.iter().zip(resolutions) {
        let Some(target) = resolution.target.as_deref().filter(|_| resolution.status == Status::Resolved) else {
            continue;
        };
        resolution.changed_since_review = if target == runbook.path || is_silent(target) {
            Some(false)
        } else {
            let contents = then.and_then(|then| then.get(target)).zip(past.now.get(target));
            let line = resolution.target_line;
            contents.map(|(then, now)| then != now && has_changed(edition, past, &reference.kind, (target, line), *then))
        };
    }
}

/// Whether a file that holds something else now changed in what the reference names: the very target, script or workflow, apart from
/// comments and form. Where the definitions are not known, the file as a whole decides.
fn has_changed(
    edition: &Edition,
    past: &Past,
    kind: &ReferenceKind,
    (target, line): (&str, Option<u32>),
    then: Option<ContentId>,
) -> bool {
    let before = then.and_then(|id| past.definitions.get(&id));
    let (Some(before), Some(now)) = (before, edition.source.definitions.get(target)) else {
        return true;
    };
    if !before.problems.is_empty() || !now.problems.is_empty() {
        return true;
    }
    let changed = |kind: &str, name: &str| definition(before, kind, name) != definition(now, kind, name);
    match kind {
        ReferenceKind::MakeTarget { target, .. } => changed("make-target", target),
        ReferenceKind::PackageScript { script, .. } => changed("package-script", script),
        // An included file knows the name without its namespace, a workflow the job without what it shows.
        ReferenceKind::Named(named) => match now
            .definition(named.word, &named.name)
            .or_else(|| defined_at(now, named.word, line?))
        {
            Some(definition) => changed(definition.kind, &definition.name),
            None => true,
        },
        ReferenceKind::Workflow { .. } => before.fingerprint != now.fingerprint,
        _ => true,
    }
}

/// The definition of a kind that begins at a line.
fn defined_at<'file>(file: &'file DefinitionFile, kind: &str, line: u32) -> Option<&'file Definition> {
    file.definitions
        .iter()
        .find(|definition| definition.kind == kind && definition.line == line)
}

/// What stands for the definition of a task, which a pattern may give; none when the file does not have it.
fn definition(file: &DefinitionFile, kind: &str, name: &str) -> Option<u64> {
    let matches = |pattern: &str| {
        let (before, after) = pattern.split_once('%').unwrap_or((pattern, ""));
        name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
    };
    let by_pattern = || file.of_kind(kind).find(|one| one.is_pattern && matches(&one.name));
    file.definition(kind, name).or_else(by_pattern).map(|one| one.fingerprint)
}

/// Whether changes of a file say nothing about a runbook: changelogs and lock files change with everything.
fn is_silent(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let is_changelog = ["changelog", "changes", "history.md", "release_notes", "releases.md"]
        .iter()
        .any(|start| name.starts_with(start));
    let locks = [".lock", ".lockb", "-lock.json", "-lock.yaml", ".sum", "npm-shrinkwrap.json"];
    is_changelog || locks.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::audit::testing::{changed, content, inline, link, make, makefile, tree};
    use crate::model::freshness::State;

    #[test]
    fn what_history_does_not_tell_is_not_claimed() {
        let fixture = tree(&["src/a.py"]).naming(inline("src/a.py")).reviewed("2026-06-01");
        assert_eq!(fixture.resolutions_marked(), [None]);
    }

    #[test]
    fn the_runbook_itself_does_not_count() {
        let fixture = tree(&[]).anchors("docs/runbook.md", &["a"]).naming(link("#a"));
        assert_eq!(fixture.resolutions_marked(), [Some(false)]);
    }

    #[test]
    fn a_target_changes_only_when_its_own_definition_does() {
        let fixture = changed(&["Makefile"])
            .with(makefile("Makefile", &["check", "test"]))
            .naming(make("check", ""))
            .naming(make("test", ""));
        assert_eq!(
            fixture.resolutions_marked(),
            [Some(true); 3],
            "without the old definitions the file decides"
        );
        let mut before = makefile("Makefile", &["check", "test"]);
        before.definitions[1].fingerprint = 2;
        let mut fixture = fixture;
        fixture.past.definitions.insert(content(1), Arc::new(before));
        assert_eq!(fixture.resolutions_marked(), [Some(true), Some(false), Some(true)]);
        assert_eq!(
            fixture.state(),
            (
                State::Stale,
                "Changed since somebody vouched for the text: `make test`, `Makefile`.".to_owned()
            )
        );
    }

    #[test]
    fn a_target_of_a_pattern_changes_with_the_pattern() {
        let mut before = makefile("Makefile", &["deploy-%"]);
        let mut fixture = changed(&["Makefile"]).with(before.clone()).naming(make("deploy-api", ""));
        fixture.past.definitions.insert(content(1), Arc::new(before.clone()));
        assert_eq!(fixture.resolutions_marked()[1], Some(false));
        before.definitions[0].fingerprint = 2;
        fixture.past.definitions.insert(content(1), Arc::new(before));
        assert_eq!(fixture.resolutions_marked()[1], Some(true));
    }
}
