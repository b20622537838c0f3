//! Where something stands in a text.

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets in a text: `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: u32,
    /// The byte after the last one.
    pub(crate) end: u32,
}

impl Span {
    /// A span from offsets in a text; texts over 4 GiB are cut before they reach a parser.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// The words that the span covers; empty when the span does not fit the text.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether the other span lies wholly inside this one.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Where a span begins and ends for people: lines and columns count from 1, columns in characters, the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The first line.
    pub(crate) line: u32,
    /// The first column.
    pub(crate) column: u32,
    /// The last line.
    pub(crate) end_line: u32,
    /// The column after the last one.
    pub(crate) end_column: u32,
}

impl Place {
    /// The place of a line as a whole.
    pub(crate) fn of_line(line: u32) -> Self {
        Self {
            line,
            column: 1,
            end_line: line,
            end_column: 1,
        }
    }
}

/// The line starts of a text, to turn byte offsets into lines and columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// The line starts of a text; a line ends at `\n`.
    pub(crate) fn of(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at as u32 + 1),
        );
        Self { starts }
    }

    /// The line of a byte offset, from 1.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset).max(1) as u32
    }

    /// The place of a span.
    pub(crate) fn place(&self, span: Span, text: &str) -> Place {
        let (line, column) = self.position(span.start, text);
        let (end_line, end_column) = self.position(span.end.max(span.start), text);
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn position(&self, offset: u32, text: &str) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or_default() as usize;
        let before = text.get(start..offset as usize).unwrap_or_default();
        (line, before.chars().count() as u32 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Place, Span};

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "one\nzwölf äpfel\nthree";
        let lines = Lines::of(text);
        let start = text.find("äpfel").expect("the word is there");
        let place = lines.place(Span::new(start, start + "äpfel".len()), text);
        assert_eq!(
            place,
            Place {
                line: 2,
                column: 7,
                end_line: 2,
                end_column: 12
            }
        );
    }
}
