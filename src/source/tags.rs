//! The tags of a repository as they are, junk included: whoever leaves one out can say why.

use std::collections::HashSet;
use std::path::Path;

use git2::{ObjectType, Oid};
use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::model::history::CommitId;
use crate::model::release::Tag;
use crate::source::commit::RawText;
use crate::source::objects::Objects;
use crate::source::path;
use crate::source::repository::Repository;

/// How many tag objects may stand one behind the other.
const DEPTH_LIMIT: usize = 100;

/// The first lines of signature blocks, as git knows them.
const SIGNATURES: &[&str] = &[
    "-----BEGIN PGP SIGNATURE-----",
    "-----BEGIN PGP MESSAGE-----",
    "-----BEGIN SSH SIGNATURE-----",
    "-----BEGIN SIGNED MESSAGE-----",
];

/// A tag and the commit that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundTag {
    /// What the tag says. Name and message have U+FFFD or `\xNN` for bytes that are not UTF-8.
    pub(crate) tag: Tag,
    /// The commit, all tag objects on the way passed; or why there is none, in words: `names a file, not a commit`.
    pub(crate) commit: Result<CommitId, String>,
}

/// The names of all tags, sorted, without a look at where they lead.
pub(crate) fn names(repository: &Repository) -> Result<Vec<String>> {
    let git = repository.git();
    let failed = |error: git2::Error| Error::usage("failed to read the tags").caused_by(&error.message());
    let names = git.tag_names(None).map_err(failed)?;
    let mut names: Vec<String> = names.iter_bytes().map(path::to_text).collect();
    names.sort();
    Ok(names)
}

/// All tags, sorted by name.
pub(crate) fn tags(repository: &Repository) -> Result<Vec<FoundTag>> {
    let mut targets = Vec::new();
    {
        let git = repository.git();
        let failed = |error: git2::Error| Error::usage("failed to read the tags").caused_by(&error.message());
        for reference in git.references().map_err(failed)? {
            let reference = reference.map_err(failed)?;
            if let Some(name) = reference.name_bytes().strip_prefix(b"refs/tags/") {
                // A tag may be symbolic, though nobody makes one.
                let target = reference.resolve().ok().and_then(|reference| reference.target());
                targets.push((path::to_text(name), target));
            }
        }
    }
    let mut tags: Vec<FoundTag> = targets
        .into_iter()
        .map(|(name, target)| {
            let mut tag = bare_tag(name);
            let commit = match target {
                Some(target) => peel(repository.objects(), target, &mut tag),
                None => Err("leads to a reference that does not exist".to_owned()),
            };
            FoundTag { tag, commit }
        })
        .collect();
    let known: HashSet<&str> = tags.iter().map(|found| found.tag.name.as_str()).collect();
    let mut unreadable = tag_files(&repository.git().commondir().join("refs/tags"));
    unreadable.retain(|name| !known.contains(name.as_str()));
    tags.extend(unreadable.into_iter().map(|name| FoundTag {
        tag: bare_tag(name),
        commit: Err("its file holds no reference".to_owned()),
    }));
    tags.sort_by(|left, right| left.tag.name.cmp(&right.tag.name));
    Ok(tags)
}

/// A tag of which only the name is known.
fn bare_tag(name: String) -> Tag {
    Tag {
        name,
        is_annotated: false,
        date: None,
        tagger: None,
        message: String::new(),
        has_signature: false,
    }
}

/// The names of the tags that have a file of their own. libgit2 passes over files that it cannot read without a word.
fn tag_files(folder: &Path) -> Vec<String> {
    WalkDir::new(folder)
        .follow_links(false)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let name = path::to_text(entry.path().strip_prefix(folder).ok()?.as_os_str().as_encoded_bytes());
            // Git writes a reference by way of a file with this ending, and allows no reference to have it.
            let is_lock = entry.path().extension().is_some_and(|extension| extension == "lock");
            (!is_lock).then(|| if cfg!(windows) { name.replace('\\', "/") } else { name })
        })
        .collect()
}

/// Follows tag objects to the commit, and notes what the first of them says.
fn peel(objects: &Objects, target: Oid, tag: &mut Tag) -> Result<CommitId, String> {
    let mut id = target;
    for depth in 0..DEPTH_LIMIT {
        match objects.kind(id) {
            Some(ObjectType::Commit) => return Ok(id.to_string()),
            Some(ObjectType::Tag) => {}
            Some(ObjectType::Blob) => return Err("names a file, not a commit".to_owned()),
            Some(ObjectType::Tree) => return Err("names a folder, not a commit".to_owned()),
            Some(ObjectType::Any) | None => return Err("names an object that is not in this clone".to_owned()),
        }
        let bytes = objects.tag_bytes(id).map_err(|error| error.message)?;
        let raw = RawText::of(&bytes);
        if depth == 0 {
            let stamp = raw.stamp("tagger");
            let (message, has_block) = without_signature(raw.message);
            tag.is_annotated = true;
            tag.date = stamp.as_ref().map(|stamp| stamp.date);
            tag.tagger = stamp.map(|stamp| stamp.name);
            raw.decode(message).trim().clone_into(&mut tag.message);
            tag.has_signature = has_block || raw.field("gpgsig").is_some() || raw.field("gpgsig-sha256").is_some();
        }
        let object = raw.field("object").and_then(|hex| std::str::from_utf8(hex).ok());
        id = object
            .and_then(|hex| Oid::from_str(hex).ok())
            .ok_or_else(|| "its tag object is damaged".to_owned())?;
    }
    Err(format!("stands behind more than {DEPTH_LIMIT} other tags"))
}

/// A message up to its signature block, and whether there is one. Like git, the last line that begins a block counts.
fn without_signature(message: &[u8]) -> (&[u8], bool) {
    let mut start = None;
    let mut at = 0;
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if SIGNATURES.iter().any(|signature| line.starts_with(signature.as_bytes())) {
            start = Some(at);
        }
        at += line.len();
    }
    (&message[..start.unwrap_or(message.len())], start.is_some())
}

#[cfg(test)]
mod tests {
    use super::{FoundTag, tags, without_signature};
    use crate::source::testing::TestRepository;

    fn find<'tags>(tags: &'tags [FoundTag], name: &str) -> &'tags FoundTag {
        tags.iter().find(|found| found.tag.name == name).unwrap()
    }

    #[test]
    fn signature_blocks_are_no_part_of_the_message() {
        let signed = b"v1\n\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n";
        assert_eq!(without_signature(signed), (b"v1\n\n".as_slice(), true));
        assert_eq!(
            without_signature(b"about -----BEGIN PGP SIGNATURE-----"),
            (b"about -----BEGIN PGP SIGNATURE-----".as_slice(), false)
        );
        assert_eq!(without_signature(b"-----BEGIN SSH SIGNATURE-----"), (b"".as_slice(), true));
    }

    #[test]
    fn lightweight_annotated_and_nested_tags_lead_to_their_commit() {
        let Some(test) = TestRepository::new() else { return };
        let commit = test.commit(&[("a.md", "a")], "first");
        test.git(&["tag", "light"]);
        test.git(&["tag", "-a", "v1.0.0", "-m", "Version 1.0.0\n\nThe first one."]);
        test.git(&["tag", "-a", "nested", "v1.0.0", "-m", "again"]);
        let tags = tags(&test.open()).unwrap();
        assert_eq!(tags.len(), 3);
        for name in ["light", "v1.0.0", "nested"] {
            assert_eq!(find(&tags, name).commit.as_ref(), Ok(&commit), "{name}");
        }
        let light = &find(&tags, "light").tag;
        assert!(!light.is_annotated && light.date.is_none() && light.tagger.is_none() && light.message.is_empty());
        let annotated = &find(&tags, "v1.0.0").tag;
        assert!(annotated.is_annotated && !annotated.has_signature);
        assert_eq!(annotated.message, "Version 1.0.0\n\nThe first one.");
        assert_eq!(annotated.tagger.as_deref(), Some("Committer"));
        assert!(annotated.date.is_some());
        assert_eq!(find(&tags, "nested").tag.message, "again");
    }

    #[test]
    fn tags_that_lead_to_no_commit_are_listed_with_the_reason() {
        let Some(test) = TestRepository::new() else { return };
        test.commit(&[("a.md", "a"), ("d/b.md", "b")], "first");
        test.git(&["tag", "file", "HEAD:a.md"]);
        test.git(&["tag", "-a", "folder", "HEAD:d", "-m", "a folder"]);
        test.write(".git/refs/tags/gone", &format!("{}\n", "12".repeat(20)));
        test.write(".git/refs/tags/dangling", "ref: refs/heads/nowhere\n");
        let tags = tags(&test.open()).unwrap();
        let reason = |name| find(&tags, name).commit.clone().unwrap_err();
        assert_eq!(reason("file"), "names a file, not a commit");
        assert_eq!(reason("folder"), "names a folder, not a commit");
        assert_eq!(reason("gone"), "names an object that is not in this clone");
        assert_eq!(reason("dangling"), "leads to a reference that does not exist");
        assert_eq!(find(&tags, "folder").tag.message, "a folder");
    }

    #[test]
    fn a_tag_file_that_cannot_be_read_does_not_hide_the_others() {
        let Some(test) = TestRepository::new() else { return };
        let commit = test.commit(&[("a.md", "a")], "first");
        test.git(&["tag", "v1"]);
        test.write(".git/refs/tags/junk", "not an id\n");
        test.write(".git/refs/tags/empty", "");
        let tags = tags(&test.open()).unwrap();
        assert_eq!(find(&tags, "v1").commit.as_ref(), Ok(&commit));
        assert!(find(&tags, "junk").commit.is_err());
        assert!(find(&tags, "empty").commit.is_err());
    }
}
