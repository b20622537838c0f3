//! What somebody came to do, and the runbooks for it: the first thing on the first pages.

use serde::Serialize;

use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::model::runbook::SectionKind;
use crate::site::address::part;
use crate::site::shared::{ProductSite, Site, title};

/// Tasks and the words in a title or path that tell them, the most urgent first; the first that fits wins.
const TASKS: &[(&str, &[&str])] = &[
    ("Roll back", &["rollback", "roll back", "roll-back", "revert", "undo"]),
    ("Restore data", &["restore", "backup", "recovery", "recover"]),
    (
        "Handle an incident",
        &["incident", "alert", "outage", "on-call", "oncall", "triage", "page"],
    ),
    (
        "Release and deploy",
        &["release", "releasing", "deploy", "rollout", "publish", "ship"],
    ),
    (
        "Rotate a secret",
        &["rotate", "rotation", "secret", "credential", "certificate"],
    ),
    ("Hand over", &["handover", "hand over", "onboard", "offboard"]),
    (
        "Operate",
        &["operat", "maintain", "maintenance", "monitor", "scale", "upgrade", "migrat"],
    ),
];

/// The task of runbooks that fit no other.
const OTHER: &str = "Everything else";

/// A task with its runbooks.
#[derive(Serialize)]
pub(super) struct Task<'site> {
    /// The words.
    pub(super) task: &'static str,
    /// The runbooks, in the order of the product, those of the version in use first.
    pub(super) runbooks: Vec<Link<'site>>,
}

/// A runbook that does a task.
#[derive(Serialize)]
pub(super) struct Link<'site> {
    /// The title.
    pub(super) title: &'site str,
    /// The page.
    pub(super) url: String,
    /// The place in the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anchor: Option<&'site str>,
    /// Whether it can be followed today.
    pub(super) state: State,
    /// Why, in one sentence.
    pub(super) reason: &'site str,
    /// Where it stands when it is not in the version in use: `next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_in: Option<&'site str>,
    /// The product, where a list holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) product: Option<&'site str>,
}

/// A runbook as somebody who has to act finds it: that of the version in use, judged today; one that is on the main branch only, there.
pub(super) struct AtHand<'site> {
    /// The runbook.
    pub(super) runbook: &'site JudgedRunbook,
    /// Its page.
    pub(super) url: String,
    /// The edition that it stands in, when it is not in the version in use.
    pub(super) only_in: Option<&'site str>,
}

/// Every runbook of a product as somebody who has to act finds it.
pub(super) fn at_hand<'site>(product: &'site ProductSite) -> Vec<AtHand<'site>> {
    let mut list: Vec<AtHand> = Vec::new();
    let url = |address: &str, runbook: &JudgedRunbook| format!("{address}runbooks/{}/", part(&runbook.runbook.slug));
    if let Some(latest) = product.latest {
        let address = product.latest_address();
        list.extend(product.followed(latest, true).iter().map(|runbook| AtHand {
            runbook,
            url: url(&address, runbook),
            only_in: None,
        }));
    }
    if let Some(current) = product.current.filter(|current| Some(*current) != product.latest) {
        let edition = &product.editions[current];
        let in_use = product.latest.map(|latest| &product.editions[latest]);
        let is_new = |runbook: &&JudgedRunbook| in_use.is_none_or(|in_use| in_use.with_slug(&runbook.runbook.slug).is_none());
        list.extend(edition.edition.runbooks.iter().filter(is_new).map(|runbook| AtHand {
            runbook,
            url: url(&edition.address, runbook),
            only_in: in_use.map(|_| edition.edition.version.as_str()),
        }));
    }
    list
}

/// The tasks of a product with the runbooks for them; tasks without any are left out.
pub(super) fn tasks<'site>(product: &'site ProductSite) -> Vec<Task<'site>> {
    let names = TASKS.iter().map(|(task, _)| *task).chain([OTHER]);
    let mut tasks: Vec<Task> = names
        .map(|task| Task {
            task,
            runbooks: Vec::new(),
        })
        .collect();
    for at_hand in at_hand(product) {
        let index = task_of(at_hand.runbook);
        tasks[index].runbooks.push(link(at_hand, None));
    }
    tasks.retain(|task| !task.runbooks.is_empty());
    tasks
}

/// Sections that tell how to undo, wherever they stand.
pub(super) fn rollbacks<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<Link<'site>> {
    let sections = at_hand(product).into_iter().filter_map(|at_hand| {
        let headings = &site.body(at_hand.runbook).headings;
        let heading = headings.iter().find(|heading| heading.kind == SectionKind::Rollback)?;
        Some(link(at_hand, Some(heading.id.as_str())))
    });
    sections.collect()
}

fn link<'site>(at_hand: AtHand<'site>, anchor: Option<&'site str>) -> Link<'site> {
    let freshness = &at_hand.runbook.freshness;
    Link {
        title: title(at_hand.runbook),
        url: at_hand.url,
        anchor,
        state: freshness.state,
        reason: &freshness.reason,
        only_in: at_hand.only_in,
        product: None,
    }
}

/// The index of the task that a runbook is for.
fn task_of(runbook: &JudgedRunbook) -> usize {
    let file = runbook.runbook.path.rsplit('/').next().unwrap_or_default();
    let words = format!("{} {file}", title(runbook)).to_lowercase();
    TASKS
        .iter()
        .position(|(_, signs)| signs.iter().any(|sign| words.contains(sign)))
        .unwrap_or(TASKS.len())
}

/// The tasks that cannot wait, over all products: roll back, restore, handle an incident, release.
pub(super) fn urgent<'site>(site: &'site Site) -> Vec<Task<'site>> {
    let mut urgent: Vec<Task> = Vec::new();
    for (task, _) in &TASKS[..4] {
        let runbooks: Vec<Link> = site
            .products
            .iter()
            .flat_map(|product| {
                let own = tasks(product).into_iter().filter(|own| own.task == *task);
                own.flat_map(|own| own.runbooks).map(|link| Link {
                    product: Some(&product.product.name),
                    ..link
                })
            })
            .collect();
        if !runbooks.is_empty() {
            urgent.push(Task { task, runbooks });
        }
    }
    urgent
}
