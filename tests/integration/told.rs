//! What `runproof lint` tells of whole texts, and what it leaves: each kind with its yes, its no and its nearest false alarm.

use crate::support::Folder;

const SCRIPT: &str = "#!/bin/sh\nset -eu\necho one line of its own\n";

/// The findings of a command line, `rule words` each, without those of the clock and of owners.
fn told(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["lint", "--format", "json", "--today", "2026-06-15"], arguments].concat();
    let ran = folder.run(&arguments);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}\n{}", ran.stderr));
    let findings = value["findings"].as_array().expect("findings are a list");
    let is_quiet = |rule: &str| {
        rule.starts_with("review-")
            || rule.starts_with("owner-")
            || matches!(rule, "unverifiable-reference" | "script-not-executable" | "gate-not-declared")
    };
    let shown = findings.iter().filter_map(|finding| {
        let rule = finding["rule"].as_str().unwrap_or_default();
        (!is_quiet(rule)).then(|| format!("{rule} {}", finding["reference"].as_str().unwrap_or_default()))
    });
    shown.collect()
}

/// A repository with a runbook and some files.
fn holding(runbook: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::repository();
    let mut all = vec![("docs/runbooks/deploy.md", runbook)];
    all.extend(files);
    folder.commit("Begin", &all);
    folder
}

/// What is told of a runbook beside some files.
fn of(runbook: &str, files: &[(&str, &str)]) -> Vec<String> {
    told(&holding(runbook, files), &[])
}

#[test]
fn a_script_that_is_run_only_where_it_is_there_is_not_missing() {
    let files = [("scripts/run.sh", SCRIPT)];
    for lines in [
        "[ -f scripts/gone.sh ] && bash scripts/gone.sh",
        "if [ -x scripts/gone.sh ]; then\n  bash scripts/gone.sh\nfi",
        "test -f scripts/gone.sh && bash scripts/gone.sh",
    ] {
        let text = format!("# Deploy\n\n```bash\nbash scripts/run.sh\n{lines}\n```\n");
        assert_eq!(of(&text, &files), Vec::<String>::new(), "{lines}");
    }
    for lines in [
        "bash scripts/gone.sh",
        // Another file is asked for, or the step stops where it is not there.
        "[ -f scripts/run.sh ] && bash scripts/gone.sh",
        "[ -f scripts/gone.sh ] || exit 1\nbash scripts/gone.sh",
        "[ -n scripts/gone.sh ] && bash scripts/gone.sh",
    ] {
        let text = format!("# Deploy\n\n```bash\nbash scripts/run.sh\n{lines}\n```\n");
        assert!(
            of(&text, &files).contains(&"path-missing scripts/gone.sh".to_owned()),
            "{lines}"
        );
    }
}

#[test]
fn a_script_that_was_fetched_is_not_missing() {
    let files = [("scripts/run.sh", SCRIPT)];
    let block = |lines: &str| of(&format!("# Deploy\n\n```bash\nbash scripts/run.sh\n{lines}\n```\n"), &files);
    assert!(block("# downloaded from the portal\n./agent.sh").is_empty());
    assert!(block("curl -fsSL https://example.org/x -o agent.sh\n./agent.sh").is_empty());
    assert_eq!(block("./agent.sh"), ["path-missing ./agent.sh"]);
    assert_eq!(block("# start the agent\n./agent.sh"), ["path-missing ./agent.sh"]);
    // The comment is about another line.
    assert_eq!(
        block("# downloaded from the portal\nls\n./agent.sh"),
        ["path-missing ./agent.sh"]
    );
}

#[test]
fn an_endpoint_that_is_to_answer_404_is_not_unserved() {
    let code = "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get(\"/health\")\ndef a(): ...\n\n@app.get(\"/users\")\ndef b(): ...\n\n@app.get(\"/orders\")\ndef c(): ...\n";
    let text = |words: &str| {
        format!(
            "# Deploy\n\n{words}\n\n```bash\ncurl http://localhost:8000/health\ncurl http://localhost:8000/orders\ncurl http://localhost:8000/user\n```\n"
        )
    };
    let files = [("app/main.py", code)];
    let unserved = ["endpoint-unserved http://localhost:8000/user".to_owned()];
    assert_eq!(of(&text("The service answers:"), &files), unserved);
    assert!(of(&text("The last one is answered with 404:"), &files).is_empty());
    // Another number, and a word that only holds it.
    assert_eq!(of(&text("Each is answered within 4040 ms:"), &files), unserved);
}

#[test]
fn the_only_clone_of_a_repository_without_address_is_that_repository() {
    let files = [("scripts/run.sh", SCRIPT)];
    let text =
        |clones: &str| format!("# Deploy\n\n```bash\n{clones}\ncd thing\nbash scripts/run.sh\nbash scripts/gone.sh\n```\n");
    let one = "git clone https://github.com/acme/thing.git";
    assert_eq!(of(&text(one), &files), ["path-missing scripts/gone.sh"]);
    let two = format!("git clone https://github.com/acme/other.git\n{one}");
    assert!(of(&text(&two), &files).is_empty(), "nobody says which of them it is");
    let named = holding(&text(one), &files);
    named.git(&["remote", "add", "origin", "https://github.com/acme/app.git"]);
    assert!(told(&named, &[]).is_empty(), "the clone is another repository");
}

#[test]
fn a_name_without_a_folder_is_what_it_was_when_it_was_written() {
    let text = "# Deploy\n\nRun `restore-all.sh` first, and `run.sh` then.\n";
    let folder = holding(
        text,
        &[
            ("ops/restore-all.sh", SCRIPT),
            ("ops/run.sh", "#!/bin/sh\necho two\n"),
            ("ops/kept.sh", "#!/bin/sh\n"),
        ],
    );
    assert!(told(&folder, &[]).is_empty());
    folder.git(&["rm", "-q", "ops/restore-all.sh", "ops/run.sh"]);
    folder.commit("Tidy up", &[]);
    // A short name may be anybody's.
    assert_eq!(told(&folder, &[]), ["path-missing restore-all.sh"]);
    // Where two had the name, nobody knows which was meant.
    let folder = holding(
        text,
        &[("ops/restore-all.sh", SCRIPT), ("db/restore-all.sh", "#!/bin/sh\necho db\n")],
    );
    folder.git(&["rm", "-q", "ops/restore-all.sh", "db/restore-all.sh"]);
    folder.commit("Tidy up", &[("README.md", "# App\n")]);
    assert!(told(&folder, &[]).is_empty());
}

#[test]
fn what_a_text_is_yet_to_make_is_not_missing() {
    let files = [("src/a.ts", "a"), ("docs/x.md", "# X\n")];
    for line in [
        "- [ ] Add `src/b.ts` + `src/c.ts`.",
        "- [ ] Добавить `src/b.ts`",
        "| Screen | `src/b.ts` (to-create) |",
        "The history is `docs/drills/` (crear al primer mes).",
        "File a copy in `docs/log.md`.",
        "This guide supersedes `docs/old.md`.",
        "## Roadmap\n\nWe will test them in `src/flows/`.",
        "In `acme/infra`, edit `src/prod.yaml`.",
        "Sign `./app-x.x.x.phar`, then edit `src/__NAME__.ts`.",
    ] {
        assert_eq!(
            of(&format!("# Deploy\n\nSee `src/a.ts`.\n\n{line}\n"), &files),
            Vec::<String>::new(),
            "{line}"
        );
    }
    for (line, missing) in [
        ("- [ ] Add `src/b.ts` to the list.", "src/b.ts"),
        ("- [x] Add `src/b.ts`", "src/b.ts"),
        ("Replace `src/b.ts` with the new one.", "src/b.ts"),
        ("In staging/production, edit `src/prod.yaml`.", "src/prod.yaml"),
        ("## Next\n\nThey stand in `src/flows/`.", "src/flows/"),
    ] {
        let found = of(&format!("# Deploy\n\nSee `src/a.ts`.\n\n{line}\n"), &files);
        assert_eq!(found, [format!("path-missing {missing}")], "{line}");
    }
}

#[test]
fn commands_in_a_clone_on_a_host_are_followed() {
    let files = [
        ("scripts/run.sh", SCRIPT),
        ("scripts/ship.sh", "#!/bin/sh\necho ship it now\n"),
        ("compose.yaml", "services:\n  api:\n    image: a\n"),
    ];
    let text = |before: &str| {
        format!(
            "# Deploy\n\n```bash\ncd /opt/app\n{before}\nbash ./scripts/run.sh\nbash ./scripts/gone.sh\ndocker compose up -d wep\n```\n"
        )
    };
    assert_eq!(
        of(&text("git pull --ff-only"), &files),
        ["path-missing ./scripts/gone.sh", "compose-service-missing wep"]
    );
    // Whose folder it is nobody says.
    assert!(of(&text("ls"), &files).is_empty());
    // A change that takes away what was there breaks the text all the same.
    let folder = holding(&text("ls"), &files);
    folder.git(&["mv", "scripts/run.sh", "scripts/start.sh"]);
    folder.commit("Rename it", &[]);
    assert_eq!(told(&folder, &["--base", "HEAD^"]), ["breaks-runbook ./scripts/run.sh"]);
}

#[test]
fn projects_modules_outputs_and_programs_are_looked_up() {
    let files = [
        ("src/Api/Api.csproj", "<Project/>\n"),
        ("services/api/pom.xml", "<project/>\n"),
        (
            "pyproject.toml",
            "[project]\nname = \"app\"\nversion = \"1\"\n[project.scripts]\napp-ship = \"app.cli:main\"\n",
        ),
        ("app/cli.py", "def main():\n    pass\n"),
        ("infra/main.tf", "output \"db_url\" {\n  value = \"x\"\n}\n"),
    ];
    let text = "# Deploy\n\n```bash\ndotnet run --project src/Api\nmvn -pl services/api -am package\nterraform -chdir=infra output -raw db_url\napp-ship prod\n```\n";
    assert!(of(text, &files).is_empty());
    let wrong = text
        .replace("src/Api", "src/Apy")
        .replace("services/api", "services/apy")
        .replace("db_url", "db_uri");
    assert_eq!(
        of(&wrong, &files),
        [
            "manifest-missing src/Apy",
            "manifest-missing services/apy",
            "terraform-address-missing db_uri"
        ]
    );
    let folder = holding(text, &files);
    folder.commit(
        "Rename what they define",
        &[
            ("infra/main.tf", "output \"database_url\" {\n  value = \"y\"\n}\n"),
            (
                "pyproject.toml",
                "[project]\nname = \"app\"\nversion = \"1\"\n[project.scripts]\nship = \"app.cli:main\"\n",
            ),
        ],
    );
    let broken = told(&folder, &["--base", "HEAD^"]);
    assert_eq!(broken, ["breaks-runbook db_url", "breaks-runbook app-ship prod"]);
}

#[test]
fn scripts_in_a_block_without_label_are_commands() {
    let files = [("hack/set-version", SCRIPT), ("hack/other.sh", SCRIPT)];
    let block = |lines: &str| of(&format!("# Release\n\n```\n{lines}\n```\n"), &files);
    assert!(block("hack/set-version 1.2.3\nhack/other.sh").is_empty());
    assert_eq!(block("hack/set-version 1.2.3\nhack/gone.sh"), ["path-missing hack/gone.sh"]);
    assert!(block("hack/gone.sh").is_empty(), "a list of files");
    assert!(block("hack/gone.sh - sets the version").is_empty());
}
