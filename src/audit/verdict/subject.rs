//! What evidence is about, compared with the release, its commit and what the gate asks for.

use globset::GlobBuilder;

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::table::Cause;
use crate::model::evidence::{Artifact, CaseKind, Content, Evidence};
use crate::model::gate::Gate;
use crate::model::release::Release;

/// Tools whose name in the title of a gate says who must have written its evidence. Sorted.
const TOOLS: &[&str] = &[
    "actionlint", "bandit", "biome", "brakeman", "cargo-audit", "checkov", "clippy", "codeql", "cppcheck", "dependency-check",
    "detekt", "dockle", "eslint", "flake8", "gitleaks", "golangci-lint", "gosec", "grype", "hadolint", "kics", "ktlint",
    "markdownlint", "mypy", "osv-scanner", "oxlint", "phpstan", "pip-audit", "pmd", "psalm", "pylint", "pyright", "rubocop",
    "ruff", "scorecard", "semgrep", "shellcheck", "snyk", "spotbugs", "staticcheck", "stylelint", "tfsec", "trivy", "trufflehog",
    "zizmor",
];

/// Bytes up to which a file that names nothing may be the same for every release: an empty list is the same everywhere.
const MAX_SAYING_NOTHING: u64 = 8;

/// What is wrong with the subject of a file.
pub(crate) fn flaws(file: &Evidence, gate: &Gate, around: &Surroundings<'_>) -> Vec<Flaw> {
    let path = &file.path;
    let about = &file.artifact.about;
    let release = around.release;
    let mut flaws = Vec::new();
    let mut add = |cause, sentence: String| flaws.push(Flaw::new(cause, sentence));
    if let Some(commit) = &release.commit {
        for named in about.commits.iter().filter(|named| !is_commit(named, commit)) {
            let sentence = format!("`{path}` is about the commit {named}, and the release is {commit}.");
            add(Cause::OtherCommit, sentence);
        }
    }
    // A bill of materials names its subject with its version behind it.
    let bill = match &file.artifact.content {
        Content::Sbom(sbom) => sbom
            .subject
            .as_deref()
            .and_then(|subject| Some(subject.rsplit_once([' ', '@'])?.1)),
        _ => None,
    };
    for version in about.versions.iter().map(String::as_str).chain(bill) {
        match named(version, release) {
            Named::This | Named::Nothing => {}
            Named::OtherCommit => add(
                Cause::OtherCommit,
                format!(
                    "`{path}` is about the commit {version}, and the release is {}.",
                    release.commit.as_deref().unwrap_or_default()
                ),
            ),
            Named::OtherVersion => {
                let sentence = format!("`{path}` is about version {version}, and the release is {}.", release.version);
                add(Cause::OtherVersion, sentence);
            }
        }
    }
    if let Some(other) = about.gate.as_deref().filter(|other| !other.eq_ignore_ascii_case(&gate.id)) {
        let sentence = format!(
            "`{path}` says that it is evidence of the gate `{other}`, not of `{}`.",
            gate.id
        );
        add(Cause::OtherGate, sentence);
    }
    let tools = tools(&file.artifact);
    let wanted = wanted_tools(gate);
    if !wanted.is_empty() {
        let is_of = |wanted: &&str| tools.iter().any(|tool| is_tool(tool, wanted));
        let asked = wanted.join("` or `");
        if tools.is_empty() && gate.demand.tool.is_some() {
            let sentence = format!("`{path}` does not say which tool wrote it, and the gate asks for `{asked}`.");
            add(Cause::OtherTool, sentence);
        } else if !tools.is_empty() && !wanted.iter().any(|wanted| is_of(&wanted.as_str())) {
            let sentence = format!(
                "`{path}` was written by {}, and the gate asks for `{asked}`.",
                tools.join(", ")
            );
            add(Cause::OtherTool, sentence);
        }
    }
    if let (Some(linter), Content::Tests(facts)) = (runs_no_tests(&tools), &file.artifact.content)
        && facts.kind == CaseKind::Test
        && asks_for_tests(gate)
    {
        let sentence = format!("`{path}` was written by {linter}, which runs no tests, and the gate asks for tests.");
        add(Cause::OtherTool, sentence);
    }
    if let Some(subject) = &gate.demand.subject {
        let mut said: Vec<&str> = about
            .names
            .iter()
            .chain(&about.digests)
            .chain(&about.urls)
            .map(String::as_str)
            .collect();
        if let Content::Sbom(sbom) = &file.artifact.content {
            said.extend(sbom.subject.as_deref());
        }
        let meant: Vec<&str> = said.iter().copied().filter(|name| is_subject(name, subject)).collect();
        if said.is_empty() {
            let sentence = format!("`{path}` does not say what it is about, and the gate asks for `{subject}`.");
            add(Cause::OtherSubject, sentence);
        } else if meant.is_empty() {
            let sentence = format!("`{path}` is about {}, and the gate asks for `{subject}`.", said.join(", "));
            add(Cause::OtherSubject, sentence);
        } else if Parts::of(subject).tag.is_none() {
            // The subject is what is released, so that a tag of it is a version of the release.
            let is_other = |name: &&str| {
                Parts::of(name)
                    .tag
                    .is_some_and(|tag| named(&tag, release) == Named::OtherVersion)
            };
            if let Some(other) = meant.first().filter(|_| meant.iter().all(is_other)) {
                let sentence = format!("`{path}` is about {other}, and the release is {}.", release.version);
                add(Cause::OtherVersion, sentence);
            }
        }
    }
    if file.bytes > MAX_SAYING_NOTHING
        && let Some(older) = around.digests.older(&file.sha256, release)
    {
        let sentence = format!(
            "`{path}` is byte for byte the evidence of {}, which is another commit, so it cannot be about this one.",
            older.version
        );
        add(Cause::OtherRelease, sentence);
    }
    flaws
}

/// What the version in a document says of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// That it is about it.
    This,
    /// Nothing that can be compared: a word, or the 0.0.0 of what is not versioned.
    Nothing,
    /// That it is about another version.
    OtherVersion,
    /// That it is about another commit.
    OtherCommit,
}

/// What a version says of a release. One that holds the released commit, as `git describe` and pseudo-versions do, is about it whatever its
/// numbers are; what a build adds behind `+` makes no other version.
fn named(version: &str, release: &Release) -> Named {
    let version = version.trim();
    let commit = release.commit.as_deref().unwrap_or_default();
    let is_hex = |word: &str| word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut words = version.split(|c: char| !c.is_ascii_alphanumeric());
    if words.any(|word| {
        [Some(word), word.strip_prefix('g')]
            .into_iter()
            .flatten()
            .any(|word| is_commit(word, commit))
    }) {
        return Named::This;
    }
    if version.len() == 40 && is_hex(version) {
        return if commit.is_empty() {
            Named::Nothing
        } else {
            Named::OtherCommit
        };
    }
    let (Some(own), Some(other)) = (Numbers::of(&release.version, release), Numbers::of(version, release)) else {
        return Named::Nothing;
    };
    if other.parts.iter().all(|part| *part == 0) && other.rest.is_empty() {
        Named::Nothing
    } else if own.is_same(&other) {
        Named::This
    } else {
        Named::OtherVersion
    }
}

/// A version as its numbers, what stands behind them, and what a build added.
struct Numbers {
    parts: Vec<u64>,
    rest: String,
    build: String,
}

impl Numbers {
    /// The numbers of a version of at least two; a single number may be anything. What stands before them in a name of the release, such as
    /// `app-v`, is left out.
    fn of(text: &str, release: &Release) -> Option<Self> {
        let text = match &release.semver {
            Some(semver) if text == release.version => semver.to_string(),
            _ => text.trim().trim_start_matches(['v', 'V']).to_lowercase(),
        };
        let (text, build) = text.split_once('+').unwrap_or((&text, ""));
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let mut parts: Vec<u64> = Vec::new();
        for part in numbers.trim_end_matches('.').split('.') {
            parts.push(part.parse().ok()?);
        }
        if parts.len() < 2 {
            return None;
        }
        while parts.last() == Some(&0) {
            parts.pop();
        }
        Some(Self {
            parts,
            rest: rest.trim_start_matches(['-', '.', '_']).to_owned(),
            build: build.to_owned(),
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        let is_same_build = self.build.is_empty() || other.build.is_empty() || self.build == other.build;
        // The marks of a pre-release are written with and without a dot: `rc1`, `rc.1`.
        let marks = |rest: &str| rest.replace(['.', '-', '_'], "");
        self.parts == other.parts && marks(&self.rest) == marks(&other.rest) && is_same_build
    }
}

/// Whether a text names a commit: all of its digits, or at least the first seven.
fn is_commit(named: &str, commit: &str) -> bool {
    let named = named.trim().to_ascii_lowercase();
    named.len() >= 7 && commit.to_ascii_lowercase().starts_with(&named)
}

/// The tools that wrote a document, as it says.
pub(crate) fn tools(artifact: &Artifact) -> Vec<&str> {
    let mut tools: Vec<&str> = artifact.about.tools.iter().map(String::as_str).collect();
    let own = match &artifact.content {
        Content::Findings(facts) => &facts.tools[..],
        Content::Sbom(sbom) => &sbom.tools[..],
        _ => &[],
    };
    for tool in own {
        if !tools.contains(&tool.as_str()) {
            tools.push(tool);
        }
    }
    tools
}

/// The tools of which one must have written the evidence: that of the gate, else those that its title names.
pub(crate) fn wanted_tools(gate: &Gate) -> Vec<String> {
    if let Some(tool) = &gate.demand.tool {
        return vec![tool.clone()];
    }
    let title = gate.title.to_ascii_lowercase();
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.map(str::to_owned).collect()
    };
    let words = words(&title);
    let named = TOOLS.iter().filter(|tool| words.iter().any(|word| word == *tool));
    named.map(|tool| (*tool).to_owned()).collect()
}

/// The tool whose name a text is; none for other texts.
pub(crate) fn known_tool(text: &str) -> Option<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    TOOLS.iter().copied().find(|tool| *tool == text)
}

/// Words of the name of a gate that asks for tests. Sorted.
const TESTS: &[&str] = &[
    "e2e", "integration", "pytest", "regression", "smoke", "spec", "specs", "test", "tests", "unit", "vitest",
];

/// Whether a gate asks for tests by its name.
pub(super) fn asks_for_tests(gate: &Gate) -> bool {
    is_named_by(gate, TESTS)
}

/// Whether the name of a gate has one of some sorted words.
pub(super) fn is_named_by(gate: &Gate, sorted: &[&str]) -> bool {
    let name = format!("{} {}", gate.id, gate.title).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| sorted.binary_search(&word).is_ok())
}

/// The scanner that wrote a list of cases, where one did: its cases are findings, and one that passes says that there is none.
fn runs_no_tests<'a>(tools: &[&'a str]) -> Option<&'a str> {
    let mut tools = tools.iter().copied();
    tools.find(|tool| TOOLS.iter().any(|scanner| is_tool(tool, scanner)))
}

/// Whether the name of a tool, with or without its version, is the one that is asked for.
pub(crate) fn is_tool(tool: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> String {
        let text = text.to_ascii_lowercase();
        text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect()
    };
    let (tool, wanted) = (plain(tool), plain(wanted));
    let wanted = wanted.trim();
    !wanted.is_empty()
        && (tool == wanted || tool.split(' ').any(|word| word == wanted) || tool.starts_with(&format!("{wanted} ")))
}

/// A name taken apart: what it names, and which of it by tag or version and by digest.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    name: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Parts {
    fn of(text: &str) -> Self {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let is_digest = |text: &str| {
            text.split_once(':')
                .is_some_and(|(kind, hex)| kind.starts_with("sha") && hex.len() >= 32)
        };
        if is_digest(&text) {
            return Self {
                name: String::new(),
                tag: None,
                digest: Some(text),
            };
        }
        let (text, behind) = match text.rsplit_once('@') {
            Some((name, behind)) if !name.is_empty() => (name.to_owned(), Some(behind.to_owned())),
            _ => (text, None),
        };
        let (digest, version) = match behind {
            Some(behind) if is_digest(&behind) => (Some(behind), None),
            version => (None, version),
        };
        let (text, version) = match text.split_once(' ') {
            Some((name, version)) => (name.to_owned(), version.split(' ').next().map(str::to_owned)),
            None => (text, version),
        };
        let at = text.rfind(':').filter(|at| !text[*at..].contains('/'));
        Self {
            name: text[..at.unwrap_or(text.len())].to_owned(),
            tag: version
                .or_else(|| at.map(|at| text[at + 1..].to_owned()))
                .filter(|tag| !tag.is_empty()),
            digest,
        }
    }
}

/// Whether a name is the subject that is asked for: the same, a match of the glob, or the same without what only one of them says. A tag, a
/// version or a digest that is asked for is asked for.
fn is_subject(name: &str, wanted: &str) -> bool {
    let plain = |text: &str| text.trim().trim_end_matches('/').to_ascii_lowercase();
    let glob = GlobBuilder::new(wanted).case_insensitive(true).build();
    let matches = |text: &str| glob.as_ref().is_ok_and(|glob| glob.compile_matcher().is_match(text));
    if plain(name) == plain(wanted) || matches(name) {
        return true;
    }
    // An address has its port and no tag.
    if name.contains("://") || wanted.contains("://") {
        return false;
    }
    let (one, other) = (Parts::of(name), Parts::of(wanted));
    if one.name.is_empty() || other.name.is_empty() {
        return one.digest.is_some() && one.digest == other.digest;
    }
    let version = |tag: &String| tag.trim_start_matches('v').to_owned();
    let is_tag = one
        .tag
        .as_ref()
        .zip(other.tag.as_ref())
        .is_none_or(|(one, other)| version(one) == version(other));
    let is_digest = other.digest.is_none() || one.digest == other.digest;
    (one.name == other.name || matches(&one.name)) && is_tag && is_digest
}

#[cfg(test)]
mod tests {
    use super::{Named, TESTS, TOOLS, asks_for_tests, is_commit, is_subject, is_tool, named, runs_no_tests, wanted_tools};
    use crate::model::gate::{Demand, Gate};
    use crate::model::release::Release;

    #[test]
    fn versions_are_compared_as_they_are_written() {
        let commit = "abcdef0123456789abcdef0123456789abcdef01";
        let said = |own: &str, text: &str| {
            let release = Release {
                version: own.to_owned(),
                semver: semver::Version::parse(own.trim_start_matches('v')).ok(),
                commit: Some(commit.to_owned()),
                ..Release::default()
            };
            named(text, &release)
        };
        for (own, text) in [
            ("v1.0.0", "1.0.0"),
            ("v1.0.0", "1.0"),
            ("v1.0.0", "1.0.0+g12345ab"),
            ("v1.0.0", "0.9.0-5-gabcdef0"),
            ("v1.0.0", "v0.0.0-20261120090000-abcdef012345"),
            ("2026.01.05", "2026.1.5"),
            ("1.2.3.4", "1.2.3.4"),
            ("v1.0.0-rc.1", "1.0.0rc1"),
            ("v1.0.0", commit),
        ] {
            assert_eq!(said(own, text), Named::This, "{own} {text}");
        }
        for (own, text) in [
            ("v1.0.0", "0.9"),
            ("v1.0.0", "1.0.0-rc.1"),
            ("v1.0.0-rc.1", "1.0.0"),
            ("2026.01.05", "2026.01.04"),
            ("1.2.3.4", "1.2.3.5"),
            ("v1.0.0+b1", "1.0.0+b2"),
            ("v1.0.0", "1.0.1"),
            ("2026.11.20", "2026.11.04"),
        ] {
            assert_eq!(said(own, text), Named::OtherVersion, "{own} {text}");
        }
        for text in ["latest", "", "0.0.0", "3", "main", "2"] {
            assert_eq!(said("v1.0.0", text), Named::Nothing, "{text}");
        }
        assert_eq!(said("v1.0.0", &"1".repeat(40)), Named::OtherCommit);
    }

    #[test]
    fn scanners_run_no_tests() {
        let gate = |title: &str| Gate {
            id: "g".to_owned(),
            title: title.to_owned(),
            ..Gate::default()
        };
        assert!(TESTS.is_sorted());
        assert!(asks_for_tests(&gate("Unit tests")) && asks_for_tests(&gate("E2E")));
        assert!(!asks_for_tests(&gate("Lint (ruff)")) && !asks_for_tests(&gate("Latest contest")));
        assert_eq!(runs_no_tests(&["pytest", "ruff 0.5"]), Some("ruff 0.5"));
        assert_eq!(runs_no_tests(&["pytest", "playwright"]), None);
    }

    #[test]
    fn commits_are_told_by_seven_digits_or_more() {
        let commit = "abcdef0123456789abcdef0123456789abcdef01";
        assert!(is_commit("ABCDEF0", commit));
        assert!(is_commit(commit, commit));
        assert!(!is_commit("abcdef", commit));
        assert!(!is_commit("", commit));
        assert!(!is_commit("refs/heads/main", commit));
    }

    #[test]
    fn tools_are_told_with_and_without_their_version() {
        assert!(is_tool("Trivy 0.66.0", "trivy"));
        assert!(is_tool("CodeQL", "codeql"));
        assert!(is_tool("OSV-Scanner 2", "osv-scanner"));
        assert!(!is_tool("markdownlint", "lint"));
        assert!(!is_tool("trivy-fork", "trivy"));
        assert!(!is_tool("anything", " "));
    }

    #[test]
    fn the_title_of_a_gate_names_its_tool_unless_the_gate_does() {
        let gate = |title: &str, tool: Option<&str>| Gate {
            title: title.to_owned(),
            demand: Demand {
                tool: tool.map(str::to_owned),
                ..Demand::default()
            },
            ..Gate::default()
        };
        assert_eq!(wanted_tools(&gate("Secret scan (gitleaks)", None)), ["gitleaks"]);
        assert_eq!(wanted_tools(&gate("SAST: Bandit, CodeQL", None)), ["bandit", "codeql"]);
        assert_eq!(
            wanted_tools(&gate("Secret scan (gitleaks)", Some("trufflehog"))),
            ["trufflehog"]
        );
        assert!(wanted_tools(&gate("Static analysis", None)).is_empty());
        assert!(TOOLS.is_sorted());
    }

    #[test]
    fn subjects_are_told_without_their_tags() {
        assert!(is_subject("ghcr.io/o/api:1.2@sha256:aa", "ghcr.io/o/api"));
        assert!(is_subject("api 1.2.0", "API"));
        assert!(is_subject("https://shop.example/", "https://shop.example"));
        assert!(is_subject("ghcr.io/o/api", "ghcr.io/*/api"));
        assert!(!is_subject("ghcr.io/o/api-old", "ghcr.io/o/api"));
        assert!(!is_subject("localhost:5000/x", "localhost:5000/y"));
        let (one, other) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        for (name, wanted, is_it) in [
            ("app:0.9.0", "app:1.0.0", false),
            ("app:v1.0.0", "app:1.0.0", true),
            ("app 0.9.0", "app:1.0.0", false),
            ("app", "app:1.0.0", true),
            ("http://localhost:5000", "http://localhost:6000", false),
            ("http://localhost:5000/", "http://localhost:5000", true),
            (&format!("app@{one}"), &format!("app@{other}"), false),
            (&format!("app:1@{one}"), &format!("app@{one}"), true),
            ("app:1.0.0", &format!("app@{one}"), false),
            (one.as_str(), &format!("app@{one}"), true),
            (one.as_str(), other.as_str(), false),
            (one.as_str(), one.as_str(), true),
            ("@scope/app@1.0.0", "@scope/app", true),
        ] {
            assert_eq!(is_subject(name, wanted), is_it, "{name} {wanted}");
        }
    }
}
