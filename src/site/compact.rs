//! A script without what only its authors need: comments, indentation, blanks between signs, long names of its own. Read by the grammar of
//! the language, so that a string, a template or a pattern is never touched.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tree_sitter::{Node, Parser};

/// Whole texts in which a blank counts.
const WHOLE: [&str; 3] = ["regex", "string", "template_string"];

/// Where a name is given to something.
const GIVEN_IN: [&str; 8] = [
    "array_pattern", "arrow_function", "catch_clause", "for_in_statement", "formal_parameters", "function_declaration",
    "rest_pattern", "variable_declarator",
];

/// Names that are also something of the browser, which a script may mean where it has not given them itself.
const OF_THE_BROWSER: [&str; 16] = [
    "close", "document", "event", "find", "focus", "history", "location", "name", "open", "origin", "parent", "print", "scroll",
    "status", "stop", "top",
];

/// Words that cannot be names.
const RESERVED: [&str; 8] = ["as", "do", "if", "in", "is", "no", "of", "on"];

/// A script, shorter. One that the grammar cannot read stays as it is.
pub(super) fn compact(script: &str) -> String {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&tree_sitter_javascript::LANGUAGE.into()) {
        Ok(()) => parser.parse(script, None).filter(|tree| !tree.root_node().has_error()),
        Err(_) => None,
    };
    let Some(tree) = tree else { return script.to_owned() };
    let names = shorter(tree.root_node(), script);
    let mut short = String::with_capacity(script.len());
    let mut last = 0;
    for token in tokens(tree.root_node()) {
        let Some(gap) = script.get(last..token.start_byte()) else {
            continue;
        };
        let words = written(token, script, &names);
        if let (Some(before), Some(after)) = (short.chars().next_back(), words.chars().next()) {
            if gap.contains('\n') && !";{,([=&|?:".contains(before) && !"}]),.?:&|".contains(after) {
                short.push('\n');
            } else if needs_blank(before, after) {
                short.push(' ');
            }
        }
        short.push_str(&words);
        last = token.end_byte();
    }
    short.push('\n');
    short
}

/// Every node, from the first to the last.
fn nodes(root: Node) -> Vec<Node> {
    let mut nodes = vec![root];
    // One cursor for all: a new one for each node costs more than everything else.
    let mut cursor = root.walk();
    let mut depth = 0_usize;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
        } else {
            while depth > 0 && !cursor.goto_next_sibling() {
                cursor.goto_parent();
                depth -= 1;
            }
            if depth == 0 {
                return nodes;
            }
        }
        nodes.push(cursor.node());
    }
}

/// The tokens in order, comments left out.
fn tokens(root: Node) -> Vec<Node> {
    let mut end = 0;
    let mut tokens = Vec::new();
    for node in nodes(root) {
        // What lies in a whole text is part of it.
        if node.start_byte() < end {
            continue;
        }
        let is_whole = WHOLE.contains(&node.kind());
        if is_whole || node.child_count() == 0 {
            end = node.end_byte();
            if node.kind() != "comment" && !node.byte_range().is_empty() {
                tokens.push(node);
            }
        }
    }
    tokens
}

/// A token as it is written, with the shorter names.
fn written(token: Node, script: &str, names: &HashMap<&str, String>) -> String {
    let mut words = String::new();
    let mut last = token.start_byte();
    for node in nodes(token).into_iter().filter(|node| node.kind() == "identifier") {
        if let (Some(before), Some(name)) = (script.get(last..node.start_byte()), names.get(&script[node.byte_range()])) {
            words.push_str(before);
            words.push_str(name);
            last = node.end_byte();
        }
    }
    words.push_str(script.get(last..token.end_byte()).unwrap_or_default());
    words
}

/// The names that a script gives itself, each with a shorter one that it has nowhere. One name is renamed everywhere alike, so that what
/// hides what stays as it was.
fn shorter<'script>(root: Node, script: &'script str) -> HashMap<&'script str, String> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut given: BTreeSet<&str> = BTreeSet::new();
    let mut kept: BTreeSet<&str> = OF_THE_BROWSER.into_iter().chain(RESERVED).collect();
    for node in nodes(root) {
        let Some(text) = script.get(node.byte_range()) else { continue };
        match node.kind() {
            "identifier" => {
                *uses.entry(text).or_default() += 1;
                if node.parent().is_some_and(|parent| gives(parent, node)) {
                    given.insert(text);
                }
            }
            // Its name is also that of the property.
            "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                kept.insert(text);
            }
            _ => {}
        }
    }
    let mut names: Vec<(&str, usize)> = uses
        .iter()
        .map(|(name, uses)| (*name, *uses))
        .filter(|(name, _)| given.contains(name) && !kept.contains(name) && name.len() > 2)
        .collect();
    names.sort_by_key(|(name, uses)| (std::cmp::Reverse(*uses), *name));
    let free = (0..)
        .map(nth)
        .filter(|name| !uses.contains_key(name.as_str()) && !kept.contains(name.as_str()));
    names.into_iter().map(|(name, _)| name).zip(free).collect()
}

/// Whether a node gives a name to something: it is not where that name is only used.
fn gives(parent: Node, name: Node) -> bool {
    let is = |field: &str| parent.child_by_field_name(field).is_some_and(|child| child.id() == name.id());
    GIVEN_IN.contains(&parent.kind())
        && match parent.kind() {
            "variable_declarator" | "function_declaration" => is("name"),
            "arrow_function" | "catch_clause" => is("parameter"),
            "for_in_statement" => is("left"),
            _ => true,
        }
        || parent.kind() == "assignment_pattern" && is("left")
}

/// `a`, `b` … `z`, `aa`, `ab` …
fn nth(number: usize) -> String {
    let digit = |number: usize| char::from(b'a' + (number % 26) as u8);
    match number.checked_div(26) {
        Some(0) | None => digit(number).to_string(),
        Some(first) => nth(first - 1) + &digit(number).to_string(),
    }
}

/// Whether two signs would be read as one word or one operator.
fn needs_blank(before: char, after: char) -> bool {
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$');
    is_word(before) && is_word(after) || before == after && matches!(before, '+' | '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::{compact, nth};

    #[test]
    fn blanks_go_and_words_stay() {
        let script = "// Why.\n(() => {\n  const a = 1; // one\n  let b = `x  ${a + 1}  y`;\n  if (a in b) return / {2}/.test('  ');\n  a + +b - -a\n  \
                      b ++\n  f()\n  [a, b] = [b, a]\n})();\n";
        assert_eq!(
            compact(script),
            "(()=>{const a=1;let b=`x  ${a + 1}  y`;if(a in b)return/ {2}/.test('  ');a+ +b- -a\nb++\nf()\n[a,b]=[b,a]})();\n"
        );
        let chain = "a\n  .b()\n  .c(1,\n    2)\nd()\n";
        assert_eq!(compact(chain), "a.b().c(1,2)\nd()\n");
    }

    #[test]
    fn names_of_its_own_get_shorter_and_all_others_stay() {
        // A property, a name in a string, a name that is both, a global and a name of the browser stay.
        let script = "const count = 1;\nconst row = { count: count, kind: 'count' };\nconst open = (count, ...others) => `${count}-${row.count}${others}`;\n\
                      const state = 2;\nwindow.given = { state };\nfor (const item of others) open(item, Math.max(a, state));\n";
        assert_eq!(
            compact(script),
            "const b=1;const e={count:b,kind:'count'};const open=(b,...c)=>`${b}-${e.count}${c}`;const state=2;window.given={state};for(const d \
             of c)open(d,Math.max(a,state));\n"
        );
        assert_eq!(
            [0, 25, 26, 27, 701, 702].map(nth),
            ["a", "z", "aa", "ab", "zz", "aaa"].map(str::to_owned)
        );
    }

    #[test]
    fn what_is_no_script_stays() {
        assert_eq!(compact("const = ;;; {"), "const = ;;; {");
        assert_eq!(compact(""), "\n");
    }
}
