//! Whether a change alters the very thing that a reference names: the target and not the Makefile, the job and not the workflow.

use crate::audit::change::pair::{ChangeContext, Pair};
use crate::audit::evidence::is_silent;
use crate::audit::unit::{Unit, UnitKind, file_now, reading, units};
use crate::model::difference::FileChange;
use crate::model::edition::{Edition, FileText};
use crate::model::freshness::{Difference, Fingerprint};
use crate::model::reference::{Reference, ReferenceContext, Status};

/// Formats of files that only list things which are named one by one: who names the file as a whole does not mean each of them.
const CATALOGUES: &[&str] = &["cargo-config", "just", "make", "package-json", "pnpm-workspace"];
/// Manifests of packages: they change with every dependency.
const MANIFESTS: &[&str] = &[
    "build.gradle", "build.gradle.kts", "cargo.toml", "composer.json", "deno.json", "gemfile", "go.mod", "package.json",
    "pom.xml", "pyproject.toml", "setup.cfg", "setup.py",
];
/// Endings of texts for people and of pictures.
const DOCUMENTS: &[&str] = &[
    ".adoc", ".gif", ".jpeg", ".jpg", ".md", ".mdx", ".pdf", ".png", ".rst", ".svg", ".txt", ".webp",
];
/// Folders of programs that people run.
const TOOLS: &[&str] = &["bin", "ops", "scripts", "script", "tools"];

/// How much an altered thing matters to a runbook. The order is from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// A file that the runbook mentions.
    Mention,
    /// What the runbook tells people to run or to rely on does something else.
    Body,
    /// It has to be called in another way.
    Interface,
}

/// Something that a runbook names and that a change alters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlteredUnit<'change> {
    /// The first reference of the runbook that matters most.
    pub(crate) reference: &'change Reference,
    /// The file that defines it.
    pub(crate) file: &'change str,
    /// The line that defines it, with the change.
    pub(crate) line: Option<u32>,
    /// How much it matters.
    pub(crate) weight: Weight,
}

/// What a change alters of all that a runbook names, each thing once, in the order of the text.
pub(crate) fn altered<'change>(context: &ChangeContext<'change>, pair: &Pair<'change>) -> Vec<AlteredUnit<'change>> {
    let runbook = &pair.judged.runbook;
    let resolutions = &pair.judged.resolutions;
    let units = units(context.head, runbook, resolutions);
    let mut altered: Vec<AlteredUnit<'change>> = Vec::new();
    for ((reference, before, now), unit) in pair.references().zip(&units) {
        let (Some(before), Some(unit)) = (before, unit) else {
            continue;
        };
        let is_same_file = before.status == Status::Resolved && before.target == now.target;
        let Some(weight) = is_same_file.then(|| weight(context, pair, reference, unit)).flatten() else {
            continue;
        };
        let file = unit.target;
        let known = |other: &&mut AlteredUnit<'_>| other.reference.text == reference.text && other.file == file;
        let one = AlteredUnit {
            reference,
            file,
            line: now.target_line,
            weight,
        };
        match altered.iter_mut().find(known) {
            Some(other) if other.weight >= weight => {}
            Some(other) => *other = one,
            None => altered.push(one),
        }
    }
    altered
}

fn weight(context: &ChangeContext<'_>, pair: &Pair<'_>, reference: &Reference, unit: &Unit<'_>) -> Option<Weight> {
    let file = unit.target;
    let is_modified = context.difference.changed.get(file) == Some(&FileChange::Modified);
    if !is_modified || is_silent(file) || reference.context == ReferenceContext::Link {
        return None;
    }
    let texts = context.texts.get(file).copied();
    let before = reading_in(context.base, unit, texts.map(|(before, _)| before));
    let now = reading_in(context.head, unit, texts.map(|(_, now)| now));
    // What the runbook was stamped for is what it is now: somebody looked at it.
    let stamp = pair.judged.runbook.runbook.metadata.stamp.as_ref();
    let stamped = stamp.and_then(|stamp| stamp.refs.get(&unit.key));
    if now
        .zip(stamped)
        .is_some_and(|(now, stamped)| now.difference(*stamped).is_none())
    {
        return None;
    }
    match unit.kind {
        UnitKind::Definition(..) | UnitKind::Workflow => Some(match now?.difference(before?)? {
            Difference::Interface => Weight::Interface,
            Difference::Body => Weight::Body,
        }),
        UnitKind::File => whole(context, reference, file, texts, before.zip(now)),
        UnitKind::Folder => None,
    }
}

/// A file that is named as a whole.
fn whole(
    context: &ChangeContext<'_>,
    reference: &Reference,
    file: &str,
    texts: Option<(FileText, FileText)>,
    readings: Option<(Fingerprint, Fingerprint)>,
) -> Option<Weight> {
    let format = file_now(context.head, file).map(|file| file.format);
    let is_catalogue = format.is_some_and(|format| CATALOGUES.contains(&format));
    let is_same = readings.is_some_and(|(before, now)| now.difference(before).is_none());
    let is_generated = texts.is_some_and(|(_, now)| now.is_generated);
    let lower = file.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let is_document = DOCUMENTS.iter().any(|ending| lower.ends_with(ending));
    let is_busy = context.churning.contains(file);
    if is_catalogue || is_same || is_generated || is_document || is_busy || MANIFESTS.contains(&name) {
        return None;
    }
    let is_tool = lower.split('/').rev().skip(1).any(|folder| TOOLS.contains(&folder));
    let is_run = reference.context == ReferenceContext::Command || is_tool;
    Some(if is_run { Weight::Body } else { Weight::Mention })
}

fn reading_in(edition: &Edition, unit: &Unit<'_>, text: Option<FileText>) -> Option<Fingerprint> {
    reading(unit, file_now(edition, unit.target), text)
}
