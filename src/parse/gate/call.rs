//! What the call of a scanner kept out of its report: options that show some severities only, or only what is new or can be fixed.
//!
//! A report of such a call lists no findings of the others, whether there are any or not. Readers tell it as facts, and the verdict compares
//! them with what the gate limits.

use crate::model::about::{LEFT_OUT, SHOWN};

/// What an option does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// It lists the severities that are shown; several of it add up.
    Lists,
    /// It names the lowest severity that is shown.
    Least,
    /// It shows errors only.
    Errors,
    /// It shows only a part of the findings: those with a fix, those since some other state.
    Narrows,
    /// `-l`, `-ll` and `-lll` of Bandit.
    Letters,
}

/// Options by the tools that have them: a part of the name of the tool, and the spelling.
const OPTIONS: [(&str, &[&str], Does); 17] = [
    ("bandit", &["-l", "-ll", "-lll"], Does::Letters),
    ("bandit", &["--severity-level"], Does::Least),
    ("biome", &["--diagnostic-level"], Does::Least),
    ("eslint", &["--quiet"], Does::Errors),
    ("gitleaks", &["--log-opts", "--baseline-path"], Does::Narrows),
    ("gosec", &["-severity", "--severity"], Does::Least),
    ("grype", &["--only-fixed"], Does::Narrows),
    ("oxlint", &["--quiet"], Does::Errors),
    ("pylint", &["--errors-only", "-E"], Does::Errors),
    ("semgrep", &["--severity"], Does::Lists),
    ("semgrep", &["--baseline-commit", "--baseline-ref"], Does::Narrows),
    ("shellcheck", &["--severity", "-S"], Does::Least),
    ("snyk", &["--severity-threshold"], Does::Least),
    ("stylelint", &["--quiet", "-q"], Does::Errors),
    ("tfsec", &["--minimum-severity", "-m"], Does::Least),
    ("trivy", &["--severity", "-s"], Does::Lists),
    ("trivy", &["--ignore-unfixed"], Does::Narrows),
];

/// Severities from good to bad; several words are one.
const SEVERITIES: [&[&str]; 4] = [
    &["low", "note", "info", "style", "hint"],
    &["medium", "moderate", "warning", "warn"],
    &["high"],
    &["critical"],
];

/// The facts that the call of a tool tells, by its words.
pub(super) fn facts<'a>(tool: &str, words: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let tool = tool.to_lowercase();
    let own: Vec<_> = OPTIONS.iter().filter(|(name, ..)| tool.contains(name)).collect();
    let mut facts = Vec::new();
    if own.is_empty() {
        return facts;
    }
    let words: Vec<&str> = words.map(|word| word.trim_matches(['"', '\'', ','])).collect();
    let mut shown: Option<Vec<String>> = None;
    for (at, word) in words.iter().enumerate() {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let Some((_, _, does)) = own.iter().find(|(_, spellings, _)| spellings.contains(&name)) else {
            continue;
        };
        let value = if value.is_empty() {
            words.get(at + 1).copied().unwrap_or_default()
        } else {
            value
        };
        let named = match does {
            Does::Lists => value.split(',').flat_map(alike).collect(),
            Does::Least => from(value),
            Does::Errors => from("error"),
            Does::Letters => from(["low", "medium", "high"][(name.len() - 2).min(2)]),
            Does::Narrows => {
                // The whole history is no part of it.
                let is_whole = value == "false" || name == "--log-opts" && value.contains("--all");
                if !is_whole {
                    facts.push((LEFT_OUT.to_owned(), name.to_owned()));
                }
                continue;
            }
        };
        let is_list = *does == Does::Lists;
        match shown.as_mut().filter(|_| is_list) {
            Some(shown) => shown.extend(named),
            None if !named.is_empty() => shown = Some(named),
            None => {}
        }
    }
    facts.extend(shown.map(|shown| (SHOWN.to_owned(), shown.join(" "))));
    facts
}

/// The severities that a word stands for: an error is high or critical.
fn alike(word: &str) -> Vec<String> {
    let word = word.trim().to_lowercase();
    let ranks: &[usize] = if matches!(word.as_str(), "error" | "errors") {
        &[2, 3]
    } else {
        &[]
    };
    let found = SEVERITIES.iter().position(|names| names.contains(&word.as_str()));
    ranks
        .iter()
        .copied()
        .chain(found)
        .map(|rank| SEVERITIES[rank][0].to_owned())
        .collect()
}

/// The severities from one on; all of them for a word that is none.
fn from(word: &str) -> Vec<String> {
    let word = word.trim().to_lowercase();
    let is_error = matches!(word.as_str(), "error" | "errors");
    let least = SEVERITIES.iter().position(|names| names.contains(&word.as_str()));
    let least = if is_error { 2 } else { least.unwrap_or(0) };
    SEVERITIES[least..].iter().map(|names| names[0].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{OPTIONS, facts};

    #[test]
    fn options_tell_what_is_not_shown() {
        assert!(OPTIONS.is_sorted_by_key(|(tool, ..)| tool));
        for (tool, call, expected) in [
            ("Trivy", "trivy image --severity CRITICAL app", "severities shown: critical"),
            (
                "Trivy 0.50",
                "trivy image -s=HIGH,CRITICAL app",
                "severities shown: high critical",
            ),
            (
                "Trivy",
                "trivy image --ignore-unfixed app",
                "findings left out by: --ignore-unfixed",
            ),
            ("Trivy", "trivy image --ignore-unfixed=false app", ""),
            ("Trivy", "trivy image app", ""),
            (
                "Semgrep OSS",
                "semgrep --severity=INFO --severity WARNING --severity=ERROR",
                "severities shown: low medium high critical",
            ),
            ("ESLint", "eslint . --quiet", "severities shown: high critical"),
            ("ESLint", "eslint . --max-warnings 0", ""),
            (
                "Snyk Open Source",
                "snyk test --severity-threshold=high",
                "severities shown: high critical",
            ),
            ("Bandit", "bandit -r src -ll", "severities shown: medium high critical"),
            (
                "gitleaks",
                "gitleaks detect --log-opts=-1",
                "findings left out by: --log-opts",
            ),
            ("gitleaks", "gitleaks detect --log-opts=--all", ""),
            ("ruff", "ruff check --severity CRITICAL", ""),
        ] {
            let told: Vec<String> = facts(tool, call.split(' '))
                .into_iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            assert_eq!(told.join("; "), expected, "{call}");
        }
    }
}
