//! Workflows of the forge that other texts name: what one calls itself, and what its jobs are called in a run.

use crate::config::product::{ProductPlan, SourcePlan};
use crate::model::definition::DefinitionFile;
use crate::model::tree::EntryKind;
use crate::source::tree::Tree;
use crate::tools::{self, folder};

/// Where workflows lie.
const FOLDER: &str = ".github/workflows/";

/// A workflow by its path, which counts from the code of the product, from the product, or from the root. A bare name is that of a file in the
/// folder of workflows.
pub(crate) fn workflow(tree: &dyn Tree, plan: &ProductPlan, path: &str) -> Option<DefinitionFile> {
    let source = match &plan.source {
        SourcePlan::Folder(folder) => folder.as_str(),
        SourcePlan::Checkout(_) => "",
    };
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let path = if path.contains('/') {
        path.to_owned()
    } else {
        format!("{FOLDER}{path}")
    };
    let entry = [source, plan.root.as_str(), ""].into_iter().find_map(|base| {
        let full = folder::join(base, &path)?;
        tree.listing().entry(&full).filter(|entry| entry.kind == EntryKind::File)
    })?;
    let bytes = tree.read(entry).ok()?;
    Some((tools::format_of(&entry.path)?.parse)(
        &entry.path,
        &String::from_utf8_lossy(&bytes),
    ))
}

/// What a run of a workflow is called: by the `name` of the workflow, else by its path, as the forge does.
pub(crate) fn name_of(workflow: &DefinitionFile) -> String {
    let at = workflow.path.find(FOLDER).unwrap_or_default();
    workflow.name.clone().unwrap_or_else(|| workflow.path[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::{name_of, workflow};
    use crate::config::product::ProductPlan;
    use crate::source::tree::memory::MemoryTree;

    #[test]
    fn a_workflow_is_found_by_its_path_or_its_file() {
        let tree = MemoryTree::new(&[
            (".github/workflows/ci.yml", b"name: CI\non: push\njobs: {}\n"),
            ("app/.github/workflows/own.yml", b"on: push\njobs: {}\n"),
            ("compose.yml", b"services: {}\n"),
        ]);
        let plan = ProductPlan {
            root: "app".to_owned(),
            ..ProductPlan::default()
        };
        let named = |path: &str| workflow(&tree, &plan, path).map(|found| name_of(&found));
        assert_eq!(named("ci.yml").as_deref(), Some("CI"));
        assert_eq!(named("./.github/workflows/ci.yml").as_deref(), Some("CI"));
        assert_eq!(named("own.yml").as_deref(), Some(".github/workflows/own.yml"));
        assert_eq!((named("compose.yml"), named("gone.yml")), (None, None));
    }
}
