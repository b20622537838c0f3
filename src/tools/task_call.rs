//! How the tasks of a runner are called.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::sink::Sink;
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::model::kind::Runner;
use crate::tools::package_filter::selected;

/// Options of runners that take a value.
const VALUED: &[&str] = &[
    "-t", "--taskfile", "-d", "--dir", "-C", "--cd", "--cwd", "--directory", "--working-dir", "-c", "-o", "--output", "-I",
    "--interval", "--sort", "--concurrency", "-j", "--jobs", "-p", "--projects", "--filter", "-F", "--target", "-T", "--scope",
];

/// How tasks of a runner are called.
#[derive(Clone, Copy)]
pub(crate) struct TaskCall {
    /// The runner.
    runner: Runner,
    /// Whether what stands behind the first task is its argument.
    takes_arguments: bool,
    /// The options that say where it runs.
    folders: &'static [&'static str],
    /// The options that make it run the tasks of the home of whoever runs it.
    homes: &'static [&'static str],
    /// The options that select packages of the workspace.
    filters: &'static [&'static str],
}

impl TaskCall {
    /// A runner that is asked for any number of tasks.
    pub(crate) const fn of(runner: Runner) -> Self {
        Self {
            runner,
            takes_arguments: false,
            folders: &["-d", "--dir", "-C", "--cd", "--cwd", "--directory", "--working-dir"],
            homes: &[],
            filters: &[],
        }
    }

    /// A runner that is asked for one task, with arguments behind it.
    pub(crate) const fn with_arguments(runner: Runner) -> Self {
        Self {
            takes_arguments: true,
            ..Self::of(runner)
        }
    }

    /// With other options that say where it runs.
    pub(crate) const fn folders(self, folders: &'static [&'static str]) -> Self {
        Self { folders, ..self }
    }

    /// With options that make it run the tasks of a home.
    pub(crate) const fn homes(self, homes: &'static [&'static str]) -> Self {
        Self { homes, ..self }
    }

    /// With options that select packages of the workspace.
    pub(crate) const fn filters(self, filters: &'static [&'static str]) -> Self {
        Self { filters, ..self }
    }

    /// The tasks that it is asked for in some words, one reference each. They belong to the file that is given, if one is.
    pub(crate) fn read(self, call: &Call<'_>, words: &[Word], sink: &mut Sink) {
        let mut is_first = true;
        let mut files: Vec<String> = Vec::new();
        let mut directory = call.directory.clone();
        for argument in Arguments::new(words, VALUED) {
            let word = match argument {
                Argument::Operand(word) => word,
                Argument::Option { name, value, .. } => {
                    match value {
                        Some(value) if matches!(name, "-t" | "--taskfile") => {
                            sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                            files.push(value.text.to_owned());
                        }
                        Some(value) if self.folders.contains(&name) => directory = entered(&directory, value.text),
                        Some(value) if self.filters.contains(&name) => {
                            selected(call, &value, self.runner.word(), &call.directory, sink);
                        }
                        _ if self.homes.contains(&name) => directory = Directory::Unknown,
                        _ => {}
                    }
                    continue;
                }
                Argument::Break => break,
            };
            if word.text.contains('=') || !is_task_name(&word.text) {
                continue;
            }
            let start = if is_first { call.start() } else { word.range.start };
            sink.task(
                &call.site,
                &(start..word.range.end),
                self.runner,
                &word.text,
                &files,
                &directory,
            );
            is_first = false;
            if self.takes_arguments {
                break;
            }
        }
    }

    /// The tasks behind one of some verbs: `turbo run build`.
    pub(crate) fn behind(self, verbs: &[&str], call: &Call<'_>, sink: &mut Sink) {
        if verbs.contains(&call.verb()) {
            self.read(call, &call.arguments()[1..], sink);
        }
    }
}

/// Whether a word may be the name of a task.
pub(crate) fn is_task_name(word: &str) -> bool {
    word.len() <= 100
        && word.starts_with(|char: char| char.is_alphanumeric() || matches!(char, ':' | '<' | '_'))
        && !word.contains(['/', '"', '\'', ';'])
}
