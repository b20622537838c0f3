//! Where the readers put what they found, and what they read from.

use std::ops::Range;

use crate::command::mapped::one_line;
use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::runbook::Schedule;
use crate::parse::runbook::gates::figure::Bound;
use crate::parse::runbook::gates::labelled::without_direction;
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::words::Words;
use crate::parse::runbook::outline::{Block, Outline};

/// Declarations of one text at most; nobody releases by more.
const MAX_DECLARATIONS: usize = 5_000;

/// What the readers read from.
#[derive(Debug)]
pub(crate) struct Source<'outline> {
    /// The text as blocks.
    pub(crate) outline: &'outline Outline,
    /// The mode of every heading.
    pub(crate) modes: Vec<Mode>,
    /// The block that announces each item, as index.
    pub(crate) leads: Vec<Option<usize>>,
    /// The times and intervals of the text, in writing order.
    pub(crate) schedules: &'outline [Schedule],
}

impl<'outline> Source<'outline> {
    /// The words of a block.
    pub(crate) fn words(&self, block: &Block) -> Words<'outline> {
        let codes: Vec<Range<usize>> = self
            .outline
            .codes_of(block)
            .iter()
            .map(|code| code.plain.start - block.plain.start..code.plain.end.min(block.plain.end) - block.plain.start)
            .collect();
        Words::new(self.outline.plain.text.get(block.plain.clone()).unwrap_or_default(), &codes)
    }

    /// The times and intervals in a block.
    pub(crate) fn schedules_of(&self, block: &Block) -> &'outline [Schedule] {
        let start = self
            .schedules
            .partition_point(|schedule| schedule.span.start < block.span.start);
        let length = self.schedules[start..].partition_point(|schedule| schedule.span.start < block.span.end);
        &self.schedules[start..start + length]
    }
}

/// Where the readers put what they found.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// What was found so far.
    pub(crate) found: Vec<Declaration>,
    /// The last group that was begun.
    pub(crate) group: u32,
}

/// What a declaration says beside its kind and its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Says {
    /// The name.
    pub(crate) name: String,
    /// The metric.
    pub(crate) metric: String,
    /// The sign.
    pub(crate) comparison: &'static str,
    /// The number.
    pub(crate) value: String,
    /// The unit.
    pub(crate) unit: String,
    /// The condition.
    pub(crate) condition: String,
    /// Files and tools.
    pub(crate) evidence: Vec<String>,
    /// The format of the evidence.
    pub(crate) format: String,
    /// The tool that must have written it.
    pub(crate) tool: String,
}

impl Says {
    /// A name and nothing else.
    pub(crate) fn name(name: &str) -> Self {
        Self {
            name: one_line(name),
            ..Self::default()
        }
    }

    /// A bound of a named gate.
    pub(crate) fn bound(name: &str, bound: &Bound) -> Self {
        Self {
            name: one_line(name),
            metric: without_direction(&one_line(&bound.metric)),
            comparison: bound.comparison,
            value: bound.value.clone(),
            unit: bound.unit.clone(),
            ..Self::default()
        }
    }
}

impl Sink {
    /// Begins the next gate, row or item.
    pub(crate) fn begin(&mut self) {
        self.group += 1;
    }

    /// Adds what words of a block say.
    pub(crate) fn push(
        &mut self,
        outline: &Outline,
        block: &Block,
        range: Range<usize>,
        (kind, strength): (DeclarationKind, Strength),
        says: Says,
    ) {
        let words = outline.words(block);
        let range = trimmed(words, range);
        let span = outline
            .plain
            .span(block.plain.start + range.start..block.plain.start + range.end);
        self.push_at(span, &words[range], (kind, strength), says);
    }

    /// Adds what some words of a block say in prose: it is shown, and judges nothing.
    pub(crate) fn read(&mut self, outline: &Outline, block: &Block, range: Range<usize>, kind: DeclarationKind, says: Says) {
        self.push(outline, block, range, (kind, Strength::Read), says);
    }

    /// Adds what some bytes of the text say.
    pub(crate) fn push_at(
        &mut self,
        span: crate::model::place::Span,
        text: &str,
        (kind, strength): (DeclarationKind, Strength),
        says: Says,
    ) {
        if self.found.len() >= MAX_DECLARATIONS {
            return;
        }
        self.found.push(Declaration {
            kind,
            strength,
            group: self.group,
            name: says.name,
            metric: says.metric,
            comparison: says.comparison,
            value: says.value,
            unit: says.unit,
            condition: says.condition,
            evidence: says.evidence,
            format: says.format,
            formats: Vec::new(),
            tool: says.tool,
            required: Vec::new(),
            spoken: Vec::new(),
            workflows: Vec::new(),
            files: Vec::new(),
            said: String::new(),
            text: one_line(text),
            span,
        });
    }
}

/// A range without the white space at its ends, inside the words.
fn trimmed(words: &str, range: Range<usize>) -> Range<usize> {
    let Some(inner) = words.get(range.clone()) else {
        return 0..words.len();
    };
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}
