//! The list of the gates of a product.

use std::collections::BTreeSet;

use crate::config::gate::title_of;
use crate::model::gate::Gate;
use crate::model::release::Release;

/// The gates that are declared, in their order, then those that only records or evidence know, by id.
pub(crate) fn gates(declared: &[Gate], releases: &[Release]) -> Vec<Gate> {
    let mut gates: Vec<Gate> = Vec::new();
    for declared in declared {
        if gates.iter().all(|gate| gate.id != declared.id) {
            gates.push(declared.clone());
        }
    }
    let known: BTreeSet<&str> = releases.iter().flat_map(gates_of).collect();
    for id in known {
        if gates.iter().all(|gate| gate.id != id) {
            gates.push(Gate {
                id: id.to_owned(),
                title: title_of(id),
                ..Gate::default()
            });
        }
    }
    gates
}

/// The ids of the gates that a release itself knows.
pub(crate) fn gates_of(release: &Release) -> impl Iterator<Item = &str> {
    let evidence = release.evidence.iter().filter_map(|evidence| evidence.gate.as_deref());
    let record = release.record.iter().flat_map(|record| {
        let files = record.files.iter().filter_map(|file| file.gate.as_deref());
        record.gates.iter().map(String::as_str).chain(files)
    });
    evidence.chain(record).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::gates;
    use crate::config::GateConfig;
    use crate::config::gate::gate;
    use crate::model::gate::Gate;
    use crate::model::release::{Record, Release};

    fn config(id: &str) -> Gate {
        gate(&GateConfig {
            id: id.to_owned(),
            ..GateConfig::default()
        })
    }

    #[test]
    fn gates_come_from_the_configuration_then_from_records_and_evidence() {
        let release = Release {
            record: Some(Record {
                gates: vec!["e2e-tests".to_owned(), "unit".to_owned(), "scan".to_owned()],
                ..Record::default()
            }),
            ..Release::default()
        };
        let gates = gates(
            &[config("unit"), config("sbom"), config("unit")],
            std::slice::from_ref(&release),
        );
        let shown = |gate: &Gate| (gate.id.clone(), gate.title.clone(), gate.is_declared);
        let expected = [
            ("unit", "Unit", true),
            ("sbom", "SBOM", true),
            ("e2e-tests", "E2E tests", false),
            ("scan", "Scan", false),
        ];
        let expected = expected.map(|(id, title, is_declared)| (id.to_owned(), title.to_owned(), is_declared));
        assert_eq!(gates.iter().map(shown).collect::<Vec<_>>(), expected);
    }
}
