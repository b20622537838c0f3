//! Who answers for a file, by the code owners of the repository.

use ignore::gitignore::GitignoreBuilder;

use crate::model::owners::{CodeOwners, OwnerRule};

/// The rule that decides who owns a path: the last one that matches it. It may name nobody.
pub(crate) fn rule_of<'owners>(owners: &'owners CodeOwners, path: &str) -> Option<&'owners OwnerRule> {
    owners.rules.iter().rev().find(|rule| matches(&rule.pattern, path))
}

/// Whether a pattern matches a file. The forges read patterns as `.gitignore` does, with three differences: `!` and `[ ]` mean nothing,
/// and `folder/*` owns the files of the folder and not those of its folders.
fn matches(pattern: &str, path: &str) -> bool {
    if pattern.starts_with('!') || pattern.contains(['[', ']']) {
        return false;
    }
    let mut builder = GitignoreBuilder::new("");
    if builder.add_line(None, pattern).is_err() {
        return false;
    }
    let Ok(matcher) = builder.build() else { return false };
    if matcher.matched(path, false).is_ignore() {
        return true;
    }
    let is_of_one_folder = pattern.ends_with("/*");
    let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
    !is_of_one_folder && above.any(|folder| matcher.matched(folder, true).is_ignore())
}

#[cfg(test)]
mod tests {
    use super::rule_of;
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
        rule_of(&owners, path).map_or_else(String::new, |rule| rule.owners.concat())
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
    }
}
