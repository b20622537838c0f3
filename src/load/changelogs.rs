//! Changelogs -> notes of releases, and of what comes next.

use std::collections::BTreeSet;

use crate::config::product::ProductPlan;
use crate::load::discovery::glob_set;
use crate::load::drafts::Drafts;
use crate::load::unread::add_problems;
use crate::load::version::take_apart;
use crate::model::finding::{Finding, Severity};
use crate::model::release::{Notes, ReleaseSource};
use crate::model::tree::EntryKind;
use crate::parse::release_log;
use crate::source::tree::Tree;

/// Gives the notes of the changelogs of a product to its releases; what is left is not released yet, and comes back.
pub(crate) fn from_changelogs(
    tree: &dyn Tree,
    plan: &ProductPlan,
    drafts: &mut Drafts,
    findings: &mut Vec<Finding>,
) -> Vec<Notes> {
    let globs = glob_set(&plan.changelogs);
    let lines: BTreeSet<String> = drafts.releases.iter().map(|release| release.line.clone()).collect();
    let mut coming = Vec::new();
    for entry in tree.listing().below(&plan.root) {
        let line = if globs.is_match(&entry.path) {
            None
        } else if let Some(line) = line_of_changelog(&entry.path, &lines) {
            Some(line)
        } else {
            continue;
        };
        let is_text =
            matches!(entry.kind, EntryKind::File | EntryKind::Executable) && !entry.path.to_ascii_lowercase().ends_with(".json");
        let Some(bytes) = is_text.then(|| tree.read(entry).ok()).flatten() else {
            continue;
        };
        let changelog = release_log::changelog(&entry.path, &String::from_utf8_lossy(&bytes));
        add_problems(&entry.path, &changelog.problems, Severity::Info, findings);
        // A changelog of days alone names releases only where nothing else does: beside tags it is a diary.
        let days_are_releases = drafts.releases.is_empty();
        for notes in changelog.notes {
            if notes.version == release_log::heading::UNRELEASED {
                // A heading that waits for its first entry says nothing.
                if notes.groups.iter().any(|group| !group.items.is_empty()) {
                    coming.push(notes);
                }
            } else if let Some(line) = line {
                add_line_notes(notes, line, drafts);
            } else {
                add_notes(notes, days_are_releases, drafts);
            }
        }
    }
    coming
}

/// The line whose changelog a file is: it lies in a folder that is called like the line.
fn line_of_changelog<'lines>(path: &str, lines: &'lines BTreeSet<String>) -> Option<&'lines str> {
    let (folder, name) = path.rsplit_once('/')?;
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(stem.as_str(), "changelog" | "changes" | "history" | "news") {
        return None;
    }
    let last = folder.rsplit('/').next().unwrap_or_default();
    lines.iter().map(String::as_str).find(|line| {
        let name = line.trim_end_matches(['-', '_', '/', '@']);
        let name = name.rsplit('/').next().unwrap_or_default();
        !name.is_empty() && name.eq_ignore_ascii_case(last)
    })
}

/// Notes of a line belong to its release of that version. A package's changelog names no releases that were never tagged.
fn add_line_notes(notes: Notes, line: &str, drafts: &mut Drafts) {
    let Some(semver) = take_apart(notes.version.trim()).and_then(|name| name.semver) else {
        return;
    };
    let mut of_line = drafts.releases.iter_mut().filter(|release| release.line == line);
    if let Some(release) = of_line.find(|release| release.semver.as_ref() == Some(&semver)) {
        if !release.sources.contains(&ReleaseSource::Changelog) {
            release.sources.push(ReleaseSource::Changelog);
        }
        release.notes.push(notes);
    }
}

/// Notes belong to the release of their version. An entry without tag or record is a release of its own, if it is dated or a version.
fn add_notes(notes: Notes, days_are_releases: bool, drafts: &mut Drafts) {
    let day = notes.date.filter(|_| days_are_releases && notes.version.is_empty());
    let version = day.map_or_else(|| notes.version.trim().to_owned(), |day| day.to_string());
    let Some(name) = take_apart(&version) else { return };
    let release = drafts.release(&name.version, name.semver, ReleaseSource::Changelog);
    release.notes.push(notes);
}
