//! Environments of tox, programs and test markers in `tox.ini`, `setup.cfg` and `pytest.ini`: <https://tox.wiki/en/latest/config.html>.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::parse::definition::python_programs;
use crate::tools::format::{Format, file_name, fingerprint};
use crate::tools::runner::TOX;

/// Settings of tox. Names are those of references: `tox lint`. Names that are put together from factors leave the file open.
pub(crate) const FORMAT: Format = Format {
    name: "tox",
    recognizes: |path| matches!(file_name(path), "tox.ini" | "setup.cfg" | "pytest.ini"),
    parse,
};

/// An environment that a text names.
pub(crate) struct Environment {
    /// Its name, which may hold factors in braces.
    pub(crate) name: String,
    /// The line that names it, from 1.
    line: u32,
    /// The lines of its section.
    body: Vec<String>,
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    python_programs::of_sections(text, &mut file);
    for environment in tox_names(text) {
        if environment.name.contains(['{', '}', '[']) {
            file.is_complete = false;
            continue;
        }
        file.definitions.push(Definition {
            kind: Kind::Task(TOX),
            name: environment.name,
            line: environment.line,
            fingerprint: fingerprint(&environment.body),
            ..Definition::default()
        });
    }
    file
}

/// The environments that a text names: its sections `[testenv:x]` and the list of the ones that run by default.
pub(crate) fn tox_names(text: &str) -> Vec<Environment> {
    let mut names: Vec<Environment> = Vec::new();
    let mut section = "";
    let mut is_list = false;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let words = line.split(['#', ';']).next().unwrap_or_default().trim();
        if words.is_empty() {
            continue;
        }
        if let Some(inner) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = inner;
            is_list = false;
            if let Some(name) = inner.strip_prefix("testenv:").or_else(|| inner.strip_prefix("env:")) {
                names.push(Environment {
                    name: name.trim().to_owned(),
                    line: number,
                    body: Vec::new(),
                });
            }
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        if matches!(section, "tox" | "tox:tox") {
            let (key, value) = words.split_once(['=', ':']).unwrap_or(("", words));
            if !is_indented {
                is_list = matches!(key.trim(), "envlist" | "env_list");
            }
            if is_list {
                let value = if is_indented { words } else { value };
                names.extend(listed(value).map(|name| Environment {
                    name,
                    line: number,
                    body: Vec::new(),
                }));
            }
        } else if section.starts_with("testenv:")
            && let Some(last) = names.last_mut()
        {
            last.body.push(words.to_owned());
        }
    }
    names
}

/// The names of a list; a comma inside of braces is a part of a name.
fn listed(words: &str) -> impl Iterator<Item = String> {
    let mut names = vec![String::new()];
    let mut depth = 0_u32;
    for c in words.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c == ',' || c.is_whitespace()) {
            names.push(String::new());
        } else if let Some(last) = names.last_mut() {
            last.push(c);
        }
    }
    names.into_iter().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sections_and_the_list_name_environments() {
        let file = parse(
            "tox.ini",
            "[tox]\nenvlist =\n    py311, lint\n    docs\nskip = x\n[testenv]\ncommands = y\n[testenv:docs]\ncommands = sphinx\n",
        );
        let found: Vec<(String, u32)> = file
            .definitions
            .iter()
            .map(|task| (task.kind.called(&task.name), task.line))
            .collect();
        assert_eq!(
            found,
            [
                ("tox py311".to_owned(), 3),
                ("tox lint".to_owned(), 3),
                ("tox docs".to_owned(), 4),
                ("tox docs".to_owned(), 8)
            ]
        );
        assert!(file.is_complete);
    }

    #[test]
    fn factors_hide_names() {
        assert!(!parse("tox.ini", "[tox]\nenvlist = py{310,311}-{a,b}, lint\n").is_complete);
    }
}
