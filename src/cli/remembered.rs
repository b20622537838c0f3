//! What the last build leaves for the next one: a build that would make what stands there already is known by its inputs, and pages
//! by the keys of what they are made from, as long as nobody touched the site since. All of it is kept in the folder for caches, never in the
//! site: a site proves nothing about how it was made.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::judge::context::Context;
use crate::judge::inputs::inputs;
use crate::model::digest::sha256;
use crate::output::marker::MARKER;
use crate::output::seal::{Seal, Standing, settle};
use crate::site::body::kept::Bodies;
use crate::site::frozen::Frozen;
use crate::source::cache;
use crate::source::repository::Repository;
use crate::source::tracked::is_tracked;

/// What a build said, to be said again.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Said {
    /// The summary of the handbook.
    pub(super) summary: String,
    /// How many files the site has.
    pub(super) files: usize,
    /// Whether there are findings of each level or over: errors, warnings, all.
    pub(super) findings: [bool; 3],
    /// What keeps the gates from being in order, one line each: what is contradicted, and what is open of a newest release.
    #[serde(default)]
    pub(super) open: Vec<String>,
    /// Whether any release has gates at all.
    #[serde(default)]
    pub(super) has_gates: bool,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    inputs: String,
    seal: Seal,
    said: Said,
}

/// The pages that the last build left.
#[derive(Deserialize, Serialize)]
struct KeptPages {
    seal: Seal,
    pages: Frozen,
}

/// A build that may be known.
pub(super) struct Remembered<'a> {
    folder: &'a Path,
    root: &'a Path,
    inputs: String,
    out: PathBuf,
    /// The folder that the site may not leave.
    within: Option<PathBuf>,
}

impl<'a> Remembered<'a> {
    /// A build into a folder; none where nothing may be kept, or its inputs have no digest.
    pub(super) fn of(context: &'a Context, out: &Path, within: Option<&Path>, base_url: Option<&str>) -> Option<Self> {
        let folder = context.repository.as_ref().and_then(Repository::cache)?;
        Some(Self {
            folder,
            root: &context.root,
            inputs: inputs(context, base_url)?,
            out: out.to_owned(),
            within: within.map(Path::canonicalize).transpose().ok()?,
        })
    }

    /// What the last build said, when this one would make the same and it still stands there untouched.
    pub(super) fn recall(&self) -> Option<Said> {
        let place = self.out.canonicalize().ok()?;
        if self.within.as_ref().is_some_and(|within| !place.starts_with(within)) || is_tracked(&place.join(MARKER)) {
            return None;
        }
        let bytes = cache::load(self.folder, self.root, &key(&place))?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        (kept.inputs == self.inputs && kept.seal.holds_whole(&Standing::of(&place)?)).then_some(kept.said)
    }

    /// The pages that the last build left and nobody touched since, and what stands in the site. Nobody else may write to the site from here on.
    pub(super) fn pages(&self) -> Option<(Frozen, Standing)> {
        self.out.canonicalize().ok().and_then(|place| {
            let bytes = cache::load(self.folder, self.root, &pages_key(&place))?;
            let mut kept: KeptPages = serde_json::from_slice(&bytes).ok()?;
            // Without it the files of the search are made anew, and compared.
            *kept.pages.search_bytes() = cache::load(self.folder, self.root, &search_key(&place)).unwrap_or_default();
            let bodies = cache::load(self.folder, self.root, &bodies_key(&place)).unwrap_or_default();
            kept.pages.keep_bodies(Bodies::of(bodies));
            let standing = Standing::of(&place)?;
            kept.seal.holds(&standing).then_some((kept.pages, standing))
        })
    }

    /// Where the folder of a site that was replaced waits to be filled for a later one. Nothing waits on a machine of CI: its folder for caches
    /// is packed and sent elsewhere, and there the files would stand twice.
    pub(super) fn spare(&self) -> Option<PathBuf> {
        let place = self.out.canonicalize().ok().filter(|_| std::env::var_os("CI").is_none())?;
        let name = sha256(place.as_os_str().as_encoded_bytes());
        Some(self.folder.join(format!("site-{}", &name[..32])))
    }

    /// Keeps what a build said and what its pages were made from, right after it wrote the site; `standing` is what stands there, where
    /// that is known already.
    pub(super) fn keep(self, said: Said, mut pages: Frozen, standing: Option<Standing>) {
        settle();
        let kept = self.out.canonicalize().ok().and_then(|place| {
            let seal = standing.or_else(|| Standing::of(&place))?.seal();
            cache::store(self.folder, self.root, &search_key(&place), pages.search_bytes());
            cache::store(self.folder, self.root, &bodies_key(&place), pages.bodies().bytes());
            let pages = KeptPages {
                seal: seal.clone(),
                pages,
            };
            let bytes = serde_json::to_vec(&pages).ok()?;
            cache::store(self.folder, self.root, &pages_key(&place), &bytes);
            let kept = Kept {
                inputs: self.inputs,
                seal,
                said,
            };
            Some((place, serde_json::to_vec(&kept).ok()?))
        });
        if let Some((place, bytes)) = kept {
            cache::store(self.folder, self.root, &key(&place), &bytes);
        }
    }
}

fn pages_key(place: &Path) -> Vec<u8> {
    of_program("pages 4", place)
}

fn search_key(place: &Path) -> Vec<u8> {
    of_program("search 1", place)
}

fn bodies_key(place: &Path) -> Vec<u8> {
    of_program("bodies 1", place)
}

fn of_program(what: &str, place: &Path) -> Vec<u8> {
    let place = place.as_os_str().as_encoded_bytes();
    [what.as_bytes(), b" ", cache::program().as_bytes(), b" ", place].concat()
}

fn key(place: &Path) -> Vec<u8> {
    [b"site 3 ", place.as_os_str().as_encoded_bytes()].concat()
}
