//! Tests of the tasks of `tools/nx.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{package, tasks, tree};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;

#[test]
fn a_task_of_turbo_is_a_script_of_any_package() {
    let fixture =
        tree(&[])
            .with(tasks("turbo", "turbo.json", &["turbo build"]))
            .with(package("apps/web/package.json", "web", &["e2e"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert_eq!(look_up("turbo build"), "resolved turbo.json:1 (a task)");
    assert_eq!(look_up("turbo e2e"), "resolved apps/web/package.json:1 (a task)");
    assert!(look_up("turbo gone").starts_with("broken turbo.json "));
    assert!(look_up("nx gone").starts_with("unverifiable "));
    assert!(tree(&[]).look_up(task("turbo x", &[], "")).starts_with("unverifiable "));
}

#[test]
fn a_target_of_a_project_is_asked_for_by_both_names() {
    let project = || tasks("nx", "apps/web/project.json", &["nx build", "nx web:build"]);
    let settings = || tasks("nx", "nx.json", &[]);
    let fixture = tree(&[])
        .with(settings())
        .with(project())
        .with(package("libs/ui/package.json", "@acme/ui", &["lint"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    for known in ["nx web:build", "nx build", "nx @acme/ui:lint", "nx web:build:production"] {
        assert!(look_up(known).starts_with("resolved "), "{known}");
    }
    for gone in ["nx web:ship", "nx gone:build", "nx @acme/ui:gone"] {
        assert!(look_up(gone).starts_with("broken "), "{gone}");
    }
    assert!(look_up("nx ship").starts_with("unverifiable "), "no project has to have it");
    // A plugin infers targets, or the settings are not there.
    let inferring = DefinitionFile {
        is_complete: false,
        ..settings()
    };
    for fixture in [tree(&[]).with(project()).with(inferring), tree(&[]).with(project())] {
        assert!(fixture.look_up(task("nx web:ship", &[], "")).starts_with("unverifiable "));
    }
}

#[test]
fn a_project_is_missing_where_plugins_only_infer_targets() {
    let settings = |open_kinds: Vec<Kind>| DefinitionFile {
        is_complete: false,
        open_kinds,
        ..tasks("nx", "nx.json", &[])
    };
    let fixture = |open_kinds| {
        tree(&[])
            .with(settings(open_kinds))
            .with(tasks("nx", "apps/web/project.json", &["nx web:build"]))
            .with(package("libs/ui/package.json", "@acme/ui", &["lint"]))
    };
    let look_up = |name: &str| fixture(Vec::new()).look_up(task(name, &[], ""));
    for gone in ["nx gone:build", "nx @acme/gone:lint"] {
        assert!(look_up(gone).starts_with("broken "), "{gone}");
    }
    for inferred in ["nx web:test", "nx @acme/ui:build", "nx ui:build", "nx serve"] {
        assert!(look_up(inferred).starts_with("unverifiable "), "{inferred}");
    }
    let elsewhere = fixture(vec![Kind::WorkspacePackage]);
    assert!(elsewhere.look_up(task("nx gone:build", &[], "")).starts_with("unverifiable "));
}
