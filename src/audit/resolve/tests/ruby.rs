//! Tests of the tasks of `tools/ruby.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{tasks, tree};

#[test]
fn a_task_is_found_and_a_missing_one_proves_nothing() {
    let fixture = tree(&[]).with(tasks("ruby-tasks", "lib/tasks/db.rake", &["rake db:seed"]));
    assert_eq!(
        fixture.look_up(task("rake db:seed", &[], "")),
        "resolved lib/tasks/db.rake:1 (a task)"
    );
    assert!(fixture.look_up(task("rake db:migrate", &[], "")).starts_with("unverifiable "));
}
