//! Where a repository stands on the web, by the word of its own documents, for a clone that has no `origin`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

use crate::load::discovery::has_markdown_name;
use crate::model::edition::EditionRunbook;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::model::tree::EntryKind;
use crate::source::tree::Tree;

/// The most documents that are read.
const DOCUMENT_LIMIT: usize = 600;
/// So many files must be where addresses of one repository say that they are.
const LEAST: usize = 2;

/// The address of a file of a main branch on a forge, in its parts.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"https?://(github\.com|gitlab\.com)/([\w.-]+)/([\w.-]+)/(?:-/)?(?:blob|tree)/(?:HEAD|main|master|develop|trunk)/([^\s()#?"'<>\[\]`]+)"#)
        .expect("the pattern is a constant that compiles")
});

/// The address of the repository whose files, as its documents link to them, are those of this tree: most of them are here, and no other
/// repository comes near. Only asked where a runbook holds such an address at all.
pub(super) fn told_by_documents(tree: &dyn Tree, runbooks: &[EditionRunbook]) -> Option<String> {
    let is_asked = runbooks.iter().flat_map(|runbook| &runbook.runbook.references).any(
        |reference| matches!(&reference.kind, ReferenceKind::Named(named) if named.kind == Kind::Url && is_address(&named.name)),
    );
    if !is_asked {
        return None;
    }
    let listing = tree.listing();
    let mut places: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    let documents = listing
        .entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::File && has_markdown_name(&entry.path));
    for entry in documents.take(DOCUMENT_LIMIT) {
        let Ok(bytes) = tree.read(entry) else { continue };
        for captures in ADDRESS.captures_iter(&String::from_utf8_lossy(&bytes)) {
            let part = |index: usize| captures.get(index).map_or("", |part| part.as_str());
            let address = format!("https://{}/{}/{}", part(1), part(2), part(3)).to_lowercase();
            let path = percent_decode_str(part(4)).decode_utf8_lossy().into_owned();
            let path = path.trim_end_matches(['/', '.', ',', ';', ':', '*']).to_owned();
            let (found, missing) = places.entry(address).or_default();
            if listing.has_file(&path) || listing.has_folder(&path) {
                found.insert(path);
            } else {
                missing.insert(path);
            }
        }
    }
    let mut ranked: Vec<(usize, usize, String)> = places
        .into_iter()
        .map(|(address, (found, missing))| (found.len(), missing.len(), address))
        .collect();
    ranked.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.2.cmp(&right.2)));
    let (found, missing, address) = ranked.first()?;
    let next = ranked.get(1).map_or(0, |(found, ..)| *found);
    (*found >= LEAST && found > missing && 2 * found > 3 * next).then(|| address.clone())
}

/// Whether an address is one of a file on a forge. Most are not, and then the expression is not even made.
fn is_address(url: &str) -> bool {
    (url.contains("github.com/") || url.contains("gitlab.com/")) && ADDRESS.is_match(url)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::told_by_documents;
    use crate::model::edition::EditionRunbook;
    use crate::model::tree::ContentId;
    use crate::parse::runbook;
    use crate::source::tree::memory::MemoryTree;

    fn told(readme: &str) -> Option<String> {
        let tree = MemoryTree::new(&[("README.md", readme.as_bytes()), ("docs/b.md", b"b"), ("src/a.rs", b"a")]);
        let runbook = EditionRunbook {
            path: "README.md".to_owned(),
            slug: String::new(),
            content: ContentId::default(),
            runbook: Arc::new(runbook::parse(readme.as_bytes())),
        };
        told_by_documents(&tree, &[runbook])
    }

    #[test]
    fn documents_that_link_to_their_own_files_tell_where_they_stand() {
        let own = "https://github.com/Org/App/blob/main";
        let text =
            format!("[a]({own}/src/a.rs) [b]({own}/docs/b.md) [c]({own}/gone.md) [d](https://github.com/x/y/tree/main/src)\n");
        assert_eq!(told(&text).as_deref(), Some("https://github.com/org/app"));
    }

    #[test]
    fn addresses_that_fit_by_chance_tell_nothing() {
        let other = "https://github.com/x/y/blob/main";
        for text in [
            format!("[a]({other}/src)\n"),
            format!("[a]({other}/src) [b]({other}/docs) [c]({other}/lib) [d]({other}/gone)\n"),
            "Nothing.\n".to_owned(),
        ] {
            assert_eq!(told(&text), None, "{text}");
        }
    }
}
