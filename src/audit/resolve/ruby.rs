//! Tasks of Rake and lanes of fastlane. Both load further files, so that a name that is not found proves nothing.

use crate::audit::resolve::Index;
use crate::audit::resolve::task::{Names, TaskFiles};
use crate::model::kind::{Kind, Runner};
use crate::tools::runner;

/// Tasks of Rake.
pub(super) const RAKE: TaskFiles = TaskFiles {
    runner: runner::RAKE,
    noun: "task",
    collect: |index, _, _| every(index, runner::RAKE),
    is_exact: |_| false,
};

/// Lanes of fastlane.
pub(super) const FASTLANE: TaskFiles = TaskFiles {
    runner: runner::FASTLANE,
    noun: "lane",
    collect: |index, _, _| every(index, runner::FASTLANE),
    is_exact: |_| false,
};

/// The names of every file of the tree: which of them are loaded is decided by code.
fn every(index: &Index<'_>, runner: Runner) -> Option<Names> {
    let mut names: Option<Names> = None;
    for file in index.source.definitions.values().filter(|file| file.format == "ruby-tasks") {
        names
            .get_or_insert_with(|| Names::of(&file.path))
            .add_all(file, Kind::Task(runner));
    }
    names
}

#[cfg(test)]
mod tests {
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
}
