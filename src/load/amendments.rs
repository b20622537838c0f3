//! Amendments of the record of a release: a chain of their own behind it. What they add stands in the record from then on.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::load::unread::unreadable;
use crate::model::digest::hex;
use crate::model::finding::{Finding, Problem};
use crate::model::release::{Amendment, Record, TimelineEvent};
use crate::model::tree::{Entry, EntryKind};
use crate::parse::release_log;
use crate::source::tree::Tree;

/// The folder of amendments, below that of the release.
pub(crate) const FOLDER: &str = "amendments/";

/// The event that an amendment is in the timeline.
const AMENDED: &str = "amended";

/// The amendments of a release with everything that was met.
#[derive(Debug, Default)]
pub(crate) struct Amendments {
    /// The amendments in the order of their names.
    pub(crate) found: Vec<Amendment>,
    /// What contradicts the chain.
    pub(crate) contradictions: Vec<Problem>,
    /// What is wrong with the files, by path.
    pub(crate) problems: Vec<(String, Problem)>,
}

/// Reads the amendments of a release. `base` is its folder with `/` behind it, `record` the bytes of its record.
pub(crate) fn amendments(
    tree: &dyn Tree,
    entries: &[&Entry],
    base: &str,
    record: Option<&[u8]>,
    findings: &mut Vec<Finding>,
) -> Amendments {
    let mut read = Amendments::default();
    let mut before = record.map(|bytes| ("the record".to_owned(), digest(bytes)));
    let prefix = format!("{base}{FOLDER}");
    for entry in entries.iter().filter(|entry| entry.path.starts_with(&prefix)) {
        let name = entry.path.strip_prefix(&prefix).unwrap_or_default();
        if !is_amendment(name) {
            findings.push(unreadable(
                &entry.path,
                "it is no amendment: those are called 001.json, 002.json and so on",
            ));
            // What may say that a release was rolled back is not passed over.
            let stem = name.split('.').next().unwrap_or_default();
            if !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit()) {
                let message =
                    format!("`{FOLDER}{name}` has the number of an amendment and not its name, so nothing of it was read");
                read.contradictions.push(Problem::of_file(message));
            }
            continue;
        }
        let bytes = match entry.kind {
            EntryKind::File | EntryKind::Executable => tree.read(entry).ok(),
            _ => None,
        };
        let Some(bytes) = bytes else {
            findings.push(unreadable(&entry.path, "the amendment cannot be read from the repository"));
            read.contradictions
                .push(Problem::of_file(format!("`{FOLDER}{name}` cannot be read")));
            continue;
        };
        let (mut amendment, problems) = release_log::amendment(&entry.path, &bytes);
        amendment.digest = digest(&bytes);
        read.problems
            .extend(problems.into_iter().map(|problem| (entry.path.clone(), problem)));
        let expected = read.found.len() + 1;
        if name.trim_end_matches(".json").parse() != Ok(expected) {
            let message = format!("the amendment {expected:03}.json is missing before `{FOLDER}{name}`");
            read.contradictions.push(Problem::of_file(message));
        }
        let is_chained = before.as_ref().is_some_and(|(_, digest)| {
            amendment
                .prev
                .as_deref()
                .is_some_and(|prev| prev.eq_ignore_ascii_case(digest))
        });
        if !is_chained {
            let message = match &before {
                Some((what, _)) => format!(
                    "`{FOLDER}{name}` does not amend {what} as it stands: one of the two was altered, or something between them was removed"
                ),
                None => format!("`{FOLDER}{name}` amends a record that is not there"),
            };
            read.contradictions.push(Problem::of_file(message));
        }
        before = Some((format!("`{FOLDER}{name}`"), amendment.digest.clone()));
        read.found.push(amendment);
    }
    read
}

/// Adds what amendments say to the record: files, events, the outcome, and what is not whole about them.
pub(crate) fn fold(record: &mut Record, amendments: &[Amendment], contradictions: &mut Vec<Problem>) {
    for amendment in amendments {
        if !amendment.version.is_empty() && amendment.version != record.version {
            let message = format!(
                "`{}` amends `{}`, and the record is of `{}`",
                amendment.path, amendment.version, record.version
            );
            contradictions.push(Problem::of_file(message));
        }
        let name = amendment.path.rsplit('/').next().unwrap_or_default();
        for file in &amendment.files {
            match record.files.iter().find(|known| known.path == file.path) {
                None => record.files.push(file.clone()),
                Some(known) if known.sha256.eq_ignore_ascii_case(&file.sha256) && known.bytes == file.bytes => {}
                Some(_) => contradictions.push(Problem::of_file(format!(
                    "`{FOLDER}{name}` records other bytes for `{}`: what was recorded stays, and a correction has a name of its own",
                    file.path
                ))),
            }
        }
        for path in &amendment.withdraws {
            if !record.files.iter().any(|file| file.path == *path) {
                let message = format!("`{FOLDER}{name}` withdraws `{path}`, which is not recorded");
                contradictions.push(Problem::of_file(message));
            }
        }
        if let Some(at) = amendment.at {
            record.timeline.push(TimelineEvent {
                at,
                event: AMENDED.to_owned(),
                by: amendment.by.clone(),
                note: amendment.reason.clone(),
                gate: None,
            });
        }
        record.timeline.extend(amendment.timeline.iter().cloned());
        record.outcome = amendment.outcome.or(record.outcome);
        let flaws = amendment.flaws.iter().map(|flaw| Problem {
            line: None,
            message: format!("{FOLDER}{name}: {}", flaw.message),
        });
        record.flaws.extend(flaws);
    }
    record.timeline.sort_by_key(|event| event.at);
}

/// The lines of the digests of all files of a release: where they are recorded, and the line there.
pub(crate) fn lines(record: Option<&Record>, amendments: &[Amendment]) -> BTreeMap<String, (String, u32)> {
    let mut lines = BTreeMap::new();
    let sources = record
        .map(|record| (&record.path, &record.file_lines))
        .into_iter()
        .chain(amendments.iter().map(|amendment| (&amendment.path, &amendment.file_lines)));
    for (source, files) in sources {
        for (path, line) in files {
            lines.entry(path.clone()).or_insert_with(|| (source.clone(), *line));
        }
    }
    lines
}

/// Whether a name is that of an amendment: `001.json`.
fn is_amendment(name: &str) -> bool {
    let number = name.strip_suffix(".json").unwrap_or_default();
    number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{amendments, digest, fold};
    use crate::model::release::Record;
    use crate::source::tree::Tree;
    use crate::source::tree::memory::MemoryTree;

    fn text(prev: &str, path: &str) -> String {
        format!(
            "{{\"schema\":\"runproof-amendment/1\",\"version\":\"v1\",\"prev\":\"{prev}\",\"at\":\"2026-01-03T10:00:00Z\",\"by\":\"operator\",\"reason\":\"The watch of the first day is over\",\
             \"outcome\":\"rolled-back\",\"files\":[{{\"path\":\"{path}\",\"sha256\":\"{}\",\"bytes\":1,\"gate\":\"day\"}}]}}",
            "ab".repeat(32)
        )
    }

    fn read(files: &[(&str, &str)]) -> (Vec<String>, Record) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        let tree = MemoryTree::new(&files);
        let entries: Vec<_> = tree.listing().entries.iter().collect();
        let read = amendments(&tree, &entries, "r/v1/", Some(b"record"), &mut Vec::new());
        let mut record = Record {
            version: "v1".to_owned(),
            ..Record::default()
        };
        let mut contradictions = read.contradictions;
        fold(&mut record, &read.found, &mut contradictions);
        (contradictions.into_iter().map(|problem| problem.message).collect(), record)
    }

    #[test]
    fn a_chain_of_amendments_adds_to_the_record() {
        let one = text(&digest(b"record"), "a");
        let two = text(&digest(one.as_bytes()), "b");
        let (told, record) = read(&[("r/v1/amendments/001.json", &one), ("r/v1/amendments/002.json", &two)]);
        assert_eq!(told, [""; 0]);
        assert_eq!((record.files.len(), record.timeline.len()), (2, 2));
        assert!(record.outcome.is_some());
        assert_eq!(record.timeline[0].event, "amended");
    }

    #[test]
    fn what_was_removed_altered_or_recorded_otherwise_is_told() {
        let one = text(&digest(b"record"), "a");
        let two = text(&digest(one.as_bytes()), "b");
        let (told, _) = read(&[("r/v1/amendments/002.json", &two)]);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("001.json is missing"), "{told:?}");
        let altered = one.replace("operator", "auditor!");
        let (told, _) = read(&[("r/v1/amendments/001.json", &altered), ("r/v1/amendments/002.json", &two)]);
        assert_eq!(told.len(), 1, "{told:?}");
        let again = text(&digest(one.as_bytes()), "a").replace("\"bytes\":1", "\"bytes\":2");
        let (told, _) = read(&[("r/v1/amendments/001.json", &one), ("r/v1/amendments/002.json", &again)]);
        assert!(told[0].contains("records other bytes for `a`"), "{told:?}");
        let (told, _) = read(&[("r/v1/amendments/x.json", &one)]);
        assert_eq!(told, [""; 0], "no amendment by its name");
        for name in ["001.yaml", "1.json", "0001.json"] {
            let (told, _) = read(&[(&format!("r/v1/amendments/{name}"), &one)]);
            assert!(told.len() == 1 && told[0].contains(name), "{told:?}");
        }
        let withdrawn = one.replace("\"files\"", "\"withdraws\":[\"z\"],\"files\"");
        let (told, _) = read(&[("r/v1/amendments/001.json", &withdrawn)]);
        assert!(told[0].contains("withdraws `z`, which is not recorded"), "{told:?}");
    }
}
