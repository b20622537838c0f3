//! Series of observations, schema `runproof-observations/1`: figures with their moments, as one document, JSON lines or CSV.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::about::About;
use crate::model::attest;
use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Shape, Sniff, broken, json};
use crate::parse::record::document;
use crate::parse::record::head::{Head, words};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "observations",
    title: "series of observations",
    recognizes,
    parse,
};

/// Observations of one file at most.
const MAX_POINTS: usize = 200_000;

/// Observations.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Record {
    #[serde(flatten)]
    head: Head,
    /// The observations.
    observations: Vec<Observation>,
}

/// A figure at a moment.
#[derive(Debug, Deserialize, JsonSchema)]
struct Observation {
    /// When it was seen, with a zone.
    at: String,
    /// What was measured.
    metric: String,
    /// The figure.
    value: Option<Value>,
    /// Its labels.
    #[serde(default)]
    labels: Map<String, Value>,
    /// The unit.
    unit: Option<String>,
    /// `ok` or `breach`, by the word of whoever looked.
    judgement: Option<String>,
    /// Words for the reader.
    note: Option<String>,
}

fn recognizes(sniff: &Sniff<'_>) -> bool {
    if document::is_of(sniff, "observations", Some(("observations", "metric"))) {
        return true;
    }
    let keys = ["at", "metric", "value"];
    if matches!(sniff.shape, Shape::JsonObject(_)) {
        return keys.iter().all(|key| sniff.has_key(key));
    }
    let columns = sniff.first_line().map(columns).unwrap_or_default();
    keys.iter().all(|key| columns.iter().any(|column| column == key))
}

fn columns(line: &str) -> Vec<String> {
    line.split(',')
        .map(|column| column.trim().trim_matches('"').to_lowercase())
        .collect()
}

fn parse(text: &str) -> Artifact {
    let start = text.trim_start();
    let is_whole = !start.starts_with('{')
        && !columns(start.lines().next().unwrap_or_default())
            .iter()
            .any(|column| column == "metric")
        || json::read::<Map<String, Value>>(text).is_ok_and(|members| members.contains_key("observations"));
    let read = if is_whole {
        document::read::<Record>(text, "observations").map(|record| (record.head, record.observations))
    } else if start.starts_with('{') {
        lines(text)
    } else {
        table(text).map(|observations| (Head::default(), observations))
    };
    let (head, observations) = match read {
        Ok(read) => read,
        Err(problem) => return broken(problem),
    };
    if observations.len() > MAX_POINTS {
        return broken(Problem::of_file("it holds more observations than are read"));
    }
    let mut about = head.about();
    let points: Vec<attest::Observation> = observations.into_iter().map(point).collect();
    for point in &points {
        if about.looks.last() != Some(&point.at) {
            about.looks.push(point.at.clone());
        }
    }
    let times = points.iter().map(|point| point.at.as_str());
    for at in [times.clone().min(), times.max()].into_iter().flatten() {
        About::add(&mut about.times, at);
    }
    Artifact {
        content: Content::Series(attest::Series { points }),
        about,
        ..Artifact::default()
    }
}

fn point(observation: Observation) -> attest::Observation {
    let labels: Vec<String> = observation
        .labels
        .iter()
        .map(|(name, value)| format!("{name}={}", words(value)))
        .collect();
    let value = match &observation.value {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Bool(flag)) => Some(f64::from(u8::from(*flag))),
        _ => None,
    };
    let judgement = observation.judgement.map(|word| word.trim().to_lowercase());
    attest::Observation {
        at: observation.at,
        metric: observation.metric,
        labels: labels.join(","),
        value: value.filter(|value: &f64| value.is_finite()),
        unit: observation.unit.unwrap_or_default(),
        is_breach: judgement.and_then(|word| match word.as_str() {
            "ok" | "fine" | "good" | "within" => Some(false),
            "" => None,
            // Whatever is not called fine is not fine.
            _ => Some(true),
        }),
        is_accepted: false,
        note: observation.note.unwrap_or_default(),
    }
}

/// One observation a line; the first line may be the head.
fn lines(text: &str) -> Result<(Head, Vec<Observation>), Problem> {
    let mut head = Head::default();
    let mut observations = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = |problem: Problem| Problem::at(at as u32 + 1, problem.message);
        if observations.is_empty() && line.contains("runproof-observations/") {
            head = json::read(line).map_err(place)?;
            continue;
        }
        if observations.len() > MAX_POINTS {
            break;
        }
        observations.push(json::read(line).map_err(place)?);
    }
    Ok((head, observations))
}

/// A table with the columns of an observation; labels are columns `label.NAME`.
fn table(text: &str) -> Result<Vec<Observation>, Problem> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| {
        let line = error.position().map(|position| position.line() as u32);
        Problem {
            line,
            message: "a row of the table is not like its head".to_owned(),
        }
    };
    let head: Vec<String> = reader
        .headers()
        .map_err(|error| broken(&error))?
        .iter()
        .map(str::to_lowercase)
        .collect();
    let mut observations = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| broken(&error))?;
        if observations.len() > MAX_POINTS {
            break;
        }
        let cell = |name: &str| {
            let at = head.iter().position(|column| column == name)?;
            row.get(at).filter(|cell| !cell.is_empty()).map(str::to_owned)
        };
        let labels = head.iter().filter_map(|column| {
            let name = column.strip_prefix("label.").or_else(|| column.strip_prefix("labels."))?;
            Some((name.to_owned(), Value::String(cell(column)?)))
        });
        observations.push(Observation {
            at: cell("at").unwrap_or_default(),
            metric: cell("metric").unwrap_or_default(),
            value: cell("value").map(Value::String),
            labels: labels.collect(),
            unit: cell("unit"),
            judgement: cell("judgement"),
            note: cell("note"),
        });
    }
    Ok(observations)
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// `at metric{labels} value unit breach` of every point.
    fn points(text: &str) -> Vec<String> {
        let artifact = read(text.as_bytes(), None);
        let Content::Series(series) = &artifact.content else {
            panic!("{:?}", artifact.problems)
        };
        let told = series.points.iter().map(|point| {
            format!(
                "{} {}{{{}}} {:?} {} {:?}",
                point.at, point.metric, point.labels, point.value, point.unit, point.is_breach
            )
        });
        told.collect()
    }

    #[test]
    fn lines_tables_and_documents_say_the_same() {
        let expected = [
            "2026-01-02T10:00:00Z p95{source=ios} Some(812.0) ms Some(false)",
            "2026-01-02T10:30:00Z p95{source=ios} Some(900.5) ms Some(true)",
        ];
        let line = |at: &str, value: &str, judgement: &str| {
            format!(
                "{{\"at\": \"2026-01-02T10:{at}:00Z\", \"metric\": \"p95\", \"labels\": {{\"source\": \"ios\"}}, \"value\": {value}, \"unit\": \"ms\", \"judgement\": \"{judgement}\"}}"
            )
        };
        let (one, two) = (line("00", "812", "ok"), line("30", "900.5", "breach"));
        assert_eq!(points(&format!("{one}\n{two}\n")), expected);
        let head = "{\"schema\": \"runproof-observations/1\", \"gate\": \"first-day\"}";
        assert_eq!(points(&format!("{head}\n{one}\n{two}\n")), expected);
        assert_eq!(
            points(&format!(
                "{{\"schema\": \"runproof-observations/1\", \"observations\": [{one}, {two}]}}"
            )),
            expected
        );
        let table = "at,metric,label.source,value,unit,judgement\n2026-01-02T10:00:00Z,p95,ios,812,ms,ok\n2026-01-02T10:30:00Z,p95,ios,900.5,ms,breach\n";
        assert_eq!(points(table), expected);
    }

    #[test]
    fn broken_series_are_not_read_in_part() {
        for text in [
            "{\"at\": \"x\", \"metric\": \"a\", \"value\": 1}\n{\"at\": \"y\", \"met",
            "at,metric,value\n1,2\n",
            "{\"at\": \"x\", \"metric\": \"a\", \"value\": 1}\nhello\n",
        ] {
            assert!(matches!(read(text.as_bytes(), None).content, Content::Unread), "{text}");
        }
        assert_eq!(
            points("{\"at\": \"x\", \"metric\": \"a\", \"value\": \"NaN\"}"),
            ["x a{} None  None"]
        );
    }
}
