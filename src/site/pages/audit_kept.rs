//! Until when release lines are supported, and what of the evidence must still exist: there, missing, or only a pointer.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::support::{JudgedSupport, KeptFile, KeptState, SupportState};
use crate::site::feeds::address::KEPT_CSV;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::pages::audit_rows::{CAUTION, has_kept, release_url};
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "audit_kept",
    template: include_str!("../../../templates/audit_kept.html"),
    pages,
    make,
    is_dated: true,
    section: "audit",
    ..PLAIN
};

/// Versions that a line names; the releases have all of them.
const MOST_VERSIONS: usize = 6;

#[derive(Serialize)]
struct Facts<'site> {
    support: Vec<Line<'site>>,
    /// Whether the settings say how long evidence is kept.
    is_kept: bool,
    there: usize,
    missing: usize,
    pointers: usize,
    altered: usize,
    releases: Vec<Row<'site>>,
    /// Versions that must be kept and have no record that would name what.
    unrecorded: Vec<&'site str>,
    kept_csv: String,
    caution: &'static str,
}

#[derive(Serialize)]
struct Line<'site> {
    #[serde(flatten)]
    judged: &'site JudgedSupport,
    words: &'static str,
    versions: &'site [String],
    more: usize,
}

#[derive(Serialize)]
struct Row<'site> {
    version: &'site str,
    url: Option<String>,
    day: Option<NaiveDate>,
    until: Option<NaiveDate>,
    why: &'site str,
    there: usize,
    files: usize,
    /// The files that are not there as they were recorded.
    gaps: Vec<Gap<'site>>,
}

#[derive(Serialize)]
struct Gap<'site> {
    #[serde(flatten)]
    file: &'site KeptFile,
    words: &'static str,
}

fn pages(site: &Site) -> Vec<Target> {
    let products = site.products.iter().enumerate();
    products
        .filter(|(_, product)| has_kept(product))
        .map(|(number, product)| Target {
            address: format!("{}audit/kept/", product.base),
            owner: "what must be kept".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let kept = &product.product.kept;
    let count = |state: KeptState| kept.iter().map(|release| release.count(state)).sum::<usize>();
    let facts = Facts {
        support: product.product.support.iter().map(line).collect(),
        is_kept: !kept.is_empty(),
        there: count(KeptState::There),
        missing: count(KeptState::Missing),
        pointers: count(KeptState::Pointer),
        altered: count(KeptState::Altered),
        releases: kept
            .iter()
            .filter(|release| release.record.is_some())
            .map(|release| Row {
                version: &release.version,
                url: release_url(product, &release.version),
                day: release.day,
                until: release.until,
                why: &release.why,
                there: release.count(KeptState::There),
                files: release.files.len(),
                gaps: release
                    .files
                    .iter()
                    .filter(|file| file.state != KeptState::There)
                    .map(|file| Gap {
                        file,
                        words: words(file.state),
                    })
                    .collect(),
            })
            .collect(),
        unrecorded: kept
            .iter()
            .filter(|release| release.record.is_none())
            .map(|release| release.version.as_str())
            .collect(),
        kept_csv: format!("{}audit/{KEPT_CSV}", product.base),
        caution: CAUTION,
    };
    Frame::of_product(KIND.name, site, target, "Support and keeping")
        .below("For auditors", format!("{}audit/", product.base))
        .described(format!(
            "Until when the release lines of {} are supported, and which evidence must still exist.",
            product.product.name
        ))
        .with(&facts)
}

fn line(judged: &JudgedSupport) -> Line<'_> {
    let shown = judged.releases.len().min(MOST_VERSIONS);
    Line {
        judged,
        words: match judged.state {
            SupportState::Supported => "supported",
            SupportState::NotBegun => "not begun",
            SupportState::Ended => "ended",
        },
        versions: &judged.releases[..shown],
        more: judged.releases.len() - shown,
    }
}

fn words(state: KeptState) -> &'static str {
    match state {
        KeptState::There => "there",
        KeptState::Altered => "other bytes than recorded",
        KeptState::Pointer => "only a pointer",
        KeptState::Missing => "missing",
    }
}
