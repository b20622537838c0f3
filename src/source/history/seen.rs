//! What history tells of paths as seen from many commits at once, such as those of all releases. What is seen from a commit follows from
//! what it contains and from nothing else, so it stays true for ever: not from what came later, nor from what else is asked.
//!
//! The answers are those of `git log -- path` from each of the commits. One pass goes from the oldest commit to the youngest and holds
//! for each path where its chain of commits begins, so the cost is that of one walk over all commits, whatever the number of views. The
//! order is by date; a commit with a date before that of a commit that it contains counts as a second younger than that one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use git2::Oid;
use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use crate::error::Result;
use crate::model::history::{Commit, CommitId, Completeness, EarlierPath, History};
use crate::source::commit::parse_commit;
use crate::source::history::differences::differing;
use crate::source::history::renames::renames;
use crate::source::history::set::Set;
use crate::source::history::wanted::Wanted;
use crate::source::objects::{CommitHead, Objects};
use crate::source::repository::{Repository, parse_id};
use crate::source::trailers::told;

/// A question: what a commit tells of some paths.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The commit.
    pub(crate) commit: CommitId,
    /// The paths.
    pub(crate) paths: Vec<String>,
}

/// The answer to one question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The commits that changed each path, and where each stood before a move.
    pub(crate) history: History,
    /// The newest commit that says that it reviewed a path.
    pub(crate) reviews: HashMap<String, Arc<Commit>>,
}

/// What is seen from each commit.
///
/// # Errors
///
/// When a commit or a tree that is asked for cannot be read.
pub(crate) fn seen_from(repository: &Repository, views: &[View]) -> Result<HashMap<CommitId, Seen>> {
    let objects = repository.objects();
    let mut starts: Vec<Oid> = views.iter().map(|view| parse_id(&view.commit)).collect::<Result<_>>()?;
    starts.sort_unstable();
    starts.dedup();
    let graph = Graph::of(objects, &starts)?;
    let completeness = if objects.is_shallow() {
        Completeness::Shallow
    } else {
        Completeness::Full
    };
    let questions: Vec<(u32, &[String])> = views
        .iter()
        .filter_map(|view| Some((graph.number(&view.commit)?, view.paths.as_slice())))
        .collect();
    let chains = graph.chains(objects, &questions)?;
    let earlier = if completeness == Completeness::Full {
        Earlier::of(repository, objects, &graph, &chains)?
    } else {
        Earlier::default()
    };
    let mut known: HashMap<u32, Arc<Commit>> = HashMap::new();
    let mut commit = |number: u32| {
        if let Some(commit) = known.get(&number) {
            return Ok(Arc::clone(commit));
        }
        let id = graph.ids[number as usize];
        let commit = Arc::new(parse_commit(id, &objects.commit_bytes(id)?));
        known.insert(number, Arc::clone(&commit));
        Ok(commit)
    };
    let mut answers = HashMap::with_capacity(views.len());
    for ((number, paths), chains) in questions.into_iter().zip(&chains) {
        let mut seen = Seen::default();
        seen.history.completeness = completeness;
        for (path, chain) in paths.iter().zip(chains) {
            if let Some(review) = chain.review {
                seen.reviews.insert(path.clone(), commit(review)?);
            }
            let Some(first) = chain.commits.last() else { continue };
            let mut numbers = chain.commits.clone();
            if let Some((from, before)) = earlier.of_path(path, *first) {
                numbers.extend(before);
                let moved = EarlierPath {
                    path: from.clone(),
                    commit: graph.ids[*first as usize].to_string(),
                };
                seen.history.earlier.insert(path.clone(), moved);
            }
            let commits: Result<Vec<Arc<Commit>>> = numbers.into_iter().map(&mut commit).collect();
            seen.history.touches.insert(path.clone(), commits?);
        }
        answers.insert(graph.ids[number as usize].to_string(), seen);
    }
    Ok(answers)
}

/// The commits that some commits contain, each behind all of its parents.
#[derive(Default)]
struct Graph {
    ids: Vec<Oid>,
    heads: Vec<CommitHead>,
    /// The parents of each, by their numbers.
    parents: Vec<Vec<u32>>,
    /// The date of each, later than those of all its parents.
    dates: Vec<i64>,
    /// The paths that a commit says were reviewed, by its number.
    reviews: HashMap<u32, Vec<String>>,
    numbers: HashMap<Oid, u32>,
}

/// The commits of a path as seen from one commit.
#[derive(Clone, Debug, Default)]
struct Chain {
    /// The newest first.
    commits: Vec<u32>,
    review: Option<u32>,
}

/// What is known of all paths at one commit.
#[derive(Clone)]
struct State {
    /// The link at which the chain of each path begins; 0 for none.
    links: Rc<Vec<u32>>,
    /// The newest review of a path, where there is one.
    reviews: Rc<BTreeMap<u32, u32>>,
}

/// A commit that changed a path, and the links that its parents have for it.
struct Link {
    commit: u32,
    tails: Vec<u32>,
}

impl Graph {
    fn of(objects: &Objects, starts: &[Oid]) -> Result<Self> {
        let mut graph = Self::default();
        let mut met: HashSet<Oid> = HashSet::new();
        let mut open: HashMap<Oid, (CommitHead, Vec<String>)> = HashMap::new();
        let mut stack: Vec<(Oid, bool)> = starts.iter().rev().map(|start| (*start, false)).collect();
        while let Some((id, has_parents)) = stack.pop() {
            if has_parents {
                if let Some((head, reviews)) = open.remove(&id) {
                    graph.add(id, head, reviews);
                }
                continue;
            }
            if !met.insert(id) {
                continue;
            }
            let (head, bytes) = objects.commit(id)?;
            stack.push((id, true));
            stack.extend(head.parents.iter().rev().map(|parent| (*parent, false)));
            open.insert(id, (head, told(&bytes)));
        }
        Ok(graph)
    }

    fn add(&mut self, id: Oid, head: CommitHead, reviews: Vec<String>) {
        let number = self.ids.len() as u32;
        // A parent is missing here only where commits that stand in for others go in a circle.
        let parents: Vec<u32> = head
            .parents
            .iter()
            .filter_map(|parent| self.numbers.get(parent).copied())
            .collect();
        let after = parents.iter().map(|parent| self.dates[*parent as usize] + 1).max();
        self.dates.push(after.map_or(head.time, |after| after.max(head.time)));
        self.ids.push(id);
        self.heads.push(head);
        self.parents.push(parents);
        self.numbers.insert(id, number);
        if !reviews.is_empty() {
            self.reviews.insert(number, reviews);
        }
    }

    fn number(&self, commit: &str) -> Option<u32> {
        self.numbers.get(&parse_id(commit).ok()?).copied()
    }

    /// What a list is sorted by, the newest first.
    fn rank(&self, commit: u32) -> (Reverse<i64>, Oid) {
        (Reverse(self.dates[commit as usize]), self.ids[commit as usize])
    }

    /// The chains of paths, each as seen from a commit, in the order of the questions.
    fn chains(&self, objects: &Objects, questions: &[(u32, &[String])]) -> Result<Vec<Vec<Chain>>> {
        let paths: BTreeSet<&String> = questions.iter().flat_map(|(_, paths)| *paths).collect();
        let paths: Vec<String> = paths.into_iter().cloned().collect();
        let wanted = Wanted::new(&paths);
        let ids: HashMap<&str, u32> = paths.iter().map(String::as_str).zip(wanted.ids().iter().copied()).collect();
        // How often the state of a commit is still needed.
        let mut needed = vec![0_u32; self.ids.len()];
        for parent in self.parents.iter().flatten() {
            needed[*parent as usize] += 1;
        }
        for (number, _) in questions {
            needed[*number as usize] += 1;
        }
        let mut links = vec![Link {
            commit: 0,
            tails: Vec::new(),
        }];
        let mut states: Vec<Option<State>> = vec![None; self.ids.len()];
        for number in 0..self.ids.len() {
            let state = self.state(objects, &wanted, &ids, number as u32, (&mut states, &mut needed), &mut links)?;
            states[number] = Some(state).filter(|_| needed[number] > 0);
        }
        let chains = questions.iter().map(|(number, paths)| {
            let state = states[*number as usize].as_ref();
            let chain = |path: &String| {
                let (Some(state), Some(id)) = (state, ids.get(path.as_str())) else {
                    return Chain::default();
                };
                Chain {
                    commits: self.commits(&links, state.links[*id as usize]),
                    review: state.reviews.get(id).copied(),
                }
            };
            paths.iter().map(chain).collect()
        });
        Ok(chains.collect())
    }

    /// The state of a commit from those of its parents, which are let go when nobody needs them any more.
    fn state(
        &self,
        objects: &Objects,
        wanted: &Wanted,
        ids: &HashMap<&str, u32>,
        number: u32,
        (states, needed): (&mut [Option<State>], &mut [u32]),
        links: &mut Vec<Link>,
    ) -> Result<State> {
        let head = &self.heads[number as usize];
        let parents = &self.parents[number as usize];
        let mut state = parents
            .first()
            .and_then(|parent| states[*parent as usize].clone())
            .unwrap_or_else(|| State {
                links: Rc::new(vec![0; wanted.count() as usize]),
                reviews: Rc::default(),
            });
        let mut edits: Vec<(u32, u32)> = Vec::new();
        let mut rest = Set::full(wanted.count());
        if head.is_boundary {
            // Whether this commit changed a path cannot be told without its parents.
            rest = Set::of(Vec::new());
        } else if parents.is_empty() {
            rest = Set::of(differing(objects, wanted, &rest, Some(head.tree), None)?);
        }
        for (position, parent) in parents.iter().enumerate() {
            let changed = differing(
                objects,
                wanted,
                &rest,
                Some(head.tree),
                Some(self.heads[*parent as usize].tree),
            )?;
            // Where a path is the same in some parent, it goes on with the first such parent.
            if position > 0
                && let Some(other) = &states[*parent as usize]
            {
                rest.remove(&changed);
                edits.extend(rest.ids().into_iter().map(|id| (id, other.links[id as usize])));
            }
            rest = Set::of(changed);
            if rest.is_empty() {
                break;
            }
        }
        for id in rest.ids() {
            let mut tails: Vec<u32> = parents
                .iter()
                .filter_map(|parent| Some(states[*parent as usize].as_ref()?.links[id as usize]))
                .filter(|link| *link != 0)
                .collect();
            tails.sort_unstable();
            tails.dedup();
            edits.push((id, links.len() as u32));
            links.push(Link { commit: number, tails });
        }
        let mut reviews: Vec<(u32, u32)> = Vec::new();
        for parent in parents.iter().skip(1) {
            let others = states[*parent as usize].as_ref().map(|other| Rc::clone(&other.reviews));
            reviews.extend(
                others
                    .iter()
                    .flat_map(|others| others.iter())
                    .map(|(id, review)| (*id, *review)),
            );
        }
        let own = self.reviews.get(&number).into_iter().flatten();
        reviews.extend(own.filter_map(|path| Some((*ids.get(path.as_str())?, number))));
        for parent in parents {
            needed[*parent as usize] -= 1;
            if needed[*parent as usize] == 0 {
                states[*parent as usize] = None;
            }
        }
        if !edits.is_empty() {
            let own = Rc::make_mut(&mut state.links);
            for (id, link) in edits {
                own[id as usize] = link;
            }
        }
        if !reviews.is_empty() {
            let own = Rc::make_mut(&mut state.reviews);
            for (id, review) in reviews {
                let newest = own.entry(id).or_insert(review);
                if self.rank(review) < self.rank(*newest) {
                    *newest = review;
                }
            }
        }
        Ok(state)
    }

    /// The commits of a chain, the newest first.
    fn commits(&self, links: &[Link], start: u32) -> Vec<u32> {
        let mut met: HashSet<u32> = HashSet::new();
        let mut commits = Vec::new();
        let mut stack = vec![start];
        while let Some(link) = stack.pop() {
            if link != 0 && met.insert(link) {
                commits.push(links[link as usize].commit);
                stack.extend(&links[link as usize].tails);
            }
        }
        commits.sort_unstable_by_key(|commit| self.rank(*commit));
        commits
    }
}

/// Where paths stood before the commit that brought each into being moved it there, with the commits of that earlier path.
#[derive(Default)]
struct Earlier {
    /// By the commit and the path: the earlier path and its commits.
    moves: HashMap<(u32, String), (String, Vec<u32>)>,
}

/// A commit that brought a path into being, its first parent, and what was renamed between them, from and to.
type Birth = (u32, u32, Vec<(String, String)>);

impl Earlier {
    fn of(repository: &Repository, objects: &Objects, graph: &Graph, chains: &[Vec<Chain>]) -> Result<Self> {
        let births: BTreeSet<u32> = chains
            .iter()
            .flatten()
            .filter_map(|chain| chain.commits.last().copied())
            .collect();
        let found: Vec<Birth> = births
            .into_par_iter()
            .filter_map(|birth| {
                let parent = *graph.parents[birth as usize].first()?;
                let id = |number: u32| graph.ids[number as usize].to_string();
                let moved = renames(repository, &id(parent), &id(birth), None).map(|renames| {
                    let pairs = renames.into_iter().map(|rename| (rename.from, rename.to));
                    (birth, parent, pairs.collect::<Vec<_>>())
                });
                Some(moved)
            })
            .collect::<Result<_>>()?;
        let found: Vec<_> = found.into_iter().filter(|(_, _, moved)| !moved.is_empty()).collect();
        if found.is_empty() {
            return Ok(Self::default());
        }
        let paths: Vec<Vec<String>> = found
            .iter()
            .map(|(_, _, moved)| moved.iter().map(|(from, _)| from.clone()).collect())
            .collect();
        let questions: Vec<(u32, &[String])> = found
            .iter()
            .zip(&paths)
            .map(|((_, parent, _), paths)| (*parent, paths.as_slice()))
            .collect();
        let chains = graph.chains(objects, &questions)?;
        let mut moves = HashMap::new();
        for ((birth, _, moved), chains) in found.into_iter().zip(chains) {
            for ((from, to), chain) in moved.into_iter().zip(chains) {
                moves.insert((birth, to), (from, chain.commits));
            }
        }
        Ok(Self { moves })
    }

    /// The earlier path of a path that a commit brought into being, and its commits.
    fn of_path(&self, path: &str, birth: u32) -> Option<(&String, &[u32])> {
        let (from, commits) = self.moves.get(&(birth, path.to_owned()))?;
        Some((from, commits))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Seen, View, seen_from};
    use crate::source::history::tests::{import, owned, plan};
    use crate::source::testing::TestRepository;

    fn ids(seen: &Seen, path: &str) -> Vec<String> {
        let commits = seen.history.touches.get(path).into_iter().flatten();
        commits.map(|commit| commit.id.clone()).collect()
    }

    fn view(commit: &str, paths: &[&str]) -> View {
        View {
            commit: commit.to_owned(),
            paths: owned(paths),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_commit_sees_what_git_tells_from_it_whatever_else_is_asked(
            plans in proptest::collection::vec(plan(), 1..20),
        ) {
            let Some(test) = TestRepository::new() else { return Ok(()) };
            import(&test, &plans);
            let repository = test.open();
            let paths = ["a", "b", "d", "d/e/z", "never/there"];
            let commits: Vec<String> = (0..plans.len()).map(|number| test.git(&["rev-parse", &format!("c{number}")])).collect();
            let views: Vec<View> = commits.iter().map(|commit| view(commit, &paths)).collect();
            let all = seen_from(&repository, &views).unwrap();
            for commit in &commits {
                let alone = seen_from(&repository, &[view(commit, &paths)]).unwrap();
                for path in paths {
                    let mut found = ids(&all[commit], path);
                    // What a path was moved from is told beside it.
                    prop_assert_eq!(&found, &ids(&alone[commit], path));
                    if all[commit].history.earlier.contains_key(path) {
                        continue;
                    }
                    let spec = format!(":(top,literal){path}");
                    let mut expected: Vec<String> =
                        test.git(&["log", "--format=%H", commit, "--", &spec]).lines().map(str::to_owned).collect();
                    found.sort();
                    expected.sort();
                    prop_assert_eq!(found, expected, "{} from {}", path, commit);
                }
            }
        }
    }

    #[test]
    fn what_came_later_and_what_stands_on_another_branch_is_not_seen() {
        let Some(test) = TestRepository::new() else { return };
        let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
        let first = test.commit(&[("old.md", text)], "first");
        test.git(&["rm", "--quiet", "old.md"]);
        let moved = test.commit(&[("a.md", text)], "move");
        test.git(&["branch", "stable"]);
        let later = test.commit(&[("a.md", &format!("{text}eight\n"))], "later\n\nRunbook-Reviewed: a.md");
        test.git(&["checkout", "--quiet", "stable"]);
        let picked = test.commit(&[("a.md", &format!("zero\n{text}"))], "picked");
        let views = [view(&picked, &["a.md"]), view(&later, &["a.md"]), view(&moved, &["a.md"])];
        let seen = seen_from(&test.open(), &views).unwrap();
        assert_eq!(ids(&seen[&picked], "a.md"), [picked.clone(), moved.clone(), first.clone()]);
        assert_eq!(ids(&seen[&later], "a.md"), [later.clone(), moved.clone(), first.clone()]);
        assert_eq!(ids(&seen[&moved], "a.md"), [moved.clone(), first]);
        assert_eq!(seen[&moved].history.earlier["a.md"].path, "old.md");
        assert_eq!(seen[&later].reviews["a.md"].id, later);
        assert!(seen[&picked].reviews.is_empty() && seen[&moved].reviews.is_empty());
    }
}
