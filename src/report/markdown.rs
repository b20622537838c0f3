//! Findings as Markdown, for the summary of a job and for a comment on a pull request.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report::format::{Format, Style};
use crate::report::uri::source;
use crate::report::visible::visible;
use crate::report::words::{counted, counts, coverage, path_of, states};

/// Counts, a table with the worst first, and the remedies folded away.
pub(super) const FORMAT: Format = Format {
    name: "markdown",
    summary: "Summary of a job or comment on a pull request, never longer than a comment may be",
    write,
};

/// A comment on GitHub holds 65,536 characters (and the summary of a job 1 MiB); some are kept for what closes the text.
const LONGEST: usize = 65_000;

/// How much of it the table may take, so that remedies have room.
const TABLE: usize = 45_000;

/// The longest words of a file in characters; more of them make a table unreadable, and one of them could take all the room.
const WORDS: usize = 300;

fn write(report: &Report, _: Style) -> String {
    let mut output = format!("### Runproof: {}\n\n", counts(report));
    let coverage = coverage(&report.references, report.runbooks, report.completeness);
    // Writing to a string cannot fail.
    let _ = writeln!(output, "{coverage}");
    if let Some(states) = states(report) {
        let _ = writeln!(output, "\n{states}");
    }
    if !report.suppressed.is_empty() {
        let _ = writeln!(
            output,
            "\n{} not counted.",
            counted(report.suppressed.len(), "accepted finding")
        );
    }
    if report.findings.is_empty() {
        return output;
    }
    output.push_str("\n| | where | what is wrong | rule |\n|---|---|---|---|\n");
    let mut length = output.chars().count();
    let mut shown = 0;
    for finding in &report.findings {
        let row = row(report, finding);
        length += row.chars().count();
        if length > TABLE {
            break;
        }
        output.push_str(&row);
        shown += 1;
    }
    let left = report.findings.len() - shown;
    if left > 0 {
        let _ = writeln!(
            output,
            "\n{} more had no room here; the other outputs of `runproof lint` have all.",
            counted(left, "finding")
        );
    }
    details(&mut output, &report.findings);
    output
}

fn row(report: &Report, finding: &Finding) -> String {
    let path = path_of(finding);
    let line = finding.place.map(|place| format!(":{}", place.line)).unwrap_or_default();
    let mut place = format!("<code>{}{line}</code>", plain(path));
    if let Some(url) = source(report.source_url.as_deref(), &finding.path) {
        let fragment = finding.place.map(|place| format!("#L{}", place.line)).unwrap_or_default();
        place = format!("<a href=\"{url}{fragment}\">{place}</a>");
    }
    let word = match finding.severity {
        Severity::Error => "**error**",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    format!("| {word} | {place} | {} | `{}` |\n", prose(&finding.message), finding.rule)
}

/// What to do about each finding, by file, folded; files that have no room are named as such.
fn details(output: &mut String, findings: &[Finding]) {
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.help.is_some()) {
        files.entry(path_of(finding)).or_default().push(finding);
    }
    let mut length = output.chars().count();
    let mut left = 0;
    for (path, findings) in files {
        let mut block = format!("\n<details><summary>What to do in <code>{}</code></summary>\n\n", plain(path));
        for finding in findings {
            // The rule goes first, so that no words of a file begin a line.
            let line = finding
                .place
                .map(|place| format!(", line {}", place.line))
                .unwrap_or_default();
            let help = finding.help.as_deref().unwrap_or_default();
            let _ = writeln!(block, "- `{}`{line}: {}", finding.rule, prose(help));
        }
        block.push_str("\n</details>\n");
        let more = block.chars().count();
        if length + more > LONGEST {
            left += 1;
            continue;
        }
        length += more;
        output.push_str(&block);
    }
    if left > 0 {
        let _ = writeln!(output, "\nWhat to do in {} had no room here.", counted(left, "other file"));
    }
}

/// A message: what stands between backticks is code, everything else is text.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks is no pair of anything: then all of it is text.
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let mut output = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 {
            let _ = write!(output, "<code>{}</code>", plain(part));
        } else {
            output.push_str(&plain(part));
        }
    }
    output
}

/// Text of a file that stays text: no markup, no cell, no mention, no link. An empty comment keeps `@team`, `#12`, `GH-12`,
/// `https://` and `www.` from becoming links, which escapes do not: links are looked for in the finished text.
fn plain(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 16);
    let shown = visible(text);
    for (index, c) in shown.chars().enumerate() {
        if index == WORDS {
            output.push('…');
            break;
        }
        match c {
            '@' | '#' => {
                let _ = write!(output, "&#{};<!-- -->", u32::from(c));
            }
            ':' => output.push_str("&#58;<!-- -->"),
            'w' | 'W' | 'h' | 'H' => {
                output.push(c);
                let ends = |word: &str| {
                    let tail = output.len().checked_sub(word.len()).and_then(|start| output.get(start..));
                    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
                };
                if ends("www") || ends("gh") {
                    output.push_str("<!-- -->");
                }
            }
            '&' | '<' | '>' | '"' | '\'' | '|' | '`' | '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '~' | '$'
            | '^' | '+' | '=' => {
                let _ = write!(output, "&#{};", u32::from(c));
            }
            _ => output.push(c),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::{plain, prose};

    #[test]
    fn words_of_a_file_stay_words() {
        let text = plain("|@team #1 <img> [a](b) ![x](y) www.e.org https://e.org GH-1 `x` *b* _c_ ~d~ $e$\n");
        for forged in [
            "|", "@", " #1", "<img", "](", "www.e", "://", "GH-", "`", "*", "_c", "~", "$", "\n",
        ] {
            assert!(!text.contains(forged), "`{forged}` in {text}");
        }
    }

    #[test]
    fn words_between_backticks_are_code() {
        assert_eq!(prose("`a|b` is not there"), "<code>a&#124;b</code> is not there");
        assert_eq!(prose("a ` b"), "a &#96; b");
    }
}
