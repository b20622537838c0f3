//! Reads one file of evidence, or takes what an earlier run read.

use sha2::{Digest, Sha256};

use crate::load::kept::{Reading, Shelf};
use crate::model::digest::hex;
use crate::model::release::Record;
use crate::model::tree::{Entry, EntryKind};
use crate::parse::recognise;
use crate::source::tree::Tree;

/// Bytes of an artifact that its page shows. All of them are in memory at once, and there may be thousands.
const EXCERPT: usize = 16 * 1024;

/// What decides how a file is read, apart from its bytes. Its name does not, and neither does whether a gate asks for it: what no gate asks
/// for is shown for what it is, and judges nothing.
pub(super) struct Asked<'a> {
    /// The format that the record names for it.
    recorded: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// What decides it for a file of the folder `base`.
    pub(super) fn of(entry: &Entry, base: &str, record: Option<&'a Record>) -> Self {
        let path = entry.path.strip_prefix(base).unwrap_or(&entry.path);
        let recorded = record.and_then(|record| record.files.iter().find(|file| file.path == path));
        Self {
            recorded: recorded.and_then(|file| file.format.as_deref()),
        }
    }
}

/// The gate that a file shows by its folder.
pub(super) fn gate_of_folder(path: &str) -> Option<String> {
    let below = path.strip_prefix("evidence/")?;
    below.split_once('/').map(|(gate, _)| gate.to_owned())
}

/// The gate of a record that a release keeps beside its evidence: a checklist, sign-offs and phases are judged by what they say. Series
/// and run sheets have none, because they are for any gate that asks for one. None for other files.
pub(super) fn record_at_root(path: &str) -> Option<&'static str> {
    let (stem, ending) = path.split_once('.').filter(|_| !path.contains('/'))?;
    match (stem, ending) {
        ("checklist", "yaml" | "yml" | "json") => Some("checklist"),
        ("signoffs", "yaml" | "yml" | "json") => Some("signoffs"),
        ("phases", "yaml" | "yml" | "json") => Some("phases"),
        _ => None,
    }
}

/// Reads a file, or takes what an earlier run read; none for what cannot be read. The key is made of its bytes and how they are read.
pub(super) fn reading(tree: &dyn Tree, entry: &Entry, asked: &Asked<'_>, shelf: &Shelf<'_>) -> (String, Option<Reading>) {
    let word = |text: Option<&str>| text.unwrap_or("-").replace(char::is_whitespace, " ");
    let key = format!("{} {}", entry.id, word(asked.recorded));
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        return (key, None);
    }
    if let Some(mut reading) = shelf.find(&key) {
        reading.excerpt = shelf.excerpt(&key, || excerpt(&tree.read(entry).ok()?));
        return (key, Some(reading));
    }
    let Ok(bytes) = tree.read(entry) else {
        return (key, None);
    };
    let declared = asked.recorded;
    let artifact = recognise::read(&bytes, declared.filter(|format| recognise::format(format).is_some()));
    let reading = Reading {
        sha256: hex(&Sha256::digest(&bytes)),
        bytes: bytes.len() as u64,
        artifact,
        excerpt: shelf.excerpt(&key, || excerpt(&bytes)),
    };
    (key, Some(reading))
}

fn excerpt(bytes: &[u8]) -> Option<String> {
    let end = bytes.len().min(EXCERPT);
    if bytes[..end].contains(&0) {
        return None;
    }
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    Some(if end < bytes.len() {
        text.trim_end_matches('\u{fffd}').to_owned()
    } else {
        text
    })
}
