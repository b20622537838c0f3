//! `runproof inspect`: how an artifact was read.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::model::digest::sha256;
use crate::model::evidence::{Artifact, Content};
use crate::parse::recognise;
use crate::source::disk::named_bytes;

/// The largest file that is read, in bytes.
const LIMIT: u64 = 256 << 20;

/// Show how artifacts are read
///
/// The format is recognised by content. The exit code is 1 when a file could not be read, or contradicts itself.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof inspect target/junit.xml\n  runproof inspect --format json sbom.cdx.json coverage.xml"
)]
pub(crate) struct Arguments {
    /// The files
    #[arg(required_unless_present = "list", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// List the formats that are known
    #[arg(long)]
    list: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Read the files as this format instead of recognising them
    #[arg(long = "as", value_name = "FORMAT")]
    declared: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome> {
    if arguments.list {
        let width = recognise::names().iter().map(|name| name.len()).max().unwrap_or_default();
        let lines = recognise::formats().map(|format| format!("{:width$}  {}\n", format.name, format.title));
        terminal.print(&lines.collect::<String>());
        return Ok(Outcome::Clean);
    }
    if let Some(name) = arguments.declared.as_deref().filter(|name| recognise::format(name).is_none()) {
        let known = recognise::names().join("`, `");
        return Err(Error::usage(format!("there is no format `{name}`")).with_help(format!("known formats are `{known}`")));
    }
    let mut outcome = Outcome::Clean;
    let mut values = Vec::new();
    for path in &arguments.files {
        let (value, artifact) = inspect(path, arguments.declared.as_deref())?;
        if artifact.format.is_none() || !artifact.problems.is_empty() || !artifact.anomalies.is_empty() {
            outcome = Outcome::Findings;
        }
        values.push(value);
    }
    match arguments.format {
        Format::Json => terminal.print_json(&format!("{:#}\n", json!({ "schema": "runproof-inspect/1", "files": values }))),
        Format::Text => values.iter().for_each(|value| terminal.print(&text(value))),
    }
    Ok(outcome)
}

fn inspect(path: &Path, declared: Option<&str>) -> Result<(Value, Artifact)> {
    let name = path.display().to_string();
    let bytes = named_bytes(path, &[Path::new(".")], LIMIT).map_err(|error| Error::not_read(&name, &error))?;
    let artifact = recognise::read(&bytes, declared);
    let title = recognise::formats()
        .find(|format| Some(format.name) == artifact.format)
        .map(|format| format.title);
    let digest = sha256(&bytes);
    let content = match &artifact.content {
        Content::Unread => Value::Null,
        Content::Tests(facts) => json!({ "tests": facts }),
        Content::Coverage(facts) => json!({ "coverage": facts }),
        Content::Findings(facts) => json!({ "findings": facts }),
        Content::Sbom(sbom) => json!({ "sbom": sbom }),
        Content::Metrics(facts) => json!({ "metrics": facts }),
        Content::Provenance(facts) => json!({ "provenance": facts }),
        Content::Advisories(facts) => json!({ "advisories": facts }),
        Content::Signoffs(signoffs) => json!({ "signoffs": { "signoffs": signoffs } }),
        Content::Phases(phases) => json!({ "phases": { "phases": phases } }),
        Content::Series(series) => json!({ "observations": series }),
    };
    let value = json!({
        "path": name,
        "format": artifact.format,
        "title": title,
        "bytes": bytes.len(),
        "sha256": digest,
        "subject": artifact.about,
        "counts": artifact.counts,
        "content": content,
        "problems": artifact.problems,
        "anomalies": artifact.anomalies,
    });
    Ok((value, artifact))
}

/// A value as people read it: lists with commas, fields by their names, nothing of what is not known.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is) => if *is { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            items.join("; ")
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            items.join(", ")
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.replace('_', " "), plain(value)));
            let known = fields.filter(|(_, value)| !value.is_empty());
            known
                .map(|(name, value)| format!("{name} {value}"))
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}

/// The facts as lines of `name  value`; long lists are counted.
fn text(value: &Value) -> String {
    let word = |key: &str| value[key].as_str().unwrap_or("not recognised").to_owned();
    let mut lines = vec![format!("{}: {}", word("path"), word("title"))];
    lines.push(format!("  bytes   {}", value["bytes"]));
    lines.push(format!("  sha256  {}", word("sha256")));
    if let Some(content) = value["content"]
        .as_object()
        .and_then(|content| content.values().next())
        .and_then(Value::as_object)
    {
        for (key, value) in content {
            let shown = match value {
                Value::Null => continue,
                Value::Array(items) if items.iter().any(Value::is_object) && items.len() > 4 => format!("{} listed", items.len()),
                other => plain(other),
            };
            if !shown.is_empty() {
                lines.push(format!("  {:<18} {shown}", key.replace('_', " ")));
            }
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for (key, word) in [("problems", "problem"), ("anomalies", "in doubt")] {
        for entry in value[key].as_array().into_iter().flatten() {
            let message = entry["message"].as_str().unwrap_or_default();
            // Most of what keeps a file from being good is a problem of it as well.
            if key == "anomalies" && told.contains(&message) {
                continue;
            }
            told.push(message);
            let line = entry["line"]
                .as_u64()
                .map(|line| format!(" (line {line})"))
                .unwrap_or_default();
            lines.push(format!("  {word}{line}: {message}"));
        }
    }
    lines.join("\n") + "\n"
}
