//! Words that pages are found by beside what they say.

use serde::Serialize;

/// The word of the model for a state.
pub(super) fn word(state: &impl Serialize) -> String {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A version as people write it elsewhere: with its `v`, or without.
pub(super) fn other_spelling(version: &str) -> Option<String> {
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    match version.strip_prefix('v') {
        Some(number) => is_number(number).then(|| number.to_owned()),
        None => is_number(version).then(|| format!("v{version}")),
    }
}

#[cfg(test)]
mod tests {
    use super::other_spelling;

    #[test]
    fn a_version_is_found_with_and_without_its_letter() {
        assert_eq!(other_spelling("v1.3.0").as_deref(), Some("1.3.0"));
        assert_eq!(other_spelling("1.3.0").as_deref(), Some("v1.3.0"));
        assert_eq!(other_spelling("vista-2"), None);
        assert_eq!(other_spelling("release-1"), None);
    }
}
