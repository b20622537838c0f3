//! One release: the verdict first, then gates with their reasons, what changed, and the evidence. `outer` is the release.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::change::ComponentChanges;
use crate::model::closing::{closing, word};
use crate::model::evidence::{Evidence, Integrity};
use crate::model::gate::{GateVerdict, Outcome, ReadDemand, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::model::register::{AppliedException, DutyState};
use crate::model::release::{Amendment, Notes, ReleaseSource, Undone};
use crate::model::separation::Separation;
use crate::site::address::exception_anchor;
use crate::site::feeds::address::STATEMENT;
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::as_released::{Then, closed_later, then};
use crate::site::pages::attested::{Attested, attested};
use crate::site::pages::duty_rows::{Row, of_release};
use crate::site::pages::evidence_words::{When, addresses, made, summary};
use crate::site::pages::log_rows::{LogEntry, of_version};
use crate::site::pages::needs::{Declared, declared};
use crate::site::pages::proof_rows::{ProofFacts, proofs, urls};
use crate::site::pages::release_advisories::{AdvisoryFacts, advisories};
use crate::site::pages::release_today::{Today, today};
use crate::site::pages::timeline::{Event, one_day, timeline};
use crate::site::pages::views::{EditionView, GateCell, RunbookRow, StateCount, counts, printed};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "release",
    template: include_str!("../../../templates/release.html"),
    pages,
    make,
    section: "releases",
    ..PLAIN
};

/// Older releases beside each gate.
const MOST_BEFORE: usize = 5;
/// Changed components that the page lists; the twin has all of them.
const MOST_CHANGES: usize = 200;

#[derive(Serialize)]
struct Facts<'site> {
    version: &'site str,
    state: ReleaseState,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<crate::model::release::Outcome>,
    day: Option<NaiveDate>,
    day_from: Option<ReleaseSource>,
    is_prerelease: bool,
    follows: Option<Neighbour<'site>>,
    /// What changed in the runbooks since the edition before.
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<String>,
    followed_by: Option<Neighbour<'site>>,
    commit: Option<CommitFacts<'site>>,
    tag: Option<TagFacts<'site>>,
    /// Whether the record tells of a tag that this repository does not have.
    lacks_told_tag: bool,
    /// What a log of rollbacks says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone: Option<&'site Undone>,
    sources: &'site [ReleaseSource],
    record: Option<RecordFacts<'site>>,
    edition: Option<EditionView<'site>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition_absent: Option<&'site str>,
    notes: &'site [Notes],
    let_through: u64,
    /// How many gates came out in each way, for the first sentence.
    tally: Tally,
    /// What keeps the release from being proven beside its gates, one sentence each.
    reasons: &'site [String],
    /// The exceptions that a gate passed by, or would have.
    exceptions: Vec<ExceptionFacts<'site>>,
    gates: Vec<GateFacts<'site>>,
    /// Who did what, and whether one person sat in two seats.
    separation: &'site Separation,
    /// Who agreed, the phases, and when somebody looked.
    attested: Attested<'site>,
    /// Where the settings that judge it come from, where that is not its commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    gates_from: Option<&'site str>,
    /// Where its runbooks and its settings ask for different things.
    differences: &'site [String],
    /// What its runbooks ask for in words that declare no gate.
    read: &'site [ReadDemand],
    /// Boxes that a person attests.
    boxes: usize,
    timeline: Vec<Event<'site>>,
    components: Option<u64>,
    changes: Option<&'site ComponentChanges>,
    /// What the scans of the release found; none where nobody looked.
    advisories: Option<AdvisoryFacts<'site>>,
    evidence: Vec<EvidenceFacts<'site>>,
    intact: usize,
    problems: Vec<&'site str>,
    /// Its artifacts and what proves them; none where nothing is known of any.
    proofs: Option<ProofFacts<'site>>,
    runbooks: Vec<RunbookRow<'site>>,
    runbook_states: Vec<StateCount>,
    log_entries: Vec<LogEntry<'site>>,
    /// What must recur, as it stood on that day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duties: Vec<Row<'site>>,
    #[serde(skip_serializing_if = "is_zero")]
    overdue: usize,
    /// The statement for other programs, below this page.
    statement: Option<&'static str>,
    amendments: &'site [Amendment],
}

/// How the gates of a release came out.
#[derive(Default, Serialize)]
struct Tally {
    passed: usize,
    /// Those of the passed ones of which nothing was asked but evidence.
    bare: usize,
    accepted: usize,
    not_applicable: usize,
    open: usize,
}

#[derive(Serialize)]
struct ExceptionFacts<'site> {
    #[serde(flatten)]
    applied: &'site AppliedException,
    /// The gate in words.
    title: String,
    url: String,
    anchor: String,
    /// Whether it had ended already when the release went out, so that it accepted nothing.
    had_ended: bool,
}

#[derive(Serialize)]
struct Neighbour<'site> {
    version: &'site str,
    url: String,
}

#[derive(Serialize)]
struct CommitFacts<'site> {
    id: &'site str,
    short: &'site str,
    is_present: bool,
    is_reachable: Option<bool>,
}

#[derive(Serialize)]
struct TagFacts<'site> {
    name: &'site str,
    is_annotated: bool,
    has_signature: bool,
    tagger: Option<&'site str>,
}

#[derive(Serialize)]
struct RecordFacts<'site> {
    path: &'site str,
    note: Option<&'site str>,
    is_chained: bool,
}

#[derive(Serialize)]
struct GateFacts<'site> {
    id: &'site str,
    title: String,
    /// Its page, with its trend.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'site str>,
    outcome: Outcome,
    /// The word for it.
    word: &'static str,
    /// Who closes it, where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<String>,
    /// What closes it, where it is open.
    act: String,
    value: &'site str,
    reasons: &'site [String],
    /// Where it was declared then.
    declared: Vec<Declared<'site>>,
    /// What it asked for.
    needs: Vec<String>,
    /// What today's settings would make of it, where that is otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<Outcome>,
    evidence: Vec<Link<'site>>,
    before: Vec<GateCell<'site>>,
}

#[derive(Serialize)]
struct Link<'site> {
    name: &'site str,
    url: Option<String>,
    /// When the file says that it was made, or when it was collected.
    at: Option<When>,
    /// Whether the file itself names the commit that it is about.
    names_commit: bool,
}

#[derive(Serialize)]
struct EvidenceFacts<'site> {
    path: &'site str,
    name: &'site str,
    /// The name, with its folder where another file has the same.
    shown: &'site str,
    url: String,
    gate: Option<String>,
    format: Option<&'static str>,
    shows: String,
    sha256: &'site str,
    bytes: u64,
    integrity: Integrity,
    problems: usize,
}

#[derive(Serialize)]
struct Extra<'site> {
    /// The places of the changed components that are shown.
    links: Vec<Option<&'site str>>,
    changes: usize,
    more_changes: usize,
    clock_day: Option<NaiveDate>,
    /// The sections of the page: their places and their names.
    contents: Vec<(&'static str, &'static str)>,
    /// Whether there is neither a record nor evidence, so that their absence is told once.
    is_bare: bool,
    /// Whether that is so of every release of the product.
    is_all_bare: bool,
    /// Whether every exception had ended when the release went out.
    had_all_ended: bool,
    /// How it stood when it went out.
    then: Then,
    /// The gates that were closed only afterwards, one sentence each.
    closed_later: Vec<String>,
    /// Whether an amendment says how it ended.
    is_outcome_amended: bool,
    /// How the release stands by the clock of today, where that can be another matter.
    today: Option<Today>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, release) in product.product.releases.iter().enumerate() {
            targets.push(Target {
                address: product.release(release),
                owner: format!("release {}", release.release.version),
                product: Some(number),
                outer,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let releases = &product.product.releases;
    let judged = &releases[target.outer];
    let release = &judged.release;
    let neighbour = |index: usize| {
        let other = releases.get(index).filter(|other| other.release.line == release.line);
        other.map(|other| Neighbour {
            version: &other.release.version,
            url: product.release(other),
        })
    };
    let edition = judged.edition.filter(|edition| *edition < product.editions.len());
    let timeline = timeline(product, judged);
    let clock_day = one_day(&timeline);
    let urls = urls(product, judged);
    let facts = Facts {
        version: &release.version,
        state: judged.verdict.state,
        outcome: release.record.as_ref().and_then(|record| record.outcome),
        day: release.date.as_ref().map(|date| date.day),
        day_from: release.date.as_ref().map(|date| date.source),
        is_prerelease: release.is_prerelease(),
        follows: neighbour(target.outer + 1),
        compare: edition.and_then(|edition| product.comparison(edition)),
        followed_by: target.outer.checked_sub(1).and_then(neighbour),
        commit: release.commit.as_deref().map(|id| CommitFacts {
            id,
            short: id.get(..7).unwrap_or(id),
            is_present: release.commit_is_present,
            is_reachable: release.is_reachable,
        }),
        tag: release.tag.as_ref().map(|tag| TagFacts {
            name: &tag.name,
            is_annotated: tag.is_annotated,
            has_signature: tag.has_signature,
            tagger: tag.tagger.as_deref(),
        }),
        lacks_told_tag: release.lacks_told_tag(),
        undone: release.undone.as_ref(),
        sources: &release.sources,
        record: release.record.as_ref().map(|record| RecordFacts {
            path: &record.path,
            note: record.note.as_deref(),
            is_chained: release.is_chained,
        }),
        edition: edition.map(|edition| EditionView::of(product, edition)),
        edition_absent: judged.edition_absent.as_deref(),
        notes: &release.notes,
        let_through: judged.verdict.let_through,
        tally: tally(judged),
        reasons: &judged.verdict.reasons,
        exceptions: judged
            .exceptions
            .iter()
            .map(|applied| ExceptionFacts {
                applied,
                title: gate_title(product, &applied.gate),
                url: format!("{}exceptions/", product.base),
                anchor: exception_anchor(&applied.id),
                had_ended: judged
                    .verdict
                    .gates
                    .iter()
                    .any(|gate| gate.gate == applied.gate && gate.outcome == Outcome::AcceptedExpired),
            })
            .collect(),
        gates: gates(product, target.outer),
        separation: &judged.separation,
        attested: attested(release, |path| {
            let edition = &product.editions[judged.edition?];
            edition.at_path(path).map(|runbook| runbook.runbook.content.to_string())
        }),
        gates_from: judged.asked.from.as_deref(),
        differences: &judged.asked.differences,
        read: &judged.asked.read,
        boxes: judged.asked.boxes,
        timeline,
        components: release.components(),
        changes: judged.components.as_ref(),
        advisories: advisories(product, target.outer),
        proofs: proofs(judged, &urls),
        evidence: evidence(product, judged),
        intact: release
            .evidence
            .iter()
            .filter(|file| file.integrity == Integrity::Recorded)
            .count(),
        problems: release
            .problems
            .iter()
            .map(|problem| problem.message.as_str())
            .chain(judged.verdict.contradictions.iter().map(String::as_str))
            .collect(),
        runbooks: edition
            .map(|edition| RunbookRow::by_need(product, edition, false, None))
            .unwrap_or_default(),
        runbook_states: edition
            .map(|edition| counts(product.editions[edition].edition.runbooks.iter()))
            .unwrap_or_default(),
        log_entries: of_version(product, &release.version),
        overdue: judged.duties.iter().filter(|duty| duty.state == DutyState::Overdue).count(),
        duties: of_release(product, judged),
        statement: release.commit.is_some().then_some(STATEMENT),
        amendments: &release.amendments,
    };
    let is_bare = product.product.gates.is_empty()
        && releases
            .iter()
            .all(|other| other.release.evidence.is_empty() && other.release.record.is_none());
    let changes = judged.components.as_ref().map_or(0, |changes| changes.changes.len());
    let shown = judged
        .components
        .iter()
        .flat_map(|changes| &changes.changes)
        .take(MOST_CHANGES);
    let today = today(product, target.outer);
    let is_of_day = today.as_ref().is_some_and(|today| today.is_of_day);
    let is_unjudged = !release.is_recorded() && facts.gates.is_empty() && facts.proofs.is_none();
    let extra = Extra {
        links: shown.map(|change| product.places.link(&change.identity)).collect(),
        changes: changes.min(MOST_CHANGES),
        more_changes: changes.saturating_sub(MOST_CHANGES),
        clock_day,
        contents: contents(&facts, is_bare || is_unjudged),
        is_bare: is_bare || is_unjudged,
        is_all_bare: is_bare,
        then: then(product, judged),
        closed_later: closed_later(product, judged),
        is_outcome_amended: release.amendments.iter().any(|amendment| amendment.outcome.is_some()),
        had_all_ended: facts.exceptions.iter().all(|one| one.had_ended),
        today,
    };
    let mut frame = Frame::of_product(KIND.name, site, target, release.version.clone())
        .below("Releases", format!("{}releases/", product.base))
        .described(format!(
            "Release {}: gates, component changes, evidence and timeline.",
            release.version
        ));
    frame = frame.printed(printed(release));
    frame.is_unlisted = judged.verdict.state == ReleaseState::Withdrawn;
    // What today says of it is the only thing on the page that another day can change.
    if !is_of_day {
        frame = frame.of_its_day();
    }
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&extra);
    made
}

/// The sections that the page has.
fn contents(facts: &Facts<'_>, is_bare: bool) -> Vec<(&'static str, &'static str)> {
    let sections = [
        (
            !facts.reasons.is_empty() && facts.record.is_some(),
            "rp-believed",
            "Can it be believed?",
        ),
        (facts.tally.open > 0, "rp-open", "What is open"),
        (!facts.exceptions.is_empty(), "rp-accepted", "Accepted"),
        (!is_bare, "rp-gates", "Gates"),
        (facts.attested.has_signoffs(), "rp-signoffs", "Who agreed"),
        (facts.attested.has_phases(), "rp-phases", "Phases"),
        (facts.attested.has_looks(), "rp-watched", "Watched"),
        (true, "rp-notes", "Notes"),
        (!is_bare, "rp-components", "Components"),
        (!is_bare, "rp-evidence", "Evidence"),
        (!facts.duties.is_empty(), "rp-duties", "Duties"),
        (true, "rp-runbooks", "Runbooks"),
        (true, "rp-timeline", "Timeline"),
        (true, "rp-origin", "Known from"),
    ];
    let there = sections.into_iter().filter(|(is_there, ..)| *is_there);
    there.map(|(_, place, name)| (place, name)).collect()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn tally(judged: &JudgedRelease) -> Tally {
    let mut tally = Tally {
        bare: judged.asked.passed_without_demand(&judged.verdict),
        ..Tally::default()
    };
    for gate in &judged.verdict.gates {
        match gate.outcome {
            Outcome::Passed => tally.passed += 1,
            Outcome::Accepted => tally.accepted += 1,
            Outcome::NotApplicable => tally.not_applicable += 1,
            _ => tally.open += 1,
        }
    }
    tally
}

/// The gates, those first that keep the release from being proven, then those that were accepted.
fn gates<'site>(product: &'site ProductSite, index: usize) -> Vec<GateFacts<'site>> {
    let releases = &product.product.releases;
    let judged = &releases[index];
    let addresses = addresses(product, judged);
    let asked = |id: &str| judged.asked.gates.iter().find(|gate| gate.id == id);
    let mut gates: Vec<&GateVerdict> = judged.verdict.gates.iter().collect();
    gates.sort_by_key(|gate| match gate.outcome {
        Outcome::Accepted => 1,
        outcome if outcome.lets_through() => 2,
        _ => 0,
    });
    gates
        .into_iter()
        .map(|gate| {
            let roles = asked(&gate.gate).map_or(&[][..], |asked| &asked.demand.roles);
            (gate, closing(gate, roles, &judged.release, false))
        })
        .map(|(gate, closing)| GateFacts {
            id: &gate.gate,
            title: gate_title(product, &gate.gate),
            url: product.gates.get(gate.gate.as_str()).map(String::as_str),
            outcome: gate.outcome,
            word: word(gate, &judged.release),
            closed_by: closing.as_ref().map(|closing| closing.who.clone()),
            act: closing.map(|closing| closing.how).unwrap_or_default(),
            value: &gate.value,
            reasons: &gate.reasons,
            declared: asked(&gate.gate).map(declared).unwrap_or_default(),
            needs: asked(&gate.gate).map(|gate| gate.demand.in_words()).unwrap_or_default(),
            today: judged
                .today
                .iter()
                .find(|today| today.gate == gate.gate)
                .map(|today| today.outcome),
            evidence: gate
                .evidence
                .iter()
                .map(|path| {
                    let at = judged.release.evidence.iter().position(|file| file.path == *path);
                    Link {
                        name: path.rsplit('/').next().unwrap_or(path),
                        url: at.map(|at| addresses[at].clone()),
                        at: at.and_then(|at| made(judged, &judged.release.evidence[at])),
                        names_commit: at.is_some_and(|at| judged.release.evidence[at].artifact.about.names_commit()),
                    }
                })
                .collect(),
            before: releases[index + 1..]
                .iter()
                .filter(|older| older.release.line == judged.release.line)
                .take(MOST_BEFORE)
                .map(|older| GateCell::of(product, older, &gate.gate))
                .collect(),
        })
        .collect()
}

fn evidence<'site>(product: &'site ProductSite, judged: &'site JudgedRelease) -> Vec<EvidenceFacts<'site>> {
    let name = |file: &'site Evidence| file.path.rsplit('/').next().unwrap_or(&file.path);
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &judged.release.evidence {
        *names.entry(name(file)).or_default() += 1;
    }
    let fact = |(file, url): (&'site Evidence, String)| EvidenceFacts {
        path: &file.path,
        name: name(file),
        shown: if names[name(file)] > 1 {
            file.path.strip_prefix("evidence/").unwrap_or(&file.path)
        } else {
            name(file)
        },
        url,
        gate: file.gate.as_deref().map(|gate| gate_title(product, gate)),
        format: file.artifact.format,
        shows: if matches!(file.integrity, Integrity::Altered | Integrity::Absent) {
            "not told, since it is not what was recorded".to_owned()
        } else {
            summary(&file.artifact.content)
        },
        sha256: &file.sha256,
        bytes: file.bytes,
        integrity: file.integrity,
        problems: file.artifact.problems.len(),
    };
    judged
        .release
        .evidence
        .iter()
        .zip(addresses(product, judged))
        .map(fact)
        .collect()
}
