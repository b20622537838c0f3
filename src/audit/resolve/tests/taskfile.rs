//! Tests of the tasks of `tools/taskfile.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{tasks, tree, unread};
use crate::model::definition::DefinitionFile;

fn including(path: &str, names: &[&str], includes: &[&str]) -> DefinitionFile {
    DefinitionFile {
        includes: includes.iter().map(|include| (*include).to_owned()).collect(),
        ..tasks("taskfile", path, names)
    }
}

#[test]
fn tasks_are_found_upward_and_by_namespace() {
    let fixture = tree(&["web/x.ts"])
        .with(including(
            "Taskfile.yml",
            &["task build", "task start:*"],
            &["docs=./docs", "=lib/Taskfile.yml"],
        ))
        .with(tasks("taskfile", "docs/Taskfile.yaml", &["task default", "task serve"]))
        .with(tasks("taskfile", "lib/Taskfile.yml", &["task flat"]));
    let look_up = |name: &str, folder: &str| fixture.look_up(task(name, &[], folder));
    assert_eq!(look_up("task build", "web"), "resolved Taskfile.yml:1 (a task)");
    assert_eq!(look_up("task start:api", ""), "resolved Taskfile.yml:2 (a task)");
    assert_eq!(look_up("task docs:serve", ""), "resolved docs/Taskfile.yaml:2 (a task)");
    assert_eq!(look_up("task docs", ""), "resolved docs/Taskfile.yaml:1 (a task)");
    assert_eq!(look_up("task flat", ""), "resolved lib/Taskfile.yml:1 (a task)");
    assert_eq!(
        look_up("task docs:srve", ""),
        "broken Taskfile.yml (`docs:srve` is no task of `Taskfile.yml`) -> docs:serve"
    );
}

#[test]
fn what_is_not_read_hides_names() {
    let fixture = tree(&[]).with(including("Taskfile.yml", &["task build"], &["?gone=gone"]));
    assert!(fixture.look_up(task("task gone:x", &[], "")).starts_with("unverifiable "));
    let fixture = tree(&[]).with(unread("taskfile", "Taskfile.yml"));
    assert_eq!(
        fixture.look_up(task("task build", &[], "")),
        "unverifiable Taskfile.yml (`Taskfile.yml` could not be read)"
    );
}

#[test]
fn a_given_file_counts() {
    let fixture =
        tree(&[])
            .with(tasks("taskfile", "Taskfile.yml", &["task a"]))
            .with(tasks("taskfile", "ops/Taskfile.yml", &["task b"]));
    assert_eq!(
        fixture.look_up(task("task b", &["ops/Taskfile.yml"], "")),
        "resolved ops/Taskfile.yml:1 (a task)"
    );
    assert!(
        fixture
            .look_up(task("task a", &["ops"], ""))
            .starts_with("broken ops/Taskfile.yml ")
    );
}

#[test]
fn an_include_that_cannot_be_read_leaves_only_its_own_names_open() {
    let fixture = tree(&[])
        .with(including(
            "Taskfile.yml",
            &["task up"],
            &["db=gone.yml", "far=", "bad=bad.yml"],
        ))
        .with(unread("taskfile", "bad.yml"));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    for open in ["task db:migrate", "task far:x", "task bad:x", "task db"] {
        assert!(look_up(open).starts_with("unverifiable "), "{open}");
    }
    assert!(look_up("task gone").starts_with("broken "));
    let flat = tree(&[]).with(including("Taskfile.yml", &["task up"], &["=gone.yml"]));
    assert!(flat.look_up(task("task gone", &[], "")).starts_with("unverifiable "));
}
