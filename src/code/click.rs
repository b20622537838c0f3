//! Options and commands of click; those of typer are written in the same way.

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::python::{assigned, dashed, decorated, decorators, functions, plain};
use crate::code::tree::{Call, Node, Source, named};
use crate::model::definition::Nesting;

/// click.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| has_any(text, &["click", "typer", "Typer", ".command(", ".group("]),
    words: &["option", "command", "group", "Option"],
    defines: &[COMMAND, FLAG],
    read,
};

/// Names in a file that let any option or command through.
const OPENING: &[&str] = &[
    "allow_extra_args", "ignore_unknown_options", "LazyCommand", "LazyGroup", "MultiCommand", "CommandCollection",
];

/// Endings that newer versions of click take off the name of a function.
const SUFFIXES: &[&str] = &["-command", "-cmd", "-group", "-grp"];

fn read(source: &Source<'_>, found: &mut Found) {
    let calls = source.calls();
    for call in &calls {
        match call.name() {
            "option" => options(call, "", true, found),
            "Option" => options(call, "", false, found),
            "password_option" => options(call, "--password", false, found),
            "confirmation_option" => options(call, "--yes", false, found),
            "add_typer" => mounted(call, found),
            "Typer" => {
                if let Some(name) = call.named("name").and_then(Node::literal) {
                    let nesting = Nesting {
                        holds: assigned(call.node).map(str::to_owned),
                        ..Nesting::default()
                    };
                    found.command_with(name, call.at(), call.code(), nesting);
                }
            }
            _ => {}
        }
    }
    for (name, function) in functions(source) {
        if name == "get_command" && function.text().starts_with("def get_command(self") {
            found.open(FLAG);
            found.open(COMMAND);
        }
        commands(name, function, found);
    }
    // What is added later stands in the group that adds it.
    for call in calls.iter().filter(|call| call.name() == "add_command") {
        added(call, found);
    }
    let opens = source.nodes().any(|node| match node.kind() {
        "identifier" => OPENING.contains(&node.text()),
        "string" => node.literal().is_some_and(|words| OPENING.contains(&words.as_str())),
        _ => false,
    });
    if opens {
        found.open(FLAG);
        found.open(COMMAND);
    }
}

/// The words of an option: `--force/--no-force`, `-f`; the usual ones where none are written.
fn options(call: &Call<'_>, usual: &str, has_default: bool, found: &mut Found) {
    let arguments = call.arguments();
    let default = named(&arguments, "default").filter(|_| has_default).and_then(plain);
    let mut words: Vec<String> = arguments
        .iter()
        .filter(|argument| argument.name.is_empty())
        .filter_map(|argument| argument.value.literal())
        .filter(|words| words.trim_start().starts_with(['-', '/']))
        .collect();
    if words.is_empty() && !usual.is_empty() {
        words.push(usual.to_owned());
    }
    for flag in words.iter().flat_map(|words| words.split(['/', ' ', ';'])) {
        if flag.starts_with('-') && flag.len() > 1 {
            found.flag_with(flag.to_owned(), call.at(), call.code(), default.as_deref());
        }
    }
    // `option(*names)`
    let is_computed = arguments.iter().any(|argument| argument.value.kind() == "list_splat");
    if is_computed && has_default {
        found.open(FLAG);
    }
}

/// `app.add_typer(db_app, name="db")`.
fn mounted(call: &Call<'_>, found: &mut Found) {
    let Some(name) = call.named("name").and_then(Node::literal) else {
        return;
    };
    let nesting = Nesting {
        within: owner(call.owner),
        // An attribute of a module has a name of its own there.
        holds: call
            .first()
            .filter(|first| first.kind() == "identifier")
            .map(|first| first.text().to_owned()),
        is_group: true,
    };
    found.command_with(name, call.at(), call.code(), nesting);
}

/// What a command is registered with; none for the library itself.
fn owner(owner: Option<Node<'_>>) -> Option<String> {
    let name = owner.filter(|owner| owner.kind() == "identifier")?.text();
    (!matches!(name, "click" | "typer" | "cloup" | "asyncclick")).then(|| name.to_owned())
}

/// The commands that a function is by its decorators.
fn commands(function: &str, node: Node<'_>, found: &mut Found) {
    let all: Vec<Node<'_>> = decorators(node).collect();
    let has_operand = all
        .iter()
        .filter_map(|decorator| decorated(*decorator))
        .any(|(name, _, _)| name == "argument");
    for decorator in all {
        let Some((kind, on, call)) = decorated(decorator) else {
            continue;
        };
        if !matches!(kind, "command" | "group") {
            continue;
        }
        let at = call.as_ref().map_or_else(|| decorator.start(), Call::at);
        let given = call.as_ref().and_then(|call| call.named("name").or_else(|| call.first()));
        let name = match given {
            Some(value) => value.literal(),
            None => Some(dashed(function)),
        };
        let Some(name) = name else {
            found.open(COMMAND);
            continue;
        };
        let nesting = Nesting {
            within: owner(on),
            holds: (kind == "group").then(|| function.to_owned()),
            is_group: kind == "group" && !has_operand,
        };
        let code = node.code();
        for suffix in SUFFIXES.iter().filter(|_| given.is_none()) {
            if let Some(short) = name.strip_suffix(suffix) {
                found.command_with(short.to_owned(), at, code, nesting.clone());
            }
        }
        found.command_with(name, at, code, nesting);
    }
}

/// `cli.add_command(db, "database")`.
fn added(call: &Call<'_>, found: &mut Found) {
    let arguments = call.arguments();
    let within = owner(call.owner);
    let function = call
        .first()
        .filter(|first| first.kind() == "identifier")
        .map(|first| dashed(first.text()));
    let holds = call
        .first()
        .filter(|first| first.kind() == "identifier")
        .map(|first| first.text().to_owned());
    let given = named(&arguments, "name").or_else(|| arguments.get(1).map(|argument| argument.value));
    if let Some(name) = given.and_then(Node::literal) {
        let nesting = Nesting {
            within,
            holds,
            is_group: false,
        };
        found.command_with(name, call.at(), call.code(), nesting);
        return;
    }
    for command in found.commands_mut().filter(|command| command.nesting.within.is_none()) {
        let is_it =
            command.nesting.holds == holds || (command.nesting.holds.is_none() && Some(&command.name) == function.as_ref());
        if is_it {
            command.nesting.within.clone_from(&within);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn options_and_commands_are_read() {
        let file = read(
            "x.py",
            "import click\n@click.group()\ndef cli(): ...\n\n@cli.command()\n@click.option('--force/--no-force', '-f')\ndef load_data(force):\n    pass\n\n@cli.command('send')\ndef x(): ...\n",
        );
        assert_eq!(names(&file, Kind::ScriptFlag), ["--force:6", "--no-force:6", "-f:6"]);
        assert_eq!(names(&file, Kind::CliCommand), ["cli:2", "load-data:5", "send:10"]);
        assert!(file.knows_all(Kind::CliCommand));
    }

    #[test]
    fn groups_stand_in_groups() {
        let text = "import click\n@click.group()\ndef cli(): ...\n@cli.group()\ndef db(): ...\n@db.group('schema')\ndef db_schema(): ...\n@db_schema.command\ndef migrate(): ...\n@click.command()\ndef late(): ...\ndb.add_command(late)\n";
        assert_eq!(tree(&read("x.py", text)), ["cli! [db! [schema! [migrate] late]]"]);
    }

    #[test]
    fn what_is_only_said_is_not_there() {
        let text = "import click\n@click.command()\n# @click.option('--removed')\n@click.option('--here', help=\"not '--there' (\")\ndef x(here):\n    \"\"\"Was @click.option('--old').\"\"\"\n";
        let file = read("x.py", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--here:4"]);
        assert!(file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn what_is_passed_on_stays_open() {
        for text in [
            "import click\n@click.command(context_settings=dict(ignore_unknown_options=True))\ndef x(): ...\n",
            "import click\n@click.command(context_settings={'ignore_unknown_options': True})\ndef x(): ...\n",
        ] {
            assert!(!read("x.py", text).knows_all(Kind::ScriptFlag), "{text}");
        }
        let comment = "import click\n# ignore_unknown_options would be wrong here\n@click.command()\ndef x(): ...\n";
        assert!(read("x.py", comment).knows_all(Kind::ScriptFlag));
    }
}
