//! Which paths a site may have: those that name the same file below its folder on every system and every web host.

/// The longest part of a path, in bytes; no common file system takes more.
const PART_LIMIT: usize = 255;

/// The longest path, in bytes; the folder of the site and its host still need room.
const PATH_LIMIT: usize = 2000;

/// Names that are devices on Windows, with any ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Why a path may not be written, in words; none for a path that may.
pub(crate) fn objection(url: &str) -> Option<&'static str> {
    if url.is_empty() {
        return Some("it is empty");
    }
    if url.len() > PATH_LIMIT {
        return Some("it is too long");
    }
    if url.starts_with('/') {
        return Some("it is absolute");
    }
    url.split('/').find_map(part_objection)
}

fn part_objection(part: &str) -> Option<&'static str> {
    // Nearly all: small letters, digits and signs that stand for nothing else anywhere, and no name of a device is as long.
    let is_harmless = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~');
    if (8..=PART_LIMIT).contains(&part.len()) && part.bytes().all(is_harmless) || matches!(part, "index.html" | "index.json") {
        return None;
    }
    if part.is_empty() {
        return Some("it has an empty part");
    }
    if part == "." || part == ".." {
        return Some("it has a part that names another folder");
    }
    if part.len() > PART_LIMIT {
        return Some("it has a part that is too long");
    }
    // Backslash and colon lead elsewhere on Windows; the others are refused there and by hosts that pack a site for upload.
    if part.contains(['\\', ':', '<', '>', '"', '|', '?', '*']) {
        return Some("it has a character that some systems refuse");
    }
    if part.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        return Some("it has a part that begins or ends with a blank, or ends with a dot");
    }
    let folded = part.to_lowercase();
    if is_device(&folded) {
        return Some("it has a part that is a device on Windows");
    }
    if folded == ".git" || folded.starts_with(".runproof-") {
        return Some("it has a part that is reserved");
    }
    None
}

fn is_device(folded: &str) -> bool {
    let stem = folded.split('.').next().unwrap_or_default().trim_end();
    let is_port = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest, "\u{b9}" | "\u{b2}" | "\u{b3}") || rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit()
        })
    };
    DEVICES.contains(&stem) || is_port("com") || is_port("lpt")
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn ordinary_paths_are_taken() {
        for url in [
            "index.html",
            "next/runbooks/release/index.html",
            "assets/site-1a2b.css",
            ".well-known/security.txt",
            "CNAME",
            "_headers",
            "a b/\u{e4}.html",
            "console/common.html",
            "%2e%2e/x",
            "...x",
        ] {
            assert_eq!(objection(url), None, "{url}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for url in [
            "", "/etc/passwd", "..", "../x", "a/../../x", "a/./b", "a//b", "a/", "C:\\x", "C:/x", "\\\\server\\share",
            "a\\..\\b", "a\0b", "a\nb", "v1.2.3.", "a ", " a", "....", "CON", "con.html", "a/Nul.tar.gz", "com1.json",
            "LPT\u{b9}", "aux .x", "v1\" onload=\"X", "a?b", "<b>.html", ".git/config", "x/.GIT", ".runproof-site",
            "a/.Runproof-staging/x",
        ] {
            assert!(objection(url).is_some(), "{url:?}");
        }
        assert!(objection(&"a".repeat(256)).is_some());
        assert!(objection(&"a/".repeat(1500)).is_some());
    }
}
