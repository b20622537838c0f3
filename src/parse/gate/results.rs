//! What readers of test reports in JSON share: cases by status, and how the words of the tools are understood.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::about::About;
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, CaseResult, Content, FailedCase, NamedResult, TestFacts};
use crate::model::finding::Problem;
use crate::parse::artifact::tree::Node;
use crate::parse::artifact::{anomaly, note};
use crate::parse::gate::plain::first_line;

/// Failed cases that are listed.
const MAX_FAILED: usize = 50;

/// Cases that are kept by name.
const MAX_NAMED: usize = 100_000;

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Passed,
    Flaky,
    Failed,
    Skipped,
}

/// A report as far as it was read.
#[derive(Default)]
pub(crate) struct Results {
    /// The counts.
    pub(crate) facts: TestFacts,
    /// What the report is about.
    pub(crate) about: About,
    counts: Map<String, Value>,
    problems: Vec<Problem>,
    anomalies: Vec<Anomaly>,
    unknown: BTreeMap<String, u64>,
}

impl Results {
    /// Adds a case. A status that is none counts as an error: an unknown word is not a pass.
    pub(crate) fn add(&mut self, status: Option<Status>, word: &str, name: &str, message: &str) {
        let facts = &mut self.facts;
        facts.tests += 1;
        if facts.named.len() < MAX_NAMED {
            facts.named.push(NamedResult {
                group: String::new(),
                name: first_line(name),
                result: match status {
                    Some(Status::Passed | Status::Flaky) => CaseResult::Passed,
                    Some(Status::Skipped) => CaseResult::Skipped,
                    Some(Status::Failed) => CaseResult::Failed,
                    None => CaseResult::Unknown,
                },
            });
        }
        match status {
            Some(Status::Passed) => return,
            Some(Status::Flaky) => return facts.flaky += 1,
            Some(Status::Skipped) => return facts.skipped += 1,
            Some(Status::Failed) => facts.failures += 1,
            None => {
                facts.errors += 1;
                *self.unknown.entry(first_line(word)).or_default() += 1;
            }
        }
        self.list(name, message);
    }

    /// Adds an error of the run that belongs to no case.
    pub(crate) fn add_error(&mut self, name: &str, message: &str) {
        self.facts.errors += 1;
        self.list(name, message);
    }

    fn list(&mut self, name: &str, message: &str) {
        if self.facts.failed.len() < MAX_FAILED {
            self.facts.failed.push(FailedCase {
                name: first_line(name),
                message: first_line(message),
            });
        }
    }

    /// Says something about the report.
    pub(crate) fn note(&mut self, words: impl Into<String>) {
        note(&mut self.problems, Problem::of_file(words));
    }

    /// A count in the words of the format.
    pub(crate) fn count(&mut self, name: &str, value: impl Into<Value>) {
        self.counts.insert(name.to_owned(), value.into());
    }

    /// A count that the report says of itself. What is there and no count is told: nobody knows what it means.
    pub(crate) fn figure(&mut self, of: &Node<'_>, name: &str) -> Option<u64> {
        let says = of.at(name);
        let count = says.count();
        if count.is_none() && (says.number().is_some() || says.text().is_some()) {
            let message = format!("`{name}` is `{}`, which is no count", first_line(&says.words()));
            anomaly(&mut self.anomalies, AnomalyKind::NoCount, None, message.clone());
            self.note(message);
        }
        count
    }

    /// The artifact.
    pub(crate) fn finish(self) -> Artifact {
        let listed = self.facts.tests;
        self.finish_of(listed)
    }

    /// The artifact of a report that lists so many cases, counted as it counts them itself.
    pub(crate) fn finish_of(mut self, listed: u64) -> Artifact {
        let mut anomalies = std::mem::take(&mut self.anomalies);
        for (word, count) in std::mem::take(&mut self.unknown) {
            let cases = if count == 1 {
                "1 case has"
            } else {
                &format!("{count} cases have")
            };
            let words = format!("{cases} the status `{word}`, which is unknown and counts as an error");
            anomaly(&mut anomalies, AnomalyKind::UnknownWord, None, words.clone());
            self.note(words);
        }
        let declared = self.facts.declared;
        if let Some(tests) = declared.tests.filter(|tests| *tests > listed) {
            let message = format!("the file declares {tests} tests and lists {listed}");
            anomaly(&mut anomalies, AnomalyKind::FewerThanDeclared, None, message.clone());
            self.note(message);
        }
        if let Some(skipped) = declared.skipped.filter(|skipped| *skipped > self.facts.skipped) {
            let message = format!("the file declares {skipped} skipped tests and lists {}", self.facts.skipped);
            anomaly(&mut anomalies, AnomalyKind::WorseThanListed, None, message.clone());
            self.note(message);
        }
        Artifact {
            content: Content::Tests(self.facts),
            anomalies,
            problems: self.problems,
            about: self.about,
            counts: self.counts,
            ..Artifact::default()
        }
    }
}
