//! Controls: those of the organisation first, rows of catalogues only when they are asked for. What is mapped is counted; whether a control
//! is suitably designed and worked is said nowhere.

mod catalogs;
mod classes;
mod facts;
pub(crate) mod findings;
pub(crate) mod held;

use std::collections::BTreeSet;

use globset::Glob;

use crate::audit::controls::held::{Held, of_product};
use crate::config::ControlConfig;
use crate::config::product::ProductPlan;
use crate::model::control::{ControlCell, FactCount, JudgedControl, Mapping, Shown};
use crate::model::gate::{Gate, Outcome};
use crate::model::handbook::Product;

/// Releases that a control shows at most.
const MOST_RELEASES: usize = 24;

/// What stands in the settings of a commit about controls; none where they cannot be read or say nothing.
pub(crate) type AtRelease = Option<Vec<ControlConfig>>;

/// The controls of a product with what its releases hold for them. `then` holds what the settings of each release's own commit declare.
pub(crate) fn judge(product: &Product, plan: &ProductPlan, then: &[AtRelease]) -> Vec<JudgedControl> {
    let held = of_product(product);
    let around = Around {
        gates: &product.gates,
        plan,
        held: &held,
        then,
    };
    let own = plan.controls.iter().filter(|control| catalogs::row(&control.id).is_none());
    let mut judged: Vec<JudgedControl> = own.map(|control| of_own(product, &around, control)).collect();
    let supported: Vec<&str> = plan
        .controls
        .iter()
        .filter(|control| control.applies != Some(false))
        .flat_map(|control| control.supports.iter().map(String::as_str))
        .collect();
    let asked = catalogs::all().iter().filter(|catalog| plan.catalogs.contains(&catalog.id));
    for (catalog, row) in asked.flat_map(|catalog| catalog.rows.iter().map(move |row| (catalog, row))) {
        let declared = plan.controls.iter().find(|control| control.id == row.id);
        // What an own control supports is shown there.
        if declared.is_none() && supported.contains(&row.id.as_str()) {
            continue;
        }
        let proposed = ControlConfig {
            id: row.id.clone(),
            title: row.title.clone(),
            facts: row.facts.clone(),
            ..ControlConfig::default()
        };
        let control = declared.unwrap_or(&proposed);
        let mapping = match declared {
            None => Mapping::Proposed,
            Some(control) => declaration(control),
        };
        let mut one = judged_control(product, &around, control, mapping);
        one.is_own = false;
        if one.title.is_empty() {
            one.title.clone_from(&row.title);
        }
        one.rows = vec![catalogs::shown(catalog, row)];
        judged.push(one);
    }
    judged
}

/// The releases of a product with what judges them.
#[derive(Clone, Copy)]
struct Around<'a> {
    gates: &'a [Gate],
    plan: &'a ProductPlan,
    held: &'a [Held<'a>],
    /// What the settings of the commit of each release declare, in the order of `held`.
    then: &'a [AtRelease],
}

/// What releases hold for the controls that the settings declare, by the id of each. `then` holds what the settings of each release's own
/// commit declare.
pub(crate) fn declared(
    plan: &ProductPlan,
    gates: &[Gate],
    held: &[Held<'_>],
    then: &[AtRelease],
) -> Vec<(String, Vec<ControlCell>)> {
    let around = Around { gates, plan, held, then };
    let applying = plan.controls.iter().filter(|control| control.applies != Some(false));
    applying
        .map(|control| (control.id.clone(), cells(&around, control, &declaration(control))))
        .collect()
}

/// The kinds of facts of controls that look into the runbooks of a release.
pub(crate) fn looks_into_texts(control: &ControlConfig) -> bool {
    let of_texts = |fact: &String| matches!(fact.as_str(), "review" | "rollback" | "runbook");
    control.facts.iter().any(of_texts)
}

/// The mapping of a control of the settings.
fn declaration(control: &ControlConfig) -> Mapping {
    if control.applies == Some(false) {
        Mapping::Declined {
            reason: control.reason.clone(),
        }
    } else {
        Mapping::Declared {
            owner: control.owner.clone(),
        }
    }
}

fn of_own(product: &Product, around: &Around<'_>, control: &ControlConfig) -> JudgedControl {
    let mut judged = judged_control(product, around, control, declaration(control));
    for id in &control.supports {
        match catalogs::row(id) {
            Some((catalog, row)) => judged.rows.push(catalogs::shown(catalog, row)),
            None => judged.unknown_rows.push(id.clone()),
        }
    }
    judged
}

/// What the newest releases that have a record hold for a control.
fn cells(around: &Around<'_>, control: &ControlConfig, mapping: &Mapping) -> Vec<ControlCell> {
    let is_declined = matches!(mapping, Mapping::Declined { .. });
    around
        .held
        .iter()
        .enumerate()
        .filter(|(_, held)| !is_declined && held.release.record.is_some())
        .take(MOST_RELEASES)
        .map(|(at, held)| cell(around, control, held, around.then.get(at).and_then(Option::as_ref), mapping))
        .collect()
}

fn judged_control(product: &Product, around: &Around<'_>, control: &ControlConfig, mapping: Mapping) -> JudgedControl {
    let cells = cells(around, control, &mapping);
    let gates = mapped(around, control, around.held);
    let facts = control.facts.iter().filter_map(|fact| {
        let (words, page) = facts::words(fact)?;
        Some(FactCount {
            fact: fact.clone(),
            words: words.to_owned(),
            count: facts::of_product(fact, product, around.held),
            page,
        })
    });
    JudgedControl {
        id: control.id.clone(),
        title: control.title.clone(),
        is_own: true,
        summary: summary(&cells, &mapping, control),
        mapping,
        rows: Vec::new(),
        unknown_rows: Vec::new(),
        gates,
        facts: facts.collect(),
        cells,
    }
}

/// The gates that a control maps, by id.
fn mapped(around: &Around<'_>, control: &ControlConfig, releases: &[Held<'_>]) -> Vec<String> {
    let globs: Vec<globset::GlobMatcher> = control
        .gates
        .iter()
        .filter_map(|glob| Some(Glob::new(glob).ok()?.compile_matcher()))
        .collect();
    let of_facts = control.facts.iter().filter_map(|fact| facts::class(fact));
    let wanted: Vec<&str> = control.classes.iter().map(String::as_str).chain(of_facts).collect();
    let is_every = control.gates.is_empty() && control.facts.iter().any(|fact| fact == "gate");
    let is_mapped = |gate: &&Gate| {
        if is_every || globs.iter().any(|glob| glob.is_match(&gate.id)) {
            return true;
        }
        let files = releases.iter().flat_map(|held| &held.release.evidence);
        let files = files.filter(|file| file.gate.as_deref() == Some(gate.id.as_str()));
        let class = classes::class_of(gate, &around.plan.classes, files);
        class.is_some_and(|class| wanted.contains(&class.as_str()))
    };
    around.gates.iter().filter(is_mapped).map(|gate| gate.id.clone()).collect()
}

/// The kinds of checks that a control maps and of which a release holds neither a gate nor a file, one line each.
fn lacking(around: &Around<'_>, control: &ControlConfig, held: &Held<'_>) -> Vec<String> {
    let of_facts = control.facts.iter().filter_map(|fact| facts::class(fact));
    let wanted: BTreeSet<&str> = control.classes.iter().map(String::as_str).chain(of_facts).collect();
    let files = || held.release.evidence.iter();
    let is_judged = |gate: &&Gate| held.verdict.gates.iter().any(|verdict| verdict.gate == gate.id);
    let of_gate = |gate: &Gate| {
        let own = files().filter(|file| file.gate.as_deref() == Some(gate.id.as_str()));
        classes::class_of(gate, &around.plan.classes, own)
    };
    let gates = || around.gates.iter().filter(is_judged);
    let has = |class: &str| {
        gates().any(|gate| of_gate(gate).as_deref() == Some(class)) || files().any(|file| classes::of_file(file) == Some(class))
    };
    let absent = wanted.into_iter().filter(|class| !has(class));
    absent
        .map(|class| format!("no {} is kept", class.replace('-', " ")))
        .collect()
}

/// What a release holds for a control, by the mapping of its own commit where that has one.
fn cell(
    around: &Around<'_>,
    control: &ControlConfig,
    held: &Held<'_>,
    then: Option<&Vec<ControlConfig>>,
    mapping: &Mapping,
) -> ControlCell {
    let at_tag = then.and_then(|controls| controls.iter().find(|other| other.id == control.id));
    let (control, words) = match (mapping, then, at_tag) {
        (Mapping::Proposed, _, _) => (control, "proposed by the program".to_owned()),
        (_, _, Some(then)) if is_same(then, control) => (control, "as declared at the commit of the release".to_owned()),
        (_, _, Some(then)) => (
            then,
            "as declared at the commit of the release, which is not today's".to_owned(),
        ),
        (_, Some(_), None) => (
            control,
            "not declared at the commit of the release; today's mapping".to_owned(),
        ),
        (_, None, None) => (
            control,
            "no controls at the commit of the release; today's mapping".to_owned(),
        ),
    };
    let mut there = Vec::new();
    let mut open = Vec::new();
    let mut is_by_exception = false;
    let gates = mapped(around, control, std::slice::from_ref(held));
    for gate in &gates {
        let Some(verdict) = held.verdict.gates.iter().find(|verdict| verdict.gate == *gate) else {
            continue;
        };
        is_by_exception |= verdict.outcome == Outcome::Accepted;
        let line = format!("gate {gate}: {}", word(verdict.outcome));
        if verdict.outcome.lets_through() {
            there.push(line);
        } else {
            open.push(line);
        }
    }
    for fact in &control.facts {
        match facts::of_release(fact, held) {
            Some(Ok(words)) => there.push(words),
            Some(Err(words)) => open.push(words),
            None => {}
        }
    }
    // What disagrees with its record shows nothing, whatever the record says.
    if let Some(why) = held.verdict.contradictions.first().filter(|_| !there.is_empty()) {
        open.insert(0, format!("the release is contradicted: {}", why.trim_end_matches('.')));
        there.clear();
    }
    let lacking = lacking(around, control, held);
    let is_whole = lacking.is_empty();
    let is_open = !open.is_empty();
    open.extend(lacking);
    let shown = match (there.is_empty(), open.is_empty()) {
        (true, true) => Shown::Nothing,
        (false, false) if !is_open && !is_whole => Shown::Part,
        (_, false) => Shown::Open,
        (false, true) if is_by_exception => Shown::ByException,
        (false, true) => Shown::Shown,
    };
    ControlCell {
        version: held.release.version.clone(),
        shown,
        there,
        open,
        mapping: words,
    }
}

fn is_same(one: &ControlConfig, other: &ControlConfig) -> bool {
    (&one.gates, &one.classes, &one.facts, one.applies) == (&other.gates, &other.classes, &other.facts, other.applies)
}

fn word(outcome: Outcome) -> String {
    let value = serde_json::to_value(outcome).unwrap_or_default();
    value.as_str().unwrap_or_default().replace('-', " ")
}

/// How far the releases show a control, in one sentence.
fn summary(cells: &[ControlCell], mapping: &Mapping, control: &ControlConfig) -> String {
    if let Mapping::Declined { reason } = mapping {
        return if reason.is_empty() {
            "Declared not applicable, without a reason.".to_owned()
        } else {
            format!("Declared not applicable: {}.", reason.trim_end_matches('.'))
        };
    }
    if control.gates.is_empty() && control.classes.is_empty() && control.facts.is_empty() {
        return "Nothing is mapped.".to_owned();
    }
    if cells.is_empty() {
        return "No release has a record.".to_owned();
    }
    let shown: Vec<Shown> = cells.iter().map(|cell| cell.shown).collect();
    Shown::summary(&shown)
}

#[cfg(test)]
mod tests {
    use super::{Around, cell};
    use crate::audit::controls::held::Held;
    use crate::config::ControlConfig;
    use crate::config::product::ProductPlan;
    use crate::model::control::{Mapping, Shown};
    use crate::model::gate::{Demand, Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
    use crate::model::release::{Record, Release};

    /// How far a release shows a control of two classes, with gates of these formats and outcomes.
    fn shown(gates: &[(&str, Outcome)]) -> (Shown, Vec<String>) {
        let of = |format: &str| Gate {
            id: format.to_owned(),
            demand: Demand {
                format: Some(format.to_owned()),
                ..Demand::default()
            },
            ..Gate::default()
        };
        let declared: Vec<Gate> = gates.iter().map(|(format, _)| of(format)).collect();
        let verdicts = gates.iter().map(|(format, outcome)| GateVerdict {
            gate: (*format).to_owned(),
            outcome: *outcome,
            value: String::new(),
            reasons: Vec::new(),
            evidence: Vec::new(),
        });
        let verdict = ReleaseVerdict {
            gates: verdicts.collect(),
            let_through: 0,
            state: ReleaseState::Proven,
            contradictions: Vec::new(),
            reasons: Vec::new(),
        };
        let release = Release {
            record: Some(Record::default()),
            ..Release::default()
        };
        let held = Held {
            release: &release,
            verdict: &verdict,
            texts: None,
            support: None,
        };
        let plan = ProductPlan::default();
        let around = Around {
            gates: &declared,
            plan: &plan,
            held: &[held],
            then: &[],
        };
        let control = ControlConfig {
            classes: vec!["inventory".to_owned(), "component-scan".to_owned()],
            ..ControlConfig::default()
        };
        let owner = String::new();
        let cell = cell(&around, &control, &held, None, &Mapping::Declared { owner });
        (cell.shown, cell.open)
    }

    #[test]
    fn a_list_of_components_is_no_scan_of_them() {
        let listed = shown(&[("cyclonedx-json", Outcome::Passed)]);
        assert_eq!(listed, (Shown::Part, vec!["no component scan is kept".to_owned()]));
        let both = [("cyclonedx-json", Outcome::Passed), ("trivy", Outcome::Passed)];
        assert_eq!(shown(&both), (Shown::Shown, Vec::new()));
        let failed = shown(&[("cyclonedx-json", Outcome::Failed)]);
        assert_eq!(failed.0, Shown::Open, "what failed is open, whatever else is not there");
        assert_eq!(shown(&[]).0, Shown::Open);
    }
}
