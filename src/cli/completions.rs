//! `runproof completions`: what a shell needs to complete commands and options.

use clap::Args;
use clap_complete::{Shell, generate};

use crate::cli::terminal::Terminal;

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof completions bash > ~/.local/share/bash-completion/completions/runproof\n  runproof completions zsh > ~/.zfunc/_runproof\n  runproof completions fish > ~/.config/fish/completions/runproof.fish"
)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of a whole program.
pub(crate) fn run(arguments: &Arguments, program: &mut clap::Command, terminal: &Terminal) {
    let mut script = Vec::new();
    generate(arguments.shell, program, "runproof", &mut script);
    terminal.print_report(&String::from_utf8_lossy(&script));
}
