//! One gate over the releases: its trend, and for each release what was asked for, what was measured, by which file, and when. `outer` is the
//! gate.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::closing::word;
use crate::model::gate::{GateVerdict, Outcome};
use crate::model::handbook::JudgedRelease;
use crate::site::frame::{Frame, Made};
use crate::site::gate_title::gate_title;
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::evidence_words::{When, addresses, made};
use crate::site::pages::needs::{Declared, declared};
use crate::site::pages::trend::{Trend, trend};
use crate::site::pages::views::verdict;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "gate",
    template: include_str!("../../../templates/gate.html"),
    pages,
    make,
    section: "gates",
    ..PLAIN
};

/// Releases that are drawn and listed; the others stand in the matrix.
const MOST: usize = 60;

#[derive(Serialize)]
struct Facts<'site> {
    id: &'site str,
    /// What it asks for today.
    needs: Vec<String>,
    declared: Vec<Declared<'site>>,
    is_declared: bool,
    /// How often it came out in which way, the most frequent first.
    tally: Vec<Tally>,
    trend: Option<Trend>,
    /// The releases, newest first.
    rows: Vec<Row<'site>>,
    /// Releases of the product that knew nothing of it.
    without: usize,
    /// Older releases that are not listed.
    more: usize,
}

#[derive(Serialize)]
struct Tally {
    outcome: Outcome,
    word: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct Row<'site> {
    version: &'site str,
    url: String,
    day: Option<NaiveDate>,
    outcome: Outcome,
    word: &'static str,
    value: &'site str,
    /// The sentence that decided.
    reason: Option<&'site str>,
    /// What it asked for then.
    needs: Vec<String>,
    /// Whether it asked for something else than in the release before.
    is_changed: bool,
    files: Vec<FileLink<'site>>,
}

#[derive(Serialize)]
struct FileLink<'site> {
    name: &'site str,
    url: String,
    /// When it says that it was made, or when it was collected.
    at: Option<When>,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (outer, gate) in product.product.gates.iter().enumerate() {
            // The first of two gates with one id has the page.
            let is_first = product.product.gates[..outer].iter().all(|other| other.id != gate.id);
            let Some(address) = product.gates.get(gate.id.as_str()).filter(|_| is_first) else {
                continue;
            };
            targets.push(Target {
                address: address.clone(),
                owner: format!("the gate `{}`", gate.id),
                product: Some(number),
                outer,
                ..Target::default()
            });
        }
    }
    targets
}

/// The reason that says most: what was looked at of a gate that passed, what came last of another one.
fn telling(verdict: &GateVerdict) -> Option<&str> {
    let mut reasons = verdict.reasons.iter();
    let reason = match verdict.outcome {
        Outcome::Passed => reasons.next(),
        _ => reasons.next_back(),
    };
    reason.map(String::as_str)
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let gate = &product.product.gates[target.outer];
    let title = gate_title(product, &gate.id);
    let releases = &product.product.releases;
    let judged: Vec<(&JudgedRelease, &GateVerdict)> = releases
        .iter()
        .filter_map(|release| Some((release, verdict(release, &gate.id)?)))
        .collect();
    let asked = |release: &'_ JudgedRelease| release.asked.gates.iter().position(|asked| asked.id == gate.id);
    let drawn: Vec<_> = judged
        .iter()
        .take(MOST)
        .rev()
        .map(|(release, verdict)| {
            let asked = asked(release).map(|at| &release.asked.gates[at]);
            (verdict.value.as_str(), verdict.outcome.lets_through(), asked)
        })
        .collect();
    let mut tally: Vec<Tally> = Vec::new();
    for (release, verdict) in &judged {
        let word = word(verdict, &release.release);
        match tally.iter_mut().find(|count| count.word == word) {
            Some(count) => count.count += 1,
            None => tally.push(Tally {
                outcome: verdict.outcome,
                word,
                count: 1,
            }),
        }
    }
    tally.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.outcome.cmp(&right.outcome)));
    let facts = Facts {
        id: &gate.id,
        needs: gate.demand.in_words(),
        declared: declared(gate),
        is_declared: gate.is_declared,
        tally,
        trend: trend(&drawn),
        rows: rows(product, &judged, &gate.id),
        without: releases.len() - judged.len(),
        more: judged.len().saturating_sub(MOST),
    };
    Frame::of_product(KIND.name, site, target, title.clone())
        .below("Gates", format!("{}gates/", product.base))
        .described(format!(
            "How the gate {title} went, release by release, and what it asked for."
        ))
        .with(&facts)
}

fn rows<'site>(product: &ProductSite<'site>, judged: &[(&'site JudgedRelease, &'site GateVerdict)], id: &str) -> Vec<Row<'site>> {
    let needs_of = |release: &JudgedRelease| -> Vec<String> {
        let asked = release.asked.gates.iter().find(|asked| asked.id == id);
        asked.map(|gate| gate.demand.in_words()).unwrap_or_default()
    };
    let listed = judged.iter().take(MOST).enumerate();
    listed
        .map(|(at, (release, verdict))| {
            let needs = needs_of(release);
            let before = judged.get(at + 1).map(|(older, _)| needs_of(older));
            Row {
                version: &release.release.version,
                url: product.release(release),
                day: release.release.date.as_ref().map(|date| date.day),
                outcome: verdict.outcome,
                word: word(verdict, &release.release),
                value: &verdict.value,
                reason: telling(verdict),
                is_changed: before.is_some_and(|before| before != needs),
                needs,
                files: files(product, release, verdict),
            }
        })
        .collect()
}

fn files<'site>(product: &ProductSite, release: &'site JudgedRelease, verdict: &'site GateVerdict) -> Vec<FileLink<'site>> {
    if verdict.evidence.is_empty() {
        return Vec::new();
    }
    let addresses = addresses(product, release);
    let files = verdict.evidence.iter();
    files
        .filter_map(|path| {
            let at = release.release.evidence.iter().position(|file| file.path == *path)?;
            let file = &release.release.evidence[at];
            Some(FileLink {
                name: path.rsplit('/').next().unwrap_or(path),
                url: addresses[at].clone(),
                at: made(release, file),
            })
        })
        .collect()
}
