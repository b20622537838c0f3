//! `runproof sample`: changes of a period, drawn so that anybody can draw them again.

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use crate::cli::common::{Common, day};
use crate::cli::evidence::EvidenceAt;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::population::{Request, sample};
use crate::model::population::Period;
use crate::report;
use crate::site::feeds::table::table;

/// Draw a sample of the changes of a period, and trace each to its release, gates, sign-offs, deployment and way back
///
/// A change is a commit on the line of first parents, and counts on its committer date, in UTC. The members are taken in the order of
/// SHA-256 of the seed, a NUL byte and the commit id, so that whoever knows the seed can draw them again. There is no default size.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof sample --period 2026-Q3 --size 25 --seed 'letter of 1 October'\n  runproof sample --from 2026-07-01 --to 2026-09-30 --size 25 --seed 4711 --format csv\n  runproof sample --period 2026 --size 10 --seed x --product api --format json"
)]
pub(crate) struct Arguments {
    /// The first day of the period
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "to")]
    from: Option<NaiveDate>,
    /// The last day of the period, which belongs to it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "from")]
    to: Option<NaiveDate>,
    /// The period by its name: `2026`, `2026-Q3` or `2026-07`
    #[arg(long, value_name = "NAME", value_parser = period, conflicts_with_all = ["from", "to"])]
    period: Option<Period>,
    /// How many changes to draw
    #[arg(long, value_name = "N")]
    size: usize,
    /// What decides the order: any text, best given by the auditor
    #[arg(long, value_name = "TEXT")]
    seed: String,
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    #[command(flatten)]
    evidence: EvidenceAt,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// A period by its name.
pub(super) fn period(text: &str) -> Result<Period, String> {
    Period::named(text).ok_or_else(|| "a period is a year, a quarter or a month: `2026`, `2026-Q3`, `2026-07`".to_owned())
}

/// The two days that options name.
pub(super) fn days(period: Option<&Period>, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<(NaiveDate, NaiveDate)> {
    let days = period
        .map(|period| (period.from, period.to))
        .or_else(|| from.zip(to))
        .ok_or_else(|| {
            Error::usage("no period is named")
                .with_help("name one, `--period 2026-Q3`, or its first and last day, `--from` and `--to`")
        })?;
    if days.0 > days.1 {
        return Err(Error::usage(format!(
            "the period ends on {}, before it begins on {}",
            days.1, days.0
        )));
    }
    Ok(days)
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let (from, to) = days(arguments.period.as_ref(), arguments.from, arguments.to)?;
    if arguments.size == 0 {
        return Err(Error::usage("a sample of none shows nothing").with_help("say how many with `--size`"));
    }
    let context = common.open_with(arguments.evidence.place())?;
    let request = Request {
        product: arguments.product.as_deref(),
        from,
        to,
        size: arguments.size,
        seed: &arguments.seed,
    };
    let sample = sample(&context, &request)?;
    terminal.print(&match arguments.format {
        Format::Text => report::sample::text(&sample),
        Format::Csv => String::from_utf8_lossy(&table(report::sample::rows(&sample))).into_owned(),
        Format::Json => report::sample::json(&sample),
    });
    Ok(Outcome::Clean)
}
