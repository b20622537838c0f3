//! A gate of the settings as the model has it: what `[[gates]]` says and what a runbook says become the same value.

use std::collections::BTreeMap;

use crate::config::read::FILE;
use crate::config::{Bound, Fact, GateConfig};
use crate::model::gate::{DeclaredAt, Demand, Gate, Limit, Period};

/// Words that are written in capitals in titles.
const CAPITALS: &[&str] = &["api", "ci", "db", "e2e", "sast", "sbom", "slo", "ui"];

/// The gate that a piece of the settings declares. Its values were checked when the settings were read.
pub(crate) fn gate(config: &GateConfig) -> Gate {
    let period = |text: &Option<String>| text.as_deref().and_then(Period::read);
    let expect = config.expect.iter().map(|(name, fact)| {
        let fact = match fact {
            Fact::Flag(flag) => flag.to_string(),
            Fact::Number(number) => number.to_string(),
            Fact::Text(text) => text.clone(),
        };
        (name.clone(), fact)
    });
    let named = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    Gate {
        id: config.id.clone(),
        title: if config.title.is_empty() {
            title_of(&config.id)
        } else {
            config.title.clone()
        },
        is_declared: true,
        stage_of: None,
        declared_at: vec![DeclaredAt {
            path: FILE.to_owned(),
            line: None,
        }],
        demand: Demand {
            files: config.files.clone(),
            format: config.format.clone(),
            formats: Vec::new(),
            tool: named(&config.tool),
            required: config.required.clone(),
            spoken: Vec::new(),
            workflows: Vec::new(),
            named: Vec::new(),
            min_tests: config.min_tests,
            max_skipped: config.max_skipped,
            max_flaky: config.max_flaky,
            max_errors: config.max_errors,
            max_warnings: config.max_warnings,
            max_findings: config.max_findings.clone().into_iter().collect(),
            security_severity_below: config.security_severity_below,
            at_least: numbers(&config.at_least),
            at_most: numbers(&config.at_most),
            expect: expect.collect(),
            subject: named(&config.subject),
            max_age: period(&config.max_age),
            window: period(&config.window),
            every: period(&config.every),
            breaches: config.breaches,
            checks: config.checks.iter().filter_map(|text| Period::after_start(text)).collect(),
            tolerance: period(&config.tolerance),
            roles: config.roles.clone(),
            limits: [limits(&config.at_least, true), limits(&config.at_most, false)].concat(),
            unread: Vec::new(),
            when: config.when.clone(),
            said: Vec::new(),
        },
    }
}

/// The bounds that are numbers.
fn numbers(bounds: &BTreeMap<String, Bound>) -> Vec<(String, f64)> {
    let number = |(metric, bound): (&String, &Bound)| match bound {
        Bound::Number(number) => Some((metric.clone(), *number)),
        Bound::Text(_) => None,
    };
    bounds.iter().filter_map(number).collect()
}

/// The bounds that have a sign or a unit of their own.
fn limits(bounds: &BTreeMap<String, Bound>, is_least: bool) -> Vec<Limit> {
    let limit = |(metric, bound): (&String, &Bound)| match bound {
        Bound::Number(_) => None,
        Bound::Text(text) => Limit::read(metric, text, is_least),
    };
    bounds.iter().filter_map(limit).collect()
}

/// The name of an id for people: `unit-tests` -> `Unit tests`.
pub(crate) fn title_of(id: &str) -> String {
    let words: Vec<String> = id
        .split(['-', '_', ' '])
        .filter(|word| !word.is_empty())
        .enumerate()
        .map(|(at, word)| {
            if CAPITALS.contains(&word.to_ascii_lowercase().as_str()) {
                return word.to_ascii_uppercase();
            }
            let mut characters = word.chars();
            match characters.next() {
                Some(first) if at == 0 => first.to_uppercase().chain(characters).collect(),
                _ => word.to_owned(),
            }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{gate, title_of};
    use crate::config::read::read;
    use crate::model::gate::Period;

    #[test]
    fn every_key_reaches_the_model() {
        let text = "[[gates]]\nid = \"unit-tests\"\nexpect = { pending = 0, decision = \"approved\", safe = true }\nmax-age = \"30 days\"\nmax-findings = { high = 0 }\ntool = \" \"\n";
        let config = read(text, "runproof.toml", &[]).expect("it reads");
        let gate = gate(&config.gates[0]);
        assert_eq!((gate.title.as_str(), gate.demand.tool), ("Unit tests", None));
        let expect: Vec<_> = gate
            .demand
            .expect
            .iter()
            .map(|(name, fact)| format!("{name} {fact}"))
            .collect();
        assert_eq!(expect, ["decision approved", "pending 0", "safe true"]);
        assert_eq!(gate.demand.max_age, Some(Period(30 * 86_400)));
        assert_eq!(gate.demand.max_findings, [("high".to_owned(), 0)]);
    }

    #[test]
    fn ids_are_told_in_words() {
        assert_eq!(title_of("e2e-tests"), "E2E tests");
        assert_eq!(title_of("sbom"), "SBOM");
        assert_eq!(title_of("_"), "");
    }
}
