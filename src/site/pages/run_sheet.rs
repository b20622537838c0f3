//! A runbook as a form for one release: values, ticks with their times, notes; exported as a record that `collect` reads. `outer` is the
//! edition, `inner` the runbook in it.

use std::hash::Hash;

use serde::Serialize;

use crate::model::digest::Values;
use crate::model::freshness::State;
use crate::model::gate::Gate;
use crate::model::runbook::{Runbook, ScheduleKind, SectionKind};
use crate::site::address::{part, root_of};
use crate::site::body::draft::Unit;
use crate::site::body::fields::Field;
use crate::site::body::write_sheet;
use crate::site::edition::EditionSite;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::markup::Markup;
use crate::site::pages::destination::{Reading, fragment};
use crate::site::pages::followed::add_followed;
use crate::site::pages::marked::{marks, rollback};
use crate::site::pages::views::{EditionView, printed};
use crate::site::shared::{ProductSite, Site, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "run-sheet",
    template: include_str!("../../../templates/run_sheet.html"),
    pages,
    make,
    made_from: Some(made_from),
    section: "runbooks",
    ..PLAIN
};

/// The format of the record that a sheet is exported as.
const FORMAT: &str = "checklist";

/// Versions that are offered for a value.
const MOST_VERSIONS: usize = 12;

/// Letters of a moment's words, and of the name of a step where it is linked to.
const MOST_LETTERS: usize = 100;

#[derive(Serialize)]
struct Facts<'site> {
    product: &'site str,
    edition: EditionView<'site>,
    path: &'site str,
    slug: &'site str,
    /// The git blob id of the text, by which a sheet knows it again.
    text: String,
    /// The page of the runbook.
    runbook: String,
    /// How the text stands today.
    state: State,
    reason: &'site str,
    /// The gate that a finished sheet is evidence of, where it is known.
    gate: Option<&'site str>,
    fields: Vec<Field>,
    units: Vec<UnitFacts>,
    /// Moments after `T+0` at which somebody looks.
    moments: Vec<Moment>,
    roles: Vec<&'site str>,
}

/// The facts that the template of the program shows.
#[derive(Serialize)]
struct Shown<'facts, 'site> {
    product: &'site str,
    edition: &'facts EditionView<'site>,
    path: &'site str,
    slug: &'site str,
    text: &'facts str,
    state: State,
    reason: &'site str,
    gate: Option<&'site str>,
    fields: &'facts [Field],
    moments: &'facts [Moment],
    roles: &'facts [&'site str],
}

impl<'facts, 'site> Shown<'facts, 'site> {
    fn of(facts: &'facts Facts<'site>) -> Self {
        Self {
            product: facts.product,
            edition: &facts.edition,
            path: facts.path,
            slug: facts.slug,
            text: &facts.text,
            state: facts.state,
            reason: facts.reason,
            gate: facts.gate,
            fields: &facts.fields,
            moments: &facts.moments,
            roles: &facts.roles,
        }
    }
}

#[derive(Serialize)]
struct UnitFacts {
    id: String,
    name: String,
    line: u32,
    is_aside: bool,
    needs_two: bool,
}

#[derive(Serialize)]
struct Moment {
    /// Minutes after `T+0`.
    minutes: u32,
    /// As the text writes it.
    text: String,
    /// What is looked at, where its line says so.
    what: String,
}

#[derive(Serialize)]
struct Extra<'site> {
    /// Steps with a finding that breaks them today, by their anchor and name.
    broken: Vec<Broken>,
    /// What must be done.
    count: usize,
    /// Whether a tick starts the clock.
    has_zero: bool,
    needs_two: bool,
    rollback: Option<String>,
    /// Versions to choose from.
    versions: Vec<&'site str>,
    /// The version that values of this kind begin with.
    in_use: Option<&'site str>,
}

#[derive(Serialize)]
struct Broken {
    id: String,
    name: String,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        let mut of_edition = |outer: usize, is_latest: bool| {
            let edition = &product.editions[outer];
            let index = if is_latest {
                product.latest_address()
            } else {
                edition.address.clone()
            };
            for (inner, judged) in product.followed(outer, is_latest).iter().enumerate() {
                let slug = judged.runbook.slug.as_str();
                let address = format!("{index}runbooks/{}/run/", part(slug));
                // The text of the version in use has its sheet there.
                if product.sheet(outer, is_latest, slug).as_ref() != Some(&address) {
                    continue;
                }
                targets.push(Target {
                    address,
                    owner: format!("the run sheet of `{}` of {}", judged.runbook.path, edition.edition.version),
                    product: Some(number),
                    outer,
                    inner,
                    is_latest,
                    ..Target::default()
                });
            }
        };
        if let Some(latest) = product.latest {
            of_edition(latest, true);
        }
        if let Some(current) = product.current {
            of_edition(current, false);
        }
    }
    targets
}

fn made_from(site: &Site, target: &Target, values: &mut Values) {
    let product = site.product(target);
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    add_followed(site, target, values);
    versions(product).hash(values);
    gate(product, &judged.runbook.path).hash(values);
}

/// Versions to choose from.
fn versions<'site>(product: &ProductSite<'site>) -> Vec<&'site str> {
    let releases = product.product.releases.iter().take(MOST_VERSIONS);
    releases.map(|release| release.release.version.as_str()).collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let edition = product.editions[target.outer].edition;
    let released = &edition.runbooks[target.inner];
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    let runbook = &*judged.runbook.runbook;
    let view = EditionView::of(product, target.outer);
    let index = if target.is_latest {
        product.latest_address()
    } else {
        view.url.to_string()
    };
    let root = root_of(&target.address);
    let slug = judged.runbook.slug.as_str();
    let page = format!("{index}runbooks/{}/", part(slug));
    let (written, sheet) = write_sheet(runbook, site.body(judged));
    let (marks, _) = marks(site, target, judged, &written);
    let broken = broken(&sheet.units, &marks.broken);
    let reading = Reading {
        target,
        released,
        revision: product.editions[target.outer].revision(),
        index: &index,
        root: &root,
    };
    let fragment = fragment(site, &reading, &written, &marks);
    let extra = Extra {
        broken,
        count: sheet.units.iter().filter(|unit| !unit.is_aside).count(),
        has_zero: sheet.units.iter().any(|unit| unit.starts_clock),
        needs_two: sheet.units.iter().any(|unit| unit.needs_two),
        rollback: rollback_here(site, &product.editions[target.outer], target.inner, &root, &page),
        versions: versions(product),
        in_use: product.latest.map(|latest| product.editions[latest].edition.version.as_str()),
    };
    let facts = Facts {
        product: &product.product.name,
        path: &judged.runbook.path,
        slug,
        text: judged.runbook.content.to_string(),
        runbook: page.clone(),
        state: judged.freshness.state,
        reason: &judged.freshness.reason,
        gate: gate(product, &judged.runbook.path),
        fields: sheet.fields,
        units: sheet
            .units
            .into_iter()
            .map(|unit| UnitFacts {
                line: runbook.lines.line(unit.span.start),
                id: unit.id,
                name: unit.name,
                is_aside: unit.is_aside,
                needs_two: unit.needs_two,
            })
            .collect(),
        moments: moments(runbook),
        roles: runbook.roles.iter().map(|role| role.name.as_str()).collect(),
        edition: view,
    };
    let title = title(judged);
    let mut frame = Frame::of_product(KIND.name, site, target, format!("Run sheet: {title}"))
        .below(format!("Runbooks of {}", facts.edition.version), &index)
        .below(title, page)
        .described(format!("{title} as a form for one release"));
    frame.version = Some(facts.edition.version.to_string());
    if let Some(release) = product.release_of(target.outer) {
        frame = frame.printed(printed(&release.release));
    }
    // A form of one moment: search engines have the page of the runbook.
    frame.is_unlisted = true;
    let mut made = frame.with_shown(site, &facts, &Shown::of(&facts));
    made.extra = tera::Value::from_serializable(&extra);
    made.body = Some(Markup::vetted(&fragment));
    made
}

/// What is ticked and cannot be followed today as it is written, each by its innermost unit.
fn broken(units: &[Unit], broken: &[u32]) -> Vec<Broken> {
    let mut hit: Vec<usize> = broken
        .iter()
        .filter_map(|at| {
            let holding = units
                .iter()
                .enumerate()
                .filter(|(_, unit)| unit.span.start <= *at && *at < unit.span.end);
            holding
                .min_by_key(|(_, unit)| unit.span.end - unit.span.start)
                .map(|(index, _)| index)
        })
        .collect();
    hit.sort_unstable();
    hit.dedup();
    let units = hit.into_iter().map(|index| &units[index]);
    units
        .map(|unit| Broken {
            id: format!("rp-unit-{}", unit.id),
            name: match unit.name.char_indices().nth(MOST_LETTERS) {
                Some((cut, _)) => format!("{}…", unit.name[..cut].trim_end()),
                None => unit.name.clone(),
            },
        })
        .collect()
}

/// Where rolling back is told, from the sheet.
fn rollback_here(site: &Site, edition: &EditionSite, index: usize, root: &str, page: &str) -> Option<String> {
    let way = rollback(site, edition, index)?.link_beside();
    if way.starts_with('#') {
        return Some(way);
    }
    let folder = page.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{root}{folder}/{}", way.trim_start_matches("../")))
}

/// The gate that asks for a list of what was done: the only one, or the only one that the runbook itself declares.
fn gate<'site>(product: &'site ProductSite, path: &str) -> Option<&'site str> {
    let asks = |gate: &&Gate| {
        gate.is_declared && (gate.demand.format.as_deref() == Some(FORMAT) || gate.demand.format.is_none() && gate.id == FORMAT)
    };
    let gates: Vec<&Gate> = product.product.gates.iter().filter(asks).collect();
    let own: Vec<&&Gate> = gates
        .iter()
        .filter(|gate| gate.declared_at.iter().any(|at| at.path == path))
        .collect();
    match (gates.as_slice(), own.as_slice()) {
        ([gate], _) => Some(&gate.id),
        (_, [gate]) => Some(&gate.id),
        _ => None,
    }
}

/// The moments after `T+0`, each once, with the words of the line that they begin.
fn moments(runbook: &Runbook) -> Vec<Moment> {
    let is_aside = |at: u32| {
        let sections = runbook.sections.iter();
        let rollbacks = sections
            .filter(|section| section.level > 1 && matches!(section.kind, SectionKind::Rollback | SectionKind::RollbackCriteria));
        rollbacks
            .into_iter()
            .any(|section| section.body.start <= at && at < section.body.end)
    };
    let mut moments: Vec<Moment> = Vec::new();
    for schedule in &runbook.schedules {
        let ScheduleKind::After(minutes) = schedule.kind else {
            continue;
        };
        // `T+0` is the tick that starts the clock.
        if minutes == 0
            || !schedule.text.starts_with("T+")
            || is_aside(schedule.span.start)
            || moments.iter().any(|moment| moment.minutes == minutes)
        {
            continue;
        }
        let start = runbook.text[..schedule.span.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let before = &runbook.text[start..schedule.span.start as usize];
        let after = runbook.text[schedule.span.end as usize..].lines().next().unwrap_or_default();
        let is_first = before.chars().all(|c| !c.is_alphabetic());
        let what = if is_first && !after.contains("T+") {
            let plain: String = after.chars().filter(|c| !matches!(c, '*' | '`' | '|' | '_')).collect();
            plain
                .trim_matches([' ', ':', '-', '–', ',', '.'])
                .chars()
                .take(MOST_LETTERS)
                .collect()
        } else {
            String::new()
        };
        moments.push(Moment {
            minutes,
            text: schedule.text.clone(),
            what,
        });
    }
    moments.sort_by_key(|moment| moment.minutes);
    moments
}

#[cfg(test)]
mod tests {
    use super::moments;
    use crate::model::place::{Lines, Span};
    use crate::model::runbook::{Runbook, Schedule, ScheduleKind};

    #[test]
    fn moments_come_once_with_the_words_of_their_line() {
        let text = "- T+15m: error rate **below** 1 %\n- T+0 deploy, T+15m and T+60m again\n";
        let schedule = |words: &str, from: usize, minutes| {
            let start = text[from..].find(words).expect("it is there") + from;
            Schedule {
                text: words.to_owned(),
                kind: ScheduleKind::After(minutes),
                span: Span {
                    start: start as u32,
                    end: (start + words.len()) as u32,
                },
                what: String::new(),
                last: None,
                next: None,
            }
        };
        let runbook = Runbook {
            text: text.into(),
            lines: Lines::of(text),
            schedules: vec![
                schedule("T+15m", 0, 15),
                schedule("T+0", 10, 0),
                schedule("T+15m", 40, 15),
                schedule("T+60m", 40, 60),
            ],
            ..Runbook::default()
        };
        let found: Vec<_> = moments(&runbook)
            .into_iter()
            .map(|moment| format!("{} {}", moment.text, moment.what))
            .collect();
        assert_eq!(found, ["T+15m error rate below 1 %", "T+60m "]);
    }
}
