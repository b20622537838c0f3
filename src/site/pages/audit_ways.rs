//! The sections of the runbooks of a release that tell the way back, as they were on its day.

use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::model::runbook::SectionKind;
use crate::site::shared::{ProductSite, Site};

/// A section that tells the way back.
#[derive(Serialize)]
pub(super) struct Way<'site> {
    /// Its heading.
    pub(super) title: &'site str,
    /// The runbook.
    pub(super) path: &'site str,
    /// The page with its place, from the root of the site.
    pub(super) url: String,
}

/// The ways back that the runbooks of a release tell; none where they are not kept.
pub(super) fn ways_back<'site>(
    site: &'site Site<'_>,
    product: &'site ProductSite<'_>,
    judged: &JudgedRelease,
) -> Option<Vec<Way<'site>>> {
    let edition = judged.edition?;
    let mut ways = Vec::new();
    for judged in &product.editions[edition].edition.runbooks {
        let page = format!("{}index.html", product.text(edition, &judged.runbook.slug));
        let path = judged.runbook.path.as_str();
        let sections = &judged.runbook.runbook.sections;
        if let Some(whole) = sections.first().filter(|section| section.kind == SectionKind::Rollback) {
            // The whole runbook tells it.
            ways.push(Way {
                title: &whole.title,
                path,
                url: page,
            });
            continue;
        }
        let headings = &site.body(judged).headings;
        for heading in headings.iter().filter(|heading| heading.kind == SectionKind::Rollback) {
            ways.push(Way {
                title: &heading.title,
                path,
                url: format!("{page}#{}", heading.id),
            });
        }
    }
    Some(ways)
}
