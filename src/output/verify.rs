//! Whether a site is what its manifest says, or a pack what its sums say, file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::folder::kind::Kind;
use crate::output::digest::sha256;
use crate::output::marker::MARKER;
use crate::output::publish::{COMING, MANIFEST};
use crate::output::url;

/// What lists the files of a pack, as `sha256sum` reads it.
const SUMS: &str = "SHA256SUMS";

/// The form of the manifest that is read.
const SCHEMA: &str = "runproof-manifest/1";

/// The largest manifest that is read, in bytes.
const MANIFEST_LIMIT: u64 = 256 << 20;

/// The largest file that is read, in bytes; no page, asset or artifact of a site comes near.
const FILE_LIMIT: u64 = 1 << 30;

/// What is wrong with one file of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// The manifest lists it, and it is not there.
    Missing,
    /// Its bytes are not those of the manifest.
    Changed,
    /// It is not in the manifest.
    Extra,
    /// Its bytes are those of a build that did not end.
    Newer,
}

impl Wrong {
    /// In one word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Extra => "extra",
            Self::Newer => "newer",
        }
    }
}

/// What a site is worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verified {
    /// How many files are as the manifest says.
    pub(crate) good: usize,
    /// The files that are not, by their path.
    pub(crate) wrong: BTreeMap<String, Wrong>,
    /// Whether a build was publishing and did not end.
    pub(crate) is_unfinished: bool,
    /// Whether it is what `pack` wrote and no site.
    pub(crate) is_pack: bool,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    schema: String,
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    url: String,
    sha256: String,
}

/// The bytes of one file of a site.
pub(crate) fn read(site: &Path, url: &str) -> io::Result<Vec<u8>> {
    if let Some(objection) = url::objection(url) {
        return Err(io::Error::other(objection.to_string()));
    }
    Folder::open(&site.canonicalize()?)?.read(url, FILE_LIMIT)
}

/// Reads every file of a site and compares it with the manifest.
pub(crate) fn verify(site: &Path) -> Result<Verified> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Error::unjudged(format!("failed to read {what} of the site `{}`", site.display())).caused_by(error)
    };
    let place = site.canonicalize().map_err(|error| failed("the folder", &error))?;
    let folder = Folder::open(&place).map_err(|error| failed("the folder", &error))?;
    let is_pack = folder.kind(SUMS).is_ok_and(|kind| kind.is_some()) && folder.kind(MANIFEST).is_ok_and(|kind| kind.is_none());
    let (listing, listed) = if is_pack {
        (SUMS, sums(&folder).map_err(|error| failed("`SHA256SUMS`", &error))?)
    } else {
        let listed = manifest(&folder, MANIFEST).map_err(|error| {
            failed("`manifest.json`", &error).with_help(
                "name the folder that `runproof build` wrote, or the unpacked folder of a pack, in which `SHA256SUMS` lies",
            )
        });
        (MANIFEST, listed?)
    };
    let is_unfinished = folder.kind(COMING).is_ok_and(|kind| kind.is_some());
    // Without a readable one its files are told as changed; nothing is taken for good because of it.
    let coming = if is_unfinished {
        manifest(&folder, COMING).unwrap_or_default()
    } else {
        BTreeMap::new()
    };
    let mut found = BTreeSet::new();
    files(&folder, "", &mut found).map_err(|error| failed("the files", &error))?;
    let mut verified = Verified {
        is_unfinished,
        is_pack,
        ..Verified::default()
    };
    for url in &found {
        let wrong = match folder.read(url, FILE_LIMIT) {
            _ if url == listing => None,
            Ok(bytes) => {
                let digest = sha256(&bytes);
                if listed.get(url) == Some(&digest) {
                    None
                } else if coming.get(url) == Some(&digest) {
                    Some(Wrong::Newer)
                } else if listed.contains_key(url) {
                    Some(Wrong::Changed)
                } else {
                    Some(Wrong::Extra)
                }
            }
            Err(_) if listed.contains_key(url) => Some(Wrong::Changed),
            Err(_) => Some(Wrong::Extra),
        };
        match wrong {
            Some(wrong) => {
                verified.wrong.insert(url.clone(), wrong);
            }
            None => verified.good += usize::from(url != listing),
        }
    }
    let missing = listed.keys().filter(|url| !found.contains(*url));
    verified.wrong.extend(missing.map(|url| (url.clone(), Wrong::Missing)));
    Ok(verified)
}

fn manifest(folder: &Folder, name: &str) -> io::Result<BTreeMap<String, String>> {
    let bytes = folder.read(name, MANIFEST_LIMIT)?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
    if manifest.schema != SCHEMA {
        let what = format!(
            "it is of the form `{}`, and this program reads `{SCHEMA}`",
            manifest.schema.escape_debug()
        );
        return Err(io::Error::other(what));
    }
    let mut files = BTreeMap::new();
    for entry in manifest.files {
        if let Some(objection) = url::objection(&entry.url) {
            return Err(io::Error::other(format!("`{}`: {objection}", entry.url.escape_debug())));
        }
        if files.insert(entry.url.clone(), entry.sha256).is_some() {
            return Err(io::Error::other(format!("`{}` is listed twice", entry.url)));
        }
    }
    Ok(files)
}

/// The files of a pack with their digests: a line for each, the digest, two blanks, the path.
fn sums(folder: &Folder) -> io::Result<BTreeMap<String, String>> {
    let bytes = folder.read(SUMS, MANIFEST_LIMIT)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    let mut files = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let broken = |what: &str| io::Error::other(format!("line {}: {what}", number + 1));
        let (digest, path) = line.split_once("  ").ok_or_else(|| broken("no digest and path"))?;
        if let Some(objection) = url::objection(path) {
            return Err(broken(&format!("`{}`: {objection}", path.escape_debug())));
        }
        if files.insert(path.to_owned(), digest.to_owned()).is_some() {
            return Err(broken(&format!("`{path}` is listed twice")));
        }
    }
    Ok(files)
}

/// Every file below a folder. What a checkout or the writer itself keeps there is no part of the site.
fn files(folder: &Folder, prefix: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
    for (name, kind) in folder.names()? {
        if prefix.is_empty() && matches!(name.as_str(), ".git" | MARKER | COMING) {
            continue;
        }
        let url = format!("{prefix}{name}");
        if kind == Kind::Folder {
            files(&folder.below(&name)?, &format!("{url}/"), found)?;
        } else {
            found.insert(url);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{SCHEMA, Wrong, verify};
    use crate::output::digest::sha256;

    fn write(folder: &Path, name: &str, listed: &[(&str, &str)]) {
        let entry = |(url, text): &(&str, &str)| {
            let digest = sha256(text);
            format!("{{\"url\":\"{url}\",\"sha256\":\"{digest}\"}}")
        };
        let entries: Vec<String> = listed.iter().map(entry).collect();
        fs::write(
            folder.join(name),
            format!("{{\"schema\":\"{SCHEMA}\",\"files\":[{}]}}", entries.join(",")),
        )
        .unwrap();
    }

    #[test]
    fn a_pack_is_held_against_its_sums() {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path();
        fs::create_dir(pack.join("handbook")).unwrap();
        fs::write(pack.join("handbook/a b.html"), "1").unwrap();
        fs::write(pack.join("README.txt"), "2").unwrap();
        let sums = format!("{}  README.txt\n{}  handbook/a b.html\n", sha256("2"), sha256("1"));
        fs::write(pack.join("SHA256SUMS"), &sums).unwrap();
        let verified = verify(pack).unwrap();
        assert_eq!((verified.good, verified.wrong.len(), verified.is_pack), (2, 0, true));
        fs::write(pack.join("README.txt"), "3").unwrap();
        fs::write(pack.join("more.txt"), "3").unwrap();
        let wrong: Vec<_> = verify(pack).unwrap().wrong.into_iter().collect();
        assert_eq!(
            wrong,
            [
                ("README.txt".to_owned(), Wrong::Changed),
                ("more.txt".to_owned(), Wrong::Extra)
            ]
        );
        for broken in ["abc\n", "00  ../x\n", "00  a\n00  a\n"] {
            fs::write(pack.join("SHA256SUMS"), broken).unwrap();
            assert!(verify(pack).is_err(), "{broken}");
        }
    }

    #[test]
    fn missing_changed_extra_and_newer_files_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path();
        write(site, "manifest.json", &[("a", "1"), ("b", "1"), ("c", "1"), ("e", "1")]);
        for (name, text) in [("a", "1"), ("b", "2"), ("d", "1"), ("e", "2")] {
            fs::write(site.join(name), text).unwrap();
        }
        let verified = verify(site).unwrap();
        let wrong: Vec<_> = verified.wrong.iter().map(|(url, wrong)| (url.as_str(), *wrong)).collect();
        let expected = [
            ("b", Wrong::Changed),
            ("c", Wrong::Missing),
            ("d", Wrong::Extra),
            ("e", Wrong::Changed),
        ];
        assert_eq!(
            (verified.good, wrong.as_slice(), verified.is_unfinished),
            (1, &expected[..], false)
        );
        write(site, ".runproof-manifest", &[("a", "1"), ("b", "2")]);
        let verified = verify(site).unwrap();
        assert!(verified.is_unfinished);
        assert_eq!(verified.wrong["b"], Wrong::Newer);
    }

    #[test]
    fn a_manifest_that_cannot_be_trusted_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(verify(folder.path()).is_err(), "there is none");
        write(folder.path(), "manifest.json", &[("../x", "1")]);
        assert!(verify(folder.path()).is_err());
        write(folder.path(), "manifest.json", &[("x", "1"), ("x", "2")]);
        assert!(verify(folder.path()).is_err());
        fs::write(
            folder.path().join("manifest.json"),
            "{\"schema\":\"runproof-manifest/2\",\"files\":[]}",
        )
        .unwrap();
        let said = verify(folder.path()).unwrap_err().message;
        assert!(
            said.contains("of the form `runproof-manifest/2`, and this program reads `runproof-manifest/1`"),
            "{said}"
        );
        fs::write(folder.path().join("manifest.json"), "{").unwrap();
        assert!(verify(folder.path()).is_err());
    }
}
