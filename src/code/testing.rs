//! What the tests of the readers ask.

use crate::code::{Asked, parse_script};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

/// Reads a file.
pub(crate) fn read(path: &str, text: &str) -> DefinitionFile {
    parse_script(path, text, Asked::Everything).expect("the language is known")
}

/// `NAME:LINE` for each definition of a kind.
pub(crate) fn names(file: &DefinitionFile, kind: Kind) -> Vec<String> {
    file.of_kind(kind).map(|one| format!("{}:{}", one.name, one.line)).collect()
}

/// `KIND NAME VALUE:LINE` for each definition.
pub(crate) fn valued(file: &DefinitionFile) -> Vec<String> {
    let shown = file.definitions.iter().map(|one| {
        let value = one.value.as_deref().unwrap_or_default();
        format!("{} {} {value}:{}", one.kind, one.name, one.line)
    });
    shown.collect()
}

/// The names of a kind.
pub(crate) fn bare(file: &DefinitionFile, kind: Kind) -> Vec<String> {
    file.of_kind(kind).map(|one| one.name.clone()).collect()
}

/// The routes, and the prefixes that routers are mounted at.
pub(crate) fn routes(file: &DefinitionFile) -> Vec<String> {
    let routes = file.definitions.iter().filter_map(|one| match one.kind {
        Kind::Endpoint => Some(one.name.clone()),
        Kind::EndpointMount => Some(format!("mount {}", one.name)),
        _ => None,
    });
    routes.collect()
}

/// The commands with what stands in them in brackets; a group has a `!`.
pub(crate) fn tree(file: &DefinitionFile) -> Vec<String> {
    let commands: Vec<&Definition> = file.of_kind(Kind::CliCommand).collect();
    let is_top = |one: &&&Definition| {
        let within = one.nesting.within.as_deref();
        within.is_none_or(|within| !commands.iter().any(|other| other.nesting.holds.as_deref() == Some(within)))
    };
    commands.iter().filter(is_top).map(|one| shown(one, &commands)).collect()
}

fn shown(one: &Definition, commands: &[&Definition]) -> String {
    let mark = if one.nesting.is_group { "!" } else { "" };
    let below: Vec<String> = commands
        .iter()
        .filter(|other| one.nesting.holds.is_some() && other.nesting.within == one.nesting.holds)
        .map(|other| shown(other, commands))
        .collect();
    if below.is_empty() {
        format!("{}{mark}", one.name)
    } else {
        format!("{}{mark} [{}]", one.name, below.join(" "))
    }
}
