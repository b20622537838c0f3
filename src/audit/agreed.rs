//! Which words of a decision agree to a release, and which say that it was brought out. One list for the gate that asks for sign-offs, the
//! page that tells who sat in which seat, and the auditors' tables, so that they never disagree.

/// Decisions that agree to a release. Sorted.
const APPROVES: &[&str] = &[
    "accepted", "agreed", "approve", "approved", "confirmed", "go", "ok", "signed", "signed off", "signed-off", "verified",
];

/// Words for bringing a release out. Sorted.
const DEPLOYS: &[&str] = &["deployed", "released", "shipped"];

/// Further words of events that bring a release out: what runs by them was there before. Sorted.
const BRINGS_OUT: &[&str] = &["promoted", "published", "rolled-out"];

/// Words of events after which nothing of a release is in use, hyphens as blanks. Sorted.
const TAKES_BACK: &[&str] = &[
    "pulled", "recalled", "revert", "reverted", "roll back", "rollback", "rolled back", "unpublished", "withdrawn", "yanked",
];

/// Words of events by which a release came to nothing. Sorted.
const ENDS: &[&str] = &["abandoned", "aborted", "canceled", "cancelled", "failed"];

/// Whether a decision, in lower case, agrees to a release.
pub(crate) fn approves(decision: &str) -> bool {
    APPROVES.binary_search(&decision).is_ok()
}

/// Whether a decision, in lower case, says that a release was brought out.
pub(crate) fn deploys(decision: &str) -> bool {
    DEPLOYS.binary_search(&decision).is_ok()
}

/// Whether an event, in lower case, says that a release was brought out.
pub(crate) fn brings_out(event: &str) -> bool {
    deploys(event) || BRINGS_OUT.binary_search(&event).is_ok()
}

/// Whether an event, in any letters, says that a release is in use no more.
pub(crate) fn takes_back(event: &str) -> bool {
    TAKES_BACK.binary_search(&plain(event).as_str()).is_ok()
}

/// Whether an event, in any letters, says that a release came to nothing.
pub(crate) fn ends(event: &str) -> bool {
    ENDS.binary_search(&plain(event).as_str()).is_ok()
}

fn plain(event: &str) -> String {
    event.trim().to_lowercase().replace(['-', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::{APPROVES, BRINGS_OUT, DEPLOYS, ENDS, TAKES_BACK, approves, brings_out, deploys, ends, takes_back};

    #[test]
    fn what_takes_a_release_back_is_known_in_any_spelling() {
        assert!(TAKES_BACK.is_sorted() && ENDS.is_sorted());
        for event in ["rolled-back", "Rolled_Back", "rollback", "reverted", "yanked"] {
            assert!(takes_back(event) && !ends(event) && !brings_out(event), "{event}");
        }
        for event in ["rollback-rehearsed", "rollback plan reviewed", "released", ""] {
            assert!(!takes_back(event), "{event}");
        }
        assert!(ends("Aborted") && !ends("smoke failed"));
    }

    #[test]
    fn a_word_says_one_thing_or_nothing() {
        assert!(APPROVES.is_sorted() && DEPLOYS.is_sorted() && BRINGS_OUT.is_sorted());
        assert!(
            DEPLOYS
                .iter()
                .chain(BRINGS_OUT)
                .all(|word| brings_out(word) && !approves(word))
        );
        assert!(APPROVES.iter().all(|word| approves(word) && !deploys(word)));
        assert!(DEPLOYS.iter().all(|word| deploys(word) && !approves(word)));
        for word in ["", "rejected", "no-go", "not approved", "requested", "Approved"] {
            assert!(!approves(word) && !deploys(word), "{word}");
        }
    }
}
