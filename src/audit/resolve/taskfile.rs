//! Tasks of go-task.

use std::collections::{HashSet, VecDeque};

use crate::audit::resolve::task::{INCLUDE_LIMIT, Names, TaskFiles};
use crate::audit::resolve::{Index, folder};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::tools::runner;

/// Tasks, aliases, wildcards, and included files by their namespace.
pub(super) const RUNNER: TaskFiles = TaskFiles {
    runner: runner::TASK,
    noun: "task",
    collect,
    is_exact: |_| true,
};

/// The names that go-task looks for, in its order.
const NAMES: &[&str] = &[
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "taskfile.dist.yml",
    "Taskfile.dist.yaml",
    "taskfile.dist.yaml",
];

fn collect(index: &Index<'_>, folder: &str, given: &[String]) -> Option<Names> {
    let first = match given.last() {
        Some(given) => index.taskfile_at(&folder::join(folder, given)?)?,
        None => index.file_above(folder, NAMES, "taskfile")?,
    };
    let mut names = Names::of(&first.path);
    let mut seen = HashSet::from([(first.path.clone(), String::new())]);
    let mut queue = VecDeque::from([(first, String::new())]);
    while let Some((file, prefix)) = queue.pop_front() {
        names.admit(file);
        for task in file.of_kind(Kind::Task(runner::TASK)) {
            let name = task.name.as_str();
            names.add(&format!("{prefix}{name}"), &file.path, task.line);
            if name == "default" && !prefix.is_empty() {
                names.add(prefix.trim_end_matches(':'), &file.path, task.line);
            }
        }
        let (home, _) = folder::split(&file.path);
        for include in &file.includes {
            let (namespace, path) = include.trim_start_matches('?').split_once('=').unwrap_or_default();
            let prefix = match namespace {
                "" => prefix.clone(),
                namespace => format!("{prefix}{namespace}:"),
            };
            let found = folder::join(home, path).and_then(|path| index.taskfile_at(&path));
            match found {
                Some(found) if seen.len() < INCLUDE_LIMIT => {
                    if seen.insert((found.path.clone(), prefix.clone())) {
                        queue.push_back((found, prefix));
                    }
                }
                _ => names.hide(format!("`{}` includes `{path}`, which could not be read", file.path)),
            }
        }
    }
    Some(names)
}

impl Index<'_> {
    /// The Taskfile at a path, which may be its folder.
    fn taskfile_at(&self, path: &str) -> Option<&DefinitionFile> {
        self.file_of(path, "taskfile")
            .or_else(|| self.file_in(path, NAMES, "taskfile"))
    }
}

#[cfg(test)]
mod tests {
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
        let fixture = tree(&[]).with(tasks("taskfile", "Taskfile.yml", &["task a"])).with(tasks(
            "taskfile",
            "ops/Taskfile.yml",
            &["task b"],
        ));
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
}
