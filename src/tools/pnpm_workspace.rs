//! `pnpm-workspace.yaml`: which folders are packages of the workspace. <https://pnpm.io/pnpm-workspace_yaml>

use serde_json::Value;

use crate::model::definition::DefinitionFile;
use crate::model::format;
use crate::tools::format::{Format, file_name};
use crate::tools::yaml;

/// Workspace definitions of pnpm. They define no task; their globs stand in `includes`.
pub(crate) const FORMAT: Format = Format {
    name: format::PNPM_WORKSPACE,
    recognizes: |path| matches!(file_name(path), "pnpm-workspace.yaml" | "pnpm-workspace.yml"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::new(path, FORMAT.name);
    match yaml::read(text) {
        Ok(value) => {
            let packages = value.get("packages").and_then(Value::as_array);
            file.includes = packages
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            file.is_complete = true;
        }
        Err(problem) => file.problems.push(problem),
    }
    file
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn globs_are_kept_as_written() {
        let file = parse(
            "pnpm-workspace.yaml",
            "packages:\n  - 'apps/*'\n  - \"!apps/legacy\"\ncatalog:\n  react: 19\n",
        );
        assert_eq!(file.includes, ["apps/*", "!apps/legacy"]);
        assert!(file.is_complete);
    }
}
