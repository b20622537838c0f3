//! Tests of looking up what `tools` says of workflows.

use crate::audit::testing::{Fixture, tasks, tree, unread, workflow};
use crate::model::definition::DefinitionFile;
use crate::tools::lookup::workflows::plain;

fn named(path: &str, name: &str, jobs: &[&str]) -> DefinitionFile {
    DefinitionFile {
        name: Some(name.to_owned()),
        ..tasks("workflow", path, jobs)
    }
}

fn fixture() -> Fixture {
    tree(&["charts/values.yaml"])
        .with(named(".github/workflows/cli-ci.yml", "Starter Console CI", &["verify"]))
        .with(named(".github/workflows/build-images.yml", "build-images", &["build"]))
}

#[test]
fn workflows_are_found_by_path_file_and_name() {
    let fixture = fixture();
    for name in [
        ".github/workflows/cli-ci.yml",
        "cli-ci.yml",
        "Starter Console CI",
        "starter console ci workflow",
        "cli-ci",
    ] {
        assert_eq!(
            fixture.look_up(workflow(name)),
            "resolved .github/workflows/cli-ci.yml (a workflow)",
            "{name}"
        );
    }
    assert_eq!(
        fixture.look_up(workflow("Build images")),
        "resolved .github/workflows/build-images.yml (a workflow)"
    );
    assert_eq!(
        fixture.look_up(workflow("verify")),
        "resolved .github/workflows/cli-ci.yml:1 (a job of the workflow)"
    );
}

#[test]
fn a_workflow_of_a_template_is_one_of_what_is_made_of_it() {
    let look_up = |path: &str| {
        let fixture = tree(&[path]).with(named(".github/workflows/ci.yml", "CI", &["verify"]));
        fixture.look_up(workflow(".github/workflows/deploy.yml"))
    };
    assert!(look_up("templates/cicd/deploy.yml").starts_with("unverifiable"));
    assert!(look_up("k8s/deploy.yml").starts_with("broken"));
    assert!(look_up("templates/cicd/deploy-all.yml").starts_with("broken"));
}

#[test]
fn a_missing_workflow_is_broken_with_the_nearest_name() {
    let fixture = fixture();
    assert_eq!(
        fixture.look_up(workflow("cli-cl.yml")),
        "broken (there is no workflow `cli-cl.yml`) -> cli-ci.yml"
    );
    assert_eq!(
        fixture.look_up(workflow(".github/workflows/build-image.yml")),
        "broken (there is no workflow `build-image.yml`) -> .github/workflows/build-images.yml"
    );
    let called = fixture.says("Wait for the `Nightly` workflow.\n");
    assert_eq!(
        called.look_up(workflow("Nightly")),
        "broken (no workflow is called `Nightly`)"
    );
}

#[test]
fn a_name_that_is_not_called_a_workflow_may_be_anything() {
    for text in [
        "the `Nightly` pipeline\n",
        "our migration workflow (`Nightly` strict by default)\n",
        "`Nightly`\n",
    ] {
        assert!(
            fixture().says(text).look_up(workflow("Nightly")).starts_with("unverifiable "),
            "{text}"
        );
    }
    for text in ["the workflow `Nightly`\n", "**Nightly** Workflow\n"] {
        assert!(
            fixture().says(text).look_up(workflow("Nightly")).starts_with("broken "),
            "{text}"
        );
    }
}

#[test]
fn a_workflow_next_to_a_link_to_another_repository_may_be_one_of_that() {
    let text = "The [pipeline](https://github.com/team/charts/blob/main/x.yml) runs:\n- Triggers the `Nightly` workflow\n";
    assert_eq!(
        fixture().says(text).look_up(workflow("Nightly")),
        "unverifiable (the paragraph links to another repository)"
    );
}

#[test]
fn a_workflow_that_the_reader_is_to_add_is_no_claim() {
    let fixture = fixture().says("Add the following workflow file to your repository at `.github/workflows/docs.yml`:\n");
    assert!(
        fixture
            .look_up(workflow(".github/workflows/docs.yml"))
            .starts_with("ignored ")
    );
}

#[test]
fn what_the_forge_runs_by_itself_and_what_cannot_be_read_is_not_judged() {
    assert!(fixture().look_up(workflow("CodeQL")).starts_with("unverifiable "));
    assert!(tree(&[]).look_up(workflow("CI")).starts_with("unverifiable "));
    let unreadable = fixture().with(unread("workflow", ".github/workflows/broken.yml"));
    assert_eq!(
        unreadable.look_up(workflow("Nightly")),
        "unverifiable .github/workflows/broken.yml (`.github/workflows/broken.yml` could not be read)"
    );
}

#[test]
fn a_path_is_found_where_the_workflows_of_the_source_were_not_read() {
    let mut fixture = tree(&[".github/workflows/release.yml", "runbooks/api/source/x.py"]);
    fixture.source.root = "runbooks/api/source".to_owned();
    assert_eq!(
        fixture.look_up(workflow(".github/workflows/release.yml")),
        "resolved .github/workflows/release.yml (a workflow)"
    );
    assert_eq!(
        fixture.look_up(workflow("release.yml")),
        "resolved .github/workflows/release.yml (a workflow)"
    );
    let fixture = tree(&[".github/dependabot.yml"]);
    assert!(fixture.look_up(workflow(".github/workflows/gone.yml")).starts_with("broken "));
}

#[test]
fn a_file_elsewhere_is_no_workflow() {
    assert_eq!(
        fixture().look_up(workflow("values.yaml")),
        "unverifiable charts/values.yaml (no workflow, but there is `charts/values.yaml`)"
    );
}

#[test]
fn names_are_compared_without_their_form() {
    assert_eq!(plain("Build-Images workflow"), plain("build images"));
    assert_eq!(plain("Workflow"), "workflow");
}
