//! Registers that a product keeps: exceptions, which accept a failure for a time, and duties, which must recur.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::finding::Problem;
use crate::model::runbook::ReviewInterval;

/// An accepted failure, one file each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Exception {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The id, as people name it.
    pub(crate) id: String,
    /// The gate whose failure it accepts.
    pub(crate) gate: String,
    /// Which findings it accepts. Every part that is given must match.
    pub(crate) matches: ExceptionMatch,
    /// Why the failure is acceptable.
    pub(crate) rationale: String,
    /// Who will mend it, by role.
    pub(crate) owner: String,
    /// Who accepted it, by role; another one than the owner.
    pub(crate) approved_by: String,
    /// When it was written.
    pub(crate) created: Option<NaiveDate>,
    /// Its last day.
    pub(crate) expires: Option<NaiveDate>,
    /// The releases it covers: a version, several with commas, or a range such as `>=v1.0.0 <v1.2.0`. Empty covers all.
    pub(crate) releases: String,
    /// Where the work is followed.
    pub(crate) ticket: String,
    /// What protects meanwhile.
    pub(crate) compensating_control: String,
    /// The lines of its keys, from 1.
    #[serde(skip)]
    pub(crate) lines: Vec<(String, u32)>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// Which findings an exception accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ExceptionMatch {
    /// The tool that found it.
    pub(crate) tool: Option<String>,
    /// The rules, advisories, or names of cases; several with commas.
    pub(crate) rules: Vec<String>,
    /// The package.
    pub(crate) package: Option<String>,
    /// The file.
    pub(crate) path: Option<String>,
    /// The fingerprint of the tool.
    pub(crate) fingerprint: Option<String>,
}

/// How an exception stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExceptionState {
    /// It runs.
    Running,
    /// It ends within two weeks.
    EndsSoon,
    /// Its last day is past.
    Ended,
    /// Something that it needs is missing or wrong, so that it accepts nothing.
    Invalid,
}

/// An exception with its judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct JudgedException {
    /// The exception.
    pub(crate) exception: Exception,
    /// How it stands today.
    pub(crate) state: ExceptionState,
    /// Why it accepts nothing: what is missing or wrong, one sentence each.
    pub(crate) reasons: Vec<String>,
    /// The versions of the releases that it was needed for, newest first; empty when it matches nothing.
    pub(crate) used_by: Vec<String>,
    /// The versions of the releases that it came too late for, newest first: it would accept what failed there, and accepts nothing of it.
    pub(crate) late_for: Vec<String>,
}

/// An exception that a gate of a release passed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AppliedException {
    /// The gate, by id.
    pub(crate) gate: String,
    /// The exception, by id.
    pub(crate) id: String,
    /// The file.
    pub(crate) path: String,
    /// Who mends it.
    pub(crate) owner: String,
    /// Who accepted it.
    pub(crate) approved_by: String,
    /// Why.
    pub(crate) rationale: String,
    /// What protects meanwhile.
    pub(crate) compensating_control: String,
    /// Its last day.
    pub(crate) expires: Option<NaiveDate>,
    /// Whether its last day is past today, so that the failure counts again.
    pub(crate) is_over_today: bool,
}

/// Something that must recur, declared in `duties.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredDuty {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The line of its entry, from 1, where it is known.
    pub(crate) line: Option<u32>,
    /// The id.
    pub(crate) id: String,
    /// What is to be done.
    pub(crate) title: String,
    /// How often, in the words of the file.
    pub(crate) every: String,
    /// How often; none when the words are not understood.
    #[serde(skip)]
    pub(crate) interval: Option<ReviewInterval>,
    /// The runbook that tells how.
    pub(crate) runbook: Option<String>,
    /// The log whose rows say when it was done, relative to the file.
    pub(crate) log: Option<String>,
    /// The words that its rows name it by; the title where none are given.
    pub(crate) subject: Option<String>,
    /// The workflow that does it by itself.
    pub(crate) workflow: Option<String>,
    /// What that workflow calls itself, as its runs are listed; none where the file is not there.
    #[serde(skip)]
    pub(crate) workflow_name: Option<String>,
    /// Who does it, by role.
    pub(crate) owner: String,
}

/// How a duty stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DutyState {
    /// It was done in time.
    Done,
    /// It is due within two weeks.
    DueSoon,
    /// It should have been done already, or nothing says that it ever was.
    Overdue,
    /// Nothing in the repository can tell: its log is not there, or its interval is not understood.
    CannotBeTold,
}

/// A duty with its judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct JudgedDuty {
    /// The duty.
    pub(crate) duty: DeclaredDuty,
    /// How it stands today.
    pub(crate) state: DutyState,
    /// When it was last done, by its log or by the newest run that is evidence of a release.
    pub(crate) last: Option<NaiveDate>,
    /// The line of the log that says so.
    pub(crate) last_line: Option<u32>,
    /// The rows of its log that say when it was done, those that say that it failed or was left out, and the run that did it, by file and line.
    #[serde(skip)]
    pub(crate) done: Vec<(String, u32)>,
    /// When it is to be done next.
    pub(crate) due: Option<NaiveDate>,
    /// One sentence that says why.
    pub(crate) reason: String,
}

/// The registers of a product as they were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registers {
    /// Its exceptions, by path.
    pub(crate) exceptions: Vec<Exception>,
    /// Its duties, in the order of the file.
    pub(crate) duties: Vec<DeclaredDuty>,
}
