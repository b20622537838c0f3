//! Code blocks: what they hold, and the commands in them with the folder that each runs in.

mod language;
mod logical;
mod sentence;

use crate::command::blanks;
use crate::command::folders::Folders;
use crate::command::mapped::Mapped;
use crate::command::placeholder::in_command;
use crate::command::powershell::statements;
use crate::command::simple::{Simple, commands_of};
use crate::model::reference::ReferenceContext;
use crate::model::runbook::{CodeBlock, CodeKind, Command};
use crate::parse::runbook::commands::language::{Label, is_command_prompt, is_powershell, label, language};
use crate::parse::runbook::commands::logical::{Logical, commands, has_prompt, prompted};
use crate::parse::runbook::commands::sentence::{begins_as_command, is_other_code, is_script_path, is_sql, runs_script};
use crate::parse::runbook::outline::{Fence, Outline};

/// The commands of a block with their way back to the source, for those who look for references in them.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The commands of a block as they would be typed, one behind another.
    pub(crate) typed: Mapped,
    /// The simple commands in it.
    pub(crate) commands: Vec<Simple>,
    /// Whether it stands in a shell block.
    pub(crate) context: ReferenceContext,
}

/// The code blocks of a text, and what is run in them.
pub(crate) fn code_blocks(outline: &Outline) -> (Vec<CodeBlock>, Vec<Script>) {
    let mut folders = Folders::default();
    let mut section = None;
    let mut blocks = Vec::with_capacity(outline.fences.len());
    let mut scripts = Vec::new();
    for fence in &outline.fences {
        if fence.section != section || begins_at_root(outline, fence) {
            folders.reset();
        } else {
            folders.carry();
        }
        section = fence.section;
        blocks.push(code_block(fence, &mut folders, &mut scripts));
    }
    (blocks, scripts)
}

/// Whether the words before a block send the reader to the root: "Run from the repository root:".
fn begins_at_root(outline: &Outline, fence: &Fence) -> bool {
    let Some(lead) = fence.lead.and_then(|lead| outline.blocks.get(lead)) else {
        return false;
    };
    let words = outline.words(lead).to_lowercase();
    words.contains("root")
        && ["repo", "project", "workspace", "monorepo"]
            .iter()
            .any(|word| words.contains(word))
}

fn code_block(fence: &Fence, folders: &mut Folders, scripts: &mut Vec<Script>) -> CodeBlock {
    let language = language(fence.info.as_deref());
    let text = &fence.body.text;
    let has_prompts = has_prompt(text);
    let (kind, found) = match label(&language) {
        Label::Kind(CodeKind::Shell) if !has_prompts => (CodeKind::Shell, commands(&fence.body)),
        Label::Kind(CodeKind::Shell) => (CodeKind::Console, prompted(&fence.body)),
        Label::Kind(CodeKind::Console) => {
            // Where no line has another prompt than `#`, and some lines begin as commands without any, `#` begins a comment.
            let is_bare = !has_prompts && text.lines().any(begins_as_command);
            let found = if is_bare { Vec::new() } else { prompted(&fence.body) };
            // A console without prompts: only what begins as a command is one.
            let found = if found.is_empty() {
                beginning_as_commands(&fence.body).0
            } else {
                found
            };
            (CodeKind::Console, found)
        }
        Label::Kind(kind) if is_powershell(&language) || is_command_prompt(&language) => {
            let found = statements(&fence.body).into_iter();
            (kind, found.map(Logical::from).collect())
        }
        Label::Kind(kind) => (kind, Vec::new()),
        Label::Silent if has_prompts => (CodeKind::Console, prompted(&fence.body)),
        Label::Silent => {
            let (found, is_all) = beginning_as_commands(&fence.body);
            let kind = if is_all { CodeKind::Shell } else { CodeKind::Text };
            (kind, found)
        }
    };
    let context = if kind == CodeKind::Text {
        ReferenceContext::Block
    } else {
        ReferenceContext::Command
    };
    let is_command = |logical: &Logical| !is_sql(&logical.typed.text) && !is_other_code(&logical.typed.text);
    let found: Vec<Logical> = found.into_iter().filter(is_command).collect();
    let mut typed = Mapped::default();
    let mut places = Vec::with_capacity(found.len());
    for logical in &found {
        let start = typed.text.len();
        typed.push_part(&logical.typed, 0..logical.typed.text.len());
        places.push(start..typed.text.len());
        typed.push_instead("\n", logical.typed.span(logical.typed.text.len()..logical.typed.text.len()));
    }
    let (commands, directories) = commands_of(&typed.text, &places, folders);
    let listed = found.iter().zip(directories).filter(|_| kind != CodeKind::Text);
    let listed = listed
        .map(|(logical, directory)| Command {
            text: logical.written.as_ref().unwrap_or(&logical.typed.text).clone(),
            span: logical.typed.span(0..logical.typed.text.len()),
            directory,
            has_placeholder: in_command(&logical.typed.text),
        })
        .collect();
    scripts.push(Script {
        typed,
        commands,
        context,
    });
    let blanks = match kind {
        CodeKind::Shell => blanks::of_shell(text),
        CodeKind::Console => blanks::of_console(text),
        CodeKind::OtherShell => blanks::of_text(text),
        CodeKind::Text if is_filled_in(&language) => blanks::of_text(text),
        CodeKind::Text => Vec::new(),
    };
    CodeBlock {
        language,
        kind,
        span: fence.span,
        content: fence.content,
        text: text.clone(),
        commands: listed,
        blanks,
        section: fence.section.map(|section| section as u32),
    }
}

/// Whether blocks of a language that is no shell's hold things to fill in. In code and markup angle brackets mean something else.
fn is_filled_in(language: &str) -> bool {
    matches!(
        language,
        "conf"
            | "dockerfile"
            | "dotenv"
            | "env"
            | "hcl"
            | "http"
            | "ini"
            | "json"
            | "pgsql"
            | "promql"
            | "properties"
            | "psql"
            | "sql"
            | "text"
            | "toml"
            | "yaml"
            | "yml"
    )
}

/// The commands of a block that has no label, and whether it holds nothing else.
fn beginning_as_commands(body: &Mapped) -> (Vec<Logical>, bool) {
    // Most blocks without label are no commands at all; they cost one look.
    let is_call = |line: &str| begins_as_command(line) || runs_script(line);
    if !body.text.lines().any(|line| is_call(line.trim_start())) {
        return (Vec::new(), false);
    }
    let all = commands(body);
    let count = all.len();
    // Among commands a script alone is one.
    let is_command = |line: &str| {
        let mut words = line.split_whitespace();
        is_call(line) || words.next().is_some_and(is_script_path) && words.next().is_none_or(|word| word.starts_with('#'))
    };
    let found: Vec<Logical> = all
        .into_iter()
        .filter(|logical| is_command(logical.typed.text.lines().next().unwrap_or_default()))
        .collect();
    let is_all = found.len() == count;
    (found, is_all)
}

#[cfg(test)]
mod tests {
    use super::code_blocks;
    use crate::model::directory::Directory;
    use crate::model::runbook::{CodeBlock, CodeKind};
    use crate::parse::runbook::document::outline;

    fn blocks(text: &str) -> Vec<CodeBlock> {
        let blocks = code_blocks(&outline(text, 0)).0;
        for block in &blocks {
            assert!(block.span.contains(block.content), "{block:?}");
            for command in &block.commands {
                assert!(block.content.contains(command.span), "{command:?}");
            }
        }
        blocks
    }

    /// `folder: command` for every command of a text.
    fn run(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for block in blocks(text) {
            for command in block.commands {
                let folder = match command.directory {
                    Directory::Known(folder) | Directory::Host(folder) => folder,
                    Directory::Unknown => "?".to_owned(),
                };
                lines.push(format!("{folder}: {}", command.text));
            }
        }
        lines
    }

    #[test]
    fn a_block_keeps_its_text_and_its_places() {
        let text = "1. Do\n   ```bash\n   make check \\\n     FAST=1\n   ```\n";
        let block = &blocks(text)[0];
        assert_eq!((block.language.as_str(), block.kind), ("bash", CodeKind::Shell));
        assert_eq!(block.text, "make check \\\n  FAST=1\n");
        assert_eq!(block.commands[0].text, "make check FAST=1");
        assert_eq!(block.commands[0].span.of(text), "make check \\\n     FAST=1");
    }

    #[test]
    fn folders_are_carried_through_a_section_only() {
        let text = "## A\n```bash\ncd backend\nmake x\n```\nthen\n```bash\nmake y\n```\n## B\n```bash\nmake z\n```\n";
        assert_eq!(run(text), [": cd backend", "backend: make x", "backend: make y", ": make z"]);
        let text = "```bash\ncd backend\n```\nFrom the repository root:\n\n```bash\nmake y\n```\n";
        assert_eq!(run(text)[1], ": make y");
    }

    #[test]
    fn output_is_no_command() {
        let text = "```console\n$ make check\nmake test\n```\n\n```bash\n$ ls\nmake\n```\n";
        assert_eq!(run(text), [": make check", ": ls"]);
        assert_eq!(blocks(text)[1].kind, CodeKind::Console);
    }

    #[test]
    fn blocks_without_label_are_text_unless_their_lines_are_commands() {
        let kinds: Vec<CodeKind> = [
            "make check\n# x\n./x.sh", "registry: ghcr.io", "make check\nok", "$ make", "make sure it is the one",
        ]
        .iter()
        .map(|text| blocks(&format!("```\n{text}\n```\n"))[0].kind)
        .collect();
        assert_eq!(
            kinds,
            [
                CodeKind::Shell,
                CodeKind::Text,
                CodeKind::Text,
                CodeKind::Console,
                CodeKind::Text
            ]
        );
    }

    #[test]
    fn other_shells_are_shown_and_their_simple_commands_are_read() {
        let block = &blocks("```powershell\nGet-Item x\n```\n")[0];
        assert_eq!(block.kind, CodeKind::OtherShell);
        assert!(block.commands.is_empty());
        assert_eq!(run("```bat\nnpm run x\nscripts\\a.bat\n```\n")[0], ": npm run x");
        assert_eq!(
            run("```powershell\ncd apps\\web; npm run x\n```\n"),
            [": cd apps\\web", "apps/web: npm run x"]
        );
        assert!(run("```bash\nSELECT 1;\n```\n").is_empty());
    }

    #[test]
    fn placeholders_are_noticed() {
        let block = &blocks("```bash\ngit checkout <good-tag>\ngit status\n```\n")[0];
        let noticed: Vec<bool> = block.commands.iter().map(|command| command.has_placeholder).collect();
        assert_eq!(noticed, [true, false]);
    }

    #[test]
    fn crlf_tabs_and_open_fences_keep_their_places() {
        let text = "```bash\r\nmake a\r\nmake b\r\n```\r\n";
        assert_eq!(run(text), [": make a", ": make b"]);
        assert_eq!(blocks(text)[0].commands[1].span.of(text), "make b");
        assert_eq!(run("```bash\nmake a\n"), [": make a"]);
        assert_eq!(run("-\t```bash\n\tmake a\n\t```\n"), [": make a"]);
        assert!(run("```bash\n```\n").is_empty());
    }
}
