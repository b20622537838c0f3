//! `.changeset/*.md`: what the changes of the head say about the release that comes next.

use crate::config::product::ProductPlan;
use crate::load::unread::{add_problems, unreadable};
use crate::model::finding::{Finding, Severity};
use crate::model::release::{Changeset, Notes};
use crate::model::tree::{Entry, EntryKind};
use crate::parse::release_log;
use crate::source::tree::Tree;

/// The folder that the tool `changesets` keeps them in.
const FOLDER: &str = ".changeset";

/// The notes of the changesets of a product, in the order of their files: those of its own folder, and those of the root that name its
/// package.
pub(crate) fn from_changesets(tree: &dyn Tree, plan: &ProductPlan, findings: &mut Vec<Finding>) -> Vec<Notes> {
    let mut coming = Vec::new();
    let own = if plan.root.is_empty() {
        FOLDER.to_owned()
    } else {
        format!("{}/{FOLDER}", plan.root)
    };
    for entry in files(tree, &own) {
        if let Some(changeset) = changeset(tree, entry, findings) {
            add_problems(&entry.path, &changeset.problems, Severity::Info, findings);
            coming.extend(changeset.notes);
        }
    }
    let Some(package) = (!plan.root.is_empty()).then(|| package(tree, &plan.root)).flatten() else {
        return coming;
    };
    for entry in files(tree, FOLDER) {
        let changeset = changeset(tree, entry, findings).filter(|changeset| changeset.packages.contains(&package));
        if let Some(changeset) = changeset {
            add_problems(&entry.path, &changeset.problems, Severity::Info, findings);
            coming.extend(changeset.notes);
        }
    }
    coming
}

/// The files that may be changesets: the notes in the folder itself, but for the one that explains it.
fn files<'tree>(tree: &'tree dyn Tree, folder: &str) -> impl Iterator<Item = &'tree Entry> {
    let start = format!("{folder}/");
    tree.listing().below(folder).iter().filter(move |entry| {
        let name = entry.path.strip_prefix(&start).unwrap_or_default();
        let stem = name.strip_suffix(".md").unwrap_or_default();
        !name.contains('/') && !stem.is_empty() && !stem.eq_ignore_ascii_case("readme")
    })
}

fn changeset(tree: &dyn Tree, entry: &Entry, findings: &mut Vec<Finding>) -> Option<Changeset> {
    let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    let Some(bytes) = is_file.then(|| tree.read(entry).ok()).flatten() else {
        findings.push(unreadable(&entry.path, "the changeset cannot be read from the repository"));
        return None;
    };
    Some(release_log::changeset(&entry.path, &String::from_utf8_lossy(&bytes)))
}

/// The name of the package whose folder is the root of a product.
fn package(tree: &dyn Tree, root: &str) -> Option<String> {
    let entry = tree.listing().entry(&format!("{root}/package.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&tree.read(entry).ok()?).ok()?;
    Some(manifest.get("name")?.as_str()?.to_owned())
}
