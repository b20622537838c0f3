//! What pages must know of a text whose markup is written later: its headings, ids and links.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::document::{Element, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::{Runbook, Step};
use crate::site::body::anchors::Anchors;
use crate::site::body::open::{Frame, Writer};
use crate::site::body::shape::{length, shaped};
use crate::site::body::written::{Body, SlotKind, Written};

/// Reads what pages must know of the text of a runbook; `is_compared` tells whether another text may be held against it.
///
/// Only headings and links are written, and thrown away: what is known of them is known by writing them.
pub(super) fn read(runbook: &Runbook, is_compared: bool) -> Body {
    let nodes = shaped(runbook);
    let nodes = nodes.as_slice();
    let anchors = Anchors::of(runbook, nodes);
    let mut writer = Writer::of(runbook, nodes, &anchors);
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        let is_known = matches!(
            node.kind,
            NodeKind::Open(
                Element::Heading { .. } | Element::Link(_) | Element::Image(_) | Element::Anchor(_) | Element::Picture(_)
            )
        );
        if is_known {
            if depth > 0 {
                writer.open.push(Frame::Tag(""));
            }
            let end = at + length(&nodes[at..]);
            for index in at..end {
                writer.node(nodes, index, &nodes[index]);
            }
            writer.open.clear();
            // Something stands between any two of them.
            writer.body.html.push('\n');
            at = end;
            continue;
        }
        match node.kind {
            NodeKind::Open(_) => depth += 1,
            NodeKind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    let Written {
        slots,
        title_anchor,
        headings,
        ..
    } = writer.body;
    let links = slots.into_iter().filter_map(|slot| match slot.kind {
        SlotKind::LinkStart(link, file) | SlotKind::Image { link, file, .. } => Some((link, *file)),
        _ => None,
    });
    let links = links.collect();
    let steps = runbook.steps.iter().enumerate().filter(|_| is_compared);
    let mut step_prints: Vec<u64> = steps.map(|(index, step)| step_print(runbook, index, step)).collect();
    step_prints.sort_unstable();
    Body {
        title_anchor,
        headings: headings.into(),
        links,
        step_prints: step_prints.into(),
        anchors,
        ..Body::default()
    }
}

/// A number for the text of a step up to the first step inside it.
fn step_print(runbook: &Runbook, index: usize, step: &Step) -> u64 {
    let end = runbook.steps[index + 1..]
        .first()
        .map_or(step.span.end, |next| next.span.start.clamp(step.span.start, step.span.end));
    let text = Span {
        start: step.span.start,
        end,
    }
    .of(&runbook.text);
    // The hasher with its default keys gives the same number in every run of the same build; the numbers never leave the program.
    let mut hasher = DefaultHasher::new();
    // The first word is the number: a step that only moved has not changed.
    text.split_whitespace().skip(1).for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}
