//! A script without what only its authors need: comments, indentation, blanks between signs. Read by the grammar of the language, so
//! that a string, a template or a pattern is never touched.

use tree_sitter::{Node, Parser};

/// Whole texts in which a blank counts.
const WHOLE: [&str; 3] = ["regex", "string", "template_string"];

/// A script, shorter. One that the grammar cannot read stays as it is.
pub(super) fn compact(script: &str) -> String {
    let mut parser = Parser::new();
    let tree = match parser.set_language(&tree_sitter_javascript::LANGUAGE.into()) {
        Ok(()) => parser.parse(script, None).filter(|tree| !tree.root_node().has_error()),
        Err(_) => None,
    };
    let Some(tree) = tree else { return script.to_owned() };
    let mut short = String::with_capacity(script.len());
    let mut last = 0;
    for token in tokens(tree.root_node()) {
        let (Some(words), Some(gap)) = (script.get(token.byte_range()), script.get(last..token.start_byte())) else {
            continue;
        };
        if let (Some(before), Some(after)) = (short.chars().next_back(), words.chars().next()) {
            if gap.contains('\n') && !";{,([=&|?:".contains(before) && !"}]),.?:&|".contains(after) {
                short.push('\n');
            } else if needs_blank(before, after) {
                short.push(' ');
            }
        }
        short.push_str(words);
        last = token.end_byte();
    }
    short.push('\n');
    short
}

/// The tokens in order, comments left out.
fn tokens(root: Node) -> Vec<Node> {
    let mut tokens = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.kind() == "comment" {
            continue;
        }
        if node.child_count() == 0 || WHOLE.contains(&node.kind()) {
            if !node.byte_range().is_empty() {
                tokens.push(node);
            }
            continue;
        }
        let mut cursor = node.walk();
        let children: Vec<Node> = node.children(&mut cursor).collect();
        open.extend(children.into_iter().rev());
    }
    tokens
}

/// Whether two signs would be read as one word or one operator.
fn needs_blank(before: char, after: char) -> bool {
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$');
    is_word(before) && is_word(after) || before == after && matches!(before, '+' | '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn blanks_go_and_words_stay() {
        let script = "// Why.\n(() => {\n  const a = 1; // one\n  let b = `x  ${a + 1}  y`;\n  if (a in b) return / {2}/.test('  ');\n  a + +b - -a\n  \
                      b ++\n  f()\n  [a, b] = [b, a]\n})();\n";
        assert_eq!(
            compact(script),
            "(()=>{const a=1;let b=`x  ${a + 1}  y`;if(a in b)return/ {2}/.test('  ');a+ +b- -a\nb++\nf()[a,b]=[b,a]})();\n"
        );
        let chain = "a\n  .b()\n  .c(1,\n    2)\nd()\n";
        assert_eq!(compact(chain), "a.b().c(1,2)\nd()\n");
    }

    #[test]
    fn what_is_no_script_stays() {
        assert_eq!(compact("const = ;;; {"), "const = ;;; {");
        assert_eq!(compact(""), "\n");
    }
}
