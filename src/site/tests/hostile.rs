//! Nothing that somebody else wrote becomes markup. Two parsers that are not ours judge it: ammonia for the text of a runbook, the strict
//! reader of the samples for whole pages.

use std::collections::{BTreeSet, HashMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};
use proptest::sample::select;

use crate::site::body;
use crate::site::body::marks::Marks;
use crate::site::body::written::LinkTarget;
use crate::site::sample::hostile::{PAYLOADS, handbook, markdown};
use crate::site::sample::markup::{Token, read, text_of};
use crate::site::sample::text::runbook;
use crate::site::tests::{pages, site};
use crate::site::{link, sample};

/// The elements that a page may have.
const ELEMENTS: [&str; 80] = [
    "ins", "img", "a", "aside", "b", "blockquote", "body", "br", "button", "caption", "circle", "code", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
    "html", "input", "kbd", "label", "li", "link", "main", "meta", "nav", "noscript", "ol", "p", "path", "polyline", "desc",
    "pre", "rect", "samp", "script", "section", "small", "span", "strong", "summary", "sup", "svg", "symbol", "table", "tbody",
    "td", "th", "thead", "time", "title", "tr", "ul", "use", "var", "wbr", "dfn", "abbr", "sub", "mark", "q", "cite", "s", "u",
    "i", "wbr",
];

/// What only a run sheet has: the parts of a form, and what its script puts in their place.
const OF_SHEETS: &[&str] = &["datalist", "option", "template", "textarea"];

/// The file that a link from a page leads to.
fn beside(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[test]
fn no_string_of_a_handbook_becomes_markup() {
    let elements: HashSet<&str> = ELEMENTS.into_iter().collect();
    for payload in PAYLOADS {
        let files = site(&handbook(payload));
        for (url, html) in pages(&files) {
            assert!(
                url.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/._-~".contains(&byte)),
                "{url} is no plain address"
            );
            assert!(
                !url.split('/').any(|part| part.is_empty() || part.starts_with('.')),
                "{url} leaves its folder"
            );
            let is_sheet = url.ends_with("/run/index.html") && html.contains(" data-sheet=\"");
            let mut scripts = Vec::new();
            let mut counts: HashMap<String, usize> = HashMap::new();
            for token in read(html) {
                let Token::Open(name, attributes) = token else { continue };
                let is_of_sheet = is_sheet && OF_SHEETS.contains(&name.as_str());
                assert!(elements.contains(name.as_str()) || is_of_sheet, "{url}: <{name}>");
                for (attribute, value) in &attributes {
                    assert!(
                        !attribute.starts_with("on") && attribute != "style",
                        "{url}: {attribute}={value}"
                    );
                    if attribute == "href" || attribute == "src" {
                        let is_ours = value.starts_with("data:image/svg+xml,%3Csvg") && name == "link";
                        let is_web = value.starts_with("https://") || value.starts_with("mailto:");
                        assert!(
                            is_ours || is_web || !value.contains(':') || value.starts_with('#'),
                            "{url}: {value}"
                        );
                        // The only picture is a badge that the site draws itself.
                        assert!(name != "img" || value.ends_with(".svg") && !is_web, "{url}: {value}");
                        assert!(!value.starts_with("//") && !value.starts_with('\\'), "{url}: {value}");
                    }
                }
                if name == "script" {
                    scripts.push(attributes.get("src").cloned().unwrap_or_default());
                }
                *counts.entry(name).or_default() += 1;
            }
            let later = match scripts.as_slice() {
                [editions, later, ..] if editions.ends_with("assets/editions.js") => {
                    assert!(
                        later.ends_with("/later.js") && files.contains_key(&beside(url, later)),
                        "{url}: {later}"
                    );
                    2
                }
                _ => 0,
            };
            let built = scripts.iter().any(|script| script.ends_with("about/build.js"));
            assert!(!built || files.contains_key(&beside(url, &scripts[later + 2])), "{url}");
            assert_eq!(scripts.len(), 2 + later + usize::from(built) + usize::from(is_sheet), "{url}");
            assert!(
                !is_sheet || scripts.last().is_some_and(|last| last.ends_with("assets/run-sheet.js")),
                "{url}"
            );
            assert!(
                scripts[later].ends_with("assets/handbook.js") && scripts[later + 1].ends_with("assets/search.js"),
                "{url}"
            );
            // A drawing has a title of its own, and one description each.
            let drawings = counts.get("desc").copied().unwrap_or_default();
            assert_eq!(counts.get("title").copied().unwrap_or_default(), 1 + drawings, "{url}: title");
            for name in ["h1", "main", "body"] {
                assert_eq!(counts.get(name), Some(&1), "{url}: {name}");
            }
        }
        for (url, bytes) in files.iter().filter(|(url, _)| url.ends_with("index.json")) {
            serde_json::from_slice::<serde_json::Value>(bytes).unwrap_or_else(|error| panic!("{url}: {error}"));
        }
    }
}

#[test]
fn author_text_passes_a_foreign_sanitiser_unchanged() {
    let mut texts: Vec<String> = PAYLOADS.iter().map(|payload| markdown(payload)).collect();
    texts.extend([sample::texts::RELEASE, sample::texts::HANDOVER, sample::texts::INCIDENT].map(ToOwned::to_owned));
    let cleaner = cleaner();
    for text in texts {
        passes(&cleaner, &text);
    }
}

/// Pieces of HTML and Markdown that are opened, closed and crossed in every way.
const PIECES: [&str; 58] = [
    "<details>",
    "</details>",
    "<details open>\n",
    "<summary>",
    "</summary>",
    "<p align=center>",
    "<p>",
    "</p>",
    "<div>\n",
    "</div>\n",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<th>",
    "</td>",
    "<ul>",
    "<li>",
    "</ul>",
    "<ol>",
    "<b>",
    "</b>",
    "<a href=\"https://example.org/\">",
    "<a id=x>",
    "<a id=rp-main name=y>",
    "</a>",
    "<img src=x.png alt=\"<b>\">",
    "<h1>",
    "</h1>",
    "<h3 id=z>",
    "</h3>",
    "<br>",
    "<hr>",
    "<pre>",
    "</pre>",
    "<kbd>",
    "</kbd>",
    "<sub>",
    "<blockquote>",
    "</blockquote>",
    "<script>",
    "<!-- x -->",
    "<center>",
    "words ",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "| a | b |\n|---|---|\n| ",
    " | ",
    "**",
    "`",
    "## ",
    ":::note\n",
    ":::\n",
    "1. ",
    "- [ ] ",
    "https://example.org/?a=<b>",
];

#[test]
fn no_box_begins_inside_of_words() {
    passes(&cleaner(), "**:::note\n:::note\n<b>**");
    passes(&cleaner(), "[words\n:::note\nmore](https://example.org/)");
    passes(&cleaner(), "**a\n:::\nb**\n:::note\nc\n:::\n");
}

#[test]
fn what_shapes_nothing_stands_in_a_cell_of_an_open_table() {
    for text in [
        "- [ ] <table><li></td><script>",
        "<table>\n\n<script>\n",
        "<ul>\n\n<script>\n",
        "- x <ul></li><script>",
    ] {
        passes(&cleaner(), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_soup_of_tags_is_well_formed(pieces in vec(select(&PIECES[..]), 0..30)) {
        passes(&cleaner(), &pieces.concat());
    }
}

/// What a page may hold of an author's text.
fn cleaner() -> ammonia::Builder<'static> {
    let tags: HashSet<&str> = [
        "a", "b", "blockquote", "br", "button", "code", "del", "details", "div", "em", "figcaption", "figure", "h2", "h3", "h4",
        "h5", "h6", "hr", "img", "input", "ins", "kbd", "label", "li", "mark", "ol", "p", "pre", "samp", "small", "span",
        "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul", "var", "wbr",
    ]
    .into();
    let general: HashSet<&str> = ["class", "id", "tabindex", "role", "aria-label", "title"].into();
    let own: HashMap<&str, HashSet<&str>> = HashMap::from([
        ("a", ["href", "rel"].into()),
        ("details", ["open"].into()),
        ("img", ["src", "alt", "width", "height"].into()),
        ("button", ["type", "data-copy", "hidden"].into()),
        ("input", ["type", "checked"].into()),
        ("li", ["value"].into()),
        ("th", ["scope"].into()),
    ]);
    let mut cleaner = ammonia::Builder::new();
    cleaner
        .tags(tags)
        .generic_attributes(general)
        .tag_attributes(own)
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(None)
        .strip_comments(true);
    cleaner
}

/// The markup of a text is as a foreign sanitiser leaves it.
fn passes(cleaner: &ammonia::Builder<'_>, text: &str) {
    let runbook = runbook(text);
    let written = body::write(&runbook, &body::read(&runbook, false));
    let html = written.assemble(&Marks::default(), |_, file| match link::resolve("runbooks/x.md", file) {
        Some(path) if path.ends_with(".png") => LinkTarget::Picture("https://example.org/x.png".to_owned(), Some((1, 2))),
        Some(path) => LinkTarget::Web(format!(
            "https://example.org/{}",
            path.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
        )),
        None => LinkTarget::Nowhere(file.path.clone()),
    });
    let cleaned = cleaner.clean(&html).to_string();
    let (ours, theirs) = (shape(&html), shape(&cleaned));
    assert_eq!(ours, theirs, "for {text:?}: {html}");
    assert_eq!(text_of(&read(&html)), text_of(&read(&cleaned)));
}

/// Elements with their attributes, in order. Empty attributes are written differently.
fn shape(html: &str) -> Vec<String> {
    read(html)
        .into_iter()
        .filter_map(|token| match token {
            Token::Open(name, attributes) => Some(format!("<{name} {attributes:?}>")),
            Token::Close(name) => Some(format!("</{name}>")),
            Token::Text(_) => None,
        })
        .collect()
}

#[test]
fn templates_cannot_be_written_by_authors() {
    let files = site(&handbook("{{ site.commit.id }}{% include \"base.html\" %}"));
    let page = pages(&files)
        .find(|(url, _)| url.ends_with("about/index.html"))
        .map(|(_, html)| html)
        .expect("it tells of the build");
    assert!(
        page.contains("{{ site.commit.id }}{% include &quot;base.html&quot; %}"),
        "it is shown as it was written"
    );
}

#[test]
fn ids_of_the_frame_are_never_taken() {
    let text = "## rp-main\n\n## main\n\n## constructor\n\n## __proto__\n\n## location\n\n## rp-fresh\n\n## Step 3\n";
    let ids: BTreeSet<String> = body::read(&runbook(text), false)
        .headings
        .into_iter()
        .map(|heading| heading.id)
        .collect();
    assert!(ids.iter().all(|id| !id.starts_with("rp-")), "{ids:?}");
    assert!(
        ["constructor", "__proto__", "location"].iter().all(|id| !ids.contains(*id)),
        "{ids:?}"
    );
    assert_eq!(ids.len(), 7);
}
