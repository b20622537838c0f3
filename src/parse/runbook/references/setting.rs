//! Variables that a text presents as the configuration of the service: the rows of a table, the lines of an `.env` block, the items
//! of a list, the object of "set". Any other variable may belong to the text itself, and nobody can say that it is not read.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::command::sink::{Sink, Site};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::parse::runbook::outline::{BlockKind, Fence, Outline};
use crate::parse::runbook::references::inline::variable;

/// Lines of an `.env` block that are read.
const MAX_LINES: usize = 300;

/// Words in front of a variable that is configured.
const VERBS: &[&str] = &[
    "set", "sets", "setting", "configure", "configuring", "define", "provide", "enable", "disable", "via", "through", "override",
];

/// Adds the variables of `.env` blocks, and says of those that are configuration what presents them so.
pub(crate) fn settings(text: &str, outline: &Outline, sink: &mut Sink) {
    for fence in &outline.fences {
        if is_env(outline, fence) {
            block(fence, sink);
        }
    }
    if !sink.references.iter().any(|reference| is_variable(reference).is_some()) {
        return;
    }
    let cells = cells(outline);
    let items = items(outline);
    for reference in &mut sink.references {
        if reference.context != ReferenceContext::Inline || is_variable(reference).is_none() {
            continue;
        }
        let span = reference.span;
        let presented = cells
            .iter()
            .chain(&items)
            .find(|(place, _)| place.contains(span))
            .map(|(_, words)| words.clone())
            .or_else(|| verb(text, span).map(str::to_owned))
            .or_else(|| is_given(text, span).then(|| "=".to_owned()));
        if let (Some(words), ReferenceKind::Named(named)) = (presented, &mut reference.kind) {
            named.within = vec![words];
        }
    }
}

fn is_variable(reference: &Reference) -> Option<&str> {
    match &reference.kind {
        ReferenceKind::Named(named) if named.kind == Kind::EnvVar => Some(&named.name),
        _ => None,
    }
}

/// Whether a block is an `.env` file: by its label, or by its lines and the words in front.
fn is_env(outline: &Outline, fence: &Fence) -> bool {
    let info = fence.info.as_deref().unwrap_or_default().to_ascii_lowercase();
    let label = info.split([' ', ',', '{']).next().unwrap_or_default();
    match label {
        "env" | "dotenv" | ".env" => true,
        "" | "text" | "txt" | "ini" | "properties" | "bash" | "sh" | "shell" | "plaintext" => {
            let lead = fence
                .lead
                .and_then(|lead| outline.blocks.get(lead))
                .map_or(String::new(), |lead| outline.words(lead).to_lowercase());
            let says = [".env", "environment variable", "env var"]
                .iter()
                .any(|words| lead.contains(words))
                || fence.body.text.lines().next().is_some_and(|line| line.starts_with("# .env"));
            let mut count = 0;
            let is_all = fence
                .body
                .text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .all(|line| {
                    count += 1;
                    assigned(line).is_some()
                });
            says && is_all && count > 0
        }
        _ => false,
    }
}

/// The variable that a line such as `NAME=value` gives a value.
fn assigned(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let is_name = name.len() >= 3
        && name.starts_with(|char: char| char.is_ascii_uppercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    (is_name && !value.starts_with('=')).then_some(name)
}

fn block(fence: &Fence, sink: &mut Sink) {
    let site = Site {
        text: &fence.body,
        base: 0,
        context: ReferenceContext::Block,
    };
    let mut at = 0;
    for line in fence.body.text.split_inclusive('\n').take(MAX_LINES) {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        if let Some(name) = assigned(line.trim()) {
            let range = start..start + name.len();
            let is_known = sink.references.iter().any(|reference| reference.span == site.span(&range));
            if !is_known {
                sink.named(
                    &site,
                    &range,
                    Kind::EnvVar,
                    name,
                    &[".env".to_owned()],
                    &Directory::Known(String::new()),
                );
            }
        }
    }
}

/// The cells below a heading such as "Variable", with the words of the heading.
fn cells(outline: &Outline) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let mut columns: Vec<(usize, String)> = Vec::new();
    for row in &outline.rows {
        let cells = row.cells.clone();
        if row.is_head {
            columns = cells
                .clone()
                .enumerate()
                .filter_map(|(column, cell)| {
                    let words = outline.line(outline.blocks.get(cell)?);
                    is_heading(&words, outline, cells.start).then_some((column, words))
                })
                .collect();
            continue;
        }
        for (column, words) in &columns {
            if let Some(cell) = cells.clone().nth(*column).and_then(|cell| outline.blocks.get(cell)) {
                found.push((cell.span, words.clone()));
            }
        }
    }
    found
}

/// Whether the heading of a column announces variables.
fn is_heading(words: &str, outline: &Outline, cell: usize) -> bool {
    let lower = words.to_lowercase();
    let is_variable = matches!(
        lower.as_str(),
        "variable" | "variables" | "env" | "env var" | "env variable" | "environment variable" | "env var name"
    ) || lower.starts_with("environment variable");
    let section = || {
        outline
            .blocks
            .get(cell)
            .and_then(|block| block.section)
            .and_then(|section| outline.headings.get(section))
            .map_or(String::new(), |heading| heading.title.to_lowercase())
    };
    let is_named = matches!(lower.as_str(), "name" | "key" | "setting") && {
        let title = section();
        ["environment variable", "env var", "configuration"]
            .iter()
            .any(|words| title.contains(words))
    };
    is_variable || is_named
}

/// Items that begin with a variable, in a list or section about the environment.
fn items(outline: &Outline) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for block in outline.blocks.iter().filter(|block| block.kind != BlockKind::Cell) {
        let Some(item) = block.item else { continue };
        let first = outline.codes_of(block).first().filter(|code| {
            let lead = outline.plain.text.get(block.plain.start..code.plain.start);
            lead.is_some_and(|words| words.trim().is_empty())
        });
        let words = first.and_then(|code| outline.plain.text.get(code.plain.clone()));
        if words.and_then(variable).is_some() {
            *counts.entry(outline.items[item].list).or_default() += 1;
        }
    }
    for block in outline
        .blocks
        .iter()
        .filter(|block| block.kind != BlockKind::Cell && block.item.is_some())
    {
        let Some(code) = outline.codes_of(block).first() else {
            continue;
        };
        let is_first = outline
            .plain
            .text
            .get(block.plain.start..code.plain.start)
            .is_some_and(|words| words.trim().is_empty());
        let words = outline.plain.text.get(code.plain.clone()).unwrap_or_default();
        if !is_first || variable(words).is_none() {
            continue;
        }
        let lead = outline
            .lead(block)
            .map_or(String::new(), |lead| outline.words(lead).to_lowercase());
        let title = block
            .section
            .and_then(|section| outline.headings.get(section))
            .map_or(String::new(), |heading| heading.title.to_lowercase());
        // Of several items that begin with a variable each one is configured, whatever the words in front.
        let siblings = block
            .item
            .map_or(0, |item| *counts.get(&outline.items[item].list).unwrap_or(&0));
        let announces = |words: &str| {
            [
                "environment variable", "env var", "env variable", "environment config", "required variables",
            ]
            .iter()
            .any(|sign| words.contains(sign))
        };
        let words = [&lead, &title].into_iter().find(|words| announces(words));
        let words = words.or_else(|| (siblings >= 3).then_some(if lead.is_empty() { &title } else { &lead }));
        if let Some(words) = words {
            let range: Range<usize> = code.plain.clone();
            found.push((outline.plain.span(range), words.clone()));
        }
    }
    found
}

/// Whether a variable stands with its value in inline code: `NAME=value`.
fn is_given(text: &str, span: Span) -> bool {
    let behind = text.get(span.end as usize..).unwrap_or_default();
    let is_start = text.get(..span.start as usize).is_some_and(|before| before.ends_with('`'));
    is_start && behind.strip_prefix('=').is_some_and(|value| !value.starts_with(['=', '`']))
}

/// The word in front that says that a variable is configured: "set `NAME`".
fn verb(text: &str, span: Span) -> Option<&'static str> {
    let before = text.get(..span.start as usize)?;
    let line = &before[before.rfind('\n').map_or(0, |start| start + 1)..];
    let line = line.trim_end_matches(['`', '*', '_', ' ', '"']).to_lowercase();
    VERBS.iter().copied().find(|verb| {
        line.strip_suffix(verb)
            .is_some_and(|rest| !rest.ends_with(|char: char| char.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn tables_blocks_lists_and_verbs_present_variables() {
        assert_eq!(
            of(
                "| Variable | Default |\n|---|---|\n| `AA_BB` | `CC_DD` |\n\nPut into the env file `.env`:\n\n```env\nEE_FF=1\n# why\nGG_HH=x\n```\n\nEnvironment variables:\n- `II_JJ`: `KK_LL` too\n\nSet `MM_NN` or read `OO_PP`.\n"
            ),
            [
                "env-var AA_BB of Variable",
                "env-var CC_DD",
                "path .env",
                "env-var EE_FF of .env",
                "env-var GG_HH of .env",
                "env-var II_JJ of environment variables:",
                "env-var KK_LL",
                "env-var MM_NN of set",
                "env-var OO_PP",
            ]
        );
    }

    #[test]
    fn assignments_are_configuration_where_the_words_in_front_say_so() {
        assert_eq!(
            of("Put these into your environment variables:\n```bash\nAA_BB=1\n```\n"),
            ["env-var AA_BB of .env"]
        );
        assert!(of("Keep the name:\n```bash\nAA_BB=1\necho $AA_BB\n```\n").is_empty());
    }
}
