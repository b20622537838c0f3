//! Recomputes what the evidence store says of itself: digests, lengths, the chain of records, and what git holds of them. Nothing that
//! an earlier run kept is used.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::verdict::record::impossible;
use crate::config::product::plans;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::dossier::{Known, known};
use crate::judge::store::store;
use crate::load::confirm::Source;
use crate::load::lost::lost;
use crate::model::evidence::{Content, Evidence, Integrity};
use crate::model::finding::Severity;
use crate::model::history::Completeness;
use crate::model::provenance::Checked;
use crate::model::release::{Confirmation, Release};
use crate::model::verification::{Difference, DifferenceKind, Verification, VerifiedRelease};
use crate::parse::release_log;
use crate::source::tree::Tree;

/// Bytes up to which two files may be the same without being the same evidence: an empty list is the same everywhere.
const SAYS_NOTHING: u64 = 8;

/// Checks the evidence of every product, or of one release.
pub(crate) fn verify(context: &Context, worktree: bool, only: Option<(&str, &str)>) -> Result<Verification> {
    let mut verification = Verification::default();
    let subject = context.subject(None, worktree)?;
    for known in known(context, worktree)? {
        let store = store(context, &known.plan, subject.tree.as_ref())?;
        of_product(context, &known, store.source(), only, &mut verification)?;
    }
    if only.is_none() {
        of_no_product(context, subject.tree.as_ref(), &mut verification)?;
    }
    Ok(verification)
}

fn of_product(
    context: &Context,
    known: &Known,
    source: Source<'_>,
    only: Option<(&str, &str)>,
    verification: &mut Verification,
) -> Result<()> {
    let is_asked =
        |release: &Release| only.is_none_or(|(product, version)| product == known.plan.id && version == release.version);
    let mut releases: Vec<(usize, &Release)> = known
        .found
        .releases
        .iter()
        .enumerate()
        .filter(|(_, release)| is_asked(release))
        .collect();
    // What is older tells of no review that is younger, so the oldest difference is the first cause.
    let moment = |release: &Release| release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())));
    releases.sort_by_key(|(at, release)| (moment(release), std::cmp::Reverse(*at)));
    let shared = shared(&known.found.releases);
    let asked: Vec<&Release> = releases.iter().map(|(_, release)| *release).collect();
    for (at, release) in releases {
        if release.record.is_none() && release.evidence.is_empty() {
            continue;
        }
        verification.releases.push(VerifiedRelease {
            product: known.plan.id.clone(),
            version: release.version.clone(),
            state: known.judged[at].verdict.state,
        });
        records(context, known, release, verification);
        for file in &release.evidence {
            files(release, file, &shared, verification);
        }
    }
    signatures(&asked, verification);
    removed(context, known, source, only, verification)
}

/// Records of commits of this repository that lie in the store of no product, so that nothing else here looks at them.
fn of_no_product(context: &Context, tree: &dyn Tree, verification: &mut Verification) -> Result<()> {
    let Some(repository) = &context.repository else {
        return Ok(());
    };
    let plans = plans(&context.config, &context.name());
    let is_in_store = |path: &str| {
        let mut stores = plans.iter().map(|plan| plan.releases.as_str());
        stores.any(|store| path.strip_prefix(store).is_some_and(|rest| rest.starts_with('/')))
    };
    for entry in tree.listing().named("record.json").filter(|entry| !is_in_store(&entry.path)) {
        let (record, _) = release_log::record(&entry.path, &tree.read(entry)?);
        if record
            .commit
            .as_ref()
            .is_some_and(|commit| repository.commit(commit).is_some())
        {
            verification.differences.push(Difference {
                kind: DifferenceKind::Record,
                version: record.version,
                path: entry.path.clone(),
                line: None,
                message: "it is the record of a commit of this repository, and belongs to no product of the settings".to_owned(),
                help: "let `releases` in the settings name the folder above that of its version; nothing checks what lies there"
                    .to_owned(),
            });
        }
    }
    Ok(())
}

fn records(context: &Context, known: &Known, release: &Release, verification: &mut Verification) {
    let version = &release.version;
    let mut add = |kind, path: &str, line, message: String, help: &str| {
        verification.differences.push(Difference {
            kind,
            version: version.clone(),
            path: path.to_owned(),
            line,
            message,
            help: help.to_owned(),
        });
    };
    let Some(record) = &release.record else {
        let folder = release.evidence.first().map_or("", |file| file.repository_path.as_str());
        let message = "there is evidence and no record of it".to_owned();
        add(
            DifferenceKind::Record,
            folder,
            None,
            message,
            "`runproof collect` writes the record; where there was one, restore it from history",
        );
        return;
    };
    for contradiction in &release.contradictions {
        let help = "restore what was altered from history; `git log -p` on the file shows who changed it";
        add(
            DifferenceKind::Record,
            &record.path,
            contradiction.line,
            contradiction.message.clone(),
            help,
        );
    }
    for sentence in impossible(release, record, context.today) {
        let message = sentence.trim_end_matches('.').to_owned();
        add(
            DifferenceKind::Record,
            &record.path,
            None,
            message,
            "look at the clock of the machine that wrote it; amend the release and say why",
        );
    }
    if let Confirmation::Changed { commit, later } = &release.confirmation {
        let short = |commit: &str| commit.get(..7).unwrap_or(commit).to_owned();
        let message = match later {
            Some(later) => format!(
                "the record is not the one that {} added: {} changed it",
                short(commit),
                short(later)
            ),
            None => format!(
                "the record is not the one that {} added: it was changed and not committed",
                short(commit)
            ),
        };
        let help = format!(
            "git checkout {} -- {}; what has to be added goes into an amendment",
            short(commit),
            record.path
        );
        add(DifferenceKind::RecordRewritten, &record.path, None, message, &help);
    }
    let folder = record.path.trim_end_matches("record.json");
    let of_folder = known.found.findings.iter().filter(|finding| finding.path.starts_with(folder));
    for finding in of_folder.filter(|finding| finding.rule == "file-unreadable" && finding.severity >= Severity::Warning) {
        let line = finding.place.map(|place| place.line);
        let help = finding
            .help
            .as_deref()
            .unwrap_or("mend it as the message says, before it is committed; a committed record is amended");
        add(DifferenceKind::Unreadable, &finding.path, line, finding.message.clone(), help);
    }
    verification.links += usize::from(release.is_chained);
    match &release.confirmation {
        Confirmation::Unchecked(reason) => {
            verification.unheld += usize::from(context.completeness() != Completeness::Full);
            verification.unchecked.push(format!(
                "{version}: whether the record is as it was committed is not checked: {reason}"
            ));
        }
        _ => verification.committed += 1,
    }
}

fn files(release: &Release, file: &Evidence, shared: &BTreeMap<&str, Vec<&Release>>, verification: &mut Verification) {
    let path = &file.repository_path;
    let recorded = release
        .record
        .as_ref()
        .and_then(|record| record.files.iter().find(|recorded| recorded.path == file.path));
    let place = |path: &str| -> Option<u32> {
        let record = release.record.as_ref()?;
        let of_amendments = release.amendments.iter().find_map(|amendment| amendment.file_lines.get(path));
        record
            .file_lines
            .get(path)
            .or(of_amendments)
            .copied()
            .filter(|line| *line > 0)
    };
    let record_path = |path: &str| -> String {
        let amendment = release
            .amendments
            .iter()
            .find(|amendment| amendment.file_lines.contains_key(path));
        let own = release.record.as_ref().map(|record| record.path.clone()).unwrap_or_default();
        match amendment {
            Some(amendment)
                if !release
                    .record
                    .as_ref()
                    .is_some_and(|record| record.file_lines.contains_key(path)) =>
            {
                amendment.path.clone()
            }
            _ => own,
        }
    };
    let mut add = |kind, path: &str, line, message: String, help: String| {
        verification.differences.push(Difference {
            kind,
            version: release.version.clone(),
            path: path.to_owned(),
            line,
            message,
            help,
        });
    };
    let at_record = format!("{}:{}", record_path(&file.path), place(&file.path).unwrap_or_default());
    match (file.integrity, recorded) {
        (Integrity::Altered, Some(recorded)) if recorded.sha256.eq_ignore_ascii_case(&file.sha256) => add(
            DifferenceKind::FileLength,
            &record_path(&file.path),
            place(&file.path),
            format!(
                "`{}` has {} bytes, and the record says {}",
                file.path, file.bytes, recorded.bytes
            ),
            "write the length of the file, before the record is committed; a committed one is restored from history".to_owned(),
        ),
        (Integrity::Altered, Some(recorded)) => add(
            DifferenceKind::FileChanged,
            path,
            None,
            format!(
                "its digest is {}…, and {at_record} says {}…",
                short(&file.sha256),
                short(&recorded.sha256)
            ),
            format!(
                "git log -p -- {path} shows who changed it; restore it, or correct the digest before the record is committed"
            ),
        ),
        (Integrity::Absent, _) => add(
            DifferenceKind::FileRemoved,
            path,
            None,
            format!("it is not there, and {at_record} names it"),
            format!("git log --diff-filter=D -- {path} shows who removed it; restore it"),
        ),
        (Integrity::Unrecorded, _) if release.record.is_some() => add(
            DifferenceKind::FileUnrecorded,
            path,
            None,
            "no record names it".to_owned(),
            format!("record it with `runproof amend {}`, or remove it", release.version),
        ),
        _ => {}
    }
    if let Some(others) = shared.get(file.sha256.as_str()).filter(|_| counts_as_evidence(file)) {
        let others = || others.iter().filter(|other| other.version != release.version);
        let versions: BTreeSet<&str> = others().map(|other| other.version.as_str()).collect();
        if !versions.is_empty() {
            let versions = versions.into_iter().collect::<Vec<_>>().join(", ");
            // The one that had them first may keep them.
            let (which, help) = if others().all(|other| is_younger(other, release)) {
                (
                    ", which came later",
                    format!("evidence is about one commit: amend {versions} with its own file"),
                )
            } else {
                let help = "evidence is about one commit: amend this release with its own file, or the other one where that has the wrong file";
                ("", help.to_owned())
            };
            let message = format!("its bytes are evidence of {versions} as well{which}");
            add(DifferenceKind::SharedDigest, path, None, message, help);
        }
    }
    if file.integrity != Integrity::Absent {
        verification.files += 1;
        verification.bytes += file.bytes;
    }
}

/// A signature that does not hold differs from what it should say. One that nobody checked is told: nothing else here stands for it.
fn signatures(releases: &[&Release], verification: &mut Verification) {
    let mut unchecked: BTreeMap<String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for release in releases {
        for file in &release.evidence {
            let Content::Provenance(facts) = &file.artifact.content else {
                continue;
            };
            for statement in &facts.statements {
                let why = match &statement.checked {
                    Checked::Unsigned | Checked::Verified { .. } => continue,
                    Checked::Failed { why } => {
                        verification.differences.push(Difference {
                            kind: DifferenceKind::Signature,
                            version: release.version.clone(),
                            path: file.repository_path.clone(),
                            line: None,
                            message: format!("the signature of a statement does not hold: {why}"),
                            help: "ask who made the file; `attestations` in the settings says who may sign".to_owned(),
                        });
                        continue;
                    }
                    Checked::Unverified { why } => why.clone(),
                    Checked::Good { .. } => "they hold, and the settings do not say who may sign".to_owned(),
                };
                let (count, versions) = unchecked.entry(why).or_default();
                *count += 1;
                versions.insert(&release.version);
            }
        }
    }
    for (why, (count, versions)) in unchecked {
        let signatures = if count == 1 {
            "1 signature"
        } else {
            &format!("{count} signatures")
        };
        let releases = match versions.len() {
            0..=3 => versions.into_iter().collect::<Vec<_>>().join(", "),
            many => format!("{many} releases"),
        };
        verification
            .unchecked
            .push(format!("{signatures} of statements about artifacts, in {releases}: {why}"));
    }
}

/// Whether a file is evidence that says something.
fn counts_as_evidence(file: &Evidence) -> bool {
    file.gate.is_some() && file.bytes > SAYS_NOTHING && file.integrity != Integrity::Absent
}

/// The releases that have the same bytes as their evidence, by digest, where they are of several commits.
fn shared(releases: &[Release]) -> BTreeMap<&str, Vec<&Release>> {
    let mut found: BTreeMap<&str, Vec<&Release>> = BTreeMap::new();
    for release in releases {
        for file in release.evidence.iter().filter(|file| counts_as_evidence(file)) {
            found.entry(&file.sha256).or_default().push(release);
        }
    }
    found.retain(|_, releases| {
        let commits: BTreeSet<Option<&str>> = releases.iter().map(|release| release.commit.as_deref()).collect();
        commits.len() > 1
    });
    found
}

/// Whether a release came after another one; of two of which nobody knows when they went out, neither did.
fn is_younger(one: &Release, other: &Release) -> bool {
    let moment = |release: &Release| release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())));
    moment(one) > moment(other)
}

/// Records and amendments that history held and that are gone.
fn removed(
    context: &Context,
    known: &Known,
    source: Source<'_>,
    only: Option<(&str, &str)>,
    verification: &mut Verification,
) -> Result<()> {
    let Some(repository) = &context.repository else {
        verification
            .unchecked
            .push("whether records were removed is not checked: there is no history".to_owned());
        return Ok(());
    };
    for lost in lost(repository, source, &known.plan.releases)? {
        if only.is_some_and(|(product, asked)| product != known.plan.id || asked != lost.folder) {
            continue;
        }
        let by = lost.by.as_ref().map(|by| by.get(..7).unwrap_or(by).to_owned());
        verification.differences.push(match by {
            Some(by) => Difference {
                kind: DifferenceKind::RecordRemoved,
                version: lost.folder,
                message: format!("{by} removed it"),
                help: format!("git checkout {by}~1 -- {}", lost.there),
                path: lost.path,
                line: None,
            },
            None => Difference {
                kind: DifferenceKind::RecordRemoved,
                version: String::new(),
                message: "it was removed from the worktree".to_owned(),
                help: format!("git checkout HEAD -- {}", lost.there),
                path: lost.path,
                line: None,
            },
        });
    }
    Ok(())
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
