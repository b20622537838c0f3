//! Criteria: conditions that a release is judged by, with a number or, what a handbook must say, without.

use std::ops::Range;

use memchr::memmem;

use crate::command::mapped::one_line;
use crate::model::runbook::{Criterion, CriterionPurpose, Section, SectionKind, Threshold};
use crate::parse::runbook::outline::{Block, BlockKind, Outline};
use crate::parse::runbook::structure::threshold::compared;

/// Words that the name of a metric does not reach over.
const STOPS: &[&str] = &[
    "a", "an", "and", "any", "as", "at", "be", "by", "check", "confirm", "confirms", "ensure", "for", "from", "has", "have",
    "if", "in", "is", "it", "keep", "keeps", "must", "of", "or", "remain", "remains", "should", "stay", "stays", "that", "the",
    "to", "verify", "was", "when", "where", "while", "with", "stable",
];

/// Longest words in front of a list that are read for each of its items.
const MAX_LEAD: usize = 400;

/// Words of a metric at most.
const MAX_METRIC_WORDS: usize = 4;

/// The criteria of a text, in writing order.
pub(crate) fn criteria(outline: &Outline, sections: &[Section]) -> Vec<Criterion> {
    let kinds: Vec<SectionKind> = sections.iter().map(|section| section.kind).collect();
    let mut criteria = Vec::new();
    // Most texts speak of none at all.
    let has_threshold = memmem::find(outline.plain.text.as_bytes(), b"hreshold").is_some();
    for block in &outline.blocks {
        if block.kind == BlockKind::Heading {
            continue;
        }
        let kind = section_kind(outline, &kinds, block);
        of_block(outline, block, kind, has_threshold, &mut criteria);
    }
    criteria
}

/// What the section of a block announces: its own heading, or one above it when that says nothing.
fn section_kind(outline: &Outline, kinds: &[SectionKind], block: &Block) -> SectionKind {
    let Some(section) = block.section else {
        return SectionKind::Other;
    };
    if kinds[section] != SectionKind::Other {
        return kinds[section];
    }
    // The nearest heading above of a higher level; titles of level 1 name the text, not what it asks.
    let level = outline.headings[section].level;
    let parent = (0..section)
        .rev()
        .take(64)
        .find(|above| outline.headings[*above].level < level);
    parent
        .filter(|parent| outline.headings[*parent].level > 1)
        .map_or(SectionKind::Other, |parent| kinds[parent])
}

fn of_block(outline: &Outline, block: &Block, kind: SectionKind, has_threshold: bool, criteria: &mut Vec<Criterion>) {
    let words = outline.words(block);
    let is_item = block.item.is_some() && block.kind != BlockKind::Cell;
    let lead = if is_item { outline.lead(block) } else { None };
    // A longer paragraph does not announce a list.
    let lead = lead
        .map(|lead| outline.words(lead))
        .filter(|words| words.len() <= MAX_LEAD)
        .unwrap_or_default();
    let before = criteria.len();
    let found = compared(words);
    // Most blocks hold no criterion, and then nobody asks for its purpose.
    let purpose = || purpose(words, &lead.to_lowercase(), kind);
    for (start, threshold) in &found {
        let range = clause(words, *start);
        criteria.push(Criterion {
            text: one_line(&words[range.clone()]),
            metric: metric(words, &range, *start, threshold),
            threshold: Some(threshold.clone()),
            purpose: purpose(),
            span: outline
                .plain
                .span(block.plain.start + range.start..block.plain.start + range.end),
        });
    }
    if criteria.len() > before {
        listed_without_number(outline, block, &found, purpose(), criteria);
        return;
    }
    let whole = |metric: String, purpose| Criterion {
        text: one_line(words),
        metric,
        threshold: None,
        purpose,
        span: outline.plain.span(block.plain.start..block.plain.end),
    };
    let is_empty = words.trim().is_empty();
    if is_item && kind == SectionKind::RollbackCriteria && !is_empty {
        criteria.push(whole(metric_of_condition(words), CriterionPurpose::Rollback));
    } else if is_item && !is_empty && is_metric_list(lead) && words.split_whitespace().count() <= 8 {
        // "Monitor every 15 minutes:" and a list of metrics: each is looked at, none has a number.
        let metric = words.split(['(', ':']).next().unwrap_or_default();
        criteria.push(whole(one_line(metric).to_lowercase(), CriterionPurpose::Alert));
    } else if has_threshold && says_threshold(words) {
        criteria.push(whole(metric_of_condition(words), purpose()));
    } else if let Some(list) = metrics_line(words) {
        for range in list {
            criteria.push(Criterion {
                text: one_line(&words[range.clone()]),
                metric: one_line(&words[range.clone()]).to_lowercase(),
                threshold: None,
                purpose: CriterionPurpose::Alert,
                span: outline
                    .plain
                    .span(block.plain.start + range.start..block.plain.start + range.end),
            });
        }
    }
}

fn purpose(words: &str, lead: &str, kind: SectionKind) -> CriterionPurpose {
    let lower = words.to_lowercase();
    let says = |needles: &[&str]| needles.iter().any(|needle| lower.contains(needle) || lead.contains(needle));
    if kind == SectionKind::RollbackCriteria || says(&["roll back", "rollback", "revert"]) {
        CriterionPurpose::Rollback
    } else if says(&["alert", "page ", "pages ", "monitor", "breach", "warn"]) {
        CriterionPurpose::Alert
    } else {
        CriterionPurpose::Promote
    }
}

/// Whether the words in front of a list announce metrics to look at.
fn is_metric_list(lead: &str) -> bool {
    if !lead.trim_end().ends_with(':') {
        return false;
    }
    let lead = lead.to_lowercase();
    lead.starts_with("monitor") || lead.starts_with("watch ") || lead.starts_with("metrics")
}

/// A criterion that leaves its number to somebody: "exceeds agreed threshold", "thresholds met".
fn says_threshold(words: &str) -> bool {
    if !words.contains("hreshold") {
        return false;
    }
    let lower = words.to_lowercase();
    lower.contains("threshold")
        && [
            "met", "exceed", "agreed", "above", "below", "within", "over ", "under ", "breach", "assert", "confirm",
        ]
        .iter()
        .any(|word| lower.contains(word))
        && !lower.trim_end().ends_with(':')
}

/// "Metrics: error rate, latency, payments success": the places of the metrics.
fn metrics_line(words: &str) -> Option<Vec<Range<usize>>> {
    let (head, list) = words.split_once(':')?;
    if head.len() > 20 {
        return None;
    }
    let head_lower = head.trim().to_lowercase();
    if !matches!(
        head_lower.as_str(),
        "metrics" | "key metrics" | "signals" | "monitor" | "watch"
    ) || list.trim().is_empty()
    {
        return None;
    }
    Some(parts(words, head.len() + 1..words.len()))
}

/// The parts between commas, trimmed.
fn parts(words: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut at = range.start;
    for part in words[range].split(',') {
        let lead = part.len() - part.trim_start().len();
        let trimmed = part.trim().trim_end_matches('.');
        if !trimmed.is_empty() && trimmed.split_whitespace().count() <= 6 {
            parts.push(at + lead..at + lead + trimmed.len());
        }
        at += part.len() + 1;
    }
    parts
}

/// "Alert thresholds: error rate >1%, payments success": the parts of the list that have no number.
fn listed_without_number(
    outline: &Outline,
    block: &Block,
    found: &[(usize, Threshold)],
    purpose: CriterionPurpose,
    criteria: &mut Vec<Criterion>,
) {
    let words = outline.words(block);
    let Some((head, _)) = words.split_once(':') else { return };
    let head_lower = head.to_lowercase();
    if !head_lower.contains("threshold") && !head_lower.contains("metrics") {
        return;
    }
    for range in parts(words, head.len() + 1..words.len()) {
        if !found.iter().any(|(start, _)| range.contains(start)) {
            criteria.push(Criterion {
                text: one_line(&words[range.clone()]),
                metric: one_line(&words[range.clone()]).to_lowercase(),
                threshold: None,
                purpose,
                span: outline
                    .plain
                    .span(block.plain.start + range.start..block.plain.start + range.end),
            });
        }
    }
}

/// The clause around a comparison: between commas, semicolons, brackets and line ends of the sentence.
pub(crate) fn clause(words: &str, at: usize) -> Range<usize> {
    let start = words[..at].rfind([',', ';', '(', '\n', ':']).map_or(0, |before| before + 1);
    let number_end = words[at..]
        .find(|char: char| char.is_ascii_digit())
        .map_or(at, |digit| at + digit);
    let end = words[number_end..]
        .char_indices()
        .find(|(offset, char)| {
            let next = words[number_end + offset + char.len_utf8()..].chars().next();
            match char {
                ';' | ')' | '\n' => true,
                ',' | '.' => !next.is_some_and(|next| next.is_ascii_digit()),
                _ => false,
            }
        })
        .map_or(words.len(), |(offset, _)| number_end + offset);
    let lead = words[start..end].len() - words[start..end].trim_start().len();
    let trail = words[start..end].len() - words[start..end].trim_end().len();
    start + lead..(end - trail).max(start + lead)
}

/// What is measured: the words in front of the comparison, or the label of the line, or the words behind the number.
pub(crate) fn metric(words: &str, clause: &Range<usize>, at: usize, threshold: &Threshold) -> String {
    let before = words.get(clause.start..at).unwrap_or_default();
    // "Readiness remains `not_ready` for more than 5 minutes" is about readiness.
    let mut metric = metric_before_verb(before);
    if metric.is_empty() {
        metric = last_words(before);
    }
    if metric.is_empty() {
        // "Coverage: Minimum 80%"
        let label = words[..clause.start].trim_end();
        if let Some(label) = label.strip_suffix(':') {
            metric = last_words(label);
        }
    }
    let behind = words.get(at..clause.end).unwrap_or_default();
    let behind = behind
        .find(&threshold.value)
        .map_or("", |start| &behind[start + threshold.value.len()..]);
    let behind = behind
        .trim_start()
        .strip_prefix(threshold.unit.as_str())
        .unwrap_or(behind)
        .trim();
    if metric.is_empty() {
        metric = behind
            .split_whitespace()
            .take_while(|word| !STOPS.contains(&word.to_lowercase().as_str()))
            .take(MAX_METRIC_WORDS)
            .collect::<Vec<_>>()
            .join(" ");
    } else if let Some(percentile) = behind.split_whitespace().next().map(|word| word.trim_end_matches(['.', ',']))
        && percentile.len() <= 4
        && percentile.starts_with(['p', 'P'])
        && percentile[1..].bytes().all(|byte| byte.is_ascii_digit())
        && percentile.len() > 1
    {
        // "latency >350ms P95" measures the p95 latency.
        metric = format!("{percentile} {metric}");
    }
    metric.to_lowercase()
}

/// The last few words that can be the name of a metric.
fn last_words(words: &str) -> String {
    let mut name: Vec<&str> = Vec::new();
    for word in words.split_whitespace().rev() {
        let bare = word.trim_matches(|char: char| matches!(char, '"' | '\'' | '*' | '“' | '”'));
        let is_stop = STOPS.contains(&bare.to_lowercase().as_str());
        if is_stop && name.is_empty() {
            // "canary metrics stable ≥12h", "coverage is at least 80 %"
            continue;
        }
        if is_stop || name.len() >= MAX_METRIC_WORDS || bare.ends_with([':', '.', ';']) || bare.is_empty() {
            break;
        }
        name.push(bare);
    }
    name.reverse();
    name.join(" ")
}

/// The words in front of the verb of a condition: "Error rate spikes" is about the error rate; else the label of the line.
fn metric_of_condition(words: &str) -> String {
    let metric = metric_before_verb(words);
    match words.split_once(':') {
        Some((label, _)) if metric.is_empty() => last_words(label).to_lowercase(),
        _ => metric,
    }
}

/// The words in front of the verb of a condition.
fn metric_before_verb(words: &str) -> String {
    const VERBS: &[&str] = &[
        "exceed", "exceeds", "spike", "spikes", "stall", "stalls", "break", "breaks", "regress", "regresses", "fail", "fails",
        "rises", "drops", "remains", "stays", "causes", "blocks", "discovered", "met", "misbehaves", "increases", "is", "are",
    ];
    let mut name: Vec<&str> = Vec::new();
    for word in words.split_whitespace().take(8) {
        if VERBS.contains(&word.to_lowercase().trim_end_matches([',', '.'])) {
            let start = name
                .iter()
                .rposition(|word| STOPS.contains(&word.to_lowercase().as_str()))
                .map_or(0, |at| at + 1);
            return name[start..].join(" ").to_lowercase();
        }
        name.push(word);
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::criteria;
    use crate::model::runbook::CriterionPurpose::{Alert, Promote, Rollback};
    use crate::model::runbook::{Criterion, CriterionPurpose};
    use crate::parse::runbook::document::outline;
    use crate::parse::runbook::structure::section::sections;

    fn all(text: &str) -> Vec<Criterion> {
        let outline = outline(text, 0);
        criteria(&outline, &sections(text, &outline))
    }

    /// `metric comparison value unit` of every criterion, with its purpose.
    fn read(text: &str) -> Vec<(String, CriterionPurpose)> {
        all(text)
            .into_iter()
            .map(|criterion| {
                let number = criterion.threshold.map_or("without number".to_owned(), |threshold| {
                    format!("{} {} {}", threshold.comparison, threshold.value, threshold.unit)
                });
                (
                    format!("{}: {number}", criterion.metric).trim_end().to_owned(),
                    criterion.purpose,
                )
            })
            .collect()
    }

    fn entry(words: &str, purpose: CriterionPurpose) -> (String, CriterionPurpose) {
        (words.to_owned(), purpose)
    }

    #[test]
    fn thresholds_are_read_with_metric_and_unit() {
        for (text, expected) in [
            ("- [ ] Confirm coverage ≥ 80% and artifacts archived", "coverage: >= 80 %"),
            ("- **Coverage:** Minimum 80%, artifacts stored", "coverage: >= 80 %"),
            ("2. Keep at least 14 days retention in production.", "retention: >= 14 days"),
            (
                "**Prerequisites:** staging sign-off, canary metrics stable ≥12h, approvals",
                "canary metrics: >= 12 h",
            ),
            ("Latency must stay under 300 ms.", "latency: < 300 ms"),
            ("no more than 2 restarts", "restarts: <= 2"),
            ("If lag persists for 2 consecutive checks:", "lag: >= 2 consecutive"),
        ] {
            assert_eq!(read(text), [entry(expected, Promote)], "{text}");
        }
    }

    #[test]
    fn a_list_of_thresholds_is_taken_apart() {
        assert_eq!(
            read(
                "- Alert thresholds: error rate >1%, latency >350ms P95, guardrail breaches >0.1% interactions, payments success"
            ),
            [
                entry("error rate: > 1 %", Alert),
                entry("p95 latency: > 350 ms", Alert),
                entry("guardrail breaches: > 0.1 %", Alert),
                entry("payments success: without number", Alert),
            ]
        );
        let text = "- error rate >1%, then stop";
        assert_eq!(all(text)[0].span.of(text), "error rate >1%");
    }

    #[test]
    fn rollback_criteria_count_also_without_a_number() {
        assert_eq!(
            read(
                "## Rollback Criteria\n1. Readiness remains `not_ready` for more than 5 minutes.\n2. Error rate exceeds agreed threshold.\n3. Health failures after rollout.\n"
            ),
            [
                entry("readiness: > 5 minutes", Rollback),
                entry("error rate: without number", Rollback),
                entry(": without number", Rollback),
            ]
        );
    }

    #[test]
    fn metrics_without_a_number_are_named() {
        assert_eq!(
            read("Monitor every 15-30 minutes:\n- render success rate\n- p95 latency\n- activation by source (`ios`)\n"),
            [
                entry("render success rate: without number", Alert),
                entry("p95 latency: without number", Alert),
                entry("activation by source: without number", Alert),
            ]
        );
        assert_eq!(
            read("- Metrics: error rate, payments success"),
            [
                entry("error rate: without number", Alert),
                entry("payments success: without number", Alert)
            ]
        );
        assert_eq!(read("- [ ] Confirm Lighthouse thresholds met")[0].1, Promote);
    }

    #[test]
    fn arrows_tags_and_other_numbers_are_no_thresholds() {
        for text in [
            "internal -> 3 tenants", "checkout => 2 events", "we discover 2 of them", "<h2>5</h2>", "at most once",
            "over the 2 regions", "Step 3 of 5", "more than enough", "Alert thresholds:",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }
}
