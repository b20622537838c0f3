//! `runproof init`: begins a handbook in a repository that has none.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::survey::{Forge, Survey, survey};
use crate::output::file;
use crate::report::starter::{self, Found};

/// The branch that is published where no branch is checked out.
const BRANCH: &str = "main";

/// Begin a handbook: settings that say what was found, a first runbook, a file for CI
///
/// Looks for runbooks, releases, changelogs and gates, and writes what it found as comments of runproof.toml. A runbook is written where
/// none was found, a file for CI where the forge is known. What is there already is left as it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runproof init\n  runproof init --dry-run\n  runproof init --forge none --repo ../service")]
pub(crate) struct Arguments {
    /// Print what would be written; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Whose CI the file is for [default: as files and the address of `origin` tell]
    #[arg(long, value_enum, value_name = "FORGE")]
    forge: Option<ChosenForge>,
    /// The repository that CI installs Runproof from, as an address that git can clone [default: a variable of the CI, `RUNPROOF_REPOSITORY`]
    #[arg(long, value_name = "ADDRESS")]
    install_from: Option<String>,
}

/// A forge that somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ChosenForge {
    /// GitHub and what understands its workflows
    Github,
    /// GitLab
    Gitlab,
    /// No file for CI
    None,
}

/// A file that is to be begun.
struct File {
    path: &'static str,
    text: String,
    /// What is left to do for it.
    next: Option<&'static str>,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let named = common.repo.as_ref().and_then(|folder| folder.canonicalize().ok());
    let around = context.root.canonicalize().ok();
    if let (Some(named), Some(around)) = (named, around)
        && named != around
    {
        let error = Error::usage(format!(
            "`{}` is not the root of a repository; it lies in `{}`",
            named.display(),
            around.display()
        ));
        return Err(error.with_help("name the root with `--repo`, or make a repository of the folder first: `git init`"));
    }
    let survey = survey(&context)?;
    let forge = match arguments.forge {
        Some(ChosenForge::Github) => Some(Forge::GitHub),
        Some(ChosenForge::Gitlab) => Some(Forge::GitLab),
        Some(ChosenForge::None) => None,
        None => survey.forge,
    };
    let published = env!("CARGO_PKG_REPOSITORY");
    let install_from = arguments
        .install_from
        .as_deref()
        .or(Some(published).filter(|address| !address.is_empty()));
    let files = files(&survey, forge, &context.config.out, install_from);
    if arguments.dry_run {
        for file in &files {
            terminal.print(&visible(&format!("--- {}\n{}\n", file.path, file.text)));
        }
        return Ok(Outcome::Clean);
    }
    for file in files {
        let is_new = write(&context.root, &file)?;
        terminal.note(&format!("{} {}\n", if is_new { "wrote" } else { "kept " }, file.path));
        if let Some(next) = file.next.filter(|_| is_new) {
            terminal.note(&format!("      {next}\n"));
        }
    }
    if forge.is_none() && arguments.forge.is_none() {
        terminal.note(
            "no file for CI: neither a file nor the address of `origin` tells which forge this is; `runproof init --forge github` or `--forge gitlab` writes one\n",
        );
    }
    if survey.has_ignore_file {
        terminal.note(&visible(&format!(
            "      see that .gitignore holds `/{}/`, where the handbook is written to\n",
            context.config.out
        )));
    }
    terminal.note(&visible(&format!(
        "next: `runproof build --worktree`, then open {}/index.html; commit what you keep\n",
        context.config.out
    )));
    Ok(Outcome::Clean)
}

/// The files that fit what was found.
fn files<'a>(survey: &'a Survey, forge: Option<Forge>, out: &str, install_from: Option<&'a str>) -> Vec<File> {
    let found = Found {
        name: &survey.name,
        branch: survey.branch.as_deref().unwrap_or(BRANCH),
        source_url: survey.source_url.as_deref(),
        runbooks: &survey.discovery.taken,
        near: survey
            .discovery
            .near
            .iter()
            .map(|near| (near.path.as_str(), near.reason.as_str()))
            .collect(),
        gates: &survey.gates,
        changelogs: &survey.changelogs,
        tagged: survey.tagged,
        lines: &survey.lines,
        newest: survey.newest.as_deref(),
        install_from,
    };
    let file = |path, text| File { path, text, next: None };
    let mut files = vec![file("runproof.toml", starter::settings(&found))];
    if survey.discovery.taken.is_empty() {
        files.push(File {
            next: Some("make it true for this repository, then vouch for it: `runproof review docs/runbooks/release.md`"),
            ..file("docs/runbooks/release.md", starter::runbook(&found))
        });
    }
    if !survey.has_ignore_file {
        files.push(file(".gitignore", format!("/{out}/\n")));
    }
    match forge {
        Some(Forge::GitHub) => files.push(File {
            next: Some(if install_from.is_some() {
                "publishing needs Pages with the source \"GitHub Actions\" in the settings of the repository"
            } else {
                "publishing needs Pages with the source \"GitHub Actions\" in the settings of the repository; set the variable RUNPROOF_REPOSITORY there to the address that CI installs Runproof from"
            }),
            ..file(".github/workflows/handbook.yml", starter::github(&found, out))
        }),
        Some(Forge::GitLab) => files.push(File {
            next: Some(if install_from.is_some() {
                "take it up in .gitlab-ci.yml: include: [{ local: .gitlab/runproof.yml }]"
            } else {
                "take it up in .gitlab-ci.yml: include: [{ local: .gitlab/runproof.yml }]; set the variable RUNPROOF_REPOSITORY of the project to the address that CI installs Runproof from"
            }),
            ..file(".gitlab/runproof.yml", starter::gitlab(&found))
        }),
        None => {}
    }
    files
}

/// Writes a file that is not there; tells whether it was written.
fn write(root: &Path, file: &File) -> Result<bool> {
    let place = root.join(file.path);
    if place.symlink_metadata().is_ok() {
        return Ok(false);
    }
    file::create(&place, &[root], file.text.as_bytes())?;
    Ok(true)
}
