//! What the words of a runbook are for: sections, steps, checklists, roles, criteria, schedules.

pub(crate) mod criterion;
pub(crate) mod role;
pub(crate) mod schedule;
pub(crate) mod section;
pub(crate) mod settled;
pub(crate) mod step;

mod duty;
pub(crate) mod threshold;

use crate::model::runbook::ChecklistItem;
use crate::parse::runbook::outline::Outline;

/// The items of task lists.
pub(crate) fn checklist(outline: &Outline) -> Vec<ChecklistItem> {
    outline
        .items
        .iter()
        .filter_map(|item| {
            // A box without words asks for nothing.
            let block = outline.first_block(item)?;
            Some(ChecklistItem {
                text: outline.line(block),
                is_done: item.task?,
                span: item.span,
                section: item.section.map(|section| section as u32),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::checklist;
    use crate::parse::runbook::document::outline;

    #[test]
    fn boxes_are_read_with_their_words() {
        let text = "## Day\n- [ ] Tag `v1`\n  - [x] nested **one**\n- plain [ ]\n* [ ]\n";
        let items: Vec<_> = checklist(&outline(text, 0))
            .into_iter()
            .map(|item| (item.text, item.is_done, item.section))
            .collect();
        assert_eq!(
            items,
            [
                ("Tag v1".to_owned(), false, Some(0)),
                ("nested one".to_owned(), true, Some(0))
            ]
        );
    }
}
