//! Tasks of Python projects: poe, PDM, Hatch, tox, nox, invoke.

use crate::model::definition::DefinitionFile;
use crate::model::kind::{Kind, Runner};
use crate::model::reason::Reason;
use crate::tools::runner;
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::Tool;

/// Tasks of poe.
pub(crate) const POE: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::POE,
        noun: "task",
        collect: |tree, folder, _| of_project(tree, folder, runner::POE, &["pyproject.toml"]),
        is_exact: |_| true,
    },
};

/// Scripts of PDM, which also runs programs.
pub(crate) const PDM: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::PDM,
        noun: "script",
        collect: |tree, folder, _| of_project(tree, folder, runner::PDM, &["pyproject.toml"]),
        is_exact: |_| false,
    },
};

/// Scripts of Hatch, which also runs programs.
pub(crate) const HATCH: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::HATCH,
        noun: "script",
        collect: |tree, folder, _| of_project(tree, folder, runner::HATCH, &["pyproject.toml", "hatch.toml"]),
        is_exact: |_| false,
    },
};

/// Environments of tox. One with a dash is put together from factors, one for a version of Python needs no definition.
pub(crate) const TOX: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::TOX,
        noun: "environment",
        collect: |tree, folder, _| {
            let mut names = of_project(tree, folder, runner::TOX, &["pyproject.toml", "tox.toml"]);
            for file in ["tox.ini", "setup.cfg"] {
                if let Some(file) = tree.file_above(folder, &[file], "tox") {
                    take(&mut names, file, runner::TOX);
                }
            }
            names
        },
        is_exact: |name| !name.contains(['-', ',', '.']) && !name.starts_with("py"),
    },
};

/// Sessions of nox.
pub(crate) const NOX: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::NOX,
        noun: "session",
        collect: |tree, folder, given| of_file(tree, folder, given, runner::NOX, "noxfile.py"),
        is_exact: |name| !name.contains(['(', ',']),
    },
};

/// Tasks of invoke.
pub(crate) const INVOKE: Tool = Tool {
    formats: &[],
    tasks: TaskFiles {
        runner: runner::INVOKE,
        noun: "task",
        collect: |tree, folder, given| of_file(tree, folder, given, runner::INVOKE, "tasks.py"),
        is_exact: |_| true,
    },
};

/// The names in the nearest of each of some project files.
fn of_project(tree: Files<'_>, folder: &str, runner: Runner, files: &[&str]) -> Option<Names> {
    let mut names = None;
    for file in files {
        if let Some(file) = tree.file_above(folder, &[file], "pyproject") {
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
        names.hide(Reason::TasksFromOtherFiles(file.path.clone()));
    }
    names.add_all(file, Kind::Task(runner));
}

fn of_file(tree: Files<'_>, folder: &str, given: &[String], runner: Runner, usual: &str) -> Option<Names> {
    let given = given.last().map_or(usual, String::as_str);
    let file = tree.file_above(folder, &[given], "python-tasks")?;
    let mut names = Names::of(&file.path);
    names.admit(file);
    names.add_all(file, Kind::Task(runner));
    Some(names)
}
