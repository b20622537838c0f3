//! The theme that the settings name, from the files of the judged revision.

use crate::config::ThemeConfig;
use crate::config::read::FILE;
use crate::config::theme::{self, LIMIT};
use crate::error::{Error, Result};
use crate::model::theme::Theme;
use crate::model::tree::{Entry, EntryKind};
use crate::source::tree::Tree;

/// Reads the theme. What is named and not there is an error: a handbook that looks different than somebody meant is noticed late.
pub(super) fn theme(config: &ThemeConfig, tree: &dyn Tree) -> Result<Theme> {
    let mut theme = Theme::default();
    if let Some(path) = &config.tokens {
        let entry = tree.listing().entry(path).ok_or_else(|| missing("file", path, "tokens"))?;
        theme.tokens = theme::tokens(&text(tree, entry)?, path)?;
    }
    if let Some(folder) = &config.templates {
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let entries = tree.listing().entries.iter();
        for entry in entries.filter(|entry| entry.path.starts_with(&folder)) {
            let text = text(tree, entry)?;
            theme::check_template(&text, &entry.path)?;
            theme.templates.insert(entry.path[folder.len()..].to_owned(), text);
        }
        if theme.templates.is_empty() {
            return Err(missing("folder with files", &folder, "templates"));
        }
    }
    Ok(theme)
}

fn missing(what: &str, path: &str, key: &str) -> Error {
    Error::usage(format!("{FILE}: there is no {what} `{path}`, which `theme.{key}` names"))
        .with_help("it counts from the root of the repository, and must be committed unless the worktree is read")
}

fn text(tree: &dyn Tree, entry: &Entry) -> Result<String> {
    let failed = |why: &str| Err(Error::usage(format!("failed to read `{}` of the theme: {why}", entry.path)));
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        return failed("it is no plain file");
    }
    let bytes = tree.read(entry)?;
    if bytes.len() > LIMIT {
        return failed("it is larger than any file of a theme can be");
    }
    String::from_utf8(bytes).or_else(|_| failed("it is not UTF-8"))
}
