//! Reviews that commits tell of: the trailer `Runbook-Reviewed: docs/release.md — why` in their messages.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use crate::error::Result;
use crate::model::history::Commit;
use crate::source::commit::{RawText, parse_commit};
use crate::source::history::cache::HistoryCache;
use crate::source::repository::{Repository, parse_id};

/// The name of the trailer.
const TRAILER: &str = "Runbook-Reviewed:";

/// The newest commits that are asked. A review that is older than so many commits lasts no longer.
const LIMIT: usize = 5_000;

/// The name under which the answer for one commit is kept.
const PART: &str = "trailers";

/// The newest commit that says that it reviewed each runbook, by path, among the newest commits that `start` contains.
pub(crate) fn reviews(repository: &Repository, start: &str) -> Result<HashMap<String, Vec<Arc<Commit>>>> {
    let cache = HistoryCache::of(repository);
    let kept = cache.as_ref().and_then(|cache| cache.part(PART));
    if let Some(known) = kept.and_then(|kept| decoded(repository, start, &kept)) {
        return Ok(known);
    }
    let reviews = read(repository, start)?;
    if let Some(cache) = cache {
        cache.keep_part(PART, encoded(start, &reviews).as_bytes());
    }
    Ok(reviews)
}

/// An answer as it is kept: the commit that it is for, then for each runbook its path and the commits that say so of it, with NUL
/// between all of them and a line end after each.
fn encoded(start: &str, reviews: &HashMap<String, Vec<Arc<Commit>>>) -> String {
    let mut lines: Vec<String> = reviews
        .iter()
        .map(|(path, commits)| {
            let ids: Vec<&str> = commits.iter().map(|commit| commit.id.as_str()).collect();
            format!("{path}\0{}\n", ids.join("\0"))
        })
        .collect();
    lines.sort();
    format!("{start}\n{}", lines.concat())
}

/// The answer for a commit; none when what was kept is for another one, or names commits that are not there.
fn decoded(repository: &Repository, start: &str, kept: &[u8]) -> Option<HashMap<String, Vec<Arc<Commit>>>> {
    let text = std::str::from_utf8(kept).ok()?;
    let (known, lines) = text.split_once('\n')?;
    if known != start {
        return None;
    }
    let mut reviews = HashMap::new();
    for line in lines.lines() {
        let mut words = line.split('\0');
        let path = words.next()?;
        let commits: Option<Vec<Arc<Commit>>> = words.map(|id| repository.commit(id).map(Arc::new)).collect();
        reviews.insert(path.to_owned(), commits?);
    }
    Some(reviews)
}

/// The same, read from the commits.
fn read(repository: &Repository, start: &str) -> Result<HashMap<String, Vec<Arc<Commit>>>> {
    let objects = repository.objects();
    let mut waiting = BinaryHeap::new();
    let mut seen = HashSet::new();
    let mut found: Vec<(String, Arc<Commit>)> = Vec::new();
    let mut ids = vec![parse_id(start)?];
    // The walks over the history need these commits, too.
    let mut heads = Vec::new();
    loop {
        for id in ids {
            // A commit beyond the edge of a partial clone tells of no review.
            let Ok((head, bytes)) = objects.commit(id) else { continue };
            let paths = told(&bytes);
            if !paths.is_empty() {
                let commit = Arc::new(parse_commit(id, &bytes));
                found.extend(paths.into_iter().map(|path| (path, Arc::clone(&commit))));
            }
            waiting.push((head.time, id, head.parents.clone()));
            heads.push((id, head));
        }
        let Some((_, _, parents)) = waiting.pop().filter(|_| seen.len() < LIMIT) else {
            break;
        };
        ids = parents.into_iter().filter(|parent| seen.insert(*parent)).collect();
    }
    objects.keep_walked(heads);
    found.sort_by(|left, right| (right.1.date, &right.1.id).cmp(&(left.1.date, &left.1.id)));
    let mut reviews: HashMap<String, Vec<Arc<Commit>>> = HashMap::new();
    for (path, commit) in found {
        reviews.entry(path).or_default().push(commit);
    }
    Ok(reviews)
}

/// The runbooks that a commit says were reviewed, from its raw bytes.
pub(crate) fn told(bytes: &[u8]) -> Vec<String> {
    if !has_trailer(bytes) {
        return Vec::new();
    }
    let raw = RawText::of(bytes);
    paths(&raw.decode(raw.message))
}

/// Whether a line begins with the name of the trailer; most commits have none.
fn has_trailer(bytes: &[u8]) -> bool {
    let name = TRAILER.as_bytes();
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// The runbooks that a message says were reviewed.
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
    fn what_was_kept_is_what_the_commits_say() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "a")], "first\n\nRunbook-Reviewed: a.md, b.md");
        let head = test.commit(&[("x", "y")], "second\n\nRunbook-Reviewed: a.md");
        let folder = tempfile::tempdir().unwrap();
        let cached = || test.open().with_cache(Some(folder.path().to_path_buf()));
        let expected = reviews(&test.open(), &head).unwrap();
        for _ in 0..2 {
            assert_eq!(reviews(&cached(), &head).unwrap(), expected);
        }
        let later = test.commit(&[("x", "z")], "third\n\nRunbook-Reviewed: b.md");
        assert_eq!(
            reviews(&cached(), &later).unwrap()["b.md"].len(),
            2,
            "another head is another answer"
        );
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            std::fs::write(entry.unwrap().path(), "damaged").unwrap();
        }
        assert_eq!(reviews(&cached(), &head).unwrap(), expected);
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
