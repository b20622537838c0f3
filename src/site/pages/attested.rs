//! What people and machines attest of a release, as its page shows it: who agreed, the phases, and when somebody looked.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::model::attest::{Course, CourseStep};
use crate::model::evidence::{Content, Evidence};
use crate::model::release::Release;

/// The width of a strip, in its own units.
const WIDTH: i64 = 600;

/// Looks of one strip at most; more would be a line.
const MOST_MARKS: usize = 300;

/// What was attested.
#[derive(Default, Serialize)]
pub(super) struct Attested<'site> {
    /// Who agreed.
    signoffs: Vec<SignoffRow<'site>>,
    /// The phases.
    phases: Vec<PhaseRow<'site>>,
    /// When somebody looked, one for each file.
    looks: Vec<Looks<'site>>,
    /// What was done step by step, one for each list.
    courses: Vec<CourseFacts<'site>>,
}

#[derive(Serialize)]
struct CourseFacts<'site> {
    name: &'site str,
    gate: Option<&'site str>,
    /// The runbook that was followed.
    runbook: Option<&'site str>,
    /// How the text that was followed compares with that of the release.
    text: Option<TextOf>,
    by: &'site str,
    started: &'site str,
    rolled_back: &'site str,
    done: usize,
    /// Steps that do not apply, as somebody said.
    void: usize,
    steps: &'site [CourseStep],
    values: &'site [(String, String)],
}

/// How the text that was followed compares with that of the released commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum TextOf {
    /// It is the same.
    Release,
    /// It is another one.
    Another,
    /// The edition of the release is not in the handbook, or has no such runbook.
    Unknown,
}

#[derive(Serialize)]
struct SignoffRow<'site> {
    role: &'site str,
    decision: &'site str,
    at: &'site str,
    identity: &'site str,
    note: &'site str,
}

#[derive(Serialize)]
struct PhaseRow<'site> {
    track: &'site str,
    title: &'site str,
    state: &'site str,
    started: Option<&'site str>,
    finished: Option<&'site str>,
    by: &'site str,
    note: &'site str,
    /// Where it lies between the first moment and the last one, from 0 to the width; none without moments.
    bar: Option<Bar>,
}

#[derive(Clone, Copy, Serialize)]
struct Bar {
    x: i64,
    width: i64,
}

#[derive(Serialize)]
struct Looks<'site> {
    name: &'site str,
    count: usize,
    first: &'site str,
    last: &'site str,
    width: i64,
    marks: Vec<Mark>,
    breaches: usize,
}

#[derive(Serialize)]
struct Mark {
    x: i64,
    is_breach: bool,
}

impl Attested<'_> {
    /// Whether somebody agreed or did not.
    pub(super) fn has_signoffs(&self) -> bool {
        !self.signoffs.is_empty()
    }

    /// Whether there were phases.
    pub(super) fn has_phases(&self) -> bool {
        !self.phases.is_empty()
    }

    /// Whether somebody looked more than once.
    pub(super) fn has_looks(&self) -> bool {
        !self.looks.is_empty()
    }
}

/// What the records of a release attest. `text_at` tells the git blob id of a runbook in the edition of the release.
pub(super) fn attested(release: &Release, text_at: impl Fn(&str) -> Option<String>) -> Attested<'_> {
    let mut attested = Attested::default();
    for file in &release.evidence {
        match &file.artifact.content {
            Content::Signoffs(signoffs) => attested.signoffs.extend(signoffs.iter().map(|one| SignoffRow {
                role: &one.role,
                decision: &one.decision,
                at: &one.at,
                identity: &one.identity,
                note: &one.note,
            })),
            Content::Phases(phases) => {
                let moments = phases.iter().flat_map(|one| [&one.started, &one.finished]).flatten();
                let range = range(moments.filter_map(|text| at(text)));
                attested.phases.extend(phases.iter().map(|one| PhaseRow {
                    track: &one.track,
                    title: &one.title,
                    state: &one.state,
                    started: one.started.as_deref(),
                    finished: one.finished.as_deref(),
                    by: &one.by,
                    note: &one.note,
                    bar: range.and_then(|range| {
                        let from = place(at(one.started.as_deref().or(one.finished.as_deref())?)?, range);
                        let to = place(at(one.finished.as_deref().or(one.started.as_deref())?)?, range);
                        Some(Bar {
                            x: from,
                            width: (to - from).max(4),
                        })
                    }),
                }));
            }
            _ => {}
        }
        attested.looks.extend(looks(file));
        attested.courses.extend(
            file.artifact
                .course
                .as_ref()
                .map(|course| course_facts(file, course, &text_at)),
        );
    }
    attested
}

fn course_facts<'site>(
    file: &'site Evidence,
    course: &'site Course,
    text_at: &dyn Fn(&str) -> Option<String>,
) -> CourseFacts<'site> {
    CourseFacts {
        name: file.path.rsplit('/').next().unwrap_or(&file.path),
        gate: file.gate.as_deref(),
        runbook: course.runbook.as_ref().map(|(path, _)| path.as_str()),
        text: course.runbook.as_ref().map(|(path, text)| match text_at(path) {
            Some(released) if released == *text => TextOf::Release,
            Some(_) => TextOf::Another,
            None => TextOf::Unknown,
        }),
        by: &course.by,
        started: &course.started,
        rolled_back: &course.rolled_back,
        done: course.steps.iter().filter(|step| step.state == "done").count(),
        void: course.steps.iter().filter(|step| step.state == "not_applicable").count(),
        steps: &course.steps,
        values: &course.values,
    }
}

/// The looks of one file along the time between the first and the last one.
fn looks(file: &Evidence) -> Option<Looks<'_>> {
    let texts = &file.artifact.about.looks;
    // One look is no watch; its time stands beside its gate.
    let range = range(texts.iter().filter_map(|text| at(text))).filter(|(first, last)| first < last)?;
    let breaches: Vec<&str> = match &file.artifact.content {
        Content::Series(series) => {
            let bad = series.points.iter().filter(|point| point.is_breach == Some(true));
            bad.map(|point| point.at.as_str()).collect()
        }
        _ => Vec::new(),
    };
    let first = texts.iter().min_by_key(|text| at(text))?;
    let last = texts.iter().max_by_key(|text| at(text))?;
    let mut seen: Vec<i64> = Vec::new();
    let mut marks = Vec::new();
    for text in texts {
        let Some(x) = at(text).map(|at| place(at, range)) else {
            continue;
        };
        let is_breach = breaches.contains(&text.as_str());
        if marks.len() < MOST_MARKS && (is_breach || !seen.contains(&x)) {
            seen.push(x);
            marks.push(Mark { x, is_breach });
        }
    }
    Some(Looks {
        name: file.path.rsplit('/').next().unwrap_or(&file.path),
        count: texts.len(),
        first,
        last,
        width: WIDTH,
        marks,
        breaches: breaches.len(),
    })
}

fn at(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
}

/// The first and the last of some moments.
fn range(moments: impl Iterator<Item = DateTime<Utc>>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    moments.fold(None, |range, at| match range {
        None => Some((at, at)),
        Some((first, last)) => Some((at.min(first), at.max(last))),
    })
}

/// Where a moment lies in a range, from 0 to the width.
fn place(at: DateTime<Utc>, (first, last): (DateTime<Utc>, DateTime<Utc>)) -> i64 {
    let whole = (last - first).num_seconds().max(1);
    let part = (at - first).num_seconds().clamp(0, whole);
    i64::try_from(i128::from(part) * i128::from(WIDTH) / i128::from(whole)).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::{TextOf, WIDTH, attested};
    use crate::model::about::About;
    use crate::model::attest::{Course, CourseStep, Observation, Phase, Series, Signoff};
    use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
    use crate::model::release::Release;

    fn file(content: Content, looks: &[&str]) -> Evidence {
        Evidence {
            path: "observations.jsonl".to_owned(),
            repository_path: String::new(),
            gate: None,
            sha256: String::new(),
            bytes: 1,
            integrity: Integrity::Recorded,
            artifact: Artifact {
                content,
                about: About {
                    looks: looks.iter().map(|text| (*text).to_owned()).collect(),
                    ..About::default()
                },
                ..Artifact::default()
            },
            excerpt: None,
        }
    }

    #[test]
    fn records_become_rows_bars_and_marks() {
        let phase = |started: &str, finished: &str| Phase {
            started: Some(format!("2026-01-02T{started}:00Z")),
            finished: Some(format!("2026-01-02T{finished}:00Z")),
            ..Phase::default()
        };
        let breach = Observation {
            at: "2026-01-02T11:00:00Z".to_owned(),
            is_breach: Some(true),
            ..Observation::default()
        };
        let release = Release {
            evidence: vec![
                file(Content::Signoffs(vec![Signoff::default()]), &[]),
                file(Content::Phases(vec![phase("10:00", "11:00"), phase("11:00", "12:00")]), &[]),
                file(
                    Content::Series(Series { points: vec![breach] }),
                    &[
                        "2026-01-02T10:00:00Z", "2026-01-02T11:00:00Z", "2026-01-02T12:00:00Z", "no moment",
                    ],
                ),
            ],
            ..Release::default()
        };
        let attested = attested(&release, |_| None);
        assert_eq!(attested.signoffs.len(), 1);
        let bars: Vec<_> = attested
            .phases
            .iter()
            .filter_map(|phase| phase.bar.map(|bar| (bar.x, bar.width)))
            .collect();
        assert_eq!(bars, [(0, WIDTH / 2), (WIDTH / 2, WIDTH / 2)]);
        let marks: Vec<_> = attested.looks[0].marks.iter().map(|mark| (mark.x, mark.is_breach)).collect();
        assert_eq!(marks, [(0, false), (WIDTH / 2, true), (WIDTH, false)]);
    }

    #[test]
    fn the_text_that_was_followed_is_compared_with_that_of_the_release() {
        let mut one = file(Content::Unread, &[]);
        let step = |state: &str| CourseStep {
            state: state.to_owned(),
            ..CourseStep::default()
        };
        one.artifact.course = Some(Box::new(Course {
            runbook: Some(("docs/release.md".to_owned(), "0c77".to_owned())),
            steps: vec![step("done"), step("not_done")],
            ..Course::default()
        }));
        let release = Release {
            evidence: vec![one],
            ..Release::default()
        };
        for (text, expected) in [
            (Some("0c77"), TextOf::Release),
            (Some("beef"), TextOf::Another),
            (None, TextOf::Unknown),
        ] {
            let attested = attested(&release, |path| text.filter(|_| path == "docs/release.md").map(str::to_owned));
            assert_eq!((attested.courses[0].text, attested.courses[0].done), (Some(expected), 1));
        }
    }

    #[test]
    fn a_file_without_moments_has_no_strip() {
        let release = Release {
            evidence: vec![file(Content::Unread, &["never", ""])],
            ..Release::default()
        };
        assert!(attested(&release, |_| None).looks.is_empty());
    }
}
