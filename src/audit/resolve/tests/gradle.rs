//! Tests of the tasks of `tools/gradle.rs` as a runbook names them.

use crate::audit::testing::{Fixture, named, tasks, tree};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::tools::runner::GRADLE;

fn build() -> Fixture {
    tree(&["order/app/src/x.kt"])
        .with(DefinitionFile {
            includes: vec![":common".to_owned(), ":order:app".to_owned()],
            ..tasks("gradle", "settings.gradle.kts", &[])
        })
        .with(tasks("gradle", "build.gradle.kts", &["gradle deployAll"]))
        .with(tasks("gradle", "order/app/build.gradle.kts", &["gradle seed"]))
}

fn look_up(fixture: &Fixture, name: &str) -> String {
    fixture.look_up(named(Kind::Task(GRADLE), name, &[], ""))
}

#[test]
fn tasks_of_build_files_are_there_and_those_of_plugins_cannot_be_told() {
    let fixture = build();
    assert_eq!(look_up(&fixture, "deployAll"), "resolved build.gradle.kts:1 (a task)");
    assert_eq!(
        look_up(&fixture, ":order:app:seed"),
        "resolved order/app/build.gradle.kts:1 (a task)"
    );
    assert_eq!(
        look_up(&fixture, "order:app:seed"),
        "resolved order/app/build.gradle.kts:1 (a task)"
    );
    for name in ["build", ":order:app:bootRun", ":order:check", ":common:test"] {
        assert!(look_up(&fixture, name).starts_with("unverifiable"), "{name}");
    }
}

#[test]
fn a_project_that_the_settings_do_not_include_is_missing() {
    assert_eq!(
        look_up(&build(), ":order:ap:bootRun"),
        "broken settings.gradle.kts (`:order:ap` is no project of `settings.gradle.kts`) -> :order:app:bootRun"
    );
    let computed = build().with(DefinitionFile {
        is_complete: false,
        ..tasks("gradle", "settings.gradle.kts", &[])
    });
    assert!(look_up(&computed, ":order:ap:bootRun").starts_with("unverifiable"));
    assert!(look_up(&tree(&[]), ":order:ap:bootRun").starts_with("unverifiable"));
}
