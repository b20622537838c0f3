//! The baseline: findings that stood when somebody drew a line. It only shrinks.

use std::collections::HashSet;

use crate::audit::suppress::HOUSEKEEPING;
use crate::config::baseline::{Baseline, Entry};
use crate::model::finding::{Finding, Severity, Suppression, SuppressionKind};
use crate::model::fingerprint::fingerprints;

/// Marks the findings that the baseline holds, and returns the entries that no longer occur. `findings` are all findings of a run: which
/// of several equal ones is meant depends on the others.
pub(crate) fn accept<'baseline>(baseline: &'baseline Baseline, findings: &mut [&mut Finding]) -> Vec<&'baseline Entry> {
    let copies: Vec<Finding> = findings.iter().map(|finding| Finding::clone(finding)).collect();
    let fingerprints = fingerprints(&copies);
    let known: HashSet<&str> = baseline.findings.iter().map(|entry| entry.fingerprint.as_str()).collect();
    let mut met: HashSet<String> = HashSet::new();
    for (finding, fingerprint) in findings.iter_mut().zip(fingerprints) {
        if !known.contains(fingerprint.as_str()) || HOUSEKEEPING.contains(&finding.rule) {
            continue;
        }
        met.insert(fingerprint);
        if finding.suppression.is_none() {
            finding.suppression = Some(Suppression {
                kind: SuppressionKind::Baseline,
                reason: String::new(),
                owner: None,
                until: None,
            });
        }
    }
    let entries = baseline.findings.iter();
    entries.filter(|entry| !met.contains(&entry.fingerprint)).collect()
}

/// The baseline of findings: those that could gate and that nothing else accepts. What is only worth knowing needs no acceptance.
pub(crate) fn of(findings: &[Finding]) -> Baseline {
    let pairs = findings.iter().zip(fingerprints(findings));
    let counts = |finding: &Finding| {
        let is_accepted = finding
            .suppression
            .as_ref()
            .is_some_and(|why| why.kind != SuppressionKind::Baseline);
        finding.severity > Severity::Info && !is_accepted && !HOUSEKEEPING.contains(&finding.rule)
    };
    let entries = pairs
        .filter(|(finding, _)| counts(finding))
        .map(|(finding, fingerprint)| Entry {
            path: finding.path.clone(),
            rule: finding.rule.to_owned(),
            words: finding.reference.clone().unwrap_or_default(),
            fingerprint,
        });
    Baseline::new(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::{accept, of};
    use crate::audit::testing::{inline, tree};
    use crate::model::finding::Finding;

    fn findings(paths: &[&str]) -> Vec<Finding> {
        let mut fixture = tree(&["src/x.py"]).reviewed("2026-06-01");
        for path in paths {
            fixture = fixture.naming(inline(path));
        }
        fixture.judged().findings
    }

    #[test]
    fn what_stood_is_accepted_and_what_is_new_is_not() {
        let baseline = of(&findings(&["src/gone.py", "src/fixed.py"]));
        assert_eq!(baseline.findings.len(), 2);
        let mut now = findings(&["src/new.py", "src/gone.py"]);
        let gone: Vec<&str> = accept(&baseline, &mut now.iter_mut().collect::<Vec<_>>())
            .into_iter()
            .map(|entry| entry.words.as_str())
            .collect();
        assert_eq!(gone, ["src/fixed.py"]);
        let accepted: Vec<_> = now
            .iter()
            .map(|finding| (finding.reference.clone().unwrap_or_default(), finding.suppression.is_some()))
            .collect();
        assert_eq!(accepted, [("src/new.py".to_owned(), false), ("src/gone.py".to_owned(), true)]);
    }
}
