//! Aliases of Cargo: <https://doc.rust-lang.org/cargo/reference/config.html#alias>.

use std::collections::HashMap;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::finding::Problem;
use crate::parse::definition::{Format, fingerprint};

/// The configuration of Cargo. Its tasks are its aliases.
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
    let mut file = DefinitionFile {
        path: path.to_owned(),
        format: FORMAT.name,
        ..DefinitionFile::default()
    };
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map(|span| line_at(text, span.start));
            file.problems.push(Problem {
                line,
                message: format!("not TOML: {}", error.message().lines().next().unwrap_or_default()),
            });
            return file;
        }
    };
    let aliases = table.get("alias").and_then(toml::Value::as_table);
    let lines = key_lines(text);
    for (name, command) in aliases.into_iter().flatten() {
        file.definitions.push(Definition {
            kind: "task",
            value: None,
            interface: 0,
            fingerprint: fingerprint(command.to_string()),
            name: name.clone(),
            line: lines.get(name.as_str()).copied().unwrap_or(1),
            is_pattern: false,
        });
    }
    file.is_complete = true;
    file
}

/// The first line that gives each key a value: `name = `, `"name" = ` or `alias.name = `.
fn key_lines(text: &str) -> HashMap<&str, u32> {
    let mut lines = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((key, _)) = line.split_once('=') {
            let key = key.trim().trim_start_matches("alias.").trim_matches(['"', '\'']);
            lines.entry(key).or_insert(index as u32 + 1);
        }
    }
    lines
}

fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() as u32 + 1
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
        assert_eq!(file.definitions[0].line, 5);
    }

    #[test]
    fn a_broken_file_is_a_problem_with_its_line() {
        let file = parse(".cargo/config.toml", "[alias]\nb = \n");
        assert_eq!(file.problems[0].line, Some(2));
    }
}
