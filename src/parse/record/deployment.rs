//! Deployments, schema `runproof-deployment/1`: what went where, when, and whether it is up. Its end is the start of every window.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{Artifact, CaseKind};
use crate::parse::artifact::Format;
use crate::parse::record::head::Head;
use crate::parse::record::{cases, document};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "deployment",
    title: "record of a deployment",
    recognizes: |sniff| document::is_of(sniff, "deployment", None),
    parse: |text| document::artifact(text, "deployment", artifact),
};

/// A deployment.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// Where it went: `production`.
    environment: String,
    /// How it stands: `ready`.
    state: String,
    /// The address.
    url: Option<String>,
    /// The version.
    version: Option<String>,
    /// What was deployed.
    #[serde(default)]
    artifacts: Vec<Deployed>,
}

/// Something that was deployed.
#[derive(Debug, Deserialize, JsonSchema)]
struct Deployed {
    /// The name.
    name: String,
    /// The digest, as `sha256:…`.
    digest: Option<String>,
}

fn artifact(record: Record) -> Artifact {
    let mut facts = cases::of(CaseKind::Part);
    cases::add(&mut facts, &record.environment, cases::result(&record.state), &record.state);
    let mut about = record.head.about();
    record.url.iter().for_each(|url| About::add(&mut about.urls, url));
    record
        .version
        .iter()
        .for_each(|version| About::add(&mut about.versions, version));
    for deployed in &record.artifacts {
        About::add(&mut about.names, &deployed.name);
        deployed
            .digest
            .iter()
            .for_each(|digest| About::add(&mut about.digests, digest));
    }
    // What runs there now must be what was deployed.
    for (name, value) in about.facts.clone() {
        match name.as_str() {
            "deployed_commit" | "live_commit" | "running_commit" => About::add(&mut about.commits, &value),
            "deployed_version" | "live_version" | "running_version" => About::add(&mut about.versions, &value),
            _ => {}
        }
    }
    about.facts.push(("environment".to_owned(), record.environment));
    let end = record.head.finished.as_ref().or(record.head.at.as_ref());
    about.facts.extend(end.map(|end| ("deployed_at".to_owned(), end.clone())));
    about
        .facts
        .extend(record.head.by.clone().map(|by| ("deployed_by".to_owned(), by)));
    record.head.attested(facts, about)
}

#[cfg(test)]
mod tests {
    use crate::parse::recognise::read;

    #[test]
    fn what_runs_there_is_part_of_what_it_is_about() {
        let about = |facts: &str| {
            let text = format!(
                r#"{{"schema": "runproof-deployment/1", "gate": "deployment", "environment": "production", "state": "ready", "version": "v1.1.0", "facts": {{{facts}}}}}"#
            );
            let about = read(text.as_bytes(), None).about;
            (about.versions, about.commits)
        };
        assert_eq!(
            about(r#""live_version": "v1.0.0", "live_commit": "abc1234""#),
            (vec!["v1.1.0".to_owned(), "v1.0.0".to_owned()], vec!["abc1234".to_owned()])
        );
        assert_eq!(
            about(r#""previous_version": "v1.0.0""#),
            (vec!["v1.1.0".to_owned()], Vec::new())
        );
    }
}
