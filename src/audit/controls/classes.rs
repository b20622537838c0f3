//! What kind of check a gate is: as the settings say, else by the format that it asks for or the files that it has.

use std::collections::BTreeMap;

use crate::model::evidence::{CaseKind, Content, Evidence};
use crate::model::gate::Gate;
use crate::tools::family;

/// Formats of scanners of components. Sorted.
const COMPONENT_SCANS: [&str; 10] = [
    "cargo-audit", "dependabot-alerts", "dependency-review", "grype", "npm-audit", "osv-scanner", "pip-audit", "pnpm-audit",
    "trivy", "yarn-audit",
];

/// Formats of scanners of secrets. Sorted.
const SECRET_SCANS: [&str; 2] = ["gitleaks", "secret-scanning-alerts"];

/// Formats of scanners of code. Sorted.
const CODE_SCANS: [&str; 9] = [
    "bandit", "checkstyle", "code-scanning-alerts", "eslint", "hadolint", "ruff", "sarif", "scorecard", "semgrep",
];

/// Words in the name of a tool that writes SARIF and scans for something else than code.
const TOOLS: [(&str, &str); 6] = [
    ("trivy", "component-scan"),
    ("grype", "component-scan"),
    ("osv", "component-scan"),
    ("snyk", "component-scan"),
    ("gitleaks", "secret-scan"),
    ("trufflehog", "secret-scan"),
];

/// The class of a gate; none where nothing tells. `declared` holds those of the settings, `files` are its evidence.
pub(super) fn class_of<'a>(
    gate: &Gate,
    declared: &BTreeMap<String, String>,
    files: impl Iterator<Item = &'a Evidence>,
) -> Option<String> {
    if let Some(class) = declared.get(&gate.id) {
        return Some(class.clone());
    }
    if !gate.demand.roles.is_empty() {
        return Some("approval".to_owned());
    }
    if gate.demand.window.is_some() || !gate.demand.checks.is_empty() {
        return Some("window".to_owned());
    }
    let of_family = |wanted: &str| family::formats(wanted).iter().find_map(|format| of_format(format));
    let asked = gate.demand.format.as_deref();
    let mut class = asked.and_then(|wanted| of_format(wanted).or_else(|| of_family(wanted)));
    for file in files {
        class = by_tool(file).or(class).or_else(|| of_file(file));
    }
    class.map(str::to_owned)
}

/// The class that the tool which wrote a file tells.
fn by_tool(file: &Evidence) -> Option<&'static str> {
    let tools = file.artifact.about.tools.iter().map(|tool| tool.to_lowercase());
    let tools = tools.collect::<Vec<_>>().join(" ");
    TOOLS.iter().find(|(name, _)| tools.contains(name)).map(|(_, class)| *class)
}

/// The class of a check that a file is of; none where nothing tells.
pub(super) fn of_file(file: &Evidence) -> Option<&'static str> {
    by_tool(file)
        .or_else(|| of_content(&file.artifact.content))
        .or_else(|| file.artifact.format.and_then(of_format))
}

fn of_format(format: &str) -> Option<&'static str> {
    let is_in = |list: &[&str]| list.binary_search(&format).is_ok();
    Some(match format {
        _ if is_in(&COMPONENT_SCANS) => "component-scan",
        _ if is_in(&SECRET_SCANS) => "secret-scan",
        _ if is_in(&CODE_SCANS) => "code-scan",
        "ctrf" | "cucumber" | "cucumber-messages" | "jest" | "junit" | "mocha" | "mochawesome" | "nunit" | "playwright"
        | "tap" | "trx" | "xunit-net" => "test",
        "deployment" => "deployment",
        "signoffs" | "decision" => "approval",
        "observations" => "window",
        _ if format.starts_with("cyclonedx") || format.starts_with("spdx") || format == "syft" => "inventory",
        _ if format.contains("intoto") || format.contains("sigstore") || format == "github-attestations" => "provenance",
        _ => return None,
    })
}

fn of_content(content: &Content) -> Option<&'static str> {
    match content {
        Content::Tests(facts) if facts.kind == CaseKind::Test => Some("test"),
        Content::Coverage(_) => Some("test"),
        Content::Sbom(_) => Some("inventory"),
        Content::Signoffs(_) => Some("approval"),
        Content::Series(_) => Some("window"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{CODE_SCANS, COMPONENT_SCANS, SECRET_SCANS, class_of};
    use crate::model::gate::{Demand, Gate};

    #[test]
    fn the_class_is_what_the_settings_say_else_what_the_format_is() {
        assert!(CODE_SCANS.is_sorted() && COMPONENT_SCANS.is_sorted() && SECRET_SCANS.is_sorted());
        let of = |format: &str, roles: &[&str], declared: &[(&str, &str)]| {
            let gate = Gate {
                id: "x".to_owned(),
                demand: Demand {
                    format: Some(format.to_owned()),
                    roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                    ..Demand::default()
                },
                ..Gate::default()
            };
            let declared: BTreeMap<String, String> = declared
                .iter()
                .map(|(gate, class)| ((*gate).to_owned(), (*class).to_owned()))
                .collect();
            class_of(&gate, &declared, std::iter::empty()).unwrap_or_default()
        };
        for (format, class) in [
            ("junit", "test"),
            ("sarif", "code-scan"),
            ("trivy", "component-scan"),
            ("gitleaks", "secret-scan"),
            ("cyclonedx-json", "inventory"),
            ("intoto-statement", "provenance"),
            ("github-run", ""),
        ] {
            assert_eq!(of(format, &[], &[]), class, "{format}");
        }
        assert_eq!(of("junit", &["reviewer"], &[]), "approval");
        assert_eq!(of("junit", &["reviewer"], &[("x", "window")]), "window");
    }
}
