//! First contact: what a repository gets from `init` and the first `build`, as its pages say it. Three kinds of repositories, each a text
//! in `tests/golden/first-contact`: `RUNPROOF_BLESS=1` writes them anew. `RUNPROOF_FIRST_CONTACT=FOLDER` keeps the sites, to be looked at.

use std::fs;
use std::path::Path;

use crate::blessed::holds;
use crate::support::Folder;

/// Pages of which the words are kept.
const PAGES: [&str; 4] = [
    "index.html", "gates/index.html", "releases/index.html", "freshness/index.html",
];

#[test]
fn a_repository_with_nothing_gets_a_handbook_that_looks_cared_for() {
    first_contact("nothing", &Folder::repository());
}

#[test]
fn runbooks_without_gates_get_the_gates_that_were_understood_as_proposals() {
    let folder = Folder::with(&[
        (
            "docs/runbooks/release.md",
            "# Release the harbor service\n\nOwner: platform\n\n## Gates\n\n| Gate | Demand | Evidence |\n|---|---|---|\n\
             | Unit tests | at least 200 tests, none failed | junit.xml |\n| Coverage | lines ≥ 80 % | coverage.xml |\n\
             | Image scan | no critical findings | trivy.json |\n\n## Steps\n\n1. Look at the queue.\n\n   ```sh\n   make check\n   ```\n\n\
             2. Tag it.\n\n   ```sh\n   git tag -a \"$VERSION\" -m \"$VERSION\"\n   git push origin \"$VERSION\"\n   ```\n\n\
             ## Rollback\n\n```sh\n./scripts/rollback.sh <version>\n```\n",
        ),
        (
            "docs/runbooks/restore-database.md",
            "# Restore the database\n\nOwner: data\nLast reviewed: 2026-01-01\n\n1. Stop the writers.\n\n   ```sh\n   make stop-writers\n   ```\n\n\
             2. Restore the newest dump.\n\n   ```sh\n   ./scripts/restore.sh\n   ```\n",
        ),
        ("Makefile", "check:\n\tcargo test\n\nstop-writers:\n\ttrue\n"),
        ("scripts/restore.sh", "#!/bin/sh\nset -e\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: []\n",
        ),
    ]);
    folder.git(&["remote", "add", "origin", "https://github.com/acme/harbor.git"]);
    first_contact("runbooks", &folder);
}

#[test]
fn tags_and_a_changelog_are_releases_at_once() {
    let folder = Folder::with(&[
        ("README.md", "# Harbor\n"),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- The first berth\n",
        ),
    ]);
    folder.git(&["remote", "add", "origin", "git@gitlab.com:acme/harbor.git"]);
    folder.git(&["tag", "v1.0.0"]);
    folder.commit(
        "Second",
        &[(
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n- Cranes turn\n\n## [1.1.0] - 2026-01-02\n\n### Added\n\n- A second berth\n\n### Fixed\n\n\
             - Ships no longer sink when two of them arrive at once\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- The first berth\n",
        )],
    );
    folder.git(&["tag", "-a", "v1.1.0", "-m", "A second berth"]);
    folder.commit("Turn", &[("crane.txt", "turns\n")]);
    first_contact("releases", &folder);
}

/// Begins a handbook, builds it, and holds what was said and what the pages say against the text that is kept.
fn first_contact(name: &str, folder: &Folder) {
    let begun = folder.run(&["init"]);
    assert_eq!(begun.code, 0, "{}", begun.stderr);
    // What `init` says is next.
    let built = folder.run(&["build", "--worktree"]);
    assert_eq!(built.code, 0, "{}{}", built.stdout, built.stderr);
    folder.commit("Begin a handbook", &[]);
    let linted = folder.run(&["lint", "--format", "concise"]);
    let built = folder.run(&["build"]);
    assert_eq!(built.code, 0, "{}{}", built.stdout, built.stderr);
    if let Some(kept) = std::env::var_os("RUNPROOF_FIRST_CONTACT") {
        copy(&folder.join("site"), &Path::new(&kept).join(name));
    }
    let mut text = format!(
        "# init\n\n{}\n# lint, exit code {}\n\n{}{}\n# build\n\n{}",
        begun.stderr, linted.code, linted.stdout, linted.stderr, built.stderr
    );
    text.push_str(&format!("\n# runproof.toml\n\n{}", folder.read("runproof.toml")));
    for page in PAGES {
        if folder.join("site").join(page).is_file() {
            text.push_str(&format!("\n# {page}\n\n{}", words(&folder.read(&format!("site/{page}")))));
        }
    }
    let place = folder.path().to_string_lossy().into_owned();
    let own = folder
        .path()
        .file_name()
        .expect("it has a name")
        .to_string_lossy()
        .into_owned();
    holds(
        &format!("tests/golden/first-contact/{name}.txt"),
        &text.replace(&place, "FOLDER").replace(&own, "harbor"),
    );
}

/// The words of the main part of a page, one line for each block. Commits have no name: that of the folder is in what they hold.
fn words(html: &str) -> String {
    let main = html.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
    let main = main.map_or(html, |(main, _)| main);
    let mut text = String::new();
    let main = main.replace("<wbr>", "");
    for part in main.split('<').skip(1) {
        let (tag, words) = part.split_once('>').unwrap_or_default();
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let is_inline = ["a", "b", "code", "span", "time", "svg", "use", "path", "em", "strong"].contains(&name.as_str());
        text.push_str(if is_inline { " " } else { "\n" });
        text.push_str(words);
    }
    let is_commit = |word: &str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let shown = |word| if is_commit(word) { "COMMIT" } else { word };
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().map(shown).collect::<Vec<_>>().join(" "));
    let lines = lines.filter(|line| !line.is_empty());
    lines
        .fold(String::new(), |text, line| text + &line + "\n")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}
