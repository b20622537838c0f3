//! What the environment of a pipeline tells of a pull request.

use std::path::Path;

use crate::judge::base::{Forge, PullRequest};
use crate::source::disk::named_text;

/// The branch that a pull request goes to, as the pipelines of other forges and servers name it: Azure, Bitbucket, Buildkite, Drone and
/// Woodpecker, Jenkins.
const TARGETS: &[&str] = &[
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CI_COMMIT_TARGET_BRANCH",
    "CHANGE_TARGET",
];

/// What variables tell; none outside of the pipeline of a pull request.
pub(crate) fn told(variable: impl Fn(&str) -> Option<String>) -> Option<PullRequest> {
    let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    if variable("GITHUB_EVENT_NAME").is_some_and(|event| event == "pull_request") {
        return Some(PullRequest {
            forge: Forge::GitHub,
            checked_out: variable("GITHUB_SHA"),
            head: variable("GITHUB_EVENT_PATH").and_then(|path| head_of_event(&path)),
            target_branch: variable("GITHUB_BASE_REF"),
            ..PullRequest::default()
        });
    }
    let base = variable("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    let target = variable("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
    if base.is_none() && target.is_none() {
        // Travis names the branch also where there is no request.
        let travis = || {
            let number = variable("TRAVIS_PULL_REQUEST").filter(|number| number != "false");
            number.and_then(|_| variable("TRAVIS_BRANCH"))
        };
        let branch = TARGETS.iter().find_map(|name| variable(name)).or_else(travis)?;
        return Some(PullRequest {
            forge: Forge::Other,
            target_branch: Some(branch.trim_start_matches("refs/heads/").to_owned()),
            ..PullRequest::default()
        });
    }
    (base.is_some() || target.is_some()).then(|| PullRequest {
        forge: Forge::GitLab,
        checked_out: variable("CI_COMMIT_SHA"),
        head: variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"),
        base,
        target,
        target_branch: variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
    })
}

/// The last commit of the branch, by the payload of the event.
fn head_of_event(path: &str) -> Option<String> {
    let text = named_text(Path::new(path), &[]).ok()??;
    let event: serde_json::Value = serde_json::from_str(&text).ok()?;
    event.pointer("/pull_request/head/sha")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::told;
    use crate::judge::base::{Forge, PullRequest};

    fn of(variables: &[(&str, &str)]) -> Option<PullRequest> {
        let map: BTreeMap<&str, &str> = variables.iter().copied().collect();
        told(|name| map.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn only_the_pipeline_of_a_pull_request_has_a_base() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_BASE_REF", "")]), None);
        assert_eq!(of(&[("CI_COMMIT_SHA", "1")]), None);
        assert_eq!(of(&[("TRAVIS_BRANCH", "main"), ("TRAVIS_PULL_REQUEST", "false")]), None);
        for variables in [
            [("TRAVIS_BRANCH", "main"), ("TRAVIS_PULL_REQUEST", "12")],
            [("CHANGE_TARGET", "main"), ("CHANGE_ID", "12")],
            [("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"), ("TF_BUILD", "True")],
        ] {
            let other = of(&variables).unwrap();
            assert_eq!((other.forge, other.target_branch.as_deref()), (Forge::Other, Some("main")));
        }
        let github = of(&[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main")]).unwrap();
        assert_eq!((github.forge, github.target_branch.as_deref()), (Forge::GitHub, Some("main")));
        let gitlab = of(&[
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "1"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""),
        ])
        .unwrap();
        assert_eq!(
            (gitlab.forge, gitlab.base.as_deref(), gitlab.target),
            (Forge::GitLab, Some("1"), None)
        );
    }
}
