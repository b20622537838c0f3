//! Tests of `belonging.rs`.

use crate::audit::testing::{Fixture, in_command, inline, make, makefile, named, tasks, tree, workflow};
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, Status};
use crate::model::runbook::{CodeBlock, CodeKind};

fn statuses(fixture: Fixture, references: Vec<Reference>) -> Vec<Status> {
    let fixture = references.into_iter().fold(fixture, Fixture::naming);
    fixture
        .resolutions()
        .into_iter()
        .map(|resolution| resolution.status)
        .collect()
}

#[test]
fn a_script_without_a_folder_needs_something_else_of_this_tree() {
    let fixture = || tree(&["scripts/x.sh"]);
    assert_eq!(statuses(fixture(), vec![in_command("./gradlew", "")]), [Status::Unverifiable]);
    assert_eq!(
        statuses(fixture(), vec![in_command("./gradlew", ""), in_command("scripts/x.sh", "")]),
        [Status::Broken, Status::Resolved]
    );
}

#[test]
fn what_the_reader_is_told_to_save_may_be_missing() {
    let says = |text: &str| {
        let fixture = tree(&["scripts/x.sh"]).says(text);
        statuses(fixture, vec![in_command("./scripts/check.sh", "")])
    };
    assert_eq!(says("# Save as: `scripts/check.sh`\n"), [Status::Unverifiable]);
    assert_eq!(says("# Save as: scripts/check.shx\n"), [Status::Broken]);
    assert_eq!(says("Run scripts/check.sh.\n"), [Status::Broken]);
}

#[test]
fn capitals_stand_for_any_name_unless_that_very_name_is_defined() {
    let fixture = || tree(&["scripts/x.sh"]).with(makefile("Makefile", &["check", "RELEASE"]));
    assert_eq!(
        statuses(
            fixture(),
            vec![make("TARGET", ""), make("RELEASE", ""), make("GO", ""), make("target", "")]
        ),
        [Status::Ignored, Status::Resolved, Status::Broken, Status::Broken]
    );
}

#[test]
fn a_path_of_an_unknown_folder_needs_more() {
    let fixture = || tree(&["scripts/x.sh", "apps/api/src/app/services/a.py", "b/deploy-all.sh"]);
    assert_eq!(
        statuses(fixture(), vec![inline("tools/gone.js"), inline("scripts/x.sh")]),
        [Status::Unverifiable, Status::Resolved]
    );
    assert_eq!(
        statuses(fixture(), vec![in_command("tools/gone.js", ""), inline("scripts/x.sh")]),
        [Status::Broken, Status::Resolved]
    );
    assert_eq!(
        statuses(fixture(), vec![inline("app/services/worker.py")]),
        [Status::Broken],
        "its folder is there"
    );
    assert_eq!(
        statuses(fixture(), vec![inline("tools/deploy-all.sh")]),
        [Status::Broken],
        "its file is there elsewhere"
    );
    let plain = tree(&["scripts/x.sh", "e2e/prometheus.yml"]);
    assert_eq!(
        statuses(plain, vec![inline("configs/prometheus.yml"), inline("scripts/x.sh")]),
        [Status::Unverifiable, Status::Resolved],
        "a word that everybody uses, in a folder that has nothing to do with it"
    );
}

#[test]
fn a_path_that_the_text_itself_calls_gone_or_planned_is_no_claim() {
    let status = |text: &str| {
        let fixture = tree(&["scripts/x.sh"]).says(text).naming(inline("scripts/gone.sh"));
        fixture.resolutions()[0].status
    };
    assert_eq!(status("`scripts/gone.sh` was deleted in March.\n"), Status::Unverifiable);
    assert_eq!(status("- Restore: `scripts/gone.sh` (planned)\n"), Status::Unverifiable);
    assert_eq!(status("The old job was deleted. Run `scripts/gone.sh`.\n"), Status::Broken);
    assert_eq!(status("Delete rows with `scripts/gone.sh`.\n"), Status::Broken);
}

#[test]
fn a_task_of_a_runbook_that_only_links_to_another_repository_is_not_judged() {
    let url = |address: &str| named(Kind::Url, address, &[], "");
    let fixture = || tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
    let elsewhere = url("https://github.com/team/service");
    assert_eq!(
        statuses(fixture(), vec![elsewhere.clone(), make("gone", "")])[1],
        Status::Unverifiable
    );
    assert_eq!(
        statuses(fixture(), vec![elsewhere, make("gone", ""), make("check", "")])[1],
        Status::Broken
    );
    assert_eq!(
        statuses(fixture(), vec![url("https://example.org/a/b"), make("gone", "")])[1],
        Status::Broken
    );
}

#[test]
fn a_task_behind_the_clone_of_another_repository_is_not_judged() {
    let statuses_of = |text: &str| {
        let mut fixture = tree(&["src/x.py"]).with(makefile("Makefile", &["check"])).says(text);
        fixture.source.repository_name = "service".to_owned();
        statuses(fixture, vec![make("gone", ""), make("check", "")])[0]
    };
    let text = |url: &str| format!("git clone {url}\nmake gone\n");
    assert_eq!(statuses_of(&text("https://example.org/team/other.git")), Status::Unverifiable);
    assert_eq!(statuses_of(&text("git@example.org:team/service.git")), Status::Broken);
    assert_eq!(statuses_of(&text("<url>")), Status::Broken);
    assert_eq!(
        statuses_of("make gone\ngit clone https://example.org/team/other\n"),
        Status::Broken
    );
}

#[test]
fn tasks_of_a_collection_of_runbooks_are_not_judged() {
    let mut fixture = tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
    fixture.source.repository_name = "platform-runbooks".to_owned();
    let references = || vec![make("gone", ""), make("check", "")];
    assert_eq!(
        statuses(fixture.clone(), references()),
        [Status::Unverifiable, Status::Resolved]
    );
    fixture.source.repository_name = "platform".to_owned();
    assert_eq!(statuses(fixture, references())[0], Status::Broken);
}

#[test]
fn a_path_below_a_folder_of_this_tree_is_about_this_tree_whatever_the_repository_is_called() {
    let mut fixture = tree(&["src/x.py", "src/restore-database.sh"]);
    fixture.source.repository_name = "platform-runbooks".to_owned();
    let references = || {
        vec![
            in_command("src/worker/gone.py", ""),
            inline("src/worker/gone.py"),
            inline("src/restore_database.sh"),
            inline("elsewhere/worker/gone.py"),
            inline("src/x.py"),
        ]
    };
    assert_eq!(
        statuses(fixture.clone(), references()),
        [
            Status::Broken,
            Status::Broken,
            Status::Broken,
            Status::Unverifiable,
            Status::Resolved
        ]
    );
    // Nothing but the folder speaks for it, so nobody is stopped.
    let told = references()
        .into_iter()
        .fold(fixture.clone(), Fixture::naming)
        .findings("path-missing");
    assert_eq!(
        told.iter().filter(|finding| finding.starts_with("warning")).count(),
        2,
        "{told:?}"
    );
    fixture.source.repository_name = "platform".to_owned();
    assert_eq!(statuses(fixture, references())[..3], [Status::Broken; 3]);
}

#[test]
fn a_path_that_counts_from_above_the_checkout_is_not_judged() {
    let status = |path: &str| {
        let mut fixture = tree(&["scripts/redis/trace.rb", "runbooks/a.md", "docs/x.md"]);
        fixture.source.repository_name = "team-runbooks".to_owned();
        statuses(fixture, vec![inline(path)])[0]
    };
    assert_eq!(status("runbooks/scripts/redis/trace.rb"), Status::Unverifiable);
    assert_eq!(
        status("docs/scripts/redis/trace.rb"),
        Status::Broken,
        "`docs` is another folder"
    );
    assert_eq!(status("scripts/redi/trace.rb"), Status::Broken);
}

#[test]
fn a_script_that_the_runbook_names_with_its_folder_may_run_there() {
    let fixture = || tree(&["scripts/x.sh", "scripts/y.sh"]);
    assert_eq!(
        statuses(fixture(), vec![in_command("./x.sh", ""), inline("scripts/x.sh")]),
        [Status::Unverifiable, Status::Resolved]
    );
    assert_eq!(
        statuses(fixture(), vec![in_command("./x.sh", ""), inline("scripts/y.sh")]),
        [Status::Broken, Status::Resolved]
    );
}

#[test]
fn tasks_of_a_runbook_that_is_mostly_about_another_repository_are_not_judged() {
    let fixture = || tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
    let mut references = vec![make("gone", ""), make("check", "")];
    references.extend(["lib/a.ts", "lib/b.ts", "lib/c.ts"].map(inline));
    assert_eq!(statuses(fixture(), references)[0], Status::Unverifiable);
    let mut references = vec![make("gone", ""), make("check", ""), inline("src/x.py")];
    references.extend(["lib/a.ts", "lib/b.ts", "lib/c.ts"].map(inline));
    assert_eq!(statuses(fixture(), references)[0], Status::Broken);
}

#[test]
fn what_the_sentence_says_is_gone_need_not_be_there() {
    let status_of = |text: &str| {
        let fixture = tree(&[])
            .with(tasks("workflow", ".github/workflows/ci.yml", &["lint"]))
            .says(text);
        statuses(fixture, vec![workflow("backup.yml")])[0]
    };
    assert_eq!(
        status_of("Its writer `backup.yml` was deleted in May.\n"),
        Status::Unverifiable
    );
    assert_eq!(status_of("Old dumps were deleted. Run `backup.yml` now.\n"), Status::Broken);
}

#[test]
fn a_block_of_the_runbook_may_define_what_it_uses() {
    let block = |text: &str| CodeBlock {
        language: "yaml".to_owned(),
        kind: CodeKind::Text,
        span: Span::default(),
        content: Span::default(),
        text: text.to_owned(),
        commands: Vec::new(),
        blanks: Vec::new(),
        section: None,
    };
    let status_of = |text: &str| {
        let mut fixture = tree(&[]).with(tasks("compose", "compose.yml", &["api"]));
        fixture.runbook.code_blocks.push(block(text));
        statuses(fixture, vec![named(Kind::ComposeService, "replica", &[], "")])[0]
    };
    assert_eq!(status_of("services:\n  replica:\n    image: x\n"), Status::Unverifiable);
    assert_eq!(status_of("services:\n  my-replica:\n    image: replica\n"), Status::Broken);
}

#[test]
fn a_runbook_that_names_nothing_of_this_tree_is_about_another() {
    let gone = |folder: &str| ["a", "b", "c"].map(|name| inline(&format!("{folder}/{name}.yml"))).to_vec();
    assert_eq!(statuses(tree(&["config/x.yml"]), gone("settings")), [Status::Unverifiable; 3]);
    // The more is gone, the louder it is said.
    assert_eq!(statuses(tree(&["config/x.yml"]), gone("config")), [Status::Broken; 3]);
    let mut references = gone("config");
    references.push(inline("config/x.yml"));
    assert_eq!(statuses(tree(&["config/x.yml"]), references)[..3], [Status::Broken; 3]);
}

#[test]
fn words_around_a_path_say_that_it_need_not_be_there() {
    let status = |text: &str| {
        let fixture = tree(&["scripts/x.sh", "scripts/new.sh"])
            .says(text)
            .naming(inline("scripts/gone.sh"));
        fixture.resolutions()[0].status
    };
    for text in [
        "Look below `scripts/x.sh` (not `scripts/gone.sh`).\n",
        "Use `scripts/x.sh` instead of `scripts/gone.sh`.\n",
        "Delete `scripts/x.sh` and `scripts/gone.sh`.\n",
        "- `scripts/gone.sh` → `scripts/new.sh`\n",
        "Removed in phase 6:\n\n- `scripts/gone.sh`\n",
        "| Path | State |\n|---|---|\n| `scripts/gone.sh` | gitignored |\n",
        "**Create:** `scripts/gone.sh`\n",
        "Optionally commit a `scripts/gone.sh` for it.\n",
        "Rename `scripts/x.sh`\n\nto\n\n`scripts/gone.sh`\n",
        "`scripts/gone.sh`은 삭제됐다.\n",
        "The data repo's `scripts/gone.sh` does it.\n",
    ] {
        assert_ne!(status(text), Status::Broken, "{text}");
    }
    for text in [
        "Run `scripts/gone.sh`.\n",
        "If it was deleted, run:\n\n- `scripts/gone.sh`\n",
        "Notify the team, then `scripts/gone.sh`.\n",
        "| Step | Script |\n|---|---|\n| Restore deleted rows | `scripts/gone.sh` |\n",
        "Deploy → `scripts/gone.sh` → check\n",
        "Create: a ticket. Run `scripts/gone.sh`.\n",
    ] {
        assert_eq!(status(text), Status::Broken, "{text}");
    }
}

#[test]
fn a_pattern_that_lives_elsewhere_takes_its_files_along() {
    let text = "All scripts (`scripts/ui-*.sh`) live in that repo.\n\nRun `scripts/ui-check.sh`, then `scripts/gone.sh`.\n";
    let fixture = tree(&["scripts/x.sh"])
        .says(text)
        .naming(crate::audit::testing::pattern("scripts/ui-*.sh"))
        .naming(inline("scripts/ui-check.sh"))
        .naming(inline("scripts/gone.sh"));
    let statuses: Vec<Status> = fixture.resolutions().iter().map(|resolution| resolution.status).collect();
    assert_eq!(statuses[1..], [Status::Unverifiable, Status::Broken]);
}

#[test]
fn a_task_is_looked_for_in_the_folder_that_the_words_behind_it_name() {
    let status = |text: &str| {
        let fixture = tree(&["fleet/x.yaml"]).with(makefile("Makefile", &["check"])).says(text);
        statuses(fixture, vec![make("gone", "")])[0]
    };
    assert_eq!(
        status("This calls `make gone` in `fleet`, which applies all.\n"),
        Status::Unverifiable
    );
    assert_eq!(status("This calls `make gone` in `flint`.\n"), Status::Broken);
}

#[test]
fn what_a_line_strikes_through_is_not_meant() {
    let says = |text: &str| {
        let mut reference = inline("scripts/gone.sh");
        let at = text.find("scripts/gone.sh").expect("the path is in the text");
        reference.span = Span::new(at, at + "scripts/gone.sh".len());
        statuses(tree(&["scripts/x.sh"]).says(text), vec![reference])
    };
    assert_eq!(says("~~Run `scripts/gone.sh`.~~\n"), [Status::Unverifiable]);
    assert_eq!(says("~~Run x.~~ Run `scripts/gone.sh`.\n"), [Status::Broken]);
    assert_eq!(says("Run `scripts/gone.sh`, not ~~x~~.\n"), [Status::Broken]);
}

#[test]
fn what_a_plan_will_bring_is_not_there_yet() {
    let says = |text: &str| {
        let mut reference = inline("scripts/gone.sh");
        let at = text.find("scripts/gone.sh").expect("the path is in the text");
        reference.span = Span::new(at, at + "scripts/gone.sh".len());
        statuses(tree(&["scripts/x.sh"]).says(text), vec![reference])
    };
    assert_eq!(
        says("**Deliverables:**\n\n- [ ] x\n- [ ] `scripts/gone.sh`\n"),
        [Status::Unverifiable]
    );
    assert_eq!(says("**Scripts:**\n\n- [ ] `scripts/gone.sh`\n"), [Status::Broken]);
}

#[test]
fn a_capital_behind_a_name_stands_for_a_number() {
    let fixture = || tree(&["scripts/x.sh"]).with(makefile("Makefile", &["zone-1", "zone-2"]));
    assert_eq!(
        statuses(
            fixture(),
            vec![
                make("zone-X", ""),
                make("zone_N", ""),
                make("zone-x", ""),
                make("ZONE-X1", "")
            ]
        ),
        [Status::Ignored, Status::Ignored, Status::Broken, Status::Broken]
    );
}

#[test]
fn a_file_that_a_block_shows_is_made_by_the_reader() {
    let says = |label: &str| {
        let text = format!("```{label}\n# config/new.yaml\na: 1\n```\n");
        let mut fixture = tree(&["config/x.yaml"]).says(&text);
        fixture.runbook.code_blocks.push(CodeBlock {
            language: label.to_owned(),
            kind: CodeKind::Text,
            span: Span::new(0, text.len()),
            content: Span::new(0, text.len()),
            text: "# config/new.yaml\na: 1\n".to_owned(),
            commands: Vec::new(),
            blanks: Vec::new(),
            section: None,
        });
        statuses(
            fixture,
            vec![in_command("config/new.yaml", ""), in_command("config/gone.yaml", "")],
        )
    };
    assert_eq!(says("yaml"), [Status::Unverifiable, Status::Broken]);
    assert_eq!(says(""), [Status::Broken, Status::Broken]);
}
