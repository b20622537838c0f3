//! What a CycloneDX document says of a vulnerability, whatever form it was written in.

use std::collections::HashMap;

use crate::model::advisory::AdvisoryStatement;

/// An analysis as it is written.
pub(super) struct Analysed<'text> {
    /// The vulnerability.
    pub(super) vulnerability: &'text str,
    /// The state.
    pub(super) state: &'text str,
    /// Why it is not affected.
    pub(super) justification: Option<&'text str>,
    /// Words about it.
    pub(super) detail: Option<&'text str>,
    /// When it was said.
    pub(super) at: Option<&'text str>,
}

/// The statement that an analysis makes. `affects` are references, which `references` turns into package URLs where it knows them.
pub(super) fn statement<'text>(
    analysed: &Analysed<'_>,
    affects: impl Iterator<Item = &'text str>,
    references: &HashMap<String, String>,
) -> AdvisoryStatement {
    let status = match analysed.state {
        "resolved" | "resolved_with_pedigree" => "fixed",
        "exploitable" => "affected",
        "in_triage" => "under_investigation",
        "not_affected" | "false_positive" => "not_affected",
        other => other,
    };
    AdvisoryStatement {
        vulnerability: analysed.vulnerability.to_owned(),
        aliases: Vec::new(),
        products: affects
            .map(|reference| references.get(reference).cloned().unwrap_or_else(|| reference.to_owned()))
            .collect(),
        status: status.to_owned(),
        justification: analysed.justification.or(analysed.detail).unwrap_or_default().to_owned(),
        at: analysed.at.map(str::to_owned),
    }
}
