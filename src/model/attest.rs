//! What people and machines attest where no tool has a format: who agreed, which phases went by, what was seen when.

use serde::{Deserialize, Serialize};

/// Somebody who agreed, or did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signoff {
    /// The role.
    pub(crate) role: String,
    /// Who it was: a seat, an account, a name; may be empty.
    pub(crate) identity: String,
    /// The decision, as written.
    pub(crate) decision: String,
    /// When, as written.
    pub(crate) at: String,
    /// What for: a commit; may be empty.
    pub(crate) on: String,
    /// What they wrote; may be empty.
    pub(crate) note: String,
}

/// One phase of a rollout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Phase {
    /// The id.
    pub(crate) id: String,
    /// The name for people; the id without one.
    pub(crate) title: String,
    /// What it is a phase of, where several things go on beside each other; may be empty.
    pub(crate) track: String,
    /// Its number in the track; else it stands where it is listed.
    pub(crate) order: Option<i64>,
    /// The state, as written.
    pub(crate) state: String,
    /// When it began, as written.
    pub(crate) started: Option<String>,
    /// When it ended, as written.
    pub(crate) finished: Option<String>,
    /// Who did it; may be empty.
    pub(crate) by: String,
    /// How long it must have been stable before the next one begins, as written.
    pub(crate) wait: Option<String>,
    /// What they wrote; may be empty.
    pub(crate) note: String,
}

/// A series of figures over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Series {
    /// The figures, as they are listed.
    pub(crate) points: Vec<Observation>,
}

/// A figure that was seen at a moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Observation {
    /// When, as written.
    pub(crate) at: String,
    /// What was measured.
    pub(crate) metric: String,
    /// Its labels, as `name=value` with commas; may be empty.
    pub(crate) labels: String,
    /// The value; none when it is no number.
    pub(crate) value: Option<f64>,
    /// The unit as written; may be empty.
    pub(crate) unit: String,
    /// Whether whoever looked called it a breach; none when they did not say.
    pub(crate) is_breach: Option<bool>,
    /// Whether an exception accepts it, so that it is no breach.
    #[serde(default)]
    pub(crate) is_accepted: bool,
    /// What they wrote; may be empty.
    pub(crate) note: String,
}

/// What was done for a release, step by step: a list that a person kept, or the run sheet of a runbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Course {
    /// The runbook that was followed, where the list says so: its path, and the git blob id of its text.
    pub(crate) runbook: Option<(String, String)>,
    /// The role that followed it; may be empty.
    pub(crate) by: String,
    /// When it was begun, as written; may be empty.
    pub(crate) started: String,
    /// When it was rolled back, as written; may be empty.
    pub(crate) rolled_back: String,
    /// The values that commands were filled in with, by name.
    pub(crate) values: Vec<(String, String)>,
    /// The steps, as they are listed.
    pub(crate) steps: Vec<CourseStep>,
}

/// One step of a course.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CourseStep {
    /// The words of the step.
    pub(crate) text: String,
    /// `done`, `not_done`, `not_applicable`, or whatever is written.
    pub(crate) state: String,
    /// When, as written; may be empty.
    pub(crate) at: String,
    /// The role that did it; may be empty.
    pub(crate) by: String,
    /// The role that confirmed it; may be empty.
    pub(crate) second: String,
    /// When it was confirmed, as written; may be empty.
    pub(crate) second_at: String,
    /// Why it was left out; may be empty.
    pub(crate) reason: String,
    /// What was seen; may be empty.
    pub(crate) note: String,
}
