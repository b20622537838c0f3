//! Tests of what is known of a runbook at its place.

use crate::audit::testing::{Fixture, in_command, named, tree};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::Status;
use crate::model::runbook::{CodeBlock, CodeKind, Command, Section, SectionKind};

fn cloning(address: &str) -> Fixture {
    let mut fixture = tree(&["server/Makefile", "server/x.sh"]);
    fixture.source.repository_name = "app".to_owned();
    fixture.source.web_url = Some("https://github.com/org/app".to_owned());
    fixture.runbook.code_blocks.push(CodeBlock {
        language: "bash".to_owned(),
        kind: CodeKind::Shell,
        span: Span::default(),
        content: Span::default(),
        text: String::new(),
        commands: vec![Command {
            text: format!("git clone {address}"),
            span: Span::default(),
            directory: Directory::Known(String::new()),
            has_placeholder: false,
        }],
        blanks: Vec::new(),
        section: None,
    });
    fixture
}

#[test]
fn the_clone_of_another_repository_is_not_the_folder_of_the_same_name() {
    let outcome = |address| cloning(address).look_up(in_command("gone.sh", "server"));
    assert!(outcome("https://github.com/org/server.git").starts_with("unverifiable "));
    assert!(outcome("--depth 1 git@github.com:org/other server").starts_with("unverifiable "));
    assert!(outcome("https://github.com/org/app").starts_with("ignored "));
}
#[test]
fn commands_in_the_clone_of_another_repository_are_not_judged() {
    let status = |address: &str| {
        let mut fixture = tree(&["scripts/x.sh"]).says("git clone\ncd other\nscripts/gone.sh\n");
        fixture.source.web_url = Some("https://github.com/org/app".to_owned());
        let command = |text: &str, start, end| Command {
            text: text.to_owned(),
            span: Span::new(start, end),
            directory: Directory::Known(String::new()),
            has_placeholder: false,
        };
        let mut block = cloning(address).runbook.code_blocks.remove(0);
        block.commands = vec![command(&format!("git clone {address}"), 0, 9), command("cd other", 10, 18)];
        fixture.runbook.code_blocks.push(block);
        fixture.naming(in_command("scripts/gone.sh", "")).resolutions()[0].status
    };
    assert_eq!(status("https://github.com/org/other"), Status::Unverifiable);
    assert_eq!(status("https://github.com/org/app other"), Status::Broken);
}

#[test]
fn the_steps_of_one_procedure_follow_each_other_in_the_clone() {
    let status = |level: u8| {
        let text = "# Guide\n## Update\n### Clone\ncd other\n### Copy\nscripts/gone.sh\n".to_owned();
        let text = text.replace("### ", &format!("{} ", "#".repeat(level.into())));
        let mut fixture = cloning("https://github.com/org/other").says(&text);
        let at = |words: &str| text.find(words).expect("it is in the text");
        let section = |level, title: &str, end: usize| Section {
            level,
            title: title.to_owned(),
            anchor: title.to_lowercase(),
            span: Span::new(at(title), at(title) + title.len()),
            body: Span::new(at(title), end),
            kind: SectionKind::Steps,
        };
        fixture.runbook.sections = vec![
            section(1, "Guide", text.len()),
            section(2, "Update", text.len()),
            section(level, "Clone", at("Copy")),
            section(level, "Copy", text.len()),
        ];
        let block = &mut fixture.runbook.code_blocks[0];
        block.section = Some(2);
        block.commands.push(Command {
            text: "cd other".to_owned(),
            span: Span::new(at("cd other"), at("cd other") + 8),
            directory: Directory::Known(String::new()),
            has_placeholder: false,
        });
        fixture.naming(in_command("scripts/gone.sh", "")).resolutions()[0]
            .reason
            .clone()
    };
    assert_eq!(status(4), Reason::InCloneOfAnother);
    assert_ne!(status(2), Reason::InCloneOfAnother);
}

#[test]
fn what_lies_in_a_clone_is_not_looked_for_here() {
    let fixture = cloning("https://github.com/org/other").says("git clone\n./other/gone.sh\n./gone.sh\n");
    let fixture = fixture
        .naming(in_command("./other/gone.sh", ""))
        .naming(in_command("./gone.sh", ""));
    let resolutions = fixture.resolutions();
    assert_eq!(resolutions[0].reason, Reason::InCloneOfAnother);
    assert_ne!(resolutions[1].reason, Reason::InCloneOfAnother);
}

#[test]
fn lines_that_each_go_somewhere_begin_where_the_first_one_did() {
    let reason = |text: &str| {
        let mut fixture = tree(&["api/x.py", "web/scripts/y.sh", "scripts/smoke.sh"]).says(text);
        let mut block = cloning("x").runbook.code_blocks.remove(0);
        block.span = Span::new(0, text.len());
        let mut at = 0;
        block.commands = text
            .lines()
            .map(|line| {
                let span = Span::new(at, at + line.len());
                at += line.len() + 1;
                Command {
                    text: line.to_owned(),
                    span,
                    directory: Directory::Known(String::new()),
                    has_placeholder: false,
                }
            })
            .collect();
        fixture.runbook.code_blocks = vec![block];
        fixture.naming(in_command("scripts/smoke.sh", "web")).resolutions()[0].status
    };
    assert_eq!(reason("cd api && make\ncd web && make\nscripts/smoke.sh\n"), Status::Resolved);
    assert_eq!(reason("cd api\ncd ../web\nscripts/smoke.sh\n"), Status::Broken);
}

#[test]
fn files_that_a_comment_tells_to_make_are_not_there_yet() {
    let status = |comment: &str| {
        let text = format!("{comment}\ntests/test_a.py\ntests/test_b.py\n");
        let fixture = tree(&["tests/x.py"]).says(&text);
        fixture.naming(in_command("tests/test_b.py", "")).resolutions()[0].status
    };
    assert_eq!(status("# Create test files"), Status::Unverifiable);
    assert_eq!(status("# Run the tests"), Status::Broken);
}

#[test]
fn a_path_up_from_an_entered_folder_and_down_again_is_of_this_tree() {
    let fixture = tree(&["packages/x.js", "scripts/lib/a.sh"]);
    let look_up = |path: &str, folder: &str| fixture.look_up(in_command(path, folder));
    assert!(look_up("../scripts/lib/a.sh", "packages").starts_with("resolved scripts/lib/a.sh"));
    assert!(look_up("../scripts/lib/gone.sh", "packages").starts_with("broken"));
    assert!(look_up("../other/gone.sh", "packages").starts_with("unverifiable"));
}

#[test]
fn a_folder_that_is_entered_is_looked_up() {
    let fixture = tree(&["packages/api/x.js"]);
    let look_up = |name: &str, outer: &str| fixture.look_up(named(Kind::Folder, name, &[], outer));
    assert!(look_up("packages", "").starts_with("resolved"));
    assert!(look_up("api", "packages").starts_with("resolved"));
    assert!(look_up("gone", "").starts_with("unverifiable"));
}
