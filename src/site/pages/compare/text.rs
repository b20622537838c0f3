//! Two texts word by word, as they are read: by headings, paragraphs, items, rows and code.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

use crate::model::document::{Element, NodeKind};
use crate::model::runbook::Runbook;
use crate::site::escape;
use crate::site::markup::Markup;
use crate::site::pages::compare::common::{Numbers, Sequence};
use crate::site::words::counted;

/// Something of two texts, in the order of the newer one.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    /// `h` heading, `p` words, `c` code; `=` for blocks that are the same, which are only counted.
    kind: char,
    /// How many blocks are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    same: Option<usize>,
    /// The words, in pieces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<Piece>,
}

/// Words that both texts have, or only one.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Piece {
    /// `=`, `+` or `-`.
    op: char,
    text: String,
}

/// A block of words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Block {
    kind: char,
    text: String,
}

/// The rows as a page shows them. They are written here, since they are most of what there is to see: by a template they would cost several
/// times as much.
pub(super) fn markup(rows: &[Row]) -> Markup {
    let mut html = String::with_capacity(rows.len() * 256);
    for row in rows {
        if let Some(same) = row.same {
            html.push_str("<p class=\"same muted xs\">");
            html.push_str(&counted(same as u64, "block"));
            html.push_str(" the same</p>");
            continue;
        }
        let (start, end) = match row.kind {
            'c' => (
                "<figure class=\"cmd\"><figcaption><span>Code</span></figcaption><pre tabindex=\"0\"><code>",
                "</code></pre></figure>",
            ),
            'h' => ("<p class=\"lead\">", "</p>"),
            _ => ("<p>", "</p>"),
        };
        html.push_str(start);
        for piece in &row.pieces {
            let (start, end) = match piece.op {
                '+' => ("<ins><span class=\"sr\">added: </span>", "</ins>"),
                '-' => ("<del><span class=\"sr\">taken out: </span>", "</del>"),
                _ => ("", ""),
            };
            html.push_str(start);
            escape::text(&mut html, &piece.text);
            html.push_str(end);
        }
        html.push_str(end);
    }
    Markup::vetted(&html)
}

/// The differences of two texts.
pub(super) fn rows(before: &Runbook, after: &Runbook) -> Vec<Row> {
    let (before, after) = (blocks(before), blocks(after));
    let mut rows: Vec<Row> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for (old_same, new_same) in same(&before, &after) {
        replaced(&before[old..old_same], &after[new..new_same], &mut rows);
        match rows.last_mut().and_then(|row| row.same.as_mut()) {
            Some(count) => *count += 1,
            None => rows.push(Row {
                kind: '=',
                same: Some(1),
                pieces: Vec::new(),
            }),
        }
        (old, new) = (old_same + 1, new_same + 1);
    }
    replaced(&before[old..], &after[new..], &mut rows);
    rows
}

/// The blocks that both texts have, in order: where each stands in the older and in the newer one.
fn same(before: &[Block], after: &[Block]) -> Vec<(usize, usize)> {
    // What only one of them has is never the same, so that only the others are held against each other: as numbers, which is quicker.
    let numbers: HashMap<&Block, usize, RandomState> = before.iter().enumerate().map(|(number, block)| (block, number)).collect();
    let new: Vec<(usize, usize)> = (after.iter().enumerate())
        .filter_map(|(place, block)| Some((place, *numbers.get(block)?)))
        .collect();
    let shared: HashSet<usize, RandomState> = new.iter().map(|(_, number)| *number).collect();
    let old: Vec<(usize, usize)> = (before.iter().enumerate())
        .filter_map(|(place, block)| Some((place, *numbers.get(block)?)))
        .filter(|(_, number)| shared.contains(number))
        .collect();
    let only_numbers = |blocks: &[(usize, usize)]| blocks.iter().map(|(_, number)| *number).collect::<Vec<_>>();
    let mut same = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &only_numbers(&old), &only_numbers(&new)) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            let places = old[old_index..].iter().zip(&new[new_index..]).take(len);
            same.extend(places.map(|((old, _), (new, _))| (*old, *new)));
        }
    }
    same
}

/// Blocks that stand in place of others: those that share words are compared, in order.
fn replaced(before: &[Block], after: &[Block], rows: &mut Vec<Row>) {
    let mut numbers = Numbers::default();
    let old_words: Vec<Vec<u32>> = before.iter().map(|block| numbers.of(&block.text)).collect();
    let mut old = before.iter().zip(&old_words);
    for new in after {
        let new_words = numbers.of(&new.text);
        let sequence = Sequence::of(&new_words);
        let is_alike = |(old, words): (&Block, &Vec<u32>)| {
            let is_short = old.text.len().max(new.text.len()) <= LONGEST;
            old.kind == new.kind && is_short && is_alike(words, &new_words, &sequence)
        };
        let fits = old.clone().position(is_alike);
        let Some(skipped) = fits else {
            rows.push(whole(new, '+'));
            continue;
        };
        rows.extend(old.by_ref().take(skipped).map(|(block, _)| whole(block, '-')));
        if let Some((old, _)) = old.next() {
            rows.push(words(old, new));
        }
    }
    rows.extend(old.map(|(block, _)| whole(block, '-')));
}

/// Longer blocks are never taken for one that was altered.
const LONGEST: usize = 20_000;

/// Whether two blocks are one that was altered: half of their words are in both, in order. `sequence` holds the words of the newer one.
fn is_alike(before: &[u32], after: &[u32], sequence: &Sequence) -> bool {
    let is_half = |same: usize| 2 * 2 * same >= before.len() + after.len();
    is_half(before.len().min(after.len())) && is_half(sequence.most_in_common(before))
}

fn whole(block: &Block, op: char) -> Row {
    Row {
        kind: block.kind,
        same: None,
        pieces: vec![Piece {
            op,
            text: block.text.clone(),
        }],
    }
}

fn words(before: &Block, after: &Block) -> Row {
    let mut pieces: Vec<Piece> = Vec::new();
    for change in TextDiff::from_words(&before.text, &after.text).iter_all_changes() {
        let op = match change.tag() {
            ChangeTag::Equal => '=',
            ChangeTag::Insert => '+',
            ChangeTag::Delete => '-',
        };
        match pieces.last_mut() {
            Some(last) if last.op == op => last.text.push_str(change.value()),
            _ => pieces.push(Piece {
                op,
                text: change.value().to_owned(),
            }),
        }
    }
    Row {
        kind: after.kind,
        same: None,
        pieces,
    }
}

/// The words of a text by blocks.
fn blocks(runbook: &Runbook) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let begin = |kind: char, text: String, blocks: &mut Vec<Block>| blocks.push(Block { kind, text });
    let mut is_fresh = true;
    let mut number = String::new();
    let mut is_in_code = false;
    for node in &runbook.document.nodes() {
        if is_in_code {
            is_in_code = node.kind != NodeKind::Close;
            continue;
        }
        match &node.kind {
            NodeKind::Open(Element::CodeBlock(index)) => {
                if let Some(block) = runbook.code_blocks.get(*index as usize) {
                    begin('c', block.text.trim_end().to_owned(), &mut blocks);
                }
                (is_fresh, is_in_code) = (true, true);
            }
            NodeKind::Open(Element::Heading { .. }) => {
                begin('h', String::new(), &mut blocks);
                is_fresh = false;
            }
            NodeKind::Open(Element::Item { number: Some(written) }) => {
                number = format!("{written}. ");
                is_fresh = true;
            }
            NodeKind::Open(Element::TableCell) => push(&mut blocks, &mut is_fresh, &mut number, " "),
            NodeKind::Open(
                Element::Paragraph | Element::Item { .. } | Element::TableHead | Element::TableRow | Element::List(_),
            ) => is_fresh = true,
            NodeKind::Text(words) | NodeKind::Code(words) => {
                push(&mut blocks, &mut is_fresh, &mut number, words.of(&runbook.text));
            }
            NodeKind::SoftBreak | NodeKind::HardBreak => push(&mut blocks, &mut is_fresh, &mut number, " "),
            _ => {}
        }
    }
    blocks.retain(|block| !block.text.trim().is_empty());
    blocks
}

fn push(blocks: &mut Vec<Block>, is_fresh: &mut bool, number: &mut String, words: &str) {
    if std::mem::take(is_fresh) || blocks.last().is_none_or(|block| block.kind == 'c') {
        blocks.push(Block {
            kind: 'p',
            text: std::mem::take(number),
        });
    }
    if let Some(block) = blocks.last_mut() {
        block.text.push_str(words);
    }
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::site::sample::text::runbook;

    fn said(before: &str, after: &str) -> Vec<String> {
        rows(&runbook(before), &runbook(after))
            .iter()
            .map(|row| {
                if let Some(same) = row.same {
                    return format!("={same}");
                }
                let pieces = row.pieces.iter().map(|piece| format!("{}[{}]", piece.op, piece.text));
                format!("{} {}", row.kind, pieces.collect::<String>())
            })
            .collect()
    }

    #[test]
    fn words_are_told_apart_in_their_block() {
        assert_eq!(
            said(
                "# T\n\n1. Wait 30 minutes and look.\n2. Stop.\n",
                "# T\n\n1. Wait 60 minutes and look.\n2. Stop.\n"
            ),
            ["=1", "p =[1. Wait ]-[30]+[60]=[ minutes and look.]", "=1"]
        );
        assert_eq!(
            said("a\n\n```sh\nmake a\n```\n", "a\n\n```sh\nmake a b\n```\n"),
            ["=1", "c =[make a]+[ b]"]
        );
    }

    #[test]
    fn blocks_that_share_nothing_come_and_go_whole() {
        assert_eq!(
            said(
                "Keep this.\n\nOld words here.\n",
                "Keep this.\n\nSomething else entirely now.\n\nAnd more.\n"
            ),
            [
                "=1",
                "p +[Something else entirely now.]",
                "p +[And more.]",
                "p -[Old words here.]"
            ]
        );
        assert_eq!(said("a\n", "a\n"), ["=1"]);
    }
}
