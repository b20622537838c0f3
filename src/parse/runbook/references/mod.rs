//! References: everything in the repository that a runbook names, each with its exact place.
//!
//! Precision first. What is only perhaps a claim about the repository is left out, or named as something that a later resolver
//! judges; a checker that cries wolf is switched off.

mod arguments;
mod around;
mod command;
mod container;
mod files;
mod forge;
mod inline;
mod link;
mod make;
mod name;
mod package;
mod path;
mod prose;
mod setting;
mod sink;
mod task;
pub(super) mod threshold;
mod trigger;
mod version;
mod web;
mod written;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::parse::runbook::commands::Script;
use crate::parse::runbook::commands::folder::joined;
use crate::parse::runbook::outline::Outline;
use crate::parse::runbook::references::path::{Claim, Evidence, claim};
use crate::parse::runbook::references::sink::{Made, Sink, Site, is_workflow, of_name};

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
            command::simple(command, site, &mut sink);
        }
    }
    let programs = own_programs(&sink);
    let mut links = outline.links.iter().peekable();
    for block in &outline.blocks {
        inline::inline(outline, block, &programs, &mut sink);
        let mut skipped: Vec<Range<usize>> = outline.codes_of(block).iter().map(|code| code.plain.clone()).collect();
        while let Some(link) = links.next_if(|link| link.plain.start < block.plain.end) {
            skipped.push(link.plain.clone());
        }
        skipped.sort_by_key(|range| range.start);
        prose::prose(outline, block, &skipped, &mut sink);
        version::versions(outline, block, &mut sink);
    }
    setting::settings(text, outline, &mut sink);
    let Sink {
        mut references,
        mut made,
    } = sink;
    references.extend(outline.links.iter().filter_map(|link| link::link(text, link)));
    references.extend(written::references(text, outline));
    references.extend(declared.iter().filter_map(|(path, span)| declaration(text, path, *span)));
    references.sort_by_key(|reference| (reference.span.start, reference.span.end));
    references.dedup_by(|one, two| one.span == two.span && one.kind == two.kind);
    made.sort_by(|one, two| one.path.cmp(&two.path).then(one.at.cmp(&two.at)));
    for reference in &mut references {
        settle_made(reference, &made);
    }
    references
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

/// A path that an earlier step made is no claim about the repository.
fn settle_made(reference: &mut Reference, made: &[Made]) {
    let Some((path, directory)) = reference.kind.claimed_path() else {
        return;
    };
    if made.is_empty() {
        return;
    }
    let at = reference.span.start;
    let is_made = |path: &str| {
        // The path itself, or a folder around it.
        let mut end = path.len();
        loop {
            let start = made.partition_point(|made| made.path.as_str() < &path[..end]);
            if made.get(start).is_some_and(|made| made.path == path[..end] && made.at < at) {
                return true;
            }
            match path[..end].rfind('/') {
                Some(slash) if slash > 0 => end = slash,
                _ => return false,
            }
        }
    };
    let rooted = match directory {
        Directory::Known(folder) => joined(folder, path),
        Directory::Unknown => Directory::Unknown,
    };
    let is_output = match &rooted {
        Directory::Known(rooted) => is_made(rooted) || is_made(path),
        Directory::Unknown => is_made(path),
    };
    if is_output {
        reference.kind = of_name(Kind::Output, path.to_owned(), directory.clone());
    }
}

#[cfg(test)]
pub(crate) mod shown {
    //! References as lines of text, for the tests of this folder.

    use crate::model::directory::Directory;
    use crate::model::reference::ReferenceKind;
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

    fn line(kind: &ReferenceKind) -> String {
        let place = |directory: &Directory| match directory {
            Directory::Known(folder) if folder.is_empty() => String::new(),
            Directory::Known(folder) => format!(" in {folder}"),
            Directory::Unknown => " in ?".to_owned(),
        };
        match kind {
            ReferenceKind::Path { path, directory } => format!("path {path}{}", place(directory)),
            ReferenceKind::Glob { pattern, directory } => format!("glob {pattern}{}", place(directory)),
            ReferenceKind::Link { path, anchor, is_image } => {
                let word = if *is_image { "image" } else { "link" };
                anchor
                    .as_ref()
                    .map_or_else(|| format!("{word} {path}"), |anchor| format!("{word} {path}#{anchor}"))
            }
            ReferenceKind::MakeTarget { target, directory, file } => {
                let file = file.as_ref().map_or(String::new(), |file| format!(" of {file}"));
                format!("make {target}{file}{}", place(directory))
            }
            ReferenceKind::PackageScript {
                manager,
                script,
                is_explicit,
                workspace,
                directory,
            } => {
                let sure = if *is_explicit { "" } else { "?" };
                let workspace = workspace
                    .as_ref()
                    .map_or(String::new(), |workspace| format!(" of {workspace}"));
                format!("{manager} {script}{sure}{workspace}{}", place(directory))
            }
            ReferenceKind::Workflow { name } => format!("workflow {name}"),
            ReferenceKind::Named(named) => {
                let within = match named.within.as_slice() {
                    [] => String::new(),
                    within => format!(" of {}", within.join(", ")),
                };
                let name = named.kind.called(&named.name);
                format!("{} {name}{within}{}", named.kind, place(&named.directory))
            }
        }
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
                "path config.yml",
                "path config.example.yml",
                "output config.yml",
                "output config.yml",
                "output config.yml",
                "path other.yml",
            ]
        );
        assert_eq!(
            of_commands("mkdir -p out/x\ncat out/x/a.json\ncat ./out/b.json\n(cd app && make > log.txt && cat log.txt)"),
            [
                "output out/x",
                "output out/x/a.json",
                "path ./out/b.json",
                "folder app",
                "output log.txt in app",
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
    fn blocks_of_other_languages_name_nothing() {
        assert!(of("```yaml\npath: docs/x.md\nrun: make check\n```\n\n```powershell\ntype docs\\x.md\n```\n").is_empty());
        assert_eq!(of("```\nmake check\nok: docs/x.md\n```\n"), ["make check"]);
    }
}
