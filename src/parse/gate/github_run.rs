//! Runs of GitHub Actions, as `gh run view ID --json …` prints them: which jobs ran for which commit, and how they ended.

use chrono::{DateTime, Datelike};
use serde::Deserialize;

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, CaseKind, CaseResult, Content, FailedCase, NamedResult, TestFacts};
use crate::parse::artifact::json::{self, Count, Items, Text};
use crate::parse::artifact::{Format, Sniff, anomaly, broken};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "github-run",
    title: "GitHub Actions run",
    recognizes,
    parse,
};

/// Failed jobs that are listed.
const MAX_FAILED: usize = 50;

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("jobs")
        && [
            "conclusion", "headSha", "head_sha", "workflowName", "databaseId", "total_count",
        ]
        .iter()
        .any(|key| sniff.has_key(key))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Run<'text> {
    #[serde(borrow)]
    conclusion: Text<'text>,
    #[serde(borrow)]
    status: Text<'text>,
    #[serde(borrow, alias = "head_sha")]
    head_sha: Text<'text>,
    #[serde(borrow)]
    workflow_name: Text<'text>,
    /// The API calls the workflow so; `gh` has both.
    #[serde(borrow)]
    name: Text<'text>,
    #[serde(borrow, alias = "run_started_at")]
    started_at: Text<'text>,
    #[serde(borrow, alias = "updated_at")]
    updated_at: Text<'text>,
    #[serde(borrow, alias = "id")]
    database_id: Text<'text>,
    #[serde(borrow)]
    url: Text<'text>,
    #[serde(borrow, alias = "head_branch")]
    head_branch: Text<'text>,
    #[serde(alias = "run_attempt")]
    attempt: Count,
    /// How many jobs there are; the API lists them page by page.
    #[serde(rename = "total_count")]
    total: Count,
    #[serde(borrow)]
    jobs: Items<Job<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Job<'text> {
    #[serde(borrow)]
    name: Text<'text>,
    /// The API names the commit, the run and the times with each job.
    #[serde(borrow)]
    head_sha: Text<'text>,
    #[serde(borrow)]
    run_id: Text<'text>,
    #[serde(borrow)]
    completed_at: Text<'text>,
    /// As `gh` calls the times.
    #[serde(borrow, rename = "startedAt", alias = "started_at")]
    started: Text<'text>,
    #[serde(borrow, rename = "completedAt")]
    completed: Text<'text>,
    #[serde(borrow)]
    conclusion: Text<'text>,
    #[serde(borrow)]
    status: Text<'text>,
}

/// How something ended, from its `status` and `conclusion`.
enum Ending {
    Success,
    Skipped,
    Failure(String),
    Unknown(String),
}

fn parse(text: &str) -> Artifact {
    let run: Run<'_> = match json::read(text) {
        Ok(run) => run,
        Err(problem) => return broken(problem),
    };
    let mut facts = TestFacts {
        kind: CaseKind::Job,
        suites: 1,
        ..TestFacts::default()
    };
    let mut anomalies = Vec::new();
    if run.jobs.others > 0 {
        let message = format!("{} jobs are no objects", run.jobs.others);
        anomaly(&mut anomalies, AnomalyKind::UnreadPart, None, message);
    }
    let jobs = run.jobs.list.len() as u64;
    if let Some(total) = run.total.0.filter(|total| *total > jobs) {
        let message = format!("the run has {total} jobs, and {jobs} are listed; collect all of its pages");
        anomaly(&mut anomalies, AnomalyKind::FewerThanDeclared, None, message);
    }
    let mut commits = Vec::new();
    let of_jobs = run.jobs.list.iter().map(|job| &job.head_sha);
    for commit in [&run.head_sha].into_iter().chain(of_jobs).filter_map(Text::words) {
        About::add(&mut commits, &first_line(commit));
    }
    if commits.is_empty() {
        let message = "the run does not name its commit (`headSha`)";
        anomaly(&mut anomalies, AnomalyKind::NotWhole, None, message);
    }
    let workflow = run
        .workflow_name
        .words()
        .or(run.name.words())
        .map(first_line)
        .unwrap_or_default();
    let mut reversed = |what: &str, start: &Text<'_>, end: &Text<'_>| {
        // What did not begin or end is of the year 1.
        let at = |text: &Text<'_>| DateTime::parse_from_rfc3339(text.words()?).ok().filter(|at| at.year() > 1);
        if let (Some(began), Some(ended)) = (at(start), at(end))
            && ended < began
        {
            let message = format!("{what} ended at {}, before it began at {}", end.as_str(), start.as_str());
            anomaly(&mut anomalies, AnomalyKind::TimesReversed, None, first_line(&message));
        }
    };
    reversed("the run", &run.started_at, &run.updated_at);
    for job in &run.jobs.list {
        // GitHub gives any times to what was skipped.
        if matches!(ending(&job.status, &job.conclusion), Ending::Success) {
            let end = if job.completed.words().is_some() {
                &job.completed
            } else {
                &job.completed_at
            };
            reversed(&format!("the job `{}`", job.name.as_str()), &job.started, end);
        }
    }
    for job in &run.jobs.list {
        facts.tests += 1;
        let ending = ending(&job.status, &job.conclusion);
        count(&ending, job.name.as_str(), &mut facts);
        facts.named.push(NamedResult {
            group: workflow.clone(),
            name: first_line(job.name.as_str()),
            result: match ending {
                Ending::Success => CaseResult::Passed,
                Ending::Skipped => CaseResult::Skipped,
                Ending::Failure(_) => CaseResult::Failed,
                Ending::Unknown(_) => CaseResult::Unknown,
            },
        });
    }
    // The run as a whole may have ended worse than its jobs tell: it was cancelled, or it did not end.
    let is_told = facts.failures + facts.errors > 0;
    let whole = ending(&run.status, &run.conclusion);
    // The list of jobs alone, as the API prints it, has no ending of its own.
    let has_ending = run.total.0.is_none() || run.status.words().or(run.conclusion.words()).is_some();
    if !is_told && has_ending && !matches!(whole, Ending::Success) {
        let name = run.workflow_name.words().unwrap_or("the run");
        let whole = match whole {
            Ending::Skipped => Ending::Unknown("the run was skipped".to_owned()),
            whole => whole,
        };
        facts.tests += 1;
        count(&whole, name, &mut facts);
    }
    Artifact {
        content: Content::Tests(facts),
        about: About {
            commits,
            times: [&run.started_at, &run.updated_at]
                .into_iter()
                .chain(run.jobs.list.iter().map(|job| &job.completed_at))
                .filter_map(|time| time.words().map(first_line))
                .take(100)
                .collect(),
            run: run
                .database_id
                .words()
                .or(run.url.words())
                .or_else(|| run.jobs.list.iter().find_map(|job| job.run_id.words()))
                .map(first_line),
            attempt: run.attempt.0,
            facts: run
                .head_branch
                .words()
                .map(|branch| ("branch".to_owned(), first_line(branch)))
                .into_iter()
                .collect(),
            ..About::default()
        },
        anomalies,
        problems: Vec::new(),
        ..Artifact::default()
    }
}

fn ending(status: &Text<'_>, conclusion: &Text<'_>) -> Ending {
    match (status.words(), conclusion.words()) {
        (Some("completed") | None, Some("success")) => Ending::Success,
        (Some("completed") | None, Some("skipped" | "neutral")) => Ending::Skipped,
        (Some("completed") | None, Some(conclusion)) => Ending::Failure(format!("ended as {}", first_line(conclusion))),
        (Some("completed") | None, None) => Ending::Unknown("no conclusion".to_owned()),
        (Some(status), _) => Ending::Unknown(format!("not completed: {}", first_line(status))),
    }
}

fn count(ending: &Ending, name: &str, facts: &mut TestFacts) {
    let message = match ending {
        Ending::Success => return,
        Ending::Skipped => {
            facts.skipped += 1;
            return;
        }
        Ending::Failure(message) => {
            facts.failures += 1;
            message
        }
        Ending::Unknown(message) => {
            facts.errors += 1;
            message
        }
    };
    if facts.failed.len() < MAX_FAILED {
        facts.failed.push(FailedCase {
            name: first_line(name),
            message: message.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::{AnomalyKind, CaseKind, Content};
    use crate::parse::recognise::read;

    #[test]
    fn what_the_api_prints_is_read_as_well() {
        let job = r#"{"name": "j", "status": "completed", "conclusion": "success", "head_sha": "abcdef0", "run_id": 7}"#;
        let pages = |total: u64| read(format!(r#"{{"total_count": {total}, "jobs": [{job}]}}"#).as_bytes(), None);
        let whole = pages(1);
        assert_eq!((whole.format, whole.about.run.as_deref()), (Some("github-run"), Some("7")));
        assert_eq!(whole.about.commits, ["abcdef0"]);
        assert!(whole.anomalies.is_empty(), "{:?}", whole.anomalies);
        let part = pages(45);
        assert_eq!(part.anomalies[0].kind, AnomalyKind::FewerThanDeclared);
        let run = format!(
            r#"{{"id": 7, "head_sha": "abcdef0", "name": "CI", "status": "completed", "conclusion": "success", "run_attempt": 2, "jobs": [{job}]}}"#
        );
        let run = read(run.as_bytes(), None);
        assert_eq!((run.about.attempt, run.anomalies.len()), (Some(2), 0));
        let both = format!(
            r#"{{"headSha": "abcdef0", "name": "CI", "workflowName": "CI", "status": "completed", "conclusion": "success", "jobs": [{job}]}}"#
        );
        assert!(
            matches!(read(both.as_bytes(), None).content, Content::Tests(_)),
            "`gh` prints both names"
        );
    }

    /// Jobs, failures, errors, skipped, then what failed.
    fn check(run: &str, jobs: &[(&str, &str)], expected: &str) {
        let jobs: Vec<_> = jobs
            .iter()
            .map(|(status, conclusion)| format!(r#"{{"name": "j", "status": "{status}", "conclusion": "{conclusion}"}}"#))
            .collect();
        let text = format!(
            r#"{{{run}, "headSha": "abc", "workflowName": "CI", "jobs": [{}]}}"#,
            jobs.join(", ")
        );
        let artifact = read(text.as_bytes(), Some("github-run"));
        let Content::Tests(facts) = artifact.content else {
            panic!("{:?}", artifact.problems);
        };
        assert_eq!(facts.kind, CaseKind::Job);
        assert_eq!(artifact.about.commits, ["abc"]);
        let mut got = format!("{} {} {} {}", facts.tests, facts.failures, facts.errors, facts.skipped);
        got.extend(
            facts
                .failed
                .iter()
                .map(|failed| format!("; {}: {}", failed.name, failed.message)),
        );
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn only_success_of_a_completed_job_is_a_pass() {
        let run = r#""status": "completed", "conclusion": "success""#;
        check(run, &[("completed", "success"), ("completed", "skipped")], "2 0 0 1");
        check(run, &[("completed", "failure")], "1 1 0 0; j: ended as failure");
        check(run, &[("completed", "cancelled")], "1 1 0 0; j: ended as cancelled");
        check(run, &[("completed", "timed_out")], "1 1 0 0; j: ended as timed_out");
        check(run, &[("completed", "")], "1 0 1 0; j: no conclusion");
        check(run, &[("in_progress", "")], "1 0 1 0; j: not completed: in_progress");
        check(run, &[("queued", "success")], "1 0 1 0; j: not completed: queued");
        check(run, &[], "0 0 0 0");
    }

    #[test]
    fn a_run_that_ended_worse_than_its_jobs_counts_as_well() {
        let job = [("completed", "success")];
        check(
            r#""status": "completed", "conclusion": "cancelled""#,
            &job,
            "2 1 0 0; CI: ended as cancelled",
        );
        check(
            r#""status": "in_progress", "conclusion": """#,
            &job,
            "2 0 1 0; CI: not completed: in_progress",
        );
        check(
            r#""status": "completed", "conclusion": "skipped""#,
            &job,
            "2 0 1 0; CI: the run was skipped",
        );
        check(r#""x": 1"#, &job, "2 0 1 0; CI: no conclusion");
    }

    proptest! {
        #[test]
        fn any_members_are_read(members in "(\"(status|conclusion|jobs|headSha)\": ?(null|1|\"success\"|\\[\\]|\\[\\{\"conclusion\": ?(1|\"x\"|\\[\\])\\}\\]),? ?){0,3}") {
            let _ = parse(&format!("{{{members}}}"));
        }
    }
}
