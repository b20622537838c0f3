//! What the JSON formats share: reading a text that may hold comments, and finding the lines of keys.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::finding::Problem;

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
    read(&plain(text))
}

/// The text without comments and without commas in front of a closing bracket; lines stay where they are.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // Where a comma stands that only blanks and comments follow so far.
    let mut comma = None;
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                comma = None;
                plain.push(c);
                while let Some(c) = chars.next() {
                    plain.push(c);
                    match c {
                        '\\' => plain.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                let mut before = ' ';
                chars.next();
                for c in chars.by_ref() {
                    if c == '\n' {
                        plain.push('\n');
                    }
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
            }
            ']' | '}' => {
                if let Some(at) = comma.take() {
                    plain.replace_range(at..=at, " ");
                }
                plain.push(c);
            }
            ',' => {
                comma = Some(plain.len());
                plain.push(c);
            }
            c => {
                if !c.is_whitespace() {
                    comma = None;
                }
                plain.push(c);
            }
        }
    }
    plain
}

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

/// The keys of a top-level object and their lines. The text is known to be JSON, so counting brackets is enough.
fn member_lines(text: &str, parent: &str) -> HashMap<String, u32> {
    let bytes = text.as_bytes();
    let mut keys = HashMap::new();
    let (mut depth, mut line, mut at) = (0_u32, 1_u32, 0);
    let mut is_inside = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => line += 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at;
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let is_key = text.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                let key = text
                    .get(start..=at)
                    .filter(|_| is_key && depth <= 2)
                    .and_then(|key| serde_json::from_str::<String>(key).ok());
                match (depth, key) {
                    (1, Some(key)) => is_inside = key == parent,
                    (2, Some(key)) if is_inside => {
                        keys.insert(key, line);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
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
}
