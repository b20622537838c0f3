//! The changes of a period that an auditor asks for by name: direct pushes, those that only their author agreed to, those that went in with a
//! check that had not passed, emergencies.

use crate::audit::population::reconcile::counted;
use crate::audit::separation::approvals;
use crate::model::population::{Change, Listed, PullRequest, Trail};
use crate::model::release::Release;

/// The lists of a period.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) direct: Vec<Listed>,
    pub(super) self_approved: Vec<Listed>,
    pub(super) bypassed: Vec<Listed>,
    pub(super) emergencies: Vec<Listed>,
    pub(super) unreviewed: usize,
}

/// Puts the changes of a period into their lists.
pub(super) fn lists(trail: &Trail, releases: &[&Release], changes: &[usize]) -> Lists {
    let mut lists = Lists::default();
    for at in changes {
        let change = &trail.changes[*at];
        let listed = |why: String| Listed {
            change: *at,
            id: change.id.clone(),
            why,
        };
        if change.request.is_none() {
            let export = if trail.exports.is_empty() {
                "and no export of the forge was kept"
            } else {
                "and no export of the forge has it as a merge"
            };
            lists
                .direct
                .push(listed(format!("Its message names no pull request, {export}.")));
        }
        if let Some(why) = self_approval(change) {
            lists.self_approved.push(listed(why));
        }
        if let Some(request) = change
            .pull_request
            .as_ref()
            .filter(|request| !request.failed_checks.is_empty())
        {
            lists.bypassed.push(listed(format!(
                "{} of {} had not passed when the export was made: {}.",
                request.failed_checks.len(),
                counted(request.checks, "check"),
                request.failed_checks.join(", ")
            )));
        }
        if let Some(emergency) = &change.emergency {
            lists
                .emergencies
                .push(listed(format!("By {emergency}. {}", afterwards(change, releases))));
        }
        lists.unreviewed += usize::from(!change.reviews.iter().any(|review| !review.is_author));
    }
    lists
}

/// Why nobody but its author agreed to a change, where the source would tell of others.
fn self_approval(change: &Change) -> Option<String> {
    if change
        .reviews
        .iter()
        .any(crate::model::population::Review::is_approval_of_another)
    {
        return None;
    }
    if let Some(own) = change
        .reviews
        .iter()
        .find(|review| review.is_author && review.decision == "approved")
    {
        return Some(format!(
            "{} wrote it and agreed to it; no other person is known to have.",
            own.by
        ));
    }
    let request = change.pull_request.as_ref()?;
    let is_own_merge = !request.author.is_empty() && request.author.eq_ignore_ascii_case(&request.merged_by);
    is_own_merge.then(|| {
        format!(
            "{} opened #{} and merged it, and the export has no approval of another account.",
            request.author, request.number
        )
    })
}

/// Who looked at an emergency after it went in.
fn afterwards(change: &Change, releases: &[&Release]) -> String {
    let merged = change
        .pull_request
        .as_ref()
        .and_then(|request: &PullRequest| request.merged_at)
        .unwrap_or(change.at);
    let later = change
        .reviews
        .iter()
        .filter(|review| review.is_approval_of_another())
        .find(|review| review.at.is_some_and(|at| at > merged));
    if let Some(review) = later {
        let at = review
            .at
            .map(|at| at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string())
            .unwrap_or_default();
        return format!("{} agreed afterwards, at {at}, in the export.", review.by);
    }
    let Some(version) = &change.release else {
        return "It is in no release yet, and nobody agreed afterwards.".to_owned();
    };
    let release = releases.iter().find(|release| release.version == *version);
    let agreed = release.map(|release| approvals(release)).unwrap_or_default();
    let later = agreed
        .into_iter()
        .find_map(|act| act.moment().filter(|at| *at > merged.to_utc()).map(|at| (act, at)));
    match later {
        Some((act, at)) => format!(
            "{} agreed to {version} afterwards, at {} ({}).",
            act.holder(),
            at.format("%Y-%m-%d %H:%M UTC"),
            act.from
        ),
        None => format!("No sign-off of {version} after it is known."),
    }
}
