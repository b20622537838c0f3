//! Files of the site that are the same for every handbook.

use std::sync::LazyLock;

use crate::site::compact::compact;
use crate::site::file::File;

/// The policy that pages carry themselves; the server says it again, with what only a header can say. No script connects to anything;
/// `connect-src` is for who reads `robots.txt` by way of a page.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                                 base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/// The style sheet of all pages.
pub(super) const STYLE: &str = include_str!("../../templates/assets/handbook.css");
/// The style sheet of the pages for auditors, beside that of all pages.
pub(super) const AUDIT_STYLE: &str = include_str!("../../templates/assets/audit.css");
/// The script of all pages. Each page works without it.
pub(super) const SCRIPT: &str = include_str!("../../templates/assets/handbook.js");

/// The script of the pages of old editions.
pub(super) const EDITIONS: &str = include_str!("../../templates/assets/editions.js");

/// The script of the search.
pub(super) const SEARCH: &str = include_str!("../../templates/assets/search.js");

/// The style sheet of run sheets, on top of that of all pages.
pub(super) const SHEET_STYLE: &str = include_str!("../../templates/assets/run-sheet.css");
/// The script of run sheets. Without it a sheet is a form for paper.
pub(super) const SHEET: &str = include_str!("../../templates/assets/run-sheet.js");

/// The files. Their names carry no digest, or every page of every old edition would become another file with each of them; `no-cache` has
/// caches ask whether what they hold is still the same, so that none shows a new page with an old sheet.
pub(super) fn files() -> &'static [File] {
    &FILES
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let headers = format!(
        "/*\n  Content-Security-Policy: {POLICY}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: \
         no-referrer\n  Cross-Origin-Opener-Policy: same-origin\n  Cache-Control: no-cache\n/pictures/*\n  Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox\n"
    );
    let file = |url: &str, text: &str| File {
        url: url.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    vec![
        file("_headers", &headers),
        file("assets/audit.css", AUDIT_STYLE),
        file("assets/editions.js", &compact(EDITIONS)),
        file("assets/handbook.css", STYLE),
        file("assets/handbook.js", &compact(SCRIPT)),
        file("assets/run-sheet.css", SHEET_STYLE),
        file("assets/run-sheet.js", &compact(SHEET)),
        file("assets/search.js", &compact(SEARCH)),
    ]
});

/// JSON as it may stand in a script: nothing in it looks like markup, and no line ends where older browsers see an end.
pub(super) fn value(json: String) -> String {
    // Most texts hold none of them, and then nothing is copied.
    let is_plain = |mark: char| !json.contains(mark);
    if ['<', '\u{2028}', '\u{2029}'].into_iter().all(is_plain) {
        return json;
    }
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::{AUDIT_STYLE, EDITIONS, SCRIPT, SEARCH, SHEET, SHEET_STYLE, STYLE, compact};

    #[test]
    fn the_assets_stay_small() {
        assert!(STYLE.len() <= 30_000, "the style sheet has {} bytes", STYLE.len());
        assert!(
            AUDIT_STYLE.len() <= 4_000,
            "the style sheet for auditors has {} bytes",
            AUDIT_STYLE.len()
        );
        assert!(
            compact(SCRIPT).len() <= 3_300,
            "the script has {} bytes",
            compact(SCRIPT).len()
        );
        assert!(
            compact(SEARCH).len() <= 12_288,
            "the script of the search has {} bytes",
            compact(SEARCH).len()
        );
        assert!(
            compact(SHEET).len() <= 12_288,
            "the script of run sheets has {} bytes",
            compact(SHEET).len()
        );
        assert!(
            SHEET_STYLE.len() <= 6_144,
            "the style of run sheets has {} bytes",
            SHEET_STYLE.len()
        );
    }

    #[test]
    fn no_script_connects_to_anything() {
        for call in [
            "fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "import(",
        ] {
            for script in [EDITIONS, SCRIPT, SEARCH, SHEET] {
                assert!(!script.contains(call), "{call}");
            }
        }
    }

    #[test]
    fn the_script_never_makes_markup_from_text() {
        for sink in [
            "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(",
        ] {
            for script in [EDITIONS, SCRIPT, SEARCH, SHEET] {
                assert!(!script.contains(sink), "{sink}");
            }
        }
    }
}
