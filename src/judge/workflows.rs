//! The workflows that gates name by their files, joined with what runs of them are called.

use crate::config::product::ProductPlan;
use crate::load::workflows::{name_of, workflow};
use crate::model::definition::DefinitionFile;
use crate::model::gate::{Demand, Gate};
use crate::model::kind::Kind;
use crate::source::tree::Tree;

/// Fills in what the workflows of gates and their jobs are called in a run. A file that is no workflow of the tree and that no text calls one
/// is none.
pub(super) fn resolve(gates: &mut [Gate], tree: &dyn Tree, plan: &ProductPlan) {
    for gate in gates {
        let mut files = Vec::new();
        gate.demand
            .workflows
            .retain_mut(|named| match workflow(tree, plan, &named.file) {
                Some(file) => {
                    named.name = Some(name_of(&file));
                    files.push(file);
                    true
                }
                None => named.file.contains('/'),
            });
        // Jobs belong to the one workflow that is named beside them.
        if let [only] = files.as_slice() {
            shown(&mut gate.demand, only);
        }
    }
}

/// Puts the names that the forge shows for jobs in the place of their ids.
fn shown(demand: &mut Demand, file: &DefinitionFile) {
    let shown = |id: &str| -> Option<String> {
        let job = file.definition(Kind::WorkflowJob, id)?;
        job.value.clone().filter(|name| name != id && !name.contains(['[', '{', '?']))
    };
    for required in &mut demand.required {
        if let Some(name) = shown(required) {
            *required = name;
        }
    }
    let (named, left): (Vec<String>, Vec<String>) = std::mem::take(&mut demand.spoken)
        .into_iter()
        .partition(|id| shown(id).is_some());
    demand.required.extend(named.iter().filter_map(|id| shown(id)));
    demand.spoken = left;
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::config::product::ProductPlan;
    use crate::model::gate::{Demand, Gate, NamedWorkflow};
    use crate::source::tree::memory::MemoryTree;

    #[test]
    fn files_and_ids_become_what_a_run_is_called() {
        let text =
            "name: CI\non: push\njobs:\n  lint:\n    name: Code style\n  test:\n    name: Test (${{ matrix.os }})\n  plain: {}\n";
        let tree = MemoryTree::new(&[(".github/workflows/ci.yml", text.as_bytes())]);
        let mut gates = [Gate {
            demand: Demand {
                workflows: ["ci.yml", ".github/workflows/gone.yml", "compose.yml"]
                    .map(|file| NamedWorkflow {
                        file: file.to_owned(),
                        name: None,
                    })
                    .to_vec(),
                required: vec!["lint".to_owned(), "plain".to_owned(), "other".to_owned()],
                spoken: vec!["test".to_owned(), "build".to_owned()],
                ..Demand::default()
            },
            ..Gate::default()
        }];
        resolve(&mut gates, &tree, &ProductPlan::default());
        let demand = &gates[0].demand;
        let named: Vec<(&str, Option<&str>)> = demand
            .workflows
            .iter()
            .map(|named| (named.file.as_str(), named.name.as_deref()))
            .collect();
        assert_eq!(
            named,
            [("ci.yml", Some("CI")), (".github/workflows/gone.yml", None)],
            "what is no workflow and is not called one is none"
        );
        assert_eq!(demand.required, ["Code style", "plain", "other", "Test (*)"]);
        assert_eq!(demand.spoken, ["build"]);
    }
}
