//! Markdown -> `Runbook`: metadata, sections, steps, commands, checklists, criteria, schedules, roles, references.
//!
//! The bytes are decoded once (`decode`), walked over once (`document`), and every other part reads the outline of that walk.
//! Whatever the input, the work grows with its size and the depth of its nesting is bounded (`guard`).

mod anchor;
mod commands;
mod decode;
mod dialect;
mod directive;
mod document;
pub(crate) mod encode;
mod gates;
mod guard;
mod ignore;
mod indented;
pub(crate) mod metadata;
mod number;
mod outline;
mod pairs;
pub(crate) mod prose;
mod references;
#[cfg(any(test, fuzzing))]
pub(crate) mod soundness;
pub(crate) mod stamping;
mod structure;

use std::sync::Arc;

use crate::model::finding::Problem;
use crate::model::packed::Document;
use crate::model::place::Lines;
use crate::model::runbook::{Held, Metadata, Runbook};
use crate::parse::runbook::guard::MAX_DEPTH;
use crate::parse::runbook::metadata::front_matter::front_matter;
use crate::parse::runbook::outline::{BlockKind, Outline};

/// Reads a runbook. Never fails: what cannot be understood is a problem of the runbook.
pub(crate) fn parse(bytes: &[u8]) -> Runbook {
    let mut problems = Vec::new();
    let text: Arc<str> = decode::decode(bytes, &mut problems).into();
    let lines = Lines::of(&text);
    let front = front_matter(&text, &mut problems);
    let start = front.as_ref().map_or(0, |front| front.span.end as usize);
    let outline = document::outline(&text, start);
    if outline.is_flattened {
        problems.push(Problem::of_file(format!(
            "elements are nested deeper than {MAX_DEPTH} levels; the deeper ones are shown flat"
        )));
    }
    let metadata = metadata::metadata(&text, &lines, &outline, front.as_ref(), &mut problems);
    let (code_blocks, scripts) = commands::code_blocks(&outline);
    let declared = front.as_ref().map_or_else(Vec::new, metadata::declared_paths);
    let mut references = references::references(&text, &outline, &scripts, &declared);
    let sections = structure::section::sections(&text, &outline);
    let criteria = structure::criterion::criteria(&outline, &sections);
    references.extend(references::threshold::thresholds(&criteria));
    references.sort_by_key(|reference| (reference.span.start, reference.span.end));
    let schedules = structure::schedule::schedules(&outline);
    let declarations = gates::declarations(&text, &outline, front.as_ref(), &schedules);
    let schedules = structure::settled::settled(&outline, &lines, &declarations, schedules);
    let mut runbook = Runbook {
        title: title(&outline, &metadata),
        summary: summary(&outline, &metadata),
        steps: structure::step::steps(&outline),
        checklist: structure::checklist(&outline),
        criteria,
        schedules,
        declarations,
        roles: structure::role::roles(&outline),
        anchors: anchor::anchors(&text, &outline),
        ignores: ignore::ignores(&text, &outline),
        document: Document::of(&outline.nodes),
        links: outline.links.into_iter().map(|link| link.link).collect(),
        sections,
        code_blocks,
        references,
        metadata,
        lines,
        text,
        problems,
        held: Held::default(),
    };
    fit(&mut runbook);
    runbook
}

/// A text is kept for as long as anything is made of it, and the room that lists grew into is larger than what is in them.
fn fit(runbook: &mut Runbook) {
    runbook.sections.shrink_to_fit();
    runbook.steps.shrink_to_fit();
    runbook.code_blocks.shrink_to_fit();
    runbook.links.shrink_to_fit();
    runbook.checklist.shrink_to_fit();
    runbook.criteria.shrink_to_fit();
    runbook.schedules.shrink_to_fit();
    runbook.declarations.shrink_to_fit();
    runbook.roles.shrink_to_fit();
    runbook.references.shrink_to_fit();
    runbook.metadata.fields.shrink_to_fit();
}

/// The first heading of level 1, else the title of the front matter, else the first heading. A heading that a template engine fills in
/// (`<%= title %>`, `{{ title }}`) says nothing, so the title of the front matter comes before it.
fn title(outline: &Outline, metadata: &Metadata) -> Option<String> {
    let named = |title: &str| (!title.is_empty()).then(|| title.to_owned());
    let is_filled_in = |title: &str| title.contains("<%") || title.contains("{{") || title.contains("{%");
    let declared = metadata.title.as_ref().and_then(|title| named(&title.value));
    let top = outline
        .headings
        .iter()
        .find(|heading| heading.level == 1 && !heading.title.is_empty());
    top.filter(|heading| declared.is_none() || !is_filled_in(&heading.title))
        .and_then(|heading| named(&heading.title))
        .or(declared)
        .or_else(|| outline.headings.iter().find_map(|heading| named(&heading.title)))
}

/// The first paragraph that is not metadata.
fn summary(outline: &Outline, metadata: &Metadata) -> Option<String> {
    outline
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Paragraph && block.item.is_none())
        .find(|block| {
            let holds_field = metadata.fields.iter().any(|field| block.span.contains(field.span));
            !holds_field && !outline.words(block).trim().is_empty()
        })
        .map(|block| outline.line(block))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};
    use proptest::sample::select;

    use super::parse;
    use crate::model::runbook::{CodeKind, SectionKind};
    use crate::parse::runbook::soundness::check;

    /// Pieces that texts are made of, and the ones that take parsers apart.
    const PIECES: &[&str] = &[
        "a",
        "word ",
        "zwölf ",
        "\u{1F680}",
        "\u{FEFF}",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "    ",
        "  ",
        " ",
        "# ",
        "## Rollback criteria\n",
        "- ",
        "* ",
        "1. ",
        "3) ",
        "10. ",
        "- [ ] ",
        "- [x] ",
        "> ",
        ">>> ",
        "> [!WARNING]\n",
        "```",
        "```bash\n",
        "~~~sh\n",
        "```console\n$ ",
        "\n```\n",
        "`",
        "``",
        "*",
        "**",
        "_",
        "~~",
        "[",
        "]",
        "(",
        ")",
        "](x.md#y)",
        "![",
        "<",
        ">",
        "<a id=\"x\">",
        "<br>",
        "<!--",
        "-->",
        "<good-tag>",
        "&amp;",
        "&#0;",
        "\\",
        "|",
        "|-|-|\n",
        "| a | b |\n",
        "---\n",
        "+++\n",
        "...\n",
        "***\n",
        "===\n",
        "key: value\n",
        "last_reviewed: 2026-01-02\n",
        "**Owner:** x\n",
        "owner: [a, b]\n",
        "\"",
        "'",
        "$",
        "$(",
        "${",
        "{",
        "}",
        "&&",
        ";",
        "<<EOF\n",
        "EOF\n",
        "cd x\n",
        "cd -\n",
        "make check",
        " -C ",
        "docs/x.md",
        "> out.json",
        "\\\n",
        "every 5 m",
        "error rate >1%",
        "[^a]",
        "[^a]: ",
        "<!-- fresh-ignore: path-missing reason=\"r\" -->",
        "<!-- fresh-ignore-start: a, \"b\" until=",
    ];

    proptest! {
        #[test]
        fn any_bytes_give_a_sound_runbook(bytes in vec(any::<u8>(), 0..600)) {
            check(&bytes);
        }

        #[test]
        fn any_soup_of_markdown_gives_a_sound_runbook(pieces in vec(select(PIECES), 0..80)) {
            check(pieces.concat().as_bytes());
        }

        #[test]
        fn any_soup_in_a_shell_block_gives_a_sound_runbook(pieces in vec(select(PIECES), 0..40)) {
            check(format!("- x\n  ```sh\n  {}\n  ```\n", pieces.concat().replace('\n', "\n  ")).as_bytes());
        }

        #[test]
        fn any_soup_in_front_matter_gives_a_sound_runbook(pieces in vec(select(PIECES), 0..30)) {
            check(format!("---\ntitle: x\n{}\n---\n# T\n", pieces.concat()).as_bytes());
        }
    }

    #[test]
    fn the_facts_of_a_runbook_come_together() {
        let text = "---\ntitle: Other\nlast_reviewed_on: 2026-01-02\n---\n\n# Ship *it*\n\n**Owner:** Release team\n\nWhat it is for.\n\n## Steps\n\n1. Run `make check`\n";
        let runbook = parse(text.as_bytes());
        assert_eq!(runbook.title.as_deref(), Some("Ship it"));
        assert_eq!(runbook.summary.as_deref(), Some("What it is for."));
        assert_eq!(runbook.anchors.plain, ["ship-it", "steps"]);
        assert_eq!(runbook.steps[0].section, Some(1));
        assert_eq!(runbook.place(runbook.references[0].span).line, 14);
        assert_eq!(parse(b"---\ntitle: Other\n---\n## Two\n").title.as_deref(), Some("Other"));
        assert_eq!(parse(b"## Two\n").title.as_deref(), Some("Two"));
        assert_eq!(parse(b"text").title, None);
    }

    #[test]
    fn broken_bytes_are_problems_and_never_failures() {
        let runbook = parse(b"\xEF\xBB\xBF# T\n\xFF\0\n");
        assert_eq!(runbook.title.as_deref(), Some("T"));
        assert_eq!(runbook.problems.len(), 2);
        let deep = format!("{}deep", "- > ".repeat(80));
        let runbook = parse(deep.as_bytes());
        assert!(
            runbook.problems[0].message.contains("nested deeper than 100"),
            "{:?}",
            runbook.problems
        );
    }

    /// Inputs whose cost grows with the square of their size in a careless parser: name, and text of about so many bytes.
    fn hostile(size: usize) -> Vec<(&'static str, String)> {
        let fence = |line: &str| format!("```sh\n{}\n```", line.repeat(size / line.len()));
        let run = |piece: &str| piece.repeat(size / piece.len());
        vec![
            ("quotes", run(">")),
            (
                "quotes and lazy lines",
                format!("{}a\n{}", ">".repeat(size / 2), "b\n".repeat(size / 4)),
            ),
            (
                "lists and blank lines",
                format!("{}a\n{}", "- ".repeat(size / 4), "\n".repeat(size / 2)),
            ),
            ("brackets", run("[")),
            ("links", run("[a](")),
            ("images", run("![")),
            ("emphasis", run("*a ")),
            ("backticks", run("`a``b```c")),
            ("angles", run("<")),
            ("one word", run("a")),
            ("one line", run("word a/b ")),
            ("code", run("`a/b.md`, ")),
            ("headings", run("# a\n")),
            (
                "table of many columns",
                format!(
                    "{}|\n{}|\n{}",
                    "|a".repeat(size / 8),
                    "|-".repeat(size / 8),
                    "|b\n".repeat(size / 16)
                ),
            ),
            ("comments", run("<!-- owner: b ")),
            ("attributes", run("<a id=\"x ")),
            ("pairs", run("**a:** owner: b | ")),
            ("rules", run("---\na: b\n")),
            ("restarted lists", run("1. a:\n1. b\n2. c\n2. d:\n")),
            ("labels", run("[ab][cd] `e` ")),
            ("tags", run("<a href=\"x\"> ")),
            ("directives", run("```{note}\n")),
            ("admonitions", run("!!! note\n\n    a\n")),
            ("thresholds", run("a >1 ")),
            ("times", run("every 5 m ")),
            ("workflows", run("\"A\" workflow ")),
            (
                "a long lead",
                format!("{}:\n\n{}", "Files ".repeat(size / 12), "- `a/b.json`\n".repeat(size / 26)),
            ),
            ("apostrophes in a shell", fence("it's\n")),
            ("parentheses in a shell", fence("a ( b\n")),
            ("substitutions in a shell", fence("$(")),
            ("flags in a shell", fence("./x.sh --a b.md \\\n")),
            ("folders in a shell", fence("cd a\n")),
            ("heredocs in a shell", fence("cat <<EOF\n")),
            ("files in a shell", fence("touch a/b/c/d.md\n")),
        ]
    }

    #[test]
    fn hostile_input_costs_no_square() {
        for (name, text) in hostile(100_000) {
            let begin = Instant::now();
            check(text.as_bytes());
            // A square would take minutes; the bound is wide, since the machine may be busy.
            let elapsed = begin.elapsed();
            assert!(elapsed < Duration::from_secs(60), "{name}: {elapsed:?}");
        }
    }

    #[test]
    fn a_runbook_is_understood_as_a_whole() {
        let text = "---\nowner: Platform\nlast_reviewed_on: 2026-01-02\nreview_in: 3 months\n---\n# Ship it\n\nFor the release driver.\n\n## Steps\n\n1. Build\n\n   ```bash\n   make build\n   ```\n\n2. Read [the rest](docs/rest.md#more)\n\n## Rollback\n\n- [ ] Tell `#ops`\n";
        let runbook = parse(text.as_bytes());
        assert_eq!(
            (runbook.title.as_deref(), runbook.summary.as_deref()),
            (Some("Ship it"), Some("For the release driver."))
        );
        let kinds: Vec<SectionKind> = runbook.sections.iter().map(|section| section.kind).collect();
        assert_eq!(kinds, [SectionKind::Other, SectionKind::Steps, SectionKind::Rollback]);
        let steps: Vec<(Vec<u64>, &str)> = runbook
            .steps
            .iter()
            .map(|step| (step.number.clone(), step.text.as_str()))
            .collect();
        assert_eq!(steps, [(vec![1], "Build"), (vec![2], "Read the rest")]);
        assert_eq!(runbook.code_blocks[0].kind, CodeKind::Shell);
        assert_eq!(runbook.code_blocks[0].text, "make build\n");
        let named: Vec<(&str, u32)> = runbook
            .references
            .iter()
            .map(|reference| (reference.kind.word(), runbook.place(reference.span).line))
            .collect();
        assert_eq!(named, [("make-target", 15), ("link", 18)]);
        assert_eq!(runbook.checklist.len(), 1);
        assert!(runbook.metadata.reviewed.is_some() && runbook.metadata.interval.is_some());
        assert!(runbook.problems.is_empty(), "{:?}", runbook.problems);
    }

    #[test]
    fn a_heading_that_a_template_fills_in_is_no_title() {
        let title = |text: &str| parse(text.as_bytes()).title;
        assert_eq!(
            title("---\ntitle: Restore\n---\n# <%= current_page.data.title %>\n").as_deref(),
            Some("Restore")
        );
        assert_eq!(
            title("---\ntitle: Restore\n---\n# Restore the database\n").as_deref(),
            Some("Restore the database")
        );
        assert_eq!(
            title("# {{ title }}\n").as_deref(),
            Some("{{ title }}"),
            "nothing else is known"
        );
    }

    #[test]
    fn a_huge_line_is_cut() {
        let runbook = parse(&vec![b'a'; 20 * 1024 * 1024]);
        assert!(runbook.text.len() <= 2 * 1024 * 1024);
        assert_eq!(runbook.problems.len(), 1);
    }
}
