//! Digests beyond SHA-256 of the files of a release. They are computed where a statement about an artifact gives no SHA-256, as the
//! provenance of npm packages does, which has SHA-512 alone.

use std::collections::BTreeMap;

use sha2::{Digest, Sha384, Sha512};

use crate::model::digest::hex;
use crate::model::evidence::Content;
use crate::model::release::Release;
use crate::model::tree::Entry;
use crate::source::tree::Tree;

/// The digests that statements of a release ask for, by the path of the file. `entries` are the files of its folder, whose name is `base`.
pub(super) fn asked_for(tree: &dyn Tree, entries: &[&Entry], base: &str, release: &Release) -> BTreeMap<String, Vec<String>> {
    let (mut sha384, mut sha512) = (false, false);
    for file in &release.evidence {
        let Content::Provenance(facts) = &file.artifact.content else {
            continue;
        };
        let subjects = facts.statements.iter().flat_map(|statement| &statement.subjects);
        for subject in subjects.filter(|subject| subject.sha256().is_none()) {
            sha384 |= subject.digests.iter().any(|digest| digest.starts_with("sha384:"));
            sha512 |= subject.digests.iter().any(|digest| digest.starts_with("sha512:"));
        }
    }
    let mut digests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !(sha384 || sha512) {
        return digests;
    }
    for entry in entries {
        let path = entry.path.strip_prefix(base).unwrap_or(&entry.path);
        if release.evidence.iter().all(|file| file.path != path) {
            continue;
        }
        let Ok(bytes) = tree.read(entry) else { continue };
        let of_file = digests.entry(path.to_owned()).or_default();
        if sha384 {
            of_file.push(format!("sha384:{}", hex(&Sha384::digest(&bytes))));
        }
        if sha512 {
            of_file.push(format!("sha512:{}", hex(&Sha512::digest(&bytes))));
        }
    }
    digests
}
