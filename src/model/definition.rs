//! What can be named and used: make targets, package scripts, jobs and inputs of workflows, services, flags, routes, variables.

use serde::Serialize;

use crate::model::finding::Problem;
use crate::model::kind::{Kind, Runner};

/// A file that defines things which runbooks name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DefinitionFile {
    /// The path in the tree.
    pub(crate) path: String,
    /// The name of the format that read it: `make`, `package-json`, `workflow`.
    pub(crate) format: &'static str,
    /// The name that the file gives itself: of the package, of the workflow.
    pub(crate) name: Option<String>,
    /// What it defines, in the order of the file.
    pub(crate) definitions: Vec<Definition>,
    /// Whether every name is known. A Makefile with `$(eval)` or a computed include is not complete, so a missing name is
    /// unverifiable there.
    pub(crate) is_complete: bool,
    /// The kinds whose names are not all known although the rest of the file is complete: the flags of a script that hands its
    /// arguments on. Sorted.
    pub(crate) open_kinds: Vec<Kind>,
    /// Other files that belong to it: includes of a Makefile, workspace globs of a package.
    pub(crate) includes: Vec<String>,
    /// Further names that a caller may use without being defined here: binaries of dependencies of a package, environments that the jobs
    /// of a workflow deploy to.
    pub(crate) binaries: Vec<String>,
    /// The fingerprint of everything that the file says, apart from comments and form; two readings are compared by it. 0 where the format does
    /// not tell.
    pub(crate) fingerprint: u128,
    /// What could not be read. A file that does not parse at all makes everything that depends on it unverifiable.
    pub(crate) problems: Vec<Problem>,
}

/// One thing that a runbook may name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Definition {
    /// The kind, which references to it carry as well.
    pub(crate) kind: Kind,
    /// The name: target, script, job, flag, `GET /health`.
    pub(crate) name: String,
    /// The value, for what has one: the default of an input or variable, the number of a threshold.
    pub(crate) value: Option<String>,
    /// The line that defines it, from 1.
    pub(crate) line: u32,
    /// Whether the name is a pattern: `%.o` of make.
    pub(crate) is_pattern: bool,
    /// The fingerprint of what its users see: prerequisites, inputs, ports, defaults; a change weighs more than one of the body. 0 where
    /// nothing but the body can be seen.
    pub(crate) interface: u128,
    /// The fingerprint of the definition, apart from comments and form; two readings of it are compared by it.
    pub(crate) fingerprint: u128,
    /// Where a command of a program stands among the others.
    #[serde(skip)]
    pub(crate) nesting: Nesting,
}

/// Where a command stands among the commands of its program, by the names that the code uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nesting {
    /// What the command is registered with: a variable, a type, a function. Empty for the program itself; none where the code does not
    /// tell.
    pub(crate) within: Option<String>,
    /// The name that its own commands are registered with.
    pub(crate) holds: Option<String>,
    /// Whether only one of its own commands can follow it.
    pub(crate) is_group: bool,
}

impl Definition {
    /// A task with the number of its whole definition, whose interface is not known.
    pub(crate) fn task(runner: Runner, name: &str, line: u32, fingerprint: u128) -> Self {
        Self {
            kind: Kind::Task(runner),
            name: name.to_owned(),
            line,
            fingerprint,
            ..Self::default()
        }
    }
}

impl DefinitionFile {
    /// A file that defines nothing so far, and of which not everything is known.
    pub(crate) fn new(path: &str, format: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            format,
            ..Self::default()
        }
    }

    /// A file that defines nothing so far, and of which everything will be known.
    pub(crate) fn complete(path: &str, format: &'static str) -> Self {
        Self {
            is_complete: true,
            ..Self::new(path, format)
        }
    }

    /// Whether every name of a kind is known, so that one that is not here does not exist.
    pub(crate) fn knows_all(&self, kind: Kind) -> bool {
        self.is_complete && !self.open_kinds.contains(&kind)
    }

    /// Where a script that this one reads in may stand: beside this one, or at the root.
    pub(crate) fn places_of(&self, include: &str) -> Vec<String> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = folder
            .split('/')
            .chain(include.split('/'))
            .try_fold(Vec::new(), |mut parts, part| {
                match part {
                    "" | "." => {}
                    ".." => {
                        parts.pop()?;
                    }
                    part => parts.push(part),
                }
                Some(parts)
            });
        let beside = beside.map(|parts| parts.join("/"));
        beside.into_iter().chain([include.to_owned()]).collect()
    }

    /// The definitions of a kind, in the order of the file.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().filter(move |definition| definition.kind == kind)
    }

    /// The definition with a name; patterns are not tried.
    pub(crate) fn definition(&self, kind: Kind, name: &str) -> Option<&Definition> {
        self.definitions
            .iter()
            .find(|definition| definition.kind == kind && definition.name == name)
    }
}
