//! What became of paths that are no longer there: which commit removed them, and where what they held stands now.
//!
//! Precision comes first. A move is told only when one place is the best one, when what stands there is no better match for something
//! else that went away, and when that place, or where it was moved to later, is still there.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use git2::Oid;

use crate::error::Result;
use crate::model::history::Gone;
use crate::source::commit::parse_commit;
use crate::source::history::changes::{Changes, between};
use crate::source::history::differences::differing;
use crate::source::history::held_by;
use crate::source::history::moves::{Moves, Place};
use crate::source::history::set::Set;
use crate::source::history::walk::head;
use crate::source::history::wanted::Wanted;
use crate::source::objects::Objects;
use crate::source::repository::{Repository, parse_id};

/// How many moves of one path are followed.
const MOVE_LIMIT: usize = 16;

/// What became of those of some paths (files or folders) that a commit does not have but commits before it had. A path that is not in
/// the answer is there, or never was; in a shallow clone, it may also have gone away before the history that is here.
pub(crate) fn gone(repository: &Repository, start: &str, paths: &[String]) -> Result<BTreeMap<String, Gone>> {
    let objects = repository.objects();
    let start = parse_id(start)?;
    let mut search = Search {
        objects,
        start,
        root: objects.commit_tree(start)?,
        known: HashMap::new(),
    };
    let mut asked: Vec<String> = paths.iter().map(|path| trimmed(path).to_owned()).collect();
    for _ in 0..MOVE_LIMIT {
        asked.retain(|path| !search.known.contains_key(path));
        asked.sort();
        asked.dedup();
        if asked.is_empty() {
            break;
        }
        asked = search.look_for(&asked)?;
    }
    let mut answers = BTreeMap::new();
    for path in paths {
        let Some(Fate::Removed(removal)) = search.known.get(trimmed(path)) else {
            continue;
        };
        let place = search.place_now(trimmed(path));
        let bytes = objects.commit_bytes(removal.commit)?;
        let gone = Gone {
            commit: Arc::new(parse_commit(removal.commit, &bytes)),
            is_exact: place.as_ref().is_some_and(|place| place.is_exact),
            renamed_to: place.map(|place| place.path),
        };
        answers.insert(path.clone(), gone);
    }
    Ok(answers)
}

/// A path without a slash at its end.
fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// What is known of a path.
enum Fate {
    /// It is there.
    Here,
    /// It went away.
    Removed(Removal),
    /// It never was, as far as this clone can tell.
    Unknown,
}

/// How a path went away.
struct Removal {
    /// The commit without it.
    commit: Oid,
    /// Where this commit moved it, if it did.
    place: Option<Place>,
}

/// The state of a search, which follows moves in rounds.
struct Search<'objects> {
    objects: &'objects Objects,
    start: Oid,
    /// The root tree of the start.
    root: Oid,
    known: HashMap<String, Fate>,
}

impl Search<'_> {
    /// Learns what became of paths, and returns those that they were moved to.
    fn look_for(&mut self, paths: &[String]) -> Result<Vec<String>> {
        let wanted = Wanted::new(paths);
        let held = held_by(self.objects, &wanted, self.root)?;
        let absent: BTreeSet<u32> = wanted
            .ids()
            .iter()
            .copied()
            .filter(|id| held[*id as usize].is_none())
            .collect();
        let found = removals(self.objects, &wanted, self.start, &absent)?;
        // The paths that one commit removed are looked for together.
        let mut groups: BTreeMap<(Oid, Oid), Vec<&String>> = BTreeMap::new();
        for (path, id) in paths.iter().zip(wanted.ids()) {
            let fate = if !absent.contains(id) {
                Fate::Here
            } else if let Some(step) = found[*id as usize] {
                groups.entry(step).or_default().push(path);
                continue;
            } else {
                Fate::Unknown
            };
            self.known.insert(path.clone(), fate);
        }
        let mut next = Vec::new();
        for ((commit, parent), paths) in groups {
            let trees = (self.objects.commit_tree(parent)?, self.objects.commit_tree(commit)?);
            // What cannot be compared was moved nowhere, as far as anybody can tell.
            let changes = between(self.objects, Some(trees.0), Some(trees.1)).unwrap_or_else(|_| Changes::default());
            let mut moves = Moves::new(self.objects, &changes);
            for path in paths {
                let place = moves.place_of(path);
                next.extend(place.iter().map(|place| place.path.clone()));
                self.known.insert(path.clone(), Fate::Removed(Removal { commit, place }));
            }
        }
        Ok(next)
    }

    /// The place at which what a path held is now, after all moves.
    fn place_now(&self, path: &str) -> Option<Place> {
        let mut met = HashSet::from([path]);
        let mut is_exact = true;
        let mut at = path;
        loop {
            match self.known.get(at)? {
                Fate::Here => {
                    return (at != path).then(|| Place {
                        path: at.to_owned(),
                        is_exact,
                    });
                }
                Fate::Removed(Removal { place: Some(place), .. }) => {
                    is_exact &= place.is_exact;
                    at = &place.path;
                    if !met.insert(at) {
                        return None;
                    }
                }
                Fate::Removed(_) | Fate::Unknown => return None,
            }
        }
    }
}

/// The last commit that removed each path, and a parent of it that had the path. All paths are absent at the start.
///
/// An absent path is looked for on every side that does not have it either, because the branch from which a merge took its absence may
/// never have had it. Where only merges tell that it went away, the last such merge removed it.
fn removals(objects: &Objects, wanted: &Wanted, start: Oid, absent: &BTreeSet<u32>) -> Result<Vec<Option<(Oid, Oid)>>> {
    let mut found: Vec<Option<(Oid, Oid)>> = vec![None; wanted.count() as usize];
    let mut by_merge = found.clone();
    let mut heads = HashMap::new();
    let mut order = BinaryHeap::from([(head(objects, &mut heads, start)?.time, start)]);
    let mut pending = HashMap::from([(start, Set::of(absent.iter().copied().collect()))]);
    // With wrong dates a commit may come up again, and each path should pass it once.
    let mut passed: HashMap<Oid, Set> = HashMap::new();
    let mut open = absent.len();
    while open > 0
        && let Some((_, id)) = order.pop()
    {
        let Some(active) = pending.remove(&id) else { continue };
        let before = passed.get(&id);
        let mut active = active.ids();
        active.retain(|path| found[*path as usize].is_none() && before.is_none_or(|before| !before.contains(*path)));
        if active.is_empty() {
            continue;
        }
        let commit = head(objects, &mut heads, id)?;
        let active = Set::of(active);
        // How many parents have each path, and the first of them.
        let mut had: BTreeMap<u32, (usize, Oid)> = BTreeMap::new();
        for parent in &commit.parents {
            let tree = head(objects, &mut heads, *parent)?.tree;
            let has = differing(objects, wanted, &active, Some(commit.tree), Some(tree))?;
            let mut absent = active.clone();
            absent.remove(&has);
            for path in has {
                had.entry(path).or_insert((0, *parent)).0 += 1;
            }
            if absent.is_empty() {
                continue;
            }
            if let Some(waiting) = pending.get_mut(parent) {
                waiting.add(absent);
            } else {
                order.push((head(objects, &mut heads, *parent)?.time, *parent));
                pending.insert(*parent, absent);
            }
        }
        for (path, (count, parent)) in had {
            if count == commit.parents.len() {
                found[path as usize] = Some((id, parent));
                open -= 1;
            } else {
                by_merge[path as usize].get_or_insert((id, parent));
            }
        }
        match passed.get_mut(&id) {
            Some(passed) => passed.add(active),
            None => {
                passed.insert(id, active);
            }
        }
    }
    for (found, merge) in found.iter_mut().zip(by_merge) {
        *found = found.or(merge);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::gone;
    use crate::model::history::Gone;
    use crate::source::history::tests::owned;
    use crate::source::testing::{TestRepository, open};

    /// A text of so many lines, each its own.
    fn text(word: &str, lines: usize) -> String {
        (0..lines).map(|line| format!("{word} {line}\n")).collect()
    }

    fn asked(test: &TestRepository, paths: &[&str]) -> BTreeMap<String, Gone> {
        gone(&test.open(), &test.head(), &owned(paths)).unwrap()
    }

    /// Where a path went, and whether unchanged.
    fn place<'gone>(answers: &'gone BTreeMap<String, Gone>, path: &str) -> Option<(&'gone str, bool)> {
        let gone = &answers[path];
        gone.renamed_to.as_deref().map(|to| (to, gone.is_exact))
    }

    #[test]
    fn a_removed_file_is_told_from_one_that_never_was_and_one_that_is_there() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "a\n"), ("d/x.md", "x\n"), ("b.md", "b\n")], "first");
        test.git(&["rm", "--quiet", "a.md", "d/x.md"]);
        let removed = test.commit(&[], "second");
        test.commit(&[("c.md", "c\n")], "third");
        let answers = asked(&test, &["a.md", "b.md", "d", "d/", "d/x.md", "never.md", "d/x.md/below", ""]);
        let names: Vec<&str> = answers.keys().map(String::as_str).collect();
        assert_eq!(names, ["a.md", "d", "d/", "d/x.md"]);
        for answer in answers.values() {
            assert_eq!(answer.commit.id, removed);
            assert_eq!((&answer.renamed_to, answer.is_exact), (&None, false));
        }
    }

    #[test]
    fn the_last_removal_counts() {
        let Some(test) = TestRepository::new() else { return };
        for _ in 0..2 {
            test.commit(&[("a.md", "a\n")], "add");
            test.git(&["rm", "--quiet", "a.md"]);
            test.commit(&[("b.md", "b\n")], "remove");
        }
        assert_eq!(asked(&test, &["a.md"])["a.md"].commit.id, test.head());
    }

    #[test]
    fn moves_are_followed_to_where_the_file_is_now() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(
            &[("a.md", &text("a", 20)), ("x.md", &text("x", 20)), ("z.md", &text("z", 20))],
            "first",
        );
        test.git(&["mv", "a.md", "b.md"]);
        test.git(&["mv", "x.md", "y.md"]);
        test.git(&["mv", "z.md", "z2.md"]);
        let moved = test.commit(&[], "second");
        test.git(&["mv", "b.md", "c.md"]);
        test.commit(&[("c.md", &text("a", 19))], "third");
        test.git(&["rm", "--quiet", "z2.md"]);
        test.commit(&[], "fourth");
        let answers = asked(&test, &["a.md", "b.md", "x.md", "z.md"]);
        assert_eq!(place(&answers, "a.md"), Some(("c.md", false)));
        assert_eq!(place(&answers, "b.md"), Some(("c.md", false)));
        assert_eq!(place(&answers, "x.md"), Some(("y.md", true)));
        assert_eq!(place(&answers, "z.md"), None, "it was deleted later");
        assert_eq!(answers["a.md"].commit.id, moved);
    }

    #[test]
    fn a_file_that_went_to_and_fro_is_no_endless_chain() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", &text("a", 9))], "first");
        for (from, to) in [("a.md", "b.md"), ("b.md", "a.md"), ("a.md", "b.md"), ("b.md", "c.md")] {
            test.git(&["mv", from, to]);
            test.commit(&[], "move");
        }
        let answers = asked(&test, &["a.md", "b.md"]);
        assert_eq!(place(&answers, "a.md"), Some(("c.md", true)));
        assert_eq!(place(&answers, "b.md"), Some(("c.md", true)));
    }

    #[test]
    fn several_places_of_equal_worth_are_none() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "same\n"), ("e/__init__.py", ""), ("p/q/t.md", "twin\n")], "first");
        test.git(&["rm", "--quiet", "a.md", "e/__init__.py", "p/q/t.md"]);
        test.commit(
            &[
                ("b.md", "same\n"),
                ("c.md", "same\n"),
                ("empty.txt", ""),
                ("r/q/t.md", "twin\n"),
                ("r/t2.md", "twin\n"),
            ],
            "second",
        );
        let answers = asked(&test, &["a.md", "e/__init__.py", "p/q/t.md"]);
        assert_eq!(place(&answers, "a.md"), None);
        assert_eq!(place(&answers, "e/__init__.py"), None, "an empty file is like any other");
        assert_eq!(place(&answers, "p/q/t.md"), Some(("r/q/t.md", true)), "the name decides");
    }

    #[test]
    fn a_file_that_another_one_became_is_no_place() {
        let Some(test) = TestRepository::new() else { return };
        let common = text("every runbook has this line", 30);
        test.commit(
            &[
                ("deploy.md", &(common.clone() + &text("deploy", 9))),
                ("restore.md", &(common.clone() + &text("restore", 9))),
            ],
            "first",
        );
        test.git(&["rm", "--quiet", "deploy.md", "restore.md"]);
        test.commit(&[("docs/recovery.md", &(common + &text("restore", 8) + "more\n"))], "second");
        let answers = asked(&test, &["deploy.md", "restore.md"]);
        assert_eq!(place(&answers, "deploy.md"), None, "it is similar, and the other one more so");
        assert_eq!(place(&answers, "restore.md"), Some(("docs/recovery.md", false)));
    }

    #[test]
    fn a_folder_goes_where_most_of_its_files_went() {
        let Some(test) = TestRepository::new() else { return };
        let files = ["a", "b", "c"].map(|name| (format!("ops/run/{name}.md"), text(name, 9)));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        test.commit(&files, "first");
        test.commit(
            &[
                ("split/a.md", &text("sa", 9)),
                ("split/b.md", &text("sb", 9)),
                ("flat/one.md", &text("f", 9)),
            ],
            "more",
        );
        test.git(&["mv", "ops", "docs"]);
        std::fs::create_dir_all(test.join("left")).unwrap();
        std::fs::create_dir_all(test.join("right")).unwrap();
        test.git(&["mv", "split/a.md", "left/a.md"]);
        test.git(&["mv", "split/b.md", "right/b.md"]);
        test.git(&["mv", "flat", "round"]);
        test.commit(&[("docs/run/c.md", "quite another text\n")], "move");
        let answers = asked(&test, &["ops", "ops/run", "ops/run/a.md", "ops/run/c.md", "split", "flat/"]);
        assert_eq!(place(&answers, "ops"), Some(("docs", false)));
        assert_eq!(place(&answers, "ops/run"), Some(("docs/run", false)));
        assert_eq!(place(&answers, "ops/run/a.md"), Some(("docs/run/a.md", true)));
        assert_eq!(
            place(&answers, "ops/run/c.md"),
            Some(("docs/run/c.md", false)),
            "its folder tells"
        );
        assert_eq!(place(&answers, "split"), None, "one half went here, the other one there");
        assert_eq!(place(&answers, "flat/"), Some(("round", true)));
    }

    #[test]
    fn a_removal_on_a_side_branch_is_found_behind_a_branch_that_never_had_the_file() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("base", "1")], "base");
        test.git(&["branch", "old"]);
        test.commit(&[("a.md", "a\n")], "add");
        test.git(&["rm", "--quiet", "a.md"]);
        let removed = test.commit(&[], "remove");
        test.git(&["checkout", "--quiet", "old"]);
        test.commit(&[("other", "1")], "other");
        test.merge(&["main"]);
        assert_eq!(asked(&test, &["a.md"])["a.md"].commit.id, removed);
    }

    #[test]
    fn a_merge_that_drops_a_file_removed_it() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("base", "1")], "base");
        test.git(&["branch", "side"]);
        test.commit(&[("a.md", "a\n")], "add");
        test.git(&["checkout", "--quiet", "side"]);
        test.commit(&[("b.md", "b\n")], "side");
        test.git(&["merge", "--quiet", "--strategy=ours", "-m", "ours", "main"]);
        let merge = test.head();
        test.commit(&[("c.md", "c\n")], "after");
        assert_eq!(asked(&test, &["a.md"])["a.md"].commit.id, merge);
    }

    #[test]
    fn what_a_shallow_clone_does_not_have_is_unknown() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", &text("a", 9)), ("b.md", "b\n")], "first");
        test.git(&["mv", "a.md", "c.md"]);
        let moved = test.commit(&[], "second");
        test.git(&["rm", "--quiet", "b.md"]);
        let last = test.commit(&[], "third");
        let url = format!("file://{}", test.path().display());
        for (depth, known) in [
            (1, vec![]),
            (2, vec![("b.md", &last)]),
            (3, vec![("a.md", &moved), ("b.md", &last)]),
        ] {
            let clone = format!("clone{depth}");
            test.git(&["clone", "--quiet", &format!("--depth={depth}"), &url, &clone]);
            let answers = gone(&open(&test.join(&clone)), &last, &owned(&["a.md", "b.md"])).unwrap();
            let found: Vec<(&str, &String)> = answers.iter().map(|(path, gone)| (path.as_str(), &gone.commit.id)).collect();
            assert_eq!(found, known, "depth {depth}");
        }
    }

    #[test]
    fn a_partial_clone_knows_files_that_did_not_change() {
        let Some(test) = TestRepository::new() else { return };
        test.git(&["config", "uploadpack.allowFilter", "true"]);
        test.commit(&[("a.md", &text("a", 9)), ("b.md", &text("b", 9))], "first");
        test.git(&["mv", "a.md", "c.md"]);
        test.git(&["mv", "b.md", "d.md"]);
        let head = test.commit(&[("d.md", &text("b", 8))], "second");
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "clone"]);
        let answers = gone(&open(&test.join("clone")), &head, &owned(&["a.md", "b.md"])).unwrap();
        assert_eq!(place(&answers, "a.md"), Some(("c.md", true)));
        assert_eq!(place(&answers, "b.md"), None);
        assert_eq!(place(&asked(&test, &["b.md"]), "b.md"), Some(("d.md", false)));
    }
}
