//! The files of which runbooks cite lines: `src/main.rs:12`, `src/main.rs#L10-L20`. Only these are read for what their lines say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::edition::EditionRunbook;
use crate::model::kind::Kind;
use crate::model::reference::{Reference, ReferenceKind};
use crate::model::tree::EntryKind;
use crate::source::tree::Tree;
use crate::tools::folder;
use crate::tools::forge_address::{Place, place};

/// The longest file that is read for its lines.
const SIZE_LIMIT: usize = 2 << 20;

/// The texts of the files of which a runbook cites lines, by path.
pub(super) fn texts(
    tree: &dyn Tree,
    roots: &[&str],
    web_url: Option<&str>,
    runbooks: &[EditionRunbook],
) -> BTreeMap<String, Arc<str>> {
    let mut wanted = BTreeSet::new();
    for runbook in runbooks {
        for reference in &runbook.runbook.references {
            if reference.cited_lines().is_some() {
                wanted.extend(places(reference, &runbook.path, roots, web_url));
                wanted.extend(only_of_name(reference, tree));
            }
        }
    }
    let text = |path: String| {
        let entry = tree.listing().entry(&path)?;
        if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            return None;
        }
        let bytes = tree.read(entry).ok().filter(|bytes| bytes.len() <= SIZE_LIMIT)?;
        Some((path, Arc::from(String::from_utf8(bytes).ok()?)))
    };
    wanted.into_iter().filter_map(text).collect()
}

/// The only file of the name that words cite without a folder.
fn only_of_name(reference: &Reference, tree: &dyn Tree) -> Option<String> {
    let ReferenceKind::Named(named) = &reference.kind else {
        return None;
    };
    let name = named
        .within
        .first()
        .filter(|name| named.kind == Kind::CitedLine && !name.contains('/'))?;
    let mut same = tree.listing().named(name);
    let only = same.next()?;
    same.next().is_none().then(|| only.path.clone())
}

/// The places where a file that a reference names may stand.
fn places(reference: &Reference, document: &str, roots: &[&str], web_url: Option<&str>) -> Vec<String> {
    match &reference.kind {
        ReferenceKind::Link { path, .. } => {
            let (home, _) = folder::split(document);
            folder::join(home, path).into_iter().collect()
        }
        ReferenceKind::Path { path, .. } => below(path.split(['#', ':']).next().unwrap_or(path), document, roots),
        ReferenceKind::Named(named) if named.kind == Kind::CitedLine => {
            named.within.first().map_or(Vec::new(), |path| below(path, document, roots))
        }
        ReferenceKind::Named(named) if named.kind == Kind::Url => match web_url.and_then(|own| place(&named.name, own)) {
            Some(Place::File { path, .. }) => vec![path],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A path below the roots, and below each folder on the way to a document.
fn below(path: &str, document: &str, roots: &[&str]) -> Vec<String> {
    let (home, _) = folder::split(document);
    let bases = roots.iter().copied().chain(folder::upward(home));
    bases.filter_map(|base| folder::join(base, path)).collect()
}
