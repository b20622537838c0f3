//! References: everything in the repository that a runbook names, each with its exact place.
//!
//! Precision first. What is only perhaps a claim about the repository is left out, or named as something that a later resolver
//! judges; a checker that cries wolf is switched off.

mod around;
mod cited;
mod inline;
mod link;
mod prose;
mod setting;
mod spelling;
pub(super) mod threshold;
mod trigger;
mod version;
mod written;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::command::path::{Claim, Evidence, claim};
use crate::command::sink::{Sink, Site, is_workflow};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::parse::runbook::commands::Script;
use crate::parse::runbook::outline::Outline;
use crate::tools;

/// The references of a text, in writing order. `declared` are paths of its front matter with the place of their field.
pub(crate) fn references(text: &str, outline: &Outline, scripts: &[Script], declared: &[(String, Span)]) -> Vec<Reference> {
    let mut sink = Sink::default();
    for script in scripts {
        let site = Site {
            text: &script.typed,
            base: 0,
            context: script.context,
        };
        for command in &script.commands {
            tools::gather(command, site, &mut sink);
        }
    }
    for (fence, script) in outline.fences.iter().zip(scripts) {
        if script.context == ReferenceContext::Command {
            prose::comments(&fence.body, &mut sink);
        }
    }
    let programs = own_programs(&sink);
    let holds = prose::Holds::of(outline);
    let mut links = outline.links.iter().peekable();
    for block in &outline.blocks {
        inline::inline(outline, block, &programs, &mut sink);
        let mut skipped: Vec<Range<usize>> = outline.codes_of(block).iter().map(|code| code.plain.clone()).collect();
        while let Some(link) = links.next_if(|link| link.plain.start < block.plain.end) {
            skipped.push(link.plain.clone());
        }
        skipped.sort_by_key(|range| range.start);
        prose::prose(outline, holds, block, &skipped, &mut sink);
        version::versions(outline, block, &mut sink);
        cited::citations(outline, block, &mut sink);
    }
    setting::settings(text, outline, &mut sink);
    let links = outline.links.iter().filter_map(|link| link::link(text, link));
    let declared = declared.iter().filter_map(|(path, span)| declaration(text, path, *span));
    let mut found = sink.finish(links.chain(written::references(text, outline)).chain(declared));
    let hidden = comments_of_mdx(text, outline);
    found.retain(|reference| !hidden.iter().any(|comment| comment.contains(reference.span)));
    found
}

/// The comments of MDX, `{/* ... */}`, outside of code: nobody sees them.
fn comments_of_mdx(text: &str, outline: &Outline) -> Vec<Span> {
    const OPEN: &str = "{/*";
    const CLOSE: &str = "*/}";
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(OPEN) {
        let start = at + found;
        let Some(length) = text[start..].find(CLOSE) else { break };
        at = start + length + CLOSE.len();
        let comment = Span::new(start, at);
        if !outline.fences.iter().any(|fence| fence.span.contains(comment)) {
            comments.push(comment);
        }
    }
    comments
}

/// The programs of the shell blocks that are none of the known ones.
fn own_programs(sink: &Sink) -> BTreeSet<String> {
    sink.references
        .iter()
        .filter_map(|reference| match &reference.kind {
            ReferenceKind::Named(named) if named.kind == Kind::CliCommand => {
                named.within.first().filter(|program| !program.contains(' ')).cloned()
            }
            _ => None,
        })
        .collect()
}

/// A path that front matter declares.
fn declaration(text: &str, path: &str, field: Span) -> Option<Reference> {
    let directory = Directory::Known(String::new());
    let kind = match claim(path, Evidence::Operand)? {
        Claim::Path(path) if is_workflow(&path) => ReferenceKind::Workflow { name: path },
        Claim::Path(path) => ReferenceKind::Path { path, directory },
        Claim::Glob(pattern) => ReferenceKind::Glob { pattern, directory },
        Claim::Output(_) | Claim::Placeholder(_) => return None,
    };
    let span = field.of(text).find(path).map_or(field, |at| {
        Span::new(field.start as usize + at, field.start as usize + at + path.len())
    });
    Some(Reference {
        kind,
        text: path.to_owned(),
        span,
        context: ReferenceContext::FrontMatter,
    })
}

#[cfg(test)]
pub(crate) mod shown {
    //! References as lines of text, for the tests of this folder.

    use crate::command::shown::line;
    use crate::parse::runbook::commands::code_blocks;
    use crate::parse::runbook::document::outline;
    use crate::parse::runbook::references::references;

    /// The references of a text, one line each: kind, name, what else is known, and ` in FOLDER` where it is not the root.
    pub(crate) fn of(text: &str) -> Vec<String> {
        let outline = outline(text, 0);
        let (_, scripts) = code_blocks(&outline);
        references(text, &outline, &scripts, &[])
            .iter()
            .map(|reference| {
                assert!(
                    !reference.text.is_empty() && !reference.span.of(text).is_empty(),
                    "{reference:?}"
                );
                line(&reference.kind)
            })
            .collect()
    }

    /// The references of commands in a shell block.
    pub(crate) fn of_commands(commands: &str) -> Vec<String> {
        of(&format!("```bash\n{commands}\n```\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::shown::{of, of_commands};
    use crate::parse::runbook::parse;

    #[test]
    fn what_an_earlier_step_made_is_an_output_from_then_on() {
        assert_eq!(
            of(
                "Edit `config.yml`.\n```bash\ncp config.example.yml config.yml\ncat config.yml\n```\nThen `config.yml` and `other.yml`.\n"
            ),
            [
                "path config.yml", "path config.example.yml", "output config.yml", "output config.yml", "output config.yml",
                "path other.yml",
            ]
        );
        assert_eq!(
            of_commands("mkdir -p out/x\ncat out/x/a.json\ncat ./out/b.json\n(cd app && make > log.txt && cat log.txt)"),
            [
                "output out/x", "output out/x/a.json", "path ./out/b.json", "folder app", "output log.txt in app",
                "output log.txt in app",
            ]
        );
    }

    #[test]
    fn spans_are_exact_in_lists_quotes_and_continuations() {
        let text = "> 1. Run\n>    ```bash\n>    make \\\n>      check  test\n>    ```\n> - see [`a`](x.md#b)\n";
        let runbook = parse(text.as_bytes());
        let found: Vec<(&str, &str)> = runbook
            .references
            .iter()
            .map(|reference| (reference.text.as_str(), reference.span.of(text)))
            .collect();
        assert_eq!(
            found,
            [
                ("make check", "make \\\n>      check"),
                ("test", "test"),
                ("x.md#b", "x.md#b"),
            ]
        );
    }

    #[test]
    fn front_matter_may_declare_what_the_text_depends_on() {
        let text = "---\ndocuments:\n  - docs/a.md\n  - .github/workflows/ci.yml\n  - nothing\n---\n# T\n";
        let runbook = parse(text.as_bytes());
        let found: Vec<&str> = runbook.references.iter().map(|reference| reference.span.of(text)).collect();
        assert_eq!(found, ["docs/a.md", ".github/workflows/ci.yml"]);
    }

    #[test]
    fn commands_that_others_run_are_looked_into() {
        assert_eq!(
            of_commands(
                "sudo -E env A_B=1 uv run --no-sync pytest tests/x/ -m slow\npoetry run alembic -c a/alembic.ini upgrade head"
            ),
            [
                "env-var A_B",
                "path tests/x/",
                "pytest-marker slow",
                "manifest a/alembic.ini of alembic"
            ]
        );
        assert!(
            of_commands("ssh host 'cat docs/x.md'\ndocker exec app cat docs/x.md\nkubectl exec p -- cat docs/x.md").is_empty()
        );
    }

    #[test]
    fn comments_of_mdx_name_nothing() {
        assert_eq!(
            of("{/* [a](docs/a.md) and `docs/b.md` */}\n\n[c](docs/c.md)\n\n{/*\n[d](docs/d.md)\n*/}\n"),
            ["link docs/c.md"]
        );
        assert_eq!(of("`{/*` [e](docs/e.md)\n"), ["link docs/e.md"]);
    }

    #[test]
    fn blocks_of_other_languages_name_nothing() {
        assert!(of("```yaml\npath: docs/x.md\nrun: make check\n```\n").is_empty());
        assert_eq!(of("```bat\ntype docs\\x.md\n```\n"), ["path docs/x.md"]);
        assert_eq!(of("```powershell\ntype docs\\x.md\n```\n"), ["path docs/x.md"]);
        assert_eq!(of("```\nmake check\nok: docs/x.md\n```\n"), ["make check"]);
    }
}
