//! The components of a product over its releases, put together once and shown in parts.

use std::collections::{BTreeMap, HashSet};

use crate::model::evidence::Content;
use crate::model::handbook::{JudgedRelease, Product};
use crate::model::sbom::Component;

/// Components in one part of the list.
pub(crate) const ROWS: usize = 200;

/// The address of a part of the list.
pub(crate) fn address(base: &str, part: usize) -> String {
    if part == 0 {
        format!("{base}components/")
    } else {
        format!("{base}components/{}/", part + 1)
    }
}

/// What the newest release with a bill of materials is made of, and which others contain the same.
pub(crate) struct Inventory<'handbook> {
    /// The releases that have a bill of materials, newest first.
    pub(crate) releases: Vec<&'handbook JudgedRelease>,
    /// The components of the first of them, sorted by identity.
    pub(crate) lines: Vec<Line<'handbook>>,
}

/// One component.
pub(crate) struct Line<'handbook> {
    /// The identity over releases.
    pub(crate) identity: &'handbook str,
    /// Its records: a release may contain several versions.
    pub(crate) components: Vec<&'handbook Component>,
    /// Who contains it: indexes into the releases.
    pub(crate) releases: Vec<usize>,
}

impl<'handbook> Inventory<'handbook> {
    /// The inventory of a product.
    pub(crate) fn of(product: &'handbook Product) -> Self {
        let releases: Vec<&JudgedRelease> = product.releases.iter().filter(|release| has_components(release)).collect();
        let mut newest: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
        for component in releases.first().into_iter().flat_map(|release| components(release)) {
            newest.entry(&component.identity).or_default().push(component);
        }
        let mut lines: Vec<Line> = newest
            .into_iter()
            .map(|(identity, components)| Line {
                identity,
                components,
                releases: Vec::new(),
            })
            .collect();
        for (index, release) in releases.iter().enumerate() {
            let identities: HashSet<&str> = components(release).map(|component| component.identity.as_str()).collect();
            for line in &mut lines {
                if identities.contains(line.identity) {
                    line.releases.push(index);
                }
            }
        }
        Self { releases, lines }
    }
}

/// Whether a release has a bill of materials.
pub(crate) fn has_components(release: &JudgedRelease) -> bool {
    release
        .release
        .evidence
        .iter()
        .any(|file| matches!(file.artifact.content, Content::Sbom(_)))
}

/// The components of a release, all bills of materials together.
fn components(release: &JudgedRelease) -> impl Iterator<Item = &Component> {
    release
        .release
        .evidence
        .iter()
        .filter_map(|file| match &file.artifact.content {
            Content::Sbom(sbom) => Some(&sbom.components),
            _ => None,
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::Inventory;
    use crate::site::sample;

    #[test]
    fn a_component_knows_the_releases_that_contain_it() {
        let handbook = sample::single();
        let inventory = Inventory::of(&handbook.products[0]);
        let versions: Vec<&str> = inventory
            .releases
            .iter()
            .map(|release| release.release.version.as_str())
            .collect();
        assert_eq!(versions, ["v1.8.2", "v1.8.1", "v1.8.0"]);
        let line = |identity: &str| {
            inventory
                .lines
                .iter()
                .find(|line| line.identity == identity)
                .expect("it is listed")
        };
        assert_eq!(line("pkg:pypi/tenacity").releases, [0]);
        assert_eq!(line("pkg:pypi/cryptography").releases, [0, 1, 2]);
        assert!(inventory.lines.is_sorted_by_key(|line| line.identity));
    }
}
