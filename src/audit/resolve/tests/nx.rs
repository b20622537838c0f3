//! Tests of the tasks of `tools/nx.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{package, tasks, tree};

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
