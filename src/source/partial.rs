//! Partial clones: their objects may come later, when somebody asks for them.

/// Whether objects may come later, when somebody asks for them.
pub(super) fn is_partial(git: &git2::Repository) -> Option<bool> {
    let config = git.config().ok()?;
    let mut entries = config.entries(None).ok()?;
    while let Some(entry) = entries.next() {
        let entry = entry.ok()?;
        let name = entry.name_bytes().to_ascii_lowercase();
        if name == b"extensions.partialclone" || name.ends_with(b".promisor") || name.ends_with(b".partialclonefilter") {
            return Some(true);
        }
    }
    Some(false)
}
