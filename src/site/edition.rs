//! An edition as pages look at it: its address, its day, and which runbook stands where in it.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::model::handbook::{JudgedEdition, JudgedRunbook, Product};
use crate::site::address::part;
use crate::site::mould::Words;

/// An edition with its address.
pub(crate) struct EditionSite<'handbook> {
    /// The edition.
    pub(crate) edition: &'handbook JudgedEdition,
    /// The address of its first page.
    pub(crate) address: String,
    /// The day: of the release, or of the commit.
    pub(crate) day: Option<NaiveDate>,
    /// What is filled into the pages that it has in common with other editions.
    pub(crate) words: Words,
    /// The runbooks by path.
    by_path: HashMap<&'handbook str, usize>,
    /// The runbooks by slug.
    pub(crate) by_slug: HashMap<&'handbook str, usize>,
    /// For each runbook those that name it.
    mentions: HashMap<usize, BTreeSet<usize>>,
    /// The runbooks of each folder, in order.
    folders: HashMap<&'handbook str, Vec<usize>>,
    /// Where rolling back is told for runbooks that do not tell it themselves; looked for once.
    pub(crate) rollbacks: OnceLock<Rollbacks>,
}

/// The runbooks of an edition that tell how to roll back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rollbacks {
    /// The first that is named for it.
    pub(crate) named: Option<usize>,
    /// The first with such a section.
    pub(crate) with_section: Option<usize>,
}

impl<'handbook> EditionSite<'handbook> {
    /// Prepares an edition of a product whose first page has the address `base`.
    pub(crate) fn of(product: &'handbook Product, base: &str, edition: &'handbook JudgedEdition) -> Self {
        let released = edition
            .release
            .and_then(|index| product.releases.get(index))
            .and_then(|release| release.release.date.as_ref())
            .map(|date| date.day);
        let runbooks = || edition.runbooks.iter().enumerate();
        let part = part(&edition.id);
        let by_path: HashMap<&str, usize> = runbooks()
            .map(|(index, runbook)| (runbook.runbook.path.as_str(), index))
            .collect();
        let mut mentions: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        for (index, runbook) in runbooks() {
            let targets = runbook
                .resolutions
                .iter()
                .filter_map(|resolution| resolution.target.as_deref());
            for named in targets
                .filter_map(|target| by_path.get(target))
                .filter(|named| **named != index)
            {
                mentions.entry(*named).or_default().insert(index);
            }
        }
        let mut folders: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, runbook) in runbooks() {
            folders.entry(folder(runbook)).or_default().push(index);
        }
        let day = released.or_else(|| edition.commit.as_ref().map(|commit| commit.date.date_naive()));
        let commit = edition.commit.as_ref().map(|commit| commit.id.as_str());
        Self {
            edition,
            address: format!("{base}{part}/"),
            day,
            words: Words::of(&edition.id, &edition.version, &part, day, commit),
            by_path,
            mentions,
            folders,
            rollbacks: OnceLock::new(),
            by_slug: runbooks()
                .map(|(index, runbook)| (runbook.runbook.slug.as_str(), index))
                .collect(),
        }
    }

    /// What the addresses of its files on the web name it by. The main branch goes on, and a link to it goes with it: with a commit in it,
    /// every page would be another one after each commit.
    pub(crate) fn revision(&self) -> Option<&'handbook str> {
        let commit = self.edition.commit.as_ref()?;
        Some(if self.edition.release.is_none() { "HEAD" } else { &commit.id })
    }

    /// The runbook at a path of the repository.
    pub(crate) fn at_path(&self, path: &str) -> Option<&'handbook JudgedRunbook> {
        self.by_path.get(path).map(|index| &self.edition.runbooks[*index])
    }

    /// The places of the runbooks in the folder of one of them.
    pub(crate) fn beside(&self, runbook: usize) -> &[usize] {
        self.folders
            .get(folder(&self.edition.runbooks[runbook]))
            .map_or(&[], Vec::as_slice)
    }

    /// The runbooks that name another, by their places.
    pub(crate) fn mentions(&self, runbook: usize) -> impl Iterator<Item = &'handbook JudgedRunbook> {
        let places = self.mentions.get(&runbook).into_iter().flatten();
        places.map(|index| &self.edition.runbooks[*index])
    }

    /// The runbook with a slug.
    pub(crate) fn with_slug(&self, slug: &str) -> Option<&'handbook JudgedRunbook> {
        self.by_slug.get(slug).map(|index| &self.edition.runbooks[*index])
    }
}

/// The folder of a runbook.
pub(crate) fn folder(judged: &JudgedRunbook) -> &str {
    judged.runbook.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
