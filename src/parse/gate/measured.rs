//! What readers of coverage in other forms than lines of files share.

use serde_json::{Map, Value};

use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, CoverageFacts, CoverageMetric};
use crate::parse::artifact::anomaly;

/// How far a percentage that a tool writes may be under its own counts: tools round, and cut.
const ROUNDING: f64 = 0.1;

/// Coverage as far as it was read.
#[derive(Default)]
pub(crate) struct Coverage {
    facts: CoverageFacts,
    counts: Map<String, Value>,
    anomalies: Vec<Anomaly>,
}

impl Coverage {
    /// Adds to a metric.
    pub(crate) fn add(&mut self, name: &'static str, covered: u64, total: u64) {
        let metrics = &mut self.facts.metrics;
        match metrics.iter_mut().find(|metric| metric.name == name) {
            Some(metric) => {
                metric.covered = metric.covered.saturating_add(covered);
                metric.total = metric.total.saturating_add(total);
            }
            None => metrics.push(CoverageMetric {
                name,
                covered,
                total,
                declared: None,
            }),
        }
    }

    /// What the file says of itself for a metric. Where nothing was counted, it is what there is.
    pub(crate) fn declare(&mut self, name: &'static str, covered: u64, total: u64) {
        match self.facts.metrics.iter_mut().find(|metric| metric.name == name) {
            Some(metric) => metric.declared = Some((covered, total)),
            None => self.add(name, covered, total),
        }
    }

    /// The total of lines, of which a file may not say that there are none while its parts have some.
    pub(crate) fn says_none(&mut self, name: &'static str) {
        let metric = self.facts.metrics.iter().find(|metric| metric.name == name);
        if let Some(metric) = metric.filter(|metric| metric.total > 0 && metric.declared.is_some_and(|(_, total)| total == 0)) {
            let message = format!(
                "the file says of itself that it has no {name}, and its parts have {}",
                metric.total
            );
            anomaly(&mut self.anomalies, AnomalyKind::NothingOfNothing, None, message);
        }
    }

    /// The percentage that the file says of itself, beside the counts that it is a share of: it may not be lower than they are.
    pub(crate) fn says(&mut self, name: &str, percent: Option<f64>, (covered, total): (u64, u64)) {
        let Some(percent) = percent.filter(|_| total > 0) else {
            return;
        };
        let counted = covered as f64 * 100.0 / total as f64;
        if percent + ROUNDING < counted {
            let message = format!("the file says {percent} % {name} of itself, and counts {covered} of {total}");
            anomaly(&mut self.anomalies, AnomalyKind::RateBelowLines, None, message);
        }
    }

    /// How many the file says are not covered, beside the counts: more may not be missing than they leave.
    pub(crate) fn misses(&mut self, name: &str, missing: Option<u64>, (covered, total): (u64, u64)) {
        if let Some(missing) = missing.filter(|missing| *missing > total.saturating_sub(covered)) {
            let message = format!("the file says that {missing} {name} are missing, and counts {covered} of {total} as covered");
            anomaly(&mut self.anomalies, AnomalyKind::RateBelowLines, None, message);
        }
    }

    /// What the parts of a file give for a metric and what it says of itself as a whole. Where only one of the two is there, or the parts
    /// measure nothing, that is what there is.
    pub(crate) fn compare(&mut self, name: &'static str, listed: Option<(u64, u64)>, own: Option<(u64, u64)>) {
        let is_listed = listed.is_some_and(|(_, total)| total > 0) || own.is_none();
        if let Some((covered, total)) = listed.filter(|_| is_listed) {
            self.add(name, covered, total);
        }
        if let Some((covered, total)) = own {
            self.declare(name, covered, total);
        }
    }

    /// How many files were measured.
    pub(crate) fn files(&mut self, files: u64) {
        self.facts.files = files;
    }

    /// A count in the words of the format.
    pub(crate) fn count(&mut self, name: &str, value: impl Into<Value>) {
        self.counts.insert(name.to_owned(), value.into());
    }

    /// The artifact.
    pub(crate) fn finish(self) -> Artifact {
        Artifact {
            content: Content::Coverage(self.facts),
            counts: self.counts,
            anomalies: self.anomalies,
            ..Artifact::default()
        }
    }
}
