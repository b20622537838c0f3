//! Tasks in Python files: sessions of nox, tasks of invoke.
//!
//! <https://nox.thea.codes/en/stable/config.html>, <https://docs.pyinvoke.org/en/stable/concepts/invoking-tasks.html>.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::Runner;
use crate::tools::format::{Format, file_name, fingerprint};
use crate::tools::runner::{INVOKE, NOX};

/// Files of nox and invoke. Names are those of references: `nox tests`, `invoke build-docs`.
pub(crate) const FORMAT: Format = Format {
    name: format::PYTHON_TASKS,
    recognizes: |path| matches!(file_name(path), "noxfile.py" | "tasks.py"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let runner = if file_name(path) == "noxfile.py" { NOX } else { INVOKE };
    let mut file = DefinitionFile::new(path, FORMAT.name);
    // Many programs have a `tasks.py` of their own.
    if !text.contains(runner.word()) {
        return file;
    }
    let hides = ["Collection(", "add_task(", "add_collection(", "nox.session(", "_session("];
    let is_computed = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with(['@', '#']) && hides.iter().any(|word| line.contains(word))
    };
    file.is_complete = !text.lines().any(|line| is_computed(&line));
    let mut decorator: Option<(u32, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let words = line.trim();
        if let Some((_, whole)) = &mut decorator
            && !words.starts_with("def ")
            && !words.starts_with("async def ")
        {
            whole.push_str(words);
            continue;
        }
        if is_decorator(words, runner) {
            decorator = Some((number, words.to_owned()));
            continue;
        }
        let Some((first, whole)) = decorator.take() else {
            // The body of the last task.
            if let Some(task) = file.definitions.last_mut()
                && !words.starts_with('#')
                && !words.is_empty()
            {
                task.fingerprint = fingerprint((task.fingerprint, words));
            }
            continue;
        };
        add(&mut file, runner, first, &whole, words);
    }
    file
}

fn is_decorator(line: &str, runner: Runner) -> bool {
    let Some(name) = line.strip_prefix('@') else { return false };
    let name = name.split('(').next().unwrap_or_default().trim();
    let last = name.rsplit('.').next().unwrap_or(name);
    last == if runner == NOX { "session" } else { "task" }
}

/// Adds the task of a decorator and the function below it.
fn add(file: &mut DefinitionFile, runner: Runner, line: u32, decorator: &str, head: &str) {
    let function = head.trim_start_matches("async ").trim_start_matches("def ");
    let function = function.split('(').next().unwrap_or_default().trim();
    let name = match argument(decorator, "name") {
        None => function,
        Some(value) => {
            let Some(name) = literal(value) else {
                file.is_complete = false;
                return;
            };
            name
        }
    };
    let mut names = vec![name.to_owned()];
    if runner == INVOKE {
        names.push(name.replace('_', "-"));
        if decorator.contains("aliases") {
            file.is_complete = false;
        }
    } else {
        // One session for each version of Python or set of parameters: `tests-3.12`, `tests(a)`.
        names.push(format!("{name}-*"));
        names.push(format!("{name}(*)"));
    }
    names.dedup();
    let interface = fingerprint((decorator, head));
    file.definitions.extend(names.into_iter().map(|name| Definition {
        is_pattern: name.contains('*'),
        interface,
        ..Definition::task(runner, &name, line, interface)
    }));
}

/// What stands behind `name=` in a call, up to its end.
fn argument<'call>(call: &'call str, name: &str) -> Option<&'call str> {
    let mut places = call.match_indices(name).map(|(at, word)| (at, at + word.len()));
    let (_, end) = places.find(|(at, end)| {
        let before = call[..*at].chars().next_back();
        before.is_some_and(|c| matches!(c, '(' | ',' | ' ')) && call[*end..].trim_start().starts_with('=')
    })?;
    Some(call[end..].trim_start().trim_start_matches('=').trim_start())
}

/// A text in quotes at the start.
fn literal(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn names(path: &str, text: &str) -> Vec<(String, u32)> {
        let file = parse(path, text);
        file.definitions
            .into_iter()
            .map(|task| (task.kind.called(&task.name), task.line))
            .collect()
    }

    #[test]
    fn sessions_of_nox_are_read() {
        let text = "import nox\n\n@nox.session(python=['3.11', '3.12'])\ndef tests(session):\n    session.run('pytest')\n\n@nox.session(\n    name='build-docs',\n)\ndef docs(session):\n    pass\n";
        let found = names("noxfile.py", text);
        assert_eq!(found[0], ("nox tests".to_owned(), 3));
        assert_eq!(found[1], ("nox tests-*".to_owned(), 3));
        assert_eq!(found[3], ("nox build-docs".to_owned(), 7));
        assert!(parse("noxfile.py", text).is_complete);
        assert!(!parse("noxfile.py", "import nox\n@nox.session(name=NAME)\ndef a(s): pass\n").is_complete);
    }

    #[test]
    fn tasks_of_invoke_are_read() {
        let text =
            "from invoke import task\n@task\ndef build_docs(c):\n    c.run('x')\n@task(name='ship')\ndef release(c):\n    pass\n";
        assert_eq!(
            names("tasks.py", text),
            [
                ("invoke build_docs".to_owned(), 2),
                ("invoke build-docs".to_owned(), 2),
                ("invoke ship".to_owned(), 5)
            ]
        );
        assert!(!parse("tasks.py", "from invoke import Collection\nns = Collection(a)\n").is_complete);
        let celery = parse("tasks.py", "from celery import shared_task\n@task\ndef a(): pass\n");
        assert!(celery.definitions.is_empty() && !celery.is_complete);
    }
}
