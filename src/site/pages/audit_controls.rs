//! The controls of a product, those of the organisation first: what each is, and how far the releases show it.

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_rows::CAUTION;
use crate::site::pages::control_rows::{ControlRow, Version, own, row, version_links, versions};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_controls",
    template: include_str!("../../../templates/audit_controls.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    versions: Vec<Version<'site>>,
    own: Vec<ControlRow<'site>>,
    catalogs: Vec<Group<'site>>,
    caution: &'static str,
}

/// The rows of one catalogue.
#[derive(Serialize)]
struct Group<'site> {
    title: &'site str,
    rows: Vec<ControlRow<'site>>,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.product.controls.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}audit/controls/", product.base),
            owner: "the controls".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let versions: Vec<&str> = versions(product);
    let mut catalogs: Vec<Group> = Vec::new();
    for control in product.product.controls.iter().filter(|control| !control.is_own) {
        let title = control.rows.first().map_or("", |row| row.catalog.as_str());
        let row = row(product, control, &versions);
        match catalogs.iter_mut().find(|group| group.title == title) {
            Some(group) => group.rows.push(row),
            None => catalogs.push(Group { title, rows: vec![row] }),
        }
    }
    let facts = Facts {
        own: own(product, &versions),
        catalogs,
        versions: version_links(product, versions.clone()),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, "Controls")
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "Controls of {}, and the evidence that is mapped to each.",
            product.product.name
        ))
        .with(&facts)
}
