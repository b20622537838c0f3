//! Whether words that look like a path claim anything about the repository at all. Most false alarms end here.

/// Parts of words that stand for something else.
const PLACEHOLDERS: &[&str] = &[
    "%=", "<", ">", "{", "}", "$", "...", "…", "YYYY", "XXX", "xxx", "X.Y", "x.y.z", "path/to", "your-", "your_", "YOUR_",
    "_HERE", "example.com",
];

/// The endings of files that repositories hold. Only a path with one of these is a claim when its first folder does not exist.
const EXTENSIONS: &[&str] = &[
    "adoc", "bash", "bat", "bicep", "c", "cc", "cfg", "cjs", "conf", "cpp", "cs", "css", "csv", "gif", "go", "gradle", "graphql",
    "h", "hcl", "hpp", "html", "ini", "ipynb", "j2", "java", "jpeg", "jpg", "js", "json", "jsonc", "jsx", "kt", "kts", "lock",
    "lua", "md", "mdx", "mjs", "mk", "nix", "php", "pl", "png", "prisma", "properties", "proto", "ps1", "py", "pyi", "rb", "rs",
    "rst", "scala", "scss", "service", "sh", "sql", "svelte", "svg", "swift", "tf", "tfvars", "timer", "tmpl", "toml", "tpl",
    "ts", "tsx", "txt", "vue", "webp", "xml", "yaml", "yml", "zsh",
];

/// First words of `word/name` that mean something else than a folder: kinds of a cluster, remotes, kinds of branches.
const OTHER_SLASHES: &[&str] = &[
    "chore", "cm", "configmap", "cronjob", "daemonset", "deploy", "deployment", "feat", "feature", "fix", "heads", "hotfix",
    "ing", "ingress", "job", "node", "ns", "origin", "po", "pod", "pv", "pvc", "refs", "release", "rs", "sa", "secret",
    "service", "statefulset", "sts", "svc", "tags", "upstream",
];

/// Folders that builds and tools make. Without a tracked file in it, such a folder is not expected in the tree.
const BUILT: &[&str] = &[
    ".cache", ".next", ".nox", ".terraform", ".tox", ".venv", "__pycache__", "build", "coverage", "dist", "htmlcov",
    "node_modules", "out", "target", "temp", "tmp", "venv",
];

/// Whether a path is a file of settings or of data right where a command runs. Readers have those, repositories have scripts.
pub(crate) fn is_data_here(path: &str) -> bool {
    const DATA: &[&str] = &[
        "cfg", "conf", "config", "crt", "csv", "env", "gz", "ini", "json", "key", "pem", "sql", "tar", "tgz", "toml", "txt",
        "xml", "yaml", "yml", "zip",
    ];
    let name = path.trim_start_matches("./");
    !name.contains('/') && name.rsplit_once('.').is_some_and(|(_, ending)| DATA.contains(&ending))
}

/// Whether a placeholder stands in the words.
pub(crate) fn has_placeholder(path: &str) -> bool {
    PLACEHOLDERS.iter().any(|sign| path.contains(sign))
        || has_open_version(path)
        || has_open_number(path)
        || path.split('/').any(is_underlined)
        // The folder where a program runs, wherever that is.
        || ["cwd/", "pwd/"].iter().any(|folder| path.starts_with(folder))
}

/// Whether a part of a path is a word in capitals between two pairs of low lines: `__NAME__`.
fn is_underlined(part: &str) -> bool {
    let inside = part.strip_prefix("__").and_then(|part| part.strip_suffix("__"));
    inside.is_some_and(|inside| {
        !inside.is_empty()
            && inside
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

/// Whether a word of a path stands for a number: `NNN_title`, `ADR-NNNN`, `ADR-00XX`.
fn has_open_number(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        let open = word.trim_start_matches(|c: char| c.is_ascii_digit());
        open.len() >= 2 && open.bytes().all(|byte| byte == b'X') || open.len() >= 3 && open.bytes().all(|byte| byte == b'N')
    })
}

/// Whether a path has a version of which the last number, or each, is a letter: `release-1.xx`, `1.N`, `app-x.x.x.phar`.
fn has_open_version(path: &str) -> bool {
    path.split(|c: char| !c.is_alphanumeric() && c != '.').any(|word| {
        let word = word.trim_start_matches(['v', 'V']);
        let mut parts = word.split('.');
        let is_letter = |part: Option<&str>| matches!(part, Some("x" | "X" | "n" | "N"));
        if is_letter(parts.next()) && is_letter(parts.next()) {
            return true;
        }
        word.split_once('.').is_some_and(|(number, rest)| {
            !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && matches!(rest, "x" | "xx" | "X" | "XX" | "N" | "n" | "NN")
        })
    })
}

/// The folders in front of the first part that is to be filled in: at least two, or else the words say too little.
pub(crate) fn fixed(words: &str) -> Option<&str> {
    if is_host_path(words) || words.starts_with(['$', '.', '<', '{', '-']) {
        return None;
    }
    let mut end = 0;
    for part in words.split('/') {
        if has_placeholder(part) || part.contains(['*', '[', '(', ' ', '=']) {
            break;
        }
        end += part.len() + 1;
    }
    let fixed = words.get(..end.checked_sub(1)?)?.trim_end_matches('/');
    (fixed.contains('/') && fixed.len() < words.len() && !begins_with_host(fixed)).then_some(fixed)
}

/// Whether a path is one that retires what it holds: nobody is to be sent there.
pub(crate) fn is_set_aside(path: &str) -> bool {
    const ENDINGS: &[&str] = &[".bak", ".backup", ".deprecated", ".disabled", ".old", ".orig"];
    const FOLDERS: &[&str] = &[
        "archive", "archived", "archives", "attic", "deprecated", "legacy", "old", "obsolete", "retired",
    ];
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/');
    let name = parts.next_back().unwrap_or_default();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
        || parts.any(|part| {
            FOLDERS
                .iter()
                .any(|folder| part == *folder || part.strip_suffix(folder).is_some_and(|rest| rest.ends_with(['_', '-', '.'])))
        })
}

/// Whether a part of a path is a word for any name: a folder in capitals of several words (`CLUSTER_NAME/`), or a name that calls itself
/// one (`HUB_NAME.values.yaml`, `test_suite_name.yaml`).
pub(crate) fn stands_for_others(path: &str) -> bool {
    let mut parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let is_folder = path.ends_with('/');
    let last = if is_folder { None } else { parts.pop() };
    let is_capitals = |part: &str| {
        part.contains('_')
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let calls_itself = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        ["_name", "-name"]
            .iter()
            .any(|end| stem.len() > end.len() && stem.ends_with(end))
    };
    // `secrets/file.yaml`, `docs/my-runbook.md`, `src/foo.ts`.
    let is_any = |last: &str| {
        let stem = last.split('.').next().unwrap_or(last).to_ascii_lowercase();
        matches!(
            stem.as_str(),
            "bar" | "baz" | "file" | "filename" | "foo" | "name" | "somefile" | "xyz"
        ) || ["my-", "my_", "some-", "some_"].iter().any(|start| stem.starts_with(start))
            || is_any_test(&stem)
    };
    parts.iter().any(|part| is_capitals(part) || calls_itself(part))
        || last.is_some_and(|last| {
            is_any(last) || calls_itself(last) && (last.contains("_NAME") || last.matches(['_', '-']).count() >= 2)
        })
}

/// Whether the stem of a file in lower case is that of a test of nothing in particular: `test_new_feature`, `test_example`,
/// `my_feature_test`.
fn is_any_test(stem: &str) -> bool {
    let tested = ["test_", "test-"].iter().find_map(|start| stem.strip_prefix(start));
    let tested = tested.or_else(|| ["_test", "-test"].iter().find_map(|end| stem.strip_suffix(end)));
    tested.is_some_and(|subject| {
        matches!(
            subject,
            "bar"
                | "example"
                | "feature"
                | "file"
                | "foo"
                | "module"
                | "name"
                | "new"
                | "new_feature"
                | "new-feature"
                | "something"
                | "specific"
                | "x"
                | "xxx"
        ) || ["my_", "my-", "your_", "your-", "some_", "some-"]
            .iter()
            .any(|start| subject.starts_with(start))
    })
}

/// Whether a name holds a day or a month: what is made once on that day, such as a report.
pub(crate) fn has_day(name: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() >= count && text.as_bytes()[..count].iter().all(u8::is_ascii_digit);
    name.match_indices("20").any(|(at, _)| {
        let rest = &name[at..];
        let is_start = !name[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let month = rest.get(4..).map(|rest| rest.strip_prefix(['-', '_', '.']).unwrap_or(rest));
        is_start
            && digits(rest, 4)
            && month.is_some_and(|month| digits(month, 2) && matches!(month.as_bytes(), [b'0' | b'1', ..]))
    })
}

/// Whether the words name a place on the machine or the network rather than in the repository.
pub(crate) fn is_host_path(path: &str) -> bool {
    let bytes = path.as_bytes();
    let has_drive = bytes.get(1) == Some(&b':') && bytes.first().is_some_and(u8::is_ascii_alphabetic);
    path.starts_with(['/', '~', '%', '\\']) || has_drive || path.contains("://") || path.contains('@')
}

/// What follows the last dot of the last part, lower case, when it is an ending that repositories hold.
pub(crate) fn extension(path: &str) -> Option<&'static str> {
    let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    EXTENSIONS
        .iter()
        .copied()
        .find(|known| *known == extension && !stem.is_empty())
}

/// Whether the first part looks like the name of a host: `registry.example/app`.
pub(crate) fn begins_with_host(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    first.trim_start_matches('.').contains(['.', ':'])
}

/// Whether `word/name` usually means something else than a path, such as `deploy/api` of a cluster or the branch `fix/login`.
pub(crate) fn has_other_meaning(path: &str) -> bool {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    // Methods of the Model Context Protocol.
    let is_method = matches!(first, "tools" | "resources" | "prompts" | "completion" | "roots" | "sampling")
        && matches!(
            rest,
            "list" | "call" | "read" | "get" | "subscribe" | "complete" | "createMessage" | "templates"
        );
    let is_plain = !rest.is_empty() && !rest.contains('/') && extension(path).is_none();
    is_plain && (is_method || OTHER_SLASHES.contains(&first))
}

/// The first folder of a path that builds and tools make, up to and including it.
pub(crate) fn built_folder(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if BUILT.contains(&part) {
            return Some(&path[..end]);
        }
        end += 1;
    }
    None
}

/// Folders that commands are told to put something into.
const FILLED: &[&str] = &[
    "backup", "backups", "dumps", "exports", "logs", "output", "outputs", "results",
];

/// The folder that a path begins with, where it is called like one that commands fill: `./backups`, `logs/state.json`.
pub(crate) fn filled_folder(path: &str) -> Option<&str> {
    let first = path.trim_start_matches("./").split('/').next()?;
    FILLED.contains(&first).then_some(first)
}

/// Whether a path is a record that a running program keeps: data below a folder of logs, or the report that is always the newest of its kind.
pub(crate) fn is_kept_by_program(path: &str) -> bool {
    const KEPT: &[&str] = &["csv", "json", "jsonl", "log", "ndjson", "out", "txt"];
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_record = KEPT.contains(&ending) && parts.iter().any(|part| matches!(*part, "log" | "logs"));
    let is_report = KEPT.contains(&ending) || matches!(ending, "html" | "md" | "pdf" | "xml");
    let is_newest = !parts.is_empty() && is_report && ["_latest", "-latest"].iter().any(|end| stem.ends_with(end));
    is_record || is_newest
}

/// The address of this machine that words are, without its question: `GET http://localhost:1455/auth/callback?x=1`.
pub(crate) fn address_of(words: &str) -> Option<&str> {
    let at = ["http://localhost:", "http://127.0.0.1:"]
        .iter()
        .find_map(|host| words.find(host))?;
    let address = words[at..].split(['?', '#', ' ']).next()?.trim_end_matches('/');
    (!has_placeholder(address) && address.matches('/').count() > 2).then_some(address)
}

/// The path without a line number or the name of what stands there: `src/main.rs:12`, `src/main.rs:12:5`, `src/x.py:restore`.
pub(crate) fn without_line(path: &str) -> &str {
    let mut path = path;
    if let Some((file, name)) = path.rsplit_once(':')
        && name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        && !file.ends_with(':')
        && matches!(
            extension(file),
            Some(
                "c" | "cc" | "cpp" | "cs" | "go" | "h" | "java" | "js" | "kt" | "php" | "py" | "rb" | "rs" | "sh" | "ts" | "tsx"
            )
        )
    {
        path = file;
    }
    for _ in 0..2 {
        match path.rsplit_once(':') {
            Some((rest, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
                path = rest;
            }
            _ => break,
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{
        EXTENSIONS, address_of, begins_with_host, built_folder, extension, has_day, has_other_meaning, has_placeholder,
        is_host_path, is_kept_by_program, stands_for_others, without_line,
    };

    #[test]
    fn words_that_stand_for_something_else_are_known() {
        for path in [
            "docs/<name>.md",
            "entries/NNN_slug/pre.py",
            "docs/adr/ADR-00XX.md",
            "releases/vX.Y.Z",
            "logs/YYYY-MM-DD.md",
            "path/to/file",
            "${DIR}/x",
            "a/.../b",
            "roles/ROLE_NAME_HERE/main.yml",
            "cwd/state.md",
        ] {
            assert!(has_placeholder(path), "{path}");
        }
        assert!(has_placeholder("releases/release-1.xx/team.md"));
        assert!(has_placeholder("docs/v1.N.md") || has_placeholder("docs/v1.N/x.md"));
        assert!(!has_placeholder("docs/1.x.md.d/y.md") || !has_placeholder("docs/1.2.md"));
        assert!(!has_placeholder("src/app/[id]/page.tsx") && !has_placeholder("src/cwd/x.ts"));
    }

    #[test]
    fn parts_that_stand_for_any_name_are_known() {
        for path in [
            "config/clusters/CLUSTER_NAME/HUB_NAME.values.yaml",
            "config/HUB_NAME.yaml",
            "test/suite/test_suite_name.yaml",
            "test/samples/suite_name/",
            "secrets/file.yaml",
            "docs/my-runbook.md",
            "src/foo.ts",
        ] {
            assert!(stands_for_others(path), "{path}");
        }
        for path in [
            "docs/RELEASE_PROCESS.md", "src/user_name.rs", "LICENSES/MIT.txt", "docs/ADR/x.md", "src/files.rs",
            "src/file_store.rs",
        ] {
            assert!(!stands_for_others(path), "{path}");
        }
    }

    #[test]
    fn names_with_a_day_are_known() {
        for name in ["2025-10-30-mail.md", "drill-2026_02.json", "report.20260214.txt"] {
            assert!(has_day(name), "{name}");
        }
        for name in ["v2025.md", "es2020-12", "port-2099.md", "20-01.md", "2025-99-x"] {
            assert!(!has_day(name), "{name}");
        }
    }

    #[test]
    fn places_of_the_host_are_known() {
        for path in [
            "/etc/passwd", "~/.ssh", "C:\\x", "%APPDATA%\\x", "s3://bucket/x", "owner/action@v1",
        ] {
            assert!(is_host_path(path), "{path}");
        }
        assert!(!is_host_path("./x") && !is_host_path("../x"));
    }

    #[test]
    fn endings_are_known_and_sorted() {
        assert!(EXTENSIONS.is_sorted());
        assert_eq!(extension("docs/X.MD"), Some("md"));
        assert_eq!(extension("docs/.md"), None);
        assert_eq!(extension("80/tcp"), None);
        assert_eq!(extension("application/vnd.api+json"), None);
    }

    #[test]
    fn slashes_that_are_no_folders_are_known() {
        assert!(begins_with_host("ghcr.io/x/y.json") && !begins_with_host(".github/x.yml"));
        assert!(has_other_meaning("deploy/api") && !has_other_meaning("deploy/api.yml") && !has_other_meaning("deploy/api/x"));
        assert_eq!(built_folder("web/dist/x.js"), Some("web/dist"));
        assert_eq!(built_folder("src/x.js"), None);
        for path in ["logs/x.jsonl", "var/log/x.json", "reports/safety/score_latest.md"] {
            assert!(is_kept_by_program(path), "{path}");
        }
        for path in [
            "logs/rotate.sh",
            "src/logs.json",
            "latest.md",
            "docs/latest/x.md",
            "scripts/install-latest.sh",
            "deploy/app-latest.yaml",
        ] {
            assert!(!is_kept_by_program(path), "{path}");
        }
    }

    #[test]
    fn an_address_of_this_machine_is_taken_whole() {
        assert_eq!(address_of("GET http://localhost:80/a/b?x=1"), Some("http://localhost:80/a/b"));
        for words in ["http://localhost:80", "/a/b", "https://x.org/a", "http://localhost:80/<id>"] {
            assert_eq!(address_of(words), None, "{words}");
        }
    }

    #[test]
    fn a_line_number_is_no_part_of_a_path() {
        assert_eq!(without_line("src/main.rs:12:5"), "src/main.rs");
        assert_eq!(without_line("src/main.rs"), "src/main.rs");
        assert_eq!(without_line("tests/x.py:test_restore"), "tests/x.py");
        assert_eq!(without_line("tests/x.py::test_restore"), "tests/x.py::test_restore");
        assert_eq!(without_line("localhost:http"), "localhost:http");
    }
}
