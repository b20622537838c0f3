//! Deployments as forges tell of them: what `gh api repos/…/deployments` prints, alone or with its statuses, and what the API of GitLab
//! prints. What a forge only began, or says nothing about, is no deployment.

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, CaseKind, CaseResult, Content, FailedCase, NamedResult, TestFacts};
use crate::parse::artifact::tree::{Node, tree};
use crate::parse::artifact::{Format, Sniff, anomaly, broken};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "forge-deployment",
    title: "Deployment of a forge",
    recognizes,
    parse,
};

/// States of a deployment that stands. Sorted.
const STANDS: [&str; 2] = ["active", "success"];
/// States of a deployment that failed. Sorted.
const FAILED: [&str; 6] = ["abandoned", "canceled", "destroyed", "error", "failed", "failure"];
/// States of a deployment that stood and was followed by another one.
const FOLLOWED: &str = "inactive";

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let keys = ["sha", "environment", "created_at"];
    sniff.has_first_keys(&keys) || keys.iter().all(|key| sniff.has_key(key))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut facts = TestFacts {
        kind: CaseKind::Part,
        suites: 1,
        ..TestFacts::default()
    };
    let mut about = About::default();
    let mut anomalies = Vec::new();
    let one = std::slice::from_ref(&report);
    let deployments = if report.is_object() { one } else { report.items() };
    for deployment in deployments {
        if !deployment.is_object() {
            anomaly(&mut anomalies, AnomalyKind::UnreadPart, None, "a deployment is no object");
            continue;
        }
        let environment = deployment.at("environment");
        let name = environment
            .text()
            .or(environment.at("name").text())
            .map(first_line)
            .unwrap_or_default();
        let (word, at) = ending(deployment);
        let result = match word.as_str() {
            word if STANDS.binary_search(&word).is_ok() => CaseResult::Passed,
            word if FAILED.binary_search(&word).is_ok() => CaseResult::Failed,
            _ => CaseResult::Unknown,
        };
        facts.tests += 1;
        match result {
            CaseResult::Failed => {
                facts.failures += 1;
                facts.failed.push(FailedCase {
                    name: name.clone(),
                    message: format!("ended as {}", first_line(&word)),
                });
            }
            CaseResult::Unknown => {
                facts.unknown += 1;
                let message = if word.is_empty() {
                    format!("the deployment to `{name}` names no state; collect it with its statuses")
                } else {
                    format!(
                        "the deployment to `{name}` is `{}`, which says not that it stands",
                        first_line(&word)
                    )
                };
                anomaly(&mut anomalies, AnomalyKind::UnknownWord, None, message);
            }
            CaseResult::Passed | CaseResult::Skipped => {}
        }
        facts.named.push(NamedResult {
            group: String::new(),
            name: name.clone(),
            result,
        });
        match deployment.at("sha").text() {
            Some(sha) => About::add(&mut about.commits, &first_line(sha)),
            None => anomaly(
                &mut anomalies,
                AnomalyKind::NotWhole,
                None,
                "the deployment names no commit (`sha`)",
            ),
        }
        for url in [
            environment.at("external_url"),
            deployment.at("environment_url"),
            deployment.at("environmentUrl"),
        ] {
            url.text()
                .iter()
                .for_each(|url| About::add(&mut about.urls, &first_line(url)));
        }
        let began = deployment.at("created_at").text().map(first_line);
        for time in began.iter().chain(&at) {
            About::add(&mut about.times, time);
        }
        about.facts.push(("environment".to_owned(), name));
        let id = deployment
            .at("id")
            .text()
            .map(first_line)
            .or_else(|| Some(deployment.at("id").number()?.to_string()));
        let creator = [deployment.path(&["creator", "login"]), deployment.path(&["user", "username"])];
        let by = creator.iter().find_map(|node| node.text()).map(first_line);
        let sha = deployment.at("sha").text().map(first_line);
        for (name, value) in [("deployment_id", id), ("deployment_commit", sha), ("deployed_by", by)] {
            about.facts.extend(value.map(|value| (name.to_owned(), value)));
        }
        if result == CaseResult::Passed
            && let Some(at) = at.or(began)
        {
            about.facts.push(("deployed_at".to_owned(), at));
        }
    }
    Artifact {
        content: Content::Tests(facts),
        about,
        anomalies,
        ..Artifact::default()
    }
}

/// How a deployment ended, and when: its newest status that is not only that another one followed, else its own word.
fn ending(deployment: &Node<'_>) -> (String, Option<String>) {
    let statuses = deployment.at("statuses").items();
    let time = |status: &Node<'_>| {
        let at = status.at("created_at").text()?;
        chrono::DateTime::parse_from_rfc3339(at).ok()
    };
    let told = statuses
        .iter()
        .filter(|status| status.at("state").words().to_lowercase() != FOLLOWED);
    // The forge lists the newest first; times decide where they can be read.
    let newest = told.rev().max_by_key(|status| time(status));
    let latest = ["latestStatus", "latest_status"].map(|key| deployment.at(key));
    let latest = latest.into_iter().find(|status| status.is_object());
    if let Some(status) = newest.or(latest) {
        let at = status.at("created_at").text().map(first_line);
        return (status.at("state").words().to_lowercase(), at);
    }
    let own = [deployment.at("status"), deployment.at("state")];
    let word = own.iter().find_map(|node| node.text()).unwrap_or_default().to_lowercase();
    let finished = deployment.path(&["deployable", "finished_at"]).text();
    let at = finished.or(deployment.at("updated_at").text()).map(first_line);
    (word, at)
}

#[cfg(test)]
mod tests {
    use super::{FAILED, STANDS};
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// The format, the counts of what stands, failed and is not known, when it was deployed, and the first anomaly.
    fn told(text: &str) -> String {
        let artifact = read(text.as_bytes(), None);
        let Content::Tests(facts) = &artifact.content else {
            return format!("unread: {:?}", artifact.problems.first().map(|problem| &problem.message));
        };
        let at = artifact.about.facts.iter().find(|(name, _)| name == "deployed_at");
        format!(
            "{} {}/{}/{} {} {}",
            artifact.format.unwrap_or("none"),
            facts.tests - facts.failures - facts.unknown,
            facts.failures,
            facts.unknown,
            at.map_or("-", |(_, at)| at),
            artifact.anomalies.first().map_or("", |anomaly| anomaly.message.as_str())
        )
        .trim()
        .to_owned()
    }

    fn github(statuses: &str) -> String {
        format!(r#"{{"id": 1, "sha": "abcdef0", "environment": "production", "created_at": "2026-01-02T10:00:00Z"{statuses}}}"#)
    }

    fn status(state: &str, minute: &str) -> String {
        format!(r#"{{"state": "{state}", "created_at": "2026-01-02T10:{minute}:00Z"}}"#)
    }

    #[test]
    fn the_newest_state_decides() {
        assert!(STANDS.is_sorted() && FAILED.is_sorted());
        let of = |list: &[String]| told(&github(&format!(", \"statuses\": [{}]", list.join(","))));
        assert_eq!(
            of(&[status("success", "05"), status("in_progress", "01")]),
            "forge-deployment 1/0/0 2026-01-02T10:05:00Z"
        );
        assert_eq!(
            of(&[status("in_progress", "01"), status("failure", "05")]),
            "forge-deployment 0/1/0 -"
        );
        assert_eq!(
            of(&[status("inactive", "50"), status("success", "05")]),
            "forge-deployment 1/0/0 2026-01-02T10:05:00Z",
            "that another one followed is no failure"
        );
        assert!(of(&[status("in_progress", "05")]).starts_with("forge-deployment 0/0/1 - the deployment to `production` is"));
        assert!(of(&[]).contains("names no state"));
        assert!(told(&github("")).contains("names no state"));
        assert_eq!(
            told(&format!(
                "[{}]",
                github(&format!(", \"statuses\": [{}]", status("success", "05")))
            )),
            "forge-deployment 1/0/0 2026-01-02T10:05:00Z"
        );
    }

    #[test]
    fn gitlab_tells_it_in_other_words() {
        let of = |status: &str| {
            told(&format!(
                r#"{{"id": 42, "sha": "abcdef0", "status": "{status}", "created_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T10:09:00Z", "environment": {{"name": "production"}}}}"#
            ))
        };
        assert_eq!(of("success"), "forge-deployment 1/0/0 2026-01-02T10:09:00Z");
        assert_eq!(of("failed"), "forge-deployment 0/1/0 -");
        assert!(of("blocked").starts_with("forge-deployment 0/0/1"));
    }

    #[test]
    fn each_deployment_has_its_id_its_commit_and_who_made_it() {
        let text = r#"[{"id": 7, "sha": "abcdef0", "environment": "production", "created_at": "2026-01-02T10:00:00Z",
            "creator": {"login": "robot"}, "state": "success"},
            {"id": 8, "sha": "abcdef1", "environment": "staging", "created_at": "2026-01-02T10:00:00Z", "state": "failure"}]"#;
        let facts = read(text.as_bytes(), None).about.facts;
        let told: Vec<String> = facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            told,
            [
                "environment=production",
                "deployment_id=7",
                "deployment_commit=abcdef0",
                "deployed_by=robot",
                "deployed_at=2026-01-02T10:00:00Z",
                "environment=staging",
                "deployment_id=8",
                "deployment_commit=abcdef1",
            ]
        );
    }

    #[test]
    fn broken_and_odd_ones_do_not_stand() {
        assert!(told(&github("")[..60]).starts_with("unread"));
        assert!(told(r#"[{"sha": null, "environment": "x", "created_at": "y", "state": "active"}]"#).contains("names no commit"));
        assert!(
            told(r#"[{"sha": "a", "environment": 3, "created_at": 4, "statuses": {"state": "success"}}, 5]"#).contains("0/0/1")
        );
    }
}
