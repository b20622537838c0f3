//! Artifacts of gates: test results, coverage, findings of scanners.

use crate::parse::artifact::Format;

/// Every format of gates, sorted by name.
pub(crate) const FORMATS: &[Format] = &[];
