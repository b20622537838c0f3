//! The marks of what is wrong, in the text where it stands, and the way to roll back: the same on the page of a runbook and on its sheet.

use std::hash::Hash;

use crate::model::digest::Values;
use crate::model::finding::Severity;
use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::model::runbook::SectionKind;
use crate::site::address::{part, root_of};
use crate::site::body::marks::{Mark, Marks};
use crate::site::body::written::Written;
use crate::site::edition::{EditionSite, Rollbacks};
use crate::site::shared::{ProductSite, Site, title};
use crate::site::target::Target;

/// Marks in the text of one page. The panel and the twin have all findings; more marks than this would hide the text.
const MOST_MARKS: usize = 100;

/// The page of the main branch, where the version in use fails and the main branch has another text that does not.
pub(super) fn mended(product: &ProductSite, target: &Target, judged: &JudgedRunbook) -> Option<String> {
    let head = product.editions.iter().find(|site| site.edition.release.is_none())?;
    let other = head
        .with_slug(&judged.runbook.slug)
        .filter(|other| target.is_latest && other.runbook.content != judged.runbook.content)?;
    let is_sound = other.freshness.state != State::Broken;
    is_sound.then(|| format!("{}runbooks/{}/", head.address, part(&judged.runbook.slug)))
}

/// The marks in the text, and which findings have one.
pub(super) fn marks(site: &Site, target: &Target, judged: &JudgedRunbook, written: &Written) -> (Marks, Vec<bool>) {
    let root = root_of(&target.address);
    let mended = mended(site.product(target), target, judged).map(|page| format!("{root}{page}index.html"));
    let mut marks = Marks::default();
    let mut marked = vec![false; judged.findings.len()];
    for (index, finding) in judged.findings.iter().enumerate() {
        let Some(span) = finding.span else { continue };
        if finding.severity == Severity::Error && finding.suppression.is_none() {
            marks.broken.push(span.start);
        }
        let is_quiet = finding.severity == Severity::Info;
        if is_quiet || marks.notes.len() == MOST_MARKS || !written.has_place_for(span) {
            continue;
        }
        let rule = site.rule(finding.rule).map(|rule| format!("{root}{rule}index.html"));
        if let Some(mark) = Mark::of(finding, &mark_id(index), rule.as_deref(), mended.as_deref()) {
            marks.notes.push(mark);
            marked[index] = true;
        }
    }
    marks.broken.sort_unstable();
    (marks, marked)
}

/// The element id of the mark of a finding.
pub(super) fn mark_id(index: usize) -> String {
    format!("rp-mark-{}", index + 1)
}

/// Where rolling back is told.
pub(super) struct Rollback<'site> {
    /// The other runbook that tells it; none where the runbook tells it itself.
    pub(super) other: Option<&'site JudgedRunbook>,
    /// The place in the page, from `#` on; empty for the page as a whole.
    pub(super) anchor: String,
}

/// Adds where rolling back is told for a runbook.
pub(super) fn add_rollback(site: &Site, edition: &EditionSite<'_>, index: usize, values: &mut Values) {
    let way = rollback(site, edition, index);
    let other = |way: &Rollback<'_>| way.other.map(|other| other.runbook.slug.clone());
    way.map(|way| (other(&way), way.anchor)).hash(values);
}

impl Rollback<'_> {
    /// The link from the page of a runbook of the same edition.
    pub(super) fn link_beside(&self) -> String {
        match self.other {
            Some(other) => format!("../{}/index.html{}", part(&other.runbook.slug), self.anchor),
            None => self.anchor.clone(),
        }
    }
}

/// Where rolling back is told for a runbook: in the runbook itself, else in the runbook of its edition that is named for it, else in the
/// first one with such a section.
pub(super) fn rollback<'site>(site: &Site, edition: &EditionSite<'site>, index: usize) -> Option<Rollback<'site>> {
    let section = |judged: &JudgedRunbook| {
        let heading = site.body(judged).heading(SectionKind::Rollback)?;
        Some(format!("#{}", heading.id))
    };
    let runbooks = &edition.edition.runbooks;
    if let Some(anchor) = section(&runbooks[index]) {
        return Some(Rollback { other: None, anchor });
    }
    if is_named_for_rollback(&runbooks[index]) {
        return None;
    }
    let told = edition.rollbacks.get_or_init(|| Rollbacks {
        named: runbooks.iter().position(is_named_for_rollback),
        with_section: runbooks.iter().position(|judged| section(judged).is_some()),
    });
    let place = &runbooks[told.named.or(told.with_section)?];
    Some(Rollback {
        other: Some(place),
        anchor: section(place).unwrap_or_default(),
    })
}

fn is_named_for_rollback(judged: &JudgedRunbook) -> bool {
    let name = format!("{} {}", judged.runbook.slug, title(judged)).to_lowercase();
    ["rollback", "roll-back", "roll back"]
        .iter()
        .any(|words| name.contains(words))
}
