//! Links by the name of a page: `[[Page]]`, `[[words|Page]]`, `[[Page|words]]`.
//!
//! They are links only where the texts are used in that way: in a wiki, or where at least one of them leads to a page. Elsewhere two
//! brackets are a test of a shell, a table of TOML, or nothing.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::edition::EditionRunbook;
use crate::model::kind::Kind;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::pages::{Pages, sides};

/// Links by the name of a page.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::WikiLink),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let heading = named.within.first().map(String::as_str);
    if named.name.is_empty() {
        return index.link(document, "", heading);
    }
    let Some(pages) = index.pages.as_ref() else {
        return ignored(Reason::NoWiki);
    };
    let Some(path) = page_of(pages, &named.name, document.folder) else {
        // A name with a colon is in another space: a category, another wiki, an address.
        return if named.name.contains(':') || claim::has_placeholder(&named.name) {
            ignored(Reason::NoWiki)
        } else {
            let near = sides(&named.name).find_map(|side| pages.near(side));
            broken(Reason::PageMissing, near)
        };
    };
    let there = resolved(path, None, Reason::FileThere(SeenFrom::Here));
    match heading {
        Some(_) => {
            let judged = index.link(document, &folder::relative(document.folder, path), heading);
            if judged.status == Status::Broken { judged } else { there }
        }
        None => there,
    }
}

/// The page that the words between the brackets lead to.
fn page_of<'tree>(pages: &Pages<'tree>, words: &str, beside: &str) -> Option<&'tree str> {
    sides(words).find_map(|side| pages.find(side, beside))
}

/// The pages of a tree by their names, where the runbooks link by names.
pub(super) fn pages<'tree>(index: &Index<'tree>, runbooks: &[EditionRunbook]) -> Option<Pages<'tree>> {
    let links = || {
        runbooks.iter().flat_map(|runbook| {
            let references = runbook.runbook.references.iter();
            references.filter_map(move |reference| match &reference.kind {
                ReferenceKind::Named(named) if named.kind == Kind::WikiLink && !named.name.is_empty() => {
                    Some((&runbook.path, &named.name))
                }
                _ => None,
            })
        })
    };
    links().next()?;
    let pages = Pages::new(&index.source.listing);
    let is_used = pages.is_wiki || links().any(|(path, words)| page_of(&pages, words, folder::split(path).0).is_some());
    is_used.then_some(pages)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::{Reference, ReferenceContext};

    fn wiki(words: &str, heading: Option<&str>) -> Reference {
        let mut reference = named_in(ReferenceContext::Link, &format!("[[{words}]]"), Kind::WikiLink, words);
        if let crate::model::reference::ReferenceKind::Named(named) = &mut reference.kind {
            named.within = heading.map(str::to_owned).into_iter().collect();
        }
        reference
    }

    fn vault() -> Fixture {
        tree(&["docs/Rollback Plan.md", "docs/Home.md"])
            .anchors("docs/Rollback Plan.md", &["steps"])
            .naming(wiki("Home", None))
    }

    #[test]
    fn a_page_is_looked_up_by_its_name_on_either_side() {
        for words in ["rollback-plan", "Rollback Plan|how to undo", "how to undo|Rollback Plan"] {
            assert_eq!(
                vault().look_up(wiki(words, None)),
                "resolved docs/Rollback Plan.md (the file is there)",
                "{words}"
            );
        }
        assert_eq!(
            vault().look_up(wiki("Rolback Plan", None)),
            "broken (no page has this name) -> Rollback Plan"
        );
        assert!(vault().look_up(wiki("Incident Plan|x", None)).starts_with("broken"));
    }

    #[test]
    fn the_heading_behind_a_page_is_looked_up() {
        assert!(vault().look_up(wiki("Rollback Plan", Some("steps"))).starts_with("resolved"));
        assert!(
            vault()
                .look_up(wiki("Rollback Plan", Some("gone")))
                .starts_with("broken docs/Rollback Plan.md")
        );
    }

    #[test]
    fn brackets_are_no_links_where_no_page_is_linked_by_its_name() {
        let fixture = tree(&["docs/Rollback Plan.md"]);
        assert!(fixture.look_up(wiki("bin", None)).starts_with("ignored"));
        assert!(vault().look_up(wiki("Category:Ops", None)).starts_with("ignored"));
        let wiki_repository = tree(&["Home.md", "_Sidebar.md"]);
        assert!(wiki_repository.look_up(wiki("Gone", None)).starts_with("broken"));
    }

    #[test]
    fn what_is_said_of_a_page_that_is_not_there() {
        assert_eq!(
            vault().naming(wiki("Rolback Plan", None)).findings("link-broken"),
            ["warning docs/runbook.md:2 `[[Rolback Plan]]`: no page is called `Rolback Plan` -> Rollback Plan"]
        );
        assert_eq!(
            vault().naming(wiki("Rollback Plan", Some("gone"))).findings("link-broken"),
            ["warning docs/runbook.md:2 `[[Rollback Plan]]`: `docs/Rollback Plan.md` has no heading `#gone`"]
        );
    }
}
