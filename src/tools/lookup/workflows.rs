//! The workflows of a tree.

use std::collections::HashMap;

use crate::model::definition::DefinitionFile;
use crate::model::edition::Source;
use crate::model::format;
use crate::tools::folder;

/// The workflows of a tree.
pub(crate) struct Workflows<'source> {
    /// The files.
    pub(crate) files: Vec<&'source DefinitionFile>,
    /// The display names and file names without their ending, as `plain` writes them.
    pub(crate) by_name: HashMap<String, &'source DefinitionFile>,
}

impl<'source> Workflows<'source> {
    pub(crate) fn new(source: &'source Source) -> Self {
        let is_ours = |file: &DefinitionFile| {
            let home = file.path.strip_suffix(folder::split(&file.path).1).unwrap_or_default();
            let home = home.trim_end_matches(".github/workflows/").trim_end_matches('/');
            [source.root.as_str(), source.product_root.as_str(), ""].contains(&home)
        };
        let mut files: Vec<&DefinitionFile> = source
            .definitions
            .values()
            .map(AsRef::as_ref)
            .filter(|file| file.format == format::WORKFLOW && is_ours(file))
            .collect();
        // A name that occurs twice means the one that is nearest to the source.
        files.sort_by_key(|file| {
            let is_within = |root: &String| folder::is_within(&file.path, root);
            (!is_within(&source.root), !is_within(&source.product_root))
        });
        let mut by_name = HashMap::new();
        for file in &files {
            let (_, name) = folder::split(&file.path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            for name in file.name.iter().map(String::as_str).chain([stem]) {
                by_name.entry(plain(name)).or_insert(*file);
            }
        }
        Self { files, by_name }
    }
}

/// A name as it is compared: lower case, one kind of separator, without a word such as "workflow" at its end.
pub(crate) fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
        .filter(|word| !word.is_empty())
        .collect();
    let words = match words.split_last() {
        Some((last, rest)) if !rest.is_empty() && matches!(*last, "workflow" | "pipeline" | "action") => rest,
        _ => &words[..],
    };
    words.join(" ")
}
