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
///
/// Numbers may have `_` between them behind a word for a release (`rel_1_2_3`, `REL2_0_0`), and such a word or `r` may touch them
/// (`release1.2`, `r12`). A year with a month (`2024-10`) is a version as a day is, also one written without signs between (`20240102`),
/// as long as nothing but a word for a release stands before it: `backup-20240102` is none.
pub(crate) fn take_apart(name: &str) -> Option<VersionName> {
    if let Some((prefix, version)) = underscored(name) {
        let inner = take_apart(&version)?;
        return Some(VersionName { prefix, ..inner });
    }
    let start = version_start(name)?;
    let (prefix, version) = name.split_at(start);
    let numbers = version.trim_start_matches(['v', 'V', 'r', 'R']);
    let has_v = numbers.len() < version.len();
    let parts = leading_numbers(numbers);
    let is_compact = compact_day(numbers).is_some() && line_of(prefix).is_empty();
    let is_date = is_iso_day(numbers) || is_year_and_month(numbers) || is_compact;
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

/// The words that stand before a version and say no more than that it is one.
const RELEASE_WORDS: [&str; 5] = ["release", "version", "rel", "ver", "v"];

/// A name before the version that says which line of a product it is of; empty for none, and for a word such as `release-`.
pub(crate) fn line_of(prefix: &str) -> &str {
    let word = prefix.trim_end_matches(['-', '_', '/', '@']);
    let is_word = RELEASE_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)) || word.eq_ignore_ascii_case("releases");
    if is_word { "" } else { prefix }
}

/// A name whose numbers have `_` between them, behind a word for a release: what stands before the word, and the version with `.`.
fn underscored(name: &str) -> Option<(String, String)> {
    let at = name.find(|c: char| c.is_ascii_digit())?;
    let (head, numbers) = name.split_at(at);
    let head = head.trim_end_matches(['_', '-']);
    let word = RELEASE_WORDS.into_iter().chain(["r"]).find(|word| {
        let start = head.len().checked_sub(word.len());
        let tail = start.and_then(|start| head.get(start..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
            && start.is_some_and(|start| start == 0 || head[..start].ends_with(['-', '_', '/', '@']))
    })?;
    let parts: Vec<&str> = numbers.split('_').collect();
    let count = parts
        .iter()
        .take_while(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        .count();
    let rest = &parts[count..];
    if count == 0 || parts.len() < 2 || numbers.contains(['.', '-', '/', '@']) || rest.iter().any(|part| part.is_empty()) {
        return None;
    }
    let mut version = parts[..count].join(".");
    if count == 1 {
        version.push_str(".0");
    }
    if !rest.is_empty() {
        version.push('-');
        version.push_str(&rest.join(".").to_ascii_lowercase());
    }
    Some((head[..head.len() - word.len()].to_owned(), version))
}

/// What versions of one line are ordered by: their numbers, then pre-releases before the release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order {
    numbers: [u64; 4],
    last: Version,
}

impl Order {
    /// Of a version as it is written; none where it is no version.
    pub(crate) fn of(version: &str) -> Option<Self> {
        let start = underscored(version).is_none().then(|| version_start(version)).flatten()?;
        let text = version[start..].trim_start_matches(['v', 'V', 'r', 'R']);
        let dashes = if is_iso_day(text) { 3 } else { 2 };
        let (mut parts, rest) = if let Some((day, rest)) = compact_day(text) {
            (day.to_vec(), rest.to_owned())
        } else if is_iso_day(text) || is_year_and_month(text) {
            let parts: Vec<&str> = text.splitn(dashes + 1, '-').collect();
            let rest = parts.get(dashes).copied().unwrap_or_default();
            let numbers = parts[..dashes].iter().flat_map(|part| leading_numbers(part)).collect();
            (numbers, rest.to_owned())
        } else {
            let parts = leading_numbers(text);
            let rest = rest_after(text, parts.len()).to_owned();
            (parts, rest)
        };
        if parts.is_empty() || parts.len() > 4 {
            return None;
        }
        // The second release of a day: `2024-01-02-2`.
        let of_day = rest.trim_start_matches(['-', '.']).parse::<u64>().ok();
        let is_day = is_iso_day(text) || compact_day(text).is_some();
        let rest = match of_day.filter(|_| is_day && parts.len() == 3) {
            Some(count) => {
                parts.push(count);
                String::new()
            }
            None => natural(&rest),
        };
        let mut numbers = [0; 4];
        numbers[..parts.len()].copy_from_slice(&parts);
        let last = semantic(&[0], &rest).unwrap_or(Version::new(0, 0, 0));
        Some(Self { numbers, last })
    }

    /// Whether it begins with a year.
    pub(crate) fn is_of_a_year(&self) -> bool {
        (1990..2100).contains(&self.numbers[0])
    }
}

/// Where the version begins: at the start, or after a separator (`-`, `_`, `/`, `@`), at a digit or a `v` before a digit; or at the
/// start behind a word for a release.
fn version_start(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    if let [b'r' | b'R', digit, ..] = bytes
        && digit.is_ascii_digit()
    {
        return Some(0);
    }
    let touching = RELEASE_WORDS.iter().map(|word| word.len()).find(|length| {
        let (word, rest) = (name.get(..*length), name.get(*length..));
        let is_word = word.is_some_and(|word| *length > 1 && RELEASE_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)));
        is_word && rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    if touching.is_some() {
        return touching;
    }
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

/// The year, month and day of a text that begins with `YYYYMMDD`, and what stands behind a hyphen after it.
fn compact_day(text: &str) -> Option<([u64; 3], &str)> {
    let (day, rest) = text.split_at_checked(8)?;
    let is_day = day.bytes().all(|byte| byte.is_ascii_digit()) && (rest.is_empty() || rest.starts_with('-'));
    let number = |range: std::ops::Range<usize>| day.get(range)?.parse::<u32>().ok();
    let (year, month, of_month) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let is_plausible = is_day && (1990..2100).contains(&year);
    chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, of_month).filter(|_| is_plausible)?;
    Some(([year, month, of_month].map(u64::from), rest))
}

/// A pre-release with its numbers on their own and without zeros in front, so that `rc10` comes behind `rc9`.
fn natural(rest: &str) -> String {
    let (pre, build) = rest.split_once('+').unwrap_or((rest, ""));
    let mut text = String::with_capacity(pre.len() + 4);
    let mut left = pre;
    while let Some(first) = left.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = left.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(left.len());
        let run = &left[..end];
        if first.is_ascii_alphanumeric() && text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            text.push('.');
        }
        let plain = run.trim_start_matches('0');
        text.push_str(match (is_number, plain) {
            (true, "") => "0",
            (true, plain) => plain,
            (false, _) => run,
        });
        left = &left[end..];
    }
    if !build.is_empty() {
        text.push('+');
        text.push_str(build);
    }
    text
}

/// Words behind a version that say that it is the release itself.
const FINAL: [&str; 3] = ["final", "ga", "release"];

/// Whether the text is `YYYY-MM`.
fn is_year_and_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else {
        return false;
    };
    let number = |text: &str, length: usize| {
        let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    number(year, 4).is_some_and(|year| (1990..2100).contains(&year))
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
}

fn semantic(parts: &[u64], rest: &str) -> Option<Version> {
    if parts.len() > 3 {
        return None;
    }
    let number = |index: usize| parts.get(index).copied().unwrap_or_default();
    let word = rest.trim_start_matches(['.', '-', '_']);
    let rest = if FINAL.iter().any(|known| word.eq_ignore_ascii_case(known)) {
        ""
    } else {
        rest
    };
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
    use super::{Order, line_of, slug, take_apart};

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
    fn versions_have_many_spellings() {
        assert_eq!(parts("rel_1_2_3"), some("", "1.2.3", Some("1.2.3")));
        assert_eq!(parts("REL2_0_0"), some("", "2.0.0", Some("2.0.0")));
        assert_eq!(parts("REL_10_2"), some("", "10.2", Some("10.2.0")));
        assert_eq!(parts("REL9_0_RC1"), some("", "9.0-rc1", Some("9.0.0-rc1")));
        assert_eq!(parts("app-v1_2_3"), some("app-", "1.2.3", Some("1.2.3")));
        assert_eq!(parts("r12"), some("", "r12", Some("12.0.0")));
        assert_eq!(parts("release1.2"), some("release", "1.2", Some("1.2.0")));
        assert_eq!(parts("release-2024-10"), some("release-", "2024-10", None));
        assert_eq!(parts("1.2.3.4"), some("", "1.2.3.4", None));
        for junk in ["2024-13", "x_1_2", "rel_", "rel_1__2", "rel_a_b", "run2", "v_"] {
            assert_eq!(parts(junk), None, "{junk}");
        }
    }

    #[test]
    fn versions_of_a_line_are_in_order() {
        for pair in [
            "1.2.3.4 < 1.2.3.10", "1.2.3 < 1.2.3.1", "v2.0-rc1 < v2.0", "2024-09 < 2024-10", "23.8 < 23.10.1", "r9 < r12",
            "2024-01-02 < 2024-02-01",
        ] {
            let (less, more) = pair.split_once(" < ").unwrap();
            assert!(Order::of(less).unwrap() < Order::of(more).unwrap(), "{pair}");
        }
        assert!(Order::of("nightly").is_none());
        assert_eq!((line_of("release-"), line_of("app-"), line_of("v")), ("", "app-", ""));
    }

    #[test]
    fn a_day_without_signs_is_a_version() {
        assert_eq!(parts("20240102"), some("", "20240102", None));
        assert_eq!(parts("release-20240102"), some("release-", "20240102", None));
        for junk in [
            "20241302", "20240230", "19000101", "2024010", "backup-20240102", "nightly-20240102", "12345678",
        ] {
            assert_eq!(parts(junk), None, "{junk}");
        }
        for pair in [
            "20240102 < 20240203",
            "20240102 < 20240102-2",
            "2024-01-02-2 < 2024-01-02-10",
            "20231231 < 20240101",
        ] {
            let (less, more) = pair.split_once(" < ").unwrap();
            assert!(Order::of(less).unwrap() < Order::of(more).unwrap(), "{pair}");
        }
        assert!(Order::of("20240102").unwrap().is_of_a_year());
    }

    #[test]
    fn numbers_touch_the_words_of_pre_releases() {
        for pair in [
            "v1.0.0-rc9 < v1.0.0-rc10",
            "1.0.0beta2 < 1.0.0beta10",
            "1.0.0-beta10 < 1.0.0-rc1",
            "1.0.0-rc10 < 1.0.0",
            "1.0.0-rc.9 < 1.0.0-rc10",
            "1.0.0-rc09 < 1.0.0-rc10",
            "1.0.0-alpha < 1.0.0-alpha1",
        ] {
            let (less, more) = pair.split_once(" < ").unwrap();
            assert!(Order::of(less).unwrap() < Order::of(more).unwrap(), "{pair}");
        }
    }

    #[test]
    fn words_for_the_release_itself_are_no_pre_release() {
        assert_eq!(parts("1.0.0.Final"), some("", "1.0.0.Final", Some("1.0.0")));
        assert_eq!(parts("5.2.1.RELEASE"), some("", "5.2.1.RELEASE", Some("5.2.1")));
        assert_eq!(parts("v1.0.0-GA"), some("", "v1.0.0-GA", Some("1.0.0")));
        assert_eq!(parts("v1.0.0-gamma"), some("", "v1.0.0-gamma", Some("1.0.0-gamma")));
        assert!(Order::of("1.0.0.CR1").unwrap() < Order::of("1.0.0.Final").unwrap());
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
            "latest", "before-migration", "build-1234", "7", "nightly", "v", "vnext", "", "v1.2.3\"onload=x", "1.2.3.4.5",
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
