//! Tests of the tasks of `tools/python.rs` as a runbook names them.

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
    assert!(
        look_up("tox py312-django").starts_with("broken "),
        "no environment has that factor"
    );
    for made in [
        "tox py312", "tox py312-type", "tox 3.12", "tox pypy3.10-type", "tox 3.13t", "tox ALL",
    ] {
        assert!(look_up(made).starts_with("unverifiable "), "{made}");
    }
}

#[test]
fn factors_of_tox_make_any_environment_of_them() {
    let fixture = tree(&[]).with(tasks("tox", "tox.ini", &["tox py311-unit", "tox lint", "tox docs-html"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert!(look_up("tox py311-unit").starts_with("resolved "));
    for made in ["tox py39-unit", "tox unit", "tox lint-html"] {
        assert!(look_up(made).starts_with("unverifiable "), "{made}");
    }
    for gone in ["tox py311-gone", "tox docs-gone", "tox gone-two"] {
        assert!(look_up(gone).starts_with("broken "), "{gone}");
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

#[test]
fn a_script_of_an_environment_of_hatch_is_known_or_a_program_of_its_packages() {
    let fixture = tree(&[]).with(DefinitionFile {
        binaries: vec!["docs:sphinx*".to_owned()],
        ..tasks("pyproject", "pyproject.toml", &["hatch docs:build"])
    });
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert!(look_up("hatch docs:build").starts_with("resolved "));
    assert!(look_up("hatch docs:gone").starts_with("broken "));
    for open in [
        "hatch docs:sphinx-build", "hatch gone", "hatch docs.py3.12:gone", "hatch hatch-test:gone",
    ] {
        assert!(look_up(open).starts_with("unverifiable "), "{open}");
    }
}
