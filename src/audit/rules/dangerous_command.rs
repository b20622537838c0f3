//! A command that destroys far more than it names.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::place::Span;
use crate::model::runbook::{CodeBlock, CodeKind};

/// It destroys far more than it names.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "dangerous-command",
        summary: "A command destroys far more than it names",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Commands that delete everything below `/`, by its name or because a variable in front of the slash is empty: nothing in \
                 the runbook sets it, and neither `set -u` nor `${NAME:?}` stops the command then. And functions that call themselves \
                 twice without an end.",
        matters: "Whoever is in a hurry copies the line into a new terminal, in which nobody set the variable.",
        example: "rm -rf \"$RELEASE_DIR/\"",
        fix: "Write `${RELEASE_DIR:?}`, which stops where it is empty, or set the variable in the same block.",
    },
    check: Check::Always(check),
};

/// Variables that every shell sets.
const ALWAYS_SET: [&str; 3] = ["HOME", "OLDPWD", "PWD"];

static DELETES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?:^|[;&|({])\s*(?:sudo\s+(?:-\S+\s+)*)?(?:/\S*/)?rm\s+((?:[^;&|)}$]|\$\{\w+\}|\$)*)";
    Regex::new(pattern).expect("the pattern is well formed")
});
static ROOT_OF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\$(?:(\w+)|\{(\w+)\})/+(?:\*|\.\*)?$").expect("the pattern is well formed"));
static SETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)(?:^|[\s;&|(])(?:(\w+)=[^\s;&|]|for\s+(\w+)\s+in\b|read\s+[^\n;|]*?(\w+)\s*(?:$|[;|]))")
        .expect("the pattern is well formed")
});
static STOPS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*set\s+(?:-[a-z]*u|.*-o\s+nounset)").expect("the pattern is well formed"));
static CALLS_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([\w:]+)\s*\(\)\s*\{\s*([\w:]+)\s*\|\s*([\w:]+)\s*&\s*;?\s*\}").expect("the pattern is well formed")
});

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let is_shell = |block: &&CodeBlock| matches!(block.kind, CodeKind::Shell | CodeKind::Console);
    let blocks: Vec<&CodeBlock> = runbook.code_blocks.iter().filter(is_shell).collect();
    let set: HashSet<&str> = blocks.iter().flat_map(|block| set_in(&block.text)).collect();
    for block in blocks {
        if calls_itself(&block.text) {
            let span = block.commands.first().map_or(block.span, |command| command.span);
            findings.push(found(
                context,
                span,
                "this function calls itself twice without an end",
                "leave it out",
                None,
            ));
        }
        let stops = STOPS.is_match(&block.text);
        for command in &block.commands {
            let Some(target) = deletes(&command.text) else { continue };
            let (message, help) = match target {
                Target::Root => (
                    "this command deletes everything below `/`".to_owned(),
                    "name the folder that is meant".to_owned(),
                ),
                Target::Below(name) if stops || set.contains(name) => continue,
                Target::Below(name) => (
                    format!("where `{name}` is empty this command deletes everything below `/`, and nothing here sets it"),
                    format!("write `${{{name}:?}}`, which stops where it is empty, or set it in the same block"),
                ),
            };
            findings.push(found(context, command.span, &message, &help, Some(&command.text)));
        }
    }
}

fn found(context: &Context<'_>, span: Span, message: &str, help: &str, command: Option<&str>) -> Finding {
    Finding {
        message: message.to_owned(),
        help: Some(help.to_owned()),
        reference: command.map(str::to_owned),
        ..context.finding(&RULE.text, Some(span))
    }
}

/// What a command deletes with all that is in it.
#[derive(Debug, PartialEq, Eq)]
enum Target<'command> {
    /// The root of the disk.
    Root,
    /// The folder that a variable holds, or the root where it holds nothing.
    Below(&'command str),
}

/// The worst that an `rm` with its folders deletes, where that is the root or may be.
fn deletes(command: &str) -> Option<Target<'_>> {
    DELETES.captures_iter(command).find_map(|call| {
        let words: Vec<&str> = call.get(1)?.as_str().split_whitespace().collect();
        let is_deep =
            |word: &&str| *word == "--recursive" || word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'R']);
        words.iter().any(is_deep).then_some(())?;
        words.into_iter().find_map(target)
    })
}

fn target(word: &str) -> Option<Target<'_>> {
    // Quotes stand around the whole word or end in front of a glob.
    let bare = word.replace(['"', '\''], "");
    if matches!(bare.as_str(), "/" | "/*") {
        return Some(Target::Root);
    }
    let is_variable = ROOT_OF.is_match(&bare) && !word.starts_with('\'');
    let name = word.trim_start_matches(['"', '$', '{']);
    let name = &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_')?];
    (is_variable && !ALWAYS_SET.contains(&name)).then_some(Target::Below(name))
}

/// The variables that a block sets.
fn set_in(text: &str) -> impl Iterator<Item = &str> {
    SETS.captures_iter(text)
        .filter_map(|found| found.iter().skip(1).flatten().next())
        .map(|name| name.as_str())
}

fn calls_itself(text: &str) -> bool {
    let mut functions = CALLS_ITSELF.captures_iter(text);
    functions.any(|found| found[1] == found[2] && found[1] == found[3])
}

#[cfg(test)]
mod tests {
    use super::{STOPS, Target, calls_itself, deletes, set_in};

    #[test]
    fn what_may_be_the_root_is_found() {
        for (command, name) in [
            ("rm -rf \"$UNSET/\"", "UNSET"),
            ("sudo rm -fr ${RELEASE_DIR}/*", "RELEASE_DIR"),
            ("rm -r -f \"$OLD\"/*", "OLD"),
            ("cd /srv && rm --recursive $OLD/", "OLD"),
            ("rm -Rf logs \"${OLD}/\"", "OLD"),
        ] {
            assert_eq!(deletes(command), Some(Target::Below(name)), "{command}");
        }
        assert_eq!(deletes("rm -rf /"), Some(Target::Root));
        assert_eq!(deletes("sudo rm -rf --no-preserve-root /*"), Some(Target::Root));
        assert!(calls_itself(":(){ :|:& };:") && calls_itself("bomb() { bomb | bomb & }; bomb"));
    }

    #[test]
    fn what_names_its_folder_or_stops_is_not() {
        for command in [
            "rm -rf \"$OLD\"", "rm -rf \"$OLD/build\"", "rm -rf \"${OLD:?}/\"", "rm -rf \"${OLD:?}\"/*", "rm -rf ./build/",
            "rm -rf /srv/app/*", "rm -f \"$OLD/\"*", "rm -rf \"$HOME/\"", "rm -rf '$OLD/'", "docker rm -f \"$ID\"",
            "ls -r \"$OLD/\"", "git rm -r $OLD/",
        ] {
            assert_eq!(deletes(command), None, "{command}");
        }
        assert!(!calls_itself("a() { b | c & }; a"));
    }

    #[test]
    fn a_variable_that_the_text_sets_is_not_empty() {
        for text in [
            "OLD=/srv/app-1",
            "export OLD=$(ls -d /srv/app-*)",
            "cd /srv; OLD=\"$1\"",
            "for OLD in /srv/app-*; do",
            "read -r -p 'Which? ' OLD",
        ] {
            assert!(set_in(text).any(|name| name == "OLD"), "{text}");
        }
        for text in ["OLD=\n", "echo $OLD", "tool --OLD=x", "HOLD=1"] {
            assert!(set_in(text).all(|name| name != "OLD"), "{text}");
        }
        assert!(STOPS.is_match("set -euo pipefail\nrm x") && STOPS.is_match("set -o nounset"));
        assert!(!STOPS.is_match("set -e\nrm x"));
    }
}
