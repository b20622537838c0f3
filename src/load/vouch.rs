//! Who vouches for a record: the record after it, by its digest, and git, by what the commit that added it put there.

use crate::model::release::{Record, Release, TimelineEvent, Vouching};
use crate::parse::release_log;
use crate::source::history::line::{Stay, stays};
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// The event of a record that says that it was changed, and why.
const AMENDED: &str = "amended";

/// Compares every record with what the commit that added it holds. `folder` is the evidence store.
pub(crate) fn vouch(repository: Option<&Repository>, tree: &dyn Tree, folder: &str, releases: &mut [Release]) {
    let unchecked = |reason: &str| Vouching::Unchecked(reason.to_owned());
    let paths: Vec<String> = releases
        .iter()
        .filter_map(|release| release.record.as_ref().map(|record| record.path.clone()))
        .collect();
    if paths.is_empty() {
        return;
    }
    let since = releases
        .iter()
        .filter(|release| release.record.is_some())
        .map(|release| release.commit_date);
    let since = since.collect::<Option<Vec<_>>>().and_then(|dates| dates.into_iter().min());
    let head = repository.and_then(|repository| repository.head().ok().flatten().map(|head| (repository, head)));
    let found = head.and_then(|(repository, head)| {
        let stays = stays(repository, &head.id, folder, &paths, since).ok()?;
        Some((repository, stays))
    });
    for release in releases {
        let Some(record) = &release.record else { continue };
        let Some((repository, stays)) = &found else {
            release.vouching = unchecked("there is no history to compare it with");
            continue;
        };
        let stay = stays.get(&record.path);
        release.recorded_by = stay.filter(|stay| stay.is_whole).map(|stay| stay.added.clone());
        let now = tree.listing().entry(&record.path).map(|entry| entry.id);
        release.vouching = match stay {
            _ if release.is_followed => Vouching::Next,
            None => unchecked("it is not committed"),
            Some(stay) if !stay.is_whole => unchecked("this clone does not have the commit that added it"),
            Some(stay) if Some(stay.first) == now => Vouching::Commit(stay.added.clone()),
            Some(stay) if is_amended(repository, stay, record) => Vouching::Amended {
                commit: stay.added.clone(),
            },
            Some(stay) => Vouching::Changed {
                commit: stay.added.clone(),
                later: stay.changed.clone(),
            },
        };
    }
}

/// Whether a record tells of an amendment that the text which was added did not tell of, by whom and why.
fn is_amended(repository: &Repository, stay: &Stay, record: &Record) -> bool {
    let is_reasoned = |event: &&TimelineEvent| event.event == AMENDED && event.by.is_some() && event.note.is_some();
    let count = |record: &Record| record.timeline.iter().filter(is_reasoned).count();
    let first = repository.content(stay.first).ok();
    first.is_some_and(|bytes| count(&release_log::record(&record.path, &bytes).0) < count(record))
}
