//! Tasks of Rake and lanes of fastlane. Both load further files, so that a name that is not found proves nothing.

use crate::audit::resolve::Index;
use crate::audit::resolve::task::{Names, Runner};

/// Tasks of Rake.
pub(super) const RAKE: Runner = Runner {
    word: "rake",
    noun: "task",
    collect: |index, _, _| every(index, "rake"),
    is_exact: |_| false,
};

/// Lanes of fastlane.
pub(super) const FASTLANE: Runner = Runner {
    word: "fastlane",
    noun: "lane",
    collect: |index, _, _| every(index, "fastlane"),
    is_exact: |_| false,
};

/// The names of every file of the tree: which of them are loaded is decided by code.
fn every(index: &Index<'_>, runner: &str) -> Option<Names> {
    let mut names: Option<Names> = None;
    for file in index.source.definitions.values().filter(|file| file.format == "ruby-tasks") {
        names
            .get_or_insert_with(|| Names::of(&file.path))
            .add_all(file, "task", runner);
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};

    #[test]
    fn a_task_is_found_and_a_missing_one_proves_nothing() {
        let fixture = tree(&[]).with(tasks("ruby-tasks", "lib/tasks/db.rake", &["rake db:seed"]));
        assert_eq!(
            fixture.look_up(named("task", "rake db:seed", &[], "")),
            "resolved lib/tasks/db.rake:1 (a task)"
        );
        assert!(
            fixture
                .look_up(named("task", "rake db:migrate", &[], ""))
                .starts_with("unverifiable ")
        );
    }
}
