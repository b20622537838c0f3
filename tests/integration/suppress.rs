//! Living with findings: ignores, waivers, the baseline and `--fix`, as their users meet them.

use crate::support::{Folder, Ran};

const RUNBOOK: &str = "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\nmake ship\n```\n\nSee `src/gone.py`.\n";

fn with(runbook: &str) -> Folder {
    Folder::with(&[
        ("RELEASING.md", runbook),
        ("Makefile", "ship-it:\n\ttrue\n"),
        ("src/a.py", "a\n"),
        ("docs/undo-steps.md", "# Undo\n"),
    ])
}

/// The rules of the findings of a run as JSON that count.
fn rules(ran: &Ran) -> Vec<String> {
    let value: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr));
    let findings = value["findings"].as_array().expect("findings are a list");
    let counting = findings
        .iter()
        .filter(|finding| finding["suppression"].is_null() && finding["suppressed"].is_null());
    counting
        .filter_map(|finding| finding["rule"].as_str().map(str::to_owned))
        .collect()
}

fn lint(folder: &Folder, more: &[&str]) -> Vec<String> {
    let mut arguments = vec!["lint", "--format", "json"];
    arguments.extend(more);
    rules(&folder.run(&arguments))
}

#[test]
fn an_ignore_accepts_the_next_block_and_is_said() {
    let ignored = RUNBOOK.replace(
        "See ",
        "<!-- fresh-ignore: path-missing reason=\"made by step 3\" until=2026-02-01 -->\nSee ",
    );
    let folder = with(&ignored);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(rules(&ran), ["make-target-missing"]);
    assert!(ran.stderr.contains("1 finding accepted (1 ignored)"), "{}", ran.stderr);
    assert_eq!(ran.code, 1, "the other one still counts");
    let late = lint(&folder, &["--today", "2026-02-02"]);
    assert!(
        late.contains(&"path-missing".to_owned()) && late.contains(&"waiver-expired".to_owned()),
        "{late:?}"
    );
}

#[test]
fn an_ignore_is_not_shown_on_the_page() {
    let folder = with(&RUNBOOK.replace("See ", "<!-- fresh-ignore: path-missing reason=\"made by step 3\" -->\nSee "));
    assert_eq!(folder.run(&["build"]).code, 0);
    let mut pages = 0;
    for entry in walk(&folder.join("site")) {
        if entry.extension().is_some_and(|extension| extension == "html") {
            let page = std::fs::read_to_string(&entry).expect("the page can be read");
            assert!(
                !page.contains("made by step 3 -->") && !page.contains("!-- fresh-ignore: path-missing reason"),
                "{}",
                entry.display()
            );
            pages += 1;
        }
    }
    assert!(pages > 3, "pages were read");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn ignores_that_do_nothing_are_reported_and_removed_by_fix() {
    let unused = RUNBOOK.replace(
        "# Release\n",
        "# Release\n\n<!-- fresh-ignore-file: link-broken reason=\"once\" -->\n",
    );
    let folder = with(&unused);
    assert!(lint(&folder, &[]).contains(&"unused-ignore".to_owned()));
    folder.run(&["lint", "--fix"]);
    assert_eq!(
        folder.read("RELEASING.md"),
        RUNBOOK.replace("# Release\n\n", "# Release\n\n\n")
    );
}

const WAIVER: &str = "[[waiver]]\nrule = \"path-missing\"\npath = \"*.md\"\nmatch = \"src/*\"\nowner = \"Platform\"\nreason = \"moves in May\"\nexpires = 2026-05-31\n";

#[test]
fn a_waiver_accepts_until_its_last_day() {
    let folder = with(RUNBOOK);
    folder.write("runproof-waivers.toml", WAIVER);
    let ran = folder.run(&["lint", "--format", "json"]);
    assert_eq!(rules(&ran), ["make-target-missing"]);
    assert!(ran.stderr.contains("(1 waived)"), "{}", ran.stderr);
    let late = lint(&folder, &["--today", "2026-06-01"]);
    assert!(
        late.contains(&"path-missing".to_owned()) && late.contains(&"waiver-expired".to_owned()),
        "{late:?}"
    );
    folder.write("runproof-waivers.toml", WAIVER.replace("src/*", "lib/*"));
    assert!(lint(&folder, &[]).contains(&"waiver-orphaned".to_owned()));
    assert!(
        !lint(&folder, &["RELEASING.md"]).contains(&"waiver-orphaned".to_owned()),
        "only a whole run can tell"
    );
    folder.write("runproof-waivers.toml", WAIVER.replace("owner", "onwer"));
    let wrong = folder.run(&["lint"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("runproof-waivers.toml:5:1") && wrong.stderr.contains("did you mean `owner`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_baseline_accepts_what_stood_and_only_shrinks() {
    let folder = with(RUNBOOK);
    assert_eq!(folder.run(&["baseline", "write"]).code, 0);
    let written = folder.read("runproof-baseline.json");
    assert_eq!(written.matches("\"fingerprint\"").count(), 2, "{written}");
    let ran = folder.run(&["lint"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stderr.contains("2 findings accepted (2 baseline)"), "{}", ran.stderr);
    assert_eq!(folder.run(&["lint", "--no-baseline"]).code, 1);

    folder.commit(
        "Add a slip",
        &[("RELEASING.md", &format!("New line.\n\n{RUNBOOK}\nAnd `src/lost.py`.\n"))],
    );
    assert_eq!(
        lint(&folder, &[]),
        ["path-missing"],
        "lines moved, and only the new one counts"
    );
    let grown = folder.run(&["baseline", "write"]);
    assert_eq!(grown.code, 2);
    assert!(
        grown.stderr.contains("would grow by 1 finding") && grown.stderr.contains("--grow"),
        "{}",
        grown.stderr
    );
    assert_eq!(folder.read("runproof-baseline.json"), written);

    folder.commit(
        "Mend one",
        &[("RELEASING.md", &RUNBOOK.replace("make ship\n", "make ship-it\n"))],
    );
    let ran = folder.run(&["lint"]);
    assert!(
        ran.stderr.contains("1 entry of the baseline is no longer needed"),
        "{}",
        ran.stderr
    );
    assert_eq!(folder.run(&["baseline", "prune"]).code, 0);
    let pruned = folder.read("runproof-baseline.json");
    assert_eq!(pruned.matches("\"fingerprint\"").count(), 1, "{pruned}");
    assert!(pruned.contains("src/gone.py") && !pruned.contains("make ship"));
    folder.commit("Break it again", &[("RELEASING.md", RUNBOOK)]);
    assert_eq!(lint(&folder, &[]), ["make-target-missing"], "what was mended once counts");
    folder.run(&["baseline", "prune"]);
    assert_eq!(folder.read("runproof-baseline.json"), pruned, "prune never adds");
    assert_eq!(folder.run(&["baseline", "write", "--grow"]).code, 0);
    assert_eq!(folder.run(&["lint"]).code, 0);
}

#[test]
fn a_damaged_or_missing_baseline_stops_the_program() {
    let folder = with(RUNBOOK);
    folder.write("runproof-baseline.json", "<<<<<<< ours\n{}\n");
    for arguments in [&["lint"][..], &["baseline", "prune"], &["baseline", "write"]] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?} {}", ran.stderr);
        assert!(ran.stderr.contains("failed to read the baseline"), "{}", ran.stderr);
    }
    assert_eq!(folder.run(&["lint", "--no-baseline"]).code, 1);
    assert_eq!(folder.run(&["lint", "--baseline", "other.json"]).code, 2);
}

const GARBLED: &str = "# Release\n\n**Last reviewed:** 2026-01-02\n\nFlows 1â€“5 follow [the plan](docs/undo-step.md).\n";

#[test]
fn fixes_keep_line_ends_and_byte_order_mark_and_are_made_once() {
    let folder = with("# x\n");
    let wanted = GARBLED.replace("â€“", "–");
    for (before, after) in [
        (GARBLED.to_owned(), wanted.clone()),
        (GARBLED.replace('\n', "\r\n"), wanted.replace('\n', "\r\n")),
        (format!("\u{feff}{GARBLED}"), format!("\u{feff}{wanted}")),
        (
            format!("\u{feff}{}", GARBLED.replace('\n', "\r\n")),
            format!("\u{feff}{}", wanted.replace('\n', "\r\n")),
        ),
    ] {
        folder.write("RELEASING.md", &before);
        let ran = folder.run(&["lint", "--fix"]);
        assert!(
            ran.stderr.contains("fixed 1, 1 remains, 1 needs --unsafe-fixes"),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.code, 1, "the broken link is left");
        assert_eq!(folder.read("RELEASING.md"), after);
        let again = folder.run(&["lint", "--fix"]);
        assert!(again.stderr.contains("fixed 0, 1 remains"), "{}", again.stderr);
        assert_eq!(folder.read("RELEASING.md"), after);
        let ran = folder.run(&["lint", "--fix", "--unsafe-fixes"]);
        assert!(ran.stderr.contains("fixed 1, 0 remain"), "{}", ran.stderr);
        assert_eq!(folder.read("RELEASING.md"), after.replace("undo-step.", "undo-steps."));
        assert_eq!(ran.code, 0);
    }
}

#[test]
fn utf16_is_written_as_utf16() {
    let folder = with("# x\n");
    let encoded = |text: &str| -> Vec<u8> {
        [0xFF, 0xFE]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect()
    };
    folder.write("RELEASING.md", encoded(GARBLED));
    folder.run(&["lint", "--fix", "--unsafe-fixes"]);
    let bytes = std::fs::read(folder.join("RELEASING.md")).expect("the file can be read");
    assert_eq!(
        bytes,
        encoded(&GARBLED.replace("â€“", "–").replace("undo-step.", "undo-steps."))
    );
}

#[test]
fn a_diff_is_shown_and_nothing_is_changed() {
    let folder = with(GARBLED);
    let ran = folder.run(&["lint", "--diff"]);
    assert_eq!(ran.code, 1);
    for part in [
        "--- a/RELEASING.md", "+++ b/RELEASING.md", "@@ -2,4 +2,4 @@", "-Flows 1â€“5", "+Flows 1–5",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is shown:\n{}", ran.stdout);
    }
    assert_eq!(folder.read("RELEASING.md"), GARBLED);
    folder.write("RELEASING.md", GARBLED.replace("â€“", "–"));
    assert_eq!(folder.run(&["lint", "--diff"]).code, 0, "nothing is left that is safe");
    assert_eq!(folder.run(&["lint", "--diff", "--unsafe-fixes"]).code, 1);
    assert_eq!(folder.run(&["lint", "--unsafe-fixes"]).code, 2);
    assert_eq!(folder.run(&["lint", "--fix", "--rev", "HEAD"]).code, 2);
}

#[test]
fn what_is_accepted_is_not_fixed() {
    let accepted = GARBLED.replace(
        "Flows",
        "<!-- fresh-ignore: mojibake, link-broken reason=\"a sample\" -->\nFlows",
    );
    let folder = with(&accepted);
    let ran = folder.run(&["lint", "--fix", "--unsafe-fixes"]);
    assert!(ran.stderr.contains("fixed 0, 0 remain"), "{}", ran.stderr);
    assert_eq!(folder.read("RELEASING.md"), accepted);
}

#[test]
fn a_change_may_bring_what_somebody_accepted() {
    let folder = with("# Release\n\n**Last reviewed:** 2026-01-02\n");
    folder.commit("Add a step", &[("RELEASING.md", RUNBOOK)]);
    assert_eq!(folder.run(&["lint", "--base", "HEAD~1"]).code, 1);
    let comment = "<!-- fresh-ignore-file: path-missing, make-target-missing reason=\"comes with the next change\" -->\n";
    folder.commit("Say why", &[("RELEASING.md", &format!("{comment}{RUNBOOK}"))]);
    let ran = folder.run(&["lint", "--base", "HEAD~2"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn a_clone_that_is_cut_short_does_not_shrink_the_baseline() {
    let folder = with(RUNBOOK);
    folder.run(&["baseline", "write"]);
    let known = folder.read("runproof-baseline.json");
    folder.commit("Keep it", &[]);
    let clone = Folder::empty();
    let from = format!("file://{}", folder.path().display());
    clone.git(&["clone", "--quiet", "--depth", "1", &from, "."]);
    assert_eq!(clone.run(&["baseline", "prune"]).code, 3);
    assert_eq!(clone.read("runproof-baseline.json"), known);
    assert_eq!(clone.run(&["lint"]).code, 0, "what stood is accepted there, too");
}
