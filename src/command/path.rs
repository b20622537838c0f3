//! Is a word a path of the repository? Precision first: three quarters of the absent path-like words in real runbooks are something
//! else, from endpoints and images to branches, packages and MIME types.

use crate::command::name::{Extension, ends_with, extension, is_common_folder, is_file_name, is_made_folder, is_no_file};
use crate::command::placeholder::in_name;

/// How much the place of a word says about its being a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// Words of a sentence: only a path with folder and extension is one.
    Prose,
    /// Inline code, or an argument of any program.
    Code,
    /// The operand of a program that takes a file there.
    Operand,
}

/// What a word claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// A file or folder of the source tree, without fragment or line.
    Path(String),
    /// A pattern of paths.
    Glob(String),
    /// Something that is made, not kept.
    Output(String),
    /// It would be a path if it held no placeholder.
    Placeholder(String),
}

/// Longest word that is a path.
const MAX_PATH: usize = 250;

/// First parts of words that are no path unless an extension says so.
const NO_FOLDERS: &[&str] = &[
    "alpha", "application", "arn", "audio", "beta", "bugfix", "chore", "cj", "clusterrole", "cm", "configmap", "cronjob",
    "daemonset", "dependabot", "deploy", "deployment", "deployments.apps", "ds", "endpoints", "feat", "feature", "fix", "font",
    "head", "heads", "hotfix", "hpa", "image", "ing", "ingress", "job", "jobs", "message", "model", "multipart", "namespace",
    "node", "nodes", "ns", "origin", "po", "pod", "pods", "projects", "pv", "pvc", "refs", "remotes", "renovate", "replicaset",
    "role", "roles", "rs", "sa", "secret", "secrets", "service", "statefulset", "sts", "svc", "tags", "text", "upstream",
    "video",
];

/// Last parts of host names.
const DOMAINS: &[&str] = &[
    "ai", "amazonaws", "app", "azurecr", "cloud", "co", "com", "de", "dev", "edu", "eu", "gov", "internal", "io", "local", "me",
    "net", "org", "rs", "sh", "svc", "tech", "uk", "us",
];

/// What a word claims, if it claims a path.
pub(crate) fn claim(word: &str, evidence: Evidence) -> Option<Claim> {
    if word.is_empty() || word.len() > MAX_PATH || is_elsewhere(word) {
        return None;
    }
    let path = without_place(word)?;
    if in_name(path) {
        // `<name>` alone is a placeholder, too, but none of a path.
        let last = path.rsplit('/').next().unwrap_or(path);
        let is_path = extension(last) == Some(Extension::Written) || is_common_folder(path.split('/').next().unwrap_or_default());
        let is_url = path.contains(':') || path.contains('@');
        return (is_path && !is_url && evidence > Evidence::Prose).then(|| Claim::Placeholder(path.to_owned()));
    }
    let is_glob = path.contains(['*', '?', '{', '[']);
    if !path.chars().all(|char| is_path_char(char, is_glob)) {
        return None;
    }
    let is_dotted = path.starts_with("./") || path.starts_with("../");
    let body = path.trim_start_matches("../").trim_start_matches("./");
    let is_folder = body.ends_with('/');
    let body = body.trim_end_matches('/');
    if body.is_empty() {
        return None;
    }
    let parts: Vec<&str> = body.split('/').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let shape = Shape {
        path,
        parts,
        is_dotted,
        is_folder,
        is_glob,
    };
    shape.claim(evidence)
}

/// Whether a word is a file of the host, a URL, a package or a value.
fn is_elsewhere(word: &str) -> bool {
    let bytes = word.as_bytes();
    matches!(
        bytes[0],
        b'/' | b'~' | b'@' | b'-' | b'#' | b'$' | b'&' | b'!' | b'|' | b'+' | b':' | b','
    ) || word.contains("://")
        || word.contains('\\')
        || word.contains("@v")
        || (bytes.len() > 2 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic() && matches!(bytes[2], b'/' | b'\\'))
}

/// The path without `#L54`, `#anchor`, `:12`, `:12:5`, `::test_name`; none when what follows says that it is no path.
fn without_place(word: &str) -> Option<&str> {
    let has_extension = |path: &str| extension(path.rsplit('/').next().unwrap_or(path)) == Some(Extension::Written);
    let mut path = word;
    if let Some((before, fragment)) = path.split_once('#') {
        let is_issue = !fragment.is_empty() && fragment.bytes().all(|byte| byte.is_ascii_digit());
        if is_issue || !has_extension(before) {
            return None;
        }
        path = before;
    }
    if let Some((before, place)) = path.split_once(':') {
        let place = place.trim_start_matches(':');
        let is_place = place
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'[' | b']' | b'.'));
        if !has_extension(before) || !is_place {
            // An image with its tag, a volume, a host with its port; a placeholder may hold a colon, too.
            return (in_name(word) && !word.contains('@')).then_some(path);
        }
        path = before;
    }
    Some(path)
}

fn is_path_char(char: char, is_glob: bool) -> bool {
    char.is_alphanumeric()
        || matches!(char, '.' | '_' | '-' | '/' | '+' | '@' | '[' | ']')
        || (is_glob && matches!(char, '*' | '?' | '{' | '}' | ',' | '!'))
}

/// A word in its parts.
struct Shape<'word> {
    path: &'word str,
    parts: Vec<&'word str>,
    is_dotted: bool,
    is_folder: bool,
    is_glob: bool,
}

impl Shape<'_> {
    fn claim(&self, evidence: Evidence) -> Option<Claim> {
        let first = *self.parts.first()?;
        let last = *self.parts.last()?;
        let is_bare = self.parts.len() == 1 && !self.is_dotted;
        let ending = extension(last);
        // `scripts/step-9..13` stands for several, and `main..release/x` is a range of commits.
        let is_range = ending.is_none() && self.parts.iter().any(|part| part.trim_matches('.').contains(".."));
        if is_range || self.is_something_else(first, last, ending) {
            return None;
        }
        if self.is_glob {
            return self.glob(first, last, evidence);
        }
        let has_place = !is_bare || self.is_folder;
        if has_place && self.parts.iter().any(|part| is_made_folder(part)) {
            return (evidence > Evidence::Prose).then(|| Claim::Output(self.path.to_owned()));
        }
        let is_path = match ending {
            Some(Extension::Written) if is_bare => evidence > Evidence::Prose && !is_no_file(last),
            Some(Extension::Written) => true,
            Some(Extension::BehindFolder) => !is_bare && evidence > Evidence::Prose,
            Some(Extension::Made) => {
                return (!is_bare && evidence > Evidence::Prose).then(|| Claim::Output(self.path.to_owned()));
            }
            None => self.without_extension(first, last, is_bare, evidence),
        };
        is_path.then(|| Claim::Path(self.path.to_owned()))
    }

    /// Whether a path that has no telling extension is one.
    fn without_extension(&self, first: &str, last: &str, is_bare: bool, evidence: Evidence) -> bool {
        if evidence == Evidence::Prose {
            return false;
        }
        if self.is_dotted {
            return true;
        }
        if is_file_name(last) {
            // A bare `Dockerfile` is a word of every trade; `.env` is nothing but a file.
            return !is_bare || last.starts_with('.') || evidence == Evidence::Operand;
        }
        if evidence == Evidence::Operand {
            return !is_bare || self.is_folder;
        }
        if is_bare {
            return self.is_folder && last.len() > 1 && !is_branch_prefix(last);
        }
        self.is_folder || is_common_folder(first)
    }

    fn glob(&self, first: &str, last: &str, evidence: Evidence) -> Option<Claim> {
        if evidence == Evidence::Prose || self.parts.iter().any(|part| is_made_folder(part)) {
            return None;
        }
        // `*.{yml,yaml}` ends like its first choice.
        let ending = match last.split_once('{') {
            Some((before, choices)) => extension(&format!("{before}{}", choices.split([',', '}']).next().unwrap_or_default())),
            None => extension(last),
        };
        let is_bare = self.parts.len() == 1 && !self.is_dotted;
        let is_rooted = self.is_dotted || is_common_folder(first);
        let is_file = ending == Some(Extension::Written) && (!is_bare || evidence == Evidence::Operand);
        let is_folder = is_rooted && !is_bare && ending.is_none();
        (is_file || is_folder).then(|| Claim::Glob(self.path.to_owned()))
    }

    /// Whether a word with a slash is none of the things that only look like a path.
    fn is_something_else(&self, first: &str, last: &str, ending: Option<Extension>) -> bool {
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if self.is_dotted {
            // `./...` is a pattern of Go, `..` alone is nothing.
            return last.bytes().all(|byte| byte == b'.');
        }
        if self
            .parts
            .iter()
            .skip(1)
            .any(|part| part.contains('@') && !part.starts_with('@'))
            || first.contains('@')
        {
            return true;
        }
        if is_number(first) || last.bytes().all(|byte| byte == b'.') {
            return true;
        }
        if self.parts.len() == 1 && !self.is_folder {
            return false;
        }
        // Two files side by side: `README.md/CHANGELOG.md`.
        let (_, folders) = self.parts.split_last().unwrap_or((&last, &[]));
        if folders.iter().any(|part| ends_with(part, &["md"])) {
            return true;
        }
        // A host: `ghcr.io/team/app`, `argoproj.io/v1alpha1`.
        if let Some((name, domain)) = first.rsplit_once('.')
            && !name.is_empty()
            && DOMAINS.contains(&domain)
        {
            return true;
        }
        // A substitution of sed: `s/a/b/`.
        if matches!(first, "s" | "y") && self.is_folder {
            return true;
        }
        if matches!(last, "tcp" | "udp" | "sctp") || first == "refs" || (first == "origin" && ending.is_none()) {
            return true;
        }
        let is_written = ending == Some(Extension::Written) || is_file_name(last);
        !is_written
            && self.parts.len() <= 3
            && NO_FOLDERS.binary_search(&first.to_ascii_lowercase().as_str()).is_ok()
            && !(self.is_folder && is_common_folder(first))
    }
}

fn is_branch_prefix(part: &str) -> bool {
    matches!(
        part,
        "feature" | "feat" | "fix" | "hotfix" | "bugfix" | "chore" | "release" | "user" | "users"
    )
}

#[cfg(test)]
mod tests {
    use super::{Claim, DOMAINS, Evidence, NO_FOLDERS, claim};

    fn in_code(word: &str) -> Option<Claim> {
        claim(word, Evidence::Code)
    }

    fn path(path: &str) -> Claim {
        Claim::Path(path.to_owned())
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(NO_FOLDERS.is_sorted_by(|one, two| one < two));
        assert!(DOMAINS.is_sorted_by(|one, two| one < two));
    }

    #[test]
    fn paths_are_recognised() {
        for word in [
            "docs/DEPLOYMENT.md",
            "README.md",
            ".github/workflows/release.yml",
            "./scripts/deploy",
            "../deploy/x.env.example",
            "src/",
            "tests/integration/",
            "apps/api-service",
            "apps/api-service/.env.local",
            "apps/web/Dockerfile",
            ".env.compose",
            "deploy/Caddyfile.template",
            "deploy/docker-compose.production-template.yml",
            "pyproject.toml",
            "src/@types/index.d.ts",
            "MyApp.Api/Program.cs",
            "deployments/prod/agents-service.yaml",
            "image/logo.png",
        ] {
            assert_eq!(in_code(word), Some(path(word)), "{word}");
        }
    }

    #[test]
    fn fragments_lines_and_tests_are_no_part_of_the_path() {
        for word in [
            "docs/x.md#L54", "docs/x.md#some-heading", "docs/x.md:12", "docs/x.md:12:5", "docs/x.md::test_it[a]",
        ] {
            assert_eq!(in_code(word), Some(path("docs/x.md")), "{word}");
        }
    }

    #[test]
    fn other_words_with_a_slash_are_no_paths() {
        for word in [
            "and/or", "i/o", "n/a", "CI/CD", "s/a/b/", "24/7", "2025/01/02", "10.0.0.0/8", "7842/udp", "80/tcp", "text/html",
            "application/json", "image/png", "roles/run.admin", "roles/owner", "argoproj.io/v1alpha1", "apps/v1beta1@x",
            "deploy/api", "deployment/api", "svc/web", "pod/x-1", "origin/main", "refs/heads/main", "feature/x", "release/",
            "feature/", "actions/checkout@v4", "@scope/package", "owner/repo", "owner/repo#12", "ghcr.io/team/app",
            "registry.k8s.io/x/y", "nginx:1.25", "team/app:latest", "/etc/hosts", "/healthz", "~/x.sh", "C:/x.txt", "C:\\x.txt",
            "%APPDATA%", "https://x/y.md", "user@host:x.sh", "react-dom/client", "ICUPA/rollout", "a//b.md", "HEAD",
            "README.md/CHANGELOG.md", "--flag", "./...", "...", "..", "./",
        ] {
            let found = in_code(word);
            assert!(matches!(found, None | Some(Claim::Placeholder(_))), "{word}: {found:?}");
        }
    }

    #[test]
    fn bare_words_are_no_paths_without_a_known_extension() {
        for word in [
            "Makefile", "Dockerfile", "main", "v1.2.3", "node.js", "Next.js", "console.log", "process.env", "nginx.service",
            "response.json", "example.com", "1.2.md", "backup.dump", "app.map",
        ] {
            assert_eq!(in_code(word), None, "{word}");
        }
        assert_eq!(claim("Dockerfile", Evidence::Operand), Some(path("Dockerfile")));
        assert_eq!(claim("README.md", Evidence::Prose), None);
        assert_eq!(claim("docs/x.md", Evidence::Prose), Some(path("docs/x.md")));
        assert_eq!(claim("infra/prod", Evidence::Operand), Some(path("infra/prod")));
    }

    #[test]
    fn what_is_made_is_an_output() {
        for word in [
            "web-app/dist", ".venv/bin/activate", "node_modules/.bin/x", "backups/a.dump", "x/app.log",
        ] {
            assert_eq!(in_code(word), Some(Claim::Output(word.to_owned())), "{word}");
        }
    }

    #[test]
    fn placeholders_are_seen_but_not_claimed() {
        for word in [
            "docs/<name>.md", "releases/vX.Y.Z/notes.md", "src/$NAME/x.py", "app/[id]/page.tsx", "path/to/x.sh",
        ] {
            assert_eq!(in_code(word), Some(Claim::Placeholder(word.to_owned())), "{word}");
        }
        assert_eq!(in_code("<owner>/<repo>"), None);
    }

    #[test]
    fn globs_need_an_extension_or_a_known_folder() {
        for word in [
            "docs/**/*.md",
            "var/reports/db-release-*.json",
            ".github/workflows/*.{yml,yaml}",
            "apps/*",
        ] {
            assert_eq!(in_code(word), Some(Claim::Glob(word.to_owned())), "{word}");
        }
        for word in ["v*", "*_FILE", "feature/*", "*/15", "*.md", "refs/tags/v*", "*.example.com"] {
            assert_eq!(in_code(word), None, "{word}");
        }
        assert_eq!(claim("*.sql", Evidence::Operand), Some(Claim::Glob("*.sql".to_owned())));
    }
}
