//! What a measurement is, and its figures in words.

use crate::model::gate::Outcome;

/// What was measured, and what that makes of the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measurement {
    /// The outcome as far as this evidence goes.
    pub(crate) outcome: Outcome,
    /// The value in words.
    pub(crate) value: String,
    /// One sentence per step.
    pub(crate) reasons: Vec<String>,
}

/// A count with its word.
pub(crate) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// A count with commas between thousands.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
