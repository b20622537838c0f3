//! Pipelines of GitLab: <https://docs.gitlab.com/ci/yaml/>.

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::tools::format::{Format, extension, file_name, file_of, fingerprint};
use crate::tools::tool::{NONE, Tool};
use crate::tools::yaml;

/// Pipelines are looked up wherever workflows are.
pub(crate) const TOOL: Tool = Tool {
    formats: &[FORMAT],
    ..NONE
};

/// GitLab pipelines. They define jobs (`workflow-job`) and stages (`ci-stage`); the includes are the local files that they include.
const FORMAT: Format = Format {
    name: "gitlab-ci",
    recognizes: |path| {
        let is_placed = path.contains(".gitlab/") || path.contains(".gitlab-ci/");
        matches!(extension(path), "yml" | "yaml") && (is_placed || file_name(path).contains("gitlab-ci"))
    },
    parse,
};

/// Keys at the top that are no jobs.
const KEYWORDS: &[&str] = &[
    "after_script", "before_script", "cache", "default", "image", "include", "services", "spec", "stages", "variables",
    "workflow",
];

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, yaml::read(text), |value, file| {
        file.is_complete = value.is_object();
        file.fingerprint = fingerprint(value.to_string());
        for (name, line, job) in yaml::entries(&value, text, &[]) {
            let is_job = job.is_object() && !name.starts_with('.') && !KEYWORDS.contains(&name);
            if !is_job {
                continue;
            }
            let part = |key: &str| job.get(key).map(ToString::to_string);
            file.definitions.push(Definition {
                kind: Kind::WorkflowJob,
                name: name.to_owned(),
                line,
                interface: fingerprint(["needs", "environment", "stage", "when"].map(part)),
                fingerprint: fingerprint(job.to_string()),
                ..Definition::default()
            });
        }
        let stages_line = yaml::keys_at(text, &[]).into_iter().find(|(key, _)| key == "stages");
        let stages = value.get("stages").and_then(Value::as_array);
        for stage in stages.into_iter().flatten().filter_map(Value::as_str) {
            file.definitions.push(Definition {
                kind: Kind::CiStage,
                name: stage.to_owned(),
                line: stages_line.as_ref().map_or(1, |(_, line)| *line),
                ..Definition::default()
            });
        }
        includes(value.get("include"), file);
    })
}

/// The local files among the includes; all others hide names.
fn includes(value: Option<&Value>, file: &mut DefinitionFile) {
    let Some(value) = value else { return };
    let items = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
    for item in items {
        let local = item.as_str().or_else(|| item.get("local")?.as_str());
        match local {
            Some(path) if !path.contains("://") && !path.contains('$') => {
                file.includes.push(path.trim_start_matches('/').to_owned());
            }
            _ => file.is_complete = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    #[test]
    fn jobs_stages_and_local_includes_are_read() {
        let file = parse(
            ".gitlab-ci.yml",
            "stages: [build, deploy]\ninclude:\n  - local: /ci/test.yml\nvariables:\n  A: b\n.base:\n  script: x\nbuild image:\n  stage: build\n  script: make\ndeploy:\n  extends: .base\n",
        );
        let of = |kind: Kind| {
            file.of_kind(kind)
                .map(|one| (one.name.as_str(), one.line))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(Kind::WorkflowJob), [("build image", 8), ("deploy", 11)]);
        assert_eq!(of(Kind::CiStage), [("build", 1), ("deploy", 1)]);
        assert_eq!(file.includes, ["ci/test.yml"]);
        assert!(file.is_complete);
    }

    #[test]
    fn what_is_included_from_elsewhere_hides_names() {
        for include in [
            "include:\n  - template: X.yml\n",
            "include: https://example.org/x.yml\n",
            "include:\n  project: a/b\n",
        ] {
            assert!(!parse(".gitlab-ci.yml", include).is_complete, "{include}");
        }
    }
}
