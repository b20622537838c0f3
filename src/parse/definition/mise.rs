//! Tasks of mise: <https://mise.jdx.dev/tasks/>.

use ::toml::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::parse::definition::{Format, file_name, file_of, fingerprint, toml};
use crate::tools::runner::MISE;

/// Settings of mise. Names are those of references: `mise build`. The includes are where further tasks lie, if that is set.
pub(crate) const FORMAT: Format = Format {
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
                    kind: Kind::Task(MISE),
                    name: name.to_owned(),
                    line,
                    interface: fingerprint(["depends", "env", "usage"].map(part)),
                    fingerprint: fingerprint(task.to_string()),
                    ..Definition::default()
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

    #[test]
    fn tasks_and_their_aliases_are_read() {
        let file = parse(
            "mise.toml",
            "[tools]\nnode = '22'\n\n[tasks.build]\nalias = 'b'\nrun = 'x'\n\n[tasks]\nlint = 'y'\n\n[task_config]\nincludes = ['ops/tasks']\n",
        );
        let found: Vec<(String, u32)> = file
            .definitions
            .iter()
            .map(|task| (task.kind.called(&task.name), task.line))
            .collect();
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
