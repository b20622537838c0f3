//! The line of first parents: what came onto a branch, one change after the other, and what came onto the branches of releases beside it.

use std::collections::{HashMap, HashSet};

use git2::Oid;

use crate::error::Result;
use crate::model::history::CommitId;
use crate::model::population::{Change, Person, SignatureKind, Trailer};
use crate::model::tree::ContentId;
use crate::source::commit::RawText;
use crate::source::history::held_by;
use crate::source::history::wanted::Wanted;
use crate::source::repository::{Repository, parse_id};

/// A change with what is needed to say more about it.
#[derive(Clone, Debug)]
pub(crate) struct FoundChange {
    /// What its commit says.
    pub(crate) change: Change,
    /// The message.
    pub(crate) message: String,
    /// Which of the folders it touches, in their order.
    pub(crate) touches: Vec<bool>,
    /// Which of the ends it was found from first, in their order: the oldest release that contains it.
    pub(crate) end: usize,
}

/// The changes between ends, and whether the line is known to its root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// The changes: those of the last end first, each end from new to old.
    pub(crate) changes: Vec<FoundChange>,
    /// Not so where a clone is shallow or a commit is not in it.
    pub(crate) is_whole: bool,
}

/// Follows the first parents of several commits, the oldest release first and the branch last. A commit that was met before ends a walk, so
/// that each belongs to the first end that contains it on its line. What was before `since`, in seconds since 1970, is passed over and not
/// told. An empty folder is the whole repository.
pub(crate) fn changes(repository: &Repository, ends: &[CommitId], folders: &[String], since: i64) -> Result<Line> {
    let objects = repository.objects();
    let wanted = Wanted::new(folders);
    let mut met: HashSet<Oid> = HashSet::new();
    let mut held: HashMap<Oid, Vec<Option<ContentId>>> = HashMap::new();
    let mut parts: Vec<Vec<FoundChange>> = Vec::new();
    let mut is_whole = true;
    for (end, start) in ends.iter().enumerate() {
        let mut part = Vec::new();
        let mut next = Some(parse_id(start)?);
        while let Some(id) = next.take().filter(|id| met.insert(*id)) {
            let Ok((head, bytes)) = objects.commit(id) else {
                is_whole = false;
                break;
            };
            is_whole &= !head.is_boundary;
            let parent = head.parents.first().copied();
            next = parent;
            if head.time < since {
                continue;
            }
            // At the edge of a shallow clone nobody can say what a change touched; it counts for everything then.
            let mut touches = vec![true; folders.len()];
            if !head.is_boundary && folders.iter().any(|folder| !folder.is_empty()) {
                let mut of = |id: Oid| -> Result<Vec<Option<ContentId>>> {
                    if let Some(known) = held.get(&id) {
                        return Ok(known.clone());
                    }
                    let contents = held_by(objects, &wanted, objects.commit_tree(id)?)?;
                    let contents: Vec<_> = wanted.ids().iter().map(|at| contents[*at as usize]).collect();
                    held.insert(id, contents.clone());
                    Ok(contents)
                };
                let before = parent.and_then(|parent| of(parent).ok());
                let now = of(id)?;
                for (at, _) in folders.iter().enumerate().filter(|(_, folder)| !folder.is_empty()) {
                    let before = before.as_ref().and_then(|before| before[at]);
                    touches[at] = before != now[at];
                }
            }
            part.push(found(id, &bytes, head.parents.len() > 1, touches, end));
        }
        parts.push(part);
    }
    Ok(Line {
        changes: parts.into_iter().rev().flatten().collect(),
        is_whole,
    })
}

fn found(id: Oid, bytes: &[u8], is_merge: bool, touches: Vec<bool>, end: usize) -> FoundChange {
    let raw = RawText::of(bytes);
    let message = raw.decode(raw.message);
    let (author, committer) = (raw.stamp("author"), raw.stamp("committer"));
    let person = |name: &str| Person {
        name: raw.stamp(name).map(|stamp| stamp.name).unwrap_or_default(),
        mail: raw.mail(name),
    };
    let authored = author.as_ref().map_or_else(chrono::DateTime::default, |stamp| stamp.date);
    let change = Change {
        id: id.to_string(),
        at: committer.map_or(authored, |stamp| stamp.date),
        authored,
        author: person("author"),
        committer: person("committer"),
        subject: message.trim_start().lines().next().unwrap_or_default().trim_end().to_owned(),
        is_merge,
        request: None,
        pull_request: None,
        tickets: Vec::new(),
        trailers: trailers(&message),
        signature: signature(&raw),
        reviews: Vec::new(),
        attested: None,
        emergency: None,
        release: None,
    };
    FoundChange {
        change,
        message,
        touches,
        end,
    }
}

/// The trailers of a message, as git reads them.
fn trailers(message: &str) -> Vec<Trailer> {
    let Ok(found) = git2::message_trailers_strs(message) else {
        return Vec::new();
    };
    found
        .iter()
        .map(|(key, value)| Trailer {
            key: key.to_owned(),
            value: value.to_owned(),
        })
        .collect()
}

/// What signed a commit, by the first line of its header.
fn signature(raw: &RawText<'_>) -> Option<SignatureKind> {
    let header = raw.field("gpgsig").or_else(|| raw.field("gpgsig-sha256"))?;
    let begins = |text: &str| header.starts_with(text.as_bytes());
    Some(if begins("-----BEGIN PGP") {
        SignatureKind::OpenPgp
    } else if begins("-----BEGIN SSH") {
        SignatureKind::Ssh
    } else if begins("-----BEGIN SIGNED") || begins("-----BEGIN PKCS7") {
        SignatureKind::X509
    } else {
        SignatureKind::Other
    })
}

#[cfg(test)]
mod tests {
    use super::{changes, signature};
    use crate::model::population::SignatureKind;
    use crate::source::commit::RawText;
    use crate::source::testing::TestRepository;

    #[test]
    fn each_change_belongs_to_the_first_end_that_contains_it() {
        let Some(test) = TestRepository::new() else { return };
        let first = test.commit(&[("a/x", "1")], "First (#1)");
        test.git(&["checkout", "-q", "-b", "side"]);
        test.commit(&[("a/y", "1")], "Inside of a pull request");
        test.git(&["checkout", "-q", "main"]);
        let second = test.commit(&[("b/x", "1")], "Second\n\nReviewed-by: Another <b@example.org>\nRefs: ABC-1");
        let merge = test.merge(&["side"]);
        test.git(&["checkout", "-q", "-b", "fix", &second]);
        let fix = test.commit(&[("a/x", "2")], "Fix on a branch");
        test.git(&["checkout", "-q", "main"]);
        let head = test.commit(&[("c", "1")], "Last");
        let repository = test.open();
        let folders = [String::new(), "a".to_owned(), "b".to_owned()];
        let line = changes(&repository, &[second.clone(), fix.clone(), head.clone()], &folders, 0).expect("it is followed");
        assert!(line.is_whole);
        let told: Vec<(&str, usize, Vec<bool>)> = line
            .changes
            .iter()
            .map(|found| (found.change.id.as_str(), found.end, found.touches.clone()))
            .collect();
        assert_eq!(
            told,
            [
                (head.as_str(), 2, vec![true, false, false]),
                (merge.as_str(), 2, vec![true, true, false]),
                (fix.as_str(), 1, vec![true, true, false]),
                (second.as_str(), 0, vec![true, false, true]),
                (first.as_str(), 0, vec![true, true, false]),
            ]
        );
        assert!(line.changes[1].change.is_merge && !line.changes[0].change.is_merge);
        let trailers = &line.changes[3].change.trailers;
        assert_eq!((trailers.len(), trailers[0].key.as_str()), (2, "Reviewed-by"));
        assert_eq!(line.changes[3].change.author.mail, "author@example.org");
        assert_eq!(line.changes[3].change.committer.name, "Committer");
        let counted = test.git(&["rev-list", "--first-parent", "--count", "main"]);
        let of_branch = line.changes.iter().filter(|found| found.end != 1).count();
        assert_eq!(counted, of_branch.to_string());
        let late = line.changes[0].change.at.timestamp();
        let line = changes(&repository, &[head], &folders, late).expect("it is followed");
        assert_eq!(line.changes.len(), 1, "what is older is passed over");
    }

    #[test]
    fn signatures_are_told_by_their_header_and_never_more() {
        for (header, kind) in [
            ("gpgsig -----BEGIN PGP SIGNATURE-----\n abc", Some(SignatureKind::OpenPgp)),
            ("gpgsig -----BEGIN SSH SIGNATURE-----", Some(SignatureKind::Ssh)),
            ("gpgsig -----BEGIN SIGNED MESSAGE-----", Some(SignatureKind::X509)),
            ("gpgsig looks good", Some(SignatureKind::Other)),
            ("x gpgsig -----BEGIN PGP", None),
        ] {
            let text = format!("tree x\n{header}\n\ngpgsig -----BEGIN PGP SIGNATURE-----\n");
            assert_eq!(signature(&RawText::of(text.as_bytes())), kind, "{header}");
        }
    }
}
