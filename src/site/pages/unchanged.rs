//! A runbook in an edition that did not change it: how it was judged on the day of the release, and where the text stands. `outer` is the
//! edition, `inner` the runbook in it.

use serde::Serialize;

use crate::site::address::part;
use crate::site::frame::{Frame, Made, notice};
use crate::site::kind::{Kind, PLAIN};
use crate::site::later;
use crate::site::markup::Markup;
use crate::site::mould::Word;
use crate::site::pages::failing::verdict;
use crate::site::pages::views::{EditionView, FreshnessFacts};
use crate::site::shared::{Site, title};
use crate::site::target::Target;
use crate::site::words;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "runbook-unchanged",
    template: include_str!("../../../templates/unchanged.html"),
    pages,
    make,
    is_same,
    says,
    of_edition: true,
    section: "runbooks",
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    product: &'site str,
    edition: EditionView<'site>,
    path: &'site str,
    slug: &'site str,
    /// The git blob id of the text.
    content: String,
    /// Where the text stands.
    text: Standing<'site>,
    /// The judgement on the day of the release.
    freshness: FreshnessFacts<'site>,
    history: String,
}

/// The first edition that has the text as it is here.
#[derive(Serialize)]
struct Standing<'site> {
    id: &'site str,
    version: &'site str,
    url: String,
}

#[derive(Serialize)]
struct Extra {
    /// The state, and what speaks against it in a few words.
    verdict: String,
    /// Why it was judged so, as a sentence.
    reason: Markup,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (slug, outer, inner) in product.held() {
            if product.stands(outer, slug) == outer {
                continue;
            }
            let edition = &product.editions[outer];
            let path = &edition.edition.runbooks[inner].runbook.path;
            targets.push(Target {
                address: format!("{}runbooks/{}/", edition.address, part(slug)),
                owner: format!("runbook `{path}` of {}", edition.edition.version),
                product: Some(number),
                outer,
                inner,
                ..Target::default()
            });
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let judged = &product.editions[target.outer].edition.runbooks[target.inner];
    let slug = judged.runbook.slug.as_str();
    let view = if target.has_gaps {
        EditionView::with_gaps(&site.gaps, product, target.outer)
    } else {
        EditionView::of(product, target.outer)
    };
    let first = product.editions[product.stands(target.outer, slug)].edition;
    let title = title(judged);
    let index = view.url.to_string();
    let mut frame = Frame::of_product(KIND.name, site, target, title)
        .below(format!("Runbooks of {}", view.version), &index)
        .described(format!(
            "{title}, as at {}: the text is that of {}.",
            view.version, first.version
        ));
    frame.address = format!("{index}runbooks/{}/", part(slug));
    frame.edition = Some(view.id.to_string());
    frame.version = Some(view.version.to_string());
    frame.notice = notice(site, target, &view.version, Some(slug));
    frame.is_unlisted = frame.notice.as_ref().is_some_and(|notice| notice.tone == "fail");
    frame = frame.of_its_day();
    frame.later = Some(later::of_runbook(product, slug));
    frame.text = Some(later::text_id(judged));
    frame.canonical = product
        .latest
        .map(|_| format!("{}runbooks/{}/", product.latest_address(), part(slug)));
    let gap = site.gaps.word(Word::Said);
    let mut freshness = FreshnessFacts::of(judged);
    let reason = if target.has_gaps {
        freshness.reason = &gap;
        Markup::vetted(&gap)
    } else {
        Markup::of_words(&words::sentence(freshness.reason))
    };
    let facts = Facts {
        product: &product.product.name,
        edition: view,
        path: &judged.runbook.path,
        slug,
        content: judged.runbook.content.to_string(),
        text: Standing {
            id: &first.id,
            version: &first.version,
            url: product.text(target.outer, slug),
        },
        freshness,
        history: format!("{}runbooks/{}/", product.base, part(slug)),
    };
    let mut made = frame.with(&facts);
    made.extra = tera::Value::from_serializable(&Extra {
        verdict: verdict(judged),
        reason,
    });
    made
}

/// Why the runbook was judged as it was on the day of its release.
fn says(site: &Site, target: &Target) -> String {
    let edition = site.product(target).editions[target.outer].edition;
    edition.runbooks[target.inner].freshness.reason.clone()
}

/// Whether two pages differ in nothing but the words of their editions and the reason of the judgement.
fn is_same(site: &Site, left: &Target, right: &Target) -> bool {
    let product = site.product(left);
    let is_plain = |target: &Target| {
        let place = &product.editions[target.outer];
        let release = product.release_of(target.outer);
        // Each has every word, and one address with its release.
        place.day.is_some()
            && place.edition.commit.is_some()
            && release.is_some_and(|release| release.release.slug == place.edition.id)
    };
    let judged = |target: &Target| &product.editions[target.outer].edition.runbooks[target.inner];
    let stands = |target: &Target| product.stands(target.outer, &judged(target).runbook.slug);
    left.product == right.product
        && judged(left).runbook.slug == judged(right).runbook.slug
        && stands(left) == stands(right)
        && judged(left).freshness.state == judged(right).freshness.state
        && is_plain(left)
        && is_plain(right)
}
