//! What a command found out, and from which level on that makes the program fail.

use clap::ValueEnum;

use crate::model::finding::{Finding, Severity};

/// What a command found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing at or over the chosen level.
    Clean,
    /// Findings at or over the chosen level.
    Findings,
    /// The exit code of a command that the user typed.
    Command(u8),
}

/// From which level findings make the program fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Info,
    /// Nothing: the exit code is 0 whatever is found.
    Never,
}

impl FailOn {
    /// What findings mean for the exit code.
    pub(crate) fn outcome<'finding>(self, mut findings: impl Iterator<Item = &'finding Finding>) -> Outcome {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
            Self::Never => return Outcome::Clean,
        };
        if findings.any(|finding| finding.severity >= least) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}
