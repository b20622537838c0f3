//! Text that was decoded with the wrong table: UTF-8 read as Windows-1252.

use crate::audit::due::counted;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, Fix, Related, RuleText, Safety, Severity};
use crate::model::place::Span;

/// Garbled words.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "mojibake",
        summary: "Words of the runbook are garbled: UTF-8 that was read as Windows-1252",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Runs of characters that are the Windows-1252 reading of a UTF-8 character, such as `â€“` for a dash or `Ã©` for `é`. They are \
                 reported only when they turn back into exactly one character of common text. Code blocks are left alone.",
        matters: "Garbled numbers and signs are misread: `1â€“5` may be taken for 15.",
        example: "Flows 1â€“5",
        fix: "Put the repaired words in place of the garbled ones and save the file as UTF-8. The finding offers them.",
    },
    check: Check::Always(check),
};

/// What the bytes 0x80 to 0x9F stand for in Windows-1252. The five that are not assigned stand for themselves, as on the web.
const WINDOWS: &[char] = &[
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let text = runbook.text.as_ref();
    if text.is_ascii() {
        return;
    }
    let mut blocks = runbook.code_blocks.iter().map(|block| block.span).peekable();
    let mut garbled: Vec<(Span, String)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start += line.len();
        while blocks.next_if(|block| block.end <= span.start).is_some() {}
        if blocks.peek().is_some_and(|block| block.start <= span.start) || line.is_ascii() {
            continue;
        }
        let Some((from, to, repaired)) = garbled_words(line) else {
            continue;
        };
        garbled.push((Span::new(span.start as usize + from, span.start as usize + to), repaired));
    }
    findings.extend(told_once(context, &garbled));
}

/// One finding for all garbled words: the file was saved wrongly once, and one repair mends all of it.
fn told_once(context: &Context<'_>, garbled: &[(Span, String)]) -> Option<Finding> {
    let runbook = &context.runbook.runbook;
    let ((words, repaired), others) = garbled.split_first()?;
    let shown = words.of(&runbook.text);
    let more = match others.len() {
        0 => String::new(),
        count => format!(
            ", and so on in {}",
            counted(i64::try_from(count).unwrap_or(i64::MAX), "more line")
        ),
    };
    let edits = garbled
        .iter()
        .map(|(words, repaired)| context.edit(*words, repaired))
        .collect();
    Some(Finding {
        message: format!("garbled words: `{shown}` was probably `{repaired}`{more}"),
        help: Some("save the file as UTF-8 after the repair".to_owned()),
        reference: Some(shown.to_owned()),
        fix: Some(Fix {
            safety: Safety::Safe,
            message: "write the repaired words".to_owned(),
            edits,
        }),
        suggestion: Some(repaired.clone()).filter(|_| others.is_empty()),
        related: others
            .iter()
            .map(|(words, repaired)| Related {
                path: context.runbook.path.clone(),
                place: Some(runbook.place(*words)),
                message: format!("probably `{repaired}`"),
            })
            .collect(),
        ..context.finding(&RULE.text, Some(*words))
    })
}

/// The part of a line from its first to its last garbled word, and the same part repaired.
fn garbled_words(line: &str) -> Option<(usize, usize, String)> {
    let mut garbled: Option<(usize, usize)> = None;
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        match garbled_character(&line[at..]) {
            Some((length, _)) => {
                garbled = Some((garbled.map_or(at, |(from, _)| from), at + length));
                at += length;
            }
            None => at += first.len_utf8(),
        }
    }
    let (from, to) = garbled?;
    let from = line[..from]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8));
    let to = line[to..].find(char::is_whitespace).map_or(line.len(), |at| to + at);
    let mut repaired = String::new();
    let mut rest = &line[from..to];
    while let Some(first) = rest.chars().next() {
        let (length, right) = garbled_character(rest).unwrap_or((first.len_utf8(), first));
        repaired.push(right);
        rest = &rest[length..];
    }
    Some((from, to, repaired))
}

/// The length of a garbled character at the beginning of a text, and the character that it was.
fn garbled_character(text: &str) -> Option<(usize, char)> {
    let mut bytes = [0_u8; 4];
    let mut length = 0;
    let mut wanted = 4;
    for (at, c) in text.chars().take(4).enumerate() {
        bytes[at] = windows_byte(c)?;
        if at == 0 {
            wanted = match bytes[0] {
                0xC2 | 0xC3 => 2,
                0xE2 => 3,
                0xF0 => 4,
                _ => return None,
            };
        }
        length += c.len_utf8();
        if at + 1 == wanted {
            let repaired = std::str::from_utf8(&bytes[..wanted]).ok()?.chars().next()?;
            return is_common(repaired).then_some((length, repaired));
        }
    }
    None
}

/// The byte that Windows-1252 writes a character with.
fn windows_byte(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x00..=0x7F | 0xA0..=0xFF) => Some(code as u8),
        _ => WINDOWS.iter().position(|known| *known == c).map(|at| 0x80 + at as u8),
    }
}

/// Whether a character is common in runbooks. Two accidental neighbours, such as a capital letter before a closing quote in French
/// or German, turn into something rare.
fn is_common(c: char) -> bool {
    matches!(u32::from(c),
        0xA0..=0xFF          // accents, quotes, signs
        | 0x2010..=0x2027    // dashes, quotes, bullets, dots
        | 0x2030..=0x203A
        | 0x20AC | 0x2122    // euro, trade mark
        | 0x2190..=0x21FF    // arrows
        | 0x2200..=0x22FF    // mathematics
        | 0x2500..=0x25FF    // boxes
        | 0x2600..=0x27BF    // ticks, crosses, warnings
        | 0x1F300..=0x1FAFF  // pictures
    )
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::tree;
    use crate::model::place::Span;
    use crate::model::runbook::{CodeBlock, CodeKind};

    fn garbled(text: &str) -> Vec<String> {
        tree(&[]).says(text).findings("mojibake")
    }

    #[test]
    fn garbled_words_are_reported_with_their_repair() {
        assert_eq!(
            garbled("# Release\n\nFlows 1â€“5 and 6â€“7 now\n"),
            [
                "warning docs/runbook.md:3 `1â€“5 and 6â€“7`: garbled words: `1â€“5 and 6â€“7` was probably `1–5 and 6–7` -> 1–5 and 6–7"
            ]
        );
        assert_eq!(garbled("cafÃ©\n").len(), 1);
        assert_eq!(
            garbled("cafÃ©\nx\n1â€“5 and\n"),
            ["warning docs/runbook.md:1 `cafÃ©`: garbled words: `cafÃ©` was probably `café`, and so on in 1 more line"],
            "one finding for all"
        );
        assert_eq!(
            garbled("it â€œworksâ€\u{9d} âœ…\n")[0].rsplit(" -> ").next(),
            Some("“works” ✅")
        );
    }

    #[test]
    fn words_of_other_languages_are_not_garbled() {
        for text in [
            "Größe – 5 €",
            "CAFÉ\u{a0}: x",
            "»Spaß« und É»",
            "SÃO PAULO",
            "naïve “quotes” …",
            "Ünïcödé ✓ 日本語",
        ] {
            assert!(garbled(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn code_blocks_are_left_alone() {
        let text = "```\nâ€“\n```\n";
        let mut fixture = tree(&[]).says(text);
        fixture.runbook.code_blocks.push(CodeBlock {
            language: String::new(),
            kind: CodeKind::Text,
            span: Span::new(0, text.len()),
            content: Span::new(4, 12),
            text: String::new(),
            commands: Vec::new(),
            blanks: Vec::new(),
            section: None,
        });
        assert!(fixture.findings("mojibake").is_empty());
    }
}
