//! What `lint` writes, where it writes it, and that the integrations in the repository call what there is.

use std::fs;
use std::path::Path;

use crate::support::{Folder, run};

fn folder() -> Folder {
    Folder::with(&[
        (
            "RELEASING.md",
            "# Release\n\n**Last reviewed:** 2026-01-02\n\n```bash\nmake ship\n```\n",
        ),
        ("Makefile", "build:\n\ttrue\n"),
    ])
}

fn own(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file can be read")
}

#[test]
fn several_outputs_are_written_in_one_run() {
    let folder = folder();
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let sarif = format!("sarif={}", path("out/a.sarif"));
    let junit = format!("junit={}", path("b.xml"));
    let ran = folder.run(&["lint", "--output", &sarif, "--output", &junit]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("make-target-missing"),
        "stdout stays for people: {}",
        ran.stdout
    );
    assert!(folder.read("out/a.sarif").contains("\"runproofFinding/v1\""));
    assert!(folder.read("b.xml").starts_with("<?xml"));
    let left: Vec<String> = folder.files("out").into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["a.sarif"], "nothing half-written stays");
}

#[test]
fn a_dash_is_stdout() {
    let folder = folder();
    let ran = folder.run(&["lint", "--output", "github=-", "--fail-on", "never"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.starts_with("::error file=RELEASING.md,line=6,"), "{}", ran.stdout);
    let both = folder.run(&["lint", "--format", "concise", "--output", "github=-"]);
    assert!(
        both.stdout.starts_with("RELEASING.md:6:") && both.stdout.contains("\n::error "),
        "{}",
        both.stdout
    );
}

#[test]
fn wrong_outputs_are_refused_before_the_work() {
    let folder = folder();
    let unknown = folder.run(&["lint", "--output", "sarf=x"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean `sarif`?"), "{}", unknown.stderr);
    assert_eq!(folder.run(&["lint", "--output", "json=x", "--output", "sarif=x"]).code, 2);
    let file = format!("json={}", folder.join("Makefile/x").to_string_lossy());
    let failed = folder.run(&["lint", "--output", &file]);
    assert_eq!(failed.code, 2);
    assert!(failed.stderr.contains("failed to write"), "{}", failed.stderr);
}

#[test]
fn fingerprints_survive_lines_that_move() {
    let folder = folder();
    let fingerprints = || -> Vec<String> {
        let value: serde_json::Value =
            serde_json::from_str(&folder.run(&["lint", "--format", "json"]).stdout).expect("it is JSON");
        let findings = value["findings"].as_array().expect("findings are a list").clone();
        findings
            .iter()
            .filter_map(|finding| finding["fingerprint"].as_str().map(str::to_owned))
            .collect()
    };
    let before = fingerprints();
    assert!(!before.is_empty() && before.iter().all(|fingerprint| fingerprint.len() == 32));
    let text = folder.read("RELEASING.md").replace("```bash", "New words.\n\n```bash");
    folder.commit("Move it", &[("RELEASING.md", &text)]);
    assert_eq!(fingerprints(), before);
}

#[test]
fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert!(ran.code == 0 && ran.stdout.contains("explain"), "{shell}");
    }
    let page = run(&["man", "lint"]).stdout;
    assert!(
        page.contains(".TH") && page.contains(".SH EXAMPLES") && page.contains("runproof lint"),
        "{page}"
    );
    assert!(run(&["man"]).stdout.contains(".SH EXIT STATUS"));
    assert_eq!(run(&["man", "lnit"]).code, 2);
    let folder = Folder::empty();
    run(&["man", "--out", &folder.path().to_string_lossy()]);
    assert!(folder.join("runproof.1").is_file() && folder.join("runproof-lint.1").is_file());
}

#[test]
fn rules_are_explained_in_three_forms() {
    let markdown = run(&["explain", "path-missing", "--format", "markdown"]).stdout;
    assert!(
        markdown.starts_with("## path-missing\n") && markdown.contains("### How to fix it"),
        "{markdown}"
    );
    let json: serde_json::Value = serde_json::from_str(&run(&["explain", "--format", "json"]).stdout).expect("it is JSON");
    assert!(json["rules"].as_array().is_some_and(|rules| rules.len() > 10));
    let text = run(&["explain", "path-missing"]).stdout;
    assert!(
        text.contains("Why it matters") && text.lines().all(|line| line.chars().count() <= 120),
        "{text}"
    );
}

/// The words after `runproof lint` in the files that others include, with every variable replaced by a value that holds.
#[test]
fn the_integrations_call_options_that_there_are() {
    let help = run(&["lint", "--help"]).stdout;
    let names = run(&["lint", "--list-formats"]).stdout;
    let formats: Vec<&str> = names.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for file in [
        "action.yml", ".pre-commit-hooks.yaml", "ci/gitlab.yml", "docs/integrations.md",
    ] {
        let text = own(file);
        for (at, _) in text.match_indices("--output ") {
            let name: String = text[at + 9..]
                .trim_start_matches('"')
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                .collect();
            let is_placeholder = text[at + 9..].starts_with("FORMAT");
            assert!(is_placeholder || formats.contains(&name.as_str()), "{file}: {name}");
        }
        for option in ["--fail-on", "--worktree", "--format", "--list-formats"] {
            assert!(!text.contains(option) || help.contains(option), "{file}: {option}");
        }
    }
}

#[test]
fn the_action_keeps_texts_of_others_out_of_its_scripts() {
    let text = own("action.yml");
    let mut is_script = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        is_script = trimmed.starts_with("run:") || is_script && line.starts_with("        ");
        assert!(!is_script || !line.contains("${{"), "a script holds an expression: {line}");
    }
    // Each input is used, and each that is used is there.
    let (inputs, rest) = text.split_once("outputs:").expect("the action has outputs");
    for input in ["args", "base", "fail-on", "sarif", "summary"] {
        assert!(inputs.contains(&format!("\n  {input}:\n")), "{input}");
        assert!(rest.contains(&format!("inputs.{input} }}}}")), "{input}");
    }
    assert_eq!(rest.matches("inputs.").count(), 6);
}
