//! The worst severity that a text lets through: "nothing worse than medium", "max severity low", "blocks on high".

use crate::model::gate::Demand;

/// Severities from good to bad.
const SEVERITIES: [&[&str]; 4] = [
    &["low", "minor"],
    &["medium", "moderate"],
    &["high", "important", "major"],
    &["critical", "blocker"],
];

/// Bounds the severities that some words of a demand do not let through.
pub(super) fn read(demand: &mut Demand, said: &str) {
    let lower = said.to_lowercase();
    let spaced: String = lower
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '<' | '=' | '≤' | '≥' | '>') {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let severity = |at: usize| {
        let word = words.get(at)?;
        SEVERITIES.iter().position(|names| names.contains(word))
    };
    let is = |at: Option<usize>, wanted: &[&str]| at.and_then(|at| words.get(at)).is_some_and(|word| wanted.contains(word));
    for at in 0..words.len() {
        let Some(rank) = severity(at) else { continue };
        let before = |back: usize| at.checked_sub(back);
        let is_above = is(before(1), &["above", "over"])
            || is(before(1), &["than"]) && is(before(2), &["worse", "higher", "greater", "severe"]);
        let denies = words[..at]
            .iter()
            .rev()
            .take(5)
            .any(|word| matches!(*word, "no" | "none" | "nothing" | "not" | "zero" | "0"));
        let of_severity = |back: usize| is(before(back), &["severity"]);
        let is_most = is(before(1), &["≤", "<="]) && (of_severity(2) || before(2).is_none())
            || (of_severity(1) || is(before(1), &["is"]) && of_severity(2))
                && words[..at]
                    .iter()
                    .any(|word| matches!(*word, "max" | "maximum" | "highest" | "worst"));
        let is_under = is(before(1), &["<", "below", "under"]) && of_severity(2);
        let blocks = is(before(1), &["on", "for", "at", "from"])
            && is(before(2), &["block", "blocks", "break", "breaks", "fail", "fails"]);
        let or_above = is(Some(at + 1), &["or", "and"]) && is(Some(at + 2), &["above", "higher", "worse", "greater"]);
        let none_behind = or_above && is(Some(at + 3), &["none", "0", "zero"]);
        let least = if is_above && denies || is_most {
            rank + 1
        } else if is_under || blocks || none_behind {
            rank
        } else {
            continue;
        };
        // What is worse than a bounded severity is let through no more than that one.
        let Some(name) = SEVERITIES.get(least).map(|names| names[0]) else {
            continue;
        };
        match demand.max_findings.iter_mut().find(|(held, _)| held == name) {
            Some((_, most)) => *most = 0,
            None => demand.max_findings.push((name.to_owned(), 0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::model::gate::Demand;

    #[test]
    fn what_is_worse_than_the_worst_is_bounded() {
        let of = |said: &str| {
            let mut demand = Demand::default();
            read(&mut demand, said);
            demand
                .max_findings
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (said, expected) in [
            ("nothing worse than medium", "high"),
            ("no severity above Low", "medium"),
            ("max severity: low", "medium"),
            ("maximum severity is medium", "high"),
            ("severity < high", "high"),
            ("≤ high", "critical"),
            ("high or above: none", "high"),
            ("blocks on high or critical", "high"),
            ("fails on medium", "medium"),
            ("nothing above critical", ""),
            ("high availability", ""),
            ("reviewed above; low risk", ""),
            ("worse than medium findings are listed", ""),
            ("no findings; see the notes on high load", ""),
        ] {
            assert_eq!(of(said), expected, "{said}");
        }
    }
}
