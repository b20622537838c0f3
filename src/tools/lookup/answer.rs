//! The outcomes of looking something up.

use crate::model::reason::Reason;
use crate::model::reference::{Resolution, Status};

/// The reference is there.
pub(crate) fn resolved(target: &str, line: Option<u32>, reason: Reason) -> Resolution {
    Resolution {
        target: Some(target.to_owned()),
        target_line: line,
        ..without_target(Status::Resolved, reason)
    }
}

/// The reference is not there.
pub(crate) fn broken(reason: Reason, suggestion: Option<String>) -> Resolution {
    Resolution {
        suggestion,
        ..without_target(Status::Broken, reason)
    }
}

/// It cannot be told whether the reference is there.
pub(crate) fn unverifiable(reason: Reason) -> Resolution {
    without_target(Status::Unverifiable, reason)
}

/// It cannot be told, since the file that would say it could not be read.
pub(crate) fn unread(path: &str) -> Resolution {
    Resolution {
        target: Some(path.to_owned()),
        ..unverifiable(Reason::CouldNotBeRead(path.to_owned()))
    }
}

/// The reference is no claim about the repository.
pub(crate) fn ignored(reason: Reason) -> Resolution {
    without_target(Status::Ignored, reason)
}

fn without_target(status: Status, reason: Reason) -> Resolution {
    Resolution {
        status,
        target: None,
        target_line: None,
        reason,
        suggestion: None,
        expected: None,
        changed_since_review: None,
    }
}
