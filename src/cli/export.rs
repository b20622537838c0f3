//! `runproof export`: releases and what they are made of as tables, for programs that ask many repositories at once.

use std::path::PathBuf;

use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::EvidenceAt;
use crate::cli::outcome::Outcome;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::handbook;
use crate::model::handbook::Product;
use crate::output::file;
use crate::report::export::table::SCHEMA;
use crate::report::export::{FORMS, TABLES, schema, source};

/// Write releases, gates, evidence, components, advisories, runbooks and findings as tables
///
/// One file for each table, for programs such as Spark and Trino: one folder for each repository, and one question over all of them.
/// `--schema` tells the tables and their columns.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof export --out export\n  runproof export --format parquet --out lake/repository=shop\n  duckdb -c \"select repository, release, version from 'lake/*/components.parquet' where name = 'log4j-core'\""
)]
pub(crate) struct Arguments {
    /// The form of the tables
    #[arg(long, default_value = "ndjson", value_parser = NAMES)]
    format: String,
    /// The folder to write to; it is made, and files of the tables in it are replaced
    #[arg(long, value_name = "DIR", required_unless_present = "schema")]
    out: Option<PathBuf>,
    /// Print the tables and their columns, and do nothing else
    #[arg(long)]
    schema: bool,
    /// The name of the repository in the tables; without it that of its folder or its remote
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    evidence: EvidenceAt,
}

/// The names of all forms, those included that this build was made without: what may be asked for is the same everywhere.
const NAMES: [&str; 2] = ["ndjson", "parquet"];

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    if arguments.schema {
        terminal.print(&schema());
        return Ok(Outcome::Clean);
    }
    let Some(form) = FORMS.iter().find(|form| form.name == arguments.format) else {
        let error = Error::usage(format!("this build was made without `{}`", arguments.format));
        return Err(
            error.with_help("take the published program or build with `--features full`; `--format ndjson` is in every build")
        );
    };
    let out = arguments
        .out
        .as_deref()
        .ok_or_else(|| Error::usage("there is no folder to write to"))?;
    let mut context = common.open_with(arguments.evidence.place())?;
    // Tables hold no pages: the texts of past releases are not asked for.
    context.config.editions.limit = Some(0);
    let progress = Progress::new(terminal);
    let handbook = handbook::read(&context, false, &progress)?;
    drop(progress);
    let name = arguments.name.clone().unwrap_or_else(|| context.name());
    let source = source(&name, &handbook);
    let mut words = Vec::new();
    for table in TABLES {
        let failed = |reason: String| Error::unjudged(format!("the table `{}` cannot be written", table.name)).caused_by(&reason);
        let (bytes, rows) = (form.write)(table, &source).map_err(failed)?;
        file::put(&out.join(format!("{}.{}", table.name, form.name)), &[], &bytes)?;
        words.push(format!("{} {rows}", table.name));
    }
    terminal.note(&format!("wrote {SCHEMA} to {}: {}\n", out.display(), words.join(", ")));
    let is_empty = |product: &Product| {
        product.releases.is_empty() && product.editions.first().is_none_or(|edition| edition.runbooks.is_empty())
    };
    if handbook.products.iter().all(is_empty) {
        return Err(Error::unjudged(
            "there is neither a runbook nor a release, so the tables hold nothing",
        ));
    }
    Ok(Outcome::Clean)
}
