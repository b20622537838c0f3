//! The commits that one commit has and another one has not: what a change consists of.

use std::collections::{BinaryHeap, HashMap};

use git2::Oid;

use crate::error::Result;
use crate::source::commit::RawText;
use crate::source::objects::{CommitHead, Objects};
use crate::source::repository::{Repository, parse_id};

/// The most commits of a change whose messages are read; nobody reviews more at once.
const LIMIT: usize = 10_000;

/// The messages of the commits that `head` contains and `base` does not, the newest first: those of `git log base..head`. In a shallow
/// clone those that it has.
pub(crate) fn messages(repository: &Repository, base: &str, head: &str) -> Result<Vec<String>> {
    let objects = repository.objects();
    let ids = between(objects, parse_id(base)?, parse_id(head)?)?;
    let mut messages = Vec::with_capacity(ids.len());
    for id in ids {
        let bytes = objects.commit_bytes(id)?;
        let raw = RawText::of(&bytes);
        messages.push(raw.decode(raw.message));
    }
    Ok(messages)
}

/// What is known of a commit on the way.
struct Known {
    head: CommitHead,
    is_of_base: bool,
    is_waiting: bool,
}

/// The walk goes by date. It ends when all commits that wait belong to the base, and a commit that turns out to belong to it later is
/// taken back with all that it contains.
fn between(objects: &Objects, base: Oid, head: Oid) -> Result<Vec<Oid>> {
    let mut walk = Walk {
        objects,
        known: HashMap::new(),
        waiting: BinaryHeap::new(),
        open: 0,
    };
    walk.meet(base, true)?;
    walk.meet(head, false)?;
    let mut found = Vec::new();
    while walk.open > 0 && found.len() < LIMIT {
        let Some((_, id)) = walk.waiting.pop() else { break };
        let Some(known) = walk.known.get_mut(&id) else { continue };
        known.is_waiting = false;
        let (is_of_base, parents) = (known.is_of_base, known.head.parents.clone());
        if !is_of_base {
            walk.open -= 1;
            found.push(id);
        }
        for parent in parents {
            walk.meet(parent, is_of_base)?;
        }
    }
    found.retain(|id| !walk.known[id].is_of_base);
    Ok(found)
}

struct Walk<'objects> {
    objects: &'objects Objects,
    known: HashMap<Oid, Known>,
    waiting: BinaryHeap<(i64, Oid)>,
    /// How many of the waiting commits are not known to belong to the base.
    open: usize,
}

impl Walk<'_> {
    /// Puts a commit in the queue, or tells it and all that it is known to contain that they belong to the base.
    fn meet(&mut self, id: Oid, is_of_base: bool) -> Result<()> {
        if !self.known.contains_key(&id) {
            let head = self.objects.commit_head(id)?;
            self.waiting.push((head.time, id));
            self.open += usize::from(!is_of_base);
            let known = Known {
                head,
                is_of_base,
                is_waiting: true,
            };
            self.known.insert(id, known);
            return Ok(());
        }
        if !is_of_base {
            return Ok(());
        }
        let mut commits = vec![id];
        while let Some(id) = commits.pop() {
            let Some(known) = self.known.get_mut(&id).filter(|known| !known.is_of_base) else {
                continue;
            };
            known.is_of_base = true;
            self.open -= usize::from(known.is_waiting);
            commits.extend(known.head.parents.iter().copied());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::messages;
    use crate::source::testing::{TestRepository, open};

    fn subjects(test: &TestRepository, base: &str, head: &str) -> Vec<String> {
        let id = |revision: &str| test.git(&["rev-parse", revision]);
        let messages = messages(&test.open(), &id(base), &id(head)).unwrap();
        messages
            .iter()
            .map(|message| message.lines().next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn the_commits_of_a_branch_are_found_behind_merges() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1")], "first");
        test.git(&["checkout", "--quiet", "-b", "side"]);
        test.commit(&[("b", "1")], "one");
        test.git(&["checkout", "--quiet", "main"]);
        test.commit(&[("a", "2")], "second");
        test.git(&["checkout", "--quiet", "side"]);
        test.merge(&["main"]);
        test.commit(&[("b", "2")], "two\n\nRunbook-Reviewed: a.md");
        test.git(&["checkout", "--quiet", "main"]);
        test.merge(&["side"]);
        assert_eq!(subjects(&test, "main^1", "main"), ["merge", "two", "merge", "one"]);
        assert_eq!(subjects(&test, "side", "side"), Vec::<String>::new());
        assert_eq!(subjects(&test, "main", "side"), Vec::<String>::new());
    }

    #[test]
    fn the_answer_is_that_of_git() {
        let Some(test) = TestRepository::new() else { return };
        for round in 0..6 {
            test.commit(&[("a", &round.to_string())], &format!("main {round}"));
            test.git(&["branch", "--quiet", &format!("side{round}")]);
            test.git(&["checkout", "--quiet", &format!("side{round}")]);
            test.commit(&[("b", &round.to_string())], &format!("side {round}"));
            test.git(&["checkout", "--quiet", "main"]);
            if round % 2 == 0 {
                test.merge(&[&format!("side{round}")]);
            }
        }
        let names = ["main", "side0", "side1", "side3", "side5", "main~2", "main~4"];
        for base in names {
            for head in names {
                let expected = test.git(&["log", "--format=%s", &format!("{base}..{head}")]);
                let mut expected: Vec<&str> = expected.lines().collect();
                let mut found = subjects(&test, base, head);
                expected.sort_unstable();
                found.sort_unstable();
                assert_eq!(found, expected, "{base}..{head}");
            }
        }
    }

    #[test]
    fn a_shallow_clone_tells_what_it_has() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a", "1")], "first");
        test.commit(&[("a", "2")], "second");
        test.commit(&[("a", "3")], "third");
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--depth=2", &url, "clone"]);
        let (base, head) = (test.git(&["rev-parse", "HEAD^1"]), test.head());
        assert_eq!(messages(&open(&test.join("clone")), &base, &head).unwrap().len(), 1);
    }
}
