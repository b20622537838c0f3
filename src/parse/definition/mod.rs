//! Files that define what can be called by name: Makefiles, packages, task files, workflows, Compose files.

pub(crate) mod cargo_manifest;
pub(crate) mod compose;
pub(crate) mod gitlab_ci;
pub(crate) mod ini;
pub(crate) mod make;
pub(crate) mod package_json;
pub(crate) mod pnpm_workspace;
pub(crate) mod pyproject;
pub(crate) mod python_programs;
pub(crate) mod python_tasks;
pub(crate) mod workflow;

use std::sync::LazyLock;

use crate::tools::TOOLS;
use crate::tools::format::Format;

/// The formats that belong to no file of a tool so far, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    cargo_manifest::FORMAT,
    compose::FORMAT,
    gitlab_ci::FORMAT,
    make::FORMAT,
    package_json::FORMAT,
    pnpm_workspace::FORMAT,
    pyproject::FORMAT,
    python_tasks::FORMAT,
    ini::FORMAT,
    workflow::FORMAT,
];

/// The format of a file by its path; none when the file defines nothing that can be called.
pub(crate) fn format_of(path: &str) -> Option<&'static Format> {
    static ALL: LazyLock<Vec<&'static Format>> = LazyLock::new(formats);
    ALL.iter().copied().find(|format| (format.recognizes)(path))
}

/// Every format, those of tools among them, sorted by name.
pub(crate) fn formats() -> Vec<&'static Format> {
    let of_tools = TOOLS.iter().flat_map(|tool| tool.formats);
    let mut formats: Vec<&Format> = FORMATS.iter().chain(of_tools).collect();
    formats.sort_by_key(|format| format.name);
    formats
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{format_of, formats};

    #[test]
    fn formats_are_kebab_case_sorted_and_unique() {
        let names: Vec<&str> = formats().into_iter().map(|format| format.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        }
    }

    #[test]
    fn each_file_has_one_format() {
        let format = |path| format_of(path).map(|format| format.name);
        assert_eq!(format("Makefile"), Some("make"));
        assert_eq!(format("build/rules.mk"), Some("make"));
        assert_eq!(format("web/package.json"), Some("package-json"));
        assert_eq!(format("pnpm-workspace.yaml"), Some("pnpm-workspace"));
        assert_eq!(format(".github/workflows/release.yml"), Some("workflow"));
        assert_eq!(format("systems/one/source/.github/workflows/ci.yaml"), Some("workflow"));
        assert_eq!(format("justfile"), Some("just"));
        assert_eq!(format("Taskfile.yml"), Some("taskfile"));
        assert_eq!(format(".cargo/config.toml"), Some("cargo-config"));
        assert_eq!(format("docs/Makefile.md"), None);
        assert_eq!(format(".github/dependabot.yml"), None);
        assert_eq!(format("package.json.bak"), None);
    }

    proptest! {
        #[test]
        fn no_text_stops_a_parser(text in any::<String>()) {
            for format in formats() {
                let file = (format.parse)("x", &text);
                assert_eq!(file.format, format.name);
            }
        }

        #[test]
        fn no_text_of_make_signs_stops_a_parser(text in "[a%:=&;#$(){}\t\n\\\\ .-]{0,80}") {
            for format in formats() {
                (format.parse)("x", &text);
            }
        }
    }
}
