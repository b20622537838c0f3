//! What the readers of code gather: flags, commands, routes, and what stays open.

use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile, Nesting};
use crate::model::kind::Kind;
use crate::model::place::Lines;

/// Options of a program or script.
pub(crate) const FLAG: Kind = Kind::ScriptFlag;

/// Sub-commands of a program.
pub(crate) const COMMAND: Kind = Kind::CliCommand;

/// Says of a file that options of it may stand in other files: its parser is given to functions of others, it reads in further scripts.
/// Of a script that hides options, of a program of which all files are read it hides nothing.
pub(crate) const ELSEWHERE: Kind = Kind::Parser;

/// What was found in a file so far.
pub(crate) struct Found {
    /// The file with its definitions.
    pub(crate) file: DefinitionFile,
    /// The lines of its text.
    pub(crate) lines: Lines,
}

impl Found {
    /// Nothing so far.
    pub(crate) fn new(path: &str, format: &'static str, text: &str) -> Self {
        Self {
            file: DefinitionFile::complete(path, format),
            lines: Lines::of(text),
        }
    }

    /// Says that not all names of a kind are known.
    pub(crate) fn open(&mut self, kind: Kind) {
        if !self.file.open_kinds.contains(&kind) {
            self.file.open_kinds.push(kind);
        }
    }

    /// An option; its users see its name.
    pub(crate) fn flag(&mut self, name: String, at: usize, code: &str) {
        let interface = fingerprint(&name);
        self.push(FLAG, name, at, interface, code, Nesting::default());
    }

    /// An option of which the default is known, or all that its users see is its code.
    pub(crate) fn flag_with(&mut self, name: String, at: usize, code: &str, value: Option<&str>) {
        let interface = fingerprint(value.unwrap_or(code));
        self.push(FLAG, name, at, interface, code, Nesting::default());
        if let Some(definition) = self.file.definitions.last_mut() {
            definition.value = value.map(str::to_owned);
        }
    }

    /// A command; its users see its name.
    pub(crate) fn command(&mut self, name: String, at: usize, code: &str, nesting: Nesting) {
        let interface = fingerprint(&name);
        self.push(COMMAND, name, at, interface, code, nesting);
    }

    /// A command of which all that its users see is its code.
    pub(crate) fn command_with(&mut self, name: String, at: usize, code: &str, nesting: Nesting) {
        self.push(COMMAND, name, at, fingerprint(code), code, nesting);
    }

    fn push(&mut self, kind: Kind, name: String, at: usize, interface: u128, code: &str, nesting: Nesting) {
        self.file.definitions.push(Definition {
            kind,
            name,
            line: self.lines.line(at as u32),
            interface,
            fingerprint: fingerprint(code),
            nesting,
            ..Definition::default()
        });
    }

    /// Whether an option is known already.
    pub(crate) fn has_flag(&self, name: &str) -> bool {
        self.file.definition(FLAG, name).is_some()
    }

    /// The commands, to say more of them.
    pub(crate) fn commands_mut(&mut self) -> impl Iterator<Item = &mut Definition> {
        self.file
            .definitions
            .iter_mut()
            .filter(|definition| definition.kind == COMMAND)
    }

    /// The file with everything that was found.
    pub(crate) fn finish(self) -> DefinitionFile {
        let mut file = self.file;
        file.open_kinds.sort_unstable();
        file.open_kinds.dedup();
        file
    }
}
