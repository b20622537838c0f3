//! The folders that generators of sites make their pages from, by their settings.

use crate::source::tree::Tree;

/// The folders of pages of the sites of a tree, other than a `docs` folder at the root.
pub(crate) fn folders(tree: &dyn Tree) -> Vec<String> {
    let listing = tree.listing();
    let text_of = |path: &str| {
        let bytes = tree.read(listing.entry(path)?).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut folders = Vec::new();
    for entry in listing.named("book.toml").take(20) {
        let source = text_of(&entry.path).and_then(|text| book_source(&text));
        folders.push(beside(&entry.path, source.as_deref().unwrap_or("src")));
    }
    for name in ["mkdocs.yml", "mkdocs.yaml"] {
        for entry in listing.named(name).take(20) {
            if let Some(folder) = text_of(&entry.path).and_then(|text| value_of(&text, "docs_dir", ':')) {
                folders.push(beside(&entry.path, &folder));
            }
        }
    }
    for entry in listing.named("tech-docs.yml").take(20) {
        // Middleman keeps its settings in `config` beside `source`.
        let above = entry.path.rsplit_once('/').map_or("", |(above, _)| above);
        folders.push(beside(above, "source"));
    }
    folders.retain(|folder| !folder.is_empty() && folder != "docs" && listing.has_folder(folder));
    folders.sort();
    folders.dedup();
    folders
}

/// A path below the folder of a site as if that were `docs`; none where it lies elsewhere.
pub(crate) fn as_docs(path: &str, site: &str) -> Option<String> {
    let rest = path.strip_prefix(site)?.strip_prefix('/')?;
    Some(format!("docs/{rest}"))
}

/// A folder beside a file.
fn beside(file: &str, folder: &str) -> String {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    match file.rsplit_once('/') {
        Some((above, _)) => format!("{above}/{folder}"),
        None => folder.to_owned(),
    }
}

/// The folder of chapters that the settings of an mdBook name.
fn book_source(text: &str) -> Option<String> {
    let start = text.find("[book]")?;
    let section = &text[start + "[book]".len()..];
    let section = section.split("\n[").next().unwrap_or(section);
    value_of(section, "src", '=')
}

/// The value of a key that stands at the beginning of a line.
fn value_of(text: &str, key: &str, sign: char) -> Option<String> {
    text.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix(sign)?;
        let value = value.split('#').next().unwrap_or(value).trim().trim_matches(['"', '\'']);
        let is_plain = !value.is_empty() && !value.starts_with(['/', '!', '$']) && !value.contains("..");
        is_plain.then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{as_docs, folders};
    use crate::source::tree::memory::MemoryTree;

    #[test]
    fn settings_name_the_folder_of_pages() {
        let files = |files: &[(&str, &str)]| {
            let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
            folders(&MemoryTree::new(&files))
        };
        assert_eq!(files(&[("book.toml", "[book]\n"), ("src/a.md", "")]), ["src"]);
        assert_eq!(
            files(&[
                ("g/book.toml", "[book]\nsrc = \"./text/\"\n[output]\nsrc = \"x\"\n"),
                ("g/text/a.md", "")
            ]),
            ["g/text"]
        );
        assert_eq!(
            files(&[
                ("mkdocs.yml", "site: x\ndocs_dir: \"content\" # pages\n"),
                ("content/a.md", "")
            ]),
            ["content"]
        );
        assert_eq!(
            files(&[("config/tech-docs.yml", ""), ("source/a.html.md.erb", "")]),
            ["source"]
        );
        assert!(files(&[("book.toml", "[book]\nsrc = \"../x\"\n"), ("a.md", "")]).is_empty());
        assert!(files(&[("mkdocs.yml", "docs_dir: docs\n"), ("docs/a.md", "")]).is_empty());
    }

    #[test]
    fn a_page_is_seen_below_docs() {
        assert_eq!(as_docs("src/release/a.md", "src").as_deref(), Some("docs/release/a.md"));
        assert_eq!(as_docs("srcs/a.md", "src"), None);
    }
}
