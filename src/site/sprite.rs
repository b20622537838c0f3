//! The symbols of a page: drawn once at its end, only those that it uses. An external file would not work from disk.

use memchr::memmem;

/// Where the symbols go. Foreign text cannot hold it, because its `<` is escaped.
const PLACE: &str = "<!--sprite-->";
/// How a page names a symbol; its name and a quote follow.
const USE: &str = "<use href=\"#rp-i-";

/// The symbols by name; 20 by 20, drawn with the pen of the text. Sorted.
const SYMBOLS: &[(&str, &str)] = &[
    (
        "altered",
        "<path d=\"M11.500 2H6.700L2 6.700v6.600L6.700 18h4.800l-2-4 2.500-3-3-3.500z\"/><path d=\"M14.500 3.200 18 6.700v6.600l-3.800 3.800\"/>",
    ),
    ("delta", "<path d=\"M4 7.500h11l-3-3m4 8H5l3 3\"/>"),
    ("dot", "<circle cx=\"10\" cy=\"10\" r=\"4.500\"/>"),
    ("down", "<path d=\"m5 7.500 5 5 5-5\"/>"),
    ("due", "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M10 5.500V10l3 2\"/>"),
    (
        "empty",
        "<rect x=\"2.500\" y=\"2.500\" width=\"15\" height=\"15\" rx=\"2\"/><path d=\"m4 16 12-12\"/>",
    ),
    (
        "fail",
        "<path d=\"M6.700 2h6.600L18 6.700v6.600L13.300 18H6.700L2 13.300V6.700Z\"/><path d=\"m7 7 6 6m0-6-6 6\"/>",
    ),
    ("file", "<path d=\"M5 2h7l4 4v12H5Zm7 0v4h4\"/>"),
    ("minus", "<path d=\"M4 10h12\"/>"),
    (
        "none",
        "<circle cx=\"10\" cy=\"10\" r=\"8\" stroke-dasharray=\"2.500 2.500\"/><path d=\"M7 10h6\"/>",
    ),
    (
        "pass",
        "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"m6.300 10.300 2.500 2.500 5-5.400\"/>",
    ),
    ("plus", "<path d=\"M10 4v12M4 10h12\"/>"),
    (
        "sign",
        "<path d=\"M3 17h14M5 13.500 12.500 6l2.500 2.500-7.500 7.500-3.200.700Z\"/>",
    ),
    (
        "tag",
        "<path d=\"M3 3h7l7.500 7.500-7 7L3 10Z\"/><path d=\"M6.500 6.500v.100\"/>",
    ),
    ("time", "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M10 5v5h4\"/>"),
    ("to", "<path d=\"M2 10h15m-6-6 6 6-6 6\"/>"),
    (
        "undo",
        "<path d=\"M4 8h8a4.500 4.500 0 0 1 0 9H8M7.500 4.500 4 8l3.500 3.500\"/>",
    ),
    (
        "unsure",
        "<circle cx=\"10\" cy=\"10\" r=\"8\"/><path d=\"M7.600 7.800a2.400 2.400 0 1 1 3.400 2.300c-.700.300-1 .800-1 1.600m0 2.600v.100\"/>",
    ),
    (
        "warn",
        "<path d=\"M10 2.400 18.400 17H1.600Z\"/><path d=\"M10 8v4.200m0 2.300v.100\"/>",
    ),
    (
        "wave",
        "<path d=\"m10 1.800 8.200 8.200-8.200 8.200L1.800 10Z\"/><path d=\"M6 10.800c1.400-2 2.600-2 4-.800s2.600 1.200 4-.800\"/>",
    ),
];

/// Puts the symbols that a page uses into it.
pub(super) fn put_in(mut html: Vec<u8>) -> Vec<u8> {
    let Some(place) = memmem::rfind(&html, PLACE.as_bytes()) else {
        return html;
    };
    let mut is_used = [false; SYMBOLS.len()];
    for at in memmem::find_iter(&html, USE.as_bytes()) {
        let name = html[at + USE.len()..].split(|byte| *byte == b'"').next().unwrap_or_default();
        if let Ok(index) = SYMBOLS.binary_search_by(|(symbol, _)| symbol.as_bytes().cmp(name)) {
            is_used[index] = true;
        }
    }
    let behind = html.split_off(place);
    let mut is_first = true;
    for (_, (name, drawing)) in is_used.iter().zip(SYMBOLS).filter(|(is_used, _)| **is_used) {
        let start = if is_first {
            "<svg class=\"sprite\" aria-hidden=\"true\" focusable=\"false\"><symbol id=\"rp-i-"
        } else {
            "</symbol><symbol id=\"rp-i-"
        };
        is_first = false;
        for part in [start, name, "\" viewBox=\"0 0 20 20\">", drawing] {
            html.extend_from_slice(part.as_bytes());
        }
    }
    if !is_first {
        html.extend_from_slice(b"</symbol></svg>");
    }
    html.extend_from_slice(&behind[PLACE.len()..]);
    html
}

/// The markup that shows a symbol.
pub(super) fn icon(name: &str) -> String {
    let mut html = String::with_capacity(72);
    push_icon(&mut html, name);
    html
}

/// Appends the markup that shows a symbol.
pub(super) fn push_icon(html: &mut String, name: &str) {
    debug_assert!(
        SYMBOLS.binary_search_by(|(symbol, _)| symbol.cmp(&name)).is_ok(),
        "no symbol is called {name}"
    );
    html.push_str("<svg class=\"icon\" aria-hidden=\"true\">");
    html.push_str(USE);
    html.push_str(name);
    html.push_str("\"/></svg>");
}

#[cfg(test)]
mod tests {
    use super::{SYMBOLS, icon, put_in};
    use crate::site::words::LOOKS;

    #[test]
    fn a_page_carries_only_the_symbols_that_it_uses() {
        let put_in = |html: String| String::from_utf8(put_in(html.into_bytes())).expect("it was text");
        let html = put_in(format!("<body>{}{}<!--sprite--></body>", icon("pass"), icon("pass")));
        assert_eq!(html.matches("<symbol").count(), 1);
        assert!(html.contains("<symbol id=\"rp-i-pass\"") && html.ends_with("</symbol></svg></body>"));
        assert_eq!(put_in("<body><!--sprite--></body>".to_owned()), "<body></body>");
    }

    #[test]
    fn every_look_has_its_symbol() {
        assert!(SYMBOLS.is_sorted_by(|left, right| left.0 < right.0));
        for look in LOOKS {
            assert!(SYMBOLS.iter().any(|(name, _)| *name == look.icon), "{look:?}");
        }
    }
}
