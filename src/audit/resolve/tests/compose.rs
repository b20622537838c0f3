//! Tests of looking up what `tools` says of composes.

use crate::audit::testing::{Fixture, named, tasks, tree, unread};
use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::ReferenceContext;
use crate::model::runbook::{CodeBlock, CodeKind, Command};

fn with_profile(mut file: DefinitionFile, profile: &str) -> DefinitionFile {
    let mut definition = file.definitions[0].clone();
    definition.kind = Kind::ComposeProfile;
    profile.clone_into(&mut definition.name);
    file.definitions.push(definition);
    file
}

fn fixture() -> Fixture {
    tree(&["web/x.ts"])
        .with(with_profile(tasks("compose", "docker-compose.yml", &["api", "db"]), "ops"))
        .with(tasks("compose", "docker-compose.override.yml", &["mail"]))
        .with(tasks("compose", "docker-compose.prod.yml", &["worker"]))
}

fn service(name: &str, files: &[&str], folder: &str) -> crate::model::reference::Reference {
    named(Kind::ComposeService, name, files, folder)
}

#[test]
fn without_files_compose_looks_for_its_own() {
    let fixture = fixture();
    assert_eq!(
        fixture.look_up(service("api", &[], "")),
        "resolved docker-compose.yml:1 (a service)"
    );
    assert_eq!(
        fixture.look_up(service("api", &[], "web")),
        "resolved docker-compose.yml:1 (a service)"
    );
    assert_eq!(
        fixture.look_up(service("mail", &[], "")),
        "resolved docker-compose.override.yml:1 (a service)"
    );
    assert_eq!(
        fixture.look_up(service("apo", &[], "")),
        "broken docker-compose.yml (`apo` is no service of `docker-compose.yml`) -> api"
    );
    assert_eq!(
        fixture.look_up(service("worker", &[], "")),
        "broken docker-compose.yml (`worker` is no service of `docker-compose.yml`; `docker-compose.prod.yml` has it)"
    );
}

#[test]
fn given_files_are_the_ones_that_count() {
    let fixture = fixture();
    let files = ["docker-compose.yml", "docker-compose.prod.yml"];
    assert_eq!(
        fixture.look_up(service("worker", &files, "")),
        "resolved docker-compose.prod.yml:1 (a service)"
    );
    assert!(fixture.look_up(service("mail", &files, "")).starts_with("broken "));
    for given in ["gone.yml", "web/x.ts", "<file>.yml", "/srv/compose.yml"] {
        assert!(
            fixture.look_up(service("api", &[given], "")).starts_with("unverifiable "),
            "{given}"
        );
    }
}

#[test]
fn profiles_are_found_and_missed() {
    let profile = |name: &str| fixture().look_up(named(Kind::ComposeProfile, name, &[], ""));
    assert_eq!(profile("ops"), "resolved docker-compose.yml:1 (a profile)");
    assert!(profile("jobs").starts_with("broken "));
}

#[test]
fn what_may_mean_other_files_is_not_judged() {
    let mut inline = service("worker", &[], "");
    inline.context = ReferenceContext::Inline;
    assert!(fixture().look_up(inline).starts_with("unverifiable "));
    let said = fixture().says("export COMPOSE_FILE=x.yml\n");
    assert!(said.look_up(service("gone", &[], "")).starts_with("unverifiable "));
    let broken = tree(&[]).with(unread("compose", "compose.yml"));
    assert_eq!(
        broken.look_up(service("api", &[], "")),
        "unverifiable compose.yml (`compose.yml` could not be read)"
    );
    assert!(tree(&[]).look_up(service("api", &[], "")).starts_with("unverifiable "));
}

#[test]
fn services_of_another_host_are_not_judged() {
    let text = "ssh ops@host\ndocker compose logs gone\n";
    let command = |text: &str, start: usize| Command {
        text: text.to_owned(),
        span: Span::new(start, start + text.len()),
        directory: Directory::Known(String::new()),
        has_placeholder: false,
    };
    let mut remote = fixture().says(text);
    remote.runbook.code_blocks.push(CodeBlock {
        language: "bash".to_owned(),
        kind: CodeKind::Shell,
        span: Span::new(0, text.len()),
        content: Span::new(0, text.len()),
        text: text.to_owned(),
        commands: vec![command("ssh ops@host", 0), command("docker compose logs gone", 13)],
        blanks: Vec::new(),
        section: None,
    });
    assert_eq!(
        remote.look_up(service("gone", &[], "")),
        "unverifiable (an earlier step goes to another host)"
    );
}

#[test]
fn includes_are_followed() {
    let fixture = tree(&[])
        .with(DefinitionFile {
            includes: vec!["infra/compose.yml".to_owned()],
            ..tasks("compose", "compose.yml", &["api"])
        })
        .with(tasks("compose", "infra/compose.yml", &["db"]));
    assert_eq!(
        fixture.look_up(service("db", &[], "")),
        "resolved infra/compose.yml:1 (a service)"
    );
}
