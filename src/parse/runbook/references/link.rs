//! References that links and images make.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::command::sink::of_name;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::parse::runbook::outline::{LinkForm, OutlineLink};

/// What a link refers to, if it refers to anything.
pub(crate) fn link(text: &str, link: &OutlineLink) -> Option<Reference> {
    let destination = link.link.destination.trim();
    if destination.is_empty() || link.form == LinkForm::Email {
        return None;
    }
    let kind = kind(destination, link.link.is_image)?;
    let span = destination_span(text, link).unwrap_or(link.link.span);
    Some(Reference {
        kind,
        text: destination.to_owned(),
        span,
        context: ReferenceContext::Link,
    })
}

fn other(kind: Kind, name: &str) -> ReferenceKind {
    of_name(kind, name.to_owned(), Directory::Known(String::new()))
}

fn kind(destination: &str, is_image: bool) -> Option<ReferenceKind> {
    if destination.contains("{{") || destination.contains("{%") || destination.contains("<%") {
        return Some(other(Kind::Placeholder, destination));
    }
    if let Some(scheme) = scheme(destination) {
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Some(other(Kind::Url, destination)),
            _ if destination.contains("://") => Some(other(Kind::Url, destination)),
            // `mailto:`, `tel:`, `data:` and worse claim nothing about the repository.
            _ => None,
        };
    }
    if is_address_of_ssh(destination) {
        return Some(other(Kind::Url, destination));
    }
    if destination.starts_with("//") || destination.starts_with('\\') {
        return Some(other(Kind::Url, destination));
    }
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (destination, None),
    };
    let path = path.split('?').next().unwrap_or(path);
    let path = decoded(path);
    let anchor = anchor.map(decoded).filter(|anchor| !anchor.is_empty());
    if path.is_empty() && anchor.is_none() {
        // `#` alone leads to the top of the page.
        return None;
    }
    let is_placeholder = path.contains(['<', '>', '$', '{', '}', '*'])
        || path.contains("path/to/")
        || path.starts_with("link-to-")
        || path == "TODO"
        || path == "TBD"
        || path == "..."
        || path == "url"
        || path == "link";
    if is_placeholder {
        return Some(other(Kind::Placeholder, destination));
    }
    Some(ReferenceKind::Link { path, anchor, is_image })
}

fn decoded(words: &str) -> String {
    percent_decode_str(words).decode_utf8_lossy().into_owned()
}

/// The scheme that a destination begins with: a letter, then letters, digits, `+`, `-`, `.`, then `:`.
fn scheme(destination: &str) -> Option<&str> {
    let (scheme, _) = destination.split_once(':')?;
    let is_scheme = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

/// Whether a destination is an address as `git clone` and `scp` take it: `git@host:owner/repo.git`.
fn is_address_of_ssh(destination: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    destination
        .split_once(':')
        .and_then(|(host, _)| host.split_once('@'))
        .is_some_and(|(user, host)| is_name(user) && is_name(host))
}

/// Where the destination stands: behind the words of the link, if it is written there as it is.
fn destination_span(text: &str, link: &OutlineLink) -> Option<Span> {
    let span = link.link.span;
    let words = span.of(text);
    let range: Range<usize> = match link.form {
        LinkForm::Auto => 1..words.len().saturating_sub(1),
        LinkForm::Inline => {
            let from = (link.words_end.max(span.start) - span.start) as usize;
            let at = from + words.get(from..)?.find(&link.link.destination)?;
            at..at + link.link.destination.len()
        }
        LinkForm::Reference | LinkForm::Email => return None,
    };
    words.get(range.clone())?;
    Some(Span::new(span.start as usize + range.start, span.start as usize + range.end))
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn links_keep_path_and_anchor() {
        assert_eq!(
            of(
                "[a](b%20c.md#d%C3%A9) [e](#f) ![g](img/h.png \"t\") [i](../j/) [k](/l.md?m=1) [n][o] <https://example.org>\n\n[o]: p.md\n"
            ),
            [
                "link b c.md#dé", "link #f", "image img/h.png", "link ../j/", "link /l.md", "link p.md",
                "url https://example.org",
            ]
        );
    }

    #[test]
    fn other_destinations_claim_nothing() {
        assert_eq!(
            of(
                "[a](mailto:x@y.z) [b](javascript:x) [c]() [d](#) [e](ttps://x) [f]({{< ref \"x\" >}}) [g](//h/i) [j](path/to/k.md) <m@n.o>\n"
            ),
            ["url ttps://x", "link x", "url //h/i", "placeholder path/to/k.md"]
        );
        assert_eq!(of("[a]({{page}})\n"), ["placeholder {{page}}"]);
    }

    #[test]
    fn addresses_of_ssh_are_no_paths() {
        assert_eq!(
            of("[a](git@host.example:owner/app.git) [b](deploy@10.0.0.1:/srv/app) [c](img/x@2x.png) [d](@scope/a:b.md)\n"),
            [
                "url git@host.example:owner/app.git",
                "url deploy@10.0.0.1:/srv/app",
                "link img/x@2x.png",
                "link @scope/a:b.md"
            ]
        );
    }

    #[test]
    fn spans_are_those_of_the_destination() {
        let text = "x [`y.md`](y.md) ![i](i.png)\n";
        let runbook = crate::parse::runbook::parse(text.as_bytes());
        let starts: Vec<u32> = runbook.references.iter().map(|reference| reference.span.start).collect();
        assert_eq!(starts, [11, 22]);
    }
}
