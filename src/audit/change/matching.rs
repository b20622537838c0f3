//! Which references of a changed text are the ones that it had before.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::reference::Reference;
use crate::model::runbook::Runbook;

/// For each reference of the later text the one of the earlier text; none for a reference that is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matches {
    earlier: Vec<Option<usize>>,
}

impl Matches {
    /// Pairs the references of two texts by kind and words. Where some words stand in several places, those whose line did not change
    /// are paired first, the others in their order; so what remains is what was added.
    pub(crate) fn of(before: &Runbook, now: &Runbook) -> Self {
        if Arc::ptr_eq(&before.text, &now.text) || before.text == now.text {
            return Self {
                earlier: (0..now.references.len()).map(Some).collect(),
            };
        }
        let mut earlier = vec![None; now.references.len()];
        let mut is_taken = vec![false; before.references.len()];
        let by_line = |runbook, reference| (key(reference), line(runbook, reference));
        pair(before, now, by_line, &mut earlier, &mut is_taken);
        pair(before, now, |_, reference| key(reference), &mut earlier, &mut is_taken);
        Self { earlier }
    }

    /// The earlier reference that a later one was, by their places in the lists.
    pub(crate) fn earlier(&self, index: usize) -> Option<usize> {
        self.earlier.get(index).copied().flatten()
    }
}

/// Pairs what is not paired yet and has the same key, in order.
fn pair<'text, K: Eq + std::hash::Hash>(
    before: &'text Runbook,
    now: &'text Runbook,
    key: impl Fn(&'text Runbook, &'text Reference) -> K,
    earlier: &mut [Option<usize>],
    is_taken: &mut [bool],
) {
    let mut free: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, reference) in before.references.iter().enumerate().rev() {
        if !is_taken[index] {
            free.entry(key(before, reference)).or_default().push(index);
        }
    }
    for (index, reference) in now.references.iter().enumerate() {
        if earlier[index].is_none()
            && let Some(found) = free.get_mut(&key(now, reference)).and_then(Vec::pop)
        {
            earlier[index] = Some(found);
            is_taken[found] = true;
        }
    }
}

/// The kind and the words of a reference, apart from blanks.
fn key(reference: &Reference) -> (&'static str, String) {
    let words: Vec<&str> = reference.text.split_whitespace().collect();
    (reference.kind.word(), words.join(" "))
}

/// The line on which a reference begins.
fn line<'text>(runbook: &'text Runbook, reference: &Reference) -> &'text str {
    let start = reference.span.start as usize;
    let before = runbook.text.get(..start).unwrap_or_default();
    let from = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = runbook.text.get(from..).unwrap_or_default();
    rest.lines().next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::Matches;
    use crate::audit::testing::{inline, tree};
    use crate::model::place::Span;
    use crate::model::runbook::Runbook;

    /// A text whose words between backticks are paths.
    fn text(text: &str) -> Runbook {
        let mut runbook = tree(&[]).says(text).runbook;
        let ticks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
        for pair in ticks.chunks(2) {
            let mut reference = inline(&text[pair[0] + 1..pair[1]]);
            reference.span = Span::new(pair[0] + 1, pair[1]);
            runbook.references.push(reference);
        }
        runbook
    }

    fn matches(before: &str, now: &str) -> Vec<Option<usize>> {
        Matches::of(&text(before), &text(now)).earlier
    }

    #[test]
    fn the_same_text_has_the_same_references() {
        assert_eq!(matches("`a/b` `c/d`", "`a/b` `c/d`"), [Some(0), Some(1)]);
    }

    #[test]
    fn references_are_found_again_wherever_they_stand() {
        assert_eq!(
            matches("`a/b` and\n`c/d`", "`c/d`\nthen `e/f`, `a/b`"),
            [Some(1), None, Some(0)]
        );
    }

    #[test]
    fn of_equal_words_the_ones_on_a_new_line_are_new() {
        assert_eq!(matches("old `a/b`", "new `a/b`\nold `a/b`"), [None, Some(0)]);
        assert_eq!(matches("old `a/b`", "reworded `a/b`"), [Some(0)]);
    }
}
