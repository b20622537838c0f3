//! Paths as text: `/` between parts, relative to the root of the repository, the root itself empty.

/// The folder and the last part of a path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A path seen from a folder, with `.` and `..` worked off; none when it leaves the repository.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path that a link in a document leads to, one that begins with `/` from the root; none when it leads out of the repository.
pub(crate) fn beside(document: &str, link: &str) -> Option<String> {
    join(if link.starts_with('/') { "" } else { split(document).0 }, link)
}

/// Whether a path lies in a folder or is the folder itself.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as it is written from a folder: `../api/x.py` from `web`.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let common = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let mut parts = vec![".."; from.len() - common];
    parts.extend(&to[common..]);
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The folder and every folder above it, the nearest first, the root of the repository last.
pub(crate) fn upward(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let current = next?;
        next = (!current.is_empty()).then(|| split(current).0);
        Some(current)
    })
}

#[cfg(test)]
mod tests {
    use super::{beside, is_within, join, relative, upward};

    #[test]
    fn dots_are_worked_off() {
        assert_eq!(join("docs/ops", "../x.md").as_deref(), Some("docs/x.md"));
        assert_eq!(join("docs", "./a//b/").as_deref(), Some("docs/a/b"));
        assert_eq!(join("", ".").as_deref(), Some(""));
        assert_eq!(join("docs", "../../x"), None);
    }

    #[test]
    fn links_count_from_their_document() {
        assert_eq!(beside("docs/a/b.md", "../c.md").as_deref(), Some("docs/c.md"));
        assert_eq!(beside("b.md", "./c.md").as_deref(), Some("c.md"));
        assert_eq!(beside("docs/b.md", "/x.md").as_deref(), Some("x.md"));
        assert_eq!(beside("b.md", "../../etc/passwd"), None);
    }

    #[test]
    fn a_path_is_written_from_a_folder() {
        assert_eq!(relative("", "a/b"), "a/b");
        assert_eq!(relative("web/app", "web/x.ts"), "../x.ts");
        assert_eq!(relative("web", "web"), ".");
    }

    #[test]
    fn folders_are_compared_by_whole_parts() {
        assert!(is_within("docs/x", "docs") && is_within("docs", "docs") && is_within("x", ""));
        assert!(!is_within("docs-old/x", "docs"));
        assert_eq!(upward("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }
}
