//! `exceptions/*.yaml`: one accepted failure each.

use chrono::DateTime;

use crate::model::finding::Problem;
use crate::model::register::{Exception, ExceptionMatch};
use crate::parse::register::fields::Fields;

/// The keys of an exception.
const KEYS: &[&str] = &[
    "id", "gate", "match", "rationale", "owner", "approved_by", "created", "expires", "releases", "ticket",
    "compensating_control",
];

/// The keys of `match`.
const MATCH_KEYS: &[&str] = &["tool", "rule", "package", "path", "fingerprint"];

/// Reads an exception. What is missing or wrong is left empty and told; the judgement decides what an exception must have.
pub(crate) fn parse(path: &str, text: &str) -> Exception {
    let mut exception = Exception {
        path: path.to_owned(),
        ..Exception::default()
    };
    let mut fields = match Fields::of_text(text) {
        Ok(fields) => fields,
        Err(problem) => {
            exception.problems.push(problem);
            return exception;
        }
    };
    exception.lines = KEYS
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), fields.line(key)?)))
        .collect();
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    exception.id = fields.words("id").unwrap_or_else(|| stem.to_owned());
    for (key, field) in [
        ("gate", &mut exception.gate),
        ("rationale", &mut exception.rationale),
        ("owner", &mut exception.owner),
        ("approved_by", &mut exception.approved_by),
        ("releases", &mut exception.releases),
        ("ticket", &mut exception.ticket),
        ("compensating_control", &mut exception.compensating_control),
    ] {
        *field = fields.words(key).unwrap_or_default();
    }
    for (key, day) in [("created", &mut exception.created), ("expires", &mut exception.expires)] {
        let line = fields.line(key);
        let Some(words) = fields.words(key) else { continue };
        // A moment is of its day; other words behind a day make it none.
        let of_moment = || DateTime::parse_from_rfc3339(&words).ok().map(|moment| moment.date_naive());
        match words.parse().ok().or_else(of_moment) {
            Some(read) => *day = Some(read),
            None => exception.problems.push(Problem {
                line,
                message: format!("`{key}: {words}` is no day; write YYYY-MM-DD"),
            }),
        }
    }
    if let Some(mut inner) = fields.map("match") {
        exception.matches = ExceptionMatch {
            tool: inner.words("tool"),
            rules: inner.list("rule"),
            package: inner.words("package"),
            path: inner.words("path"),
            fingerprint: inner.words("fingerprint"),
        };
        exception.problems.extend(inner.unknown(MATCH_KEYS));
    }
    exception.problems.extend(fields.unknown(KEYS));
    exception
}

#[cfg(test)]
mod tests {
    use super::parse;

    const WHOLE: &str = "id: EX-1\ngate: scan\nmatch:\n  tool: Scanner\n  rule: A1, A2\nrationale: >-\n  It is behind\n  a wall.\nowner: web team\napproved_by: lead\ncreated: 2026-01-02\nexpires: 2026-03-02\nreleases: v1.0.0\n";

    #[test]
    fn an_exception_is_read_whole() {
        let exception = parse("exceptions/EX-1.yaml", WHOLE);
        assert_eq!(exception.problems, []);
        assert_eq!(exception.rationale, "It is behind a wall.");
        assert_eq!(exception.matches.rules, ["A1", "A2"]);
        assert_eq!(exception.expires.map(|day| day.to_string()).as_deref(), Some("2026-03-02"));
    }

    #[test]
    fn misspelt_keys_and_days_are_told_with_their_lines() {
        let exception = parse("e.yaml", "id: EX\nexpiry: 2026-01-01\ncreated: soon\n");
        let told: Vec<_> = exception
            .problems
            .iter()
            .map(|problem| (problem.line, problem.message.split(';').next().unwrap_or_default()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(3), "`created: soon` is no day"),
                (Some(2), "there is no key `expiry` here")
            ]
        );
    }

    #[test]
    fn what_is_no_map_is_told() {
        for text in ["", "- a\n", "a: [", "\u{0}"] {
            assert!(!parse("e.yaml", text).problems.is_empty(), "{text:?}");
        }
    }
}
