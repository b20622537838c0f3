//! The components of a bill of materials, made as they are read.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use crate::model::sbom::{Component, ComponentHash, Scope};
use crate::parse::artifact::json::{Gather, Gathered, Items, One, Text};
use crate::parse::sbom::oddities::Oddities;
use crate::parse::sbom::{licence, purl};

/// A component with the components inside of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry<'text> {
    #[serde(borrow, rename = "type")]
    kind: Text<'text>,
    #[serde(borrow, rename = "bom-ref")]
    pub(super) reference: Text<'text>,
    #[serde(borrow)]
    pub(super) group: Text<'text>,
    #[serde(borrow)]
    pub(super) name: Text<'text>,
    #[serde(borrow)]
    pub(super) version: Text<'text>,
    #[serde(borrow)]
    purl: Text<'text>,
    #[serde(borrow)]
    scope: Text<'text>,
    #[serde(borrow)]
    supplier: One<Organization<'text>>,
    #[serde(borrow)]
    publisher: Text<'text>,
    #[serde(borrow)]
    licenses: Items<LicenceChoice<'text>>,
    #[serde(borrow)]
    hashes: Items<Hash<'text>>,
    /// Few have any, so the list lies apart.
    #[serde(borrow)]
    pub(super) components: Option<Box<Gathered<Listed<'text>>>>,
}

/// The components of a list as they are kept, nested ones after their parent. They are made as they are read: what stands in the file of
/// a component is several times as much as what is kept of it.
#[derive(Default)]
pub(super) struct Listed<'text> {
    pub(super) components: Vec<Arc<Component>>,
    /// What each is called inside of the file.
    pub(super) references: Vec<Cow<'text, str>>,
    pub(super) oddities: Oddities,
    /// Components of the list itself, without nested ones.
    pub(super) entries: u64,
    /// Entries of it that are no objects.
    pub(super) others: u64,
}

impl<'de: 'text, 'text> Gather<'de> for Listed<'text> {
    type Item = Entry<'text>;

    fn take(&mut self, entry: Entry<'text>) {
        self.entries += 1;
        see(&entry, &mut self.oddities);
        self.components.push(Arc::new(component(&entry)));
        self.references.push(entry.reference.0);
        if let Some(nested) = entry.components {
            self.oddities.add(&nested.0.oddities);
            self.components.extend(nested.0.components);
            self.references.extend(nested.0.references);
        }
    }

    fn pass(&mut self) {
        self.others += 1;
    }
}

impl Listed<'_> {
    /// Says of each whether it is a direct dependency.
    pub(super) fn mark_direct(&mut self, direct: &HashSet<&str>) {
        for (component, reference) in self.components.iter_mut().zip(&self.references) {
            if let Some(component) = Arc::get_mut(component) {
                component.is_direct = Some(direct.contains(&**reference));
            }
        }
    }
}

/// Who supplies a component.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Organization<'text> {
    #[serde(borrow)]
    name: Text<'text>,
}

/// A licence, or an expression of several.
#[derive(Default, Deserialize)]
#[serde(default)]
struct LicenceChoice<'text> {
    #[serde(borrow)]
    license: One<Licence<'text>>,
    #[serde(borrow)]
    expression: Text<'text>,
}

/// A licence by its id or its name.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Licence<'text> {
    #[serde(borrow)]
    id: Text<'text>,
    #[serde(borrow)]
    name: Text<'text>,
}

/// A digest.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Hash<'text> {
    #[serde(borrow)]
    alg: Text<'text>,
    #[serde(borrow)]
    content: Text<'text>,
}

/// Looks for what the schema forbids.
pub(super) fn see(entry: &Entry<'_>, oddities: &mut Oddities) {
    oddities.see_component(entry.kind.as_str(), entry.name.as_str());
    for hash in &entry.hashes.list {
        oddities.see_hash(hash.alg.as_str(), hash.content.as_str());
    }
    for choice in &entry.licenses.list {
        let licence = choice.license.0.as_ref();
        let parts = licence.map(|licence| (licence.id.as_str(), licence.name.as_str()));
        oddities.see_licence(parts, choice.expression.as_str());
    }
}

/// A component as it is kept. Whether it is a direct dependency is known only after the whole file was read.
fn component(entry: &Entry<'_>) -> Component {
    let (group, name) = (entry.group.as_str().trim(), entry.name.as_str().trim());
    let url = entry.purl.as_str().trim();
    let version = entry.version.words().map_or_else(|| purl::version(url), str::to_owned);
    let supplier = entry.supplier.0.as_ref().and_then(|supplier| supplier.name.words());
    Component {
        purl: url.to_owned(),
        identity: purl::identity(url, group, name),
        name: purl::full_name(group, name),
        version,
        licence: licence(&entry.licenses),
        kind: entry.kind.as_str().to_owned(),
        supplier: supplier.or(entry.publisher.words()).unwrap_or_default().to_owned(),
        has_hash: !entry.hashes.list.is_empty(),
        hash: entry
            .hashes
            .list
            .iter()
            .filter_map(|hash| ComponentHash::of(hash.alg.as_str(), hash.content.as_str()))
            .max(),
        scope: Scope::named(entry.scope.as_str()),
        is_direct: None,
    }
}

/// The licences as written.
fn licence(choices: &Items<LicenceChoice<'_>>) -> String {
    let licences = choices.list.iter().filter_map(|choice| {
        let licence = choice.license.0.as_ref();
        let own = licence.and_then(|licence| licence.id.words().or(licence.name.words()));
        choice.expression.words().or(own)
    });
    licence::joined(licences.collect())
}
