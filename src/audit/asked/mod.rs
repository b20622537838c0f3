//! The gates that runbooks declare, as demands that judge a release: a row of a table, an entry of front matter, a heading `Gate N`.
//!
//! What a text only says in other words is no gate here: it is shown beside the release, and judges nothing.

mod bound;
pub(crate) mod joined;
mod look;
mod name;
mod stricter;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::gate::title_of;
use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::gate::{DeclaredAt, Gate, ReadDemand};
use crate::model::runbook::Runbook;

/// Gates of one text at most; nobody releases by more.
const MAX_GATES: usize = 500;

/// The gates that a runbook declares, in writing order. `roots` are the folders that its paths may count from; the root of the
/// repository is the empty one.
pub(crate) fn gates(path: &str, runbook: &Runbook, roots: &[&str]) -> Vec<Gate> {
    let mut gates = Vec::new();
    for group in groups(runbook) {
        let Some(head) = head(&group) else { continue };
        let mut gate = Gate {
            is_declared: true,
            declared_at: vec![DeclaredAt {
                path: path.to_owned(),
                line: Some(runbook.lines.line(head.span.start)),
            }],
            ..Gate::default()
        };
        fill(&mut gate, &group, runbook, roots);
        look::read(&mut gate.demand, runbook, head);
        for (id, title) in named(head) {
            if gates.len() < MAX_GATES {
                gates.push(Gate {
                    id,
                    title,
                    ..gate.clone()
                });
            }
        }
    }
    gates
}

/// What a runbook asks for in other words: shown, and never judged.
pub(crate) fn read(path: &str, runbook: &Runbook) -> Vec<ReadDemand> {
    let is_shown = |found: &&Declaration| {
        found.strength == Strength::Read
            && matches!(
                found.kind,
                DeclarationKind::Gate | DeclarationKind::Threshold | DeclarationKind::Signoff | DeclarationKind::Window
            )
    };
    let found = runbook.declarations.iter().filter(is_shown);
    let mut read: Vec<ReadDemand> = found
        .map(|found| ReadDemand {
            path: path.to_owned(),
            line: runbook.lines.line(found.span.start),
            text: found.text.clone(),
        })
        .collect();
    read.dedup();
    read
}

/// The boxes of a text that nothing else accounts for: a person attests them.
pub(crate) fn boxes(runbook: &Runbook) -> usize {
    let lines = &runbook.lines;
    let taken: BTreeSet<u32> = runbook
        .declarations
        .iter()
        .map(|found| lines.line(found.span.start))
        .collect();
    let boxes = runbook.checklist.iter();
    boxes.filter(|item| !taken.contains(&lines.line(item.span.start))).count()
}

/// The declarations of a text by what belongs together, in writing order.
fn groups(runbook: &Runbook) -> Vec<Vec<&Declaration>> {
    let mut groups: BTreeMap<u32, Vec<&Declaration>> = BTreeMap::new();
    for found in &runbook.declarations {
        groups.entry(found.group).or_default().push(found);
    }
    let mut groups: Vec<Vec<&Declaration>> = groups.into_values().collect();
    groups.sort_by_key(|group| group.first().map(|first| first.span.start));
    groups
}

/// What makes a group a gate: a declared gate, or somebody who must agree.
fn head<'a>(group: &[&'a Declaration]) -> Option<&'a Declaration> {
    let declared = |kind| {
        let mut all = group.iter().copied();
        all.find(move |found: &&Declaration| found.strength == Strength::Declared && found.kind == kind)
    };
    declared(DeclarationKind::Gate).or_else(|| declared(DeclarationKind::Signoff))
}

/// The ids and titles that a declaration names: one, or several when its name is a list of ids.
fn named(head: &Declaration) -> Vec<(String, String)> {
    let title = if head.kind == DeclarationKind::Signoff {
        &head.text
    } else {
        &head.name
    };
    let ids = name::ids(title);
    if !ids.is_empty() {
        return ids.into_iter().map(|id| (id.clone(), title_of(&id))).collect();
    }
    let id = name::id(title);
    if id.is_empty() {
        return Vec::new();
    }
    vec![(id, title.clone())]
}

/// Fills the demand of a gate from what belongs to it.
fn fill(gate: &mut Gate, group: &[&Declaration], runbook: &Runbook, roots: &[&str]) {
    let demand = &mut gate.demand;
    for found in group.iter().filter(|found| found.strength == Strength::Declared) {
        match found.kind {
            DeclarationKind::Threshold => bound::take(demand, found, line_behind(runbook, found)),
            DeclarationKind::Signoff => {
                let roles = name::roles(&found.name);
                if roles.is_empty() {
                    demand.unread.push("It does not say who must agree.".to_owned());
                }
                demand.roles.extend(roles);
            }
            DeclarationKind::Condition => demand.when.extend(name::paths(&found.condition, roots)),
            DeclarationKind::Archive => demand.files.extend(found.evidence.iter().cloned()),
            DeclarationKind::Unread => demand.unread.push(format!(
                "It asks for `{}`, and nobody can tell how to compare that.",
                found.text
            )),
            DeclarationKind::Gate | DeclarationKind::Window | DeclarationKind::Duty | DeclarationKind::Criterion => {}
        }
    }
    demand.files.dedup();
}

/// The rest of the line behind a declaration.
fn line_behind<'a>(runbook: &'a Runbook, found: &Declaration) -> &'a str {
    let behind = runbook.text.get(found.span.end as usize..).unwrap_or_default();
    behind.lines().next().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{gates, read};
    use crate::parse::runbook;

    /// What a text declares, one line a gate: `id: demand`.
    pub(crate) fn told(text: &str) -> Vec<String> {
        let runbook = runbook::parse(text.as_bytes());
        let told = gates("release.md", &runbook, &["", "app"]).into_iter().map(|gate| {
            let demand = &gate.demand;
            let mut parts: Vec<String> = Vec::new();
            parts.extend(demand.at_least.iter().map(|(name, least)| format!("{name} >= {least}")));
            parts.extend(demand.max_findings.iter().map(|(name, most)| format!("{name} <= {most}")));
            parts.extend(demand.max_warnings.map(|most| format!("warnings <= {most}")));
            parts.extend(demand.max_errors.map(|most| format!("errors <= {most}")));
            parts.extend(demand.min_tests.map(|least| format!("tests >= {least}")));
            parts.extend(demand.max_skipped.map(|most| format!("skipped <= {most}")));
            parts.extend(demand.security_severity_below.map(|most| format!("severity < {most}")));
            let limits = demand.limits.iter();
            parts.extend(limits.map(|limit| format!("{} {} {} {}", limit.metric, limit.sign.words(), limit.value, limit.unit)));
            parts.extend(demand.max_age.map(|age| format!("age {age}")));
            parts.extend(demand.window.map(|window| format!("for {window}")));
            parts.extend(demand.every.map(|every| format!("every {every}")));
            parts.extend(demand.breaches.map(|breaches| format!("{breaches} in a row")));
            parts.extend(demand.checks.iter().map(|check| format!("T+{check}")));
            parts.extend(demand.roles.iter().map(|role| format!("role {role}")));
            parts.extend(demand.when.iter().map(|glob| format!("when {glob}")));
            parts.extend(demand.files.iter().map(|file| format!("in {file}")));
            parts.extend(demand.unread.iter().map(|unread| format!("? {unread}")));
            format!("{}: {}", gate.id, parts.join(", "))
                .replace(" ,", ",")
                .trim_end()
                .to_owned()
        });
        told.collect()
    }

    #[test]
    fn a_table_declares_what_people_read() {
        let text = "## Release gates\n\n| Gate | Demand | Evidence | When |\n|---|---|---|---|\n\
            | Coverage | lines ≥ 80 % | `coverage/lcov.info` | |\n\
            | Image scan | critical = 0, high = 0 | Trivy `trivy-api.sarif` | |\n\
            | Model evaluation | accuracy ≥ 0.92 | `eval.json` | `prompts/**` changed |\n\
            | Watch | error rate ≤ 1 %, every 15 min for 2 h, 2 in a row | `watch.jsonl` | |\n\
            | Approval | Product lead and Engineering lead | `approval.json` | |\n\
            | Unit tests | at least 200 tests, 0 skipped | `junit.xml` | |\n\
            | Latency | p95 < 250 ms | `k6.json` | |\n\
            | Odd | 80ish | `x.json` | |\n\
            | Lint | no warnings | `eslint.json` | |\n\
            | Restore drill | within the last 90 days | `drill.json` | |\n\
            | Checks | at T+0, T+15m, T+60m | `probes.jsonl` | |\n\
            | Canary | performance acceptable | `c.json` | always |\n";
        assert_eq!(
            told(text),
            [
                "coverage: lines >= 80, in coverage/lcov.info",
                "image-scan: critical <= 0, high <= 0, in trivy-api.sarif",
                "model-evaluation: accuracy at least 0.92, when prompts/**, when app/prompts/**, in eval.json",
                "watch: error rate at most 1 %, for 2 hours, every 15 minutes, 2 in a row, in watch.jsonl",
                "approval: role product lead, role engineering lead, in approval.json",
                "unit-tests: tests >= 200, skipped <= 0, in junit.xml",
                "latency: p95 under 250 ms, in k6.json",
                "odd: in x.json, ? It asks for `80ish`, and nobody can tell how to compare that.",
                "lint: warnings <= 0, in eslint.json",
                "restore-drill: age 90 days, in drill.json",
                "checks: T+0, T+900, T+3600, in probes.jsonl",
                "canary: in c.json, ? No threshold is declared for canary.",
            ]
        );
    }

    #[test]
    fn a_cell_of_ids_declares_each_of_them() {
        let text = "## Gates\n\n| gate | when | evidence |\n|---|---|---|\n| `unit`, `api-tests` | always | JUnit |\n| `e2e` | after the rollout | JUnit |\n";
        assert_eq!(told(text), ["unit:", "api-tests:", "e2e:"]);
    }

    #[test]
    fn headings_and_front_matter_declare_and_prose_does_not() {
        let text = "---\ngates:\n  Coverage: { demand: \"lines >= 80 %\", evidence: coverage/lcov.info }\n---\n# T\n\n## Gate 2: Smoke tests\n\n- [ ] Playwright smoke passes\n\n## Notes\n\nAll of it must pass before the tag.\n";
        assert_eq!(told(text), ["coverage: lines >= 80, in coverage/lcov.info", "smoke-tests:"]);
        let runbook = runbook::parse(text.as_bytes());
        let read: Vec<String> = read("release.md", &runbook)
            .into_iter()
            .map(|read| format!("{} {}", read.line, read.text))
            .collect();
        assert_eq!(read, ["9 Playwright smoke passes", "13 All of it must pass before the tag."]);
    }

    #[test]
    fn hostile_names_declare_nothing_that_is_odd() {
        for name in ["…", "***", "`../../etc`", "🚀", "a|b"] {
            let text = format!("## Gates\n\n| Gate | Demand |\n|---|---|\n| {name} | lines >= 80 % |\n");
            for gate in gates("r.md", &runbook::parse(text.as_bytes()), &[""]) {
                assert!(gate.id.chars().all(|c| c.is_alphanumeric() || c == '-'), "{}", gate.id);
            }
        }
    }
}
