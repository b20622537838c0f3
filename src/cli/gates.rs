//! `runproof gates`: what release texts ask of a release.

use clap::{Args, ValueEnum};

use crate::audit::asked::boxes;
use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::gates::{proposed, texts};
use crate::report::gates::{self, Asked};

/// Show what release texts ask of a release: gates, thresholds, sign-offs, windows, duties
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof gates\n  runproof gates RELEASING.md --as table\n  runproof gates docs/go-no-go.md --rev v1.8.2 --format json"
)]
pub(crate) struct Arguments {
    /// Texts, from the root of the repository; any Markdown file will do [default: every runbook]
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The revision to read [default: the head of the branch]
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    rev: Option<String>,
    /// Read the files of the worktree
    #[arg(long)]
    worktree: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t, conflicts_with = "declare")]
    format: Format,
    /// Print what would declare every gate: a table for a runbook, or settings
    #[arg(long = "as", value_enum, value_name = "FORM")]
    declare: Option<Declare>,
}

/// A form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Where gates can be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Declare {
    /// A Markdown table
    Table,
    /// Settings
    Toml,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let read = texts(&context, &arguments.files, arguments.rev.as_deref(), arguments.worktree)?;
    if read.is_empty() {
        return Err(Error::unjudged(
            "found no runbook; name a file, or say in the settings which files are runbooks",
        ));
    }
    let asked: Vec<Asked<'_>> = read
        .iter()
        .map(|text| Asked {
            path: &text.path,
            declarations: &text.runbook.declarations,
            lines: &text.runbook.lines,
            attested: boxes(&text.runbook),
        })
        .collect();
    terminal.print(&match (arguments.declare, arguments.format) {
        (Some(Declare::Table), _) => gates::table(&asked),
        (Some(Declare::Toml), _) => gates::toml(&proposed(&context, &read)),
        (None, Format::Json) => gates::json(&asked),
        (None, Format::Text) => gates::text(&asked),
    });
    Ok(Outcome::Clean)
}

#[cfg(test)]
mod tests {
    use crate::audit::asked::{gates, proposed};
    use crate::config::gate::gate;
    use crate::config::read::read;
    use crate::model::gate::{DeclaredAt, Gate};
    use crate::parse::runbook;
    use crate::report::gates::toml;

    #[test]
    fn text_and_the_settings_that_are_written_from_it_ask_for_the_same() {
        let text = "# Release\n\n## Gates\n\n| Gate | Demand | Evidence | When |\n|---|---|---|---|\n\
            | All tests pass in CI | | `ci/run.json` | |\n\
            | Coverage | lines ≥ 80 %, branches ≥ 70 % | cobertura | |\n\
            | Image scan | no critical or high findings | `trivy.sarif` | |\n\
            | Errors | error rate < 1 %, p95 ≤ 400 ms | `m.prom` | `api/**` changed |\n\
            | Model | accuracy ≥ 0.92 | `eval.json` | |\n\
            | Drill | within the last 90 days | `drill.json` | |\n\
            | Watch | error rate ≤ 1 %, every 15 min for 2 h, 2 in a row | `watch.jsonl` | |\n\
            | Approval | approved by product owner and engineering lead | `approval.json` | |\n\n\
            ## Gates by their keys\n\n| id | format | tool | min-tests | max-warnings | roles |\n|---|---|---|---|---|---|\n\
            | unit | junit | | 10 | | |\n| lint | sarif | eslint | | 0 | |\n";
        let runbook = runbook::parse(text.as_bytes());
        let bare = |gate: Gate| Gate {
            declared_at: Vec::<DeclaredAt>::new(),
            ..gate
        };
        let mut asked: Vec<Gate> = gates("r.md", &runbook, &[""]).into_iter().map(bare).collect();
        assert!(asked.len() >= 9, "{asked:#?}");
        assert_eq!(
            proposed("r.md", &runbook, &[""]).len(),
            asked.len(),
            "everything is declared already"
        );
        let settings = toml(&asked);
        let config = read(&settings, "runproof.toml", &[]).unwrap_or_else(|error| panic!("{}\n{settings}", error.message));
        let mut again: Vec<Gate> = config.gates.iter().map(|config| bare(gate(config))).collect();
        // Settings keep names in the order of the alphabet.
        for gate in asked.iter_mut().chain(&mut again) {
            // What words say of places is no key.
            gate.demand.said.clear();
            gate.demand.max_findings.sort();
            gate.demand.at_least.sort_by(|one, other| one.0.cmp(&other.0));
            gate.demand
                .limits
                .sort_by(|one, other| (!one.sign.is_upward(), &one.metric).cmp(&(!other.sign.is_upward(), &other.metric)));
        }
        assert_eq!(again, asked, "{settings}");
    }
}
