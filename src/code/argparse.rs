//! Options and sub-commands of argparse.

use std::collections::BTreeMap;

use crate::code::found::{COMMAND, ELSEWHERE, FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::python::{assigned, functions, plain};
use crate::code::tree::{Call, Node, Source, named};
use crate::model::definition::Nesting;

/// argparse.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| has_any(text, &["add_argument", "ArgumentParser", "add_parser"]),
    words: &["add_argument", "add_parser", "ArgumentParser"],
    defines: &[COMMAND, FLAG],
    read,
};

/// What makes a parser, or a part of one.
const MAKERS: &[&str] = &[
    "ArgumentParser",
    "add_argument_group",
    "add_mutually_exclusive_group",
    "add_parser",
    "add_subparsers",
];

/// Functions that take a parser and give it no options.
const READERS: &[&str] = &["autocomplete", "isinstance", "print", "repr", "str", "type"];

/// The parsers of a file, by the variables that hold them.
#[derive(Default)]
struct Parsers<'source> {
    /// Which variable holds which parser from where on, in the order of the file.
    held: Vec<(&'source str, usize, Parser)>,
}

/// A parser that a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Parser {
    /// The program itself.
    Program,
    /// The command that is defined at an offset.
    Command(usize),
    /// The commands of another parser; the name that they are registered with.
    Commands(Option<String>),
}

impl<'source> Parsers<'source> {
    /// What a variable holds at an offset.
    fn at(&self, name: &str, offset: usize) -> Option<&Parser> {
        let held = self.held.iter().rev();
        let mut before = held.filter(|(variable, at, _)| *variable == name && *at <= offset);
        before.next().map(|(_, _, parser)| parser)
    }

    /// The name that the commands of a variable are registered with.
    fn registered(&self, name: &str, offset: usize) -> Option<String> {
        match self.at(name, offset)? {
            Parser::Program => Some(String::new()),
            Parser::Command(at) => Some(key(*at)),
            Parser::Commands(within) => within.clone(),
        }
    }

    fn hold(&mut self, name: Option<&'source str>, at: usize, parser: Parser) {
        if let Some(name) = name {
            self.held.push((name, at, parser));
        }
    }
}

/// The name of a command for those that are registered with it.
fn key(at: usize) -> String {
    format!("parser at {at}")
}

fn read(source: &Source<'_>, found: &mut Found) {
    let calls = source.calls();
    let mut parsers = Parsers::default();
    // What a command needs to be a group: commands of its own, and no operand.
    let mut groups: BTreeMap<String, bool> = BTreeMap::new();
    for call in &calls {
        match call.name() {
            "ArgumentParser" => {
                parsers.hold(assigned(call.node), call.at(), Parser::Program);
                parents(source, call, found);
            }
            "add_parser" => {
                parents(source, call, found);
                command(call, &mut parsers, found);
            }
            "add_subparsers" => {
                let within = parsers.registered(call.owner(), call.at());
                if let Some(within) = &within {
                    groups.entry(within.clone()).or_insert(true);
                }
                parsers.hold(assigned(call.node), call.at(), Parser::Commands(within));
            }
            "add_argument" => {
                let is_operand = argument(call, found);
                if is_operand && let Some(within) = parsers.registered(call.owner(), call.at()) {
                    groups.insert(within, false);
                }
            }
            "parse_known_args" | "parse_known_intermixed_args" => found.open(FLAG),
            "entry_points" | "iter_modules" => {
                found.open(FLAG);
                found.open(COMMAND);
            }
            _ => {}
        }
    }
    for definition in found.commands_mut() {
        let holds = definition.nesting.holds.as_ref();
        definition.nesting.is_group |= holds.is_some_and(|holds| groups.get(holds) == Some(&true));
    }
    given_away(source, &calls, found);
}

/// The options of one `add_argument`. Whether it is an operand.
fn argument(call: &Call<'_>, found: &mut Found) -> bool {
    let arguments = call.arguments();
    let ends_with = |name: &str, ending: &str| named(&arguments, name).is_some_and(|value| value.text().ends_with(ending));
    let is_boolean = ends_with("action", "BooleanOptionalAction");
    let hands_on =
        ends_with("nargs", "REMAINDER") || named(&arguments, "nargs").and_then(Node::literal).as_deref() == Some("...");
    if hands_on {
        // What stands behind it belongs to another program.
        found.open(FLAG);
    }
    let default = named(&arguments, "default").and_then(plain);
    let mut is_known = false;
    let mut is_operand = false;
    for argument in arguments.iter().filter(|argument| argument.name.is_empty()) {
        let Some(name) = argument.value.literal() else { continue };
        is_known = true;
        if !name.starts_with('-') {
            is_operand = true;
            continue;
        }
        let bare = name
            .strip_prefix("--")
            .filter(|_| is_boolean)
            .map(|bare| format!("--no-{bare}"));
        found.flag_with(name, call.at(), call.code(), default.as_deref());
        if let Some(bare) = bare {
            found.flag_with(bare, call.at(), call.code(), None);
        }
    }
    if !is_known {
        found.open(FLAG);
    }
    is_operand
}

/// The command of one `add_parser`.
fn command<'source>(call: &Call<'source>, parsers: &mut Parsers<'source>, found: &mut Found) {
    let Some(name) = call.first_literal().or_else(|| call.named("name").and_then(Node::literal)) else {
        found.open(COMMAND);
        return;
    };
    let nesting = Nesting {
        within: parsers.registered(call.owner(), call.at()),
        holds: Some(key(call.at())),
        is_group: false,
    };
    parsers.hold(assigned(call.node), call.at(), Parser::Command(call.at()));
    let aliases = call.named("aliases").map(Node::literals).unwrap_or_default();
    for name in std::iter::once(name).chain(aliases) {
        found.command_with(name, call.at(), call.code(), nesting.clone());
    }
}

/// `parents=[common]`: the options of a parser of another file are not seen.
fn parents(source: &Source<'_>, call: &Call<'_>, found: &mut Found) {
    let Some(parents) = call.named("parents") else { return };
    let is_own = |parent: Node<'_>| {
        parent.kind() == "identifier"
            && source.of_kind("assignment").any(|assignment| {
                let is_it = assignment.field("left").is_some_and(|left| left.text() == parent.text());
                let made = assignment.field("right").and_then(Node::as_call);
                is_it && made.is_some_and(|made| MAKERS.contains(&made.name()))
            })
    };
    if parents.kind() != "list" || !parents.children().all(is_own) {
        found.open(FLAG);
    }
}

/// A parser that is given to a function of another file may get options there.
fn given_away(source: &Source<'_>, calls: &[Call<'_>], found: &mut Found) {
    let mut parsers: Vec<&str> = calls
        .iter()
        .filter(|call| MAKERS.contains(&call.name()))
        .filter_map(|call| assigned(call.node))
        .collect();
    parsers.extend(["parser", "subparsers"]);
    let is_parser = |node: Node<'_>| node.is_any(&["identifier", "attribute"]) && parsers.contains(&node.text());
    let own: Vec<&str> = functions(source).map(|(name, _)| name).collect();
    let is_given = |call: &Call<'_>| {
        !own.contains(&call.name())
            && !READERS.contains(&call.name())
            && !MAKERS.contains(&call.name())
            && call.arguments().iter().any(|argument| is_parser(argument.value))
    };
    if calls.iter().any(is_given) {
        found.open(ELSEWHERE);
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn flags_and_commands_are_read() {
        let file = read(
            "x.py",
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--dry-run', '-n', action='store_true')\np.add_argument(\n    \"--limit\", type=int, default=30,\n)\np.add_argument('path')\np.add_argument('--cache', action=argparse.BooleanOptionalAction)\nsub = p.add_subparsers()\nsub.add_parser('sync', aliases=['s'])\n",
        );
        assert_eq!(
            names(&file, Kind::ScriptFlag),
            ["--dry-run:3", "-n:3", "--limit:4", "--cache:8", "--no-cache:8"]
        );
        let limit = file
            .definition(Kind::ScriptFlag, "--limit")
            .and_then(|one| one.value.as_deref());
        assert_eq!(limit, Some("30"));
        assert_eq!(names(&file, Kind::CliCommand), ["sync:10", "s:10"]);
        assert!(file.knows_all(Kind::ScriptFlag) && file.knows_all(Kind::CliCommand));
    }

    #[test]
    fn commands_stand_in_their_group() {
        let file = read(
            "x.py",
            "import argparse\np = argparse.ArgumentParser()\nsub = p.add_subparsers()\ndb = sub.add_parser('db')\ndb_sub = db.add_subparsers()\nm = db_sub.add_parser('migrate')\nm_sub = m.add_subparsers()\nm_sub.add_parser('up')\nrun = sub.add_parser('run')\nrun.add_argument('name')\n",
        );
        assert_eq!(tree(&file), ["db! [migrate! [up]]", "run"]);
    }

    #[test]
    fn what_is_only_said_is_not_there() {
        let text = "\"\"\"Usage: x --gone\n\np.add_argument('--old')\n\"\"\"\nimport argparse\np = argparse.ArgumentParser(epilog='x --gone (')\n# p.add_argument('--removed')\np.add_argument('--here', help='was --there, see \"(\"')\n";
        let file = read("x.py", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--here:8"]);
        assert!(file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn what_is_read_elsewhere_is_not_known() {
        for text in [
            "import argparse\np = argparse.ArgumentParser()\na, rest = p.parse_known_args()\n",
            "import argparse\nparser = argparse.ArgumentParser()\nadd_common(parser)\n",
            "import argparse\nfor name in names:\n    p.add_argument(f'--{name}')\n",
            "import argparse\np = argparse.ArgumentParser(parents=[common()])\n",
            "import argparse\np.add_argument('rest', nargs=argparse.REMAINDER)\n",
            "import argparse\np.add_argument('--a'\np.add_argument(\n",
        ] {
            let file = read("x.py", text);
            assert!(!file.knows_all(Kind::ScriptFlag) || !file.knows_all(Kind::Parser), "{text}");
        }
        for text in [
            "import argparse\ndef add_common(parser):\n  parser.add_argument('--x')\nadd_common(parser)\n",
            "import argparse\nc = argparse.ArgumentParser(add_help=False)\np = argparse.ArgumentParser(parents=[c])\n",
            "import argparse\np = argparse.ArgumentParser()\nargcomplete.autocomplete(p)\nx = [1, 2\n",
        ] {
            let file = read("x.py", text);
            assert!(file.knows_all(Kind::ScriptFlag) && file.knows_all(Kind::Parser), "{text}");
        }
    }

    #[test]
    fn comments_and_form_are_silent() {
        let of = |text: &str| read("x.py", text).definitions[0].fingerprint;
        let before = of("import argparse\np.add_argument('--a', default=1)\n");
        assert_eq!(
            before,
            of("import argparse\n# more\np.add_argument(\n    \"--a\",  # first\n    default=1,\n)\n")
        );
        assert_ne!(before, of("import argparse\np.add_argument('--a', default=2)\n"));
    }
}
