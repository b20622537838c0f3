//! JavaScript and TypeScript.

use std::collections::HashMap;
use std::sync::LazyLock;

use tree_sitter::Language as Syntax;

use crate::code::language::Language;
use crate::code::tree::{Call, Grammar, MAX_LINE, MAX_STEPS, Node, Source, unescaped};
use crate::model::format;

static JAVASCRIPT: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_javascript::LANGUAGE.into());
static TYPESCRIPT: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into());
static TSX: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_typescript::LANGUAGE_TSX.into());

/// The grammars.
pub(crate) const GRAMMAR: Grammar = Grammar {
    name: format::JAVASCRIPT,
    language: |path| match path.rsplit('.').next().unwrap_or_default() {
        "ts" | "mts" | "cts" => &TYPESCRIPT,
        "tsx" => &TSX,
        _ => &JAVASCRIPT,
    },
    call,
    max_line: MAX_LINE,
    literal,
};

/// JavaScript and TypeScript.
pub(super) const LANGUAGE: Language = Language::by(&GRAMMAR, |path| {
    let ending = path.rsplit('.').next().unwrap_or_default();
    matches!(ending, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx")
        && !path.ends_with(".d.ts")
        && !path.ends_with(".min.js")
});

fn call(node: Node<'_>) -> Option<Call<'_>> {
    let function = match node.kind() {
        "call_expression" => node.field("function")?,
        "new_expression" => node.field("constructor")?,
        _ => return None,
    };
    let list = node.field("arguments").filter(|list| list.kind() == "arguments")?;
    let (name, owner) = match function.kind() {
        "identifier" => (function, None),
        "member_expression" => (function.field("property")?, function.field("object")),
        _ => return None,
    };
    Some(Call { node, name, owner, list })
}

fn literal(node: Node<'_>) -> Option<String> {
    let mut node = node;
    while node.is_any(&[
        "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
    ]) {
        node = node.children().next()?;
    }
    let is_plain = match node.kind() {
        "string" => true,
        "template_string" => node.children().all(|child| child.kind() != "template_substitution"),
        _ => false,
    };
    let text = node.text();
    let inner = text.get(1..text.len().checked_sub(1)?).filter(|_| is_plain)?;
    Some(unescaped(inner))
}

/// The texts that names of a file hold; none for a name that is given twice, since nobody knows which is meant.
pub(crate) struct Texts<'source>(HashMap<&'source str, Option<String>>);

impl<'source> Texts<'source> {
    /// Those of a file.
    pub(crate) fn of(source: &'source Source<'_>) -> Self {
        let mut texts: HashMap<&str, Option<String>> = HashMap::new();
        for declared in source.of_kind("variable_declarator") {
            let Some(name) = declared.field("name") else { continue };
            let text = declared.field("value").and_then(Node::literal);
            texts.entry(name.text()).and_modify(|known| *known = None).or_insert(text);
        }
        Self(texts)
    }

    /// A text as far as the file tells it: what names hold is put in, and `unknown` stands for the rest. None for what is no text.
    pub(crate) fn read(&self, node: Node<'_>, unknown: &str) -> Option<String> {
        match node.kind() {
            "identifier" => self.0.get(node.text()).cloned().flatten(),
            "template_string" => {
                let whole = node.text();
                let mut text = String::new();
                let mut from = 1;
                for part in node.children().filter(|part| part.kind() == "template_substitution") {
                    text.push_str(&unescaped(whole.get(from..part.start() - node.start())?));
                    let name = part.children().next().filter(|inner| inner.kind() == "identifier");
                    let known = name.and_then(|name| self.read(name, unknown));
                    text.push_str(known.as_deref().unwrap_or(unknown));
                    from = part.end() - node.start();
                }
                text.push_str(&unescaped(whole.get(from..whole.len().checked_sub(1)?)?));
                Some(text)
            }
            _ => node.literal(),
        }
    }
}

/// The modules that a file takes in, by `import` and by `require`.
pub(crate) fn imports(source: &Source<'_>) -> Vec<String> {
    let of_call = |call: &Call<'_>| {
        (call.name() == "require" && call.owner.is_none())
            .then(|| call.first_literal())
            .flatten()
    };
    source
        .nodes()
        .filter_map(|node| match node.kind() {
            "import_statement" | "export_statement" => node.field("source").and_then(Node::literal),
            "call_expression" => node.as_call().as_ref().and_then(of_call),
            _ => None,
        })
        .collect()
}

/// The object that a name of the file holds.
pub(crate) fn object_of<'source>(source: &'source Source<'_>, value: Node<'source>) -> Option<Node<'source>> {
    match value.kind() {
        "object" => Some(value),
        "identifier" | "shorthand_property_identifier" => source
            .of_kind("variable_declarator")
            .find(|node| node.field("name").is_some_and(|name| name.text() == value.text()))
            .and_then(|node| node.field("value"))
            .map(|value| match value.kind() {
                "as_expression" | "satisfies_expression" => value.children().next().unwrap_or(value),
                _ => value,
            })
            .filter(|value| value.kind() == "object"),
        _ => None,
    }
}

/// The variable that the whole chain of calls, to which a call belongs, is given to.
pub(crate) fn assigned(call: Node<'_>) -> Option<&str> {
    let mut node = call;
    for _ in 0..MAX_STEPS {
        let parent = node.parent()?;
        match parent.kind() {
            "member_expression" if node.is_field("object") => node = parent,
            "call_expression" if node.is_field("function") => node = parent,
            "await_expression" | "parenthesized_expression" => node = parent,
            "variable_declarator" if node.is_field("value") => return parent.field("name").map(Node::text),
            "assignment_expression" if node.is_field("right") => return parent.field("left").map(Node::text),
            _ => return None,
        }
    }
    None
}
