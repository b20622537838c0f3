//! Parameters of PowerShell scripts: those of the `param(...)` at their beginning. No grammar is bound; what is read is one list.

use crate::code::found::{FLAG, Found};
use crate::code::language::{Language, Reader};
use crate::code::scan::is_word;
use crate::model::definition::DefinitionFile;

/// PowerShell scripts, by their ending.
pub(super) const LANGUAGE: Language = Language {
    name: "powershell",
    recognizes: |path| path.to_ascii_lowercase().ends_with(".ps1"),
    reader: Reader::Text(parse),
};

/// What stands in front of `param` at most: comments, `using`, attributes.
const MAX_HEAD: usize = 20_000;

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut found = Found::new(path, LANGUAGE.name, text);
    let code = without_comments(text);
    match list(&code) {
        Some((start, end)) => parameters(&code, start, end, &mut found),
        // Without a list a script takes whatever it is given.
        None => found.open(FLAG),
    }
    let lower = code.to_ascii_lowercase();
    if ["$args", "valuefromremainingarguments", "dynamicparam", "$psboundparameters"]
        .iter()
        .any(|word| lower.contains(word))
    {
        found.open(FLAG);
    }
    found.finish()
}

/// The text with blanks for its comments, so that each place stays.
fn without_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'"' | b'\'' => {
                at = quoted(&bytes, at);
                continue;
            }
            b'`' => {
                at += 2;
                continue;
            }
            b'<' if bytes.get(at + 1) == Some(&b'#') => text
                .get(at..)
                .and_then(|rest| rest.find("#>"))
                .map_or(bytes.len(), |end| at + end + 2),
            b'#' => text
                .get(at..)
                .and_then(|rest| rest.find('\n'))
                .map_or(bytes.len(), |end| at + end),
            _ => {
                at += 1;
                continue;
            }
        };
        for byte in bytes.get_mut(at..end).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Where a quoted text ends that begins at a place.
fn quoted(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let mut next = at + 1;
    while let Some(byte) = bytes.get(next) {
        match byte {
            b'`' if quote == b'"' => next += 1,
            byte if *byte == quote => return next + 1,
            _ => {}
        }
        next += 1;
    }
    bytes.len()
}

/// Where the parameters of the script stand: between the brackets of its first `param`, in front of which is no code.
fn list(code: &str) -> Option<(usize, usize)> {
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len().min(MAX_HEAD) {
        match bytes[at] {
            b'[' => at = bracketed(bytes, at)?,
            byte if byte.is_ascii_whitespace() => at += 1,
            byte if byte.is_ascii_alphabetic() => {
                let rest = bytes.get(at..)?;
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                let word = code.get(at..at + length)?.to_ascii_lowercase();
                let open = at + length + rest[length..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                match word.as_str() {
                    "param" if bytes.get(open) == Some(&b'(') => return Some((open + 1, bracketed(bytes, open)? - 1)),
                    "using" => at += rest.iter().position(|byte| *byte == b'\n')?,
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// Where the brackets end that open at a place.
fn bracketed(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut next = at;
    while let Some(byte) = bytes.get(next) {
        match byte {
            b'"' | b'\'' => {
                next = quoted(bytes, next);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            _ => {}
        }
        next += 1;
    }
    None
}

/// The parameters of a list: the variable that each begins with behind its attributes, and the names of `[Alias(...)]`.
fn parameters(code: &str, start: usize, end: usize, found: &mut Found) {
    let bytes = code.as_bytes();
    let mut at = start;
    // Behind the name stands its value, up to the next comma.
    let mut is_named = false;
    while at < end {
        match bytes[at] {
            b',' => is_named = false,
            b'"' | b'\'' => {
                at = quoted(bytes, at);
                continue;
            }
            b'$' if !is_named => {
                let length = bytes[at + 1..end].iter().take_while(|byte| is_word(**byte)).count();
                if length > 0 {
                    let name = &code[at + 1..at + 1 + length];
                    let close = code[at..end].find(['\n', ',']).map_or(end, |close| at + close);
                    found.flag(format!("-{name}"), at, &code[at..close]);
                    is_named = true;
                }
                at += length;
            }
            b'(' | b'[' | b'{' => {
                let Some(close) = bracketed(bytes, at) else { return };
                let attribute = &code[at..close];
                if attribute.len() > 6 && attribute.as_bytes()[1..6].eq_ignore_ascii_case(b"alias") {
                    for name in attribute.split(['\'', '"']).skip(1).step_by(2) {
                        found.flag(format!("-{name}"), at, attribute);
                    }
                }
                at = close;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::parse;
    use crate::code::found::FLAG;

    fn flags(text: &str) -> (Vec<String>, bool) {
        let file = parse("x.ps1", text);
        let names = file.of_kind(FLAG).map(|flag| flag.name.clone()).collect();
        (names, file.knows_all(FLAG))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_list_at_the_beginning_names_the_parameters() {
        let text = "<#\n.PARAMETER Old\n#>\n# $Gone\n[CmdletBinding()]\nparam (\n  [Parameter(Mandatory = $true)]\n  [string]$Tag,\n  [ValidateSet('a', '$b')] [Alias('Env')] $Environment = 'a', # $No\n  [switch]$DryRun = $false\n)\nfunction x { param($Inner) }\n";
        assert_eq!(flags(text), (names(&["-Tag", "-Env", "-Environment", "-DryRun"]), true));
        assert_eq!(flags("using module x\nparam()\n"), (Vec::new(), true));
    }

    #[test]
    fn a_script_without_a_list_may_take_anything() {
        for text in [
            "Write-Host hi\nparam($x)\n",
            "function x { param($Inner) }\n",
            "",
            "param($a",
            "'param($a)'",
        ] {
            assert_eq!(flags(text), (Vec::new(), false), "{text}");
        }
        assert_eq!(flags("param($a)\nnpm run x -- $args\n"), (names(&["-a"]), false));
        assert_eq!(
            flags("param($a, [Parameter(ValueFromRemainingArguments)] $rest)\n"),
            (names(&["-a", "-rest"]), false)
        );
    }

    proptest! {
        #[test]
        fn no_text_stops_it(text in any::<String>()) {
            flags(&text);
        }

        #[test]
        fn no_text_of_signs_stops_it(text in "param[(){}\\[\\]$,a'\"`#<> \n]{0,60}") {
            flags(&text);
        }
    }
}
