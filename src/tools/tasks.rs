//! Tasks of runners: which file a runner would read, and the names that it finds there.

use std::collections::{BTreeMap, HashSet};

use crate::model::definition::DefinitionFile;
use crate::model::edition::Source;
use crate::model::kind::{Kind, Runner};
use crate::model::reason::Reason;
use crate::tools::folder;

/// The most files that one file may include.
pub(crate) const INCLUDE_LIMIT: usize = 200;

/// Where the tasks of a runner stand.
#[derive(Clone, Copy)]
pub(crate) struct TaskFiles {
    /// The runner.
    pub(crate) runner: Runner,
    /// What its users call a task.
    pub(crate) noun: &'static str,
    /// The names that it knows in a folder, or with the files that a command gives; none when it would find no file.
    pub(crate) collect: fn(Files<'_>, &str, &[String]) -> Option<Names>,
    /// Whether a name that is nowhere is certainly missing: some runners take a program for a task.
    pub(crate) is_exact: fn(&Names, &str) -> bool,
}

/// The files of a tree, as a runner looks for its own.
#[derive(Clone, Copy)]
pub(crate) struct Files<'source> {
    /// The tree.
    pub(crate) source: &'source Source,
}

impl<'source> Files<'source> {
    /// The file of a format at one of some names in a folder, the first of them that is there.
    pub(crate) fn file_in(self, folder: &str, names: &[&str], format: &str) -> Option<&'source DefinitionFile> {
        names
            .iter()
            .filter_map(|name| folder::join(folder, name))
            .find_map(|path| self.file_of(&path, format))
    }

    /// The file of a format at one of some names in a folder or in the nearest folder above it.
    pub(crate) fn file_above(self, folder: &str, names: &[&str], format: &str) -> Option<&'source DefinitionFile> {
        folder::upward(folder).find_map(|above| self.file_in(above, names, format))
    }

    /// The file of a format at a path.
    pub(crate) fn file_of(self, path: &str, format: &str) -> Option<&'source DefinitionFile> {
        let file = self.source.definitions.get(path)?;
        (file.format == format).then_some(file.as_ref())
    }
}

/// Why further names cannot be excluded, and the file that is to blame when it could not be read.
pub(crate) type Gap = (Reason, Option<String>);

/// The names that a runner knows where it is called.
pub(crate) struct Names {
    /// The file that it reads first.
    pub(crate) file: String,
    /// File and line of each name.
    pub(crate) by_name: BTreeMap<String, (String, u32)>,
    /// Names with `*`, with their file and line.
    pub(crate) patterns: Vec<(String, String, u32)>,
    /// Names that others stand behind: the modules of just.
    pub(crate) groups: Vec<String>,
    /// Words that may be names, put together in a way that is not followed; with `*` behind them what begins so.
    pub(crate) likely: HashSet<String>,
    /// Why further names cannot be excluded.
    pub(crate) gap: Option<Gap>,
    /// What names begin with that nobody else would give, so that they are all known whatever else is open.
    pub(crate) closed: Vec<String>,
    /// The same for the names that begin with some words: what an include brings that could not be read.
    gaps_below: Vec<(String, Gap)>,
}

impl Names {
    /// No names yet, of a runner that reads a file first.
    pub(crate) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            by_name: BTreeMap::new(),
            patterns: Vec::new(),
            groups: Vec::new(),
            likely: HashSet::new(),
            gap: None,
            closed: Vec::new(),
            gaps_below: Vec::new(),
        }
    }

    /// Adds a name; the first file that defines it counts.
    pub(crate) fn add(&mut self, name: &str, path: &str, line: u32) {
        if name.contains('*') {
            self.patterns.push((name.to_owned(), path.to_owned(), line));
        } else {
            self.by_name.entry(name.to_owned()).or_insert_with(|| (path.to_owned(), line));
        }
    }

    /// Says why further names cannot be excluded; the first reason counts.
    pub(crate) fn hide(&mut self, reason: Reason) {
        if self.gap.is_none() {
            self.gap = Some((reason, None));
        }
    }

    /// Says why further names that begin with a prefix cannot be excluded; with an empty one it is all of them.
    pub(crate) fn hide_below(&mut self, prefix: &str, reason: Reason) {
        self.leave_open(prefix, (reason, None));
    }

    fn leave_open(&mut self, prefix: &str, gap: Gap) {
        if prefix.is_empty() {
            self.gap.get_or_insert(gap);
        } else {
            self.gaps_below.push((prefix.to_owned(), gap));
        }
    }

    /// Why it cannot be excluded that there is a name.
    pub(crate) fn gap_of(&self, name: &str) -> Option<&Gap> {
        let mut below = self.gaps_below.iter();
        // The name of a namespace alone runs its default.
        let below = below.find(|(prefix, _)| name.starts_with(prefix) || prefix.trim_end_matches(':') == name);
        let is_closed = self.closed.iter().any(|prefix| name.starts_with(prefix));
        self.gap.as_ref().filter(|_| !is_closed).or(below.map(|(_, gap)| gap))
    }

    /// Takes in what a file says about its own state: whether it could be read, and whether it names everything.
    pub(crate) fn admit(&mut self, file: &DefinitionFile) {
        self.admit_below("", file);
    }

    /// The same of a file whose names stand behind a prefix.
    pub(crate) fn admit_below(&mut self, prefix: &str, file: &DefinitionFile) {
        if !file.problems.is_empty() {
            let gap = (Reason::CouldNotBeRead(file.path.clone()), Some(file.path.clone()));
            self.leave_open(prefix, gap);
        } else if !file.is_complete {
            self.hide_below(prefix, Reason::ComputesNames(file.path.clone()));
        }
    }

    /// Whether a name may be one that is put together in a way that is not followed.
    pub(crate) fn is_likely(&self, name: &str) -> bool {
        let begins = |word: &String| word.strip_suffix('*').is_some_and(|start| name.starts_with(start));
        self.likely.contains(name) || self.likely.iter().any(begins)
    }

    /// Adds the definitions of a kind.
    pub(crate) fn add_all(&mut self, file: &DefinitionFile, kind: Kind) {
        for definition in file.of_kind(kind) {
            self.add(&definition.name, &file.path, definition.line);
        }
    }

    /// Where a name is defined.
    pub(crate) fn find(&self, name: &str) -> Option<(&str, u32)> {
        if let Some((path, line)) = self.by_name.get(name) {
            return Some((path, *line));
        }
        let pattern = self.patterns.iter().find(|(pattern, _, _)| matches(pattern, name));
        pattern.map(|(_, path, line)| (path.as_str(), *line))
    }
}

/// Whether a name fits a pattern with `*`, each of which stands for at least one character.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.len() > part.len() && rest.ends_with(part);
        }
        // One character at least stands for the `*`.
        let Some(begin) = rest.char_indices().nth(1).map(|(at, _)| at) else {
            return false;
        };
        let Some(at) = rest[begin..].find(part) else {
            return false;
        };
        rest = &rest[begin + at + part.len()..];
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Names, matches};
    use crate::model::reason::Reason;

    #[test]
    fn what_an_include_brings_is_open_behind_its_prefix() {
        let mut names = Names::of("Taskfile.yml");
        names.hide_below("db:", Reason::NoTask);
        assert!(names.gap_of("db:migrate").is_some() && names.gap_of("db").is_some());
        assert!(names.gap_of("dbx").is_none() && names.gap_of("up").is_none());
        names.hide_below("", Reason::NoTask);
        assert!(names.gap_of("up").is_some());
    }

    #[test]
    fn a_star_stands_for_something() {
        assert!(matches("start:*", "start:api") && matches("a:*:c", "a:b:c") && matches("*", "x"));
        assert!(!matches("start:*", "start:") && !matches("a:*:c", "a::c") && !matches("a", "ab"));
        assert!(matches("a*b*c", "axbyc") && !matches("a*b*c", "abyc"));
        assert!(!matches("*é*", "é"), "characters and not bytes are counted");
    }
}
