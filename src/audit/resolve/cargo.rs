//! Aliases of Cargo, and the sub-commands of `cargo xtask`.

use crate::audit::resolve::task::{Names, TaskFiles};
use crate::audit::resolve::{Index, folder};
use crate::model::kind::Kind;
use crate::tools::runner;

/// Aliases and sub-commands of xtask. Any other word may be a program that extends Cargo.
pub(super) const RUNNER: TaskFiles = TaskFiles {
    runner: runner::CARGO,
    noun: "command",
    collect,
    is_exact: |name| name.starts_with("xtask "),
};

fn collect(index: &Index<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let settings = index.file_in(above, &[".cargo/config.toml", ".cargo/config"], "cargo-config");
        if let Some(file) = settings {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(runner::CARGO));
        }
    }
    let mut names = names?;
    let sources = index.source.definitions.values().filter(|file| file.format == "xtask");
    let mut has_commands = false;
    for file in sources {
        if file.path.ends_with("/main.rs") || !has_commands && !file.definitions.is_empty() {
            file.path.clone_into(&mut names.file);
        }
        has_commands |= !file.definitions.is_empty();
        names.add_all(file, Kind::Task(runner::CARGO));
        names.likely.extend(file.binaries.iter().map(|word| format!("xtask {word}")));
    }
    if !has_commands {
        names.hide("the commands of the crate `xtask` are not written as texts");
    }
    Some(names)
}

#[cfg(test)]
mod tests {
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
}
