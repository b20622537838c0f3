//! One release as a document, with its judgement, and two of them compared.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use crate::audit;
use crate::audit::separation::Around;
use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::attestations;
use crate::judge::context::Context;
use crate::judge::released::{changes_between, component_changes};
use crate::judge::releases::{Judged, Verdicts, judge};
use crate::judge::store::store;
use crate::load::confirm::Source;
use crate::load::discovery::runbook_paths;
use crate::load::edition::Cache;
use crate::load::registers::registers;
use crate::load::releases::{Releases, releases};
use crate::model::closing::word;
use crate::model::dossier::{Comparison, Dossier, FileChange, FileChangeKind, GateChange, Side, SignOff, TextChange};
use crate::model::evidence::{Evidence, Integrity};
use crate::model::gate::{Gate, GateVerdict};
use crate::model::handbook::JudgedRelease;
use crate::model::release::Release;
use crate::model::version::is_same;
use crate::parse::release_log::signoffs;
use crate::source::tags::{FoundTag, tags};
use crate::source::tree::Tree;

/// The releases of a product with their judgement.
pub(crate) struct Known {
    /// The product.
    pub(crate) plan: ProductPlan,
    /// The releases, newest first, and what was met on the way.
    pub(crate) found: Releases,
    /// Every gate of the product.
    pub(crate) gates: Vec<Gate>,
    /// The judgement of each release.
    pub(crate) judged: Vec<Judged>,
}

/// Reads and judges the releases of every product.
pub(crate) fn known(context: &Context, worktree: bool) -> Result<Vec<Known>> {
    let subject = context.subject(None, worktree)?;
    let tags: Vec<FoundTag> = context.repository.as_ref().map(tags).transpose()?.unwrap_or_default();
    let mut known = Vec::new();
    for plan in plans(&context.config, &context.name()) {
        let store = store(context, &plan, subject.tree.as_ref())?;
        known.push(of_product(context, &tags, store.source(), plan, |_| {}));
    }
    Ok(known)
}

/// Reads and judges the releases of one product. `touch` may change them before they are judged.
pub(crate) fn of_product(
    context: &Context,
    tags: &[FoundTag],
    source: Source<'_>,
    plan: ProductPlan,
    touch: impl FnOnce(&mut Releases),
) -> Known {
    let mut found = releases(context.repository.as_ref(), tags, source, &plan);
    let registers = registers(source.tree, &plan, &mut found.findings);
    touch(&mut found);
    attestations::check(context, source.tree, source.tree, &mut found.releases);
    let Verdicts {
        gates, releases: judged, ..
    } = judge(
        context,
        &plan,
        (source.tree, &Cache::default()),
        &registers.exceptions,
        &mut found,
    );
    Known {
        plan,
        found,
        gates,
        judged,
    }
}

/// The newest release, as the handbook calls it: one that is no pre-release, where there is one.
fn newest(releases: &[Release]) -> Option<usize> {
    let stable = releases.iter().position(|release| !release.is_prerelease());
    stable.or((!releases.is_empty()).then_some(0))
}

/// The product and the number of a release that somebody named, by its version, with or without the `v` before it, or by its whole tag; the
/// newest one without a name.
pub(crate) fn named<'known>(
    known: &'known [Known],
    product: Option<&str>,
    version: Option<&str>,
) -> Result<(&'known Known, usize)> {
    let is_asked = |known: &&Known| product.is_none_or(|product| known.plan.id == product);
    if let Some(product) = product.filter(|_| !known.iter().any(|known| is_asked(&known))) {
        return Err(no_product(product, known.iter().map(|known| known.plan.id.as_str())));
    }
    let mut matches: Vec<(&Known, usize)> = Vec::new();
    for known in known.iter().filter(is_asked) {
        let versions = known.found.releases.iter();
        let at = match version {
            Some(version) => versions
                .clone()
                .position(|release| release.version == version)
                .or_else(|| versions.clone().position(|release| is_tagged(release, version)))
                .or_else(|| versions.clone().position(|release| is_same(&release.version, version))),
            None => newest(&known.found.releases),
        };
        matches.extend(at.map(|at| (known, at)));
    }
    match (matches.as_slice(), version) {
        ([found], _) => Ok(*found),
        ([], None) => Err(Error::unjudged("there is no release yet").with_help("tag one, or `runproof collect` its evidence")),
        ([], Some(version)) => {
            let versions: Vec<&str> = known
                .iter()
                .filter(is_asked)
                .flat_map(|known| &known.found.releases)
                .map(|release| release.version.as_str())
                .collect();
            let near = versions
                .iter()
                .map(|known| (strsim::damerau_levenshtein(known, version), *known))
                .min()
                .filter(|(distance, _)| *distance <= 2);
            let help = match (near, version) {
                (Some((_, near)), _) => format!("did you mean `{near}`?"),
                (None, "next") => {
                    "`next` is the main branch, which is no release; the handbook compares the newest release with it".to_owned()
                }
                (None, _) => "`runproof build` shows every release; a tag, a record or a changelog makes one".to_owned(),
            };
            Err(Error::usage(format!("there is no release `{version}`")).with_help(help))
        }
        (several, _) => {
            let products: Vec<&str> = several.iter().map(|(known, _)| known.plan.id.as_str()).collect();
            let what = version.map_or_else(|| "a newest release".to_owned(), |version| format!("a release `{version}`"));
            let error = Error::usage(format!("{} products have {what}", products.len()));
            Err(error.with_help(format!("say which, with `--product`: `{}`", products.join("`, `"))))
        }
    }
}

/// Whether a release has a tag of this name.
fn is_tagged(release: &Release, name: &str) -> bool {
    release.tag.as_ref().is_some_and(|tag| tag.name == name)
}

/// The error for a product that nobody declared.
pub(crate) fn no_product<'a>(product: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.filter(|id| !id.is_empty()).collect();
    let error = Error::usage(format!("there is no product `{product}`"));
    if known.is_empty() {
        error.with_help("the settings declare no products, so leave `--product` out")
    } else {
        error.with_help(format!("there are `{}`", known.join("`, `")))
    }
}

/// The dossier of a release.
pub(crate) fn dossier(known: &Known, at: usize) -> Dossier {
    let release = &known.found.releases[at];
    let judged = &known.judged[at];
    let gates = gates_of(known, release, &judged.asked.gates);
    Dossier {
        product: known.plan.name.clone(),
        judged: JudgedRelease {
            today: judged.today.clone(),
            at_release: judged.at_release.clone(),
            release: release.clone(),
            verdict: judged.verdict.clone(),
            asked: judged.asked.clone(),
            exceptions: judged.exceptions.clone(),
            duties: Vec::new(),
            separation: audit::separation::of(
                release,
                Around {
                    exceptions: &judged.exceptions,
                    ..Around::default()
                },
            ),
            components: component_changes(&known.found.releases).swap_remove(at),
            proofs: audit::proofs::proofs(release, &[]),
            edition: None,
            edition_absent: None,
        },
        gates,
        sign_offs: sign_offs(release),
        is_preview: false,
    }
}

/// The gates of a release as they were declared for it. Of one that nobody declared for it the name of today is told, and no demand.
fn gates_of(known: &Known, release: &Release, asked: &[Gate]) -> Vec<Gate> {
    let mut gates = audit::verdict::gates(asked, std::slice::from_ref(release));
    for gate in gates.iter_mut().filter(|gate| asked.iter().all(|asked| asked.id != gate.id)) {
        if let Some(today) = known.gates.iter().find(|today| today.id == gate.id) {
            gate.title.clone_from(&today.title);
        }
    }
    gates
}

/// What people said about a release: events of its record, and the files with sign-offs.
fn sign_offs(release: &Release) -> Vec<SignOff> {
    let mut found = Vec::new();
    for file in &release.evidence {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let is_list = name
            .split('.')
            .next()
            .is_some_and(|stem| stem.eq_ignore_ascii_case("signoffs"));
        if let Some(text) = file.excerpt.as_deref().filter(|_| is_list) {
            found.extend(signoffs::read(&file.path, text));
        }
    }
    let Some(record) = &release.record else { return found };
    let says = |event: &str| matches!(event, "approved" | "signed-off" | "accepted" | "rejected" | "waived");
    for event in record.timeline.iter().filter(|event| says(&event.event)) {
        found.push(SignOff {
            role: event.by.clone().unwrap_or_default(),
            decision: event.event.clone(),
            at: event.at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            note: event.note.clone().unwrap_or_default(),
            path: record.path.clone(),
        });
    }
    found
}

/// Compares two releases of one product.
pub(crate) fn compare(context: &Context, known: &Known, before: usize, after: usize) -> Result<Comparison> {
    let side = |at: usize| Side {
        version: known.found.releases[at].version.clone(),
        state: known.judged[at].verdict.state,
        commit: known.found.releases[at].commit.clone(),
    };
    let (older, newer) = (&known.found.releases[before], &known.found.releases[after]);
    let (gates, gates_unchanged) = gate_changes(
        (older, &known.judged[before].verdict.gates),
        (newer, &known.judged[after].verdict.gates),
    );
    let (evidence, evidence_unchanged) = file_changes(&older.evidence, &newer.evidence);
    let lacking = audit::bills::lacking(&known.found.releases);
    let components = changes_between(&known.found.releases, (before, after), &lacking);
    Ok(Comparison {
        product: known.plan.name.clone(),
        before: side(before),
        after: side(after),
        gates,
        gates_unchanged,
        evidence,
        evidence_unchanged,
        components,
        runbooks: text_changes(context, &known.plan, older, newer)?,
    })
}

fn gate_changes(
    (older, before): (&Release, &[GateVerdict]),
    (newer, after): (&Release, &[GateVerdict]),
) -> (Vec<GateChange>, usize) {
    let mut changes = Vec::new();
    let mut unchanged = 0;
    let gone = before.iter().filter(|gate| after.iter().all(|other| other.gate != gate.gate));
    let pairs = after
        .iter()
        .map(|gate| (before.iter().find(|other| other.gate == gate.gate), Some(gate)));
    for (before, after) in pairs.chain(gone.map(|gate| (Some(gate), None))) {
        let outcome = |gate: Option<&GateVerdict>| gate.map(|gate| gate.outcome);
        let value = |gate: Option<&GateVerdict>| gate.map(|gate| gate.value.clone()).unwrap_or_default();
        if outcome(before) == outcome(after) && value(before) == value(after) {
            unchanged += 1;
            continue;
        }
        changes.push(GateChange {
            gate: after.or(before).map(|gate| gate.gate.clone()).unwrap_or_default(),
            before: outcome(before),
            after: outcome(after),
            word_before: before.map_or("", |gate| word(gate, older)),
            word_after: after.map_or("", |gate| word(gate, newer)),
            value_before: value(before),
            value_after: value(after),
        });
    }
    (changes, unchanged)
}

fn file_changes(before: &[Evidence], after: &[Evidence]) -> (Vec<FileChange>, usize) {
    let digests = |files: &[Evidence]| -> BTreeMap<String, String> {
        let there = files.iter().filter(|file| file.integrity != Integrity::Absent);
        there.map(|file| (file.path.clone(), file.sha256.clone())).collect()
    };
    let (before, after) = (digests(before), digests(after));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut unchanged = 0;
    let changes = paths.into_iter().filter_map(|path| {
        let (then, now) = (before.get(path), after.get(path));
        let kind = match (then, now) {
            (Some(then), Some(now)) if then == now => {
                unchanged += 1;
                return None;
            }
            (Some(_), Some(_)) => FileChangeKind::Changed,
            (None, _) => FileChangeKind::Added,
            (_, None) => FileChangeKind::Removed,
        };
        Some(FileChange {
            path: path.clone(),
            kind,
            before: then.cloned(),
            after: now.cloned(),
        })
    });
    (changes.collect(), unchanged)
}

/// The runbooks whose text differs between the commits of two releases.
fn text_changes(context: &Context, plan: &ProductPlan, before: &Release, after: &Release) -> Result<Option<Vec<TextChange>>> {
    let texts = |release: &Release| -> Result<Option<BTreeMap<String, String>>> {
        let commit = release.commit.as_ref().filter(|_| release.commit_is_present);
        let Some((repository, commit)) = context.repository.as_ref().zip(commit) else {
            return Ok(None);
        };
        let tree = repository.tree(commit)?;
        let mut texts = BTreeMap::new();
        for path in runbook_paths(&tree, plan) {
            let Some(entry) = tree.listing().entry(&path) else { continue };
            texts.insert(path, String::from_utf8_lossy(&tree.read(entry)?).into_owned());
        }
        Ok(Some(texts))
    };
    let Some((older, newer)) = texts(before)?.zip(texts(after)?) else {
        return Ok(None);
    };
    let paths: BTreeSet<&String> = older.keys().chain(newer.keys()).collect();
    let mut changes = Vec::new();
    for path in paths {
        let (then, now) = (older.get(path), newer.get(path));
        if then == now {
            continue;
        }
        let (old, new) = (then.map_or("", String::as_str), now.map_or("", String::as_str));
        let diff = TextDiff::from_lines(old, new);
        let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
        changes.push(TextChange {
            path: path.clone(),
            kind: match (then, now) {
                (None, _) => FileChangeKind::Added,
                (_, None) => FileChangeKind::Removed,
                _ => FileChangeKind::Changed,
            },
            added: count(similar::ChangeTag::Insert),
            removed: count(similar::ChangeTag::Delete),
            diff: diff.unified_diff().context_radius(2).to_string(),
        });
    }
    Ok(Some(changes))
}

#[cfg(test)]
mod tests {
    use super::newest;
    use crate::model::release::Release;

    #[test]
    fn the_newest_release_is_no_prerelease_where_there_is_another() {
        let release = |version: &str| Release {
            version: version.to_owned(),
            semver: semver::Version::parse(version).ok(),
            ..Release::default()
        };
        assert_eq!(
            newest(&[release("2.0.0-alpha.0"), release("1.9.0"), release("1.8.0")]),
            Some(1)
        );
        assert_eq!(newest(&[release("2.0.0-rc.1"), release("2.0.0-alpha.0")]), Some(0));
        assert_eq!(newest(&[]), None);
    }
}
