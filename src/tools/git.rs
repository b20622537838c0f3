//! The files that commands of git name.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};

/// git.
pub(crate) const TOOL: Tool = Tool {
    names: &["git"],
    calls: git,
    ..NONE
};

/// Verbs that look at what was: a file that they are given may be gone, and often is.
const HISTORY: &[&str] = &[
    "bisect", "diff", "diff-tree", "format-patch", "log", "reflog", "rev-list", "shortlog", "show", "whatchanged",
];

/// Files of `git add` and behind `--`; branches and revisions are no paths.
fn git(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut arguments = Arguments::new(call.arguments(), &["-C", "-c", "--git-dir", "--work-tree"]);
    let verb = loop {
        match arguments.next() {
            Some(Argument::Option {
                name: "-C",
                value: Some(value),
                ..
            }) => directory = entered(&directory, value.text),
            Some(Argument::Operand(word)) => break word.text.as_str(),
            Some(_) => {}
            None => return,
        }
    };
    let valued: &'static [&'static str] = &[
        "-m", "-F", "--message", "--file", "-o", "--output", "-b", "--author", "--pathspec-from-file",
    ];
    let mut is_behind = false;
    for argument in Arguments::new(arguments.rest(), valued) {
        match argument {
            Argument::Break => is_behind = true,
            // What is removed may be gone already.
            Argument::Operand(_) if HISTORY.contains(&verb) || verb == "rm" => {}
            Argument::Operand(word) if is_behind || matches!(verb, "add" | "rm" | "mv" | "restore" | "apply" | "stage") => {
                sink.path(&call.site, &Value::of(word), Evidence::Code, &directory);
            }
            Argument::Option {
                name: "-o" | "--output",
                value: Some(value),
                ..
            } if matches!(verb, "archive" | "format-patch" | "bundle") => sink.output(&call.site, &value, &directory),
            Argument::Option {
                name: "-F" | "--file",
                value: Some(value),
                ..
            } => sink.path(&call.site, &value, Evidence::Code, &directory),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn branches_and_revisions_are_no_paths() {
        assert_eq!(
            of_commands(
                "git add docs/x.md src/\ngit checkout origin/main -- a/b.py\ngit log feature/x.md\ngit archive -o out.tar HEAD\ngit push origin v1"
            ),
            ["path docs/x.md", "path src/", "path a/b.py", "output out.tar"]
        );
    }

    #[test]
    fn what_history_is_asked_about_may_be_gone() {
        assert_eq!(
            of_commands(
                "git log -- old/gone.sh\ngit -C . log --oneline -5 -- a/b.py\ngit show v1 -- a/b.py\ngit diff v1 v2 -- a/"
            ),
            [""; 0]
        );
        assert_eq!(
            of_commands("git rm old/gone.sh\ngit log -- x && git restore -- a/b.py"),
            ["path a/b.py"]
        );
    }
}
