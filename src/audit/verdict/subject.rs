//! What evidence is about, compared with the release, its commit and what the gate asks for.

use globset::GlobBuilder;

use crate::audit::verdict::flaw::{Flaw, Surroundings};
use crate::audit::verdict::table::Cause;
use crate::model::evidence::{Artifact, Content, Evidence};
use crate::model::gate::Gate;

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
    if let Some(semver) = &release.semver {
        // A bill of materials names its subject with its version behind it.
        let bill = match &file.artifact.content {
            Content::Sbom(sbom) => sbom
                .subject
                .as_deref()
                .and_then(|subject| Some(subject.rsplit_once([' ', '@'])?.1)),
            _ => None,
        };
        let versions = about.versions.iter().map(String::as_str).chain(bill);
        let parsed = versions.filter_map(|version| Some((version, version.trim_start_matches(['v', 'V']).parse().ok()?)));
        let nothing = semver::Version::new(0, 0, 0);
        for (version, named) in parsed.filter(|(_, named): &(_, semver::Version)| *named != *semver && *named != nothing) {
            let _ = named;
            let sentence = format!("`{path}` is about version {version}, and the release is {}.", release.version);
            add(Cause::OtherVersion, sentence);
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
    if let Some(subject) = &gate.demand.subject {
        let mut named: Vec<&str> = about
            .names
            .iter()
            .chain(&about.digests)
            .chain(&about.urls)
            .map(String::as_str)
            .collect();
        if let Content::Sbom(sbom) = &file.artifact.content {
            named.extend(sbom.subject.as_deref());
        }
        if named.is_empty() {
            let sentence = format!("`{path}` does not say what it is about, and the gate asks for `{subject}`.");
            add(Cause::OtherSubject, sentence);
        } else if !named.iter().any(|name| is_subject(name, subject)) {
            let sentence = format!("`{path}` is about {}, and the gate asks for `{subject}`.", named.join(", "));
            add(Cause::OtherSubject, sentence);
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

/// Whether a name is the subject that is asked for: the same, a match of the glob, or the same without tag, digest and version.
fn is_subject(name: &str, wanted: &str) -> bool {
    let bare = |text: &str| -> String {
        let text = text.trim().trim_end_matches('/');
        let text = text.split('@').next().filter(|start| !start.is_empty()).unwrap_or(text);
        let text = text.split(' ').next().unwrap_or(text);
        let end = text.rfind(':').filter(|at| !text[*at..].contains('/')).unwrap_or(text.len());
        text[..end].to_ascii_lowercase()
    };
    if name.eq_ignore_ascii_case(wanted) || bare(name) == bare(wanted) {
        return true;
    }
    let glob = GlobBuilder::new(wanted).case_insensitive(true).build();
    glob.is_ok_and(|glob| {
        let matcher = glob.compile_matcher();
        matcher.is_match(name) || matcher.is_match(bare(name))
    })
}

#[cfg(test)]
mod tests {
    use super::{TOOLS, is_commit, is_subject, is_tool, wanted_tools};
    use crate::model::gate::{Demand, Gate};

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
    }
}
