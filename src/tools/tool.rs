//! What a tool is.

use crate::command::call::Call;
use crate::command::sink::Sink;
use crate::model::definition::DefinitionFile;
use crate::tools::format::Format;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::tasks::TaskFiles;

/// A tool: one const in a file of its own, one entry in the list of tools.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    /// The words that people type to call it.
    pub(crate) names: &'static [&'static str],
    /// Gathers what a call of it names.
    pub(crate) calls: fn(&Call<'_>, &mut Sink),
    /// The formats of the files that define what it runs.
    pub(crate) formats: &'static [Format],
    /// The files that one of its files reads in, whatever they are called; folders may be among them.
    pub(crate) reads: fn(&DefinitionFile) -> Vec<String>,
    /// How it finds a task by its name, where it runs tasks.
    pub(crate) tasks: Option<TaskFiles>,
    /// How it finds whatever else has a name.
    pub(crate) resolvers: &'static [Resolver],
}

/// A tool of which nothing is known.
pub(crate) const NONE: Tool = Tool {
    names: &[],
    calls: |_, _| {},
    formats: &[],
    reads: |_| Vec::new(),
    tasks: None,
    resolvers: &[],
};
