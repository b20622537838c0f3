use crate::audit::testing::{Fixture, in_command, inline, reference, tree};
use crate::model::directory::Directory;
use crate::model::place::Span;
use crate::model::reference::Status::{Broken, Unverifiable};
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Status};
use crate::model::runbook::{CodeBlock, CodeKind, Command};

#[test]
fn a_name_without_a_folder_is_expected_at_the_root() {
    let fixture = tree(&["docs/runbooks/a.md"]).naming(inline("compose.prod.yml"));
    assert_eq!(fixture.resolutions()[0].expected.as_deref(), Some("compose.prod.yml"));
}

#[test]
fn a_path_is_expected_below_the_only_folder_that_ends_alike() {
    let expected = |paths: &[&str]| {
        tree(paths).naming(inline("src/api/gone.ts")).resolutions()[0]
            .expected
            .clone()
    };
    assert_eq!(
        expected(&["apps/server/src/api/x.ts"]).as_deref(),
        Some("apps/server/src/api/gone.ts")
    );
    assert_eq!(
        expected(&["apps/a/src/api/x.ts", "apps/b/src/api/x.ts"]).as_deref(),
        Some("src/api/gone.ts"),
        "two are as likely"
    );
}

#[test]
fn only_the_place_that_is_expected_may_be_that_of_a_build() {
    let status = |path: &str| tree(&["src/x.ts", "docs/runbook.md"]).look_up(inline(path));
    assert!(status("src/out/gone.ts").starts_with("ignored (an output of a build"));
    let fixture = tree(&["src/out/x.ts", "docs/runbook.md"]);
    assert!(fixture.look_up(inline("src/out/gone.ts")).starts_with("broken"));
}

#[test]
fn a_hidden_file_and_a_number_stand_for_more() {
    let fixture = tree(&[".goreleaser.yaml", "docs/adr/ADR-0024-a-title.md", "docs/adr/ADR-0025-b.md"]);
    assert_eq!(
        fixture.look_up(inline("goreleaser.yaml")),
        "broken (there is no `goreleaser.yaml`) -> .goreleaser.yaml"
    );
    assert!(fixture.look_up(inline("docs/adr/ADR-0024")).starts_with("unverifiable"));
    assert!(fixture.look_up(inline("docs/adr/ADR-0026")).starts_with("broken"));
}

/// What becomes of a reference where its path first stands in a text.
fn status_in(text: &str, mut reference: Reference, path: &str) -> Status {
    let at = text.find(path).expect("the path is in the text");
    reference.span = Span::new(at, at + path.len());
    let mut fixture = tree(&["src/x.rs"]).says(text);
    fixture.runbook.references.push(reference);
    fixture.resolutions()[0].status
}

#[test]
fn what_the_reader_is_to_make_is_not_missing() {
    let look_up = |text: &str, path: &str| status_in(text, inline(path), path);
    assert_eq!(
        look_up(
            "When adding a test, its data goes below `src/gone.rs` first.\n",
            "src/gone.rs"
        ),
        Unverifiable
    );
    assert_eq!(
        look_up("Note it in `src/gone.rs` (create if absent).\n", "src/gone.rs"),
        Unverifiable
    );
    assert_eq!(look_up("Add the flag in `src/gone.rs` first.\n", "src/gone.rs"), Broken);
    for text in [
        "| R-3 | `src/gone.rs` (new) | no |\n",
        "Create `Arbitrary<T>` etc. in `src/gone.rs`.\n",
        "The plan names `src/gone.rs` for it. This file does not\nexist, so nothing reads it.\n",
        "`ls src/gone.rs` returns \"no such file\nor directory\".\n",
    ] {
        assert_ne!(look_up(text, "src/gone.rs"), Broken, "{text}");
    }
    for text in [
        "| R-3 | `src/gone.rs` (new in 2.0) | no |\n",
        "Read `x` etc. in `src/gone.rs`.\n",
        "The plan names `src/gone.rs` for it. This step does not exist elsewhere.\n",
        "Read `src/gone.rs` first.\n\nIt does not exist in the old branch.\n",
        "Read `src/gone.rs` first. It no longer asks.\n",
        "Read `src/gone.rs` first. It is not tracked who did.\n",
    ] {
        assert_eq!(look_up(text, "src/gone.rs"), Broken, "{text}");
    }
}

#[test]
fn what_a_paragraph_or_a_row_calls_planned_is_not_missing() {
    let look_up = |text: &str| status_in(text, inline("src/gone.rs"), "src/gone.rs");
    for text in [
        "> **Not currently implemented.** There is no helper. Place it under `src/gone.rs` (no other folder).\n",
        "Planned: the parser moves. Its tests go to `src/gone.rs` then.\n",
        "| Feature | Status | Code |\n|---|---|---|\n| Checks | **PLANNED** | `src/gone.rs` |\n",
    ] {
        assert_ne!(look_up(text), Broken, "{text}");
    }
    for text in [
        "**Not currently implemented.** Until then, run `src/gone.rs` by hand.\n",
        "**Not currently implemented.** The other one is.\n\nPlace it under `src/gone.rs`.\n",
        "The parser is not currently implemented. Place it under `src/gone.rs`.\n",
        "| Drill | Status | Script |\n|---|---|---|\n| Restore | planned | `src/gone.rs` |\n",
        "| Feature | Status | Code |\n|---|---|---|\n| Planned outages | done | `src/gone.rs` |\n",
    ] {
        assert_eq!(look_up(text), Broken, "{text}");
    }
}

#[test]
fn an_example_of_a_form_is_no_claim_anywhere() {
    let look_up = |text: &str| status_in(text, inline("src/gone.rs"), "src/gone.rs");
    assert_eq!(look_up("- A source path (e.g., `src/gone.rs`).\n"), Unverifiable);
    for text in [
        "- The source path (e.g., `src/gone.rs`).\n",
        "- Edit a test (e.g., `src/gone.rs`).\n",
        "- A source path (e.g., `src/gone.rs`, which checks).\n",
    ] {
        assert_eq!(look_up(text), Broken, "{text}");
    }
}

#[test]
fn a_command_that_a_sentence_calls_removed_is_not_missed() {
    let status = |text: &str| status_in(text, in_command("src/gone.sh", ""), "src/gone.sh");
    assert_eq!(
        status("The old queue and its `src/gone.sh` script were\nremoved.\n"),
        Unverifiable
    );
    assert_eq!(status("Once locks are removed, run `src/gone.sh` again.\n"), Broken);
    assert_eq!(status("Run `src/gone.sh`, which tells what is left.\n"), Broken);
    assert_eq!(
        status("Suggested wrapper as `src/gone.sh` (add when convenient).\n"),
        Unverifiable
    );
    assert_eq!(status("It is suggested to run `src/gone.sh` first.\n"), Broken);
}

#[test]
fn what_is_ordered_once_is_made_everywhere() {
    let statuses = |text: &str| {
        let mut fixture = tree(&["docs/x.md"]).says(text);
        for (at, _) in text.match_indices("docs/new/log.md") {
            let mut reference = inline("docs/new/log.md");
            reference.span = Span::new(at, at + "docs/new/log.md".len());
            fixture.runbook.references.push(reference);
        }
        fixture.resolutions().into_iter().map(|one| one.status).collect::<Vec<_>>()
    };
    assert_eq!(
        statuses("See `docs/new/log.md`.\n\nThen `docs/new/log.md` (create on first use).\n"),
        [Unverifiable, Unverifiable]
    );
    assert_eq!(
        statuses("See `docs/new/log.md`. Then read `docs/new/log.md`.\n"),
        [Broken, Broken]
    );
}

#[test]
fn a_report_of_one_day_belongs_to_a_folder_that_is_made_for_it() {
    let fixture = tree(&["docs/drills/2026-01-01.md"]);
    assert!(
        fixture
            .look_up(inline("docs/reports/2026-02-01-x.md"))
            .starts_with("unverifiable")
    );
    assert!(fixture.look_up(inline("docs/drills/2026-02-01-x.md")).starts_with("broken"));
}

/// A text with two blocks: the first enters `web`, the second runs a command.
fn in_blocks(paths: &[&str], first: &str, second: &str, path: &str) -> Fixture {
    let text = format!("{first}\n\n{second}\n");
    let block = |start: usize, command: &str| CodeBlock {
        language: "bash".to_owned(),
        kind: CodeKind::Shell,
        span: Span::new(start, start + command.len()),
        content: Span::new(start, start + command.len()),
        text: command.to_owned(),
        commands: vec![Command {
            text: command.to_owned(),
            span: Span::new(start, start + command.len()),
            directory: Directory::Known(String::new()),
            has_placeholder: false,
        }],
        blanks: Vec::new(),
        section: None,
    };
    let mut fixture = tree(paths).says(&text);
    fixture.runbook.code_blocks = vec![block(0, first), block(first.len() + 2, second)];
    let mut reference = in_command(path, "web");
    let at = text.rfind(path).expect("the path is in the text");
    reference.span = Span::new(at, at + path.len());
    fixture.runbook.references.push(reference);
    fixture
}

#[test]
fn a_folder_of_an_earlier_block_is_not_carried_past_the_root() {
    let outcome = |first: &str, second: &str| {
        let fixture = in_blocks(&["web/x.js", "scripts/y.sh"], first, second, "scripts/y.sh");
        let resolution = fixture.resolutions().remove(0);
        format!("{:?}", resolution.status)
    };
    assert_eq!(outcome("cd web", "sh scripts/y.sh"), "Resolved");
    assert_eq!(
        outcome("ls", "cd web && sh scripts/y.sh"),
        "Broken",
        "it runs there and fails"
    );
}

#[test]
fn a_command_of_a_readme_among_code_goes_up_from_there() {
    let mut fixture = tree(&["infra/ecr/main.tf", "infra/vars/prod/ecr.tfvars", "infra/ecr/README.md"]);
    fixture.path = "infra/ecr/README.md".to_owned();
    assert!(
        fixture
            .look_up(in_command("../vars/prod/ecr.tfvars", ""))
            .starts_with("resolved infra/vars/prod/ecr.tfvars")
    );
    assert!(
        fixture
            .look_up(in_command("../vars/prd/ecr.tfvars", ""))
            .starts_with("broken")
    );
    fixture.path = "docs/README.md".to_owned();
    assert!(
        fixture
            .look_up(in_command("../vars/prod/ecr.tfvars", ""))
            .starts_with("ignored")
    );
}

#[test]
fn the_words_of_a_link_are_held_against_where_it_leads() {
    let look_up = |text: &str, path: &str| {
        let kind = ReferenceKind::Path {
            path: path.to_owned(),
            directory: Directory::Known(String::new()),
        };
        let mut reference = reference(path, kind, ReferenceContext::Link);
        let at = text.find(path).expect("the path is in the text");
        reference.span = Span::new(at, at + path.len());
        let mut fixture = tree(&["terraform/azure/proxy.py", "docs/x.md"]).says(text);
        fixture.source.web_url = Some("https://github.com/org/app".to_owned());
        fixture.runbook.references.push(reference);
        let resolution = fixture.resolutions().remove(0);
        format!("{:?} {:?}", resolution.status, resolution.suggestion)
    };
    assert_eq!(
        look_up(
            "[`terraform/proxy.py`](https://github.com/org/app/blob/main/terraform/azure/proxy.py)\n",
            "terraform/proxy.py"
        ),
        "Broken Some(\"terraform/azure/proxy.py\")"
    );
    for text in [
        "[`azure/proxy.py`](../terraform/azure/proxy.py)\n",
        "[`azure/proxy.py`](https://github.com/org/other/blob/main/terraform/x/proxy.py)\n",
    ] {
        let outcome = look_up(text, "azure/proxy.py");
        assert!(!outcome.starts_with("Broken"), "{text}: {outcome}");
    }
}

#[test]
fn a_bare_script_of_an_interpreter_is_missing_beside_others_of_its_language() {
    let outcome = |paths: &[&str], line: &str, name: &str| {
        let at = line.find(name).expect("the line names it");
        let mut reference = in_command(name, "");
        reference.span = Span::new(at, at + name.len());
        tree(paths).says(&format!("{line}\n")).look_up(reference)
    };
    let paths = &["server.js", "seed.py", "docs/runbook.md"];
    assert_eq!(
        outcome(paths, "node sever.js", "sever.js"),
        "broken (there is no `sever.js` where the command runs) -> server.js"
    );
    for line in ["python -u gone.py", "uv run python gone.py", "sudo .venv/bin/python gone.py"] {
        assert!(outcome(paths, line, "gone.py").starts_with("broken "), "{line}");
    }
    for (line, name) in [
        ("ruby gone.rb", "gone.rb"),
        ("cat gone.py", "gone.py"),
        ("python seed.py gone.py", "gone.py"),
        ("pm2 start ecosystem.config.js", "ecosystem.config.js"),
    ] {
        assert!(outcome(paths, line, name).starts_with("ignored "), "{line}");
    }
}
