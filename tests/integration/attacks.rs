//! A repository of somebody who means harm: markup, links that run, escape sequences and odd names at every place where a handbook shows
//! what others wrote. The pages are read byte by byte. `tests/browser/check.mjs` opens the same kind of site in a browser:
//! `RUNPROOF_KEEP=FOLDER cargo test hostile` leaves the built site there for it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::Folder;

/// Texts that run, break out or mislead where they are not escaped. Each sets `window.__pwn` if it runs.
const PAYLOADS: [&str; 22] = [
    "<script>window.__pwn=1</script>",
    "<img src=x onerror=window.__pwn=1>",
    "<svg onload=window.__pwn=1>",
    "<svg><script>window.__pwn=1</script></svg>",
    "\"><img src=x onerror=window.__pwn=1>",
    "'><img src=x onerror=window.__pwn=1>",
    "x\" onmouseover=\"window.__pwn=1",
    "</title><script>window.__pwn=1</script>",
    "</main></body><h1>Approved</h1>",
    "</pre></code><iframe srcdoc=\"<script>parent.__pwn=1</script>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.__pwn=1&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=window.__pwn=1>\">",
    "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "<plaintext><textarea><![CDATA[<!--",
    "{{ config }}{% include \"/etc/passwd\" %}{{ get_env(name=\"HOME\") }}",
    "javascript:window.__pwn=1",
    "--><script>window.__pwn=1</script>",
    "]]><script>window.__pwn=1</script>",
    "__proto__",
    "<details open ontoggle=window.__pwn=1>",
];

/// Targets of links that may lead nowhere, or only to the web by a name that is seen.
const TARGETS: [&str; 16] = [
    "javascript:window.__pwn=1",
    "JaVaScRiPt:window.__pwn=1",
    "&#106;avascript:window.__pwn=1",
    "java&Tab;script:window.__pwn=1",
    "java&NewLine;script:window.__pwn=1",
    "\u{1}javascript:window.__pwn=1",
    "data:text/html,<script>window.__pwn=1</script>",
    "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5fX3B3bj0xIi8+",
    "vbscript:window.__pwn=1",
    "blob:https://evil.example/x",
    "file:///etc/passwd",
    "filesystem:https://evil.example/x",
    "//evil.example/x",
    "\\\\\\\\evil.example",
    "/\\\\evil.example",
    "../../../../../../etc/passwd",
];

/// Names of files that mean something to a shell, a browser, a URL or a disk.
const NAMES: [&str; 16] = [
    "<img src=x onerror=window.__pwn=1>",
    "a\"b",
    "a'b",
    "a&b",
    "a#b?",
    "a%2Fb",
    "-rf",
    "line\nbreak",
    "Deploy",
    "deploy",
    "__proto__",
    "con",
    "search",
    "..%2f..",
    "\u{202e}dm",
    "\u{1b}[2J",
];

/// One runbook with a payload at every place of Markdown.
fn runbook(payload: &str, target: &str) -> String {
    let quoted = payload.replace('\\', "\\\\").replace('"', "\\\"");
    let cell = payload.replace('|', "\\|");
    let mut text = format!("---\ntitle: \"{quoted}\"\nowner: \"{quoted}\"\nlast_reviewed: \"{quoted}\"\n---\n\n");
    let _ = write!(
        text,
        "# T {payload}\n\n## H {payload}\n\n## constructor\n\n## rp-main\n\n### Step {{#x\" onclick=\"window.__pwn=1}}\n\n{payload}\n\n\
         P {payload} p\n\n[L {payload}]({target})\n\n[l]({target} \"{quoted}\")\n\n[r]\n\n[r]: {target}\n\n<{target}>\n\n![{payload}]({target})\n\n\
         ![t](https://evil.example/track.gif)\n\n> [!NOTE]\n> {payload}\n\n- [ ] {payload}\n\n| h {cell} | b |\n|---|---|\n| {cell} | `{cell}` |\n\n\
         [^{payload}]\n\n[^{payload}]: {payload}\n\n```{payload}\nmake {payload}\n```\n\n```bash\ncat {payload}\nrm -rf /tmp/\u{202e}x \u{1b}[2K\u{200b}\n```\n\n\
         1. Run `make {payload}` and `scripts/{payload}.sh`.\n\n## Rollback {payload}\n\n1. {payload}\n\nYour host is <good-tag-or-commit>.\n"
    );
    text
}

/// The repository: runbooks, releases, evidence, logs, tags and names, all by somebody who means harm.
pub(crate) fn hostile() -> Folder {
    let folder = Folder::repository();
    let json = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let xml = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut cases = String::new();
    let mut components = Vec::new();
    let mut gates = vec!["\"unit\"".to_owned()];
    let mut events = Vec::new();
    let mut notes = String::from("# Notes\n\n<!-- hidden\nwords -->\n\n");
    let mut changelog = String::from("# Changelog\n\n## [1.0.0] - 2026-01-02\n\n");
    let mut log = String::from("# Rollback log\n\n| Date | Version | Why |\n|---|---|---|\n");
    let mut config = String::from("title = \"<script>window.__pwn=1</script>\"\n");
    for (at, payload) in PAYLOADS.iter().enumerate() {
        let target = TARGETS[at % TARGETS.len()];
        folder.write(&format!("docs/runbooks/p{at}.md"), runbook(payload, target));
        let (json, xml, cell) = (json(payload), xml(payload), payload.replace('|', "\\|"));
        let _ = write!(
            cases,
            "<testcase classname=\"{xml}\" name=\"{xml}\"><failure message=\"{xml}\">{xml}&#27;[2J</failure></testcase>"
        );
        components.push(format!(
            "{{\"type\":\"library\",\"name\":\"{json}\",\"version\":\"{json}\",\"purl\":\"pkg:npm/{at}@1\",\"licenses\":[{{\"license\":{{\"name\":\"{json}\"}}}}],\
             \"externalReferences\":[{{\"type\":\"website\",\"url\":\"javascript:window.__pwn=1\"}}]}}"
        ));
        gates.push(format!("\"{json}\""));
        events.push(format!(
            "{{\"at\":\"2026-01-02T10:00:{at:02}Z\",\"event\":\"{json}\",\"by\":\"{json}\",\"note\":\"{json}\"}}"
        ));
        let _ = write!(notes, "## {payload}\n\n- {payload}\n\n");
        let _ = write!(changelog, "### {payload}\n\n- {payload}\n\n");
        let _ = writeln!(log, "| 2026-01-02 | 1.0.0 | {cell} |");
    }
    for target in TARGETS {
        folder.write(
            &format!("docs/runbooks/t{}.md", target.len()),
            runbook("<b onclick=window.__pwn=1>", target),
        );
    }
    for name in NAMES {
        folder.write(&format!("docs/runbooks/{name}.md"), format!("# N\n\nSee `{name}`.\n"));
        folder.write(&format!("releases/v1.0.0/evidence/unit/{name}.xml"), "<a>");
    }
    let deep = [">".repeat(3000), "[".repeat(3000), "*a ".repeat(3000), "- ".repeat(1000)].join("\n\n");
    folder.write("docs/runbooks/deep.md", deep);
    folder.write("docs/runbooks/bytes.md", b"# \xff\xfe\x00 \r x\r\n\n\x1b]52;c;eA==\x07\n");
    let _ = write!(
        config,
        "[[products]]\nid = \"main\"\nname = \"<img src=x onerror=window.__pwn=1>\"\nsummary = \"</p><script>window.__pwn=1</script>\"\n\
         logs = [\"logs/*.md\"]\nchangelogs = [\"CHANGELOG.md\"]\n[[products.gates]]\nid = \"unit\"\ntitle = \"\\\"><img src=x onerror=window.__pwn=1>\"\n"
    );
    folder.write("runproof.toml", config);
    folder.write(
        "releases/v1.0.0/evidence/unit/junit.xml",
        format!("<testsuite name=\"s\" tests=\"1\">{cases}</testsuite>"),
    );
    folder.write(
        "releases/v1.0.0/evidence/sbom/bom.json",
        format!(
            "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[{}]}}",
            components.join(",")
        ),
    );
    folder.write(
        "releases/v1.0.0/evidence/lol/junit.xml",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><testsuite><testcase name=\"&e;\"/></testsuite>",
    );
    folder.write("releases/v1.0.0/evidence/x/evil.js", "window.__pwn=1");
    folder.write("releases/v1.0.0/evidence/x/evil.html", "<script>window.__pwn=1</script>");
    folder.write(
        "releases/v1.0.0/evidence/x/evil.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"window.__pwn=1\"/>",
    );
    let payload = json(PAYLOADS[4]);
    folder.write(
        "releases/v1.0.0/record.json",
        format!(
            "{{\"schema\":\"runproof-record/1\",\"version\":\"v1.0.0\",\"note\":\"{payload}\",\"gates\":[{}],\"timeline\":[{}],\
             \"files\":[{{\"path\":\"../../../../etc/passwd\",\"sha256\":\"{payload}\",\"bytes\":1}},{{\"path\":\"{payload}\",\"sha256\":\"{payload}\",\"bytes\":1,\"gate\":\"{payload}\"}}]}}",
            gates.join(","),
            events.join(",")
        ),
    );
    folder.write("releases/v1.0.0/notes.md", notes);
    folder.write("CHANGELOG.md", changelog);
    folder.write("logs/rollback.md", log);
    links(&folder);
    folder.git(&["add", "--all"]);
    let (author, subject) = (
        "\" onclick=\"window.__pwn=1 <x@example.org>",
        "<script>window.__pwn=1</script> \u{1b}[2J",
    );
    folder.git(&["commit", "--quiet", "--author", author, "--message", subject]);
    for tag in [
        "v1.0.0",
        "v1.2.3\"onload=\"window.__pwn=1",
        "<script>window.__pwn=1</script>",
        "<img/src=x/onerror=window.__pwn=1>-v2.0.0",
        "v1/latest",
        "latest",
        "CON-v3.0.0",
    ] {
        folder.git(&[
            "tag",
            "-a",
            tag,
            "-m",
            "<script>window.__pwn=1</script>\n\n- <img src=x onerror=window.__pwn=1>\n",
        ]);
    }
    let long = format!("v4.0.0-{}", "x".repeat(200));
    folder.git(&["tag", &long]);
    folder
}

/// Links that lead out of the repository, in a circle, and into git's own folder.
#[cfg(unix)]
fn links(folder: &Folder) {
    use std::os::unix::fs::symlink;
    for (link, target) in [
        ("docs/runbooks/passwd.md", "/etc/passwd"),
        ("docs/runbooks/circle.md", "circle.md"),
        ("docs/runbooks/config.md", "../../.git/config"),
        ("docs/runbooks/all", "/etc"),
        ("releases/v1.0.0/evidence/unit/link.xml", "/etc/passwd"),
        ("releases/v2.0.0", "/etc"),
    ] {
        symlink(target, folder.join(link)).expect("the link can be made");
    }
}

#[cfg(not(unix))]
fn links(_: &Folder) {}

/// Whether behind a `<noscript>` stands what we write in one and nothing else: the style sheet that tells when the handbook was built.
fn is_sheet_of_build(after: &str) -> bool {
    after
        .split_once("</noscript>")
        .and_then(|(inside, _)| {
            inside
                .strip_prefix("<link rel=\"stylesheet\" href=\"")?
                .strip_suffix("about/build.css\">")
        })
        .is_some_and(|root| root.trim_matches(['.', '/']).is_empty())
}

/// What a page holds that no page may hold. The pages are our own, so every tag must have the one form in which we write tags.
fn wrongs(html: &str, is_sheet: bool) -> Vec<String> {
    let mut wrongs = Vec::new();
    let (mut headings, mut mains) = (0, 0);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with("!doctype html>") || rest.starts_with("!DOCTYPE html>") {
            continue;
        }
        let body = rest.strip_prefix('/').unwrap_or(rest);
        let end = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
        let name = &body[..end];
        headings += usize::from(name == "h1" && !rest.starts_with('/'));
        mains += usize::from(name == "main" && !rest.starts_with('/'));
        let mut attributes = Vec::new();
        let Some(after) = attributes_of(&body[end..], &mut attributes) else {
            wrongs.push(format!("no tag of ours: <{}", rest.chars().take(60).collect::<String>()));
            continue;
        };
        let is_end = rest.starts_with('/');
        rest = after;
        if is_end {
            continue;
        }
        let value = |wanted: &str| attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        if matches!(
            name,
            "iframe" | "object" | "embed" | "form" | "base" | "style" | "math" | "plaintext"
        ) || name == "noscript" && !is_sheet_of_build(after)
            || name == "textarea" && !is_sheet
            || name == "script" && value("src").is_none()
            // The only picture is the badge that the site draws itself.
            || name == "img" && !value("src").is_some_and(|src| src.contains("badge/") && src.ends_with(".svg") && !src.contains(':'))
            || value("http-equiv").is_some_and(|kind| !kind.eq_ignore_ascii_case("content-security-policy"))
        {
            wrongs.push(format!("<{name}>"));
        }
        for (attribute, value) in &attributes {
            let value = value.replace("&amp;", "&");
            let is_address = matches!(*attribute, "href" | "src" | "action" | "xlink:href");
            let scheme = value
                .split(['/', '?', '#'])
                .next()
                .and_then(|start| start.split_once(':'))
                .map(|(scheme, _)| scheme);
            let is_icon = name == "link" && value.starts_with("data:image/svg+xml,");
            let is_bad = is_address
                && !is_icon
                && (scheme.is_some_and(|scheme| !matches!(scheme, "https" | "http" | "mailto"))
                    || value.starts_with("//")
                    || value.contains(['\\', '\n', '\t'])
                    || value.starts_with(char::is_control)
                    || name != "a" && scheme.is_some());
            if is_bad || attribute.starts_with("on") || *attribute == "style" || *attribute == "srcdoc" {
                wrongs.push(format!("<{name} {attribute}=\"{value}\">"));
            }
        }
    }
    if headings != 1 || mains != 1 {
        wrongs.push(format!("{headings} headings of the first level and {mains} main parts"));
    }
    wrongs
}

/// The attributes up to the end of a tag, and what stands behind it; none where it is written in another form than ours.
fn attributes_of<'html>(mut rest: &'html str, attributes: &mut Vec<(&'html str, &'html str)>) -> Option<&'html str> {
    loop {
        let trimmed = rest.trim_start_matches([' ', '\n']);
        if let Some(after) = trimmed.strip_prefix('>').or_else(|| trimmed.strip_prefix("/>")) {
            return Some(after);
        }
        if trimmed.len() == rest.len() {
            return None;
        }
        let end = trimmed.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ':'))?;
        let (name, after) = trimmed.split_at(end);
        if name.is_empty() {
            return None;
        }
        rest = after;
        let mut value = "";
        if let Some(after) = after.strip_prefix("=\"") {
            let end = after.find('"')?;
            value = &after[..end];
            rest = &after[end + 1..];
        } else if let Some(after) = after.strip_prefix('=') {
            let end = after.find([' ', '>'])?;
            value = &after[..end];
            rest = &after[end..];
        }
        attributes.push((name, value));
    }
}

pub(crate) fn keep(folder: &Folder, files: &[(String, Vec<u8>)]) {
    let Some(place) = std::env::var_os("RUNPROOF_KEEP") else {
        return;
    };
    for (name, bytes) in files {
        let path = Path::new(&place).join(name);
        fs::create_dir_all(path.parent().expect("the file has a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
    assert!(folder.path().is_dir());
}

#[test]
fn a_hostile_repository_gives_pages_in_which_nothing_runs() {
    let folder = hostile();
    let ran = folder.run(&["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let files = folder.files("site");
    keep(&folder, &files);
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let first = passwd.lines().next().filter(|line| line.len() > 10).unwrap_or("no such line");
    let mut wrong = Vec::new();
    for (name, bytes) in &files {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let is_index = name.starts_with("search/") && ending == "js" && bytes.starts_with(b"rp(\"") && !bytes.contains(&b'<');
        let is_later = name.ends_with("/later.js") && bytes.starts_with(b"rpLater({") && !bytes.contains(&b'<');
        let is_ours = name.starts_with("assets/")
            || matches!(name.as_str(), "about/build.js" | "about/build.css")
            || is_index
            || is_later
            || matches!(
                ending,
                "html" | "json" | "txt" | "csv" | "ics" | "atom" | "svg" | "runproof-site"
            )
            || name == "_headers"
            || name == "_redirects";
        if !is_ours
            || name
                .bytes()
                .any(|byte| byte.is_ascii_control() || b"<>\"'&\\ ".contains(&byte))
        {
            wrong.push(format!("{name:?} is no file that a site may have"));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            wrong.push(format!("{name} is no UTF-8"));
            continue;
        };
        if text.contains(first) || text.contains("repositoryformatversion") {
            wrong.push(format!("{name} holds what lies outside of the repository"));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
            wrong.push(format!("{name} holds a control character"));
        }
        if ending == "html" {
            wrong.extend(
                wrongs(text, name.ends_with("/run/index.html"))
                    .into_iter()
                    .map(|words| format!("{name}: {words}")),
            );
        }
        if ending == "json" && serde_json::from_str::<serde_json::Value>(text).is_err() {
            wrong.push(format!("{name} is no JSON"));
        }
    }
    wrong.truncate(30);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files.len() > 200, "{} files", files.len());
}

/// What nobody may find in a log: characters that steer or hide, and lines that a pipeline takes for its commands.
fn steers(text: &str) -> Option<String> {
    let line = text.split('\n').find(|line| {
        let hides = |c: char| {
            c.is_control() && c != '\t'
                || matches!(u32::from(c), 0x061C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF)
        };
        // Three of them are how a frame of source text names another file, and no command.
        let words = line.trim_start();
        line.chars().any(hides) || words.starts_with("::") && !words.starts_with(":::") || line.contains("##[")
    });
    line.map(|line| line.escape_debug().to_string())
}

/// A text of which no part may come through.
const STEERING: &str = "x\r::error::y\u{1b}]8;;https://evil.example\u{7}z\u{1b}[2K\u{9b}2J\u{202e}##[error]w";

/// A repository in which every name and text steers.
fn steering() -> Folder {
    let folder = hostile();
    let quoted = "x\\n::error::y\\u001b]8;;https://evil.example\\u0007\\u009b2J\\u202e##[error]w";
    folder.write(
        "docs/runbooks/steers.md",
        format!("# {STEERING}\n\nSee `{STEERING}.md` and [x](::error::\u{202e}.md).\n\n```sh\nmake {STEERING}\n./{STEERING}.sh --x\n```\n"),
    );
    folder.write(
        &format!("docs/runbooks/\n::error::{}.md", "\u{1b}[31m\u{202e}"),
        format!("# {STEERING}\n\nRun `make gone`.\n"),
    );
    folder.write(
        "steers.xml",
        "<testsuite name='&#x9b;&#x202e;&#xa;::error::x' tests='1'><testcase name='&#x202e;&#xa;::error::y'><failure message='&#xa;::error::z&#x9b;'/></testcase></testsuite>",
    );
    folder.write("steers.json", format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{{\"component\":{{\"name\":\"{quoted}\"}}}},\"components\":[{{\"name\":\"{quoted}\",\"version\":\"{quoted}\"}}]}}"));
    folder.commit("Steer\n\n::error::\u{1b}[2J", &[]);
    folder
}

#[test]
fn a_hostile_repository_sends_no_control_characters_to_the_terminal() {
    let folder = steering();
    let (xml, json) = (
        folder.join("steers.xml").display().to_string(),
        folder.join("steers.json").display().to_string(),
    );
    let junit = folder.join("releases/v1.0.0/evidence/unit/junit.xml").display().to_string();
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["build"],
        vec!["build", "--worktree"],
        vec!["lint"],
        vec!["lint", "--worktree", "--diff", "--unsafe-fixes"],
        vec!["lint", "--base", "HEAD~1"],
        vec!["lint", "--staged"],
        vec!["lint", "::error::\u{1b}[2J\u{202e}"],
        vec!["lint", "--rev", "x\n::error::\u{1b}[2J\u{202e}"],
        vec!["lint", "\n::error::\u{1b}--x"],
        vec!["lint", "--format", "\n::error::\u{1b}\u{202e}"],
        vec!["lint", "--baseline", "\n::error::\u{1b}\u{202e}"],
        vec!["lint", "--config", "\n::error::\u{1b}\u{202e}"],
        vec!["refs"],
        vec!["refs", "--format", "json"],
        vec!["review", "docs/runbooks", "--diff", "--by", "Release driver"],
        vec!["review", "docs/runbooks", "--by", "x\u{202e}\n::error::", "--diff"],
        vec!["baseline", "write", "--worktree"],
        vec!["baseline", "prune"],
        vec!["config", "show"],
        vec!["explain", "\n::error::\u{1b}\u{202e}"],
        vec!["\n::error::\u{1b}\u{202e}"],
        vec!["man", "\n::error::\u{1b}\u{202e}"],
        vec!["verify", "site"],
        vec!["gates"],
        vec!["gates", "--worktree"],
        vec!["gates", "--format", "json"],
        vec!["gates", "--as", "table"],
        vec!["gates", "--as", "toml"],
        vec!["gates", "--rev", "\n::error::\u{1b}\u{202e}"],
        vec!["init", "--dry-run"],
        vec!["init", "--dry-run", "--forge", "github"],
        vec!["init", "--dry-run", "--forge", "gitlab"],
        vec!["init", "--forge", "\n::error::\u{1b}\u{202e}"],
        vec!["serve", "--port", "\n::error::\u{1b}\u{202e}"],
        vec!["build", "--fail-on", "gates"],
        vec!["build", "--explain-choice"],
        vec!["build", "--base-url", "\n::error::\u{1b}\u{202e}"],
        vec!["build", "--out", "\n::error::\u{1b}\u{202e}/x"],
        vec!["lint", "--explain-choice"],
        vec!["inspect", &xml, &json, &junit],
        vec!["inspect", "--format", "json", &xml, &json, &junit],
        vec!["inspect", "\n::error::\u{1b}\u{202e}"],
        vec!["inspect", "--as", "\n::error::\u{1b}\u{202e}", &xml],
    ];
    // `github` is made of commands of a pipeline; that none of them is forged is tested where it is written.
    let formats = [
        "concise", "gitlab", "json", "json-lines", "junit", "markdown", "rdjson", "rdjsonl", "sarif", "text",
    ];
    commands.extend(formats.iter().map(|format| vec!["lint", "--format", format]));
    let mut count = 0;
    for arguments in commands {
        let ran = if arguments[0] == "inspect"
            || arguments.len() == 1 && arguments[0].contains("::")
            || arguments[0] == "man"
            || arguments[0] == "explain"
        {
            crate::support::run(&arguments)
        } else if arguments[0] == "verify" {
            crate::support::run(&["verify", &folder.join("site").display().to_string()])
        } else {
            folder.run(&arguments)
        };
        for text in [&ran.stdout, &ran.stderr] {
            assert_eq!(steers(text), None, "{arguments:?}");
        }
        count += 1;
    }
    println!("{count} commands");
    let written = fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("the sources can be read");
    let names = written
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(
        names.filter(|name| name.contains("::error::")).count(),
        0,
        "a test wrote into the sources"
    );
}

#[test]
fn settings_with_characters_that_hide_are_refused_and_not_echoed() {
    for text in [
        "title = \"x\\n::error::y\"\n",
        "title = \"x\\u001b[2J\"\n",
        "title = \"x\\u202e\"\n",
        "[products.a]\nname = \"x\\u009b\"\n",
        "\"a\\u001b\" = 1\n",
    ] {
        let folder = Folder::with(&[("runproof.toml", text), ("docs/runbooks/a.md", "# A\n")]);
        for command in [["lint", "--worktree"], ["config", "show"], ["build", "--worktree"]] {
            let ran = folder.run(&command);
            assert_eq!(ran.code, 2, "{text}: {}", ran.stderr);
            assert_eq!(steers(&ran.stderr), None, "{text}");
        }
    }
}

#[test]
fn the_scan_of_pages_finds_what_it_is_for() {
    let page = |inner: &str| format!("<!doctype html><html><main><h1>a</h1>{inner}</main></html>");
    assert_eq!(wrongs(&page("<a href=\"x/index.html\">&lt;script></a>"), false), [""; 0]);
    for bad in [
        "<script>x</script>",
        "<img src=x>",
        "<a href=\"javascript:x\">a</a>",
        "<a href=\"//evil.example\">a</a>",
        "<p onclick=\"x\">a</p>",
        "<h1>b</h1>",
        "a < b",
        "<link href=\"https://evil.example/x.css\">",
    ] {
        assert!(!wrongs(&page(bad), false).is_empty(), "{bad}");
    }
}
