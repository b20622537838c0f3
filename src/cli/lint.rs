//! `runproof lint`: which runbooks no longer tell the truth.

use clap::{Args, ValueEnum};

use crate::audit;
use crate::cli::Outcome;
use crate::cli::context::{Common, Context};
use crate::cli::outputs::{self, Outputs};
use crate::cli::scope::{Scope, judged};
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;
use crate::report;

/// Tell which runbooks no longer tell the truth
///
/// Judges the runbooks of the head of the branch, or of another revision. Files that are named are judged whether or not the settings
/// call them runbooks.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof lint\n  runproof lint docs/runbooks/restore.md --worktree\n  runproof lint --rev v1.8.2 --format json\n  runproof lint --fail-on warning\n  runproof lint --output sarif=runproof.sarif --output junit=runproof.xml"
)]
pub(crate) struct Arguments {
    /// Files or folders, from the root of the repository [default: every runbook]
    files: Vec<String>,
    /// The revision to judge [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Judge the files of the worktree, to see what a commit would bring
    #[arg(long)]
    worktree: bool,
    #[command(flatten)]
    outputs: Outputs,
    /// Exit with 1 when there are findings of this level or over
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

/// From which level findings make the program fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Info,
    /// Nothing: the exit code is 0 whatever is found.
    Never,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    if arguments.outputs.lists() {
        terminal.print(&outputs::list());
        return Ok(Outcome::Clean);
    }
    arguments.outputs.check()?;
    let context = Context::open(common)?;
    context.warn_of_unknown_rules(terminal);
    let scope = Scope {
        files: &arguments.files,
        revision: arguments.rev.as_deref(),
        worktree: arguments.worktree,
    };
    let judged = judged(&context, scope)?;
    let report = Report {
        rules: audit::rule_texts(),
        checked: audit::rules::of_runbooks(&context.config),
        root: context.folder(),
        source_url: context.source_url_at(judged.commit.as_deref()),
        commit: judged.commit,
        ..report::of(&judged.runbooks, &judged.findings, context.completeness())
    };
    arguments.outputs.write(&report, terminal)?;
    Ok(arguments.fail_on.outcome(report.findings.iter()))
}

impl FailOn {
    /// What findings mean for the exit code.
    pub(crate) fn outcome<'finding>(self, mut findings: impl Iterator<Item = &'finding Finding>) -> Outcome {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
            Self::Never => return Outcome::Clean,
        };
        if findings.any(|finding| finding.severity >= least) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}
