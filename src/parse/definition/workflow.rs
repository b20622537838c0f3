//! Workflows of GitHub Actions: <https://docs.github.com/actions/reference/workflow-syntax-for-github-actions>.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::parse::definition::{Format, extension, fingerprint, yaml};

/// GitHub workflows. Their tasks are their jobs.
pub(crate) const FORMAT: Format = Format {
    name: "workflow",
    recognizes,
    parse,
};

/// A workflow lies directly in `.github/workflows`, at the root of a repository or of a tree that stands for one.
fn recognizes(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    matches!(extension(path), "yml" | "yaml") && (folder == ".github/workflows" || folder.ends_with("/.github/workflows"))
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile {
        path: path.to_owned(),
        format: FORMAT.name,
        ..DefinitionFile::default()
    };
    let mut value = match yaml::read(text) {
        Ok(value) => value,
        Err(problem) => {
            file.problems.push(problem);
            return file;
        }
    };
    unpin(&mut value);
    file.fingerprint = fingerprint(value.to_string());
    file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
    let lines: HashMap<String, u32> = yaml::keys_below(text, "jobs").into_iter().collect();
    let jobs = value.get("jobs").and_then(Value::as_object);
    let mut definitions: Vec<Definition> = jobs
        .into_iter()
        .flatten()
        .map(|(name, job)| Definition {
            kind: "workflow-job",
            value: None,
            interface: 0,
            fingerprint: fingerprint(job.to_string()),
            name: name.clone(),
            line: lines.get(name).copied().unwrap_or(1),
            is_pattern: false,
        })
        .collect();
    definitions.sort_by(|left, right| (left.line, &left.name).cmp(&(right.line, &right.name)));
    file.is_complete = jobs.is_some();
    file.definitions = definitions;
    file
}

/// Removes the versions of actions: a pin that moves on changes nothing that a runbook says.
fn unpin(value: &mut Value) {
    let steps = value
        .get_mut("jobs")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(serde_json::Map::values_mut)
        .filter_map(|job| job.get_mut("steps").and_then(Value::as_array_mut))
        .flatten();
    for step in steps {
        if let Some(Value::String(uses)) = step.get_mut("uses")
            && let Some(at) = uses.find('@')
        {
            uses.truncate(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_name_and_the_jobs_are_read() {
        let text = "name: Backend CI\non:\n  push:\n    tags: [\"v*\"]\njobs:\n  verify:\n    runs-on: ubuntu-latest\n  deploy-production:\n    needs: verify\n";
        let file = parse(".github/workflows/ci.yml", text);
        let jobs: Vec<(&str, u32)> = file.definitions.iter().map(|task| (task.name.as_str(), task.line)).collect();
        assert_eq!(file.name.as_deref(), Some("Backend CI"));
        assert_eq!(jobs, [("verify", 6), ("deploy-production", 8)]);
        assert!(file.is_complete && file.problems.is_empty());
    }

    #[test]
    fn comments_and_pins_are_no_change_of_a_job() {
        let read = |text: &str| parse(".github/workflows/ci.yml", text);
        let before = read("jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: make check\n  b: {}\n");
        let same =
            read("# why\njobs:\n  a:\n    steps:\n    - {uses: actions/checkout@0a1b2c}\n    - run: make check # all\n  b: {}\n");
        let other = read("jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: make test\n  b: {}\n");
        assert_eq!(before.fingerprint, same.fingerprint);
        assert_eq!(before.definitions[0].fingerprint, same.definitions[0].fingerprint);
        assert_ne!(before.fingerprint, other.fingerprint);
        assert_ne!(before.definitions[0].fingerprint, other.definitions[0].fingerprint);
        assert_eq!(before.definitions[1].fingerprint, other.definitions[1].fingerprint);
    }

    #[test]
    fn a_broken_workflow_is_a_problem_with_its_line() {
        let file = parse(".github/workflows/ci.yml", "name: x\njobs:\n  a: [1\n  b: 2\n");
        assert_eq!(file.problems.len(), 1);
        assert!(file.problems[0].line.is_some() && !file.is_complete);
    }
}
