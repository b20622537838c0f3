//! What runbooks name and files define, for the tests of this folder.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::finding::Problem;
use crate::model::kind::{Kind, Runner};
use crate::model::place::Span;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};
use crate::tools::runner;

/// The kind of what files of a format define first of all.
fn kind_of(format: &str, runner: &str) -> Kind {
    match format {
        "make" => Kind::MakeTarget,
        "package-json" => Kind::PackageScript,
        "just" => Kind::Task(runner::JUST),
        "compose" => Kind::ComposeService,
        "workflow" | "gitlab-ci" => Kind::WorkflowJob,
        _ => Kind::Task(Runner::of(String::leak(runner.to_owned()))),
    }
}

/// A task file as its parser would make it: names are tasks, one per line; those of other runners than just stand behind the runner.
pub(crate) fn tasks(format: &'static str, path: &str, names: &[&str]) -> DefinitionFile {
    let task = |(index, words): (usize, &&str)| {
        let (runner, name) = words.split_once(' ').unwrap_or(("", words));
        let kind = kind_of(format, runner);
        Definition {
            kind,
            name: if matches!(kind, Kind::Task(_)) { name } else { words }.to_owned(),
            line: index as u32 + 1,
            is_pattern: words.contains('%'),
            fingerprint: 1,
            ..Definition::default()
        }
    };
    DefinitionFile {
        path: path.to_owned(),
        format,
        definitions: names.iter().enumerate().map(task).collect(),
        is_complete: true,
        ..DefinitionFile::default()
    }
}

/// A Makefile.
pub(crate) fn makefile(path: &str, targets: &[&str]) -> DefinitionFile {
    tasks("make", path, targets)
}

/// A package by its name.
pub(crate) fn package(path: &str, name: &str, scripts: &[&str]) -> DefinitionFile {
    DefinitionFile {
        name: Some(name.to_owned()),
        ..tasks("package-json", path, scripts)
    }
}

/// A file that could not be read.
pub(crate) fn unread(format: &'static str, path: &str) -> DefinitionFile {
    DefinitionFile {
        path: path.to_owned(),
        format,
        problems: vec![Problem::at(3, "not JSON: trailing comma")],
        ..DefinitionFile::default()
    }
}

/// A reference of a kind; its words are put into the text of the runbook.
pub(crate) fn reference(text: &str, kind: ReferenceKind, context: ReferenceContext) -> Reference {
    Reference {
        kind,
        text: text.to_owned(),
        span: Span::default(),
        context,
    }
}

/// A path in inline code.
pub(crate) fn inline(path: &str) -> Reference {
    let kind = ReferenceKind::Path {
        path: path.to_owned(),
        directory: root(),
    };
    reference(path, kind, ReferenceContext::Inline)
}

/// A path in a command that runs in a folder.
pub(crate) fn in_command(path: &str, folder: &str) -> Reference {
    let kind = ReferenceKind::Path {
        path: path.to_owned(),
        directory: Directory::Known(folder.to_owned()),
    };
    reference(path, kind, ReferenceContext::Command)
}

/// A pattern in inline code.
pub(crate) fn pattern(pattern: &str) -> Reference {
    let kind = ReferenceKind::Glob {
        pattern: pattern.to_owned(),
        directory: root(),
    };
    reference(pattern, kind, ReferenceContext::Inline)
}

/// A link with its anchor.
pub(crate) fn link(destination: &str) -> Reference {
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (destination, None),
    };
    let kind = ReferenceKind::Link {
        path: path.to_owned(),
        anchor,
        is_image: false,
    };
    reference(destination, kind, ReferenceContext::Link)
}

/// An address on the web.
pub(crate) fn url(address: &str) -> Reference {
    let named = Named {
        kind: Kind::Url,
        name: address.to_owned(),
        within: Vec::new(),
        directory: root(),
    };
    reference(address, ReferenceKind::Named(named), ReferenceContext::Link)
}

/// `make TARGET` in a command that runs in a folder.
pub(crate) fn make(target: &str, folder: &str) -> Reference {
    let kind = ReferenceKind::MakeTarget {
        target: target.to_owned(),
        directory: Directory::Known(folder.to_owned()),
        file: None,
    };
    reference(&format!("make {target}"), kind, ReferenceContext::Command)
}

/// A script as it is called: `npm run test`, `pnpm --filter web test`.
pub(crate) fn script(command: &str, folder: &str) -> Reference {
    let mut words: Vec<&str> = command.split(' ').collect();
    let manager = ["npm", "pnpm", "yarn", "bun"]
        .into_iter()
        .find(|manager| *manager == words[0])
        .expect("the manager of a test is known");
    let option = words
        .iter()
        .position(|word| matches!(*word, "--filter" | "--workspace" | "workspace"));
    let workspace = option.map(|at| words.drain(at..at + 2).nth(1).expect("the option has a value").to_owned());
    let is_explicit = words.get(1) == Some(&"run");
    let kind = ReferenceKind::PackageScript {
        manager,
        script: words[if is_explicit { 2 } else { 1 }].to_owned(),
        is_explicit,
        workspace,
        directory: Directory::Known(folder.to_owned()),
    };
    reference(command, kind, ReferenceContext::Command)
}

/// A workflow by its name.
pub(crate) fn workflow(name: &str) -> Reference {
    reference(
        name,
        ReferenceKind::Workflow { name: name.to_owned() },
        ReferenceContext::Inline,
    )
}

/// Something with a name in a command that runs in a folder.
pub(crate) fn named(kind: Kind, name: &str, within: &[&str], folder: &str) -> Reference {
    let kind = ReferenceKind::Named(Named {
        kind,
        name: name.to_owned(),
        within: within.iter().map(|one| (*one).to_owned()).collect(),
        directory: Directory::Known(folder.to_owned()),
    });
    reference(name, kind, ReferenceContext::Command)
}

/// A task as it is called in a folder, the runner first: `mise build`.
pub(crate) fn task(words: &str, within: &[&str], folder: &str) -> Reference {
    let (runner, name) = words.split_once(' ').expect("a runner and its task");
    let kind = Kind::Task(Runner::of(String::leak(runner.to_owned())));
    Reference {
        text: words.to_owned(),
        ..named(kind, name, within, folder)
    }
}

/// Something with a name in a command that runs at the root; `within` is what it belongs to.
pub(crate) fn called(kind: Kind, name: &str, within: &[&str]) -> Reference {
    named(kind, name, within, "")
}

/// A reference to something with a name, by the words that it stands in.
pub(crate) fn named_in(context: ReferenceContext, text: &str, kind: Kind, name: &str) -> Reference {
    let kind = ReferenceKind::Named(Named {
        kind,
        name: name.to_owned(),
        within: Vec::new(),
        directory: root(),
    });
    reference(text, kind, context)
}

/// A file of code that defines names of a kind, one per line.
pub(crate) fn code(format: &'static str, path: &str, kind: Kind, names: &[&str]) -> DefinitionFile {
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
    code_with_values(format, path, kind, &pairs)
}

/// A file of code that defines names of a kind with their values, one per line.
pub(crate) fn code_with_values(format: &'static str, path: &str, kind: Kind, pairs: &[(&str, &str)]) -> DefinitionFile {
    let definition = |(index, (name, value)): (usize, &(&str, &str))| Definition {
        kind,
        name: (*name).to_owned(),
        value: Some((*value).to_owned()).filter(|value| !value.is_empty()),
        line: index as u32 + 1,
        fingerprint: 1,
        ..Definition::default()
    };
    DefinitionFile {
        path: path.to_owned(),
        format,
        definitions: pairs.iter().enumerate().map(definition).collect(),
        is_complete: true,
        ..DefinitionFile::default()
    }
}

/// The root of the source.
pub(crate) fn root() -> Directory {
    Directory::Known(String::new())
}
