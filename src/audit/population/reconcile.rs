//! The lists of a period against each other, in both directions: tags, records, sections of the changelog, deployments, pull requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::deployments::deployments;
use crate::audit::population::known::Known;
use crate::model::population::{Period, Shipped};
use crate::model::release::{Outcome, Release};
use crate::model::version::plain;

/// Names that a sentence spells out; the tables have all of them.
const SPELT: usize = 8;

/// The versions of a period with the lists that have them, newest first.
pub(super) fn shipped(known: &Known<'_>, period: &Period, changes: &[usize]) -> Vec<Shipped> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for at in changes {
        if let Some(version) = &known.trail.changes[*at].release {
            *counted.entry(version).or_default() += 1;
        }
    }
    let is_there = Kept::of(&known.releases);
    let in_period = known
        .releases
        .iter()
        .filter(|release| release.date.as_ref().is_some_and(|date| period.holds(date.day)));
    in_period
        .map(|release| {
            let changelog = release.notes.iter().find(|notes| !notes.path.is_empty());
            let mut shipped = Shipped {
                version: release.version.clone(),
                day: release.date.as_ref().map(|date| date.day),
                tag: release.tag.as_ref().map(|tag| tag.name.clone()),
                record: release.record.as_ref().map(|record| record.path.clone()),
                changelog: changelog.map(|notes| format!("{}:{}", notes.path, notes.line)),
                deployments: deployments(release),
                changes: counted.get(release.version.as_str()).copied().unwrap_or_default(),
                missing: Vec::new(),
                is_prerelease: release.is_prerelease(),
                is_abandoned: release.record.as_ref().and_then(|record| record.outcome) == Some(Outcome::Abandoned),
            };
            shipped.missing = is_there.missing(&shipped);
            shipped
        })
        .collect()
}

/// Which lists the product keeps at all. A list that is empty as a whole says nothing about one version.
struct Kept {
    tags: bool,
    records: bool,
    changelog: bool,
    deployments: bool,
}

impl Kept {
    fn of(releases: &[&Release]) -> Self {
        Self {
            tags: releases.iter().any(|release| release.tag.is_some()),
            records: releases.iter().any(|release| release.record.is_some()),
            changelog: releases
                .iter()
                .any(|release| release.notes.iter().any(|notes| !notes.path.is_empty())),
            deployments: releases.iter().any(|release| !deployments(release).is_empty()),
        }
    }

    fn missing(&self, shipped: &Shipped) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.tags && shipped.tag.is_none() {
            missing.push("tags");
        }
        if self.records && shipped.record.is_none() {
            missing.push("records");
        }
        if self.changelog && shipped.changelog.is_none() && !shipped.is_prerelease {
            missing.push("changelog");
        }
        let need_not = shipped.is_prerelease || shipped.is_abandoned;
        if self.deployments && shipped.deployments.is_empty() && !need_not {
            missing.push("deployments");
        }
        missing
    }

    /// The lists that the product does not keep.
    fn empty(&self) -> Vec<&'static str> {
        [
            (self.tags, "tags"),
            (self.records, "records"),
            (self.changelog, "sections of a changelog"),
            (self.deployments, "deployments"),
        ]
        .into_iter()
        .filter(|(kept, _)| !kept)
        .map(|(_, name)| name)
        .collect()
    }
}

/// What stands in one list and not in another, one sentence each.
pub(super) fn differences(known: &Known<'_>, period: &Period, changes: &[usize], shipped: &[Shipped]) -> Vec<String> {
    let mut told = Vec::new();
    let empty = Kept::of(&known.releases).empty();
    if !empty.is_empty() && !known.releases.is_empty() {
        told.push(format!(
            "Nothing of the product is in these lists at any time, so that no version can be checked against them: {}.",
            empty.join(", ")
        ));
    }
    for version in shipped.iter().filter(|version| !version.missing.is_empty()) {
        told.push(format!("{} is not in: {}.", version.version, version.missing.join(", ")));
    }
    logs(known, period, &mut told);
    requests(known, period, changes, &mut told);
    if !known.trail.is_whole && known.trail.head.is_some() {
        told.push(
            "The clone does not hold the whole line of first parents, so that changes may be missing here: fetch the rest of the history."
                .to_owned(),
        );
    }
    told
}

/// Versions that a log of operations names and no list has.
fn logs(known: &Known<'_>, period: &Period, told: &mut Vec<String>) {
    let versions: BTreeSet<String> = known.releases.iter().map(|release| plain(&release.version)).collect();
    for log in known.logs {
        for row in log.rows.iter().filter(|row| row.date.is_some_and(|day| period.holds(day))) {
            let named = [row.version.as_deref(), row.back_to.as_deref()].into_iter().flatten();
            for version in named.filter(|version| !versions.contains(&plain(version))) {
                told.push(format!(
                    "`{}`, line {}, names {version}, which no tag, record or changelog knows.",
                    log.path, row.line
                ));
            }
        }
    }
}

/// Requests against changes.
fn requests(known: &Known<'_>, period: &Period, changes: &[usize], told: &mut Vec<String>) {
    let trail = known.trail;
    if trail.exports.is_empty() {
        told.push(
            "No export of the forge is kept, so that who reviewed and who merged is known only where a message says it; `forge-exports` of the settings names one."
                .to_owned(),
        );
        return;
    }
    for export in &trail.exports {
        for problem in &export.problems {
            told.push(format!("`{}`: {problem}", export.path));
        }
    }
    let joined: BTreeSet<u64> = trail
        .changes
        .iter()
        .filter_map(|change| Some(change.pull_request.as_ref()?.number))
        .collect();
    let lost: Vec<String> = trail
        .requests
        .iter()
        .filter(|request| {
            let is_merged = request.merged_at.is_some_and(|at| period.holds(at.to_utc().date_naive()));
            is_merged && !joined.contains(&request.number)
        })
        .map(|request| {
            if request.base.is_empty() {
                format!("#{}", request.number)
            } else {
                format!("#{} into `{}`", request.number, request.base)
            }
        })
        .collect();
    if !lost.is_empty() {
        told.push(format!(
            "{} that the export says were merged in the period, and that no change of the product is: {}.",
            counted(lost.len(), "pull request"),
            spelt(&lost)
        ));
    }
    let unknown: Vec<String> = changes
        .iter()
        .map(|at| &trail.changes[*at])
        .filter(|change| change.pull_request.is_none())
        .filter_map(|change| Some(format!("#{} ({})", change.request?, change.short_id())))
        .collect();
    if !unknown.is_empty() {
        told.push(format!(
            "{} whose message names a pull request that the export does not have as theirs: {}.",
            counted(unknown.len(), "change"),
            spelt(&unknown)
        ));
    }
}

/// A number and its word.
pub(super) fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// The first names of a list, and how many more there are.
fn spelt(names: &[String]) -> String {
    let mut text = names.iter().take(SPELT).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SPELT {
        text.push_str(&format!(" and {} more", names.len() - SPELT));
    }
    text
}
