//! Tasks in `pyproject.toml` and `hatch.toml`: poe, PDM, Hatch, tox.
//!
//! <https://poethepoet.natn.io/tasks/>, <https://pdm-project.org/latest/usage/scripts/>,
//! <https://hatch.pypa.io/latest/config/environment/overview/#scripts>, <https://tox.wiki/en/latest/config.html>.

use ::toml::{Table, Value};

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::{Kind, Runner};
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::python_programs;
use crate::tools::runner::{HATCH, PDM, POE, TOX};
use crate::tools::{toml, tox};

/// Python projects. Names are those of references: `poe lint`, `pdm build`, `hatch docs:serve`, `tox lint`.
///
/// A runner whose names come from elsewhere as well is named among the open kinds.
pub(crate) const FORMAT: Format = Format {
    name: format::PYPROJECT,
    recognizes: |path| matches!(file_name(path), "pyproject.toml" | "hatch.toml" | "tox.toml"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, toml::read(text), |table, file| {
        file.is_complete = true;
        let project = toml::at(&table, &["project", "name"]).or_else(|| toml::at(&table, &["tool", "poetry", "name"]));
        file.name = project.and_then(Value::as_str).map(str::to_owned);
        if file_name(path) == "pyproject.toml" {
            python_programs::of_project(&table, text, file);
        }
        let hatch: &[&str] = match file_name(path) {
            "hatch.toml" => &["envs"],
            _ => &["tool", "hatch", "envs"],
        };
        let tox: &[&str] = match file_name(path) {
            "tox.toml" => &[],
            _ => &["tool", "tox"],
        };
        add(file, &table, text, POE, &["tool", "poe", "tasks"]);
        add(file, &table, text, PDM, &["tool", "pdm", "scripts"]);
        for (environment, line, _) in toml::entries(&table, text, hatch) {
            let mut scripts = hatch.to_vec();
            scripts.extend([environment, "scripts"]);
            for (name, script_line, script) in toml::entries(&table, text, &scripts) {
                let line = if script_line > 1 { script_line } else { line };
                push(file, HATCH, &format!("{environment}:{name}"), line, script);
                if environment == "default" {
                    push(file, HATCH, name, line, script);
                }
            }
        }
        let mut environments = tox.to_vec();
        environments.push("env");
        add(file, &table, text, TOX, &environments);
        environments.pop();
        for key in ["env_list", "envlist"] {
            environments.push(key);
            let list = toml::at(&table, &environments).and_then(Value::as_array);
            for name in list.into_iter().flatten().filter_map(Value::as_str) {
                push(file, TOX, name, 1, &Value::Boolean(true));
            }
            environments.pop();
        }
        if let Some(legacy) = toml::at(&table, &["tool", "tox", "legacy_tox_ini"]).and_then(Value::as_str) {
            let names = tox::names(legacy);
            for name in names {
                push(file, TOX, &name.name, 1, &Value::Boolean(true));
            }
            file.open_kinds.push(Kind::Task(TOX));
        }
        if ["include", "include_script"]
            .iter()
            .any(|key| toml::at(&table, &["tool", "poe", key]).is_some())
        {
            file.open_kinds.push(Kind::Task(POE));
        }
        file.open_kinds.sort_unstable();
    })
}

fn add(file: &mut DefinitionFile, table: &Table, text: &str, runner: Runner, path: &[&str]) {
    for (name, line, task) in toml::entries(table, text, path) {
        push(file, runner, name, line, task);
    }
}

fn push(file: &mut DefinitionFile, runner: Runner, name: &str, line: u32, task: &Value) {
    let part = |key: &str| task.get(key).map(ToString::to_string);
    file.definitions.push(Definition {
        interface: fingerprint(["args", "env", "deps"].map(part)),
        ..Definition::task(runner, name, line, fingerprint(task.to_string()))
    });
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;
    use crate::tools::runner::POE;
    use crate::tools::testing::called;

    #[test]
    fn tasks_of_each_runner_carry_its_name() {
        let text = "[project]\nname = 'app'\n[tool.poe.tasks]\nlint = 'ruff'\n[tool.poe.tasks.test]\ncmd = 'pytest'\n[tool.pdm.scripts]\nstart = 'x'\n[tool.hatch.envs.default.scripts]\nserve = 'y'\n[tool.hatch.envs.docs.scripts]\nbuild = 'z'\n[tool.tox]\nenv_list = ['3.12', 'type']\n[tool.tox.env.type]\ncommands = []\n";
        let file = parse("pyproject.toml", text);
        let found = called(&file);
        assert_eq!(
            found,
            [
                ("poe lint".to_owned(), 4),
                ("poe test".to_owned(), 5),
                ("pdm start".to_owned(), 8),
                ("hatch default:serve".to_owned(), 10),
                ("hatch serve".to_owned(), 10),
                ("hatch docs:build".to_owned(), 12),
                ("tox type".to_owned(), 15),
                ("tox 3.12".to_owned(), 1),
                ("tox type".to_owned(), 1),
            ]
        );
        assert_eq!(file.name.as_deref(), Some("app"));
        assert!(file.is_complete && file.open_kinds.is_empty());
    }

    #[test]
    fn tasks_from_elsewhere_leave_a_runner_open() {
        let file = parse("pyproject.toml", "[tool.poe]\ninclude = 'x.toml'\n");
        assert_eq!(file.open_kinds, [Kind::Task(POE)]);
    }
}
