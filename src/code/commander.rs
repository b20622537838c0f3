//! Options and commands of commander, cac and sade.

use std::collections::BTreeMap;

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::javascript::{assigned, imports};
use crate::code::language::{Framework, has_any};
use crate::code::tree::{Call, MAX_STEPS, Node, Source};
use crate::model::definition::Nesting;

/// commander, cac and sade.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |_, text| {
        has_any(
            text,
            &["commander", "'cac'", "\"cac\"", "'sade'", "\"sade\"", ".option(", "Option("],
        )
    },
    words: &["option", "Option", "ommand("],
    defines: &[COMMAND, FLAG],
    read,
};

/// Methods of a command, one of which stands in the chain of each.
const METHODS: &[&str] = &[
    "action", "addCommand", "argument", "description", "option", "requiredOption", "summary",
];

fn read(source: &Source<'_>, found: &mut Found) {
    let imports = imports(source);
    let has = |names: &[&str]| imports.iter().any(|module| names.contains(&module.as_str()));
    let is_commander = has(&["commander", "@commander-js/extra-typings", "cac", "sade"]);
    let is_yargs = imports.iter().any(|module| module.starts_with("yargs"));
    if is_yargs && !is_commander {
        return;
    }
    let calls = source.calls();
    let keys: BTreeMap<usize, String> = calls
        .iter()
        .filter(|call| makes(call))
        .map(|call| (call.node.start() + call.node.end(), holds(call)))
        .collect();
    for call in &calls {
        match call.name() {
            "option" | "requiredOption" | "Option" => options(call, found),
            "command" | "Command" => command(call, is_commander, &keys, found),
            // `.allowUnknownOption(false)` is the usual.
            "allowUnknownOption" | "passThroughOptions" | "allowUnknownOptions"
                if call.first().is_none_or(|first| first.kind() != "false") =>
            {
                found.open(FLAG);
            }
            "executableDir" => found.open(COMMAND),
            "argument" | "arguments" => {
                if let Some(within) = within(call.owner, &keys) {
                    operand(&within, found);
                }
            }
            _ => {}
        }
    }
    for call in &calls {
        match call.name() {
            "addCommand" => added(call, is_commander, &keys, found),
            "alias" | "aliases" => aliases(call, &keys, found),
            _ => {}
        }
    }
    mark_groups(found);
}

/// Whether a call makes a command.
fn makes(call: &Call<'_>) -> bool {
    matches!(call.name(), "command" | "Command" | "createCommand")
}

/// What the commands of a command are registered with: its variable, or its place in a chain.
fn holds(call: &Call<'_>) -> String {
    let is_last = || {
        // Of several commands in a chain the variable holds the last one.
        call.node
            .ancestors()
            .take_while(|node| node.is_any(&["member_expression", "call_expression"]))
            .filter_map(Node::as_call)
            .all(|call| call.name() != "command")
    };
    match assigned(call.node) {
        Some(name) if is_last() => name.to_owned(),
        _ => format!("command at {}", call.at()),
    }
}

/// What a call is registered with, by what it is called on.
fn within(owner: Option<Node<'_>>, keys: &BTreeMap<usize, String>) -> Option<String> {
    let mut node = owner?;
    for _ in 0..MAX_STEPS {
        if let Some(key) = keys
            .get(&(node.start() + node.end()))
            .filter(|_| node.as_call().is_some_and(|call| makes(&call)))
        {
            return Some(key.clone());
        }
        match node.as_call() {
            Some(call) => node = call.owner?,
            None => {
                return node
                    .is_any(&["identifier", "member_expression", "this"])
                    .then(|| node.text().to_owned());
            }
        }
    }
    None
}

fn options(call: &Call<'_>, found: &mut Found) {
    let Some(first) = call.first() else { return };
    let Some(words) = first.literal() else {
        // A call of something else has no text in front.
        if first.kind() == "template_string" {
            found.open(FLAG);
        }
        return;
    };
    for flag in words
        .split([',', ' ', '|'])
        .map(str::trim)
        .filter(|flag| flag.starts_with('-'))
    {
        found.flag(flag.to_owned(), call.at(), call.code());
        if let Some(positive) = flag.strip_prefix("--no-") {
            found.flag(format!("--{positive}"), call.at(), call.code());
        }
    }
}

fn command(call: &Call<'_>, is_commander: bool, keys: &BTreeMap<usize, String>, found: &mut Found) {
    let Some(first) = call.first() else { return };
    let in_chain = || {
        call.node
            .ancestors()
            .take_while(|node| node.is_any(&["member_expression", "call_expression"]))
            .filter_map(Node::as_call)
            .any(|call| METHODS.contains(&call.name()))
    };
    if !is_commander && !in_chain() {
        return;
    }
    let Some(words) = first.literal() else {
        // A command that is made elsewhere.
        if call.name() == "command" && first.kind() != "array" {
            found.open(COMMAND);
        }
        return;
    };
    let mut words = words.split(' ').filter(|word| !word.is_empty());
    let Some(name) = words.next().filter(|name| !name.starts_with(['$', '*', '<', '['])) else {
        return;
    };
    // `new Command('db')` is a command once it is added; until then nobody knows.
    let within = (call.name() == "command").then(|| within(call.owner, keys)).flatten();
    // With a description of its own it is a program of its own, and the chain goes on with its parent.
    let is_executable =
        call.name() == "command" && call.arguments().get(1).is_some_and(|second| second.value.literal().is_some());
    let key = keys.get(&(call.node.start() + call.node.end())).cloned();
    let nesting = Nesting {
        within,
        holds: key.filter(|_| !is_executable),
        is_group: false,
    };
    let holds = nesting.holds.clone();
    found.command(name.to_owned(), call.at(), call.code(), nesting);
    if words.next().is_some()
        && let Some(holds) = holds
    {
        operand(&holds, found);
    }
}

/// Says that a command takes operands, so that what follows it need not be a command. An operand is kept until the groups are known.
fn operand(holds: &str, found: &mut Found) {
    for command in found.commands_mut() {
        if command.nesting.holds.as_deref() == Some(holds) {
            command.is_pattern = true;
        }
    }
}

fn added(call: &Call<'_>, is_commander: bool, keys: &BTreeMap<usize, String>, found: &mut Found) {
    let Some(first) = call.first() else { return };
    let within = within(call.owner, keys);
    let key = match first.as_call() {
        Some(_) => {
            // The chain of the argument begins with the command.
            let made = std::iter::once(first).chain(first.below().take(MAX_STEPS));
            made.filter_map(Node::as_call)
                .find(|call| call.name() == "Command")
                .and_then(|call| keys.get(&(call.node.start() + call.node.end())).cloned())
        }
        None => (first.kind() == "identifier").then(|| first.text().to_owned()),
    };
    let mut is_known = false;
    for command in found.commands_mut() {
        if key.is_some() && command.nesting.holds == key {
            command.nesting.within.clone_from(&within);
            is_known = true;
        }
    }
    // What is imported has its name in another file of the program.
    if !is_known && is_commander && first.as_call().is_none() && first.kind() != "identifier" {
        found.open(COMMAND);
    }
}

fn aliases(call: &Call<'_>, keys: &BTreeMap<usize, String>, found: &mut Found) {
    let Some(holds) = within(call.owner, keys) else { return };
    let known: Vec<Nesting> = found
        .commands_mut()
        .filter(|command| command.nesting.holds.as_ref() == Some(&holds))
        .map(|command| command.nesting.clone())
        .collect();
    let names = call.list.literals();
    for name in names {
        let nesting = known.first().cloned().unwrap_or_default();
        found.command(name, call.at(), call.code(), nesting);
    }
}

/// A command with commands of its own and no operand is a group.
fn mark_groups(found: &mut Found) {
    let within: Vec<String> = found
        .commands_mut()
        .filter_map(|command| command.nesting.within.clone())
        .collect();
    for command in found.commands_mut() {
        let takes_operands = std::mem::take(&mut command.is_pattern);
        let has_commands = command.nesting.holds.as_ref().is_some_and(|holds| within.contains(holds));
        command.nesting.is_group = has_commands && !takes_operands;
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{bare, names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn options_and_commands_are_read() {
        let text = "import { Command } from 'commander';\nconst p = new Command();\np.command('deploy <env>')\n .option('-f, --force', 'x')\n .option('--no-cache')\n";
        let file = read("x.mjs", text);
        assert_eq!(names(&file, Kind::CliCommand), ["deploy:3"]);
        assert_eq!(
            names(&file, Kind::ScriptFlag),
            ["-f:4", "--force:4", "--no-cache:5", "--cache:5"]
        );
        assert!(file.knows_all(Kind::CliCommand) && file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn commands_stand_in_commands() {
        let text = "import { Command, program } from 'commander';\nconst db = program.command('db').description('x');\nconst schema = db.command('schema');\nschema.command('migrate').alias('mig').action(f);\nprogram.command('a').command('b').command('c <x>');\nconst late = new Command('late');\nlate.command('up');\ndb.addCommand(late);\nprogram.addCommand(new Command('one').option('--one'));\n";
        assert_eq!(
            tree(&read("x.ts", text)),
            ["db! [schema! [migrate mig] late! [up]]", "a! [b! [c]]", "one"]
        );
    }

    #[test]
    fn what_is_only_said_is_not_there() {
        let text = "import { program } from 'commander';\n// program.option('--removed')\n/* .option('--old') */\nprogram.option('--here', 'not .option(\"--there\") (');\nconst usage = `program.option('--said')`;\n";
        let file = read("x.js", text);
        assert_eq!(bare(&file, Kind::ScriptFlag), ["--here"]);
        assert!(file.knows_all(Kind::ScriptFlag));
        assert!(!read("x.js", &format!("{text}program.allowUnknownOption();\n")).knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn other_calls_are_no_commands() {
        let file = read("x.js", "import x from 'y';\nbot.command('start', f);\nselect.option('a');\n");
        assert!(file.definitions.is_empty() && file.knows_all(Kind::CliCommand));
    }
}
