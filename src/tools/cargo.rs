//! Aliases of Cargo: <https://doc.rust-lang.org/cargo/reference/config.html#alias>.

use ::toml::Value as TomlValue;

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::tools::format::{Format, file_of, fingerprint};
use crate::tools::program::{program_flags, verbs_and_flags};
use crate::tools::runner::CARGO;
use crate::tools::task_call::is_task_name;
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::test_filter::test_name;
use crate::tools::tool::{NONE, Tool};
use crate::tools::{cargo_manifest, cargo_package};
use crate::tools::{cargo_xtask, folder, toml};

/// Aliases and sub-commands of xtask. Any other word may be a program that extends Cargo.
pub(crate) const TOOL: Tool = Tool {
    names: &["cargo"],
    calls: cargo,
    formats: &[FORMAT, cargo_manifest::FORMAT, cargo_xtask::FORMAT],
    resolvers: &[cargo_package::RESOLVER],
    tasks: Some(TaskFiles {
        runner: CARGO,
        noun: "command",
        collect,
        is_exact: |_, name| name.starts_with("xtask "),
    }),
    ..NONE
};

/// What `cargo` knows by itself, and subcommands that are installed on their own. Any other is an alias of the repository.
const VERBS: &str = "\
    about add audit auditable b bench binstall bloat build c check chef clean clippy config criterion cyclonedx d deny \
    depgraph dist doc edit expand fetch fix flamegraph fmt fuzz generate geiger hack help info init insta install leptos \
    llvm-cov locate-project login logout machete make metadata miri msrv mutants new nextest outdated owner package pkgid \
    publish r release remove report run rustc rustdoc search semver-checks sqlx t tarpaulin test tree udeps uninstall \
    update vendor vet";

/// Options of cargo that take a value.
const VALUED: &[&str] = &[
    "-p", "--package", "--bin", "--example", "--test", "--bench", "--features", "-F", "--manifest-path", "--path", "--target",
    "--profile", "-j",
];

/// `cargo xtask X`, aliases, `--manifest-path`, `-p`, `--bin`, `--features`, and the arguments of the program that it runs.
fn cargo(call: &Call<'_>, sink: &mut Sink) {
    let (mut features, mut packages) = (Vec::new(), Vec::new());
    arguments_of(call, &mut features, &mut packages, sink);
    for value in &features {
        let names = value.text.split([',', ' ']).filter(|name| !name.is_empty());
        for name in names {
            let place = value.tail(&call.site, name);
            sink.named(&call.site, &place.range, Kind::CargoFeature, name, &packages, &call.directory);
        }
    }
}

/// The same, with the features and the packages that are named gathered for the end.
fn arguments_of<'word>(call: &Call<'word>, features: &mut Vec<Value<'word>>, packages: &mut Vec<String>, sink: &mut Sink) {
    let mut verb: Option<&Word> = None;
    let mut program = "cargo run";
    let mut arguments = Arguments::new(call.arguments(), VALUED);
    while let Some(argument) = arguments.next() {
        match argument {
            Argument::Option {
                name: "--manifest-path",
                value: Some(value),
                ..
            } => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
            Argument::Option {
                name: "--path",
                value: Some(value),
                ..
            } if verb.is_some_and(|verb| verb.text == "install") => {
                sink.path(&call.site, &value, Evidence::Operand, &call.directory);
            }
            Argument::Option {
                name,
                value: Some(value),
                ..
            } if !in_name(value.text) => {
                let verb = verb.map_or("", |verb| verb.text.as_str());
                // These verbs take packages of the registry as well.
                let is_own = !matches!(
                    verb,
                    "add" | "info" | "install" | "owner" | "pkgid" | "remove" | "tree" | "update" | "yank" | "clean" | "doc"
                );
                if matches!(name, "-F" | "--features") {
                    if is_own {
                        features.push(value);
                    }
                    continue;
                }
                if is_own && matches!(name, "-p" | "--package") {
                    packages.push(value.text.to_owned());
                }
                let kind = match name {
                    "-p" | "--package" if is_own => Kind::CargoPackage,
                    "--bin" if verb != "install" => Kind::CargoBin,
                    "--test" => Kind::CargoTest,
                    "--example" => Kind::CargoExample,
                    _ => continue,
                };
                if matches!(kind, Kind::CargoBin) || (kind == Kind::CargoPackage && program == "cargo run") {
                    program = value.text;
                }
                sink.other(&call.site, &value.range, kind, value.text, &call.directory);
            }
            Argument::Operand(word) if word.text.starts_with('+') => {}
            Argument::Operand(word) if verb.is_none() => {
                verb = Some(word);
                if word.text == "xtask" {
                    let task = arguments.rest().iter().find(|word| !word.text.starts_with('-'));
                    let end = task.unwrap_or(word).range.end;
                    let name = task.map_or_else(|| "xtask".to_owned(), |task| format!("xtask {}", task.text));
                    sink.task(&call.site, &(call.start()..end), CARGO, &name, &[], &call.directory);
                    return;
                }
                if !VERBS.split(' ').any(|verb| verb == word.text) && is_task_name(&word.text) {
                    let range = call.start()..word.range.end;
                    sink.task(&call.site, &range, CARGO, &word.text, &[], &call.directory);
                    return;
                }
            }
            Argument::Operand(word) if is_test(verb) => test_name(call, &word.text, &word.range, sink),
            Argument::Break => {
                if is_test(verb) {
                    if let Some(word) = arguments.rest().first() {
                        test_name(call, &word.text, &word.range, sink);
                    }
                    return;
                }
                if verb.is_some_and(|verb| matches!(verb.text.as_str(), "run" | "r")) && !in_name(program) {
                    let rest = arguments.rest();
                    let is_verb = rest
                        .first()
                        .is_some_and(|word| word.text.starts_with(|char: char| char.is_ascii_lowercase()));
                    if is_verb {
                        verbs_and_flags(call, program, rest, sink);
                    } else {
                        program_flags(call, program, rest, sink);
                    }
                }
                return;
            }
            _ => {}
        }
    }
}

/// Whether a verb runs tests that a name may choose.
fn is_test(verb: Option<&Word>) -> bool {
    verb.is_some_and(|verb| matches!(verb.text.as_str(), "test" | "t" | "nextest"))
}

fn collect(tree: Files<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let settings = tree.file_in(above, &[".cargo/config.toml", ".cargo/config"], "cargo-config");
        if let Some(file) = settings {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(CARGO));
        }
    }
    let mut names = names?;
    let sources = tree.source.definitions.values().filter(|file| file.format == format::XTASK);
    let mut has_commands = false;
    for file in sources {
        if file.path.ends_with("/main.rs") || !has_commands && !file.definitions.is_empty() {
            file.path.clone_into(&mut names.file);
        }
        has_commands |= !file.definitions.is_empty();
        names.add_all(file, Kind::Task(CARGO));
        names.likely.extend(file.binaries.iter().map(|word| format!("xtask {word}")));
    }
    if !has_commands {
        names.hide(Reason::CommandsOfXtaskComputed);
    }
    Some(names)
}

/// The configuration of Cargo. Its tasks are its aliases, by the name of references: `cargo xtask`, with what it runs as the value.
const FORMAT: Format = Format {
    name: "cargo-config",
    recognizes: |path| {
        [".cargo/config.toml", ".cargo/config"].iter().any(|name| {
            path.strip_suffix(name)
                .is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        })
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, toml::read(text), |table, file| {
        for (name, line, command) in toml::entries(&table, text, &["alias"]) {
            file.definitions.push(Definition {
                // What it runs; an alias of several words may be a list.
                value: Some(match command {
                    TomlValue::Array(words) => words.iter().filter_map(TomlValue::as_str).collect::<Vec<_>>().join(" "),
                    command => command.as_str().unwrap_or_default().to_owned(),
                }),
                ..Definition::task(CARGO, name, line, fingerprint(command.to_string()))
            });
        }
        file.is_complete = true;
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn aliases_have_their_lines() {
        let file = parse(
            ".cargo/config.toml",
            "[build]\njobs = 2\n\n[alias]\nxtask = \"run -p xtask --\"\n",
        );
        assert_eq!(file.definitions[0].name, "xtask");
        assert_eq!(file.definitions[0].value.as_deref(), Some("run -p xtask --"));
        assert_eq!(file.definitions[0].line, 5);
    }

    #[test]
    fn a_broken_file_is_a_problem_with_its_line() {
        let file = parse(".cargo/config.toml", "[alias]\nb = \n");
        assert_eq!(file.problems[0].line, Some(2));
    }
}
