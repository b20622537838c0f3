//! What a runbook says about itself: front matter, and pairs of key and value in the head or the foot of its text.
//!
//! Seven in eight runbooks say nothing. The others use seven carriers and some forty spellings, of which each is known here.

pub(crate) mod front_matter;

pub(crate) mod stamp;

mod carrier;
pub(crate) mod date;
pub(crate) mod entry;
mod key;

use chrono::NaiveDate;

use crate::model::finding::Problem;
use crate::model::place::{Lines, Span};
use crate::model::runbook::{Carrier, DateField, DateProblem, Declared, Field, Metadata};
use crate::parse::runbook::metadata::carrier::{of_block, of_comment, of_row};
use crate::parse::runbook::metadata::date::{date, interval};
use crate::parse::runbook::metadata::entry::Entry;
use crate::parse::runbook::metadata::front_matter::FrontMatter;
use crate::parse::runbook::metadata::key::{Meaning, meaning};
use crate::parse::runbook::outline::{BlockKind, Outline};

/// Lines of the head, behind front matter, that may hold metadata.
const HEAD_LINES: u32 = 40;

/// Lines of the foot that may hold metadata.
const FOOT_LINES: u32 = 8;

/// The paths that front matter declares as documented by the runbook (`documents:`), each with the place of its field.
pub(crate) fn declared_paths(front: &FrontMatter) -> Vec<(String, Span)> {
    front
        .fields
        .iter()
        .filter(|field| meaning(&field.field.key) == Some(Meaning::Documents))
        .flat_map(|field| field.elements.iter().map(|element| (element.clone(), field.field.span)))
        .collect()
}

/// The metadata of a text.
pub(crate) fn metadata(
    text: &str,
    lines: &Lines,
    outline: &Outline,
    front: Option<&FrontMatter>,
    problems: &mut Vec<Problem>,
) -> Metadata {
    let mut metadata = Metadata {
        front_matter: front.map(|front| front.span),
        ..Metadata::default()
    };
    let mut entries: Vec<Entry> = Vec::new();
    if let Some(front) = front {
        entries.extend(front.fields.iter().map(|field| Entry {
            field: field.field.clone(),
            elements: field.elements.clone(),
        }));
    }
    entries.extend(in_words(text, lines, outline, front).into_iter().map(|field| Entry {
        elements: elements(&field.value),
        field,
    }));
    let stamped = stamp::find(text, outline, front);
    if let Some(found) = &stamped {
        match &found.stamp {
            Ok(stamp) => metadata.stamp = Some(stamp.clone()),
            Err(unread) => {
                problems.push(Problem::at(lines.line(found.span.start), unread.words.clone()));
                metadata.damaged_stamp = Some(Declared {
                    value: unread.words.clone(),
                    span: found.span,
                });
                metadata.has_newer_stamp = unread.is_newer;
            }
        }
        entries.retain(|entry| !found.span.contains(entry.field.span));
    }
    for entry in &entries {
        understand(&mut metadata, entry);
    }
    // What people wrote by hand comes first, since it may be newer; the later of the two wins in the end.
    if let Some(entry) = stamped.and_then(|found| found.entry()) {
        understand(&mut metadata, &entry);
        let at = entries.partition_point(|other| other.field.span < entry.field.span);
        entries.insert(at, entry);
    }
    settle_owners(&mut metadata, &entries);
    metadata.fields = entries.into_iter().map(|entry| entry.field).collect();
    metadata
}

/// The fields in the head and the foot of the text, in writing order.
fn in_words(text: &str, lines: &Lines, outline: &Outline, front: Option<&FrontMatter>) -> Vec<Field> {
    let body = front.map_or(0, |front| front.span.end);
    let head = lines.line(body) + HEAD_LINES;
    let last = lines.line(text.trim_end().len() as u32);
    let foot = (last + 1).saturating_sub(FOOT_LINES);
    let is_near = |span: Span| {
        let line = lines.line(span.start);
        line < head || line >= foot
    };
    let mut fields = Vec::new();
    for block in &outline.blocks {
        if matches!(block.kind, BlockKind::Paragraph | BlockKind::Item) && is_near(block.span) {
            of_block(outline, block, &mut fields);
        }
    }
    for row in &outline.rows {
        if is_near(row.span)
            && let Some(cells) = outline.blocks.get(row.cells.clone())
        {
            of_row(outline, cells, &mut fields);
        }
    }
    for html in &outline.html {
        if is_near(*html) {
            of_comment(text, *html, &mut fields);
        }
    }
    // A long block may begin near and end far away.
    fields.retain(|field| is_near(field.span));
    fields.sort_by_key(|field| field.span);
    fields
}

/// Whether a key says when somebody last confirmed the text, or when it was last edited, or when it is to be reviewed next.
pub(crate) fn is_date_key(key: &str) -> bool {
    let dates = [Meaning::Reviewed, Meaning::Updated, Meaning::Dated, Meaning::NextReview];
    meaning(key).is_some_and(|meaning| dates.contains(&meaning))
}

/// The day that words begin with.
pub(crate) fn day(words: &str) -> Option<NaiveDate> {
    date(words).ok()
}

/// Whether a key says when somebody last confirmed the text.
pub(crate) fn is_review_key(key: &str) -> bool {
    meaning(key) == Some(Meaning::Reviewed)
}

/// The elements of a value in words: `platform, @release` names two.
fn elements(value: &str) -> Vec<String> {
    value
        .split([',', ';'])
        .map(str::trim)
        .filter(|element| !element.is_empty())
        .map(str::to_owned)
        .collect()
}

fn understand(metadata: &mut Metadata, entry: &Entry) {
    let field = &entry.field;
    let Some(meaning) = meaning(&field.key) else { return };
    let text = |slot: &mut Option<Declared<String>>, value: String| {
        if slot.is_none() && !value.is_empty() {
            *slot = Some(Declared { value, span: field.span });
        }
    };
    match meaning {
        Meaning::Reviewed => {
            keep_date(&mut metadata.reviewed, field);
            if let Some(next) = next_in(&field.value) {
                let next = Field {
                    key: "next review".to_owned(),
                    value: next.to_owned(),
                    ..field.clone()
                };
                keep_date(&mut metadata.next_review, &next);
            }
        }
        Meaning::Updated => {
            if metadata.updated.as_ref().is_some_and(|updated| is_weak(&updated.key)) {
                metadata.updated = None;
            }
            keep_date(&mut metadata.updated, field);
        }
        // The date of a release or a decision stands in front matter, too; only a real date says something.
        Meaning::Dated => {
            if metadata.updated.is_none() && date(&field.value).is_ok() {
                keep_date(&mut metadata.updated, field);
            }
        }
        Meaning::Interval => {
            if metadata.interval.is_none()
                && let Some(value) = interval(&field.value)
            {
                metadata.interval = Some(Declared { value, span: field.span });
            }
        }
        Meaning::NextReview => match interval(&field.value) {
            Some(value) if date(&field.value).is_err() => {
                if metadata.interval.is_none() {
                    metadata.interval = Some(Declared { value, span: field.span });
                }
            }
            _ => keep_date(&mut metadata.next_review, field),
        },
        Meaning::Version => text(&mut metadata.version, field.value.clone()),
        Meaning::Status => text(&mut metadata.status, field.value.to_lowercase()),
        Meaning::Criticality => text(&mut metadata.criticality, field.value.to_lowercase()),
        Meaning::Title if field.carrier == Carrier::FrontMatter => text(&mut metadata.title, field.value.clone()),
        Meaning::Id if field.carrier == Carrier::FrontMatter => text(&mut metadata.id, field.value.clone()),
        Meaning::Owner | Meaning::Contact | Meaning::Documents | Meaning::Title | Meaning::Id | Meaning::Other => {}
    }
}

/// The day of the next review behind that of the last: `2026-01-05 (next: 2026-07-05)`.
fn next_in(value: &str) -> Option<&str> {
    let lower = value.to_ascii_lowercase();
    let at = lower
        .find("next")
        .filter(|at| *at > 0 && !lower[..*at].ends_with(char::is_alphanumeric))?
        + "next".len();
    let digit = value[at..].find(|char: char| char.is_ascii_digit())?;
    let between = lower[at..at + digit].trim_matches([' ', ':']);
    let is_plain = matches!(
        between,
        "" | "on" | "by" | "due" | "due on" | "due by" | "review" | "review by" | "review due" | "review on"
    );
    let next = &value[at + digit..];
    (is_plain && date(next).is_ok()).then_some(next)
}

/// Keeps the first date that can be read; one that cannot is kept until a better one comes.
fn keep_date(slot: &mut Option<DateField>, field: &Field) {
    // `lastUpdated: false` switches a line of a page off.
    if matches!(field.value.to_lowercase().as_str(), "true" | "false") {
        return;
    }
    if slot.as_ref().is_some_and(|kept| kept.date.is_ok()) {
        return;
    }
    let date: Result<_, DateProblem> = date(&field.value);
    if slot.is_none() || date.is_ok() {
        *slot = Some(DateField {
            key: field.key.clone(),
            date,
            text: field.value.clone(),
            span: field.span,
        });
    }
}

fn is_weak(key: &str) -> bool {
    meaning(key) == Some(Meaning::Dated)
}

/// Owners are those that are called so; where nobody is, authors, approvers and channels stand in.
fn settle_owners(metadata: &mut Metadata, entries: &[Entry]) {
    for wanted in [Meaning::Owner, Meaning::Contact] {
        for entry in entries.iter().filter(|entry| meaning(&entry.field.key) == Some(wanted)) {
            for value in &entry.elements {
                let is_known = metadata.owners.iter().any(|owner| owner.value == *value);
                let is_pending = matches!(
                    value.to_lowercase().as_str(),
                    "tbd" | "todo" | "n/a" | "none" | "unknown" | "-"
                );
                if !is_known && !is_pending && !value.is_empty() {
                    metadata.owners.push(Declared {
                        value: value.clone(),
                        span: entry.field.span,
                    });
                }
            }
        }
        if !metadata.owners.is_empty() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::metadata;
    use crate::model::place::Lines;
    use crate::model::runbook::{Carrier, DateProblem, Metadata, ReviewInterval};
    use crate::parse::runbook::document::outline;
    use crate::parse::runbook::metadata::front_matter::front_matter;

    fn read(text: &str) -> Metadata {
        let mut problems = Vec::new();
        let front = front_matter(text, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        let outline = outline(text, front.as_ref().map_or(0, |front| front.span.end as usize));
        let metadata = metadata(text, &Lines::of(text), &outline, front.as_ref(), &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        for field in &metadata.fields {
            let words = field.span.of(text);
            assert!(words.contains(field.key.split(' ').next().unwrap_or_default()), "{words:?}");
        }
        metadata
    }

    /// Key, value and carrier of every field.
    fn fields(text: &str) -> Vec<(String, String, Carrier)> {
        read(text)
            .fields
            .into_iter()
            .map(|field| (field.key, field.value, field.carrier))
            .collect()
    }

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    fn reviewed(text: &str) -> Option<NaiveDate> {
        read(text).reviewed.and_then(|field| field.date.ok())
    }

    #[test]
    fn every_carrier_is_read() {
        for (text, carrier) in [
            ("---\nlast_reviewed_on: 2026-03-04\n---\n# T\n", Carrier::FrontMatter),
            ("+++\nlast_reviewed = 2026-03-04\n+++\n# T\n", Carrier::FrontMatter),
            ("# T\n\n**Last Verified:** 2026-03-04\n", Carrier::Bold),
            ("# T\n\n**Last Verified**: 2026-03-04\n", Carrier::Bold),
            ("# T\n\n- **Last verified**: 2026-03-04\n", Carrier::Bold),
            ("# T\n\n> **Last verified:** 2026-03-04\n", Carrier::Bold),
            ("# T\n\nLast reviewed: 2026-03-04\n", Carrier::Plain),
            ("# T\n\n- Review date: March 4, 2026\n", Carrier::Plain),
            ("# T\n\n_Last tested: 4 March 2026_\n", Carrier::Italic),
            ("# T\n\n*Last tested*: 2026-03-04\n", Carrier::Italic),
            ("# T\n\n| | |\n|-|-|\n| **Last Tested** | 2026-03-04 |\n", Carrier::Table),
            ("# T\n\n<!-- last_reviewed: 2026-03-04 -->\n", Carrier::Comment),
            (
                "<!--* freshness: { owner: 'x' reviewed: '2026-03-04' } *-->\n# T\n",
                Carrier::Comment,
            ),
        ] {
            let metadata = read(text);
            let field = metadata.reviewed.unwrap_or_else(|| panic!("no date in {text:?}"));
            assert_eq!(field.date.ok(), day("2026-03-04"), "{text:?}");
            let found = metadata.fields.iter().find(|found| found.span == field.span);
            assert_eq!(found.map(|found| found.carrier), Some(carrier), "{text:?}");
        }
    }

    #[test]
    fn a_date_may_stand_behind_its_key_without_a_colon() {
        for text in [
            "# T\n\nLast reviewed on 2026-03-04\n",
            "# T\n\n_Last verified 4 March 2026 by the platform team_\n",
            "# T\n\n- Last tested – 2026-03-04\n",
            "# T\n\nLast reviewed by Ops on 2026-03-04.\n",
        ] {
            assert_eq!(reviewed(text), day("2026-03-04"), "{text:?}");
        }
        for text in [
            "# T\n\nReviewed 2026-03-04 logs of the import\n",
            "# T\n\nLast tested restore failed on 2026-03-04\n",
            "# T\n\nThe text was last reviewed on 2026-03-04\n",
            "# T\n\nLast reviewed entries come first\n",
        ] {
            assert_eq!(reviewed(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_next_review_may_stand_behind_the_last() {
        for value in ["2026-03-04 (next: 2026-09-04)", "2026-03-04; next review due 2026-09-04"] {
            let metadata = read(&format!("# T\n\n**Last reviewed:** {value}\n"));
            assert_eq!(metadata.reviewed.and_then(|field| field.date.ok()), day("2026-03-04"));
            assert_eq!(
                metadata.next_review.and_then(|field| field.date.ok()),
                day("2026-09-04"),
                "{value}"
            );
        }
        let metadata = read("# T\n\n**Last reviewed:** 2026-03-04 (next step 2026-09-04)\n");
        assert_eq!(metadata.next_review, None);
    }

    #[test]
    fn a_switch_is_no_date() {
        let metadata = read("---\nlastUpdated: false\nlastReviewed: 2026-03-04\n---\n# T\n");
        assert_eq!(metadata.updated, None);
        assert_eq!(metadata.reviewed.and_then(|field| field.date.ok()), day("2026-03-04"));
    }

    #[test]
    fn a_head_of_bold_lines_is_read_with_its_places() {
        let text = "# Ship\n\n**Version:** 1.1\n**Last Updated:** 2025-11-01\n**Owner:** Operations/SRE Team\n\n---\n";
        let metadata = read(text);
        assert_eq!(metadata.version.map(|version| version.value), Some("1.1".to_owned()));
        let updated = metadata.updated.expect("the date was found");
        assert_eq!(updated.date.ok(), day("2025-11-01"));
        assert_eq!(updated.span.of(text), "Last Updated:** 2025-11-01");
        assert_eq!(metadata.owners[0].value, "Operations/SRE Team");
        assert_eq!(metadata.reviewed, None);
    }

    #[test]
    fn several_pairs_may_stand_on_one_line() {
        assert_eq!(
            fields("# T\n\n**Owner:** Platform **SLOs:** 99.9 %\nStatus: Active | Last updated: 2026-01-02\n"),
            [
                ("Owner".to_owned(), "Platform".to_owned(), Carrier::Bold),
                ("SLOs".to_owned(), "99.9 %".to_owned(), Carrier::Bold),
            ]
        );
        let metadata = read("Status: Active | Last updated: 2026-01-02 · Owner: a, b\n");
        assert_eq!(metadata.status.map(|status| status.value), Some("active".to_owned()));
        assert_eq!(metadata.updated.and_then(|updated| updated.date.ok()), day("2026-01-02"));
        let owners: Vec<_> = metadata.owners.into_iter().map(|owner| owner.value).collect();
        assert_eq!(owners, ["a", "b"]);
    }

    #[test]
    fn the_foot_counts_and_the_middle_does_not() {
        let filler = "word\n\n".repeat(30);
        assert_eq!(
            reviewed(&format!("# T\n\n{filler}Last reviewed: 2026-01-02\n")),
            day("2026-01-02")
        );
        assert_eq!(
            reviewed(&format!("# T\n\n{filler}Last reviewed: 2026-01-02\n\n{filler}")),
            None
        );
    }

    #[test]
    fn fences_and_prose_hold_no_metadata() {
        assert!(
            fields("# T\n\n```yaml\nowner: x\nlast_reviewed: 2026-01-02\n```\n\nThe owner: nobody.\nWorkflow: Build\n")
                .is_empty()
        );
        assert!(fields("## Roles\n\n- **Owner**: approves\n- **Reviewer**: reads\n").is_empty());
        assert!(fields("# T\n\n**Note:** be quick\n\n## A\n\n**Lint:** run it\n").is_empty());
    }

    #[test]
    fn a_date_that_is_none_says_why() {
        for (value, problem) in [
            ("_pending - after the drill_", DateProblem::Empty),
            ("TBD", DateProblem::Empty),
            ("03/04/2026", DateProblem::Ambiguous),
            ("last week", DateProblem::Unreadable),
        ] {
            let metadata = read(&format!("# T\n\n**Last validated on:** {value}\n"));
            assert_eq!(metadata.reviewed.map(|field| field.date), Some(Err(problem)), "{value}");
        }
        let metadata = read("# T\n\n**Last validated on:**\n");
        assert_eq!(metadata.reviewed.map(|field| field.date), Some(Err(DateProblem::Empty)));
    }

    #[test]
    fn a_readable_date_wins_over_an_unreadable_one_and_a_named_over_a_bare_one() {
        assert_eq!(
            reviewed("---\nlast_reviewed: TBD\n---\n# T\n\nLast verified: 2026-01-02\n"),
            day("2026-01-02")
        );
        let updated = read("Date: 2020-01-01\nLast updated: 2026-01-02\n").updated;
        assert_eq!(updated.and_then(|field| field.date.ok()), day("2026-01-02"));
    }

    #[test]
    fn intervals_and_next_reviews_are_told_apart() {
        let metadata = read(
            "---\nlast_review_date: 2026-01-02\nreview_in: 6 month\nexpires_on: 2026-09-01\nowner:\n  - https://example.org/team\nowner_slack: '#ops'\n---\n",
        );
        assert_eq!(
            metadata.interval.map(|interval| interval.value),
            Some(ReviewInterval::Months(6))
        );
        assert_eq!(metadata.next_review.and_then(|next| next.date.ok()), day("2026-09-01"));
        let owners: Vec<_> = metadata.owners.into_iter().map(|owner| owner.value).collect();
        assert_eq!(owners, ["https://example.org/team"]);
        let metadata = read("**Next review:** quarterly\n**Approver**: Release manager\n");
        assert_eq!(
            metadata.interval.map(|interval| interval.value),
            Some(ReviewInterval::Months(3))
        );
        assert_eq!(metadata.owners[0].value, "Release manager");
    }
}
