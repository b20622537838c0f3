//! Paths with something to fill in, as far as they are fixed; and labels of links without a definition.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::Found;
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::is_rooted;

/// The folders in front of what is to be filled in are looked up: of `deploy/envs/<name>.yaml` it is `deploy/envs`.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Placeholder),
    resolve,
};

/// A label of a link that the text does not define.
pub(super) const LABEL: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::LinkLabel),
    resolve: label,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let is_told = matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Command);
    match claim::fixed(&named.name).filter(|_| is_told) {
        Some(fixed) => index.fixed_part(document, reference, named, fixed),
        None => ignored(Reason::Placeholder),
    }
}

impl Index<'_> {
    fn fixed_part(&self, document: &Document<'_>, reference: &Reference, named: &Named, fixed: &str) -> Resolution {
        let Ok(bases) = self.bases(document, reference, &named.directory) else {
            return ignored(Reason::Placeholder);
        };
        let candidates: Vec<String> = bases.iter().filter_map(|base| folder::join(base, fixed)).collect();
        let is_there = |candidate: &String| !matches!(self.find(candidate), Found::Absent);
        let below = format!("{fixed}/x");
        if candidates.iter().any(is_there) || !is_rooted(self.source, &below, &named.directory) {
            return ignored(Reason::Placeholder);
        }
        // The code names the folder, so it is one that the program makes.
        let is_in_code = |folder: &str| {
            let found = self.source.code.mentions.get(folder);
            found.is_some_and(|found| found.iter().any(|mention| is_program(&mention.path)))
        };
        if is_in_code(fixed) {
            return ignored(Reason::Placeholder);
        }
        let expected = self.expected(fixed, &candidates);
        let made = self.output(document, reference, fixed, &candidates, expected.as_deref());
        if made.is_some() {
            return ignored(Reason::Placeholder);
        }
        // What stands there under another name was meant, and so were the folders beside it that hold such files; else history decides.
        let base = bases.first().map_or("", String::as_str);
        let near = candidates.first().and_then(|candidate| self.suggestion(base, candidate));
        let moved = self.hint(fixed).and_then(|hint| hint.suggestion);
        let resolution = match near.or(moved).or_else(|| self.folder_called(fixed)) {
            Some(suggestion) => broken(Reason::Missing(fixed.to_owned()), Some(suggestion)),
            None if self.has_alike_beside(&candidates, &named.name) => broken(Reason::Missing(fixed.to_owned()), None),
            None => ignored(Reason::Placeholder),
        };
        Resolution { expected, ..resolution }
    }
}

impl Index<'_> {
    /// Whether the folders beside a missing one hold files that end as the words do: of `deploy/wrong/<env>.yaml` those in `deploy/right`.
    fn has_alike_beside(&self, candidates: &[String], words: &str) -> bool {
        const MOST: usize = 200;
        let last = words.rsplit('/').next().unwrap_or_default();
        // A folder of texts may be made with the first of them, and what bears a day is made on that day.
        let Some(ending) =
            claim::extension(last).filter(|ending| !matches!(*ending, "md" | "mdx" | "txt" | "rst" | "log" | "csv"))
        else {
            return false;
        };
        let last = last.to_ascii_lowercase();
        if ["yyyy", "date", "day", "time"].iter().any(|word| last.contains(word)) {
            return false;
        }
        let alike = |folder: &str| {
            let mut files = self.children.get(folder).into_iter().flatten().take(MOST);
            files.any(|file| claim::extension(file) == Some(ending))
        };
        candidates.iter().any(|candidate| {
            let (parent, _) = folder::split(candidate);
            let beside = self.children.get(parent).into_iter().flatten().take(MOST);
            let mut beside = beside.filter_map(|name| folder::join(parent, name));
            !parent.is_empty() && beside.any(|folder| self.source.listing.has_folder(&folder) && alike(&folder))
        })
    }
}

/// Whether a file is the source of a program, and no script or settings, which go out of date as runbooks do.
fn is_program(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    matches!(
        ending,
        "cs" | "go" | "java" | "js" | "kt" | "mjs" | "php" | "py" | "rb" | "rs" | "scala" | "ts" | "tsx"
    )
}

/// A site may define labels for all of its pages.
fn label(index: &Index<'_>, document: &Document<'_>, _: &Reference, _: &Named) -> Resolution {
    if index.is_site(document) {
        return unverifiable(Reason::LabelOfSite);
    }
    broken(Reason::LabelUndefined, None)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceContext;
    use crate::tools::lookup::claim;

    #[test]
    fn the_fixed_part_ends_in_front_of_what_is_to_be_filled_in() {
        assert_eq!(claim::fixed("deploy/envs/<name>.yaml"), Some("deploy/envs"));
        assert_eq!(claim::fixed("deploy/envs/x-<name>/a.yaml"), Some("deploy/envs"));
        for words in [
            "deploy/<name>.yaml", "<a>/b/c", "/etc/x/<y>", "ghcr.io/x/<y>", "./a/b/<x>", "a b/c/<x>",
        ] {
            assert_eq!(claim::fixed(words), None, "{words}");
        }
    }

    fn look_up(fixture: &Fixture, words: &str) -> String {
        fixture.look_up(named_in(ReferenceContext::Inline, words, Kind::Placeholder, words))
    }

    #[test]
    fn a_fixed_part_that_stands_elsewhere_is_broken() {
        let fixture = tree(&["terraform/deployments/tfc-configuration/x.tf", "deploy/envs/a.yaml"]);
        assert_eq!(
            look_up(&fixture, "terraform/deploymets/variables-<ENV>.tf"),
            "broken (there is no `terraform/deploymets`) -> terraform/deployments"
        );
        assert_eq!(
            look_up(&fixture, "terraform/tfc-configuration/variables-<ENV>.tf"),
            "broken (there is no `terraform/tfc-configuration`) -> terraform/deployments/tfc-configuration"
        );
        assert_eq!(look_up(&fixture, "deploy/envs/<name>.yaml"), "ignored (a placeholder)");
        assert_eq!(
            look_up(&fixture, "deploy/other/<name>.yaml"),
            "broken (there is no `deploy/other`)",
            "beside a folder that holds such files"
        );
        for words in [
            "deploy/other/<name>.json",
            "deploy/other/<name>.md",
            "deploy/other/<date>.yaml",
            "deploy/other/YYYY-<n>.yaml",
        ] {
            assert_eq!(look_up(&fixture, words), "ignored (a placeholder)", "{words}");
        }
        assert_eq!(look_up(&fixture, "gone/envs/<name>.yaml"), "ignored (a placeholder)");
    }

    #[test]
    fn a_label_is_broken_unless_a_site_may_define_it() {
        let reference = || named_in(ReferenceContext::Link, "[a][b]", Kind::LinkLabel, "b");
        assert!(tree(&[]).look_up(reference()).starts_with("broken"));
        assert!(tree(&["docs/mkdocs.yml"]).look_up(reference()).starts_with("unverifiable"));
    }
}
