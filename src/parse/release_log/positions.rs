//! The line of every member of a JSON text, and the keys that stand twice: what the JSON library does not tell.

use std::collections::BTreeMap;

/// Lines by path, such as `files[2].sha256`.
#[derive(Clone, Debug, Default)]
pub(super) struct Positions {
    lines: BTreeMap<String, u32>,
    /// The paths of keys that stand twice in their object, with the line of the later one.
    pub(super) repeated: Vec<(String, u32)>,
}

/// An open object or array.
struct Frame {
    /// The path of the value with a dot behind it, where the frame is an object below another one.
    path: String,
    /// The number of the next element; none in an object.
    next: Option<u32>,
}

impl Positions {
    /// The line of a value, from 1.
    pub(super) fn line(&self, path: &str) -> Option<u32> {
        self.lines.get(path).copied()
    }

    /// Walks a text that is known to be valid JSON and not deep; anything else gives lines that mean nothing.
    pub(super) fn of(text: &str) -> Self {
        let mut positions = Self::default();
        let mut frames: Vec<Frame> = Vec::new();
        let mut line = 1;
        let mut at = 0;
        // The path of the value that comes next.
        let mut path = String::new();
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let byte = rest.as_bytes()[0];
            let mut width = 1;
            match byte {
                b'\n' => line += 1,
                b'"' => {
                    width = string_width(rest);
                    let is_key = rest.get(width..).is_some_and(|after| after.trim_start().starts_with(':'));
                    if is_key && let Some(frame) = frames.last() {
                        let key: String = serde_json::from_str(rest.get(..width).unwrap_or_default()).unwrap_or_default();
                        path = format!("{}{key}", frame.path);
                        if positions.lines.insert(path.clone(), line).is_some() {
                            positions.repeated.push((path.clone(), line));
                        }
                    } else {
                        positions.element(&mut frames, line);
                    }
                }
                b'{' | b'[' => {
                    if let Some(element) = positions.element(&mut frames, line) {
                        path = element;
                    }
                    frames.push(Frame {
                        next: (byte == b'[').then_some(0),
                        path: match byte {
                            b'{' if !path.is_empty() => format!("{path}."),
                            _ => path.clone(),
                        },
                    });
                }
                b'}' | b']' => {
                    frames.pop();
                }
                b' ' | b'\t' | b'\r' | b',' | b':' => {}
                _ => {
                    width = rest.find([',', ']', '}', '\n', ' ', '\r', '\t']).unwrap_or(rest.len()).max(1);
                    positions.element(&mut frames, line);
                }
            }
            at += width;
        }
        positions
    }

    /// Counts a value that begins as an element, and gives its path. A value of an object was counted with its key.
    fn element(&mut self, frames: &mut [Frame], line: u32) -> Option<String> {
        let frame = frames.last_mut()?;
        let next = frame.next.as_mut()?;
        let path = format!("{}[{next}]", frame.path);
        *next += 1;
        self.lines.insert(path.clone(), line);
        Some(path)
    }
}

/// The width of the string that a text begins with, quotes included.
fn string_width(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::Positions;

    #[test]
    fn every_member_has_its_line() {
        let text =
            "{\n \"a\": 1,\n \"b\": [ {\"c\": \"x\\\"]\"},\n  [true, {\"d\": null}] ],\n \"a\": {\"e\": {\n \"f\": -1.5}}\n}\n";
        let positions = Positions::of(text);
        for (path, line) in [
            ("b", 3),
            ("b[0]", 3),
            ("b[0].c", 3),
            ("b[1]", 4),
            ("b[1][0]", 4),
            ("b[1][1].d", 4),
            ("a", 5),
            ("a.e.f", 6),
        ] {
            assert_eq!(positions.line(path), Some(line), "{path}");
        }
        assert_eq!(positions.repeated, [("a".to_owned(), 5)]);
        assert_eq!(positions.line("nothing"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_walked(text in "[\\[\\]{}:,\"\\\\a1é \n]{0,60}") {
            let _ = Positions::of(&text);
        }
    }
}
