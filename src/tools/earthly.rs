//! Targets of Earthly: <https://docs.earthly.dev/docs/earthfile>.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::sink::Sink;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::{Kind, Runner};
use crate::tools::format::{Format, file_name, fingerprint};
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};

/// Earthly, as a program that runs targets.
const EARTHLY: Runner = Runner::of("earthly");

/// Targets of an `Earthfile`.
pub(crate) const TOOL: Tool = Tool {
    names: &["earthly"],
    calls: earthly,
    formats: &[FORMAT],
    tasks: Some(TaskFiles {
        runner: EARTHLY,
        noun: "target",
        collect,
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// Options that take a value.
const VALUED: &[&str] = &[
    "-a", "--build-arg", "--config", "--platform", "-s", "--secret", "--secret-file", "--ssh-auth-sock",
];

/// `earthly +build`, `earthly ./api+test --ARG=x`, `earthly --artifact +build/dist ./out`. Targets of other repositories are not known here.
fn earthly(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), VALUED) {
        let Argument::Operand(word) = argument else { continue };
        let Some((place, target)) = word.text.split_once('+') else {
            continue;
        };
        if !place.is_empty() && !place.starts_with('.') {
            return;
        }
        let target = target.split('/').next().unwrap_or_default();
        let directory = if place.is_empty() {
            call.directory.clone()
        } else {
            entered(&call.directory, place)
        };
        return sink.task(&call.site, &(call.start()..word.range.end), EARTHLY, target, &[], &directory);
    }
}

/// Only the file of the folder itself is looked at.
fn collect(tree: Files<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let file = tree.file_in(folder, &["Earthfile"], FORMAT.name)?;
    let mut names = Names::of(&file.path);
    names.admit(file);
    names.add_all(file, Kind::Task(EARTHLY));
    Some(names)
}

/// Names of targets begin a line and are lower case; those of functions are upper case.
const FORMAT: Format = Format {
    name: "earthfile",
    recognizes: |path| file_name(path) == "Earthfile",
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    let mut bodies: Vec<(String, u32, Vec<&str>)> = Vec::new();
    for (line, words) in (1..).zip(text.lines()) {
        if let Some(name) = head(words) {
            bodies.push((name.to_owned(), line, Vec::new()));
        } else if let Some((_, _, body)) = bodies.last_mut() {
            let words = words.split(" #").next().unwrap_or_default().trim();
            if !words.is_empty() && !words.starts_with('#') {
                body.push(words);
            }
        }
    }
    for (name, line, body) in bodies {
        if name.starts_with(|char: char| char.is_ascii_lowercase()) {
            file.definitions
                .push(Definition::task(EARTHLY, &name, line, fingerprint(body.join("\n"))));
        }
    }
    file
}

/// The name that a line begins a target or a function with.
fn head(line: &str) -> Option<&str> {
    let name = line.split('#').next().unwrap_or_default().trim_end().strip_suffix(':')?;
    let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::tools::testing::{called, of_commands};

    const FILE: &str = "VERSION 0.8\nFROM alpine\n\nbuild: # the program\n    RUN make\n    SAVE ARTIFACT dist\n\nFUNC:\n    FUNCTION\n    RUN x\n\nall:\n    BUILD +build\n";

    #[test]
    fn targets_are_read_and_functions_are_none() {
        let found = called(&parse("Earthfile", FILE));
        assert_eq!(found, [("earthly build".to_owned(), 4), ("earthly all".to_owned(), 12)]);
        assert!(parse("Earthfile", "").definitions.is_empty());
    }

    #[test]
    fn a_comment_changes_no_target() {
        let other = FILE.replace("    RUN make\n", "    # why\n\n    RUN make # quick\n");
        let of = |text: &str| {
            parse("Earthfile", text)
                .definitions
                .iter()
                .map(|one| one.fingerprint)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(FILE), of(&other));
        assert_ne!(of(FILE), of(&FILE.replace("RUN make", "RUN make all")));
    }

    #[test]
    fn the_first_target_is_called() {
        assert_eq!(
            of_commands(
                "earthly +build\nearthly --push -s KEY=1 ./api+test --TAG=x\nearthly --artifact +build/dist ./out\nearthly github.com/org/x+all\nearthly --version"
            ),
            ["task earthly build", "task earthly test in api", "task earthly build"]
        );
    }
}
