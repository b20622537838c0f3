//! The options of every command, and what they open.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;

use crate::audit;
use crate::cli::terminal::{Color, Terminal};
use crate::config::read;
use crate::error::{Error, Result};
use crate::judge::context::{Context, Options};
use crate::judge::place::Place;
use crate::model::nearest::nearest;
use crate::output;
use crate::parse::recognise;
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
    #[arg(long, global = true, value_name = "YYYY-MM-DD", value_parser = day)]
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

/// Files that look like settings and are none. Sorted.
const UNREAD: [&str; 8] = [
    ".runproof-waivers.toml", ".runproof.toml", "runproof-waiver.toml", "runproof-waivers.yaml", "runproof-waivers.yml",
    "runproof.json", "runproof.yaml", "runproof.yml",
];

/// Names what of the settings has no effect: files that are not read, levels of rules that do not exist, formats that none reads.
pub(crate) fn warn_of_settings(context: &Context, terminal: &Terminal) {
    for name in names_at_root(&context.root) {
        let lower = name.to_lowercase();
        let is_misspelt = [read::FILE, context.config.waivers.as_str()]
            .iter()
            .any(|file| lower == *file && name != *file);
        if is_misspelt || UNREAD.binary_search(&lower.as_str()).is_ok() {
            terminal.note(&format!(
                "warning: `{name}` is not read: settings stand in `{}`, waivers in `{}`\n",
                read::FILE,
                context.config.waivers
            ));
        }
    }
    if context.config_file.is_none() {
        for path in below_root(context) {
            terminal.note(&format!(
                "warning: `{path}` is not read: settings stand in `{}` at the root; `--config {path}` reads it\n",
                read::FILE
            ));
        }
    }
    let of_products = context.config.products.iter().flat_map(|product| &product.gates);
    for gate in context.config.gates.iter().chain(of_products) {
        let Some(wanted) = gate.format.as_deref().filter(|wanted| !recognise::is_known(wanted)) else {
            continue;
        };
        let near = nearest(wanted, recognise::formats().map(|format| format.name));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        terminal.note(&format!(
            "warning: the gate `{}` asks for the format `{wanted}`, which nothing reads{near}\n",
            gate.id
        ));
    }
    warn_of_unknown_rules(context, terminal);
}

/// The names in the root folder, in order; none where it cannot be read, as of a bare repository.
fn names_at_root(root: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(std::result::Result::ok);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Files of settings below the root, of which the first few are told.
fn below_root(context: &Context) -> Vec<String> {
    let Ok(subject) = context.subject(None, false) else {
        return Vec::new();
    };
    let entries = subject.tree.listing().entries.iter();
    let settings = entries.filter(|entry| entry.path.rsplit_once('/').is_some_and(|(_, name)| name == read::FILE));
    settings.take(3).map(|entry| entry.path.clone()).collect()
}

/// Names the rules of the settings that do not exist: a level for them has no effect.
fn warn_of_unknown_rules(context: &Context, terminal: &Terminal) {
    for (rule, near) in audit::rules::unknown(&context.config) {
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        terminal.note(&format!(
            "warning: the settings give a level to `{rule}`, which is no rule{near}\n"
        ));
    }
}

/// A day of the command line.
pub(super) fn day(text: &str) -> std::result::Result<NaiveDate, String> {
    let day = text.trim().parse();
    day.map_err(|_| "it is no day of the calendar; write it as YYYY-MM-DD, such as 2026-01-31".to_owned())
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
