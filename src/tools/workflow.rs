//! Workflows of GitHub Actions: <https://docs.github.com/actions/reference/workflow-syntax-for-github-actions>.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::tools::format::{Format, extension, file_of, fingerprint};
use crate::tools::yaml;

/// GitHub workflows.
///
/// They define jobs (`workflow-job`, with the name that the forge shows as their value, a pattern where it is computed), inputs
/// (`workflow-input`, with the default as their value), triggers (`workflow-trigger`: `push`, `push:tags:v*`), and what is read from
/// the store of secrets (`secret`). The includes are the reusable workflows that the jobs call.
pub(crate) const FORMAT: Format = Format {
    name: "workflow",
    recognizes,
    parse,
};

/// The most secrets that a workflow is asked for; the rest is not kept.
const SECRET_LIMIT: usize = 500;

/// A workflow lies directly in `.github/workflows`, at the root of a repository or of a tree that stands for one.
fn recognizes(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    matches!(extension(path), "yml" | "yaml") && (folder == ".github/workflows" || folder.ends_with("/.github/workflows"))
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, yaml::read(text), |mut value, file| {
        unpin(&mut value);
        file.fingerprint = fingerprint(value.to_string());
        file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        file.is_complete = value.get("jobs").is_some_and(Value::is_object);
        jobs(&value, text, file);
        inputs(&value, text, &mut file.definitions);
        triggers(&value, text, &mut file.definitions);
        secrets(text, &mut file.definitions);
    })
}

fn jobs(value: &Value, text: &str, file: &mut DefinitionFile) {
    for (name, line, job) in yaml::entries(value, text, &["jobs"]) {
        let part = |key: &str| job.get(key).map(ToString::to_string);
        file.definitions.push(Definition {
            kind: Kind::WorkflowJob,
            name: name.to_owned(),
            value: job.get("name").and_then(Value::as_str).map(shown),
            line,
            // What a reader of the run sees: what it waits for, where it deploys to, what it is given.
            interface: fingerprint(["needs", "environment", "with", "if"].map(part)),
            fingerprint: fingerprint(job.to_string()),
            ..Definition::default()
        });
        let environment = job
            .get("environment")
            .and_then(|one| one.as_str().or_else(|| one.get("name")?.as_str()));
        if let Some(environment) = environment.filter(|name| !name.contains("${{")) {
            file.binaries.push(environment.to_owned());
        }
        if let Some(called) = job.get("uses").and_then(Value::as_str) {
            file.includes.push(called.to_owned());
        }
    }
}

/// The name of a job with `*` for what is computed: `Test (${{ matrix.os }})`.
fn shown(name: &str) -> String {
    let mut shown = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("${{") {
        shown.push_str(before);
        shown.push('*');
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    shown + rest
}

/// The inputs of a dispatch by hand and of a call by another workflow.
fn inputs(value: &Value, text: &str, definitions: &mut Vec<Definition>) {
    for event in ["workflow_dispatch", "workflow_call"] {
        for (name, line, input) in yaml::entries(value, text, &["on", event, "inputs"]) {
            let part = |key: &str| input.get(key).map(ToString::to_string);
            let default = input.get("default").map(|default| match default {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            let interface = fingerprint(["default", "required", "type", "options"].map(part));
            definitions.push(Definition {
                kind: Kind::WorkflowInput,
                name: name.to_owned(),
                value: default,
                line,
                interface,
                fingerprint: interface,
                ..Definition::default()
            });
        }
    }
}

/// What starts the workflow: each event by its name, and each of its filters as `event:filter:pattern`.
fn triggers(value: &Value, text: &str, definitions: &mut Vec<Definition>) {
    let lines: BTreeMap<String, u32> = yaml::keys_at(text, &["on"]).into_iter().collect();
    let on_line = yaml::keys_at(text, &[])
        .into_iter()
        .find(|(key, _)| key == "on")
        .map_or(1, |(_, line)| line);
    let mut push = |name: String, line: u32, all: u128| {
        definitions.push(Definition {
            kind: Kind::WorkflowTrigger,
            name,
            line,
            interface: all,
            fingerprint: all,
            ..Definition::default()
        });
    };
    let Some(on) = value.get("on") else { return };
    let all = fingerprint(on.to_string());
    match on {
        Value::String(event) => push(event.clone(), on_line, all),
        Value::Array(events) => events
            .iter()
            .filter_map(Value::as_str)
            .for_each(|event| push(event.to_owned(), on_line, all)),
        Value::Object(events) => {
            for (event, filters) in events {
                let line = lines.get(event).copied().unwrap_or(on_line);
                push(event.clone(), line, all);
                for (filter, patterns) in filters.as_object().into_iter().flatten() {
                    let patterns = patterns.as_array().into_iter().flatten().filter_map(Value::as_str);
                    patterns.for_each(|pattern| push(format!("{event}:{filter}:{pattern}"), line, all));
                }
            }
        }
        _ => {}
    }
}

/// The names behind `secrets.`, each at its first line.
fn secrets(text: &str, definitions: &mut Vec<Definition>) {
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        for (at, word) in line.match_indices("secrets.") {
            let name = &line[at + word.len()..];
            let end = name
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(name.len());
            if end > 0 && lines.len() < SECRET_LIMIT && !line.trim_start().starts_with('#') {
                lines.entry(&name[..end]).or_insert(index as u32 + 1);
            }
        }
    }
    definitions.extend(lines.into_iter().map(|(name, line)| Definition {
        kind: Kind::Secret,
        name: name.to_owned(),
        line,
        ..Definition::default()
    }));
}

/// Removes the versions of actions and of called workflows: a pin that moves on changes nothing that a runbook says.
fn unpin(value: &mut Value) {
    let jobs = value.get_mut("jobs").and_then(Value::as_object_mut);
    for job in jobs.into_iter().flat_map(serde_json::Map::values_mut) {
        cut_version(job);
        let steps = job.get_mut("steps").and_then(Value::as_array_mut);
        steps.into_iter().flatten().for_each(cut_version);
    }
}

fn cut_version(value: &mut Value) {
    if let Some(Value::String(uses)) = value.get_mut("uses")
        && let Some(at) = uses.find('@')
    {
        uses.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    #[test]
    fn the_name_and_the_jobs_are_read() {
        let text = "name: Backend CI\non:\n  push:\n    tags: [\"v*\"]\njobs:\n  verify:\n    runs-on: ubuntu-latest\n  deploy-production:\n    needs: verify\n";
        let file = parse(".github/workflows/ci.yml", text);
        let jobs: Vec<(&str, u32)> = file
            .of_kind(Kind::WorkflowJob)
            .map(|task| (task.name.as_str(), task.line))
            .collect();
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
    fn inputs_triggers_and_secrets_are_read() {
        let text = "on:\n  push:\n    tags: ['v*']\n    branches: [main]\n  workflow_dispatch:\n    inputs:\n      registry:\n        default: ghcr.io\n  workflow_call:\n    inputs:\n      dry:\n        type: boolean\n        default: true\njobs:\n  a:\n    name: Test (${{ matrix.os }})\n    env:\n      X: ${{ secrets.API_KEY }}\n  b:\n    uses: ./.github/workflows/call.yml\n";
        let file = parse(".github/workflows/ci.yml", text);
        let of = |kind: Kind| {
            let all = file.of_kind(kind);
            all.map(|one| (one.name.as_str(), one.value.as_deref(), one.line))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(Kind::WorkflowInput),
            [("registry", Some("ghcr.io"), 7), ("dry", Some("true"), 11)]
        );
        assert_eq!(of(Kind::WorkflowJob), [("a", Some("Test (*)"), 15), ("b", None, 19)]);
        assert_eq!(of(Kind::Secret), [("API_KEY", None, 18)]);
        let triggers: Vec<&str> = file.of_kind(Kind::WorkflowTrigger).map(|one| one.name.as_str()).collect();
        assert_eq!(
            triggers,
            [
                "push", "push:branches:main", "push:tags:v*", "workflow_call", "workflow_dispatch"
            ]
        );
        assert_eq!(file.includes, ["./.github/workflows/call.yml"]);
        let listed = parse(".github/workflows/ci.yml", "on: [push, pull_request]\njobs: {}\n");
        assert_eq!(listed.of_kind(Kind::WorkflowTrigger).count(), 2);
    }

    #[test]
    fn a_default_that_changes_is_seen_and_a_description_is_not() {
        let of = |input: &str| {
            let text = format!("on:\n  workflow_dispatch:\n    inputs:\n      a:\n        {input}\njobs: {{}}\n");
            parse(".github/workflows/ci.yml", &text)
                .definition(Kind::WorkflowInput, "a")
                .map(|one| one.interface)
        };
        assert_eq!(of("description: x"), of("description: y"));
        assert_ne!(of("default: x"), of("default: y"));
    }

    #[test]
    fn a_broken_workflow_is_a_problem_with_its_line() {
        let file = parse(".github/workflows/ci.yml", "name: x\njobs:\n  a: [1\n  b: 2\n");
        assert_eq!(file.problems.len(), 1);
        assert!(file.problems[0].line.is_some() && !file.is_complete);
    }
}
