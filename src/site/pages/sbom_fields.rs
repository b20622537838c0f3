//! Which fields a bill of materials fills, as counts: what is asked for by whom stands beside it, and nobody is called compliant.
//!
//! Asked for by: NTIA, The Minimum Elements For a Software Bill of Materials (2021); CISA, 2025 Minimum Elements (draft for comment);
//! BSI TR-03183-2 v2.1.0 (2025).

use serde::Serialize;

use crate::model::sbom::{Component, Sbom};

/// A field and how many components fill it.
#[derive(Serialize)]
pub(super) struct Field {
    /// The field.
    name: &'static str,
    /// How many fill it.
    filled: usize,
    /// Out of so many; none for a field of the whole file.
    of: Option<usize>,
    /// Who asks for it.
    asked_by: &'static str,
}

/// The fields of a bill of materials, in the order of the oldest of the lists.
pub(super) fn fields(sbom: &Sbom) -> Vec<Field> {
    let all = sbom.components.len();
    let of_each = |name, asked_by, is_filled: fn(&Component) -> bool| Field {
        name,
        filled: sbom.components.iter().filter(|component| is_filled(component)).count(),
        of: Some(all),
        asked_by,
    };
    let of_file = |name, asked_by, is_filled: bool| Field {
        name,
        filled: usize::from(is_filled),
        of: None,
        asked_by,
    };
    vec![
        of_each("Supplier", "NTIA, CISA", |component| !component.supplier.is_empty()),
        of_each("Name", "NTIA, CISA, BSI", |component| !component.name.is_empty()),
        of_each("Version", "NTIA, CISA, BSI", |component| !component.version.is_empty()),
        of_each("Package URL or another unique name", "NTIA, CISA", |component| {
            !component.purl.is_empty()
        }),
        of_each("Hash", "CISA, BSI", |component| component.has_hash),
        of_each("Licence", "CISA, BSI", |component| !component.licence.is_empty()),
        of_file("Dependencies between them", "NTIA, CISA, BSI", sbom.edges > 0),
        of_file("Tool that made it", "CISA", !sbom.tools.is_empty()),
        of_file("Time it was made", "NTIA, CISA, BSI", sbom.created.is_some()),
        of_file("No vulnerabilities listed in it", "BSI", sbom.vulnerabilities == 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::model::sbom::{Component, Sbom};

    #[test]
    fn each_field_is_counted_over_all_components() {
        let component = |licence: &str, has_hash| Component {
            name: "a".to_owned(),
            licence: licence.to_owned(),
            has_hash,
            ..Component::default()
        };
        let sbom = Sbom {
            components: [component("MIT", true), component("", false), component("ISC", false)]
                .map(std::sync::Arc::new)
                .to_vec(),
            edges: 2,
            ..Sbom::default()
        };
        let filled: Vec<(&str, usize, Option<usize>)> = fields(&sbom)
            .into_iter()
            .map(|field| (field.name, field.filled, field.of))
            .collect();
        for wanted in [
            ("Supplier", 0, Some(3)),
            ("Name", 3, Some(3)),
            ("Hash", 1, Some(3)),
            ("Licence", 2, Some(3)),
            ("Dependencies between them", 1, None),
            ("Time it was made", 0, None),
        ] {
            assert!(filled.contains(&wanted), "{wanted:?} is in {filled:?}");
        }
    }
}
