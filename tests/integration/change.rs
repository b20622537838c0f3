//! `runproof lint` on changes: what a pull request breaks, adds and alters.

mod clones;
mod sight;

use serde_json::Value;

use crate::support::{Folder, Ran};

const RUNBOOK: &str = "# Restore\n\n**Last reviewed:** 2026-01-02\n\n```bash\nmake db-restore\n./scripts/verify.sh\n```\n";
const MAKEFILE: &str = "build:\n\ttrue\n\ndb-restore:\n\tpg_restore latest.dump\n";
const SCRIPT: &str = "#!/bin/sh\n# Compares the counts of rows.\npsql -c 'select count(*) from orders'\n";

/// A repository whose runbook is in order, with a branch for a change checked out.
fn repository() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/restore.md", RUNBOOK),
        ("Makefile", MAKEFILE),
        ("scripts/verify.sh", SCRIPT),
        ("src/app.py", "print(1)\n"),
    ]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    folder
}

/// The findings of a run as rule, severity, path and line.
fn findings(ran: &Ran) -> Vec<(String, String, String, u64)> {
    let value: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("the output is JSON: {error}\n{}{}", ran.stdout, ran.stderr));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = value["findings"].as_array().expect("findings are a list");
    findings
        .iter()
        .map(|finding| {
            (
                text(finding, "rule"),
                text(finding, "severity"),
                text(finding, "path"),
                finding["line"].as_u64().unwrap_or_default(),
            )
        })
        .collect()
}

fn lint(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut all = vec!["lint", "--format", "json"];
    all.extend(arguments);
    folder.run(&all)
}

/// The findings of the change on the branch.
fn changed(folder: &Folder) -> Vec<(String, String, String, u64)> {
    findings(&lint(folder, &["--base", "main"]))
}

fn rules(findings: &[(String, String, String, u64)]) -> Vec<&str> {
    findings.iter().map(|finding| finding.0.as_str()).collect()
}

#[test]
fn a_deleted_target_breaks_the_runbook_that_calls_it() {
    let folder = repository();
    folder.commit("Remove the restore", &[("Makefile", "build:\n\ttrue\n")]);
    let ran = folder.run(&["lint", "--base", "main"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for part in ["breaks-runbook", "docs/runbooks/restore.md:6:", "`db-restore`", "`Makefile`"] {
        assert!(ran.stdout.contains(part), "`{part}` is in the output:\n{}", ran.stdout);
    }
    assert!(ran.stderr.contains("the merge base of `main`"), "{}", ran.stderr);
    let expected = (
        "breaks-runbook".to_owned(),
        "error".to_owned(),
        "docs/runbooks/restore.md".to_owned(),
        6,
    );
    assert_eq!(changed(&folder), [expected]);
    assert_eq!(folder.run(&["lint", "--base", "main", "--exit-zero"]).code, 0);
    assert_eq!(folder.run(&["lint", "--base", "main", "--fail-on", "never"]).code, 0);
}

#[test]
fn a_renamed_script_has_a_fix() {
    let folder = repository();
    folder.git(&["mv", "scripts/verify.sh", "scripts/verify-rows.sh"]);
    folder.commit("Say what it verifies", &[]);
    let ran = lint(&folder, &["--base", "main"]);
    let found = findings(&ran);
    assert_eq!(rules(&found), ["breaks-runbook"], "{}", ran.stdout);
    let value: Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    assert_eq!(value["findings"][0]["suggestion"], "scripts/verify-rows.sh", "{}", ran.stdout);
}

#[test]
fn a_script_that_moved_with_an_edit_is_found_by_its_likeness() {
    let folder = repository();
    folder.git(&["mv", "scripts/verify.sh", "scripts/verify-rows.sh"]);
    folder.commit(
        "Say what it verifies",
        &[("scripts/verify-rows.sh", &format!("{SCRIPT}exit 0\n"))],
    );
    let ran = lint(&folder, &["--base", "main"]);
    let value: Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    assert_eq!(value["findings"][0]["suggestion"], "scripts/verify-rows.sh", "{}", ran.stdout);
}

#[test]
fn what_was_wrong_before_never_blocks() {
    let wrong = "# Release\n\n```bash\nmake gone\n./scripts/gone.sh\n```\n\nSee [there](nowhere.md#a).\n";
    let folder = repository();
    folder.git(&["checkout", "--quiet", "main"]);
    folder.commit("Write a wrong runbook", &[("docs/runbooks/release.md", wrong)]);
    assert_eq!(folder.run(&["lint"]).code, 1, "it is wrong");
    folder.git(&["checkout", "--quiet", "-B", "change"]);
    folder.commit(
        "Repair half of it",
        &[("docs/runbooks/release.md", &wrong.replace("make gone\n", ""))],
    );
    let ran = lint(&folder, &["--base", "main", "--fail-on", "info"]);
    assert_eq!((ran.code, findings(&ran).len()), (0, 0), "{}", ran.stdout);
    folder.commit(
        "Move it",
        &[(
            "docs/runbooks/release-web.md",
            &format!("# Intro\n\nHello.\n\n{}", wrong.replace("# Release", "## Release")),
        )],
    );
    folder.git(&["rm", "--quiet", "docs/runbooks/release.md"]);
    folder.commit("Take the old one away", &[]);
    let found = changed(&folder);
    assert!(!rules(&found).contains(&"new-reference-unresolved"), "{found:?}");
}

#[test]
fn a_new_reference_must_be_there_unless_it_is_planned() {
    let folder = repository();
    folder.commit(
        "Add steps",
        &[(
            "docs/runbooks/restore.md",
            &RUNBOOK
                .replace("```\n", "make db-check\nmake db-later # planned: next week\n```\n")
                .replacen("make db-check\nmake db-later # planned: next week\n", "", 0),
        )],
    );
    let found = changed(&folder);
    assert_eq!(rules(&found), ["new-reference-unresolved"], "{found:?}");
}

#[test]
fn an_altered_target_wants_a_look_at_the_runbook() {
    let folder = repository();
    folder.commit(
        "Restore in parallel",
        &[("Makefile", &MAKEFILE.replace("pg_restore", "pg_restore --jobs 4"))],
    );
    let found = changed(&folder);
    // A runbook about a restore is critical.
    assert_eq!(
        (rules(&found), found[0].1.as_str(), found[0].3),
        (vec!["changed-not-reviewed"], "error", 6)
    );
    let ran = folder.run(&["lint", "--base", "main"]);
    for way_out in [
        "edit the runbook",
        "runproof review docs/runbooks/restore.md",
        "Runbook-Reviewed:",
    ] {
        assert!(ran.stdout.contains(way_out), "{}", ran.stdout);
    }
}

#[test]
fn comments_and_other_targets_are_silent() {
    let folder = repository();
    let makefile = MAKEFILE.replace("build:", "# Restores the last dump.\nbuild: FORCE");
    folder.commit(
        "Say more",
        &[
            ("Makefile", &makefile),
            ("scripts/verify.sh", &SCRIPT.replace("# Compares", "\n# It compares")),
            ("src/app.py", "print(2)\n"),
        ],
    );
    assert_eq!(changed(&folder), [], "nothing that the runbook names says anything else");
}

#[test]
fn blanks_and_dates_are_no_review_and_words_and_trailers_are() {
    let altered = MAKEFILE.replace("pg_restore", "pg_restore --jobs 4");
    let with = |message: &str, runbook: &str| {
        let folder = repository();
        folder.commit(message, &[("Makefile", &altered), ("docs/runbooks/restore.md", runbook)]);
        let found = changed(&folder);
        rules(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let reflowed = RUNBOOK
        .replace("# Restore\n", "# Restore\n\n\n")
        .replace("2026-01-02", "2026-01-30");
    assert_eq!(with("Faster", &reflowed), ["changed-not-reviewed", "date-only-changed"]);
    let reworded = format!("{RUNBOOK}\nIt takes ten minutes.\n");
    assert_eq!(with("Faster", &reworded), Vec::<String>::new());
    let trailer = "Faster\n\nRunbook-Reviewed: docs/runbooks/restore.md \u{2014} the steps are the same\n";
    assert_eq!(with(trailer, RUNBOOK), Vec::<String>::new());
    let other = "Faster\n\nRunbook-Reviewed: docs/runbooks/other.md - the steps are the same\n";
    assert_eq!(with(other, RUNBOOK), ["changed-not-reviewed"]);
}

#[test]
fn the_clock_is_a_note_and_only_where_the_change_touches_the_runbook() {
    let old = RUNBOOK.replace("2026-01-02", "2020-01-02");
    let folder = repository();
    folder.git(&["checkout", "--quiet", "main"]);
    folder.commit("Grow old", &[("docs/runbooks/restore.md", &old)]);
    folder.git(&["checkout", "--quiet", "-B", "change"]);
    folder.commit("Something else", &[("src/app.py", "print(2)\n")]);
    assert_eq!(changed(&folder), []);
    folder.commit("Reword", &[("docs/runbooks/restore.md", &format!("{old}\nMind the gap.\n"))]);
    let ran = lint(&folder, &["--base", "main"]);
    let found = findings(&ran);
    assert_eq!(
        (ran.code, rules(&found), found[0].1.as_str()),
        (0, vec!["review-overdue"], "info"),
        "{}",
        ran.stdout
    );
}

#[test]
fn moving_hosting_to_another_platform_is_seen() {
    let runbook = "# Deploy\n\n**Last reviewed:** 2026-01-02\n\nThe workflow `deploy.yml` ships it. By hand:\n\n```bash\nmake deploy\n```\n";
    let folder = Folder::with(&[
        ("docs/deploy.md", runbook),
        ("Makefile", "deploy:\n\tvercel deploy --prod\n"),
        ("vercel.json", "{}\n"),
        (
            ".github/workflows/deploy.yml",
            "name: Deploy\non: push\njobs:\n  ship:\n    runs-on: x\n    steps:\n      - run: vercel deploy\n",
        ),
    ]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    folder.git(&["rm", "--quiet", "vercel.json"]);
    folder.commit(
        "Move to another platform",
        &[
            ("fly.toml", "app = \"x\"\n"),
            ("Makefile", "deploy:\n\tflyctl deploy\n"),
            (
                ".github/workflows/deploy-fly.yml",
                "name: Ship\non: push\njobs:\n  ship:\n    runs-on: x\n    steps:\n      - run: flyctl deploy\n",
            ),
        ],
    );
    let found = changed(&folder);
    assert_eq!(rules(&found), ["changed-not-reviewed", "undocumented-change"], "{found:?}");
    assert_eq!(found[1].2, ".github/workflows/deploy-fly.yml");
}

#[test]
fn what_is_staged_is_judged_and_nothing_else() {
    let folder = repository();
    folder.write("Makefile", "build:\n\ttrue\n");
    assert_eq!(lint(&folder, &["--staged"]).code, 0, "nothing is staged yet");
    folder.git(&["add", "Makefile"]);
    folder.write("Makefile", MAKEFILE);
    let ran = lint(&folder, &["--staged"]);
    assert_eq!(
        (ran.code, rules(&findings(&ran))),
        (1, vec!["breaks-runbook"]),
        "{}",
        ran.stdout
    );
    assert_eq!(
        lint(&folder, &["--base", "HEAD", "--worktree"]).code,
        0,
        "the worktree is in order"
    );
    assert_eq!(lint(&folder, &["--staged", "--rev", "main"]).code, 2);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let folder = Folder::repository();
    folder.write("docs/runbooks/restore.md", RUNBOOK);
    folder.write("Makefile", "build:\n\ttrue\n");
    folder.git(&["add", "--all"]);
    let ran = lint(&folder, &["--staged"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let mut found = findings(&ran);
    found.retain(|finding| finding.1 == "error");
    // Nothing tells that `scripts/` is a folder of this repository, so only the target is sure to be missing.
    assert_eq!(rules(&found), ["new-reference-unresolved"], "{}", ran.stdout);
}

#[test]
fn files_narrow_the_change_down() {
    let folder = repository();
    folder.commit(
        "Remove the restore",
        &[("Makefile", "build:\n\ttrue\n"), ("docs/other.md", "# Other\n")],
    );
    assert_eq!(lint(&folder, &["--base", "main", "docs/other.md"]).code, 0);
    assert_eq!(lint(&folder, &["--base", "main", "docs/runbooks/restore.md"]).code, 1);
}

#[test]
fn a_manifest_that_does_not_parse_is_one_finding() {
    let runbook = "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\nnpm run build\nnpm run test\nnpm run ship\n```\n";
    let folder = Folder::with(&[
        ("docs/release.md", runbook),
        (
            "package.json",
            "{ \"scripts\": { \"build\": \"x\", \"test\": \"y\", \"ship\": \"z\", } \n",
        ),
    ]);
    let ran = lint(&folder, &[]);
    let found = findings(&ran);
    let of = |rule: &str| found.iter().filter(|finding| finding.0 == rule).count();
    assert_eq!((of("manifest-unparsable"), of("npm-script-missing")), (1, 0), "{found:?}");
    assert_eq!(ran.code, 0);
}

#[test]
fn anchors_of_raw_html_are_anchors() {
    let folder = Folder::with(&[(
        "docs/release.md",
        "# Release\n\n**Last reviewed:** 2026-01-02\n\n<a id=\"ship-it\"></a>\n\nSee [above](#ship-it), [named](#by-name) and [gone](#gone).\n\n<a name='by-name'>x</a>\n",
    )]);
    let ran = lint(&folder, &[]);
    assert_eq!(rules(&findings(&ran)), ["anchor-missing"], "{}", ran.stdout);
}

#[test]
fn a_filter_of_pnpm_may_leave_the_scope_out() {
    let folder = Folder::with(&[
        (
            "docs/release.md",
            "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\npnpm --filter agents-service build\npnpm --filter web build\n```\n",
        ),
        ("pnpm-workspace.yaml", "packages:\n  - 'apps/*'\n"),
        ("package.json", "{ \"name\": \"root\", \"private\": true }\n"),
        (
            "apps/agents/package.json",
            "{ \"name\": \"@acme/agents-service\", \"scripts\": { \"build\": \"x\" } }\n",
        ),
        (
            "apps/web/package.json",
            "{ \"name\": \"acme-web\", \"scripts\": { \"build\": \"x\" } }\n",
        ),
    ]);
    let ran = lint(&folder, &[]);
    let lines: Vec<u64> = findings(&ran)
        .into_iter()
        .filter(|finding| finding.1 == "error")
        .map(|finding| finding.3)
        .collect();
    assert_eq!(lines, [7], "{}", ran.stdout);
}

#[test]
fn variables_that_the_text_sets_itself_are_its_own() {
    let folder = Folder::with(&[
        (
            "docs/runbooks/volume.md",
            "# Volume\n\n**Last reviewed:** 2026-01-02\n\n```bash\nPVC_NAME=data-0\nexport NODE_NAME=a\nkubectl get pvc \"$PVC_NAME\"\nkubectl drain $NODE_NAME\n```\n",
        ),
        ("src/app.py", "import os\nos.environ['PORT']\n"),
    ]);
    let ran = lint(&folder, &["--fail-on", "warning"]);
    assert_eq!((ran.code, findings(&ran).len()), (0, 0), "{}", ran.stdout);
}

#[test]
fn outputs_that_git_ignores_are_no_references() {
    let folder = Folder::with(&[
        (
            "docs/release.md",
            "# Release\n\n**Last reviewed:** 2026-01-02\n\nKeep `artifacts/report.json` and `artifacts/sbom/app.json`.\n",
        ),
        (".gitignore", "artifacts/\n"),
        ("src/app.py", "x\n"),
    ]);
    let ran = lint(&folder, &["--fail-on", "warning"]);
    assert_eq!((ran.code, findings(&ran).len()), (0, 0), "{}", ran.stdout);
}

#[test]
fn garbled_words_are_reported_with_their_repair() {
    let folder = Folder::with(&[(
        "docs/release.md",
        "# Release\n\n**Last reviewed:** 2026-01-02\n\nFlows 1â€“5 must pass.\n",
    )]);
    let ran = lint(&folder, &[]);
    let value: Value = serde_json::from_str(&ran.stdout).expect("the output is JSON");
    assert_eq!(value["findings"][0]["rule"], "mojibake", "{}", ran.stdout);
    assert_eq!(value["findings"][0]["suggestion"], "1\u{2013}5");
}

#[test]
fn a_date_means_the_same_in_every_zone() {
    // Shortly before and after midnight of 2 February, by the clock of the author; today is 1 February in UTC.
    for (zone, date) in [("+1400", "2026-02-02"), ("+0000", "2026-02-01"), ("-1200", "2026-01-31")] {
        let folder = Folder::repository();
        folder.write(
            "docs/release.md",
            format!("# Release\n\n**Last reviewed:** {date}\n\nThe text.\n"),
        );
        folder.git(&["add", "--all"]);
        folder.git(&[
            "-c",
            "user.useConfigOnly=false",
            "commit",
            "--quiet",
            "--message",
            "Review it",
            &format!("--date={date}T23:59:30{zone}"),
        ]);
        let ran = lint(&folder, &["--today", "2026-02-01"]);
        assert_eq!(findings(&ran), [], "{zone}: {}", ran.stdout);
    }
    let folder = Folder::with(&[("docs/release.md", "# Release\n\n**Last reviewed:** 2026-02-03\n\nThe text.\n")]);
    let found = findings(&lint(&folder, &["--today", "2026-02-01"]));
    assert!(
        rules(&found).contains(&"review-date-future"),
        "two days ahead is in no zone: {found:?}"
    );
}

#[test]
fn the_environment_of_the_machine_does_not_change_a_byte() {
    let folder = repository();
    folder.commit("Remove the restore", &[("Makefile", "build:\n\ttrue\n")]);
    let arguments = ["lint", "--format", "json", "--base", "main"];
    let plain = folder.run(&arguments);
    for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"] {
        let ran = folder.run_with(
            &arguments,
            &[("TZ", zone), ("LC_ALL", "tr_TR.UTF-8"), ("RAYON_NUM_THREADS", "1")],
        );
        assert_eq!(ran.stdout, plain.stdout, "{zone}");
    }
}

#[test]
fn a_cache_changes_nothing_whether_it_is_empty_full_or_damaged() {
    let folder = repository();
    folder.commit(
        "Remove the restore\n\nRunbook-Reviewed: docs/runbooks/restore.md",
        &[("Makefile", "build:\n\ttrue\n")],
    );
    let cache = Folder::empty();
    let place = cache.join("kept").to_string_lossy().into_owned();
    for arguments in [
        ["--format", "json"].as_slice(),
        &["--base", "main"],
        &["--staged"],
        &["--rev", "main"],
    ] {
        let with = |options: &[&str]| {
            let mut all = vec!["lint"];
            all.extend(arguments);
            all.extend(options);
            folder.run(&all)
        };
        let plain = with(&["--no-cache"]);
        for run in ["empty", "full", "full again"] {
            let ran = with(&["--cache-dir", &place]);
            assert_eq!((ran.code, &ran.stdout), (plain.code, &plain.stdout), "{run}: {arguments:?}");
        }
        for (path, bytes) in cache.files("kept") {
            let half = bytes.len() / 2;
            cache.write(&format!("kept/{path}"), &bytes[..half]);
        }
        let ran = with(&["--cache-dir", &place]);
        assert_eq!((ran.code, &ran.stdout), (plain.code, &plain.stdout), "damaged: {arguments:?}");
        if let Some((path, _)) = cache.files("kept").first() {
            cache.write(&format!("kept/{path}"), [0_u8; 4096]);
        }
        assert_eq!(
            with(&["--cache-dir", &place]).stdout,
            plain.stdout,
            "overwritten: {arguments:?}"
        );
    }
    assert!(!cache.files("kept").is_empty(), "something was kept");
    let wrong = folder.run(&["lint", "--cache-dir", ".git/runproof"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    let no_folder = folder.join("Makefile/x").to_string_lossy().into_owned();
    assert_eq!(
        folder.run(&["lint", "--cache-dir", &no_folder]).stdout,
        folder.run(&["lint", "--no-cache"]).stdout
    );
}

#[test]
fn what_the_settings_and_exceptions_ask_for_less_is_told_with_file_and_line() {
    let settings = "title = \"x\"\n\n[[gates]]\nid = \"unit\"\nmin-tests = 100\nrequired = [\"ios\", \"web\"]\n\n[[gates]]\nid = \"cov\"\nat-least = { lines = 80 }\nmax-age = \"7 days\"\n\n[[gates]]\nid = \"scan\"\n";
    let exception = "id: EX-1\ngate: scan\nmatch:\n  rule: A1\nrationale: It is behind a wall for now.\nowner: web team\napproved_by: lead\ncreated: 2026-01-02\nexpires: 2026-03-02\n";
    let folder = Folder::with(&[
        ("docs/runbooks/restore.md", RUNBOOK),
        ("Makefile", MAKEFILE),
        ("scripts/verify.sh", SCRIPT),
        ("runproof.toml", settings),
        ("exceptions/EX-1.yaml", exception),
    ]);
    folder.git(&["checkout", "--quiet", "-b", "change"]);
    let looser = settings
        .replace("min-tests = 100", "min-tests = 10")
        .replace("\"ios\", ", "")
        .replace("lines = 80", "lines = 60")
        .replace("7 days", "90 days")
        .replace("[[gates]]\nid = \"scan\"\n", "[rules]\ngate-open = \"off\"\n");
    folder.commit(
        "Ask for less",
        &[
            ("runproof.toml", looser.as_str()),
            ("exceptions/EX-1.yaml", exception.replace("03-02", "06-02").as_str()),
        ],
    );
    let mut told: Vec<(String, String, u64)> = changed(&folder)
        .into_iter()
        .map(|(rule, _, path, line)| (rule, path, line))
        .collect();
    told.sort();
    let at = |rule: &str, path: &str, line: u64| (rule.to_owned(), path.to_owned(), line);
    assert_eq!(
        told,
        [
            at("check-loosened", "runproof.toml", 14),
            at("exception-extended", "exceptions/EX-1.yaml", 9),
            at("gate-loosened", "runproof.toml", 5),
            at("gate-loosened", "runproof.toml", 6),
            at("gate-loosened", "runproof.toml", 10),
            at("gate-loosened", "runproof.toml", 11),
            at("gate-removed", "runproof.toml", 0),
        ]
    );
    // The other way round nothing is loosened.
    let back = findings(&lint(&folder, &["--base", "change", "--rev", "main"]));
    assert!(
        back.iter()
            .all(|(rule, _, _, _)| !rule.contains("loosened") && rule != "gate-removed"),
        "{back:?}"
    );
}
