//! Metadata in the words of a text: bold, italic, plain lines, tables, comments.

use std::ops::Range;

use crate::command::mapped::one_line;
use crate::model::place::Span;
use crate::model::runbook::{Carrier, Field};
use crate::parse::month::month;
use crate::parse::runbook::ignore::is_ignore;
use crate::parse::runbook::metadata::date::date;
use crate::parse::runbook::metadata::key::{MAX_KEY, Meaning, meaning};
use crate::parse::runbook::outline::{Block, BlockKind, Outline};

/// Characters that separate pairs on one line.
const SEPARATORS: &[char] = &['|', '·', '•', ';', '—', '–'];

/// Longest comment that is read; longer ones hold text that was taken out.
const MAX_COMMENT: usize = 2_000;

/// Words that a bold key may have when it is not one of the known ones.
const MAX_FREE_WORDS: usize = 4;

/// Bold words that open a remark, not a field.
const REMARKS: &[&str] = &[
    "note", "warning", "important", "tip", "caution", "example", "prerequisites", "goals", "summary",
];

/// The fields in the words of a block.
pub(crate) fn of_block(outline: &Outline, block: &Block, fields: &mut Vec<Field>) {
    let before = fields.len();
    keyed_by(outline, block, outline.strong_of(block), Carrier::Bold, fields);
    if fields.len() == before {
        keyed_by(outline, block, outline.emphasis_of(block), Carrier::Italic, fields);
    }
    if fields.len() == before {
        plain_lines(outline, block, fields);
    }
    // In a list of roles, "Owner" is a role and its value a duty.
    let is_role_list = || {
        block.section.is_some_and(|section| {
            let title = outline.headings[section].title.to_lowercase();
            title.contains("role") || title.contains("responsib")
        })
    };
    if fields.len() > before && is_role_list() {
        fields.truncate(before);
    }
}

/// Pairs whose key is bold or italic: `**Key:** value`, `**Key**: value`, `_Key: value_`.
fn keyed_by(outline: &Outline, block: &Block, marked: &[Range<usize>], carrier: Carrier, fields: &mut Vec<Field>) {
    let text = &outline.plain.text;
    for (index, range) in marked.iter().enumerate() {
        let words = text.get(range.clone()).unwrap_or_default();
        // The key, and where its value begins.
        let pair = if let Some((key, _)) = words.split_once(':') {
            let is_whole = words.trim_end().ends_with(':');
            (is_whole || carrier == Carrier::Italic).then(|| (key, range.start + key.len() + 1))
        } else {
            let behind = text.get(range.end..block.plain.end).unwrap_or_default();
            let colon = behind.len() - behind.trim_start_matches(' ').len();
            behind[colon..].starts_with(':').then_some((words, range.end + colon + 1))
        };
        let Some((key, value_start)) = pair else { continue };
        if !is_key(outline, block, range.start, key, carrier) {
            continue;
        }
        let next = marked.get(index + 1).map_or(block.plain.end, |next| next.start);
        let limit = if carrier == Carrier::Italic && range.end > value_start {
            range.end.min(next)
        } else {
            next
        };
        push(outline, key, range.start, value_start..limit, carrier, fields);
    }
}

/// Whether marked words are the key of a field: a known one anywhere, any short one in the head of the text.
fn is_key(outline: &Outline, block: &Block, at: usize, key: &str, carrier: Carrier) -> bool {
    let key = key.trim();
    if key.is_empty() || key.len() > MAX_KEY {
        return false;
    }
    let is_head = block.kind == BlockKind::Paragraph
        && block.item.is_none()
        && block
            .section
            .is_none_or(|section| section == 0 && outline.headings[0].level == 1);
    let is_at_start = outline.plain.text[block.plain.start..at].trim().is_empty();
    match meaning(key) {
        Some(_) => true,
        None => {
            carrier == Carrier::Bold
                && is_head
                && (is_at_start || outline.plain.text[..at].ends_with(['\n', ' ']))
                && key.split_whitespace().count() <= MAX_FREE_WORDS
                && !REMARKS.contains(&key.to_lowercase().as_str())
        }
    }
}

/// Pairs at the beginning of a line: `Key: value`, several behind each other where a separator stands between them.
fn plain_lines(outline: &Outline, block: &Block, fields: &mut Vec<Field>) {
    let mut at = block.plain.start;
    for line in outline.words(block).split_inclusive('\n') {
        if let Some((key, value)) = dated_words(line) {
            let start = at + (line.len() - line.trim_start().len());
            let end = line[value..].find(['|', '·', '•', ';']).map_or(line.len(), |end| value + end);
            push(outline, key, start, at + value..at + end, Carrier::Plain, fields);
        }
        let mut part_start = at;
        for part in line.split_inclusive(SEPARATORS) {
            if let Some((key, value)) = known_pair(part) {
                let start = part_start + (part.len() - part.trim_start().len());
                push(
                    outline,
                    key,
                    start,
                    part_start + value..part_start + part.len(),
                    Carrier::Plain,
                    fields,
                );
            }
            part_start += part.len();
        }
        at += line.len();
    }
}

/// Words without a colon that say when the text was last looked at: "Last reviewed on 2026-03-01", "Last updated by the team, March 2026";
/// the key, and where its value begins. Only what begins so is a date of the text and not of something that it tells.
fn dated_words(line: &str) -> Option<(&str, usize)> {
    let words = line.trim_start();
    let lead = line.len() - words.len();
    if !words.get(..5)?.eq_ignore_ascii_case("last ") {
        return None;
    }
    let ends = words.match_indices([' ', '\n']).map(|(at, _)| at).take(4);
    let end = ends
        .filter(|end| !words[..*end].ends_with(':'))
        .filter(|end| matches!(meaning(&words[..*end]), Some(Meaning::Reviewed | Meaning::Updated)))
        .last()?;
    let value = words[end..].trim_start_matches([' ', '-', '–', '—']);
    let first = value.split_whitespace().next()?.to_lowercase();
    let is_date = matches!(first.as_str(), "by" | "in" | "on")
        || first.starts_with(|char: char| char.is_ascii_digit())
        || month(first.trim_end_matches(['.', ','])).is_some();
    let at = words.len() - value.len();
    (is_date && date(value).is_ok()).then(|| (&words[..end], lead + at))
}

/// A known key that words begin with, and where its value begins.
fn known_pair(words: &str) -> Option<(&str, usize)> {
    let (key, value) = words.split_once(':')?;
    let is_free = value.starts_with([' ', '\t', '\n']);
    let has_value = value.chars().any(char::is_alphanumeric);
    let known = meaning(key)?;
    // "Version: 2" is a field; "Title: ..." and "Id: ..." in prose are examples of something else.
    let is_field = !matches!(known, Meaning::Title | Meaning::Id | Meaning::Documents);
    (is_free && has_value && is_field).then_some((key.trim(), key.len() + 1))
}

/// Adds a field whose value ends with its line.
fn push(outline: &Outline, key: &str, start: usize, value: Range<usize>, carrier: Carrier, fields: &mut Vec<Field>) {
    let text = &outline.plain.text;
    let words = text.get(value.clone()).unwrap_or_default();
    let line = words.find('\n').map_or(words, |at| &words[..at]);
    let is_edge = |char: char| char.is_whitespace() || char == ':' || SEPARATORS.contains(&char);
    let trimmed = line.trim_start_matches(is_edge);
    let lead = line.len() - trimmed.len();
    let trimmed = trimmed.trim_end_matches(|char: char| is_edge(char) || char == ',');
    let value_start = value.start + lead;
    let end = if trimmed.is_empty() {
        value.start
    } else {
        value_start + trimmed.len()
    };
    fields.push(Field {
        key: one_line(key),
        value: trimmed.to_owned(),
        span: outline.plain.span(start..end),
        carrier,
    });
}

/// Rows of two columns: `| Key | value |`. Only known keys count, since most tables of two columns are something else.
pub(crate) fn of_row(outline: &Outline, cells: &[Block], fields: &mut Vec<Field>) {
    let [key, value] = cells else { return };
    let words = outline.line(key);
    let known = meaning(&words).filter(|known| !matches!(known, Meaning::Title | Meaning::Id | Meaning::Documents));
    let text = outline.line(value);
    if known.is_none() || text.is_empty() {
        return;
    }
    fields.push(Field {
        key: words.trim_end_matches(':').to_owned(),
        value: text,
        span: outline.plain.span(key.plain.start..value.plain.end),
        carrier: Carrier::Table,
    });
}

/// Pairs in an HTML comment: `<!-- last_reviewed: 2026-01-05, owner: platform -->`.
pub(crate) fn of_comment(text: &str, comment: Span, fields: &mut Vec<Field>) {
    let words = comment.of(text);
    if words.len() > MAX_COMMENT || is_ignore(words) {
        return;
    }
    let Some(inner) = words.strip_prefix("<!--") else { return };
    let inner = inner.trim_end().strip_suffix("-->").unwrap_or(inner);
    let mut at = comment.start as usize + "<!--".len();
    for part in inner.split_inclusive(['\n', ',', ';', '{', '}', '|']) {
        let mut from = 0;
        // `freshness: { owner: 'a' reviewed: 'b' }` has blanks between its pairs.
        while let Some((key, value)) = next_pair(part, from) {
            let rest = &part[value..];
            let end = value + next_pair(part, value).map_or(rest.len(), |(next, _)| next.start - value);
            let is_edge = |char: char| char.is_whitespace() || matches!(char, '\'' | '"' | ',' | ';' | '{' | '}' | '|' | '*');
            let written = part[value..end].trim_matches(is_edge);
            let lead = part[value..end].len() - part[value..end].trim_start_matches(is_edge).len();
            if !written.is_empty() {
                fields.push(Field {
                    key: part[key.clone()].to_owned(),
                    value: written.to_owned(),
                    span: Span::new(at + key.start, at + value + lead + written.len()),
                    carrier: Carrier::Comment,
                });
            }
            from = end;
        }
        at += part.len();
    }
}

/// The next known key with a colon or an equals sign behind it, and where its value begins.
fn next_pair(words: &str, from: usize) -> Option<(Range<usize>, usize)> {
    let mut search = from;
    while let Some(found) = words.get(search..)?.find([':', '=']) {
        let at = search + found;
        let key = words[from..at].trim_end();
        // The longest run of words before the sign that is a known key.
        let starts = key
            .char_indices()
            .filter(|(start, char)| {
                char.is_alphabetic()
                    && !key[..*start].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | '-' | '/'))
            })
            .map(|(start, _)| start);
        for start in starts.filter(|start| key.len() - start <= MAX_KEY) {
            if meaning(&key[start..]).is_some() {
                return Some((from + start..from + key.len(), at + 1));
            }
        }
        search = at + 1;
    }
    None
}
