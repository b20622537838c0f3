//! Releases of a product: from tags, from records of the evidence store, and from changelogs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};

use crate::config::product::ProductPlan;
use crate::load::amendments::{self, amendments};
use crate::load::chain::{self, Link};
use crate::load::changelogs::from_changelogs;
use crate::load::changesets::from_changesets;
use crate::load::confirm::{Source, confirm};
use crate::load::digests;
use crate::load::discovery::glob_set;
use crate::load::drafts::{Drafts, key};
use crate::load::edition::day;
use crate::load::kept::{Depth, Reading, Shelf};
use crate::load::lost;
use crate::load::order::sort;
use crate::load::reading::{Asked, gate_of_folder, reading, record_at_root};
use crate::load::tagged::{from_tags, matcher};
use crate::load::unread::{add_problems, unreadable};
use crate::load::version::{slug, take_apart};
use crate::model::digest::hex;
use crate::model::evidence::{Artifact, Evidence, Integrity};
use crate::model::finding::{Finding, Problem, Related, Severity};
use crate::model::gate::Gate;
use crate::model::history::{Commit, Completeness};
use crate::model::place::Place;
use crate::model::release::{LeftOutTag, Notes, OperationsLog, Record, Release, ReleaseDate, ReleaseSource, Tag};
use crate::model::tree::{Entry, EntryKind};
use crate::parse::{recognise, release_log};
use crate::source::repository::Repository;
use crate::source::tags::FoundTag;
use crate::source::tree::Tree;

/// The releases of a product and what was met on the way.
#[allow(clippy::struct_field_names, reason = "the releases of a product are its releases")]
#[derive(Debug, Default)]
pub(crate) struct Releases {
    /// The releases, newest first.
    pub(crate) releases: Vec<Release>,
    /// Tags that are no release.
    pub(crate) left_out_tags: Vec<LeftOutTag>,
    /// What is written about the release that comes next: unreleased notes of changelogs, then changesets.
    pub(crate) coming: Vec<Notes>,
    /// Logs that are kept over many releases.
    pub(crate) logs: Vec<OperationsLog>,
    /// What is wrong with the files.
    pub(crate) findings: Vec<Finding>,
}

/// Reads the releases of a product.
pub(crate) fn releases(repository: Option<&Repository>, tags: &[FoundTag], source: Source<'_>, plan: &ProductPlan) -> Releases {
    releases_to(Depth::Excerpts, repository, tags, source, plan)
}

/// Reads the releases of a product, and of their files as much as is wanted.
pub(crate) fn releases_to(
    depth: Depth,
    repository: Option<&Repository>,
    tags: &[FoundTag],
    source: Source<'_>,
    plan: &ProductPlan,
) -> Releases {
    let tree = source.tree;
    let mut found = Releases::default();
    let mut drafts = Drafts::default();
    from_tags(tags, plan, repository, &mut drafts, &mut found.left_out_tags);
    let mut shelf = Shelf::of(repository, &plan.releases, depth);
    from_store(&mut shelf, tree, plan, &mut drafts, &mut found);
    shelf.close();
    drop(shelf);
    lost::tell(repository, source, &plan.releases, &mut drafts);
    tell_tags_of_nothing(repository, tags, plan, &mut drafts.releases);
    found.coming = from_changelogs(tree, plan, &mut drafts, &mut found.findings);
    found.coming.extend(from_changesets(tree, plan, &mut found.findings));
    found.logs = logs(tree, plan, &mut found.findings);
    found.releases = drafts.releases;
    let head = repository.and_then(|repository| repository.head().ok().flatten());
    for release in &mut found.releases {
        look_up_commit(release, repository, head.as_ref());
        date(release, repository);
    }
    confirm(repository, source, &plan.releases, &mut found.releases);
    sort(&mut found.releases);
    give_slugs(&mut found.releases);
    found
}

/// A tag of the name of a release that leads to no commit contradicts its record. In a clone that is not whole it may lead to one that is
/// elsewhere.
fn tell_tags_of_nothing(repository: Option<&Repository>, tags: &[FoundTag], plan: &ProductPlan, releases: &mut [Release]) {
    if !repository.is_some_and(|repository| repository.completeness() == Completeness::Full) {
        return;
    }
    let Some(matcher) = matcher(plan) else { return };
    for tag in tags.iter().filter(|tag| matcher.is_match(&tag.tag.name)) {
        let (Err(reason), Some(name)) = (&tag.commit, take_apart(&tag.tag.name)) else {
            continue;
        };
        let own = key(&name.version, name.semver.as_ref());
        let is_of = |release: &&mut Release| release.record.is_some() && key(&release.version, release.semver.as_ref()) == own;
        for release in releases.iter_mut().filter(is_of) {
            contradict(release, &format!("the tag `{}` leads to no commit: {reason}", tag.tag.name));
        }
    }
}

fn from_store(shelf: &mut Shelf<'_>, tree: &dyn Tree, plan: &ProductPlan, drafts: &mut Drafts, found: &mut Releases) {
    let prefix = format!("{}/", plan.releases);
    let mut folders: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in tree.listing().below(&plan.releases) {
        if let Some((folder, _)) = entry.path.strip_prefix(&prefix).and_then(|path| path.split_once('/')) {
            folders.entry(folder).or_default().push(entry);
        }
    }
    let mut links: Vec<Link> = Vec::new();
    for (folder, entries) in folders {
        let Some(name) = take_apart(folder) else {
            let message = "the name of the folder is no version, so nothing in it belongs to a release";
            found.findings.push(unreadable(&format!("{prefix}{folder}"), message));
            continue;
        };
        let base = format!("{prefix}{folder}/");
        let record_path = format!("{base}record.json");
        let bytes = record_bytes(tree, &entries, &record_path, &mut found.findings);
        let mut record = bytes.as_ref().map(|bytes| {
            let (record, problems) = release_log::record(&record_path, bytes);
            add_problems(&record_path, &problems, Severity::Warning, &mut found.findings);
            record
        });
        let source = if record.is_some() {
            ReleaseSource::Record
        } else {
            ReleaseSource::Folder
        };
        let release = drafts.release_of(folder, name, source);
        if let Some(other) = release
            .evidence
            .first()
            .map(|other| &other.repository_path)
            .or(release.record.as_ref().map(|other| &other.path))
        {
            let other = other
                .strip_prefix(&prefix)
                .and_then(|path| path.split('/').next())
                .unwrap_or_default();
            let message = format!("the folders `{other}` and `{folder}` are both of {}", release.version);
            contradict(release, &message);
        }
        if let (Some(record), Some(bytes)) = (&record, &bytes) {
            // What a newer version wrote contradicts nothing: it cannot be read here.
            if !record.is_newer {
                check_record(release, record, folder, &plan.id);
            }
            links.push(Link {
                version: release.version.clone(),
                path: record_path.clone(),
                digest: hex(&Sha256::digest(bytes)),
                prev: record.prev.clone(),
                released: record.released,
            });
        }
        let amended = amendments(tree, &entries, &base, bytes.as_deref(), &mut found.findings);
        for (path, problem) in &amended.problems {
            add_problems(path, std::slice::from_ref(problem), Severity::Warning, &mut found.findings);
        }
        release.contradictions.extend(amended.contradictions);
        if let Some(record) = &mut record {
            amendments::fold(record, &amended.found, &mut release.contradictions);
        }
        let lines = amendments::lines(record.as_ref(), &amended.found);
        release.amendments = amended.found;
        let amendments = format!("{base}{}", amendments::FOLDER);
        let is_evidence = |entry: &&Entry| entry.path != record_path && !entry.path.starts_with(&amendments);
        let files: Vec<&Entry> = entries.iter().copied().filter(is_evidence).collect();
        let known = &*shelf;
        let asked: Vec<(String, Option<Reading>)> = files
            .par_iter()
            .map(|entry| reading(tree, entry, &Asked::of(entry, &base, record.as_ref()), known))
            .collect();
        for (entry, (key, mut reading)) in files.iter().zip(asked) {
            if let Some(reading) = &mut reading {
                shelf.keep(&key, reading);
            }
            add_file(tree, entry, reading, &base, record.as_ref(), release, &mut found.findings);
        }
        absent_files(&base, record.as_ref(), release, &mut found.findings);
        for finding in found.findings.iter_mut().filter(|finding| finding.rule == "evidence-altered") {
            tell_where_recorded(finding, &base, &lines);
        }
        let digests = digests::asked_for(tree, &files, &base, release);
        release.other_digests.extend(digests);
        release.evidence.sort_by(|left, right| left.path.cmp(&right.path));
        // Of two folders of one version the record that came first stays, so that the second cannot hide it.
        if release.record.is_none() {
            release.record = record;
            release.record_digest = bytes.as_deref().map(|bytes| hex(&Sha256::digest(bytes)));
        }
    }
    check_chain(&links, drafts);
}

/// The bytes of a record; a record that is there and cannot be read is told.
fn record_bytes(tree: &dyn Tree, entries: &[&Entry], path: &str, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
    let entry = entries.iter().find(|entry| entry.path == path)?;
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        findings.push(unreadable(path, "links and submodules are no records"));
        return None;
    }
    let bytes = tree.read(entry);
    if bytes.is_err() {
        findings.push(unreadable(path, "the record cannot be read from the repository"));
    }
    bytes.ok()
}

/// Something contradicts the record of a release: the verdict tells it on its page and as a finding.
fn contradict(release: &mut Release, message: &str) {
    release.contradictions.push(Problem::of_file(message.to_owned()));
}

/// Holds each record against the digest that the record after it names.
fn check_chain(links: &[Link], drafts: &mut Drafts) {
    let breaks = chain::breaks(links);
    let followed = chain::followed(links);
    for (at, link) in links.iter().enumerate() {
        let messages = breaks.iter().filter(|(broken, _)| *broken == at);
        for release in drafts.releases.iter_mut().filter(|release| release.version == link.version) {
            release.is_chained = link.prev.is_some();
            release.is_chain_start = chain::is_start(links, at);
            release.is_followed = followed.contains(&at) && messages.clone().next().is_none();
            for (_, message) in messages.clone() {
                release.is_chained = false;
                contradict(release, message);
            }
        }
    }
}

/// Takes the commit of a record over; a tag that names another commit, or a folder of another version, is a contradiction.
fn check_record(release: &mut Release, record: &Record, folder: &str, product: &str) {
    if let Some(other) = record
        .product
        .as_deref()
        .filter(|other| !product.is_empty() && *other != product)
    {
        let message = format!("the record is of the product `{other}` and lies in the store of `{product}`");
        contradict(release, &message);
    }
    match (&release.commit, &record.commit) {
        (Some(tagged), Some(pinned)) if tagged != pinned => {
            let message = format!(
                "the record pins {} and the tag names {}; one of the two is wrong",
                short(pinned),
                short(tagged)
            );
            release.contradictions.push(Problem {
                line: record.commit_line,
                message,
            });
        }
        (None, Some(pinned)) => release.commit = Some(pinned.clone()),
        _ => {}
    }
    let names_other =
        take_apart(&record.version).is_none_or(|name| key(&name.version, name.semver.as_ref()) != folder_key(folder));
    if names_other {
        let message = format!("the record is of `{}` and lies in the folder `{folder}`", record.version);
        contradict(release, &message);
    }
}

fn folder_key(folder: &str) -> String {
    take_apart(folder)
        .map(|name| key(&name.version, name.semver.as_ref()))
        .unwrap_or_default()
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// Adds a file to its release, held against its record.
fn add_file(
    tree: &dyn Tree,
    entry: &Entry,
    reading: Option<Reading>,
    base: &str,
    record: Option<&Record>,
    release: &mut Release,
    findings: &mut Vec<Finding>,
) {
    let path = entry.path.strip_prefix(base).unwrap_or(&entry.path).to_owned();
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        findings.push(unreadable(&entry.path, "links and submodules are no evidence"));
        return;
    }
    let Some(Reading {
        sha256,
        bytes,
        artifact,
        excerpt,
    }) = reading
    else {
        findings.push(unreadable(&entry.path, "the file cannot be read from the repository"));
        return;
    };
    let recorded = record.and_then(|record| record.files.iter().find(|file| file.path == path));
    let integrity = match recorded {
        Some(file) if file.sha256.eq_ignore_ascii_case(&sha256) && file.bytes == bytes => Integrity::Recorded,
        Some(_) => Integrity::Altered,
        None => Integrity::Unrecorded,
    };
    if integrity == Integrity::Altered {
        let message = format!("the file is not as it was recorded for {}", release.version);
        findings.push(Finding {
            rule: "evidence-altered",
            severity: Severity::Error,
            ..unreadable(&entry.path, &message)
        });
    }
    if path.eq_ignore_ascii_case("notes.md")
        && let Ok(bytes) = tree.read(entry)
    {
        let text = String::from_utf8_lossy(&bytes);
        release.notes.insert(0, release_log::notes(&entry.path, &text));
    }
    let gate = recorded
        .and_then(|file| file.gate.clone())
        .or_else(|| gate_of_folder(&path))
        .or_else(|| {
            let of_root = record_at_root(&path).filter(|_| recorded.is_some());
            of_root.map(str::to_owned)
        });
    if artifact.format.is_some() {
        add_problems(&entry.path, &artifact.problems, Severity::Info, findings);
    }
    release.evidence.push(Evidence {
        path,
        repository_path: entry.path.clone(),
        gate,
        sha256,
        bytes,
        integrity,
        artifact,
        excerpt,
    });
}

/// Reads what its gate alone tells: an empty list is a report of whatever format was declared, and of none without a declaration.
pub(crate) fn read_empty_lists(release: &mut Release, gates: &[Gate]) {
    for file in release.evidence.iter_mut().filter(|file| file.artifact.format.is_none()) {
        let Some(text) = file.excerpt.as_deref().filter(|text| matches!(text.trim(), "[]" | "null")) else {
            continue;
        };
        let gate = gates.iter().find(|gate| Some(&gate.id) == file.gate.as_ref());
        let format = gate.and_then(|gate| gate.demand.format.as_deref());
        if let Some(format) = format.filter(|format| recognise::format(format).is_some()) {
            file.artifact = recognise::read(text.as_bytes(), Some(format));
        }
    }
}

/// Says in a finding about a file of a release where its digest stands.
fn tell_where_recorded(finding: &mut Finding, base: &str, lines: &BTreeMap<String, (String, u32)>) {
    let recorded = finding.path.strip_prefix(base).and_then(|path| lines.get(path));
    let Some((record, line)) = recorded.filter(|_| finding.related.is_empty()) else {
        return;
    };
    finding.related.push(Related {
        path: record.clone(),
        place: Some(Place::of_line(*line)),
        message: "recorded here".to_owned(),
    });
    finding.help = Some(format!(
        "restore the file from history, or amend the release and say why; its digest stands in line {line} of `{record}`"
    ));
}

/// Files that the record names and that are not there are evidence of nothing, and are shown as such.
fn absent_files(base: &str, record: Option<&Record>, release: &mut Release, findings: &mut Vec<Finding>) {
    for file in record.iter().flat_map(|record| &record.files) {
        if release.evidence.iter().any(|evidence| evidence.path == file.path) {
            continue;
        }
        let repository_path = format!("{base}{}", file.path);
        let message = format!("the file is recorded for {} and is not there", release.version);
        findings.push(Finding {
            rule: "evidence-altered",
            severity: Severity::Error,
            ..unreadable(&repository_path, &message)
        });
        release.evidence.push(Evidence {
            path: file.path.clone(),
            repository_path,
            gate: file.gate.clone(),
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            integrity: Integrity::Absent,
            artifact: Artifact::default(),
            excerpt: None,
        });
    }
}

fn logs(tree: &dyn Tree, plan: &ProductPlan, findings: &mut Vec<Finding>) -> Vec<OperationsLog> {
    let globs = glob_set(&plan.logs);
    let mut logs = Vec::new();
    for entry in tree
        .listing()
        .below(&plan.root)
        .iter()
        .filter(|entry| globs.is_match(&entry.path))
    {
        if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            continue;
        }
        match tree.read(entry) {
            Ok(bytes) => {
                for log in release_log::log_tables(&entry.path, &String::from_utf8_lossy(&bytes)) {
                    add_problems(&entry.path, &log.problems, Severity::Info, findings);
                    logs.push(log);
                }
            }
            Err(_) => findings.push(unreadable(&entry.path, "the file cannot be read from the repository")),
        }
    }
    logs
}

fn look_up_commit(release: &mut Release, repository: Option<&Repository>, head: Option<&Commit>) {
    let (Some(commit), Some(repository)) = (release.commit.clone(), repository) else {
        return;
    };
    if let Some(found) = repository.commit(&commit) {
        release.commit_is_present = true;
        release.commit_date = Some(found.date);
        release.author = Some(found.author.clone());
        if let Some((mail, made)) = repository.made(&found.id) {
            release.author_mail = Some(mail).filter(|mail| !mail.is_empty());
            release.commit_made = Some(made);
        }
        release.is_reachable = head.and_then(|head| repository.is_ancestor(&found.id, &head.id));
    } else if matches!(repository.completeness(), Completeness::Full | Completeness::Partial) {
        // A whole clone has every commit that a release can be of.
        let kind = repository.kind(&commit);
        let message = match kind {
            Some(kind) => match repository.resolve(&commit) {
                Ok(peeled) => format!(
                    "{} is a {kind} and no commit; write the commit that it leads to, {peeled}",
                    short(&commit)
                ),
                Err(_) => format!("{} is a {kind} and no commit; write the id of the commit", short(&commit)),
            },
            None => format!(
                "git has no commit {}; write the one that was released, as `git rev-parse TAG^{{commit}}` prints it",
                short(&commit)
            ),
        };
        let line = release.record.as_ref().and_then(|record| record.commit_line);
        release.contradictions.push(Problem { line, message });
    } else {
        let message = format!(
            "this clone does not have the commit {}, so the text of its runbooks is absent",
            short(&commit)
        );
        release.problems.push(Problem::of_file(message));
    }
}

/// The date of a release: its record, an annotated tag, the changelog, the commit; the first that knows it.
fn date(release: &mut Release, repository: Option<&Repository>) {
    let moment = |at: DateTime<FixedOffset>, source| ReleaseDate {
        day: at.date_naive(),
        at: Some(at),
        source,
    };
    let recorded = release
        .record
        .as_ref()
        .and_then(|record| record.released)
        .map(|at| moment(at, ReleaseSource::Record));
    let tagged = |tag: &Tag| tag.date.map(|at| moment(at, ReleaseSource::Tag));
    let noted = || {
        let day = release.notes.iter().find_map(|notes| notes.date)?;
        Some(ReleaseDate {
            day,
            at: None,
            source: ReleaseSource::Changelog,
        })
    };
    let committed = || {
        let commit = repository?.commit(release.commit.as_ref()?)?;
        Some(ReleaseDate {
            day: day(&commit),
            at: Some(commit.date),
            source: ReleaseSource::Commit,
        })
    };
    release.date = recorded
        .or_else(|| release.tag.as_ref().and_then(tagged))
        .or_else(noted)
        .or_else(committed);
}

fn give_slugs(releases: &mut [Release]) {
    let mut taken = BTreeSet::from(["latest", "next", "feed.atom"].map(str::to_owned));
    for release in releases {
        let mut candidate = slug(&release.version);
        while !taken.insert(candidate.clone()) {
            candidate.push_str("~2b");
        }
        release.slug = candidate;
    }
}
