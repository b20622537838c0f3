//! The handbook: everything that was read and judged, ready to be shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::attachment::Attachment;
use crate::model::change::ComponentChanges;
use crate::model::control::JudgedControl;
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Finding, RuleText};
use crate::model::freshness::Freshness;
use crate::model::gate::{AsReleased, Asked, Gate, GateVerdict, ReleaseState, ReleaseVerdict};
use crate::model::history::{Commit, Completeness};
use crate::model::inventory::Inventory;
use crate::model::licence::JudgedLicence;
use crate::model::population::{Population, Trail};
use crate::model::proof::Proofs;
use crate::model::reference::Resolution;
use crate::model::register::{AppliedException, JudgedDuty, JudgedException};
use crate::model::release::{LeftOutTag, Notes, OperationsLog, Outcome, Release};
use crate::model::separation::Separation;
use crate::model::support::{JudgedSupport, KeptRelease};
use crate::model::theme::Theme;

/// What the main branch is called.
pub(crate) const MAIN_BRANCH: &str = "the main branch";

/// Everything that was read and judged.
#[derive(Clone, Debug)]
pub(crate) struct Handbook {
    /// The name on pages.
    pub(crate) title: String,
    /// The commit it was built from; none without a repository or commits.
    pub(crate) commit: Option<Arc<Commit>>,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
    /// How much of the history could be read.
    pub(crate) completeness: Completeness,
    /// Where sources can be read on the web: a pattern with `{revision}` and `{path}`.
    pub(crate) source_url: Option<String>,
    /// What its head is called: the main branch, another branch, a commit without one.
    pub(crate) head: String,
    /// The address that it is published at, with a slash at its end; none where nobody said.
    pub(crate) base_url: Option<String>,
    /// How its pages look, where that is not as the program has it.
    pub(crate) theme: Theme,
    /// The products, in the order of the configuration.
    pub(crate) products: Vec<Product>,
    /// The rules, sorted by id.
    pub(crate) rules: Vec<RuleText>,
    /// The rules that say nothing but how long ago a review was, by their ids: the state of a runbook and its reason tell the same.
    pub(crate) clock_rules: &'static [&'static str],
    /// Findings about the repository that no runbook is to blame for: files that could not be read, a shallow clone.
    pub(crate) findings: Vec<Finding>,
}

/// Something that is released on its own.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// Its part of URLs; empty when it is the only one, so that its pages stand at the root.
    pub(crate) prefix: String,
    /// The name on pages.
    pub(crate) name: String,
    /// One sentence about it, or empty.
    pub(crate) summary: String,
    /// `next` first, then the releases that have an edition, newest first.
    pub(crate) editions: Vec<JudgedEdition>,
    /// The runbooks of the edition in use as somebody follows them today: its texts, judged today against the head of the branch. In the
    /// order of that edition; empty when no release is in use.
    pub(crate) today: Vec<JudgedRunbook>,
    /// Runbooks that stand at another place in a newer edition, those of the newest editions first.
    pub(crate) moves: Vec<RunbookMove>,
    /// The releases, newest first.
    pub(crate) releases: Vec<JudgedRelease>,
    /// What is written about the release that comes next.
    pub(crate) coming: Vec<Notes>,
    /// Tags that are no release.
    pub(crate) left_out_tags: Vec<LeftOutTag>,
    /// Its gates: declared ones in the order of the configuration, then the others by id.
    pub(crate) gates: Vec<Gate>,
    /// Its logs.
    pub(crate) logs: Vec<OperationsLog>,
    /// Its exceptions as they stand today.
    pub(crate) exceptions: Vec<JudgedException>,
    /// Components and advisories over its releases.
    pub(crate) inventory: Inventory,
    /// The licences of what its newest release is made of, those to look at first in front.
    pub(crate) licences: Vec<JudgedLicence>,
    /// Its declared duties as they stand today.
    pub(crate) duties: Vec<JudgedDuty>,
    /// The support periods of its release lines as they stand today.
    pub(crate) support: Vec<JudgedSupport>,
    /// What of its releases must still exist, newest first; empty where nobody says how long.
    pub(crate) kept: Vec<KeptRelease>,
    /// Its changes.
    pub(crate) trail: Trail,
    /// The periods that auditors get, newest first.
    pub(crate) populations: Vec<Population>,
    /// Its controls, those of the organisation first.
    pub(crate) controls: Vec<JudgedControl>,
    /// What is wrong with its files other than runbooks: records, artifacts, logs.
    pub(crate) findings: Vec<Finding>,
}

impl Product {
    /// The edition of the newest release that is in use: no pre-release, not withdrawn, shipped.
    pub(crate) fn in_use(&self) -> Option<usize> {
        let leading = self.releases.first().map(|release| release.release.line.as_str());
        let of_leading = |release: &&JudgedRelease| Some(release.release.line.as_str()) == leading;
        let mut releases = self.releases.iter().filter(of_leading).filter(|release| release.is_in_use());
        releases.find_map(|release| release.edition)
    }

    /// The newest release of each line, the leading line first: the newest that is in use, or the newest of a line that has none in use.
    pub(crate) fn newest_of_lines(&self) -> Vec<&JudgedRelease> {
        let mut newest: Vec<&JudgedRelease> = Vec::new();
        // The releases stand line by line.
        for release in &self.releases {
            match newest.last_mut().filter(|other| other.release.line == release.release.line) {
                None => newest.push(release),
                Some(other) if !other.is_in_use() && release.is_in_use() => *other = release,
                Some(_) => {}
            }
        }
        newest
    }
}

/// A runbook that was moved or renamed between two neighbouring editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunbookMove {
    /// Its slug in the older edition.
    pub(crate) from: String,
    /// Its slug in the newer edition.
    pub(crate) to: String,
    /// The index into `Product::editions` of the newer edition.
    pub(crate) in_edition: usize,
}

/// An edition with its judgement.
#[derive(Clone, Debug)]
pub(crate) struct JudgedEdition {
    /// `next`, or the slug of its release.
    pub(crate) id: String,
    /// The version as people say it: `next`, `v1.8.2`.
    pub(crate) version: String,
    /// The commit.
    pub(crate) commit: Option<Arc<Commit>>,
    /// The index into `Product::releases`; none for `next`.
    pub(crate) release: Option<usize>,
    /// The runbooks, sorted by path.
    pub(crate) runbooks: Vec<JudgedRunbook>,
    /// The files that they show or link to, by path.
    pub(crate) attachments: BTreeMap<String, Arc<Attachment>>,
    /// What it was made from, in one digest: with the same digest it is the same. None for the main branch, and where something was read
    /// that has no digest.
    pub(crate) key: Option<String>,
}

/// A runbook of an edition with its judgement.
#[derive(Clone, Debug)]
pub(crate) struct JudgedRunbook {
    /// The runbook at its place.
    pub(crate) runbook: EditionRunbook,
    /// The outcome for each of its references, in the same order.
    pub(crate) resolutions: Vec<Resolution>,
    /// What is wrong with it, worst first, then by place.
    pub(crate) findings: Vec<Finding>,
    /// The judgement.
    pub(crate) freshness: Freshness,
    /// The commits that changed it, newest first; empty when history cannot tell.
    pub(crate) commits: Vec<Arc<Commit>>,
}

/// A release with its judgement.
#[derive(Clone, Debug)]
pub(crate) struct JudgedRelease {
    /// How the gates would go by today's settings, where that is otherwise.
    pub(crate) today: Vec<GateVerdict>,
    /// The release.
    pub(crate) release: Release,
    /// How it stood without what came later: amendments, an end in its record or in a log; none where nothing did.
    pub(crate) at_release: Option<AsReleased>,
    /// What was asked of it.
    pub(crate) asked: Asked,
    /// The judgement.
    pub(crate) verdict: ReleaseVerdict,
    /// The exceptions that let a gate of it through, or would have.
    pub(crate) exceptions: Vec<AppliedException>,
    /// How the duties of the product stood on its day.
    pub(crate) duties: Vec<JudgedDuty>,
    /// Who did what for it.
    pub(crate) separation: Separation,
    /// How its components differ from the release before; none when either has no bill of materials.
    pub(crate) components: Option<ComponentChanges>,
    /// Its artifacts, and what proves each of them.
    pub(crate) proofs: Proofs,
    /// The index into `Product::editions` of its edition, if it has one.
    pub(crate) edition: Option<usize>,
    /// Why it has no edition, when it has none.
    pub(crate) edition_absent: Option<String>,
}

/// A gate that let a release through only after it had gone out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClosedLater<'a> {
    /// The gate, by id.
    pub(crate) gate: &'a str,
    /// The number of the amendment that closed it, from 1, and its day; none where nothing tells which did.
    pub(crate) by: Option<(usize, Option<NaiveDate>)>,
}

impl JudgedRelease {
    /// The state when it went out.
    pub(crate) fn state_then(&self) -> ReleaseState {
        self.at_release.as_ref().map_or(self.verdict.state, |then| then.state)
    }

    /// The gates that were open when it went out and let it through since.
    pub(crate) fn closed_later(&self) -> Vec<ClosedLater<'_>> {
        let then = self.at_release.iter().flat_map(|then| &then.open);
        let lets_through = |id: &&String| {
            let mut gates = self.verdict.gates.iter();
            gates.any(|gate| gate.gate == **id && gate.outcome.lets_through())
        };
        let closed = then.filter(lets_through).map(|gate| {
            let mut amendments = self.release.amendments.iter().enumerate();
            let by = amendments.rfind(|(_, amendment)| {
                let shows = |of: Option<&String>| of == Some(gate);
                amendment.files.iter().any(|file| shows(file.gate.as_ref()))
                    || amendment.timeline.iter().any(|event| shows(event.gate.as_ref()))
            });
            let by = by.or(match self.release.amendments.as_slice() {
                [only] => Some((0, only)),
                _ => None,
            });
            ClosedLater {
                gate,
                by: by.map(|(at, amendment)| (at + 1, amendment.at.map(|at| at.date_naive()))),
            }
        });
        closed.collect()
    }

    /// Whether it is what people run: no pre-release, not withdrawn, shipped.
    pub(crate) fn is_in_use(&self) -> bool {
        let outcome = self.release.record.as_ref().and_then(|record| record.outcome);
        !self.release.is_prerelease()
            && self.verdict.state != ReleaseState::Withdrawn
            && !matches!(outcome, Some(Outcome::Withdrawn | Outcome::Abandoned))
    }
}
