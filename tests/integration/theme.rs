//! A theme of the repository: tokens and templates over those of the program, and what is refused.

use crate::support::Folder;

const SETTINGS: &str = "[theme]\ntokens = \"docs/theme/tokens.css\"\ntemplates = \"docs/theme/templates\"\n";
const TOKENS: &str = ":root {\n  --link: light-dark(#00566b, #7fd4ea);\n}\n";
const BANNER: &str = "<p class=\"page one small\">Internal to {{ site.title }}</p>\n";

fn repository() -> Folder {
    let folder = Folder::with(&[
        ("docs/runbooks/release.md", "# Release\n\n1. Run `make check`.\n"),
        ("Makefile", "check:\n\ttrue\n"),
    ]);
    folder.git(&["tag", "v1.0.0"]);
    folder
}

fn pages(folder: &Folder, below: &str) -> Vec<(String, Vec<u8>)> {
    folder.files(&format!("site/{below}"))
}

#[test]
fn tokens_change_the_style_sheet_and_no_page_of_an_old_edition() {
    let folder = repository();
    assert_eq!(folder.run(&["build"]).code, 0);
    let (old, sheet) = (pages(&folder, "v1.0.0"), folder.read("site/assets/handbook.css"));
    folder.commit(
        "A colour",
        &[
            ("runproof.toml", "[theme]\ntokens = \"docs/theme/tokens.css\"\n"),
            ("docs/theme/tokens.css", TOKENS),
        ],
    );
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(pages(&folder, "v1.0.0"), old);
    let themed = folder.read("site/assets/handbook.css");
    assert!(
        themed.starts_with(&sheet) && themed.contains(":root{--link:light-dark(#00566b, #7fd4ea);}"),
        "{themed}"
    );
    assert_eq!(folder.run(&["verify", "site"]).code, 0);
    // Another colour is another build, though no runbook changed.
    folder.commit("Another", &[("docs/theme/tokens.css", ":root{--link:#123456}\n")]);
    assert_eq!(folder.run(&["build"]).code, 0);
    assert!(folder.read("site/assets/handbook.css").contains("--link:#123456"));
}

#[test]
fn templates_stand_in_place_of_ours_and_what_has_no_place_stops_the_build() {
    let folder = repository();
    folder.commit(
        "A banner",
        &[
            ("runproof.toml", SETTINGS),
            ("docs/theme/tokens.css", TOKENS),
            ("docs/theme/templates/banner.html", BANNER),
        ],
    );
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = folder.read("site/index.html");
    assert!(
        page.contains("<p class=\"page one small\">Internal to ") && page.contains("Content-Security-Policy"),
        "{page}"
    );
    assert!(folder.read("site/about/index.html").contains("<code>banner.html</code>"));
    let before = folder.files("site");
    for (path, text, words) in [
        ("docs/theme/templates/hom.html", "x", "did you mean `home.html`?"),
        ("docs/theme/templates/base.html", "x", "there is none of that name"),
        ("docs/theme/templates/home.html", "<p>no frame</p>", "does not begin with"),
        (
            "docs/theme/templates/banner.html",
            "<script>alert(1)</script>",
            "docs/theme/templates/banner.html:1: `<script>`",
        ),
        ("docs/theme/templates/banner.html", "{{ site.title | safe }}", "safe"),
        ("docs/theme/templates/banner.html", "{% if %}", "banner.html"),
        ("docs/theme/tokens.css", ":root{--lnik:red}", "did you mean `--link`?"),
        (
            "docs/theme/tokens.css",
            "body{display:none}",
            "docs/theme/tokens.css:1: the tokens do not begin",
        ),
        (
            "runproof.toml",
            "[theme]\ntokens = \"docs/theme/gone.css\"\n",
            "there is no file `docs/theme/gone.css`",
        ),
        (
            "runproof.toml",
            "[theme]\ntokens = \"../x.css\"\n",
            "there is no file `../x.css`",
        ),
        (
            "runproof.toml",
            "[theme]\ntemplates = \"docs/gone\"\n",
            "there is no folder with files `docs/gone/`",
        ),
        ("runproof.toml", "[theme]\ntoken = \"x\"\n", "did you mean `tokens`?"),
    ] {
        let old = std::fs::read(folder.join(path)).ok();
        folder.commit("Wrong", &[(path, text)]);
        let ran = folder.run(&["build"]);
        assert_eq!(ran.code, 2, "{path} {text}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{path} {text}: {}", ran.stderr);
        assert_eq!(folder.files("site"), before, "{path} {text}: the last good handbook stays");
        match old {
            Some(old) => folder.write(path, old),
            None => std::fs::remove_file(folder.join(path)).expect("it can be removed"),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_theme_is_read_through_no_link() {
    let folder = repository();
    std::fs::create_dir_all(folder.join("docs/theme")).expect("the folder can be made");
    std::os::unix::fs::symlink("/etc/passwd", folder.join("docs/theme/tokens.css")).expect("the link can be made");
    folder.commit(
        "A link",
        &[("runproof.toml", "[theme]\ntokens = \"docs/theme/tokens.css\"\n")],
    );
    for command in [&["build"][..], &["build", "--worktree"]] {
        let ran = folder.run(command);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(
            ran.stderr.contains("no plain file") && !ran.stderr.contains("root:"),
            "{}",
            ran.stderr
        );
    }
}
