//! The verdicts of the releases of a product: each by the gates that its own settings declared, and beside that what today's say.

use std::collections::{BTreeMap, HashMap};

use crate::audit;
use crate::config::product::{ProductPlan, plans};
use crate::config::read;
use crate::error::Result;
use crate::judge::context::{Context, Subject};
use crate::judge::store::store;
use crate::load::registers::registers;
use crate::load::releases::{Releases, releases};
use crate::model::finding::Finding;
use crate::model::gate::{Gate, GateVerdict, Outcome, ReleaseVerdict};
use crate::model::register::{AppliedException, Exception};
use crate::model::release::Release;
use crate::model::tree::ContentId;
use crate::source::tags::{FoundTag, tags};
use crate::source::tree::Tree;

/// The verdict of a release as it was released, and the gates that today's settings would judge otherwise.
pub(crate) struct Judged {
    /// As released.
    pub(crate) verdict: ReleaseVerdict,
    /// The exceptions that let a gate of it through, or would have.
    pub(crate) exceptions: Vec<AppliedException>,
    /// By today's settings, where the outcome is another one.
    pub(crate) today: Vec<GateVerdict>,
}

/// The gates of a product over all of its releases, and how each release went.
pub(crate) fn judge(
    context: &Context,
    plan: &ProductPlan,
    exceptions: &[Exception],
    found: &mut Releases,
) -> (Vec<Gate>, Vec<Judged>) {
    let mut known = HashMap::new();
    let declared: Vec<Option<Vec<Gate>>> = found
        .releases
        .iter()
        .map(|release| declared_for(context, plan, release, &mut known))
        .collect();
    let mut all = plan.gates.clone();
    for gate in declared.iter().flatten().flatten() {
        if all.iter().all(|known| known.id != gate.id) {
            all.push(gate.clone());
        }
    }
    let today = audit::verdict::gates(&plan.gates, &found.releases);
    changes(
        context,
        declared.iter().flatten().flatten().chain(&today),
        &mut found.releases,
    );
    let of_release: Vec<Vec<Gate>> = found
        .releases
        .iter()
        .zip(&declared)
        .map(|(release, declared)| {
            let declared = declared.as_ref().unwrap_or(&plan.gates);
            audit::verdict::gates(declared, std::slice::from_ref(release))
        })
        .collect();
    let withdrawn: Vec<Vec<(String, String)>> = found
        .releases
        .iter_mut()
        .zip(&of_release)
        .map(|(release, gates)| withdraw(context, release, gates))
        .collect();
    let now = vec![today; found.releases.len()];
    let verdicts = audit::verdict::verdicts(&found.releases, &of_release, context.today);
    let by_today = audit::verdict::verdicts(&found.releases, &now, context.today);
    let releases = found.releases.iter().zip(&of_release).zip(withdrawn);
    let judged = verdicts
        .into_iter()
        .zip(by_today)
        .zip(releases)
        .map(|((mut verdict, now), ((release, gates), withdrawn))| {
            for (gate, sentence) in withdrawn {
                if let Some(of_gate) = verdict.gates.iter_mut().find(|verdict| verdict.gate == gate) {
                    of_gate.reasons.push(sentence);
                }
            }
            let differs = |gate: &GateVerdict| {
                let same = verdict.gates.iter().find(|released| released.gate == gate.gate);
                same.is_some_and(|released| released.outcome != gate.outcome)
            };
            let today = now.gates.into_iter().filter(differs).collect();
            let again = |lessened: &Release| audit::verdict::again(lessened, gates, context.today);
            let exceptions = audit::exceptions::apply(release, &again, exceptions, context.today, &mut verdict);
            Judged {
                verdict,
                exceptions,
                today,
            }
        });
    let judged = judged.collect();
    (audit::verdict::gates(&all, &found.releases), judged)
}

/// The gates that the settings of the released commit declare for a product, else those of the commit that added the record; none where
/// neither is there, so that only today's are left.
pub(super) fn declared_for(
    context: &Context,
    plan: &ProductPlan,
    release: &Release,
    known: &mut HashMap<ContentId, Option<Vec<Gate>>>,
) -> Option<Vec<Gate>> {
    let repository = context.repository.as_ref()?;
    let released = release.commit.as_ref().filter(|_| release.commit_is_present);
    let commits = released.into_iter().chain(release.recorded_by.as_ref());
    commits.into_iter().find_map(|commit| {
        let tree = repository.tree(commit).ok()?;
        let entry = tree.listing().entry(read::FILE)?.clone();
        let gates = known.entry(entry.id).or_insert_with(|| {
            let text = String::from_utf8(tree.read(&entry).ok()?).ok()?;
            let config = read::read(&text, read::FILE).ok()?;
            let plans = plans(&config, &context.name());
            plans.into_iter().find(|other| other.id == plan.id).map(|plan| plan.gates)
        });
        gates.clone().filter(|gates| !gates.is_empty())
    })
}

/// Takes the files that amendments withdraw from their gates, and gives a sentence for each with its gate. What was measured and is bad stays:
/// only an exception accepts a failure.
fn withdraw(context: &Context, release: &mut Release, gates: &[Gate]) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let withdrawals: Vec<(String, String)> = release
        .amendments
        .iter()
        .flat_map(|amendment| {
            let by = amendment.by.clone().unwrap_or_default();
            amendment.withdraws.iter().map(move |path| (path.clone(), by.clone()))
        })
        .collect();
    for (path, by) in withdrawals {
        let Some(at) = release.evidence.iter().position(|file| file.path == path) else {
            continue;
        };
        let Some(gate) = release.evidence[at].gate.clone() else {
            continue;
        };
        let mut alone = release.clone();
        alone
            .evidence
            .retain(|file| file.path == path || file.gate.as_deref() != Some(gate.as_str()));
        let verdict = audit::verdict::again(&alone, gates, context.today);
        let is_failure = verdict
            .gates
            .iter()
            .any(|verdict| verdict.gate == gate && verdict.outcome == Outcome::Failed);
        told.push((
            gate,
            if is_failure {
                format!("`{path}` was to be withdrawn by {by}, and it is a measured failure: only an exception can accept it.")
            } else {
                format!("`{path}` was withdrawn by {by} and does not count.")
            },
        ));
        if !is_failure {
            release.evidence[at].gate = None;
        }
    }
    told
}

/// What changed from each release to the next, where a gate asks for it. Releases stand newest first.
fn changes<'gate>(context: &Context, mut gates: impl Iterator<Item = &'gate Gate>, releases: &mut [Release]) {
    let Some(repository) = context
        .repository
        .as_ref()
        .filter(|_| gates.any(|gate| !gate.demand.when.is_empty()))
    else {
        return;
    };
    let files = |release: &Release| -> Option<BTreeMap<String, ContentId>> {
        let tree = repository
            .tree(release.commit.as_ref().filter(|_| release.commit_is_present)?)
            .ok()?;
        let entries = tree.listing().entries.iter();
        Some(entries.map(|entry| (entry.path.clone(), entry.id)).collect())
    };
    for at in 0..releases.len().saturating_sub(1) {
        let Some((now, before)) = files(&releases[at]).zip(files(&releases[at + 1])) else {
            continue;
        };
        let paths = now.keys().chain(before.keys().filter(|path| !now.contains_key(*path)));
        let changed = paths.filter(|path| now.get(*path) != before.get(*path)).cloned();
        releases[at].changed = Some(changed.collect());
    }
}

/// What is wrong with the releases of every product, for those who ask for findings only.
pub(crate) fn findings(context: &Context, subject: &Subject) -> Result<Vec<Finding>> {
    let tags: Vec<FoundTag> = context.repository.as_ref().map(tags).transpose()?.unwrap_or_default();
    let mut findings = Vec::new();
    for plan in plans(&context.config, &context.name()) {
        let store = store(context, &plan, subject.tree.as_ref())?;
        let mut found = releases(context.repository.as_ref(), &tags, store.source(), &plan);
        let registers = registers(subject.tree.as_ref(), &plan, &mut found.findings);
        let (gates, judged) = judge(context, &plan, &registers.exceptions, &mut found);
        let verdicts: Vec<&ReleaseVerdict> = judged.iter().map(|judged| &judged.verdict).collect();
        findings.append(&mut found.findings);
        findings.extend(audit::releases::findings(&found.releases, &verdicts, &gates));
    }
    audit::rule::apply_levels(&context.config, &mut findings);
    Ok(findings)
}
