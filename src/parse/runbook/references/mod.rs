//! References: everything in the repository that a runbook names, each with its exact place.
//!
//! Precision first. What is only perhaps a claim about the repository is left out, or named as something that a later resolver
//! judges; a checker that cries wolf is switched off.

mod arguments;
mod around;
mod command;
mod container;
mod files;
mod forge;
mod inline;
mod link;
mod make;
mod name;
mod package;
mod path;
mod prose;
mod sink;
mod task;
mod web;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::Directory;
use crate::parse::runbook::commands::Script;
use crate::parse::runbook::commands::folder::joined;
use crate::parse::runbook::outline::Outline;
use crate::parse::runbook::references::path::{Claim, Evidence, claim};
use crate::parse::runbook::references::sink::{Made, Sink, Site, is_workflow};

/// The references of a text, in writing order. `declared` are paths of its front matter with the place of their field.
pub(crate) fn references(text: &str, outline: &Outline, scripts: &[Script], declared: &[(String, Span)]) -> Vec<Reference> {
    let mut sink = Sink::default();
    for script in scripts {
        let site = Site {
            text: &script.typed,
            base: 0,
            context: script.context,
        };
        for command in &script.commands {
            command::simple(command, site, &mut sink);
        }
    }
    let programs = own_programs(&sink);
    let mut links = outline.links.iter().peekable();
    for block in &outline.blocks {
        inline::inline(outline, block, &programs, &mut sink);
        let mut skipped: Vec<Range<usize>> = outline.codes_of(block).iter().map(|code| code.plain.clone()).collect();
        while let Some(link) = links.next_if(|link| link.plain.start < block.plain.end) {
            skipped.push(link.plain.clone());
        }
        skipped.sort_by_key(|range| range.start);
        prose::prose(outline, block, &skipped, &mut sink);
    }
    let Sink {
        mut references,
        mut made,
    } = sink;
    references.extend(outline.links.iter().filter_map(|link| link::link(text, link)));
    references.extend(declared.iter().filter_map(|(path, span)| declaration(text, path, *span)));
    references.sort_by_key(|reference| (reference.span.start, reference.span.end));
    references.dedup_by(|one, two| one.span == two.span && one.kind == two.kind);
    made.sort_by(|one, two| one.path.cmp(&two.path).then(one.at.cmp(&two.at)));
    for reference in &mut references {
        settle_made(reference, &made);
    }
    references
}

/// The programs of the shell blocks that are none of the known ones.
fn own_programs(sink: &Sink) -> BTreeSet<String> {
    sink.references
        .iter()
        .filter_map(|reference| match &reference.kind {
            ReferenceKind::Other {
                word: "cli-command",
                name,
                ..
            } => name.split_once(' ').map(|(program, _)| program.to_owned()),
            _ => None,
        })
        .collect()
}

/// A path that front matter declares.
fn declaration(text: &str, path: &str, field: Span) -> Option<Reference> {
    let directory = Directory::Known(String::new());
    let kind = match claim(path, Evidence::Operand)? {
        Claim::Path(path) if is_workflow(&path) => ReferenceKind::Workflow { name: path },
        Claim::Path(path) => ReferenceKind::Path { path, directory },
        Claim::Glob(pattern) => ReferenceKind::Glob { pattern, directory },
        Claim::Output(_) | Claim::Placeholder(_) => return None,
    };
    let span = field.of(text).find(path).map_or(field, |at| {
        Span::new(field.start as usize + at, field.start as usize + at + path.len())
    });
    Some(Reference {
        kind,
        text: path.to_owned(),
        span,
        context: ReferenceContext::FrontMatter,
    })
}

/// A path that an earlier step made is no claim about the repository.
fn settle_made(reference: &mut Reference, made: &[Made]) {
    let ReferenceKind::Path { path, directory } = &reference.kind else {
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
        Directory::Unknown => Directory::Unknown,
    };
    let is_output = match &rooted {
        Directory::Known(rooted) => is_made(rooted) || is_made(path),
        Directory::Unknown => is_made(path),
    };
    if is_output {
        reference.kind = ReferenceKind::Other {
            word: "output",
            name: path.clone(),
            directory: directory.clone(),
        };
    }
}
