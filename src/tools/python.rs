//! Tasks of Python projects: poe, PDM, Hatch, tox, nox, invoke.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::Sink;
use crate::model::definition::DefinitionFile;
use crate::model::format;
use crate::model::kind::{Kind, Runner};
use crate::model::reason::Reason;
use crate::tools::task_call::{TaskCall, is_task_name};
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};
use crate::tools::wrapped::{behind_options, requirements, verb};
use crate::tools::{ini, pyproject, python_tasks, runner};

/// Tasks of poe.
pub(crate) const POE: Tool = Tool {
    names: &["poe"],
    formats: &[pyproject::FORMAT],
    calls: |call, sink| TaskCall::with_arguments(runner::POE).read(call, call.arguments(), sink),
    tasks: Some(TaskFiles {
        runner: runner::POE,
        noun: "task",
        collect: |tree, folder, _| of_project(tree, folder, runner::POE, &["pyproject.toml"]),
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// Scripts of PDM, which also runs programs.
pub(crate) const PDM: Tool = Tool {
    names: &["pdm"],
    calls: pdm,
    tasks: Some(TaskFiles {
        runner: runner::PDM,
        noun: "script",
        collect: |tree, folder, _| of_project(tree, folder, runner::PDM, &["pyproject.toml"]),
        is_exact: |_, _| false,
    }),
    ..NONE
};

/// Scripts of Hatch, which also runs programs.
pub(crate) const HATCH: Tool = Tool {
    names: &["hatch"],
    calls: hatch,
    tasks: Some(TaskFiles {
        runner: runner::HATCH,
        noun: "script",
        collect: |tree, folder, _| of_project(tree, folder, runner::HATCH, &["pyproject.toml", "hatch.toml"]),
        // `py3.12:test` is one of a matrix, `hatch-test:run` one of its own.
        is_exact: |_, name| name.contains(':') && !name.contains(['.', '+']) && !name.starts_with("hatch-"),
    }),
    ..NONE
};

/// Environments of tox. Any that is put together from factors of others exists, and the factor of a version of Python needs no definition.
pub(crate) const TOX: Tool = Tool {
    names: &["tox"],
    formats: &[ini::FORMAT],
    calls: |call, sink| sessions(call, runner::TOX, sink),
    tasks: Some(TaskFiles {
        runner: runner::TOX,
        noun: "environment",
        collect: |tree, folder, _| {
            let mut names = of_project(tree, folder, runner::TOX, &["pyproject.toml", "tox.toml"]);
            for file in ["tox.ini", "setup.cfg"] {
                if let Some(file) = tree.file_above(folder, &[file], format::TOX) {
                    take(&mut names, file, runner::TOX);
                }
            }
            names
        },
        is_exact: |names, name| name != "ALL" && !name.contains([':', '{', '*']) && has_unknown_factor(names, name),
    }),
    ..NONE
};

/// Sessions of nox.
pub(crate) const NOX: Tool = Tool {
    names: &["nox"],
    formats: &[python_tasks::FORMAT],
    calls: |call, sink| sessions(call, runner::NOX, sink),
    tasks: Some(TaskFiles {
        runner: runner::NOX,
        noun: "session",
        collect: |tree, folder, given| of_file(tree, folder, given, runner::NOX, "noxfile.py"),
        is_exact: |_, name| !name.contains(['(', ',']),
    }),
    ..NONE
};

/// Tasks of invoke.
pub(crate) const INVOKE: Tool = Tool {
    names: &["invoke", "inv"],
    calls: |call, sink| TaskCall::with_arguments(runner::INVOKE).read(call, call.arguments(), sink),
    tasks: Some(TaskFiles {
        runner: runner::INVOKE,
        noun: "task",
        collect: |tree, folder, given| of_file(tree, folder, given, runner::INVOKE, "tasks.py"),
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// `nox -s NAME`, `tox -e NAME`.
fn sessions(call: &Call<'_>, runner: Runner, sink: &mut Sink) {
    let mut files = Vec::new();
    for argument in Arguments::new(
        call.arguments(),
        &["-s", "--session", "--sessions", "-e", "-f", "--noxfile", "-c"],
    ) {
        if let Argument::Option {
            name,
            value: Some(value),
            ..
        } = argument
        {
            match name {
                "-s" | "--session" | "--sessions" | "-e" => {
                    // Only tox takes several in one word.
                    let each = if runner == runner::TOX { value.listed() } else { vec![value] };
                    for value in each {
                        sink.task(&call.site, &value.range, runner, value.text, &files, &call.directory);
                    }
                }
                _ => {
                    sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                    files.push(value.text.to_owned());
                }
            }
        }
    }
}

/// Whether a part of the name of an environment stands in no other, and is no version of Python.
fn has_unknown_factor(names: &Names, name: &str) -> bool {
    let is_python = |factor: &str| {
        let version = ["pypy", "python", "py", "cython", "graalpy", "jython"]
            .iter()
            .find_map(|word| factor.strip_prefix(word))
            .unwrap_or(factor);
        let version = version.strip_suffix('t').unwrap_or(version);
        version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let is_known = |factor: &str| {
        names
            .by_name
            .keys()
            .any(|known| known.split('-').any(|known| known == factor))
    };
    name.split('-').any(|factor| !is_python(factor) && !is_known(factor))
}

/// `hatch run serve` runs a script of the project, `hatch run pytest` a program.
fn hatch(call: &Call<'_>, sink: &mut Sink) {
    let ("run", words) = verb(call.arguments()) else {
        return requirements(call, sink);
    };
    let Some((words, directory)) = behind_options(call, words, sink) else {
        return;
    };
    let Some(first) = words.first() else { return };
    let name = first.text.rsplit(':').next().unwrap_or(&first.text);
    // `test` alone is no program that anybody runs so.
    let is_program = name != "test" && (call.knows(&first.text) || call.knows(name));
    if first.text.contains('/') || is_program {
        return call.run(words, &directory, sink);
    }
    let range = call.start()..first.range.end;
    sink.task(&call.site, &range, runner::HATCH, &first.text, &[], &directory);
}

/// `pdm run serve` runs a script of the project, `pdm run pytest` a program.
fn pdm(call: &Call<'_>, sink: &mut Sink) {
    let ("run", words) = verb(call.arguments()) else {
        return requirements(call, sink);
    };
    let Some((words, directory)) = behind_options(call, words, sink) else {
        return;
    };
    let Some(first) = words.first() else { return };
    let is_word = !first.text.contains('/') && !call.knows(&first.text) && !first.text.ends_with(".py");
    if is_word && is_task_name(&first.text) && !in_name(&first.text) {
        let range = call.start()..first.range.end;
        return sink.task(&call.site, &range, runner::PDM, &first.text, &[], &directory);
    }
    call.run(words, &directory, sink);
}

/// The names in the nearest of each of some project files.
fn of_project(tree: Files<'_>, folder: &str, runner: Runner, files: &[&str]) -> Option<Names> {
    let mut names = None;
    for file in files {
        if let Some(file) = tree.file_above(folder, &[file], format::PYPROJECT) {
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
    names
        .likely
        .extend(file.binaries.iter().filter(|_| runner == runner::HATCH).cloned());
}

fn of_file(tree: Files<'_>, folder: &str, given: &[String], runner: Runner, usual: &str) -> Option<Names> {
    let given = given.last().map_or(usual, String::as_str);
    let file = tree.file_above(folder, &[given], format::PYTHON_TASKS)?;
    let mut names = Names::of(&file.path);
    names.admit(file);
    names.add_all(file, Kind::Task(runner));
    Some(names)
}
