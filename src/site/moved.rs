//! Runbooks under their other names: where a runbook stands in an edition that has it at another place.

use crate::site::shared::ProductSite;

/// The slug that a runbook has in an edition where its own is not taken, as the moves between the editions tell; none where it is not in
/// that edition under any name.
pub(crate) fn name_in<'site>(product: &'site ProductSite, slug: &'site str, edition: usize) -> Option<&'site str> {
    let mut current = slug;
    // Each step leads to another edition, so there are never more steps than editions.
    for _ in 0..product.editions.len() {
        let places = &product.runbooks.get(current)?.places;
        if places.get(edition)?.is_some() {
            return (current != slug).then_some(current);
        }
        let mut moves = product.product.moves.iter();
        // What an edition and those before it tell comes first, so that what is said of an old edition stays.
        current = if let Some(older) = places[edition..].iter().position(Option::is_some) {
            let step = moves.find(|step| step.from == current && step.in_edition + 1 == edition + older);
            &step?.to
        } else {
            let oldest = places.iter().rposition(Option::is_some)?;
            &moves.find(|step| step.to == current && step.in_edition == oldest)?.from
        };
    }
    None
}

/// Another name of a runbook.
pub(crate) struct Name<'site> {
    /// The slug.
    pub(crate) slug: &'site str,
    /// The edition that brought the newer of the two names.
    pub(crate) in_edition: usize,
    /// Whether it is the name afterwards.
    pub(crate) is_later: bool,
}

/// The name that a runbook has afterwards and the one that it had before.
pub(crate) fn names<'site>(product: &'site ProductSite, slug: &str) -> Vec<Name<'site>> {
    let moves = &product.product.moves;
    let name = |slug, in_edition, is_later| Name {
        slug,
        in_edition,
        is_later,
    };
    let later = moves.iter().find(|step| step.from == slug);
    let earlier = moves.iter().find(|step| step.to == slug);
    let later = later.map(|step| name(step.to.as_str(), step.in_edition, true));
    let earlier = earlier.map(|step| name(step.from.as_str(), step.in_edition, false));
    later
        .into_iter()
        .chain(earlier)
        .filter(|name| product.runbooks.contains_key(name.slug))
        .collect()
}
