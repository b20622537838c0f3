//! Which releases some words cover: a list of versions, or bounds such as `>=v1.0.0 <v1.2.0`.

use crate::model::release::Release;
use crate::model::version;

/// Whether words cover a release: nothing covers all of them, a list those that it names. Bounds hold for semantic versions only.
pub(crate) fn covers(words: &str, release: &Release) -> bool {
    let words = words.trim();
    if words.is_empty() {
        return true;
    }
    if !words.contains(['<', '>']) {
        return words
            .split([',', ' '])
            .any(|version| is_version(&plain(version), &plain(&release.version)));
    }
    let Some(version) = &release.semver else { return false };
    let mut bounds = words.split([',', ' ']).filter(|bound| !bound.is_empty());
    bounds.all(|bound| {
        let (sign, rest) = bound.split_at(bound.find(|c: char| !matches!(c, '<' | '>' | '=')).unwrap_or(bound.len()));
        let Ok(limit) = semver::Version::parse(&plain(rest)) else {
            return false;
        };
        match sign {
            ">=" => *version >= limit,
            ">" => *version > limit,
            "<=" => *version <= limit,
            "<" => *version < limit,
            _ => *version == limit,
        }
    })
}

/// Whether a version is the one that is named, or one of its line: `1.0.*`, `1.x`.
fn is_version(wanted: &str, version: &str) -> bool {
    let line = [".*", ".x"].iter().find_map(|end| wanted.strip_suffix(end));
    match line.filter(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
        Some(line) => version.strip_prefix(line).is_some_and(|rest| rest.starts_with('.')),
        None => wanted == version,
    }
}

/// A version without what people write before it.
pub(crate) fn plain(version: &str) -> String {
    version::plain(version.trim().trim_start_matches('='))
}
