//! Source code -> what runbooks name in it: flags of scripts, sub-commands, routes, settings.
//!
//! One file per language binds its grammar; one file per framework says what a call means there, and what stays open: then a name that
//! is not found is unverifiable. Languages without a grammar here are read as text.

mod argparse;
pub(crate) mod bash;
mod clap;
mod clap_builder;
mod click;
mod cobra;
mod commander;
mod django;
mod express;
mod fastapi;
mod file_routes;
mod found;
mod go;
mod go_flag;
mod go_routes;
mod javascript;
mod kubernetes;
mod language;
pub(crate) mod mention;
mod nest;
mod openapi;
mod package_bin;
mod parse_args;
mod powershell;
mod proxy;
mod python;
mod python_arguments;
mod route;
mod rust;
mod rust_routes;
mod scan;
mod setting;
mod shell_options;
mod spring;
mod terraform;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod tree;
mod typer;
mod yargs;

use crate::code::found::Found;
use crate::code::language::{Framework, Language, Reader};
use crate::code::tree::{Grammar, Source};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;

/// Every language, sorted by name.
pub(crate) const LANGUAGES: &[Language] = &[
    go::LANGUAGE,
    javascript::LANGUAGE,
    openapi::LANGUAGE,
    package_bin::LANGUAGE,
    powershell::LANGUAGE,
    proxy::LANGUAGE,
    python::LANGUAGE,
    rust::LANGUAGE,
    setting::LANGUAGE,
    bash::LANGUAGE,
    spring::LANGUAGE,
    terraform::LANGUAGE,
    kubernetes::LANGUAGE,
];

/// Every framework.
const FRAMEWORKS: &[Framework] = &[
    argparse::FRAMEWORK,
    clap::FRAMEWORK,
    clap_builder::FRAMEWORK,
    click::FRAMEWORK,
    cobra::FRAMEWORK,
    commander::FRAMEWORK,
    django::FRAMEWORK,
    express::FRAMEWORK,
    fastapi::FRAMEWORK,
    file_routes::FRAMEWORK,
    go_flag::FRAMEWORK,
    go_routes::FRAMEWORK,
    nest::FRAMEWORK,
    parse_args::FRAMEWORK,
    python_arguments::FRAMEWORK,
    rust_routes::FRAMEWORK,
    shell_options::FRAMEWORK,
    typer::FRAMEWORK,
    yargs::FRAMEWORK,
];

/// The language of a file by its path.
pub(crate) fn language_of(path: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| (language.recognizes)(path))
}

/// What is asked of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// Everything that it defines.
    Everything,
    /// The routes that it serves.
    Routes,
}

impl Asked {
    fn of(self, framework: &Framework) -> bool {
        self == Self::Everything || framework.defines.contains(&Kind::Endpoint)
    }
}

/// Reads a file; one whose name does not tell its language by its first line.
pub(crate) fn parse_script(path: &str, text: &str, asked: Asked) -> Option<DefinitionFile> {
    if let Some(language) = language_of(path) {
        return Some(parse(language, path, text, asked));
    }
    let first = text.lines().next().filter(|line| line.starts_with("#!"))?;
    let language = if first.contains("python") || first.contains("uv run") {
        python::LANGUAGE
    } else if first.contains("node") || first.contains("deno") || first.contains("tsx") {
        javascript::LANGUAGE
    } else if first.contains("sh") {
        bash::LANGUAGE
    } else {
        return None;
    };
    Some(parse(&language, path, text, asked))
}

/// Reads a file of a language.
pub(crate) fn parse(language: &Language, path: &str, text: &str, asked: Asked) -> DefinitionFile {
    match language.reader {
        Reader::Text(parse) => parse(path, text),
        Reader::Grammar(grammar) => by_grammar(grammar, path, text, asked),
    }
}

/// Reads a file as one that uses every framework of its language, so that no reader is spared.
#[cfg(test)]
pub(crate) fn parse_as_all(language: &Language, path: &str, text: &str) -> DefinitionFile {
    match language.reader {
        Reader::Text(parse) => parse(path, text),
        Reader::Grammar(grammar) => {
            let of_grammar = |framework: &&Framework| framework.grammar == grammar.name;
            let used: Vec<&Framework> = FRAMEWORKS.iter().filter(of_grammar).collect();
            by_frameworks(grammar, &used, path, text)
        }
    }
}

/// Reads a file by its grammar, if it uses any framework that is known.
fn by_grammar(grammar: &'static Grammar, path: &str, text: &str, asked: Asked) -> DefinitionFile {
    let used: Vec<&Framework> = FRAMEWORKS
        .iter()
        .filter(|framework| framework.grammar == grammar.name && asked.of(framework) && (framework.uses)(path, text))
        .collect();
    by_frameworks(grammar, &used, path, text)
}

/// Reads a file as one that uses some frameworks.
fn by_frameworks(grammar: &'static Grammar, used: &[&Framework], path: &str, text: &str) -> DefinitionFile {
    let mut found = Found::new(path, grammar.name, text);
    if used.is_empty() {
        return found.finish();
    }
    let Some(source) = Source::read(grammar, path, text) else {
        // The grammar gave up: nothing is known of what the file defines.
        for framework in used {
            framework.defines.iter().for_each(|kind| found.open(*kind));
        }
        return found.finish();
    };
    for framework in used {
        (framework.read)(&source, &mut found);
        if source.is_broken_at(framework.words) {
            framework.defines.iter().for_each(|kind| found.open(*kind));
        }
    }
    let lines = |definition: &crate::model::definition::Definition| definition.line;
    found.file.definitions.sort_by_key(lines);
    found.finish()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::{any, proptest};

    use super::{Asked, FRAMEWORKS, LANGUAGES, language_of, parse, parse_script};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn read(path: &str, text: &str) -> Option<DefinitionFile> {
        parse_script(path, text, Asked::Everything)
    }

    #[test]
    fn languages_are_sorted_and_unique_and_frameworks_have_one() {
        let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
        for framework in FRAMEWORKS {
            assert!(
                LANGUAGES.iter().any(|language| language.name == framework.grammar),
                "{}",
                framework.grammar
            );
        }
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
        let script = read("bin/x", "#!/usr/bin/env bash\ncase $1 in\n --go) y;;\nesac\n").expect("a shell script");
        assert_eq!(script.format, "shell");
        assert!(read("bin/x", "text").is_none());
    }

    #[test]
    fn only_what_is_asked_of_a_file_is_read() {
        let text = "import argparse\nfrom fastapi import FastAPI\np.add_argument('--x')\n@app.get('/y')\ndef y(): pass\n";
        let kinds = |asked| {
            let file = parse_script("x.py", text, asked).expect("the language is known");
            [Kind::ScriptFlag, Kind::Endpoint].map(|kind| file.of_kind(kind).count())
        };
        assert_eq!(kinds(Asked::Everything), [1, 1]);
        assert_eq!(kinds(Asked::Routes), [0, 1]);
    }

    #[test]
    fn nested_texts_end_in_time() {
        let heads = [
            ("x.py", "import click, argparse, typer, fastapi, sys\nsys.argv\nadd_argument"),
            (
                "x.js",
                "import 'commander'; import 'yargs'; express; process.argv; program.option",
            ),
            (
                "x.ts",
                "import 'commander'; import 'yargs'; express; process.argv; program.option",
            ),
            (
                "x.tsx",
                "import 'commander'; import 'yargs'; express; process.argv; program.option",
            ),
            ("x.go", "package x\nvar flag = cobra.Command"),
            ("x.rs", "use clap::{Parser, Arg}; Router; fn f() { Arg::new"),
            ("x.sh", "case $1 in --a) x "),
        ];
        for (path, head) in heads {
            for (nest, length) in [
                ("(", 200_000),
                ("{", 200_000),
                ("-", 200_000),
                ("[", 20_000),
                ("$(", 20_000),
                ("f(", 20_000),
                ("a.b(", 20_000),
                ("<", 20_000),
                ("a |\n", 20_000),
            ] {
                let text = format!("{head}{}", nest.repeat(length / nest.len()));
                let start = Instant::now();
                read(path, &text);
                assert!(
                    start.elapsed() < Duration::from_secs(120),
                    "{path} with {nest}: {:?}",
                    start.elapsed()
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_a_parser(text in any::<String>()) {
            for language in LANGUAGES {
                assert_eq!(parse(language, "x", &text, Asked::Everything).format, language.name);
            }
        }

        #[test]
        fn no_text_of_signs_stops_a_parser(text in "(@app.get\\(|add_argument\\(|--[a-c]|\\)|case|;;|def f\\(|[\"'`]|[a-c/:,={}]|\n| |é|struct|#\\[arg|Router|\\.route\\(|clap|cobra.|commander|click|esac|<<EOF){0,40}") {
            for language in LANGUAGES {
                parse(language, "x", &text, Asked::Everything);
            }
        }
    }
}
