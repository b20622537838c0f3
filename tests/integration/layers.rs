//! Holds the table of `src/lib.rs`: which layer may import which.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Layer, and the layers that it may import. The same table stands in `src/lib.rs` and `ARCHITECTURE.md`.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &[]),
    ("code", &["model"]),
    ("tools", &["model", "code"]),
    ("parse", &["model", "tools", "code"]),
    ("report", &["model"]),
    ("config", &["model", "error"]),
    ("source", &["model", "error"]),
    ("audit", &["model", "config", "tools"]),
    ("site", &["model", "config"]),
    ("load", &["source", "parse", "tools", "code", "config", "model", "error"]),
    ("judge", &["load", "parse", "audit", "source", "config", "model", "error"]),
    ("output", &["site", "error"]),
    (
        "cli",
        &[
            "model", "error", "parse", "report", "config", "source", "audit", "site", "load", "output", "judge", "tools", "code",
        ],
    ),
    ("main", &[]),
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules of the crate that a text names after `crate::`, the members of a `crate::{...}` list included.
fn imports(text: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, marker) in line.match_indices("crate::") {
            let rest = &line[at + marker.len()..];
            let word = |text: &str| {
                text.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect::<String>()
            };
            if let Some(list) = rest.strip_prefix('{') {
                modules.extend(
                    list.split('}')
                        .next()
                        .unwrap_or_default()
                        .split(',')
                        .map(|item| word(item.trim())),
                );
            } else {
                modules.insert(word(rest));
            }
        }
    }
    modules.remove("");
    modules
}

#[test]
fn imports_run_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    assert!(files.len() > 10, "the source files were found");
    let mut wrong = Vec::new();
    for file in &files {
        let relative = file.strip_prefix(&source).expect("the file is below src");
        let layer = relative
            .iter()
            .next()
            .and_then(|part| part.to_str())
            .unwrap_or_default()
            .trim_end_matches(".rs");
        if layer == "lib" {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{} is in no layer of the table", relative.display()));
            continue;
        };
        let text = fs::read_to_string(file).expect("the source file can be read");
        for module in imports(&text) {
            if module != layer && !allowed.contains(&module.as_str()) {
                wrong.push(format!("{} imports crate::{module}", relative.display()));
            }
        }
        for glob in ["use super::*", "pub use crate::", "pub(crate) use crate::"] {
            if text.contains(glob) {
                wrong.push(format!("{} says `{glob}`", relative.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports against the table in src/lib.rs:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_table_stands_in_the_docs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("src/lib.rs")).expect("src/lib.rs can be read");
    for (layer, _) in LAYERS.iter().filter(|(layer, _)| *layer != "main") {
        let row = text.lines().any(|line| {
            line.starts_with("//! |")
                && line
                    .split('|')
                    .nth(1)
                    .is_some_and(|cell| cell.split(',').any(|name| name.trim() == *layer))
        });
        assert!(row, "`{layer}` has no row in the table of src/lib.rs");
    }
}
