//! Tasks, jobs, services and manifests that a runbook names, from the text to the finding.

use crate::support::Folder;

const RUNBOOK: &str = "# Deploy

**Last reviewed:** 2026-01-02

```bash
just migrate
just migrat
just ops deploy
task docs:build
task docs:bild
mise run lint
mise run lnt
docker compose --profile jobs up -d worker
docker compose --profile job restart wroker
docker compose -f compose.yaml -f ops/prod.compose.yml logs edge
kubectl apply -f k8s/api.yaml
kubectl apply -f k8s/apo.yaml
pnpm --filter web dev
pnpm --filter wbe dev
gh workflow run deploy.yml -f environment=prod
gh workflow run deploy.yml -f enviroment=prod
cargo xtask dist
cargo xtask dits
```

Wait for the `verify` job of `.github/workflows/deploy.yml`, then for the `publish` job of `.github/workflows/deploy.yml`.

- `.github/workflows/deploy.yml` runs on every pull request.
- `.github/workflows/deploy.yml` is triggered by manual dispatch.
";

fn folder() -> Folder {
    Folder::with(&[
        ("docs/runbooks/deploy.md", RUNBOOK),
        ("justfile", "import 'just/db.just'\nmod ops\n\nbuild:\n    true\n"),
        ("just/db.just", "migrate target='prod':\n    true\n"),
        ("ops.just", "deploy:\n    true\n"),
        (
            "Taskfile.yml",
            "version: '3'\nincludes:\n  docs: ./docs\ntasks:\n  all:\n    cmds: [x]\n",
        ),
        ("docs/Taskfile.yml", "version: '3'\ntasks:\n  build:\n    cmds: [x]\n"),
        ("mise.toml", "[tasks.lint]\nrun = 'x'\n"),
        (
            "compose.yaml",
            "services:\n  api:\n    image: a\n  worker:\n    image: a\n    profiles: [jobs]\n",
        ),
        ("ops/prod.compose.yml", "services:\n  edge:\n    image: b\n"),
        ("k8s/api.yaml", "kind: Deployment\n"),
        ("package.json", "{\"name\": \"root\"}\n"),
        ("pnpm-workspace.yaml", "packages: ['apps/*']\n"),
        (
            "apps/web/package.json",
            "{\"name\": \"@acme/web\", \"scripts\": {\"dev\": \"x\"}}\n",
        ),
        (
            ".github/workflows/deploy.yml",
            "on:\n  workflow_dispatch:\n    inputs:\n      environment:\n        default: dev\njobs:\n  verify:\n    runs-on: x\n",
        ),
        (".cargo/config.toml", "[alias]\nxtask = \"run -p xtask --\"\n"),
        (
            "xtask/src/main.rs",
            "fn main() {\n    match task {\n        Some(\"dist\") => {}\n        _ => {}\n    }\n}\n",
        ),
    ])
}

fn findings() -> Vec<serde_json::Value> {
    let ran = folder().run(&["lint", "--format", "json", "docs/runbooks/deploy.md"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    value["findings"].as_array().expect("findings are a list").clone()
}

#[test]
fn each_name_that_is_gone_is_reported_and_no_other() {
    let mut found: Vec<(u64, String)> = findings()
        .iter()
        .filter(|finding| finding["rule"] != "unverifiable-reference" && finding["rule"] != "review-overdue")
        .map(|finding| {
            let rule = finding["rule"].as_str().unwrap_or_default().to_owned();
            (finding["line"].as_u64().unwrap_or_default(), rule)
        })
        .collect();
    found.sort();
    let expected = [
        (7, "just-recipe-missing"),
        (10, "task-missing"),
        (12, "task-missing"),
        (14, "compose-profile-missing"),
        (14, "compose-service-missing"),
        (17, "manifest-missing"),
        (19, "workspace-missing"),
        (21, "workflow-input-missing"),
        (23, "task-missing"),
        (26, "workflow-job-missing"),
        (28, "workflow-trigger-mismatch"),
    ];
    let expected: Vec<(u64, String)> = expected.into_iter().map(|(line, rule)| (line, rule.to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_nearest_name_is_offered() {
    let findings = findings();
    let suggestion = |rule: &str| {
        let found = findings.iter().find(|finding| finding["rule"] == rule);
        found
            .and_then(|finding| finding["suggestion"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(suggestion("just-recipe-missing"), "just migrate");
    assert_eq!(suggestion("compose-service-missing"), "worker");
    assert_eq!(suggestion("manifest-missing"), "k8s/api.yaml");
    assert_eq!(suggestion("workflow-input-missing"), "environment");
}
