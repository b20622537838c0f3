//! What a change does to the runbooks: the same references looked up in two trees, and what came of it.
//!
//! Only the difference is told. What was wrong before the change is never mentioned, whatever else the change touches.

pub(crate) mod cause;
pub(crate) mod matching;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod unit;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::audit::change::matching::Matches;
use crate::audit::rules::{self, Check, RULES};
use crate::audit::{freshness, sort};
use crate::config::Config;
use crate::model::difference::TreeDifference;
use crate::model::edition::{Edition, EditionRunbook, FileText};
use crate::model::finding::{Finding, RuleText, Severity};
use crate::model::fingerprint;
use crate::model::handbook::JudgedRunbook;
use crate::model::place::{Place, Span};
use crate::model::reference::{Reference, Resolution, Status};

/// The beginning of the ids of all rules about dates of review.
const CLOCK: &str = "review-";
/// Rules about dates of review that do not begin so, and about who answers for a runbook.
const CLOCK_TOO: &[&str] = &[
    "owner-missing",
    "owner-unknown",
    "stamp-behind-edit",
    "stamp-without-evidence",
];
/// Rules about dates of review that time alone sets off, so that they are worth a word to everybody who touches the runbook.
const TIME: &[&str] = &["duty-overdue", "review-due-soon", "review-overdue"];
/// Rules that say of everything what others here say of the change, and better.
const COVERED: &[&str] = &["source-drifted", "unused-ignore", "unverifiable-reference"];

/// A change, as rules see it.
pub(crate) struct ChangeContext<'change> {
    /// The product before the change. It holds the runbooks that are compared, not all of them.
    pub(crate) base: &'change Edition,
    /// The product with the change.
    pub(crate) head: &'change Edition,
    /// The runbooks with the change, each with the one that it was.
    pub(crate) pairs: &'change [Pair<'change>],
    /// The files that differ.
    pub(crate) difference: &'change TreeDifference,
    /// What stands for whole files that differ, by path, before and with the change. A file that could not be read is not here, and counts
    /// as changed.
    pub(crate) texts: &'change HashMap<String, (FileText, FileText)>,
    /// Files that so many commits change that a change of one of them says nothing.
    pub(crate) churning: &'change BTreeSet<String>,
    /// The runbooks of which a commit of the change says that they were reviewed.
    pub(crate) vouched: &'change BTreeSet<String>,
}

/// A runbook with a change, and before it.
pub(crate) struct Pair<'change> {
    /// The runbook with the change, judged.
    pub(crate) judged: &'change JudgedRunbook,
    /// The same runbook before; none when it is new.
    pub(crate) before: Option<Before<'change>>,
    /// Whether the two texts say the same, apart from form, dates and stamps.
    pub(crate) says_the_same: bool,
}

/// A runbook before a change.
pub(crate) struct Before<'change> {
    /// The runbook.
    pub(crate) runbook: &'change EditionRunbook,
    /// The outcome for each of its references, in the tree before the change.
    pub(crate) resolutions: &'change [Resolution],
    /// Which of its references each reference of the runbook with the change is.
    pub(crate) matches: Matches,
}

impl<'change> Pair<'change> {
    /// A runbook with the one that it was.
    pub(crate) fn new(judged: &'change JudgedRunbook, before: Option<(&'change EditionRunbook, &'change [Resolution])>) -> Self {
        let before = before.map(|(runbook, resolutions)| Before {
            runbook,
            resolutions,
            matches: Matches::of(&runbook.runbook, &judged.runbook.runbook),
        });
        let says_the_same = before
            .as_ref()
            .is_some_and(|before| before.runbook.content == judged.runbook.content);
        Self {
            judged,
            before,
            says_the_same,
        }
    }

    /// The path with the change.
    pub(crate) fn path(&self) -> &'change str {
        &self.judged.runbook.path
    }

    /// The references with their outcomes before (none for a reference that the change adds) and with the change.
    pub(crate) fn references(
        &self,
    ) -> impl Iterator<Item = (&'change Reference, Option<&'change Resolution>, &'change Resolution)> + '_ {
        let references = self.judged.runbook.runbook.references.iter().zip(&self.judged.resolutions);
        references.enumerate().map(|(index, (reference, now))| {
            let before = self
                .before
                .as_ref()
                .and_then(|before| before.resolutions.get(before.matches.earlier(index)?));
            (reference, before, now)
        })
    }

    /// What a rule says about a reference with the change; none when no rule does, because the settings switch it off or the runbook is
    /// kept for the record.
    pub(crate) fn finding_about(&self, reference: &Reference) -> Option<&'change Finding> {
        let findings = self.judged.findings.iter();
        findings
            .filter(|finding| finding.span == Some(reference.span) && !is_of_clock(finding.rule))
            .max_by_key(|finding| (finding.severity, finding.confidence))
    }

    /// A finding about a reference, as the rule would have it; the message is still empty.
    pub(crate) fn about(&self, rule: &RuleText, reference: &Reference) -> Finding {
        Finding {
            place: Some(self.judged.runbook.runbook.place(reference.span)),
            span: Some(reference.span),
            reference: Some(reference.text.clone()),
            ..rules::finding_of(rule, self.path())
        }
    }

    /// Whether the change touches the text of the runbook or moves it.
    fn is_touched(&self) -> bool {
        let now = &self.judged.runbook;
        self.before
            .as_ref()
            .is_none_or(|before| (before.runbook.content, &before.runbook.path) != (now.content, &now.path))
    }

    /// The spans of the references that are not there.
    fn broken_spans(&self) -> HashSet<Span> {
        let references = self.judged.runbook.runbook.references.iter().zip(&self.judged.resolutions);
        let broken = references.filter(|(_, resolution)| resolution.status == Status::Broken);
        broken.map(|(reference, _)| reference.span).collect()
    }
}

/// Whether a rule is about dates of review.
fn is_of_clock(rule: &str) -> bool {
    rule.starts_with(CLOCK) || CLOCK_TOO.contains(&rule)
}

/// What a change does to the runbooks. `earlier` are the findings of the runbooks before the change; they are only used to leave out what
/// was wrong already.
pub(crate) fn judge_change(context: &ChangeContext<'_>, earlier: &[Finding], config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Change(check) = rule.check {
            check(context, &mut findings);
        }
    }
    rules::apply_levels(config, &mut findings);
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
            if is_of_clock(finding.rule) {
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

/// Whether the runbook says that it is kept for the record only.
pub(crate) fn is_archived(pair: &Pair<'_>) -> bool {
    freshness::is_archived(&pair.judged.runbook.runbook)
}

/// The place of a line as a whole.
pub(crate) fn at_line(line: u32) -> Place {
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    }
}
