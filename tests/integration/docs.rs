//! What is generated from the code stands in the repository as the code makes it. `RUNPROOF_BLESS=1 cargo test` writes it anew.

use std::fs;
use std::path::Path;

use crate::blessed::holds;
use crate::support::run;

#[test]
fn the_schema_of_the_settings_is_published() {
    holds("schemas/runproof.schema.json", &run(&["config", "schema"]).stdout);
}

#[test]
fn the_schemas_of_waivers_and_baseline_are_published() {
    for (name, file) in [("waivers", "runproof-waivers"), ("baseline", "runproof-baseline")] {
        holds(
            &format!("schemas/{file}.schema.json"),
            &run(&["config", "schema", name]).stdout,
        );
    }
}

#[test]
fn the_reference_lists_every_command_rule_and_format() {
    let mut text = String::from("# Reference\n\nWritten by the tests from the program itself.\n\n## Commands\n");
    for command in [
        "baseline write", "baseline prune", "build", "lint", "refs", "gates", "inspect", "step", "collect", "amend", "release",
        "component", "advisory", "diff", "sample", "pack", "export", "verify", "explain", "config show", "config schema",
        "completions", "man",
    ] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        text.push_str(&format!(
            "\n### runproof {command}\n\n```text\n{}```\n",
            run(&arguments).stdout
        ));
    }
    text.push_str(&format!("\n## Rules\n\n```text\n{}```\n", run(&["explain"]).stdout));
    text.push_str(&format!(
        "\n## Formats of artifacts\n\n```text\n{}```\n",
        run(&["inspect", "--list"]).stdout
    ));
    text.push_str(&format!(
        "\n## Formats of findings\n\n```text\n{}```\n",
        run(&["lint", "--list-formats"]).stdout
    ));
    holds("docs/reference.md", &text);
}

#[test]
fn the_tables_of_exports_are_described() {
    holds("docs/export.md", &run(&["export", "--schema"]).stdout);
}

#[test]
fn the_readme_counts_the_formats() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README can be read");
    let formats = run(&["inspect", "--list"]).stdout.lines().count();
    let told = format!("[{formats} formats](docs/reference.md#formats-of-artifacts)");
    assert!(readme.contains(&told), "the README says `{told}`");
}
