//! Thresholds of a text against the files that settle them.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::Definition;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Thresholds.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Threshold),
    resolve,
};

/// What files say of a threshold, in the order of their paths.
pub(crate) fn facts<'source>(
    source: &'source crate::model::edition::Source,
    name: &'source str,
) -> Vec<(&'source str, &'source Definition)> {
    let files = source.code.files.values();
    files
        .flat_map(|file| {
            file.of_kind(Kind::Threshold)
                .map(move |definition| (file.path.as_str(), definition))
        })
        .filter(|(_, definition)| definition.name == name)
        .collect()
}

fn resolve(index: &Index<'_>, _document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let Some(wanted) = named.within.first().and_then(|value| value.parse::<f64>().ok()) else {
        return unverifiable(Reason::NumberUnreadable);
    };
    let facts = facts(index.source, &named.name);
    let number = |definition: &Definition| definition.value.as_deref().and_then(|value| value.parse::<f64>().ok());
    let numbers: Vec<(&str, &Definition, f64)> = facts
        .iter()
        .filter_map(|(path, definition)| Some((*path, *definition, number(definition)?)))
        .collect();
    let Some((path, definition, value)) = numbers.first() else {
        return unverifiable(Reason::NoFileSettlesIt);
    };
    if let Some((path, definition, _)) = numbers.iter().find(|(.., value)| (value - wanted).abs() < 1e-9) {
        return resolved(path, Some(definition.line), Reason::Agrees((*path).to_owned()));
    }
    if numbers.iter().any(|(.., other)| (other - value).abs() > 1e-9) {
        return unverifiable(Reason::FilesDisagree);
    }
    if named.within.get(1).is_some_and(|comparison| comparison == ">") && *value > wanted {
        return resolved(path, Some(definition.line), Reason::AsksForMore((*path).to_owned()));
    }
    Resolution {
        target: Some((*path).to_owned()),
        target_line: Some(definition.line),
        ..broken(Reason::Says((*path).to_owned(), value.to_string()), Some(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code_with_values, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_threshold_is_compared_with_the_files() {
        let fixture = tree(&[]).with_code(code_with_values(
            "setting",
            "pyproject.toml",
            Kind::Threshold,
            &[("coverage", "80")],
        ));
        assert!(
            fixture
                .look_up(called(Kind::Threshold, "coverage", &["80"]))
                .starts_with("resolved pyproject.toml:1")
        );
        assert_eq!(
            fixture.look_up(called(Kind::Threshold, "coverage", &["90"])),
            "broken pyproject.toml:1 (`pyproject.toml` says 80) -> 80"
        );
        let fixture = fixture.with_code(code_with_values(
            "setting",
            "Makefile",
            Kind::Threshold,
            &[("coverage", "75")],
        ));
        assert!(
            fixture
                .look_up(called(Kind::Threshold, "coverage", &["90"]))
                .starts_with("unverifiable")
        );
        assert!(
            tree(&[])
                .look_up(called(Kind::Threshold, "coverage", &["90"]))
                .starts_with("unverifiable")
        );
    }
}
