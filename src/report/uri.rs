//! Paths as parts of addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 lets stand as it is: letters, digits, `-._~`, and the slash between the parts of a path.
const RAW: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path as a relative reference: percent-encoded, and without a colon that would make its first part a scheme.
pub(super) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, RAW).to_string()
}

/// Where a file is read on the web: the template with the path put in. Nothing but `http` and `https` is an address.
pub(super) fn source(template: Option<&str>, path: &str) -> Option<String> {
    let template = template.filter(|template| template.starts_with("https://") || template.starts_with("http://"))?;
    let is_plain = template.chars().all(|c| c.is_ascii_graphic() && !"<>\"'`\\()[]|".contains(c));
    (is_plain && !path.is_empty()).then(|| template.replace("{path}", &encoded(path)))
}

#[cfg(test)]
mod tests {
    use super::{encoded, source};

    #[test]
    fn paths_are_percent_encoded_part_by_part() {
        assert_eq!(encoded("docs/a b#c?d%2F:é.md"), "docs/a%20b%23c%3Fd%252F%3A%C3%A9.md");
    }

    #[test]
    fn only_web_addresses_are_linked() {
        let url = source(Some("https://example.org/blob/v1/{path}"), "a (b).md");
        assert_eq!(url.as_deref(), Some("https://example.org/blob/v1/a%20%28b%29.md"));
        assert_eq!(source(Some("javascript:{path}"), "a"), None);
        assert_eq!(source(Some("https://example.org/\"><img>{path}"), "a"), None);
        assert_eq!(source(None, "a"), None);
    }
}
