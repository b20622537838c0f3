//! What controls look at: the releases of a product with their verdicts, and what of their runbooks counts.

use crate::audit::support::of_release as of_line;
use crate::model::freshness::ReviewSource;
use crate::model::gate::ReleaseVerdict;
use crate::model::handbook::{JudgedEdition, JudgedRelease, JudgedRunbook, Product};
use crate::model::release::Release;
use crate::model::runbook::SectionKind;
use crate::model::support::JudgedSupport;

/// A release as controls see it.
#[derive(Clone, Copy)]
pub(crate) struct Held<'a> {
    /// The release.
    pub(crate) release: &'a Release,
    /// How it went.
    pub(crate) verdict: &'a ReleaseVerdict,
    /// What its runbooks hold; none where they are not kept.
    pub(crate) texts: Option<Texts>,
    /// The support period that covers it.
    pub(crate) support: Option<&'a JudgedSupport>,
}

/// What controls count of the runbooks of a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    /// The runbooks.
    pub(crate) runbooks: usize,
    /// Those that somebody reviewed. An edit is no review.
    pub(crate) reviewed: usize,
    /// The sections that tell the way back.
    pub(crate) ways_back: usize,
}

impl Texts {
    /// The runbooks of an edition.
    fn of(edition: &JudgedEdition) -> Self {
        let sections = edition.runbooks.iter().flat_map(|runbook| &runbook.runbook.runbook.sections);
        Self {
            runbooks: edition.runbooks.len(),
            reviewed: edition.runbooks.iter().filter(|runbook| is_reviewed(runbook)).count(),
            ways_back: sections.filter(|section| section.kind == SectionKind::Rollback).count(),
        }
    }
}

/// Whether somebody says that a runbook was reviewed.
fn is_reviewed(runbook: &JudgedRunbook) -> bool {
    let source = runbook.freshness.reviewed.as_ref().map(|review| review.source);
    matches!(
        source,
        Some(ReviewSource::Stamp | ReviewSource::Declared | ReviewSource::Trailer)
    )
}

/// The releases of a product.
pub(crate) fn of_product(product: &Product) -> Vec<Held<'_>> {
    product.releases.iter().map(|judged| of_release(product, judged)).collect()
}

/// A release of a product.
fn of_release<'a>(product: &'a Product, judged: &'a JudgedRelease) -> Held<'a> {
    let edition = judged.edition.and_then(|edition| product.editions.get(edition));
    Held {
        release: &judged.release,
        verdict: &judged.verdict,
        texts: edition.map(Texts::of),
        support: of_line(&product.support, &judged.release),
    }
}
