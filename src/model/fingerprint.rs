//! The name that a finding keeps while lines move around it: baselines, code scanning and merge requests know it again by this.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::model::digest::hex;
use crate::model::finding::Finding;

/// Gives every finding its fingerprint: 32 hex digits of the rule, the file, the words in question with their blanks evened out, and the how
/// many-th of its kind it is. Lines and columns have no part in it, nor have severity and message, which settings and dates change.
///
/// Hand over all findings of a run at once, accepted ones too, so that accepting one does not rename the others.
pub(crate) fn fill(findings: &mut [Finding]) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|left, right| {
        let key = |index: usize| (&findings[index].path, findings[index].place, findings[index].rule);
        key(*left).cmp(&key(*right))
    });
    let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
    for index in order {
        let finding = &mut findings[index];
        let words = finding.reference.as_deref().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().collect();
        // A NUL stands in no rule id, and git has none in paths, so the parts cannot run into each other.
        let key = format!("{}\0{}\0{}", finding.rule, finding.path, words.join(" ")).into_bytes();
        let occurrence = seen.entry(key.clone()).or_default();
        *occurrence += 1;
        let mut hash = Sha256::new();
        hash.update(&key);
        hash.update([0]);
        hash.update(occurrence.to_be_bytes());
        finding.fingerprint = hex(&hash.finalize()[..16]);
    }
}

/// The fingerprints of findings in their order, where the findings are to stay as they are.
pub(crate) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut copies = findings.to_vec();
    fill(&mut copies);
    copies.into_iter().map(|finding| finding.fingerprint).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::fill;
    use crate::model::finding::{Confidence, Finding, Severity};
    use crate::model::place::Place;

    fn finding(line: u32, words: &str) -> Finding {
        Finding {
            rule: "path-missing",
            severity: Severity::Error,
            confidence: Confidence::High,
            path: "docs/restore.md".to_owned(),
            place: Some(Place {
                line,
                column: 5,
                end_line: line,
                end_column: 9,
            }),
            span: None,
            reference: Some(words.to_owned()),
            message: String::new(),
            help: None,
            suggestion: None,
            fix: None,
            related: Vec::new(),
            suppression: None,
            fingerprint: String::new(),
        }
    }

    fn filled(mut findings: Vec<Finding>) -> Vec<String> {
        fill(&mut findings);
        findings.into_iter().map(|finding| finding.fingerprint).collect()
    }

    #[test]
    fn a_fingerprint_does_not_know_its_line() {
        let before = filled(vec![finding(3, "a.sh"), finding(9, "make  up")]);
        let after = filled(vec![finding(30, "make up"), finding(13, "a.sh")]);
        assert_eq!((&before[0], &before[1]), (&after[1], &after[0]));
        assert_eq!(before[0].len(), 32);
    }

    #[test]
    fn the_same_words_twice_have_two_fingerprints_in_the_order_of_the_file() {
        let all = filled(vec![finding(9, "a.sh"), finding(3, "a.sh"), finding(3, "b.sh")]);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(all[1], filled(vec![finding(40, "a.sh")])[0], "the first one keeps its name");
    }

    #[test]
    fn severity_and_message_have_no_part_in_it() {
        let milder = Finding {
            severity: Severity::Info,
            message: "12 days ago".to_owned(),
            ..finding(3, "a.sh")
        };
        assert_eq!(filled(vec![milder]), filled(vec![finding(3, "a.sh")]));
    }
}
