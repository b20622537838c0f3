//! The options of every command, and what they open.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;

use crate::audit;
use crate::cli::terminal::{Color, Terminal};
use crate::error::{Error, Result};
use crate::judge::context::{Context, Options};
use crate::judge::place::Place;
use crate::output;
use crate::site;
use crate::source::repository::Trust;

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// The repository: a folder in it, or a bare repository [default: the one around the current folder]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) repo: Option<PathBuf>,
    /// The settings file [default: runproof.toml at the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The day that counts as today, for reproducible output [default: `SOURCE_DATE_EPOCH`, else the clock, in UTC]
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<NaiveDate>,
    /// Print results and errors only
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
    /// Read a repository that belongs to another user
    #[arg(long, global = true)]
    pub(crate) trust_repository: bool,
    /// Where to keep what history told for the next run [default: `runproof` in the folder for caches of this user]
    #[arg(long, global = true, value_name = "FOLDER", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Keep nothing, and use nothing that was kept
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
}

impl Common {
    /// Opens the repository that the options name.
    pub(crate) fn open(&self) -> Result<Context> {
        self.open_with(Place::Tree)
    }

    /// Opens the repository that the options name, with its evidence at some place.
    pub(crate) fn open_with(&self, evidence: Place) -> Result<Context> {
        Context::open(Options {
            path: self.repo.clone().unwrap_or_else(|| PathBuf::from(".")),
            trust: if self.trust_repository { Trust::Anyone } else { Trust::Owner },
            cache: cache_folder(self)?,
            config: self.config.clone(),
            today: today(self)?,
            marker: output::marker::MARKER,
            reserved: site::reserved(),
            evidence,
        })
    }
}

/// Names the rules of the settings that do not exist: a level for them has no effect.
pub(crate) fn warn_of_unknown_rules(context: &Context, terminal: &Terminal) {
    for (rule, near) in audit::rules::unknown(&context.config) {
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        terminal.note(&format!(
            "warning: the settings give a level to `{rule}`, which is no rule{near}\n"
        ));
    }
}

fn today(common: &Common) -> Result<NaiveDate> {
    if let Some(today) = common.today {
        return Ok(today);
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let date = seconds
                .trim()
                .parse()
                .ok()
                .and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
            let date = date.ok_or_else(|| Error::usage(format!("SOURCE_DATE_EPOCH is no number of seconds: `{seconds}`")))?;
            Ok(date.date_naive())
        }
        Err(_) => Ok(Utc::now().date_naive()),
    }
}

/// Where to keep what was learnt; none where nobody said so and no folder for caches is known.
fn cache_folder(common: &Common) -> Result<Option<PathBuf>> {
    if common.no_cache {
        return Ok(None);
    }
    if let Some(folder) = &common.cache_dir {
        if folder.components().any(|part| part.as_os_str() == ".git") {
            let error = Error::usage(format!("`{}` lies in a git folder", folder.display()));
            return Err(error.with_help("name a folder that belongs to nobody else"));
        }
        return Ok(Some(folder.clone()));
    }
    // A relative folder is no valid value: <https://specifications.freedesktop.org/basedir-spec/latest/>.
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    let caches = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
    };
    Ok(caches.map(|caches| caches.join("runproof")))
}
