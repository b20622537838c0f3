//! Bills of materials that an older release has and a newer one lacks, although nothing says that they are no longer made: what they list
//! is not known of it, neither contained nor removed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::audit::verdict::asked_by;
use crate::model::change::{ChangeKind, ComponentChange, ComponentChanges, Lack};
use crate::model::release::Release;
use crate::model::sbom::Sbom;

/// A bill of materials that one release has.
#[derive(Clone, Copy)]
pub(crate) struct Bill<'release> {
    /// The release, as an index into the releases of the product.
    release: usize,
    path: &'release str,
    gate: Option<&'release str>,
    sbom: &'release Sbom,
}

impl<'release> Bill<'release> {
    /// What it is called: its subject without its version, else its file.
    fn name(&self) -> &'release str {
        let subject = self.sbom.subject.as_deref().map(plain).filter(|subject| !subject.is_empty());
        subject.unwrap_or_else(|| self.path.rsplit('/').next().unwrap_or(self.path))
    }

    /// Whether it is the bill of the same thing, in another release.
    fn is_of_same(&self, other: &Self) -> bool {
        let subject = |bill: &Self| bill.sbom.subject.as_deref().map(|subject| plain(subject).to_lowercase());
        self.path == other.path || subject(self).is_some_and(|own| !own.is_empty() && Some(own) == subject(other))
    }
}

/// A subject without the version behind its name.
fn plain(subject: &str) -> &str {
    let is_version = |rest: &str| rest.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    let end = subject
        .char_indices()
        .find(|(at, c)| *at > 0 && matches!(c, '@' | ' ' | '-' | ':') && is_version(&subject[at + c.len_utf8()..]));
    end.map_or(subject, |(at, _)| &subject[..at])
}

/// The bills that each release lacks. Releases stand newest first. Of one that has none at all nothing is known anyway.
pub(crate) fn lacking(releases: &[Release]) -> Vec<Vec<Bill<'_>>> {
    let mut all: Vec<Vec<Bill<'_>>> = vec![Vec::new(); releases.len()];
    let mut expected: BTreeMap<&str, Vec<Bill<'_>>> = BTreeMap::new();
    for (at, release) in releases.iter().enumerate().rev() {
        let own: Vec<Bill<'_>> = release
            .bills()
            .map(|(file, sbom)| Bill {
                release: at,
                path: &file.path,
                gate: file.gate.as_deref(),
                sbom,
            })
            .collect();
        if own.is_empty() {
            continue;
        }
        let before = expected.entry(&release.line).or_default();
        let lacks = lacks(release, before, &own);
        *before = own.into_iter().chain(lacks.iter().copied()).collect();
        all[at] = lacks;
    }
    all
}

/// The bills of those before that a release has under no name and is still asked for.
fn lacks<'release>(release: &Release, before: &[Bill<'release>], own: &[Bill<'_>]) -> Vec<Bill<'release>> {
    let asked: BTreeSet<&str> = asked_by(release).collect();
    let of_gate = |bills: &[Bill<'_>], gate: Option<&str>| bills.iter().filter(|bill| bill.gate == gate).count();
    let is_lacking = |bill: &&Bill<'release>| {
        let is_there = own.iter().any(|other| other.is_of_same(bill));
        // As many bills for the same gate are the same ones under other names.
        let is_renamed = bill.gate.is_some() && of_gate(own, bill.gate) >= of_gate(before, bill.gate);
        let is_asked = bill.gate.is_none_or(|gate| asked.is_empty() || asked.contains(gate));
        !is_there && !is_renamed && is_asked
    };
    before.iter().filter(is_lacking).copied().collect()
}

/// The components that bills list, by identity.
pub(crate) fn listed<'release>(bills: &[Bill<'release>]) -> HashSet<&'release str> {
    let components = bills.iter().flat_map(|bill| &bill.sbom.components);
    let identities = components.map(|component| component.identity.as_str());
    identities.filter(|identity| !identity.is_empty()).collect()
}

/// What a release lacks, each thing once: two formats of one bill are one.
pub(crate) fn told(releases: &[Release], at: usize, bills: &[Bill<'_>]) -> Vec<Lack> {
    let mut told: Vec<Lack> = Vec::new();
    for bill in bills {
        if told.iter().any(|lack| lack.bill == bill.name()) {
            continue;
        }
        told.push(Lack {
            version: releases[at].version.clone(),
            bill: bill.name().to_owned(),
            seen_in: releases[bill.release].version.clone(),
        });
    }
    told
}

/// Takes out of the changes between two releases what follows from a bill that one of them lacks.
pub(crate) fn set_apart(
    changes: &mut ComponentChanges,
    releases: &[Release],
    (before, after): (usize, usize),
    all: &[Vec<Bill<'_>>],
) {
    let (old, new) = (&all[before], &all[after]);
    if old.is_empty() && new.is_empty() {
        return;
    }
    let (unknown_then, unknown_now) = (listed(old), listed(new));
    let is_known = |change: &ComponentChange| {
        let identity = change.identity.as_str();
        let of = |few: &[String], many: &[String]| few.iter().all(|version| many.contains(version));
        let is_less = unknown_now.contains(identity) && (change.kind == ChangeKind::Removed || of(&change.after, &change.before));
        let is_more = unknown_then.contains(identity) && (change.kind == ChangeKind::Added || of(&change.before, &change.after));
        !is_less && !is_more
    };
    let all_changes = changes.changes.len();
    changes.changes.retain(is_known);
    changes.unknown = (all_changes - changes.changes.len()) as u64;
    changes.lacks = told(releases, after, new);
    changes.lacks.extend(told(releases, before, old));
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::evidence_file;
    use std::sync::Arc;

    use super::{lacking, listed, set_apart, told};
    use crate::audit::components::changes;
    use crate::model::evidence::{Artifact, Content, Evidence};
    use crate::model::release::{Record, Release};
    use crate::model::sbom::{Component, Sbom};

    /// A release with bills, each with its gate, its file, its subject and its components.
    fn release(version: &str, gates: &[&str], bills: &[(&str, &str, &str, &[&str])]) -> Release {
        let bill = |(gate, file, subject, components): &(&str, &str, &str, &[&str])| Evidence {
            sha256: format!("{version}{file}"),
            ..evidence_file(
                &format!("evidence/{gate}/{file}"),
                Artifact {
                    content: Content::Sbom(Box::new(Sbom {
                        subject: Some((*subject).to_owned()),
                        components: components
                            .iter()
                            .map(|name| {
                                Arc::new(Component {
                                    identity: format!("pkg:pypi/{name}"),
                                    name: (*name).to_owned(),
                                    version: "1".to_owned(),
                                    ..Component::default()
                                })
                            })
                            .collect(),
                        ..Sbom::default()
                    })),
                    ..Artifact::default()
                },
            )
        };
        Release {
            version: version.to_owned(),
            record: Some(Record {
                gates: gates.iter().map(|gate| (*gate).to_owned()).collect(),
                ..Record::default()
            }),
            evidence: bills.iter().map(bill).collect(),
            ..Release::default()
        }
    }

    const GATES: [&str; 2] = ["sbom-api", "sbom-providers"];
    const API: (&str, &str, &str, &[&str]) = ("sbom-api", "api.cdx.json", "api 2.4.0", &["anyio", "idna"]);
    const PROVIDERS: (&str, &str, &str, &[&str]) = ("sbom-providers", "p.cdx.json", "providers", &["tenacity", "idna"]);

    #[test]
    fn what_a_missing_bill_lists_is_neither_removed_nor_added() {
        let releases = [
            release("v3", &GATES, &[API, PROVIDERS]),
            release("v2", &GATES, &[API]),
            release("v1", &GATES, &[API, PROVIDERS]),
        ];
        let all = lacking(&releases);
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 0]);
        assert!(listed(&all[1]).contains("pkg:pypi/tenacity"));
        let lack = &told(&releases, 1, &all[1])[0];
        assert_eq!(
            (lack.version.as_str(), lack.bill.as_str(), lack.seen_in.as_str()),
            ("v2", "providers", "v1")
        );
        for (before, after) in [(2, 1), (1, 0)] {
            let bills = |at: usize| releases[at].bills().map(|(_, sbom)| sbom).collect::<Vec<_>>();
            let mut changes = changes(&bills(before), &bills(after), "");
            assert_eq!(changes.changes.len(), 1);
            set_apart(&mut changes, &releases, (before, after), &all);
            assert_eq!((changes.changes.len(), changes.unknown, changes.lacks.len()), (0, 1, 1));
        }
    }

    #[test]
    fn a_bill_that_nobody_asks_for_any_more_or_that_has_another_name_is_not_missing() {
        let lacks = |newest: Release| lacking(&[newest, release("v1", &GATES, &[API, PROVIDERS])])[0].len();
        assert_eq!(
            lacks(release("v2", &["sbom-api"], &[API])),
            0,
            "its gate is gone, and so is what it was of"
        );
        let renamed = ("sbom-providers", "providers-2.json", "provider adapters", &["tenacity"][..]);
        assert_eq!(lacks(release("v2", &GATES, &[API, renamed])), 0);
        let other_format = ("sbom-all", "all.spdx.json", "providers@2", &["tenacity"][..]);
        assert_eq!(
            lacks(release("v2", &GATES, &[API, other_format])),
            0,
            "it is of the same subject"
        );
        assert_eq!(
            lacks(release("v2", &GATES, &[])),
            0,
            "without any bill nothing is known anyway"
        );
    }

    #[test]
    fn a_bill_stays_missing_until_it_is_back() {
        let releases = [
            release("v4", &GATES, &[API, PROVIDERS]),
            release("v3", &GATES, &[API]),
            release("v2", &GATES, &[API]),
            release("v1", &GATES, &[API, PROVIDERS]),
        ];
        assert_eq!(lacking(&releases).iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 1, 0]);
    }
}
