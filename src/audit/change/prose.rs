//! Whether an edit of a runbook says anything new: blanks, line breaks, signs of lists and tables, and dates do not.

use crate::model::place::Span;
use crate::model::runbook::Runbook;

/// Whether two versions of a runbook say the same, apart from form and from dates of review and edit.
pub(crate) fn says_the_same(before: &Runbook, now: &Runbook) -> bool {
    before.text == now.text || words(before) == words(now)
}

/// The words of a runbook without form and dates, each line of a code block as it stands.
fn words(runbook: &Runbook) -> Vec<&str> {
    let metadata = &runbook.metadata;
    let dates = [&metadata.reviewed, &metadata.updated, &metadata.next_review];
    let mut dates: Vec<Span> = dates.into_iter().flatten().map(|field| field.span).collect();
    dates.sort();
    let blocks: Vec<Span> = runbook.code_blocks.iter().map(|block| block.content).collect();
    let mut words = Vec::new();
    let mut start = 0;
    for line in runbook.text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start += line.len();
        let is_code = blocks.iter().any(|block| block.start <= span.start && span.start < block.end);
        if is_code {
            let line = line.trim();
            if !line.is_empty() {
                words.push(line);
            }
            continue;
        }
        let overlaps = |date: &&Span| date.start < span.end && span.start < date.end;
        match dates.iter().find(overlaps) {
            Some(date) => {
                // What stands beside the date on its line still counts.
                let at = |offset: u32| (offset.saturating_sub(span.start) as usize).min(line.len());
                prose(line.get(..at(date.start)).unwrap_or_default(), &mut words);
                prose(line.get(at(date.end)..).unwrap_or_default(), &mut words);
            }
            None => prose(line, &mut words),
        }
    }
    words
}

/// Adds the words of some prose. Signs of emphasis, lists and tables are form.
fn prose<'text>(text: &'text str, words: &mut Vec<&'text str>) {
    for word in text.split(|c: char| c.is_whitespace() || c == '|') {
        let word = word.trim_matches(['*', '_', '~']);
        let is_form = word.chars().all(|c| matches!(c, '-' | '+' | ':' | '=' | '>'));
        if !is_form {
            words.push(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::says_the_same;
    use crate::audit::testing::{Fixture, declared, tree};
    use crate::model::place::Span;

    fn same(before: &str, now: &str) -> bool {
        says_the_same(&tree(&[]).says(before).runbook, &tree(&[]).says(now).runbook)
    }

    #[test]
    fn form_says_nothing() {
        assert!(same(
            "# Title\n\n- one two\n- three\n",
            "# Title\n* **one**\n  two\n\n\n* three  \n"
        ));
        assert!(same(
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "|a      |b|\n|:-----|--:|\n|1|2|\n"
        ));
    }

    #[test]
    fn words_numbers_and_order_say_something() {
        assert!(!same("wait 5 minutes", "wait 15 minutes"));
        assert!(!same("first a, then b", "first b, then a"));
        assert!(!same("use `--force`", "use `force`"));
    }

    #[test]
    fn dates_of_review_say_nothing() {
        let dated = |date: &str, rest: &str| -> Fixture {
            let text = format!("**Last reviewed:** {date}{rest}\nThe text.\n");
            let mut fixture = tree(&[]).says(&text);
            let mut field = declared("Last reviewed", date);
            field.span = Span::new(0, text.find(date).expect("the date stands there") + date.len());
            fixture.runbook.metadata.reviewed = Some(field);
            fixture
        };
        let same = |one: &Fixture, two: &Fixture| says_the_same(&one.runbook, &two.runbook);
        assert!(same(&dated("2026-01-01", ""), &dated("2026-02-01", "")));
        assert!(!same(&dated("2026-01-01", ""), &dated("2026-02-01", ", call the other team")));
    }
}
