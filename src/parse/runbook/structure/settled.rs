//! Which schedules of a text stand for something to do. A duration behind a criterion ("error rate > 1 % for 5 minutes") belongs to the breach
//! and is no window; a word such as "daily" in a description ("the daily report shows …") is no duty.

use std::collections::BTreeSet;

use crate::model::declaration::{Declaration, DeclarationKind};
use crate::model::place::{Lines, Span};
use crate::model::runbook::{Schedule, ScheduleKind};
use crate::parse::runbook::outline::{BlockKind, Outline};

/// What is done to something that somebody must look after, in the passive: "keys are rotated every 90 days". Sorted.
const DONE: [&str; 15] = [
    "audited", "cleaned", "done", "exercised", "patched", "performed", "rehearsed", "renewed", "repeated", "replaced",
    "restored", "reviewed", "rotated", "tested", "verified",
];

/// Schedules of one text whose surroundings are looked at.
const MOST: usize = 300;

/// Leaves out what only looks like a window or a duty.
pub(crate) fn settled(
    outline: &Outline,
    lines: &Lines,
    declarations: &[Declaration],
    mut schedules: Vec<Schedule>,
) -> Vec<Schedule> {
    let line = |span: Span| lines.line(span.start);
    let of_kind = |kind: DeclarationKind| declarations.iter().filter(move |found| found.kind == kind);
    let breaches: BTreeSet<u32> = of_kind(DeclarationKind::Criterion).map(|found| line(found.span)).collect();
    let windows: BTreeSet<Span> = of_kind(DeclarationKind::Window).map(|found| found.span).collect();
    let mut duties: Vec<Span> = of_kind(DeclarationKind::Duty).map(|found| found.span).collect();
    duties.sort_unstable();
    let of_duties: BTreeSet<u32> = duties.iter().map(|duty| line(*duty)).collect();
    let is_of_duty = |span: Span| {
        let last = duties.partition_point(|duty| duty.start <= span.start).checked_sub(1);
        of_duties.contains(&line(span)) || last.is_some_and(|last| duties[last].contains(span))
    };
    // Nobody writes so many; looking at the words around each of them would cost the square of a hostile text.
    let are_few = schedules.len() <= MOST;
    schedules.retain(|schedule| match schedule.kind {
        ScheduleKind::Window(_) => !breaches.contains(&line(schedule.span)) || windows.contains(&schedule.span),
        ScheduleKind::Recurring(_) => {
            let is_dated = schedule.last.is_some() || schedule.next.is_some();
            !are_few || is_dated || is_of_duty(schedule.span) || is_said_to_be_done(outline, schedule)
        }
        ScheduleKind::After(_) | ScheduleKind::Every(..) | ScheduleKind::Before(_) => true,
    });
    schedules
}

/// Whether the words around a schedule say that somebody does it: a cell of its own, a heading, a list item that begins with it, or a
/// sentence in the passive.
fn is_said_to_be_done(outline: &Outline, schedule: &Schedule) -> bool {
    let last = outline
        .blocks
        .partition_point(|block| block.span.start <= schedule.span.start)
        .checked_sub(1);
    let Some(block) = last
        .map(|last| &outline.blocks[last])
        .filter(|block| block.span.contains(schedule.span))
    else {
        return false;
    };
    let words = outline.words(block).to_lowercase();
    let words = words.trim();
    let phrase = schedule.text.to_lowercase();
    if block.kind == BlockKind::Cell {
        // The column says how often; a longer text in a cell describes something.
        return words.split_whitespace().count() <= phrase.split_whitespace().count() + 3;
    }
    let Some(at) = words.find(&phrase) else { return false };
    let before = &words[..at];
    let sentence = before.rsplit(['.', '!', '?', ';']).next().unwrap_or_default();
    let clean = |word: &str| word.trim_matches(|char: char| !char.is_alphanumeric()).to_owned();
    if sentence
        .split_whitespace()
        .any(|word| DONE.binary_search(&clean(word).as_str()).is_ok())
    {
        return true;
    }
    // "Daily automation", "Every day, first dry, then live": the phrase itself begins what is to be done. "Daily active users are …" is a
    // sentence about something.
    let rest = words[at + phrase.len()..].split(['.', '\n']).next().unwrap_or_default();
    let has_verb = rest.split_whitespace().any(|word| {
        matches!(
            clean(word).as_str(),
            "are" | "has" | "have" | "is" | "show" | "shows" | "was" | "were" | "will"
        )
    });
    sentence.trim().is_empty() && !has_verb
}

#[cfg(test)]
mod tests {
    use super::DONE;
    use crate::model::runbook::ScheduleKind;
    use crate::parse::runbook::parse;

    fn schedules(text: &str) -> Vec<String> {
        let runbook = parse(text.as_bytes());
        let kept = runbook
            .schedules
            .iter()
            .filter(|schedule| matches!(schedule.kind, ScheduleKind::Window(_) | ScheduleKind::Recurring(_)));
        kept.map(|schedule| schedule.text.clone()).collect()
    }

    #[test]
    fn durations_of_a_criterion_are_no_windows() {
        assert!(DONE.is_sorted());
        let text =
            "# Release\n\n## Rollback criteria\n\n- Error rate > 1 % for 5 minutes\n- p95 latency above 500 ms for 10 minutes\n";
        assert_eq!(schedules(text), [""; 0]);
        let text = "# Release\n\n## Monitoring\n\nMonitor the dashboards for 24 hours.\n";
        assert_eq!(schedules(text), ["for 24 hours"]);
    }

    #[test]
    fn cadence_words_in_descriptions_are_no_duties() {
        for text in [
            "# Backups\n\nThe provider takes a backup every day, and recovery is on.\n",
            "# Numbers\n\nDaily active users are shown on the dashboard.\n",
            "# Numbers\n\nThe weekly report shows the trend of the errors.\n",
        ] {
            assert_eq!(schedules(text), [""; 0], "{text}");
        }
        for (text, kept) in [
            ("# Drill\n\n- Monthly restore drill\n", "Monthly"),
            ("# Keys\n\nSigning keys are replaced every 90 days.\n", "every 90 days"),
            (
                "# Keys\n\n| Secret | Every |\n|---|---|\n| JWT | every 90 days |\n",
                "every 90 days",
            ),
            ("# Keys\n\nRotate the token every 90 days.\n", "every 90 days"),
            ("# Drill\n\nMonthly, last done 2026-01-02.\n", "Monthly"),
        ] {
            assert_eq!(schedules(text), [kept], "{text}");
        }
    }
}
