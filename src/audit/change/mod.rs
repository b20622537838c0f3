//! What a change does to the runbooks: the same references looked up in two trees, and what came of it.
//!
//! Only the difference is told. What was wrong before the change is never mentioned, whatever else the change touches.

pub(crate) mod cause;
pub(crate) mod demands;
pub(crate) mod gates;
pub(crate) mod matching;
pub(crate) mod pair;
pub(crate) mod settings;
pub(crate) mod sight;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod unit;

use std::collections::{HashMap, HashSet};

use crate::audit::change::pair::ChangeContext;
use crate::audit::clock::is_of_clock;
use crate::audit::rule::{Check, apply_levels};
use crate::audit::rules::RULES;
use crate::audit::sort;
use crate::config::Config;
use crate::model::finding::{Finding, Severity};
use crate::model::fingerprint;

/// Rules about dates of review that time alone sets off, so that they are worth a word to everybody who touches the runbook.
const TIME: &[&str] = &["duty-overdue", "review-due-soon", "review-overdue"];
/// Rules about what somebody wrote beside a review: a change that writes it is as wrong as what it leaves behind.
const WRITTEN: &[&str] = &["owner-unknown", "review-date-future", "review-date-unparsable"];
/// Rules that say of everything what others here say of the change, and better.
const COVERED: &[&str] = &["source-drifted", "unused-ignore", "unverifiable-reference"];

/// What a change does to the runbooks. `earlier` are the findings of the runbooks before the change; they are only used to leave out what
/// was wrong already.
pub(crate) fn judge_change(context: &ChangeContext<'_>, earlier: &[Finding], config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Change(check) = rule.check {
            check(context, &mut findings);
        }
    }
    apply_levels(config, &mut findings);
    accept_what_was_accepted(context, &mut findings);
    findings.extend(new_findings(context, earlier));
    sort(&mut findings);
    findings
}

/// Somebody who accepts that a reference is not there accepts it also when a change brings it about.
fn accept_what_was_accepted(context: &ChangeContext<'_>, findings: &mut [Finding]) {
    for finding in findings {
        let Some(span) = finding.span else { continue };
        let Some(pair) = context.pairs.iter().find(|pair| pair.path() == finding.path) else {
            continue;
        };
        let mut about = pair.judged.findings.iter().filter(|other| other.span == Some(span));
        finding.suppression = about.find_map(|other| other.suppression.clone());
    }
}

/// What the other rules find with the change and did not find before. References that are not there are told by the rules about changes
/// alone. Dates of review are worth a word where the change touches the runbook, and never more.
fn new_findings(context: &ChangeContext<'_>, earlier: &[Finding]) -> Vec<Finding> {
    let mut candidates = Vec::new();
    for pair in context.pairs {
        let broken = pair.broken_spans();
        let is_touched = pair.is_touched();
        for finding in &pair.judged.findings {
            if COVERED.contains(&finding.rule) {
                continue;
            }
            if is_of_clock(finding.rule) && !WRITTEN.contains(&finding.rule) {
                if is_touched {
                    candidates.push(Finding {
                        severity: Severity::Info,
                        ..finding.clone()
                    });
                }
            } else if finding.span.is_none_or(|span| !broken.contains(&span)) {
                candidates.push(finding.clone());
            }
        }
    }
    subtract(candidates, earlier, &paths_before(context))
}

/// The findings that were not there before, by their fingerprints. `paths` tells the earlier path of files that moved.
pub(crate) fn subtract(findings: Vec<Finding>, earlier: &[Finding], paths: &HashMap<&str, &str>) -> Vec<Finding> {
    let fingerprints = |findings: &[Finding]| -> Vec<String> {
        let mut findings = findings.to_vec();
        for finding in &mut findings {
            if let Some(earlier) = paths.get(finding.path.as_str()) {
                finding.path = (*earlier).to_owned();
            }
        }
        // The fingerprints are in the order of the findings.
        fingerprint::fill(&mut findings);
        findings.into_iter().map(|finding| finding.fingerprint).collect()
    };
    let known: HashSet<String> = fingerprints(earlier).into_iter().collect();
    let now = fingerprints(&findings);
    let pairs = findings.into_iter().zip(now);
    pairs
        .filter(|(finding, fingerprint)| TIME.contains(&finding.rule) || !known.contains(fingerprint))
        .map(|(finding, _)| finding)
        .collect()
}

/// The earlier paths of runbooks that moved.
fn paths_before<'change>(context: &ChangeContext<'change>) -> HashMap<&'change str, &'change str> {
    let pairs = context.pairs.iter();
    pairs
        .filter_map(|pair| Some((pair.path(), pair.before.as_ref()?.runbook.path.as_str())))
        .filter(|(now, before)| now != before)
        .collect()
}
