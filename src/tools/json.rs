//! What the JSON formats share: reading a text that may hold comments, and finding the lines of keys.

use std::collections::HashMap;

use jsonc_parser::ast::Value as Node;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast, parse_to_serde_value};
use serde_json::Value;

use crate::model::finding::Problem;
use crate::model::place::Lines;

/// Reads a JSON object.
pub(crate) fn read(text: &str) -> Result<Value, Problem> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(Value::Object(object)),
        Ok(_) => Err(Problem::of_file("not a JSON object")),
        Err(error) => {
            let described = error.to_string();
            let message = described.split(" at line ").next().unwrap_or_default();
            Err(Problem {
                line: u32::try_from(error.line()).ok().filter(|line| *line > 0),
                message: format!("not JSON: {message}"),
            })
        }
    }
}

/// Reads a JSON object whose text may hold comments and commas behind the last entry, as many tools allow.
pub(crate) fn read_with_comments(text: &str) -> Result<Value, Problem> {
    match parse_to_serde_value(text, &COMMENTED) {
        Ok(Value::Object(object)) => Ok(Value::Object(object)),
        Ok(_) => Err(Problem::of_file("not a JSON object")),
        Err(error) => Err(Problem {
            line: u32::try_from(error.line_display()).ok(),
            message: format!("not JSON: {}", error.kind()),
        }),
    }
}

/// What tools allow in a JSON file that people write, and no more.
const COMMENTED: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The entries of a top-level object, each with its line; line 1 where the text does not show it.
pub(crate) fn entries<'value>(value: &'value Value, text: &str, parent: &str) -> Vec<(&'value str, u32, &'value Value)> {
    let Some(object) = value.get(parent).and_then(Value::as_object) else {
        return Vec::new();
    };
    let lines = member_lines(text, parent);
    let line = |name: &String| lines.get(name).copied().unwrap_or(1);
    let mut entries: Vec<(&str, u32, &Value)> = object
        .iter()
        .map(|(name, value)| (name.as_str(), line(name), value))
        .collect();
    entries.sort_by_key(|(name, line, _)| (*line, *name));
    entries
}

/// The keys of a top-level object and their lines.
fn member_lines(text: &str, parent: &str) -> HashMap<String, u32> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &COMMENTED);
    let Some(Node::Object(root)) = parsed.ok().and_then(|parsed| parsed.value) else {
        return HashMap::new();
    };
    let lines = Lines::of(text);
    let line = |at: usize| lines.line(u32::try_from(at).unwrap_or(u32::MAX));
    // The last of several members with one name is the one that counts.
    let member = root.properties.iter().rev().find(|member| member.name.as_str() == parent);
    match member.map(|member| &member.value) {
        Some(Node::Object(object)) => {
            let keys = object.properties.iter();
            keys.map(|key| (key.name.as_str().to_owned(), line(key.range.start)))
                .collect()
        }
        _ => HashMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{entries, read, read_with_comments};

    #[test]
    fn comments_and_last_commas_are_allowed_where_a_tool_allows_them() {
        let text = "{\n  // why\n  \"tasks\": {\n    \"a\": \"x // y\", /* two\n lines */\n    \"b\": \"a,]\",\n  },\n}\n";
        let value = read_with_comments(text).expect("the text of the test is JSON with comments");
        let found: Vec<(&str, u32)> = entries(&value, text, "tasks")
            .into_iter()
            .map(|(name, line, _)| (name, line))
            .collect();
        assert_eq!(found, [("a", 4), ("b", 6)]);
        assert_eq!(value["tasks"]["b"], "a,]");
        assert!(read(text).is_err());
    }

    #[test]
    fn what_no_tool_allows_is_no_json() {
        for text in [
            "{a: 1}", "{'a': 1}", "{\"a\": 0x1}", "{\"a\": 1 \"b\": 2}", "[1]", "{\"a\":", "",
        ] {
            assert!(read_with_comments(text).is_err(), "{text}");
        }
        let deep = format!("{{\"a\": {}", "[".repeat(100_000));
        assert!(read_with_comments(&deep).is_err());
    }
}
