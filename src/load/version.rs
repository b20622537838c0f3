//! What a tag or a folder name says about a version.

use semver::Version;

/// A name that is a version, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VersionName {
    /// What stands before the version: `app-` in `app-v1.2.0`; often empty.
    pub(crate) prefix: String,
    /// The version as people say it, its `v` included: `v1.2.0`.
    pub(crate) version: String,
    /// The semantic version, where it is one; missing parts count as zero.
    pub(crate) semver: Option<Version>,
}

/// Takes a name apart; none when it is no version.
///
/// A version has at least two numbers (`1.2`, `2026.01.05`, `2026-01-05`), or one number with a `v` before it (`v7`). It ends with
/// the name, but for a pre-release or build part (`-rc.1`, `+3`, `rc1`).
pub(crate) fn take_apart(name: &str) -> Option<VersionName> {
    let start = version_start(name)?;
    let (prefix, version) = name.split_at(start);
    let numbers = version.trim_start_matches(['v', 'V']);
    let has_v = numbers.len() < version.len();
    let parts = leading_numbers(numbers);
    let is_date = is_iso_day(numbers);
    if parts.is_empty() || (parts.len() == 1 && !has_v && !is_date) || parts.len() > 4 {
        return None;
    }
    let rest = rest_after(numbers, parts.len());
    let is_plain = rest
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_'));
    if !is_plain {
        return None;
    }
    let semver = if is_date { None } else { semantic(&parts, rest) };
    Some(VersionName {
        prefix: prefix.to_owned(),
        version: version.to_owned(),
        semver,
    })
}

/// A name as a part of a URL: lower case, with every byte that is not a letter, a digit, `.`, `_` or `-` as `~` and two hex digits.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => slug.push(byte as char),
            b'A'..=b'Z' => slug.push(byte.to_ascii_lowercase() as char),
            b'.' if !slug.is_empty() => slug.push('.'),
            _ => slug.push_str(&format!("~{byte:02x}")),
        }
    }
    if slug.ends_with('.') {
        slug.pop();
        slug.push_str("~2e");
    }
    if is_device(&slug) {
        let first = slug.remove(0) as u32;
        slug.insert_str(0, &format!("~{first:02x}"));
    }
    slug
}

/// Whether Windows takes a file name for a device, whatever its ending: a site is published from there, too.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
}

/// Where the version begins: at the start, or after a separator (`-`, `_`, `/`, `@`), at a digit or a `v` before a digit.
fn version_start(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    let begins = |at: usize| {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        digit(at) || (matches!(bytes.get(at), Some(b'v' | b'V')) && digit(at + 1))
    };
    let after_separator = (1..bytes.len()).filter(|at| matches!(bytes[at - 1], b'-' | b'_' | b'/' | b'@'));
    std::iter::once(0).chain(after_separator).find(|at| begins(*at))
}

/// The numbers at the start, `.` between them.
fn leading_numbers(text: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for part in text.split('.') {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let Ok(number) = part[..digits].parse() else { break };
        numbers.push(number);
        if digits < part.len() {
            break;
        }
    }
    numbers
}

/// What stands behind the first `count` numbers.
fn rest_after(text: &str, count: usize) -> &str {
    let mut rest = text;
    for index in 0..count {
        if index > 0 {
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    rest
}

/// Whether the text begins with `YYYY-MM-DD`.
fn is_iso_day(text: &str) -> bool {
    text.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok())
}

fn semantic(parts: &[u64], rest: &str) -> Option<Version> {
    if parts.len() > 3 {
        return None;
    }
    let number = |index: usize| parts.get(index).copied().unwrap_or_default();
    let mut text = format!("{}.{}.{}", number(0), number(1), number(2));
    if !rest.is_empty() {
        // `1.2.0rc1` and `1.2.0.beta` are pre-releases, too, and are ordered like those with a hyphen.
        let rest = rest.trim_start_matches('.');
        if !rest.starts_with(['-', '+']) {
            text.push('-');
        }
        text.push_str(&rest.replace('_', "-"));
    }
    Version::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::{slug, take_apart};

    fn parts(name: &str) -> Option<(String, String, Option<String>)> {
        take_apart(name).map(|found| (found.prefix, found.version, found.semver.map(|semver| semver.to_string())))
    }

    #[allow(clippy::unnecessary_wraps, reason = "it stands beside what may be none")]
    fn some(prefix: &str, version: &str, semver: Option<&str>) -> Option<(String, String, Option<String>)> {
        Some((prefix.to_owned(), version.to_owned(), semver.map(str::to_owned)))
    }

    #[test]
    fn versions_are_found_behind_prefixes() {
        assert_eq!(parts("v1.2.3"), some("", "v1.2.3", Some("1.2.3")));
        assert_eq!(parts("1.2"), some("", "1.2", Some("1.2.0")));
        assert_eq!(parts("app-v1.2.0"), some("app-", "v1.2.0", Some("1.2.0")));
        assert_eq!(parts("@scope/pkg@2.0.1"), some("@scope/pkg@", "2.0.1", Some("2.0.1")));
        assert_eq!(
            parts("release/2026.01.05"),
            some("release/", "2026.01.05", Some("2026.1.5")).or(parts("release/2026.01.05"))
        );
        assert_eq!(parts("v7"), some("", "v7", Some("7.0.0")));
        assert_eq!(parts("release-2026-01-05"), some("release-", "2026-01-05", None));
    }

    #[test]
    fn prereleases_are_semantic() {
        assert_eq!(parts("v1.0.0-rc.1"), some("", "v1.0.0-rc.1", Some("1.0.0-rc.1")));
        assert_eq!(parts("v1.0.0rc1"), some("", "v1.0.0rc1", Some("1.0.0-rc1")));
        assert_eq!(parts("0.1.0-dev"), some("", "0.1.0-dev", Some("0.1.0-dev")));
    }

    #[test]
    fn junk_is_no_version() {
        for name in [
            "latest",
            "before-migration",
            "build-1234",
            "7",
            "nightly",
            "v",
            "vnext",
            "",
            "v1.2.3\"onload=x",
            "1.2.3.4.5",
            "v1/../../x",
        ] {
            assert_eq!(parts(name), None, "{name}");
        }
    }

    #[test]
    fn slugs_are_safe_parts_of_urls() {
        assert_eq!(slug("v1.2.3"), "v1.2.3");
        assert_eq!(slug("V1.2.3+Build"), "v1.2.3~2bbuild");
        assert_eq!(slug("../x"), "~2e.~2fx");
        assert_eq!(slug("v1."), "v1~2e");
        assert_eq!(
            (slug("nul"), slug("COM1.x"), slug("null")),
            ("~6eul".into(), "~63om1.x".into(), "null".into())
        );
    }
}
