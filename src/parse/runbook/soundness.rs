//! What holds for every runbook, whatever the bytes: the property that the tests and the fuzz targets check.

use crate::model::document::{Element, NodeKind, Words};
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::parse::runbook::guard::MAX_DEPTH;
use crate::parse::runbook::parse;

/// Reads bytes, and fails when what comes out is not sound.
pub(crate) fn check(bytes: &[u8]) {
    let runbook = parse(bytes);
    spans(&runbook);
    nodes(&runbook);
    assert!(
        runbook.anchors.plain.is_sorted_by(|one, two| one < two),
        "anchors are sorted and unique"
    );
    let starts = runbook.references.iter().map(|reference| reference.span.start);
    assert!(starts.is_sorted(), "references stand in writing order");
    let again = parse(bytes);
    assert_eq!(
        again.references, runbook.references,
        "the same bytes give the same references"
    );
}

fn spans(runbook: &Runbook) {
    let text = &runbook.text;
    let sound = |span: Span, what: &str| {
        assert!(span.start <= span.end, "{what}: {span:?}");
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range).is_some(), "{what}: {span:?} of {}", text.len());
    };
    for node in &runbook.document.nodes() {
        sound(node.span, "node");
        if let NodeKind::Text(Words::Source(words))
        | NodeKind::Code(Words::Source(words))
        | NodeKind::RawHtml(Words::Source(words)) = &node.kind
        {
            sound(*words, "words");
        }
    }
    for section in &runbook.sections {
        sound(section.span, "heading");
        sound(section.body, "section");
        assert!(section.body.contains(section.span), "a section holds its heading");
    }
    for step in &runbook.steps {
        sound(step.span, "step");
        assert!(!step.number.is_empty(), "a step has a number");
    }
    for block in &runbook.code_blocks {
        sound(block.span, "code block");
        sound(block.content, "content");
        for command in &block.commands {
            sound(command.span, "command");
            assert!(!command.text.is_empty(), "a command has words");
        }
    }
    for reference in &runbook.references {
        sound(reference.span, "reference");
        assert!(
            reference.span.start < reference.span.end,
            "a reference covers words: {reference:?}"
        );
    }
    runbook.links.iter().for_each(|link| sound(link.span, "link"));
    runbook.checklist.iter().for_each(|item| sound(item.span, "checklist item"));
    runbook
        .criteria
        .iter()
        .for_each(|criterion| sound(criterion.span, "criterion"));
    runbook.schedules.iter().for_each(|schedule| sound(schedule.span, "schedule"));
    for ignore in &runbook.ignores {
        sound(ignore.span, "ignore");
        sound(ignore.scope.unwrap_or_default(), "scope of an ignore");
        sound(ignore.end.unwrap_or_default(), "end of an ignore");
    }
    runbook.roles.iter().for_each(|role| sound(role.span, "role"));
    runbook.metadata.fields.iter().for_each(|field| sound(field.span, "field"));
    runbook
        .metadata
        .front_matter
        .iter()
        .for_each(|span| sound(*span, "front matter"));
}

fn nodes(runbook: &Runbook) {
    let mut depth = 0_usize;
    for node in &runbook.document.nodes() {
        match &node.kind {
            NodeKind::Open(element) => {
                depth += 1;
                assert!(depth <= MAX_DEPTH, "the depth is bounded");
                match element {
                    Element::CodeBlock(index) => {
                        assert!((*index as usize) < runbook.code_blocks.len(), "the code block is there");
                    }
                    Element::Link(index) | Element::Image(index) => {
                        assert!((*index as usize) < runbook.links.len(), "the link is there");
                    }
                    _ => {}
                }
            }
            NodeKind::Close => depth = depth.checked_sub(1).expect("every close has an open"),
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every open has a close");
}
