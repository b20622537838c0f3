//! Tasks in JSON files: Composer, Deno, Turborepo, Nx.
//!
//! <https://getcomposer.org/doc/articles/scripts.md>, <https://docs.deno.com/runtime/reference/cli/task/>,
//! <https://turborepo.com/docs/reference/configuration>, <https://nx.dev/reference/project-configuration>.

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::{Kind, Runner};
use crate::parse::definition::{Format, file_name, file_of, fingerprint, json};
use crate::tools::runner;

/// Scripts of Composer: `composer lint`.
pub(crate) const COMPOSER: Format = Format {
    name: "composer",
    recognizes: |path| file_name(path) == "composer.json" && !path.contains("vendor/"),
    parse: |path, text| read(COMPOSER.name, path, json::read(text), text, &["scripts"], runner::COMPOSER),
};

/// Tasks of Deno: `deno lint`.
pub(crate) const DENO: Format = Format {
    name: "deno",
    recognizes: |path| matches!(file_name(path), "deno.json" | "deno.jsonc"),
    parse: |path, text| {
        read(
            DENO.name,
            path,
            json::read_with_comments(text),
            text,
            &["tasks"],
            runner::DENO,
        )
    },
};

/// Targets of a project of Nx: `nx build`, and `nx web:build` with the name of the project.
pub(crate) const NX: Format = Format {
    name: "nx",
    recognizes: |path| file_name(path) == "project.json",
    parse: |path, text| {
        let mut file = read(NX.name, path, json::read_with_comments(text), text, &["targets"], runner::NX);
        if let Some(project) = &file.name {
            let of_project = |target: &Definition| Definition {
                name: format!("{project}:{}", target.name),
                ..target.clone()
            };
            let qualified: Vec<Definition> = file.definitions.iter().map(of_project).collect();
            file.definitions.extend(qualified);
        }
        // Plugins infer targets from other files.
        file.is_complete = false;
        file
    },
};

/// Tasks of Turborepo: `turbo build`. Its scripts stand in the packages.
pub(crate) const TURBO: Format = Format {
    name: "turbo",
    recognizes: |path| matches!(file_name(path), "turbo.json" | "turbo.jsonc"),
    parse: |path, text| {
        let value = json::read_with_comments(text);
        let mut file = read(TURBO.name, path, value, text, &["tasks", "pipeline"], runner::TURBO);
        for task in &mut file.definitions {
            // `web#build` is the task `build` of one package.
            if let Some((_, name)) = task.name.rsplit_once('#') {
                task.name = name.to_owned();
            }
        }
        file
    },
};

fn read(
    format: &'static str,
    path: &str,
    value: Result<Value, crate::model::finding::Problem>,
    text: &str,
    parents: &[&str],
    runner: Runner,
) -> DefinitionFile {
    file_of(path, format, value, |value, file| {
        file.is_complete = true;
        file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        for parent in parents {
            for (name, line, task) in json::entries(&value, text, parent) {
                let part = |key: &str| task.get(key).map(ToString::to_string);
                file.definitions.push(Definition {
                    kind: Kind::Task(runner),
                    name: name.to_owned(),
                    line,
                    interface: fingerprint(["dependsOn", "dependencies"].map(part)),
                    fingerprint: fingerprint(task.to_string()),
                    ..Definition::default()
                });
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{COMPOSER, DENO, NX, TURBO};

    #[test]
    fn each_format_names_its_tasks() {
        let of = |format: super::Format, text: &str| {
            let file = (format.parse)("x", text);
            file.definitions
                .into_iter()
                .map(|task| task.kind.called(&task.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(COMPOSER, r#"{"scripts": {"lint": ["a", "b"]}}"#), ["composer lint"]);
        assert_eq!(of(DENO, "{\n// why\n\"tasks\": {\"dev\": \"x\",}}"), ["deno dev"]);
        assert_eq!(
            of(NX, r#"{"name": "web", "targets": {"build": {}}}"#),
            ["nx build", "nx web:build"]
        );
        assert_eq!(
            of(TURBO, r#"{"tasks": {"build": {}, "web#test": {}}}"#),
            ["turbo build", "turbo test"]
        );
    }

    #[test]
    fn a_broken_file_is_a_problem() {
        assert_eq!((COMPOSER.parse)("composer.json", "{").problems.len(), 1);
    }
}
