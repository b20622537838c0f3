//! Tasks of Python projects: poe, PDM, Hatch, tox, nox, invoke.

use crate::audit::resolve::Index;
use crate::audit::resolve::task::{Names, TaskFiles};
use crate::model::definition::DefinitionFile;
use crate::model::kind::{Kind, Runner};
use crate::tools::runner;

/// Tasks of poe.
pub(super) const POE: TaskFiles = TaskFiles {
    runner: runner::POE,
    noun: "task",
    collect: |index, folder, _| of_project(index, folder, runner::POE, &["pyproject.toml"]),
    is_exact: |_| true,
};

/// Scripts of PDM, which also runs programs.
pub(super) const PDM: TaskFiles = TaskFiles {
    runner: runner::PDM,
    noun: "script",
    collect: |index, folder, _| of_project(index, folder, runner::PDM, &["pyproject.toml"]),
    is_exact: |_| false,
};

/// Scripts of Hatch, which also runs programs.
pub(super) const HATCH: TaskFiles = TaskFiles {
    runner: runner::HATCH,
    noun: "script",
    collect: |index, folder, _| of_project(index, folder, runner::HATCH, &["pyproject.toml", "hatch.toml"]),
    is_exact: |_| false,
};

/// Environments of tox. One with a dash is put together from factors, one for a version of Python needs no definition.
pub(super) const TOX: TaskFiles = TaskFiles {
    runner: runner::TOX,
    noun: "environment",
    collect: |index, folder, _| {
        let mut names = of_project(index, folder, runner::TOX, &["pyproject.toml", "tox.toml"]);
        for file in ["tox.ini", "setup.cfg"] {
            if let Some(file) = index.file_above(folder, &[file], "tox") {
                take(&mut names, file, runner::TOX);
            }
        }
        names
    },
    is_exact: |name| !name.contains(['-', ',', '.']) && !name.starts_with("py"),
};

/// Sessions of nox.
pub(super) const NOX: TaskFiles = TaskFiles {
    runner: runner::NOX,
    noun: "session",
    collect: |index, folder, given| of_file(index, folder, given, runner::NOX, "noxfile.py"),
    is_exact: |name| !name.contains(['(', ',']),
};

/// Tasks of invoke.
pub(super) const INVOKE: TaskFiles = TaskFiles {
    runner: runner::INVOKE,
    noun: "task",
    collect: |index, folder, given| of_file(index, folder, given, runner::INVOKE, "tasks.py"),
    is_exact: |_| true,
};

/// The names in the nearest of each of some project files.
fn of_project(index: &Index<'_>, folder: &str, runner: Runner, files: &[&str]) -> Option<Names> {
    let mut names = None;
    for file in files {
        if let Some(file) = index.file_above(folder, &[file], "pyproject") {
            take(&mut names, file, runner);
        }
    }
    names
}

/// Adds the names of a file, when it has some of the runner or could not be read.
fn take(names: &mut Option<Names>, file: &DefinitionFile, runner: Runner) {
    let is_open = file.open_kinds.contains(&Kind::Task(runner));
    let has_names = file.of_kind(Kind::Task(runner)).next().is_some();
    if !has_names && !is_open && file.problems.is_empty() {
        return;
    }
    let names = names.get_or_insert_with(|| Names::of(&file.path));
    names.admit(file);
    if is_open {
        names.hide(format!("`{}` takes tasks from other files", file.path));
    }
    names.add_all(file, Kind::Task(runner));
}

fn of_file(index: &Index<'_>, folder: &str, given: &[String], runner: Runner, usual: &str) -> Option<Names> {
    let given = given.last().map_or(usual, String::as_str);
    let file = index.file_above(folder, &[given], "python-tasks")?;
    let mut names = Names::of(&file.path);
    names.admit(file);
    names.add_all(file, Kind::Task(runner));
    Some(names)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::task;
    use crate::audit::testing::{tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;
    use crate::tools::runner;

    #[test]
    fn each_runner_has_its_own_names() {
        let fixture = tree(&[]).with(tasks("pyproject", "pyproject.toml", &["poe lint", "hatch serve", "tox type"]));
        let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
        assert_eq!(look_up("poe lint"), "resolved pyproject.toml:1 (a task)");
        assert_eq!(look_up("hatch serve"), "resolved pyproject.toml:2 (a script)");
        assert_eq!(
            look_up("poe lnt"),
            "broken pyproject.toml (`lnt` is no task of `pyproject.toml`) -> lint"
        );
        assert!(look_up("poe serve").starts_with("broken "));
        assert!(look_up("hatch pytest").starts_with("unverifiable "));
        assert!(look_up("pdm serve").starts_with("unverifiable "));
        assert!(look_up("tox gone").starts_with("broken "));
        for made in ["tox py312", "tox py312-django", "tox 3.12"] {
            assert!(look_up(made).starts_with("unverifiable "), "{made}");
        }
    }

    #[test]
    fn tasks_of_python_files_are_found() {
        let sessions = tasks("python-tasks", "noxfile.py", &["nox tests", "nox tests-*"]);
        let fixture = tree(&[]).with(sessions).with(DefinitionFile {
            is_complete: false,
            ..tasks("python-tasks", "tasks.py", &["invoke build"])
        });
        let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
        assert_eq!(look_up("nox tests-3.12"), "resolved noxfile.py:2 (a session)");
        assert!(look_up("nox gone").starts_with("broken noxfile.py "));
        assert!(look_up("invoke gone").starts_with("unverifiable "));
    }

    #[test]
    fn a_project_that_takes_tasks_from_elsewhere_proves_nothing() {
        let fixture = tree(&[]).with(DefinitionFile {
            open_kinds: vec![Kind::Task(runner::POE)],
            ..tasks("pyproject", "pyproject.toml", &["poe lint"])
        });
        assert!(fixture.look_up(task("poe gone", &[], "")).starts_with("unverifiable "));
    }
}
