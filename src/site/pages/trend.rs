//! The trend of a gate over releases: the first figure of each value, and what was asked for, as places in a drawing.

use serde::Serialize;

use crate::model::gate::{Demand, Gate};

/// The size of the drawing, in its own units; it grows with the page and keeps its shape.
pub(super) const WIDTH: i64 = 600;
/// Its height.
pub(super) const HEIGHT: i64 = 150;
/// What stays free at its edges, so that no mark is cut.
const EDGE: i64 = 12;

/// A figure in words: what it counts, the number, and the number as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// What it counts: `lines %`, `passed`.
    pub(super) name: String,
    /// The number.
    pub(super) number: f64,
}

/// One release in the drawing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mark {
    /// From the left.
    x: i64,
    /// From the top.
    y: i64,
    /// Whether the gate let the release through.
    is_through: bool,
    /// Whether there is a figure; without one the mark stands at the foot.
    has_figure: bool,
}

/// The drawing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Trend {
    width: i64,
    height: i64,
    /// What the figures count.
    name: String,
    /// The least figure or demand, as people read it.
    low: String,
    /// The largest.
    high: String,
    /// The line through the figures, as the points of a polyline; a release without one ends a line.
    lines: Vec<String>,
    /// What was asked for, as the points of polylines.
    bounds: Vec<String>,
    marks: Vec<Mark>,
}

/// The first figure of a value, such as `lines 83.1 % (12,041 of 14,490)` or `2,184 passed, 0 failed`.
pub(super) fn figure(value: &str) -> Option<Figure> {
    let first = value.split([';', ',']).scan(String::new(), |held, part| {
        // A comma inside of a number is none between two figures.
        if !held.is_empty() {
            held.push(',');
        }
        held.push_str(part);
        Some(held.clone())
    });
    // The shortest beginning that holds a number which no digit follows behind the comma.
    let rest = |length: usize| value.get(length..).unwrap_or_default();
    let part = first.take_while(|part| part.len() <= 200).find(|part| {
        let next = rest(part.len());
        let is_thousands = part.ends_with(|c: char| c.is_ascii_digit())
            && next
                .strip_prefix(',')
                .is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        !is_thousands && part.contains(|c: char| c.is_ascii_digit())
    })?;
    let part = part.split('(').next().unwrap_or_default();
    let mut number = None;
    let mut words: Vec<&str> = Vec::new();
    for word in part.split_whitespace() {
        let plain = word.replace(',', "");
        match plain.parse::<f64>() {
            Ok(read) if read.is_finite() && number.is_none() => number = Some(read),
            // `4 of 5 phases done` counts phases, whatever there were.
            Ok(_) => {}
            Err(_) if word == "of" => {}
            Err(_) => words.push(word),
        }
    }
    Some(Figure {
        name: words.join(" "),
        number: number?,
    })
}

/// What a gate asked for of a figure; none where it bounds something else.
pub(super) fn bound(figure: &Figure, demand: &Demand) -> Option<f64> {
    let name = figure.name.trim_end_matches('%').trim();
    let is_it = |metric: &str| metric.eq_ignore_ascii_case(name);
    let least = demand
        .at_least
        .iter()
        .find(|(metric, _)| is_it(metric))
        .map(|(_, bound)| *bound);
    let most = demand
        .at_most
        .iter()
        .find(|(metric, _)| is_it(metric))
        .map(|(_, bound)| *bound);
    let limit = demand
        .limits
        .iter()
        .find(|limit| is_it(&limit.metric))
        .map(|limit| limit.value);
    let count = match name {
        "passed" => demand.min_tests,
        "error" | "errors" => demand.max_errors.or(Some(0)),
        _ => None,
    };
    least.or(most).or(limit).or(count.map(|count| count as f64))
}

/// Draws the trend of some releases, the oldest first: the value of each, whether it was let through, and the gate as it was asked for.
/// None where fewer than two of them measured the same thing.
pub(super) fn trend(releases: &[(&str, bool, Option<&Gate>)]) -> Option<Trend> {
    let figures: Vec<Option<Figure>> = releases.iter().map(|(value, _, _)| figure(value)).collect();
    // What the newest release measures decides; what older ones counted otherwise is no part of the line. `1 error` and `2 errors` are one.
    let kind = |name: &str| name.trim_end_matches('s').to_owned();
    let name = figures.iter().rev().flatten().next()?.name.clone();
    // How often somebody looked is nothing that was measured.
    if kind(&name) == "observation" {
        return None;
    }
    let figures: Vec<Option<Figure>> = figures
        .into_iter()
        .map(|figure| figure.filter(|figure| kind(&figure.name) == kind(&name)))
        .collect();
    if figures.iter().flatten().count() < 2 {
        return None;
    }
    let bounds: Vec<Option<f64>> = figures
        .iter()
        .zip(releases)
        .map(|(figure, (_, _, gate))| bound(figure.as_ref()?, &(*gate)?.demand))
        .collect();
    let all = figures
        .iter()
        .flatten()
        .map(|figure| figure.number)
        .chain(bounds.iter().flatten().copied());
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    let last = i64::try_from(releases.len().saturating_sub(1).max(1)).unwrap_or(i64::MAX);
    let x = |at: usize| EDGE + (WIDTH - 2 * EDGE) * i64::try_from(at).unwrap_or_default() / last;
    let span = high - low;
    let y = |number: f64| {
        let share = if span > 0.0 { (number - low) / span } else { 0.5 };
        HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) as f64 * share).round() as i64
    };
    let marks = figures
        .iter()
        .zip(releases)
        .enumerate()
        .map(|(at, (figure, (_, is_through, _)))| Mark {
            x: x(at),
            y: figure.as_ref().map_or(HEIGHT - EDGE / 2, |figure| y(figure.number)),
            is_through: *is_through,
            has_figure: figure.is_some(),
        });
    Some(Trend {
        width: WIDTH,
        height: HEIGHT,
        low: written(low),
        high: written(high),
        lines: runs(figures.iter().map(|figure| figure.as_ref().map(|figure| y(figure.number))), x),
        bounds: runs(bounds.iter().map(|bound| bound.map(y)), x),
        marks: marks.collect(),
        name,
    })
}

/// The points of neighbours that all have a place, as polylines. A single point is a short line of its own.
fn runs(places: impl Iterator<Item = Option<i64>>, x: impl Fn(usize) -> i64) -> Vec<String> {
    let mut runs: Vec<Vec<(i64, i64)>> = vec![Vec::new()];
    for (at, place) in places.enumerate() {
        match (place, runs.last_mut()) {
            (Some(y), Some(run)) => run.push((x(at), y)),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    let line = |run: &Vec<(i64, i64)>| {
        let mut run = run.clone();
        if let [(x, y)] = run[..] {
            run = vec![(x - EDGE / 2, y), (x + EDGE / 2, y)];
        }
        run.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
    };
    runs.iter().map(line).collect()
}

/// A number without an end that says nothing.
fn written(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{bound, figure, trend};
    use crate::model::gate::{Demand, Gate};

    #[test]
    fn the_first_figure_of_a_value_is_read() {
        for (value, expected) in [
            ("lines 83.1 % (12,041 of 14,490)", Some(("lines %", 83.1))),
            ("2,184 passed, 0 failed", Some(("passed", 2184.0))),
            ("0 errors, 3 warnings", Some(("errors", 0.0))),
            ("12 passed; lines 3 %", Some(("passed", 12.0))),
            ("1,204 components", Some(("components", 1204.0))),
            ("accuracy 0.93, 4 more", Some(("accuracy", 0.93))),
            ("2 of 5 phases done", Some(("phases done", 2.0))),
            ("approved", None),
            ("", None),
            ("NaN passed", None),
        ] {
            let read = figure(value);
            let read = read.as_ref().map(|figure| (figure.name.as_str(), figure.number));
            assert_eq!(read, expected, "{value}");
        }
    }

    fn gate(least: f64) -> Gate {
        Gate {
            demand: Demand {
                at_least: vec![("lines".to_owned(), least)],
                ..Demand::default()
            },
            ..Gate::default()
        }
    }

    #[test]
    fn figures_and_demands_become_lines() {
        let (low, high) = (gate(70.0), gate(80.0));
        let drawn = trend(&[
            ("lines 75.0 %", true, Some(&low)),
            ("lines 90.0 %", true, Some(&high)),
            ("", false, None),
            ("lines 79.0 %", false, Some(&high)),
        ])
        .expect("three figures are drawn");
        assert_eq!(
            (drawn.low.as_str(), drawn.high.as_str(), drawn.name.as_str()),
            ("70", "90", "lines %")
        );
        assert_eq!(drawn.lines.len(), 2, "a gap is no figure");
        assert_eq!(drawn.bounds.len(), 2);
        assert_eq!(drawn.marks.iter().filter(|mark| mark.has_figure).count(), 3);
        assert!(
            drawn
                .marks
                .iter()
                .all(|mark| (0..=super::WIDTH).contains(&mark.x) && (0..=super::HEIGHT).contains(&mark.y))
        );
    }

    #[test]
    fn what_is_no_trend_is_not_drawn() {
        assert!(trend(&[]).is_none());
        assert!(trend(&[("lines 75.0 %", true, None)]).is_none());
        assert!(trend(&[("3 passed", true, None), ("lines 75.0 %", true, None)]).is_none());
        assert!(trend(&[("approved", true, None), ("approved", true, None)]).is_none());
        assert!(trend(&[("496 observations", true, None), ("504 observations", true, None)]).is_none());
        // A figure that never moves is a line in the middle.
        let flat = trend(&[("3 passed", true, None), ("3 passed", true, None)]).expect("it is drawn");
        assert!(flat.marks.iter().all(|mark| mark.y == super::HEIGHT / 2));
        assert_eq!(bound(&figure("0 errors").expect("a figure"), &Demand::default()), Some(0.0));
    }
}
