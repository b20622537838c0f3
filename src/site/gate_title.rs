//! What a gate is called.

use crate::site::shared::ProductSite;

/// The name of a gate on pages: as declared, or its id in words.
pub(crate) fn gate_title(product: &ProductSite, id: &str) -> String {
    match product.product.gates.iter().find(|gate| gate.id == id) {
        Some(gate) if !gate.title.is_empty() => gate.title.clone(),
        _ => {
            let words = id.replace(['-', '_'], " ");
            let mut characters = words.chars();
            characters
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(characters)
                .collect()
        }
    }
}
