//! The words of a runbook without their form, to tell an edit from a new line break.

use std::sync::OnceLock;

use regex::bytes::Regex;

use crate::model::document::{Element, NodeKind, Words};
use crate::model::place::Span;
use crate::model::runbook::Runbook;

/// What a runbook says: its words, commands and destinations of links, without white space, markers of lists, emphasis, or the width of
/// tables; and without what it says about itself, such as its review date.
pub(crate) fn words(runbook: &Runbook) -> String {
    let text = runbook.text.as_ref();
    let metadata = &runbook.metadata;
    let mut own: Vec<Span> = metadata.fields.iter().map(|field| field.span).collect();
    own.extend(metadata.front_matter);
    let mut words = String::with_capacity(text.len());
    let mut add = |piece: &str| {
        for word in piece.split_whitespace() {
            words.push_str(word);
        }
    };
    for node in &runbook.document.nodes() {
        if own.iter().any(|field| field.contains(node.span)) {
            continue;
        }
        match &node.kind {
            NodeKind::Text(piece) | NodeKind::Code(piece) => add(piece.of(text)),
            NodeKind::Open(Element::Link(index) | Element::Image(index)) => {
                if let Some(link) = runbook.links.get(*index as usize) {
                    add(&link.destination);
                }
            }
            NodeKind::Open(Element::CodeBlock(index)) => {
                if let Some(block) = runbook.code_blocks.get(*index as usize) {
                    add(&block.text);
                }
            }
            _ => {}
        }
    }
    words
}

/// Whether any of some words may stand in a text: one pass over it, before its pieces are taken apart. Most texts hold none of them. It is
/// looked for once: what came out is `known` from then on, since a text is judged in each of its editions.
pub(crate) fn holds_once(runbook: &Runbook, known: &OnceLock<bool>, words: &Regex) -> bool {
    *known.get_or_init(|| words.is_match(runbook.text.as_bytes()))
}

/// A search for words in letters of any case. An expression looks for many bytes at once, which an automaton for any case does not.
pub(crate) fn search(words: &[&str]) -> Regex {
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    Regex::new(&format!("(?i-u:{})", words.join("|"))).expect("a few short words are a sound expression")
}

/// The pieces of text outside of code, links, headings of tables and struck words, as they stand in the source.
pub(crate) fn plain_words(runbook: &Runbook) -> Vec<(Span, &str)> {
    let mut pieces = Vec::new();
    let mut depth: usize = 0;
    // How deep the element is that hides its words.
    let mut hidden: Option<usize> = None;
    for node in &runbook.document.nodes() {
        match &node.kind {
            NodeKind::Open(element) => {
                depth += 1;
                let hides = matches!(
                    element,
                    Element::CodeBlock(_) | Element::TableHead | Element::Link(_) | Element::Image(_) | Element::Strikethrough
                );
                if hides && hidden.is_none() {
                    hidden = Some(depth);
                }
            }
            NodeKind::Close => {
                if hidden == Some(depth) {
                    hidden = None;
                }
                depth = depth.saturating_sub(1);
            }
            NodeKind::Text(Words::Source(words)) if hidden.is_none() => pieces.push((*words, words.of(&runbook.text))),
            _ => {}
        }
    }
    pieces
}
