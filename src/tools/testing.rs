//! Commands as text, for the tests of tools.

use crate::command::folders::Folders;
use crate::command::mapped::Mapped;
use crate::command::shown::line;
use crate::command::simple::simple_commands;
use crate::command::sink::{Sink, Site};
use crate::model::definition::DefinitionFile;
use crate::model::place::Span;
use crate::model::reference::ReferenceContext;
use crate::tools::gather;

/// The references of commands, one line each.
pub(crate) fn of_commands(commands: &str) -> Vec<String> {
    let mut text = Mapped::default();
    text.push_exact(commands, Span::new(0, commands.len()));
    let site = Site {
        text: &text,
        base: 0,
        context: ReferenceContext::Command,
    };
    let mut sink = Sink::default();
    for command in simple_commands(commands, &mut Folders::default()) {
        gather(&command, site, &mut sink);
    }
    sink.finish([]).iter().map(|reference| line(&reference.kind)).collect()
}

/// The tasks of a file as people call them, with their lines.
pub(crate) fn called(file: &DefinitionFile) -> Vec<(String, u32)> {
    let tasks = file.definitions.iter();
    tasks.map(|task| (task.kind.called(&task.name), task.line)).collect()
}
