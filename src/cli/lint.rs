//! `runproof lint`: which runbooks no longer tell the truth.

use clap::Args;

use crate::audit;
use crate::cli::choice;
use crate::cli::common::{self, Common};
use crate::cli::evidence::EvidenceAt;
use crate::cli::fix;
use crate::cli::outcome::FailOn;
use crate::cli::outcome::Outcome;
use crate::cli::outputs::{self, Outputs};
use crate::cli::pull_request;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::accept::{self, Accepted, Choice, Extent};
use crate::judge::base;
use crate::judge::change::{self, Change};
use crate::judge::context::Context;
use crate::judge::scope::{Judged, Scope, judged};
use crate::model::finding::Safety;
use crate::model::freshness::State;
use crate::model::report::Report;
use crate::report;

/// Tell which runbooks no longer tell the truth
///
/// Judges the runbooks of the head of the branch, or of another revision. Files that are named are judged whether or not the settings
/// call them runbooks.
///
/// With a base, only what a change does is told: what it breaks, adds or alters. What was wrong before never blocks it. In the pipeline of
/// a pull request the base is found without being named.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof lint\n  runproof lint docs/runbooks/restore.md --worktree\n  runproof lint --rev v1.8.2 --format json\n  runproof lint --fail-on warning\n  runproof lint --base main\n  runproof lint --staged\n  runproof lint --output sarif=runproof.sarif --output junit=runproof.xml\n  runproof lint --diff\n  runproof lint --fix docs/runbooks/restore.md"
)]
pub(crate) struct Arguments {
    /// Files, or folders for the runbooks below them, from the root of the repository [default: every runbook]
    files: Vec<String>,
    /// The revision to judge [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Judge the files of the worktree, to see what a commit would bring
    #[arg(long)]
    worktree: bool,
    /// Judge only what changed since the merge base of this revision; `auto` finds the base of a pull request, `none` compares with nothing
    #[arg(long, value_name = "REVISION", conflicts_with = "no_base")]
    base: Option<String>,
    /// Judge everything, also in the pipeline of a pull request
    #[arg(long)]
    no_base: bool,
    /// Judge only what the next commit changes: the index against the commit that is checked out
    #[arg(long, conflicts_with_all = ["rev", "worktree", "base", "no_base"])]
    staged: bool,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    evidence: EvidenceAt,
    /// Exit with 1 when there are findings of this level or over
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// Mend what can be mended without looking, in the files of the worktree, and judge them again
    #[arg(long, conflicts_with_all = ["rev", "base", "staged", "diff"])]
    fix: bool,
    /// With --fix or --diff: mend also what somebody should look at
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would change in the files of the worktree, and change nothing; exit with 1 when there is something
    #[arg(long, conflicts_with_all = ["rev", "base", "staged"])]
    diff: bool,
    /// The baseline, from the root of the repository [default: runproof-baseline.json, where it is there]
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    baseline: Option<String>,
    /// Count also what the baseline accepts
    #[arg(long)]
    no_baseline: bool,
    /// Exit with 0 whatever is found; the same as `--fail-on never`
    #[arg(long, conflicts_with = "fail_on")]
    exit_zero: bool,
    /// Show which files are taken for runbooks by which glob, and what came near; judge nothing
    #[arg(long, conflicts_with_all = ["files", "fix", "diff", "base", "staged"])]
    explain_choice: bool,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    if arguments.outputs.lists() {
        terminal.print(&outputs::list());
        return Ok(Outcome::Clean);
    }
    arguments.outputs.check()?;
    let context = common.open_with(arguments.evidence.place())?;
    common::warn_of_settings(&context, terminal);
    if arguments.unsafe_fixes && !arguments.fix && !arguments.diff {
        return Err(Error::usage("`--unsafe-fixes` does nothing by itself").with_help("add `--fix` or `--diff`"));
    }
    if arguments.explain_choice {
        let subject = context.subject(arguments.rev.as_deref(), arguments.worktree)?;
        return choice::explain(&context, &subject, terminal);
    }
    let baseline = accept::baseline(&context, arguments.choice())?;
    let mut accepted = Accepted::default();
    let mut is_change = false;
    let mut judge = || {
        let (mut judged, extent, compared) = subject(arguments, &context, terminal)?;
        is_change = compared;
        accepted = accept::accept(&context, &mut judged, extent, baseline.as_ref());
        Ok(judged)
    };
    let most = if arguments.unsafe_fixes {
        Safety::Unsafe
    } else {
        Safety::Safe
    };
    let judged = if arguments.fix {
        fix::mend(&context, most, terminal, &mut judge)?
    } else {
        judge()?
    };
    if arguments.diff {
        return Ok(fix::show(&judged, most, terminal));
    }
    let mut report = Report {
        rules: audit::rule_texts(),
        checked: audit::rules::of_runbooks(&context.config),
        root: context.folder(),
        source_url: context.source_url_at(judged.commit.as_deref()),
        commit: judged.commit,
        is_of_change: is_change,
        ..report::of(&judged.runbooks, &judged.findings, context.completeness())
    };
    if is_change {
        // History was not asked, so that no state but this one is known.
        report.states.retain(|(state, _)| *state == State::Broken);
    }
    arguments.outputs.write(&report, terminal)?;
    terminal.note(&accepted.words());
    let fail_on = if arguments.exit_zero {
        FailOn::Never
    } else {
        arguments.fail_on
    };
    let outcome = fail_on.outcome(report.findings.iter());
    let is_whole = arguments.files.is_empty() && arguments.rev.is_none();
    if is_whole {
        let found = choice::require(&context, arguments.worktree || arguments.fix, report.runbooks as usize);
        if outcome == Outcome::Clean {
            found?;
        } else if let Err(silent) = found {
            // The exit code is that of what was found, and what was not looked at is told as well.
            terminal.note(&format!("warning: {silent}\n"));
        }
    }
    // A change need not touch anything that is judged; who names files means them.
    if !arguments.files.is_empty() && !is_change && report.runbooks == 0 && outcome == Outcome::Clean {
        let named = arguments.files.join("`, `");
        let error = Error::unjudged(format!("there is no runbook below `{named}`, so nothing was judged"));
        return Err(error.with_help("`runproof lint --explain-choice` shows which files are runbooks, and why"));
    }
    Ok(outcome)
}

/// Judges what the arguments ask for: a change, or everything. Files are mended in the worktree, so that is what is judged then.
/// Tells also whether it was a change.
fn subject(arguments: &Arguments, context: &Context, terminal: &Terminal) -> Result<(Judged, Extent, bool)> {
    if arguments.staged {
        let judged = change::judged(context, &change::staged(context)?, &arguments.files)?;
        return Ok((judged, Extent::Part, true));
    }
    let mends = arguments.fix || arguments.diff;
    if !mends && let Some(change) = changed(arguments, context, terminal)? {
        return Ok((change::judged(context, &change, &arguments.files)?, Extent::Part, true));
    }
    let scope = Scope {
        files: &arguments.files,
        revision: arguments.rev.as_deref(),
        worktree: arguments.worktree || mends,
    };
    let extent = if arguments.files.is_empty() {
        Extent::Whole
    } else {
        Extent::Part
    };
    Ok((judged(context, scope)?, extent, false))
}

impl Arguments {
    fn choice(&self) -> Choice<'_> {
        match &self.baseline {
            _ if self.no_baseline => Choice::Nothing,
            Some(file) => Choice::File(file),
            None => Choice::Usual,
        }
    }
}

/// The change to judge; none when everything is to be judged.
fn changed(arguments: &Arguments, context: &Context, terminal: &Terminal) -> Result<Option<Change>> {
    let is_bare = arguments.files.is_empty() && arguments.rev.is_none() && !arguments.worktree;
    let choice = match arguments.base.as_deref() {
        Some("none") => base::Choice::Nothing,
        Some("auto") => base::Choice::Auto,
        Some(revision) => base::Choice::Revision(revision),
        None if is_bare && !arguments.no_base => base::Choice::PullRequest,
        None => base::Choice::Nothing,
    };
    if choice == base::Choice::Nothing {
        return Ok(None);
    }
    let pull_request = pull_request::told(|name| std::env::var(name).ok());
    if choice == base::Choice::PullRequest && pull_request.is_none() {
        return Ok(None);
    }
    let head = context.subject(arguments.rev.as_deref(), arguments.worktree)?;
    let Some(commit) = &head.head else {
        return match choice {
            base::Choice::PullRequest => Ok(None),
            _ => Err(Error::unjudged("there is no commit yet to compare with")),
        };
    };
    let Some(base) = base::find(context, choice, &commit.id, pull_request.as_ref())? else {
        return Ok(None);
    };
    terminal.note(&format!("compared with {}, {}\n", &base.commit[..7], base.why));
    let base = context.subject(Some(&base.commit), false)?;
    Ok(Some(Change { base, head }))
}
