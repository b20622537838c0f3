//! Versions as people write them: with their `v`, or without.

/// A version without the `v` before its number, and without blanks around it. What only begins with that letter stays as it is.
pub(crate) fn without_v(version: &str) -> &str {
    let version = version.trim();
    let rest = version.strip_prefix(['v', 'V']);
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(version)
}

/// What two spellings of one version share.
pub(crate) fn plain(version: &str) -> String {
    without_v(version).to_ascii_lowercase()
}

/// Whether two texts are spellings of one version.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    without_v(one).eq_ignore_ascii_case(without_v(other))
}

#[cfg(test)]
mod tests {
    use super::{is_same, plain, without_v};

    #[test]
    fn a_v_before_a_number_is_no_part_of_a_version() {
        for (written, expected) in [
            ("v1.2", "1.2"),
            ("V1.2.3-RC.1", "1.2.3-RC.1"),
            (" 1.2 ", "1.2"),
            ("vv1", "vv1"),
            ("version", "version"),
            ("v-next", "v-next"),
            ("vNext", "vNext"),
            ("v", "v"),
            ("", ""),
        ] {
            assert_eq!(without_v(written), expected, "{written}");
        }
        assert!(is_same("v1.2", "1.2") && is_same("V1.2-rc", "v1.2-RC"));
        assert!(!is_same("vv1", "v1") && !is_same("version", "ersion") && !is_same("v1.2", "1.2.0"));
        assert_eq!((plain("V1.2-RC").as_str(), plain("vNext").as_str()), ("1.2-rc", "vnext"));
    }
}
