//! What readers of scanners share: findings by level and by the severity in the words of the tool, and when a scan proves nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::about::About;
use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, FindingFacts, ScannerFinding};
use crate::model::finding::Problem;
use crate::parse::artifact::tree::Node;
use crate::parse::artifact::{anomaly, broken, note};
use crate::parse::gate::plain::first_line;

/// Findings that are listed.
const MAX_FINDINGS: usize = 50;

/// Advisories that are kept.
const MAX_ADVISORIES: usize = 10_000;

/// The levels, worst first.
const LEVELS: &[&str] = &["error", "warning", "note", "none"];

/// Severities of tools in lower case, and the level of each.
const SEVERITIES: &[(&str, usize)] = &[
    ("blocker", 0),
    ("critical", 0),
    ("error", 0),
    ("fatal", 0),
    ("high", 0),
    ("important", 0),
    ("major", 1),
    ("medium", 1),
    ("moderate", 1),
    ("warn", 1),
    ("warning", 1),
    ("hint", 2),
    ("ignore", 2),
    ("info", 2),
    ("information", 2),
    ("informational", 2),
    ("low", 2),
    ("minor", 2),
    ("negligible", 2),
    ("note", 2),
    ("style", 2),
    ("none", 3),
];

/// A report as far as it was read.
pub(crate) struct Scan {
    facts: FindingFacts,
    /// Advisories beyond those that are kept.
    left_out: u64,
    levels: [u64; LEVELS.len()],
    severities: BTreeMap<String, u64>,
    /// Severities that are not known, with counts.
    unknown: BTreeMap<String, u64>,
    /// What the report is about.
    pub(crate) about: About,
    counts: Map<String, Value>,
    problems: Vec<Problem>,
    anomalies: Vec<Anomaly>,
}

/// Where and by which rule something was found.
#[derive(Default)]
pub(crate) struct Hit {
    pub(crate) rule: String,
    pub(crate) message: String,
    pub(crate) path: String,
    pub(crate) line: Option<u64>,
}

/// The id of an advisory, of which a scanner may give the address: `https://github.com/advisories/GHSA-x` is `GHSA-x`.
fn advisory_id(text: &str) -> String {
    let id = first_line(text);
    let id = id.trim_end_matches('/');
    if id.contains("://") {
        id.rsplit('/').next().unwrap_or_default()
    } else {
        id
    }
    .to_owned()
}

impl Scan {
    /// A report of a tool in which nothing was found yet.
    pub(crate) fn of(tool: &str) -> Self {
        Self {
            facts: FindingFacts {
                tools: vec![first_line(tool)],
                is_conclusive: true,
                ..FindingFacts::default()
            },
            left_out: 0,
            levels: [0; LEVELS.len()],
            severities: BTreeMap::new(),
            unknown: BTreeMap::new(),
            about: About::default(),
            counts: Map::new(),
            problems: Vec::new(),
            anomalies: Vec::new(),
        }
    }

    /// A report of a tool that looks up packages in a list of advisories.
    pub(crate) fn of_packages(tool: &str) -> Self {
        let mut scan = Self::of(tool);
        scan.facts.audits_packages = true;
        scan
    }

    /// Adds a finding by the severity in the words of the tool. A severity that is not known counts as an error.
    pub(crate) fn add(&mut self, severity: &str, hit: Hit) {
        let severity = first_line(severity);
        let lower = severity.to_ascii_lowercase();
        let level = SEVERITIES.iter().find(|(word, _)| *word == lower).map(|(_, level)| *level);
        if level.is_none() {
            *self.unknown.entry(severity.clone()).or_default() += 1;
        }
        let shown = if severity.is_empty() { "unknown".to_owned() } else { severity };
        *self.severities.entry(shown).or_default() += 1;
        self.keep(level.unwrap_or_default(), hit);
    }

    /// Adds a finding of a tool that knows no severities: an error.
    pub(crate) fn add_error(&mut self, hit: Hit) {
        self.keep(0, hit);
    }

    /// Adds a finding of such a tool with the fingerprint that the tool gives it.
    pub(crate) fn add_error_known_as(&mut self, hit: Hit, fingerprint: &str) {
        let before = self.facts.findings.len();
        self.add_error(hit);
        let fingerprint = first_line(fingerprint);
        if !fingerprint.is_empty()
            && let Some(finding) = self.facts.findings.get_mut(before)
        {
            finding.fingerprints.push(fingerprint);
        }
    }

    /// Says that an advisory is about a package. `id` may be an address; the last part of it counts. What has no id is not kept.
    pub(crate) fn advise(&mut self, mut hit: AdvisoryHit) {
        hit.id = advisory_id(&hit.id);
        hit.aliases = hit.aliases.iter().map(|alias| advisory_id(alias)).collect();
        hit.aliases.retain(|alias| !alias.is_empty() && *alias != hit.id);
        hit.aliases.sort();
        hit.aliases.dedup();
        for words in [&mut hit.package, &mut hit.version, &mut hit.severity, &mut hit.fixed] {
            *words = first_line(words);
        }
        if hit.id.is_empty() {
            return;
        }
        if self.facts.advisories.len() < MAX_ADVISORIES {
            self.facts.advisories.push(hit);
        } else {
            self.left_out += 1;
        }
    }

    fn keep(&mut self, level: usize, hit: Hit) {
        let Hit {
            rule,
            message,
            path,
            line,
        } = hit;
        self.levels[level] += 1;
        if self.facts.findings.len() < MAX_FINDINGS {
            self.facts.findings.push(ScannerFinding {
                rule: first_line(&rule),
                level: LEVELS[level].to_owned(),
                message: first_line(&message),
                path: first_line(&path),
                line,
                fingerprints: Vec::new(),
            });
        }
    }

    /// Counts findings that are known by number only, such as those of a summary.
    pub(crate) fn add_counted(&mut self, severity: &str, count: u64, what: &str) {
        for _ in 0..count.min(1) {
            self.add(
                severity,
                Hit {
                    message: what.to_owned(),
                    ..Hit::default()
                },
            );
        }
        let rest = count.saturating_sub(1);
        if rest > 0 {
            let lower = severity.to_ascii_lowercase();
            let level = SEVERITIES
                .iter()
                .find(|(word, _)| *word == lower)
                .map_or(0, |(_, level)| *level);
            let sum = &mut self.levels[level];
            *sum = sum.saturating_add(rest);
            let listed = self.severities.entry(severity.to_owned()).or_default();
            *listed = listed.saturating_add(rest);
        }
    }

    /// Findings that somebody suppressed.
    pub(crate) fn suppress(&mut self, count: u64) {
        self.facts.suppressed += count;
    }

    /// The report proves nothing, and why.
    pub(crate) fn doubt(&mut self, why: impl Into<String>) {
        let why = why.into();
        self.facts.is_conclusive = false;
        anomaly(&mut self.anomalies, AnomalyKind::NotEnded, None, why.clone());
        note(&mut self.problems, Problem::of_file(why));
    }

    /// The report contradicts itself, and how.
    pub(crate) fn contradict(&mut self, kind: AnomalyKind, how: impl Into<String>) {
        let how = how.into();
        anomaly(&mut self.anomalies, kind, None, how.clone());
        note(&mut self.problems, Problem::of_file(how));
    }

    /// Says something about the report.
    pub(crate) fn note(&mut self, words: impl Into<String>) {
        note(&mut self.problems, Problem::of_file(words));
    }

    /// A count in the words of the format.
    pub(crate) fn count(&mut self, name: &str, value: impl Into<Value>) {
        self.counts.insert(name.to_owned(), value.into());
    }

    /// The counts that an object of the report holds, by their names there.
    pub(crate) fn count_members(&mut self, name: &str, of: &Node<'_>) {
        let members = of.members().iter();
        let counts: Map<String, Value> = members
            .filter_map(|(name, count)| Some((name.to_string(), count.count()?.into())))
            .collect();
        self.count(name, counts);
    }

    /// The counts by severity so far.
    pub(crate) fn by_severity(&self) -> Value {
        serde_json::json!(self.severities)
    }

    /// The artifact.
    pub(crate) fn finish(mut self) -> Artifact {
        for (severity, count) in std::mem::take(&mut self.unknown) {
            let word = if severity.is_empty() {
                "no severity".to_owned()
            } else {
                format!("the severity `{severity}`, which is unknown")
            };
            let findings = if count == 1 {
                "1 finding has"
            } else {
                &format!("{count} findings have")
            };
            note(
                &mut self.problems,
                Problem::of_file(format!("{findings} {word} and counts as an error")),
            );
        }
        self.facts.levels = LEVELS
            .iter()
            .zip(self.levels)
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| ((*level).to_owned(), count))
            .collect();
        self.facts.severities = self.severities.into_iter().collect();
        self.facts.advisories.sort();
        self.facts.advisories.dedup();
        if self.left_out > 0 {
            let message = format!("{} more advisories are counted, and not kept by name", self.left_out);
            note(&mut self.problems, Problem::of_file(message));
        }
        Artifact {
            content: Content::Findings(self.facts),
            anomalies: self.anomalies,
            problems: self.problems,
            about: self.about,
            counts: self.counts,
            ..Artifact::default()
        }
    }
}

/// A report in which a tool says that it failed. It is refused: whoever looks for findings in it finds none.
pub(crate) fn failed(tool: &str, why: &str) -> Artifact {
    let why = first_line(why);
    let words = if why.is_empty() {
        format!("{tool} says that it failed")
    } else {
        format!("{tool} says that it failed: {why}")
    };
    let mut artifact = broken(Problem::of_file(words.clone()));
    anomaly(&mut artifact.anomalies, AnomalyKind::ErrorDocument, None, words);
    artifact
}

#[cfg(test)]
mod tests {
    use super::{Hit, SEVERITIES, Scan};
    use crate::model::evidence::Content;

    #[test]
    fn severities_have_one_level_each_and_unknown_ones_are_errors() {
        let mut words: Vec<_> = SEVERITIES.iter().map(|(word, _)| *word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), SEVERITIES.len());
        let mut scan = Scan::of("x");
        for severity in ["HIGH", "Moderate", "low", "terrible", ""] {
            scan.add(severity, Hit::default());
        }
        scan.add_counted("low", 3, "");
        let artifact = scan.finish();
        let Content::Findings(facts) = artifact.content else {
            panic!("they are findings");
        };
        let levels: Vec<_> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
        assert_eq!(levels, ["error 3", "warning 1", "note 4"]);
        let problems: Vec<_> = artifact.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            problems,
            [
                "1 finding has no severity and counts as an error",
                "1 finding has the severity `terrible`, which is unknown and counts as an error"
            ]
        );
    }
}
