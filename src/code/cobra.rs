//! Commands of cobra and of urfave/cli, with the options of the latter.

use std::collections::BTreeMap;

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::go::{assigned, function, value};
use crate::code::language::{Framework, has_any};
use crate::code::tree::{Argument, Call, Node, Source, arguments, named};
use crate::model::definition::Nesting;

/// cobra and urfave/cli.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "go",
    uses: |_, text| has_any(text, &["cobra.", "cli.", "kingpin"]),
    words: &["Command", "Use:", "Name:", "Aliases:"],
    defines: &[COMMAND, FLAG],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    for literal in source.of_kind("composite_literal") {
        let typed = literal.field("type").map_or("", Node::text);
        let Some(body) = literal.field("body") else { continue };
        match typed {
            "cobra.Command" => cobra(literal, &fields(body), found),
            "cli.Command" => urfave(literal, &fields(body), found),
            "FParseErrWhitelist" | "cobra.FParseErrWhitelist" => found.open(FLAG),
            _ if typed.starts_with("cli.") && typed.ends_with("Flag") => flag(literal, &fields(body), found),
            _ => {}
        }
    }
    // Commands of urfave stand in a list without types: `[]*cli.Command{{Name: "x"}}`.
    for literal in source.of_kind("composite_literal") {
        let typed = literal.field("type").map_or("", Node::text);
        if !matches!(typed, "[]*cli.Command" | "[]cli.Command" | "cli.Commands") {
            continue;
        }
        for element in literal.field("body").into_iter().flat_map(Node::children) {
            let element = value(element);
            if element.kind() == "literal_value" {
                urfave(element, &fields(element), found);
            }
        }
    }
    let calls = source.calls();
    // A command is registered with the variable of another one, or in the function that makes it.
    let mut placed: BTreeMap<String, String> = BTreeMap::new();
    let made: Vec<String> = found
        .commands_mut()
        .filter_map(|command| command.nesting.holds.clone())
        .collect();
    for call in calls.iter().filter(|call| call.name() == "AddCommand") {
        let within = match function(call.node) {
            Some(name) if made.iter().any(|made| made == name) => name.to_owned(),
            _ => call.owner().to_owned(),
        };
        for argument in call.arguments() {
            let added = value(argument.value);
            let name = added.as_call().map_or_else(|| added.text(), |call| call.name());
            placed.insert(name.rsplit('.').next().unwrap_or_default().to_owned(), within.clone());
        }
        // `AddCommand(commands()...)`
        if call
            .list
            .tokens()
            .any(|token| token.kind() == "..." || token.kind() == "variadic_argument")
        {
            found.open(COMMAND);
        }
    }
    for command in found.commands_mut().filter(|command| command.nesting.within.is_none()) {
        let place = command.nesting.holds.as_ref().and_then(|holds| placed.get(holds));
        command.nesting.within = place.cloned();
    }
    if source.text.contains("kingpin") {
        kingpin(&calls, found);
    }
}

/// The fields of a literal, by their names.
fn fields(body: Node<'_>) -> Vec<Argument<'_>> {
    arguments(body)
}

/// The name that the commands of a command are registered with: the function that makes it, or its variable.
fn holds(literal: Node<'_>) -> Option<String> {
    let maker = function(literal).filter(|name| !matches!(*name, "init" | "main" | "Execute"));
    maker.or_else(|| assigned(literal)).map(str::to_owned)
}

fn cobra(literal: Node<'_>, fields: &[Argument<'_>], found: &mut Found) {
    let Some(usage) = named(fields, "Use") else { return };
    let at = usage.parent().map_or(usage.start(), Node::start);
    if named(fields, "DisableFlagParsing").is_some_and(|value| value.text() == "true")
        || named(fields, "FParseErrWhitelist").is_some()
    {
        found.open(FLAG);
    }
    let Some(words) = usage.literal() else {
        found.open(COMMAND);
        return;
    };
    let runs = ["Run", "RunE", "Args", "ValidArgs"]
        .iter()
        .any(|key| named(fields, key).is_some());
    let nesting = Nesting {
        within: None,
        holds: holds(literal),
        is_group: !runs,
    };
    let name = words.split(' ').next().unwrap_or_default();
    found.command(name.to_owned(), at, name, nesting.clone());
    aliases(fields, &nesting, found);
}

fn aliases(fields: &[Argument<'_>], nesting: &Nesting, found: &mut Found) {
    let Some(list) = named(fields, "Aliases") else { return };
    let at = list.parent().map_or(list.start(), Node::start);
    for name in value(list).literals() {
        found.command(name.clone(), at, &name, nesting.clone());
    }
}

fn urfave(literal: Node<'_>, fields: &[Argument<'_>], found: &mut Found) {
    let Some(name) = named(fields, "Name") else { return };
    let Some(words) = name.literal() else {
        found.open(COMMAND);
        return;
    };
    if named(fields, "SkipFlagParsing").is_some_and(|value| value.text() == "true") {
        found.open(FLAG);
    }
    // The command in whose list it stands.
    let within = literal
        .ancestors()
        .filter(|node| node.kind() == "literal_value")
        .find(|node| node.start() < literal.start() && named(&arguments(*node), "Name").is_some())
        .map(|node| format!("command at {}", node.start()));
    let body = literal.field("body").unwrap_or(literal);
    let has_commands = ["Commands", "Subcommands"].iter().any(|key| named(fields, key).is_some());
    let nesting = Nesting {
        within,
        holds: Some(format!("command at {}", body.start())),
        is_group: has_commands && named(fields, "Action").is_none(),
    };
    found.command(words.clone(), name.start(), &words, nesting.clone());
    aliases(fields, &nesting, found);
}

fn flag(literal: Node<'_>, fields: &[Argument<'_>], found: &mut Found) {
    match named(fields, "Name").map(Node::literal) {
        Some(Some(name)) => {
            let aliases = named(fields, "Aliases").map(Node::literals).unwrap_or_default();
            for name in std::iter::once(name).chain(aliases) {
                found.flag(format!("--{name}"), literal.start(), literal.code());
            }
        }
        Some(None) => found.open(FLAG),
        None => {}
    }
}

/// `app.Flag("x", "")`, `app.Command("x", "")`.
fn kingpin(calls: &[Call<'_>], found: &mut Found) {
    for call in calls.iter().filter(|call| call.owner.is_some()) {
        match (call.name(), call.first_literal()) {
            ("Flag", Some(name)) => {
                found.flag(format!("--{name}"), call.at(), call.code());
                found.flag(format!("--no-{name}"), call.at(), call.code());
            }
            ("Command", Some(name)) => found.command(name.clone(), call.at(), &name, Nesting::default()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{bare, names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn commands_are_read() {
        let text = "package x\nvar c = &cobra.Command{\n\tUse:   \"migrate [flags]\",\n\tAliases: []string{\"mig\"},\n\tShort: \"not Use: \\\"gone\\\" {\",\n\t// Use: \"old\",\n}\n";
        assert_eq!(names(&read("x.go", text), Kind::CliCommand), ["migrate:3", "mig:4"]);
        assert!(!read("x.go", "package x\nvar c = &cobra.Command{Use: name}\n").knows_all(Kind::CliCommand));
    }

    #[test]
    fn commands_stand_in_commands() {
        let text = "package x\nvar rootCmd = &cobra.Command{Use: \"app\"}\nvar dbCmd = &cobra.Command{Use: \"db\"}\nfunc newUp() *cobra.Command {\n\tcmd := &cobra.Command{Use: \"up\", RunE: f}\n\tcmd.Flags().Bool(\"all\", false, \"\")\n\treturn cmd\n}\nfunc newSchema() *cobra.Command {\n\tcmd := &cobra.Command{Use: \"schema\"}\n\tcmd.AddCommand(newUp())\n\treturn cmd\n}\nfunc init() {\n\trootCmd.AddCommand(dbCmd)\n\tdbCmd.AddCommand(newSchema())\n}\n";
        assert_eq!(tree(&read("x.go", text)), ["app! [db! [schema! [up]]]"]);
    }

    #[test]
    fn commands_and_options_of_urfave_are_read() {
        let text = "package x\nvar app = &cli.Command{\n\tName: \"app\",\n\tCommands: []*cli.Command{\n\t\t{Name: \"db\", Commands: []*cli.Command{{Name: \"up\", Action: f}}},\n\t},\n\tFlags: []cli.Flag{&cli.BoolFlag{Name: \"force\", Aliases: []string{\"f\"}}},\n}\n";
        let file = read("x.go", text);
        assert_eq!(tree(&file), ["app! [db! [up]]"]);
        assert_eq!(bare(&file, Kind::ScriptFlag), ["--force", "--f"]);
    }

    #[test]
    fn options_that_are_passed_on_stay_open() {
        let text = "package x\nvar c = &cobra.Command{Use: \"run\", DisableFlagParsing: true}\n";
        assert!(!read("x.go", text).knows_all(Kind::ScriptFlag));
    }
}
