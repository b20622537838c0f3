//! The changes of a product: what the line of first parents holds, with what messages and exports of the forge say about each.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::config::product::ProductPlan;
use crate::error::Result;
use crate::load::discovery::glob_set;
use crate::model::digest::sha256;
use crate::model::history::CommitId;
use crate::model::population::{Change, ForgeExport, Person, PullRequest, Review, Trail};
use crate::model::release::Release;
use crate::model::tree::EntryKind;
use crate::parse::{commit_message, forge};
use crate::source::history::first_parents;
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The largest export that is read, in bytes.
const LARGEST_EXPORT: usize = 64 << 20;

/// Reads the changes of a product from a day on. `head` is the commit of the branch.
pub(crate) fn trail(
    repository: Option<&Repository>,
    head: Option<&str>,
    tree: &dyn Tree,
    plan: &ProductPlan,
    releases: &[Release],
    since: Option<NaiveDate>,
) -> Result<Trail> {
    let mut trail = Trail {
        folder: plan.root.clone(),
        ..Trail::default()
    };
    exports(tree, plan, &mut trail);
    let Some((repository, head)) = repository.zip(head) else {
        return Ok(trail);
    };
    trail.head = Some(head.to_owned());
    let ends = ends(releases);
    let mut commits: Vec<CommitId> = ends.iter().map(|(commit, _)| commit.clone()).collect();
    commits.push(head.to_owned());
    let since = since
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .map_or(i64::MIN, |start| start.and_utc().timestamp());
    let line = first_parents::changes(repository, &commits, std::slice::from_ref(&plan.root), since)?;
    trail.is_whole = line.is_whole;
    let mut by_commit: HashMap<&str, &PullRequest> = HashMap::new();
    let mut by_number: HashMap<u64, &PullRequest> = HashMap::new();
    for request in &trail.requests {
        if let Some(commit) = &request.merge_commit {
            by_commit.entry(commit).or_insert(request);
        }
        by_number.entry(request.number).or_insert(request);
    }
    let on_line: HashSet<&str> = line.changes.iter().map(|found| found.change.id.as_str()).collect();
    let mut changes = Vec::with_capacity(line.changes.len());
    for found in &line.changes {
        if !found.touches.first().copied().unwrap_or(true) {
            trail.elsewhere.push(found.change.day());
            continue;
        }
        let mut change = found.change.clone();
        change.release = ends.get(found.end).map(|(_, version)| version.clone());
        change.request = commit_message::request(&found.message);
        change.tickets = commit_message::tickets(&found.message, &change.trailers);
        let of_number = change.request.and_then(|number| by_number.get(&number).copied());
        // A number in a message may be that of the change which this one repeats on another branch.
        let of_number =
            of_number.filter(|request| request.merge_commit.as_deref().is_none_or(|commit| !on_line.contains(commit)));
        let request = by_commit.get(change.id.as_str()).copied().or(of_number);
        change.emergency = commit_message::emergency(&found.message, &change.trailers).or_else(|| {
            let request = request?;
            let label = request.labels.iter().find_map(|label| commit_message::label_urgent(label));
            label.or_else(|| commit_message::branch_urgent(&request.head))
        });
        change.reviews = reviews(&change, request);
        if let Some(request) = request {
            change.request = Some(request.number);
            change.pull_request = Some(request.clone());
        }
        changes.push(change);
    }
    trail.changes = changes;
    Ok(trail)
}

/// The commits of the releases that a change can belong to, the oldest first, with their versions. A pre-release is on the way to a
/// release, so that it is none of them unless there is nothing else.
fn ends(releases: &[Release]) -> Vec<(CommitId, String)> {
    let of = |with_prereleases: bool| -> Vec<&Release> {
        let mut ends: Vec<&Release> = releases
            .iter()
            .rev()
            .filter(|release| release.commit_is_present && release.commit.is_some())
            .filter(|release| with_prereleases || !release.is_prerelease())
            .collect();
        // Stable: where the days are the same the order of the versions decides.
        ends.sort_by_key(|release| release.commit_date);
        ends
    };
    let mut ends = of(false);
    if ends.is_empty() {
        ends = of(true);
    }
    ends.into_iter()
        .filter_map(|release| Some((release.commit.clone()?, release.version.clone())))
        .collect()
}

/// What reviewers said, in git and in the export; of each person the last word that decides.
fn reviews(change: &Change, request: Option<&PullRequest>) -> Vec<Review> {
    let mut reviews: Vec<Review> = Vec::new();
    for (name, mail, decision, strength) in commit_message::reviewers(&change.trailers, change.signature.is_some()) {
        let by = Person { name, mail };
        reviews.push(Review {
            is_author: by.is(&change.author),
            by: by.name,
            decision: decision.to_owned(),
            at: None,
            strength,
        });
    }
    let Some(request) = request else { return reviews };
    let mut last: Vec<Review> = Vec::new();
    for review in &request.reviews {
        match last.iter_mut().find(|known| known.by.eq_ignore_ascii_case(&review.by)) {
            Some(known) if review.decision != "commented" => *known = review.clone(),
            Some(_) => {}
            None => last.push(review.clone()),
        }
    }
    reviews.extend(last);
    reviews
}

/// Reads the exports that the settings name.
fn exports(tree: &dyn Tree, plan: &ProductPlan, trail: &mut Trail) {
    let globs = glob_set(&plan.forge_exports);
    let mut known: HashSet<u64> = HashSet::new();
    for entry in tree.listing().entries.iter().filter(|entry| globs.is_match(&entry.path)) {
        let mut export = ForgeExport {
            path: entry.path.clone(),
            ..ForgeExport::default()
        };
        let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
        match tree.read(entry) {
            Ok(bytes) if is_file && bytes.len() <= LARGEST_EXPORT => {
                export.sha256 = sha256(&bytes);
                let found = forge::read(&entry.path, &bytes);
                export.requests = found.requests.len();
                export.problems = found.problems;
                trail
                    .requests
                    .extend(found.requests.into_iter().filter(|request| known.insert(request.number)));
            }
            Ok(_) if is_file => export.problems.push("It is too large to be read.".to_owned()),
            _ => export.problems.push("It cannot be read from the repository.".to_owned()),
        }
        trail.exports.push(export);
    }
    trail.requests.sort_by_key(|request| request.number);
}

#[cfg(test)]
mod tests {
    use super::trail;
    use crate::config::product::ProductPlan;
    use crate::model::population::Strength;
    use crate::model::release::Release;
    use crate::source::testing::TestRepository;

    fn plan(root: &str) -> ProductPlan {
        ProductPlan {
            root: root.to_owned(),
            forge_exports: vec!["forge/*.json".to_owned()],
            ..ProductPlan::default()
        }
    }

    fn release(version: &str, commit: &str, date: &str) -> Release {
        Release {
            version: version.to_owned(),
            semver: semver::Version::parse(version.trim_start_matches('v')).ok(),
            commit: Some(commit.to_owned()),
            commit_is_present: true,
            commit_date: chrono::DateTime::parse_from_rfc3339(date).ok(),
            ..Release::default()
        }
    }

    #[test]
    fn changes_are_joined_with_what_the_forge_exported() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a/x", "1")], "Start");
        let second = test.commit(&[("a/x", "2")], "Mend it (#12)\n\nReviewed-by: Author <author@example.org>");
        let elsewhere = test.commit(&[("b", "1")], "Elsewhere");
        let third = test.commit(&[("a/x", "3")], "Mend it again (#12)");
        let export = format!(
            r#"[{{"number":12,"author":{{"login":"one"}},"mergeCommit":{{"oid":"{second}"}},"labels":[{{"name":"hotfix"}}],
                "reviews":[{{"author":{{"login":"two"}},"state":"CHANGES_REQUESTED"}},{{"author":{{"login":"two"}},"state":"APPROVED"}},
                           {{"author":{{"login":"two"}},"state":"COMMENTED"}}]}}]"#
        );
        let head = test.commit(&[("forge/pulls.json", export.as_str())], "Keep the export");
        let repository = test.open();
        let tree = repository.tree(&head).expect("a tree");
        let releases = [
            release("v1.1.0", &third, "2023-11-14T22:20:00Z"),
            release("v1.1.0-rc.1", &third, "2023-11-14T22:20:00Z"),
            release("v1.0.0", &second, "2023-11-14T22:15:00Z"),
        ];
        let of = |root: &str| trail(Some(&repository), Some(&head), &tree, &plan(root), &releases, None).expect("a trail");
        let found = of("a");
        let told: Vec<(&str, Option<&str>, Option<u64>)> = found
            .changes
            .iter()
            .map(|change| (change.id.as_str(), change.release.as_deref(), change.request))
            .collect();
        assert_eq!(
            told,
            [
                (third.as_str(), Some("v1.1.0"), Some(12)),
                (second.as_str(), Some("v1.0.0"), Some(12)),
                (first.as_str(), Some("v1.0.0"), None),
            ]
        );
        assert_eq!(found.elsewhere.len(), 2, "{elsewhere} and {head} touch nothing of it");
        assert!(
            found.changes[0].pull_request.is_none(),
            "the number is that of the change which it repeats"
        );
        let joined = &found.changes[1];
        assert_eq!(joined.emergency.as_deref(), Some("the label `hotfix`"));
        let said: Vec<(&str, &str, bool, Strength)> = joined
            .reviews
            .iter()
            .map(|review| {
                (
                    review.by.as_str(),
                    review.decision.as_str(),
                    review.is_author,
                    review.strength,
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("Author", "approved", true, Strength::TextInGit),
                ("two", "approved", false, Strength::ForgeExport),
            ]
        );
        assert_eq!((found.exports[0].requests, found.exports[0].sha256.len()), (1, 64));
        let whole = of("");
        assert_eq!(whole.changes.len(), 5);
        assert_eq!(whole.changes[0].release, None, "it is not released yet");
    }

    #[test]
    fn a_folder_without_commits_has_no_changes() {
        let tree = crate::source::tree::memory::MemoryTree::new(&[]);
        let found = trail(None, None, &tree, &plan(""), &[], None).expect("a trail");
        assert!(found.changes.is_empty() && !found.is_whole && found.head.is_none());
    }
}
