//! Who answers for a file, by the code owners of the repository.

use std::collections::HashMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::model::owners::{CodeOwners, OwnerRule};

/// A file of code owners, made ready to be asked about many paths.
pub(crate) struct Owners<'owners> {
    rules: &'owners [OwnerRule],
    /// What a path itself is held against.
    files: Gitignore,
    /// What the folders above it are held against: all but the patterns that own the files of one folder only.
    folders: Gitignore,
    /// The last rule with each pattern.
    last: HashMap<&'owners str, usize>,
}

impl<'owners> Owners<'owners> {
    /// Reads the patterns as the forges do, which is as in `.gitignore` with three differences: `!` and `[ ]` mean nothing, and `folder/*`
    /// owns the files of the folder and not those of its folders.
    pub(crate) fn of(owners: &'owners CodeOwners) -> Self {
        let is_read = |pattern: &str| !pattern.starts_with('!') && !pattern.contains(['[', ']']);
        let compiled = |is_for: &dyn Fn(&str) -> bool| {
            let mut builder = GitignoreBuilder::new("");
            for rule in &owners.rules {
                if is_read(&rule.pattern) && is_for(&rule.pattern) {
                    // What is no pattern matches nothing.
                    let _ = builder.add_line(None, &rule.pattern);
                }
            }
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        };
        let rules = owners.rules.iter().enumerate();
        Self {
            rules: &owners.rules,
            files: compiled(&|_| true),
            folders: compiled(&|pattern| !pattern.ends_with("/*")),
            last: rules.map(|(index, rule)| (rule.pattern.trim_end(), index)).collect(),
        }
    }

    /// The rule that decides who owns a path: the last one that matches it. It may name nobody.
    pub(crate) fn rule_of(&self, path: &str) -> Option<&'owners OwnerRule> {
        let rule = |patterns: &Gitignore, path: &str, is_folder| {
            let glob = patterns.matched(path, is_folder);
            self.last.get(glob.inner()?.original()).copied()
        };
        let above = path.match_indices('/').map(|(at, _)| rule(&self.folders, &path[..at], true));
        let last = above.chain([rule(&self.files, path, false)]).flatten().max()?;
        self.rules.get(last)
    }
}

#[cfg(test)]
mod tests {
    use super::Owners;
    use crate::model::owners::{CodeOwners, OwnerRule};

    fn owner(rules: &[(&str, &str)], path: &str) -> String {
        let rule = |(pattern, owner): &(&str, &str)| OwnerRule {
            pattern: (*pattern).to_owned(),
            owners: vec![(*owner).to_owned()],
            line: 1,
        };
        let owners = CodeOwners {
            path: "CODEOWNERS".to_owned(),
            rules: rules.iter().map(rule).collect(),
        };
        Owners::of(&owners)
            .rule_of(path)
            .map_or_else(String::new, |rule| rule.owners.concat())
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        let rules = [("*", "all"), ("*.md", "docs"), ("/ops/", "ops"), ("apps/web", "web")];
        assert_eq!(owner(&rules, "src/x.py"), "all");
        assert_eq!(owner(&rules, "src/x.md"), "docs");
        assert_eq!(owner(&rules, "ops/a/x.md"), "ops");
        assert_eq!(owner(&rules, "src/ops/x.py"), "all");
        assert_eq!(owner(&rules, "apps/web/src/x.ts"), "web");
    }

    #[test]
    fn patterns_are_read_as_the_forges_do() {
        assert_eq!(owner(&[("docs/*", "docs")], "docs/x.md"), "docs");
        assert_eq!(owner(&[("docs/*", "docs")], "docs/a/x.md"), "");
        assert_eq!(owner(&[("**/logs", "logs")], "a/logs/x.md"), "logs");
        assert_eq!(owner(&[("docs/", "docs")], "a/docs/x.md"), "docs");
        assert_eq!(owner(&[("!x.md", "a"), ("[x].md", "b")], "x.md"), "");
        assert_eq!(
            owner(&[("*", "all"), ("docs/", "docs"), ("*", "nobody else")], "docs/x.md"),
            "nobody else"
        );
        assert_eq!(
            owner(&[("docs/", "docs"), ("docs/*", "files"), ("other", "other")], "docs/a/x.md"),
            "docs"
        );
        assert_eq!(
            owner(&[("docs/", "docs"), ("{", "broken"), ("a\\", "broken")], "docs/x.md"),
            "docs"
        );
    }
}
