//! What runbooks say that a release publishes: names of files in code, in sentences and lists that speak of publishing.

use crate::audit::proofs::names::ENDINGS;
use crate::model::document::{Element, NodeKind};
use crate::model::proof::DeclaredArtifact;
use crate::model::runbook::Runbook;

/// Words by which a text speaks of publishing.
const WORDS: &[&str] = &["publish", "release asset", "release file", "is released with", "ships "];

/// Kinds of artifacts that are named by what they are made from: `the wheels of starter_contracts`.
const KINDS: &[(&str, &str)] = &[
    ("wheel", "-*.whl"),
    ("sdist", "-*.tar.gz"),
    ("source distribution", "-*.tar.gz"),
];

/// Endings of files that speak of a release beside its artifacts.
const BESIDE: &[&str] = &[
    "sbom.json", ".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", "sha256sums", "sha512sums", ".intoto.jsonl",
];

/// What a runbook at a path says that a release publishes.
pub(crate) fn declared(path: &str, runbook: &Runbook) -> Vec<DeclaredArtifact> {
    let text: &str = &runbook.text;
    let mut found: Vec<DeclaredArtifact> = Vec::new();
    let nodes = runbook.document.nodes();
    // What is open, what stood before it, and what stands in it so far.
    let mut open: Vec<&Element> = Vec::new();
    let (mut before, mut here) = (String::new(), String::new());
    for node in &nodes {
        match &node.kind {
            NodeKind::Open(element) => {
                let begins = matches!(
                    element,
                    Element::Heading { .. } | Element::Paragraph | Element::Item { .. } | Element::TableCell
                );
                if begins {
                    here.clear();
                }
                open.push(element);
            }
            NodeKind::Close => {
                let is_intro = matches!(open.pop(), Some(Element::Heading { .. } | Element::Paragraph));
                // What stands before a list counts for each of its items.
                if is_intro && !open.iter().any(|element| matches!(element, Element::Item { .. })) {
                    before = std::mem::take(&mut here);
                }
            }
            NodeKind::Text(words) => here.push_str(&words.of(text).to_lowercase()),
            NodeKind::Code(words) => {
                let speaks = |text: &str| WORDS.iter().any(|word| text.contains(word));
                if (speaks(&before) || speaks(&here))
                    && let Some(name) = name(words.of(text), &here)
                    && found.iter().all(|known| known.name != name)
                {
                    found.push(DeclaredArtifact {
                        name,
                        path: path.to_owned(),
                        line: runbook.lines.line(node.span.start),
                        present: None,
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// The name that a piece of code declares, with `*` for what differs from release to release.
fn name(code: &str, before: &str) -> Option<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.+*<>{}$@".contains(c);
    if code.is_empty() || code.len() > 200 || !code.chars().all(is_word) {
        return None;
    }
    let lower = code.to_ascii_lowercase();
    let is_file = ENDINGS
        .iter()
        .chain(BESIDE)
        .any(|ending| lower.ends_with(ending) && lower != *ending);
    if is_file {
        return Some(without_version(code));
    }
    let is_plain = code.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let kind = KINDS.iter().find(|(word, _)| before.contains(word));
    kind.filter(|_| is_plain).map(|(_, ending)| format!("{code}{ending}"))
}

/// A name with `*` in place of a version and of what is to be filled in.
fn without_version(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let placeholder = match first {
            '<' => rest.find('>'),
            '{' => rest.find('}'),
            _ => None,
        };
        let version = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let version = rest[..version].trim_end_matches('.').len();
        let is_start = out.is_empty() || out.ends_with(['-', '_', 'v', '*']);
        if let Some(end) = placeholder {
            star(&mut out);
            rest = &rest[end + 1..];
        } else if first == '$' {
            star(&mut out);
            let end = rest[1..].find(|c: char| !(c.is_ascii_alphanumeric() || "_{}".contains(c)));
            rest = end.map_or("", |end| &rest[1 + end..]);
        } else if is_start && first.is_ascii_digit() && rest[..version].contains('.') {
            star(&mut out);
            rest = &rest[version..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn star(out: &mut String) {
    if !out.ends_with('*') {
        out.push('*');
    }
}

#[cfg(test)]
mod tests {
    use super::{name, without_version};

    #[test]
    fn names_are_read_without_what_differs_from_release_to_release() {
        for (code, before, expected) in [
            ("frontend-sbom.json", "", Some("frontend-sbom.json")),
            ("app-2.4.1-py3-none-any.whl", "", Some("app-*-py3-none-any.whl")),
            ("app-<version>.tar.gz", "", Some("app-*.tar.gz")),
            ("app_$VERSION_amd64.deb", "", Some("app_*.deb")),
            ("starter_console", "the wheels of ", Some("starter_console-*.whl")),
            ("starter_console", "the workflow ", None),
            ("v*", "pushing a tag ", None),
            ("artifacts/dist/a.whl", "", None),
            ("a b.zip", "", None),
            (".whl", "", None),
        ] {
            assert_eq!(name(code, before).as_deref(), expected, "{code}");
        }
        assert_eq!(without_version("x86_64-app.zip"), "x86_64-app.zip");
    }
}
