//! Releases of a product: from tags, from records of the evidence store, and from changelogs.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use crate::config::product::ProductPlan;
use crate::load::chain::{self, Link};
use crate::load::edition::{day, glob_set, unreadable};
use crate::load::version::{VersionName, slug, take_apart};
use crate::model::evidence::{Artifact, Evidence, Integrity};
use crate::model::finding::{Finding, Problem, Severity};
use crate::model::gate::Gate;
use crate::model::place::Place;
use crate::model::release::{LeftOutTag, Notes, OperationsLog, Record, Release, ReleaseDate, ReleaseSource, Tag};
use crate::model::tree::{Entry, EntryKind};
use crate::parse::{recognise, release_log};
use crate::source::repository::Repository;
use crate::source::tags::FoundTag;
use crate::source::tree::Tree;

/// Bytes of an artifact that its page shows.
const EXCERPT: usize = 64 * 1024;

/// The releases of a product and what was met on the way.
#[allow(clippy::struct_field_names, reason = "the releases of a product are its releases")]
#[derive(Debug, Default)]
pub(crate) struct Releases {
    /// The releases, newest first.
    pub(crate) releases: Vec<Release>,
    /// Tags that are no release.
    pub(crate) left_out_tags: Vec<LeftOutTag>,
    /// Logs that are kept over many releases.
    pub(crate) logs: Vec<OperationsLog>,
    /// What is wrong with the files.
    pub(crate) findings: Vec<Finding>,
}

/// Reads the releases of a product. `tree` is the head of the branch: records, artifacts, changelogs and logs are read from it.
pub(crate) fn releases(repository: Option<&Repository>, tags: &[FoundTag], tree: &dyn Tree, plan: &ProductPlan) -> Releases {
    let mut found = Releases::default();
    let mut drafts = Drafts::default();
    from_tags(tags, plan, &mut drafts, &mut found);
    from_store(tree, plan, &mut drafts, &mut found);
    from_changelogs(tree, plan, &mut drafts, &mut found);
    found.logs = logs(tree, plan, &mut found.findings);
    found.releases = drafts.releases;
    for release in &mut found.releases {
        look_up_commit(release, repository);
        date(release, repository);
    }
    sort(&mut found.releases);
    give_slugs(&mut found.releases);
    found
}

/// Releases while they are put together from their sources.
#[derive(Debug, Default)]
struct Drafts {
    releases: Vec<Release>,
    by_key: HashMap<String, usize>,
}

impl Drafts {
    /// The release of a version, made when it is not there yet.
    fn release(&mut self, version: &str, semver: Option<semver::Version>, source: ReleaseSource) -> &mut Release {
        let key = key(version, semver.as_ref());
        let index = *self.by_key.entry(key).or_insert_with(|| {
            self.releases.push(Release {
                version: version.to_owned(),
                semver,
                ..Release::default()
            });
            self.releases.len() - 1
        });
        let release = &mut self.releases[index];
        if !release.sources.contains(&source) {
            release.sources.push(source);
        }
        release
    }
}

/// One key for the spellings of one version: `v1.2.0`, `1.2.0`.
fn key(version: &str, semver: Option<&semver::Version>) -> String {
    semver.map_or_else(
        || version.trim_start_matches(['v', 'V']).to_ascii_lowercase(),
        ToString::to_string,
    )
}

fn from_tags(tags: &[FoundTag], plan: &ProductPlan, drafts: &mut Drafts, found: &mut Releases) {
    let Some(pattern) = &plan.tags else { return };
    let set = globset::GlobBuilder::new(pattern).build().map(|glob| glob.compile_matcher());
    let Ok(matcher) = set else { return };
    let mut versions: Vec<(&FoundTag, VersionName)> = Vec::new();
    for tag in tags.iter().filter(|tag| matcher.is_match(&tag.tag.name)) {
        let left_out = |reason: &str| LeftOutTag {
            name: tag.tag.name.clone(),
            reason: reason.to_owned(),
        };
        match (take_apart(&tag.tag.name), &tag.commit) {
            (Some(version), Ok(_)) => versions.push((tag, version)),
            (_, Err(reason)) => found.left_out_tags.push(left_out(reason)),
            (None, Ok(_)) => found.left_out_tags.push(left_out("not a version")),
        }
    }
    let main_prefix = main_prefix(&versions);
    for (tag, version) in versions {
        // Tags of another product line keep their prefix, so that `app-v1.0.0` and `lib-v1.0.0` stay two releases.
        let is_main = version.prefix == main_prefix;
        let name = if is_main {
            version.version.clone()
        } else {
            tag.tag.name.clone()
        };
        let semver = if is_main { version.semver.clone() } else { None };
        let release = drafts.release(&name, semver, ReleaseSource::Tag);
        if let Some(first) = &release.tag {
            let reason = format!("the same version as `{}`", first.name);
            found.left_out_tags.push(LeftOutTag {
                name: tag.tag.name.clone(),
                reason,
            });
            continue;
        }
        release.semver = version.semver;
        release.commit = tag.commit.clone().ok();
        if !tag.tag.message.trim().is_empty() {
            release.notes.push(release_log::tag_message(&tag.tag.message));
        }
        release.tag = Some(tag.tag.clone());
    }
    found.left_out_tags.sort_by(|left, right| left.name.cmp(&right.name));
}

/// The prefix that most tags have; of two with the same count the shorter one.
fn main_prefix(versions: &[(&FoundTag, VersionName)]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, version) in versions {
        *counts.entry(&version.prefix).or_default() += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(prefix, count)| (*count, std::cmp::Reverse(prefix.len())));
    best.map(|(prefix, _)| prefix.to_owned()).unwrap_or_default()
}

fn from_store(tree: &dyn Tree, plan: &ProductPlan, drafts: &mut Drafts, found: &mut Releases) {
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
        let record = bytes.as_ref().map(|bytes| {
            let (record, problems) = release_log::record(&record_path, bytes);
            add_problems(&record_path, &problems, Severity::Warning, &mut found.findings);
            record
        });
        let source = if record.is_some() {
            ReleaseSource::Record
        } else {
            ReleaseSource::Folder
        };
        let release = drafts.release(&name.version, name.semver, source);
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
            contradict(release, &record_path, &message, &mut found.findings);
        }
        if let (Some(record), Some(bytes)) = (&record, &bytes) {
            check_record(release, record, folder, &mut found.findings);
            links.push(Link {
                version: release.version.clone(),
                path: record_path.clone(),
                digest: hex(&Sha256::digest(bytes)),
                prev: record.prev.clone(),
                released: record.released,
            });
        }
        for entry in entries.iter().filter(|entry| entry.path != record_path) {
            read_file(tree, entry, &base, record.as_ref(), &plan.gates, release, &mut found.findings);
        }
        absent_files(&base, record.as_ref(), release, &mut found.findings);
        release.evidence.sort_by(|left, right| left.path.cmp(&right.path));
        // Of two folders of one version the record that came first stays, so that the second cannot hide it.
        if release.record.is_none() {
            release.record = record;
        }
    }
    check_chain(&links, drafts, &mut found.findings);
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

/// A record that something contradicts is told on the page of the release and as a finding.
fn contradict(release: &mut Release, path: &str, message: &str, findings: &mut Vec<Finding>) {
    release.problems.push(Problem::of_file(message.to_owned()));
    release.is_contradicted = true;
    findings.push(Finding {
        rule: "evidence-altered",
        severity: Severity::Error,
        ..unreadable(path, message)
    });
}

/// Holds each record against the digest that the record after it names.
fn check_chain(links: &[Link], drafts: &mut Drafts, findings: &mut Vec<Finding>) {
    let breaks = chain::breaks(links);
    for (at, link) in links.iter().enumerate() {
        let messages = breaks.iter().filter(|(broken, _)| *broken == at);
        for release in drafts.releases.iter_mut().filter(|release| release.version == link.version) {
            release.is_chained = link.prev.is_some();
            for (_, message) in messages.clone() {
                release.is_chained = false;
                contradict(release, &link.path, message, findings);
            }
        }
    }
}

/// Takes the commit of a record over; a tag that names another commit, or a folder of another version, is a contradiction.
fn check_record(release: &mut Release, record: &Record, folder: &str, findings: &mut Vec<Finding>) {
    match (&release.commit, &record.commit) {
        (Some(tagged), Some(pinned)) if tagged != pinned => {
            let message = format!("the record pins {} and the tag names {}", short(pinned), short(tagged));
            contradict(release, &record.path, &message, findings);
        }
        (None, Some(pinned)) => release.commit = Some(pinned.clone()),
        _ => {}
    }
    let names_other =
        take_apart(&record.version).is_none_or(|name| key(&name.version, name.semver.as_ref()) != folder_key(folder));
    if names_other {
        let message = format!("the record is of `{}` and lies in the folder `{folder}`", record.version);
        contradict(release, &record.path, &message, findings);
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

fn read_file(
    tree: &dyn Tree,
    entry: &Entry,
    base: &str,
    record: Option<&Record>,
    gates: &[Gate],
    release: &mut Release,
    findings: &mut Vec<Finding>,
) {
    let path = entry.path.strip_prefix(base).unwrap_or(&entry.path).to_owned();
    if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
        findings.push(unreadable(&entry.path, "links and submodules are no evidence"));
        return;
    }
    let Ok(bytes) = tree.read(entry) else {
        findings.push(unreadable(&entry.path, "the file cannot be read from the repository"));
        return;
    };
    let recorded = record.and_then(|record| record.files.iter().find(|file| file.path == path));
    let sha256 = hex(&Sha256::digest(&bytes));
    let integrity = match recorded {
        Some(file) if file.sha256.eq_ignore_ascii_case(&sha256) => Integrity::Recorded,
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
    if path.eq_ignore_ascii_case("notes.md") {
        let text = String::from_utf8_lossy(&bytes);
        release.notes.insert(0, release_log::notes(&entry.path, &text));
    }
    let folder_gate = path
        .strip_prefix("evidence/")
        .and_then(|path| path.split_once('/'))
        .map(|(gate, _)| gate.to_owned());
    let gate = recorded.and_then(|file| file.gate.clone()).or(folder_gate);
    // An empty list is a report of whatever tool was declared, and of none without a declaration.
    let is_ambiguous = matches!(bytes.trim_ascii(), b"[]" | b"null");
    let of_gate = gates.iter().find(|config| Some(&config.id) == gate.as_ref());
    let declared = recorded.and_then(|file| file.format.as_deref()).or(of_gate
        .filter(|_| is_ambiguous)
        .and_then(|config| config.demand.format.as_deref()));
    let artifact = if gate.is_some() {
        recognise::read(&bytes, declared.filter(|format| recognise::format(format).is_some()))
    } else {
        Artifact::default()
    };
    if artifact.format.is_some() {
        add_problems(&entry.path, &artifact.problems, Severity::Info, findings);
    }
    release.evidence.push(Evidence {
        path,
        repository_path: entry.path.clone(),
        gate,
        sha256,
        bytes: bytes.len() as u64,
        integrity,
        artifact,
        excerpt: excerpt(&bytes),
    });
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

fn excerpt(bytes: &[u8]) -> Option<String> {
    let end = bytes.len().min(EXCERPT);
    if bytes[..end].contains(&0) {
        return None;
    }
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    Some(if end < bytes.len() {
        text.trim_end_matches('\u{fffd}').to_owned()
    } else {
        text
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn add_problems(path: &str, problems: &[Problem], severity: Severity, findings: &mut Vec<Finding>) {
    for problem in problems {
        let place = problem.line.map(|line| Place {
            line,
            column: 1,
            end_line: line,
            end_column: 1,
        });
        findings.push(Finding {
            severity,
            place,
            ..unreadable(path, &problem.message)
        });
    }
}

fn from_changelogs(tree: &dyn Tree, plan: &ProductPlan, drafts: &mut Drafts, found: &mut Releases) {
    let globs = glob_set(&plan.changelogs);
    for entry in tree
        .listing()
        .below(&plan.root)
        .iter()
        .filter(|entry| globs.is_match(&entry.path))
    {
        let is_text =
            matches!(entry.kind, EntryKind::File | EntryKind::Executable) && !entry.path.to_ascii_lowercase().ends_with(".json");
        let Some(bytes) = is_text.then(|| tree.read(entry).ok()).flatten() else {
            continue;
        };
        let changelog = release_log::changelog(&entry.path, &String::from_utf8_lossy(&bytes));
        add_problems(&entry.path, &changelog.problems, Severity::Info, &mut found.findings);
        // A changelog of days alone names releases only where nothing else does: beside tags it is a diary.
        let days_are_releases = drafts.releases.is_empty();
        for notes in changelog.notes {
            add_notes(notes, days_are_releases, drafts);
        }
    }
}

/// Notes belong to the release of their version. An entry without tag or record is a release of its own, if it is dated or a version.
fn add_notes(notes: Notes, days_are_releases: bool, drafts: &mut Drafts) {
    let day = notes.date.filter(|_| days_are_releases && notes.version.is_empty());
    let version = day.map_or_else(|| notes.version.trim().to_owned(), |day| day.to_string());
    if version == release_log::UNRELEASED {
        return;
    }
    let Some(name) = take_apart(&version) else { return };
    let release = drafts.release(&name.version, name.semver, ReleaseSource::Changelog);
    release.notes.push(notes);
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

fn look_up_commit(release: &mut Release, repository: Option<&Repository>) {
    let (Some(commit), Some(repository)) = (release.commit.clone(), repository) else {
        return;
    };
    if let Some(found) = repository.commit(&commit) {
        let head = repository.head().ok().flatten();
        release.commit_is_present = true;
        release.is_reachable = head.and_then(|head| repository.is_ancestor(&found.id, &head.id));
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
    let moment = |at: chrono::DateTime<chrono::FixedOffset>, source| ReleaseDate {
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

/// Newest first: by semantic version where all have one, else by date. Both are total orders, so the result is the same everywhere.
fn sort(releases: &mut [Release]) {
    let all_semantic = releases.iter().all(|release| release.semver.is_some());
    releases.sort_by(|left, right| {
        let by_date = || {
            let day = |release: &Release| release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())));
            day(right).cmp(&day(left))
        };
        let by_version = || right.semver.cmp(&left.semver);
        let order = if all_semantic {
            by_version().then_with(by_date)
        } else {
            by_date().then_with(by_version)
        };
        order.then_with(|| right.version.cmp(&left.version))
    });
}

fn give_slugs(releases: &mut [Release]) {
    let mut taken = std::collections::BTreeSet::from(["latest", "next", "feed.atom"].map(str::to_owned));
    for release in releases {
        let mut candidate = slug(&release.version);
        while !taken.insert(candidate.clone()) {
            candidate.push_str("~2b");
        }
        release.slug = candidate;
    }
}
