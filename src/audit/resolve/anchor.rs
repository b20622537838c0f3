//! Anchors of links, against the headings of the file that they lead to.

use percent_encoding::percent_decode_str;

use crate::audit::resolve::index::Index;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Resolution, Status};
use crate::tools::lookup::answer::{broken, ignored, resolved};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::{folder, site_address};

impl Index<'_> {
    /// Judges an anchor of the document itself.
    pub(super) fn anchor_here(&self, document: &Document<'_>, anchor: &str) -> Resolution {
        let anchors = &document.runbook.anchors;
        anchor_in(
            document.path,
            &anchors.plain,
            self.other_anchors(document.path, &anchors.other),
            anchor,
        )
    }

    /// The anchors that other renderers than the forge give to the headings of a file, where one of them shows it: the site that its
    /// folder or one above it has the settings of, or a forge that makes them in another way.
    pub(super) fn other_anchors<'anchor>(&self, path: &str, other: &'anchor [String]) -> &'anchor [String] {
        const SETTINGS: &[&str] = &[
            "_config.yml", "antora.yml", "conf.py", "config/tech-docs.yml", "mkdocs.yaml", "mkdocs.yml", "myst.yml",
            ".vitepress/config.js", ".vitepress/config.mts", ".vitepress/config.ts",
        ];
        let listing = &self.source.listing;
        let is_rendered = || path.ends_with(".erb") || path.ends_with(".html.md");
        let has_settings = || {
            folder::upward(folder::split(path).0).any(|above| {
                SETTINGS
                    .iter()
                    .any(|file| folder::join(above, file).is_some_and(|file| listing.has_file(&file)))
            })
        };
        let is_other_forge = || self.source.web_url.as_deref().is_some_and(|url| url.contains("gitlab"));
        let is_zola = || site_address::place(listing, path, "@/_index.md").is_some();
        if !other.is_empty() && (is_zola() || is_other_forge() || is_rendered() || has_settings()) {
            other
        } else {
            &[]
        }
    }

    /// Judges the anchor of a link whose target is there.
    pub(super) fn anchored(&self, document: &Document<'_>, target: Resolution, anchor: &str) -> Resolution {
        let Some(path) = target.target.clone() else {
            return target;
        };
        if path == document.path {
            return self.anchor_here(document, anchor);
        }
        if is_free(anchor) || has_no_headings(&path) {
            return target;
        }
        // A link to a folder shows its README.
        let readme = folder::join(&path, "README.md").filter(|readme| self.source.listing.has_file(readme));
        let file = readme.filter(|_| !self.source.listing.has_file(&path)).unwrap_or(path);
        match self.source.anchors.get(&file) {
            Some(anchors) => anchor_in(&file, &anchors.plain, self.other_anchors(&file, &anchors.other), anchor),
            None => Resolution {
                status: Status::Unverifiable,
                reason: Reason::AnchorsUnknown(file.clone()),
                ..target
            },
        }
    }
}

/// Whether what stands behind `#` is for the program that shows a file: `a.png#gh-dark-mode-only`, `a.svg#icon`, `a.pdf#page=3`.
fn has_no_headings(path: &str) -> bool {
    const SHOWN: &[&str] = &[
        "apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "m4v", "mov", "mp3", "mp4", "ogg", "pdf", "png", "svg", "webm",
        "webp",
    ];
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    SHOWN.contains(&ending.to_ascii_lowercase().as_str())
}

/// Whether an anchor leads to the README itself, which the page of its folder shows in a box of that name.
fn is_box_of_readme(path: &str, anchor: &str) -> bool {
    let (_, name) = folder::split(path);
    let stem = name.split('.').next().unwrap_or_default();
    stem.eq_ignore_ascii_case("readme") && anchor.eq_ignore_ascii_case("readme")
}

/// Whether an anchor needs no heading: the top of the page, a line (`#L10-L20`), words to find (`#:~:text=`).
fn is_free(anchor: &str) -> bool {
    let is_line = |part: &str| {
        part.strip_prefix('L').is_some_and(|rest| {
            let number = rest.split('C').next().unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    anchor.is_empty() || anchor.eq_ignore_ascii_case("top") || anchor.starts_with(":~:") || anchor.split('-').all(is_line)
}

/// Judges an anchor by those of a file, and by those that another renderer gives it.
pub(super) fn anchor_in(path: &str, anchors: &[String], other: &[String], anchor: &str) -> Resolution {
    if is_free(anchor) || is_box_of_readme(path, anchor) {
        return resolved(path, None, Reason::PlaceIn(path.to_owned()));
    }
    let decoded = percent_decode_str(anchor).decode_utf8_lossy();
    // GitHub and Bitbucket put words of their own in front of the ids of a page.
    let own_words = ["user-content-", "markdown-header-"];
    let written = own_words
        .iter()
        .find_map(|words| decoded.strip_prefix(words))
        .unwrap_or(&decoded);
    let wanted = written.to_lowercase();
    let is_in = |known: &[String], name: &str| known.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
    let is_there = |name: &str| is_in(anchors, name) || is_in(other, name);
    if is_there(written) || is_there(&decoded) {
        return resolved(path, None, Reason::HeadingIn(path.to_owned()));
    }
    if is_there(&wanted) {
        return resolved(path, None, Reason::HeadingInOtherCase(path.to_owned(), wanted));
    }
    if let Some(known) = anchors.iter().find(|known| known.to_lowercase() == wanted) {
        return resolved(path, None, Reason::HeadingInOtherCase(path.to_owned(), known.clone()));
    }
    if claim::has_placeholder(anchor) {
        return ignored(Reason::Placeholder);
    }
    let suggestion = nearest(&wanted, anchors.iter().map(String::as_str)).map(|near| format!("#{near}"));
    Resolution {
        target: Some(path.to_owned()),
        ..broken(Reason::HeadingMissing(wanted.clone(), path.to_owned()), suggestion)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{link, tree};

    #[test]
    fn a_readme_has_a_box_of_its_name() {
        let fixture = tree(&["README.md", "docs/other.md", "docs/README.md"])
            .anchors("README.md", &[])
            .anchors("docs/README.md", &[])
            .anchors("docs/other.md", &[]);
        for path in ["../README.md#readme", "../#readme", "README.md#readme"] {
            assert!(fixture.look_up(link(path)).starts_with("resolved "), "{path}");
        }
        for path in ["other.md#readme", "README.md#read"] {
            assert!(fixture.look_up(link(path)).starts_with("broken "), "{path}");
        }
    }

    #[test]
    fn anchors_are_those_of_the_target() {
        let fixture = tree(&["docs/other.md", "guide/README.md", "src/x.py"])
            .anchors("docs/runbook.md", &["roll-back", "v1"])
            .anchors("docs/other.md", &["restore"])
            .anchors("guide/README.md", &["start"]);
        assert_eq!(
            fixture.look_up(link("#Roll-Back")),
            "resolved docs/runbook.md (the heading `#roll-back` of `docs/runbook.md`, in another case of letters)"
        );
        assert_eq!(
            fixture.look_up(link("#rollback")),
            "broken docs/runbook.md (there is no heading `#rollback` in `docs/runbook.md`) -> #roll-back"
        );
        assert!(fixture.look_up(link("#markdown-header-roll-back")).starts_with("resolved "));
        assert!(fixture.look_up(link("#markdown-header-gone")).starts_with("broken "));
        assert_eq!(
            fixture.look_up(link("runbook.md#v1")),
            "resolved docs/runbook.md (the heading is there in `docs/runbook.md`)"
        );
        assert_eq!(
            fixture.look_up(link("other.md#restore")),
            "resolved docs/other.md (the heading is there in `docs/other.md`)"
        );
        assert_eq!(
            fixture.look_up(link("../guide#start")),
            "resolved guide/README.md (the heading is there in `guide/README.md`)"
        );
        assert_eq!(
            fixture.look_up(link("../src/x.py#L10-L12")),
            "resolved src/x.py (the file is there)"
        );
        assert!(
            fixture
                .look_up(link("../src/x.py#main"))
                .starts_with("unverifiable src/x.py ")
        );
        assert_eq!(
            fixture.look_up(link("#")),
            "resolved docs/runbook.md (a place in `docs/runbook.md`)"
        );
    }
}
