//! The licences of what the newest release with a bill of materials is made of, those to look at first in front.

use serde::Serialize;

use crate::model::licence::{JudgedLicence, LicenceStanding};
use crate::site::frame::{Frame, Made};
use crate::site::inventory::list;
use crate::site::kind::{Kind, never_same};
use crate::site::pages::component_words::{Named, named};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "licences",
    template: include_str!("../../../templates/licences.html"),
    pages,
    make,
    is_same: never_same,
};

/// Components that a row names; the others stand in the list of components.
const MOST: usize = 20;

#[derive(Serialize)]
struct Facts<'site> {
    release: Named<'site>,
    /// Whether the settings say anything of licences.
    has_policy: bool,
    components: usize,
    /// Components under licences that the settings do not allow.
    open: usize,
    licences: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    licence: &'site str,
    /// How it is read, where that is not how it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'site str>,
    is_known: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<LicenceStanding>,
    components: Vec<Component<'site>>,
    total: usize,
}

#[derive(Serialize)]
struct Component<'site> {
    name: &'site str,
    page: Option<&'site str>,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.product.licences.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}licences/", product.base),
            owner: "the list of licences".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let inventory = &product.product.inventory;
    let licences = &product.product.licences;
    let open = licences
        .iter()
        .filter(|licence| licence.standing.is_some_and(|standing| standing != LicenceStanding::Allowed))
        .flat_map(|licence| &licence.components);
    let open: std::collections::BTreeSet<usize> = open.copied().collect();
    let facts = Facts {
        release: named(product, inventory.bills.first().copied().unwrap_or_default()),
        has_policy: licences.iter().any(|licence| licence.standing.is_some()),
        components: product.places.newest.len(),
        open: open.len(),
        licences: licences.iter().map(|licence| row(product, licence)).collect(),
    };
    Frame::of_product(KIND.name, site, target, "Licences")
        .below("Components", list(&product.base, 0))
        .in_section("components")
        .described(format!("The licences of what {} is made of.", product.product.name))
        .with(&facts)
}

fn row<'site>(product: &'site ProductSite, licence: &'site JudgedLicence) -> Row<'site> {
    let components = licence.components.iter().take(MOST).map(|index| {
        let life = &product.product.inventory.components[*index];
        Component {
            name: &life.name,
            page: product.places.link(&life.identity),
        }
    });
    Row {
        licence: &licence.written,
        expression: licence
            .expression
            .as_deref()
            .filter(|expression| *expression != licence.written),
        is_known: licence.expression.is_some(),
        standing: licence.standing,
        components: components.collect(),
        total: licence.components.len(),
    }
}
