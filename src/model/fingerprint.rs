//! What stands for a finding from one run to the next: in baselines, in SARIF, and when two trees are compared.
//!
//! A fingerprint is made of the rule, the file, the words in question and which of several equal ones it is. Lines and columns are no part
//! of it, so it stays when text is added above.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::model::finding::Finding;

/// The fingerprints of findings, in their order: 32 hex digits each, no two the same.
pub(crate) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    fingerprints_at(findings, |path| path)
}

/// The fingerprints that findings would have if their files stood under other paths: to compare a file with the one that it was.
pub(crate) fn fingerprints_at<'path>(findings: &'path [Finding], path_of: impl Fn(&'path str) -> &'path str) -> Vec<String> {
    let keys: Vec<(&str, &str, String)> = findings
        .iter()
        .map(|finding| (finding.rule, path_of(&finding.path), words(finding)))
        .collect();
    // Equal findings are numbered by their place, so that the order of the list does not matter.
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|index| (findings[*index].place, *index));
    let mut seen: HashMap<&(&str, &str, String), u32> = HashMap::new();
    let mut fingerprints = vec![String::new(); findings.len()];
    for index in order {
        let occurrence = seen.entry(&keys[index]).or_default();
        fingerprints[index] = digest(&keys[index], *occurrence);
        *occurrence += 1;
    }
    fingerprints
}

/// The words that a finding is about: the reference without differences of form, or else the message without its numbers, since those
/// count days and lines.
fn words(finding: &Finding) -> String {
    if let Some(reference) = &finding.reference {
        return reference.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut words = String::with_capacity(finding.message.len());
    for c in finding.message.chars() {
        if !c.is_ascii_digit() {
            words.push(c);
        } else if !words.ends_with('#') {
            words.push('#');
        }
    }
    words
}

fn digest((rule, path, words): &(&str, &str, String), occurrence: u32) -> String {
    let mut hasher = Sha256::new();
    for part in [rule, path, words.as_str()] {
        // The length keeps the parts apart.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(occurrence.to_le_bytes());
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{fingerprints, fingerprints_at};
    use crate::model::finding::{Confidence, Finding, Severity};
    use crate::model::place::Place;

    fn finding(rule: &'static str, path: &str, line: u32, reference: Option<&str>, message: &str) -> Finding {
        Finding {
            rule,
            severity: Severity::Error,
            confidence: Confidence::High,
            path: path.to_owned(),
            place: Some(Place {
                line,
                ..Place::default()
            }),
            span: None,
            reference: reference.map(str::to_owned),
            message: message.to_owned(),
            help: None,
            suggestion: None,
            fix: None,
            related: Vec::new(),
            suppression: None,
        }
    }

    #[test]
    fn lines_form_and_the_order_of_the_list_do_not_matter() {
        let first = finding("path-missing", "a.md", 3, Some("src/x  y"), "gone");
        let moved = finding("path-missing", "a.md", 90, Some("src/x\ny"), "no longer there");
        let other = finding("path-missing", "a.md", 4, Some("src/z"), "gone");
        let one = fingerprints(&[first, other.clone()]);
        let two = fingerprints(&[other, moved]);
        assert_eq!((&one[0], &one[1]), (&two[1], &two[0]));
        assert_eq!(one[0].len(), 32);
    }

    #[test]
    fn equal_findings_are_told_apart_by_their_order_in_the_file() {
        let at = |line| finding("path-missing", "a.md", line, Some("src/x"), "gone");
        let one = fingerprints(&[at(3), at(9)]);
        assert_ne!(one[0], one[1]);
        let two = fingerprints(&[at(19), at(13)]);
        assert_eq!((&one[0], &one[1]), (&two[1], &two[0]));
    }

    #[test]
    fn rule_file_and_words_matter() {
        let all = [
            finding("path-missing", "a.md", 1, Some("x"), ""),
            finding("path-moved", "a.md", 1, Some("x"), ""),
            finding("path-missing", "b.md", 1, Some("x"), ""),
            finding("path-missing", "a.md", 1, Some("y"), ""),
        ];
        let mut made = fingerprints(&all);
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 4);
    }

    #[test]
    fn the_days_of_a_message_do_not_matter() {
        let of = |message| fingerprints(&[finding("review-overdue", "a.md", 1, None, message)]);
        assert_eq!(
            of("the review was due on 2026-01-02, 9 days ago"),
            of("the review was due on 2026-01-02, 10 days ago")
        );
        assert_ne!(of("the review is due"), of("the review was due"));
    }

    #[test]
    fn a_file_can_be_compared_with_the_one_that_it_was() {
        let before = fingerprints(&[finding("path-missing", "old.md", 1, Some("x"), "")]);
        let now = fingerprints_at(&[finding("path-missing", "new.md", 1, Some("x"), "")], |_| "old.md");
        assert_eq!(before, now);
    }
}
