//! A text that was put together from pieces of the source, and the way back to the source.
//!
//! Both the words of a paragraph (without markup) and the lines of a code block (without the indentation of the list around it)
//! are read as one string; every finding in them must point at the exact bytes of the file.

use std::ops::Range;

use crate::model::place::Span;

/// A text that was put together from pieces of the source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapped {
    /// The text.
    pub(crate) text: String,
    pieces: Vec<Piece>,
}

/// Where a part of the text comes from.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where the part begins in the text.
    at: u32,
    /// The bytes of the source that it was made from.
    source: Span,
    /// Whether the part is the source byte for byte; an entity or an escape is not.
    is_exact: bool,
}

impl Mapped {
    /// Appends bytes of the source as they are.
    pub(crate) fn push_exact(&mut self, words: &str, source: Span) {
        if words.is_empty() {
            return;
        }
        let at = self.text.len() as u32;
        self.text.push_str(words);
        if let Some(last) = self.pieces.last_mut()
            && last.is_exact
            && last.source.end == source.start
            && at - last.at == last.source.end - last.source.start
        {
            last.source.end = source.end;
            return;
        }
        self.pieces.push(Piece {
            at,
            source,
            is_exact: true,
        });
    }

    /// Appends words that stand for bytes of the source without being them.
    pub(crate) fn push_instead(&mut self, words: &str, source: Span) {
        if words.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            at: self.text.len() as u32,
            source,
            is_exact: false,
        });
        self.text.push_str(words);
    }

    /// Appends a part of another text, with its way back to the source.
    pub(crate) fn push_part(&mut self, other: &Self, range: Range<usize>) {
        let mut at = range.start;
        let mut index = other
            .pieces
            .partition_point(|piece| piece.at as usize <= at)
            .saturating_sub(1);
        while at < range.end
            && let Some(piece) = other.pieces.get(index)
        {
            let next = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.at as usize);
            let end = next.min(range.end);
            let Some(words) = other.text.get(at..end) else { return };
            if piece.is_exact {
                let source = piece.source.start as usize + at - piece.at as usize;
                self.push_exact(words, Span::new(source, source + words.len()));
            } else {
                self.push_instead(words, piece.source);
            }
            at = end;
            index += 1;
        }
    }

    /// The bytes of the source that a range of the text stands for.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        if self.pieces.is_empty() {
            return Span::default();
        }
        let first = self.piece(range.start);
        let start = if first.is_exact {
            first.source.start + (range.start as u32).saturating_sub(first.at)
        } else {
            first.source.start
        };
        if range.end <= range.start {
            return Span { start, end: start };
        }
        let last = self.piece(range.end - 1);
        let end = if last.is_exact {
            last.source.start + (range.end as u32).saturating_sub(last.at)
        } else {
            last.source.end
        };
        Span {
            start,
            end: end.max(start),
        }
    }

    fn piece(&self, offset: usize) -> Piece {
        let after = self.pieces.partition_point(|piece| piece.at as usize <= offset);
        self.pieces[after.saturating_sub(1)]
    }
}

/// Words with every run of white space as one blank.
pub(crate) fn one_line(words: &str) -> String {
    if is_one_line(words) {
        return words.to_owned();
    }
    let mut line = String::with_capacity(words.len());
    for word in words.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether words stand on one line with plain blanks between them, as most do.
fn is_one_line(words: &str) -> bool {
    let mut before = b' ';
    for byte in words.bytes() {
        if !byte.is_ascii() || byte < b' ' || byte == b' ' && before == b' ' {
            return false;
        }
        before = byte;
    }
    before != b' ' || words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::Mapped;
    use crate::model::place::Span;

    #[test]
    fn a_range_points_back_at_the_bytes_it_came_from() {
        let source = "> run a&amp;b\n> now";
        let mut mapped = Mapped::default();
        mapped.push_exact("run a", Span::new(2, 7));
        mapped.push_instead("&", Span::new(7, 12));
        mapped.push_exact("b", Span::new(12, 13));
        mapped.push_instead(" ", Span::new(13, 14));
        mapped.push_exact("now", Span::new(16, 19));
        assert_eq!(mapped.text, "run a&b now");
        let words = |range| mapped.span(range).of(source);
        assert_eq!(words(0..3), "run");
        assert_eq!(words(4..7), "a&amp;b");
        assert_eq!(words(6..11), "b\n> now");
        assert_eq!(mapped.span(8..8), Span::new(16, 16));
    }

    #[test]
    fn a_part_keeps_its_way_back() {
        let mut whole = Mapped::default();
        whole.push_exact("ab", Span::new(10, 12));
        whole.push_instead("&", Span::new(12, 17));
        whole.push_exact("cd", Span::new(20, 22));
        let mut part = Mapped::default();
        part.push_part(&whole, 1..4);
        part.push_instead(" ", Span::new(22, 22));
        part.push_part(&whole, 4..5);
        assert_eq!(part.text, "b&c d");
        assert_eq!(part.span(0..5), Span::new(11, 22));
        assert_eq!(part.span(2..3), Span::new(20, 21));
        part.push_part(&Mapped::default(), 0..3);
        assert_eq!(part.text, "b&c d");
    }

    #[test]
    fn neighbours_become_one_piece() {
        let mut mapped = Mapped::default();
        mapped.push_exact("ab", Span::new(3, 5));
        mapped.push_exact("cd", Span::new(5, 7));
        mapped.push_exact("ef", Span::new(9, 11));
        assert_eq!(mapped.pieces.len(), 2);
        assert_eq!(mapped.span(1..6), Span::new(4, 11));
        assert_eq!(Mapped::default().span(0..4), Span::default());
    }
}
