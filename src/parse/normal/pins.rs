//! Versions that tools move on by themselves: pinned actions, images, packages. A text says the same before and after.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The sign for any version.
const CLASS: &str = "#";

/// A version of three numbers and more, or a digest.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u)\b(?:sha(?:256|384|512)[:-])?[0-9a-f]{40}(?:[0-9a-f]{24})?\b|\bv?[0-9]+(?:\.[0-9]+){2,}(?:[-+][0-9A-Za-z.]+)?",
    )
    .expect("the pattern is sound")
});

/// Whether a file lists packages of Python with their versions.
pub(crate) fn is_requirements(name: &str) -> bool {
    name.ends_with(".txt") && ["requirements", "constraints"].iter().any(|word| name.contains(word))
}

/// A line of a file, by its name in lower case, with a class for each version.
pub(crate) fn without_versions<'line>(name: &str, line: &'line str) -> Cow<'line, str> {
    if is_requirements(name) {
        return without_requirement(line).into();
    }
    let words = line.trim_start();
    let words = words.strip_prefix("- ").unwrap_or(words).trim_start();
    if let Some(image) = words
        .strip_prefix("FROM ")
        .filter(|_| name.contains("dockerfile") || name.contains("containerfile"))
    {
        let image: Vec<&str> = image.split_whitespace().map(without_tag).collect();
        return format!("FROM {}", image.join(" ")).into();
    }
    for (key, class) in [("uses:", without_revision as fn(&str) -> &str), ("image:", without_tag)] {
        if let Some(value) = words.strip_prefix(key) {
            return format!("{key} {}", class(value.trim().trim_matches(['"', '\'']))).into();
        }
    }
    in_words(line)
}

/// Words with a class for each version of three numbers and each digest. Four numbers are an address.
pub(crate) fn in_words(words: &str) -> Cow<'_, str> {
    // A version has two dots and a digest forty digits; most lines have neither.
    if words.len() < 40 && memchr::memchr_iter(b'.', words.as_bytes()).nth(1).is_none() {
        return Cow::Borrowed(words);
    }
    VERSION.replace_all(words, |found: &Captures<'_>| {
        let found = &found[0];
        let core = found.split(['-', '+']).next().unwrap_or_default();
        if core.bytes().filter(|byte| *byte == b'.').count() > 2 {
            found.to_owned()
        } else {
            CLASS.to_owned()
        }
    })
}

/// Whether a whole value is a version or a range of versions: `18`, `^1.2`, `>=3.11,<4`.
pub(crate) fn is_version(value: &str) -> bool {
    let is_sign = |char: char| {
        char.is_ascii_alphanumeric()
            || matches!(
                char,
                '.' | '-' | '+' | '^' | '~' | '<' | '>' | '=' | '*' | ',' | ' ' | '|' | '!'
            )
    };
    value.bytes().any(|byte| byte.is_ascii_digit() || byte == b'*') && value.len() <= 80 && value.chars().all(is_sign)
}

/// `actions/checkout@v4` without its revision.
pub(crate) fn without_revision(value: &str) -> &str {
    value.split('@').next().unwrap_or_default()
}

/// An image without its tag and digest. A colon before a slash belongs to the port of the registry; a computed name is left alone.
pub(crate) fn without_tag(image: &str) -> &str {
    if image.contains('$') || image.contains('{') || image.starts_with('-') {
        return image;
    }
    let image = image.split('@').next().unwrap_or_default();
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

/// `package[extra]>=1.2 ; marker` without its versions.
pub(crate) fn without_requirement(line: &str) -> String {
    let line = line.split(" #").next().unwrap_or_default();
    let (package, marker) = line.split_once(';').unwrap_or((line, ""));
    let end = package.find(['<', '>', '=', '!', '~', '@', ' ']).unwrap_or(package.len());
    format!("{};{}", package[..end].trim(), marker.trim())
}
