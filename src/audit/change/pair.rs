//! A change as rules see it: the runbooks, each with the one that it was.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::audit::change::matching::Matches;
use crate::audit::clock::is_of_clock;
use crate::audit::due;
use crate::model::difference::TreeDifference;
use crate::model::edition::{Edition, EditionRunbook, FileText};
use crate::model::finding::{Finding, RuleText};
use crate::model::handbook::JudgedRunbook;
use crate::model::place::Span;
use crate::model::reference::{Reference, Resolution, Status};

/// A change, as rules see it.
pub(crate) struct ChangeContext<'change> {
    /// The product before the change. It holds the runbooks that are compared, not all of them.
    pub(crate) base: &'change Edition,
    /// The product with the change.
    pub(crate) head: &'change Edition,
    /// The runbooks with the change, each with the one that it was.
    pub(crate) pairs: &'change [Pair<'change>],
    /// The files that differ.
    pub(crate) difference: &'change TreeDifference,
    /// The fingerprints of whole files that differ, by path, before and with the change. A file that could not be read is not here, and counts
    /// as changed.
    pub(crate) texts: &'change HashMap<String, (FileText, FileText)>,
    /// Files that so many commits change that a change of one of them says nothing.
    pub(crate) churning: &'change BTreeSet<String>,
    /// The runbooks of which a commit of the change says that they were reviewed.
    pub(crate) confirmed: &'change BTreeSet<String>,
}

/// A runbook with a change, and before it.
pub(crate) struct Pair<'change> {
    /// The runbook with the change, judged.
    pub(crate) judged: &'change JudgedRunbook,
    /// The same runbook before; none when it is new.
    pub(crate) before: Option<Before<'change>>,
    /// Whether the two texts say the same, apart from form, dates and stamps.
    pub(crate) says_the_same: bool,
}

/// A runbook before a change.
pub(crate) struct Before<'change> {
    /// The runbook.
    pub(crate) runbook: &'change EditionRunbook,
    /// The outcome for each of its references, in the tree before the change.
    pub(crate) resolutions: &'change [Resolution],
    /// Which of its references each reference of the runbook with the change is.
    pub(crate) matches: Matches,
}

impl<'change> Pair<'change> {
    /// A runbook with the one that it was.
    pub(crate) fn new(judged: &'change JudgedRunbook, before: Option<(&'change EditionRunbook, &'change [Resolution])>) -> Self {
        let before = before.map(|(runbook, resolutions)| Before {
            runbook,
            resolutions,
            matches: Matches::of(&runbook.runbook, &judged.runbook.runbook),
        });
        let says_the_same = before
            .as_ref()
            .is_some_and(|before| before.runbook.content == judged.runbook.content);
        Self {
            judged,
            before,
            says_the_same,
        }
    }

    /// The path with the change.
    pub(crate) fn path(&self) -> &'change str {
        &self.judged.runbook.path
    }

    /// The references with their outcomes before (none for a reference that the change adds) and with the change.
    pub(crate) fn references(
        &self,
    ) -> impl Iterator<Item = (&'change Reference, Option<&'change Resolution>, &'change Resolution)> + '_ {
        let references = self.judged.runbook.runbook.references.iter().zip(&self.judged.resolutions);
        references.enumerate().map(|(index, (reference, now))| {
            let before = self
                .before
                .as_ref()
                .and_then(|before| before.resolutions.get(before.matches.earlier(index)?));
            (reference, before, now)
        })
    }

    /// What a rule says about a reference with the change; none when no rule does, because the settings switch it off or the runbook is
    /// kept for the record.
    pub(crate) fn finding_about(&self, reference: &Reference) -> Option<&'change Finding> {
        let findings = self.judged.findings.iter();
        findings
            .filter(|finding| finding.span == Some(reference.span) && !is_of_clock(finding.rule))
            .max_by_key(|finding| (finding.severity, finding.confidence))
    }

    /// A finding about a reference, as the rule would have it; the message is still empty.
    pub(crate) fn about(&self, rule: &RuleText, reference: &Reference) -> Finding {
        Finding {
            place: Some(self.judged.runbook.runbook.place(reference.span)),
            span: Some(reference.span),
            reference: Some(reference.text.clone()),
            ..Finding::of(rule, self.path())
        }
    }

    /// Whether the change touches the text of the runbook or moves it.
    pub(super) fn is_touched(&self) -> bool {
        let now = &self.judged.runbook;
        self.before
            .as_ref()
            .is_none_or(|before| (before.runbook.content, &before.runbook.path) != (now.content, &now.path))
    }

    /// The spans of the references that are not there.
    pub(crate) fn broken_spans(&self) -> HashSet<Span> {
        let references = self.judged.runbook.runbook.references.iter().zip(&self.judged.resolutions);
        let broken = references.filter(|(_, resolution)| resolution.status == Status::Broken);
        broken.map(|(reference, _)| reference.span).collect()
    }
}

/// Whether the runbook says that it is kept for the record only.
pub(crate) fn is_archived(pair: &Pair<'_>) -> bool {
    due::is_archived(&pair.judged.runbook.runbook)
}
