//! One file per command: arguments, exit codes, the way through the program.

mod amend;
mod baseline;
mod build;
mod choice;
mod collect;
mod common;
mod completions;
mod component;
mod config;
mod diff;
mod evidence;
mod explain;
mod export;
mod fix;
#[cfg(test)]
mod fuzz;
mod gates;
mod init;
mod inspect;
mod lint;
mod man;
mod outcome;
mod outputs;
mod pack;
mod progress;
mod pull_request;
mod refs;
mod release;
mod remembered;
mod review;
mod sample;
mod serve;
mod step;
mod terminal;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{ErrorKind, Result};

/// A release handbook that proves itself.
///
/// Reads a git repository, its runbooks, release logs, SBOMs and gate artifacts, and renders a versioned, static handbook; the
/// freshness check flags the runbooks that no longer tell the truth. Nothing is fetched, and nothing is executed but what you type behind
/// `step GATE --`.
#[derive(Debug, Parser)]
#[command(name = "runproof", version, max_term_width = 110, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

const EXIT_CODES: &str = "Exit codes: 0 clean; 1 findings at or over the chosen level; 2 wrong usage or configuration; 3 could not be judged, because history or a revision is missing.";

#[derive(Debug, Subcommand)]
enum Command {
    Advisory(component::AdvisoryArguments),
    Amend(amend::Arguments),
    Baseline(baseline::Arguments),
    Build(build::Arguments),
    Collect(collect::Arguments),
    Completions(completions::Arguments),
    Component(component::Arguments),
    Config(config::Arguments),
    Diff(diff::Arguments),
    Explain(explain::Arguments),
    Export(export::Arguments),
    Gates(gates::Arguments),
    Init(init::Arguments),
    Inspect(inspect::Arguments),
    Lint(lint::Arguments),
    Man(man::Arguments),
    Pack(pack::Arguments),
    Refs(refs::Arguments),
    Release(release::Arguments),
    Review(review::Arguments),
    Sample(sample::Arguments),
    Serve(serve::Arguments),
    Step(step::Arguments),
    Verify(verify::Arguments),
}

/// Runs the program with its arguments, the first being its own name, and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap prints help and version to stdout, mistakes to stderr; a closed pipe is no mistake.
            let text = error.render().to_string();
            if error.use_stderr() && terminal::visible(&text) != text {
                // An argument that would steer the terminal is shown; colours are left out then.
                Terminal::new(terminal::Color::Never, false).note(&text);
            } else {
                let _ = error.print();
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(arguments.common.color, arguments.common.quiet);
    let outcome = match arguments.command {
        Command::Advisory(command) => component::run_advisory(&command, &arguments.common, &terminal),
        Command::Amend(command) => amend::run(&command, &arguments.common, &terminal),
        Command::Baseline(command) => baseline::run(&command, &arguments.common, &terminal),
        Command::Build(command) => build::run(&command, &arguments.common, &terminal),
        Command::Collect(command) => collect::run(&command, &arguments.common, &terminal),
        Command::Completions(command) => {
            completions::run(&command, &mut whole(), &terminal);
            Ok(Outcome::Clean)
        }
        Command::Component(command) => component::run(&command, &arguments.common, &terminal),
        Command::Config(command) => config::run(&command, &arguments.common, &terminal),
        Command::Diff(command) => diff::run(&command, &arguments.common, &terminal),
        Command::Explain(command) => explain::run(&command, &terminal),
        Command::Export(command) => export::run(&command, &arguments.common, &terminal),
        Command::Gates(command) => gates::run(&command, &arguments.common, &terminal),
        Command::Init(command) => init::run(&command, &arguments.common, &terminal),
        Command::Inspect(command) => inspect::run(&command, &terminal),
        Command::Lint(command) => lint::run(&command, &arguments.common, &terminal),
        Command::Man(command) => man::run(&command, whole(), &terminal),
        Command::Pack(command) => pack::run(&command, &arguments.common, &terminal),
        Command::Refs(command) => refs::run(&command, &arguments.common, &terminal),
        Command::Release(command) => release::run(&command, &arguments.common, &terminal),
        Command::Review(command) => review::run(&command, &arguments.common, &terminal),
        Command::Sample(command) => sample::run(&command, &arguments.common, &terminal),
        Command::Serve(command) => serve::run(&command, &arguments.common, &terminal),
        Command::Step(command) => step::run(&command, &arguments.common, &terminal),
        Command::Verify(command) => verify::run(&command, &arguments.common, &terminal),
    };
    exit_code(outcome, &terminal)
}

/// Every command with its options, as completions and man pages are made from.
fn whole() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

fn exit_code(outcome: Result<Outcome>, terminal: &Terminal) -> ExitCode {
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Command(code)) => ExitCode::from(code),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(match error.kind {
                ErrorKind::Usage => 2,
                ErrorKind::Unjudged => 3,
            })
        }
    }
}
