//! Comments that accept findings: `<!-- fresh-ignore: path-missing reason="made by step 3" until=2027-01-31 -->`.
//!
//! Only HTML comments of the text itself count: those in code are examples. `fresh-ignore` holds for the next block, or for its own line
//! or item where it stands behind words; `fresh-ignore-file` for the file; `fresh-ignore-start` up to `fresh-ignore-end`. `runproof-ignore`
//! and so on are the same.

use crate::model::document::{Element, Node, NodeKind};
use crate::model::place::Span;
use crate::model::runbook::Ignore;
use crate::parse::runbook::outline::{BlockKind, Outline};

/// The two names that an ignore may begin with.
const NAMES: &[&str] = &["fresh-ignore", "runproof-ignore"];

/// Bytes of a comment that are read at most; a longer one is no ignore.
const LONGEST: usize = 4096;

/// Whether the words of a comment are an ignore, so that nothing else is read from it.
pub(crate) fn is_ignore(comment: &str) -> bool {
    let inner = comment.strip_prefix("<!--").unwrap_or(comment).trim_start();
    kind(inner).is_some()
}

/// What the name of an ignore says about where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Next,
    File,
    Start,
    End,
}

/// The ignores of a text, in writing order.
pub(crate) fn ignores(text: &str, outline: &Outline) -> Vec<Ignore> {
    let mut found: Vec<Ignore> = Vec::new();
    // The index of the ignore that was started and not ended yet.
    let mut open: Option<usize> = None;
    let comments = comments(text, outline);
    let shown = if comments.is_empty() { Vec::new() } else { shown(outline) };
    for comment in comments {
        let words = comment.of(text);
        let inner = words["<!--".len()..words.len() - "-->".len()].trim();
        let Some((kind, rest)) = kind(inner) else { continue };
        let mut ignore = read(rest, comment);
        match kind {
            Ok(Kind::File) => ignore.scope = None,
            Ok(Kind::Next) => {
                ignore.scope = next_block(text, outline, &shown, comment);
                if ignore.scope.is_none() {
                    ignore.scope = Some(comment);
                    ignore.problem.get_or_insert_with(|| "nothing follows it".to_owned());
                }
            }
            Ok(Kind::Start) => {
                ignore.scope = Some(comment);
                if open.is_some() {
                    ignore.problem = Some("another one is open already; end that one first".to_owned());
                } else {
                    open = Some(found.len());
                }
            }
            Ok(Kind::End) => {
                if let Some(index) = open.take() {
                    let started = &mut found[index];
                    started.scope = Some(Span {
                        start: started.span.start,
                        end: comment.end,
                    });
                    started.end = Some(comment);
                    continue;
                }
                ignore.scope = Some(comment);
                ignore.problem = Some("nothing was started that it could end".to_owned());
            }
            Err(()) => {
                ignore.scope = Some(comment);
                ignore.problem = Some("an ignore is called `fresh-ignore`, `-file`, `-start` or `-end`".to_owned());
            }
        }
        found.push(ignore);
    }
    if let Some(index) = open {
        found[index].problem = Some("it is never ended; `<!-- fresh-ignore-end -->` ends it".to_owned());
    }
    found
}

/// The whole comments among the raw HTML of a text, in writing order.
fn comments(text: &str, outline: &Outline) -> Vec<Span> {
    let mut found = Vec::new();
    for html in &outline.html {
        let words = html.of(text);
        let mut at = 0;
        while let Some(start) = words[at..].find("<!--").map(|start| at + start) {
            let Some(length) = words[start + 4..].find("-->") else { break };
            let end = start + 4 + length + 3;
            if end - start <= LONGEST {
                found.push(Span::new(html.start as usize + start, html.start as usize + end));
            }
            at = end;
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What an ignore is called, and what stands behind its name; none for any other comment. `Err` is a name that only begins like one.
fn kind(inner: &str) -> Option<(Result<Kind, ()>, &str)> {
    let rest = NAMES.iter().find_map(|name| inner.strip_prefix(name))?;
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(rest.len());
    let (suffix, rest) = rest.split_at(length);
    let kind = match suffix {
        "" => Ok(Kind::Next),
        "-file" => Ok(Kind::File),
        "-start" => Ok(Kind::Start),
        "-end" => Ok(Kind::End),
        _ if suffix.starts_with('-') => Err(()),
        // `fresh-ignored` is a word of somebody else.
        _ => return None,
    };
    let rest = rest.trim_start();
    Some((kind, rest.strip_prefix(':').unwrap_or(rest)))
}

/// Reads what stands behind the name: rules, words in quotes, `reason=` and `until=`.
fn read(rest: &str, span: Span) -> Ignore {
    let mut ignore = Ignore {
        rules: Vec::new(),
        words: Vec::new(),
        reason: String::new(),
        until: None,
        scope: None,
        span,
        end: None,
        problem: None,
    };
    let mut problem = None;
    let mut rest = rest.trim_start_matches(is_between);
    while !rest.is_empty() {
        if rest.starts_with(['"', '\'']) {
            let (words, behind) = value(rest);
            ignore.words.push(words.to_owned());
            rest = behind;
        } else {
            let length = rest
                .find(|c: char| is_between(c) || matches!(c, '=' | '"' | '\''))
                .unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length);
            if let Some(behind) = behind.strip_prefix('=') {
                let (written, behind) = value(behind);
                match word {
                    "reason" => written.trim().clone_into(&mut ignore.reason),
                    "until" | "expires" => match written.trim().parse() {
                        Ok(day) => ignore.until = Some(day),
                        Err(_) => {
                            problem = Some(format!("`{written}` is no day; write it as YYYY-MM-DD"));
                        }
                    },
                    _ => problem = Some(format!("`{word}` is nothing that it knows; there are `reason` and `until`")),
                }
                rest = behind;
            } else {
                ignore.rules.push(word.to_owned());
                rest = behind;
            }
        }
        rest = rest.trim_start_matches(is_between);
    }
    let missing = || {
        if ignore.rules.is_empty() {
            return Some("it names no rule".to_owned());
        }
        let help = "it gives no reason; write `reason=\"...\"`";
        ignore.reason.is_empty().then(|| help.to_owned())
    };
    ignore.problem = problem.or_else(missing);
    ignore
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || c == ','
}

/// A value at the beginning of a text, in quotes or up to the next blank, and what stands behind it.
fn value(text: &str) -> (&str, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return text.split_at(text.find(is_between).unwrap_or(text.len()));
    };
    let inner = &text[1..];
    match inner.find(quote) {
        Some(end) => (&inner[..end], &inner[end + 1..]),
        None => (inner, ""),
    }
}

/// The nodes that a reader sees; without those that close an element they stand in the order of their beginnings.
fn shown(outline: &Outline) -> Vec<&Node> {
    let is_shown = |node: &&Node| !matches!(node.kind, NodeKind::Close | NodeKind::RawHtml(_) | NodeKind::SoftBreak);
    outline.nodes.iter().filter(is_shown).collect()
}

/// What a comment holds for: the words that it stands behind, else the next block.
fn next_block(text: &str, outline: &Outline, shown: &[&Node], comment: Span) -> Option<Span> {
    let at = outline.blocks.partition_point(|block| block.span.start <= comment.start);
    let around = outline.blocks[..at].last().filter(|block| block.span.contains(comment));
    if let Some(block) = around {
        let is_item = block.item.is_some() && block.kind != BlockKind::Cell;
        return Some(if is_item { block.span } else { line_of(text, comment) });
    }
    let next = shown.get(shown.partition_point(|node| node.span.start < comment.end))?;
    let is_inline = match &next.kind {
        NodeKind::Open(element) => matches!(
            element,
            Element::Emphasis | Element::Strong | Element::Strikethrough | Element::Link(_) | Element::Image(_)
        ),
        NodeKind::Rule => false,
        _ => true,
    };
    if !is_inline {
        return Some(next.span);
    }
    let at = outline.blocks.partition_point(|block| block.span.start <= next.span.start);
    let block = outline.blocks[..at].last().filter(|block| block.span.contains(next.span));
    Some(block.map_or(next.span, |block| block.span))
}

/// The lines that a span touches.
fn line_of(text: &str, span: Span) -> Span {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let end = text[span.end as usize..]
        .find('\n')
        .map_or(text.len(), |at| span.end as usize + at);
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use crate::model::runbook::Ignore;
    use crate::parse::runbook::parse;

    fn ignores(text: &str) -> Vec<Ignore> {
        parse(text.as_bytes()).ignores
    }

    /// The one ignore of a text: what it holds for, and its problem.
    fn only(text: &str) -> (String, String) {
        let [ignore] = ignores(text).try_into().expect("there is one ignore");
        let scope = ignore.scope.map_or("(file)", |scope| scope.of(text)).trim_end().to_owned();
        (scope, ignore.problem.unwrap_or_default())
    }

    #[test]
    fn an_ignore_holds_for_the_next_block() {
        let comment = "<!-- fresh-ignore: path-missing reason=\"made by step 3\" until=2027-01-31 -->";
        for (next, scope) in [
            ("Run `a`\nnow.\n\nOther.\n", "Run `a`\nnow."),
            ("## Head\n\nOther\n", "## Head"),
            ("```sh\nmake x\n```\nOther\n", "```sh\nmake x\n```"),
            ("| a | b |\n|-|-|\n| c | d |\n\nOther\n", "| a | b |\n|-|-|\n| c | d |"),
            ("> quoted\n\nOther\n", "> quoted"),
        ] {
            for between in ["\n", "\n\n"] {
                let text = format!("# T\n\nBefore.\n\n{comment}{between}{next}");
                assert_eq!(only(&text), (scope.to_owned(), String::new()), "{text}");
            }
        }
        let ignore = &ignores(&format!("{comment}\n\nx\n"))[0];
        assert_eq!(
            (
                ignore.rules.join(" "),
                ignore.reason.as_str(),
                ignore.until.map(|day| day.to_string())
            ),
            ("path-missing".to_owned(), "made by step 3", Some("2027-01-31".to_owned()))
        );
    }

    #[test]
    fn an_ignore_behind_words_holds_for_its_line_or_item() {
        let comment = "<!-- runproof-ignore: path-missing reason='x' -->";
        let scope = |text: &str| only(text).0;
        assert_eq!(
            scope(&format!("one `a`\ntwo `b` {comment}\nthree\n")),
            format!("two `b` {comment}")
        );
        assert_eq!(
            scope(&format!("- one\n- two {comment}\n  more `b`\n- three\n")),
            format!("two {comment}\n  more `b`")
        );
        assert_eq!(
            scope(&format!("| a |\n|-|\n| b {comment} |\n| c |\n")),
            format!("| b {comment} |")
        );
    }

    #[test]
    fn an_ignore_may_hold_for_the_file_or_between_two_comments() {
        let file = "<!-- fresh-ignore-file: review-date-missing reason=\"kept by the vendor\" -->\n# T\n";
        assert_eq!(only(file), ("(file)".to_owned(), String::new()));
        let start = "<!-- fresh-ignore-start: a, b, \"x y\" reason=r -->";
        let text = format!("# T\n\n{start}\n\nOne.\n\n<!-- fresh-ignore-end -->\n\nTwo.\n");
        let ignore = &ignores(&text)[0];
        assert_eq!(
            (ignore.rules.join(" "), ignore.words.join("|")),
            ("a b".to_owned(), "x y".to_owned())
        );
        let scope = ignore.scope.expect("it holds for a part").of(&text);
        assert!(
            scope.starts_with(start) && scope.ends_with("<!-- fresh-ignore-end -->"),
            "{scope}"
        );
    }

    #[test]
    fn what_does_not_work_says_why() {
        let problem = |text: &str| only(&format!("{text}\n\nWords.\n")).1;
        assert!(problem("<!-- fresh-ignore: path-missing -->").contains("gives no reason"));
        assert!(problem("<!-- fresh-ignore: reason=\"x\" -->").contains("names no rule"));
        assert!(problem("<!-- fresh-ignore: a reason=x until=soon -->").contains("`soon` is no day"));
        assert!(problem("<!-- fresh-ignore: a reason=x owner=y -->").contains("`owner`"));
        assert!(problem("<!-- fresh-ignore-start: a reason=x -->").contains("never ended"));
        assert!(problem("<!-- fresh-ignore-end -->").contains("nothing was started"));
        assert!(problem("<!-- fresh-ignore-fiel: a reason=x -->").contains("is called"));
        assert!(
            only("Words.\n\n<!-- fresh-ignore: a reason=x -->\n")
                .1
                .contains("nothing follows")
        );
    }

    #[test]
    fn comments_in_code_and_other_comments_are_no_ignores() {
        for text in [
            "```html\n<!-- fresh-ignore: a reason=x -->\n```\n",
            "    <!-- fresh-ignore: a reason=x -->\n",
            "Write `<!-- fresh-ignore: a reason=x -->` there.\n",
            "<!-- fresh-ignored: a -->\n\nx\n",
            "<!-- owner: platform -->\n\nx\n",
            "<!-- fresh-ignore: a reason=x\n\nx\n",
        ] {
            assert!(ignores(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_words_in_a_comment_are_read(words in "[ -~\\n\"'=,äö]{0,60}") {
            let text = format!("<!-- fresh-ignore: {words} -->\n\nNext.\n");
            for ignore in ignores(&text) {
                prop_assert!(ignore.span.of(&text).starts_with("<!--"));
                prop_assert!(ignore.problem.is_some() || (!ignore.reason.is_empty() && !ignore.rules.is_empty()));
            }
        }
    }
}
