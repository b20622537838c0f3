//! Where a gate is declared.

use serde::Serialize;

use crate::model::gate::{DeclaredAt, Gate};

/// A place that declares a gate.
#[derive(Serialize)]
pub(super) struct Declared<'site> {
    path: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// The places that declare a gate.
pub(super) fn declared(gate: &Gate) -> Vec<Declared<'_>> {
    let place = |at: &'_ DeclaredAt| -> (String, Option<u32>) { (at.path.clone(), at.line) };
    let mut seen = Vec::new();
    let mut places = Vec::new();
    for at in &gate.declared_at {
        if !seen.contains(&place(at)) {
            seen.push(place(at));
            places.push(Declared {
                path: &at.path,
                line: at.line,
            });
        }
    }
    places
}
