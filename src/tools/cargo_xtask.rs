//! Sub-commands of `cargo xtask`: a program of the repository that automates it. <https://github.com/matklad/cargo-xtask>

use std::collections::{BTreeMap, BTreeSet};

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::tools::format::{Format, fingerprint};
use crate::tools::runner::CARGO;

/// The most words of one file that are kept.
const WORD_LIMIT: usize = 20_000;

/// Source files of a crate `xtask`. Names are those of references: `cargo xtask dist`.
///
/// A name for certain is a text in a `match` or a comparison, a variant of an enum of clap's sub-commands, a `cmd` of xflags, and what
/// an attribute or a builder gives. Every other word of the source stands among the binaries: it may be a name that is put together in some other way.
pub(crate) const FORMAT: Format = Format {
    name: "xtask",
    recognizes: |path| path.ends_with(".rs") && (path.starts_with("xtask/src/") || path.contains("/xtask/src/")),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut names: BTreeMap<String, (u32, u128)> = BTreeMap::new();
    let mut words_of_source = BTreeSet::new();
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
        for word in words.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | ':')) {
            let word = kebab(word.trim_matches([':', '-', '_'])).replace('_', "-");
            if is_name(&word) && words_of_source.len() < WORD_LIMIT {
                words_of_source.insert(word);
            }
        }
        let mut add = |name: &str| {
            if is_name(name) {
                names.entry(name.to_owned()).or_insert((number, fingerprint(words)));
            }
        };
        certain(words).for_each(&mut add);
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
            kind: Kind::Task(CARGO),
            name: format!("xtask {name}"),
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
        binaries: words_of_source.into_iter().collect(),
        ..DefinitionFile::default()
    }
}

/// The names that a line gives for certain.
fn certain(line: &str) -> impl Iterator<Item = &str> {
    // Texts in front of an arrow, without what a guard compares.
    let arms = line
        .split_once("=>")
        .map_or("", |(arms, _)| arms.split(" if ").next().unwrap_or(arms));
    let markers = [
        "name = \"", "alias = \"", "Command::new(\"", "App::new(\"", "with_name(\"", "alias(\"", "command(\"", "== \"",
    ];
    let given = markers.into_iter().flat_map(move |marker| {
        let places = line.match_indices(marker);
        places.filter_map(move |(at, marker)| line[at + marker.len()..].split('"').next())
    });
    // `default cmd server {` and `cmd dist d {` of xflags.
    let flags = line.trim_start_matches("default ").strip_prefix("cmd ");
    let flags = flags
        .into_iter()
        .flat_map(|rest| rest.split('{').next().unwrap_or_default().split_whitespace());
    arms.split('"').skip(1).step_by(2).chain(given).chain(flags)
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
        file.definitions
            .into_iter()
            .map(|task| task.kind.called(&task.name))
            .collect()
    }

    #[test]
    fn texts_that_are_compared_are_names() {
        assert_eq!(
            names(
                "match task.as_deref() {\n    Some(\"dist\") => dist()?,\n    Some(\"a\" | \"b\") => x(\"No word\"),\n    _ => {}\n}\nif arg == \"bump\" {}\n"
            ),
            ["cargo xtask dist", "cargo xtask a", "cargo xtask b", "cargo xtask bump"]
        );
    }

    #[test]
    fn commands_of_xflags_are_names_and_other_words_may_be() {
        assert_eq!(
            names("xflags! {\n    cmd install i {\n    }\n    default cmd run {}\n}\n"),
            ["cargo xtask i", "cargo xtask install", "cargo xtask run"]
        );
        let file = parse(
            "xtask/src/main.rs",
            "static ALL: &[&str] = &[\"dist\"];\nfn semver_checks() {}\n",
        );
        assert!(file.definitions.is_empty());
        for word in ["dist", "semver-checks"] {
            assert!(file.binaries.iter().any(|one| one == word), "{word}");
        }
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
