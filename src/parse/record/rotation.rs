//! Rotations of secrets, schema `runproof-rotation/1`: the name of the secret, never its value, and the steps that were done.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::evidence::{Artifact, CaseKind};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "rotation",
    title: "record of a rotation",
    recognizes: |sniff| document::is_of(sniff, "rotation", None),
    parse: |text| document::artifact(text, "rotation", artifact),
};

/// A rotation.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The name of the secret.
    secret: String,
    /// How it went.
    result: String,
    /// The steps.
    #[serde(default)]
    steps: Vec<Step>,
    /// The day of the rotation before.
    previous: Option<String>,
}

/// One step of a rotation.
#[derive(Debug, Deserialize, JsonSchema)]
struct Step {
    /// What was done.
    name: String,
    /// `done`, `skipped`, …
    state: String,
}

fn artifact(record: Record) -> Artifact {
    let mut facts = cases::of(CaseKind::Part);
    cases::add(&mut facts, &record.secret, cases::result(&record.result), &record.result);
    for step in &record.steps {
        cases::add(&mut facts, &step.name, cases::result(&step.state), &step.state);
    }
    let mut about = record.head.about();
    about.facts.extend(record.previous.map(|day| ("previous".to_owned(), day)));
    record.head.attested(facts, about)
}
