//! Sign-offs of a release, schema `runproof-signoffs/1`: who agreed, by role, when, and to which commit.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::attest;
use crate::model::evidence::{Artifact, Content};
use crate::parse::artifact::Format;
use crate::parse::record::document;
use crate::parse::record::head::Head;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "signoffs",
    title: "sign-off record",
    recognizes: |sniff| document::is_of(sniff, "signoffs", Some(("signoffs", "decision"))),
    parse: |text| document::artifact(text, "signoffs", artifact),
};

/// Sign-offs.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// One for each role.
    signoffs: Vec<Signoff>,
}

/// Somebody who agreed, or did not.
#[derive(Debug, Deserialize, JsonSchema)]
struct Signoff {
    /// The role.
    role: String,
    /// `approved`, `rejected`, …
    decision: String,
    /// When.
    at: String,
    /// The seat or the account.
    identity: Option<String>,
    /// The name, where it may be written down.
    name: Option<String>,
    /// The commit that it is for.
    on: Option<String>,
    /// Words for the reader.
    note: Option<String>,
}

fn artifact(record: Record) -> Artifact {
    let mut about = record.head.about();
    let mut signoffs = Vec::with_capacity(record.signoffs.len());
    for signoff in record.signoffs {
        About::add(&mut about.times, &signoff.at);
        signoff.on.iter().for_each(|commit| About::add(&mut about.commits, commit));
        signoffs.push(attest::Signoff {
            role: signoff.role.trim().to_owned(),
            identity: signoff.identity.or(signoff.name).unwrap_or_default().trim().to_owned(),
            decision: signoff.decision.trim().to_owned(),
            at: signoff.at,
            on: signoff.on.unwrap_or_default(),
            note: signoff.note.unwrap_or_default(),
        });
    }
    Artifact {
        content: Content::Signoffs(signoffs),
        about,
        ..Artifact::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn sign_offs_are_read_with_what_they_are_for() {
        let text = "# who\nsignoffs:\n  - role: reviewer\n    identity: seat-2\n    decision: approved\n    at: 2026-01-02T10:00:00Z\n    \"on\": 886dc67596d631686bd961b0ef43abe26bd46d17\n";
        for text in [text.to_owned(), format!("schema: runproof-signoffs/1\n{text}")] {
            let artifact = read(text.as_bytes(), None);
            let Content::Signoffs(signoffs) = &artifact.content else {
                panic!("{:?}", artifact.problems)
            };
            assert_eq!(
                (signoffs[0].role.as_str(), signoffs[0].identity.as_str()),
                ("reviewer", "seat-2")
            );
            assert_eq!(artifact.about.commits.len(), 1);
            assert_eq!(artifact.about.times, ["2026-01-02T10:00:00Z"]);
        }
    }
}
