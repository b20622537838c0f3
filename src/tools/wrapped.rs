//! Programs behind the options of others that run them.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::sink::Sink;
use crate::command::words::Word;
use crate::model::directory::Directory;

/// Options of the programs that run others, which take a value.
const VALUED: &[&str] = &[
    "--with", "--with-requirements", "--python", "-p", "--package", "--extra", "--group", "--only-group", "--no-group",
    "--env-file", "--directory", "--project", "--from", "-e", "--env", "-n", "--name", "-f", "--config", "-c", "--prefix",
    "--spec", "-C", "--call", "--profile", "--index-url",
];

/// Gathers what the program names that stands in some words behind options.
pub(crate) fn wrapped(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    if let Some((words, directory)) = behind_options(call, words, sink) {
        call.run(words, &directory, sink);
    }
}

/// The program behind options, with its arguments, and the folder that it runs in. Files that the options name are gathered.
pub(crate) fn behind_options<'word>(
    call: &Call<'_>,
    words: &'word [Word],
    sink: &mut Sink,
) -> Option<(&'word [Word], Directory)> {
    let mut directory = call.directory.clone();
    let mut arguments = Arguments::new(words, &VALUED);
    loop {
        let rest = arguments.rest();
        match arguments.next()? {
            Argument::Option { name, value, .. } => match (name, value) {
                ("-m" | "--module", _) if matches!(call.program(), "uv" | "pdm" | "rye") => {
                    let words = arguments.rest();
                    let is_known = words.first().is_some_and(|word| call.knows(&word.text));
                    return is_known.then_some((words, directory));
                }
                ("--env-file" | "--with-requirements", Some(value)) => {
                    sink.path(&call.site, &value, Evidence::Operand, &directory);
                }
                ("--directory" | "--project", Some(value)) => directory = entered(&directory, value.text),
                _ => {}
            },
            Argument::Break => return Some((arguments.rest(), directory)),
            Argument::Operand(_) => return Some((rest, directory)),
        }
    }
}

/// The first word that is no option, and what stands behind it.
pub(crate) fn verb(words: &[Word]) -> (&str, &[Word]) {
    let at = words.iter().position(|word| !word.text.starts_with('-'));
    match at {
        Some(at) => (&words[at].text, &words[at + 1..]),
        None => ("", &[]),
    }
}

/// Files of requirements among the options.
pub(crate) fn requirements(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), &["-r", "--requirement"]) {
        if let Argument::Option { value: Some(value), .. } = argument {
            sink.path(&call.site, &value, Evidence::Code, &call.directory);
        }
    }
}
