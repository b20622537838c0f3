//! Whether a finding is the one that an exception names: by tool, rule, package, path and fingerprint, each of them whole.

use globset::GlobBuilder;

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::{Content, Evidence, ScannerFinding};
use crate::model::register::ExceptionMatch;

/// Whether a document names a tool, whatever the version behind its name. The name of the gate stands for one where the document names none.
pub(super) fn names_tool(evidence: &Evidence, tool: &str) -> bool {
    let wanted = tool.to_lowercase();
    let is_it = |name: &&String| {
        let name = name.to_lowercase();
        name == wanted || name.starts_with(&format!("{wanted} ")) || name.starts_with(&format!("{wanted}/"))
    };
    let own: &[String] = match &evidence.artifact.content {
        Content::Findings(facts) => &facts.tools,
        _ => &[],
    };
    let mut tools = own.iter().chain(&evidence.artifact.about.tools).peekable();
    let is_unnamed = tools.peek().is_none();
    let is_format = evidence
        .artifact
        .format
        .is_some_and(|format| wanted.replace(' ', "-") == format);
    let is_gate = evidence.gate.as_ref().is_some_and(|gate| gate.to_lowercase() == wanted);
    is_format || tools.any(|name| is_it(&name)) || is_unnamed && is_gate
}

/// What tells whether a finding is accepted: every part that the exception names must match.
pub(super) fn is_finding<'a>(
    advisories: &'a [AdvisoryHit],
    wanted: &'a ExceptionMatch,
) -> impl Fn(&ScannerFinding) -> bool + use<'a> {
    let packages: Vec<AdvisoryHit> = advisories.to_vec();
    move |finding: &ScannerFinding| {
        let by_rule = wanted.rules.is_empty() || wanted.rules.iter().any(|rule| rule.eq_ignore_ascii_case(&finding.rule));
        let by_path = wanted.path.as_ref().is_none_or(|path| is_path(path, &finding.path));
        let by_package = wanted
            .package
            .as_ref()
            .is_none_or(|package| is_package(package, finding, &packages));
        let by_fingerprint = wanted
            .fingerprint
            .as_ref()
            .is_none_or(|fingerprint| finding.fingerprints.iter().any(|own| own == fingerprint.trim()));
        by_rule && by_path && by_package && by_fingerprint
    }
}

/// Whether a path is the one that is named: the same from the root, a match of the glob, or below the folder. Tools that write whole paths
/// of the machine name the file by its end, of at least a folder and a name.
fn is_path(wanted: &str, path: &str) -> bool {
    let (wanted, path) = (wanted.trim().trim_start_matches("./"), path.trim().trim_start_matches("./"));
    if wanted.is_empty() || path.is_empty() {
        return false;
    }
    let is_same = |path: &str| {
        path == wanted
            || wanted.ends_with('/') && path.starts_with(wanted)
            || wanted.contains(['*', '?', '[', '{'])
                && GlobBuilder::new(wanted)
                    .literal_separator(true)
                    .build()
                    .is_ok_and(|glob| glob.compile_matcher().is_match(path))
    };
    let is_whole = path.starts_with('/') || path.contains("://") || path.get(1..2) == Some(":");
    let is_end = is_whole && wanted.contains('/') && !wanted.contains('*') && path.ends_with(&format!("/{wanted}"));
    is_same(path) || is_end
}

/// Whether a finding is one of a package. Scanners of packages name it before its version, as the place or as the first word; what else
/// stands in a message is prose.
fn is_package(wanted: &str, finding: &ScannerFinding, advisories: &[AdvisoryHit]) -> bool {
    let is_at_start = |text: &str| {
        let rest = text.strip_prefix(wanted);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', ',', '@']))
    };
    let id = finding.rule.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut known = advisories
        .iter()
        .filter(|hit| hit.id.eq_ignore_ascii_case(id) || hit.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(id)));
    let is_known = known.any(|hit| hit.package == wanted);
    if is_known {
        return is_at_start(&finding.path) || is_at_start(&finding.message);
    }
    if !advisories.is_empty() {
        return false;
    }
    if !finding.path.is_empty() && is_at_start(&finding.path) {
        return true;
    }
    // SARIF has no place for it: `Package: libssl3`, `in deb package: libssl3, version 3`.
    let lower = finding.message.to_lowercase();
    let Some(at) = lower.find("package") else { return false };
    let rest = lower[at + "package".len()..].trim_start_matches([':', ' ', '`', '\'', '"']);
    let end = rest.find([' ', ',', '`', '\'', '"', ';']).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.') == wanted.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{is_finding, is_package, is_path, names_tool};
    use crate::audit::testing::evidence_file;
    use crate::model::about::About;
    use crate::model::advisory::AdvisoryHit;
    use crate::model::evidence::{Artifact, Content, FindingFacts, ScannerFinding};
    use crate::model::register::ExceptionMatch;

    fn finding(rule: &str, path: &str, message: &str) -> ScannerFinding {
        ScannerFinding {
            rule: rule.to_owned(),
            level: "error".to_owned(),
            message: message.to_owned(),
            path: path.to_owned(),
            line: None,
            fingerprints: vec!["f1".to_owned()],
        }
    }

    #[test]
    fn paths_are_whole_or_globs() {
        for (wanted, path) in [
            ("src/a.py", "src/a.py"),
            ("./src/a.py", "src/a.py"),
            ("src/**", "src/deep/a.py"),
            ("src/*.py", "src/a.py"),
            ("src/", "src/a.py"),
            ("src/a.py", "/home/runner/work/app/app/src/a.py"),
            ("src/a.py", "file:///work/src/a.py"),
        ] {
            assert!(is_path(wanted, path), "{wanted} {path}");
        }
        for (wanted, path) in [
            ("config.py", "vendor/pkg/config.py"),
            ("config.py", "/work/vendor/config.py"),
            ("src/*.py", "src/deep/a.py"),
            ("src/**", "lib/src/a.py"),
            ("src", "src/a.py"),
            ("SRC/A.PY", "src/a.py"),
            ("", "src/a.py"),
            ("[", "src/a.py"),
        ] {
            assert!(!is_path(wanted, path), "{wanted} {path}");
        }
    }

    #[test]
    fn packages_are_those_of_the_finding_and_not_of_its_words() {
        let advisory = |package: &str| AdvisoryHit {
            id: "CVE-9".to_owned(),
            package: package.to_owned(),
            ..AdvisoryHit::default()
        };
        let known = [advisory("openssl"), advisory("curl")];
        let of_openssl = finding("CVE-9", "app", "openssl 1, fixed in 2: openssl: flaw when it is used by curl");
        assert!(is_package("openssl", &of_openssl, &known) && !is_package("curl", &of_openssl, &known));
        assert!(!is_package(
            "openssl",
            &finding("CVE-9", "app", "openssl-core 1: flaw"),
            &known
        ));
        let npm = finding("https://github.com/advisories/CVE-9", "openssl", "curl: used by openssl");
        assert!(is_package("openssl", &npm, &known[..1]) && !is_package("curl", &npm, &known[..1]));
        let sarif = finding("CVE-9", "lib/app.jar", "Package: libssl3");
        assert!(is_package("libssl3", &sarif, &[]) && !is_package("libssl", &sarif, &[]));
        let grype = finding(
            "CVE-9",
            "/usr/lib",
            "A high vulnerability in deb package: curl, version 7 was found",
        );
        assert!(is_package("curl", &grype, &[]));
        assert!(!is_package(
            "curl",
            &finding("X", "a.rs", "curl is called without a timeout"),
            &[]
        ));
    }

    #[test]
    fn every_part_must_match() {
        let wanted = ExceptionMatch {
            fingerprint: Some("f1".to_owned()),
            ..ExceptionMatch::default()
        };
        assert!(is_finding(&[], &wanted)(&finding("A", "a", "m")));
        let other = ExceptionMatch {
            rules: vec!["a".to_owned()],
            fingerprint: Some("f2".to_owned()),
            ..ExceptionMatch::default()
        };
        assert!(!is_finding(&[], &other)(&finding("A", "a", "m")));
    }

    #[test]
    fn the_gate_is_no_tool_where_the_document_names_one() {
        let of = |tools: &[&str]| {
            evidence_file(
                "evidence/g/a",
                Artifact {
                    format: Some("sarif"),
                    content: Content::Findings(FindingFacts {
                        tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
                        ..FindingFacts::default()
                    }),
                    about: About::default(),
                    ..Artifact::default()
                },
            )
        };
        assert!(names_tool(&of(&[]), "G") && names_tool(&of(&["ruff 0.5"]), "Ruff"));
        assert!(!names_tool(&of(&["ruff 0.5"]), "g") && !names_tool(&of(&["ruff-fork"]), "ruff"));
    }
}
