//! What a release text asks of a release: gates, thresholds, sign-offs, windows, duties, and what must be kept.

use serde::Serialize;

use crate::model::place::Span;

/// One thing that a text asks for. A line that asks for several things has one declaration for each: "coverage ≥ 80 % and archived" is a
/// gate, a threshold and an archive, with the same group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// What is asked for.
    pub(crate) kind: DeclarationKind,
    /// How sure the reading is.
    pub(crate) strength: Strength,
    /// What belongs to one gate, one row, one item has the same number.
    pub(crate) group: u32,
    /// The name of the gate, in the words of the text; the role of a sign-off.
    pub(crate) name: String,
    /// What is measured, lower case; empty when nothing is, or the words do not tell.
    pub(crate) metric: String,
    /// `>=`, `<=`, `>`, `<` or `==`; empty without a number, or where the direction is not declared.
    pub(crate) comparison: &'static str,
    /// The number as written; empty when a threshold is asked for and none is declared.
    pub(crate) value: String,
    /// The unit as written.
    pub(crate) unit: String,
    /// When it is asked for, in the words of the text; empty means always.
    pub(crate) condition: String,
    /// Files and tools that the text names as evidence.
    pub(crate) evidence: Vec<String>,
    /// The format that the evidence must have; empty when the text names none.
    pub(crate) format: String,
    /// The families of formats that its words ask for.
    pub(crate) formats: Vec<String>,
    /// The tool that must have written it; empty when the text names none as such.
    pub(crate) tool: String,
    /// Cases, suites or jobs that must be there and pass.
    pub(crate) required: Vec<String>,
    /// The same in plain words, which need not be the very names: "lint, test and build green".
    pub(crate) spoken: Vec<String>,
    /// The files of workflows that must have run and passed; one that stands below no folder may be another file.
    pub(crate) workflows: Vec<String>,
    /// The files that a cell names as evidence, each of which is asked for, with the words beside them.
    pub(crate) files: Vec<NamedFile>,
    /// What a gate asks for, in the words of its demand, code between backticks; empty where the text has none.
    pub(crate) said: String,
    /// The words that it was read from.
    pub(crate) text: String,
    /// Where they stand.
    pub(crate) span: Span,
}

/// A file that a text names as evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedFile {
    /// The path or glob, as written.
    pub(crate) path: String,
    /// The words beside it, which may name the tool that writes it.
    pub(crate) words: String,
}

/// What a text asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeclarationKind {
    /// Something that must be good before a release goes on.
    Gate,
    /// The bound of a gate.
    Threshold,
    /// When a gate applies.
    Condition,
    /// Somebody who must agree.
    Signoff,
    /// How long, how often or when something is watched after the release.
    Window,
    /// Something that recurs.
    Duty,
    /// A breach at which a release is undone or somebody looks.
    Criterion,
    /// Evidence that must be kept.
    Archive,
    /// A cell of a table of gates that holds a number which nothing understood.
    Unread,
}

/// How sure a reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Strength {
    /// In a table, front matter or a heading `Gate N`: it judges a release.
    Declared,
    /// In other words: it is shown, and judges nothing.
    Read,
}

#[cfg(test)]
impl Declaration {
    /// A declaration with a name, and nothing else.
    pub(crate) fn named(kind: DeclarationKind, group: u32, name: &str) -> Self {
        Self {
            kind,
            strength: Strength::Declared,
            group,
            name: name.to_owned(),
            metric: String::new(),
            comparison: "",
            value: String::new(),
            unit: String::new(),
            condition: String::new(),
            evidence: Vec::new(),
            format: String::new(),
            formats: Vec::new(),
            tool: String::new(),
            required: Vec::new(),
            spoken: Vec::new(),
            workflows: Vec::new(),
            files: Vec::new(),
            said: String::new(),
            text: name.to_owned(),
            span: Span::new(0, 1),
        }
    }
}
