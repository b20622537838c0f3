//! Numbers of a cell of a table of gates that nothing accounts for.

use std::ops::Range;

use crate::parse::runbook::gates::figure::is_time;
use crate::parse::runbook::gates::percentile::is_ordinal;
use crate::parse::runbook::gates::sink::Source;
use crate::parse::runbook::outline::Block;
use crate::tools::runtimes::RUNTIMES;

/// A number that no bound, no interval and no code accounts for.
pub(super) fn unread_number(source: &Source<'_>, cell: &Block, text: &str, taken: &[Range<usize>]) -> Option<Range<usize>> {
    let codes: Vec<Range<usize>> = source
        .outline
        .codes_of(cell)
        .iter()
        .map(|code| code.plain.start - cell.plain.start..code.plain.end - cell.plain.start)
        .collect();
    let span = source.outline.plain.span(cell.plain.clone());
    let scheduled: Vec<Range<usize>> = source
        .schedules_of(cell)
        .iter()
        .map(|schedule| (schedule.span.start - span.start) as usize..(schedule.span.end - span.start) as usize)
        .collect();
    let mut depth = 0usize;
    let mut at = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim();
        let start = at;
        at += part.len();
        let is_inside = depth > 0 || word.starts_with('(');
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
        // That a command ends well is what is asked of every step.
        let is_exit = word.trim_end_matches(['.', ',', ';', ')']) == "0"
            && ["exit code", "exit status", "exits", "exits with", "exit", "return code"]
                .iter()
                .any(|words| text[..start].trim_end().to_lowercase().ends_with(words));
        let digits = word.trim_start_matches(['<', '>', '=', '≤', '≥', '~', '≈', '±', '-', '+', '$', '€']);
        // "lines ≥ 80 %, aiming for 95 %": what somebody hopes for is not asked.
        let is_hoped = !taken.is_empty()
            && before_comma(&text[..start]).split_whitespace().any(|word| {
                matches!(
                    word.to_lowercase().as_str(),
                    "aim" | "aiming" | "goal" | "hoping" | "ideally" | "stretch"
                )
            });
        let is_number = digits.starts_with(|char: char| char.is_ascii_digit()) && !is_hoped;
        // "in 10 minutes" beside a bound says how long it must last.
        let lasts = !taken.is_empty()
            && text[at..]
                .split_whitespace()
                .next()
                .is_some_and(|unit| is_time(unit.trim_end_matches(['.', ',', ';'])));
        let is_taken = lasts
            || taken
                .iter()
                .chain(&codes)
                .chain(&scheduled)
                .any(|range| start < range.end && range.start < start + word.len().max(1));
        // "the 95th percentile" is a name, and "SPDX 2.3" is a standard with its version.
        let is_percentile = is_ordinal(word) && text[at..].trim_start().to_lowercase().starts_with("percentile");
        let before = text[..start].trim_end().to_lowercase();
        let is_standard = ["cyclonedx", "spdx", "openvex", "csaf"]
            .iter()
            .any(|name| before.ends_with(name) || before.strip_suffix(" v").is_some_and(|before| before.ends_with(name)));
        // "on Node 18 and 20" names versions, which are looked for among the results.
        let is_version = of_runtime(&before);
        // That all of them pass is what is asked in any case.
        let is_all = digits.trim_end_matches('%') == "100"
            && (digits.ends_with('%') || text[at..].trim_start().starts_with('%'))
            && ["pass", "green", "succe"]
                .iter()
                .any(|word| text.to_lowercase().contains(word));
        if is_number && !is_taken && !is_inside && !is_exit && !is_percentile && !is_standard && !is_version && !is_all {
            return Some(start..start + word.len());
        }
    }
    None
}

/// The words behind the last comma or bracket.
fn before_comma(text: &str) -> &str {
    text.rsplit([',', ';', '(']).next().unwrap_or(text)
}

/// Whether words end with the name of a runtime, or with one and versions of it: what follows is a version of it.
fn of_runtime(before: &str) -> bool {
    let words = before.rsplit(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '&'));
    let mut words = words.filter(|word| !word.is_empty()).take(12);
    let name = words.find(|word| {
        !matches!(*word, "and" | "or" | "both" | "to" | "through") && !word.starts_with(|c: char| c.is_ascii_digit())
    });
    name.is_some_and(|name| RUNTIMES.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn names_that_hold_numbers_are_no_unread_demands() {
        let of = |demand: &str| {
            let text = format!("## Release gates\n\n| Gate | Demand |\n|---|---|\n| SBOM | {demand} |\n");
            read(&text).iter().any(|line| line.contains("unread"))
        };
        for read in [
            "CycloneDX 1.5",
            "SPDX 2.3 or later",
            "one per image: `api`, `web`",
            "for `api`",
        ] {
            assert!(!of(read), "{read}");
        }
        for unread in [
            "every component has a licence",
            "no GPL licences",
            "passes three times in a row",
        ] {
            assert!(of(unread), "{unread}");
        }
    }
}
