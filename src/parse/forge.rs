//! Exports of forges: the pull requests that `gh pr list --json …` prints, and the merge requests of the interface of GitLab.

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};

use crate::model::population::{PullRequest, Review, Strength};

/// Words for the result of a check that let a change through. Sorted.
const GOOD_CHECKS: [&str; 4] = ["NEUTRAL", "SKIPPED", "SUCCESS", "success"];

/// A list that is as long as what one page of an interface holds is likely not the whole.
const PAGES: [usize; 4] = [20, 30, 100, 1000];

/// What an export holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Export {
    /// The requests, in their order.
    pub(crate) requests: Vec<PullRequest>,
    /// What could not be read or makes it less than the whole, one sentence each.
    pub(crate) problems: Vec<String>,
}

/// Reads an export. What is no request is left out and told.
pub(crate) fn read(path: &str, bytes: &[u8]) -> Export {
    let mut export = Export::default();
    let text = String::from_utf8_lossy(bytes);
    let value: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            export.problems.push(format!("The export is no JSON: {error}."));
            return export;
        }
    };
    let value = match value {
        Value::Object(mut object) => {
            let lists = [
                "pullRequests", "pull_requests", "mergeRequests", "merge_requests", "items", "nodes",
            ];
            lists.iter().find_map(|key| object.remove(*key)).unwrap_or_default()
        }
        value => value,
    };
    let Value::Array(list) = value else {
        export.problems.push("The export holds no list of requests.".to_owned());
        return export;
    };
    let length = list.len();
    let mut left_out = 0_usize;
    let mut without_reviews = 0_usize;
    for item in &list {
        match item.as_object().and_then(|object| request(path, object)) {
            Some((request, tells_reviews)) => {
                without_reviews += usize::from(!tells_reviews);
                export.requests.push(request);
            }
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        export
            .problems
            .push(format!("{left_out} of {length} entries have no number and are left out."));
    }
    if PAGES.contains(&length) {
        export.problems.push(format!(
            "It holds exactly {length} requests, as one page of a forge does: there may be more. Export with a larger limit."
        ));
    }
    if without_reviews > 0 {
        export.problems.push(format!(
            "{without_reviews} of {length} requests say nothing of reviews: export them with `reviews`, or with the approvals."
        ));
    }
    export
}

/// One request, and whether it tells of reviews at all.
fn request(path: &str, object: &Map<String, Value>) -> Option<(PullRequest, bool)> {
    // GitLab counts merge requests of a project by `iid`; its `id` is another number.
    let number = ["number", "iid"].iter().find_map(|key| object.get(*key)?.as_u64())?;
    let author = login(object.get("author").or_else(|| object.get("user")));
    let mut reviews = Vec::new();
    let mut tells_reviews = false;
    for list in ["reviews", "latestReviews"] {
        if let Some(Value::Array(list)) = object.get(list) {
            tells_reviews = true;
            if reviews.is_empty() {
                reviews.extend(list.iter().filter_map(|review| review_of(review, &author)));
            }
        }
    }
    let approvals = object
        .get("approved_by")
        .or_else(|| object.get("approvals").and_then(|approvals| approvals.get("approved_by")));
    if let Some(Value::Array(list)) = approvals {
        tells_reviews = true;
        for approval in list {
            let by = login(approval.get("user").or(Some(approval)));
            if !by.is_empty() {
                reviews.push(Review {
                    is_author: is_same(&by, &author),
                    decision: "approved".to_owned(),
                    at: moment(approval.get("approved_at")),
                    strength: Strength::ForgeExport,
                    by,
                });
            }
        }
    }
    reviews.truncate(200);
    let (checks, failed_checks) = checks(object);
    let merge_commit = ["mergeCommit", "merge_commit_sha", "squash_commit_sha", "merge_commit"]
        .iter()
        .find_map(|key| commit(object.get(*key)?));
    let merged_at = ["mergedAt", "merged_at"].iter().find_map(|key| moment(object.get(*key)));
    let text = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| object.get(*key)?.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let merged_by = ["mergedBy", "merged_by", "merge_user"]
        .iter()
        .map(|key| login(object.get(*key)))
        .find(|login| !login.is_empty())
        .unwrap_or_default();
    let url = text(&["url", "web_url", "html_url"]);
    let request = PullRequest {
        number,
        title: text(&["title"]),
        url: if url.starts_with("https://") { url } else { String::new() },
        author,
        merged_by,
        merged_at,
        merge_commit,
        base: text(&["baseRefName", "target_branch"]),
        head: text(&["headRefName", "source_branch"]),
        labels: labels(object.get("labels")),
        reviews,
        failed_checks,
        checks,
        path: path.to_owned(),
    };
    Some((request, tells_reviews))
}

fn review_of(review: &Value, author: &str) -> Option<Review> {
    let by = login(review.get("author").or_else(|| review.get("user")));
    let state = review.get("state")?.as_str()?;
    let decision = match state.to_ascii_uppercase().as_str() {
        "APPROVED" => "approved",
        "CHANGES_REQUESTED" => "changes-requested",
        "DISMISSED" => "dismissed",
        "COMMENTED" => "commented",
        // A review that was not sent yet is none.
        _ => return None,
    };
    (!by.is_empty()).then(|| Review {
        is_author: is_same(&by, author),
        decision: decision.to_owned(),
        at: moment(review.get("submittedAt").or_else(|| review.get("submitted_at"))),
        strength: Strength::ForgeExport,
        by,
    })
}

fn is_same(one: &str, other: &str) -> bool {
    !one.is_empty() && one.eq_ignore_ascii_case(other)
}

/// The account of a person: a text, or an object with a name for it.
fn login(value: Option<&Value>) -> String {
    let login = match value {
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Object(object)) => ["login", "username", "name"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str())
            .unwrap_or_default(),
        _ => "",
    };
    login.trim().to_owned()
}

fn labels(value: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(list)) = value else { return Vec::new() };
    let names = list.iter().filter_map(|label| match label {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => Some(object.get("name")?.as_str()?.to_owned()),
        _ => None,
    });
    names.take(100).collect()
}

/// A commit: 40 hex digits, or an object that has them.
fn commit(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => object.get("oid").or_else(|| object.get("sha"))?.as_str()?,
        _ => return None,
    };
    let is_id = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_ascii_lowercase())
}

fn moment(value: Option<&Value>) -> Option<DateTime<FixedOffset>> {
    let moment = DateTime::parse_from_rfc3339(value?.as_str()?).ok()?;
    // What `gh` prints for a moment that never came.
    (moment.timestamp() > 0).then_some(moment)
}

/// How many checks the export names, and those that did not pass.
fn checks(object: &Map<String, Value>) -> (usize, Vec<String>) {
    let Some(Value::Array(list)) = object.get("statusCheckRollup") else {
        let Some(status) = object
            .get("head_pipeline")
            .and_then(|pipeline| pipeline.get("status")?.as_str())
        else {
            return (0, Vec::new());
        };
        let failed = GOOD_CHECKS.binary_search(&status).is_err();
        return (
            1,
            if failed {
                vec![format!("pipeline: {status}")]
            } else {
                Vec::new()
            },
        );
    };
    let mut failed = Vec::new();
    for check in list {
        let text = |key: &str| check.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = if text("name").is_empty() {
            text("context")
        } else {
            text("name")
        };
        let result = if text("conclusion").is_empty() {
            text("state")
        } else {
            text("conclusion")
        };
        if GOOD_CHECKS.binary_search(&result).is_err() && failed.len() < 100 {
            let result = if result.is_empty() { "not ended" } else { result };
            failed.push(format!("{name}: {}", result.to_ascii_lowercase()));
        }
    }
    failed.sort();
    failed.dedup();
    (list.len(), failed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{GOOD_CHECKS, read};

    const GH: &str = r#"[{"number":12,"title":"Mend it","url":"https://example.org/pull/12","author":{"login":"one","is_bot":false},
        "mergedBy":{"login":"two"},"mergedAt":"2026-11-21T10:00:00Z","mergeCommit":{"oid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        "labels":[{"name":"hotfix"}],"baseRefName":"main","headRefName":"x",
        "reviews":[{"author":{"login":"two"},"state":"APPROVED","submittedAt":"2026-11-21T09:00:00Z"},
                   {"author":{"login":"ONE"},"state":"COMMENTED","submittedAt":"2026-11-21T09:00:00Z"},
                   {"author":{"login":"three"},"state":"PENDING"}],
        "statusCheckRollup":[{"name":"tests","conclusion":"SUCCESS"},{"name":"lint","conclusion":"FAILURE"},{"context":"old","state":"PENDING"}]}]"#;

    #[test]
    fn what_gh_prints_is_read() {
        let export = read("forge/pulls.json", GH.as_bytes());
        assert!(export.problems.is_empty(), "{:?}", export.problems);
        let [request] = export.requests.as_slice() else {
            panic!("one request")
        };
        assert_eq!(
            (request.number, request.author.as_str(), request.merged_by.as_str()),
            (12, "one", "two")
        );
        assert_eq!(request.merge_commit.as_deref(), Some("a".repeat(40).as_str()));
        let said: Vec<(&str, &str, bool)> = request
            .reviews
            .iter()
            .map(|review| (review.by.as_str(), review.decision.as_str(), review.is_author))
            .collect();
        assert_eq!(said, [("two", "approved", false), ("ONE", "commented", true)]);
        assert_eq!(
            (request.checks, request.failed_checks.join(", ")),
            (3, "lint: failure, old: pending".to_owned())
        );
        assert!(GOOD_CHECKS.is_sorted());
    }

    #[test]
    fn what_gitlab_answers_is_read() {
        let text = r#"[{"id":9001,"iid":3,"title":"x","web_url":"https://example.org/-/merge_requests/3","author":{"username":"one"},
            "merge_user":{"username":"one"},"merged_at":"2026-11-21T10:00:00.123Z","merge_commit_sha":null,
            "squash_commit_sha":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","labels":["a"],"target_branch":"main","source_branch":"y",
            "reviewers":[{"username":"two"}],"approved_by":[{"user":{"username":"one"}}],"head_pipeline":{"status":"failed"}}]"#;
        let export = read("x", text.as_bytes());
        let [request] = export.requests.as_slice() else {
            panic!("one request")
        };
        assert_eq!(request.number, 3, "the number of the project counts");
        assert_eq!(request.merge_commit.as_deref(), Some("b".repeat(40).as_str()));
        assert!(
            request.reviews.len() == 1 && request.reviews[0].is_author,
            "to be asked is no review"
        );
        assert_eq!(request.failed_checks, ["pipeline: failed"]);
    }

    #[test]
    fn what_is_less_than_the_whole_says_so() {
        let of = |text: &str| read("x", text.as_bytes()).problems.join(" ");
        assert!(of("{").starts_with("The export is no JSON"));
        assert_eq!(of("{}"), "The export holds no list of requests.");
        assert_eq!(of("null"), "The export holds no list of requests.");
        assert_eq!(of("[{\"title\":\"x\"}]"), "1 of 1 entries have no number and are left out.");
        assert!(of("[{\"number\":1}]").contains("say nothing of reviews"));
        let page: Vec<String> = (1..=30)
            .map(|number| format!("{{\"number\":{number},\"reviews\":[]}}"))
            .collect();
        assert!(of(&format!("[{}]", page.join(","))).contains("exactly 30"));
        assert_eq!(of("[]"), "");
        assert_eq!(read("x", b"\xff\xfe\x00").requests.len(), 0);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in any::<Vec<u8>>(), text in any::<String>()) {
            read("x", &bytes);
            let value = serde_json::json!([{ "number": 1, "author": text, "reviews": [{ "state": text, "author": text }], "mergedAt": text, "labels": [text], "mergeCommit": text }]);
            read("x", value.to_string().as_bytes());
        }
    }
}
