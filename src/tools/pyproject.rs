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
        add_hatch(file, &table, text, hatch);
        let mut environments = tox.to_vec();
        environments.push("env");
        add(file, &table, text, TOX, &environments);
        environments.pop();
        for key in ["env_list", "envlist"] {
            environments.push(key);
            let list = toml::at(&table, &environments).and_then(Value::as_array);
            let list = list.into_iter().flatten();
            // What is computed from products is not followed.
            if list.clone().any(|name| name.as_str().is_none()) {
                file.open_kinds.push(Kind::Task(TOX));
            }
            for name in list.filter_map(Value::as_str) {
                push(file, TOX, name, 1, &Value::Boolean(true));
            }
            environments.pop();
        }
        if let Some(legacy) = toml::at(&table, &["tool", "tox", "legacy_tox_ini"]).and_then(Value::as_str) {
            let names = tox::names(legacy);
            for name in names {
                let Some(names) = tox::spelled_out(&name.name) else {
                    file.open_kinds.push(Kind::Task(TOX));
                    continue;
                };
                for name in names {
                    push(file, TOX, &name, 1, &Value::Boolean(true));
                }
            }
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

/// The scripts of the environments of Hatch. Each has those of its template as well, which is the default one unless it says otherwise; what
/// its packages may install stands among the binaries, as the beginning of a name.
fn add_hatch(file: &mut DefinitionFile, table: &Table, text: &str, hatch: &[&str]) {
    let settings = |environment: &str| toml::at(table, hatch)?.get(environment);
    for (environment, line, _) in toml::entries(table, text, hatch) {
        let mut source = environment;
        // A template that is its own ends the row.
        for _ in 0..8 {
            let mut scripts = hatch.to_vec();
            scripts.extend([source, "scripts"]);
            for (name, script_line, script) in toml::entries(table, text, &scripts) {
                let line = if script_line > 1 { script_line } else { line };
                let whole = format!("{environment}:{name}");
                if file.definition(Kind::Task(HATCH), &whole).is_none() {
                    push(file, HATCH, &whole, line, script);
                }
                if environment == "default" && source == environment {
                    push(file, HATCH, name, line, script);
                }
            }
            for key in ["dependencies", "extra-dependencies"] {
                let packages = settings(source)
                    .and_then(|settings| settings.get(key))
                    .and_then(Value::as_array);
                let packages = packages.into_iter().flatten().filter_map(Value::as_str);
                file.binaries
                    .extend(packages.map(|package| format!("{environment}:{}*", package_name(package))));
            }
            let given = settings(source).and_then(|settings| settings.get("template"));
            let is_detached = settings(source)
                .and_then(|settings| settings.get("detached"))
                .and_then(Value::as_bool)
                == Some(true);
            let template = match given.and_then(Value::as_str) {
                Some(template) => template,
                None if is_detached => break,
                None => "default",
            };
            if template == source {
                break;
            }
            source = template;
        }
        file.binaries
            .extend(programs_of(table).map(|name| format!("{environment}:{name}*")));
    }
}

/// The packages that a project asks for in whatever group, and its own programs. Nothing is said where it leaves them to a plugin.
fn programs_of(table: &Table) -> impl Iterator<Item = &str> {
    let lists = |path: &[&str]| {
        let groups = toml::at(table, path).and_then(Value::as_table);
        groups
            .into_iter()
            .flat_map(|groups| groups.values())
            .filter_map(Value::as_array)
    };
    let own = toml::at(table, &["project", "dependencies"]).and_then(Value::as_array);
    let asked = own
        .into_iter()
        .chain(lists(&["project", "optional-dependencies"]))
        .chain(lists(&["dependency-groups"]))
        .flatten();
    let packages = asked.filter_map(Value::as_str).map(package_name);
    let programs = toml::at(table, &["project", "scripts"]).and_then(Value::as_table);
    let programs = programs.into_iter().flat_map(|programs| programs.keys().map(String::as_str));
    let dynamic = toml::at(table, &["project", "dynamic"]).and_then(Value::as_array);
    let is_open = dynamic
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .any(|key| key.ends_with("dependencies") || key == "scripts");
    packages.chain(programs).chain(is_open.then_some(""))
}

/// The name of a package in what a project asks for: `mkdocs[i18n]>=1.5`.
fn package_name(requirement: &str) -> &str {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    requirement
        .find(|c: char| !is_name(c))
        .map_or(requirement, |end| &requirement[..end])
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
                ("hatch docs:serve".to_owned(), 10),
                ("tox type".to_owned(), 15),
                ("tox 3.12".to_owned(), 1),
                ("tox type".to_owned(), 1),
            ]
        );
        assert_eq!(file.name.as_deref(), Some("app"));
        assert!(file.is_complete && file.open_kinds.is_empty());
    }

    #[test]
    fn an_environment_of_hatch_has_the_scripts_of_its_template() {
        let file = parse(
            "hatch.toml",
            "[envs.base.scripts]\na = 'x'\n[envs.docs]\ntemplate = 'base'\ndependencies = ['mkdocs[i18n]>=1']\n[envs.alone]\ndetached = true\n[envs.default.scripts]\nd = 'x'\n",
        );
        let mut names: Vec<&str> = file.definitions.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["base:a", "base:d", "d", "default:d", "docs:a", "docs:d"]);
        assert_eq!(file.binaries, ["docs:mkdocs*"]);
    }

    #[test]
    fn tasks_from_elsewhere_leave_a_runner_open() {
        let file = parse("pyproject.toml", "[tool.poe]\ninclude = 'x.toml'\n");
        assert_eq!(file.open_kinds, [Kind::Task(POE)]);
    }
}
