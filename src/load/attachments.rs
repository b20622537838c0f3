//! Files that pages show or link to beside the runbooks: pictures, and texts where the repository cannot be read on the web.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::load::edition::Cache;
use crate::model::attachment::{Attachment, AttachmentKind};
use crate::model::document::NodeKind;
use crate::model::edition::Edition;
use crate::model::runbook::Runbook;
use crate::model::tree::{ContentId, EntryKind};
use crate::parse::picture::picture;
use crate::source::tree::Tree;
use crate::tools::folder::beside;

/// A larger picture is not copied.
const LARGEST_PICTURE: usize = 2 * 1024 * 1024;
/// A longer text is not copied.
const LONGEST_TEXT: usize = 256 * 1024;
/// No more is copied for one edition.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Endings of names of pictures; what a file is, its bytes tell.
const PICTURES: &[&str] = &["avif", "gif", "jpeg", "jpg", "jfif", "png", "svg", "webp"];

/// Endings and names of texts that may be copied. Settings of an environment are none of them, and neither are keys.
const TEXTS: &[&str] = &[
    "adoc", "bash", "c", "csv", "dockerfile", "go", "hcl", "j2", "java", "js", "json", "justfile", "kt", "lua", "makefile",
    "markdown", "md", "mjs", "ps1", "py", "rb", "rs", "rst", "service", "sh", "sql", "tf", "toml", "ts", "tsx", "txt", "xml",
    "yaml", "yml",
];

/// Words in a path that hold a copy back.
const PRIVATE: &[&str] = &[
    "secret", "credential", "password", "passwd", "private", "id_rsa", "id_ed25519", "token",
];

/// The files that the runbooks of an edition show or link to, by path. Texts are read only `with_texts`.
pub(crate) fn attachments(
    cache: &Cache,
    tree: &dyn Tree,
    edition: &Edition,
    with_texts: bool,
) -> BTreeMap<String, Arc<Attachment>> {
    let mut wanted = BTreeSet::new();
    for runbook in &edition.runbooks {
        for destination in destinations(&runbook.runbook) {
            for base in [runbook.path.as_str(), "", &edition.source.product_root] {
                let from = if base == edition.source.product_root && !base.is_empty() {
                    format!("{base}/x")
                } else {
                    base.to_owned()
                };
                wanted.extend(path(&from, &destination));
            }
        }
    }
    // A link to a runbook leads to its page.
    let runbooks: BTreeSet<&str> = edition.runbooks.iter().map(|runbook| runbook.path.as_str()).collect();
    let mut found = BTreeMap::new();
    let mut bytes = 0;
    for path in wanted.into_iter().filter(|path| !runbooks.contains(path.as_str())) {
        let Some(entry) = tree.listing().entry(&path) else { continue };
        // Links are not followed, and other repositories are not read.
        if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let ending = name.rsplit('.').next().unwrap_or_default();
        let is_picture = PICTURES.contains(&ending);
        let is_text = with_texts && TEXTS.contains(&ending) && is_public(&path);
        if !is_picture && !is_text {
            continue;
        }
        let Some(attachment) = cache.attachment(entry.id, is_picture, || read(tree.read(entry).ok()?, is_picture)) else {
            continue;
        };
        bytes += attachment.bytes.len();
        if bytes > MOST_BYTES {
            break;
        }
        found.insert(path, attachment);
    }
    found
}

/// A file that was shown or linked to, by its content.
pub(crate) fn of_content(
    cache: &Cache,
    content: ContentId,
    is_picture: bool,
    bytes: impl FnOnce() -> Option<Vec<u8>>,
) -> Option<Arc<Attachment>> {
    cache.attachment(content, is_picture, || read(bytes()?, is_picture))
}

fn read(bytes: Vec<u8>, is_picture: bool) -> Option<Attachment> {
    if is_picture {
        return (bytes.len() <= LARGEST_PICTURE).then_some(bytes).and_then(picture);
    }
    let is_text = bytes.len() <= LONGEST_TEXT && !bytes.contains(&0) && std::str::from_utf8(&bytes).is_ok();
    is_text.then_some(Attachment {
        kind: AttachmentKind::Text,
        bytes,
    })
}

/// Whether nothing in a path says that the file is not for everybody.
fn is_public(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let is_hidden = path
        .split('/')
        .any(|part| part.starts_with('.') && !matches!(part, ".github" | ".gitlab" | ".circleci" | ".gitlab-ci.yml" | ".config"));
    !is_hidden && !PRIVATE.iter().any(|word| path.contains(word))
}

/// Where links and images of a runbook lead, those in HTML included.
fn destinations(runbook: &Runbook) -> Vec<String> {
    let mut found: Vec<String> = runbook.links.iter().map(|link| link.destination.clone()).collect();
    for node in runbook.document.html() {
        let NodeKind::RawHtml(words) = &node.kind else { continue };
        for word in words.of(&runbook.text).split(['"', '\'', '=', ' ', '\n', '>']) {
            if word.contains('.') && word.len() <= 512 && !word.contains('<') {
                found.push(word.replace("&amp;", "&"));
            }
        }
    }
    found
}

/// The path that a destination leads to, seen from a document.
fn path(document: &str, destination: &str) -> Option<String> {
    let end = destination.find(['#', '?']).unwrap_or(destination.len());
    let path = destination[..end].trim();
    if path.is_empty() || path.contains(':') || path.starts_with("//") || path.contains('\\') {
        return None;
    }
    beside(document, &percent_decode_str(path).decode_utf8().ok()?)
}

#[cfg(test)]
mod tests {
    use super::{is_public, path, read};

    #[test]
    fn destinations_become_paths_of_the_repository() {
        assert_eq!(
            path("docs/a.md", "img/b%20c.png?raw=true").as_deref(),
            Some("docs/img/b c.png")
        );
        assert_eq!(path("docs/a.md", "/img/b.png").as_deref(), Some("img/b.png"));
        for other in [
            "https://example.org/x.png",
            "//x/y.png",
            "#a",
            "../../../etc/passwd",
            "C:\\x.png",
        ] {
            assert_eq!(path("docs/a.md", other), None, "{other}");
        }
    }

    #[test]
    fn private_files_stay_where_they_are() {
        for public in ["Makefile", "scripts/x.sh", ".github/workflows/ci.yml"] {
            assert!(is_public(public), "{public}");
        }
        for private in [
            ".env.yml", "deploy/secrets.yml", ".git/config.txt", "ops/id_rsa.txt", ".ssh/config.txt",
        ] {
            assert!(!is_public(private), "{private}");
        }
    }

    #[test]
    fn binary_files_are_no_texts() {
        assert!(read(b"a\n".to_vec(), false).is_some());
        assert!(read(b"a\0b".to_vec(), false).is_none());
        assert!(read(vec![0xff, 0xfe], false).is_none());
        assert!(read(vec![b'a'; 300_000], false).is_none());
    }
}
