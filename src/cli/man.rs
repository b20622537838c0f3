//! `runproof man`: the manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man;

use crate::cli::outcome::Outcome;
use crate::cli::outputs::write_file;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::model::nearest::nearest;

/// Print a manual page, or write all of them to a folder
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof man | man -l -\n  runproof man lint | man -l -\n  runproof man --out ~/.local/share/man/man1"
)]
pub(crate) struct Arguments {
    /// The command [default: the page of the whole program]
    command: Option<String>,
    /// Write a page for the program and one for each command to this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    out: Option<PathBuf>,
}

/// Prints or writes the pages of a whole program.
pub(crate) fn run(arguments: &Arguments, mut program: clap::Command, terminal: &Terminal) -> Result<Outcome> {
    program.build();
    let commands: Vec<clap::Command> = program
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .cloned()
        .collect();
    if let Some(folder) = &arguments.out {
        write_file(&folder.join("runproof.1"), None, &page(program, "runproof")?)?;
        for command in commands {
            let name = format!("runproof-{}", command.get_name());
            write_file(&folder.join(format!("{name}.1")), None, &page(command, &name)?)?;
        }
        return Ok(Outcome::Clean);
    }
    let text = match &arguments.command {
        None => page(program, "runproof")?,
        Some(name) => {
            let names: Vec<&str> = commands.iter().map(clap::Command::get_name).collect();
            let found = commands.iter().find(|command| command.get_name() == name).ok_or_else(|| {
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", names.join(", ")),
                };
                Error::usage(format!("there is no command `{name}`")).with_help(help)
            })?;
            page(found.clone(), &format!("runproof-{name}"))?
        }
    };
    terminal.print_report(&text);
    Ok(Outcome::Clean)
}

/// One page. The examples and the exit codes are what stands at the end of the help, and stay lines of their own.
fn page(command: clap::Command, name: &str) -> Result<String> {
    let failed = |error: &std::io::Error| Error::usage(format!("failed to make the page `{name}`")).caused_by(error);
    let after = command.get_after_help().map(ToString::to_string);
    let man =
        Man::new(command.after_help(clap::builder::Resettable::Reset)).source(format!("runproof {}", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render(&mut page).map_err(|error| failed(&error))?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    if let Some(after) = after {
        let examples = after.strip_prefix("Examples:\n");
        let title = if examples.is_some() { "EXAMPLES" } else { "EXIT STATUS" };
        page.push_str(&format!(".SH {title}\n.nf\n"));
        for line in examples.unwrap_or(&after).lines() {
            page.push_str(&line.replace('\\', "\\e").replace('-', "\\-"));
            page.push('\n');
        }
        page.push_str(".fi\n");
    }
    Ok(page)
}
