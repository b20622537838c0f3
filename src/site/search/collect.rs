//! What can be found: runbooks with their steps and commands in every edition, releases, gates, evidence, components, advisories.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash as _;

use crate::model::digest::Values;
use crate::model::evidence::Content;
use crate::model::handbook::{JudgedRelease, JudgedRunbook};
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::site::body::written::Body;
use crate::site::edition::EditionSite;
use crate::site::gate_title::gate_title;
use crate::site::inventory;
use crate::site::search::files::Asked;
use crate::site::search::index::{Edition, Page, Part, key, plain};
use crate::site::search::registers;
use crate::site::search::words::{other_spelling, word};
use crate::site::shared::{ProductSite, RunbookSite, Site, title};

/// Rows of a release that are found by name.
const MOST_ROWS: usize = 4_000;

/// The pages of a site that can be found, in an order that new ones do not upset; each of a runbook is made when it is asked for.
pub(super) fn pages<'site>(site: &'site Site) -> Vec<Asked<'site>> {
    let of = |product: &'site ProductSite<'site>| {
        let name = if site.is_single() { "" } else { product.product.name.as_str() };
        let runbooks = product.slugs.iter().filter_map(move |slug| asked(site, product, name, slug));
        let releases = product.product.releases.iter().rev();
        let others = releases
            .map(|release| self::release(product, release))
            .chain(gates(product))
            .chain(components(product))
            .chain(advisories(product))
            .chain(registers::pages(product));
        runbooks.chain(others.map(move |page| {
            let page = Page {
                product: name.to_owned(),
                ..page
            };
            Asked {
                key: key(&page),
                state: page.state.clone(),
                make: Box::new(move || page.clone()),
            }
        }))
    };
    site.products.iter().flat_map(of).collect()
}

/// The page of a runbook as it is searched.
struct Shown<'site> {
    judged: &'site JudgedRunbook,
    place: &'site RunbookSite<'site>,
    url: String,
    is_old: bool,
}

fn shown<'site>(product: &'site ProductSite, slug: &str) -> Option<Shown<'site>> {
    let place = product.runbooks.get(slug)?;
    let latest = product
        .latest
        .filter(|latest| place.places.get(*latest).is_some_and(Option::is_some));
    let shown = latest.or_else(|| place.places.iter().position(Option::is_some))?;
    let is_latest = latest == Some(shown);
    let judged = product.followed(shown, is_latest).get(place.places[shown]?)?;
    let url = if is_latest {
        format!("{}runbooks/{}/", product.latest_address(), place.part)
    } else {
        product.text(shown, slug)
    };
    Some(Shown {
        judged,
        place,
        url,
        is_old: !is_latest && Some(shown) != product.current,
    })
}

/// The page of a runbook, with the digest of everything that it is made from: a text is known by its content and its length, since of some
/// files a part is a runbook.
fn asked<'site>(site: &'site Site, product: &'site ProductSite, name: &'site str, slug: &'site str) -> Option<Asked<'site>> {
    let shown = shown(product, slug)?;
    let state = if shown.is_old {
        String::new()
    } else {
        word(&shown.judged.freshness.state)
    };
    let text = |judged: &JudgedRunbook| (judged.runbook.content, judged.runbook.runbook.text.len());
    let mut values = Values::default();
    ('r', name, slug, &shown.url, shown.is_old).hash(&mut values);
    (title(shown.judged), &shown.judged.runbook.path, text(shown.judged)).hash(&mut values);
    for (edition, inner) in shown.place.places.iter().enumerate() {
        let Some(inner) = *inner else {
            None::<usize>.hash(&mut values);
            continue;
        };
        let edition_site = &product.editions[edition];
        let other = text(&edition_site.edition.runbooks[inner]);
        Some(other).hash(&mut values);
        // Where a text is read that the page does not show.
        if other != text(shown.judged) {
            (&edition_site.edition.version, product.text(edition, slug)).hash(&mut values);
        }
    }
    Some(Asked {
        key: values.short(),
        state: state.clone(),
        make: Box::new(move || Page {
            product: name.to_owned(),
            state: state.clone(),
            ..runbook(site, product, slug, &shown)
        }),
    })
}

/// The editions that a search can be narrowed to, in the order of the pages.
pub(super) fn editions(site: &Site) -> Vec<Edition> {
    let of = |product: &ProductSite| -> Vec<Edition> {
        let name = if site.is_single() { "" } else { product.product.name.as_str() };
        let edition = |edition: &EditionSite| Edition {
            product: name.to_owned(),
            version: edition.edition.version.clone(),
            address: edition.address.clone(),
        };
        product.editions.iter().map(edition).collect()
    };
    site.products.iter().flat_map(of).collect()
}

/// The editions that have something, told by their releases.
fn of_releases(product: &ProductSite, has: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
    let editions = product.editions.iter();
    editions
        .map(|site| site.edition.release.filter(|release| has(*release)).map(|_| 0))
        .collect()
}

fn runbook<'site>(site: &'site Site, product: &'site ProductSite, slug: &str, shown: &Shown<'site>) -> Page<'site> {
    let Shown {
        judged,
        place,
        url,
        is_old,
    } = shown;
    let mut parts = said(&judged.runbook.runbook, site.body(judged));
    // What only other editions say, with the newest that says it. Nearly always there is one text.
    let mut known: Option<HashMap<(char, String), usize>> = None;
    let mut seen = HashMap::from([(judged.runbook.content, 0)]);
    let mut texts = vec![None; place.places.len()];
    for (edition, inner) in place.places.iter().enumerate() {
        let Some(inner) = *inner else { continue };
        let other: &JudgedRunbook = &product.editions[edition].edition.runbooks[inner];
        let number = seen.len();
        let text = *seen.entry(other.runbook.content).or_insert(number);
        texts[edition] = Some(text);
        if text != number {
            continue;
        }
        let known = known.get_or_insert_with(|| {
            let mut known = HashMap::new();
            for (at, part) in parts.iter_mut().enumerate() {
                part.texts.insert(0);
                known.entry((part.kind, plain(&part.text))).or_insert(at);
            }
            known
        });
        for part in said(&other.runbook.runbook, site.body(other)) {
            let at = *known.entry((part.kind, plain(&part.text))).or_insert(parts.len());
            if let Some(part) = parts.get_mut(at) {
                part.texts.insert(text);
                continue;
            }
            let version = product.editions[edition].edition.version.clone();
            parts.push(Part {
                old: Some((version, product.text(edition, slug))),
                texts: BTreeSet::from([text]),
                ..part
            });
        }
    }
    for part in &mut parts {
        if part.texts.len() == seen.len() {
            part.texts.clear();
        }
    }
    let body = [&judged.runbook.path, judged.runbook.runbook.text.as_ref()];
    parts.extend(body.into_iter().map(|text| Part {
        kind: 'b',
        text: text.into(),
        ..Part::default()
    }));
    Page {
        kind: 'r',
        url: url.clone(),
        slug: slug.to_owned(),
        title: title(judged).to_owned(),
        is_old: *is_old,
        texts,
        parts,
        ..Page::default()
    }
}

/// The headings, steps and commands of a text with their places.
fn said<'site>(runbook: &'site Runbook, body: &'site Body) -> Vec<Part<'site>> {
    fn part<'site>(kind: char, anchor: &'site str, text: &'site str) -> Part<'site> {
        Part {
            kind,
            anchor: anchor.into(),
            text: text.into(),
            ..Part::default()
        }
    }
    let mut parts: Vec<Part> = body
        .headings
        .iter()
        .map(|heading| part('h', &heading.id, &heading.title))
        .collect();
    for (step, id) in runbook.steps.iter().zip(body.step_ids()) {
        parts.push(part('s', id, &step.text));
    }
    for item in &runbook.checklist {
        parts.push(part('s', anchor_of(runbook, body, item.span), &item.text));
    }
    for block in &runbook.code_blocks {
        let anchor = anchor_of(runbook, body, block.span);
        for command in &block.commands {
            parts.push(part('c', anchor, &command.text));
        }
    }
    parts
}

/// The nearest place above something: the step that holds it, else its section.
fn anchor_of<'body>(runbook: &Runbook, body: &'body Body, span: Span) -> &'body str {
    let step = runbook.steps.iter().rposition(|step| step.span.contains(span));
    let section = || {
        let section = runbook.sections.iter().rfind(|section| section.span.start <= span.start)?;
        body.anchor(&section.anchor)
    };
    step.and_then(|step| body.step_ids().get(step).map(String::as_str))
        .or_else(section)
        .unwrap_or_default()
}

fn release(product: &ProductSite, release: &JudgedRelease) -> Page<'static> {
    let own = &release.release;
    let part = |kind, anchor: &'static str, text: String| Part {
        kind,
        anchor: anchor.into(),
        text: text.into(),
        ..Part::default()
    };
    let state = word(&release.verdict.state);
    let mut parts = vec![part('h', "", state.replace('-', " "))];
    for verdict in &release.verdict.gates {
        let title = gate_title(product, &verdict.gate);
        parts.push(part(
            'w',
            "rp-gates",
            format!("{title}: {} {}", word(&verdict.outcome), verdict.value),
        ));
    }
    for file in &own.evidence {
        parts.push(part('e', "rp-evidence", file.repository_path.clone()));
    }
    for notes in &own.notes {
        for item in notes.groups.iter().flat_map(|group| &group.items) {
            parts.push(part('w', "rp-notes", item.clone()));
        }
    }
    let components = own.evidence.iter().filter_map(|file| match &file.artifact.content {
        Content::Sbom(sbom) => Some(&sbom.components),
        _ => None,
    });
    let rows = components.flatten().take(MOST_ROWS);
    let names: Vec<String> = rows.map(|row| format!("{} {}", row.name, row.version)).collect();
    if !names.is_empty() {
        parts.push(part('b', "", names.join("\n")));
    }
    Page {
        kind: 'l',
        url: product.release(release),
        slug: [own.slug.clone(), other_spelling(&own.version).unwrap_or_default()].join(" "),
        title: format!("Release {}", own.version),
        state,
        texts: of_releases(product, |index| {
            product
                .product
                .releases
                .get(index)
                .is_some_and(|other| other.release.slug == own.slug)
        }),
        parts,
        ..Page::default()
    }
}

fn gates(product: &ProductSite) -> Vec<Page<'static>> {
    let newest = product.product.releases.first();
    product
        .product
        .gates
        .iter()
        .map(|gate| {
            let verdict = newest.and_then(|release| release.verdict.gates.iter().find(|verdict| verdict.gate == gate.id));
            Page {
                kind: 'g',
                url: product.gates.get(gate.id.as_str()).cloned().unwrap_or_default(),
                slug: gate.id.clone(),
                title: gate.title.clone(),
                state: verdict.map(|verdict| word(&verdict.outcome)).unwrap_or_default(),
                texts: of_releases(product, |index| {
                    let release = product.product.releases.get(index);
                    release.is_some_and(|release| release.verdict.gates.iter().any(|verdict| verdict.gate == gate.id))
                }),
                ..Page::default()
            }
        })
        .collect()
}

fn components(product: &ProductSite) -> Vec<Page<'static>> {
    let all = &product.product.inventory;
    let version = |bill: usize| {
        let release = all.bills.get(bill).and_then(|release| product.product.releases.get(*release));
        release.map_or("", |release| release.release.version.as_str())
    };
    all.components
        .iter()
        .filter_map(|life| {
            // A page of its own, or a row in a list.
            let (url, anchor) = product.places.link(&life.identity)?.split_once("index.html")?;
            let newest = life.spans.first()?;
            let part = |kind, text: String| Part {
                kind,
                anchor: anchor.trim_start_matches('#').to_owned().into(),
                text: text.into(),
                ..Part::default()
            };
            let (from, to) = (version(life.spans.last()?.oldest), version(newest.newest));
            let since = if from == to {
                from.to_owned()
            } else {
                format!("{from} to {to}")
            };
            let words = format!("{} {}", life.identity, newest.versions.join(" "));
            let licences = newest.licences.join(" ");
            Some(Page {
                kind: 'c',
                url: url.to_owned(),
                slug: life.identity.clone(),
                title: life.name.clone(),
                texts: of_releases(product, |index| {
                    let bill = all.bills.iter().position(|bill| *bill == index);
                    bill.is_some_and(|bill| life.spans.iter().any(|span| (span.newest..=span.oldest).contains(&bill)))
                }),
                parts: vec![part('h', format!("{words} {licences}")), part('w', format!("In {since}"))],
                ..Page::default()
            })
        })
        .collect()
}

/// What evidence says of vulnerabilities, by their names, each on the page of the newest release that has it.
fn advisories(product: &ProductSite) -> Vec<Page<'static>> {
    let mut found: BTreeMap<String, Page<'static>> = BTreeMap::new();
    for life in &product.product.inventory.advisories {
        let mut packages: Vec<&str> = life
            .sightings
            .iter()
            .flat_map(|sighting| &sighting.hits)
            .map(|hit| hit.package.as_str())
            .collect();
        packages.sort_unstable();
        packages.dedup();
        let releases: Vec<&str> = life
            .sightings
            .iter()
            .filter_map(|sighting| Some(product.product.releases.get(sighting.release)?.release.version.as_str()))
            .collect();
        let page = Page {
            kind: 'a',
            url: inventory::advisory(&product.base, &life.id),
            slug: life.aliases.join(" "),
            title: life.id.clone(),
            texts: of_releases(product, |index| {
                life.sightings.iter().any(|sighting| sighting.release == index)
            }),
            parts: vec![Part {
                kind: 'h',
                text: format!("{}, in {}", packages.join(", "), releases.join(", ")).into(),
                ..Part::default()
            }],
            ..Page::default()
        };
        found.insert(life.id.to_ascii_uppercase(), page);
    }
    for (index, release) in product.product.releases.iter().enumerate() {
        for file in &release.release.evidence {
            let mut note = |name: &str, words: String| {
                let is_advisory = ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-", "OSV-", "MAL-"]
                    .iter()
                    .any(|prefix| name.to_ascii_uppercase().starts_with(prefix));
                if !is_advisory || name.len() > 64 {
                    return;
                }
                let page = found.entry(name.to_ascii_uppercase()).or_insert_with(|| Page {
                    kind: 'a',
                    url: product.release(release),
                    slug: name.to_owned(),
                    title: name.to_owned(),
                    ..Page::default()
                });
                let part = Part {
                    kind: 'h',
                    anchor: "rp-evidence".into(),
                    text: format!("{}: {words}", release.release.version).into(),
                    ..Part::default()
                };
                page.texts.resize(product.editions.len(), None);
                for (text, site) in page.texts.iter_mut().zip(&product.editions) {
                    if site.edition.release == Some(index) {
                        *text = Some(0);
                    }
                }
                if page.parts.len() < 40 && !page.parts.contains(&part) {
                    page.parts.push(part);
                }
            };
            let statements = match &file.artifact.content {
                Content::Sbom(sbom) => &sbom.statements,
                Content::Advisories(advisories) => &advisories.statements,
                Content::Findings(facts) => {
                    for finding in &facts.findings {
                        note(&finding.rule, format!("{} {}", finding.level, finding.message));
                    }
                    continue;
                }
                _ => continue,
            };
            for statement in statements {
                let words = format!("{} {}", statement.status, statement.products.join(", "));
                for name in statement.aliases.iter().chain([&statement.vulnerability]) {
                    note(name, words.clone());
                }
            }
        }
    }
    found.into_values().collect()
}
