//! Tasks of mise: <https://mise.jdx.dev/tasks/>.

use ::toml::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::runner::MISE;
use crate::tools::task_call::TaskCall;
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};
use crate::tools::wrapped::wrapped;
use crate::tools::{folder, toml};

/// Tasks of the settings of a folder and of all folders above it.
pub(crate) const TOOL: Tool = Tool {
    names: &["mise"],
    calls: |call, sink| match call.verb() {
        "tasks" | "task" | "t"
            if call
                .arguments()
                .get(1)
                .is_some_and(|word| matches!(word.text.as_str(), "run" | "r")) =>
        {
            TaskCall::with_arguments(MISE).read(call, &call.arguments()[2..], sink);
        }
        "run" | "r" => TaskCall::with_arguments(MISE).read(call, &call.arguments()[1..], sink),
        "exec" | "x" => wrapped(call, &call.arguments()[1..], sink),
        _ => {}
    },
    formats: &[FORMAT],
    tasks: Some(TaskFiles {
        runner: MISE,
        noun: "task",
        collect,
        // A monorepo may be asked for the tasks of other folders.
        is_exact: |_, name| !name.contains(['/', '*']) && !name.starts_with(':'),
    }),
    ..NONE
};

/// The names of the settings in a folder.
const NAMES: &[&str] = &[
    "mise.toml", ".mise.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml",
];

/// The folders whose scripts are tasks, unless the settings say otherwise.
const FOLDERS: &[&str] = &["mise-tasks", ".mise-tasks", ".mise/tasks", ".config/mise/tasks", "mise/tasks"];

fn collect(tree: Files<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let files: Vec<&DefinitionFile> = NAMES
            .iter()
            .filter_map(|name| tree.file_of(&folder::join(above, name)?, FORMAT.name))
            .collect();
        for file in &files {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(MISE));
        }
        let set: Vec<&str> = files
            .iter()
            .flat_map(|file| file.includes.iter().map(String::as_str))
            .collect();
        let folders = if set.is_empty() { FOLDERS } else { set.as_slice() };
        for place in folders {
            let Some(place) = folder::join(above, place) else { continue };
            tree.add_scripts(&place, &mut names);
            if let Some(names) = names.as_mut().filter(|_| place.ends_with(".toml")) {
                names.hide(Reason::TasksUnread(place.clone()));
            }
        }
    }
    names
}

impl Files<'_> {
    /// Adds the scripts of a folder: `db/reset.sh` is `db:reset`.
    fn add_scripts(self, place: &str, names: &mut Option<Names>) {
        for entry in self.source.listing.below(place) {
            let Some(inside) = entry.path.strip_prefix(place).and_then(|path| path.strip_prefix('/')) else {
                continue;
            };
            let names = names.get_or_insert_with(|| Names::of(place));
            if inside.ends_with(".toml") {
                names.hide(Reason::TasksUnread(entry.path.clone()));
                continue;
            }
            let (group, file) = folder::split(inside);
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            for name in [file, stem] {
                let whole = match (group, name) {
                    (group, "_default") => group.replace('/', ":"),
                    ("", name) => name.to_owned(),
                    (group, name) => format!("{}:{name}", group.replace('/', ":")),
                };
                names.add(&whole, &entry.path, 0);
            }
        }
    }
}

/// Settings of mise. Names are those of references: `mise build`. The includes are where further tasks lie, if that is set.
const FORMAT: Format = Format {
    name: "mise",
    recognizes: |path| {
        let name = file_name(path);
        let is_named = matches!(name, "mise.toml" | ".mise.toml")
            || name.ends_with(".toml") && (name.starts_with("mise.") || name.starts_with(".mise."));
        let is_placed = ["mise/config.toml", ".config/mise.toml"]
            .iter()
            .any(|end| path.ends_with(end));
        is_named || is_placed || path.contains("mise/conf.d/") && name.ends_with(".toml")
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, toml::read(text), |table, file| {
        file.is_complete = true;
        for (name, line, task) in toml::entries(&table, text, &["tasks"]) {
            let aliases = match task.get("alias").or_else(|| task.get("aliases")) {
                Some(Value::String(alias)) => vec![alias.as_str()],
                Some(Value::Array(aliases)) => aliases.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            let part = |key: &str| task.get(key).map(ToString::to_string);
            for name in std::iter::once(name).chain(aliases) {
                file.definitions.push(Definition {
                    interface: fingerprint(["depends", "env", "usage"].map(part)),
                    ..Definition::task(MISE, name, line, fingerprint(task.to_string()))
                });
            }
        }
        let includes = toml::at(&table, &["task_config", "includes"]).and_then(Value::as_array);
        let includes = includes.into_iter().flatten().filter_map(Value::as_str);
        file.includes = includes.map(str::to_owned).collect();
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::tools::testing::called;

    #[test]
    fn tasks_and_their_aliases_are_read() {
        let file = parse(
            "mise.toml",
            "[tools]\nnode = '22'\n\n[tasks.build]\nalias = 'b'\nrun = 'x'\n\n[tasks]\nlint = 'y'\n\n[task_config]\nincludes = ['ops/tasks']\n",
        );
        let found = called(&file);
        assert_eq!(
            found,
            [
                ("mise build".to_owned(), 4),
                ("mise b".to_owned(), 4),
                ("mise lint".to_owned(), 9)
            ]
        );
        assert_eq!(file.includes, ["ops/tasks"]);
    }

    #[test]
    fn a_new_version_of_a_tool_changes_no_task() {
        let of = |version: &str| parse("mise.toml", &format!("[tools]\nnode = '{version}'\n[tasks]\na = 'x'\n")).definitions;
        assert_eq!(of("22"), of("24"));
    }
}
