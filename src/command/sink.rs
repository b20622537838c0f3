//! Where references are gathered, and what was made on the way.

use std::ops::Range;

use crate::command::directory::joined;
use crate::command::mapped::{Mapped, one_line};
use crate::command::name::ends_with;
use crate::command::path::{Claim, Evidence, claim};
use crate::command::placeholder::in_name;
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::model::kind::{Kind, Runner};
use crate::model::place::Span;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};

/// References that one text may have; more are not written by people.
const MAX_REFERENCES: usize = 20_000;

/// The references of a text, and the files that its steps make.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// The references, in the order of finding.
    pub(crate) references: Vec<Reference>,
    /// What earlier steps made.
    pub(crate) made: Vec<Made>,
}

/// A file or folder that a step makes.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The path from the root of the source tree.
    pub(crate) path: String,
    /// Where the step stands.
    pub(crate) at: u32,
}

/// A stretch of text that references are found in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'text> {
    /// The text with its way back to the source.
    pub(crate) text: &'text Mapped,
    /// Where the stretch begins in the text; ranges count from here.
    pub(crate) base: usize,
    /// What kind of stretch it is.
    pub(crate) context: ReferenceContext,
}

impl Site<'_> {
    /// The words of a range on one line.
    pub(crate) fn words(&self, range: &Range<usize>) -> String {
        one_line(
            self.text
                .text
                .get(self.base + range.start..self.base + range.end)
                .unwrap_or_default(),
        )
    }

    /// The bytes of a range in the source.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        self.text.span(self.base + range.start..self.base + range.end)
    }
}

/// A value in an argument: the word itself, or what stands behind `=`.
#[derive(Clone, Debug)]
pub(crate) struct Value<'word> {
    /// The value without quotes.
    pub(crate) text: &'word str,
    /// Where it stands in the stretch.
    pub(crate) range: Range<usize>,
}

impl<'word> Value<'word> {
    /// A whole word.
    pub(crate) fn of(word: &'word Word) -> Self {
        Self {
            text: &word.text,
            range: word.range.clone(),
        }
    }

    /// The end of a word, behind `=` or `@`.
    pub(crate) fn end_of(word: &'word Word, text: &'word str) -> Self {
        let start = if word.is_quoted {
            word.range.start
        } else {
            word.range.end.saturating_sub(text.len()).max(word.range.start)
        };
        Self {
            text,
            range: start..word.range.end,
        }
    }

    /// The end of the value, such as a path behind `@`; the whole value where quotes or escapes hide the place.
    pub(crate) fn tail(&self, site: &Site<'_>, text: &'word str) -> Self {
        let words = site
            .text
            .text
            .get(site.base + self.range.start..site.base + self.range.end)
            .unwrap_or_default();
        let range = match words.rfind(text) {
            Some(at) if !text.is_empty() => self.range.start + at..self.range.start + at + text.len(),
            _ => self.range.clone(),
        };
        Self { text, range }
    }

    /// The parts of `a.yaml,b.yaml`.
    pub(crate) fn listed(&self) -> Vec<Self> {
        if !self.text.contains(',') || self.range.len() != self.text.len() {
            return vec![self.clone()];
        }
        let mut at = self.range.start;
        self.text
            .split(',')
            .map(|part| {
                let part_value = Self {
                    text: part,
                    range: at..at + part.len(),
                };
                at += part.len() + 1;
                part_value
            })
            .collect()
    }
}

/// The kind of something with a name that belongs to nothing in particular.
pub(crate) fn of_name(kind: Kind, name: String, directory: Directory) -> ReferenceKind {
    ReferenceKind::Named(Named {
        kind,
        name,
        within: Vec::new(),
        directory,
    })
}

impl Sink {
    /// Adds a reference.
    pub(crate) fn add(&mut self, site: &Site<'_>, range: &Range<usize>, kind: ReferenceKind) {
        if self.references.len() >= MAX_REFERENCES {
            return;
        }
        let range = unquoted(site, range);
        let text = site.words(&range);
        if text.is_empty() {
            // Quotes around nothing but blanks name nothing.
            return;
        }
        self.references.push(Reference {
            kind,
            text,
            span: site.span(&range),
            context: site.context,
        });
    }

    /// Adds a reference to something with a name that belongs to nothing in particular.
    pub(crate) fn other(&mut self, site: &Site<'_>, range: &Range<usize>, kind: Kind, name: &str, directory: &Directory) {
        self.named(site, range, kind, name, &[], directory);
    }

    /// Adds a reference to something with a name, and what it belongs to: the script of a flag, the files of a service.
    pub(crate) fn named(
        &mut self,
        site: &Site<'_>,
        range: &Range<usize>,
        kind: Kind,
        name: &str,
        within: &[String],
        directory: &Directory,
    ) {
        let named = Named {
            kind,
            name: name.to_owned(),
            within: within.to_vec(),
            directory: directory.clone(),
        };
        self.add(site, range, ReferenceKind::Named(named));
    }

    /// Adds a task of a runner, or what is to be filled in there.
    pub(crate) fn task(
        &mut self,
        site: &Site<'_>,
        range: &Range<usize>,
        runner: Runner,
        name: &str,
        within: &[String],
        directory: &Directory,
    ) {
        let kind = Kind::Task(runner);
        if in_name(name) || name == "..." {
            self.named(site, range, Kind::Placeholder, &kind.called(name), within, directory);
        } else {
            self.named(site, range, kind, name, within, directory);
        }
    }

    /// Adds what a word claims, if it claims a path.
    pub(crate) fn path(&mut self, site: &Site<'_>, value: &Value<'_>, evidence: Evidence, directory: &Directory) {
        let Some(claim) = claim(value.text, evidence) else { return };
        let directory = directory.clone();
        let kind = match claim {
            Claim::Path(path) if is_workflow(&path) => ReferenceKind::Workflow { name: path },
            Claim::Path(path) => ReferenceKind::Path { path, directory },
            Claim::Glob(pattern) => ReferenceKind::Glob { pattern, directory },
            Claim::Output(name) => of_name(Kind::Output, name, directory),
            Claim::Placeholder(name) => of_name(Kind::Placeholder, name, directory),
        };
        self.add(site, &value.range, kind);
    }

    /// Adds what a word claims where a program reads a manifest: a file or folder that it cannot work without.
    pub(crate) fn manifest(
        &mut self,
        site: &Site<'_>,
        value: &Value<'_>,
        evidence: Evidence,
        program: &str,
        directory: &Directory,
    ) {
        let before = self.references.len();
        self.path(site, value, evidence, directory);
        self.mark_manifests(before, program);
    }

    /// Makes the paths among the references from an index on the manifests of a program.
    pub(crate) fn mark_manifests(&mut self, from: usize, program: &str) {
        for reference in self.references.iter_mut().skip(from) {
            if let ReferenceKind::Path { path, directory } = &reference.kind {
                reference.kind = ReferenceKind::Named(Named {
                    kind: Kind::Manifest,
                    name: path.clone(),
                    within: vec![program.to_owned()],
                    directory: directory.clone(),
                });
            }
        }
    }

    /// Adds a file or folder that a step makes, and remembers it.
    pub(crate) fn output(&mut self, site: &Site<'_>, value: &Value<'_>, directory: &Directory) {
        let is_host = value.text.starts_with(['/', '~', '$', '&', '-', '%']) || value.text.contains([':', '<', '`', '\\']);
        if is_host || value.text.trim().is_empty() || value.text.len() > 250 {
            return;
        }
        if in_name(value.text) {
            self.other(site, &value.range, Kind::Placeholder, value.text, directory);
            return;
        }
        self.other(site, &value.range, Kind::Output, value.text, directory);
        self.made(site, value, directory);
    }

    /// Remembers what a step makes.
    pub(crate) fn made(&mut self, site: &Site<'_>, value: &Value<'_>, directory: &Directory) {
        let Directory::Known(folder) = directory else { return };
        if let Directory::Known(path) = joined(folder, value.text)
            && !path.is_empty()
            && self.made.len() < 1_000
        {
            self.made.push(Made {
                path,
                at: site.span(&value.range).start,
            });
        }
    }

    /// The references with some more, in writing order, each once. What an earlier step made is an output from then on.
    pub(crate) fn finish(self, more: impl IntoIterator<Item = Reference>) -> Vec<Reference> {
        let Self {
            mut references,
            mut made,
        } = self;
        references.extend(more);
        references.sort_by_key(|reference| (reference.span.start, reference.span.end));
        references.dedup_by(|one, two| one.span == two.span && one.kind == two.kind);
        made.sort_by(|one, two| one.path.cmp(&two.path).then(one.at.cmp(&two.at)));
        for reference in &mut references {
            settle_made(reference, &made);
        }
        references
    }
}

/// A path that an earlier step made is no claim about the repository.
fn settle_made(reference: &mut Reference, made: &[Made]) {
    let Some((path, directory)) = reference.kind.claimed_path() else {
        return;
    };
    if made.is_empty() {
        return;
    }
    let at = reference.span.start;
    let is_made = |path: &str| {
        // The path itself, or a folder around it.
        let mut end = path.len();
        loop {
            let start = made.partition_point(|made| made.path.as_str() < &path[..end]);
            if made.get(start).is_some_and(|made| made.path == path[..end] && made.at < at) {
                return true;
            }
            match path[..end].rfind('/') {
                Some(slash) if slash > 0 => end = slash,
                _ => return false,
            }
        }
    };
    let rooted = match directory {
        Directory::Known(folder) => joined(folder, path),
        Directory::Host(_) | Directory::Unknown => Directory::Unknown,
    };
    let is_output = match &rooted {
        Directory::Known(rooted) => is_made(rooted) || is_made(path),
        Directory::Host(_) | Directory::Unknown => is_made(path),
    };
    if is_output {
        reference.kind = of_name(Kind::Output, path.to_owned(), directory.clone());
    }
}

/// Whether a path is that of a workflow of the forge.
pub(crate) fn is_workflow(path: &str) -> bool {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.strip_prefix(".github/workflows/")
        .is_some_and(|name| !name.contains('/') && ends_with(name, &["yml", "yaml"]))
}

/// A range without the quotes around it.
fn unquoted(site: &Site<'_>, range: &Range<usize>) -> Range<usize> {
    let words = site
        .text
        .text
        .get(site.base + range.start..site.base + range.end)
        .unwrap_or_default();
    for quote in ['"', '\''] {
        if words.len() > 2
            && let Some(inner) = words.strip_prefix(quote).and_then(|words| words.strip_suffix(quote))
            && !inner.contains(quote)
        {
            return range.start + 1..range.end - 1;
        }
    }
    range.clone()
}
