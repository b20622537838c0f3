//! What a release text asks of a release: gates in tables, front matter, headings, lists and certain sentences.
//!
//! The nearest heading that says something decides how its items are read (`mode`); a line that looks like a gate and is none costs as
//! much trust as a false alarm, so most lines are neither.

mod also;
mod bound;
mod cell;
mod code;
mod denied;
mod fence;
mod figure;
mod front;
mod heading;
mod item;
mod keys;
mod labelled;
mod lead;
mod mode;
mod percentile;
mod prose;
mod sink;
mod table;
mod unread;
mod watch;
mod worded;
mod words;

use crate::model::declaration::{Declaration, DeclarationKind};
use crate::model::runbook::Schedule;
use crate::parse::runbook::gates::heading::GateSections;
use crate::parse::runbook::gates::item::Place;
use crate::parse::runbook::gates::lead::Lead;
use crate::parse::runbook::gates::mode::{Mode, modes, of_block};
use crate::parse::runbook::gates::sink::{Sink, Source};
use crate::parse::runbook::gates::words::Words;
use crate::parse::runbook::metadata::front_matter::FrontMatter;
use crate::parse::runbook::outline::{Block, BlockKind, Outline};
use crate::parse::runbook::structure::step;

/// Bytes of a paragraph that is read; what is longer asks for nothing that a line could tell.
const MAX_BLOCK: usize = 2_000;

/// Bytes of the words in front of a list that decide how it is read.
const MAX_LEAD: usize = 400;

/// What a text asks for, in writing order.
pub(crate) fn declarations(
    text: &str,
    outline: &Outline,
    front: Option<&FrontMatter>,
    schedules: &[Schedule],
) -> Vec<Declaration> {
    let source = Source {
        outline,
        modes: modes(outline),
        leads: step::leads(outline),
        schedules,
    };
    let mut sink = Sink::default();
    if let Some(front) = front {
        front::read(text, front, &mut sink);
    }
    table::read(&source, &mut sink);
    let sections = heading::read(&source, &mut sink);
    fence::read(text, &source, &sections, &mut sink);
    // The items of a list have the same words in front of them.
    let mut leads = vec![None; outline.blocks.len()];
    for (index, block) in outline.blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Item | BlockKind::Paragraph) {
            of_text(&source, index, block, &sections, &mut leads, &mut sink);
        }
    }
    let mut found = sink.found;
    found.sort_by_key(|declaration| (declaration.span.start, declaration.group));
    found
}

/// What a paragraph or an item asks for. `leads` is what is known of the blocks in front of lists.
fn of_text(
    source: &Source<'_>,
    index: usize,
    block: &Block,
    sections: &GateSections,
    leads: &mut [Option<Lead>],
    sink: &mut Sink,
) {
    let outline = source.outline;
    let mode = of_block(&source.modes, block);
    if mode == Mode::Off {
        return;
    }
    if block.plain.len() > MAX_BLOCK {
        return;
    }
    let words = source.words(block);
    if words.text.trim().is_empty() {
        return;
    }
    let item = block.item.and_then(|item| outline.items.get(item));
    let lead_index = block.item.and_then(|item| source.leads.get(item).copied().flatten());
    let lead_block = lead_index.and_then(|lead| outline.blocks.get(lead));
    let lead = match (lead_index, lead_block) {
        (Some(index), Some(block)) if block.plain.len() <= MAX_LEAD => {
            *leads[index].get_or_insert_with(|| lead::lead(&source.words(block)))
        }
        _ => Lead::None,
    };
    let gate = block.section.and_then(|section| sections.get(section));
    match gate {
        Some(group) => sink.group = group,
        None => sink.begin(),
    }
    let is_first = item.is_some_and(|item| item.block == Some(index));
    let before = sink.found.len();
    let is_said = lead != Lead::Off && prose::read(source, block, &words, mode, announces_undoing(source, index), sink);
    let is_box = item.is_some_and(|item| item.task.is_some()) && is_first;
    let is_below_box = lead_block
        .and_then(|lead| lead.item)
        .and_then(|parent| outline.items.get(parent))
        .is_some_and(|parent| parent.task.is_some());
    let place = Place {
        mode,
        lead,
        is_box,
        is_part: !is_box && (gate.is_some() || is_below_box && lead == Lead::None),
        is_row: false,
    };
    if is_first && !is_said {
        item::of_words(source, block, &words, place, sink);
    } else if !is_first {
        paragraph(source, block, &words, (gate.is_some()).then_some(sections), sink);
    }
    let is_breach = mode == Mode::Rollback
        || sink.found[before..]
            .iter()
            .any(|declaration| declaration.kind == DeclarationKind::Criterion);
    if lead != Lead::Off {
        watch::read(source, block, &words, mode, is_breach, sink);
    }
}

/// A paragraph: what must be kept, who must agree; under a heading that is a gate also its threshold.
fn paragraph(source: &Source<'_>, block: &Block, words: &Words<'_>, gates: Option<&GateSections>, sink: &mut Sink) {
    match gates {
        Some(sections) => heading::threshold(source, block, sections, sink),
        None => item::beside(source, block, words, sink),
    }
}

/// Whether the list behind a block says that the release is undone: "If the breach persists for 2 checks:" and "freeze rollout".
fn announces_undoing(source: &Source<'_>, index: usize) -> bool {
    let outline = source.outline;
    let block = &outline.blocks[index];
    if !outline.words(block).trim_end().ends_with(':') {
        return false;
    }
    outline.blocks[index + 1..]
        .iter()
        .take(6)
        .take_while(|next| next.item.is_some() && next.section == block.section)
        .any(|next| {
            let words = outline.words(next).to_lowercase();
            ["rollback", "roll back", "revert", "freeze", "halt", "abort", "kill-switch"]
                .iter()
                .any(|word| words.contains(word))
        })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::declarations;
    use crate::model::declaration::{DeclarationKind, Strength};
    use crate::model::place::Lines;
    use crate::parse::runbook::document::outline;
    use crate::parse::runbook::gates::words::Words;
    use crate::parse::runbook::metadata::front_matter::front_matter;
    use crate::parse::runbook::structure::schedule::schedules;

    /// The words of a line, in which marks tell code.
    pub(crate) fn words(text: &'static str) -> Words<'static> {
        let mut codes = Vec::new();
        let ticks: Vec<usize> = text.match_indices('`').map(|(at, _)| at).collect();
        for pair in ticks.chunks_exact(2) {
            codes.push(pair[0] + 1..pair[1]);
        }
        Words::new(text, &codes)
    }

    /// `line kind! name: metric sign value unit [evidence] if condition` of everything that a text asks for; `!` is declared.
    pub(crate) fn read(text: &str) -> Vec<String> {
        let front = front_matter(text, &mut Vec::new());
        let outline = outline(text, front.as_ref().map_or(0, |front| front.span.end as usize));
        let lines = Lines::of(text);
        declarations(text, &outline, front.as_ref(), &schedules(&outline))
            .into_iter()
            .map(|found| {
                let kind = serde_json::to_value(found.kind).expect("kinds are words");
                let mark = if found.strength == Strength::Declared { "!" } else { "" };
                let mut line = format!(
                    "{} {}{mark} {}",
                    lines.line(found.span.start),
                    kind.as_str().unwrap_or_default(),
                    found.name
                );
                let is_bound = !matches!(found.kind, DeclarationKind::Gate | DeclarationKind::Archive);
                if is_bound && !(found.metric.is_empty() && found.value.is_empty()) {
                    let sign = if found.comparison.is_empty() && !found.value.is_empty() {
                        "?"
                    } else {
                        found.comparison
                    };
                    line += &format!(": {} {sign} {} {}", found.metric, found.value, found.unit);
                }
                let mut line = line.split_whitespace().collect::<Vec<_>>().join(" ");
                if !found.evidence.is_empty() {
                    line += &format!(" [{}]", found.evidence.join(", "));
                }
                if !found.condition.is_empty() {
                    line += &format!(" if {}", found.condition);
                }
                line
            })
            .collect()
    }
}
