//! All escaping of the site. Every string that somebody else wrote passes through here on its way into a page: the templates through
//! [`write_text`], which is their escape function, the bodies of runbooks through [`text`] and [`code`].
//!
//! Characters that would change what a reader sees without being seen themselves are written out as `U+202E`. In prose those are the
//! bidirectional overrides and control characters; in code also everything that has no width.

use std::io::{self, Write};

/// How a string is going to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Words: joiners and marks that scripts and emoji need are left alone.
    Prose,
    /// Code that is only looked at.
    Code,
    /// Code that somebody will run: blanks that are no plain blank are shown as well.
    Command,
}

/// Appends words to a page, as text or inside a quoted attribute.
pub(crate) fn text(html: &mut String, words: &str) {
    words_as(html, words, Reading::Prose);
}

/// Appends words to a page as text, read as prose or as code; hidden characters become their names without any markup.
pub(crate) fn words_as(html: &mut String, words: &str, reading: Reading) {
    walk(words, reading, |piece| match piece {
        Piece::Plain(plain) => html.push_str(plain),
        Piece::Hidden(hidden) => html.push_str(&name_of(hidden)),
    });
}

/// Appends code to a page as text. Hidden characters become visible chips; tells whether there were any, because what holds them
/// must not be offered for copying.
pub(crate) fn code(html: &mut String, words: &str, reading: Reading) -> bool {
    let mut has_hidden = false;
    walk(words, reading, |piece| match piece {
        Piece::Plain(plain) => html.push_str(plain),
        Piece::Hidden(hidden) => {
            has_hidden = true;
            html.push_str("<span class=\"chip\">");
            html.push_str(&name_of(hidden));
            html.push_str("</span>");
        }
    });
    has_hidden
}

/// The escape function of the templates.
pub(crate) fn write_text(words: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut result = Ok(());
    walk(words, Reading::Prose, |piece| {
        if result.is_ok() {
            result = match piece {
                Piece::Plain(plain) => out.write_all(plain.as_bytes()),
                Piece::Hidden(hidden) => out.write_all(name_of(hidden).as_bytes()),
            };
        }
    });
    result
}

/// A piece of an escaped string.
enum Piece<'words> {
    /// Safe as it stands.
    Plain(&'words str),
    /// A character that must be made visible.
    Hidden(char),
}

/// The bytes that stand in a page as they are, whatever is read.
const IS_PLAIN: [bool; 256] = {
    let mut is_plain = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        is_plain[byte] = !matches!(byte as u8, b'&' | b'<' | b'>' | b'"' | b'\'');
        byte += 1;
    }
    is_plain
};

/// How many bytes at the beginning stand in a page as they are. Letters, digits and common punctuation are nearly everything there is, and
/// sixteen of them are looked at in one go.
fn plain(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<16>();
    #[allow(
        clippy::needless_bitwise_bool,
        clippy::manual_range_contains,
        reason = "without a jump for each of them, sixteen bytes are looked at in one go"
    )]
    let is_other = |byte: u8| {
        (byte < 0x20) | (byte > 0x7e) | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'')
    };
    let has_none = |chunk: &&[u8; 16]| !chunk.iter().fold(false, |any, byte| any | is_other(*byte));
    let whole = chunks.iter().take_while(has_none).count();
    let rest = &bytes[16 * whole..];
    let length = rest.iter().position(|byte| !IS_PLAIN[usize::from(*byte)]);
    16 * whole + length.unwrap_or(rest.len())
}

fn walk<'words>(words: &'words str, reading: Reading, mut give: impl FnMut(Piece<'words>)) {
    let bytes = words.as_bytes();
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        at += plain(&bytes[at..]);
        let Some(character) = words[at..].chars().next() else { break };
        let end = at + character.len_utf8();
        let entity = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => "",
        };
        if entity.is_empty() && !is_hidden(character, reading) {
            at = end;
            continue;
        }
        if done < at {
            give(Piece::Plain(&words[done..at]));
        }
        give(if entity.is_empty() {
            Piece::Hidden(character)
        } else {
            Piece::Plain(entity)
        });
        at = end;
        done = end;
    }
    if done < words.len() {
        give(Piece::Plain(&words[done..]));
    }
}

fn is_hidden(character: char, reading: Reading) -> bool {
    let is_hidden_in_prose = match character {
        '\t' | '\n' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // Not characters at all; HTML forbids them.
        '\u{fdd0}'..='\u{fdef}' => true,
        _ => matches!(character as u32 & 0xffff, 0xfffe | 0xffff),
    };
    if is_hidden_in_prose || reading == Reading::Prose {
        return is_hidden_in_prose;
    }
    let has_no_width = matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    );
    let is_odd_blank = matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    );
    has_no_width || (reading == Reading::Command && is_odd_blank)
}

fn name_of(character: char) -> String {
    format!("U+{:04X}", character as u32)
}

#[cfg(test)]
mod tests {
    use super::{Reading, code, text};

    fn escaped(words: &str) -> String {
        let mut html = String::new();
        text(&mut html, words);
        html
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escaped("<a href='x' title=\"y\">&</a>"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;&lt;/a&gt;"
        );
        assert_eq!(escaped("zwölf Äpfel\tund\neine 🍐"), "zwölf Äpfel\tund\neine 🍐");
    }

    #[test]
    fn a_sign_is_met_wherever_it_stands() {
        for before in 0..40 {
            for (sign, expected) in [
                ("<", "&lt;"),
                ("é", "é"),
                ("\u{7f}", "U+007F"),
                ("~", "~"),
                ("\t", "\t"),
                ("\u{1f}", "U+001F"),
            ] {
                for after in [0, 1, 20] {
                    let (before, after) = ("a".repeat(before), "b".repeat(after));
                    assert_eq!(
                        escaped(&format!("{before}{sign}{after}")),
                        format!("{before}{expected}{after}")
                    );
                }
            }
        }
    }

    #[test]
    fn overrides_and_control_characters_are_named_in_prose() {
        assert_eq!(escaped("a\u{202e}b\u{1b}[2Kc\u{0}\u{9b}"), "aU+202EbU+001B[2KcU+0000U+009B");
        assert_eq!(
            escaped("👩\u{200d}💻 \u{200f}שלום"),
            "👩\u{200d}💻 \u{200f}שלום",
            "joiners and marks are needed in prose"
        );
    }

    #[test]
    fn hidden_characters_in_code_become_chips_and_are_reported() {
        let mut html = String::new();
        assert!(code(&mut html, "cu\u{200b}rl <x>", Reading::Command));
        assert_eq!(html, "cu<span class=\"chip\">U+200B</span>rl &lt;x&gt;");
        let mut html = String::new();
        assert!(!code(&mut html, "make check\n\tx", Reading::Command));
        assert_eq!(html, "make check\n\tx");
    }

    #[test]
    fn a_hard_blank_is_odd_only_in_what_will_be_run() {
        let mut html = String::new();
        assert!(code(&mut html, "rm\u{a0}-rf", Reading::Command));
        assert!(!code(&mut html, "├──\u{a0}src", Reading::Code));
    }
}
