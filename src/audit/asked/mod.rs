//! The gates that runbooks declare, as demands that judge a release: a row of a table, an entry of front matter, a heading `Gate N`.
//!
//! What a text only says in other words is no gate here: it is shown beside the release, and judges nothing.

mod bound;
pub(crate) mod joined;
mod listed;
mod look;
mod name;
mod stricter;
mod worst;

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::verdict::subject;
use crate::config::gate::title_of;
use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::gate::{DeclaredAt, Demand, Gate, Limit, NamedEvidence, NamedWorkflow, Period, ReadDemand, Sign};
use crate::model::runbook::Runbook;

/// Gates of one text at most; nobody releases by more.
const MAX_GATES: usize = 500;

/// The gates that a runbook declares, in writing order. `roots` are the folders that its paths may count from; the root of the
/// repository is the empty one.
pub(crate) fn gates(path: &str, runbook: &Runbook, roots: &[&str]) -> Vec<Gate> {
    let mut gates = Vec::new();
    let mut moments: Vec<Option<String>> = Vec::new();
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
                moments.push(moment_of(&title, head, runbook));
                gates.push(Gate {
                    id,
                    title,
                    ..gate.clone()
                });
            }
        }
    }
    part(&mut gates, &moments);
    gates
}

/// Parts gates of one name that a text asks for at several moments after a release: "Error rate" at T+30 min and at T+6 h are two, each with
/// its own demand. The first keeps the id.
fn part(gates: &mut [Gate], moments: &[Option<String>]) {
    let mut first: BTreeMap<String, Option<&String>> = BTreeMap::new();
    for (gate, moment) in gates.iter_mut().zip(moments) {
        let held = *first.entry(gate.id.clone()).or_insert(moment.as_ref());
        let (Some(held), Some(moment)) = (held, moment) else {
            continue;
        };
        if held != moment {
            let base = gate.id.clone();
            gate.id = name::id(&format!("{base} {moment}"));
            if !gate.title.to_lowercase().contains("t+") {
                gate.title = format!("{} ({moment})", gate.title);
            }
            gate.stage_of = Some(base);
        }
    }
}

/// The moment after a release at which a gate is asked for: in its name, else in the heading that it stands under.
fn moment_of(title: &str, head: &Declaration, runbook: &Runbook) -> Option<String> {
    let around = runbook
        .sections
        .iter()
        .filter(|section| section.body.start <= head.span.start && head.span.start < section.body.end)
        .max_by_key(|section| section.level);
    name::moment(title).or_else(|| name::moment(&around?.title))
}

/// The gates that a runbook would declare if everything that was read from its text were declared: a proposal for people.
pub(crate) fn proposed(path: &str, runbook: &Runbook, roots: &[&str]) -> Vec<Gate> {
    let mut declaring = runbook.clone();
    for found in &mut declaring.declarations {
        // The title of what somebody only says is the words that say it.
        if found.strength == Strength::Read && found.kind == DeclarationKind::Signoff {
            "Approval".clone_into(&mut found.text);
        }
        found.strength = Strength::Declared;
    }
    gates(path, &declaring, roots)
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
        // A single word names something and asks for nothing.
        .filter(|found| {
            let text = found.text.trim();
            text.contains(char::is_whitespace) || text.contains(|c: char| c.is_ascii_digit())
        })
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
            DeclarationKind::Threshold => bound::take(demand, found, line_around(runbook, found)),
            DeclarationKind::Signoff => {
                let mut roles = name::roles(&found.name);
                for role in &mut roles {
                    let Some((count, rest)) = name::count(role) else { continue };
                    demand.limits.push(Limit {
                        metric: "approvals".to_owned(),
                        sign: Sign::AtLeast,
                        value: count as f64,
                        unit: String::new(),
                    });
                    *role = rest;
                }
                let is_counted = demand.limits.iter().any(|limit| limit.metric == "approvals");
                roles.retain(|role| !role.is_empty());
                if roles.is_empty() && !is_counted {
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
            DeclarationKind::Gate => {
                worst::read(demand, &found.said);
                demand.said.extend(Some(found.said.clone()).filter(|said| !said.is_empty()));
                let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
                demand.format = demand.format.take().or_else(|| filled(&found.format));
                // What stands beside several gates is of some of them: "`test`, `coverage` | JUnit, Cobertura".
                if named(found).len() < 2 {
                    demand.formats.extend(found.formats.iter().cloned());
                }
                demand.tool = demand.tool.take().or_else(|| filled(&found.tool));
                demand.required.extend(found.required.iter().cloned());
                demand.spoken.extend(found.spoken.iter().cloned());
                demand.workflows.extend(found.workflows.iter().map(|file| NamedWorkflow {
                    file: file.clone(),
                    name: None,
                }));
                demand.named.extend(found.files.iter().map(|file| NamedEvidence {
                    path: file.path.clone(),
                    tool: subject::tool_in(&file.words).map(str::to_owned),
                }));
                // Evidence that is the name of one tool must be of that tool.
                if let [only] = found.evidence.as_slice()
                    && let Some(tool) = subject::known_tool(only)
                {
                    demand.tool.get_or_insert_with(|| tool.to_owned());
                }
            }
            DeclarationKind::Window => window(demand, found),
            DeclarationKind::Duty | DeclarationKind::Criterion => {}
        }
    }
    // One file without a tool is where its evidence lies, and no demand.
    if let [only] = demand.named.as_slice()
        && only.tool.is_none()
    {
        demand.named.clear();
    }
    // One family is the format; a format that is named as such is narrower than its family.
    if let [only] = demand.formats.as_slice() {
        let only = demand.format.take().unwrap_or_else(|| only.clone());
        demand.format = Some(only);
        demand.formats.clear();
    }
    demand.files.dedup();
}

/// How long or how often something is watched, as front matter says it.
fn window(demand: &mut Demand, found: &Declaration) {
    let Some(period) = Period::read(&format!("{} {}", found.value, found.unit)) else {
        return;
    };
    match found.metric.as_str() {
        "window" if demand.max_age.is_none() => demand.window = demand.window.max(Some(period)),
        "every" => demand.every = Some(demand.every.map_or(period, |held| held.min(period))),
        _ => {}
    }
}

/// The rest of the line before and behind a declaration.
fn line_around<'a>(runbook: &'a Runbook, found: &Declaration) -> (&'a str, &'a str) {
    let before = runbook.text.get(..found.span.start as usize).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default();
    let behind = runbook.text.get(found.span.end as usize..).unwrap_or_default();
    (before, behind.lines().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{boxes, gates, read};
    use crate::audit::change::gates::tests::gate;
    use crate::audit::testing::tree;
    use crate::model::declaration::{Declaration, DeclarationKind, Strength};
    use crate::model::runbook::Runbook;

    fn runbook(declarations: Vec<Declaration>) -> Runbook {
        Runbook {
            declarations,
            ..tree(&[]).runbook
        }
    }

    fn ids(declarations: Vec<Declaration>) -> Vec<String> {
        let gates = gates("r.md", &runbook(declarations), &[""]);
        gates.into_iter().map(|gate| format!("{} {}", gate.id, gate.title)).collect()
    }

    #[test]
    fn formats_beside_several_gates_are_asked_of_none_of_them() {
        let asked = |name: &str, formats: &[&str]| {
            let mut head = Declaration::named(DeclarationKind::Gate, 1, name);
            head.formats = formats.iter().map(|format| (*format).to_owned()).collect();
            let gate = gates("r.md", &runbook(vec![head]), &[""]).remove(0);
            (gate.demand.format, gate.demand.formats.len())
        };
        assert_eq!(asked("unit", &["JUnit"]), (Some("JUnit".to_owned()), 0));
        assert_eq!(asked("unit", &["JUnit", "Cobertura"]), (None, 2));
        assert_eq!(asked("unit, coverage", &["JUnit", "Cobertura"]), (None, 0));
    }

    #[test]
    fn what_is_declared_is_a_gate_and_what_is_read_is_shown() {
        let mut all = [gate(1, "Coverage ≥ 80 %", "coverage >= 80 %"), gate(2, "unit, api-tests", "")].concat();
        let mut said = Declaration::named(DeclarationKind::Gate, 3, "CodeQL is green");
        said.strength = Strength::Read;
        all.push(said);
        let mut word = Declaration::named(DeclarationKind::Gate, 4, "PartnerProfile");
        word.strength = Strength::Read;
        all.push(word);
        assert_eq!(
            ids(all.clone()),
            ["coverage Coverage ≥ 80 %", "unit Unit", "api-tests API tests"]
        );
        let runbook = runbook(all);
        let read: Vec<String> = read("r.md", &runbook).into_iter().map(|read| read.text).collect();
        assert_eq!(read, ["CodeQL is green"]);
        assert_eq!(boxes(&runbook), 0);
    }

    #[test]
    fn whoever_must_agree_makes_a_gate() {
        let mut role = Declaration::named(DeclarationKind::Signoff, 1, "Product lead and QA");
        "Approval".clone_into(&mut role.text);
        let gates = gates("r.md", &runbook(vec![role]), &[""]);
        assert_eq!((gates[0].id.as_str(), gates[0].demand.roles.len()), ("approval", 2));
        let nobody = Declaration {
            name: "required".to_owned(),
            ..Declaration::named(DeclarationKind::Signoff, 1, "Approval")
        };
        let gates = super::gates("r.md", &runbook(vec![nobody]), &[""]);
        assert_eq!(gates[0].demand.unread.len(), 1, "nobody is named, so it is never met");
    }

    #[test]
    fn odd_names_declare_nothing_that_is_odd() {
        for name in ["…", "***", "../../etc", "🚀", "a|b"] {
            for id in ids(gate(1, name, "lines >= 80 %")) {
                let id = id.split(' ').next().unwrap_or_default().to_owned();
                assert!(id.chars().all(|c| c.is_alphanumeric() || c == '-'), "{name}: {id}");
            }
        }
    }

    #[test]
    fn one_name_at_two_moments_is_two_gates() {
        let staged = |names: &[&str]| {
            let declared = names
                .iter()
                .enumerate()
                .map(|(at, name)| Declaration::named(DeclarationKind::Gate, at as u32, name));
            ids(declared.collect())
        };
        assert_eq!(
            staged(&["Error rate (T+30 min)", "Error rate (T+6 h)"]),
            ["error-rate Error rate (T+30 min)", "error-rate-t-6-h Error rate (T+6 h)"]
        );
        assert_eq!(
            staged(&["Error rate", "Error rate (EU)"]),
            ["error-rate Error rate", "error-rate Error rate (EU)"],
            "no moment tells them apart"
        );
        assert_eq!(staged(&["Error rate (T+6 h)"]), ["error-rate Error rate (T+6 h)"]);
    }
}
