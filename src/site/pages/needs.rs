//! Where a gate is declared.

use std::collections::HashSet;

use serde::Serialize;

use crate::model::gate::Gate;

/// A place that declares a gate.
#[derive(Serialize)]
pub(super) struct Declared<'site> {
    path: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// The places that declare a gate.
pub(super) fn declared(gate: &Gate) -> Vec<Declared<'_>> {
    let mut seen = HashSet::new();
    let places = gate.declared_at.iter().filter(|at| seen.insert((at.path.as_str(), at.line)));
    let declared = places.map(|at| Declared {
        path: &at.path,
        line: at.line,
    });
    declared.collect()
}
