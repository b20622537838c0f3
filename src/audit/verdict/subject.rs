//! What evidence is about, compared with the release, its commit and what the gate asks for.

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::reference::{Reference, Said};
use crate::audit::verdict::table::Cause;
use crate::model::evidence::{Artifact, CaseKind, Content, Evidence};
use crate::model::gate::Gate;
use crate::model::release::Release;
use crate::model::version::without_v;

/// Tools whose name in the title of a gate says who must have written its evidence. Sorted.
const TOOLS: &[&str] = &[
    "actionlint", "bandit", "biome", "brakeman", "cargo-audit", "checkov", "clippy", "codeql", "cppcheck", "dependency-check",
    "detekt", "dockle", "eslint", "flake8", "gitleaks", "golangci-lint", "gosec", "grype", "hadolint", "kics", "ktlint",
    "markdownlint", "mypy", "osv-scanner", "oxlint", "phpstan", "pip-audit", "pmd", "psalm", "pylint", "pyright", "rubocop",
    "ruff", "scorecard", "semgrep", "shellcheck", "snyk", "spotbugs", "staticcheck", "stylelint", "tfsec", "trivy", "trufflehog",
    "zizmor",
];

/// Bytes up to which a file that names nothing may be the same for every release: an empty list is the same everywhere.
pub(super) const MAX_SAYING_NOTHING: u64 = 8;

/// What is wrong with the subject of a file.
pub(crate) fn flaws(file: &Evidence, gate: &Gate, around: &Surroundings<'_>) -> Vec<Flaw> {
    let path = &file.path;
    let about = &file.artifact.about;
    let release = around.release;
    let mut flaws = Vec::new();
    let mut add = |cause, sentence: String| flaws.push(Flaw::new(cause, sentence));
    if let Some(commit) = &release.commit {
        for other in about.commits.iter().filter(|named| !is_commit(named, commit)) {
            // Who signs may name the version where the commit is asked for.
            if matches!(named(other, release), Named::This) {
                continue;
            }
            let sentence = format!("`{path}` is about the commit {other}, and the release is {commit}.");
            add(Cause::OtherCommit, sentence);
        }
    }
    // A bill of materials names its subject with its version behind it.
    let bill = match &file.artifact.content {
        Content::Sbom(sbom) => sbom
            .subject
            .as_deref()
            .and_then(|subject| subject.rsplit_once([' ', '@']))
            .filter(|(name, _)| !Reference::readings(name).iter().any(Reference::is_of_others))
            .map(|(_, version)| version),
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
    let said = said(&file.artifact);
    if let Some(subject) = &gate.demand.subject {
        let named: Vec<&str> = said.names.iter().chain(&said.digests).copied().collect();
        if named.is_empty() {
            let sentence = format!("`{path}` does not say what it is about, and the gate asks for `{subject}`.");
            add(Cause::OtherSubject, sentence);
        } else if !said.is_about(subject) {
            let sentence = format!("`{path}` is about {}, and the gate asks for `{subject}`.", named.join(", "));
            add(Cause::OtherSubject, sentence);
        }
    }
    let asked = gate.demand.subject.as_deref().map(Reference::readings).unwrap_or_default();
    if !asked.iter().any(Reference::is_exact)
        && let Some(other) = other_tag(&said.names, release)
    {
        let sentence = format!(
            "`{path}` is about {other}, and the release is {}. A gate for something with a version of its own names that version in its subject.",
            release.version
        );
        add(Cause::OtherVersion, sentence);
    }
    if file.bytes > MAX_SAYING_NOTHING
        && let Some(older) = around.digests.older(&file.sha256, release)
        && !is_vouched_for(file, release)
    {
        let sentence = format!(
            "`{path}` is byte for byte the evidence of {}, which is another commit, and nothing in it tells that it was made again: have its tool write a moment or \
             the commit into it, or collect a step record of the released commit that names its digest.",
            older.version
        );
        add(Cause::OtherRelease, sentence);
    }
    flaws
}

/// Whether another file of the release, which says that it is about the released commit, names the very bytes of a file: what a tool writes
/// without a moment is the same again where nothing changed, and then its run has to tell.
fn is_vouched_for(file: &Evidence, release: &Release) -> bool {
    let Some(commit) = &release.commit else { return false };
    let is_named = |other: &Evidence| {
        let about = &other.artifact.about;
        let attached = about.attachments.iter().filter_map(|attached| attached.sha256.as_deref());
        let digests = about.digests.iter().map(String::as_str).chain(attached);
        digests
            .map(|digest| digest.strip_prefix("sha256:").unwrap_or(digest))
            .any(|digest| digest == file.sha256)
    };
    release
        .evidence
        .iter()
        .filter(|other| other.sha256 != file.sha256 && other.artifact.about.commits.iter().any(|named| is_commit(named, commit)))
        .any(is_named)
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
            _ => without_v(text).to_lowercase(),
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

/// The tool whose name a text is; none for other texts.
pub(crate) fn known_tool(text: &str) -> Option<&'static str> {
    let text = text.trim().to_ascii_lowercase();
    TOOLS.iter().copied().find(|tool| *tool == text)
}

/// The tools that words name.
pub(super) fn tools_in(text: &str) -> Vec<&'static str> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    TOOLS.iter().copied().filter(|tool| words.contains(tool)).collect()
}

/// The one tool that words name; none where they name none, or several.
pub(crate) fn tool_in(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    let mut named = TOOLS.iter().copied().filter(|tool| words.contains(tool));
    named.next().filter(|_| named.next().is_none())
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

/// What a document says that it is about.
pub(super) fn said(artifact: &Artifact) -> Said<'_> {
    let about = &artifact.about;
    let mut names: Vec<&str> = about.names.iter().chain(&about.urls).map(String::as_str).collect();
    if let Content::Sbom(sbom) = &artifact.content {
        // A document about several things names them with commas between.
        names.extend(sbom.subject.iter().flat_map(|subject| subject.split(", ")));
    }
    Said {
        names,
        digests: about.digests.iter().map(String::as_str).collect(),
        versions: about.versions.iter().map(String::as_str).collect(),
    }
}

/// The first of some names whose tag is the version of another release; none where another one says that it is this release. Images that
/// others publish have versions of their own.
fn other_tag<'a>(names: &[&'a str], release: &Release) -> Option<&'a str> {
    let mut other = None;
    for name in names.iter().filter(|name| !name.contains("://")) {
        for reading in Reference::readings(name).iter().filter(|reading| !reading.is_of_others()) {
            // What stands behind a blank is compared where it is known to be a version.
            if !name.contains(&format!(":{}", reading.tag)) && !name.contains(&format!("@{}", reading.tag)) {
                continue;
            }
            match tagged(&reading.tag, release) {
                Named::This => return None,
                Named::OtherVersion | Named::OtherCommit => other = other.or(Some(*name)),
                Named::Nothing => {}
            }
        }
    }
    other
}

/// Words behind the numbers of a version that say that it is not yet the version. Sorted.
const BEFORE: [&str; 12] = [
    "a", "alpha", "b", "beta", "canary", "dev", "milestone", "nightly", "pre", "preview", "rc", "snapshot",
];

/// What a tag says of a release. Tags say more than versions: `1.2` is every release of that line, and what stands behind the numbers may
/// be a variant, such as `1.2.3-alpine`. Days are no numbers of another version.
fn tagged(tag: &str, release: &Release) -> Named {
    let said = named(tag, release);
    if said != Named::OtherVersion {
        return said;
    }
    let (Some(own), Some(other)) = (Numbers::of(&release.version, release), Numbers::of(tag, release)) else {
        return said;
    };
    let is_year = |numbers: &Numbers| numbers.parts.first().is_some_and(|first| *first >= 1_900);
    if is_year(&own) != is_year(&other) {
        return Named::Nothing;
    }
    let numbers = without_v(tag);
    let end = numbers
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(numbers.len());
    let is_line = numbers[..end].split('.').count() == 2 && own.parts.starts_with(&other.parts);
    if own.parts != other.parts && !is_line {
        return said;
    }
    let marks = |rest: &str| rest.replace(['.', '-', '_'], "");
    let (mark, found) = (marks(&own.rest), marks(&other.rest));
    let is_variant = if mark.is_empty() {
        let word = found.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        BEFORE.binary_search(&word).is_err()
    } else {
        let rest = found.strip_prefix(mark.as_str());
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    if is_variant { Named::This } else { said }
}

#[cfg(test)]
mod tests {
    use super::{
        BEFORE, Named, TESTS, TOOLS, asks_for_tests, is_commit, is_tool, named, other_tag, runs_no_tests, tagged, wanted_tools,
    };
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
    fn tags_of_images_are_versions_unless_they_say_something_else() {
        let release = |own: &str| Release {
            version: own.to_owned(),
            semver: semver::Version::parse(own.trim_start_matches('v')).ok(),
            commit: Some("abcdef0123456789abcdef0123456789abcdef01".to_owned()),
            ..Release::default()
        };
        assert!(BEFORE.is_sorted());
        for (own, tag, expected) in [
            ("v1.2.3", "1.2.3", Named::This),
            ("v1.2.3", "v1.2.3-alpine", Named::This),
            ("v1.2.3", "1.2", Named::This),
            ("v1.2.3", "1.2-slim", Named::This),
            ("v1.2.3-rc.1", "1.2.3-rc.1-alpine", Named::This),
            ("v1.2.3", "latest", Named::Nothing),
            ("v1.2.3", "2026.11.20", Named::Nothing),
            ("2026.11.20", "1.4.2", Named::Nothing),
            ("v1.2.3", "sha-abcdef0", Named::This),
            ("v1.2.3", "1.2.2", Named::OtherVersion),
            ("v1.2.3", "1.2.0", Named::OtherVersion),
            ("v1.2.3", "1.3", Named::OtherVersion),
            ("v1.2.3", "1.2.3-rc.1", Named::OtherVersion),
            ("v1.2.3-rc.1", "1.2.3-rc.10", Named::OtherVersion),
            ("v1.2.3-rc.1", "1.2.3", Named::OtherVersion),
        ] {
            assert_eq!(tagged(tag, &release(own)), expected, "{own} {tag}");
        }
        for (names, expected) in [
            (&["app:0.9.0"][..], Some("app:0.9.0")),
            (&["ghcr.io/o/app:v0.9.0"], Some("ghcr.io/o/app:v0.9.0")),
            (&["pkg:npm/app@0.9.0"], Some("pkg:npm/app@0.9.0")),
            (&["app:0.9.0", "app:1.0.0"], None),
            (&["app:latest"], None),
            (&["postgres:16.2"], None),
            (&["http://10.0.0.1:80"], None),
            (&["localhost:5000/app"], None),
        ] {
            assert_eq!(other_tag(names, &release("v1.0.0")), expected, "{names:?}");
        }
    }
}
