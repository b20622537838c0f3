//! What readers of coverage in other forms than lines of files share.

use serde_json::{Map, Value};

use crate::model::evidence::{Artifact, Content, CoverageFacts, CoverageMetric};

/// Coverage as far as it was read.
#[derive(Default)]
pub(crate) struct Coverage {
    facts: CoverageFacts,
    counts: Map<String, Value>,
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
            ..Artifact::default()
        }
    }
}
