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

#[cfg(test)]
mod tests {
    use super::{APPROVES, BRINGS_OUT, DEPLOYS, approves, brings_out, deploys};

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
