//! Code blocks: a figure with what the block is, where it runs, and a button that copies exactly what is seen.

use std::ops::Range;

use crate::model::blank::{Blank, BlankPlace};
use crate::model::directory::Directory;
use crate::model::runbook::{CodeBlock, CodeKind, Command, Runbook};
use crate::site::body::fields::Fields;
use crate::site::body::highlight::{Painted, painted};
use crate::site::escape::{self, Reading};

/// What a code block came out as.
pub(super) struct Figure {
    /// The caption in words.
    pub(super) caption: String,
    /// The inside of the `code` element.
    pub(super) html: String,
    /// What the copy button says it copies; none when the block must not be copied.
    pub(super) copies: Option<String>,
    /// Whether something in it cannot be seen. Its numbers are shown instead, and are what a copy has.
    pub(super) has_hidden: bool,
}

/// Reads a code block into a figure. `tells_root` is set when some block of the text runs in a folder of its own, so that it is worth
/// saying that this one runs at the root.
///
/// `painted` is what [`painted_of`] says of the block. On a run sheet `fields` gathers what must be filled in.
pub(super) fn figure(
    runbook: &Runbook,
    block: &CodeBlock,
    tells_root: bool,
    painted: &[Painted],
    mut fields: Option<&mut Fields>,
) -> Figure {
    let mut html = String::with_capacity(block.text.len() + 64);
    let text = &block.text;
    let is_sheet = fields.is_some();
    let mut has_choice = false;
    let mut blank = |html: &mut String, blank: &Blank| match &mut fields {
        Some(fields) => {
            has_choice |= blank.place == BlankPlace::Choice;
            fields.take(html, blank, &text[blank.range.clone()])
        }
        None => plain_blank(html, &text[blank.range.clone()]),
    };
    let (has_hidden, is_copied) = match block.kind {
        CodeKind::Console => console(&mut html, runbook, block, &mut blank),
        CodeKind::Shell | CodeKind::OtherShell => (command_text(&mut html, block, 0..text.len(), painted, &mut blank), true),
        CodeKind::Text if is_sheet => (command_text(&mut html, block, 0..text.len(), painted, &mut blank), true),
        CodeKind::Text => (paint(&mut html, text, 0..text.len(), painted, Reading::Code), true),
    };
    let mut caption = language(block).to_owned();
    match block.commands.first().map(|command| &command.directory) {
        Some(Directory::Known(folder)) if !folder.is_empty() => {
            caption.push_str(", in ");
            caption.push_str(folder);
        }
        Some(Directory::Known(_)) if tells_root => caption.push_str(", from the repository root"),
        _ => {}
    }
    if !is_sheet && html.contains("<var>") {
        caption.push_str(". Values are to be filled in");
    }
    if has_hidden {
        caption.push_str(". Holds characters that cannot be seen; a copy has their numbers, as shown");
    }
    if has_choice {
        caption.push_str(". Holds a choice, so it is typed by hand and not copied");
    }
    let copies = (is_copied && !has_choice && !block.text.trim().is_empty()).then(|| summary(block));
    Figure {
        caption,
        html,
        copies,
        has_hidden,
    }
}

/// The words of a block that have a class.
pub(super) fn painted_of(block: &CodeBlock) -> Vec<Painted> {
    match block.kind {
        CodeKind::Shell => painted("sh", &block.text),
        CodeKind::Text => painted(&block.language, &block.text),
        CodeKind::Console | CodeKind::OtherShell => Vec::new(),
    }
}

/// The folder of the first command of some block is not the root.
pub(super) fn tells_root(runbook: &Runbook) -> bool {
    runbook
        .code_blocks
        .iter()
        .flat_map(|block| &block.commands)
        .any(|command| matches!(&command.directory, Directory::Known(folder) if !folder.is_empty()))
}

fn language(block: &CodeBlock) -> &str {
    match (block.kind, block.language.as_str()) {
        (CodeKind::Console, _) => "Console, with output",
        (_, "powershell" | "ps1" | "pwsh") => "PowerShell",
        (_, "cmd" | "bat" | "batch") => "Windows command prompt",
        (CodeKind::Shell, _) => "Shell",
        (CodeKind::OtherShell, _) => "Commands",
        (_, "" | "text" | "txt" | "plain" | "plaintext") => "Text",
        (_, "yaml" | "yml") => "YAML",
        (_, "json" | "jsonc" | "json5") => "JSON",
        (_, "toml") => "TOML",
        (_, "ini" | "cfg" | "properties") => "Settings",
        (_, "env" | "dotenv") => "Environment",
        (_, "sql" | "psql" | "pgsql") => "SQL",
        (_, "py" | "python" | "python3") => "Python",
        (_, "js" | "javascript") => "JavaScript",
        (_, "ts" | "typescript") => "TypeScript",
        (_, "rs" | "rust") => "Rust",
        (_, "go") => "Go",
        (_, "md" | "markdown") => "Markdown",
        (_, "mermaid") => "Diagram, as written in Mermaid",
        (_, "plantuml" | "puml") => "Diagram, as written in PlantUML",
        (_, "dot" | "graphviz") => "Diagram, as written in Graphviz",
        (_, "math" | "tex" | "latex") => "Formula, as written in TeX",
        (_, "dockerfile" | "docker") => "Dockerfile",
        (_, "diff" | "patch") => "Diff",
        (_, "html") => "HTML",
        (_, "xml") => "XML",
        (_, "http") => "HTTP",
        (_, "promql") => "PromQL",
        (_, "hcl" | "tf" | "terraform") => "Terraform",
        // `MyST` writes boxes and more as blocks of code.
        (_, other) => other
            .strip_prefix('{')
            .and_then(|name| name.split('}').next())
            .unwrap_or(other),
    }
}

/// The first line, short enough to tell one button from another.
pub(super) fn summary(block: &CodeBlock) -> String {
    let first = block.commands.first().map(|command| command.text.as_str());
    let line = first
        .or_else(|| block.text.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or_default()
        .trim();
    match line.char_indices().nth(48) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None => line.to_owned(),
    }
}

/// Something to fill in, set apart. Tells whether it holds hidden characters.
fn plain_blank(html: &mut String, words: &str) -> bool {
    html.push_str("<var>");
    let has_hidden = escape::code(html, words, Reading::Command);
    html.push_str("</var>");
    has_hidden
}

/// A part of a block with commands, with everything that must be filled in first set apart. Tells whether there were hidden characters.
fn command_text(
    html: &mut String,
    block: &CodeBlock,
    part: Range<usize>,
    painted: &[Painted],
    blank: &mut dyn FnMut(&mut String, &Blank) -> bool,
) -> bool {
    let text = &block.text;
    // Code that nobody runs may hold any characters.
    let reading = if block.kind == CodeKind::Text {
        Reading::Code
    } else {
        Reading::Command
    };
    let mut has_hidden = false;
    let mut at = part.start;
    let inside = block
        .blanks
        .iter()
        .filter(|blank| part.start <= blank.range.start && blank.range.end <= part.end);
    for one in inside {
        has_hidden |= paint(html, text, at..one.range.start, painted, reading);
        has_hidden |= blank(html, one);
        at = one.range.end;
    }
    has_hidden | paint(html, text, at..part.end, painted, reading)
}

/// A part of a text with the classes of its words.
fn paint(html: &mut String, text: &str, part: Range<usize>, painted: &[Painted], reading: Reading) -> bool {
    let mut has_hidden = false;
    let mut at = part.start;
    let from = painted.partition_point(|(range, _)| range.end <= part.start);
    for (range, class) in &painted[from..] {
        let (start, end) = (range.start.max(at), range.end.min(part.end));
        if start >= part.end {
            break;
        }
        has_hidden |= escape::code(html, &text[at..start], reading);
        html.push_str("<span class=\"");
        html.push_str(class);
        html.push_str("\">");
        has_hidden |= escape::code(html, &text[start..end], reading);
        html.push_str("</span>");
        at = end;
    }
    has_hidden | escape::code(html, &text[at..part.end], reading)
}

/// Prompts, commands and output told apart. Tells whether a command holds hidden characters, and whether every command was found so
/// that the block can be copied.
fn console(
    html: &mut String,
    runbook: &Runbook,
    block: &CodeBlock,
    blank: &mut dyn FnMut(&mut String, &Blank) -> bool,
) -> (bool, bool) {
    let first_line = runbook.lines.line(block.content.start);
    let line_of = |offset: u32| (runbook.lines.line(offset) - first_line.min(runbook.lines.line(offset))) as usize;
    let mut commands = block.commands.iter().peekable();
    let mut has_hidden = false;
    let mut is_complete = !block.commands.is_empty();
    let mut lines = block.text.split_inclusive('\n').enumerate().peekable();
    let mut end = 0;
    while let Some((index, line)) = lines.next() {
        let start = end;
        end += line.len();
        let command = commands.next_if(|command| line_of(command.span.start) <= index);
        let Some(command) = command else {
            html.push_str("<samp>");
            escape::code(html, line, Reading::Code);
            html.push_str("</samp>");
            continue;
        };
        let Some(prompt) = prompt_of(runbook, command, line) else {
            is_complete = false;
            escape::code(html, line, Reading::Code);
            continue;
        };
        html.push_str("<span class=\"prompt\">");
        escape::code(html, &line[..prompt], Reading::Code);
        html.push_str("</span><kbd>");
        let last = line_of(command.span.end.saturating_sub(1).max(command.span.start));
        while let Some((_, line)) = lines.next_if(|(index, _)| *index <= last) {
            end += line.len();
        }
        let text = &block.text[start + prompt..end];
        let typed = text.trim_end_matches('\n');
        has_hidden |= command_text(html, block, start + prompt..start + prompt + typed.len(), &[], blank);
        html.push_str("</kbd>");
        if typed.len() < text.len() {
            html.push('\n');
        }
    }
    (has_hidden, is_complete && commands.next().is_none())
}

/// How many bytes of a line stand before its command.
fn prompt_of(runbook: &Runbook, command: &Command, line: &str) -> Option<usize> {
    let first = command.span.of(&runbook.text).lines().next()?.trim_end();
    if first.is_empty() {
        return None;
    }
    line.find(first)
}
