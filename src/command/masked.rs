//! Signs that runbooks use in other ways than a shell does, hidden from the grammar: placeholders, templates, brackets of options.

use crate::command::placeholder::{is_angle, template_end};

/// The longest placeholder.
const MAX_PLACEHOLDER: usize = 82;

/// The text with a letter for each byte of what is no syntax of a shell. Every place stays where it is.
pub(super) fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked = bytes.to_vec();
    let is_blank = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'\\' => {
                at += 2;
                continue;
            }
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                at += bytes[at..].iter().position(|byte| *byte == b'}').unwrap_or(1) + 1;
                continue;
            }
            b'<' if bytes.get(at + 1) == Some(&b'<') => {
                at += bytes[at..].iter().take_while(|byte| **byte == b'<').count();
                continue;
            }
            b'<' | b'{' => placeholder_end(text, at),
            _ => None,
        };
        let before_is_blank = at == 0 || is_blank(at - 1);
        let is_loose = match byte {
            b'[' => !is_blank(at + 1) && bytes.get(at + 1) != Some(&b'[') && !(at > 0 && bytes[at - 1] == b'['),
            b'{' => !is_blank(at + 1),
            b']' => !before_is_blank && bytes[at - 1] != b']' && bytes.get(at + 1) != Some(&b']'),
            b'}' => !before_is_blank && bytes[at - 1] != b';',
            _ => false,
        };
        let end = end.unwrap_or(at + usize::from(is_loose)).min(bytes.len());
        masked[at..end].fill(b'x');
        at = end.max(at + 1);
    }
    String::from_utf8(masked).unwrap_or_else(|_| text.to_owned())
}

/// Where a placeholder ends that begins at a place.
fn placeholder_end(text: &str, at: usize) -> Option<usize> {
    if let Some(end) = text.get(at..).and_then(template_end) {
        return Some(at + end);
    }
    let rest = text.as_bytes().get(at + 1..)?;
    let length = rest.iter().take(MAX_PLACEHOLDER).position(|byte| *byte == b'>')?;
    let inner = text.get(at + 1..at + 1 + length)?;
    (text.as_bytes()[at] == b'<' && is_angle(inner)).then_some(at + length + 2)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_is_no_shell_is_hidden_and_keeps_its_length() {
        for (text, expected) in [
            ("git checkout <good tag> >out", "git checkout xxxxxxxxxx >out"),
            ("push <a>/app:<é>", "push xxx/app:xxxx"),
            ("sort <in >out", "sort <in >out"),
            ("cat <<EOF>out", "cat <<EOF>out"),
            ("run {{ a.b }} ${X} x/{id} {a,b}", "run xxxxxxxxx ${X} x/xidx xa,bx"),
            ("cmd [options] && [ -f x ] && [[ a ]]", "cmd xoptionsx && [ -f x ] && [[ a ]]"),
            ("{ make; }", "{ make; }"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
            assert_eq!(masked(text).len(), text.len());
        }
    }
}
