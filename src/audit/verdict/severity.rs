//! The words that scanners have for how bad a finding is.

/// Severities that scanners give; a limit for another word would never be reached. Sorted.
pub(super) const SEVERITIES: [&str; 22] = [
    "blocker", "critical", "error", "fatal", "high", "hint", "important", "info", "information", "informational", "low", "major",
    "medium", "minor", "moderate", "negligible", "none", "note", "style", "undefined", "unknown", "warning",
];

/// Whether two words name one severity: npm calls moderate what others call medium.
pub(super) fn is_one_severity(one: &str, other: &str) -> bool {
    let is_medium = |name: &str| name.eq_ignore_ascii_case("medium") || name.eq_ignore_ascii_case("moderate");
    one.eq_ignore_ascii_case(other) || is_medium(one) && is_medium(other)
}

/// How bad a severity is, in the words of many scanners; none where the word does not say it.
pub(super) fn rank(severity: &str) -> Option<u8> {
    Some(match severity.to_ascii_lowercase().as_str() {
        "blocker" | "critical" | "fatal" => 4,
        "high" | "important" | "major" => 3,
        "medium" | "moderate" => 2,
        "low" | "minor" => 1,
        "hint" | "info" | "informational" | "negligible" | "none" | "style" => 0,
        _ => return None,
    })
}
