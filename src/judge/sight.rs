//! What a change takes out of the handbook: runbooks that it removes or moves out of sight, and what its settings no longer let be judged.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::change::gates::{is_declared, removed};
use crate::audit::change::sight::{Seen, Sight, out_of_sight};
use crate::audit::rule::apply_levels;
use crate::audit::rules::runbook_removed;
use crate::config::product::{ProductPlan, plans};
use crate::config::read;
use crate::error::Result;
use crate::judge::asking::settings;
use crate::judge::context::Context;
use crate::load::discovery::{glob_set, runbook_paths};
use crate::load::edition::{Cache, runbooks};
use crate::load::tagged::matcher;
use crate::load::version::take_apart;
use crate::model::declaration::Declaration;
use crate::model::difference::TreeDifference;
use crate::model::finding::Finding;
use crate::model::runbook::Runbook;
use crate::source::tags::{FoundTag, tags};
use crate::source::tree::Tree;

/// What of the two sides of a change is no longer judged. The levels are those from before the change, so that no change can quieten what
/// is said of it.
pub(super) fn findings(
    context: &Context,
    [base, head]: [&dyn Tree; 2],
    difference: &TreeDifference,
    cache: &Cache,
) -> Result<Vec<Finding>> {
    let path = context.config_file.as_ref().map_or(read::FILE, |file| file.name.as_str());
    let (Some((before, text_before)), Some((now, text_now))) = (settings(base, path), settings(head, path)) else {
        return Ok(Vec::new());
    };
    let name = context.name();
    let (plans_before, plans_now) = (plans(&before, &name), plans(&now, &name));
    let mut found = Vec::new();
    if text_before != text_now {
        let tags = match &context.repository {
            Some(repository) => tags(repository)?,
            None => Vec::new(),
        };
        let origins: BTreeMap<String, u32> = read::origins(&text_now).into_iter().collect();
        let [seen_before, seen_now] = [&plans_before, &plans_now].map(|plans| sight(head, plans, &tags));
        found.extend(out_of_sight(path, &origins, &seen_before, &seen_now));
    }
    found.extend(gone([base, head], [&plans_before, &plans_now], difference, cache));
    apply_levels(&before, &mut found);
    Ok(found)
}

/// What settings let be judged in a tree.
fn sight(tree: &dyn Tree, plans: &[ProductPlan], tags: &[FoundTag]) -> Sight {
    let mut sight = Sight::default();
    for plan in plans {
        sight.note(Seen::Runbook, runbook_paths(tree, plan));
        let logs = glob_set(&[plan.logs.as_slice(), &plan.forge_exports].concat());
        let files = tree.listing().entries.iter().map(|entry| &entry.path);
        sight.note(Seen::Log, files.filter(|path| logs.is_match(path)).cloned());
        let records = tree.listing().below(&plan.releases).iter();
        let folders = records.filter_map(|entry| entry.path.strip_suffix("/record.json"));
        sight.note(Seen::Record, folders.map(str::to_owned));
        if let Some(matcher) = matcher(plan) {
            let names = tags.iter().map(|tag| &tag.tag.name);
            let releases = names.filter(|name| matcher.is_match(name) && take_apart(name).is_some());
            sight.note(Seen::Tag, releases.cloned());
        }
    }
    sight
}

/// The runbooks that a change removes, or moves to where nothing takes them for runbooks. What its settings take out of sight is told of
/// the settings.
fn gone(
    [base, head]: [&dyn Tree; 2],
    [before, now]: [&[ProductPlan]; 2],
    difference: &TreeDifference,
    cache: &Cache,
) -> Vec<Finding> {
    let paths = |tree: &dyn Tree, plans: &[ProductPlan]| -> BTreeSet<String> {
        plans.iter().flat_map(|plan| runbook_paths(tree, plan)).collect()
    };
    let there = paths(head, now);
    let is_gone = |path: &String| {
        let moved = difference.moved.get(path).map(|moved| &moved.to);
        !head.listing().has_file(path) && moved.is_none_or(|to| !there.contains(to))
    };
    let lost: BTreeSet<String> = paths(base, before).into_iter().filter(is_gone).collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let texts = |tree: &dyn Tree, plans: &[ProductPlan]| -> Vec<_> {
        plans.iter().flat_map(|plan| runbooks(cache, tree, plan)).collect()
    };
    let declared: Vec<Declaration> = texts(head, now)
        .iter()
        .flat_map(|(_, runbook)| runbook.declarations.iter().cloned())
        .collect();
    // One that is of several products is lost once.
    let lost: BTreeMap<_, _> = texts(base, before)
        .into_iter()
        .filter(|(path, _)| lost.contains(path))
        .collect();
    let found = lost.iter().map(|(path, runbook)| {
        let to = difference.moved.get(path).map(|moved| moved.to.as_str());
        runbook_removed::finding(path, runbook.title.as_deref(), to, &gates_of(runbook, &declared))
    });
    found.collect()
}

/// The gates that a runbook declares and that are declared nowhere else.
fn gates_of<'text>(runbook: &'text Runbook, declared: &'text [Declaration]) -> Vec<&'text str> {
    let losses = removed(&runbook.declarations, declared).into_iter();
    let own = losses.filter(|loss| is_declared(loss.before));
    own.map(|loss| loss.before.name.as_str()).collect()
}
