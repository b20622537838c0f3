//! The state of a runbook: truth, evidence and clock, never blended into one score. The state is the worst of the three, and its
//! sentence says which.

use std::collections::HashSet;

use crate::audit::due::{Clock, counted, is_archived};
use crate::audit::duties;
use crate::audit::evidence::{self, DUE_WEIGHT, Drift, STALE_WEIGHT};
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::freshness::{Freshness, Reason, ReferenceCounts, ReviewSource, Signal, State};
use crate::model::place::Span;
use crate::model::reference::{Reference, Resolution, Status};

/// The judgement on one runbook, from its clock, what drifted, its outcomes and its findings.
pub(crate) fn judge(
    runbook: &EditionRunbook,
    clock: &Clock,
    drifts: &[Drift<'_>],
    resolutions: &[Resolution],
    findings: &[Finding],
) -> Freshness {
    let mut reasons = Vec::new();
    let (state, reason) = if is_archived(&runbook.runbook) {
        (
            State::Unknown,
            "The text says that it is kept for the record, so it is not judged.".to_owned(),
        )
    } else {
        reasons = self::reasons(runbook, clock, drifts, resolutions, findings);
        // Of equal states the first to name is truth, then evidence, then the clock.
        let signals = [
            unchecked(resolutions),
            evidence(drifts),
            truth(runbook, resolutions, findings),
        ];
        let others = signals.into_iter().flatten();
        others.fold(time(clock), |worst, signal| if signal.0 >= worst.0 { signal } else { worst })
    };
    Freshness {
        state,
        reason,
        reasons,
        reviewed: clock.review.clone(),
        // What is kept for the record is reviewed by nobody.
        due: clock.due.filter(|_| !is_archived(&runbook.runbook)),
        counts: counts(resolutions),
        duties: duties::duties(&runbook.runbook),
    }
}

/// Everything that speaks against a runbook, the worst first; what was looked at without counting comes last.
fn reasons(
    runbook: &EditionRunbook,
    clock: &Clock,
    drifts: &[Drift<'_>],
    resolutions: &[Resolution],
    findings: &[Finding],
) -> Vec<Reason> {
    let certain: HashSet<Span> = findings
        .iter()
        .filter(|finding| is_sure(finding))
        .filter_map(|finding| finding.span)
        .collect();
    let mut reasons = Vec::new();
    let accepted = accepted(findings);
    let pairs = runbook.runbook.references.iter().zip(resolutions);
    let is_open = |reference: &Reference| !accepted.contains(&reference.span);
    for (reference, resolution) in
        pairs.filter(|(reference, resolution)| resolution.status == Status::Broken && is_open(reference))
    {
        let is_certain = certain.contains(&reference.span);
        reasons.push(Reason {
            signal: Signal::Truth,
            state: if is_certain { State::Broken } else { State::Stale },
            words: format!("`{}` is not there: {}", reference.text, resolution.reason),
            place: Some(runbook.runbook.place(reference.span)),
            target: resolution.expected.clone(),
            weight: 0,
        });
    }
    for drift in drifts {
        let silent = drift.silent.map(|why| format!(" (not counted: {why})")).unwrap_or_default();
        reasons.push(Reason {
            signal: Signal::Evidence,
            state: match drift.weight {
                STALE_WEIGHT.. => State::Stale,
                DUE_WEIGHT.. => State::Due,
                _ => State::Fresh,
            },
            words: format!("{}{silent}", evidence::words(drift, "")),
            place: Some(runbook.runbook.place(drift.reference.span)),
            target: Some(drift.unit.target.to_owned()),
            weight: drift.weight,
        });
    }
    let (state, words) = time(clock);
    reasons.push(Reason {
        signal: Signal::Clock,
        state,
        words: words.trim_end_matches('.').to_owned(),
        place: None,
        target: None,
        weight: 0,
    });
    reasons.sort_by_key(|reason| {
        (
            std::cmp::Reverse(reason.state),
            reason.signal,
            std::cmp::Reverse(reason.weight),
        )
    });
    reasons
}

/// How the references came out.
fn counts(resolutions: &[Resolution]) -> ReferenceCounts {
    let count = |status| resolutions.iter().filter(|resolution| resolution.status == status).count() as u32;
    let is_changed = |resolution: &&Resolution| resolution.changed_since_review == Some(true);
    ReferenceCounts {
        resolved: count(Status::Resolved),
        broken: count(Status::Broken),
        unverifiable: count(Status::Unverifiable),
        ignored: count(Status::Ignored),
        changed: resolutions.iter().filter(is_changed).count() as u32,
    }
}

/// What is wrong now. Only what a rule is sure about breaks a runbook; the rest makes it stale.
fn truth(runbook: &EditionRunbook, resolutions: &[Resolution], findings: &[Finding]) -> Option<(State, String)> {
    let pairs = runbook.runbook.references.iter().zip(resolutions);
    let accepted = accepted(findings);
    let mut broken: Vec<&str> = Vec::new();
    let mut spans = HashSet::new();
    let mut all = 0_u32;
    let is_open = |reference: &Reference| !accepted.contains(&reference.span);
    for (reference, _) in pairs.filter(|(reference, resolution)| resolution.status == Status::Broken && is_open(reference)) {
        spans.insert(reference.span);
        all += 1;
        if !broken.contains(&reference.text.as_str()) && broken.len() < 3 {
            broken.push(&reference.text);
        }
    }
    if all == 0 {
        return None;
    }
    let names: Vec<String> = broken.iter().map(|words| format!("`{words}`")).collect();
    let more = if all as usize > names.len() { " and others" } else { "" };
    let verb = if all == 1 { "is" } else { "are" };
    let reason = format!(
        "{} {verb} not there: {}{more}.",
        counted(i64::from(all), "reference"),
        names.join(", ")
    );
    let is_certain = |finding: &Finding| is_sure(finding) && finding.span.is_some_and(|span| spans.contains(&span));
    let state = if findings.iter().any(is_certain) {
        State::Broken
    } else {
        State::Stale
    };
    Some((state, reason))
}

/// That nothing was checked: a text that names something, of which nothing could be looked up, is not known to be true.
fn unchecked(resolutions: &[Resolution]) -> Option<(State, String)> {
    let counts = counts(resolutions);
    let is_unchecked = counts.resolved == 0 && counts.broken == 0;
    is_unchecked.then(|| {
        let reason = match counts.unverifiable {
            0 => "The text names nothing that can be looked up here.".to_owned(),
            1 => "The one thing that the text names cannot be looked up here.".to_owned(),
            many => format!("The text names {many} things, and none of them can be looked up here."),
        };
        (State::NotChecked, reason)
    })
}

/// What changed since the last review, by weight.
fn evidence(drifts: &[Drift<'_>]) -> Option<(State, String)> {
    let weight: u32 = drifts.iter().map(|drift| drift.weight).sum();
    let state = match weight {
        STALE_WEIGHT.. => State::Stale,
        DUE_WEIGHT.. => State::Due,
        _ => return None,
    };
    let names: Vec<String> = drifts
        .iter()
        .filter(|drift| drift.weight > 0)
        .map(|drift| {
            if drift.what.is_empty() {
                format!("`{}`", drift.unit.words)
            } else {
                format!("`{}` ({})", drift.unit.words, drift.what)
            }
        })
        .collect();
    let more = if names.len() > 3 { " and others" } else { "" };
    Some((
        state,
        format!(
            "Changed since the last review: {}{more}.",
            names[..names.len().min(3)].join(", ")
        ),
    ))
}

/// Whether a finding by itself says that the runbook cannot be followed.
fn is_sure(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.confidence == Confidence::High && finding.suppression.is_none()
}

/// The references that somebody accepted as they are: every finding about them is accepted.
fn accepted(findings: &[Finding]) -> HashSet<Span> {
    let spans = |is_accepted: bool| {
        let findings = findings
            .iter()
            .filter(move |finding| finding.suppression.is_some() == is_accepted);
        findings.filter_map(|finding| finding.span).collect::<HashSet<Span>>()
    };
    let open = spans(false);
    spans(true).into_iter().filter(|span| !open.contains(span)).collect()
}

/// What the clock says.
fn time(clock: &Clock) -> (State, String) {
    let confirmed = clock.review.as_ref().map(|review| match review.source {
        ReviewSource::Stamp | ReviewSource::Declared => format!("Reviewed on {}", review.on),
        ReviewSource::Trailer => format!("Reviewed on {}, by the word of a commit", review.on),
        ReviewSource::Updated => format!("Updated on {}, by its own word", review.on),
        ReviewSource::Commit => format!("Last edited on {}", review.on),
    });
    if let Some(review) = clock.review.as_ref().filter(|review| review.source == ReviewSource::Commit) {
        // That somebody wrote it does not say that it works.
        let reason = format!("Nobody has confirmed it; last edited on {}.", review.on);
        return (State::NotReviewed, reason);
    }
    let confirmed = confirmed.unwrap_or_else(|| "No review date".to_owned());
    let Some(due) = clock.due else {
        let reason = "No review date, and no history that tells when the text was last edited.";
        return (State::Unknown, reason.to_owned());
    };
    if let Some(days) = clock.overdue_days() {
        let reason = format!("{confirmed}; the next review was due on {due}, {} ago.", counted(days, "day"));
        return (State::Stale, reason);
    }
    match clock.days_left() {
        Some(0) => (State::Due, format!("{confirmed}; the next review is due today.")),
        Some(days) => (
            State::Due,
            format!("{confirmed}; the next review is due on {due}, in {}.", counted(days, "day")),
        ),
        None => (State::Fresh, format!("{confirmed}; the next review is due on {due}.")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::audit::reviewed::{confirm_commit, is_future};
    use crate::audit::testing::{Fixture, changed, commit, day, inline, make, makefile, tree};
    use crate::model::freshness::{ReviewSource, State};
    use crate::model::history::Completeness;
    use crate::model::runbook::Runbook;

    fn review(fixture: &Fixture) -> Option<(NaiveDate, ReviewSource)> {
        fixture.judged().freshness.reviewed.map(|review| (review.on, review.source))
    }

    #[test]
    fn a_declared_review_wins_over_edits() {
        let fixture = tree(&[])
            .reviewed("2026-01-10")
            .updated("2026-03-01")
            .touched("a", "2026-05-01");
        assert_eq!(review(&fixture), Some((day("2026-01-10"), ReviewSource::Declared)));
    }

    #[test]
    fn the_date_of_an_update_is_capped_at_the_last_commit() {
        let fixture = tree(&[]).updated("2026-03-01").touched("a", "2026-02-01");
        assert_eq!(review(&fixture), Some((day("2026-02-01"), ReviewSource::Updated)));
        let fixture = tree(&[]).updated("2026-03-01").touched("a", "2026-05-01");
        assert_eq!(review(&fixture), Some((day("2026-03-01"), ReviewSource::Updated)));
    }

    #[test]
    fn the_last_commit_counts_as_an_edit() {
        let fixture = tree(&[]).touched("b", "2026-05-01").touched("a", "2026-02-01");
        assert_eq!(review(&fixture), Some((day("2026-05-01"), ReviewSource::Commit)));
    }

    #[test]
    fn unknown_is_not_fresh() {
        let mut fixture = tree(&[]);
        fixture.past.history.completeness = Completeness::None;
        assert_eq!(
            fixture.state(),
            (
                State::Unknown,
                "No review date, and no history that tells when the text was last edited.".to_owned()
            )
        );
    }

    #[test]
    fn the_clock_goes_from_fresh_to_due_to_stale() {
        let of = |date| tree(&["src/x.py"]).reviewed(date).naming(inline("src/x.py")).state();
        assert_eq!(
            of("2025-12-01"),
            (
                State::Fresh,
                "Reviewed on 2025-12-01; the next review is due on 2026-12-01.".to_owned()
            )
        );
        assert_eq!(
            of("2025-06-20"),
            (
                State::Due,
                "Reviewed on 2025-06-20; the next review is due on 2026-06-20, in 5 days.".to_owned()
            )
        );
        assert_eq!(
            of("2025-06-15"),
            (State::Due, "Reviewed on 2025-06-15; the next review is due today.".to_owned())
        );
        assert_eq!(
            of("2025-06-14"),
            (
                State::Stale,
                "Reviewed on 2025-06-14; the next review was due on 2026-06-14, 1 day ago.".to_owned()
            )
        );
    }

    #[test]
    fn what_nobody_reviewed_or_checked_is_not_fresh() {
        let named = |fixture: Fixture| fixture.naming(inline("src/x.py"));
        for (day, words) in [("2026-06-01", "2026-06-01"), ("2016-06-01", "2016-06-01")] {
            assert_eq!(
                named(tree(&["src/x.py"]).touched("a", day)).state(),
                (
                    State::NotReviewed,
                    format!("Nobody has confirmed it; last edited on {words}.")
                ),
                "an edit is no review, however long ago"
            );
        }
        assert_eq!(
            tree(&[]).reviewed("2026-06-01").state(),
            (
                State::NotChecked,
                "The text names nothing that can be looked up here.".to_owned()
            )
        );
        assert_eq!(named(tree(&["src/x.py"]).reviewed("2026-06-01")).state().0, State::Fresh);
        assert_eq!(
            tree(&[]).reviewed("2025-06-01").state().0,
            State::Stale,
            "overdue weighs more than not checked"
        );
    }

    #[test]
    fn the_states_are_listed_from_the_worst_to_the_best() {
        assert!(State::WORST_FIRST.is_sorted_by(|one, two| one > two));
        assert_eq!(State::WORST_FIRST.last(), Some(&State::Fresh));
    }

    #[test]
    fn a_reference_that_is_certainly_gone_breaks_a_runbook() {
        let fixture = tree(&["src/x.py"])
            .reviewed("2026-06-01")
            .with(makefile("Makefile", &["check"]));
        assert_eq!(
            fixture.clone().naming(make("gone", "")).naming(inline("src/gone.py")).state(),
            (
                State::Broken,
                "2 references are not there: `make gone`, `src/gone.py`.".to_owned()
            )
        );
        assert_eq!(
            fixture.naming(inline("src/gone")).state(),
            (State::Stale, "1 reference is not there: `src/gone`.".to_owned())
        );
    }

    #[test]
    fn an_archived_runbook_is_not_judged() {
        let fixture = tree(&["src/x.py"])
            .status("Historical (superseded)")
            .naming(inline("src/gone.py"));
        assert_eq!(fixture.state().0, State::Unknown);
        assert!(fixture.judged().findings.is_empty());
    }

    #[test]
    fn changed_files_make_a_runbook_due_and_many_make_it_stale() {
        assert_eq!(
            changed(&["src/a.py"]).state(),
            (State::Due, "Changed since the last review: `src/a.py`.".to_owned())
        );
        assert_eq!(changed(&["src/a.py", "src/b.py", "src/c.py"]).state().0, State::Stale);
    }

    #[test]
    fn documents_changelogs_and_lock_files_do_not_weigh() {
        let fixture = changed(&["docs/other.md", "CHANGELOG.md", "package-lock.json", "Cargo.lock"]);
        assert_eq!(fixture.state().0, State::Fresh);
        let changes: Vec<Option<bool>> = fixture.resolutions_marked();
        assert_eq!(changes, [Some(true), Some(false), Some(false), Some(false)]);
    }

    #[test]
    fn the_commit_of_the_review_is_the_newest_one_up_to_its_day() {
        let commits = [
            commit("c", "2026-05-01"),
            commit("b", "2026-03-02"),
            commit("a", "2026-01-01"),
        ];
        let confirmed = |fixture: Fixture| {
            let confirmed = confirm_commit(&fixture.runbook, &commits, day("2026-06-15"));
            confirmed.map(|commit| commit.id.clone()).unwrap_or_default()
        };
        assert_eq!(confirmed(tree(&[]).reviewed("2026-03-01")), "b", "a day of grace");
        assert_eq!(confirmed(tree(&[]).reviewed("2026-02-28")), "a");
        assert_eq!(
            confirmed(tree(&[]).reviewed("2025-01-01")),
            "a",
            "the text came with its date from elsewhere"
        );
        assert_eq!(confirmed(tree(&[]).updated("2026-03-05")), "b");
        assert_eq!(confirmed(tree(&[])), "c", "without a claim the last commit");
        assert_eq!(confirmed(tree(&[]).reviewed("2027-01-01")), "c", "a future date is no claim");
        assert!(confirm_commit(&Runbook::default(), &[], day("2026-06-15")).is_none());
    }

    #[test]
    fn days_at_the_end_of_time_do_no_harm() {
        assert!(!is_future(NaiveDate::MAX, NaiveDate::MAX));
        assert_eq!(tree(&[]).reviewed("0001-01-01").state().0, State::Stale);
    }
}
