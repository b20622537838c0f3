//! Markdown -> `Runbook`: metadata, sections, steps, commands, checklists, criteria, schedules, roles, references.
//!
//! The bytes are decoded once (`decode`), walked over once (`document`), and every other part reads the outline of that walk.
//! Whatever the input, the work grows with its size and the depth of its nesting is bounded (`guard`).

mod anchor;
mod commands;
mod decode;
mod dialect;
mod document;
mod guard;
mod mapped;
mod metadata;
mod outline;
mod references;
mod structure;

use std::sync::Arc;

use crate::model::finding::Problem;
use crate::model::place::Lines;
use crate::model::runbook::{Metadata, Runbook};
use crate::parse::runbook::guard::MAX_DEPTH;
use crate::parse::runbook::metadata::front_matter::front_matter;
use crate::parse::runbook::outline::{BlockKind, Outline};

/// Reads a runbook. Never fails: what cannot be understood is a problem of the runbook.
pub(crate) fn parse(bytes: &[u8]) -> Runbook {
    let mut problems = Vec::new();
    let text: Arc<str> = decode::decode(bytes, &mut problems).into();
    let lines = Lines::of(&text);
    let front = front_matter(&text, &mut problems);
    let start = front.as_ref().map_or(0, |front| front.span.end as usize);
    let mut outline = document::outline(&text, start);
    if outline.is_flattened {
        problems.push(Problem::of_file(format!(
            "elements are nested deeper than {MAX_DEPTH} levels; the deeper ones are shown flat"
        )));
    }
    let metadata = metadata::metadata(&text, &lines, &outline, front.as_ref());
    let (code_blocks, scripts) = commands::code_blocks(&outline);
    let declared = front.as_ref().map_or_else(Vec::new, metadata::declared_paths);
    let references = references::references(&text, &outline, &scripts, &declared);
    Runbook {
        title: title(&outline, &metadata),
        summary: summary(&outline, &metadata),
        sections: structure::section::sections(&text, &outline),
        steps: structure::step::steps(&outline),
        checklist: structure::checklist(&outline),
        criteria: structure::criterion::criteria(&outline),
        schedules: structure::schedule::schedules(&outline),
        roles: structure::role::roles(&outline),
        anchors: anchor::anchors(&text, &outline),
        document: std::mem::take(&mut outline.document),
        links: outline.links.into_iter().map(|link| link.link).collect(),
        code_blocks,
        references,
        metadata,
        lines,
        text,
        problems,
    }
}

/// The anchors of any Markdown file, sorted.
pub(crate) fn anchors(bytes: &[u8]) -> Vec<String> {
    let mut problems = Vec::new();
    let text = decode::decode(bytes, &mut problems);
    let start = front_matter(&text, &mut problems).map_or(0, |front| front.span.end as usize);
    anchor::anchors(&text, &document::outline(&text, start))
}

/// The first heading of level 1, else the title of the front matter, else the first heading. A heading that a template engine fills in
/// (`<%= title %>`, `{{ title }}`) says nothing, so the title of the front matter comes before it.
fn title(outline: &Outline, metadata: &Metadata) -> Option<String> {
    let named = |title: &str| (!title.is_empty()).then(|| title.to_owned());
    let is_filled_in = |title: &str| title.contains("<%") || title.contains("{{") || title.contains("{%");
    let declared = metadata.title.as_ref().and_then(|title| named(&title.value));
    let top = outline
        .headings
        .iter()
        .find(|heading| heading.level == 1 && !heading.title.is_empty());
    top.filter(|heading| declared.is_none() || !is_filled_in(&heading.title))
        .and_then(|heading| named(&heading.title))
        .or(declared)
        .or_else(|| outline.headings.iter().find_map(|heading| named(&heading.title)))
}

/// The first paragraph that is not metadata.
fn summary(outline: &Outline, metadata: &Metadata) -> Option<String> {
    outline
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph && block.item.is_none())
        .find(|block| {
            let holds_field = metadata.fields.iter().any(|field| block.span.contains(field.span));
            !holds_field && !outline.words(block).trim().is_empty()
        })
        .map(|block| outline.line(block))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dump() {
        let Ok(path) = std::env::var("DUMP") else { return };
        let bytes = std::fs::read(path).unwrap();
        let runbook = parse(&bytes);
        let what = std::env::var("WHAT").unwrap_or_default();
        println!("title {:?}\nsummary {:?}", runbook.title, runbook.summary);
        if what.contains('m') {
            println!("{:#?}", runbook.metadata);
        }
        if what.contains('s') {
            for s in &runbook.steps {
                println!("step {:?} {} {}", s.number, s.written, s.text);
            }
        }
        if what.contains('S') {
            for s in &runbook.sections {
                println!("section {} {} #{} {:?}", s.level, s.title, s.anchor, s.kind);
            }
        }
        if what.contains('c') {
            for s in &runbook.criteria {
                println!(
                    "criterion {:?} [{}] {:?} {}",
                    s.purpose,
                    s.metric,
                    s.threshold
                        .as_ref()
                        .map(|t| format!("{} {} {}", t.comparison, t.value, t.unit)),
                    s.text
                );
            }
        }
        if what.contains('t') {
            for s in &runbook.schedules {
                println!("schedule {:?} {}", s.kind, s.text);
            }
        }
        if what.contains('R') {
            for s in &runbook.roles {
                println!("role {}: {}", s.name, s.duty);
            }
        }
        if what.contains('b') {
            for b in &runbook.code_blocks {
                println!("block {} {:?}", b.language, b.kind);
                for c in &b.commands {
                    println!("   {:?} {} {}", c.directory, c.has_placeholder, c.text);
                }
            }
        }
        if what.contains('r') {
            for r in &runbook.references {
                println!("{} {:?} `{}` {:?}", runbook.place(r.span).line, r.context, r.text, r.kind);
            }
        }
        println!("problems {:?}", runbook.problems);
    }

    #[test]
    fn dump_tree() {
        let Ok(list) = std::env::var("LIST") else { return };
        for path in std::fs::read_to_string(list).unwrap().lines() {
            let runbook = parse(&std::fs::read(path).unwrap());
            for r in &runbook.references {
                println!(
                    "REF\t{path}\t{}\t{:?}\t{}\t{:?}\t{}",
                    runbook.place(r.span).line,
                    r.context,
                    r.text,
                    r.kind,
                    r.kind.word()
                );
            }
        }
    }
}
