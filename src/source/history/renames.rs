//! Files that stand under another path in a later commit.
//!
//! As git does it: files of the same content first, then files of the same name that are much alike, then those that are most alike. A
//! file is renamed once, and a path is the new name of one file only. What differs from git: when thousands of files came and went, only
//! pairs that share a piece of text which is rare among them are compared.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use git2::Oid;

use crate::error::Result;
use crate::model::history::Rename;
use crate::model::tree::EntryKind;
use crate::source::history::changes::{Changes, File, between};
use crate::source::history::similarity::{LEAST, Profile, Profiles, may_be_similar};
use crate::source::objects::Objects;
use crate::source::repository::{Repository, parse_id};

/// The least similarity of two files of the same name for which no better pair is looked for, in percent, as git has it.
const SAME_NAME_LEAST: u8 = 75;

/// The most pairs among which the most similar ones are looked for, as git has it (`diff.renameLimit`).
const PAIR_LIMIT: usize = 1_000_000;

/// A piece of text that more files have than this says little about where a file went.
const COMMON: usize = 64;

/// The files that were renamed between two commits, by their older path. With `wanted`, only those of these files and folders.
///
/// Files whose content this clone does not have (a partial one) are found when nothing in them changed.
pub(crate) fn renames(repository: &Repository, older: &str, newer: &str, wanted: Option<&[String]>) -> Result<Vec<Rename>> {
    let objects = repository.objects();
    let older = objects.commit_tree(parse_id(older)?)?;
    let newer = objects.commit_tree(parse_id(newer)?)?;
    let changes = between(objects, Some(older), Some(newer))?;
    let matters = |file: &File| {
        wanted.is_none_or(|wanted| {
            wanted.iter().any(|path| {
                let path = path.trim_end_matches('/');
                let rest = file.path.strip_prefix(path);
                path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    };
    let mut renames: Vec<Rename> = pairs(objects, &changes, matters)
        .into_iter()
        .filter(|pair| matters(&changes.removed[pair.from]))
        .map(|pair| Rename {
            from: changes.removed[pair.from].path.clone(),
            to: changes.added[pair.to].path.clone(),
            similarity: pair.similarity,
        })
        .collect();
    renames.sort_by(|left, right| left.from.cmp(&right.from));
    Ok(renames)
}

/// A removed file and the added file that it became, by their places in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    from: usize,
    to: usize,
    /// In percent.
    similarity: u8,
}

/// Which files became which. Of files that do not matter only the cheap pairs are found.
fn pairs(objects: &Objects, changes: &Changes, matters: impl Fn(&File) -> bool) -> Vec<Pair> {
    let mut search = Search {
        changes,
        profiles: Profiles::new(objects),
        removed: (0..changes.removed.len()).collect(),
        added: (0..changes.added.len()).collect(),
        pairs: Vec::new(),
    };
    search.same_content(File::name);
    search.same_content(|_| "");
    // From here on contents are compared, which only plain files have.
    search.removed.retain(|from| changes.removed[*from].kind == EntryKind::File);
    search.added.retain(|to| changes.added[*to].kind == EntryKind::File);
    search.same_name(&matters);
    search.removed.retain(|from| matters(&changes.removed[*from]));
    search.most_similar();
    search.pairs
}

/// The state of a search.
struct Search<'changes> {
    changes: &'changes Changes,
    profiles: Profiles<'changes>,
    /// The removed files that have no pair yet.
    removed: Vec<usize>,
    /// The added files that have no pair yet.
    added: Vec<usize>,
    pairs: Vec<Pair>,
}

impl Search<'_> {
    /// Pairs files of the same content and the same word for them, in the order of their paths.
    fn same_content(&mut self, word: impl Fn(&File) -> &str) {
        let mut by_content: HashMap<(Oid, EntryKind, &str), Vec<usize>> = HashMap::new();
        for from in self.removed.iter().rev() {
            let file = &self.changes.removed[*from];
            by_content.entry((file.id, file.kind, word(file))).or_default().push(*from);
        }
        for to in &self.added {
            let file = &self.changes.added[*to];
            let from = by_content.get_mut(&(file.id, file.kind, word(file))).and_then(Vec::pop);
            if let Some(from) = from {
                self.pairs.push(Pair {
                    from,
                    to: *to,
                    similarity: 100,
                });
            }
        }
        self.take_out_pairs();
    }

    /// Pairs files whose name no other file has, before or after, and that are much alike.
    fn same_name(&mut self, matters: impl Fn(&File) -> bool) {
        let mut by_name: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for from in &self.removed {
            by_name.entry(self.changes.removed[*from].name()).or_default().0.push(*from);
        }
        for to in &self.added {
            by_name.entry(self.changes.added[*to].name()).or_default().1.push(*to);
        }
        let mut same: Vec<(usize, usize)> = by_name
            .into_values()
            .filter_map(|(from, to)| match (from.as_slice(), to.as_slice()) {
                ([from], [to]) => Some((*from, *to)),
                _ => None,
            })
            .filter(|(from, _)| matters(&self.changes.removed[*from]))
            .collect();
        same.sort_unstable();
        for (from, to) in same {
            let (removed, added) = (&self.changes.removed[from], &self.changes.added[to]);
            if let Some(similarity) = self.profiles.similarity(removed.id, added.id)
                && similarity >= SAME_NAME_LEAST
            {
                self.pairs.push(inexact(from, to, similarity));
            }
        }
        self.take_out_pairs();
    }

    /// Pairs the files that are most alike, the most similar ones first.
    fn most_similar(&mut self) {
        if self.removed.len().saturating_mul(self.added.len()) > PAIR_LIMIT {
            return;
        }
        let mut scored = self.scored();
        scored.sort_unstable();
        let mut is_taken = (vec![false; self.changes.removed.len()], vec![false; self.changes.added.len()]);
        for (Reverse(similarity), Reverse(_), to, from) in scored {
            if !is_taken.0[from] && !is_taken.1[to] {
                (is_taken.0[from], is_taken.1[to]) = (true, true);
                self.pairs.push(inexact(from, to, similarity));
            }
        }
        self.take_out_pairs();
    }

    /// The pairs that are similar enough: similarity, whether the names are the same, added file, removed file.
    fn scored(&mut self) -> Vec<(Reverse<u8>, Reverse<bool>, usize, usize)> {
        let (removed, added) = (self.removed.clone(), self.added.clone());
        let removed = self.comparable(&removed, &self.changes.removed, &added, &self.changes.added);
        let places: Vec<usize> = removed.iter().map(|(from, _)| *from).collect();
        let added = self.comparable(&added, &self.changes.added, &places, &self.changes.removed);

        let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
        for (index, (_, profile)) in removed.iter().enumerate() {
            for (hash, _) in &profile.pieces {
                holders.entry(*hash).or_default().push(index as u32);
            }
        }
        let mut scored = Vec::new();
        let mut is_met = vec![usize::MAX; removed.len()];
        for (to, profile) in &added {
            let pieces = profile.pieces.iter().filter_map(|(hash, _)| holders.get(hash));
            for index in pieces.filter(|holders| holders.len() <= COMMON).flatten() {
                let index = *index as usize;
                if std::mem::replace(&mut is_met[index], *to) == *to {
                    continue;
                }
                let (from, other) = &removed[index];
                if !may_be_similar(profile.size, other.size) {
                    continue;
                }
                let similarity = profile.similarity(other);
                if similarity >= LEAST {
                    let is_same_name = self.changes.removed[*from].name() == self.changes.added[*to].name();
                    scored.push((Reverse(similarity), Reverse(is_same_name), *to, *from));
                }
            }
        }
        scored
    }

    /// The profiles of those of some files whose size does not rule out that one of some others is similar.
    fn comparable(
        &mut self,
        some: &[usize],
        files: &[File],
        others: &[usize],
        other_files: &[File],
    ) -> Vec<(usize, Arc<Profile>)> {
        let mut sizes: Vec<usize> = others
            .iter()
            .filter_map(|other| self.profiles.size(other_files[*other].id))
            .collect();
        sizes.sort_unstable();
        let mut found = Vec::new();
        for index in some {
            let id = files[*index].id;
            let Some(size) = self.profiles.size(id) else { continue };
            let least = (size * usize::from(LEAST)).div_ceil(100);
            let next = sizes.get(sizes.partition_point(|other| *other < least));
            if next.is_some_and(|other| may_be_similar(size, *other))
                && let Some(profile) = self.profiles.profile(id)
            {
                found.push((*index, profile));
            }
        }
        found
    }

    /// Leaves only files without a pair.
    fn take_out_pairs(&mut self) {
        let mut is_paired = (vec![false; self.changes.removed.len()], vec![false; self.changes.added.len()]);
        for pair in &self.pairs {
            is_paired.0[pair.from] = true;
            is_paired.1[pair.to] = true;
        }
        self.removed.retain(|from| !is_paired.0[*from]);
        self.added.retain(|to| !is_paired.1[*to]);
    }
}

/// A pair of files that differ: texts with the same lines in another order are similar in full, and still not the same.
fn inexact(from: usize, to: usize, similarity: u8) -> Pair {
    Pair {
        from,
        to,
        similarity: similarity.min(99),
    }
}

#[cfg(test)]
mod tests {
    use super::renames;
    use crate::source::history::tests::owned;
    use crate::source::testing::{TestRepository, open};

    /// A text of so many lines, each its own.
    fn text(word: &str, lines: usize) -> String {
        (0..lines).map(|line| format!("{word} {line}\n")).collect()
    }

    /// What git tells and what we tell, as lines: `from -> to percent`.
    fn both(test: &TestRepository, older: &str, newer: &str) -> (Vec<String>, Vec<String>) {
        let printed = test.git(&["diff", "-M", "--name-status", "--diff-filter=R", older, newer]);
        let mut expected: Vec<String> = printed
            .lines()
            .map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                format!("{} -> {} {}", fields[1], fields[2], fields[0][1..].trim_start_matches('0'))
            })
            .collect();
        expected.sort();
        let found = renames(&test.open(), older, newer, None).unwrap();
        let mut found: Vec<String> = found
            .iter()
            .map(|rename| format!("{} -> {} {}", rename.from, rename.to, rename.similarity))
            .collect();
        found.sort();
        (expected, found)
    }

    #[test]
    fn renames_are_found_as_git_finds_them() {
        let Some(test) = TestRepository::new() else { return };
        let older = test.commit(
            &[
                ("same.md", &text("same", 9)),
                ("docs/guide.md", &text("guide", 20)),
                ("docs/other.md", &text("other", 20)),
                ("docs/lost.md", &text("lost", 20)),
                ("stays.md", &text("stays", 4)),
                ("a/twin", "twin\n"),
                ("b/twin2", "twin\n"),
            ],
            "older",
        );
        test.git(&["mv", "same.md", "moved.md"]);
        test.git(&["mv", "a/twin", "twin"]);
        test.git(&["mv", "b/twin2", "twin2"]);
        test.git(&["rm", "--quiet", "docs/guide.md", "docs/other.md", "docs/lost.md"]);
        let newer = test.commit(
            &[
                ("help/guide.md", &(text("guide", 17) + &text("new", 3))),
                ("help/another.md", &(text("other", 12) + &text("new", 8))),
                ("help/found.md", &(text("lost", 8) + &text("found", 14))),
            ],
            "newer",
        );
        let (expected, found) = both(&test, &older, &newer);
        assert_eq!(found, expected);
        assert_eq!(
            found,
            [
                "a/twin -> twin 100",
                "b/twin2 -> twin2 100",
                "docs/guide.md -> help/guide.md 84",
                "docs/other.md -> help/another.md 57",
                "same.md -> moved.md 100"
            ]
        );
        let repository = test.open();
        let one = renames(&repository, &older, &newer, Some(&owned(&["docs/"]))).unwrap();
        let similarities: Vec<(&str, u8)> = one.iter().map(|rename| (rename.from.as_str(), rename.similarity)).collect();
        assert_eq!(similarities, [("docs/guide.md", 84), ("docs/other.md", 57)]);
        assert!(
            renames(&repository, &older, &newer, Some(&owned(&["doc", "stays.md"])))
                .unwrap()
                .is_empty()
        );
        assert_eq!(renames(&repository, &older, &newer, Some(&owned(&[""]))).unwrap().len(), 5);
    }

    #[test]
    fn the_most_similar_file_wins_and_each_is_taken_once() {
        let Some(test) = TestRepository::new() else { return };
        let older = test.commit(
            &[("one.md", &text("x", 20)), ("two.md", &(text("x", 15) + &text("y", 5)))],
            "older",
        );
        test.git(&["rm", "--quiet", "one.md", "two.md"]);
        let newer = test.commit(
            &[
                ("three.md", &(text("x", 16) + &text("y", 4))),
                ("four.md", &(text("x", 19) + &text("z", 1))),
            ],
            "newer",
        );
        let (expected, found) = both(&test, &older, &newer);
        assert_eq!(found, expected);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_file_that_may_run_or_is_a_link_is_no_other_file() {
        let Some(test) = TestRepository::new() else { return };
        test.write("target", "x");
        let older = test.commit(&[("run.sh", &text("run", 9)), ("plain", "text")], "older");
        test.git(&["mv", "run.sh", "start.sh"]);
        test.git(&["update-index", "--chmod=+x", "start.sh"]);
        test.git(&["rm", "--quiet", "plain"]);
        let blob = test.git(&["rev-parse", &format!("{older}:plain")]);
        test.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{blob},link")]);
        test.git(&["commit", "--quiet", "-m", "newer"]);
        let (expected, found) = both(&test, &older, &test.head());
        assert_eq!(found, expected);
        assert_eq!(found, ["run.sh -> start.sh 100"]);
    }

    #[test]
    fn without_the_blobs_of_a_partial_clone_only_equal_files_are_found() {
        let Some(test) = TestRepository::new() else { return };
        test.git(&["config", "uploadpack.allowFilter", "true"]);
        let older = test.commit(&[("a.md", &text("a", 9)), ("b.md", &text("b", 9))], "older");
        test.git(&["mv", "a.md", "c.md"]);
        test.git(&["mv", "b.md", "d.md"]);
        let newer = test.commit(&[("d.md", &(text("b", 9) + "more\n"))], "newer");
        let url = format!("file://{}", test.path().display());
        test.git(&["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url, "clone"]);
        let found = renames(&open(&test.join("clone")), &older, &newer, None).unwrap();
        let found: Vec<(&str, &str, u8)> = found
            .iter()
            .map(|rename| (rename.from.as_str(), rename.to.as_str(), rename.similarity))
            .collect();
        assert_eq!(found, [("a.md", "c.md", 100)]);
        assert_eq!(renames(&test.open(), &older, &newer, None).unwrap().len(), 2);
    }
}
