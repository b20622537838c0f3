//! What the last part of a path tells: file extensions, file names, folders.

/// Extensions of files that people write. A bare word with one of these is the name of a file.
const WRITTEN: &[&str] = &[
    "adoc", "bash", "bat", "bicep", "c", "cc", "cfg", "cjs", "clj", "cmake", "cmd", "conf", "cpp", "cs", "csproj", "css", "csv",
    "cts", "cue", "dart", "dockerfile", "drawio", "erl", "ex", "example", "excalidraw", "exs", "feature", "fish", "fs", "gif",
    "go", "gql", "gradle", "graphql", "h", "hcl", "hpp", "hs", "htm", "html", "ico", "ini", "ipynb", "j2", "java", "jinja",
    "jpeg", "jpg", "js", "json", "json5", "jsonc", "jsonl", "jsonnet", "jsx", "kt", "kts", "less", "libsonnet", "lock", "lua",
    "m", "markdown", "md", "mdx", "mjs", "mmd", "mod", "mts", "nix", "pdf", "php", "pl", "plist", "png", "prisma", "properties",
    "proto", "ps1", "puml", "py", "pyi", "r", "rb", "rego", "rs", "rst", "sample", "sass", "scala", "scss", "sh", "sln", "sql",
    "sum", "svelte", "svg", "swift", "template", "tf", "tfvars", "tmpl", "toml", "tpl", "ts", "tsv", "tsx", "txt", "vue", "webp",
    "xcconfig", "xml", "yaml", "yml", "zig", "zsh",
];

/// Extensions that are only believed behind a folder: `process.env`, `nginx.service` and `app.map` are no files of a repository.
const BEHIND_FOLDER: &[&str] = &[
    "app", "cer", "cnf", "crt", "entitlements", "env", "key", "local", "map", "pem", "pub", "rules", "service", "timer",
];

/// Extensions of files that a build, a backup or a running program makes; repositories do not hold them.
const MADE: &[&str] = &[
    "7z", "aab", "apk", "asc", "bak", "bz2", "db", "deb", "dmg", "dump", "exe", "gz", "ipa", "jar", "log", "msi", "out", "pid",
    "rdb", "rpm", "sbom", "sig", "snap", "sock", "sqlite", "tar", "tfplan", "tfstate", "tgz", "war", "whl", "xz", "zip",
];

/// Files without extension that repositories hold.
const NAMES: &[&str] = &[
    ".dockerignore", ".editorconfig", ".env", ".gitattributes", ".gitignore", ".gitleaksignore", ".node-version", ".npmrc",
    ".nvmrc", ".python-version", ".ruby-version", ".tool-versions", ".trivyignore", "Brewfile", "CODEOWNERS", "Caddyfile",
    "Containerfile", "Dockerfile", "Earthfile", "Fastfile", "Gemfile", "Gnumakefile", "Jenkinsfile", "Justfile", "LICENSE",
    "Makefile", "Pipfile", "Podfile", "Procfile", "Rakefile", "Taskfile", "Tiltfile", "Vagrantfile", "gradlew", "justfile",
    "makefile",
];

/// Folders that repositories of all kinds have at their root. A path without extension counts only below one of these: `apps/web` is a
/// folder, `and/or`, `owner/repo` and `react-dom/client` are not.
const FOLDERS: &[&str] = &[
    ".circleci", ".devcontainer", ".github", "agents", "api", "app", "apps", "backend", "bin", "charts", "ci", "client", "cmd",
    "config", "configs", "contracts", "db", "deploy", "deployment", "deployments", "doc", "docker", "docs", "e2e", "examples",
    "frontend", "helm", "infra", "infrastructure", "internal", "k8s", "kubernetes", "lib", "libs", "manifests", "migrations",
    "modules", "monitoring", "ops", "packages", "pkg", "playbooks", "runbooks", "schemas", "scripts", "server", "services",
    "sql", "src", "supabase", "templates", "terraform", "test", "tests", "tools", "web", "workflows",
];

/// Folders that are made on each machine and never committed.
const MADE_FOLDERS: &[&str] = &[
    ".git", ".next", ".nyc_output", ".terraform", ".turbo", ".venv", "__pycache__", "coverage", "dist", "htmlcov",
    "node_modules", "venv",
];

/// Products whose names look like file names.
const PRODUCTS: &[&str] = &[
    "alpine.js", "angular.js", "asp.net", "backbone.js", "brew.sh", "bun.sh", "chart.js", "d3.js", "deck.gl", "discord.js",
    "discord.py", "docs.rs", "ember.js", "express.js", "fastify.js", "gatsby.js", "get.helm.sh", "handlebars.js", "highlight.js",
    "knex.js", "mermaid.js", "moment.js", "nest.js", "next.js", "node.js", "nuxt.js", "p5.js", "paper.js", "prism.js",
    "react.js", "require.js", "socket.io", "solid.js", "swagger.io", "three.js", "video.js", "vue.js", "web.py", "web3.js",
    "winston.js",
];

/// Words in front of a dot that make it a member of something in code: `response.json`.
const OBJECTS: &[&str] = &[
    "console", "ctx", "document", "exports", "module", "process", "req", "request", "res", "response", "self", "this", "window",
];

/// What a file extension tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    /// A file that people write.
    Written,
    /// Such a file, but only behind a folder.
    BehindFolder,
    /// A file that is made, not written.
    Made,
}

/// What the last part of a path says by its extension.
pub(crate) fn extension(last: &str) -> Option<Extension> {
    let (stem, extension) = last.rsplit_once('.')?;
    if stem.is_empty() || extension.is_empty() || extension.len() > 12 {
        return None;
    }
    let extension = extension.to_ascii_lowercase();
    if WRITTEN.binary_search(&extension.as_str()).is_ok() {
        return Some(Extension::Written);
    }
    if MADE.binary_search(&extension.as_str()).is_ok() {
        return Some(Extension::Made);
    }
    BEHIND_FOLDER.contains(&extension.as_str()).then_some(Extension::BehindFolder)
}

/// Whether a path ends with one of some extensions.
pub(crate) fn ends_with(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(stem, end)| !stem.is_empty() && extensions.iter().any(|extension| extension.eq_ignore_ascii_case(end)))
}

/// Whether the last part of a path is the name of a file without a telling extension: `Dockerfile`, `Dockerfile.web`, `.env.local`.
pub(crate) fn is_file_name(last: &str) -> bool {
    let base = if last.starts_with('.') {
        last.find('.')
            .and_then(|_| last[1..].find('.'))
            .map_or(last, |at| &last[..=at])
    } else {
        last.split('.').next().unwrap_or(last)
    };
    NAMES.binary_search(&base).is_ok()
}

/// Whether a bare word with an extension is something else than a file: a product, a member in code, a number.
pub(crate) fn is_no_file(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let stem = word.split('.').next().unwrap_or_default();
    let extension = word.rsplit('.').next().unwrap_or_default();
    PRODUCTS.binary_search(&lower.as_str()).is_ok()
        || OBJECTS.contains(&stem)
        || extension.len() == 1
        || matches!(stem, "file" | "filename" | "foo" | "bar" | "name")
        // `.md.j2` and `.test.ts` are ends of names.
        || (word.starts_with('.') && word[1..].split_once('.').is_some_and(|(inner, _)| is_ending(inner)))
        // "the paired `_rollback.sql`" is the end of a name; `_config.yml` is a whole one.
        || (word.starts_with('_') && !word.starts_with("__") && !matches!(extension, "yml" | "yaml" | "toml" | "json" | "md" | "html" | "scss"))
        || (!word.starts_with('.') && word.len() > extension.len() && is_number(&word[..word.len() - extension.len() - 1]))
}

/// Whether a part between two dots belongs to an ending.
fn is_ending(part: &str) -> bool {
    WRITTEN.binary_search(&part).is_ok() || matches!(part, "d" | "test" | "spec" | "stories" | "module" | "tar")
}

fn is_number(words: &str) -> bool {
    words.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'v'))
}

/// Whether repositories of all kinds have this folder at their root.
pub(crate) fn is_common_folder(folder: &str) -> bool {
    FOLDERS.binary_search(&folder).is_ok()
}

/// Whether a folder is made on each machine.
pub(crate) fn is_made_folder(folder: &str) -> bool {
    MADE_FOLDERS.contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::{
        BEHIND_FOLDER, Extension, FOLDERS, MADE, NAMES, OBJECTS, PRODUCTS, WRITTEN, extension, is_common_folder, is_file_name,
        is_no_file,
    };

    #[test]
    fn the_lists_are_sorted_and_hold_each_word_once() {
        for (name, list) in [
            ("written", &WRITTEN[..]),
            ("made", &MADE),
            ("names", &NAMES),
            ("folders", &FOLDERS),
            ("products", &PRODUCTS),
            ("objects", &OBJECTS),
        ] {
            assert!(list.is_sorted_by(|one, two| one < two), "{name}");
        }
        assert!(BEHIND_FOLDER.iter().all(|word| WRITTEN.binary_search(word).is_err()));
    }

    #[test]
    fn extensions_tell_what_a_file_is() {
        assert_eq!(extension("x.MD"), Some(Extension::Written));
        assert_eq!(extension("x.tar.gz"), Some(Extension::Made));
        assert_eq!(extension("nginx.service"), Some(Extension::BehindFolder));
        for word in [".md", "x.", "v1.2.3", "example.com", "a.b.toString"] {
            assert_eq!(extension(word), None, "{word}");
        }
    }

    #[test]
    fn names_without_extension_are_known() {
        for name in [
            "Dockerfile", "Dockerfile.web", ".env", ".env.local", ".env.compose.example", "Makefile",
        ] {
            assert!(is_file_name(name), "{name}");
        }
        for name in ["dockerfiles", ".envrc2", "env", "main", ""] {
            assert!(!is_file_name(name), "{name}");
        }
        assert!(is_common_folder("apps") && !is_common_folder("owner"));
    }

    #[test]
    fn products_members_and_numbers_are_no_files() {
        for word in [
            "Node.js", "_rollback.sql", ".md.j2", ".test.ts", "filename.md", "response.json", "1.2.md", "v2.js", "a.c",
        ] {
            assert!(is_no_file(word), "{word}");
        }
        for word in ["package.json", "server.js", ".eslintrc.json"] {
            assert!(!is_no_file(word), "{word}");
        }
    }
}
