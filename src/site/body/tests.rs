//! Tests of the text of a runbook as markup.

use std::fmt::Write as _;

use proptest::prelude::{ProptestConfig, proptest};

use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::site::body;
use crate::site::body::marks::{Mark, Marks};
use crate::site::body::written::{LinkTarget, SlotKind, Written};
use crate::site::sample::markup::{Token, read, text_of};
use crate::site::sample::text::runbook;

fn written(runbook: &Runbook) -> Written {
    body::write(runbook, &body::read(runbook, true))
}

fn html(text: &str) -> String {
    written(&runbook(text)).assemble(&Marks::default(), |_, file| LinkTarget::Nowhere(file.path.clone()))
}

/// The elements of some markup with the attributes that matter for its shape.
fn outline(html: &str) -> String {
    let mut outline = String::new();
    for token in read(html) {
        match token {
            Token::Open(name, attributes) => {
                outline.push('<');
                outline.push_str(&name);
                for key in ["id", "class", "value", "href"] {
                    if let Some(value) = attributes.get(key) {
                        let _ = write!(outline, " {key}={value}");
                    }
                }
                outline.push('>');
            }
            Token::Close(name) => outline.extend(["</", &name, ">"]),
            Token::Text(text) => outline.push_str(text.trim()),
        }
    }
    outline
}

fn finding(text: &str, words: &str, severity: Severity) -> Finding {
    let start = text.find(words).expect("the words are there");
    Finding {
        rule: "path-missing",
        severity,
        confidence: Confidence::High,
        path: "runbooks/x.md".to_owned(),
        place: None,
        span: Some(Span::new(start, start + words.len())),
        reference: Some(words.to_owned()),
        message: format!("`{words}` is not there"),
        help: None,
        suggestion: Some("other".to_owned()),
        fix: None,
        related: Vec::new(),
        suppression: None,
        fingerprint: String::new(),
    }
}

fn marked(text: &str, words: &str, severity: Severity) -> String {
    let mark = Mark::of(
        &finding(text, words, severity),
        "rp-mark-1",
        Some("../rules/path-missing/index.html"),
        None,
    );
    let broken = mark
        .iter()
        .filter(|_| severity == Severity::Error)
        .map(|mark| mark.span.start)
        .collect();
    let marks = Marks {
        notes: mark.into_iter().collect(),
        broken,
    };
    written(&runbook(text)).assemble(&marks, |_, file| LinkTarget::Nowhere(file.path.clone()))
}

#[test]
fn a_flattened_list_is_nested_again_with_the_numbers_of_its_author() {
    let shape = outline(&html("## Steps\n\n1. One\n2. Two:\n1. `a`\n2. `b`\n3. `c`\n3. Three\n"));
    assert_eq!(
        shape,
        "<h2 id=steps>Steps</h2><ol class=steps><li id=step-1 value=1>One</li><li id=step-2 value=2>Two:<ol class=substeps><li \
         id=step-2-1 value=1><code>a</code></li><li id=step-2-2 value=2><code>b</code></li><li id=step-2-3 value=3><code>c</code></li></ol></li><li id=step-3 value=3>Three</li></ol>"
    );
}

#[test]
fn a_step_that_fails_leads_to_the_text_that_does_not() {
    let note = |severity: Severity, mended: Option<&str>| {
        let mark = Mark::of(&finding("Run `make x`.", "make x", severity), "rp-mark-1", None, mended);
        mark.expect("it is loud enough").html
    };
    let link = "<a href=\"../next/index.html\">Read the text on main";
    assert!(note(Severity::Error, Some("../next/index.html")).contains(link));
    assert!(!note(Severity::Error, None).contains("on main"));
    assert!(
        !note(Severity::Warning, Some("../next/index.html")).contains("on main"),
        "it does not fail"
    );
}

#[test]
fn steps_of_later_lists_are_told_apart_by_their_section() {
    let text = "## Steps\n\n1. One\n\n## Rollback\n\n1. Back\n\nagain\n\n1. Once more\n";
    let body = body::read(&runbook(text), false);
    assert_eq!(body.step_ids(), ["step-1", "rollback-step-1", "rollback-step-1--2"]);
}

#[test]
fn anchors_of_authors_stay_and_never_take_ours() {
    let text = "# T\n\n## Rollback procedure\n\n## rp main\n\n## step 1\n\n1. One\n\n## !!!\n\n[a](#rp-main) [b](#none)\n";
    let body = body::read(&runbook(text), false);
    let ids: Vec<&str> = body.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["rollback-procedure", "h-rp-main", "h-step-1", "h-section"]);
    assert_eq!(body.title_anchor.as_deref(), Some("t"));
    assert_eq!(body.step_ids(), ["step-1"]);
    let page = html(text);
    assert!(page.ends_with("<p><a href=\"#h-rp-main\">a</a> b</p>"), "{page}");
}

#[test]
fn headings_leave_no_level_out() {
    let text = "# Title\n\n#### Deep\n\n##### Deeper\n\n## Flat\n\n# Another part\n";
    let body = body::read(&runbook(text), false);
    let levels: Vec<u8> = body.headings.iter().map(|heading| heading.level).collect();
    assert_eq!(levels, [2, 3, 2, 2]);
}

#[test]
fn sections_that_tell_when_to_roll_back_stand_in_a_box() {
    let shape = outline(&html(
        "## When to roll back\n\nNow\n\n### Also\n\nThen\n\n## Rollback\n\nBack\n",
    ));
    assert_eq!(
        shape,
        "<h2 id=when-to-roll-back>When to roll back</h2><div class=danger stack><p>Now</p><h3 \
         id=also>Also</h3><p>Then</p></div><h2 id=rollback>Rollback</h2><p>Back</p>"
    );
}

#[test]
fn task_lists_have_labels() {
    let page = html("- [ ] See `main`\n- [x] Done\n- [ ]\n- plain\n");
    assert_eq!(
        page,
        "<ul><li class=\"task\"><label><input type=\"checkbox\"><span>See <code>main</code></span></label></li><li \
         class=\"task\"><label><input type=\"checkbox\" checked><span>Done</span></label></li><li class=\"task\"><label><input type=\"checkbox\"><span>(no words)</span></label></li><li>plain</li></ul>"
    );
    let loose = html("- [ ] One\n\n  more\n\n- [ ] Two\n");
    assert!(
        loose.contains("<p><label><input type=\"checkbox\"><span>One</span></label></p><p>more</p>"),
        "{loose}"
    );
}

#[test]
fn a_run_of_moments_becomes_a_line() {
    assert_eq!(
        html("- T+0: health\n- T+15m: errors\n"),
        "<ul class=\"ticks\"><li><b>T+0:</b> health</li><li><b>T+15m:</b> errors</li></ul>"
    );
    let page = html("Checks at T+0, T+15m and T+1h.\n");
    assert!(
        page.ends_with("</p><ol class=\"ticks\"><li><b>T+0</b></li><li><b>T+15m</b></li><li><b>T+1h</b></li></ol>"),
        "{page}"
    );
    assert!(!html("- T+0: health\n- later: errors\n").contains("ticks"));
}

#[test]
fn html_that_shapes_nothing_is_text() {
    assert_eq!(html("Check out <good-tag>.\n"), "<p>Check out &lt;good-tag&gt;.</p>");
    assert_eq!(html("a<br>b <!-- hidden --> c\n"), "<p>a<br>b  c</p>");
    assert_eq!(html("<!-- one\ntwo -->\n\nText\n"), "<p>Text</p>");
    assert_eq!(
        html("<a id=\"late\"></a>\n\n[up](#late)\n"),
        "<span id=\"late\"></span><p><a href=\"#late\">up</a></p>"
    );
    assert_eq!(html("<a name=\"here\">words</a>\n"), "<p><span id=\"here\"></span>words</p>");
    assert_eq!(html("<!-- never closed\n"), "<p class=\"raw\">&lt;!-- never closed</p>");
    assert_eq!(
        html("<script>\nx\n</script>\n"),
        "<p class=\"raw\">&lt;script&gt;\nx\n&lt;/script&gt;</p>"
    );
    assert_eq!(
        html("</main></body><h1>Approved</h1>\n"),
        "<p class=\"raw\">&lt;/main&gt;&lt;/body&gt;</p><h2 id=\"approved\">Approved</h2>"
    );
}

#[test]
fn html_that_shapes_words_is_written_anew() {
    for (text, page) in [
        (
            "Press <kbd>Ctrl</kbd>, H<sub>2</sub>O <b>b</b>\n",
            "<p>Press <kbd>Ctrl</kbd>, H<sub>2</sub>O <strong>b</strong></p>",
        ),
        (
            "<details open ontoggle=\"x\">\n<summary>More</summary>\n\n- a\n\n</details>\n\nafter\n",
            "<details class=\"stack\" open><summary>More</summary><ul><li>a</li></ul></details><p>after</p>",
        ),
        (
            "<details>\n<b>words</b>\n</details>\n",
            "<details class=\"stack\"><summary>Details</summary><p><strong>words</strong>\n</p></details>",
        ),
        (
            "<p align=\"center\" style=\"position:fixed\">\n<b>a</b> &amp; b\n</p>\n",
            "<div class=\"stack mid\"><p><strong>a</strong> &amp; b\n</p></div>",
        ),
        (
            "<table><tr><th>a</th></tr><tr><td>b<td>c</table>\n",
            "<div class=\"scroll\" role=\"group\" aria-label=\"Table 1\" tabindex=\"0\"><table><thead><tr><th \
             scope=\"col\">a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr></tbody></table></div>",
        ),
        ("<ul><li>a<li>b</ul>\n", "<ul><li>a</li><li>b</li></ul>"),
        ("a <b>b\n\nc</b> d\n", "<p>a <strong>b</strong></p><p>c d</p>"),
        (
            "<pre>\na <b>b</b>\n</pre>\n",
            "<figure class=\"cmd\"><figcaption><span>Text</span></figcaption><pre tabindex=\"0\"><code>a b\n</code></pre></figure>",
        ),
        ("<a href=\"javascript:x\" onclick=\"y\">a</a>\n", "<p>a</p>"),
        (
            "<a href=\"https://example.org/\">a</a>\n",
            "<p><a href=\"https://example.org/\" rel=\"noopener noreferrer\">a</a></p>",
        ),
        ("a<details>b\n", "<p>a&lt;details&gt;b</p>"),
        (
            "| a |\n|---|\n| b<br>c |\n",
            "<div class=\"scroll\" role=\"group\" aria-label=\"Table 1\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody><tr><td>b<br>c</td></tr></tbody></table></div>",
        ),
    ] {
        assert_eq!(html(text), page, "{text:?}");
    }
    let deep = html(&"<div align=\"center\">\n".repeat(1000));
    assert_eq!(deep.matches("<div").count(), deep.matches("</div>").count());
}

#[test]
fn boxes_of_other_programs_are_boxes() {
    for text in [
        ":::note Title\n\nwords\n\n:::\n\nafter\n",
        "::: note Title\nwords\n:::\n\nafter\n",
        "{{% notice note \"Title\" %}}\nwords\n{{% /notice %}}\n\nafter\n",
    ] {
        assert_eq!(
            html(text),
            "<div class=\"alert note\"><p class=\"alert-word\">Title</p><p>words</p></div><p>after</p>",
            "{text:?}"
        );
    }
    assert_eq!(html("# T\n\n{: .no_toc }\n\n{% raw %}\nx\n{% endraw %}\n"), "<p>x</p>");
    assert!(html("{% include x.md %}\n").contains("<code class=\"gen\""));
    assert!(html("$$\na_b\n$$\n").contains("Formula, as written in TeX"));
    assert_eq!(html(":::\n"), "<p>:::</p>");
}

#[test]
fn links_lead_only_where_they_may() {
    assert_eq!(
        html("[a](javascript:alert(1)) [b](https://example.org/ \"t\") <mailto:x@example.org>\n"),
        "<p>a <a href=\"https://example.org/\" rel=\"noopener noreferrer\" title=\"t\">b</a> <a href=\"mailto:x@example.org\" rel=\"noopener noreferrer\">mailto:x@example.org</a></p>"
    );
    assert_eq!(
        html("[](https://example.org/)\n"),
        "<p><a href=\"https://example.org/\" rel=\"noopener noreferrer\">https://example.org/</a></p>"
    );
    assert_eq!(
        html("[x](../a.md#b)\n"),
        "<p><span class=\"ref\" title=\"../a.md\">x</span></p>"
    );
}

#[test]
fn images_are_named_where_there_is_no_copy() {
    assert_eq!(
        html("![Plan](plan.png) ![](https://example.org/x.gif)\n"),
        "<p><span class=\"ref\" title=\"plan.png\"><span class=\"image\">Image: Plan</span></span> <a \
         href=\"https://example.org/x.gif\" rel=\"noopener noreferrer\"><span class=\"image\">Image: \
         https://example.org/x.gif</span></a></p>"
    );
    assert_eq!(
        html("[![CI](https://example.org/b.svg)](https://example.org/ci)\n"),
        "<p><a href=\"https://example.org/ci\" rel=\"noopener noreferrer\"><span class=\"image\">Image: CI</span></a></p>"
    );
}

#[test]
fn copies_of_images_are_shown() {
    let page = |text: &str| {
        written(&runbook(text)).assemble(&Marks::default(), |_, file| {
            LinkTarget::Picture(format!("../pictures/{}", file.path), Some((3, 4)))
        })
    };
    assert_eq!(
        page("![A *\"b\"*](x.png) [![](y.png)](https://example.org/)\n"),
        "<p><img src=\"../pictures/x.png\" alt=\"A &quot;b&quot;\" width=\"3\" height=\"4\"> <a href=\"https://example.org/\" \
         rel=\"noopener noreferrer\"><img src=\"../pictures/y.png\" alt=\"\" width=\"3\" height=\"4\"></a></p>"
    );
    assert_eq!(
        page("<img src=\"z.png\" alt='<i>' onerror=x>\n"),
        "<p><img src=\"../pictures/z.png\" alt=\"&lt;i&gt;\" width=\"3\" height=\"4\">\n</p>"
    );
    assert_eq!(
        html("<img src=\"data:image/svg+xml;base64,AA\">\n"),
        "<p><span class=\"image\">Image: data:image/svg+xml;base64,AA</span>\n</p>"
    );
}

#[test]
fn a_broken_command_is_marked_where_it_stands() {
    let text = "1. First\n\n   ```sh\n   make gone\n   ```\n2. Second\n";
    let page = marked(text, "make gone", Severity::Error);
    assert!(page.contains("<figure class=\"cmd broken\">"), "{page}");
    assert!(page.contains("<span>Copy anyway</span>"), "{page}");
    assert!(
        page.contains("</figure><p class=\"margin-note fail\" id=\"rp-mark-1\">"),
        "{page}"
    );
    assert!(page.contains("<b><code>make gone</code> is not there.</b>"), "{page}");
    assert!(page.contains("<code>other</code>"), "{page}");
    let page = marked(text, "make gone", Severity::Warning);
    assert!(
        page.contains("<figure class=\"cmd\">") && page.contains("<span>Copy</span>") && page.contains("margin-note warn"),
        "{page}"
    );
    assert_eq!(
        marked(text, "make gone", Severity::Info),
        html(text),
        "notes stay in the panel"
    );
}

#[test]
fn marks_stand_at_the_smallest_block() {
    let text = "- outer `a.md`\n  - inner `b.md`\n- last\n";
    let page = marked(text, "b.md", Severity::Error);
    assert!(page.contains("inner <code>b.md</code><p class=\"margin-note"), "{page}");
    let page = marked(text, "a.md", Severity::Error);
    assert!(page.contains("outer <code>a.md</code><p class=\"margin-note"), "{page}");
    let page = marked("| a |\n|---|\n| `x` |\n", "`x`", Severity::Error);
    assert!(page.contains("</table></div><p class=\"margin-note"), "{page}");
}

#[test]
fn sessions_copy_what_was_typed() {
    let page = html("```console\n$ make a \\\n  b\nout <1>\n$ make c\n```\n");
    assert!(page.contains("<span class=\"prompt\">$ </span><kbd>make c</kbd>\n"), "{page}");
    assert!(page.contains("<samp>out &lt;1&gt;\n</samp>"), "{page}");
}

#[test]
fn what_hides_in_code_is_shown_and_copied_as_it_is_shown() {
    for (text, shown) in [
        ("```sh\ncu\u{200b}rl x\n```\n", "cu<span class=\"chip\">U+200B</span>rl x"),
        (
            "```console\n$ ls \u{202e}x\nout\n```\n",
            "ls <span class=\"chip\">U+202E</span>x",
        ),
    ] {
        let page = html(text);
        assert!(page.contains(shown) && page.contains("<span>Copy anyway</span>"), "{page}");
        assert!(page.contains("a copy has their numbers, as shown"), "{page}");
        assert!(!page.contains(['\u{200b}', '\u{202e}']), "{page}");
    }
}

#[test]
fn an_error_without_room_for_its_note_guards_its_block() {
    let text = "```sh\nmake gone\n```\n\n```sh\nmake here\n```\n";
    let marks = Marks {
        notes: Vec::new(),
        broken: vec![6],
    };
    let page = written(&runbook(text)).assemble(&marks, |_, file| LinkTarget::Nowhere(file.path.clone()));
    assert_eq!(page.matches("<span>Copy anyway</span>").count(), 1, "{page}");
    assert_eq!(page.matches("<span>Copy</span>").count(), 1, "{page}");
}

#[test]
fn named_places_are_there_once_and_stand_in_for_nothing() {
    assert_eq!(
        html("<a id=\"x\"></a>a <a id=\"x\"></a>b\n\n[up](#x)\n"),
        "<p><span id=\"x\"></span>a b</p><p><a href=\"#x\">up</a></p>"
    );
    assert_eq!(
        html("<a id=\"__proto__\"></a>a <a name=\"location\">b</a>\n\n[one](#__proto__) [two](#location)\n"),
        "<p><span id=\"h-__proto__\"></span>a <span id=\"h-location\"></span>b</p><p><a href=\"#h-__proto__\">one</a> <a \
         href=\"#h-location\">two</a></p>"
    );
    let page = html("## Notes\n\n<a id=\"notes\"></a>\n\n## Location\n\n## Step 1: do it\n\n[a](#notes) [b](#location)\n");
    assert_eq!(page.matches("id=\"notes\"").count(), 1, "{page}");
    assert!(
        page.contains("id=\"h-location\"") && page.contains("href=\"#h-location\""),
        "{page}"
    );
    assert!(page.contains("id=\"step-1-do-it\""), "{page}");
}

#[test]
fn tables_can_be_reached_and_scrolled() {
    assert_eq!(
        html("| a |  |\n|--:|:-:|\n| 1 | 2 |\n"),
        "<div class=\"scroll\" role=\"group\" aria-label=\"Table 1\" tabindex=\"0\"><table><thead><tr><th scope=\"col\" \
         class=\"end\">a</th><td class=\"mid\"></td></tr></thead><tbody><tr><td class=\"end\">1</td><td \
         class=\"mid\">2</td></tr></tbody></table></div>"
    );
}

#[test]
fn footnotes_are_numbered_by_their_first_mention() {
    let page = html("One[^b] two[^a] none[^c]\n\n[^a]: A\n[^b]: B\n");
    assert!(
        page.starts_with("<p>One<sup><a href=\"#rp-fn-1\">1</a></sup> two<sup><a href=\"#rp-fn-2\">2</a></sup> none[^c]</p>"),
        "{page}"
    );
    assert!(page.contains("<div class=\"footnote\" id=\"rp-fn-2\">"), "{page}");
}

#[test]
fn images_side_by_side_are_all_shown() {
    let page = html("![a](a.png)![b](b.png) [![c](c.png)](c.md)[![d](d.png)](d.md)\n");
    for name in ["a", "b", "c", "d"] {
        assert!(page.contains(&format!("Image: {name}")), "{page}");
    }
    assert_eq!(
        page.matches("<span class=\"ref\"").count(),
        page.matches("title=").count(),
        "{page}"
    );
}

#[test]
fn the_same_text_has_the_same_digest_and_steps_are_compared() {
    let (one, two) = (runbook("1. One\n2. Two\n"), runbook("1. One\n2. Two again\n3. Three\n"));
    assert_eq!(written(&one).sha256, written(&runbook("1. One\n2. Two\n")).sha256);
    assert_ne!(written(&one).sha256, written(&two).sha256);
    let (one, two) = (body::read(&one, true), body::read(&two, true));
    assert_eq!(one.steps_changed(&two), 2);
    assert_eq!(one.steps_changed(&one), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_copied_is_what_stands_in_the_block(code in "[ -~äß<>&\"'$\n]{0,80}") {
        let text = format!("```sh\n{code}\n```\n");
        let runbook = runbook(&text);
        // A fence inside the code would end the block.
        if let [block] = runbook.code_blocks.as_slice() {
            let page = written(&runbook).assemble(&Marks::default(), |_, file| LinkTarget::Nowhere(file.path.clone()));
            let start = page.find("<pre").expect("a block is shown");
            let end = page.find("</pre>").expect("a block is closed") + "</pre>".len();
            assert_eq!(text_of(&read(&page[start..end])), block.text);
        }
    }

    #[test]
    fn any_text_gives_markup_that_is_well_formed(text in "(?s)([#>|*_`~\\[\\]()<>!&\"'-]|[ab1 ]|\n){0,120}") {
        read(&html(&text));
    }

    #[test]
    fn what_is_known_of_a_text_is_what_is_written(text in "(?s)(# |\n## |\n\n|\n- |\n1. |> |\\[a\\]\\(b\\)|!\\[c\\]\\(d\\.png\\)|<a href=e>|</a>|<details>|<h3>|</h3>|</details>|<b>|`|[ab*|_]|\n){0,60}") {
        let runbook = runbook(&text);
        let body = body::read(&runbook, true);
        let written = body::write(&runbook, &body);
        assert_eq!(written.headings.as_slice(), body.headings.as_ref());
        assert_eq!(written.title_anchor, body.title_anchor);
        let links = written.slots.iter().filter_map(|slot| match &slot.kind {
            SlotKind::LinkStart(link, file) | SlotKind::Image { link, file, .. } => Some((*link, file.as_ref())),
            _ => None,
        });
        assert_eq!(links.collect::<Vec<_>>(), body.links().collect::<Vec<_>>());
    }
}
