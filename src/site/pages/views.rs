//! Facts that several kinds of pages state in the same way.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::hash::Hash;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::closing::word;
use crate::model::digest::Values;
use crate::model::finding::{Confidence, Finding, Related, Severity};
use crate::model::freshness::{ReferenceCounts, Review, State};
use crate::model::gate::{GateVerdict, Outcome};
use crate::model::handbook::{JudgedRelease, JudgedRunbook};
use crate::model::release::Release;
use crate::site::address::part;
use crate::site::mould::{Gaps, Word};
use crate::site::pages::failing::worst;
use crate::site::pages::rows;
use crate::site::shared::{AtHand, ProductSite, Site, title};
use crate::site::words;

/// An edition in a few words.
#[derive(Hash, Serialize)]
pub(super) struct EditionView<'site> {
    /// `next`, or the slug of its release.
    pub(super) id: Cow<'site, str>,
    /// The version as people say it.
    pub(super) version: Cow<'site, str>,
    /// Its first page.
    pub(super) url: Cow<'site, str>,
    /// The day of the release or commit, as ISO 8601 writes it.
    pub(super) day: Option<String>,
    /// The commit, 40 digits.
    pub(super) commit: Option<Cow<'site, str>>,
    /// The page of its release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) release: Option<String>,
}

impl<'site> EditionView<'site> {
    /// An edition of a product. The main branch goes on: its day and its commit are those of the build, and stand where these are told.
    pub(super) fn of(product: &'site ProductSite, edition: usize) -> Self {
        let mut view = Self::of_build(product, edition);
        if product.editions[edition].edition.release.is_none() {
            view.day = None;
            view.commit = None;
        }
        view
    }

    /// An edition of a product, on a page that tells of the build as well: the main branch with its day and its commit.
    pub(super) fn of_build(product: &'site ProductSite, edition: usize) -> Self {
        let site = &product.editions[edition];
        Self {
            id: Cow::Borrowed(&site.edition.id),
            version: Cow::Borrowed(&site.edition.version),
            url: Cow::Borrowed(&site.address),
            day: site.day.map(|day| day.to_string()),
            commit: site.edition.commit.as_ref().map(|commit| Cow::Borrowed(commit.id.as_str())),
            release: product.release_of(edition).map(|release| product.release(release)),
        }
    }

    /// An edition with gaps in place of its words, for a page that is filled in.
    pub(super) fn with_gaps(gaps: &Gaps, product: &'site ProductSite, edition: usize) -> Self {
        let whole = Self::of(product, edition);
        let (base, part) = (&product.base, gaps.word(Word::Part));
        Self {
            id: gaps.word(Word::Id).into(),
            version: gaps.word(Word::Version).into(),
            url: format!("{base}{part}/").into(),
            day: whole.day.map(|_| gaps.word(Word::Day)),
            commit: whole.commit.map(|_| gaps.word(Word::Commit).into()),
            release: whole.release.map(|_| format!("{base}releases/{part}/")),
        }
    }
}

/// Adds a runbook with its judgement. Of the commits that changed it a page tells the last, or counts all of them itself.
pub(super) fn add_judged(judged: &JudgedRunbook, values: &mut Values) {
    let runbook = &judged.runbook;
    (&runbook.path, &runbook.slug, runbook.content).hash(values);
    // A text that counts in part has the same content as the whole.
    let parsed = &runbook.runbook;
    (
        parsed.text.len(),
        parsed.sections.len(),
        parsed.references.len(),
        parsed.steps.len(),
    )
        .hash(values);
    (
        &judged.resolutions,
        &judged.findings,
        &judged.freshness,
        judged.commits.first(),
    )
        .hash(values);
}

/// The commit and the day of a release, as every sheet of paper has them.
pub(super) fn printed(release: &Release) -> String {
    let commit = release.commit.as_deref().and_then(|id| id.get(..7));
    let commit = commit.map(|commit| format!("commit {commit}"));
    let day = release
        .date
        .as_ref()
        .map(|date| format!("released on {}", words::day(date.day)));
    let parts: Vec<String> = commit.into_iter().chain(day).collect();
    parts.join(" · ")
}

/// The judgement of a runbook in short.
#[derive(Serialize)]
pub(super) struct FreshnessFacts<'site> {
    pub(super) state: State,
    pub(super) reason: &'site str,
    reviewed: Option<&'site Review>,
    due: Option<NaiveDate>,
    references: ReferenceCounts,
}

impl<'site> FreshnessFacts<'site> {
    /// The judgement of a runbook.
    pub(super) fn of(judged: &'site JudgedRunbook) -> Self {
        let freshness = &judged.freshness;
        Self {
            state: freshness.state,
            reason: &freshness.reason,
            reviewed: freshness.reviewed.as_ref(),
            due: freshness.due,
            references: freshness.counts,
        }
    }
}

/// A runbook in one line.
#[derive(Serialize)]
pub(super) struct RunbookRow<'site> {
    /// The title.
    pub(super) title: &'site str,
    /// The file.
    pub(super) path: &'site str,
    /// Its page.
    pub(super) url: String,
    /// The freshness.
    pub(super) state: State,
    /// Why, in one sentence.
    pub(super) reason: &'site str,
    /// The worst finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) finding: Option<Brief<'site>>,
    /// How many findings there are.
    pub(super) findings: usize,
    /// How many steps it has.
    pub(super) steps: usize,
    /// The last review.
    pub(super) reviewed: Option<&'site Review>,
    /// The day the next review is due.
    pub(super) due: Option<NaiveDate>,
    /// Who answers for it.
    pub(super) owners: Vec<&'site str>,
    /// The edition that it stands in, when it is not in the version in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) only_in: Option<&'site str>,
    /// The first paragraph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<&'site str>,
}

/// A finding in one line.
#[derive(Serialize)]
pub(super) struct Brief<'site> {
    /// The rule.
    pub(super) rule: &'site str,
    /// How bad it is.
    pub(super) severity: Severity,
    /// What is wrong.
    pub(super) message: &'site str,
    /// The line.
    pub(super) line: Option<u32>,
}

impl<'site> Brief<'site> {
    fn of(finding: &'site Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: &finding.message,
            line: finding.place.map(|place| place.line),
        }
    }
}

impl<'site> RunbookRow<'site> {
    /// A runbook of an edition; `url` is its page.
    pub(super) fn of(runbook: &'site JudgedRunbook, url: String) -> Self {
        let text = &runbook.runbook.runbook;
        let active = || runbook.findings.iter().filter(|finding| finding.suppression.is_none());
        Self {
            title: title(runbook),
            path: &runbook.runbook.path,
            url,
            state: runbook.freshness.state,
            reason: &runbook.freshness.reason,
            finding: worst(runbook).filter(|finding| decides(runbook, finding)).map(Brief::of),
            findings: active().count(),
            steps: text.steps.len(),
            reviewed: runbook.freshness.reviewed.as_ref(),
            due: runbook.freshness.due,
            owners: owners(runbook),
            only_in: None,
            summary: text.summary.as_deref(),
        }
    }

    /// A runbook as somebody who has to act finds it.
    pub(super) fn at_hand(at_hand: &AtHand<'site>) -> Self {
        Self {
            only_in: at_hand.only_in,
            ..Self::of(at_hand.runbook, at_hand.url.clone())
        }
    }

    /// The runbooks of an edition, the ones in need first; all, or those of one part of the list. Under `latest` they are judged as of today
    /// and lead to its pages.
    pub(super) fn by_need(product: &'site ProductSite, edition: usize, is_latest: bool, number: Option<usize>) -> Vec<Self> {
        let address = if is_latest {
            product.latest_address()
        } else {
            product.editions[edition].address.clone()
        };
        let mut runbooks: Vec<&JudgedRunbook> = product.followed(edition, is_latest).iter().collect();
        runbooks.sort_by(|left, right| by_need(left, right));
        let wanted = match number {
            Some(number) => rows::of(runbooks, number),
            None => runbooks,
        };
        let row =
            |runbook: &'site JudgedRunbook| Self::of(runbook, format!("{address}runbooks/{}/", part(&runbook.runbook.slug)));
        wanted.into_iter().map(row).collect()
    }
}

/// Which of some runbooks are judged otherwise on the main branch than as people follow them, as they stand there.
pub(super) fn otherwise_on_main<'a, 'site: 'a>(
    product: &ProductSite<'site>,
    runbooks: impl Iterator<Item = &'a AtHand<'site>>,
) -> Vec<RunbookRow<'site>> {
    let Some(current) = product.current.filter(|_| product.latest.is_some()) else {
        return Vec::new();
    };
    let otherwise = runbooks.filter_map(|at_hand| {
        let slug = &at_hand.runbook.runbook.slug;
        let on_main = product.editions[current].with_slug(slug)?;
        let differs = at_hand.only_in.is_none() && on_main.freshness.state != at_hand.runbook.freshness.state;
        differs.then(|| RunbookRow::of(on_main, product.runbook(current, slug)))
    });
    otherwise.collect()
}

/// Whether a finding tells why a runbook stands as it does. What is only worth knowing says nothing of a runbook that nobody confirmed.
pub(super) fn decides(runbook: &JudgedRunbook, finding: &Finding) -> bool {
    let is_unconfirmed = matches!(
        runbook.freshness.state,
        State::NotReviewed | State::NotChecked | State::Unknown
    );
    !is_unconfirmed || finding.severity > Severity::Info
}

/// The order of runbooks, those in need first.
pub(super) fn by_need(left: &JudgedRunbook, right: &JudgedRunbook) -> Ordering {
    let by_state = right.freshness.state.cmp(&left.freshness.state);
    by_state.then_with(|| left.runbook.path.cmp(&right.runbook.path))
}

/// Who answers for a runbook, by its own word.
pub(crate) fn owners(runbook: &JudgedRunbook) -> Vec<&str> {
    runbook
        .runbook
        .runbook
        .metadata
        .owners
        .iter()
        .map(|owner| owner.value.as_str())
        .collect()
}

/// How many runbooks are in each state, worst first; states without any are left out.
pub(super) fn counts<'runbooks>(runbooks: impl Iterator<Item = &'runbooks JudgedRunbook>) -> Vec<StateCount> {
    let mut counts: Vec<StateCount> = State::WORST_FIRST.map(|state| StateCount { state, count: 0 }).into();
    for runbook in runbooks {
        if let Some(count) = counts.iter_mut().find(|count| count.state == runbook.freshness.state) {
            count.count += 1;
        }
    }
    counts.retain(|count| count.count > 0);
    counts
}

/// How many runbooks are in a state.
#[derive(Clone, Copy, Serialize)]
pub(super) struct StateCount {
    /// The state.
    pub(super) state: State,
    /// The number.
    pub(super) count: u64,
}

/// The references of all runbooks of an edition, added up.
pub(super) fn references<'runbooks>(runbooks: impl Iterator<Item = &'runbooks JudgedRunbook>) -> ReferenceCounts {
    ReferenceCounts::sum(runbooks.map(|runbook| runbook.freshness.counts))
}

/// A finding about a file that is no runbook, or a finding in a list.
#[derive(Serialize)]
pub(super) struct FindingView<'site> {
    /// The rule.
    pub(super) rule: &'site str,
    /// The page of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_url: Option<String>,
    /// How bad it is.
    pub(super) severity: Severity,
    /// How sure the rule is.
    pub(super) confidence: Confidence,
    /// The file.
    pub(super) path: &'site str,
    /// The first line.
    pub(super) line: Option<u32>,
    /// The words in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'site str>,
    /// What is wrong.
    pub(super) message: &'site str,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<&'site str>,
    /// What would resolve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggestion: Option<&'site str>,
    /// Other places that explain it.
    #[serde(skip_serializing_if = "<[Related]>::is_empty")]
    pub(super) related: &'site [Related],
}

impl<'site> FindingView<'site> {
    /// A finding.
    pub(super) fn of(site: &Site, finding: &'site Finding) -> Self {
        Self {
            rule: finding.rule,
            rule_url: site.rule(finding.rule),
            severity: finding.severity,
            confidence: finding.confidence,
            path: &finding.path,
            line: finding.place.map(|place| place.line),
            reference: finding.reference.as_deref(),
            message: &finding.message,
            help: finding.help.as_deref(),
            suggestion: finding.suggestion.as_deref(),
            related: &finding.related,
        }
    }

    /// Findings, worst first.
    pub(super) fn list(site: &Site, findings: &'site [Finding]) -> Vec<Self> {
        let mut list: Vec<Self> = findings.iter().map(|finding| Self::of(site, finding)).collect();
        list.sort_by(|left, right| {
            right
                .severity
                .cmp(&left.severity)
                .then_with(|| (left.path, left.line).cmp(&(right.path, right.line)))
        });
        list
    }
}

/// A release in one line.
#[derive(Serialize)]
pub(crate) struct ReleaseRow<'site> {
    /// The version.
    pub(super) version: &'site str,
    /// Its page.
    pub(super) url: String,
    /// The day.
    pub(super) day: Option<NaiveDate>,
    /// The state: `proven`, `open-gates`, ...
    pub(super) state: crate::model::gate::ReleaseState,
    /// How it ended, where a record tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<crate::model::release::Outcome>,
    /// Gates that let it through.
    pub(super) let_through: u64,
    /// Gates that passed.
    pub(super) passed: usize,
    /// Gates that keep it from being proven.
    pub(super) open: usize,
    /// All gates.
    pub(super) gates: usize,
    /// Gates that somebody accepted although they failed.
    pub(super) accepted: usize,
    /// Files of evidence.
    pub(super) evidence: usize,
    /// Files that are not as they were recorded.
    pub(super) altered: usize,
    /// The edition of the handbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) edition: Option<String>,
    /// Whether it is a pre-release.
    pub(super) is_prerelease: bool,
}

impl<'site> ReleaseRow<'site> {
    /// A release of a product.
    pub(crate) fn of(product: &'site ProductSite, release: &'site JudgedRelease) -> Self {
        use crate::model::evidence::Integrity;
        let evidence = &release.release.evidence;
        let outcomes = || release.verdict.gates.iter().map(|gate| gate.outcome);
        Self {
            version: &release.release.version,
            url: product.release(release),
            day: release.release.date.as_ref().map(|date| date.day),
            state: release.verdict.state,
            outcome: release.release.record.as_ref().and_then(|record| record.outcome),
            let_through: release.verdict.let_through,
            passed: outcomes().filter(|outcome| *outcome == Outcome::Passed).count(),
            open: outcomes().filter(|outcome| !outcome.lets_through()).count(),
            gates: release.verdict.gates.len(),
            accepted: outcomes().filter(|outcome| *outcome == Outcome::Accepted).count(),
            evidence: evidence.len(),
            altered: evidence
                .iter()
                .filter(|file| matches!(file.integrity, Integrity::Altered | Integrity::Absent))
                .count(),
            edition: release
                .edition
                .and_then(|edition| product.editions.get(edition))
                .map(|site| site.address.clone()),
            is_prerelease: release.release.is_prerelease(),
        }
    }
}

/// A release as the head of a column.
#[derive(Serialize)]
pub(super) struct ReleaseColumn<'site> {
    /// The version.
    version: &'site str,
    /// Its page.
    url: String,
    /// The day.
    day: Option<NaiveDate>,
    /// The state as a whole.
    state: crate::model::gate::ReleaseState,
}

impl<'site> ReleaseColumn<'site> {
    /// A release of a product.
    pub(super) fn of(product: &'site ProductSite, release: &'site JudgedRelease) -> Self {
        Self {
            version: &release.release.version,
            url: product.release(release),
            day: release.release.date.as_ref().map(|date| date.day),
            state: release.verdict.state,
        }
    }
}

/// How a gate went for a release, in a cell.
#[derive(Clone, Serialize)]
pub(super) struct GateCell<'site> {
    /// The version.
    pub(super) version: &'site str,
    /// The outcome; none where no gate judged the release, or it knows nothing of this one.
    pub(super) outcome: Option<Outcome>,
    /// The word for the outcome.
    word: &'static str,
    /// Where it is explained.
    pub(super) url: String,
}

impl<'site> GateCell<'site> {
    /// The cell of a gate and a release.
    pub(super) fn of(product: &'site ProductSite, release: &'site JudgedRelease, gate: &str) -> Self {
        let is_judged = is_judged(release);
        let verdict = verdict(release, gate).filter(|_| is_judged);
        Self {
            version: &release.release.version,
            outcome: verdict.map(|verdict| verdict.outcome),
            word: verdict.map_or(if is_judged { "No part of it" } else { "Not judged" }, |verdict| {
                word(verdict, &release.release)
            }),
            url: product.release(release),
        }
    }
}

/// Whether gates judged a release: one that has neither a record nor evidence was judged by none, whatever is asked of it.
pub(super) fn is_judged(release: &JudgedRelease) -> bool {
    release.release.is_recorded() && !release.verdict.gates.is_empty()
}

/// An outcome that a matrix shows, with its word.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Shown {
    pub(super) outcome: Outcome,
    pub(super) word: &'static str,
}

/// The outcomes of cells with their words, each once.
pub(super) fn shown<'cells, 'site: 'cells>(cells: impl Iterator<Item = &'cells GateCell<'site>>) -> BTreeSet<Shown> {
    let of_cell = |cell: &GateCell| {
        Some(Shown {
            outcome: cell.outcome?,
            word: cell.word,
        })
    };
    cells.filter_map(of_cell).collect()
}

/// How a gate went for a release.
pub(super) fn verdict<'release>(release: &'release JudgedRelease, gate: &str) -> Option<&'release GateVerdict> {
    release.verdict.gates.iter().find(|verdict| verdict.gate == gate)
}
