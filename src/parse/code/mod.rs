//! Source code -> what runbooks name in it: flags of scripts, sub-commands, routes, defaults of variables.
//!
//! One file per language. A language that does not see everything says so (`open_kinds`), and then a name that is not found is
//! unverifiable.

mod go;
mod javascript;
pub(crate) mod mention;
mod openapi;
mod package_bin;
mod proxy;
mod python;
mod python_routes;
mod route;
mod rust;
mod scan;
mod setting;
mod shell;
mod spring;
mod web_routes;

use crate::model::definition::DefinitionFile;

/// A language or format of code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language {
    /// The name, such as `python`.
    pub(crate) name: &'static str,
    /// Whether a file is of this language, by its path.
    pub(crate) recognizes: fn(&str) -> bool,
    /// Reads a file: its path and its text.
    pub(crate) parse: fn(&str, &str) -> DefinitionFile,
}

/// Every language, sorted by name.
pub(crate) const LANGUAGES: &[Language] = &[
    go::LANGUAGE,
    javascript::LANGUAGE,
    openapi::LANGUAGE,
    package_bin::LANGUAGE,
    proxy::LANGUAGE,
    python::LANGUAGE,
    rust::LANGUAGE,
    setting::LANGUAGE,
    shell::LANGUAGE,
    spring::LANGUAGE,
];

/// The language of a file by its path.
pub(crate) fn language_of(path: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| (language.recognizes)(path))
}

/// Reads a script whose name does not tell its language, by its first line.
pub(crate) fn parse_script(path: &str, text: &str) -> Option<DefinitionFile> {
    if let Some(language) = language_of(path) {
        return Some((language.parse)(path, text));
    }
    let first = text.lines().next().filter(|line| line.starts_with("#!"))?;
    let parse = if first.contains("python") || first.contains("uv run") {
        python::LANGUAGE.parse
    } else if first.contains("node") || first.contains("deno") || first.contains("tsx") {
        javascript::LANGUAGE.parse
    } else if first.contains("sh") {
        shell::LANGUAGE.parse
    } else {
        return None;
    };
    Some(parse(path, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{LANGUAGES, language_of, parse_script};

    #[test]
    fn languages_are_kebab_case_sorted_and_unique() {
        let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
    }

    #[test]
    fn each_file_has_one_language() {
        let name = |path| language_of(path).map(|language| language.name);
        assert_eq!(name("a/x.py"), Some("python"));
        assert_eq!(name("a/x.tsx"), Some("javascript"));
        assert_eq!(name("package.json"), Some("package-bin"));
        assert_eq!(name("docs/openapi.yaml"), Some("openapi"));
        assert_eq!(name("docker/Caddyfile"), Some("proxy"));
        assert_eq!(name("x.md"), None);
    }

    #[test]
    fn a_script_without_ending_is_known_by_its_first_line() {
        let script = parse_script("bin/x", "#!/usr/bin/env bash\ncase $1 in\n --go) y;;\nesac\n").expect("a shell script");
        assert_eq!(script.format, "shell");
        assert!(parse_script("bin/x", "text").is_none());
    }

    proptest! {
        #[test]
        fn no_text_stops_a_parser(text in any::<String>()) {
            for language in LANGUAGES {
                assert_eq!((language.parse)("x", &text).format, language.name);
            }
        }

        #[test]
        fn no_text_of_signs_stops_a_parser(text in "(@app.get\\(|add_argument\\(|--[a-c]|\\)|case|;;|def f\\(|[\"'`]|[a-c/:,={}]|\n| |é|struct|#\\[arg|Router|\\.route\\(){0,40}") {
            for language in LANGUAGES {
                (language.parse)("x", &text);
            }
        }
    }
}
