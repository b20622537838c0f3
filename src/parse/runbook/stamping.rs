//! Writes a review into the text of a runbook: a stamp, and the dates that the text has already. Nothing else changes.

use chrono::NaiveDate;

use crate::model::freshness::Stamp;
use crate::model::place::Span;
use crate::model::runbook::{Carrier, Field, Runbook};
use crate::parse::runbook::metadata::entry::FIELD;
use crate::parse::runbook::metadata::is_review_key;
use crate::parse::runbook::metadata::stamp::COMMENT;
use crate::parse::runbook::parse;

/// Where a stamp may be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// Where the old one stands.
    Old(Span),
    /// In place of a field of front matter.
    Field(Span),
    /// Before the line that ends the front matter.
    FrontMatter(usize),
    /// In front matter of its own, where comments of HTML are no comments.
    OwnFrontMatter,
    /// In a comment at the end of the text.
    Foot,
    /// In a comment at the start of the text, where the end is inside of a code block.
    Head,
}

/// The text with the review; none when no place can be found for it. The path tells whether comments of HTML are comments in the file.
pub(crate) fn stamped(path: &str, runbook: &Runbook, stamp: &Stamp) -> Option<String> {
    let day = stamp.on?;
    homes(path, runbook).into_iter().find_map(|home| {
        let text = write(runbook, home, stamp, day);
        // Only a text that says what was meant is good enough.
        let read = parse(text.as_bytes());
        let is_same = read
            .metadata
            .stamp
            .is_some_and(|read| (read.on, &read.by, &read.refs) == (stamp.on, &stamp.by, &stamp.refs));
        let is_sound = read.references.len() == runbook.references.len() && read.metadata.damaged_stamp.is_none();
        (is_same && is_sound).then_some(text)
    })
}

/// The places for a stamp, the best first.
fn homes(path: &str, runbook: &Runbook) -> Vec<Home> {
    let metadata = &runbook.metadata;
    let mut homes = Vec::new();
    let old = metadata.stamp.as_ref().map(|stamp| stamp.span);
    if let Some(old) = old.or(metadata.damaged_stamp.as_ref().map(|damaged| damaged.span)) {
        homes.push(Home::Old(old));
    }
    let has_yaml = runbook.text.starts_with("---");
    if let Some(front) = metadata.front_matter.filter(|_| has_yaml) {
        let field = metadata
            .fields
            .iter()
            .find(|field| field.carrier == Carrier::FrontMatter && field.key == FIELD);
        homes.extend(field.map(|field| Home::Field(field.span)));
        let content = front.of(&runbook.text).trim_end();
        let last_line = content.rfind('\n').map_or(0, |at| at + 1);
        homes.push(Home::FrontMatter(last_line));
    }
    if path.to_ascii_lowercase().ends_with(".mdx") {
        homes.push(Home::OwnFrontMatter);
    } else {
        homes.extend([Home::Foot, Home::Head]);
    }
    homes
}

fn write(runbook: &Runbook, home: Home, stamp: &Stamp, day: NaiveDate) -> String {
    let text: &str = &runbook.text;
    let line_end = if text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) {
        "\r\n"
    } else {
        "\n"
    };
    let field = format!("{FIELD}:\n{}", body(stamp, "  ")).trim_end().replace('\n', line_end);
    let comment = format!("{COMMENT}\n{}-->", body(stamp, "")).replace('\n', line_end);
    let in_front = metadata_holds(runbook);
    let (span, words) = match home {
        Home::Old(span) if in_front(span) => (span, field),
        Home::Old(span) => (span, comment),
        Home::Field(span) => (span, field),
        Home::FrontMatter(at) => (Span::new(at, at), field + line_end),
        Home::OwnFrontMatter => (Span::new(0, 0), format!("---{line_end}{field}{line_end}---{line_end}")),
        Home::Head => (Span::new(0, 0), format!("{comment}{line_end}{line_end}")),
        Home::Foot => {
            let gap = match text {
                "" => "",
                _ if text.ends_with(&format!("{line_end}{line_end}")) => "",
                _ if text.ends_with('\n') => line_end,
                _ => &format!("{line_end}{line_end}"),
            };
            (Span::new(text.len(), text.len()), format!("{gap}{comment}{line_end}"))
        }
    };
    let mut edits: Vec<(Span, String)> = vec![(span, words)];
    let dates = runbook.metadata.fields.iter().filter(|field| is_review_key(&field.key));
    for edit in dates.filter_map(|field| moved(text, field, day)) {
        if !span.contains(edit.0) {
            edits.push(edit);
        }
    }
    // An insertion stands before a change at the same place.
    edits.sort();
    let mut written = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for (span, words) in edits {
        written.push_str(text.get(at..span.start as usize).unwrap_or_default());
        written.push_str(&words);
        at = (span.end as usize).max(at);
    }
    written.push_str(text.get(at..).unwrap_or_default());
    written
}

/// Tells whether a place is in the front matter.
fn metadata_holds(runbook: &Runbook) -> impl Fn(Span) -> bool {
    let front = runbook.metadata.front_matter;
    move |span| front.is_some_and(|front| front.contains(span))
}

/// The date of a field as an edit. A field without a value gets one; one whose words cannot be found in the text is left alone.
fn moved(text: &str, field: &Field, day: NaiveDate) -> Option<(Span, String)> {
    let written = field.span.of(text);
    if field.value.is_empty() {
        let behind = text.get(field.span.end as usize..)?;
        let marks = behind.len() - behind.trim_start_matches(['*', '_', ':']).len();
        let end = field.span.end as usize + marks;
        return Some((Span::new(end, end), format!(" {day}")));
    }
    let at = field.span.start as usize + written.rfind(&field.value)?;
    Some((Span::new(at, at + field.value.len()), day.to_string()))
}

/// The lines of a stamp. Keys and fingerprints stand in quotes, since a fingerprint may look like a number.
fn body(stamp: &Stamp, indent: &str) -> String {
    let mut body = String::new();
    if let Some(on) = stamp.on {
        body.push_str(&format!("{indent}on: {on}\n"));
    }
    if let Some(by) = &stamp.by {
        body.push_str(&format!("{indent}by: {}\n", quoted(by)));
    }
    if stamp.refs.is_empty() {
        body.push_str(&format!("{indent}refs: {{}}\n"));
    } else {
        body.push_str(&format!("{indent}refs:\n"));
        for (key, fingerprint) in &stamp.refs {
            body.push_str(&format!("{indent}  {}: \"{fingerprint}\"\n", quoted(key)));
        }
    }
    body
}

/// A text in the quotes of JSON, which YAML reads as well. The end of a comment does not stand in it.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned())
        .to_string()
        .replace("-->", "--\\u003e")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::NaiveDate;
    use proptest::collection::btree_map;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::stamped;
    use crate::model::freshness::{Fingerprint, Stamp};
    use crate::model::place::Span;
    use crate::parse::runbook::parse;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the day of a test is a day")
    }

    fn stamp() -> Stamp {
        let fingerprint = Fingerprint { interface: 1, body: 2 };
        Stamp {
            on: Some(day("2026-03-01")),
            by: Some("platform".to_owned()),
            refs: [("make-target make deploy".to_owned(), fingerprint)].into(),
            outdated: BTreeSet::new(),
            span: Span::default(),
        }
    }

    fn stamped_text(text: &str) -> String {
        stamped("a.md", &parse(text.as_bytes()), &stamp()).expect("there is a place for the stamp")
    }

    #[test]
    fn front_matter_gets_a_field() {
        assert_eq!(
            stamped_text("---\ntitle: T\nlast_reviewed_on: 2025-01-02 # by hand\n---\n# T\n"),
            "---\ntitle: T\nlast_reviewed_on: 2026-03-01 # by hand\nreviewed:\n  on: 2026-03-01\n  by: \"platform\"\n  refs:\n    \"make-target make deploy\": \"2:00000000000000000000000000000001:00000000000000000000000000000002\"\n---\n# T\n"
        );
        assert_eq!(
            stamped_text("---\r\nreviewed: 2025-01-02\r\ntitle: T\r\n---\r\n# T\r\n"),
            "---\r\nreviewed:\r\n  on: 2026-03-01\r\n  by: \"platform\"\r\n  refs:\r\n    \"make-target make deploy\": \"2:00000000000000000000000000000001:00000000000000000000000000000002\"\r\ntitle: T\r\n---\r\n# T\r\n"
        );
    }

    #[test]
    fn other_texts_get_a_comment_and_keep_their_line_ends() {
        assert_eq!(
            stamped_text("# T\n\n**Last Verified:** 2025-01-02\n\nWords"),
            "# T\n\n**Last Verified:** 2026-03-01\n\nWords\n\n<!-- runproof-review:\non: 2026-03-01\nby: \"platform\"\nrefs:\n  \"make-target make deploy\": \"2:00000000000000000000000000000001:00000000000000000000000000000002\"\n-->\n"
        );
        let text = stamped_text("# T\r\n\r\nLast reviewed: 4 March 2025\r\n");
        assert!(
            text.starts_with("# T\r\n\r\nLast reviewed: 2026-03-01\r\n\r\n<!-- runproof-review:\r\n"),
            "{text:?}"
        );
        assert!(
            stamped_text("# T\n\n```sh\nmake a\n").starts_with("<!-- runproof-review:"),
            "the end is in a code block"
        );
        let mdx = stamped("a.mdx", &parse(b"# T\n"), &stamp()).expect("there is a place");
        assert!(mdx.starts_with("---\nreviewed:\n"), "{mdx}");
        assert!(stamped_text("+++\ntitle = \"T\"\n+++\n# T\n").ends_with("-->\n"));
    }

    #[test]
    fn the_date_of_a_freshness_comment_is_moved() {
        let text = stamped_text("<!--* freshness: { owner: 'ops' reviewed: '2025-03-04' } *-->\n# T\n");
        assert!(
            text.starts_with("<!--* freshness: { owner: 'ops' reviewed: '2026-03-01' } *-->\n# T\n\n<!-- runproof-review:"),
            "{text}"
        );
    }

    #[test]
    fn a_field_without_a_date_gets_one() {
        assert!(stamped_text("# T\n\n**Last Verified:**\n").starts_with("# T\n\n**Last Verified:** 2026-03-01\n"));
        assert!(stamped_text("# T\n\n**Last Verified:** TBD\n").starts_with("# T\n\n**Last Verified:** 2026-03-01\n"));
        assert!(stamped_text("---\nlast_reviewed_on:\n---\n").starts_with("---\nlast_reviewed_on: 2026-03-01\n"));
    }

    #[test]
    fn a_stamp_takes_the_place_of_the_one_before() {
        for text in ["# T\n", "---\ntitle: T\n---\n# T\n", "# T\n\n```sh\nmake a\n"] {
            let once = stamped_text(text);
            assert_eq!(stamped_text(&once), once);
            let later = Stamp {
                on: Some(day("2026-04-01")),
                refs: [("path x --> y".to_owned(), Fingerprint::default())].into(),
                ..stamp()
            };
            let twice = stamped("a.md", &parse(once.as_bytes()), &later).expect("there is a place");
            assert_eq!(twice.matches("on: 20").count(), 1, "{twice}");
            assert_eq!(
                parse(twice.as_bytes()).metadata.stamp.expect("the stamp is read").refs,
                later.refs
            );
        }
    }

    #[test]
    fn a_damaged_stamp_is_a_problem_with_its_line() {
        for (text, words) in [
            ("# T\n\n<!-- runproof-review:\non: soon\n-->\n", "`soon` is no day"),
            ("# T\n\n<!-- runproof-review:\nrefs: {}\n-->\n", "it has no day"),
            ("# T\n\n<!-- runproof-review:\non: [\n-->\n", "not YAML"),
            (
                "# T\n\n<!-- runproof-review:\non: 2026-01-02\nrefs: {a: 12}\n-->\n",
                "`a` has no fingerprint",
            ),
        ] {
            let runbook = parse(text.as_bytes());
            assert_eq!(runbook.problems[0].line, Some(3), "{text}");
            assert!(runbook.problems[0].message.contains(words), "{:?}", runbook.problems);
            assert!(runbook.metadata.stamp.is_none() && runbook.metadata.damaged_stamp.is_some());
            assert!(parse(stamped_text(text).as_bytes()).metadata.stamp.is_some());
        }
        let front = parse(b"---\nreviewed:\n  on: 2026-01-02\n  refs: [a]\n---\n");
        assert_eq!(front.problems[0].line, Some(2));
        let foreign = parse(b"---\nreviewed:\n  date: 2026-01-02\n---\n");
        assert!(foreign.problems.is_empty() && foreign.metadata.stamp.is_none());
    }

    #[test]
    fn a_newer_stamp_is_no_stamp_and_says_why() {
        for refs in [
            "{a: \"3:000000000000000000000000deadbeef\"}",
            "{a: \"3:anything\"}",
            "{0: odd, b: \"200:\"}",
        ] {
            let text = format!("# T\n\n<!-- runproof-review:\non: 2026-01-02\nrefs: {refs}\n-->\n");
            let runbook = parse(text.as_bytes());
            assert!(runbook.metadata.stamp.is_none() && runbook.metadata.has_newer_stamp, "{refs}");
            let said = &runbook.problems[0].message;
            assert!(
                said.contains("a newer Runproof wrote it (form ") && said.contains("reads up to 2)"),
                "{said}"
            );
        }
    }

    #[test]
    fn an_older_stamp_is_known_and_renewed() {
        let text = "# T\n\n<!-- runproof-review:\non: 2026-01-02\nby: \"ops\"\nrefs:\n  \"path a\": \"0000000100000002\"\n-->\n";
        let runbook = parse(text.as_bytes());
        let stamp = runbook.metadata.stamp.expect("the stamp is read");
        assert!(stamp.refs.is_empty() && stamp.outdated.contains("path a"), "{stamp:?}");
        assert!(runbook.problems.is_empty(), "{:?}", runbook.problems);
        let renewed = parse(stamped_text(text).as_bytes())
            .metadata
            .stamp
            .expect("the stamp is read");
        assert!(renewed.outdated.is_empty() && renewed.refs.len() == 1, "{renewed:?}");
    }

    proptest! {
        #[test]
        fn a_stamp_is_read_as_it_was_written(
            head in select(&["", "---\ntitle: T\n---\n", "---\nlast_reviewed: 2020-01-02\n---\n\n", "+++\na = 1\n+++\n"][..]),
            body in "[a-z#*`>| -]{0,20}(\n[a-z#*`>| .-]{0,20}){0,8}",
            by in "[ -~]{0,20}",
            refs in btree_map("[ -~ü]{1,30}", any::<(u128, u128)>(), 0..6),
        ) {
            let text = format!("{head}{body}");
            let runbook = parse(text.as_bytes());
            let by = Some(by.trim().to_owned()).filter(|by| !by.is_empty());
            let refs = refs.into_iter().map(|(key, (interface, body))| (key, Fingerprint { interface, body })).collect();
            let stamp = Stamp { on: Some(day("2026-03-01")), by, refs, outdated: BTreeSet::new(), span: Span::default() };
            if let Some(written) = stamped("a.md", &runbook, &stamp) {
                let read = parse(written.as_bytes()).metadata.stamp.expect("the stamp is read");
                prop_assert_eq!((&read.on, &read.by, &read.refs), (&stamp.on, &stamp.by, &stamp.refs));
                // What remains without the stamp is the text as it was, byte for byte, apart from the lines that part the two.
                let (start, end) = (read.span.start as usize, read.span.end as usize);
                let rest = format!("{}{}", &written[..start], &written[end..]).replace("2026-03-01", "2020-01-02");
                let is_front = read.span.start > 0 && text.starts_with("---\n") && rest.contains("\n\n---\n");
                let rest = if is_front { rest.replacen("\n\n---\n", "\n---\n", 1) } else { rest };
                let is_foot = rest.strip_prefix(text.as_str()).is_some_and(|more| more.trim_matches('\n').is_empty());
                let is_head = rest.strip_suffix(text.as_str()).is_some_and(|more| more.trim_matches('\n').is_empty());
                prop_assert!(rest == text || is_foot || is_head, "{:?} became {:?}", text, written);
            } else {
                prop_assert!(text.contains("```"), "{}", text);
            }
        }
    }
}
