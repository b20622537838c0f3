//! Go.

use std::sync::LazyLock;

use tree_sitter::Language as Syntax;

use crate::code::language::Language;
use crate::code::tree::{Call, Grammar, MAX_LINE, Node, unescaped};

static SYNTAX: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_go::LANGUAGE.into());

/// The grammar.
pub(crate) const GRAMMAR: Grammar = Grammar {
    name: "go",
    language: |_| &SYNTAX,
    call,
    max_line: MAX_LINE,
    literal,
};

/// Go.
pub(super) const LANGUAGE: Language = Language::by(&GRAMMAR, |path| path.ends_with(".go") && !path.ends_with("_test.go"));

fn call(node: Node<'_>) -> Option<Call<'_>> {
    if node.kind() != "call_expression" {
        return None;
    }
    let list = node.field("arguments")?;
    let function = node.field("function")?;
    let (name, owner) = match function.kind() {
        "identifier" => (function, None),
        "selector_expression" => (function.field("field")?, function.field("operand")),
        _ => return None,
    };
    Some(Call { node, name, owner, list })
}

fn literal(node: Node<'_>) -> Option<String> {
    let mut node = node;
    while node.is_any(&["literal_element", "parenthesized_expression"]) {
        node = node.children().next()?;
    }
    let text = node.text();
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    match node.kind() {
        "interpreted_string_literal" => Some(unescaped(inner)),
        "raw_string_literal" => Some(inner.to_owned()),
        _ => None,
    }
}

/// The value of an element, without what only wraps it.
pub(crate) fn value(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while node.is_any(&["literal_element", "parenthesized_expression", "unary_expression"]) {
        match node.children().next() {
            Some(inner) => node = inner,
            None => return node,
        }
    }
    node
}

/// The name of the function that a node stands in.
pub(crate) fn function(node: Node<'_>) -> Option<&str> {
    node.ancestors()
        .find(|node| node.is_any(&["function_declaration", "method_declaration"]))
        .and_then(|node| node.field("name"))
        .map(Node::text)
}

/// The variable that a value is given to.
pub(crate) fn assigned(node: Node<'_>) -> Option<&str> {
    let mut node = node;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "unary_expression" | "expression_list" | "literal_element" => node = parent,
            "var_spec" => return parent.field("name").map(Node::text),
            "short_var_declaration" | "assignment_statement" => {
                return parent.field("left").map(Node::text).filter(|left| !left.contains(','));
            }
            _ => return None,
        }
    }
}
