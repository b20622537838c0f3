//! References that only the raw text shows: files that a generator of sites puts in (`{{#include x}}`, `<<< ./x`, a directive with a file),
//! links and images in raw HTML, and labels of links that are defined nowhere.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::command::sink::of_name;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::Link;
use crate::parse::runbook::anchor::slug;
use crate::parse::runbook::outline::{Block, LinkForm, Outline, OutlineLink};
use crate::parse::runbook::references::link::link;

/// A file that is put in by mdBook, by `VitePress` or by the snippets of Python-Markdown.
static INCLUDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)\{\{#(?:include|rustdoc_include|playground)[ \t]+([^\s:{}]+)[^{}\n]*\}\}|^<<<[ \t]+(\.{1,2}/[^\s#{\[]+)|^[ \t]*--8<--[ \t]+"([^"\s:;{}<$]+\.\w+)[^"\n]*""#,
    )
        .expect("the pattern is a constant that compiles")
});

/// The address of a link or of an image in a tag.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(a|img|source)\b[^<>]*?\s(?:href|src|srcset)\s*=\s*(?:"([^"<>,\n]*)"|'([^'<>,\n]*)')"#)
        .expect("the pattern is a constant that compiles")
});

/// A shortcode of Hugo that leads to a page.
static SHORTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\{\{[<%]\s*(?:rel)?ref\s+(?:path=)?(?:"([^"\s]+)"|`([^`\s]+)`)\s*[>%]\}\}"#)
        .expect("the pattern is a constant that compiles")
});

/// Words and a label, both in brackets.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[([^\[\]\n]{2,120})\]\[([A-Za-z][^\[\]\n]{1,80})\]").expect("the pattern is a constant that compiles")
});

/// The name of a page in two pairs of brackets. What begins or ends with a blank is a test of a shell.
static BY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[\[([\p{L}\p{N}#./_-](?:[^\[\]\n`$<>={};]{0,198}[^\[\]\s`$<>={};|])?)\]\]")
        .expect("the pattern is a constant that compiles")
});

/// Directives whose argument is a file.
const FILE_DIRECTIVES: &[&str] = &["figure", "image", "include", "literalinclude"];

/// The references of a text that only its raw form shows.
pub(crate) fn references(text: &str, outline: &Outline) -> Vec<Reference> {
    let mut found = Vec::new();
    included(text, outline, &mut found);
    tags(text, outline, &mut found);
    labels(outline, &mut found);
    by_name(outline, &mut found);
    shortcodes(text, outline, &mut found);
    found
}

fn link_to(path: &str, start: usize) -> Reference {
    Reference {
        kind: ReferenceKind::Link {
            path: path.to_owned(),
            anchor: None,
            is_image: false,
        },
        text: path.to_owned(),
        span: Span::new(start, start + path.len()),
        context: ReferenceContext::Link,
    }
}

/// Whether a place of the text is code: a block, or a piece in a line.
fn is_code(outline: &Outline, at: usize) -> bool {
    let at = at as u32;
    let before = outline.fences.partition_point(|fence| fence.span.start <= at);
    before > 0 && outline.fences[before - 1].span.end > at
}

fn included(text: &str, outline: &Outline, found: &mut Vec<Reference>) {
    if text.contains("{{#") || text.contains("<<<") || text.contains("--8<--") {
        for captures in INCLUDED.captures_iter(text) {
            let (book, snippet, section) = (captures.get(1), captures.get(2), captures.get(3));
            let Some(path) = book.or(snippet).or(section) else { continue };
            let is_snippet = snippet.is_some();
            // mdBook fills blocks of code in as well; it shows what a backslash stands in front of.
            let start = captures.get(0).map_or(0, |whole| whole.start());
            let is_shown = text[..start].ends_with('\\') || is_snippet && is_code(outline, start);
            if !is_shown && !path.as_str().contains("://") {
                found.push(link_to(path.as_str(), path.start()));
            }
        }
    }
    for fence in &outline.fences {
        let Some(info) = fence.info.as_deref().map(str::trim) else {
            continue;
        };
        let directive = info.strip_prefix('{').and_then(|info| info.split_once('}'));
        let Some((_, path)) = directive.filter(|(name, _)| FILE_DIRECTIVES.contains(name)) else {
            continue;
        };
        let path = path.trim();
        let line = fence.span.of(text).lines().next().unwrap_or_default();
        if let Some(at) = line
            .find(path)
            .filter(|_| !path.is_empty() && !path.contains([' ', '<', '$', '{']) && !path.starts_with('/'))
        {
            found.push(link_to(path, fence.span.start as usize + at));
        }
    }
}

/// Pages of Hugo that a shortcode looks up. In a block of code they are shown.
fn shortcodes(text: &str, outline: &Outline, found: &mut Vec<Reference>) {
    if !text.contains("ref ") || !text.contains("{{") {
        return;
    }
    for captures in SHORTCODE.captures_iter(text) {
        let Some(page) = captures.get(1).or_else(|| captures.get(2)) else {
            continue;
        };
        let start = captures.get(0).map_or(0, |whole| whole.start());
        if is_code(outline, start) || text[..start].ends_with(['`', '\\']) {
            continue;
        }
        let (path, anchor) = page.as_str().split_once('#').unwrap_or((page.as_str(), ""));
        found.push(Reference {
            kind: ReferenceKind::Link {
                path: path.to_owned(),
                anchor: (!anchor.is_empty()).then(|| anchor.to_owned()),
                is_image: false,
            },
            text: page.as_str().to_owned(),
            span: Span::new(page.start(), page.end()),
            context: ReferenceContext::Link,
        });
    }
}

fn tags(text: &str, outline: &Outline, found: &mut Vec<Reference>) {
    for html in &outline.html {
        let raw = html.of(text);
        let (mut scanned, mut is_comment) = (0, false);
        for captures in TAG.captures_iter(raw) {
            let start = captures.get(0).map_or(0, |whole| whole.start());
            let between = raw.get(scanned..start).unwrap_or_default();
            is_comment = match (between.rfind("<!--"), between.rfind("-->")) {
                (None, None) => is_comment,
                (opened, closed) => opened > closed,
            };
            scanned = start;
            if is_comment {
                continue;
            }
            let (Some(name), Some(value)) = (captures.get(1), captures.get(2).or_else(|| captures.get(3))) else {
                continue;
            };
            let start = html.start as usize + value.start();
            let span = Span::new(start, start + value.len());
            let written = OutlineLink {
                link: Link {
                    destination: value.as_str().to_owned(),
                    title: String::new(),
                    span,
                    is_image: name.as_str().eq_ignore_ascii_case("img"),
                },
                plain: 0..0,
                words_end: span.start,
                form: LinkForm::Inline,
            };
            found.extend(link(text, &written));
        }
    }
}

/// Where a pattern stands in the words of a block without touching inline code.
fn outside_of_code<'text>(
    outline: &'text Outline,
    block: &'text Block,
    pattern: &'text Regex,
) -> impl Iterator<Item = (Captures<'text>, Range<usize>)> {
    let codes = outline.codes_of(block);
    pattern.captures_iter(outline.words(block)).filter_map(move |captures| {
        let whole = captures.get(0)?;
        let place = block.plain.start + whole.start()..block.plain.start + whole.end();
        let behind = codes.partition_point(|code| code.plain.end <= place.start);
        let is_code = codes.get(behind).is_some_and(|code| code.plain.start < place.end);
        (!is_code).then_some((captures, place))
    })
}

fn labels(outline: &Outline, found: &mut Vec<Reference>) {
    if !outline.plain.text.contains("][") {
        return;
    }
    for block in &outline.blocks {
        let words = outline.words(block);
        if !words.contains("][") {
            continue;
        }
        for (captures, place) in outside_of_code(outline, block, &LABELLED) {
            let (Some(whole), Some(label)) = (captures.get(0), captures.get(2)) else {
                continue;
            };
            // `list[0][key]` is an index, `[a][b][c]` a row of keys.
            let before = words[..whole.start()].chars().next_back();
            let is_index = before.is_some_and(|char| char.is_alphanumeric() || matches!(char, ']' | '_' | '\\' | '!'));
            let is_row = words[whole.end()..].starts_with(['[', '(']);
            if is_index || is_row || label.as_str().contains(['<', '{', '$', '|', '=']) {
                continue;
            }
            found.push(Reference {
                kind: of_name(Kind::LinkLabel, label.as_str().to_owned(), Directory::Known(String::new())),
                text: whole.as_str().to_owned(),
                span: outline.plain.span(place),
                context: ReferenceContext::Link,
            });
        }
    }
}

/// Links by the names of pages. Whether they are links at all is for the tree to say.
fn by_name(outline: &Outline, found: &mut Vec<Reference>) {
    if !outline.plain.text.contains("[[") {
        return;
    }
    for block in &outline.blocks {
        let words = outline.words(block);
        if !words.contains("[[") {
            continue;
        }
        for (captures, place) in outside_of_code(outline, block, &BY_NAME) {
            let (Some(whole), Some(inner)) = (captures.get(0), captures.get(1)) else {
                continue;
            };
            let is_row = words[whole.end()..].starts_with(['[', '(', ']']) || words[..whole.start()].ends_with(['[', '\\']);
            let (page, heading) = page_and_heading(inner.as_str());
            // GitLab puts a table of contents there.
            let is_contents = matches!(inner.as_str(), "_TOC_" | "_TOSP_" | "TOC" | "TOSP");
            if is_row || is_contents || page.is_empty() && heading.is_none() {
                continue;
            }
            let mut kind = of_name(Kind::WikiLink, page, Directory::Known(String::new()));
            if let ReferenceKind::Named(named) = &mut kind {
                named.within = heading.into_iter().collect();
            }
            found.push(Reference {
                kind,
                text: whole.as_str().to_owned(),
                span: outline.plain.span(place),
                context: ReferenceContext::Link,
            });
        }
    }
}

/// The page that a link by name leads to, and the heading there. Either side of a bar may be the page, and only a page has a heading.
fn page_and_heading(inner: &str) -> (String, Option<String>) {
    let mut heading = None;
    let mut name = |side: &str| {
        let (page, behind) = side.split_once('#').unwrap_or((side, ""));
        // `#^abc` is a paragraph that has a name of its own.
        if !behind.is_empty() && !behind.starts_with('^') {
            heading = Some(slug(behind.rsplit('#').next().unwrap_or(behind)));
        }
        page.trim().to_owned()
    };
    let page = match inner.split_once('|') {
        Some((one, other)) => match (name(one), name(other)) {
            (one, _) if one.is_empty() => String::new(),
            (one, other) => format!("{one}|{other}"),
        },
        None => name(inner),
    };
    (page, heading)
}

#[cfg(test)]
mod tests {
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceKind;
    use crate::parse::runbook::parse;

    /// The links, images, addresses and labels of a text.
    fn links(text: &str) -> Vec<String> {
        let runbook = parse(text.as_bytes());
        let shown = runbook.references.iter().filter_map(|reference| match &reference.kind {
            ReferenceKind::Link { path, .. } => Some(format!("{} {path}", reference.kind.word())),
            ReferenceKind::Named(named) if matches!(named.kind, Kind::Url | Kind::LinkLabel) => {
                Some(format!("{} {}", named.kind.word(), named.name))
            }
            _ => None,
        });
        shown.collect()
    }

    #[test]
    fn shortcodes_of_hugo_lead_to_pages() {
        assert_eq!(
            links("See [the setup]({{< relref \"setup.md#first\" >}}) and {{% ref \"/ops/x\" %}}, {{<relref path=\"y\">}}.\n"),
            ["link setup.md", "link /ops/x", "link y"]
        );
        assert!(
            links("Write `{{< ref \"x\" >}}`:\n\n```md\n{{< ref \"x\" >}}\n```\n\n{{< figure src=\"x\" >}} {{< ref >}}\n")
                .is_empty()
        );
    }

    #[test]
    fn files_that_a_site_puts_in_are_links() {
        assert_eq!(links("{{#include ../src/x.rs:part}}\n"), ["link ../src/x.rs"]);
        assert_eq!(links("```yaml\n{{#include a.yml}}\n```\n"), ["link a.yml"]);
        assert_eq!(
            links("<<< ./snip/a.yaml{2} [.github/workflows/b.yml]\n"),
            ["link ./snip/a.yaml"]
        );
        assert_eq!(links("```{literalinclude} ../a.py\n:lines: 1-3\n```\n"), ["link ../a.py"]);
        assert_eq!(
            links("```{image} img/a.png\n```\n\n```{figure} img/b.png\nwords\n```\n"),
            ["link img/a.png", "link img/b.png"]
        );
        assert_eq!(
            links("--8<-- \"ops/part.md:head\"\n--8<-- \"$FILE.md\"\n"),
            ["link ops/part.md"]
        );
        assert_eq!(
            links("See {doc}`The plan <plan>` and {download}`x.sh`.\n"),
            ["link plan", "link x.sh"]
        );
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "\\{{#include x.rs}}\n",
            "cat <<< ./x\n",
            "```\n<<< ./x\n```\n",
            "```{include} {{ file }}\n```\n",
        ] {
            assert_eq!(links(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn tags_of_links_and_images_are_read() {
        assert_eq!(
            links("<p align=\"center\"><img width=3 src=\"img/a.png\"></p>\n\nSee <a href='../b.md#c'>it</a>.\n"),
            ["image img/a.png", "link ../b.md"]
        );
        assert_eq!(
            links("<picture><source srcset=\"img/dark.png\"><img src=\"img/a.png\"></picture>\n"),
            ["link img/dark.png", "image img/a.png"]
        );
        assert_eq!(
            links("<a name=\"x\"></a>\n\n<!-- <a href=\"gone.md\"> -->\n"),
            Vec::<String>::new()
        );
        assert_eq!(links("Use `<a href=\"x.md\">`.\n"), Vec::<String>::new());
        // The address may stand on the next line; what begins with `>` there is a quote, and no tag was closed.
        assert_eq!(links("See <a\n  href=\"../b.md\">it</a>.\n").len(), 1);
        assert!(links("<a\n href=\"../b.md\"\n>it</a>\n").is_empty());
    }

    #[test]
    fn a_label_without_a_definition_is_told() {
        assert_eq!(links("See [the plan][rollback].\n"), ["link-label rollback"]);
        for text in [
            "See [the plan][rollback].\n\n[rollback]: https://example.org\n",
            "Use `[the plan][rollback]`.\n",
            "Take list[ab][cd] or [aa][bb][cc].\n",
            "- [ ][x]\n",
            "[a b][1]\n",
        ] {
            let labels: Vec<String> = links(text)
                .into_iter()
                .filter(|link| link.starts_with("link-label"))
                .collect();
            assert_eq!(labels, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn names_of_pages_in_brackets_are_links() {
        let by_name = |text: &str| {
            let runbook = parse(text.as_bytes());
            let shown = runbook.references.iter().filter_map(|reference| match &reference.kind {
                ReferenceKind::Named(named) if named.kind == Kind::WikiLink => {
                    let heading = named.within.first().map(|heading| format!("#{heading}")).unwrap_or_default();
                    Some(format!("{}{heading} {}", named.name, reference.span.of(text)))
                }
                _ => None,
            });
            shown.collect::<Vec<_>>()
        };
        assert_eq!(
            by_name("See [[Rollback Plan]] and [[how to undo|ops/Undo#The Steps]], ![[x.png]].\n"),
            [
                "Rollback Plan [[Rollback Plan]]",
                "how to undo|ops/Undo#the-steps [[how to undo|ops/Undo#The Steps]]",
                "x.png [[x.png]]"
            ]
        );
        assert_eq!(by_name("| a |\n|---|\n| [[Undo\\|how]] |\n"), ["Undo|how [[Undo\\|how]]"]);
        for text in [
            "[[_TOC_]]\n\n[[_TOSP_]]\n",
            "if [[ -f x ]]; then\n",
            "Use `[[wiki]]`.\n",
            "```toml\n[[bin]]\nname = \"x\"\n```\n",
            "    [[bin]]\n",
            "[[x]](y.md)\n",
            "a[[i]][j]\n",
            "Set [[ $a == b ]] or [[$a]].\n",
        ] {
            assert_eq!(by_name(text), Vec::<String>::new(), "{text}");
        }
    }
}
