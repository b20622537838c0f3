//! Options of typer: the parameters of its functions.

use crate::code::found::{FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::python::{dashed, decorated, decorators, functions};
use crate::code::tree::{MAX_STEPS, Node, Source};

/// typer.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| has_any(text, &["typer", "Typer"]),
    words: &["def ", "Option", "Argument"],
    defines: &[FLAG],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    let calls = source.calls();
    // `typer.run(main)`, `app.command("x")(main)`
    let mut given: Vec<&str> = Vec::new();
    for call in &calls {
        if call.name() == "run" && call.owner() == "typer" {
            given.extend(call.first().map(Node::text));
        }
    }
    for node in source.of_kind("call") {
        let maker = node.field("function").and_then(Node::as_call);
        if maker.is_some_and(|maker| matches!(maker.name(), "command" | "callback")) {
            given.extend(
                node.field("arguments")
                    .and_then(|list| list.children().next())
                    .map(Node::text),
            );
        }
    }
    for (name, function) in functions(source) {
        let is_command = given.contains(&name)
            || decorators(function)
                .filter_map(decorated)
                .any(|(name, _, _)| matches!(name, "command" | "callback"));
        if is_command {
            parameters(function, found);
        }
    }
}

fn parameters(function: Node<'_>, found: &mut Found) {
    let Some(list) = function.field("parameters") else { return };
    for parameter in list.children().take(MAX_STEPS) {
        let name = match parameter.kind() {
            "typed_default_parameter" | "default_parameter" => parameter.field("name"),
            "typed_parameter" => parameter.children().next().filter(|name| name.kind() == "identifier"),
            _ => None,
        };
        let Some(name) = name.map(Node::text) else { continue };
        let (typed, value) = (parameter.field("type"), parameter.field("value"));
        let maker = |node: Option<Node<'_>>, maker: &str| {
            node.is_some_and(|node| {
                let below = node.below().take(MAX_STEPS);
                std::iter::once(node)
                    .chain(below)
                    .filter_map(Node::as_call)
                    .any(|call| call.name() == maker)
            })
        };
        let is_given = |kind| maker(typed, kind) || maker(value, kind);
        let is_option = is_given("Option") || (value.is_some() && !is_given("Argument"));
        let is_context = typed.is_some_and(|typed| typed.text().ends_with("Context"));
        // With names of its own in `Option`, which are read as calls, the name of the parameter is none.
        let has_names = [typed, value]
            .into_iter()
            .flatten()
            .flat_map(Node::literals)
            .any(|words| words.starts_with("--"));
        if !is_option || is_context || has_names {
            continue;
        }
        let name = dashed(name);
        let code = parameter.code();
        let code = code.split_once(':').map_or(code, |(_, code)| code.trim());
        found.flag_with(format!("--{name}"), list.start(), code, None);
        if typed.is_some_and(|typed| typed.text().contains("bool")) {
            found.flag_with(format!("--no-{name}"), list.start(), code, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn parameters_are_options() {
        let file = read(
            "x.py",
            "import typer\napp = typer.Typer(name='ops')\napp.add_typer(db_app, name=\"db\")\n@app.command()\ndef run_it(name: str, force_all: bool = False, n: int = typer.Option(3, '--number')):\n    pass\n@db_app.command()\ndef up(ctx: typer.Context, at: Annotated[str, typer.Option()], x: str = typer.Argument('a')): ...\n\ndef helper(gone: bool = False): ...\n",
        );
        let mut flags = names(&file, Kind::ScriptFlag);
        flags.sort();
        assert_eq!(flags, ["--at:8", "--force-all:5", "--no-force-all:5", "--number:5"]);
        assert_eq!(names(&file, Kind::CliCommand), ["ops:2", "db:3", "run-it:4", "up:7"]);
        assert_eq!(tree(&file), ["ops [db! [up] run-it]"]);
    }

    #[test]
    fn functions_that_are_run_are_commands() {
        let file = read(
            "x.py",
            "import typer\ndef main(dry_run: bool = False): ...\ntyper.run(main)\n",
        );
        assert_eq!(names(&file, Kind::ScriptFlag), ["--dry-run:2", "--no-dry-run:2"]);
    }
}
