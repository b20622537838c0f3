//! What a change does to what releases rest on: records, amendments, evidence. What is contradicted, altered or gone with the change, and was
//! not before it, is of the change, whether or not a runbook is.

use crate::audit::rule::apply_levels;
use crate::audit::rules::record_contradicted;
use crate::config::product::ProductPlan;
use crate::error::Result;
use crate::judge::context::{Context, Subject};
use crate::judge::place::Place;
use crate::judge::standing;
use crate::load::edition::Cache;
use crate::model::difference::TreeDifference;
use crate::model::finding::Finding;

/// What is wrong with releases that was not wrong before the change.
pub(super) fn findings(
    context: &Context,
    plans: &[ProductPlan],
    [base, head]: [&Subject; 2],
    difference: &TreeDifference,
    cache: &Cache,
) -> Result<Vec<Finding>> {
    let mut told = taken_away(context, plans, [base, head]);
    let is_of_release = |path: &str| plans.iter().any(|plan| below(plan, path).is_some());
    let is_touched = difference.changed.keys().any(|path| is_of_release(path));
    // What lies on another branch is not of this change, and an older commit is not what releases are judged from.
    if !is_touched || !matches!(context.evidence, Place::Tree) || !is_present(context, head)? {
        return Ok(told);
    }
    let before = standing::findings(context, base, cache)?;
    for finding in standing::findings(context, head, cache)? {
        let is_told = told
            .iter()
            .any(|other| other.path == finding.path && other.rule == finding.rule);
        if is_of_release(&finding.path) && !is_told && !before.contains(&finding) {
            told.push(finding);
        }
    }
    Ok(told)
}

/// The records and amendments that a change takes away: the release that each is of loses what proves it.
fn taken_away(context: &Context, plans: &[ProductPlan], [base, head]: [&Subject; 2]) -> Vec<Finding> {
    let (base, head) = (base.tree.listing(), head.tree.listing());
    let mut told = Vec::new();
    for plan in plans {
        let is_record = |path: &str| {
            let name = below(plan, path)
                .and_then(|below| below.split_once('/'))
                .map(|(_, name)| name);
            name.is_some_and(|name| name == "record.json" || name.starts_with("amendments/"))
        };
        let is_moved = |id| head.below(&plan.releases).iter().any(|entry| entry.id == id);
        let before = base.below(&plan.releases).iter();
        for gone in before.filter(|entry| is_record(&entry.path) && !head.has_file(&entry.path) && !is_moved(entry.id)) {
            told.push(Finding {
                message: "the change removes it, and with it what proves its release".to_owned(),
                help: Some("put it back; what has to be added to a record goes into an amendment, `runproof amend`".to_owned()),
                ..Finding::of(&record_contradicted::RULE.text, &gone.path)
            });
        }
    }
    apply_levels(&context.config, &mut told);
    told
}

/// The rest of a path that lies where a product keeps its releases.
fn below<'path>(plan: &ProductPlan, path: &'path str) -> Option<&'path str> {
    path.strip_prefix(&plan.releases)?.strip_prefix('/')
}

/// Whether what is judged is the commit that is checked out, or what comes behind it.
fn is_present(context: &Context, head: &Subject) -> Result<bool> {
    let (Some(repository), Some(commit)) = (&context.repository, &head.commit) else {
        return Ok(true);
    };
    Ok(repository.head()?.is_some_and(|last| last.id == commit.id))
}
