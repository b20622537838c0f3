//! Where a page differs from what a forge makes of the same Markdown, and why: each row is built and looked at, and the table in `docs` is
//! written from the rows.

use std::fmt::Write as _;

use crate::blessed::holds;
use crate::support::Folder;

/// One difference, or one thing that is the same.
struct Row {
    /// What it is.
    what: &'static str,
    /// An example.
    markdown: &'static str,
    /// What a forge shows.
    forge: &'static str,
    /// What a page shows; empty where it is the same.
    page: &'static str,
    /// Why.
    why: &'static str,
    /// What must stand in the page.
    shows: &'static [&'static str],
    /// What must not.
    hides: &'static [&'static str],
}

const SAME: Row = Row {
    what: "",
    markdown: "",
    forge: "",
    page: "",
    why: "",
    shows: &[],
    hides: &[],
};

const ROWS: &[Row] = &[
    Row {
        what: "`details`, `summary`",
        markdown: "<details><summary>More</summary>\n\nInside **it**.\n\n</details>",
        shows: &["<details", "<summary>More</summary>", "Inside <strong>it</strong>"],
        hides: &["&lt;details", "&lt;summary", "&lt;/details"],
        ..SAME
    },
    Row {
        what: "`kbd`, `sub`, `sup`, `br`",
        markdown: "Press <kbd>Ctrl</kbd><br>H<sub>2</sub>O, x<sup>2</sup>.",
        shows: &["<kbd>Ctrl</kbd>", "<br>", "<sub>2</sub>", "<sup>2</sup>"],
        hides: &["&lt;kbd", "&lt;br", "&lt;sub", "&lt;sup"],
        ..SAME
    },
    Row {
        what: "tables, also in HTML",
        markdown: "<table><tr><th>Port</th></tr><tr><td>8080</td></tr></table>",
        shows: &["<th", ">Port</th>", ">8080</td>"],
        hides: &["&lt;table", "&lt;td"],
        ..SAME
    },
    Row {
        what: "headings in HTML, and `align`",
        markdown: "<h2 align=\"center\">In the middle</h2>",
        shows: &["In the middle</h"],
        hides: &["&lt;h2"],
        ..SAME
    },
    Row {
        what: "pictures of the repository, in Markdown and in HTML",
        markdown: "![The dashboard](dot.png)\n\n<img src=\"dot.png\" width=\"40\" alt=\"Again\">",
        shows: &["pictures/", "alt=\"The dashboard\"", "alt=\"Again\""],
        hides: &["&lt;img"],
        ..SAME
    },
    Row {
        what: "bare addresses, emoji codes, footnotes",
        markdown: "See https://example.org/a :rocket: and more.[^1]\n\n[^1]: The note.",
        shows: &["href=\"https://example.org/a\"", "🚀", "The note."],
        hides: &[":rocket:", "[^1]"],
        ..SAME
    },
    Row {
        what: "alerts",
        markdown: "> [!WARNING]\n> Mind the gap.",
        shows: &["Mind the gap."],
        hides: &["[!WARNING]"],
        ..SAME
    },
    Row {
        what: "a name in angle brackets",
        markdown: "Check out <good-tag> first.",
        forge: "the name vanishes: it is taken for a tag",
        page: "the name, as it is written",
        why: "it is a placeholder that somebody must fill in",
        shows: &["&lt;good-tag&gt;"],
        hides: &[],
    },
    Row {
        what: "tags that could run or cover the page (`script`, `style`, `iframe`, `video`, `form`, `svg`)",
        markdown: "Before <script>go()</script> <iframe src=\"x\"></iframe> after.",
        forge: "nothing, or the tag as text",
        page: "the tag as text",
        why: "nothing that an author wrote vanishes, and nothing of it is markup",
        shows: &["&lt;script&gt;go()", "&lt;iframe"],
        hides: &["<iframe", "<script>go()"],
    },
    Row {
        what: "comments",
        markdown: "Before.\n\n<!-- a thought -->\n\nAfter.",
        forge: "nothing",
        page: "nothing; where one says that something is stale or missing on purpose, a note",
        why: "such a comment explains what the page shows as broken",
        shows: &["Before.", "After."],
        hides: &["a thought"],
    },
    Row {
        what: "pictures from the web",
        markdown: "![Status](https://ci.example.org/badge.svg)",
        forge: "the picture, by way of a server of its own",
        page: "a link with the words of the picture",
        why: "a page asks no other host for anything, and works from disk",
        shows: &["href=\"https://ci.example.org/badge.svg\"", "Status"],
        hides: &["<img src=\"https://"],
    },
    Row {
        what: "`!!! note`, `:::`",
        markdown: "!!! warning \"Take care\"\n    It is hot.\n\n::: tip\nStay cool.\n:::",
        forge: "the signs, and code",
        page: "a box, as an alert",
        why: "runbooks move between MkDocs, Docusaurus and a forge",
        shows: &["Take care", "It is hot.", "Stay cool."],
        hides: &["!!! warning", "::: tip"],
    },
    Row {
        what: "front matter",
        markdown: "---\nowner: Platform team\nreview_interval: 90 days\n---\n\n# With a head\n\nWords.",
        forge: "a table",
        page: "nothing of it in the text; owner, review and the like stand in the head of the page",
        why: "it is told once",
        shows: &["Platform team", "Words."],
        hides: &["review_interval:"],
    },
    Row {
        what: "diagrams (`mermaid`) and formulas",
        markdown: "```mermaid\ngraph TD\n  A --> B\n```\n\nIt is $x^2$ here.",
        forge: "a drawing, a set formula",
        page: "their source, and a word on what it is",
        why: "drawing them takes a large script that would run on every page",
        shows: &["graph TD", "x^2"],
        hides: &["<svg id=\"mermaid"],
    },
    Row {
        what: "commands with prompts and output",
        markdown: "```console\n$ make health\nok\n```",
        forge: "all of it is copied",
        page: "prompts and output are seen and not copied",
        why: "what is pasted into a shell must be the command",
        shows: &["make health", "<samp"],
        hides: &[],
    },
    Row {
        what: "task lists",
        markdown: "- [ ] Tell the on-call engineer",
        forge: "a box that cannot be ticked",
        page: "a box with its label that can; the tick is not kept",
        why: "a run sheet keeps it",
        shows: &["type=\"checkbox\"", "<label"],
        hides: &["[ ]"],
    },
    Row {
        what: "signs that are not seen, or that turn the direction of writing",
        markdown: "```sh\nrm -rf /tmp/x\u{202e}y\n```",
        forge: "a warning above the file",
        page: "the sign by its number, where it stands; a copy has the number, too",
        why: "what is copied must be what is seen",
        shows: &["U+202E"],
        hides: &["\u{202e}"],
    },
    Row {
        what: "links that run something",
        markdown: "[Click](javascript:alert(1))",
        forge: "the words",
        page: "the words",
        why: "and `lint` tells the line",
        shows: &["Click"],
        hides: &["javascript:alert(1)\""],
    },
    Row {
        what: "links to other runbooks",
        markdown: "See [the other one](details.md).",
        forge: "the file on the same branch",
        page: "its page in the same edition",
        why: "what was followed at a release stays together",
        shows: &["index.html"],
        hides: &["href=\"details.md\""],
    },
    Row {
        what: "several headings of the first level",
        markdown: "# One\n\nWords.\n\n# Two\n\nMore.",
        forge: "all as the first level",
        page: "the first one is the title; the others stand below it",
        why: "a page has one title, for screen readers and for the list of contents",
        shows: &["<h2", "Two</h2>"],
        hides: &[],
    },
    Row {
        what: "markers of Hugo, Jekyll and MyST on a line of their own",
        markdown: "{% raw %}\nwords\n{% endraw %}\n\n{: .no_toc }",
        forge: "the markers",
        page: "nothing; within a line they stay as they are written",
        why: "they are instructions to another generator, not to a reader",
        shows: &["words"],
        hides: &["{% raw %}", "no_toc"],
    },
];

/// The smallest picture.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0,
    0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x62, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4,
    0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

#[test]
fn markdown_is_shown_as_the_table_of_differences_says() {
    let folder = Folder::repository();
    folder.write("runbooks/dot.png", DOT);
    folder.write("runbooks/details.md", "# Another runbook\n\nWords.\n");
    for (at, row) in ROWS.iter().enumerate() {
        let text = if row.markdown.starts_with("---") || row.markdown.starts_with("# ") {
            row.markdown.to_owned()
        } else {
            format!("# Row {at}\n\n{}\n", row.markdown)
        };
        folder.write(&format!("runbooks/row-{at}.md"), text);
    }
    folder.commit("Write it down", &[]);
    let ran = folder.run(&["build", "--out", "site"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let mut wrong = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        let page = folder.read(&format!("site/next/runbooks/row-{at}/index.html"));
        let main = page.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
        let main = main.map(|(main, _)| main).unwrap_or_default();
        for needle in row.shows.iter().filter(|needle| !main.contains(**needle)) {
            wrong.push(format!("{}: `{needle}` is not there", row.what));
        }
        for needle in row.hides.iter().filter(|needle| main.contains(**needle)) {
            wrong.push(format!("{}: `{needle}` is there", row.what));
        }
        if wrong.iter().any(|one| one.starts_with(row.what)) {
            let body = main.split_once("class=\"body").map_or(main, |(_, body)| body);
            wrong.push(body.chars().take(1500).collect());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    holds("docs/markdown.md", &table());
}

/// The table for readers.
fn table() -> String {
    let mut text = String::from(
        "# Markdown in the handbook\n\nWritten by a test that builds each row and looks at its page.\n\n## Where a page differs from a \
         forge\n\n| Markdown | GitHub shows | The handbook shows | Why |\n|---|---|---|---|\n",
    );
    for row in ROWS.iter().filter(|row| !row.page.is_empty()) {
        let _ = writeln!(text, "| {} | {} | {} | {} |", row.what, row.forge, row.page, row.why);
    }
    text.push_str("\n## What is the same\n\n");
    for row in ROWS.iter().filter(|row| row.page.is_empty()) {
        let _ = writeln!(text, "- {}", row.what);
    }
    text
}
