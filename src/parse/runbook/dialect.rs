//! The words of the Markdown parser in the words of the model, and its options.

use pulldown_cmark::{BlockQuoteKind, HeadingLevel, LinkType, Options};

use crate::model::document::Alignment;
use crate::parse::runbook::outline::LinkForm;

/// HTML that shapes text; any other tag in prose is a placeholder that the author forgot to quote, and so part of the words.
const HTML_TAGS: &[&str] = &[
    "a", "b", "blockquote", "br", "center", "code", "dd", "del", "details", "div", "dl", "dt", "em", "font", "h1", "h2", "h3",
    "h4", "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "s", "samp", "small", "source",
    "span", "strong", "sub", "summary", "sup", "svg", "table", "td", "th", "tr", "u", "ul",
];

/// Smart punctuation would break `--flag`, math would break `$VAR`; both stay off. Front matter was taken off before: the parser
/// would take any text between two rules for it and hide it.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
}

/// Whether an HTML tag shapes text.
pub(crate) fn shapes_text(name: &str) -> bool {
    HTML_TAGS.contains(&name.to_ascii_lowercase().as_str())
}

/// The number in front of the words of an item.
pub(crate) fn written_number(item: &str) -> Option<u64> {
    let item = item.trim_start();
    let digits = item.bytes().take_while(u8::is_ascii_digit).count();
    item.get(..digits)?.parse().ok()
}

/// The name of the tag that HTML opens or closes; none for comments and the like.
pub(crate) fn tag_name(html: &str) -> Option<&str> {
    let name = html.strip_prefix('<')?;
    let name = name.strip_prefix('/').unwrap_or(name);
    let end = name
        .find(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | ':' | '.')))
        .unwrap_or(name.len());
    (end > 0).then(|| &name[..end])
}

/// The level of a heading.
pub(crate) fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The word for an alert.
pub(crate) fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

/// The alignment of a column.
pub(crate) fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

/// How a link was written.
pub(crate) fn link_form(link_type: LinkType) -> LinkForm {
    match link_type {
        LinkType::Inline | LinkType::WikiLink { .. } => LinkForm::Inline,
        LinkType::Autolink => LinkForm::Auto,
        LinkType::Email => LinkForm::Email,
        _ => LinkForm::Reference,
    }
}
