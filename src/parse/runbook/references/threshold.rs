//! Thresholds that files of the repository settle: coverage, the level of an audit. They come from the criteria of a text.

use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::Criterion;

/// The references to thresholds among the criteria: those with a metric and a unit that a file can settle.
pub(crate) fn thresholds(criteria: &[Criterion]) -> Vec<Reference> {
    criteria
        .iter()
        .filter_map(|criterion| {
            let threshold = criterion.threshold.as_ref()?;
            let is_share = matches!(threshold.unit.as_str(), "%" | "percent");
            let is_lower_bound = matches!(threshold.comparison, ">=" | ">");
            let metric = criterion.metric.as_str();
            let is_coverage = metric.split(' ').any(|word| word == "coverage")
                // Coverage of something else than lines, or of a part of the code, is settled elsewhere.
                && !["branch", "function", "mutation", "alert", "type", "patch", "diff", "new", "changed"]
                    .iter()
                    .any(|word| metric.contains(word));
            // A number for a part of the code is settled by nobody.
            let lower = criterion.text.to_lowercase();
            let is_part = [" for ", " in ", " on ", " of the ", " per "]
                .iter()
                .any(|word| lower.contains(word));
            if !(is_share && is_lower_bound && is_coverage) || is_part {
                return None;
            }
            Some(Reference {
                kind: ReferenceKind::Named(Named {
                    kind: Kind::Threshold,
                    name: "coverage".to_owned(),
                    within: vec![threshold.value.clone(), threshold.comparison.to_owned()],
                    directory: Directory::Known(String::new()),
                }),
                text: criterion.text.clone(),
                span: criterion.span,
                context: ReferenceContext::Prose,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceKind;
    use crate::parse::runbook::parse;

    #[test]
    fn coverage_with_a_share_is_a_reference() {
        let runbook =
            parse(b"- Test coverage >= 80%\n- coverage >= 90% for new code\n- branch coverage >= 70%\n- error rate < 1 %\n");
        let found: Vec<String> = runbook
            .references
            .iter()
            .filter_map(|reference| match &reference.kind {
                ReferenceKind::Named(named) if named.kind == Kind::Threshold => {
                    Some(format!("{} {}", named.name, named.within[0]))
                }
                _ => None,
            })
            .collect();
        assert_eq!(found, ["coverage 80"]);
    }
}
