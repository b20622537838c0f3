//! Markdown as a flat list of blocks with their lines and plain words: all that notes and logs need.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::model::place::Lines;

/// Elements of HTML that authors write for looks; everything else in angle brackets is a placeholder and stays as text.
const LOOKS: &[&str] = &[
    "a", "b", "blockquote", "br", "center", "code", "dd", "details", "div", "dl", "dt", "em", "font", "hr", "i", "img", "kbd",
    "p", "pre", "span", "strong", "sub", "summary", "sup",
];

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line, from 1.
    pub(crate) line: u32,
    /// What it is.
    pub(crate) kind: BlockKind,
    /// Its words on one line; for a row the cells are in `cells` only.
    pub(crate) text: String,
    /// The cells of a row.
    pub(crate) cells: Vec<String>,
    /// Whether every word is bold.
    pub(crate) is_bold: bool,
    /// Whether the words are those of one link.
    pub(crate) is_link: bool,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A paragraph outside of lists.
    Paragraph,
    /// An item of a list, nested ones after their parent.
    Item,
    /// Another paragraph of the item before it.
    ItemMore,
    /// A code block.
    Code,
    /// The head of a table.
    TableHead,
    /// A row of a table.
    Row,
}

/// The blocks of a text in writing order.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut walk = Walk {
        lines: Lines::of(text),
        blocks: Vec::new(),
        open: None,
        items: Vec::new(),
        strong: 0,
        links: 0,
        plain_words: false,
        link_ends: 0,
        cell: None,
        is_comment: false,
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        walk.take(&event, range.start);
    }
    walk.finish();
    walk.blocks
}

struct Walk {
    lines: Lines,
    blocks: Vec<Block>,
    open: Option<Block>,
    /// For each open item, whether its first paragraph was given out.
    items: Vec<bool>,
    strong: usize,
    links: usize,
    /// Words outside of bold type were seen in the open block.
    plain_words: bool,
    /// Links that ended in the open block; words outside of a link count as another one.
    link_ends: usize,
    /// The open cell.
    cell: Option<String>,
    /// A comment began on a line before and has not ended.
    is_comment: bool,
}

impl Walk {
    fn take(&mut self, event: &Event<'_>, start: usize) {
        match event {
            Event::Start(tag) => self.start(tag, start),
            Event::End(tag) => self.end(*tag),
            Event::Text(words) | Event::Code(words) => self.words(words, start),
            Event::SoftBreak | Event::HardBreak => self.words(" ", start),
            Event::InlineHtml(html) | Event::Html(html) => self.html(html, start),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, start: usize) {
        match tag {
            Tag::Heading { level, .. } => self.begin(BlockKind::Heading(*level as u8), start),
            Tag::Paragraph => {
                let kind = self.paragraph();
                self.begin(kind, start);
            }
            Tag::Item => {
                self.finish();
                self.items.push(false);
            }
            Tag::CodeBlock(_) => self.begin(BlockKind::Code, start),
            Tag::TableHead => self.begin(BlockKind::TableHead, start),
            Tag::TableRow => self.begin(BlockKind::Row, start),
            Tag::TableCell => self.cell = Some(String::new()),
            Tag::Strong => self.strong += 1,
            Tag::Link { .. } | Tag::Image { .. } => self.links += 1,
            Tag::List(_) | Tag::BlockQuote(_) => self.finish(),
            Tag::HtmlBlock => {
                self.finish();
                self.is_comment = false;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Item => {
                self.finish();
                self.items.pop();
            }
            TagEnd::TableCell => {
                if let (Some(cell), Some(row)) = (self.cell.take(), &mut self.open) {
                    row.cells.push(one_line(&cell));
                }
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => {
                self.links = self.links.saturating_sub(1);
                self.link_ends += 1;
            }
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::HtmlBlock => self.finish(),
            _ => {}
        }
    }

    /// What a paragraph is at this place: an item's first paragraph is the item.
    fn paragraph(&mut self) -> BlockKind {
        match self.items.last_mut() {
            Some(was_given) if *was_given => BlockKind::ItemMore,
            Some(was_given) => {
                *was_given = true;
                BlockKind::Item
            }
            None => BlockKind::Paragraph,
        }
    }

    fn begin(&mut self, kind: BlockKind, start: usize) {
        self.finish();
        (self.strong, self.links, self.link_ends, self.plain_words) = (0, 0, 0, false);
        self.open = Some(Block {
            line: self.lines.line(start as u32),
            kind,
            text: String::new(),
            cells: Vec::new(),
            is_bold: false,
            is_link: false,
        });
    }

    /// Words of the open block. In tight lists the words of an item stand without a paragraph.
    fn words(&mut self, words: &str, start: usize) {
        if let Some(cell) = &mut self.cell {
            cell.push_str(words);
            return;
        }
        if self.open.is_none() {
            if words.trim().is_empty() {
                return;
            }
            let (strong, links) = (self.strong, self.links);
            let kind = self.paragraph();
            self.begin(kind, start);
            (self.strong, self.links) = (strong, links);
        }
        if !words.trim().is_empty() {
            self.plain_words |= self.strong == 0;
            self.link_ends += if self.links == 0 { 2 } else { 0 };
        }
        if let Some(open) = &mut self.open {
            open.text.push_str(words);
        }
    }

    /// HTML comes line by line, and a comment may go on over many lines.
    fn html(&mut self, html: &str, start: usize) {
        if self.is_comment {
            self.is_comment = !html.contains("-->");
            return;
        }
        let tag = html.trim().trim_start_matches(['<', '/']);
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag[..end].to_ascii_lowercase();
        if tag.starts_with("!--") {
            self.is_comment = !tag.contains("-->");
        } else if LOOKS.contains(&name.as_str()) {
            if name == "br" {
                self.words(" ", start);
            }
        } else {
            self.words(html, start);
        }
    }

    fn finish(&mut self) {
        let Some(mut block) = self.open.take() else { return };
        block.text = one_line(&block.text);
        block.is_bold = !self.plain_words && !block.text.is_empty();
        block.is_link = self.link_ends == 1;
        let is_row = matches!(block.kind, BlockKind::TableHead | BlockKind::Row);
        if is_row || !block.text.is_empty() {
            self.blocks.push(block);
        }
    }
}

/// Words with every run of white space as one blank.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn comments_are_no_words_however_many_lines_they_have() {
        let text = "a\n\n<!-- one\ntwo\n\nthree -->\n\n- b <!-- four\n  five --> c\n\n<!-- never\nclosed\n";
        let words: Vec<String> = blocks(text).into_iter().map(|block| block.text).collect();
        assert_eq!(words, ["a", "b c"]);
        let words: Vec<String> = blocks("<!-- one\nends --> <host>\n\n<host>\nx\n")
            .into_iter()
            .map(|block| block.text)
            .collect();
        assert_eq!(words, ["<host> x"]);
    }

    #[test]
    fn blocks_come_flat_with_their_lines() {
        let text = "# A `b` [c](d)\n\n**Bold**\n\n[x..y](z)\n\n- one\n  two\n  - *three*\n\n    more\n- four <br> <host>\n<!-- no -->\n\n    code\n\n| a | b |\n|---|---|\n| 1 | **2** |\n";
        let lines: Vec<String> = blocks(text)
            .iter()
            .map(|block| {
                let marks = [(block.is_bold, " bold"), (block.is_link, " link")];
                let marks: Vec<_> = marks.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
                format!(
                    "{} {:?} {}{}{}",
                    block.line,
                    block.kind,
                    block.text,
                    block.cells.join("|"),
                    marks.concat()
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                "1 Heading(1) A b c", "3 Paragraph Bold bold", "5 Paragraph x..y link", "7 Item one two", "9 Item three",
                "11 ItemMore more", "12 Item four <host>", "15 Code code", "17 TableHead a|b", "19 Row 1|2",
            ]
        );
    }
}
