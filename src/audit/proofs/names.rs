//! Names of artifacts.

/// Endings of files that a release publishes.
pub(super) const ENDINGS: &[&str] = &[
    ".aab", ".apk", ".appimage", ".crate", ".deb", ".dmg", ".exe", ".gem", ".ipa", ".jar", ".msi", ".nupkg", ".rpm", ".tar.bz2",
    ".tar.gz", ".tar.xz", ".tar.zst", ".tgz", ".vsix", ".war", ".whl", ".zip",
];

/// Whether a name is that of a package or an archive.
pub(super) fn has_ending(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file is called as it was declared. Case counts; `-` and `_` are one, as they are for wheels.
pub(super) fn is_named(declared: &str, name: &str) -> bool {
    let plain = |text: &str| text.replace('-', "_");
    let (declared, name) = (plain(declared), plain(name.rsplit('/').next().unwrap_or(name)));
    let mut parts = declared.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::is_named;

    #[test]
    fn a_declared_name_fits_the_files_of_every_release() {
        assert!(is_named("app-*.whl", "app-2.4.1-py3-none-any.whl"));
        assert!(is_named("starter-console-*.whl", "dist/starter_console-1.0-py3-none-any.whl"));
        assert!(is_named("a-sbom.json", "a-sbom.json"));
        assert!(!is_named("a-sbom.json", "ba-sbom.json") && !is_named("app-*.whl", "app-1.0.tar.gz"));
        assert!(!is_named("app-*.whl", "application-1.0.whl"));
    }
}
