//! Bounds of figures: what a gate asks for in numbers, compared with whatever its evidence measures under that name.

use crate::audit::figure::{is_exactly, is_named, is_share_under, number, scaled, unit_in, words};
use crate::audit::verdict::signoff;
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Demand, Limit, Outcome, Sign};

/// What readers of coverage call their metrics. Sorted.
const COVERAGE: &[&str] = &[
    "branches", "classes", "complexity", "conditionals", "elements", "functions", "instructions", "lines", "methods",
    "statements",
];

/// Names of figures that are shares, from 0 to 1 or in percent. Sorted.
const SHARES: [&str; 9] = [
    "accuracy", "auc", "availability", "coverage", "f1", "faithfulness", "precision", "recall", "uptime",
];

/// Figures of one name that are told at most.
const MAX_TOLD: usize = 5;

/// One figure of a file.
struct Figure {
    name: String,
    /// A page, labels; may be empty.
    of: String,
    /// None when it is there and no number.
    value: Option<f64>,
    written: String,
    unit: String,
    is_accepted: bool,
    /// Whether it is a score from 0 to 1.
    is_score: bool,
    /// Whether it is the one that people mean where they name a statistic and not of what.
    is_usual: bool,
}

/// Whether a metric is one of coverage, which has its own exact arithmetic.
pub(super) fn is_of_coverage(metric: &str) -> bool {
    COVERAGE.binary_search(&metric).is_ok()
}

/// The bounds of a demand that are none of coverage.
pub(super) fn limits(demand: &Demand) -> Vec<Limit> {
    let of = |list: &[(String, f64)], sign: Sign| -> Vec<Limit> {
        let own = list
            .iter()
            .filter(|(metric, _)| sign != Sign::AtLeast || !is_of_coverage(metric));
        own.map(|(metric, value)| Limit {
            metric: metric.clone(),
            sign,
            value: *value,
            unit: String::new(),
        })
        .collect()
    };
    [
        of(&demand.at_least, Sign::AtLeast),
        of(&demand.at_most, Sign::AtMost),
        demand.limits.clone(),
    ]
    .concat()
}

/// What the sound files of a gate say to its bounds, in sentences with the state that each leaves. Bounds that series answer are left to
/// those.
pub(super) fn open(sound: &[&Evidence], demand: &Demand, open: &mut Vec<(Outcome, String)>) {
    let mut figures: Vec<Vec<Figure>> = sound.iter().map(|file| figures(file)).collect();
    figures.extend(signoff::agreed(sound).map(|count| vec![counted("approvals", count)]));
    for limit in limits(demand) {
        // A series answers for its own figures, over time.
        if sound.iter().any(|file| has_series_of(file, &limit)) {
            continue;
        }
        let mut named: Vec<&Figure> = figures.iter().flat_map(|figures| meant(figures, &limit)).collect();
        if named.is_empty() {
            let other = Limit {
                metric: alike(&limit.metric),
                ..limit.clone()
            };
            let is_other = other.metric != limit.metric;
            named.extend(figures.iter().flat_map(|figures| meant(figures, &other)).filter(|_| is_other));
        }
        if named.is_empty() && asks_for_each(&limit.metric) {
            named.extend(
                figures
                    .iter()
                    .flatten()
                    .filter(|figure| figure.is_score && is_category(&figure.name)),
            );
        }
        if named.is_empty() {
            open.push((
                Outcome::Inconclusive,
                format!("The gate asks for {}, and its evidence does not measure it.", asked(&limit)),
            ));
        }
        let mut told = 0;
        for figure in named.into_iter().filter(|figure| !figure.is_accepted) {
            let (outcome, sentence) = compare(figure, &limit);
            if outcome == Outcome::Passed {
                told += 1;
                if told > MAX_TOLD {
                    continue;
                }
            }
            open.push((outcome, sentence));
        }
    }
}

/// Statistics by the words that people have for them, and what the tools call them.
const STATISTICS: [(&str, &str); 6] = [
    ("a11y", "accessibility"),
    ("average", "avg"),
    ("maximum", "max"),
    ("mean", "avg"),
    ("median", "med"),
    ("minimum", "min"),
];

/// What a bound names in the words of the tools.
fn alike(metric: &str) -> String {
    if matches!(metric, "requests" | "http requests") {
        return "http_reqs count".to_owned();
    }
    let words = metric.split(' ').map(|word| {
        let known = STATISTICS.iter().find(|(said, _)| *said == word);
        known.map_or(word, |(_, tool)| tool)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a bound is one of each score: "all categories", "every score".
fn asks_for_each(metric: &str) -> bool {
    let words = words(metric);
    let is_each = words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "all" | "each" | "every"));
    let is_score = |word: &String| matches!(word.as_str(), "categories" | "category" | "score" | "scores");
    words.last().is_some_and(is_score) && (is_each || words.len() == 1)
}

/// Whether a score is one of a category: Lighthouse tells a shift of the layout between 0 and 1, too, which is none.
fn is_category(name: &str) -> bool {
    name != "cumulative-layout-shift"
}

/// Whether a bound may mean a figure, by its words or by those that the tools have for them.
pub(super) fn is_meant(name: &str, of: &str, metric: &str) -> bool {
    is_named(name, of, metric) || is_named(name, of, &alike(metric)) || asks_for_each(metric)
}

/// A bound in words: `accuracy of at least 0.92`.
pub(super) fn asked(limit: &Limit) -> String {
    let unit = if limit.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", limit.unit)
    };
    format!("{} of {} {}{unit}", limit.metric, limit.sign.words(), limit.value)
}

/// The figures of one file that a bound means. Where one has the very name, no longer name is meant.
fn meant<'a>(figures: &'a [Figure], limit: &Limit) -> Vec<&'a Figure> {
    let mut named: Vec<&Figure> = figures.iter().filter(|figure| is_of(figure, limit)).collect();
    if named.iter().any(|figure| is_exactly(&figure.name, &limit.metric)) {
        named.retain(|figure| is_exactly(&figure.name, &limit.metric));
    }
    // "p95" of a load test is that of its requests, not of each part of them.
    if named.iter().any(|figure| figure.is_usual) {
        let of = |figure: &Figure| figure.name.rsplit_once(' ').map_or(String::new(), |(of, _)| of.to_owned());
        let usual: Vec<String> = named
            .iter()
            .filter(|figure| figure.is_usual)
            .map(|figure| of(figure))
            .collect();
        // Another statistic of the same thing is not what it is one of.
        let asks_for = |figure: &Figure| {
            let is_statistic = |word: &&String| matches!(word.as_str(), "avg" | "max" | "med" | "min");
            let named = words(&limit.metric);
            !usual.contains(&of(figure))
                && named
                    .iter()
                    .filter(|word| !is_statistic(word))
                    .any(|word| is_of_name(&figure.name, word))
        };
        if !named.iter().any(|figure| !figure.is_usual && asks_for(figure)) {
            named.retain(|figure| figure.is_usual);
        }
    }
    named
}

/// Whether a word stands in what a figure is one of: `duration` in `iteration_duration p(95)`.
fn is_of_name(figure: &str, word: &str) -> bool {
    let (of, _) = figure.rsplit_once(' ').unwrap_or((figure, ""));
    words(of).iter().any(|own| own == word)
}

fn is_of(figure: &Figure, limit: &Limit) -> bool {
    is_named(&figure.name, &figure.of, &limit.metric)
}

fn has_series_of(file: &Evidence, limit: &Limit) -> bool {
    let Content::Series(series) = &file.artifact.content else {
        return false;
    };
    let mut points = series.points.iter();
    points.any(|point| is_named(&point.metric, &point.labels, &limit.metric))
}

fn compare(figure: &Figure, limit: &Limit) -> (Outcome, String) {
    let of = if figure.of.is_empty() {
        String::new()
    } else {
        format!(" ({})", figure.of)
    };
    let name = format!("{}{of}", figure.name);
    let Some(value) = figure.value else {
        return (
            Outcome::Inconclusive,
            format!("{name} is `{}`, which is no number.", figure.written),
        );
    };
    let unit = if figure.unit.is_empty() { &limit.unit } else { &figure.unit };
    let shown = if unit.is_empty() {
        figure.written.clone()
    } else {
        format!("{} {unit}", figure.written)
    };
    // Nothing takes less than no time, and no share of what was counted is below zero; only changes and balances are.
    if value < 0.0 && !limit.sign.is_upward() && limit.value >= 0.0 && !may_be_negative(&figure.name) {
        let sentence = format!("{name} is {shown}, and such a figure cannot be less than nothing.");
        return (Outcome::Inconclusive, sentence);
    }
    let is_vague = !limit.sign.is_upward() && is_share_under(&figure.unit, &limit.unit, limit.value);
    // Scores are shares, and people speak of 90.
    let is_percentage = figure.is_score && limit.unit.is_empty() && limit.value > 1.0;
    let wanted = if is_percentage { "%" } else { limit.unit.as_str() };
    let asks_percent = matches!(limit.unit.as_str(), "%" | "percent");
    let is_named_share = || {
        let names = words(&figure.name);
        names.iter().any(|word| SHARES.binary_search(&word.as_str()).is_ok())
    };
    // An accuracy of 0.93 that must be 92 % is a share; nothing has an accuracy of less than one percent.
    let is_plain_share = figure.unit.is_empty() && asks_percent && (0.0..=1.0).contains(&value);
    let own_unit = if is_plain_share && limit.sign.is_upward() && limit.value > 1.0 && is_named_share() {
        "ratio"
    } else {
        figure.unit.as_str()
    };
    let Some(value) = scaled(value, own_unit, wanted).filter(|_| !is_vague) else {
        let sentence = format!(
            "{name} is {shown}, and the gate asks for {}: the units are of different kinds.",
            asked(limit)
        );
        return (Outcome::Inconclusive, sentence);
    };
    // 62 is no accuracy of at least 0.9: one of the two is a percentage.
    let is_share = limit.sign.is_upward() && limit.value > 0.0 && limit.value < 1.0 && value > 1.0;
    if is_share && figure.unit.is_empty() && is_named_share() {
        let sentence = format!(
            "{name} is {shown}, which is no share, and the gate asks for {}.",
            asked(limit)
        );
        return (Outcome::Inconclusive, sentence);
    }
    if let Some(why) = without_unit(&figure.name, &figure.unit, value, limit) {
        let sentence = format!(
            "{name} is {} without a unit, {why}, and the gate asks for {}.",
            figure.written,
            asked(limit)
        );
        return (Outcome::Inconclusive, sentence);
    }
    if limit.sign.holds(value, limit.value) {
        return (
            Outcome::Passed,
            format!("{name} is {shown}: {} {} holds.", limit.sign.words(), bound(limit)),
        );
    }
    let may = if limit.sign.is_upward() { "must be" } else { "may be" };
    (
        Outcome::Failed,
        format!("{name} is {shown}, and {} {} {may}.", limit.sign.words(), bound(limit)),
    )
}

/// Words in the names of figures that are shares of a whole, so that a number above 1 can only be a percentage. Sorted.
const SHARE_WORDS: [&str; 24] = [
    "budget", "conversion", "cpu", "disk", "fraction", "hit", "loss", "memory", "pct", "percent", "percentage", "rate", "rates",
    "ratio", "remaining", "saturation", "score", "share", "success", "usage", "used", "utilisation", "utilization", "yield",
];

/// Why a figure without a unit cannot be held against a bound in percent: as a share it meets the bound and as a percentage not, or the other
/// way round, or it may be a count, which is no share of anything. None where it has a unit, or meets or misses the bound however it is
/// read.
pub(super) fn without_unit(name: &str, unit: &str, value: f64, limit: &Limit) -> Option<String> {
    let asks_percent = matches!(limit.unit.as_str(), "%" | "percent");
    if !asks_percent || !unit.is_empty() {
        return None;
    }
    let share = value * 100.0;
    if limit.sign.holds(value, limit.value) {
        // 0.5 that may be 1 % at most is fine as a percentage, and 50 % as a share.
        let is_vague = !limit.sign.is_upward() && value > 0.0 && value <= 1.0 && !limit.sign.holds(share, limit.value);
        return is_vague.then(|| format!("which may be {value} % or {share} %"));
    }
    if (0.0..=1.0).contains(&value) {
        return limit
            .sign
            .holds(share, limit.value)
            .then(|| format!("which may be {value} % or {share} %"));
    }
    let names = words(name);
    let is_share = names
        .iter()
        .any(|word| SHARES.binary_search(&word.as_str()).is_ok() || SHARE_WORDS.binary_search(&word.as_str()).is_ok());
    (!is_share).then(|| "which may be a percentage or a count".to_owned())
}

/// Words of figures that may be below zero. Sorted.
const SIGNED: [&str; 13] = [
    "balance", "change", "delta", "deviation", "diff", "difference", "drift", "growth", "margin", "offset", "regression",
    "temperature", "trend",
];

/// Whether a figure may be less than nothing, by the words of its name.
pub(super) fn may_be_negative(name: &str) -> bool {
    words(name).iter().any(|word| SIGNED.binary_search(&word.as_str()).is_ok())
}

fn bound(limit: &Limit) -> String {
    if limit.unit.is_empty() {
        limit.value.to_string()
    } else {
        format!("{} {}", limit.value, limit.unit)
    }
}

/// A figure that is a count.
fn counted(name: &str, count: u64) -> Figure {
    Figure {
        name: name.to_owned(),
        of: String::new(),
        value: Some(count as f64),
        written: count.to_string(),
        unit: String::new(),
        is_accepted: false,
        is_score: false,
        is_usual: false,
    }
}

/// The figures that a file holds, apart from series of observations.
fn figures(file: &Evidence) -> Vec<Figure> {
    let mut figures = Vec::new();
    match &file.artifact.content {
        Content::Metrics(facts) => {
            // Lighthouse writes scores from 0 to 1, and people speak of 90.
            let is_score = file.artifact.format.is_some_and(|format| format.starts_with("lighthouse"));
            for metric in &facts.metrics {
                let written = metric.value.clone().unwrap_or_else(|| "not measured".to_owned());
                let value = metric.value.as_deref().and_then(number);
                let is_share = is_score && value.is_some_and(|value| (0.0..=1.0).contains(&value)) && !metric.name.contains(' ');
                figures.push(Figure {
                    name: metric.name.clone(),
                    of: metric.of.clone(),
                    value,
                    written,
                    unit: match metric.unit.as_str() {
                        _ if is_share => "ratio".to_owned(),
                        "" => unit_in(&metric.name).to_owned(),
                        unit => unit.to_owned(),
                    },
                    is_accepted: metric.is_accepted,
                    is_score: is_share,
                    is_usual: metric.is_usual,
                });
            }
        }
        Content::Coverage(facts) => {
            for metric in facts.metrics.iter().filter(|metric| metric.total > 0) {
                let share = metric.covered as f64 * 100.0 / metric.total as f64;
                figures.push(Figure {
                    name: format!("{} coverage", metric.name),
                    of: String::new(),
                    value: Some(share),
                    written: format!("{share:.2}"),
                    unit: "%".to_owned(),
                    is_accepted: false,
                    is_score: false,
                    is_usual: false,
                });
            }
        }
        Content::Sbom(bill) => figures.push(counted("components", bill.components.len() as u64)),
        _ => {}
    }
    let facts = &file.artifact.about.facts;
    figures.extend(facts.iter().map(|(name, value)| Figure {
        name: name.clone(),
        of: String::new(),
        value: number(value),
        written: value.clone(),
        unit: unit_in(name).to_owned(),
        is_accepted: false,
        is_score: false,
        is_usual: false,
    }));
    figures
}

#[cfg(test)]
mod tests {
    use super::{COVERAGE, SHARE_WORDS, limits, open, without_unit};
    use crate::audit::testing::evidence_file;
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, Content, Evidence};
    use crate::model::gate::{Demand, Limit, Outcome, Sign};
    use crate::model::measure::{Metric, MetricFacts};

    fn file(format: &'static str, metrics: &[(&str, &str)], facts: &[(&str, &str)]) -> Evidence {
        let metrics = metrics.iter().map(|(name, value)| Metric {
            name: (*name).to_owned(),
            value: Some((*value).to_owned()),
            ..Metric::default()
        });
        evidence_file(
            "evidence/g/a.json",
            Artifact {
                format: Some(format),
                content: Content::Metrics(MetricFacts {
                    metrics: metrics.collect(),
                    unlisted: 0,
                    is_conclusive: true,
                }),
                about: About {
                    facts: facts
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                        .collect(),
                    ..About::default()
                },
                ..Artifact::default()
            },
        )
    }

    fn limit(metric: &str, sign: Sign, value: f64, unit: &str) -> Demand {
        Demand {
            limits: vec![Limit {
                metric: metric.to_owned(),
                sign,
                value,
                unit: unit.to_owned(),
            }],
            ..Demand::default()
        }
    }

    fn worst(file: &Evidence, demand: &Demand) -> Outcome {
        let mut found = Vec::new();
        open(&[file], demand, &mut found);
        found.into_iter().map(|(outcome, _)| outcome).max().unwrap_or(Outcome::Passed)
    }

    #[test]
    fn figures_meet_their_bounds_or_do_not() {
        assert!(COVERAGE.is_sorted());
        let eval = file(
            "evaluation",
            &[("accuracy", "0.92"), ("precision", "62"), ("http_req_duration p(95)", "250")],
            &[("queued", "3")],
        );
        for (metric, sign, value, unit, expected) in [
            ("accuracy", Sign::AtLeast, 0.92, "", Outcome::Passed),
            ("accuracy", Sign::Over, 0.92, "", Outcome::Failed),
            ("accuracy", Sign::AtLeast, 0.93, "", Outcome::Failed),
            ("p95", Sign::Under, 250.0, "ms", Outcome::Failed),
            ("p95", Sign::AtMost, 250.0, "ms", Outcome::Passed),
            ("queued", Sign::AtMost, 2.0, "", Outcome::Failed),
            ("recall", Sign::AtLeast, 0.1, "", Outcome::Inconclusive),
            ("precision", Sign::AtLeast, 0.9, "", Outcome::Inconclusive),
            ("precision", Sign::AtLeast, 60.0, "", Outcome::Passed),
        ] {
            assert_eq!(worst(&eval, &limit(metric, sign, value, unit)), expected, "{metric} {value}");
        }
        let words = file("step-record", &[], &[("queued", "many")]);
        assert_eq!(worst(&words, &limit("queued", Sign::AtMost, 2.0, "")), Outcome::Inconclusive);
    }

    #[test]
    fn a_longer_name_answers_only_where_it_is_no_other_figure() {
        let least = limit("accuracy", Sign::AtLeast, 0.92, "");
        for (metrics, expected) in [
            (&[("accuracy-train", "0.99")][..], Outcome::Inconclusive),
            (&[("non-accuracy", "0.99")], Outcome::Inconclusive),
            (&[("accuracy baseline", "0.99")], Outcome::Inconclusive),
            (&[("checkout accuracy", "0.99")], Outcome::Passed),
            (&[("accuracy", "0.95"), ("accuracy-train", "0.5")], Outcome::Passed),
            (&[("accuracy", "0.95"), ("accuracy of refunds", "0.5")], Outcome::Passed),
            (&[("accuracy", "0.5"), ("accuracy-train", "0.99")], Outcome::Failed),
        ] {
            assert_eq!(worst(&file("evaluation", metrics, &[]), &least), expected, "{metrics:?}");
        }
    }

    #[test]
    fn scores_from_0_to_1_are_held_against_percentages() {
        let page = file("lighthouse", &[("performance", "0.895")], &[]);
        assert_eq!(worst(&page, &limit("performance", Sign::AtLeast, 90.0, "%")), Outcome::Failed);
        assert_eq!(worst(&page, &limit("performance", Sign::AtLeast, 0.895, "")), Outcome::Passed);
        assert_eq!(worst(&page, &limit("performance", Sign::AtLeast, 90.0, "")), Outcome::Failed);
        assert_eq!(worst(&page, &limit("performance", Sign::AtLeast, 89.0, "")), Outcome::Passed);
        assert_eq!(worst(&page, &limit("performance", Sign::AtLeast, 1.0, "")), Outcome::Failed);
    }

    #[test]
    fn a_rate_is_what_is_bounded_of_what_is_counted() {
        let mut run = file(
            "k6",
            &[("checks rate", "1"), ("checks fails", "0"), ("checks passes", "10")],
            &[],
        );
        if let Content::Metrics(facts) = &mut run.artifact.content {
            facts.metrics[0].is_usual = true;
            facts.metrics[0].unit = "ratio".to_owned();
        }
        assert_eq!(worst(&run, &limit("checks", Sign::AtLeast, 99.0, "%")), Outcome::Passed);
        assert_eq!(worst(&run, &limit("checks rate", Sign::AtLeast, 99.0, "%")), Outcome::Passed);
    }

    #[test]
    fn bounds_of_coverage_have_their_own_arithmetic() {
        let demand = Demand {
            at_least: vec![("lines".to_owned(), 80.0), ("accuracy".to_owned(), 0.9)],
            at_most: vec![("lines".to_owned(), 3.0)],
            ..Demand::default()
        };
        let named: Vec<String> = limits(&demand).into_iter().map(|limit| limit.metric).collect();
        assert_eq!(named, ["accuracy", "lines"]);
    }

    #[test]
    fn a_number_without_a_unit_that_misses_a_percentage_may_be_something_else() {
        assert!(SHARE_WORDS.is_sorted());
        let bound = |sign: Sign, value: f64, unit: &str| Limit {
            metric: "x".to_owned(),
            sign,
            value,
            unit: unit.to_owned(),
        };
        let why = |name: &str, unit: &str, value: f64, limit: &Limit| without_unit(name, unit, value, limit);
        let least = bound(Sign::AtLeast, 20.0, "%");
        assert_eq!(
            why("remaining", "", 0.4, &least).as_deref(),
            Some("which may be 0.4 % or 40 %")
        );
        let most = bound(Sign::AtMost, 1.0, "%");
        assert_eq!(
            why("errors", "", 3.0, &most).as_deref(),
            Some("which may be a percentage or a count")
        );
        assert_eq!(why("errors", "", 0.5, &most).as_deref(), Some("which may be 0.5 % or 50 %"));
        for (name, unit, value, limit) in [
            ("remaining", "", 0.1, &least),
            ("remaining", "", 40.0, &least),
            ("error rate", "", 3.0, &most),
            ("errors", "%", 3.0, &most),
            ("errors", "", 0.005, &most),
            ("errors", "", 0.0, &most),
            ("errors", "", 3.0, &bound(Sign::AtMost, 1.0, "")),
        ] {
            assert_eq!(why(name, unit, value, limit), None, "{name} {value} {unit}");
        }
    }

    #[test]
    fn statistics_and_scores_have_the_words_of_people() {
        let of = |metrics: &[(&str, &str)], metric: &str, value: f64, sign: Sign| {
            let file = file("lighthouse", metrics, &[]);
            let demand = Demand {
                limits: vec![Limit {
                    metric: metric.to_owned(),
                    sign,
                    value,
                    unit: String::new(),
                }],
                ..Demand::default()
            };
            let mut found = Vec::new();
            open(&[&file], &demand, &mut found);
            found.into_iter().map(|(outcome, _)| outcome).max()
        };
        let scores = [("performance", "0.95"), ("seo", "0.89"), ("cumulative-layout-shift", "0.1")];
        assert_eq!(of(&scores, "all categories", 85.0, Sign::AtLeast), Some(Outcome::Passed));
        assert_eq!(of(&scores, "all categories", 90.0, Sign::AtLeast), Some(Outcome::Failed));
        assert_eq!(of(&scores, "all pages", 85.0, Sign::AtLeast), Some(Outcome::Inconclusive));
        assert_eq!(
            of(&[("accessibility", "0.98")], "a11y", 95.0, Sign::AtLeast),
            Some(Outcome::Passed)
        );
        let times = [
            ("http_req_duration avg", "100"),
            ("http_req_duration med", "90"),
            ("http_reqs count", "20"),
        ];
        assert_eq!(of(&times, "median", 95.0, Sign::Under), Some(Outcome::Passed));
        assert_eq!(of(&times, "average", 95.0, Sign::Under), Some(Outcome::Failed));
        assert_eq!(of(&times, "requests", 30.0, Sign::AtLeast), Some(Outcome::Failed));
        assert_eq!(of(&times, "replies", 30.0, Sign::AtLeast), Some(Outcome::Inconclusive));
    }
}
