//! `runproof step`: run what the user typed, and write down how it went.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Args;

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::command::exit;
use crate::error::{Error, Result};
use crate::judge::gates::{Known, known};
use crate::judge::step::{Step, checked_out, earlier, record, secrets};
use crate::output::file::put;
use crate::source::command;
use crate::source::disk::{TEXT_LIMIT, exists, named_bytes};

/// How much of each stream goes into the log, in bytes.
const KEPT: usize = 8 << 20;

/// Run a command and write its step record: the evidence of a gate for which no tool has a format
///
/// Runs the words behind `--` as they stand, without a shell, and nothing else; what it prints is passed through, and its exit code is that of
/// this command; 3 where it ended well and the record does not count, which is said. The record says what was run, on which commit, when, how it ended, and the digests of what it printed. Secrets are not
/// stored: values of variables, options and headers with a secret name, and the user part of addresses, are `***`.
///
/// Where tracked files differ from the commit, the record is not about the commit and does not count for it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof step db-upgrade -- make db-upgrade\n  runproof step smoke --keep-output -- ./scripts/smoke.sh https://staging.example.org\n  runproof step clean-tree --out artifacts -- git diff --exit-code\n\nWhat is written to artifacts/GATE/step.json is collected with `runproof collect VERSION --from artifacts`."
)]
pub(crate) struct Arguments {
    /// The gate, by id
    gate: String,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    /// The folder of the records
    #[arg(long, value_name = "FOLDER", default_value = "artifacts")]
    out: PathBuf,
    /// Who runs it, by role
    #[arg(long, value_name = "ROLE")]
    by: Option<String>,
    /// Write the record of an earlier try over; that there was one, and how it ended, is kept
    #[arg(long)]
    again: bool,
    /// Keep what the command prints as an attachment, without secrets
    #[arg(long)]
    keep_output: bool,
    /// Count it for the commit although tracked files differ from it; the record says so
    #[arg(long)]
    allow_changed: bool,
    /// Record it although no gate of this name is declared
    #[arg(long)]
    undeclared: bool,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if arguments.gate.starts_with('.') || !arguments.gate.chars().all(is_plain) {
        let error = Error::usage(format!("`{}` is no id of a gate", arguments.gate));
        return Err(error.with_help("ids have letters, digits, `-`, `_` and `.`; `runproof gates` shows them"));
    }
    let context = common.open()?;
    if !arguments.undeclared {
        is_declared(&arguments.gate, &known(&context)?)?;
    }
    let place = arguments.out.join(&arguments.gate).join("step.json");
    let guards: &[&Path] = &[&context.root];
    let before = if exists(&place) {
        if !arguments.again {
            let error = Error::usage(format!("`{}` holds the record of an earlier try", place.display()));
            return Err(error.with_help("`--again` writes it over and keeps how the earlier try ended; or remove the file"));
        }
        let failed = |error: std::io::Error| Error::usage(format!("failed to read `{}`", place.display())).caused_by(&error);
        earlier(&named_bytes(&place, guards, TEXT_LIMIT).map_err(failed)?)
    } else {
        Vec::new()
    };
    let checked_out = checked_out(&context)?;
    let is_changed = checked_out.as_ref().is_some_and(|(_, is_changed)| *is_changed);
    let commit = checked_out.map(|(commit, is_changed)| {
        if is_changed && !arguments.allow_changed {
            format!("{commit}-dirty")
        } else {
            commit
        }
    });
    let started = Utc::now();
    let ended = command::run(
        &arguments.command,
        if arguments.keep_output { KEPT } else { 0 },
        &|stream, bytes| {
            Terminal::pass(stream == command::Stream::Stderr, bytes);
        },
    )
    .map_err(|error| {
        let program = arguments.command[0].to_string_lossy().into_owned();
        Error::usage(format!("failed to run `{program}`")).caused_by(&error)
    })?;
    let finished = Utc::now();
    let argv: Vec<String> = arguments
        .command
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let (run, attempt) = run_of_ci(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let step = Step {
        gate: &arguments.gate,
        argv: &argv,
        started,
        finished,
        commit,
        is_changed,
        run,
        attempt,
        earlier: before,
        by: arguments.by.as_deref(),
    };
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let log = arguments.keep_output.then_some("step.log");
    let (bytes, log) = record(&step, &ended, log, &secrets(variables));
    if let Some(log) = log {
        put(&place.with_file_name("step.log"), guards, &log)?;
    }
    put(&place, guards, &bytes)?;
    let about = match (&step.commit, is_changed) {
        (None, _) => "no commit",
        (Some(_), true) if !arguments.allow_changed => "a worktree with changes, so it does not count for the commit",
        (Some(_), true) => "the commit, with changes in the worktree",
        (Some(_), false) => "the commit",
    };
    terminal.note(&format!(
        "step {}: exit code {}, about {about}; recorded in {}\n",
        arguments.gate,
        ended.code,
        visible(&place.display().to_string())
    ));
    if ended.code == 0
        && let Some(reason) = says_nothing(&argv)
    {
        let error = Error::unjudged(format!("{reason}, so the gate `{}` stays open", arguments.gate));
        return Err(error.with_help("name the command that does the work; in a script, `set -e` keeps a failure"));
    }
    Ok(match u8::try_from(ended.code) {
        Ok(0) => Outcome::Clean,
        Ok(code) => Outcome::Command(code),
        Err(_) => Outcome::Findings,
    })
}

/// Why the exit code 0 of a command says nothing; none where it says that something went well.
fn says_nothing(argv: &[String]) -> Option<&'static str> {
    let (script, is_shell) = match argv {
        [shell, options @ .., script] if !options.is_empty() && options.iter().all(|option| option.starts_with('-')) => {
            let name = shell.rsplit('/').next().unwrap_or_default();
            let is_shell = matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh");
            let stops = options.iter().any(|option| !option.starts_with("--") && option.contains('e'));
            let script = if stops { format!("set -e\n{script}") } else { script.clone() };
            (script, is_shell && options.iter().any(|option| option.ends_with('c')))
        }
        _ => (String::new(), false),
    };
    let command = if is_shell { script } else { argv.join(" ") };
    if exit::is_always_zero(&command) {
        Some("the command does nothing that can fail")
    } else if is_shell && exit::is_hidden(&command) {
        Some("the script ends in a command that always succeeds")
    } else {
        None
    }
}

/// Refuses a gate that nobody declared, where anybody declared one: its record would be evidence of nothing.
fn is_declared(gate: &str, known: &Known) -> Result<()> {
    let mut ids = known.declared.iter().chain(&known.recorded);
    if known.declared.is_empty() || ids.any(|id| id.eq_ignore_ascii_case(gate)) {
        return Ok(());
    }
    let near = known
        .declared
        .iter()
        .map(|id| (strsim::damerau_levenshtein(id, gate), id))
        .min()
        .filter(|(distance, id)| *distance <= 2.max(id.len() / 4));
    let insist = "`--undeclared` records it all the same";
    let help = match near {
        Some((_, near)) => format!("did you mean `{near}`? {insist}"),
        None => format!("`runproof gates` shows those that are; {insist}"),
    };
    Err(Error::usage(format!("no gate `{gate}` is declared")).with_help(help))
}

/// The run of CI that this is part of, and its attempt.
fn run_of_ci(variable: impl Fn(&str) -> Option<String>) -> (Option<String>, Option<u64>) {
    let github = || {
        let server = variable("GITHUB_SERVER_URL")?;
        let (repository, run) = (variable("GITHUB_REPOSITORY")?, variable("GITHUB_RUN_ID")?);
        Some(format!("{server}/{repository}/actions/runs/{run}"))
    };
    let run = github().or_else(|| variable("CI_JOB_URL")).or_else(|| variable("BUILD_URL"));
    let attempt = variable("GITHUB_RUN_ATTEMPT").and_then(|attempt| attempt.parse().ok());
    (run, attempt)
}

#[cfg(test)]
mod tests {
    use super::{is_declared, run_of_ci, says_nothing};
    use crate::judge::gates::Known;

    #[test]
    fn a_gate_that_nobody_declared_is_refused_with_what_came_near() {
        let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let known = Known {
            declared: of(&["all-tests-pass-in-ci", "scan"]),
            recorded: of(&["old"]),
        };
        let help = |gate: &str| is_declared(gate, &known).err().and_then(|error| error.help.clone());
        assert!(help("all-test-pass-in-ci").is_some_and(|help| help.contains("did you mean `all-tests-pass-in-ci`?")));
        assert!(help("nope").is_some_and(|help| help.contains("--undeclared")));
        for fine in ["scan", "Scan", "old"] {
            assert_eq!(help(fine), None, "{fine}");
        }
        assert!(is_declared("any", &Known::default()).is_ok(), "nothing is declared at all");
    }

    #[test]
    fn a_command_that_cannot_fail_says_nothing() {
        let of = |argv: &[&str]| says_nothing(&argv.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).is_some();
        assert!(of(&["true"]) && of(&["echo", "done"]) && of(&["/bin/true"]) && of(&["sh", "-c", "exit 0"]));
        assert!(of(&["bash", "-c", "npm test || true"]) && of(&["sh", "-c", "make x\ntrue"]));
        assert!(!of(&["make", "x"]) && !of(&["sh", "-c", "make x"]) && !of(&["grep", "x; true"]) && !of(&["sh", "run.sh"]));
        assert!(!of(&["sh", "-c", "set -e\nmake x\necho done"]) && !of(&["sh", "-ec", "make x; exit 0"]));
        assert!(of(&["sh", "-ec", "exit 0"]) && of(&["sh", "-e", "-c", "make x || true"]));
    }

    #[test]
    fn the_run_is_told_by_the_variables_of_ci() {
        let of = |variables: &[(&str, &str)]| {
            run_of_ci(|name| {
                variables
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_RUN_ID", "7"),
            ("GITHUB_RUN_ATTEMPT", "2"),
        ];
        assert_eq!(
            of(&github),
            (Some("https://github.com/o/r/actions/runs/7".to_owned()), Some(2))
        );
        assert_eq!(of(&[("CI_JOB_URL", "https://g/1")]).0.as_deref(), Some("https://g/1"));
        assert_eq!(of(&[]), (None, None));
    }
}
