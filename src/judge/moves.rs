//! Runbooks that stand at another place in a newer edition, so that the addresses they were published at still lead to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::judge::context::Context;
use crate::model::handbook::{JudgedEdition, JudgedRunbook, RunbookMove};
use crate::source::history::renames::renames;

/// The moves between neighbouring editions, as git finds renames: those of the newest editions first, then by the old place.
///
/// Only editions that lost a runbook and got another one are compared.
///
/// # Errors
///
/// When the trees of two commits that are there cannot be read.
pub(crate) fn moves(context: &Context, editions: &[JudgedEdition]) -> Result<Vec<RunbookMove>> {
    let mut moves = Vec::new();
    for (in_edition, pair) in editions.windows(2).enumerate() {
        let [newer, older] = pair else { continue };
        let gone = only_in(older, newer);
        let come = only_in(newer, older);
        let mut free: BTreeSet<&str> = come.keys().copied().collect();
        let mut open: Vec<&JudgedRunbook> = Vec::new();
        for runbook in gone.values() {
            let same = free
                .iter()
                .find(|path| come[**path].runbook.content == runbook.runbook.content);
            match same.copied() {
                Some(path) => {
                    free.remove(path);
                    moves.push(moved(runbook, come[path], in_edition));
                }
                None => open.push(runbook),
            }
        }
        let commits = newer.commit.as_ref().zip(older.commit.as_ref());
        let (Some(repository), Some((newer, older)), false, false) =
            (&context.repository, commits, open.is_empty(), free.is_empty())
        else {
            continue;
        };
        let wanted: Vec<String> = open.iter().map(|runbook| runbook.runbook.path.clone()).collect();
        for rename in renames(repository, &older.id, &newer.id, Some(&wanted))? {
            let from = open.iter().find(|runbook| runbook.runbook.path == rename.from);
            let to = come.get(rename.to.as_str()).filter(|_| free.contains(rename.to.as_str()));
            if let (Some(from), Some(to)) = (from, to) {
                moves.push(moved(from, to, in_edition));
            }
        }
    }
    moves.sort_by(|left, right| (left.in_edition, &left.from).cmp(&(right.in_edition, &right.from)));
    Ok(moves)
}

fn moved(from: &JudgedRunbook, to: &JudgedRunbook, in_edition: usize) -> RunbookMove {
    RunbookMove {
        from: from.runbook.slug.clone(),
        to: to.runbook.slug.clone(),
        in_edition,
    }
}

/// The runbooks of one edition whose address the other one does not have, by path.
fn only_in<'edition>(
    edition: &'edition JudgedEdition,
    other: &JudgedEdition,
) -> BTreeMap<&'edition str, &'edition JudgedRunbook> {
    let known: BTreeSet<&str> = other.runbooks.iter().map(|runbook| runbook.runbook.slug.as_str()).collect();
    let only = edition
        .runbooks
        .iter()
        .filter(|runbook| !known.contains(runbook.runbook.slug.as_str()));
    only.map(|runbook| (runbook.runbook.path.as_str(), runbook)).collect()
}
