//! A release with everything that was found out about it: its verdict, its edition, what changed in it, who did what, what proves it.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::audit;
use crate::audit::registered_duties::Told;
use crate::audit::separation::Around;
use crate::judge::releases::Judged;
use crate::model::change::ComponentChanges;
use crate::model::edition::EditionRunbook;
use crate::model::handbook::{JudgedEdition, JudgedRelease, JudgedRunbook};
use crate::model::proof::DeclaredArtifact;
use crate::model::register::{DeclaredDuty, JudgedDuty};
use crate::model::release::{OperationsLog, Release};
use crate::model::sbom::Sbom;
use crate::model::tree::ContentId;

/// Joins releases with their verdicts and with the editions that hold their runbooks.
pub(super) fn judge_releases(
    releases: Vec<Release>,
    verdicts: Vec<Judged>,
    editions: &[JudgedEdition],
    absent: Vec<Option<String>>,
) -> Vec<JudgedRelease> {
    let changes = component_changes(&releases);
    let mut texts = Texts::new();
    let judged = releases.into_iter().zip(verdicts).zip(changes).zip(absent).enumerate();
    judged
        .map(|(index, (((release, judged), components), edition_absent))| {
            let edition = editions.iter().position(|edition| edition.release == Some(index));
            let runbooks = edition
                .map(|edition| editions[edition].runbooks.as_slice())
                .unwrap_or_default();
            let around = Around {
                exceptions: &judged.exceptions,
                changes: None,
                runbooks,
            };
            JudgedRelease {
                verdict: judged.verdict,
                asked: judged.asked,
                today: judged.today,
                at_release: judged.at_release,
                duties: Vec::new(),
                separation: audit::separation::of(&release, around),
                exceptions: judged.exceptions,
                components,
                proofs: audit::proofs::proofs(&release, &declared(runbooks, &mut texts)),
                edition,
                edition_absent,
                release,
            }
        })
        .collect()
}

/// The duties of a product as they stood on the day of each of its releases.
pub(super) fn duties_then(
    duties: &[DeclaredDuty],
    releases: &[JudgedRelease],
    logs: &[OperationsLog],
    today: NaiveDate,
) -> Vec<Vec<JudgedDuty>> {
    let all: Vec<&Release> = releases.iter().map(|release| &release.release).collect();
    let day = |release: &Release| release.date.as_ref().map_or(today, |date| date.day.min(today));
    all.iter()
        .map(|release| {
            // What came later is no evidence of that day.
            let earlier: Vec<&Release> = all.iter().filter(|other| day(other) <= day(release)).copied().collect();
            audit::registered_duties::judge(
                duties,
                Told {
                    logs,
                    releases: &earlier,
                },
                day(release),
            )
        })
        .collect()
}

/// What texts say that a release publishes, each read once: its editions share most of them.
type Texts<'editions> = HashMap<(&'editions str, ContentId), Vec<DeclaredArtifact>>;

/// What the runbooks of a release say that it publishes.
fn declared<'editions>(runbooks: &'editions [JudgedRunbook], texts: &mut Texts<'editions>) -> Vec<DeclaredArtifact> {
    let mut all = Vec::new();
    for EditionRunbook {
        path, content, runbook, ..
    } in runbooks.iter().map(|judged| &judged.runbook)
    {
        let known = texts.entry((path, *content));
        all.extend(
            known
                .or_insert_with(|| audit::proofs::declared::declared(path, runbook))
                .clone(),
        );
    }
    all
}

/// How the components of each release differ from the nearest older release that has a bill of materials.
pub(super) fn component_changes(releases: &[Release]) -> Vec<Option<ComponentChanges>> {
    let lacking = audit::bills::lacking(releases);
    let nearest = |at: usize| {
        let mut older = at + 1..releases.len();
        older.find(|other| releases[*other].line == releases[at].line && releases[*other].bills().next().is_some())
    };
    (0..releases.len())
        .map(|at| changes_between(releases, (nearest(at)?, at), &lacking))
        .collect()
}

/// How the components of two releases differ; none where one of them has no bill of materials.
pub(super) fn changes_between(
    releases: &[Release],
    (before, after): (usize, usize),
    lacking: &[Vec<audit::bills::Bill<'_>>],
) -> Option<ComponentChanges> {
    let bills = |at: usize| -> Vec<&Sbom> { releases[at].bills().map(|(_, sbom)| sbom).collect() };
    let (old, new) = (bills(before), bills(after));
    if old.is_empty() || new.is_empty() {
        return None;
    }
    let mut changes = audit::components::changes(&old, &new, &releases[before].version);
    audit::bills::set_apart(&mut changes, releases, (before, after), lacking);
    Some(changes)
}
