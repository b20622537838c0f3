//! Whether a change alters the very thing that a reference names: the target and not the Makefile, the job and not the workflow.

use crate::audit::change::{ChangeContext, contents};
use crate::audit::changed::{is_silent, matching_definition};
use crate::model::definition::DefinitionFile;
use crate::model::difference::FileChange;
use crate::model::edition::Edition;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};

/// Formats of files that only list things which are named one by one: who names the file as a whole does not mean each of them.
const CATALOGUES: &[&str] = &["cargo-config", "just", "make", "package-json", "pnpm-workspace"];
/// Manifests of packages: they change with every dependency.
const MANIFESTS: &[&str] = &[
    "build.gradle",
    "build.gradle.kts",
    "cargo.toml",
    "composer.json",
    "deno.json",
    "gemfile",
    "go.mod",
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];
/// Endings of texts for people and of pictures.
const DOCUMENTS: &[&str] = &[
    ".adoc", ".gif", ".jpeg", ".jpg", ".md", ".mdx", ".pdf", ".png", ".rst", ".svg", ".txt", ".webp",
];
/// Endings of source code that is built or imported rather than run by somebody.
const CODE: &[&str] = &[
    ".c", ".cc", ".cpp", ".cs", ".css", ".ex", ".exs", ".go", ".h", ".html", ".java", ".js", ".jsx", ".kt", ".php", ".py", ".rb",
    ".rs", ".scala", ".svelte", ".swift", ".ts", ".tsx", ".vue",
];
/// Folders of programs that people run.
const TOOLS: &[&str] = &["bin", "ops", "scripts", "script", "tools"];

/// How much an altered thing matters to a runbook. The order is from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// A file of code that the runbook mentions.
    Mention,
    /// What the runbook tells people to run or to rely on does something else.
    Body,
    /// It has to be called in another way.
    Interface,
}

/// Something that a runbook names and that a change alters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlteredUnit {
    /// The words of the reference.
    pub(crate) words: String,
    /// The file that defines it.
    pub(crate) file: String,
    /// The line that defines it, with the change.
    pub(crate) line: Option<u32>,
    /// How much it matters.
    pub(crate) weight: Weight,
}

/// What a change alters of the thing that a reference names; none when it leaves it alone, or when nothing can be told.
pub(crate) fn altered(
    context: &ChangeContext<'_>,
    runbook: &str,
    reference: &Reference,
    before: &Resolution,
    now: &Resolution,
) -> Option<AlteredUnit> {
    let resolved = |resolution: &Resolution| resolution.status == Status::Resolved;
    let file = now.target.as_deref().filter(|_| resolved(now) && resolved(before))?;
    let is_same_file = before.target.as_deref() == Some(file);
    if !is_same_file || file == runbook || is_silent(file) || context.difference.changed.get(file) != Some(&FileChange::Modified)
    {
        return None;
    }
    let weight = weight(context, reference, file)?;
    Some(AlteredUnit {
        words: reference.text.clone(),
        file: file.to_owned(),
        line: now.target_line,
        weight,
    })
}

fn weight(context: &ChangeContext<'_>, reference: &Reference, file: &str) -> Option<Weight> {
    let before = definition_file(context.base, file);
    let now = definition_file(context.head, file);
    let named = |kind: &str, name: &str| {
        let (before, now) = (before?, now?);
        let (earlier, later) = (
            matching_definition(before, kind, name)?,
            matching_definition(now, kind, name)?,
        );
        if earlier.interface != later.interface && earlier.interface != 0 && later.interface != 0 {
            Some(Weight::Interface)
        } else {
            (earlier.fingerprint != later.fingerprint).then_some(Weight::Body)
        }
    };
    match &reference.kind {
        ReferenceKind::MakeTarget { target, .. } => named("make-target", target),
        ReferenceKind::PackageScript { script, .. } => named("package-script", script),
        ReferenceKind::Named(one) => named(one.word, &one.name),
        ReferenceKind::Workflow { .. } => as_whole(before?, now?),
        ReferenceKind::Path { .. } => match (before, now) {
            (Some(_), Some(now)) if CATALOGUES.contains(&now.format) => None,
            (Some(before), Some(now)) if before.fingerprint != 0 && now.fingerprint != 0 => as_whole(before, now),
            _ => text(context, reference, file),
        },
        ReferenceKind::Glob { .. } | ReferenceKind::Link { .. } => None,
    }
}

/// What two readings of a file say as a whole. One that cannot be read says nothing; that is a finding of its own.
fn as_whole(before: &DefinitionFile, now: &DefinitionFile) -> Option<Weight> {
    let is_read = before.problems.is_empty() && now.problems.is_empty();
    (is_read && before.fingerprint != now.fingerprint).then_some(Weight::Body)
}

/// A file of which only the text is known.
fn text(context: &ChangeContext<'_>, reference: &Reference, file: &str) -> Option<Weight> {
    let lower = file.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if MANIFESTS.contains(&name) || ends(DOCUMENTS) || is_same_text(context, file) {
        return None;
    }
    let is_tool = lower.split('/').rev().skip(1).any(|folder| TOOLS.contains(&folder));
    let is_run = reference.context == ReferenceContext::Command || is_tool;
    Some(if is_run || !ends(CODE) {
        Weight::Body
    } else {
        Weight::Mention
    })
}

/// Whether the two texts of a file differ in comments and form only.
fn is_same_text(context: &ChangeContext<'_>, file: &str) -> bool {
    match context.texts.get(file) {
        Some((before, now)) => before == now,
        // A file may also differ in nothing but the right to be run.
        None => contents(context, file).is_some_and(|(before, now)| before == now),
    }
}

/// What is known of a file that defines something, or of one of code.
pub(crate) fn definition_file<'edition>(edition: &'edition Edition, path: &str) -> Option<&'edition DefinitionFile> {
    let source = &edition.source;
    let file = source.definitions.get(path).or_else(|| source.code.files.get(path));
    file.map(AsRef::as_ref)
}
