//! What stops the program. What is wrong in the user's repository is a `Finding`, not an `Error`.

use std::{fmt, io};

/// An error with what was tried, why it failed and what to do about it.
#[derive(Debug)]
pub(crate) struct Error {
    /// What failed: ``failed to read `runbooks/release.md` ``, lower case, no full stop.
    pub(crate) message: String,
    /// What to do about it, if that is known.
    pub(crate) help: Option<String>,
    /// Which exit code it leads to.
    pub(crate) kind: ErrorKind,
}

/// What an error means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// Wrong usage or configuration, or the machine refused: exit code 2.
    Usage,
    /// It could not be judged because history or a revision is missing: exit code 3.
    Unjudged,
}

/// The result of something that can stop the program.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of usage, configuration or the machine.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            kind: ErrorKind::Usage,
        }
    }

    /// Something that is needed for a judgement is missing.
    pub(crate) fn unjudged(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            kind: ErrorKind::Unjudged,
        }
    }

    /// The error for a file that somebody named and that cannot be read.
    pub(crate) fn not_read(name: &str, cause: &io::Error) -> Self {
        let error = Self::usage(format!("failed to read `{name}`"));
        match cause.kind() {
            io::ErrorKind::NotFound => error.caused_by(&"there is no such file"),
            _ => error.caused_by(cause),
        }
    }

    /// The same error with a remedy.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error with its cause behind it.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: &dyn fmt::Display) -> Self {
        self.message = format!("{}: {cause}", self.message);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
