//! Versions of tools that a text asks for: "Node 20+", "Python 3.11 or newer".
//!
//! Only what is said to be needed is a claim: most numbers behind the name of a tool tell a story about an upgrade.

use crate::command::sink::{Sink, Site};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceContext;
use crate::parse::runbook::outline::{Block, BlockKind, Outline};
use crate::parse::runbook::pairs::has_digit;

/// Tools as people write them, the longer names first, and their names in the files that settle versions.
const TOOLS: &[(&str, &str)] = &[
    ("Node.js", "node"),
    ("NodeJS", "node"),
    ("Node", "node"),
    ("node", "node"),
    ("Python", "python"),
    ("python", "python"),
    ("Golang", "go"),
    ("Go", "go"),
    ("Rust", "rust"),
    ("Ruby", "ruby"),
    ("pnpm", "pnpm"),
    ("yarn", "yarn"),
];

/// Words of a heading that announces what is needed.
const NEEDED: &[&str] = &[
    "install ", "prerequisit", "requirement", "require", "toolchain", "tooling", "you need", "dependencies", "before you",
];

/// Words that tell of another time or another place.
const STORIES: &[&str] = &[
    "upgrade", "migrat", "drop", "deprecat", "legacy", "eol", "end of life", "older", "previous", "no longer", "was ", "fail",
    "broke", "instead of", "image", "lambda",
];

/// The versions that a block asks for.
pub(crate) fn versions(outline: &Outline, block: &Block, sink: &mut Sink) {
    let words = outline.words(block);
    if block.kind == BlockKind::Heading || words.len() > 600 || !has_digit(words) {
        return;
    }
    let Some(found) = first(words) else { return };
    let lower = words.to_lowercase();
    let heading = block
        .section
        .and_then(|section| outline.headings.get(section))
        .map_or(String::new(), |heading| heading.title.to_lowercase());
    let lead = outline
        .lead(block)
        .map_or(String::new(), |lead| outline.words(lead).to_lowercase());
    let is_needed = NEEDED
        .iter()
        .any(|word| heading.contains(word) || lower.contains(word) || lead.contains(word));
    if !is_needed || STORIES.iter().any(|word| lower.contains(word)) {
        return;
    }
    let site = Site {
        text: &outline.plain,
        base: block.plain.start,
        context: ReferenceContext::Prose,
    };
    let mut found = Some(found);
    while let Some((start, end, name)) = found {
        sink.other(&site, &(start..end), Kind::Version, &name, &Directory::Known(String::new()));
        found = first(&words[end..]).map(|(next, last, name)| (end + next, end + last, name));
    }
}

/// The first version of a tool: where it begins and ends, and its name such as `node >=20`.
fn first(words: &str) -> Option<(usize, usize, String)> {
    let bytes = words.as_bytes();
    let mut best: Option<(usize, usize, String)> = None;
    for (written, tool) in TOOLS {
        for (at, _) in words.match_indices(written) {
            if best.as_ref().is_some_and(|(start, ..)| *start <= at) {
                break;
            }
            let is_free = !at.checked_sub(1).is_some_and(|before| {
                bytes[before].is_ascii_alphanumeric() || matches!(bytes[before], b'-' | b'/' | b'.' | b'@')
            });
            if is_free && let Some((end, version)) = number(words, at + written.len(), tool) {
                best = Some((at, end, format!("{tool} {version}")));
                break;
            }
        }
    }
    best
}

/// The version behind the name of a tool: where it ends, and the version with `>=` where newer ones will do.
fn number(words: &str, at: usize, tool: &str) -> Option<(usize, String)> {
    let rest = &words[at..];
    let trimmed = rest.trim_start_matches([' ', '\u{A0}', '`']);
    if trimmed.len() == rest.len() {
        return None;
    }
    let trimmed = trimmed.strip_prefix("version ").unwrap_or(trimmed);
    let mut is_least = false;
    let mut value = trimmed;
    for sign in [">=", "≥", "v"] {
        if let Some(behind) = value.strip_prefix(sign) {
            is_least |= sign != "v";
            value = behind.trim_start();
        }
    }
    let length = value
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
        .count();
    let version = value[..length].trim_end_matches('.');
    let parts: Vec<&str> = version.split('.').collect();
    let major: u32 = parts.first()?.parse().ok()?;
    let is_likely = match tool {
        "node" => (8..=40).contains(&major),
        "python" => major == 3 && parts.len() >= 2,
        "go" | "rust" => major == 1 && parts.len() >= 2,
        "ruby" => (2..=5).contains(&major) && parts.len() >= 2,
        _ => (1..=20).contains(&major),
    };
    let mut end = at + (rest.len() - value.len()) + version.len();
    let behind = &words[end..];
    if !is_likely
        || parts.iter().any(|part| part.is_empty())
        || behind.starts_with(|char: char| char.is_alphabetic() && char != 'x')
    {
        return None;
    }
    let plain = behind.trim_start_matches(['.', 'x', 'X', '`', '*', ')']);
    if plain.starts_with('+') {
        is_least = true;
        end += behind.len() - plain.len() + 1;
    }
    let plain = plain.trim_start().trim_start_matches('(');
    is_least |= [
        "or later", "or newer", "or higher", "or above", "or greater", "and above", "and up", "minimum",
    ]
    .iter()
    .any(|words| plain.starts_with(words));
    let sign = if is_least { ">=" } else { "" };
    Some((end, format!("{sign}{version}")))
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn what_is_needed_is_a_claim() {
        assert_eq!(
            of("## Prerequisites\n- Node.js 20+ and pnpm 9\n- Python 3.11 or newer\n- Go >= 1.22\n"),
            [
                "version node >=20", "version pnpm 9", "version python >=3.11", "version go >=1.22"
            ]
        );
        assert_eq!(of("This requires Rust 1.80.\n"), ["version rust 1.80"]);
    }

    #[test]
    fn stories_and_other_numbers_are_no_claims() {
        for text in [
            "We use Node 20 here.\n",
            "Required after the upgrade from Node 16 to Node 18.\n",
            "This requires Go 2 steps.\n",
            "It requires node 3 to be drained.\n",
            "## Requirements\n- Python 3 basics\n",
        ] {
            assert!(of(text).is_empty(), "{text}");
        }
    }
}
