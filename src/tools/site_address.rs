//! Addresses that generators of sites read from a root of their own: `@/ops/page.md` of Zola, `@site/static/a.png` of Docusaurus.

use crate::model::tree::Listing;
use crate::tools::folder;

/// A generator whose links may name a place by its own root.
struct Root {
    /// What such a link begins with.
    mark: &'static str,
    /// The settings of the generator, one of which stands in the folder that it makes a site of.
    settings: &'static [&'static str],
    /// The folder beside the settings that the rest counts from.
    folder: &'static str,
}

/// Generators, each with its mark: <https://www.getzola.org/documentation/content/linking/>,
/// <https://docusaurus.io/docs/advanced/client#resources>.
const ROOTS: &[Root] = &[
    Root {
        mark: "@/",
        settings: &["config.toml", "zola.toml"],
        folder: "content",
    },
    Root {
        mark: "@site/",
        settings: &["docusaurus.config.js", "docusaurus.config.mjs", "docusaurus.config.ts"],
        folder: "",
    },
];

/// What aliases of bundlers begin with, whatever they stand for.
const ALIASES: &[&str] = &["@/", "@site/", "@alias/", "@source/", "~/", "~@/", "~@alias/", "~assets/"];

/// The path in the tree that a link means by the root of the site that a document is part of.
pub(crate) fn place(listing: &Listing, document: &str, link: &str) -> Option<String> {
    let (base, rest) = rooted(listing, document, link)?;
    folder::join(&base, rest)
}

/// A path of the tree as a link that begins with the mark of `like` names it.
pub(crate) fn written_as(listing: &Listing, document: &str, like: &str, path: &str) -> Option<String> {
    let (base, rest) = rooted(listing, document, like)?;
    let mark = like.strip_suffix(rest)?;
    folder::is_within(path, &base).then(|| format!("{mark}{}", path[base.len()..].trim_start_matches('/')))
}

/// Whether a link begins with an alias that a bundler of a site may replace.
pub(crate) fn is_alias(link: &str) -> bool {
    ALIASES.iter().any(|alias| link.starts_with(alias))
}

/// The folder that a link counts from by its mark, and the rest of it.
fn rooted<'link>(listing: &Listing, document: &str, link: &'link str) -> Option<(String, &'link str)> {
    ROOTS.iter().find_map(|root| {
        let rest = link.strip_prefix(root.mark)?;
        let has = |above: &str, name: &&str| folder::join(above, name).is_some_and(|path| listing.has_file(&path));
        let base = folder::upward(folder::split(document).0).find_map(|above| {
            let base = folder::join(above, root.folder)?;
            let is_site = root.settings.iter().any(|name| has(above, name)) && listing.has_folder(&base);
            is_site.then_some(base)
        })?;
        Some((base, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::{place, written_as};
    use crate::model::tree::Listing;

    #[test]
    fn a_mark_stands_for_the_root_of_the_site_around() {
        let listing = Listing::of_paths(&[
            "config.toml", "content/ops/a.md", "web/docusaurus.config.ts", "web/docs/b.md", "book/zola.toml", "book/content/c.md",
        ]);
        let of = |document: &str, link: &str| place(&listing, document, link);
        assert_eq!(of("content/ops/a.md", "@/x.md").as_deref(), Some("content/x.md"));
        assert_eq!(of("book/content/c.md", "@/x.md").as_deref(), Some("book/content/x.md"));
        assert_eq!(of("web/docs/b.md", "@site/static/a.png").as_deref(), Some("web/static/a.png"));
        // Another generator, no mark, no settings above.
        assert_eq!(of("web/docs/b.md", "@/../../up.md"), None);
        assert_eq!(of("content/ops/a.md", "@site/x.md"), None);
        assert_eq!(of("content/ops/a.md", "ops/a.md"), None);
        let bare = Listing::of_paths(&["config.toml", "docs/a.md"]);
        assert_eq!(place(&bare, "docs/a.md", "@/x.md"), None, "Zola has a folder of content");
    }

    #[test]
    fn a_place_is_written_with_the_mark() {
        let listing = Listing::of_paths(&["config.toml", "content/ops/a.md", "docs/b.md"]);
        let written = |path: &str| written_as(&listing, "content/ops/a.md", "@/gone.md", path);
        assert_eq!(written("content/ops/a.md").as_deref(), Some("@/ops/a.md"));
        assert_eq!(written("docs/b.md"), None);
    }
}
