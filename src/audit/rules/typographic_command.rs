//! Quotes, dashes and blanks of typography where a shell needs plain ones.

use crate::audit::bare::bare_parts;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::place::Span;
use crate::model::runbook::CodeKind;

/// Typography in commands.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "typographic-command",
        summary: "A command holds quotes, dashes or blanks of typography",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Commands of a shell outside of quotes and comments: blanks that are no blanks for a shell (such as U+00A0), options that \
                 begin with a dash (`–force`), and words in curly quotes (`“x”`). PowerShell takes them, so its blocks are left alone.",
        matters: "The shell takes them for letters: the option is an operand, the quotes are part of the value, two words are one.",
        example: "git push –force origin “main”",
        fix: "Write the plain character. A fix is offered.",
    },
    check: Check::Always(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let text = runbook.text.as_ref();
    if text.is_ascii() {
        return;
    }
    let blocks = runbook
        .code_blocks
        .iter()
        .filter(|block| matches!(block.kind, CodeKind::Shell | CodeKind::Console));
    for command in blocks.flat_map(|block| &block.commands) {
        for (at, part, _) in bare_parts(command.span.of(text)) {
            let Some((from, to, plain)) = typographic(part) else {
                continue;
            };
            let start = command.span.start as usize + at;
            let span = Span::new(start + from, start + to);
            let words = span.of(text);
            let code = words.chars().next().map_or(0, u32::from);
            findings.push(Finding {
                message: format!("a shell does not take U+{code:04X} for `{plain}`"),
                help: Some(format!("write `{plain}`")),
                reference: Some(words.to_owned()),
                fix: context.rewrite(span, words, plain, Safety::Unsafe),
                suggestion: Some(plain.to_owned()),
                ..context.finding(&RULE.text, Some(span))
            });
        }
    }
}

/// The first character of typography in a part of a command, and the plain one.
fn typographic(part: &str) -> Option<(usize, usize, &'static str)> {
    let mut before = None;
    for (at, c) in part.char_indices() {
        let end = at + c.len_utf8();
        let begins = before.is_none_or(|c| matches!(c, '=' | '(' | ';' | '|' | '&'));
        let plain = match c {
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                Some(" ")
            }
            '–' | '—' | '−' | '‐' | '‑' if before.is_none() && part[end..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Some(
                    if c == '—' || part[end..].chars().take_while(char::is_ascii_alphanumeric).count() > 1 {
                        "--"
                    } else {
                        "-"
                    },
                )
            }
            '“' | '„' | '”' if begins => Some("\""),
            '‘' | '‚' | '’' if begins => Some("'"),
            _ => None,
        };
        if let Some(plain) = plain {
            return Some((at, end, plain));
        }
        before = Some(c);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::typographic;
    use crate::audit::bare::bare_parts;

    fn found(command: &str) -> Option<&'static str> {
        bare_parts(command)
            .into_iter()
            .find_map(|(_, part, _)| typographic(part))
            .map(|(_, _, plain)| plain)
    }

    #[test]
    fn typography_outside_of_quotes_is_found() {
        assert_eq!(found("git push –force"), Some("--"));
        assert_eq!(found("ls –l"), Some("-"));
        assert_eq!(found("echo “x”"), Some("\""));
        assert_eq!(found("run --name=‘x’"), Some("'"));
        assert_eq!(found("git\u{a0}push"), Some(" "));
        assert_eq!(found("git push\u{3000}x"), Some(" "));
        assert_eq!(found("echo 'a' –force"), Some("--"));
    }

    #[test]
    fn inside_of_quotes_and_comments_it_is_text() {
        for command in [
            "echo '“x” – 5\u{a0}kg'",
            "echo \"say \\\"“x”\\\"\" # – and “y”",
            "git commit -m \"l’été – déjà\"",
            "echo l’été",
            "echo 1–5",
            "make deploy # “jetzt”",
            "echo it\\'s – fine",
        ] {
            assert_eq!(found(command), None, "{command}");
        }
    }
}
