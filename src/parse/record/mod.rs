//! Records of what no tool has a format for: one schema and one reader each, as JSON or YAML; series also as JSON lines and CSV.

mod amendment;
mod cases;
mod checklist;
mod decision;
mod deployment;
mod document;
mod drill;
mod evaluation;
mod head;
mod incident;
mod notice;
mod observations;
mod phases;
mod probe;
mod rotation;
mod signoffs;

use crate::parse::artifact::Format;

/// Every format of records, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    amendment::FORMAT,
    checklist::FORMAT,
    decision::FORMAT,
    deployment::FORMAT,
    drill::FORMAT,
    evaluation::FORMAT,
    incident::FORMAT,
    notice::FORMAT,
    observations::FORMAT,
    phases::FORMAT,
    probe::FORMAT,
    rotation::FORMAT,
    signoffs::FORMAT,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, proptest};
    use schemars::generate::SchemaSettings;
    use serde_json::{Value, json};

    use super::{
        amendment, checklist, decision, deployment, drill, evaluation, incident, notice, observations, phases, probe, rotation,
        signoffs,
    };
    use crate::model::blessed::holds;
    use crate::parse::recognise::{format, read};

    /// The schema of every kind of record, in one document.
    fn schemas() -> String {
        let mut kinds = serde_json::Map::new();
        let settings = || SchemaSettings::draft2020_12().for_deserialize();
        macro_rules! kind {
            ($name:literal, $record:ty) => {
                let schema = Value::from(settings().into_generator().into_root_schema_for::<$record>());
                kinds.insert($name.to_owned(), schema);
            };
        }
        kind!("amendment", amendment::Record);
        kind!("checklist", checklist::Record);
        kind!("decision", decision::Record);
        kind!("deployment", deployment::Record);
        kind!("drill", drill::Record);
        kind!("evaluation", evaluation::Record);
        kind!("incident", incident::Record);
        kind!("notice", notice::Record);
        kind!("observations", observations::Record);
        kind!("phases", phases::Record);
        kind!("probe", probe::Record);
        kind!("rotation", rotation::Record);
        kind!("signoffs", signoffs::Record);
        let all = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Records of Runproof: what no tool has a format for",
            "$defs": kinds,
        });
        format!("{all:#}\n")
    }

    #[test]
    fn the_schemas_are_published() {
        holds("schemas/runproof-records.schema.json", &schemas());
    }

    #[test]
    fn another_version_of_a_schema_is_refused() {
        for kind in ["checklist", "phases", "signoffs", "probe", "drill", "incident", "notice"] {
            let text = format!("{{\"schema\": \"runproof-{kind}/9\", \"items\": []}}");
            let artifact = read(text.as_bytes(), None);
            let said = artifact
                .problems
                .first()
                .map(|problem| problem.message.clone())
                .unwrap_or_default();
            assert!(said.contains("is of a newer Runproof"), "{kind}: {said}");
            let older = format!("{{\"schema\": \"runproof-{kind}/0\", \"items\": []}}");
            let problems = read(older.as_bytes(), None).problems;
            assert!(problems[0].message.contains("is not read, only"), "{kind}: {problems:?}");
        }
    }

    #[test]
    fn broken_records_are_unread_and_never_clean() {
        for text in [
            "schema: runproof-signoffs/1\nsignoffs: [{role: a}]\n",
            "schema: runproof-checklist/1\nitems: {}\n",
            "{\"schema\": \"runproof-phases/1\"}",
            "{\"schema\": \"runproof-probe/1\", \"probes\": [{\"url\": 3}]}",
            "schema: runproof-drill/1\n\ttitle: x\n",
        ] {
            let artifact = read(text.as_bytes(), None);
            assert!(
                matches!(artifact.content, crate::model::evidence::Content::Unread),
                "{text}: {:?}",
                artifact.content
            );
            assert!(!artifact.problems.is_empty() && artifact.format.is_some(), "{text}");
        }
        assert!(format("signoffs").is_some());
    }

    proptest! {
        #[test]
        fn any_members_are_read(kind in "(signoffs|checklist|phases|probe|observations|drill|incident)", members in prop::collection::vec(any::<String>(), 0..4)) {
            let list: Vec<Value> = members.iter().map(|text| json!({ "role": text, "id": text, "state": text, "at": text, "url": text, "decision": text, "metric": text, "value": 1 })).collect();
            let text = json!({ "schema": format!("runproof-{kind}/1"), "signoffs": list, "items": list, "phases": list, "probes": list, "observations": list }).to_string();
            read(text.as_bytes(), None);
        }
    }
}
