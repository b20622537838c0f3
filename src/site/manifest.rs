//! `manifest.json`: every file of the site with its digest, so that a published site can be checked byte by byte, and so that no
//! address that was ever published gets lost unseen.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::site::body::written::hex;
use crate::site::file::File;

/// The path of the manifest.
pub(super) const FILE: &str = "manifest.json";

/// One file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    /// The path from the root of the site.
    pub(super) url: String,
    /// SHA-256 of the content, in hex.
    pub(super) sha256: String,
    /// SHA-256 of the text of the runbook without what the site puts around it and into it: it stays the same as long as the text does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_sha256: Option<String>,
    /// The length of the content.
    #[serde(skip)]
    pub(super) bytes: u64,
    /// Whether it is a page.
    #[serde(skip)]
    pub(super) is_page: bool,
    /// Whether search engines shall know it: a page that is not a copy of another one, and that nobody should stay away from.
    #[serde(skip)]
    pub(super) is_listed: bool,
}

impl Entry {
    /// The entry of a file that is no page.
    pub(super) fn of(file: &File) -> Self {
        Self {
            url: file.url.clone(),
            sha256: hex(&Sha256::digest(&file.bytes)),
            body_sha256: None,
            bytes: file.bytes.len() as u64,
            is_page: false,
            is_listed: false,
        }
    }

    /// The entry of a page, with the digest of the text of its runbook if it shows one.
    pub(super) fn of_page(file: &File, body_sha256: Option<String>, is_listed: bool) -> Self {
        Self {
            body_sha256,
            is_page: true,
            is_listed,
            ..Self::of(file)
        }
    }
}

#[derive(Serialize)]
struct Manifest {
    schema: &'static str,
    files: Vec<Entry>,
}

/// The manifest, one file per line, sorted.
pub(super) fn file(mut entries: Vec<Entry>) -> File {
    entries.sort_by(|left, right| left.url.cmp(&right.url));
    // At the end of a large build everything else is still there: the room is made once, and never twice to copy it.
    let length = |entry: &Entry| entry.url.len() + if entry.body_sha256.is_some() { 180 } else { 96 };
    let mut bytes = Vec::with_capacity(64 + entries.iter().map(length).sum::<usize>());
    let manifest = Manifest {
        schema: "runproof-manifest/1",
        files: entries,
    };
    serde_json::to_writer(&mut bytes, &manifest).expect("strings and numbers are always JSON");
    bytes.push(b'\n');
    File {
        url: FILE.to_owned(),
        bytes,
    }
}
