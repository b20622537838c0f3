//! Tests of looking up what `tools` says of workflow parts.

use crate::audit::testing::{Fixture, named, tasks, tree, unread};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

fn with(mut file: DefinitionFile, kind: Kind, name: &str, value: Option<&str>) -> DefinitionFile {
    file.definitions.push(Definition {
        kind,
        name: name.to_owned(),
        value: value.map(str::to_owned),
        line: 9,
        ..Definition::default()
    });
    file
}

fn fixture() -> Fixture {
    let release = tasks("workflow", ".github/workflows/release.yml", &["verify"]);
    let release = with(release, Kind::WorkflowJob, "test", Some("Test (*)"));
    let release = with(release, Kind::WorkflowInput, "registry", Some("ghcr.io"));
    let release = with(release, Kind::WorkflowTrigger, "push", None);
    let release = with(release, Kind::WorkflowTrigger, "push:tags:v*", None);
    let release = with(release, Kind::Secret, "API_KEY", None);
    let ci = tasks("workflow", ".github/workflows/ci.yml", &["lint"]);
    let ci = with(ci, Kind::WorkflowTrigger, "pull_request", None);
    tree(&[]).with(release).with(ci)
}

#[test]
fn jobs_are_found_by_id_and_by_the_name_that_is_shown() {
    for name in ["test", "Test (linux)", "Verify", "lint"] {
        let found = fixture().look_up(named(Kind::WorkflowJob, name, &[], ""));
        assert!(found.starts_with("resolved "), "{name}: {found}");
    }
    assert_eq!(
        fixture().look_up(named(Kind::WorkflowJob, "verify", &["release.yml"], "")),
        "resolved .github/workflows/release.yml:1 (a job of the workflow)"
    );
}

#[test]
fn a_missing_job_of_a_named_workflow_is_broken() {
    assert_eq!(
        fixture().look_up(named(Kind::WorkflowJob, "lint", &["release.yml"], "")),
        "broken .github/workflows/release.yml (`lint` is no job of `.github/workflows/release.yml`; `.github/workflows/ci.yml` has it)"
    );
    assert!(
        fixture()
            .look_up(named(Kind::WorkflowJob, "backup", &["gone.yml"], ""))
            .starts_with("unverifiable ")
    );
}

#[test]
fn a_job_may_be_one_of_a_cluster_or_a_clock() {
    let job = || named(Kind::WorkflowJob, "backup", &[], "");
    let said = |text: &str| fixture().says(text).look_up(job());
    assert!(said("The `backup` job runs at night.\n").starts_with("ignored "));
    assert_eq!(
        said("Wait for the `backup` job of the CI workflow.\n"),
        "broken (no workflow has a job `backup`)"
    );
    let other = tree(&["Jenkinsfile"]).with(tasks("workflow", ".github/workflows/ci.yml", &["lint"]));
    assert!(
        other
            .says("The `backup` job of the pipeline.\n")
            .look_up(job())
            .starts_with("unverifiable ")
    );
    let called = tree(&[]).with(DefinitionFile {
        includes: vec!["team/ci/.github/workflows/x.yml".to_owned()],
        ..tasks("workflow", ".github/workflows/ci.yml", &["lint"])
    });
    assert!(
        called
            .says("The `backup` job of the CI workflow.\n")
            .look_up(job())
            .starts_with("unverifiable ")
    );
}

#[test]
fn jobs_of_the_other_forge_count() {
    let fixture = tree(&[]).with(tasks("gitlab-ci", ".gitlab-ci.yml", &["deploy"]));
    assert_eq!(
        fixture.look_up(named(Kind::WorkflowJob, "deploy", &[], "")),
        "resolved .gitlab-ci.yml:1 (a job of the workflow)"
    );
}

#[test]
fn inputs_are_those_of_the_workflow_that_is_run() {
    let look_up = |name: &str, within: &[&str]| fixture().look_up(named(Kind::WorkflowInput, name, within, ""));
    assert_eq!(
        look_up("registry", &["release.yml"]),
        "resolved .github/workflows/release.yml:9 (an input of the workflow)"
    );
    assert_eq!(
        look_up("registri", &["release.yml"]),
        "broken .github/workflows/release.yml (`registri` is no input of `.github/workflows/release.yml`) -> registry"
    );
    assert!(look_up("registry", &["ci.yml"]).starts_with("broken "));
    assert!(look_up("email", &[]).starts_with("ignored "));
    let said = fixture().says("Use workflow dispatch with:\n\n- `target`\n");
    assert!(
        said.look_up(named(Kind::WorkflowInput, "target", &[], ""))
            .starts_with("broken ")
    );
    let unread = tree(&[]).with(unread("workflow", ".github/workflows/x.yml"));
    assert!(
        unread
            .look_up(named(Kind::WorkflowInput, "a", &["x.yml"], ""))
            .starts_with("unverifiable .github/workflows/x.yml ")
    );
}

#[test]
fn triggers_are_compared_with_what_the_workflow_says() {
    let look_up = |name: &str| fixture().look_up(named(Kind::WorkflowTrigger, name, &["release.yml"], ""));
    assert!(look_up("push:tags:v*").starts_with("resolved "));
    assert!(look_up("push:tags:v*.*.*").starts_with("resolved "));
    assert!(look_up("push:tags:api-*").starts_with("broken "));
    assert_eq!(
        look_up("pull_request"),
        "broken .github/workflows/release.yml (`.github/workflows/release.yml` is started by push (tags `v*`), not by pull_request)"
    );
}

#[test]
fn a_secret_that_no_workflow_reads_is_not_judged() {
    assert_eq!(
        fixture().look_up(named(Kind::Secret, "API_KEY", &[], "")),
        "resolved .github/workflows/release.yml:9 (read by the workflow)"
    );
    assert!(
        fixture()
            .look_up(named(Kind::Secret, "OTHER", &[], ""))
            .starts_with("unverifiable ")
    );
}
