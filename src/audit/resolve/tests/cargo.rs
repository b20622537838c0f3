//! Tests of the tasks of `tools/cargo.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{tasks, tree};

#[test]
fn aliases_and_commands_of_xtask_are_found() {
    let fixture = tree(&[])
        .with(tasks("cargo-config", ".cargo/config.toml", &["cargo xtask", "cargo ship"]))
        .with(tasks("xtask", "xtask/src/main.rs", &["cargo xtask dist"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert_eq!(look_up("cargo ship"), "resolved .cargo/config.toml:2 (a command)");
    assert_eq!(look_up("cargo xtask"), "resolved .cargo/config.toml:1 (a command)");
    assert_eq!(look_up("cargo xtask dist"), "resolved xtask/src/main.rs:1 (a command)");
    assert_eq!(
        look_up("cargo xtask dits"),
        "broken xtask/src/main.rs (`xtask dits` is no command of `xtask/src/main.rs`) -> xtask dist"
    );
    assert!(look_up("cargo watch").starts_with("unverifiable "));
}

#[test]
fn commands_that_are_not_written_as_texts_are_not_judged() {
    let fixture = tree(&[]).with(tasks("cargo-config", ".cargo/config.toml", &["cargo xtask"]));
    assert!(
        fixture
            .look_up(task("cargo xtask dist", &[], ""))
            .starts_with("unverifiable ")
    );
}
