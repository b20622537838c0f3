//! A part of a command behind so many blanks that nobody sees it.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;
use crate::model::runbook::CodeKind;

/// Commands out of sight.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "command-out-of-sight",
        summary: "A part of a command stands far to the right of the rest",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Lines of commands with 60 blanks or more in a row inside of them, and something behind that is neither a comment nor the \
                 mark that the line goes on.",
        matters: "What stands there is outside of most windows, and is copied with the rest.",
        example: "make deploy (200 blanks) ; rm -rf ~",
        fix: "Put it into a line of its own, or take it out.",
    },
    check: Check::Always(check),
};

/// How many blanks in a row are too many.
const BLANKS: usize = 60;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let text = runbook.text.as_ref();
    for block in runbook
        .code_blocks
        .iter()
        .filter(|block| matches!(block.kind, CodeKind::Shell | CodeKind::OtherShell))
    {
        let mut start = block.content.start as usize;
        for line in block.content.of(text).split_inclusive('\n') {
            if let Some(at) = far(line) {
                let end = at + line[at..].trim_end().len();
                findings.push(Finding {
                    message: "this part of the command stands out of sight, behind a long row of blanks".to_owned(),
                    help: Some("put it into a line of its own, or take it out".to_owned()),
                    reference: Some(line[at..end].chars().take(80).collect()),
                    ..context.finding(&RULE.text, Some(Span::new(start + at, start + end)))
                });
            }
            start += line.len();
        }
    }
}

/// Where the part of a line begins that stands far to the right.
fn far(line: &str) -> Option<usize> {
    let begin = line.len() - line.trim_start().len();
    let mut blanks = 0;
    for (at, c) in line.trim_end().char_indices().skip_while(|(at, _)| *at < begin) {
        if c.is_whitespace() {
            // A tab takes up to eight columns.
            blanks += if c == '\t' { 8 } else { 1 };
        } else {
            let rest = line[at..].trim_end();
            if blanks >= BLANKS && c != '#' && !matches!(rest, "\\" | "`" | "^") {
                return Some(at);
            }
            blanks = 0;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::far;

    #[test]
    fn what_stands_far_to_the_right_is_found() {
        let blanks = " ".repeat(200);
        assert_eq!(far(&format!("make deploy{blanks}; rm -rf ~\n")), Some(211));
        assert_eq!(far(&format!("make deploy{}&& x", "\t".repeat(20))), Some(31));
    }

    #[test]
    fn indentation_comments_and_continued_lines_are_fine() {
        let blanks = " ".repeat(200);
        for line in [
            format!("{blanks}make deploy"),
            format!("make deploy{blanks}# now"),
            format!("make deploy{blanks}\\\n"),
            format!("make deploy{blanks}\n"),
            "make deploy          --now".to_owned(),
        ] {
            assert_eq!(far(&line), None, "{line}");
        }
    }
}
