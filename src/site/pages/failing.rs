//! Which steps of a runbook an error says will fail, for whoever has to follow it now.

use std::collections::BTreeSet;

use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::model::runbook::Step;
use crate::site::words;

/// Rules about where a link leads: a step whose link is lost can be followed as it is.
const LEADS: [&str; 3] = ["anchor-missing", "link-broken", "related-doc-missing"];

/// The steps of a runbook that have an error.
pub(super) struct Failing<'site> {
    /// Which they are: `step 4 of 5`, `steps 2 and 4 of 5`, `7 of 20 steps`.
    pub(super) words: String,
    /// How many there are.
    pub(super) count: usize,
    /// The first of them, by its place among all steps of the runbook.
    pub(super) first: usize,
    /// Why the first one fails.
    pub(super) message: &'site str,
}

/// The outer steps of a runbook that have an error, by their numbers where those tell them apart; nothing where no error stands in a step.
pub(super) fn failing(runbook: &JudgedRunbook) -> Option<Failing<'_>> {
    let text = &runbook.runbook.runbook;
    let all = text.steps.iter().enumerate();
    let steps: Vec<(usize, &Step)> = all
        .filter(|(_, step)| step.number.len() == 1 && !text.is_criterion(step))
        .collect();
    let errors = errors(runbook)
        .filter(|finding| !LEADS.contains(&finding.rule))
        .filter_map(|finding| {
            let span = finding.span?;
            let holds = |(_, step): &(usize, &Step)| step.span.start <= span.start && span.start < step.span.end;
            Some((steps.iter().position(holds)?, finding))
        });
    let errors: Vec<(usize, &Finding)> = errors.collect();
    let at: BTreeSet<usize> = errors.iter().map(|(at, _)| *at).collect();
    let first = *at.first()?;
    let numbers: BTreeSet<u64> = steps.iter().map(|(_, step)| step.number[0]).collect();
    let total = steps.len();
    let names: Vec<String> = at.iter().map(|index| steps[*index].1.number[0].to_string()).collect();
    let words = match names.as_slice() {
        names if names.len() > 3 || numbers.len() < total => {
            format!("{} of {}", names.len(), words::counted(total as u64, "step"))
        }
        [one] => format!("step {one} of {total}"),
        [before @ .., last] => format!("steps {} and {last} of {total}", before.join(", ")),
        [] => return None,
    };
    let why = errors.iter().find(|(at, _)| *at == first)?;
    Some(Failing {
        words,
        count: names.len(),
        first: steps[first].0,
        message: &why.1.message,
    })
}

/// The state, and which steps or how many references speak against the runbook.
pub(super) fn verdict(judged: &JudgedRunbook) -> String {
    let word = judged.freshness.state.word();
    let counts = judged.freshness.counts;
    let open = u64::from(counts.broken - counts.accepted);
    match (failing(judged), judged.freshness.state) {
        (Some(failing), _) => format!("{word}: {}", failing.words),
        (None, State::Broken | State::Stale) if open > 0 => {
            format!("{word}: {}", words::counted(open, "broken reference"))
        }
        _ if counts.accepted > 0 => format!("{word}: {} accepted as it is", counts.accepted),
        _ => word.to_owned(),
    }
}

/// The errors of a runbook that count.
fn errors(runbook: &JudgedRunbook) -> impl Iterator<Item = &Finding> {
    let findings = runbook.findings.iter();
    findings.filter(|finding| finding.suppression.is_none() && finding.severity == Severity::Error)
}

/// The finding that tells most of a runbook: the worst, of equals the surest, of equals one about something that the text names. The date
/// of a review that stands in the first line comes after a command that is gone.
pub(super) fn worst(runbook: &JudgedRunbook) -> Option<&Finding> {
    let active = runbook.findings.iter().filter(|finding| finding.suppression.is_none());
    active.min_by_key(|finding| {
        let is_sure = finding.confidence == Confidence::High;
        std::cmp::Reverse((finding.severity, is_sure, finding.reference.is_some()))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{failing, worst};
    use crate::model::finding::{Finding, Severity};
    use crate::model::handbook::JudgedRunbook;
    use crate::model::place::Span;
    use crate::model::runbook::SectionKind;
    use crate::site::sample::texts::RELEASE;
    use crate::site::sample::{Texts, judged};

    const TEXT: &str = "# Ship\n\n## Steps\n\n1. Build it.\n2. Send it.\n3. Look at it.\n";

    /// A runbook of three steps with one finding for each place and severity.
    fn runbook(findings: &[(Span, Severity, bool)]) -> JudgedRunbook {
        let pattern = judged(&Texts::default(), "runbooks/release.md", "release", RELEASE)
            .findings
            .remove(0);
        let mut runbook = judged(&Texts::default(), "runbooks/ship.md", "ship", TEXT);
        runbook.findings = findings
            .iter()
            .enumerate()
            .map(|(number, (span, severity, is_named))| {
                let mut finding = pattern.clone();
                finding.span = Some(*span);
                finding.severity = *severity;
                finding.reference = is_named.then(|| "make undo".to_owned());
                finding.message = format!("finding {number}");
                finding
            })
            .collect();
        runbook
    }

    fn steps() -> Vec<Span> {
        let runbook = runbook(&[]);
        let steps = runbook.runbook.runbook.steps.iter();
        let spans: Vec<Span> = steps.filter(|step| step.number.len() == 1).map(|step| step.span).collect();
        assert!(spans.len() > 2, "the sample has steps");
        spans
    }

    #[test]
    fn the_first_step_with_an_error_is_named() {
        let steps = steps();
        let total = steps.len();
        let outside = Span::new(0, 1);
        let told = runbook(&[
            (outside, Severity::Error, true),
            (steps[1], Severity::Error, true),
            (steps[0], Severity::Warning, true),
        ]);
        let told = failing(&told).expect("a step fails");
        assert_eq!(told.words, format!("step 2 of {total}"));
        assert_eq!((told.count, told.message), (1, "finding 1"));
        let two = runbook(&[(steps[2], Severity::Error, true), (steps[0], Severity::Error, true)]);
        let two = failing(&two).expect("two steps fail");
        assert_eq!(two.words, format!("steps 1 and 3 of {total}"));
        assert_eq!((two.count, two.message), (2, "finding 1"));
        assert!(
            failing(&runbook(&[
                (outside, Severity::Error, true),
                (steps[0], Severity::Warning, true)
            ]))
            .is_none()
        );
    }

    #[test]
    fn a_condition_to_go_back_is_no_step_that_fails() {
        let text = "# Undo\n\n## When to roll back\n\n1. `make health` fails.\n2. Errors rise.\n\n## Roll back\n\n1. `make undo`.\n2. Look.\n";
        let mut runbook = judged(&Texts::default(), "runbooks/undo.md", "undo", text);
        let parsed = Arc::make_mut(&mut runbook.runbook.runbook);
        parsed.sections[1].kind = SectionKind::RollbackCriteria;
        let spans: Vec<Span> = parsed.steps.iter().map(|step| step.span).collect();
        let pattern = self::runbook(&[(spans[0], Severity::Error, true)]).findings.remove(0);
        runbook.findings = vec![pattern.clone()];
        assert!(failing(&runbook).is_none());
        runbook.findings.push(Finding {
            span: Some(spans[2]),
            ..pattern
        });
        let told = failing(&runbook).expect("a step fails");
        assert_eq!((told.words.as_str(), told.first), ("step 1 of 2", 2));
    }

    #[test]
    fn a_link_that_lost_its_place_fails_no_step() {
        let steps = steps();
        let mut told = runbook(&[(steps[0], Severity::Error, true), (steps[1], Severity::Error, true)]);
        told.findings[0].rule = "anchor-missing";
        assert_eq!(
            failing(&told).map(|failing| failing.words),
            Some(format!("step 2 of {}", steps.len()))
        );
        told.findings[1].rule = "link-broken";
        assert!(failing(&told).is_none());
    }

    #[test]
    fn a_command_that_is_gone_says_more_than_the_date_of_a_review() {
        let at = Span::new(0, 1);
        let message = |findings: &[(Span, Severity, bool)]| worst(&runbook(findings)).map(|finding| finding.message.clone());
        let told = message(&[(at, Severity::Warning, false), (at, Severity::Error, true)]);
        assert_eq!(told.as_deref(), Some("finding 1"));
        let told = message(&[
            (at, Severity::Error, false),
            (at, Severity::Error, true),
            (at, Severity::Error, true),
        ]);
        assert_eq!(told.as_deref(), Some("finding 1"), "of equals the first that names something");
        assert_eq!(message(&[]), None);
    }
}
