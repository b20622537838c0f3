//! Shell scripts.

use std::sync::LazyLock;

use tree_sitter::Language as Syntax;

use crate::code::language::Language;
use crate::code::tree::{Grammar, Node};
use crate::model::format;

static SYNTAX: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_bash::LANGUAGE.into());

/// The grammar.
pub(crate) const GRAMMAR: Grammar = Grammar {
    name: format::SHELL,
    language: |_| &SYNTAX,
    call: |_| None,
    max_line: 10_000,
    literal,
};

/// Shell scripts, by their ending.
pub(super) const LANGUAGE: Language = Language::by(&GRAMMAR, |path| {
    [".sh", ".bash", ".zsh", ".ksh"].iter().any(|ending| path.ends_with(ending))
});

fn literal(node: Node<'_>) -> Option<String> {
    let text = node.text();
    match node.kind() {
        "word" | "number" => Some(text.to_owned()),
        "raw_string" => text.get(1..text.len().checked_sub(1)?).map(str::to_owned),
        "string" => node
            .children()
            .all(|child| child.kind() == "string_content")
            .then(|| text.get(1..text.len().checked_sub(1)?).map(str::to_owned))
            .flatten(),
        _ => None,
    }
}
