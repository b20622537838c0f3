//! What stands near a path that is not there: the same words in another case, the same ending in another folder, almost the same name.

use std::collections::HashMap;

use crate::audit::alike::{is_for_another, sorted_parts};
use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::Found;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::Resolution;
use crate::tools::folder;
use crate::tools::lookup::answer::unverifiable;
use crate::tools::lookup::claim;

/// The most files of one name that are looked at for a hint: a name that is everywhere hints at nothing.
const SAME_NAME_LIMIT: usize = 200;
/// The most files of one folder that a missing name is compared with.
const SIBLING_LIMIT: usize = 2_000;

impl Index<'_> {
    /// A number stands for the whole name: `docs/adr/ADR-0024` is `docs/adr/ADR-0024-a-title.md`.
    pub(super) fn abbreviated(&self, candidate: &str) -> Option<String> {
        let (parent, name) = folder::split(candidate);
        // A module is called without its ending: `backend/main` is `backend/main.py`.
        let mut modules = ["py", "ts", "js", "go", "rs", "rb"]
            .iter()
            .map(|ending| format!("{candidate}.{ending}"));
        if claim::extension(name).is_none()
            && let Some(module) = modules.find(|module| self.source.listing.has_file(module))
        {
            return Some(module);
        }
        if claim::extension(name).is_some() || !name.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let beginning = format!("{name}-");
        let mut like = self
            .children
            .get(parent)?
            .iter()
            .filter(|sibling| sibling.starts_with(&beginning));
        let only = like.next().filter(|_| like.next().is_none())?;
        folder::join(parent, only)
    }

    /// A path that is there in another case of letters, with the folder that it counts from and the place that was looked at. A
    /// name without a folder claims nothing about a place, and neither does one in another case.
    pub(super) fn in_another_case<'base>(&self, bases: &'base [String], clean: &str) -> Option<(&'base str, String, &str)> {
        if !clean.contains('/') {
            return None;
        }
        bases.iter().find_map(|base| {
            let candidate = folder::join(base, clean)?;
            let actual = self.cases().get(&candidate.to_lowercase())?.as_deref()?;
            Some((base.as_str(), candidate, actual))
        })
    }

    /// The files and folders by their names in small letters; none where several are the same then.
    fn cases(&self) -> &HashMap<String, Option<String>> {
        self.cases.get_or_init(|| {
            let mut cases: HashMap<String, Option<String>> = HashMap::new();
            let files = self.source.listing.entries.iter().map(|entry| entry.path.as_str());
            let folders = self.folders_by_name.values().flatten().copied();
            for path in files.chain(folders) {
                let same = cases.entry(path.to_lowercase());
                same.and_modify(|known| *known = None)
                    .or_insert_with(|| Some(path.to_owned()));
            }
            cases
        })
    }

    /// A path that stands elsewhere under the same last parts. That is a hint and no proof.
    pub(super) fn hint(&self, path: &str) -> Option<Resolution> {
        let path = path.trim_start_matches("../");
        let (_, name) = folder::split(path);
        let ending = format!("/{path}");
        let files = self.source.listing.named(name).map(|entry| entry.path.as_str());
        let folders = self.folders_by_name.get(name).into_iter().flatten().copied();
        let mut same = files
            .chain(folders)
            .take(SAME_NAME_LIMIT)
            .filter(|candidate| candidate.ends_with(&ending) && self.may_mean(candidate));
        let (first, second) = (same.next()?, same.next());
        if second.is_some() {
            return Some(unverifiable(Reason::SeveralEndLikeThis));
        }
        let shown = folder::relative(&self.source.root, first);
        let mut resolution = unverifiable(Reason::OnlyPathLikeThis(shown.clone()));
        resolution.suggestion = Some(shown);
        Some(resolution)
    }

    /// A path that was probably meant: the only file of the same name, a neighbour that is written almost the same, or the only path of
    /// the same parts in another order.
    pub(super) fn suggestion(&self, base: &str, candidate: &str) -> Option<String> {
        self.alike(base, candidate).or_else(|| self.reordered(base, candidate))
    }

    /// The only path that has the parts of one that is not there in another order: `infra/aws/projects` for `infra/projects/aws`.
    fn reordered(&self, base: &str, candidate: &str) -> Option<String> {
        let parts = sorted_parts(candidate);
        if parts.len() < 3 {
            return None;
        }
        let mut found = None;
        for part in &parts {
            let files = self.source.listing.named(part).map(|entry| entry.path.as_str());
            let folders = self.folders_by_name.get(part).into_iter().flatten().copied();
            for path in files.chain(folders).take(SAME_NAME_LIMIT) {
                let is_meant = path != candidate && sorted_parts(path) == parts && !claim::is_set_aside(path);
                if is_meant && found.is_some_and(|other| other != path) {
                    return None;
                }
                found = if is_meant { Some(path) } else { found };
            }
        }
        found
            .filter(|path| self.may_mean(path))
            .map(|path| folder::relative(base, path))
    }

    /// The only file of the same name, or a neighbour that is written almost the same.
    fn alike(&self, base: &str, candidate: &str) -> Option<String> {
        let (parent, name) = folder::split(candidate);
        let mut same = self
            .source
            .listing
            .named(name)
            .take(SAME_NAME_LIMIT)
            .filter(|entry| self.may_mean(&entry.path) && !claim::is_set_aside(&entry.path));
        if let (Some(only), None, false) = (same.next(), same.next(), is_everywhere(name))
            && (is_own_name(name) || are_related(parent, folder::split(&only.path).0))
            && !is_for_another(candidate, &only.path)
        {
            return Some(folder::relative(base, &only.path));
        }
        let existing = folder::upward(parent).find(|above| self.source.listing.has_folder(above))?;
        let missing = candidate[existing.len()..].trim_start_matches('/');
        let (first, rest) = missing.split_once('/').unwrap_or((missing, ""));
        let siblings = || self.children.get(existing).into_iter().flatten().copied().take(SIBLING_LIMIT);
        let near = nearest(first, siblings()).or_else(|| extended(first, siblings()))?;
        let path = folder::join(existing, &format!("{near}/{rest}")).filter(|path| !claim::is_set_aside(path))?;
        // A folder is never what was meant by a file.
        let is_file = name.contains('.') && claim::extension(name).is_some();
        let is_alike = match self.find(&path) {
            Found::File => true,
            Found::Folder => !is_file,
            _ => false,
        };
        is_alike.then(|| folder::relative(base, &path))
    }
}

/// Whether a name is one that few would give: of several words, or with a number.
fn is_own_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem.len() >= 6 && stem.contains(|c: char| matches!(c, '-' | '_') || c.is_ascii_digit() || c.is_ascii_uppercase())
}

/// Whether two folders share their first or their last part, or one of them is the root.
fn are_related(one: &str, other: &str) -> bool {
    let first = |folder: &str| folder.split('/').next().unwrap_or_default().to_owned();
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or_default().to_owned();
    one.is_empty() || other.is_empty() || first(one) == first(other) || last(one) == last(other)
}

/// The only one of some names that goes on where a name ends, or ends where it goes on, with the same ending: `incident-response.md` for
/// `incident.md`, `mqtt_canary.py` for `azd-mqtt-canary.py`.
fn extended<'name>(name: &str, siblings: impl Iterator<Item = &'name str>) -> Option<&'name str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let goes_on = |short: &str, long: &str| {
        short.len() >= 4 && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['-', '_', '.']))
    };
    let ends = |long: &str, short: &str| short.contains('-') && long.strip_suffix(short).is_some_and(|rest| rest.ends_with('-'));
    let mut found = siblings.filter(|sibling| {
        let other = sibling.rsplit_once('.');
        other.is_some_and(|(other, end)| {
            let (one, two) = (stem.replace('_', "-"), other.replace('_', "-"));
            end == ending && (goes_on(stem, other) || goes_on(other, stem) || ends(&one, &two) || ends(&two, &one))
        })
    });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// Whether a name stands in every other folder of every other repository, so that a file of this name hints at nothing.
fn is_everywhere(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    [
        "__init__", "app", "build", "cargo", "changelog", "chart", "cmakelists", "compose", "config", "conftest", "contributing",
        "docker-compose", "dockerfile", "index", "jest", "kustomization", "license", "main", "makefile", "mod", "next",
        "package", "pyproject", "readme", "requirements", "settings", "setup", "tsconfig", "values", "variables", "vite",
    ]
    .contains(&stem.to_ascii_lowercase().as_str())
}
