//! Files that define what can be called by name: Makefiles, packages, task files, workflows, Compose files.

pub(crate) mod cargo_config;
pub(crate) mod cargo_manifest;
pub(crate) mod compose;
pub(crate) mod gitlab_ci;
pub(crate) mod ini;
pub(crate) mod json;
pub(crate) mod just;
pub(crate) mod make;
pub(crate) mod mise;
pub(crate) mod package_json;
pub(crate) mod pnpm_workspace;
pub(crate) mod pyproject;
pub(crate) mod python_programs;
pub(crate) mod python_tasks;
pub(crate) mod ruby_tasks;
pub(crate) mod script_maps;
pub(crate) mod taskfile;
pub(crate) mod toml;
pub(crate) mod workflow;
pub(crate) mod xtask;
pub(crate) mod yaml;

use crate::model::definition::DefinitionFile;
use crate::model::finding::Problem;
use crate::model::stable::{Encode, stable};

/// A format of task files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The name, such as `make`.
    pub(crate) name: &'static str,
    /// Whether a file is of this format, by its path.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a file: its path and its text.
    pub(crate) parse: fn(&str, &str) -> DefinitionFile,
}

/// Every format, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    cargo_config::FORMAT,
    cargo_manifest::FORMAT,
    compose::FORMAT,
    script_maps::COMPOSER,
    script_maps::DENO,
    gitlab_ci::FORMAT,
    just::FORMAT,
    make::FORMAT,
    mise::FORMAT,
    script_maps::NX,
    package_json::FORMAT,
    pnpm_workspace::FORMAT,
    pyproject::FORMAT,
    python_tasks::FORMAT,
    ruby_tasks::FORMAT,
    taskfile::FORMAT,
    ini::FORMAT,
    script_maps::TURBO,
    workflow::FORMAT,
    xtask::FORMAT,
];

/// The format of a file by its path; none when the file defines nothing that can be called.
pub(crate) fn format_of(path: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.recognizes)(path))
}

/// A number that stands for a definition, to compare two readings of it. It is written into runbooks, so it is stable.
fn fingerprint(definition: impl Encode) -> u128 {
    stable(definition)
}

/// A file of a structured format: what was read fills it; what could not be read is its problem, and then it is not complete.
fn file_of<V>(
    path: &str,
    format: &'static str,
    read: Result<V, Problem>,
    fill: impl FnOnce(V, &mut DefinitionFile),
) -> DefinitionFile {
    let mut file = DefinitionFile::new(path, format);
    match read {
        Ok(value) => fill(value, &mut file),
        Err(problem) => file.problems.push(problem),
    }
    file
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// What follows the last dot of the last part of a path; empty without a dot.
fn extension(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{FORMATS, format_of};

    #[test]
    fn formats_are_kebab_case_sorted_and_unique() {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
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
            for format in FORMATS {
                let file = (format.parse)("x", &text);
                assert_eq!(file.format, format.name);
            }
        }

        #[test]
        fn no_text_of_make_signs_stops_a_parser(text in "[a%:=&;#$(){}\t\n\\\\ .-]{0,80}") {
            for format in FORMATS {
                (format.parse)("x", &text);
            }
        }
    }
}
