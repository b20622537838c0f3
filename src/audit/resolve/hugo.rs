//! Pages of Hugo: where it serves them, and the shortcodes that look them up.

use crate::audit::resolve::index::Index;
use crate::model::reason::Reason;
use crate::model::reference::Resolution;
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;

impl Index<'_> {
    /// The source of the page that Hugo serves where a link leads to. A folder with `_index.md` is one of Hugo's, and `a/b.md` is served as
    /// `a/b/`, so that `../c/` leads to `a/c.md` and not to `c.md`.
    pub(super) fn served_page(&self, document: &Document<'_>, path: &str) -> Option<String> {
        let listing = &self.source.listing;
        let is_section = |above: &str| !above.is_empty() && listing.has_file(&format!("{above}/_index.md"));
        if path.starts_with('/') || !folder::upward(document.folder).any(is_section) {
            return None;
        }
        let (stem, _) = document.path.rsplit_once('.')?;
        let is_index = matches!(folder::split(stem).1, "_index" | "index");
        let place = if is_index { document.folder } else { stem };
        let served = folder::join(place, path.split('?').next()?.trim_end_matches('/'))?;
        let sources = [
            format!("{served}.md"),
            format!("{served}/_index.md"),
            format!("{served}/index.md"),
        ];
        sources.into_iter().find(|source| listing.has_file(source))
    }

    /// Looks up the argument of the shortcodes `ref` and `relref` of Hugo: a page of the site, from the content folder or from the page, and by
    /// its name alone where there is only one.
    pub(super) fn shortcode(&self, document: &Document<'_>, path: &str, anchor: Option<&str>) -> Resolution {
        let listing = &self.source.listing;
        let clean = path.trim_matches('/');
        if clean.is_empty() {
            return self.link(document, "", anchor);
        }
        if claim::has_placeholder(clean) {
            return ignored(Reason::Placeholder);
        }
        let stem = clean.strip_suffix(".md").unwrap_or(clean);
        let sources = |base: &str| {
            let page = folder::join(base, stem)?;
            let names = [
                format!("{page}.md"),
                format!("{page}/_index.md"),
                format!("{page}/index.md"),
                format!("{page}.html"),
            ];
            names.into_iter().chain([page]).find(|name| listing.has_file(name))
        };
        let here = (!path.starts_with('/')).then_some(document.folder);
        let from_above = || folder::upward(document.folder).find_map(sources);
        let by_name = || {
            let (_, last) = folder::split(stem);
            let ending = format!("/{stem}");
            let is_page = |page: &str| page == stem || page.ends_with(&ending);
            let files = [format!("{last}.md"), "_index.md".to_owned(), "index.md".to_owned()];
            files.iter().find_map(|file| {
                let mut same = listing.named(file).filter(|entry| {
                    let page = entry.path.trim_end_matches(".md");
                    let page = page
                        .strip_suffix("/_index")
                        .or_else(|| page.strip_suffix("/index"))
                        .unwrap_or(page);
                    is_page(page)
                });
                same.next().map(|entry| entry.path.clone())
            })
        };
        let Some(page) = here.and_then(sources).or_else(from_above).or_else(by_name) else {
            let name = folder::split(stem).1;
            // A page in several languages has one in its name.
            let is_in_languages = self.children.get(document.folder).into_iter().flatten().any(|file| {
                file.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".md"))
            });
            return if is_in_languages {
                unverifiable(Reason::PageAtAddress)
            } else {
                let expected = folder::join(
                    if path.starts_with('/') { "" } else { document.folder },
                    &format!("{stem}.md"),
                );
                Resolution {
                    expected,
                    ..broken(Reason::Missing(path.to_owned()), None)
                }
            };
        };
        let target = resolved(&page, None, Reason::PageFrom(page.clone()));
        match anchor {
            Some(anchor) => self.anchored(document, target, anchor),
            None => target,
        }
    }
}

/// Whether words in front of an address are those of a shortcode that looks a page up.
pub(super) fn is_shortcode(before: &str) -> bool {
    let Some((_, code)) = before.rsplit_once("{{") else {
        return false;
    };
    let words = code.trim_start_matches(['<', '%', ' ']).trim_end_matches(['"', '`']);
    matches!(words.trim_end(), "ref" | "relref" | "ref path=" | "relref path=")
}

#[cfg(test)]
mod tests {
    use super::is_shortcode;
    use crate::audit::testing::{link, tree};

    #[test]
    fn hugo_serves_a_page_as_a_folder() {
        let paths = &[
            "content/_index.md", "content/setup/_index.md", "content/ops/_index.md", "content/ops/cli.md", "content/ops/tune.md",
        ];
        let from = |page: &str, to: &str| {
            let mut fixture = tree(paths);
            fixture.path = page.to_owned();
            fixture.look_up(link(to))
        };
        assert!(from("content/ops/cli.md", "../../setup/").starts_with("resolved content/setup/_index.md"));
        assert!(from("content/ops/cli.md", "../tune/").starts_with("resolved content/ops/tune.md"));
        assert!(from("content/ops/_index.md", "tune/").starts_with("resolved content/ops/tune.md"));
        // A page that is nowhere, and one that is a step further.
        assert!(from("content/ops/cli.md", "../first/").starts_with("broken"));
        assert!(from("content/ops/cli.md", "../../gone/").starts_with("broken"));
        // Without Hugo a link counts from the file.
        let mut fixture = tree(&["docs/setup/README.md", "docs/ops/cli.md"]);
        fixture.path = "docs/ops/cli.md".to_owned();
        assert!(fixture.look_up(link("../../setup/")).starts_with("broken"));
    }

    #[test]
    fn a_shortcode_finds_a_page_by_place_and_by_name() {
        let look_up = |to: &str| {
            let text = format!("See [it]({{{{< relref \"{to}\" >}}}}).\n");
            let mut fixture = tree(&[
                "content/_index.md", "content/ops/cli.md", "content/setup/first.md", "content/a/page.de.md",
            ]);
            fixture.path = "content/a/b.md".to_owned();
            let mut reference = link(to);
            let at = text.find(to).expect("it is there");
            reference.span = crate::model::place::Span::new(at, at + to.len());
            let mut fixture = fixture.says(&text);
            fixture.runbook.references.push(reference);
            fixture.resolutions().pop().expect("one reference")
        };
        use crate::model::reference::Status::{Broken, Resolved, Unverifiable};
        for to in ["../ops/cli.md", "/ops/cli", "ops/cli.md", "cli", "first.md"] {
            assert_eq!(look_up(to).status, Resolved, "{to}");
        }
        assert_eq!(look_up("page").status, Unverifiable, "in one language");
        for to in ["gone.md", "/ops/gone", "setup/cli"] {
            assert_eq!(look_up(to).status, Broken, "{to}");
        }
    }

    #[test]
    fn shortcodes_are_told_from_others() {
        for before in ["x {{< ref \"", "{{% relref `", "({{<relref path=\""] {
            assert!(is_shortcode(before), "{before}");
        }
        for before in ["{{< figure src=\"", "{{< ref \"a\" >}} (", "ref \"", ""] {
            assert!(!is_shortcode(before), "{before}");
        }
    }
}
