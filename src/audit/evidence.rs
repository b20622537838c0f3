//! Evidence: what changed in a way that matters since the review of a runbook.
//!
//! A stamp tells what each reference named when it was written, so it needs no history. Without one, what the paths held at a commit is
//! compared with what they hold now: at the commit of the review, or at a later one that edited the section of the reference. A commit
//! that moved nothing but a date looked at nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::audit::reviewed::{commits_of, confirm_commit};
use crate::audit::unit::{self, Unit, UnitKind, file_now};
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Edit, Edition, EditionRunbook, Past};
use crate::model::freshness::{Difference, Fingerprint, ReviewSource};
use crate::model::history::Commit;
use crate::model::kind::Kind;
use crate::model::reference::{Reference, ReferenceKind, Resolution};

/// How much must have changed for a review to be due, and for the text to be stale.
pub(crate) const DUE_WEIGHT: u32 = 1;
pub(crate) const STALE_WEIGHT: u32 = 3;

/// What a change of what users see weighs, of the rest of a named thing, and of a file that is named as a whole.
const INTERFACE_WEIGHT: u32 = 3;
const BODY_WEIGHT: u32 = 2;
const FILE_WEIGHT: u32 = 1;

/// What a reference is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base<'a> {
    /// The fingerprint of a stamp.
    Stamp(Fingerprint),
    /// The tree of a commit.
    Commit(&'a Arc<Commit>),
}

/// A unit that is not as it was at the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drift<'a> {
    /// The unit.
    pub(crate) unit: Unit<'a>,
    /// The first reference that names it.
    pub(crate) reference: &'a Reference,
    /// What changed, in words: `prerequisites`, `jobs: verify`; empty where only a file as a whole is known.
    pub(crate) what: String,
    /// What it weighs, 0 to 3; 0 for what is shown and never counted.
    pub(crate) weight: u32,
    /// Why it weighs nothing, where it does.
    pub(crate) silent: Option<&'static str>,
    /// What it is compared with.
    pub(crate) base: Base<'a>,
    /// What stood for it then; none when it did not exist or cannot be told.
    pub(crate) then: Option<Fingerprint>,
    /// The commits that changed it, newest first; empty when history does not tell.
    pub(crate) commits: &'a [Arc<Commit>],
}

/// Since when evidence is gathered, for people.
pub(crate) fn since(runbook: &EditionRunbook, review: Option<&crate::model::freshness::Review>) -> String {
    let by = runbook.runbook.metadata.stamp.as_ref().and_then(|stamp| stamp.by.as_deref());
    match review {
        Some(review) => match (review.source, by) {
            (ReviewSource::Stamp, Some(by)) => format!("since the review of {} by {by}", review.on),
            (ReviewSource::Stamp | ReviewSource::Declared | ReviewSource::Trailer, _) => {
                format!("since the review of {}", review.on)
            }
            (ReviewSource::Updated, _) => format!("since the text was updated on {}, by its own word", review.on),
            (ReviewSource::Commit, _) => format!("since the text was last edited, on {}", review.on),
        },
        None => "since the last review".to_owned(),
    }
}

/// The commit of the review of a runbook: a commit that says so in its trailer, or the commit of the declared day, whichever is
/// later.
pub(crate) fn confirmed<'past>(runbook: &EditionRunbook, past: &'past Past) -> Option<&'past Arc<Commit>> {
    let commits = commits_of(past, &runbook.path);
    let by_date = confirm_commit(&runbook.runbook, commits, past.today);
    let by_trailer = past.trailers.get(&runbook.path);
    match (by_date, by_trailer) {
        (Some(date), Some(trailer)) if trailer.date >= date.date => Some(trailer),
        (None, trailer) => trailer,
        (date, _) => date,
    }
}

/// What each reference of a runbook is compared with.
pub(crate) fn bases<'a>(runbook: &'a EditionRunbook, units: &[Option<Unit<'a>>], past: &'a Past) -> Vec<Option<Base<'a>>> {
    let trailer = past.trailers.get(&runbook.path);
    let stamp = runbook.runbook.metadata.stamp.as_ref();
    let stamp = stamp.filter(|stamp| {
        let day = trailer.map(|trailer| trailer.date.date_naive());
        day.is_none_or(|day| stamp.on.is_some_and(|on| on >= day))
    });
    let edits = past.edits.get(&runbook.path).map_or(&[][..], Vec::as_slice);
    let is_ignored = |commit: &Commit| past.history.ignored.contains(&commit.id);
    let edited = |later: &'a [Edit], reference: &Reference| {
        let section = section_of(runbook, reference);
        let mut edits = later.iter().filter(|edit| !is_ignored(&edit.commit));
        edits.find(|edit| edit.sections.contains(section)).map(|edit| &edit.commit)
    };
    // Whoever edits a section just now looks at it.
    let fresh = past.uncommitted.get(&runbook.path);
    let is_fresh = |reference: &Reference| fresh.is_some_and(|fresh| fresh.sections.contains(section_of(runbook, reference)));
    let references = runbook.runbook.references.iter();
    if let Some(stamp) = stamp {
        // What was edited after the stamp was looked at then, as far as history tells.
        let brought = edits.iter().position(|edit| edit.moved_date);
        let at = brought
            .filter(|_| !fresh.is_some_and(|fresh| fresh.moved_date))
            .unwrap_or_default();
        return references
            .zip(units)
            .map(|(reference, unit)| {
                let unit = unit.as_ref()?;
                if is_fresh(reference) {
                    return None;
                }
                match edited(&edits[..at], reference) {
                    Some(commit) => Some(Base::Commit(commit)),
                    None if stamp.outdated.contains(&unit.key) => {
                        // The number of an older version says nothing any more; the commit that brought the stamp does.
                        let brought = brought.filter(|_| !fresh.is_some_and(|fresh| fresh.moved_date))?;
                        Some(Base::Commit(&edits.get(brought)?.commit))
                    }
                    None => Some(Base::Stamp(*stamp.refs.get(&unit.key)?)),
                }
            })
            .collect();
    }
    let Some(confirmed) = confirmed(runbook, past) else {
        return vec![None; units.len()];
    };
    let at = edits.iter().position(|edit| edit.commit.id == confirmed.id);
    let is_trailer = trailer.is_some_and(|trailer| trailer.id == confirmed.id);
    // A commit that moved nothing but a date looked at nothing, so what was reviewed is what an older commit wrote.
    let start = match at {
        Some(at) if !is_trailer => {
            let written = edits[at..]
                .iter()
                .position(|edit| !edit.sections.is_empty() && !is_ignored(&edit.commit));
            written.map(|offset| at + offset)
        }
        other => other,
    };
    let base = start.map_or(confirmed, |start| &edits[start].commit);
    let later = start.unwrap_or_else(|| edits.iter().take_while(|edit| edit.commit.date > base.date).count());
    references
        .map(|reference| {
            let commit = edited(&edits[..later], reference).unwrap_or(base);
            (!is_fresh(reference)).then_some(Base::Commit(commit))
        })
        .collect()
}

/// The anchor of the section that a reference stands in; empty before the first heading.
fn section_of<'a>(runbook: &'a EditionRunbook, reference: &Reference) -> &'a str {
    let sections = &runbook.runbook.sections;
    let before = sections.partition_point(|section| section.span.start <= reference.span.start);
    before.checked_sub(1).map_or("", |index| sections[index].anchor.as_str())
}

/// The units of a runbook that changed, the heaviest first, each once; those that weigh nothing are among them.
pub(crate) fn drifts<'a>(
    edition: &'a Edition,
    runbook: &'a EditionRunbook,
    resolutions: &'a [Resolution],
    past: &'a Past,
) -> Vec<Drift<'a>> {
    let units = unit::units(edition, runbook, resolutions);
    let bases = bases(runbook, &units, past);
    let mut drifts: BTreeMap<(&str, UnitKind<'_>), Drift<'a>> = BTreeMap::new();
    for ((reference, unit), base) in runbook.runbook.references.iter().zip(units).zip(bases) {
        let (Some(unit), Some(base)) = (unit, base) else { continue };
        let place = (unit.target, unit.kind);
        if let Some(drift) = drift(edition, runbook, reference, unit, base, past) {
            let known = drifts.entry(place).or_insert_with(|| drift.clone());
            if known.weight < drift.weight {
                *known = drift;
            }
        }
    }
    let mut drifts: Vec<Drift<'a>> = drifts.into_values().collect();
    drifts.sort_by(|left, right| {
        let key = |drift: &Drift<'a>| (std::cmp::Reverse(drift.weight), drift.unit.words, drift.unit.target);
        key(left).cmp(&key(right))
    });
    drifts
}

fn drift<'a>(
    edition: &'a Edition,
    runbook: &EditionRunbook,
    reference: &'a Reference,
    unit: Unit<'a>,
    base: Base<'a>,
    past: &'a Past,
) -> Option<Drift<'a>> {
    let (then, before) = match &base {
        Base::Stamp(fingerprint) => (Some(*fingerprint), None),
        Base::Commit(commit) => {
            let content = *past.contents.get(&commit.id)?.get(unit.target)?;
            if past.now.get(unit.target).is_some_and(|now| *now == content) {
                return None;
            }
            let file = content.and_then(|content| past.definitions.get(&content)).map(Arc::as_ref);
            (content.and_then(|content| unit::then(past, &unit, content)), file)
        }
    };
    let now = unit::now(edition, past, &unit);
    let changes = past.changes.get(&(runbook.path.clone(), unit.key.clone()));
    let commits = changes.map_or(&[][..], Vec::as_slice);
    let difference = match (now, then) {
        (Some(now), Some(then)) => Some(now.difference(then)?),
        // Nothing can be said of a thing without a definition, and what is gone is no evidence: truth tells it.
        (None, _) if unit.kind != UnitKind::File || matches!(base, Base::Stamp(_)) => return None,
        // It did not exist then, or it cannot be told how it was.
        _ => None,
    };
    let (weight, silent) = weigh(edition, reference, &unit, difference, commits, past);
    Some(Drift {
        what: what(edition, &unit, difference, before),
        unit,
        reference,
        weight,
        silent,
        base,
        then,
        commits,
    })
}

/// The fingerprints of the things that a runbook names as they are now, by the keys of its references. Things that never count are left out,
/// so that a stamp stays small.
pub(crate) fn fingerprints(
    edition: &Edition,
    runbook: &EditionRunbook,
    resolutions: &[Resolution],
    past: &Past,
) -> BTreeMap<String, Fingerprint> {
    let units = unit::units(edition, runbook, resolutions);
    let pairs = runbook.runbook.references.iter().zip(units);
    pairs
        .filter_map(|(reference, unit)| {
            let unit = unit?;
            let fingerprint = unit::now(edition, past, &unit)?;
            let (weight, _) = weigh(edition, reference, &unit, Some(Difference::Body), &[], past);
            (weight > 0).then_some((unit.key, fingerprint))
        })
        .collect()
}

/// Whether a runbook names anything whose change would count, so that it matters how the runbook was edited.
pub(crate) fn may_drift(edition: &Edition, runbook: &EditionRunbook, resolutions: &[Resolution]) -> bool {
    let units = unit::units(edition, runbook, resolutions);
    let mut pairs = runbook.runbook.references.iter().zip(&units);
    pairs.any(|(reference, unit)| {
        let unit = unit.as_ref();
        unit.is_some_and(|unit| weigh(edition, reference, unit, Some(Difference::Body), &[], &Past::default()).0 > 0)
    })
}

/// What a change weighs, and why nothing where it weighs nothing.
fn weigh(
    edition: &Edition,
    reference: &Reference,
    unit: &Unit<'_>,
    difference: Option<Difference>,
    commits: &[Arc<Commit>],
    past: &Past,
) -> (u32, Option<&'static str>) {
    let is_image = matches!(reference.kind, ReferenceKind::Link { is_image: true, .. });
    let entry = edition.source.listing.entry(unit.target);
    let text = entry.and_then(|entry| past.texts.get(&(unit.target.to_owned(), entry.id)));
    let all_ignored = !commits.is_empty() && commits.iter().all(|commit| past.history.ignored.contains(&commit.id));
    let silent = if is_silent(unit.target) {
        Some("it changes with everything")
    } else if all_ignored {
        Some("only commits changed it that the repository says to ignore")
    } else {
        match unit.kind {
            UnitKind::Folder => Some("files come and go in it"),
            UnitKind::Definition(..) if difference.is_none() => Some("it cannot be told whether this very thing changed"),
            UnitKind::Definition(..) | UnitKind::Workflow => None,
            UnitKind::File if is_document(unit.target) || is_image || is_runbook(edition, unit.target) => Some("a document"),
            UnitKind::File if is_foreign(unit.target) => Some("it comes from elsewhere"),
            UnitKind::File if text.is_some_and(|text| text.is_generated) => Some("it is generated"),
            UnitKind::File
                if file_now(edition, unit.target)
                    .is_some_and(|file| !file.definitions.is_empty() && edition.source.definitions.contains_key(unit.target)) =>
            {
                Some("what it defines is judged one by one")
            }
            UnitKind::File if past.churning.contains(unit.target) => Some("more than one commit in five changes it"),
            UnitKind::File => None,
        }
    };
    if silent.is_some() {
        return (0, silent);
    }
    let weight = match (unit.kind, difference) {
        (UnitKind::File | UnitKind::Folder, _) => FILE_WEIGHT,
        (_, Some(Difference::Interface)) => INTERFACE_WEIGHT,
        (_, Some(Difference::Body) | None) => BODY_WEIGHT,
    };
    (weight, None)
}

/// What changed, in words.
fn what(edition: &Edition, unit: &Unit<'_>, difference: Option<Difference>, before: Option<&DefinitionFile>) -> String {
    let Some(difference) = difference else {
        return String::new();
    };
    let is_interface = difference == Difference::Interface;
    match unit.kind {
        UnitKind::Definition(kind, name) => {
            let (seen, hidden, either) = parts(kind);
            let tells = file_now(edition, unit.target)
                .and_then(|file| unit::definition(file, kind, name))
                .is_some_and(|definition| definition.interface != 0);
            let words = match (is_interface, tells) {
                (true, _) => seen,
                (false, true) => hidden,
                (false, false) => either,
            };
            words.to_owned()
        }
        UnitKind::Workflow if is_interface => "inputs".to_owned(),
        UnitKind::Workflow => {
            let jobs = file_now(edition, unit.target)
                .zip(before)
                .map(|(now, before)| changed_jobs(now, before));
            jobs.filter(|jobs| !jobs.is_empty()).unwrap_or_else(|| "its steps".to_owned())
        }
        UnitKind::File | UnitKind::Folder => String::new(),
    }
}

/// What users see of a definition of a kind, what they do not see, and both where they are not told apart.
fn parts(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::MakeTarget | Kind::Task(_) => ("prerequisites or parameters", "recipe", "prerequisites or recipe"),
        Kind::PackageScript => ("command", "command", "command"),
        Kind::WorkflowJob => ("needs or conditions", "steps", "steps"),
        Kind::WorkflowInput => ("default or type", "description", "definition"),
        Kind::ComposeService => ("ports, profiles or dependencies", "settings", "settings"),
        Kind::ScriptFlag => ("default or values", "what it does", "definition"),
        _ => ("what its users see", "body", "definition"),
    }
}

/// Which jobs of a workflow are new, gone or other.
fn changed_jobs(now: &DefinitionFile, before: &DefinitionFile) -> String {
    let names = |file: &DefinitionFile| -> BTreeMap<String, u128> {
        let jobs = file.of_kind(Kind::WorkflowJob);
        jobs.map(|job| (job.name.clone(), job.fingerprint)).collect()
    };
    let (now, before) = (names(now), names(before));
    let list = |verb: &str, names: Vec<&String>| {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        let noun = if names.len() == 1 { "job" } else { "jobs" };
        (!names.is_empty()).then(|| format!("{noun} {} {verb}", names.join(", ")))
    };
    let removed = before.keys().filter(|name| !now.contains_key(*name)).collect();
    let added = now.keys().filter(|name| !before.contains_key(*name)).collect();
    let changed = now
        .iter()
        .filter(|(name, job)| before.get(*name).is_some_and(|before| before != *job))
        .map(|(name, _)| name)
        .collect();
    let parts = [list("removed", removed), list("changed", changed), list("added", added)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whether changes of a file say nothing about a runbook: changelogs and lock files change with everything.
pub(crate) fn is_silent(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let is_changelog = ["changelog", "changes", "history.md", "release_notes", "releases.md"]
        .iter()
        .any(|start| name.starts_with(start));
    let locks = [".lock", ".lockb", "-lock.json", "-lock.yaml", ".sum", "npm-shrinkwrap.json"];
    is_changelog || locks.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is read by people: it changes all the time, and says nothing about the steps of a runbook.
fn is_document(path: &str) -> bool {
    let endings = [
        ".md", ".mdx", ".markdown", ".rst", ".adoc", ".txt", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".html",
    ];
    let path = path.to_lowercase();
    // A template of a document is a document: `restore.html.md.erb`.
    let templates = [".erb", ".j2", ".liquid", ".njk", ".tmpl"];
    let bare = templates.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(&path);
    endings.iter().any(|ending| bare.ends_with(ending))
}

/// Whether a file is itself a runbook, whatever it is called.
fn is_runbook(edition: &Edition, path: &str) -> bool {
    let runbooks = &edition.runbooks;
    runbooks.binary_search_by(|runbook| runbook.path.as_str().cmp(path)).is_ok()
}

/// Whether a file was taken over from elsewhere or made by a build.
fn is_foreign(path: &str) -> bool {
    let folders = [
        "vendor", "node_modules", "third_party", "third-party", "vendored", ".yarn", "dist",
    ];
    let is_minified = path.ends_with(".min.js") || path.ends_with(".min.css") || path.ends_with(".map");
    is_minified || path.split('/').rev().skip(1).any(|part| folders.contains(&part))
}

/// What changed, as a sentence without full stop: "`make deploy` in `Makefile` changed in abc1234 since the review of 2026-03-01:
/// prerequisites". `since` may be empty.
pub(crate) fn words(drift: &Drift<'_>, since: &str) -> String {
    let unit = &drift.unit;
    let place = if unit.words.trim_start_matches("./").trim_end_matches('/') == unit.target {
        String::new()
    } else {
        format!(" in `{}`", unit.target)
    };
    let ids: Vec<&str> = drift.commits.iter().take(3).map(|commit| commit.short_id()).collect();
    let more = if drift.commits.len() > 3 { " and others" } else { "" };
    let commits = if ids.is_empty() {
        String::new()
    } else {
        format!(" in {}{more}", ids.join(", "))
    };
    let what = if drift.what.is_empty() {
        String::new()
    } else {
        format!(": {}", drift.what)
    };
    let since = if since.is_empty() {
        String::new()
    } else {
        format!(" {since}")
    };
    format!("`{}`{place} changed{commits}{since}{what}", unit.words)
}

/// The day of a commit.
pub(crate) fn day(commit: &Commit) -> NaiveDate {
    commit.date.date_naive()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::audit::testing::{Fixture, changed, commit, content, day, inline, make, makefile, tree};
    use crate::model::edition::FileText;
    use crate::model::freshness::{ReviewSource, Signal, Stamp, State};
    use crate::model::tree::ContentId;

    /// What counts, each with its weight.
    fn counted(fixture: &Fixture) -> Vec<(String, u32)> {
        let reasons = fixture.judged().freshness.reasons;
        reasons
            .into_iter()
            .filter(|reason| reason.signal == Signal::Evidence)
            .map(|reason| (reason.words, reason.weight))
            .collect()
    }

    /// A runbook with a stamp of the things that it names.
    fn stamped(fixture: Fixture) -> Fixture {
        let edition = fixture.edition();
        let resolutions = fixture.resolutions();
        let refs = super::fingerprints(&edition, &edition.runbooks[0], &resolutions, &fixture.past);
        let mut fixture = fixture;
        fixture.runbook.metadata.stamp = Some(Stamp {
            on: Some(day("2026-06-01")),
            by: Some("platform".to_owned()),
            refs,
            ..Stamp::default()
        });
        fixture
    }

    #[test]
    fn a_change_of_the_interface_weighs_three_and_of_the_body_two() {
        let mut now = makefile("Makefile", &["check", "test"]);
        now.definitions.iter_mut().for_each(|definition| definition.interface = 1);
        let mut before = now.clone();
        before.definitions[0].interface = 2;
        before.definitions[1].fingerprint = 2;
        let mut fixture = changed(&["Makefile"])
            .with(now)
            .naming(make("check", ""))
            .naming(make("test", ""));
        fixture.past.definitions.insert(content(1), Arc::new(before));
        assert_eq!(
            counted(&fixture),
            [
                (
                    "`make check` in `Makefile` changed: prerequisites or parameters".to_owned(),
                    3
                ),
                ("`make test` in `Makefile` changed: recipe".to_owned(), 2),
                (
                    "`Makefile` changed (not counted: what it defines is judged one by one)".to_owned(),
                    0
                ),
            ]
        );
        assert_eq!(fixture.state().0, State::Stale);
    }

    #[test]
    fn a_stamp_needs_no_history() {
        let fixture = stamped(tree(&[]).with(makefile("Makefile", &["check"])).naming(make("check", "")));
        assert_eq!(counted(&fixture), []);
        assert_eq!(fixture.resolutions_marked(), [Some(false)]);
        let review = fixture.judged().freshness.reviewed.expect("it was reviewed");
        assert_eq!((review.on, review.source), (day("2026-06-01"), ReviewSource::Stamp));
        let mut other = makefile("Makefile", &["check"]);
        other.definitions[0].fingerprint = 2;
        let mut fixture = fixture;
        fixture.source.definitions.insert("Makefile".to_owned(), Arc::new(other));
        assert_eq!(counted(&fixture).len(), 1);
        assert_eq!(fixture.resolutions_marked(), [Some(true)]);
        // What is new in the text since the stamp has nothing to be compared with.
        let fixture = fixture.naming(make("check", "."));
        assert_eq!(counted(&fixture).len(), 1);
    }

    #[test]
    fn the_texts_of_files_decide_not_their_bytes() {
        let mut fixture = changed(&["src/a.py"]);
        let text = |fingerprint| FileText {
            fingerprint,
            is_generated: false,
        };
        let path = "src/a.py".to_owned();
        fixture.past.texts.insert((path.clone(), content(1)), text(7));
        fixture.past.texts.insert((path.clone(), ContentId::default()), text(7));
        assert_eq!(counted(&fixture), []);
        assert_eq!(fixture.resolutions_marked(), [Some(false)]);
        fixture.past.texts.insert((path.clone(), ContentId::default()), text(8));
        assert_eq!(counted(&fixture), [("`src/a.py` changed".to_owned(), 1)]);
        let generated = FileText {
            fingerprint: 8,
            is_generated: true,
        };
        fixture.past.texts.insert((path, ContentId::default()), generated);
        assert_eq!(counted(&fixture)[0].1, 0);
    }

    #[test]
    fn the_latest_review_wins_and_the_trailer_of_a_commit_is_one() {
        let mut fixture = stamped(tree(&["src/a.py"]).naming(inline("src/a.py")));
        let review = |fixture: &Fixture| {
            let review = fixture.judged().freshness.reviewed.expect("it was reviewed");
            (review.on, review.source)
        };
        fixture.runbook.metadata.reviewed = tree(&[]).reviewed("2026-06-01").runbook.metadata.reviewed;
        assert_eq!(review(&fixture), (day("2026-06-01"), ReviewSource::Stamp));
        fixture.runbook.metadata.reviewed = tree(&[]).reviewed("2026-06-05").runbook.metadata.reviewed;
        assert_eq!(review(&fixture), (day("2026-06-05"), ReviewSource::Declared));
        fixture.past.trailers.insert(fixture.path.clone(), commit("t", "2026-06-07"));
        assert_eq!(review(&fixture), (day("2026-06-07"), ReviewSource::Trailer));
    }
}
