//! What the call of a scanner kept out of its report, compared with what the gate limits: nothing found among what was not shown says nothing.

use crate::model::about::{LEFT_OUT, SHOWN};
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Demand, Outcome};

/// Severities from good to bad, as the facts of a report name them.
const SHOWN_NAMES: [&str; 4] = ["low", "medium", "high", "critical"];

/// Words with which a gate asks for no finding at all.
const NOTHING: [&str; 8] = [
    "any severity", "clean", "empty report", "no results", "nothing found", "vulnerability free", "vulnerability-free",
    "whatever severity",
];

/// Whether a gate asks for no finding at all, in words that no limit stands for: "clean", "nothing found".
pub(super) fn asks_for_none(demand: &Demand) -> bool {
    let is_limited = !demand.max_findings.is_empty()
        || demand.max_errors.is_some()
        || demand.max_warnings.is_some()
        || demand.security_severity_below.is_some();
    let says = |phrase: &&str| {
        demand.said.iter().any(|said| {
            let lower = said.to_lowercase();
            lower.match_indices(*phrase).any(|(at, _)| {
                let is_free = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '-');
                is_free(lower[..at].chars().next_back()) && is_free(lower[at + phrase.len()..].chars().next())
            })
        })
    };
    NOTHING
        .iter()
        .any(|phrase| says(phrase) && (!is_limited || phrase.ends_with("severity")))
}

/// What the calls of the scanners of a gate kept out of their reports although the gate limits it.
pub(super) fn open(sound: &[&Evidence], demand: &Demand, open: &mut Vec<(Outcome, String)>) {
    let Some(least) = least(demand) else { return };
    let said = demand.said.join(" ").to_lowercase();
    for file in sound
        .iter()
        .filter(|file| matches!(file.artifact.content, Content::Findings(_)))
    {
        for (name, value) in &file.artifact.about.facts {
            if name == SHOWN {
                let shown: Vec<&str> = value.split(' ').collect();
                let hidden: Vec<&str> = SHOWN_NAMES[least..]
                    .iter()
                    .copied()
                    .filter(|name| !shown.contains(name))
                    .collect();
                if !hidden.is_empty() {
                    let sentence = format!(
                        "`{}` was written by a call that shows no findings of {} severity, and the gate limits those.",
                        file.path,
                        hidden.join(" or ")
                    );
                    open.push((Outcome::Inconclusive, sentence));
                }
            }
            let is_asked = |words: &[&str]| words.iter().any(|word| said.contains(word));
            let is_fix = value.contains("fix");
            let is_meant = if is_fix {
                is_asked(&["fix", "patch"])
            } else {
                is_asked(&["new ", "since"])
            };
            if name == LEFT_OUT && !is_meant {
                let sentence = format!(
                    "`{}` was written with `{value}`, which keeps findings out of it, and the gate limits all of them.",
                    file.path
                );
                open.push((Outcome::Inconclusive, sentence));
            }
        }
    }
}

/// Words for findings that somebody set aside.
const SUPPRESSED: [&str; 8] = [
    "suppress", "dismissed", "dismissal", "muted", "waived finding", "ignored finding", "ignored advisories", "ignored advisory",
];

/// What was suppressed although the words of a gate speak of that: none may be, or each must say why.
pub(super) fn suppressed(sound: &[&Evidence], demand: &Demand, open: &mut Vec<(Outcome, String)>) {
    let said = demand.said.join(" ").to_lowercase();
    let word = SUPPRESSED.iter().find(|word| said.contains(**word));
    let Some(word) = word else { return };
    let forbids = ["no", "none", "not", "nothing", "without", "zero", "0"];
    let outcome = if forbids.iter().any(|deny| said.contains(&format!("{deny} {word}"))) {
        Outcome::Failed
    } else {
        Outcome::Inconclusive
    };
    for file in sound {
        let ignored = file.artifact.about.facts.iter().find(|(name, _)| name == "ignored");
        if let Some((_, ignored)) = ignored {
            let sentence = format!(
                "The settings of `{}` ignore {ignored}, and the gate asks for something else of those.",
                file.path
            );
            open.push((outcome, sentence));
        }
        if let Content::Findings(facts) = &file.artifact.content
            && facts.suppressed > 0
        {
            let sentence = format!(
                "`{}` lists {} suppressed, and the gate asks for something else of those.",
                file.path, facts.suppressed
            );
            open.push((outcome, sentence));
        }
    }
}

/// The lowest severity that a demand limits, as a place in the list; none where it limits none.
fn least(demand: &Demand) -> Option<usize> {
    let of_findings = demand
        .max_findings
        .iter()
        .map(|(name, _)| match name.to_lowercase().as_str() {
            "critical" | "blocker" => 3,
            "high" | "important" | "major" | "error" => 2,
            "medium" | "moderate" | "warning" => 1,
            _ => 0,
        });
    let of_score = demand.security_severity_below.map(|score| match score {
        score if score >= 9.0 => 3,
        score if score >= 7.0 => 2,
        score if score >= 4.0 => 1,
        _ => 0,
    });
    of_findings
        .chain(of_score)
        .chain(demand.max_errors.map(|_| 2))
        .chain(demand.max_warnings.map(|_| 1))
        .chain(asks_for_none(demand).then_some(0))
        .min()
}

#[cfg(test)]
mod tests {
    use super::{asks_for_none, open, suppressed};
    use crate::audit::testing::evidence_file;
    use crate::model::about::{LEFT_OUT, SHOWN};
    use crate::model::evidence::{Artifact, Content, FindingFacts};
    use crate::model::gate::{Demand, Outcome};

    fn demand(said: &str, limits: &[&str]) -> Demand {
        Demand {
            said: vec![said.to_owned()],
            max_findings: limits.iter().map(|name| ((*name).to_owned(), 0)).collect(),
            ..Demand::default()
        }
    }

    #[test]
    fn clean_is_no_finding_at_all() {
        for (said, limits, expected) in [
            ("clean", &[][..], true),
            ("scan is clean", &[], true),
            ("nothing found", &[], true),
            ("clean of critical findings", &["critical"], false),
            ("no vulnerabilities of any severity", &["note"], true),
            ("passes on a clean-up branch", &[], false),
            ("cleanly built", &[], false),
            ("passes", &[], false),
        ] {
            assert_eq!(asks_for_none(&demand(said, limits)), expected, "{said}");
        }
    }

    #[test]
    fn what_was_suppressed_counts_where_a_gate_speaks_of_it() {
        let told = |said: &str, count: u64| {
            let facts = FindingFacts {
                suppressed: count,
                ..FindingFacts::default()
            };
            let artifact = Artifact {
                content: Content::Findings(facts),
                ..Artifact::default()
            };
            let mut found = Vec::new();
            suppressed(
                &[&evidence_file("evidence/g/a.sarif", artifact)],
                &demand(said, &[]),
                &mut found,
            );
            found.first().map(|(outcome, _)| *outcome)
        };
        assert_eq!(told("no findings, no suppressions", 1), Some(Outcome::Failed));
        assert_eq!(told("suppressions must be justified", 1), Some(Outcome::Inconclusive));
        assert_eq!(told("no findings, no suppressions", 0), None);
        assert_eq!(told("none open, none dismissed", 1), Some(Outcome::Failed));
        assert_eq!(told("no dismissed alerts", 1), Some(Outcome::Failed));
        assert_eq!(told("dismissed alerts have a reason", 1), Some(Outcome::Inconclusive));
        assert_eq!(told("no open alerts", 1), None);
        assert_eq!(told("no findings", 1), None);
    }

    #[test]
    fn what_a_call_does_not_show_is_not_absent() {
        let told = |fact: (&str, &str), demand: &Demand| {
            let mut artifact = Artifact {
                content: Content::Findings(FindingFacts::default()),
                ..Artifact::default()
            };
            artifact.about.facts.push((fact.0.to_owned(), fact.1.to_owned()));
            let mut found = Vec::new();
            open(&[&evidence_file("evidence/g/a.sarif", artifact)], demand, &mut found);
            found.len()
        };
        for (fact, said, limits, count) in [
            ((SHOWN, "critical"), "no critical or high", &["critical", "high"][..], 1),
            ((SHOWN, "high critical"), "no critical or high", &["critical", "high"], 0),
            ((SHOWN, "high critical"), "clean", &[], 1),
            ((SHOWN, "high critical"), "passes", &[], 0),
            ((LEFT_OUT, "--ignore-unfixed"), "no high", &["high"], 1),
            ((LEFT_OUT, "--ignore-unfixed"), "no fixable high", &["high"], 0),
            ((LEFT_OUT, "--baseline-commit"), "no new high findings", &["high"], 0),
        ] {
            assert_eq!(told(fact, &demand(said, limits)), count, "{fact:?} {said}");
        }
    }
}
