//! What the YAML formats share: reading a text with caps, and finding the lines of keys.

use std::collections::HashMap;

use serde_json::Value;
use serde_saphyr::{Error, alias_limits, budget, options};

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
        Problem {
            line,
            message: format!("not YAML: {}", fault(&error)),
        }
    })
}

/// What is wrong with a YAML text in one line, in words for whoever wrote it.
pub(crate) fn fault(error: &Error) -> String {
    let error = error.without_snippet();
    let Error::Budget { breach, .. } = error else {
        let rendered = error.to_string();
        return rendered.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
    };
    let rendered = format!("{breach:?}");
    let what = match rendered.split(' ').next().unwrap_or_default() {
        "Aliases" | "Anchors" => "aliases such as `*name` are not read here, or there are too many of them",
        "Depth" => "it is nested too deeply",
        "Documents" => "it holds several documents",
        _ => "it is too large",
    };
    what.to_owned()
}

/// The keys directly below a path of keys, such as `on`, `workflow_dispatch`, `inputs`, and their lines, from 1; of the whole text
/// for an empty path. Works on block style, which is what people write; keys in flow
/// style have no line of their own and are not found.
pub(crate) fn keys_at(text: &str, path: &[&str]) -> Vec<(String, u32)> {
    let mut keys = Vec::new();
    // The keys around a line with their indents; deeper ones than the path are not kept.
    let mut around: Vec<(usize, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let depth = line.len() - content.len();
        while around.last().is_some_and(|(indent, _)| *indent >= depth) {
            around.pop();
        }
        // Something that is no key of the path stands around the line.
        if around.len() > path.len() {
            continue;
        }
        let Some(key) = key_of(content) else { continue };
        if around.len() == path.len() && around.iter().zip(path).all(|((_, key), wanted)| key == wanted) {
            keys.push((key.to_owned(), index as u32 + 1));
        }
        around.push((depth, key));
    }
    keys
}

/// The keys of an object at a path of keys, each with its line; line 1 where the text does not show it.
pub(crate) fn entries<'value>(value: &'value Value, text: &str, path: &[&str]) -> Vec<(&'value str, u32, &'value Value)> {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    let Some(object) = found.and_then(Value::as_object) else {
        return Vec::new();
    };
    let lines: HashMap<String, u32> = keys_at(text, path).into_iter().collect();
    let line = |name: &String| lines.get(name).copied().unwrap_or(1);
    let mut entries: Vec<(&str, u32, &Value)> = object
        .iter()
        .map(|(name, value)| (name.as_str(), line(name), value))
        .collect();
    entries.sort_by_key(|(name, line, _)| (*line, *name));
    entries
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
    use super::{keys_at, read};

    #[test]
    fn keys_are_found_below_a_path_of_keys() {
        let text = "on:\n  workflow_call:\n    inputs:\n      a:\n  workflow_dispatch:\n    inputs:\n      b:\n        default: x\n      c: {}\njobs:\n  inputs:\n    d:\n";
        let of = |path: &[&str]| keys_at(text, path).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(of(&["on", "workflow_dispatch", "inputs"]), ["b", "c"]);
        assert_eq!(of(&[]), ["on", "jobs"]);
        assert_eq!(of(&["jobs"]), ["inputs"]);
    }

    #[test]
    fn keys_have_their_lines() {
        let text = "name: x\njobs:\n  # first\n  build:\n    runs-on: a\n  \"deploy\":\n    runs-on: b\non:\n  push:\n";
        assert_eq!(keys_at(text, &["jobs"]), [("build".to_owned(), 4), ("deploy".to_owned(), 6)]);
        assert_eq!(keys_at(text, &["on"]), [("push".to_owned(), 9)]);
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
