//! Anchors: the ids that a forge gives to headings, and the ones that authors write in HTML.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::document::{Element, NodeKind};
use crate::model::place::Span;
use crate::model::runbook as model;
use crate::parse::runbook::outline::Outline;

/// What the forge strips from a heading: all but letters and what counts as one (Ⅷ), marks, decimal digits, connectors, blanks and hyphens.
static STRIPPED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]").expect("the pattern is a constant that compiles"));

/// The anchors of a text, so that equal headings get `-1`, `-2` behind them.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// How often each anchor was given; a bumped one counts as a given one, too.
    given: HashMap<String, u32>,
}

impl Anchors {
    /// The anchor of a heading by the algorithm of GitHub, unique in the text.
    pub(crate) fn of_heading(&mut self, title: &str) -> String {
        self.unique(&slug(title))
    }

    /// An anchor, or the next free one with a number behind it.
    pub(crate) fn unique(&mut self, anchor: &str) -> String {
        let mut unique = anchor.to_owned();
        while self.given.contains_key(&unique) {
            let count = self.given.entry(anchor.to_owned()).or_default();
            *count += 1;
            unique = format!("{anchor}-{count}");
        }
        self.given.insert(unique.clone(), 0);
        unique
    }
}

/// The anchor of a heading before it is made unique: lower case, punctuation stripped, each blank a hyphen.
pub(crate) fn slug(title: &str) -> String {
    slug_with_edges(title.trim())
}

/// The anchor of a heading whose blanks at its edges count.
fn slug_with_edges(title: &str) -> String {
    if title.is_ascii() {
        return title
            .bytes()
            .filter_map(|byte| match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => Some(char::from(byte)),
                b'A'..=b'Z' => Some(char::from(byte.to_ascii_lowercase())),
                b' ' | b'\n' => Some('-'),
                _ => None,
            })
            .collect();
    }
    let title = title.to_lowercase().replace('\n', " ");
    STRIPPED.replace_all(&title, "").replace(' ', "-")
}

/// Whether an author may choose this id for a heading (`{#id}`). Anything else in braces is text.
pub(crate) fn is_plain_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 100
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The values of `id` and `name` attributes in raw HTML.
fn html_anchors(text: &str, html: &[Span], anchors: &mut Vec<String>) {
    for span in html {
        let words = span.of(text);
        if words.starts_with("<!--") {
            continue;
        }
        for name in ["id", "name"] {
            attribute_values(words, name, anchors);
        }
    }
}

fn attribute_values(html: &str, name: &str, values: &mut Vec<String>) {
    let bytes = html.as_bytes();
    for (at, _) in html.match_indices(name) {
        let is_word = at > 0 && (bytes[at - 1].is_ascii_whitespace() || matches!(bytes[at - 1], b'"' | b'\''));
        let Some(value) = html[at + name.len()..].trim_start().strip_prefix('=') else {
            continue;
        };
        if !is_word {
            continue;
        }
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value
                .split(|char: char| char.is_whitespace() || matches!(char, '>' | '/'))
                .next(),
        };
        match value {
            Some(value) if !value.is_empty() && value.len() <= 200 => values.push(value.to_owned()),
            _ => {}
        }
    }
}

/// An id that an author chose in braces, as the renderers of documentation sites read it: `{#id}`, `{: #id }`, `{/* #id */}`; or as a
/// target of `MyST`: `(id)=`.
static CHOSEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)\{[^{}\n#]{0,80}#([A-Za-z][\w.:-]{0,100})[^{}\n]{0,80}\}|^\(([A-Za-z][\w.:-]{0,100})\)=\s*$")
        .expect("the pattern is a constant that compiles")
});

/// The ids that authors chose in the text, outside of code blocks.
fn chosen_anchors(text: &str, outline: &Outline, anchors: &mut Vec<String>) {
    if !text.contains('{') && !text.contains(")=") {
        return;
    }
    for found in CHOSEN.captures_iter(text) {
        let Some(id) = found.get(1).or(found.get(2)) else { continue };
        let at = id.start() as u32;
        let before = outline.fences.partition_point(|fence| fence.span.start <= at);
        let is_code = before > 0 && outline.fences[before - 1].span.end > at;
        if !is_code {
            anchors.push(id.as_str().to_owned());
        }
    }
}

/// The anchors that other renderers give to a heading: one hyphen for a run of anything else (Rails, and the sites of governments), or
/// for a run of blanks and hyphens (Python-Markdown).
fn by_other_renderers(title: &str, slug: &str, anchors: &mut Vec<String>) {
    let squeezed = |text: &str, is_kept: fn(char) -> bool| {
        let mut squeezed = String::with_capacity(text.len());
        for c in text.chars().flat_map(char::to_lowercase) {
            if is_kept(c) {
                squeezed.push(c);
            } else if !squeezed.ends_with('-') {
                squeezed.push('-');
            }
        }
        squeezed
    };
    let rails = squeezed(title.trim(), |c| c.is_alphanumeric() || c == '_');
    let python = squeezed(slug, |c| c != '-');
    let vitepress = rails.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("_{rails}"));
    for anchor in [rails, python].into_iter().chain(vitepress) {
        let trimmed = anchor.trim_matches('-');
        if trimmed.len() < anchor.len() {
            anchors.push(trimmed.to_owned());
        }
        anchors.push(anchor);
    }
}

/// The anchor that Python-Markdown gives to a heading whose title was there before: `title_1`, `title_2`.
fn counted_in_python(slug: &str, counted: &mut HashMap<String, u32>) -> Option<String> {
    let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
    let squeezed = words.join("-");
    let count = counted.entry(squeezed.clone()).or_default();
    *count += 1;
    (*count > 1).then(|| format!("{squeezed}_{}", *count - 1))
}

/// The anchors of footnotes and of where they are referred to, by their labels: those of the forge, and those of Python-Markdown, kramdown
/// and Hugo.
fn footnote_anchors(outline: &Outline, plain: &mut Vec<String>, other: &mut Vec<String>) {
    let is_text_of = |label: &str| {
        let mut nodes = outline.nodes.iter();
        nodes.any(|node| matches!(&node.kind, NodeKind::Open(Element::Footnote(known)) if **known == *label))
    };
    let mut counted: HashMap<&str, u32> = HashMap::new();
    for node in &outline.nodes {
        let NodeKind::FootnoteReference(label) = &node.kind else {
            continue;
        };
        let count = counted.entry(label).or_default();
        *count += 1;
        match *count {
            1 if !is_text_of(label) => *count = 0,
            1 => {
                plain.extend([format!("fn-{label}"), format!("fnref-{label}")]);
                other.extend([format!("fn:{label}"), format!("fnref:{label}")]);
            }
            count => {
                plain.push(format!("fnref-{label}-{count}"));
                other.extend([format!("fnref{count}:{label}"), format!("fnref:{label}:{}", count - 1)]);
            }
        }
    }
}

/// What a heading may hold without words that count: a comment, an image, an image that is a link, an element with nothing in it.
static WORDLESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"<!--[^\n]*?-->|\[!\[[^\]\n]*\]\([^)\n]*\)\]\([^)\n]*\)|!\[[^\]\n]*\]\([^)\n]*\)|<a\b[^>\n]*>[ \t]*</a>|<img\b[^>\n]*>",
    )
    .expect("the pattern is a constant that compiles")
});

/// The words of a link in a heading, and where it leads.
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([^\]\n]*)\]\([^)\n]*\)").expect("the pattern is a constant that compiles"));

/// The anchor of a heading that begins or ends with what has no words: the forge leaves that out and keeps the blank beside it, so that
/// `## ![logo](x.png) Install` is `-install`, and `## Install <!-- x -->` is `install-`.
fn with_blank_at_edge(heading: &str) -> Option<String> {
    let line = heading.lines().next()?.trim();
    let words = line.trim_start_matches('#').trim_end_matches('#').trim();
    let is_edge = |found: regex::Match<'_>| found.start() == 0 || found.end() == words.len();
    if !WORDLESS.find_iter(words).any(is_edge) {
        return None;
    }
    let words = WORDLESS.replace_all(words, "");
    let words = TAG_IN_HEADING.replace_all(&words, "");
    Some(slug_with_edges(&LINK.replace_all(&words, "$1")))
}

/// An element among the words of a heading.
static TAG_IN_HEADING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"</?[A-Za-z][^<>`]*>").expect("the pattern is a constant that compiles"));

/// A heading in raw HTML on one line.
static HTML_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)<h[1-6]\b[^>\n]*>([^\n]{0,300}?)</h[1-6]>").expect("the pattern is a constant that compiles")
});

/// An element of HTML.
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[^<>]*>").expect("the pattern is a constant that compiles"));

/// The anchors of headings in raw HTML, which a forge gives them as well: `<h1><code>just</code></h1>` is `just`.
fn heading_anchors_in_html(text: &str, outline: &Outline, anchors: &mut Vec<String>) {
    if outline.html.is_empty() {
        return;
    }
    for found in HTML_HEADING.captures_iter(text) {
        let (Some(whole), Some(words)) = (found.get(0), found.get(1)) else {
            continue;
        };
        let at = whole.start() as u32;
        if outline.html.iter().any(|span| span.start <= at && at < span.end) {
            anchors.push(slug(&TAG.replace_all(words.as_str(), "")));
        }
    }
}

/// Every anchor of a text: headings, ids that authors chose, HTML.
pub(crate) fn anchors(text: &str, outline: &Outline) -> model::Anchors {
    let mut plain: Vec<String> = Vec::with_capacity(outline.headings.len());
    let mut other = Vec::new();
    let mut counted = HashMap::new();
    for heading in &outline.headings {
        plain.push(heading.anchor.clone());
        // A forge that knows no `{#id}` still answers to the title, and one that strips variation selectors to the shorter form.
        let slug = slug(&heading.title);
        plain.push(slug.replace('\u{FE0F}', ""));
        by_other_renderers(&heading.title, &slug, &mut other);
        other.extend(counted_in_python(&slug, &mut counted));
        if let Some(anchor) = with_blank_at_edge(heading.span.of(text)) {
            plain.push(anchor);
        }
        plain.push(slug);
    }
    footnote_anchors(outline, &mut plain, &mut other);
    heading_anchors_in_html(text, outline, &mut plain);
    chosen_anchors(text, outline, &mut plain);
    html_anchors(text, &outline.html, &mut plain);
    for list in [&mut plain, &mut other] {
        list.retain(|anchor| !anchor.is_empty());
        list.sort();
        list.dedup();
    }
    other.retain(|anchor| plain.binary_search(anchor).is_err());
    model::Anchors { plain, other }
}

#[cfg(test)]
mod tests {
    use super::{Anchors, by_other_renderers, html_anchors, is_plain_id, slug};
    use crate::model::place::Span;

    #[test]
    fn slugs_are_those_of_the_forge() {
        for (title, anchor) in [
            ("Release Checklist", "release-checklist"),
            ("1) Local preflight", "1-local-preflight"),
            ("CI & Supply-Chain Gates", "ci--supply-chain-gates"),
            ("Post-Release Window (first 24h)", "post-release-window-first-24h"),
            ("`make check` fails", "make-check-fails"),
            ("snake_case stays", "snake_case-stays"),
            (":rocket: Ship it", "rocket-ship-it"),
            ("\u{1F680} Ship it", "-ship-it"),
            ("Über die Größe", "über-die-größe"),
            ("Tenant → pilot", "tenant--pilot"),
            ("a  b", "a--b"),
        ] {
            let title = title.replace('`', "");
            assert_eq!(slug(&title), anchor, "{title}");
        }
    }

    #[test]
    fn equal_headings_are_bumped() {
        let mut anchors = Anchors::default();
        let given: Vec<String> = ["Example", "Example 1", "Example", "Example", "!!!", "!!!"]
            .iter()
            .map(|title| anchors.of_heading(title))
            .collect();
        assert_eq!(given, ["example", "example-1", "example-2", "example-3", "", "-1"]);
    }

    #[test]
    fn ids_and_names_in_html_are_anchors() {
        let html = r#"<a id="one" name='two'></a> <div class="x" id=three>"#;
        let comment = r#"<!-- id="four" -->"#;
        let text = format!("{html}{comment}<p data-id=\"five\">");
        let spans = [
            Span::new(0, html.len()),
            Span::new(html.len(), html.len() + comment.len()),
            Span::new(html.len() + comment.len(), text.len()),
        ];
        let mut anchors = Vec::new();
        html_anchors(&text, &spans, &mut anchors);
        anchors.sort();
        assert_eq!(anchors, ["one", "three", "two"]);
    }

    #[test]
    fn other_renderers_squeeze_what_stands_between_words() {
        let mut anchors = Vec::new();
        for title in ["GOV.UK teams", "CI & gates", ".dockerignore"] {
            by_other_renderers(title, &slug(title), &mut anchors);
        }
        for anchor in ["gov-uk-teams", "ci-gates", "-dockerignore", "dockerignore"] {
            assert!(anchors.iter().any(|known| known == anchor), "{anchor} of {anchors:?}");
        }
    }

    #[test]
    fn ids_that_authors_chose_in_braces_are_anchors() {
        let text =
            "# A {#top-one}\n\n#### [`X_Y`](#X_Y) {#X_Y}\n\nWords.\n{: #words .note }\n\n(target)=\n## B\n\n```\n{#code}\n```\n";
        let anchors = crate::parse::runbook::parse(text.as_bytes()).anchors.plain;
        for anchor in ["top-one", "X_Y", "words", "target", "b"] {
            assert!(anchors.iter().any(|known| known == anchor), "{anchor} of {anchors:?}");
        }
        assert!(!anchors.iter().any(|known| known == "code"));
    }

    #[test]
    fn headings_in_html_and_behind_images_have_anchors() {
        let text = "<h1 align=center><code>just</code> it</h1>\n\n## ![logo](x.png) Install\n\n## <a name=\"x\"></a> Title\n\n## ![logo](x.png)Close\n\n```\n<h2>code</h2>\n```\n";
        let anchors = crate::parse::runbook::parse(text.as_bytes()).anchors.plain;
        for anchor in ["just-it", "-install", "-title", "x"] {
            assert!(anchors.iter().any(|known| known == anchor), "{anchor} of {anchors:?}");
        }
        assert!(
            !anchors.iter().any(|known| known == "code" || known == "-close"),
            "{anchors:?}"
        );
    }

    #[test]
    fn what_has_no_words_leaves_its_blank_at_the_edge() {
        let text = "## Deploy <!-- x -->\n\n## <!-- y --> Roll back\n\n## Build [![ci](x.svg)](y)\n\n## Two <!-- a --> words\n\n## See [it](z) <!-- z -->\n\nNext ![x](y)\n---\n";
        let anchors = crate::parse::runbook::parse(text.as_bytes()).anchors.plain;
        for anchor in [
            "deploy", "deploy-", "-roll-back", "roll-back", "build-", "two--words", "see-it-", "next-",
        ] {
            assert!(anchors.iter().any(|known| known == anchor), "{anchor} of {anchors:?}");
        }
        for anchor in ["deploy-x", "two--words-", "-deploy"] {
            assert!(!anchors.iter().any(|known| known == anchor), "{anchor} of {anchors:?}");
        }
    }

    #[test]
    fn footnotes_have_anchors_on_both_sides() {
        let text = "One[^1], the same[^1], two[^note], none[^gone].\n\n[^1]: A\n\n[^note]: B\n\n[^unused]: C\n";
        let anchors = crate::parse::runbook::parse(text.as_bytes()).anchors;
        assert_eq!(anchors.plain, ["fn-1", "fn-note", "fnref-1", "fnref-1-2", "fnref-note"]);
        assert!(anchors.other.iter().any(|known| known == "fnref2:1"));
        assert!(crate::parse::runbook::parse(b"A ^1^ b.\n").anchors.plain.is_empty());
    }

    #[test]
    fn equal_headings_are_counted_by_other_renderers_too() {
        let anchors = crate::parse::runbook::parse(b"# A & b\n\n# A b\n\n# A b\n\n# C\n").anchors;
        for anchor in ["a-b_1", "a-b_2"] {
            assert!(anchors.other.iter().any(|known| known == anchor), "{anchors:?}");
            assert!(!anchors.plain.iter().any(|known| known == anchor));
        }
        assert!(!anchors.other.iter().any(|known| known == "a-b_3" || known == "c_1"));
    }

    #[test]
    fn only_plain_ids_may_be_chosen() {
        assert!(is_plain_id("step-3"));
        for id in ["", "Step", "x\" onclick=\"y", "a b", "ü"] {
            assert!(!is_plain_id(id), "{id}");
        }
    }
}
