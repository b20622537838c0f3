//! Options and commands of yargs.

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::javascript::{imports, object_of};
use crate::code::language::Framework;
use crate::code::scan::kebab;
use crate::code::tree::{Call, Node, Source, arguments, named};
use crate::model::definition::Nesting;

/// yargs.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |_, text| text.contains("yargs"),
    words: &["option", "command", "boolean", "string"],
    defines: &[COMMAND, FLAG],
    read,
};

fn read(source: &Source<'_>, found: &mut Found) {
    if !imports(source).iter().any(|module| module.starts_with("yargs")) {
        return;
    }
    for call in source.calls() {
        match call.name() {
            "option" | "options" => options(source, &call, found),
            "boolean" | "string" | "number" | "array" | "count" | "flag" if call.owner.is_some() => {
                for name in call.list.literals().iter().filter(|name| !name.contains(' ')) {
                    flag(name, &call, found);
                }
            }
            "command" => command(&call, found),
            "commandDir" => {
                found.open(COMMAND);
                found.open(FLAG);
            }
            _ => {}
        }
    }
}

fn flag(name: &str, call: &Call<'_>, found: &mut Found) {
    for flag in [format!("--{name}"), format!("--no-{name}"), format!("--{}", kebab(name))] {
        if !found.has_flag(&flag) {
            found.flag(flag, call.at(), call.code());
        }
    }
}

fn options(source: &Source<'_>, call: &Call<'_>, found: &mut Found) {
    let Some(first) = call.first() else { return };
    if let Some(name) = first.literal() {
        flag(name.trim_start_matches('-'), call, found);
        let options = call.arguments().get(1).and_then(|second| object_of(source, second.value));
        aliases(options, call, found);
        return;
    }
    match object_of(source, first) {
        Some(object) => {
            for field in arguments(object) {
                if field.name.is_empty() {
                    found.open(FLAG);
                }
                flag(field.name, call, found);
                aliases(object_of(source, field.value), call, found);
            }
        }
        None => found.open(FLAG),
    }
}

fn aliases(options: Option<Node<'_>>, call: &Call<'_>, found: &mut Found) {
    let alias = options.and_then(|options| named(&arguments(options), "alias"));
    for name in alias.map(Node::literals).unwrap_or_default() {
        flag(&name, call, found);
    }
}

fn command(call: &Call<'_>, found: &mut Found) {
    let Some(first) = call.first() else { return };
    let words = if first.kind() == "object" {
        named(&arguments(first), "command").map(Node::literals)
    } else {
        Some(first)
            .filter(|first| first.kind() == "array" || first.literal().is_some())
            .map(Node::literals)
    };
    let Some(words) = words.filter(|words| !words.is_empty()) else {
        found.open(COMMAND);
        return;
    };
    // The builder of another command, in which the call stands.
    let within = call
        .node
        .ancestors()
        .filter_map(Node::as_call)
        .find(|outer| outer.name() == "command" && outer.list.start() < call.at())
        .map_or_else(String::new, |outer| format!("command at {}", outer.at()));
    let takes_operands = words.iter().any(|words| words.contains(['<', '[']));
    let builder = call.arguments().iter().any(|argument| {
        let value = argument.value;
        value.below().filter_map(Node::as_call).any(|inner| inner.name() == "command")
    });
    for words in words {
        let name = words.split(' ').next().unwrap_or_default();
        if name.is_empty() || name.starts_with(['$', '*', '<', '[']) {
            continue;
        }
        let nesting = Nesting {
            within: Some(within.clone()),
            holds: Some(format!("command at {}", call.at())),
            is_group: builder && !takes_operands,
        };
        found.command(name.to_owned(), call.at(), call.code(), nesting);
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{bare, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn options_and_commands_are_read() {
        let text = "import yargs from 'yargs'\nyargs.option('dryRun', {type: 'boolean', alias: 'n'}).options({ out: { type: 'string' } })\n.command('db', 'x', (y) => y.command('migrate [to]', 'y'))\n// .option('gone')\n";
        let file = read("x.mjs", text);
        let flags = bare(&file, Kind::ScriptFlag);
        for flag in ["--dry-run", "--dryRun", "--out", "--n"] {
            assert!(flags.iter().any(|known| known == flag), "{flag} in {flags:?}");
        }
        assert!(!flags.iter().any(|known| known.contains("gone")));
        assert_eq!(tree(&file), ["db! [migrate]"]);
        assert!(file.knows_all(Kind::ScriptFlag));
        assert!(!read("x.mjs", "import yargs from 'yargs'\nyargs.options(shared)\n").knows_all(Kind::ScriptFlag));
    }
}
