//! The verdicts of the releases of a product: each by the gates that its own settings declared, and beside that what today's say.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use globset::GlobMatcher;

use crate::audit;
use crate::audit::verdict::Digests;
use crate::audit::verdict::condition::matcher;
use crate::config::product::ProductPlan;
use crate::config::read::FILE;
use crate::judge::as_released;
use crate::judge::context::Context;
use crate::judge::declared::Declarer;
use crate::judge::place::Place;
use crate::load::edition::Cache;
use crate::load::registers::registers;
use crate::load::releases::{Releases, read_empty_lists};
use crate::model::evidence::{Content, Evidence};
use crate::model::finding::Finding;
use crate::model::gate::{AsReleased, Asked, Gate, GateVerdict, Outcome, ReleaseVerdict};
use crate::model::register::{AppliedException, Exception};
use crate::model::release::{self, Changed, Release};
use crate::model::tree::ContentId;
use crate::source::history::line::as_of;
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
    /// How it stood without what came later; none where nothing did.
    pub(crate) at_release: Option<AsReleased>,
    /// The exceptions, by id, that came too late for it.
    pub(crate) late: Vec<String>,
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
    audit::undone::tell(&mut found.releases, &found.logs, context.today);
    let mut declarer = Declarer::new(context, plan, cache);
    let asked: Vec<Asked> = found
        .releases
        .iter()
        .enumerate()
        .map(|(at, release)| declarer.asked_of(release, at == 0))
        .collect();
    for (release, asked) in found.releases.iter_mut().zip(&asked) {
        read_empty_lists(release, &asked.gates);
        give_sign_offs(release, &asked.gates);
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
    let digests = Digests::of(&found.releases);
    let mut registered = BTreeMap::new();
    let mut releases = Vec::with_capacity(asked.len());
    for (at, (mut verdict, now)) in verdicts.into_iter().zip(by_today).enumerate() {
        let (release, gates) = (&found.releases[at], &of_release[at]);
        for (gate, sentence) in &withdrawn[at] {
            if let Some(of_gate) = verdict.gates.iter_mut().find(|verdict| verdict.gate == *gate) {
                of_gate.remark(sentence.clone());
            }
        }
        let differs = |gate: &GateVerdict| {
            let same = verdict.gates.iter().find(|released| released.gate == gate.gate);
            same.is_some_and(|released| released.outcome != gate.outcome)
        };
        let today = now.gates.into_iter().filter(differs).collect();
        let again = |lessened: &Release| audit::verdict::again(lessened, gates, context.today);
        let has_failed = verdict.gates.iter().any(|gate| gate.outcome == Outcome::Failed);
        let then = has_failed
            .then(|| accepted_then(context, plan, release, &mut registered))
            .flatten();
        let in_force = then.as_deref().unwrap_or(exceptions);
        let mut applied = audit::exceptions::apply(release, &again, in_force, context.today, &mut verdict);
        if then.is_some() {
            audit::exceptions::tell_later(release, in_force, exceptions, &mut verdict);
            audit::exceptions::stand_today(&mut applied, exceptions, context.today);
        } else if !matches!(context.evidence, Place::Tree) {
            audit::exceptions::tell_undated(&mut verdict);
        }
        let at_release = as_released::came_later(release).then(|| {
            let then = accepted_then(context, plan, release, &mut registered);
            let in_force = then.as_deref().unwrap_or(exceptions);
            as_released::state(release, gates, &digests, in_force, context.today)
        });
        let late = audit::exceptions::late(release, in_force, exceptions, &verdict);
        releases.push(Judged {
            at_release,
            late,
            verdict,
            asked: asked[at].clone(),
            exceptions: applied,
            today,
        });
    }
    let gates = audit::verdict::gates(&all, &found.releases);
    let verdicts: Vec<&ReleaseVerdict> = releases.iter().map(|judged| &judged.verdict).collect();
    let mut findings = audit::releases::findings(&found.releases, &verdicts, &gates);
    findings.extend(audit::gate_findings::findings(
        &declared, &contradictions, &found.releases, &verdicts,
    ));
    let is_missing = plan.names_store && !tree.listing().has_folder(&plan.releases);
    if is_missing && matches!(context.evidence, Place::Tree) {
        let listing = tree.listing();
        let records = listing.named("record.json").map(|entry| entry.path.as_str());
        let settings = context.config_file.as_ref().map_or(FILE, |file| file.name.as_str());
        findings.push(audit::gate_findings::store_missing(
            settings, &plan.releases, &found.releases, records,
        ));
    }
    findings.extend(audit::licences::findings(&context.config.licences, &found.releases));
    Verdicts {
        gates,
        findings,
        releases,
    }
}

/// Gives the sign-offs that a release keeps beside its evidence to the gates that ask for roles. They are a gate of their own only where none
/// does: one word is not two.
fn give_sign_offs(release: &mut Release, gates: &[Gate]) {
    let of_roles: Vec<&Gate> = gates.iter().filter(|gate| !gate.demand.roles.is_empty()).collect();
    let is_kept = |file: &&mut Evidence| !file.path.contains('/') && matches!(file.artifact.content, Content::Signoffs(_));
    if of_roles.is_empty() {
        return;
    }
    for file in release.evidence.iter_mut().filter(is_kept) {
        if gates.iter().all(|gate| file.gate.as_ref() != Some(&gate.id)) {
            // Where several ask, each of them looks at what belongs to none.
            file.gate = match of_roles.as_slice() {
                [only] => Some(only.id.clone()),
                _ => None,
            };
        }
    }
}

/// The exceptions, by id, that came too late for a release, with the version of each.
pub(super) fn late(releases: &[Release], judged: &[Judged]) -> Vec<(String, String)> {
    let pairs = releases.iter().zip(judged);
    pairs
        .flat_map(|(release, judged)| judged.late.iter().map(|id| (id.clone(), release.version.clone())))
        .collect()
}

/// The exceptions that stood in the repository when the record of a release was added: what was written, widened or extended later
/// accepted nothing on its day, whatever it says of itself, and what was removed since did. Where the evidence is on a branch of its own, they
/// are those that the head held at the moment of that commit. None where that commit is not known, or no history holds the evidence.
fn accepted_then(
    context: &Context,
    plan: &ProductPlan,
    release: &Release,
    known: &mut BTreeMap<String, Option<Rc<[Exception]>>>,
) -> Option<Rc<[Exception]>> {
    let repository = context.repository.as_ref()?;
    let recorded = release.recorded_by.as_ref()?;
    let read = || {
        let commit = match context.evidence {
            Place::Tree => recorded.clone(),
            Place::Revision(_) => {
                let head = repository.head().ok().flatten()?;
                as_of(repository, &head.id, repository.made(recorded)?.1)?
            }
            Place::Folder(_) => return None,
        };
        let tree = repository.tree(&commit).ok()?;
        // What is wrong with files of the past is told of the present.
        Some(registers(&tree, plan, &mut Vec::new()).exceptions.into())
    };
    known.entry(recorded.clone()).or_insert_with(read).clone()
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

/// The release before one, which it is compared with: the one before it in its line that stayed in use. A final release is compared with
/// the final one before it, since what a candidate changed is new to whoever did not take it.
fn before(releases: &[Release], at: usize) -> Option<&Release> {
    let release = &releases[at];
    let is_candidate = |release: &Release| release.semver.as_ref().is_some_and(|semver| !semver.pre.is_empty());
    let is_final = !is_candidate(release);
    let stayed = |other: &&Release| {
        let outcome = other.record.as_ref().and_then(|record| record.outcome);
        let is_yanked = other.notes.iter().any(|notes| notes.is_yanked);
        !is_yanked && other.undone.is_none() && outcome.is_none_or(|outcome| outcome == release::Outcome::Shipped)
    };
    let mut older = releases[at + 1..].iter().filter(|other| other.line == release.line);
    older.find(|other| stayed(other) && !(is_final && is_candidate(other)))
}

/// What changed from each release to the next, where a gate asks for it. Releases stand newest first.
fn changes<'gate>(context: &Context, gates: impl Iterator<Item = &'gate Gate>, releases: &mut [Release]) {
    let conditions: BTreeSet<&String> = gates.flat_map(|gate| &gate.demand.when).collect();
    let Some(repository) = context.repository.as_ref().filter(|_| !conditions.is_empty()) else {
        return;
    };
    let conditions: Vec<(&String, GlobMatcher)> = conditions
        .into_iter()
        .filter_map(|glob| Some((glob, matcher(glob)?)))
        .collect();
    let files = |release: &Release| -> Option<BTreeMap<String, ContentId>> {
        let tree = repository
            .tree(release.commit.as_ref().filter(|_| release.commit_is_present)?)
            .ok()?;
        let entries = tree.listing().entries.iter();
        Some(entries.map(|entry| (entry.path.clone(), entry.id)).collect())
    };
    for at in 0..releases.len() {
        let Some(before) = before(releases, at) else { continue };
        let Some((now, before)) = files(&releases[at]).zip(files(before)) else {
            continue;
        };
        let both = || now.keys().chain(before.keys().filter(|path| !now.contains_key(*path)));
        let changed = both().filter(|path| now.get(*path) != before.get(*path)).cloned();
        let unnamed = conditions
            .iter()
            .filter(|(_, matcher)| !both().any(|path| matcher.is_match(path)));
        releases[at].changed = Some(Changed {
            paths: changed.collect(),
            unnamed: unnamed.map(|(glob, _)| (*glob).clone()).collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{before, give_sign_offs};
    use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
    use crate::model::gate::{Demand, Gate};
    use crate::model::release::{Outcome, Record, Release};

    #[test]
    fn a_release_is_compared_with_the_one_before_it_that_stayed() {
        let release = |line: &str, version: &str, outcome: Option<Outcome>| Release {
            version: version.to_owned(),
            line: line.to_owned(),
            semver: semver::Version::parse(version.trim_start_matches('v')).ok(),
            record: outcome.map(|outcome| Record {
                outcome: Some(outcome),
                ..Record::default()
            }),
            ..Release::default()
        };
        let releases = [
            release("", "v2.0.0", None),
            release("", "v2.0.0-rc.2", None),
            release("", "v2.0.0-rc.1", None),
            release("lib-", "v9.0.0", None),
            release("", "v1.2.0", Some(Outcome::Abandoned)),
            release("", "v1.1.0", Some(Outcome::RolledBack)),
            release("", "v1.0.0", Some(Outcome::Shipped)),
        ];
        let of = |at: usize| before(&releases, at).map(|release| release.version.as_str());
        assert_eq!(
            of(0),
            Some("v1.0.0"),
            "candidates, other lines and what did not stay are left out"
        );
        assert_eq!(of(1), Some("v2.0.0-rc.1"));
        assert_eq!(of(2), Some("v1.0.0"));
        assert_eq!((of(3), of(6)), (None, None));
        assert_eq!(of(4), Some("v1.0.0"));
    }

    #[test]
    fn sign_offs_are_of_the_gates_that_ask_for_roles() {
        let gate = |id: &str, roles: &[&str]| Gate {
            id: id.to_owned(),
            demand: Demand {
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                ..Demand::default()
            },
            ..Gate::default()
        };
        let given = |gates: &[Gate]| {
            let file = Evidence {
                path: "signoffs.yaml".to_owned(),
                repository_path: "releases/v1/signoffs.yaml".to_owned(),
                gate: Some("signoffs".to_owned()),
                sha256: String::new(),
                bytes: 9,
                integrity: Integrity::Recorded,
                artifact: Artifact {
                    content: Content::Signoffs(Vec::new()),
                    ..Artifact::default()
                },
                excerpt: None,
            };
            let mut release = Release {
                evidence: vec![file],
                ..Release::default()
            };
            give_sign_offs(&mut release, gates);
            release.evidence.remove(0).gate
        };
        let unit = gate("unit", &[]);
        assert_eq!(
            given(std::slice::from_ref(&unit)).as_deref(),
            Some("signoffs"),
            "nobody else asks for them"
        );
        assert_eq!(given(&[unit, gate("approval", &["lead"])]).as_deref(), Some("approval"));
        assert_eq!(given(&[gate("approval", &["lead"]), gate("ops", &["operator"])]), None);
        assert_eq!(
            given(&[gate("approval", &["lead"]), gate("signoffs", &[])]).as_deref(),
            Some("signoffs")
        );
    }
}
