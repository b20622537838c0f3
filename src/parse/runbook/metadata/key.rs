//! What the keys of metadata mean, in all their spellings.

/// What a key means to the tool. `Other` is a key that is known to be metadata without having a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Somebody reviewed the text.
    Reviewed,
    /// The text was edited.
    Updated,
    /// A bare date, which may be of anything; the weakest claim of an edit.
    Dated,
    /// How long a review lasts.
    Interval,
    /// When the next review is due, or how long until then.
    NextReview,
    /// Who answers for the text.
    Owner,
    /// Who may be asked when nobody is named as owner.
    Contact,
    /// The version of the text.
    Version,
    /// The status of the text.
    Status,
    /// How critical it is.
    Criticality,
    /// The title.
    Title,
    /// The id of the page.
    Id,
    /// Files that the text depends on.
    Documents,
    /// Known, without meaning to the tool.
    Other,
}

/// Keys in lower case, with blanks for `_` and `-`. Spellings as counted in real files, and the ones of common templates.
const KEYS: &[(&str, Meaning)] = &[
    ("app version", Meaning::Other),
    ("approver", Meaning::Contact),
    ("approvers", Meaning::Contact),
    ("audience", Meaning::Other),
    ("author", Meaning::Contact),
    ("authors", Meaning::Contact),
    ("contact", Meaning::Contact),
    ("covers", Meaning::Documents),
    ("criticality", Meaning::Criticality),
    ("date", Meaning::Dated),
    ("depends on", Meaning::Documents),
    ("document owner", Meaning::Owner),
    ("document version", Meaning::Version),
    ("documents", Meaning::Documents),
    ("effective date", Meaning::Other),
    ("environment", Meaning::Other),
    ("evidence date", Meaning::Other),
    ("expiration date", Meaning::NextReview),
    ("expiration in days", Meaning::Interval),
    ("expires", Meaning::NextReview),
    ("expires on", Meaning::NextReview),
    ("expiry", Meaning::NextReview),
    ("expiry date", Meaning::NextReview),
    ("freshness interval", Meaning::Interval),
    ("id", Meaning::Id),
    ("importance", Meaning::Criticality),
    ("last audited", Meaning::Reviewed),
    ("last change", Meaning::Updated),
    ("last checked", Meaning::Reviewed),
    ("last confirmed", Meaning::Reviewed),
    ("last drill", Meaning::Other),
    ("last edited", Meaning::Updated),
    ("last edited on", Meaning::Updated),
    ("last modified", Meaning::Updated),
    ("last modified on", Meaning::Updated),
    ("last review", Meaning::Reviewed),
    ("last review date", Meaning::Reviewed),
    ("last reviewed", Meaning::Reviewed),
    ("last reviewed at", Meaning::Reviewed),
    ("last reviewed on", Meaning::Reviewed),
    ("last revised", Meaning::Updated),
    ("last tested", Meaning::Reviewed),
    ("last tested on", Meaning::Reviewed),
    ("last update", Meaning::Updated),
    ("last updated", Meaning::Updated),
    ("last updated at", Meaning::Updated),
    ("last updated on", Meaning::Updated),
    ("last validated", Meaning::Reviewed),
    ("last validated on", Meaning::Reviewed),
    ("last verified", Meaning::Reviewed),
    ("last verified at", Meaning::Reviewed),
    ("last verified on", Meaning::Reviewed),
    ("maintainer", Meaning::Owner),
    ("maintainers", Meaning::Owner),
    ("modified", Meaning::Updated),
    ("ms.date", Meaning::Reviewed),
    ("next review", Meaning::NextReview),
    ("next review by", Meaning::NextReview),
    ("next review date", Meaning::NextReview),
    ("next review due", Meaning::NextReview),
    ("next review on", Meaning::NextReview),
    ("on call", Meaning::Other),
    ("owned by", Meaning::Owner),
    ("owner", Meaning::Owner),
    ("owner slack", Meaning::Contact),
    ("owners", Meaning::Owner),
    ("owning team", Meaning::Owner),
    ("related", Meaning::Documents),
    ("related docs", Meaning::Documents),
    ("related documents", Meaning::Documents),
    ("related files", Meaning::Documents),
    ("release date", Meaning::Other),
    ("report date", Meaning::Other),
    ("review before", Meaning::NextReview),
    ("review by", Meaning::NextReview),
    ("review cadence", Meaning::Interval),
    ("review cycle", Meaning::Interval),
    ("review date", Meaning::Reviewed),
    ("review due", Meaning::NextReview),
    ("review every", Meaning::Interval),
    ("review frequency", Meaning::Interval),
    ("review in", Meaning::Interval),
    ("review interval", Meaning::Interval),
    ("reviewed", Meaning::Reviewed),
    ("reviewed at", Meaning::Reviewed),
    ("reviewed on", Meaning::Reviewed),
    ("revised", Meaning::Updated),
    ("scope", Meaning::Other),
    ("service", Meaning::Other),
    ("severity", Meaning::Other),
    ("spec version", Meaning::Other),
    ("status", Meaning::Status),
    ("team", Meaning::Owner),
    ("title", Meaning::Title),
    ("to be reviewed by", Meaning::NextReview),
    ("updated", Meaning::Updated),
    ("updated at", Meaning::Updated),
    ("updated on", Meaning::Updated),
    ("valid until", Meaning::NextReview),
    ("verified", Meaning::Reviewed),
    ("verified on", Meaning::Reviewed),
    ("version", Meaning::Version),
    ("walkthrough date", Meaning::Other),
];

/// Longest key that is looked up.
pub(crate) const MAX_KEY: usize = 40;

/// What a key means, if it is known.
pub(crate) fn meaning(key: &str) -> Option<Meaning> {
    if key.len() > MAX_KEY {
        return None;
    }
    let key = normalised(key);
    if let Ok(at) = KEYS.binary_search_by(|(known, _)| (*known).cmp(key.as_str())) {
        return Some(KEYS[at].1);
    }
    // "Backend Owner", "Runbook owner": whose, of what.
    let whose = key.strip_suffix(" owner")?;
    let is_name = !whose.contains(' ') && !matches!(whose, "the" | "an" | "a" | "your" | "each" | "this" | "its" | "no");
    is_name.then_some(Meaning::Owner)
}

fn normalised(key: &str) -> String {
    let mut normal = String::with_capacity(key.len());
    let mut is_after_small = false;
    for char in key.trim().trim_end_matches(':').trim().chars() {
        // `lastReviewed` is written so in the front matter of JavaScript tools.
        if is_after_small && char.is_uppercase() {
            normal.push(' ');
        }
        is_after_small = char.is_lowercase();
        match char {
            '_' | '-' | '\u{A0}' => normal.push(' '),
            ' ' if normal.ends_with(' ') => {}
            char => normal.extend(char.to_lowercase()),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::{KEYS, Meaning, meaning};

    #[test]
    fn the_keys_are_sorted() {
        assert!(KEYS.is_sorted_by(|one, two| one.0 < two.0));
    }

    #[test]
    fn spellings_do_not_matter() {
        for key in [
            "last_reviewed_on", "lastReviewedOn", "Last-Reviewed-On", "LAST REVIEWED ON", " Last  reviewed on:",
        ] {
            assert_eq!(meaning(key), Some(Meaning::Reviewed), "{key}");
        }
        assert_eq!(meaning("Product Owner"), Some(Meaning::Owner));
        assert_eq!(meaning("expiration_in_days"), Some(Meaning::Interval));
    }

    #[test]
    fn other_words_are_no_keys() {
        for key in [
            "Prerequisites",
            "The owner",
            "the new proud and happy owner",
            "",
            "Release driver",
        ] {
            assert_eq!(meaning(key), None, "{key}");
        }
    }
}
