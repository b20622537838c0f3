//! What is wrong: one value for every rule, every output and every page.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::place::{Place, Span};

/// How bad a finding is. The order is from mild to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    /// Usually right.
    Medium,
    /// Right unless the repository does something very unusual.
    High,
}

/// One thing that is wrong, with a rule, a place and a remedy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
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
    /// How to mend it by machine, where that is known.
    pub(crate) fix: Option<Fix>,
    /// Other places that explain it, such as the file that changed.
    pub(crate) related: Vec<Related>,
    /// Why it does not count although it is there; none for findings that count.
    pub(crate) suppression: Option<Suppression>,
    /// What it is known again by, whatever moves around it; empty until `model::fingerprint::fill` gave it one.
    #[serde(skip)]
    pub(crate) fingerprint: String,
}

/// How to mend a finding by machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Fix {
    /// Whether it may be done without looking.
    pub(crate) safety: Safety,
    /// What it does, in one line, such as ``write `scripts/restore.sh` ``.
    pub(crate) message: String,
    /// The edits, which do not overlap.
    pub(crate) edits: Vec<Edit>,
}

/// Whether a fix may be done without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Safety {
    /// It cannot make the text say something else than its author meant: a file that moved, letters that were decoded wrongly.
    Safe,
    /// It is likely what the author meant, and somebody should look.
    Unsafe,
}

impl Finding {
    /// A finding about a file as a whole; the message is still empty. The empty path is the repository itself.
    pub(crate) fn of(rule: &RuleText, path: &str) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity,
            confidence: rule.confidence,
            path: path.to_owned(),
            place: None,
            span: None,
            reference: None,
            message: String::new(),
            help: None,
            suggestion: None,
            fix: None,
            related: Vec::new(),
            suppression: None,
            fingerprint: String::new(),
        }
    }
}

/// A piece of a file and what to put in its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Edit {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The bytes of the text that are replaced; empty to insert.
    #[serde(skip)]
    pub(crate) span: Span,
    /// Where the bytes stand.
    pub(crate) place: Place,
    /// What is written instead.
    pub(crate) replacement: String,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Suppression {
    /// Where it was decided.
    pub(crate) kind: SuppressionKind,
    /// Why, in the words of whoever decided it; empty for a baseline.
    pub(crate) reason: String,
    /// The role or team that answers for it, where that is said.
    pub(crate) owner: Option<String>,
    /// The last day on which it holds, where that is said.
    pub(crate) until: Option<NaiveDate>,
}

/// Where it was decided that a finding does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SuppressionKind {
    /// A comment in the runbook.
    Ignore,
    /// The file of waivers.
    Waiver,
    /// The baseline: it was there before.
    Baseline,
}

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Related {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// Where in the file.
    pub(crate) place: Option<Place>,
    /// What is seen there.
    pub(crate) message: String,
}

/// Something that a parser could not read. It becomes a finding with the path of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
