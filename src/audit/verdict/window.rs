//! What was seen over time: whether somebody looked for as long and as often as a gate asks for, and what the figures said.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::audit::verdict::breach::{Bounds, of_series};
use crate::audit::verdict::flaw::Surroundings;
use crate::audit::verdict::limit::limits;
use crate::audit::verdict::moment::start;
use crate::audit::verdict::passing::is_passing;
use crate::audit::verdict::time::moment;
use crate::model::attest::Observation;
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Demand, Outcome, Period};

/// Missing looks that are named at most.
const MAX_NAMED: usize = 8;

/// The value of a gate that asks for looks where its files hold none: whatever else they count is no answer.
pub(super) fn instead(sound: &[&Evidence], demand: &Demand) -> Option<String> {
    let has_looks = sound.iter().any(|file| !file.artifact.about.looks.is_empty());
    (is_asked(demand) && !has_looks && !sound.is_empty()).then(|| "no observations".to_owned())
}

/// Whether a demand asks for something over time.
pub(super) fn is_asked(demand: &Demand) -> bool {
    demand.window.is_some() || demand.every.is_some() || demand.breaches.is_some() || !demand.checks.is_empty()
}

/// What the sound files of a gate say about time, in sentences with the state that each leaves.
pub(super) fn open(sound: &[&Evidence], demand: &Demand, around: &Surroundings<'_>, open: &mut Vec<(Outcome, String)>) {
    let mut looks: Vec<DateTime<Utc>> = Vec::new();
    for text in sound.iter().flat_map(|file| &file.artifact.about.looks) {
        match moment(text) {
            Some(read) if read.is_exact => looks.push(read.at),
            _ => open.push((
                Outcome::Inconclusive,
                format!("A look is of `{text}`, which is no moment with a zone."),
            )),
        }
    }
    looks.sort_unstable();
    looks.dedup();
    if is_asked(demand) && looks.is_empty() {
        open.push((
            Outcome::Inconclusive,
            "The gate asks for observations over time, and its evidence is no series of them.".to_owned(),
        ));
    }
    if !looks.is_empty() && (demand.window.is_some() || demand.every.is_some() || !demand.checks.is_empty()) {
        match start(around.release) {
            None => open.push((
                Outcome::Inconclusive,
                "When the window began is not known: neither a deployment nor the record says it.".to_owned(),
            )),
            Some(start) => {
                watched(&looks, start, demand, around, open);
                checks(&looks, start, demand, open);
            }
        }
    }
    let points: Vec<&Observation> = sound
        .iter()
        .filter_map(|file| match &file.artifact.content {
            Content::Series(series) => Some(&series.points),
            _ => None,
        })
        .flatten()
        .collect();
    if !points.is_empty() && !is_asked(demand) && limits(demand).is_empty() {
        open.push((
            Outcome::Inconclusive,
            "The gate declares neither a window nor a threshold, so that one look would do.".to_owned(),
        ));
    }
    if !points.is_empty() {
        figures(&points, demand, around, open);
    }
}

/// A length of time; `i64::MAX` seconds are more than any window.
fn delta(period: Period) -> TimeDelta {
    i64::try_from(period.0)
        .ok()
        .and_then(TimeDelta::try_seconds)
        .unwrap_or(TimeDelta::MAX)
}

/// Whether somebody looked for as long and as often as was asked for.
fn watched(
    looks: &[DateTime<Utc>],
    start: DateTime<Utc>,
    demand: &Demand,
    around: &Surroundings<'_>,
    open: &mut Vec<(Outcome, String)>,
) {
    let (first, last) = (looks[0], looks[looks.len() - 1]);
    let is_interval_alone = demand.window.is_none() && demand.every.is_some();
    if is_interval_alone && looks.len() < 2 {
        let sentence = "One look keeps no interval, and the gate declares no window.".to_owned();
        open.push((Outcome::Inconclusive, sentence));
    }
    let end = demand.window.and_then(|window| start.checked_add_signed(delta(window)));
    let inside: Vec<DateTime<Utc>> = looks
        .iter()
        .copied()
        .filter(|at| *at >= start - TimeDelta::minutes(5) && end.is_none_or(|end| *at <= end + slack(demand)))
        .collect();
    if inside.is_empty() && is_interval_alone {
        let sentence = format!("Nobody looked after the release, which went out at {}.", written(start));
        open.push((Outcome::Missing, sentence));
    }
    let mut edges = vec![start];
    edges.extend(inside.iter().copied());
    edges.extend(end.filter(|end| inside.last().is_none_or(|last| last < end)));
    let gap = edges.windows(2).map(|pair| (pair[1] - pair[0], pair[0], pair[1])).max();
    if let Some(end) = end {
        let end_of_today = around.today.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1);
        // What was seen after the window says nothing about it.
        let last = inside.last().copied().unwrap_or(last);
        // Whoever looks on at the pace that was asked for looks past the end without a look at the very end.
        let pace = demand.every.map_or(TimeDelta::zero(), delta) + slack(demand);
        let is_looking_on = looks.iter().any(|look| *look > end && *look - last <= pace);
        let is_short = inside.is_empty() || (last + slack(demand) < end && !is_looking_on);
        let window = demand.window.map(|window| window.to_string()).unwrap_or_default();
        if is_short && end >= end_of_today {
            let sentence = format!("The window of {window} is not over: it ends at {}.", written(end));
            open.push((Outcome::Inconclusive, sentence));
        } else if is_short {
            let sentence = format!(
                "Nobody looked after {}, and the window of {window} ended at {}.",
                written(last),
                written(end)
            );
            open.push((Outcome::Missing, sentence));
        }
    }
    let is_look = |at: &DateTime<Utc>| inside.contains(at);
    let told_gap = match gap {
        None => String::new(),
        Some((gap, _, _)) if inside.is_empty() => format!(", none of them in the {} that count", told(gap)),
        Some((gap, _, to)) if !is_look(&to) => format!(", the largest gap is the {} up to the end of the window", told(gap)),
        Some((gap, from, _)) if !is_look(&from) => format!(", the largest gap is the {} before the first look", told(gap)),
        Some((gap, _, _)) => format!(", the largest gap is {}", told(gap)),
    };
    open.push((
        Outcome::Passed,
        format!(
            "{} moments were looked at, from {} to {}{told_gap}.",
            looks.len(),
            written(first),
            written(last)
        ),
    ));
    if let (Some(every), Some((gap, from, _))) = (demand.every, gap)
        && gap > delta(every) + slack(demand)
    {
        open.push((
            Outcome::Missing,
            format!(
                "Nobody looked for {} after {}, and every {every} was asked for.",
                told(gap),
                written(from)
            ),
        ));
    }
}

/// How late a look may be: what the gate says, else a tenth of the interval.
fn slack(demand: &Demand) -> TimeDelta {
    let tenth = |period: Period| Period((period.0 / 10).max(60));
    let slack = demand.tolerance.or(demand.every.map(tenth)).or(demand.window.map(tenth));
    slack.map_or(TimeDelta::minutes(1), delta)
}

/// Whether somebody looked at every moment that was asked for.
fn checks(looks: &[DateTime<Utc>], start: DateTime<Utc>, demand: &Demand, open: &mut Vec<(Outcome, String)>) {
    if demand.checks.is_empty() {
        return;
    }
    let distances = demand.checks.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    let third = distances
        .filter(|distance| *distance > 0)
        .min()
        .map(|distance| Period((distance / 3).max(60)));
    let tolerance = demand.tolerance.or(third).map_or(TimeDelta::minutes(5), delta);
    let mut missing: Vec<String> = Vec::new();
    for check in &demand.checks {
        let wanted = start.checked_add_signed(delta(Period(*check)));
        let is_made = wanted.is_some_and(|wanted| looks.iter().any(|look| (*look - wanted).abs() <= tolerance));
        if !is_made {
            missing.push(format!("T+{}m", check / 60));
        }
    }
    let made = demand.checks.len() - missing.len();
    if missing.is_empty() {
        open.push((
            Outcome::Passed,
            format!("All {made} checks were made, within {}.", told(tolerance)),
        ));
        return;
    }
    let named = missing
        .iter()
        .take(MAX_NAMED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    open.push((
        Outcome::Missing,
        format!(
            "{made} of {} checks were made within {}; missing: {named}.",
            demand.checks.len(),
            told(tolerance)
        ),
    ));
}

/// What the figures said: whether they kept their limits, or whoever looked called them a breach.
fn figures(points: &[&Observation], demand: &Demand, around: &Surroundings<'_>, open: &mut Vec<(Outcome, String)>) {
    let limits = limits(demand);
    let allowed = demand.breaches.unwrap_or(1).max(1);
    let mut series: BTreeMap<(&str, &str), Vec<&Observation>> = BTreeMap::new();
    for point in points {
        series.entry((&point.metric, &point.labels)).or_default().push(point);
    }
    let all = moments(series.values().flatten().copied()).len();
    let bounds = Bounds::of(&limits, series.keys().map(|(metric, _)| *metric));
    let mut without: Vec<&str> = Vec::new();
    let mut judged = 0_u64;
    for ((metric, labels), points) in &mut series {
        points.sort_by_key(|point| moment(&point.at).map(|moment| moment.at));
        let name = if labels.is_empty() {
            (*metric).to_owned()
        } else {
            format!("{metric} ({labels})")
        };
        let of_metric = bounds.on(metric, labels);
        if of_metric.is_empty() && points.iter().all(|point| point.is_breach.is_none()) {
            without.push(metric);
            continue;
        }
        judged += 1;
        open.extend(of_series(&name, points, &of_metric, allowed, around));
        if !is_passing(labels) && moments(points.iter().copied()).len() < all {
            open.extend(unwatched(&name, points, demand, around));
        }
    }
    without.dedup();
    if !without.is_empty() {
        let outcome = if judged == 0 { Outcome::Inconclusive } else { Outcome::Passed };
        open.push((outcome, format!("No threshold is declared for {}.", without.join(", "))));
    }
}

/// The moments of observations, in their order.
fn moments<'a>(points: impl Iterator<Item = &'a Observation>) -> BTreeSet<DateTime<Utc>> {
    points.filter_map(|point| Some(moment(&point.at)?.at)).collect()
}

/// Where a single series has holes that the other ones cover: that one was looked at says nothing about another.
fn unwatched(name: &str, points: &[&Observation], demand: &Demand, around: &Surroundings<'_>) -> Vec<(Outcome, String)> {
    let looks: Vec<DateTime<Utc>> = moments(points.iter().copied()).into_iter().collect();
    let Some(start) = start(around.release).filter(|_| !looks.is_empty()) else {
        return Vec::new();
    };
    if demand.window.is_none() && demand.every.is_none() {
        return Vec::new();
    }
    let mut open = Vec::new();
    watched(&looks, start, demand, around, &mut open);
    open.retain(|(outcome, _)| *outcome != Outcome::Passed);
    for (_, sentence) in &mut open {
        *sentence = format!("{name}: {sentence}");
    }
    open
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A length of time in words.
fn told(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::evidence_file;
    use chrono::NaiveDate;

    use super::{instead, open};
    use crate::audit::verdict::breach::breaches;
    use crate::audit::verdict::flaw::{Digests, Surroundings};
    use crate::model::about::About;
    use crate::model::attest::{Observation, Series};
    use crate::model::evidence::{Artifact, Content, Evidence};
    use crate::model::gate::{Demand, Limit, Outcome, Period, Sign};
    use crate::model::release::{Record, Release};

    /// Looks at so many minutes after the release, each with its latency.
    fn series(points: &[(i64, f64)]) -> Evidence {
        let at = |minutes: i64| {
            let start: chrono::DateTime<chrono::Utc> = "2026-01-02T10:00:00Z".parse().expect("a moment");
            (start + chrono::TimeDelta::minutes(minutes)).to_rfc3339()
        };
        let observed = points.iter().map(|(minutes, value)| Observation {
            at: at(*minutes),
            metric: "p95_latency".to_owned(),
            value: Some(*value),
            unit: "ms".to_owned(),
            ..Observation::default()
        });
        evidence_file(
            "observations.jsonl",
            Artifact {
                content: Content::Series(Series {
                    points: observed.collect(),
                }),
                about: About {
                    looks: points.iter().map(|(minutes, _)| at(*minutes)).collect(),
                    ..About::default()
                },
                ..Artifact::default()
            },
        )
    }

    fn told(points: &[(i64, f64)], demand: &Demand, today: &str) -> (Outcome, String) {
        told_of(&series(points), demand, today)
    }

    fn told_of(file: &Evidence, demand: &Demand, today: &str) -> (Outcome, String) {
        let release = Release {
            record: Some(Record {
                released: Some("2026-01-02T10:00:00Z".parse().expect("a moment")),
                ..Record::default()
            }),
            ..Release::default()
        };
        let digests = Digests::default();
        let around = Surroundings {
            release: &release,
            digests: &digests,
            today: today.parse::<NaiveDate>().expect("a day"),
        };
        let mut found = Vec::new();
        open(&[file], demand, &around, &mut found);
        let outcome = found.iter().map(|(outcome, _)| *outcome).max().unwrap_or(Outcome::Passed);
        let sentences: Vec<String> = found.into_iter().map(|(_, sentence)| sentence).collect();
        (outcome, sentences.join(" "))
    }

    fn limited(demand: Demand) -> Demand {
        Demand {
            limits: vec![Limit {
                metric: "p95 latency".to_owned(),
                sign: Sign::AtMost,
                value: 900.0,
                unit: "ms".to_owned(),
            }],
            ..demand
        }
    }

    fn watch(window: u64, every: u64) -> Demand {
        limited(Demand {
            window: Some(Period(window * 60)),
            every: Some(Period(every * 60)),
            ..Demand::default()
        })
    }

    #[test]
    fn a_window_is_watched_to_its_end_and_without_a_hole() {
        let day = "2026-02-01";
        let looks = |step: i64, end: i64| -> Vec<(i64, f64)> { (0..=end / step).map(|at| (at * step, 800.0)).collect() };
        assert_eq!(told(&looks(30, 1_440), &watch(1_440, 30), day).0, Outcome::Passed);
        let (outcome, sentences) = told(&looks(30, 720), &watch(1_440, 30), day);
        assert_eq!(outcome, Outcome::Missing);
        assert!(sentences.contains("Nobody looked after 2026-01-02T22:00:00Z"), "{sentences}");
        let mut holed = looks(30, 1_440);
        holed.remove(10);
        let (outcome, sentences) = told(&holed, &watch(1_440, 30), day);
        assert_eq!(outcome, Outcome::Missing);
        assert!(sentences.contains("the largest gap is 1 h"), "{sentences}");
        let (outcome, sentences) = told(&looks(30, 720), &watch(1_440, 30), "2026-01-02");
        assert_eq!(outcome, Outcome::Missing, "the gap up to the end counts as well");
        assert!(sentences.contains("is not over"), "{sentences}");
    }

    #[test]
    fn a_look_after_the_window_and_a_single_look_say_nothing_about_it() {
        let day = "2026-02-01";
        let window = limited(Demand {
            window: Some(Period(7_200)),
            ..Demand::default()
        });
        assert_eq!(told(&[(0, 1.0), (60, 1.0), (120, 1.0)], &window, day).0, Outcome::Passed);
        assert_eq!(told(&[(1, 1.0), (900, 1.0)], &window, day).0, Outcome::Missing);
        let on = [0, 29, 58, 87, 116].map(|at| (at, 1.0));
        assert_eq!(told(&on, &watch(100, 30), day).0, Outcome::Passed, "on and on");
        let every = limited(Demand {
            every: Some(Period(1_800)),
            ..Demand::default()
        });
        assert_eq!(told(&[(0, 1.0), (30, 1.0)], &every, day).0, Outcome::Passed);
        assert_eq!(told(&[(0, 1.0)], &every, day).0, Outcome::Inconclusive);
        assert_eq!(
            told(&[(-90, 1.0), (-60, 1.0)], &every, day).0,
            Outcome::Missing,
            "before the release"
        );
    }

    #[test]
    fn a_gap_is_told_with_what_stands_at_its_ends() {
        let gap = |points: &[(i64, f64)]| told(points, &watch(120, 30), "2026-02-01").1;
        for (points, expected) in [
            (
                &[(0, 1.0), (30, 1.0), (60, 1.0), (90, 1.0), (120, 1.0)][..],
                "the largest gap is 30 min.",
            ),
            (
                &[(0, 1.0), (19, 1.0)],
                "the largest gap is the 1 h 41 min up to the end of the window.",
            ),
            (
                &[(110, 1.0), (120, 1.0)],
                "the largest gap is the 1 h 50 min before the first look.",
            ),
            (&[(-60, 1.0), (-30, 1.0)], "none of them in the 2 h that count."),
        ] {
            assert!(gap(points).contains(expected), "{}", gap(points));
        }
    }

    #[test]
    fn a_limit_is_kept_only_where_there_is_one() {
        let mut file = series(&[(0, 1.0), (60, 1.0)]);
        let Content::Series(series) = &mut file.artifact.content else {
            panic!("it is a series")
        };
        for point in &mut series.points {
            point.is_breach = Some(false);
        }
        let unlimited = Demand {
            limits: Vec::new(),
            ..watch(60, 60)
        };
        let (outcome, sentences) = told_of(&file, &unlimited, "2026-02-01");
        assert_eq!(outcome, Outcome::Passed);
        assert!(
            sentences.contains("Whoever looked called none of the 2 observations of p95_latency a breach."),
            "{sentences}"
        );
        let (_, sentences) = told_of(&file, &watch(60, 60), "2026-02-01");
        assert!(
            sentences.contains("p95_latency kept its limit in all 2 observations."),
            "{sentences}"
        );
    }

    #[test]
    fn what_holds_no_looks_is_no_value_of_a_watch() {
        let mut step = series(&[]);
        step.artifact.content = Content::Unread;
        assert_eq!(instead(&[&step], &watch(60, 60)).as_deref(), Some("no observations"));
        assert_eq!(instead(&[&series(&[(0, 1.0)])], &watch(60, 60)), None);
        assert_eq!(instead(&[&step], &Demand::default()), None);
        assert_eq!(instead(&[], &watch(60, 60)), None, "there is no evidence at all");
    }

    #[test]
    fn one_series_says_nothing_about_another() {
        let outcome = |labels: &str| {
            let mut file = series(&[(0, 1.0), (0, 1.0), (60, 1.0), (120, 1.0)]);
            let Content::Series(series) = &mut file.artifact.content else {
                panic!("it is a series")
            };
            labels.clone_into(&mut series.points[0].labels);
            told_of(&file, &watch(120, 60), "2026-02-01").0
        };
        assert_eq!(
            ["", "pod=a-1", "phase=internal"].map(outcome),
            [Outcome::Passed; 3],
            "they come and go"
        );
        assert_eq!(outcome("region=us"), Outcome::Missing, "it was looked at once");
    }

    #[test]
    fn checks_at_moments_are_named_when_they_are_missing() {
        let demand = limited(Demand {
            checks: vec![0, 900, 1_800, 3_600, 7_200],
            tolerance: Some(Period(300)),
            ..Demand::default()
        });
        let all = [(0, 1.0), (16, 1.0), (31, 1.0), (60, 1.0), (119, 1.0)];
        assert_eq!(told(&all, &demand, "2026-02-01").0, Outcome::Passed);
        let (outcome, sentences) = told(&[(0, 1.0), (15, 1.0), (60, 1.0)], &demand, "2026-02-01");
        assert_eq!(outcome, Outcome::Missing);
        assert!(
            sentences.contains("3 of 5 checks") && sentences.contains("missing: T+30m, T+120m"),
            "{sentences}"
        );
        let late = [(0, 1.0), (21, 1.0), (31, 1.0), (60, 1.0), (119, 1.0)];
        assert!(
            told(&late, &demand, "2026-02-01").1.contains("missing: T+15m"),
            "six minutes late"
        );
    }

    #[test]
    fn so_many_breaches_in_a_row_fail() {
        let demand = limited(Demand {
            breaches: Some(2),
            ..Demand::default()
        });
        let day = "2026-02-01";
        assert_eq!(told(&[(0, 950.0), (30, 800.0), (60, 950.0)], &demand, day).0, Outcome::Passed);
        let (outcome, sentences) = told(&[(0, 950.0), (30, 951.0), (60, 800.0)], &demand, day);
        assert_eq!(outcome, Outcome::Failed);
        assert!(
            sentences.contains("2 times in a row") && sentences.contains("No record of an incident"),
            "{sentences}"
        );
        assert_eq!(
            told(&[(30, 800.0), (0, 950.0), (60, 950.0)], &demand, day).0,
            Outcome::Passed,
            "in order of time"
        );
        let one = limited(Demand::default());
        assert_eq!(
            told(&[(0, 800.0), (30, 901.0)], &one, day).0,
            Outcome::Failed,
            "one breach fails by itself"
        );
    }

    #[test]
    fn figures_without_a_threshold_prove_nothing() {
        let (outcome, sentences) = told(&[(0, 1.0)], &Demand::default(), "2026-02-01");
        assert_eq!(outcome, Outcome::Inconclusive);
        assert!(sentences.contains("No threshold is declared for p95_latency"), "{sentences}");
    }

    #[test]
    fn breaches_are_counted_whether_or_not_they_fail() {
        let count = |points: &[(i64, f64)], demand: &Demand| match &series(points).artifact.content {
            Content::Series(series) => breaches(&series.points, demand),
            other => panic!("{other:?}"),
        };
        let points = [(0, 800.0), (15, 950.0), (30, 100.0), (45, 2_000.0)];
        assert_eq!(count(&points, &watch(60, 15)), 2);
        assert_eq!(count(&points, &Demand::default()), 0, "nothing is asked of them");
    }
}
