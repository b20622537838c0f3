//! A strict reader of the markup that the site writes, for tests. It accepts only what the site may write: lower-case tags, quoted
//! attributes, every element closed. Whatever an author smuggled in would not fit.

use std::collections::BTreeMap;

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// An element begins (or stands alone).
    Open(String, BTreeMap<String, String>),
    /// An element ends.
    Close(String),
    /// Text, decoded.
    Text(String),
}

/// Elements without an end.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta", "col", "wbr"];

/// Reads markup into tokens.
///
/// # Panics
///
/// On anything that the site may not write.
pub(crate) fn read(html: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or(html);
    while !rest.is_empty() {
        let end = rest.find('<').unwrap_or(rest.len());
        if end > 0 {
            assert!(!rest[..end].contains('>'), "a bare `>` in {:?}", &rest[..end]);
            tokens.push(Token::Text(decode(&rest[..end])));
            rest = &rest[end..];
            continue;
        }
        let inside = &rest[1..];
        if let Some(name) = inside.strip_prefix('/') {
            let (name, after) = name.split_once('>').expect("an end tag ends");
            let last = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
            assert_eq!(
                last,
                name,
                "closed in the wrong order near {:?}",
                &rest[..rest.len().min(200)]
            );
            tokens.push(Token::Close(name.to_owned()));
            rest = after;
            continue;
        }
        let length = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = inside[..length].to_owned();
        assert!(!name.is_empty(), "no element begins like {:?}", &rest[..rest.len().min(60)]);
        let mut attributes = BTreeMap::new();
        let mut left = &inside[length..];
        let is_alone = loop {
            if let Some(after) = left.strip_prefix("/>") {
                left = after;
                break true;
            }
            if let Some(after) = left.strip_prefix('>') {
                left = after;
                break false;
            }
            left = left
                .strip_prefix(' ')
                .unwrap_or_else(|| panic!("bad attribute near {:?}", &left[..left.len().min(60)]));
            let length = left.find(['=', ' ', '>', '/', '"', '\'', '<']).expect("an attribute ends");
            let attribute = left[..length].to_owned();
            left = &left[length..];
            let mut value = String::new();
            if let Some(quoted) = left.strip_prefix("=\"") {
                let (words, after) = quoted.split_once('"').expect("a value ends");
                assert!(!words.contains('<'), "a bare `<` in {words:?}");
                value = decode(words);
                left = after;
            }
            assert!(
                attributes.insert(attribute.clone(), value).is_none(),
                "{attribute} stands twice"
            );
        };
        let is_void = VOID.contains(&name.as_str());
        if is_alone {
            assert!(open.iter().any(|name| name == "svg"), "only drawings stand alone: {name}");
        } else if !is_void {
            open.push(name.clone());
        }
        tokens.push(Token::Open(name, attributes));
        rest = left;
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    tokens
}

/// Text without entities.
pub(crate) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let known = [
            ("amp;", '&'),
            ("lt;", '<'),
            ("gt;", '>'),
            ("quot;", '"'),
            ("#39;", '\''),
            ("nbsp;", '\u{a0}'),
        ];
        let (name, character) = known
            .into_iter()
            .find(|(name, _)| after.starts_with(name))
            .unwrap_or_else(|| panic!("a bare `&` before {:?}", &after[..after.len().min(20)]));
        decoded.push(character);
        rest = &after[name.len()..];
    }
    decoded.push_str(rest);
    decoded
}

/// All text of some tokens, joined.
pub(crate) fn text_of(tokens: &[Token]) -> String {
    tokens
        .iter()
        .filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}
