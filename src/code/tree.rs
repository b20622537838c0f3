//! A file as its grammar reads it: nodes, calls with their arguments, literals.
//!
//! The tree of the grammar is laid out in one list, in the order of the text, in which a node knows its parent and where it ends. Nothing
//! here calls itself, so that no depth of brackets ends the process, and every question costs a look at neighbours.

use std::ops::{ControlFlow, Range};

use tree_sitter::{Language, ParseOptions, ParseState, Parser, TreeCursor};

/// Bytes of a piece of code that are read for a definition; longer ones are data.
const MAX_CODE: usize = 8_000;

/// Arguments of one call that are told apart.
const MAX_ARGUMENTS: usize = 100;

/// Steps that are taken through the neighbours of a node; a chain of calls that is longer was made by a machine.
pub(crate) const MAX_STEPS: usize = 200;

/// Longest line that most grammars are given, in bytes.
pub(crate) const MAX_LINE: usize = 250_000;

/// How a language is read.
#[derive(Clone, Copy)]
pub(crate) struct Grammar {
    /// The name of the format that definitions carry: `python`.
    pub(crate) name: &'static str,
    /// The grammar for a file, by its path.
    pub(crate) language: fn(&str) -> &'static Language,
    /// The call that a node is.
    pub(crate) call: for<'source> fn(Node<'source>) -> Option<Call<'source>>,
    /// Longest line that is given to the grammar, in bytes. What is longer was made by a machine, and some grammars need the square of
    /// its length.
    pub(crate) max_line: usize,
    /// The words of a node that is one plain string; none for anything computed.
    pub(crate) literal: for<'source> fn(Node<'source>) -> Option<String>,
}

/// A text that was read by its grammar.
pub(crate) struct Source<'text> {
    /// The text.
    pub(crate) text: &'text str,
    /// The path in the tree.
    pub(crate) path: &'text str,
    grammar: &'static Grammar,
    items: Vec<Item>,
    /// What the grammar could not read.
    broken: Vec<Range<usize>>,
}

/// A node in the list.
#[derive(Clone, Copy, Debug)]
struct Item {
    kind: &'static str,
    field: Option<&'static str>,
    start: u32,
    end: u32,
    parent: u32,
    /// The first item behind everything below this one.
    next: u32,
    is_named: bool,
}

/// A node of a text.
#[derive(Clone, Copy)]
pub(crate) struct Node<'source> {
    source: &'source Source<'source>,
    index: usize,
}

/// A call: of a function, of a method, of a constructor.
#[derive(Clone)]
pub(crate) struct Call<'source> {
    /// The whole call, with what it is called on.
    pub(crate) node: Node<'source>,
    /// The last name of what is called.
    pub(crate) name: Node<'source>,
    /// What it is called on, or the module in front of the name.
    pub(crate) owner: Option<Node<'source>>,
    /// The arguments with their brackets.
    pub(crate) list: Node<'source>,
}

/// An argument of a call, or a field of an object.
#[derive(Clone, Copy)]
pub(crate) struct Argument<'source> {
    /// Its name; empty without one.
    pub(crate) name: &'source str,
    /// Its value.
    pub(crate) value: Node<'source>,
}

impl<'text> Source<'text> {
    /// Reads a text; none when the grammar gives up on it.
    pub(crate) fn read(grammar: &'static Grammar, path: &'text str, text: &'text str) -> Option<Self> {
        if is_endless(text, grammar.max_line) {
            return None;
        }
        let mut parser = Parser::new();
        let language = (grammar.language)(path);
        parser.set_language(language).ok()?;
        // Steps are counted, not seconds, so that every machine gives up on the same texts.
        let mut steps = 1_000 + text.len();
        let mut progress = |_: &ParseState| {
            steps = steps.saturating_sub(1);
            if steps == 0 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = text.as_bytes();
        let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(ParseOptions::new().progress_callback(&mut progress)))?;
        let mut source = Self {
            text,
            path,
            grammar,
            items: Vec::with_capacity(text.len() / 4 + 1),
            broken: Vec::new(),
        };
        source.lay_out(language, tree.walk());
        Some(source)
    }

    fn lay_out(&mut self, language: &'static Language, mut cursor: TreeCursor<'_>) {
        let mut open: Vec<usize> = Vec::new();
        loop {
            let node = cursor.node();
            let index = self.items.len();
            if node.is_error() || node.is_missing() {
                self.broken.push(node.byte_range());
            }
            self.items.push(Item {
                kind: if node.is_error() {
                    "ERROR"
                } else {
                    language.node_kind_for_id(node.kind_id()).unwrap_or_default()
                },
                field: cursor.field_id().and_then(|id| language.field_name_for_id(id.get())),
                start: node.start_byte() as u32,
                end: node.end_byte() as u32,
                parent: open.last().map_or(index, |parent| *parent) as u32,
                next: 0,
                is_named: node.is_named(),
            });
            if cursor.goto_first_child() {
                open.push(index);
                continue;
            }
            self.items[index].next = self.items.len() as u32;
            while !cursor.goto_next_sibling() {
                let Some(closed) = open.pop() else { return };
                self.items[closed].next = self.items.len() as u32;
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// Every node, in the order of the text.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.items.len()).map(|index| Node { source: self, index })
    }

    /// Every node of a kind, in the order of the text.
    pub(crate) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = Node<'_>> {
        self.nodes().filter(move |node| node.kind() == kind)
    }

    /// The calls, in the order in which their names stand.
    pub(crate) fn calls(&self) -> Vec<Call<'_>> {
        let mut calls: Vec<Call<'_>> = self.nodes().filter_map(self.grammar.call).collect();
        calls.sort_by_key(|call| call.name.start());
        calls
    }

    /// Whether there is anything that the grammar could not read.
    pub(crate) fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Whether one of some words stands in a line that the grammar could not read whole.
    pub(crate) fn is_broken_at(&self, words: &[&str]) -> bool {
        let mut read_to = 0;
        self.broken.iter().any(|range| {
            // What is missing has no text of its own; the line around it tells. Each line is looked at once.
            if range.end < read_to {
                return false;
            }
            let start = self.text[..range.start].rfind('\n').map_or(0, |at| at + 1).max(read_to);
            let end = self.text[range.end..].find('\n').map_or(self.text.len(), |at| range.end + at);
            read_to = end + 1;
            let piece = self.text.get(start..end).unwrap_or_default();
            words.iter().any(|word| piece.contains(word))
        })
    }
}

impl<'source> Node<'source> {
    fn item(self) -> &'source Item {
        &self.source.items[self.index]
    }

    /// The kind, as the grammar calls it.
    pub(crate) fn kind(self) -> &'static str {
        self.item().kind
    }

    /// Where it begins.
    pub(crate) fn start(self) -> usize {
        self.item().start as usize
    }

    /// Where it ends.
    pub(crate) fn end(self) -> usize {
        self.item().end as usize
    }

    /// The text of the node.
    pub(crate) fn text(self) -> &'source str {
        self.source.text.get(self.start()..self.end()).unwrap_or_default()
    }

    /// Whether it is one of some kinds.
    pub(crate) fn is_any(self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind())
    }

    /// Whether it is the child of its parent by a name.
    pub(crate) fn is_field(self, name: &str) -> bool {
        self.item().field == Some(name)
    }

    /// The node that it stands in.
    pub(crate) fn parent(self) -> Option<Self> {
        let parent = self.item().parent as usize;
        (parent != self.index).then_some(Self { index: parent, ..self })
    }

    /// Tells it from every other node of the text.
    pub(crate) fn id(self) -> usize {
        self.index
    }

    /// Whether it is code, and neither a sign nor a comment.
    pub(crate) fn is_code(self) -> bool {
        self.item().is_named && !self.is_comment()
    }

    /// The nodes that it stands in, the nearest first, as far as anybody asks.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent()).take(MAX_STEPS)
    }

    /// The nodes directly below, signs included.
    pub(crate) fn tokens(self) -> impl Iterator<Item = Self> {
        let end = self.item().next as usize;
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            (index < end).then(|| {
                let node = Self { index, ..self };
                index = node.item().next as usize;
                node
            })
        })
    }

    /// The named nodes directly below, comments left out.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.tokens().filter(|node| node.is_code())
    }

    /// Everything below, in the order of the text.
    pub(crate) fn below(self) -> impl Iterator<Item = Self> {
        (self.index + 1..self.item().next as usize).map(move |index| Self { index, ..self })
    }

    /// The child by a name.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        self.tokens().find(|node| node.is_field(name))
    }

    /// The children by a name.
    pub(crate) fn fields(self, name: &str) -> impl Iterator<Item = Self> {
        self.tokens().filter(move |node| node.is_field(name))
    }

    fn is_comment(self) -> bool {
        matches!(self.kind(), "comment" | "line_comment" | "block_comment")
    }

    /// The call that it is.
    pub(crate) fn as_call(self) -> Option<Call<'source>> {
        (self.source.grammar.call)(self)
    }

    /// The words of a plain string; none for anything computed.
    pub(crate) fn literal(self) -> Option<String> {
        (self.source.grammar.literal)(self)
    }

    /// The plain strings below, this one included.
    pub(crate) fn literals(self) -> Vec<String> {
        let end = self.item().next as usize;
        let mut words = Vec::new();
        let mut index = self.index;
        for _ in 0..MAX_STEPS * 10 {
            if index >= end {
                break;
            }
            let node = Self { index, ..self };
            if let Some(literal) = node.literal() {
                words.push(literal);
                index = node.item().next as usize;
            } else {
                index += 1;
            }
        }
        words
    }

    /// The text of a piece of code for a fingerprint, as far as it is read.
    pub(crate) fn code(self) -> &'source str {
        cut(self.text())
    }
}

/// Whether a line of a text is longer than a grammar takes; lines that a pipe joins are one.
fn is_endless(text: &str, max: usize) -> bool {
    let mut length = 0;
    text.split('\n').any(|line| {
        let line = line.trim_end();
        length += line.len();
        let is_too_long = length > max || line.contains("<<<<<<<<");
        if !line.ends_with(['|', '\\']) {
            length = 0;
        }
        is_too_long
    })
}

/// A text up to the most that is read of it.
pub(crate) fn cut(text: &str) -> &str {
    if text.len() <= MAX_CODE {
        return text;
    }
    let end = (0..=MAX_CODE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

impl<'source> Call<'source> {
    /// The name that is called.
    pub(crate) fn name(&self) -> &'source str {
        self.name.text()
    }

    /// Where the name stands.
    pub(crate) fn at(&self) -> usize {
        self.name.start()
    }

    /// What it is called on, as text.
    pub(crate) fn owner(&self) -> &'source str {
        self.owner.map_or("", Node::text)
    }

    /// The text between its brackets.
    pub(crate) fn code(&self) -> &'source str {
        let text = self.list.text();
        let inner = text.strip_prefix('(').unwrap_or(text);
        cut(inner.strip_suffix(')').unwrap_or(inner))
    }

    /// The arguments, in order.
    pub(crate) fn arguments(&self) -> Vec<Argument<'source>> {
        arguments(self.list)
    }

    /// The value of a named argument.
    pub(crate) fn named(&self, name: &str) -> Option<Node<'source>> {
        named(&self.arguments(), name)
    }

    /// The first argument without a name.
    pub(crate) fn first(&self) -> Option<Node<'source>> {
        self.arguments()
            .first()
            .filter(|argument| argument.name.is_empty())
            .map(|argument| argument.value)
    }

    /// The plain string that the first argument is.
    pub(crate) fn first_literal(&self) -> Option<String> {
        self.first().and_then(Node::literal)
    }
}

/// The value of a named argument or field.
pub(crate) fn named<'source>(arguments: &[Argument<'source>], name: &str) -> Option<Node<'source>> {
    arguments
        .iter()
        .find(|argument| argument.name == name)
        .map(|argument| argument.value)
}

/// The arguments in brackets, or the fields of an object.
pub(crate) fn arguments(list: Node<'_>) -> Vec<Argument<'_>> {
    list.children()
        .take(MAX_ARGUMENTS)
        .map(|node| {
            let name = if node.is_any(&["keyword_argument", "pair", "keyed_element", "method_definition"]) {
                node.field("name").or_else(|| node.field("key"))
            } else if node.is_any(&["shorthand_property_identifier"]) {
                Some(node)
            } else {
                None
            };
            Argument {
                name: name.map_or("", |name| name.text().trim_matches(['"', '\'', '`'])),
                value: node.field("value").filter(|_| name.is_some()).unwrap_or(node),
            }
        })
        .collect()
}

/// The words between the quotes of a literal, the signs behind a backslash taken as they are meant.
pub(crate) fn unescaped(inner: &str) -> String {
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut words = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            words.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => words.push('\n'),
            Some('t') => words.push('\t'),
            Some('r') => words.push('\r'),
            Some('\n') | None => {}
            // A backslash in front of anything else is part of a pattern: `\d`.
            Some(other) => {
                if !matches!(other, '"' | '\'' | '\\' | '`' | '$' | '/') {
                    words.push('\\');
                }
                words.push(other);
            }
        }
    }
    words
}
