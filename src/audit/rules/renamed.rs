//! Ids that rules had before: settings, comments and scripts that name them keep their meaning.

/// The old id and the one that the rule has now, sorted by the old one. An id that was once published is never given to another rule.
/// No rule was renamed since the first release.
pub(crate) const RENAMED: &[(&str, &str)] = &[];

/// The id that a rule has now.
pub(crate) fn current(id: &str) -> &str {
    look_up(RENAMED, id)
}

fn look_up<'id>(renamed: &[(&str, &'id str)], id: &'id str) -> &'id str {
    renamed.iter().find(|(old, _)| *old == id).map_or(id, |(_, new)| new)
}

#[cfg(test)]
mod tests {
    use super::{RENAMED, look_up};
    use crate::audit::rules::RULES;

    #[test]
    fn old_ids_lead_to_rules_that_are_there_and_are_free() {
        let is_rule = |id: &str| RULES.iter().any(|rule| rule.text.id == id);
        assert!(RENAMED.is_sorted_by(|left, right| left.0 < right.0));
        for (old, new) in RENAMED {
            assert!(is_rule(new) && !is_rule(old), "{old} -> {new}");
        }
        let renamed = [("file-missing", "path-missing")];
        assert_eq!(look_up(&renamed, "file-missing"), "path-missing");
        assert_eq!(look_up(&renamed, "path-missing"), "path-missing");
    }
}
