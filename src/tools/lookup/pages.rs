//! Pages by their names: how wikis and collections of notes link them (`[[Page name]]`).

use std::collections::HashMap;

use crate::model::nearest::nearest;
use crate::model::tree::Listing;
use crate::tools::folder;

/// Endings of texts that are pages.
const PAGES: &[&str] = &[
    "adoc", "asciidoc", "creole", "markdown", "md", "mdown", "mdx", "mediawiki", "mkd", "org", "rst", "textile", "txt", "wiki",
];

/// The pages of a tree by their names, and its other files by theirs.
pub(crate) struct Pages<'tree> {
    by_name: HashMap<String, Vec<&'tree str>>,
    /// Whether the tree is one of a wiki, or of a program that links by names.
    pub(crate) is_wiki: bool,
}

impl<'tree> Pages<'tree> {
    /// The pages of a tree.
    pub(crate) fn new(listing: &'tree Listing) -> Self {
        let mut by_name: HashMap<String, Vec<&str>> = HashMap::new();
        let mut is_wiki = false;
        for entry in &listing.entries {
            let path = entry.path.as_str();
            let (parent, name) = folder::split(path);
            is_wiki |= path.starts_with(".obsidian/") || path.contains("/.obsidian/") || path == "logseq/config.edn";
            is_wiki |= matches!(name, "_Sidebar.md" | "_Footer.md")
                && folder::join(parent, "Home.md").is_some_and(|home| listing.has_file(&home));
            by_name.entry(plain(name)).or_default().push(path);
            if let Some(stem) = page(name) {
                by_name.entry(plain(stem)).or_default().push(path);
                if matches!(stem.to_ascii_lowercase().as_str(), "readme" | "index" | "_index") && !parent.is_empty() {
                    by_name.entry(plain(folder::split(parent).1)).or_default().push(path);
                }
            }
        }
        Self { by_name, is_wiki }
    }

    /// The page of a name, which may begin with folders; of several the one that lies nearest.
    pub(crate) fn find(&self, name: &str, beside: &str) -> Option<&'tree str> {
        let wanted = plain(name.trim().trim_start_matches('/'));
        let (above, last) = folder::split(&wanted);
        let stem = page(last).unwrap_or(last);
        let known = self.by_name.get(last).or_else(|| self.by_name.get(stem))?;
        let is_below = |path: &&&str| {
            let (parent, file) = folder::split(path);
            let parent = plain(parent);
            // The README of a folder is the page of that name.
            let parent = if above.is_empty() || page(&plain(file)).is_some_and(|page| page == stem) || plain(file) == last {
                parent.as_str()
            } else {
                folder::split(&parent).0
            };
            above.is_empty() || parent == above || parent.ends_with(&format!("/{above}"))
        };
        let distance = |path: &&str| {
            let (parent, _) = folder::split(path);
            (parent != beside, !folder::is_within(path, beside), path.matches('/').count())
        };
        known.iter().filter(is_below).copied().min_by_key(distance)
    }

    /// The name of a page that is written almost the same.
    pub(crate) fn near(&self, name: &str) -> Option<String> {
        let (_, last) = folder::split(name.trim());
        let near = nearest(&plain(last), self.by_name.keys().map(String::as_str))?;
        let path = self.by_name.get(near)?.iter().min()?;
        let (_, file) = folder::split(path);
        page(file).map(str::to_owned)
    }
}

/// What may be the name of a page in the words between the brackets: GitHub puts the words that are shown in front of the bar, most others
/// behind it.
pub(crate) fn sides(words: &str) -> impl Iterator<Item = &str> {
    let (one, other) = words.split_once('|').map_or((words, None), |(one, other)| (one, Some(other)));
    [Some(one), other]
        .into_iter()
        .flatten()
        .map(str::trim)
        .filter(|side| !side.is_empty())
}

/// The name of a file without the ending of a page.
fn page(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    (!stem.is_empty() && PAGES.contains(&ending.as_str())).then_some(stem)
}

/// A name as all spellings of it are alike: small letters, and one hyphen for blanks, low lines and hyphens.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for char in name.chars().flat_map(char::to_lowercase) {
        let char = if matches!(char, ' ' | '_' | '-' | '\u{a0}') {
            '-'
        } else {
            char
        };
        if char != '-' || !plain.ends_with('-') {
            plain.push(char);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Pages, sides};
    use crate::model::tree::Listing;

    #[test]
    fn a_page_is_found_by_its_name_however_it_is_spelled() {
        let listing = Listing::of_paths(&[
            "Home.md", "Release-Process.md", "ops/Restore a backup.md", "ops/backup/README.md", "a/Plan.md", "b/Plan.md",
            "img/x.png",
        ]);
        let pages = Pages::new(&listing);
        let find = |name: &str| pages.find(name, "b");
        assert_eq!(find("Release Process"), Some("Release-Process.md"));
        assert_eq!(find("release_process.md"), Some("Release-Process.md"));
        assert_eq!(find("ops/restore-a-backup"), Some("ops/Restore a backup.md"));
        assert_eq!(find("backup"), Some("ops/backup/README.md"));
        assert_eq!(find("ops/backup"), Some("ops/backup/README.md"));
        assert_eq!(find("Plan"), Some("b/Plan.md"), "of two the one beside");
        assert_eq!(find("a/plan"), Some("a/Plan.md"));
        assert_eq!(find("x.png"), Some("img/x.png"));
        assert_eq!(find("other/plan"), None);
        assert_eq!(find("Release"), None);
        assert_eq!(pages.near("Relaese process").as_deref(), Some("Release-Process"));
        assert!(!pages.is_wiki);
    }

    #[test]
    fn a_wiki_is_known_by_its_files() {
        assert!(Pages::new(&Listing::of_paths(&["Home.md", "_Sidebar.md"])).is_wiki);
        assert!(Pages::new(&Listing::of_paths(&["notes/.obsidian/app.json", "notes/a.md"])).is_wiki);
        assert!(!Pages::new(&Listing::of_paths(&["docs/_sidebar.md", "README.md"])).is_wiki);
    }

    #[test]
    fn both_sides_of_a_bar_may_be_the_page() {
        assert_eq!(sides("the plan|Plan").collect::<Vec<_>>(), ["the plan", "Plan"]);
        assert_eq!(sides(" Plan ").collect::<Vec<_>>(), ["Plan"]);
        assert_eq!(sides("|").count(), 0);
    }
}
