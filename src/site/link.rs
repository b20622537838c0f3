//! Where a link of an author may lead. The destination is read the way browsers read it, so that what is judged here is what would
//! be followed there: blanks and control characters at the ends and line ends inside fall away, backslashes count as slashes.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::{Position, Url};

/// Where a link of an author leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A page on the web or a mail address, as a normalised URL.
    Web(String),
    /// A place in the same text: the anchor, decoded.
    Anchor(String),
    /// A file.
    File(FileLink),
    /// Nowhere that a reader may be sent.
    Refused,
}

/// A link to a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileLink {
    /// The path as written, decoded, without query.
    pub(crate) path: String,
    /// Whether the path counts from the root of the repository.
    pub(crate) is_from_root: bool,
    /// The anchor, decoded.
    pub(crate) anchor: Option<String>,
}

/// What must be encoded in a path of a URL that the code puts together.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'')
    .add(b'&')
    .add(b'[')
    .add(b']');

/// What browsers accept behind the host of a URL, and HTML does not.
const ODD: &AsciiSet = &CONTROLS
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\\');

/// Reads the destination of a link. Entities and escapes of Markdown are resolved already.
pub(crate) fn classify(destination: &str) -> Destination {
    let cleaned: String = destination
        .trim_matches(|character: char| character <= ' ')
        .chars()
        .filter(|character| !matches!(character, '\t' | '\n' | '\r'))
        .collect();
    if let Some(scheme) = scheme_of(&cleaned) {
        return match scheme.as_str() {
            "http" | "https" | "mailto" => web(&cleaned),
            _ => Destination::Refused,
        };
    }
    let slashed: String = {
        // A backslash is a slash up to the query, as in browsers.
        let end = cleaned.find(['?', '#']).unwrap_or(cleaned.len());
        cleaned[..end].replace('\\', "/") + &cleaned[end..]
    };
    if slashed.starts_with("//") {
        return web(&format!("https:{slashed}"));
    }
    let (before, anchor) = match slashed.split_once('#') {
        Some((before, anchor)) => (before, Some(decode(anchor))),
        None => (slashed.as_str(), None),
    };
    let path = decode(before.split('?').next().unwrap_or_default());
    match (path.is_empty(), anchor) {
        (true, Some(anchor)) => Destination::Anchor(anchor),
        (true, None) => Destination::Refused,
        (false, anchor) => Destination::File(FileLink {
            is_from_root: path.starts_with('/'),
            path,
            anchor,
        }),
    }
}

fn web(text: &str) -> Destination {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty()) => {
            Destination::Web(written(&url))
        }
        Ok(url) if url.scheme() == "mailto" => Destination::Web(written(&url)),
        _ => Destination::Refused,
    }
}

/// A URL as it may stand in a page.
fn written(url: &Url) -> String {
    let (before, after) = (&url[..Position::BeforePath], &url[Position::BeforePath..]);
    format!("{before}{}", utf8_percent_encode(after, ODD))
}

/// The anchor of an address, encoded.
pub(crate) fn fragment(anchor: &str) -> String {
    utf8_percent_encode(anchor, PATH).to_string()
}

fn scheme_of(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path in the repository that a link stands for, seen from the file that holds it; none when it leaves the repository.
pub(crate) fn resolve(from: &str, link: &FileLink) -> Option<String> {
    let mut parts: Vec<&str> = if link.is_from_root {
        Vec::new()
    } else {
        from.split('/').collect()
    };
    if !link.is_from_root {
        parts.pop();
    }
    for part in link.path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    (!path.is_empty() && !path.contains('\0')).then_some(path)
}

/// The address of a file of the repository on the web, by the pattern of the settings. Only `http` and `https` are let through.
pub(crate) fn source(pattern: &str, revision: &str, path: &str) -> Option<String> {
    let address = pattern
        .replace("{revision}", &utf8_percent_encode(revision, PATH).to_string())
        .replace("{path}", &utf8_percent_encode(path, PATH).to_string());
    match classify(&address) {
        Destination::Web(url) if !url.starts_with("mailto:") => Some(url),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, FileLink, classify, resolve, source};

    #[test]
    fn only_web_and_mail_schemes_are_followed() {
        for refused in [
            "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)", "  javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "blob:x",
            "file:///etc/passwd", "filesystem:x", "C:\\x", "", "https://",
        ] {
            assert_eq!(classify(refused), Destination::Refused, "{refused:?}");
        }
        assert_eq!(
            classify("https://example.org/a b"),
            Destination::Web("https://example.org/a%20b".to_owned())
        );
        assert_eq!(
            classify("http://[::1]/[a]|b"),
            Destination::Web("http://[::1]/%5Ba%5D%7Cb".to_owned())
        );
        assert_eq!(
            classify("mailto:ops@example.org"),
            Destination::Web("mailto:ops@example.org".to_owned())
        );
    }

    #[test]
    fn addresses_without_scheme_are_made_plain() {
        for evil in [
            "//evil.example/x", "\\\\evil.example/x", "/\\evil.example/x", "\t//evil.example/x",
        ] {
            assert_eq!(
                classify(evil),
                Destination::Web("https://evil.example/x".to_owned()),
                "{evil:?}"
            );
        }
    }

    #[test]
    fn lookalike_hosts_are_shown_in_ascii() {
        assert_eq!(
            classify("https://\u{430}pple.com/"),
            Destination::Web("https://xn--pple-43d.com/".to_owned())
        );
    }

    #[test]
    fn paths_and_anchors_are_told_apart() {
        assert_eq!(classify("#rollback%20now"), Destination::Anchor("rollback now".to_owned()));
        let file = |path: &str, is_from_root, anchor: Option<&str>| {
            Destination::File(FileLink {
                path: path.to_owned(),
                is_from_root,
                anchor: anchor.map(ToOwned::to_owned),
            })
        };
        assert_eq!(
            classify("../ops/a%20b.md?plain=1#top"),
            file("../ops/a b.md", false, Some("top"))
        );
        assert_eq!(classify("/docs/x.md"), file("/docs/x.md", true, None));
        assert_eq!(classify("docs\\x.md"), file("docs/x.md", false, None));
    }

    #[test]
    fn links_out_of_the_repository_lead_nowhere() {
        let resolved = |path: &str| match classify(path) {
            Destination::File(link) => resolve("docs/ops/release.md", &link),
            _ => None,
        };
        assert_eq!(resolved("../deploy.md").as_deref(), Some("docs/deploy.md"));
        assert_eq!(resolved("/README.md").as_deref(), Some("README.md"));
        assert_eq!(resolved("../../../../etc/passwd"), None);
        assert_eq!(resolved("%2e%2e/%2e%2e/%2e%2e/etc/passwd"), None);
    }

    #[test]
    fn source_addresses_are_encoded_and_never_scripts() {
        assert_eq!(
            source("https://example.org/blob/{revision}/{path}", "abc", "docs/a b#c?.md").as_deref(),
            Some("https://example.org/blob/abc/docs/a%20b%23c%3F.md")
        );
        assert_eq!(source("javascript:{path}", "abc", "x"), None);
    }
}
