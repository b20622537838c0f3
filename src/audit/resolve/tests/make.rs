//! Tests of looking up what `tools` says of makes.

use crate::audit::testing::{make, makefile, reference, root, tree};
use crate::model::definition::DefinitionFile;
use crate::model::place::Span;
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};

fn including(path: &str, targets: &[&str], includes: &[&str]) -> DefinitionFile {
    DefinitionFile {
        includes: includes.iter().map(|include| (*include).to_owned()).collect(),
        ..makefile(path, targets)
    }
}

#[test]
fn targets_are_found_in_the_makefile_of_the_folder() {
    let fixture = tree(&["api/docs/x.md"])
        .with(makefile("Makefile", &["check", "test"]))
        .with(makefile("api/Makefile", &["run"]));
    assert_eq!(fixture.look_up(make("test", "")), "resolved Makefile:2 (a target)");
    assert_eq!(fixture.look_up(make("run", "api")), "resolved api/Makefile:1 (a target)");
    assert_eq!(
        fixture.look_up(make("test", "api")),
        "broken api/Makefile (`test` is not in `api/Makefile`)"
    );
    assert_eq!(
        fixture.look_up(make("tests", "")),
        "broken Makefile (`tests` is not in `Makefile`) -> test"
    );
}

#[test]
fn the_names_of_makefiles_have_an_order() {
    let fixture = tree(&[])
        .with(makefile("Makefile", &["old"]))
        .with(makefile("GNUmakefile", &["new"]));
    assert_eq!(fixture.look_up(make("new", "")), "resolved GNUmakefile:1 (a target)");
    assert!(fixture.look_up(make("old", "")).starts_with("broken "));
}

#[test]
fn a_runbook_of_a_part_means_the_makefile_of_its_part() {
    let mut fixture = tree(&[])
        .with(makefile("Makefile", &["check"]))
        .with(makefile("api/Makefile", &["migrate"]));
    fixture.path = "api/docs/runbook.md".to_owned();
    assert_eq!(fixture.look_up(make("migrate", "")), "resolved api/Makefile:1 (a target)");
}

#[test]
fn includes_are_followed() {
    let fixture = tree(&[])
        .with(including("Makefile", &["check"], &["mk/*.mk", ".env"]))
        .with(including("mk/docker.mk", &["image"], &["mk/more.mk"]))
        .with(makefile("mk/more.mk", &["push-%"]));
    assert_eq!(fixture.look_up(make("image", "")), "resolved mk/docker.mk:1 (a target)");
    assert_eq!(fixture.look_up(make("push-api", "")), "resolved mk/more.mk:1 (a target)");
    assert!(fixture.look_up(make("gone", "")).starts_with("broken "));
}

#[test]
fn an_include_that_is_not_there_hides_names() {
    let fixture = tree(&[]).with(including("Makefile", &["check"], &["generated.mk"]));
    assert_eq!(fixture.look_up(make("check", "")), "resolved Makefile:1 (a target)");
    assert_eq!(
        fixture.look_up(make("gone", "")),
        "unverifiable (`Makefile` includes `generated.mk`, which is not in the tree)"
    );
}

#[test]
fn a_rule_for_every_name_proves_nothing() {
    let fixture = tree(&[]).with(makefile("Makefile", &["run", "%"]));
    assert_eq!(
        fixture.look_up(make("gone", "")),
        "unverifiable (`Makefile` has a rule for every name)"
    );
}

#[test]
fn a_file_that_is_there_is_a_target() {
    let fixture = tree(&["README.md", "test/x.py"]).with(makefile("Makefile", &["check"]));
    assert!(fixture.look_up(make("README.md", "")).starts_with("resolved "));
    assert!(fixture.look_up(make("test", "")).starts_with("broken "));
}

#[test]
fn another_makefile_may_be_named() {
    let fixture = tree(&[]).with(makefile("ci/Makefile.ci", &["lint"]));
    let target = |file: &str| {
        let kind = ReferenceKind::MakeTarget {
            target: "lint".to_owned(),
            directory: root(),
            file: Some(file.to_owned()),
        };
        reference("make lint", kind, ReferenceContext::Command)
    };
    assert_eq!(
        fixture.look_up(target("ci/Makefile.ci")),
        "resolved ci/Makefile.ci:1 (a target)"
    );
    assert!(fixture.look_up(target("gone.mk")).starts_with("unverifiable "));
}

#[test]
fn without_a_makefile_nothing_is_known() {
    let fixture = tree(&["web/x.ts"]).with(makefile("Makefile", &["check"]));
    assert_eq!(
        fixture.look_up(make("check", "web")),
        "resolved Makefile:1 (a target of a Makefile further up)"
    );
    assert!(fixture.look_up(make("gone", "web")).starts_with("unverifiable "));
    assert!(tree(&[]).look_up(make("check", "")).starts_with("unverifiable "));
}

#[test]
fn a_folder_that_the_call_names_is_where_make_looks() {
    let fixture = tree(&["docs/x.md", "web/x.ts", "native/configure.ac"]).with(makefile("Makefile", &["check"]));
    let told = |folder: &str| {
        let mut reference = make("check", folder);
        reference.text = format!("make -C {folder} check");
        fixture.look_up(reference)
    };
    assert!(told("web").starts_with("broken"), "{}", told("web"));
    assert!(told("native").starts_with("unverifiable"), "a step may write the Makefile");
    assert!(told("gone").starts_with("unverifiable"));
    let there = fixture.clone().with(makefile("web/Makefile", &["check"]));
    let mut reference = make("check", "web");
    "make -C web check".clone_into(&mut reference.text);
    assert!(there.look_up(reference).starts_with("resolved web/Makefile:1"));
}

#[test]
fn a_folder_that_a_subshell_enters_is_left_behind_it() {
    let look_up = |text: &str| {
        let mut fixture = tree(&[])
            .with(makefile("Makefile", &["check"]))
            .with(makefile("api/Makefile", &["serve"]))
            .says(text);
        let mut reference = make("serve", "");
        let at = text.rfind("make serve").expect("the command is in the text");
        reference.span = Span::new(at, at + "make serve".len());
        fixture.runbook.references.push(reference);
        fixture.resolutions().remove(0).status
    };
    assert_eq!(look_up("(cd services/api && make x)\nmake serve\n"), Status::Broken);
    assert_eq!(look_up("(cd api/ && make x)\nmake serve\n"), Status::Broken);
    assert_eq!(
        look_up("Go to the `api` folder (cd is enough).\nmake serve\n"),
        Status::Resolved
    );
}

#[test]
fn names_that_are_made_of_what_another_file_sets_are_not_known() {
    let with = |path: &str, includes: &[&str], words: &[&str]| DefinitionFile {
        includes: includes.iter().map(|include| (*include).to_owned()).collect(),
        binaries: words.iter().map(|word| (*word).to_owned()).collect(),
        ..makefile(path, &["all"])
    };
    let look_up = |words: &[&str]| {
        tree(&["a.mk"])
            .with(with("Makefile", &["a.mk"], &["=APPS", "$APPS"]))
            .with(with("a.mk", &[], words))
            .look_up(make("gone", ""))
    };
    assert!(look_up(&["=APPS"]).starts_with("unverifiable"));
    assert!(look_up(&["=CFLAGS", "$CFLAGS"]).starts_with("broken"));
}
