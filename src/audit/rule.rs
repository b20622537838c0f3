//! What a rule is, and what it sees.

use crate::audit::change::pair::ChangeContext;
use crate::audit::due::Clock;
use crate::audit::evidence::Drift;
use crate::config::{Config, Level};
use crate::model::edition::{Edition, EditionRunbook, Past};
use crate::model::finding::{Edit, Finding, Fix, RuleText, Safety, Severity};
use crate::model::handbook::JudgedRunbook;
use crate::model::place::Span;
use crate::model::reference::{Reference, Resolution, Status};

/// A rule: its words, and what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// The words for its users.
    pub(crate) text: RuleText,
    /// What it looks at.
    pub(crate) check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// Every runbook.
    Always(fn(&Context<'_>, &mut Vec<Finding>)),
    /// Every runbook that is meant to be true today: not the archived ones.
    Current(fn(&Context<'_>, &mut Vec<Finding>)),
    /// An edition as a whole, after its runbooks were judged.
    Edition(fn(&EditionContext<'_>, &mut Vec<Finding>)),
    /// What a change does to the runbooks; only when two trees are compared.
    Change(fn(&ChangeContext<'_>, &mut Vec<Finding>)),
    /// Nothing: its findings are made where the files are read.
    Elsewhere,
}

/// One runbook, as rules see it.
pub(crate) struct Context<'edition> {
    /// The edition that it belongs to.
    pub(crate) edition: &'edition Edition,
    /// The runbook.
    pub(crate) runbook: &'edition EditionRunbook,
    /// The outcome for each of its references, in the same order.
    pub(crate) resolutions: &'edition [Resolution],
    /// When it was reviewed, and until when that holds.
    pub(crate) clock: &'edition Clock,
    /// What changed since its review, the heaviest first.
    pub(crate) drifts: &'edition [Drift<'edition>],
    /// What history tells.
    pub(crate) past: &'edition Past,
}

/// One edition, as rules see it.
pub(crate) struct EditionContext<'edition> {
    /// The edition.
    pub(crate) edition: &'edition Edition,
    /// Its runbooks, judged.
    pub(crate) runbooks: &'edition [JudgedRunbook],
    /// What history tells.
    pub(crate) past: &'edition Past,
}

impl<'edition> Context<'edition> {
    /// The references that came out like this, with their outcome.
    pub(crate) fn references_with(&self, status: Status) -> impl Iterator<Item = (&'edition Reference, &'edition Resolution)> {
        let pairs = self.runbook.runbook.references.iter().zip(self.resolutions);
        pairs.filter(move |(_, resolution)| resolution.status == status)
    }

    /// A finding about a reference, as the rule would have it; the message is still empty.
    pub(crate) fn about(&self, rule: &RuleText, reference: &Reference) -> Finding {
        Finding {
            reference: Some(reference.text.clone()),
            ..self.finding(rule, Some(reference.span))
        }
    }

    /// A finding about a reference that leads nowhere, with what is there in its place.
    pub(crate) fn missing(&self, rule: &RuleText, reference: &Reference, resolution: &Resolution, message: String) -> Finding {
        Finding {
            message,
            help: resolution.suggestion.as_ref().map(|right| format!("there is `{right}`")),
            suggestion: resolution.suggestion.clone(),
            ..self.about(rule, reference)
        }
    }

    /// A fix that writes other words in place of some words that stand at a place of the runbook; none where they do not stand there
    /// as they are.
    pub(crate) fn rewrite(&self, span: Span, from: &str, to: &str, safety: Safety) -> Option<Fix> {
        let runbook = &self.runbook.runbook;
        let at = span.start as usize + span.of(&runbook.text).find(from)?;
        let span = Span::new(at, at + from.len());
        Some(Fix {
            safety,
            message: format!("write `{}`", to.trim()),
            edits: vec![self.edit(span, to)],
        })
    }

    /// The edit that puts words in place of a span of the runbook.
    pub(crate) fn edit(&self, span: Span, replacement: &str) -> Edit {
        Edit {
            path: self.runbook.path.clone(),
            span,
            place: self.runbook.runbook.place(span),
            replacement: replacement.to_owned(),
        }
    }

    /// A finding about some words of the runbook, or about the runbook as a whole; the message is still empty.
    pub(crate) fn finding(&self, rule: &RuleText, span: Option<Span>) -> Finding {
        Finding {
            place: span.map(|span| self.runbook.runbook.place(span)),
            span,
            ..Finding::of(rule, &self.runbook.path)
        }
    }
}

/// Gives findings the level that the settings give their rules, and removes those that are off. Findings that were made elsewhere
/// pass through here as well.
pub(crate) fn apply_levels(config: &Config, findings: &mut Vec<Finding>) {
    findings.retain_mut(|finding| {
        let severity = match config.rules.get(finding.rule) {
            None => return true,
            Some(Level::Off) => return false,
            Some(Level::Info) => Severity::Info,
            Some(Level::Warning) => Severity::Warning,
            Some(Level::Error) => Severity::Error,
        };
        finding.severity = severity;
        true
    });
}

/// Whether the settings let a rule report.
pub(crate) fn is_on(config: &Config, id: &str) -> bool {
    config.rules.get(id) != Some(&Level::Off)
}
