//! What the TOML formats share: reading a text, and finding the lines of keys.

use std::collections::HashMap;

use ::toml::{Table, Value};

use crate::model::finding::Problem;

/// Reads a TOML text.
pub(crate) fn read(text: &str) -> Result<Table, Problem> {
    text.parse::<Table>().map_err(|error| Problem {
        line: error.span().map(|span| line_at(text, span.start)),
        message: format!("not TOML: {}", error.message().lines().next().unwrap_or_default()),
    })
}

fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() as u32 + 1
}

/// The value at a path of keys.
pub(crate) fn at<'table>(table: &'table Table, path: &[&str]) -> Option<&'table Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

/// The entries of the table at a path of keys, each with its line; line 1 where the text does not show it.
pub(crate) fn entries<'table>(table: &'table Table, text: &str, path: &[&str]) -> Vec<(&'table str, u32, &'table Value)> {
    let Some(found) = at(table, path).and_then(Value::as_table) else {
        return Vec::new();
    };
    let lines = key_lines(text, path);
    let line = |name: &String| lines.get(name.as_str()).copied().unwrap_or(1);
    let mut entries: Vec<(&str, u32, &Value)> = found.iter().map(|(name, value)| (name.as_str(), line(name), value)).collect();
    entries.sort_by_key(|(name, line, _)| (*line, *name));
    entries
}

/// The first line that gives each key of a table a value: `[path.key]`, or `key =` below `[path]`.
fn key_lines<'text>(text: &'text str, path: &[&str]) -> HashMap<&'text str, u32> {
    let mut lines = HashMap::new();
    let mut header: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let number = index as u32 + 1;
        if let Some(inner) = line.strip_prefix('[') {
            header = keys_of(inner.trim_start_matches('[').split(']').next().unwrap_or_default());
            if header.len() > path.len() && header.iter().zip(path).all(|(key, wanted)| key == wanted) {
                lines.entry(header[path.len()]).or_insert(number);
            }
        } else if let Some((key, _)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let mut whole = header.clone();
            whole.extend(keys_of(key));
            if whole.len() > path.len() && whole.iter().zip(path).all(|(key, wanted)| key == wanted) {
                lines.entry(whole[path.len()]).or_insert(number);
            }
        }
    }
    lines
}

/// The parts of a dotted key such as `tasks."db:reset".run`.
fn keys_of(written: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    let mut rest = written.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (key, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        keys.push(key.trim());
        rest = after.trim_start().trim_start_matches('.').trim_start();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::{entries, keys_of, read};

    #[test]
    fn entries_have_their_lines() {
        let text = "[tasks]\nbuild = 'x'\n\n[tasks.\"db:reset\"]\nrun = 'y'\n[tasks.lint]\nrun = 'z'\n[env]\nbuild = 1\n";
        let table = read(text).expect("the text of the test is TOML");
        let found: Vec<(&str, u32)> = entries(&table, text, &["tasks"])
            .into_iter()
            .map(|(name, line, _)| (name, line))
            .collect();
        assert_eq!(found, [("build", 2), ("db:reset", 4), ("lint", 6)]);
        assert_eq!(keys_of("a.\"b.c\".d"), ["a", "b.c", "d"]);
        assert!(entries(&table, text, &[]).is_empty());
    }

    #[test]
    fn a_broken_text_names_its_line() {
        assert_eq!(read("[alias]\nb = \n").unwrap_err().line, Some(2));
    }
}
