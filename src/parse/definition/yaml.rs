//! What the YAML formats share: reading a text with caps, and finding the lines of keys.

use serde_json::Value;
use serde_saphyr::{alias_limits, budget, options};

use crate::model::finding::Problem;

/// Reads a YAML text as a JSON value. Depth, size and the replay of aliases are capped, so that a few lines cannot become gigabytes.
pub(crate) fn read(text: &str) -> Result<Value, Problem> {
    let options = options! {
        budget: budget! {
            max_depth: 100,
            max_nodes: 200_000,
            max_aliases: 500,
            max_anchors: 200,
            max_documents: 1,
        },
        alias_limits: alias_limits! { max_total_replayed_events: 20_000 },
    };
    serde_saphyr::from_str_with_options::<Value>(text, options).map_err(|error| {
        let line = error
            .location()
            .map(|location| location.line() as u32)
            .filter(|line| *line > 0);
        let rendered = error.without_snippet().to_string();
        let message = rendered.lines().next().unwrap_or_default().trim_end_matches('.');
        Problem {
            line,
            message: format!("not YAML: {message}"),
        }
    })
}

/// The keys directly below a top-level key and their lines, from 1. Works on block style, which is what people write; keys in flow
/// style have no line of their own and are not found.
pub(crate) fn keys_below(text: &str, parent: &str) -> Vec<(String, u32)> {
    let mut keys = Vec::new();
    let mut inside = false;
    let mut indent = None;
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let depth = line.len() - content.len();
        if depth == 0 {
            inside = key_of(content) == Some(parent);
            indent = None;
            continue;
        }
        if !inside || *indent.get_or_insert(depth) != depth {
            continue;
        }
        if let Some(key) = key_of(content) {
            keys.push((key.to_owned(), index as u32 + 1));
        }
    }
    keys
}

/// The key of a line such as `build-images:` or `"on": push`.
fn key_of(content: &str) -> Option<&str> {
    let (key, rest) = if let Some(quote) = content.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        content[1..].split_once(quote)?
    } else {
        let end = content
            .find(": ")
            .or_else(|| content.trim_end().strip_suffix(':').map(str::len))?;
        content.split_at(end)
    };
    rest.trim_start().starts_with(':').then_some(key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{keys_below, read};

    #[test]
    fn keys_have_their_lines() {
        let text = "name: x\njobs:\n  # first\n  build:\n    runs-on: a\n  \"deploy\":\n    runs-on: b\non:\n  push:\n";
        assert_eq!(keys_below(text, "jobs"), [("build".to_owned(), 4), ("deploy".to_owned(), 6)]);
        assert_eq!(keys_below(text, "on"), [("push".to_owned(), 9)]);
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut lines = vec!["a: &a [x, x, x, x, x, x, x, x, x, x]".to_owned()];
        for (before, name) in ["a", "b", "c", "d", "e", "f", "g", "h"]
            .iter()
            .zip(["b", "c", "d", "e", "f", "g", "h", "i"])
        {
            lines.push(format!("{name}: &{name} [{}]", vec![format!("*{before}"); 10].join(", ")));
        }
        assert!(read(&lines.join("\n")).is_err());
    }

    #[test]
    fn a_broken_text_names_its_line() {
        let problem = read("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert!(problem.line.is_some());
        assert!(problem.message.starts_with("not YAML: "), "{}", problem.message);
    }
}
