//! Tests of the tasks of `tools/just.rs` as a runbook names them.

use crate::audit::testing::{named, tasks, tree};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceContext;
use crate::tools::runner;

fn including(path: &str, recipes: &[&str], includes: &[&str]) -> DefinitionFile {
    DefinitionFile {
        includes: includes.iter().map(|include| (*include).to_owned()).collect(),
        ..tasks("just", path, recipes)
    }
}

fn with_fallback(mut file: DefinitionFile) -> DefinitionFile {
    let mut setting = file.definitions[0].clone();
    setting.kind = Kind::JustSetting;
    "fallback".clone_into(&mut setting.name);
    file.definitions.push(setting);
    file
}

#[test]
fn just_looks_for_its_file_upward() {
    let fixture = tree(&["web/src/x.ts"]).with(tasks("just", "justfile", &["build", "_private"]));
    let look_up = |name: &str, folder: &str| fixture.look_up(named(Kind::Task(runner::JUST), name, &[], folder));
    assert_eq!(look_up("build", ""), "resolved justfile:1 (a recipe)");
    assert_eq!(look_up("build", "web/src"), "resolved justfile:1 (a recipe)");
    assert_eq!(look_up("_private", ""), "resolved justfile:2 (a recipe)");
    assert_eq!(
        look_up("biuld", ""),
        "broken justfile (`biuld` is no recipe of `justfile`) -> build"
    );
}

#[test]
fn the_nearest_file_counts_unless_it_falls_back() {
    let inner = tasks("just", "web/justfile", &["dev"]);
    let fixture = tree(&[]).with(tasks("just", "justfile", &["build"])).with(inner.clone());
    let build = || named(Kind::Task(runner::JUST), "build", &[], "web");
    assert_eq!(
        fixture.look_up(build()),
        "broken web/justfile (`build` is no recipe of `web/justfile`; `justfile` has it)"
    );
    let fixture = fixture.with(with_fallback(inner));
    assert_eq!(fixture.look_up(build()), "resolved justfile:1 (a recipe)");
}

#[test]
fn imports_and_modules_are_followed() {
    let fixture = tree(&[])
        .with(including("justfile", &["build"], &["just/ci.just", "docs=", "ops=deploy"]))
        .with(including("just/ci.just", &["lint"], &["more.just"]))
        .with(tasks("just", "just/more.just", &["fmt"]))
        .with(tasks("just", "docs.just", &["serve"]))
        .with(tasks("just", "deploy/mod.just", &["up"]));
    let look_up = |name: &str| fixture.look_up(named(Kind::Task(runner::JUST), name, &[], ""));
    assert_eq!(look_up("lint"), "resolved just/ci.just:1 (a recipe)");
    assert_eq!(look_up("fmt"), "resolved just/more.just:1 (a recipe)");
    assert_eq!(look_up("docs::serve"), "resolved docs.just:1 (a recipe)");
    assert_eq!(look_up("ops::up"), "resolved deploy/mod.just:1 (a recipe)");
    assert!(look_up("up").starts_with("broken "));
    let said = fixture.clone().says("Run `just docs serve` now.\n");
    let docs = || {
        let mut reference = named(Kind::Task(runner::JUST), "docs", &[], "");
        "just docs".clone_into(&mut reference.text);
        reference
    };
    assert_eq!(said.look_up(docs()), "resolved docs.just:1 (a recipe)");
    let gone = fixture.says("Run `just docs gone` now.\n");
    assert!(
        gone.look_up(docs()).starts_with("broken justfile (`docs::gone` is no recipe"),
        "{}",
        gone.look_up(docs())
    );
    for alone in [
        "Run `just docs` now.\n",
        "Run `just docs --list` now.\n",
        "Run `just docs <recipe>` now.\n",
    ] {
        let fixture = gone.clone().says(alone);
        assert_eq!(fixture.look_up(docs()), "resolved justfile (a recipe)", "{alone}");
    }
}

#[test]
fn an_import_that_is_not_there_hides_names() {
    let fixture = tree(&[]).with(including("justfile", &["build"], &["?local.just"]));
    let look_up = |name: &str| fixture.look_up(named(Kind::Task(runner::JUST), name, &[], ""));
    assert_eq!(look_up("build"), "resolved justfile:1 (a recipe)");
    assert_eq!(
        look_up("gone"),
        "unverifiable (`justfile` includes `local.just`, which is not in the tree)"
    );
}

#[test]
fn a_given_file_is_the_one_that_counts() {
    let fixture = tree(&[])
        .with(tasks("just", "justfile", &["build"]))
        .with(tasks("just", "ops/up.just", &["up"]));
    let look_up = |name: &str, file: &str| fixture.look_up(named(Kind::Task(runner::JUST), name, &[file], ""));
    assert_eq!(look_up("up", "ops/up.just"), "resolved ops/up.just:1 (a recipe)");
    assert!(look_up("build", "ops/up.just").starts_with("broken ops/up.just "));
    assert!(look_up("build", "gone.just").starts_with("unverifiable "));
}

#[test]
fn a_sentence_may_mean_the_justfile_of_another_folder() {
    let fixture = tree(&[])
        .with(tasks("just", "justfile", &["build"]))
        .with(tasks("just", "web/justfile", &["dev"]));
    let mut reference = named(Kind::Task(runner::JUST), "dev", &[], "");
    reference.context = ReferenceContext::Inline;
    assert_eq!(
        fixture.look_up(reference),
        "unverifiable justfile (`dev` is no recipe of `justfile`; `web/justfile` has it)"
    );
    assert!(
        tree(&[])
            .look_up(named(Kind::Task(runner::JUST), "x", &[], ""))
            .starts_with("unverifiable ")
    );
}
