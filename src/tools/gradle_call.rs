//! How Gradle is called, by its name or by the wrapper of a repository.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::sink::Sink;
use crate::command::words::Word;
use crate::tools::runner::GRADLE;
use crate::tools::task_call::is_task_name;

/// Options that take a value.
const VALUED: &[&str] = &[
    "--tests",
    "-x",
    "--exclude-task",
    "-b",
    "--build-file",
    "-c",
    "--settings-file",
    "-I",
    "--init-script",
    "--console",
    "-g",
    "--gradle-user-home",
    "--max-workers",
    "--project-cache-dir",
    "--warning-mode",
    "-F",
    "--dependency-verification",
    "-p",
    "--project-dir",
    "--include-build",
    "-M",
    "--write-verification-metadata",
    "--priority",
    "--configuration",
    "--dependency",
];

/// The tasks that a call asks for.
pub(crate) fn tasks(call: &Call<'_>, arguments: &[Word], sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut is_first = true;
    for argument in Arguments::new(arguments, VALUED) {
        match argument {
            Argument::Option {
                name: "-p" | "--project-dir",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &directory);
                directory = entered(&directory, value.text);
            }
            Argument::Operand(word) if is_task_name(&word.text) => {
                let start = if is_first { call.start() } else { word.range.start };
                sink.task(&call.site, &(start..word.range.end), GRADLE, &word.text, &[], &directory);
                is_first = false;
            }
            Argument::Break => break,
            _ => {}
        }
    }
}
