//! `runproof serve`: the handbook of the worktree in a browser, built anew with every change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::progress::Progress;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::handbook;
use crate::model::count::counted;
use crate::output::marker::MARKER;
use crate::output::preview::{Files, Preview};
use crate::site;
use crate::source::watch::{Look, look};

/// How often the files are looked at.
const PULSE: Duration = Duration::from_millis(150);

/// Look at the handbook while you write: build, watch, load the page anew
///
/// Reads the worktree, keeps the handbook in memory, writes nothing, and listens on this machine only. Ctrl-C ends it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof serve\n  runproof serve --port 0\n  runproof serve --repo ../service --today 2027-01-31"
)]
pub(crate) struct Arguments {
    /// The port of 127.0.0.1 to listen on; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 4000)]
    port: u16,
    /// Build once, answer until stdin ends, and do not watch: for tests and screenshots
    #[arg(long, hide = true)]
    once: bool,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let mut seen = look_at(&context);
    let preview = Preview::listen(arguments.port)?;
    let memory = handbook::Memory::default();
    let files = files(&context, &memory, &preview, terminal)?;
    terminal.note(&format!("{}, to be looked at under\n", counted(files.len() as u64, "file")));
    preview.show(files);
    terminal.print(&format!("{}\n", preview.url()));
    if arguments.once {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        return Ok(Outcome::Clean);
    }
    loop {
        std::thread::sleep(PULSE);
        let now = look_at(&context);
        if now == seen {
            continue;
        }
        seen = now;
        let begun = Instant::now();
        // Settings may have changed as well; a mistake in them leaves the last good handbook in its place.
        match common
            .open()
            .and_then(|context| self::files(&context, &memory, &preview, terminal))
        {
            Ok(files) => {
                preview.show(files);
                terminal.note(&format!("built anew in {} ms\n", begun.elapsed().as_millis()));
            }
            Err(error) => terminal.error(&error),
        }
    }
}

fn look_at(context: &Context) -> Look {
    let folders = context.repository.as_ref().map_or_else(Vec::new, |repository| {
        let git = repository.git();
        let mut folders = vec![git.path().to_path_buf(), git.commondir().to_path_buf()];
        folders.dedup();
        folders
    });
    look(&context.root, &folders, MARKER)
}

/// Every file of the handbook.
fn files(context: &Context, memory: &handbook::Memory, preview: &Preview, terminal: &Terminal) -> Result<Files> {
    let progress = Progress::new(terminal);
    let mut handbook = handbook::read_again(context, true, memory, &progress)?;
    handbook.base_url = Some(preview.url());
    let files = Mutex::new(HashMap::new());
    let rendered = site::render(&handbook, &|file| {
        files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(file.url, file.bytes);
    });
    rendered.map_err(|failure| Error::usage("the handbook cannot be rendered").caused_by(&visible(&failure.to_string())))?;
    Ok(files.into_inner().unwrap_or_else(PoisonError::into_inner))
}
