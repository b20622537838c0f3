//! Options and commands of clap that are built by calls: `Command::new("x").arg(Arg::new("y").long("y"))`.

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::tree::{Call, MAX_STEPS, Node, Source};
use crate::model::definition::Nesting;

/// The builders of clap.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "rust",
    uses: |_, text| text.contains("clap") && has_any(text, &["Arg::", "Command::new", "App::new", "arg!", "SubCommand"]),
    words: &["Arg::", "Command::", ".long(", "arg!", "subcommand"],
    defines: &[COMMAND, FLAG],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    let calls = source.calls();
    for call in &calls {
        match call.name() {
            "long" if call.owner.is_some() => match call.first_literal() {
                Some(name) => found.flag(format!("--{name}"), call.at(), call.code()),
                None => found.open(FLAG),
            },
            "alias" | "aliases" | "visible_alias" | "visible_aliases" => aliases(call, found),
            "new" if is_maker(call) => command(call, found),
            "with_name" if call.owner() == "SubCommand" => command(call, found),
            "trailing_var_arg" | "allow_external_subcommands" | "last" if call.owner.is_some() => found.open(FLAG),
            "augment_args" | "augment_subcommands" | "flatten" => {}
            _ => {}
        }
        if call.name() == "allow_external_subcommands" {
            found.open(COMMAND);
        }
    }
    for call in calls
        .iter()
        .filter(|call| matches!(call.name(), "subcommand" | "subcommands"))
    {
        placed(call, found);
    }
    // Of `arg!(-f --force <X> "words")`, and of calls in other macros, there are only the signs.
    for tokens in source.of_kind("macro_invocation") {
        in_macro(tokens, found);
    }
}

fn is_maker(call: &Call<'_>) -> bool {
    matches!(call.owner(), "Command" | "clap::Command" | "App" | "clap::App")
}

fn command(call: &Call<'_>, found: &mut Found) {
    match call.first_literal() {
        Some(name) => {
            let nesting = Nesting {
                within: None,
                holds: Some(key(call)),
                is_group: false,
            };
            found.command(name, call.at(), call.code(), nesting);
        }
        None => found.open(COMMAND),
    }
}

fn key(call: &Call<'_>) -> String {
    format!("command at {}", call.at())
}

/// The call that a chain begins with.
fn first(node: Node<'_>) -> Option<Call<'_>> {
    let mut call = node.as_call()?;
    for _ in 0..MAX_STEPS {
        match call.owner.and_then(Node::as_call) {
            Some(before) => call = before,
            None => return Some(call),
        }
    }
    None
}

fn aliases(call: &Call<'_>, found: &mut Found) {
    let Some(maker) = first(call.node) else { return };
    for name in call.list.literals() {
        if maker.owner().ends_with("Arg") {
            found.flag(format!("--{name}"), call.at(), call.code());
        } else if is_maker(&maker) {
            let nesting = Nesting {
                holds: Some(key(&maker)),
                ..Nesting::default()
            };
            found.command(name, call.at(), call.code(), nesting);
        }
    }
}

/// `.subcommand(Command::new("x"))`: the one stands in the other.
fn placed(call: &Call<'_>, found: &mut Found) {
    let Some(parent) = first(call.node).filter(is_maker) else {
        return;
    };
    let parent = key(&parent);
    let inner: Vec<String> = call
        .list
        .below()
        .filter_map(Node::as_call)
        .filter(|inner| is_maker(inner))
        .map(|inner| key(&inner))
        .take(MAX_STEPS)
        .collect();
    // Those below a nested call are placed by that call, which comes later in the text.
    for command in found.commands_mut() {
        if command.nesting.holds.as_ref().is_some_and(|holds| inner.contains(holds)) {
            command.nesting.within = Some(parent.clone());
        }
    }
}

/// The options in a macro: `--force` of `arg!`, `.long("x")` of any.
fn in_macro(node: Node<'_>, found: &mut Found) {
    let is_arg = node
        .field("macro")
        .is_some_and(|name| matches!(name.text(), "arg" | "clap::arg"));
    let tokens: Vec<Node<'_>> = node.below().take(MAX_STEPS * 50).collect();
    for (index, token) in tokens.iter().enumerate() {
        let Some(next) = tokens.get(index + 1) else { break };
        if token.text() == "long" && next.kind() == "token_tree" {
            let words = next.children().next().and_then(Node::literal);
            if let Some(name) = words {
                found.flag(format!("--{name}"), token.start(), next.code());
            }
        }
    }
    if !is_arg {
        return;
    }
    let text = node.text();
    let head = text.split('"').next().unwrap_or(text);
    for (at, _) in head.match_indices("--") {
        let name = head[at + 2..]
            .split(|char: char| !(char.is_alphanumeric() || matches!(char, '-' | '_')))
            .next();
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            found.flag(format!("--{name}"), node.start() + at, node.code());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{bare, names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn builders_are_read() {
        let text = "use clap::*;\nfn f() { Command::new(\"app\").arg(Arg::new(\"x\").long(\"all\").visible_alias(\"every\")) }\n// .long(\"gone\")\n";
        let file = read("x.rs", text);
        assert_eq!(names(&file, Kind::CliCommand), ["app:2"]);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--all:2", "--every:2"]);
    }

    #[test]
    fn commands_stand_in_commands() {
        let text = "use clap::*;\nfn f() { Command::new(\"app\").subcommand(Command::new(\"db\").alias(\"d\").subcommand(Command::new(\"up\"))).subcommand(Command::new(\"x\")) }\n";
        assert_eq!(tree(&read("x.rs", text)), ["app [db [up] d [up] x]"]);
    }

    #[test]
    fn macros_are_read_as_far_as_they_go() {
        let text = "use clap::*;\nfn f() { Command::new(\"app\").arg(arg!(-f --force <X> \"not --said\")).args(vec![Arg::new(\"y\").long(\"why\")]) }\n";
        assert_eq!(bare(&read("x.rs", text), Kind::ScriptFlag), ["--force", "--why"]);
    }
}
