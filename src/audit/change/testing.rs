//! Changes between two fixtures for the tests of the rules about changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::audit::change::judge_change;
use crate::audit::change::pair::{ChangeContext, Pair};
use crate::audit::testing::{Fixture, content};
use crate::audit::{judge, resolve};
use crate::config::waivers::Waivers;
use crate::model::definition::DefinitionFile;
use crate::model::difference::TreeDifference;
use crate::model::edition::FileText;
use crate::model::finding::Finding;
use crate::model::tree::{ContentId, Entry, EntryKind, Listing};

/// A change from one fixture to another.
pub(crate) struct Changed {
    before: Fixture,
    now: Fixture,
    is_new: bool,
    says_the_same: bool,
    /// The fingerprints of whole files, before and with the change.
    pub(crate) texts: HashMap<String, (FileText, FileText)>,
    /// The runbooks that a trailer names.
    pub(crate) confirmed: BTreeSet<String>,
}

/// The change from one fixture to another.
pub(crate) fn change(before: &Fixture, now: &Fixture) -> Changed {
    Changed {
        before: before.clone(),
        now: now.clone(),
        is_new: false,
        texts: HashMap::new(),
        confirmed: BTreeSet::new(),
        says_the_same: false,
    }
}

impl Changed {
    /// The same change where the runbook is new.
    pub(crate) fn without_before(mut self) -> Self {
        self.is_new = true;
        self
    }

    /// The same change where the two texts differ in form only.
    pub(crate) fn saying_the_same(mut self) -> Self {
        self.says_the_same = true;
        self
    }

    /// What a rule finds.
    pub(crate) fn of(&self, rule: &str) -> Vec<Finding> {
        self.all().into_iter().filter(|finding| finding.rule == rule).collect()
    }

    /// What all rules find.
    pub(crate) fn all(&self) -> Vec<Finding> {
        let (base, head) = (self.before.edition(), self.now.edition());
        let earlier = resolve::resolve_all(&base);
        let config = &self.now.config;
        let before = judge(&base, earlier.clone(), &self.before.past, config, &Waivers::default());
        let judged = judge(
            &head,
            resolve::resolve_all(&head),
            &self.now.past,
            config,
            &Waivers::default(),
        );
        let before_of_pair = (!self.is_new).then(|| (&base.runbooks[0], earlier[0].as_slice()));
        let mut pair = Pair::new(&judged[0], before_of_pair);
        pair.says_the_same |= self.says_the_same;
        let context = ChangeContext {
            base: &base,
            head: &head,
            pairs: &[pair],
            difference: &TreeDifference::between(&base.source.listing, &head.source.listing),
            texts: &self.texts,
            churning: &BTreeSet::new(),
            confirmed: &self.confirmed,
        };
        let known = if self.is_new { &[] } else { before[0].findings.as_slice() };
        judge_change(&context, known, config)
    }
}

impl Fixture {
    fn edit_entries(&mut self, edit: impl FnOnce(&mut Vec<Entry>)) {
        let mut entries = self.source.listing.entries.clone();
        edit(&mut entries);
        self.source.listing = Arc::new(Listing::new(entries));
    }

    /// Gives a file another content, in place.
    pub(crate) fn give(&mut self, path: &str, byte: u8) {
        self.edit_entries(|entries| {
            entries.retain(|entry| entry.path != path);
            entries.push(Entry {
                path: path.to_owned(),
                kind: EntryKind::File,
                id: content(byte),
            });
        });
        if path == self.path {
            self.content = content(byte);
        }
    }

    /// Adds or replaces a file of definitions with this content.
    pub(crate) fn define(&mut self, file: DefinitionFile, byte: u8) {
        self.give(&file.path.clone(), byte);
        self.source.definitions.insert(file.path.clone(), Arc::new(file));
    }

    /// Takes a file away.
    pub(crate) fn remove(&mut self, path: &str) {
        self.edit_entries(|entries| entries.retain(|entry| entry.path != path));
    }

    /// Moves a file.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let id = self.source.listing.entry(from).map_or(ContentId::default(), |entry| entry.id);
        self.remove(from);
        self.edit_entries(|entries| {
            entries.push(Entry {
                path: to.to_owned(),
                kind: EntryKind::File,
                id,
            });
        });
    }
}
