//! Whether the target of a reference changed since the day of the review: the very thing that it names, as far as that is known.

use crate::audit::evidence::{confirmed, is_silent};
use crate::audit::unit::{self, Unit, UnitKind};
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::reference::{Resolution, Status};

/// Says for every resolution whether its target changed since the runbook was reviewed.
pub(crate) fn mark_changes(edition: &Edition, runbook: &EditionRunbook, resolutions: &mut [Resolution], past: &Past) {
    let changes: Vec<Option<bool>> = {
        let units = unit::units(edition, runbook, resolutions);
        units
            .iter()
            .map(|unit| has_changed(edition, runbook, unit.as_ref()?, past))
            .collect()
    };
    for (resolution, changed) in resolutions.iter_mut().zip(changes) {
        let is_itself = resolution.target.as_deref() == Some(runbook.path.as_str());
        if resolution.status == Status::Resolved && resolution.target.is_some() {
            resolution.changed_since_review = if is_itself { Some(false) } else { changed };
        }
    }
}

fn has_changed(edition: &Edition, runbook: &EditionRunbook, unit: &Unit<'_>, past: &Past) -> Option<bool> {
    if is_silent(unit.target) {
        return Some(false);
    }
    let now = unit::now(edition, past, unit);
    if let Some(stamp) = &runbook.runbook.metadata.stamp
        && !past.trailers.contains_key(&runbook.path)
    {
        let then = stamp.refs.get(&unit.key)?;
        return Some(now?.difference(*then).is_some());
    }
    let contents = past.contents.get(&confirmed(runbook, past)?.id)?;
    let (then, held) = (contents.get(unit.target)?, past.now.get(unit.target)?);
    if then == held {
        return Some(false);
    }
    let before = then.and_then(|then| unit::then(past, unit, then));
    match (before, now) {
        // Which files lie in a folder is another question than whether something in it changed.
        (Some(before), Some(now)) if unit.kind != UnitKind::Folder => Some(now.difference(before).is_some()),
        // What it was is not known in detail, so the file as a whole decides.
        _ => Some(true),
    }
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
                State::Due,
                "Changed since the last review: `make test` (prerequisites or recipe).".to_owned()
            ),
            "what the file defines is judged one by one"
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
