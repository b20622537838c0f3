//! Trailers of commit messages: `Runbook-Reviewed: docs/restore.md - the steps are the same`.
//!
//! As git has it, trailers are the lines of the last paragraph of a message: <https://git-scm.com/docs/git-interpret-trailers>.

/// The key by which a commit says that a runbook was reviewed, in lower case.
const KEY: &str = "runbook-reviewed";

/// Signs that stand between the path and the reason.
const SEPARATORS: [&str; 5] = [" \u{2014} ", " \u{2013} ", " -- ", " - ", ": "];

/// A runbook of which a commit says that it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReviewTrailer {
    /// The path of the runbook from the root of the repository.
    pub(crate) path: String,
    /// Why it still holds, as written, or empty.
    pub(crate) reason: String,
}

/// The runbooks that a commit message says were reviewed. The subject is never a trailer.
pub(crate) fn reviews(message: &str) -> Vec<ReviewTrailer> {
    let text = message.trim_end();
    let lines: Vec<&str> = text.lines().collect();
    let Some(blank) = lines.iter().rposition(|line| line.trim().is_empty()) else {
        return Vec::new();
    };
    lines[blank + 1..].iter().filter_map(|line| review(line)).collect()
}

fn review(line: &str) -> Option<ReviewTrailer> {
    let (key, value) = line.split_once(':')?;
    if !key.trim().eq_ignore_ascii_case(KEY) {
        return None;
    }
    let value = value.trim();
    let at = SEPARATORS
        .iter()
        .filter_map(|separator| Some((value.find(separator)?, separator.len())))
        .min();
    let (path, reason) = at.map_or((value, ""), |(at, length)| (&value[..at], &value[at + length..]));
    let path = path.trim().trim_matches('`').trim_start_matches("./");
    (!path.is_empty()).then(|| ReviewTrailer {
        path: path.to_owned(),
        reason: reason.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::reviews;

    fn read(message: &str) -> Vec<(String, String)> {
        reviews(message).into_iter().map(|one| (one.path, one.reason)).collect()
    }

    fn one(path: &str, reason: &str) -> Vec<(String, String)> {
        vec![(path.to_owned(), reason.to_owned())]
    }

    #[test]
    fn the_path_and_the_reason_are_read() {
        for separator in ["\u{2014}", "\u{2013}", "--", "-"] {
            let message = format!("Faster\n\nWhy.\n\nRunbook-Reviewed: docs/a-b.md {separator} same steps\nSigned-off-by: x\n");
            assert_eq!(read(&message), one("docs/a-b.md", "same steps"), "{separator}");
        }
        assert_eq!(read("Faster\n\nrunbook-reviewed: `docs/a.md`\n\n"), one("docs/a.md", ""));
        assert_eq!(
            read("Faster\r\n\r\nRunbook-Reviewed: docs/a.md: fine\r\n"),
            one("docs/a.md", "fine")
        );
    }

    #[test]
    fn several_runbooks_have_a_line_each() {
        assert_eq!(read("x\n\nRunbook-Reviewed: a.md\nRunbook-Reviewed: b.md\n").len(), 2);
    }

    #[test]
    fn only_the_last_paragraph_has_trailers() {
        assert!(read("Runbook-Reviewed: a.md").is_empty(), "a subject");
        assert!(read("x\n\nRunbook-Reviewed: a.md\n\nMore words.").is_empty());
        assert!(read("x\n\nRunbook-Reviewed:\nRunbook-Reviewed: \u{2014} why").len() <= 1);
    }

    proptest! {
        #[test]
        fn no_message_stops_it(message in any::<String>()) {
            reviews(&message);
        }
    }
}
