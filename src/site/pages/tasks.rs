//! What somebody came to do, and the runbooks for it: the first thing on the first pages.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::freshness::State;
use crate::model::gate::ReleaseState;
use crate::model::handbook::{JudgedRelease, JudgedRunbook};
use crate::model::runbook::SectionKind;
use crate::site::pages::failing::failing;
use crate::site::shared::{AtHand, ProductSite, Site, title};

/// Tasks and how the words in a title or file name begin that tell them, the most urgent first; the first that fits wins. Behind a `$`
/// the word has to end.
const TASKS: &[(&str, &str)] = &[
    ("Roll back", "rollback roll-back revert$ reverting undo$ undoing"),
    ("Restore data", "restor backup back-up recover failover fail-over disaster"),
    (
        "Handle an incident",
        "incident alert outage on-call$ oncall triag pager paging page$ emergenc security-report vulnerab",
    ),
    (
        "Release and deploy",
        "releas deploy rollout roll-out publish ship$ shipping cut$ cutting hotfix go-live promot",
    ),
    ("Rotate a secret", "rotat secret credential certificate certs$ token keys$"),
    ("Hand over", "handover hand-over onboard offboard"),
    (
        "Operate",
        "operat maintain maintenance monitor scal upgrad updat migrat patch troubleshoot",
    ),
];

/// The place of the task for incidents.
const INCIDENT: usize = 2;

/// The place of the task for releases.
const RELEASE: usize = 3;

/// How the headings of a runbook for one alert begin; two of them tell.
const OF_AN_ALERT: [&str; 8] = [
    "diagnos", "escalat", "impact", "investigat", "meaning", "mitigat", "remediat", "symptom",
];

/// Runbooks of one task that are listed on a first page.
const MOST_OF_A_TASK: usize = 8;

/// The task of runbooks that fit no other.
const OTHER: &str = "Everything else";

/// A task with its runbooks.
#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the name that twins carry")]
pub(super) struct Task<'site> {
    /// The words.
    pub(super) task: &'static str,
    /// The runbooks, in the order of the product, those of the version in use first.
    pub(super) runbooks: Vec<Link<'site>>,
    /// How many more there are.
    pub(super) more: usize,
    /// Beside the way back: the newest release before the one in use whose gates let it through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) goes_back_to: Option<Sound<'site>>,
}

/// A release whose gates let it through.
#[derive(Serialize)]
pub(super) struct Sound<'site> {
    version: &'site str,
    url: String,
    state: ReleaseState,
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
    /// What of it does not work today: `step 4 of 5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) broken: Option<String>,
    /// The version that it stands in, where that was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) taken_back: Option<&'site str>,
    /// Its run sheet, for a release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<String>,
    /// Where it stands when it is not in the version in use: `next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_in: Option<&'site str>,
    /// The folder that it lies in, where another one of the list has the same title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<&'site str>,
    /// The product, where a list holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) product: Option<&'site str>,
}

/// The version whose runbooks somebody who has to act follows: that in use, else `next` for the main branch; none where there is neither.
pub(super) fn followed_version<'site>(product: &ProductSite<'site>) -> Option<&'site str> {
    let edition = product.latest.or(product.current)?;
    Some(&product.editions[edition].edition.version)
}

/// The tasks of a product with the runbooks for them; tasks without any are left out.
pub(super) fn tasks<'site>(product: &'site ProductSite) -> Vec<Task<'site>> {
    let names = TASKS.iter().map(|(task, _)| *task).chain([OTHER]);
    let mut tasks: Vec<Task> = names
        .map(|task| Task {
            task,
            runbooks: Vec::new(),
            more: 0,
            goes_back_to: None,
        })
        .collect();
    for at_hand in &product.at_hand {
        let index = task_of(at_hand.runbook);
        let slug = &at_hand.runbook.runbook.slug;
        let sheet = (index == RELEASE).then(|| match at_hand.only_in {
            None => product.latest.and_then(|latest| product.sheet(latest, true, slug)),
            Some(_) => product.current.and_then(|current| product.sheet(current, false, slug)),
        });
        tasks[index].runbooks.push(Link {
            sheet: sheet.flatten(),
            ..link(at_hand, None)
        });
    }
    tasks[0].goes_back_to = goes_back_to(product);
    tasks.retain(|task| !task.runbooks.is_empty());
    tasks
}

/// Sections that tell how to undo, in runbooks for something else.
pub(super) fn rollbacks<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<Link<'site>> {
    // What is a runbook for rolling back stands under that task, and to undo a rotation of secrets undoes no release.
    let is_of_releases = |at_hand: &&AtHand| {
        let task = task_of(at_hand.runbook);
        task == RELEASE || task >= TASKS.len()
    };
    let others = product.at_hand.iter().filter(is_of_releases);
    let sections = others.filter_map(|at_hand| {
        let headings = &site.body(at_hand.runbook).headings;
        let heading = headings.iter().find(|heading| heading.kind == SectionKind::Rollback)?;
        Some(link(at_hand, Some(heading.id.as_str())))
    });
    sections.collect()
}

fn link<'site>(at_hand: &AtHand<'site>, anchor: Option<&'site str>) -> Link<'site> {
    let freshness = &at_hand.runbook.freshness;
    Link {
        title: title(at_hand.runbook),
        url: at_hand.url.clone(),
        anchor,
        state: freshness.state,
        reason: &freshness.reason,
        broken: (freshness.state == State::Broken)
            .then(|| failing(at_hand.runbook))
            .flatten()
            .map(|failing| failing.words),
        taken_back: at_hand.taken_back,
        sheet: None,
        only_in: at_hand.only_in,
        folder: at_hand.runbook.runbook.path.rsplit_once('/').map(|(folder, _)| folder),
        product: None,
    }
}

/// The newest release before the one in use, of the same line, whose gates let it through.
pub(super) fn goes_back_to<'site>(product: &ProductSite<'site>) -> Option<Sound<'site>> {
    let in_use = product.release_of(product.latest?)?;
    let is_older = |other: &&JudgedRelease| !std::ptr::eq(*other, in_use) && other.release.line == in_use.release.line;
    let releases = product.product.releases.iter();
    let older = releases.skip_while(|other| !std::ptr::eq(*other, in_use)).filter(is_older);
    let is_sound = |state| matches!(state, ReleaseState::Proven | ReleaseState::Accepted);
    let sound = older.into_iter().find(|other| is_sound(other.verdict.state))?;
    Some(Sound {
        version: &sound.release.version,
        url: product.release(sound),
        state: sound.verdict.state,
    })
}

/// The index of the task that a runbook is for.
fn task_of(runbook: &JudgedRunbook) -> usize {
    let file = runbook.runbook.path.rsplit('/').next().unwrap_or_default();
    let named = task_named(&format!("{} {file}", title(runbook)));
    if named < TASKS.len() {
        return named;
    }
    let headings = runbook.runbook.runbook.sections.iter().map(|section| section.title.as_str());
    if is_of_an_alert(headings) { INCIDENT } else { named }
}

/// Whether headings are those of a runbook for one alert, which is named as the alert is.
fn is_of_an_alert<'heading>(headings: impl Iterator<Item = &'heading str>) -> bool {
    let mut found: Vec<&str> = headings
        .filter_map(|heading| {
            let heading = heading.trim().to_lowercase();
            OF_AN_ALERT.iter().copied().find(|sign| heading.starts_with(sign))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.len() > 1
}

/// The index of the task that words tell.
fn task_named(words: &str) -> usize {
    let mut line = String::from("-");
    for c in words.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            line.push(c);
        } else if !line.ends_with('-') {
            line.push('-');
        }
    }
    line.push('-');
    let tells = |sign: &str| match sign.strip_suffix('$') {
        Some(word) => line.contains(&format!("-{word}-")),
        None => line.contains(&format!("-{sign}")),
    };
    TASKS
        .iter()
        .position(|(_, signs)| signs.split(' ').any(tells))
        .unwrap_or(TASKS.len())
}

/// The tasks with so many runbooks each as a first page can hold; those of one title are told apart by their folders.
pub(super) fn shortened(mut tasks: Vec<Task<'_>>) -> Vec<Task<'_>> {
    for task in &mut tasks {
        let mut titles: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
        for link in &task.runbooks {
            *titles.entry((link.title, link.product)).or_default() += 1;
        }
        for link in &mut task.runbooks {
            if titles[&(link.title, link.product)] == 1 {
                link.folder = None;
            }
        }
        task.more = task.runbooks.len().saturating_sub(MOST_OF_A_TASK);
        task.runbooks.truncate(MOST_OF_A_TASK);
    }
    tasks
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
                    sheet: None,
                    ..link
                })
            })
            .collect();
        if !runbooks.is_empty() {
            urgent.push(Task {
                task,
                runbooks,
                more: 0,
                goes_back_to: None,
            });
        }
    }
    urgent
}

#[cfg(test)]
mod tests {
    use super::{INCIDENT, OTHER, TASKS, is_of_an_alert, task_named};

    fn task(words: &str) -> &'static str {
        TASKS.get(task_named(words)).map_or(OTHER, |(task, _)| task)
    }

    #[test]
    fn the_most_urgent_task_of_a_title_wins() {
        assert_eq!(task("Roll back a release release.md"), "Roll back");
        assert_eq!(task("Rollback windows"), "Roll back");
        assert_eq!(task("Restoring from S3 backups"), "Restore data");
        assert_eq!(task("Releasing"), "Release and deploy");
        assert_eq!(task("Making a release (Contributing) CONTRIBUTING.md"), "Release and deploy");
        assert_eq!(task("When the page goes off page.md"), "Handle an incident");
        assert_eq!(task("On call during a release"), "Handle an incident");
    }

    #[test]
    fn the_headings_of_a_runbook_for_an_alert_tell_what_it_is_for() {
        assert_eq!(TASKS[INCIDENT].0, "Handle an incident");
        assert!(is_of_an_alert(["Meaning", "Impact", "Diagnosis"].into_iter()));
        assert!(is_of_an_alert(["Symptoms of it", " mitigation steps"].into_iter()));
        assert!(!is_of_an_alert(["Impact", "Impact on others"].into_iter()));
        assert!(!is_of_an_alert(["Steps", "Checks"].into_iter()));
    }

    #[test]
    fn a_word_inside_of_another_tells_nothing() {
        assert_eq!(task("Adding Pages"), OTHER);
        assert_eq!(task("Membership of the group"), OTHER);
        assert_eq!(task("Cooperation with partners"), OTHER);
        assert_eq!(task("Undocumented flags"), OTHER);
    }
}
