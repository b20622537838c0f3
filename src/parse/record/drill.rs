//! Drills, schema `runproof-drill/1`: what was practised, by whom, and whether every part of it worked.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::evidence::{Artifact, CaseKind};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "drill",
    title: "record of a drill",
    recognizes: |sniff| document::is_of(sniff, "drill", None),
    parse: |text| document::artifact(text, "drill", artifact),
};

/// A drill.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// What was practised.
    title: String,
    /// How it went.
    result: String,
    /// Its parts, such as what was restored.
    #[serde(default)]
    parts: Vec<Part>,
}

/// One part of a drill.
#[derive(Debug, Deserialize, JsonSchema)]
struct Part {
    /// The name.
    name: String,
    /// How it went.
    result: String,
}

#[allow(clippy::needless_pass_by_value, reason = "every kind of record is handed over whole")]
fn artifact(record: Record) -> Artifact {
    let mut facts = cases::of(CaseKind::Part);
    cases::add(&mut facts, &record.title, cases::result(&record.result), &record.result);
    for part in &record.parts {
        cases::add(&mut facts, &part.name, cases::result(&part.result), &part.result);
    }
    let about = record.head.about();
    record.head.attested(facts, about)
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// Parts, failures, unknown, anomalies.
    fn counts(inside: &str) -> (u64, u64, u64, usize) {
        let artifact = read(format!("schema: runproof-drill/1\ntitle: Restore\n{inside}").as_bytes(), None);
        let Content::Tests(facts) = artifact.content else {
            panic!("{:?}", artifact.problems)
        };
        (facts.tests, facts.failures, facts.unknown, artifact.anomalies.len())
    }

    #[test]
    fn a_drill_passes_with_all_of_its_parts() {
        let head = "at: 2026-01-02T10:00:00Z\nby: operator\n";
        assert_eq!(
            counts(&format!("{head}result: passed\nparts: [{{name: users, result: restored}}]\n")),
            (2, 0, 0, 0)
        );
        assert_eq!(
            counts(&format!("{head}result: passed\nparts: [{{name: users, result: lost}}]\n")),
            (2, 1, 0, 0)
        );
        assert_eq!(counts(&format!("{head}result: mostly\n")), (1, 0, 1, 0));
        assert_eq!(counts("result: passed\n"), (1, 0, 0, 2), "by nobody, at no time");
    }
}
