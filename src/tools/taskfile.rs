//! Taskfiles: <https://taskfile.dev/reference/schema/>.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::runner::TASK;
use crate::tools::task_call::TaskCall;
use crate::tools::tasks::{Files, INCLUDE_LIMIT, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};
use crate::tools::{folder, yaml};

/// Tasks, aliases, wildcards, and included files by their namespace.
pub(crate) const TOOL: Tool = Tool {
    names: &["task"],
    calls: |call, sink| CALL.read(call, call.arguments(), sink),
    formats: &[FORMAT],
    reads: |file| {
        let (home, _) = folder::split(&file.path);
        let places = file.includes.iter().filter_map(|include| include.split_once('='));
        places
            .filter(|(_, place)| !place.is_empty())
            .filter_map(|(_, place)| folder::join(home, place))
            .collect()
    },
    tasks: Some(TaskFiles {
        runner: TASK,
        noun: "task",
        collect,
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// `-C` says how much runs at once.
const CALL: TaskCall = TaskCall::of(TASK)
    .folders(&["-d", "--dir", "--cd", "--cwd", "--directory", "--working-dir"])
    .homes(&["-g", "--global"]);

/// The names that go-task looks for, in its order.
const NAMES: &[&str] = &[
    "Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml",
    "Taskfile.dist.yaml", "taskfile.dist.yaml",
];

fn collect(tree: Files<'_>, folder: &str, given: &[String]) -> Option<Names> {
    let first = match given.last() {
        Some(given) => tree.taskfile_at(&folder::join(folder, given)?)?,
        None => tree.file_above(folder, NAMES, FORMAT.name)?,
    };
    let mut names = Names::of(&first.path);
    let mut seen = HashSet::from([(first.path.clone(), String::new())]);
    let mut queue = VecDeque::from([(first, String::new())]);
    while let Some((file, prefix)) = queue.pop_front() {
        names.admit_below(&prefix, file);
        for task in file.of_kind(Kind::Task(TASK)) {
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
            let found = folder::join(home, path)
                .filter(|_| !path.is_empty())
                .and_then(|path| tree.taskfile_at(&path));
            match found {
                Some(found) if seen.len() < INCLUDE_LIMIT => {
                    if seen.insert((found.path.clone(), prefix.clone())) {
                        queue.push_back((found, prefix));
                    }
                }
                _ if path.is_empty() => names.hide_below(&prefix, Reason::ComputesNames(file.path.clone())),
                _ => names.hide_below(&prefix, Reason::IncludeUnread(file.path.clone(), path.to_owned())),
            }
        }
    }
    Some(names)
}

impl<'source> Files<'source> {
    /// The Taskfile at a path, which may be its folder.
    fn taskfile_at(self, path: &str) -> Option<&'source DefinitionFile> {
        self.file_of(path, FORMAT.name)
            .or_else(|| self.file_in(path, NAMES, FORMAT.name))
    }
}

/// Taskfiles of go-task. Names are those of references: `task build`.
///
/// The includes are `namespace=path`, one more for each alias of the namespace, with an empty namespace for a flat include. A `?` at
/// the start marks one that need not be there, and an empty path one that is computed or lies elsewhere.
const FORMAT: Format = Format {
    name: "taskfile",
    recognizes: |path| {
        let name = file_name(path).to_ascii_lowercase();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        is_yaml && (name.contains("taskfile") || path.to_ascii_lowercase().contains("taskfiles/"))
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, yaml::read(text), |value, file| {
        file.is_complete = true;
        file.fingerprint = fingerprint(value.to_string());
        for (name, line, task) in yaml::entries(&value, text, &["tasks"]) {
            let aliases = task.get("aliases").and_then(Value::as_array);
            let aliases = aliases.into_iter().flatten().filter_map(Value::as_str);
            for name in std::iter::once(name).chain(aliases) {
                file.definitions.push(Definition {
                    is_pattern: name.contains('*'),
                    interface: interface(task),
                    ..Definition::task(TASK, name, line, fingerprint(task.to_string()))
                });
            }
        }
        for (namespace, _, include) in yaml::entries(&value, text, &["includes"]) {
            let place = include.as_str().or_else(|| include.get("taskfile")?.as_str());
            let is_here = |place: &&str| !place.contains("{{") && !place.contains("://") && !place.contains(".git//");
            let place = place.filter(is_here).unwrap_or_default();
            let is = |key: &str| include.get(key).and_then(Value::as_bool) == Some(true);
            let optional = if is("optional") { "?" } else { "" };
            let aliases = include.get("aliases").and_then(Value::as_array);
            let aliases = aliases.into_iter().flatten().filter_map(Value::as_str);
            let namespaces = std::iter::once(if is("flatten") { "" } else { namespace }).chain(aliases);
            file.includes
                .extend(namespaces.map(|name| format!("{optional}{name}={place}")));
        }
    })
}

/// What a caller sees of a task: what is run before it, and what it must be given.
fn interface(task: &Value) -> u128 {
    let part = |key: &str| task.get(key).map(ToString::to_string);
    fingerprint(["deps", "requires", "vars", "prompt"].map(part))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn tasks_and_their_aliases_have_their_lines() {
        let file = parse(
            "Taskfile.yml",
            "version: '3'\ntasks:\n  build:\n    aliases: [b]\n    cmds: [go build]\n  db:migrate:\n    cmds: [x]\n  'start:*': echo\n",
        );
        let definitions: Vec<(String, u32, bool)> = file
            .definitions
            .iter()
            .map(|task| (task.kind.called(&task.name), task.line, task.is_pattern))
            .collect();
        assert_eq!(
            definitions,
            [
                ("task build".to_owned(), 3, false),
                ("task b".to_owned(), 3, false),
                ("task db:migrate".to_owned(), 6, false),
                ("task start:*".to_owned(), 8, true)
            ]
        );
        assert!(file.is_complete);
    }

    #[test]
    fn includes_are_kept_with_their_namespace() {
        let file = parse(
            "Taskfile.yml",
            "includes:\n  docs: ./docs\n  ops:\n    taskfile: ops/Taskfile.yml\n    optional: true\n    aliases: [o]\n  lib:\n    taskfile: lib\n    flatten: true\ntasks:\n  build:\n    cmds: [x]\n",
        );
        assert_eq!(
            file.includes,
            ["docs=./docs", "?ops=ops/Taskfile.yml", "?o=ops/Taskfile.yml", "=lib"]
        );
        assert!(file.is_complete);
    }

    #[test]
    fn a_remote_or_computed_include_has_no_path() {
        let of = |include: &str| parse("Taskfile.yml", &format!("includes:\n  a: {include}\n")).includes;
        assert_eq!(of("https://example.org/Taskfile.yml"), ["a="]);
        assert_eq!(of("./Taskfile_{{OS}}.yml"), ["a="]);
    }

    #[test]
    fn a_file_without_tasks_is_complete() {
        let file = parse("Taskfile.yml", "version: '3'\n");
        assert!(file.is_complete && file.definitions.is_empty());
    }
}
