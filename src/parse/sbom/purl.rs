//! Package URLs, as far as it takes to know a component again in the next release: `pkg:type/namespace/name@version?qualifiers#path`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Qualifiers that say where a copy came from or which build it is, not which component: they change without the component changing.
const MOVING: &[&str] = &[
    "checksum", "download_url", "epoch", "file_name", "package-id", "repository_url", "upstream", "vcs_url",
];

/// Types whose names do not tell upper from lower case.
const CASELESS: &[&str] = &["bitbucket", "composer", "deb", "github", "golang", "pypi", "rpm"];

/// The identity of a component over releases: its package URL without version and moving qualifiers, else group and name.
pub(crate) fn identity(purl: &str, group: &str, name: &str) -> String {
    without_version(purl).unwrap_or_else(|| full_name(group, name))
}

/// The version in a package URL, or nothing.
pub(crate) fn version(purl: &str) -> String {
    split(purl).and_then(|parts| parts.version).map(decoded).unwrap_or_default()
}

/// Group and name as people say it. Generators disagree on whether the scope of npm is a group or a part of the name.
pub(crate) fn full_name(group: &str, name: &str) -> String {
    let is_in_name = name.strip_prefix(group).is_some_and(|rest| rest.starts_with('/'));
    if group.is_empty() || is_in_name {
        name.to_owned()
    } else {
        format!("{group}/{name}")
    }
}

/// The parts of a package URL, still encoded.
struct Parts<'purl> {
    kind: &'purl str,
    path: &'purl str,
    version: Option<&'purl str>,
    qualifiers: &'purl str,
}

fn split(purl: &str) -> Option<Parts<'_>> {
    let scheme = purl.trim().get(..4)?;
    let rest = purl.trim().get(4..)?;
    if !scheme.eq_ignore_ascii_case("pkg:") {
        return None;
    }
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, path) = rest.trim_start_matches('/').split_once('/')?;
    // The scope of npm may stand there unencoded: `pkg:npm/@scope/name@1.0`.
    let name_at = path.trim_end_matches('/').rfind('/').map_or(0, |slash| slash + 1);
    let version_at = path.get(name_at..)?.rfind('@').map(|at| at + name_at).filter(|at| *at > 0);
    let (path, version) = match version_at {
        Some(at) => (path.get(..at)?, path.get(at + 1..)),
        None => (path, None),
    };
    let path = path.trim_matches('/');
    let is_named = !path.trim_matches(['@', '/']).is_empty();
    (!kind.is_empty() && is_named).then_some(Parts {
        kind,
        path,
        version,
        qualifiers,
    })
}

fn without_version(purl: &str) -> Option<String> {
    let parts = split(purl)?;
    let kind = if parts.kind.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(parts.kind.to_ascii_lowercase())
    } else {
        Cow::Borrowed(parts.kind)
    };
    let mut path = Cow::Borrowed(parts.path);
    if path.contains("//") {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        path = Cow::Owned(segments.collect::<Vec<_>>().join("/"));
    }
    if path.contains('%') {
        path = Cow::Owned(decoded(&path));
    }
    if CASELESS.contains(&&*kind) && !path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        path = Cow::Owned(path.to_lowercase());
    }
    if kind == "pypi" && path.contains('_') {
        path = Cow::Owned(path.replace('_', "-"));
    }
    let mut identity = String::with_capacity(5 + kind.len() + path.len());
    for part in ["pkg:", &kind, "/", &path] {
        identity.push_str(part);
    }
    let mut qualifiers: Vec<(String, &str)> = parts
        .qualifiers
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_ascii_lowercase(), value))
        .filter(|(key, value)| !value.is_empty() && !MOVING.contains(&key.as_str()))
        .collect();
    qualifiers.sort();
    for (at, (key, value)) in qualifiers.iter().enumerate() {
        identity.push(if at == 0 { '?' } else { '&' });
        identity.push_str(key);
        identity.push('=');
        identity.push_str(&decoded(value));
    }
    Some(identity)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{identity, version};

    #[test]
    fn a_component_keeps_its_identity_over_versions_and_generators() {
        for (purl, expected, is_version) in [
            ("pkg:npm/%40babel/core@7.1.0", "pkg:npm/@babel/core", "7.1.0"),
            ("pkg:npm/@babel/core@7.2.0", "pkg:npm/@babel/core", "7.2.0"),
            ("pkg:npm/@babel/core", "pkg:npm/@babel/core", ""),
            ("pkg:npm/left-pad@1.3.0?vcs_url=git%2Bhttps://x", "pkg:npm/left-pad", "1.3.0"),
            ("pkg:PyPI/Ruamel_Yaml@0.18", "pkg:pypi/ruamel-yaml", "0.18"),
            (
                "pkg:deb/debian/zlib1g@1%3A1.2?distro=debian-12&arch=amd64",
                "pkg:deb/debian/zlib1g?arch=amd64&distro=debian-12",
                "1:1.2",
            ),
            ("pkg:npm//a%2Fb//c@1", "pkg:npm/a/b/c", "1"),
            ("pkg:GitHub/A//B%C3%84@1", "pkg:github/a/bä", "1"),
            (
                "pkg:golang/github.com/A/b/v2@v2.0.1#cmd/x",
                "pkg:golang/github.com/a/b/v2",
                "v2.0.1",
            ),
            (
                "pkg:maven/org.a/b@1?type=jar&repository_url=c",
                "pkg:maven/org.a/b?type=jar",
                "1",
            ),
        ] {
            assert_eq!(
                (identity(purl, "g", "n").as_str(), version(purl).as_str()),
                (expected, is_version),
                "{purl}"
            );
        }
    }

    #[test]
    fn without_a_package_url_group_and_name_stand_for_it() {
        assert_eq!(identity("", "@scope", "name"), "@scope/name");
        assert_eq!(identity("", "@scope", "@scope/name"), "@scope/name");
        assert_eq!(identity("pkg:golang/@?type=module", "", "std"), "std");
        assert_eq!(identity("not a purl", "", "x"), "x");
    }

    proptest! {
        #[test]
        fn any_text_has_an_identity(purl in "(pkg:)?[a-zé@/%?=&#0-9 ]{0,30}") {
            assert_ne!(identity(&purl, "", "name"), "");
            let _ = version(&purl);
        }
    }
}
