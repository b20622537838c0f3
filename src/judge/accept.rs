//! What was accepted of the findings of a run: the ignores, the waivers and the baseline, joined.

use crate::audit;
use crate::audit::suppress::{baseline as in_baseline, waivers};
use crate::config::baseline::{self, Baseline};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::scope::Judged;
use crate::model::finding::{Finding, SuppressionKind};
use crate::model::history::Completeness;

/// Which baseline to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<'a> {
    /// The one at the root, where it is there.
    Usual,
    /// This file, which must be there; counted from the root of the repository.
    File(&'a str),
    /// None.
    Nothing,
}

/// How much a run judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every runbook, as it is.
    Whole,
    /// Some files, or a change.
    Part,
}

/// What was accepted, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// By comments, by waivers, by the baseline.
    counts: [usize; 3],
    /// Entries of the baseline that no longer occur.
    gone: usize,
}

/// The baseline that was chosen.
pub(crate) fn baseline(context: &Context, choice: Choice<'_>) -> Result<Option<Baseline>> {
    let (name, is_needed) = match choice {
        Choice::Nothing => return Ok(None),
        Choice::Usual => (baseline::FILE, false),
        Choice::File(name) => (name, true),
    };
    match context.root_file(name)? {
        Some(text) => baseline::read(&text, name).map(Some),
        None if is_needed => {
            let error = Error::usage(format!("there is no baseline `{name}`"));
            Err(error.with_help("`runproof baseline write` makes one"))
        }
        None => Ok(None),
    }
}

/// Marks everything in a judgement that somebody accepted, and adds what is wrong with the waivers.
pub(crate) fn accept(context: &Context, judged: &mut Judged, extent: Extent, baseline: Option<&Baseline>) -> Accepted {
    let (today, config) = (context.today, &context.config);
    // What rests on history is not found in a clone that is cut short, and is no less there.
    let is_whole = extent == Extent::Whole && context.completeness() != Completeness::Shallow;
    for runbook in &mut judged.runbooks {
        audit::accept(&runbook.runbook, &mut runbook.findings, today, &context.waivers);
    }
    waivers::accept(&context.waivers, &mut judged.findings, today);
    let all: Vec<Finding> = all(judged).cloned().collect();
    let whole = is_whole.then_some(all.as_slice());
    let about_waivers = waivers::check(&context.waivers, whole, today, config);
    if is_whole {
        judged.findings.extend(about_waivers);
    } else {
        // What is over counts again in every run, so every run says why.
        let expired = about_waivers.into_iter().filter(|finding| finding.rule == "waiver-expired");
        judged.findings.extend(expired);
    }
    let mut accepted = Accepted::default();
    if let Some(baseline) = baseline {
        let of_runbooks = judged.runbooks.iter_mut().flat_map(|runbook| &mut runbook.findings);
        let mut findings: Vec<&mut Finding> = of_runbooks.chain(&mut judged.findings).collect();
        let gone = in_baseline::accept(baseline, &mut findings).len();
        accepted.gone = if is_whole { gone } else { 0 };
    }
    for finding in self::all(judged) {
        match finding.suppression.as_ref().map(|why| why.kind) {
            Some(SuppressionKind::Ignore) => accepted.counts[0] += 1,
            Some(SuppressionKind::Waiver) => accepted.counts[1] += 1,
            Some(SuppressionKind::Baseline) => accepted.counts[2] += 1,
            None => {}
        }
    }
    accepted
}

/// Every finding of a judgement, of runbooks first.
pub(crate) fn all(judged: &Judged) -> impl Iterator<Item = &Finding> {
    let of_runbooks = judged.runbooks.iter().flat_map(|runbook| &runbook.findings);
    of_runbooks.chain(&judged.findings)
}

impl Accepted {
    /// What was accepted, in words; empty when nothing was.
    pub(crate) fn words(&self) -> String {
        let total: usize = self.counts.iter().sum();
        let mut words = String::new();
        if total > 0 {
            let kinds = self.counts.iter().zip(["ignored", "waived", "baseline"]);
            let kinds: Vec<String> = kinds
                .filter(|(count, _)| **count > 0)
                .map(|(count, kind)| format!("{count} {kind}"))
                .collect();
            words.push_str(&format!("{} accepted ({})\n", count(total, "finding"), kinds.join(", ")));
        }
        if self.gone > 0 {
            let verb = if self.gone == 1 { "is" } else { "are" };
            words.push_str(&format!(
                "{} of the baseline {verb} no longer needed; `runproof baseline prune` removes what was mended\n",
                count_of(self.gone)
            ));
        }
        words
    }
}

fn count_of(number: usize) -> String {
    if number == 1 {
        "1 entry".to_owned()
    } else {
        format!("{number} entries")
    }
}

/// A number with its noun.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::Accepted;

    #[test]
    fn what_was_accepted_is_counted_by_kind() {
        assert_eq!(Accepted::default().words(), "");
        let accepted = Accepted {
            counts: [1, 0, 2],
            gone: 1,
        };
        assert_eq!(
            accepted.words(),
            "3 findings accepted (1 ignored, 2 baseline)\n1 entry of the baseline is no longer needed; `runproof baseline prune` removes what was mended\n"
        );
    }
}
