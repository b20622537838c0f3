//! Aliases of Cargo: <https://doc.rust-lang.org/cargo/reference/config.html#alias>.

use ::toml::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::tools::format::{Format, file_of, fingerprint};
use crate::tools::runner::CARGO;
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::Tool;
use crate::tools::{cargo_xtask, folder, toml};

/// Aliases and sub-commands of xtask. Any other word may be a program that extends Cargo.
pub(crate) const TOOL: Tool = Tool {
    formats: &[FORMAT, cargo_xtask::FORMAT],
    tasks: TaskFiles {
        runner: CARGO,
        noun: "command",
        collect,
        is_exact: |name| name.starts_with("xtask "),
    },
};

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
    let sources = tree.source.definitions.values().filter(|file| file.format == "xtask");
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
                kind: Kind::Task(CARGO),
                name: name.to_owned(),
                // What it runs; an alias of several words may be a list.
                value: Some(match command {
                    Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                    command => command.as_str().unwrap_or_default().to_owned(),
                }),
                line,
                fingerprint: fingerprint(command.to_string()),
                ..Definition::default()
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
