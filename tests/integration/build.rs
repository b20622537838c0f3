//! `runproof build` on repositories of every shape.

use std::fs;
use std::process::Command;

use crate::support::Folder;

const RUNBOOK: &str = "# Release\n\n**Last reviewed:** 2026-01-02\n\n1. Build it\n\n   ```bash\n   make build\n   ```\n\n2. Ship it\n\n## Rollback\n\n1. Take the last good tag\n";
const MAKEFILE: &str = "build:\n\ttrue\n";

fn index(folder: &Folder) -> String {
    folder.read("site/index.html")
}

#[test]
fn a_repository_with_tags_has_an_edition_per_release() {
    let folder = Folder::with(&[("RELEASING.md", RUNBOOK), ("Makefile", MAKEFILE)]);
    folder.git(&["tag", "-a", "v1.0.0", "-m", "Release v1.0.0\n\nThe first one."]);
    folder.commit(
        "Say more",
        &[("RELEASING.md", &RUNBOOK.replace("Ship it", "Ship it to everybody"))],
    );
    folder.git(&["tag", "v1.1.0"]);
    folder.git(&["tag", "before-lunch"]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("on main 1 runbook (1 fresh), in v1.1.0 1 runbook (1 fresh today), 2 releases (2 editions, 2 not proven), 1 tag left out"),
        "{}",
        ran.stderr
    );
    assert!(folder.read("site/v1.0.0/runbooks/releasing/index.html").contains("Ship it"));
    assert!(
        !folder
            .read("site/v1.0.0/runbooks/releasing/index.html")
            .contains("to everybody")
    );
    assert!(
        folder
            .read("site/v1.1.0/runbooks/releasing/index.html")
            .contains("Ship it to everybody")
    );
    assert!(
        folder
            .read("site/latest/runbooks/releasing/index.html")
            .contains("Ship it to everybody")
    );
    assert!(folder.read("site/releases/v1.0.0/index.html").contains("The first one."));
    assert!(folder.read("site/editions/index.html").contains("before-lunch"));
}

#[test]
fn what_comes_next_and_the_newest_of_each_line_stand_on_the_page_of_releases() {
    let folder = Folder::with(&[
        ("RELEASING.md", RUNBOOK),
        ("Makefile", MAKEFILE),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n- Queue the jobs\n\n## 1.0.0\n\n- First\n",
        ),
        (".changeset/config.json", "{}\n"),
        (".changeset/README.md", "# Changesets\n\nHow they work.\n"),
        (
            ".changeset/brave-cats.md",
            "---\n\"@acme/app\": minor\n---\n\nWait for <b> jobs\n",
        ),
        (".changeset/broken.md", "---\n\"@acme/app\": huge\n---\n\nStill told\n"),
        (".changeset/kept/old.md", "---\n\"@acme/app\": patch\n---\n\nNot one\n"),
        ("docs/note.md", "---\n\"@acme/app\": patch\n---\n\nNot one\n"),
    ]);
    for tag in [
        "v1.0.0", "v0.9.0", "app-helm-chart-1.21.1", "app-helm-chart-1.9.0", "v2.0.0-rc.1",
    ] {
        folder.git(&["tag", tag]);
    }
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = folder.read("site/releases/index.html");
    let told = [
        "From <code>CHANGELOG.md</code>, line 3",
        "Queue the jobs",
        "From <code>.changeset/<wbr>brave-cats.md</code>, line 5",
        "<h3>@acme/app (minor)</h3>",
        "Wait for",
        "Still told",
    ];
    for words in told {
        assert!(page.contains(words), "{words}\n{page}");
    }
    for words in ["How they work", "Not one"] {
        assert!(!page.contains(words), "{words}");
    }
    let newest = page
        .split_once("id=\"rp-newest\"")
        .and_then(|(_, rest)| rest.split("</table>").next());
    let newest = newest.expect("the lines are listed");
    assert!(
        newest.contains(">v1.0.0</a>") && newest.contains(">app-helm-chart-1.21.1</a>"),
        "{newest}"
    );
    assert!(!newest.contains("v2.0.0-rc.1") && !newest.contains("1.9.0"), "{newest}");
    // Of one line alone nothing is listed, and where nothing is written nothing comes.
    let plain = Folder::with(&[
        ("RELEASING.md", RUNBOOK),
        ("Makefile", MAKEFILE),
        ("CHANGELOG.md", "## Unreleased\n\n## 1.0.0\n\n- a\n"),
    ]);
    plain.git(&["tag", "v1.0.0"]);
    assert_eq!(plain.run(&["build"]).code, 0);
    let page = plain.read("site/releases/index.html");
    assert!(!page.contains("rp-newest") && !page.contains("rp-coming"), "{page}");
}

#[test]
fn a_changeset_of_the_root_belongs_to_the_product_whose_package_it_names() {
    let folder = Folder::with(&[
        (
            "runproof.toml",
            "[[products]]\nid = \"app\"\nroot = \"packages/app\"\n\n[[products]]\nid = \"lib\"\nroot = \"packages/lib\"\n",
        ),
        ("packages/app/package.json", "{\"name\": \"@acme/app\"}\n"),
        ("packages/lib/package.json", "{ no JSON\n"),
        ("packages/app/RELEASING.md", RUNBOOK),
        ("packages/lib/RELEASING.md", RUNBOOK),
        (".changeset/cats.md", "---\n\"@acme/app\": minor\n---\n\nOf the app\n"),
        (
            "packages/lib/.changeset/dogs.md",
            "---\n\"@acme/lib\": minor\n---\n\nOf the lib\n",
        ),
    ]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (app, lib) = (
        folder.read("site/app/releases/index.html"),
        folder.read("site/lib/releases/index.html"),
    );
    assert!(app.contains("Of the app") && !app.contains("Of the lib"), "{app}");
    assert!(lib.contains("Of the lib") && !lib.contains("Of the app"), "{lib}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::with(&[
        ("docs/runbooks/a.md", RUNBOOK),
        ("docs/runbooks/b.md", "# B\n\n[a](a.md#rollback)\n"),
        ("Makefile", MAKEFILE),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let first = folder.files("site");
    let again = folder.run(&["build"]);
    assert!(
        again.stderr.contains("wrote 0 of"),
        "nothing changed, so nothing is written: {}",
        again.stderr
    );
    fs::remove_dir_all(folder.join("site")).expect("the site can be removed");
    assert_eq!(folder.run(&["build"]).code, 0);
    let second = folder.files("site");
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    for ((name, before), (_, after)) in first.iter().zip(&second) {
        assert!(before == after, "`{name}` differs between two builds");
    }
}

#[test]
fn a_repository_without_commits_shows_its_worktree() {
    let folder = Folder::repository();
    folder.write("RELEASING.md", RUNBOOK);
    folder.write("Makefile", MAKEFILE);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("there is no history"), "{}", ran.stderr);
    assert!(folder.read("site/next/runbooks/releasing/index.html").contains("Ship it"));
}

#[test]
fn a_plain_folder_is_shown_too() {
    let folder = Folder::empty();
    folder.write("RELEASING.md", RUNBOOK);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("site/next/runbooks/releasing/index.html").contains("Ship it"));
}

#[test]
fn a_repository_without_runbooks_says_so() {
    let folder = Folder::with(&[("README.md", "# Nothing to operate\n")]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 3, "silence is no success: {}", ran.stderr);
    assert!(ran.stderr.contains("no runbooks under the usual names"), "{}", ran.stderr);
    assert!(
        index(&folder).contains("No runbooks were found. Runbooks are looked for under"),
        "the start page tells where they are looked for"
    );
}

#[test]
fn a_bare_repository_and_a_detached_head_are_read() {
    let folder = Folder::with(&[("RELEASING.md", RUNBOOK), ("Makefile", MAKEFILE)]);
    folder.commit("Say more", &[("RELEASING.md", &RUNBOOK.replace("Ship it", "Ship it late"))]);
    folder.git(&["checkout", "--quiet", "HEAD~1"]);
    assert_eq!(folder.run(&["build"]).code, 0);
    assert!(
        !folder
            .read("site/next/runbooks/releasing/index.html")
            .contains("Ship it late")
    );
    let bare = Folder::empty();
    let clone = Command::new("git")
        .args(["clone", "--quiet", "--bare"])
        .arg(folder.path())
        .arg(bare.join("x.git"))
        .status();
    assert!(clone.expect("git starts").success());
    let (repository, out) = (bare.join("x.git"), bare.join("out"));
    let ran = bare.run(&[
        "build",
        "--repo",
        &repository.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(bare.read("out/next/runbooks/releasing/index.html").contains("Ship it"));
}

#[test]
fn a_shallow_clone_says_that_dates_are_unknown() {
    let folder = Folder::with(&[("RELEASING.md", "# Release\n\nNo date here.\n")]);
    folder.commit("Another file", &[("README.md", "x\n")]);
    let clone = Folder::empty();
    let status = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1"])
        .arg(format!("file://{}", folder.path().display()))
        .arg(clone.join("shallow"))
        .status();
    assert!(status.expect("git starts").success());
    let ran = clone.run(&["build", "--repo", &clone.join("shallow").to_string_lossy()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("1 unknown") && ran.stderr.contains("git fetch --unshallow"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_record_that_pins_a_missing_commit_is_shown_without_its_runbooks() {
    let record = r#"{"schema":"runproof-record/1","version":"v1.0.0","commit":"0123456789012345678901234567890123456789","released":"2026-01-05T10:00:00Z","outcome":"shipped","gates":["unit"],"prev":null,"timeline":[],"files":[]}"#;
    let folder = Folder::with(&[("RELEASING.md", RUNBOOK), ("releases/v1.0.0/record.json", record)]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = folder.read("site/releases/v1.0.0/index.html");
    assert!(
        page.contains("does not have its commit"),
        "the release page says that its runbooks are absent"
    );
    assert!(
        page.contains("No evidence"),
        "a declared gate without evidence is no passed gate"
    );
}

#[test]
fn a_folder_that_is_not_ours_is_never_touched() {
    let folder = Folder::with(&[("RELEASING.md", RUNBOOK)]);
    folder.write("site/precious.txt", "keep me");
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("site"), "{}", ran.stderr);
    assert_eq!(folder.read("site/precious.txt"), "keep me");
}

#[test]
fn hostile_files_do_not_stop_the_build() {
    let folder = Folder::with(&[("docs/runbooks/good.md", RUNBOOK), ("Makefile", "build:\n\ttrue\n")]);
    folder.write("docs/runbooks/bom.md", b"\xef\xbb\xbf# With a mark\r\n\r\ntext\r\n");
    folder.write("docs/runbooks/nul.md", b"# Nul\n\na\0b\n");
    folder.write("docs/runbooks/latin.md", b"# Latin\n\ncaf\xe9\n");
    folder.write("docs/runbooks/utf16.md", b"\xff\xfe#\0 \0W\0i\0d\0e\0\n\0");
    folder.write("docs/runbooks/<img src=x onerror=alert(1)>.md", "# Name\n");
    folder.write(
        "docs/runbooks/lfs.md",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
    );
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", folder.join("docs/runbooks/link.md")).expect("the link can be made");
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"docs/runbooks/not-utf8-\xff.md");
        fs::write(folder.path().join(name), "# Not UTF-8\n").expect("the file can be written");
    }
    folder.write("releases/v1.0.0/evidence/unit/junit.xml", "<testsuite><testcase");
    folder.commit("Hostile", &[]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let pages = folder.files("site");
    let all: String = pages
        .iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    assert!(!all.contains("<img src=x") && !all.contains("root:x:"));
    assert!(pages.iter().any(|(name, _)| name.starts_with("next/runbooks/bom/")));
    assert!(
        !pages.iter().any(|(name, _)| name.starts_with("next/runbooks/lfs/")),
        "a pointer is no runbook"
    );
    assert!(folder.read("site/releases/v1.0.0/index.html").contains("Not recorded"));
}

#[test]
fn fail_on_makes_findings_stop_the_build() {
    let folder = Folder::with(&[("RELEASING.md", RUNBOOK)]);
    folder.commit("A Makefile without the target", &[("Makefile", "other:\n\ttrue\n")]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let ran = folder.run(&["build", "--fail-on", "error"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        folder.join("site/index.html").exists(),
        "the handbook is written all the same"
    );
}

#[test]
fn products_stand_under_their_own_prefix() {
    let settings = "title = \"Two\"\n[[products]]\nid = \"api\"\nroot = \"api\"\nrunbooks = [\"*.md\"]\ntags = \"api-v*\"\n[[products]]\nid = \"web\"\nroot = \"web\"\nrunbooks = [\"*.md\"]\n";
    let folder = Folder::with(&[
        ("runproof.toml", settings),
        ("api/release.md", RUNBOOK),
        ("web/release.md", "# Web\n"),
        ("api/Makefile", MAKEFILE),
    ]);
    folder.git(&["tag", "api-v1.0.0"]);
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("site/api/v1.0.0/runbooks/release/index.html").contains("Ship it"));
    assert!(folder.read("site/web/next/runbooks/release/index.html").contains("Web"));
    assert!(index(&folder).contains("api/") && index(&folder).contains("web/"));
}

#[test]
fn a_clone_without_the_texts_cannot_be_judged() {
    let origin = Folder::with(&[("docs/runbooks/a.md", RUNBOOK), ("runproof.toml", "title = \"Ours\"\n")]);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Folder::empty();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["clone", "--quiet", "--no-checkout", &url, "whole"]);
    let whole = clone.join("whole");
    let whole = whole.to_string_lossy();
    let out = clone.join("site").to_string_lossy().into_owned();
    let ran = clone.run(&["build", "--repo", &whole, "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(clone.read("site/index.html").contains("Ours"));
    clone.git(&["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, "bare-bones"]);
    let partial = clone.join("bare-bones");
    let partial = partial.to_string_lossy();
    for arguments in [vec!["build", "--out", &out], vec!["lint"]] {
        let ran = clone.run(&[arguments.as_slice(), &["--repo", &partial]].concat());
        assert_eq!(ran.code, 3, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("git fetch --refetch"), "{}", ran.stderr);
    }
    fs::write(clone.join("bare-bones/runproof.toml"), "").expect("the file can be written");
    let ran = clone.run(&["lint", "--repo", &partial]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
}

#[test]
fn products_without_runbooks_have_nothing_green_on_the_first_page() {
    let settings = "[[products]]\nid = \"api\"\nroot = \"api\"\n[[products]]\nid = \"web\"\nroot = \"web\"\n";
    let folder = Folder::with(&[("runproof.toml", settings), ("api/x.txt", "x"), ("web/x.txt", "x")]);
    assert_eq!(folder.run(&["build"]).code, 3);
    let home = index(&folder);
    assert!(home.contains("No runbooks were found, so none was checked."));
    assert!(!home.contains("class=\"st pass"), "{home}");
}

#[test]
fn the_first_page_says_which_step_fails_and_what_to_go_back_to() {
    let folder = Folder::with(&[
        (
            "runbooks/rollback.md",
            "# Roll back\n\n1. Say so\n2. Take the old tag\n3. Run `make undo`\n4. Watch\n",
        ),
        ("runbooks/release.md", "# Release\n\n1. Run `make ship`\n"),
        ("Makefile", "ship:\n\ttrue\nundo:\n\ttrue\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.write("Makefile", "ship:\n\ttrue\nrevert:\n\ttrue\n");
    folder.git(&["commit", "--quiet", "--all", "--message", "Rename a target"]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let page = index(&folder);
    assert!(page.contains("Broken today: step 3 of 4"), "{page}");
    assert!(
        page.contains("latest/runbooks/release/run/index.html\">Start a run sheet"),
        "{page}"
    );
    assert!(!page.contains("To go back to"), "no release is proven: {page}");
}

#[test]
fn rolling_back_is_one_tap_away_from_every_runbook() {
    let folder = Folder::with(&[
        ("runbooks/release.md", "# Release\n\n## Steps\n\n1. Ship it\n"),
        ("runbooks/undo.md", "# Roll back\n\nTake the last good tag.\n"),
        ("runbooks/restore.md", "# Restore\n\n## Rollback\n\n1. Keep the old copy\n"),
    ]);
    assert_eq!(folder.run(&["build"]).code, 0);
    let tap = |page: &str| {
        let text = folder.read(&format!("site/next/runbooks/{page}/index.html"));
        let bar = text
            .split("class=\"jump\"")
            .nth(1)
            .and_then(|rest| rest.split("</nav>").next())
            .unwrap_or_default()
            .to_owned();
        bar.split("href=\"")
            .filter(|link| link.contains(">Rollback<"))
            .filter_map(|link| link.split('"').next())
            .collect::<String>()
    };
    assert_eq!(tap("release"), "../undo/index.html");
    assert_eq!(tap("restore"), "#rollback");
    assert_eq!(tap("undo"), "", "the page itself is about rolling back");
}

/// A repository with two releases, and a cache folder of its own.
fn released() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/a.md", RUNBOOK),
        ("docs/runbooks/b.md", "# B\n\n1. See [a](a.md#rollback)\n"),
        ("Makefile", MAKEFILE),
        (".gitignore", "site/\ncache/\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder.commit(
        "Say more",
        &[("docs/runbooks/a.md", &RUNBOOK.replace("Ship it", "Ship it late"))],
    );
    folder.git(&["tag", "v1.1.0"]);
    folder
}

/// Builds with the cache of the folder; whether the build knew that it had nothing to do.
fn build_warm(folder: &Folder, more: &[&str]) -> bool {
    let cache = folder.join("cache").to_string_lossy().into_owned();
    let mut arguments = vec!["build", "--cache-dir", &cache];
    arguments.extend(more);
    let ran = folder.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stderr.contains("nothing changed since the last build")
}

/// Every file of the site as a cold build makes it.
fn cold(folder: &Folder, more: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut arguments = vec!["build", "--no-cache", "--out", "cold"];
    arguments.extend(more);
    let _ = fs::remove_dir_all(folder.join("cold"));
    let ran = folder.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder.files("cold")
}

#[test]
fn a_build_with_nothing_to_do_is_known_and_any_change_is_seen() {
    let folder = released();
    assert!(!build_warm(&folder, &[]), "the first build is made");
    assert!(build_warm(&folder, &[]), "the second is known");
    let page = "site/v1.0.0/runbooks/a/index.html";
    let (whole, text) = (folder.files("site"), folder.read(page));
    assert_eq!(whole, cold(&folder, &[]));
    folder.write(page, text.replace("Ship it", "Ship id"));
    assert!(!build_warm(&folder, &[]), "a page that somebody altered is made again");
    assert_eq!(folder.read(page), text);
    fs::remove_file(folder.join(page)).expect("the page can be removed");
    assert!(!build_warm(&folder, &[]), "and one that is gone");
    assert_eq!(folder.files("site"), whole);
    assert!(build_warm(&folder, &[]));
    let steps: [(&str, &dyn Fn()); 5] = [
        ("a commit", &|| {
            folder.commit("Go on", &[("docs/runbooks/b.md", "# B\n\n1. Wait\n")]);
        }),
        ("a tag", &|| {
            folder.git(&["tag", "v1.2.0"]);
        }),
        ("settings that nobody committed", &|| {
            folder.write("runproof.toml", "title = \"Other\"\n");
        }),
        ("waivers", &|| folder.write("runproof-waivers.toml", "")),
        ("another origin", &|| {
            folder.git(&["remote", "add", "origin", "https://github.com/org/other.git"]);
        }),
    ];
    for (what, step) in steps {
        step();
        assert!(!build_warm(&folder, &[]), "{what} is seen");
        assert!(build_warm(&folder, &[]), "{what}, and then nothing");
        assert_eq!(folder.files("site"), cold(&folder, &[]), "{what}");
    }
    let later = ["--today", "2026-03-01"];
    assert!(!build_warm(&folder, &later), "a day is seen");
    assert!(build_warm(&folder, &later));
    assert!(!build_warm(
        &folder,
        &["--today", "2026-03-01", "--base-url", "https://example.org/"]
    ));
    assert!(!build_warm(&folder, &["--worktree"]), "a worktree is always read");
    assert!(!build_warm(&folder, &["--worktree"]));
}

#[test]
fn a_cache_that_is_damaged_or_not_wanted_is_no_use_and_no_harm() {
    let folder = released();
    assert!(!build_warm(&folder, &[]));
    let whole = folder.files("site");
    let again = folder.run(&["build", "--no-cache"]);
    assert!(!again.stderr.contains("nothing changed since"), "{}", again.stderr);
    let entries = fs::read_dir(folder.join("cache")).expect("there is a cache").flatten();
    for entry in entries.filter(|entry| entry.path().is_file()) {
        let mut bytes = fs::read(entry.path()).expect("it can be read");
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(entry.path(), bytes).expect("it can be written");
    }
    assert!(!build_warm(&folder, &[]), "what is damaged counts as absent");
    assert_eq!(folder.files("site"), whole);
    assert!(build_warm(&folder, &[]));
    // The exit code is that of the build.
    let failing = folder.run(&[
        "build",
        "--cache-dir",
        &folder.join("cache").to_string_lossy(),
        "--fail-on",
        "info",
    ]);
    assert_eq!(failing.code, 1, "{}", failing.stderr);
    assert!(failing.stderr.contains("nothing changed since the last build"));
}

#[test]
fn two_clones_and_any_number_of_threads_make_the_same_bytes() {
    let folder = released();
    let (one, eight) = (folder.join("one"), folder.join("eight"));
    for (out, threads) in [(&one, "1"), (&eight, "8")] {
        let out = out.to_string_lossy().into_owned();
        let ran = folder.run_with(&["build", "--no-cache", "--out", &out], &[("RAYON_NUM_THREADS", threads)]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    assert_eq!(folder.files("one"), folder.files("eight"));
    let name = folder.path().file_name().expect("it has a name").to_owned();
    let other = Folder::empty();
    let clone = other.join(&name.to_string_lossy());
    let from = folder.path().to_string_lossy().into_owned();
    let cloned = Command::new("git")
        .args(["clone", "--quiet", "--no-hardlinks", &from])
        .arg(&clone)
        .output()
        .expect("git starts");
    assert!(cloned.status.success());
    let (repo, out) = (
        clone.to_string_lossy().into_owned(),
        other.join("site").to_string_lossy().into_owned(),
    );
    let ran = other.run(&["build", "--no-cache", "--repo", &repo, "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(other.files("site"), folder.files("one"), "wherever it lies");
}
