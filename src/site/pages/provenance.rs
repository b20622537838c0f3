//! The artifacts of all releases and what proves them: the newest one whole, the others counted.

use serde::Serialize;

use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::component_words::{Named, named};
use crate::site::pages::proof_rows::{ProofFacts, ProofTally, has_any, proofs, tally, urls};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "provenance",
    template: include_str!("../../../templates/provenance.html"),
    pages,
    make,
    section: "releases",
    reserves: &["provenance"],
    ..PLAIN
};

/// Releases that the page counts; the others have their own pages.
const MOST: usize = 500;

#[derive(Serialize)]
struct Facts<'site> {
    /// The newest release of which any artifact is known.
    release: Named<'site>,
    proofs: Option<ProofFacts<'site>>,
    /// All releases of which any artifact is known, newest first.
    releases: Vec<Row<'site>>,
    total: usize,
}

#[derive(Serialize)]
struct Row<'site> {
    release: Named<'site>,
    tally: ProofTally,
}

/// The releases of which any artifact is known, newest first.
fn known(product: &ProductSite) -> Vec<usize> {
    let releases = &product.product.releases;
    (0..releases.len()).filter(|at| has_any(&releases[*at])).collect()
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| product.product.releases.iter().any(has_any))
        .map(|(number, product)| Target {
            address: format!("{}provenance/", product.base),
            owner: "the list of what proves artifacts".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let known = known(product);
    let newest = known.first().copied().unwrap_or_default();
    let judged = &product.product.releases[newest];
    let urls = urls(product, judged);
    let row = |at: &usize| Row {
        release: named(product, *at),
        tally: tally(&product.product.releases[*at]),
    };
    let facts = Facts {
        release: named(product, newest),
        proofs: proofs(judged, &urls),
        releases: known.iter().take(MOST).map(row).collect(),
        total: known.len(),
    };
    Frame::of_product(KIND.name, site, target, "What proves the artifacts")
        .below("Releases", format!("{}releases/", product.base))
        .described(format!(
            "The artifacts of {}, and the provenance, bills of materials and signatures about them.",
            product.product.name
        ))
        .with(&facts)
}
