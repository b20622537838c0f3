//! Tasks that are run in many packages: Turborepo, Nx, Lerna.

use crate::audit::resolve::Index;
use crate::audit::resolve::task::{Names, TaskFiles};
use crate::model::kind::Kind;
use crate::tools::runner;

/// Tasks of Turborepo: scripts of any package.
pub(super) const TURBO: TaskFiles = TaskFiles {
    runner: runner::TURBO,
    noun: "task",
    collect: |index, folder, _| {
        let file = index.file_above(folder, &["turbo.json", "turbo.jsonc"], "turbo")?;
        let mut names = Names::of(&file.path);
        names.admit(file);
        names.add_all(file, Kind::Task(runner::TURBO));
        add_scripts(index, &mut names, true);
        Some(names)
    },
    // `web#build` is the task of one package.
    is_exact: |name| !name.contains('#'),
};

/// Targets of Nx, many of which its plugins infer.
pub(super) const NX: TaskFiles = TaskFiles {
    runner: runner::NX,
    noun: "target",
    collect: |index, _, _| {
        let projects = index.source.definitions.values().filter(|file| file.format == "nx");
        let mut names: Option<Names> = None;
        for file in projects {
            names
                .get_or_insert_with(|| Names::of(&file.path))
                .add_all(file, Kind::Task(runner::NX));
        }
        let mut names = names.unwrap_or_else(|| Names::of("nx.json"));
        add_scripts(index, &mut names, false);
        Some(names)
    },
    is_exact: |_| false,
};

/// Scripts that Lerna runs in every package that has them.
pub(super) const LERNA: TaskFiles = TaskFiles {
    runner: runner::LERNA,
    noun: "script",
    collect: |index, _, _| {
        let mut names = Names::of("lerna.json");
        add_scripts(index, &mut names, false);
        Some(names)
    },
    is_exact: |_| false,
};

/// Adds the scripts of every package.
fn add_scripts(index: &Index<'_>, names: &mut Names, is_strict: bool) {
    for file in index.source.definitions.values().filter(|file| file.format == "package-json") {
        if is_strict {
            names.admit(file);
        }
        names.add_all(file, Kind::PackageScript);
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::task;
    use crate::audit::testing::{package, tasks, tree};

    #[test]
    fn a_task_of_turbo_is_a_script_of_any_package() {
        let fixture = tree(&[]).with(tasks("turbo", "turbo.json", &["turbo build"])).with(package(
            "apps/web/package.json",
            "web",
            &["e2e"],
        ));
        let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
        assert_eq!(look_up("turbo build"), "resolved turbo.json:1 (a task)");
        assert_eq!(look_up("turbo e2e"), "resolved apps/web/package.json:1 (a task)");
        assert!(look_up("turbo gone").starts_with("broken turbo.json "));
        assert!(look_up("nx gone").starts_with("unverifiable "));
        assert!(tree(&[]).look_up(task("turbo x", &[], "")).starts_with("unverifiable "));
    }
}
