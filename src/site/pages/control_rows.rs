//! Controls in one line each, as their list and the audit pack show them.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::control::{JudgedControl, Mapping, Shown};
use crate::site::address::part;
use crate::site::pages::audit_rows::release_url;
use crate::site::shared::ProductSite;

/// Releases in the head of the table.
pub(super) const MOST_RELEASES: usize = 8;

/// A release in the head of a table.
#[derive(Serialize)]
pub(super) struct Version<'site> {
    version: &'site str,
    url: Option<String>,
}

/// A control in one line.
#[derive(Serialize)]
pub(super) struct ControlRow<'site> {
    id: &'site str,
    title: &'site str,
    url: String,
    mapping: &'site Mapping,
    supports: Vec<&'site str>,
    summary: Cow<'site, str>,
    cells: Vec<Cell<'site>>,
}

#[derive(Serialize)]
struct Cell<'site> {
    version: &'site str,
    /// None where the release has no cell.
    shown: Option<Shown>,
    words: &'static str,
}

/// How far a release shows a control, in words.
pub(super) fn words(shown: Option<Shown>) -> &'static str {
    match shown {
        Some(Shown::Shown) => "shown",
        Some(Shown::ByException) => "by exception",
        Some(Shown::Part) => "part",
        Some(Shown::Open) => "open",
        Some(Shown::Nothing) | None => "nothing mapped",
    }
}

/// The address of a control.
pub(super) fn address(product: &ProductSite, control: &JudgedControl) -> String {
    format!("{}audit/controls/{}/", product.base, part(&control.id))
}

/// The releases that the table shows, newest first.
pub(super) fn versions<'site>(product: &ProductSite<'site>) -> Vec<&'site str> {
    let releases = product.product.releases.iter();
    let recorded = releases.filter(|judged| judged.release.record.is_some());
    recorded
        .take(MOST_RELEASES)
        .map(|judged| judged.release.version.as_str())
        .collect()
}

/// Versions with their pages.
pub(super) fn version_links<'site>(product: &ProductSite<'site>, versions: Vec<&'site str>) -> Vec<Version<'site>> {
    let links = versions.into_iter().map(|version| Version {
        version,
        url: release_url(product, version),
    });
    links.collect()
}

/// The controls of the organisation.
pub(super) fn own<'site>(product: &ProductSite<'site>, versions: &[&'site str]) -> Vec<ControlRow<'site>> {
    let controls = product.product.controls.iter().filter(|control| control.is_own);
    controls.map(|control| row(product, control, versions)).collect()
}

/// The controls of the organisation as the releases of a period show them: what others show says nothing of it.
pub(super) fn own_in_period<'site>(product: &ProductSite<'site>, versions: &[&'site str]) -> Vec<ControlRow<'site>> {
    let controls = product.product.controls.iter().filter(|control| control.is_own);
    let of_period = |control: &'site JudgedControl| ControlRow {
        summary: summary_of(control, versions),
        ..row(product, control, versions)
    };
    controls.map(of_period).collect()
}

/// How far some releases show a control, in one sentence.
fn summary_of<'site>(control: &'site JudgedControl, versions: &[&str]) -> Cow<'site, str> {
    let cells = control.cells.iter().filter(|cell| versions.contains(&cell.version.as_str()));
    let shown: Vec<Shown> = cells.map(|cell| cell.shown).collect();
    match (versions, &shown[..]) {
        // Declined, or nothing is mapped: that is so whatever was released.
        _ if control.cells.is_empty() => Cow::Borrowed(&control.summary),
        ([], _) => Cow::Borrowed("No release of the period has a record."),
        (_, []) => Cow::Borrowed("No release of the period was looked at: only the newest releases are."),
        (_, shown) => Cow::Owned(Shown::summary(shown)),
    }
}

/// A control in one line.
pub(super) fn row<'site>(
    product: &ProductSite<'site>,
    control: &'site JudgedControl,
    versions: &[&'site str],
) -> ControlRow<'site> {
    ControlRow {
        id: &control.id,
        title: &control.title,
        url: address(product, control),
        mapping: &control.mapping,
        supports: control
            .rows
            .iter()
            .filter(|_| control.is_own)
            .map(|row| row.id.as_str())
            .collect(),
        summary: Cow::Borrowed(&control.summary),
        cells: versions
            .iter()
            .map(|version| {
                let shown = control
                    .cells
                    .iter()
                    .find(|cell| cell.version == *version)
                    .map(|cell| cell.shown);
                Cell {
                    version,
                    shown,
                    // What was not looked at is not known to show nothing.
                    words: match shown {
                        None if !control.cells.is_empty() => "not looked at",
                        shown => words(shown),
                    },
                }
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::summary_of;
    use crate::model::control::{ControlCell, JudgedControl, Shown};
    use crate::site::sample;

    #[test]
    fn what_others_show_says_nothing_of_a_period() {
        let sample = sample::single();
        let control = sample.products[0].controls.first().expect("the sample has a control");
        let cell = |version: &str, shown| ControlCell {
            version: version.to_owned(),
            shown,
            ..control.cells[0].clone()
        };
        let control = JudgedControl {
            cells: vec![cell("v2", Shown::Shown), cell("v1", Shown::Open)],
            summary: "Of all.".to_owned(),
            ..control.clone()
        };
        assert_eq!(summary_of(&control, &[]), "No release of the period has a record.");
        assert_eq!(
            summary_of(&control, &["v1"]),
            "Evidence for 0 of 1 release with a record; 1 open."
        );
        assert_eq!(
            summary_of(&control, &["v2", "v1"]),
            "Evidence for 1 of 2 releases with a record; 1 open."
        );
        assert!(summary_of(&control, &["v0"]).starts_with("No release of the period was looked at"));
        let declined = JudgedControl {
            cells: Vec::new(),
            ..control
        };
        assert_eq!(summary_of(&declined, &[]), "Of all.");
    }
}
