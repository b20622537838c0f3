//! Controls: what the settings of the commit of each release declare, and what a change does to the mapping.

use std::collections::HashMap;

use crate::audit::controls::{AtRelease, findings};
use crate::audit::rule::apply_levels;
use crate::config::product::plans;
use crate::config::{Config, ControlConfig, read};
use crate::judge::context::Context;
use crate::model::finding::Finding;
use crate::model::release::Release;
use crate::model::tree::ContentId;
use crate::source::tree::Tree;

/// The controls that the settings of each release's own commit declare for a product.
pub(crate) fn at_releases(context: &Context, product: &str, releases: &[&Release]) -> Vec<AtRelease> {
    let mut known: HashMap<ContentId, AtRelease> = HashMap::new();
    releases
        .iter()
        .map(|release| {
            let commit = release.commit.as_ref().filter(|_| release.commit_is_present)?;
            let tree = context.repository.as_ref()?.tree(commit).ok()?;
            let entry = tree.listing().entry(read::FILE)?.clone();
            if let Some(found) = known.get(&entry.id) {
                return found.clone();
            }
            let found = settings(&tree).and_then(|config| declared(context, &config, product));
            let found = found.filter(|controls| !controls.is_empty());
            known.insert(entry.id, found.clone());
            found
        })
        .collect()
}

/// What a change does to the mapping of controls: the settings of both of its trees, product by product.
pub(crate) fn changed(context: &Context, base: &dyn Tree, head: &dyn Tree) -> Vec<Finding> {
    let (Some(before), Some(now)) = (settings(base), settings(head)) else {
        return Vec::new();
    };
    let mut told: Vec<Finding> = Vec::new();
    for plan in plans(&before, &context.name()) {
        let Some(now) = declared(context, &now, &plan.id) else {
            continue;
        };
        for finding in findings::changed(&plan.controls, &now) {
            // Controls of the whole repository are those of every product, and told once.
            if !told.contains(&finding) {
                told.push(finding);
            }
        }
    }
    apply_levels(&context.config, &mut told);
    told
}

/// The settings in a tree; none where there are none, or they cannot be read.
fn settings(tree: &dyn Tree) -> Option<Config> {
    let entry = tree.listing().entry(read::FILE)?;
    let text = String::from_utf8(tree.read(entry).ok()?).ok()?;
    read::read(&text, read::FILE, &[]).ok()
}

fn declared(context: &Context, config: &Config, product: &str) -> Option<Vec<ControlConfig>> {
    let plan = plans(config, &context.name()).into_iter().find(|plan| plan.id == product)?;
    Some(plan.controls)
}
