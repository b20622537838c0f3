//! Letters of another script that look like those of a command.

use crate::audit::bare::bare_parts;
use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;

/// Letters that look alike.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "lookalike-letters",
        summary: "A word of a command mixes letters of two scripts that look alike",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Words of commands in which Latin letters stand beside Cyrillic, Greek or full-width letters that look the same, and host \
                 names of addresses that are made of such letters alone. Comments are left alone, and so are words of one script.",
        matters: "`сurl` with a Cyrillic letter is another program, and `аpi.example.org` another host, which somebody else may own.",
        example: "сurl https://аpi.example.org",
        fix: "Type the word anew with Latin letters. A host that is meant is written in its `xn--` form.",
    },
    check: Check::Always(check),
};

/// Letters that look like Latin ones, and the Latin ones.
const ALIKE: &[(&str, &str)] = &[
    ("аеорсухіјѕһԁԛԝѵӏ", "aeopcyxijshdqwvl"),
    ("АВЕКМНОРСТУХІЈЅԚԜ", "ABEKMHOPCTYXIJSQW"),
    ("αινορυϲ", "aivopuc"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let text = runbook.text.as_ref();
    if text.is_ascii() {
        return;
    }
    let commands = runbook.code_blocks.iter().flat_map(|block| &block.commands);
    for command in commands {
        let words = command.span.of(text);
        for (at, part, _) in bare_parts(words) {
            let Some((from, to, latin)) = mixed(part) else { continue };
            let start = command.span.start as usize + at;
            let word = &part[from..to];
            findings.push(Finding {
                message: format!("`{word}` is not `{latin}`: it holds letters of another script that look the same"),
                help: Some(format!("type `{latin}` anew")),
                reference: Some(word.to_owned()),
                suggestion: Some(latin),
                ..context.finding(&RULE.text, Some(Span::new(start + from, start + to)))
            });
        }
    }
}

/// The first run of letters in a word that mixes scripts (or, in a host, pretends one), and how it reads in Latin letters.
fn mixed(word: &str) -> Option<(usize, usize, String)> {
    let host = word.find("://").map(|at| {
        let rest = &word[at + 3..];
        at + 3..at + 3 + rest.find(['/', '?', '#', ':']).unwrap_or(rest.len())
    });
    let mut start = 0;
    for run in word.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = run.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_host = host.as_ref().is_some_and(|host| host.contains(&start));
        let has_latin = letters.chars().any(|c| c.is_ascii_alphabetic());
        let foreign = || letters.chars().filter(|c| c.is_alphabetic() && !c.is_ascii());
        let is_alike = foreign().next().is_some() && foreign().all(|c| latin(c).is_some());
        // One foreign letter alone beside digits is a unit or a formula.
        if is_alike && (has_latin || is_host && foreign().count() > 1) {
            let read = letters.chars().map(|c| latin(c).unwrap_or(c)).collect();
            return Some((start, start + letters.len(), read));
        }
        start += run.len();
    }
    None
}

/// The Latin letter that a letter looks like.
fn latin(c: char) -> Option<char> {
    if let 0xFF21..=0xFF3A | 0xFF41..=0xFF5A = u32::from(c) {
        return char::from_u32(u32::from(c) - 0xFF21 + 0x41);
    }
    ALIKE.iter().find_map(|(letters, alike)| {
        let at = letters.chars().position(|letter| letter == c)?;
        alike.chars().nth(at)
    })
}

#[cfg(test)]
mod tests {
    use super::{ALIKE, mixed};

    fn read(word: &str) -> Option<String> {
        mixed(word).map(|(_, _, latin)| latin)
    }

    #[test]
    fn letters_that_look_alike_are_found() {
        assert_eq!(read("сurl").as_deref(), Some("curl"));
        assert_eq!(read("https://аpi.example.org/x").as_deref(), Some("api"));
        assert_eq!(read("https://аррӏе.com").as_deref(), Some("appӏe".replace('ӏ', "l").as_str()));
        assert_eq!(read("ｇit").as_deref(), Some("git"));
        assert_eq!(read("--fοrce").as_deref(), Some("force"));
    }

    #[test]
    fn words_of_one_script_are_fine() {
        for word in [
            "Größe",
            "привет",
            "версия-v2",
            "v2-релиз",
            "日本語",
            "10μs",
            "5µm",
            "naïve",
            "https://пример.рф/x",
            "Ω",
            "αβ",
        ] {
            assert_eq!(read(word), None, "{word}");
        }
    }

    #[test]
    fn every_letter_has_its_pair() {
        for (letters, alike) in ALIKE {
            assert_eq!(letters.chars().count(), alike.chars().count(), "{letters}");
        }
    }
}
