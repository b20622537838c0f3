//! What recurs, when it was last done and when it is to be done next, as far as the text tells: columns of a table, "last rotated:
//! 2026-05-01" beside the words of the interval.

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

use crate::model::runbook::{Schedule, ScheduleKind};
use crate::parse::runbook::metadata::day;
use crate::parse::runbook::outline::{Block, BlockKind, Outline, Row};

/// Characters of a sentence that tell what recurs.
const MAX_WHAT: usize = 120;

/// Words between "last" and its date.
const MAX_WORDS: usize = 6;

/// Words behind "last" that are about the text and not about a duty.
const ABOUT_THE_TEXT: &[&str] = &[
    "change", "changed", "edited", "modified", "revised", "review", "reviewed", "update", "updated",
];

/// When something was last done, and when it is to be done next.
#[derive(Clone, Copy, Debug, Default)]
struct Dates {
    last: Option<NaiveDate>,
    next: Option<NaiveDate>,
}

/// Tells of every schedule that recurs what it is about and its dates. `blocks` has the block of each schedule, as index.
pub(crate) fn complete(outline: &Outline, blocks: &[usize], schedules: &mut [Schedule]) {
    let recurs = |schedule: &Schedule| matches!(schedule.kind, ScheduleKind::Recurring(_));
    if !schedules.iter().any(recurs) {
        return;
    }
    // How many things recur in each section: the dates of a section belong to its duty only where it has a single one.
    let mut counts: HashMap<Option<usize>, u32> = HashMap::new();
    for (schedule, block) in schedules.iter().zip(blocks) {
        if recurs(schedule) {
            *counts.entry(outline.blocks[*block].section).or_default() += 1;
        }
    }
    let mut of_sections: HashMap<Option<usize>, Dates> = HashMap::new();
    for block in outline.blocks.iter().filter(|block| block.kind != BlockKind::Cell) {
        if counts.get(&block.section) == Some(&1) {
            let found = dates(outline.words(block));
            let known = of_sections.entry(block.section).or_default();
            known.last = known.last.or(found.last);
            known.next = known.next.or(found.next);
        }
    }
    for (schedule, index) in schedules.iter_mut().zip(blocks) {
        if !recurs(schedule) {
            continue;
        }
        let block = &outline.blocks[*index];
        let row = (block.kind == BlockKind::Cell).then(|| row_of(outline, *index)).flatten();
        let found = if let Some((row, head)) = row {
            in_row(outline, row, head)
        } else {
            let own = dates(outline.words(block));
            let section = of_sections.get(&block.section).copied().unwrap_or_default();
            Dates {
                last: own.last.or(section.last),
                next: own.next.or(section.next),
            }
        };
        schedule.last = found.last;
        schedule.next = found.next;
        schedule.what = what(outline, block, row.map(|(row, _)| row), &schedule.text);
    }
}

/// The row of a cell, and the heading row of its table.
fn row_of(outline: &Outline, cell: usize) -> Option<(&Row, Option<&Row>)> {
    let at = outline.rows.partition_point(|row| row.cells.start <= cell).checked_sub(1)?;
    let row = outline.rows.get(at).filter(|row| row.cells.contains(&cell))?;
    let head = outline.rows[..=at].iter().rev().find(|row| row.is_head);
    Some((row, head))
}

/// The dates of a row, by the words of its columns.
fn in_row(outline: &Outline, row: &Row, head: Option<&Row>) -> Dates {
    let mut found = Dates::default();
    let Some(head) = head else { return found };
    let cells = |range: &Range<usize>| outline.blocks.get(range.clone()).unwrap_or_default();
    for (title, cell) in cells(&head.cells).iter().zip(cells(&row.cells)) {
        let title = outline.line(title).to_lowercase();
        let has = |words: &[&str]| {
            title
                .split(|char: char| !char.is_alphanumeric())
                .any(|word| words.contains(&word))
        };
        let date = || day(&outline.line(cell));
        if has(&["last", "previous", "latest"]) {
            found.last = found.last.or_else(date);
        } else if has(&["next", "due"]) {
            found.next = found.next.or_else(date);
        }
    }
    found
}

/// The dates behind "last" and "next" in some words.
fn dates(words: &str) -> Dates {
    let mut found = Dates::default();
    for line in words.lines() {
        let parts: Vec<(usize, &str)> = line
            .split_whitespace()
            .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
            .collect();
        for (index, (_, word)) in parts.iter().enumerate() {
            let bare = word.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
            let slot = match bare.as_str() {
                "last" | "previous" | "latest" => &mut found.last,
                "next" | "due" => &mut found.next,
                _ => continue,
            };
            if slot.is_none() {
                *slot = behind(line, &parts[index + 1..]);
            }
        }
    }
    found
}

/// The date that stands within a few words, in the same sentence.
fn behind(line: &str, parts: &[(usize, &str)]) -> Option<NaiveDate> {
    let first = parts.first().map(|(_, word)| word.trim_end_matches(':').to_lowercase());
    if first.is_some_and(|first| ABOUT_THE_TEXT.contains(&first.as_str())) {
        return None;
    }
    for (at, word) in parts.iter().take(MAX_WORDS) {
        if word.starts_with(|char: char| char.is_ascii_digit()) {
            let rest = &line[*at..];
            let end = rest.char_indices().nth(12).map_or(rest.len(), |(end, _)| end);
            return day(&rest[..end]);
        }
        if word.ends_with(['.', ';']) {
            return None;
        }
    }
    None
}

/// What recurs: the first cell of the row, else the sentence, else the heading.
fn what(outline: &Outline, block: &Block, row: Option<&Row>, interval: &str) -> String {
    if let Some(first) = row.and_then(|row| outline.blocks.get(row.cells.start)) {
        let words = outline.line(first);
        if !words.is_empty() && words != interval {
            return short(&words);
        }
    }
    let words = outline.line(block);
    let rest = words.trim().trim_end_matches(['.', ':']);
    match block.section.and_then(|section| outline.headings.get(section)) {
        Some(heading) if rest.eq_ignore_ascii_case(interval) || rest.split_whitespace().count() < 3 => short(&heading.title),
        _ => short(rest),
    }
}

fn short(words: &str) -> String {
    match words.char_indices().nth(MAX_WHAT) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::runbook::ScheduleKind;
    use crate::parse::runbook::document::outline;
    use crate::parse::runbook::structure::schedule::schedules;

    /// What recurs, with the days between, the last and the next time.
    fn duties(text: &str) -> Vec<(String, u32, String, String)> {
        let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        schedules(&outline(text, 0))
            .into_iter()
            .filter_map(|schedule| match schedule.kind {
                ScheduleKind::Recurring(days) => Some((schedule.what, days, date(schedule.last), date(schedule.next))),
                _ => None,
            })
            .collect()
    }

    fn duty(what: &str, days: u32, last: &str, next: &str) -> (String, u32, String, String) {
        (what.to_owned(), days, last.to_owned(), next.to_owned())
    }

    #[test]
    fn the_columns_of_a_table_tell() {
        let text = "## Rotation\n\n| Secret | Interval | Last rotated | Next due |\n|---|---|---|---|\n| Signing key | every 90 days | 2026-01-10 | 2026-04-10 |\n| Token | monthly | - | |\n";
        assert_eq!(
            duties(text),
            [duty("Signing key", 90, "2026-01-10", "2026-04-10"), duty("Token", 30, "", "")]
        );
    }

    #[test]
    fn words_beside_the_interval_tell() {
        assert_eq!(
            duties("Rotate the key every 6 months (last rotated: 2026-05-01).\n"),
            [duty(
                "Rotate the key every 6 months (last rotated: 2026-05-01)",
                180,
                "2026-05-01",
                ""
            )]
        );
        assert_eq!(
            duties("## Restore drill\n\nQuarterly.\n\n- Last drill: 2026-02-03\n- Next drill on 2026-05-04\n"),
            [duty("Restore drill", 91, "2026-02-03", "2026-05-04")]
        );
    }

    #[test]
    fn dates_of_something_else_do_not_count() {
        for text in [
            "Rotate the key every 90 days.\n\nLast updated: 2026-05-01\n",
            "Rotate the key every 90 days. The last one broke. On 2026-05-01 it was repaired.\n",
            "- Rotate every 90 days\n- Drill monthly\n- Last: 2026-05-01\n",
            "# A\n\nRotate every 90 days\n\n## B\n\nLast rotated: 2026-05-01\n",
            "Rotate every 90 days, for the last 30 days\n",
        ] {
            assert!(
                duties(text)
                    .iter()
                    .all(|(_, _, last, next)| last.is_empty() && next.is_empty()),
                "{text}"
            );
        }
    }
}
