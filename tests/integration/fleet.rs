//! The recipe of `docs/many-repositories.md` is run as it is written, over the handbook of this repository and over generated ones. Without `DuckDB`
//! the questions are skipped, and that is said.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Folder;

/// The blocks of a language in the recipe, in the form that this build writes.
fn blocks(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/many-repositories.md");
    let mut text = fs::read_to_string(path).expect("the recipe is there");
    if !cfg!(feature = "parquet") {
        text = text
            .replace("--format parquet", "--format ndjson")
            .replace(".parquet'", ".ndjson'");
    }
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

/// Repositories that ship a component, of which every third is the one that is looked for.
fn generated(folder: &Folder, count: usize) {
    for repository in 0..count {
        let name = if repository % 3 == 0 { "lodash" } else { "left-pad" };
        let bill = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"application","bom-ref":"app","name":"app"}}}},
            "components":[{{"type":"library","bom-ref":"x","name":"{name}","version":"4.17.20","purl":"pkg:npm/{name}@4.17.20"}}],
            "dependencies":[{{"ref":"app","dependsOn":["x"]}}]}}"#
        );
        let scan = format!(
            r#"{{"SchemaVersion":2,"ArtifactName":"app","Results":[{{"Target":"l","Class":"lang-pkgs","Vulnerabilities":[
            {{"VulnerabilityID":"CVE-2021-23337","PkgName":"{name}","InstalledVersion":"4.17.20","Severity":"HIGH"}}]}}]}}"#
        );
        let at = |file: &str| format!("generated-{repository}/{file}");
        folder.write(&at("docs/runbooks/release.md"), "# Release\n\n1. Run `make release`.\n");
        folder.write(&at("releases/v1.0.0/evidence/sbom/app.cdx.json"), bill);
        folder.write(&at("releases/v1.0.0/evidence/scan/trivy.json"), scan);
        folder.write(&at("releases/v1.0.0/evidence/dist/app-1.0.0.tar.gz"), "an archive");
    }
}

#[test]
fn the_recipe_for_many_repositories_runs_as_written() {
    let folder = Folder::empty();
    generated(&folder, 6);
    std::os::unix::fs::symlink(env!("CARGO_MANIFEST_DIR"), folder.join("handbook")).expect("a link can be made");
    folder.write("bin/runproof", "");
    fs::remove_file(folder.join("bin/runproof")).expect("it can be removed");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_runproof"), folder.join("bin/runproof")).expect("a link can be made");
    let path = format!(
        "{}:{}",
        folder.join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    // The folder of the program is no repository.
    let script = blocks("bash")[0].replace("in */", "in generated-*/ handbook/");
    let ran = Command::new("bash")
        .args(["-euc", &script])
        .current_dir(folder.path())
        .env("PATH", &path)
        .output()
        .expect("bash starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let questions = blocks("sql");
    assert_eq!(questions.len(), 5);
    let python =
        "import sys, json, duckdb\nprint(json.dumps([duckdb.sql(q).fetchall() for q in json.load(sys.stdin)], default=str))";
    let has_duckdb = Command::new("python3").args(["-c", "import duckdb"]).output();
    if !has_duckdb.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: duckdb is not installed, so nobody asked the tables");
        return;
    }
    folder.write("questions.json", serde_json::to_string(&questions).expect("it is JSON"));
    let ran = Command::new("python3")
        .args(["-c", python])
        .current_dir(folder.path())
        .stdin(fs::File::open(folder.join("questions.json")).expect("it is there"))
        .output()
        .expect("python starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let answers: Vec<Vec<Vec<serde_json::Value>>> = serde_json::from_slice(&ran.stdout).expect("it is JSON");
    let of_generated = |at: usize| {
        let rows = answers[at].iter();
        rows.filter(|row| row[0].as_str().is_some_and(|name| name.starts_with("generated")))
            .count()
    };
    assert_eq!(of_generated(0), 2, "{:?}", answers[0]);
    assert_eq!(of_generated(1), 6, "{:?}", answers[1]);
    assert!(
        answers[1].iter().filter(|row| row[0] != "handbook").all(|row| row[5] == 1),
        "each is a direct dependency"
    );
    assert_eq!(of_generated(2), 0, "all were scanned");
    assert_eq!(of_generated(3), 6, "no archive is attested: {:?}", answers[3]);
    let of_handbook = answers[4].iter().filter(|row| row[0] == "handbook").count();
    assert!(of_handbook > 0, "some runbooks of the five systems are stale on purpose");
}
