//! Reviews that commits tell of: the trailer `Runbook-Reviewed: docs/release.md — why` in their messages.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use crate::error::Result;
use crate::model::history::Commit;
use crate::source::commit::{RawText, parse_commit};
use crate::source::repository::{Repository, parse_id};

/// The name of the trailer.
const TRAILER: &str = "Runbook-Reviewed:";

/// The newest commits that are asked. A review that is older than so many commits lasts no longer.
const LIMIT: usize = 5_000;

/// The newest commit that vouches for each runbook, by path, among the newest commits that `start` contains.
pub(crate) fn reviews(repository: &Repository, start: &str) -> Result<HashMap<String, Vec<Arc<Commit>>>> {
    let objects = repository.objects();
    let start = parse_id(start)?;
    let mut waiting = BinaryHeap::from([(objects.commit_head(start)?.time, start)]);
    let mut seen = HashSet::from([start]);
    let mut reviews: HashMap<String, Vec<Arc<Commit>>> = HashMap::new();
    let mut count = 0;
    while let Some((_, id)) = waiting.pop() {
        count += 1;
        if count > LIMIT {
            break;
        }
        let bytes = objects.commit_bytes(id)?;
        if has_trailer(&bytes) {
            let raw = RawText::of(&bytes);
            let commit = Arc::new(parse_commit(id, &bytes));
            for path in paths(&raw.decode(raw.message)) {
                reviews.entry(path).or_default().push(Arc::clone(&commit));
            }
        }
        for parent in objects.commit_head(id)?.parents {
            if seen.insert(parent) {
                // A commit beyond the edge of a partial clone vouches for nothing.
                if let Ok(head) = objects.commit_head(parent) {
                    waiting.push((head.time, parent));
                }
            }
        }
    }
    Ok(reviews)
}

/// Whether the name of the trailer stands anywhere; most commits have none.
fn has_trailer(bytes: &[u8]) -> bool {
    let name = TRAILER.as_bytes();
    bytes.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name))
}

/// The runbooks that a message vouches for.
pub(crate) fn paths(message: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for line in message.lines() {
        let Some((name, value)) = line.split_at_checked(TRAILER.len()) else {
            continue;
        };
        if !name.eq_ignore_ascii_case(TRAILER) {
            continue;
        }
        let value = [" — ", " – ", " - ", " -- "]
            .into_iter()
            .fold(value, |value, dash| value.split(dash).next().unwrap_or_default());
        for path in value.split(',') {
            let path = path.trim().trim_matches(['`', '"', '\'']).trim_start_matches("./");
            if !path.is_empty() {
                paths.push(path.to_owned());
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::{paths, reviews};
    use crate::source::testing::TestRepository;

    #[test]
    fn trailers_name_paths() {
        assert_eq!(
            paths("Ship it\n\nRunbook-Reviewed: ./docs/a.md — the steps are as before\nrunbook-reviewed: `b.md`, c-d.md\n"),
            ["docs/a.md", "b.md", "c-d.md"]
        );
        assert!(paths("Runbook-Reviewed:\nSee Runbook-Reviewed: a.md\nRunbook-Revi\n").is_empty());
    }

    #[test]
    fn the_newest_review_comes_first() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "a")], "first\n\nRunbook-Reviewed: a.md");
        let second = test.commit(&[("x", "x")], "second\n\nRunbook-Reviewed: a.md - fine");
        let head = test.commit(&[("x", "y")], "third");
        let reviews = reviews(&test.open(), &head).unwrap();
        assert_eq!(reviews["a.md"].len(), 2);
        assert_eq!(reviews["a.md"][0].id, second);
    }
}
