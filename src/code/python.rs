//! Python.

use std::sync::LazyLock;

use tree_sitter::Language as Syntax;

use crate::code::language::Language;
use crate::code::tree::{Call, Grammar, MAX_LINE, Node, Source, unescaped};
use crate::model::format;

static SYNTAX: LazyLock<Syntax> = LazyLock::new(|| tree_sitter_python::LANGUAGE.into());

/// The grammar.
pub(crate) const GRAMMAR: Grammar = Grammar {
    name: format::PYTHON,
    language: |_| &SYNTAX,
    call,
    max_line: MAX_LINE,
    literal,
};

/// Python.
pub(super) const LANGUAGE: Language = Language::by(&GRAMMAR, |path| path.ends_with(".py"));

/// A name that an import brings into a file.
pub(crate) struct Import<'source> {
    /// The module that it comes from, without the dots in front; empty for a module itself.
    pub(crate) module: &'source str,
    /// The name there.
    pub(crate) name: &'source str,
    /// The name here.
    pub(crate) alias: &'source str,
}

fn call(node: Node<'_>) -> Option<Call<'_>> {
    if node.kind() != "call" {
        return None;
    }
    let list = node.field("arguments")?;
    let function = node.field("function")?;
    let (name, owner) = match function.kind() {
        "identifier" => (function, None),
        "attribute" => (function.field("attribute")?, function.field("object")),
        _ => return None,
    };
    Some(Call { node, name, owner, list })
}

fn literal(node: Node<'_>) -> Option<String> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" {
        node = node.children().next()?;
    }
    match node.kind() {
        "string" => one(node),
        "concatenated_string" => node.children().map(one).collect(),
        _ => None,
    }
}

fn one(node: Node<'_>) -> Option<String> {
    if node.kind() != "string" || node.children().any(|child| child.kind() == "interpolation") {
        return None;
    }
    let start = node.tokens().find(|child| child.kind() == "string_start")?;
    let end = node.tokens().find(|child| child.kind() == "string_end")?;
    let inner = node.text().get(start.end() - node.start()..end.start() - node.start())?;
    if start.text().contains(['r', 'R']) {
        return Some(inner.to_owned());
    }
    Some(unescaped(inner))
}

/// The variable that a value is given to.
pub(crate) fn assigned(value: Node<'_>) -> Option<&str> {
    let assignment = value.parent().filter(|parent| parent.kind() == "assignment")?;
    value
        .is_field("right")
        .then(|| assignment.field("left").map(Node::text))
        .flatten()
}

/// The functions, by their names.
pub(crate) fn functions<'source>(source: &'source Source<'_>) -> impl Iterator<Item = (&'source str, Node<'source>)> {
    source
        .of_kind("function_definition")
        .filter_map(|node| Some((node.field("name")?.text(), node)))
}

/// The decorators in front of a function.
pub(crate) fn decorators(function: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    function
        .parent()
        .filter(|parent| parent.kind() == "decorated_definition")
        .into_iter()
        .flat_map(|parent| parent.children().filter(|child| child.kind() == "decorator"))
}

/// The name of a decorator with what it is called on, and its call where it has brackets.
pub(crate) fn decorated(decorator: Node<'_>) -> Option<(&str, Option<Node<'_>>, Option<Call<'_>>)> {
    let expression = decorator.children().next()?;
    if let Some(call) = expression.as_call() {
        return Some((call.name(), call.owner, Some(call)));
    }
    match expression.kind() {
        "identifier" => Some((expression.text(), None, None)),
        "attribute" => Some((expression.field("attribute")?.text(), expression.field("object"), None)),
        _ => None,
    }
}

/// The imports of a file.
pub(crate) fn imports<'source>(source: &'source Source<'_>) -> Vec<Import<'source>> {
    let mut imports = Vec::new();
    for node in source.nodes() {
        let module = match node.kind() {
            "import_statement" => "",
            "import_from_statement" => node
                .field("module_name")
                .map_or("", |module| module.text().trim_start_matches('.')),
            _ => continue,
        };
        for name in node.fields("name") {
            let (name, alias) = match name.kind() {
                "aliased_import" => (
                    name.field("name").map_or("", Node::text),
                    name.field("alias").map_or("", Node::text),
                ),
                _ => (name.text(), name.text()),
            };
            imports.push(Import { module, name, alias });
        }
    }
    imports
}

/// A literal of a default: a string without its quotes, a number, `True`.
pub(crate) fn plain(value: Node<'_>) -> Option<String> {
    if let Some(words) = value.literal() {
        return Some(words);
    }
    let is_plain = value.is_any(&["integer", "float", "true", "false"])
        || (value.kind() == "unary_operator" && value.text()[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    is_plain.then(|| value.text().to_owned())
}

/// A name of Python as click writes it: in lower case, with dashes.
pub(crate) fn dashed(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
