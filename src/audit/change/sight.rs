//! What a change takes out of sight: files, records and tags that the settings let be judged before it, that are there still, and that
//! nothing judges any more.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::rules::check_loosened;
use crate::model::count::counted;
use crate::model::finding::{Finding, Severity};
use crate::model::place::Place;

/// How many names a finding tells.
const NAMED: usize = 3;

/// What can be taken out of sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// Files that are runbooks.
    Runbook,
    /// Files that are logs and exports of a forge.
    Log,
    /// Records of releases.
    Record,
    /// Tags that are releases.
    Tag,
}

impl Seen {
    const ALL: [Self; 4] = [Self::Runbook, Self::Log, Self::Record, Self::Tag];

    fn noun(self) -> &'static str {
        match self {
            Self::Runbook => "runbook",
            Self::Log => "log",
            Self::Record => "record",
            Self::Tag => "tag",
        }
    }

    /// The keys of the settings that decide it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Runbook => &["exclude", "runbooks", "root"],
            Self::Log => &["logs", "forge-exports"],
            Self::Record => &["releases", "root"],
            Self::Tag => &["tags"],
        }
    }

    /// What releases rest on must be judged; a page may be none that is followed.
    fn severity(self) -> Severity {
        match self {
            Self::Runbook | Self::Log => Severity::Warning,
            Self::Record | Self::Tag => Severity::Error,
        }
    }
}

/// What the settings of one side of a change let be judged, of all that is there with the change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sight {
    /// The names, by what they are.
    names: BTreeMap<Seen, BTreeSet<String>>,
}

impl Sight {
    /// Notes that something is judged.
    pub(crate) fn note(&mut self, seen: Seen, names: impl IntoIterator<Item = String>) {
        self.names.entry(seen).or_default().extend(names);
    }
}

/// What a change of the settings at `path` takes out of sight. `origins` are the lines of the keys that they set with the change.
pub(crate) fn out_of_sight(path: &str, origins: &BTreeMap<String, u32>, before: &Sight, now: &Sight) -> Vec<Finding> {
    let nothing = BTreeSet::new();
    let found = Seen::ALL.into_iter().filter_map(|seen| {
        let [before, now] = [before, now].map(|sight| sight.names.get(&seen).unwrap_or(&nothing));
        let gone: Vec<&String> = before.difference(now).collect();
        (!gone.is_empty()).then(|| Finding {
            severity: seen.severity(),
            message: format!(
                "this change of the settings takes {} out of what is judged, though {} still there: {}",
                counted(gone.len() as u64, seen.noun()),
                if gone.len() == 1 { "it is" } else { "they are" },
                named(&gone)
            ),
            help: Some("restore the setting, or say in the change why nobody has to look there and waive the finding".to_owned()),
            place: only_line(origins, seen.keys()).map(Place::of_line),
            ..Finding::of(&check_loosened::RULE.text, path)
        })
    });
    found.collect()
}

/// The first few names, and how many there are beside them.
fn named(names: &[&String]) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The line of the first of some keys that the settings set, where no other product sets it, too.
fn only_line(origins: &BTreeMap<String, u32>, keys: &[&str]) -> Option<u32> {
    keys.iter().find_map(|key| {
        let is_it = |path: &str| path.rsplit('.').next() == Some(key);
        let mut own = origins.iter().filter(|(path, _)| is_it(path)).map(|(_, line)| *line);
        own.next().filter(|_| own.next().is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::{Seen, Sight, out_of_sight};
    use crate::model::finding::Severity;

    fn sight(runbooks: &[&str], tags: &[&str]) -> Sight {
        let mut sight = Sight::default();
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        sight.note(Seen::Runbook, owned(runbooks));
        sight.note(Seen::Tag, owned(tags));
        sight
    }

    #[test]
    fn what_is_judged_no_longer_is_told_with_the_line_of_the_key() {
        let lines = [("exclude".to_owned(), 4), ("products[0].tags".to_owned(), 9)].into();
        let before = sight(&["a.md", "b.md", "c.md", "d.md", "e.md"], &["v1", "v2"]);
        let now = sight(&["e.md", "new.md"], &["v2"]);
        let told = out_of_sight("runproof.toml", &lines, &before, &now);
        let words: Vec<_> = told
            .iter()
            .map(|finding| {
                (
                    finding.message.as_str(),
                    finding.place.map(|place| place.line),
                    finding.severity,
                )
            })
            .collect();
        assert_eq!(
            words,
            [
                (
                    "this change of the settings takes 4 runbooks out of what is judged, though they are still there: `a.md`, `b.md`, `c.md` and 1 more",
                    Some(4),
                    Severity::Warning
                ),
                (
                    "this change of the settings takes 1 tag out of what is judged, though it is still there: `v1`",
                    Some(9),
                    Severity::Error
                ),
            ]
        );
        assert!(out_of_sight("runproof.toml", &lines, &now, &now).is_empty());
        assert_eq!(
            out_of_sight(
                "runproof.toml",
                &lines,
                &sight(&["a.md"], &[]),
                &sight(&["a.md", "b.md"], &["v1"])
            ),
            [],
            "more is judged"
        );
    }
}
