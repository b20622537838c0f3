//! `make TARGET`.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::Sink;
use crate::command::words::assigned;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::tools::makefile;
use crate::tools::tool::{NONE, Tool};

/// make.
pub(crate) const TOOL: Tool = Tool {
    names: &["make", "gmake"],
    calls: make,
    formats: &[makefile::FORMAT],
    ..NONE
};

/// Options of make that take a value.
const VALUED: [&str; 16] = [
    "-C",
    "--directory",
    "-f",
    "--file",
    "--makefile",
    "-I",
    "--include-dir",
    "-o",
    "--old-file",
    "-W",
    "--what-if",
    "-l",
    "--load-average",
    "--eval",
    "-E",
    "--max-load",
];

/// The targets that a call of make names.
fn make(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut file = None;
    let mut targets = Vec::new();
    let mut arguments = Arguments::new(call.arguments(), &VALUED).peekable();
    while let Some(argument) = arguments.next() {
        match argument {
            Argument::Option {
                name: "-C" | "--directory",
                value: Some(value),
                ..
            } => directory = entered(&directory, value.text),
            Argument::Option {
                name: "-f" | "--file" | "--makefile",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &directory);
                file = Some(value.text.to_owned());
            }
            // `-j` may have its number behind it.
            Argument::Option {
                name: "-j" | "--jobs", ..
            } => {
                if let Some(Argument::Operand(word)) = arguments.peek()
                    && word.text.bytes().all(|byte| byte.is_ascii_digit())
                {
                    arguments.next();
                }
            }
            Argument::Operand(word) if assigned(&word.text).is_none() => targets.push(word),
            _ => {}
        }
    }
    let is_file_unknown = file.as_deref().is_some_and(in_name);
    for (index, word) in targets.into_iter().enumerate() {
        // The first target is named by the whole call, `make check`; the others by their word.
        let start = if index == 0 { call.start() } else { word.range.start };
        let range = start..word.range.end;
        let target = word.text.as_str();
        if in_name(target) || is_file_unknown || target == "..." {
            sink.other(&call.site, &range, Kind::Placeholder, target, &directory);
        } else if is_target(target) {
            let kind = ReferenceKind::MakeTarget {
                target: target.to_owned(),
                directory: directory.clone(),
                file: file.clone(),
            };
            sink.add(&call.site, &range, kind);
        }
    }
}

fn is_target(word: &str) -> bool {
    word.len() <= 100
        && word.starts_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '/'))
        && word
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | '+' | '%' | '@'))
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn each_target_is_a_reference() {
        assert_eq!(
            of_commands("make check test\nmake gate DB=\"x\"\nmake -j 4 -k lint\nSKIP_X=1 make all"),
            [
                "make check",
                "make test",
                "make gate",
                "make lint",
                "env-var SKIP_X",
                "make all"
            ]
        );
    }

    #[test]
    fn folder_and_file_are_followed() {
        assert_eq!(
            of_commands("make -C infra plan\nmake -f ops/deploy.mk up\ncd app && make x\nmake -C $DIR y"),
            [
                "make plan in infra",
                "make up of ops/deploy.mk",
                "path ops/deploy.mk",
                "folder app",
                "make x in app",
                "make y in ?",
            ]
        );
    }

    #[test]
    fn placeholders_and_prose_are_no_targets() {
        assert_eq!(
            of_commands("make deploy-<env>\nmake $TARGET\nmake"),
            ["placeholder deploy-<env>", "placeholder $TARGET"]
        );
    }
}
