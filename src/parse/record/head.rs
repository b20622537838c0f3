//! What every record may say of itself: its gate, its subject, its times, its facts, what it left out and what belongs to it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::about::{About, Attachment};
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, TestFacts};
use crate::model::said::is_gap;
use crate::parse::artifact::anomaly;

/// Facts that are kept.
const MAX_FACTS: usize = 500;

/// How deep facts may stand.
const MAX_DEPTH: usize = 8;

/// The keys that all records share.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Head {
    /// `runproof-KIND/1`.
    pub(super) schema: Option<String>,
    /// The gate that it is evidence of.
    pub(super) gate: Option<String>,
    /// What it is about.
    pub(super) subject: Option<Subject>,
    /// The run that wrote it.
    pub(super) ci: Option<Run>,
    /// The moment that it is about, with a zone.
    pub(super) at: Option<String>,
    /// When it began.
    pub(super) started: Option<String>,
    /// When it ended.
    pub(super) finished: Option<String>,
    /// The role that did it.
    pub(super) by: Option<String>,
    /// Words for the reader.
    pub(super) note: Option<String>,
    /// Facts of any depth, for `expect`.
    pub(super) facts: Map<String, Value>,
    /// What was left out.
    pub(super) skips: Vec<String>,
    /// Files that belong to it.
    pub(super) attachments: Vec<AttachedFile>,
}

/// What a record is about.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Subject {
    /// The released commit, 40 hex digits.
    commit: Option<String>,
    /// The digest of an artifact, as `sha256:…`.
    digest: Option<String>,
    /// The version.
    version: Option<String>,
    /// A name.
    name: Option<String>,
    /// A component.
    component: Option<String>,
    /// An image.
    image: Option<String>,
    /// An artifact.
    artifact: Option<String>,
    /// An address.
    url: Option<String>,
}

/// The run that wrote a record.
#[allow(clippy::struct_field_names, reason = "the key of the record, as people write it")]
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Run {
    /// An id or an address.
    run: Option<String>,
    /// Which attempt it was.
    attempt: Option<u64>,
    /// Who started it.
    actor: Option<String>,
}

/// A file that belongs to a record.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AttachedFile {
    /// The path, from the folder of the record or of the release.
    path: String,
    /// The SHA-256 digest.
    sha256: Option<String>,
}

impl Head {
    /// The artifact of a record that somebody attests, case by case.
    pub(super) fn attested(&self, facts: TestFacts, about: About) -> Artifact {
        let mut artifact = Artifact {
            content: Content::Tests(facts),
            about,
            ..Artifact::default()
        };
        self.must_be_told(&mut artifact.anomalies);
        artifact
    }

    /// Whoever attests something says who and when; without that a record is not whole.
    pub(super) fn must_be_told(&self, anomalies: &mut Vec<Anomaly>) {
        let is_said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        if !is_said(&self.by) {
            anomaly(anomalies, AnomalyKind::NotWhole, None, "the record does not say by whom");
        } else if let Some(by) = self.by.as_deref().filter(|by| is_gap(by)) {
            let message = format!(
                "the record says that it is by `{}`, which names nobody",
                by.trim().escape_default()
            );
            anomaly(anomalies, AnomalyKind::NotWhole, None, message);
        }
        if !is_said(&self.at) && !is_said(&self.finished) {
            anomaly(anomalies, AnomalyKind::NotWhole, None, "the record does not say when");
        }
    }

    /// What the record says that it is about. The times are its own; others are added by the kind.
    pub(super) fn about(&self) -> About {
        let mut about = About {
            gate: self.gate.clone().filter(|gate| !gate.trim().is_empty()),
            run: self.ci.as_ref().and_then(|ci| ci.run.clone()),
            attempt: self.ci.as_ref().and_then(|ci| ci.attempt),
            skips: self.skips.iter().filter(|skip| !skip.trim().is_empty()).cloned().collect(),
            ..About::default()
        };
        if let Some(subject) = &self.subject {
            let lists = [
                (&mut about.commits, vec![&subject.commit]),
                (&mut about.digests, vec![&subject.digest]),
                (&mut about.versions, vec![&subject.version]),
                (
                    &mut about.names,
                    vec![&subject.name, &subject.component, &subject.image, &subject.artifact],
                ),
                (&mut about.urls, vec![&subject.url]),
            ];
            for (list, texts) in lists {
                texts.into_iter().flatten().for_each(|text| About::add(list, text));
            }
        }
        for time in [&self.at, &self.started, &self.finished].into_iter().flatten() {
            About::add(&mut about.times, time);
        }
        for (name, value) in &self.facts {
            flatten(name, value, 0, &mut about.facts);
        }
        let attachments = self.attachments.iter().map(|file| Attachment {
            path: file.path.clone(),
            sha256: file.sha256.clone(),
        });
        about.attachments = attachments.collect();
        about
    }
}

/// Facts with the names of the objects around them, as text.
fn flatten(name: &str, value: &Value, depth: usize, facts: &mut Vec<(String, String)>) {
    if facts.len() >= MAX_FACTS || depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Null => {}
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                flatten(&format!("{name}.{at}"), value, depth + 1, facts);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                flatten(&format!("{name}.{key}"), value, depth + 1, facts);
            }
        }
        plain => facts.push((name.to_owned(), words(plain))),
    }
}

/// A plain value as text.
pub(super) fn words(value: &Value) -> String {
    match value {
        Value::String(text) => crate::parse::gate::plain::first_line(text),
        other => other.to_string(),
    }
}
