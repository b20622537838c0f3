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
    use crate::model::runbook::{CodeKind, SectionKind};

    #[test]
    fn a_runbook_is_understood_as_a_whole() {
        let text = "---\nowner: Platform\nlast_reviewed_on: 2026-01-02\nreview_in: 3 months\n---\n# Ship it\n\nFor the release driver.\n\n## Steps\n\n1. Build\n\n   ```bash\n   make build\n   ```\n\n2. Read [the rest](docs/rest.md#more)\n\n## Rollback\n\n- [ ] Tell `#ops`\n";
        let runbook = parse(text.as_bytes());
        assert_eq!(
            (runbook.title.as_deref(), runbook.summary.as_deref()),
            (Some("Ship it"), Some("For the release driver."))
        );
        let kinds: Vec<SectionKind> = runbook.sections.iter().map(|section| section.kind).collect();
        assert_eq!(kinds, [SectionKind::Other, SectionKind::Steps, SectionKind::Rollback]);
        let steps: Vec<(Vec<u64>, &str)> = runbook
            .steps
            .iter()
            .map(|step| (step.number.clone(), step.text.as_str()))
            .collect();
        assert_eq!(steps, [(vec![1], "Build"), (vec![2], "Read the rest")]);
        assert_eq!(runbook.code_blocks[0].kind, CodeKind::Shell);
        assert_eq!(runbook.code_blocks[0].text, "make build\n");
        let named: Vec<(&str, u32)> = runbook
            .references
            .iter()
            .map(|reference| (reference.kind.word(), runbook.place(reference.span).line))
            .collect();
        assert_eq!(named, [("make-target", 15), ("link", 18)]);
        assert_eq!(runbook.checklist.len(), 1);
        assert!(runbook.metadata.reviewed.is_some() && runbook.metadata.interval.is_some());
        assert!(runbook.problems.is_empty(), "{:?}", runbook.problems);
    }

    #[test]
    fn a_heading_that_a_template_fills_in_is_no_title() {
        let title = |text: &str| parse(text.as_bytes()).title;
        assert_eq!(
            title("---\ntitle: Restore\n---\n# <%= current_page.data.title %>\n").as_deref(),
            Some("Restore")
        );
        assert_eq!(
            title("---\ntitle: Restore\n---\n# Restore the database\n").as_deref(),
            Some("Restore the database")
        );
        assert_eq!(
            title("# {{ title }}\n").as_deref(),
            Some("{{ title }}"),
            "nothing else is known"
        );
    }
}
