//! Evaluations of a model, schema `runproof-evaluation/1`: figures over a data set, with their thresholds.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};

use crate::model::about::About;
use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::measure::{Metric, MetricFacts};
use crate::parse::artifact::{Format, Shape, Sniff, anomaly, broken};
use crate::parse::record::document;
use crate::parse::record::head::Head;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "evaluation",
    title: "evaluation of a model",
    recognizes,
    parse,
};

/// An evaluation.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The suite.
    suite: Option<String>,
    /// The model.
    model: Option<String>,
    /// The version of the prompt.
    prompt_version: Option<String>,
    /// The digest of the data set.
    dataset_sha256: Option<String>,
    /// When it was made.
    evaluated: Option<String>,
    /// The figures.
    metrics: Vec<Figure>,
}

/// One figure.
#[derive(Debug, Deserialize, JsonSchema)]
struct Figure {
    /// The name.
    name: String,
    /// The value.
    #[schemars(with = "f64")]
    value: Number,
    /// The threshold that it was compared with.
    #[schemars(with = "Option<f64>")]
    threshold: Option<Number>,
    /// `at-least` or `at-most`.
    direction: Option<String>,
    /// How many cases it was measured over.
    n: Option<u64>,
}

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let is_plain = matches!(sniff.shape, Shape::JsonObject(_))
        && !sniff.has_key("schema")
        && ["suite", "metrics"].iter().all(|key| sniff.has_key(key))
        && ["model", "dataset_sha256", "prompt_version"]
            .iter()
            .any(|key| sniff.has_key(key));
    is_plain || document::is_of(sniff, "evaluation", None)
}

fn parse(text: &str) -> Artifact {
    let record: Record = match document::read(text, "evaluation") {
        Ok(record) => record,
        Err(problem) => return broken(problem),
    };
    let mut anomalies = Vec::new();
    let mut facts = MetricFacts {
        is_conclusive: true,
        ..MetricFacts::default()
    };
    for figure in &record.metrics {
        if figure.n == Some(0) {
            let message = format!("`{}` was measured over nothing", figure.name);
            anomaly(&mut anomalies, AnomalyKind::NothingOfNothing, None, message);
        }
        let value = figure.value.as_f64().unwrap_or(f64::NAN);
        let (holds, limit) = match (&figure.threshold, figure.direction.as_deref()) {
            (None, _) => (None, String::new()),
            (Some(threshold), Some("at-least")) => (
                threshold.as_f64().map(|bound| value >= bound),
                format!("at least {threshold}"),
            ),
            (Some(threshold), Some("at-most")) => {
                (threshold.as_f64().map(|bound| value <= bound), format!("at most {threshold}"))
            }
            (Some(threshold), _) => {
                let message = format!("the direction of the threshold of `{}` is not known", figure.name);
                anomaly(&mut anomalies, AnomalyKind::UnknownWord, None, message);
                (None, threshold.to_string())
            }
        };
        facts.metrics.push(Metric {
            name: figure.name.clone(),
            of: figure.n.map(|n| format!("{n} cases")).unwrap_or_default(),
            value: Some(figure.value.to_string()),
            limit,
            holds,
            ..Metric::default()
        });
    }
    let mut about = record.head.about();
    record.evaluated.iter().for_each(|at| About::add(&mut about.times, at));
    for (name, text) in [
        ("suite", &record.suite),
        ("model", &record.model),
        ("prompt_version", &record.prompt_version),
        ("dataset_sha256", &record.dataset_sha256),
    ] {
        about.facts.extend(text.iter().map(|text| (name.to_owned(), text.clone())));
    }
    let mut artifact = Artifact {
        content: Content::Metrics(facts),
        about,
        anomalies,
        ..Artifact::default()
    };
    artifact
        .counts
        .insert("metrics".to_owned(), Value::from(record.metrics.len() as u64));
    artifact
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn figures_hold_their_thresholds_or_do_not() {
        let text = |value: &str, direction: &str, n: &str| {
            format!(
                "{{\"suite\": \"audit\", \"model\": \"m\", \"metrics\": [{{\"name\": \"precision\", \"value\": {value}, \"threshold\": 0.9, \"direction\": \"{direction}\", \"n\": {n}}}]}}"
            )
        };
        for (value, direction, n, holds, anomalies) in [
            ("0.9", "at-least", "10", Some(true), 0),
            ("0.89", "at-least", "10", Some(false), 0),
            ("0.91", "at-most", "10", Some(false), 0),
            ("0.95", "sideways", "10", None, 1),
            ("1.0", "at-least", "0", Some(true), 1),
        ] {
            let artifact = read(text(value, direction, n).as_bytes(), None);
            let Content::Metrics(facts) = &artifact.content else {
                panic!("{:?}", artifact.problems)
            };
            assert_eq!(
                (facts.metrics[0].holds, artifact.anomalies.len()),
                (holds, anomalies),
                "{value} {direction}"
            );
        }
        assert_eq!(
            read(b"{\"suite\": \"x\", \"metrics\": []}", None).format,
            None,
            "another tool's document"
        );
    }
}
