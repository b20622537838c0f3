//! Metrics in the text form of Prometheus and `OpenMetrics`. A figure that is no number was not measured.

use crate::model::about::About;
use crate::model::attest::{Observation, Series};
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::gate::moments::Moments;
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "openmetrics",
    title: "Prometheus or OpenMetrics text",
    recognizes,
    parse,
};

/// Figures that are listed.
const MAX_METRICS: usize = 500;

/// Figures with a moment that are kept; a file with more is no series.
const MAX_POINTS: usize = 200_000;

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_comment = |line: &str| ["# HELP ", "# TYPE ", "# UNIT "].iter().any(|start| line.starts_with(start));
    sniff.first_line().is_some_and(is_comment)
}

fn parse(text: &str) -> Artifact {
    let mut problems = Vec::new();
    let mut facts = MetricFacts {
        is_conclusive: true,
        ..MetricFacts::default()
    };
    let mut points: Vec<Observation> = Vec::new();
    let (mut count, mut has_end, mut is_open_metrics) = (0_u64, false, false);
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line.trim())) {
        if line.is_empty() {
            continue;
        }
        if has_end {
            return broken(Problem::at(at, "something follows the end mark"));
        }
        if let Some(comment) = line.strip_prefix('#') {
            has_end = comment.trim() == "EOF";
            is_open_metrics |= comment.trim_start().starts_with("UNIT ");
            continue;
        }
        let Some((name, labels, value, time)) = sample(line) else {
            return broken(Problem::at(at, "the line is no figure with a name and a value"));
        };
        if points.len() < MAX_POINTS {
            points.push(Observation {
                at: time.and_then(moment).unwrap_or_default(),
                metric: first_line(name),
                labels: first_line(labels),
                value: value.parse().ok().filter(|value: &f64| value.is_finite()),
                ..Observation::default()
            });
        }
        count += 1;
        let is_number = value.parse::<f64>().is_ok_and(f64::is_finite);
        if !is_number {
            facts.is_conclusive = false;
            note(
                &mut problems,
                Problem::at(at, format!("`{}` is no number", first_line(value))),
            );
        }
        if facts.metrics.len() < MAX_METRICS {
            facts.metrics.push(Metric {
                name: first_line(name),
                of: first_line(labels),
                value: is_number.then(|| value.to_owned()),
                ..Metric::default()
            });
        }
    }
    if is_open_metrics && !has_end {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file("the end mark is missing, so the file may be cut"),
        );
    }
    facts.unlisted = count - facts.metrics.len() as u64;
    let mut moments = Moments::default();
    for point in &points {
        moments.see(&point.at);
    }
    if let Some(series) = series(points, count) {
        return Artifact { problems, ..series };
    }
    let mut about = About::default();
    moments.tell(&mut about);
    Artifact {
        content: Content::Metrics(facts),
        about,
        problems,
        ..Artifact::default()
    }
}

/// A file whose figures all have moments, at least two of them, is a series of observations: what was seen when.
fn series(mut points: Vec<Observation>, count: u64) -> Option<Artifact> {
    if points.len() as u64 != count || points.iter().any(|point| point.at.is_empty()) {
        return None;
    }
    points.sort_by(|left, right| left.at.cmp(&right.at));
    let mut looks: Vec<String> = points.iter().map(|point| point.at.clone()).collect();
    looks.dedup();
    let (first, last) = (looks.first()?.clone(), looks.last()?.clone());
    if looks.len() < 2 {
        return None;
    }
    Some(Artifact {
        content: Content::Series(Series { points }),
        about: About {
            looks,
            times: vec![first, last],
            ..About::default()
        },
        ..Artifact::default()
    })
}

/// A time stamp as a moment: seconds in `OpenMetrics`, milliseconds in the older form.
fn moment(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)?;
    let millis = if number >= 1e11 { number } else { number * 1_000.0 };
    let at = chrono::DateTime::from_timestamp_millis(millis as i64)?;
    Some(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The name, the labels, the value and the time stamp in a line; an exemplar may follow.
fn sample(line: &str) -> Option<(&str, &str, &str, Option<&str>)> {
    let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
    let (name, rest) = line.split_at_checked(end)?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => inside.split_at_checked(labels_end(inside)?)?,
        None => ("", rest),
    };
    let mut words = rest.trim_start_matches('}').split_whitespace();
    let value = words.next()?;
    let time = words.next().filter(|word| !word.starts_with('#'));
    let is_value = value.parse::<f64>().is_ok() || matches!(value, "NaN" | "+Inf" | "-Inf");
    (is_name && is_value).then_some((name, labels, value, time))
}

/// Where the labels end: at the brace that is in no quotes.
fn labels_end(inside: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    inside.char_indices().find_map(|(at, c)| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '}' if !is_quoted => return Some(at),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn figures_are_read_with_their_labels() {
        let text = "# HELP up Whether it is up.\n# TYPE up gauge\nup{job=\"a } b\",x=\"\\\"\"} 1 1700000000\nerrors_total 2.5e3\n# EOF\n";
        assert_eq!(
            shown(text, Some("openmetrics")),
            "openmetrics; up 1; errors_total 2.5e3; conclusive"
        );
    }

    #[test]
    fn figures_with_moments_are_a_series() {
        let read = |lines: &str| {
            let text = format!("# TYPE e gauge\n{lines}");
            let artifact = crate::parse::recognise::read(text.as_bytes(), None);
            match artifact.content {
                crate::model::evidence::Content::Series(series) => (series.points.len(), artifact.about.looks),
                _ => (0, Vec::new()),
            }
        };
        let (count, looks) = read("e{job=\"a\"} 0.1 1795172400\ne{job=\"b\"} 0.2 1795172400\ne{job=\"a\"} NaN 1795173300.5\n");
        assert_eq!((count, looks.len()), (3, 2));
        assert_eq!(looks[0], "2026-11-20T11:00:00Z");
        assert_eq!(
            read("e 1 1795172400000\ne 1 1795173300000\n").1,
            ["2026-11-20T11:00:00Z", "2026-11-20T11:15:00Z"]
        );
        assert_eq!(
            read("e 1 1795172400\ne 1\n").0,
            0,
            "a figure without a moment is of no series"
        );
        assert_eq!(read("e 1 1795172400\nf 1 1795172400\n").0, 0, "one moment is one look");
        assert_eq!(read("e 1 soon\ne 1 -5\n").0, 0);
    }

    #[test]
    fn a_single_moment_says_of_when_the_figures_are() {
        let times = |text: &str| crate::parse::recognise::read(text.as_bytes(), None).about.times;
        assert_eq!(times("# TYPE e gauge\ne 0.1 1500000000\n# EOF\n"), ["2017-07-14T02:40:00Z"]);
        assert_eq!(
            times("# TYPE e gauge\ne 0.1 1795172400\nf 2\n# EOF\n"),
            ["2026-11-20T11:00:00Z"]
        );
        assert!(times("# TYPE e gauge\ne 0.1\n# EOF\n").is_empty());
    }

    #[test]
    fn cut_or_odd_files_are_not_conclusive() {
        for (text, expected) in [
            (
                "# TYPE a gauge\na NaN\n",
                "openmetrics; a -; inconclusive; ! `NaN` is no number (line 2)",
            ),
            (
                "# UNIT a seconds\na 1\n",
                "openmetrics; a 1; inconclusive; ! the end mark is missing, so the file may be cut",
            ),
            (
                "# TYPE a gauge\na 1\nb{x=\"1\n",
                "openmetrics; unread; ! the line is no figure with a name and a value (line 3)",
            ),
            (
                "# TYPE a gauge\na 1\n# EOF\nb 1\n",
                "openmetrics; unread; ! something follows the end mark (line 4)",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
    }
}
