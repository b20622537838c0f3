//! Recipes of just: <https://just.systems/man/en/>.

use crate::model::definition::{Definition, DefinitionFile};
use crate::parse::definition::{Format, extension, file_name, fingerprint};

/// Justfiles. Their tasks are recipes and aliases.
pub(crate) const FORMAT: Format = Format {
    name: "just",
    recognizes: |path| {
        let name = file_name(path);
        name.eq_ignore_ascii_case("justfile") || name.eq_ignore_ascii_case(".justfile") || extension(path) == "just"
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile {
        path: path.to_owned(),
        format: FORMAT.name,
        is_complete: true,
        ..DefinitionFile::default()
    };
    let mut string_end = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(end) = string_end {
            if line.contains(end) {
                string_end = None;
            }
            continue;
        }
        // Everything that is indented is the body of a recipe.
        if line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            if let Some(task) = file.definitions.last_mut() {
                task.fingerprint = fingerprint((task.fingerprint, line.trim()));
            }
            continue;
        }
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let line_number = index as u32 + 1;
        let first = line.split_whitespace().next().unwrap_or_default();
        match first.trim_end_matches('?') {
            "import" | "mod" => {
                // A module is called as `module::recipe`; both may lie outside of the tree.
                file.is_complete = false;
                file.includes.extend(line.split(['\'', '"']).nth(1).map(str::to_owned));
            }
            "alias" => {
                if let Some((name, _)) = line["alias".len()..].split_once(":=") {
                    push(&mut file, name.trim(), line_number, line);
                }
            }
            "set" | "export" => {}
            _ => {
                if let Some(name) = recipe_name(line) {
                    push(&mut file, name, line_number, line);
                } else {
                    string_end = ["'''", "\"\"\""].into_iter().find(|quote| line.matches(quote).count() == 1);
                }
            }
        }
    }
    file
}

/// Adds a task that begins at a line; its body is taken in as it is read.
fn push(file: &mut DefinitionFile, name: &str, line: u32, head: &str) {
    if is_name(name) {
        file.definitions.push(Definition {
            kind: "just-recipe",
            value: None,
            interface: 0,
            name: name.to_owned(),
            line,
            is_pattern: false,
            fingerprint: fingerprint(head.trim()),
        });
    }
}

/// The name of the recipe that a line begins: `name parameter='default' *rest: dependencies`.
fn recipe_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix('@').unwrap_or(line);
    let end = line.find(|c: char| !is_name_char(c))?;
    let (name, rest) = line.split_at(end);
    if !is_name(name) {
        return None;
    }
    let mut quote = None;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            // `name := value` is an assignment.
            (None, ':') => return (chars.peek() != Some(&'=')).then_some(name),
            (None, _) => {}
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn names(text: &str) -> Vec<(String, u32)> {
        let file = parse("justfile", text);
        file.definitions.into_iter().map(|task| (task.name, task.line)).collect()
    }

    #[test]
    fn recipes_and_aliases_are_tasks() {
        let text = "set shell := [\"bash\"]\nversion := '1'\nalias m := migrate\n\n# doc\n[private]\nmigrate target='a:b': _check_env\n    echo {{target}}\n@build *args:\n    cargo build\n";
        let found = names(text);
        assert_eq!(
            found,
            [("m".to_owned(), 3), ("migrate".to_owned(), 7), ("build".to_owned(), 9)]
        );
    }

    #[test]
    fn the_body_of_a_recipe_defines_nothing() {
        assert_eq!(names("a:\n    b: c\n\tc: d\n"), [("a".to_owned(), 1)]);
    }

    #[test]
    fn a_recipe_is_its_head_and_its_body() {
        let of = |text: &str| parse("justfile", text).definitions[0].fingerprint;
        assert_eq!(of("a:\n  x\nb:\n  y\n"), of("# why\na:\n    x\n\nb:\n  z\n"));
        assert_ne!(of("a:\n  x\n"), of("a:\n  y\n"));
    }

    #[test]
    fn an_import_hides_names() {
        let file = parse("justfile", "import 'ci.just'\na:\n");
        assert_eq!(file.includes, ["ci.just"]);
        assert!(!file.is_complete);
    }
}
