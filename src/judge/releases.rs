//! The verdicts of the releases of a product: each by the gates that its own settings declared, and beside that what today's say.

use std::collections::BTreeMap;

use crate::audit;
use crate::config::product::ProductPlan;
use crate::judge::context::Context;
use crate::judge::declared::Declarer;
use crate::load::edition::Cache;
use crate::load::releases::{Releases, read_empty_lists};
use crate::model::finding::Finding;
use crate::model::gate::{Asked, Gate, GateVerdict, Outcome, ReleaseVerdict};
use crate::model::register::{AppliedException, Exception};
use crate::model::release::Release;
use crate::model::tree::ContentId;
use crate::source::tree::Tree;

/// The verdict of a release as it was released, and the gates that today's settings and runbooks would judge otherwise.
pub(crate) struct Judged {
    /// As released.
    pub(crate) verdict: ReleaseVerdict,
    /// What was asked of it.
    pub(crate) asked: Asked,
    /// The exceptions that let a gate of it through, or would have.
    pub(crate) exceptions: Vec<AppliedException>,
    /// By what is asked today, where the outcome is another one.
    pub(crate) today: Vec<GateVerdict>,
}

/// The gates of a product and how each of its releases went.
pub(crate) struct Verdicts {
    /// The gates over all releases: those of today first, then those of the past, then what only records know.
    pub(crate) gates: Vec<Gate>,
    /// What is wrong between the gates that are declared today and the releases.
    pub(crate) findings: Vec<Finding>,
    /// One for each release, in their order.
    pub(crate) releases: Vec<Judged>,
}

/// The gates of a product over all of its releases, and how each release went. `tree` is the head of the branch.
pub(crate) fn judge(
    context: &Context,
    plan: &ProductPlan,
    (tree, cache): (&dyn Tree, &Cache),
    exceptions: &[Exception],
    found: &mut Releases,
) -> Verdicts {
    let mut declarer = Declarer::new(context, plan, cache);
    let asked: Vec<Asked> = found.releases.iter().map(|release| declarer.asked_of(release)).collect();
    for (release, asked) in found.releases.iter_mut().zip(&asked) {
        read_empty_lists(release, &asked.gates);
    }
    let (declared, contradictions) = declarer.today(tree, &found.releases);
    let mut all = declared.clone();
    for gate in asked.iter().flat_map(|asked| &asked.gates) {
        if all.iter().all(|known| known.id != gate.id) {
            all.push(gate.clone());
        }
    }
    let today = audit::verdict::gates(&declared, &found.releases);
    let ever = asked.iter().flat_map(|asked| &asked.gates).chain(&today);
    changes(context, ever, &mut found.releases);
    let of_release: Vec<Vec<Gate>> = found
        .releases
        .iter()
        .zip(&asked)
        .map(|(release, asked)| audit::verdict::gates(&asked.gates, std::slice::from_ref(release)))
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
    let mut releases = Vec::with_capacity(asked.len());
    for (at, (mut verdict, now)) in verdicts.into_iter().zip(by_today).enumerate() {
        let (release, gates) = (&found.releases[at], &of_release[at]);
        for (gate, sentence) in &withdrawn[at] {
            if let Some(of_gate) = verdict.gates.iter_mut().find(|verdict| verdict.gate == *gate) {
                of_gate.reasons.push(sentence.clone());
            }
        }
        let differs = |gate: &GateVerdict| {
            let same = verdict.gates.iter().find(|released| released.gate == gate.gate);
            same.is_some_and(|released| released.outcome != gate.outcome)
        };
        let today = now.gates.into_iter().filter(differs).collect();
        let again = |lessened: &Release| audit::verdict::again(lessened, gates, context.today);
        let exceptions = audit::exceptions::apply(release, &again, exceptions, context.today, &mut verdict);
        releases.push(Judged {
            verdict,
            asked: asked[at].clone(),
            exceptions,
            today,
        });
    }
    let gates = audit::verdict::gates(&all, &found.releases);
    let verdicts: Vec<&ReleaseVerdict> = releases.iter().map(|judged| &judged.verdict).collect();
    let mut findings = audit::releases::findings(&found.releases, &verdicts, &gates);
    findings.extend(audit::gate_findings::findings(
        &declared, &contradictions, &found.releases, &verdicts,
    ));
    findings.extend(audit::licences::findings(&context.config.licences, &found.releases));
    Verdicts {
        gates,
        findings,
        releases,
    }
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
