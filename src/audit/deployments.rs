//! What says that a release was deployed: events of its record, records of deployments, and what a forge tells of deployments.

use chrono::DateTime;

use crate::audit::agreed::brings_out;
use crate::model::evidence::{Evidence, Integrity};
use crate::model::population::Deployment;
use crate::model::release::Release;

/// Formats of files that tell of deployments. Sorted.
const FORMATS: [&str; 2] = ["deployment", "forge-deployment"];

/// What says that a release was deployed, in the order of its record and then of its files.
pub(crate) fn deployments(release: &Release) -> Vec<Deployment> {
    let mut found = Vec::new();
    if let Some(record) = &release.record {
        for event in record.timeline.iter().filter(|event| brings_out(&event.event.to_lowercase())) {
            found.push(Deployment {
                what: event.event.clone(),
                at: event.at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                by: event.by.clone().unwrap_or_default(),
                source: format!("{}, event `{}`", record.path, event.event),
                ..Deployment::default()
            });
        }
    }
    let files = release.evidence.iter().filter(|file| {
        let is_of = |format: &str| FORMATS.binary_search(&format).is_ok();
        file.artifact.format.is_some_and(is_of) && !matches!(file.integrity, Integrity::Absent)
    });
    let mut of_files = Vec::new();
    for file in files {
        of_file(file, &mut of_files);
    }
    // An event and a file of the same moment are two witnesses of one deployment: the file says more, and the event is named beside it.
    found.retain(|event: &Deployment| {
        let of_moment = |file: &&mut Deployment| {
            is_same(&event.at, &file.at) && (file.by.is_empty() || event.by.is_empty() || file.by == event.by)
        };
        let Some(file) = of_files.iter_mut().find(of_moment) else {
            return true;
        };
        file.source = format!("{}; {}", event.source, file.source);
        if file.by.is_empty() {
            file.by.clone_from(&event.by);
        }
        false
    });
    found.append(&mut of_files);
    for (at, deployment) in found.iter_mut().enumerate() {
        if deployment.id.is_empty() {
            deployment.id = format!("{}/{}", release.version, at + 1);
        }
    }
    found
}

/// Whether two texts are the same moment.
fn is_same(one: &str, other: &str) -> bool {
    let moment = |text: &str| DateTime::parse_from_rfc3339(text.trim()).ok();
    moment(one).is_some_and(|one| moment(other) == Some(one))
}

/// The deployments that a file tells of. A forge puts several into one; each begins with its environment. What a forge only began, or what
/// failed, is no deployment.
fn of_file(file: &Evidence, found: &mut Vec<Deployment>) {
    let about = &file.artifact.about;
    let blank = || Deployment {
        what: "deployed".to_owned(),
        commits: about.commits.clone(),
        digests: about.digests.clone(),
        source: file.repository_path.clone(),
        ..Deployment::default()
    };
    let mut several: Vec<(Deployment, bool)> = Vec::new();
    for (name, value) in &about.facts {
        if name == "environment" || several.is_empty() {
            several.push((blank(), false));
        }
        let Some((deployment, is_up)) = several.last_mut() else {
            continue;
        };
        match name.as_str() {
            "environment" => deployment.environment.clone_from(value),
            "deployment_id" => deployment.id.clone_from(value),
            "deployment_commit" => deployment.commits = vec![value.clone()],
            "deployed_by" => deployment.by.clone_from(value),
            "deployed_at" => {
                deployment.at.clone_from(value);
                *is_up = true;
            }
            _ => {}
        }
    }
    if file.artifact.format == Some("forge-deployment") {
        found.extend(
            several
                .into_iter()
                .filter(|(_, is_up)| *is_up)
                .map(|(deployment, _)| deployment),
        );
        return;
    }
    let mut deployment = several.into_iter().next().map_or_else(blank, |(deployment, _)| deployment);
    if deployment.at.is_empty() {
        deployment.at = about.times.first().cloned().unwrap_or_default();
    }
    found.push(deployment);
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, deployments};
    use crate::audit::testing::evidence_file;
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, Evidence};
    use crate::model::release::{Record, Release, TimelineEvent};

    /// A file of a format with what its reader gives.
    fn file(format: &'static str, facts: &[(&str, &str)], digests: &[&str]) -> Evidence {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        evidence_file(
            &format!("{format}.json"),
            Artifact {
                format: Some(format),
                about: About {
                    facts: facts
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                        .collect(),
                    digests: owned(digests),
                    ..About::default()
                },
                ..Artifact::default()
            },
        )
    }

    fn release(events: &[(&str, &str, &str)], evidence: Vec<Evidence>) -> Release {
        let events = events.iter().map(|(event, at, by)| TimelineEvent {
            at: at.parse().expect("a moment"),
            event: (*event).to_owned(),
            by: Some((*by).to_owned()),
            note: None,
            gate: None,
        });
        Release {
            version: "v1".to_owned(),
            record: Some(Record {
                path: "record.json".to_owned(),
                timeline: events.collect(),
                ..Record::default()
            }),
            evidence,
            ..Release::default()
        }
    }

    #[test]
    fn events_records_and_forges_tell_of_deployments() {
        assert!(FORMATS.is_sorted());
        let commit = "1".repeat(40);
        let forge = file(
            "forge-deployment",
            &[
                ("environment", "production"),
                ("deployment_id", "77"),
                ("deployment_commit", &commit),
                ("deployed_by", "robot"),
                ("deployed_at", "2026-11-20T10:02:00Z"),
                // It failed: nothing says when it was deployed.
                ("environment", "staging"),
                ("deployment_id", "78"),
            ],
            &[],
        );
        let own = file(
            "deployment",
            &[
                ("environment", "production"),
                ("deployed_at", "2026-11-20T10:05:00Z"),
                ("deployed_by", "operator"),
            ],
            &["sha256:aa"],
        );
        let events = [
            ("approved", "2026-11-20T09:00:00Z", "reviewer"),
            ("Deployed", "2026-11-20T10:00:00Z", "operator"),
        ];
        let found = deployments(&release(&events, vec![forge, own]));
        let told: Vec<String> = found
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {} {} {:?}",
                    one.id, one.what, one.environment, one.at, one.by, one.digests
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "v1/1 Deployed  2026-11-20T10:00:00Z operator []",
                "77 deployed production 2026-11-20T10:02:00Z robot []",
                "v1/3 deployed production 2026-11-20T10:05:00Z operator [\"sha256:aa\"]",
            ]
        );
        assert_eq!(found[1].commits, [commit]);
    }

    #[test]
    fn an_event_and_a_file_of_one_moment_are_one_deployment() {
        let of = |by: &str, at: &str| {
            let own = file(
                "deployment",
                &[
                    ("environment", "production"),
                    ("deployed_at", "2026-11-20T11:05:00+01:00"),
                    ("deployed_by", "operator"),
                ],
                &[],
            );
            deployments(&release(&[("deployed", at, by)], vec![own]))
        };
        let one = of("operator", "2026-11-20T10:05:00Z");
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].source, "record.json, event `deployed`; releases/v1/deployment.json");
        assert_eq!(of("somebody else", "2026-11-20T10:05:00Z").len(), 2);
        assert_eq!(of("operator", "2026-11-20T10:06:00Z").len(), 2);
    }
}
