//! Reading the fields of a map by name, with their lines.

use serde_json::{Map, Value};

use crate::model::finding::Problem;
use crate::tools::yaml;

/// A map that is read field by field; what was not asked for is told at the end.
pub(super) struct Fields<'text> {
    map: Map<String, Value>,
    lines: Vec<(String, u32)>,
    text: &'text str,
}

impl<'text> Fields<'text> {
    /// The map that a whole text is.
    pub(super) fn of_text(text: &'text str) -> Result<Self, Problem> {
        match yaml::read(text)? {
            Value::Object(map) => Ok(Self {
                map,
                lines: yaml::keys_at(text, &[]),
                text,
            }),
            _ => Err(Problem::of_file("it must be a list of keys and values")),
        }
    }

    /// A map inside a text, whose keys have no lines of their own.
    pub(super) fn inner(map: Map<String, Value>, text: &'text str) -> Self {
        Self {
            map,
            lines: Vec::new(),
            text,
        }
    }

    /// The line of a key.
    pub(super) fn line(&self, key: &str) -> Option<u32> {
        self.lines.iter().find(|(name, _)| name == key).map(|(_, line)| *line)
    }

    /// The words of a field; numbers and booleans as they are written.
    pub(super) fn words(&mut self, key: &str) -> Option<String> {
        let words = match self.map.remove(key)? {
            Value::String(words) => words.split_whitespace().collect::<Vec<_>>().join(" "),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => return None,
        };
        (!words.is_empty()).then_some(words)
    }

    /// The words of a list, or of one text with commas.
    pub(super) fn list(&mut self, key: &str) -> Vec<String> {
        let split = |words: &str| -> Vec<String> {
            let parts = words.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        match self.map.remove(key) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(words)) => split(&words),
            _ => Vec::new(),
        }
    }

    /// A map below a key.
    pub(super) fn map(&mut self, key: &str) -> Option<Fields<'text>> {
        match self.map.remove(key)? {
            Value::Object(map) => Some(Self::inner(map, self.text)),
            _ => None,
        }
    }

    /// The items below a key that are maps.
    pub(super) fn maps(&mut self, key: &str) -> Vec<Fields<'text>> {
        match self.map.remove(key) {
            Some(Value::Array(items)) => items
                .into_iter()
                .filter_map(|item| match item {
                    Value::Object(map) => Some(Self::inner(map, self.text)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What was not asked for, as problems.
    pub(super) fn unknown(self, known: &[&str]) -> Vec<Problem> {
        let keys = self.map.keys();
        keys.map(|key| Problem {
            line: self.lines.iter().find(|(name, _)| name == key).map(|(_, line)| *line),
            message: format!("there is no key `{key}` here; the keys are {}", known.join(", ")),
        })
        .collect()
    }
}
