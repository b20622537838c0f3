//! Tests of the tasks of `tools/composer.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{package, tasks, tree, unread};

#[test]
fn scripts_and_tasks_are_found() {
    let fixture = tree(&[])
        .with(tasks("composer", "composer.json", &["composer lint"]))
        .with(tasks("deno", "deno.json", &["deno dev"]))
        .with(package("package.json", "x", &["build"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert_eq!(look_up("composer lint"), "resolved composer.json:1 (a script)");
    assert!(look_up("composer lnt").starts_with("broken composer.json "));
    assert_eq!(look_up("deno dev"), "resolved deno.json:1 (a task)");
    assert_eq!(look_up("deno build"), "resolved package.json:1 (a task)");
    assert!(look_up("deno gone").starts_with("broken deno.json "));
    let fixture = tree(&[]).with(unread("composer", "composer.json"));
    assert!(
        fixture
            .look_up(task("composer x", &[], ""))
            .starts_with("unverifiable composer.json ")
    );
}
