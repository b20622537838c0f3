//! Taskfiles: <https://taskfile.dev/reference/schema/>.

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::parse::definition::{Format, file_name, fingerprint, yaml};

/// Taskfiles of go-task.
pub(crate) const FORMAT: Format = Format {
    name: "taskfile",
    recognizes: |path| {
        let name = file_name(path).to_ascii_lowercase();
        matches!(
            name.as_str(),
            "taskfile.yml" | "taskfile.yaml" | "taskfile.dist.yml" | "taskfile.dist.yaml"
        )
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile {
        path: path.to_owned(),
        format: FORMAT.name,
        ..DefinitionFile::default()
    };
    let value = match yaml::read(text) {
        Ok(value) => value,
        Err(problem) => {
            file.problems.push(problem);
            return file;
        }
    };
    let known = value.get("tasks").and_then(Value::as_object);
    for (name, line) in yaml::keys_below(text, "tasks") {
        if let Some(definition) = known.and_then(|tasks| tasks.get(&name)) {
            file.definitions.push(Definition {
                kind: "task",
                value: None,
                interface: 0,
                fingerprint: fingerprint(definition.to_string()),
                is_pattern: name.contains('*'),
                name,
                line,
            });
        }
    }
    // Tasks of an included file are called by a name that depends on options of the include.
    file.is_complete = value.get("includes").is_none() && known.is_none_or(|tasks| tasks.len() == file.definitions.len());
    file
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn tasks_have_their_lines() {
        let file = parse(
            "Taskfile.yml",
            "version: '3'\ntasks:\n  build:\n    cmds: [go build]\n  db:migrate:\n    cmds: [x]\n",
        );
        let definitions: Vec<(&str, u32)> = file.definitions.iter().map(|task| (task.name.as_str(), task.line)).collect();
        assert_eq!(definitions, [("build", 3), ("db:migrate", 5)]);
        assert!(file.is_complete);
    }

    #[test]
    fn an_include_hides_names() {
        let file = parse("Taskfile.yml", "includes:\n  docs: ./docs\ntasks:\n  build:\n    cmds: [x]\n");
        assert!(!file.is_complete);
    }
}
