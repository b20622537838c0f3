//! `runproof config`: every setting with where it came from, and the schema of the settings file.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::config::{baseline, read, schema, waivers};
use crate::error::Result;
use crate::judge::context::Context;

/// Show the settings
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Command {
    /// Print every setting with where it came from
    #[command(after_help = "Examples:\n  runproof config show\n  runproof config show --repo ../service")]
    Show,
    /// Print the JSON Schema of runproof.toml, or of another file that is read
    Schema {
        /// Which file
        #[arg(value_enum, default_value_t)]
        file: SchemaFile,
    },
}

/// A file that is read and has a schema.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SchemaFile {
    /// runproof.toml.
    #[default]
    Settings,
    /// runproof-waivers.toml.
    Waivers,
    /// runproof-baseline.json.
    Baseline,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    match arguments.command {
        Command::Show => {
            let context = common.open()?;
            terminal.print(&show(&context));
        }
        Command::Schema { file } => {
            let schema = match file {
                SchemaFile::Settings => schema::schema(),
                SchemaFile::Waivers => waivers::schema(),
                SchemaFile::Baseline => baseline::schema(),
            };
            terminal.print_json(&format!("{schema:#}\n"));
        }
    }
    Ok(Outcome::Clean)
}

fn show(context: &Context) -> String {
    let origins = context
        .config_file
        .as_ref()
        .map(|file| read::origins(&file.text))
        .unwrap_or_default();
    let mut rows = Vec::new();
    collect(&serde_json::to_value(&context.config).unwrap_or_default(), "", &mut rows);
    let width = rows
        .iter()
        .map(|(key, value)| key.len() + value.len() + 3)
        .max()
        .unwrap_or_default()
        .min(72);
    let mut text = String::new();
    for (key, value) in rows {
        let origin = match (&context.config_file, origins.iter().find(|(path, _)| *path == key)) {
            (Some(file), Some((_, line))) => format!("{}:{line}", file.name),
            _ => "default".to_owned(),
        };
        let setting = format!("{key} = {value}");
        text.push_str(&format!("{setting:width$}  # {origin}\n"));
    }
    text
}

/// The leaves of a value as dotted paths, in the order of their names; elements of arrays of tables count from 0.
fn collect(value: &Value, prefix: &str, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                collect(
                    value,
                    &if prefix.is_empty() {
                        key.clone()
                    } else {
                        format!("{prefix}.{key}")
                    },
                    rows,
                );
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{prefix}[{index}]"), rows);
            }
        }
        Value::Null => rows.push((prefix.to_owned(), "(not set)".to_owned())),
        Value::Object(_) => rows.push((prefix.to_owned(), "{}".to_owned())),
        value => rows.push((prefix.to_owned(), value.to_string())),
    }
}
