//! Steps: the items of ordered lists, with the author's own numbers.
//!
//! Markdown makes one flat list of `3.`, `1.`, `2.`, `4.` at the same indentation; the author meant two steps inside step 3. The
//! numbers are read again as a list in a list, by the way of the least oddities.

use crate::model::runbook::Step;
use crate::parse::runbook::outline::{Item, Outline};

/// Readings of a flat list that are followed at the same time; real lists have two at most.
const MAX_READINGS: usize = 8;

/// The steps of a text, nested ones after their parent.
pub(crate) fn steps(outline: &Outline) -> Vec<Step> {
    let numbers = numbers(outline);
    outline
        .items
        .iter()
        .zip(numbers)
        .filter_map(|(item, number)| {
            Some(Step {
                written: item.number?,
                number,
                text: outline.first_block(item).map_or(String::new(), |block| outline.line(block)),
                span: item.span,
                section: item.section.map(|section| section as u32),
            })
        })
        .collect()
}

/// The block that announces each item, as index: the item that the author meant to stand above it, else what stands in front of the list.
pub(crate) fn leads(outline: &Outline) -> Vec<Option<usize>> {
    let numbers = numbers(outline);
    // The last item of each list with a path of each length.
    let mut outer: Vec<Vec<(usize, usize)>> = vec![Vec::new(); outline.lists.len()];
    let mut leads = Vec::with_capacity(outline.items.len());
    for (index, (item, number)) in outline.items.iter().zip(&numbers).enumerate() {
        let Some(list) = outline.lists.get(item.list) else {
            leads.push(None);
            continue;
        };
        let open = &mut outer[item.list];
        open.retain(|(length, _)| *length < number.len() || !list.is_ordered);
        let above = open.last().filter(|(length, _)| list.is_ordered && *length < number.len());
        leads.push(match above {
            Some((_, above)) => outline.items[*above].block,
            None => list.lead,
        });
        if list.is_ordered {
            open.push((number.len(), index));
        }
    }
    leads
}

/// The path of numbers of every item; items without number have the path of the item around them.
fn numbers(outline: &Outline) -> Vec<Vec<u64>> {
    // The items of each list, in order.
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); outline.lists.len()];
    for (index, item) in outline.items.iter().enumerate() {
        if let Some(list) = members.get_mut(item.list) {
            list.push(index);
        }
    }
    let mut numbers: Vec<Vec<u64>> = vec![Vec::new(); outline.items.len()];
    // A list is opened after the item that holds it, so the outer path is always known.
    for (list, members) in outline.lists.iter().zip(&members) {
        let outer: Vec<u64> = list
            .parent
            .and_then(|parent| numbers.get(parent).cloned())
            .unwrap_or_default();
        if outer.len() >= 16 || !list.is_ordered {
            for member in members {
                numbers[*member].clone_from(&outer);
            }
            continue;
        }
        let items: Vec<&Item> = members.iter().map(|member| &outline.items[*member]).collect();
        for (member, own) in members.iter().zip(own_numbers(outline, &items)) {
            numbers[*member] = [outer.as_slice(), own.as_slice()].concat();
        }
    }
    numbers
}

/// The numbers of the items of one list: one number each, or two where a flattened list is restored.
fn own_numbers(outline: &Outline, items: &[&Item]) -> Vec<Vec<u64>> {
    let written: Vec<u64> = items.iter().map(|item| item.number.unwrap_or_default()).collect();
    let first = written.first().copied().unwrap_or_default();
    let is_counted = written
        .iter()
        .enumerate()
        .all(|(at, number)| *number == first.saturating_add(at as u64));
    if is_counted {
        return written.into_iter().map(|number| vec![number]).collect();
    }
    if written.iter().all(|number| *number == first) {
        // `1.` in front of every item: Markdown counts.
        return (0..written.len() as u64).map(|at| vec![first.saturating_add(at)]).collect();
    }
    let leads: Vec<bool> = items
        .iter()
        .map(|item| {
            outline
                .first_block(item)
                .is_some_and(|block| outline.words(block).trim_end().ends_with(':'))
        })
        .collect();
    restored(&written, &leads).unwrap_or_else(|| written.into_iter().map(|number| vec![number]).collect())
}

/// One reading of the items up to some item.
#[derive(Clone, Copy)]
struct Reading {
    /// The number of the last outer item.
    outer: u64,
    /// The number of the last inner item, while an inner list is open.
    inner: Option<u64>,
    /// How odd the reading is; the least odd one wins.
    cost: u32,
    /// The reading of the item before, as index into the readings of that item.
    from: usize,
}

/// The numbers of a flat list read as a list with lists in its items; none when no reading makes sense of it.
///
/// `leads` says which items end with a colon, and so announce the ones that follow.
fn restored(written: &[u64], leads: &[bool]) -> Option<Vec<Vec<u64>>> {
    let mut history: Vec<Vec<Reading>> = vec![vec![Reading {
        outer: *written.first()?,
        inner: None,
        cost: 0,
        from: 0,
    }]];
    for at in 1..written.len() {
        let number = written[at];
        let mut next: Vec<Reading> = Vec::new();
        for (from, reading) in history.last()?.iter().enumerate() {
            if reading.inner.is_some_and(|inner| number == inner.saturating_add(1)) {
                next.push(Reading {
                    inner: Some(number),
                    // An item that announces others is rather an outer one.
                    cost: reading.cost + if leads[at] { 4 } else { 0 },
                    from,
                    ..*reading
                });
            }
            if number == reading.outer.saturating_add(1) {
                next.push(Reading {
                    outer: number,
                    inner: None,
                    cost: reading.cost + u32::from(reading.inner.is_some()),
                    from,
                });
            }
            if number == 1 && reading.inner.is_none() {
                next.push(Reading {
                    inner: Some(1),
                    cost: reading.cost + if leads[at - 1] { 2 } else { 8 },
                    from,
                    ..*reading
                });
            }
        }
        next.sort_by_key(|reading| reading.cost);
        next.dedup_by_key(|reading| (reading.outer, reading.inner));
        next.truncate(MAX_READINGS);
        if next.is_empty() {
            return None;
        }
        history.push(next);
    }
    let mut numbers = Vec::with_capacity(written.len());
    let mut index = 0;
    for readings in history.iter().rev() {
        let reading = readings.get(index)?;
        numbers.push(match reading.inner {
            Some(inner) => vec![reading.outer, inner],
            None => vec![reading.outer],
        });
        index = reading.from;
    }
    numbers.reverse();
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::steps;
    use crate::parse::runbook::document::outline;

    /// `1.2 (2) words` for every step.
    fn read(text: &str) -> Vec<String> {
        steps(&outline(text, 0))
            .into_iter()
            .map(|step| {
                let path: Vec<String> = step.number.iter().map(u64::to_string).collect();
                format!("{} ({}) {}", path.join("."), step.written, step.text)
            })
            .collect()
    }

    fn paths(text: &str) -> String {
        let steps = steps(&outline(text, 0));
        let path = |number: &[u64]| number.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        steps.iter().map(|step| path(&step.number)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn steps_keep_the_numbers_of_the_author() {
        assert_eq!(
            read("3. Pick **one**\n   more\n4. Go `now`\n"),
            ["3 (3) Pick one more", "4 (4) Go now"]
        );
        assert_eq!(paths("1) a\n1) b\n1) c\n"), "1 2 3");
        assert_eq!(paths("2. a\n\n```\nx\n```\n\n3. b\n"), "2 3");
    }

    #[test]
    fn nested_lists_are_paths() {
        assert_eq!(paths("1. a\n   1. b\n   2. c\n2. d\n   - e\n     1. f\n"), "1 1.1 1.2 2 2.1");
        assert_eq!(paths("- a\n  1. b\n"), "1");
    }

    #[test]
    fn a_flattened_list_is_restored() {
        let text = "1. Pick\n2. Start\n3. Wait for it:\n1. lint\n2. test\n3. e2e\n4. build\n4. Allow\n5. Confirm\n";
        assert_eq!(paths(text), "1 2 3 3.1 3.2 3.3 3.4 4 5");
        assert_eq!(read(text)[6], "3.4 (4) build");
    }

    #[test]
    fn items_that_announce_others_decide_what_numbers_leave_open() {
        let text = "1. API:\n1. live\n2. ready\n2. Errors:\n1. count\n2. codes\n3. Product:\n1. flows\n2. spikes\n4. Infra:\n1. db\n2. cache\n";
        assert_eq!(paths(text), "1 1.1 1.2 2 2.1 2.2 3 3.1 3.2 4 4.1 4.2");
        assert_eq!(
            paths("1. a\n2. b\n3. c\n4. check each:\n1. u\n2. v\n3. w\n4. x\n5. y\n6. z\n"),
            "1 2 3 4 4.1 4.2 4.3 4.4 4.5 4.6"
        );
    }

    #[test]
    fn numbers_that_make_no_sense_stay_as_written() {
        assert_eq!(paths("1. a\n7. b\n3. c\n"), "1 7 3");
    }

    #[test]
    fn many_restarts_cost_no_square() {
        let text = "1. a:\n1. b\n2. c\n2. d:\n".repeat(5_000);
        assert_eq!(steps(&outline(&text, 0)).len(), 20_000);
    }
}
