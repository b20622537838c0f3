//! Which paths git ignores: what is not in the tree because it is made on the spot.

use std::collections::HashMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::model::edition::Ignores;
use crate::tools::folder;

/// The matchers of a tree by the folder of their `.gitignore`.
pub(super) struct Ignored {
    matchers: HashMap<String, Gitignore>,
}

impl Ignored {
    pub(super) fn new(ignores: &Ignores) -> Self {
        let matcher = |content: &str| {
            let mut builder = GitignoreBuilder::new("");
            for line in content.lines() {
                // A line that is no pattern ignores nothing, in git as here.
                let _ = builder.add_line(None, line);
            }
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        };
        let matchers = ignores
            .files
            .iter()
            .map(|(folder, content)| (folder.clone(), matcher(content)))
            .collect();
        Self { matchers }
    }

    /// Whether git ignores a file at a path: a pattern that ends in a slash (`build/`) is one of folders only.
    pub(super) fn is_ignored_file(&self, path: &str) -> bool {
        let (parent, _) = folder::split(path);
        !parent.is_empty() && self.is_ignored(parent) || self.is_matched_as(path, &[false])
    }

    /// Whether git ignores a path. As in git, what lies in an ignored folder cannot be taken out again.
    pub(super) fn is_ignored(&self, path: &str) -> bool {
        if path == ".git" || path.starts_with(".git/") {
            return true;
        }
        if self.matchers.is_empty() {
            return false;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.into_iter().any(|end| self.is_matched(&path[..end]))
    }

    /// Whether the patterns name this very path. A path that is not there may be a folder as well as a file.
    fn is_matched(&self, path: &str) -> bool {
        self.is_matched_as(path, &[true, false])
    }

    fn is_matched_as(&self, path: &str, kinds: &[bool]) -> bool {
        let (parent, _) = folder::split(path);
        for folder in folder::upward(parent) {
            let Some(matcher) = self.matchers.get(folder) else {
                continue;
            };
            let inside = path[folder.len()..].trim_start_matches('/');
            for is_folder in kinds {
                let matched = matcher.matched(inside, *is_folder);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Ignored;
    use crate::model::edition::Ignores;

    fn ignored(files: &[(&str, &str)]) -> Ignored {
        let files = files
            .iter()
            .map(|(folder, text)| ((*folder).to_owned(), Arc::from(*text)))
            .collect();
        Ignored::new(&Ignores { files })
    }

    #[test]
    fn what_lies_in_an_ignored_folder_is_ignored() {
        let ignored = ignored(&[("", "artifacts/\n*.log\n/.venv\n")]);
        assert!(ignored.is_ignored("artifacts/agent/metrics.json"));
        assert!(ignored.is_ignored("artifacts") && ignored.is_ignored("web/x.log") && ignored.is_ignored(".venv/bin/python"));
        assert!(!ignored.is_ignored("web/.venv/x") && !ignored.is_ignored("docs/artifacts.md"));
    }

    #[test]
    fn a_pattern_of_folders_ignores_no_file() {
        let ignored = ignored(&[("", "build/\ndist\n")]);
        assert!(ignored.is_ignored("build") && !ignored.is_ignored_file("build"));
        assert!(ignored.is_ignored_file("build/x") && ignored.is_ignored_file("dist"));
        assert!(!ignored.is_ignored_file("scripts/build"));
        assert!(!ignored.is_ignored_file("scripts/x"));
    }

    #[test]
    fn a_deeper_file_has_the_last_word() {
        let ignored = ignored(&[("", "*.json\n"), ("web", "!keep.json\n/out\n")]);
        assert!(ignored.is_ignored("web/other.json") && !ignored.is_ignored("web/keep.json"));
        assert!(ignored.is_ignored("web/out/x") && !ignored.is_ignored("out/x"));
    }

    #[test]
    fn a_path_in_an_ignored_folder_cannot_be_taken_out_again() {
        assert!(ignored(&[("", "build/*\n!build/keep/\n")]).is_ignored("build/x"));
        assert!(!ignored(&[("", "build/*\n!build/keep\n")]).is_ignored("build/keep"));
        assert!(ignored(&[("", "build\n!build/keep\n")]).is_ignored("build/keep"));
    }
}
