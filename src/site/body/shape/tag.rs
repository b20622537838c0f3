//! HTML of an author cut into tags, comments and words. Only the cut: what a tag may become, `shape` decides.

use quick_xml::escape::resolve_html5_entity;

/// A piece of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'html> {
    /// A tag that is written whole.
    Tag(Tag<'html>),
    /// A comment that is closed.
    Comment(&'html str),
    /// Anything else.
    Words(&'html str),
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag<'html> {
    /// Its name in small letters.
    pub(super) name: String,
    /// Whether it closes an element.
    pub(super) closes: bool,
    /// Its attributes: names in small letters, values with entities resolved.
    pub(super) attributes: Vec<(String, String)>,
    /// As it was written.
    pub(super) raw: &'html str,
}

impl Tag<'_> {
    /// The value of an attribute; of two the first counts, as in browsers.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Cuts HTML into pieces. All pieces together are the input.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut words = 0;
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|offset| at + offset) {
        let rest = &html[start..];
        let found = if let Some(after) = rest.strip_prefix("<!--") {
            after.find("-->").map(|end| {
                let length = 4 + end + 3;
                (Piece::Comment(&rest[..length]), length)
            })
        } else {
            tag(rest).map(|tag| {
                let length = tag.raw.len();
                (Piece::Tag(tag), length)
            })
        };
        let Some((piece, length)) = found else {
            at = start + 1;
            continue;
        };
        if words < start {
            pieces.push(Piece::Words(&html[words..start]));
        }
        pieces.push(piece);
        at = start + length;
        words = at;
    }
    if words < html.len() {
        pieces.push(Piece::Words(&html[words..]));
    }
    pieces
}

/// The tag that a text begins with.
fn tag(text: &str) -> Option<Tag<'_>> {
    let inside = text.strip_prefix('<')?;
    let (closes, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let end = inside
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '-')
        .unwrap_or(inside.len());
    let name = inside
        .get(..end)
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))?;
    let mut rest = &inside[end..];
    let mut attributes = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        if let Some(after) = trimmed.strip_prefix('>') {
            let raw = &text[..text.len() - after.len()];
            return Some(Tag {
                name: name.to_ascii_lowercase(),
                closes,
                attributes,
                raw,
            });
        }
        if let Some(after) = trimmed.strip_prefix('/') {
            rest = after;
            continue;
        }
        if trimmed.len() == rest.len() {
            // Something else than a blank stands behind the name: this is no tag.
            return None;
        }
        let (attribute, after) = attribute(trimmed)?;
        attributes.push(attribute);
        rest = after;
        if !rest.starts_with([' ', '\t', '\n', '\r', '\u{c}', '/', '>']) {
            return None;
        }
    }
}

/// The attribute that a text begins with, and what follows.
fn attribute(text: &str) -> Option<((String, String), &str)> {
    let end = text.find([' ', '\t', '\n', '\r', '\u{c}', '=', '>', '/', '"', '\'', '<', '`'])?;
    if end == 0 {
        return None;
    }
    let name = text[..end].to_ascii_lowercase();
    let rest = &text[end..];
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return Some(((name, String::new()), rest));
    };
    let value = value.trim_start();
    if let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let (inside, after) = value[1..].split_once(quote)?;
        return Some(((name, decoded(inside)), after));
    }
    let end = value.find([' ', '\t', '\n', '\r', '\u{c}', '>', '"', '\'', '<', '`', '='])?;
    (end > 0).then(|| ((name, decoded(&value[..end])), &value[end..]))
}

/// Words with their entities resolved; what is no entity stays as it is.
pub(super) fn decoded(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| !name.is_empty() && name.len() <= 32);
        if let Some((character, after)) = entity.and_then(|(name, after)| Some((resolved(name)?, after))) {
            text.push_str(&character);
            rest = after;
        } else {
            text.push('&');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

fn resolved(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(ToOwned::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|character| *character != '\0').map(String::from)
}

#[cfg(test)]
mod tests {
    use super::{Piece, decoded, pieces};

    fn tags(html: &str) -> Vec<(String, bool, usize)> {
        pieces(html)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Tag(tag) => Some((tag.name, tag.closes, tag.attributes.len())),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn tags_are_told_from_what_only_looks_like_one() {
        assert_eq!(
            tags("<P align=\"center\">a<br/></p> < b <good-tag> <1>"),
            [
                ("p".to_owned(), false, 1),
                ("br".to_owned(), false, 0),
                ("p".to_owned(), true, 0),
                ("good-tag".to_owned(), false, 0)
            ]
        );
        assert_eq!(tags("<a href=\"x>y\" title='z'>"), [("a".to_owned(), false, 2)]);
        for open in ["<a href=\"x", "<a", "<a href=x", "<a\"b\">", "<a href='x\">", "<!-- <b>"] {
            let found = tags(open);
            assert!(found.iter().all(|(name, ..)| name == "b"), "{open}: {found:?}");
        }
    }

    #[test]
    fn nothing_is_lost() {
        for html in ["a<b>c</b><!-- d -->e<", "<<<a>>>", "<a b=\"", "", "<!---->"] {
            let joined: String = pieces(html)
                .iter()
                .map(|piece| match piece {
                    Piece::Tag(tag) => tag.raw,
                    Piece::Comment(raw) | Piece::Words(raw) => raw,
                })
                .collect();
            assert_eq!(joined, html);
        }
    }

    #[test]
    fn entities_are_resolved_once() {
        assert_eq!(decoded("a &amp;lt; &#65;&#x42; &nope; & &"), "a &lt; AB &nope; & &");
    }
}
