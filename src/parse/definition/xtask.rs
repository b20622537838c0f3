//! Sub-commands of `cargo xtask`: a program of the repository that automates it. <https://github.com/matklad/cargo-xtask>

use std::collections::BTreeMap;

use crate::model::definition::{Definition, DefinitionFile};
use crate::parse::definition::{Format, fingerprint};

/// Source files of a crate `xtask`. Names are those of references: `cargo xtask dist`.
///
/// What counts as a name is every text of one word, and every variant of an enum of clap's sub-commands. That is more than the
/// sub-commands, so that one that is missing is missing. A file that names none tells nothing.
pub(crate) const FORMAT: Format = Format {
    name: "xtask",
    recognizes: |path| path.ends_with(".rs") && (path.starts_with("xtask/src/") || path.contains("/xtask/src/")),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut names: BTreeMap<String, (u32, u64)> = BTreeMap::new();
    let mut is_subcommand = false;
    // The indent of the enum of sub-commands that is being read.
    let mut inside: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let words = line.trim_start();
        let depth = line.len() - words.len();
        let number = index as u32 + 1;
        if words.starts_with("//") || words.is_empty() {
            continue;
        }
        let mut add = |name: &str| {
            if is_name(name) {
                names.entry(name.to_owned()).or_insert((number, fingerprint(words)));
            }
        };
        // A text is a name when it is compared with, mapped, or given to an attribute or a builder; any may be.
        words.split('"').skip(1).step_by(2).for_each(&mut add);
        if words.starts_with("#[") {
            is_subcommand |= words.contains("Subcommand") || words.contains("Parser") || words.contains("FromArgs");
            continue;
        }
        match inside {
            Some(indent) if depth <= indent => inside = None,
            Some(indent) if depth <= indent + 4 && words.starts_with(|c: char| c.is_ascii_uppercase()) => {
                let variant = words.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                add(&kebab(variant));
            }
            _ => {}
        }
        let is_enum = words.starts_with("enum ") || words.starts_with("pub enum ") || words.starts_with("pub(crate) enum ");
        if is_enum && is_subcommand {
            inside = Some(depth);
        }
        if inside.is_none() || is_enum {
            is_subcommand = false;
        }
    }
    let mut definitions: Vec<Definition> = names
        .into_iter()
        .map(|(name, (line, stands_for))| Definition {
            kind: "task",
            name: format!("cargo xtask {name}"),
            line,
            fingerprint: stands_for,
            ..Definition::default()
        })
        .collect();
    definitions.sort_by(|left, right| (left.line, &left.name).cmp(&(right.line, &right.name)));
    DefinitionFile {
        path: path.to_owned(),
        format: FORMAT.name,
        is_complete: true,
        definitions,
        ..DefinitionFile::default()
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 60
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b':'))
}

/// The name that clap gives a variant: `ReleaseNotes` is `release-notes`.
fn kebab(variant: &str) -> String {
    let mut kebab = String::new();
    let mut before = 'A';
    for c in variant.chars() {
        if c.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
        before = c;
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn names(text: &str) -> Vec<String> {
        let file = parse("xtask/src/main.rs", text);
        file.definitions.into_iter().map(|task| task.name).collect()
    }

    #[test]
    fn texts_of_one_word_are_names() {
        assert_eq!(
            names(
                "match task.as_deref() {\n    Some(\"dist\") => dist()?,\n    Some(\"a\" | \"b\") => x(\"No word\"),\n    _ => {}\n}\nif arg == \"bump\" {}\n"
            ),
            ["cargo xtask dist", "cargo xtask a", "cargo xtask b", "cargo xtask bump"]
        );
    }

    #[test]
    fn variants_of_clap_are_names() {
        let text = "#[derive(Subcommand)]\nenum Task {\n    /// Makes it.\n    Dist,\n    ReleaseNotes { tag: String },\n    #[command(name = \"ci\", alias = \"check\")]\n    Ci(Args),\n}\n\nenum Other {\n    Nothing,\n}\n";
        assert_eq!(
            names(text),
            [
                "cargo xtask dist",
                "cargo xtask release-notes",
                "cargo xtask check",
                "cargo xtask ci"
            ]
        );
    }
}
