//! Programs that runbooks call and that no repository defines. A word that is none of them may be the repository's own program.

/// Sorted. From the first words of 10,923 real command lines, and their relatives.
const TOOLS: [&str; 268] = [
    "7z",
    "act",
    "adb",
    "age",
    "airflow",
    "alembic",
    "ansible",
    "ansible-playbook",
    "ansible-vault",
    "apk",
    "apt",
    "apt-get",
    "argocd",
    "awk",
    "aws",
    "aws-vault",
    "az",
    "bandit",
    "base64",
    "basename",
    "bash",
    "bazel",
    "black",
    "brew",
    "buf",
    "bun",
    "bundle",
    "bunx",
    "bzip2",
    "caddy",
    "cargo",
    "cat",
    "cd",
    "certbot",
    "chmod",
    "chown",
    "cmake",
    "composer",
    "conda",
    "consul",
    "corepack",
    "cosign",
    "cp",
    "createdb",
    "crontab",
    "curl",
    "cut",
    "date",
    "deno",
    "diff",
    "dig",
    "dirname",
    "dnf",
    "docker",
    "docker-compose",
    "doctl",
    "doppler",
    "dotnet",
    "dropdb",
    "du",
    "echo",
    "eslint",
    "etcdctl",
    "eval",
    "exit",
    "expo",
    "export",
    "fastlane",
    "find",
    "firebase",
    "flux",
    "fly",
    "flyctl",
    "gcloud",
    "gem",
    "gh",
    "git",
    "gitleaks",
    "glab",
    "go",
    "golangci-lint",
    "goreleaser",
    "gpg",
    "gradle",
    "grep",
    "grpcurl",
    "gsutil",
    "gunicorn",
    "gunzip",
    "gzip",
    "hatch",
    "head",
    "helm",
    "helmfile",
    "heroku",
    "hey",
    "host",
    "htop",
    "hugo",
    "id",
    "invoke",
    "ip",
    "istioctl",
    "java",
    "jest",
    "journalctl",
    "jq",
    "just",
    "k3d",
    "k3s",
    "k6",
    "k9s",
    "kafka-topics.sh",
    "kill",
    "killall",
    "kind",
    "ksops",
    "kubectl",
    "kubectx",
    "kubens",
    "kubeseal",
    "kustomize",
    "less",
    "ln",
    "ls",
    "lsof",
    "make",
    "mc",
    "md5sum",
    "minikube",
    "mise",
    "mkdir",
    "mongo",
    "mongodump",
    "mongosh",
    "mv",
    "mvn",
    "mypy",
    "mysql",
    "mysqldump",
    "nc",
    "netlify",
    "netstat",
    "nginx",
    "node",
    "nomad",
    "nox",
    "npm",
    "npx",
    "nslookup",
    "nvm",
    "nx",
    "oc",
    "op",
    "openssl",
    "packer",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "pg_restore",
    "ping",
    "pip",
    "pip3",
    "pipenv",
    "pipx",
    "pkill",
    "playwright",
    "pm2",
    "pnpm",
    "podman",
    "poetry",
    "pre-commit",
    "printf",
    "prisma",
    "prometheus",
    "promtool",
    "ps",
    "psql",
    "pulumi",
    "pwd",
    "pytest",
    "python",
    "python3",
    "rails",
    "railway",
    "rake",
    "redis-cli",
    "restic",
    "rg",
    "rm",
    "rsync",
    "ruff",
    "rustup",
    "scp",
    "sed",
    "semgrep",
    "service",
    "set",
    "sftp",
    "sh",
    "sha256sum",
    "shellcheck",
    "sleep",
    "snyk",
    "socat",
    "sops",
    "sort",
    "source",
    "sqlite3",
    "ssh",
    "ssh-keygen",
    "stern",
    "stripe",
    "su",
    "sudo",
    "supabase",
    "syft",
    "sysctl",
    "systemctl",
    "tail",
    "tar",
    "task",
    "tee",
    "telnet",
    "terraform",
    "terragrunt",
    "test",
    "tofu",
    "touch",
    "tox",
    "tr",
    "tree",
    "trivy",
    "trufflehog",
    "ts-node",
    "tsc",
    "tsx",
    "turbo",
    "twine",
    "umask",
    "uniq",
    "unset",
    "unzip",
    "uv",
    "uvicorn",
    "uvx",
    "vault",
    "velero",
    "vercel",
    "vi",
    "vim",
    "virtualenv",
    "vitest",
    "watch",
    "wc",
    "wget",
    "which",
    "whoami",
    "wrangler",
    "xargs",
    "xcodebuild",
    "xcodegen",
    "xcrun",
    "yarn",
    "yq",
    "zcat",
    "zip",
    "zsh",
];

/// Words of SQL that begin a statement; such lines stand in blocks that are labelled `bash`.
const SQL: [&str; 16] = [
    "ALTER", "ANALYZE", "BEGIN", "BEGIN;", "COMMIT;", "CREATE", "DELETE", "DROP", "EXPLAIN", "FROM", "GRANT", "INSERT", "SELECT",
    "SHOW", "UPDATE", "WHERE",
];

/// Words that a sentence has and a command has not.
const SENTENCE_WORDS: [&str; 24] = [
    "a", "an", "and", "are", "be", "been", "has", "have", "if", "is", "it", "of", "or", "should", "sure", "that", "the", "this",
    "was", "when", "which", "will", "with", "your",
];

/// Whether a word is a known program.
pub(crate) fn is_tool(word: &str) -> bool {
    TOOLS.binary_search(&word).is_ok()
}

/// Whether a line begins a statement of SQL.
pub(crate) fn is_sql(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| SQL.contains(&word))
}

/// Whether a line without a label begins as a command: with a known program, `./`, or a variable in front of one of them.
pub(crate) fn begins_as_command(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let Some(first) = words.find(|word| !(word.contains('=') && word.starts_with(|char: char| char.is_ascii_uppercase()))) else {
        return false;
    };
    let is_script = first.starts_with("./") && first.len() > 2;
    if is_script {
        return true;
    }
    is_tool(first) && !is_sentence(line)
}

/// Whether a line is a sentence: "make sure the service is up".
fn is_sentence(line: &str) -> bool {
    let line = line.trim_end();
    let end = line.strip_suffix(['.', ':', '!']);
    let is_spoken = end.is_some_and(|line| line.ends_with(char::is_alphanumeric));
    let spoken = line
        .split_whitespace()
        .skip(1)
        .filter(|word| SENTENCE_WORDS.contains(&word.trim_end_matches([',', '.'])))
        .count();
    spoken >= 2 || (is_spoken && (spoken >= 1 || line.contains(' '))) || line.starts_with("make sure")
}

#[cfg(test)]
mod tests {
    use super::{SQL, TOOLS, begins_as_command, is_tool};

    #[test]
    fn the_lists_hold_each_word_once() {
        let mut tools = TOOLS;
        tools.sort_unstable();
        assert!(tools.is_sorted_by(|one, two| one < two));
        assert_eq!(TOOLS, tools, "the list is sorted");
        assert!(SQL.is_sorted_by(|one, two| one < two));
        assert!(is_tool("kubectl") && !is_tool("starter-console"));
    }

    #[test]
    fn commands_are_told_from_sentences() {
        for line in [
            "make check",
            "./deploy.sh --dry",
            "SKIP_IOS=1 ./x.sh",
            "docker build -t x .",
            "go test ./...",
        ] {
            assert!(begins_as_command(line), "{line}");
        }
        for line in [
            "make sure it works",
            "test that the page is there",
            "find the cause.",
            "registry: ghcr.io",
            "go live:",
            "KEY=value",
            "./",
            "",
        ] {
            assert!(!begins_as_command(line), "{line}");
        }
    }
}
