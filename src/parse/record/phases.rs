//! Phases of a rollout, schema `runproof-phases/1`: what was done in which order, and how long was waited.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::attest;
use crate::model::evidence::{Artifact, Content};
use crate::parse::artifact::Format;
use crate::parse::record::document;
use crate::parse::record::head::Head;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "phases",
    title: "record of phases",
    recognizes: |sniff| document::is_of(sniff, "phases", Some(("phases", "state"))),
    parse: |text| document::artifact(text, "phases", artifact),
};

/// Phases.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The phases, in their order.
    phases: Vec<Phase>,
}

/// One phase.
#[derive(Debug, Deserialize, JsonSchema)]
struct Phase {
    /// The id.
    id: String,
    /// `done`, `open`, `waiting`, `stopped` or `skipped`.
    state: String,
    /// The name for people.
    title: Option<String>,
    /// What it is a phase of, where several things go on beside each other.
    track: Option<String>,
    /// Its number in the track.
    order: Option<i64>,
    /// When it began.
    started: Option<String>,
    /// When it ended.
    finished: Option<String>,
    /// When it was done, where it has no length.
    at: Option<String>,
    /// The role that did it.
    by: Option<String>,
    /// The role that answers for it.
    owner: Option<String>,
    /// How long it must be stable before the next begins, such as `12h`.
    wait: Option<String>,
    /// Words for the reader.
    note: Option<String>,
}

fn artifact(record: Record) -> Artifact {
    let mut about = record.head.about();
    let phases: Vec<attest::Phase> = record
        .phases
        .into_iter()
        .map(|phase| attest::Phase {
            title: phase.title.unwrap_or_else(|| phase.id.clone()),
            id: phase.id,
            track: phase.track.unwrap_or_default(),
            order: phase.order,
            state: phase.state.trim().to_lowercase(),
            started: phase.started.or_else(|| phase.at.clone()),
            finished: phase.finished.or(phase.at),
            by: phase.by.or(phase.owner).unwrap_or_default(),
            wait: phase.wait,
            note: phase.note.unwrap_or_default(),
        })
        .collect();
    // The last moment tells when the record was made; phases before the commit, such as staging, may be older.
    let moments = phases.iter().flat_map(|phase| [&phase.started, &phase.finished]).flatten();
    moments.max().into_iter().for_each(|at| About::add(&mut about.times, at));
    Artifact {
        content: Content::Phases(phases),
        about,
        ..Artifact::default()
    }
}
