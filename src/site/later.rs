//! What came after an old edition, beside its pages and not in them: small plain scripts with the versions that there are now. A page that
//! was made once stays as it is, byte by byte, and still tells its readers that there is something newer. Without JavaScript its link
//! leads to the version in use and to the list of all editions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::assets;
use crate::site::file::File;
use crate::site::mould::short;
use crate::site::shared::{Choice, ProductSite, SWITCHER_LENGTH, Site};

/// The function of `assets/editions.js` that takes what a script here says.
const CALL: &str = "rpLater";

/// What came after an edition, or after a runbook in one.
#[derive(Serialize)]
struct Later<'site> {
    /// The version in use.
    latest: Option<Latest<'site>>,
    /// The newest editions, newest first; of a runbook those that have a page of it.
    list: Vec<Choice<'site>>,
    /// How many more there are.
    more: usize,
    /// Where all of them stand.
    all: String,
    /// For each text of the runbook how many of its steps the one in use changed; none where it is the same text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    texts: BTreeMap<String, Option<u64>>,
    /// For each edition whose page holds the text of newer ones, too, the newest of these.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    until: BTreeMap<&'site str, &'site str>,
}

#[derive(Serialize)]
struct Latest<'site> {
    id: &'site str,
    version: &'site str,
    /// Whether it has the runbook; of an edition as a whole always.
    has: bool,
}

/// The script about the editions of a product.
pub(crate) fn of_editions(product: &ProductSite) -> String {
    format!("{}editions/later.js", product.base)
}

/// The script about the editions of a runbook.
pub(crate) fn of_runbook(product: &ProductSite, slug: &str) -> String {
    format!("{}runbooks/{}/later.js", product.base, part(slug))
}

/// What the script about a runbook knows a text by.
pub(crate) fn text_id(judged: &JudgedRunbook) -> String {
    short(&judged.runbook.content.to_string()).to_owned()
}

/// The scripts of all products with a released edition.
pub(crate) fn files(site: &Site) -> Vec<File> {
    let mut files = Vec::new();
    for product in &site.products {
        if product.editions.iter().all(|site| site.edition.release.is_none()) {
            continue;
        }
        files.push(file(of_editions(product), &editions(product)));
        for slug in &product.slugs {
            if is_released(product, slug) {
                files.push(file(of_runbook(product, slug), &runbook(site, product, slug)));
            }
        }
    }
    files
}

/// Whether any page of an old edition is about a runbook.
fn is_released(product: &ProductSite, slug: &str) -> bool {
    let places = product.runbooks[slug].places.iter().zip(&product.editions);
    places
        .into_iter()
        .any(|(place, site)| place.is_some() && site.edition.release.is_some())
}

fn editions<'site>(product: &'site ProductSite) -> Later<'site> {
    Later {
        latest: latest(product, |_| true),
        list: (0..product.editions.len().min(SWITCHER_LENGTH))
            .map(|index| product.choice(index, product.editions[index].address.clone()))
            .collect(),
        more: product.editions.len().saturating_sub(SWITCHER_LENGTH),
        all: format!("{}editions/", product.base),
        texts: BTreeMap::new(),
        until: BTreeMap::new(),
    }
}

fn runbook<'site>(site: &Site, product: &'site ProductSite, slug: &str) -> Later<'site> {
    let places = &product.runbooks[slug].places;
    let with_page = || (0..product.editions.len()).filter(|index| places[*index].is_some());
    let judged = |index: usize| Some(&product.editions[index].edition.runbooks[places[index]?]);
    let mut texts = BTreeMap::new();
    if let Some(current) = product.latest.and_then(judged) {
        for other in with_page().filter_map(judged) {
            texts.entry(text_id(other)).or_insert_with(|| {
                let is_same = other.runbook.content == current.runbook.content;
                (!is_same).then(|| site.body(other).steps_changed(site.body(current)))
            });
        }
    }
    let mut until = BTreeMap::new();
    for index in with_page() {
        let first = product.stands(index, slug);
        if first != index {
            let id = product.editions[first].edition.id.as_str();
            until.entry(id).or_insert(product.editions[index].edition.version.as_str());
        }
    }
    Later {
        latest: latest(product, |index| places[index].is_some()),
        list: with_page()
            .take(SWITCHER_LENGTH)
            .map(|index| product.choice(index, product.runbook(index, slug)))
            .collect(),
        more: with_page().count().saturating_sub(SWITCHER_LENGTH),
        all: format!("{}runbooks/{}/", product.base, part(slug)),
        texts,
        until,
    }
}

fn latest<'site>(product: &'site ProductSite, has: impl Fn(usize) -> bool) -> Option<Latest<'site>> {
    let index = product.latest?;
    let edition = product.editions[index].edition;
    Some(Latest {
        id: &edition.id,
        version: &edition.version,
        has: has(index),
    })
}

fn file(url: String, later: &Later<'_>) -> File {
    let facts = serde_json::to_string(later).expect("strings and numbers are always JSON");
    File {
        url,
        bytes: format!("{CALL}({});\n", assets::value(facts)).into_bytes(),
    }
}
