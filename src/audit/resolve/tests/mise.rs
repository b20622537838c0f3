//! Tests of the tasks of `tools/mise.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{tasks, tree};

#[test]
fn tasks_come_from_settings_and_scripts_of_all_folders_above() {
    let fixture = tree(&["mise-tasks/db/reset.sh", "mise-tasks/test/_default", "web/x.ts"])
        .with(tasks("mise", "mise.toml", &["mise build"]))
        .with(tasks("mise", "web/mise.toml", &["mise dev"]));
    let look_up = |name: &str, folder: &str| fixture.look_up(task(name, &[], folder));
    assert_eq!(look_up("mise dev", "web"), "resolved web/mise.toml:1 (a task)");
    assert_eq!(look_up("mise build", "web"), "resolved mise.toml:1 (a task)");
    assert_eq!(look_up("mise db:reset", ""), "resolved mise-tasks/db/reset.sh (a task)");
    assert_eq!(look_up("mise test", ""), "resolved mise-tasks/test/_default (a task)");
    assert_eq!(
        look_up("mise dev", ""),
        "broken mise.toml (`dev` is no task of `mise.toml`; `web/mise.toml` has it)"
    );
    assert!(look_up("mise //web:dev", "").starts_with("unverifiable "));
}
