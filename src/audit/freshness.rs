//! The state of a runbook: truth, evidence and clock, never blended into one score. The state is the worst of the three, and its
//! sentence says which.

use std::collections::{HashMap, HashSet};

use crate::audit::clock::is_of_clock;
use crate::audit::due::{Clock, counted, is_archived};
use crate::audit::duties;
use crate::audit::evidence::{self, DUE_WEIGHT, Drift, STALE_WEIGHT};
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Confidence, Finding, Severity, Suppression, SuppressionKind};
use crate::model::freshness::{Freshness, Reason, ReferenceCounts, ReviewSource, Signal, State};
use crate::model::place::Span;
use crate::model::reference::{Reference, Resolution, Status};
use crate::model::runbook::Runbook;

/// Rules whose errors, where the settings make them such, tell of a change or of what is not known, and not that the text is wrong.
const OTHER_QUESTIONS: &[&str] = &["source-drifted", "unused-ignore", "unverifiable-reference"];

/// The judgement on one runbook, from its clock, what drifted, its outcomes and its findings.
pub(crate) fn judge(
    runbook: &EditionRunbook,
    clock: &Clock,
    drifts: &[Drift<'_>],
    resolutions: &[Resolution],
    findings: &[Finding],
) -> Freshness {
    let counts = counts(runbook, resolutions, findings);
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
            unchecked(&counts),
            unread(&runbook.runbook),
            evidence(drifts),
            waived(runbook, resolutions, findings),
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
        counts,
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
    let is_open = |reference: &Reference| !accepted.contains_key(&reference.span);
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
    reasons.extend(faults(runbook, resolutions, findings).map(|finding| Reason {
        signal: Signal::Truth,
        state: State::Broken,
        words: finding.message.clone(),
        place: finding.place,
        target: None,
        weight: 0,
    }));
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
fn counts(runbook: &EditionRunbook, resolutions: &[Resolution], findings: &[Finding]) -> ReferenceCounts {
    let accepted = accepted(findings);
    let count = |status| resolutions.iter().filter(|resolution| resolution.status == status).count() as u32;
    let is_changed = |resolution: &&Resolution| resolution.changed_since_review == Some(true);
    let is_accepted = |reference: &&Reference| accepted.contains_key(&reference.span);
    ReferenceCounts {
        resolved: count(Status::Resolved),
        broken: count(Status::Broken),
        accepted: broken(runbook, resolutions).filter(is_accepted).count() as u32,
        unverifiable: count(Status::Unverifiable),
        ignored: count(Status::Ignored),
        changed: resolutions.iter().filter(is_changed).count() as u32,
    }
}

/// The references that are not there.
fn broken<'runbook>(
    runbook: &'runbook EditionRunbook,
    resolutions: &'runbook [Resolution],
) -> impl Iterator<Item = &'runbook Reference> {
    let pairs = runbook.runbook.references.iter().zip(resolutions);
    let broken = pairs.filter(|(_, resolution)| resolution.status == Status::Broken);
    broken.map(|(reference, _)| reference)
}

/// What is wrong now. Only what a rule is sure about breaks a runbook; the rest makes it stale.
fn truth(runbook: &EditionRunbook, resolutions: &[Resolution], findings: &[Finding]) -> Option<(State, String)> {
    let accepted = accepted(findings);
    let is_open = |reference: &&Reference| !accepted.contains_key(&reference.span);
    let open: Vec<&Reference> = broken(runbook, resolutions).filter(is_open).collect();
    let spans: HashSet<Span> = open.iter().map(|reference| reference.span).collect();
    let is_certain = |finding: &Finding| is_sure(finding) && finding.span.is_some_and(|span| spans.contains(&span));
    let is_broken = findings.iter().any(is_certain);
    if !is_broken && let Some(fault) = faults(runbook, resolutions, findings).next() {
        let others = faults(runbook, resolutions, findings).count() - 1 + open.len();
        let more = match others {
            0 => String::new(),
            _ => format!(", and {} more", many(others, "fault")),
        };
        return Some((State::Broken, format!("{}{more}.", fault.message)));
    }
    let state = if is_broken { State::Broken } else { State::Stale };
    (!open.is_empty()).then(|| (state, format!("{}.", not_there(&open))))
}

/// What somebody accepts until a day, or for now. It is not there all the same, so the runbook is not good.
fn waived(runbook: &EditionRunbook, resolutions: &[Resolution], findings: &[Finding]) -> Option<(State, String)> {
    let accepted = accepted(findings);
    let suppression = |reference: &Reference| {
        let suppression = accepted.get(&reference.span)?;
        (suppression.kind != SuppressionKind::Ignore).then_some(*suppression)
    };
    let waived: Vec<&Reference> = broken(runbook, resolutions)
        .filter(|reference| suppression(reference).is_some())
        .collect();
    let first = suppression(waived.first()?)?;
    let until = first.until.map(|day| format!(" until {day}")).unwrap_or_default();
    Some((State::Due, format!("Accepted{until}: {}.", not_there(&waived))))
}

fn many(number: usize, noun: &str) -> String {
    counted(i64::try_from(number).unwrap_or(i64::MAX), noun)
}

/// That references are not there, with the first of them.
fn not_there(references: &[&Reference]) -> String {
    let mut names: Vec<String> = Vec::new();
    for reference in references {
        let name = format!("`{}`", reference.text);
        if names.len() < 3 && !names.contains(&name) {
            names.push(name);
        }
    }
    let more = if references.len() > names.len() { " and others" } else { "" };
    let verb = if references.len() == 1 { "is" } else { "are" };
    format!(
        "{} {verb} not there: {}{more}",
        many(references.len(), "reference"),
        names.join(", ")
    )
}

/// What is certainly wrong with the words of the text itself, apart from references that are not there: a script that nobody may run, a
/// command that is not what it looks like.
fn faults<'judged>(
    runbook: &EditionRunbook,
    resolutions: &[Resolution],
    findings: &'judged [Finding],
) -> impl Iterator<Item = &'judged Finding> {
    let spans: HashSet<Span> = broken(runbook, resolutions).map(|reference| reference.span).collect();
    let is_other = move |finding: &&Finding| finding.span.is_some_and(|span| !spans.contains(&span));
    findings.iter().filter(|finding| breaks(finding)).filter(is_other)
}

/// Whether a finding by itself says that the text cannot be followed as it is written.
pub(crate) fn breaks(finding: &Finding) -> bool {
    let is_of_text = !is_of_clock(finding.rule) && !OTHER_QUESTIONS.contains(&finding.rule);
    is_of_text && is_sure(finding) && finding.span.is_some()
}

/// That nothing was checked: a text that names something, of which nothing could be looked up, is not known to be true.
fn unchecked(counts: &ReferenceCounts) -> Option<(State, String)> {
    let is_unchecked = counts.resolved == 0 && counts.broken == counts.accepted;
    is_unchecked.then(|| {
        let reason = match (counts.accepted, counts.unverifiable) {
            (1.., _) => "Nothing that the text names is there; what is not was accepted as it is.".to_owned(),
            (0, 0) => "The text names nothing that can be looked up here.".to_owned(),
            (0, 1) => "The one thing that the text names cannot be looked up here.".to_owned(),
            (0, many) => format!("The text names {many} things, and none of them can be looked up here."),
        };
        (State::NotChecked, reason)
    })
}

/// That a text was not read whole: of the rest nobody knows whether it is true.
fn unread(runbook: &Runbook) -> Option<(State, String)> {
    let problem = runbook.unread().next()?;
    let reason = format!("The text was not read whole: {}.", problem.message);
    Some((State::NotChecked, reason))
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

/// Whether a finding is an error that its rule is sure of, and nobody accepted it.
fn is_sure(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.confidence == Confidence::High && finding.suppression.is_none()
}

/// The references that somebody accepted as they are, with how: every finding about them is accepted.
fn accepted(findings: &[Finding]) -> HashMap<Span, &Suppression> {
    let mut accepted: HashMap<Span, &Suppression> = HashMap::new();
    for finding in findings {
        if let (Some(span), Some(suppression)) = (finding.span, &finding.suppression) {
            // What was accepted for a while weighs more than what is right as it is.
            let known = accepted.entry(span).or_insert(suppression);
            if known.kind < suppression.kind {
                *known = suppression;
            }
        }
    }
    for finding in findings.iter().filter(|finding| finding.suppression.is_none()) {
        finding.span.map(|span| accepted.remove(&span));
    }
    accepted
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

    use super::judge;
    use crate::audit::due::clock;
    use crate::audit::reviewed::{confirm_commit, is_future};
    use crate::audit::testing::{Fixture, changed, commit, day, in_command, inline, make, makefile, tree};
    use crate::config::Config;
    use crate::model::finding::{Suppression, SuppressionKind};
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
    fn an_error_about_the_words_of_the_text_breaks_a_runbook() {
        let running = |command: &str| {
            tree(&["scripts/undo.sh", "src/x.py"])
                .says(&format!("{command}\n"))
                .naming(in_command("scripts/undo.sh", ""))
                .reviewed("2026-06-01")
        };
        let words = "`scripts/undo.sh` is run directly, and git does not mark it as executable.";
        assert_eq!(
            running("scripts/undo.sh --all").state(),
            (State::Broken, words.to_owned()),
            "everything is there, and the step fails"
        );
        let both = running("scripts/undo.sh --all").naming(inline("src/gone"));
        assert_eq!(both.state().1, format!("{}, and 1 fault more.", words.trim_end_matches('.')));
        assert_eq!(running("bash scripts/undo.sh --all").state().0, State::Fresh);
        let state = running("bash scripts/undo.sh --all").reviewed("2027-06-01").state();
        assert_eq!(state.0, State::Unknown, "an error about a date is of the clock");
    }

    #[test]
    fn what_was_accepted_is_no_fault_but_not_good_for_ever() {
        let accepted = |kind: SuppressionKind| {
            let fixture = tree(&["src/x.py"])
                .reviewed("2026-06-01")
                .naming(inline("src/x.py"))
                .naming(inline("src/gone.py"));
            let mut judged = fixture.judged();
            for finding in &mut judged.findings {
                finding.suppression = Some(Suppression {
                    kind,
                    reason: "made by step 3".to_owned(),
                    owner: None,
                    until: Some(day("2026-12-31")),
                });
            }
            let clock = clock(&judged.runbook, &fixture.past, &Config::default());
            judge(&judged.runbook, &clock, &[], &judged.resolutions, &judged.findings)
        };
        let ignored = accepted(SuppressionKind::Ignore);
        assert_eq!(ignored.state, State::Fresh, "its author says that it is right as it is");
        assert_eq!((ignored.counts.broken, ignored.counts.accepted), (1, 1));
        let waived = accepted(SuppressionKind::Waiver);
        assert_eq!(
            (waived.state, waived.reason.as_str()),
            (
                State::Due,
                "Accepted until 2026-12-31: 1 reference is not there: `src/gone.py`."
            )
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
