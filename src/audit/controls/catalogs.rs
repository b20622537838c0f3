//! The catalogues of the program: rows that an auditor may ask about. One file each, as data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::control::CatalogRow;

/// The catalogues, by their names, sorted.
const TEXTS: [&str; 10] = [
    include_str!("cra.toml"),
    include_str!("dora.toml"),
    include_str!("fedramp20x.toml"),
    include_str!("iso27001.toml"),
    include_str!("osps.toml"),
    include_str!("pci.toml"),
    include_str!("s2c2f.toml"),
    include_str!("slsa.toml"),
    include_str!("soc2.toml"),
    include_str!("ssdf.toml"),
];

/// A catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalog {
    /// The name, as settings say it.
    pub(super) id: String,
    title: String,
    edition: String,
    #[serde(rename = "control")]
    pub(super) rows: Vec<Row>,
}

/// A row of a catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    question: String,
    pub(super) facts: Vec<String>,
    cannot: String,
    source: String,
    read: String,
}

static CATALOGS: LazyLock<Vec<Catalog>> = LazyLock::new(|| {
    TEXTS
        .iter()
        .map(|text| toml::from_str(text).expect("the catalogues of the program are well formed"))
        .collect()
});

/// Every catalogue.
pub(super) fn all() -> &'static [Catalog] {
    &CATALOGS
}

/// A row by its id, with its catalogue.
pub(super) fn row(id: &str) -> Option<(&'static Catalog, &'static Row)> {
    all()
        .iter()
        .find_map(|catalog| Some((catalog, catalog.rows.iter().find(|row| row.id == id)?)))
}

/// A row as pages show it.
pub(super) fn shown(catalog: &Catalog, row: &Row) -> CatalogRow {
    let edition = if catalog.edition.is_empty() {
        String::new()
    } else {
        format!(" ({})", catalog.edition)
    };
    let read = match row.read.as_str() {
        "primary" => "read in the text of its publisher",
        "copy" => "read in a copy of the text at another place",
        _ => "known from guides only; an owner of the text should look at it",
    };
    CatalogRow {
        id: row.id.clone(),
        title: row.title.clone(),
        question: row.question.clone(),
        cannot: row.cannot.clone(),
        source: row.source.clone(),
        read: read.to_owned(),
        catalog: format!("{}{edition}", catalog.title),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::all;
    use crate::audit::controls::facts;
    use crate::config::CATALOGS;

    #[test]
    fn the_catalogues_are_those_of_the_settings_and_name_known_facts() {
        let names: Vec<&str> = all().iter().map(|catalog| catalog.id.as_str()).collect();
        assert_eq!(names, CATALOGS);
        let mut ids = BTreeSet::new();
        for row in all().iter().flat_map(|catalog| &catalog.rows) {
            assert!(ids.insert(&row.id), "{} stands twice", row.id);
            assert!(
                row.facts.iter().all(|fact| facts::words(fact).is_some()),
                "{}: {:?}",
                row.id,
                row.facts
            );
            assert!(["copy", "primary", "secondary"].contains(&row.read.as_str()), "{}", row.id);
        }
        assert_eq!(ids.len(), 62);
    }
}
