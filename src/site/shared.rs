//! What pages share: addresses, where each runbook stands in which edition, what is known of the texts. Made once, before any page.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::OnceLock;

use chrono::NaiveDate;

use serde::Serialize;
use tera::Value;

use crate::model::digest::Values;
use crate::model::handbook::{Handbook, JudgedRelease, JudgedRunbook, Product};
use crate::model::tree::ContentId;
use crate::site::address::part;
use crate::site::attachments::Attachments;
use crate::site::body::kept::Bodies;
use crate::site::body::written::Body;
use crate::site::edition::EditionSite;
use crate::site::entry::Entry;
use crate::site::inventory::Places;
use crate::site::link;
use crate::site::mould::Gaps;
use crate::site::target::Target;
use crate::site::texts;
use crate::site::words;

/// Editions that a version switcher lists; the others stand on the page of all editions.
pub(crate) const SWITCHER_LENGTH: usize = 12;

/// Everything that pages share.
pub(crate) struct Site<'handbook> {
    /// The handbook.
    pub(crate) handbook: &'handbook Handbook,
    /// The products in their order.
    pub(crate) products: Vec<ProductSite<'handbook>>,
    /// What is known of the texts of the runbooks.
    pub(crate) bodies: HashMap<ContentId, Body>,
    /// The gaps in place of the words of an edition in pages that are filled in.
    pub(crate) gaps: Gaps,
    /// The ids of the rules that have a page.
    pub(crate) rules: BTreeSet<&'handbook str>,
    /// The files of the repository that stand in the site.
    pub(crate) attachments: Attachments<'handbook>,
    /// Everything that can be found, from A to Z.
    pub(crate) entries: OnceLock<Vec<Entry>>,
    /// What every template sees as `site`.
    pub(crate) value: Value,
}

/// A product with its addresses.
pub(crate) struct ProductSite<'handbook> {
    /// The product.
    pub(crate) product: &'handbook Product,
    /// The address of its first page: empty, or its prefix and a slash.
    pub(crate) base: String,
    /// The edition of the newest release that is in use: no pre-release, not withdrawn.
    pub(crate) latest: Option<usize>,
    /// The edition whose freshness matters now: `next`, or else the newest there is.
    pub(crate) current: Option<usize>,
    /// The editions, in the order of the product.
    pub(crate) editions: Vec<EditionSite<'handbook>>,
    /// Every runbook of any edition, by slug.
    pub(crate) runbooks: BTreeMap<&'handbook str, RunbookSite<'handbook>>,
    /// The page of each gate, by its id.
    pub(crate) gates: HashMap<&'handbook str, String>,
    /// The slugs in order, so that a page can be named by its number.
    pub(crate) slugs: Vec<&'handbook str>,
    /// For each slug and edition the edition whose page holds the text; empty as long as nobody looked.
    pub(crate) standing: HashMap<&'handbook str, Vec<usize>>,
    /// Where its components and the advisories about them are told of.
    pub(crate) places: Places<'handbook>,
    /// The switcher between the editions as a whole.
    pub(crate) versions: Value,
    /// The address of the runbooks that are in use.
    pub(crate) home: String,
    /// Every runbook as somebody who has to act finds it.
    pub(crate) at_hand: Vec<AtHand<'handbook>>,
    /// The owners that its runbooks name, looked for when a page asks first. See `pages::owners`.
    pub(crate) owners: OnceLock<Vec<Owner>>,
    /// What templates see as `product`.
    value: Value,
    /// The digest of that.
    pub(crate) told: String,
}

/// A runbook as somebody who has to act finds it: that of the version in use, judged today; one that is on the main branch only, there.
pub(crate) struct AtHand<'handbook> {
    /// The runbook.
    pub(crate) runbook: &'handbook JudgedRunbook,
    /// Its page.
    pub(crate) url: String,
    /// The version that it stands in; `next` for the main branch.
    pub(crate) version: &'handbook str,
    /// The edition that it stands in, when it is not in the version in use.
    pub(crate) only_in: Option<&'handbook str>,
    /// The version in use that it stands in, where that was taken back.
    pub(crate) taken_back: Option<&'handbook str>,
}

/// An owner with what they answer for.
pub(crate) struct Owner {
    /// The name as it is first written; empty for the runbooks of nobody.
    pub(crate) name: String,
    /// The page.
    pub(crate) address: String,
    /// The runbooks by their index among those at hand, those in need first.
    pub(crate) runbooks: Vec<usize>,
}

/// A runbook over all editions.
pub(crate) struct RunbookSite<'handbook> {
    /// The title in the newest edition that has it.
    pub(crate) title: &'handbook str,
    /// Its path there.
    pub(crate) path: &'handbook str,
    /// Its part of an address.
    pub(crate) part: String,
    /// Its index in each edition, in the order of the editions.
    pub(crate) places: Vec<Option<usize>>,
}

impl RunbookSite<'_> {
    /// Adds which editions the switcher leads to.
    pub(crate) fn add_versions(&self, values: &mut Values) {
        for index in 0..self.places.len().min(SWITCHER_LENGTH) {
            let is_known = self.places[index..].iter().any(Option::is_some);
            (self.places[index].is_some(), is_known).hash(values);
        }
    }
}

/// An edition in a version switcher.
#[derive(Serialize)]
pub(crate) struct Choice<'site> {
    id: &'site str,
    version: &'site str,
    note: String,
    address: String,
}

/// A version switcher.
#[derive(Serialize)]
struct Versions<'site> {
    list: Vec<Choice<'site>>,
    more: usize,
    all: String,
}

#[derive(Serialize)]
struct SiteValue<'handbook> {
    title: &'handbook str,
    today: NaiveDate,
    commit: Option<CommitValue<'handbook>>,
    products: Vec<NameValue<'handbook>>,
    is_single: bool,
    base_url: Option<&'handbook str>,
    program: &'static str,
}

#[derive(Serialize)]
struct CommitValue<'handbook> {
    id: &'handbook str,
    short: &'handbook str,
    at: String,
}

#[derive(Serialize)]
struct NameValue<'handbook> {
    name: &'handbook str,
    address: String,
}

#[derive(Hash, Serialize)]
struct ProductValue<'handbook> {
    name: &'handbook str,
    summary: &'handbook str,
    address: String,
    has_advisories: bool,
    has_proofs: bool,
    has_logs: bool,
    has_exceptions: bool,
    has_duties: bool,
}

impl<'handbook> Site<'handbook> {
    /// A page for each of what the products have, by its address and what stands there in words; `inner` counts them.
    pub(crate) fn numbered(&self, of: impl Fn(&ProductSite) -> Vec<(String, String)>) -> Vec<Target> {
        let products = self.products.iter().enumerate();
        let targets = products.flat_map(|(number, product)| {
            let pages = of(product).into_iter().enumerate();
            pages.map(move |(inner, (address, owner))| Target {
                address,
                owner,
                product: Some(number),
                inner,
                ..Target::default()
            })
        });
        targets.collect()
    }

    /// Prepares a handbook.
    #[cfg(test)]
    pub(crate) fn of(handbook: &'handbook Handbook) -> Self {
        Self::beside(handbook, &Bodies::default())
    }

    /// Prepares a handbook; `known` is what an earlier build knew of texts.
    pub(crate) fn beside(handbook: &'handbook Handbook, known: &Bodies) -> Self {
        let bodies = texts::read(handbook, known);
        let products: Vec<ProductSite> = handbook.products.iter().map(ProductSite::of).collect();
        let value = Value::from_serializable(&SiteValue {
            title: &handbook.title,
            today: handbook.today,
            commit: handbook.commit.as_ref().map(|commit| CommitValue {
                id: &commit.id,
                short: commit.short_id(),
                at: words::moment(commit.date),
            }),
            products: products
                .iter()
                .map(|site| NameValue {
                    name: &site.product.name,
                    address: site.base.clone(),
                })
                .collect(),
            is_single: is_single(handbook),
            base_url: handbook.base_url.as_deref(),
            program: concat!("Runproof ", env!("CARGO_PKG_VERSION")),
        });
        let rules = handbook.rules.iter().map(|rule| rule.id).collect();
        Self {
            handbook,
            products,
            gaps: Gaps::of(texts::texts(handbook).keys()),
            bodies,
            rules,
            attachments: Attachments::of(handbook),
            entries: OnceLock::new(),
            value,
        }
    }

    /// Whether the pages of the only product stand at the root.
    pub(crate) fn is_single(&self) -> bool {
        is_single(self.handbook)
    }

    /// What templates see as `product` on a page: none on the pages above several products.
    pub(crate) fn product_value(&self, target: &Target) -> Value {
        match target
            .product
            .or(if self.is_single() { Some(0) } else { None })
            .and_then(|index| self.products.get(index))
        {
            Some(product) => product.value.clone(),
            None => Value::none(),
        }
    }

    /// The product of a page.
    pub(crate) fn product(&self, target: &Target) -> &ProductSite<'handbook> {
        &self.products[target.product.unwrap_or_default()]
    }

    /// What is known of the text of a runbook.
    pub(crate) fn body(&self, runbook: &JudgedRunbook) -> &Body {
        &self.bodies[&runbook.runbook.content]
    }

    /// Where a file of a revision can be read on the web, where the settings tell.
    pub(crate) fn source(&self, revision: Option<&str>, path: &str) -> Option<String> {
        link::source(self.handbook.source_url.as_deref()?, revision?, path)
    }

    /// The page of a rule. A finding may name a rule that the handbook does not explain.
    pub(crate) fn rule(&self, id: &str) -> Option<String> {
        self.rules.contains(id).then(|| format!("rules/{}/", part(id)))
    }
}

fn is_single(handbook: &Handbook) -> bool {
    matches!(handbook.products.as_slice(), [product] if product.prefix.is_empty())
}

impl<'handbook> ProductSite<'handbook> {
    fn of(product: &'handbook Product) -> Self {
        let base = if product.prefix.is_empty() {
            String::new()
        } else {
            format!("{}/", part(&product.prefix))
        };
        let editions: Vec<EditionSite> = product
            .editions
            .iter()
            .map(|edition| EditionSite::of(product, &base, edition))
            .collect();
        let latest = product.in_use();
        let current = editions
            .iter()
            .position(|site| site.edition.release.is_none())
            .or(latest)
            .or(if editions.is_empty() { None } else { Some(0) });
        let note = |index: usize| note(&editions, latest, index);
        let versions = Value::from_serializable(&Versions {
            list: editions
                .iter()
                .enumerate()
                .take(SWITCHER_LENGTH)
                .map(|(index, site)| Choice {
                    id: &site.edition.id,
                    version: &site.edition.version,
                    note: note(index),
                    address: site.address.clone(),
                })
                .collect(),
            more: editions.len().saturating_sub(SWITCHER_LENGTH),
            all: format!("{base}editions/"),
        });
        let runbooks = runbooks(&editions);
        let places = Places::of(product, &base);
        let home = match latest.or(current) {
            Some(index) if latest == Some(index) => format!("{base}latest/"),
            Some(index) => editions[index].address.clone(),
            None => format!("{base}runbooks/"),
        };
        let value = ProductValue {
            name: &product.name,
            summary: &product.summary,
            address: base.clone(),
            has_advisories: !product.inventory.scans.is_empty(),
            has_proofs: product
                .releases
                .iter()
                .any(|release| !release.proofs.artifacts.is_empty() || !release.proofs.declared.is_empty()),
            has_logs: !product.logs.is_empty(),
            has_exceptions: !product.exceptions.is_empty(),
            has_duties: !product.duties.is_empty(),
        };
        let mut told = Values::default();
        value.hash(&mut told);
        let slugs = runbooks.keys().copied().collect();
        let mut site = Self {
            gates: gates(product, &base),
            product,
            base,
            latest,
            current,
            editions,
            runbooks,
            slugs,
            standing: HashMap::new(),
            places,
            versions,
            home,
            at_hand: Vec::new(),
            owners: OnceLock::new(),
            value: Value::from_serializable(&value),
            told: told.hex(),
        };
        site.at_hand = site.those_at_hand();
        site
    }

    /// Every runbook as somebody who has to act finds it.
    fn those_at_hand(&self) -> Vec<AtHand<'handbook>> {
        let mut list: Vec<AtHand> = Vec::new();
        let url = |address: &str, runbook: &JudgedRunbook| format!("{address}runbooks/{}/", part(&runbook.runbook.slug));
        if let Some(latest) = self.latest {
            let address = self.latest_address();
            let release = self
                .release_of(latest)
                .filter(|release| release.verdict.state.is_taken_back());
            let taken_back = release.map(|release| release.release.version.as_str());
            list.extend(self.followed(latest, true).iter().map(|runbook| AtHand {
                runbook,
                url: url(&address, runbook),
                version: &self.editions[latest].edition.version,
                only_in: None,
                taken_back,
            }));
        }
        if let Some(current) = self.current.filter(|current| Some(*current) != self.latest) {
            let edition = &self.editions[current];
            let in_use = self.latest.map(|latest| &self.editions[latest]);
            let known: HashSet<&str> = list.iter().map(|at_hand| at_hand.runbook.runbook.slug.as_str()).collect();
            let is_new = |runbook: &&JudgedRunbook| !known.contains(runbook.runbook.slug.as_str());
            list.extend(edition.edition.runbooks.iter().filter(is_new).map(|runbook| AtHand {
                runbook,
                url: url(&edition.address, runbook),
                version: &edition.edition.version,
                only_in: in_use.map(|_| edition.edition.version.as_str()),
                taken_back: None,
            }));
        }
        list
    }

    /// A runbook as somebody who has to act finds it; none where only older editions have it.
    pub(crate) fn at_hand_of(&self, slug: &str) -> Option<&'handbook JudgedRunbook> {
        let in_use = self.latest.and_then(|latest| {
            let index = (*self.runbooks.get(slug)?.places.get(latest)?)?;
            self.followed(latest, true).get(index)
        });
        in_use.or_else(|| self.editions[self.current?].with_slug(slug))
    }

    /// The address of a release.
    pub(crate) fn release(&self, release: &JudgedRelease) -> String {
        format!("{}releases/{}/", self.base, part(&release.release.slug))
    }

    /// The address of a runbook in an edition; the page exists also where the runbook does not.
    pub(crate) fn runbook(&self, edition: usize, slug: &str) -> String {
        format!("{}runbooks/{}/", self.editions[edition].address, part(slug))
    }

    /// The edition whose page holds the text that a runbook has in an edition: itself, or the first of those in a row in which nothing
    /// about it changed.
    pub(crate) fn stands(&self, edition: usize, slug: &str) -> usize {
        let known = self.standing.get(slug).and_then(|editions| editions.get(edition));
        known.copied().unwrap_or(edition)
    }

    /// The address of the page that holds the text that a runbook has in an edition.
    pub(crate) fn text(&self, edition: usize, slug: &str) -> String {
        self.runbook(self.stands(edition, slug), slug)
    }

    /// The runbooks as the readers of an edition follow them: those of `latest` as they are today, those of any other edition as they were
    /// on the day of its release.
    pub(crate) fn followed(&self, edition: usize, is_latest: bool) -> &'handbook [JudgedRunbook] {
        let as_released = &self.product.editions[edition].runbooks;
        if is_latest && self.product.today.len() == as_released.len() {
            &self.product.today
        } else {
            as_released
        }
    }

    /// Every runbook in every edition that holds it, by runbook, so that the editions with one text stand next to each other: its slug, the
    /// edition, and its index there.
    pub(crate) fn held(&self) -> impl Iterator<Item = (&'handbook str, usize, usize)> {
        self.runbooks.iter().flat_map(|(slug, runbook)| {
            let places = runbook.places.iter().enumerate();
            places.filter_map(|(edition, index)| Some((*slug, edition, (*index)?)))
        })
    }

    /// The address of the run sheet of a runbook: that of `latest`, and that of the main branch where its text is another one. Older
    /// editions have none, since nobody runs a release by them.
    pub(crate) fn sheet(&self, edition: usize, is_latest: bool, slug: &str) -> Option<String> {
        let sheet = |index: &str| Some(format!("{index}runbooks/{}/run/", part(slug)));
        if is_latest {
            return sheet(&self.latest_address());
        }
        let place = &self.editions[edition];
        let here = place.with_slug(slug).filter(|_| place.edition.release.is_none())?;
        let in_use = self.latest.and_then(|latest| self.editions[latest].with_slug(slug));
        match in_use {
            Some(in_use) if in_use.runbook.content == here.runbook.content => sheet(&self.latest_address()),
            _ => sheet(&place.address),
        }
    }

    /// The switcher between the editions of a runbook.
    pub(crate) fn versions_of(&self, runbook: &RunbookSite) -> Value {
        let (places, part) = (&runbook.places, &runbook.part);
        let choice = |(index, site): (usize, &EditionSite)| {
            let has_page = places[index..].iter().any(Option::is_some) || site.edition.release.is_none();
            let choice = self.choice(
                index,
                if has_page {
                    format!("{}runbooks/{part}/", site.address)
                } else {
                    format!("{}runbooks/{part}/", self.base)
                },
            );
            match places[index] {
                Some(_) => choice,
                None => Choice {
                    note: "not in this version".to_owned(),
                    ..choice
                },
            }
        };
        Value::from_serializable(&Versions {
            list: self.editions.iter().enumerate().take(SWITCHER_LENGTH).map(choice).collect(),
            more: self.editions.len().saturating_sub(SWITCHER_LENGTH),
            all: format!("{}runbooks/{part}/", self.base),
        })
    }

    /// An edition as a version switcher lists it, with the address that it leads to.
    pub(crate) fn choice(&self, index: usize, address: String) -> Choice<'_> {
        let edition = self.editions[index].edition;
        Choice {
            id: &edition.id,
            version: &edition.version,
            note: note(&self.editions, self.latest, index),
            address,
        }
    }

    /// Whether a page of an edition is about a day that is over: that of a release, at its own address.
    pub(crate) fn is_old(&self, target: &Target) -> bool {
        !target.is_latest && self.editions[target.outer].edition.release.is_some()
    }

    /// Whether a page stands at the address of a runbook in an edition. One that has it no longer says so; one from before it came does
    /// not know of it.
    pub(crate) fn has_page(&self, edition: usize, slug: &str) -> bool {
        let Some(runbook) = self.runbooks.get(slug) else {
            return false;
        };
        let is_next = self.editions[edition].edition.release.is_none();
        is_next || runbook.places[edition..].iter().any(Option::is_some)
    }

    /// Where an edition is compared with the one before it; none for the oldest.
    pub(crate) fn comparison(&self, newer: usize) -> Option<String> {
        let before = self.editions.get(newer + 1)?;
        let after = self.editions[newer].edition;
        if after.release.is_none() {
            // What comes next is held against one release today and against another one tomorrow, at one address.
            return Some(format!("{}compare/{}/", self.base, part(&after.id)));
        }
        Some(format!(
            "{}compare/{}...{}/",
            self.base,
            part(&before.edition.id),
            part(&after.id)
        ))
    }

    /// The address of an edition when it is read as the latest one.
    pub(crate) fn latest_address(&self) -> String {
        format!("{}latest/", self.base)
    }

    /// The release of an edition.
    pub(crate) fn release_of(&self, edition: usize) -> Option<&'handbook JudgedRelease> {
        self.product.releases.get(self.editions[edition].edition.release?)
    }
}

/// The page of each gate of a product. The years of the matrix stand beside them, and names that differ only in case get a number.
fn gates<'handbook>(product: &'handbook Product, base: &str) -> HashMap<&'handbook str, String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut gates = HashMap::new();
    for gate in &product.gates {
        let mut name = part(&gate.id);
        if name == "undated" || name.bytes().all(|byte| byte.is_ascii_digit()) {
            name.insert_str(0, "gate-");
        }
        let mut own = name.clone();
        let mut number = 2;
        while !taken.insert(own.clone()) {
            own = format!("{name}~{number}");
            number += 1;
        }
        gates.entry(gate.id.as_str()).or_insert_with(|| format!("{base}gates/{own}/"));
    }
    gates
}

/// The place of a runbook on a page that compares two editions.
pub(crate) fn compared(slug: &str) -> String {
    format!("rp-{}", part(slug).replace(['~', '.'], "-"))
}

/// The title of a runbook: its own, or the name of its file.
pub(crate) fn title(runbook: &JudgedRunbook) -> &str {
    match &runbook.runbook.runbook.title {
        Some(title) if !title.trim().is_empty() => title,
        _ => runbook.runbook.path.rsplit('/').next().unwrap_or_default(),
    }
}

fn note(editions: &[EditionSite], latest: Option<usize>, index: usize) -> String {
    let site = &editions[index];
    let mut note = match (site.edition.release, site.day) {
        (None, _) => "not released".to_owned(),
        (Some(_), Some(day)) => words::day(day),
        (Some(_), None) => String::new(),
    };
    if latest == Some(index) {
        if !note.is_empty() {
            note.push_str(", ");
        }
        note.push_str("latest");
    }
    note
}

fn runbooks<'handbook>(editions: &[EditionSite<'handbook>]) -> BTreeMap<&'handbook str, RunbookSite<'handbook>> {
    let mut places: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    for (index, site) in editions.iter().enumerate() {
        for (slug, runbook) in &site.by_slug {
            places.entry(slug).or_insert_with(|| vec![None; editions.len()])[index] = Some(*runbook);
        }
    }
    let entry = |(slug, places): (&'handbook str, Vec<Option<usize>>)| {
        let (edition, runbook) = places
            .iter()
            .enumerate()
            .find_map(|(edition, runbook)| Some((edition, (*runbook)?)))
            .expect("a slug is known from at least one edition");
        let newest = &editions[edition].edition.runbooks[runbook];
        let part = part(slug);
        (
            slug,
            RunbookSite {
                title: title(newest),
                path: &newest.runbook.path,
                part,
                places,
            },
        )
    };
    places.into_iter().map(entry).collect()
}
