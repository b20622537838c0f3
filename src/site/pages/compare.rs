//! What changed between two neighbouring editions: runbooks word by word, gates, and how many components. `outer` is the newer edition.

mod common;
mod text;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::closing::word;
use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRunbook;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::markup::Markup;
use crate::site::pages::compare::text::{Row, markup, rows};
use crate::site::shared::{ProductSite, Site, compared, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "compare",
    template: include_str!("../../../templates/compare.html"),
    pages,
    make,
    of_edition: true,
    section: "releases",
    reserves: &["compare"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    before: Side<'site>,
    after: Side<'site>,
    runbooks: Vec<Runbook<'site>>,
    /// Titles of the runbooks whose text is the same.
    same: Vec<&'site str>,
    gates: Vec<Gate<'site>>,
    same_gates: usize,
    /// Gates that came out worse, better, and those that are asked for no longer or anew.
    worse: usize,
    better: usize,
    weaker: usize,
    stronger: usize,
    components: Option<Components<'site>>,
}

#[derive(Serialize)]
struct Side<'site> {
    version: &'site str,
    url: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ReleaseState>,
    day: Option<NaiveDate>,
    commit: Option<&'site str>,
    /// Where the settings that judge its gates come from, where that is not its commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    gates_from: Option<&'site str>,
}

/// The facts that the template of the program shows; the rows of the texts stand beside them.
#[derive(Serialize)]
struct Shown<'facts, 'site> {
    before: &'facts Side<'site>,
    after: &'facts Side<'site>,
    runbooks: Vec<&'facts About<'site>>,
    same: &'facts [&'site str],
    gates: &'facts [Gate<'site>],
    same_gates: usize,
    weaker: usize,
    stronger: usize,
    components: &'facts Option<Components<'site>>,
}

/// What the page shows beside its facts.
#[derive(Serialize)]
struct Extra {
    /// The text of each runbook, word by word.
    texts: Vec<Markup>,
}

#[derive(Serialize)]
struct Runbook<'site> {
    #[serde(flatten)]
    about: About<'site>,
    rows: Vec<Row>,
}

/// What changed in a runbook, but for its text.
#[derive(Serialize)]
struct About<'site> {
    title: &'site str,
    /// The place on this page.
    anchor: String,
    /// Where the newer text can be read; the older one where it is gone.
    url: String,
    /// `added`, `removed` or `changed`.
    change: &'static str,
    /// The title before, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'site str>,
    steps: u64,
}

#[derive(Serialize)]
struct Gate<'site> {
    title: &'site str,
    before: Option<Verdict<'site>>,
    after: Option<Verdict<'site>>,
    /// What that means for somebody who compares.
    means: Meaning,
    /// What it asks for now, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    asks: Option<String>,
}

#[derive(PartialEq, Serialize)]
struct Verdict<'site> {
    outcome: Outcome,
    /// The word for it, as the dossier has it.
    word: &'static str,
    value: &'site str,
    /// What it asked for.
    needs: Vec<String>,
}

/// What a change of a gate means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Meaning {
    /// It let the release before through, and not this one.
    Worse,
    /// It lets this release through, and not the one before.
    Better,
    /// Nobody asks for it any more, or it did not apply.
    Weaker,
    /// It is asked for anew.
    Stronger,
    /// Both the same way, with another figure or another demand.
    Other,
}

#[derive(Serialize)]
struct Components<'site> {
    base: &'site str,
    changed: usize,
    unchanged: u64,
    /// Components of which nobody can tell, and the bills of materials whose absence makes that.
    unknown: u64,
    lacks: Vec<String>,
    url: String,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for outer in 0..product.editions.len() {
            let Some(address) = product.comparison(outer) else { continue };
            targets.push(Target {
                address,
                owner: format!("what changed in {}", product.editions[outer].edition.version),
                product: Some(number),
                outer,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let (after, before) = (target.outer, target.outer + 1);
    let side = |edition: usize| {
        let place = &product.editions[edition];
        let release = product.release_of(edition);
        Side {
            version: &place.edition.version,
            url: &place.address,
            release: release.map(|release| product.release(release)),
            state: release.map(|release| release.verdict.state),
            day: place.day,
            commit: place.edition.commit.as_ref().map(|commit| commit.id.as_str()),
            gates_from: release.and_then(|release| release.asked.from.as_deref()),
        }
    };
    let mut runbooks = Vec::new();
    let mut same = Vec::new();
    for slug in &product.slugs {
        let here = product.editions[after].with_slug(slug);
        let there = product.editions[before].with_slug(slug);
        if let (Some(here), Some(there)) = (here, there)
            && here.runbook.content == there.runbook.content
        {
            same.push(title(here));
        } else if here.is_some() || there.is_some() {
            runbooks.push(runbook(site, product, slug, (before, there), (after, here)));
        }
    }
    let (gates, same_gates) = gates(product, before, after);
    let components = product.release_of(after).and_then(|release| {
        let changes = release.components.as_ref()?;
        Some(Components {
            base: &changes.base,
            changed: changes.changes.len(),
            unchanged: changes.unchanged,
            unknown: changes.unknown,
            lacks: changes.lacks.iter().map(ToString::to_string).collect(),
            url: product.release(release),
        })
    });
    let facts = Facts {
        before: side(before),
        after: side(after),
        runbooks,
        same,
        worse: gates.iter().filter(|gate| gate.means == Meaning::Worse).count(),
        better: gates.iter().filter(|gate| gate.means == Meaning::Better).count(),
        weaker: gates.iter().filter(|gate| gate.means == Meaning::Weaker).count(),
        stronger: gates.iter().filter(|gate| gate.means == Meaning::Stronger).count(),
        gates,
        same_gates,
        components,
    };
    let words = format!("What changed from {} to {}", facts.before.version, facts.after.version);
    let frame = Frame::of_product(KIND.name, site, target, words.clone())
        .below("Releases", format!("{}releases/", product.base))
        .described(format!("{words}: runbooks word by word, gates and components."));
    let frame = match product.release_of(after) {
        Some(_) => frame.of_its_day(),
        None => frame,
    };
    let shown = Shown {
        before: &facts.before,
        after: &facts.after,
        runbooks: facts.runbooks.iter().map(|runbook| &runbook.about).collect(),
        same: &facts.same,
        gates: &facts.gates,
        same_gates: facts.same_gates,
        weaker: facts.weaker,
        stronger: facts.stronger,
        components: &facts.components,
    };
    let extra = Extra {
        texts: facts.runbooks.iter().map(|runbook| markup(&runbook.rows)).collect(),
    };
    let mut made = frame.with_shown(site, &facts, &shown);
    made.extra = tera::Value::from_serializable(&extra);
    made
}

fn runbook<'site>(
    site: &Site,
    product: &'site ProductSite,
    slug: &str,
    (before, there): (usize, Option<&'site JudgedRunbook>),
    (after, here): (usize, Option<&'site JudgedRunbook>),
) -> Runbook<'site> {
    let shown = if here.is_some() { after } else { before };
    let (change, steps) = match (here, there) {
        (Some(here), Some(there)) => ("changed", site.body(here).steps_changed(site.body(there))),
        (Some(_), None) => ("added", 0),
        _ => ("removed", 0),
    };
    let rows = match (there, here) {
        (Some(there), Some(here)) => rows(&there.runbook.runbook, &here.runbook.runbook),
        _ => Vec::new(),
    };
    let name = here.or(there).map_or("", title);
    let about = About {
        title: name,
        anchor: compared(slug),
        url: product.text(shown, slug),
        change,
        was: there.map(title).filter(|was| here.is_some() && *was != name),
        steps,
    };
    Runbook { about, rows }
}

/// The gates that came out otherwise, and how many came out the same.
fn gates<'site>(product: &'site ProductSite, before: usize, after: usize) -> (Vec<Gate<'site>>, usize) {
    let verdict = |edition: usize, gate: &str| {
        let release = product.release_of(edition)?;
        let verdict = release.verdict.gates.iter().find(|verdict| verdict.gate == gate)?;
        let asked = release.asked.gates.iter().find(|asked| asked.id == gate);
        Some(Verdict {
            outcome: verdict.outcome,
            word: word(verdict, &release.release),
            value: &verdict.value,
            needs: asked.map(|gate| gate.demand.in_words()).unwrap_or_default(),
        })
    };
    if product.release_of(before).is_none() || product.release_of(after).is_none() {
        return (Vec::new(), 0);
    }
    let mut same = 0;
    let mut changed = Vec::new();
    for gate in &product.product.gates {
        let (old, new) = (verdict(before, &gate.id), verdict(after, &gate.id));
        if old == new {
            same += usize::from(new.is_some());
        } else {
            let asks = match (&old, &new) {
                (Some(old), Some(new)) if old.needs != new.needs => Some(new.needs.join(", ")),
                _ => None,
            };
            changed.push(Gate {
                title: &gate.title,
                means: meaning(old.as_ref(), new.as_ref()),
                before: old,
                after: new,
                asks,
            });
        }
    }
    (changed, same)
}

/// What a change of a gate means.
fn meaning(before: Option<&Verdict<'_>>, after: Option<&Verdict<'_>>) -> Meaning {
    // An accepted failure lets a release through, and is less than a pass.
    let rank = |verdict: Option<&Verdict<'_>>| match verdict.map(|verdict| verdict.outcome) {
        None | Some(Outcome::NotApplicable) => None,
        Some(Outcome::Accepted) => Some(1),
        Some(outcome) => Some(if outcome.lets_through() { 2 } else { 0 }),
    };
    match (rank(before), rank(after)) {
        (Some(before), Some(after)) if before > after => Meaning::Worse,
        (Some(before), Some(after)) if before < after => Meaning::Better,
        (Some(_), None) if after.is_none() => Meaning::Weaker,
        (None, Some(_)) => Meaning::Stronger,
        _ => Meaning::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Meaning, Verdict, meaning};
    use crate::model::gate::Outcome;

    #[test]
    fn a_change_of_a_gate_is_weaker_stronger_or_neither() {
        let verdict = |outcome| Verdict {
            outcome,
            word: "",
            value: "",
            needs: Vec::new(),
        };
        let (passed, accepted, missing, none) = (
            verdict(Outcome::Passed),
            verdict(Outcome::Accepted),
            verdict(Outcome::Missing),
            verdict(Outcome::NotApplicable),
        );
        for (before, after, means) in [
            (Some(&passed), Some(&missing), Meaning::Worse),
            (Some(&passed), Some(&accepted), Meaning::Worse),
            (Some(&accepted), Some(&passed), Meaning::Better),
            (Some(&missing), Some(&accepted), Meaning::Better),
            (Some(&passed), Some(&passed), Meaning::Other),
            (Some(&passed), None, Meaning::Weaker),
            (None, Some(&passed), Meaning::Stronger),
            (Some(&none), Some(&passed), Meaning::Stronger),
            (Some(&passed), Some(&none), Meaning::Other),
            (None, None, Meaning::Other),
        ] {
            assert_eq!(meaning(before, after), means);
        }
    }
}
