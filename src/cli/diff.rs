//! `runproof diff`: two releases compared.

use clap::Args;

use crate::cli::common::Common;
use crate::cli::evidence::{EvidenceAt, Format};
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::dossier::{compare, known, named};
use crate::report::comparison;

/// Compare two releases: gates, evidence, components, and the text of the runbooks
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runproof diff v1.3.0 v1.4.0\n  runproof diff v1.3.0 v1.4.0 --product api --format json")]
pub(crate) struct Arguments {
    /// The version that is compared with
    before: String,
    /// The other version
    after: String,
    /// The product, where the repository has several
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// Show the components alone, and every one that changed
    #[arg(long)]
    components: bool,
    #[command(flatten)]
    evidence: EvidenceAt,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open_with(arguments.evidence.place())?;
    let known = known(&context, false)?;
    let (of, before) = named(&known, arguments.product.as_deref(), Some(&arguments.before))?;
    let (other, after) = named(&known, arguments.product.as_deref(), Some(&arguments.after))?;
    if of.plan.id != other.plan.id {
        let error = Error::usage(format!(
            "{} is a release of `{}`, and {} one of `{}`",
            arguments.before, of.plan.id, arguments.after, other.plan.id
        ));
        return Err(error.with_help("compare two releases of one product"));
    }
    let comparison = compare(&context, of, before, after)?;
    terminal.print(&match arguments.format {
        Format::Text if arguments.components => comparison::components(&comparison),
        Format::Text => comparison::text(&comparison),
        Format::Json => comparison::json(&comparison),
    });
    Ok(Outcome::Clean)
}
