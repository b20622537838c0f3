//! Front matter: YAML between `---` lines, or TOML between `+++` lines, at the very start of a text.
//!
//! Of 1,664 real front matters all were YAML. The lines give the places and the words as written (`version: 1.10` is not 1.1); the
//! YAML reader gives lists and tells whether the whole is sound.

use serde_json::Value;

use crate::model::finding::Problem;
use crate::model::place::Span;
use crate::model::runbook::{Carrier, Field};
use crate::parse::runbook::metadata::entry::FIELD;
use crate::tools::yaml::fault;

/// Bytes of front matter that are read at most; real ones are a fiftieth of it.
const MAX_BYTES: usize = 64 * 1024;

/// Front matter as it was found.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// Where it stands, fences included.
    pub(crate) span: Span,
    /// The fields of the top level, in writing order.
    pub(crate) fields: Vec<FrontField>,
    /// The value of `reviewed`, where it is a map and not a date.
    pub(crate) reviewed: Option<Value>,
    /// The value of `gates`: a map, a list, or a line.
    pub(crate) gates: Option<Value>,
    /// Whether it speaks of gates and could not be read.
    pub(crate) has_unread_gates: bool,
}

/// A field of front matter.
#[derive(Debug)]
pub(crate) struct FrontField {
    /// The field as a line of text.
    pub(crate) field: Field,
    /// The elements, where the value is a list; the value itself otherwise.
    pub(crate) elements: Vec<String>,
}

/// The front matter of a text, if it has one.
pub(crate) fn front_matter(text: &str, problems: &mut Vec<Problem>) -> Option<FrontMatter> {
    let first = text.lines().next()?.trim_end();
    let is_yaml = match first {
        "---" => true,
        "+++" => false,
        _ => return None,
    };
    let start = text.find('\n')? + 1;
    let mut end = None;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let words = line.trim_end();
        if words == first || (is_yaml && words == "...") {
            end = Some((at, at + line.len()));
            break;
        }
        if at - start > MAX_BYTES {
            if looks_like_fields(&text[start..at], is_yaml) {
                problems.push(Problem::at(
                    1,
                    format!("the front matter is larger than {MAX_BYTES} bytes and was not read"),
                ));
            }
            return None;
        }
        at += line.len();
    }
    let (content_end, end) = end?;
    let content = &text[start..content_end];
    if !looks_like_fields(content, is_yaml) {
        // Two rules with text between them.
        return None;
    }
    let parsed = if is_yaml { yaml(content) } else { toml(content) };
    let mut has_unread_gates = false;
    let parsed = parsed.unwrap_or_else(|problem| {
        problems.push(problem);
        let start = if is_yaml { "gates:" } else { "[gates" };
        has_unread_gates = content
            .lines()
            .any(|line| line.starts_with(start) || line.starts_with("gates ="));
        serde_json::Map::new()
    });
    let fields = fields(text, Span::new(start, content_end), if is_yaml { ':' } else { '=' }, &parsed);
    Some(FrontMatter {
        span: Span::new(0, end),
        fields,
        gates: parsed.get("gates").cloned(),
        has_unread_gates,
        reviewed: parsed.get(FIELD).filter(|value| value.is_object()).cloned(),
    })
}

/// Whether the first words are a key, so that the block is no text between two rules.
fn looks_like_fields(content: &str, is_yaml: bool) -> bool {
    let mut lines = content.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.find(|line| !line.starts_with('#'));
    match first {
        None => true,
        Some(line) if is_yaml => line.starts_with('{') || key_of(line, ':').is_some(),
        Some(line) => line.starts_with('[') || key_of(line, '=').is_some(),
    }
}

/// The key that a line begins with and where the value starts.
fn key_of(line: &str, separator: char) -> Option<(&str, usize)> {
    let at = line.find(separator)?;
    let key = line[..at].trim_end();
    let bare = key.trim_matches(['"', '\'']);
    let is_key = !bare.is_empty()
        && bare.len() <= 100
        && bare
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ' ' | '/'))
        && bare.starts_with(|char: char| char.is_alphabetic() || char == '_');
    let is_free = separator == '=' || line[at + 1..].starts_with([' ', '\t']) || line.len() == at + 1;
    (is_key && is_free).then_some((bare, at + 1))
}

fn yaml(content: &str) -> Result<serde_json::Map<String, Value>, Problem> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_aliases = 0;
    budget.max_depth = 16;
    budget.flow_nesting_limit = 16;
    budget.max_nodes = 5_000;
    budget.max_events = 20_000;
    budget.max_documents = 1;
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    match serde_saphyr::from_str_with_options::<Value>(content, options) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(serde_json::Map::new()),
        Ok(_) => Err(Problem::at(1, "the front matter is not a list of fields")),
        Err(error) => {
            // The content starts on the second line of the file.
            let line = error.location().map_or(1, |location| location.line() as u32 + 1);
            Err(Problem::at(
                line,
                format!("the front matter is not sound YAML: {}", fault(&error)),
            ))
        }
    }
}

fn toml(content: &str) -> Result<serde_json::Map<String, Value>, Problem> {
    let table: toml::Table = content.parse().map_err(|error: toml::de::Error| {
        let offset = error.span().map_or(0, |span| span.start.min(content.len()));
        let line = content.get(..offset).unwrap_or_default().matches('\n').count() as u32 + 2;
        Problem::at(
            line,
            format!("the front matter is not sound TOML: {}", first_line(error.message())),
        )
    })?;
    let value = |value: toml::Value| match value {
        toml::Value::Array(elements) => Value::Array(elements.iter().map(|element| Value::String(bare(element))).collect()),
        other => Value::String(bare(&other)),
    };
    let entry = |(key, element): (String, toml::Value)| {
        // Gates are maps in maps; everything else is a line.
        let whole = (key == "gates").then(|| serde_json::to_value(&element).ok()).flatten();
        let value = whole.unwrap_or_else(|| value(element));
        (key, value)
    };
    Ok(table.into_iter().map(entry).collect())
}

fn bare(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default().trim_end_matches('.')
}

/// The fields of the top level, by their lines.
fn fields(text: &str, content: Span, separator: char, parsed: &serde_json::Map<String, Value>) -> Vec<FrontField> {
    let mut starts = Vec::new();
    let mut at = content.start as usize;
    for line in content.of(text).split_inclusive('\n') {
        let words = line.trim_end();
        if separator == '=' && words.trim_start().starts_with('[') {
            // A table of TOML ends the fields of the top level.
            starts.push((at, None));
        } else if !words.starts_with([' ', '\t', '#', '-'])
            && let Some((key, value)) = key_of(words, separator)
        {
            starts.push((at, Some((key, at + value))));
        }
        at += line.len();
    }
    let mut fields = Vec::new();
    for (index, (start, key)) in starts.iter().enumerate() {
        let Some((key, value_start)) = key else { break };
        let end = starts.get(index + 1).map_or(content.end as usize, |(next, _)| *next);
        let written = text.get(*value_start..end).unwrap_or_default().trim();
        let (value, elements) = match parsed.get(*key) {
            Some(Value::Array(elements)) => {
                let elements: Vec<String> = elements.iter().map(scalar).filter(|element| !element.is_empty()).collect();
                (elements.join(", "), elements)
            }
            Some(Value::String(parsed)) if written.contains('\n') || written.starts_with(['"', '\'', '|', '>']) => {
                let value = parsed.trim().to_owned();
                (value.clone(), vec![value])
            }
            _ => {
                let value = without_comment(written.lines().next().unwrap_or_default());
                (value.clone(), vec![value])
            }
        };
        let end = *value_start + text.get(*value_start..end).unwrap_or_default().trim_end().len();
        fields.push(FrontField {
            field: Field {
                key: (*key).to_owned(),
                value,
                span: Span::new(*start, end),
                carrier: Carrier::FrontMatter,
            },
            elements,
        });
    }
    fields
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(words) => words.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value without the comment behind it and without its quotes.
fn without_comment(value: &str) -> String {
    let value = value.trim();
    if let Some(quote @ ('"' | '\'')) = value.chars().next()
        && let Some(end) = value[1..].find(quote)
    {
        return value[1..=end].to_owned();
    }
    let end = value.find(" #").unwrap_or(value.len());
    let value = value[..end].trim_end();
    if value.starts_with('#') {
        String::new()
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::front_matter;

    fn read(text: &str) -> (Vec<(String, String, String)>, Vec<String>) {
        let mut problems = Vec::new();
        let fields = front_matter(text, &mut problems).map_or(Vec::new(), |front| {
            front
                .fields
                .iter()
                .map(|field| {
                    (
                        field.field.key.clone(),
                        field.elements.join("|"),
                        field.field.span.of(text).to_owned(),
                    )
                })
                .collect()
        });
        let problems = problems
            .into_iter()
            .map(|problem| format!("{}: {}", problem.line.unwrap_or_default(), problem.message))
            .collect();
        (fields, problems)
    }

    fn field(key: &str, value: &str, words: &str) -> (String, String, String) {
        (key.to_owned(), value.to_owned(), words.to_owned())
    }

    #[test]
    fn yaml_fields_keep_their_words_and_places() {
        let text = "---\ntitle: \"Roll: back\" # sic\nversion: 1.10\nlast_reviewed_on: 2025-04-8\r\nreview_in: 12 months  \nowner:\n  - https://example.org/a\n  - b\nempty:\n---\n# T\n";
        let (fields, problems) = read(text);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(
            fields,
            [
                field("title", "Roll: back", "title: \"Roll: back\" # sic"),
                field("version", "1.10", "version: 1.10"),
                field("last_reviewed_on", "2025-04-8", "last_reviewed_on: 2025-04-8"),
                field("review_in", "12 months", "review_in: 12 months"),
                field("owner", "https://example.org/a|b", "owner:\n  - https://example.org/a\n  - b"),
                field("empty", "", "empty:"),
            ]
        );
    }

    #[test]
    fn toml_is_read_until_its_first_table() {
        let (fields, problems) =
            read("+++\ntitle = \"T\"\nowners = [\"a\", \"b\"]\nreviewed = 2025-11-01\n[extra]\nx = 1\n+++\n");
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(
            fields,
            [
                field("title", "T", "title = \"T\""),
                field("owners", "a|b", "owners = [\"a\", \"b\"]"),
                field("reviewed", "2025-11-01", "reviewed = 2025-11-01"),
            ]
        );
    }

    #[test]
    fn rules_around_text_are_no_front_matter() {
        for text in [
            "---\n\nSome words.\n\n---\n",
            "---\nSome words here\n---\n",
            "---\ntitle: x\n",
            "# T\n---\na: b\n---\n",
            "",
        ] {
            let mut problems = Vec::new();
            assert!(front_matter(text, &mut problems).is_none(), "{text:?}");
            assert!(problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn unsound_yaml_is_reported_and_read_line_by_line() {
        let (fields, problems) = read("---\ntitle: T\nlast_reviewed: 2025-11-01\nbad: [a\n---\n");
        assert_eq!(fields[1], field("last_reviewed", "2025-11-01", "last_reviewed: 2025-11-01"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("not sound YAML"), "{problems:?}");
    }

    #[test]
    fn aliases_and_depth_are_refused() {
        let bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n";
        assert!(read(bomb).1[0].contains("not sound YAML"));
        let deep = format!("---\na: {}{}\n---\n", "[".repeat(60), "]".repeat(60));
        assert!(read(&deep).1[0].contains("not sound YAML"));
    }

    #[test]
    fn huge_front_matter_is_not_read() {
        let text = format!("---\ntitle: T\n{}---\n", "k: v\n".repeat(20_000));
        let (fields, problems) = read(&text);
        assert!(fields.is_empty());
        assert_eq!(problems, ["1: the front matter is larger than 65536 bytes and was not read"]);
    }
}
