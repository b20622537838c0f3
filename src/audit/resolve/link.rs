//! Links and images: relative to the document, as a browser of the repository follows them.

use percent_encoding::percent_decode_str;

use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::{Found, dangling};
use crate::model::nearest::nearest;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Resolution, Status};
use crate::tools::forge_address::page_of_forge;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::{folder, site_address};

/// Sources that generators of sites turn into the page `x.html`, or into the folder `x/`.
const PAGE_SOURCES: &[&str] = &[
    ".md", ".html.md", ".html.md.erb", ".md.erb", ".html.erb", ".mdx", ".adoc", ".rst",
];

impl Index<'_> {
    /// Looks up a link with its anchor.
    pub(super) fn link(&self, document: &Document<'_>, path: &str, anchor: Option<&str>) -> Resolution {
        let path = path.trim();
        if path.is_empty() {
            return match anchor {
                Some(anchor) => self.label_elsewhere(document, self.anchor_here(document, anchor)),
                None => ignored(Reason::LinkToNothing),
            };
        }
        if claim::has_placeholder(path) && !path.contains("path/to") {
            return ignored(Reason::Placeholder);
        }
        if !self.source.listing.has_file(document.path) {
            return unverifiable(Reason::OtherTree);
        }
        let target = match self.link_target(document, path, anchor) {
            Ok(target) => target,
            Err(resolution) => return *resolution,
        };
        match anchor {
            Some(anchor) if target.status == Status::Resolved => self.anchored(document, target, anchor),
            _ => target,
        }
    }

    /// An anchor that is not in the document may be a label of another file where Sphinx or `MyST` joins the pages of a site: there a
    /// label holds for all of them.
    fn label_elsewhere(&self, document: &Document<'_>, resolution: Resolution) -> Resolution {
        let joins = |above: &str| {
            ["conf.py", "myst.yml", "_toc.yml"]
                .iter()
                .any(|file| folder::join(above, file).is_some_and(|file| self.source.listing.has_file(&file)))
        };
        if resolution.status != Status::Broken {
            return resolution;
        }
        if takes_in_texts(&document.runbook.text) {
            return unverifiable(Reason::HeadingMaybeIncluded);
        }
        if !folder::upward(document.folder).any(joins) {
            return resolution;
        }
        unverifiable(Reason::LabelOfSite)
    }

    /// The file or folder that a link leads to, or the outcome when there is none.
    fn link_target(&self, document: &Document<'_>, path: &str, anchor: Option<&str>) -> Result<Resolution, Box<Resolution>> {
        if let Some(place) = site_address::place(&self.source.listing, document.path, path) {
            return self.in_site(document, path, &place);
        }
        let from_root = path.starts_with('/');
        let bases = if from_root {
            vec![self.source.product_root.as_str(), ""]
        } else {
            vec![document.folder]
        };
        // A query such as `?raw=true` is no part of the name; neither is what is still percent-encoded.
        let without_query = path.split('?').next().unwrap_or_default();
        let decoded = percent_decode_str(without_query).decode_utf8_lossy();
        let mut first = None;
        for base in bases {
            for spelling in [path, without_query, decoded.as_ref()] {
                let Some(candidate) = folder::join(base, spelling) else {
                    continue;
                };
                match self.find(&candidate) {
                    Found::File => return Ok(resolved(&candidate, None, Reason::FileThere(SeenFrom::Here))),
                    Found::Folder => return Ok(resolved(&candidate, None, Reason::FolderThere(SeenFrom::Here))),
                    Found::Dangling(to) => return Err(Box::new(dangling(&candidate, &to))),
                    Found::Hidden(reason) => return Err(Box::new(unverifiable(reason))),
                    Found::Absent => first = first.or(Some(candidate)),
                }
            }
        }
        if let Some(address) = page_of_forge(path, self.source.web_url.as_deref()) {
            let address = anchor.map_or(address.clone(), |anchor| format!("{address}#{anchor}"));
            return Err(Box::new(self.own_address(&address)));
        }
        let Some(candidate) = first else {
            return Err(Box::new(ignored(Reason::OutsideRepository)));
        };
        if site_address::is_alias(path) && self.has_site() {
            return Err(Box::new(unverifiable(Reason::AddressOfSite)));
        }
        if let Some(page) = self.served_page(document, path) {
            return Ok(resolved(&page, None, Reason::PageFrom(page.clone())));
        }
        if from_root && !self.is_text_of_root(document, &candidate) {
            return Err(Box::new(Resolution {
                expected: Some(candidate),
                ..unverifiable(Reason::AddressOfSite)
            }));
        }
        if let Some(source) = self.page_source(&candidate) {
            return Err(Box::new(match claim::extension(&candidate) {
                Some("html") => resolved(&source, None, Reason::PageFrom(source.clone())),
                None if source.ends_with(".md") && !source.ends_with(".html.md") && !self.has_site() => Resolution {
                    expected: Some(candidate.clone()),
                    ..broken(
                        Reason::Missing(candidate.clone()),
                        Some(folder::relative(document.folder, &source)),
                    )
                },
                _ => unverifiable(Reason::PageMaybeFrom(source.clone())),
            }));
        }
        if self.ignored.is_ignored(&candidate) {
            return Err(Box::new(ignored(Reason::OutputIgnored)));
        }
        if claim::extension(&candidate) == Some("html") && self.is_page_elsewhere(path)
            || self.is_page_of_site(document, path, &candidate)
        {
            return Err(Box::new(unverifiable(Reason::PageAtAddress)));
        }
        if self.is_page_link(document, &candidate) {
            // What the site makes beside its pages cannot be seen; what was deleted can.
            let ending = document.path.rsplit('/').next().and_then(|name| name.split_once('.'));
            let stem = candidate.strip_suffix(".html").unwrap_or(&candidate);
            return Err(Box::new(Resolution {
                expected: ending.map(|(_, ending)| format!("{stem}.{ending}")),
                ..unverifiable(Reason::PageMadeForAddress)
            }));
        }
        let reason = Reason::Missing(candidate.clone());
        let suggestion = self.link_suggestion(document, &candidate);
        Err(Box::new(Resolution {
            expected: Some(candidate),
            ..broken(reason, suggestion)
        }))
    }

    /// A place that a link means by the root of its site.
    fn in_site(&self, document: &Document<'_>, path: &str, place: &str) -> Result<Resolution, Box<Resolution>> {
        match self.find(place) {
            Found::File | Found::Folder => Ok(resolved(place, None, Reason::FileThere(SeenFrom::Here))),
            Found::Dangling(to) => Err(Box::new(dangling(place, &to))),
            Found::Hidden(reason) => Err(Box::new(unverifiable(reason))),
            Found::Absent if self.ignored.is_ignored(place) => Err(Box::new(ignored(Reason::OutputIgnored))),
            Found::Absent => {
                let mut same = self.source.listing.named(folder::split(place).1);
                let only = same.next().filter(|_| same.next().is_none());
                let suggestion =
                    only.and_then(|only| site_address::written_as(&self.source.listing, document.path, path, &only.path));
                Err(Box::new(Resolution {
                    expected: Some(place.to_owned()),
                    ..broken(Reason::Missing(place.to_owned()), suggestion)
                }))
            }
        }
    }

    /// Whether an address leads to a page or file of the site that a document is part of. Sites serve `a/b.md` as `a/b/`, so that links
    /// go up once more; they fill in templates; and they serve pictures from a folder of their own.
    fn is_page_of_site(&self, document: &Document<'_>, path: &str, candidate: &str) -> bool {
        let listing = &self.source.listing;
        if listing.has_file(&format!("{candidate}.erb")) {
            return true;
        }
        // mdBook makes these beside the pages of its summary.
        let (parent, name) = folder::split(candidate);
        let is_book = || folder::join(parent, "SUMMARY.md").is_some_and(|summary| listing.has_file(&summary));
        if matches!(name, "404.html" | "print.html" | "toc.html") && is_book() {
            return true;
        }
        // A site serves pages and pictures; code and settings are files.
        let is_served = matches!(
            claim::extension(candidate),
            None | Some("gif" | "html" | "jpeg" | "jpg" | "png" | "svg" | "webp")
        ) || self.is_site(document) && claim::extension(candidate) != Some("md");
        if is_served {
            let (stem, _) = document.path.rsplit_once('.').unwrap_or((document.path, ""));
            let served = folder::join(stem, path.trim_end_matches('/'));
            if served.is_some_and(|served| listing.has_file(&served) || self.page_source(&served).is_some()) {
                return true;
            }
        }
        // Pictures are served from the root of the site, wherever their folder stands.
        self.is_site(document) && {
            let tail = candidate.strip_prefix(document.folder).unwrap_or(candidate);
            let tail = format!("/{}", tail.trim_start_matches('/'));
            let mut same = listing.named(folder::split(candidate).1).take(200);
            same.any(|entry| {
                let above = entry.path.strip_suffix(&tail).map(|above| folder::split(above).1);
                matches!(above, Some("assets" | "images" | "public" | "static"))
            })
        }
    }

    /// Whether a link leads to a page by the name that a site gives it, rather than to a file.
    fn is_page_link(&self, document: &Document<'_>, candidate: &str) -> bool {
        matches!(claim::extension(candidate), None | Some("html"))
            && !candidate.contains([' ', '[', ':'])
            && self.is_site(document)
    }

    /// Whether a document is a page of a site: by its own ending, or by the settings of a generator in a folder above it.
    pub(super) fn is_site(&self, document: &Document<'_>) -> bool {
        const SETTINGS: &[&str] = &[
            "_config.yml", "antora.yml", "conf.py", "docusaurus.config.js", "docusaurus.config.ts", "hugo.toml", "mkdocs.yaml",
            "mkdocs.yml",
        ];
        let name = folder::split(document.path).1;
        let is_rendered = [".html.md", ".html.md.erb", ".md.erb", ".mdx"]
            .iter()
            .any(|ending| name.ends_with(ending));
        let listing = &self.source.listing;
        // The text at the root is what the forge shows.
        let mut above = folder::upward(document.folder).filter(|_| !document.folder.is_empty());
        is_rendered
            || above.any(|above| {
                SETTINGS
                    .iter()
                    .any(|file| folder::join(above, file).is_some_and(|file| listing.has_file(&file)))
            })
    }

    /// Whether a path from the root of the repository is one of a text as the forge shows it: below a folder that is here, where no site
    /// is made that has a root of its own.
    fn is_text_of_root(&self, document: &Document<'_>, candidate: &str) -> bool {
        let (top, rest) = candidate.split_once('/').unwrap_or((candidate, ""));
        claim::extension(candidate) == Some("md")
            && !rest.is_empty()
            && self.source.listing.has_folder(top)
            && !self.is_site(document)
            && !self.has_site()
    }

    /// Whether the repository may make a site of its texts: the settings of a generator stand somewhere in it.
    fn has_site(&self) -> bool {
        const SETTINGS: &[&str] = &[
            "SUMMARY.md", "_config.yml", "_sidebar.md", "_toc.yml", "antora.yml", "astro.config.mjs", "astro.config.ts",
            "book.json", "book.toml", "conf.py", "docs.json", "docusaurus.config.js", "docusaurus.config.mjs",
            "docusaurus.config.ts", "eleventy.config.js", "gatsby-config.js", "hugo.toml", "hugo.yaml", "mint.json",
            "mkdocs.yaml", "mkdocs.yml", "myst.yml", "next.config.js", "next.config.mjs", "next.config.ts", "nuxt.config.ts",
            "sidebars.js", "tech-docs.yml", ".eleventy.js", "_index.md", "_Sidebar.md", "zensical.toml",
        ];
        let listing = &self.source.listing;
        SETTINGS.iter().any(|name| listing.named(name).next().is_some())
            || self.folders_by_name.contains_key(".vitepress")
            || self.folders_by_name.contains_key(".vuepress")
            || self.folders_by_name.contains_key(".obsidian")
            || listing.named("config.toml").any(|entry| {
                folder::join(folder::split(&entry.path).0, "content").is_some_and(|content| listing.has_folder(&content))
            })
    }

    /// The file that a site generator makes a page from.
    fn page_source(&self, candidate: &str) -> Option<String> {
        let stem = candidate.strip_suffix(".html").unwrap_or(candidate);
        if claim::extension(stem).is_some() {
            return None;
        }
        let index = if stem.is_empty() {
            "index".to_owned()
        } else {
            format!("{stem}/index")
        };
        let names = PAGE_SOURCES
            .iter()
            .flat_map(|ending| [format!("{stem}{ending}"), format!("{index}{ending}")]);
        let mut readmes = self.readme_for(stem).into_iter();
        names
            .into_iter()
            .chain(readmes.by_ref())
            .find(|name| self.source.listing.has_file(name))
    }

    /// The README that some generators make the `index` of its folder from: mdBook, `GitBook`, `MkDocs`, Jekyll on the forge, `VuePress`.
    fn readme_for(&self, stem: &str) -> Option<String> {
        const SETTINGS: &[&str] = &[
            ".gitbook.yaml", "_config.yml", "book.json", "book.toml", "mkdocs.yaml", "mkdocs.yml", ".vuepress/config.js",
            ".vuepress/config.ts",
        ];
        let listing = &self.source.listing;
        let (parent, _) = folder::split(stem).to_owned();
        let is_index = folder::split(stem).1 == "index";
        let has = |above: &str, name: &&str| folder::join(above, name).is_some_and(|path| listing.has_file(&path));
        if !is_index || !folder::upward(parent).any(|above| SETTINGS.iter().any(|name| has(above, name))) {
            return None;
        }
        let readmes = ["README.md", "readme.md", "Readme.md"].iter();
        readmes
            .filter_map(|name| folder::join(parent, name))
            .find(|readme| listing.has_file(readme))
    }

    /// Whether the source of a page stands somewhere under the last parts of a link. Sites are served from a folder of their own, and a
    /// browser does not leave the root of a site however often it goes up.
    fn is_page_elsewhere(&self, path: &str) -> bool {
        let clean = path.trim_start_matches("../").trim_start_matches("./");
        let stem = clean.strip_suffix(".html").unwrap_or(clean);
        let (folder, name) = folder::split(stem);
        let ends = |entry: &str| !folder.is_empty() && folder::split(entry).0.ends_with(&format!("/{folder}"));
        PAGE_SOURCES.iter().any(|ending| {
            let file = format!("{name}{ending}");
            let mut same = self.source.listing.named(&file).take(200);
            same.any(|entry| ends(&entry.path))
        })
    }

    fn link_suggestion(&self, document: &Document<'_>, candidate: &str) -> Option<String> {
        let (parent, name) = folder::split(candidate);
        let from = |path: &str| folder::relative(document.folder, path);
        let mut same = self
            .source
            .listing
            .named(name)
            .take(50)
            .filter(|entry| !claim::is_set_aside(&entry.path));
        if let (Some(only), None) = (same.next(), same.next()) {
            return Some(from(&only.path));
        }
        if let Some(stem) = name.strip_suffix(".html") {
            let sources = PAGE_SOURCES.iter().map(|ending| (ending, format!("{stem}{ending}")));
            let mut pages = sources.flat_map(|(ending, file)| {
                let pages = self.source.listing.named(&file).take(50);
                pages
                    .map(|entry| format!("{}.html", entry.path.trim_end_matches(*ending)))
                    .collect::<Vec<_>>()
            });
            if let (Some(only), None) = (pages.next(), pages.next()) {
                return Some(from(&only));
            }
        }
        let siblings = self.children.get(parent)?.iter().copied().take(2_000);
        let near = nearest(name, siblings)?;
        folder::join(parent, near)
            .filter(|path| !claim::is_set_aside(path))
            .map(|path| from(&path))
    }
}

/// Whether a text takes in others, whose headings become its own.
fn takes_in_texts(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        let is_text = line.contains(".md") || line.contains(".adoc") || line.contains(".rst") || line.contains(".html");
        let is_include = [
            "--8<--", "{% include", "{%- include", "{{< include", "{{% include", "{{#include", "```{include}", ":::{include}",
            "<!--@include:", "<!-- @include:", "{!", "!!!include", "[!INCLUDE", "{{% readfile", "{{< readfile", "{{% content",
        ]
        .iter()
        .any(|sign| line.starts_with(sign));
        // A part of MDX is imported and stands in the text as a tag.
        let is_part = line.starts_with("import ")
            && (line.contains(".mdx'") || line.contains(".mdx\"") || line.contains(".md'") || line.contains(".md\""));
        is_include && is_text || is_part
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{link, tree};

    #[test]
    fn a_heading_may_be_that_of_a_text_that_is_taken_in() {
        let outcome = |text: &str| {
            let fixture = tree(&[]).anchors("docs/runbook.md", &["here"]).says(text);
            fixture.look_up(link("#gone"))
        };
        for text in [
            "--8<-- \"part.md\"\n",
            "{% include 'part.md' %}\n",
            "{{#include part.md}}\n",
            "import Part from './_part.mdx';\n",
        ] {
            assert!(outcome(text).starts_with("unverifiable "), "{text}");
        }
        for text in [
            "{{#include x.rs}}\n",
            "Do not include part.md here.\n",
            "import x from './x.js'\n",
        ] {
            assert!(outcome(text).starts_with("broken "), "{text}");
        }
    }

    #[test]
    fn links_count_from_the_document_only() {
        let fixture = tree(&["docs/a.md", "b.md", "docs/with space.md"]);
        assert_eq!(fixture.look_up(link("a.md")), "resolved docs/a.md (the file is there)");
        assert_eq!(fixture.look_up(link("./../b.md")), "resolved b.md (the file is there)");
        assert_eq!(fixture.look_up(link("b.md")), "broken (there is no `docs/b.md`) -> ../b.md");
        assert_eq!(
            fixture.look_up(link("with%20space.md")),
            "resolved docs/with space.md (the file is there)"
        );
        assert_eq!(
            fixture.look_up(link("a.md?raw=true")),
            "resolved docs/a.md (the file is there)"
        );
        assert_eq!(fixture.look_up(link("../docs/")), "resolved docs (the folder is there)");
        assert_eq!(
            fixture.look_up(link("../../issues/new")),
            "ignored (outside of the repository)"
        );
    }

    #[test]
    fn a_label_of_another_page_holds_where_the_site_joins_pages() {
        let anchor = || crate::model::reference::Reference {
            kind: crate::model::reference::ReferenceKind::Link {
                path: String::new(),
                anchor: Some("gone".to_owned()),
                is_image: false,
            },
            ..link("x")
        };
        assert!(tree(&["docs/conf.py"]).look_up(anchor()).starts_with("unverifiable "));
        assert!(tree(&["src/conf.py"]).look_up(anchor()).starts_with("broken "));
    }

    #[test]
    fn a_link_is_not_judged_in_the_tree_of_another_repository() {
        let mut fixture = tree(&["docs/a.md"]);
        fixture.path = "handbook/runbook.md".to_owned();
        assert_eq!(
            fixture.look_up(link("a.md")),
            "unverifiable (the runbook lies in another tree than its source)"
        );
    }

    #[test]
    fn links_from_the_root_of_a_site_are_broken_never() {
        let fixture = tree(&["docs/a.md"]);
        assert_eq!(fixture.look_up(link("/docs/a.md")), "resolved docs/a.md (the file is there)");
        assert!(fixture.look_up(link("/guide/a")).starts_with("unverifiable "));
    }

    #[test]
    fn pages_are_made_from_their_sources() {
        let fixture = tree(&["docs/a.html.md.erb", "docs/guide/index.md"]);
        assert_eq!(
            fixture.look_up(link("a.html")),
            "resolved docs/a.html.md.erb (a page made from `docs/a.html.md.erb`)"
        );
        assert_eq!(
            fixture.look_up(link("guide.html")),
            "resolved docs/guide/index.md (a page made from `docs/guide/index.md`)"
        );
        assert!(fixture.look_up(link("a")).starts_with("unverifiable "));
        let plain = tree(&["docs/a.md"]);
        assert_eq!(
            plain.look_up(link("a")),
            "broken (there is no `docs/a`) -> a.md",
            "no site makes a page of it"
        );
        assert!(
            tree(&["docs/a.md", "mkdocs.yml"])
                .look_up(link("a"))
                .starts_with("unverifiable ")
        );
        assert_eq!(plain.look_up(link("/docs/b.md")), "broken (there is no `docs/b.md`)");
        assert!(plain.look_up(link("/guide/b.md")).starts_with("unverifiable "));
        assert_eq!(fixture.look_up(link("gone.html")), "broken (there is no `docs/gone.html`)");
        let site = tree(&["source/Testing/drafting.html.md.erb"]);
        assert!(site.look_up(link("../../Testing/drafting.html")).starts_with("ignored "));
        assert!(site.look_up(link("../Testing/drafting.html")).starts_with("unverifiable "));
    }

    #[test]
    fn pages_of_a_site_are_served_from_a_folder_of_their_own() {
        let fixture = tree(&["mkdocs.yml", "docs/basics.md", "docs/data.csv.erb", "assets/images/a.png"]);
        for address in ["../basics/", "data.csv", "images/a.png", "made-by-the-site", "repos/x.html"] {
            assert!(fixture.look_up(link(address)).starts_with("unverifiable "), "{address}");
        }
        assert_eq!(fixture.look_up(link("gone.md")), "broken (there is no `docs/gone.md`)");
        assert!(fixture.look_up(link("(https://example.org/x)")).starts_with("broken "));
        assert_eq!(
            fixture.look_up(link("images/gone.png")),
            "broken (there is no `docs/images/gone.png`)"
        );
        let forge = tree(&["docs/basics.md"]);
        assert!(forge.look_up(link("made-by-nobody")).starts_with("broken "));
    }

    #[test]
    fn a_generator_reads_a_mark_as_its_own_root() {
        let mut fixture = tree(&["config.toml", "content/ops/page.md", "content/ops/runbook.md", "docs/a.md"])
            .anchors("content/ops/page.md", &["start"]);
        fixture.path = "content/ops/runbook.md".to_owned();
        assert_eq!(
            fixture.look_up(link("@/ops/page.md#start")),
            "resolved content/ops/page.md (the heading is there in `content/ops/page.md`)"
        );
        assert!(
            fixture
                .look_up(link("@/ops/page.md#gone"))
                .starts_with("broken content/ops/page.md")
        );
        assert_eq!(
            fixture.look_up(link("@/page.md")),
            "broken (there is no `content/page.md`) -> @/ops/page.md"
        );
        // Without Zola it is a path; where a bundler may replace it, nobody knows.
        fixture.path = "docs/a.md".to_owned();
        let plain = tree(&["ops/page.md", "docs/a.md"]);
        assert!(plain.look_up(link("@/ops/page.md")).starts_with("broken"));
        let bundled = tree(&["docs/.vitepress/config.ts", "docs/a.md"]);
        assert!(bundled.look_up(link("@/ops/page.png")).starts_with("unverifiable"));
    }

    #[test]
    fn pages_of_the_forge_are_no_files() {
        let mut fixture = tree(&["docs/a.md"]);
        fixture.source.web_url = Some("https://gitlab.com/group/app".to_owned());
        for path in ["../-/issues", "/group/app/-/pipelines", "/group/other/-/blob/main/x.md"] {
            assert!(fixture.look_up(link(path)).starts_with("unverifiable "), "{path}");
        }
        assert!(
            fixture
                .look_up(link("/group/app/-/blob/main/docs/a.md"))
                .starts_with("resolved docs/a.md")
        );
        assert_eq!(
            fixture.look_up(link("../-/blob/main/docs/gone.md")),
            "broken (there is no `docs/gone.md` in this repository)"
        );
        // A folder may be called so, and another forge has no such pages.
        let mut own = tree(&["docs/-/a.md"]);
        own.source.web_url = Some("https://gitlab.com/group/app".to_owned());
        assert!(own.look_up(link("-/a.md")).starts_with("resolved docs/-/a.md"));
        fixture.source.web_url = Some("https://github.com/group/app".to_owned());
        assert!(fixture.look_up(link("../-/issues")).starts_with("broken"));
    }

    #[test]
    fn a_readme_is_the_index_where_a_generator_makes_it_one() {
        let fixture = tree(&["book.toml", "docs/README.md", "docs/guide/README.md"]);
        assert!(fixture.look_up(link("index.html")).starts_with("resolved docs/README.md"));
        assert!(
            fixture
                .look_up(link("guide/index.html"))
                .starts_with("resolved docs/guide/README.md")
        );
        assert!(fixture.look_up(link("gone/index.html")).starts_with("broken"));
        assert!(fixture.look_up(link("print.html")).starts_with("broken"));
        let book = tree(&["book.toml", "docs/SUMMARY.md"]);
        assert!(book.look_up(link("print.html")).starts_with("unverifiable"));
        assert!(tree(&["docs/README.md"]).look_up(link("index.html")).starts_with("broken"));
    }

    #[test]
    fn what_stands_behind_a_picture_is_for_its_program() {
        let fixture = tree(&["docs/a.png", "docs/b.md"])
            .anchors("docs/a.png", &[])
            .anchors("docs/b.md", &[]);
        assert!(
            fixture
                .look_up(link("a.png#gh-dark-mode-only"))
                .starts_with("resolved docs/a.png")
        );
        assert!(fixture.look_up(link("gone.png#gh-dark-mode-only")).starts_with("broken"));
        assert!(fixture.look_up(link("b.md#gh-dark-mode-only")).starts_with("broken"));
    }
}
