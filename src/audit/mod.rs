//! Judgement: values in, values out. Nothing is read here and no clock is asked; `today` is an argument.

mod agreed;
mod alike;
pub(crate) mod asked;
mod bare;
pub(crate) mod bills;
pub(crate) mod change;
mod changed;
pub(crate) mod clock;
pub(crate) mod components;
pub(crate) mod controls;
mod covering;
pub(crate) mod deployments;
pub(crate) mod done;
mod due;
mod duties;
pub(crate) mod evidence;
pub(crate) mod exceptions;
pub(crate) mod fate;
pub(crate) mod figure;
pub(crate) mod fix;
mod forms;
pub(crate) mod freshness;
pub(crate) mod gate_findings;
pub(crate) mod intake;
pub(crate) mod inventory;
pub(crate) mod licences;
mod owners;
pub(crate) mod population;
pub(crate) mod proofs;
pub(crate) mod prose;
pub(crate) mod registered_duties;
pub(crate) mod registers;
pub(crate) mod releases;
pub(crate) mod resolve;
pub(crate) mod reviewed;
pub(crate) mod rule;
pub(crate) mod rules;
pub(crate) mod separation;
pub(crate) mod support;
pub(crate) mod suppress;
#[cfg(test)]
mod testing;
pub(crate) mod undone;
pub(crate) mod unit;
pub(crate) mod verdict;
pub(crate) mod version_order;

use std::cmp::Reverse;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use chrono::NaiveDate;

use crate::audit::rule::{Check, Context, EditionContext, apply_levels};
use crate::audit::rules::RULES;
use crate::audit::suppress::{ignores, waivers};
use crate::config::Config;
use crate::config::waivers::Waivers;
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::{Finding, RuleText, Severity};
use crate::model::handbook::JudgedRunbook;
use crate::model::place::Place;
use crate::model::reference::Resolution;

/// The words of every rule, sorted by id.
pub(crate) fn rule_texts() -> Vec<RuleText> {
    RULES.iter().map(|rule| rule.text).collect()
}

/// Judges the runbooks of an edition. `resolutions` are the outcomes of `resolve::resolve_all`, in the order of the runbooks; the
/// caller needs them first, to ask history for their targets.
pub(crate) fn judge(
    edition: &Edition,
    resolutions: Vec<Vec<Resolution>>,
    past: &Past,
    config: &Config,
    waivers: &Waivers,
) -> Vec<JudgedRunbook> {
    let runbooks = edition.runbooks.par_iter().zip(resolutions.into_par_iter());
    runbooks
        .map(|(runbook, resolutions)| judge_runbook(edition, runbook, resolutions, past, config, waivers))
        .collect()
}

/// What is wrong with an edition as a whole: manifests that cannot be read, history that is missing.
pub(crate) fn judge_edition(edition: &Edition, runbooks: &[JudgedRunbook], past: &Past, config: &Config) -> Vec<Finding> {
    let context = EditionContext { edition, runbooks, past };
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Edition(check) = rule.check {
            check(&context, &mut findings);
        }
    }
    apply_levels(config, &mut findings);
    sort(&mut findings);
    findings
}

fn judge_runbook(
    edition: &Edition,
    runbook: &EditionRunbook,
    mut resolutions: Vec<Resolution>,
    past: &Past,
    config: &Config,
    waivers: &Waivers,
) -> JudgedRunbook {
    fate::settle(edition, runbook, &mut resolutions, past);
    changed::mark_changes(edition, runbook, &mut resolutions, past);
    let clock = due::clock(runbook, past, config);
    let drifts = evidence::drifts(edition, runbook, &resolutions, past);
    let context = Context {
        edition,
        runbook,
        resolutions: &resolutions,
        clock: &clock,
        drifts: &drifts,
        past,
    };
    let is_archived = due::is_archived(&runbook.runbook);
    let mut findings = Vec::new();
    for rule in RULES {
        match rule.check {
            Check::Always(check) => check(&context, &mut findings),
            Check::Current(check) if !is_archived => check(&context, &mut findings),
            Check::Change(_) | Check::Current(_) | Check::Edition(_) | Check::Elsewhere => {}
        }
    }
    apply_levels(config, &mut findings);
    fix::derive(runbook, &mut findings);
    let mut about_ignores = ignores::check(&context, config, &findings);
    apply_levels(config, &mut about_ignores);
    findings.extend(about_ignores);
    accept(runbook, &mut findings, past.today, waivers);
    sort(&mut findings);
    // They are kept as long as anything is made of them, and the room that a list grew into is larger than what is in it.
    findings.shrink_to_fit();
    JudgedRunbook {
        freshness: freshness::judge(runbook, &clock, &drifts, &resolutions, &findings),
        runbook: runbook.clone(),
        resolutions,
        findings,
        commits: reviewed::commits_of(past, &runbook.path).to_vec(),
    }
}

/// Marks the findings of a runbook that its own comments or the waivers accept.
pub(crate) fn accept(runbook: &EditionRunbook, findings: &mut [Finding], today: NaiveDate, waivers: &Waivers) {
    ignores::accept(&runbook.runbook, findings, today);
    waivers::accept(waivers, findings, today);
}

/// Puts findings in order: the worst first, then by file and place.
pub(crate) fn sort(findings: &mut [Finding]) {
    fn key(finding: &Finding) -> (Reverse<Severity>, &str, Option<Place>, &str) {
        (Reverse(finding.severity), &finding.path, finding.place, finding.rule)
    }
    findings.sort_by(|left, right| key(left).cmp(&key(right)));
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{inline, tree};

    #[test]
    fn findings_are_sorted_worst_first_then_by_place() {
        let fixture = tree(&["src/x.py"])
            .naming(inline("src/x.py"))
            .naming(inline("src/a"))
            .naming(inline("src/b.py"))
            .naming(inline("src/a.py"));
        let judged = fixture.judged();
        let found: Vec<(&str, u32)> = judged
            .findings
            .iter()
            .map(|finding| (finding.rule, finding.place.map_or(0, |place| place.line)))
            .collect();
        let expected = [
            ("path-missing", 3),
            ("path-missing", 4),
            ("review-date-missing", 0),
            ("path-missing", 2),
        ];
        assert_eq!(found, expected);
    }
}
