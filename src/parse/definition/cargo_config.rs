//! Aliases of Cargo: <https://doc.rust-lang.org/cargo/reference/config.html#alias>.

use ::toml::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::parse::definition::{Format, file_of, fingerprint, toml};
use crate::tools::runner::CARGO;

/// The configuration of Cargo. Its tasks are its aliases, by the name of references: `cargo xtask`, with what it runs as the value.
pub(crate) const FORMAT: Format = Format {
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
