//! Scripts of Composer and tasks of Deno.

use crate::audit::resolve::task::{Names, TaskFiles};
use crate::audit::resolve::{Index, folder};
use crate::model::kind::Kind;
use crate::tools::runner;

/// Scripts of Composer, which are run by `composer run`.
pub(super) const COMPOSER: TaskFiles = TaskFiles {
    runner: runner::COMPOSER,
    noun: "script",
    collect: |index, folder, _| {
        let file = index.file_above(folder, &["composer.json"], "composer")?;
        let mut names = Names::of(&file.path);
        names.admit(file);
        names.add_all(file, Kind::Task(runner::COMPOSER));
        Some(names)
    },
    is_exact: |_| true,
};

/// Tasks of Deno, which also runs the scripts of a package.
pub(super) const DENO: TaskFiles = TaskFiles {
    runner: runner::DENO,
    noun: "task",
    collect: deno,
    is_exact: |_| true,
};

fn deno(index: &Index<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let tasks = index.file_in(above, &["deno.json", "deno.jsonc"], "deno");
        let package = index.file_in(above, &["package.json"], "package-json");
        for file in tasks.into_iter().chain(package) {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(runner::DENO));
            names.add_all(file, Kind::PackageScript);
        }
    }
    names
}

#[cfg(test)]
mod tests {
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
}
