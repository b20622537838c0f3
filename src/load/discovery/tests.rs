//! Tests of `discovery.rs`.

use super::{choices, discover, runbook_paths};
use crate::config::Config;
use crate::config::product::{ProductPlan, plans};
use crate::source::tree::memory::MemoryTree;

fn plan() -> ProductPlan {
    plans(&Config::default(), "demo").remove(0)
}

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    MemoryTree::new(&files)
}

fn taken(paths: &[&str]) -> Vec<String> {
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "# A\n\n1. Do it.\n")).collect();
    runbook_paths(&tree(&files), &plan())
}

#[test]
fn the_usual_names_are_known() {
    let paths = [
        ".github/RELEASING.md",
        "DEPLOYMENT.md",
        "PUBLISHING.markdown",
        "RELEASE.md",
        "RELEASE_PROCESS.md",
        "ROLLBACK.md",
        "contributing/release.md",
        "docs/contributing/how-to-release.md",
        "docs/disaster-recovery.md",
        "docs/incident-response/triage.md",
        "docs/maintainers/tag.md",
        "docs/oncall/handover.mdx",
        "docs/operations/restore.md",
        "docs/ops/queue.md",
        "docs/releases/PROCESS.md",
        "docs/releasing/index.md",
        "docs/sop/rotate.md",
        "docs/team/release/steps.md",
        "docs/troubleshooting.md",
        "packages/api/RELEASE.md",
        "playbooks/restore.md",
        "services/api/docs/runbooks/deploy.md.erb",
    ];
    assert_eq!(taken(&paths), paths);
}

#[test]
fn what_only_sounds_like_a_runbook_is_none() {
    let paths = [
        "AGENTS.md",
        "CHANGELOG.md",
        "README.md",
        "RELEASE_NOTES.md",
        "RELEASE_PLAN.md",
        "docs/PULL_REQUEST_TEMPLATE/release.md",
        "docs/plans/release-runbook.md",
        "docs/prompts/runbook.md",
        "docs/release-notes/2.0.md",
        "docs/releases/v1.2.0.md",
        "docs/runbooks/CLAUDE.md",
        "releases/1.0.0/runbook.md",
    ];
    assert!(taken(&paths).is_empty(), "{:?}", taken(&paths));
}

#[test]
fn reports_and_texts_of_one_day_are_near_and_a_setting_takes_them() {
    let paths = [
        "DEPLOYMENT-AUDIT-FINDINGS.md",
        "docs/incidents/2026-04-24-outage.md",
        "docs/operations/DEPLOYMENT_STATUS.md",
        "docs/research/runbooks/choice.md",
        "docs/reviews/dr-runbook-gaps.md",
        "docs/runbooks/_index.md",
        "docs/runbooks/recovery-2026-05-16.md",
    ];
    assert!(taken(&paths).is_empty(), "{:?}", taken(&paths));
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "# A\n\n1. Do it.\n")).collect();
    let tree = tree(&files);
    let near = discover(&tree, &plan()).near;
    assert_eq!(near[0].reason, "left out: a report, or a text of one day");
    let named = ProductPlan {
        runbooks: vec!["docs/runbooks/*.md".to_owned()],
        exclude: Vec::new(),
        is_named: true,
        ..plan()
    };
    assert_eq!(runbook_paths(&tree, &named).len(), 2);
    // The nearest that are runbooks.
    let paths = [
        "docs/runbooks/access-review.md",
        "docs/runbooks/audit-log.md",
        "docs/runbooks/incident-report-process.md",
        "docs/runbooks/status-page.md",
    ];
    assert_eq!(taken(&paths), paths);
}

#[test]
fn the_folder_of_a_site_counts_as_docs() {
    let tree = tree(&[
        ("book.toml", "[book]\ntitle = \"x\"\n"),
        ("src/deploy.md", "# A\n\n1. Do it.\n"),
        ("src/lib.md", "# A\n"),
        ("src/release/process.md", "# A\n\n1. Do it.\n"),
    ]);
    assert_eq!(runbook_paths(&tree, &plan()), ["src/release/process.md"]);
}

#[test]
fn texts_tell_notes_and_lists_from_runbooks() {
    let tree = tree(&[
        ("docs/release.md", "# Releases\n\n## 1.1.0\n\n- a\n\n## 1.0.0\n\n- b\n"),
        ("docs/releasing.md", "# Releasing 2.0\n\n## Tag\n\n## Publish\n"),
        ("docs/runbooks/index.md", "# Runbooks\n\n- [a](a.md)\n- [b](b.md)\n"),
        ("docs/sop/index.md", "# SOP\n\n- Stop it\n- [Start](b.md)\n- Look\n"),
    ]);
    assert_eq!(runbook_paths(&tree, &plan()), ["docs/releasing.md", "docs/sop/index.md"]);
    let near = discover(&tree, &plan()).near;
    assert_eq!(near.len(), 2);
    assert!(near[0].reason.contains("release notes") && near[1].reason.contains("list of links"));
}

#[test]
fn of_a_contributing_guide_the_part_about_releasing_counts() {
    let with = tree(&[("CONTRIBUTING.md", "# Contributing\n\n## Releasing\n\n1. Tag it.\n")]);
    let chosen = choices(&with, &plan(), &mut Vec::new());
    assert!(chosen.len() == 1 && chosen[0].is_part);
    let without = tree(&[(
        "CONTRIBUTING.md",
        "# Contributing\n\nReleases are weekly.\n\n## Tests\n\n1. Run.\n",
    )]);
    assert!(runbook_paths(&without, &plan()).is_empty());
    assert_eq!(discover(&without, &plan()).near.len(), 1);
}

#[test]
fn what_came_near_is_named() {
    let tree = tree(&[
        ("docs/runbooks/restore.adoc", "= Restore"),
        ("notes/deploying.md", "# Deploying"),
        ("src/lib.md", "# Lib"),
    ]);
    let discovery = discover(&tree, &plan());
    let near: Vec<String> = discovery
        .near
        .iter()
        .map(|near| format!("{}: {}", near.path, near.reason))
        .collect();
    assert_eq!(
        near,
        [
            "docs/runbooks/restore.adoc: texts of the kind `.adoc` are not read",
            "notes/deploying.md: no glob of `runbooks` takes it, though its name says `deploying`",
        ]
    );
    let named = ProductPlan {
        runbooks: vec!["ops/*.md".to_owned(), "notes/*.md".to_owned()],
        is_named: true,
        ..plan()
    };
    let discovery = discover(&tree, &named);
    assert_eq!(discovery.idle, ["ops/*.md"]);
    assert_eq!(discovery.taken, [("notes/deploying.md".to_owned(), "notes/*.md".to_owned())]);
}

#[test]
fn a_program_that_is_called_runbooks_is_no_collection() {
    let plan = plans(&Config::default(), "runbooks").remove(0);
    let mut files: Vec<(String, &str)> = vec![
        ("design.md".to_owned(), "# A\n"),
        ("RELEASE.md".to_owned(), "# A\n\n1. Tag.\n"),
    ];
    let paths = |files: &[(String, &str)]| {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        runbook_paths(&tree(&files), &plan)
    };
    assert_eq!(paths(&files).len(), 2);
    files.extend((0..120).map(|number| (format!("src/{number}.ts"), "")));
    assert_eq!(paths(&files), ["RELEASE.md"]);
}

#[test]
fn the_notes_of_one_version_are_no_runbook() {
    assert_eq!(
        taken(&[
            "docs/release-1.0.0-rc.72.md",
            "docs/release_v2.1.md",
            "RELEASE-3.0.md",
            "docs/release-process.md",
            "docs/release-4.x-checklist.md",
            "RELEASE.md",
        ]),
        ["RELEASE.md", "docs/release-4.x-checklist.md", "docs/release-process.md"]
    );
}
