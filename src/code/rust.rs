//! Rust, with its attributes.

use std::sync::LazyLock;

use tree_sitter::Language as Syntax;

use crate::code::language::Language;
use crate::code::tree::{Call, Grammar, MAX_LINE, Node, unescaped};

static SYNTAX: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_rust::LANGUAGE.into());

/// The grammar.
pub(crate) const GRAMMAR: Grammar = Grammar {
    name: "rust",
    language: |_| &SYNTAX,
    call,
    max_line: MAX_LINE,
    literal,
};

/// Rust.
pub(super) const LANGUAGE: Language = Language::by(&GRAMMAR, |path| path.ends_with(".rs"));

/// An attribute: `#[arg(long, short = 'x')]`.
pub(crate) struct Attribute<'source> {
    /// The last name: `arg`.
    pub(crate) name: &'source str,
    /// Where it stands.
    pub(crate) at: usize,
    /// The text in its brackets.
    pub(crate) code: &'source str,
    /// What is in its brackets.
    pub(crate) parts: Vec<Part<'source>>,
}

/// A part of an attribute: `long`, `long = "x"`, `long("x")`.
pub(crate) struct Part<'source> {
    /// The name; empty for a bare value.
    pub(crate) name: &'source str,
    /// The value behind `=` or in brackets.
    pub(crate) value: Option<Node<'source>>,
}

impl Attribute<'_> {
    /// The part with a name.
    pub(crate) fn part(&self, name: &str) -> Option<&Part<'_>> {
        self.parts.iter().find(|part| part.name == name)
    }
}

impl Part<'_> {
    /// The plain string that the value is.
    pub(crate) fn literal(&self) -> Option<String> {
        let value = self.value?;
        value.literal().or_else(|| {
            let mut inner = value.children().filter(|_| value.kind() == "token_tree");
            let only = inner.next()?;
            inner.next().is_none().then(|| only.literal()).flatten()
        })
    }
}

fn call(node: Node<'_>) -> Option<Call<'_>> {
    if node.kind() != "call_expression" {
        return None;
    }
    let list = node.field("arguments")?;
    let mut function = node.field("function")?;
    if function.kind() == "generic_function" {
        function = function.field("function")?;
    }
    let (name, owner) = match function.kind() {
        "identifier" => (function, None),
        "field_expression" => (function.field("field")?, function.field("value")),
        "scoped_identifier" => (function.field("name")?, function.field("path")),
        _ => return None,
    };
    Some(Call { node, name, owner, list })
}

fn literal(node: Node<'_>) -> Option<String> {
    let text = node.text();
    match node.kind() {
        "string_literal" => {
            let inner = text.get(text.find('"')? + 1..text.len().checked_sub(1)?)?;
            Some(unescaped(inner))
        }
        "raw_string_literal" => node
            .children()
            .find(|child| child.kind() == "string_content")
            .map(|content| content.text().to_owned())
            .or_else(|| Some(String::new())),
        _ => None,
    }
}

/// Whether a node is an attribute.
pub(crate) fn is_attribute(node: Node<'_>) -> bool {
    node.kind() == "attribute_item"
}

/// The attributes that an item in brackets holds: one, or those behind the condition of `cfg_attr`.
pub(crate) fn attributes(item: Node<'_>) -> Vec<Attribute<'_>> {
    let Some(attribute) = item.children().find(|child| child.kind() == "attribute") else {
        return Vec::new();
    };
    let name = attribute
        .children()
        .next()
        .map_or("", |path| path.text().rsplit("::").next().unwrap_or_default());
    let list = attribute.field("arguments");
    if name == "cfg_attr" {
        let Some(list) = list else { return Vec::new() };
        let tokens: Vec<Node<'_>> = list.tokens().collect();
        return tokens
            .windows(2)
            .skip(1)
            .filter(|pair| pair[0].kind() == "identifier" && pair[1].kind() == "token_tree")
            .map(|pair| of(pair[0].text(), item, Some(pair[1])))
            .collect();
    }
    vec![of(name, item, list)]
}

fn of<'source>(name: &'source str, item: Node<'source>, list: Option<Node<'source>>) -> Attribute<'source> {
    let inner = list.map_or("", Node::code);
    let inner = inner.strip_prefix('(').unwrap_or(inner);
    Attribute {
        name,
        at: item.start(),
        code: inner.strip_suffix(')').unwrap_or(inner),
        parts: list.map(parts).unwrap_or_default(),
    }
}

/// The parts between the commas of a list in brackets.
fn parts(list: Node<'_>) -> Vec<Part<'_>> {
    let tokens: Vec<Node<'_>> = list.tokens().collect();
    let inner = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default();
    inner
        .split(|token| token.text() == ",")
        .filter_map(|part| {
            let first = part.first()?;
            if first.kind() != "identifier" {
                return Some(Part {
                    name: "",
                    value: Some(*first),
                });
            }
            let name = first.text();
            let value = match part.get(1) {
                Some(second) if second.kind() == "token_tree" => Some(*second),
                Some(second) if second.text() == "=" => part.get(2).copied(),
                // `clap::Parser` in a derive: the last name counts.
                Some(second) if second.text() == "::" => {
                    return Some(Part {
                        name: part.last()?.text(),
                        value: None,
                    });
                }
                _ => None,
            };
            Some(Part { name, value })
        })
        .collect()
}
