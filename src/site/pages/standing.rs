//! Where the text of a runbook stands. One that neither changed nor came out otherwise from one release to the next has one page, in the
//! first edition that has it so; the same address in the editions after it leads there (`unchanged.rs`). Where it stands follows from
//! editions of the same day or earlier ones alone, so nothing that is released later changes it.

use std::collections::HashMap;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::finding::Finding;
use crate::model::freshness::{Reason, Signal};
use crate::model::handbook::JudgedRunbook;
use crate::site::pages::destination::{Destination, destination};
use crate::site::pages::marked::rollback;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// For each slug and edition of a product the edition whose page holds the text.
pub(in crate::site) fn standing<'handbook>(
    site: &Site<'handbook>,
    product: &ProductSite<'handbook>,
) -> HashMap<&'handbook str, Vec<usize>> {
    let number = site.products.iter().position(|other| std::ptr::eq(other, product));
    let before: Vec<Option<usize>> = (0..product.editions.len()).map(|edition| before(product, edition)).collect();
    let of_slug = |slug: &&'handbook str| {
        let places = &product.runbooks[*slug].places;
        let target = |edition: usize| {
            Some(Target {
                product: number,
                outer: edition,
                inner: places[edition]?,
                ..Target::default()
            })
        };
        let mut standing: Vec<usize> = (0..places.len()).collect();
        for edition in (0..places.len()).rev() {
            let first = before[edition].map(|before| standing[before]);
            if let (Some(here), Some(there)) = (target(edition), first.and_then(&target))
                && is_same(site, &here, &there)
            {
                standing[edition] = there.outer;
            }
        }
        (*slug, standing)
    };
    product.slugs.par_iter().map(of_slug).collect()
}

/// The edition before another one: of the next lower version of the same line that was released no later. A fix of an old version comes
/// late, and changes nothing in the newer ones that were there before.
fn before(product: &ProductSite, edition: usize) -> Option<usize> {
    let line = |edition: usize| product.release_of(edition).map(|release| release.release.line.as_str());
    let day = product.editions[edition].day?;
    let mut older = edition + 1..product.editions.len();
    older.find(|other| {
        let is_of_line = line(*other).is_some() && line(*other) == line(edition);
        is_of_line && product.editions[*other].day.is_some_and(|other| other <= day)
    })
}

/// Whether the pages of a runbook in two old editions would differ in nothing but the words of the editions and how long ago its review
/// was: the same text, judged alike, with links that lead to the same texts, in editions whose releases ended alike.
fn is_same(site: &Site, left: &Target, right: &Target) -> bool {
    let product = site.product(left);
    if !product.is_old(left) || !product.is_old(right) {
        return false;
    }
    let judged = |target: &Target| &product.editions[target.outer].edition.runbooks[target.inner];
    let (one, two) = (judged(left), judged(right));
    let warned = |target: &Target| {
        let state = product.release_of(target.outer).map(|release| release.verdict.state);
        state.filter(|state| state.is_taken_back())
    };
    let last_change = |judged: &JudgedRunbook| judged.commits.first().map(|commit| commit.id.clone());
    one.runbook.path == two.runbook.path
        && one.runbook.content == two.runbook.content
        && is_judged_alike(site, one, two)
        && last_change(one) == last_change(two)
        && warned(left) == warned(right)
        && has_same_rollback(site, left, right)
        && has_same_links(site, left, right)
}

/// Whether two judgements of one text differ in nothing but how long ago its review was.
fn is_judged_alike(site: &Site, one: &JudgedRunbook, two: &JudgedRunbook) -> bool {
    // What is overdue stands on the small page.
    let lasts = |finding: &&Finding| finding.suppression.is_some() || !site.handbook.clock_rules.contains(&finding.rule);
    let is_lasting = |reason: &&Reason| reason.signal != Signal::Clock;
    let (first, second) = (&one.freshness, &two.freshness);
    first.reviewed == second.reviewed
        && first.due == second.due
        && first.counts == second.counts
        && first.duties == second.duties
        && first
            .reasons
            .iter()
            .filter(is_lasting)
            .eq(second.reasons.iter().filter(is_lasting))
        && one.resolutions == two.resolutions
        && one.findings.iter().filter(lasts).eq(two.findings.iter().filter(lasts))
}

/// Whether rolling back is told by the same text.
fn has_same_rollback(site: &Site, left: &Target, right: &Target) -> bool {
    let product = site.product(left);
    let told = |target: &Target| {
        let way = rollback(site, &product.editions[target.outer], target.inner)?;
        let other = way.other.map(|other| (other.runbook.slug.clone(), other.runbook.content));
        Some((other, way.anchor))
    };
    told(left) == told(right)
}

/// Whether every link of the text leads to the same place: who follows one from the page of an older edition must not come to another
/// text than the one that was in force.
fn has_same_links(site: &Site, left: &Target, right: &Target) -> bool {
    let product = site.product(left);
    let judged = |target: &Target| &product.editions[target.outer].edition.runbooks[target.inner];
    let body = site.body(judged(left));
    body.links().all(|(link, file)| {
        let leads = |target: &Target| {
            let place = &product.editions[target.outer];
            match destination(product, target, judged(target), link, file) {
                Destination::Runbook(other) => {
                    let anchor = file.anchor.as_deref().and_then(|anchor| site.body(other).anchor(anchor));
                    let other = &other.runbook;
                    Some((other.slug.clone(), Some(other.content), anchor.map(str::to_owned)))
                }
                Destination::File(path) => {
                    let copy = place.edition.attachments.get(path.as_ref());
                    let address = copy.and_then(|copy| site.attachments.address(&path, copy));
                    Some((path.into_owned(), None, address))
                }
                Destination::Nowhere(_) => None,
            }
        };
        leads(left) == leads(right)
    })
}
