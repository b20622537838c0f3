//! How a product stands today apart from its runbooks and gates: exceptions, duties, support periods, what must be kept, controls. `build` and
//! `lint` ask here, so that both tell the same.

use crate::audit;
use crate::audit::controls::findings::RELEASES;
use crate::audit::controls::held::{Held, Texts};
use crate::audit::controls::looks_into_texts;
use crate::audit::registered_duties::Told;
use crate::config::product::{ProductPlan, plans};
use crate::error::Result;
use crate::judge::attestations;
use crate::judge::context::{Context, Subject};
use crate::judge::controls::at_releases;
use crate::judge::releases::{Verdicts, judge, late};
use crate::judge::store::store;
use crate::load::edition::{Cache, runbooks};
use crate::load::registers::registers;
use crate::load::releases::{Releases, releases};
use crate::model::finding::Finding;
use crate::model::gate::{Gate, ReleaseVerdict};
use crate::model::register::{JudgedDuty, JudgedException, Registers};
use crate::model::release::{OperationsLog, Release};
use crate::model::runbook::SectionKind;
use crate::model::support::{JudgedSupport, KeptRelease};
use crate::source::tags::{FoundTag, tags};

/// How the registers of a product stand today.
pub(crate) struct Standing {
    /// Its exceptions.
    pub(crate) exceptions: Vec<JudgedException>,
    /// Its duties.
    pub(crate) duties: Vec<JudgedDuty>,
    /// Its support periods.
    pub(crate) support: Vec<JudgedSupport>,
    /// What of its releases must still exist.
    pub(crate) kept: Vec<KeptRelease>,
    /// What is wrong with any of it.
    pub(crate) findings: Vec<Finding>,
}

/// Judges the registers of a product. `used` has the exceptions that releases needed, `late` those that came too late for one, each with the
/// version.
pub(crate) fn standing(
    context: &Context,
    plan: &ProductPlan,
    registers: &Registers,
    releases: &[&Release],
    logs: &[OperationsLog],
    used: &[(String, String)],
    late: &[(String, String)],
) -> Standing {
    let today = context.today;
    let exceptions = audit::exceptions::judge(&registers.exceptions, used, late, today);
    let duties = audit::registered_duties::judge(&registers.duties, Told { logs, releases }, today);
    let support = audit::support::support(plan, releases, today);
    let kept = audit::support::kept(plan, &support, releases, today);
    let mut findings = audit::registers::findings(&audit::rule_texts(), &exceptions, &duties);
    findings.extend(audit::support::findings(&support, &kept, releases));
    Standing {
        exceptions,
        duties,
        support,
        kept,
        findings,
    }
}

/// What is wrong with the releases, the registers and the controls of every product, for those who ask for findings only.
pub(crate) fn findings(context: &Context, subject: &Subject, cache: &Cache) -> Result<Vec<Finding>> {
    let tags: Vec<FoundTag> = context.repository.as_ref().map(tags).transpose()?.unwrap_or_default();
    let mut findings = Vec::new();
    for plan in plans(&context.config, &context.name()) {
        let store = store(context, &plan, subject.tree.as_ref())?;
        let mut found = releases(context.repository.as_ref(), &tags, store.source(), &plan);
        let head = subject.tree.as_ref();
        attestations::check(context, head, store.source().tree, &mut found.releases);
        let registers = registers(head, &plan, &mut found.findings);
        let judged = judge(context, &plan, (head, cache), &registers.exceptions, &mut found);
        findings.append(&mut found.findings);
        findings.extend(of_product(context, &plan, cache, &registers, &found, &judged));
        findings.extend(judged.findings);
    }
    audit::rule::apply_levels(&context.config, &mut findings);
    Ok(findings)
}

/// What is wrong with the registers and the controls of a product.
fn of_product(
    context: &Context,
    plan: &ProductPlan,
    cache: &Cache,
    registers: &Registers,
    found: &Releases,
    verdicts: &Verdicts,
) -> Vec<Finding> {
    let releases: Vec<&Release> = found.releases.iter().collect();
    let used: Vec<(String, String)> = found
        .releases
        .iter()
        .zip(&verdicts.releases)
        .flat_map(|(release, judged)| {
            let applied = judged.exceptions.iter();
            applied.map(|applied| (applied.id.clone(), release.version.clone()))
        })
        .collect();
    let late = late(&found.releases, &verdicts.releases);
    let standing = standing(context, plan, registers, &releases, &found.logs, &used, &late);
    let mut findings = standing.findings;
    let judged = verdicts.releases.iter().map(|judged| &judged.verdict);
    let pairs: Vec<(&Release, &ReleaseVerdict)> = found.releases.iter().zip(judged).collect();
    findings.extend(of_controls(
        context,
        plan,
        cache,
        (&verdicts.gates, &pairs),
        &standing.support,
    ));
    findings
}

/// What is wrong with the controls of a product. The texts of its newest releases are read, since not everybody who asks keeps their editions.
pub(super) fn of_controls(
    context: &Context,
    plan: &ProductPlan,
    cache: &Cache,
    (gates, releases): (&[Gate], &[(&Release, &ReleaseVerdict)]),
    support: &[JudgedSupport],
) -> Vec<Finding> {
    if plan.controls.is_empty() {
        return Vec::new();
    }
    let newest = releases.iter().filter(|(release, _)| release.record.is_some()).take(RELEASES);
    let newest: Vec<&(&Release, &ReleaseVerdict)> = newest.collect();
    let of_newest: Vec<&Release> = newest.iter().map(|(release, _)| *release).collect();
    let then = at_releases(context, &plan.id, &of_newest);
    let mut mapped = plan.controls.iter().chain(then.iter().flatten().flatten());
    let with_texts = mapped.any(looks_into_texts);
    let held: Vec<Held<'_>> = newest
        .into_iter()
        .map(|&(release, verdict)| Held {
            release,
            verdict,
            texts: if with_texts {
                texts(context, plan, cache, release)
            } else {
                None
            },
            support: audit::support::of_release(support, release),
        })
        .collect();
    let held = audit::controls::declared(plan, gates, &held, &then);
    audit::controls::findings::findings(&plan.controls, gates, &held)
}

/// What controls count of the runbooks of a release. Every text that is in git has an edit with a day.
fn texts(context: &Context, plan: &ProductPlan, cache: &Cache, release: &Release) -> Option<Texts> {
    let commit = release.commit.as_deref().filter(|_| release.commit_is_present)?;
    let subject = context.subject(Some(commit), false).ok()?;
    let texts = runbooks(cache, subject.tree.as_ref(), plan);
    let sections = texts.iter().flat_map(|(_, runbook)| &runbook.sections);
    let found = Texts {
        runbooks: texts.len(),
        reviewed: texts.len(),
        ways_back: sections.filter(|section| section.kind == SectionKind::Rollback).count(),
    };
    (found.runbooks > 0).then_some(found)
}
