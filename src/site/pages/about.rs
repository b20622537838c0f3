//! How the handbook was built, what it knows, and what it does not prove.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::history::{Commit, Completeness};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::views::FindingView;
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "about",
    template: include_str!("../../../templates/about.html"),
    pages,
    make,
    is_dated: true,
    reserves: &["about"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    program: &'static str,
    today: NaiveDate,
    commit: Option<&'site Commit>,
    history: Completeness,
    products: usize,
    editions: usize,
    releases: usize,
    runbook_pages: usize,
    texts: usize,
    evidence: usize,
    rules: usize,
    /// The templates of the repository that stand in place of those of the program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    templates: Vec<&'site str>,
    findings: Vec<FindingView<'site>>,
}

fn pages(_: &Site) -> Vec<Target> {
    vec![Target {
        address: "about/".to_owned(),
        owner: "the page about this handbook".to_owned(),
        ..Target::default()
    }]
}

fn make(site: &Site, target: &Target) -> Made {
    let handbook = site.handbook;
    let editions = || handbook.products.iter().flat_map(|product| &product.editions);
    let releases = || handbook.products.iter().flat_map(|product| &product.releases);
    let facts = Facts {
        program: concat!("Runproof ", env!("CARGO_PKG_VERSION")),
        today: handbook.today,
        commit: handbook.commit.as_deref(),
        history: handbook.completeness,
        products: handbook.products.len(),
        editions: editions().count(),
        releases: releases().count(),
        runbook_pages: editions().map(|edition| edition.runbooks.len()).sum(),
        texts: site.bodies.len(),
        evidence: releases().map(|release| release.release.evidence.len()).sum(),
        rules: handbook.rules.len(),
        templates: handbook.theme.templates.keys().map(String::as_str).collect(),
        findings: FindingView::list(site, &handbook.findings),
    };
    Frame::new(KIND.name, target, "About this handbook")
        .described("How this handbook was built, and what it does not prove.")
        .with(&facts)
}
