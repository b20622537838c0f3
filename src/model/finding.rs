//! What is wrong: one value for every rule, every output and every page.

use serde::Serialize;

use crate::model::place::{Place, Span};

/// How bad a finding is. The order is from mild to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Worth knowing; never gates.
    Info,
    /// Wrong in a way that misleads; gates only when asked to.
    Warning,
    /// The runbook cannot be followed as written; gates.
    Error,
}

impl Severity {
    /// The word for it, as in the JSON output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure a rule is that what it reports is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    /// Usually right.
    Medium,
    /// Right unless the repository does something very unusual.
    High,
}

/// One thing that is wrong, with a rule, a place and a remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// The id of the rule, such as `path-missing`.
    pub(crate) rule: &'static str,
    /// How bad it is, after configuration.
    pub(crate) severity: Severity,
    /// How sure the rule is.
    pub(crate) confidence: Confidence,
    /// The file, relative to the repository root, `/` between parts.
    pub(crate) path: String,
    /// Where in the file; none when it concerns the file as a whole.
    pub(crate) place: Option<Place>,
    /// The bytes of the words in question, to mark them in a rendered page.
    #[serde(skip)]
    pub(crate) span: Option<Span>,
    /// The words in question, as the author wrote them.
    pub(crate) reference: Option<String>,
    /// What is wrong, in one line, without full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// The words to put in place of `reference`, when they are known.
    pub(crate) suggestion: Option<String>,
    /// Other places that explain it, such as the file that changed.
    pub(crate) related: Vec<Related>,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Related {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// Where in the file.
    pub(crate) place: Option<Place>,
    /// What is seen there.
    pub(crate) message: String,
}

/// Something that a parser could not read. It becomes a finding with the path of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The line, from 1; none when the file as a whole is concerned.
    pub(crate) line: Option<u32>,
    /// What is wrong, in one line, lower case, no full stop.
    pub(crate) message: String,
}

impl Problem {
    /// A problem with a file as a whole.
    pub(crate) fn of_file(message: impl Into<String>) -> Self {
        Self {
            line: None,
            message: message.into(),
        }
    }

    /// A problem at a line, from 1.
    pub(crate) fn at(line: u32, message: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            message: message.into(),
        }
    }
}

/// A rule as its users see it: the terminal, the rule page and SARIF are made from it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct RuleText {
    /// The id, kebab-case, named for what it finds.
    pub(crate) id: &'static str,
    /// One line: what it finds.
    pub(crate) summary: &'static str,
    /// The severity without configuration.
    pub(crate) severity: Severity,
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What it checks. Paragraphs are separated by an empty line.
    pub(crate) checks: &'static str,
    /// Why it matters.
    pub(crate) matters: &'static str,
    /// An example, as it would stand in a runbook or repository.
    pub(crate) example: &'static str,
    /// How to fix it.
    pub(crate) fix: &'static str,
}
