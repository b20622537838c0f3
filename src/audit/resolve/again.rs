//! Look-ups that were made before. From one release to the next most texts stay, and so does all that can be looked up: what a text names
//! then leads where it led. Nothing but the text, its place and the source decides that, so equal ones have equal outcomes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolve_all;
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Code, Edition, EditionRunbook, Source};
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceKind, Resolution};
use crate::model::runbook::Runbook;

/// Sources that are remembered at a time.
const MOST_SOURCES: usize = 4;

/// The outcomes of look-ups in the last few sources.
#[derive(Debug, Default)]
pub(crate) struct Again(Mutex<VecDeque<Arc<Looked>>>);

/// What was looked up in one source, by the path of the runbook.
#[derive(Debug)]
struct Looked {
    source: Arc<Source>,
    outcomes: Mutex<HashMap<String, Outcome>>,
}

/// A text, and what its references led to.
type Outcome = (Arc<Runbook>, Vec<Resolution>);

impl Again {
    /// Looks up the references of all runbooks of an edition, in the order of the runbooks; those of a text that stood at the same place in
    /// an equal source are taken from there.
    pub(crate) fn resolve_all(&self, edition: &Edition) -> Vec<Vec<Resolution>> {
        // Whether pages are linked by their names is told by all texts together.
        if edition.runbooks.iter().any(links_by_name) {
            return resolve_all(edition);
        }
        let looked = self.looked(&edition.source);
        let known: Vec<_> = edition.runbooks.iter().map(|runbook| looked.find(runbook)).collect();
        if known.iter().all(Option::is_some) {
            return known.into_iter().flatten().collect();
        }
        let index = Index::new(&edition.source);
        let outcomes = edition.runbooks.par_iter().zip(known).map(|(runbook, known)| {
            known.unwrap_or_else(|| {
                let outcome = index.resolve(runbook);
                looked.keep(runbook, &outcome);
                outcome
            })
        });
        outcomes.collect()
    }

    /// What was looked up in an equal source.
    fn looked(&self, source: &Arc<Source>) -> Arc<Looked> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(looked) = all.iter().find(|looked| is_same(&looked.source, source)) {
            return Arc::clone(looked);
        }
        let looked = Arc::new(Looked {
            source: Arc::clone(source),
            outcomes: Mutex::default(),
        });
        all.push_front(Arc::clone(&looked));
        all.truncate(MOST_SOURCES);
        looked
    }
}

impl Looked {
    fn find(&self, runbook: &EditionRunbook) -> Option<Vec<Resolution>> {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, outcome) = outcomes.get(&runbook.path)?;
        Arc::ptr_eq(text, &runbook.runbook).then(|| outcome.clone())
    }

    fn keep(&self, runbook: &EditionRunbook, outcome: &[Resolution]) {
        let known = (Arc::clone(&runbook.runbook), outcome.to_vec());
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.insert(runbook.path.clone(), known);
    }
}

/// Whether a text links pages by their names.
fn links_by_name(runbook: &EditionRunbook) -> bool {
    let mut references = runbook.runbook.references.iter();
    references.any(|reference| matches!(&reference.kind, ReferenceKind::Named(named) if named.kind == Kind::WikiLink))
}

/// Whether two sources are the same to everybody who looks something up. What a file holds that nobody reads for that is no part of it.
fn is_same(one: &Source, other: &Source) -> bool {
    let Source {
        root,
        product_root,
        releases,
        unavailable,
        listing,
        dangling,
        linked,
        definitions,
        code,
        anchors,
        cited,
        ignores,
        repository_name,
        web_url,
        code_owners,
    } = one;
    let is_same_place = *root == other.root
        && *product_root == other.product_root
        && *releases == other.releases
        && *unavailable == other.unavailable
        && *repository_name == other.repository_name
        && *web_url == other.web_url;
    is_same_place
        && (Arc::ptr_eq(listing, &other.listing)
            || listing.entries.len() == other.listing.entries.len()
                && (listing.entries.iter().zip(&other.listing.entries))
                    .all(|(one, other)| one.kind == other.kind && one.path == other.path))
        && *dangling == other.dangling
        && *linked == other.linked
        && are_same_files(definitions, &other.definitions)
        && is_same_code(code, &other.code)
        && anchors.len() == other.anchors.len()
        && anchors.iter().all(|(path, anchors)| {
            let others = other.anchors.get(path);
            others.is_some_and(|others| Arc::ptr_eq(anchors, others) || anchors == others)
        })
        && *cited == other.cited
        && ignores.files == other.ignores.files
        && *code_owners == other.code_owners
}

fn is_same_code(one: &Arc<Code>, other: &Arc<Code>) -> bool {
    Arc::ptr_eq(one, other) || {
        let Code {
            files,
            mentions,
            prefixes,
            programs,
        } = &**one;
        are_same_files(files, &other.files)
            && *mentions == other.mentions
            && *prefixes == other.prefixes
            && *programs == other.programs
    }
}

/// Files that were read once are held once.
fn are_same_files<'files, F>(one: F, other: F) -> bool
where
    F: IntoIterator<Item = (&'files String, &'files Arc<DefinitionFile>)>,
    F::IntoIter: ExactSizeIterator,
{
    let (one, other) = (one.into_iter(), other.into_iter());
    one.len() == other.len()
        && one
            .zip(other)
            .all(|((path, file), (other_path, other))| path == other_path && (Arc::ptr_eq(file, other) || file == other))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Again;
    use crate::audit::resolve::resolve_all;
    use crate::audit::testing::{Fixture, content, inline, named_in, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::edition::{Edition, Source};
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceContext;
    use crate::model::runbook::Anchors;

    fn fixture() -> Fixture {
        tree(&["docs/a.md", "tools/run.sh"])
            .naming(inline("tools/run.sh"))
            .naming(inline("tools/gone.sh"))
    }

    /// Looks the edition up, then the same text in a source that `change` made another one.
    fn changed(change: impl Fn(&mut Source)) -> (Edition, bool) {
        let again = Again::default();
        let first = fixture().edition();
        assert_eq!(again.resolve_all(&first), resolve_all(&first));
        let mut source = Source::clone(&first.source);
        change(&mut source);
        let second = Edition {
            source: Arc::new(source),
            ..first
        };
        assert_eq!(again.resolve_all(&second), resolve_all(&second));
        let is_same = again.0.lock().unwrap().len() == 1;
        (second, is_same)
    }

    #[test]
    fn a_text_in_an_equal_source_is_looked_up_once() {
        assert!(changed(|_| {}).1);
        // What a file holds is read for nothing here.
        let other_text = |source: &mut Source| {
            let mut entries = source.listing.entries.clone();
            entries[0].id = content(9);
            source.listing = Arc::new(crate::model::tree::Listing::new(entries));
        };
        assert!(changed(other_text).1);
    }

    #[test]
    fn whatever_differs_in_a_source_is_looked_up_anew() {
        let changes: [fn(&mut Source); 9] = [
            |source| source.root.push('x'),
            |source| source.product_root.push('x'),
            |source| source.unavailable = Some("not there".to_owned()),
            |source| {
                let mut entries = source.listing.entries.clone();
                entries.pop();
                source.listing = Arc::new(crate::model::tree::Listing::new(entries));
            },
            |source| {
                source
                    .definitions
                    .insert("Makefile".to_owned(), Arc::new(DefinitionFile::default()));
            },
            |source| {
                let mut code = (*source.code).clone();
                code.prefixes.push("APP_".to_owned());
                source.code = Arc::new(code);
            },
            |source| {
                source.anchors.insert("docs/a.md".to_owned(), Arc::new(Anchors::default()));
            },
            |source| source.ignores.files.push((String::new(), "tools/".into())),
            |source| source.repository_name.push('x'),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            assert!(!changed(change).1, "change {number}");
        }
    }

    #[test]
    fn another_text_and_another_place_are_looked_up_anew() {
        let again = Again::default();
        let first = fixture().edition();
        again.resolve_all(&first);
        let mut other_place = first.clone();
        other_place.runbooks[0].path = "docs/deep/a.md".to_owned();
        assert_eq!(again.resolve_all(&other_place), resolve_all(&other_place));
        let mut other_text = fixture().naming(inline("docs/a.md")).edition();
        other_text.source = Arc::clone(&first.source);
        assert_eq!(again.resolve_all(&other_text), resolve_all(&other_text));
        assert_eq!(again.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn names_of_pages_are_told_by_all_texts_together() {
        let again = Again::default();
        let linked = named_in(ReferenceContext::Link, "[[a]]", Kind::WikiLink, "a");
        let edition = fixture().naming(linked).edition();
        assert_eq!(again.resolve_all(&edition), resolve_all(&edition));
        assert!(again.0.lock().unwrap().is_empty());
    }
}
