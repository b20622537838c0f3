//! Tasks of mise, from its settings and from folders of scripts.

use crate::audit::resolve::task::{Names, TaskFiles};
use crate::audit::resolve::{Index, folder};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::tools::runner;

/// Tasks of the settings of a folder and of all folders above it.
pub(super) const RUNNER: TaskFiles = TaskFiles {
    runner: runner::MISE,
    noun: "task",
    collect,
    // A monorepo may be asked for the tasks of other folders.
    is_exact: |name| !name.contains(['/', '*']) && !name.starts_with(':'),
};

/// The names of the settings in a folder.
const NAMES: &[&str] = &[
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
];

/// The folders whose scripts are tasks, unless the settings say otherwise.
const FOLDERS: &[&str] = &["mise-tasks", ".mise-tasks", ".mise/tasks", ".config/mise/tasks", "mise/tasks"];

fn collect(index: &Index<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let files: Vec<&DefinitionFile> = NAMES
            .iter()
            .filter_map(|name| index.file_of(&folder::join(above, name)?, "mise"))
            .collect();
        for file in &files {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(runner::MISE));
        }
        let set: Vec<&str> = files
            .iter()
            .flat_map(|file| file.includes.iter().map(String::as_str))
            .collect();
        let folders = if set.is_empty() { FOLDERS } else { set.as_slice() };
        for place in folders {
            let Some(place) = folder::join(above, place) else { continue };
            index.add_scripts(&place, &mut names);
            if let Some(names) = names.as_mut().filter(|_| place.ends_with(".toml")) {
                names.hide(format!("tasks of `{place}` are not read"));
            }
        }
    }
    names
}

impl Index<'_> {
    /// Adds the scripts of a folder: `db/reset.sh` is `db:reset`.
    fn add_scripts(&self, place: &str, names: &mut Option<Names>) {
        for entry in self.source.listing.below(place) {
            let Some(inside) = entry.path.strip_prefix(place).and_then(|path| path.strip_prefix('/')) else {
                continue;
            };
            let names = names.get_or_insert_with(|| Names::of(place));
            if inside.ends_with(".toml") {
                names.hide(format!("tasks of `{}` are not read", entry.path));
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

#[cfg(test)]
mod tests {
    use crate::audit::testing::task;
    use crate::audit::testing::{tasks, tree};

    #[test]
    fn tasks_come_from_settings_and_scripts_of_all_folders_above() {
        let fixture = tree(&["mise-tasks/db/reset.sh", "mise-tasks/test/_default", "web/x.ts"])
            .with(tasks("mise", "mise.toml", &["mise build"]))
            .with(tasks("mise", "web/mise.toml", &["mise dev"]));
        let look_up = |name: &str, folder: &str| fixture.look_up(task(name, &[], folder));
        assert_eq!(look_up("mise dev", "web"), "resolved web/mise.toml:1 (a task)");
        assert_eq!(look_up("mise build", "web"), "resolved mise.toml:1 (a task)");
        assert_eq!(look_up("mise db:reset", ""), "resolved mise-tasks/db/reset.sh (a task)");
        assert_eq!(look_up("mise test", ""), "resolved mise-tasks/test/_default (a task)");
        assert_eq!(
            look_up("mise dev", ""),
            "broken mise.toml (`dev` is no task of `mise.toml`; `web/mise.toml` has it)"
        );
        assert!(look_up("mise //web:dev", "").starts_with("unverifiable "));
    }
}
